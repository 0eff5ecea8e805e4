"""What may come next, step by step: a mean, its spread, and the interval that follows from them.

A prediction says where the next months would lie if they went on as those before did. Its interval
is one for a single month to come, and so is much wider than that of a mean. It knows of nothing
that is not in the series: no change of grades, no new way of recording, no summer of another kind.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import numpy as np

from npolicing.stats._arrays import Array, numbers, z_of
from npolicing.stats._series import series_of, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Prediction", "exceedance", "seasonal_naive"]


@attrs.frozen(kw_only=True, eq=False)
class Prediction:
    """Steps to come, each normally distributed; every array has one number a step.

    Attributes:
        mean: What is expected.
        low: The lower limit of the prediction interval. It may be below 0: cut it where it is of
            counts and shown.
        high: The upper limit.
        sd: The standard deviation.
        method: How it came about, such as `"seasonal_naive"`.
        confidence: How often the interval should hold, such as 0.95.
    """

    mean: Array
    low: Array
    high: Array
    sd: Array
    method: str
    confidence: float

    @classmethod
    def of(cls, mean: Array, sd: Array, *, method: str, confidence: float) -> Prediction:
        """A prediction with the interval of a normal distribution."""
        reach = z_of(confidence) * sd
        return cls(
            mean=mean,
            low=mean - reach,
            high=mean + reach,
            sd=sd,
            method=method,
            confidence=confidence,
        )


def seasonal_naive(
    values: ArrayLike, *, period: int = 12, horizon: int = 12, confidence: float = 0.95
) -> Prediction:
    """Next July as last July: each step is the last value of its season.

    ``y_{T+h-m(k+1)}`` with ``k = ⌊(h - 1) / m⌋``. The standard deviation is ``s √(k + 1)``, where s
    is the root mean square of the differences from a period before. It is what every other method
    must beat.

    Args:
        values: The series, at even steps and without a gap.
        period: How many points make a whole turn; 1 gives the last value for all steps.
        horizon: How many steps to predict, 1 or more.
        confidence: Of the interval, between 0 and 1.

    Raises:
        TypeError: If `values` is not of numbers.
        ValueError: If the series is not longer than a period, or has a gap; names the place. If
            `period`, `horizon` or `confidence` is out of bounds.

    Source:
        Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, sections 5.2
        and 5.5.

    >>> found = seasonal_naive([10, 20, 12, 23], period=2, horizon=3, confidence=0.8)
    >>> found.mean.tolist(), found.sd.round(3).tolist()
    ([12.0, 23.0, 12.0], [2.55, 2.55, 3.606])
    """
    period = whole("period", period, least=1)
    horizon = whole("horizon", horizon, least=1)
    series = series_of(values, least=period + 1, why=f"a seasonal naive forecast of {period}")
    turns = np.arange(horizon) // period
    spread = math.sqrt(np.mean((series[period:] - series[:-period]) ** 2))
    return Prediction.of(
        np.resize(series[-period:], horizon),
        spread * np.sqrt(turns + 1.0),
        method="seasonal_naive",
        confidence=confidence,
    )


def exceedance(prediction: Prediction, *, thresholds: ArrayLike) -> Array:
    """How likely each step is above each of some thresholds, such as those of a demand plan.

    ``1 - Φ((threshold - mean) / sd)``: under the normal distribution that the prediction's
    interval is of. It is as good as the prediction is; see its coverage.

    Args:
        prediction: Of `seasonal_naive`, `holt_winters` or `forecast`.
        thresholds: In the unit of the series, in any order.

    Returns:
        Probabilities from 0 to 1: a row a step, a column a threshold. Where the standard deviation
        is 0, 1 for a mean above the threshold, else 0; NaN for a threshold that is NaN.

    Raises:
        TypeError: If thresholds are not of numbers.
        ValueError: If one is infinite, or they are not one row.

    >>> found = seasonal_naive([10, 20, 12, 23], period=2, horizon=1)
    >>> exceedance(found, thresholds=[10, 12, 14]).round(3).tolist()
    [[0.784, 0.5, 0.216]]
    """
    (levels,) = numbers(thresholds=thresholds)
    if levels.ndim != 1:
        raise ValueError(f"thresholds are one row, not an array of {levels.ndim} dimensions")
    above = prediction.mean[:, np.newaxis] - levels
    spread = np.broadcast_to(prediction.sd[:, np.newaxis], above.shape)
    certain = np.where(np.isnan(above), np.nan, (above > 0).astype(np.float64))
    scores = np.zeros(above.shape)
    # With a tiny spread a score may be too large for a float: it is certain all the same.
    with np.errstate(over="ignore"):
        np.divide(above, spread, out=scores, where=spread > 0)
    found: Array = np.where(spread > 0, _ERFC(-scores / math.sqrt(2)) / 2, certain)
    return found


_ERFC = np.vectorize(math.erfc, otypes=[np.float64])
