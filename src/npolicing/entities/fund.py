"""The Active Citizens Fund: bids, and where a unit's budget stands."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.calendar import FINANCIAL_YEAR, is_financial_year
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER, NPU_CODE, SOURCE
from npolicing.vocabulary import ApplicantKind, AsOfBasis, BidStatus, EvaluationStatus

FUND = Column("Code of the fund.", key=True, pattern=CODE)
YEAR = Column("Financial year, such as 2019/20.", key=True, pattern=FINANCIAL_YEAR)
_FOLLOWS = Rule(
    code="PATTERN",
    name="financial_year is of two years that follow one another",
    columns=("financial_year",),
    holds=is_financial_year,
)
_ALIGNED: tuple[BidStatus, ...] = (
    "submitted",
    "recommended",
    "approved",
    "allocated",
    "paid",
    "evaluated",
    "closed",
    "clawed_back",
)
_DATES = ("submitted_on", "decided_on", "allocated_on", "paid_on")


@attrs.frozen(kw_only=True)
class ACFBid(Record):
    """One bid for the Active Citizens Fund, or for a fund like it.

    Everyone who applies is aligned to a member of staff of the unit (board paper, paragraph 50):
    a bid past its draft without one is refused. Allocated money is promised and not yet paid.
    """

    force: Annotated[str, FORCE]
    financial_year: Annotated[str, YEAR]
    bid_id: Annotated[str, Column("Identifier of the bid.", key=True, pattern=IDENTIFIER)]
    npu: Annotated[str, NPU_CODE]
    applicant_kind: Annotated[ApplicantKind, Column("What kind of applicant.")]
    status: Annotated[BidStatus, Column("How far the bid has come.")]
    requested: Annotated[Decimal, Column("Amount asked for.", unit="GBP", ge=0)]
    fund: Annotated[str, FUND] = "ACF"
    aligned_staff: Annotated[
        str | None,
        Column(
            "Opaque reference of the aligned member of staff.",
            pattern=IDENTIFIER,
            personal=True,
            refers="Staff.staff_ref",
            agrees=("npu",),
        ),
    ] = None
    theme: Annotated[str | None, Column("What it is to do, such as youth violence.")] = None
    awarded: Annotated[
        Decimal | None, Column("Amount signed off; null before that.", unit="GBP", ge=0)
    ] = None
    allocated: Annotated[
        Decimal | None,
        Column("Amount promised, what is paid included; null before that.", unit="GBP", ge=0),
    ] = None
    paid: Annotated[
        Decimal | None, Column("Amount paid out so far; null: not known.", unit="GBP", ge=0)
    ] = None
    project: Annotated[
        bool | None, Column("Whether it was selected as a project of the fund; null: not known.")
    ] = None
    submitted_on: Annotated[date | None, Column("Day of submission.")] = None
    decided_on: Annotated[date | None, Column("Day of the decision.")] = None
    allocated_on: Annotated[date | None, Column("Day on which the money was promised.")] = None
    paid_on: Annotated[date | None, Column("Day of the last payment.")] = None
    evaluation_status: Annotated[
        EvaluationStatus | None, Column("Where its evaluation stands; null where none is asked.")
    ] = None
    evaluation_due_on: Annotated[date | None, Column("Day by which it is to be evaluated.")] = None
    evaluated_on: Annotated[date | None, Column("Day on which it was evaluated.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        _FOLLOWS,
        InOrder(code="BID_AWARDED_OVER_REQUESTED", columns=("awarded", "requested")),
        InOrder(code="BID_PAID_OVER_AWARDED", columns=("paid", "awarded")),
        InOrder(code="BID_ALLOCATED_OVER_AWARDED", columns=("allocated", "awarded")),
        InOrder(code="BID_PAID_OVER_ALLOCATED", columns=("paid", "allocated")),
        *(
            InOrder(code="BID_DATES", columns=(earlier, later))
            for at, earlier in enumerate(_DATES)
            for later in _DATES[at + 1 :]
        ),
        NeededWhen(code="BID_UNALIGNED", needed="aligned_staff", when="status", values=_ALIGNED),
    )


@attrs.frozen(kw_only=True)
class BudgetPosition(Record):
    """Where one unit's budget of one fund stands at a day of its financial year.

    Spent, allocated and submitted are three amounts: paid out; promised, the spent included; asked
    for by bids that wait for their decision. More may be spent than budgeted: it is an overspend,
    and legal.
    """

    force: Annotated[str, FORCE]
    financial_year: Annotated[str, YEAR]
    as_of: Annotated[date, Column("Day on which the position stood.", key=True)]
    budget: Annotated[Decimal, Column("Budget for the year.", unit="GBP", ge=0)]
    spent: Annotated[Decimal, Column("Paid out so far.", unit="GBP", ge=0)]
    npu: Annotated[
        str | None,
        Column("Unit; null for the force as a whole.", key=True, pattern=CODE, refers="NPU.code"),
    ] = None
    fund: Annotated[str, FUND] = "ACF"
    as_of_basis: Annotated[
        AsOfBasis,
        Column(
            "Whether the source states that day, or gives none and the report's date stands in."
        ),
    ] = "stated"
    allocated: Annotated[
        Decimal | None,
        Column("Promised so far, the spent included; null: not known.", unit="GBP", ge=0),
    ] = None
    submitted: Annotated[
        Decimal | None,
        Column("Asked for by bids not yet decided; null: not known.", unit="GBP", ge=0),
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        _FOLLOWS,
        InOrder(code="INCONSISTENT", columns=("spent", "allocated")),
    )
