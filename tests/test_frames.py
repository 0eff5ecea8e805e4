from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast, get_args

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Build
from npolicing._examining import ArrowStream, Rows, take
from npolicing._records import Record, Records
from npolicing.arrow import arrow_schema
from npolicing.entities import (
    ENTITIES,
    Attendance,
    BudgetPosition,
    Crime,
    Force,
    Grade,
    ImpactArea,
    Log,
    Team,
)
from npolicing.errors import (
    ColumnTypeError,
    Failure,
    MissingColumnsError,
    UnknownColumnsError,
    ValidationError,
)
from npolicing.frames import (
    Split,
    check,
    failures_frame,
    split,
    to_arrow,
    to_pandas,
    to_records,
    validate,
)
from npolicing.testing import tables
from npolicing.vocabulary import TeamKind

T1 = Team(force="WMP", team_id="T1", npu="CV", kind="hub", valid_from=date(2018, 4, 1))
T2 = Team(force="WMP", team_id="T2", npu="WV", kind="neighbourhood")
TEAMS: dict[str, list[str | None]] = {
    "force": ["WMP", "WMP", "WMP", "WMP"],
    "team_id": ["T1", "T2", "T1", "T 4"],
    "npu": ["CV", "wv", "CV", None],
    "kind": ["hub", "hub", "hub", "night"],
}


def shown(failures: Sequence[Failure]) -> list[str]:
    return [str(failure) for failure in failures]


def rows_of(frame: object) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", nw.from_native(frame, eager_only=True).rows(named=True))  # type: ignore[call-overload] # any frame


# -- what is wrong


WRONG = [
    "row 0, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]",
    "row 1, npu: 'wv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]",
    "row 2, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]",
    "row 3, team_id: 'T 4' breaks matches [A-Za-z0-9][A-Za-z0-9&._:/-]{0,63} [PATTERN]",
    "row 3, npu: None breaks not null [NULL]",
    f"row 3, kind: 'night' breaks one of {', '.join(get_args(TeamKind))} [NOT_ALLOWED]",
]


def test_check_finds_everything_that_is_wrong_by_row(frame: Build) -> None:
    assert shown(check(cast(Rows, frame(TEAMS)), Team)) == WRONG


def test_validate_raises_everything_that_check_finds(frame: Build) -> None:
    with pytest.raises(ValidationError, match=r"^6 failures for Team:\n  2 x force, ") as error:
        validate(cast(Rows, frame(TEAMS)), Team)

    assert shown(error.value.failures) == WRONG


def test_records_are_checked_for_their_keys_alone() -> None:
    twice = [T1, T2, T1]

    assert [(each.row, each.code) for each in check(twice, Team)] == [
        (0, "DUPLICATE_KEY"),
        (2, "DUPLICATE_KEY"),
    ]
    validate([T1, T2], Team)


def test_two_keys_are_the_same_where_both_lack_a_part() -> None:
    crimes = {
        "force": ["WMP", "WMP", "GMP"],
        "crime_id": ["1", "1", "1"],
        "month": ["2018-07"] * 3,
        "category": ["burglary"] * 3,
    }

    assert [each.row for each in check(pa.table(crimes), Crime)] == [0, 1]


def test_failures_make_a_frame() -> None:
    found = failures_frame(check(pa.table(TEAMS), Team))

    assert found.columns.to_list() == ["row", "column", "code", "rule", "value"]
    assert found["row"].to_list() == [0, 1, 2, 3, 3, 3]
    assert found.iloc[1].to_dict() == {
        "row": 1,
        "column": "npu",
        "code": "PATTERN",
        "rule": "matches [A-Z0-9][A-Z0-9&._-]{0,23}",
        "value": "wv",
    }
    assert failures_frame([]).dtypes.equals(found.dtypes)


# -- frames of the wrong shape


def test_missing_columns_are_all_named(frame: Build) -> None:
    teams = {"force": ["WMP"], "teamid": ["T1"], "kind": ["hub"]}

    with pytest.raises(MissingColumnsError) as error:
        check(cast(Rows, frame(teams)), Team)

    assert str(error.value) == (
        "The frame has no column 'team_id', 'npu'; it has 'force', 'teamid', 'kind'.\n"
        "Hint: 'team_id' is close to 'teamid'."
    )


def test_unknown_columns_are_refused_since_they_would_be_lost(frame: Build) -> None:
    with pytest.raises(UnknownColumnsError) as error:
        check(cast(Rows, frame(TEAMS | {"Kind": ["hub"] * 4, "x": [1] * 4})), Team)

    assert str(error.value) == (
        "Team has no column 'Kind', 'x'; it has 'force', 'team_id', 'npu', 'kind', 'name',"
        " 'valid_from', 'valid_to'.\n"
        "Hint: 'Kind' is close to 'kind'.\n"
        "Rename or drop what does not belong: npolicing loses nothing without being told."
    )


