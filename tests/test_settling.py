# ruff: noqa: DTZ001 # local clocks have no zone
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import cast
from zoneinfo import ZoneInfo

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Build
from npolicing._examining import ArrowStream, Rows
from npolicing._zones import Ambiguous
from npolicing.entities import Log
from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    UnknownCodeError,
    ValidationError,
)
from npolicing.frames import check, to_arrow, to_pandas
from npolicing.settling import settle, settle_arrow
from npolicing.testing import tables

LONDON = ZoneInfo("Europe/London")
INSTANT = pa.timestamp("us", tz="UTC")
NEW = ["received_on", "month", "hour_of_week"]

# Instant in UTC, and what London's clocks and calendars say: counted by hand.
COUNTED = [
    # Sunday 25 March 2018: clocks go from 00:59:59 to 02:00.
    (datetime(2018, 3, 25, 0, 59, 59), date(2018, 3, 25), "2018-03", 144),
    (datetime(2018, 3, 25, 1), date(2018, 3, 25), "2018-03", 146),
    # Sunday 28 October 2018: 01:00 to 01:59 comes twice.
    (datetime(2018, 10, 28, 0, 30), date(2018, 10, 28), "2018-10", 145),
    (datetime(2018, 10, 28, 1, 30), date(2018, 10, 28), "2018-10", 145),
    (datetime(2018, 10, 28, 2), date(2018, 10, 28), "2018-10", 146),
    # Midnight in summer is 23:00 of the day before; Wednesday 1 August 2018.
    (datetime(2018, 7, 31, 22, 59, 59, 999_999), date(2018, 7, 31), "2018-07", 47),
    (datetime(2018, 7, 31, 23), date(2018, 8, 1), "2018-08", 48),
    (datetime(2018, 7, 31, 23, 30), date(2018, 8, 1), "2018-08", 48),
    # The end of a year: Monday 31 December 2018, and a Tuesday.
    (datetime(2018, 12, 31, 23, 59, 59), date(2018, 12, 31), "2018-12", 23),
    (datetime(2019, 1, 1), date(2019, 1, 1), "2019-01", 24),
    # Before 1970, when London had summer time all year.
    (datetime(1969, 12, 31, 23, 30), date(1970, 1, 1), "1970-01", 72),
]


def rows_of(frame: object) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", nw.from_native(frame, eager_only=True).rows(named=True))  # type: ignore[call-overload] # any frame


def naive(*times: datetime | None, name: str = "received_at") -> pa.Table:
    return pa.table({name: pa.array(times, pa.timestamp("us"))})


def at(*times: datetime | None) -> list[datetime | None]:
    return [None if time is None else time.replace(tzinfo=UTC) for time in times]


def instants(*times: datetime | None) -> pa.Table:
    return pa.table({"received_at": pa.array(at(*times), INSTANT)})


def test_the_local_day_month_and_hour_are_as_counted_by_hand(frame: Build) -> None:
    received = [each[0].replace(tzinfo=UTC) for each in COUNTED]

    settled = rows_of(settle(cast(ArrowStream, frame({"received_at": received}))))

    assert [tuple(row[name] for name in NEW) for row in settled] == [each[1:] for each in COUNTED]
    assert [row["received_at"] for row in settled] == received


def test_the_response_is_in_whole_seconds_rounded_down_and_null_where_there_is_none(
    frame: Build,
) -> None:
    noon = datetime(2018, 7, 1, 12)
    later = [
        timedelta(seconds=59, microseconds=999_999),
        timedelta(0),
        timedelta(microseconds=-1),
        None,
    ]
    logs = frame(
        {
            "received_at": at(noon, noon, noon, noon, None),
            "first_arrived_at": at(*[None if x is None else noon + x for x in later], noon),
        }
    )

    settled = settle(cast(ArrowStream, logs))

    seconds = nw.from_native(settled, eager_only=True)["response_seconds"].to_list()
    assert [None if pd.isna(each) else each for each in seconds] == [59, 0, None, None, None]


