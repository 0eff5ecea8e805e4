"""A chart as a value: what it says, what it shows, and the same for who cannot see it."""

from __future__ import annotations

import attrs

from npolicing.exhibits.marks import Axis, Panel
from npolicing.exhibits.table import Table

__all__ = ["Chart"]


@attrs.frozen(kw_only=True)
class Chart:
    """One chart to be looked at, whoever draws it.

    Attributes:
        name: Short name, also of the files that it is written to.
        title: What it says, as a sentence.
        alt: The same for who cannot see it: what kind of chart, of what, and what it shows, in
            figures; made from the data.
        table: The figures that it shows, which stand beneath it.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; null without one.
        panels: The pictures, which share their axes; none where there is nothing to draw.
        x: What is along.
        y: What is upwards.
        key: How it is read, in a line above the panels; empty where the labels say it all.
        columns: How many panels stand beside one another.
        own_y: Whether each panel goes as far upwards as its own figures do, where their level
            differs and says nothing.
    """

    name: str
    title: str
    alt: str
    table: Table
    notes: tuple[str, ...] = ()
    source: str = ""
    synthetic: bool = False
    marking: str | None = None
    panels: tuple[Panel, ...] = ()
    x: Axis = attrs.field(factory=Axis)
    y: Axis = attrs.field(factory=Axis)
    key: str = ""
    columns: int = 1
    own_y: bool = False
