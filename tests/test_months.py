from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from measured import one, rows

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.errors import ValidationError
from npolicing.measures import demand, seasonal_delta
from npolicing.stats.rate_ratios import rate_ratio
from npolicing.stats.rates import quasi_poisson_rate

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
        "rate_ratio": pytest.approx(1.1),
        "low": None,
        "high": None,
        "dispersion": None,
        "is_total": False,
    }


def daily(first: date, counts: Sequence[int], **columns: object) -> pd.DataFrame:
    """A tally by day, from a first day on."""
    days = [first + timedelta(days=at) for at in range(len(counts))]
    months = [day.isoformat()[:7] for day in days]
    return pd.DataFrame({"month": months, "received_on": days, "logs": counts, **columns})


# Each weekday of February 2018 has 4, 16, 4 and 16 logs; July has 11 each day.
UNEVEN = daily(date(2018, 2, 1), [*[4] * 7, *[16] * 7] * 2)
EVEN = daily(date(2018, 7, 1), [11] * 31)


def test_the_unrest_of_days_is_that_round_the_mean_of_their_weekday_in_their_month() -> None:
    # Each February day is 6 from its mean of 10, and 36 / 10 of 28 days are 100.8; July has none.
    # Of 59 days, 14 went into means: 100.8 / 45 = 2.24.
    found = one(seasonal_delta(pd.concat([UNEVEN, EVEN]), base=FEBRUARY, peak=JULY))

    stated = rate_ratio(341, 31, 280, 28, method="score", dispersion=2.24)
    assert found["dispersion"] == pytest.approx(2.24)
    assert (found["low"], found["high"]) == pytest.approx((stated.low, stated.high))
    assert found["low"] < found["rate_ratio"] < found["high"]


def test_the_unrest_of_days_is_that_of_a_quasi_poisson_model() -> None:
    random = np.random.default_rng(7)
    days = daily(date(2018, 2, 1), random.negative_binomial(20, 0.1, 181).tolist())
    factor = days["month"] + pd.to_datetime(days["received_on"]).dt.day_name()
    model = sm.GLM(
        days["logs"], pd.get_dummies(factor, dtype=float), family=sm.families.Poisson()
    ).fit(scale="X2")

    found = demand(days)

    assert found["dispersion"].to_list() == [pytest.approx(model.scale)] * 6


def test_without_days_an_interval_is_for_who_states_a_dispersion() -> None:
    counts = monthly({FEBRUARY: 280, JULY: 341})

    unknown = one(seasonal_delta(counts, base=FEBRUARY, peak=JULY))
    plain = one(seasonal_delta(counts, base=FEBRUARY, peak=JULY, dispersion=1))
    wider = one(seasonal_delta(counts, base=FEBRUARY, peak=JULY, dispersion=4.0))

    assert [unknown[name] for name in ("low", "high", "dispersion")] == [None] * 3
    assert (plain["dispersion"], wider["dispersion"]) == (1.0, 4.0)
    assert wider["low"] < plain["low"] < plain["rate_ratio"] < plain["high"] < wider["high"]
    series = demand(counts, dispersion=1)
    assert series["dispersion"].to_list() == [1.0] * 6
    assert series["low"].isna().to_list() == series["logs"].isna().to_list()


def test_what_is_counted_is_logs_or_crimes() -> None:
    with pytest.raises(ValueError, match="^count is one of logs, crimes, not 'calls'$"):
        seasonal_delta(empty(), base=FEBRUARY, peak=JULY, count="calls")  # type: ignore[arg-type] # the slip


@pytest.mark.parametrize("dispersion", ["weekly", 0, -1, float("nan"), float("inf"), None])
def test_a_dispersion_is_daily_or_a_number_above_0(dispersion: object) -> None:
    words = re.escape(f"dispersion is 'daily', or a number above 0, not {dispersion!r}")

    with pytest.raises(ValueError, match=f"^{words}$"):
        seasonal_delta(empty(), base=FEBRUARY, peak=JULY, dispersion=dispersion)  # type: ignore[arg-type] # the slip
    with pytest.raises(ValueError, match=f"^{words}$"):
        demand(empty(), dispersion=dispersion)  # type: ignore[arg-type] # the slip


def test_a_unit_has_0_on_a_day_of_its_force_and_none_where_the_force_has_none() -> None:
    # Coventry has 1 log on each Thursday, 1 and 3 on the Fridays, and so on; a day that no unit
    # has a log of is left out, be it in the middle.
    days = [date(2018, 2, day) for day in (1, 8, 15, 22)]
    force = daily(days[0], [1] * 28, npu="BE")
    unit = pd.DataFrame({"month": FEBRUARY, "received_on": days[:1], "logs": [4], "npu": "CV"})

    whole = rows(demand(pd.concat([force, unit]), by="npu"))
    lacking = force[force["received_on"] != days[3]]
    without = rows(demand(pd.concat([lacking, unit]), by="npu"))

    # Thursdays of Coventry: 4, 0, 0, 0 round 1 make 9 + 3 = 12, over 3; of three, 4, 0, 0 round 4/3
    # make 8, over 2. Days of a weekday without any log say nothing.
    assert [row["dispersion"] for row in whole] == [1.0, pytest.approx(4.0)]
    assert [row["dispersion"] for row in without] == [1.0, pytest.approx(4.0)]


