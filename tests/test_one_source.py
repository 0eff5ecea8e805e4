"""The constructor, frames of each library, the schema and the dictionary say the same of a field.

Where a frame takes what the constructor refuses, it is a habit of a library that stores a whole
column in one type. `as_stored` has those habits, and the last tests show each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from npolicing._columns import Column, Field
from npolicing._examining import ArrowStream, examine
from npolicing._records import Record, Records
from npolicing._rules import Rule
from npolicing.arrow import arrow_schema, arrow_type
from npolicing.dictionary import dictionary_rows, json_schema
from npolicing.entities import ENTITIES, Staff, Team
from npolicing.errors import ColumnTypeError, ValidationError
from npolicing.frames import check, to_arrow, to_records
from npolicing.testing import hostile_cells, tables


@attrs.frozen(kw_only=True)
class Sample(Record):
    """One row with a column of each kind, null allowed: what no entity of ours has."""

    text: Annotated[str | None, Column("A text.")] = None
    integer: Annotated[int | None, Column("A count.", ge=-5, le=5)] = None
    number: Annotated[float | None, Column("A figure.", ge=-5, le=5)] = None
    any_number: Annotated[float | None, Column("A figure without bounds.")] = None
    decimal: Annotated[Decimal | None, Column("An amount.", ge=-5)] = None
    fine: Annotated[Decimal | None, Column("A fine amount.", scale=6, le=Decimal("0.5"))] = None
    boolean: Annotated[bool | None, Column("A flag.")] = None
    date: Annotated[date | None, Column("A day.", ge=date(2019, 1, 1))] = None
    timestamp: Annotated[
        datetime | None, Column("A time.", le=datetime(2020, 1, 1, tzinfo=UTC))
    ] = None
    texts: Annotated[tuple[str, ...] | None, Column("A list.", ge=1, le=2)] = None


ALL = [(entity, field) for entity in (*ENTITIES, Sample) for field in entity.columns()]
# Columns that several entities share, once.
FIELDS = list({attrs.evolve(field, name=""): (entity, field) for entity, field in ALL}.values())


def named(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(getattr(value, "name", value))


# -- the same names everywhere


@pytest.mark.parametrize("entity", ENTITIES, ids=named)
def test_class_schema_dictionary_and_json_schema_have_the_same_columns(
    entity: type[Record],
) -> None:
    names = [attribute.name for attribute in attrs.fields(entity)]

    assert [field.name for field in entity.columns()] == names
    assert arrow_schema(entity).names == names
    assert [row.column for row in dictionary_rows([entity])] == names
    properties = json_schema(entity)["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == names


# -- one cell, in a column of each library


def pandas_frame(name: str, cell: object) -> ArrowStream:
    listed = list(cell) if isinstance(cell, tuple) else cell
    return pd.DataFrame({name: pd.Series([listed], dtype=object)})


def polars_frame(name: str, cell: object) -> ArrowStream | None:
    if isinstance(cell, Decimal) and not cell.is_finite():
        return None  # polars panics
    listed = list(cell) if isinstance(cell, tuple) else cell
    frame = pl.DataFrame({name: [listed]})
    # No other library can read what polars keeps as Python objects, or in 128 bits.
    return None if frame[name].dtype in (pl.Object, pl.Int128) else frame


def pyarrow_frame(name: str, cell: object) -> ArrowStream:
    cells: list[Any] = [cell]
    return pa.table({name: pa.array(cells)})


FRAMES: dict[str, Callable[[str, object], ArrowStream | None]] = {
    "pandas": pandas_frame,
    "polars": polars_frame,
    "pyarrow": pyarrow_frame,
}
CANNOT_HOLD = (pa.ArrowException, pl.exceptions.PolarsError, TypeError, ValueError, OverflowError)


def codes_in_a_frame(library: str, entity: type[Record], field: Field, cell: object) -> set[str]:
    """What a column finds wrong with its one cell; `WHOLE` where no such column is taken."""
    try:
        frame = FRAMES[library](field.name, cell)
    except CANNOT_HOLD:
        return {"WHOLE"}
    if frame is None:
        return {"WHOLE"}
    try:
        return {failure.code for failure in examine(frame, entity, (field,)).failures}
    except ColumnTypeError:
        return {"WHOLE"}


def as_stored(library: str, field: Field, cell: object) -> object:
    """What a column makes of a cell: itself, but for the habits that `_storage` lists."""
    if library != "pandas" and field.kind == "decimal" and type(cell) is int:
        return Decimal(cell)
    if library == "pandas" and isinstance(cell, float | Decimal) and math.isnan(cell):
        return None
    # In pandas, objects of mixed zones have none in common; elsewhere a column has one.
    if library != "pandas" and isinstance(cell, datetime) and cell.tzinfo is not None:
        return cell.astimezone(UTC)
    return tuple(cell) if isinstance(cell, list) else cell


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize(("entity", "field"), FIELDS, ids=named)
def test_a_frame_refuses_a_cell_where_the_constructor_does_and_with_its_code(
    entity: type[Record], field: Field, library: str
) -> None:
    for cell in hostile_cells(field):
        faults = {code for code, _ in field.faults(as_stored(library, field, cell))}
        found = codes_in_a_frame(library, entity, field, cell)
        assert faults if found == {"WHOLE"} else found == faults, cell


@pytest.mark.parametrize("field", Sample.columns(), ids=named)
def test_the_test_above_has_cells_that_are_taken_and_cells_that_are_not(field: Field) -> None:
    verdicts = {bool(field.faults(cell)) for cell in hostile_cells(field)}
    codes = {
        library: [codes_in_a_frame(library, Sample, field, cell) for cell in hostile_cells(field)]
        for library in FRAMES
    }

    assert verdicts == {True, False}
    assert all(set() in found and {"WHOLE"} in found for found in codes.values())


# -- rules between columns


def mixtures(rows: Records[Record], rule: Rule) -> list[dict[str, object]]:
    """Rows whose last column of a rule is another row's, so that many break it."""
    last = rule.columns[-1]
    plain = [{f.name: getattr(row, f.name) for f in rows.entity.columns()} for row in rows]
    cells = [row[last] for row in plain]
    if last == "financial_year":
        cells.append("2019/21")  # of the form, and no year
    return [row | {last: cell} for row in plain for cell in cells]


