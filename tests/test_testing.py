from __future__ import annotations

import math
import operator
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from npolicing._binding import bind
from npolicing._columns import Bound, Column, Field
from npolicing._records import Record, Records
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.entities import (
    ENTITIES,
    NPU,
    ACFBid,
    Attendance,
    ComputedFigure,
    Finding,
    Force,
    Log,
    Observation,
    PublishedFigure,
    StopAndSearch,
    Target,
    Team,
)
from npolicing.errors import ValidationError
from npolicing.references import check_references
from npolicing.testing import ForceTables, force_tables, hostile_cells, records, tables

LONDON = ZoneInfo("Europe/London")
FIELDS = [(entity, field) for entity in ENTITIES for field in entity.columns()]
# To look for one that there is; the smallest is of no interest here.
SEARCH = settings(
    max_examples=2000, deadline=None, database=None, derandomize=True, phases=[Phase.generate]
)


@attrs.frozen(kw_only=True)
class Custody(Record):
    """One detention in somebody else's tool: bounds at odds with what is usual, rules that meet."""

    number: Annotated[int, Column("Identifier.", key=True, ge=2**62)]
    born: Annotated[date, Column("Year of birth, as a day.", le=date(1980, 12, 31))]
    until: Annotated[date, Column("Day beyond all plans.", ge=date(2060, 1, 1))]
    at: Annotated[datetime, Column("When, in UTC.", ge=datetime(2019, 1, 1, tzinfo=UTC))]
    low: Annotated[Decimal, Column("Least.", scale=6, ge=Decimal("0.5"))]
    high: Annotated[Decimal, Column("Most.", scale=6, ge=Decimal("0.5"))]
    tiny: Annotated[Decimal, Column("Of its last place.", scale=17)]
    share: Annotated[float, Column("A share.", ge=0, le=1)]
    cold: Annotated[float, Column("Degrees.", le=-(10**12))]
    cell: Annotated[str, Column("Cell.", pattern=r".{1,3}")]
    place: Annotated[str, Column("Place in Wales.", pattern="T\u0177[a-z]+")]
    state: Annotated[Literal["held", "free"], Column("Whether held.")]
    flags: Annotated[tuple[str, ...], Column("Flags.", ge=2, le=2, pattern="[a-z]")]
    reason: Annotated[str | None, Column("Why.", pattern="[a-z]+")] = None
    first: Annotated[int | None, Column("Step.", ge=0)] = None
    second: Annotated[int | None, Column("Step.", ge=0)] = None
    third: Annotated[int | None, Column("Step.", ge=0)] = 7

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="INCONSISTENT", columns=("low", "high")),
        InOrder(code="INCONSISTENT", columns=("second", "third")),
        InOrder(code="INCONSISTENT", columns=("first", "second", "third")),
        InOrder(code="INCONSISTENT", columns=("first", "third")),
        NeededWhen(code="INCONSISTENT", needed="reason", when="state", values=("held",)),
        Rule(code="INCONSISTENT", name="born before", columns=("born", "until"), holds=operator.lt),
    )


@given(st.data())
@pytest.mark.parametrize("entity", [*ENTITIES, Custody], ids=lambda entity: entity.__name__)
def test_records_of_every_entity_are_drawn_and_are_valid(
    entity: type[Record], data: st.DataObject
) -> None:
    record = data.draw(records(entity))

    assert type(record) is entity
    for field in entity.columns():
        assert field.faults(getattr(record, field.name)) == []


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_null_the_default_and_a_value_are_all_drawn(entity: type[Record]) -> None:
    drawn: list[Record] = []

    @settings(SEARCH, max_examples=150)
    @given(records(entity))
    def draw(record: Record) -> None:
        drawn.append(record)

    draw()
    for field in entity.columns():
        values = {getattr(record, field.name) for record in drawn}
        assert values - {None, field.default}, field.name
        assert (None in values) is field.nullable, field.name
        assert field.required or field.default in values, field.name


def test_what_is_drawn_reaches_the_corners() -> None:
    # Each raises where it finds nothing.
    find(records(Custody), lambda r: r.low % 1 != 0, settings=SEARCH)
    find(records(Custody), lambda r: r.tiny != 0, settings=SEARCH)
    find(records(Force), lambda r: not r.name.isascii(), settings=SEARCH)
    find(records(Log), lambda r: r.received_at.microsecond > 0, settings=SEARCH)
    find(records(NPU), lambda r: len(r.aliases) > 1, settings=SEARCH)
    find(
        records(ACFBid),
        lambda r: len({r.submitted_on, r.decided_on, r.allocated_on, r.paid_on} - {None}) == 4,
        settings=SEARCH,
    )


