from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counted import IN_MEMORY
from hypothesis import given
from hypothesis import strategies as st
from measured import rows

import npolicing as npol
from npolicing.calendar import days_in_month
from npolicing.measures import demand, seasonal_profile
from npolicing.stats.calendar_adjustments import month_standardised
from npolicing.stats.seasonality import seasonal_indices

CHART = Path(__file__).parent / "data" / "wmp_la_monthly_digitised.csv"
SIX = ["Birmingham", "Coventry", "Dudley", "Sandwell", "Walsall", "Wolverhampton"]


def months_from(first: str, number: int) -> list[str]:
    return [str(each) for each in pd.period_range(first, periods=number, freq="M")]


def a_day(counts: dict[str, int], **columns: object) -> pd.DataFrame:
    """A tally of so many logs a day in each month."""
    logs = [count * days_in_month(month) for month, count in counts.items()]
    return pd.DataFrame({"force": "WMP", "month": list(counts), "logs": logs, **columns})


def by_month(profile: pd.DataFrame, column: str = "index") -> list[Any]:
    assert profile["month_of_year"].to_list() == list(range(1, 13))
    found: list[Any] = profile[column].to_list()
    return found


def test_a_july_of_13_a_day_where_others_have_10() -> None:
    # Each year's mean is (11 x 10 + 13) / 12 = 10.25 a day.
    logs = a_day({month: 13 if month[5:] == "07" else 10 for month in months_from("2016-01", 36)})
    found = seasonal_profile(logs)

    july = rows(found)[6]
    assert july == {
        "month_of_year": 7,
        "index": pytest.approx(13 / 10.25),
        # A trend has no first and no last half year: Julys 2016 to 2018 have one but for the last
        # six months, July to December 2018, and the first six.
        "years": 2,
        "rank": 1,
        "peak_years": 3,
        "whole_years": 3,
        "is_total": False,
    }
    assert by_month(found)[:6] == pytest.approx([10 / 10.25] * 6)
    assert by_month(found, "rank") == [2] * 6 + [1] + [2] * 5
    added = seasonal_profile(logs, model="additive")
    assert by_month(added)[6] == pytest.approx(13 - 10.25)
    assert by_month(added)[0] == pytest.approx(-0.25)


def test_a_february_is_low_for_being_short_unless_the_calendar_is_taken_out() -> None:
    # Years without a leap day: 10 a day, in a mean month of 365 / 12 days.
    logs = a_day(dict.fromkeys(months_from("2017-01", 36), 10))

    assert by_month(seasonal_profile(logs, adjust="none"))[1] == pytest.approx(28 / (365 / 12))
    for adjust in ("per_day", "month_standardised"):
        assert by_month(seasonal_profile(logs, adjust=adjust)) == pytest.approx([1.0] * 12)
    a_month = seasonal_profile(logs, adjust="none", model="additive")
    assert by_month(a_month)[1] == pytest.approx(280 - 3650 / 12)


def daily(first: date, days: int, counts: list[int]) -> pd.DataFrame:
    """So many logs on each day, by its weekday."""
    each = [first + timedelta(days=number) for number in range(days)]
    return pd.DataFrame(
        {
            "force": "WMP",
            "month": [f"{day:%Y-%m}" for day in each],
            "received_on": each,
            "logs": [counts[day.weekday()] for day in each],
        }
    )


def test_five_sundays_make_no_season_where_weekdays_are_adjusted() -> None:
    logs = daily(date(2017, 1, 1), 730, [10, 10, 10, 10, 20, 30, 50])

    assert by_month(seasonal_profile(logs, adjust="weekday")) == pytest.approx([1.0] * 12)
    assert np.ptp(by_month(seasonal_profile(logs))) > 0.05


