"""A force's units and grades as exports spell them, and on which days each spelling stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import attrs

from npolicing.errors import MixedRowsError, UnknownCodeError
from npolicing.forces import ForceReference
from npolicing.intake.cells import Choice, Fault, fold

__all__ = ["Book", "grades", "units"]


@attrs.frozen(kw_only=True, eq=False)
class Book:
    """The spellings of codes.

    Attributes:
        choice: Every spelling that was ever known. It gives the code, or where that depends on the
            day a spelling that `on` knows.
        dated: Whether anything depends on the day.
        strangers: Spellings of the profile that stand for no code of the force.
        lasting: What a spelling, folded, has only ever stood for, where a row may keep that on a
            day on which it does not stand.
    """

    choice: Choice
    dated: bool
    strangers: Mapping[str, Fault]
    lasting: Mapping[str, str]
    _look_up: Callable[[str, date | None], str]
    _not_current: str

    def on(self, text: str, day: date | None) -> str | Fault:
        """The code of a spelling on a day, or why there is none; null is no day in particular."""
        try:
            return self._look_up(text, day)
        except (UnknownCodeError, MixedRowsError) as error:
            words = " ".join(str(error).split())
            when = "a day that is known" if day is None else str(day)
            return Fault(self._not_current, f"stands on {when}: {words}")


def units(reference: ForceReference, aliases: Mapping[str, str]) -> Book:
    """The units of a force."""

    def look_up(text: str, day: date | None) -> str:
        return reference.npu(text, day).code

    spellings = {
        text: unit.code for unit in reference.npus for text in (unit.code, unit.name, *unit.aliases)
    }
    choice = _choice(spellings, aliases, look_up, "UNKNOWN_NPU", f"a unit of {_name(reference)}")
    return Book(
        choice=choice,
        dated=any(unit.valid_from or unit.valid_to for unit in reference.npus),
        strangers=_strangers(spellings, aliases, choice),
        # A unit that has ceased is another's ground now: which one's, the code does not say.
        lasting={},
        look_up=look_up,
        not_current="AREA_NOT_CURRENT",
    )


def grades(reference: ForceReference, aliases: Mapping[str, str]) -> Book:
    """The grades of a force."""

    def look_up(text: str, day: date | None) -> str:
        return reference.grade(text, day).grade

    schemes = reference.grading_schemes
    named = [
        (text, each.grade) for each in reference.grades for text in (each.grade, *each.aliases)
    ]
    spellings = dict(named)
    what = f"a grade of {_name(reference)}"
    choice = _choice(spellings, aliases, look_up, "UNKNOWN_GRADE", what)
    return Book(
        choice=choice,
        dated=any(each.valid_from or each.valid_to for each in schemes) or len(schemes) > 1,
        strangers=_strangers(spellings, aliases, choice),
        lasting=_lasting(named),
        look_up=look_up,
        not_current="GRADE_NOT_CURRENT",
    )


def _lasting(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Spellings that have stood for one code in all schemes."""
    codes: dict[str, set[str]] = {}
    for text, code in named:
        codes.setdefault(fold(text), set()).add(code)
    return {text: found.pop() for text, found in codes.items() if len(found) == 1}


def _strangers(
    spellings: Mapping[str, str], aliases: Mapping[str, str], choice: Choice
) -> dict[str, Fault]:
    """Aliases of the profile whose code is none."""
    codes = Choice.of(spellings, code=choice.code, what=choice.what)
    found = {text: codes.parse(code) for text, code in aliases.items()}
    return {text: each for text, each in found.items() if isinstance(each, Fault)}


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
