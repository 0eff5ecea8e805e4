"""The columns of an exhibit as cells: typed, with shorthand where there is no value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing._examining import any_table
from npolicing._sheets import Cell, SheetColumn, sheet_columns
from npolicing.accessible_workbook.shorthand import CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE
from npolicing.disclosure.asked import HIDDEN, IS_TOTAL, STATUS
from npolicing.errors import WorkbookError

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
        WorkbookError: If something does not fit, or there is text under a heading with a unit.
        ColumnTypeError: If a column holds values of several types.
    """
    shown = any_table(table.data[[heading.column for heading in table.headings]])
    named = shown.rename_columns([_named(heading) for heading in table.headings])
    _check_numbers(sheet, table, named)
    return [
        PageColumn(
            heading=column.name,
            cells=_filled(column.cells, at, table) or [NOT_APPLICABLE],
            form=_form(column, heading),
            notes=_notes(table, heading, column),
        )
        for at, (column, heading) in enumerate(
            zip(sheet_columns(sheet, named), table.headings, strict=True)
        )
    ]


def _named(heading: Heading) -> str:
    """A heading with its unit, unless it says that already."""
    unit = _UNITS.get(heading.unit or "", heading.unit)
    said = unit is None or f" {unit} ".casefold() in f" {heading.label} ".casefold()
    return heading.label if said else f"{heading.label} ({unit})"


def _check_numbers(sheet: str, table: Table, named: pa.Table) -> None:
    """Digits as text cannot be added up, and a symbol of one's own needs an explanation."""
    for heading, name, kind in zip(
        table.headings, named.column_names, named.schema.types, strict=True
    ):
        if heading.numeric and (pat.is_string(kind) or pat.is_large_string(kind)):
            reason = (
                "text under a heading with a unit: give numbers; of small ones those of `suppress`,"
                " not of `with_symbols`"
            )
            raise WorkbookError(sheet, reason, column=name)


def _filled(cells: Sequence[Cell], at: int, table: Table) -> list[Cell]:
    """The cells of a column with shorthand in the place of what is missing."""
    heading = table.headings[at]
    totals = _told(table, IS_TOTAL)
    statuses = _told(table, heading.column + STATUS)

    def missing(total: object, status: object) -> str:
        # A total has no unit: its first column says what it is.
        if total is True and not heading.numeric:
            return NOT_APPLICABLE if at else "Total"
        return CONFIDENTIAL if status in HIDDEN else NOT_AVAILABLE

    return [
        missing(total, status) if cell is None or (isinstance(cell, str) and _blank(cell)) else cell
        for cell, total, status in zip(cells, totals, statuses, strict=True)
    ]


def _blank(text: str) -> bool:
    # Of what is printable, and of what is not, nobody sees or hears these.
    return not text.strip()


def _told(table: Table, name: str) -> list[object]:
    """A column that says something of the rows, and is not shown; null where there is none."""
    if name not in table.data:
        return [None] * len(table.data)
    return list(table.data[name].astype(object))


def _form(column: SheetColumn, heading: Heading) -> str:
    """How Excel is to show a column: as a figure reads, but for the unit in the heading."""
    if not heading.numeric or column.form in (_TEXT, _DAY):
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
