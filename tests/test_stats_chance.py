"""How many signals to expect by chance."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npolicing.stats.chance import expected_signals
from npolicing.stats.control import NHS, NSW, Rules, xmr

NO_RULES = Rules(run=None, trend=None, near=None)


def test_three_points_rise_or_fall_in_a_third_of_all_cases() -> None:
    """Of the six orders of three numbers two go one way; no point of three can be outside."""
    by_chance = expected_signals(3, rules=Rules(run=None, trend=3, near=None))

    error = sqrt(1 / 3 * 2 / 3 / by_chance.charts)
    assert by_chance.any_point == pytest.approx(1 / 3, abs=4 * error)
    assert by_chance.last_point == by_chance.any_point
    assert by_chance.trend == by_chance.flagged == pytest.approx(3 * by_chance.any_point)
    assert by_chance.outside_limits == by_chance.near_limit == by_chance.run == 0


def test_of_a_long_series_a_point_in_370_is_outside() -> None:
    """Shewhart's 0.27 %: with many points the limits are as good as known. 2.66 * 1.128 is 3."""
    by_chance = expected_signals(2000, rules=NO_RULES, screen_outliers=False, charts=200)

    # Some 1,080 points: twelve per cent is four standard errors.
    assert by_chance.flagged / 2000 == pytest.approx(0.0027, rel=0.12)
    assert by_chance.flagged == by_chance.outside_limits


def test_screening_makes_more_signals() -> None:
    kept = expected_signals(60, rules=NO_RULES, screen_outliers=False, charts=2000)

    assert expected_signals(60, rules=NO_RULES, charts=2000).flagged > kept.flagged


# 100,001 points are more than are drawn at a time; so are 700 charts of 150.
@pytest.mark.parametrize(("points", "charts"), [(700, 150), (100_001, 2), (30, 20)])
@pytest.mark.parametrize("rules", [NHS, NSW])
def test_it_counts_what_the_charts_of_those_numbers_show(
    points: int, charts: int, rules: Rules
) -> None:
    values = np.random.default_rng(7).standard_normal((charts, points))
    chart = xmr(values, rules=rules, fix_after=24)
    by_chance = expected_signals(points, rules=rules, fix_after=24, charts=charts, seed=7)

    signals = chart.rule != "none"
    assert by_chance.flagged == pytest.approx(signals.sum() / charts)
    assert by_chance.any_point == pytest.approx(signals.any(axis=1).sum() / charts)
    assert by_chance.last_point == pytest.approx(signals[:, -1].sum() / charts)
    for rule in ("outside_limits", "trend", "near_limit", "run"):
        assert getattr(by_chance, rule) == pytest.approx((chart.rule == rule).sum() / charts)
    assert (by_chance.points, by_chance.charts) == (points, charts)


@settings(max_examples=20)
@given(st.integers(1, 60), st.integers(1, 50))
def test_the_shares_are_shares(points: int, charts: int) -> None:
    by_chance = expected_signals(points, charts=charts)

    assert 0 <= by_chance.last_point <= by_chance.any_point <= 1
    assert by_chance.any_point <= by_chance.flagged <= points
    assert expected_signals(points, charts=charts) is by_chance


def test_what_the_concept_page_says_of_24_months() -> None:
    by_chance = expected_signals(24)

    assert by_chance.any_point == pytest.approx(0.18, abs=0.01)
    assert by_chance.last_point == pytest.approx(0.016, abs=0.003)


def test_one_or_two_points_give_no_signal() -> None:
    assert expected_signals(1).flagged == 0
    assert expected_signals(2).any_point == 0


@pytest.mark.parametrize(("points", "charts"), [(0, 10), (10, 0)])
def test_no_points_and_no_charts(points: int, charts: int) -> None:
    with pytest.raises(ValueError, match=rf"^{charts} charts of {points} points: "):
        expected_signals(points, charts=charts)


def test_limits_are_fixed_after_twelve_points_or_more() -> None:
    with pytest.raises(ValueError, match=r"^fix_after is 11: "):
        expected_signals(24, fix_after=11)
