from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing.calendar import (
    DAYS_PER_MONTH,
    add_months,
    days_in_month,
    elapsed_share,
    financial_year,
    financial_year_days,
    whole_months,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def test_198_of_the_366_days_of_2019_20_have_passed_on_15_october_2019() -> None:
    assert elapsed_share("2019/20", date(2019, 10, 15)) == 198 / 366


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        (date(2019, 3, 31), 0.0),
        (date(2019, 4, 1), 1 / 366),
        (date(2020, 3, 30), 365 / 366),
        (date(2020, 3, 31), 1.0),
        (date(2020, 4, 1), 1.0),
    ],
)
def test_the_day_itself_counts_and_no_share_is_outside_the_year(as_of: date, share: float) -> None:
    assert elapsed_share("2019/20", as_of) == share


def test_a_financial_year_without_a_leap_day_has_365_days() -> None:
    assert elapsed_share("2018/19", date(2018, 4, 1)) == 1 / 365


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2019, 9, 1), date(2020, 4, 1), 7),
        (date(2019, 9, 2), date(2020, 4, 1), 6),
        (date(2019, 9, 1), date(2020, 3, 31), 6),
        (date(2019, 9, 1), date(2019, 9, 30), 0),
        (date(2020, 1, 31), date(2020, 2, 29), 1),
        (date(2020, 1, 31), date(2020, 2, 28), 0),
        (date(2020, 4, 1), date(2019, 9, 1), -7),
        (date(2018, 12, 15), date(2019, 1, 15), 1),
    ],
)
def test_whole_months_counted_by_hand(start: date, end: date, months: int) -> None:
    assert whole_months(start, end) == months


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2019, 9, 1), 7, date(2020, 4, 1)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),
        (date(2018, 12, 31), 2, date(2019, 2, 28)),
        (date(2019, 1, 15), -1, date(2018, 12, 15)),
        (date(2019, 1, 15), 0, date(2019, 1, 15)),
        (date(2019, 1, 15), 24, date(2021, 1, 15)),
    ],
)
def test_months_added_by_hand(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("month", "days"),
    [
        ("2018-02", 28),
        ("2020-02", 29),
        ("1900-02", 28),
        ("2000-02", 29),
        ("2018-04", 30),
        ("2018-07", 31),
        ("9999-12", 31),
    ],
)
def test_days_in_a_month(month: str, days: int) -> None:
    assert days_in_month(month) == days


@pytest.mark.parametrize("month", ["2018-13", "2018-00", "2018-7", "2018-07\n", "2018-0\u0667"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError, match="is no month; write 2018-07$"):
        days_in_month(month)


@pytest.mark.parametrize("label", ["2019/21", "2019-20", "19/20", "2019/20\n", "20\u0661\u0669/20"])
def test_what_is_no_financial_year_is_refused(label: str) -> None:
    words = "is no financial year; write 2019/20 for April 2019 to March 2020$"
    with pytest.raises(ValueError, match=words):
        financial_year_days(label)


def test_a_century_ends_a_financial_year_with_00() -> None:
    assert financial_year(date(1999, 4, 1)) == "1999/00"
    assert financial_year_days("1999/00") == (date(1999, 4, 1), date(2000, 3, 31))


def test_a_mean_month_is_a_twelfth_of_a_mean_year() -> None:
    assert DAYS_PER_MONTH == 365.25 / 12


@given(DAYS)
def test_a_day_is_in_the_days_of_its_financial_year(day: date) -> None:
    first, last = financial_year_days(financial_year(day))

    assert first <= day <= last
    assert financial_year(last + timedelta(days=1)) != financial_year(day)
    assert financial_year(first - timedelta(days=1)) != financial_year(day)


@given(DAYS, DAYS)
def test_as_many_whole_months_later_is_not_past_the_end_and_one_more_is(a: date, b: date) -> None:
    start, end = sorted([a, b])

    months = whole_months(start, end)

    assert months >= 0
    assert add_months(start, months) <= end < add_months(start, months + 1)
    assert whole_months(end, start) == -months


@given(DAYS.filter(lambda day: day.day <= 28), st.integers(-1200, 1200))
def test_adding_months_to_a_day_that_each_month_has_is_undone_by_taking_them(
    day: date, months: int
) -> None:
    assert add_months(add_months(day, months), -months) == day
    assert whole_months(day, add_months(day, months)) == months


@given(DAYS, DAYS)
def test_the_elapsed_share_is_0_to_1_and_never_falls(a: date, b: date) -> None:
    label = financial_year(a)

    earlier, later = (elapsed_share(label, day) for day in sorted([a, b]))

    assert 0 <= earlier <= later <= 1


@given(DAYS)
def test_the_months_of_a_financial_year_have_all_its_days(day: date) -> None:
    first, last = financial_year_days(financial_year(day))

    months = [add_months(first, number).isoformat()[:7] for number in range(12)]

    assert sum(map(days_in_month, months)) == (last - first).days + 1
    assert math.isclose(elapsed_share(financial_year(day), last), 1)
