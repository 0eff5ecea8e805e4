"""What the cells of a field may be, and the parser of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import attrs

from npolicing._columns import Field
from npolicing.intake.cells import (
    DAY_FORMS,
    TIME_FORMS,
    Choice,
    Count,
    Day,
    Fault,
    Figure,
    Identifier,
    Moment,
    Money,
    Parser,
    Percentage,
    SerialDay,
    SerialMoment,
    Text,
    Value,
    YesNo,
    fold,
)
from npolicing.intake.profile import CellKind, ColumnSource

__all__ = ["ALLOWED", "PARSERS", "cells_of", "code_of", "may_be", "parser_of"]

PARSERS: Mapping[CellKind, Callable[[ColumnSource], Parser]] = {
    "text": lambda _: Text(),
    "identifier": lambda _: Identifier(),
    "npu": lambda _: Identifier(),
    "grade": lambda _: Identifier(),
    "count": lambda source: Count(prose=source.prose),
    "figure": lambda _: Figure(),
    "money": lambda source: Money(suffixes=source.suffixes, pence=source.pence),
    "percentage": lambda source: Percentage(scale=source.scale),
    "yes_no": lambda source: YesNo.of(source.yes, source.no),
    "day": lambda source: Day(forms=source.formats or DAY_FORMS),
    "serial_day": lambda source: SerialDay(epoch=source.epoch),
    "time": lambda source: Moment(forms=source.formats or TIME_FORMS),
    "serial_time": lambda source: SerialMoment(epoch=source.epoch),
}
"""How cells of a kind are read, where no code book has them."""
ALLOWED: Mapping[str, tuple[CellKind, ...]] = {
    "text": ("text", "identifier", "npu", "grade"),
    "integer": ("count",),
    "number": ("figure", "percentage", "count"),
    "decimal": ("money",),
    "boolean": ("yes_no",),
    "date": ("day", "serial_day"),
    "timestamp": ("time", "serial_time"),
    "texts": (),
}
"""For a kind of field, what its cells may be."""
_BY_REFERENCE: Mapping[str, CellKind] = {"NPU.code": "npu", "Grade.grade": "grade"}
_BY_KIND: Mapping[str, CellKind] = {
    "integer": "count",
    "number": "figure",
    "decimal": "money",
    "boolean": "yes_no",
    "date": "day",
    "timestamp": "time",
}


def code_of(field: Field, source: ColumnSource) -> CellKind | None:
    """Which code book of the force a field's cells are of, if any."""
    return source.cells or _BY_REFERENCE.get(field.column.refers or "")


def cells_of(field: Field, source: ColumnSource) -> CellKind:
    """What the cells of a field are, said or by the field."""
    said = code_of(field, source)
    if said is not None:
        return said
    if field.kind == "number" and field.column.unit == "ratio":
        return "percentage"
    if field.kind == "text" and field.column.pattern is not None:
        return "identifier"
    return _BY_KIND.get(field.kind, "text")


def may_be(field: Field, otherwise: Literal["line", "force"]) -> bool:
    """Whether an empty cell of a field may become that.

    A line is a name where there is no other; the force as a whole is what has no unit.
    """
    if otherwise == "line":
        return field.column.key and field.kind == "text" and field.column.refers is None
    return field.column.key and field.nullable and field.column.refers == "NPU.code"


def parser_of(field: Field, source: ColumnSource, aliases: Mapping[str, str]) -> Parser:
    """How a cell of a field is read, where no code book has it."""
    if field.choices:
        known = {each: each for each in field.choices}
        known |= {each.replace("_", " "): each for each in field.choices}
        what = f"one of {', '.join(field.choices)}"
        return Choice.of(known | dict(aliases), code="NOT_ALLOWED", what=what)
    plain = PARSERS[cells_of(field, source)](source)
    if aliases:
        return _Aliased(plain, {fold(text): code for text, code in aliases.items()})
    return plain


@attrs.frozen
class _Aliased:
    """Cells of which some are other spellings."""

    parser: Parser
    known: Mapping[str, str]

    def parse(self, text: str) -> Value | Fault:
        return self.known.get(fold(text)) or self.parser.parse(text)

    def format(self, value: Value) -> str:
        return self.parser.format(value)
