"""Seasonal demand: how much more comes in one month than in another, and what the calendar adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing.calendar import days_in_month
from npolicing.measures._comparing import RatioHigh, RatioLow, Span, compared
from npolicing.measures._dispersing import Dispersion, DispersionColumn, days_for, dispersions
from npolicing.measures._logs import Figure, Groups, log_result
from npolicing.measures._months import GAP, Count, months_of, of_crimes
from npolicing.measures._result import CONFIDENCE, IS_TOTAL

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["SeasonalDelta", "seasonal_delta"]


@attrs.frozen(kw_only=True)
class SeasonalDelta(Record):
    """One group's demand in a base month and in a peak month, and what lies between them."""

    base: Annotated[int | None, Column(f"Count in the base month; {GAP}", ge=0)] = None
    peak: Annotated[int | None, Column(f"Count in the peak month; {GAP}", ge=0)] = None
    delta: Annotated[int | None, Column("Peak minus base; null without either.")] = None
    relative_delta: Annotated[
        float | None, Column("Delta over base; null at base 0.", unit="ratio", ge=-1)
    ] = None
    base_days: Annotated[int, Column("Days of the base month.", unit="days", ge=28, le=31)] = 28
    peak_days: Annotated[int, Column("Days of the peak month.", unit="days", ge=28, le=31)] = 31
    delta_per_day: Annotated[
        float | None,
        Column("Peak over its days minus base over its days; null without either.", unit="a day"),
    ] = None
    calendar_share: Annotated[
        float | None,
        Column(
            "Share of the delta that the base's daily rate gives over the extra days; negative "
            "where the two point in opposite ways; null at delta 0.",
            unit="ratio",
        ),
    ] = None
    rate_ratio: Annotated[
        float | None,
        Column(
            "Peak over its days, over base over its days; null without either, and at base 0.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    low: RatioLow = None
    high: RatioHigh = None
    dispersion: DispersionColumn = None
    is_total: Annotated[bool, IS_TOTAL] = False


def seasonal_delta(
    logs: LogRows,
    *,
    base: str,
    peak: str,
    by: By = None,
    where: Where = None,
    count: Count = "logs",
    dispersion: Dispersion = "daily",
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """How much more comes in one month than in another, and how much of that is the calendar.

    ``delta = peak - base``, ``relative_delta = delta / base``,
    ``delta_per_day = peak / peak_days - base / base_days`` and
    ``calendar_share = base / base_days * (peak_days - base_days) / delta``: July has three days
    more than February, and at February's daily rate they bring so much of the rise.

    ``rate_ratio = (peak / peak_days) / (base / base_days)``, with the interval that days like these
    give by chance: quasi-Poisson, since days vary more than Poisson numbers. It is of these two
    months; of a peak that was picked for being one, the next may well be lower.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `month`, the
            columns of `by` and `where`, and `crimes` where those are counted. The months are taken
            for whole.
        base: The month that the other is held against, such as ``2018-02``.
        peak: The other month, such as ``2018-07``.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the logs to count; `None` is null.
        count: What is counted: ``"logs"``, or the ``"crimes"`` recorded from them.
        dispersion: How much more the days vary than chance alone: ``"daily"``, out of the counts of
            the days, where the rows have `received_on`; or a number, 1 for a plain Poisson
            interval, which at thousands of logs calls every change a signal.
        confidence: Of the interval, between 0 and 1.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group that has a log in either month, sorted by `by`, null last: the columns of
        `SeasonalDelta`. A group without a log in a month that its force has logs of has 0 there; a
        month without any log of the force is unknown, and so are crimes where those of a log are.

    Raises:
        ValueError: If a month is not written as one, or the dispersion is no number above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`; also if a month is null.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 20.
        Month length: Cleveland & Devlin, Calendar Effects in Monthly Time Series, Journal of the
        American Statistical Association 77 (1982), 520-528. Interval: `stats.rate_ratios`, score,
        with the dispersion of `stats.rates`.

    >>> import pandas as pd
    >>> tally = pd.DataFrame({"force": "WMP", "month": ["2018-02", "2018-07"], "logs": [280, 341]})
    >>> delta = seasonal_delta(tally, base="2018-02", peak="2018-07")
    >>> delta[["delta", "delta_per_day", "calendar_share"]].round(3).to_dict("records")
    [{'delta': 61, 'delta_per_day': 1.0, 'calendar_share': 0.492}]
    """
    days = {month: days_in_month(month) for month in (base, peak)}
    months = months_of(
        "seasonal_delta",
        logs,
        by,
        where,
        months=days,
        crimes=of_crimes(count),
        days=days_for(dispersion),
    )

    def figures(groups: Groups) -> Mapping[str, Figure]:
        first, second = (months.span([month], days[month], count, groups) for month in (base, peak))
        spread = dispersions(dispersion, months, groups, count)
        return {**_delta(first, second), **compared(second, first, spread, confidence)}

    return log_result(SeasonalDelta, months.cells, figures, total=total)


def _delta(base: Span, peak: Span) -> Mapping[str, Figure]:
    delta = peak.known - base.known
    by_calendar = base.known / base.days * (peak.days - base.days)
    return {
        "base": base.column(),
        "peak": peak.column(),
        "delta": pa.array(peak.counts - base.counts, mask=peak.unknown | base.unknown),
        "relative_delta": _over(delta, base.known),
        "base_days": np.full(len(delta), base.days),
        "peak_days": np.full(len(delta), peak.days),
        "calendar_share": _over(by_calendar, delta),
    }


def _over(part: NDArray[np.float64], whole: NDArray[np.float64]) -> Figure:
    return pa.array(part / np.where(whole == 0, np.nan, whole), from_pandas=True)
