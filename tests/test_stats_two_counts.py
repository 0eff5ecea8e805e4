"""Tests of two counts."""

from __future__ import annotations

import time
import tracemalloc
from fractions import Fraction
from math import comb, exp, factorial, nan, sqrt
from typing import get_args

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from limits import all_nan
from scipy.stats import binom, norm, poisson
from statsmodels.stats.rates import etest_poisson_2indep
from statsmodels.stats.rates import test_poisson_2indep as rival_test

from npolicing.stats.two_counts import Variance, c_test, e_test, poisson_z, sqrt_test

E_TESTS: tuple[Variance, ...] = get_args(Variance)

FEW = st.integers(0, 60)
COUNTS = st.integers(0, 10**5) | FEW
# Rounded: at exposures that are nearly the same, ties of the statistic are none to a float.
EXPOSURES = st.floats(0.05, 20).map(lambda exposure: round(exposure, 3))


def p_of(test: object) -> float:
    found = test.p_value  # type: ignore[attr-defined] # a CountTest
    assert isinstance(found, float)
    return found


def test_none_against_one_by_hand() -> None:
    """Under one rate both means are 1/2. |z| >= 1 is all but two equal counts, and 1 - Σ P(x)²."""
    same = sum((exp(-0.5) * 0.5**x / factorial(x)) ** 2 for x in range(30))
    near = sum(  # neighbours such as 1 and 2 have 1 / √3
        2 * exp(-1) * 0.5 ** (2 * x + 1) / factorial(x) / factorial(x + 1) for x in range(1, 30)
    )
    # So has every pair of which the squared difference is below the sum.
    others = sum(
        2 * exp(-1) * 0.5 ** (x + y) / factorial(x) / factorial(y)
        for x in range(30)
        for y in range(x + 2, 30)
        if (y - x) ** 2 < x + y
    )

    assert p_of(e_test(0, 1)) == pytest.approx(1 - same - near - others, rel=1e-12)


@pytest.mark.parametrize(
    ("count_1", "count_2", "p_value", "digits"),
    [(0, 3, 0.0884, 4), (6, 2, 0.1749, 4), (20, 10, 0.069, 3)],
)
def test_the_e_tests_of_ptools(count_1: int, count_2: int, p_value: float, digits: int) -> None:
    """Values that Wheeler's R package ptools gives."""
    for variance in E_TESTS:
        found = e_test(count_1, count_2, variance=variance)
        assert round(p_of(found), digits) == p_value
        assert found.method == f"E-test, {variance} variance"


def test_the_tests_of_gus_data() -> None:
    """statsmodels' tests have them, after Gu et al. (2008)."""
    e_found = e_test(60, 30, exposure_1=51477.5, exposure_2=54308.7)
    sqrt_found = sqrt_test(60, 30, exposure_1=51477.5, exposure_2=54308.7)

    assert p_of(e_found) == pytest.approx(0.000567261758250953, rel=1e-11)
    assert sqrt_found.statistic == pytest.approx(3.445485, abs=5e-7)


def test_the_c_test_of_25_and_16() -> None:
    found = c_test(25, 16)

    assert round(p_of(found), 4) == 0.2110
    assert (found.statistic, found.method) == (25 / 41, "C-test, twice the smaller tail")


def test_wheelers_z_of_16_and_25_is_2() -> None:
    found = poisson_z(16, 25)

    assert (found.statistic, found.method) == (2, "Poisson z")
    assert p_of(found) == pytest.approx(2 * norm.sf(2))


def test_wheelers_z_takes_the_first_count_as_known_and_so_finds_more() -> None:
    """As a test of two single counts, its z is √2 too large."""
    z, of_two = poisson_z(10_000, 10_300).statistic, sqrt_test(10_300, 10_000).statistic

    assert z / np.asarray(of_two) == pytest.approx(sqrt(2), rel=1e-4)
    assert sqrt_test(10_300, 10_000).method == "square roots"


def brute(k1: int, k2: int, ratio: float, variance: Variance) -> float:
    """Every pair of counts, one by one."""
    means = (k1 + k2) * ratio / (1 + ratio), (k1 + k2) / (1 + ratio)
    grid = np.arange(int(max(means) + 12 * sqrt(max(means)) + 40))
    x1, x2 = grid[:, None], grid[None, :]

    def statistic(a: np.ndarray | int, b: np.ndarray | int) -> np.ndarray:
        spread = ratio * (a + b) if variance == "pooled" else a + ratio**2 * b
        return np.abs(a - ratio * b) / np.sqrt(np.where(spread == 0, 1, spread))

    reached = statistic(x1, x2) >= statistic(k1, k2) * (1 - 1e-10)
    likely = poisson.pmf(x1, means[0]) * poisson.pmf(x2, means[1])
    return float(likely[reached].sum())


