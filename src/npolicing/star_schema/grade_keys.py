"""Which grade a log is of, as a key; and the rows of the dimension that the keys need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from npolicing.calendar import within
from npolicing.entities import Grade, GradeOwner, GradingScheme
from npolicing.star_schema.area_keys import turns_of
from npolicing.star_schema.dimensions import DimGrade

__all__ = ["GradeBook"]

_NO_SCHEME = "-"


@attrs.frozen
class GradeBook:
    """Grading schemes that are known, to look keys up in.

    A key is made of the force, the scheme and the grade, such as ``WMP:P1-P9:P1``; a hyphen stands
    for a scheme that nobody knows.
    """

    schemes: tuple[GradingScheme, ...]
    grades: tuple[Grade, ...]
    owners: tuple[GradeOwner, ...]

    def grade_key(self, force: str, scheme: str | None, grade: str, day: date) -> str:
        """The key of a grade, in the scheme that the log names or that stood on its day."""
        return f"{force}:{scheme or self._standing(force, day) or _NO_SCHEME}:{grade}"

    def _standing(self, force: str, day: date) -> str | None:
        """The scheme that stood on a day; null where none did, or more than one."""
        found = {
            each.scheme
            for each in self.schemes
            if each.force == force and within(each.valid_from, each.valid_to, day)
        }
        return found.pop() if len(found) == 1 else None

    def turns(self, force: str) -> Iterator[date]:
        """The days from which a force's scheme is another, or none."""
        for each in self.schemes:
            if each.force == force:
                yield from turns_of(each.valid_from, each.valid_to)

    def targets(self) -> dict[str, int]:
        """The targets in seconds that a source gives, by key."""
        return {
            _key(each): each.target_seconds
            for each in self.grades
            if each.target_seconds is not None
        }

    def rows(self, keys: Iterable[str]) -> list[DimGrade]:
        """The rows of the dimension, by key: all that are known of the forces, and all keys."""
        asked = set(keys)
        forces = {key.split(":", 1)[0] for key in asked}
        known = {_key(each): self._listed(each) for each in self.grades if each.force in forces}
        found = {key: known.get(key) or _unlisted(key) for key in {*known, *asked}}
        return [found[key] for key in sorted(found)]

    def _listed(self, grade: Grade) -> DimGrade:
        of_scheme = [
            each
            for each in self.schemes
            if (each.force, each.scheme) == (grade.force, grade.scheme)
        ]
        starts = [each.valid_from for each in of_scheme]
        ends = [each.valid_to for each in of_scheme]
        return DimGrade(
            grade_key=_key(grade),
            force=grade.force,
            grade=grade.grade,
            is_listed=True,
            scheme=grade.scheme,
            rank=grade.rank,
            label=grade.label,
            target_seconds=grade.target_seconds,
            clock_start=grade.clock_start,
            attendance_expected=grade.attendance_expected,
            owner=self._owners(grade),
            # A scheme that stood twice has an end unknown where either has.
            valid_from=None if None in starts else min(filter(None, starts), default=None),
            valid_to=None if None in ends else max(filter(None, ends), default=None),
        )

    def _owners(self, grade: Grade) -> str | None:
        words = [
            " ".join(
                [
                    each.owner,
                    *([] if each.valid_from is None else [f"from {each.valid_from}"]),
                    *([] if each.valid_to is None else [f"to {each.valid_to}"]),
                ]
            )
            for each in self.owners
            if not each.planned
            and (each.force, each.scheme, each.grade) == (grade.force, grade.scheme, grade.grade)
        ]
        return "; ".join(words) or None


def _key(grade: Grade) -> str:
    return f"{grade.force}:{grade.scheme}:{grade.grade}"


def _unlisted(key: str) -> DimGrade:
    """What a key says by itself: a scheme may have colons in its name, a force and a grade none."""
    force, rest = key.split(":", 1)
    scheme, grade = rest.rsplit(":", 1)
    return DimGrade(
        grade_key=key,
        force=force,
        grade=grade,
        is_listed=False,
        scheme=None if scheme == _NO_SCHEME else scheme,
    )
