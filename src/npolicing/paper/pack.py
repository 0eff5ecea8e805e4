"""A folder with everything: tables and records as Parquet and CSV, words, and where it is from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.types as pat

from npolicing._files import replacing
from npolicing._records import Record
from npolicing.delimited import write_csv, write_csv_table
from npolicing.dictionary import dictionary_markdown
from npolicing.entities import ComputedFigure, Finding
from npolicing.measures import RESULTS
from npolicing.paper.tables import FILES
from npolicing.parquet import write_parquet, write_parquet_table
from npolicing.reconciling import Comparison

if TYPE_CHECKING:
    import pandas as pd

    from npolicing._examining import Rows
    from npolicing.paper.report import Report

__all__ = ["write_pack"]


def write_pack(report: Report, directory: Path) -> list[Path]:
    """Write a report as a folder of files, each in one go.

    `csv` and `parquet` have the same tables: the typed rows that the paper was made from, what was
    made of them, `comparisons` and `findings`. Beside them: `paper.md` to read, `paper.json`,
    `dictionary.md` with every column, and `provenance.json`.

    Args:
        report: What to write.
        directory: Where to; made where it is not there. Files of these names are replaced, others
            left alone.

    Returns:
        The files, in the order in which they were written.
    """
    for folder in ("csv", "parquet"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    written = [
        path for name, rows in _records(report).items() for path in _both(rows, directory, name)
    ]
    for table in report.tables:
        written += _both_of(table.data, directory, table.name)
    words = {
        "paper.md": report.markdown(),
        "paper.json": report.json() + "\n",
        "dictionary.md": _dictionary(),
    }
    written += [_words(directory / name, text) for name, text in words.items()]
    provenance = _provenance(report, directory, written)
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


def _both(rows: Rows, directory: Path, name: str) -> list[Path]:
    """Records as Parquet and as CSV."""
    paths = _paths(directory, name)
    write_parquet(rows, paths[0])
    write_csv(rows, paths[1])
    return paths


def _both_of(frame: pd.DataFrame, directory: Path, name: str) -> list[Path]:
    """A result as Parquet and as CSV."""
    paths = _paths(directory, name)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    write_parquet_table(_typed(table), paths[0])
    write_csv_table(table, paths[1])
    return paths


def _typed(table: pa.Table) -> pa.Table:
    # A text column without a value has no type in older pandas; others' readers need one.
    fields = [pa.field(f.name, pa.string()) if pat.is_null(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def _words(path: Path, text: str) -> Path:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return path


def _dictionary() -> str:
    shown: tuple[type[Record], ...] = (*FILES.values(), ComputedFigure, Comparison, Finding)
    return dictionary_markdown((*shown, *RESULTS.values()))


def _provenance(report: Report, directory: Path, written: list[Path]) -> str:
    comparisons = report.reconciliation.comparisons
    held = [each for each in comparisons if each.agrees is not None]
    return (
        json.dumps(
            {
                "made_by": {"npolicing": version("npolicing"), "python": platform.python_version()}
                | {name: version(name) for name in ("attrs", "narwhals", "pandas", "pyarrow")},
                "made_at": _now().isoformat(),
                "force": report.paper.force,
                "units": list(report.paper.npus),
                "inputs": [
                    {"file": each.name, "sha256": each.sha256, "rows": each.rows}
                    for each in report.paper.files
                ],
                "checked": {
                    "rows": sum(each.rows for each in report.paper.files),
                    "rows_refused": 0,
                    "printed_figures": len(comparisons),
                    "held_against_rows": len(held),
                    "agree": sum(each.agrees is True for each in held),
                    "findings": len(report.reconciliation.findings),
                },
                "files": {
                    path.relative_to(directory).as_posix(): _sha256(path) for path in written
                },
            },
            indent=2,
        )
        + "\n"
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _now() -> datetime:
    """Now, or the time that a reproducible build asks for."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
