"""How far a sheet reaches, and which of its cells have no value to show."""

from __future__ import annotations

import attrs

__all__ = ["ERRORS", "PasswordError", "Seen"]

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""The errors of binary workbooks, by their number."""
_MOST = 1_000_000


class PasswordError(Exception):
    """A workbook that nobody reads without its password."""


@attrs.define(eq=False)
class Seen:
    """What a sheet has.

    Attributes:
        rows: How many rows it has, from the first of the sheet to the last with a cell.
        columns: The same of columns.
        odd: Texts of cells that have no value, by row and column from 0: an error such as `#N/A`,
            or `#NO VALUE:` and a formula that was not worked out when the file was saved.
    """

    rows: int = 0
    columns: int = 0
    odd: dict[tuple[int, int], str] = attrs.field(factory=dict)

    @property
    def area(self) -> int:
        """How many cells the sheet has from the first to the last, empty or not."""
        return self.rows * self.columns

    def reach(self, row: int, column: int) -> None:
        """There is a cell, counted from 0."""
        if row >= self.rows:
            self.rows = row + 1
        if column >= self.columns:
            self.columns = column + 1

    def note(self, row: int, column: int, text: str) -> None:
        """There is a cell without a value."""
        self.reach(row, column)
        if len(self.odd) == _MOST:
            raise ValueError(f"more than {_MOST:,} cells have an error; mend its formulas")
        self.odd[row, column] = text
