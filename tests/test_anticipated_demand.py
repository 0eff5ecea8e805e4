from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counted import IN_MEMORY
from measured import rows

import npolicing as npol
from npolicing.calendar import days_in_month
from npolicing.errors import FitError
from npolicing.measures import anticipated_demand, anticipating, demand
from npolicing.stats.forecasting import forecast

CHART = Path(__file__).parent / "data" / "wmp_la_monthly_digitised.csv"
SUMMER = ("2020-06", "2020-07", "2020-08")


def months_from(first: str, number: int) -> list[str]:
    return [str(each) for each in pd.period_range(first, periods=number, freq="M")]


def a_day(counts: dict[str, int], **columns: object) -> pd.DataFrame:
    """A tally of so many logs a day in each month."""
    logs = [count * days_in_month(month) for month, count in counts.items()]
    return pd.DataFrame({"force": "WMP", "month": list(counts), "logs": logs, **columns})


# 10 a day to the end of 2017, then 12, and 20 in each July.
STEP = {
    month: 20 if month[5:] == "07" else 10 + 2 * (month[:4] >= "2018")
    for month in months_from("2015-01", 60)
}


def test_next_february_has_the_daily_logs_of_last_and_a_day_more() -> None:
    found = anticipated_demand(
        a_day(STEP), months=["2020-07", "2020-02"], method="seasonal_naive", confidence=0.9
    )

    february, july = rows(found)
    # Of 48 changes from year to year 11 are of 2 a day, those of 2018: s = sqrt(11 x 4 / 48).
    spread = np.sqrt(44 / 48)
    assert february == {
        "month": "2020-02",
        "days": 29,
        "anticipated": pytest.approx(12 * 29),
        "low": pytest.approx((12 - 1.6448536 * spread) * 29),
        "high": pytest.approx((12 + 1.6448536 * spread) * 29),
        "sd": pytest.approx(spread * 29),
        "logs_per_day": pytest.approx(12),
        "method": "seasonal_naive",
        "mase": february["naive_mase"],
        "naive_mase": february["mase"],
        "coverage": february["coverage"],
        # 36 months known, 7 to come, one origin a quarter: at 38, 41, 44, 47, 50 and 53.
        "origins": 6,
        "months_known": 60,
        "is_total": False,
    }
    assert (july["days"], july["anticipated"]) == (31, pytest.approx(620))


def test_without_months_it_is_a_year_and_with_a_horizon_as_many() -> None:
    logs = a_day(STEP)
    year = anticipated_demand(logs, method="seasonal_naive")
    three = anticipated_demand(logs, horizon=3, method="seasonal_naive", min_train=24, step=1)

    assert year["month"].to_list() == months_from("2020-01", 12)
    assert year["days"].sum() == 366
    assert three["month"].to_list() == ["2020-01", "2020-02", "2020-03"]
    assert three["origins"].to_list() == [60 - 3 - 24 + 1] * 3


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_figures_are_those_of_the_forecast_of_a_days_logs(confidence: float) -> None:
    """Wolverhampton since 2017, read off a chart and so approximate: see the data's README."""
    chart = pd.read_csv(CHART).query("'2017-01' <= month <= '2022-12'")
    logs = chart[["month"]].assign(force="WMP", logs=chart["Wolverhampton"].round().astype(int))
    days = np.array([days_in_month(month) for month in logs["month"]])
    expected = forecast(logs["logs"] / days, horizon=3, step=6, confidence=confidence)

    found = anticipated_demand(logs, horizon=3, step=6, confidence=confidence)

    length = np.array([31, 28, 31])
    for name, figure in (
        ("anticipated", expected.mean),
        ("low", expected.low),
        ("high", expected.high),
        ("sd", expected.sd),
    ):
        assert found[name].to_list() == pytest.approx((figure * length).tolist())
    assert set(found["method"]) == {expected.method}
    assert found["mase"].to_list() == [expected.mase] * 3
    assert found["naive_mase"].to_list() == [expected.scores[0].mase] * 3
    assert found["coverage"].to_list() == [expected.coverage] * 3
    # What came is 2023: the range is of use if it is near it.
    came = pd.read_csv(CHART).set_index("month").loc["2023-01":"2023-03", "Wolverhampton"]
    assert (abs(came.to_numpy() / found["anticipated"].to_numpy() - 1) < 0.2).all()


def test_the_total_is_the_forecast_of_the_sum() -> None:
    logs = pd.concat([a_day(STEP, npu="CV"), a_day(dict.fromkeys(STEP, 5), npu="BE")])
    found = anticipated_demand(logs, by="npu", months=SUMMER, method="seasonal_naive", total=True)

    assert found["npu"].to_list()[:6] == ["BE"] * 3 + ["CV"] * 3
    assert found["is_total"].to_list() == [False] * 6 + [True] * 3
    parts = found[~found["is_total"]].groupby("month")["anticipated"].sum()
    assert found[found["is_total"]]["anticipated"].to_list() == pytest.approx(parts.to_list())
    # BE never changes, and so has no error to be held against.
    be, *_ = rows(found)
    assert (be["mase"], be["naive_mase"], be["sd"], be["coverage"]) == (None, None, 0.0, 1.0)
    kept = anticipated_demand(logs, where={"npu": "CV"}, months=SUMMER, method="seasonal_naive")
    assert kept["anticipated"].to_list() == found["anticipated"].to_list()[3:6]
    series = demand(logs, by="npu", total=True)
    again = anticipated_demand(series, months=SUMMER, method="seasonal_naive")
    pd.testing.assert_frame_equal(again, found)


