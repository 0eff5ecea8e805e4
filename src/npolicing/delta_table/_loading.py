"""A load into a Delta table: rows are put down as finished months first, then committed as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import attrs
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npolicing._files import FilePath
from npolicing._markup import plain_grid
from npolicing._metadata import FileMetadata, checked_marking, described, one_marking
from npolicing.delta_table._committing import commit
from npolicing.delta_table._opening import Place, Table, opened, place_of, telling_table
from npolicing.entities.log import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.store import Batch, How, LogStore, MonthLoad, StoreFile, telling
from npolicing.store._identity import IDENTITY, repeats
from npolicing.store._months import Parting
from npolicing.store._settling import Settled, settle
from npolicing.store._taking import Logs, checked
from npolicing.store._writing import write_month

__all__ = ["DeltaLoad", "write_delta"]

_SHOWN = 12
_COUNTS = ("before", "added", "replaced", "unchanged", "dropped", "now")


@attrs.frozen(kw_only=True, repr=False)
class DeltaLoad:
    """What a load did to a Delta table.

    Attributes:
        table: The path or the address of the table.
        version: The version that it has now.
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
    """

    table: str
    version: int
    how: How
    months: tuple[MonthLoad, ...]

    @property
    def rows(self) -> int:
        """How many rows were loaded; those that were there already count too."""
        return sum(each.added + each.replaced + each.unchanged for each in self.months)

    def _lines(self) -> list[tuple[str, ...]]:
        return [
            (f"{each.force} {each.month}", *(f"{getattr(each, name):,}" for name in _COUNTS))
            for each in self.months[:_SHOWN]
        ]

    def _title(self) -> str:
        rest = len(self.months) - _SHOWN
        more = f"; {rest} months more are in .months" if rest > 0 else ""
        return f"{self.rows:,} rows, how={self.how!r}, version {self.version}{more}"

    def __repr__(self) -> str:
        lines = [
            f"  {name}: "
            + ", ".join(f"{n} {what}" for n, what in zip(counts, _COUNTS, strict=True))
            for name, *counts in self._lines()
        ]
        return "\n".join([f"DeltaLoad({self.table!r}, {self._title()})", *lines])

    def _repr_html_(self) -> str:
        """What became of each month, for a notebook."""
        title, heads = f"{self.table}: {self._title()}", ("month", *_COUNTS)
        return plain_grid(title, heads, self._lines(), named=True, numbers=_COUNTS)


def write_delta(
    logs: Logs | LogStore,
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
    empty, and a new marking is set first, each in a version of its own.

    Args:
        logs: Records or a frame, which are checked as one; an iterator of Arrow batches, in any
            order of months, of which some two million rows are held at a time; or an open store.
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
            deltalake cannot do, or has real logs where these are made up.
        ValueError: If `how` is neither, rows and table are marked in two ways, or the marking is
            not one line of 1 to 100 printable characters.
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
    if how not in get_args(How):
        raise ValueError(f"how is 'replace' or 'merge', not {how!r}")
    marking = checked_marking(marking)
    place = place_of(path, storage_options)
    table = opened(place)
    rows = logs.batches() if isinstance(logs, LogStore) else logs
    with (
        TemporaryDirectory(prefix="npolicing-") as folder,
        Parting(Path(folder), marking) as parting,
    ):
        _take(checked(rows), parting, progress)
        settled = _settled(parting, place, table, how)
        said = _said(parting, place, table)
        files = {
            (each.load.force, each.load.month): each.file
            for each in settled
            if each.file is not None and _changes(each.load)
        }
        version = commit(place, table, files, said, how)
    loads = (each.load for each in settled)
    months = tuple(each for each in loads if each.before or each.now)
    return DeltaLoad(table=place.uri, version=version, how=how, months=months)


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


def _said(parting: Parting, place: Place, table: Table | None) -> FileMetadata:
    """What the table is to say of itself, with the rows of a load."""
    months = parting.months.values()
    made_up = any(each.synthetic for each in months)
    markings = {marking for each in months for marking in each.markings}
    if table is None:
        new = described(None, Log, one_marking("rows", parting.marking, markings))
        return attrs.evolve(new, synthetic=made_up)
    before = table.said
    if made_up and not before.synthetic and table.native.file_uris():
        words = "has real logs, and these are made up: write them to a table of their own"
        raise StoreError(place.uri, words)
    marking = one_marking("rows and table", parting.marking, markings | {before.marking})
    return attrs.evolve(before, marking=marking, synthetic=made_up or before.synthetic)


def _changes(load: MonthLoad) -> bool:
    return bool(load.added or load.replaced or load.dropped)
