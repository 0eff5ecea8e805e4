"""Emerging trends: counted by hand, by property, beside plain loops, and by chance alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, rows
from scipy import stats

from npolicing import Crime, MixedRowsError, UnknownCodeError, demand, emerging_trends
from npolicing._records import Records
from npolicing.calendar import days_in_month
from npolicing.errors import ColumnTypeError, MissingColumnsError, ValidationError
from npolicing.stats.chance import expected_signals
from npolicing.stats.control import Direction, Rules
from npolicing.stats.rate_ratios import rate_ratio

YEARS = [f"{year}-{month:02}" for year in (2017, 2018, 2019) for month in range(1, 13)]
QUIET = [50, 44, 52, 49] * 9
RISEN = [*QUIET[:-1], 120]
WAYS: tuple[Direction, ...] = ("decrease", "increase", "neutral")
UNITS = [f"U{number:02}" for number in range(24)]


def counts(series: Mapping[str, Sequence[int]], months: Sequence[str] = YEARS) -> pd.DataFrame:
    """Counts by unit and month; the months are the last so many."""
    parts = [
        pd.DataFrame({"npu": unit, "month": months[-len(values) :], "crimes": values})
        for unit, values in series.items()
    ]
    return pd.concat(parts, ignore_index=True)


def judged(values: Sequence[int], **asked: Any) -> dict[str, Any]:  # noqa: ANN401 # options
    """The only row of one series that ends in December 2019."""
    return one(emerging_trends(counts({"CV": values}), month="2019-12", by="npu", **asked))


# -- a table, by hand


def test_a_rise_is_found_and_the_quiet_series_are_not() -> None:
    series = {"CV": QUIET, "DY": RISEN, "SH": QUIET[::-1], "WV": [value * 9 for value in QUIET]}
    found = emerging_trends(counts(series), month="2019-12", by="npu")

    assert found["npu"].to_list() == ["DY", "CV", "SH", "WV"]
    assert found["notable"].to_list() == [True, False, False, False]
    assert found["change"].to_list() == ["concern", *["not_notable"] * 3]
    assert found["reading"].to_list() == ["concern", *["common_cause"] * 3]
    first = rows(found)[0]
    assert (first["crimes"], first["base"], first["days"], first["base_days"]) == (120, 49, 31, 31)
    assert (first["month"], first["base_month"]) == ("2019-12", "2018-12")
    assert first["rate_ratio"] == pytest.approx(120 / 49)
    # What the two months have is not in the dispersion: else a jump would excuse itself.
    assert first["dispersion"] == 1
    assert (first["signal"], first["since"], first["points"]) == ("outside_limits", "2019-12", 36)
    assert (first["trial"], first["not_judged"]) == (False, None)


def test_a_february_is_held_against_its_own_days() -> None:
    months = [f"{year}-{month:02}" for year in (2018, 2019, 2020) for month in range(1, 13)][:26]
    frame = counts({"CV": [28] * 26}, months)
    row = one(emerging_trends(frame, month="2020-02", by="npu"))

    assert (row["days"], row["base_days"]) == (29, 28)
    assert row["rate_ratio"] == pytest.approx(28 / 29)


def test_the_dispersion_is_that_of_two_way_counts() -> None:
    """Pearson's chi-squared of a table of years and months, as SciPy has it."""
    random = np.random.default_rng(5)
    values = random.negative_binomial(10, 0.1, 36)
    row = judged(values.tolist())

    # No leap year, so that a month has the same days in each.
    table = values.reshape(3, 12)[:, :11]
    chi2 = stats.chi2_contingency(table, correction=False)
    assert row["dispersion"] == pytest.approx(chi2.statistic / chi2.dof)
    assert chi2.dof == 20
    statistic = (values[-1] - values[-13]) / np.sqrt(row["dispersion"] * (values[-1] + values[-13]))
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(statistic), 20))


def test_neither_season_nor_the_level_of_a_year_is_in_the_dispersion() -> None:
    season = np.array([60, 50, 55, 60, 80, 90, 120, 110, 80, 70, 60, 50])
    values = np.concatenate([season, season * 2, season * 3])

    # At least 1, and by less than a rounding here.
    assert judged(values.tolist())["dispersion"] == 1
    row = judged((values * 50).tolist(), dispersion="monthly")
    assert row["dispersion"] == 1