def test_the_response_across_a_change_of_clocks_is_the_time_that_passed() -> None:
    logs = pa.table(
        {
            "received_at": pa.array([datetime(2018, 3, 25, 0, 30)]),
            "first_arrived_at": pa.array([datetime(2018, 3, 25, 2, 30)]),
        }
    )

    settled = settle_arrow(logs, tz="Europe/London", ambiguous="raise")

    assert settled["response_seconds"].to_pylist() == [3600]


def test_null_comes_of_null(frame: Build) -> None:
    settled = settle(cast(ArrowStream, frame({"received_at": at(None, datetime(2018, 7, 1))})))

    table = pa.table(settled)
    assert [each is None for each in table["month"].to_pylist()] == [True, False]
    assert [table[name].null_count for name in NEW] == [1, 1, 1]


def test_a_column_of_nothing_but_nulls_is_one_of_times() -> None:
    empty = pd.DataFrame({"received_at": [None, None], "closed_at": [float("nan")] * 2})

    settled = settle(empty)

    assert settled["month"].isna().all()
    assert str(settled["closed_at"].dtype) == "datetime64[us, UTC]"


# -- each kind of frame


def test_other_columns_stay_as_they_are_and_the_new_come_last(frame: Build) -> None:
    logs: dict[str, list[object]] = {"npu": ["CV"], "received_at": [*at(datetime(2018, 7, 1))]}
    logs |= {"first_arrived_at": [*at(datetime(2018, 7, 1))], "note": [1.5]}
    before = frame(logs)

    settled = settle(cast(ArrowStream, before))

    assert type(settled) is type(before)
    assert rows_of(settled)[0] | rows_of(before)[0] == rows_of(settled)[0]
    names = nw.from_native(settled, eager_only=True).columns
    assert names == [*logs, *NEW, "response_seconds"]


def test_the_frame_that_was_passed_is_not_changed(frame: Build) -> None:
    logs = frame({"received_at": at(datetime(2018, 7, 1))})

    settle(cast(ArrowStream, logs))

    assert list(rows_of(logs)[0]) == ["received_at"]


def test_pandas_keeps_its_index_though_a_label_comes_twice() -> None:
    logs = pd.DataFrame(
        {"received_at": at(datetime(2018, 7, 1), datetime(2018, 8, 2))}, index=["x", "x"]
    )

    settled = settle(logs)

    assert settled.index.to_list() == ["x", "x"]
    assert settled["month"].to_list() == ["2018-07", "2018-08"]


def test_the_types_are_those_of_a_log() -> None:
    logs = instants(datetime(2018, 7, 1)).append_column(
        "first_arrived_at", pa.array(at(datetime(2018, 7, 1)), INSTANT)
    )

    assert {each.name: str(each.type) for each in settle_arrow(logs).schema} == {
        "received_at": "timestamp[us, tz=UTC]",
        "first_arrived_at": "timestamp[us, tz=UTC]",
        "received_on": "date32[day]",
        "month": "string",
        "hour_of_week": "int64",
        "response_seconds": "int64",
    }
    of_pandas = settle(to_frame(logs)).dtypes
    assert str(of_pandas["received_at"]) == "datetime64[us, UTC]"
    assert of_pandas["received_on"] == pd.ArrowDtype(pa.date32())
    assert str(of_pandas["hour_of_week"]) == "int64"
    of_polars = settle(pl.DataFrame(logs)).schema
    assert of_polars["received_at"] == pl.Datetime("us", "UTC")
    assert of_polars["received_on"] == pl.Date()
    assert of_polars["month"] == pl.String()


def to_frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas()


def test_what_is_of_no_known_library_but_speaks_arrow_becomes_an_arrow_table() -> None:
    relation = duckdb.sql("SELECT TIMESTAMP '2018-08-01 00:30' AS received_at")

    settled = settle(cast(ArrowStream, relation), tz="Europe/London", ambiguous="raise")

    assert isinstance(settled, pa.Table)
    assert settled["received_at"].to_pylist() == at(datetime(2018, 7, 31, 23, 30))


