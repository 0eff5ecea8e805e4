"""Financial years, whole months, shares of a year that have passed, and hours of the week."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = [
    "DAYS_PER_MONTH",
    "FINANCIAL_YEAR",
    "MONTH",
    "add_months",
    "days_in_month",
    "elapsed_share",
    "financial_year",
    "financial_year_days",
    "hours_of_week",
    "is_financial_year",
    "month_at",
    "month_number",
    "months_from",
    "whole_months",
    "within",
]

DAYS_PER_MONTH = 30.4375
"""Days of a mean month, 365.25 / 12 (Cleveland & Devlin standardise months to it)."""
MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
"""The form of a month, such as ``2018-07``."""
FINANCIAL_YEAR = "[0-9]{4}/[0-9]{2}"
"""The form of a financial year, such as ``2019/20``: 1 April 2019 to 31 March 2020."""


def financial_year(day: date) -> str:
    """The financial year that a day is in.

    >>> financial_year(date(2020, 3, 31)), financial_year(date(2020, 4, 1))
    ('2019/20', '2020/21')
    """
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start:04}/{(start + 1) % 100:02}"


def is_financial_year(label: str) -> bool:
    """Whether a label is of two years that follow one another.

    >>> is_financial_year("2019/20"), is_financial_year("2019/21")
    (True, False)
    """
    if not re.fullmatch(FINANCIAL_YEAR, label) or not 1 <= int(label[:4]) < 9999:
        return False
    return financial_year(date(int(label[:4]), 4, 1)) == label


def financial_year_days(label: str) -> tuple[date, date]:
    """The first and the last day of a financial year.

    Raises:
        ValueError: If the label is not two years that follow one another.

    >>> financial_year_days("2019/20")
    (datetime.date(2019, 4, 1), datetime.date(2020, 3, 31))
    """
    if is_financial_year(label):
        return date(int(label[:4]), 4, 1), date(int(label[:4]) + 1, 3, 31)
    raise ValueError(f"{label!r} is no financial year; write 2019/20 for April 2019 to March 2020")


def elapsed_share(label: str, as_of: date) -> float:
    """The share of a financial year's days that have passed at the end of a day, 0 to 1.

    The day itself counts: on 15 October 2019, 198 of the 366 days of 2019/20.

    >>> round(elapsed_share("2019/20", date(2019, 10, 15)), 5)
    0.54098
    """
    first, last = financial_year_days(label)
    length = (last - first).days + 1
    passed = (as_of - first).days + 1
    return min(max(passed, 0), length) / length


def whole_months(start: date, end: date) -> int:
    """Whole months from one day to another; negative where the end is the earlier.

    >>> whole_months(date(2019, 9, 1), date(2020, 4, 1))
    7
    >>> whole_months(date(2019, 9, 2), date(2020, 4, 1))
    6
    """
    if end < start:
        return -whole_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def add_months(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it has no such day.

    >>> add_months(date(2020, 1, 31), 1)
    datetime.date(2020, 2, 29)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def within(first: date | None, last: date | None, day: date | None) -> bool:
    """Whether a day lies between two; an end that is unknown is no bound, nor is no day.

    >>> within(date(2019, 4, 1), None, date(2019, 3, 31)), within(None, None, date(2019, 3, 31))
    (False, True)
    """
    return day is None or (first or date.min) <= day <= (last or date.max)


def days_in_month(month: str) -> int:
    """How many days a month such as ``2018-02`` has.

    >>> days_in_month("2018-02"), days_in_month("2018-07")
    (28, 31)
    """
    if not isinstance(month, str):
        raise TypeError(f"a month is text, such as '2018-07', not {month!r}")
    if not re.fullmatch(MONTH, month):
        raise ValueError(f"{month!r} is no month; write 2018-07")
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def hours_of_week(first: date, last: date, *, tz: str = "Europe/London") -> tuple[float, ...]:
    """How often each local hour of the week came, from one day to another, both of them whole.

    168 numbers, the first being that of Monday 00:00 to 01:00, as `hour_of_week` of a log has it.
    Where clocks go forward an hour does not come, where they go back it comes twice: a year of
    London has 8,760 hours, or 8,784, and one Sunday hour more or less than its weeks have.
    They are whole, unless a zone moves its clocks by half an hour.

    Args:
        first: The first day.
        last: The last day; one before the first makes a period without any hour.
        tz: Whose local time it is.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: If there is no such zone.

    >>> sunday = hours_of_week(date(2018, 10, 28), date(2018, 10, 28))
    >>> sunday[144:147], sum(sunday)
    ((1.0, 2.0, 1.0), 25.0)
    """
    zone = ZoneInfo(tz)
    minutes = [0] * (7 * 24)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        begin, end = (_midnight(each, zone) for each in (day, day + timedelta(days=1)))
        if end - begin == timedelta(days=1):
            for hour in range(24):
                minutes[day.weekday() * 24 + hour] += 60
            continue
        while begin < end:
            local = begin.astimezone(zone)
            minutes[local.weekday() * 24 + local.hour] += 1
            begin += timedelta(minutes=1)
    return tuple(each / 60 for each in minutes)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def month_number(month: str) -> int:
    """A month as a number, one more than the month before it.

    Raises:
        ValueError: If it is not written as one.

    >>> month_number("2019-01") - month_number("2018-11")
    2
    """
    days_in_month(month)
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_at(number: int) -> str:
    """The month of a number.

    >>> month_at(month_number("2018-12") + 1)
    '2019-01'
    """
    return f"{number // 12:04}-{number % 12 + 1:02}"


def months_from(first: str, last: str) -> list[str]:
    """The months from the first to the last, both among them.

    >>> months_from("2018-12", "2019-01")
    ['2018-12', '2019-01']
    """
    return [month_at(each) for each in range(month_number(first), month_number(last) + 1)]
