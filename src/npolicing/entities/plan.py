"""Plans for demand: from how many logs a day each tier of a response applies."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER, SOURCE, VALID, VALID_FROM, VALID_TO


@attrs.frozen(kw_only=True)
class DemandTier(Record):
    """One tier of a plan for demand: from how many logs a day it applies, and what it dials down.

    Units prepare tiered plans before a summer (board paper, paragraphs 21 to 24). The threshold is
    of a day, for months differ in length: 75,000 logs in July are 2,419 a day. The rows of one
    plan and unit are its tiers; a higher level has a higher threshold.
    """

    force: Annotated[str, FORCE]
    plan: Annotated[
        str, Column("Identifier of the plan, such as summer-2019.", key=True, pattern=IDENTIFIER)
    ]
    level: Annotated[int, Column("Level of the tier: 1 is the lowest.", key=True, ge=1)]
    name: Annotated[str, Column("What the plan calls it, such as Amber.")]
    logs_per_day: Annotated[
        float,
        Column("Logs a day, on the mean of a month, from which it applies.", unit="logs", ge=0),
    ]
    npu: Annotated[
        str | None,
        Column("Unit; null for the force as a whole.", key=True, pattern=CODE, refers="NPU.code"),
    ] = None
    dialled_down: Annotated[
        str | None,
        Column("Activities and deployments that it dials down, in the plan's words; null: none."),
    ] = None
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)
