"""What the control charts of many series say of the last month."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.measures._month_series import MonthSeries
from npolicing.stats.chance import expected_signals
from npolicing.stats.control import ControlChart, Direction, Rules, xmr

__all__ = ["FEWEST", "Signals", "signals"]

FEWEST = 12
"""Points of a chart; fewer say nothing."""


@attrs.frozen(eq=False)
class Signals:
    """One item a series: what its chart says of the last month, and None where it has no chart.

    Attributes:
        signal: The rule by which the last point is flagged, or `none`.
        reading: What that means, with the direction of good.
        since: The first month of what the rule saw; None without a signal.
        points: How many months without a break the series has up to the last.
        trial: Whether the limits are trial limits.
        by_chance: How often the last point of such a chart is flagged where nothing changes.
    """

    signal: list[str | None]
    reading: list[str | None]
    since: list[str | None]
    points: NDArray[np.int64]
    trial: list[bool | None]
    by_chance: list[float | None]


def signals(series: MonthSeries, *, direction: Direction, rules: Rules) -> Signals:
    """The charts of what each series has by day, since its last gap."""
    number, length = series.counts.shape
    first = np.maximum(series.begins(), series.last_gaps() + 1)
    found = Signals(
        [None] * number, [None] * number, [None] * number, length - first, [None] * number,
        [None] * number,
    )  # fmt: skip
    for begin in np.unique(first).tolist():
        points = length - begin
        if points < FEWEST:
            continue
        rows = np.flatnonzero(first == begin)
        own = series.since(begin)
        a_day = own.counts[rows] / own.days
        chart = xmr(a_day, direction=direction, rules=rules, labels=own.months)
        chance = expected_signals(points, rules=rules).last_point
        for at, row in enumerate(rows.tolist()):
            found.signal[row] = str(chart.rule[at, -1])
            found.reading[row] = str(chart.reading[at, -1])
            found.since[row] = _since(chart, at, rules)
            found.trial[row] = bool(chart.trial[at, -1])
            found.by_chance[row] = chance
    return found


def _since(chart: ControlChart, at: int, rules: Rules) -> str | None:
    """The first month of the pattern by which the last one of a series is flagged."""
    rule, sign = str(chart.rule[at, -1]), int(chart.sign[at, -1])
    flagged = (chart.rule[at] == rule) & (chart.sign[at] == sign)
    if rule == "none" or chart.labels is None:
        return None
    if rule == "near_limit" and rules.near is not None:
        places = np.flatnonzero(flagged)
        return str(chart.labels[places[places >= flagged.size - rules.near[1]][0]])
    if rule == "trend":
        # The point before the first step is of the trend, too.
        flagged = np.append(np.sign(np.diff(chart.value[at])) == sign, values=True)
    elif rule == "run":
        flagged = np.sign(chart.value[at] - chart.mean[at]) == sign
    broken = np.flatnonzero(~flagged)
    return str(chart.labels[broken[-1] + 1 if broken.size else 0])
