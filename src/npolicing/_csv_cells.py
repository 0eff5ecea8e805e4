"""One cell of a CSV file: how a value is written, and a text kept from running as a formula.

A spreadsheet that opens a CSV file runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, even
after characters that it drops. It may also split the file at semicolons or tabs, as the settings of
its user say; then a part of a cell stands at the beginning of one. So each part that would run has
an apostrophe before it. A part that has apostrophes already gets one more, so that `unguarded` can
take exactly one off.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

__all__ = ["cell", "guarded", "items", "joined", "unguarded"]

# Those four and the minus sign, in every form that Unicode folds to them (NFKC): full-width, small,
# raised, lowered. Excel folds the full-width ones where it speaks Japanese.
_RUN = (
    "[=+@\u2212\u207a\u207b\u207c\u208a\u208b\u208c\ufb29\ufe62\ufe63\ufe66\ufe6b"
    "\uff0b\uff0d\uff1d\uff20-]"
)
# What a reader may drop before it looks at a cell: blanks, what has no width, control characters
# (LibreOffice drops NUL); quotation marks, which are CSV's own where a file is split elsewhere; and
# apostrophes, so that those of the text and ours are counted together.
_DROPPED = (
    "['\" \\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680"
    "\u180b-\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]*"
)
# A text that begins with a tab, a line break or NUL is guarded whatever follows, as OWASP asks.
_FIRST = rf"(?={_DROPPED}(?:{_RUN}|[\t\r\n\x00]))"
_INNER = rf"(?={_DROPPED}{_RUN})"
_TO_GUARD = re.compile(rf"\A{_FIRST}|(?<=[;|\t\r\n]){_INNER}")
_GUARD = re.compile(rf"\A'{_FIRST}|(?<=[;|\t\r\n])'{_INNER}")
_ITEM = re.compile(r"(?:[^;\\]|\\.)*", re.DOTALL)


def guarded(text: str) -> str:
    """A text as a cell that no spreadsheet runs.

    >>> guarded("=1+1"), guarded("a;-b"), guarded("'@A"), guarded("up - or down")
    ("'=1+1", "a;'-b", "''@A", 'up - or down')
    """
    return _TO_GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """The text that `guarded` made a cell of.

    >>> unguarded("'=1+1"), unguarded("'quoted'")
    ('=1+1', "'quoted'")
    """
    return _GUARD.sub("", text)


def cell(value: object, *, nullable: bool = False) -> str:
    """A value as a cell; a list of none is a semicolon where an empty cell would be null.

    Raises:
        ValueError: If a figure is infinite, or not a number.
    """
    match value:
        case None:
            return ""
        case list() | tuple():
            return guarded(joined(value)) or (";" if nullable else "")
        case int() | float() | Decimal():
            # A number is none of a text's business: -1 stays -1.
            return _plain(value)
        case _:
            return guarded(_plain(value))


def _plain(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            raise ValueError(f"{value} is no figure; write null where it is undefined.")
        case Decimal():
            return format(value, "f")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def joined(values: Iterable[object]) -> str:
    r"""A list as one text: semicolons between its items, a backslash before those within one.

    >>> print(joined(["a;b", "c"]))
    a\;b;c
    """
    return ";".join(_plain(each).replace("\\", "\\\\").replace(";", "\\;") for each in values)


def items(text: str) -> tuple[str, ...]:
    r"""The items that `joined` made a text of.

    >>> items("a\\;b;c")
    ('a;b', 'c')
    """
    if text in ("", ";"):
        return ()
    # An item ends at a semicolon or at the end; each match begins where the last one ended.
    ends, found = -1, []
    while ends < len(text):
        match = _ITEM.match(text, ends + 1)
        assert match is not None  # noqa: S101 # it may be empty
        found.append(re.sub(r"\\(.)", r"\1", match[0], flags=re.DOTALL))
        ends = match.end()
    return tuple(found)
