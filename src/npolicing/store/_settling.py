"""What becomes of a month: what was there and what a load has of it, in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._repeating import apart
from npolicing.errors import Failure
from npolicing.store._identity import IDENTITY, compare, repeats
from npolicing.store._layout import StoreFile
from npolicing.store._months import Month, Parting
from npolicing.store._writing import write_month

__all__ = ["MonthLoad", "Repeated", "Settled", "settle"]


@attrs.frozen(kw_only=True)
class MonthLoad:
    """What a load did to a month of a force. A log is known by its local date and number.

    Attributes:
        force: Code of the force.
        month: Local month, such as 2018-07.
        before: Rows that were there.
        added: Rows that were not there.
        replaced: Rows that were there, and were otherwise.
        unchanged: Rows that were there just so.
        dropped: Rows that were there, and are not now.
        now: Rows that are there now.
    """

    force: str
    month: str
    before: int
    added: int
    replaced: int
    unchanged: int
    dropped: int
    now: int


@attrs.frozen(kw_only=True)
class Settled:
    """A month as it will be: its file in staging, or null where the one in place will do."""

    load: MonthLoad
    file: Path | None
    failures: Sequence[Failure]


Repeated = Callable[[pa.Table, pa.Table], None]
"""What is told of rows that have one key: those that are another's again, and those that differ."""


def settle(
    named: tuple[str, str],
    month: Month,
    there: StoreFile | None,
    parting: Parting,
    *,
    merge: bool,
    repeated: Repeated | None = None,
) -> Settled:
    """Bring a month's rows together; what was there stays as it is."""
    if month.failures and repeated is not None:
        _leave_out(month, parting, repeated)
    if there is None and len(month.parts) == 1 and len(month.markings) < 2:
        rows = pq.read_metadata(month.parts[0]).num_rows
        file = month.parts[0] if rows else None
        load = _counted(named, before=0, added=rows, replaced=0, unchanged=0, dropped=0)
        return Settled(load=load, file=file, failures=month.failures)
    new = pa.concat_tables([_read(path) for path in month.parts])
    failures = month.failures if len(month.parts) == 1 else repeats(new)
    if failures and repeated is not None:
        _leave_out(month, parting, repeated)
        new, failures = _read(month.parts[0]), []
    old = new.slice(0, 0) if there is None else _read(there.path)
    if not new.num_rows and not failures:
        # None of the rows was left: what was there stays, and an empty file is no month.
        load = _counted(named, before=old.num_rows, added=0, replaced=0, unchanged=0, dropped=0)
        return Settled(load=load, file=None, failures=[])
    found = compare(old, new)
    load = _counted(
        named,
        before=old.num_rows,
        added=new.num_rows - found.changed - found.same,
        replaced=found.changed,
        unchanged=found.same,
        dropped=0 if merge else len(found.rest),
    )
    if failures:
        return Settled(load=load, file=None, failures=failures)
    rest = old.take(found.rest) if merge else old.slice(0, 0)
    file = _written(month, there, parting, [new, rest], merge=merge)
    return Settled(load=load, file=file, failures=[])


def _leave_out(month: Month, parting: Parting, repeated: Repeated) -> None:
    """Have the rows of a month in one part, without those that have a key of others."""
    table = pa.concat_tables([_read(path) for path in month.parts])
    found = apart(table, IDENTITY)
    repeated(table.take(found.same), table.take(found.different))
    path = parting.next_file()
    kept, marking = table.take(found.kept), parting.marking_of(month)
    write_month(kept, path, synthetic=month.synthetic, marking=marking)
    month.parts[:] = [path]
    month.failures.clear()


def _counted(named: tuple[str, str], **counts: int) -> MonthLoad:
    now = counts["before"] + counts["added"] - counts["dropped"]
    return MonthLoad(force=named[0], month=named[1], now=now, **counts)


def _read(path: Path) -> pa.Table:
    """The rows of a file, without what it says of them."""
    with pq.ParquetFile(path) as file:
        return file.read().replace_schema_metadata(None)


def _written(
    month: Month,
    there: StoreFile | None,
    parting: Parting,
    tables: list[pa.Table],
    *,
    merge: bool,
) -> Path:
    """The rows in one file of staging: the one part, where that has all and says all."""
    markings, synthetic = set(month.markings), month.synthetic
    rest = tables[1].num_rows
    if merge and there is not None:
        markings.update([there.marking] if there.marking else [])
        synthetic |= there.synthetic and rest > 0
    marking = parting.marking or _one(markings)
    if len(month.parts) == 1 and not rest and marking == parting.marking_of(month):
        return month.parts[0]
    path = parting.next_file()
    write_month(pa.concat_tables(tables), path, synthetic=synthetic, marking=marking)
    return path


def _one(markings: set[str]) -> str | None:
    """Which of two markings is the stricter, only people know."""
    if len(markings) > 1:
        words = " and ".join(sorted(markings))
        raise ValueError(f"rows of one month are marked {words}: say which it is, with marking=")
    return min(markings, default=None)
