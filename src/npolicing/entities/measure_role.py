"""Who answers for a measure: which units and departments are accountable or responsible."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import Rule
from npolicing.entities._forms import CODE, FORCE, SOURCE, VALID, VALID_FROM, VALID_TO
from npolicing.vocabulary import AccountabilityRole


@attrs.frozen(kw_only=True)
class MeasureRole(Record):
    """One party's role for one measure of an improvement plan.

    A plan says for which measures units and departments are accountable or responsible (board
    paper, paragraph 35). A party is a unit or a department, and never a person; it has one code,
    so that one party has one spelling.
    """

    force: Annotated[str, FORCE]
    measure: Annotated[str, Column("Name of the measure, as the plan has it.", key=True)]
    party: Annotated[
        str,
        Column(
            "Code of the unit or department, such as CV or FCID; no person.",
            key=True,
            pattern=CODE,
        ),
    ]
    role: Annotated[
        AccountabilityRole,
        Column("Whether it answers for the measure, or does the work.", key=True),
    ]
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)
