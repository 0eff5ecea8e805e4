"""What follows from the times of a log, and whether what was there says the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._storage import Cells
from npolicing._zones import local
from npolicing.arrow import Array
from npolicing.entities import Log
from npolicing.errors import ColumnTypeError, Failure, ValidationError
from npolicing.settling._instants import INSTANT, Times, beyond, read, refused, shown
from npolicing.settling._policy import Policy

__all__ = ["DERIVED", "FIELDS", "TIMES", "settled"]

FIELDS: Final = {field.name: field for field in Log.columns()}
TIMES: Final = tuple(name for name, field in FIELDS.items() if field.kind == "timestamp")
DERIVED: Final = ("received_on", "month", "hour_of_week", "response_seconds")

_SECOND = 1_000_000
_HOUR = 3600 * _SECOND
_YEARS = np.array(["0001-01-01", "9999-12-31"], "datetime64[D]").astype(np.int64)
# 1970 began on a Thursday.
_THURSDAY = 3 * 24


def settled(
    times: Mapping[str, Array],
    given: Mapping[str, Cells],
    kinds: Mapping[str, pa.DataType],
    policy: Policy,
) -> dict[str, Array]:
    """The columns that are new, or no longer of the type (`kinds`) that they were.

    Raises:
        ColumnTypeError: If whole columns are wrong.
        ValidationError: If rows are.
    """
    wrong = [each.refused for each in given.values() if each.refused is not None]
    wrong += [bad for name, array in times.items() for bad in refused(name, array, policy)]
    if wrong:
        raise ColumnTypeError("Log", wrong)
    read_times = {name: read(name, array, policy) for name, array in times.items()}
    failures = [bad for each in read_times.values() for bad in each.failures]
    result = {
        name: pa.array(each.us, pa.int64(), mask=each.missing).cast(INSTANT)
        for name, each in read_times.items()
        if times[name].type != INSTANT
    }
    following, outside = _following(read_times, policy.zone)
    failures += outside
    for name, array in following.items():
        kept = array
        if name in given:
            failures += given[name].failures
            failures += _contradictions(name, given[name].array, array, read_times, policy.zone)
            kept = _kept(name, given[name].array, array)
        if name not in given or kept is not given[name].array or kinds[name] != kept.type:
            result[name] = kept
    if failures:
        raise ValidationError("Log", sorted(failures, key=lambda each: each.row or 0))
    return result


def _kept(name: str, given: Array, array: Array) -> Array:
    """What was given; its nulls are filled where a log must have a value."""
    if FIELDS[name].nullable or not given.null_count:
        return given
    filled: Array = pc.coalesce(given, array)
    return filled


def _following(times: Mapping[str, Times], zone: str) -> tuple[dict[str, Array], list[Failure]]:
    """The derived columns, and the times whose local date has no year."""
    received = times["received_at"]
    clock = _clock(received, zone)
    day = clock // (24 * _HOUR)
    outside = ((day < _YEARS[0]) | (day > _YEARS[1])) & ~received.missing
    missing = received.missing | outside
    hour = (clock // _HOUR + _THURSDAY) % 168
    result = {
        "received_on": pa.array(day.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32()),
        "month": _months(day, missing),
        "hour_of_week": pa.array(hour, pa.int64(), mask=missing),
    }
    if "first_arrived_at" in times:
        arrived = times["first_arrived_at"]
        took = (arrived.us - received.us) // _SECOND
        unknown = received.missing | arrived.missing | (took < 0)
        result["response_seconds"] = pa.array(took, pa.int64(), mask=unknown)
    return result, beyond("received_at", outside)


def _clock(received: Times, zone: str) -> NDArray[np.int64]:
    """The local clock; where a time is missing, that of another."""
    if received.missing.all():
        return np.zeros(len(received.us), np.int64)
    some = received.us[np.argmin(received.missing)]
    return local(np.where(received.missing, some, received.us), zone)


def _months(day: NDArray[np.int64], missing: NDArray[np.bool_]) -> Array:
    """The month of each day as text: each different month is written once."""
    if not len(day):
        return pa.array([], pa.string())
    low, high = max(day.min(), _YEARS[0]), min(day.max(), _YEARS[1])
    month = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]")
    words = np.arange(month[0], month[-1] + 1).astype(str)
    place = (month - month[0]).astype(np.int32)[np.clip(day, low, high) - low]
    texts = pa.array(words.tolist(), pa.string())
    return texts.take(pa.array(place, pa.int32(), mask=missing))


def _contradictions(
    name: str, given: Array, array: Array, times: Mapping[str, Times], zone: str
) -> list[Failure]:
    """The rows in which a column says another thing than the times do."""
    differs: Array = pc.not_equal(given, array)
    rows = pc.indices_nonzero(differs).to_pylist()
    columns = ["received_at"]
    rule = f"{name} is that of received_at in {zone}"
    if name == "response_seconds":
        columns.append("first_arrived_at")
        rule = "response_seconds is from received_at to first_arrived_at"
    return [
        Failure(
            code="INCONSISTENT",
            rule=rule,
            column=", ".join([*columns, name]),
            row=row,
            value=(*(shown(times[each].us[row]) for each in columns), given[row].as_py()),
        )
        for row in rows
    ]
