"""The pages of a workbook as values: sheets of one table, and what stands above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import attrs

from npolicing._sheets import Cell, check_headers, checked_name, words_fault
from npolicing.accessible_workbook.columns import PageColumn, columns_of
from npolicing.accessible_workbook.shorthand import legend
from npolicing.errors import WorkbookError
from npolicing.exhibits import Chart, Document, Exhibit, Section, Table

__all__ = ["CONTENTS", "NOTES", "Draft", "Page", "drafts", "note_numbers", "page_of"]

CONTENTS, NOTES = "Contents", "Notes"
_ONE = "This worksheet contains one table."
_NAME = 31


@attrs.frozen(kw_only=True)
class Page:
    """A sheet: its title, what is said above its table, and the table.

    Attributes:
        sheet: Its name.
        title: What it has.
        marks: The numbers of its notes, after the title.
        columns: The table.
        subtitles: Marking, whether it is made up, and what it is part of.
        instructions: How to read it.
        legend: What its shorthand means.
        source: Where it is from.
        links: Whether its first column names other sheets, and leads there.
    """

    sheet: str
    title: str
    columns: tuple[PageColumn, ...]
    marks: str = ""
    subtitles: tuple[str, ...] = ()
    instructions: str = _ONE
    legend: tuple[str, ...] = ()
    source: str = ""
    links: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what Excel would repair."""
        fault = words_fault(self.title)
        if fault:
            raise WorkbookError(self.sheet, f"its title: {fault}")
        check_headers(self.sheet, [column.heading for column in self.columns])

    @property
    def cells(self) -> Iterable[Cell]:
        """All of its cells."""
        return chain.from_iterable(column.cells for column in self.columns)


@attrs.frozen(kw_only=True)
class Draft:
    """A table on its way to a page: its sheet has a name, its notes have no numbers yet.

    `parts` says what it is part of: a section of the document, a chart.
    """

    sheet: str
    table: Table
    parts: tuple[str, ...]
    columns: tuple[PageColumn, ...]

    @property
    def notes(self) -> list[str]:
        """The notes of the table, and then those of its columns."""
        return [*self.table.notes, *chain.from_iterable(column.notes for column in self.columns)]


def drafts(document: Document, taken: Sequence[str]) -> list[Draft]:
    """Every table of a document, those beneath charts included, each with the name of its sheet.

    Raises:
        WorkbookError: If something does not fit.
    """
    made: list[Draft] = []
    for section in document.sections:
        for exhibit in section.exhibits:
            table = _beneath(exhibit) if isinstance(exhibit, Chart) else exhibit
            name = _own_name(table, document)
            sheet = _sheet_name(name, [*taken, *(each.sheet for each in made)])
            columns = tuple(columns_of(sheet, table))
            parts = tuple(_parts(section, exhibit))
            made.append(Draft(sheet=sheet, table=table, parts=parts, columns=columns))
    return made


def _own_name(table: Table, document: Document) -> str:
    """The name of a table without that of its document, which tells none from another."""
    before = re.sub("[^a-z0-9]+", "_", document.name.lower()) + "_"
    own = table.name[len(before) :] if table.name.lower().startswith(before) else ""
    return own or table.name


def _parts(section: Section, exhibit: Exhibit) -> Iterator[str]:
    if section.heading:
        yield f"Part: {section.heading}"
    if isinstance(exhibit, Chart):
        yield f"Figures of the chart: {exhibit.title}"


def _beneath(chart: Chart) -> Table:
    """The table of a chart, with all that was said of the chart."""
    table = chart.table
    return attrs.evolve(
        table,
        notes=tuple(dict.fromkeys((*table.notes, *chart.notes))),
        source=table.source or chart.source,
        synthetic=table.synthetic or chart.synthetic,
    )


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """The name of a table as Excel takes it for a sheet, and as no other sheet has it."""
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    words = " ".join(re.sub(r"[\[\]:*?/\\'_]", " ", plain).split()) or "Table"
    whole = words[:1].upper() + words[1:]
    if whole.casefold() == "history":
        # Excel keeps that name for itself.
        whole = "History table"
    others = {each.casefold() for each in taken}
    number, sheet = 1, _cut(whole)
    while sheet.casefold() in others:
        number += 1
        sheet = _cut(whole, f" {number}")
    return checked_name(sheet, taken)


def _cut(words: str, end: str = "") -> str:
    """Words and their end in as many characters as Excel counts for the name of a sheet."""
    while len((words + end).encode("utf-16-le")) // 2 > _NAME:
        words = words[:-1].rstrip()
    return words + end


def note_numbers(made: Sequence[Draft]) -> dict[str, int]:
    """The notes of all tables by their number, in the order of reading; equal ones are one."""
    notes = dict.fromkeys(chain.from_iterable(draft.notes for draft in made))
    return {note: number for number, note in enumerate(notes, start=1)}


def page_of(draft: Draft, numbers: Mapping[str, int], subtitles: Sequence[str]) -> Page:
    """A table as its page: notes as numbers in its title and its headings, never in its cells."""
    table = draft.table
    cells = chain.from_iterable(column.cells for column in draft.columns)
    return Page(
        sheet=draft.sheet,
        title=table.title,
        marks=_marks(table.notes, numbers),
        columns=tuple(
            attrs.evolve(column, heading=column.heading + _marks(column.notes, numbers))
            for column in draft.columns
        ),
        subtitles=(*subtitles, *draft.parts),
        instructions=_instructions(draft),
        legend=tuple(legend(cells)),
        source=f"Source: {table.source}" if table.source else "",
    )


def _marks(notes: Sequence[str], numbers: Mapping[str, int]) -> str:
    return "".join(f" [note {numbers[note]}]" for note in dict.fromkeys(notes))


def _instructions(draft: Draft) -> str:
    rows = "" if len(draft.table.data) else " There are no rows: the one that it has is shorthand."
    notes = f" Its notes are on the worksheet {NOTES}." if draft.notes else ""
    return _ONE + rows + notes