def test_two_years_do_and_what_is_older_is_left_out() -> None:
    random = np.random.default_rng(6)
    values = random.negative_binomial(10, 0.1, 36).tolist()
    row, longer = judged(values[-24:]), judged(values, history=30)

    chi2 = stats.chi2_contingency(np.reshape(values[-24:], (2, 12))[:, :11], correction=False)
    assert row["dispersion"] == pytest.approx(chi2.statistic / chi2.dof)
    assert longer["dispersion"] == row["dispersion"]
    assert (row["points"], longer["points"], judged(values, history=None)["points"]) == (24, 30, 36)


def test_a_leap_year_is_no_unrest() -> None:
    months = [f"{year}-{month:02}" for year in (2018, 2019, 2020) for month in range(1, 13)]
    frame = counts({"CV": [days_in_month(month) * 10_000 for month in months]}, months)

    assert one(emerging_trends(frame, month="2020-12", by="npu"))["dispersion"] == 1


def test_of_less_than_two_years_the_months_that_both_have_tell() -> None:
    random = np.random.default_rng(7)
    values = random.negative_binomial(10, 0.1, 20)
    row = judged(values.tolist())

    # May to December 2018, and the year after; without December itself.
    chi2 = stats.chi2_contingency(np.array([values[:7], values[12:19]]), correction=False)
    assert row["dispersion"] == pytest.approx(chi2.statistic / chi2.dof)


def test_a_stated_dispersion_makes_the_plain_test() -> None:
    row = judged(RISEN, dispersion=1)
    plain, wider = (
        rate_ratio(120, 31, 49, 31, method="score", dispersion=phi) for phi in (1.0, 4.0)
    )

    assert [row[name] for name in ("low", "high", "p_value")] == pytest.approx(
        [plain.low, plain.high, plain.p_value]
    )
    assert judged(RISEN, dispersion=4.0)["p_value"] == pytest.approx(wider.p_value)


def test_another_base_where_the_year_before_was_out_of_the_ordinary() -> None:
    row = judged([*[100] * 12, *[20] * 12, *[100] * 12], base="2017-12")

    assert (row["base_month"], row["base"], row["rate_ratio"]) == ("2017-12", 100, 1)
    # An older base does not make the history longer.
    random = np.random.default_rng(8)
    values = random.negative_binomial(10, 0.1, 36).tolist()
    older, newer = judged(values, base="2017-12", history=24), judged(values[-24:])
    assert (older["dispersion"], older["points"]) == (newer["dispersion"], 24)
    assert older["base"] == values[11]
    assert judged(values, base="2017-12", history=12)["dispersion"] is None


def test_which_way_is_good_turns_the_table_round() -> None:
    frame = counts({"CV": [49 if value == 120 else 120 for value in RISEN], "DY": RISEN})
    found = {way: emerging_trends(frame, month="2019-12", by="npu", direction=way) for way in WAYS}

    assert [found[way]["npu"].iloc[0] for way in found] == ["DY", "CV", "DY"]
    assert found["increase"]["change"].to_list() == ["concern", "improvement"]
    assert found["neutral"]["change"].to_list() == ["neutral_high", "neutral_low"]


def test_the_table_begins_with_what_is_worst() -> None:
    drift = [50, 48] * 14 + [70, 72, 74, 75, 73, 71, 74, 72]
    series = {
        "FALL": [*QUIET[:-1], 9],
        "GONE": QUIET[:20],
        "QUIET": QUIET,
        "RISE": [*QUIET[:-1], 100],
        "SHIFT": [*drift[:23], 66, *drift[24:]],
        "STEEP": RISEN,
    }
    frame = counts({unit: values for unit, values in series.items() if unit != "GONE"})
    other = counts({"GONE": QUIET[:20]}, YEARS[:20]).assign(force="B")
    both = pd.concat([frame.assign(force="A"), other])
    found = emerging_trends(both, month="2019-12", by=["force", "npu"])

    assert found["npu"].to_list() == ["STEEP", "RISE", "SHIFT", "FALL", "QUIET", "GONE"]
    shift = found.set_index("npu").loc["SHIFT"]
    assert (shift["change"], shift["reading"]) == ("not_notable", "concern")


