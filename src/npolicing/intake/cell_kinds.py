"""What the cells of a field are, and the parser of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from npolicing._columns import Field
from npolicing.intake.cells import (
    DAY_FORMS,
    TIME_FORMS,
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
    Text,
    Value,
    YesNo,
    fold,
)
from npolicing.intake.profile import CellKind, ColumnSource

__all__ = ["ALLOWED", "BY_REFERENCE", "PARSERS", "Aliased", "cells_of"]


@attrs.frozen
class Aliased:
    """Cells of which some are other spellings."""

    parser: Identifier
    known: Mapping[str, str]

    def parse(self, text: str) -> Value | Fault:
        """What a spelling stands for, or the identifier."""
        return self.known.get(fold(text)) or self.parser.parse(text)

    def format(self, value: Value) -> str:
        """The identifier."""
        return str(value)


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
}
ALLOWED: Mapping[str, tuple[CellKind, ...]] = {
    "text": ("text", "identifier", "npu", "grade"),
    "integer": ("count",),
    "number": ("figure", "percentage", "count"),
    "decimal": ("money",),
    "boolean": ("yes_no",),
    "date": ("day", "serial_day"),
    "timestamp": ("time",),
    "texts": (),
}
BY_REFERENCE: Mapping[str, CellKind] = {"NPU.code": "npu", "Grade.grade": "grade"}
_BY_KIND: Mapping[str, CellKind] = {
    "integer": "count",
    "number": "figure",
    "decimal": "money",
    "boolean": "yes_no",
    "date": "day",
    "timestamp": "time",
}


def cells_of(field: Field) -> CellKind:
    """What the cells of a field are where the profile does not say."""
    by_reference = BY_REFERENCE.get(field.column.refers or "")
    if by_reference is not None:
        return by_reference
    if field.kind == "number" and field.column.unit == "ratio":
        return "percentage"
    if field.kind == "text" and field.column.pattern is not None:
        return "identifier"
    return _BY_KIND.get(field.kind, "text")