def test_two_columns_of_one_name_are_refused() -> None:
    arrow = pa.table([*pa.table(TEAMS).columns, pa.array([1] * 4)], names=[*TEAMS, "npu"])

    for frame in (arrow, pd.concat([pd.DataFrame(TEAMS), pd.DataFrame({"npu": [1] * 4})], axis=1)):
        with pytest.raises(ColumnTypeError) as error:
            check(frame, Team)
        assert str(error.value) == (
            "Columns of the wrong type for Team:\n  - npu: is two columns, not one column"
        )


def test_columns_of_the_wrong_type_are_all_named_with_a_way_out() -> None:
    budgets = pl.DataFrame(
        {
            "force": ["WMP"],
            "financial_year": [2019],
            "as_of": ["2019-09-30"],
            "budget": [80000.0],
            "spent": ["£1,000"],
        }
    )

    with pytest.raises(ColumnTypeError) as error:
        check(budgets, BudgetPosition)

    assert str(error.value) == (
        "Columns of the wrong type for BudgetPosition:\n"
        "  - financial_year: is int64, not string\n"
        "    Hint: read it as text (dtype=str), so that no leading 0 is lost.\n"
        "  - as_of: is large_string, not date32[day]\n"
        "    Hint: read it with pd.to_datetime(x, format='%Y-%m-%d'), or as it is written.\n"
        "  - budget: is double, not decimal128(18, 2)\n"
        "    Hint: build it from text: Decimal(str(x)).\n"
        "  - spent: is large_string, not decimal128(18, 2)\n"
        "    Hint: build it with Decimal(x), without signs and commas."
    )


def test_times_without_a_zone_are_refused_with_a_way_out() -> None:
    logs = pd.DataFrame({"received_at": pd.to_datetime(["2018-07-01 00:30:00"])})

    with pytest.raises(ColumnTypeError) as error:
        take(logs, Log, ["received_at"])

    assert str(error.value).splitlines()[2] == (
        "    Hint: give its zone with .dt.tz_localize('Europe/London'), on Spark with settle(x, "
        "tz=...)."
    )
    zoned = logs.assign(received_at=logs["received_at"].dt.tz_localize("Europe/London"))
    (time,) = take(zoned, Log, ["received_at"])["received_at"].cast(pa.int64()).to_pylist()
    assert time == datetime(2018, 6, 30, 23, 30, tzinfo=UTC).timestamp() * 1_000_000


def test_a_lazy_frame_is_refused_with_words() -> None:
    words = (
        r"^polars\.lazyframe\.frame\.LazyFrame is no frame that speaks Arrow; "
        r"collect it first, if it is lazy\.$"
    )

    for function in (check, split, to_arrow):
        with pytest.raises(TypeError, match=words):
            function(pl.LazyFrame(TEAMS), Team)  # type: ignore[arg-type] # that is the test


def test_what_a_row_is_must_be_said_of_a_frame() -> None:
    words = r"^Say what a row is: pass the entity, such as npolicing\.Log\.$"

    for rows in (pd.DataFrame(TEAMS), [], ["T1"]):
        with pytest.raises(TypeError, match=words):
            to_arrow(rows)  # type: ignore[arg-type] # that is the test


def test_records_of_another_entity_are_refused() -> None:
    with pytest.raises(TypeError, match=r"^row 1 is a Force, not a Team$"):
        to_arrow([T1, Force(force="WMP", name="West Midlands Police")], Team)


@pytest.mark.parametrize(
    "error",
    [
        MissingColumnsError(["a"], ["b"]),
        UnknownColumnsError("Team", ["a"], ["b"]),
        ColumnTypeError("Team", [Failure(code="WRONG_TYPE", rule="date32[day]", value="string")]),
    ],
)
def test_errors_about_columns_can_be_copied_and_pickled(error: Exception) -> None:
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 # our own bytes
        assert str(other) == str(error)


# -- frames of every kind


