"""Student's t: how surprising a distance is, by a spread that was itself measured.

A dispersion out of a few months is uncertain. Where it came out small by luck, a normal p-value
finds too much; this one allows for it, and comes near the normal one as the months grow in number.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from npolicing.stats._arrays import Array, two_sided_p, z_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["student_p", "student_quantile"]

_STEPS = 200


def student_p(t: ArrayLike, degrees: ArrayLike) -> Array:
    """How often a t of so many degrees is as far from 0, or farther; infinite ones are normal.

    Below some 1e-15 it is 0. NaN comes out of NaN, and where there is no degree.

    Source:
        Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    distance, freedom = np.broadcast_arrays(np.asarray(t, float), np.asarray(degrees, float))
    found = np.full(distance.shape, np.nan)
    for each in np.unique(freedom[freedom >= 1]).tolist():
        own = freedom == each
        found[own] = two_sided_p(distance[own]) if math.isinf(each) else _p(distance[own], each)
    return found


def _p(t: Array, degrees: float) -> Array:
    """One less the share within: a sum of as many terms as half the degrees."""
    angle: Array = np.arctan(np.abs(t) / math.sqrt(degrees))
    cosine, odd = np.cos(angle), int(degrees) % 2
    term = np.sin(angle) * (cosine if odd else 1.0)
    within = np.zeros_like(angle)
    for at in range(int(degrees) // 2):
        within += term
        term = term * cosine**2 * (2 * at + 1 + odd) / (2 * at + 2 + odd)
    if odd:
        within = (within + angle) * 2 / math.pi
    found: Array = np.clip(1 - within, 0, 1)
    return found


@lru_cache(maxsize=1024)
def student_quantile(confidence: float, degrees: float) -> float:
    """Within which distance of 0 a t of so many degrees lies so often; NaN without a degree."""
    if not degrees >= 1:
        return math.nan
    low, high = 0.0, z_of(confidence)
    if math.isinf(degrees):
        return high
    beyond = 1 - confidence
    while student_p(high, degrees) > beyond:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        outside = student_p(middle, degrees) > beyond
        low, high = (middle, high) if outside else (low, middle)
    return high
