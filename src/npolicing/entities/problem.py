"""Problems that are worked by SARA: Scan, Analyse, Respond, Assess."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER
from npolicing.vocabulary import SARAStage


@attrs.frozen(kw_only=True)
class Problem(Record):
    """One problem, at the stage that it is in now."""

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

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="INCONSISTENT", columns=("opened_on", "stage_since")),
        InOrder(code="ENDS_BEFORE_START", columns=("stage_since", "closed_on")),
    )
