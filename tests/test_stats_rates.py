"""Rates and their ratios, Poisson and with more unrest than that."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from limits import all_nan, limits
from scipy.stats import binomtest, chi2, gamma, norm
from statsmodels.stats.rates import (
    confint_poisson,
    confint_poisson_2indep,
)
from statsmodels.stats.rates import (
    test_poisson_2indep as rival_test,
)

from npolicing.stats.rate_ratios import RateRatioMethod, rate_ratio
from npolicing.stats.rates import RateMethod, dispersion, poisson_rate, quasi_poisson_rate
from npolicing.stats.two_counts import c_test

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z = 1.959963984540054
SIMPLE: tuple[RateMethod, ...] = ("score", "wald")
METHODS: tuple[RateMethod, ...] = get_args(RateMethod)
RATIO_METHODS: tuple[RateRatioMethod, ...] = get_args(RateRatioMethod)
GU = (60, 51477.5, 30, 54308.7)
"""Heart disease with and without oestrogen, of Gu et al. (2008)."""

COUNTS = st.integers(0, 10**6) | st.integers(0, 30)
SOME = st.integers(1, 10**6) | st.integers(1, 30)
EXPOSURES = st.floats(0.01, 1e6)
CONFIDENCE = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])


def test_a_hundred_by_hand() -> None:
    """z = 2: score (100 + 2 ∓ 2 √101), Wald 100 ∓ 20, over two days."""
    two_sigma = 0.9544997361036416

    assert limits(poisson_rate(100, 2, method="score", confidence=two_sigma)) == pytest.approx(
        (51 - sqrt(101), 51 + sqrt(101))
    )
    assert limits(poisson_rate(100, 2, method="wald", confidence=two_sigma)) == pytest.approx(
        (40, 60)
    )


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("exact", 0.0209884653319583, 0.0618505471787146),
        ("score", 0.0227264749053794, 0.0618771721463559),
        ("jeffreys", 0.0219234232268444, 0.0602898619930649),
        ("wald", 0.0185227303217751, 0.0564772696782249),
    ],
)
def test_fifteen_in_four_hundred(method: RateMethod, low: float, high: float) -> None:
    """The values that statsmodels' tests have from R."""
    found = poisson_rate(15, 400, method=method)

    assert found.estimate == 0.0375
    assert limits(found) == pytest.approx((low, high), rel=1e-12)


def test_byars_two_variants_are_two() -> None:
    """DescTools' values are as statsmodels' tests quote them; Byar's own are nearer to exact."""
    byar, half = poisson_rate(15, 400, method="byar"), poisson_rate(15, 400, method="byar_half")

    assert [round(each, 7) for each in limits(byar)] == [0.0209732, 0.0618541]
    assert [round(each, 7) for each in limits(half)] == [0.0219084, 0.0602934]
    assert (byar.method, half.method) == ("Byar, k and k + 1", "Byar, k + 1/2")


def test_no_event_still_has_an_upper_limit() -> None:
    """Garwood's is χ²(0.975, 2) / 2 = 3.688879, the score one z²."""
    assert limits(poisson_rate(0)) == pytest.approx((0, 3.688879), abs=5e-7)
    assert limits(poisson_rate(0, method="score")) == pytest.approx((0, Z**2))
    assert limits(poisson_rate(0, method="wald")) == (0, 0)
    assert limits(poisson_rate(0, method="byar")) == pytest.approx((0, 3.66801), abs=1e-5)
    assert limits(poisson_rate(0, method="byar_half"))[0] == 0
    assert limits(poisson_rate(0, method="jeffreys"))[0] == pytest.approx(0.000491, abs=1e-6)


def test_each_interval_names_its_method() -> None:
    assert [poisson_rate(5, method=each).method for each in METHODS] == [
        *("Garwood exact", "score", "Jeffreys", "Wald", "Byar, k and k + 1", "Byar, k + 1/2")
    ]
    assert quasi_poisson_rate(5, dispersion=2).method == "quasi-Poisson score"


