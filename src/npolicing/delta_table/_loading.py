"""A load into a Delta table: rows are put down as finished months first, then committed as one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npolicing._files import FilePath
from npolicing._metadata import FileMetadata, checked_marking, described, one_marking
from npolicing.delta_table._committing import commit
from npolicing.delta_table._lying import lying_at
from npolicing.delta_table._opening import Place, Table, opened, place_of
from npolicing.delta_table._reading import lying_rows
from npolicing.delta_table._telling import telling_table
from npolicing.entities.log import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.store import (
    Batch,
    How,
    Load,
    LogStore,
    MonthLoad,
    StoreFile,
    checked_how,
    telling,
)
from npolicing.store._identity import IDENTITY, repeats
from npolicing.store._months import Parting
from npolicing.store._settling import Settled, settle
from npolicing.store._taking import Logs, checked
from npolicing.store._writing import write_month

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from pyarrow.dataset import Dataset

__all__ = ["DeltaLoad", "write_delta"]


@attrs.frozen(kw_only=True, repr=False)
class DeltaLoad(Load):
    """What a load did to a Delta table.

    Attributes:
        table: The path or the address of the table.
        version: The version that it has now.
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
        rows: How many rows were loaded; those that were there already count too.
    """

    table: str
    version: int

    def _title(self) -> str:
        said = f"how={self.how!r}, {self.rows:,} rows, version {self.version}"
        return f"DeltaLoad({self.table!r}, {said})"


def write_delta(
    logs: Logs | LogStore | DeltaTable | Dataset | FilePath,
    path: FilePath,
    *,
    how: How,
    marking: str | None = None,
    storage_options: Mapping[str, str] | None = None,
    progress: Callable[[int], object] | None = None,
) -> DeltaLoad:
    """Write logs to a Delta table, in one transaction, or leave it as it was.

    It means what `write_store` means: rows are checked and put down by month, in the temporary
    folder of this machine, and held against the months that the table has; then what changes is
    committed at one go. Who reads meanwhile sees the table before or after, and nothing between.
    Months that the load leaves as they are get no new version: loading twice counts once.

    The table has the columns of `Log`, their types, nullability and comments, and no partitions.
    What it says of itself (entity, schema version, marking, whether rows are made up) is JSON in
    its property `npolicing`: the marking is that of the whole table. A new table is made first,
    empty, and a new marking is set first, each in a version of its own: a load that is refused
    after that leaves them. Real logs and made-up ones are never in one table.

    Args:
        logs: Records or a frame, which are checked as one; an iterator of Arrow batches, in any
            order of months, of which some two million rows are held at a time; an open store, a
            Delta table that deltalake opened, or the path of either; or a dataset of pyarrow.
        path: The folder of the table, or its address, such as `abfss://...` or `s3://...`, as
            deltalake takes it; it is made if it is not there.
        how: `replace`: each month of a force that the logs have is replaced by them whole. `merge`:
            logs are added to their months; of two with one date and number the new one stays.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the table; without one that
            of the rows' schema and of the table stays.
        storage_options: What the storage of an address asks for, such as keys, as deltalake takes
            it; it is shown nowhere.
        progress: Called with the number of rows each time that some were taken in.

    Returns:
        What became of each month's rows, and the version of the table.

    Raises:
        ValidationError: If anything is wrong with the rows, or two have one key (their row is null
            where they came in different batches); `failures` has it. The table is as it was.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        StoreError: If the table cannot be written, was written by another since the load began, is
            none that `write_delta` made, has a log twice in a month that is merged into, needs what
            deltalake cannot do, or has real logs where these are made up, or made-up ones that are
            not all replaced where these are real.
        InputFileError: If files that logs are read from are gone, or cannot be read.
        ValueError: If `how` is neither, rows and table are marked in two ways, or the marking is
            not one line of 1 to 100 printable characters.
        TypeError: If an option of the storage is no text.
        ModuleNotFoundError: Without deltalake: `pip install "npolicing[delta]"`.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing._tally import tally
    >>> from npolicing.synthetic import logs
    >>> with TemporaryDirectory() as folder:
    ...     made_up = logs(rows=100, last="2018-02")
    ...     load = write_delta(made_up, folder, how="replace")
    ...     again = write_delta(made_up, folder, how="merge")
    ...     print(tally(folder))
       logs
    0   100
    >>> load.version, again.version, [each.month for each in load.months]
    (1, 1, ['2018-01', '2018-02'])
    """
    how, marking = checked_how(how), checked_marking(marking)
    place = place_of(path, storage_options)
    table = opened(place)
    rows = _rows(logs)
    with _temporary() as folder, Parting(folder, marking) as parting:
        _take(checked(rows), parting, progress)
        settled = _settled(parting, place, table, how)
        said = _said(parting, place, table, settled)
        files = {
            (each.load.force, each.load.month): each.file
            for each in settled
            if each.file is not None and _changes(each.load)
        }
        version = commit(place, table, files, said, how)
    loads = (each.load for each in settled)
    months = tuple(each for each in loads if each.before or each.now)
    return DeltaLoad(table=place.uri, version=version, how=how, months=months)


def _rows(logs: Logs | LogStore | DeltaTable | Dataset | FilePath) -> Logs:
    """Rows wherever they lie, as a load takes them."""
    if isinstance(logs, (str, os.PathLike)):
        found = lying_at(logs)
        if found is None:
            words = (
                "is no log store and no Delta table; pass a Parquet file as read_arrow(path, Log)"
            )
            raise StoreError(os.fspath(logs), words)
        logs = found
    if isinstance(logs, LogStore):
        return logs.batches()
    lying = lying_rows(logs)
    return logs if lying is None else lying.batches()  # type: ignore[return-value] # what lies in files was met above


@contextmanager
def _temporary() -> Iterator[Path]:
    """A folder for finished months."""
    try:
        folder = TemporaryDirectory(prefix="npolicing-")
    except OSError as error:
        words = f"cannot be written to: {error.strerror}; have TMPDIR name another"
        raise StoreError("the temporary folder of this machine", words) from error
    with folder as path:
        yield Path(path)


def _take(
    batches: Iterable[Batch], parting: Parting, progress: Callable[[int], object] | None
) -> None:
    """Have all rows put down by month."""
    for batch in batches:
        with telling(parting.folder, "written"):
            parting.add(batch)
        if progress is not None:
            progress(batch.table.num_rows)
    with telling(parting.folder, "written"):
        parting.put_down()


def _settled(parting: Parting, place: Place, table: Table | None, how: How) -> list[Settled]:
    """Each month as it will be; what the table has of one is read when it is its turn."""
    settled = []
    for named in sorted(parting.months):
        there = None if table is None else _there(named, parting, place, table)
        merge = how == "merge"
        if there is not None and merge:
            _refuse_repeats(named, place, there)
        with telling(parting.folder, "written"):
            month = parting.months[named]
            settled.append(settle(named, month, there, parting, merge=merge))
        if there is not None:
            there.path.unlink()
    failures = [failure for each in settled for failure in each.failures]
    if failures:
        raise ValidationError(Log.__name__, failures)
    return settled


def _there(
    named: tuple[str, str], parting: Parting, place: Place, table: Table
) -> StoreFile | None:
    """What the table has of a month, as a file that the store's own comparison reads."""
    force, month = named
    chosen = (pc.field("force") == force) & (pc.field("month") == month)
    with telling_table(place.uri, "read"):
        rows = table.rows.to_table(filter=chosen, batch_readahead=4, fragment_readahead=1)
    if not rows.num_rows:
        return None
    path, said = parting.next_file(), table.said
    with telling(parting.folder, "written"):
        write_month(rows, path, synthetic=said.synthetic, marking=said.marking)
    return StoreFile(
        path=path,
        force=force,
        month=month,
        rows=rows.num_rows,
        size=path.stat().st_size,
        synthetic=said.synthetic,
        marking=said.marking,
    )


