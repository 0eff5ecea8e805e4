"""The season of a year: how far each month of the year lies above or below the trend round it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import attrs
import numpy as np

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, counts, names_of
from npolicing.calendar import DAYS_PER_MONTH, month_number
from npolicing.measures._covered_days import numbers, weekdays
from npolicing.measures._demand_series import DemandSeries, is_demand, series_of
from npolicing.measures._months import DAY, months_of
from npolicing.measures._result import IS_TOTAL, check_word
from npolicing.stats.calendar_adjustments import weekday_adjusted
from npolicing.stats.seasonality import SeasonalModel, seasonal_indices

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Adjustment", "SeasonalProfile", "seasonal_profile"]

Adjustment = Literal["per_day", "month_standardised", "weekday", "none"]
"""What of the calendar is taken out: the length of months, their weekdays too, or nothing."""
_YEAR = 12


@attrs.frozen(kw_only=True)
class SeasonalProfile(Record):
    """One group's usual level in one month of the year."""

    month_of_year: Annotated[
        int, Column("Month of the year, 1 for January to 12.", unit="months", ge=1, le=12)
    ]
    index: Annotated[
        float,
        Column(
            "Seasonal index: over the trend where multiplicative, such as 1.08 for 8 % above it; "
            "less the trend where additive, in logs a day, or a month as adjusted."
        ),
    ]
    years: Annotated[
        int,
        Column("How many of such months have a trend, so that it is their mean.", ge=1),
    ]
    rank: Annotated[int, Column("1 for the month with the highest index, the peak month.", ge=1)]
    peak_years: Annotated[
        int,
        Column("Whole calendar years whose highest month it was; a tie counts for each.", ge=0),
    ]
    whole_years: Annotated[int, Column("Whole calendar years in the series.", ge=0)]
    is_total: Annotated[bool, IS_TOTAL] = False


def seasonal_profile(
    logs: LogRows,
    *,
    by: By = None,
    where: Where = None,
    since: date | None = None,
    until: date | None = None,
    model: SeasonalModel = "multiplicative",
    adjust: Adjustment = "per_day",
    total: bool = False,
) -> pd.DataFrame:
    """How far each month of the year lies above or below the trend, on average over the years.

    Seasonal indices by classical decomposition: each month over (or less) the mean of the year
    round it, averaged by month of the year, with the mean 1 (or 0). The month of rank 1 is the
    peak month; `peak_years` of `whole_years` says how dependably it is.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Or what `demand` gives, as it
            is. Needs what `demand` needs, and `received_on` for ``adjust="weekday"``.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the logs to count; `None` is null.
        since: As for `demand`.
        until: As for `demand`: with it a part-month at the end is seen, and left out.
        model: ``"multiplicative"`` where the swing grows with the level, ``"additive"`` where it
            does not, or where some month has no log.
        adjust: ``"per_day"``, logs over the days of the month; ``"month_standardised"``, that times
            30.4375; ``"weekday"``, as a month with its usual share of each weekday would have had;
            ``"none"``, in which a February is low for being short.
        total: Whether to add rows for all groups together.

    Returns:
        Twelve rows a group that has any of the logs, sorted by `by` and month of the year: the
        columns of `SeasonalProfile`. The total's are of the summed series, no mean of its groups'.

    Raises:
        ValidationError: If a month between the first and the last has no log of the force, or of
            those that `until` asks for: `GAP`, with group and month. What is not known is no 0.
        ValueError: If a series is shorter than two years, or has a month of 0 and the model is
            multiplicative; names the group. If an argument is none that there is.
        MissingColumnsError, MixedRowsError, ColumnTypeError, TypeError: As `demand`.

    Warns:
        NpolicingWarning: If a part-month is left out; names it, and its days.

    Source:
        R's ``decompose``: see `stats.seasonality`. Calendar: see `stats.calendar_adjustments`. West
        Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 18 and
        20: demand follows a season, and is highest in summer.

    >>> import pandas as pd
    >>> from npolicing.calendar import days_in_month
    >>> months = [f"{year}-{month:02}" for year in (2016, 2017, 2018) for month in range(1, 13)]
    >>> daily = [13 if month[5:] == "07" else 10 for month in months]
    >>> logs = [a * days_in_month(month) for a, month in zip(daily, months)]
    >>> profile = seasonal_profile(pd.DataFrame({"force": "WMP", "month": months, "logs": logs}))
    >>> peak = profile[profile["rank"] == 1]
    >>> peak[["month_of_year", "index", "peak_years", "whole_years"]].round(3).values.tolist()
    [[7.0, 1.268, 3.0, 3.0]]
    """
    check_word("adjust", adjust, get_args(Adjustment))
    daily = adjust == "weekday"
    if daily:
        logs = _by_day(logs, by, where)
    series = series_of(
        "seasonal_profile", logs, by=by, where=where, since=since, until=until, total=total
    )
    adjusted = iter(_weekday_logs(logs, by, where, series.each)) if daily else None

    def figures(each: DemandSeries) -> Sequence[SeasonalProfile]:
        values = _adjusted(each, adjust) if adjusted is None else next(adjusted)
        return _profile(each, values, model)

    return series.result(SeasonalProfile, figures)


