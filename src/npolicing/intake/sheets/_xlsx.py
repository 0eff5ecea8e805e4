"""Sheets of an `.xlsx`, by their XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from xml.parsers import expat
from zipfile import ZipFile

import attrs

from npolicing.intake.sheets._elements import elements, local, relations
from npolicing.intake.sheets._seen import Seen

__all__ = ["xlsx_sheet"]

_REST = rb'"(?: s="[0-9]+")?(?: t="(?:n|s|b|d|e|str|inlineStr)")? ?/?>'
_SHAPES = [
    (rows, columns, re.compile(rb'<c(?=[\s/>])(?! r="' + places + _REST + rb")"))
    for rows, columns, places in (
        (999_999, 32, rb"(?:[A-Z]|A[A-F])[0-9]{1,6}"),
        (499_999, 64, rb"(?:[A-Z]|A[A-Z]|B[A-L])[0-4]?[0-9]{1,5}"),
        (39_999, 702, rb"[A-Z]{1,2}[0-3]?[0-9]{1,4}"),
    )
]
"""How large a sheet may be, and a cell that is beyond it, or not written as is common."""
_PREFIXED = re.compile(rb":c[\s/>]")
"""Cells with a prefix, which the others do not know."""
_LACKING = re.compile(rb"<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)(?!<v>[^<])")
"""A formula, and no value after it."""
_ERROR = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")? t="e" ?>'
    rb"(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>([^<]+)</v>"
)


def xlsx_sheet(archive: ZipFile, parts: Mapping[str, str], number: int) -> Seen:
    """What a sheet has; of one that is written as is common, it is found in little time."""
    content = archive.read(parts[_part(archive, parts, number).lower()])
    return _quickly(content) or _Looking.through(content)


def _quickly(content: bytes) -> Seen | None:
    """Bounds of a sheet and its errors; null where each cell must be looked at."""
    if not content.startswith((b"<", b"\xef\xbb\xbf<")):
        return None
    if _PREFIXED.search(content) or _LACKING.search(content):
        return None
    number = content.count(b' t="e"')
    errors = _ERROR.findall(content) if number else []
    if len(errors) < number:
        return None
    for rows, columns, beyond in _SHAPES:
        if not beyond.search(content):
            seen = Seen(rows=rows, columns=columns)
            for place, text in errors:
                seen.note(*_place(place.decode()), text.decode())
            return seen
    return None


def _part(archive: ZipFile, parts: Mapping[str, str], number: int) -> str:
    """The part that a sheet is in; its path may be absolute, or begin at the workbook."""
    package = relations(archive, parts, "_rels/.rels").values()
    workbook = next(each.target for each in package if each.kind == "officeDocument")
    folder = workbook.rpartition("/")[0].removeprefix("/")
    folder = f"{folder}/" if folder else ""
    sheets = elements(archive, parts[f"{folder}workbook.xml".lower()], "sheet")
    found = relations(archive, parts, f"{folder}_rels/workbook.xml.rels")
    target = found[sheets[number]["id"]].target
    return target[1:] if target.startswith("/") else folder + target


@attrs.define(eq=False)
class _Looking:
    """A sheet while it is gone through, element by element.

    Most cells are done with as they begin. The text of one is taken only where it may be odd, for
    handlers that are not there cost nothing.
    """

    parser: expat.XMLParserType
    seen: Seen = attrs.field(factory=Seen)
    _row: int = -1
    _column: int = 0
    _at: tuple[int, int] = (0, 0)
    _kind: str = "n"
    _name: str = ""
    _texts: dict[str, str] = attrs.field(factory=dict)

    @classmethod
    def through(cls, content: bytes) -> Seen:
        """What the whole of a sheet has."""
        looking = cls(expat.ParserCreate())
        looking.parser.StartElementHandler = looking._start
        looking.parser.Parse(content, True)  # noqa: FBT003 # it has no name
        return looking.seen

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = local(element) if ":" in element else element
        if name == "c":
            place = attributes.get("r")
            self._at = (self._row, self._column) if place is None else _place(place)
            self._column = self._at[1] + 1
            self._kind = attributes.get("t", "n")
            if self._kind == "e":
                self._listen()
        elif name in ("v", "is"):
            self._name, self._texts[name] = name, ""
            self.seen.reach(*self._at)
        elif name == "f":
            self._listen()
            self._name = name
        elif name == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = 0

    def _listen(self) -> None:
        self._name, self._texts = "", {"": "", "f": ""}
        self.parser.CharacterDataHandler = self._text
        self.parser.EndElementHandler = self._end

    def _text(self, text: str) -> None:
        self._texts[self._name] += text

    def _end(self, element: str) -> None:
        """The end of an element in a cell that may be odd, or of the cell."""
        self._name = ""
        if local(element) != "c":
            return
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        value = self._texts.get("v")
        # Of text that is empty, the value is there and empty.
        if self._kind == "e":
            self.seen.note(*self._at, value or "#VALUE!")
        elif value is None or (not value and self._kind != "str"):
            self.seen.note(*self._at, f"#NO VALUE: ={self._texts['f']}")


def _place(text: str) -> tuple[int, int]:
    """Row and column of a place such as B2, from 0."""
    letters = text.rstrip("0123456789")
    return int(text[len(letters) :]) - 1, _column(letters.upper())


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    return number - 1
