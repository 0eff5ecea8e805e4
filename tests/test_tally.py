from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from counted import IN_MEMORY, LOGS, empty, in_file, logs_frame, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import rows

from npolicing import _tally
from npolicing._records import Records
from npolicing._tally import kernel, parts, sources, tally
from npolicing.entities import Attendance, Log
from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    MixedRowsError,
    ValidationError,
)
from npolicing.testing import tables

SIX = logs_frame(
    {
        "npu": ["CV", "CV", "BE", None, "CV", None],
        "priority": ["P1", "P6", "P6", "P6", "P6", "P1"],
        "crimes": [1, 0, 2, None, None, 0],
    }
)


def test_six_logs_are_counted_by_hand() -> None:
    assert rows(tally(SIX, by=["npu", "priority"], crimes=True)) == [
        {"npu": "BE", "priority": "P6", "logs": 1, "crimes": 2, "crimes_unknown": 0},
        {"npu": "CV", "priority": "P1", "logs": 1, "crimes": 1, "crimes_unknown": 0},
        {"npu": "CV", "priority": "P6", "logs": 2, "crimes": 0, "crimes_unknown": 1},
        {"npu": None, "priority": "P1", "logs": 1, "crimes": 0, "crimes_unknown": 0},
        {"npu": None, "priority": "P6", "logs": 1, "crimes": 0, "crimes_unknown": 1},
    ]


def test_only_the_values_asked_for_are_counted_and_null_is_one_of_them() -> None:
    p6 = tally(SIX, by="npu", where={"priority": "P6"})
    none = tally(SIX, by="priority", where={"npu": [None, "BE"]})

    assert rows(p6) == [
        {"npu": "BE", "logs": 1},
        {"npu": "CV", "logs": 2},
        {"npu": None, "logs": 1},
    ]
    assert rows(none) == [{"priority": "P1", "logs": 1}, {"priority": "P6", "logs": 2}]


def test_without_columns_all_logs_are_one_group_and_no_log_is_none() -> None:
    assert rows(tally(SIX)) == [{"logs": 6}]
    assert rows(tally(SIX, where={"npu": "WV"})) == []
    assert rows(tally(empty(), by="npu")) == []


def test_the_columns_have_their_types_whatever_the_rows_are() -> None:
    found = tally(SIX, by=["npu", "priority"], crimes=True)
    none = tally(empty(), by=["npu", "priority"], crimes=True)

    assert found.dtypes.to_dict() == none.dtypes.to_dict()
    assert {str(found[name].dtype) for name in ("logs", "crimes", "crimes_unknown")} == {"int64"}


BY = ["npu", "priority", "month", "received_on", "hour_of_week", "attended", "team", "crimes"]


def counted_plainly(
    logs: Records[Log], by: list[str], priority: str
) -> Counter[tuple[object, ...]]:
    kept = (log for log in logs if log.priority == priority)
    return Counter(tuple(getattr(log, name) for name in by) for log in kept)


def found(frame: pd.DataFrame, by: list[str]) -> Counter[tuple[object, ...]]:
    return Counter({tuple(row[name] for name in by): row["logs"] for row in rows(frame)})


@settings(max_examples=25)
@given(LOGS, st.lists(st.sampled_from(BY), unique=True, max_size=4))
def test_every_place_gives_what_counting_one_by_one_gives(
    logs: Records[Log], by: list[str]
) -> None:
    plain, where = counted_plainly(logs, by, "P6"), {"priority": "P6"}
    table = table_of(logs)

    assert found(tally(logs, by=by, where=where), by) == plain
    for place, make in IN_MEMORY.items():
        assert found(tally(make(table), by=by, where=where), by) == plain, place
    with TemporaryDirectory() as folder:
        assert found(tally(in_file(table, Path(folder)), by=by, where=where), by) == plain


@settings(max_examples=25)
@given(LOGS)
def test_frames_of_every_place_are_the_same_frame(logs: Records[Log]) -> None:
    table, by = table_of(logs), ["npu", "month", "attended"]
    expected = tally(table, by=by, crimes=True)

    for make in IN_MEMORY.values():
        pd.testing.assert_frame_equal(tally(make(table), by=by, crimes=True), expected)


