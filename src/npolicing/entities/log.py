"""Calls for service: the log, and each unit that attended it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import (
    FlagWhere,
    InMonth,
    InOrder,
    OnWeekday,
    Rule,
    SecondsBetween,
    WithinADay,
)
from npolicing.calendar import MONTH
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER
from npolicing.entities.grading import GRADE
from npolicing.vocabulary import LogStatus, ResolvedBy, TeamKind

LOG_ID = Column(
    "Number of the log. Where numbers start anew each day, the date is part of the key.",
    key=True,
    pattern=IDENTIFIER,
)
RECEIVED_ON = Column("Local date on which the log was received.", key=True)


def _someone(attended_by_neighbourhood: bool, attended: bool) -> bool:  # noqa: FBT001 # the same
    return attended or not attended_by_neighbourhood


def _one_of_them(first_attended_by: str, attended_by_neighbourhood: bool) -> bool:  # noqa: FBT001 # the same
    return attended_by_neighbourhood or first_attended_by != "neighbourhood"


def _inconsistent(name: str, columns: tuple[str, ...], holds: Callable[..., bool]) -> Rule:
    return Rule(code="INCONSISTENT", name=name, columns=columns, holds=holds)


@attrs.frozen(kw_only=True)
class Log(Record):
    """One log: a call for service as the control room holds it, with its local time settled.

    A log is no crime and no call: several callers may be in one log, and a log may give rise to
    several crimes or none. It says what, where (an area) and when; it has no name, address, free
    text or exact point.
    """

    log_id: Annotated[str, LOG_ID]
    force: Annotated[str, FORCE]
    npu: Annotated[
        str | None,
        Column(
            "Unit; null where it is outside the force or unknown.", pattern=CODE, refers="NPU.code"
        ),
    ]
    priority: Annotated[
        str, Column("Grade at the end, in the force's scheme.", pattern=GRADE, refers="Grade.grade")
    ]
    received_at: Annotated[datetime, Column("When the log was received, in UTC.")]
    received_on: Annotated[date, RECEIVED_ON]
    month: Annotated[str, Column("Local month, such as 2018-07.", pattern=MONTH)]
    hour_of_week: Annotated[
        int,
        Column("Local hour of the week: 0 is Monday 00:00 to 00:59.", unit="hours", ge=0, le=167),
    ]
    team: Annotated[
        str | None,
        Column(
            "Neighbourhood team of the place.",
            pattern=IDENTIFIER,
            refers="Team.team_id",
            agrees=("npu",),
        ),
    ] = None
    ward: Annotated[
        str | None, Column("Code of the ward.", pattern=CODE, refers="Ward.ward", agrees=("npu",))
    ] = None
    first_priority: Annotated[
        str | None,
        Column(
            "Grade at the start; null where it is not kept.", pattern=GRADE, refers="Grade.grade"
        ),
    ] = None
    grading_scheme: Annotated[
        str | None,
        Column(
            "Scheme that the grades are of; null where the force has one.",
            pattern=IDENTIFIER,
            refers="GradingScheme.scheme",
        ),
    ] = None
    area_id: Annotated[
        str | None,
        Column("Impact Area; null outside them.", pattern=IDENTIFIER, refers="ImpactArea.area_id"),
    ] = None
    status: Annotated[LogStatus | None, Column("Where it stands; null: not known.")] = None
    first_dispatched_at: Annotated[
        datetime | None,
        Column("When the first unit was sent, in UTC; null: none, or unrecorded."),
    ] = None
    first_arrived_at: Annotated[
        datetime | None, Column("When the first unit arrived, in UTC; null: none, or not recorded.")
    ] = None
    response_seconds: Annotated[
        int | None,
        Column("From received to first arrival; null without one.", unit="seconds", ge=0),
    ] = None
    closed_at: Annotated[
        datetime | None, Column("When it was closed, in UTC; null while open.")
    ] = None
    attended: Annotated[bool | None, Column("Whether anyone attended; null: not known.")] = None
    first_attended_by: Annotated[
        TeamKind | None, Column("Kind of team that attended first; null: none, or not known.")
    ] = None
    attended_by_neighbourhood: Annotated[
        bool | None,
        Column("Whether a neighbourhood team attended, first or later; null: not known."),
    ] = None
    resolved_by: Annotated[
        ResolvedBy | None, Column("How it was resolved; null while open, or not known.")
    ] = None
    crimes: Annotated[
        int | None, Column("Crimes recorded from it; null: not known.", unit="crimes", ge=0)
    ] = None
    qualifier: Annotated[
        str | None,
        Column("Qualifier of the category, such as Personal, Nuisance or Environmental."),
    ] = None
    opening_code: Annotated[
        str | None, Column("Incident category (NSIR) at the start.", pattern=IDENTIFIER)
    ] = None
    closing_code: Annotated[
        str | None, Column("Incident category (NSIR) at the end.", pattern=IDENTIFIER)
    ] = None
    master_log_id: Annotated[
        str | None,
        Column("Log that it duplicates or is linked to.", pattern=IDENTIFIER, refers="Log.log_id"),
    ] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ARRIVAL_BEFORE_RECEIVED", columns=("received_at", "first_arrived_at")),
        InOrder(code="DISPATCHED_BEFORE_RECEIVED", columns=("received_at", "first_dispatched_at")),
        InOrder(
            code="ARRIVAL_BEFORE_DISPATCHED", columns=("first_dispatched_at", "first_arrived_at")
        ),
        InOrder(code="CLOSED_BEFORE_RECEIVED", columns=("received_at", "closed_at")),
        InOrder(code="CLOSED_BEFORE_ARRIVAL", columns=("first_arrived_at", "closed_at")),
        InMonth(code="INCONSISTENT", columns=("received_on", "month")),
        WithinADay(code="INCONSISTENT", columns=("received_at", "received_on")),
        OnWeekday(code="INCONSISTENT", columns=("received_on", "hour_of_week")),
        SecondsBetween(
            code="INCONSISTENT", columns=("received_at", "first_arrived_at", "response_seconds")
        ),
        FlagWhere(
            code="INCONSISTENT",
            name="attended where one arrived",
            columns=("first_arrived_at", "attended"),
        ),
        FlagWhere(
            code="INCONSISTENT",
            name="attended where a kind did",
            columns=("first_attended_by", "attended"),
        ),
        _inconsistent(
            "attended where a neighbourhood team did",
            ("attended_by_neighbourhood", "attended"),
            _someone,
        ),
        _inconsistent(
            "attended_by_neighbourhood where such a team was first",
            ("first_attended_by", "attended_by_neighbourhood"),
            _one_of_them,
        ),
    )


@attrs.frozen(kw_only=True)
class Attendance(Record):
    """One unit at one log. Several may attend a log, so attendances are not logs."""

    force: Annotated[str, FORCE]
    log_id: Annotated[str, attrs.evolve(LOG_ID, refers="Log.log_id", agrees=("received_on",))]
    received_on: Annotated[date, RECEIVED_ON]
    unit_ref: Annotated[
        str,
        Column("Opaque reference of the unit.", key=True, pattern=IDENTIFIER, personal=True),
    ]
    kind: Annotated[TeamKind, Column("Kind of team that the unit is of.")]
    pcso: Annotated[bool | None, Column("Whether the unit was PCSOs alone; null: not known.")] = (
        None
    )
    dispatched_at: Annotated[datetime | None, Column("When it was sent, in UTC.")] = None
    arrived_at: Annotated[
        datetime | None, Column("When it arrived, in UTC; null: it did not, or not recorded.")
    ] = None
    cleared_at: Annotated[datetime | None, Column("When it was free again, in UTC.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="INCONSISTENT", columns=("dispatched_at", "arrived_at")),
        InOrder(code="INCONSISTENT", columns=("arrived_at", "cleared_at")),
        InOrder(code="INCONSISTENT", columns=("dispatched_at", "cleared_at")),
    )
