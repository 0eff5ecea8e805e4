"""What a field is, said once.

A `Column` beside a field's type is the only place where the field is described. From it come the
constructor's checks (here), the Arrow schema and the frame's checks (`arrow`, `frames`), the data
dictionary and the JSON Schema (`dictionary`) and the hypothesis strategies (`testing`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

import attrs

from npolicing.errors import Failure

__all__ = ["Bound", "Column", "Field", "Kind", "parse_text"]

Kind = Literal["text", "integer", "number", "decimal", "boolean", "date", "timestamp", "texts"]
Bound = int | float | Decimal | date
Value = str | int | float | Decimal | bool | date | datetime | tuple[str, ...] | None

_PYTHON: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (float, int),
    "decimal": (Decimal,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "texts": (tuple,),
}
PRECISION = 18
"""Digits of a decimal column; decimal128(18, 2) holds any budget of a police force."""
_INT64 = 2**63
_EXACT = 2**53


@attrs.frozen
class Column:
    """What a field means and which values it may have.

    Attributes:
        description: A sentence for the data dictionary: what the value is, and what null means.
        unit: What it is counted or measured in, such as ``GBP`` or ``schemes``.
        key: Whether the field is part of what identifies a row.
        ge: The smallest value; of a list, the smallest length.
        le: The largest value; of a list, the largest length.
        pattern: A regular expression that the whole text matches. Spell digits ``[0-9]``.
        scale: Decimal places of a `Decimal`.
        personal: Whether the value may point at a person: `repr` and failures withhold it.
        refers: Where the value is a key of, such as ``Team.team_id``, in the same force.
        agrees: Further fields that must be equal in both rows, where both have a value.

    >>> Column("Budget for the year.", unit="GBP", ge=0).unit
    'GBP'
    """

    description: str
    unit: str | None = attrs.field(default=None, kw_only=True)
    key: bool = attrs.field(default=False, kw_only=True)
    ge: Bound | None = attrs.field(default=None, kw_only=True)
    le: Bound | None = attrs.field(default=None, kw_only=True)
    pattern: str | None = attrs.field(default=None, kw_only=True)
    scale: int = attrs.field(default=2, kw_only=True)
    personal: bool = attrs.field(default=False, kw_only=True)
    refers: str | None = attrs.field(default=None, kw_only=True)
    agrees: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(kw_only=True)
class Field:
    """A `Column` bound to the name and the type of its field."""

    name: str
    kind: Kind
    nullable: bool
    choices: tuple[str, ...]
    required: bool
    default: Value
    column: Column

    def failures(self, value: object, row: int | None = None) -> Iterator[Failure]:
        """What is wrong with one value, as the constructor and the frames both see it."""
        for code, rule in self.faults(value):
            shown = "(withheld)" if self.column.personal else value
            yield Failure(code=code, rule=rule, column=self.name, row=row, value=shown)

    def faults(self, value: object) -> list[tuple[str, str]]:
        """Code and rule of everything that is wrong with one value."""
        if value is None:
            return [] if self.nullable else [("NULL", "not null")]
        # Exact types: a bool is no count, a pandas Timestamp no datetime, a datetime no date.
        if type(value) not in _PYTHON[self.kind]:
            return [("WRONG_TYPE", self.type_rule)]
        if self.kind == "texts":
            return self._list_faults(value)  # type: ignore[arg-type] # a tuple, by the line above
        return self._scalar_faults(value)

    @property
    def type_rule(self) -> str:
        """The rule that a value of another type breaks."""
        names = {"texts": "a tuple of str", "timestamp": "a datetime", "integer": "an int"}
        return f"is {names.get(self.kind, 'a ' + _PYTHON[self.kind][0].__name__)}"

    def _list_faults(self, values: tuple[object, ...]) -> list[tuple[str, str]]:
        faults = self._bound_faults(len(values), "items: ", "EMPTY" if not values else None)
        if len(set(map(repr, values))) < len(values):
            faults.append(("DUPLICATE_ITEM", "items differ"))
        for value in values:
            if type(value) is not str:
                return [("WRONG_TYPE", self.type_rule)]
            faults += self._text_faults(value)
        return list(dict.fromkeys(faults))

    def _scalar_faults(self, value: object) -> list[tuple[str, str]]:
        match value:
            case str():
                return self._text_faults(value)
            case float() if not math.isfinite(value):
                return [("NOT_FINITE", "finite")]
            case Decimal() if not value.is_finite():
                return [("NOT_FINITE", "finite")]
            case Decimal() if not _fits(value, self.column.scale):
                return [("OUT_OF_RANGE", f"fits decimal({PRECISION}, {self.column.scale})")]
            case bool():
                return []
            case int() if self.kind == "number" and abs(value) > _EXACT:
                return [("OUT_OF_RANGE", "fits a float")]
            case int() if not -_INT64 <= value < _INT64:
                return [("OUT_OF_RANGE", "fits 64 bits")]
            case datetime() if value.tzinfo is None or not _is_utc(value):
                return [("WRONG_TYPE", "is in UTC; use .astimezone(datetime.UTC)")]
            case _:
                return self._bound_faults(value)

    def _text_faults(self, text: str) -> list[tuple[str, str]]:
        if not text:
            return [("EMPTY", "not empty")]
        # Before the pattern, so that "WV\n" fails whatever a dialect makes of "$".
        if not text.isprintable() or text != text.strip():
            return [("TEXT", "printable, no blank at either end")]
        if self.choices and text not in self.choices:
            return [("NOT_ALLOWED", f"one of {', '.join(self.choices)}")]
        pattern = self.column.pattern
        if pattern is not None and not re.fullmatch(pattern, text):
            return [("PATTERN", f"matches {pattern}")]
        return []

    def _bound_faults(
        self, value: object, what: str = "", code: str | None = None
    ) -> list[tuple[str, str]]:
        ge, le = self.column.ge, self.column.le
        faults = []
        if ge is not None and value < ge:  # type: ignore[operator] # bind() holds bounds to the kind
            faults.append((code or "OUT_OF_RANGE", f"{what}>= {ge}"))
        if le is not None and value > le:  # type: ignore[operator] # the same
            faults.append((code or "OUT_OF_RANGE", f"{what}<= {le}"))
        return faults


def _fits(value: Decimal, scale: int) -> bool:
    """Whether Arrow's decimal128(PRECISION, scale) holds the value without rounding it."""
    _, digits, exponent = value.as_tuple()
    if not any(digits):
        return value.adjusted() < PRECISION - scale
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    places = -(int(exponent) + zeros)
    return places <= scale and value.adjusted() < PRECISION - scale


