"""Columns of text out of numbers, without a Python string a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from npolicing.arrow import Array

__all__ = ["numbered", "repeated", "texts", "times"]


def texts(codes: NDArray[np.int16], words: Sequence[str]) -> Array:
    """The words at places among them; null where there is no such place."""
    missing = (codes < 0) | (codes >= len(words))
    places = pa.array(np.where(missing, 0, codes), pa.int16(), mask=missing)
    return pa.array(words, pa.string()).take(places)


def repeated(word: str, length: int) -> Array:
    """One word, again and again."""
    content = word.encode()
    offsets = np.arange(length + 1, dtype=np.int32) * len(content)
    return pa.StringArray.from_buffers(length, _buffer(offsets), pa.py_buffer(content * length))


def numbered(numbers: NDArray[np.int64], width: int, prefix: str = "") -> Array:
    """Numbers as text, each with zeros in front up to a width."""
    head = prefix.encode()
    size = len(head) + width
    digits = np.empty((len(numbers), size), dtype=np.uint8)
    digits[:, : len(head)] = np.frombuffer(head, np.uint8)
    rest = numbers.astype(np.uint32)
    for place in range(size - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, np.uint32(10))
        digits[:, place] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * size
    return pa.StringArray.from_buffers(len(numbers), _buffer(offsets), _buffer(digits))


def times(us: NDArray[np.int64], missing: NDArray[np.bool_]) -> Array:
    """Instants in UTC; null where they are missing."""
    return pa.array(us, pa.int64(), mask=missing).cast(pa.timestamp("us", tz="UTC"))


def _buffer(array: NDArray[np.generic]) -> pa.Buffer:
    return pa.py_buffer(array.data)
