"""The lines of a control chart, on many series at once.

All of it is about one part of a chart: a row is a series, a column a point, and a line is a column
with one number a series.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

# Rounded, as the NHS has them: 3 / 1.128 is 2.6596, and gives other limits.
_LIMIT = 2.66
_NEAR = 2 * (_LIMIT / 3)
_RANGE = 3.267


@attrs.frozen
class Lines:
    """The lines of one part, a column each."""

    mean: Table
    mean_range: Table

    @property
    def lower(self) -> Table:
        """The lower limit."""
        return self.mean - _LIMIT * self.mean_range

    @property
    def upper(self) -> Table:
        """The upper limit."""
        return self.mean + _LIMIT * self.mean_range

    @property
    def near_lower(self) -> Table:
        """Two thirds of the way down to the limit."""
        return self.mean - _NEAR * self.mean_range

    @property
    def near_upper(self) -> Table:
        """Two thirds of the way up to the limit."""
        return self.mean + _NEAR * self.mean_range

    @property
    def range_limit(self) -> Table:
        """The upper limit of the moving ranges."""
        return _RANGE * self.mean_range


def lines(values: Table, *, screen: bool) -> tuple[Lines, NDArray[np.bool_]]:
    """The lines that rest on these values, and which moving ranges were left out as outliers.

    There is a moving range fewer than values; the limits of one value are NaN.
    """
    # From the first value on, the mean of a constant series is that constant, to the last digit.
    mean = values[:, :1] + (values - values[:, :1]).mean(axis=1, keepdims=True)
    ranges = np.abs(np.diff(values, axis=1))
    mean_range = _mean(ranges, np.ones(ranges.shape, bool))
    # Where nothing moves, no range is an outlier, though each is at the limit.
    screened = (ranges >= _RANGE * mean_range) & (mean_range > 0) & screen
    return Lines(mean, _mean(ranges, ~screened)), screened


def _mean(ranges: Table, kept: NDArray[np.bool_]) -> Table:
    number = kept.sum(axis=1, keepdims=True)
    # A sum and a number of ranges: nothing is divided by 0 where there are none.
    total = np.where(kept, ranges, 0.0).sum(axis=1, keepdims=True)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
