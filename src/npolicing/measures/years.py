"""A month, or a financial year so far, held against the same time of the year before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing.calendar import (
    add_months,
    days_in_month,
    financial_year,
    financial_year_days,
    months_from,
)
from npolicing.measures._comparing import RatioHigh, RatioLow, compared
from npolicing.measures._dispersing import Dispersion, DispersionColumn, days_for, dispersions
from npolicing.measures._logs import Figure, Groups, log_result
from npolicing.measures._months import DAY, Count, Months, months_of, of_crimes
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, check_days

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["YearOnYear", "year_on_year"]

_GAP = "null where the force has no log of one of the months: that is a gap, and no 0."


@attrs.frozen(kw_only=True)
class YearOnYear(Record):
    """One group's demand in a period, and in the same days of the year before."""

    since: Annotated[date, Column("First day of the period.")] = date(2019, 7, 1)
    until: Annotated[date, Column("Last day of the period.")] = date(2019, 7, 31)
    days: Annotated[int, Column("Days of the period.", unit="days", ge=1, le=366)] = 31
    current: Annotated[int | None, Column(f"Count in the period; {_GAP}", ge=0)] = None
    before_days: Annotated[
        int, Column("Days of the same period a year before.", unit="days", ge=1, le=366)
    ] = 31
    before: Annotated[int | None, Column(f"Count in that period; {_GAP}", ge=0)] = None
    delta_per_day: Annotated[
        float | None,
        Column(
            "Current over its days minus before over its days; null without either.", unit="a day"
        ),
    ] = None
    rate_ratio: Annotated[
        float | None,
        Column(
            "Current over its days, over before over its days; null without either, and at before "
            "0.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    low: RatioLow = None
    high: RatioHigh = None
    p_value: Annotated[
        float | None,
        Column(
            "How often days like these would differ by chance as much as that, or more; null "
            "without a count or a dispersion, and where nothing was counted.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    dispersion: DispersionColumn = None
    is_total: Annotated[bool, IS_TOTAL] = False


def year_on_year(
    logs: LogRows,
    *,
    month: str,
    months: int = 1,
    to_date: bool = False,
    until: date | None = None,
    by: By = None,
    where: Where = None,
    count: Count = "logs",
    dispersion: Dispersion = "daily",
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """How demand of a month, several, or a financial year so far, differs from the year before.

    ``rate_ratio = (current / days) / (before / before_days)`` and
    ``delta_per_day = current / days - before / before_days``: per day, since February of a leap
    year has a day more. The interval and the p-value are of the ratio: how far chance alone would
    carry it among days like these, which vary more than Poisson numbers. Moving holidays are not
    taken out: an Easter in March and one in April make a difference that is no change.

    Of many groups some have a small p-value by chance alone: `stats.many.benjamini_hochberg`
    corrects for that.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `month`, the
            columns of `by` and `where`, `crimes` where those are counted, and `received_on` where
            `until` is given. The months are taken for whole, but for that.
        month: The month, or the last of several or of the financial year so far: ``2019-07``.
        months: How many months the period has, up to that one; 3 are a quarter.
        to_date: Whether the period begins with the financial year, on 1 April.
        until: Last day of the period, where the month is not over: no log after it is counted, nor
            after the same day of the year before. The last day of a month stands for the whole.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the logs to count; `None` is null.
        count: What is counted: ``"logs"``, or the ``"crimes"`` recorded from them.
        dispersion: As for `seasonal_delta`.
        confidence: Of the interval, between 0 and 1.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group that has a log in either period, sorted by `by`, null last: the columns of
        `YearOnYear`. A group without a log in a month that its force has logs of has 0 there; a
        period with a month without any log of the force is unknown.

    Raises:
        TypeError: If `until` is given as text or as a time.
        ValueError: If the month is not written as one, `until` is not in it, `months` is below 1,
            or is asked for beside `to_date`, or the dispersion is no number above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`; also if a month is null, or a day and
            `until` is given.

    Source:
        Interval and p-value: `stats.rate_ratios`, score, with the dispersion of `stats.rates`. That
        counts of the same month differ by chance, and how to tell: Wheeler, International Journal
        of Police Science & Management 18 (2016), 159-172.

    >>> import pandas as pd
    >>> tally = pd.DataFrame({"force": "WMP", "month": ["2019-02", "2020-02"], "logs": [280, 290]})
    >>> year = year_on_year(tally, month="2020-02", dispersion=1)
    >>> year[["current", "days", "before", "before_days", "rate_ratio"]].to_dict("records")
    [{'current': 290, 'days': 29, 'before': 280, 'before_days': 28, 'rate_ratio': 1.0}]
    """
    now, then = _periods(month, until, months=months, to_date=to_date)
    wanted = days_for(dispersion) if until is None else "needed"
    asked = [*then.months, *now.months]
    rows = months_of(
        "year_on_year", logs, by, where, months=asked, crimes=of_crimes(count), days=wanted
    )
    if until is not None:
        rows = _up_to(rows, now, then)

    def figures(groups: Groups) -> Mapping[str, Figure]:
        current, before = (rows.span(each.months, each.days, count, groups) for each in (now, then))
        spread = dispersions(dispersion, rows, groups, count)
        return {
            "since": pa.array([now.first] * groups.number, pa.date32()),
            "until": pa.array([now.last] * groups.number, pa.date32()),
            "days": np.full(groups.number, now.days),
            "current": current.column(),
            "before_days": np.full(groups.number, then.days),
            "before": before.column(),
            **compared(current, before, spread, confidence),
        }

    return log_result(YearOnYear, rows.cells, figures, total=total)


@attrs.frozen
class _Period:
    """From a first day to a last, both among it."""

    first: date
    last: date

    @classmethod
    def of(cls, month: str, day: int | None, *, months: int, to_date: bool) -> _Period:
        """The period that ends with a day of a month, or with the month."""
        last = date.fromisoformat(f"{month}-{day or days_in_month(month):02}")
        year, _ = financial_year_days(financial_year(last))
        return cls(year if to_date else add_months(last.replace(day=1), 1 - months), last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> list[str]:
        return months_from(self.first.isoformat()[:7], self.last.isoformat()[:7])


def _periods(
    month: str, until: date | None, *, months: int, to_date: bool
) -> tuple[_Period, _Period]:
    """The period that is asked for, and that of the year before."""
    length = days_in_month(month)
    if months < 1 or (to_date and months > 1):
        raise ValueError(f"months={months} is 1 or more, and 1 beside to_date=True")
    check_days(until=until)
    if until is not None and until.isoformat()[:7] != month:
        raise ValueError(f"until= is a day of {month}, not {until}")
    # The last day of February is another one in a leap year: it stands for the whole month.
    day = None if until is None or until.day == length else until.day
    before = f"{int(month[:4]) - 1:04}{month[4:]}"
    return (
        _Period.of(month, day, months=months, to_date=to_date),
        _Period.of(before, day, months=months, to_date=to_date),
    )


def _up_to(months: Months, *periods: _Period) -> Months:
    """The tally of the days of periods."""
    days = months.cells.table[DAY]
    kept = np.zeros(len(days), dtype=np.bool_)
    for each in periods:
        inside = pc.and_(
            pc.greater_equal(days, pa.scalar(each.first)),
            pc.less_equal(days, pa.scalar(each.last)),
        )
        kept |= inside.to_numpy()
    return months.within(kept)
