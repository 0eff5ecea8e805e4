"""Problems that are worked by SARA: Scan, Analyse, Respond, Assess; and pilots beside them."""

from datetime import date
from typing import Annotated, ClassVar, Self, get_args

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER
from npolicing.vocabulary import EvaluationStatus, ProblemKind, ProblemOutcome, SARAStage


def _assessed(stage: SARAStage, closed_as: ProblemOutcome) -> bool:
    return closed_as != "resolved" or stage == "assess"


@attrs.frozen(kw_only=True)
class Problem(Record):
    """One problem, or one pilot, at the stage that it is in now.

    A pilot is a response that is tried and is to be evaluated, such as staff within Early Help
    Hubs (board paper, paragraphs 15 to 17). That it is resolved can be said only where it was
    assessed, so it is closed as that only out of the stage assess.
    """

    force: Annotated[str, FORCE]
    problem_id: Annotated[str, Column("Identifier of the problem.", key=True, pattern=IDENTIFIER)]
    title: Annotated[str, Column("What the problem is; no person, no address.")]
    stage: Annotated[SARAStage, Column("Stage of SARA that it is in.")]
    stage_since: Annotated[date, Column("Day on which it came to that stage.")]
    opened_on: Annotated[date, Column("Day on which it was taken on.")]
    npu: Annotated[
        str | None, Column("Unit; null for a department.", pattern=CODE, refers="NPU.code")
    ] = None
    area_id: Annotated[
        str | None,
        Column("Impact Area; null outside them.", pattern=IDENTIFIER, refers="ImpactArea.area_id"),
    ] = None
    owner: Annotated[
        str | None,
        Column(
            "Opaque reference of its owner; null without one.",
            pattern=IDENTIFIER,
            personal=True,
            refers="Staff.staff_ref",
        ),
    ] = None
    measure: Annotated[
        str | None, Column("The figure that shows whether it helped; null without one.")
    ] = None
    review_on: Annotated[date | None, Column("Day of the next review.")] = None
    closed_on: Annotated[date | None, Column("Day on which it was closed; null while open.")] = None
    kind: Annotated[ProblemKind, Column("Whether it is a problem, or a pilot.")] = "problem"
    closed_as: Annotated[
        ProblemOutcome | None, Column("How it was closed; null while open, or where nobody said.")
    ] = None
    evaluation_status: Annotated[
        EvaluationStatus | None, Column("Where its evaluation stands; null where none is asked.")
    ] = None
    evaluation_due_on: Annotated[date | None, Column("Day by which it is to be evaluated.")] = None
    evaluated_on: Annotated[date | None, Column("Day on which it was evaluated.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="INCONSISTENT", columns=("opened_on", "stage_since")),
        InOrder(code="ENDS_BEFORE_START", columns=("stage_since", "closed_on")),
        InOrder(code="INCONSISTENT", columns=("opened_on", "evaluated_on")),
        NeededWhen(
            code="INCONSISTENT",
            needed="closed_on",
            when="closed_as",
            values=get_args(ProblemOutcome),
        ),
        Rule(
            code="UNASSESSED",
            name="closed_as is resolved only out of assess",
            columns=("stage", "closed_as"),
            holds=_assessed,
        ),
    )


@attrs.frozen(kw_only=True)
class ProblemStage(Record):
    """One stage that a problem came to, and the day.

    The rows of a problem are its history: the first is of the day on which it was taken on, the
    last is the stage that it is in. It comes to no more than one stage a day.
    """

    force: Annotated[str, FORCE]
    problem_id: Annotated[
        str,
        Column(
            "Identifier of the problem.", key=True, pattern=IDENTIFIER, refers="Problem.problem_id"
        ),
    ]
    entered_on: Annotated[date, Column("Day on which it came to the stage.", key=True)]
    stage: Annotated[SARAStage, Column("Stage of SARA that it came to.")]
    reason: Annotated[
        str | None,
        Column("Why, such as what sent it back; no person, no address. Null: nobody said."),
    ] = None

    @classmethod
    def of(cls, problem: Problem, *, reason: str | None = None) -> Self:
        """The row of the stage that a problem is in: with it a history begins.

        >>> from npolicing.entities import Problem
        >>> day = date(2019, 9, 2)
        >>> bikes = Problem(
        ...     force="AVS", problem_id="P1", title="Bikes", stage="scan", stage_since=day,
        ...     opened_on=day,
        ... )
        >>> ProblemStage.of(bikes).entered_on == day
        True
        """
        return cls(
            force=problem.force,
            problem_id=problem.problem_id,
            entered_on=problem.stage_since,
            stage=problem.stage,
            reason=reason,
        )