def test_logs_that_nobody_attended_come_often() -> None:
    drawn: list[bool | None] = []

    @settings(SEARCH, max_examples=200)
    @given(records(Log))
    def draw(log: Log) -> None:
        drawn.append(log.attended)

    draw()
    assert drawn.count(False) > 5


@given(records(StopAndSearch))
def test_a_search_has_the_local_time_of_its_instant(search: StopAndSearch) -> None:
    local = search.searched_at.astimezone(LONDON)

    assert (search.searched_on, search.month) == (local.date(), f"{local:%Y-%m}")
    assert search.hour_of_week == local.weekday() * 24 + local.hour


@given(records(StopAndSearch, searched_on=date(2019, 10, 27)))
def test_a_search_is_of_the_day_that_is_fixed(search: StopAndSearch) -> None:
    assert search.searched_at.astimezone(LONDON).date() == date(2019, 10, 27)


@given(records(Log))
def test_a_log_has_the_local_time_and_the_response_of_its_instants(log: Log) -> None:
    local = log.received_at.astimezone(LONDON)

    assert log.received_on == local.date()
    assert log.month == f"{local:%Y-%m}"
    assert log.hour_of_week == local.weekday() * 24 + local.hour
    if log.response_seconds is not None:
        assert log.first_arrived_at is not None
        took = log.first_arrived_at - log.received_at
        assert timedelta(0) <= took - timedelta(seconds=log.response_seconds) < timedelta(seconds=1)


def _on_a_change(log: Log) -> bool:
    midnight = datetime.combine(log.received_on, datetime.min.time(), LONDON)
    evening = datetime.combine(log.received_on, datetime.max.time(), LONDON)
    return midnight.utcoffset() != evening.utcoffset()


@pytest.mark.parametrize(
    ("hour", "month", "minutes"), [(0, 10, 60), (1, 10, 0), (0, 3, 0), (1, 3, 60)]
)
def test_logs_come_in_the_hours_beside_both_clock_changes(
    hour: int, month: int, minutes: int
) -> None:
    """Clocks go at 01:00 UTC: in March to 02:00 local, in October back to 01:00 local."""
    log = find(
        records(Log),
        lambda log: (
            _on_a_change(log) and log.received_at.hour == hour and log.received_on.month == month
        ),
        settings=SEARCH,
    )

    assert log.received_at.astimezone(LONDON).utcoffset() == timedelta(minutes=minutes)
    assert log.hour_of_week == 6 * 24 + hour + minutes // 60


@pytest.mark.parametrize("month", ["1996-03", "2018-10", "2049-03"])
def test_clock_changes_come_far_more_often_than_on_one_day_in_31(month: str) -> None:
    changed: list[bool] = []

    @settings(SEARCH, max_examples=200)
    @given(records(Log, month=month))
    def draw(log: Log) -> None:
        changed.append(_on_a_change(log))

    draw()
    assert sum(changed) > len(changed) / 5


def test_a_log_comes_on_another_day_than_that_of_its_utc() -> None:
    log = find(records(Log), lambda log: log.received_at.date() != log.received_on, settings=SEARCH)

    assert log.received_at.hour == 23
    assert log.received_on - log.received_at.date() == timedelta(days=1)


@pytest.mark.parametrize(
    "fixed",
    [
        {"month": "2018-03"},
        {"month": "2020-02", "hour_of_week": 167},
        {"month": "2018-07", "hour_of_week": 0},
        {"received_on": date(2019, 10, 27)},
        {"received_at": datetime(2018, 7, 31, 23, 30, tzinfo=UTC), "month": "2018-08"},
        {"attended": False},
        {"attended": True},
        {"attended": None, "first_attended_by": "response"},
        {"response_seconds": 900},
        {"first_arrived_at": None},
        {"first_arrived_at": datetime(2019, 10, 27, 1, tzinfo=UTC)},
        {"closed_at": datetime(2019, 10, 27, 1, tzinfo=UTC), "response_seconds": None},
    ],
    ids=str,
)
@given(st.data())
def test_a_log_follows_what_is_fixed(fixed: dict[str, object], data: st.DataObject) -> None:
    log = data.draw(records(Log, **fixed))

    assert {name: getattr(log, name) for name in fixed} == fixed
    local = log.received_at.astimezone(LONDON)
    assert (log.received_on, log.month) == (local.date(), f"{local:%Y-%m}")


