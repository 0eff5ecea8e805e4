"""Sheets of an `.ods`, by its XML, in which rows and cells may stand for many alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat
from zipfile import ZipFile

import attrs

from npolicing.intake.cells import is_error
from npolicing.intake.sheets._elements import small
from npolicing.intake.sheets._seen import PasswordError, Seen

__all__ = ["ods_sheets"]

_VALUES = (
    "office:value",
    "office:string-value",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "table:formula",
)
_SLICE = 2**20


def ods_sheets(archive: ZipFile, parts: Mapping[str, str]) -> Iterator[Seen]:
    """What each sheet has."""
    manifest = parts.get("meta-inf/manifest.xml")
    if manifest is not None and b"encryption-data" in small(archive, manifest):
        raise PasswordError
    looking = _Looking()
    parser = expat.ParserCreate()
    parser.StartElementHandler = looking.start
    parser.CharacterDataHandler = looking.text
    parser.EndElementHandler = looking.end
    with archive.open(parts["content.xml"]) as file:
        while data := file.read(_SLICE):
            parser.Parse(data)
        parser.Parse(b"", True)  # noqa: FBT003 # it has no name
    yield from looking.sheets


@attrs.define(eq=False)
class _Looking:
    """Sheets while they are gone through, element by element."""

    sheets: list[Seen] = attrs.field(factory=list)
    _row: int = 0
    _rows: int = 1
    _column: int = 0
    _columns: int = 1
    _cell: Mapping[str, str] = attrs.field(factory=dict)
    _texts: list[str] = attrs.field(factory=list)

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """The start of an element."""
        match element:
            case "table:table":
                self.sheets.append(Seen())
                self._row = 0
            case "table:table-row":
                self._rows = int(attributes.get("table:number-rows-repeated", 1))
                self._column = 0
            case "table:table-cell" | "table:covered-table-cell":
                self._columns = int(attributes.get("table:number-columns-repeated", 1))
                self._cell, self._texts = attributes, []

    def text(self, text: str) -> None:
        """Some text; a long one comes in pieces."""
        self._texts.append(text)

    def end(self, element: str) -> None:
        """The end of an element."""
        match element:
            case "table:table-row":
                self._row += self._rows
            case "table:table-cell" | "table:covered-table-cell":
                self._take("".join(self._texts).strip())
                self._column += self._columns

    def _take(self, text: str) -> None:
        cell, seen = self._cell, self.sheets[-1]
        formula = cell.get("table:formula")
        kind = cell.get("office:value-type")
        if kind != "string" and not any(map(cell.__contains__, _VALUES)):
            return
        seen.reach(self._row + self._rows - 1, self._column + self._columns - 1)
        if cell.get("calcext:value-type") == "error" or (formula is not None and is_error(text)):
            self._note(text if is_error(text) else f"#NO VALUE: {text}")
        elif formula is not None and kind is None:
            self._note(f"#NO VALUE: {formula.removeprefix('of:')}")

    def _note(self, text: str) -> None:
        """A cell without a value, in each place that it stands for."""
        for row in range(self._row, self._row + self._rows):
            for column in range(self._column, self._column + self._columns):
                self.sheets[-1].note(row, column, text)
