"""Counts by which a response is evaluated: here and elsewhere, before it and after."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER, SOURCE
from npolicing.vocabulary import Arm, Phase


@attrs.frozen(kw_only=True)
class ArmCount(Record):
    """What was counted in one arm of an evaluation, before the response or after it.

    The arms are the treated areas; the comparison, where nothing was done; the displacement areas,
    to which events may have gone; and what those are compared with.
    """

    force: Annotated[str, FORCE]
    evaluation_id: Annotated[
        str, Column("Identifier of the evaluation.", key=True, pattern=IDENTIFIER)
    ]
    arm: Annotated[Arm, Column("Which areas were counted.", key=True)]
    phase: Annotated[Phase, Column("Whether before the response or after it.", key=True)]
    events: Annotated[
        int | None, Column("Events; null where they are not known.", unit="events", ge=0)
    ] = None
    counted: Annotated[
        str | None,
        Column("What is counted, such as burglary; null where it goes without saying.", key=True),
    ] = None
    areas: Annotated[
        tuple[str, ...], Column("Codes of the areas; none where they are not known.", pattern=CODE)
    ] = ()
    hectares: Annotated[
        float | None, Column("Land of those areas; null where not known.", unit="hectares", ge=0)
    ] = None
    since: Annotated[date | None, Column("First day; null where not known.")] = None
    until: Annotated[date | None, Column("Last day; null where not known.")] = None
    unplaced: Annotated[
        int | None,
        Column(
            "Events of the same days whose area is not known: some may be of this arm. Null where "
            "nobody knows how many.",
            unit="events",
            ge=0,
        ),
    ] = None
    problem_id: Annotated[
        str | None,
        Column(
            "Problem that was responded to; null where it is none.",
            pattern=IDENTIFIER,
            refers="Problem.problem_id",
        ),
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("since", "until")),
    )
