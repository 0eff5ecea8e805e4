"""Physical lines of a CSV file sorted out: rows by the thousand, and the few that need care.

Readers of CSV lose rows where a quote is left open: it swallows what follows. Here a line that is a
whole row by itself is never part of another, so that an open quote costs its own line alone. Each
physical line is accounted for: it is a row, goes on with one, is refused, or is set aside.

Most lines are told by numpy: how many delimiters they have outside quotes, and whether each quote
stands where RFC 4180 has it. They go to Arrow's reader as they are; the rest are read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.errors import Failure
from npolicing.intake.csv_cells import Broken, Line
from npolicing.intake.csv_scanning import Form, Scanned, is_utf8, scan
from npolicing.intake.raw import Refused, shown

__all__ = ["Form", "Lines", "sort_lines"]

_MOST_LINES = 100
"""Lines that a quoted cell may go on over."""


@attrs.frozen(kw_only=True, eq=False)
class Lines:
    """Lines of a part of a file, sorted out.

    Attributes:
        whole: Rows that are one line each: where they are, for Arrow.
        runs: First and last byte of each run of such lines.
        odd: Rows that were read one by one: their lines and cells.
        texts: What those rows are in the file.
        refused: Lines that are no rows.
        set_aside: Lines that are blank, by the reason.
        continued: Lines that go on with a row.
        lines: How many lines were sorted out.
        size: How many bytes; what is left is for the next part.
        mended: Lines that are of another encoding, and the first byte that tells.
    """

    whole: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    runs: list[tuple[int, int]]
    odd: list[tuple[int, list[str]]]
    texts: list[str]
    refused: list[Refused]
    mended: list[tuple[int, str]]
    set_aside: Counter[str]
    continued: int
    lines: int
    size: int


def sort_lines(content: bytes, form: Form, *, last: bool) -> Lines:
    """Sort out lines of a part of a file, which begins with a line and ends with one.

    Args:
        content: The bytes, as UTF-8.
        form: What a row is like.
        last: Whether nothing follows. Else a quote that is open at the end waits for what does.
    """
    found = scan(content, form)
    care = _Care(found, form, last=last and len(found.content) == len(content))
    care.run()
    lines = care.until
    whole = np.flatnonzero(found.whole[:lines])
    return Lines(
        whole=whole,
        starts=found.starts,
        ends=found.ends,
        runs=list(_runs(whole, found)),
        odd=care.odd,
        texts=care.texts,
        refused=care.refused,
        mended=[(at, byte) for at, byte in care.mended if at < lines],
        set_aside=care.set_aside,
        continued=care.continued,
        lines=lines,
        size=int(found.nexts[lines - 1]) if lines else 0,
    )


def _runs(whole: NDArray[np.intp], found: Scanned) -> Iterator[tuple[int, int]]:
    """The bytes of lines that follow on one another."""
    if not len(whole):
        return
    breaks = np.flatnonzero(np.diff(whole) != 1) + 1
    firsts = whole[np.concatenate([[0], breaks])]
    lasts = whole[np.concatenate([breaks - 1, [len(whole) - 1]])]
    yield from zip(found.starts[firsts].tolist(), found.nexts[lasts].tolist(), strict=True)


@attrs.define(eq=False)
class _Care:
    """The lines that are no whole rows, read one by one."""

    found: Scanned
    form: Form
    last: bool = attrs.field(kw_only=True)
    odd: list[tuple[int, list[str]]] = attrs.field(factory=list)
    texts: list[str] = attrs.field(factory=list)
    refused: list[Refused] = attrs.field(factory=list)
    mended: list[tuple[int, str]] = attrs.field(factory=list)
    set_aside: Counter[str] = attrs.field(factory=Counter)
    continued: int = 0
    until: int = 0

    def run(self) -> None:
        """Sort out all of them, or all up to an open quote that the next part may close."""
        self.until, done = len(self.found.starts), 0
        for at in np.flatnonzero(~self.found.whole).tolist():
            if at < done:
                continue
            taken = self.take(at)
            if taken is None:
                self.until = at
                return
            done = at + taken

    def take(self, at: int) -> int | None:
        """Sort out what begins on a line, of so many lines; null where more must be read first."""
        text = self.text(at)
        if text is None:
            return 1
        if not text.strip(self.form.dialect.delimiter + "\r"):
            self.set_aside["a blank line"] += 1
            return 1
        read = self.form.dialect.read(text)
        if isinstance(read, Broken) and read.open and "\r" not in text:
            joined = self.join(at, text)
            if joined is None:
                return None
            if joined > 0:
                self.continued += joined
                return 1 + joined
        self.keep(at, text, read)
        return 1

    def keep(self, at: int, text: str, read: Line | Broken) -> None:
        """A line that is a row by itself after all, or is refused."""
        if "\r" in text:
            self.refuse(at, text, Failure(code="CSV_FORMAT", rule="has no lone carriage return"))
        elif isinstance(read, Broken):
            self.refuse(at, text, Failure(code="CSV_FORMAT", rule=read.rule))
        elif len(read.cells) != self.form.width:
            rule = f"has {self.form.width} cells, as the header"
            value = f"{len(read.cells)} cells"
            failure = Failure(code="CSV_FORMAT", rule=rule, value=value)
            self.refuse(at, text, failure, tuple(read.cells))
        else:
            self.odd.append((at, read.cells))
            self.texts.append(text)

    def text(self, at: int) -> str | None:
        """The text of a line; null where it is refused for what it is made of."""
        line = self.found.line(at)
        if len(line) > self.form.longest:
            rule = f"has at most {self.form.longest:,} bytes; say longest_line in the profile"
            value = f"{len(line):,} bytes"
            failure = Failure(code="CSV_FORMAT", rule=rule, value=value)
            self.refuse(at, line.decode(errors="backslashreplace"), failure)
            return None
        if b"\0" in line:
            failure = Failure(code="CSV_FORMAT", rule="has no NUL byte")
            self.refuse(at, line.decode(errors="backslashreplace"), failure)
            return None
        return self.decoded(at, line)

    def decoded(self, at: int, line: bytes) -> str | None:
        """The text of a line by the encoding of the file; null where it is not of that."""
        encoding = self.form.encoding
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            stray = encoding.stray(line[error.start])
        fallback = encoding.fallback(lenient=self.form.lenient)
        if fallback is not None:
            self.mended.append((at, stray))
            return line.decode(fallback, errors="replace")
        rule = f"is {encoding.name}; {encoding.mend}, or mend the line"
        failure = Failure(code="ENCODING", rule=rule, value=stray)
        self.refuse(at, line.decode(errors="backslashreplace"), failure)
        return None

    def join(self, at: int, text: str) -> int | None:
        """How many lines go on with an open quote: none, where no row comes of it.

        Null where the part ends before that is known.
        """
        lines = len(self.found.starts)
        for after in range(at + 1, min(at + 1 + _MOST_LINES, lines)):
            if self.found.whole[after]:
                return 0
            line = self.found.line(after)
            if b"\0" in line or b"\r" in line or not is_utf8(line):
                return 0
            text = f"{text}\n{line.decode()}"
            if len(text) > self.form.longest:
                return 0
            if b'"' in line:
                read = self.form.dialect.read(text)
                if not (isinstance(read, Broken) and read.open):
                    # The quote is closed: what follows is none of its row, whatever came of it.
                    return after - at if self.closes(at, text) else 0
        return 0 if self.last or lines > at + _MOST_LINES else None

    def closes(self, at: int, text: str) -> bool:
        """Whether lines together are a row; then it is kept."""
        read = self.form.dialect.read(text)
        if isinstance(read, Broken) or len(read.cells) != self.form.width:
            return False
        self.odd.append((at, read.cells))
        self.texts.append(text)
        return True

    def refuse(self, at: int, text: str, failure: Failure, cells: tuple[str, ...] = ()) -> None:
        """Refuse a line; its number counts from 0 in the part."""
        self.refused.append(Refused(line=at, failures=(failure,), cells=cells, text=shown(text)))
