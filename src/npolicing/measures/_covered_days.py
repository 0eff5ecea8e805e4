"""The days that a force's logs cover, and how often each of their hours came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.calendar import days_in_month, hours_of_week

__all__ = ["CoveredDays", "covered_days", "months_of_days", "numbers", "weekdays"]

_EPOCH = date(1970, 1, 1)


@attrs.frozen(eq=False)
class CoveredDays:
    """Days that are covered, since 1970, and how often each had each of its 24 hours."""

    days: NDArray[np.int64]
    hours: NDArray[np.float64]

    @property
    def week(self) -> NDArray[np.float64]:
        """How often each hour of the week came."""
        found = np.zeros((7, 24))
        np.add.at(found, weekdays(self.days), self.hours)
        return found.ravel()


def covered_days(
    months: Sequence[str],
    days: NDArray[np.int64] | None,
    since: date | None,
    until: date | None,
    tz: str,
) -> CoveredDays:
    """The days of a force's months, from the first that is covered to the last.

    Raises:
        ValueError: If there are logs before or after them.
    """
    starts = [_number(date.fromisoformat(f"{month}-01")) for month in months]
    ends = [start + days_in_month(month) for start, month in zip(starts, months, strict=True)]
    seen = (starts[0], ends[-1] - 1) if days is None else (int(days.min()), int(days.max()))
    first = seen[0] if since is None else _number(since)
    last = seen[1] if until is None else _number(until)
    # Of months it is not known on which of their days the logs were.
    early = ends[0] - 1 < first if days is None else seen[0] < first
    late = starts[-1] > last if days is None else seen[1] > last
    if early or late:
        raise ValueError(f"There are logs before since={since}, or after until={until}.")
    covered = np.concatenate(
        [
            np.arange(max(start, first), min(end, last + 1))
            for start, end in zip(starts, ends, strict=True)
        ]
    )
    return CoveredDays(covered, np.array([_hours(each, tz) for each in covered.tolist()]))


@cache
def _hours(day: int, tz: str) -> tuple[float, ...]:
    """How often each hour of a day came."""
    found = _EPOCH + timedelta(days=day)
    return hours_of_week(found, found, tz=tz)[found.weekday() * 24 :][:24]


def _number(day: date) -> int:
    return (day - _EPOCH).days


def numbers(days: NDArray[np.generic]) -> NDArray[np.int64]:
    """Days since 1970."""
    return days.astype("datetime64[D]").astype(np.int64)


def weekdays(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The weekday of each day, 0 for Monday."""
    # 1 January 1970 was a Thursday.
    return (days + 3) % 7


def months_of_days(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The month of each day, counted from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
