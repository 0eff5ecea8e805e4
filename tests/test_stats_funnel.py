"""Funnel limits, and how far units vary beyond chance."""

from __future__ import annotations

from math import exp, inf, isnan, nan, sqrt
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from limits import all_nan
from scipy.stats import binom, chi2, norm, poisson

from npolicing.stats.funnel import FunnelLimits, FunnelOf, funnel, overdispersion

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

BOTH: tuple[FunnelOf, ...] = get_args(FunnelOf)
LIMITS: tuple[FunnelLimits, ...] = get_args(FunnelLimits)
OF = st.sampled_from(BOTH)
NOTHING: list[tuple[list[float], list[float]]] = [([], []), ([nan], [1]), ([0], [0])]


@st.composite
def units(draw: st.DrawFn, least: int = 1) -> tuple[list[int], list[int]]:
    """Counts and what they are out of, some units without any."""
    totals = draw(st.lists(st.integers(0, 5000), min_size=least, max_size=12))
    return [draw(st.integers(0, total)) for total in totals], totals


def test_four_units_by_hand() -> None:
    """Pooled 0.1; of 100 each, the standard deviation is 0.03, and 2 of them are 0.06."""
    found = funnel(
        [4, 16, 3, 17],
        [100, 100, 100, 100],
        of="proportion",
        limits="normal",
        alert=2 * norm.cdf(2) - 1,
        alarm=2 * norm.cdf(2.2) - 1,
    )

    assert found.pooled == 0.1
    assert found.estimate.tolist() == [0.04, 0.16, 0.03, 0.17]
    assert found.alert_low == pytest.approx(0.04)
    assert found.alert_high == pytest.approx(0.16)
    assert found.alarm_high == pytest.approx(0.166)
    assert list(found.flag)[2:] == ["alarm_low", "alarm_high"]
    assert (found.dispersion, found.method) == (1, "binomial, normal")


def test_a_limit_next_to_nothing_counts_how_likely_nothing_is() -> None:
    # Of a mean of 5: none has e⁻⁵, which is less than 2.5 %, and none or one has 6 e⁻⁵.
    found = funnel([5, 5], [1, 1], of="rate")

    below, at = exp(-5), 6 * exp(-5)
    assert found.alert_low[0] == pytest.approx(1 - (at - 0.025) / (at - below))


def test_a_hundred_at_seven_point_four_per_cent() -> None:
    """Spiegelhalter's example rate: 2.5 % is at 3 of 100, 97.5 % at 13, 99.9 % at 17."""
    found = funnel([74 * 10**6, 7], [10**9, 100], of="proportion", limits="quantile")

    assert found.pooled == pytest.approx(0.074)
    assert (found.alert_low[1], found.alert_high[1], found.alarm_high[1]) == (0.03, 0.13, 0.17)
    assert found.method == "binomial, quantile"


@given(units(), OF, st.sampled_from([0.5, 0.9, 0.95]), st.sampled_from([0.98, 0.998, 0.999]))
def test_quantiles_are_scipys(
    given_units: tuple[list[int], list[int]], of: FunnelOf, alert: float, alarm: float
) -> None:
    count, total = map(np.array, given_units)
    found = funnel(count, total, of=of, limits="quantile", alert=alert, alarm=alarm)
    assume(0 < found.pooled < 1)
    at = total > 0
    law = (
        binom(total[at], found.pooled) if of == "proportion" else poisson(total[at] * found.pooled)
    )

    for confidence, low, high in [
        (alert, found.alert_low, found.alert_high),
        (alarm, found.alarm_low, found.alarm_high),
    ]:
        tail = (1 - confidence) / 2
        np.testing.assert_allclose(low[at] * total[at], law.ppf(tail), atol=1e-6)
        np.testing.assert_allclose(high[at] * total[at], law.ppf(1 - tail), atol=1e-6)
        assert np.isnan([low[~at], high[~at]]).all()


@given(units(), OF)
def test_interpolation_is_spiegelhalters(
    given_units: tuple[list[int], list[int]], of: FunnelOf
) -> None:
    """(r - (F(r) - p) / (F(r) - F(r - 1))) / n, of the count r that is the quantile."""
    count, total = map(np.array, given_units)
    found = funnel(count, total, of=of)
    assume(0 < found.pooled < 1)
    at = total > 0
    law = (
        binom(total[at], found.pooled) if of == "proportion" else poisson(total[at] * found.pooled)
    )

    for p, limit in [
        (0.025, found.alert_low),
        (0.975, found.alert_high),
        (0.001, found.alarm_low),
        (0.999, found.alarm_high),
    ]:
        r = law.ppf(p)
        between = (law.cdf(r) - p) / (law.cdf(r) - law.cdf(r - 1))
        expected = np.maximum(r - between, 0) / total[at]
        np.testing.assert_allclose(limit[at], expected, rtol=1e-6, atol=1e-9)