Fault = tuple[str, str, str | None, object]


def faults_of_a_record(entity: type[Record], row: Mapping[str, object]) -> set[Fault]:
    try:
        entity(**row)
    except ValidationError as error:
        return {(each.code, each.rule, each.column, each.value) for each in error.failures}
    return set()


def faults_of_a_table(entity: type[Record], rows: list[dict[str, object]]) -> list[set[Fault]]:
    found: list[set[Fault]] = [set() for _ in rows]
    for each in check(typed(entity, rows), entity):
        if each.code != "DUPLICATE_KEY":
            assert each.row is not None
            found[each.row].add((each.code, each.rule, each.column, each.value))
    return found


def typed(entity: type[Record], rows: Iterable[Mapping[str, object]]) -> pa.Table:
    listed = list(rows)
    return pa.table(
        {
            field.name: pa.array([row[field.name] for row in listed], arrow_type(field))
            for field in entity.columns()
        }
    )


@pytest.mark.parametrize("entity", [each for each in ENTITIES if each.rules], ids=named)
def test_a_frame_finds_the_broken_rules_that_the_constructor_finds(entity: type[Record]) -> None:
    seen: set[str] = set()

    # So many that each rule is broken in one of them, or there would be nothing to compare.
    @settings(suppress_health_check=list(HealthCheck), max_examples=50)
    @given(tables(entity, min_size=3, max_size=4))
    def holds(rows: Records[Record]) -> None:
        for rule in entity.rules:
            mixed = mixtures(rows, rule)
            expected = [faults_of_a_record(entity, row) for row in mixed]
            assert faults_of_a_table(entity, mixed) == expected
            seen.update(name for faults in expected for _, name, _, _ in faults)

    holds()

    assert seen >= {rule.name for rule in entity.rules}


@attrs.frozen(kw_only=True)
class Shift(Record):
    """A rule that would fail itself, were it asked about cells that are wrong already."""

    day: Annotated[str, Column("Day of the month.", pattern="[0-9]{2}")]
    hours: Annotated[int, Column("How long.", ge=1)]
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="INCONSISTENT",
            name="longer later",
            columns=("day", "hours"),
            holds=lambda day, hours: int(day) <= 100 // hours,
        ),
    )


def test_a_rule_is_not_asked_about_cells_that_are_wrong_already() -> None:
    days = ["x", "20", "30", "10"]
    hours = [2, 10, 0, 5]

    found = check(pa.table({"day": days, "hours": hours}), Shift)

    assert [str(failure) for failure in found] == [
        "row 0, day: 'x' breaks matches [0-9]{2} [PATTERN]",
        "row 1, day, hours: ('20', 10) breaks longer later [INCONSISTENT]",
        "row 2, hours: 0 breaks >= 1 [OUT_OF_RANGE]",
    ]
    with pytest.raises(ValidationError, match=r"^1 failure for Shift:\n  - day: 'x' breaks"):
        Shift(day="x", hours=2)