@given(LOGS, st.sets(st.sampled_from(["npu", "priority", "month"])))
def test_a_tally_of_a_tally_adds_up(logs: Records[Log], by: set[str]) -> None:
    fine = tally(logs, by=["force", "npu", "priority", "month", "attended"], crimes=True)

    again = tally(fine, by=sorted(by), crimes=True)

    pd.testing.assert_frame_equal(again, tally(logs, by=sorted(by), crimes=True))
    lazily = tally(pl.from_pandas(fine).lazy(), by=sorted(by), crimes=True)
    pd.testing.assert_frame_equal(again, lazily)


@given(LOGS, LOGS)
def test_the_tallies_of_two_halves_add_up_to_that_of_the_whole(
    first: Records[Log], second: Records[Log]
) -> None:
    whole = pa.concat_tables([table_of(first), table_of(second)])
    halves = pd.concat([tally(first, by="npu"), tally(second, by="npu")])

    pd.testing.assert_frame_equal(tally(halves, by="npu"), tally(whole, by="npu"))


@settings(max_examples=15)
@given(LOGS)
def test_neither_slices_nor_sparse_groups_nor_folding_change_a_count(logs: Records[Log]) -> None:
    by = ["npu", "received_on", "hour_of_week"]
    expected = tally(table_of(logs), by=by, crimes=True)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sources, "_ROWS", 2)
        patched.setattr(kernel, "_SMALL", 0)
        patched.setattr(kernel, "_SPARSE", 0)
        patched.setattr(parts, "_FOLD", 1)
        got = tally(table_of(logs), by=by, crimes=True)

    pd.testing.assert_frame_equal(got, expected)


def test_counts_that_no_float_holds_are_added_up_exactly() -> None:
    large = 2**53
    frame = pa.table({"npu": ["CV", "CV"], "logs": pa.array([large, 1])})

    assert tally(frame, by="npu")["logs"].to_list() == [large + 1]


@pytest.mark.parametrize(
    "numbers",
    [
        pa.array([-128, 127, None, -128], pa.int8()),
        pa.array([0, 255, None, 0], pa.uint8()),
        pa.array([-(2**63), 2**63 - 1, None, -(2**63)], pa.int64()),
        pa.array([5, 2**20, None, 5], pa.int32()),
    ],
)
def test_whole_numbers_of_any_width_are_groups(numbers: pa.Array[pa.Int64Scalar]) -> None:
    frame = pa.table({"force": ["WMP"] * 4, "beat": numbers})

    got = {row["beat"]: row["logs"] for row in rows(tally(frame, by="beat"))}

    low, high, *_ = numbers.to_pylist()
    assert got == {low: 2, high: 1, None: 1}


def test_a_dictionary_with_a_null_or_a_text_twice_makes_no_group_more() -> None:
    codes = np.array([0, 1, 2, 3], dtype=np.int8)
    npu = pa.DictionaryArray.from_arrays(codes, pa.array(["CV", None, "CV", "BE"]))
    frame = pa.table({"force": ["WMP"] * 4, "npu": npu})

    assert rows(tally(frame, by="npu")) == [
        {"npu": "BE", "logs": 1},
        {"npu": "CV", "logs": 2},
        {"npu": None, "logs": 1},
    ]


def test_days_that_pandas_keeps_as_midnights_are_days() -> None:
    days = pd.to_datetime(["2018-07-01", "2018-07-02", "2018-07-01"])
    frame = pd.DataFrame({"force": "WMP", "received_on": days})

    got = tally(frame, by="received_on", where={"received_on": dt.date(2018, 7, 1)})

    assert rows(got) == [{"received_on": dt.date(2018, 7, 1), "logs": 2}]


