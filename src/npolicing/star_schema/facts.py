"""The facts of the star: counts and amounts that add up, and no ratio of them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, TypeAlias

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.calendar import FINANCIAL_YEAR
from npolicing.entities._forms import CODE, IDENTIFIER, SOURCE
from npolicing.star_schema.dimensions import AREA_KEY, DATE, GRADE_KEY
from npolicing.vocabulary import (
    ApplicantKind,
    AsOfBasis,
    BidStatus,
    Direction,
    MembersAre,
    Nature,
    ObservationKind,
    SchemeKind,
    SchemeStatus,
)

__all__ = [
    "FactBid",
    "FactFund",
    "FactLogMonth",
    "FactObservation",
    "FactScheme",
    "FactTarget",
]

_FUND = Column("Code of the fund.", key=True, pattern=CODE)
_YEAR = Column("Financial year, such as 2019/20.", key=True, pattern=FINANCIAL_YEAR)
_BASIS = Column("Whether the source states that day, or gives none and the report's stands in.")
_KIND = Column("What is counted.", key=True)


def _logs(description: str) -> Column:
    return Column(description, unit="logs", ge=0)


def _pounds(description: str) -> Column:
    return Column(description, unit="GBP", ge=0)


Amount: TypeAlias = Decimal | None


@attrs.frozen(kw_only=True)
class FactLogMonth(Record):
    """The logs of one area, month and grade, counted; every column adds up over any of the three.

    A ratio is one sum over another: the descriptions say which is the denominator of which.
    """

    month_start: Annotated[
        date,
        Column("First day of the local month of receipt.", key=True, refers="DimDate.date"),
    ]
    area_key: Annotated[str, AREA_KEY]
    grade_key: Annotated[str, GRADE_KEY]
    logs: Annotated[int, _logs("All logs.")]
    attended: Annotated[int, _logs("Logs that anyone attended; of logs less attended_unknown.")]
    attended_unknown: Annotated[int, _logs("Logs of which it is not known whether anyone did.")]
    attended_by_neighbourhood: Annotated[
        int,
        _logs(
            "Logs that a neighbourhood team attended, first or later; of logs less "
            "attended_by_neighbourhood_unknown (attendance_ratio), or of attended_kind_known "
            "(attendance_share)."
        ),
    ]
    attended_by_neighbourhood_unknown: Annotated[
        int, _logs("Logs of which it is not known whether such a team did.")
    ]
    attended_kind_known: Annotated[
        int,
        _logs("Logs that anyone attended and of which it is known whether such a team did."),
    ]
    arrived: Annotated[int, _logs("Logs with a response time.")]
    response_seconds: Annotated[
        int,
        Column(
            "Response times added up; over arrived it is their mean, which a few long ones move.",
            unit="seconds",
            ge=0,
        ),
    ]
    arrived_of_target: Annotated[
        int | None,
        _logs("Logs with a response time; null of grades without a target: no denominator there."),
    ]
    within_target: Annotated[
        int | None,
        _logs(
            "Logs with a response time of at most their grade's target; of arrived_of_target, or "
            "of logs of those grades. Null of grades without a target."
        ),
    ]
    resolved: Annotated[
        int, _logs("Logs of which it is known how they were resolved, and whether anyone attended.")
    ]
    without_deployment: Annotated[
        int, _logs("Logs that were resolved and nobody attended; of resolved.")
    ]
    resolved_unknown: Annotated[int, _logs("Logs of which that is not known.")]
    crimes: Annotated[
        int,
        Column("Crimes recorded from the logs of which that is known.", unit="crimes", ge=0),
    ]
    crimes_unknown: Annotated[int, _logs("Logs of which it is not known how many crimes.")]

    rules: ClassVar[tuple[Rule, ...]] = (
        *(
            InOrder(code="INCONSISTENT", columns=(part, whole))
            for part, whole in (
                ("attended", "logs"),
                ("attended_by_neighbourhood", "attended_kind_known"),
                ("attended_kind_known", "logs"),
                ("within_target", "arrived_of_target"),
                ("arrived_of_target", "logs"),
                ("arrived", "logs"),
                ("without_deployment", "resolved"),
                ("resolved", "logs"),
            )
        ),
    )


@attrs.frozen(kw_only=True)
class FactObservation(Record):
    """One count of one kind for an area: of a day (a stock), or of a period (a flow).

    Stocks add up over areas of one level and day, and never over days.
    """

    area_key: Annotated[str, AREA_KEY]
    as_of: Annotated[
        date,
        Column(
            "Day on which the count stood, or its period's last.", key=True, refers="DimDate.date"
        ),
    ]
    kind: Annotated[ObservationKind, _KIND]
    value: Annotated[int, Column("The count, in the unit that `unit` says.", ge=0)]
    unit: Annotated[str, Column("What is counted, such as schemes.")]
    nature: Annotated[Nature, Column("Whether it is a stock or a flow.")]
    as_of_basis: Annotated[AsOfBasis, _BASIS]
    period_start: Annotated[
        date | None, Column("First day of a flow's period; null for a stock.")
    ] = None
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class FactTarget(Record):
    """What a count is to reach, for an area, by a day."""

    area_key: Annotated[str, AREA_KEY]
    kind: Annotated[ObservationKind, _KIND]
    target: Annotated[int, Column("The target, in the unit that `unit` says.", ge=0)]
    unit: Annotated[str, Column("What is counted, such as schemes.")]
    direction: Annotated[Direction, Column("Whether at least, or at most, the target is good.")]
    due: Annotated[
        date | None,
        attrs.evolve(DATE, description="Day by which; null where the source has no day."),
    ] = None
    due_text: Annotated[
        str | None, Column("When it is due in the source's words, such as April 2020.")
    ] = None
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class FactFund(Record):
    """Where an area's budget of one fund stands at a day; amounts add up over areas of one day.

    The spend rate is spent over budget.
    """

    area_key: Annotated[str, AREA_KEY]
    as_of: Annotated[
        date, Column("Day on which the position stood.", key=True, refers="DimDate.date")
    ]
    fund: Annotated[str, _FUND]
    financial_year: Annotated[str, _YEAR]
    budget: Annotated[Decimal, _pounds("Budget for the year.")]
    spent: Annotated[Decimal, _pounds("Paid out so far; of budget.")]
    as_of_basis: Annotated[AsOfBasis, _BASIS]
    allocated: Annotated[
        Amount, _pounds("Promised so far, the spent included; null: not known.")
    ] = None
    submitted: Annotated[Amount, _pounds("Asked for by bids not yet decided; null: not known.")] = (
        None
    )
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class FactBid(Record):
    """One bid for a fund; who is aligned to it is left out."""

    area_key: Annotated[str, AREA_KEY]
    fund: Annotated[str, _FUND]
    financial_year: Annotated[str, _YEAR]
    bid_id: Annotated[str, Column("Identifier of the bid.", key=True, pattern=IDENTIFIER)]
    bids: Annotated[int, Column("1, to be added up.", unit="bids", ge=1, le=1)]
    status: Annotated[BidStatus, Column("How far the bid has come.")]
    applicant_kind: Annotated[ApplicantKind, Column("What kind of applicant.")]
    requested: Annotated[Decimal, _pounds("Amount asked for.")]
    awarded: Annotated[Amount, _pounds("Amount signed off; null before that.")] = None
    allocated: Annotated[
        Amount, _pounds("Amount promised, what is paid included; null before that.")
    ] = None
    paid: Annotated[Amount, _pounds("Amount paid out so far; null: not known.")] = None
    submitted_on: Annotated[
        date | None, attrs.evolve(DATE, description="Day of submission; null before that.")
    ] = None
    decided_on: Annotated[
        date | None, attrs.evolve(DATE, description="Day of the decision; null before that.")
    ] = None


@attrs.frozen(kw_only=True)
class FactScheme(Record):
    """One scheme of active citizens as it is known; its wards are in the `Scheme` rows alone."""

    area_key: Annotated[str, AREA_KEY]
    kind: Annotated[SchemeKind, Column("What kind of scheme it is.", key=True)]
    scheme_id: Annotated[str, Column("Identifier of the scheme.", key=True, pattern=IDENTIFIER)]
    schemes: Annotated[int, Column("1, to be added up.", unit="schemes", ge=1, le=1)]
    status: Annotated[SchemeStatus, Column("Where it stands; only an active one counts.")]
    status_on: Annotated[
        date | None,
        attrs.evolve(DATE, description="Day on which that was known; null where it is not said."),
    ] = None
    name: Annotated[str | None, Column("Name of the scheme.")] = None
    members: Annotated[
        int | None, Column("Members; null where it is not known.", unit="members", ge=0)
    ] = None
    members_are: Annotated[MembersAre | None, Column("Whom `members` counts.")] = None
    started_on: Annotated[
        date | None, attrs.evolve(DATE, description="First day; null where no source says.")
    ] = None
    ended_on: Annotated[
        date | None, attrs.evolve(DATE, description="Last day; null while it runs.")
    ] = None
