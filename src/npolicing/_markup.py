"""HTML out of small pieces, in which every text is escaped that does not say it is markup."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from html import escape

__all__ = ["Markup", "element", "grid", "plain_grid"]

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


def grid(caption: str | Markup, heads: Iterable[Markup], rows: Iterable[Markup]) -> Markup:
    """A table: its caption, the cells of its heading, and its rows."""
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
    )


def plain_grid(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    named: bool = False,
    numbers: Collection[str] = (),
) -> Markup:
    """A table of texts, each column with its heading.

    Each cell says on which side it stands: a notebook would have them all on the right.

    Args:
        caption: What it is called.
        heads: What its columns are called.
        rows: Its cells.
        named: Whether the first cell of a row is the heading of the row.
        numbers: The columns that stand on the right.

    >>> print(plain_grid("Units", ["NPU"], [["R&D"]], named=True).splitlines()[3])
    <tbody><tr><th scope="row" style="text-align: left">R&amp;D</th></tr>
    """
    sides = [f"text-align: {'right' if head in numbers else 'left'}" for head in heads]
    titles = [
        element("th", head, scope="col", style=side)
        for head, side in zip(heads, sides, strict=True)
    ]
    return grid(caption, titles, (_row(cells, sides, named=named) for cells in rows))


def _row(cells: Sequence[str], sides: Sequence[str], *, named: bool) -> Markup:
    listed = [
        element("th", cell, scope="row", style=side)
        if named and at == 0
        else element("td", cell, style=side)
        for at, (cell, side) in enumerate(zip(cells, sides, strict=True))
    ]
    return element("tr", *listed)
