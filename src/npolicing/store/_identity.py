"""Which rows are the same log: by local date and number; a file has one force."""

from __future__ import annotations

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._relating import key_codes, repeated
from npolicing.arrow import Array, ChunkedArray
from npolicing.errors import Failure

__all__ = ["IDENTITY", "Compared", "compare", "keys_of", "repeats"]

IDENTITY = ("received_on", "log_id")


@attrs.frozen(kw_only=True)
class Compared:
    """What rows of a month do to those that were there.

    Attributes:
        changed: Rows that are in both, and differ.
        same: Rows that are in both, and do not.
        rest: The places of old rows that the new do not have.
    """

    changed: int
    same: int
    rest: NDArray[np.intp]


def keys_of(table: pa.Table) -> Array:
    """What tells the logs of one force apart, as one text a row: the date is ten characters."""
    days = table["received_on"].cast(pa.string()).combine_chunks()
    return pc.binary_join_element_wise(days, table["log_id"].combine_chunks(), " ")  # type: ignore[call-overload, no-any-return] # the stubs know one array


def repeats(table: pa.Table) -> list[Failure]:
    """A failure for each key that several rows have; which rows they were is not known here."""
    again = np.flatnonzero(repeated(*key_codes(table, IDENTITY)))
    keys = set(map(str, keys_of(table.take(again)).to_pylist()))
    return [
        Failure(
            code="DUPLICATE_KEY",
            rule="unique",
            column="force, received_on, log_id",
            value=(str(table["force"][0]), *key.split(" ", 1)),
        )
        for key in sorted(keys)
    ]


def compare(old: pa.Table, new: pa.Table) -> Compared:
    """Hold the new rows of a month against the old."""
    place = pc.index_in(keys_of(new), value_set=keys_of(old))
    there = place.drop_null()
    rest = np.ones(old.num_rows, dtype=np.bool_)
    rest[there.to_numpy()] = False
    before, after = old.take(there), new.filter(place.is_valid())
    same = np.ones(len(there), dtype=np.bool_)
    for name in new.column_names:
        same &= _equal(before[name], after[name])
    kept = int(same.sum())
    return Compared(changed=len(same) - kept, same=kept, rest=np.flatnonzero(rest))


def _equal(one: ChunkedArray, other: ChunkedArray) -> NDArray[np.bool_]:
    """Where cells are equal; a null is equal to a null."""
    neither = pc.and_(one.is_null(), other.is_null())
    return np.asarray(pc.fill_null(pc.equal(one, other), neither), dtype=np.bool_)
