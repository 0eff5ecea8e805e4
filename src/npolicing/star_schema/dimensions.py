"""The dimensions of the star: areas, days and grades, each with a key that facts refer to."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.calendar import FINANCIAL_YEAR, MONTH
from npolicing.entities._forms import CODE, FORCE, GSS, IDENTIFIER
from npolicing.entities.grading import GRADE
from npolicing.vocabulary import ClockStart, UnitKind

__all__ = ["AREA_KEY", "DATE", "GRADE_KEY", "DimArea", "DimDate", "DimGrade", "Weekday"]

# Within a class that has a column of that name, `date` is the column.
_Day: TypeAlias = date
Weekday: TypeAlias = Literal[
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
]
_FORCE = attrs.evolve(FORCE, key=False, refers=None)
_LISTED = "Whether reference data have it; false where only the rows do."
_KEY = "; made of codes, and the same in every refresh"
AREA_KEY = Column("Area that the row is of.", key=True, refers="DimArea.area_key")
GRADE_KEY = Column("Grade of the logs.", key=True, refers="DimGrade.grade_key")
DATE = Column("Day that the row is of.", refers="DimDate.date")


@attrs.frozen(kw_only=True)
class DimArea(Record):
    """One area: a force as a whole, a unit or a ward, for as long as its boundary stood.

    Where rows do not say which unit they are of, or of which time, they are of a row of their own
    without a name: nothing is lost in a join.
    """

    area_key: Annotated[str, Column(f"Key of the area, such as WMP:npu:CV{_KEY}.", key=True)]
    force: Annotated[str, _FORCE]
    level: Annotated[Literal["force", "npu", "ward"], Column("What it is an area of.")]
    is_listed: Annotated[bool, Column(_LISTED)]
    code: Annotated[
        str | None,
        Column("Code of the force, unit or ward; null: the rows name no unit.", pattern=CODE),
    ] = None
    name: Annotated[str | None, Column("Name; null where no reference data have it.")] = None
    kind: Annotated[
        UnitKind | None, Column("What the force calls such a unit; null of what is none.")
    ] = None
    npu: Annotated[
        str | None,
        Column("Code of the unit: its own, or that of the ward's; null: none.", pattern=CODE),
    ] = None
    gss_code: Annotated[
        str | None,
        Column("Code of the Government Statistical Service; null where unknown.", pattern=GSS),
    ] = None
    local_authority: Annotated[str | None, Column("Local authority that the unit polices.")] = None
    local_authority_code: Annotated[
        str | None, Column("GSS code of the local authority.", pattern=GSS)
    ] = None
    valid_from: Annotated[
        date | None, Column("First day that it is in force; null where no source says.")
    ] = None
    valid_to: Annotated[
        date | None, Column("Last day; null while it is in force, or where no source says.")
    ] = None


@attrs.frozen(kw_only=True)
class DimDate(Record):
    """One day of the calendar; the days of whole financial years, without a gap."""

    date: Annotated[_Day, Column("The day.", key=True)]
    month_start: Annotated[_Day, Column("First day of its month, which facts by month have.")]
    month: Annotated[str, Column("Its month, such as 2018-07.", pattern=MONTH)]
    year: Annotated[int, Column("Calendar year.", ge=1)]
    month_number: Annotated[int, Column("Month of the year: 1 is January.", ge=1, le=12)]
    days_in_month: Annotated[int, Column("Days of its month.", unit="days", ge=28, le=31)]
    financial_year: Annotated[
        str, Column("Financial year, such as 2019/20: from 1 April.", pattern=FINANCIAL_YEAR)
    ]
    financial_quarter: Annotated[
        str,
        Column(
            "Quarter of the financial year, such as 2019/20-Q2: July to September.",
            pattern=f"{FINANCIAL_YEAR}-Q[1-4]",
        ),
    ]
    financial_month: Annotated[int, Column("Month of the financial year: 1 is April.", ge=1, le=12)]
    weekday: Annotated[Weekday, Column("Day of the week.")]
    weekday_number: Annotated[int, Column("Day of the week: 1 is Monday.", ge=1, le=7)]
    bank_holiday: Annotated[
        bool | None,
        Column("Whether it is a bank holiday; null of years of which none was given: not known."),
    ] = None


@attrs.frozen(kw_only=True)
class DimGrade(Record):
    """One grade of one grading scheme of a force."""

    grade_key: Annotated[str, Column(f"Key of the grade, such as WMP:P1-P9:P1{_KEY}.", key=True)]
    force: Annotated[str, _FORCE]
    grade: Annotated[str, Column("The grade, such as P1.", pattern=GRADE)]
    is_listed: Annotated[bool, Column(_LISTED)]
    scheme: Annotated[
        str | None,
        Column("Grading scheme; null where none, or more than one, stood.", pattern=IDENTIFIER),
    ] = None
    rank: Annotated[
        int | None, Column("Place in the scheme's order; 1 is the most urgent.", ge=1)
    ] = None
    label: Annotated[str | None, Column("What it is called; null where no source says.")] = None
    target_seconds: Annotated[
        int | None,
        Column("Target for the response; null where no source gives one.", unit="seconds", ge=1),
    ] = None
    clock_start: Annotated[
        ClockStart | None, Column("When the target's clock starts; null where no source says.")
    ] = None
    attendance_expected: Annotated[
        bool | None, Column("Whether somebody is to attend; null where no source says.")
    ] = None
    owner: Annotated[
        str | None,
        Column(
            "Kinds of team that own it, with their dates where they have any, parted by a "
            "semicolon; null where no source says. What is only planned is left out."
        ),
    ] = None
    valid_from: Annotated[
        date | None, Column("First day of the scheme; null where no source says.")
    ] = None
    valid_to: Annotated[
        date | None, Column("Last day of the scheme; null while it is, or where no source says.")
    ] = None
