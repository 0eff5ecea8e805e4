from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pytest
from counted import IN_MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import refused, rows

import npolicing as npol
from npolicing.measures import hourly_demand
from npolicing.stats.rates import quasi_poisson_rate

LONDON = ZoneInfo("Europe/London")
FRIDAY_22 = 4 * 24 + 22


def at_hours(counts: dict[int, int], month: str = "2019-02", **columns: object) -> pd.DataFrame:
    """A tally of logs by hour of the week, of a month."""
    return pd.DataFrame(
        {
            "force": "WMP",
            "month": month,
            "hour_of_week": list(counts),
            "logs": list(counts.values()),
            **columns,
        }
    )


def on_days(counts: dict[date, int], hour: int, **columns: object) -> pd.DataFrame:
    """A tally of logs at an hour of some days."""
    return pd.DataFrame(
        {
            "force": "WMP",
            "month": [f"{day:%Y-%m}" for day in counts],
            "received_on": list(counts),
            "hour_of_week": [24 * day.weekday() + hour for day in counts],
            "logs": list(counts.values()),
            **columns,
        }
    )


def test_february_2019_has_four_of_each_hour() -> None:
    week = hourly_demand(at_hours({FRIDAY_22: 40, 5: 8}), dispersion=1)

    friday = rows(week)[FRIDAY_22]
    low, high = friday.pop("low"), friday.pop("high")
    assert friday == {
        "hour_of_week": FRIDAY_22,
        "weekday": "Friday",
        "hour": 22,
        "logs": 40,
        "hours": 4.0,
        "logs_per_hour": 10.0,
        "dispersion": 1.0,
        "rank": 1,
        "is_total": False,
    }
    # By hand: (40 + 3.8415/2 -+ 1.96 sqrt(40 + 3.8415/4)) / 4.
    assert (round(low, 3), round(high, 3)) == (7.344, 13.616)
    assert week["hours"].unique().tolist() == [4.0]
    assert week["rank"].to_list()[5] == 2
    assert set(week["rank"]) == {1, 2, 3}
    assert week["weekday"].to_list()[::24] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]


@pytest.mark.parametrize(
    ("month", "sunday_at_one", "hours"), [("2018-10", 5.0, 745), ("2018-03", 3.0, 743)]
)
def test_an_hour_that_came_twice_or_never_is_counted_so(
    month: str, sunday_at_one: float, hours: int
) -> None:
    week = hourly_demand(at_hours({6 * 24 + 1: 30}, month), dispersion=1)

    assert week["hours"].sum() == hours
    assert week["hours"].to_list()[6 * 24 : 6 * 24 + 3] == [4.0, sunday_at_one, 4.0]
    assert week["logs_per_hour"].to_list()[6 * 24 + 1] == 30 / sunday_at_one
    elsewhere = hourly_demand(at_hours({6 * 24 + 1: 30}, month), dispersion=1, tz="UTC")
    assert elsewhere["hours"].to_list()[6 * 24 + 1] == 4.0


def test_the_dispersion_is_out_of_the_weeks() -> None:
    fridays = [date(2019, 2, day) for day in (1, 8, 15, 22)]
    logs = on_days(dict(zip(fridays, [4, 8, 12, 16], strict=True)), 22)
    # The period is the whole month: it is said.
    week = hourly_demand(logs, since=date(2019, 2, 1), until=date(2019, 2, 28))

    friday = rows(week)[FRIDAY_22]
    # (36 + 4 + 4 + 36) / 10 over 3 degrees.
    assert friday["dispersion"] == pytest.approx(8 / 3)
    expected = quasi_poisson_rate(40, 4, dispersion=8 / 3)
    assert (friday["low"], friday["high"]) == pytest.approx((expected.low, expected.high))
    wider = rows(hourly_demand(logs, dispersion=8 / 3, confidence=0.99))[FRIDAY_22]
    assert wider["low"] < friday["low"] < friday["high"] < wider["high"]
    # Nothing was counted at the others.
    assert week["dispersion"].notna().sum() == week["low"].notna().sum() == 1


def test_a_season_is_not_taken_for_unrest() -> None:
    days = [date(2019, 1, 1) + timedelta(days=each) for each in range(59)]
    logs = on_days({day: 10 if day.month == 1 else 90 for day in days}, 8)

    assert hourly_demand(logs)["dispersion"].dropna().unique().tolist() == [1.0]


