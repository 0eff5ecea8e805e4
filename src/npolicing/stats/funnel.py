"""Funnel limits: which units stand out from the rest by more than chance, without a league table.

Each unit is held against what all give together, within limits that are wide for small units and
narrow for large ones. Within them there is nothing to explain, and so no rank to give. Outside is a
reason to ask, and no verdict: units differ in what they are asked to do. Where most units are
outside, the limits are wrong and not the units, and `overdispersion` says by how much to widen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from npolicing.stats._arrays import Array, counts_of, refuse_above, refuse_fractions, z_of
from npolicing.stats._scipy import binomial_cdf, chi2_sf, poisson_cdf

__all__ = ["Funnel", "FunnelLimits", "FunnelOf", "Overdispersion", "funnel", "overdispersion"]

FunnelOf = Literal["proportion", "rate"]
FunnelLimits = Literal["interpolated", "quantile", "normal"]


@attrs.frozen(kw_only=True, eq=False)
class Funnel:
    """A funnel: one entry a unit in each array, in the order of the units given.

    Attributes:
        pooled: The proportion or rate of all units together; NaN where there is none.
        estimate: Each unit's own; NaN where its denominator is 0.
        alert_low: Lower limit of the inner pair, 95 % unless said otherwise.
        alert_high: Its upper limit.
        alarm_low: Lower limit of the outer pair, 99.8 % unless said otherwise.
        alarm_high: Its upper limit.
        flag: ``in``, ``alert_low``, ``alert_high``, ``alarm_low`` or ``alarm_high``; ``unknown``
            where the estimate is NaN. On a limit is in.
        dispersion: What the variance was multiplied by.
        method: How the limits came about.
    """

    pooled: float
    estimate: Array
    alert_low: Array
    alert_high: Array
    alarm_low: Array
    alarm_high: Array
    flag: NDArray[np.str_]
    dispersion: float
    method: str


@attrs.frozen(kw_only=True)
class Overdispersion:
    """Whether units vary by more than chance lets them, all in all.

    Attributes:
        chi2: The sum of the squared z-scores.
        degrees: Units less 1.
        p_value: How often chance alone would give as much or more; NaN below two units.
        phi: The mean of the squared z-scores, after those at both ends were drawn in.
        dispersion: `phi`, but never below 1: what to widen a funnel by.
    """

    chi2: float
    degrees: int
    p_value: float
    phi: float

    @property
    def dispersion(self) -> float:
        """`phi`, but never below 1: what to widen a funnel by; NaN stays NaN."""
        return self.phi if math.isnan(self.phi) else max(self.phi, 1.0)


def funnel(
    count: ArrayLike,
    denominator: ArrayLike,
    *,
    of: FunnelOf,
    dispersion: float = 1.0,
    limits: FunnelLimits | None = None,
    alert: float = 0.95,
    alarm: float = 0.998,
) -> Funnel:
    """Limits for each unit round what all give together, and which units are beyond them.

    - ``interpolated``: exact binomial or Poisson limits, interpolated as Spiegelhalter does: with r
      the least count whose cumulative probability F is at least p,
      ``(r - (F(r) - p) / (F(r) - F(r - 1))) / n``.
    - ``quantile``: the count r itself, over n: plain exact limits, in steps.
    - ``normal``: ``pooled ∓ z √(φ V / n)``, V being ``p (1 - p)`` of a proportion and the
      rate itself of a rate; not below 0, nor above 1 of a proportion.

    Args:
        count: Of each unit, how many had it, or how many events; 0 or more.
        denominator: Of each unit, out of how many, or over how much exposure; with 0 the unit is
            ``unknown``. A unit with NaN in either is, too, and is not in the pooled figure.
        of: ``proportion`` (binomial) or ``rate`` (Poisson).
        dispersion: φ, from `overdispersion` or from daily counts (`rates.dispersion`); above 0.
        limits: The method. Without one: ``interpolated``, and ``normal`` where a dispersion is not
            1, which is the only one that takes it.
        alert: Confidence of the inner limits, between 0 and 1.
        alarm: Confidence of the outer limits, between `alert` and 1.

    Raises:
        ValueError: If a number is negative, a proportion's count is above its denominator, an
            argument is not among what is named here, or exact limits are asked of a dispersion.
        ModuleNotFoundError: If exact limits are asked for and SciPy is not there:
            ``pip install "npolicing[stats]"``.

    Source:
        Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine
        24 (2005), 1185-1202; the interpolation in its appendix A.1.

    >>> found = funnel([90, 130, 70, 110], [1000, 1000, 1000, 1000], of="proportion")
    >>> found.pooled, found.flag.tolist()
    (0.1, ['in', 'alarm_high', 'alarm_low', 'in'])
    """
    x, n = _units(count, denominator, of)
    if not 0 < dispersion < math.inf:
        raise ValueError(f"dispersion is above 0, not {dispersion}")
    if not alert < alarm:
        raise ValueError(f"alarm is above alert ({alert}), not {alarm}")
    kind = limits or ("interpolated" if dispersion == 1 else "normal")
    if kind not in ("interpolated", "quantile", "normal"):
        raise ValueError(f"limits are interpolated, quantile or normal, not {limits!r}")
    if kind != "normal" and dispersion != 1:
        raise ValueError(f"{kind} limits take no dispersion: limits='normal' does")
    pooled = _pooled(x, n)
    pairs = [
        _normal(pooled, n, of, z_of(each) * math.sqrt(dispersion))
        if kind == "normal"
        else _exact(pooled, n, of, each, interpolated=kind == "interpolated")
        for each in (alert, alarm)
    ]
    estimate = x / n
    words = {"proportion": "binomial", "rate": "Poisson"}[of]
    return Funnel(
        pooled=pooled,
        estimate=estimate,
        alert_low=pairs[0][0],
        alert_high=pairs[0][1],
        alarm_low=pairs[1][0],
        alarm_high=pairs[1][1],
        flag=_flags(estimate, pairs),
        dispersion=dispersion,
        method=f"{'quasi-' if dispersion != 1 else ''}{words}, {kind}",
    )


def overdispersion(
    count: ArrayLike, denominator: ArrayLike, *, of: FunnelOf, winsorise: float = 0.1
) -> Overdispersion:
    """Whether units differ by more than chance, and the factor to widen a funnel's limits by.

    With ``z = (x - n p) / √(n V)`` of each unit, p the pooled figure and V as `funnel` has it, the
    sum of z² is chi-squared with one degree less than units if all have the same true figure. For
    the factor, the z-scores beyond the quantiles `winsorise` and 1 - `winsorise` are drawn in to
    them (Hyndman & Fan's type 7), lest the units that a funnel should find widen it; φ is the mean
    of their squares.

    Args:
        count: Of each unit, how many had it, or how many events; 0 or more.
        denominator: Of each unit, out of how many, or over how much exposure. Units with 0 or NaN
            are left out.
        of: ``proportion`` (binomial) or ``rate`` (Poisson).
        winsorise: The share of units to draw in at each end, from 0 to below 0.5.

    Returns:
        All NaN with fewer than two units, or where the pooled figure has no variance.

    Raises:
        ValueError: If a number is negative, a proportion's count is above its denominator, or
            `winsorise` is not from 0 to below 0.5.
        ModuleNotFoundError: If SciPy is not there: ``pip install "npolicing[stats]"``.

    Source:
        Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine
        24 (2005), 1185-1202, its sections 4.1 and 4.2.

    >>> found = overdispersion([90, 130, 70, 110], [1000] * 4, of="proportion", winsorise=0)
    >>> round(found.chi2, 2), found.degrees, round(found.phi, 2)
    (22.22, 3, 5.56)
    """
    if not 0 <= winsorise < 0.5:
        raise ValueError(f"winsorise is from 0 to below 0.5, not {winsorise}")
    x, n = _units(count, denominator, of)
    known = ~np.isnan(x / n)
    variance = _variance(_pooled(x, n), of)
    if known.sum() < 2 or not variance > 0:
        return Overdispersion(chi2=math.nan, degrees=0, p_value=math.nan, phi=math.nan)
    x, n = x[known], n[known]
    z = (x - n * _pooled(x, n)) / np.sqrt(n * variance)
    drawn_in = np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise]))
    chi2, degrees = float((z**2).sum()), len(z) - 1
    return Overdispersion(
        chi2=chi2, degrees=degrees, p_value=chi2_sf(chi2, degrees), phi=float((drawn_in**2).mean())
    )


def _units(count: ArrayLike, denominator: ArrayLike, of: FunnelOf) -> tuple[Array, Array]:
    """Counts and denominators; NaN where a denominator is 0."""
    if of not in ("proportion", "rate"):
        raise ValueError(f"of is proportion or rate, not {of!r}")
    x, n = np.atleast_1d(*counts_of(count=count, denominator=denominator))
    if of == "proportion":
        refuse_above("count", x, "denominator", n)
    return x, np.where(n == 0, np.nan, n)


def _pooled(x: Array, n: Array) -> float:
    known = ~np.isnan(x / n)
    return float(x[known].sum() / n[known].sum()) if known.any() else math.nan


def _variance(pooled: float, of: FunnelOf) -> float:
    return pooled * (1 - pooled) if of == "proportion" else pooled


def _normal(pooled: float, n: Array, of: FunnelOf, z: float) -> tuple[Array, Array]:
    half = z * np.sqrt(_variance(pooled, of) / n)
    most = 1.0 if of == "proportion" else math.inf
    return np.maximum(pooled - half, 0), np.minimum(pooled + half, most)


def _exact(
    pooled: float, n: Array, of: FunnelOf, confidence: float, *, interpolated: bool
) -> tuple[Array, Array]:
    """Limits by the distribution of a unit's count."""
    if not _variance(pooled, of) > 0:
        same = np.where(np.isnan(n), np.nan, pooled)
        return same, same
    # A unit without a denominator is computed with 1, and left out afterwards.
    trials = np.where(np.isnan(n), 1, n)
    if of == "proportion":
        refuse_fractions("denominator", trials)
    cumulative = _binomial(trials, pooled) if of == "proportion" else _poisson(trials * pooled)
    tail = (1 - confidence) / 2
    # Bernstein's bound: less than the tail is above it.
    far = -math.log(tail)
    reach = far / 3 + np.sqrt(far**2 / 9 + 2 * far * _variance(pooled, of) * trials)
    above = np.ceil(trials * pooled + reach)
    low, high = (
        np.where(np.isnan(n), np.nan, _limit(cumulative, p, above, interpolated=interpolated) / n)
        for p in (tail, 1 - tail)
    )
    return low, high


def _binomial(trials: Array, p: float) -> Callable[[Array], Array]:
    def cumulative(k: Array) -> Array:
        inside = binomial_cdf(np.clip(k, 0, trials - 1), trials, p)
        return np.where(k < 0, 0.0, np.where(k >= trials, 1.0, inside))

    return cumulative


def _poisson(means: Array) -> Callable[[Array], Array]:
    def cumulative(k: Array) -> Array:
        return np.where(k < 0, 0.0, poisson_cdf(np.maximum(k, 0), means))

    return cumulative


def _limit(
    cumulative: Callable[[Array], Array], p: float, above: Array, *, interpolated: bool
) -> Array:
    """The least count of at least a cumulative probability, between -1 and one that has it."""
    below = np.full_like(above, -1.0)
    while (above - below > 1).any():
        middle = np.floor((below + above) / 2)
        enough = cumulative(middle) >= p
        below, above = np.where(enough, below, middle), np.where(enough, middle, above)
    if not interpolated:
        return above
    at, before = cumulative(above), cumulative(above - 1)
    return np.maximum(above - (at - p) / (at - before), 0)


def _flags(estimate: Array, pairs: list[tuple[Array, Array]]) -> NDArray[np.str_]:
    (alert_low, alert_high), (alarm_low, alarm_high) = pairs
    chosen = {
        "unknown": np.isnan(estimate),
        "alarm_low": estimate < alarm_low,
        "alarm_high": estimate > alarm_high,
        "alert_low": estimate < alert_low,
        "alert_high": estimate > alert_high,
    }
    found: NDArray[np.str_] = np.select(list(chosen.values()), list(chosen), "in")
    return found
