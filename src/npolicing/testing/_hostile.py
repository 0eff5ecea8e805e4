"""Values that a check may get wrong, for the tests that hold the checks together."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from npolicing._columns import PRECISION, Bound, Field

__all__ = ["hostile_cells"]

_DAY = date(2019, 10, 15)
_NOON = datetime(2019, 10, 15, 12, tzinfo=UTC)
# Whatever the column is, most of these are of another type than it.
_ANY: tuple[object, ...] = (
    None,
    math.nan,
    math.inf,
    -math.inf,
    "",
    " ",
    "WV",
    b"WV",
    True,
    False,
    0,
    -1,
    1,
    0.0,
    -0.0,
    1.5,
    2**63 - 1,
    -(2**63),
    2**63,
    -(2**63) - 1,
    Decimal("1.5"),
    Decimal(0),
    _DAY,
    _NOON,
    _NOON.replace(tzinfo=None),
    (),
    ("WV",),
    ["WV"],
)
_TEXTS = (
    "WV\n",
    " WV",
    "WV ",
    "\tWV",
    "W\x00V",
    "W\u00a0V",
    "W\u200bV",
    "\ufeffWV",
    "\uff37\uff36",  # fullwidth WV
    "W\u0301V",  # a combining accent
    "P\u0661",  # an Arabic-Indic digit one
    "2018-0\u0667",
    "20\u0661\u0668-07",
    "WV\ud800",  # half of a pair
    "wv",
    "null",
    "NaN",
    "None",
    "2018-13",
    "2018-07\n",
    "W" * 200,
)
_TIMES = (
    datetime(2019, 1, 15, 12, tzinfo=ZoneInfo("Europe/London")),
    datetime(2019, 7, 15, 12, tzinfo=ZoneInfo("Europe/London")),
    datetime(2019, 7, 15, 12, tzinfo=timezone(timedelta(hours=1))),
    datetime(2019, 7, 15, 12, tzinfo=ZoneInfo("UTC")),
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
)


def hostile_cells(field: Field) -> list[object]:
    """Values for a column that a check may get wrong: most are refused, those on a bound are not.

    Among them null, not a number, text that only looks right, each bound and the step beyond it,
    and values of every other type.

    >>> from npolicing.entities import Log
    >>> hour = {field.name: field for field in Log.columns()}["hour_of_week"]
    >>> [cell for cell in hostile_cells(hour) if not hour.faults(cell)]
    [0, 1, 0, 167]
    """
    return [*_ANY, *_of_kind(field), *_at_bounds(field)]


def _of_kind(field: Field) -> tuple[object, ...]:
    match field.kind:
        case "text":
            return (
                *_TEXTS,
                *(f"{word} " for word in field.choices),
                *map(str.upper, field.choices),
            )
        case "texts":
            lists = [("WV", "WV"), ("WV", None), ("WV", 1), ("",), (("WV",),)]
            return (*lists, *((text,) for text in _TEXTS))
        case "integer":
            return "1", 1.0, 10**30
        case "number":
            return "1.5", 2.0**1023, math.ulp(0.0), -math.ulp(0.0)
        case "decimal":
            return _decimals(field.column.scale)
        case "boolean":
            return "true", "True", 1.0
        case "date":
            return date.min, date.max, "2019-10-15", *_TIMES
        case "timestamp":
            return "2019-10-15T12:00:00+00:00", *_TIMES


def _decimals(scale: int) -> tuple[object, ...]:
    quantum = Decimal(1).scaleb(-scale)
    over = Decimal(10) ** (PRECISION - scale)
    return (
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        quantum,
        quantum / 10,
        -quantum / 10,
        over - quantum,
        over,
        quantum - over,
        -over,
        Decimal("1E+2"),
        Decimal("1.5" + "0" * 20),
        Decimal("-0"),
        "1.50",
    )


def _at_bounds(field: Field) -> list[object]:
    cells: list[object] = []
    for bound, way in ((field.column.ge, -1), (field.column.le, 1)):
        if bound is not None:
            cells += _beside(field, bound, way)
    return cells


def _beside(field: Field, bound: Bound, way: int) -> list[object]:
    """A bound as the column has it, and the nearest value beyond it."""
    match bound:
        case int() | float() if field.kind == "number":
            return [float(bound), math.nextafter(bound, way * math.inf)]
        case int() | Decimal() if field.kind == "decimal":
            return [Decimal(bound), Decimal(bound) + way * Decimal(1).scaleb(-field.column.scale)]
        case int() if field.kind == "texts":
            return [_items(bound), _items(max(bound + way, 0))]
        case int():
            return [bound, bound + way]
        case datetime():
            return [bound, bound + way * timedelta(microseconds=1)]
        case date():
            return [bound, bound + way * timedelta(days=1)]
        case _:
            return [bound]


def _items(number: int) -> tuple[str, ...]:
    return tuple(f"T{at}" for at in range(number))
