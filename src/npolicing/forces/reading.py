"""A force's reference data out of its TOML file: those that are shipped, and the user's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TypeVar

from npolicing._files import refusal
from npolicing._records import Record, Records
from npolicing.entities import NPU, Force, Grade, GradeOwner, GradingScheme
from npolicing.errors import Failure, InputFileError, UnknownCodeError, ValidationError
from npolicing.forces.reference import ForceReference

__all__ = ["greater_manchester", "known", "load", "west_midlands"]

R = TypeVar("R", bound=Record)
_DATA = files("npolicing.forces") / "data"
_TABLES = ("force", "npus", "grading_schemes", "grades", "grade_owners")


def west_midlands() -> ForceReference:
    """West Midlands Police: the eight units of 2016 to about 2022, and the grades P1 to P9.

    Only P1 and P2 have a target, as no source gives another. The units and the scheme have no
    dates, as no source gives the day.

    Source: West Midlands Strategic Policing and Crime Board, 15 October 2019, item 9a; West
    Midlands Police, freedom of information reply 4699_18; Office for National Statistics (OGL v3.0)
    for local authorities.

    >>> from npolicing import forces
    >>> wmp = forces.west_midlands()
    >>> wmp.npu("COV").code
    'CV'
    >>> wmp.target_seconds("Priority 1"), wmp.owners("P6")
    (900, ('neighbourhood',))
    """
    return _shipped("WMP")


def greater_manchester() -> ForceReference:
    """Greater Manchester Police: its ten districts, and the grades 1, 2 and C of February 2022.

    Source: Greater Manchester Police, Graded Response Policy of 1 February 2022, as its published
    response to a report to prevent future deaths describes it; Office for National Statistics (OGL
    v3.0) for local authorities, whose codes stand in for the districts'.

    >>> from npolicing import forces
    >>> gmp = forces.greater_manchester()
    >>> gmp.npu("salford").code, gmp.target_seconds("2")
    ('E08000006', 3600)
    """
    return _shipped("GMP")


def known() -> tuple[str, ...]:
    """The codes of the forces whose data are shipped, sorted.

    >>> from npolicing import forces
    >>> forces.known()
    ('GMP', 'WMP')
    """
    names = (each.name for each in _DATA.iterdir())
    return tuple(sorted(name[:-5].upper() for name in names if name.endswith(".toml")))


def load(code_or_path: str | PathLike[str]) -> ForceReference:
    """The reference data of a force: shipped ones by code, your own by path.

    A file has one table ``[force]``, and rows ``[[npus]]``, ``[[grading_schemes]]``, ``[[grades]]``
    and ``[[grade_owners]]``, whose keys are the columns of `NPU`, `GradingScheme`, `Grade` and
    `GradeOwner`. The rows do not repeat the force's code.

    Args:
        code_or_path: A code that `known` has, in any case; or a path: any `PathLike`, or text that
            ends in ``.toml``.

    Raises:
        UnknownCodeError: If the code is of no shipped force.
        InputFileError: If the file cannot be read or is not right; it names every failure with its
            table and row, counted from 0 within the table.

    >>> from npolicing import forces
    >>> forces.load("wmp") is forces.west_midlands()
    True
    """
    if isinstance(code_or_path, str) and not code_or_path.casefold().endswith(".toml"):
        code = code_or_path.strip().upper()
        if code not in known():
            what = "force whose data are shipped (a path ends in .toml)"
            raise UnknownCodeError(what, code_or_path, known())
        return _shipped(code)
    path = Path(code_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error
    return _read(str(path), content)


@cache
def _shipped(code: str) -> ForceReference:
    name = f"{code.lower()}.toml"
    return _read(name, (_DATA / name).read_bytes())


def _read(name: str, content: bytes) -> ForceReference:
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise InputFileError(name, f"is no TOML in UTF-8: {error}") from error
    failures = [
        Failure(
            code="UNKNOWN_FIELD", rule=f"is one of {', '.join(_TABLES)}", column=table, value=table
        )
        for table in document
        if table not in _TABLES
    ]
    force = _force(document, failures)
    npus = _table(NPU, "npus", document, failures)
    schemes = _table(GradingScheme, "grading_schemes", document, failures)
    grades = _table(Grade, "grades", document, failures)
    owners = _table(GradeOwner, "grade_owners", document, failures)
    if force is None or failures:
        raise refusal(name, failures)
    try:
        return ForceReference(
            force=force, npus=npus, grading_schemes=schemes, grades=grades, grade_owners=owners
        )
    except ValidationError as error:
        raise refusal(name, error.failures) from error


def _force(document: Mapping[str, object], failures: list[Failure]) -> Force | None:
    values = document.get("force")
    if not isinstance(values, dict):
        code = "MISSING" if values is None else "WRONG_TYPE"
        failures.append(Failure(code=code, rule="is a table [force]", column="force", value=values))
        return None
    try:
        return Force.from_dict(values)
    except ValidationError as error:
        failures += _placed("force", None, error.failures)
        return None


def _table(
    entity: type[R], table: str, document: Mapping[str, object], failures: list[Failure]
) -> Records[R]:
    values = document.get(table, [])
    if not isinstance(values, list) or not all(isinstance(row, dict) for row in values):
        rule = f"is rows, each under [[{table}]]"
        failures.append(Failure(code="WRONG_TYPE", rule=rule, column=table, value=values))
        return Records(entity)
    force = document.get("force")
    code = force.get("force") if isinstance(force, dict) else None
    rows = []
    for number, row in enumerate(values):
        try:
            rows.append(entity.from_dict({**row, "force": code}))
        except ValidationError as error:
            # The force's code is at fault once, in its own table, and not again in each row.
            own = [each for each in error.failures if each.column != "force"]
            failures += _placed(table, number, own)
        if "force" in row:
            twice = Failure(
                code="UNKNOWN_FIELD",
                rule="is said once, in [force]",
                column="force",
                value=row["force"],
            )
            failures += _placed(table, number, [twice])
    return Records(entity, rows)


def _placed(table: str, row: int | None, failures: Iterable[Failure]) -> list[Failure]:
    return [
        Failure(
            code=each.code,
            rule=each.rule,
            column=", ".join(f"{table}.{name}" for name in (each.column or "").split(", ")),
            row=row,
            value=each.value,
        )
        for each in failures
    ]
