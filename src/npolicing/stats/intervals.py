"""Intervals for a proportion, for the difference of two, and for their ratio.

A share of logs is a count out of a count. Had the same days been lived again, by the same people
with the same habits, it would have come out a little higher or lower. The interval says how far
such chance alone would carry it. It says nothing of logs that were graded wrongly or never
recorded, and nothing of why two shares differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from npolicing.stats._arrays import Array, Floats, counts_of, given_back, refuse_above, z_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Interval", "RiskRatioMethod", "newcombe", "risk_ratio", "wilson"]

RiskRatioMethod = Literal["koopman", "katz"]


@attrs.frozen(kw_only=True, eq=False)
class Interval:
    """An estimate and the limits of its interval: floats, or arrays of one shape.

    Attributes:
        estimate: The figure itself; NaN where it is undefined.
        low: Its lower limit; NaN where there is none.
        high: Its upper limit; NaN where there is none.
        method: How the limits came about.
    """

    estimate: Floats
    low: Floats
    high: Floats
    method: str

    @staticmethod
    def of(estimate: Array, low: Array, high: Array, method: str) -> Interval:
        """An interval out of arrays; those of no dimension become floats."""
        return Interval(
            estimate=given_back(estimate),
            low=given_back(low),
            high=given_back(high),
            method=method,
        )


def wilson(count: ArrayLike, nobs: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for a proportion: x of n.

    ``(x + z²/2 ∓ z √(x (n - x) / n + z²/4)) / (n + z²)``. It holds what it promises for few logs
    and for shares near 0 and 1, where the textbook's ``p ∓ z √(p (1 - p) / n)`` does not, and stays
    from 0 to 1.

    Args:
        count: How many had it; 0 or more. Weights may have made it a fraction.
        nobs: Of how many; at least `count`. NaN comes out where it is 0.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a count is negative, or more than `nobs`.

    Source:
        Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
        (1927), 209-212. Compared with others: Newcombe, Statistics in Medicine 17 (1998), 857-872.

    >>> found = wilson(81, 263)
    >>> f"{found.estimate:.4f}, {found.low:.4f} to {found.high:.4f}"
    '0.3080, 0.2553 to 0.3662'
    """
    x, n = counts_of(count=count, nobs=nobs)
    refuse_above("count", x, "nobs", n)
    return Interval.of(*_wilson(x, n, z_of(confidence)), "Wilson score")


