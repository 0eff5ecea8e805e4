"""Percentiles by a named definition, from values or from how often each value occurs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["percentile_of_counts"]


def percentile_of_counts(
    values: NDArray[np.int64], counts: NDArray[np.int64], percent: float
) -> float | None:
    """A percentile of numbers, given how often each occurs; exact, and null without any.

    Hyndman & Fan's type 7, as numpy's ``linear`` and Excel's ``PERCENTILE.INC`` have it: with the
    numbers sorted and counted from 0, the one at ``(n - 1) * percent / 100``, or the point between
    the two beside it.

    Args:
        values: The different numbers, ascending.
        counts: How often each occurs.
        percent: 0 for the smallest, 50 for the median, 100 for the largest.

    Raises:
        ValueError: If `percent` is not from 0 to 100.

    Source:
        Hyndman & Fan, Sample Quantiles in Statistical Packages, The American Statistician 50
        (1996), 361-365.

    >>> import numpy as np
    >>> percentile_of_counts(np.array([60, 120, 600]), np.array([1, 1, 2]), 50)
    360.0
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"a percentile is from 0 to 100, not {percent}")
    ends = counts.cumsum()
    if not len(ends) or not ends[-1]:
        return None
    place = (int(ends[-1]) - 1) * percent / 100
    low, share = math.floor(place), place - math.floor(place)
    first, second = (int(values[ends.searchsorted(at, side="right")]) for at in _beside(low, share))
    return first + (second - first) * share


def _beside(low: int, share: float) -> Sequence[int]:
    return low, low + (share > 0)
