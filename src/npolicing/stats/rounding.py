"""Rounding by name, and which name explains a printed figure.

Sources: IEEE 754-2019, 4.3 (half to even, toward positive, negative and zero); half up is what
Excel's ROUND and most readers do.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)
from typing import Literal

__all__ = ["RULES", "RoundingRule", "explained_by", "round_to"]

RoundingRule = Literal["half_up", "half_even", "half_down", "floor", "ceiling", "truncate"]

RULES: dict[RoundingRule, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "truncate": ROUND_DOWN,
}
"""The rounding rules that a printed figure is held against; half up, Excel's, is first."""


def round_to(value: Decimal, step: Decimal, rule: RoundingRule = "half_up") -> Decimal:
    """A value rounded to a multiple of a step, by a named rule.

    Args:
        value: The exact value.
        step: What to round to, such as 0.01 for a whole per cent; above 0.
        rule: How; half up unless said otherwise.

    Raises:
        ValueError: If the step is not above 0.

    >>> round_to(Decimal("0.408952"), Decimal("0.01"))
    Decimal('0.41')
    >>> round_to(Decimal("0.408952"), Decimal("0.01"), "floor")
    Decimal('0.40')
    >>> round_to(Decimal("2.5"), Decimal(1), "half_even")
    Decimal('2')
    """
    if step <= 0:
        raise ValueError(f"a rounding step is above 0, not {step}")
    return (value / step).to_integral_value(RULES[rule]) * step


def explained_by(printed: Decimal, exact: Decimal, step: Decimal) -> tuple[RoundingRule, ...]:
    """The rounding rules that lead from an exact value to the printed one; none, where none does.

    Args:
        printed: The figure as printed.
        exact: The figure before rounding.
        step: What it was rounded to; above 0.

    >>> explained_by(Decimal("0.40"), Decimal("0.408952"), Decimal("0.01"))
    ('floor', 'truncate')
    """
    return tuple(rule for rule in RULES if round_to(exact, step, rule) == printed)
