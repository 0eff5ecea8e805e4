from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from measured import one, rows

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.errors import ValidationError
from npolicing.measures import demand, seasonal_delta

FEBRUARY, MARCH, JULY = "2018-02", "2018-03", "2018-07"


def monthly(counts: dict[str, int], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"month": list(counts), "logs": list(counts.values()), **columns})


def test_three_days_more_are_a_share_of_a_rise() -> None:
    # 280 in 28 days are 10 a day; July's three days more bring 30 of the 61.
    assert one(seasonal_delta(monthly({FEBRUARY: 280, JULY: 341}), base=FEBRUARY, peak=JULY)) == {
        "base": 280,
        "peak": 341,
        "delta": 61,
        "relative_delta": 61 / 280,
        "base_days": 28,
        "peak_days": 31,
        "delta_per_day": 1.0,
        "calendar_share": pytest.approx(30 / 61),
        "is_total": False,
    }


def test_a_third_of_the_boards_22500_logs_would_be_the_calendars() -> None:
    # At the 850,599 logs that the force published for 2019, a day has 2,330 of them: 6,991 in
    # three days, 31 % of 22,500.
    february = round(850_599 / 365 * 28)

    found = one(
        seasonal_delta(
            monthly({FEBRUARY: february, JULY: february + 22_500}), base=FEBRUARY, peak=JULY
        )
    )

    assert round(found["calendar_share"], 2) == 0.31


def test_a_unit_without_logs_has_0_and_a_month_without_any_is_unknown() -> None:
    logs = monthly({FEBRUARY: 10, JULY: 20}, npu=["CV", "BE"])

    parted = seasonal_delta(logs, by="npu", base=FEBRUARY, peak=JULY)
    nowhere = seasonal_delta(logs, by="npu", base=FEBRUARY, peak="2018-08")

    found = [(row["npu"], row["base"], row["peak"]) for row in rows(parted)]
    assert found == [("BE", 0, 20), ("CV", 10, 0)]
    assert [row["relative_delta"] for row in rows(parted)] == [None, -1.0]
    assert [(row["base"], row["peak"], row["delta"]) for row in rows(nowhere)] == [(10, None, None)]


def test_what_is_kept_does_not_change_which_months_are_covered() -> None:
    logs = monthly({FEBRUARY: 10, JULY: 20}, priority=["P6", "P1"])

    found = one(seasonal_delta(logs, where={"priority": "P6"}, base=FEBRUARY, peak=JULY))

    assert (found["base"], found["peak"], found["delta"]) == (10, 0, -10)


def test_a_month_that_one_force_lacks_is_its_own_gap() -> None:
    logs = monthly({FEBRUARY: 10, JULY: 20, MARCH: 5}, force=["WMP", "WMP", "GMP"])

    found = seasonal_delta(
        pd.concat([logs, monthly({JULY: 7}, force=["GMP"])]),
        by="force",
        base=FEBRUARY,
        peak=JULY,
        total=True,
    )

    assert [(row["force"], row["base"], row["peak"]) for row in rows(found)] == [
        ("GMP", None, 7),
        ("WMP", 10, 20),
        (None, None, 27),
    ]


def test_crimes_are_unknown_where_those_of_a_log_are() -> None:
    frame = logs_frame({"month": [FEBRUARY, JULY, JULY], "crimes": [1, 2, 3]})
    unknown = logs_frame({"month": [FEBRUARY, JULY, JULY], "crimes": [1, 2, None]})

    asked = {"base": FEBRUARY, "peak": JULY}
    assert one(seasonal_delta(frame, count="crimes", **asked))["delta"] == 4  # type: ignore[arg-type] # words
    assert one(seasonal_delta(unknown, count="crimes", **asked))["delta"] is None  # type: ignore[arg-type] # words


def test_a_missing_month_is_a_gap_and_no_0() -> None:
    series = demand(monthly({FEBRUARY: 28, "2018-04": 60}, npu=["CV", "CV"]), by="npu")

    assert [
        (row["month"], row["days"], row["logs"], row["logs_per_day"]) for row in rows(series)
    ] == [
        (FEBRUARY, 28, 28, 1.0),
        (MARCH, 31, None, None),
        ("2018-04", 30, 60, 2.0),
    ]


