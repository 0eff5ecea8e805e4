"""Every measure on logs gives the same frame of a DataFrame of Spark as of a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from measured import looked_at

import npolicing as npol
from npolicing._records import Records

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LONDON = ZoneInfo("Europe/London")
# The night in which clocks go back, and a morning in summer.
INSTANTS = [
    dt.datetime(2018, 10, 28, 1, 30, tzinfo=LONDON, fold=1),
    dt.datetime(2019, 7, 1, 8, tzinfo=LONDON),
]
MEASURES: dict[str, Callable[[Any], pd.DataFrame]] = {
    "attendance_ratio": lambda logs: npol.attendance_ratio(logs, by=["npu", "month"], total=True),
    "attendance_share": lambda logs: npol.attendance_share(logs, by="npu", total=True),
    "seasonal_delta": lambda logs: npol.seasonal_delta(
        logs, base="2018-02", peak="2018-07", by="npu", where={"priority": "P6"}, total=True
    ),
    "demand": lambda logs: npol.demand(logs, by="npu", crimes=True, total=True),
    "year_on_year": lambda logs: npol.year_on_year(logs, month="2019-09", by="npu", total=True),
    "response_time": lambda logs: npol.response_time(
        logs, by="priority", percentiles=[25], target=dt.timedelta(minutes=15), total=True
    ),
    "resolution_without_deployment": lambda logs: npol.resolution_without_deployment(
        logs, by="npu", total=True
    ),
    "seasonal_profile": lambda logs: npol.seasonal_profile(logs, by="npu", total=True),
    "hourly_demand": lambda logs: npol.hourly_demand(logs, by="priority", total=True),
    "backlog": lambda logs: npol.backlog(logs, at=INSTANTS, by=["npu", "priority"], total=True),
    "anticipated_demand": lambda logs: npol.anticipated_demand(
        logs, horizon=3, method="seasonal_naive", min_train=24
    ),
    "arm_counts": lambda logs: npol.to_pandas(
        npol.arm_counts(
            logs,
            arms={"treated": ["CV"], "comparison": ["BE", "SH"]},
            before=("2018-01", "2018-12"),
            after=("2019-01", "2019-12"),
            force="WMP",
            evaluation_id="made-up",
            on="npu",
            count="logs",
        )
    ),
}
ELSEWHERE = {"tally", "emerging_trends", "harm"}
"""What takes logs or crimes, and is tried by tests of its own."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> npol.LogStore:
    """Made-up logs of three years."""
    path = tmp_path_factory.mktemp("logs") / "store"
    npol.write_store(npol.synthetic.log_batches(rows=30_000, first="2017-01"), path, how="replace")
    return npol.open_store(path)


@pytest.fixture(scope="module")
def logs(spark: SparkSession, store: npol.LogStore) -> DataFrame:
    return spark.read.parquet(*(str(Path(each.path)) for each in store.files)).cache()


def test_no_measure_is_left_out() -> None:
    taking = {
        name
        for name in npol.__all__
        if any(
            "LogRows" in str(of)
            for of in getattr(getattr(npol, name), "__annotations__", {}).values()
        )
    }

    assert taking == MEASURES.keys() | ELSEWHERE


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_same_frame(logs: DataFrame, store: npol.LogStore, name: str) -> None:
    found = MEASURES[name](logs)

    pd.testing.assert_frame_equal(found, MEASURES[name](store))
    assert len(found) > 0


def test_of_a_backlog_what_may_have_been_open_comes_to_the_driver(
    logs: DataFrame, store: npol.LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = looked_at(monkeypatch)
    found = npol.backlog(logs, at=INSTANTS, by="npu")
    monkeypatch.undo()

    pd.testing.assert_frame_equal(found, npol.backlog(store, at=INSTANTS, by="npu"))
    may_be, groups = brought
    # A log may be open at each of the instants.
    assert len(INSTANTS) * may_be >= found["open"].sum() > 0
    assert may_be + groups < logs.count() / 50


def test_a_measure_of_a_tally_that_was_made_on_spark_is_that_of_the_logs(
    logs: DataFrame, store: npol.LogStore
) -> None:
    kept = npol.tally(logs, by=["npu", "month", "received_on"])

    pd.testing.assert_frame_equal(npol.demand(kept, by="npu"), npol.demand(store, by="npu"))
    hidden, expected = (
        npol.suppress(
            npol.tally(place, by=["npu", "priority"]),
            rule=TEN,
            by=["npu", "priority"],
            counts="logs",
        )
        for place in (logs, store)
    )
    pd.testing.assert_frame_equal(hidden, expected)


CRIMES = Records(
    npol.Crime,
    [
        npol.Crime(
            force="WMP",
            crime_id=f"{month}-{number}",
            month=f"{2017 + month // 12}-{month % 12 + 1:02}",
            npu=["CV", "BE", None][number % 3],
            category=["burglary", "robbery"][number % 2],
        )
        for month in range(36)
        for number in range(8 + month % 5)
    ],
)
TEN = npol.DisclosureRule(name="ten", threshold=10)
WEIGHTS = [
    npol.HarmWeight(
        force="WMP",
        scheme="MADE-UP",
        unit="points",
        source="made up",
        category=category,
        weight=weight,
    )
    for category, weight in {"burglary": 19.0, "robbery": 365.0}.items()
]


def test_measures_of_crimes_are_the_same_frames(spark: SparkSession) -> None:
    there = spark.createDataFrame(
        npol.to_arrow(CRIMES).combine_chunks(), schema=npol.spark.schema(npol.Crime)
    )

    trends = npol.emerging_trends(there, month="2019-12", total=True)
    pd.testing.assert_frame_equal(trends, npol.emerging_trends(CRIMES, month="2019-12", total=True))
    asked: dict[str, Any] = {"scheme": "MADE-UP", "on": dt.date(2019, 12, 1), "by": "npu"}
    pd.testing.assert_frame_equal(
        npol.harm(there, WEIGHTS, **asked), npol.harm(CRIMES, WEIGHTS, **asked)
    )


@pytest.fixture(params=["Asia/Kolkata", "Europe/London", "UTC"])
def zone(spark: SparkSession, request: pytest.FixtureRequest) -> Iterator[str]:
    """A zone of the session that is none of those of the other tests; and no ANSI."""
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", request.param)
    spark.conf.set("spark.sql.ansi.enabled", "false")
    yield request.param
    spark.conf.set("spark.sql.session.timeZone", str(before))
    spark.conf.set("spark.sql.ansi.enabled", "true")


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("name", ["backlog", "response_time", "hourly_demand"])
def test_the_zone_of_a_session_changes_nothing(
    logs: DataFrame, store: npol.LogStore, name: str
) -> None:
    pd.testing.assert_frame_equal(MEASURES[name](logs), MEASURES[name](store))


@pytest.mark.usefixtures("zone")
def test_an_instant_is_the_same_group_in_every_zone(logs: DataFrame, store: npol.LogStore) -> None:
    by = ["received_on", "received_at"]
    where = {"month": ["2018-03", "2018-10"]}

    pd.testing.assert_frame_equal(
        npol.tally(logs, by=by, where=where), npol.tally(store, by=by, where=where)
    )
