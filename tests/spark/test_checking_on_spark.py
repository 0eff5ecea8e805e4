"""What is found and what is parted on Spark is what is found and parted of a frame in memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import npolicing as npol
from npolicing.spark import splitting

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from npolicing._columns import Field

Told = Counter[str]
"""Rows as text, each with what is wrong with it, and how often each comes."""


def frame_of(spark: SparkSession, table: pa.Table, parts: int = 3) -> DataFrame:
    """A table in several parts, each column null where it likes."""
    return spark.createDataFrame(table).repartition(parts)


def loose(entity: type[npol.Record], rows: list[dict[str, object]]) -> pa.Table:
    """Rows that may be wrong, in the types of their entity."""
    fields = [each.with_nullable(nullable=True) for each in npol.arrow_schema(entity)]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def told(rows: list[dict[str, object]]) -> Told:
    return Counter(str(sorted(row.items())) for row in rows)


def parted_in_memory(table: pa.Table, entity: type[npol.Record]) -> tuple[Told, Told]:
    """The good and the bad rows, each bad one with its failures beside it."""
    parted = npol.split(table, entity)
    beside: dict[int, list[str]] = {}
    for each in parted.failures:
        value = None if each.value is None else str(each.value)
        words = str((each.code, each.column, each.rule, value))
        beside.setdefault(each.row or 0, []).append(words)
    rows = table.to_pylist()
    bad = [rows[at] | {"failures": sorted(beside[at])} for at in sorted(beside)]
    good = [row for at, row in enumerate(rows) if at not in beside]
    assert isinstance(parted.good, pa.Table)
    assert str(parted.good.to_pylist()) == str(good)
    return told(good), told(bad)


def parted_on_spark(frame: DataFrame, entity: type[npol.Record]) -> tuple[Told, Told]:
    parted = npol.spark.split(frame, entity)
    good, bad = in_utc(parted.good.toArrow()), in_utc(parted.bad.toArrow())
    for row in bad:
        row["failures"] = sorted(str(tuple(each.values())) for each in row["failures"])  # type: ignore[attr-defined] # a list
    return told(good), told(bad)


def in_utc(table: pa.Table) -> list[dict[str, object]]:
    """Rows whose instants are not shown in the zone of the session."""
    for at, each in enumerate(table.schema):
        if pa.types.is_timestamp(each.type):
            column = table[each.name].cast(pa.timestamp("us", tz="UTC"))
            table = table.set_column(at, each.name, column)
    return table.to_pylist()


def shown(failures: Iterable[npol.Failure]) -> Told:
    """Failures as text, since NaN is not equal to itself; old libraries have a UTC of their own."""
    utc = re.compile(r", tzinfo=(<UTC>|zoneinfo\.ZoneInfo\(key='UTC'\)|datetime\.timezone\.utc)")
    return Counter(utc.sub(" UTC", repr(each)) for each in failures)


def held(frame: DataFrame, table: pa.Table, entity: type[npol.Record]) -> npol.Failures:
    """Hold both halves to their twins, and give what is wrong."""
    found, twin = npol.spark.check(frame, entity), npol.check(table, entity)
    assert found.counts == twin.counts
    assert shown(found) == shown(attrs.evolve(each, row=None) for each in twin)
    assert parted_on_spark(frame, entity) == parted_in_memory(table, entity)
    return found


@pytest.fixture
def unusual(spark: SparkSession) -> Iterator[None]:
    """Settings that some have: other rules of SQL, other types of Arrow, another zone."""
    told = {
        "spark.sql.ansi.enabled": "false",
        "spark.sql.caseSensitive": "true",
        "spark.sql.execution.arrow.useLargeVarTypes": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "7",
        "spark.sql.session.timeZone": "Asia/Kolkata",
    }
    before = {name: spark.conf.get(name) for name in told}
    for name, value in told.items():
        spark.conf.set(name, value)
    yield
    for name, was in before.items():
        spark.conf.set(name, str(was))


GOOD: dict[str, object] = {
    "log_id": "L0",
    "force": "WMP",
    "npu": "CV",
    "priority": "P1",
    "received_at": datetime(2018, 7, 31, 23, 30, tzinfo=UTC),
    "received_on": date(2018, 8, 1),
    "month": "2018-08",
    "hour_of_week": 48,
    "first_dispatched_at": datetime(2018, 7, 31, 23, 35, tzinfo=UTC),
    "first_arrived_at": datetime(2018, 7, 31, 23, 40, tzinfo=UTC),
    "response_seconds": 600,
    "closed_at": datetime(2018, 8, 1, 1, tzinfo=UTC),
    "attended": True,
    "first_attended_by": "response",
    "attended_by_neighbourhood": False,
}
EARLY = datetime(2018, 7, 31, 23, 29, tzinfo=UTC)
# What is changed in a good log, and the codes that come of it.
CHANGES: list[tuple[dict[str, object], list[str]]] = [
    ({}, []),
    ({"npu": None, "status": None}, []),
    ({"priority": None}, ["NULL"]),
    ({"npu": ""}, ["EMPTY"]),
    ({"qualifier": " Personal"}, ["TEXT"]),
    ({"npu": "cv"}, ["PATTERN"]),
    ({"status": "shut"}, ["NOT_ALLOWED"]),
    ({"crimes": -1}, ["OUT_OF_RANGE"]),
    ({"hour_of_week": 168, "response_seconds": -5}, ["OUT_OF_RANGE", "OUT_OF_RANGE"]),
    ({"month": "2018-07"}, ["INCONSISTENT"]),
    ({"hour_of_week": 72}, ["INCONSISTENT"]),
    ({"response_seconds": 599}, ["INCONSISTENT"]),
    ({"received_on": date(2018, 8, 8)}, ["INCONSISTENT"]),
    ({"attended": False}, ["INCONSISTENT", "INCONSISTENT"]),
    ({"attended_by_neighbourhood": True, "attended": None}, []),
    ({"first_attended_by": "neighbourhood"}, ["INCONSISTENT"]),
    ({"first_dispatched_at": EARLY}, ["DISPATCHED_BEFORE_RECEIVED"]),
    (
        {"first_arrived_at": EARLY, "response_seconds": None},
        ["ARRIVAL_BEFORE_DISPATCHED", "ARRIVAL_BEFORE_RECEIVED"],
    ),
    ({"closed_at": EARLY}, ["CLOSED_BEFORE_ARRIVAL", "CLOSED_BEFORE_RECEIVED"]),
    ({"log_id": "twice"}, ["DUPLICATE_KEY"]),
    ({"log_id": "twice", "npu": "cv"}, ["DUPLICATE_KEY", "PATTERN"]),
    # A key with a wrong cell is nobody's.
    ({"log_id": "bad key"}, ["PATTERN"]),
    ({"log_id": "bad key"}, ["PATTERN"]),
    ({"log_id": None}, ["NULL"]),
    ({"log_id": None}, ["NULL"]),
]


def messy(times: int) -> pa.Table:
    """The changed logs, many times over; of one key are those alone that are to be."""
    rows = [
        GOOD
        | {"log_id": f"L{number}-{time}"}
        | change
        | ({"force": f"F{time}"} if change.get("log_id") == "twice" else {})
        for time in range(times)
        for number, (change, _) in enumerate(CHANGES)
    ]
    return loose(npol.Log, rows)


def test_every_code_of_a_log(spark: SparkSession) -> None:
    table = messy(100)

    found = held(frame_of(spark, table), table, npol.Log)

    counted = Counter(code for _, codes in CHANGES for code in codes)
    by_code: Counter[str] = Counter()
    for (code, _, _), number in found.counts.items():
        by_code[code] += number
    assert by_code == {code: 100 * number for code, number in counted.items()}
    assert found.total == len(found) == 100 * counted.total()


@pytest.mark.usefixtures("unusual")
def test_where_many_keys_come_twice_and_settings_are_unusual(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(splitting, "_MOST_KEYS", 5)
    table = messy(8)

    held(frame_of(spark, table), table, npol.Log)
    assert moves(npol.spark.split(frame_of(spark, table, 2), npol.Log).bad, capsys)


def moves(frame: DataFrame, capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether Spark is to move the rows between its workers by their keys."""
    capsys.readouterr()
    frame.explain()
    return "hashpartitioning" in capsys.readouterr().out