@given(COUNTS, EXPOSURES, CONFIDENCE)
def test_garwood_and_jeffreys_are_the_quantiles_of_their_distributions(
    count: int, exposure: float, confidence: float
) -> None:
    tail = (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0
    exact = low / exposure, chi2.isf(tail, 2 * count + 2) / 2 / exposure
    jeffreys = gamma.ppf(tail, count + 0.5) / exposure, gamma.isf(tail, count + 0.5) / exposure

    assert limits(poisson_rate(count, exposure, confidence=confidence)) == pytest.approx(exact)
    assert limits(
        poisson_rate(count, exposure, method="jeffreys", confidence=confidence)
    ) == pytest.approx(jeffreys)


@given(SOME, EXPOSURES, CONFIDENCE)
def test_score_and_wald_are_those_of_statsmodels(
    count: int, exposure: float, confidence: float
) -> None:
    for method in SIMPLE:
        low, high = confint_poisson(count, exposure, method=method, alpha=1 - confidence)

        assert limits(
            poisson_rate(count, exposure, method=method, confidence=confidence)
        ) == pytest.approx((max(low, 0), high), rel=1e-9)


@given(COUNTS, EXPOSURES, CONFIDENCE, st.sampled_from(METHODS))
def test_an_interval_holds_its_rate_and_scales_with_exposure(
    count: int, exposure: float, confidence: float, method: RateMethod
) -> None:
    low, high = limits(poisson_rate(count, exposure, method=method, confidence=confidence))
    one = limits(poisson_rate(count, method=method, confidence=confidence))

    assert (low * exposure, high * exposure) == pytest.approx(one)
    assert 0 <= low <= high
    if count or method not in ("jeffreys", "byar_half"):  # at 0, these look at more than 0
        assert low <= count / exposure <= high


@given(st.integers(1, 10**6), CONFIDENCE)
def test_byars_is_near_to_what_it_stands_for(count: int, confidence: float) -> None:
    exact = poisson_rate(count, confidence=confidence)
    byar = poisson_rate(count, method="byar", confidence=confidence)

    assert limits(byar) == pytest.approx(limits(exact), rel=0.05, abs=0.03)


def test_huge_counts_have_intervals_and_zero_exposure_has_none() -> None:
    for method in METHODS:
        low, high = limits(poisson_rate(10**12, method=method))
        assert (low - 1e12, high - 1e12) == pytest.approx((-Z * 1e6, Z * 1e6), rel=1e-5)
        for count, exposure in [(0, 0), (5, 0), (nan, 1), (5, nan)]:
            none = poisson_rate(count, exposure, method=method)
            assert all_nan(none.estimate, none.low, none.high)


def test_seventy_thousand_logs_are_not_as_sure_as_poisson_has_it() -> None:
    """± 0.74 % if logs came one by one; twice that if days vary four times as much."""
    plain = limits(poisson_rate(70_000, method="score"))
    wide = limits(quasi_poisson_rate(70_000, dispersion=4))

    assert (plain[1] - plain[0]) / 2 / 70_000 == pytest.approx(0.00741, abs=5e-6)
    assert (wide[1] - wide[0]) / (plain[1] - plain[0]) == pytest.approx(2, abs=1e-4)


@given(COUNTS, EXPOSURES, CONFIDENCE, st.floats(0.1, 100))
def test_the_quasi_poisson_limits_are_what_their_test_just_accepts(
    count: int, exposure: float, confidence: float, phi: float
) -> None:
    z = norm.isf((1 - confidence) / 2)
    found = quasi_poisson_rate(count, exposure, dispersion=phi, confidence=confidence)

    for limit in limits(found):
        mean = limit * exposure
        assert (count - mean) ** 2 == pytest.approx(z**2 * phi * mean, rel=1e-5, abs=1e-6)


@given(COUNTS, EXPOSURES, CONFIDENCE)
def test_a_dispersion_of_one_is_poisson(count: int, exposure: float, confidence: float) -> None:
    quasi = quasi_poisson_rate(count, exposure, dispersion=1, confidence=confidence)
    plain = poisson_rate(count, exposure, method="score", confidence=confidence)

    assert (limits(quasi), quasi.estimate) == (limits(plain), plain.estimate)


def test_a_dispersion_is_above_zero() -> None:
    with pytest.raises(ValueError, match="^dispersion is above 0, not 0, at index 1$"):
        quasi_poisson_rate(5, dispersion=[1, 0])
    with pytest.raises(ValueError, match="^dispersion is above 0, not 0$"):
        rate_ratio(5, 1, 5, 1, method="wald", dispersion=0)


def test_without_a_dispersion_there_are_no_limits_of_no_event_either() -> None:
    found = quasi_poisson_rate([0, 5, 0], [1, 1, nan], dispersion=[nan, nan, 1])

    np.testing.assert_equal(found.estimate, [0, 5, nan])
    assert all_nan(found.low, found.high)


def test_the_score_limits_of_a_few_events_keep_their_digits_at_a_large_dispersion() -> None:
    """Their product is k²; the root of a difference of near numbers would lose all but a few."""
    found = quasi_poisson_rate(1, dispersion=1e9)
    low, high = limits(found)

    assert low == pytest.approx(
        1 / (1 + Z**2 * 1e9 / 2 + Z * sqrt(1e9 + Z**2 * 1e18 / 4)), rel=1e-12
    )
    assert low * high == pytest.approx(1, rel=1e-12)


def test_dispersion_by_hand() -> None:
    """Mean 4; 9 + 1 + 0 + 4 + 4 = 18 over 4 is 4.5, over 4 degrees 1.125."""
    assert dispersion([1, 3, 4, 6, 6]) == 1.125
    assert dispersion([1, 3, nan, 4, 6, 6]) == 1.125
    assert dispersion([4, 4, 5, 3]) == 1
    assert dispersion([4, 4, 5, 3], at_least=0) == pytest.approx(0.5 / 3)


def test_weekdays_are_compared_with_their_own_kind() -> None:
    """Saturdays 10 and 30 (mean 20, 5 + 5), Sundays 4 and 6 (mean 5, 0.2 + 0.2): 10.4 over 2."""
    days, counts = ["sat", "sun", "sat", "sun"], [10, 4, 30, 6]

    assert dispersion(counts, groups=days) == pytest.approx(5.2)
    assert dispersion([*counts, 0, 0], groups=[*days, "mon", "mon"]) == pytest.approx(5.2)
    assert dispersion([*counts, nan], groups=[*days, "mon"]) == pytest.approx(5.2)
    assert dispersion([*counts, nan], groups=["zzz", *days[1:], "zzz"]) != 5.2


def test_what_a_model_expects_takes_the_place_of_the_mean() -> None:
    """(12 - 10)² / 10 + (17 - 20)² / 20 + (5 - 8)² / 8 = 0.4 + 0.45 + 1.125 = 1.975."""
    counts, expected = [12, 17, 5], [10, 20, 8]

    assert dispersion(counts, expected=expected, at_least=0) == pytest.approx(1.975 / 3)
    assert dispersion(counts, expected=expected, fitted=2) == pytest.approx(1.975)
    assert isnan(dispersion(counts, expected=expected, fitted=3))
    assert dispersion([*counts, 0], expected=[*expected, 0], fitted=2) == pytest.approx(1.975)
    assert dispersion([*counts, nan], expected=[*expected, 3], fitted=2) == pytest.approx(1.975)


def test_a_dispersion_of_too_little_is_unknown() -> None:
    for counts in ([], [5], [0, 0, 0], [nan, nan], [5, nan]):
        assert isnan(dispersion(counts)), counts
    assert isnan(dispersion([1, 2, 3], groups=["a", "b", "c"]))
    assert dispersion([7, 7, 7]) == 1
    assert dispersion([7, 7, 7], at_least=0) == 0


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=50))
def test_dispersion_is_variance_over_mean(counts: list[int]) -> None:
    assume(sum(counts))

    assert dispersion(counts, at_least=0) == pytest.approx(np.var(counts, ddof=1) / np.mean(counts))


