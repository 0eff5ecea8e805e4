from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from counted import IN_MEMORY, empty, in_file, logs_frame, table_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from measured import looked_at, one, refused, rows

from npolicing._records import Records
from npolicing._tally import LogRows, tally
from npolicing.entities import Attendance, Log
from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    MixedRowsError,
    StoreError,
    ValidationError,
)
from npolicing.measures import backlog
from npolicing.stats.percentiles import percentile_interval
from npolicing.store import open_store, write_store
from npolicing.testing import tables

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2019, 10, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def queue(*logs: tuple[str, float, float | None], **more: list[object]) -> pa.Table:
    """Logs by grade, and how many hours before noon they came and were closed."""
    return logs_frame(
        {
            "priority": [grade for grade, _, _ in logs],
            "received_at": [NOON - came * HOUR for _, came, _ in logs],
            "closed_at": [None if gone is None else NOON - gone * HOUR for _, _, gone in logs],
            **more,
        }
    )


SIX = queue(
    ("P6", 200, None),  # since more than a week
    ("P6", 72, None),  # three days to the second
    ("P6", 10, -1),  # closed an hour after noon
    ("P6", 10, 0),  # closed at noon, and so no longer open
    ("P6", -1, None),  # received after noon
    ("P1", 2, 1),
)


def test_logs_that_came_just_then_are_open_wherever_they_are() -> None:
    logs = queue(("P6", 0, None), ("P6", 0, None), ("P6", 0, -1), ("P6", 0, 0))

    for make in IN_MEMORY.values():
        found = one(backlog(make(logs), at=NOON))
        assert (found["open"], found["oldest_hours"]) == (3, 0)


def test_six_logs_are_counted_by_hand() -> None:
    first, second = rows(backlog(SIX, at=NOON))

    assert first == {
        "priority": "P1",
        "at": NOON,
        "open": 0,
        "unknown": 0,
        **dict.fromkeys(("median_hours", "median_low", "median_high")),
        **dict.fromkeys(("p90_hours", "p90_low", "p90_high", "oldest_hours")),
        "hours_0_to_24": 0,
        "hours_24_to_72": 0,
        "hours_72_to_168": 0,
        "hours_168_to_672": 0,
        "hours_672_or_more": 0,
        "is_total": False,
    }
    assert {name: second[name] for name in ("priority", "open", "median_hours")} == {
        "priority": "P6",
        "open": 3,
        "median_hours": 72.0,
    }
    assert second["p90_hours"] == pytest.approx(72 + 0.8 * 128)
    assert second["oldest_hours"] == 200.0
    assert [second[name] for name in second if name.startswith("hours_")] == [1, 0, 1, 1, 0]


def test_each_instant_has_a_row_for_each_group_and_the_total_has_one_too() -> None:
    found = rows(backlog(SIX, at=[NOON, NOON - 100 * HOUR], total=True))

    assert [(row["priority"], row["at"], row["open"]) for row in found] == [
        ("P1", NOON - 100 * HOUR, 0),
        ("P1", NOON, 0),
        ("P6", NOON - 100 * HOUR, 1),
        ("P6", NOON, 3),
        (None, NOON - 100 * HOUR, 1),
        (None, NOON, 3),
    ]
    assert [row["is_total"] for row in found] == [False] * 4 + [True] * 2
    assert [row["oldest_hours"] for row in found[-2:]] == [100.0, 200.0]


def test_logs_of_one_age_in_two_groups_are_two_in_the_total() -> None:
    found = rows(backlog(queue(("P1", 5, None), ("P6", 5, None)), at=NOON, total=True))

    assert [(row["open"], row["median_hours"]) for row in found] == [(1, 5.0), (1, 5.0), (2, 5.0)]


def test_a_group_that_came_later_is_not_there_yet() -> None:
    assert backlog(SIX, at=NOON - 100 * HOUR)["priority"].to_list() == ["P6"]
    assert len(backlog(SIX, at=NOON - 300 * HOUR)) == 0


