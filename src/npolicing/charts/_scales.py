"""Axes worked out: where they begin and end, and which positions have a name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import attrs

from npolicing._wording import figure
from npolicing.charts._matplotlib import round_numbers
from npolicing.charts._text import BODY, SMALL, width
from npolicing.exhibits.marks import (
    Axis,
    Band,
    Bars,
    Cells,
    Guide,
    Label,
    Line,
    Mark,
    Panel,
    Points,
    Spans,
)

__all__ = ["Scale", "x_scale", "y_scale"]

_GAP = 5.0


@attrs.frozen
class Scale:
    """One axis: its ends, its named positions, and where between the ends a number is."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """How far along a number is: 0 at the low end, 1 at the high one."""
        low, high, at = (
            map(math.log, (self.low, self.high, value))
            if self.log
            else (self.low, self.high, value)
        )
        return (at - low) / (high - low)


def x_scale(axis: Axis, panels: Sequence[Panel], room: float) -> Scale:
    """The scale along, with room for the words at the right of points."""
    marks = [mark for panel in panels for mark in panel.marks]
    labels = [(mark.x, width(mark.text, SMALL)) for mark in _labels(marks, "right")]
    return _scale(axis, _along(marks), labels, room, _ticks_for(room))


def y_scale(axis: Axis, panels: Sequence[Panel], room: float) -> Scale:
    """The scale upwards, with room for the words above and below points."""
    marks = [mark for panel in panels for mark in panel.marks]
    values = list(_upwards(marks))
    if axis.named:
        rows = [at for at, _ in axis.ticks] or [0.0]
        first = min(rows) - 0.5 if axis.low is None else axis.low
        ends = (first, max(rows) + 0.5 if axis.high is None else axis.high)
        low, high = reversed(ends) if axis.reverse else ends
        return Scale(low, high, axis.ticks)
    above = [(mark.y, BODY) for mark in _labels(marks, "above")]
    found = _scale(axis, values, above, room, 4)
    if axis.low is not None or not any(_labels(marks, "below")):
        return found
    return attrs.evolve(found, low=found.low - (found.high - found.low) * (BODY + 2 * _GAP) / room)


def _ticks_for(room: float) -> int:
    return 5 if room > 200 else 3


def _scale(
    axis: Axis,
    values: Iterable[float | None],
    labels: Sequence[tuple[float, float]],
    room: float,
    most: int,
) -> Scale:
    known = [value for value in values if value is not None and math.isfinite(value)]
    low = axis.low if axis.low is not None else min(known, default=0.0)
    high = axis.high if axis.high is not None else max(known, default=1.0)
    if not high > low:
        # One figure alone, or none: something round it.
        high = low + (abs(low) or 1.0)
        low = low if axis.low is not None or not known else low - (high - low)
    if axis.log:
        return Scale(low, high, axis.ticks, log=True)
    if axis.ticks:
        return Scale(low, high, axis.ticks)
    names = _round(low, high, most, axis)
    if axis.low is None:
        low = min(low, names[0][0]) if known else low
    if axis.high is None:
        high = max(high, names[-1][0])
        high = max([high, *(_far(low, at, size, room) for at, size in labels)])
    return Scale(low, high, tuple(tick for tick in names if low <= tick[0] <= high))


def _far(low: float, at: float, size: float, room: float) -> float:
    """How far a scale must go for words of a size beside a position to fit."""
    left = room - size - _GAP - 2
    return low + (at - low) * room / left if left > room / 4 else low + (at - low) * 4


def _round(low: float, high: float, most: int, axis: Axis) -> list[tuple[float, str]]:
    """Round numbers from the one below the low end to the one above the high one."""
    values = round_numbers(low, high, most)
    step = values[1] - values[0] if len(values) > 1 else 1.0
    places = _places(step * 100 if axis.unit == "ratio" else step)
    return [(each, _reads(each, axis.unit, places)) for each in values]


def _places(step: float) -> int:
    """How many decimal places tell the steps of an axis apart."""
    return next((n for n in range(9) if math.isclose(round(step, n), step, rel_tol=1e-6)), 9)


def _reads(value: float, unit: str | None, places: int) -> str:
    if unit == "ratio":
        return f"{value * 100:,.{places}f} %"
    if unit == "GBP":
        return figure(round(value), "GBP")
    return f"{value + 0.0:,.{places}f}"


def _labels(marks: Iterable[Mark], place: str) -> Iterator[Label]:
    return (mark for mark in marks if isinstance(mark, Label) and mark.place == place)


def _along(marks: Iterable[Mark]) -> Iterator[float | None]:
    """Every number along x."""
    for mark in marks:
        if isinstance(mark, Bars):
            yield from (0.0, *mark.to)
        elif isinstance(mark, Line | Points | Band | Cells):
            yield from mark.x
        elif isinstance(mark, Spans):
            yield from mark.at if mark.upright else (*mark.low, *mark.high)
        elif isinstance(mark, Guide):
            yield mark.at if mark.upright else None
        elif mark.place != "margin":
            yield mark.x


def _upwards(marks: Iterable[Mark]) -> Iterator[float | None]:
    """Every number along y."""
    for mark in marks:
        if isinstance(mark, Bars):
            yield from mark.at
        elif isinstance(mark, Line | Points | Cells):
            yield from mark.y
        elif isinstance(mark, Band):
            yield from (*mark.low, *mark.high)
        elif isinstance(mark, Spans):
            yield from (*mark.low, *mark.high) if mark.upright else mark.at
        elif isinstance(mark, Guide):
            yield None if mark.upright else mark.at
        else:
            yield mark.y