def test_a_range_is_never_below_0() -> None:
    counts = {month: 50 * (int(month[:4]) % 2) for month in STEP}
    found = anticipated_demand(a_day(counts), months=SUMMER, method="seasonal_naive")

    assert found["low"].to_list() == [0.0] * 3
    assert (found["sd"] > found["anticipated"] / 2).all()


def test_a_part_month_at_the_end_is_left_out_and_comes_again() -> None:
    logs = a_day(STEP)
    with pytest.warns(npol.NpolicingWarning, match="2019-12 has 10 of its 31 days"):
        found = anticipated_demand(
            logs, until=date(2019, 12, 10), horizon=1, method="seasonal_naive"
        )

    assert found["month"].to_list() == ["2019-12"]
    assert found["months_known"].to_list() == [59]


def test_a_gap_is_refused_with_its_group_and_month() -> None:
    logs = a_day(STEP, npu="CV")
    with pytest.raises(npol.ValidationError, match="'2017-05' breaks npu CV: logs in each month"):
        anticipated_demand(logs[logs["month"] != "2017-05"], by="npu", months=SUMMER)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"months": SUMMER, "horizon": 3}, "give months, or horizon"),
        ({"months": []}, "months is empty"),
        ({"months": ["2020-7"]}, "'2020-7' is no month"),
        ({"months": ["2019-12", "2020-01"]}, "npu CV has logs up to 2019-12, so that 2019-12 is"),
        ({"horizon": 0}, "npu CV: horizon is a whole number of 1 or more"),
        ({"method": "by_hand"}, "method is one of"),
        ({"confidence": 95}, "confidence is between 0 and 1"),
        ({"min_train": 60}, "npu CV: values has 60 points; a back-test that knows 60"),
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, Any], words: str) -> None:
    logs = a_day(STEP, npu="CV")
    with pytest.raises(ValueError, match=re.escape(words)):
        anticipated_demand(logs, by="npu", **{"method": "seasonal_naive", **asked})


def test_one_month_may_stand_alone() -> None:
    logs = a_day(STEP, npu="CV")
    alone, listed = (
        anticipated_demand(logs, by="npu", method="seasonal_naive", months=months)
        for months in ("2020-07", ["2020-07"])
    )

    pd.testing.assert_frame_equal(alone, listed)


def test_a_series_that_is_too_short_is_named() -> None:
    logs = a_day({month: STEP[month] for month in list(STEP)[:38]}, npu="CV")
    words = "anticipated_demand: npu CV: values has 38 points; a back-test that knows 36 points"
    with pytest.raises(ValueError, match=f"^{words}"):
        anticipated_demand(logs, by="npu", horizon=3)
    none_whole = a_day({"2019-01": 5})
    with (
        pytest.warns(npol.NpolicingWarning),
        pytest.raises(ValueError, match="all logs has no whole month"),
    ):
        anticipated_demand(none_whole, until=date(2019, 1, 5))


def test_a_fit_that_does_not_converge_is_of_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise FitError("holt_winters_additive did not converge")

    monkeypatch.setattr(anticipating, "forecast", failing)
    with pytest.raises(FitError, match="^anticipated_demand: npu CV: holt_winters_additive did"):
        anticipated_demand(a_day(STEP, npu="CV"), by="npu")


def test_what_is_missing_is_told_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if it were not there: see `import` of None in sys.modules.
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.exponential_smoothing", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "npolicing\[stats\]"'):
        anticipated_demand(a_day({each: STEP[each] + at for at, each in enumerate(STEP)}))
    assert len(anticipated_demand(a_day(STEP), method="seasonal_naive")) == 12


def test_every_place_and_a_tally_give_the_same_figures() -> None:
    logs = npol.synthetic.logs(rows=2_000, first="2016-01", last="2019-12")
    asked = anticipated_demand(logs, by="npu", months=SUMMER, method="seasonal_naive")
    kept = npol.tally(logs, by=["npu", "month", "priority"])
    for place in (kept, *(IN_MEMORY[name](logs) for name in ("polars", "stream", "DuckDB"))):
        found = anticipated_demand(place, by="npu", months=SUMMER, method="seasonal_naive")
        pd.testing.assert_frame_equal(found, asked)


def test_made_up_summers_are_anticipated_above_february() -> None:
    logs = npol.synthetic.logs(rows=200_000, first="2016-01", last="2019-12")
    found = anticipated_demand(logs, horizon=8).set_index("month")

    assert (found.loc[[*SUMMER], "low"] > found.loc["2020-02", "anticipated"]).all()
