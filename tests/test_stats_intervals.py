"""Intervals for proportions, their differences and their ratios."""

from __future__ import annotations

import subprocess
import sys
from math import inf, isnan, log, nan, sqrt
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from limits import all_nan, limits
from scipy.stats import binomtest
from scipy.stats.contingency import relative_risk
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from npolicing.stats.intervals import Interval, RiskRatioMethod, newcombe, risk_ratio, wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z = 1.959963984540054
CONFIDENCE = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])


@st.composite
def of(draw: st.DrawFn, least: int = 1, most: int = 10**6) -> tuple[int, int]:
    """A count and what it is out of."""
    nobs = draw(st.integers(least, most) | st.integers(least, 30))
    return draw(st.integers(0, nobs)), nobs


def ends(interval: Interval, digits: int = 4) -> tuple[float, float]:
    low, high = limits(interval)
    return round(low, digits), round(high, digits)


def test_one_of_two_by_hand() -> None:
    """(1 + z²/2 ∓ z √(1/2 + z²/4)) / (2 + z²) with z = 2: (3 ∓ 2 √1.5) / 6."""
    found = wilson(1, 2, confidence=0.9544997361036416)

    assert found.estimate == 0.5
    assert found.method == "Wilson score"
    assert limits(found) == pytest.approx((0.5 - sqrt(1.5) / 3, 0.5 + sqrt(1.5) / 3))


