"""Tables as HTML that is read as a table by everybody: captions, headings with a scope, notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from npolicing._markup import Markup, element
from npolicing._wording import UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html_table", "made_up", "named_region", "shown_table", "under"]

SYNTHETIC = "Synthetic: of rows that are made up. It shows nothing of any force."
_UNITS = {"ratio": "%", "GBP": "£"}
_DAY = re.compile("[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
"""A day or a month, which is not broken over two lines."""

# For a page that has no rules of its own, such as a notebook's.
_STYLE = Markup("""
.npolicing .wide { overflow-x: auto; position: relative; }
.npolicing table { border-collapse: collapse; margin: 0; }
.npolicing caption { font-weight: bold; text-align: left; padding-bottom: .5em; color: inherit; }
.npolicing th, .npolicing td { padding: .3em 1em .3em 0; text-align: left; vertical-align: top; }
.npolicing thead th { border-bottom: 2px solid currentColor; vertical-align: bottom; }
.npolicing tbody th { font-weight: normal; }
.npolicing .number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.npolicing time { white-space: nowrap; }
.npolicing .total > * { border-top: 2px solid currentColor; font-weight: bold; }
.npolicing .unseen { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute;
  white-space: nowrap; width: 1px; }
.npolicing .synthetic { border: 2px solid currentColor; display: inline-block; font-weight: bold;
  padding: .2em .5em; }
""")


class _Heading(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def numeric(self) -> bool: ...


class _Exhibit(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...
    @property
    def synthetic(self) -> bool: ...
    @property
    def marking(self) -> str | None: ...


class _Table(_Exhibit, Protocol):
    """A `Table`, by what is read of it: that one shows itself by this module."""

    @property
    def headings(self) -> Sequence[_Heading]: ...
    @property
    def data(self) -> pd.DataFrame: ...
    @property
    def cells(self) -> list[list[str]]: ...


def html_table(table: _Table) -> str:
    """A table as one piece of HTML, without a style.

    It has a caption, a heading with its unit to each column, and the first cell of each row as its
    heading. Numbers and totals have the classes `number` and `total`; a total is named in words,
    too. What has no figure is a dash, and "no figure" to who hears it. Where it is too wide for
    its page it scrolls by itself, with the keyboard as well. Whatever stands in it is text.

    Args:
        table: The table.

    >>> import pandas as pd
    >>> from npolicing.exhibits import Heading, table_from
    >>> heads = [Heading(column="npu", label="NPU"), Heading(column="n", label="Logs", unit="logs")]
    >>> table = table_from(pd.DataFrame({"npu": ["R&D"], "n": [1294]}), "logs", "Logs", heads)
    >>> print(html_table(table).splitlines()[3].removeprefix("<tbody>"))
    <tr><th scope="row">R&amp;D</th><td class="number">1,294</td></tr>
    """
    wide = element("div", _grid(table), class_="wide", **named_region(table.title))
    return element("div", made_up(table), wide, under(table), class_="npolicing")


def named_region(name: str) -> dict[str, str]:
    """What lets a keyboard scroll what is too wide, and names it to who hears it."""
    return {"role": "region", "tabindex": "0", "aria_label": name}


def shown_table(table: _Table) -> str:
    """A table with a style of its own, as a notebook shows it."""
    return element("style", _STYLE) + html_table(table)


def _grid(table: _Table) -> Markup:
    """The table itself."""
    units = {heading.unit for heading in table.headings if heading.unit is not None}
    # One unit that the title says need not be said of each column.
    said = units if len(units) == 1 and min(units).casefold() in table.title.casefold() else set()
    heads = [_head(heading, said) for heading in table.headings]
    return element(
        "table",
        element("caption", element("span", table.title)),
        element("thead", element("tr", *heads)),
        element("tbody", *_rows(table)),
    )


def _head(heading: _Heading, said: Collection[str]) -> Markup:
    unit = None if heading.unit in said else _unit(heading)
    return element("th", heading.label, unit, scope="col", class_=_side(heading))


def _unit(heading: _Heading) -> Markup | None:
    """The unit in brackets, where the label does not say it."""
    words = _UNITS.get(heading.unit or "", heading.unit)
    if words is None or words.casefold() in heading.label.casefold():
        return None
    return Markup(" " + element("span", f"({words})", class_="unit"))


def _side(heading: _Heading) -> str | None:
    return "number" if heading.numeric else None


def _rows(table: _Table) -> Iterator[Markup]:
    totals = [each is True for each in table.data.get("is_total", [])]
    for at, cells in enumerate(table.cells):
        total = bool(totals) and totals[at]
        first, *others = cells
        # Weight alone tells nobody who hears the table.
        named = f"Total: {first}" if total and "Total" not in cells else first
        row = [element("th", *_cell(named), scope="row", class_=_side(table.headings[0]))]
        row += [
            element("td", *_cell(cell), class_=_side(heading))
            for cell, heading in zip(others, table.headings[1:], strict=True)
        ]
        yield element("tr", *row, class_="total" if total else None)


def _cell(text: str) -> tuple[str | Markup, ...]:
    if _DAY.fullmatch(text):
        return (element("time", text),)
    if text != UNKNOWN:
        return (text,)
    dash = element("span", UNKNOWN, aria_hidden="true")
    return dash, element("span", "no figure", class_="unseen")


def made_up(exhibit: _Exhibit) -> Markup | None:
    """What stands over an exhibit of rows that are made up."""
    return element("p", SYNTHETIC, class_="synthetic") if exhibit.synthetic else None


def under(exhibit: _Exhibit) -> Markup | None:
    """What stands under an exhibit: notes, source and marking."""
    words = [element("p", note) for note in exhibit.notes]
    words += [element("p", f"Source: {exhibit.source}.")] if exhibit.source else []
    words += [element("p", exhibit.marking, class_="marking")] if exhibit.marking else []
    return element("div", *words, class_="under") if words else None
