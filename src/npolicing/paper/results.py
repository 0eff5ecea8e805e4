"""What is declared of the tables that no measure makes, and of what every table by unit has."""

from __future__ import annotations

from typing import Annotated

import attrs

from npolicing._columns import Column
from npolicing._records import Record

__all__ = ["UnitColumns", "WatchSchemes", "YoungPeople"]

_HEADS = "null where a unit lacks it, and for the whole where any unit does."


@attrs.frozen(kw_only=True)
class UnitColumns(Record):
    """What every table by unit has before the columns of its measure.

    A row marked `is_total` is the sum of the others: leave it out before adding up.
    """

    npu: Annotated[str | None, Column("Code of the unit; null in the total.")] = None
    month: Annotated[str | None, Column("Local month, such as 2019-07, of a table by month.")] = (
        None
    )
    name: Annotated[str | None, Column("Name of the unit; null in the total.")] = None


@attrs.frozen(kw_only=True)
class WatchSchemes(Record):
    """Schemes of one kind and their members, of one unit or of the force as a whole."""

    kind: Annotated[str, Column("Street Watch or Neighbourhood Watch.", key=True)]
    npu: Annotated[
        str | None, Column("Code of the unit; null for the force as a whole.", key=True)
    ] = None
    schemes: Annotated[int | None, Column(f"Schemes; {_HEADS}", unit="schemes", ge=0)] = None
    members: Annotated[int | None, Column("Members; null: not known.", unit="members", ge=0)] = None
    members_per_scheme: Annotated[
        float | None,
        Column("Members over schemes; null without either.", unit="members", ge=0),
    ] = None


@attrs.frozen(kw_only=True)
class YoungPeople(Record):
    """Children and young people engaged in one unit."""

    npu: Annotated[str | None, Column("Code of the unit; null in the total.", key=True)] = None
    name: Annotated[str | None, Column("Name of the unit; null in the total.")] = None
    junior_pcsos: Annotated[
        int | None, Column(f"Junior PCSOs; {_HEADS}", unit="young people", ge=0)
    ] = None
    cadets: Annotated[int | None, Column(f"Cadets; {_HEADS}", unit="young people", ge=0)] = None
    young_people: Annotated[
        int | None, Column(f"Both together; {_HEADS}", unit="young people", ge=0)
    ] = None
    is_total: Annotated[bool, Column("Whether the row is the total of the others.")] = False
