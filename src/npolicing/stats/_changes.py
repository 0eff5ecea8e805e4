"""How an arm changed: what it adds to a difference, and how many events that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from npolicing.stats._arrays import Array
from npolicing.stats._before_after import BeforeAfter, arm_of, spread_evenly, unless_0

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Change", "change_of", "effective_events"]


@attrs.frozen(kw_only=True, eq=False)
class Change:
    """What one arm adds to a difference.

    Attributes:
        counts: Before and after.
        weights: What each is multiplied by in its change.
        events: Its counts, both together.
        first: Its count before over its weight.
        change: Its count after over its weight, less that before.
        variance: Of that.
        even, fourth: The variance and its like with fourth powers, of events spread evenly.
    """

    counts: tuple[Array, Array]
    weights: tuple[Array, Array]
    events: Array
    first: Array
    change: Array
    variance: Array
    even: Array
    fourth: Array

    @property
    def effective(self) -> Array:
        """How many events its variance rests on."""
        return effective_events(self.even, self.fourth)

    def may_follow(self, other: Change) -> NDArray[np.bool_]:
        """Whether it could change by as many as another: there are no fewer events than none."""
        left: NDArray[np.bool_] = self.first + other.change >= -_ROUNDED * self.first
        return left


def effective_events(even: Array, fourth: Array) -> Array:
    """How many events a variance rests on, of what is even and of the fourth powers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(even == 0, 0 * even, even**2 / fourth)


_ROUNDED = 1e-9
"""Less of a figure is no more than what floats lose."""


def change_of(name: str, arm: BeforeAfter) -> Change:
    before, after, *exposures = arm_of(name, arm)
    first, then = (1 / unless_0(each) for each in exposures)
    spread = spread_evenly(before, after, *exposures)
    return Change(
        counts=(before, after),
        weights=(-first, then),
        events=before + after,
        first=before * first,
        change=after * then - before * first,
        variance=before * first**2 + after * then**2,
        even=spread[0] * first**2 + spread[1] * then**2,
        fourth=spread[0] * first**4 + spread[1] * then**4,
    )
