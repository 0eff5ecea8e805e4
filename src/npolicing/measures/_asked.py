"""Numbers that a caller asks for: what is none, or no whole one, is refused by its name."""

from __future__ import annotations

import math
from numbers import Integral, Real

__all__ = ["check_above_0", "check_confidence", "check_number", "check_whole_number"]


def check_number(words: str, value: object) -> float:
    """A number that is not infinite.

    Args:
        words: What is asked for: "dispersion is a number above 0".
        value: What was given.

    Raises:
        TypeError: If it is no number: a text, a flag, nothing.
        ValueError: If it is infinite or NaN.
    """
    # A flag is an int to Python, and no number to whoever reads.
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{words}, not {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{words}, not {value}")
    return float(value)


def check_whole_number(name: str, value: object, least: int) -> None:
    """A whole number from the least on.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is no whole one, or less.
    """
    words = f"{name} is a whole number, {least} or more"
    if check_number(words, value) < least or not isinstance(value, Integral):
        raise ValueError(f"{words}, not {value}")


def check_above_0(name: str, value: object) -> None:
    """A number above 0.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is 0, less, infinite or NaN.
    """
    words = f"{name} is a number above 0"
    if check_number(words, value) <= 0:
        raise ValueError(f"{words}, not {value}")


def check_confidence(value: object) -> None:
    """A confidence between 0 and 1.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is not between 0 and 1.
    """
    if not 0 < check_number("confidence is a number, as 0.95 for 95 %", value) < 1:
        raise ValueError(f"confidence is between 0 and 1, as 0.95 for 95 %, not {value}")
