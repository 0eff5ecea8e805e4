"""One line of CSV told apart into cells, by RFC 4180, and what keeps it from being a row."""

from __future__ import annotations

import re

import attrs

__all__ = ["HALF", "Broken", "Dialect", "Encoding", "Line"]

HALF = b"\xff"
"""What stands for half a pair of UTF-16, once a file is UTF-8."""


@attrs.frozen
class Encoding:
    """What the text of a file is written in, whose lines are UTF-8 by now.

    >>> Encoding("cp1252").stray(0x81), Encoding("utf-16").stray(0xFF)
    ('byte 0x81', 'half a pair')
    """

    code: str = "utf-8"

    @property
    def name(self) -> str:
        """As people write it."""
        return {"utf-8": "UTF-8", "utf-16": "UTF-16"}.get(self.code, self.code)

    @property
    def mend(self) -> str:
        """What to do where it is not that."""
        likely = 'encoding = "cp1252"' if self.code == "utf-8" else "another encoding"
        return f"say {likely} in the profile"

    def fallback(self, *, lenient: bool) -> str | None:
        """What else a line may be: what is no UTF-8 is mostly of Windows."""
        return "cp1252" if lenient and self.code == "utf-8" else None

    def stray(self, byte: int) -> str:
        """A byte at which a line stops being it, in words."""
        if self.code == "utf-16" and byte == HALF[0]:
            return "half a pair"
        return f"byte 0x{byte:02x}"


@attrs.frozen
class Line:
    """The cells of a line.

    Attributes:
        cells: The cells.
        loose: Whether a quote stands within a cell that does not begin with one; it is text then.
    """

    cells: list[str]
    loose: bool = False


@attrs.frozen
class Broken:
    """Why a line has no cells.

    Attributes:
        rule: What it should be.
        open: Whether a quote was opened and not closed: the next line may go on with it.
    """

    rule: str
    open: bool = False


@attrs.frozen
class Dialect:
    """What is between two cells; quotes are double ones.

    >>> Dialect(",").read('P6,"Vehicle, abandoned","said ""none"" of it"').cells
    ['P6', 'Vehicle, abandoned', 'said "none" of it']
    """

    delimiter: str

    def read(self, text: str) -> Line | Broken:
        """The cells of a line, or why it has none."""
        if '"' not in text:
            return Line(text.split(self.delimiter))
        cells, at, loose = list[str](), 0, False
        while True:
            if text.startswith('"', at):
                found = _QUOTED.match(text, at)
                if found is None:
                    return Broken("has a closing quote for each opening one", open=True)
                cells.append(found[1].replace('""', '"'))
                at = found.end()
                if at < len(text) and text[at] != self.delimiter:
                    return Broken("has nothing between a closing quote and the next cell")
            else:
                end = text.find(self.delimiter, at)
                end = len(text) if end < 0 else end
                cells.append(text[at:end])
                loose |= '"' in cells[-1]
                at = end
            if at == len(text):
                return Line(cells, loose)
            at += 1


_QUOTED = re.compile('"((?:[^"]|"")*+)"(?!")')
