"""What tests of statistics ask of a result."""

from __future__ import annotations

import numpy as np

from npolicing.stats._arrays import Floats
from npolicing.stats.intervals import Interval


def limits(interval: Interval) -> tuple[float, float]:
    """Both limits, which are floats."""
    assert isinstance(interval.low, float)
    assert isinstance(interval.high, float)
    return interval.low, interval.high


def all_nan(*figures: Floats) -> bool:
    """Whether every figure is NaN, in arrays every entry."""
    return all(np.isnan(each).all() for each in figures)
