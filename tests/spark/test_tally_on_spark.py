"""The same counts on Spark as anywhere else, to the last log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from counted import LOGS, logs_frame, table_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from measured import rows
from pyspark.sql import functions as F  # noqa: N812 # as its users write it

import npolicing as npol
from npolicing.arrow import arrow_schema
from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    MixedRowsError,
    ValidationError,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from npolicing._records import Records

BY = ["npu", "month", "priority", "attended_by_neighbourhood"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> npol.LogStore:
    """Made-up logs of two years."""
    path = tmp_path_factory.mktemp("logs") / "store"
    npol.write_store(npol.synthetic.log_batches(rows=50_000), path, how="replace")
    return npol.open_store(path)


@pytest.fixture(scope="module")
def logs(spark: SparkSession, store: npol.LogStore) -> DataFrame:
    return spark.read.parquet(*(str(Path(each.path)) for each in store.files)).cache()


SIX = logs_frame(
    {
        "npu": ["CV", "CV", "BE", None, "CV", None],
        "priority": ["P1", "P6", "P6", "P6", "P6", "P1"],
        "crimes": [1, 0, 2, None, None, 0],
    }
)


def test_six_logs_are_counted_by_hand(spark: SparkSession) -> None:
    frame = spark.createDataFrame(SIX)

    assert rows(npol.tally(frame, by=["npu", "priority"], crimes=True)) == [
        {"npu": "BE", "priority": "P6", "logs": 1, "crimes": 2, "crimes_unknown": 0},
        {"npu": "CV", "priority": "P1", "logs": 1, "crimes": 1, "crimes_unknown": 0},
        {"npu": "CV", "priority": "P6", "logs": 2, "crimes": 0, "crimes_unknown": 1},
        {"npu": None, "priority": "P1", "logs": 1, "crimes": 0, "crimes_unknown": 0},
        {"npu": None, "priority": "P6", "logs": 1, "crimes": 0, "crimes_unknown": 1},
    ]


@pytest.mark.parametrize(
    "by",
    [BY, ["received_on", "attended", "hour_of_week"], ["received_at", "force"], None],
)
def test_a_store_gives_the_same_counts(
    logs: DataFrame, store: npol.LogStore, by: str | list[str] | None
) -> None:
    found = npol.tally(logs, by=by, crimes=True)

    pd.testing.assert_frame_equal(found, npol.tally(store, by=by, crimes=True))
    assert found["logs"].sum() == 50_000


DAY = dt.date(2018, 5, 1)
KEPT: list[dict[str, Any]] = [
    {"npu": "CV", "attended": [False, None]},
    {"npu": None},
    {"npu": ["CV", None], "received_on": [DAY, dt.date(2019, 10, 27)]},
    {"received_on": DAY, "hour_of_week": 30},
    {"crimes": [0, None], "attended": True},
    {"npu": []},
]


@pytest.mark.parametrize("where", KEPT, ids=str)
def test_only_the_values_asked_for_are_counted(
    logs: DataFrame, store: npol.LogStore, where: Mapping[str, Any]
) -> None:
    found = npol.tally(logs, by="month", where=where)

    pd.testing.assert_frame_equal(found, npol.tally(store, by="month", where=where))


def test_an_instant_that_is_asked_for_is_found_in_the_zone_of_the_session(
    logs: DataFrame, store: npol.LogStore
) -> None:
    instant = store.to_arrow(["received_at"])["received_at"][7].as_py()
    where = {"received_at": instant}

    expected = npol.tally(store, where=where)["logs"].item()
    assert npol.tally(logs, where=where)["logs"].item() == expected >= 1


def test_a_tally_that_lies_on_spark_adds_up(spark: SparkSession, store: npol.LogStore) -> None:
    kept = npol.tally(store, by=["npu", "month"], crimes=True)
    # As a query on a lakehouse would have it: sums of whole numbers are decimals here and there.
    there = spark.createDataFrame(kept).withColumn("crimes", F.col("crimes").cast("decimal(38,0)"))

    for by in ("npu", "month", None):
        found = npol.tally(there, by=by, crimes=True, where={"npu": ["CV", None]})
        pd.testing.assert_frame_equal(
            found, npol.tally(kept, by=by, crimes=True, where={"npu": ["CV", None]})
        )


def test_attendances_are_counted_as_what_they_are(spark: SparkSession) -> None:
    units = {"force": "WMP", "log_id": ["L1", "L1", "L2"], "unit_ref": ["U1", "U2", "U1"]}
    there = spark.createDataFrame(pd.DataFrame(units))

    assert rows(npol.tally(there, by="unit_ref")) == [
        {"unit_ref": "U1", "attendances": 2},
        {"unit_ref": "U2", "attendances": 1},
    ]


def test_no_logs_are_no_rows_of_the_same_types(spark: SparkSession) -> None:
    none = arrow_schema(npol.Log).empty_table()
    there = spark.createDataFrame(none, schema=npol.spark.schema(npol.Log))

    for by in (BY, ["received_on", "crimes", "attended"], None):
        pd.testing.assert_frame_equal(npol.tally(there, by=by), npol.tally(none, by=by))


def test_a_collation_makes_no_two_texts_one(logs: DataFrame) -> None:
    """Where a lakehouse holds `cv` and `CV` for equal, they are still two texts."""
    mixed = F.expr("if(crimes > 0, lower(npu), npu)")
    plain = npol.tally(logs.withColumn("unit", mixed), by="unit")
    collated = logs.withColumn("unit", F.collate(mixed, "UTF8_LCASE"))

    pd.testing.assert_frame_equal(npol.tally(collated, by="unit"), plain)
    asked = npol.tally(collated, where={"unit": "CV"})["logs"].item()
    assert asked == plain.set_index("unit")["logs"]["CV"]


@pytest.mark.parametrize("kept", ["true", "false"])
def test_what_fills_up_a_text_of_a_set_length_is_none_of_it(
    spark: SparkSession, tmp_path: Path, kept: str
) -> None:
    """Tables of Hive may have CHAR(n): a code of two letters comes with blanks after it."""
    spark.sql(
        "CREATE TABLE padded (log_id string, force char(5), npu char(4), priority varchar(4)) "
        f"USING parquet LOCATION '{tmp_path}'"
    )
    spark.sql("INSERT INTO padded VALUES ('1', 'WMP', 'CV', 'P1'), ('2', 'WMP', NULL, 'P6')")
    spark.conf.set("spark.sql.preserveCharVarcharTypeInfo", kept)
    try:
        logs = spark.table("padded")

        assert rows(npol.tally(logs, by=["force", "npu", "priority"])) == [
            {"force": "WMP", "npu": "CV", "priority": "P1", "logs": 1},
            {"force": "WMP", "npu": None, "priority": "P6", "logs": 1},
        ]
        assert npol.tally(logs, where={"npu": "CV", "force": "WMP"})["logs"].item() == 1
    finally:
        spark.conf.set("spark.sql.preserveCharVarcharTypeInfo", "false")
        spark.sql("DROP TABLE padded")


def test_a_value_of_another_type_is_equal_to_none(logs: DataFrame) -> None:
    """Spark would make a number of a text, or fail over one that is none."""
    odd = logs.withColumn("code", F.when(F.col("npu") == "CV", "5").otherwise("x"))

    assert rows(npol.tally(odd, where={"code": 5})) == []
    fives = npol.tally(odd, where={"code": ["5", 5]})["logs"].item()
    assert fives == npol.tally(logs, where={"npu": "CV"})["logs"].item()


def test_logs_of_two_forces_are_not_added_up_unless_they_are_parted(logs: DataFrame) -> None:
    two = logs.withColumn("force", F.when(F.col("npu") == "CV", "GMP").otherwise("WMP"))

    with pytest.raises(MixedRowsError, match=r"these are of 2: GMP, WMP\. Put 'force' in by"):
        npol.tally(two, by="npu")
    assert npol.tally(two, by="force")["force"].to_list() == ["GMP", "WMP"]


def test_every_column_that_is_missing_is_named(logs: DataFrame) -> None:
    with pytest.raises(MissingColumnsError) as raised:
        npol.tally(logs.drop("force", "crimes", "ward"), by=["npu", "ward"], crimes=True)

    assert raised.value.missing == ("ward", "force", "crimes")


WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("crimes", "'2'", {"crimes": True}, "crimes: is string, not whole numbers"),
    ("crimes", "'x'", {"by": "crimes"}, "crimes: is string, not int64"),
    ("crimes", "'2'", {"where": {"crimes": 2}}, "crimes: is string, not int64"),
    ("crimes", "2.5D", {"crimes": True}, "crimes: is float64, not whole numbers"),
    ("crimes", "double('NaN')", {"crimes": True}, "crimes: is float64, not whole numbers"),
    ("crimes", "2D", {"by": "crimes"}, "crimes: is double, not int64"),
    ("crimes", "2.5", {"crimes": True}, "crimes: is decimal.*, not whole numbers"),
    ("npu", "3", {"where": {"npu": "CV"}}, "npu: is int32, not string"),
    ("attended", "'yes'", {"where": {"attended": True}}, "attended: is string, not bool"),
    (
        "received_on",
        "received_at",
        {"where": {"received_on": DAY}},
        r"received_on: is timestamp\[us, tz=UTC\], not date32\[day\]",
    ),
    (
        "received_at",
        "cast(received_at as timestamp_ntz)",
        {"by": "received_at"},
        r"received_at: is timestamp\[us\], not timestamp\[us, tz=UTC\]\n    Hint: give its zone",
    ),
    ("unit", "array(npu)", {"by": "unit"}, "unit: is list<.*>, not one value a row"),
    ("unit", "struct(npu)", {"by": "unit"}, "unit: is struct<.*>, not one value a row"),
]


@pytest.mark.parametrize("ansi", ["true", "false"])
def test_a_column_of_another_type_is_refused_in_our_words(
    spark: SparkSession, logs: DataFrame, ansi: str
) -> None:
    spark.conf.set("spark.sql.ansi.enabled", ansi)

    for name, expression, asked, words in WRONG:
        with pytest.raises(ColumnTypeError, match=rf"^Columns of the wrong .*:\n  - {words}"):
            npol.tally(logs.withColumn(name, F.expr(expression)), **asked)


def test_a_column_that_is_there_twice_is_refused_where_it_is_asked_for(logs: DataFrame) -> None:
    twice = logs.select("*", F.lit("CV").alias("npu"))

    with pytest.raises(ColumnTypeError, match="npu: is two columns, not one column"):
        npol.tally(twice, by="npu")
    assert npol.tally(twice, by="priority").equals(npol.tally(logs, by="priority"))


def test_a_tally_whose_counts_are_unknown_is_refused(spark: SparkSession) -> None:
    kept = pa.table({"npu": ["CV", "CV"], "logs": pa.array([1, None], pa.int64())})

    with pytest.raises(ColumnTypeError, match="logs: is int64 with nulls, not whole numbers"):
        npol.tally(spark.createDataFrame(kept), by="npu")


def test_a_value_that_none_may_have_is_refused_and_counted_nowhere(logs: DataFrame) -> None:
    lower = logs.withColumn("npu", F.lower("npu"))

    with pytest.raises(ValidationError, match=r"(?s)^8 failures for Log:\n.*'be' breaks matches"):
        npol.tally(lower, by="npu")


DRAWN_BY = ["npu", "priority", "month", "received_on", "hour_of_week", "attended", "crimes"]
DRAWN_WHERE: list[dict[str, Any] | None] = [None, {"priority": ["P1", "P6"], "npu": ["CV", None]}]


# Smaller rows of one fault would be sought by many jobs, a third of a second each.
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(st.lists(LOGS, min_size=3, max_size=8), st.data())
def test_drawn_logs_are_counted_as_pandas_and_duckdb_count_them(
    spark: SparkSession, drawn: list[Records[npol.Log]], data: st.DataObject
) -> None:
    """Many draws in one job: each has a number, which is one more column to group by."""
    by = ["draw", *data.draw(st.lists(st.sampled_from(DRAWN_BY), unique=True, max_size=3))]
    where = data.draw(st.sampled_from(DRAWN_WHERE))
    table = pa.concat_tables(
        table_of(each).append_column("draw", pa.array([f"{at}"] * len(each), pa.string()))
        for at, each in enumerate(drawn)
    )
    schema = npol.spark.schema(npol.Log).add("draw", "string")
    # Of a table in chunks Spark 4.3 may lose those that follow an empty one.
    there = spark.createDataFrame(table.combine_chunks(), schema=schema)

    found = npol.tally(there, by=by, where=where, crimes="crimes" not in by)

    with duckdb.connect() as connection:
        for place in (table.to_pandas(), connection.from_arrow(table)):
            expected = npol.tally(place, by=by, where=where, crimes="crimes" not in by)
            pd.testing.assert_frame_equal(found, expected)
