"""The lines of a part of a CSV file, all at once: which of them are whole rows.

Numpy tells how many delimiters each has outside quotes, and whether each quote stands where RFC
4180 has it.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.intake.csv_cells import Dialect, Encoding

__all__ = ["Form", "Scanned", "is_utf8", "scan"]

_LINE_FEED, _RETURN, _QUOTE, _NUL = 10, 13, 34, 0
_AT_ONCE = 2**17
"""Lines that are told at once: one that is refused is far larger in memory than in the file.

They are more than a quoted cell may go on over, so that of such a cell all can be seen.
"""


@attrs.frozen(kw_only=True)
class Form:
    """What a row of the file is like.

    Attributes:
        dialect: What is between two cells.
        width: How many cells a row has.
        longest: Bytes of a line beyond which it is refused.
        encoding: What the file is written in.
        lenient: Whether lines that are no UTF-8 are read as Windows-1252.
    """

    dialect: Dialect
    width: int
    longest: int
    encoding: Encoding = attrs.field(factory=Encoding)
    lenient: bool = False


@attrs.frozen(eq=False)
class Scanned:
    """A part of a file, or the beginning of one: its lines, and which of them are whole rows."""

    content: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    nexts: NDArray[np.int64]
    whole: NDArray[np.bool_]

    def line(self, at: int) -> bytes:
        """A line without its end."""
        return self.content[self.starts[at] : self.ends[at]]


@attrs.frozen(kw_only=True, eq=False)
class _Physical:
    """A part of a file, line by line: where each begins, ends, and has its line feed."""

    content: bytes
    data: NDArray[np.uint8]
    feeds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, content: bytes) -> _Physical:
        data = np.frombuffer(content, np.uint8)
        feeds = np.flatnonzero(data == _LINE_FEED)
        if len(feeds) > _AT_ONCE:
            return cls.of(content[: feeds[_AT_ONCE - 1] + 1])
        if len(content) and data[-1] != _LINE_FEED:
            feeds = np.append(feeds, len(content))
        starts = np.concatenate([np.zeros(1, np.int64), feeds[:-1] + 1]) if len(feeds) else feeds
        ends = feeds - ((feeds > starts) & (data[feeds - 1] == _RETURN))
        return cls(content=content, data=data, feeds=feeds, starts=starts, ends=ends)

    def lines_of(self, places: NDArray[np.int64]) -> NDArray[np.intp]:
        """The lines that some bytes are in."""
        return np.searchsorted(self.feeds, places)


def scan(content: bytes, form: Form) -> Scanned:
    """Tell the lines of a part that are whole rows by themselves; of very many the first."""
    part = _Physical.of(content)
    content = part.content
    length = part.ends - part.starts
    delimiter = ord(form.dialect.delimiter)
    marks = np.flatnonzero(part.data == delimiter)
    counts = np.diff(np.searchsorted(marks, np.append(part.starts, len(content))))
    whole: NDArray[np.bool_] = length <= form.longest
    if b'"' in content:
        inside, well = _quotes(part, marks, counts, delimiter)
        counts = counts - inside
        whole &= well
    whole &= counts == form.width - 1
    # Nothing but delimiters is as blank as nothing at all.
    whole &= length > form.width - 1
    for line in _unfit(part):
        whole[line] = False
    nexts = np.minimum(part.feeds + 1, len(content))
    return Scanned(content, part.starts, part.ends, nexts, whole)


def _quotes(
    part: _Physical, marks: NDArray[np.int64], counts: NDArray[np.int64], delimiter: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each line, how many delimiters are within quotes, and whether each quote may be there."""
    data, starts = part.data, part.starts
    quotes = np.flatnonzero(data == _QUOTE)
    line = part.lines_of(quotes)
    first = np.searchsorted(quotes, starts)
    nth = np.arange(len(quotes)) - first[line]
    well = np.ones(len(starts), np.bool_)
    well[line[~_placed(data, quotes, nth, delimiter)]] = False
    well &= np.diff(np.append(first, len(quotes))) % 2 == 0
    inside = np.zeros(len(starts), np.int64)
    # Lines without a quote have no delimiter within quotes, and are most.
    quoted = np.unique(line)
    of_mark = np.repeat(quoted, counts[quoted])
    before = np.cumsum(counts[quoted]) - counts[quoted]
    each = np.arange(len(of_mark)) - np.repeat(before, counts[quoted])
    found = marks[np.searchsorted(marks, starts[of_mark]) + each]
    within = (np.searchsorted(quotes, found) - first[of_mark]) % 2 == 1
    np.add.at(inside, of_mark[within], 1)
    return inside, well


def _placed(
    data: NDArray[np.uint8], quotes: NDArray[np.int64], nth: NDArray[np.int64], delimiter: int
) -> NDArray[np.bool_]:
    """Whether each quote stands where one may: by turns they open and close a cell."""
    before, after, then = (_beside(data, quotes + by) for by in (-1, 1, 2))
    # A quote before an opening one, or after a closing one, makes a pair: a quote that is text.
    opens = (before == delimiter) | (before == _LINE_FEED) | ((before == _QUOTE) & (nth > 0))
    closes = (after == delimiter) | (after == _LINE_FEED) | (after == _QUOTE)
    closes |= (after == _RETURN) & (then == _LINE_FEED)
    placed: NDArray[np.bool_] = np.where(nth % 2 == 0, opens, closes)
    return placed


def _beside(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Bytes at some places; before the first and after the last there is a line feed."""
    there = (places >= 0) & (places < len(data))
    found = np.full(len(places), _LINE_FEED, np.uint8)
    found[there] = data[places[there]]
    return found


def _unfit(part: _Physical) -> Iterator[NDArray[np.intp] | int]:
    """Lines that Arrow's reader must not see: with a NUL, a lone return, or bytes of no UTF-8."""
    content, data = part.content, part.data
    if b"\0" in content:
        yield part.lines_of(np.flatnonzero(data == _NUL))
    if content.count(b"\r") != np.count_nonzero(part.feeds - part.ends):
        found = np.flatnonzero(data == _RETURN)
        line = part.lines_of(found)
        yield line[found < part.ends[line]]
    if not content.isascii() and not is_utf8(content):
        suspect = np.unique(part.lines_of(np.flatnonzero(data > 127)))
        for at in suspect.tolist():
            if not is_utf8(content[part.starts[at] : part.ends[at]]):
                yield at


def is_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
