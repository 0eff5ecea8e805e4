"""Percentiles by name, and their intervals, from values and from counts."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction
from math import inf, isnan, nan
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import all_nan
from scipy.stats import binom, quantile_test

from npolicing.stats.percentiles import (
    PercentileMethod,
    percentile,
    percentile_interval,
    percentile_interval_of_counts,
    percentile_of_counts,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

METHODS: tuple[PercentileMethod, ...] = get_args(PercentileMethod)
NUMBERS = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=40)
# Whole numbers of 32nds, which numpy's fractions hold exactly.
PERCENTS = st.integers(0, 32).map(lambda part: part * 3.125)
WAITS = [1200, 60, 600, 120]


@pytest.mark.parametrize(
    ("method", "first_quartile", "ninetieth"),
    [
        ("inverted_cdf", 60, 1200),
        ("averaged_inverted_cdf", 90, 1200),
        ("closest_observation", 60, 1200),
        ("interpolated_inverted_cdf", 60, 960),
        ("hazen", 90, 1200),
        ("weibull", 75, 1200),
        ("linear", 105, 1020),
        ("median_unbiased", 85, 1200),
        ("normal_unbiased", 86.25, 1200),
    ],
)
def test_four_waits_by_hand(
    method: PercentileMethod, first_quartile: float, ninetieth: float
) -> None:
    assert percentile(WAITS, 25, method=method) == first_quartile
    assert percentile(WAITS, 90, method=method) == ninetieth


def test_a_type_is_what_others_have_by_its_name() -> None:
    """Hyndman & Fan (1996): 6 is Python's own, 7 that of numpy and Excel's PERCENTILE.INC."""
    numbers = [3.0, 9.0, 4.0, 15.0, 8.0, 7.0]

    exclusive = statistics.quantiles(numbers, n=10)
    inclusive = statistics.quantiles(numbers, n=10, method="inclusive")

    # Python goes on beyond the first and the last value; the paper does not.
    assert [percentile(numbers, at * 10, method="weibull") for at in range(2, 9)] == exclusive[1:-1]
    assert [percentile(numbers, at * 10) for at in range(1, 10)] == pytest.approx(inclusive)


def test_a_percentage_is_as_it_is_written() -> None:
    """7 % of 100 values is the 7th; as a float, 100 * 0.07 is above 7, and finds the 8th."""
    assert percentile(range(1, 101), 7, method="inverted_cdf") == 7
    assert percentile(range(1, 1001), 99.9, method="inverted_cdf") == 999
    assert percentile(range(1, 1001), np.float64(99.9), method="averaged_inverted_cdf") == 999.5


@given(NUMBERS, PERCENTS, st.sampled_from(METHODS))
def test_each_type_is_numpys(numbers: list[int], percent: float, method: PercentileMethod) -> None:
    expected = np.percentile(numbers, percent, method=method)

    assert percentile(numbers, percent, method=method) == pytest.approx(expected, abs=1e-6)


@given(NUMBERS, st.integers(1, 999), st.sampled_from(["inverted_cdf", "closest_observation"]))
def test_the_steps_are_where_the_definitions_have_them(
    numbers: list[int], tenths: int, method: PercentileMethod
) -> None:
    place = len(numbers) * Fraction(tenths, 1000)
    # Python rounds halves to even, as type 3 does; ranks begin at 1.
    rank = math.ceil(place) if method == "inverted_cdf" else max(round(place), 1)

    assert percentile(numbers, tenths / 10, method=method) == sorted(numbers)[rank - 1]


@given(NUMBERS, st.integers(0, 1000), st.sampled_from(METHODS))
def test_counts_give_what_their_numbers_give(
    numbers: list[int], tenths: int, method: PercentileMethod
) -> None:
    values, counts = np.unique(np.array(numbers), return_counts=True)

    assert percentile_of_counts(values, counts, tenths / 10, method=method) == percentile(
        numbers, tenths / 10, method=method
    )


@given(NUMBERS, st.sampled_from(METHODS))
def test_percentiles_ascend_from_the_least_to_the_most(
    numbers: list[int], method: PercentileMethod
) -> None:
    found = [percentile(numbers, at, method=method) for at in range(0, 101, 4)]

    assert (np.diff(found) >= -1e-9).all()
    assert (found[0], found[-1]) == (min(numbers), max(numbers))


def test_nothing_is_expanded() -> None:
    """Of two million million numbers the median lies between the ones and the threes."""
    assert percentile_of_counts([1, 3], [10**12, 10**12], 50) == 2
    assert percentile_of_counts([1, 3], [10**12 + 1, 10**12], 50, method="inverted_cdf") == 1
    found = percentile_interval_of_counts([1, 2, 3], [10**12, 2 * 10**6, 10**12])
    assert (found.low, found.estimate, found.high) == (1, 2, 3)
    assert found.coverage == pytest.approx(0.95, abs=1e-5)


def test_very_many_numbers_have_the_interval_of_a_normal_rank() -> None:
    """Four million million million: 1.96 times a standard deviation of 10⁹ round the middle."""
    values, counts = [1, 2, 3], [2 * 10**18 - 10**9, 2 * 10**9, 2 * 10**18 - 10**9]
    found = percentile_interval_of_counts(values, counts)

    assert (found.low, found.estimate, found.high) == (1, 2, 3)
    assert found.coverage == pytest.approx(0.95)
    assert found.low_rank is not None
    assert found.high_rank is not None
    assert found.low_rank - 2 * 10**18 == pytest.approx(-1.959964e9, rel=1e-6)
    assert found.high_rank - 2 * 10**18 == pytest.approx(1.959964e9, rel=1e-6)
    narrow = percentile_interval_of_counts(values, counts, confidence=0.5)
    assert (narrow.low, narrow.high) == (2, 2)


def test_the_sum_meets_what_is_taken_beyond_it() -> None:
    """A variance of 10¹² is summed, and one above is not."""
    for percent, least in ((50, 4 * 10**12), (90, 10**14 // 9)):
        summed, beyond = (
            percentile_interval_of_counts([1], [total], percent) for total in (least, least + 100)
        )
        for name in ("low_rank", "high_rank"):
            assert getattr(beyond, name) - getattr(summed, name) == pytest.approx(percent, abs=5)
        assert beyond.coverage == pytest.approx(summed.coverage, abs=1e-6)


def test_missing_values_are_none_of_the_values() -> None:
    assert percentile([nan, 5, nan, 1], 50) == 3
    assert percentile(pd.Series([1, None, 5], dtype="Int64"), 50) == 3
    assert percentile_of_counts([1, 2, 3], [0, 5, 0], 100) == 2
    for none in (
        percentile([], 50),
        percentile([nan, nan], 50),
        percentile_of_counts([], [], 50),
        percentile_of_counts([1], [0], 50),
    ):
        assert isnan(none)


def test_the_interval_of_ten_values_is_the_second_to_the_ninth() -> None:
    """Conover (1999), 3.2: coverage 97.85 % of ten, 96.88 % of six, and none of five at 95 %."""
    ten = percentile_interval([12, 5, 7, 30, 18, 9, 11, 25, 14, 8])
    six = percentile_interval([6, 5, 4, 3, 2, 1])
    five = percentile_interval([1, 2, 3, 4, 5])

    assert (ten.estimate, ten.low, ten.high, ten.low_rank, ten.high_rank) == (11.5, 7, 25, 2, 9)
    assert round(ten.coverage, 4) == 0.9785
    assert (six.low, six.high, six.low_rank, six.high_rank) == (1, 6, 1, 6)
    assert round(six.coverage, 4) == 0.9688
    assert five.estimate == 3
    assert all_nan(five.low, five.high, five.coverage)
    assert (five.low_rank, five.high_rank) == (None, None)
    assert ten.method == "linear, order statistics"
    assert percentile_interval([1], method="hazen").method == "hazen, order statistics"


def test_a_limit_may_be_there_without_the_other() -> None:
    """0.9³⁵ is 0.0250316, and 0.9³⁶ below 0.025: the highest of 36 is the first upper limit."""
    few, enough = percentile_interval(range(35), 90), percentile_interval(range(36), 90)

    assert (few.low_rank, few.high_rank) == (28, None)
    assert (few.low, isnan(np.asarray(few.high)), isnan(few.coverage)) == (27, True, True)
    assert (enough.low_rank, enough.high_rank, enough.high) == (29, 36, 35)
    mirrored = percentile_interval(range(35), 10)
    assert (mirrored.low_rank, mirrored.high_rank) == (None, 8)


@given(
    st.integers(1, 3000), st.integers(1, 99), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
)
def test_the_ranks_are_as_near_as_the_binomial_tails_allow(
    total: int, percent: int, confidence: float
) -> None:
    found = percentile_interval(range(1, total + 1), percent, confidence=confidence)
    tail, below = (1 - confidence) / 2, binom(total, percent / 100)

    low, high = found.low_rank or 0, found.high_rank or total + 1
    assert low == 0 or below.cdf(low - 1) <= tail * (1 + 1e-9)
    assert below.cdf(low) > tail * (1 - 1e-9)
    assert high == total + 1 or below.sf(high - 1) <= tail * (1 + 1e-9)
    assert below.sf(high - 2) > tail * (1 - 1e-9)
    if found.low_rank and found.high_rank:
        assert found.coverage == pytest.approx(below.cdf(high - 1) - below.cdf(low - 1), abs=1e-12)
        assert found.coverage >= confidence - 1e-12
        assert (found.low, found.high) == (low, high)


@given(st.integers(20, 400), st.sampled_from([25, 50, 75]))
def test_scipys_one_sided_limits_are_the_same_values(total: int, percent: int) -> None:
    values = range(1, total + 1)
    found = percentile_interval(values, percent, confidence=0.9)
    above = quantile_test(values, p=percent / 100, alternative="greater")
    below = quantile_test(values, p=percent / 100, alternative="less")

    assert found.low == above.confidence_interval(0.95).low  # type: ignore[attr-defined] # its stubs forget both ends
    assert found.high == below.confidence_interval(0.95).high  # type: ignore[attr-defined] # the same


@given(NUMBERS, st.integers(1, 99))
def test_an_interval_of_counts_is_that_of_their_numbers(numbers: list[int], percent: int) -> None:
    values, counts = np.unique(np.array(numbers), return_counts=True)
    one, other = (
        percentile_interval(numbers, percent),
        percentile_interval_of_counts(values, counts, percent),
    )

    for name in ("estimate", "low", "high", "coverage", "low_rank", "high_rank", "method"):
        np.testing.assert_equal(getattr(one, name), getattr(other, name))


def test_an_interval_of_nothing_is_nothing() -> None:
    for none in (percentile_interval([]), percentile_interval_of_counts([3], [0])):
        assert all_nan(none.estimate, none.low, none.high, none.coverage)
        assert none.low_rank is none.high_rank is None


@pytest.mark.parametrize("percent", [-0.1, 100.5, nan, inf])
def test_a_percentile_is_from_0_to_100(percent: float) -> None:
    words = f"^a percentile is from 0 to 100, not {percent}$"
    with pytest.raises(ValueError, match=words):
        percentile(WAITS, percent)
    with pytest.raises(ValueError, match=words):
        percentile_of_counts([], [], percent)


@pytest.mark.parametrize("percent", [0, 100, -1, nan])
def test_an_interval_is_for_what_lies_between(percent: float) -> None:
    words = f"^an interval is for a percentile between 0 and 100, not {percent}$"
    with pytest.raises(ValueError, match=words):
        percentile_interval(WAITS, percent)


@pytest.mark.parametrize(
    ("values", "counts", "words"),
    [
        ([1, 1], [1, 1], "^values ascend, each there once: sort them, and add up their counts$"),
        ([2, 1], [1, 1], "^values ascend"),
        ([1, nan], [1, 1], "^values ascend"),
        ([nan], [1], "^values ascend"),
        ([1, 2], [1, -1], "^counts is at least 0, not -1, at index 1$"),
        ([1, 2], [1, 0.5], r"^counts is a whole number, not 0\.5, at index 1$"),
        ([1, 2], [2**61, 2**62], r"^counts add up to 6\.9\d*e\+18; the most"),
        ([1, 2], [1, nan], "^counts are known: leave out what was not counted$"),
        ([1, 2], [1], r"^values \(2,\) and counts \(1,\) are two lists as long$"),
        (1, 1, r"^values \(\) and counts \(\) are two lists as long$"),
    ],
)
def test_counts_are_of_different_values_in_order(
    values: ArrayLike, counts: ArrayLike, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        percentile_of_counts(values, counts, 50)


def test_a_method_and_a_confidence_are_what_they_can_be() -> None:
    with pytest.raises(ValueError, match="^method is one of inverted_cdf, .*, not 'nearest'$"):
        percentile([], 50, method="nearest")  # type: ignore[arg-type] # that is the test
    with pytest.raises(ValueError, match="^confidence is between 0 and 1"):
        percentile_interval([], confidence=95)
    with pytest.raises(TypeError, match="^values is not of numbers"):
        percentile(["a"], 50)
    with pytest.raises(ValueError, match="^values is a finite number, not inf"):
        percentile([inf], 50)
