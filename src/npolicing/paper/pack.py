"""A folder with everything: tables and records as Parquet and CSV, words, and where it is from."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing._clock import now
from npolicing._files import replacing, sha256
from npolicing._metadata import described, stamp
from npolicing._records import Record
from npolicing._sidecar import beside
from npolicing.arrow import arrow_schema
from npolicing.delimited import write_csv, write_csv_table
from npolicing.dictionary import dictionary_markdown
from npolicing.entities import ComputedFigure, Finding
from npolicing.measures import AttendanceRatio, Growth, SpendRate, TargetGap
from npolicing.pages import html
from npolicing.paper.documenting import document
from npolicing.paper.provenance import asked_for, checked, inputs, versions
from npolicing.paper.reporting import marked
from npolicing.paper.results import UnitColumns, WatchSchemes, YoungPeople
from npolicing.paper.tables import FILES
from npolicing.parquet import write_parquet, write_parquet_table
from npolicing.reconciling import Comparison

if TYPE_CHECKING:
    from npolicing._examining import Rows
    from npolicing.exhibits import Table
    from npolicing.paper.reporting import Report

__all__ = ["write_pack"]


def write_pack(
    report: Report, directory: Path, *, charts: bool = True, command: str | None = None
) -> list[Path]:
    """Write a report as a folder of files, each in one go.

    `paper.html` is the report: one page to be read, sent and printed. `csv` and `parquet` have the
    same tables: the typed rows that the paper was made from, what was made of them, `comparisons`
    and `findings`. Beside them: `paper.md` and `paper.json`, `dictionary.md` with every column, and
    `provenance.json`. Where the report is marked each of them is; CSV in a file beside it.

    Args:
        report: What to write.
        directory: Where to; made where it is not there. Files of these names are replaced, others
            left alone.
        charts: Whether `paper.html` has charts, or tables alone.
        command: The command that it was made by, which `paper.html` tells.

    Returns:
        The files, in the order in which they were written.

    Raises:
        ModuleNotFoundError: If charts are wanted and matplotlib is not there:
            ``pip install "npolicing[charts]"``. Then nothing is written.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing import paper
    >>> with TemporaryDirectory() as folder:
    ...     files = write_pack(paper.report(paper.wmp_2019()), Path(folder))
    >>> files[-1].name
    'provenance.json'
    """
    at = now()
    # First, since it may lack what draws the charts: then no file is left half of a pack.
    page = html(document(report, charts=charts, command=command, at=at))
    for folder in ("csv", "parquet"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    written = [_words(directory / "paper.html", page)]
    for name, rows in _records(report).items():
        written += _both(rows, directory, name, report.marking)
    for table in report.tables:
        written += _both_of(_declared(table), directory, table.name, report.marking)
    words = {
        "paper.md": report.markdown(),
        "paper.json": report.json() + "\n",
        "dictionary.md": marked(_dictionary(), report.marking),
    }
    written += [_words(directory / name, text) for name, text in words.items()]
    provenance = _provenance(report, directory, written, at=at, charts=charts)
    written.append(_words(directory / "provenance.json", provenance))
    return written


def _records(report: Report) -> dict[str, Rows]:
    paper, reconciliation = report.paper, report.reconciliation
    inputs: list[Rows] = [paper.observations, paper.targets, paper.budgets, paper.published]
    return {
        **dict(zip(FILES, inputs, strict=True)),
        "computed_figures": paper.computed,
        "comparisons": reconciliation.comparisons,
        "findings": reconciliation.findings,
    }


def _paths(directory: Path, name: str) -> list[Path]:
    return [directory / end / f"{name}.{end}" for end in ("parquet", "csv")]


def _both(rows: Rows, directory: Path, name: str, marking: str | None) -> list[Path]:
    """Records as Parquet and as CSV."""
    paths = _paths(directory, name)
    write_parquet(rows, paths[0], marking=marking)
    write_csv(rows, paths[1], marking=marking)
    return paths if marking is None else [*paths, beside(paths[1])]


def _both_of(declared: pa.Table, directory: Path, name: str, marking: str | None) -> list[Path]:
    """A result as Parquet and as CSV."""
    paths = _paths(directory, name)
    write_parquet_table(declared, paths[0], marking=marking)
    write_csv_table(declared, paths[1], marking=marking)
    said = described(declared, None, marking)
    return [*paths, beside(paths[1])] if said.worth_saying else paths


def _declared(table: Table) -> pa.Table:
    """A result in the types, and with the meanings, that are declared of it."""
    known = {field.name: field for field in arrow_schema(UnitColumns)}
    if table.result is not None:
        known |= {field.name: field for field in arrow_schema(table.result)}
    schema = pa.schema([known.get(name) or _of_unit(name) for name in table.data.columns])
    declared = pa.Table.from_pandas(table.data, schema, preserve_index=False)
    return declared.replace_schema_metadata(stamp(None, synthetic=table.synthetic))


def _of_unit(name: str) -> pa.Field[pa.DataType]:
    """A column of counts that is named after a unit."""
    return pa.field(name, pa.int64(), metadata={"description": f"Logs of {name}.", "unit": "logs"})


def _words(path: Path, text: str) -> Path:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return path


def _dictionary() -> str:
    rows: tuple[type[Record], ...] = (*FILES.values(), ComputedFigure, Comparison, Finding)
    results = (
        UnitColumns,
        TargetGap,
        WatchSchemes,
        YoungPeople,
        SpendRate,
        Growth,
        AttendanceRatio,
    )
    return dictionary_markdown((*rows, *results))


def _provenance(
    report: Report, directory: Path, written: list[Path], *, at: datetime, charts: bool
) -> str:
    said = {
        "made_by": versions(charts=charts),
        "made_at": at.isoformat(),
        "marking": report.marking,
        "force": report.paper.force,
        "asked_for": asked_for(report),
        "inputs": [
            {"file": each.name, "sha256": each.sha256, "rows": each.rows} for each in inputs(report)
        ],
        "checked": checked(report),
        "files": {path.relative_to(directory).as_posix(): sha256(path) for path in written},
    }
    return json.dumps(said, indent=2) + "\n"
