"""Days and times of fixed width, for whole columns at once.

What is read here, `cells.Day` and `cells.Moment` read alike; what is not read is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import attrs
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from npolicing.arrow import Array
from npolicing.intake.cells.moments import MONTHS

__all__ = ["Texts", "fixed_times", "texts_of"]

_SECOND = 1_000_000
_WIDTHS = {
    "d": (2,),
    "m": (2,),
    "b": (3,),
    "Y": (4,),
    "H": (2,),
    "M": (2,),
    "S": (2,),
    "f": (3, 6),
    "z": (6,),
}


@attrs.frozen(eq=False)
class Texts:
    """The bytes of a text column, and where each text begins and how long it is."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def used(self) -> NDArray[np.uint8]:
        """The bytes from the first text to the last; those of nulls among them may be any."""
        ends = self.starts[-1:] + self.lengths[-1:]
        return self.data[int(self.starts[:1].sum()) : int(ends.sum())]


def texts_of(array: Array) -> Texts:
    """The bytes of a column of plain text; a null has no length."""
    _, offsets, data = array.buffers()
    # As views of memory: the stubs do not know that a buffer is one.
    ends = np.frombuffer(memoryview(offsets or b""), np.int32)
    found = ends[array.offset : array.offset + len(array) + 1].astype(np.int64)
    raw = np.frombuffer(memoryview(data or b""), np.uint8)
    return Texts(raw, found[:-1], np.diff(found))


@attrs.frozen
class _Layout:
    """A form of fixed width: where each part of it is, and what is between the parts."""

    width: int
    parts: tuple[tuple[str, int, int], ...]
    literals: tuple[tuple[int, int], ...]


@cache
def _layouts(form: str) -> tuple[_Layout, ...]:
    """The layouts of a form; none where a part of it has no fixed width."""
    pieces = re.findall(r"%(.)|([^%])", form)
    if any(directive and directive not in _WIDTHS for directive, _ in pieces):
        return ()
    if not form.isascii():
        return ()
    fractions = _WIDTHS["f"] if "%f" in form else (0,)
    return tuple(_layout(pieces, fraction) for fraction in fractions)


def _layout(pieces: Sequence[tuple[str, str]], fraction: int) -> _Layout:
    at, parts, literals = 0, [], []
    for directive, literal in pieces:
        if directive:
            width = fraction if directive == "f" else _WIDTHS[directive][0]
            parts.append((directive, at, width))
            at += width
        else:
            literals.append((at, ord(literal)))
            at += 1
    return _Layout(at, tuple(parts), tuple(literals))


def fixed_times(array: Array, forms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds since 1970 on the clock that the texts are of, and which texts were read.

    Where a form has a zone they are instants.
    """
    texts = texts_of(array)
    times = np.zeros(len(array), np.int64)
    done = np.zeros(len(array), np.bool_)
    for form in forms:
        for layout in _layouts(form):
            rows = np.flatnonzero((texts.lengths == layout.width) & ~done)
            if len(rows):
                found, good = _read(texts, rows, layout)
                times[rows[good]] = found[good]
                done[rows[good]] = True
    return times, done


def _read(
    texts: Texts, rows: NDArray[np.intp], layout: _Layout
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    # A row a text, a column a byte.
    cells = sliding_window_view(texts.data, layout.width)[texts.starts[rows]]
    good = np.ones(len(rows), np.bool_)
    for at, literal in layout.literals:
        good &= cells[:, at] == literal
    parts: dict[str, NDArray[np.int64]] = {}
    for name, at, width in layout.parts:
        part = cells[:, at : at + width]
        if name == "z":
            parts[name] = _offset(part, good)
        elif name == "b":
            parts["m"] = _month(part, good)
        else:
            parts[name] = _number(part, good)
        if name == "f":
            parts[name] *= 10 ** (6 - width)
    return _instants(parts, good), good


def _number(cells: NDArray[np.uint8], good: NDArray[np.bool_]) -> NDArray[np.int64]:
    number = np.zeros(len(cells), np.int32)
    for at in range(cells.shape[1]):
        digit = cells[:, at] - np.uint8(ord("0"))
        good &= digit <= 9
        number *= 10
        number += digit
    return number.astype(np.int64)


def _month(cells: NDArray[np.uint8], good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The month of a name of three letters."""
    # A letter in lower case differs from its capital in one bit.
    letters = (cells | 0x20).astype(np.int64)
    number = (letters[:, 0] << 16) | (letters[:, 1] << 8) | letters[:, 2]
    names = np.array([int.from_bytes(name[:3].encode()) for name in MONTHS])
    order = np.argsort(names)
    place = np.minimum(np.searchsorted(names[order], number), len(names) - 1)
    good &= names[order][place] == number
    month: NDArray[np.int64] = order[place] + 1
    return month


def _offset(cells: NDArray[np.uint8], good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The microseconds of an offset such as +01:00."""
    sign = cells[:, 0]
    good &= ((sign == ord("+")) | (sign == ord("-"))) & (cells[:, 3] == ord(":"))
    seconds = 3600 * _number(cells[:, 1:3], good) + 60 * _number(cells[:, 4:6], good)
    offset: NDArray[np.int64] = np.where(sign == ord("-"), -seconds, seconds) * _SECOND
    return offset


def _instants(parts: dict[str, NDArray[np.int64]], good: NDArray[np.bool_]) -> NDArray[np.int64]:
    zero = np.zeros(len(good), np.int64)
    year, month, day = parts["Y"], parts["m"], parts["d"]
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0)
    # The day on which each of the months begins that there are: few, of however many rows.
    first = months.min(initial=0)
    begins = np.arange(first, months.max(initial=0) + 2).astype("datetime64[M]")
    begin = begins.astype("datetime64[D]").astype(np.int64)
    days = begin[months - first] + day - 1
    # The 31st of a shorter month is a day of the next.
    good &= days < begin[months - first + 1]
    hour, minute, second = (parts.get(name, zero) for name in "HMS")
    good &= (hour <= 23) & (minute <= 59) & (second <= 59)
    clock = days * 86_400 + hour * 3_600 + minute * 60 + second
    times: NDArray[np.int64] = clock * _SECOND + parts.get("f", zero) - parts.get("z", zero)
    return times
