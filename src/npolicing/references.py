"""Linked tables held against one another, by what their columns refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import attrs

from npolicing._columns import Field
from npolicing._records import Record
from npolicing.errors import DeclarationError, Failure

if TYPE_CHECKING:
    from npolicing.forces import ForceReference

__all__ = ["RecordTable", "check_references"]

_CODES = {"NPU.code": "UNKNOWN_NPU", "Grade.grade": "UNKNOWN_GRADE"}


class RecordTable(Protocol):
    """`Records` of any entity."""

    @property
    def entity(self) -> type[Record]:
        """What a row is."""

    def __iter__(self) -> Iterator[Record]:
        """Row by row."""


@attrs.frozen(kw_only=True)
class _Link:
    """A column whose values are keys of an entity."""

    owner: type[Record]
    field: Field
    entity: str
    key: str

    def check(self, target: type[Record]) -> None:
        """Refuse a declaration that names fields which the entity, or its own, lacks."""
        agrees = self.field.column.agrees
        for entity, names in ((target, (self.key, *agrees)), (self.owner, agrees)):
            lacking = set(names) - {each.name for each in entity.columns()}
            if lacking:
                raise DeclarationError(
                    f"{self.owner.__name__}.{self.field.name} refers to {self.entity}.{self.key}: "
                    f"{entity.__name__} has no field {_listed(sorted(lacking))}."
                )

    def fault(self, row: Record, found: Sequence[Record]) -> tuple[str, str] | None:
        """Code and rule of what is wrong with a key of a row, given the rows that have it."""
        force = _force(row)
        if not found:
            # A force is in no force, and an entity of one's own need not be.
            place = "" if force is None or self.key == "force" else f" in force {force!r}"
            code = _CODES.get(f"{self.entity}.{self.key}", "REFERENTIAL")
            return code, f"is a {self.key} of {self.entity}{place}"
        agrees = self.field.column.agrees
        if any(_agree(row, other, agrees) for other in found):
            return None
        return "REFERENTIAL", f"is a {self.key} of {self.entity} with the same {_listed(agrees)}"


def check_references(
    *tables: RecordTable,
    reference: ForceReference | None = None,
    unchecked: Iterable[type[Record]] = (),
) -> tuple[Failure, ...]:
    """Every key of some tables that points nowhere, or at a row that contradicts its own.

    A key that has a value must be that of a row of the entity that its column `refers` to, in the
    same force; and one row with that key must have equal values in the fields that `agrees` names,
    where both have a value. Each item of a list is a key. Dates are not compared: a unit that has
    ceased is still found.

    A table that is not given cannot be looked into, and to pass over that would let a month's logs
    look checked that are not. So each column that has keys into such an entity is one failure,
    without a row, unless the entity is named in `unchecked`.

    Args:
        *tables: Records of any entities, such as bids and staff; several of one entity are one
            table to look into.
        reference: A force's reference data, which add its rows of `Force`, `NPU`, `GradingScheme`
            and `Grade` to look into.
        unchecked: Entities into which keys are not checked, whether rows of them are given or not.

    Returns:
        The failures, by table, column and row as passed; none where all is well. `code` is
        UNKNOWN_NPU, UNKNOWN_GRADE or else REFERENTIAL; `column` names the entity too, such as
        ``ACFBid.aligned_staff``; `row` counts from 0 in its own table; personal values are
        withheld.

    Raises:
        DeclarationError: If a column refers to, or must agree in, a field that is not there.

    >>> from npolicing import forces
    >>> wmp, gmp = forces.west_midlands(), forces.greater_manchester()
    >>> check_references(wmp.npus, wmp.grade_owners, reference=wmp)
    ()
    >>> for failure in check_references(wmp.grade_owners[:1], reference=gmp):
    ...     print(failure)
    row 0, GradeOwner.force: 'WMP' breaks is a force of Force [REFERENTIAL]
    row 0, GradeOwner.scheme: 'P1-P9' breaks is a scheme of GradingScheme in force 'WMP' \
[REFERENTIAL]
    row 0, GradeOwner.grade: 'P1' breaks is a grade of Grade in force 'WMP' [UNKNOWN_GRADE]
    """
    skipped = {entity.__name__ for entity in unchecked}
    rows = _rows_by_entity(tables, reference)
    failures: list[Failure] = []
    for table in tables:
        for field in table.entity.columns():
            entity, _, key = (field.column.refers or "").partition(".")
            if not key or entity in skipped:
                continue
            if entity in rows:
                link = _Link(field=field, owner=table.entity, entity=entity, key=key)
                failures += _dangling(table, link, _by_key(rows[entity], link))
            else:
                failures += _unseen(table, field, entity)
    return tuple(failures)


def _rows_by_entity(
    tables: Iterable[RecordTable], reference: ForceReference | None
) -> dict[str, list[Record]]:
    rows: dict[str, list[Record]] = {}
    for table in tables:
        rows.setdefault(table.entity.__name__, []).extend(table)
    if reference is not None:
        rows.setdefault("Force", []).append(reference.force)
        for shipped in (reference.npus, reference.grading_schemes, reference.grades):
            rows.setdefault(shipped.entity.__name__, []).extend(shipped)
    return rows


def _unseen(table: RecordTable, field: Field, entity: str) -> list[Failure]:
    """One failure where a column has keys into a table that is not there."""
    if not any(_keys(row, field) for row in table):
        return []
    rule = f"rows of {entity} are given, or {entity} is named in unchecked"
    column = f"{table.entity.__name__}.{field.name}"
    return [Failure(code="REFERENTIAL", rule=rule, column=column)]


def _by_key(rows: Sequence[Record], link: _Link) -> dict[object, list[Record]]:
    for row in rows[:1]:
        link.check(type(row))
    found: dict[object, list[Record]] = {}
    for row in rows:
        found.setdefault((_force(row), getattr(row, link.key)), []).append(row)
    return found


def _dangling(
    table: RecordTable, link: _Link, rows: Mapping[object, list[Record]]
) -> Iterator[Failure]:
    field = link.field
    for number, row in enumerate(table):
        for key in _keys(row, field):
            fault = link.fault(row, rows.get((_force(row), key), []))
            if fault is not None:
                yield Failure(
                    code=fault[0],
                    rule=fault[1],
                    column=f"{link.owner.__name__}.{field.name}",
                    row=number,
                    value="(withheld)" if field.column.personal else key,
                )


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def _force(row: Record) -> object:
    return getattr(row, "force", None)


def _keys(row: Record, field: Field) -> tuple[object, ...]:
    value = getattr(row, field.name)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _agree(row: Record, other: Record, names: Iterable[str]) -> bool:
    pairs = ((getattr(row, name), getattr(other, name)) for name in names)
    return all(mine == theirs or mine is None or theirs is None for mine, theirs in pairs)
