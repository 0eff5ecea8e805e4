"""The days of the calendar that the dimension of dates has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import get_args

from npolicing.calendar import days_in_month, financial_year, financial_year_days
from npolicing.star_schema.dimensions import DimDate, Weekday

__all__ = ["calendar_rows"]

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def calendar_rows(days: Iterable[date], bank_holidays: Collection[date]) -> list[DimDate]:
    """Every day of the financial years from that of the first of some days to that of the last.

    Args:
        days: The days that facts have.
        bank_holidays: Those of whole calendar years: of a year of which none is given, nothing is
            known.

    Raises:
        TypeError: If a bank holiday is no day.
    """
    for each in bank_holidays:
        if type(each) is not date:
            raise TypeError(f"a bank holiday is a day, such as date(2019, 12, 25), not {each!r}")
    asked = set(days)
    if not asked:
        return []
    years = {each.year for each in bank_holidays}
    first = financial_year_days(financial_year(min(asked)))[0]
    last = financial_year_days(financial_year(max(asked)))[1]
    return [
        _row(day, bank_holiday=day in bank_holidays if day.year in years else None)
        for day in _run(first, last)
    ]


def _run(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _row(day: date, *, bank_holiday: bool | None) -> DimDate:
    month = f"{day:%Y-%m}"
    financial_month = (day.month - 4) % 12 + 1
    year = financial_year(day)
    return DimDate(
        date=day,
        month_start=day.replace(day=1),
        month=month,
        year=day.year,
        month_number=day.month,
        days_in_month=days_in_month(month),
        financial_year=year,
        financial_quarter=f"{year}-Q{(financial_month + 2) // 3}",
        financial_month=financial_month,
        weekday=_WEEKDAYS[day.weekday()],
        weekday_number=day.isoweekday(),
        bank_holiday=bank_holiday,
    )
