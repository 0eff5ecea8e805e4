"""One column of one batch as small whole numbers, and what each number stands for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from numpy.typing import NDArray

from npolicing.arrow import Array, ChunkedArray

__all__ = ["Axis", "axis_of", "constant"]

_WIDEST = 1 << 20
"""Most numbers that a column may span for each to have a code of its own."""


@attrs.frozen(eq=False)
class Axis:
    """A column's codes, and the values that they stand for.

    Attributes:
        codes: The code of each row; `None` where every row has code 0.
        values: The value of each code. One of them may be null, and some may be of no row.
        left_out: Whether rows with the code after the last value are there, to be left out.
    """

    codes: NDArray[np.integer] | None
    values: Array
    left_out: bool = False

    @property
    def size(self) -> int:
        """How many different codes the rows may have."""
        return len(self.values) + self.left_out

    def only(self, wanted: Collection[object], *, shown: bool) -> Axis:
        """The axis with the rows of other values left out.

        Args:
            wanted: The values to keep.
            shown: Whether the values are asked for; else those kept become one.
        """
        listed = self.values.to_pylist()
        kept = np.fromiter((value in wanted for value in listed), np.bool_, len(listed))
        if kept.all() and shown:
            return self
        values = self.values.filter(pa.array(kept))
        values = values if shown else values[:1]
        if self.codes is None:
            return Axis(None, values)
        after = np.cumsum(kept) - 1 if shown else np.zeros(len(listed), dtype=np.intp)
        target = np.where(kept, after, len(values))
        return Axis(target[self.codes], values, left_out=not kept.all())


def constant(value: Array) -> Axis:
    """The axis of a column with one value in every row."""
    return Axis(None, value)


def axis_of(column: Array | ChunkedArray) -> Axis:
    """The axis of a column of any type that can be compared for equality."""
    array: Array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = array.type
    if isinstance(array, pa.DictionaryArray):
        return _of_dictionary(array)
    if pat.is_boolean(kind):
        return _of_numbers(array, array.cast(pa.int8()), 0, 1)
    if pat.is_integer(kind) or pat.is_date32(kind):
        plain = array.cast(pa.int32()) if pat.is_date32(kind) else array
        low, high = pc.min(plain).as_py() or 0, pc.max(plain).as_py() or 0
        if high - low < _WIDEST and high < 2**63:
            return _of_numbers(array, plain, low, high)
    if str(kind) == "string_view":
        array = array.cast(pa.string())
    return _of_dictionary(array.dictionary_encode())


def _of_dictionary(array: pa.DictionaryArray[Any, Any]) -> Axis:
    values, indices = array.dictionary, array.indices
    if not indices.null_count:
        return Axis(indices.to_numpy(zero_copy_only=False), values)
    # A code of a narrow type may have no room for one more.
    wide = indices.cast(pa.int32()) if indices.type.bit_width < 32 else indices
    codes = wide.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Axis(codes, pa.concat_arrays([values, pa.nulls(1, values.type)]))


def _of_numbers(array: Array, plain: Array, low: int, high: int) -> Axis:
    """Whole numbers, days or flags by how far they are from the lowest; null comes after them."""
    values = pa.array(np.arange(low, high + 1), pa.int64()).cast(plain.type).cast(array.type)
    if array.null_count:
        # A narrow type may have no room for one number more.
        narrow = high >= 2 ** (plain.type.bit_width - 1) - 1
        plain = (plain.cast(pa.int64()) if narrow else plain).fill_null(high + 1)
        values = pa.concat_arrays([values, pa.nulls(1, array.type)])
    codes = plain.to_numpy(zero_copy_only=False)
    return Axis(codes.astype(np.int64) - low if low else codes, values)