def test_better_than_a_strange_year_and_a_signal_of_worse_comes_after_what_is_worse() -> None:
    odd = [*QUIET[:23], 900, *QUIET[24:35], 150]
    found = emerging_trends(counts({"CV": odd, "DY": RISEN}), month="2019-12", by="npu")

    assert found["npu"].to_list() == ["DY", "CV"]
    assert found["change"].to_list() == ["concern", "improvement"]
    assert found["reading"].to_list() == ["concern", "concern"]
    assert found["p_value"].is_monotonic_decreasing


def test_what_is_not_judged_comes_last() -> None:
    none = [3, 2, 4, 1, 2, 3, 2, 4, 1, 2, 3, 0] * 3
    frame = pd.concat(
        [
            counts({"CV": QUIET[:20]}, YEARS[:20]).assign(force="A"),
            counts({"DY": none}).assign(force="B"),
        ]
    )
    found = emerging_trends(frame, month="2019-12", by=["force", "npu"])

    assert found["p_value"].isna().all()
    assert found["npu"].to_list() == ["DY", "CV"]


# -- since when


@pytest.mark.parametrize(
    ("last", "signal", "since"),
    [
        ([90], "outside_limits", "2019-12"),
        ([90, 95, 92], "outside_limits", "2019-10"),
        ([51, 52, 53, 54, 55, 56, 57], "trend", "2019-05"),
        ([52, 53, 52, 53, 52, 54, 53, 52], "run", "2019-04"),
        ([50], "none", None),
    ],
)
def test_a_signal_says_since_when(last: list[int], signal: str, since: str | None) -> None:
    # By day: months of 30 days alone would be even, so the values are made a day's.
    # A rise begins with the month before its first step, and a run with the 52 before it.
    before = [48, 52] * 18
    values = [*before[: 36 - len(last)], *last]
    a_month = [value * days_in_month(m) for value, m in zip(values, YEARS, strict=True)]
    row = judged(a_month, rules=Rules(near=None))

    assert (row["signal"], row["since"]) == (signal, since)


@pytest.mark.parametrize("before", [[], [59, 59]])
def test_two_of_three_near_the_limit_are_since_the_first_of_them(before: list[int]) -> None:
    values = [*([48, 52] * 17), 59, 59]
    values[28 : 28 + len(before)] = before
    days = [days_in_month(month) for month in YEARS]
    row = judged([value * each for value, each in zip(values, days, strict=True)])

    assert (row["signal"], row["since"]) == ("near_limit", "2019-11")


# -- what is not judged


def test_a_month_without_any_crime_of_the_force_is_a_gap() -> None:
    months = [month for month in YEARS if month != "2019-03"]
    frame = counts({"CV": QUIET[:35], "DY": QUIET[:35]}, months)
    found = emerging_trends(frame, month="2019-12", by="npu")

    assert found["not_judged"].to_list() == ["no chart: a gap in 2019-03"] * 2
    assert found["points"].to_list() == [9, 9]
    # The year before is there, and the other months tell how much the series varies.
    assert found["p_value"].notna().all()
    assert found[["signal", "reading", "since", "trial", "signals_by_chance"]].isna().all(axis=None)


def test_a_chart_begins_after_an_older_gap() -> None:
    months = [month for month in YEARS if month != "2017-12"]
    row = one(emerging_trends(counts({"CV": QUIET[:35]}, months), month="2019-12", by="npu"))

    assert (row["points"], row["not_judged"], row["trial"]) == (24, None, False)


