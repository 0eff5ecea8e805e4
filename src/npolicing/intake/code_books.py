"""A force's units and grades as exports spell them, and on which days each spelling stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import attrs

from npolicing.errors import MixedRowsError, UnknownCodeError
from npolicing.forces import ForceReference
from npolicing.intake.cells import Choice, Fault

__all__ = ["Book", "grades", "units"]


@attrs.frozen(kw_only=True, eq=False)
class Book:
    """The spellings of codes.

    Attributes:
        choice: Every spelling that was ever known. It gives the code, or where that depends on the
            day a spelling that `on` knows.
        dated: Whether anything depends on the day.
    """

    choice: Choice
    dated: bool
    _look_up: Callable[[str, date | None], str]
    _not_current: str

    def on(self, text: str, day: date) -> str | Fault:
        """The code of a spelling on a day, or why there is none."""
        try:
            return self._look_up(text, day)
        except (UnknownCodeError, MixedRowsError) as error:
            words = " ".join(str(error).split())
            return Fault(self._not_current, f"stands on {day}: {words}")


def units(reference: ForceReference, aliases: Mapping[str, str]) -> Book:
    """The units of a force."""

    def look_up(text: str, day: date | None) -> str:
        return reference.npu(text, day).code

    spellings = {
        text: unit.code for unit in reference.npus for text in (unit.code, unit.name, *unit.aliases)
    }
    return Book(
        choice=_choice(spellings, aliases, look_up, "UNKNOWN_NPU", f"a unit of {_name(reference)}"),
        dated=any(unit.valid_from or unit.valid_to for unit in reference.npus),
        look_up=look_up,
        not_current="AREA_NOT_CURRENT",
    )


def grades(reference: ForceReference, aliases: Mapping[str, str]) -> Book:
    """The grades of a force."""

    def look_up(text: str, day: date | None) -> str:
        return reference.grade(text, day).grade

    spellings = {
        text: grade.grade for grade in reference.grades for text in (grade.grade, *grade.aliases)
    }
    what = f"a grade of {_name(reference)}"
    return Book(
        choice=_choice(spellings, aliases, look_up, "UNKNOWN_GRADE", what),
        dated=any(each.valid_from or each.valid_to for each in reference.grading_schemes),
        look_up=look_up,
        not_current="GRADE_NOT_CURRENT",
    )


def _name(reference: ForceReference) -> str:
    return reference.force.force


def _choice(
    spellings: Mapping[str, str],
    aliases: Mapping[str, str],
    look_up: Callable[[str, date | None], str],
    code: str,
    what: str,
) -> Choice:
    known = {}
    for text, found in {**spellings, **aliases}.items():
        try:
            known[text] = look_up(found if text in aliases else text, None)
        except (UnknownCodeError, MixedRowsError):
            # It stands for one or the other: which, the day will tell.
            known[text] = found if text in aliases else text
    return Choice.of(known, code=code, what=what)
