"""The axis of ratios that fall and rise: as long as the figures need, with 1 in it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from npolicing.exhibits.marks import Axis

__all__ = ["FARTHEST", "ratio_axis"]

FARTHEST = 1e5
"""Farther from 1 than so many times no ratio is drawn: the others would be as good as at 1."""
_FINE, _MIDDLING, _COARSE = 0.75, 2.2, 5.0
"""How many powers of ten an axis may span, to have so many ticks."""


def ratio_axis(label: str, found: Iterable[float]) -> Axis:
    """An axis on which equal ratios are equally far apart, with room for a mark at either end."""
    ends = [0.8, 1.25, *found]
    first, last = math.log10(min(ends)), math.log10(max(ends))
    room = (last - first) / 16
    low, high = 10 ** (first - room), 10 ** (last + room)
    ticks = tuple((at, _read(at)) for at in _round(low, high) if low <= at <= high)
    return Axis(label=label, ticks=ticks, low=low, high=high, log=True)


def _round(low: float, high: float) -> list[float]:
    """Round ratios, so far from one another that their words do not run together."""
    wide = math.log10(high / low)
    if wide <= _FINE:
        return [0.2, 0.3, 0.5, 0.8, 1.0, 1.25, 2.0, 3.0, 5.0]
    steps = (1, 2, 5) if wide <= _MIDDLING else (1,)
    each = 1 if wide <= _COARSE else 2
    return [float(f"{step}e{ten}") for ten in range(-8, 9, each) for step in steps]


def _read(ratio: float) -> str:
    return f"{ratio:,.8f}".rstrip("0").rstrip(".")
