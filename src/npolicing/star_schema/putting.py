"""Each table of a star, put beside its place: months that have changed, and what they refer to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import attrs

from npolicing._files import sha256
from npolicing._metadata import FileMetadata
from npolicing._records import Record, Records
from npolicing.arrow import arrow_schema
from npolicing.errors import StoreError
from npolicing.frames import to_arrow
from npolicing.star_schema.days import calendar_rows
from npolicing.star_schema.dimensions import DimArea, DimDate, DimGrade
from npolicing.star_schema.facts import FactLogMonth
from npolicing.star_schema.files import Folder
from npolicing.star_schema.log_months import Books, month_facts
from npolicing.star_schema.packaging import data_package, dictionary_page
from npolicing.star_schema.small_tables import days_of
from npolicing.star_schema.tables import LOGS, STAR, STAR_VERSION
from npolicing.store import StoreFile

__all__ = ["PACKAGE", "Stamp", "dimension_rows", "put_months", "put_tables", "put_words"]

PACKAGE = "datapackage.json"
_DICTIONARY = "dictionary.md"
_NO_MONTH = f"{LOGS}/none.parquet"
"""The one file of a star without logs: a folder without any has no columns to read."""


@attrs.frozen(kw_only=True)
class Stamp:
    """What every file says of itself."""

    marking: str | None
    synthetic: bool

    def of(self, table: str, *, synthetic: bool | None = None) -> FileMetadata:
        """What a file of a table says; a month's own rows may be real where others are made up."""
        return FileMetadata(
            entity=STAR[table].__name__,
            schema_version=STAR[table].schema_version,
            library=version("npolicing"),
            marking=self.marking,
            synthetic=self.synthetic if synthetic is None else synthetic,
        )


def put_months(
    folder: Folder,
    files: Sequence[StoreFile],
    books: Books,
    stamp: Stamp,
    progress: Callable[[int], object] | None,
) -> list[str]:
    """Count each month whose file, marking or books are other than before; the names of all.

    Raises:
        StoreError: If a file of the store is replaced while it is counted.
    """
    names = []
    for each in files:
        name = f"{LOGS}/{each.force}-{each.month}.parquet"
        said = stamp.of(LOGS, synthetic=each.synthetic)
        before = _seen(each.path)
        made_of = _digest([attrs.asdict(said), sha256(each.path), *_known(books, each.force)])
        if folder.made_of(name) == made_of:
            folder.keep(name)
        else:
            month = date.fromisoformat(f"{each.month}-01")
            facts = month_facts(each.path, each.force, month, books)
            if _seen(each.path) != before:
                words = "was replaced while it was counted; refresh the star again"
                raise StoreError(str(each.path), words)
            folder.put_table(name, to_arrow(facts, FactLogMonth), said, made_of)
        names.append(name)
        if progress is not None:
            progress(each.rows)
    if not names:
        none = arrow_schema(FactLogMonth).empty_table()
        folder.put_table(_NO_MONTH, none, stamp.of(LOGS), "nothing")
        names.append(_NO_MONTH)
    return names


def _seen(path: Path) -> tuple[int, int, int]:
    """What is another where a file was replaced."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _known(books: Books, force: str) -> Iterator[object]:
    """What of the books the facts of a force's months are made with."""
    for unit in books.areas.units:
        if unit.force == force:
            yield "unit", unit.code, str(unit.valid_from), str(unit.valid_to)
    for scheme in books.grades.schemes:
        if scheme.force == force:
            yield "scheme", scheme.scheme, str(scheme.valid_from), str(scheme.valid_to)
    for grade in books.grades.grades:
        if grade.force == force:
            yield "grade", grade.scheme, grade.grade, grade.target_seconds


def _digest(words: object) -> str:
    text = json.dumps([STAR_VERSION, words], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def dimension_rows(
    folder: Folder,
    months: Sequence[str],
    facts: Mapping[str, Records[Record]],
    books: Books,
    bank_holidays: Collection[date],
) -> dict[str, Records[Record]]:
    """The rows of the dimensions: what is known of the forces, and every key that a fact has."""
    areas, grades, days = set[str](), set[str](), set[date]()
    for name in months:
        keys = folder.columns(name, ["area_key", "grade_key", "month_start"])
        areas.update(map(str, keys["area_key"].unique().to_pylist()))
        grades.update(map(str, keys["grade_key"].unique().to_pylist()))
        days.update(day for day in keys["month_start"].unique().to_pylist() if day is not None)
    for rows in facts.values():
        areas.update(str(getattr(row, "area_key")) for row in rows)  # noqa: B009 # each fact has it
        days.update(days_of(rows))
    return {
        "dim_area": Records[Record](DimArea, books.areas.rows(areas)),
        "dim_date": Records[Record](DimDate, calendar_rows(days, bank_holidays)),
        "dim_grade": Records[Record](DimGrade, books.grades.rows(grades)),
    }


def put_tables(
    folder: Folder, tables: Mapping[str, Records[Record]], stamp: Stamp
) -> dict[str, list[str]]:
    """Put the tables that are a file each; the names of their files."""
    for name, rows in tables.items():
        folder.put_table(f"{name}.parquet", to_arrow(rows, STAR[name]), stamp.of(name), "tables")
    return {name: [f"{name}.parquet"] for name in tables}


def put_words(folder: Folder, names: Mapping[str, Sequence[str]], stamp: Stamp) -> dict[str, int]:
    """Put the package and the dictionary; how many rows each table has."""
    files = {
        table: [folder.table_file(name) for name in names[table]]
        for table in STAR
        if table in names
    }
    package = data_package(files, marking=stamp.marking, synthetic=stamp.synthetic)
    page = dictionary_page(list(files), marking=stamp.marking, synthetic=stamp.synthetic)
    folder.put_text(PACKAGE, json.dumps(package, indent=1, ensure_ascii=False) + "\n")
    folder.put_text(_DICTIONARY, page)
    return {table: sum(each.rows for each in listed) for table, listed in files.items()}
