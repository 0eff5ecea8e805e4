"""HTML out of small pieces, in which every text is escaped that does not say it is markup."""

from __future__ import annotations

import re
from html import escape

__all__ = ["Markup", "element"]

# What no page may hold, whatever stands in a table: control characters, halves of pairs.
_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_VOID = {"br", "col", "hr", "link", "meta"}
# A line each, so that a page can be read and compared.
_LINES = set(
    """body caption dd div dl dt figcaption figure footer h1 h2 h3 head header html li link main
    meta nav ol p section style table tbody thead title tr ul""".split()  # noqa: SIM905 # as words
)


class Markup(str):
    """Text that is HTML already. What is joined or formatted out of it is plain text again."""

    __slots__ = ()


def element(name: str, /, *children: str | Markup | None, **attributes: str | None) -> Markup:
    r"""One element: plain text in it is escaped, `Markup` is not, null is left out.

    Args:
        name: Its name.
        children: What stands in it, in order.
        attributes: An underscore is a hyphen, one at the end is none; null is no attribute.

    >>> str(element("p", "R&D", element("br"), "<b>", class_="note"))
    '<p class="note">R&amp;D<br>&lt;b&gt;</p>\n'
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    end = "\n" if name in _LINES else ""
    if name in _VOID:
        return Markup(f"<{name}{said}>{end}")
    inner = "".join(_escaped(child) for child in children if child is not None)
    return Markup(f"<{name}{said}>{inner}</{name}>{end}")


def _escaped(text: str) -> str:
    return text if isinstance(text, Markup) else _safe(text)


def _safe(text: str) -> str:
    return escape(_NO_CHARACTER.sub("\ufffd", text))


def _attribute(name: str, value: str | None) -> str:
    called = name.rstrip("_").replace("_", "-")
    return "" if value is None else f' {called}="{_safe(value)}"'
