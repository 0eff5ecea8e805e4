"""What stands in a column of an exhibit: values of one type, and where one is missing, why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import pandas as pd
import pyarrow as pa

from npolicing._examining import any_table
from npolicing._wording import UNKNOWN, figure
from npolicing.accessible_workbook.shorthand import CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE
from npolicing.disclosure.asked import HIDDEN, IS_TOTAL, STATUS
from npolicing.disclosure.symbols import hides

if TYPE_CHECKING:
    from npolicing.exhibits import Heading, Table

__all__ = ["Values", "values_of"]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?")


@attrs.frozen(kw_only=True)
class Values:
    """The values of one column, null where there is none.

    Attributes:
        table: A table of one column, in one type.
        missing: What stands for each that is null.
        numeric: Whether they are in the unit of the heading; words say their own.
    """

    table: pa.Table
    missing: Sequence[str]
    numeric: bool


def values_of(table: Table, at: int) -> Values:
    """The values of a column of a table, and what stands where one is missing.

    A dash is no value, nor is a symbol in the place of a count that is hidden. Under a heading with
    a unit, digits that are text are numbers, unless there are words among them.

    Args:
        table: The table.
        at: The place of the heading.

    Raises:
        ColumnTypeError: If it holds values of several types, none of which is text.
    """
    heading = table.headings[at]
    column = table.data[heading.column]
    cells = list(column.astype(object))
    hidden = [heading.numeric and isinstance(cell, str) and hides(cell) for cell in cells]
    kept = [
        None if hide or _is_nothing(cell) else heading.words(cell)
        for cell, hide in zip(cells, hidden, strict=True)
    ]
    if any(isinstance(cell, str) for cell in cells):
        kept = _of_one_type(kept, heading)
        column = pd.Series(kept, dtype=object)
    return Values(
        table=any_table(column.to_frame(heading.label)),
        missing=_missing(table, at, hidden),
        numeric=heading.numeric and not any(isinstance(cell, str) for cell in kept),
    )


def _is_nothing(cell: object) -> bool:
    """Whether a cell is null, or has nothing that anybody sees or hears."""
    if isinstance(cell, str):
        return not cell.strip() or cell == UNKNOWN
    # pandas' missing values are the ones that are not equal to themselves, or say NA.
    return cell is None or str(cell) in ("nan", "NaT", "<NA>")


def _of_one_type(cells: Sequence[object], heading: Heading) -> list[object]:
    """Cells, some of which were text, in one type: numbers if they are some, else as they read."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    others = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
    if not texts:
        return list(cells)
    if heading.numeric and not others and all(map(_NUMBER.fullmatch, texts)):
        number = Decimal if any("." in text for text in texts) else int
        return [None if cell is None else number(str(cell)) for cell in cells]
    return [None if cell is None else _read(cell, heading) for cell in cells]


def _read(cell: object, heading: Heading) -> str:
    if isinstance(cell, str | bool):
        return str(cell)
    return figure(cell, heading.unit, heading.places)  # type: ignore[arg-type] # a result's scalar


def _missing(table: Table, at: int, hidden: Sequence[bool]) -> list[str]:
    heading = table.headings[at]
    totals = _told(table, IS_TOTAL)
    statuses = _told(table, heading.column + STATUS)

    def why(hide: object, total: object, status: object) -> str:
        # A total has no unit: its first column says what it is.
        if total is True and not heading.numeric:
            return NOT_APPLICABLE if at else "Total"
        return CONFIDENTIAL if hide or status in HIDDEN else NOT_AVAILABLE

    return [why(*row) for row in zip(hidden, totals, statuses, strict=True)]


def _told(table: Table, name: str) -> list[object]:
    """A column that says something of the rows, and is not shown; null where there is none."""
    if name not in table.data:
        return [None] * len(table.data)
    return list(table.data[name].astype(object))
