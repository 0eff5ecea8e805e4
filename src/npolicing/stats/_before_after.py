"""Counts before and after, and what the methods of `displacement` give back."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from npolicing.stats._arrays import Array, Floats, counts_of
from npolicing.stats.intervals import Interval

__all__ = [
    "BeforeAfter",
    "DisplacementQuotient",
    "RatioOfRateRatios",
    "Truths",
    "WeightedDifference",
    "arm_of",
    "spread_evenly",
    "truths",
    "unless_0",
]

Truths = bool | NDArray[np.bool_]
"""Of numbers a bool, of arrays an array of the broadcast shape."""


@attrs.frozen(eq=False)
class BeforeAfter:
    """The events of some areas before and after, and what they are counted over.

    Attributes:
        before: Events of the period before; 0 or more.
        after: Events of the period after; 0 or more.
        before_exposure: Time x area of the count before: days, hectares, both multiplied, or 1.
        after_exposure: The same of the count after. The paper calls these weights.
    """

    before: ArrayLike
    after: ArrayLike
    before_exposure: ArrayLike = 1.0
    after_exposure: ArrayLike = 1.0


@attrs.frozen(kw_only=True, eq=False)
class WeightedDifference(Interval):
    """A weighted displacement difference: negative where there are fewer than to be expected.

    Attributes:
        standard_error: Of the estimate; NaN where nothing was counted at all.
        statistic: The estimate in standard errors.
        p_value: Two-sided, of there being no difference.
        likelihood_p_value: The same by the likelihood ratio.
        effective_events: How many events the variance rests on: ``(Σ m/w²)² / Σ m/w⁴ / φ``, where
            m are the events of each arm, spread over before and after as its weights are. It is
            their number where all weights are one. Below some 50 the normal test may find more than
            it promises.
        least_events: The same of the treated alone or of the comparison alone, of whichever has
            fewer.
        readable: Whether the difference can be read: no arm is without any event, and neither of
            the treated nor of the displacement areas fewer than none are expected after.
    """

    standard_error: Floats
    statistic: Floats
    p_value: Floats
    likelihood_p_value: Floats
    effective_events: Floats
    least_events: Floats
    readable: Truths


@attrs.frozen(kw_only=True, eq=False)
class RatioOfRateRatios(Interval):
    """A ratio of rate ratios: below 1 where there are fewer than to be expected.

    Attributes:
        log_ratio: The natural logarithm of the estimate.
        standard_error: Of that logarithm.
        statistic: The logarithm in standard errors.
        p_value: Two-sided, of the ratio being 1.
        effective_events: How many events, spread evenly over four counts, would be as telling:
            ``16 / Σ 1/m / φ``, with m as in `WeightedDifference`.
    """

    log_ratio: Floats
    standard_error: Floats
    statistic: Floats
    p_value: Floats
    effective_events: Floats


@attrs.frozen(kw_only=True, eq=False)
class DisplacementQuotient:
    """A weighted displacement quotient, and the figures that it is made of. None has an interval.

    Attributes:
        gross_effect: Treated before less treated after, in events; of periods of one length.
        net_effect: Treated over comparison, before less after.
        success_measure: The same, after less before: negative is success.
        buffer_measure: Displacement areas over comparison, after less before: positive is
            displacement, negative diffusion of benefits.
        wdq: The buffer measure over the success measure; NaN where it cannot be read.
        total_net_effect: Events prevented in treated and displacement areas together.
        readable: Whether the quotient can be read: no count is 0, and there was a success.
    """

    gross_effect: Floats
    net_effect: Floats
    success_measure: Floats
    buffer_measure: Floats
    wdq: Floats
    total_net_effect: Floats
    readable: Truths


def arm_of(name: str, arm: BeforeAfter) -> tuple[Array, ...]:
    """The counts of an arm and what they are over, by names that say which arm is wrong.

    Raises:
        TypeError: If it is no arm.
    """
    if not isinstance(arm, BeforeAfter):
        raise TypeError(f"{name} is a BeforeAfter, not {arm!r:.60}")
    return counts_of(
        **{
            f"{name} before": arm.before,
            f"{name} after": arm.after,
            f"{name} before_exposure": arm.before_exposure,
            f"{name} after_exposure": arm.after_exposure,
        }
    )


def spread_evenly(before: Array, after: Array, over: Array, then: Array) -> tuple[Array, Array]:
    """The events of an arm as both periods would have them, if nothing but chance parted them.

    Whether events are enough must not hang on how few there were after.
    """
    total, whole = before + after, unless_0(over + then)
    return total * over / whole, total * then / whole


def unless_0(array: Array) -> Array:
    """An array with NaN for 0, for nothing is divided by that."""
    return np.where(array == 0, np.nan, array)


def truths(array: NDArray[np.bool_]) -> Truths:
    """What is true as it is handed out: a bool, if it is of numbers."""
    return array if array.ndim else bool(array)
