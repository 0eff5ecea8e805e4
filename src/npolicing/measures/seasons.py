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
from npolicing.measures._dispersing import Dispersion, DispersionColumn, dispersions
from npolicing.measures._logs import Figure, Flags, Groups, log_result
from npolicing.measures._months import GAP, Count, Months, months_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL
from npolicing.stats.rate_ratios import rate_ratio

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
    low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of the rate ratio; null with it, or without a dispersion.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    high: Annotated[
        float | None, Column("Upper limit of the same; null as that.", unit="ratio", ge=0)
    ] = None
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
        ValueError: If a month is not written as one.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`.

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
    days = days_in_month(base), days_in_month(peak)
    months = months_of(
        "seasonal_delta", logs, by, where, months=(base, peak), crimes=count == "crimes", days=True
    )
    rows = {month: months.cells.among("month", [month]) for month in (base, peak)}

    def figures(groups: Groups) -> Mapping[str, Figure]:
        first, second = (_in_month(months, rows[month], count, groups) for month in (base, peak))
        phi = dispersions(dispersion, months, groups, months.counted(count))
        return {**_delta(first, second, days), **_ratio(first, second, days, phi, confidence)}

    return log_result(SeasonalDelta, months.cells, figures, total=total)


_Sum = tuple["NDArray[np.int64]", "Flags"]
"""A count of each group, and where it is not known."""


def _in_month(months: Months, rows: Flags, count: Count, groups: Groups) -> _Sum:
    """What each group counts in a month."""
    counted = groups.sum(months.counted(count) * rows)
    forces = months.forces()
    gap = ~np.isin(forces, forces[rows])
    unknown = groups.sum(gap | (months.unknown(count) & rows)) > 0
    return counted, unknown


def _delta(first: _Sum, second: _Sum, days: tuple[int, int]) -> Mapping[str, Figure]:
    (base, no_base), (peak, no_peak) = first, second
    base_days, peak_days = days
    unknown = no_base | no_peak
    delta = peak - base
    by_calendar = base / base_days * (peak_days - base_days)
    return {
        "base": pa.array(base, mask=no_base),
        "peak": pa.array(peak, mask=no_peak),
        "delta": pa.array(delta, mask=unknown),
        "relative_delta": _over(delta, base, unknown),
        "base_days": np.full(len(base), base_days),
        "peak_days": np.full(len(base), peak_days),
        "delta_per_day": pa.array(peak / peak_days - base / base_days, mask=unknown),
        "calendar_share": _over(by_calendar, delta, unknown),
    }


def _ratio(
    first: _Sum,
    second: _Sum,
    days: tuple[int, int],
    phi: NDArray[np.float64],
    confidence: float,
) -> Mapping[str, Figure]:
    """The ratio of the daily rates, and its interval."""
    (base, no_base), (peak, no_peak) = first, second
    unknown = no_base | no_peak | (base == 0)
    known = np.where(np.isnan(phi), 1.0, phi)
    found = rate_ratio(
        peak, days[1], base, days[0], method="score", dispersion=known, confidence=confidence
    )
    low, high = (np.asarray(each, np.float64) for each in (found.low, found.high))
    return {
        "rate_ratio": pa.array(np.asarray(found.estimate, np.float64), mask=unknown),
        "low": pa.array(low, mask=unknown | np.isnan(phi)),
        "high": pa.array(high, mask=unknown | np.isnan(phi)),
        "dispersion": pa.array(phi, from_pandas=True),
    }


def _over(part: NDArray[np.number], whole: NDArray[np.number], unknown: Flags) -> Figure:
    undefined = unknown | (whole == 0)
    return pa.array(part / np.where(undefined, 1, whole), mask=undefined)