def test_attendances_are_counted_as_what_they_are() -> None:
    units = pa.table({"force": ["WMP"] * 3, "unit_ref": ["A", "B", "C"], "kind": ["hub"] * 3})

    counted = tally(units, by="kind")

    assert rows(counted) == [{"kind": "hub", "attendances": 3}]
    assert rows(tally(counted)) == [{"attendances": 3}]


@given(tables(Attendance, max_size=5, force="WMP"))
def test_records_of_attendances_are_no_logs(units: Records[Attendance]) -> None:
    assert list(tally(units, by="kind").columns) == ["kind", "attendances"]


def test_logs_and_attendances_are_not_mixed() -> None:
    both = pa.table({"logs": [1], "attendances": [2]})

    with pytest.raises(MixedRowsError, match=r"^The rows count logs and attendances\. "):
        tally(both)


def test_logs_of_two_forces_are_not_added_up_unless_they_are_parted() -> None:
    two = logs_frame({"force": ["WMP", "GMP"], "npu": ["CV", "S"]})

    with pytest.raises(MixedRowsError, match=r"these are of 2: GMP, WMP\. Put 'force' in by"):
        tally(two)
    assert rows(tally(two, by="force")) == [
        {"force": "GMP", "logs": 1},
        {"force": "WMP", "logs": 1},
    ]
    assert rows(tally(two, where={"force": "WMP"})) == [{"logs": 1}]


@pytest.mark.parametrize("place", IN_MEMORY)
def test_every_column_that_is_missing_is_named(place: str) -> None:
    with pytest.raises(MissingColumnsError) as raised:
        tally(IN_MEMORY[place](SIX.select(["npu"])), by=["npu", "ward"], crimes=True)

    assert raised.value.missing == ("ward", "force", "crimes")


def test_a_column_of_another_type_or_a_value_that_none_may_have_is_refused() -> None:
    text = pa.table({"force": ["WMP"], "received_on": ["2018-07-01"]})
    small = pa.table({"force": ["WMP", "WMP"], "npu": ["cv", "cv"]})

    with pytest.raises(ColumnTypeError, match="received_on: is string, not date32"):
        tally(text, by="received_on")
    with pytest.raises(ValidationError, match=r"1 failure for Log:\n  - npu: 'cv' breaks matches"):
        tally(small, by="npu")
    with pytest.raises(ValidationError, match="where month: '2018-7' breaks matches"):
        tally(logs_frame({"month": ["2018-07"]}), where={"month": "2018-7"})


PLACES = ("pandas", "polars, lazy", "pyarrow with dictionaries", "DuckDB")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("counts", [[1.5, 1.5], [None, 2], ["1", "1"]])
def test_a_tally_without_whole_counts_is_refused(place: str, counts: list[object]) -> None:
    kept = pa.table({"npu": ["CV", "CV"], "logs": counts})

    with pytest.raises(ColumnTypeError, match="logs: is .*, not whole numbers"):
        tally(IN_MEMORY[place](kept), by="npu")


WRONG: list[tuple[dict[str, list[Any]], dict[str, Any], str]] = [
    ({"crimes": ["2", "x"]}, {"crimes": True}, "crimes: is .*string.*, not whole numbers"),
    ({"crimes": ["2", "x"]}, {"where": {"crimes": 2}}, "crimes: is .*string, not int64"),
    ({"crimes": [1.5, 1.5]}, {"crimes": True}, "crimes: is .*, not whole numbers"),
    ({"npu": [1, 2]}, {"where": {"npu": "CV"}}, "npu: is int64, not string"),
    ({"code": [[1], [2]]}, {"by": "code"}, "code: is .*list<.*>, not one value a row"),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("columns", "asked", "words"), WRONG)
def test_no_engine_converts_what_is_of_another_type(
    place: str, columns: dict[str, list[Any]], asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ColumnTypeError, match=f"^Columns of the wrong type for Log:\n  - {words}"):
        tally(IN_MEMORY[place](pa.table({"force": ["WMP", "WMP"], **columns})), **asked)


