"""The days of a span, their real hours, and how many of the rows each of them has."""

from __future__ import annotations

import re
from datetime import date

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing._zones import local, utc
from npolicing.calendar import MONTH, days_in_month
from npolicing.synthetic._shape import MONTHS, WEEK

__all__ = ["HOUR", "Days", "days_of", "generator"]

ZONE = "Europe/London"
HOUR = 3_600_000_000
_NOISE = 0.06
_DAYS_KEY = 1


def generator(seed: int, *key: int) -> np.random.Generator:
    """Numbers that depend on a seed and on a place, and on nothing before it."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


@attrs.frozen(eq=False, kw_only=True)
class Days:
    """The local days of a span, and their hours one after another.

    Attributes:
        day: Days since 1970, by day.
        month: Months since 1970, by day.
        start: The instant at which a day begins, in microseconds; one more than there are days.
        hour: Where the hours of a day begin among all hours; one more than there are days.
        hour_of_week: The local hour of the week, by hour.
        weight: The sum of the weights of all hours before; one more than there are hours.
        rows: The number of the first row of a day; one more than there are days.
    """

    day: NDArray[np.int64]
    month: NDArray[np.int64]
    start: NDArray[np.int64]
    hour: NDArray[np.int64]
    hour_of_week: NDArray[np.int64]
    weight: NDArray[np.float64]
    rows: NDArray[np.int64]


def days_of(first: str, last: str, rows: int, seed: int) -> Days:
    """The days of the months from `first` to `last`, with all of `rows` shared out among them."""
    day = np.arange(_day(first), _day(last) + days_in_month(last))
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    midnights = np.append(day, day[-1] + 1) * 24 * HOUR
    start = utc(midnights, ZONE).utc
    instants = np.arange(start[0], start[-1], HOUR)
    hour_of_week = (local(instants, ZONE) // HOUR + 72) % 168  # 1970 began on a Thursday
    hour = (start - start[0]) // HOUR
    noise = 1 + _NOISE * (generator(seed, _DAYS_KEY).random(len(day)) - 0.5)
    level = np.repeat(MONTHS[month % 12] * noise, np.diff(hour))
    weight = np.concatenate([[0.0], np.cumsum(WEEK.ravel()[hour_of_week] * level)])
    return Days(
        day=day,
        month=month,
        start=start,
        hour=hour,
        hour_of_week=hour_of_week,
        weight=weight,
        rows=np.concatenate([[0], np.cumsum(_shared(rows, np.diff(weight[hour])))]),
    )


def _day(month: str) -> int:
    if not re.fullmatch(MONTH, month) or not "1900" <= month < "2101":
        raise ValueError(f"{month!r} is no month of the years 1900 to 2100; write 2018-07")
    return (date.fromisoformat(f"{month}-01") - date(1970, 1, 1)).days


def _shared(rows: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole rows by weight, with none left over: the largest remainders get one more."""
    exact = rows * (weights / weights.sum())
    shared: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    most = np.argsort(shared - exact, kind="stable")
    shared[most[: rows - int(shared.sum())]] += 1
    return shared
