from collections.abc import Sequence
from datetime import date
from typing import Annotated

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing import forces
from npolicing._columns import Column
from npolicing._records import Record, Records
from npolicing.entities import (
    NPU,
    ACFBid,
    Attendance,
    BudgetPosition,
    Force,
    Grade,
    GradingScheme,
    ImpactArea,
    Log,
    Staff,
    Team,
)
from npolicing.errors import CODES, DeclarationError, Failure
from npolicing.references import check_references

WMP = forces.west_midlands()
GMP = forces.greater_manchester()


def team(team_id: str, npu: str, force: str = "WMP") -> Team:
    return Team(force=force, team_id=team_id, npu=npu, kind="neighbourhood")


def staff(ref: str, npu: str | None, force: str = "WMP") -> Staff:
    return Staff(force=force, staff_ref=ref, npu=npu)


def area(area_id: str, *teams: str) -> ImpactArea:
    return ImpactArea(force="WMP", area_id=area_id, name=area_id, teams=teams)


def bid(number: int, npu: str, aligned_staff: str | None) -> ACFBid:
    return ACFBid.from_dict(
        {
            "force": "WMP",
            "financial_year": "2019/20",
            "bid_id": f"B{number}",
            "npu": npu,
            "applicant_kind": "school",
            "status": "draft",
            "requested": "100",
            "aligned_staff": aligned_staff,
        }
    )


def log(**values: object) -> Log:
    return Log.from_dict(
        {
            "log_id": "1",
            "force": "WMP",
            "npu": "CV",
            "priority": "P1",
            "received_at": "2019-10-15T09:00:00+00:00",
            "received_on": "2019-10-15",
            "month": "2019-10",
            "hour_of_week": 34,
            **values,
        }
    )


def attendance(received_on: date) -> Attendance:
    return Attendance(
        force="WMP", log_id="1", received_on=received_on, unit_ref="U1", kind="response"
    )


def places(failures: Sequence[Failure]) -> list[tuple[str, str | None, int | None, object]]:
    return [(each.code, each.column, each.row, each.value) for each in failures]


@pytest.mark.parametrize("code", forces.known())
def test_the_shipped_references_hold_together(code: str) -> None:
    book = forces.load(code)
    tables = (book.npus, book.grading_schemes, book.grades, book.grade_owners)
    assert check_references(*tables, reference=book) == ()
    assert check_references(Records(Force, [book.force]), *tables) == ()


def test_a_bid_is_aligned_to_staff_of_its_own_unit() -> None:
    bids = Records(ACFBid, [bid(0, "CV", "S1"), bid(1, "SW", "S1"), bid(2, "SW", "S2")])
    failures = check_references(bids, Records(Staff, [staff("S1", "CV")]), reference=WMP)
    one, two = map(str, failures)
    assert one == (
        "row 1, ACFBid.aligned_staff: '(withheld)' breaks "
        "is a staff_ref of Staff with the same npu [REFERENTIAL]"
    )
    assert two == (
        "row 2, ACFBid.aligned_staff: '(withheld)' breaks "
        "is a staff_ref of Staff in force 'WMP' [REFERENTIAL]"
    )


def test_a_key_without_a_value_points_nowhere_and_a_null_contradicts_nothing() -> None:
    bids = Records(ACFBid, [bid(0, "CV", None), bid(1, "SW", "S1")])
    assert check_references(bids, Records(Staff, [staff("S1", None)]), reference=WMP) == ()


def test_a_log_without_a_unit_may_have_a_team() -> None:
    logs, teams = Records(Log, [log(npu=None, team="T1")]), Records(Team, [team("T1", "CV")])
    assert check_references(logs, teams, reference=WMP) == ()


def test_one_row_that_agrees_is_enough() -> None:
    moved = Records(
        Staff, [staff("S1", "CV"), attrs.evolve(staff("S1", "SW"), valid_from=date(2019, 9, 1))]
    )
    bids = Records(ACFBid, [bid(0, "CV", "S1"), bid(1, "SW", "S1"), bid(2, "WV", "S1")])
    failures = check_references(bids, moved, reference=WMP)
    assert places(failures) == [("REFERENTIAL", "ACFBid.aligned_staff", 2, "(withheld)")]


def test_an_attendance_is_of_the_log_of_its_day() -> None:
    logs = Records(Log, [log()])
    seen = Records(Attendance, [attendance(date(2019, 10, 15)), attendance(date(2019, 10, 16))])
    failures = check_references(seen, logs, reference=WMP)
    assert places(failures) == [("REFERENTIAL", "Attendance.log_id", 1, "1")]
    assert failures[0].rule == "is a log_id of Log with the same received_on"