def test_a_log_without_a_day_leaves_the_unrest_of_its_group_unknown() -> None:
    days = pd.concat([UNEVEN.assign(npu="CV"), UNEVEN.assign(npu="BE")], ignore_index=True)
    days.loc[3, "received_on"] = None

    found = demand(days, by="npu", total=True)

    assert [row["dispersion"] for row in rows(found)] == [pytest.approx(4.8), None, None]
    assert [row["low"] is None for row in rows(found)] == [False, True, True]
    assert found["logs"].to_list() == [280, 280, 560]


def test_a_day_that_one_force_lacks_is_no_day_of_both() -> None:
    both = pd.concat([UNEVEN.assign(force="WMP"), UNEVEN.assign(force="GMP")], ignore_index=True)
    lacking = both.drop(index=[3])

    whole = demand(both, by="force", total=True)
    found = demand(lacking, by="force", total=True)

    # A force twice over has twice the unrest: its days move together.
    assert whole["dispersion"].to_list() == pytest.approx([4.8, 4.8, 9.6])
    # 4 is gone: of 16, 4, 16 round 12 the squares are 96, over 12, of two degrees.
    lost = (6 * 14.4 + 8) / 20
    assert found["dispersion"].to_list() == pytest.approx([4.8, lost, 2 * lost])


def test_unknown_crimes_leave_their_unrest_unknown() -> None:
    frame = logs_frame(
        {
            "month": [FEBRUARY] * 4,
            "received_on": [date(2018, 2, day) for day in (1, 8, 15, 22)],
            "crimes": [4, 0, 0, None],
        }
    )

    asked = {"base": FEBRUARY, "peak": FEBRUARY}
    assert one(seasonal_delta(frame, count="crimes", **asked))["dispersion"] is None  # type: ignore[arg-type] # words
    assert one(seasonal_delta(frame, **asked))["dispersion"] == 1.0  # type: ignore[arg-type] # words
    known = frame.slice(0, 3)
    assert one(seasonal_delta(known, count="crimes", **asked))["dispersion"] == pytest.approx(4.0)  # type: ignore[arg-type] # words


def test_of_a_base_of_0_there_is_no_ratio_and_so_no_limit() -> None:
    days = pd.concat([UNEVEN.assign(npu="BE"), EVEN.assign(npu="CV"), EVEN.assign(npu="BE")])

    found = rows(seasonal_delta(days, by="npu", base=FEBRUARY, peak=JULY, dispersion=2))[1]
    other = rows(seasonal_delta(days, by="npu", base=JULY, peak=FEBRUARY, dispersion=2))[1]

    assert [found[name] for name in ("rate_ratio", "low", "high")] == [None] * 3
    assert (other["rate_ratio"], other["low"]) == (0.0, 0.0)
    assert 0 < other["high"] < 0.1


def test_demand_has_the_interval_of_its_daily_rate() -> None:
    series = rows(demand(pd.concat([UNEVEN, EVEN])))

    # One unrest for the series: 100.8 over 45 degrees. Its months differ by season, not by chance.
    for row, count, days in [(series[0], 280, 28), (series[5], 341, 31)]:
        expected = quasi_poisson_rate(count, days, dispersion=2.24)
        assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))
    gap = series[1]
    assert [gap[name] for name in ("month", "low", "high")] == [MARCH, None, None]
    assert gap["dispersion"] == pytest.approx(2.24)
    narrow, wide = (
        demand(UNEVEN, confidence=each)[["low", "high"]].to_numpy().tolist()[0]
        for each in (0.5, 0.99)
    )
    assert wide[0] < narrow[0] < 10 < narrow[1] < wide[1]


def test_a_month_without_a_log_of_a_unit_has_an_upper_limit() -> None:
    logs = monthly({FEBRUARY: 3, MARCH: 4}, npu=["CV", "BE"])

    found = rows(demand(logs, by="npu", dispersion=1))

    # Score: z² over the days.
    assert [(row["low"], round(row["high"] * row["days"], 4)) for row in found[::3]] == [
        (0.0, 3.8415),
        (0.0, 3.8415),
    ]


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
    by = ["month", "npu", "priority", "received_on"]
    kept = tally(table, by=by, crimes=True)
    makers = [lambda each: tally(each, by=by, crimes=True)]
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
    pd.testing.assert_series_equal(there["dispersion"], back["dispersion"])
    both = (there["base"] > 0) & (there["peak"] > 0)
    for name, other in [("rate_ratio", "rate_ratio"), ("low", "high"), ("high", "low")]:
        turned = (1 / back.loc[both, other]).rename(name)
        pd.testing.assert_series_equal(there.loc[both, name], turned)


@given(LOGS)
def test_no_figure_is_beyond_its_limits(logs: Records[Log]) -> None:
    delta = seasonal_delta(logs, by="npu", base=FEBRUARY, peak=JULY, total=True)
    series = demand(logs, by="npu", total=True)

    for found, name in [(delta, "rate_ratio"), (series, "logs_per_day")]:
        known = found.dropna(subset=[name, "dispersion"])
        assert known[name].between(known["low"], known["high"]).all()
        assert (known["dispersion"] >= 1).all()
        assert found.drop(index=known.index)[["low", "high"]].isna().all(axis=None)


def test_logs_of_no_month_are_not_passed_over() -> None:
    logs = monthly({FEBRUARY: 280, JULY: 341})
    logs.loc[2] = [None, 1]

    with pytest.raises(ValidationError, match="month: None breaks not null"):
        seasonal_delta(logs, base=FEBRUARY, peak=JULY)