def test_no_row_is_lost_and_a_mended_one_is_good(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row that is there twice is there twice among the bad, too, and in what is written."""
    rows = [GOOD, GOOD, GOOD | {"log_id": "L1", "npu": "cv"}, GOOD | {"log_id": "L2"}]
    parted = npol.spark.split(frame_of(spark, loose(npol.Log, rows)), npol.Log)
    assert [row.log_id for row in parted.good.collect()] == ["L2"]
    assert not moves(parted.bad, capsys)

    parted.bad.write.parquet(str(tmp_path / "bad"))
    bad = spark.read.parquet(str(tmp_path / "bad"))
    assert bad.schema == parted.bad.schema
    assert bad.columns == [*npol.arrow_schema(npol.Log).names, "failures"]
    assert Counter(row.log_id for row in bad.collect()) == {"L0": 2, "L1": 1}
    assert {(row.column, row.value) for row in parted.failures.collect()} == {
        ("log_id, force, received_on", "('L0', 'WMP', datetime.date(2018, 8, 1))"),
        ("npu", "cv"),
    }

    mended = bad.withColumn("npu", bad["npu"].substr(3, 1)).distinct().drop("failures")
    again = npol.spark.split(mended.fillna("CV", ["npu"]).replace("", "CV", ["npu"]), npol.Log)
    assert sorted(row.log_id for row in again.good.collect()) == ["L0", "L1"]
    assert again.bad.count() == 0


POOLS: dict[str, tuple[pa.DataType, list[object]]] = {
    "text": (pa.string(), ["WMP", "CV", "hub", "T1", None, "", " CV", "cv"]),
    "integer": (pa.int32(), [1, 2, None, -1]),
    "number": (pa.float64(), [1.5, 0.0, None, float("nan"), float("inf"), -1.0]),
    "boolean": (pa.bool_(), [True, False, None]),
    "date": (pa.date32(), [date(2018, 8, 1), None, date(1, 1, 1)]),
    "timestamp": (
        pa.timestamp("us", tz="UTC"),
        [datetime(2018, 8, 1, tzinfo=UTC), None, datetime(2018, 7, 1, 12, tzinfo=UTC)],
    ),
    "decimal": (
        pa.decimal128(22, 4),
        [Decimal(1), Decimal("0.10"), None, Decimal("0.0001"), Decimal(10) ** 17, Decimal(-1)],
    ),
    "texts": (pa.list_(pa.string()), [["CV"], [], None, ["CV", "CV"], ["", "x"], [None]]),
}
ENTITIES: list[type[npol.Record]] = [
    npol.Team,
    npol.NPU,
    npol.Attendance,
    npol.BudgetPosition,
    npol.DemandTier,
    npol.Target,
]


@st.composite
def messes(draw: st.DrawFn) -> tuple[type[npol.Record], pa.Table]:
    """Rows of an entity whose cells are often wrong, and whose keys often come again."""
    entity = draw(st.sampled_from(ENTITIES))

    def cells(field: Field) -> pa.Array[pa.Scalar[pa.DataType]]:
        kind, pool = POOLS[field.kind]
        usual = [field.choices[0]] if field.choices else pool[:2]
        each = st.sampled_from(usual) if draw(st.booleans()) else st.sampled_from(pool)
        return pa.array(draw(st.lists(each, min_size=8, max_size=8)), kind)

    left_out = draw(st.sampled_from([each.name for each in entity.columns() if not each.required]))
    columns = {each.name: cells(each) for each in entity.columns() if each.name != left_out}
    return entity, pa.table(columns)


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate], deadline=None)
@given(messes())
def test_they_say_what_their_twins_say(
    spark: SparkSession, mess: tuple[type[npol.Record], pa.Table]
) -> None:
    entity, table = mess

    held(frame_of(spark, table), table, entity)


@pytest.mark.usefixtures("unusual")
def test_what_is_personal_is_withheld(spark: SparkSession) -> None:
    row = {
        "force": "WMP",
        "log_id": "L1",
        "received_on": date(2018, 8, 1),
        "unit_ref": "U-0001",
        "kind": "hub",
    }
    table = loose(npol.Attendance, [row, row, row | {"unit_ref": "U 0001"}])

    found = held(frame_of(spark, table), table, npol.Attendance)

    assert sorted({str(each.value) for each in found}) == [
        "('WMP', 'L1', datetime.date(2018, 8, 1), '(withheld)')",
        "(withheld)",
    ]


def test_keys_are_compared_by_their_letters_whatever_the_collation(spark: SparkSession) -> None:
    """Nulls are equal to nulls, and T1 is not t1."""
    rows = spark.createDataFrame(
        [("WMP", "T1"), ("WMP", "t1"), ("WMP", "T2"), ("WMP", "T2")], "force string, team_id string"
    )
    teams = rows.selectExpr(
        "force",
        "CAST(team_id AS STRING COLLATE UTF8_LCASE) AS team_id",
        "'CV' AS npu",
        "'hub' AS kind",
        "CAST(NULL AS DATE) AS valid_from",
    )

    parted = npol.spark.split(teams, npol.Team)

    # Not by collect: that of PySpark 4.0 gives no row where a column has a collation.
    good, bad = (each.toArrow()["team_id"].to_pylist() for each in (parted.good, parted.bad))
    assert Counter(good) == {"T1": 1, "t1": 1}
    assert bad == ["T2", "T2"]
    assert npol.spark.check(teams, npol.Team).total == 2


def test_of_more_than_asked_for_some_are_kept_and_all_counted(spark: SparkSession) -> None:
    table = messy(20)

    found = npol.spark.check(frame_of(spark, table), npol.Log, keep=7)

    assert len(found) == 7
    assert found.counts == npol.check(table, npol.Log).counts


def test_of_no_rows_nothing_is_wrong(spark: SparkSession) -> None:
    empty = spark.createDataFrame([], npol.spark.schema(npol.Log))

    assert npol.spark.check(empty, npol.Log) == ()
    parted = npol.spark.split(empty, npol.Log)
    assert (parted.good.count(), parted.bad.count()) == (0, 0)
    assert parted.good.schema == empty.schema


def test_what_comes_back_has_the_types_that_were_there(spark: SparkSession) -> None:
    frame = spark.createDataFrame(loose(npol.Log, [GOOD]), npol.spark.schema(npol.Log))

    assert npol.spark.split(frame, npol.Log).good.schema == frame.schema


@pytest.mark.parametrize("name", ["check", "split"])
@pytest.mark.parametrize(
    ("columns", "arrow"),
    [
        ("force string, team string", {"force": pa.string(), "team": pa.string()}),
        (
            "force string, team_id string, npu string, kind string, beat string",
            dict.fromkeys(("force", "team_id", "npu", "kind", "beat"), pa.string()),
        ),
        (
            "force int, team_id string, npu binary, kind string, valid_from timestamp",
            {
                "force": pa.int32(),
                "team_id": pa.string(),
                "npu": pa.binary(),
                "kind": pa.string(),
                "valid_from": pa.timestamp("us", tz="UTC"),
            },
        ),
    ],
)
def test_a_wrong_shape_is_refused_as_their_twins_do_before_any_job(
    spark: SparkSession, name: str, columns: str, arrow: dict[str, pa.DataType]
) -> None:
    def boom(_: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        raise AssertionError("a job ran")

    frame = spark.range(1).mapInArrow(boom, columns)

    with pytest.raises(npol.NpolicingError) as ours:
        getattr(npol.spark, name)(frame, npol.Team)

    with pytest.raises(type(ours.value)) as theirs:
        npol.check(pa.schema(list(arrow.items())).empty_table(), npol.Team)
    assert str(ours.value) == str(theirs.value)


@attrs.frozen(kw_only=True)
class Report(npol.Record):
    """A record with a column that a split would add."""

    failures: Annotated[str, npol.Column("What went wrong.")]


def test_a_column_of_the_name_of_the_failures_is_refused(spark: SparkSession) -> None:
    words = r"^Report has a column 'failures' of its own, and there would be two; rename it.$"
    with pytest.raises(ValueError, match=words):
        npol.spark.split(spark.sql("SELECT 'none' AS failures"), Report)


def test_at_least_one_failure_is_kept(spark: SparkSession) -> None:
    with pytest.raises(ValueError, match=r"^keep is at least 1 failure, not 0$"):
        npol.spark.check(spark.range(1), npol.Team, keep=0)