def test_personal_values_are_withheld_in_the_failures_of_both() -> None:
    row: dict[str, object] = {"force": "WMP", "staff_ref": "not allowed", "npu": None}

    (found,) = check(pa.table({key: [value] for key, value in row.items()}), Staff)

    assert found.value == "(withheld)"
    assert [shown for *_, shown in faults_of_a_record(Staff, row)] == ["(withheld)"]


# -- the habits of libraries that are met half-way, each shown


def as_sample(frame: ArrowStream) -> list[Sample]:
    return list(to_records(frame, Sample))


def test_whole_numbers_are_taken_for_money_and_for_figures() -> None:
    columns = {"decimal": [1, -2], "number": [2, 3]}

    for frame in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        assert as_sample(frame) == [
            Sample(decimal=Decimal(1), number=2.0),
            Sample(decimal=Decimal(-2), number=3.0),
        ]


def test_a_float_is_never_taken_for_money() -> None:
    words = (
        "Columns of the wrong type for Sample:\n"
        "  - decimal: is double, not decimal128(18, 2)\n"
        "    Hint: build it from text: Decimal(str(x))."
    )

    for frame in (pd.DataFrame({"decimal": [1.5]}), pa.table({"decimal": [1.0]})):
        with pytest.raises(ColumnTypeError) as error:
            check(frame, Sample)
        assert str(error.value) == words


def test_times_of_another_zone_are_the_same_instants() -> None:
    noon = datetime(2019, 7, 15, 12, tzinfo=ZoneInfo("Europe/London"))
    expected = [Sample(timestamp=datetime(2019, 7, 15, 11, tzinfo=UTC))]

    for frame in (
        pd.DataFrame({"timestamp": [pd.Timestamp(noon)]}),
        pl.DataFrame({"timestamp": pl.Series([noon], dtype=pl.Datetime("us", "Europe/London"))}),
        pa.table({"timestamp": pa.array([noon], pa.timestamp("ms", "+01:00"))}),
    ):
        assert as_sample(frame) == expected


def test_in_pandas_nan_and_nat_are_null() -> None:
    frame = pd.DataFrame(
        {
            "number": [math.nan, 1.5],
            "date": [pd.NaT, pd.Timestamp("2019-10-15")],
            "text": pd.Series([math.nan, "x"], dtype=object),
            "decimal": pd.Series([Decimal("NaN"), Decimal("2.5")], dtype=object),
            "boolean": pd.Series([pd.NA, True], dtype=object),
        }
    )

    assert as_sample(frame) == [
        Sample(),
        Sample(number=1.5, date=date(2019, 10, 15), text="x", decimal=Decimal("2.5"), boolean=True),
    ]


def test_outside_pandas_nan_is_a_failure() -> None:
    expected = ["row 0, number: nan breaks finite [NOT_FINITE]"]

    for frame in (pl.DataFrame({"number": [math.nan]}), pa.table({"number": [math.nan]})):
        assert list(map(str, check(frame, Sample))) == expected


def test_in_pandas_whole_numbers_with_gaps_are_floats_and_a_fraction_is_a_failure() -> None:
    assert as_sample(pd.DataFrame({"integer": [1.0, math.nan]})) == [Sample(integer=1), Sample()]
    assert list(map(str, check(pd.DataFrame({"integer": [1.0, 1.5]}), Sample))) == [
        "row 1, integer: 1.5 breaks is an int [WRONG_TYPE]"
    ]
    with pytest.raises(ColumnTypeError, match=r"integer: is double, not int64$"):
        check(pl.DataFrame({"integer": [1.0, None]}), Sample)


def test_in_pandas_days_are_midnights_and_a_time_of_day_is_a_failure() -> None:
    days = pd.to_datetime(["2019-10-15 00:00:00", "2019-10-16 00:00:01"])

    (found,) = check(pd.DataFrame({"date": days}), Sample)

    assert (found.row, found.code, found.rule) == (1, "WRONG_TYPE", "is a date")
    assert as_sample(pd.DataFrame({"date": days[:1]})) == [Sample(date=date(2019, 10, 15))]
    with pytest.raises(ColumnTypeError, match=r"date: is timestamp\[us\], not date32\[day\]$"):
        check(pl.DataFrame({"date": [datetime(2019, 10, 15)]}), Sample)  # noqa: DTZ001 # that is the test


