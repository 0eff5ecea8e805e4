"""A document, or its tables, written as a workbook for everybody."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from npolicing._files import FilePath, replacing
from npolicing._metadata import one_marking
from npolicing.accessible_workbook.book import book_of
from npolicing.accessible_workbook.good_practice import book_bytes
from npolicing.exhibits import Document, Section, Table

__all__ = ["write_accessible_workbook"]

# BCP 47, as far as anybody needs it here.
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def write_accessible_workbook(
    document: Document | Sequence[Table],
    path: FilePath,
    *,
    title: str | None = None,
    marking: str | None = None,
    language: str = "en-GB",
) -> None:
    """Write tables to a workbook (XLSX) that is published, whole or not at all.

    It has the form of *Releasing statistics in spreadsheets* of the Government Analysis Function: a
    cover, contents, notes, definitions and findings where there are any, and each table on a sheet
    of its own, marked up, under one row of headings with their units, beginning in column A. No
    cell is empty, merged, coloured, filtered, frozen or hidden. Figures are unrounded, and shown in
    the places of their headings; days are days; no text runs as a formula. Where there is no value
    stands shorthand: ``[c]`` for one that `suppress` hid, ``[z]`` for the name of a total, ``[x]``
    for any other that is null or a dash. Notes have numbers, in the title of their table; what is
    declared of a figure is a note of its heading.

    For analysts, who calculate on, `write_workbook` writes rows under the names of their columns.

    Args:
        document: A document, whose charts give the tables beneath them, and whose paragraphs are
            left out; or tables. A table may have the ``_status`` columns that `suppress` gave.
        path: The file; one that is there is replaced.
        title: The title of the workbook; needed for tables, of a document its own without one.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the cover, the head of each
            sheet, its header and footer in print, and the properties of the file; without one that
            of the document and the tables.
        language: The language of the words, such as cy for Welsh, for the properties of the file.

    Raises:
        WorkbookError: If something does not fit, such as two headings of one table that are alike,
            or a text above 32,767 characters. It names the place.
        ColumnTypeError: If a column of a table holds values of several types.
        TypeError: If it is neither a document nor tables.
        ValueError: If there is no table, or tables have no title; if the marking is not one line of
            1 to 100 printable characters, or tables are marked in different ways; if the language
            is none.
        ModuleNotFoundError: If gptables is not there: `pip install "npolicing[xlsx]"`.
        OSError: If the file cannot be written; then one that was there is as it was.

    Source:
        Releasing statistics in spreadsheets, and Symbols in tables, Government Analysis Function.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing import paper
    >>> tables = paper.report(paper.wmp_2019()).tables
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "tables.xlsx")
    ...     write_accessible_workbook(tables, path, title="Neighbourhood policing, 2019")
    ...     path.stat().st_size > 0
    True
    """
    whole = _whole(document, title)
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"{language!r} is no language; write en-GB, or cy for Welsh")
    found = [whole.marking, *(each.marking for each in (*whole.exhibits, *whole.tables))]
    content = book_bytes(book_of(whole, one_marking("tables", marking, found), language))
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _whole(document: Document | Sequence[Table], title: str | None) -> Document:
    """What is to be written as a document, whatever it came as."""
    if isinstance(document, Document):
        return document if title is None else attrs.evolve(document, title=title)
    # Callers need not be typed.
    rows: object = document
    tables = tuple(rows) if isinstance(rows, Sequence) else (rows,)
    if not all(isinstance(each, Table) for each in tables):
        raise TypeError("a workbook is made of a Document, or of Tables, of npolicing.exhibits")
    if title is None:
        raise ValueError("tables have no title together: say it, with title=")
    return Document(name="tables", title=title, sections=(Section(heading="", exhibits=tables),))
