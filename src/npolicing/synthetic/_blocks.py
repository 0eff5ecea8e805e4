"""Blocks of made-up logs: each has a seed of its own, and can be made without those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._metadata import stamp
from npolicing.arrow import arrow_schema, nulls
from npolicing.entities import Log
from npolicing.synthetic._days import HOUR, Days, generator
from npolicing.synthetic._shape import (
    ATTENDED,
    CRIMES,
    FIRST_KIND,
    GRADES,
    KINDS,
    LATER,
    MEDIAN,
    NEIGHBOURHOOD,
    OTHERWISE,
    REGRADED,
    RISE,
    SPREAD,
    Places,
    drawn,
    grade_table,
    normal_table,
)
from npolicing.synthetic._text import numbered, repeated, texts, times
from npolicing.vocabulary import LogStatus, ResolvedBy

if TYPE_CHECKING:
    from npolicing.arrow import Array

__all__ = ["BLOCK", "Blocks", "log_schema"]

BLOCK: Final = 65_536
"""Rows that one seed makes: the same rows whatever the size of the batches that they leave in."""

_BLOCKS_KEY = 0
_SECOND = 1_000_000
_STATUS: Final = get_args(LogStatus)
_RESOLVED: Final = get_args(ResolvedBy)
_UNKNOWN = 0.015
_NEIGHBOURHOOD, _NO_KIND = KINDS.index("neighbourhood"), len(KINDS)


def log_schema() -> pa.Schema:
    """The schema of `Log`, marked as synthetic."""
    return arrow_schema(Log).with_metadata(stamp(Log, synthetic=True))


@attrs.frozen(eq=False, kw_only=True)
class _When:
    """When the rows of a block were received."""

    us: NDArray[np.int64]
    day: NDArray[np.int64]
    hour_of_week: NDArray[np.int64]
    number: NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class _Came:
    """Who attended, and when; a code below 0 or beyond the words is not known."""

    attended: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    kind: NDArray[np.int16]
    neighbourhood: NDArray[np.bool_]
    sent: NDArray[np.int64]
    arrived: NDArray[np.int64]
    unsent: NDArray[np.bool_]
    unseen: NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Blocks:
    """What every block of a span is made of."""

    days: Days
    seed: int
    force: str
    places: Places
    grades: NDArray[np.int16] = attrs.field(factory=grade_table)
    normal: NDArray[np.float64] = attrs.field(factory=normal_table)

    def block(self, number: int, rows: int) -> pa.RecordBatch:
        """The rows of one block; the last may be short."""
        first, end = number * BLOCK, min((number + 1) * BLOCK, rows)
        # A short block takes the first of each draw: all of them are drawn.
        uniform = generator(self.seed, _BLOCKS_KEY, number).random((11, BLOCK))[:, : end - first]
        when = self._received(first, end, uniform[0])
        month = self.days.month[when.day]
        grade = drawn(self.grades, uniform[1], month % 12)
        came = self._attending(when, month - self.days.month[0], grade, uniform[2:7])
        columns = self._known(when, month, grade, uniform[7])
        columns |= _lasting(when, came, grade, uniform[8])
        columns |= _ending(when, came, grade, uniform[9:11])
        length = end - first
        schema = log_schema()
        arrays = [columns.get(each.name, nulls(length, each.type)) for each in schema]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _received(self, first: int, end: int, uniform: NDArray[np.float64]) -> _When:
        days = self.days
        since, until = np.searchsorted(days.rows, [first, end - 1], side="right") - 1
        some = np.arange(since, until + 1)
        count = np.minimum(days.rows[some + 1], end) - np.maximum(days.rows[some], first)
        day = np.repeat(some, count)
        number = np.arange(first, end) - days.rows[day]
        # Each row has its own slice of its day, so that rows are in order as they are made.
        share = (number + uniform) / (days.rows[day + 1] - days.rows[day])
        low, high = days.weight[days.hour[day]], days.weight[days.hour[day + 1]]
        hours = np.interp(
            low + share * (high - low),
            days.weight[days.hour[since] : days.hour[until + 1] + 1],
            np.arange(days.hour[since], days.hour[until + 1] + 1, dtype=np.float64),
        )
        us = days.start[0] + (hours * 3600).astype(np.int64) * _SECOND
        us = np.clip(us, days.start[day], days.start[day + 1] - _SECOND)
        hour = days.hour_of_week[(us - days.start[0]) // HOUR]
        return _When(us=us, day=day, hour_of_week=hour, number=number + 1)

    def _known(
        self,
        when: _When,
        month: NDArray[np.int64],
        grade: NDArray[np.int16],
        uniform: NDArray[np.float64],
    ) -> dict[str, Array]:
        """What is known when a log is received, and its grade at the end."""
        days, places, length = self.days, self.places, len(grade)
        place = drawn(places.table, uniform)
        months = np.arange(days.month[0], days.month[-1] + 1).astype("datetime64[M]")
        width = max(6, len(str(int(np.diff(days.rows).max()))))
        return {
            "log_id": numbered(when.number, width),
            "force": repeated(self.force, length),
            "npu": texts(places.unit[place], places.units),
            "team": texts(places.team[place], places.teams),
            "priority": texts(grade, GRADES),
            "received_at": times(when.us, np.zeros(length, dtype=np.bool_)),
            "received_on": pa.array(days.day[when.day].astype(np.int32)).cast(pa.date32()),
            "month": texts((month - days.month[0]).astype(np.int16), months.astype(str).tolist()),
            "hour_of_week": pa.array(when.hour_of_week),
        }

    def _attending(
        self,
        when: _When,
        months: NDArray[np.int64],
        grade: NDArray[np.int16],
        uniform: NDArray[np.float64],
    ) -> _Came:
        whether, who, later, how, quick = uniform
        attended, unknown = whether < ATTENDED[grade], whether > 1 - _UNKNOWN
        risen = RISE[grade] * np.minimum(months, 60)
        share = NEIGHBOURHOOD[grade] + risen
        kind = drawn(FIRST_KIND, np.maximum(who - share, 0) / (1 - share), grade)
        kind[who < share] = _NEIGHBOURHOOD
        kind[~attended] = -1
        own = kind == _NEIGHBOURHOOD
        neighbourhood = own | (attended & (later < LATER[grade] + risen / 2))
        unseen = ~attended | (how < np.where(own, 0.14, 0.05))
        on_view = attended & (how > 0.96)
        spread = SPREAD[grade] * drawn(self.normal, quick)
        seconds = np.where(on_view, 0, MEDIAN[grade] * np.exp(spread)).astype(np.int64)
        # The first fifth of a response is waiting; some of those sent are stood down.
        stood_down = ~attended & ~unknown & (how < 0.02)
        return _Came(
            attended=attended,
            unknown=unknown,
            kind=kind,
            neighbourhood=neighbourhood,
            sent=when.us + (seconds * 0.4 * later).astype(np.int64) * _SECOND,
            arrived=when.us + seconds * _SECOND,
            unsent=~(attended | stood_down) | (later > 0.985),
            unseen=unseen,
        )


def _lasting(
    when: _When, came: _Came, grade: NDArray[np.int16], uniform: NDArray[np.float64]
) -> dict[str, Array]:
    """Who attended and when, and the grade at the start."""
    no_kind = ~came.attended | (came.kind == _NO_KIND)
    # Where the first has no known kind, whether any was of the neighbourhood is not known either.
    unsaid = came.unknown | (came.attended & no_kind & ~came.neighbourhood)
    return {
        "first_priority": texts(drawn(REGRADED, uniform, grade), GRADES),
        "first_dispatched_at": times(came.sent, came.unsent),
        "first_arrived_at": times(came.arrived, came.unseen),
        "response_seconds": pa.array((came.arrived - when.us) // _SECOND, mask=came.unseen),
        "attended": pa.array(came.attended, mask=came.unknown),
        "first_attended_by": texts(came.kind, KINDS),
        "attended_by_neighbourhood": pa.array(came.neighbourhood, mask=unsaid),
    }


def _ending(
    when: _When, came: _Came, grade: NDArray[np.int16], uniform: NDArray[np.float64]
) -> dict[str, Array]:
    """How and when a log ended, and the crimes recorded from it."""
    long, which = uniform
    # An hour or so in the middle, days for a few: a Pareto tail.
    seconds = 900 * (1 / np.maximum(1 - long, 0.0005) - 0.6)
    closed = np.where(came.unseen, when.us, came.arrived) + seconds.astype(np.int64) * _SECOND
    closed = np.maximum(closed, came.sent)
    still = which < 0.004
    status = np.ones(len(grade), dtype=np.int16)
    status[still] = 0
    status[~came.attended & (which > 0.97)] = 2
    status[~came.attended & (which > 0.995)] = 3
    status[(which >= 0.004) & (which < 0.006)] = -1
    resolved = (drawn(OTHERWISE, (which * 97) % 1, grade) + 1).astype(np.int16)
    resolved[came.attended] = 0
    resolved[came.unknown | still] = -1
    crimes = drawn(CRIMES, (long * 89) % 1, grade).astype(np.int64)
    return {
        "status": texts(status, _STATUS),
        "closed_at": times(closed, still | (status == -1)),
        "resolved_by": texts(resolved, _RESOLVED),
        "crimes": pa.array(crimes, mask=crimes == 3),
    }