def _adjusted(series: DemandSeries, adjust: Adjustment) -> NDArray[np.float64]:
    if adjust == "none":
        return series.logs
    return series.per_day * (DAYS_PER_MONTH if adjust == "month_standardised" else 1)


def _profile(
    series: DemandSeries, values: NDArray[np.float64], model: SeasonalModel
) -> list[SeasonalProfile]:
    """A row a month of the year."""
    if model == "multiplicative" and not values.all():
        month = series.months[int(np.flatnonzero(values == 0)[0])]
        raise ValueError(
            f"seasonal_profile: {series.group} has no log in {month}, and a multiplicative season "
            'needs some in each month. Pass model="additive", or group by fewer columns.'
        )
    try:
        found = seasonal_indices(values, period=_YEAR, model=model)
    except ValueError as error:
        raise ValueError(f"seasonal_profile: {series.group}: {error}") from error
    of_year = np.array([month_number(month) % _YEAR for month in series.months])
    indices = np.roll(found, of_year[0])
    half = _YEAR // 2
    rested = np.bincount(of_year[half : len(of_year) - half], minlength=_YEAR)
    whole = _whole_years(values, of_year)
    peaks = (whole == whole.max(axis=1, keepdims=True)).sum(axis=0)
    return [
        SeasonalProfile(
            month_of_year=at + 1,
            index=float(indices[at]),
            years=int(rested[at]),
            rank=int((indices > indices[at]).sum()) + 1,
            peak_years=int(peaks[at]),
            whole_years=len(whole),
            is_total=series.is_total,
        )
        for at in range(_YEAR)
    ]


def _whole_years(values: NDArray[np.float64], of_year: NDArray[np.int64]) -> NDArray[np.float64]:
    """The years that run from January to December, a row each."""
    first = -int(of_year[0]) % _YEAR
    number = (len(values) - first) // _YEAR
    return values[first : first + number * _YEAR].reshape(number, _YEAR)


def _by_day(logs: LogRows, by: By, where: Where) -> LogRows:
    """The tally by day, so that rows which can be read but once are read but once."""
    if is_demand(logs):
        raise ValueError(
            'seasonal_profile: adjust="weekday" needs the logs of each day, and a result of demand '
            "has those of months. Pass the logs."
        )
    table, _ = counts(logs, by=[*names_of(by), "month", DAY, *(where or {})])
    return table


def _weekday_logs(
    logs: LogRows, by: By, where: Where, series: Sequence[DemandSeries]
) -> list[NDArray[np.float64]]:
    """What standard weekdays would have had in each month of each series.

    A day of a whole month on which the group has no log is a day of 0.
    """
    asked = [name for name in names_of(by) if name != "month"]
    months = months_of("seasonal_profile", logs, asked, where, days="needed")
    days = numbers(months.cells.table[DAY].to_numpy())
    counted = months.counted("logs")
    codes, groups = months.cells.groups().codes, months.cells.asked_groups()
    found = []
    for each in series:
        own = np.full(len(codes), fill_value=True) if each.is_total else codes == groups[each.place]
        starts = [np.datetime64(month, "D").astype(np.int64) for month in each.months]
        month_counts = [
            np.bincount(days[rows] - start, weights=counted[rows], minlength=int(length))
            for start, length in zip(starts, each.days, strict=True)
            for rows in [own & (days >= start) & (days < start + length)]
        ]
        adjusted = [
            weekday_adjusted(one, weekdays=weekdays(start + np.arange(len(one))))
            for one, start in zip(month_counts, starts, strict=True)
        ]
        found.append(np.array(adjusted))
    return found