def test_what_speaks_no_arrow_is_refused() -> None:
    with pytest.raises(TypeError, match="is no frame that speaks Arrow"):
        settle(cast(ArrowStream, pl.LazyFrame({"received_at": at(datetime(2018, 7, 1))})))


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow"])
def test_a_frame_without_rows_has_the_columns_all_the_same(name: str) -> None:
    empty: dict[str, ArrowStream] = {"pyarrow": instants()}
    empty |= {"pandas": to_frame(instants()), "polars": pl.DataFrame(instants())}

    assert rows_columns(settle(empty[name])) == ["received_at", *NEW]


def rows_columns(frame: object) -> list[str]:
    return list(nw.from_native(frame, eager_only=True).columns)  # type: ignore[call-overload] # any frame


# -- instants


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_zone_and_unit_are_instants(unit: str) -> None:
    kind = pa.timestamp(unit, tz="Asia/Kolkata")  # type: ignore[call-overload] # the stubs list units
    logs = instants(datetime(2018, 7, 31, 23, 30)).cast(pa.schema([("received_at", kind)]))

    for settled in (settle_arrow(logs), pa.table(settle(to_frame(logs)))):
        assert settled["received_at"].cast(INSTANT).to_pylist() == at(datetime(2018, 7, 31, 23, 30))
        assert settled["month"].to_pylist() == ["2018-08"]


