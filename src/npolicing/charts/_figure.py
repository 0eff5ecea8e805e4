"""A chart as a figure of matplotlib, without its pyplot and without a trace in its settings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from npolicing.charts._layout import EDGE, WIDTH, Block, Box, Layout, laid_out
from npolicing.charts._marks import put
from npolicing.charts._matplotlib import new_figure, settings
from npolicing.charts._palette import FAINT, INK, palette
from npolicing.charts._text import SMALL, clean, height
from npolicing.charts._words import names, placed
from npolicing.exhibits.marks import Cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from npolicing.exhibits.chart import Chart

__all__ = ["png", "svg"]


def svg(chart: Chart, *, captions: bool) -> str:
    """The picture as matplotlib writes it; no date and no version in it."""
    said = dict.fromkeys(["Date", "Creator", "Format", "Type"])
    with settings(chart.name):
        written = io.StringIO()
        _figure(chart, captions=captions).savefig(written, format="svg", metadata=said)
        return written.getvalue()


def png(chart: Chart, *, captions: bool, dpi: int) -> bytes:
    """The picture as pixels."""
    with settings(chart.name):
        written = io.BytesIO()
        figure = _figure(chart, captions=captions)
        figure.savefig(written, format="png", dpi=dpi, metadata={"Software": None})
        return written.getvalue()


def _figure(chart: Chart, *, captions: bool) -> Figure:
    layout = laid_out(chart, captions=captions)
    figure = new_figure(WIDTH, layout.height)
    for box in layout.boxes:
        _panel(figure, chart, layout, box)
    for block in layout.blocks:
        _write(figure, layout, block)
    if layout.scale is not None:
        _scale(figure, chart, layout, layout.scale)
    return figure


def _write(figure: Figure, layout: Layout, block: Block) -> None:
    """Lines of words, by their baselines: what hangs below differs from line to line."""
    top = block.y
    for line in block.words.split("\n"):
        figure.text(
            block.x / WIDTH,
            1 - (top + block.size) / layout.height,
            clean(line),
            size=block.size,
            weight="bold" if block.bold else "normal",
            color=INK,
            va="baseline",
        )
        top += height(line, block.size)


def _panel(figure: Figure, chart: Chart, layout: Layout, box: Box) -> None:
    axes = figure.add_axes(
        (
            box.left / WIDTH,
            1 - (box.top + box.down) / layout.height,
            box.across / WIDTH,
            box.down / layout.height,
        )
    )
    _axes(axes, chart, box)
    for mark in box.panel.marks:
        put(mark, axes, box.across)
    title = Block(
        x=box.left, y=box.top - box.heads - 16, words=box.panel.title, size=SMALL, bold=True
    )
    _write(figure, layout, title)
    for word in (*names(box), *placed(box)):
        figure.text(
            word.x / WIDTH,
            1 - word.baseline / layout.height,
            clean(word.words),
            size=word.size,
            color=word.colour,
            ha=word.side,
            va="baseline",
        )


def _axes(axes: Axes, chart: Chart, box: Box) -> None:
    x, y = box.x, box.y
    if x.log:
        axes.set_xscale("log")
    axes.set_xlim(x.low, x.high)
    axes.set_ylim(y.low, y.high)
    axes.minorticks_off()
    axes.set_xticks([at for at, _ in x.ticks])
    axes.set_yticks([at for at, _ in y.ticks])
    cells = any(isinstance(mark, Cells) for mark in box.panel.marks)
    axes.patch.set_visible(False)
    axes.grid(visible=False)
    if not cells:
        axes.grid(visible=True, axis="x" if chart.y.named else "y", color=FAINT)
    frame = palette().roles["context"]
    axes.tick_params(labelleft=False, labelbottom=False, color=frame)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=0 if chart.y.named else 3)
    axes.spines["bottom"].set_visible(not chart.y.named)
    axes.spines["bottom"].set_color(frame)


def _scale(figure: Figure, chart: Chart, layout: Layout, top: float) -> None:
    """The key to the colours of cells: a row of them, each over its words."""
    words = next(
        mark.scale for panel in chart.panels for mark in panel.marks if isinstance(mark, Cells)
    )
    colours = palette().steps[: len(words)]
    across = (WIDTH - 2 * EDGE) / len(words)
    axes = figure.add_axes(
        (EDGE / WIDTH, 1 - (top + 12) / layout.height, 1 - 2 * EDGE / WIDTH, 12 / layout.height)
    )
    axes.axis("off")
    axes.set_xlim(0, len(words))
    axes.set_ylim(0, 1)
    for at, (colour, word) in enumerate(zip(colours, words, strict=False)):
        axes.fill(
            [at, at + 0.98, at + 0.98, at],
            [0, 0, 1, 1],
            facecolor=colour,
            edgecolor=palette().roles["context"],
            linewidth=0.6,
            clip_on=False,
        )
        _write(figure, layout, Block(x=EDGE + at * across, y=top + 14, words=word, size=SMALL))
