"""One month of many series against an earlier one: ratios, and which are notable among so many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs
import numpy as np

from npolicing.measures._month_series import MonthSeries
from npolicing.stats import rates
from npolicing.stats._student import student_p, student_quantile
from npolicing.stats.intervals import Interval
from npolicing.stats.many import benjamini_hochberg
from npolicing.stats.rate_ratios import rate_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Compared", "MonthlyDispersion", "compared"]

Floats: TypeAlias = "NDArray[np.float64]"
MonthlyDispersion: TypeAlias = float | Literal["monthly"]
"""Of the counts of months: out of the series itself, or stated; 1 is plain Poisson."""


@attrs.frozen(eq=False)
class Compared:
    """Ratios of the later month's daily rate to the earlier one's; NaN where undefined.

    Attributes:
        count, base: The counts of the two months.
        ratio: The ratio and its interval.
        dispersion: How many times the variance is that of Poisson numbers.
        p_value, p_adjusted: Of the two rates being one: alone, and as one of so many.
        sign: 1 where the later rate is higher, -1 where it is lower.
    """

    count: Floats
    base: Floats
    ratio: Interval
    dispersion: Floats
    p_value: Floats
    p_adjusted: Floats
    sign: Floats


def compared(
    series: MonthSeries,
    base: int,
    window: int,
    *,
    dispersion: MonthlyDispersion,
    confidence: float,
) -> Compared:
    """The last month of each series against the one at a place.

    Args:
        series: The series.
        base: The place of the earlier month.
        window: The place from which on months tell how much a series varies.
        dispersion: How much that is, where it is stated.
        confidence: Of the intervals.
    """
    last = len(series.months) - 1
    k1, k2 = series.counted(last), series.counted(base)
    t1, t2 = (float(series.days[at]) for at in (last, base))
    if dispersion == "monthly":
        phi, degrees = _dispersions(series, base, window)
    else:
        phi, degrees = np.full(len(k1), float(dispersion)), np.full(len(k1), np.inf)
    normal = student_quantile(confidence, np.inf)
    wider = np.array([student_quantile(confidence, each) / normal for each in degrees.tolist()])
    found = rate_ratio(
        k1, t1, k2, t2, method="score", dispersion=phi * wider**2, confidence=confidence
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = (k1 - k2 * t1 / t2) / np.sqrt(phi * t1 / t2 * (k1 + k2))
    p_value = student_p(statistic, degrees)
    return Compared(
        count=k1,
        base=k2,
        ratio=found,
        dispersion=phi,
        p_value=p_value,
        p_adjusted=np.asarray(benjamini_hochberg(p_value)),
        sign=np.sign(statistic),
    )


def _dispersions(series: MonthSeries, base: int, window: int) -> tuple[Floats, Floats]:
    """The dispersion of each series, and out of how many degrees of freedom; NaN and 0 without."""
    found = [_dispersion(*each) for each in _tables(series, base, window)]
    phi, degrees = np.array(found, dtype=np.float64).reshape(-1, 2).T
    return phi, degrees


def _tables(series: MonthSeries, base: int, window: int) -> list[tuple[Floats, Floats]]:
    """Of each series the counts of whole years that end with the last month, and their days.

    A row a year, a column a month of the year; without the two that are compared, so that a jump
    does not count as the unrest that excuses it, and without those that a year lacks.
    """
    last = len(series.months) - 1
    begins = np.maximum(series.begins(), window)
    steps = np.setdiff1d(np.arange(12), [0, (last - base) % 12])
    tables = []
    for row, begin in enumerate(begins.tolist()):
        years = max((last + 1 - begin) // 12, 2)
        places = last - np.arange(years)[:, None] * 12 - steps
        there = places >= begin
        known = (there & series.covered[row, np.where(there, places, 0)]).all(axis=0)
        kept = places[:, known]
        tables.append((series.counts[row, kept].astype(np.float64), series.days[kept]))
    return tables


def _dispersion(counts: Floats, days: Floats) -> tuple[float, float]:
    """How much months differ from what their year and their month of the year lead to expect."""
    if not counts.any():
        return np.nan, 0.0
    even = counts * days.mean(axis=0) / days
    years, months = even.sum(axis=1), even.sum(axis=0)
    means = int((years > 0).sum() + (months > 0).sum()) - 1
    degrees = int((years > 0).sum() - 1) * int((months > 0).sum() - 1)
    if degrees < 1:
        return np.nan, 0.0
    expected = np.outer(years, months) / even.sum()
    return rates.dispersion(even, expected=expected, fitted=means), float(degrees)
