"""How a class's annotations become its fields, and what an author is told who slips."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import attrs

from npolicing._columns import PRECISION, Bound, Column, Field, Kind
from npolicing.errors import DeclarationError

__all__ = ["bind"]

_KINDS: dict[object, Kind] = {
    str: "text",
    int: "integer",
    float: "number",
    Decimal: "decimal",
    bool: "boolean",
    date: "date",
    datetime: "timestamp",
    tuple[str, ...]: "texts",
}


def bind(owner: str, hints: Mapping[str, object], defaults: Mapping[str, object]) -> list[Field]:
    """The fields of a class, or a `DeclarationError` that says what its author forgot.

    Args:
        owner: The class's name, for the words.
        hints: The type of each field as annotated, in order.
        defaults: The default of each field that has one.
    """
    return [_bind_one(owner, name, hint, defaults) for name, hint in hints.items()]


def _bind_one(owner: str, name: str, hint: object, defaults: Mapping[str, object]) -> Field:
    where = f"{owner}.{name}"
    column = _column(where, hint)
    kind, nullable, choices = _kind(where, get_args(hint)[0])
    field = Field(
        name=name,
        kind=kind,
        nullable=nullable,
        choices=choices,
        required=name not in defaults,
        default=defaults.get(name),  # type: ignore[arg-type] # checked by failures() below
        column=column,
    )
    _check_column(where, field)
    for failure in field.failures(field.default) if not field.required else ():
        raise DeclarationError(f"{where}: the default {failure}.")
    return field


def _column(where: str, hint: object) -> Column:
    if get_origin(hint) is Annotated:
        columns = [extra for extra in get_args(hint)[1:] if isinstance(extra, Column)]
        if len(columns) == 1:
            return columns[0]
    raise DeclarationError(
        f"{where} has no Column. Write it as `{where.rpartition('.')[2]}: "
        'Annotated[str, Column("What it is.")]`, so that its checks, schema and dictionary follow.'
    )


def _kind(where: str, hint: object) -> tuple[Kind, bool, tuple[str, ...]]:
    nullable = False
    if get_origin(hint) in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        nullable = len(parts) < len(get_args(hint))
        hint = parts[0] if len(parts) == 1 else hint
    if get_origin(hint) is Literal and all(isinstance(word, str) for word in get_args(hint)):
        return "text", nullable, get_args(hint)
    if hint not in _KINDS:
        known = ", ".join(getattr(kind, "__name__", str(kind)) for kind in _KINDS)
        raise DeclarationError(f"{where} is {hint}; a field is {known}, Literal text, or | None.")
    return _KINDS[hint], nullable, ()


def _check_column(where: str, field: Field) -> None:
    column = field.column
    if not column.description.endswith((".", "?")):
        raise DeclarationError(f"{where}: the description is a sentence, with a full stop.")
    if not 0 <= column.scale < PRECISION:
        raise DeclarationError(f"{where}: a scale is 0 to {PRECISION - 1}, not {column.scale}.")
    if column.pattern is not None:
        _check_pattern(where, field.kind, column.pattern)
    for bound in (column.ge, column.le):
        if bound is not None and not _is_bound(field, bound):
            raise DeclarationError(f"{where}: {bound!r} is no bound for {field.kind}.")
    if column.ge is not None and column.le is not None and column.ge > column.le:  # type: ignore[operator] # of one kind, by the lines above
        raise DeclarationError(f"{where}: nothing is >= {column.ge} and <= {column.le}.")


def _check_pattern(where: str, kind: Kind, pattern: str) -> None:
    if kind not in ("text", "texts"):
        raise DeclarationError(f"{where}: only text has a pattern, and this is {kind}.")
    try:
        re.compile(pattern)
    except re.error as error:
        raise DeclarationError(f"{where}: {pattern!r} is no pattern: {error}.") from None


def _is_bound(field: Field, bound: Bound) -> bool:
    """Whether a bound is itself a value of the column, or a length of a list."""
    if field.kind == "texts":
        return type(bound) is int
    if field.kind in ("text", "boolean"):
        return False
    value = Decimal(bound) if field.kind == "decimal" and type(bound) is int else bound
    unbound = attrs.evolve(field, column=attrs.evolve(field.column, ge=None, le=None))
    return not unbound.faults(value)
