"""A control chart by plain loops, straight from the words of its rules, to be held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

import attrs

from npolicing.stats.control import Rules


@attrs.frozen
class Drawn:
    """The lines of one part."""

    mean: float
    limit: float
    near: float


def drawn(values: Sequence[float], *, screen: bool) -> Drawn:
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    if screen and any(ranges):
        most = 3.267 * fmean(ranges)
        ranges = [each for each in ranges if each < most]
    spread = fmean(ranges) if ranges else float("nan")
    # The mean, so that it is the constant itself of a constant series.
    mean = values[0] + fmean([each - values[0] for each in values])
    return Drawn(mean, 2.66 * spread, 2 * (2.66 / 3) * spread)


def windows(points: int, length: int | None) -> Iterator[range]:
    if length is None:
        return
    for first in range(points - length + 1):
        yield range(first, first + length)


Flag = tuple[int, str, int]
"""A place, the rule that flags it, and whether it is high or rising (1) or not (-1)."""


def flags(values: Sequence[float], lines: Drawn, rules: Rules) -> list[tuple[str, int]]:
    """The rule that flags each point of one part, and whether it is high (1) or low (-1)."""
    sides = [(value > lines.mean) - (value < lines.mean) for value in values]
    outside = beyond(values, lines.mean, lines.limit)
    near = [
        beside and not out
        for beside, out in zip(beyond(values, lines.mean, lines.near), outside, strict=True)
    ]
    # From the least to the greatest precedence: a later one writes over it.
    flagged: list[Flag] = [
        *runs(sides, rules.run),
        *near_limits(sides, near, rules.near),
        *trends(values, rules.trend),
        *((place, "outside_limits", sides[place]) for place, out in enumerate(outside) if out),
    ]
    found: list[tuple[str, int]] = [("none", 0)] * len(values)
    for place, rule, sign in flagged:
        found[place] = (rule, sign)
    return found


def beyond(values: Sequence[float], mean: float, distance: float) -> list[bool]:
    return [value > mean + distance or value < mean - distance for value in values]


def runs(sides: Sequence[int], length: int | None) -> Iterator[Flag]:
    for window in windows(len(sides), length):
        if sides[window[0]] and len({sides[place] for place in window}) == 1:
            yield from ((place, "run", sides[place]) for place in window)


def near_limits(
    sides: Sequence[int], near: Sequence[bool], rule: tuple[int, int] | None
) -> Iterator[Flag]:
    least, length = rule or (0, None)
    for window in windows(len(sides), length):
        close = [place for place in window if near[place]]
        if len({sides[place] for place in window}) == 1 and len(close) >= least:
            yield from ((place, "near_limit", sides[place]) for place in close)


def trends(values: Sequence[float], length: int | None) -> Iterator[Flag]:
    """In the order of time: the peak of a rise is written over by the fall that begins there."""
    for window in windows(len(values), length):
        steps = [values[later] - values[earlier] for earlier, later in pairwise(window)]
        for sign in (1, -1):
            if all(step * sign > 0 for step in steps):
                yield from ((place, "trend", sign) for place in window)
