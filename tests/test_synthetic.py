from __future__ import annotations

from collections import Counter
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npolicing._metadata import stamp_of
from npolicing.arrow import arrow_schema
from npolicing.entities import Attendance, Log
from npolicing.frames import check
from npolicing.synthetic import attendances, log_batches, logs

YEAR = 850_599
"""Logs of West Midlands Police in 2019, as published; 345,658 of them were attended."""


@pytest.fixture(scope="module")
def made() -> pa.Table:
    """Logs of months in which clocks go forward and back."""
    return logs(rows=30_000, first="2018-03", last="2018-10")


@given(rows=st.integers(0, 3000), seed=st.integers(0, 9))
@settings(max_examples=20)
def test_there_are_exactly_as_many_logs_as_asked_for(rows: int, seed: int) -> None:
    assert logs(rows=rows, seed=seed).num_rows == rows


@pytest.mark.parametrize("size", [1, 7, 999, 5000])
def test_the_rows_are_the_same_whatever_the_size_of_a_batch(size: int) -> None:
    whole = logs(rows=1500, seed=3)
    batches = list(log_batches(rows=1500, seed=3, batch_rows=size))

    assert pa.Table.from_batches(batches).equals(whole)
    assert {each.num_rows for each in batches[:-1]} <= {size}


def test_batches_join_rows_of_several_blocks() -> None:
    whole = logs(rows=300_000, first="2018-07", last="2018-08")
    batches = list(log_batches(rows=300_000, first="2018-07", last="2018-08", batch_rows=200_000))

    assert [each.num_rows for each in batches] == [200_000, 100_000]
    assert pa.Table.from_batches(batches).equals(whole)


def test_a_seed_gives_the_same_rows_and_another_gives_others() -> None:
    assert logs(rows=500, seed=1).equals(logs(rows=500, seed=1))
    assert not logs(rows=500, seed=1).equals(logs(rows=500, seed=2))


def test_every_log_keeps_every_rule(made: pa.Table) -> None:
    assert check(made, Log) == ()


@pytest.mark.parametrize(("day", "hours"), [("2018-03-25", 23), ("2018-10-28", 25)])
def test_a_day_of_a_clock_change_has_the_hours_that_it_had(day: str, hours: int) -> None:
    month = day[:7]
    made = logs(rows=200_000, first=month, last=month)
    there = made.filter(pc.equal(made["received_on"], pa.scalar(date.fromisoformat(day))))
    utc_hours = pc.floor_temporal(there["received_at"], unit="hour")

    assert len(utc_hours.unique()) == hours
    assert len(there["hour_of_week"].unique()) == min(hours, 24)
    assert check(there, Log) == ()


def test_logs_come_in_the_order_in_which_they_were_received(made: pa.Table) -> None:
    times = made["received_at"].cast(pa.int64()).to_numpy()

    assert (times[1:] >= times[:-1]).all()


def test_a_day_numbers_its_logs_from_one() -> None:
    made = logs(rows=5000, first="2018-02", last="2018-02")
    first = made.filter(pc.equal(made["received_on"], pa.scalar(date(2018, 2, 1))))

    assert first["log_id"].to_pylist() == [f"{n:06}" for n in range(1, first.num_rows + 1)]


def test_a_day_of_more_logs_than_a_block_holds_numbers_them_on() -> None:
    made = logs(rows=4_000_000, first="2018-02", last="2018-02").slice(0, 142_000)
    times = made["received_at"].cast(pa.int64()).to_numpy()
    days = pc.count_distinct(made["received_on"]).as_py()
    pairs = made.select(["received_on", "log_id"]).group_by(["received_on", "log_id"])

    assert days <= 2
    assert (times[1:] >= times[:-1]).all()
    assert pairs.aggregate([]).num_rows == made.num_rows


