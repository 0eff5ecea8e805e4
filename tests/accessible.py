"""The checklist of the Analysis Function for spreadsheets, held against a file by openpyxl.

From *Making spreadsheets accessible: a brief checklist of the basics* and *Releasing statistics in
spreadsheets*. What a program can see is here; whether the words are good it cannot.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["broken", "header_of", "table_cells"]

SYMBOLS = ("[c]", "[x]", "[z]")
NOTE = re.compile(r"\[note ([0-9]+)\]")
BEFORE_TABLES = ("Cover", "Contents", "Notes", "Definitions", "Findings")


def broken(path: Path) -> list[str]:
    """What a workbook breaks of the checklist, each a word or two; nothing where it keeps it."""
    book = openpyxl.load_workbook(path)
    faults = {name for name, check in CHECKS.items() if not check(book)}
    faults |= {name for name, check in CHECKS_OF_A_SHEET.items() if not all(map(check, book))}
    faults |= {
        name for name, check in CHECKS_OF_A_TABLE.items() if not all(map(check, with_tables(book)))
    }
    return sorted({*faults, *([] if nothing_runs(path) else ["formulas and links"])})


def with_tables(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book if sheet.title != "Cover"]


def rows_of(sheet: Worksheet) -> list[tuple[Cell, ...]]:
    return [tuple(row) for row in sheet.iter_rows()]  # type: ignore[arg-type] # nothing is merged, by its own check


def header_of(sheet: Worksheet) -> tuple[Cell, ...]:
    """The row of headings of the table of a sheet; none where there is none."""
    refs = [table.ref for table in sheet.tables.values()]
    return tuple(sheet[refs[0]][0]) if refs else ()


def table_cells(sheet: Worksheet) -> list[tuple[Cell, ...]]:
    """The rows below the headings of the table of a sheet."""
    refs = [table.ref for table in sheet.tables.values()]
    return [tuple(row) for row in sheet[refs[0]][1:]] if refs else []


def above(sheet: Worksheet) -> list[Cell]:
    """The cells of column A above the table."""
    head = header_of(sheet)
    end = head[0].row - 1 if head else sheet.max_row
    return [sheet.cell(row, 1) for row in range(1, end + 1)]  # type: ignore[misc] # the same


def nothing_runs(path: Path) -> bool:
    """No formula anywhere, and no link that leads out of the file."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name).decode() for name in file.namelist() if "." in name}
    return not any(
        re.search("<f[ >]|<calculatedColumnFormula|<externalLink|vbaProject", xml)
        or 'TargetMode="External"' in xml
        for xml in parts.values()
    )


# -- the workbook


def has_its_sheets(book: Workbook) -> bool:
    return book.sheetnames[:2] == ["Cover", "Contents"] and len(book.sheetnames) > 2


def sheets_have_names(book: Workbook) -> bool:
    names = [name.casefold() for name in book.sheetnames]
    return len(set(names)) == len(names) and not any(re.match("sheet ?[0-9]", n) for n in names)


def tables_have_names(book: Workbook) -> bool:
    names = [table.name for sheet in book for table in sheet.tables.values()]
    return len(set(names)) == len(names) and not any(re.fullmatch("Table[0-9]*", n) for n in names)


def contents_lead_to_each_sheet(book: Workbook) -> bool:
    if "Contents" not in book.sheetnames:
        return False
    rows = table_cells(book["Contents"])
    linked = [
        row[0].value
        for row in rows
        if row[0].hyperlink is not None and row[0].hyperlink.location == f"'{row[0].value}'!A1"
    ]
    return linked == book.sheetnames[2:] and all(row[1].value for row in rows)


def document_says_what_it_is(book: Workbook) -> bool:
    language = book.properties.language or ""
    return bool(book.properties.title) and bool(re.fullmatch("[a-z]{2}(-[A-Z]{2})?", language))


def opens_on_the_cover(book: Workbook) -> bool:
    first = [sheet.sheet_view.tabSelected for sheet in book]
    return book.active is book.worksheets[0] and not any(first[1:])


def notes_are_on_their_sheet(book: Workbook) -> bool:
    asked = {
        number
        for sheet in with_tables(book)
        for cell in (*above(sheet), *header_of(sheet))
        for number in NOTE.findall(str(cell.value))
    }
    there = table_cells(book["Notes"]) if "Notes" in book.sheetnames else []
    numbers = [str(row[0].value).removeprefix("note ") for row in there]
    return asked == set(numbers) and numbers == [str(at + 1) for at in range(len(there))]


def shorthand_is_explained_on_the_cover(book: Workbook) -> bool:
    used = {
        cell.value
        for sheet in with_tables(book)
        if sheet.title not in BEFORE_TABLES
        for row in table_cells(sheet)
        for cell in row
        if cell.value in SYMBOLS
    }
    said = [str(cell.value) for cell in above(book.worksheets[0])]
    return all(any(words.startswith(f"{symbol} is ") for words in said) for symbol in used)


CHECKS: dict[str, Callable[[Workbook], bool]] = {
    "cover and contents": has_its_sheets,
    "names of sheets": sheets_have_names,
    "names of tables": tables_have_names,
    "contents": contents_lead_to_each_sheet,
    "title and language": document_says_what_it_is,
    "first sheet active": opens_on_the_cover,
    "notes": notes_are_on_their_sheet,
    "shorthand on the cover": shorthand_is_explained_on_the_cover,
}


# -- a sheet


def title_is_tagged(sheet: Worksheet) -> bool:
    return bool(sheet["A1"].value) and sheet["A1"].style == "Heading 1"