@pytest.mark.parametrize(
    ("entity", "fixed"),
    [
        (ACFBid, {"aligned_staff": None}),
        (ACFBid, {"status": "paid"}),
        (ACFBid, {"awarded": Decimal("20.00")}),
        (ACFBid, {"decided_on": date(2019, 10, 15), "paid_on": None}),
        (ACFBid, {"submitted_on": date(2049, 12, 31), "paid_on": date(2049, 12, 31)}),
        (Observation, {"period_start": None}),
        (Observation, {"as_of": date(1950, 1, 1)}),
        (Custody, {"first": 3}),
        (Custody, {"second": 3}),
        (Custody, {"third": 3}),
    ],
    ids=str,
)
@given(st.data())
def test_rules_give_way_to_what_is_fixed(
    entity: type[Record], fixed: dict[str, object], data: st.DataObject
) -> None:
    record = data.draw(records(entity, **fixed))

    assert {name: getattr(record, name) for name in fixed} == fixed


@given(st.data())
def test_a_field_is_drawn_from_the_strategy_that_is_given(data: st.DataObject) -> None:
    team = data.draw(records(Team, npu=st.sampled_from(["CV", "WS"]), force="WMP"))

    assert team.npu in ("CV", "WS")
    assert team.force == "WMP"


def test_a_fixed_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="^Team has no field colour, size$"):
        records(Team, size=1, npu="CV", colour="blue")


@pytest.mark.parametrize(
    ("entity", "fixed", "code"),
    [
        (Team, {"npu": "c v"}, "PATTERN"),
        (Log, {"received_at": "noon"}, "WRONG_TYPE"),
        (Log, {"month": "July"}, "PATTERN"),
        (Log, {"hour_of_week": 168}, "OUT_OF_RANGE"),
        (Team, {"valid_from": date(2019, 2, 1), "valid_to": date(2019, 1, 1)}, "ENDS_BEFORE_START"),
    ],
    ids=str,
)
def test_a_fixed_value_that_is_not_valid_is_told(
    entity: type[Record], fixed: dict[str, object], code: str
) -> None:
    with pytest.raises(ValidationError, match=code):
        find(records(entity, **fixed), lambda _: True, settings=SEARCH)


@given(st.data())
@pytest.mark.parametrize("entity", [*ENTITIES, Custody], ids=lambda entity: entity.__name__)
def test_no_two_rows_of_a_table_have_the_same_key(
    entity: type[Record], data: st.DataObject
) -> None:
    rows = data.draw(tables(entity, min_size=1, max_size=3))

    keys = [field.name for field in entity.columns() if field.column.key]
    assert isinstance(rows, Records)
    assert rows.entity is entity
    assert 1 <= len(rows) <= 3
    assert len({tuple(getattr(row, name) for name in keys) for row in rows}) == len(rows)


@given(tables(Team, min_size=2, force="WMP", team_id=st.sampled_from(["T1", "T2"])))
def test_tables_take_fixed_fields_too(teams: Records[Team]) -> None:
    assert {team.force for team in teams} == {"WMP"}
    assert {team.team_id for team in teams} <= {"T1", "T2"}


def test_a_table_may_be_empty() -> None:
    assert len(find(tables(Team), lambda _: True, settings=SEARCH)) == 0
    assert len(find(tables(Team), lambda rows: len(rows) == 10, settings=SEARCH)) == 10


def test_rows_without_a_key_are_told_apart_by_every_column() -> None:
    @attrs.frozen(kw_only=True)
    class Note(Record):
        size: Annotated[int, Column("Size.", ge=0, le=1)]
        kept: Annotated[bool, Column("Was it kept?")]

    notes = find(tables(Note, min_size=4), lambda _: True, settings=SEARCH)

    assert len(set(notes)) == len(notes) == 4


@given(force_tables(min_size=0, max_size=2, max_forces=1))
def test_force_tables_are_as_large_as_asked(drawn: ForceTables) -> None:
    assert len(drawn.forces) == 1
    assert all(len(table) <= 2 for table in drawn)
    assert {row.force for table in drawn for row in table} == {drawn.forces[0].force}  # type: ignore[attr-defined] # each has one
    assert check_references(*drawn) == ()


@settings(max_examples=20)
@given(force_tables())
def test_force_tables_have_no_orphan_no_key_twice_and_no_table_empty(drawn: ForceTables) -> None:
    assert check_references(*drawn) == ()
    for table in drawn:
        keys = [field.name for field in table.entity.columns() if field.column.key]
        assert 1 <= len(table) <= 3
        assert len({tuple(getattr(row, name) for name in keys) for row in table}) == len(table)
    assert len(drawn.forces) <= 2
    assert {force.time_zone for force in drawn.forces} == {"Europe/London"}


