"""A load: rows are put down as finished months first, and only then are files moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from npolicing._files import FilePath
from npolicing._metadata import checked_marking
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.store._layout import StoreFile, telling
from npolicing.store._load import How, StoreLoad, checked_how
from npolicing.store._months import Parting
from npolicing.store._placing import place, taken
from npolicing.store._settling import Repeated, Settled, settle
from npolicing.store._taking import Batch, Logs, checked

__all__ = ["How", "StoreLoad", "load_checked", "write_store"]


def write_store(
    logs: Logs,
    path: FilePath,
    *,
    how: How,
    marking: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> StoreLoad:
    """Write logs to a store, a Parquet file for each month of a force, or leave it as it was.

    Rows are checked and put down in a folder beside the months; when all of them are there, each
    month is moved into its place whole. If the machine stops on the way, each month is either the
    old or the new, and the same load again sets it right: loading twice counts once.

    Args:
        logs: Records or a frame, which are checked as one; or an iterator of Arrow batches, in any
            order of months, of which some two million rows are held at a time.
        path: The folder of the store; it is made if it is not there.
        how: `replace`: each month of a force that the logs have is replaced by them whole. `merge`:
            logs are added to their months; of two with one date and number the new one stays.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the files that are written;
            without one that of the rows' schema stays, and that of the months merged into.
        progress: Called with the number of rows each time that some were taken in.

    Returns:
        What became of each month's rows.

    Raises:
        ValidationError: If anything is wrong with the rows, or two have one key (their row is null
            where they came in different batches); `failures` has it. The store is as it was.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        StoreError: If the store cannot be written, is being written by another load, or has a file
            that is no store's, or a Delta table.
        ValueError: If `how` is neither, rows of one month are marked in two ways, or the marking is
            not one line of 1 to 100 printable characters.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.store import open_store, write_store
    >>> from npolicing.synthetic import logs
    >>> with TemporaryDirectory() as folder:
    ...     made_up = logs(rows=100, last="2018-02")
    ...     load = write_store(made_up, folder, how="replace")
    ...     again = write_store(made_up, folder, how="merge")
    ...     open_store(folder).rows
    100
    >>> load.rows, [each.month for each in load.months], [each.added for each in again.months]
    (100, ['2018-01', '2018-02'], [0, 0])
    """
    return load_checked(
        checked(logs), path, how=how, marking=marking, progress=progress, repeated=None
    )


def load_checked(
    batches: Iterable[Batch],
    path: FilePath,
    *,
    how: How,
    marking: str | None = None,
    progress: Callable[[int], object] | None = None,
    repeated: Repeated | None = None,
    before: Callable[[], object] | None = None,
) -> StoreLoad:
    """Write logs that are checked already, but for their keys; else as `write_store`.

    Args:
        batches: The rows.
        path: The folder of the store.
        how: As for `write_store`.
        marking: As for `write_store`.
        progress: As for `write_store`.
        repeated: What is told of rows that have one key; they are then left out, but for the first
            of those that are the same. Without it they are refused.
        before: Called when all rows are in staging and nothing is in its place: an error that it
            raises leaves the store as it was.
    """
    how, marking = checked_how(how), checked_marking(marking)
    with taken(Path(path)) as load, Parting(load.folder, marking) as parting:
        for batch in batches:
            with telling(load.store, "written"):
                parting.add(batch)
            if progress is not None:
                progress(batch.table.num_rows)
        with telling(load.store, "written"):
            settled = _settled(parting, load.there, how, repeated)
        if before is not None:
            before()
        return place(load, settled, how)


def _settled(
    parting: Parting,
    there: dict[tuple[str, str], StoreFile],
    how: How,
    repeated: Repeated | None,
) -> list[Settled]:
    """Each month as it will be, in staging; nothing is moved where two rows have one key."""
    parting.put_down()
    settled = [
        settle(
            named,
            parting.months[named],
            there.get(named),
            parting,
            merge=how == "merge",
            repeated=repeated,
        )
        for named in sorted(parting.months)
    ]
    failures = [failure for each in settled for failure in each.failures]
    if failures:
        raise ValidationError(Log.__name__, failures)
    return settled
