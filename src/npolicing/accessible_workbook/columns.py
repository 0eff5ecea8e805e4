"""The columns of an exhibit as cells: typed, with shorthand where there is no value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from npolicing._sheets import Cell, SheetColumn, sheet_columns
from npolicing.accessible_workbook.shorthand import NOT_APPLICABLE
from npolicing.accessible_workbook.values import Values, values_of

if TYPE_CHECKING:
    from npolicing.exhibits import Heading, Table

__all__ = ["PageColumn", "columns_of", "words_column"]

_UNITS = {"GBP": "£", "ratio": "%"}
_TEXT, _DAY = "@", "yyyy-mm-dd"
_WIDEST, _PADDING = 80, 4


@attrs.frozen(kw_only=True)
class PageColumn:
    """One column as it is published.

    Attributes:
        heading: Its name, with the unit in brackets.
        cells: Its values; none is empty.
        form: How Excel is to show them.
        notes: What a reader must know of it: what it means, and what became of its values.
    """

    heading: str
    cells: Sequence[Cell]
    form: str = _TEXT
    notes: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it has numbers, which stand on the right."""
        return any(isinstance(cell, int | float) for cell in self.cells)

    @property
    def width(self) -> int:
        """Characters that it needs: those of its cells, and of the longest word of its heading."""
        cells = max((len(_shown(cell, self.form)) for cell in self.cells), default=0)
        words = max(map(len, re.findall(r"\[note [0-9]+\]|\S+", self.heading)))
        # Bold letters are wider.
        return int(min(max(cells * 1.1, words * 1.3), _WIDEST)) + _PADDING


def words_column(heading: str, words: Sequence[str]) -> PageColumn:
    """A column of words."""
    return PageColumn(heading=heading, cells=words)


def columns_of(sheet: str, table: Table) -> list[PageColumn]:
    """The columns of a table as they are published, a row of shorthand where it has no rows.

    Args:
        sheet: The name of its sheet, for refusals.
        table: The table.

    Raises:
        WorkbookError: If something does not fit.
        ColumnTypeError: If a column holds values of several types.
    """
    values = [values_of(table, at) for at in range(len(table.headings))]
    names = [_named(heading, each) for heading, each in zip(table.headings, values, strict=True)]
    whole = pa.Table.from_arrays([each.table.column(0) for each in values], names)
    return [
        PageColumn(
            heading=column.name,
            cells=_filled(column.cells, each.missing) or [NOT_APPLICABLE],
            form=_form(column, heading) if each.numeric else column.form,
            notes=_notes(table, heading, column),
        )
        for column, heading, each in zip(
            sheet_columns(sheet, whole), table.headings, values, strict=True
        )
    ]


def _named(heading: Heading, values: Values) -> str:
    """A heading with its unit, unless it or the values say that already."""
    unit = _UNITS.get(heading.unit or "", heading.unit) if values.numeric else None
    said = unit is None or f" {unit} ".casefold() in f" {heading.label} ".casefold()
    return heading.label if said else f"{heading.label} ({unit})"


def _filled(cells: Sequence[Cell], missing: Sequence[str]) -> list[Cell]:
    """The cells of a column with shorthand in the place of what is missing."""
    return [
        why if cell is None or (isinstance(cell, str) and not cell.strip()) else cell
        for cell, why in zip(cells, missing, strict=True)
    ]


def _form(column: SheetColumn, heading: Heading) -> str:
    """How Excel is to show a column: as a figure reads, but for the unit in the heading."""
    if column.form in (_TEXT, _DAY):
        return column.form
    if heading.unit == "ratio":
        return "0.0%"
    places = heading.places
    if heading.unit == "GBP":
        amounts = [cell for cell in column.cells if isinstance(cell, int | float)]
        places = 0 if all(amount == int(amount) for amount in amounts) else 2
    return "#,##0" + ("." + "0" * places if places else "")


def _notes(table: Table, heading: Heading, column: SheetColumn) -> tuple[str, ...]:
    """What is declared of a figure, and what became of the values on the way into the cells."""
    declared = {} if table.result is None else {f.name: f for f in table.result.columns()}
    field = declared.get(heading.column) if heading.numeric else None
    meaning = "" if field is None else field.column.description
    if meaning and not meaning.casefold().startswith(heading.label.casefold()):
        meaning = f"{heading.label}: {meaning}"
    return tuple(filter(None, (meaning, column.remark)))


def _shown(cell: Cell, form: str) -> str:
    """About what a cell reads as, for its width."""
    if isinstance(cell, bool | str) or cell is None:
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if form == "General":
        return f"{cell:.11g}"
    places = len(re.sub("^[^.]*[.]?|%", "", form))
    return f"{cell * 100:,.{places}f}%" if form.endswith("%") else f"{cell:,.{places}f}"
