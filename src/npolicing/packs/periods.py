"""The time that a pack is of: a month, or a quarter of a financial year, and what it is held to."""

from __future__ import annotations

import re
from datetime import date

import attrs

from npolicing._wording import MONTH_NAMES, month_words
from npolicing.calendar import (
    MONTH,
    add_months,
    days_in_month,
    financial_year,
    financial_year_days,
    is_financial_year,
    months_from,
)

__all__ = ["Period"]

_QUARTER = re.compile(r"([1-9][0-9]{3}/[0-9]{2})-Q([1-4])")


@attrs.frozen(kw_only=True)
class Period:
    """Whole months that follow one another.

    Attributes:
        name: Short name, such as 2019-09 or 2019/20-Q2.
        months: The months, such as 2019-09.
    """

    name: str
    months: tuple[str, ...]

    @classmethod
    def month(cls, text: str) -> Period:
        """A month, such as ``2019-09``.

        Raises:
            ValueError: If it is not written as one.

        >>> Period.month("2019-09").label
        'September 2019'
        """
        if not re.fullmatch(MONTH, text):
            raise ValueError(f"{text!r} is no month; write 2019-09")
        return cls(name=text, months=(text,))

    @classmethod
    def quarter(cls, text: str) -> Period:
        """A quarter of a financial year, such as ``2019/20-Q2``: July to September 2019.

        Raises:
            ValueError: If it is not written as one.

        >>> Period.quarter("2019/20-Q2").months
        ('2019-07', '2019-08', '2019-09')
        """
        found = _QUARTER.fullmatch(text)
        if found is None or not is_financial_year(found[1]):
            raise ValueError(f"{text!r} is no quarter; write 2019/20-Q2 for July to September 2019")
        first, _ = financial_year_days(found[1])
        begin = add_months(first, 3 * (int(found[2]) - 1))
        return cls(name=text, months=tuple(_text(add_months(begin, at)) for at in range(3)))

    @property
    def last(self) -> str:
        """The last month."""
        return self.months[-1]

    @property
    def since(self) -> date:
        """The first day."""
        return date.fromisoformat(f"{self.months[0]}-01")

    @property
    def until(self) -> date:
        """The last day."""
        return date.fromisoformat(f"{self.last}-{days_in_month(self.last)}")

    @property
    def financial_year(self) -> str:
        """The financial year that it lies in."""
        return financial_year(self.until)

    @property
    def is_month(self) -> bool:
        """Whether it is one month."""
        return len(self.months) == 1

    @property
    def label(self) -> str:
        """What people call it."""
        if self.is_month:
            return month_words(self.last)
        if "Q" in self.name:
            year, _, number = self.name.partition("-Q")
            begin, end = MONTH_NAMES[self.since.month - 1], month_words(self.last)
            return f"quarter {number} of {year} ({begin} to {end})"
        return f"{month_words(self.months[0])} to {month_words(self.last)}"

    @property
    def before(self) -> Period:
        """The same months a year before."""
        months = tuple(f"{int(each[:4]) - 1:04}{each[4:]}" for each in self.months)
        return _span(months) if self.is_month or "Q" not in self.name else _quarter_of(months)

    @property
    def to_date(self) -> Period:
        """The financial year so far."""
        first, _ = financial_year_days(self.financial_year)
        return _span(tuple(months_from(_text(first), self.last)))

    def history(self, months: int) -> tuple[str, ...]:
        """So many months that end with it."""
        last = date.fromisoformat(f"{self.last}-01")
        return tuple(_text(add_months(last, -back)) for back in reversed(range(months)))


def _text(day: date) -> str:
    return day.isoformat()[:7]


def _span(months: tuple[str, ...]) -> Period:
    name = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    return Period(name=name, months=months)


def _quarter_of(months: tuple[str, ...]) -> Period:
    last = date.fromisoformat(f"{months[-1]}-01")
    number = (last.month - 4) % 12 // 3 + 1
    return Period(name=f"{financial_year(last)}-Q{number}", months=months)
