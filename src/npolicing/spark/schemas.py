"""The Spark SQL types of an entity, out of its declared columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npolicing._columns import PRECISION
from npolicing.arrow import arrow_schema
from npolicing.spark._library import needing_spark

if TYPE_CHECKING:
    from pyspark.sql.types import DataType, StructType

    from npolicing._columns import Field
    from npolicing._records import Record

__all__ = ["schema"]


def schema(entity: type[Record]) -> StructType:
    """The schema of an entity in Spark's own types: one field a column, with what it means.

    Times are instants (`TIMESTAMP`, which Spark shows in the zone of the session), money is
    `DECIMAL`, a list is an array without nulls in it.

    Args:
        entity: What a row is.

    Returns:
        The declared columns, in order, nullable where they are declared so. Each field's metadata
        has `comment`, which Spark and Delta show beside a column, and, where there are such,
        `unit`, and `enum`, the allowed values as JSON.

    Raises:
        ModuleNotFoundError: If PySpark is not there.

    >>> import npolicing as npol
    >>> npol.spark.schema(npol.BudgetPosition)["spent"].dataType
    DecimalType(18,2)
    >>> npol.spark.schema(npol.BudgetPosition)["spent"].metadata["unit"]
    'GBP'
    """
    with needing_spark():
        from pyspark.sql import types  # noqa: PLC0415 # not everybody has it
    told = arrow_schema(entity)
    return types.StructType(
        [
            types.StructField(
                field.name, _type(field), field.nullable, _metadata(told.field(field.name).metadata)
            )
            for field in entity.columns()
        ]
    )


def _type(field: Field) -> DataType:
    from pyspark.sql import types  # noqa: PLC0415 # not everybody has it

    match field.kind:
        case "text":
            return types.StringType()
        case "integer":
            return types.LongType()
        case "number":
            return types.DoubleType()
        case "decimal":
            return types.DecimalType(PRECISION, field.column.scale)
        case "boolean":
            return types.BooleanType()
        case "date":
            return types.DateType()
        case "timestamp":
            return types.TimestampType()
        case "texts":
            return types.ArrayType(types.StringType(), containsNull=False)


def _metadata(told: dict[bytes, bytes] | None) -> dict[str, str]:
    """What the Arrow schema says of a column, but for its two other names of the comment."""
    words = {key.decode(): text.decode() for key, text in (told or {}).items()}
    return {key: words[key] for key in ("comment", "unit", "enum") if key in words}