def _is_utc(value: datetime) -> bool:
    # The zone's name, not its offset today: London in winter is not UTC, though it reads the same.
    return value.utcoffset() == timedelta(0) and (value.tzinfo is UTC or str(value.tzinfo) == "UTC")


_FORMS: dict[Kind, re.Pattern[str]] = {
    "date": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "timestamp": re.compile(
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
        "(Z|[+-][0-9]{2}:[0-9]{2})?"
    ),
}


def parse_text(field: Field, text: str) -> object:
    """The value that canonical text stands for; the text itself where it stands for none.

    Canonical is what `to_dict` and the CSV files write: ISO 8601, a point for decimals, no
    thousands, ``true`` and ``false``.
    """
    # Python reads more of ISO 8601 than is written here, and cuts off what is below a microsecond.
    if field.kind in _FORMS and not _FORMS[field.kind].fullmatch(text):
        return text
    try:
        match field.kind:
            case "integer":
                return (
                    int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else text
                )
            case "number" | "decimal":
                number = float if field.kind == "number" else Decimal
                plain = text.isascii() and "_" not in text and text == text.strip()
                return number(text) if plain else text
            case "boolean":
                return {"true": True, "false": False}.get(text, text)
            case "date":
                return date.fromisoformat(text)
            case "timestamp":
                return _utc(datetime.fromisoformat(text))
            case _:
                return text
    except (ValueError, InvalidOperation, OverflowError):
        return text


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(UTC)