def test_in_pandas_a_column_of_gaps_is_null_whatever_its_type() -> None:
    gaps = pd.DataFrame({field.name: [math.nan] for field in Sample.columns()})

    assert as_sample(gaps) == [Sample()]
    with pytest.raises(ColumnTypeError, match=r"text: is double, not string"):
        check(pa.table({"text": pa.array([None], pa.float64())}), Sample)


# -- what a library would change without a word, and a frame must not


@pytest.mark.parametrize(
    ("name", "cells", "rows"),
    [
        ("date", [date(2019, 10, 15), datetime(2019, 10, 15, 9, tzinfo=UTC)], [1]),
        ("date", [date(2019, 10, 15), pd.Timestamp("2019-10-15 09:00")], [1]),
        (
            "timestamp",
            [datetime(2019, 10, 15, tzinfo=UTC), datetime(2019, 10, 15)],  # noqa: DTZ001 # that is the test
            [1],
        ),
        (
            "timestamp",
            [
                datetime(2019, 10, 15, tzinfo=UTC),
                datetime(2019, 10, 15, tzinfo=timezone(timedelta(hours=1))),
            ],
            [1],
        ),
        ("timestamp", [pd.Timestamp("2019-10-15 09:00:00.000000001", tz="UTC")], [0]),
        ("number", [1.5, True], [1]),
        ("any_number", [1.5, 2**60], [1]),
        ("decimal", [Decimal("1.5"), 1.5], [1]),
        ("integer", [1, 2**70], [1]),
        ("text", ["x", b"x", 1, None], [1, 2]),
        ("texts", [["x"], ["x", 1], "x", None], [1, 2]),
        ("boolean", [True, 1, 0.0, None], [1, 2]),
    ],
)
def test_a_pandas_column_of_objects_is_held_to_the_constructor_cell_by_cell(
    name: str, cells: list[object], rows: list[int]
) -> None:
    found = check(pd.DataFrame({name: pd.Series(cells, dtype=object)}), Sample)

    assert [failure.row for failure in found] == rows


def test_times_beyond_what_python_counts_are_failures() -> None:
    late = pa.table(
        {
            "timestamp": pa.array([None, 2**60], pa.timestamp("us", "UTC")),
            "date": pa.array([2**30, 18_000], pa.date32()),
        }
    )

    assert list(map(str, check(late, Sample))) == [
        "row 0, date: None breaks in the years 1 to 9999 [OUT_OF_RANGE]",
        "row 1, timestamp: None breaks in the years 1 to 9999 [OUT_OF_RANGE]",
    ]


def test_nanoseconds_are_not_cut_off() -> None:
    times = pa.array([1_000, 1_001], pa.timestamp("ns", "UTC"))

    (found,) = check(pa.table({"timestamp": times}), Sample)

    assert (found.row, found.code, found.rule) == (1, "OUT_OF_RANGE", "fits microseconds")


def test_a_number_that_a_float_cannot_hold_is_refused_by_both() -> None:
    cell = 2**53 + 1

    with pytest.raises(ValidationError, match=r"9007199254740993 breaks fits a float"):
        Sample(any_number=cell)
    for frame in (pl.DataFrame({"any_number": [cell]}), pd.DataFrame({"any_number": [cell]})):
        assert [str(found) for found in check(frame, Sample)] == [
            "row 0, any_number: 9007199254740993 breaks fits a float [OUT_OF_RANGE]"
        ]


@given(tables(Sample))
def test_what_the_constructor_takes_every_frame_gives_back(rows: Records[Sample]) -> None:
    table = to_arrow(rows)

    for frame in (table, pl.DataFrame(table), table.to_pandas(types_mapper=pd.ArrowDtype)):
        assert to_records(frame, Sample) == rows


def test_a_zero_of_any_exponent_is_a_zero() -> None:
    for text in ("0E-30", "-0", "0E+15"):
        assert as_sample(to_arrow([Sample(decimal=Decimal(text))])) == [Sample(decimal=Decimal(0))]
    with pytest.raises(ValidationError, match=r"fits decimal\(18, 2\)"):
        Sample(decimal=Decimal("0E+30"))


def test_a_key_at_fault_makes_no_other_row_a_duplicate() -> None:
    rows = pa.table(
        {
            "force": ["WMP", "WMP"],
            "team_id": ["T1", "T1"],
            "npu": ["CV", "CV"],
            "kind": ["hub", "hub"],
            "valid_from": pa.array([2**30, None], pa.date32()),
        }
    )

    assert [(found.row, found.code) for found in check(rows, Team)] == [(0, "OUT_OF_RANGE")]
