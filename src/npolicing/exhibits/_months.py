"""Months and days along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from npolicing._wording import MONTH_NAMES, day_words
from npolicing.calendar import month_number
from npolicing.exhibits.marks import Axis

__all__ = ["day_axis", "month_axis", "named", "short"]

_STEPS = (1, 3, 6, 12, 24, 60, 120)


def short(month: str) -> str:
    """A month in few letters."""
    return f"{MONTH_NAMES[int(month[5:7]) - 1][:3]} {month[:4]}"


def named(month_of_year: int) -> str:
    """A month of the year by its name."""
    return MONTH_NAMES[month_of_year - 1]


def month_axis(months: Sequence[str], most: int = 4) -> Axis:
    """The axis of months, with names for at most so many of them."""
    places = sorted({month_number(month) for month in months})
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
    return str(year) if step >= 12 else f"{MONTH_NAMES[month][:3]}\n{year}"


def day_axis(days: Sequence[date], most: int = 4) -> Axis:
    """The axis of days, with the first of some months named on it."""
    if not days:
        return Axis()
    first, last = min(days), max(days)
    months = [month_number(f"{day:%Y-%m}") for day in (first, last)]
    step = _step(months[0], months[1], most)
    begins = _begins(months[0], months[1] + 1, step)
    ticks = tuple(
        (float(date(at // 12, at % 12 + 1, 1).toordinal()), _tick(at, step)) for at in begins
    )
    within = tuple(tick for tick in ticks if first.toordinal() <= tick[0] <= last.toordinal())
    # Room for the marks that stand on the first and the last day.
    edge = max((last - first).days * 0.04, 3.0)
    ends = ((float(first.toordinal()), day_words(first)),)
    return Axis(ticks=within or ends, low=first.toordinal() - edge, high=last.toordinal() + edge)