@pytest.mark.parametrize(
    ("status", "closed", "expected"),
    [
        (None, None, (1, 0)),
        ("open", None, (1, 0)),
        ("closed", None, (0, 1)),
        ("cancelled", None, (0, 1)),
        ("transferred", None, (0, 1)),
        ("closed", 1, (0, 0)),
        ("closed", -1, (1, 0)),
        ("cancelled", -1, (1, 0)),
        (None, 1, (0, 0)),
        # Said to be open, and closed an hour ago: it was reopened, and nobody knows when.
        ("open", 1, (0, 1)),
        ("open", -1, (1, 0)),
    ],
)
def test_what_nobody_knows_to_be_open_is_counted_beside(
    status: str | None, closed: float | None, expected: tuple[int, int]
) -> None:
    found = one(backlog(queue(("P6", 5, closed), status=[status]), at=NOON))

    assert (found["open"], found["unknown"]) == expected
    assert found["hours_0_to_24"] == expected[0]
    assert (found["oldest_hours"] is None) == (expected[0] == 0)


def test_bands_are_those_that_are_asked_for_and_a_log_of_just_an_age_is_in_the_next() -> None:
    logs = queue(("P6", 0, None), ("P6", 0.5, None), ("P6", 0.5 - 1 / 3600, None))

    found = one(backlog(logs, at=NOON, ages=[timedelta(minutes=30)]))

    assert [name for name in found if name.startswith("hours_")] == [
        "hours_0_to_0.5",
        "hours_0.5_or_more",
    ]
    assert (found["hours_0_to_0.5"], found["hours_0.5_or_more"]) == (2, 1)
    assert not backlog(logs, at=NOON, ages=[]).columns.str.startswith("hours_").any()


@pytest.mark.parametrize(
    "ages", [[timedelta(0)], [2 * HOUR, HOUR], [HOUR, HOUR], [timedelta(microseconds=1)]]
)
def test_ages_ascend_from_above_nought(ages: list[timedelta]) -> None:
    with pytest.raises(ValueError, match="ages= are whole seconds that ascend from above 0"):
        backlog(SIX, at=NOON, ages=ages)


@pytest.mark.parametrize(
    "at",
    [datetime(2019, 10, 15, 12), date(2019, 10, 15), "2019-10-15", None, [NOON, None], pd.NaT],  # noqa: DTZ001 # the slip
)
def test_an_instant_has_its_zone(at: Any) -> None:  # noqa: ANN401 # what it is not
    with pytest.raises(TypeError, match="at= is an instant, a time with its zone, such as"):
        backlog(SIX, at=at)


def test_no_instant_is_no_question() -> None:
    with pytest.raises(ValueError, match="name one"):
        backlog(SIX, at=[])


def test_one_instant_is_one_whatever_its_zone_and_however_often_it_is_named() -> None:
    stamp = pd.Timestamp("2019-10-15T13:00", tz="Europe/London")
    there = NOON.astimezone(ZoneInfo("Asia/Kolkata"))

    found = backlog(SIX, at=[stamp, there, NOON])

    pd.testing.assert_frame_equal(found, backlog(SIX, at=NOON))


def test_a_tally_is_refused_in_words() -> None:
    kept = tally(SIX, by="priority")
    with refused(
        "backlog looks at the times of each log, and these are counts of logs: a log that is open "
        "today is open tomorrow, too, so it is no sum. Pass the logs themselves."
    ):
        backlog(kept, at=NOON)


def test_attendances_and_forces_are_not_added_up() -> None:
    attendances: list[Attendance] = []
    with pytest.raises(MixedRowsError, match="backlog is of logs, and these are attendances"):
        backlog(Records(Attendance, attendances), at=NOON)
    two = SIX.set_column(0, "force", pa.array(["WMP"] * 5 + ["GMP"]))
    with pytest.raises(MixedRowsError, match="of 2: GMP, WMP"):
        backlog(two, at=NOON)
    assert backlog(two, at=NOON, by="force")["open"].to_list() == [0, 3]
    assert backlog(two, at=NOON, by=None, where={"force": "WMP"})["open"].to_list() == [3]