@pytest.mark.parametrize(
    ("count", "nobs", "expected"),
    [(81, 263, (0.2553, 0.3662)), (0, 20, (0.0, 0.1611)), (20, 20, (0.8389, 1.0))],
)
def test_wilson_is_newcombes_table_one(
    count: int, nobs: int, expected: tuple[float, float]
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    assert ends(wilson(count, nobs)) == expected


@pytest.mark.parametrize(
    ("groups", "difference", "expected"),
    [
        ((56, 70, 48, 80), 0.2, (0.0524, 0.3339)),
        ((6, 7, 2, 7), 0.5714, (0.0582, 0.8062)),
        ((0, 10, 0, 20), 0.0, (-0.1611, 0.2775)),
        ((7, 34, 1, 34), 0.1765, (0.0189, 0.3404)),
    ],
)
def test_newcombe_is_his_table_two(
    groups: tuple[int, int, int, int], difference: float, expected: tuple[float, float]
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10; Perondi 2004."""
    found = newcombe(*groups)

    assert found.estimate == pytest.approx(difference, abs=5e-5)
    assert found.method == "Newcombe hybrid score"
    assert ends(found) == expected


def test_risk_ratios_of_perondis_trial() -> None:
    """7 of 34 against 1 of 34 (Perondi 2004), as statistical packages' own tests have it."""
    katz = risk_ratio(7, 34, 1, 34, method="katz")
    koopman = risk_ratio(7, 34, 1, 34)

    assert (katz.estimate, koopman.estimate) == (7, 7)
    assert (katz.method, koopman.method) == ("Katz log", "Koopman score")
    assert ends(katz) == (0.9096, 53.8695)
    assert ends(koopman) == (1.2209, 42.5757)


@given(of(), CONFIDENCE)
def test_wilson_is_that_of_statsmodels_and_scipy(pair: tuple[int, int], confidence: float) -> None:
    found = limits(wilson(*pair, confidence=confidence))

    assert found == pytest.approx(
        proportion_confint(*pair, alpha=1 - confidence, method="wilson"), abs=1e-12
    )
    other = binomtest(*pair).proportion_ci(confidence, method="wilson")
    assert found == pytest.approx((other.low, other.high), abs=1e-9)


@given(of(), CONFIDENCE)
def test_wilson_holds_the_proportion_and_is_symmetrical(
    pair: tuple[int, int], confidence: float
) -> None:
    count, nobs = pair
    low, high = limits(wilson(count, nobs, confidence=confidence))
    other_low, other_high = limits(wilson(nobs - count, nobs, confidence=confidence))

    assert 0 <= low <= count / nobs <= high <= 1
    assert (low == 0) == (count == 0)
    assert (high == 1) == (count == nobs)
    assert (1 - other_high, 1 - other_low) == pytest.approx((low, high), abs=1e-12)


@given(of(most=10**4), st.integers(2, 50))
def test_wilson_narrows_with_more_of_the_same(pair: tuple[int, int], times: int) -> None:
    few, many = limits(wilson(*pair)), limits(wilson(pair[0] * times, pair[1] * times))

    assert many[1] - many[0] < few[1] - few[0]


@given(of(), of(), CONFIDENCE)
def test_newcombe_turned_round_is_the_same_turned_round(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    low, high = limits(newcombe(*first, *second, confidence=confidence))
    other_low, other_high = limits(newcombe(*second, *first, confidence=confidence))
    rival = confint_proportions_2indep(
        *first, *second, method="newcomb", compare="diff", alpha=1 - confidence
    )

    assert -1 <= low <= first[0] / first[1] - second[0] / second[1] <= high <= 1
    assert (-other_high, -other_low) == pytest.approx((low, high), abs=1e-12)
    assert (low, high) == pytest.approx(rival, abs=1e-9)


@given(of(), of(), CONFIDENCE)
def test_katz_is_that_of_scipy(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    assume(first[0] > 0 and second[0] > 0)
    found = risk_ratio(*first, *second, method="katz", confidence=confidence)
    rival = relative_risk(*first, *second)
    other = rival.confidence_interval(confidence)

    assert found.estimate == pytest.approx(rival.relative_risk)
    assert limits(found) == pytest.approx((other.low, other.high))


def koopman_chi2(ratio: float, x1: int, n1: int, x2: int, n2: int) -> float:
    """Koopman's U, as his paper writes it, at proportions found by trial."""

    def loss(p2: float) -> float:
        p1 = ratio * p2
        if not (0 < p1 < 1 and 0 < p2 < 1):
            return inf
        return -(x1 * log(p1) + (n1 - x1) * log(1 - p1) + x2 * log(p2) + (n2 - x2) * log(1 - p2))

    low, high = 1e-12, min(1, 1 / ratio) - 1e-12
    for _ in range(200):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    p1 = ratio * low
    weight = 1 + n1 * (ratio - p1) / (n2 * (1 - p1))
    return (x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1)) * weight


@given(of(3, 40), of(3, 40))
def test_koopman_ends_where_his_statistic_is_z_squared(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    assume(0 < first[0] < first[1] and 0 < second[0] < second[1])
    low, high = limits(risk_ratio(*first, *second))

    for ratio in (low, high):
        assert koopman_chi2(ratio, *first, *second) == pytest.approx(Z**2, rel=1e-4)


@given(of(), of(), CONFIDENCE)
def test_koopman_turned_round_is_the_reciprocal(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    assume(first[0] > 0 and second[0] > 0)
    found = risk_ratio(*first, *second, confidence=confidence)
    low, high = limits(found)
    other_low, other_high = limits(risk_ratio(*second, *first, confidence=confidence))

    assert low <= first[0] / first[1] / (second[0] / second[1]) * (1 + 1e-9)
    assert high >= first[0] / first[1] / (second[0] / second[1]) * (1 - 1e-9)
    assert (1 / other_high, 1 / other_low) == pytest.approx((low, high), rel=1e-6)


def test_koopman_near_large_counts_is_katz() -> None:
    big = (10**11, 10**12, 2 * 10**11, 10**12)

    assert limits(risk_ratio(*big)) == pytest.approx(limits(risk_ratio(*big, method="katz")))
    assert limits(risk_ratio(*big)) == pytest.approx((0.5, 0.5), rel=1e-5)


def test_no_ratio_has_infinity_in_it() -> None:
    nothing_over_some, some_over_nothing = risk_ratio(0, 10, 3, 10), risk_ratio(3, 10, 0, 10)

    assert nothing_over_some.estimate == nothing_over_some.low == 0
    assert nothing_over_some.high == pytest.approx(1.0823, abs=5e-5)
    assert isnan(limits(some_over_nothing)[1])
    assert np.isnan(some_over_nothing.estimate)
    assert some_over_nothing.low == pytest.approx(1 / 1.0823, abs=5e-5)
    methods: tuple[RiskRatioMethod, ...] = get_args(RiskRatioMethod)
    for method in methods:
        for groups in [(0, 10, 0, 10), (0, 0, 1, 10), (1, 10, 0, 0), (nan, 10, 1, 10)]:
            none = risk_ratio(*groups, method=method)
            assert all_nan(none.estimate, none.low, none.high), (method, groups)
    katz = risk_ratio([0, 3], 10, [3, 0], 10, method="katz")
    assert all_nan(katz.low, katz.high)
    np.testing.assert_equal(katz.estimate, [0, nan])


def test_all_of_all_against_all_of_all_is_one() -> None:
    found = risk_ratio(10, 10, 10, 10)

    assert found.estimate == 1
    low, high = limits(found)
    assert low * high == pytest.approx(1)
    assert low == pytest.approx(10 / (10 + Z**2))


def test_nothing_out_of_nothing_is_undefined() -> None:
    for found in (wilson(0, 0), newcombe(0, 0, 1, 2), newcombe(1, 2, 0, 0), wilson(nan, 5)):
        assert all_nan(found.estimate, found.low, found.high)


def test_huge_counts_keep_their_digits() -> None:
    """One of 10¹²: as of a Poisson count of 1, whose score limits are 1 + z²/2 ∓ z √(1 + z²/4)."""
    half = Z * sqrt(1 + Z**2 / 4)
    expected = ((1 + Z**2 / 2 - half) / 1e12, (1 + Z**2 / 2 + half) / 1e12)

    assert limits(wilson(1, 10**12)) == pytest.approx(expected, rel=1e-9)
    assert limits(wilson(10**12, 10**12)) == pytest.approx((1 - Z**2 / 1e12, 1), abs=1e-15)


def test_numbers_give_floats_and_arrays_give_arrays_of_the_broadcast_shape() -> None:
    one, many = wilson(1, 2), wilson([[1], [2]], [4, 5, 6])

    assert {type(one.estimate), type(one.low), type(one.high)} == {float}
    assert isinstance(many.low, np.ndarray)
    assert many.low.shape == (2, 3)
    assert many.low.dtype == np.float64
    assert many.low[1, 2] == wilson(2, 6).low
    assert np.shape(wilson([], []).low) == (0,)


@pytest.mark.parametrize(
    "given", [np.array([1, 2], "int8"), pd.Series([1, 2]), pd.Series([1, 2], dtype="Int64"), (1, 2)]
)
def test_whatever_holds_numbers_will_do(given: ArrayLike) -> None:
    assert wilson(given, [4, 4]).estimate.tolist() == [0.25, 0.5]  # type: ignore[union-attr] # an array


def test_pandas_missing_value_is_nan() -> None:
    found = wilson(pd.Series([1, None], dtype="Int64"), 2)

    np.testing.assert_equal(found.estimate, [0.5, nan])


@pytest.mark.parametrize(
    ("count", "nobs", "words"),
    [
        (-1, 3, "^count is at least 0, not -1$"),
        (1, -3, "^nobs is at least 0, not -3$"),
        (4, 3, "^count is at most nobs, not 4$"),
        (1, 0, "^count is at most nobs, not 1$"),
        ([1, 2, 9, 8], 3, "^count is at most nobs, not 9, at index 2$"),
        ([[1, 2], [2.5, -2.5]], 3, r"^count is at least 0, not -2.5, at index \(1, 1\)$"),
        (1, inf, "^nobs is a finite number, not inf$"),
        ([1, 2], [1, 2, 3], r"^these shapes do not go together: count \(2,\), nobs \(3,\)$"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(
    count: ArrayLike, nobs: ArrayLike, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        wilson(count, nobs)


def test_each_group_is_held_against_its_own_total() -> None:
    for function in (newcombe, risk_ratio):
        with pytest.raises(ValueError, match="^count_1 is at most nobs_1, not 5$"):
            function(5, 4, 1, 10)
        with pytest.raises(ValueError, match="^count_2 is at most nobs_2, not 5$"):
            function(1, 10, 5, 4)


@pytest.mark.parametrize(
    "given", ["5", ["1", "2"], [None, "x"], pd.Series(["a"]), [pd.Timestamp(0)], [object()], 1j]
)
def test_what_is_not_of_numbers_is_refused(given: ArrayLike) -> None:
    with pytest.raises(TypeError, match="^nobs is not of numbers: "):
        wilson(1, given)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, nan])
def test_a_confidence_is_between_0_and_1(confidence: float) -> None:
    words = "^confidence is between 0 and 1, as 0.95 for 95 %, not "
    with pytest.raises(ValueError, match=words):
        wilson(1, 2, confidence=confidence)


def test_a_method_is_one_of_those_there_are() -> None:
    with pytest.raises(ValueError, match="^method is one of koopman, katz, not 'wald'$"):
        risk_ratio(1, 2, 1, 2, method="wald")  # type: ignore[arg-type] # that is the test


def test_the_most_sure_of_intervals_is_still_one() -> None:
    low, high = limits(wilson(5, 10, confidence=1 - 2**-53))

    assert 0 < low < 0.5 < high < 1
    assert low == pytest.approx(1 - high)


def test_statistics_load_neither_scipy_nor_statsmodels_nor_pandas() -> None:
    code = """
import sys, npolicing as npol
npol.stats.intervals.wilson(1, 2)
npol.stats.rates.quasi_poisson_rate(5, dispersion=2)
npol.stats.percentiles.percentile_interval([1, 2, 3])
npol.stats.many.benjamini_hochberg([0.1])
npol.stats.funnel.funnel(1, 2, of="rate", limits="normal")
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    assert {"scipy", "statsmodels", "pandas", "pyarrow"} & set(done.stdout.split()) == set()
    assert "numpy" in done.stdout.split()
