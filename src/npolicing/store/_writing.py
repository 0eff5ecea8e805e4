"""How a month is written to Parquet: small, and quick to read in part."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npolicing._metadata import stamp
from npolicing.arrow import arrow_schema
from npolicing.entities.log import Log
from npolicing.store._layout import sync

__all__ = ["PLAIN", "REPEATED", "in_order", "write_month", "write_rows"]

# Numbers of logs differ from row to row: a dictionary of them would be as long as the column.
_NUMBERS = ("log_id", "master_log_id")
REPEATED = tuple(
    field.name for field in Log.columns() if field.kind == "text" and field.name not in _NUMBERS
)
"""Columns of text that has few different values: read and written as dictionaries."""

_DICTIONARIES = [*REPEATED, "crimes", "received_on", "hour_of_week"]
# In time order an instant differs little from the row before: the differences are small, and are
# packed into few bits.
_ENCODINGS = dict.fromkeys(_NUMBERS, "DELTA_BYTE_ARRAY") | {
    field.name: "DELTA_BINARY_PACKED"
    for field in Log.columns()
    if field.kind == "timestamp" or field.name == "response_seconds"
}
# The date, too: two logs may share the rest, and the same rows give the same file.
_ORDER = ("received_at", "log_id", "received_on")
_LONG = 1_000
"""How many rows follow on one another, at least on average, where a copy is spared."""
_ROW_GROUP = 2**20
# What each column means is in the dictionary; in each of many small files it would weigh too much.
PLAIN = pa.schema([field.remove_metadata() for field in arrow_schema(Log)])


def in_order(table: pa.Table) -> pa.Table:
    """The rows by the time at which they were received: a query of days then reads little."""
    order = pc.sort_indices(
        table.select(list(_ORDER)), sort_keys=[(name, "ascending") for name in _ORDER]
    )
    places = order.to_numpy().astype(np.int64)
    edges = np.flatnonzero(np.diff(places) != 1) + 1
    if len(edges) * _LONG > len(places):
        return table.take(order)
    # Most are in order already: parts of the table, put together anew without a copy.
    ends = pairwise([0, *edges.tolist(), len(places)])
    return pa.concat_tables([table.slice(places[a], b - a) for a, b in ends if a < b] or [table])


def write_month(table: pa.Table, path: Path, *, synthetic: bool, marking: str | None) -> None:
    """Write rows in order, and have them on the disk."""
    write_rows(table, path, stamp(Log, marking=marking, synthetic=synthetic))
    sync(path)


def write_rows(table: pa.Table, where: Path | BinaryIO, said: dict[bytes, bytes]) -> None:
    """Write rows in order, with what is said of them."""
    order = [pq.SortingColumn(table.schema.get_field_index(name)) for name in _ORDER]
    pq.write_table(
        in_order(table).cast(PLAIN).replace_schema_metadata(said),
        where,
        version="2.6",
        compression="zstd",
        compression_level=3,  # one beyond saves little more
        row_group_size=_ROW_GROUP,  # a month of most forces is one group, read at one go
        use_dictionary=_DICTIONARIES,  # type: ignore[arg-type] # the stubs lack names of columns
        column_encoding=_ENCODINGS,
        write_statistics=True,  # by which readers pass over what they are not asked for
        sorting_columns=order,
    )
