# ruff: noqa: DTZ001 # local clocks have no zone
"""Settling on Spark writes what it writes of a frame in memory, whatever the session says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, get_args

import attrs
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import npolicing as npol
from npolicing._zones import Ambiguous, Nonexistent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INSTANT = pa.timestamp("us", tz="UTC")
FACE = pa.timestamp("us")
# Instant in UTC, and what London's clocks and calendars say: counted by hand.
COUNTED = [
    # Sunday 25 March 2018: clocks go from 00:59:59 to 02:00.
    (datetime(2018, 3, 25, 0, 59, 59, tzinfo=UTC), date(2018, 3, 25), "2018-03", 144),
    (datetime(2018, 3, 25, 1, tzinfo=UTC), date(2018, 3, 25), "2018-03", 146),
    # Midnight in summer is 23:00 of the day before; Wednesday 1 August 2018.
    (datetime(2018, 7, 31, 22, 59, 59, 999_999, UTC), date(2018, 7, 31), "2018-07", 47),
    (datetime(2018, 7, 31, 23, tzinfo=UTC), date(2018, 8, 1), "2018-08", 48),
    # Before 1970, when London had summer time all year.
    (datetime(1969, 12, 31, 23, 30, tzinfo=UTC), date(1970, 1, 1), "1970-01", 72),
]


def settled(frame: DataFrame) -> list[dict[str, object]]:
    """The rows of a frame with a number, by it: times in UTC, whatever the session shows."""
    table = frame.toArrow()
    for at, each in enumerate(table.schema):
        if pa.types.is_timestamp(each.type) and each.type.tz is not None:
            table = table.set_column(at, each.name, table[each.name].cast(INSTANT))
    return table.sort_by("number").to_pylist()


def frame_of(spark: SparkSession, table: pa.Table, parts: int = 3) -> DataFrame:
    """A table in several parts, with a number for each row."""
    numbered = table.append_column("number", pa.array(range(table.num_rows), pa.int64()))
    # Else Spark takes a naive time for one of the session's zone.
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    frame = spark.createDataFrame(numbered)
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_LTZ")
    return frame.repartition(parts)


def never(spark: SparkSession, columns: str) -> DataFrame:
    """A frame that fails when it is evaluated."""

    def boom(_: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        raise AssertionError("a job ran")

    return spark.range(1).mapInArrow(boom, columns)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Kolkata", "+05:30"])
def test_counts_by_hand_in_any_session(spark: SparkSession, zone: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", zone)
    times = pa.table({"received_at": pa.array([row[0] for row in COUNTED], INSTANT)})

    found = settled(npol.spark.settle(frame_of(spark, times)))

    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    assert [
        (row["received_at"], row["received_on"], row["month"], row["hour_of_week"]) for row in found
    ] == COUNTED


def test_local_times_by_hand(spark: SparkSession) -> None:
    """01:30 came twice on 28 October 2018, and never on 25 March."""
    received = pa.array([datetime(2018, 10, 28, 1, 30), datetime(2018, 3, 25, 1, 30)], FACE)
    arrived = pa.array([datetime(2018, 10, 28, 2, 30), None], FACE)
    frame = frame_of(spark, pa.table({"received_at": received, "first_arrived_at": arrived}))

    first = npol.spark.settle(
        frame, tz="Europe/London", ambiguous="earliest", nonexistent="shift_forward"
    )
    last = npol.spark.settle(
        frame, tz="Europe/London", ambiguous="latest", nonexistent="shift_forward"
    )

    assert [row["received_at"] for row in settled(first)] == [
        datetime(2018, 10, 28, 0, 30, tzinfo=UTC),
        datetime(2018, 3, 25, 1, tzinfo=UTC),
    ]
    assert [row["response_seconds"] for row in settled(first)] == [7200, None]
    assert [row["response_seconds"] for row in settled(last)] == [3600, None]


def test_other_columns_stay_as_they_are(spark: SparkSession) -> None:
    """Of any type that Arrow carries, and of any name."""
    frame = spark.sql(
        """SELECT TIMESTAMP '2018-07-31T23:30:00Z' AS received_at, map('a', 1, 'b', NULL) AS m,
        struct(1 AS x, array('p', NULL) AS y) AS s, CAST('ab' AS BINARY) AS b, 1.5BD AS d,
        CAST(NULL AS VOID) AS v, 1Y AS tiny, INTERVAL '1' DAY AS i, 2 AS `Incident No.`,
        TIMESTAMP_NTZ '2018-01-01 01:02:03' AS face, TIMESTAMP '2018-01-01T00:00:00Z' AS seen,
        CAST(1.5 AS FLOAT) AS f, 1 AS twice, 2 AS twice"""
    )

    found = npol.spark.settle(frame)

    assert found.schema.fields[: len(frame.columns)] == frame.schema.fields
    assert found.columns[len(frame.columns) :] == ["received_on", "month", "hour_of_week"]
    assert tuple(found.collect()[0])[:-3] == tuple(frame.collect()[0])
    # What is known of the receipt is known of what follows from it.
    assert [each.nullable for each in found.schema.fields[-3:]] == [False, False, False]
    assert found.schema["month"].metadata["comment"] == "Local month, such as 2018-07."


TIMES = (
    st.none()
    | st.datetimes(datetime(2018, 3, 24, 22), datetime(2018, 3, 26))
    | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 29))
)
HOURS = st.none() | st.integers(0, 3)


def either(call: Callable[[], object]) -> object:
    """What a call gives, or what it refuses: counts, and what is kept but for its row."""
    try:
        return call()
    except npol.ValidationError as error:
        kept = [attrs.evolve(each, row=None) for each in error.failures]
        return error.failures.counts, sorted(map(str, kept))


def six(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(values, min_size=6, max_size=6)


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate], deadline=None)
@given(
    columns=st.fixed_dictionaries(
        {"received_at": six(TIMES)},
        optional={"first_arrived_at": six(TIMES), "hour_of_week": six(HOURS)},
    ),
    kind=st.sampled_from([INSTANT, FACE]),
    tz=st.sampled_from(["Europe/London", "Asia/Kolkata", "America/St_Johns"]),
    ambiguous=st.sampled_from(get_args(Ambiguous)),
    nonexistent=st.sampled_from(get_args(Nonexistent)),
)
def test_it_says_what_its_twin_says(
    spark: SparkSession,
    *,
    columns: dict[str, list[object]],
    kind: pa.DataType,
    tz: str,
    ambiguous: Ambiguous,
    nonexistent: Nonexistent,
) -> None:
    arrays = {
        name: pa.array(cells, pa.int32() if name == "hour_of_week" else kind)
        for name, cells in columns.items()
    }
    frame = frame_of(spark, pa.table(arrays))
    twin = pa.table(arrays | {"number": pa.array(range(6))})

    def on_spark() -> object:
        return settled(
            npol.spark.settle(frame, tz=tz, ambiguous=ambiguous, nonexistent=nonexistent)
        )

    def in_memory() -> object:
        found = npol.settle(twin, tz=tz, ambiguous=ambiguous, nonexistent=nonexistent)
        return found.to_pylist()

    assert either(on_spark) == either(in_memory)


def test_what_cannot_be_settled_is_told_at_once_and_in_few_words(spark: SparkSession) -> None:
    faces = [datetime(2018, 10, 28, 1, 30) + timedelta(seconds=s) for s in range(1_000)]
    frame = frame_of(spark, pa.table({"received_at": pa.array(faces, FACE)}))

    with pytest.raises(npol.ValidationError) as refused:
        npol.spark.settle(frame, tz="Europe/London", ambiguous="raise")

    found = refused.value.failures
    assert (found.total, len(found), [each.row for each in found]) == (1_000, 1_000, [None] * 1_000)
    text = str(refused.value).splitlines()
    assert text[0] == "1,000 failures for Log:"
    assert text[3].startswith("  - received_at: '2018-10-28 01:30:00' breaks comes once in")
    assert len(text) == 24


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ("received_on date", {}),
        ("received_at string", {}),
        ("received_at date", {}),
        ("received_at timestamp_ntz", {}),
        ("received_at timestamp_ntz", {"tz": "Europe/London"}),
        ("received_at timestamp, hour_of_week string", {}),
        ("received_at timestamp, first_arrived_at array<timestamp>", {}),
        ("received_at timestamp, received_at timestamp", {}),
        ("received_at timestamp", {"tz": "Europe/Lundon"}),
        ("received_at timestamp", {"ambiguous": "first"}),
    ],
)
def test_a_wrong_shape_is_refused_as_its_twin_does_before_any_job(
    spark: SparkSession, columns: str, asked: dict[str, str]
) -> None:
    frame = never(spark, columns)
    twin = pa.schema(
        [(name, ARROW[kind]) for name, kind in (each.split() for each in columns.split(", "))]
    ).empty_table()

    with pytest.raises(npol.NpolicingError) as ours:
        npol.spark.settle(frame, **asked)  # type: ignore[arg-type] # wrong on purpose

    with pytest.raises(type(ours.value)) as theirs:
        npol.settle(twin, **asked)  # type: ignore[call-overload] # as above
    assert str(ours.value) == str(theirs.value)


ARROW: dict[str, pa.DataType] = {
    "date": pa.date32(),
    "string": pa.string(),
    "timestamp": INSTANT,
    "timestamp_ntz": FACE,
    "array<timestamp>": pa.list_(INSTANT),
}


def test_what_is_no_frame_of_spark_is_shown_the_way() -> None:
    words = r"^pyarrow.lib.Table is no frame of Spark; for what is in memory there is npol.settle.$"
    with pytest.raises(TypeError, match=words):
        npol.spark.settle(pa.table({"received_at": []}))  # type: ignore[arg-type] # on purpose
