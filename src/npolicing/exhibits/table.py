"""A table as a value: what it is called, its cells as they read, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pandas as pd

from npolicing._records import Record
from npolicing._wording import UNKNOWN, figure
from npolicing.exhibits.markup import shown_table

__all__ = ["Heading", "Table", "table_from"]


@attrs.frozen(kw_only=True)
class Heading:
    """One column of a table: what it holds, what it is called, and how its values read.

    Attributes:
        column: Name of the column in the data.
        label: What stands over it.
        unit: Of its numbers; null for words.
        places: Decimal places that are shown.
        coded: Whether its words are codes of a vocabulary, so that `near_limit` reads "near limit".
    """

    column: str
    label: str
    unit: str | None = None
    places: int = 0
    coded: bool = False

    def words(self, value: object) -> object:
        """A value with the words of its code, where it is one."""
        return value.replace("_", " ") if self.coded and isinstance(value, str) else value

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers, which stand on the right."""
        return self.unit is not None


@attrs.frozen(kw_only=True)
class Table:
    """One table to be read: its data, and the same as text a cell at a time.

    Attributes:
        name: Short name, also of the files that it is written to.
        title: What it says.
        headings: The columns that are shown, in order.
        data: The figures themselves, unrounded, with all their columns.
        result: What declares those columns.
        notes: Sentences under the table.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; null without one.
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    data: pd.DataFrame = attrs.field(eq=False, repr=False)
    result: type[Record] | None = None
    notes: tuple[str, ...] = ()
    source: str = ""
    synthetic: bool = False
    marking: str | None = None

    @property
    def cells(self) -> list[list[str]]:
        """The rows as they read; a total is named in the first column."""
        rows = self.data.to_dict("records")
        return [self._row({str(name): value for name, value in row.items()}) for row in rows]

    def _repr_html_(self) -> str:
        return shown_table(self)

    def _row(self, row: dict[str, object]) -> list[str]:
        cells = [_cell(row[heading.column], heading) for heading in self.headings]
        if row.get("is_total") is not True:
            return cells
        # A total has no unit: its first column says what it is, other words are left out.
        words = ["Total", *([""] * (len(cells) - 1))]
        return [
            word if cell == UNKNOWN and not heading.numeric else cell
            for cell, word, heading in zip(cells, words, self.headings, strict=True)
        ]


def _cell(value: object, heading: Heading) -> str:
    # pandas' missing values are the ones that are not equal to themselves, or say NA.
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        return UNKNOWN
    read = heading.words(value)
    return figure(read, heading.unit, heading.places)  # type: ignore[arg-type] # a result's scalar


def table_from(
    data: pd.DataFrame,
    name: str,
    title: str,
    headings: Sequence[Heading],
    *,
    result: type[Record] | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
) -> Table:
    """A table of the columns that the headings name; the data keep all of theirs."""
    return Table(
        name=name,
        title=title,
        headings=tuple(headings),
        data=data,
        result=result,
        notes=tuple(notes),
        source=source,
        synthetic=synthetic,
        marking=marking,
    )
