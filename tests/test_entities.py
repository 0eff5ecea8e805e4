from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import attrs
import pytest

from npolicing._records import Record
from npolicing._rules import NeededWhen
from npolicing.entities import (
    ENTITIES,
    NPU,
    ACFBid,
    Action,
    AreaLink,
    ArmCount,
    Attendance,
    BudgetPosition,
    ComputedFigure,
    Crime,
    CrimeCount,
    DemandTier,
    Finding,
    Force,
    Grade,
    GradeOwner,
    GradingScheme,
    HarmWeight,
    ImpactArea,
    Log,
    MeasureRole,
    Milestone,
    Observation,
    Place,
    Problem,
    ProblemStage,
    PublishedFigure,
    Scheme,
    Staff,
    StopAndSearch,
    Target,
    Team,
    Threshold,
    Ward,
)
from npolicing.errors import CODES, ValidationError
from npolicing.vocabulary import OBSERVATION_KINDS, BidStatus, Nature, ObservationKind

DAY = date(2019, 10, 15)
EVE = date(2019, 10, 14)
# 00:30 on Wednesday 1 August 2018 in London, and still July in UTC.
RECEIVED = datetime(2018, 7, 31, 23, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

EXAMPLES: dict[type[Record], Record] = {
    type(each): each
    for each in (
        Force(force="WMP", name="West Midlands Police", gss_code="E23000014"),
        NPU(
            force="WMP",
            code="CV",
            name="Coventry",
            aliases=("Coventry LPU",),
            valid_from=DAY,
            valid_to=DAY,
            local_authority_code="E08000026",
        ),
        Team(
            force="WMP",
            team_id="CV-1",
            npu="CV",
            kind="neighbourhood",
            valid_from=DAY,
            valid_to=DAY,
        ),
        Ward(
            force="WMP",
            ward="E05001218",
            name="Bablake",
            npu="CV",
            valid_from=DAY,
            valid_to=DAY,
        ),
        AreaLink(
            force="WMP",
            kind="lsoa11",
            to_kind="lsoa21",
            from_area="E01009198",
            to_area="E01034935",
            weight=1.0,
            basis="exact fit",
            source="ONS lookup, LSOA 2011 to LSOA 2021",
        ),
        ImpactArea(
            force="WMP",
            area_id="IA-1",
            name="Hillfields",
            teams=("CV-1", "CV-2"),
            valid_from=DAY,
            valid_to=DAY,
            crime_share=0.12,
        ),
        Place(
            force="WMP",
            kind="ward17",
            place="E05001218",
            name="Bablake",
            population=17_000,
            deprived=17_000,
            crimes=84,
            since=DAY,
            until=DAY,
        ),
        Staff(force="WMP", staff_ref="S-1", npu="CV", valid_from=DAY, valid_to=DAY),
        GradingScheme(
            force="WMP", scheme="P1-P9", name="Nine priorities", valid_from=DAY, valid_to=DAY
        ),
        Grade(force="WMP", scheme="P1-P9", grade="P1", rank=1, target_seconds=900),
        GradeOwner(
            force="WMP",
            scheme="P1-P9",
            grade="P1",
            owner="response",
            valid_from=DAY,
            valid_to=DAY,
        ),
        Log(
            log_id="1",
            force="WMP",
            npu="CV",
            priority="P1",
            received_at=RECEIVED,
            received_on=date(2018, 8, 1),
            month="2018-08",
            hour_of_week=48,
            first_arrived_at=RECEIVED + 15 * MINUTE + timedelta(microseconds=999_999),
            response_seconds=900,
            closed_at=RECEIVED + 60 * MINUTE,
            attended=True,
            first_attended_by="response",
        ),
        Attendance(
            force="WMP",
            log_id="1",
            received_on=date(2018, 8, 1),
            unit_ref="U-1",
            kind="response",
            dispatched_at=RECEIVED,
            arrived_at=RECEIVED + MINUTE,
            cleared_at=RECEIVED + 2 * MINUTE,
        ),
        Crime(force="WMP", crime_id="C-1", month="2018-07", category="burglary", lsoa="E01009642"),
        CrimeCount(force="WMP", month="2018-07", category="burglary", crimes=61, npu="CV"),
        HarmWeight(
            force="WMP",
            scheme="MADE-UP",
            category="burglary",
            weight=2.5,
            unit="points",
            source="made up for this test",
            valid_from=DAY,
            valid_to=DAY,
        ),
        StopAndSearch(
            force="WMP",
            search_id="S-1",
            searched_at=datetime(2018, 7, 31, 23, 30, tzinfo=UTC),
            searched_on=date(2018, 8, 1),
            month="2018-08",
            hour_of_week=48,
        ),
        Scheme(
            force="WMP",
            kind="street_watch",
            scheme_id="SW-1",
            npu="CV",
            status="active",
            wards=("E05001218",),
            members=12,
            started_on=DAY,
            ended_on=DAY,
        ),
        Observation(
            force="WMP", kind="messages_sent", value=3, as_of=DAY, npu="CV", period_start=DAY
        ),
        Target(force="WMP", kind="street_watch", value=82, due_text="April 2020"),
        Milestone(force="WMP", kind="street_watch", value=60, due=DAY),
        Threshold(
            force="WMP",
            measure="attendance_ratio",
            direction="at_least",
            green=0.0,
            amber=0.05,
            target=0.85,
            valid_from=DAY,
            valid_to=DAY,
        ),
        DemandTier(
            force="WMP",
            plan="summer-2019",
            level=2,
            name="Amber",
            logs_per_day=2419.4,
            dialled_down="Planned visits",
            valid_from=DAY,
            valid_to=DAY,
        ),
        ACFBid(
            force="WMP",
            financial_year="2019/20",
            bid_id="B-1",
            npu="CV",
            applicant_kind="school",
            status="paid",
            requested=Decimal("500.00"),
            aligned_staff="S-1",
            awarded=Decimal("500.00"),
            paid=Decimal("500.00"),
            submitted_on=DAY,
            decided_on=DAY,
            allocated_on=DAY,
            paid_on=DAY,
        ),
        BudgetPosition(
            force="WMP",
            financial_year="2019/20",
            as_of=DAY,
            budget=Decimal(100),
            spent=Decimal(120),
            allocated=Decimal(120),
        ),
        Problem(
            force="WMP",
            problem_id="PR-1",
            title="Nuisance bikes on a common",
            stage="scan",
            stage_since=DAY,
            opened_on=DAY,
            owner="S-1",
            closed_on=DAY,
            kind="pilot",
            closed_as="handed_over",
            evaluated_on=DAY,
        ),
        ProblemStage(
            force="WMP",
            problem_id="PR-1",
            entered_on=DAY,
            stage="analyse",
            reason="The first response moved it two streets on",
        ),
        ArmCount(
            force="WMP",
            evaluation_id="E-1",
            arm="treated",
            phase="before",
            events=207,
            areas=("E05001218",),
            since=DAY,
            until=DAY,
        ),
        Action(
            force="WMP",
            action_id="SIM-CV-7",
            title="Find hosts for Street Watch in two wards",
            forum="sim",
            raised_on=DAY,
            npu="CV",
            due=DAY,
            done_on=DAY,
            responsible="NPU Commander",
        ),
        MeasureRole(
            force="WMP",
            measure="Street Watch schemes",
            party="CV",
            role="accountable",
            valid_from=DAY,
            valid_to=DAY,
        ),
        PublishedFigure(
            document="WMP-2019",
            figure_id="A3-CV",
            place="Appendix 3",
            force="WMP",
            topic="street_watch",
            measure="gap",
            unit="schemes",
            relation="exactly",
            text="4",
            report_date=DAY,
            value=Decimal(4),
            level="npu",
            npu="CV",
        ),
        ComputedFigure(
            force="WMP",
            topic="acf",
            measure="spend_rate",
            unit="ratio",
            level="force",
            value=Decimal("0.522"),
        ),
        Finding(
            number=1,
            force="WMP",
            code="BALANCE_MISMATCH",
            place="Paragraph 51",
            topic="acf",
            printed="64 %",
            given="52.2 %",
            words="The table adds up to less than the text says.",
        ),
    )
}


def test_every_entity_has_an_example() -> None:
    assert tuple(EXAMPLES) == ENTITIES


BROKEN: list[tuple[type[Record], Mapping[str, object], str, str]] = [
    *(
        (entity, {"valid_to": EVE}, "valid_from, valid_to", "ENDS_BEFORE_START")
        for entity in (
            *(NPU, Team, Ward, ImpactArea, Staff, GradingScheme, GradeOwner),
            *(DemandTier, Threshold, HarmWeight, MeasureRole),
        )
    ),
    (Place, {"until": EVE}, "since, until", "ENDS_BEFORE_START"),
    (Place, {"population": 16_999}, "deprived, population", "INCONSISTENT"),
    (ArmCount, {"until": EVE}, "since, until", "ENDS_BEFORE_START"),
    (Threshold, {"green": 0.1}, "green, amber", "INCONSISTENT"),
    (Action, {"due": EVE}, "raised_on, due", "ENDS_BEFORE_START"),
    (Action, {"done_on": EVE}, "raised_on, done_on", "ENDS_BEFORE_START"),
    (
        Log,
        {
            "first_arrived_at": RECEIVED - timedelta(microseconds=1),
            "response_seconds": None,
        },
        "received_at, first_arrived_at",
        "ARRIVAL_BEFORE_RECEIVED",
    ),
    (
        Log,
        {
            "closed_at": RECEIVED - timedelta(microseconds=1),
            "first_arrived_at": None,
        },
        "received_at, closed_at",
        "CLOSED_BEFORE_RECEIVED",
    ),
    (
        Log,
        {"closed_at": RECEIVED + 15 * MINUTE},
        "first_arrived_at, closed_at",
        "CLOSED_BEFORE_ARRIVAL",
    ),
    (
        Log,
        {"first_dispatched_at": RECEIVED - timedelta(microseconds=1)},
        "received_at, first_dispatched_at",
        "DISPATCHED_BEFORE_RECEIVED",
    ),
    (
        Log,
        {"first_dispatched_at": RECEIVED + 16 * MINUTE},
        "first_dispatched_at, first_arrived_at",
        "ARRIVAL_BEFORE_DISPATCHED",
    ),
    (Log, {"month": "2018-07"}, "received_on, month", "INCONSISTENT"),
    (StopAndSearch, {"month": "2018-07"}, "searched_on, month", "INCONSISTENT"),
    (StopAndSearch, {"hour_of_week": 24}, "searched_on, hour_of_week", "INCONSISTENT"),
    (
        StopAndSearch,
        {"searched_on": date(2018, 8, 2), "hour_of_week": 72},
        "searched_at, searched_on",
        "INCONSISTENT",
    ),
    (
        Log,
        {"received_on": date(2018, 8, 2), "hour_of_week": 72},
        "received_at, received_on",
        "INCONSISTENT",
    ),
    (Log, {"hour_of_week": 47}, "received_on, hour_of_week", "INCONSISTENT"),
    (Log, {"hour_of_week": 72}, "received_on, hour_of_week", "INCONSISTENT"),
    *(
        (
            Log,
            {"response_seconds": seconds},
            "received_at, first_arrived_at, response_seconds",
            "INCONSISTENT",
        )
        for seconds in (899, 901)
    ),
    (
        Log,
        {"attended": False, "first_attended_by": None},
        "first_arrived_at, attended",
        "INCONSISTENT",
    ),
    (
        Log,
        {"attended": False, "first_arrived_at": None},
        "first_attended_by, attended",
        "INCONSISTENT",
    ),
    (
        Log,
        {
            "attended": False,
            "first_attended_by": None,
            "first_arrived_at": None,
            "response_seconds": None,
            "attended_by_neighbourhood": True,
        },
        "attended_by_neighbourhood, attended",
        "INCONSISTENT",
    ),
    (
        Log,
        {"first_attended_by": "neighbourhood", "attended_by_neighbourhood": False},
        "first_attended_by, attended_by_neighbourhood",
        "INCONSISTENT",
    ),
    (
        Attendance,
        {"dispatched_at": RECEIVED + 2 * MINUTE},
        "dispatched_at, arrived_at",
        "INCONSISTENT",
    ),
    (Attendance, {"cleared_at": RECEIVED}, "arrived_at, cleared_at", "INCONSISTENT"),
    (
        Attendance,
        {"arrived_at": None, "cleared_at": RECEIVED - MINUTE},
        "dispatched_at, cleared_at",
        "INCONSISTENT",
    ),
    (Scheme, {"ended_on": EVE}, "started_on, ended_on", "ENDS_BEFORE_START"),
    (Observation, {"as_of": EVE}, "period_start, as_of", "ENDS_BEFORE_START"),
    (Observation, {"period_start": None}, "period_start, kind", "INCONSISTENT"),
    (ACFBid, {"requested": Decimal(499)}, "awarded, requested", "BID_AWARDED_OVER_REQUESTED"),
    (ACFBid, {"paid": Decimal("500.01")}, "paid, awarded", "BID_PAID_OVER_AWARDED"),
    (ACFBid, {"aligned_staff": None}, "aligned_staff, status", "BID_UNALIGNED"),
    *(
        (
            ACFBid,
            dict.fromkeys(("submitted_on", "decided_on", "allocated_on", "paid_on"))
            | {earlier: DAY, later: EVE},
            f"{earlier}, {later}",
            "BID_DATES",
        )
        for earlier, later in (
            ("submitted_on", "decided_on"),
            ("submitted_on", "allocated_on"),
            ("submitted_on", "paid_on"),
            ("decided_on", "allocated_on"),
            ("decided_on", "paid_on"),
            ("allocated_on", "paid_on"),
        )
    ),
    (
        ACFBid,
        {"awarded": Decimal(400), "allocated": Decimal(401), "paid": None},
        "allocated, awarded",
        "BID_ALLOCATED_OVER_AWARDED",
    ),
    (
        ACFBid,
        {"allocated": Decimal(300), "paid": Decimal(301)},
        "paid, allocated",
        "BID_PAID_OVER_ALLOCATED",
    ),
    (Observation, {"kind": "street_watch"}, "kind, period_start", "INCONSISTENT"),
    (BudgetPosition, {"allocated": Decimal(119)}, "spent, allocated", "INCONSISTENT"),
    (BudgetPosition, {"financial_year": "2019/21"}, "financial_year", "PATTERN"),
    (ACFBid, {"financial_year": "0000/01"}, "financial_year", "PATTERN"),
    (
        Problem,
        {"opened_on": date(2019, 10, 16), "evaluated_on": None},
        "opened_on, stage_since",
        "INCONSISTENT",
    ),
    (Problem, {"closed_on": EVE}, "stage_since, closed_on", "ENDS_BEFORE_START"),
    (Problem, {"evaluated_on": EVE}, "opened_on, evaluated_on", "INCONSISTENT"),
    (Problem, {"closed_on": None}, "closed_on, closed_as", "INCONSISTENT"),
    (Problem, {"closed_as": "resolved"}, "stage, closed_as", "UNASSESSED"),
    (PublishedFigure, {"level": "force"}, "npu, level", "INCONSISTENT"),
]


@pytest.mark.parametrize(
    ("entity", "changes", "columns", "code"),
    BROKEN,
    ids=lambda each: each.__name__ if isinstance(each, type) else None,
)
def test_a_rule_that_is_broken_alone_is_the_one_failure(
    entity: type[Record], changes: Mapping[str, object], columns: str, code: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        attrs.evolve(EXAMPLES[entity], **changes)

    assert [(f.column, f.code) for f in caught.value.failures] == [(columns, code)]


def test_every_rule_of_every_entity_is_broken_above() -> None:
    rules = {(entity, ", ".join(rule.columns)) for entity in ENTITIES for rule in entity.rules}

    assert {(entity, columns) for entity, _, columns, _ in BROKEN} == rules


def test_every_code_of_a_rule_is_in_the_vocabulary() -> None:
    codes = {rule.code for entity in ENTITIES for rule in entity.rules}

    assert codes <= CODES.keys()


@pytest.mark.parametrize("status", get_args(BidStatus))
def test_every_bid_past_its_draft_is_aligned_to_staff(status: BidStatus) -> None:
    bid = EXAMPLES[ACFBid]
    changes: dict[str, object] = {"status": status, "aligned_staff": None}
    # A bid may be withdrawn or rejected before anybody was aligned to it.
    if status in ("enquiry", "draft", "withdrawn", "rejected"):
        assert attrs.evolve(bid, **changes).to_dict()["status"] == status
    else:
        words = rf"\(None, '{status}'\) breaks aligned_staff is given where status is "
        with pytest.raises(ValidationError, match=words):
            attrs.evolve(bid, **changes)


@pytest.mark.parametrize("kind", OBSERVATION_KINDS)
def test_a_flow_needs_the_first_day_of_its_period_and_a_stock_does_not(
    kind: ObservationKind,
) -> None:
    if OBSERVATION_KINDS[kind].nature == "stock":
        assert Observation(force="WMP", kind=kind, value=1, as_of=DAY).period_start is None
    else:
        with pytest.raises(ValidationError, match="period_start is given where kind is"):
            Observation(force="WMP", kind=kind, value=1, as_of=DAY)


def test_the_kinds_of_observation_are_those_of_the_vocabulary() -> None:
    assert tuple(OBSERVATION_KINDS) == get_args(ObservationKind)
    for meaning in OBSERVATION_KINDS.values():
        assert meaning.nature in get_args(Nature)
        assert meaning.label
        assert meaning.unit


def test_what_a_rule_asks_of_a_vocabulary_is_in_it() -> None:
    for entity in ENTITIES:
        fields = {field.name: field for field in entity.columns()}
        for rule in entity.rules:
            if isinstance(rule, NeededWhen):
                # Where every word asks for it, there is a case without a word.
                cases = {
                    *fields[rule.when].choices,
                    *([None] if fields[rule.when].nullable else []),
                }
                assert set(rule.values) < cases
                assert fields[rule.needed].nullable


def test_what_may_point_at_a_person_is_personal_and_nothing_else_is() -> None:
    personal = {
        (entity.__name__, field.name)
        for entity in ENTITIES
        for field in entity.columns()
        if field.column.personal
    }

    assert personal == {
        ("Staff", "staff_ref"),
        ("Attendance", "unit_ref"),
        ("ACFBid", "aligned_staff"),
        ("Problem", "owner"),
    }


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        (Staff, "staff_ref"),
        (Attendance, "unit_ref"),
        (ACFBid, "aligned_staff"),
        (Problem, "owner"),
    ],
)
def test_a_personal_value_is_withheld_from_repr_and_from_failures(
    entity: type[Record], name: str
) -> None:
    record = attrs.evolve(EXAMPLES[entity], **{name: "SECRET"})
    with pytest.raises(ValidationError) as caught:
        attrs.evolve(record, **{name: "SECRET ?"})

    assert f"{name}=(withheld)" in repr(record)
    assert "SECRET" not in repr(record)
    assert f"{name}: '(withheld)' breaks matches" in str(caught.value)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_every_entity_has_a_sentence_a_force_and_a_key(entity: type[Record]) -> None:
    fields = {field.name: field for field in entity.columns()}

    assert entity.__doc__
    assert entity.__doc__.splitlines()[0].endswith((".", ":"))
    assert "force" in fields
    assert any(field.column.key for field in fields.values())
    assert entity.schema_version == 1
    assert entity.upgrades == {}


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_keys_refer_to_fields_that_there_are_and_agree_on_fields_of_both(
    entity: type[Record],
) -> None:
    known = {each.__name__: {field.name: field for field in each.columns()} for each in ENTITIES}
    for field in entity.columns():
        if field.column.refers is None:
            assert field.column.agrees == ()
            continue
        target, column = field.column.refers.split(".")
        referred = known[target][column]
        assert referred.column.key
        assert referred.column.pattern == field.column.pattern
        for name in field.column.agrees:
            assert known[target][name].kind == known[entity.__name__][name].kind


def test_patterns_spell_digits_so_that_no_other_engine_reads_them_otherwise() -> None:
    for entity in ENTITIES:
        for field in entity.columns():
            pattern = field.column.pattern
            if pattern is not None:
                assert not re.search(r"\\[dws]|[$^.](?![^\[]*\])", pattern), pattern


def test_a_log_has_the_local_month_and_hour_of_its_time() -> None:
    log = EXAMPLES[Log].to_dict()

    assert log["received_at"] == "2018-07-31T23:30:00+00:00"
    assert (log["received_on"], log["month"], log["hour_of_week"]) == ("2018-08-01", "2018-08", 48)


def test_an_impact_area_has_a_team() -> None:
    without: dict[str, object] = {"teams": ()}

    with pytest.raises(ValidationError, match=r"teams: \(\) breaks items: >= 1 \[EMPTY\]$"):
        attrs.evolve(EXAMPLES[ImpactArea], **without)


def test_more_may_be_spent_than_was_budgeted() -> None:
    over: dict[str, object] = {"spent": Decimal(101), "budget": Decimal(100)}

    assert attrs.evolve(EXAMPLES[BudgetPosition], **over).to_dict()["spent"] == "101"
