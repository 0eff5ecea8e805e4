"""The rules by which a point of a control chart is a special cause, on many series at once.

All of it is about one part of a chart: a row is a series, a column a point.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.stats._limits import Lines, Table

Codes = NDArray[np.int8]
_Flags = NDArray[np.bool_]

RULES = ("none", "outside_limits", "trend", "near_limit", "run")
"""What a point is flagged by; of several, the first in this order after `none`."""


@attrs.frozen(kw_only=True)
class Rules:
    """How long a pattern must be to be a special cause; None leaves a rule out.

    A point outside the limits is always one.

    Attributes:
        run: So many points in a row on the same side of the mean; one on the mean ends a run.
        trend: So many points in a row, each above the one before, or each below; two that are equal
            end a trend. Seven points are six steps.
        near: So many of so many points in a row that lie between the near line and the limit, all
            of the row being on the same side of the mean. Those near the limit alone are flagged.

    Raises:
        ValueError: If a run or a trend is shorter than 2, or `near` is not some of as many or more.

    >>> Rules(trend=5)
    Rules(run=7, trend=5, near=(2, 3))
    """

    run: int | None = 7
    trend: int | None = 7
    near: tuple[int, int] | None = (2, 3)

    def __attrs_post_init__(self) -> None:
        for name, length in (("run", self.run), ("trend", self.trend)):
            if length is not None and length < 2:
                raise ValueError(f"{name} is {length}: it is 2 points or more, or None for no rule")
        if self.near is not None and not 1 <= self.near[0] <= self.near[1]:
            raise ValueError(
                f"near is {self.near}: it is so many of so many points, such as (2, 3), or None for"
                " no rule"
            )


def special_causes(values: Table, lines: Lines, rules: Rules) -> tuple[Codes, Codes]:
    """For each point its rule, as a place in `RULES`, and 1 for high or rising, -1 for the other.

    Both are 0 for a point that no rule flags.
    """
    side = np.sign(values - lines.mean).astype(np.int8)
    outside = (values > lines.upper) | (values < lines.lower)
    near = ~outside & ((values > lines.near_upper) | (values < lines.near_lower))
    trend = _trends(values, rules.trend)
    rule = np.select(
        [outside, trend != 0, near & _near(near, side, rules.near), _in_runs(side, rules.run)],
        [1, 2, 3, 4],
    ).astype(np.int8)
    return rule, np.where(rule == 2, trend, side * (rule != 0)).astype(np.int8)


def _in_runs(side: Codes, length: int | None) -> _Flags:
    """Points of a run on one side of the mean."""
    if length is None:
        return np.zeros(side.shape, bool)
    return _in_rows(side > 0, length) | _in_rows(side < 0, length)


def _near(near: _Flags, side: Codes, rule: tuple[int, int] | None) -> _Flags:
    """Points of a row on one side of the mean of which enough are near the limit."""
    if rule is None:
        return np.zeros(side.shape, bool)
    least, length = rule
    return _in_rows(side > 0, length, near, least) | _in_rows(side < 0, length, near, least)


def _trends(values: Table, length: int | None) -> Codes:
    """1 for a point of a rise, -1 for one of a fall: of both, the one that begins there."""
    if length is None:
        return np.zeros(values.shape, np.int8)
    steps = np.diff(values, axis=1)
    rising, falling = (_ends(_in_rows(each, length - 1)) for each in (steps > 0, steps < 0))
    # A peak ends a rise and may begin a fall; only the step after it tells.
    falls_next = np.pad(steps < 0, ((0, 0), (0, 1)))
    return np.where(rising & ~(falling & falls_next), 1, -falling.astype(np.int8)).astype(np.int8)


def _ends(steps: _Flags) -> _Flags:
    """The points at either end of flagged steps."""
    points = np.zeros((len(steps), steps.shape[1] + 1), bool)
    points[:, 1:] |= steps
    points[:, :-1] |= steps
    return points


def _in_rows(flags: _Flags, length: int, counted: _Flags | None = None, least: int = 0) -> _Flags:
    """Where points are in some row of `length` that are all flagged, `least` of them counted."""
    members = np.zeros(flags.shape, bool)
    if flags.shape[1] < length:
        return members
    rows = _counts(flags, length) == length
    if counted is not None:
        rows &= _counts(counted, length) >= least
    for place in range(length):
        members[:, place : place + rows.shape[1]] |= rows
    return members


def _counts(flags: _Flags, length: int) -> NDArray[np.int64]:
    """How many are flagged of each `length` in a row."""
    upto: NDArray[np.int64] = np.pad(flags.cumsum(axis=1), ((0, 0), (1, 0)))
    return upto[:, length:] - upto[:, :-length]
