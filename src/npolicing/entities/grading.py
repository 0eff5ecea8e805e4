"""How a force grades its logs: a scheme with dates, its grades, and who owns each of them when."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import Rule
from npolicing.entities._forms import FORCE, IDENTIFIER, SOURCE, VALID, VALID_FROM, VALID_TO
from npolicing.vocabulary import ClockStart, TeamKind

SCHEME = Column("Identifier of the grading scheme.", key=True, pattern=IDENTIFIER)
GRADE = "[A-Za-z0-9][A-Za-z0-9 ()/-]{0,39}"
"""The form of a grade: P1, Immediate, or Priority High."""


@attrs.frozen(kw_only=True)
class GradingScheme(Record):
    """One grading scheme of a force, for as long as it stood."""

    force: Annotated[str, FORCE]
    scheme: Annotated[str, SCHEME]
    name: Annotated[str, Column("Name of the scheme.")]
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)


@attrs.frozen(kw_only=True)
class Grade(Record):
    """One grade of a grading scheme, with its target where a source gives one."""

    force: Annotated[str, FORCE]
    scheme: Annotated[str, attrs.evolve(SCHEME, refers="GradingScheme.scheme")]
    grade: Annotated[str, Column("The grade, such as P1.", key=True, pattern=GRADE)]
    rank: Annotated[int, Column("Place in the scheme's order; 1 is the most urgent.", ge=1)]
    label: Annotated[str | None, Column("What it is called; null where no source says.")] = None
    aliases: Annotated[tuple[str, ...], Column("Other spellings; looked up, never guessed.")] = ()
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
    source: Annotated[str | None, SOURCE] = None


@attrs.frozen(kw_only=True)
class GradeOwner(Record):
    """Which kind of team owns a grade, from when to when. To own is not to attend."""

    force: Annotated[str, FORCE]
    scheme: Annotated[str, attrs.evolve(SCHEME, refers="GradingScheme.scheme")]
    grade: Annotated[
        str,
        Column(
            "The grade, such as P6.",
            key=True,
            pattern=GRADE,
            refers="Grade.grade",
            agrees=("scheme",),
        ),
    ]
    owner: Annotated[TeamKind, Column("Kind of team that owns the grade.", key=True)]
    valid_from: Annotated[date | None, VALID_FROM] = None
    valid_to: Annotated[date | None, VALID_TO] = None
    planned: Annotated[
        bool, Column("Whether the source speaks of it as planned and not yet so.")
    ] = False
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)