# Of a statistic near 0, for most first counts no second one is less extreme.
@example(k1=3, k2=2, t1=1.4, t2=1, variance="pooled")
@given(FEW, FEW, EXPOSURES, EXPOSURES, st.sampled_from(["pooled", "separate"]))
def test_the_e_test_is_the_sum_over_every_pair(
    k1: int, k2: int, t1: float, t2: float, variance: Variance
) -> None:
    assume(k1 + k2)
    found = e_test(k1, k2, exposure_1=t1, exposure_2=t2, variance=variance)

    assert p_of(found) == pytest.approx(brute(k1, k2, t1 / t2, variance), rel=1e-7, abs=1e-13)


@given(FEW, FEW, EXPOSURES, st.sampled_from([("pooled", "score"), ("separate", "wald")]))
def test_the_e_test_is_that_of_statsmodels(
    k1: int, k2: int, t1: float, method: tuple[Variance, str]
) -> None:
    assume(k1 and k2)
    statistic, p_value = etest_poisson_2indep(k1, t1, k2, 1, method=method[1])
    found = e_test(k1, k2, exposure_1=t1, variance=method[0])

    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    # Theirs loses ties of what was counted to rounding, where the exposures are fractions.
    assert p_of(found) >= p_value * (1 - 1e-6)
    if t1 == 1:
        assert p_of(found) == pytest.approx(p_value, rel=1e-6)


@given(COUNTS, COUNTS)
def test_the_e_test_of_equal_exposures_is_symmetrical(k1: int, k2: int) -> None:
    assume(k1 + k2)
    found, other = e_test(k1, k2), e_test(k2, k1)

    assert p_of(found) == pytest.approx(p_of(other), rel=1e-9, abs=1e-300)
    assert 0 <= p_of(found) <= 1
    assert found.statistic == -np.asarray(other.statistic)
    assert p_of(e_test(k1, k2, variance="separate")) == pytest.approx(p_of(found), rel=1e-9)


@given(COUNTS, COUNTS, EXPOSURES, st.sampled_from(["pooled", "separate"]))
def test_the_e_test_turned_round_is_the_same(
    k1: int, k2: int, t1: float, variance: Variance
) -> None:
    assume(k1 + k2)
    found = e_test(k1, k2, exposure_1=t1, exposure_2=2, variance=variance)
    other = e_test(k2, k1, exposure_1=2, exposure_2=t1, variance=variance)

    assert p_of(found) == pytest.approx(p_of(other), rel=1e-6, abs=1e-290)


def test_millions_take_little_time_and_little_memory() -> None:
    """A grid of every pair would be 10¹² of them."""
    tracemalloc.start()
    begun = time.process_time()
    p_value = p_of(e_test(10**6, 10**6 + 2_000))
    seconds = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert p_value == pytest.approx(2 * norm.sf(2_000 / sqrt(2_002_000)), rel=1e-3)
    assert peak < 20e6
    assert seconds < 10


@settings(max_examples=20)
@given(st.integers(3 * 10**5, 10**6), st.floats(-6, 6))
def test_large_counts_come_near_to_normal(k1: int, z: float) -> None:
    k2 = k1 + int(z * sqrt(2 * k1))
    found = e_test(k1, k2)

    assert p_of(found) == pytest.approx(2 * norm.sf(abs(np.asarray(found.statistic))), rel=0.01)


def test_the_sum_meets_what_is_taken_beyond_it() -> None:
    """Half of 10⁸ each is summed, one more is not."""
    k1, k2 = 49_990_000, 50_010_000
    for variance in E_TESTS:
        summed, beyond = (
            p_of(e_test(k1, k2 + more, exposure_2=1.5, exposure_1=1.4995, variance=variance))
            for more in (0, 1)
        )
        assert summed == pytest.approx(beyond, rel=2e-4)
        assert summed != beyond


def test_small_p_values_keep_their_digits() -> None:
    """2 P(X >= 100) P(Y = 0) and little more, with means of 50."""
    assert p_of(e_test(100, 0)) == pytest.approx(brute(100, 0, 1, "pooled"), rel=1e-9, abs=0)
    assert p_of(e_test(300, 100)) == pytest.approx(brute(300, 100, 1, "pooled"), rel=1e-9, abs=0)
    assert p_of(e_test(300, 100)) < 1e-20


