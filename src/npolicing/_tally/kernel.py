"""The counting kernel: rows of one batch into a small table of additive counts.

Each row's codes become one number, as the digits of a number to mixed radix, and `numpy.bincount`
counts the numbers. Where there are too many of them for an array, pyarrow groups the codes. Tables
of counts are added up by the same kernel: a count is then the weight of its row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._tally.axes import Axis, axis_of
from npolicing.arrow import Array

__all__ = ["Weights", "add_up", "count"]

Weights = Mapping[str, "NDArray[np.int64] | None"]
"""What is added up, by the name of its column: a number a row, or the rows themselves."""
_SMALL = 1 << 16
"""Cells that an array may always have."""
_NARROW = 1 << 16
_SPARSE = 4
"""Cells for each row beyond which an array would be mostly empty."""


def count(axes: Mapping[str, Axis], weights: Weights, rows: int, by: Sequence[str]) -> pa.Table:
    """Counts of a batch by the values of some of its axes.

    Args:
        axes: The axes to group by, and those that only leave rows out.
        weights: What is added up.
        rows: How many rows the batch has.
        by: The axes whose values are shown.

    Returns:
        A row for each combination of values that some row has; the columns of `by`, then those of
        `weights`, as 64-bit numbers.
    """
    if not rows or any(not len(axis.values) for axis in axes.values()):
        return _table(axes, weights, by, {}, {})
    digits = {
        n: _Digit(axis.codes, axis.size) for n, axis in axes.items() if axis.codes is not None
    }
    size = math.prod(digit.size for digit in digits.values())
    group = _dense if size <= max(_SMALL, _SPARSE * rows) else _grouped
    codes, sums = group(digits, weights, rows, size)
    return _table(axes, weights, by, codes, sums)


_Found = tuple[dict[str, "NDArray[np.integer]"], dict[str, "NDArray[np.int64]"]]


@attrs.frozen(eq=False)
class _Digit:
    """The codes of an axis, and its radix."""

    codes: NDArray[np.integer]
    size: int


def _dense(digits: Mapping[str, _Digit], weights: Weights, rows: int, size: int) -> _Found:
    number = _mixed(list(digits.values()), rows, size)
    found = np.bincount(number, minlength=size)
    cells = np.flatnonzero(found)
    sums = {
        name: found[cells] if weight is None else _added(number, weight, size)[cells]
        for name, weight in weights.items()
    }
    codes: dict[str, NDArray[np.integer]] = {}
    rest = cells
    for name in reversed(list(digits)):
        rest, codes[name] = np.divmod(rest, digits[name].size)
    return codes, sums


def _mixed(digits: Sequence[_Digit], rows: int, size: int) -> NDArray[np.integer]:
    """One number a row, with the codes as its digits."""
    # Narrow ones where they will do: most of the work is to carry them to and from memory.
    kind = np.uint16 if size <= _NARROW else np.intp
    if not digits:
        return np.zeros(rows, dtype=kind)
    number: NDArray[np.integer] = digits[0].codes.astype(kind, copy=False)
    for digit in digits[1:]:
        number = number * kind(digit.size) + digit.codes.astype(kind, copy=False)
    return number


def _added(number: NDArray[np.integer], weight: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    # Not bincount's own weights: those are floats, and exact only up to 2**53.
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, number, weight)
    return sums


def _grouped(digits: Mapping[str, _Digit], weights: Weights, rows: int, _: int) -> _Found:
    names = list(digits)
    columns: dict[str, Array] = {name: pa.array(each.codes) for name, each in digits.items()}
    ones = np.ones(rows, dtype=np.int64)
    for name, weight in weights.items():
        columns[f"sum of {name}"] = pa.array(ones if weight is None else weight)
    sums: list[tuple[str, Literal["sum"]]] = [(f"sum of {name}", "sum") for name in weights]
    table = pa.table(columns).group_by(names, use_threads=False).aggregate(sums)
    return (
        {name: table[name].to_numpy() for name in names},
        {name: table[f"sum of {name}_sum"].to_numpy() for name in weights},
    )


def _table(
    axes: Mapping[str, Axis],
    weights: Weights,
    by: Sequence[str],
    codes: Mapping[str, NDArray[np.integer]],
    sums: Mapping[str, NDArray[np.int64]],
) -> pa.Table:
    """The cells that are not left out, with the values of their codes."""
    cells = len(next(iter(sums.values()))) if sums else 0
    kept = np.ones(cells, dtype=np.bool_)
    for name, code in codes.items():
        kept &= code < len(axes[name].values)
    at = np.flatnonzero(kept)
    none = np.zeros(len(at), dtype=np.intp)
    columns: dict[str, Array] = {
        name: axes[name].values.take(codes[name][at] if name in codes else none) for name in by
    }
    columns |= {name: pa.array(sums[name][at] if sums else none) for name in weights}
    return pa.table(columns)


def add_up(parts: Sequence[pa.Table], by: Sequence[str], counted: Sequence[str]) -> pa.Table:
    """Tables of counts as one, a row for each combination of the columns of `by`."""
    # A part whose column is all null may not know its type.
    table = pa.concat_tables(parts, promote_options="default")
    axes = {name: axis_of(table[name]) for name in by}
    weights = {name: table[name].to_numpy() for name in counted}
    return count(axes, weights, table.num_rows, by)
