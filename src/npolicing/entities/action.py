"""What a meeting decided is to be done, by when, and in which role."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER, SOURCE
from npolicing.vocabulary import Forum


@attrs.frozen(kw_only=True)
class Action(Record):
    """One action of a meeting: what is to be done, by which day, and which role answers for it.

    It names a role, such as NPU Commander, and never a person. A day on which it was done may come
    after a pack's day: then it was open.
    """

    force: Annotated[str, FORCE]
    action_id: Annotated[str, Column("Identifier of the action.", key=True, pattern=IDENTIFIER)]
    title: Annotated[str, Column("What is to be done, in short; no person, no address.")]
    forum: Annotated[Forum, Column("Meeting that decided it, and looks at it again.")]
    raised_on: Annotated[date, Column("Day on which it was decided.")]
    npu: Annotated[
        str | None,
        Column(
            "Unit; null for a department, or the force as a whole.",
            pattern=CODE,
            refers="NPU.code",
        ),
    ] = None
    due: Annotated[
        date | None, Column("Day by which it is to be done; null where no day was set.")
    ] = None
    done_on: Annotated[date | None, Column("Day on which it was done; null while open.")] = None
    responsible: Annotated[
        str | None,
        Column("Role that answers for it, such as NPU Commander; no name. Null: nobody was named."),
    ] = None
    measure: Annotated[
        str | None, Column("The figure that it is to move, such as attendance_ratio.")
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("raised_on", "due")),
        InOrder(code="ENDS_BEFORE_START", columns=("raised_on", "done_on")),
    )