@given(COUNTS, COUNTS, EXPOSURES)
def test_the_c_test_is_twice_the_smaller_binomial_tail(k1: int, k2: int, t1: float) -> None:
    assume(k1 + k2)
    n, share = k1 + k2, t1 / (t1 + 3)
    tails = binom.cdf(k1, n, share), binom.sf(k1 - 1, n, share)
    found = c_test(k1, k2, exposure_1=t1, exposure_2=3)

    # Far out SciPy's binomial loses digits: see the next test.
    assert p_of(found) == pytest.approx(min(2 * min(tails), 1), rel=1e-6, abs=1e-200)
    assert found.statistic == k1 / n


def test_the_c_test_keeps_its_digits_far_out() -> None:
    tail = sum(
        comb(509, k) * Fraction(10, 13) ** k * Fraction(3, 13) ** (509 - k) for k in range(13)
    )

    found = c_test(12, 497, exposure_1=10, exposure_2=3)

    assert p_of(found) == pytest.approx(float(2 * tail), rel=1e-12, abs=0)


@given(COUNTS, COUNTS, EXPOSURES, EXPOSURES)
def test_the_square_root_test_is_that_of_statsmodels(
    k1: int, k2: int, t1: float, t2: float
) -> None:
    assume(k1 and k2)
    found = sqrt_test(k1, k2, exposure_1=t1, exposure_2=t2)
    rival = rival_test(k1, t1, k2, t2, method="sqrt")

    assert found.statistic == pytest.approx(rival.statistic, abs=1e-9)
    assert p_of(found) == pytest.approx(rival.pvalue, rel=1e-6, abs=1e-300)


@given(COUNTS, COUNTS)
def test_z_turned_round_changes_its_sign(k1: int, k2: int) -> None:
    assert poisson_z(k1, k2).statistic == -np.asarray(poisson_z(k2, k1).statistic)
    assert sqrt_test(k1, k2).statistic == -np.asarray(sqrt_test(k2, k1).statistic)
    assert np.sign(poisson_z(k1, k2).statistic) == np.sign(k2 - k1)
    assert np.sign(sqrt_test(k1, k2).statistic) == np.sign(k1 - k2)


def test_nothing_counted_and_no_exposure_are_undefined() -> None:
    for test in (e_test, c_test):
        none = test(0, 0)
        assert all_nan(none.statistic, none.p_value)
    for test in (e_test, c_test, sqrt_test):
        for bad in (test(5, 3, exposure_1=0), test(5, 3, exposure_2=0), test(nan, 3), test(3, nan)):
            assert all_nan(bad.statistic, bad.p_value)
    assert np.isnan(poisson_z(nan, 3).statistic)
    assert p_of(sqrt_test(0, 0)) == p_of(poisson_z(0, 0)) == 1


def test_equal_rates_have_a_p_value_of_one() -> None:
    assert p_of(e_test(10, 20, exposure_2=2)) == 1
    assert p_of(e_test(1, 1)) == 1
    assert p_of(c_test(3, 3)) == 1


def test_huge_counts_have_their_tests() -> None:
    for test in (e_test, c_test, sqrt_test):
        assert p_of(test(10**12, 10**12 + 3 * 10**6)) == pytest.approx(0.033895, abs=1e-5)
    assert p_of(e_test(0, 10**6)) == 0
    assert p_of(e_test(10**15, 1)) == 0


def test_arrays_broadcast() -> None:
    for test in (e_test, c_test, sqrt_test):
        found = test([[6], [0]], [2, 3, 0])
        assert np.shape(found.p_value) == np.shape(found.statistic) == (2, 3)
        assert np.asarray(found.p_value)[0, 0] == test(6, 2).p_value
        assert np.shape(test([], []).p_value) == (0,)
        assert type(test(6, 2).statistic) is float


def test_what_cannot_be_counted_is_named() -> None:
    for test in (e_test, c_test, sqrt_test):
        with pytest.raises(ValueError, match="^count_1 is at least 0, not -1$"):
            test(-1, 1)
        with pytest.raises(ValueError, match="^exposure_2 is at least 0, not -2, at index 0$"):
            test(1, 1, exposure_2=[-2])
    with pytest.raises(ValueError, match="^after is at least 0, not -1$"):
        poisson_z(1, -1)
    with pytest.raises(ValueError, match=r"^count_1 is a whole number, not 1\.5, at index 1$"):
        e_test([1, 1.5], 1)
    with pytest.raises(ValueError, match=r"^count_2 is a whole number, not 0\.5$"):
        e_test(1, 0.5)
    with pytest.raises(ValueError, match="^variance is pooled or separate, not 'score'$"):
        e_test(1, 1, variance="score")  # type: ignore[arg-type] # that is the test
