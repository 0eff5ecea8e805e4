# ruff: noqa: DTZ001 # local clocks have no zone
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from npolicing._zones import Ambiguous, Policy, local, utc
from npolicing.errors import UnknownCodeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1)
LONDON = "Europe/London"
ZONES = st.sampled_from([LONDON, "Asia/Kolkata", "America/New_York"])
CLOCKS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31))
# 1941 to 1947: two hours before Greenwich in summer.
DOUBLE = st.datetimes(datetime(1940, 1, 1), datetime(1948, 1, 1))
TIMES = st.lists(CLOCKS | DOUBLE, min_size=1, max_size=5)


def numbers(*times: datetime) -> NDArray[np.int64]:
    return np.array([(time - EPOCH) // timedelta(microseconds=1) for time in times], np.int64)


def clocks(us: NDArray[np.int64]) -> list[datetime]:
    return [EPOCH + timedelta(microseconds=each) for each in us.tolist()]


def test_clocks_go_forward_and_back_at_one_in_the_morning_utc() -> None:
    instants = numbers(
        datetime(2018, 3, 25, 0, 59, 59, 999_999),
        datetime(2018, 3, 25, 1),
        datetime(2018, 10, 28, 0, 59, 59, 999_999),
        datetime(2018, 10, 28, 1),
    )

    assert clocks(local(instants, LONDON)) == [
        datetime(2018, 3, 25, 0, 59, 59, 999_999),
        datetime(2018, 3, 25, 2),
        datetime(2018, 10, 28, 1, 59, 59, 999_999),
        datetime(2018, 10, 28, 1),
    ]


@pytest.mark.parametrize(("ambiguous", "hour"), [("raise", 0), ("earliest", 0), ("latest", 1)])
def test_the_hour_that_comes_twice_is_told_and_is_the_first_unless_the_last_is_asked_for(
    ambiguous: Ambiguous, hour: int
) -> None:
    night = numbers(
        datetime(2018, 10, 28, 0, 59), datetime(2018, 10, 28, 1), datetime(2018, 10, 28, 2)
    )

    found = utc(night, LONDON, ambiguous)

    assert found.ambiguous.tolist() == [False, True, False]
    assert found.nonexistent.tolist() == [False, False, False]
    assert clocks(found.utc) == [
        datetime(2018, 10, 27, 23, 59),
        datetime(2018, 10, 28, hour),
        datetime(2018, 10, 28, 2),
    ]


def test_the_hour_that_never_was_is_told_and_is_the_moment_at_which_clocks_went_forward() -> None:
    night = numbers(
        datetime(2018, 3, 25, 0, 59), datetime(2018, 3, 25, 1, 30), datetime(2018, 3, 25, 2)
    )

    found = utc(night, LONDON)

    assert found.nonexistent.tolist() == [False, True, False]
    assert found.ambiguous.tolist() == [False, False, False]
    assert clocks(found.utc) == [
        datetime(2018, 3, 25, 0, 59),
        datetime(2018, 3, 25, 1),
        datetime(2018, 3, 25, 1),
    ]


def test_double_summer_time_is_two_hours() -> None:
    assert clocks(local(numbers(datetime(1941, 7, 1, 12)), LONDON)) == [datetime(1941, 7, 1, 14)]


@given(TIMES, ZONES)
@example([datetime(1, 1, 3), datetime(9999, 12, 29)], LONDON)
def test_local_time_is_that_of_zoneinfo(times: list[datetime], zone: str) -> None:
    expected = [
        time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for time in times
    ]

    assert clocks(local(numbers(*times), zone)) == [each.replace(fold=0) for each in expected]


def instant(time: datetime, zone: str, fold: int) -> datetime:
    return time.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None)


def there(time: datetime, zone: str) -> bool:
    """Whether a local time is on the clocks: it comes back from UTC as it was."""
    back = instant(time, zone, 0).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return back.replace(tzinfo=None, fold=0) == time


@given(TIMES, ZONES, st.integers(-4000, 4000))
def test_instants_are_those_of_zoneinfo(times: list[datetime], zone: str, beside: int) -> None:
    # Near a change of clocks too, which times at random seldom are.
    changes = [datetime(2018, 3, 25, 1), datetime(2018, 10, 28, 1), datetime(1945, 7, 15, 1)]
    times = times + [change + timedelta(seconds=beside) for change in changes]

    first, last = (utc(numbers(*times), zone, policy) for policy in ("earliest", "latest"))

    exist = [there(time, zone) for time in times]
    folds = [(instant(time, zone, 0), instant(time, zone, 1)) for time in times]
    assert first.nonexistent.tolist() == [not each for each in exist]
    assert first.ambiguous.tolist() == [
        is_there and early != late for is_there, (early, late) in zip(exist, folds, strict=True)
    ]
    for at, (is_there, pair) in enumerate(zip(exist, folds, strict=True)):
        if is_there:
            assert (clocks(first.utc)[at], clocks(last.utc)[at]) == pair


def test_no_times_are_no_times() -> None:
    none = np.zeros(0, np.int64)

    assert local(none, LONDON).tolist() == []
    assert utc(none, LONDON).utc.tolist() == []


@pytest.mark.parametrize(
    ("name", "near"), [("Europe/Lodon", LONDON), ("london", LONDON), ("Kolkatta", "Asia/Kolkata")]
)
def test_an_unknown_zone_is_refused_with_those_that_are_spelled_alike(name: str, near: str) -> None:
    with pytest.raises(UnknownCodeError, match="is no time zone") as error:
        local(numbers(EPOCH), name)

    assert near in error.value.known


@pytest.mark.parametrize("name", ["", "Europe", "../etc", "/"])
def test_what_is_no_name_of_a_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownCodeError):
        Policy(name, "raise", "raise")


def test_an_unknown_policy_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownCodeError, match="known: raise, earliest, latest"):
        Policy(None, "infer", "raise")  # type: ignore[arg-type] # on purpose
    with pytest.raises(UnknownCodeError, match="known: raise, shift_forward"):
        Policy(None, None, "NaT")  # type: ignore[arg-type] # on purpose