def test_units_and_grades_that_the_force_does_not_have_have_codes_of_their_own() -> None:
    logs = Records(Log, [log(npu="COV"), log(priority="P10"), log(npu=None, first_priority="X")])
    assert list(map(str, check_references(logs, reference=WMP))) == [
        "row 0, Log.npu: 'COV' breaks is a code of NPU in force 'WMP' [UNKNOWN_NPU]",
        "row 1, Log.priority: 'P10' breaks is a grade of Grade in force 'WMP' [UNKNOWN_GRADE]",
        "row 2, Log.first_priority: 'X' breaks is a grade of Grade in force 'WMP' [UNKNOWN_GRADE]",
    ]


def test_a_key_is_looked_up_in_its_own_force() -> None:
    teams = Records(Team, [team("T1", "E08000001"), team("T1", "E08000001", force="GMP")])
    failures = check_references(teams, WMP.npus, reference=GMP, unchecked=[Force])
    assert places(failures) == [("UNKNOWN_NPU", "Team.npu", 0, "E08000001")]
    assert list(map(str, check_references(teams, reference=GMP))) == [
        "row 0, Team.force: 'WMP' breaks is a force of Force [REFERENTIAL]",
        "row 0, Team.npu: 'E08000001' breaks is a code of NPU in force 'WMP' [UNKNOWN_NPU]",
    ]


def test_each_item_of_a_list_is_a_key() -> None:
    areas = Records(ImpactArea, [area("A1", "T1", "T8", "T9"), area("A2", "T1")])
    failures = check_references(areas, Records(Team, [team("T1", "CV")]), reference=WMP)
    assert places(failures) == [
        ("REFERENTIAL", "ImpactArea.teams", 0, "T8"),
        ("REFERENTIAL", "ImpactArea.teams", 0, "T9"),
    ]


def test_several_tables_of_one_entity_are_one_and_rows_count_from_0_in_each() -> None:
    one, two = Records(Team, [team("T1", "CV")]), Records(Team, [team("T2", "ZZ")])
    areas = Records(ImpactArea, [area("A1", "T1", "T2")])
    failures = check_references(areas, one, two, reference=WMP)
    assert places(failures) == [("UNKNOWN_NPU", "Team.npu", 0, "ZZ")]


def test_a_table_that_is_not_given_is_named_once_for_each_column_that_needs_it() -> None:
    logs = Records(Log, [log(team="T1"), log(team="T2"), log()])
    failures = check_references(logs, reference=WMP)
    assert list(map(str, failures)) == [
        "Log.team: None breaks rows of Team are given, or Team is named in unchecked [REFERENTIAL]"
    ]
    assert check_references(logs, reference=WMP, unchecked=[Team]) == ()
    assert {failure.column for failure in check_references(logs)} == {
        "Log.force",
        "Log.npu",
        "Log.priority",
        "Log.team",
    }
    assert check_references(logs, unchecked=[Force, NPU, Grade, Team]) == ()


def test_a_table_without_rows_is_a_table() -> None:
    teams = Records(Team, [team("T1", "CV"), team("T2", "CV")])
    failures = check_references(teams, Records(NPU), unchecked=[Force])
    assert places(failures) == [
        ("UNKNOWN_NPU", "Team.npu", 0, "CV"),
        ("UNKNOWN_NPU", "Team.npu", 1, "CV"),
    ]
    assert check_references(Records(Team)) == ()
    assert check_references() == ()


def test_an_entity_may_be_left_unchecked_although_it_is_there() -> None:
    teams = Records(Team, [team("T1", "ZZ")])
    assert len(check_references(teams, reference=WMP)) == 1
    assert check_references(teams, reference=WMP, unchecked=[NPU]) == ()


def test_a_position_of_the_whole_force_needs_no_unit() -> None:
    position = BudgetPosition.from_dict(
        {
            "force": "WMP",
            "financial_year": "2019/20",
            "as_of": "2019-10-15",
            "budget": "2",
            "spent": "1",
        }
    )
    assert check_references(Records(BudgetPosition, [position]), reference=WMP) == ()


@attrs.frozen(kw_only=True)
class Beat(Record):
    """A beat of an entity of one's own, in no force."""

    beat: Annotated[str, Column("Code.", key=True)]
    route: Annotated[str, Column("Route.")] = "R"
    pace: Annotated[str, Column("Pace.")] = "slow"


@attrs.frozen(kw_only=True)
class Walk(Record):
    """A walk along a beat."""

    walk: Annotated[str, Column("Code.", key=True)]
    beat: Annotated[str | None, Column("Beat.", refers="Beat.beat")] = None
    slip: Annotated[str | None, Column("Beat.", refers="Beat.bait")] = None


def test_entities_of_your_own_are_checked_by_their_declarations() -> None:
    walks = Records(Walk, [Walk(walk="W1", beat="B1"), Walk(walk="W2", beat="B2")])
    with pytest.raises(DeclarationError) as caught:
        check_references(walks, Records(Beat, [Beat(beat="B1")]))
    assert str(caught.value) == "Walk.slip refers to Beat.bait: Beat has no field bait."
    failures = check_references(walks, Records(Beat))
    assert [str(each) for each in failures] == [
        "row 0, Walk.beat: 'B1' breaks is a beat of Beat [REFERENTIAL]",
        "row 1, Walk.beat: 'B2' breaks is a beat of Beat [REFERENTIAL]",
    ]