def test_columns_that_are_needed_are_named_together() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        backlog(SIX.select(["force", "priority", "received_at"]), at=NOON, by="npu")
    assert caught.value.missing == ("npu", "closed_at")


def test_a_log_that_came_at_no_known_time_is_refused_unless_it_is_not_asked_for() -> None:
    logs = queue(("P6", 5, None), ("P1", 5, None), ("P1", 5, 4))
    times = pa.array([NOON, None, NOON - 5 * HOUR], pa.timestamp("us", tz="UTC"))
    logs = logs.set_column(logs.column_names.index("received_at"), "received_at", times)

    for make in IN_MEMORY.values():
        for by in (None, "priority"):
            with pytest.raises(ValidationError, match="received_at: None breaks not null"):
                backlog(make(logs), at=NOON, by=by)
        assert one(backlog(make(logs), at=NOON, where={"priority": "P6"}))["open"] == 1


def test_local_times_and_unknown_words_are_refused() -> None:
    frame = SIX.to_pandas()
    frame["closed_at"] = frame["closed_at"].dt.tz_localize(None)
    with pytest.raises(ColumnTypeError, match="closed_at"):
        backlog(frame, at=NOON)
    with pytest.raises(ValidationError, match="status: 'finished' breaks one of open, closed"):
        backlog(queue(("P6", 5, None), status=["finished"]), at=NOON)
    with pytest.raises(ValidationError, match="priority"):
        backlog(queue(("?!", 5, None)), at=NOON)


def test_no_logs_give_no_rows_and_the_same_columns() -> None:
    none = backlog(empty(), at=NOON, total=True)

    assert len(none) == 0
    assert none.dtypes.to_dict() == backlog(SIX, at=NOON).dtypes.to_dict()


# -- against logs one by one

_TIMES = st.datetimes(datetime(2019, 10, 1), datetime(2019, 11, 5), timezones=st.just(UTC))  # noqa: DTZ001 # bounds are naive
_LOGS = tables(
    Log,
    max_size=12,
    force="WMP",
    npu=st.sampled_from(["BE", "CV", None]),
    priority=st.sampled_from(["P1", "P6"]),
    first_arrived_at=None,
    first_dispatched_at=None,
    attended=None,
    first_attended_by=None,
    attended_by_neighbourhood=None,
    response_seconds=None,
    status=st.sampled_from([None, "open", "closed", "cancelled"]),
)


@st.composite
def lifecycles(draw: st.DrawFn) -> Records[Log]:
    """Logs that are closed at some time, or at none."""
    logs = draw(_LOGS)
    made = []
    for log in logs:
        took = draw(st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=20))))
        received = draw(_TIMES)
        on = received.astimezone(LONDON)
        made.append(
            attrs.evolve(
                log,
                received_at=received,
                received_on=on.date(),
                month=f"{on:%Y-%m}",
                hour_of_week=on.weekday() * 24 + on.hour,
                closed_at=None if took is None else received + took,
            )
        )
    # Their days are new, and a number is told apart by its day.
    return Records(Log, {(log.received_on, log.log_id): log for log in made}.values())


def open_ones(logs: list[Log], at: datetime) -> tuple[list[float], int]:
    """Hours that logs had been open, and how many of them nobody knows of, one by one."""
    hours, unknown = [], 0
    for log in logs:
        if log.received_at > at:
            continue
        if log.closed_at is None and log.status not in (None, "open"):
            unknown += 1
        elif log.closed_at is None or log.closed_at > at:
            # In UTC: Python takes one local time from another as if clocks never changed.
            age = at.astimezone(UTC) - log.received_at
            hours.append(int(age.total_seconds()) / 3600)
        elif log.status == "open":
            unknown += 1
    return hours, unknown