def test_a_unit_without_crimes_in_a_covered_month_has_nought() -> None:
    frame = counts({"CV": QUIET, "DY": QUIET[:35]}, YEARS)
    frame = frame[~((frame["npu"] == "DY") & (frame["month"] == "2019-12"))]
    found = emerging_trends(frame, month="2019-12", by="npu").set_index("npu")

    row = found.loc["DY"]
    assert (row["crimes"], row["rate_ratio"], row["low"]) == (0, 0, 0)
    assert (row["change"], row["points"]) == ("improvement", 36)


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2019-12", "no ratio: a gap in 2018-12"),
        ("2020-01", "no ratio: a gap in 2020-01; no chart: a gap in 2020-01"),
    ],
)
def test_a_gap_in_one_of_the_two_months_leaves_no_ratio(month: str, words: str) -> None:
    months = [each for each in YEARS if each != "2018-12"]
    row = one(emerging_trends(counts({"CV": QUIET[:35]}, months), month=month, by="npu"))

    assert row["not_judged"] == words
    names = ("rate_ratio", "low", "high", "p_value", "p_adjusted", "notable", "change")
    assert {row[name] for name in names} == {None}


@pytest.mark.parametrize(
    ("length", "words", "trial"),
    [
        (1, "no ratio: too short, it begins in 2019-12; {}; no chart: too short, 1 month", None),
        (11, "no ratio: too short, it begins in 2019-02; {}; no chart: too short, 11 months", None),
        (12, "no ratio: too short, it begins in 2019-01; {}", True),
        (13, "{}", False),
        (14, "{}", False),
        (15, None, False),
    ],
)
def test_a_short_series_is_kept_and_says_why(
    length: int, words: str | None, *, trial: bool | None
) -> None:
    row = judged(QUIET[:length])

    expected = words and words.format("no p-value: too little in other months for a dispersion")
    assert (row["not_judged"], row["trial"], row["points"]) == (expected, trial, length)
    # With a stated dispersion, 13 months do.
    assert (judged(QUIET[:length], dispersion=2.0)["p_value"] is None) == (length < 13)


def test_a_rise_from_nought_has_a_p_value_and_no_ratio() -> None:
    values = [*([0, 1] * 18)[:-13], 0, *([1, 0] * 6)[:-1], 30]
    assert values[-13] == 0
    row = judged(values)

    assert (row["rate_ratio"], row["low"], row["high"]) == (None, None, None)
    assert (row["base"], row["notable"], row["change"]) == (0, True, "concern")
    assert row["not_judged"] == "no ratio: none in 2018-12"


def test_no_crime_in_either_month_tells_nothing() -> None:
    values = [3, 2, 4, 1, 2, 3, 2, 4, 1, 2, 3, 0] * 3
    row = judged(values)

    assert (row["crimes"], row["base"], row["p_value"], row["notable"]) == (0, 0, None, None)
    assert row["not_judged"] == "no ratio: none in 2018-12, nor in 2019-12"
    assert row["reading"] == "common_cause"


def test_what_was_nought_but_for_the_month_is_for_the_chart_alone_to_tell() -> None:
    row = judged([*[0] * 35, 30])

    assert (row["p_value"], row["dispersion"], row["reading"]) == (None, None, "concern")
    assert row["not_judged"] == (
        "no ratio: none in 2018-12; no p-value: too little in other months for a dispersion"
    )


def test_a_series_of_one_crime_long_ago_is_kept_within_the_history() -> None:
    frame = counts({"CV": [0, 1, *[0] * 34], "DY": QUIET})
    crimes = frame[frame["crimes"] > 0]
    found = emerging_trends(crimes, month="2019-12", by="npu")

    row = rows(found)[found["npu"].to_list().index("CV")]
    assert (row["crimes"], row["points"], row["p_value"]) == (0, 36, None)
    later = emerging_trends(crimes, month="2019-12", by="npu", history=24)
    assert later["npu"].to_list() == ["DY"]
    # Who counts 0 says that the series is there.
    assert len(emerging_trends(frame, month="2019-12", by="npu", history=24)) == 2


def test_huge_counts_are_counted_to_the_last() -> None:
    row = judged([value * 10**13 for value in QUIET])

    assert (row["crimes"], row["base"]) == (49 * 10**13, 49 * 10**13)


# -- chance


def test_the_number_of_signals_to_expect_adds_up_over_the_series() -> None:
    found = emerging_trends(counts(dict.fromkeys(UNITS, QUIET)), month="2019-12", by="npu")

    expected = 24 * expected_signals(36).last_point
    assert found["signals_by_chance"].sum() == pytest.approx(expected)


