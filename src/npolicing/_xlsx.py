"""A workbook's cover and sheets put into a file, by XlsxWriter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

from npolicing._sheets import COVER, Cell, Sheet, SheetColumn, pieces, table_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["centred", "describe", "draw_cell", "lay_out", "xlsx_bytes"]

# The zip format has no earlier day, and a reader might take a likely one for the truth.
_NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)
_WIDEST, _BUTTON = 60, 3


def xlsx_bytes(
    cover: Sequence[tuple[str | int, ...]], sheets: Sequence[Sheet], marking: str | None
) -> bytes:
    """A workbook of a cover and sheets, in which everything fits.

    Args:
        cover: Its rows; the first has the title, and those of more than one cell are a list.
        sheets: In their order.
        marking: For each page that is printed, and for the properties of the file.

    Raises:
        ModuleNotFoundError: If XlsxWriter is not there.
    """
    content = BytesIO()
    # In memory: else parts of it would lie in a folder for temporary files, unmarked.
    book = _workbook(content)
    synthetic = any(each.synthetic for each in sheets)
    describe(book, str(cover[0][0]), marking, synthetic=synthetic)
    page = book.add_worksheet(COVER)
    _set_up(page, marking)
    _draw_cover(page, book, cover)
    for number, each in enumerate(sheets, start=1):
        page = book.add_worksheet(each.name)
        _set_up(page, marking)
        _draw_sheet(page, book, each, table_name(number, each.name))
    book.close()
    return content.getvalue()


def describe(book: Workbook, title: str, marking: str | None, *, synthetic: bool) -> None:
    """The properties of the file, which Windows shows without opening it."""
    said = {"category": marking, "keywords": marking} if marking else {}
    book.set_properties({"title": title, "created": _NO_DAY, **said})
    book.set_custom_property("npolicing", version("npolicing"))
    book.set_custom_property("Synthetic", synthetic)
    if marking:
        book.set_custom_property("Marking", marking)


def _set_up(page: Worksheet, marking: str | None) -> None:
    """A page as it is printed: marked at its head and at its foot."""
    marked = centred(marking)
    page.set_header(f"&L&A{marked}")
    page.set_footer(f"{marked}&RPage &P of &N")
    lay_out(page)


def centred(marking: str | None) -> str:
    """A marking in the middle of a header or footer; nothing without one."""
    # An ampersand begins a code; two are one.
    return "" if marking is None else "&C" + marking.replace("&", "&&")


def lay_out(page: Worksheet) -> None:
    """A page as wide as its sheet."""
    page.set_paper(9)  # A4
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _draw_cover(page: Worksheet, book: Workbook, cover: Sequence[tuple[str | int, ...]]) -> None:
    title = book.add_format({"num_format": "@", "bold": True, "font_size": 14})
    bold = book.add_format({"num_format": "@", "bold": True})
    plain, number = _form(book, "@"), _form(book, "0")
    # What is bold: all down to the head of the list of sheets.
    head = next(row for row, cells in enumerate(cover) if cells[1:])
    for row, cells in enumerate(cover):
        words = title if row == 0 else bold if row <= head else plain
        for at, cell in enumerate(cells):
            draw_cell(page, row, at, cell, number if isinstance(cell, int) else words)
    page.set_column(0, 0, 32)
    page.set_column(1, 1, 80)


def _draw_sheet(page: Worksheet, book: Workbook, sheet: Sheet, name: str) -> None:
    forms = {form: _form(book, form) for form in sorted({each.form for each in sheet.columns})}
    # Excel's tables have a row at least; an empty one is theirs for none.
    last = max(sheet.rows, 1), len(sheet.columns) - 1
    columns = [{"header": each.name} for each in sheet.columns]
    look = {"style": "Table Style Light 1", "banded_rows": False}
    page.add_table(0, 0, *last, {"name": name, "columns": columns, **look})
    for at, column in enumerate(sheet.columns):
        for row, cell in enumerate(column.cells, start=1):
            draw_cell(page, row, at, cell, forms[column.form])
        page.set_column(at, at, _width(column))
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    # Digits that are text are so on purpose: no green corner that offers to make numbers of them.
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _form(book: Workbook, form: str) -> Format:
    # As text: else Excel makes a formula of "=1+1" when somebody edits the cell and leaves it.
    wrapped = {"text_wrap": True} if form == "@" else {}
    return book.add_format({"num_format": form, "valign": "top", **wrapped})


def draw_cell(page: Worksheet, row: int, at: int, cell: Cell, form: Format) -> None:
    """A value as the kind of cell that it is, and never as a formula or a link."""
    match cell:
        case None | "":
            pass
        case str():
            _draw_text(page, row, at, cell, form)
        case bool():
            page.write_boolean(row, at, cell, form)
        case date():
            page.write_datetime(row, at, datetime.combine(cell, time()), form)
        case int():
            page.write_number(row, at, cell, form)
        case float():
            page.write_number(row, at, _Exact(cell), form)


def _draw_text(page: Worksheet, row: int, at: int, text: str, form: Format) -> None:
    """A text as a string, whatever it looks like."""
    parts = pieces(text)
    if parts[1:]:
        page.write_rich_string(row, at, *parts, form)
    else:
        page.write_string(row, at, text, form)


class _Exact(float):
    """A float that is written with all its digits; XlsxWriter has sixteen, and some have more."""

    def __format__(self, _: str) -> str:
        return repr(float(self)).upper()


def _width(column: SheetColumn) -> int:
    longest = max((len(str(cell)) for cell in column.cells if cell is not None), default=0)
    return min(max(longest, len(column.name) + _BUTTON) + 2, _WIDEST)


def _workbook(content: BytesIO) -> Workbook:
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 # not everybody has it
    except ModuleNotFoundError as error:
        words = 'this needs XlsxWriter: pip install "npolicing[xlsx]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    return Workbook(content, {"in_memory": True})