def test_a_series_has_the_days_that_are_said_to_be_covered() -> None:
    series = demand(
        monthly({FEBRUARY: 10, MARCH: 50}), since=date(2018, 2, 19), until=date(2018, 4, 25)
    )

    assert [
        (row["month"], row["days"], row["logs"], row["logs_per_day"]) for row in rows(series)
    ] == [
        (FEBRUARY, 10, 10, 1.0),
        (MARCH, 31, 50, 50 / 31),
        ("2018-04", 25, None, None),
    ]
    with pytest.raises(ValueError, match="^There are logs of 2018-02, which is before since="):
        demand(monthly({FEBRUARY: 10}), since=date(2018, 3, 1))


def test_units_and_the_whole_have_a_row_for_each_month() -> None:
    logs = monthly({FEBRUARY: 3, MARCH: 4}, npu=["CV", "BE"])

    series = demand(logs, by=["npu", "month"], total=True)

    assert [(row["npu"], row["month"], row["logs"], row["is_total"]) for row in rows(series)] == [
        ("BE", FEBRUARY, 0, False),
        ("BE", MARCH, 4, False),
        ("CV", FEBRUARY, 3, False),
        ("CV", MARCH, 0, False),
        (None, FEBRUARY, 3, True),
        (None, MARCH, 4, True),
    ]


def test_each_force_has_a_series_of_its_own_months() -> None:
    logs = monthly({FEBRUARY: 3, "2018-04": 4, MARCH: 5}, force=["WMP", "WMP", "GMP"])

    series = demand(logs, by="force")

    assert [(row["force"], row["month"], row["logs"]) for row in rows(series)] == [
        ("GMP", MARCH, 5),
        ("WMP", FEBRUARY, 3),
        ("WMP", MARCH, None),
        ("WMP", "2018-04", 4),
    ]


def test_crimes_are_counted_where_they_are_asked_for_and_known() -> None:
    frame = logs_frame({"month": [FEBRUARY, FEBRUARY, MARCH, MARCH], "crimes": [1, 2, 3, None]})

    assert [row["crimes"] for row in rows(demand(frame, crimes=True))] == [3, None]
    assert [row["crimes"] for row in rows(demand(frame))] == [None, None]


def test_a_log_without_a_month_is_not_passed_over() -> None:
    with pytest.raises(ValidationError, match="month: None breaks not null"):
        demand(logs_frame({"month": [FEBRUARY, None]}))


def test_without_logs_there_are_no_rows_and_the_same_columns() -> None:
    none, some = demand(empty(), by="npu"), demand(monthly({MARCH: 1}, npu=["CV"]), by="npu")

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
    assert len(seasonal_delta(empty(), base=FEBRUARY, peak=JULY, total=True)) == 0


def test_a_month_is_written_as_one() -> None:
    with pytest.raises(ValueError, match="'July 2018' is no month; write 2018-07"):
        seasonal_delta(empty(), base=FEBRUARY, peak="July 2018")


@settings(max_examples=20)
@given(LOGS)
def test_every_place_and_a_tally_give_the_same_figures(logs: Records[Log]) -> None:
    table, where = table_of(logs), {"priority": ["P1", "P6"]}
    kept = tally(table, by=["month", "npu", "priority"], crimes=True)
    makers = [lambda each: tally(each, by=["month", "npu", "priority"], crimes=True)]
    for make in [*makers, *IN_MEMORY.values()]:
        pd.testing.assert_frame_equal(
            demand(make(table), by="npu", where=where, crimes=True, total=True),
            demand(kept, by="npu", where=where, crimes=True, total=True),
        )
        pd.testing.assert_frame_equal(
            seasonal_delta(make(table), by="npu", where=where, base=FEBRUARY, peak=JULY),
            seasonal_delta(logs, by="npu", where=where, base=FEBRUARY, peak=JULY),
        )


@given(LOGS)
def test_a_series_has_every_log_once(logs: Records[Log]) -> None:
    series = demand(logs, by="npu")

    assert series["logs"].sum() == len(logs)
    assert not series.duplicated(["npu", "month"]).any()


@given(LOGS)
def test_a_delta_the_other_way_round_is_its_opposite(logs: Records[Log]) -> None:
    there = seasonal_delta(logs, by="npu", base=FEBRUARY, peak=JULY)
    back = seasonal_delta(logs, by="npu", base=JULY, peak=FEBRUARY)

    for name in ("delta", "delta_per_day"):
        assert rows(there[[name]]) == rows(-back[[name]])
