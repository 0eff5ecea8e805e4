"""What stands in the cells of a workbook: each column in one type that Excel has, or a refusal.

Excel has text, numbers, flags and days. A number is a double, of which it shows 15 digits; a time
has no zone. What would not be shown as it is becomes text, or is refused where it is money.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing._csv_cells import joined
from npolicing.errors import WorkbookError

if TYPE_CHECKING:
    from npolicing.arrow import ChunkedArray

__all__ = [
    "COVER",
    "Cell",
    "Sheet",
    "SheetColumn",
    "check_headers",
    "checked_name",
    "pieces",
    "sheet_columns",
    "table_name",
    "text_fault",
    "words_fault",
]

ROWS, COLUMNS, CHARACTERS, DIGITS = 1_048_576, 16_384, 32_767, 15
"""Excel's own bounds: rows of a sheet with its header, columns, UTF-16 units of a cell, digits."""

_NAME = 31
_HEADER = 255
# Excel of Windows and LibreOffice agree on days only from here on: Excel has a 29 February 1900.
_FIRST_DAY = date(1900, 3, 1)
# OOXML writes what XML cannot hold as _x0000_, and the text _x0000_ as _x005F_x0000_.
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
_SHARED = re.compile("_x[0-9A-Fa-f]{4}(?=_x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ELSEWHERE = "write it as CSV or Parquet"

COVER = "Cover"
Cell = str | float | bool | date | None


@attrs.frozen(kw_only=True)
class SheetColumn:
    """One column of a sheet: its cells, how Excel is to show them, and what to know of them."""

    name: str
    cells: Sequence[Cell]
    form: str = "General"
    remark: str = ""


@attrs.frozen(kw_only=True)
class Sheet:
    """A table as it will stand in a workbook, and what was said of it."""

    name: str
    about: str
    columns: list[SheetColumn]
    rows: int
    marking: str | None
    synthetic: bool


@attrs.frozen
class _Place:
    """Where something is that does not fit."""

    sheet: str
    column: str

    def refusal(self, reason: str, row: int | None = None) -> WorkbookError:
        return WorkbookError(self.sheet, reason, column=self.column, row=row)


def checked_name(name: str, taken: Sequence[str]) -> str:
    """A name for a sheet, as it was given.

    Raises:
        WorkbookError: If Excel does not take it, or another sheet has it.
        TypeError: If it is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"a sheet has a name, such as Logs; this is {name!r}")
    if not name or _units(name) > _NAME:
        raise WorkbookError(name, f"a sheet has a name of 1 to {_NAME} characters")
    if re.search(r"[\[\]:*?/\\]|^'|'$", name) or not name.isprintable() or name != name.strip():
        raise WorkbookError(
            name,
            r"a sheet's name has none of []:*?/\, is printable, and has no apostrophe or blank at "
            "either end",
        )
    if name.casefold() == "history":
        raise WorkbookError(name, "Excel keeps that name for itself; give another")
    if name.casefold() in (each.casefold() for each in taken):
        raise WorkbookError(name, "another sheet has that name, but for capitals; give another")
    return name


def table_name(number: int, sheet: str) -> str:
    """A name of its own for the table of a sheet, in the letters that Excel takes."""
    return f"Table_{number}_" + re.sub("[^A-Za-z0-9]+", "_", sheet)


def sheet_columns(sheet: str, table: pa.Table) -> list[SheetColumn]:
    """The columns of a table as a sheet has them.

    Raises:
        WorkbookError: If something does not fit.
    """
    if table.num_rows >= ROWS:
        raise WorkbookError(
            sheet,
            f"{table.num_rows:,} rows; a sheet has {ROWS - 1:,} under its header: {_ELSEWHERE}",
        )
    if not 0 < table.num_columns <= COLUMNS:
        raise WorkbookError(
            sheet, f"{table.num_columns:,} columns; a sheet has 1 to {COLUMNS:,}: {_ELSEWHERE}"
        )
    check_headers(sheet, table.column_names)
    return [
        _column(_Place(sheet, field.name), field.type, column)
        for field, column in zip(table.schema, table.columns, strict=True)
    ]


def check_headers(sheet: str, names: Sequence[str]) -> None:
    """Excel repairs a file, and so loses the table, where a header is not as its cell has it.

    Raises:
        WorkbookError: If Excel would repair one, or two are alike.
    """
    for at, name in enumerate(names):
        place = _Place(sheet, name)
        if not 0 < _units(name) <= _HEADER:
            raise place.refusal(f"a column has a name of 1 to {_HEADER} characters; rename it")
        if not name.isprintable() or name != name.strip() or _ESCAPE.search(name) or "<" in name:
            raise place.refusal("a name is printable, with no < or blank at either end; rename it")
        if name.casefold() in (each.casefold() for each in names[:at]):
            raise place.refusal("another column has that name, but for capitals; rename it")


def _units(text: str) -> int:
    """Characters as Excel counts them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _column(place: _Place, kind: pa.DataType, column: ChunkedArray) -> SheetColumn:
    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
    for fits, make in _KINDS:
        if fits(kind):
            return make(place, kind, column.to_pylist())
    raise place.refusal(f"a cell cannot hold {kind}; make text or numbers of it")


def _texts(
    place: _Place, _: pa.DataType, values: Sequence[object], remark: str = ""
) -> SheetColumn:
    texts = [None if value is None else str(value) for value in values]
    for row, text in enumerate(texts):
        fault = "" if text is None else text_fault(text)
        if fault:
            raise place.refusal(f"{fault}: {_ELSEWHERE}", row)
    return SheetColumn(name=place.column, cells=texts, form="@", remark=remark)


def text_fault(text: str) -> str:
    """Why a cell cannot hold a text; empty where it can."""
    # A character is one unit or two.
    if len(text) > CHARACTERS // 2 and _units(text) > CHARACTERS:
        return f"{_units(text):,} characters, and a cell has {CHARACTERS:,}"
    if pieces(text)[1:] and _CONTROL.search(text):
        return "control characters beside what looks like the XML of a cell"
    return ""


def words_fault(text: str) -> str:
    """Why words that we write ourselves cannot stand in a cell; empty where they can."""
    fault = text_fault(text)
    return fault or ("" if text.isprintable() else "words are printable, in one line each")


def pieces(text: str) -> list[str]:
    """A text in pieces, none of which XlsxWriter would take for XML or for an escape; most are one.

    It writes a text in <r> and </r> as it stands, and of _x0041_x0042_, whose escapes share an
    underscore, it escapes the first alone. A piece has neither.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        whole = ["<", "r", text[2:]]
    elif _SHARED.search(text):
        whole = ["", text]
    else:
        return [text]
    return [part for each in whole for part in re.split("(?<=_x[0-9A-Fa-f]{4})(?=_)", each) if part]


def _each(values: Sequence[Any], make: Callable[[Any], Cell]) -> list[Cell]:
    return [None if value is None else make(value) for value in values]


def _lists(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    remark = "Items of a list have semicolons between them."
    return _texts(place, kind, _each(values, joined), remark)


def _clock(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    return _texts(place, kind, _each(values, lambda value: str(value.isoformat())))


def _times(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    # Excel's times have no zone: they would be read as local, and be an hour off all summer.
    if getattr(kind, "tz", None) is None:
        return _clock(place, kind, values)
    times = _each(values, lambda value: str(value.astimezone(UTC).isoformat()))
    return _texts(place, kind, times, "Times are in UTC, as text: Excel's own have no zone.")


def _days(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    if any(day is not None and day < _FIRST_DAY for day in values):
        remark = f"Days before {_FIRST_DAY} are text, with their column: Excel has no such days."
        return attrs.evolve(_clock(place, kind, values), remark=remark)
    return SheetColumn(name=place.column, cells=values, form="yyyy-mm-dd")


def _flags(place: _Place, _: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    return SheetColumn(name=place.column, cells=values)


def _counts(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    # The whole column: a sum would pass over a number that is text among others that are none.
    if any(count is not None and abs(count) >= 10**DIGITS for count in values):
        remark = f"Numbers of more than {DIGITS} digits are text, with their column."
        return _texts(place, kind, values, remark)
    return SheetColumn(name=place.column, cells=values, form="0")


def _figures(place: _Place, _: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    for row, figure in enumerate(values):
        if figure is not None and not math.isfinite(figure):
            raise place.refusal(f"{figure} is no figure; write null where it is undefined", row)
    return SheetColumn(name=place.column, cells=_each(values, float))


def _amounts(place: _Place, kind: pa.DataType, values: Sequence[Any]) -> SheetColumn:
    for row, amount in enumerate(values):
        digits = 0 if amount is None else len(amount.as_tuple().digits)
        # A double holds any fifteen decimal digits, and Excel shows no more.
        if digits > DIGITS:
            number = f"{amount} has {digits} digits, and a number of Excel {DIGITS}"
            raise place.refusal(f"{number}: {_ELSEWHERE}", row)
    scale = kind.scale  # type: ignore[attr-defined] # of every decimal type
    form = f"0.{'0' * scale}" if scale > 0 else "0"
    return SheetColumn(name=place.column, cells=_each(values, float), form=form)


_Make = Callable[[_Place, pa.DataType, Sequence[Any]], SheetColumn]
_KINDS: tuple[tuple[Callable[[pa.DataType], bool], _Make], ...] = (
    (lambda kind: str(kind) in ("string", "large_string", "string_view", "null"), _texts),
    (pat.is_boolean, _flags),
    (pat.is_integer, _counts),
    (pat.is_floating, _figures),
    (pat.is_decimal, _amounts),
    (pat.is_date, _days),
    (pat.is_timestamp, _times),
    (pat.is_time, _clock),
    (lambda kind: pat.is_list(kind) or pat.is_large_list(kind), _lists),
)
