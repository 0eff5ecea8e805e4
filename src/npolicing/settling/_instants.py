"""Columns of times, of whatever zone and unit, as microseconds since 1970 in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

from npolicing._zones import Settled, utc
from npolicing.arrow import Array
from npolicing.errors import Failure
from npolicing.settling._policy import Policy

__all__ = ["INSTANT", "Times", "beyond", "read", "refused", "shown"]

INSTANT: Final = pa.timestamp("us", tz="UTC")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_MICROS: Final = {"s": 1_000_000, "ms": 1000, "us": 1}


@attrs.frozen
class Times:
    """A column of instants, and what is wrong with it; where one is missing, it means nothing."""

    us: NDArray[np.int64]
    missing: NDArray[np.bool_]
    failures: tuple[Failure, ...] = ()


def refused(name: str, array: Array, policy: Policy) -> Iterator[Failure]:
    """What is wrong with a column as a whole."""
    kind = array.type
    if pat.is_null(kind) or (pat.is_timestamp(kind) and (kind.tz is not None or policy.stated)):
        return
    rule = policy.way_out if pat.is_timestamp(kind) else str(INSTANT)
    yield Failure(code="WRONG_TYPE", rule=rule, column=name, value=str(kind))


def read(name: str, array: Array, policy: Policy) -> Times:
    """The instants of a column that was not refused."""
    if pat.is_null(array.type):
        return Times(np.zeros(len(array), np.int64), np.ones(len(array), dtype=np.bool_))
    missing = np.asarray(array.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    ticks = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    us, finer, outside = _micros(ticks, array.type.unit)
    failures = [
        Failure(
            code="OUT_OF_RANGE",
            rule="fits microseconds",
            column=name,
            row=row,
            value=str(array[row]),
        )
        for row in np.flatnonzero(finer & ~missing).tolist()
    ]
    failures += beyond(name, outside & ~missing)
    wrong = missing | finer | outside
    if array.type.tz is not None:
        return Times(us, wrong, tuple(failures))
    return _of_local(name, Times(us, wrong, tuple(failures)), policy)


def _micros(
    ticks: NDArray[np.int64], unit: str
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Microseconds; which are finer than that; and which are out of the years 1 to 9999."""
    if unit == "ns":
        us = ticks // 1000
        return us, us * 1000 != ticks, np.zeros(len(us), dtype=np.bool_)
    size = _MICROS[unit]
    # Before the product, which 64 bits might not hold.
    outside = (ticks < -(-_FIRST // size)) | (ticks > _LAST // size)
    return np.where(outside, 0, ticks) * size, np.zeros(len(ticks), dtype=np.bool_), outside


def beyond(name: str, outside: NDArray[np.bool_]) -> list[Failure]:
    """The failures of times that have no year from 1 to 9999."""
    rule = "in the years 1 to 9999"
    return [
        Failure(code="OUT_OF_RANGE", rule=rule, column=name, row=row)
        for row in np.flatnonzero(outside).tolist()
    ]


def _of_local(name: str, times: Times, policy: Policy) -> Times:
    """Times without a zone, as the policy has them."""
    if times.missing.all():
        return times
    # What is missing is as the others, so that no year is looked up for it.
    some = times.us[np.argmin(times.missing)]
    at = np.where(times.missing, some, times.us)
    settled = utc(at, policy.zone, policy.ambiguous or "raise")
    outside = ((settled.utc < _FIRST) | (settled.utc > _LAST)) & ~times.missing
    failures = [*times.failures, *beyond(name, outside)]
    failures += _unsettled(name, Times(at, times.missing), settled, policy)
    return Times(settled.utc, times.missing | outside, tuple(failures))


def _unsettled(name: str, at: Times, settled: Settled, policy: Policy) -> Iterator[Failure]:
    """Times that came twice or never were, where the policy is to raise."""
    zone = policy.zone
    policies = (
        (policy.ambiguous, "AMBIGUOUS_TIME", settled.ambiguous, f"comes once in {zone}"),
        (policy.nonexistent, "NONEXISTENT_TIME", settled.nonexistent, f"comes in {zone}"),
    )
    for said, code, mask, rule in policies:
        rows = np.flatnonzero(mask & ~at.missing).tolist() if said == "raise" else []
        for row in rows:
            value = shown(at.us[row]).replace(tzinfo=None).isoformat(" ")
            yield Failure(code=code, rule=rule, column=name, row=row, value=value)


def shown(us: np.int64) -> datetime:
    """Microseconds since 1970 as a time in UTC."""
    return _EPOCH + int(us) * _MICROSECOND
