"""Local time and UTC, for whole columns at once: microseconds since 1970 as int64.

A zone's changes are asked of `zoneinfo`: its offset once a day, and the very second by halving.
What comes out is what `zoneinfo` would say of each instant by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing.arrow import Array
from npolicing.errors import UnknownCodeError

__all__ = [
    "Ambiguous",
    "Nonexistent",
    "Policy",
    "Settled",
    "clock",
    "local",
    "numbers",
    "utc",
    "zone_of",
]

Ambiguous = Literal["raise", "earliest", "latest"]
Nonexistent = Literal["raise", "shift_forward"]

LONDON: Final = "Europe/London"

_SECOND = 1_000_000
_DAY = 86_400
_FIRST, _LAST = 1, 9999
# Within a day of either end a local time would have no year that Python can write.
_BOTTOM = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_TOP = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
_SPAN = 300


@attrs.frozen
class Policy:
    """Which clock local times are of, and what is done with those that it does not settle.

    Raises:
        UnknownCodeError: If there is no such zone, or no such policy.
    """

    tz: str | None
    ambiguous: Ambiguous | None
    nonexistent: Nonexistent

    def __attrs_post_init__(self) -> None:
        zone_of(self.zone)
        allowed = {"ambiguous": (None, *get_args(Ambiguous)), "nonexistent": get_args(Nonexistent)}
        for name, known in allowed.items():
            if (value := getattr(self, name)) not in known:
                words = [word for word in known if word is not None]
                raise UnknownCodeError(f"policy for {name} times", str(value), words)

    @property
    def zone(self) -> str:
        """The zone of the local day."""
        return LONDON if self.tz is None else self.tz


@attrs.frozen
class Settled:
    """Local times in UTC, and which of them came twice or never were."""

    utc: NDArray[np.int64]
    ambiguous: NDArray[np.bool_]
    nonexistent: NDArray[np.bool_]


@attrs.frozen
class _Changes:
    """From when (UTC, microseconds) a zone has which offset (microseconds), in order."""

    at: NDArray[np.int64]
    offset: NDArray[np.int64]


def zone_of(name: str) -> ZoneInfo:
    """The zone of a name.

    Raises:
        UnknownCodeError: If there is none; it names those that are spelled alike.
    """
    try:
        return ZoneInfo(name)
    # A folder of zones, a path or an empty name is no zone either.
    except (KeyError, ValueError, OSError) as error:
        raise UnknownCodeError("time zone", name, _near(name)) from error


def _near(name: str) -> list[str]:
    folded = {zone.casefold(): zone for zone in sorted(available_timezones())}
    last = {zone.rpartition("/")[2]: zone for zone in folded}
    found = get_close_matches(name.casefold(), folded, n=3)
    found += [last[near] for near in get_close_matches(name.casefold(), last, n=3)]
    return list(dict.fromkeys(folded[near] for near in found)) or ["Europe/London", "UTC"]


def local(utc_us: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """The local times of instants, as microseconds since 1970-01-01 00:00 of the local clock.

    >>> noon = np.array(["2018-08-01T11:00"], "datetime64[us]").astype(np.int64)
    >>> local(noon, "Europe/London").astype("datetime64[us]").astype(str).tolist()
    ['2018-08-01T12:00:00.000000']
    """
    if not len(utc_us):
        return utc_us
    changes = _changes(utc_us, zone)
    first, last = _since(changes.at, _ends(utc_us)).tolist()
    if first == last:
        # No change between them, as within most months: all have one offset.
        moved: NDArray[np.int64] = utc_us + changes.offset[first]
        return moved
    return utc_us + changes.offset[_since(changes.at, utc_us)]


def utc(local_us: NDArray[np.int64], zone: str, ambiguous: Ambiguous = "raise") -> Settled:
    """The instants of local times.

    A time that came twice is the first of the two but for ``"latest"``. One that never was is the
    instant at which clocks went forward. Whether that will do is for the caller to say: the masks
    are the same whatever the policy.
    """
    if not len(local_us):
        none = np.zeros(0, dtype=np.bool_)
        return Settled(local_us, none, none)
    changes = _changes(local_us, zone)
    at, offset = changes.at, changes.offset
    one = _offset_of_all(changes, local_us)
    if one is not None:
        never_so = np.zeros(len(local_us), dtype=np.bool_)
        return Settled(local_us - one, never_so, never_so)
    since = _since(at + offset, local_us)
    before = np.maximum(since - 1, 0)
    after = np.minimum(since + 1, len(at) - 1)
    twice = (local_us < at[since] + offset[before]) & (since > 0)
    never = (local_us >= at[after] + offset[since]) & (after > since)
    first = twice if ambiguous != "latest" else np.zeros_like(twice)
    instants = local_us - offset[np.where(first, before, since)]
    return Settled(np.where(never, at[after], instants), twice, never)


def numbers(times: Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Microseconds, and where they are known; elsewhere the least of them stands in."""
    known = np.asarray(times.is_valid().to_numpy(zero_copy_only=False), np.bool_)
    found = times.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    least = found[known].min() if known.any() else 0
    return np.where(known, found, least), known


