"""Made-up attendances: the units at made-up logs."""

from __future__ import annotations

from typing import get_args

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._metadata import stamp
from npolicing.arrow import Array, ChunkedArray, arrow_schema
from npolicing.entities import Attendance
from npolicing.synthetic import _profile as profile
from npolicing.synthetic._drawing import named
from npolicing.vocabulary import TeamKind

__all__ = ["attendances"]

# A stream of its own, so that logs and attendances of one seed have no random number in common.
_STREAM = 2**31
_KINDS: tuple[str, ...] = get_args(TeamKind)
_NEIGHBOURHOOD, _RESPONSE = _KINDS.index("neighbourhood"), _KINDS.index("response")
_UNITS = profile.drawing([0.56, 0.29, 0.10, 0.05])
_PCSO = profile.drawing([0.95, 0.00, 0.05], [0.70, 0.25, 0.05])
_REFS = 10_000
_MICRO = 1_000_000
_TIME = pa.timestamp("us", tz="UTC")


@attrs.frozen
class _Attended:
    """Attended logs as arrays; a null kind is -1, a null flag False."""

    kind: NDArray[np.int64]
    neighbourhood: NDArray[np.bool_]
    dispatched: NDArray[np.int64]
    undispatched: NDArray[np.bool_]
    arrived: NDArray[np.int64]
    unarrived: NDArray[np.bool_]


def attendances(logs: pa.Table, *, seed: int = 0) -> pa.Table:
    """Made-up attendances of the attended among made-up logs, marked as synthetic.

    One to four units a log; the first has the log's first times and kind. Where a neighbourhood
    team attended and was not first, the second unit is of one. Other units may not have arrived.
    How many units there are, and when the later ones come, is guessed.

    Args:
        logs: What `logs` gave, or batches of `log_batches` as a table.
        seed: Which of many made-up sets; 0 or more.

    Returns:
        Rows of `Attendance`, in the order of the logs; the first unit of a log first.

    Raises:
        ValueError: If `seed` is below 0.

    >>> from npolicing.synthetic import attendances, logs
    >>> calls = logs(rows=1000)
    >>> attended = calls.filter(calls["attended"])
    >>> set(attendances(calls)["log_id"].to_pylist()) == set(attended["log_id"].to_pylist())
    True
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}, below 0")
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_STREAM,)))
    there = logs.filter(logs["attended"])
    seen = _attended(there)
    log, place = _placed(rng, seen)
    kind = _kinds(rng, seen, log, place)
    columns = {
        **{name: _of_logs(there, name, log) for name in ("force", "log_id", "received_on")},
        "unit_ref": _refs(rng, there.num_rows, log, place),
        "kind": named(_KINDS, kind),
        "pcso": _pcso(rng, kind),
        **_times(rng, seen, log, place),
    }
    schema = arrow_schema(Attendance).with_metadata(stamp(Attendance, synthetic=True))
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _attended(logs: pa.Table) -> _Attended:
    first: ChunkedArray = logs["first_attended_by"]
    kinds = pc.index_in(first, value_set=pa.array(_KINDS))
    flags = logs["attended_by_neighbourhood"].fill_null(pa.scalar(value=False))
    dispatched, arrived = logs["first_dispatched_at"], logs["first_arrived_at"]
    return _Attended(
        kind=kinds.fill_null(-1).to_numpy().astype(np.int64),
        neighbourhood=flags.to_numpy().astype(np.bool_),
        dispatched=dispatched.cast(pa.int64()).fill_null(pa.scalar(0, pa.int64())).to_numpy(),
        undispatched=dispatched.is_null().to_numpy().astype(np.bool_),
        arrived=arrived.cast(pa.int64()).fill_null(pa.scalar(0, pa.int64())).to_numpy(),
        unarrived=arrived.is_null().to_numpy().astype(np.bool_),
    )


def _placed(
    rng: np.random.Generator, seen: _Attended
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The log of each unit, and its place among the units there."""
    later = seen.neighbourhood & (seen.kind != _NEIGHBOURHOOD)
    drawn = profile.draw(rng, _UNITS, np.zeros(len(later), np.uint8)).astype(np.int64) + 1
    counts = np.maximum(drawn, np.where(later, 2, 1))
    log = np.repeat(np.arange(len(counts)), counts)
    return log, np.arange(len(log)) - (np.cumsum(counts) - counts)[log]


def _of_logs(logs: pa.Table, name: str, log: NDArray[np.int64]) -> Array:
    return logs[name].combine_chunks().take(pa.array(log, pa.int64()))


def _kinds(
    rng: np.random.Generator, seen: _Attended, log: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The first as the log says it; a neighbourhood team only where the log has one."""
    first = np.where(seen.kind < 0, _RESPONSE, seen.kind)[log]
    neighbourhood = seen.neighbourhood[log]
    second = neighbourhood & (first != _NEIGHBOURHOOD) & (place == 1)
    chosen = second | (neighbourhood & (rng.random(len(log)) < 0.3))
    later = np.where(chosen, _NEIGHBOURHOOD, _RESPONSE)
    return np.where(place == 0, first, later)


def _refs(
    rng: np.random.Generator, logs: int, log: NDArray[np.int64], place: NDArray[np.int64]
) -> Array:
    """References that differ within a log, and say nothing."""
    base = (rng.random(logs) * _REFS).astype(np.int64)
    names = [f"U{number:04}" for number in range(_REFS)]
    return named(names, (base[log] + place * 2503) % _REFS)


def _pcso(rng: np.random.Generator, kind: NDArray[np.int64]) -> Array:
    code = profile.draw(rng, _PCSO, (kind == _NEIGHBOURHOOD).astype(np.uint8))
    return pc.take(pa.array(profile.STATES, pa.bool_()), pa.array(code, pa.uint8()))


def _times(
    rng: np.random.Generator, seen: _Attended, log: NDArray[np.int64], place: NDArray[np.int64]
) -> dict[str, Array]:
    """Later units are sent and arrive after the first; a neighbourhood team in need did arrive."""
    behind = (place * 1800 * rng.random(len(log))).astype(np.int64)
    dispatched = seen.dispatched[log] + (behind * rng.random(len(log))).astype(np.int64) * _MICRO
    arrived = seen.arrived[log] + behind * _MICRO
    needed = (place == 0) | (seen.neighbourhood[log] & (place == 1))
    absent = seen.unarrived[log] | (~needed & (rng.random(len(log)) < 0.15))
    busy = (300 + 5400 * rng.random(len(log))).astype(np.int64) * _MICRO
    unsent = seen.undispatched[log]
    return {
        "dispatched_at": _instants(dispatched, unsent),
        "arrived_at": _instants(arrived, absent),
        "cleared_at": _instants(np.where(absent, dispatched, arrived) + busy, absent & unsent),
    }


def _instants(micros: NDArray[np.int64], missing: NDArray[np.bool_]) -> Array:
    return pa.array(micros, pa.int64(), mask=missing).cast(_TIME)