def test_a_published_year_has_its_july_and_its_attendance() -> None:
    made = logs(rows=YEAR, first="2018-01", last="2018-12")
    months = Counter(made["month"].to_pylist())
    attended = pc.sum(made["attended"]).as_py() / YEAR

    assert months["2018-07"] - months["2018-02"] > 22_500
    assert min(months, key=months.__getitem__) == "2018-02"
    assert max(months, key=months.__getitem__) == "2018-07"
    assert attended == pytest.approx(345_658 / YEAR, abs=0.003)


def test_p6_has_more_of_a_season_than_the_rest() -> None:
    made = logs(rows=300_000, first="2018-01", last="2018-12")
    of = Counter(zip(made["month"].to_pylist(), made["priority"].to_pylist(), strict=True))

    assert of["2018-07", "P6"] / of["2018-02", "P6"] > of["2018-07", "P2"] / of["2018-02", "P2"]


def test_what_is_made_up_says_so(made: pa.Table) -> None:
    batch = next(log_batches(rows=10))
    for schema, entity in (
        (made.schema, Log),
        (batch.schema, Log),
        (attendances(made).schema, Attendance),
        (logs(rows=0).schema, Log),
    ):
        said = stamp_of(schema, "made up")
        assert said is not None
        assert (said.entity, said.synthetic) == (entity.__name__, True)
        assert schema.equals(arrow_schema(entity))


def test_what_may_be_unknown_is_sometimes_unknown(made: pa.Table) -> None:
    attended = made.filter(made["attended"])

    assert 0.005 < made["npu"].null_count / made.num_rows < 0.015
    assert 0 < made["attended"].null_count < 0.02 * made.num_rows
    assert 0 < attended["first_arrived_at"].null_count < 0.1 * attended.num_rows
    assert 0 < made["crimes"].null_count < 0.02 * made.num_rows
    for name in ("ward", "area_id", "grading_scheme", "qualifier", "master_log_id"):
        assert made[name].null_count == made.num_rows


def test_another_force_has_units_of_its_own() -> None:
    made = logs(rows=1000, force="XYZ")

    assert set(made["force"].to_pylist()) == {"XYZ"}
    assert set(made["npu"].to_pylist()) == {"U1", "U2", "U3", "U4", "U5", "U6", None}
    assert check(made, Log) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": -1},
        {"rows": 1, "seed": -1},
        {"rows": 1, "batch_rows": 0},
        {"rows": 1, "first": "2018-13"},
        {"rows": 1, "first": "2018-02", "last": "2018-01"},
        {"rows": 1, "force": "wmp"},
    ],
)
def test_what_makes_no_sense_is_refused_at_once(wrong: dict[str, int | str]) -> None:
    with pytest.raises(ValueError, match=r"below|no month|before|no code"):
        log_batches(**wrong)  # type: ignore[arg-type] # the right names


def test_every_attendance_keeps_every_rule(made: pa.Table) -> None:
    assert check(attendances(made), Attendance) == ()


def test_attendances_are_those_of_the_attended_logs(made: pa.Table) -> None:
    units: dict[tuple[object, object], list[dict[str, object]]] = {}
    for unit in attendances(made).to_pylist():
        units.setdefault((unit["received_on"], unit["log_id"]), []).append(unit)
    there = {(each["received_on"], each["log_id"]): each for each in made.to_pylist()}

    assert units.keys() == {key for key, log in there.items() if log["attended"]}
    assert {len(each) for each in units.values()} == {1, 2, 3, 4}
    for key, of_log in units.items():
        log = there[key]
        arrived = [u["arrived_at"] for u in of_log if u["arrived_at"] is not None]
        assert min(arrived, default=None) == log["first_arrived_at"]  # type: ignore[type-var] # times
        assert log["first_attended_by"] in (None, of_log[0]["kind"])
        some = any(u["kind"] == "neighbourhood" for u in of_log)
        assert some == bool(log["attended_by_neighbourhood"])


def test_no_logs_have_no_attendances() -> None:
    assert attendances(logs(rows=0)).num_rows == 0
