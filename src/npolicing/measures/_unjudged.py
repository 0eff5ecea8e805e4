"""Why a series is not judged, in words for those who read the table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from npolicing.measures._month_ratios import Compared
from npolicing.measures._month_series import MonthSeries
from npolicing.measures._signalling import FEWEST, Signals

__all__ = ["reasons"]


def reasons(series: MonthSeries, base: int, ratios: Compared, charts: Signals) -> list[str | None]:
    """For each series, why it has no ratio, no p-value or no chart; None where it has each."""
    begins, gaps, points = (
        each.tolist() for each in (series.begins(), series.last_gaps(), charts.points)
    )
    return [
        "; ".join(
            [
                *_of_ratio(series, base, ratios, row, begins[row]),
                *_of_chart(series, gaps[row], points[row]),
            ]
        )
        or None
        for row in range(len(series.counts))
    ]


def _of_ratio(
    series: MonthSeries, base: int, ratios: Compared, row: int, begins: int
) -> Iterator[str]:
    month, earlier = series.months[-1], series.months[base]
    if np.isnan(ratios.count[row]):
        yield f"no ratio: a gap in {month}"
    elif base < begins:
        yield f"no ratio: too short, it begins in {series.months[begins]}"
    elif np.isnan(ratios.base[row]):
        yield f"no ratio: a gap in {earlier}"
    elif ratios.base[row] == 0:
        yield f"no ratio: none in {earlier}" + ("" if ratios.count[row] else f", nor in {month}")
    if np.isnan(ratios.dispersion[row]):
        yield "no p-value: too little in other months for a dispersion"


def _of_chart(series: MonthSeries, gap: int, points: int) -> Iterator[str]:
    if points < FEWEST:
        yield (
            f"no chart: a gap in {series.months[gap]}"
            if gap >= 0
            else (f"no chart: too short, {points} month{'s' * (points != 1)}")
        )
