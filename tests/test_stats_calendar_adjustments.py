"""Months and weeks of unequal length, counted by hand and by brute force."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing.calendar import days_in_month, hours_of_week
from npolicing.stats.calendar_adjustments import (
    month_standardised,
    per_day,
    week_profile,
    weekday_adjusted,
)

DAYS = st.dates(date(1996, 1, 1), date(2035, 12, 1))


def test_a_february_and_a_july_of_ten_logs_a_day_are_alike() -> None:
    """Cleveland and Devlin: over the length of the month, times 30.4375."""
    assert per_day([280, 310], days=[28, 31]) == pytest.approx([10, 10])
    assert month_standardised([280, 310], days=[28, 31]) == pytest.approx([304.375, 304.375])


def test_a_number_gives_a_number() -> None:
    assert per_day(280, days=28) == 10.0
    assert isinstance(per_day(280, days=28), float)
    assert isinstance(month_standardised(280, days=28), float)


def test_three_days_at_the_rate_of_2019_are_31_per_cent_of_the_paper_s_rise() -> None:
    """850,599 logs of 2019 (freedom of information reply 1222A/22) and the 22,500 of 2018."""
    daily = float(np.asarray(per_day(850_599, days=365)))

    assert round(daily) == 2330
    assert round(3 * daily) == 6991
    assert round(3 * daily / 22_500, 2) == 0.31


def test_no_day_is_undefined_and_a_gap_stays_one() -> None:
    assert np.isnan(per_day([0, 5, np.nan], days=[0, 0, 28])).all()
    assert np.isnan(month_standardised(5, days=0))
    assert per_day(1e12, days=31) == 1e12 / 31


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([28, -1], "^days is at least 0, not -1, at index 1$"),
        ([28, np.inf], "^days is a finite number, not inf, at index 1$"),
        ([28, 31, 30], "^these shapes do not go together"),
    ],
)
def test_impossible_lengths_are_refused(days: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        per_day([1, 2], days=days)


@given(st.integers(1990, 2040), st.floats(0, 1e6))
def test_a_steady_year_keeps_its_size_when_its_months_are_made_even(
    year: int, daily: float
) -> None:
    days = [days_in_month(f"{year}-{month:02}") for month in range(1, 13)]

    even = month_standardised([daily * each for each in days], days=days)

    np.testing.assert_allclose(even, daily * 30.4375, rtol=1e-12)
    assert np.sum(even) == pytest.approx(daily * 365.25)


def test_a_july_of_five_busy_days_counted_by_hand() -> None:
    """July 2018 has Sunday, Monday and Tuesday five times; with 20 on a Sunday, else 10."""
    july = [date(2018, 7, day) for day in range(1, 32)]
    counts = [20 if day.weekday() == 6 else 10 for day in july]

    adjusted = weekday_adjusted(counts, weekdays=[day.weekday() for day in july])

    assert sum(counts) == 360
    assert adjusted == pytest.approx(80 * 30.4375 / 7)
    assert weekday_adjusted(counts, weekdays=[day.weekday() for day in july], days=28) == 320


@given(st.lists(st.integers(0, 1000), min_size=7, max_size=7), DAYS, st.integers(7, 60))
def test_with_one_rate_a_weekday_every_period_is_adjusted_to_the_same(
    rates: list[int], first: date, length: int
) -> None:
    weekdays = [(first + timedelta(days=each)).weekday() for each in range(length)]

    adjusted = weekday_adjusted([rates[each] for each in weekdays], weekdays=weekdays)

    assert adjusted == pytest.approx(sum(rates) * 30.4375 / 7)


def test_a_weekday_that_never_came_or_is_not_known_leaves_no_figure() -> None:
    assert np.isnan(weekday_adjusted([1] * 6, weekdays=range(6)))
    assert np.isnan(weekday_adjusted([1] * 6 + [np.nan], weekdays=range(7)))
    assert np.isnan(weekday_adjusted([], weekdays=[]))


@pytest.mark.parametrize("weekday", [7, -1, 1.5])
def test_what_is_no_weekday_is_refused(weekday: float) -> None:
    words = r"^weekdays is 0 \(Monday\) to 6 \(Sunday\), not .*, at index 1$"
    with pytest.raises(ValueError, match=words):
        weekday_adjusted([1, 2], weekdays=[0, weekday])


def test_fewer_than_no_log_is_refused() -> None:
    with pytest.raises(ValueError, match="^counts is at least 0, not -1, at index 1$"):
        weekday_adjusted([1, -1], weekdays=[0, 1])
    with pytest.raises(ValueError, match="^counts is at least 0, not -1, at index 0$"):
        week_profile([-1] * 168, hours=[1] * 168)


def test_a_busy_saturday_night_by_the_hours_that_were() -> None:
    counts, hours = np.zeros(168), np.full(168, 52.0)
    counts[[5 * 24 + 23, 6 * 24 + 1]] = 104
    hours[[0, 6 * 24 + 1]] = 0, 53

    profile = week_profile(counts, hours=hours)

    assert profile.shape == (7, 24)
    assert profile[5, 23] == 2
    assert profile[6, 1] == 104 / 53
    assert np.isnan(profile[0, 0])
    assert profile[0, 1] == 0


def test_a_week_has_168_hours() -> None:
    with pytest.raises(ValueError, match=r"^hours has shape \(24,\); a week has 168 hours$"):
        week_profile([1] * 168, hours=[1] * 24)


# -- how often each hour of the week came


def counted(first: date, last: date, tz: str) -> Counter[int]:
    """By brute force: quarter of an hour by quarter of an hour in UTC."""
    zone = ZoneInfo(tz)
    at = datetime.combine(first - timedelta(days=2), datetime.min.time(), UTC)
    found: Counter[int] = Counter()
    while at.date() <= last + timedelta(days=2):
        local = at.astimezone(zone)
        if first <= local.date() <= last:
            found[local.weekday() * 24 + local.hour] += 1
        at += timedelta(minutes=15)
    return found


def test_a_week_without_a_change_has_each_hour_once() -> None:
    assert hours_of_week(date(2018, 7, 2), date(2018, 7, 8)) == (1.0,) * 168


@pytest.mark.parametrize(
    ("day", "times"), [(date(2018, 3, 25), [1, 0, 1]), (date(2018, 10, 28), [1, 2, 1])]
)
def test_one_sunday_hour_is_missing_in_march_and_comes_twice_in_october(
    day: date, times: list[int]
) -> None:
    hours = hours_of_week(day, day)

    assert list(hours[144:147]) == times
    assert sum(hours) == sum(times) + 21
    assert sum(hours[:144]) == 0


@given(st.integers(1997, 2035))
def test_a_year_of_london_has_8760_hours_or_8784(year: int) -> None:
    whole = hours_of_week(date(year, 1, 1), date(year, 12, 31))
    financial = hours_of_week(date(year, 4, 1), date(year + 1, 3, 31))

    assert sum(whole) == 24 * (date(year + 1, 1, 1) - date(year, 1, 1)).days
    assert sum(whole) in {8760, 8784}
    assert sum(financial) == 24 * (date(year + 1, 4, 1) - date(year, 4, 1)).days


@pytest.mark.parametrize("tz", ["Europe/London", "UTC", "Australia/Lord_Howe", "America/Havana"])
@given(first=DAYS, days=st.integers(1, 40))
def test_hours_are_those_of_a_clock_that_is_walked_along(tz: str, first: date, days: int) -> None:
    last = first + timedelta(days=days - 1)

    hours = hours_of_week(first, last, tz=tz)

    walked = counted(first, last, tz)
    assert list(hours) == [walked[hour] / 4 for hour in range(168)]


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_two_periods_that_follow_one_another_add_up(first: date, days: int, more: int) -> None:
    middle = first + timedelta(days=days)
    last = middle + timedelta(days=more)

    parts = zip(
        hours_of_week(first, middle), hours_of_week(middle + timedelta(days=1), last), strict=True
    )

    assert [sum(each) for each in parts] == list(hours_of_week(first, last))


def test_a_day_that_a_zone_left_out_has_no_hour() -> None:
    assert sum(hours_of_week(date(2011, 12, 30), date(2011, 12, 30), tz="Pacific/Apia")) == 0
    assert sum(hours_of_week(date(2018, 1, 2), date(2018, 1, 1))) == 0


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        hours_of_week(date(2018, 1, 1), date(2018, 1, 1), tz="Europe/Dudley")