def test_a_weekday_of_the_total_is_that_of_all_its_units() -> None:
    cv = daily(date(2017, 1, 1), 730, [10, 10, 10, 10, 20, 30, 50]).assign(npu="CV")
    be = daily(date(2017, 1, 1), 730, [5, 0, 0, 0, 0, 0, 0]).assign(npu="BE")
    logs = pd.concat([cv, be[be["logs"] > 0]])

    # BE has no log on six of seven days, which are days of 0.
    found = seasonal_profile(logs, by="npu", adjust="weekday", total=True)

    assert found["index"].to_list() == pytest.approx([1.0] * 36)
    assert found["npu"].to_list()[:24] == ["BE"] * 12 + ["CV"] * 12
    kept = seasonal_profile(logs, adjust="weekday", where={"npu": "CV"})
    assert by_month(kept) == pytest.approx([1.0] * 12)
    # BE has none of the logs that are asked for, and so no season of its own.
    kept = seasonal_profile(logs, by="npu", adjust="weekday", where={"npu": "CV"})
    assert kept["npu"].to_list() == ["CV"] * 12
    assert by_month(kept) == pytest.approx([1.0] * 12)


def test_weekdays_need_the_days() -> None:
    logs = daily(date(2017, 1, 1), 730, [1] * 7)
    with pytest.raises(npol.MissingColumnsError, match="received_on"):
        seasonal_profile(logs.drop(columns="received_on"), adjust="weekday")
    with pytest.raises(ValueError, match="those of months"):
        seasonal_profile(demand(logs), adjust="weekday")


@given(
    st.lists(st.integers(1, 1000), min_size=12, max_size=12), st.integers(0, 11), st.integers(2, 4)
)
def test_a_season_is_the_same_whichever_month_the_series_begins_with(
    pattern: list[int], start: int, years: int
) -> None:
    months = months_from(f"2001-{start + 1:02}", 12 * years + 1)
    logs = a_day({month: pattern[int(month[5:]) - 1] for month in months})
    found = seasonal_profile(logs)

    assert by_month(found) == pytest.approx(np.array(pattern) / np.mean(pattern))
    highest = [at + 1 for at, each in enumerate(pattern) if each == max(pattern)]
    peaks = found[found["peak_years"] > 0]
    whole = found["whole_years"].iloc[0]
    assert whole == (years if start in (0, 11) else years - 1)
    assert peaks["month_of_year"].to_list() == highest
    assert (peaks["peak_years"] == whole).all()


def test_the_highest_month_need_not_be_the_peak_of_every_year() -> None:
    counts = dict.fromkeys(months_from("2016-07", 30), 10)
    counts |= {"2017-07": 20, "2018-07": 15, "2018-06": 18}
    found = seasonal_profile(a_day(counts))

    # Whole years are 2017 and 2018; of 2016 there is a half.
    assert by_month(found, "whole_years") == [2] * 12
    assert by_month(found, "peak_years") == [0] * 5 + [1, 1] + [0] * 5
    # The trend runs from January 2017 to June 2018.
    assert by_month(found, "years") == [2] * 6 + [1] * 6


def test_a_year_with_two_highest_months_counts_for_both() -> None:
    counts = dict.fromkeys(months_from("2016-01", 24), 10) | {"2016-07": 20, "2016-08": 20}
    found = seasonal_profile(a_day(counts))

    assert by_month(found, "peak_years") == [1] * 6 + [2, 2] + [1] * 4


def test_a_gap_is_refused_with_its_group_and_month() -> None:
    counts = dict.fromkeys(months_from("2016-01", 30), 10)
    del counts["2017-03"], counts["2017-05"]
    with pytest.raises(npol.ValidationError) as caught:
        seasonal_profile(a_day(counts, npu="CV"), by="npu")

    assert [(each.code, each.value) for each in caught.value.failures] == [
        ("GAP", "2017-03"),
        ("GAP", "2017-05"),
    ]
    assert "npu CV: logs in each month" in str(caught.value)


def test_a_part_month_is_left_out_and_named() -> None:
    logs = a_day(dict.fromkeys(months_from("2016-01", 27), 10))
    words = "seasonal_profile: 2018-03 has 15 of its 31 days; a part-month is left out."
    with pytest.warns(npol.NpolicingWarning, match=f"^{re.escape(words)}$"):
        cut = seasonal_profile(logs, until=date(2018, 3, 15))
    before = seasonal_profile(logs[logs["month"] < "2018-03"])

    pd.testing.assert_frame_equal(cut, before)
    with pytest.warns(npol.NpolicingWarning, match="2016-01 has 1 of its 31 days"):
        seasonal_profile(logs, since=date(2016, 1, 31))


