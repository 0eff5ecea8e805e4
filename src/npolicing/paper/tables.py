"""The four tables that a board paper is rebuilt from, read from files and held together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import attrs

from npolicing._files import sha256
from npolicing._records import Record, Records
from npolicing.delimited import read_csv
from npolicing.entities import BudgetPosition, Observation, PublishedFigure, Target
from npolicing.errors import InputFileError
from npolicing.parquet import read_metadata, read_parquet

__all__ = ["FILES", "InputFile", "PaperTables", "read_tables"]

R = TypeVar("R", bound=Record)

Row = Observation | Target | BudgetPosition | PublishedFigure

AnyRecords = (
    Records[Observation] | Records[Target] | Records[BudgetPosition] | Records[PublishedFigure]
)

FILES: Mapping[str, type[Record]] = {
    "observations": Observation,
    "targets": Target,
    "budget_positions": BudgetPosition,
    "published_figures": PublishedFigure,
}
"""Name of each file, without its ending, and what a row of it is."""


@attrs.frozen(kw_only=True)
class InputFile:
    """A file that was read: its name, its bytes' SHA-256, its rows and its marking."""

    name: str
    sha256: str
    rows: int
    marking: str | None = None


@attrs.frozen(kw_only=True)
class PaperTables:
    """The rows of a paper, checked one by one; a file that was not there gives no rows."""

    observations: Records[Observation]
    targets: Records[Target]
    budgets: Records[BudgetPosition]
    published: Records[PublishedFigure]
    files: tuple[InputFile, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """The rows of all four."""
        return [*self.observations, *self.targets, *self.budgets, *self.published]

    @property
    def given(self) -> list[AnyRecords]:
        """The tables that there was a file of, in the order of `files`."""
        names = {Path(file.name).stem for file in self.files}
        return [rows for name, rows in zip(FILES, self.all, strict=True) if name in names]

    @property
    def all(
        self,
    ) -> tuple[AnyRecords, ...]:
        """The four tables, in the order of `FILES`."""
        return self.observations, self.targets, self.budgets, self.published


def read_tables(directory: Path) -> PaperTables:
    """The tables in a folder: each as CSV or Parquet, by its name in `FILES`.

    A table may be left out; then its part of the paper is empty.

    Args:
        directory: Where the files are; `npolicing paper --out` writes such a folder, `csv`.

    Raises:
        InputFileError: If the folder is not there or has none of the tables, a table is there
            twice, or its rows are wrong; then with every failure of that file.
    """
    found = {name: _file_of(directory, name) for name in FILES}
    if not any(found.values()):
        names = ", ".join(f"{name}.csv" for name in FILES)
        there = "no such folder" if not directory.is_dir() else f"has none of {names} (or .parquet)"
        raise InputFileError(str(directory), there)
    tables = PaperTables(
        observations=_read(found["observations"], Observation),
        targets=_read(found["targets"], Target),
        budgets=_read(found["budget_positions"], BudgetPosition),
        published=_read(found["published_figures"], PublishedFigure),
    )
    files = (
        InputFile(name=path.name, sha256=sha256(path), rows=len(rows), marking=_marking(path))
        for path, rows in zip(found.values(), tables.all, strict=True)
        if path is not None
    )
    return attrs.evolve(tables, files=tuple(files))


def _marking(path: Path) -> str | None:
    said = read_metadata(path)
    return None if said is None else said.marking


def _file_of(directory: Path, name: str) -> Path | None:
    there = [path for end in ("csv", "parquet") if (path := directory / f"{name}.{end}").is_file()]
    if len(there) > 1:
        raise InputFileError(str(directory), f"has both {name}.csv and {name}.parquet; keep one")
    return there[0] if there else None


def _read(path: Path | None, entity: type[R]) -> Records[R]:
    if path is None:
        return Records(entity)
    return read_csv(path, entity) if path.suffix == ".csv" else read_parquet(path, entity)
