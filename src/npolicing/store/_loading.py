"""A load: rows are put down as finished months first, and only then are files moved."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, get_args

import attrs

from npolicing._files import FilePath
from npolicing._markup import plain_grid
from npolicing._metadata import checked_marking
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.store._footer import files_of
from npolicing.store._layout import MANIFEST, StoreFile, month_path, staging, sync, telling
from npolicing.store._lock import locked
from npolicing.store._manifest import write_manifest
from npolicing.store._months import Parting
from npolicing.store._settling import MonthLoad, Repeated, Settled, settle
from npolicing.store._taking import Batch, Logs, checked

__all__ = ["How", "StoreLoad", "load_checked", "write_store"]

How = Literal["replace", "merge"]
_SHOWN = 12
_COUNTS = ("before", "added", "replaced", "unchanged", "dropped", "now")


@attrs.frozen(kw_only=True, repr=False)
class StoreLoad:
    """What a load did to a store.

    Attributes:
        path: The folder of the store.
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
    """

    path: Path
    how: How
    months: tuple[MonthLoad, ...]

    @property
    def rows(self) -> int:
        """How many rows were loaded; those that were there already count too."""
        return sum(each.added + each.replaced + each.unchanged for each in self.months)

    def __repr__(self) -> str:
        head = f"StoreLoad({str(self.path)!r}, how={self.how!r}, {self.rows:,} rows)"
        lines = [
            f"  {each.force} {each.month}: "
            + ", ".join(f"{getattr(each, name):,} {name}" for name in _COUNTS)
            for each in self.months[:_SHOWN]
        ]
        rest = len(self.months) - _SHOWN
        more = [f"  ... and {rest} months more, all in .months"] if rest > 0 else []
        return "\n".join([head, *lines, *more])

    def _repr_html_(self) -> str:
        """What became of each month, for a notebook."""
        title = f"{self.rows:,} rows into {self.path}, {self.how}"
        rest = len(self.months) - _SHOWN
        more = f"; {rest} months more are in .months" if rest > 0 else ""
        rows = (
            (f"{each.force} {each.month}", *(f"{getattr(each, name):,}" for name in _COUNTS))
            for each in self.months[:_SHOWN]
        )
        heads = ("month", *_COUNTS)
        return plain_grid(f"{title}{more}", heads, rows, named=True, numbers=_COUNTS)


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
            that is no store's.
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
    if how not in get_args(How):
        raise ValueError(f"how is 'replace' or 'merge', not {how!r}")
    marking = checked_marking(marking)
    store = Path(path)
    with (
        locked(store),
        staging(store) as folder,
        Parting(folder, marking) as parting,
    ):
        with telling(store, "read"):
            there = {(each.force, each.month): each for each in files_of(store)}
        for batch in batches:
            with telling(store, "written"):
                parting.add(batch)
            if progress is not None:
                progress(batch.table.num_rows)
        with telling(store, "written"):
            settled = _settled(parting, there, how, repeated)
        if before is not None:
            before()
        with telling(store, "written"):
            _move(store, settled)
            _list(store, folder)
    loads = (each.load for each in settled)
    months = tuple(each for each in loads if each.before or each.now)
    return StoreLoad(path=store, how=how, months=months)


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


def _move(store: Path, settled: list[Settled]) -> None:
    """Put months into their places."""
    moves = [
        (each.file, month_path(store, each.load.force, each.load.month))
        for each in settled
        if each.file is not None
    ]
    folders = {target.parent for _, target in moves}
    for folder in folders:
        folder.mkdir(exist_ok=True)
    for file, target in moves:
        os.replace(file, target)  # noqa: PTH105 # atomic, on Windows too
    for folder in (*folders, store):
        sync(folder)


def _list(store: Path, folder: Path) -> None:
    write_manifest(files_of(store), folder / MANIFEST)
    os.replace(folder / MANIFEST, store / MANIFEST)  # noqa: PTH105 # the same
    sync(store)
