"""Intervals for a rate: so many events in so much time, or among so many people.

A full count has an interval, too: of what the same streets would have given on other days like
these. If events come one by one and independently, their count is a Poisson number, and its
standard deviation is its square root: at 70,000 logs a month, 0.4 %. Demand for the police is not
so tame: weather, football and pay days move whole days together. `dispersion` measures how much
more the days vary than Poisson numbers would, and `quasi_poisson_rate` widens the interval by it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from npolicing.stats._arrays import LEAST, Array, counts_of, refuse, z_of
from npolicing.stats._scipy import gamma_quantile, gamma_upper_quantile
from npolicing.stats.intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["RateMethod", "dispersion", "poisson_rate", "quasi_poisson_rate"]

RateMethod = Literal["exact", "score", "jeffreys", "wald", "byar", "byar_half"]


def poisson_rate(
    count: ArrayLike,
    exposure: ArrayLike = 1.0,
    *,
    method: RateMethod = "exact",
    confidence: float = 0.95,
) -> Interval:
    """An interval for a rate, if events come one by one: a count over its exposure.

    With k events, t of exposure, and the halves of what is not covered, a/2, at both ends:

    - ``exact``: Garwood's, ``χ²(a/2, 2k) / 2t`` and ``χ²(1 - a/2, 2k + 2) / 2t``. It covers what
      it promises, or more.
    - ``score``: ``(k + z²/2 ∓ z √(k + z²/4)) / t``. On average it covers what it promises.
    - ``jeffreys``: the gamma quantiles a/2 and 1 - a/2 of shape k + ½, over t.
    - ``wald``: ``(k ∓ z √k) / t``, not below 0. For large counts only: of no width at k = 0.
    - ``byar``: Byar's formula for ``exact``, as Rothman & Boice and public health teams have it,
      with k at the lower end and k + 1 at the upper:
      ``k (1 - 1/9k - z/3√k)³ / t`` and ``(k+1) (1 - 1/9(k+1) + z/3√(k+1))³ / t``.
    - ``byar_half``: the same with k + ½ at both ends, which R's DescTools calls Byar's. It comes
      near ``jeffreys``, and is narrower than ``byar``; like it, at k = 0 and little confidence it
      begins above 0.

    Args:
        count: Events; 0 or more. Weights may have made it a fraction.
        exposure: What they are counted over: days, residents, or 1 for the count itself. NaN comes
            out where it is 0.
        method: The interval's. ``exact`` and ``jeffreys`` need SciPy.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a number is negative, or the method is not known.
        ModuleNotFoundError: If SciPy is not there: ``pip install "npolicing[stats]"``.

    Source:
        Garwood, Biometrika 28 (1936), 437-442. Methods compared: Barker, The American Statistician
        56 (2002), 85-89. Byar: Rothman & Boice, Epidemiologic Analysis with a Programmable
        Calculator (1979); Breslow & Day, Statistical Methods in Cancer Research II (1987), 69.

    >>> found = poisson_rate(15, 400)
    >>> f"{found.estimate:.4f}, {found.low:.5f} to {found.high:.5f}"
    '0.0375, 0.02099 to 0.06185'
    """
    if method not in _METHODS:
        raise ValueError(f"method is one of {', '.join(_METHODS)}, not {method!r}")
    k, t = counts_of(count=count, exposure=exposure)
    z = z_of(confidence)
    limits, name = _METHODS[method]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = limits(k, z, (1 - confidence) / 2)
    return _per(t, k, low, high, name)


def quasi_poisson_rate(
    count: ArrayLike,
    exposure: ArrayLike = 1.0,
    *,
    dispersion: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """An interval for a rate whose variance is the count times a dispersion: quasi-Poisson.

    The score interval with ``z² φ`` for z²: ``(k + z²φ/2 ∓ z √(φ k + z²φ²/4)) / t``. At a
    dispersion of 1 it is `poisson_rate`'s ``score``; at 4 it is about twice as wide.

    Args:
        count: Events; 0 or more.
        exposure: What they are counted over. NaN comes out where it is 0.
        dispersion: How many times the variance is that of a Poisson number, as `dispersion` takes
            it from daily counts; above 0.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If a number is negative, or the dispersion is 0.

    Source:
        McCullagh & Nelder, Generalized Linear Models, 2nd ed. (1989), 4.5 and 6.2.

    >>> month = quasi_poisson_rate(70_000, dispersion=4.0)
    >>> f"{month.low:,.0f} to {month.high:,.0f}"
    '68,971 to 71,045'
    """
    k, t, phi = counts_of(count=count, exposure=exposure, dispersion=dispersion)
    refuse(phi == 0, "dispersion", phi, "above 0")
    low, high = _score(k, z_of(confidence) * np.sqrt(phi), 0)
    return _per(t, k, low, high, "quasi-Poisson score")


def dispersion(
    counts: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    expected: ArrayLike | None = None,
    fitted: int = 0,
    at_least: float = 1.0,
) -> float:
    """How many times the variance of counts is that of Poisson numbers: Pearson's χ² over its df.

    ``φ = Σ (x - e)² / e / df``. Without `expected`, e is the mean of the counts, or of those of the
    same group, and df is the number of counts less the number of means. Give the weekday as group,
    so that what every Saturday has more is not taken for unrest.

    A trend within the counts, or a season, is in φ as well: take it from a few months at most, or
    give what a model expects.

    Args:
        counts: Events of each day; 0 or more. NaN is a day that nobody counted, and is left out.
        groups: Of each day, what it is compared with, such as its weekday.
        expected: Of each day, how many a model expects; above 0, unless nothing was counted.
        fitted: How many numbers that model took from these counts; df is less by so many.
        at_least: The least that is given back, since what lies below 1 is mostly luck; 0 to see it.

    Returns:
        The dispersion; NaN if there are no more days than means, or nothing was counted. Days of
        a group without any event say nothing, and are left out.

    Raises:
        ValueError: If a count is negative, `groups` has another length, both `groups` and
            `expected` are given, or events were counted where none is expected.

    Source:
        McCullagh & Nelder, Generalized Linear Models, 2nd ed. (1989), 4.5 and 6.2.

    >>> days = [2300, 2100, 2450, 2250, 2400, 2150, 2380]
    >>> round(dispersion(days), 2)
    7.51
    """
    if groups is not None and expected is not None:
        raise ValueError("either groups or expected says what to expect, not both")
    if expected is None:
        x, e, means = _group_means(counts, groups)
    else:
        x, e = counts_of(counts=counts, expected=expected)
        refuse((e == 0) & (x > 0), "expected", e, "above 0 where there are counts")
        means = fitted
    known = (e > 0) & ~np.isnan(x)
    degrees = int(known.sum()) - means
    if degrees < 1:
        return math.nan
    chi2 = float((((x - e) ** 2)[known] / e[known]).sum())
    return max(chi2 / degrees, at_least)


def _group_means(counts: ArrayLike, groups: ArrayLike | None) -> tuple[Array, Array, int]:
    """The counts, the mean of each one's group, and how many means above 0 there are."""
    (x,) = counts_of(counts=np.ravel(np.asarray(counts)))
    labels = np.zeros(len(x)) if groups is None else np.ravel(np.asarray(groups))
    if len(labels) != len(x):
        raise ValueError(f"groups has {len(labels)} values for {len(x)} counts")
    known = ~np.isnan(x)
    _, group = np.unique(labels, return_inverse=True)
    group = group.reshape(-1)
    sums = np.bincount(group[known], weights=x[known], minlength=1)
    sizes = np.bincount(group[known], minlength=1)
    sizes_or_1 = np.maximum(sizes, 1)
    means = np.append(sums / sizes_or_1, 0)
    return x, means[np.minimum(group, len(sums))], int((sums > 0).sum())