@given(units(), OF, st.sampled_from([None, "quantile", "normal"]), st.sampled_from([1.0, 3.5]))
def test_the_outer_limits_hold_the_inner_and_these_the_pooled(
    given_units: tuple[list[int], list[int]], of: FunnelOf, limits: str | None, phi: float
) -> None:
    assume(limits in (None, "normal") or phi == 1)
    found = funnel(*given_units, of=of, limits=limits, dispersion=phi)  # type: ignore[arg-type] # words in turn
    at = np.array(given_units[1]) > 0
    slack = 1e-12

    assert (found.alarm_low[at] <= found.alert_low[at] + slack).all()
    assert (found.alert_high[at] <= found.alarm_high[at] + slack).all()
    if limits != "quantile" and at.any():
        assert (found.alert_low[at] <= found.pooled + slack).all()
    assert (found.alarm_low[at] >= 0).all()
    if of == "proportion":
        assert (found.alarm_high[at] <= 1 + slack).all()
    assert [each == "unknown" for each in found.flag] == (~at).tolist()


def test_each_flag_says_how_far_out_and_on_a_limit_is_in() -> None:
    """Of 100 round 0.5, quantile limits: 40 to 60 and 35 to 65, where big units fix the pooled."""
    counts = [34, 35, 39, 40, 50, 60, 61, 65, 66, 5 * 10**8]
    found = funnel(counts, [*[100] * 9, 10**9], of="proportion", limits="quantile")

    assert (found.alert_low[0], found.alert_high[0]) == (0.4, 0.6)
    assert (found.alarm_low[0], found.alarm_high[0]) == (0.35, 0.65)
    assert list(found.flag) == [
        *("alarm_low", "alert_low", "alert_low", "in", "in", "in"),
        *("alert_high", "alert_high", "alarm_high", "in"),
    ]


def test_a_dispersion_widens_by_its_root() -> None:
    plain = funnel([90, 110], [1000, 1000], of="rate", limits="normal")
    wide = funnel([90, 110], [1000, 1000], of="rate", dispersion=4)

    assert plain.alert_high[0] == pytest.approx(0.1 + 1.959964 * sqrt(0.1 / 1000), rel=1e-7)
    assert wide.alert_high - 0.1 == pytest.approx(2 * (plain.alert_high - 0.1))
    assert 0.1 - wide.alarm_low == pytest.approx(2 * (0.1 - plain.alarm_low))
    assert (wide.dispersion, wide.method) == (4, "quasi-Poisson, normal")
    both = funnel([9, 11], [10, 20], of="proportion", dispersion=90)
    assert (both.alert_low.tolist(), both.alert_high.tolist()) == ([0, 0], [1, 1])
    assert both.method == "quasi-binomial, normal"
    assert funnel([9], [10], of="rate", dispersion=90).alert_high[0] > 1


def test_who_is_unknown_is_in_no_pooled_figure() -> None:
    found = funnel([10, nan, 5, 0], [100, 50, nan, 0], of="proportion")

    assert found.pooled == 0.1
    assert list(found.flag) == ["in", "unknown", "unknown", "unknown"]
    assert np.isnan(found.estimate).tolist() == [False, True, True, True]
    assert np.isnan(found.alert_high).tolist() == [False, False, True, True]


def test_none_and_all_leave_nothing_to_vary() -> None:
    for count, pooled in [([0, 0], 0), ([10, 20], 1)]:
        for limits in LIMITS:
            found = funnel(count, [10, 20], of="proportion", limits=limits)
            assert found.alert_low.tolist() == found.alarm_high.tolist() == [pooled, pooled]
            assert list(found.flag) == ["in", "in"]
    for counts, totals in NOTHING:
        nothing = funnel(counts, totals, of="rate")
        assert isnan(nothing.pooled)
        assert list(nothing.flag) == ["unknown"] * len(counts)
    assert list(funnel(5, 10, of="rate").flag) == ["in"]


def test_huge_counts_have_limits() -> None:
    for of in BOTH:
        exact = funnel([10**11, 10**11], 10**12, of=of)
        normal = funnel([10**11, 10**11], 10**12, of=of, limits="normal")
        assert exact.alarm_high - 0.1 == pytest.approx(normal.alarm_high - 0.1, rel=1e-3)
        assert list(exact.flag) == ["in", "in"]


