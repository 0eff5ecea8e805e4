"""Records out of a checked Arrow table: the columns are checked, so no constructor is asked again.

Values are made a column at a time, and put into the slots of new records by loops of C.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import repeat
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from npolicing._records import Record, Records
from npolicing.arrow import Array

if TYPE_CHECKING:
    from npolicing._columns import Field, Kind

__all__ = ["filled"]

R = TypeVar("R", bound=Record)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def filled(table: pa.Table, entity: type[R]) -> Records[R]:
    """The records of a table in its entity's schema, checked before."""
    with _collector_resting():
        records: list[R] = []
        for start in range(0, table.num_rows, _BLOCK):
            records += _block(table.slice(start, _BLOCK), entity)
        return Records.of_whole(entity, records)


_BLOCK = 1 << 14
"""Records whose slots are filled in turn: so many that they stay in the caches."""


def _block(table: pa.Table, entity: type[R]) -> list[R]:
    records = list(map(object.__new__, repeat(entity, table.num_rows)))
    for field in entity.columns():
        values = _values(field, table[field.name].combine_chunks())
        deque(map(getattr(entity, field.name).__set__, records, values), maxlen=0)
    return records


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Let no garbage be collected for a while: millions of records are made, and none is garbage.

    Looking through them over and over would take longer than making them.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def _values(field: Field, array: Array) -> list[object]:
    if array.null_count == len(array):
        return [None] * len(array)
    return _LISTED.get(field.kind, _plainly)(array)


def _plainly(array: Array) -> list[object]:
    found: list[object] = array.to_pylist()
    return found


def _numbers(array: Array) -> list[object]:
    """Numbers and flags: numpy makes Python's own of them."""
    zero = pa.scalar(0, pa.int64()).cast(array.type)
    return _with_nulls(array, array.fill_null(zero).to_numpy(zero_copy_only=False).tolist())


def _days(array: Array) -> list[object]:
    days = array.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    return _with_nulls(array, days.astype("datetime64[D]").tolist())


def _instants(array: Array) -> list[object]:
    # From the epoch, one UTC for every reader: Arrow's own is pytz where that is installed.
    micros = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    passed = micros.view("timedelta64[us]").tolist()
    return _with_nulls(array, list(map(_EPOCH.__add__, passed)))


def _texts(array: Array) -> list[object]:
    """Texts; one that repeats is one object, as it would be in records made by hand."""
    encoded = array.dictionary_encode()
    texts: list[object] = [*encoded.dictionary.to_pylist(), None]
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    return list(map(texts.__getitem__, codes.tolist()))


def _lists(array: Array) -> list[object]:
    return [None if cell is None else tuple(cell) for cell in array.to_pylist()]


_LISTED: dict[Kind, Callable[[Array], list[object]]] = {
    "text": _texts,
    "integer": _numbers,
    "number": _numbers,
    "boolean": _numbers,
    "date": _days,
    "timestamp": _instants,
    "texts": _lists,
}


def _with_nulls(array: Array, values: list[object]) -> list[object]:
    """The values, and None where the column has null."""
    if not array.null_count:
        return values
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    cells[array.is_null().to_numpy(zero_copy_only=False)] = None
    found: list[object] = cells.tolist()
    return found
