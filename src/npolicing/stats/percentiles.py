"""Percentiles by a named definition, from values or from how often each value occurs.

Nine definitions are in use, and differ where there are few values: Excel's PERCENTILE.INC and
PERCENTILE.EXC are two of them. So each figure names its own. An interval for a percentile needs no
supposition about how the values are spread: it runs from one of them to another, and needs at least
six for the median at 95 %, and 36 for the 90th percentile to have a limit above.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal, get_args

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from npolicing.stats._arrays import Array, counts_of, numbers, refuse_fractions, z_of
from npolicing.stats._sums import binomial_weights
from npolicing.stats.intervals import Interval

__all__ = [
    "PercentileInterval",
    "PercentileMethod",
    "percentile",
    "percentile_interval",
    "percentile_interval_of_counts",
    "percentile_of_counts",
]

PercentileMethod = Literal[
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]
"""Hyndman and Fan's types 1 to 9, in this order, by numpy's names."""

_METHODS: tuple[PercentileMethod, ...] = get_args(PercentileMethod)
_THIRD, _THREE_EIGHTHS = Fraction(1, 3), Fraction(3, 8)
_PLACES = {
    "interpolated_inverted_cdf": (Fraction(0), Fraction(1)),
    "hazen": (Fraction(1, 2), Fraction(1, 2)),
    "weibull": (Fraction(0), Fraction(0)),
    "linear": (Fraction(1), Fraction(1)),
    "median_unbiased": (_THIRD, _THIRD),
    "normal_unbiased": (_THREE_EIGHTHS, _THREE_EIGHTHS),
}
"""The paper's alpha and beta: of p = 0 and of p = 1, how far from the ends it is put."""


_SUMMED = 1e12
"""The largest variance of a rank that is summed over: beyond, it takes too much memory."""
_ALL = 2.0**62


@attrs.frozen(kw_only=True, eq=False)
class PercentileInterval(Interval):
    """A percentile, and the two values that its interval runs between.

    Attributes:
        coverage: How sure the interval is: at least what was asked for. NaN without both limits.
        low_rank: Which of the values, in ascending order and counted from 1, is `low`; None where
            there are too few values.
        high_rank: Which is `high`; None where there are too few.
    """

    coverage: float
    low_rank: int | None
    high_rank: int | None


def percentile(values: ArrayLike, percent: float, *, method: PercentileMethod = "linear") -> float:
    """A percentile of values, by a named definition.

    With the n values in ascending order, counted from 1, and p the percentage over 100:

    - ``inverted_cdf`` (type 1): the nearest rank, the first with at least n p values up to it.
    - ``averaged_inverted_cdf`` (2): the same, halfway to the next where n p is a whole number.
    - ``closest_observation`` (3): the one whose rank is nearest to n p; of two, the even one.
    - ``interpolated_inverted_cdf`` (4): at n p.
    - ``hazen`` (5): at n p + 1/2.
    - ``weibull`` (6): at (n + 1) p; Excel's PERCENTILE.EXC, and the default of Python's statistics.
    - ``linear`` (7): at (n - 1) p + 1; Excel's PERCENTILE.INC, and the default of numpy and pandas.
    - ``median_unbiased`` (8): at (n + 1/3) p + 1/3; what Hyndman and Fan advise.
    - ``normal_unbiased`` (9): at (n + 1/4) p + 3/8.

    Types 4 to 9 take the point between the two values beside their place, or the first or last
    where it lies beyond.

    Args:
        values: Numbers in any order; NaN is none of them.
        percent: 0 for the smallest, 50 for the median, 100 for the largest. It is taken as it is
            written in decimals, so that 99.9 % of 1,000 is 999 exactly.
        method: The definition.

    Returns:
        The percentile; NaN without any value.

    Raises:
        ValueError: If `percent` is not from 0 to 100, or the method is not known.

    Source:
        Hyndman & Fan, Sample Quantiles in Statistical Packages, The American Statistician 50
        (1996), 361-365.

    >>> waits = [60, 120, 600, 1200]
    >>> percentile(waits, 90), percentile(waits, 90, method="inverted_cdf")
    (1020.0, 1200.0)
    """
    kept = _sorted(values)
    return _at(kept, np.arange(1, len(kept) + 1), percent, method)


