"""A strategy for the values of one declared column, with its bounds built in."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from string import ascii_letters, digits, punctuation
from typing import TYPE_CHECKING, TypeVar, cast

from hypothesis import strategies as st

from npolicing._columns import PRECISION, Column, Field, Kind
from npolicing.calendar import FINANCIAL_YEAR, MONTH, financial_year

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["FIRST", "LAST", "cells", "values"]

B = TypeVar("B", int, float, Decimal, date, datetime)

FIRST = date(1990, 1, 1)
LAST = date(2049, 12, 31)
# Where no bound is declared, a plausible one: sums of a billion fit, and a test about the limits
# of a type asks for them, or takes `hostile_cells`.
_BILLION = 10**9
_ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
# Picked by hand: all of Unicode takes hypothesis seconds to list, in every fresh checkout.
_LETTERS = st.sampled_from(
    f"{ascii_letters}{digits}{punctuation}ÀÉîñöüßøÅŁčžΩΣЖщאבعم٣中文字日本語한글ไทย’“–…£€½²№→∑𝔘𐍈🙂"  # noqa: RUF001 # the point
)
# Texts whose pattern lets through what is no month, or no year.
_FORMS: dict[str, Callable[[date], str]] = {
    MONTH: lambda day: day.isoformat()[:7],
    FINANCIAL_YEAR: financial_year,
}


def cells(field: Field) -> SearchStrategy[object]:
    """Everything that the column may hold: null, its default, or a value."""
    options: list[SearchStrategy[object]] = [values(field)]
    if not field.required and field.default is not None:
        options.insert(0, st.just(field.default))
    if field.nullable:
        options.insert(0, st.none())
    return st.one_of(options)


@cache
def values(field: Field) -> SearchStrategy[object]:
    """The values of the column that are not null."""
    drawn: dict[Kind, Callable[[Field], SearchStrategy[object]]] = {
        "text": _texts,
        "integer": _integers,
        "number": _numbers,
        "decimal": _decimals,
        "boolean": lambda _: st.booleans(),
        "date": _dates,
        "timestamp": _timestamps,
        "texts": _lists,
    }
    return drawn[field.kind](field)


def _texts(field: Field) -> SearchStrategy[str]:
    pattern = field.column.pattern
    if field.choices:
        return st.sampled_from([word for word in field.choices if not field.faults(word)])
    if pattern is None:
        words = st.text(_LETTERS, min_size=1, max_size=12)
        return st.lists(words, min_size=1, max_size=3).map(" ".join)
    if pattern in _FORMS:
        return st.dates(FIRST, LAST).map(_FORMS[pattern])
    alphabet = _ASCII if pattern.isascii() else st.characters(categories=("L", "N", "P", "S"))
    matching = st.from_regex(pattern, fullmatch=True, alphabet=alphabet)
    # Few patterns let a blank end through, and few draws have one.
    return matching.filter(lambda text: text != "" and text == text.strip())


def _integers(field: Field) -> SearchStrategy[int]:
    low, high = _ends(field.column, (-_BILLION, _BILLION), (-(2**63), 2**63 - 1))
    return st.integers(low, high)


def _numbers(field: Field) -> SearchStrategy[float]:
    limit = float.fromhex("0x1.fffffffffffffp+1023")
    low, high = _ends(field.column, (-float(_BILLION), float(_BILLION)), (-limit, limit))
    return st.floats(low, high)


def _decimals(field: Field) -> SearchStrategy[Decimal]:
    scale = field.column.scale
    most = Decimal(10**PRECISION - 1).scaleb(-scale)
    usual = min(Decimal(_BILLION), most)
    low, high = _ends(field.column, (-usual, usual), (-most, most))
    units = st.integers(math.ceil(Decimal(low).scaleb(scale)), math.floor(high.scaleb(scale)))
    return units.map(lambda number: Decimal(number).scaleb(-scale))


def _dates(field: Field) -> SearchStrategy[date]:
    low, high = _ends(field.column, (FIRST, LAST), (date.min, date.max))
    return st.dates(low, high)


def _timestamps(field: Field) -> SearchStrategy[datetime]:
    usual = datetime(FIRST.year, 1, 1, tzinfo=UTC), datetime(LAST.year, 12, 31, tzinfo=UTC)
    possible = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    low, high = _ends(field.column, usual, possible)
    ends = [end.astimezone(UTC).replace(tzinfo=None) for end in (low, high)]
    return st.datetimes(*ends, timezones=st.just(UTC))


def _lists(field: Field) -> SearchStrategy[tuple[str, ...]]:
    least = max(cast(int, field.column.ge or 0), 0)
    most = cast(int, least + 3 if field.column.le is None else field.column.le)
    return st.lists(_texts(field), min_size=least, max_size=most, unique=True).map(tuple)


def _ends(column: Column, usual: tuple[B, B], possible: tuple[B, B]) -> tuple[B, B]:
    """The declared bounds, and for one that is not, the usual end, or else the type's own."""
    ge, le = cast("B | None", column.ge), cast("B | None", column.le)
    low = ge if ge is not None else usual[0] if le is None or le > usual[0] else possible[0]
    high = le if le is not None else usual[1] if ge is None or ge < usual[1] else possible[1]
    return low, high