def test_objects_of_python_with_zones_of_their_own_are_instants() -> None:
    times = [
        datetime(2018, 8, 1, 0, 30, tzinfo=LONDON),
        datetime(2018, 8, 1, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        None,
    ]

    settled = settle(pd.DataFrame({"received_at": pd.Series(times, dtype=object)}))

    assert settled["received_at"].to_list()[:2] == at(datetime(2018, 7, 31, 23, 30)) * 2
    assert settled["hour_of_week"].to_list()[:2] == [48, 48]


def test_another_zone_has_another_local_day() -> None:
    settled = settle_arrow(instants(datetime(2018, 7, 31, 18, 30)), tz="Asia/Kolkata")

    assert settled.select(NEW).to_pylist() == [
        {"received_on": date(2018, 8, 1), "month": "2018-08", "hour_of_week": 48}
    ]


@pytest.mark.parametrize("zone", [None, "Asia/Kolkata"])
def test_times_finer_than_a_microsecond_are_failures_of_their_rows(zone: str | None) -> None:
    kind = pa.timestamp("ns", tz=zone)
    logs = pa.table({"received_at": pa.array([1000, 1001], pa.int64()).cast(kind)})

    with pytest.raises(ValidationError) as error:
        settle(logs, tz="Europe/London", ambiguous="earliest")

    assert [(each.row, each.code, each.rule) for each in error.value.failures] == [
        (1, "OUT_OF_RANGE", "fits microseconds")
    ]


# -- naive times

TWICE = datetime(2018, 10, 28, 1, 30)
NEVER = datetime(2018, 3, 25, 1, 30)


@pytest.mark.parametrize(
    ("tz", "ambiguous", "told"),
    [
        (None, None, 'tz="Europe/London", ambiguous="raise"'),
        (None, "latest", 'tz="Europe/London", ambiguous="latest"'),
        ("Asia/Kolkata", None, 'tz="Asia/Kolkata", ambiguous="raise"'),
    ],
)
def test_naive_times_are_refused_until_all_is_stated_whatever_the_data(
    frame: Build, tz: str | None, ambiguous: Ambiguous | None, told: str
) -> None:
    logs = frame({"received_at": [datetime(2018, 7, 1)], "closed_at": [datetime(2018, 7, 1)]})

    with pytest.raises(ColumnTypeError) as error:
        settle(cast(ArrowStream, logs), tz=tz, ambiguous=ambiguous)

    assert told in str(error.value)
    assert [(each.code, each.column) for each in error.value.failures] == [
        ("WRONG_TYPE", "received_at"),
        ("WRONG_TYPE", "closed_at"),
    ]
    assert {str(each.value) for each in error.value.failures} <= {"timestamp[us]", "timestamp[ns]"}


@pytest.mark.parametrize(("ambiguous", "hour"), [("earliest", 0), ("latest", 1)])
def test_a_naive_time_that_came_twice_is_what_is_asked_for(
    frame: Build, ambiguous: Ambiguous, hour: int
) -> None:
    logs = cast(ArrowStream, frame({"received_at": [TWICE]}))

    settled = rows_of(settle(logs, tz="Europe/London", ambiguous=ambiguous))

    assert settled[0]["received_at"] == datetime(2018, 10, 28, hour, 30, tzinfo=UTC)
    assert settled[0]["hour_of_week"] == 145


def test_every_time_that_clocks_do_not_settle_is_told_by_its_row(frame: Build) -> None:
    logs = frame({"received_at": [TWICE, NEVER, datetime(2018, 7, 1), TWICE]})

    with pytest.raises(ValidationError) as error:
        settle(cast(ArrowStream, logs), tz="Europe/London", ambiguous="raise")

    assert error.value.entity == "Log"
    assert [(each.row, each.code, each.value) for each in error.value.failures] == [
        (0, "AMBIGUOUS_TIME", "2018-10-28 01:30:00"),
        (1, "NONEXISTENT_TIME", "2018-03-25 01:30:00"),
        (3, "AMBIGUOUS_TIME", "2018-10-28 01:30:00"),
    ]
    assert {each.column for each in error.value.failures} == {"received_at"}


def test_a_null_beside_a_time_that_came_twice_is_no_failure() -> None:
    with pytest.raises(ValidationError) as error:
        settle(naive(None, TWICE), tz="Europe/London", ambiguous="raise")

    assert [each.row for each in error.value.failures] == [1]


def test_a_time_that_never_was_is_moved_where_that_is_asked_for() -> None:
    settled = settle(
        naive(NEVER), tz="Europe/London", ambiguous="raise", nonexistent="shift_forward"
    )

    assert settled["received_at"].to_pylist() == at(datetime(2018, 3, 25, 1))
    assert settled["hour_of_week"].to_pylist() == [146]


def test_objects_of_python_without_a_zone_are_naive() -> None:
    logs = pd.DataFrame({"received_at": pd.Series([TWICE], dtype=object)})

    with pytest.raises(ColumnTypeError, match="received_at: is timestamp"):
        settle(logs)
    settled = settle(logs, tz="Europe/London", ambiguous="latest")
    assert settled["received_at"].to_list() == at(datetime(2018, 10, 28, 1, 30))


# -- frames that cannot be settled


def test_without_receipt_there_is_nothing_to_settle(frame: Build) -> None:
    with pytest.raises(MissingColumnsError, match="no column 'received_at'"):
        settle(cast(ArrowStream, frame({"closed_at": at(datetime(2018, 7, 1))})))


@pytest.mark.parametrize(
    "values",
    [
        ["2018-07-01T00:00Z"],
        [20180701],
        [date(2018, 7, 1)],
        [datetime(2018, 7, 1), datetime(2018, 7, 1, tzinfo=UTC)],
    ],
)
def test_what_are_no_times_is_refused_with_the_column(values: list[object]) -> None:
    logs = pd.DataFrame(
        {
            "received_at": pd.Series(at(datetime(2018, 7, 1)) * len(values)),
            "closed_at": pd.Series(values, dtype=object),
        }
    )

    with pytest.raises(ColumnTypeError, match="closed_at: is "):
        settle(logs, tz="Europe/London", ambiguous="earliest")


def test_text_is_refused_of_each_library(frame: Build) -> None:
    with pytest.raises(ColumnTypeError, match="received_at: is "):
        settle(cast(ArrowStream, frame({"received_at": ["2018-07-01"]})))


def test_one_name_for_two_columns_is_refused() -> None:
    logs = pd.DataFrame([at(datetime(2018, 7, 1)) * 2], columns=["received_at"] * 2)

    with pytest.raises(ColumnTypeError, match="two columns"):
        settle(logs)


def test_an_unknown_zone_is_refused_before_anything_else() -> None:
    with pytest.raises(UnknownCodeError, match="Europe/Lodon"):
        settle(pa.table({}), tz="Europe/Lodon")


# -- what is settled already


def test_columns_that_are_there_and_agree_stay_in_their_place(frame: Build) -> None:
    logs = frame(
        {
            "month": ["2018-08"],
            "received_at": at(datetime(2018, 7, 31, 23, 30)),
            "received_on": [date(2018, 8, 1)],
        }
    )

    settled = settle(cast(ArrowStream, logs))

    assert rows_columns(settled) == ["month", "received_at", "received_on", "hour_of_week"]


def test_columns_that_are_there_and_disagree_are_failures_by_row(frame: Build) -> None:
    noon = datetime(2018, 7, 31, 23, 30)
    logs = frame(
        {
            "received_at": at(noon, noon),
            "first_arrived_at": at(noon, noon),
            "received_on": [date(2018, 8, 1), date(2018, 7, 31)],
            "month": ["2018-07", "2018-08"],
            "hour_of_week": [48, 47],
            "response_seconds": [0, 1],
        }
    )

    with pytest.raises(ValidationError) as error:
        settle(cast(ArrowStream, logs))

    assert {each.code for each in error.value.failures} == {"INCONSISTENT"}
    assert [(each.row, each.column, each.value) for each in error.value.failures] == [
        (0, "month", "2018-07"),
        (1, "received_on", date(2018, 7, 31)),
        (1, "hour_of_week", 47),
        (1, "response_seconds", 1),
    ]


def test_a_null_where_the_day_is_known_is_not_filled_in_silence() -> None:
    logs = instants(datetime(2018, 7, 1)).append_column("month", pa.array([None], pa.string()))

    with pytest.raises(ValidationError, match=r"row 0, month: None breaks .* \[INCONSISTENT\]"):
        settle(logs)


def test_an_unrecorded_response_stays_so() -> None:
    noon = pa.array(at(datetime(2018, 7, 1)), INSTANT)
    unknown = pa.array([None], pa.int64())
    logs = pa.table({"received_at": noon, "first_arrived_at": noon, "response_seconds": unknown})

    assert settle(logs)["response_seconds"].to_pylist() == [None]


# -- for any logs

TIMES = st.lists(st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), max_size=5)