def _per(exposure: Array, count: Array, low: Array, high: Array, method: str) -> Interval:
    """An interval of a count, over its exposure; NaN where that is 0."""
    t = np.where(exposure == 0, np.nan, exposure)
    return Interval.of(count / t, low / t, high / t, method)


def _garwood(k: Array, _z: float, tail: float) -> tuple[Array, Array]:
    # A gamma quantile of shape k is half of the chi-squared one of 2k degrees; of shape 0, SciPy
    # gives NaN.
    low = np.where(k == 0, 0.0, gamma_quantile(np.maximum(k, LEAST), tail))
    return low, gamma_upper_quantile(k + 1, tail)


def _score(k: Array, z: Array | float, _tail: float) -> tuple[Array, Array]:
    high = k + np.square(z) / 2 + z * np.sqrt(k + np.square(z) / 4)
    # The product of both limits is k², which gives the lower one to its last digit; NaN stays NaN.
    return k**2 / high, high


def _jeffreys(k: Array, _z: float, tail: float) -> tuple[Array, Array]:
    return gamma_quantile(k + 0.5, tail), gamma_upper_quantile(k + 0.5, tail)


def _wald(k: Array, z: float, _tail: float) -> tuple[Array, Array]:
    return np.maximum(k - z * np.sqrt(k), 0), k + z * np.sqrt(k)


def _byar(k: Array, z: float, _tail: float) -> tuple[Array, Array]:
    low, _ = _cubes(k, z)
    _, high = _cubes(k + 1, z)
    return np.where(k == 0, 0.0, low), high


def _byar_half(k: Array, z: float, _tail: float) -> tuple[Array, Array]:
    return _cubes(k + 0.5, z)


def _cubes(k: Array, z: float) -> tuple[Array, Array]:
    """Wilson and Hilferty's cube roots, which are nearly normal."""
    middle, half = 1 - 1 / (9 * k), z / (3 * np.sqrt(k))
    return k * np.maximum(middle - half, 0) ** 3, k * (middle + half) ** 3


_METHODS = {
    "exact": (_garwood, "Garwood exact"),
    "score": (_score, "score"),
    "jeffreys": (_jeffreys, "Jeffreys"),
    "wald": (_wald, "Wald"),
    "byar": (_byar, "Byar, k and k + 1"),
    "byar_half": (_byar_half, "Byar, k + 1/2"),
}