def test_what_a_dispersion_cannot_be_of() -> None:
    with pytest.raises(ValueError, match="^counts is at least 0, not -1, at index 1$"):
        dispersion([1, -1])
    with pytest.raises(ValueError, match="^groups has 2 values for 3 counts$"):
        dispersion([1, 2, 3], groups=["a", "b"])
    with pytest.raises(ValueError, match="^expected is above 0 where there are counts, not 0, at"):
        dispersion([0, 2], expected=[0, 0])
    with pytest.raises(
        ValueError, match="^either groups or expected says what to expect, not both"
    ):
        dispersion([1, 2], groups=[1, 1], expected=[1, 1])


def test_the_rate_ratio_of_gus_data() -> None:
    """The exact limits of R, as statsmodels' tests have them; the data of Gu et al. (2008)."""
    exact, wald, score = (rate_ratio(*GU, method=each) for each in RATIO_METHODS)

    assert exact.estimate == wald.estimate == score.estimate == pytest.approx(2.109998, abs=5e-7)
    assert limits(exact) == pytest.approx((1.339735721772650, 3.388365573616252), rel=1e-13)
    assert limits(wald) == pytest.approx((1.36128, 3.27052), abs=5e-6)
    assert limits(score) == pytest.approx((1.365962, 3.259306), abs=5e-7)
    assert [each.method for each in (exact, wald, score)] == [
        *("exact conditional", "Wald log", "score")
    ]
    z = norm.isf(np.asarray(wald.p_value) / 2)
    assert z == pytest.approx(3.3393, abs=5e-5)
    assert np.asarray(wald.p_value) / 2 == pytest.approx(0.000420, abs=5e-7)