def test_an_hour_that_came_twice_is_no_unrest() -> None:
    sundays = [date(2018, 10, day) for day in (7, 14, 21, 28)]
    logs = on_days(dict(zip(sundays, [20, 20, 20, 40], strict=True)), 1)
    week = rows(hourly_demand(logs, since=date(2018, 10, 1), until=date(2018, 10, 31)))

    assert week[6 * 24 + 1]["dispersion"] == 1.0
    assert week[6 * 24 + 1]["logs_per_hour"] == 20.0


def test_logs_at_an_hour_that_never_came_are_counted_and_say_nothing_of_weeks() -> None:
    sundays = [date(2018, 3, day) for day in (4, 11, 18, 25)]
    logs = on_days(dict(zip(sundays, [9, 10, 11, 70], strict=True)), 1)
    week = rows(hourly_demand(logs, since=date(2018, 3, 1), until=date(2018, 3, 31)))

    assert (week[145]["logs"], week[145]["hours"], week[145]["dispersion"]) == (100, 3.0, 1.0)
    night = on_days({date(2018, 3, 25): 5}, 1)
    alone = rows(hourly_demand(night, since=date(2018, 3, 25), until=date(2018, 3, 25)))[145]
    assert (alone["hours"], alone["logs_per_hour"], alone["rank"]) == (0.0, None, None)


def test_the_period_is_that_of_the_forces_logs_unless_it_is_said() -> None:
    logs = on_days({date(2019, 2, 4): 1, date(2019, 2, 12): 1}, 9, npu=["CV", "BE"])

    found = hourly_demand(logs, by="npu")
    assert found.groupby("npu")["hours"].sum().tolist() == [216.0, 216.0]
    said = hourly_demand(logs, since=date(2019, 2, 1), until=date(2019, 2, 28))
    assert said["hours"].unique().tolist() == [4.0]
    months = hourly_demand(logs.drop(columns="received_on"))
    assert months["hours"].unique().tolist() == [4.0]
    assert months["dispersion"].isna().all()
    assert months["low"].isna().all()


def test_a_month_without_any_log_adds_no_hours() -> None:
    logs = pd.concat([at_hours({9: 1}, "2019-01"), at_hours({9: 1}, "2019-03")])

    assert hourly_demand(logs)["hours"].sum() == 31 * 24 + 743
    # A unit without a log in a month of its force had nothing to do in it.
    parted = hourly_demand(logs.assign(npu=["CV", "BE"]), by="npu")
    assert parted.groupby("npu")["hours"].sum().tolist() == [31 * 24 + 743] * 2
    asked = hourly_demand(logs, where={"month": "2019-01"})
    assert asked["hours"].sum() == 31 * 24


def test_by_month_the_hours_are_those_of_the_month() -> None:
    logs = pd.concat([at_hours({9: 1}, "2019-01"), at_hours({9: 1}, "2019-03")])

    found = hourly_demand(logs, by="month", total=True)
    sums = found.groupby(["month", "is_total"], dropna=False)["hours"].sum()
    assert sums.tolist() == [744, 743, 744 + 743]
    days = on_days({date(2019, 1, 7): 3, date(2019, 3, 4): 5}, 9)
    # 3, 0, 0 and 0 on the Mondays of January from the 7th; March has one Monday, and so none.
    assert hourly_demand(days, by="month")["dispersion"].dropna().tolist() == [3.0]


@settings(max_examples=25)
@given(
    st.dates(date(2017, 1, 1), date(2019, 12, 31)),
    st.integers(0, 100),
    st.sampled_from(["Europe/London", "UTC", "America/St_Johns"]),
    st.integers(0, 10),
)
def test_logs_and_hours_add_up_to_those_of_the_period(
    first: date, length: int, zone: str, seed: int
) -> None:
    last = first + timedelta(days=length)
    tz = ZoneInfo(zone)
    ends = [datetime.combine(day, time(), tz) for day in (first, last + timedelta(days=1))]
    start, end = (each.astimezone(UTC) for each in ends)
    rng = np.random.default_rng(seed)
    # Days that the force has logs of lie in every month.
    days = [first + timedelta(days=each) for each in range(length + 1)]
    logs = on_days({day: int(rng.integers(1, 9)) for day in days}, 13, npu="CV")
    logs = pd.concat([logs, logs.assign(npu="BE")])
    week = hourly_demand(logs, by="npu", tz=zone, total=True, since=first, until=last)

    assert len(week) == 3 * 168
    for _, unit in week.groupby("npu", dropna=False):
        assert unit["hours"].sum() == (end - start) / timedelta(hours=1)
    total = week[week["is_total"]]
    assert total["logs"].sum() == logs["logs"].sum()
    assert week[~week["is_total"]]["logs"].sum() == logs["logs"].sum()
    known = week.dropna(subset=["low"])
    assert (known["low"] <= known["logs_per_hour"]).all()
    assert (known["logs_per_hour"] <= known["high"]).all()


