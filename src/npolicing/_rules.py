"""Rules that relate the fields of one row, each said once for records and for frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise

import attrs

from npolicing.errors import Failure

__all__ = [
    "FlagWhere",
    "InMonth",
    "InOrder",
    "NeededWhen",
    "OnWeekday",
    "Rule",
    "SecondsBetween",
    "WithinADay",
]


@attrs.frozen(kw_only=True)
class Rule:
    """A relation that holds between fields of one row.

    `holds` takes the values of `columns` in their order. It is asked only where every one of them
    has a value, so that it need not know of null; where null is the point, see `NeededWhen`.

    >>> rule = Rule(
    ...     code="INCONSISTENT",
    ...     name="a half is at most the whole",
    ...     columns=("half", "whole"),
    ...     holds=lambda half, whole: half <= whole,
    ... )
    >>> rule.broken({"half": 3, "whole": 2})
    True
    """

    code: str
    name: str
    columns: tuple[str, ...]
    holds: Callable[..., bool] = attrs.field(eq=False, repr=False)

    def broken(self, row: Mapping[str, object]) -> bool:
        """Whether a row breaks the rule; `row` has at least the rule's columns."""
        values = [row[name] for name in self.columns]
        return None not in values and not self.holds(*values)

    def failure(self, row: Mapping[str, object], number: int | None = None) -> Failure:
        """The failure of a row that breaks the rule."""
        return Failure(
            code=self.code,
            rule=self.name,
            column=", ".join(self.columns),
            row=number,
            value=tuple(row[name] for name in self.columns),
        )


def _ascending(*values: object) -> bool:
    return all(a <= b for a, b in pairwise(values))  # type: ignore[operator] # of one kind


@attrs.frozen(kw_only=True)
class InOrder(Rule):
    """Fields of one kind, each at most the next.

    >>> InOrder(code="BID_PAID_OVER_AWARDED", columns=("paid", "awarded")).name
    'paid <= awarded'
    """

    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(init=False, default=_ascending, eq=False, repr=False)

    @name.default
    def _named(self) -> str:
        return " <= ".join(self.columns)


@attrs.frozen(kw_only=True)
class NeededWhen(Rule):
    """A field that must have a value where another has one of some values, and may lack it else.

    >>> rule = NeededWhen(code="BID_UNALIGNED", needed="staff", when="status", values=("paid",))
    >>> rule.name, rule.broken({"staff": None, "status": "paid"})
    ('staff is given where status is paid', True)
    """

    needed: str
    when: str
    values: tuple[str, ...]
    columns: tuple[str, ...] = attrs.field(init=False)
    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(init=False, default=_ascending, eq=False, repr=False)

    @columns.default
    def _both(self) -> tuple[str, ...]:
        return (self.needed, self.when)

    @name.default
    def _named(self) -> str:
        return f"{self.needed} is given where {self.when} is {' or '.join(self.values)}"

    def broken(self, row: Mapping[str, object]) -> bool:
        """Whether the needed field is null where it must not be."""
        return row[self.needed] is None and row[self.when] in self.values


def _within_a_day(instant: datetime, day: date) -> bool:
    return abs(instant.date() - day) <= timedelta(days=1)


@attrs.frozen(kw_only=True)
class WithinADay(Rule):
    """A time, and a date that is its date in UTC, or the day before or after.

    >>> rule = WithinADay(code="INCONSISTENT", columns=("received_at", "received_on"))
    >>> rule.name
    'received_on is within a day of received_at'
    """

    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(
        init=False, default=_within_a_day, eq=False, repr=False
    )

    @name.default
    def _named(self) -> str:
        instant, day = self.columns
        return f"{day} is within a day of {instant}"


def _seconds_between(first: datetime, second: datetime, seconds: int) -> bool:
    return (second - first) // timedelta(seconds=1) == seconds


@attrs.frozen(kw_only=True)
class SecondsBetween(Rule):
    """Two times, and the whole seconds from the first to the second, rounded down.

    >>> rule = SecondsBetween(code="INCONSISTENT", columns=("began_at", "ended_at", "seconds"))
    >>> rule.name
    'seconds is from began_at to ended_at'
    """

    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(
        init=False, default=_seconds_between, eq=False, repr=False
    )

    @name.default
    def _named(self) -> str:
        first, second, seconds = self.columns
        return f"{seconds} is from {first} to {second}"


def _flagged(_: object, flag: bool) -> bool:  # noqa: FBT001 # rules pass columns by place
    return flag


@attrs.frozen(kw_only=True)
class FlagWhere(Rule):
    """A field of any kind, and a flag that is true, or null, where that has a value.

    >>> rule = FlagWhere(code="X", name="sent where one arrived", columns=("arrived", "sent"))
    >>> rule.broken({"arrived": 5, "sent": False}), rule.broken({"arrived": None, "sent": False})
    (True, False)
    """

    holds: Callable[..., bool] = attrs.field(init=False, default=_flagged, eq=False, repr=False)


def _same_month(day: date, month: str) -> bool:
    return day.isoformat()[:7] == month


@attrs.frozen(kw_only=True)
class InMonth(Rule):
    """A day, and the month that it is in, such as ``2018-07``.

    >>> rule = InMonth(code="INCONSISTENT", columns=("received_on", "month"))
    >>> rule.broken({"received_on": date(2018, 7, 31), "month": "2018-08"})
    True
    """

    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(init=False, default=_same_month, eq=False, repr=False)

    @name.default
    def _named(self) -> str:
        return f"{self.columns[1]} is that of {self.columns[0]}"


def _same_weekday(day: date, hour_of_week: int) -> bool:
    return day.weekday() == hour_of_week // 24


@attrs.frozen(kw_only=True)
class OnWeekday(Rule):
    """A day, and an hour of the week, which is on its weekday.

    >>> rule = OnWeekday(code="INCONSISTENT", columns=("received_on", "hour_of_week"))
    >>> rule.broken({"received_on": date(2018, 7, 30), "hour_of_week": 24})
    True
    """

    name: str = attrs.field(init=False)
    holds: Callable[..., bool] = attrs.field(
        init=False, default=_same_weekday, eq=False, repr=False
    )

    @name.default
    def _named(self) -> str:
        return f"{self.columns[1]} is on the weekday of {self.columns[0]}"