@given(lifecycles(), st.lists(_TIMES, min_size=1, max_size=3, unique=True))
def test_every_log_is_where_it_is_when_they_are_looked_at_one_by_one(
    logs: Records[Log], instants: list[datetime]
) -> None:
    found = {(row["npu"], row["at"]): row for row in rows(backlog(logs, at=instants, by="npu"))}

    seen = {log.npu for log in logs if log.received_at <= max(instants)}
    assert found.keys() == {(npu, at) for npu in seen for at in instants}
    for (npu, at), row in found.items():
        hours, unknown = open_ones([log for log in logs if log.npu == npu], at)
        assert (row["open"], row["unknown"]) == (len(hours), unknown)
        assert sum(row[name] for name in row if name.startswith("hours_")) == len(hours)
        assert row["hours_24_to_72"] == sum(24 <= each < 72 for each in hours)
        assert row["oldest_hours"] == (pytest.approx(max(hours)) if hours else None)
        for name, percent in (("median", 50), ("p90", 90)):
            expected = percentile_interval(hours, percent)
            for part, value in (
                ("hours", expected.estimate),
                ("low", expected.low),
                ("high", expected.high),
            ):
                shown = row[f"{name}_{part}"]
                assert shown == (None if np.isnan(value) else pytest.approx(value))


@settings(max_examples=15)
@given(lifecycles(), _TIMES)
def test_every_place_gives_the_same(logs: Records[Log], at: datetime) -> None:
    table = table_of(logs)
    asked: dict[str, Any] = {"at": [at, NOON], "by": ["npu", "priority"], "total": True}
    expected = backlog(logs, **asked)

    for make in IN_MEMORY.values():
        pd.testing.assert_frame_equal(backlog(make(table), **asked), expected)


