"""Who polices where: forces, their units, teams and wards, what became of them, and overlays."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import Rule
from npolicing.entities._forms import (
    AREA_KIND,
    CODE,
    FORCE,
    GSS,
    IDENTIFIER,
    NPU_CODE,
    SOURCE,
    VALID,
    VALID_FROM,
    VALID_TO,
)
from npolicing.vocabulary import TeamKind, UnitKind


@attrs.frozen(kw_only=True)
class Force(Record):
    """One territorial police force."""

    force: Annotated[str, attrs.evolve(FORCE, refers=None)]
    name: Annotated[str, Column("Name, such as West Midlands Police.")]
    gss_code: Annotated[str | None, Column("Police force area code (E23, W15).", pattern=GSS)] = (
        None
    )
    time_zone: Annotated[str, Column("IANA time zone of its local time.")] = "Europe/London"


@attrs.frozen(kw_only=True)
class NPU(Record):
    """One neighbourhood policing unit of a force, for as long as its boundary stood.

    Other forces call it a basic command unit, a local policing area, a division or a district:
    `kind` says which. A code is unique within its force and period alone.
    """

    force: Annotated[str, FORCE]
    code: Annotated[str, Column("Canonical code, such as CV.", key=True, pattern=CODE)]
    name: Annotated[str, Column("Name, such as Coventry.")]
    kind: Annotated[UnitKind, Column("What the force calls such a unit.")] = "npu"
    aliases: Annotated[
        tuple[str, ...],
        Column("Other spellings in documents and systems; looked up, never guessed."),
    ] = ()
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    successors: Annotated[
        tuple[str, ...],
        Column("Codes of the units that took its place.", pattern=CODE, refers="NPU.code"),
    ] = ()
    local_authority: Annotated[str | None, Column("Local authority that it polices.")] = None
    local_authority_code: Annotated[
        str | None, Column("GSS code of that local authority.", pattern=GSS)
    ] = None
    commander_role: Annotated[
        str | None, Column("Role of whoever commands it, such as NPU Commander; no name.")
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)


@attrs.frozen(kw_only=True)
class Team(Record):
    """One team of a unit, such as a neighbourhood team (NHT) of officers and PCSOs."""

    force: Annotated[str, FORCE]
    team_id: Annotated[str, Column("Identifier of the team.", key=True, pattern=IDENTIFIER)]
    npu: Annotated[str, NPU_CODE]
    kind: Annotated[TeamKind, Column("What the team is for.")]
    name: Annotated[str | None, Column("Name of the team.")] = None
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)


@attrs.frozen(kw_only=True)
class Ward(Record):
    """One electoral ward, in the vintage that its code belongs to."""

    force: Annotated[str, FORCE]
    ward: Annotated[str, Column("Code of the ward: GSS where it has one.", key=True, pattern=CODE)]
    name: Annotated[str, Column("Name of the ward.")]
    npu: Annotated[str, NPU_CODE]
    local_authority_code: Annotated[
        str | None, Column("GSS code of its local authority.", pattern=GSS)
    ] = None
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)


@attrs.frozen(kw_only=True)
class AreaLink(Record):
    """One link of a crosswalk: the share of an old area's counts that goes to a new area.

    The Office for National Statistics calls a table of such rows a lookup. Of one kind of area, a
    link is a change: from its day the old code counts no more, unless the link is from an area to
    itself, which says that it stays. Between two kinds, such as lsoa11 and ward24, it needs no day.
    """

    force: Annotated[str, FORCE]
    kind: Annotated[
        str,
        Column(
            "Kind of the old area, such as npu; with its vintage where there are several: lsoa11.",
            key=True,
            pattern=AREA_KIND,
        ),
    ]
    to_kind: Annotated[
        str | None,
        Column("Kind of the new area; null where it is the same.", pattern=AREA_KIND),
    ] = None
    from_area: Annotated[str, Column("Code of the old area.", key=True, pattern=CODE)]
    to_area: Annotated[str, Column("Code of the new area.", key=True, pattern=CODE)]
    valid_from: Annotated[
        date | None,
        Column("First day on which the new code counts; null where no source says.", key=True),
    ] = None
    weight: Annotated[
        float | None,
        Column(
            "Share of the old area's counts that goes to the new one; null where unknown.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    basis: Annotated[
        str | None,
        Column("What the weight goes by, such as population or best fit; null where unknown."),
    ] = None
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class ImpactArea(Record):
    """One Impact Area: neighbourhood teams with a disproportionate share of four things.

    Crime, demand, deprivation and harm (board paper, paragraph 8). It overlays the units and is no
    partition of them: a team may be in several, and the text names no single unit that contains it.
    """

    force: Annotated[str, FORCE]
    area_id: Annotated[str, Column("Identifier of the area.", key=True, pattern=IDENTIFIER)]
    name: Annotated[str, Column("Name of the area.")]
    teams: Annotated[
        tuple[str, ...],
        Column(
            "Identifiers of the teams that make it up; one at least.",
            ge=1,
            pattern=IDENTIFIER,
            refers="Team.team_id",
        ),
    ]
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    population: Annotated[int | None, Column("Residents.", unit="people", ge=0)] = None
    crime_share: Annotated[
        float | None, Column("Share of the force's recorded crime.", unit="ratio", ge=0, le=1)
    ] = None
    demand_share: Annotated[
        float | None, Column("Share of the force's logs.", unit="ratio", ge=0, le=1)
    ] = None
    deprivation_share: Annotated[
        float | None,
        Column("Share of the force's residents in deprived areas.", unit="ratio", ge=0, le=1),
    ] = None
    harm_share: Annotated[
        float | None, Column("Share of the force's weighted harm.", unit="ratio", ge=0, le=1)
    ] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)


@attrs.frozen(kw_only=True)
class Staff(Record):
    """One member of staff, as an opaque reference: no name, rank or number."""

    force: Annotated[str, FORCE]
    staff_ref: Annotated[
        str,
        Column("Opaque reference of the person.", key=True, pattern=IDENTIFIER, personal=True),
    ]
    npu: Annotated[
        str | None, Column("Unit; null for a department.", pattern=CODE, refers="NPU.code")
    ] = None
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)
