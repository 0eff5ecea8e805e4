"""How far a figure may miss its target and be green, or amber: policy, and stated as such."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import CODE, FORCE, SOURCE, VALID, VALID_FROM, VALID_TO
from npolicing.entities.grading import GRADE
from npolicing.vocabulary import Good


@attrs.frozen(kw_only=True)
class Threshold(Record):
    """What one measure is to reach, and how far it may miss that and be green, or amber.

    Neither a target nor a threshold is there by default, and neither is the direction that is
    good: all three are policy. `green` and `amber` are in the measure's own unit, so that of a
    share 0.05 is five percentage points, or shares of the target where `relative`.
    """

    force: Annotated[str, FORCE]
    measure: Annotated[
        str,
        Column("Name of the measure, such as attendance_ratio.", key=True, pattern="[a-z_0-9]+"),
    ]
    direction: Annotated[Good, Column("Whether at least, at most, or near the target is good.")]
    green: Annotated[float, Column("How far it may miss its target and be green.", ge=0)]
    amber: Annotated[
        float, Column("How far it may miss its target and be amber; beyond, it is red.", ge=0)
    ]
    target: Annotated[
        float | None,
        Column("What is to be reached; null where `Target` rows say so, or nobody does."),
    ] = None
    relative: Annotated[bool, Column("Whether green and amber are shares of the target.")] = False
    npu: Annotated[
        str | None,
        Column(
            "Unit; null for each unit, and for the force.",
            key=True,
            pattern=CODE,
            refers="NPU.code",
        ),
    ] = None
    priority: Annotated[
        str | None,
        Column("Grade; null for the measure as a whole.", key=True, pattern=GRADE),
    ] = None
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="INCONSISTENT", columns=("green", "amber")),
        VALID,
    )
