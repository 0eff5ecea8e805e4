"""Where the rows of a force's reference data contradict one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from npolicing._records import Record
from npolicing._spelling import fold
from npolicing.entities import NPU, Grade, GradeOwner, GradingScheme
from npolicing.errors import Failure
from npolicing.forces._book import grade_spellings, npu_spellings, overlap

__all__ = ["contradictions"]

S = TypeVar("S", NPU, Grade)


def contradictions(
    force: str,
    npus: Sequence[NPU],
    grading_schemes: Sequence[GradingScheme],
    grades: Sequence[Grade],
    grade_owners: Sequence[GradeOwner],
) -> list[Failure]:
    """Rows of another force, spellings and keys with two owners, and keys that point nowhere."""
    return [
        *_strangers(force, "npus", npus),
        *_strangers(force, "grading_schemes", grading_schemes),
        *_strangers(force, "grades", grades),
        *_strangers(force, "grade_owners", grade_owners),
        *_twice("grading_schemes", grading_schemes),
        *_twice("grade_owners", grade_owners),
        *_clashes("npus", npus, npu_spellings, overlap),
        *_clashes("grades", grades, grade_spellings, _same_scheme),
        *_unknown_units(npus),
        *_unknown_schemes(grading_schemes, grades),
        *_unknown_grades(grades, grade_owners),
    ]


def _strangers(
    force: str, table: str, rows: Sequence[NPU | GradingScheme | Grade | GradeOwner]
) -> list[Failure]:
    return [
        _failure("REFERENTIAL", f"is {force!r}", f"{table}.force", number, row.force)
        for number, row in enumerate(rows)
        if row.force != force
    ]


def _twice(table: str, rows: Sequence[Record]) -> list[Failure]:
    seen = set()
    failures = []
    for number, row in enumerate(rows):
        names = [field.name for field in row.columns() if field.column.key]
        key = tuple(getattr(row, name) for name in names)
        if key in seen:
            columns = ", ".join(f"{table}.{name}" for name in names)
            failures.append(
                Failure(code="DUPLICATE_KEY", rule="unique", column=columns, row=number, value=key)
            )
        seen.add(key)
    return failures


def _clashes(
    table: str,
    rows: Sequence[S],
    spellings: Callable[[S], tuple[str, ...]],
    together: Callable[[S, S], bool],
) -> list[Failure]:
    held: dict[str, list[int]] = {}
    failures = []
    for number, row in enumerate(rows):
        for folded, text in {fold(text): text for text in spellings(row)}.items():
            failures += [
                Failure(
                    code="DUPLICATE_KEY",
                    rule=f"names one at a time, and row {other} ({spellings(rows[other])[0]}) "
                    "has it too",
                    column=table,
                    row=number,
                    value=text,
                )
                for other in held.setdefault(folded, [])
                if together(rows[other], row)
            ]
            held[folded].append(number)
    return failures


def _same_scheme(one: Grade, other: Grade) -> bool:
    return one.scheme == other.scheme


def _unknown_units(npus: Sequence[NPU]) -> list[Failure]:
    codes = {unit.code for unit in npus}
    return [
        _failure("UNKNOWN_NPU", "is the code of a unit", "npus.successors", number, code)
        for number, unit in enumerate(npus)
        for code in unit.successors
        if code not in codes
    ]


def _unknown_schemes(
    grading_schemes: Sequence[GradingScheme], grades: Sequence[Grade]
) -> list[Failure]:
    schemes = {each.scheme for each in grading_schemes}
    return [
        _failure("REFERENTIAL", "is a grading scheme", "grades.scheme", number, each.scheme)
        for number, each in enumerate(grades)
        if each.scheme not in schemes
    ]


def _unknown_grades(grades: Sequence[Grade], grade_owners: Sequence[GradeOwner]) -> list[Failure]:
    known = {(each.scheme, each.grade) for each in grades}
    return [
        _failure(
            "UNKNOWN_GRADE",
            f"is a grade of scheme {each.scheme!r}",
            "grade_owners.grade",
            number,
            each.grade,
        )
        for number, each in enumerate(grade_owners)
        if (each.scheme, each.grade) not in known
    ]


def _failure(code: str, rule: str, column: str, row: int, value: str) -> Failure:
    return Failure(code=code, rule=rule, column=column, row=row, value=value)
