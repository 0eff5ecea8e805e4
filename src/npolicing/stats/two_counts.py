"""Whether two counts differ by more than chance: before and after, here and there.

Each test supposes that events come one by one, as Poisson numbers do. Where whole days move
together, as in the demand for the police, all of them find too much: take
`rate_ratios.rate_ratio` with a dispersion instead. None of them knows what else changed meanwhile.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from npolicing.stats._arrays import (
    LEAST,
    Array,
    Floats,
    counts_of,
    given_back,
    refuse_fractions,
    two_sided_p,
)
from npolicing.stats._scipy import beta_cdf, beta_sf, poisson_cdf, poisson_sf
from npolicing.stats._sums import poisson_weights

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["CountTest", "Variance", "c_test", "conditional_p", "e_test", "poisson_z", "sqrt_test"]

Variance = Literal["pooled", "separate"]

_SUMMED = 1e8
"""The most events that the E-test sums over; beyond, its statistic is as good as normal."""


@attrs.frozen(kw_only=True, eq=False)
class CountTest:
    """What a test of two counts found: floats, or arrays of one shape.

    Attributes:
        statistic: What the test looks at; above what is expected where the first rate is higher.
        p_value: How often chance alone would give as much or more, two-sided; NaN where the test
            is undefined.
        method: The test.
    """

    statistic: Floats
    p_value: Floats
    method: str


def e_test(
    count_1: ArrayLike,
    count_2: ArrayLike,
    *,
    exposure_1: ArrayLike = 1.0,
    exposure_2: ArrayLike = 1.0,
    variance: Variance = "pooled",
) -> CountTest:
    """Krishnamoorthy and Thomson's E-test of two Poisson rates being the same.

    The statistic is ``(k1/t1 - k2/t2) / √V``, and the p-value the chance of one at least as far
    from 0, if both counts were Poisson numbers of the one rate ``(k1 + k2) / (t1 + t2)``. It finds
    real differences more often than the C-test.

    The sum runs over the first count alone, since for each the second ones that are as extreme are
    two tails, whose bounds solve a square equation. So millions of events take a few thousand
    steps. It leaves out first counts that are together less likely than
    ``2 exp(-40 - statistic²/2)``, which is 17 digits below the p-value. Above 10⁸ events together
    the p-value is that of a normal statistic, which is right to about 4 digits there.

    Args:
        count_1: Events of the first; a whole number, 0 or more.
        count_2: Events of the second; a whole number, 0 or more.
        exposure_1: What the first are counted over, such as days. NaN comes out where it is 0.
        exposure_2: What the second are counted over. NaN comes out where it is 0.
        variance: Of the statistic: ``pooled``, as under one rate,
            ``V = (k1 + k2) / (t1 t2)``; or ``separate``, the paper's own,
            ``V = k1/t1² + k2/t2²``. For equal exposures both are the same.

    Returns:
        NaN where nothing was counted at all. A p-value below the smallest float is 0.

    Raises:
        ValueError: If a number is negative, a count is no whole number, or the variance is not
            known.
        ModuleNotFoundError: If SciPy is not there: ``pip install "npolicing[stats]"``.

    Source:
        Krishnamoorthy & Thomson, A more powerful test for comparing two Poisson means, Journal of
        Statistical Planning and Inference 119 (2004), 23-35. Pooled: Gu, Ng, Tang & Schucany,
        Biometrical Journal 50 (2008), 283-298.

    >>> round(e_test(6, 2).p_value, 4)
    0.1749
    """
    if variance not in ("pooled", "separate"):
        raise ValueError(f"variance is pooled or separate, not {variance!r}")
    k1, k2, ratio = _pairs(count_1, count_2, exposure_1, exposure_2)
    refuse_fractions("count_1", k1)
    refuse_fractions("count_2", k2)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = ratio * (k1 + k2) if variance == "pooled" else k1 + ratio**2 * k2
        t = (k1 - ratio * k2) / np.sqrt(spread)
    p_value = np.vectorize(_e_test_p, otypes=[np.float64])(k1, k2, ratio, t, variance)
    return CountTest(
        statistic=given_back(t),
        p_value=given_back(p_value),
        method=f"E-test, {variance} variance",
    )


def c_test(
    count_1: ArrayLike,
    count_2: ArrayLike,
    *,
    exposure_1: ArrayLike = 1.0,
    exposure_2: ArrayLike = 1.0,
) -> CountTest:
    """The C-test, exact and conditional: how k1 + k2 events fell on the two.

    If both rates are one, k1 is a binomial number of k1 + k2 with the share ``t1 / (t1 + t2)``. The
    p-value is twice the smaller tail, at most 1. R's ``poisson.test`` adds up all that is no
    likelier instead, which differs where the exposures do.

    Args:
        count_1: Events of the first; 0 or more.
        count_2: Events of the second; 0 or more.
        exposure_1: What the first are counted over, such as days. NaN comes out where it is 0.
        exposure_2: What the second are counted over. NaN comes out where it is 0.

    Returns:
        The first count's share of both as the statistic. NaN where nothing was counted at all.

    Raises:
        ValueError: If a number is negative.
        ModuleNotFoundError: If SciPy is not there: ``pip install "npolicing[stats]"``.

    Source:
        Przyborowski & Wilenski, Homogeneity of results in testing samples from Poisson series,
        Biometrika 31 (1940), 313-323.

    >>> round(c_test(25, 16).p_value, 4)
    0.211
    """
    k1, k2, ratio = _pairs(count_1, count_2, exposure_1, exposure_2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k1 / (k1 + k2)
        p_value = conditional_p(k1, k2, ratio / (1 + ratio))
    return CountTest(
        statistic=given_back(np.where(np.isnan(ratio), np.nan, share)),
        p_value=given_back(p_value),
        method="C-test, twice the smaller tail",
    )


def conditional_p(k1: Array, k2: Array, share: Array) -> Array:
    """Twice the smaller tail of a binomial count of k1 + k2, at most 1; NaN where both are 0."""
    at_most = np.where(k2 == 0, 1.0, beta_sf(k1 + 1, np.maximum(k2, LEAST), share))
    at_least = np.where(k1 == 0, 1.0, beta_cdf(np.maximum(k1, LEAST), k2 + 1, share))
    undefined = (k1 + k2 == 0) | np.isnan(k1 + k2 + share)
    return np.where(undefined, np.nan, np.minimum(2 * np.minimum(at_most, at_least), 1))


def poisson_z(before: ArrayLike, after: ArrayLike) -> CountTest:
    """Wheeler's Poisson z-score of a count against the one before: ``2 (√after - √before)``.

    Twice the square root of a Poisson number has a standard deviation of nearly 1, whatever its
    mean. The score takes the count before as known, as a long mean would be: beyond ±3 it is worth
    a look. As a test of two single counts it finds too much, for both vary: that is `sqrt_test`.

    Args:
        before: Events of the earlier period; 0 or more.
        after: Events of the later one, which is as long; 0 or more.

    Returns:
        The score as the statistic, and the normal p-value that takes `before` as known.

    Raises:
        ValueError: If a count is negative.

    Source:
        Wheeler, Tables and graphs for monitoring temporal crime trends, International Journal of
        Police Science & Management 18 (2016), 159-172.

    >>> poisson_z(16, 25).statistic
    2.0
    """
    k1, k2 = counts_of(before=before, after=after)
    z = 2 * (np.sqrt(k2) - np.sqrt(k1))
    return CountTest(
        statistic=given_back(z), p_value=given_back(two_sided_p(z)), method="Poisson z"
    )


def sqrt_test(
    count_1: ArrayLike,
    count_2: ArrayLike,
    *,
    exposure_1: ArrayLike = 1.0,
    exposure_2: ArrayLike = 1.0,
) -> CountTest:
    """The test of two Poisson rates by the square roots of the counts, whatever the exposures.

    ``z = 2 (√(k1 + ⅜) - √(d (k2 + ⅜))) / √(1 + d)`` with ``d = t1 / t2``. A closed form for many
    pairs at once; `e_test` is better for small counts.

    Args:
        count_1: Events of the first; 0 or more.
        count_2: Events of the second; 0 or more.
        exposure_1: What the first are counted over, such as days. NaN comes out where it is 0.
        exposure_2: What the second are counted over. NaN comes out where it is 0.

    Raises:
        ValueError: If a number is negative.

    Source:
        Gu, Ng, Tang & Schucany, Testing the ratio of two Poisson rates, Biometrical Journal 50
        (2008), 283-298.

    >>> round(sqrt_test(25, 16).statistic, 3)
    1.401
    """
    k1, k2, ratio = _pairs(count_1, count_2, exposure_1, exposure_2)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = 2 * (np.sqrt(k1 + 0.375) - np.sqrt(ratio * (k2 + 0.375))) / np.sqrt(1 + ratio)
    return CountTest(
        statistic=given_back(z), p_value=given_back(two_sided_p(z)), method="square roots"
    )


def _pairs(
    count_1: ArrayLike, count_2: ArrayLike, exposure_1: ArrayLike, exposure_2: ArrayLike
) -> tuple[Array, Array, Array]:
    """Both counts, and the ratio of their exposures; NaN where one of those is 0."""
    k1, k2, t1, t2 = counts_of(
        count_1=count_1, count_2=count_2, exposure_1=exposure_1, exposure_2=exposure_2
    )
    return k1, k2, np.where(t1 == 0, np.nan, t1) / np.where(t2 == 0, np.nan, t2)


def _e_test_p(k1: float, k2: float, ratio: float, t: float, variance: Variance) -> float:
    """How often ``|x1 - y| / √(a x1 + b y)`` is at least t under one rate, y being ratio x2."""
    if math.isnan(t) or t == 0 or k1 + k2 > _SUMMED:
        # At the very middle everything is as extreme; erfc gives that 1, and NaN its NaN.
        return math.erfc(abs(t) / math.sqrt(2))
    mean_1, mean_2 = (k1 + k2) * ratio / (1 + ratio), (k1 + k2) / (1 + ratio)
    x1, weights = poisson_weights(mean_1, min(40 + t**2 / 2, 800))
    a, b = (ratio, 1.0) if variance == "pooled" else (1.0, ratio)
    # The roots y of (x1 - y)² = t² (a x1 + b y).
    middle = x1 + t**2 * b / 2
    root = np.sqrt(t**4 * b**2 / 4 + t**2 * (a + b) * x1)
    low, high = (middle - root) / ratio, (middle + root) / ratio
    # What was counted is on a bound itself, and must be on the right side of it.
    nearly = 1e-9 + 1e-12 * high
    low = np.floor(low + nearly)
    # Nothing is below a first count of 0, and two counts of 0 do not differ.
    low = np.where(x1 > 0, low, -1)
    high = np.maximum(np.ceil(high - nearly), np.maximum(low, 0) + 1)
    tails = np.where(low >= 0, poisson_cdf(np.maximum(low, 0), mean_2), 0)
    return min(float((weights * (tails + poisson_sf(high - 1, mean_2))).sum()), 1.0)
