"""Rows that have one key, told apart: the same row again, or two that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._relating import key_codes
from npolicing.arrow import ChunkedArray

__all__ = ["Apart", "apart"]


@attrs.frozen(kw_only=True, eq=False)
class Apart:
    """The places of rows of which several have one key.

    Attributes:
        kept: Rows whose key no other has, and the first of those that are the same in everything.
        same: The others of those.
        different: Rows that have one key, and are not the same: which is right is not known here.
    """

    kept: NDArray[np.intp]
    same: NDArray[np.intp]
    different: NDArray[np.intp]


def apart(table: pa.Table, keys: Sequence[str]) -> Apart:
    """Tell rows that have one key from the rest; a null is equal to a null."""
    codes = key_codes(table, list(keys))[0]
    _, first, place, number = np.unique(
        codes, return_index=True, return_inverse=True, return_counts=True
    )
    rows = np.flatnonzero(number[place] > 1)
    firsts = first[place[rows]]
    same = np.ones(len(rows), dtype=np.bool_)
    for name in table.column_names:
        same &= _equal(table[name], firsts, rows)
    # Of three rows with one key two may be the same: none of them is kept.
    unlike = np.isin(place[rows], place[rows[~same]])
    again, different = rows[~unlike & (firsts != rows)], rows[unlike]
    kept = np.ones(table.num_rows, dtype=np.bool_)
    kept[again] = kept[different] = False
    return Apart(kept=np.flatnonzero(kept), same=again, different=different)


def _equal(
    column: ChunkedArray, one: NDArray[np.intp], other: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Where cells are equal; a null is equal to a null."""
    before, after = column.take(one), column.take(other)
    if pa.types.is_list(column.type):  # which Arrow does not compare
        pairs = zip(before.to_pylist(), after.to_pylist(), strict=True)
        return np.fromiter((a == b for a, b in pairs), np.bool_, len(before))
    neither = pc.and_(before.is_null(), after.is_null())
    return np.asarray(pc.fill_null(pc.equal(before, after), neither), dtype=np.bool_)
