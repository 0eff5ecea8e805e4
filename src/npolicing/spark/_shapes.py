"""The shape of a frame of Spark: what is refused for it is refused here, before any job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from npolicing.errors import ColumnTypeError
from npolicing.spark._library import needing_spark
from npolicing.store import still_as_read

if TYPE_CHECKING:
    from pyspark.sql.types import DataType

__all__ = ["no_rows"]


_OTHER = pa.struct([])


@contextmanager
def no_rows(frame: object, twin: str) -> Iterator[pa.Table]:
    """A table of the frame's columns and no row, which the twin refuses as it would the frame.

    A type that only Spark has is told by its name there.

    Raises:
        TypeError: If it is no frame of Spark.
        StoreError: If it reads a store that was written since.
    """
    with needing_spark():
        from pyspark.sql import DataFrame  # noqa: PLC0415 # not everybody has it
    if not isinstance(frame, DataFrame):
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        raise TypeError(f"{kind} is no frame of Spark; for what is in memory there is npol.{twin}.")
    still_as_read(frame)
    fields = [pa.field(each.name, _arrow(each.dataType)) for each in frame.schema]
    try:
        yield pa.schema(fields).empty_table()
    except ColumnTypeError as error:
        names = {each.name: each.dataType.simpleString() for each in frame.schema}
        told = (
            attrs.evolve(each, value=names[str(each.column)]) if each.value == str(_OTHER) else each
            for each in error.failures
        )
        raise ColumnTypeError(error.entity, told) from None


def _arrow(kind: DataType) -> pa.DataType:
    """What workers are given for a type of Spark, as far as a declared column may have it.

    PySpark's own function for it is not public, and is called differently from version to version.
    """
    from pyspark.sql import types  # noqa: PLC0415 # it is there, or there were no frame

    match kind:
        case types.ArrayType():
            return pa.list_(_arrow(kind.elementType))
        case types.DecimalType():
            return pa.decimal128(kind.precision, kind.scale)
        # Of one family: texts of a length, and with a collation.
        case types.StringType() | types.VarcharType() | types.CharType():
            return pa.string()
    plain: dict[type[DataType], pa.DataType] = {
        types.NullType: pa.null(),
        types.BooleanType: pa.bool_(),
        types.ByteType: pa.int8(),
        types.ShortType: pa.int16(),
        types.IntegerType: pa.int32(),
        types.LongType: pa.int64(),
        types.FloatType: pa.float32(),
        types.DoubleType: pa.float64(),
        types.DateType: pa.date32(),
        types.TimestampType: pa.timestamp("us", tz="UTC"),
        types.TimestampNTZType: pa.timestamp("us"),
        types.BinaryType: pa.binary(),
    }
    # No column of ours is any of the others: a structure stands for them.
    return plain.get(type(kind), _OTHER)
