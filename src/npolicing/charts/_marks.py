"""Each kind of mark as matplotlib draws it."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from npolicing.charts._palette import PAPER, palette
from npolicing.exhibits.marks import (
    Band,
    Bars,
    Cells,
    Guide,
    Label,
    Line,
    Mark,
    Points,
    Positions,
    Shape,
    Spans,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["put"]

_MARKERS: dict[Shape, tuple[str, float]] = {
    "dot": ("o", 4.0),
    "ring": ("o", 5.0),
    "triangle": ("^", 6.5),
    "square": ("s", 5.5),
    "diamond": ("D", 5.5),
    "tick": ("|", 14.0),
}
_DASHES = (0, (4, 2))


def _known(values: Positions) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


@singledispatch
def put(mark: Mark, _: Axes, __: float) -> None:
    """Draw one mark in a panel of so many points across."""
    raise TypeError(f"no mark: {mark!r}")


@put.register(Bars)
def _bars(mark: Bars, axes: Axes, _: float) -> None:
    at, to = _known(mark.at), _known(mark.to)
    there = ~np.isnan(at) & ~np.isnan(to)
    axes.barh(
        at[there], to[there], height=0.62, color=palette().roles[mark.role], zorder=2, clip_on=False
    )


@put.register(Line)
def _line(mark: Line, axes: Axes, _: float) -> None:
    axes.plot(
        _known(mark.x),
        _known(mark.y),
        color=palette().roles[mark.role],
        linewidth=1.0 if mark.thin else 1.8,
        linestyle=_DASHES if mark.dashed else "solid",
        zorder=3,
        clip_on=False,
    )


@put.register(Band)
def _band(mark: Band, axes: Axes, _: float) -> None:
    """A pale band between two lines that are dark enough to be seen without it."""
    x, low, high = map(_known, (mark.x, mark.low, mark.high))
    for run in _runs(~np.isnan(x) & ~np.isnan(low) & ~np.isnan(high)):
        axes.fill(
            np.r_[x[run], x[run][::-1]],
            np.r_[low[run], high[run][::-1]],
            facecolor=palette().fill,
            edgecolor="none",
            zorder=1,
            clip_on=False,
        )
    for limit in (low, high):
        axes.plot(x, limit, color=palette().steps[2], linewidth=0.8, zorder=2, clip_on=False)


def _runs(there: NDArray[np.bool_]) -> list[slice]:
    """The stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.r_[False, there, False].astype(np.int8)))
    return [slice(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


@put.register(Points)
def _points(mark: Points, axes: Axes, across: float) -> None:
    shape, size = _MARKERS[mark.shape]
    colour = palette().roles[mark.role]
    # Of many beside one another each is smaller.
    crowded = min(max(across / len(mark.x) / 6.0, 0.45), 1.0) if mark.shape != "tick" else 1.0
    axes.plot(
        _known(mark.x),
        _known(mark.y),
        linestyle="none",
        marker=shape,
        markersize=size * (1.5 if mark.large else 1.0) * crowded,
        color=colour,
        markerfacecolor=PAPER if mark.shape == "ring" else colour,
        markeredgewidth=3.0 if mark.shape == "tick" else 1.0,
        zorder=4,
        clip_on=False,
    )


@put.register(Spans)
def _spans(mark: Spans, axes: Axes, _: float) -> None:
    at, low, high = map(_known, (mark.at, mark.low, mark.high))
    there = ~np.isnan(at) & ~np.isnan(low) & ~np.isnan(high)
    draw = axes.vlines if mark.upright else axes.hlines
    draw(
        at[there],
        low[there],
        high[there],
        color=palette().roles[mark.role],
        linewidth=1.5,
        zorder=2,
        clip_on=False,
    )


@put.register(Guide)
def _guide(mark: Guide, axes: Axes, _: float) -> None:
    (axes.axvline if mark.upright else axes.axhline)(
        mark.at,
        color=palette().roles[mark.role],
        linewidth=1.0,
        linestyle=_DASHES if mark.dashed else "solid",
        zorder=2,
        clip_on=False,
    )


@put.register(Cells)
def _cells(mark: Cells, axes: Axes, _: float) -> None:
    steps = palette().steps
    for x, y, step in zip(mark.x, mark.y, mark.steps, strict=True):
        if x is None or y is None:
            continue
        axes.fill(
            [x - 0.5, x + 0.5, x + 0.5, x - 0.5],
            [y - 0.5, y - 0.5, y + 0.5, y + 0.5],
            facecolor=PAPER if step is None else steps[step],
            edgecolor=PAPER,
            linewidth=0.6,
            zorder=2,
            clip_on=False,
        )


@put.register(Label)
def _label(mark: Label, axes: Axes, _: float) -> None:
    """Words are placed when all marks are there, so that they keep out of one another's way."""