@settings(max_examples=20)
@given(force_tables(max_size=1, max_forces=9))
def test_a_row_is_of_a_force_that_has_what_it_points_at(drawn: ForceTables) -> None:
    """Were the force drawn first, most draws would have to be thrown away."""
    assert {len(table) for table in drawn if table is not drawn.forces} == {1}
    assert {team.force for team in drawn.teams} == {npu.force for npu in drawn.npus}


def test_force_tables_have_every_entity_but_the_figures_that_a_document_prints() -> None:
    drawn = find(force_tables(min_size=0), lambda _: True, settings=SEARCH)

    printed = (PublishedFigure, ComputedFigure, Finding)
    assert tuple(table.entity for table in drawn) == ENTITIES[: -len(printed)]
    assert ENTITIES[-len(printed) :] == printed
    assert drawn[Log] is drawn.logs
    assert drawn[Target] is drawn.targets
    assert not drawn.problems
    with pytest.raises(KeyError, match="Custody"):
        drawn[Custody]


def test_what_refers_comes_after_what_it_refers_to() -> None:
    order = [entity.__name__ for entity in ENTITIES]
    for entity, field in FIELDS:
        target = str(field.column.refers or "Force.force").partition(".")[0]
        assert order.index(target) <= order.index(entity.__name__)


@pytest.mark.parametrize(
    "reached",
    [
        lambda drawn: any(log.team and log.ward and log.npu for log in drawn.logs),
        lambda drawn: any(log.master_log_id for log in drawn.logs),
        lambda drawn: any(npu.successors for npu in drawn.npus),
        lambda drawn: any(len(area.teams) > 1 for area in drawn.impact_areas),
        lambda drawn: any(scheme.wards for scheme in drawn.schemes),
        lambda drawn: any(bid.aligned_staff for bid in drawn.bids),
        lambda drawn: any(problem.owner and problem.area_id for problem in drawn.problems),
        lambda drawn: any(len({row.force for row in table}) > 1 for table in drawn),
        lambda drawn: any(row.ward and row.npu for row in drawn.observations),
    ],
    ids=["log", "master", "successor", "teams", "wards", "staff", "problem", "forces", "ward"],
)
def test_keys_that_may_be_null_are_drawn_as_well(reached: object) -> None:
    assert callable(reached)

    drawn = find(force_tables(), reached, settings=SEARCH)

    assert check_references(*drawn) == ()


def test_an_orphan_would_be_found() -> None:
    drawn = find(force_tables(), lambda _: True, settings=SEARCH)
    lost = attrs.evolve(drawn.attendances[0], log_id="NOWHERE")

    broken = attrs.evolve(drawn, attendances=Records(Attendance, [lost]))

    assert [f.column for f in check_references(*broken)] == ["Attendance.log_id"]


@pytest.mark.parametrize(
    ("entity", "field"), FIELDS, ids=[f"{entity.__name__}.{field.name}" for entity, field in FIELDS]
)
def test_hostile_cells_are_many_and_most_are_refused(entity: type[Record], field: Field) -> None:
    cells = hostile_cells(field)
    refused = [cell for cell in cells if field.faults(cell)]

    assert entity
    assert len(cells) > 25
    assert len(refused) > len(cells) / 2
    assert any(cell is None for cell in cells)
    assert {type(cell) for cell in cells} >= {
        str, bytes, bool, int, float, Decimal, date, datetime, tuple, list,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hint", "column", "codes"),
    [
        (str, Column("A.", pattern="[A-Z]+"), {"NULL", "WRONG_TYPE", "EMPTY", "TEXT", "PATTERN"}),
        (Literal["WV"], Column("A."), {"NULL", "WRONG_TYPE", "EMPTY", "TEXT", "NOT_ALLOWED"}),
        (int, Column("A."), {"NULL", "WRONG_TYPE", "OUT_OF_RANGE"}),
        (float, Column("A."), {"NULL", "WRONG_TYPE", "NOT_FINITE", "OUT_OF_RANGE"}),
        (Decimal, Column("A."), {"NULL", "WRONG_TYPE", "NOT_FINITE", "OUT_OF_RANGE"}),
        (bool, Column("A."), {"NULL", "WRONG_TYPE"}),
        (date, Column("A."), {"NULL", "WRONG_TYPE"}),
        (datetime, Column("A."), {"NULL", "WRONG_TYPE"}),
        (
            tuple[str, ...],
            Column("A.", ge=1, le=1),
            {"NULL", "WRONG_TYPE", "EMPTY", "TEXT", "OUT_OF_RANGE", "DUPLICATE_ITEM"},
        ),
    ],
)
def test_hostile_cells_meet_every_check_of_their_kind(
    hint: type, column: Column, codes: set[str]
) -> None:
    field = _field(hint, column)

    met = {code for cell in hostile_cells(field) for code, _ in field.faults(cell)}

    assert met == codes