def _refuse_repeats(named: tuple[str, str], place: Place, there: StoreFile) -> None:
    """Others may write to a table, and know nothing of keys."""
    again = repeats(pq.read_table(there.path, columns=["force", *IDENTITY]))
    if again:
        words = f"has {len(again):,} logs more than once in {named[1]} of {named[0]}"
        raise StoreError(place.uri, f"{words}: load that month whole, with how='replace'")


def _said(
    parting: Parting, place: Place, table: Table | None, settled: Sequence[Settled]
) -> FileMetadata:
    """What the table is to say of itself, with the rows of a load."""
    months = parting.months.values()
    markings = {marking for each in months for marking in each.markings}
    made_up = {each.synthetic for each in months}
    if len(made_up) > 1:
        words = "the load has real logs and made-up ones: write each to a table of their own"
        raise StoreError(place.uri, words)
    if table is None:
        new = described(None, Log, one_marking("rows", parting.marking, markings))
        return attrs.evolve(new, synthetic=True in made_up)
    before = table.said
    synthetic = made_up.pop() if made_up else before.synthetic
    if synthetic != before.synthetic:
        _refuse_mixed(place, table, settled, made_up=synthetic)
    marking = one_marking("rows and table", parting.marking, markings | {before.marking})
    return attrs.evolve(before, marking=marking, synthetic=synthetic)


def _refuse_mixed(place: Place, table: Table, settled: Sequence[Settled], *, made_up: bool) -> None:
    """Made-up logs are never among real ones; real ones may take the place of all made-up ones."""
    with telling_table(place.uri, "read"):
        there = table.rows.count_rows()
    loads = [each.load for each in settled]
    gone = sum(each.replaced + each.unchanged + each.dropped for each in loads)
    own = "write them to a table of their own"
    if made_up and there:
        raise StoreError(place.uri, f"has real logs, and these are made up: {own}")
    if there > gone:
        words = "has made-up logs, and these are real"
        raise StoreError(place.uri, f"{words}: {own}, or replace all months of it at one go")


def _changes(load: MonthLoad) -> bool:
    return bool(load.added or load.replaced or load.dropped)
