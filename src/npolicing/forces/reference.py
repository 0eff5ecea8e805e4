"""A force's code book: its units with their aliases, its grades, and who owns each of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from npolicing._records import Records
from npolicing.entities import NPU, Force, Grade, GradeOwner, GradingScheme
from npolicing.errors import (
    MissingTargetError,
    MixedRowsError,
    UnknownCodeError,
    ValidationError,
)
from npolicing.forces._book import (
    called,
    grade_spellings,
    in_force,
    npu_spellings,
    period,
    periods,
    spellings_known,
)
from npolicing.forces._contradictions import contradictions

if TYPE_CHECKING:
    from npolicing.vocabulary import TeamKind

__all__ = ["ForceReference"]


@attrs.frozen(kw_only=True, repr=False)
class ForceReference:
    """The reference data of one force, made only where they contradict each other nowhere.

    A code, a name or an alias is looked up with its case and its blanks folded, and never fuzzily:
    what is not in the book is refused, with what is.

    Attributes:
        force: The force.
        npus: Its units. A spelling names one of them at a time.
        grading_schemes: Its grading schemes.
        grades: The grades of those schemes. A spelling names one of a scheme's grades.
        grade_owners: Which kind of team owns which grade.

    Raises:
        ValidationError: If a row is of another force, a spelling names two units in periods that
            overlap or two grades of a scheme, a key is there twice, or a row points at a unit,
            scheme or grade that is not there. It has every failure, each with its table. A null
            date is no bound.

    >>> from npolicing import forces
    >>> forces.west_midlands()
    ForceReference(WMP: 8 units, 1 grading scheme, 9 grades)
    """

    force: Force
    npus: Records[NPU]
    grading_schemes: Records[GradingScheme]
    grades: Records[Grade]
    grade_owners: Records[GradeOwner]

    def __attrs_post_init__(self) -> None:
        failures = contradictions(
            self.force.force, self.npus, self.grading_schemes, self.grades, self.grade_owners
        )
        if failures:
            raise ValidationError(f"ForceReference of {self.force.force}", failures)

    def __repr__(self) -> str:
        counts = [
            _counted(len(self.npus), "unit"),
            _counted(len(self.grading_schemes), "grading scheme"),
            _counted(len(self.grades), "grade"),
        ]
        return f"ForceReference({self.force.force}: {', '.join(counts)})"

    def npu(self, text: str, on: date | None = None) -> NPU:
        """The unit that a code, a name or an alias stands for.

        Args:
            text: What a document or a system calls the unit.
            on: The day for which it is asked; a null date of a unit is no bound. Needed only where
                the spelling has named several units, one after the other.

        Raises:
            UnknownCodeError: If no unit is called that, or none that stood on that day.
            MixedRowsError: If the spelling has named several, and `on` is not given.

        >>> from npolicing import forces
        >>> forces.west_midlands().npu(" sandwell ").code
        'SW'
        >>> forces.west_midlands().npu("COVE")
        Traceback (most recent call last):
        ...
        npolicing.errors.UnknownCodeError: 'COVE' is no unit of WMP; known: BE, Birmingham East, \
Birmingham E, BW, Birmingham West, Birmingham W, CV, Coventry, COV, DY, Dudley, DUD, SH, Solihull, \
SOL, SW, Sandwell, SAND, WS, Walsall, WAL, WV, Wolverhampton, WOV, WOLV, WTON. Close to it: COV, CV.
        """
        current = [unit for unit in self.npus if in_force(unit, on)]
        found = called(text, current, npu_spellings)
        if len(found) > 1:
            raise MixedRowsError(
                f"{text!r} is no single unit of {self.force.force}: it was {periods(found)}; "
                "say for which day, with `on`."
            )
        if not found:
            what = f"unit of {self.force.force}{_on(on)}"
            if past := called(text, self.npus, npu_spellings):
                what += f", though it was {periods(past)}"
            raise UnknownCodeError(what, text, spellings_known(current, npu_spellings))
        return found[0]

    def grade(self, text: str, on: date | None = None) -> Grade:
        """The grade that its name or an alias stands for, in the scheme of a day.

        Args:
            text: The grade as a document or a system writes it.
            on: The day for which it is asked; a null date of a scheme is no bound. Needed where the
                force has had several schemes.

        Raises:
            UnknownCodeError: If the scheme has no such grade, or no scheme stood on that day.
            MixedRowsError: If several schemes come into question.

        >>> from npolicing import forces
        >>> forces.west_midlands().grade("priority 6").label
        'Neighbourhood resolution'
        """
        schemes = [each for each in self.grading_schemes if in_force(each, on)]
        names = {each.scheme for each in schemes}
        if len(names) > 1:
            listed = ", ".join(f"{each.scheme} ({period(each)})" for each in schemes)
            raise MixedRowsError(
                f"{text!r} is no single grade of {self.force.force}{_on(on)}, which has several "
                f"schemes: {listed}; say for which day, with an `on` that only one of them covers."
            )
        grades = [each for each in self.grades if each.scheme in names]
        found = called(text, grades, grade_spellings)
        if not found:
            what = f"grade of {self.force.force}{_on(on)}"
            if not schemes and self.grading_schemes:
                what += f", whose grading scheme stood {periods(self.grading_schemes)}"
            raise UnknownCodeError(what, text, spellings_known(grades, grade_spellings))
        return found[0]

    def target_seconds(self, grade: str, on: date | None = None) -> int:
        """The target of a grade, in seconds.

        Args:
            grade: The grade, or an alias of it.
            on: The day for which it is asked; see `grade`.

        Raises:
            MissingTargetError: If no source gives one.
            UnknownCodeError: If there is no such grade; see `grade`.

        >>> from npolicing import forces
        >>> forces.west_midlands().target_seconds("P2")
        3600
        """
        found = self.grade(grade, on)
        if found.target_seconds is None:
            raise MissingTargetError(
                f"No source gives a target for {found.grade} of {found.force} (scheme "
                f"{found.scheme}); if you have one, load your own file of the force with its "
                "target_seconds."
            )
        return found.target_seconds

    def owners(self, grade: str, on: date | None = None) -> tuple[TeamKind, ...]:
        """The kinds of team that own a grade; none where no source says. What is planned is not so.

        Args:
            grade: The grade, or an alias of it.
            on: The day for which it is asked; a null date of an owner is no bound. Needed where the
                owners have changed.

        Raises:
            MixedRowsError: If the owners' dates differ, and `on` is not given.
            UnknownCodeError: If there is no such grade; see `grade`.

        >>> from npolicing import forces
        >>> forces.west_midlands().owners("P1"), forces.west_midlands().owners("P4")
        (('response',), ())
        """
        found = self.grade(grade, on)
        owners = [
            each
            for each in self.grade_owners.where(scheme=found.scheme, grade=found.grade)
            if not each.planned and in_force(each, on)
        ]
        if on is None and len({(each.valid_from, each.valid_to) for each in owners}) > 1:
            listed = ", ".join(f"{each.owner} ({period(each)})" for each in owners)
            raise MixedRowsError(
                f"{found.grade} of {found.force} has changed owners: {listed}; "
                "say for which day, with `on`."
            )
        return tuple(dict.fromkeys(each.owner for each in owners))


def _on(on: date | None) -> str:
    return "" if on is None else f" on {on}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
