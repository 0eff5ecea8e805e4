"""Months and days along an axis, and as they are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from npolicing.exhibits.marks import Axis

__all__ = ["day_axis", "month_axis", "place", "said", "said_day", "short"]

# Written out, for those of the standard library follow the machine's language.
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_STEPS = (1, 3, 6, 12, 24, 60, 120)


def place(month: str) -> int:
    """Where a month, such as ``2018-07``, is on an axis."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def said(month: str) -> str:
    """A month in words.

    >>> said("2018-07"), short("2018-07")
    ('July 2018', 'Jul 2018')
    """
    return f"{_NAMES[int(month[5:7]) - 1]} {month[:4]}"


def short(month: str) -> str:
    """A month in few letters."""
    return f"{_NAMES[int(month[5:7]) - 1][:3]} {month[:4]}"


def said_day(day: date) -> str:
    """A day in words.

    >>> said_day(date(2019, 9, 1))
    '1 September 2019'
    """
    return f"{day.day} {_NAMES[day.month - 1]} {day.year}"


def named(month_of_year: int) -> str:
    """A month of the year by its name."""
    return _NAMES[month_of_year - 1]


def month_axis(months: Sequence[str], most: int = 4) -> Axis:
    """The axis of months, with names for at most so many of them."""
    places = sorted({place(month) for month in months})
    if not places:
        return Axis()
    first, last = places[0], places[-1]
    step = _step(first, last, most)
    begins = _begins(first, last, step)
    ticks = tuple((float(at), _tick(at, step)) for at in begins) or ((float(first), _tick(first)),)
    return Axis(ticks=ticks, low=first - 0.5, high=last + 0.5)


def _step(first: int, last: int, most: int) -> int:
    """The least step with no more names than that."""
    return next((step for step in _STEPS if len(_begins(first, last, step)) <= most), _STEPS[-1])


def _begins(first: int, last: int, step: int) -> range:
    """The round months: of a quarter, of a year, of a decade."""
    return range(-(-first // step) * step, last + 1, step)


def _tick(at: int, step: int = 1) -> str:
    year, month = divmod(at, 12)
    return str(year) if step >= 12 else f"{_NAMES[month][:3]}\n{year}"


def day_axis(days: Sequence[date], most: int = 4) -> Axis:
    """The axis of days, with the first of some months named on it."""
    if not days:
        return Axis()
    first, last = min(days), max(days)
    months = [place(f"{day:%Y-%m}") for day in (first, last)]
    step = _step(months[0], months[1], most)
    begins = _begins(months[0], months[1] + 1, step)
    ticks = tuple(
        (float(date(at // 12, at % 12 + 1, 1).toordinal()), _tick(at, step)) for at in begins
    )
    within = tuple(tick for tick in ticks if first.toordinal() <= tick[0] <= last.toordinal())
    # Room for the marks that stand on the first and the last day.
    edge = max((last - first).days * 0.04, 3.0)
    ends = ((float(first.toordinal()), said_day(first)),)
    return Axis(ticks=within or ends, low=first.toordinal() - edge, high=last.toordinal() + edge)
