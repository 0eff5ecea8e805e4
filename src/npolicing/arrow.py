"""The Arrow schema of an entity, out of its declared columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from npolicing._columns import PRECISION

if TYPE_CHECKING:
    from typing import Any

    from npolicing._columns import Field, Kind
    from npolicing._records import Record

__all__ = ["Array", "ChunkedArray", "arrow_schema", "arrow_type", "filtered", "nulls"]

# As text: the stubs ask for the type of what is inside, the classes themselves take none.
Array: TypeAlias = "pa.Array[Any]"
ChunkedArray: TypeAlias = "pa.ChunkedArray[Any]"

# Types that pandas, polars, DuckDB, Spark, Delta and Power BI can all read.
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
}


def arrow_type(field: Field) -> pa.DataType:
    """The Arrow type of a declared column."""
    if field.kind == "decimal":
        return pa.decimal128(PRECISION, field.column.scale)
    return _TYPES[field.kind]


def arrow_schema(entity: type[Record]) -> pa.Schema:
    """The Arrow schema of an entity: one field a column, with what it means.

    Each field's metadata has `description` (and the same text as `comment`, which Delta shows, and
    `doc`, which Iceberg shows), `unit`, and `enum`, the allowed values as JSON.

    >>> from npolicing.entities import BudgetPosition
    >>> arrow_schema(BudgetPosition).field("spent").type
    Decimal128Type(decimal128(18, 2))
    >>> arrow_schema(BudgetPosition).field("spent").metadata[b"unit"]
    b'GBP'
    """
    return pa.schema(
        [
            pa.field(field.name, arrow_type(field), field.nullable, _metadata(field))
            for field in entity.columns()
        ]
    )


def nulls(length: int, kind: pa.DataType) -> Array:
    """An array of nulls."""
    return pa.nulls(length, kind)  # type: ignore[call-overload, no-any-return] # the stubs list types one by one


def filtered(table: pa.Table, mask: Array) -> pa.Table:
    """Some rows of a table, copied, so that they do not keep the rest in memory.

    Column by column: for a whole table Arrow makes places of the mask first, and takes twice as
    long.
    """
    columns = [column.filter(mask) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _metadata(field: Field) -> dict[str, str]:
    description = field.column.description
    metadata = {"description": description, "comment": description, "doc": description}
    if field.column.unit is not None:
        metadata["unit"] = field.column.unit
    if field.choices:
        metadata["enum"] = json.dumps(field.choices)
    return metadata