@given(SOME, EXPOSURES, SOME, EXPOSURES, CONFIDENCE)
def test_statsmodels_has_the_same_ratios(
    k1: int, t1: float, k2: int, t2: float, confidence: float
) -> None:
    wald = rate_ratio(k1, t1, k2, t2, method="wald", confidence=confidence)
    score = rate_ratio(k1, t1, k2, t2, method="score", confidence=confidence)
    other = confint_poisson_2indep(k1, t1, k2, t2, method="wald-log", alpha=1 - confidence)

    assert limits(wald) == pytest.approx(other, rel=1e-7)
    for found, name in [(wald, "wald-log"), (score, "score")]:
        rival = rival_test(k1, t1, k2, t2, method=name)
        assert found.p_value == pytest.approx(rival.pvalue, rel=1e-6, abs=1e-300)


@given(COUNTS, EXPOSURES, COUNTS, EXPOSURES, CONFIDENCE)
def test_the_score_limits_are_what_their_test_just_accepts(
    k1: int, t1: float, k2: int, t2: float, confidence: float
) -> None:
    assume(k1 + k2)
    z = norm.isf((1 - confidence) / 2)
    found = rate_ratio(k1, t1, k2, t2, method="score", confidence=confidence)

    for limit in (found.low, found.high):
        odds = limit * t1 / t2
        if odds > 0:
            assert (k1 - odds * k2) ** 2 == pytest.approx(z**2 * odds * (k1 + k2), rel=1e-5)
    assert (found.low == 0) == (k1 == 0)
    assert np.isnan(found.high) == (k2 == 0)


@given(COUNTS, COUNTS, CONFIDENCE)
def test_the_exact_limits_are_clopper_and_pearsons(k1: int, k2: int, confidence: float) -> None:
    assume(k1 + k2)
    other = binomtest(k1, k1 + k2).proportion_ci(confidence, method="exact")
    found = rate_ratio(k1, 3, k2, 2, confidence=confidence)

    assert found.low == pytest.approx(other.low / (1 - other.low) * 2 / 3, rel=1e-6)
    if k2:
        assert found.high == pytest.approx(other.high / (1 - other.high) * 2 / 3, rel=1e-6)
    else:
        assert np.isnan(found.high)


@given(COUNTS, EXPOSURES, COUNTS, EXPOSURES)
def test_the_exact_interval_and_its_p_value_say_the_same(
    k1: int, t1: float, k2: int, t2: float
) -> None:
    assume(k1 + k2)
    found = rate_ratio(k1, t1, k2, t2)
    p_value = np.asarray(found.p_value)
    assume(abs(p_value - 0.05) > 1e-9)

    outside = np.asarray(found.low) > 1 or np.asarray(found.high) < 1
    assert outside == (p_value < 0.05)
    assert p_value == c_test(k1, k2, exposure_1=t1, exposure_2=t2).p_value


@given(SOME, EXPOSURES, SOME, EXPOSURES, st.sampled_from(RATIO_METHODS))
def test_a_ratio_turned_round_is_the_reciprocal_and_scaled_exposures_leave_it(
    k1: int, t1: float, k2: int, t2: float, method: RateRatioMethod
) -> None:
    found = rate_ratio(k1, t1, k2, t2, method=method)
    other = rate_ratio(k2, t2, k1, t1, method=method)
    scaled = rate_ratio(k1, t1 * 7.3, k2, t2 * 7.3, method=method)

    assert found.estimate == pytest.approx(1 / np.asarray(other.estimate))
    assert limits(found) == pytest.approx([1 / each for each in limits(other)[::-1]])
    assert limits(found) == pytest.approx(limits(scaled))
    assert found.p_value == pytest.approx(other.p_value, rel=1e-6, abs=1e-300)
    assert limits(found)[0] <= found.estimate <= limits(found)[1]


