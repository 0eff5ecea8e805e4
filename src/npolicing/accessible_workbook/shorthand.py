"""What stands where there is no value, in the Analysis Function's shorthand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npolicing._sheets import Cell

__all__ = ["CONFIDENTIAL", "NOT_APPLICABLE", "NOT_AVAILABLE", "legend"]

NOT_AVAILABLE, NOT_APPLICABLE, CONFIDENTIAL = "[x]", "[z]", "[c]"

# Symbols in tables: definitions and help, Government Analysis Function.
_MEANINGS: Mapping[str, str] = {
    CONFIDENTIAL: "confidential: a small number, or one that would tell of one, is hidden",
    NOT_AVAILABLE: "not available: not known, or not defined; notes call it null",
    NOT_APPLICABLE: "not applicable, such as the name of a unit in the row of the total",
}


def legend(cells: Iterable[Cell]) -> list[str]:
    """What the shorthand among some cells means; nothing where there is none.

    >>> legend([1, "[z]", "[z]"])
    ['[z] is not applicable, such as the name of a unit in the row of the total.']
    """
    found = {cell for cell in cells if isinstance(cell, str)}
    return [f"{symbol} is {words}." for symbol, words in _MEANINGS.items() if symbol in found]
