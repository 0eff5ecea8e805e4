"""Tables of packs: rows of cells with their headings, and how figures read in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from npolicing._wording import UNKNOWN, figure
from npolicing.exhibits import Heading, Table, table_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from npolicing.packs.asking import Ask
    from npolicing.packs.hiding import Hiding
    from npolicing.packs.quantities import Change, Quantity

__all__ = [
    "TIMES",
    "cell",
    "change_words",
    "number_words",
    "pack_table",
    "span_words",
    "text",
    "value",
]

Cell = object
_POINT = 100
TIMES = "×"  # noqa: RUF001 # the sign of a ratio


def text(column: str, label: str) -> Heading:
    """A column of words."""
    return Heading(column=column, label=label)


def value(column: str, label: str, unit: str, places: int = 0) -> Heading:
    """A column of numbers."""
    return Heading(column=column, label=label, unit=unit, places=places)


def pack_table(
    ask: Ask,
    name: str,
    title: str,
    headings: Sequence[Heading],
    rows: Sequence[Mapping[str, Cell]],
    *,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
) -> Table:
    """A table of cells: numbers as they are, or the symbol of what is hidden."""
    columns = [heading.column for heading in headings]
    columns += ["is_total"] if any("is_total" in row for row in rows) else []
    data = pd.DataFrame(
        {each: pd.Series([row.get(each) for row in rows], dtype="object") for each in columns}
    )
    if "is_total" in data.columns:
        data["is_total"] = [row.get("is_total") is True for row in rows]
        data["is_total"] = data["is_total"].astype("object")
    return table_from(
        data,
        f"{ask.name}-{name}".replace("-", "_").lower(),
        f"{title}{' (synthetic)' if synthetic else ''}",
        headings,
        notes=notes,
        source=source,
        synthetic=synthetic,
        marking=ask.marking,
    )


def cell(hiding: Hiding, quantity: Quantity, name: str) -> Cell:
    """A part of a quantity as a table shows it: the number, or the symbol of what is hidden."""
    number = getattr(quantity, name)
    return hiding.symbol(quantity.hidden) if number is None else number


def number_words(number: float | None, unit: str, places: int = 1) -> str:
    """A figure in its unit."""
    return figure(number, unit, places)


def span_words(low: float | None, high: float | None, unit: str, places: int = 1) -> str:
    """An interval in words."""
    if low is None or high is None:
        return UNKNOWN
    first = figure(low, unit, places)
    # The unit is said once.
    first = first.removesuffix(" %") if unit == "ratio" else first
    return f"{first} to {figure(high, unit, places)}"


def change_words(change: Change | None) -> str:
    """A change in words: a ratio of rates, or percentage points."""
    if change is None or change.change is None:
        return UNKNOWN
    if change.is_ratio:
        one = f"{TIMES} {change.change:.2f}"
        if change.low is None or change.high is None:
            return one
        return f"{one} ({change.low:.2f} to {change.high:.2f})"
    one = f"{change.change * _POINT:+.1f} points"
    if change.low is None or change.high is None:
        return one
    return f"{one} ({change.low * _POINT:+.1f} to {change.high * _POINT:+.1f})"
