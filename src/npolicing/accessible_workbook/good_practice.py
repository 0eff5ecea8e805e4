"""A workbook put into a file by gptables, the Analysis Function's own; its faults are met here.

What it does is the good practice: what stands where, in which type, and each table marked up. What
it would do to the words, and leaves out, is in the comments.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from importlib import import_module
from io import BytesIO
from textwrap import wrap
from types import ModuleType
from typing import TYPE_CHECKING

import pandas as pd

from npolicing._sheets import COVER, Cell, table_name
from npolicing._xlsx import centred, describe, draw_cell, lay_out
from npolicing.accessible_workbook.container import HEADINGS, finished
from npolicing.errors import WorkbookError

if TYPE_CHECKING:
    import gptables
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from npolicing.accessible_workbook.book import Book
    from npolicing.accessible_workbook.columns import PageColumn
    from npolicing.accessible_workbook.pages import Page

__all__ = ["book_bytes"]

_COVER_WIDTH = 100
# Points of a line for each of its letters, and of Excel's highest row.
_LEADING, _HIGHEST = 1.3, 409


class _StandIns:
    """Words that gptables is handed in the place of ours, which it would read things into.

    It makes a link of ``[a](b)``, a note of ``$$a$$`` and nothing of blanks, and refuses a cell of
    signs alone, such as one in Greek; by XlsxWriter ``=1+1`` becomes a formula and ``TRUE`` a flag.
    Of a day it makes a bare number. So it lays out "Cell 1", and what it lays out is ours.
    """

    def __init__(self) -> None:
        self._cells: dict[str, Cell] = {}

    def of(self, cell: Cell) -> str:
        name = f"Cell {len(self._cells) + 1}"
        self._cells[name] = cell
        return name

    def all(self, cells: Sequence[Cell]) -> list[str]:
        return [self.of(cell) for cell in cells]

    def cell(self, words: str) -> Cell:
        """What words stand for; those of gptables itself stand for themselves."""
        return self._cells.get(words, words)


class _Rows:
    """What is written into the rows of a sheet, and how high each must be for it.

    Excel would see to heights itself, LibreOffice would not: it shows what is wrapped cut off.
    """

    def __init__(self, stand_ins: _StandIns, widths: Sequence[int]) -> None:
        self._stand_ins, self._widths = stand_ins, widths
        self._heights: dict[int, float] = {}

    def write(self, sheet: Worksheet, row: int, at: int, words: str, form: Format) -> int:
        cell = self._stand_ins.cell(words)
        draw_cell(sheet, row, at, cell, form)
        height = form.font_size * _LEADING * _lines(cell, form, self._widths[at])
        self._heights[row] = min(max(height, self._heights.get(row, 0)), _HIGHEST)
        return 0

    def set_heights(self, sheet: Worksheet) -> None:
        for row, height in self._heights.items():
            sheet.set_row(row, height)


def _lines(cell: Cell, form: Format, width: int) -> int:
    """The lines that a cell needs, one too many rather than one too few."""
    if not isinstance(cell, str) or not form.text_wrap:
        return 1
    # A width is in digits of Calibri, in 11 points; Arial is wider, and bold letters are.
    letters = int(width * (9.6 if form.bold else 10.8) / form.font_size)
    return sum(
        len(wrap(line, letters)) or 1 if len(line) > letters else 1 for line in cell.split("\n")
    )


def book_bytes(book: Book) -> bytes:
    """A workbook as the bytes of a file; the same each time.

    Raises:
        ModuleNotFoundError: If gptables is not there.
    """
    library, content = _gptables(), BytesIO()
    with _old_pandas():
        made = library.GPWorkbook(content, {"in_memory": True})
        made.set_theme(_theme(library))
        # gptables leaves the properties empty.
        describe(made, book.title, book.marking, synthetic=book.synthetic)
        drawing = _Drawing(library, made, book.marking)
        drawing.draw_cover(book)
        for number, page in enumerate(book.pages, start=1):
            drawing.draw_page(number, page)
        _tag(made)
        made.close()
    return finished(content.getvalue(), book.language)


class _Drawing:
    """A workbook of gptables that is being filled."""

    def __init__(self, library: ModuleType, made: gptables.GPWorkbook, marking: str | None) -> None:
        self.library, self.made, self.marking = library, made, marking
        self.stand_ins = _StandIns()

    def draw_cover(self, book: Book) -> None:
        cover = self.library.Cover(
            self.stand_ins.of(book.title),
            intro=self.stand_ins.all(book.introduction),
            about=self.stand_ins.all(book.about),
            cover_label=COVER,
            width=_COVER_WIDTH,
        )
        sheet, rows = self._sheet(COVER, [_COVER_WIDTH])
        sheet.write_cover(cover)
        rows.set_heights(sheet)

    def draw_page(self, number: int, page: Page) -> None:
        table = self.library.GPTable(
            self._frame(page),
            table_name=table_name(number, page.sheet),
            title=self.stand_ins.of(page.title + page.marks),
            subtitles=self.stand_ins.all(page.subtitles),
            instructions=self.stand_ins.of(page.instructions),
            legend=self.stand_ins.all(page.legend),
            source=self.stand_ins.of(page.source) if page.source else None,
            index_columns={},
            additional_formatting=[
                each for at, column in enumerate(page.columns) for each in _looks(at, column)
            ],
        )
        # Its own widths have no bound: one long note, and the sheet is metres wide.
        widths = [column.width for column in page.columns]
        sheet, rows = self._sheet(page.sheet, widths)
        sheet.write_gptable(table, auto_width=False)
        rows.set_heights(sheet)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)

    def _frame(self, page: Page) -> pd.DataFrame:
        for column in page.columns:
            if "$$" in column.heading:
                reason = "gptables keeps $$ for notes; rename it"
                raise WorkbookError(page.sheet, reason, column=column.heading)
        columns: dict[str, Sequence[object]] = {
            column.heading: self.stand_ins.all(column.cells) for column in page.columns
        }
        if page.links:
            first = page.columns[0]
            columns[first.heading] = [{each: f"internal:'{each}'!A1"} for each in first.cells]
        return pd.DataFrame(columns, dtype=object)

    def _sheet(
        self, name: str, widths: Sequence[int]
    ) -> tuple[gptables.core.wrappers.GPWorksheet, _Rows]:
        sheet, rows = self.made.add_worksheet(name), _Rows(self.stand_ins, widths)
        sheet.add_write_handler(str, rows.write)
        lay_out(sheet)
        # The guidance has nothing in headers and footers, for nobody hears them read. A marking
        # must be there, and so stands in a cell as well.
        sheet.set_header(centred(self.marking))
        sheet.set_footer(centred(self.marking))
        return sheet, rows


def _looks(at: int, column: PageColumn) -> Iterator[dict[str, object]]:
    """How a column looks, with its heading and below it."""
    # Words are indented, so that they do not touch the numbers in the column before.
    align = {"align": "right"} if column.numeric else {"align": "left", "indent": min(at, 1)}
    below = {"num_format": column.form, "valign": "top"}
    for looks, whole in ((align, True), (below, False)):
        columns = {"columns": [column.heading], "format": looks, "include_names": whole}
        yield {"column": columns}


def _gptables() -> ModuleType:
    with warnings.catch_warnings():
        # It reads its theme out of a pickle of its own, and does not close the file.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            found = import_module("gptables")  # not everybody has it
        except ModuleNotFoundError as error:
            words = 'this needs gptables: pip install "npolicing[xlsx]"'
            raise ModuleNotFoundError(words, name=error.name) from error
    return found


@contextmanager
def _old_pandas() -> Iterator[None]:
    """It calls pandas in ways that are to go: that is for them to mend, not for our users."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"gptables\.")
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"gptables\.")
        yield


def _theme(library: ModuleType) -> gptables.Theme:
    """Its theme, with words as text: else "=1+1" is a formula once somebody edits the cell."""
    theme = deepcopy(library.gptheme)
    theme.apply_config({"global": {"num_format": "@"}})
    return theme


def _tag(made: gptables.GPWorkbook) -> None:
    """Titles as headings, which gptables has as large letters alone."""
    theme = made.theme
    for looks in (theme.title_format, theme.cover_title_format):
        made.add_format(looks).xf_id = HEADINGS["Heading 1"].number
    made.add_format(theme.cover_subtitle_format).xf_id = HEADINGS["Heading 2"].number
