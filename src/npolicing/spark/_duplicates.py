"""Keys that several rows of a frame of Spark have: its own group-by, and our meaning of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.types as pat

from npolicing._examining import found_in, frame_cells
from npolicing._relating import duplicate

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from npolicing._columns import Field
    from npolicing._failures import Failure
    from npolicing._records import Record

__all__ = ["ROWS", "duplicates_in", "key_names", "key_of", "repeated_keys"]

ROWS = "rows of the key"
"""The column of `repeated_keys` beside the key; no field of a record can have its name."""


def key_names(rows: DataFrame, entity: type[Record]) -> list[str]:
    """The columns of the key that a frame has; one that it leaves out is the same in each row."""
    return [each.name for each in _keys(entity) if each.name in rows.columns]


def _keys(entity: type[Record]) -> list[Field]:
    return [each for each in entity.columns() if each.column.key]


def key_of(rows: DataFrame, name: str) -> Column:
    """A column of a key, to be compared by its bytes where it is text, whatever its collation."""
    column = rows[name]
    text = rows.schema[name].dataType.simpleString().startswith(("string", "char", "varchar"))
    return column.cast("binary") if text else column


def repeated_keys(rows: DataFrame, entity: type[Record]) -> DataFrame | None:
    """Each key that several rows have, as they have it, and how many; a null is equal to a null.

    Whether its cells are right nobody has asked yet: `duplicates_in` does, of these few.
    """
    keys = _keys(entity)
    # Of lists no two are equal, here as for frames in memory.
    if not keys or any(each.kind == "texts" for each in keys):
        return None
    names = key_names(rows, entity)
    grouped = rows.select(*(key_of(rows, name).alias(name) for name in names)).groupBy(*names)
    counted = grouped.agg({"*": "count"}).toDF(*names, ROWS)
    return counted.where(f"`{ROWS}` > 1")


def duplicates_in(batch: pa.RecordBatch, entity: type[Record]) -> Iterator[tuple[int, Failure]]:
    """The rows of a batch of repeated keys whose cells are all right, each with its failure."""
    columns = {
        name: column.cast(pa.string()) if pat.is_binary(column.type) else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    fields = _keys(entity)
    cells = frame_cells(pa.table(columns), entity, fields, strict=False)
    bad = np.zeros(batch.num_rows, dtype=np.bool_)
    for field in fields:
        bad |= found_in(field, cells[field.name], 0)[1]
    keys = pa.table({name: each.array for name, each in cells.items()})
    for row in np.flatnonzero(~bad).tolist():
        yield row, duplicate(entity, keys, row)