def percentile_of_counts(
    values: ArrayLike, counts: ArrayLike, percent: float, *, method: PercentileMethod = "linear"
) -> float:
    """A percentile of numbers, given how often each occurs; exact, and nothing is expanded.

    It is the `percentile` of the numbers written out one by one.

    Args:
        values: The different numbers, ascending.
        counts: How often each occurs; whole numbers, 0 or more.
        percent: 0 for the smallest, 50 for the median, 100 for the largest.
        method: The definition; `percentile` has them. Without one: Hyndman & Fan's type 7, as
            numpy's ``linear`` and Excel's ``PERCENTILE.INC`` have it.

    Returns:
        The percentile; NaN without any number.

    Raises:
        ValueError: If `percent` is not from 0 to 100, the method is not known, the values do not
            ascend, a count is negative, missing or no whole number, or all are above 2**62.

    Source:
        Hyndman & Fan, Sample Quantiles in Statistical Packages, The American Statistician 50
        (1996), 361-365.

    >>> percentile_of_counts([60, 120, 600], [1, 1, 2], 50)
    360.0
    """
    return _at(*_counted(values, counts), percent, method)


def percentile_interval(
    values: ArrayLike,
    percent: float = 50,
    *,
    method: PercentileMethod = "linear",
    confidence: float = 0.95,
) -> PercentileInterval:
    """A percentile of values with an interval between two of them, whatever their distribution.

    How many of n values lie below the true percentile is a binomial number. So the interval runs
    from the l-th value to the u-th, where l is the highest rank with ``P(B < l)`` at most half of
    what is not covered, and u the lowest with ``P(B >= u)`` at most that. The binomial sums are
    exact; above some 10¹² values B is taken for normal, which moves a limit by a few ranks.

    Args:
        values: Numbers in any order; NaN is none of them.
        percent: Between 0 and 100; 50 is the median.
        method: The definition of the estimate; `percentile` has them.
        confidence: Between 0 and 1; the coverage is at least that.

    Returns:
        The interval. A limit is NaN where there are too few values for it: below six, the median
        has none at 95 %.

    Raises:
        ValueError: If `percent` is not between 0 and 100, or the method is not known.

    Source:
        Conover, Practical Nonparametric Statistics, 3rd ed. (1999), 3.2; David & Nagaraja, Order
        Statistics, 3rd ed. (2003), 7.1.

    >>> found = percentile_interval([12, 5, 7, 30, 18, 9, 11, 25, 14, 8])
    >>> found.low, found.high, round(found.coverage, 4)
    (7.0, 25.0, 0.9785)
    """
    kept = _sorted(values)
    return _interval(kept, np.arange(1, len(kept) + 1), percent, method, confidence)


def percentile_interval_of_counts(
    values: ArrayLike,
    counts: ArrayLike,
    percent: float = 50,
    *,
    method: PercentileMethod = "linear",
    confidence: float = 0.95,
) -> PercentileInterval:
    """The `percentile_interval` of numbers, given how often each occurs; nothing is expanded.

    Args:
        values: The different numbers, ascending.
        counts: How often each occurs; whole numbers, 0 or more.
        percent: Between 0 and 100; 50 is the median.
        method: The definition of the estimate; `percentile` has them.
        confidence: Between 0 and 1; the coverage is at least that.

    Raises:
        ValueError: As `percentile_interval` and `percentile_of_counts`.

    >>> found = percentile_interval_of_counts([60, 120, 600], [4, 3, 3])
    >>> found.estimate, found.low, found.high, found.low_rank, found.high_rank
    (120.0, 60.0, 600.0, 2, 9)
    """
    return _interval(*_counted(values, counts), percent, method, confidence)


Ends = NDArray[np.int64]
"""How many numbers there are up to each value, that value among them."""


def _sorted(values: ArrayLike) -> Array:
    (array,) = numbers(values=values)
    return np.sort(array[~np.isnan(array)])


