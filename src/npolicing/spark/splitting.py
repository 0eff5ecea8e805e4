"""Rows of Spark that keep the rules, parted from those that break them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from npolicing._examining import examine
from npolicing._records import Record
from npolicing.spark._duplicates import ROWS, duplicates_in, key_names, key_of, repeated_keys
from npolicing.spark._library import needing_spark
from npolicing.spark._shapes import no_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame  # noqa: TC004 # attrs does not look at types
    from pyspark.sql.types import StructField

    from npolicing._failures import Failure
    from npolicing.arrow import Array

__all__ = ["Split", "split"]

_FAILURES = "failures"
_ALSO = "failure of the key"
_MOST_KEYS = 10_000
"""How many repeated keys are sent to every worker; of more, Spark joins them itself."""
_LISTS = pa.list_(
    pa.struct([pa.field(name, pa.string()) for name in ("code", "column", "rule", "value")])
)


@attrs.frozen(eq=False)
class Split:
    """Rows of Spark parted by their checks; each frame is lazy.

    Attributes:
        good: The rows that keep every rule, with the columns that they had.
        bad: The others, with `failures` beside: of each the `code`, `column`, `rule` and `value`.
    """

    good: DataFrame
    bad: DataFrame

    @property
    def failures(self) -> DataFrame:
        """A row for each failure of the bad rows, in the same columns."""
        return self.bad.selectExpr(f"inline({_FAILURES})")


def split(rows: DataFrame, entity: type[Record]) -> Split:
    """Part the rows that keep the rules from those that break them; nothing is lost.

    It means what `npolicing.split` means: together `good` and `bad` are the rows, each as often as
    it was there, and of rows with one key all are bad. Rows of Spark have no number, so that what
    is wrong with one stands beside it. Mend the bad rows, drop `failures`, and split them again,
    together with the good: a key may be in both.

    It runs at once, on the columns of the key: up to 10,000 keys that several rows have come
    to the driver, and go from there to every worker. Where there are more, Spark joins them, and
    moves the rows between its workers.

    `good` and `bad` are lazy, and each checks the rows anew when it is evaluated. Where `rows` are
    dear to make, persist them first. Where they are not the same each time (a sample, a limit, a
    table that is being written), write them to a table first: else a row may be in both, or in
    neither.

    Args:
        rows: A frame with a row for each record.
        entity: What a row is.

    Returns:
        `good` and `bad`, of which `bad` has its failures in an array of structures: the value is
        text, null where there was none. It can be written to Parquet as it is.

    Raises:
        ValueError: If a field of the entity is itself called `failures`.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `check`.
        TypeError: If it is no frame of Spark.
        StoreError: If a store was written since `rows` were read from it.
        ModuleNotFoundError: If PySpark is not there.

    >>> import npolicing as npol
    >>> teams = spark.sql('''
    ...     SELECT 'WMP' AS force, 'T1' AS team_id, 'CV' AS npu, 'hub' AS kind
    ...     UNION ALL SELECT 'WMP', 'T2', 'cv', 'hub'
    ... ''')
    >>> parted = npol.spark.split(teams, npol.Team)
    >>> parted.good.first().team_id, parted.bad.first().team_id
    ('T1', 'T2')
    >>> parted.failures.select("column", "code", "value").collect()
    [Row(column='npu', code='PATTERN', value='cv')]
    """
    with no_rows(rows, "split") as columns:
        examine(columns, entity)
    if _FAILURES in rows.columns:
        words = f"{entity.__name__} has a column {_FAILURES!r} of its own, and there would be two"
        raise ValueError(f"{words}; rename it.")
    marked = _with_failures(rows, entity)
    repeated = repeated_keys(rows, entity)
    if repeated is not None:
        marked = _joined(
            marked, _sent_to_all(_keys_with_failures(repeated, entity)), key_names(rows, entity)
        )
    right = f"size({_FAILURES}) = 0"
    return Split(marked.where(right).drop(_FAILURES), marked.where(f"NOT {right}"))


def _with_failures(rows: DataFrame, entity: type[Record]) -> DataFrame:
    """The rows with what is wrong with each, but for its key."""
    with needing_spark():
        from pyspark.sql.types import StructType  # noqa: PLC0415 # not everybody has it
    columns = StructType([*rows.schema.fields, _column(_FAILURES)])
    return rows.mapInArrow(partial(_rows_with_failures, entity), columns)


def _rows_with_failures(
    entity: type[Record], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        found = examine(rows, entity, keep=sys.maxsize, keys=False).failures
        failures: list[list[Failure]] = [[] for _ in range(rows.num_rows)]
        for each in found:
            if each.row is not None:
                failures[each.row].append(each)
        yield from rows.append_column(_FAILURES, _texts(failures)).to_batches()


def _keys_with_failures(repeated: DataFrame, entity: type[Record]) -> DataFrame:
    """The keys that several rows have and whose cells are right, with what is wrong with them."""
    with needing_spark():
        from pyspark.sql.types import StructType  # noqa: PLC0415 # not everybody has it
    keys = repeated.drop(ROWS)
    named = keys.toDF(*map(_key, keys.columns))
    columns = StructType([*named.schema.fields, _column(_ALSO)])
    return keys.mapInArrow(partial(_repeated_with_failures, entity), columns)


def _key(name: str) -> str:
    return f"key {name}"


def _repeated_with_failures(
    entity: type[Record], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        found = dict(duplicates_in(batch, entity))
        keys = pa.Table.from_batches([batch]).take(pa.array(found, pa.int64()))
        keys = keys.rename_columns([_key(name) for name in keys.column_names])
        marked = keys.append_column(_ALSO, _texts([[each] for each in found.values()]))
        yield from marked.to_batches()


def _texts(failures: Iterable[Sequence[Failure]]) -> Array:
    """Failures as Spark has them, a list for each row."""
    rows = [
        [
            {
                "code": each.code,
                "column": each.column,
                "rule": each.rule,
                "value": None if each.value is None else str(each.value),
            }
            for each in found
        ]
        for found in failures
    ]
    return pa.array(rows, _LISTS)


def _column(name: str) -> StructField:
    with needing_spark():
        from pyspark.sql import types  # noqa: PLC0415 # not everybody has it
    texts = [types.StructField(each.name, types.StringType()) for each in _LISTS.value_type]
    return types.StructField(name, types.ArrayType(types.StructType(texts)))


def _sent_to_all(keys: DataFrame) -> DataFrame:
    """Keys that are few, worked out and sent to every worker: then no row need move."""
    # In one chunk: PySpark 4.3 loses the rows behind an empty one.
    found = keys.limit(_MOST_KEYS + 1).toArrow().combine_chunks()
    if found.num_rows > _MOST_KEYS:
        return keys
    return keys.sparkSession.createDataFrame(found, keys.schema).hint("broadcast")


def _joined(marked: DataFrame, keys: DataFrame, names: Sequence[str]) -> DataFrame:
    """The rows, with what is wrong with their keys, too."""
    same = (key_of(marked, name).eqNullSafe(keys[_key(name)]) for name in names)
    # Of a frame without its whole key all rows have the same one.
    joined = marked.join(keys, reduce(and_, same, marked[_FAILURES].isNotNull()), "left")
    both = f"concat({_FAILURES}, `{_ALSO}`)"
    return joined.selectExpr(
        *(f"`{name}`" for name in marked.columns if name != _FAILURES),
        f"CASE WHEN `{_ALSO}` IS NULL THEN {_FAILURES} ELSE {both} END AS {_FAILURES}",
    )