def nothing_is_merged(sheet: Worksheet) -> bool:
    return not sheet.merged_cells.ranges


def nothing_is_hidden(sheet: Worksheet) -> bool:
    rows = any(each.hidden for each in sheet.row_dimensions.values())
    columns = any(each.hidden for each in sheet.column_dimensions.values())
    return sheet.sheet_state == "visible" and not rows and not columns


def nothing_is_filtered_or_frozen(sheet: Worksheet) -> bool:
    filters = [sheet.auto_filter.ref, *(table.autoFilter for table in sheet.tables.values())]
    return sheet.freeze_panes is None and not any(filters)


def nothing_is_coloured(sheet: Worksheet) -> bool:
    cells = [cell for row in rows_of(sheet) for cell in row]
    styles = [table.tableStyleInfo.name for table in sheet.tables.values() if table.tableStyleInfo]
    return (
        all(cell.fill.fill_type is None for cell in cells)
        and not any(styles)
        and not sheet.conditional_formatting
    )


def cursor_is_in_the_first_cell(sheet: Worksheet) -> bool:
    view = sheet.sheet_view
    cells = [(each.activeCell, each.sqref) for each in view.selection]
    return all(cell == ("A1", "A1") for cell in cells) and view.topLeftCell in (None, "A1")


def nothing_floats(sheet: Worksheet) -> bool:
    comments = any(cell.comment for row in rows_of(sheet) for cell in row)
    return not sheet._images and not sheet._charts and not comments  # type: ignore[attr-defined] # noqa: SLF001 # nowhere else


def no_row_is_blank(sheet: Worksheet) -> bool:
    return all(str(cell.value or "").strip() for cell in above(sheet))


CHECKS_OF_A_SHEET: dict[str, Callable[[Worksheet], bool]] = {
    "title in A1": title_is_tagged,
    "merged": nothing_is_merged,
    "hidden": nothing_is_hidden,
    "filters and frozen panes": nothing_is_filtered_or_frozen,
    "fill": nothing_is_coloured,
    "cursor": cursor_is_in_the_first_cell,
    "floating": nothing_floats,
    "blank rows": no_row_is_blank,
}


# -- a table


def is_one_table_on_the_left(sheet: Worksheet) -> bool:
    if len(sheet.tables) != 1:
        return False
    (table,) = sheet.tables.values()
    end = f"{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
    outside = [cell for row in above_rows(sheet) for cell in row[1:] if cell.value is not None]
    return bool(re.fullmatch(f"A[0-9]+:{end}", table.ref)) and not outside


def above_rows(sheet: Worksheet) -> Iterator[tuple[Cell, ...]]:
    head = header_of(sheet)
    return (row for row in rows_of(sheet) if row[0].row < head[0].row)


def headings_are_of_the_table(sheet: Worksheet) -> bool:
    names = [name for table in sheet.tables.values() for name in table.column_names]
    heads = [cell.value for cell in header_of(sheet)]
    counts = Counter(str(head).casefold() for head in heads)
    rows = [table.headerRowCount for table in sheet.tables.values()]
    return names == heads and all(heads) and max(counts.values(), default=1) == 1 and rows == [1]


def no_cell_is_blank(sheet: Worksheet) -> bool:
    return all(str(cell.value).strip() for row in table_cells(sheet) for cell in row) and all(
        cell.value is not None for row in table_cells(sheet) for cell in row
    )


def text_is_wrapped(sheet: Worksheet) -> bool:
    cells = [*header_of(sheet), *(cell for row in table_cells(sheet) for cell in row)]
    return all(cell.alignment.wrap_text for cell in cells)


def numbers_are_numbers(sheet: Worksheet) -> bool:
    """No text that looks like a number among numbers, which a sum would pass over."""
    for column in zip(*table_cells(sheet), strict=True):
        texts = [str(cell.value) for cell in column if cell.data_type in ("s", "inlineStr")]
        if len(texts) < len(column) and any(re.fullmatch("-?[0-9.,]+", text) for text in texts):
            return False
    return True


def days_are_days(sheet: Worksheet) -> bool:
    """Days in the form that says which is the month, and no bare number among them."""
    for column in zip(*table_cells(sheet), strict=True):
        days = [cell for cell in column if isinstance(cell.value, datetime)]
        if days and any(isinstance(cell.value, int | float) for cell in column):
            return False
        if any(cell.number_format != "yyyy-mm-dd" for cell in days):
            return False
    return True


def cells_have_no_notes(sheet: Worksheet) -> bool:
    return not any(
        NOTE.fullmatch(str(cell.value)) or NOTE.search(str(cell.value)[-12:])
        for row in table_cells(sheet)
        for cell in row
    )


def shorthand_is_explained(sheet: Worksheet) -> bool:
    if sheet.title in BEFORE_TABLES:
        return True
    said = [str(cell.value) for cell in above(sheet)]
    used = {cell.value for row in table_cells(sheet) for cell in row if cell.value in SYMBOLS}
    return all(any(words.startswith(f"{symbol} is ") for words in said) for symbol in used)


CHECKS_OF_A_TABLE: dict[str, Callable[[Worksheet], bool]] = {
    "one table on the left": is_one_table_on_the_left,
    "one header row": headings_are_of_the_table,
    "blank cells": no_cell_is_blank,
    "wrapped": text_is_wrapped,
    "numbers as text": numbers_are_numbers,
    "days": days_are_days,
    "notes in cells": cells_have_no_notes,
    "shorthand": shorthand_is_explained,
}
