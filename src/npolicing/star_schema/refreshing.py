"""The star: a folder of plain tables that Power BI, Tableau and DuckDB read, kept up by month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path

from npolicing._examining import Rows
from npolicing._files import FilePath
from npolicing._metadata import carried, one_marking
from npolicing._records import Record, Records
from npolicing.entities import NPU, Ward
from npolicing.errors import UnknownCodeError
from npolicing.forces import ForceReference
from npolicing.frames import to_records
from npolicing.star_schema.files import Folder
from npolicing.star_schema.known import books_of
from npolicing.star_schema.outcome import StarRefresh, unlisted
from npolicing.star_schema.putting import (
    PACKAGE,
    Stamp,
    dimension_rows,
    put_months,
    put_tables,
    put_words,
)
from npolicing.star_schema.small_tables import SMALL, small_facts
from npolicing.star_schema.tables import LOGS, VERSION_FOLDER
from npolicing.store import LogStore, StoreFile, locked, open_store, staging, telling

__all__ = ["star"]


def star(
    store: LogStore | FilePath,
    out: FilePath,
    *,
    observations: Rows | None = None,
    targets: Rows | None = None,
    budget_positions: Rows | None = None,
    bids: Rows | None = None,
    schemes: Rows | None = None,
    npus: Rows | None = None,
    wards: Rows | None = None,
    references: ForceReference | Iterable[ForceReference] = (),
    bank_holidays: Collection[date] = (),
    forces: Collection[str] | None = None,
    marking: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> StarRefresh:
    """Write the tables that a dashboard reads, or bring those that are there up to date.

    A star of dimensions and facts as plain Parquet, in the folder ``v1`` of `out`: `dim_area`,
    `dim_date` and `dim_grade`; `fact_log_month`, a file for each month of a force; and a fact for
    each small table that is given. Facts have counts and amounts that add up, each denominator
    beside its numerator, and no ratio: a dashboard divides sums. Beside them are
    ``datapackage.json`` (a Frictionless Data Package) and ``dictionary.md``.

    Only months whose logs, grades or units have changed are counted anew; a month that the store
    has no more is removed, and so is the fact of a table that is not given any more. The same input
    gives the same bytes. Files are written beside the others, and moved when all are there: each is
    the old one or the new one, whole, and ``datapackage.json`` comes last.

    Args:
        store: The log store, or its path.
        out: The folder; it is made if it is not there.
        observations: An `Observation` a row, for `fact_observation`.
        targets: A `Target` a row, for `fact_target`.
        budget_positions: A `BudgetPosition` a row, for `fact_fund`.
        bids: An `ACFBid` a row, for `fact_bid`.
        schemes: A `Scheme` a row, for `fact_scheme`.
        npus: An `NPU` a row; of their forces no other units are known then.
        wards: A `Ward` a row; without them wards have no names.
        references: Reference data of forces, in place of those that are shipped.
        bank_holidays: Days, of whole calendar years; see `DimDate`.
        forces: Codes of the forces whose logs are taken; all without.
        marking: The protective marking for every file; without one that of the months and tables.
        progress: Called with the number of logs of each month that is done.

    Returns:
        What was written, kept and removed, and which codes no reference data have: those are kept,
        with `is_listed` false.

    Raises:
        StoreError: If the store cannot be read, changes meanwhile, or the folder cannot be written.
        ValidationError: If a row of a small table is wrong; `failures` has everything.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        UnknownCodeError: If the store has no logs of a force that is named.
        ValueError: If months and tables are marked in different ways and `marking` is not given.

    >>> from tempfile import TemporaryDirectory
    >>> import npolicing as npol
    >>> with TemporaryDirectory() as folder:
    ...     made_up = npol.synthetic.logs(rows=1000, last="2018-02")
    ...     _ = npol.write_store(made_up, f"{folder}/store", how="replace")
    ...     first = npol.star(f"{folder}/store", f"{folder}/star")
    ...     again = npol.star(f"{folder}/store", f"{folder}/star")
    >>> first.written[2:4], again.written
    (('dim_area.parquet', 'dim_date.parquet'), ())
    """
    opened = store if isinstance(store, LogStore) else open_store(store)
    files = _files(opened, forces)
    given = (observations, targets, budget_positions, bids, schemes)
    rows = {name: each for name, each in zip(SMALL, given, strict=True) if each is not None}
    said = [each for each in map(carried, rows.values()) if each is not None]
    small = {name: to_records(each, SMALL[name].source) for name, each in rows.items()}
    books = books_of(
        {*(each.force for each in files), *_forces_of(small.values())},
        references=[references] if isinstance(references, ForceReference) else references,
        npus=None if npus is None else to_records(npus, NPU),
        wards=() if wards is None else to_records(wards, Ward),
    )
    markings = [*(each.marking for each in files), *(each.marking for each in said)]
    made_up = [*(each.synthetic for each in files), *(each.synthetic for each in said)]
    stamp = Stamp(
        marking=one_marking("the months and tables", marking, markings), synthetic=any(made_up)
    )
    home = Path(out) / VERSION_FOLDER
    with locked(home), staging(home) as beside, telling(home, "written"):
        folder = Folder(home, beside)
        months = put_months(folder, files, books, stamp, progress)
        facts = {name: small_facts(name, each, books.areas) for name, each in small.items()}
        dimensions = dimension_rows(folder, months, facts, books, bank_holidays)
        names = {LOGS: months, **put_tables(folder, {**dimensions, **facts}, stamp)}
        found = put_words(folder, names, stamp)
        removed = folder.move(last=[PACKAGE])
    return StarRefresh(
        path=home,
        written=tuple(sorted(folder.staged)),
        kept=tuple(sorted(folder.kept)),
        removed=tuple(removed),
        rows=found,
        unlisted=unlisted(dimensions),
        synthetic=stamp.synthetic,
        marking=stamp.marking,
    )


def _files(store: LogStore, forces: Collection[str] | None) -> list[StoreFile]:
    """The files of the forces that are asked for.

    Raises:
        UnknownCodeError: If the store has none of one.
        TypeError: If the forces are one text.
    """
    if isinstance(forces, str):
        raise TypeError(f"forces is one text; pass a list of them: [{forces!r}]")
    for force in forces or ():
        if force not in store.forces:
            raise UnknownCodeError("force of the store", force, store.forces)
    return [each for each in store.files if forces is None or each.force in forces]


def _forces_of(tables: Iterable[Records[Record]]) -> set[str]:
    return {str(row.to_dict()["force"]) for rows in tables for row in rows}
