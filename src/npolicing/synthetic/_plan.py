"""Which logs are received on which day, in blocks that are drawn one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.calendar import MONTH
from npolicing.synthetic._profile import DAY_FACTORS, HOURS, WEEKDAYS

__all__ = ["Block", "blocks", "days_of"]

_ZONE = ZoneInfo("Europe/London")
_MOST = 2**17
_HOUR = 3600
_EPOCH = date(1970, 1, 1)


@attrs.frozen
class _Day:
    """A local day: its date, when it starts (UTC, in seconds) and the local hours that it has."""

    day: date
    start: int
    hours: Sequence[int]


@attrs.frozen
class _Piece:
    """Logs of one day, or of a part of it: from which share of the day to which."""

    day: _Day
    rows: int
    numbered_from: int
    low: float
    high: float


@attrs.frozen
class Block:
    """Logs that are drawn together, in order. Days are counted from 1970-01-01.

    Attributes:
        seconds: When each was received, in UTC since 1970.
        hours: The local hour of the week.
        days: The local day.
        months: The local month, counted from January 1970.
        numbers: The number of the log within the day, from 1.
    """

    seconds: NDArray[np.int64]
    hours: NDArray[np.int64]
    days: NDArray[np.int32]
    months: NDArray[np.int64]
    numbers: NDArray[np.int64]


def days_of(first: str, last: str) -> list[date]:
    """The days of months.

    Raises:
        ValueError: If one is no month, or the last is before the first.
    """
    for month in (first, last):
        if not re.fullmatch(MONTH, month) or not "1972-01" <= month <= "9998-12":
            raise ValueError(f"{month!r} is no month from 1972-01 on, such as '2018-07'")
    if last < first:
        raise ValueError(f"the last month, {last}, is before the first, {first}")
    start, end = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    end = (end + timedelta(days=31)).replace(day=1)
    return [start + timedelta(days=each) for each in range((end - start).days)]


def blocks(
    rows: int, first: str, last: str, seed: int
) -> Iterator[tuple[np.random.Generator, Block]]:
    """The blocks of so many logs, each with random numbers of its own."""
    for number, pieces in enumerate(_runs(_pieces(rows, days_of(first, last)))):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        yield rng, _drawn(pieces, rng)


def _pieces(rows: int, days: Sequence[date]) -> Iterator[_Piece]:
    """The logs of each day, in parts where they are too many to be held at once."""
    for day, count in zip(days, _allotted(rows, days), strict=True):
        parts = -(-count // _MOST)
        for part in range(parts):
            before, after = count * part // parts, count * (part + 1) // parts
            yield _Piece(_day(day), after - before, before + 1, part / parts, (part + 1) / parts)


def _allotted(rows: int, days: Sequence[date]) -> list[int]:
    """How many logs each day has: its share so far, rounded, so that the total is exact.

    By the largest remainders a handful of logs would all be in July.
    """
    weights = np.array([DAY_FACTORS[each.month - 1] * WEEKDAYS[each.weekday()] for each in days])
    shares = np.cumsum(weights) / weights.sum()
    until = [int(rows * share + 0.5) for share in shares[:-1].tolist()] + [rows]
    return [after - before for before, after in pairwise([0, *until])]


def _runs(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces that follow one another, as many as a block holds."""
    held: list[_Piece] = []
    count = 0
    for piece in pieces:
        if held and count + piece.rows > _MOST:
            yield held
            held, count = [], 0
        held.append(piece)
        count += piece.rows
    if held:
        yield held


def _day(day: date) -> _Day:
    start, end = (_midnight(each) for each in (day, day + timedelta(days=1)))
    hours: Sequence[int] = range(24)
    if end - start != 24 * _HOUR:
        instants = range(start, end, _HOUR)
        hours = [datetime.fromtimestamp(each, _ZONE).hour for each in instants]
    return _Day(day, start, hours)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), _ZONE).astimezone(UTC).timestamp())


def _drawn(pieces: Sequence[_Piece], rng: np.random.Generator) -> Block:
    """When the logs of a block are received: places in the day, through the shares of its hours."""
    counts = [each.rows for each in pieces]
    at = np.repeat(np.arange(len(pieces)), counts)
    low = np.array([each.low for each in pieces])
    width = np.array([each.high for each in pieces]) - low
    places = np.sort(at + rng.random(len(at)))
    places = at + low[at] + np.minimum(places - at, 1 - 1e-9) * width[at]
    seconds, hours = _received(pieces, places)
    days = np.array([(each.day.day - _EPOCH).days for each in pieces], np.int32)
    months = np.array([each.day.day.year * 12 + each.day.day.month - 1 for each in pieces])
    starts = np.cumsum(counts) - counts
    numbers = np.arange(len(at)) + np.array([each.numbered_from for each in pieces])[at]
    return Block(seconds, hours, days[at], months[at] - 1970 * 12, numbers - starts[at])


def _received(
    pieces: Sequence[_Piece], places: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The second in UTC, and the local hour of the week, of places in days."""
    ends, starts, hours = [], [], []
    for number, piece in enumerate(pieces):
        weekday = piece.day.day.weekday()
        shares = HOURS[weekday][list(piece.day.hours)]
        ends.append(number + np.cumsum(shares) / shares.sum())
        starts.append(piece.day.start + _HOUR * np.arange(len(shares)))
        hours.append(weekday * 24 + np.array(piece.day.hours))
    end, start = np.concatenate(ends), np.concatenate(starts)
    slot = np.searchsorted(end, places, side="right")
    before = np.concatenate([[0.0], end])[slot]
    share = (places - before) / (end[slot] - before)
    second = np.minimum((share * _HOUR).astype(np.int64), _HOUR - 1)
    return start[slot] + second, np.concatenate(hours)[slot]
