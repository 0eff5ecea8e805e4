"""What a cell of text stands for: a value, nothing, or a fault with a stable code."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import attrs

__all__ = ["Fault", "Parser", "Suppressed", "Value", "is_error"]


@attrs.frozen
class Fault:
    """Why a cell stands for no value.

    Attributes:
        code: One of `errors.CODES`.
        rule: What the cell should be, and the way out.
    """

    code: str
    rule: str


@attrs.frozen
class Suppressed:
    """A count that was withheld, so that nobody can be told from it: neither 0 nor unknown.

    Attributes:
        low: The smallest that it can be.
        high: The largest; null where the text does not say.
    """

    low: int = 1
    high: int | None = None


Value = str | int | float | Decimal | bool | date | datetime | Suppressed


class Parser(Protocol):
    """How cells of one column are read. Total: whatever the text, no exception leaves it."""

    def parse(self, text: str) -> Value | Fault:
        """The value that a text stands for, or why it stands for none."""

    def format(self, value: Value) -> str:
        """A text that `parse` reads as that value."""


_ERROR = re.compile(
    r"#(?:N/A|(?:BLOCKED|BUSY|CALC|CONNECT|DIV/0|FIELD|NULL|NUM|REF|SPILL|VALUE)!|(?:NAME|UNKNOWN)\?"
    r"|GETTING_DATA|NO VALUE: .*)",
    re.DOTALL,
)


def is_error(text: str) -> bool:
    """Whether a cell is what a spreadsheet shows where a formula failed, or `#NO VALUE: ` and it.

    >>> is_error("#N/A"), is_error("#NO VALUE: =B2+C2"), is_error("#1 Gang")
    (True, True, False)
    """
    return _ERROR.fullmatch(text) is not None