def _counted(values: ArrayLike, counts: ArrayLike) -> tuple[Array, Ends]:
    (kept,) = numbers(values=values)
    (often,) = counts_of(counts=counts)
    if kept.ndim != 1 or kept.shape != often.shape:
        raise ValueError(f"values {kept.shape} and counts {often.shape} are two lists as long")
    if not (np.diff(kept) > 0).all() or np.isnan(kept).any():
        raise ValueError("values ascend, each there once: sort them, and add up their counts")
    if np.isnan(often).any():
        raise ValueError("counts are known: leave out what was not counted")
    refuse_fractions("counts", often)
    if often.sum() > _ALL:
        raise ValueError(f"counts add up to {often.sum():g}; the most that can be ranked is 2**62")
    return kept, np.cumsum(np.asarray(counts, dtype=np.int64))


def _at(values: Array, ends: Ends, percent: float, method: PercentileMethod) -> float:
    if not 0 <= percent <= 100:
        raise ValueError(f"a percentile is from 0 to 100, not {percent}")
    if method not in _METHODS:
        raise ValueError(f"method is one of {', '.join(_METHODS)}, not {method!r}")
    total = int(ends[-1]) if len(ends) else 0
    if not total:
        return math.nan
    rank, share = _place(total, Fraction(str(percent)) / 100, method)
    first = _ranked(values, ends, min(max(rank, 1), total))
    second = _ranked(values, ends, min(max(rank + 1, 1), total))
    return first + (second - first) * float(share)


def _place(total: int, p: Fraction, method: PercentileMethod) -> tuple[int, Fraction]:
    """Below which rank a percentile lies, and how far it is from there to the next."""
    if method in _PLACES:
        alpha, beta = _PLACES[method]
        place = total * p + alpha + p * (1 - alpha - beta)
        return math.floor(place), place % 1
    place = total * p - (Fraction(1, 2) if method == "closest_observation" else 0)
    rank, beyond = math.floor(place), place % 1 > 0
    at_rank = {
        "inverted_cdf": Fraction(0),
        "averaged_inverted_cdf": Fraction(1, 2),
        "closest_observation": Fraction(rank % 2),
    }[method]
    return rank, Fraction(1) if beyond else at_rank


def _ranked(values: Array, ends: Ends, rank: int) -> float:
    return float(values[ends.searchsorted(rank)])


def _interval(
    values: Array, ends: Ends, percent: float, method: PercentileMethod, confidence: float
) -> PercentileInterval:
    if not 0 < percent < 100:
        raise ValueError(f"an interval is for a percentile between 0 and 100, not {percent}")
    z_of(confidence)  # refuses what is no confidence
    total = int(ends[-1]) if len(ends) else 0
    low, high, coverage = _ranks(total, percent / 100, (1 - confidence) / 2)
    return PercentileInterval(
        estimate=_at(values, ends, percent, method),
        low=math.nan if low is None else _ranked(values, ends, low),
        high=math.nan if high is None else _ranked(values, ends, high),
        method=f"{method}, order statistics",
        coverage=coverage,
        low_rank=low,
        high_rank=high,
    )


def _ranks(total: int, p: float, tail: float) -> tuple[int | None, int | None, float]:
    """The ranks of both limits, and how sure they are."""
    if not total:
        return None, None, math.nan
    if total * p * (1 - p) > _SUMMED:
        middle, reach = total * p, math.sqrt(total * p * (1 - p)) * z_of(1 - 2 * tail)
        return math.floor(middle - reach), math.ceil(middle + reach) + 1, 1 - 2 * tail
    counts, weights = binomial_weights(total, p, 40 - math.log(tail))
    first = int(counts[0])
    low = first + int((np.cumsum(weights) <= tail).sum())
    high = first + len(weights) - int((np.cumsum(weights[::-1]) <= tail).sum())
    if low < 1 or high > total:
        return low if low >= 1 else None, high if high <= total else None, math.nan
    return low, high, float(weights[low - first : high - first].sum())