def _field(hint: type, column: Column) -> Field:
    return bind("One", {"x": Annotated[hint, column]}, {})[0]


@pytest.mark.parametrize(
    ("hint", "ge", "le", "low", "high"),
    [
        (int, 1, 9, [1, 0], [9, 10]),
        (float, 0, 1, [0.0, -5e-324], [1.0, math.nextafter(1.0, 2)]),
        (
            Decimal,
            0,
            Decimal(5),
            [Decimal(0), Decimal("-0.01")],
            [Decimal(5), Decimal("5.01")],
        ),
        (
            date,
            date(2019, 1, 1),
            date(2019, 1, 31),
            [date(2019, 1, 1), date(2018, 12, 31)],
            [date(2019, 1, 31), date(2019, 2, 1)],
        ),
        (
            datetime,
            datetime(2019, 1, 1, tzinfo=UTC),
            datetime(2019, 1, 31, tzinfo=UTC),
            [
                datetime(2019, 1, 1, tzinfo=UTC),
                datetime(2018, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            ],
            [
                datetime(2019, 1, 31, tzinfo=UTC),
                datetime(2019, 1, 31, 0, 0, 0, 1, tzinfo=UTC),
            ],
        ),
        (tuple[str, ...], 1, 2, [("T0",), ()], [("T0", "T1"), ("T0", "T1", "T2")]),
    ],
)
def test_hostile_cells_have_each_bound_and_the_step_beyond_it(
    hint: type, ge: Bound, le: Bound, low: list[object], high: list[object]
) -> None:
    field = _field(hint, Column("What it is.", ge=ge, le=le))

    assert hostile_cells(field)[-4:] == low + high
    assert [bool(field.faults(cell)) for cell in low + high] == [False, True, False, True]


def test_without_hypothesis_the_way_out_is_told() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try: import npolicing.testing\n"
        "except ModuleNotFoundError as error: print(error.name, error)"
    )

    got = subprocess.run(  # noqa: S603 # our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert got.stdout == (
        'hypothesis npolicing.testing needs hypothesis: pip install "npolicing[testing]"\n'
    )


@given(records(Custody))
def test_overlapping_orders_are_sorted(custody: Custody) -> None:
    steps = [step for step in (custody.first, custody.second, custody.third) if step is not None]

    assert all(a <= b for a, b in pairwise(steps) if len(steps) == 3)
    assert custody.low <= custody.high
    if custody.state == "held":
        assert custody.reason is not None


@attrs.frozen(kw_only=True)
class Form(Record):
    """A form whose rules one draw in many thousands would meet."""

    state: Annotated[Literal["sent"], Column("State.")]
    a: Annotated[int | None, Column("A.")] = None
    b: Annotated[int | None, Column("B.")] = None
    c: Annotated[int | None, Column("C.")] = None
    d: Annotated[int | None, Column("D.")] = None
    e: Annotated[int | None, Column("E.")] = None
    f: Annotated[int | None, Column("F.")] = None
    g: Annotated[int | None, Column("G.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        *(
            NeededWhen(code="INCONSISTENT", needed=name, when="state", values=("sent",))
            for name in "abcdefg"
        ),
        # The order in which they are named is the worst to sort by neighbours.
        *(
            InOrder(code="INCONSISTENT", columns=(first, second))
            for first, second in reversed(list(pairwise("abcdefg")))
        ),
    )


@given(records(Form))
def test_rules_are_met_by_drawing_and_not_by_throwing_draws_away(form: Form) -> None:
    assert form.state == "sent"


@given(records(Form, state=st.just("sent"), d=4))
def test_many_rules_give_way_to_what_is_fixed_as_well(form: Form) -> None:
    assert form.d == 4


def test_a_rule_that_nothing_meets_is_not_hidden() -> None:
    @attrs.frozen(kw_only=True)
    class Never(Record):
        a: Annotated[int, Column("A.", ge=1, le=9)]
        b: Annotated[int, Column("B.", ge=1, le=9)]

        rules: ClassVar[tuple[Rule, ...]] = (
            Rule(
                code="INCONSISTENT", name="never", columns=("a", "b"), holds=lambda a, b: a + b < 2
            ),
        )

    with pytest.raises(Unsatisfiable):
        find(records(Never), lambda _: True, settings=SEARCH)