def test_what_demand_gives_is_taken_as_it_is() -> None:
    logs = a_day({month: int(month[5:]) for month in months_from("2016-01", 26)}, npu="CV")
    logs = pd.concat([logs, logs.assign(npu="BE", logs=logs["logs"] * 2)])
    asked = seasonal_profile(logs, by="npu", total=True)
    series = demand(logs, by="npu", total=True)

    pd.testing.assert_frame_equal(seasonal_profile(series), asked)
    pd.testing.assert_frame_equal(
        seasonal_profile(series.sample(frac=1, random_state=1)[:0]), asked[:0]
    )
    with pytest.raises(ValueError, match="are a result of demand"):
        seasonal_profile(series, by="npu")
    with pytest.raises(npol.MixedRowsError, match="all logs has 2016-01 twice"):
        seasonal_profile(series[~series["is_total"]].drop(columns="npu"))


def test_a_series_that_is_too_short_or_has_a_0_is_named() -> None:
    with pytest.raises(ValueError, match=r"^seasonal_profile: npu CV: values has 23 points; "):
        seasonal_profile(a_day(dict.fromkeys(months_from("2016-01", 23), 1), npu="CV"), by="npu")
    counts = dict.fromkeys(months_from("2016-01", 24), 1) | {"2016-05": 0}
    with pytest.raises(ValueError, match=r"all logs has no log in 2016-05, .*additive"):
        seasonal_profile(a_day(counts))
    assert len(seasonal_profile(a_day(counts), model="additive")) == 12
    with pytest.raises(ValueError, match="adjust is one of"):
        seasonal_profile(a_day(counts), adjust="by_hand")  # type: ignore[arg-type] # on purpose
    with pytest.raises(ValueError, match="model is"):
        seasonal_profile(a_day(counts), model="by_hand")  # type: ignore[arg-type] # on purpose


def test_every_place_and_a_tally_give_the_same_season() -> None:
    logs = npol.synthetic.logs(rows=4_000, first="2016-01", last="2018-06")
    for adjust in ("per_day", "weekday"):
        asked = seasonal_profile(logs, by="npu", model="additive", adjust=adjust)
        kept = npol.tally(logs, by=["npu", "month", "received_on"])
        found = seasonal_profile(kept, by="npu", model="additive", adjust=adjust)
        pd.testing.assert_frame_equal(found, asked)
        for place in ("polars", "stream", "DuckDB"):
            found = seasonal_profile(
                IN_MEMORY[place](logs), by="npu", model="additive", adjust=adjust
            )
            pd.testing.assert_frame_equal(found, asked)


def test_made_up_logs_have_their_peak_in_july() -> None:
    found = seasonal_profile(npol.synthetic.logs(rows=100_000, first="2015-01", last="2019-12"))

    assert found.set_index("rank")["month_of_year"][1] == 7
    assert by_month(found, "peak_years")[6] == 5


def test_the_seasons_of_six_authorities_are_those_of_the_page() -> None:
    """Read off a chart, so approximate: see the data's README."""
    chart = pd.read_csv(CHART).query("month <= '2024-12'").round().astype(dict.fromkeys(SIX, int))
    logs = chart.melt("month", SIX, "authority", "logs").assign(force="WMP")
    found = seasonal_profile(logs, by="authority", adjust="month_standardised", total=True)
    total = found[found["is_total"]].reset_index(drop=True)
    days = [days_in_month(month) for month in chart["month"]]
    even = month_standardised(chart[SIX].sum(axis="columns"), days=days)

    assert by_month(total) == pytest.approx(seasonal_indices(even))
    assert [f"{each:.2f}" for each in by_month(total)][6] == "1.07"
    assert by_month(total, "rank")[6] == 1
    assert found.groupby("authority")["index"].mean().to_list() == pytest.approx([1.0] * 6)


def test_forces_whose_months_differ_have_no_total() -> None:
    one = a_day(dict.fromkeys(months_from("2015-01", 24), 10))
    other = a_day(dict.fromkeys(months_from("2017-01", 24), 10)).assign(force="GMP")
    logs = pd.concat([one, other])

    assert len(seasonal_profile(logs, by="force")) == 24
    with pytest.raises(npol.ValidationError, match="the total: logs in each month"):
        seasonal_profile(logs, by="force", total=True)
