"""Months of 28 and of 31 days, of four Saturdays and of five, made fit to be compared.

A July has three days more than a February, and so a tenth more of everything that happens daily.
An adjusted figure says what a month of even length would have had. It takes out the calendar and
nothing else: not the summer, not a holiday, not how logs are recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from npolicing.calendar import DAYS_PER_MONTH
from npolicing.stats._arrays import Array, Floats, counts_of, given_back, numbers, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["month_standardised", "per_day", "week_profile", "weekday_adjusted"]

_WEEK = 7
_HOURS = 168


def per_day(values: ArrayLike, *, days: ArrayLike) -> Floats:
    """Figures over the days that each covers: ``x / n``.

    Args:
        values: What was counted; NaN, a gap, stays NaN.
        days: Days that each figure covers, 0 or more: of a part-month, those it has. NaN comes out
            where they are 0.

    Raises:
        TypeError: If an argument is not of numbers.
        ValueError: If days are below 0, a number is infinite, or shapes do not go together.

    Source:
        Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 3.1.

    >>> per_day([280, 310], days=[28, 31]).tolist()
    [10.0, 10.0]
    """
    (counts,), (length,) = numbers(values=values), counts_of(days=days)
    counts, length = numbers(values=counts, days=length)
    found = np.full(counts.shape, np.nan)
    with np.errstate(over="ignore"):
        np.divide(counts, length, out=found, where=length > 0)
    return given_back(found)


def month_standardised(values: ArrayLike, *, days: ArrayLike) -> Floats:
    """Figures as months of mean length would have had them: ``x · 30.4375 / n``.

    Twelve months of a year with its usual days add up to about what they did, so the figures keep
    the size that readers know.

    Args:
        values: What was counted in each month; NaN, a gap, stays NaN.
        days: Days that each covers, 0 or more. NaN comes out where they are 0.

    Raises:
        TypeError, ValueError: As `per_day`.

    Source:
        Cleveland and Devlin, Calendar Effects in Monthly Time Series: Modeling and Adjustment,
        Journal of the American Statistical Association 77 (1982), 520-528.

    >>> month_standardised([280, 310], days=[28, 31]).tolist()
    [304.375, 304.375]
    """
    return given_back(np.asarray(per_day(values, days=days)) * DAYS_PER_MONTH)


def weekday_adjusted(
    counts: ArrayLike, *, weekdays: ArrayLike, days: float = DAYS_PER_MONTH
) -> float:
    """What a month of standard weekdays would have had, from the counts of its days.

    ``Σ mean_w · days / 7``: the mean of its Mondays, of its Tuesdays and so on, each as often as a
    month of mean length has them. Two months of one length can differ by a Friday and a Saturday.

    Args:
        counts: What was counted on each day of the month; NaN on any day gives NaN.
        weekdays: The weekday of each day: 0 for Monday to 6 for Sunday.
        days: Length of the standard month, above 0.

    Returns:
        The figure; NaN where some weekday does not occur, as in a part of a week.

    Raises:
        TypeError: If an argument is not of numbers.
        ValueError: If a weekday is none, counts are below 0, or shapes do not go together.

    Source:
        Cleveland and Devlin, as `month_standardised`.

    >>> month = [10, 10, 10, 10, 20, 30, 10] * 4
    >>> weekday_adjusted(month, weekdays=list(range(7)) * 4, days=28)
    400.0
    """
    found, named = numbers(counts=counts_of(counts=counts)[0], weekdays=weekdays)
    refuse(~np.isin(named, np.arange(_WEEK)), "weekdays", named, "0 (Monday) to 6 (Sunday)")
    (length,) = counts_of(days=days)
    places = named.astype(np.int64).ravel()
    sums = np.bincount(places, weights=found.ravel(), minlength=_WEEK)
    times = np.bincount(places, minlength=_WEEK)
    return float(np.sum(per_day(sums, days=times)) * length / _WEEK)


def week_profile(counts: ArrayLike, *, hours: ArrayLike) -> Array:
    """How many logs an hour came in at each hour of the week, by the hours that really were.

    ``count / hours``, as seven days of 24 hours. When clocks change, one Sunday hour comes twice
    and one never, and a period seldom has each weekday equally often; `calendar.hours_of_week`
    counts the hours.

    Args:
        counts: Logs by local hour of the week: 168, the first being Monday 00:00 to 01:00.
        hours: How often each came in the period, 0 or more. NaN comes out where it is 0.

    Raises:
        TypeError: If an argument is not of numbers.
        ValueError: If there are not 168 of each, or one is below 0 or infinite.

    >>> busy_fridays = [52.0] * 96 + [104.0] * 24 + [52.0] * 48
    >>> week_profile(busy_fridays, hours=[52] * 168)[:, 0].tolist()
    [1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0]
    """
    (logs,), (exposure,) = counts_of(counts=counts), counts_of(hours=hours)
    for name, array in (("counts", logs), ("hours", exposure)):
        if array.shape != (_HOURS,):
            raise ValueError(f"{name} has shape {array.shape}; a week has {_HOURS} hours")
    return np.asarray(per_day(logs, days=exposure)).reshape(_WEEK, 24)