def test_a_dispersion_widens_and_doubts() -> None:
    """Four times the variance is twice the width of the logarithm, and half the z."""
    plain, wide = (rate_ratio(*GU, method="wald", dispersion=phi) for phi in (1, 4))
    score, wide_score = (rate_ratio(*GU, method="score", dispersion=phi) for phi in (1, 4))

    assert np.log(wide.high) - np.log(wide.low) == pytest.approx(
        2 * (np.log(plain.high) - np.log(plain.low))
    )
    for narrow, wider in ((plain, wide), (score, wide_score)):
        assert norm.isf(np.asarray(wider.p_value) / 2) == pytest.approx(
            norm.isf(np.asarray(narrow.p_value) / 2) / 2
        )
    assert limits(wide_score)[0] < limits(score)[0] < limits(score)[1] < limits(wide_score)[1]
    z = norm.isf(np.asarray(wide_score.p_value) / 2)
    touching = rate_ratio(*GU, method="score", dispersion=4, confidence=1 - 2 * float(norm.sf(z)))
    assert touching.low == pytest.approx(1)


def test_the_exact_ratio_takes_no_dispersion() -> None:
    words = "^dispersion is 1 for method='exact'; wald and score take others, not 2$"
    with pytest.raises(ValueError, match=words):
        rate_ratio(*GU, dispersion=2)


@pytest.mark.parametrize("method", RATIO_METHODS)
def test_zeros_are_defined_or_nan_and_never_infinite(method: RateRatioMethod) -> None:
    cases = [(0, 1, 0, 1), (0, 1, 3, 1), (3, 1, 0, 1), (3, 0, 2, 1), (3, 1, 2, 0), (nan, 1, 2, 1)]
    found = rate_ratio(*np.array(cases).T, method=method)

    table = np.array([found.estimate, found.low, found.high, found.p_value])
    assert not np.isinf(table).any()
    assert np.isnan(table[:, [0, 3, 4, 5]]).all()
    assert table[0, 1] == 0
    assert np.isnan(table[[0, 2], 2]).all()
    if method == "wald":
        assert np.isnan(table[1:, [1, 2]]).all()
    else:
        assert table[1, 1] == 0
        assert table[2, 1] * table[1, 2] == pytest.approx(1)
        assert table[3, 1] == table[3, 2]


def test_the_p_value_of_none_against_three_is_a_quarter() -> None:
    """Twice (1/2)³."""
    assert rate_ratio(0, 1, 3, 1).p_value == 0.25


def test_huge_counts_have_ratios() -> None:
    for method in RATIO_METHODS:
        found = rate_ratio(10**12, 1, 10**12, 1, method=method)
        assert found.estimate == 1
        # SciPy before 1.17 keeps four digits of a beta function of such numbers.
        assert found.p_value == pytest.approx(1, abs=1e-4)
        assert np.array(limits(found)) - 1 == pytest.approx(
            [-Z * sqrt(2) / 1e6, Z * sqrt(2) / 1e6], rel=1e-4
        )


def test_arrays_broadcast() -> None:
    found = rate_ratio([[60], [30]], 1, [30, 60, 90], [1, 2, 3])

    assert {np.shape(each) for each in (found.estimate, found.low, found.high, found.p_value)} == {
        (2, 3)
    }
    assert poisson_rate([[1], [2]], [1, 2, 3]).high.shape == (2, 3)  # type: ignore[union-attr] # an array
    assert type(rate_ratio(*GU).p_value) is float


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((-1, 1, 1, 1), "count_1 is at least 0, not -1"),
        ((1, -1, 1, 1), "exposure_1 is at least 0, not -1"),
        ((1, 1, [1, -2], 1), "count_2 is at least 0, not -2, at index 1"),
        ((1, 1, 1, inf), "exposure_2 is a finite number, not inf"),
    ],
)
def test_what_cannot_be_counted_is_named(given: tuple[ArrayLike, ...], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        rate_ratio(*given)


def test_a_method_is_one_of_those_there_are() -> None:
    with pytest.raises(ValueError, match="^method is one of exact, wald, score, not 'mover'$"):
        rate_ratio(1, 1, 1, 1, method="mover")  # type: ignore[arg-type] # that is the test
    with pytest.raises(
        ValueError, match="^method is one of exact, score, .*, byar_half, not 'fay'"
    ):
        poisson_rate(1, method="fay")  # type: ignore[arg-type] # that is the test
    with pytest.raises(ValueError, match="^exposure is at least 0, not -1$"):
        poisson_rate(1, -1)


def test_without_scipy_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)

    words = r'^this needs SciPy: pip install "npolicing\[stats\]"$'
    with pytest.raises(ModuleNotFoundError, match=words):
        poisson_rate(5)
    assert poisson_rate(5, method="score").estimate == 5
