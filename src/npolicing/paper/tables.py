"""The four tables that a board paper is rebuilt from, read from files and held together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from npolicing._inputs import InputFile, file_of, input_file, read_file
from npolicing._records import Record, Records
from npolicing.entities import BudgetPosition, Observation, PublishedFigure, Target
from npolicing.errors import InputFileError

__all__ = ["FILES", "InputFile", "PaperTables", "read_tables"]

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
    found = {name: file_of(directory, name) for name in FILES}
    if not any(found.values()):
        names = ", ".join(f"{name}.csv" for name in FILES)
        there = "no such folder" if not directory.is_dir() else f"has none of {names} (or .parquet)"
        raise InputFileError(str(directory), there)
    tables = PaperTables(
        observations=read_file(found["observations"], Observation),
        targets=read_file(found["targets"], Target),
        budgets=read_file(found["budget_positions"], BudgetPosition),
        published=read_file(found["published_figures"], PublishedFigure),
    )
    files = (
        input_file(path, len(rows))
        for path, rows in zip(found.values(), tables.all, strict=True)
        if path is not None
    )
    return attrs.evolve(tables, files=tuple(files))