def clock(local_us: int) -> str:
    """A local time as text.

    >>> clock(0)
    '1970-01-01 00:00:00'
    """
    return str(datetime(1970, 1, 1) + timedelta(microseconds=local_us))  # noqa: DTZ001 # a local clock


def _offset_of_all(changes: _Changes, local_us: NDArray[np.int64]) -> np.int64 | None:
    """The one offset of local times, where none is near a change; null where some may be."""
    ends = _ends(local_us)
    first, last = _since(changes.at + changes.offset, ends).tolist()
    before, after = max(first - 1, 0), min(last + 1, len(changes.at) - 1)
    twice = first > 0 and ends[0] < changes.at[first] + changes.offset[before]
    never = after > last and ends[1] >= changes.at[after] + changes.offset[last]
    return None if first != last or twice or never else changes.offset[first]


def _ends(times: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([times.min(), times.max()])


def _since(starts: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.intp]:
    found = np.searchsorted(starts, times, side="right") - 1
    return np.maximum(found, 0)


def _changes(times: NDArray[np.int64], zone: str) -> _Changes:
    """The changes of a zone over the years that the times are of, and a year either side."""
    zone_of(zone)
    first, last = _year(times.min()), _year(times.max())
    years = set(range(first - 1, last + 2))
    if last - first > _SPAN:
        # A closing date of 9999 is no reason to look into eight thousand years.
        there = np.unique(times.astype("datetime64[us]").astype("datetime64[Y]")).astype(np.int64)
        years = {int(year) + 1970 + beside for year in there for beside in (-1, 0, 1)}
    return _joined(zone, tuple(sorted(years & set(range(_FIRST, _LAST + 1)))))


def _year(us: np.int64) -> int:
    return int(np.datetime64(int(us), "us").astype("datetime64[Y]").astype(np.int64)) + 1970


@cache
def _joined(zone: str, years: tuple[int, ...]) -> _Changes:
    found = [change for year in years for change in _changes_of(zone, year)]
    at, offset = zip(*found, strict=True)
    return _Changes(np.array(at, np.int64) * _SECOND, np.array(offset, np.int64) * _SECOND)


@cache
def _changes_of(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """The start of a year and each change within it: the second, and the offset from then on."""
    there = zone_of(zone)
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(year, 12, 31, tzinfo=UTC).timestamp()) + _DAY
    found = [(start, _offset(there, start))]
    for day in range(start, end, _DAY):
        if _offset(there, day) != (after := _offset(there, day + _DAY)):
            change = _second(there, day, day + _DAY)
            if change < end:
                found.append((change, after))
    return tuple(found)


def _offset(zone: ZoneInfo, second: int) -> int:
    inside = min(max(second, _BOTTOM), _TOP)
    offset = datetime.fromtimestamp(inside, zone).utcoffset() or timedelta(0)
    return offset // timedelta(seconds=1)


def _second(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second that has the offset of `after` and no longer that of `before`."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after
