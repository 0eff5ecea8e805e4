"""What of a series is trend, what is the time of the year, and what is neither.

Classical decomposition takes a moving average of a whole year as the trend, averages what is left
by month, and calls the averages seasonal indices: July is 1.08, 8 % above what the trend alone
would give. It says how the months of the years at hand differed. It does not say why, nor that they
will again; it takes each year's season to be the same; and for the first and the last half year it
has no trend. It needs two whole years, and is worth reading from four or five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import attrs
import numpy as np

from npolicing.stats._arrays import Array, refuse
from npolicing.stats._series import season_of, series_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Decomposition", "SeasonalModel", "decompose", "seasonal_indices"]

SeasonalModel = Literal["additive", "multiplicative"]
"""Whether a season adds so many logs, or so many per cent."""


@attrs.frozen(kw_only=True, eq=False)
class Decomposition:
    """A series taken apart; all but `indices` are as long as the series.

    Attributes:
        observed: The series.
        trend: Its centred moving average over a whole period; NaN for the half period at each end.
        seasonal: The index of each point's season.
        remainder: What is left of the series; NaN where the trend is.
        indices: One index a season, the first being that of the first point: they add up to 0
            (additive), or have the mean 1 (multiplicative).
        model: How the parts make up the series, by adding or by multiplying.
    """

    observed: Array
    trend: Array
    seasonal: Array
    remainder: Array
    indices: Array
    model: SeasonalModel


def decompose(
    values: ArrayLike, *, period: int = 12, model: SeasonalModel = "additive"
) -> Decomposition:
    """A series as trend, season and remainder, by classical decomposition.

    The trend is the mean of a whole period round each point; of an even period, of the two that
    can be centred on it (a 2 x m moving average). An index is the mean of what the trend leaves of
    a season's points, and all are moved so that they add up to 0, or divided so that their mean
    is 1. ``observed = trend + seasonal + remainder``, or their product.

    Args:
        values: The series, at even steps and without a gap; above 0 if the model is multiplicative.
        period: How many points make a whole turn: 12 for months, 4 for quarters, 7 for days.
        model: `"additive"` where the swing is as large in a high year as in a low one,
            `"multiplicative"` where it grows with the level.

    Raises:
        TypeError: If `values` is not of numbers, or `period` no whole number.
        ValueError: If the series is shorter than two periods, has a gap (NaN) or an infinite
            number, or has 0 or less and the model is multiplicative; names the place.

    Source:
        R's ``decompose`` (M. Kendall and A. Stuart, The Advanced Theory of Statistics 3, 1983,
        410-414); Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition,
        section 3.4.

    >>> parts = decompose([13, 9, 8, 10, 17, 13, 12, 14], period=4)
    >>> parts.indices.tolist(), parts.trend.tolist()[2:6]
    ([4.5, -0.5, -2.5, -1.5], [10.5, 11.5, 12.5, 13.5])
    """
    if model not in get_args(SeasonalModel):
        raise ValueError(f'model is "additive" or "multiplicative", not {model!r}')
    period = season_of(period)
    series = series_of(values, least=2 * period, why="a season of two whole periods")
    multiplies = model == "multiplicative"
    if multiplies:
        refuse(series <= 0, "values", series, 'above 0 where the model is "multiplicative"')
    trend = _moving_average(series, period)
    left = series / trend if multiplies else series - trend
    means = np.array([np.nanmean(left[season::period]) for season in range(period)])
    indices = means / means.mean() if multiplies else means - means.mean()
    seasonal = np.resize(indices, len(series))
    # Beside 1e99 an index of 1e-300 is 0; what it leaves is not known.
    with np.errstate(invalid="ignore"):
        remainder = left / seasonal if multiplies else left - seasonal
    return Decomposition(
        observed=series,
        trend=trend,
        seasonal=seasonal,
        remainder=remainder,
        indices=indices,
        model=model,
    )


def seasonal_indices(
    values: ArrayLike, *, period: int = 12, model: SeasonalModel = "multiplicative"
) -> Array:
    """The seasonal indices of a series, the first being that of its first point.

    As `decompose`, which says how, and what is raised; multiplicative unless said otherwise, since
    demand swings in per cent.

    >>> seasonal_indices([12, 8, 12, 8, 12, 8], period=2).tolist()
    [1.2, 0.8]
    """
    return decompose(values, period=period, model=model).indices


def _moving_average(series: Array, period: int) -> Array:
    """The mean of a whole period round each point; NaN where it would reach over an end."""
    weights = np.ones(period) if period % 2 else np.r_[0.5, np.ones(period - 1), 0.5]
    trend = np.full(len(series), np.nan)
    half = period // 2
    trend[half : len(series) - half] = np.convolve(series, weights / period, "valid")
    return trend
