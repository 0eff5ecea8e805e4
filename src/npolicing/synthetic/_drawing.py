"""The columns of a block of made-up logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing.arrow import Array, nulls
from npolicing.synthetic import _profile as profile
from npolicing.synthetic._plan import Block

__all__ = ["Place", "all_columns", "drawn", "instants", "named"]

_MICRO = 1_000_000
_TIME = pa.timestamp("us", tz="UTC")
_RISE_FROM, _RISE_MONTHS = (2018 - 1970) * 12, 48
_ATTENDED = profile.STATES.index(True)
_OPEN = profile.STATUSES.index("open")
_NEIGHBOURHOOD = profile.KINDS.index("neighbourhood")
_NO_KIND = profile.KINDS.index(None)
_NO_RESOLUTION = profile.RESOLUTIONS.index(None)


@attrs.frozen
class Place:
    """A force and its units, with the share of each."""

    force: str
    units: Mapping[str, float]


@attrs.frozen
class _Seen:
    """Who attended: codes of `STATES` and `KINDS`, by log."""

    attended: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    neighbourhood: NDArray[np.uint8]


def drawn(block: Block, rng: np.random.Generator, place: Place) -> dict[str, Array]:
    """The columns that have values, by name; those of one block follow from its `rng` alone."""
    grade = profile.draw(rng, profile.GRADES_BY_MONTH, block.months % 12)
    first = profile.draw(rng, profile.FIRST_GRADES, grade)
    crimes = profile.draw(rng, profile.CRIMES, grade)
    seen = _seen(block, rng, grade)
    return {
        "force": pa.repeat(pa.scalar(place.force), len(grade)),
        "log_id": _numbered(block.numbers),
        "received_at": instants(block.seconds),
        "received_on": pa.array(block.days, pa.date32()),
        "month": _months(block.months),
        "hour_of_week": pa.array(block.hours, pa.int64()),
        "priority": named(profile.GRADES, grade),
        "first_priority": named((*profile.GRADES, None), first),
        "crimes": pa.array(crimes.astype(np.int64), mask=crimes == 3),
        "attended": _flags(seen.attended),
        "first_attended_by": named(profile.KINDS, seen.kind),
        "attended_by_neighbourhood": _flags(seen.neighbourhood),
        **_places(rng, place, len(grade)),
        **_times(block, rng, grade, seen),
    }


def named(names: Sequence[str | None], codes: NDArray[np.integer]) -> Array:
    """The names of codes, as plain strings."""
    return pc.take(pa.array(names, pa.string()), pa.array(codes))


def instants(seconds: NDArray[np.int64], missing: NDArray[np.bool_] | None = None) -> Array:
    """Seconds since 1970 as instants in UTC, null where they are missing."""
    return pa.array(seconds * _MICRO, pa.int64(), mask=missing).cast(_TIME)


def _flags(codes: NDArray[np.uint8]) -> Array:
    return pc.take(pa.array(profile.STATES, pa.bool_()), pa.array(codes, pa.uint8()))


_DIGITS = np.array([f"{each:03}".encode() for each in range(1000)]).view(np.uint8).reshape(-1, 3)


def _numbered(numbers: NDArray[np.int64]) -> Array:
    """Numbers as text, with zeros in front up to six digits."""
    if len(numbers) and numbers.max() > 999_999:
        return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 6, "0")
    text = np.empty((len(numbers), 6), np.uint8)
    text[:, :3], text[:, 3:] = _DIGITS[numbers // 1000], _DIGITS[numbers % 1000]
    offsets = np.arange(0, 6 * len(numbers) + 1, 6, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(text.data)]
    return pa.Array.from_buffers(pa.string(), len(numbers), buffers)


def _months(months: NDArray[np.int64]) -> Array:
    first = int(months[0])
    names = [
        date(1970 + each // 12, each % 12 + 1, 1).isoformat()[:7]
        for each in range(first, int(months[-1]) + 1)
    ]
    return named(names, months - first)


def _places(rng: np.random.Generator, place: Place, rows: int) -> dict[str, Array]:
    """Unit and team: one log in a hundred is in no unit, and some of a unit in no team."""
    units, teams = list(place.units), profile.TEAMS
    shares = list(place.units.values())
    everywhere = np.zeros(rows, np.uint8)
    unit = profile.draw(rng, profile.drawing([*shares, sum(shares) / 99]), everywhere)
    team = profile.draw(rng, profile.drawing([*range(teams + 3, 3, -1), 2.0]), everywhere)
    names = [
        f"{each}-T{number:02}" if number <= teams else None
        for each in units
        for number in range(1, teams + 2)
    ]
    codes = unit.astype(np.int64) * (teams + 1) + team
    return {
        "npu": named([*units, None], unit),
        "team": named([*names, *[None] * (teams + 1)], codes),
    }


def _seen(block: Block, rng: np.random.Generator, grade: NDArray[np.uint8]) -> _Seen:
    """Who attended. Where nobody did, no neighbourhood team did; unknown stays unknown."""
    attended = profile.draw(rng, profile.ATTENDED, grade)
    there = attended == _ATTENDED
    kind = profile.draw(rng, profile.FIRST_KINDS, grade)
    kind[~there] = _NO_KIND
    since = np.clip(block.months - _RISE_FROM, 0, _RISE_MONTHS)
    chance = profile.LATER[grade] + profile.RISING[grade] * since
    later = (rng.random(len(grade)) < chance).astype(np.uint8)
    later[rng.random(len(grade)) < 0.01] = profile.STATES.index(None)
    later[kind == _NEIGHBOURHOOD] = _ATTENDED
    return _Seen(attended, kind, np.where(there, later, attended))


def _times(
    block: Block, rng: np.random.Generator, grade: NDArray[np.uint8], seen: _Seen
) -> dict[str, Array]:
    """What follows the receipt, each time at or after the one before it."""
    rows, there = len(grade), seen.attended == _ATTENDED
    response = _response(rng, grade)
    arrived = there & (rng.random(rows) >= 0.04)
    sent = rng.random(rows)
    # Units that are sent and stood down again, and attendance of which no dispatch is kept.
    dispatched = np.where(there, sent >= 0.02, sent < 0.03)
    waited = (response * (0.1 + 0.5 * rng.random(rows))).astype(np.int64)
    status = profile.draw(rng, profile.STATE_STATUSES, seen.attended)
    resolved = profile.draw(rng, profile.RESOLVED, seen.attended)
    resolved[status == _OPEN] = _NO_RESOLUTION
    handled = (300 + 90_000 * rng.random(rows) ** 4).astype(np.int64)
    closed = block.seconds + np.where(there | dispatched, response, 0) + handled
    return {
        "status": named(profile.STATUSES, status),
        "resolved_by": named(profile.RESOLUTIONS, resolved),
        "first_dispatched_at": instants(block.seconds + waited, ~dispatched),
        "first_arrived_at": instants(block.seconds + response, ~arrived),
        "response_seconds": pa.array(response, pa.int64(), mask=~arrived),
        "closed_at": instants(closed, status == _OPEN),
    }


def _response(rng: np.random.Generator, grade: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Seconds to the first arrival, log-normal by grade; 0 where officers came upon it."""
    scores = profile.normal(rng, len(grade))
    response = np.exp(profile.LOG_MEDIANS[grade] + profile.SPREADS[grade] * scores)
    response[rng.random(len(grade)) < 0.02] = 0
    return response.astype(np.int64)


def all_columns(columns: Mapping[str, Array], schema: pa.Schema, rows: int) -> pa.RecordBatch:
    """A batch of a schema: what is drawn, and nulls for the rest."""
    arrays = [
        columns[field.name] if field.name in columns else nulls(rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