@attrs.frozen(kw_only=True)
class Stroll(Record):
    """A walk whose declaration names a field that is not there."""

    beat: Annotated[str, Column("Beat.", key=True, refers="Beat.beat", agrees=("route", "pace"))]


def test_a_field_that_must_agree_has_to_be_there() -> None:
    strolls, beats = Records(Stroll, [Stroll(beat="B1")]), Records(Beat, [Beat(beat="B1")])
    with pytest.raises(DeclarationError) as caught:
        check_references(strolls, beats)
    assert str(caught.value) == (
        "Stroll.beat refers to Beat.beat: Stroll has no field pace and route."
    )


UNITS = [unit.code for unit in WMP.npus]
TEAMS = ["T0", "T1", "T2", "T3"]
STAFF = ["S0", "S1", "S2"]
Found = set[tuple[str, str | None, int | None, object]]


@st.composite
def linked(draw: st.DrawFn) -> tuple[list[Team], list[ImpactArea], list[Staff], list[ACFBid]]:
    some_unit = st.sampled_from(UNITS)
    teams = [team(each, draw(some_unit)) for each in TEAMS]
    some_teams = st.lists(st.sampled_from(TEAMS), min_size=1, unique=True)
    areas = [area(f"A{n}", *each) for n, each in enumerate(draw(st.lists(some_teams, max_size=4)))]
    people = [staff(each, draw(some_unit)) for each in STAFF]
    aligned = draw(st.lists(st.none() | st.sampled_from(people), max_size=4))
    bids = [
        bid(n, draw(some_unit), None) if each is None else bid(n, each.npu or "", each.staff_ref)
        for n, each in enumerate(aligned)
    ]
    return teams, areas, people, bids


@given(linked(), st.sets(st.sampled_from([*UNITS, *TEAMS, *STAFF])))
def test_removing_rows_gives_exactly_the_failures_of_those_that_refer_to_them(
    tables: tuple[list[Team], list[ImpactArea], list[Staff], list[ACFBid]], gone: set[str]
) -> None:
    units = [unit for unit in WMP.npus if unit.code not in gone]
    teams = [each for each in tables[0] if each.team_id not in gone]
    people = [each for each in tables[2] if each.staff_ref not in gone]
    areas, bids = tables[1], tables[3]
    expected: Found = set()
    for n, each in enumerate(teams):
        expected |= {("UNKNOWN_NPU", "Team.npu", n, each.npu)} if each.npu in gone else set()
    for n, person in enumerate(people):
        expected |= {("UNKNOWN_NPU", "Staff.npu", n, person.npu)} if person.npu in gone else set()
    for n, one in enumerate(areas):
        expected |= {
            ("REFERENTIAL", "ImpactArea.teams", n, key) for key in one.teams if key in gone
        }
    for n, asked in enumerate(bids):
        if asked.npu in gone:
            expected.add(("UNKNOWN_NPU", "ACFBid.npu", n, asked.npu))
        if asked.aligned_staff in gone:
            expected.add(("REFERENTIAL", "ACFBid.aligned_staff", n, "(withheld)"))
    failures = check_references(
        Records(Force, [WMP.force]),
        Records(NPU, units),
        Records(Team, teams),
        Records(ImpactArea, areas),
        Records(Staff, people),
        Records(ACFBid, bids),
    )
    assert len(failures) == len(expected)
    assert set(places(failures)) == expected
    assert {failure.code for failure in failures} <= set(CODES)


@given(linked())
def test_the_order_of_the_tables_changes_no_failure(
    tables: tuple[list[Team], list[ImpactArea], list[Staff], list[ACFBid]],
) -> None:
    areas, bids = Records(ImpactArea, tables[1]), Records(ACFBid, tables[3])
    teams, people = Records(Team, tables[0][1:]), Records(Staff, tables[2][1:])
    one = check_references(areas, bids, teams, people, reference=WMP)
    other = check_references(people, teams, bids, areas, reference=WMP)
    assert sorted(map(str, one)) == sorted(map(str, other))


def test_the_reference_supplies_schemes_and_grades() -> None:
    stray = Records(Grade, [Grade(force="WMP", scheme="P1-P9", grade="X", rank=1), WMP.grades[0]])
    assert check_references(stray, reference=WMP) == ()
    alone = check_references(stray, Records(GradingScheme), unchecked=[Force])
    assert places(alone) == [
        ("REFERENTIAL", "Grade.scheme", 0, "P1-P9"),
        ("REFERENTIAL", "Grade.scheme", 1, "P1-P9"),
    ]