def test_made_up_logs_are_as_they_are_counted_one_by_one() -> None:
    logs = npol.synthetic.logs(rows=5_000, first="2018-10", last="2018-11")
    week = hourly_demand(logs, since=date(2018, 10, 1), until=date(2018, 11, 30))

    hour = datetime(2018, 9, 30, 23, tzinfo=UTC)
    came: Counter[int] = Counter()
    while hour < datetime(2018, 12, 1, tzinfo=UTC):
        local = hour.astimezone(LONDON)
        came[local.weekday() * 24 + local.hour] += 1
        hour += timedelta(hours=1)
    counted = Counter(logs["hour_of_week"].to_pylist())
    assert week["hours"].to_list() == [came[each] for each in range(168)]
    assert week["logs"].to_list() == [counted[each] for each in range(168)]
    ranked = week.sort_values("rank")["logs_per_hour"]
    assert ranked.is_monotonic_decreasing


def test_every_place_and_a_tally_give_the_same_week() -> None:
    logs = npol.synthetic.logs(rows=3_000, first="2018-10", last="2018-11")
    where = {"priority": ["P1", "P6"]}
    asked = hourly_demand(logs, by="npu", where=where, total=True)
    kept = npol.tally(logs, by=["npu", "month", "received_on", "hour_of_week", "priority"])
    pd.testing.assert_frame_equal(hourly_demand(kept, by="npu", where=where, total=True), asked)
    for place in ("polars", "stream", "DuckDB"):
        found = hourly_demand(IN_MEMORY[place](logs), by="npu", where=where, total=True)
        pd.testing.assert_frame_equal(found, asked)


def test_what_does_not_fit_together_is_refused() -> None:
    logs = on_days({date(2019, 2, 4): 1, date(2019, 2, 12): 1}, 9)
    months = logs.drop(columns="received_on")
    for since, until in ((date(2019, 2, 5), None), (None, date(2019, 2, 11))):
        with pytest.raises(ValueError, match="There are logs before"):
            hourly_demand(logs, since=since, until=until)
        hourly_demand(months, since=since, until=until)
    for since, until in ((date(2019, 3, 1), None), (None, date(2019, 1, 31))):
        with pytest.raises(ValueError, match="There are logs before"):
            hourly_demand(months, since=since, until=until)
    with pytest.raises(TypeError, match="since= is a day"):
        hourly_demand(logs, since="2019-02-01")  # type: ignore[arg-type] # on purpose
    with pytest.raises(ValueError, match="leaves some hour_of_week out"):
        hourly_demand(logs, where={"hour_of_week": 9})
    with pytest.raises(ValueError, match="leaves some received_on out"):
        hourly_demand(logs, where={"received_on": date(2019, 2, 4)})
    for dispersion in ("daily", 0, float("nan")):
        words = f"^dispersion is 'weekly', or a number above 0, not {dispersion!r}$"
        with pytest.raises(ValueError, match=words):
            hourly_demand(logs, dispersion=dispersion)  # type: ignore[arg-type] # on purpose
    with pytest.raises(npol.MissingColumnsError, match="hour_of_week"):
        hourly_demand(logs.drop(columns="hour_of_week"))
    with pytest.raises(ZoneInfoNotFoundError):
        hourly_demand(logs, tz="Europe/Nowhere")
    unknown = logs.astype({"hour_of_week": "Int64"})
    unknown.loc[0, "hour_of_week"] = None
    with pytest.raises(npol.ValidationError, match="hour_of_week: None breaks not null"):
        hourly_demand(unknown)


def test_forces_that_cover_different_days_have_no_total() -> None:
    logs = pd.concat([at_hours({9: 1}, "2019-01"), at_hours({9: 1}, "2019-02", force="GMP")])
    assert len(hourly_demand(logs, by="force")) == 2 * 168
    with refused(
        "hourly_demand adds up forces whose logs cover different days. Give since and until, leave "
        "total out, or pass the logs of one."
    ):
        hourly_demand(logs, by="force", total=True)
    same = pd.concat([at_hours({9: 1}), at_hours({9: 2}, force="GMP")])
    total = hourly_demand(same, by="force", total=True).tail(168)
    assert (total["logs"].sum(), total["hours"].sum()) == (3, 28 * 24)
