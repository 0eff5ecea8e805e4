"""Stop and search, without the person and without a point on the map."""

from datetime import date, datetime
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InMonth, OnWeekday, Rule, WithinADay
from npolicing.calendar import MONTH
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER


@attrs.frozen(kw_only=True)
class StopAndSearch(Record):
    """One search of a person or a vehicle: when, under which power, and what came of it.

    The published records have no identifier; one is made of the file and the line. What describes
    the person has no place here.
    """

    force: Annotated[str, FORCE]
    search_id: Annotated[str, Column("Identifier of the record.", key=True, pattern=IDENTIFIER)]
    searched_at: Annotated[datetime, Column("When the search began, in UTC.")]
    searched_on: Annotated[date, Column("Local date of that time.")]
    month: Annotated[str, Column("Local month, such as 2018-07.", pattern=MONTH)]
    hour_of_week: Annotated[
        int,
        Column("Local hour of the week: 0 is Monday 00:00 to 00:59.", unit="hours", ge=0, le=167),
    ]
    kind: Annotated[str | None, Column("What was searched, such as Person search.")] = None
    operation: Annotated[
        bool | None, Column("Whether it was part of a policing operation; null: not known.")
    ] = None
    legislation: Annotated[str | None, Column("Power that was used.")] = None
    search_object: Annotated[str | None, Column("What was looked for.")] = None
    outcome: Annotated[str | None, Column("What came of it; null: not known.")] = None
    npu: Annotated[
        str | None, Column("Unit; null where it is not known.", pattern=CODE, refers="NPU.code")
    ] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InMonth(code="INCONSISTENT", columns=("searched_on", "month")),
        WithinADay(code="INCONSISTENT", columns=("searched_at", "searched_on")),
        OnWeekday(code="INCONSISTENT", columns=("searched_on", "hour_of_week")),
    )