@given(TIMES)
def test_what_is_settled_is_what_zoneinfo_says(times: list[datetime | None]) -> None:
    settled = settle_arrow(instants(*times)).to_pylist()

    for row, time in zip(settled, at(*times), strict=True):
        clock = None if time is None else time.astimezone(LONDON)
        assert row == {
            "received_at": time,
            "received_on": clock and clock.date(),
            "month": clock and clock.date().isoformat()[:7],
            "hour_of_week": clock and clock.weekday() * 24 + clock.hour,
        }


@given(TIMES)
def test_local_times_are_settled_as_their_instants_are(times: list[datetime | None]) -> None:
    settled = settle_arrow(
        naive(*times), tz="Europe/London", ambiguous="earliest", nonexistent="shift_forward"
    )

    assert settled == settle_arrow(settled.select(["received_at"]))
    exist = [
        (settled["received_on"][row].as_py(), settled["hour_of_week"][row].as_py() % 24)
        == (time.date(), time.hour)
        for row, time in enumerate(times)
        if time is not None and not moved(time)
    ]
    assert all(exist)


def moved(time: datetime) -> bool:
    there = time.replace(tzinfo=LONDON)
    return there.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None, fold=0) != time


@given(tables(Log))
def test_settled_logs_settle_to_themselves(logs: Rows) -> None:
    table = to_arrow(logs, Log)

    assert settle_arrow(table).equals(table, check_metadata=True)
    assert to_arrow(settle(to_pandas(table, Log)), Log) == table
    assert to_arrow(settle(pl.DataFrame(table)), Log) == table


@given(tables(Log, min_size=1))
def test_logs_that_lack_only_what_is_settled_are_logs_afterwards(logs: Rows) -> None:
    table = to_arrow(logs, Log).drop_columns([*NEW, "response_seconds"])

    for bare in (table, to_frame(table), pl.DataFrame(table)):
        once = settle(bare)
        assert check(once, Log) == ()
        assert to_arrow(settle(once), Log) == to_arrow(once, Log) == to_arrow(settle(table), Log)