@settings(max_examples=15)
@given(lifecycles(), _TIMES)
def test_a_file_and_a_store_give_the_same_by_the_month(
    tmp_path_factory: pytest.TempPathFactory, logs: Records[Log], at: datetime
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    write_store(logs, folder / "store", how="replace")
    asked: dict[str, Any] = {"at": at, "where": {"priority": "P6"}, "total": True}
    expected = backlog(logs, **asked)

    places: list[LogRows] = [folder / "store", open_store(folder / "store")]
    if len(logs):
        places.append(in_file(table_of(logs), folder))
    for place in places:
        pd.testing.assert_frame_equal(backlog(place, **asked), expected)


@given(lifecycles(), _TIMES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(logs: Records[Log], at: datetime, random: Any) -> None:  # noqa: ANN401 # hypothesis' own
    shuffled = Records(Log, random.sample(list(logs), len(logs)))
    pd.testing.assert_frame_equal(backlog(logs, at=at), backlog(shuffled, at=at))


# -- clocks that change: 27 October 2019 01:00 UTC, and 31 March 2019 01:00 UTC

_NIGHTS = st.sampled_from(
    [datetime(2019, 10, 27, 1, tzinfo=UTC), datetime(2019, 3, 31, 1, tzinfo=UTC)]
)


@given(_NIGHTS, st.integers(0, 4 * 3600), st.integers(-7200, 7200))
@example(datetime(2019, 10, 27, 1, tzinfo=UTC), 80 * 60, 10 * 60)
def test_an_age_is_elapsed_time_across_the_change_of_clocks(
    night: datetime, seconds: int, after: int
) -> None:
    at = night + timedelta(seconds=after)
    received = at - timedelta(seconds=seconds)
    logs = logs_frame({"priority": ["P1"], "received_at": [received], "closed_at": [None]})

    # As a person in London writes it, the repeated hour told apart by its fold.
    found = one(backlog(logs, at=at.astimezone(LONDON), ages=[HOUR]))

    assert found["at"] == at
    assert found["oldest_hours"] == pytest.approx(seconds / 3600)
    assert found["hours_1_or_more"] == (seconds >= 3600)


def test_ten_past_one_the_second_time_is_eighty_minutes_after_ten_to_one() -> None:
    # DOMAIN: the local times say twenty minutes.
    received = datetime(2019, 10, 27, 0, 50, tzinfo=LONDON).astimezone(UTC)
    logs = logs_frame({"priority": ["P1"], "received_at": [received], "closed_at": [None]})

    found = one(backlog(logs, at=datetime(2019, 10, 27, 1, 10, fold=1, tzinfo=LONDON)))

    assert found["oldest_hours"] == pytest.approx(80 / 60)


# -- a store


def month_of_logs(first: date, number: int) -> pa.Table:
    start = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    received = [start + timedelta(minutes=at % 1000) for at in range(number)]
    return logs_frame(
        {
            "log_id": [f"{at}" for at in range(number)],
            "npu": ["CV"] * number,
            "priority": ["P6"] * number,
            "received_at": received,
            "received_on": [each.date() for each in received],
            "month": [f"{first:%Y-%m}"] * number,
            "hour_of_week": [each.weekday() * 24 + each.hour for each in received],
            "closed_at": [None if at % 100 == 0 else each for at, each in enumerate(received)],
        }
    )


def test_of_a_store_no_month_after_the_instant_is_opened(tmp_path: Path) -> None:
    for month in (1, 2, 3):
        write_store(month_of_logs(date(2019, month, 2), 50), tmp_path / "s", how="merge")
    store = open_store(tmp_path / "s")
    for each in store.files:
        if each.month == "2019-03":
            each.path.write_bytes(b"no Parquet")

    february = datetime(2019, 2, 20, tzinfo=UTC)
    assert one(backlog(store, at=february))["open"] == 2
    # On the last evening it is March somewhere, and a month is local.
    with pytest.raises((StoreError, ValueError), match="cannot be read"):
        backlog(store, at=datetime(2019, 2, 28, 12, tzinfo=UTC))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    return looked_at(monkeypatch)


def test_a_store_is_read_by_the_month_and_never_as_a_whole(tmp_path: Path, read: list[int]) -> None:
    for at in range(6):
        write_store(month_of_logs(date(2019, 1 + at, 2), 300), tmp_path / "s", how="merge")

    found = one(backlog(tmp_path / "s", at=NOON))

    assert read == [300] * 6
    assert found["open"] == 18


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
def test_of_another_engine_what_may_have_been_open_is_brought_and_one_log_a_group(
    engine: str, read: list[int]
) -> None:
    # Of the 300, 3 have no time of closing.
    first, second = (month_of_logs(date(2019, month, 2), 300) for month in (9, 11))
    logs = IN_MEMORY[engine](pa.concat_tables([first, second]))

    found = rows(backlog(logs, at=[NOON, NOON + HOUR], by=["npu", "month"]))

    # November's came later: they tell of their group alone, which is not there yet.
    assert read == [3, 2]
    assert [(row["month"], row["open"]) for row in found] == [("2019-09", 3)] * 2


CLOSED = {
    "and one that came after, and was closed": queue(("P1", 10, 9), ("P1", -5, -6)),
    "and said to be open": queue(("P1", 10, 9), ("P1", 9, 8), status=["open", "open"]),
    "and one whose status nobody knows": queue(("P1", 10, 9), status=[None]),
    "before they came": queue(("P1", 2, 5), ("P1", 7, 6)),
}


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
@pytest.mark.parametrize("closed", CLOSED)
def test_in_another_engine_closed_logs_are_counted_as_anywhere(engine: str, closed: str) -> None:
    logs = CLOSED[closed]
    asked: dict[str, Any] = {"at": [NOON - 3 * HOUR, NOON], "by": ["priority"]}

    found = backlog(IN_MEMORY[engine](logs), **asked)

    pd.testing.assert_frame_equal(found, backlog(logs, **asked))
    assert len(found) == 2


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
def test_another_engine_is_asked_for_every_morning_of_two_years(
    engine: str, read: list[int]
) -> None:
    logs = queue(*((f"P{1 + at % 9}", at * 60 + 13, at * 60 - 30) for at in range(300)))
    asked: dict[str, Any] = {"at": [NOON - at * 24 * HOUR for at in range(730)], "by": None}

    found = backlog(IN_MEMORY[engine](logs), **asked)
    brought = sum(read)

    pd.testing.assert_frame_equal(found, backlog(logs, **asked))
    # Those of before the first morning, and one of the others, stay where they are.
    assert 290 < brought < 300


@pytest.mark.skipif(
    duckdb.__version__ < "2", reason="DuckDB has nanoseconds of a zone from version 2 on"
)
def test_times_of_a_type_that_few_know_are_brought_as_they_are() -> None:
    connection = duckdb.connect()
    connection.register("logs", SIX)
    exact = "* replace (received_at::timestamptz_ns as received_at)"

    found = backlog(connection.sql(f"select {exact} from logs"), at=NOON)  # noqa: S608 # our own words

    pd.testing.assert_frame_equal(found, backlog(SIX, at=NOON))
    connection.close()


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
@pytest.mark.parametrize("by", [["received_at"], ["closed_at", "status"], None])
def test_in_another_engine_logs_are_told_apart_by_times_too(
    engine: str, by: list[str] | None
) -> None:
    logs = SIX.append_column("status", pa.array(["open", None, "closed", "open", None, "closed"]))
    asked: dict[str, Any] = {"at": [NOON - HOUR, NOON], "by": by, "where": {"priority": "P6"}}

    expected = backlog(logs, **asked)

    pd.testing.assert_frame_equal(backlog(IN_MEMORY[engine](logs), **asked), expected)


def test_the_zone_and_the_unit_of_another_engine_change_nothing() -> None:
    asked: dict[str, Any] = {"at": [NOON, datetime.max.replace(tzinfo=UTC)], "by": "priority"}
    expected = backlog(SIX, **asked)
    local = pl.col("received_at").dt.convert_time_zone("Europe/London").dt.cast_time_unit("ns")
    connection = duckdb.connect()
    connection.execute("set timezone = 'Asia/Kolkata'")
    connection.register("logs", SIX)

    for logs in (pl.DataFrame(SIX).lazy().with_columns(local), connection.table("logs")):
        pd.testing.assert_frame_equal(backlog(logs, **asked), expected)
    connection.close()


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
@pytest.mark.parametrize("name", ["received_at", "closed_at"])
def test_of_another_engine_times_that_nobody_knows_may_have_no_type(engine: str, name: str) -> None:
    none = SIX.set_column(SIX.column_names.index(name), name, pa.nulls(len(SIX)))
    logs = IN_MEMORY[engine](none)

    if name == "received_at":
        with pytest.raises(ValidationError, match="received_at"):
            backlog(logs, at=NOON)
    else:
        pd.testing.assert_frame_equal(backlog(logs, at=NOON), backlog(none, at=NOON))


@pytest.mark.parametrize("engine", ["polars, lazy", "DuckDB"])
def test_a_status_that_is_none_is_refused_of_a_closed_log_too(engine: str) -> None:
    logs = queue(("P6", 4, 3), status=["Closed"])

    with pytest.raises(ValidationError, match="Closed"):
        backlog(IN_MEMORY[engine](logs), at=NOON)


def test_huge_numbers_of_one_age_are_counted(frame: Callable[..., Any]) -> None:
    number = 200_000
    logs = frame(
        {
            "force": ["WMP"] * number,
            "received_at": [NOON - 2 * HOUR] * number,
            "closed_at": [NOON + HOUR] * number,
        }
    )
    found = one(backlog(logs, at=NOON, by=None))

    assert (found["open"], found["median_hours"], found["p90_high"]) == (number, 2.0, 2.0)


def test_the_way_out_is_in_the_words() -> None:
    words = re.escape('datetime(2019, 10, 15, 8, tzinfo=ZoneInfo("Europe/London"))')
    with pytest.raises(TypeError, match=words):
        backlog(SIX, at=datetime(2019, 10, 15, 12))  # noqa: DTZ001 # the slip
