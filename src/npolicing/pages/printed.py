"""What stands in the margins of each printed page: marking, title, page number."""

from __future__ import annotations

import re

__all__ = ["page_rules"]

_LONGEST_TITLE = 90


def page_rules(title: str, marking: str | None, *, synthetic: bool) -> str:
    r"""The rules for the margins of printed pages, in CSS.

    >>> print(page_rules("A & B", None, synthetic=False))
    @page {
      @bottom-left { content: "A \000026  B"; }
    }
    """
    boxes = {"bottom-left": _shortened(title)}
    if marking is not None:
        boxes |= {"top-center": marking, "bottom-center": marking}
    if synthetic:
        boxes["top-right"] = "Synthetic"
    # On the first page the head of the document has it.
    first = ["@page :first { @top-center { content: none; } }"] if marking is not None else []
    lines = (f"  @{place} {{ content: {_quoted(words)}; }}" for place, words in boxes.items())
    return "\n".join(["@page {", *lines, "}", *first])


def _shortened(title: str) -> str:
    short = title[: _LONGEST_TITLE - 1].rstrip()
    return title if len(title) <= _LONGEST_TITLE else f"{short}…"


def _quoted(words: str) -> str:
    """A string of CSS, in which nothing but letters, digits and blanks stands as itself."""
    escaped = re.sub("[^A-Za-z0-9 ]", lambda sign: f"\\{ord(sign[0]):06x} ", words)
    return f'"{escaped}"'
