"""A whole workbook as a value: its cover, its pages in their order, and how it is marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import chain

import attrs

from npolicing._sheets import COVER, words_fault
from npolicing._wording import UNKNOWN
from npolicing.accessible_workbook.columns import PageColumn, words_column
from npolicing.accessible_workbook.pages import (
    CONTENTS,
    NOTES,
    Draft,
    Page,
    drafts,
    note_numbers,
    page_of,
)
from npolicing.accessible_workbook.shorthand import legend
from npolicing.errors import WorkbookError
from npolicing.exhibits import Document

__all__ = ["Book", "book_of"]

_DEFINITIONS, _FINDINGS = "Definitions", "Findings"
_TAKEN = (COVER, CONTENTS, NOTES, _DEFINITIONS, _FINDINGS)


@attrs.frozen(kw_only=True)
class Book:
    """A workbook as it will be written.

    Attributes:
        title: Its title.
        introduction: What it is, a line each, on the cover.
        about: How to read it, and where it is from, a line each, on the cover.
        pages: Its sheets after the cover.
        marking: The protective marking; null without one.
        synthetic: Whether any figure is of rows that are made up.
        language: Of its words, such as en-GB.
    """

    title: str
    introduction: tuple[str, ...]
    about: tuple[str, ...]
    pages: tuple[Page, ...]
    marking: str | None
    synthetic: bool
    language: str


def book_of(document: Document, marking: str | None, language: str) -> Book:
    """A document as a workbook.

    Raises:
        ValueError: If it has no table.
        WorkbookError: If something does not fit.
    """
    made = drafts(document, _TAKEN)
    if not made:
        raise ValueError("a workbook has one table at least, and the document has none")
    fault = words_fault(document.title) if document.title else "a workbook has a title"
    if fault:
        raise WorkbookError(COVER, fault)
    numbers = note_numbers(made)
    marked = () if marking is None else (f"Protective marking: {marking}",)
    pages = [
        *_before(document, numbers, marked),
        *(page_of(draft, numbers, (*marked, *_made_up(draft))) for draft in made),
    ]
    return Book(
        title=document.title,
        introduction=(*_introduction(document, made), *marked),
        about=tuple(_about(document, made)),
        pages=(_contents(pages, marked), *pages),
        marking=marking,
        synthetic=_synthetic(document, made),
        language=language,
    )


def _made_up(draft: Draft) -> tuple[str, ...]:
    return ("Synthetic: its rows are made up.",) if draft.table.synthetic else ()


def _synthetic(document: Document, made: Sequence[Draft]) -> bool:
    return document.synthetic or any(draft.table.synthetic for draft in made)


def _contents(pages: Sequence[Page], marked: tuple[str, ...]) -> Page:
    """Which sheets there are; the cover is where the reader comes from."""
    return Page(
        sheet=CONTENTS,
        title="Contents",
        columns=(
            words_column("Worksheet", [page.sheet for page in pages]),
            words_column("What it has", [page.title for page in pages]),
        ),
        subtitles=marked,
        links=True,
    )


def _before(
    document: Document, numbers: Mapping[str, int], marked: tuple[str, ...]
) -> Iterator[Page]:
    """The pages of words, each where there is something to say."""
    if numbers:
        names = [f"note {number}" for number in numbers.values()]
        columns = words_column("Note", names), words_column("What it says", list(numbers))
        yield Page(sheet=NOTES, title="Notes", columns=columns, subtitles=marked)
    # Shorthand stands where others have a dash.
    definitions = [each for each in document.definitions if each[0] != UNKNOWN]
    if definitions:
        terms, meanings = zip(*definitions, strict=True)
        columns = words_column("Term", terms), words_column("What it means", meanings)
        yield Page(sheet=_DEFINITIONS, title="Definitions", columns=columns, subtitles=marked)
    if document.findings:
        count = PageColumn(heading="Number", cells=range(1, len(document.findings) + 1), form="0")
        columns = count, words_column("Finding", document.findings)
        yield Page(sheet=_FINDINGS, title="Findings", columns=columns, subtitles=marked)


def _introduction(document: Document, made: Sequence[Draft]) -> Iterator[str]:
    if document.subtitle:
        yield document.subtitle
    if document.summary:
        yield document.summary
    tables = "1 table" if len(made) == 1 else f"{len(made)} tables, each on a worksheet of its own"
    yield f"This workbook has {tables}. The worksheet {CONTENTS} says what is where."
    sheets = [draft.sheet for draft in made if draft.table.synthetic]
    if _synthetic(document, made):
        which = f"the rows of {', '.join(sheets)}" if sheets else "rows that it was made from"
        yield f"Synthetic: {which} are made up."


def _about(document: Document, made: Sequence[Draft]) -> Iterator[str]:
    """How to read the tables, what is not in them, and where they are from."""
    columns = [column for draft in made for column in draft.columns]
    meanings = legend(chain.from_iterable(column.cells for column in columns))
    yield "No cell of a table is empty." + (
        " Shorthand says why there is no value:" * bool(meanings)
    )
    yield from meanings
    if any(column.form.endswith("%") for column in columns):
        yield "A percentage is stored as a ratio and shown per hundred: 0.5 as 50.0%."
    for section in document.sections:
        yield from (f"Not here: {each}" for each in section.missing)
    sources = dict.fromkeys(draft.table.source for draft in made if draft.table.source)
    if sources:
        yield f"Sources: {'; '.join(sources)}"
    yield from (f"{label}: {value}" for label, value in document.provenance)
    if not any(label == "Made with" for label, _ in document.provenance):
        yield f"Made with npolicing {version('npolicing')}."
