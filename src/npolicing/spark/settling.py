"""When things happened at each log, settled by Spark's workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing._failures import KEPT, Failures
from npolicing._zones import Ambiguous, Nonexistent, Policy
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.settling import COLUMNS, settle_arrow
from npolicing.spark._gathering import FOUND, gathered, packed
from npolicing.spark._library import needing_spark
from npolicing.spark._shapes import no_rows
from npolicing.spark.schemas import schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

__all__ = ["settle"]


def settle(
    logs: DataFrame,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> DataFrame:
    """Settle when each log was received: its instants, its local day, month and hour.

    What is written is what `npolicing.settle` writes, whatever the zone of the session is.

    It runs at once, on the columns of times alone: what cannot be settled is told before
    anything is made of the rest. The frame that comes back is lazy, and settles anew whenever it
    is evaluated. Where `logs` are dear to make, or not the same each time, persist them first.

    Args:
        logs: A frame with `received_at`, and any other columns, which stay as they are. Times are
            instants (`TIMESTAMP`), or naive (`TIMESTAMP_NTZ`).
        tz: Zone of the local day, and of naive times; Europe/London where it is left out. The zone
            of the session is never asked.
        ambiguous: What a naive time is that came twice: ``"earliest"``, ``"latest"``, or
            ``"raise"``. Wherever times are naive, it must be said, and `tz` too.
        nonexistent: What a naive time is that never was: ``"raise"``, or ``"shift_forward"`` to
            the instant at which clocks went forward.

    Returns:
        A frame with its times as `TIMESTAMP`, and with `received_on`, `month`, `hour_of_week` and,
        where there is `first_arrived_at`, `response_seconds` after the rest; null comes of null.
        One of these that was there already stays, and must agree.

    Raises:
        ValidationError: If times cannot be settled, or a column disagrees. It counts every failure
            and keeps some, at most a thousand of each task of Spark; they have no row, for rows of
            Spark have no number.
        WorkerError: If another npolicing is on the workers.
        StoreError: If a store was written since `logs` were read from it.
        MissingColumnsError: If there is no `received_at`.
        ColumnTypeError: If a column is no time, or times are naive and no policy is stated.
        UnknownCodeError: If there is no such zone, or policy.
        TypeError: If it is no frame of Spark.
        ModuleNotFoundError: If PySpark is not there.

    >>> import npolicing as npol
    >>> logs = spark.sql("SELECT TIMESTAMP '2018-07-31T23:30:00Z' AS received_at")
    >>> settled = npol.spark.settle(logs)
    >>> settled.select("received_on", "month", "hour_of_week").first()
    Row(received_on=datetime.date(2018, 8, 1), month='2018-08', hour_of_week=48)
    """
    policy = Policy(tz, ambiguous, nonexistent)
    with no_rows(logs, "settle") as columns:
        settled = _settle(columns, policy)
    names = [name for name in logs.columns if name in COLUMNS]
    tried = logs.select(*names).mapInArrow(partial(_failures, policy), FOUND)
    if failures := gathered(tried, KEPT):
        raise ValidationError(Log.__name__, failures)
    # By place: Spark takes a dot in a name for a field within, and may have a name twice.
    numbered = logs.toDF(*_places(logs.columns))
    worker = partial(_settled, policy, logs.columns)
    found = numbered.mapInArrow(worker, _schema(logs, settled.column_names))
    return found.toDF(*settled.column_names)


def _places(names: Sequence[str]) -> list[str]:
    return [str(place) for place in range(len(names))]


def _settle(logs: pa.Table, policy: Policy) -> pa.Table:
    ambiguous, nonexistent = policy.ambiguous, policy.nonexistent
    return settle_arrow(logs, tz=policy.tz, ambiguous=ambiguous, nonexistent=nonexistent)


def _settled(
    policy: Policy, names: list[str], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        settled = _settle(pa.Table.from_batches([batch]).rename_columns(names), policy)
        yield from settled.rename_columns(_places(settled.column_names)).to_batches()


def _failures(policy: Policy, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return packed(_failing(batch, policy) for batch in batches)


def _failing(batch: pa.RecordBatch, policy: Policy) -> Failures:
    try:
        _settle(pa.Table.from_batches([batch]), policy)
    except ValidationError as error:
        return error.failures
    return Failures()


def _schema(logs: DataFrame, names: Sequence[str]) -> StructType:
    """What comes out, by place: ours in their declared types, every other column as it is."""
    with needing_spark():
        from pyspark.sql.types import StructField, StructType  # noqa: PLC0415 # not everybody has it
    declared = schema(Log)
    there = logs.schema.fields
    unknown = logs.schema["received_at"].nullable
    fields = []
    for place, name in enumerate(names):
        field = there[place] if place < len(there) else declared[name]
        kind = declared[name].dataType if name in COLUMNS else field.dataType
        nullable = field.nullable or (place >= len(there) and unknown)
        fields.append(StructField(str(place), kind, nullable, field.metadata))
    return StructType(fields)
