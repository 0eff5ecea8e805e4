"""The ratio of two rates, such as this July's demand over last July's, with interval and p-value.

It says by which factor one rate is above the other, and how far chance alone would carry that
factor. It does not say why, and a p-value is no size: among 70,000 logs a month, a rise of 1 % is
beyond the chance of Poisson numbers, and may still be nothing that anybody would notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from npolicing.stats._arrays import (
    LEAST,
    Array,
    Floats,
    counts_of,
    given_back,
    refuse,
    two_sided_p,
    z_of,
)
from npolicing.stats._scipy import beta_odds_quantile
from npolicing.stats.intervals import Interval
from npolicing.stats.two_counts import conditional_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["RateRatio", "RateRatioMethod", "rate_ratio"]

RateRatioMethod = Literal["exact", "wald", "score"]


@attrs.frozen(kw_only=True, eq=False)
class RateRatio(Interval):
    """The ratio of two rates, its interval, and how surprising it were if both rates were one.

    Attributes:
        p_value: Two-sided, of the rates being the same; NaN where nothing was counted.
    """

    p_value: Floats


def rate_ratio(
    count_1: ArrayLike,
    exposure_1: ArrayLike,
    count_2: ArrayLike,
    exposure_2: ArrayLike,
    *,
    method: RateRatioMethod = "exact",
    dispersion: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> RateRatio:
    """The ratio of two rates, first over second: ``(k1 / t1) / (k2 / t2)``.

    - ``exact``: given ``k1 + k2``, k1 is a binomial number; its Clopper-Pearson limits p become
      ``p / (1 - p) * t2 / t1``, and the p-value is twice the smaller tail, at most 1, so that it is
      below 0.05 where the interval leaves 1 out.
    - ``wald``: ``exp(ln RR ∓ z √(φ (1/k1 + 1/k2)))``.
    - ``score``: the ratios r that ``(k1 - r k2 t1/t2)² / (φ r (k1 + k2) t1/t2)`` does not reject at
      z². For small counts nearer to what it promises than ``wald``.

    Args:
        count_1: Events of the first; 0 or more. With 0 the lower limit is 0, but for ``wald``,
            which has no limits then.
        exposure_1: What they are counted over. NaN comes out where it is 0.
        count_2: Events of the second; 0 or more. With 0 the ratio is NaN, for nothing is divided by
            0, and so is the upper limit, for there is none; ``wald`` has no limits at all.
        exposure_2: What they are counted over. NaN comes out where it is 0.
        method: The interval's and the test's. ``exact`` needs SciPy.
        dispersion: How many times the variance is that of Poisson numbers (`rates.dispersion`), for
            ``wald`` and ``score``; above 0.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a number is negative, the dispersion is 0, or the method is not known or
            takes no dispersion.
        ModuleNotFoundError: If SciPy is not there: ``pip install "npolicing[stats]"``.

    Source:
        Przyborowski & Wilenski, Biometrika 31 (1940), 313-323 (exact). Gu, Ng, Tang & Schucany,
        Testing the ratio of two Poisson rates, Biometrical Journal 50 (2008), 283-298. Dispersion:
        McCullagh & Nelder, Generalized Linear Models, 2nd ed. (1989), 6.2.

    >>> found = rate_ratio(60, 51477.5, 30, 54308.7)
    >>> f"{found.estimate:.3f}, {found.low:.3f} to {found.high:.3f}, p = {found.p_value:.4f}"
    '2.110, 1.340 to 3.388, p = 0.0009'
    """
    if method not in _METHODS:
        raise ValueError(f"method is one of {', '.join(_METHODS)}, not {method!r}")
    k1, t1, k2, t2, phi = counts_of(
        count_1=count_1,
        exposure_1=exposure_1,
        count_2=count_2,
        exposure_2=exposure_2,
        dispersion=dispersion,
    )
    refuse(phi == 0, "dispersion", phi, "above 0")
    if method == "exact":
        refuse(phi != 1, "dispersion", phi, "1 for method='exact'; wald and score take others")
    limits, p_of, name = _METHODS[method]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        expected = _unless_0(t1) / _unless_0(t2)
        low, high = limits(k1, k2, z_of(confidence) * np.sqrt(phi), (1 - confidence) / 2)
        return RateRatio(
            estimate=given_back(k1 / _unless_0(k2) / expected),
            low=given_back(low / expected),
            high=given_back(high / expected),
            p_value=given_back(p_of(k1, k2, expected, phi)),
            method=name,
        )


def _unless_0(array: Array) -> Array:
    return np.where(array == 0, np.nan, array)


# Limits are of the ratio of the counts, and p-values ask whether it is the expected one, which is
# that of the exposures.


def _exact(k1: Array, k2: Array, _z: Array, tail: float) -> tuple[Array, Array]:
    low = np.where(k1 == 0, 0.0, beta_odds_quantile(np.maximum(k1, LEAST), k2 + 1, tail))
    # The odds of the second count, at the same tail, are those of the first turned round.
    high = 1 / np.where(k2 == 0, np.nan, beta_odds_quantile(np.maximum(k2, LEAST), k1 + 1, tail))
    counted = k1 + k2 > 0
    return np.where(counted, low, np.nan), np.where(counted, high, np.nan)


def _exact_p(k1: Array, k2: Array, expected: Array, _phi: Array) -> Array:
    return conditional_p(k1, k2, expected / (1 + expected))


def _wald(k1: Array, k2: Array, z: Array, _tail: float) -> tuple[Array, Array]:
    ratio, spread = _unless_0(k1) / _unless_0(k2), np.exp(z * np.sqrt(1 / k1 + 1 / k2))
    return ratio / spread, ratio * spread


def _wald_p(k1: Array, k2: Array, expected: Array, phi: Array) -> Array:
    log = np.log(_unless_0(k1) / _unless_0(k2) / expected)
    return two_sided_p(log / np.sqrt(phi * (1 / k1 + 1 / k2)))


def _score(k1: Array, k2: Array, z: Array, _tail: float) -> tuple[Array, Array]:
    # The roots r of (k1 - r k2)² = z² r (k1 + k2). Their product is (k1 / k2)², which gives the
    # lower one without taking near numbers from one another.
    n = _unless_0(k1 + k2) * z**2
    twice = 2 * k1 * k2 + n + np.sqrt(n * (4 * k1 * k2 + n))
    return 2 * k1**2 / twice, twice / (2 * _unless_0(k2) ** 2)


def _score_p(k1: Array, k2: Array, expected: Array, phi: Array) -> Array:
    return two_sided_p((k1 - expected * k2) / np.sqrt(phi * expected * _unless_0(k1 + k2)))


_METHODS = {
    "exact": (_exact, _exact_p, "exact conditional"),
    "wald": (_wald, _wald_p, "Wald log"),
    "score": (_score, _score_p, "score"),
}
