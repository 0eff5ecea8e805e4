"""Schemes of active citizens: Street Watch, Neighbourhood Watch, cadets, Junior PCSOs."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER, NPU_CODE
from npolicing.vocabulary import MembersAre, SchemeKind, SchemeStatus


@attrs.frozen(kw_only=True)
class Scheme(Record):
    """One scheme. What `members` counts depends on the kind: patrolling volunteers, or contacts."""

    force: Annotated[str, FORCE]
    kind: Annotated[SchemeKind, Column("What kind of scheme it is.", key=True)]
    scheme_id: Annotated[str, Column("Identifier of the scheme.", key=True, pattern=IDENTIFIER)]
    npu: Annotated[str, NPU_CODE]
    status: Annotated[SchemeStatus, Column("Where it stands; only an active one counts.")]
    status_on: Annotated[date | None, Column("Day on which that status was known.")] = None
    name: Annotated[
        str | None, Column("Name of the scheme; the identifier tells schemes apart.")
    ] = None
    wards: Annotated[
        tuple[str, ...],
        Column(
            "Codes of the wards in which it works.",
            pattern=CODE,
            refers="Ward.ward",
            agrees=("npu",),
        ),
    ] = ()
    members: Annotated[
        int | None, Column("Members; null where it is not known.", unit="members", ge=0)
    ] = None
    members_are: Annotated[
        MembersAre | None,
        Column("Whom `members` counts: those who patrol, who are on a list, or who take part."),
    ] = None
    started_on: Annotated[date | None, Column("First day; null where no source says.")] = None
    ended_on: Annotated[date | None, Column("Last day; null while it runs.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("started_on", "ended_on")),
    )