def narrow_dictionary(texts: Sequence[str]) -> pa.ChunkedArray[Any]:
    """Chunks whose codes are too small to count the texts of both together."""
    chunks = [
        pa.array(part).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
        for part in (texts[: len(texts) // 2], texts[len(texts) // 2 :])
    ]
    return pa.chunked_array(chunks)


def test_encoded_text_is_text() -> None:
    ids = [f"T{number}" for number in range(200)]
    columns = {"force": ["WMP"] * 200, "team_id": ids, "npu": ["CV", "WV"] * 100}
    kinds = ["hub", "contact"] * 100
    arrow = pa.table(columns | {"kind": kinds})
    frames: list[ArrowStream] = [
        pd.DataFrame(columns | {"kind": kinds}).astype("category"),
        pd.DataFrame(columns | {"kind": kinds}).astype(pd.ArrowDtype(pa.large_string())),
        arrow.set_column(1, "team_id", narrow_dictionary(ids)),
        arrow.cast(pa.schema([(name, pa.large_string()) for name in arrow.column_names])),
        pl.DataFrame(columns | {"kind": pl.Series(kinds, dtype=pl.Categorical)}),
        pl.DataFrame(columns | {"kind": pl.Series(kinds, dtype=pl.Enum(["contact", "hub"]))}),
        nw.from_native(pl.DataFrame(columns | {"kind": kinds})),
        nw.from_native(pd.DataFrame(columns | {"kind": kinds})),
    ]

    for frame in frames:
        assert to_arrow(frame, Team).equals(to_arrow(arrow, Team))


def test_pandas_is_read_alike_on_numpy_and_on_arrow() -> None:
    plain = to_pandas([T1, T2])
    other = plain.convert_dtypes(dtype_backend="pyarrow")
    numpy = plain.astype(object).where(plain.notna(), None)

    for frame in (plain, other, numpy, plain.set_axis([7, 7])):
        assert list(to_records(frame, Team)) == [T1, T2]


def test_narrow_numbers_are_widened() -> None:
    grades = {"force": ["WMP"], "scheme": ["S"], "grade": ["P1"], "rank": [1]}
    small = pd.DataFrame(grades).astype({"rank": "uint8"})

    assert to_arrow(small, Grade)["rank"].type == pa.int64()
    (found,) = check(pd.DataFrame(grades | {"rank": [2**63]}), Grade)
    assert (found.column, found.code, found.rule) == ("rank", "OUT_OF_RANGE", "fits 64 bits")


def test_a_relation_of_duckdb_is_taken() -> None:
    connection = duckdb.connect()
    relation = connection.sql(
        "select * from (values ('WMP', 'T1', 'CV', 'hub'), ('WMP', 'T2', 'wv', 'hub'))"
        " teams(force, team_id, npu, kind)"
    )

    assert [(each.row, each.column) for each in check(relation, Team)] == [(1, "npu")]
    parts = split(relation, Team)
    assert isinstance(parts.good, pa.Table)
    assert parts.good["team_id"].to_pylist() == ["T1"]


def test_a_stream_that_can_be_read_once_is_split() -> None:
    reader = pa.table(TEAMS).to_reader()

    parts = split(reader, Team)

    assert [len(rows_of(part)) for part in (parts.good, parts.bad)] == [0, 4]


def test_columns_may_stand_in_any_order_and_those_with_a_default_be_left_out(frame: Build) -> None:
    teams = {"kind": ["hub"], "npu": ["CV"], "team_id": ["T1"], "force": ["WMP"]}

    table = to_arrow(cast(Rows, frame(teams)), Team)

    assert table.schema.equals(arrow_schema(Team), check_metadata=True)
    assert list(to_records(table, Team)) == [
        Team(force="WMP", team_id="T1", npu="CV", kind="hub"),
    ]
    areas: dict[str, list[Any]] = {
        "force": ["WMP"],
        "area_id": ["A"],
        "name": ["x"],
        "teams": [["T1", "T2"]],
    }
    assert to_records(cast(Rows, frame(areas)), ImpactArea)[0].teams == ("T1", "T2")


# -- splitting


def test_split_parts_the_rows_in_order_and_keeps_the_kind_of_frame(frame: Build) -> None:
    fixed = TEAMS | {"npu": ["CV", "WV", "CV", None]}
    teams = frame(fixed)

    parts = split(cast(Rows, teams), Team)

    assert type(parts.good) is type(parts.bad) is type(teams)
    assert [row["team_id"] for row in rows_of(parts.good)] == ["T2"]
    assert [row["team_id"] for row in rows_of(parts.bad)] == ["T1", "T1", "T 4"]
    assert parts.failures == check(cast(Rows, teams), Team)


def test_split_goes_by_place_and_not_by_the_index_of_pandas() -> None:
    teams = pd.DataFrame(TEAMS, index=[3, 3, 0, 1])

    parts = split(teams, Team)

    assert isinstance(parts.bad, pd.DataFrame)
    assert parts.bad.equals(teams)
    ok = teams.assign(team_id=["T1", "T2", "T3", "T4"], npu="CV", kind=["hub", "x", "x", "hub"])
    parts = split(ok, Team)
    assert isinstance(parts.good, pd.DataFrame)
    assert parts.good["team_id"].to_dict() == {3: "T1", 1: "T4"}


def test_records_are_split_into_records() -> None:
    parts = split([T1, T2, T1], Team)

    assert parts == Split(Records(Team, [T2]), Records(Team, [T1, T1]), check([T1, T2, T1], Team))


@given(st.data(), st.sampled_from(ENTITIES))
def test_split_loses_nothing(data: st.DataObject, entity: type[Record]) -> None:
    rows = data.draw(tables(entity, min_size=1))
    table = to_arrow(rows)
    nullable = {field.name: field.nullable for field in entity.columns()}
    name = data.draw(st.sampled_from([name for name, may in nullable.items() if not may]))
    gaps = set(data.draw(st.lists(st.integers(0, len(rows) - 1))))
    holed = [None if at in gaps else cell for at, cell in enumerate(table[name].to_pylist())]
    field = pa.field(name, table.schema.field(name).type)
    column = pa.array(holed, field.type)
    broken = table.set_column(table.schema.get_field_index(name), field, column)

    parts = split(broken, entity)

    assert {each.row for each in parts.failures} == gaps
    assert isinstance(parts.good, pa.Table)
    assert isinstance(parts.bad, pa.Table)
    order = sorted(gaps)
    assert parts.bad.equals(broken.take(pa.array(order, pa.int64())))
    assert list(to_records(parts.good, entity)) == [
        row for at, row in enumerate(rows) if at not in gaps
    ]


# -- out


@given(st.data(), st.sampled_from(ENTITIES))
def test_every_frame_gives_the_records_back(data: st.DataObject, entity: type[Record]) -> None:
    rows = data.draw(tables(entity, max_size=4))
    table = to_arrow(rows)

    assert table.schema.equals(arrow_schema(entity), check_metadata=True)
    for frame in (rows, table, to_pandas(rows), pl.DataFrame(table), table.to_pandas()):
        assert to_records(cast(Rows, frame), entity) == rows


def test_pandas_types_follow_the_schema_and_not_the_values() -> None:
    full = to_pandas([T1])
    empty = to_pandas(Records(Team))
    assert full.dtypes.equals(empty.dtypes)
    assert full["valid_from"].dtype == pd.ArrowDtype(pa.date32())

    budgets = [
        BudgetPosition(
            force="WMP",
            financial_year="2019/20",
            as_of=date(2019, 9, 30),
            budget=Decimal(80_000),
            spent=Decimal("40.90"),
        )
    ]
    assert to_pandas(budgets)["spent"].sum() == Decimal("40.90")
    assert to_pandas(budgets)["spent"].dtype == pd.ArrowDtype(pa.decimal128(18, 2))

    types = to_pandas(pa.table(to_arrow(Records(Log))), Log).dtypes.astype(str)
    assert types[["hour_of_week", "crimes", "attended"]].to_list() == ["int64", "Int64", "boolean"]
    assert to_pandas(Records(Grade)).dtypes.astype(str)["rank"] == "int64"


def test_records_of_a_frame_are_frozen_and_equal_to_constructed_ones() -> None:
    (made,) = to_records(to_arrow([T1]), Team)

    assert made == T1
    assert hash(made) == hash(T1)
    assert repr(made) == repr(T1)
    with pytest.raises(AttributeError):
        made.npu = "WV"  # type: ignore[misc] # that is the test


def test_times_come_back_in_the_one_utc_of_python() -> None:
    times = pa.table({"received_at": pa.array([0], pa.timestamp("us", "UTC"))})
    attendance: dict[str, Any] = {
        "force": ["WMP"],
        "log_id": ["1"],
        "received_on": [date(1970, 1, 1)],
        "unit_ref": ["U"],
        "kind": ["hub"],
        "arrived_at": times["received_at"],
    }

    (row,) = to_records(pa.table(attendance), Attendance)

    assert row.arrived_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert row.arrived_at.tzinfo is UTC


# -- what a measure takes


def test_take_gives_only_the_columns_asked_for_and_ignores_the_rest(frame: Build) -> None:
    teams = frame({"npu": ["CV"], "other": [1], "kind": ["hub"]})

    table = take(cast(Rows, teams), Team, ["kind", "npu", "name"])

    assert table.to_pylist() == [{"kind": "hub", "npu": "CV", "name": None}]


def test_take_checks_what_it_takes(frame: Build) -> None:
    with pytest.raises(ValidationError, match=r"^1 failure for Team:\n  - row 0, npu: 'cv' "):
        take(cast(Rows, frame({"npu": ["cv"]})), Team, ["npu"])
    with pytest.raises(MissingColumnsError, match=r"^The frame has no column 'kind'; it has "):
        take(cast(Rows, frame({"npu": ["CV"]})), Team, ["npu", "kind"])


def test_take_of_records_takes_their_columns() -> None:
    assert take([T1], Team, ["npu"]).to_pylist() == [{"npu": "CV"}]