def test_overdispersion_by_hand() -> None:
    """Pooled 0.1, of 100 each the deviation is 3: z of -1, 1, -2, 2 give χ² 10 of 3 degrees."""
    found = overdispersion([7, 13, 4, 16], [100] * 4, of="proportion", winsorise=0)

    assert found.chi2 == pytest.approx(10)
    assert found.degrees == 3
    assert found.p_value == pytest.approx(chi2.sf(10, 3))
    assert found.phi == found.dispersion == pytest.approx(2.5)


def test_those_at_the_ends_are_drawn_in() -> None:
    """Type 7 of -2, -1, 1, 2 at a tenth is -1.7: (1.7² + 1 + 1 + 1.7²) / 4 = 1.945."""
    found = overdispersion([7, 13, 4, 16], [100] * 4, of="proportion")

    assert found.phi == pytest.approx(1.945)
    assert found.chi2 == pytest.approx(10)


@given(units(2), OF)
def test_the_test_is_that_of_pearson(
    given_units: tuple[list[int], list[int]], of: FunnelOf
) -> None:
    count, total = map(np.array, given_units)
    at = total > 0
    assume(at.sum() > 1 and 0 < count.sum() < total.sum())
    expected = total[at] * count.sum() / total.sum()
    statistic = ((count[at] - expected) ** 2 / expected).sum()
    if of == "proportion":
        statistic /= 1 - count.sum() / total.sum()
    found = overdispersion(count, total, of=of)

    assert found.chi2 == pytest.approx(statistic)
    assert found.degrees == at.sum() - 1
    assert found.p_value == pytest.approx(chi2.sf(statistic, at.sum() - 1), abs=1e-12)
    assert found.phi <= found.chi2 / at.sum() * (1 + 1e-9)
    assert found.dispersion == max(found.phi, 1)


def test_few_beyond_the_rest_do_not_widen_the_funnel_for_all() -> None:
    found = overdispersion([100] * 18 + [300, 20], [1000] * 20, of="rate")

    assert found.chi2 / 20 > 20
    assert found.dispersion == 1


def test_what_cannot_vary_is_unknown() -> None:
    cases = [*NOTHING, ([5.0], [10.0]), ([5, nan], [10.0, 10.0]), ([0.0, 0.0], [10.0, 10.0])]
    for counts, totals in cases:
        found = overdispersion(counts, totals, of="rate")
        assert all_nan(found.chi2, found.p_value, found.phi, found.dispersion)
        assert found.degrees == 0
    assert isnan(overdispersion([10, 10], [10, 10], of="proportion").phi)


@pytest.mark.parametrize(
    ("count", "denominator", "asked", "words"),
    [
        ([1, -1], 5, {}, "count is at least 0, not -1, at index 1"),
        ([1, 9], 5, {}, "count is at most denominator, not 9, at index 1"),
        (1, 2, {"of": "ratio"}, "of is proportion or rate, not 'ratio'"),
        (1, 2, {"dispersion": 0}, "dispersion is above 0, not 0"),
        (1, 2, {"dispersion": nan}, "dispersion is above 0, not nan"),
        (1, 2, {"dispersion": inf}, "dispersion is above 0, not inf"),
        (1, 2, {"alert": 0.998}, r"alarm is above alert \(0.998\), not 0.998"),
        (1, 2, {"alarm": 1.0}, "confidence is between 0 and 1, as 0.95 for 95 %, not 1.0"),
        (1, 2, {"limits": "wald"}, "limits are interpolated, quantile or normal, not 'wald'"),
        (
            *(1, 2, {"limits": "quantile", "dispersion": 2}),
            "quantile limits take no dispersion: limits='normal' does",
        ),
        (1, 2.5, {}, r"denominator is a whole number, not 2\.5, at index 0"),
    ],
)
def test_what_cannot_be_is_refused(
    count: ArrayLike, denominator: ArrayLike, asked: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        funnel(count, denominator, **({"of": "proportion"} | asked))  # type: ignore[arg-type] # by name


@pytest.mark.parametrize("winsorise", [-0.1, 0.5, nan])
def test_less_than_half_is_drawn_in_at_each_end(winsorise: float) -> None:
    with pytest.raises(ValueError, match=f"^winsorise is from 0 to below 0.5, not {winsorise}$"):
        overdispersion([1, 2], [3, 3], of="rate", winsorise=winsorise)
