"""Rows of text as they stand in a file, before anything is made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing.arrow import Array
from npolicing.errors import Failure

__all__ = [
    "CellRows",
    "Known",
    "RawRows",
    "Refused",
    "Taken",
    "fitted",
    "joined_header",
    "shown",
]

_SHOWN = 65_536
"""Most characters of a row that are kept where it is refused."""


class Known(Protocol):
    """What a file says of itself before a row of it is read."""

    @property
    def header(self) -> tuple[str, ...]:
        """Its headers, column by column."""

    def forms(self, place: int, kind: str, /) -> tuple[str, ...]:
        """How days (`day`) or times (`time`) are written that the file knows as such."""

    def unfit(self, place: int, /) -> Failure | None:
        """Why the cells of a column are none that can be read, by their type."""


class Cells(Protocol):
    """What a row had in each column of the file, and its whole text."""

    def cells(self, row: int) -> Sequence[str]:
        """The cells of a row, by the header; it may end before that."""

    def text(self, row: int) -> str:
        """A row as it stands in the file."""


@attrs.frozen(kw_only=True, eq=False)
class RawRows:
    """Rows whose cells are told apart.

    Attributes:
        lines: The line on which each begins; the first of a file is 1.
        columns: The columns that are wanted, by the place in the header.
        source: Where all the cells of a row can be had.
    """

    lines: NDArray[np.int64]
    columns: Mapping[int, Array]
    source: Cells

    def __len__(self) -> int:
        return len(self.lines)

    def cell(self, row: int, place: int) -> str:
        """A cell of a column that is wanted."""
        return str(self.columns[place][row].as_py())


@attrs.frozen(kw_only=True)
class Refused:
    """A row, or a line that is none, that was not taken.

    Attributes:
        line: The line on which it begins; the first of a file is 1.
        failures: What is wrong with it; `column` is the header, or the field, and `value` the text.
        cells: Its cells by the header, as far as they can be told apart.
        text: It as it stands in the file; of a very long one the beginning.
    """

    line: int
    failures: tuple[Failure, ...]
    cells: tuple[str, ...] = attrs.field(default=(), repr=False)
    text: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True, eq=False)
class Taken:
    """What came of a part of a file.

    Attributes:
        rows: Its rows, in one piece or several.
        refused: Lines that are no rows.
        mended: Lines that are of another encoding than the file, and the first byte that tells.
        set_aside: How many lines are no data, by the reason.
        continued: Lines that go on with the row above.
        lines: How many lines it has.
        size: How many bytes of the file were read for it; rows, where it has no lines.
    """

    rows: Sequence[RawRows]
    refused: Sequence[Refused] = ()
    mended: Sequence[tuple[int, str]] = ()
    set_aside: Counter[str] = attrs.field(factory=Counter)
    continued: int = 0
    lines: int = 0
    size: int = 0


@attrs.frozen(eq=False)
class CellRows:
    """Rows whose cells are in memory; cells that a row ends without are none of it."""

    rows: list[Sequence[str]]

    def cells(self, row: int) -> Sequence[str]:
        """The cells of a row."""
        return self.rows[row]

    def text(self, row: int) -> str:
        """A row, its cells with tabs between them."""
        return "\t".join(self.rows[row])


def fitted(
    rows: Sequence[Sequence[str]], lines: Sequence[int], width: int, wanted: Sequence[int]
) -> tuple[RawRows, list[Refused]]:
    """Rows under a header: what one lacks at its end is empty, and one with more is refused."""
    kept: list[Sequence[str]] = []
    numbers: list[int] = []
    refused: list[Refused] = []
    for line, row in zip(lines, rows, strict=True):
        if any(row[width:]):
            value = f"{len(row)} cells"
            rule = f"has {width} cells, as the header"
            failure = Failure(code="CSV_FORMAT", rule=rule, value=value)
            text = shown("\t".join(row))
            refused.append(Refused(line=line, failures=(failure,), cells=tuple(row), text=text))
        else:
            kept.append(row[:width])
            numbers.append(line)
    columns = {at: pa.array(_column(kept, at), pa.string()) for at in wanted}
    lines_of = np.array(numbers, np.int64)
    return RawRows(lines=lines_of, columns=columns, source=CellRows(kept)), refused


def _column(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    # Not by filling up the rows: under a very wide header that would be far more than the file.
    return [row[at] if at < len(row) else "" for row in rows]


def shown(text: str) -> str:
    """A text to keep; of a very long one the beginning, and how long it is."""
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]} ... ({len(text):,} characters)"


def joined_header(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A header of several lines as one: the words of each column from above."""
    width = max(len(row) for row in rows)
    columns = ([row[at].strip() for row in rows if at < len(row)] for at in range(width))
    return tuple(" ".join(" ".join(words).split()) for words in columns)