@pytest.mark.parametrize("place", PLACES)
def test_no_column_of_theirs_is_taken_for_one_of_ours(place: str) -> None:
    columns: dict[str, list[Any]] = {"logs_null": ["a", "b", "a"]}
    columns |= {"LOGS_PART": ["x", "y", "x"], "logs": [1.0, 2.0, 3.0]}
    kept = pa.table(columns)

    found = tally(IN_MEMORY[place](kept), by=["logs_null", "LOGS_PART"])
    assert found.to_numpy().tolist() == [["a", "x", 4], ["b", "y", 2]]


def test_a_collation_of_duckdb_makes_no_two_texts_one() -> None:
    connection = duckdb.connect()
    connection.execute('CREATE TABLE logs (force text, "the ""team""" text COLLATE NOCASE)')
    connection.execute("INSERT INTO logs VALUES ('WMP', 'a'), ('WMP', 'A'), ('WMP', 'A')")
    logs, team = connection.table("logs"), 'the "team"'

    assert tally(logs, by=team).to_numpy().tolist() == [["A", 2], ["a", 1]]
    assert tally(logs, where={team: "a"})["logs"].item() == 1
    connection.close()


@pytest.mark.parametrize("place", PLACES)
def test_crimes_that_nobody_knows_of_any_log_are_unknown(place: str) -> None:
    logs = pa.table({"force": ["WMP"] * 3, "crimes": pa.nulls(3)})

    found = tally(IN_MEMORY[place](logs), crimes=True)
    assert found.to_numpy().tolist() == [[3, 0, 3]]
    with pytest.raises(ColumnTypeError, match="logs: is .*, not whole numbers"):
        tally(IN_MEMORY[place](pa.table({"force": ["WMP"] * 3, "logs": pa.nulls(3)})))


@pytest.mark.parametrize("place", PLACES)
def test_a_value_of_another_type_is_equal_to_none(place: str) -> None:
    codes: dict[str, list[Any]] = {
        "text": ["5", "x", None],
        "number": [5, 1, None],
        "flag": [True, False, None],
        "day": [dt.date(2018, 7, 1)] * 3,
    }
    there = IN_MEMORY[place](pa.table({"force": ["WMP"] * 3, **codes}))

    def kept(name: str, wanted: list[_tally.Value]) -> int:
        return int(tally(there, where={name: wanted})["logs"].sum())

    assert [kept("text", [5]), kept("text", ["5", 5]), kept("text", [True, None])] == [0, 1, 1]
    assert [kept("number", ["5"]), kept("number", ["5", 1]), kept("number", [True])] == [0, 1, 1]
    assert [kept("flag", ["true"]), kept("flag", [1]), kept("flag", [2, None])] == [0, 1, 1]
    assert [kept("day", ["2018-07-01"]), kept("day", [dt.date(2018, 7, 1)])] == [0, 3]


@pytest.mark.parametrize("place", PLACES)
def test_what_is_added_up_is_no_group(place: str) -> None:
    with pytest.raises(ValueError, match=r"^crimes are added up, so they cannot be in by as well"):
        tally(IN_MEMORY[place](SIX), by=["npu", "crimes"], crimes=True)


def test_what_is_no_rows_at_all_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^builtins\.int is no frame that speaks Arrow"):
        tally(3)  # type: ignore[arg-type] # that is the test


def test_what_a_footer_tells_is_not_read_again(tmp_path: Path) -> None:
    february = logs_frame({"month": ["2018-02"] * 3, "npu": ["CV"] * 3})
    july = logs_frame({"month": ["2018-07"] * 3, "npu": ["CV", None, None]})
    path = in_file(pa.concat_tables([february, july]), tmp_path)

    assert rows(tally(path, by="npu", where={"month": "2018-07"})) == [
        {"npu": "CV", "logs": 1},
        {"npu": None, "logs": 2},
    ]
    assert rows(tally(path, by=["month"], where={"npu": None})) == [{"month": "2018-07", "logs": 2}]


def test_the_door_has_few_names() -> None:
    assert set(_tally.__all__) >= {"tally", "counts", "LogRows"}
