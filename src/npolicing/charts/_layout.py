"""Where everything stands, in points: a title, the panels in columns, notes and source beneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from npolicing.charts._scales import Scale, x_scale, y_scale
from npolicing.charts._text import BODY, HEAD, SMALL, height, width, wrapped
from npolicing.exhibits.chart import Chart
from npolicing.exhibits.marks import Axis, Cells, Label, Panel

__all__ = ["EDGE", "WIDTH", "Block", "Box", "Layout", "laid_out"]

WIDTH = 360.0
"""Of a picture. A telephone is as wide, so that words of 10 points are as large as its own."""
SYNTHETIC = "SYNTHETIC: figures are made up"
EMPTY = "There are no figures to draw."
EDGE = 6.0
_BETWEEN = 14.0
_ROW, _LINES, _CELL, _SMALL_CELL = 23.0, 14.0, 15.0, 4.5
_ALONE, _SEVERAL = 190.0, 92.0
_NAME = 116.0


@attrs.frozen(kw_only=True)
class Block:
    """Lines of words; `y` is the top of the first, from the top of the picture."""

    x: float
    y: float
    words: str
    size: float
    bold: bool = False


@attrs.frozen(kw_only=True)
class Box:
    """Where a panel is drawn: its left and top, width and height, and its axes.

    Attributes:
        heads: How high the names along x are that stand over it, under its title; 0 without.
    """

    panel: Panel
    left: float
    top: float
    across: float
    down: float
    x: Scale
    y: Scale
    names_x: bool
    heads: float
    names_y: bool

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where two numbers are in the picture, from its top left."""
        return (
            self.left + self.x.share(x) * self.across,
            self.top + (1 - self.y.share(y)) * self.down,
        )


@attrs.frozen(kw_only=True)
class Layout:
    """The whole picture."""

    height: float
    blocks: tuple[Block, ...]
    boxes: tuple[Box, ...]
    scale: float | None
    """Top of the key to the colours of cells; null without cells."""


class _Sheet:
    """A page that is filled from the top."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.at = EDGE

    def put(self, words: str, size: float, *, bold: bool = False, after: float = 4.0) -> None:
        if not words:
            return
        lines = wrapped(words, size, WIDTH - 2 * EDGE, bold=bold)
        self.blocks.append(Block(x=EDGE, y=self.at, words=lines, size=size, bold=bold))
        self.at += height(lines, size) + after


def laid_out(chart: Chart, *, captions: bool) -> Layout:
    """Where everything of a chart stands.

    Args:
        chart: The chart.
        captions: Whether title, notes and source are in the picture.
    """
    sheet = _Sheet()
    sheet.put(chart.marking or "", SMALL, bold=True)
    sheet.put(SYNTHETIC if chart.synthetic else "", SMALL, bold=True)
    if captions:
        sheet.put(chart.title, HEAD, bold=True, after=6)
    if chart.panels:
        sheet.put(chart.key, SMALL)
    else:
        sheet.put(EMPTY, BODY)
    boxes = _panels(chart, sheet) if chart.panels else ()
    scale = None
    if any(cells.scale for cells in _cells(chart.panels)):
        scale, sheet.at = sheet.at, sheet.at + 34
    if captions:
        for note in chart.notes:
            sheet.put(note, SMALL, after=2)
        sheet.put(f"Source: {chart.source}." if chart.source else "", SMALL)
    return Layout(height=sheet.at + EDGE, blocks=tuple(sheet.blocks), boxes=boxes, scale=scale)


def _cells(panels: Sequence[Panel]) -> Iterator[Cells]:
    return (mark for panel in panels for mark in panel.marks if isinstance(mark, Cells))


def _panels(chart: Chart, sheet: _Sheet) -> tuple[Box, ...]:
    panels, columns = chart.panels, chart.columns
    y_axis = _broken(chart.y)
    down = _down(chart, y_axis)
    shared = y_scale(y_axis, panels, down)
    scales = [y_scale(y_axis, [each], down) if chart.own_y else shared for each in panels]
    names = max(width(words, SMALL) for scale in scales for _, words in scale.ticks or ((0, ""),))
    left, right = EDGE + 4 + names, EDGE + _margin(panels)
    between = _BETWEEN + right - EDGE + (names if chart.own_y else 0.0)
    across, x = _across(chart, left, right, between)
    # The last name of the axis is in the middle under its position, and must not be cut.
    over = _overhang(x, across) - right
    if over > 0:
        right, between = right + over, between + over
        across, x = _across(chart, left, right, between)
    sheet.put(chart.y.label, SMALL, after=4)
    named = max((height(words, SMALL) for _, words in x.ticks), default=0.0) + 9
    heading = 17.0 if any(panel.title for panel in panels) else 4.0
    heads = named if chart.x.above else 0.0
    heading += heads
    boxes = []
    for at, (panel, y) in enumerate(zip(panels, scales, strict=True)):
        row, column = divmod(at, columns)
        boxes.append(
            Box(
                panel=panel,
                left=left + column * (across + between),
                top=sheet.at + row * (down + heading + 6) + heading,
                across=across,
                down=down,
                x=x,
                y=y,
                names_x=at < columns if chart.x.above else at + columns >= len(panels),
                heads=heads,
                names_y=column == 0 or chart.own_y,
            )
        )
    sheet.at = boxes[-1].top + down + (9 if chart.x.above else named)
    sheet.put(chart.x.label, SMALL, after=8)
    return tuple(boxes)


def _broken(axis: Axis) -> Axis:
    """An axis of names with the long ones on several lines."""
    if not axis.named:
        return axis
    return attrs.evolve(
        axis, ticks=tuple((at, wrapped(words, SMALL, _NAME)) for at, words in axis.ticks)
    )


def _across(chart: Chart, left: float, right: float, between: float) -> tuple[float, Scale]:
    """How wide a panel is, and the scale that all have."""
    across = (WIDTH - left - (chart.columns - 1) * between - right) / chart.columns
    return across, x_scale(chart.x, chart.panels, across)


def _overhang(x: Scale, across: float) -> float:
    """How far the last name of an axis reaches beyond its panel."""
    if not x.ticks:
        return 0.0
    at, words = x.ticks[-1]
    return width(words, SMALL) / 2 - (1 - x.share(at)) * across + 2


def _down(chart: Chart, y: Axis) -> float:
    """How high a panel is."""
    cells = list(_cells(chart.panels))
    if cells:
        rows = max((len({*each.y}) for each in cells), default=1)
        if not any(each.words for each in cells):
            return rows * _SMALL_CELL
        return rows * (_CELL + _LINES * _more_lines(y))
    if y.named:
        lines = _more_lines(y)
        return max(len(y.ticks), 1) * (_ROW + _LINES * lines)
    return _ALONE if chart.columns == 1 else _SEVERAL


def _more_lines(axis: Axis) -> int:
    """How many lines the longest name of an axis has after its first."""
    return max((words.count("\n") for _, words in axis.ticks), default=0)


def _margin(panels: Sequence[Panel]) -> float:
    """How wide the words in the margin are."""
    words = [
        width(mark.text, SMALL)
        for panel in panels
        for mark in panel.marks
        if isinstance(mark, Label) and mark.place == "margin"
    ]
    return max(words) + 4 if words else 4.0