def noise(random: np.random.Generator, mean: np.ndarray[Any, Any], phi: float) -> Any:  # noqa: ANN401 # an array
    """Counts of months without season or trend; their variance is so many times the mean."""
    rates = np.broadcast_to(mean[:, None], (len(mean), 36))
    return random.poisson(rates if phi == 1 else random.gamma(rates / (phi - 1), phi - 1))


def test_where_nothing_changes_as_many_charts_signal_as_chance_is_said_to_give() -> None:
    """4,000 series at once, of which some 68 are told to signal, give or take 8."""
    random = np.random.default_rng(2019)
    frame = pd.DataFrame(
        {
            "lsoa": np.repeat([f"E01{number:06}" for number in range(4000)], 36),
            "month": YEARS * 4000,
            "crimes": noise(random, np.full(4000, 100.0), 3).ravel(),
        }
    )
    found = emerging_trends(frame, month="2019-12", by="lsoa")

    signalled, by_chance = (found["signal"] != "none").sum(), found["signals_by_chance"].sum()
    assert by_chance == pytest.approx(4000 * 0.017, rel=0.1)
    assert signalled / by_chance == pytest.approx(1, abs=0.3)
    assert not found["notable"].any()


@pytest.mark.parametrize("phi", [1, 3])
def test_among_what_is_notable_as_few_are_false_as_was_promised(phi: float) -> None:
    """Of 24 series four rise to two and a half times; 80 tables tell the share to within 0.02."""
    random = np.random.default_rng(2019)
    mean = random.uniform(20, 400, 24)
    false, found, alarms = [], 0, 0

    def notable(values: Any) -> pd.Series:  # noqa: ANN401 # an array
        frame = counts(dict(zip(UNITS, values.tolist(), strict=True)))
        table = emerging_trends(frame, month="2019-12", by="npu")
        units: pd.Series = table.loc[table["notable"], "npu"]
        return units

    for _ in range(80):
        values = noise(random, mean, phi)
        alarms += len(notable(values)) > 0
        values[:4, -1] = random.poisson(mean[:4] * 2.5)
        true = notable(values).isin(UNITS[:4])
        false.append(1 - true.mean() if len(true) else 0.0)
        found += true.sum()

    assert np.mean(false) <= 0.05 + 0.02
    # Where nothing has changed, whatever is notable is false.
    assert alarms / 80 <= 0.05 + 0.05
    assert found / (4 * 80) > 0.8


# -- properties

Series = st.lists(st.integers(0, 300), min_size=24, max_size=24)


@given(Series)
def test_two_years_the_other_way_round_make_the_reciprocal(values: list[int]) -> None:
    # 2018 and 2019 have the same days.
    forward, back = judged([1, *values[1:]]), judged([*values[12:], 1, *values[1:12]])

    assert forward["p_value"] == pytest.approx(back["p_value"], nan_ok=True)
    if forward["rate_ratio"] and back["rate_ratio"]:
        assert forward["rate_ratio"] == pytest.approx(1 / back["rate_ratio"])
        if forward["low"] is not None:
            assert forward["low"] == pytest.approx(1 / back["high"])