def newcombe(
    count_1: ArrayLike,
    nobs_1: ArrayLike,
    count_2: ArrayLike,
    nobs_2: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Newcombe's hybrid score interval for the difference of two proportions, first minus second.

    With Wilson's limits l and u of each: ``d - √((p1 - l1)² + (u2 - p2)²)`` and
    ``d + √((u1 - p1)² + (p2 - l2)²)``. It is method 10 of his paper, without a correction for
    continuity. The difference is in percentage points, once multiplied by 100, and no per cent.

    Args:
        count_1: How many had it in the first group; 0 or more.
        nobs_1: Of how many; at least `count_1`. NaN comes out where it is 0.
        count_2: How many had it in the second group; 0 or more.
        nobs_2: Of how many; at least `count_2`. NaN comes out where it is 0.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a count is negative, or more than its `nobs`.

    Source:
        Newcombe, Interval estimation for the difference between independent proportions,
        Statistics in Medicine 17 (1998), 873-890.

    >>> found = newcombe(56, 70, 48, 80)
    >>> f"{found.estimate:.4f}, {found.low:.4f} to {found.high:.4f}"
    '0.2000, 0.0524 to 0.3339'
    """
    x1, n1, x2, n2 = _two_groups(count_1, nobs_1, count_2, nobs_2)
    z = z_of(confidence)
    p1, low_1, high_1 = _wilson(x1, n1, z)
    p2, low_2, high_2 = _wilson(x2, n2, z)
    difference = p1 - p2
    return Interval.of(
        difference,
        difference - np.hypot(p1 - low_1, high_2 - p2),
        difference + np.hypot(high_1 - p1, p2 - low_2),
        "Newcombe hybrid score",
    )


def risk_ratio(
    count_1: ArrayLike,
    nobs_1: ArrayLike,
    count_2: ArrayLike,
    nobs_2: ArrayLike,
    *,
    method: RiskRatioMethod = "koopman",
    confidence: float = 0.95,
) -> Interval:
    """The ratio of two proportions, first over second: a risk ratio.

    - ``koopman``: the ratios that a score test does not reject, found by halving. For small counts,
      too: with no count in the first group the lower limit is 0, with none in the second there is
      no upper one.
    - ``katz``: ``exp(ln RR ∓ z √(1/x1 - 1/n1 + 1/x2 - 1/n2))``. It is what most papers print, and
      is too wide for small counts; there are no limits where either count is 0.

    Args:
        count_1: How many had it in the first group; 0 or more.
        nobs_1: Of how many; at least `count_1`. NaN comes out where it is 0.
        count_2: How many had it in the second group. The ratio is NaN where it is 0, for nothing
            is divided by 0, and so is a limit that would be infinite.
        nobs_2: Of how many; at least `count_2`. NaN comes out where it is 0.
        method: The interval's.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a count is negative, or more than its `nobs`, or the method is not known.

    Source:
        Katz, Baptista, Azen & Pike, Biometrics 34 (1978), 469-474. Koopman, Biometrics 40 (1984),
        513-517; the fitted proportions in closed form: Miettinen & Nurminen, Statistics in
        Medicine 4 (1985), 213-226.

    >>> found = risk_ratio(7, 34, 1, 34)
    >>> f"{found.estimate:.4f}, {found.low:.4f} to {found.high:.4f}"
    '7.0000, 1.2209 to 42.5757'
    """
    if method not in _RISK_RATIOS:
        raise ValueError(f"method is one of {', '.join(_RISK_RATIOS)}, not {method!r}")
    groups = _two_groups(count_1, nobs_1, count_2, nobs_2)
    limits, name = _RISK_RATIOS[method]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = limits(*groups, z_of(confidence))
        ratio = _quotient(_quotient(groups[0], groups[1]), _quotient(groups[2], groups[3]))
    return Interval.of(ratio, low, high, name)


def _two_groups(
    count_1: ArrayLike, nobs_1: ArrayLike, count_2: ArrayLike, nobs_2: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    x1, n1, x2, n2 = counts_of(count_1=count_1, nobs_1=nobs_1, count_2=count_2, nobs_2=nobs_2)
    refuse_above("count_1", x1, "nobs_1", n1)
    refuse_above("count_2", x2, "nobs_2", n2)
    return x1, n1, x2, n2


def _quotient(upper: Array, lower: Array) -> Array:
    """A quotient; NaN where it would be infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return upper / np.where(lower == 0, np.nan, lower)


def _wilson(x: Array, n: Array, z: float) -> tuple[Array, Array, Array]:
    """A proportion and its limits; those at 0 and 1 are exact."""
    p = _quotient(x, n)
    middle = (x + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(x * (1 - p) + z**2 / 4) / (n + z**2)
    low = np.where(x == 0, p, np.minimum(middle - half, p))
    high = np.where(x == n, p, np.maximum(middle + half, p))
    return p, low, high


def _katz(x1: Array, n1: Array, x2: Array, n2: Array, z: float) -> tuple[Array, Array]:
    log = np.log(x1 / n1) - np.log(x2 / n2)
    half = z * np.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    defined = (x1 > 0) & (x2 > 0)
    return (
        np.where(defined, np.exp(log - half), np.nan),
        np.where(defined, np.exp(log + half), np.nan),
    )


def _koopman(x1: Array, n1: Array, x2: Array, n2: Array, z: float) -> tuple[Array, Array]:
    """Both limits, found by halving the logarithm of the ratio.

    Half a log stands in for none, to know about where to look; e to the 40th is far enough.
    """
    about = np.log(np.where(x1 > 0, x1, 0.5) / n1) - np.log(np.where(x2 > 0, x2, 0.5) / n2)
    inner_low, inner_high = np.where(x2 > 0, about, about + 40), np.where(x1 > 0, about, about - 40)
    low, high = about - 40, about + 40
    for _ in range(100):
        middle = (low + inner_low) / 2
        rejected = _koopman_chi2(np.exp(middle), x1, n1, x2, n2) > z**2
        low, inner_low = np.where(rejected, middle, low), np.where(rejected, inner_low, middle)
        middle = (high + inner_high) / 2
        rejected = _koopman_chi2(np.exp(middle), x1, n1, x2, n2) > z**2
        high, inner_high = np.where(rejected, middle, high), np.where(rejected, inner_high, middle)
    defined = (n1 > 0) & (n2 > 0) & (x1 + x2 > 0)
    return (
        np.where(defined, np.where(x1 > 0, np.exp(low), 0.0), np.nan),
        np.where(defined & (x2 > 0), np.exp(high), np.nan),
    )


def _koopman_chi2(ratio: Array, x1: Array, n1: Array, x2: Array, n2: Array) -> Array:
    """How badly a ratio fits: Pearson's chi-squared at the likeliest proportions that have it."""
    a = (n1 + n2) * ratio
    b = n1 * ratio + x1 + n2 + x2 * ratio
    p2 = 2 * (x1 + x2) / (b + np.sqrt(np.maximum(b**2 - 4 * a * (x1 + x2), 0)))
    return _misfit(x1, n1, ratio * p2) + _misfit(x2, n2, p2)


def _misfit(x: Array, n: Array, p: Array) -> Array:
    gap = (x - n * p) ** 2
    # At 0 and 1 what is fitted is what was counted, and 0 / 0 is no misfit.
    return np.where(gap == 0, 0.0, gap / (n * p * (1 - p)))


_RISK_RATIOS = {
    "koopman": (_koopman, "Koopman score"),
    "katz": (_katz, "Katz log"),
}
