"""Counts that a force reports for an area at a time, and the targets set for them."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.entities._forms import CODE, FORCE, SOURCE
from npolicing.vocabulary import (
    FLOWS,
    AsOfBasis,
    Direction,
    ObservationKind,
)

NPU_OR_FORCE = Column(
    "Unit; null for the force as a whole.", key=True, pattern=CODE, refers="NPU.code"
)
WARD_OR_NPU = Column(
    "Ward; null for the unit, or the force, as a whole.",
    key=True,
    pattern=CODE,
    refers="Ward.ward",
    agrees=("npu",),
)
KIND = Column("What is counted.", key=True)


def _is_flow(kind: ObservationKind, _: date) -> bool:
    return kind in FLOWS


@attrs.frozen(kw_only=True)
class Observation(Record):
    """One count of one kind, for an area, at a time (a stock) or over a period (a flow)."""

    force: Annotated[str, FORCE]
    kind: Annotated[ObservationKind, KIND]
    value: Annotated[int, Column("The count.", ge=0)]
    as_of: Annotated[
        date, Column("Day on which the count stood, or its period's last day.", key=True)
    ]
    npu: Annotated[str | None, NPU_OR_FORCE] = None
    ward: Annotated[str | None, WARD_OR_NPU] = None
    as_of_basis: Annotated[
        AsOfBasis,
        Column(
            "Whether the source states that day, or gives none and the report's date stands in."
        ),
    ] = "stated"
    period_start: Annotated[
        date | None, Column("First day of a flow's period; null for a stock.")
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("period_start", "as_of")),
        NeededWhen(code="INCONSISTENT", needed="period_start", when="kind", values=FLOWS),
        Rule(
            code="INCONSISTENT",
            name="only a flow has a period",
            columns=("kind", "period_start"),
            holds=_is_flow,
        ),
    )


@attrs.frozen(kw_only=True)
class Target(Record):
    """What a count is to reach, for an area, by a day."""

    force: Annotated[str, FORCE]
    kind: Annotated[ObservationKind, KIND]
    value: Annotated[int, Column("The target.", ge=0)]
    npu: Annotated[str | None, NPU_OR_FORCE] = None
    ward: Annotated[str | None, WARD_OR_NPU] = None
    due: Annotated[
        date | None, Column("Day by which it is to be reached; null where the source has no day.")
    ] = None
    due_text: Annotated[
        str | None, Column("When it is due in the source's words, such as April 2020.")
    ] = None
    direction: Annotated[Direction, Column("Whether at least, or at most, the target is good.")] = (
        "at_least"
    )
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class Milestone(Record):
    """What a count is to be on the way to its target, for an area, on a day."""

    force: Annotated[str, FORCE]
    kind: Annotated[ObservationKind, KIND]
    value: Annotated[int, Column("What is planned for that day.", ge=0)]
    due: Annotated[date, Column("The day.", key=True)]
    npu: Annotated[str | None, NPU_OR_FORCE] = None
    ward: Annotated[str | None, WARD_OR_NPU] = None
    source: Annotated[str | None, SOURCE] = None