@given(st.lists(Series, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_of_no_matter(series: list[list[int]], random: Any) -> None:  # noqa: ANN401 # hypothesis'
    frame = counts(dict(zip(UNITS, series, strict=False)))
    mixed = frame.iloc[random.sample(range(len(frame)), len(frame))]

    found = emerging_trends(frame, month="2019-12", by="npu", total=True)
    pd.testing.assert_frame_equal(
        emerging_trends(mixed, month="2019-12", by="npu", total=True), found
    )


@given(st.lists(Series, min_size=1, max_size=5))
def test_the_total_is_of_sums_and_by_itself(series: list[list[int]]) -> None:
    frame = counts(dict(zip(UNITS, series, strict=False)))
    found = emerging_trends(frame, month="2019-12", by="npu", total=True)
    alone = emerging_trends(frame, month="2019-12", by=None)

    assert not found["is_total"].iloc[:-1].any()
    if len(found):
        total = found.iloc[[-1]].drop(columns=["npu", "is_total"]).reset_index(drop=True)
        pd.testing.assert_frame_equal(total, alone.drop(columns="is_total"))
        sums = found.iloc[:-1][["crimes", "base"]].sum()
        assert found[["crimes", "base"]].iloc[-1].to_list() == sums.to_list()
        assert rows(found)[-1]["p_adjusted"] == rows(found)[-1]["p_value"]


@given(st.lists(Series, min_size=1, max_size=8))
def test_p_values_are_adjusted_as_a_plain_loop_does(series: list[list[int]]) -> None:
    frame = counts(dict(zip(UNITS, series, strict=False)))
    found = emerging_trends(frame, month="2019-12", by="npu", false_discovery=0.1)
    known = found.dropna(subset="p_value")
    p_values = sorted(known["p_value"])

    for p_value, adjusted, notable in known[["p_value", "p_adjusted", "notable"]].to_numpy():
        least = min(
            each * len(p_values) / place
            for place, each in enumerate(p_values, 1)
            if each >= p_value
        )
        assert adjusted == pytest.approx(min(least, 1))
        assert notable == (adjusted < 0.1)


@given(Series)
def test_an_interval_leaves_1_out_where_the_p_value_is_small(values: list[int]) -> None:
    row = judged(values)

    if row["rate_ratio"] and row["p_value"] is not None and abs(row["p_value"] - 0.05) > 1e-9:
        assert (row["p_value"] < 0.05) == (not row["low"] <= 1 <= row["high"])


# -- rows


def crime(number: int, month: str, npu: str | None, category: str = "burglary") -> Crime:
    return Crime(force="WMP", crime_id=f"{number}", month=month, npu=npu, category=category)


def test_rows_give_what_their_counts_give(frame: Build) -> None:
    random = np.random.default_rng(3)
    columns: dict[str, list[str | None]] = {
        "month": random.choice(YEARS, 4000).tolist(),
        "npu": random.choice(["CV", "DY", "SH"], 4000).tolist(),
        "category": random.choice(["burglary", "robbery", "vehicle-crime"], 4000).tolist(),
    }
    columns["npu"][::7] = [None] * len(columns["npu"][::7])
    plain = pd.DataFrame(columns)
    counted = plain.groupby(["npu", "category", "month"], dropna=False).size()
    expected = emerging_trends(counted.rename("crimes").reset_index(), month="2019-12", total=True)
    asked: dict[str, Any] = {"month": "2019-12", "total": True}

    assert len(expected) == 13
    assert expected["npu"].isna().sum() == 4
    found = emerging_trends(frame({**columns, "force": ["WMP"] * 4000}), **asked)
    pd.testing.assert_frame_equal(found, expected)
    every = zip(*columns.values(), strict=True)
    records = [crime(at, *each) for at, each in enumerate(every)]
    pd.testing.assert_frame_equal(emerging_trends(records, **asked), expected)


def test_some_categories_alone_are_looked_at_and_all_show_what_is_covered() -> None:
    frame = pd.concat(
        [
            counts({"CV": QUIET}).assign(category="theft"),
            counts({"CV": RISEN, "DY": QUIET}).assign(category="burglary")[lambda at: at.index > 3],
        ]
    )
    found = emerging_trends(frame, month="2019-12", categories=["burglary"])

    assert found[["npu", "category"]].to_numpy().tolist() == [
        ["CV", "burglary"],
        ["DY", "burglary"],
    ]
    # The first four months have thefts, and so no burglary of theirs is unknown.
    assert found["points"].to_list() == [36, 36]
    asked: dict[str, Any] = {"month": "2019-12", "by": "npu", "categories": ["burglary"]}
    assert one(emerging_trends(frame, where={"npu": "DY"}, **asked))["crimes"] == 49


def test_a_category_that_no_row_has_is_refused() -> None:
    frame = counts({"CV": QUIET}).assign(category="Vehicle crime")

    with pytest.raises(UnknownCodeError, match=r"'vehicle-crime'.*Vehicle crime"):
        emerging_trends(frame, month="2019-12", categories=["vehicle-crime"])
    alone, listed = (
        emerging_trends(frame, month="2019-12", categories=asked)
        for asked in ("Vehicle crime", ["Vehicle crime"])
    )
    pd.testing.assert_frame_equal(alone, listed)


def test_two_forces_are_parted_each_with_its_own_months() -> None:
    second = counts({"LA": QUIET[:35]}, [m for m in YEARS if m != "2019-06"]).assign(force="B")
    frame = pd.concat([counts({"CV": RISEN}).assign(force="A"), second])
    found = emerging_trends(frame, month="2019-12", by=["force", "npu"], total=True)

    assert found["points"].to_list() == [36, 6, 6]
    with pytest.raises(MixedRowsError, match="of one force, and these are of 2: A, B"):
        emerging_trends(frame, month="2019-12", by="npu")


def test_later_months_are_left_out() -> None:
    frame = counts({"CV": QUIET, "DY": [*[0] * 35, 9]})
    found = emerging_trends(frame[frame["crimes"] > 0], month="2019-11", by="npu")

    assert found["npu"].to_list() == ["CV"]
    assert found["points"].to_list() == [35]


def test_the_month_is_no_column_to_group_by() -> None:
    frame = counts({"CV": QUIET})
    found = emerging_trends(frame, month="2019-12", by=["npu", "month"])

    pd.testing.assert_frame_equal(found, emerging_trends(frame, month="2019-12", by="npu"))


def test_without_rows_there_is_no_series_and_every_column() -> None:
    found = emerging_trends(Records(Crime, []), month="2019-12", total=True)

    assert len(found) == 0
    assert list(found.columns[:3]) == ["npu", "category", "month"]
    pd.testing.assert_frame_equal(emerging_trends([], month="2019-12", total=True), found)


# -- the page


def test_the_numbers_of_the_page_are_those_of_the_file() -> None:
    here = Path(__file__).parent
    page = (here.parent / "docs" / "how-to" / "emerging-trends.md").read_text(encoding="utf-8")
    shown = page.partition(">>> six = ")[2].partition(">>> months")[0]
    found = re.findall(r'"(\w+)": \[([^]]*)\]', shown)
    read = pd.read_csv(here / "data" / "wmp_la_monthly_digitised.csv", index_col="month")

    assert len(found) == 6
    for name, numbers in found:
        printed = [int(each) for each in re.findall(r"\d+", numbers)]
        assert printed == read.loc["2018-01":"2020-07", name].round().astype(int).to_list()


# -- what is refused


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"month": "2019-13"}, "2019-13"),
        ({"base": "2019-12"}, "base is 2019-12: it is a month before 2019-12"),
        ({"history": 11}, "history is 11: it is 12 months or more, or None"),
        ({"dispersion": 0}, "dispersion is 'monthly', or a number above 0, not 0"),
        ({"dispersion": "daily"}, "dispersion is 'monthly', or a number above 0, not 'daily'"),
        ({"confidence": 1}, "confidence is between 0 and 1, not 1"),
        ({"false_discovery": 5}, "false_discovery is between 0 and 1, not 5"),
    ],
)
def test_a_question_without_a_meaning_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        emerging_trends(counts({"CV": QUIET})[:0], **{"month": "2019-12", "by": "npu"} | asked)


def test_rows_of_logs_are_no_crimes() -> None:
    frame = counts({"CV": QUIET}).assign(logs=100)

    with pytest.raises(MixedRowsError, match="rows of logs"):
        emerging_trends(frame, month="2019-12", by="npu")
    # And a demand is still one of logs.
    assert demand(frame)["logs"].to_list() == [100] * 36


def test_what_is_wrong_with_rows_is_told_of_crimes() -> None:
    frame = counts({"CV": QUIET})
    with pytest.raises(MissingColumnsError, match="category"):
        emerging_trends(frame, month="2019-12")
    with pytest.raises(ColumnTypeError, match="Crime"):
        emerging_trends(frame.assign(crimes=0.5), month="2019-12", by="npu")
    with pytest.raises(ValidationError, match="Crime"):
        emerging_trends(frame.assign(month=None), month="2019-12", by="npu")
    with pytest.raises(ValidationError, match="Crime"):
        emerging_trends(frame.assign(month="Jan 2019"), month="2019-12", by="npu")
