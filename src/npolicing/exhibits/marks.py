"""What a picture is made of, as values: a small grammar that knows no drawing library.

A panel holds marks, an axis gives its positions names. Each position is a number; where a figure is
unknown it is null, and nothing is drawn there. Colours, sizes and fonts are of whoever draws.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Cells",
    "Guide",
    "Label",
    "Line",
    "Mark",
    "Panel",
    "Place",
    "Points",
    "Positions",
    "Role",
    "Shape",
    "Spans",
]

Positions: TypeAlias = tuple[float | None, ...]
"""Numbers along an axis; null where a figure is unknown."""
Role: TypeAlias = Literal["main", "second", "context", "plain", "concern", "improvement", "neutral"]
"""What a mark stands for; two roles in one picture also differ in shape, dashes or words."""
Shape: TypeAlias = Literal["dot", "ring", "triangle", "square", "diamond", "tick"]
Place: TypeAlias = Literal["right", "left", "above", "below", "centre", "margin"]


@attrs.frozen(kw_only=True)
class Axis:
    """One direction of all panels of a chart.

    Attributes:
        label: What is along it, with its unit.
        unit: How numbers read: ``ratio`` as per cent, ``GBP`` as pounds, all others plain.
        places: Decimal places of numbers.
        ticks: Positions with their names; round numbers without.
        low: Where it begins; what the marks need without.
        high: Where it ends; the same.
        named: Whether the positions are things with names, such as units, a row each.
        reverse: Whether the first position is at the top.
        log: Whether equal ratios are equally far apart.
        above: Whether names along x stand over the panels, as the heads of a table do.
    """

    label: str = ""
    unit: str | None = None
    places: int = 0
    ticks: tuple[tuple[float, str], ...] = ()
    low: float | None = None
    high: float | None = None
    named: bool = False
    reverse: bool = False
    log: bool = False
    above: bool = False


@attrs.frozen(kw_only=True)
class Bars:
    """Horizontal bars from 0: how far each reaches, and where along the other axis it is."""

    at: Positions
    to: Positions
    role: Role = "main"


@attrs.frozen(kw_only=True)
class Line:
    """A line through points in order, with a gap at each null."""

    x: Positions
    y: Positions
    role: Role = "main"
    dashed: bool = False
    thin: bool = False


@attrs.frozen(kw_only=True)
class Band:
    """The range from low to high along x, with a gap at each null."""

    x: Positions
    low: Positions
    high: Positions
    role: Role = "main"


@attrs.frozen(kw_only=True)
class Points:
    """Points of one shape."""

    x: Positions
    y: Positions
    role: Role = "main"
    shape: Shape = "dot"
    large: bool = False


@attrs.frozen(kw_only=True)
class Spans:
    """Thin bars from low to high at each position: intervals, or stems; upright or lying."""

    at: Positions
    low: Positions
    high: Positions
    role: Role = "main"
    upright: bool = False


@attrs.frozen(kw_only=True)
class Guide:
    """A straight line across the panel: at a position of y, or upright at one of x."""

    at: float
    upright: bool = False
    role: Role = "plain"
    dashed: bool = False


@attrs.frozen(kw_only=True)
class Cells:
    """A grid of coloured cells: each with the step of its scale, from 0, and words in it.

    Attributes:
        x: Where the cells are.
        y: The same, upwards.
        steps: Which step of the scale each has; null is left white.
        words: What is written in each; none without.
        scale: What each step stands for, least first; drawn beneath.
    """

    x: Positions
    y: Positions
    steps: tuple[int | None, ...]
    words: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Label:
    """Words at a point, in place of a legend.

    At ``margin`` they stand at the right of the panel, at the height of `y`, and make room for
    one another.
    """

    x: float = 0.0
    y: float = 0.0
    text: str = ""
    place: Place = "right"
    role: Role = "plain"


Mark: TypeAlias = Bars | Line | Band | Points | Spans | Guide | Cells | Label


@attrs.frozen(kw_only=True)
class Panel:
    """One of the pictures that share the axes of a chart."""

    title: str = ""
    marks: tuple[Mark, ...] = ()
