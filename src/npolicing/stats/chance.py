"""How many signals control charts give where nothing has changed.

Each rule of a chart is now and then kept by chance, and a table of many charts has many chances. A
reader of 24 charts of which three have a signal must know how many would have had one anyway.
"""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np

from npolicing.stats._asked import fixed
from npolicing.stats._limits import lines
from npolicing.stats._runs import Rules, special_causes
from npolicing.stats.control import NHS

__all__ = ["ExpectedSignals", "expected_signals"]

# So many numbers at a time, for memory's sake.
_AT_ONCE = 100_000


@attrs.frozen(kw_only=True)
class ExpectedSignals:
    """What charts of a series show where nothing has changed; times so many charts, what to expect.

    Attributes:
        points: How many points each chart has.
        flagged: How many of them are flagged, on average.
        outside_limits, trend, near_limit, run: How many of those by each rule.
        any_point: Share of charts, from 0 to 1, that have a flagged point.
        last_point: Share of charts whose last point is flagged, as a board reads them each month.
        charts: How many were simulated; a share of p is off by some ``sqrt(p (1 - p) / charts)``.
    """

    points: int
    flagged: float
    outside_limits: float
    trend: float
    near_limit: float
    run: float
    any_point: float
    last_point: float
    charts: int


def expected_signals(
    points: int,
    *,
    rules: Rules = NHS,
    fix_after: int | None = None,
    screen_outliers: bool = True,
    charts: int = 10_000,
    seed: int = 2019,
) -> ExpectedSignals:
    """The number of signals to expect by chance, from simulated charts; the same each time.

    The simulated series are independent normal numbers of one mean and one spread, charted as
    `npolicing.stats.control.xmr` does. Real series are seldom so even: one whose months resemble
    their neighbours, or that has seasons, or counts so small that few values occur, has more
    signals, or others. So this is what the rules do by themselves, and a floor for most series.
    Charts of neighbouring units move together, and then the number by chance varies more than if
    each stood alone; its average is the same.

    Args:
        points: How many points each series has, at least 1.
        rules: As in `npolicing.stats.control.xmr`.
        fix_after: As there.
        screen_outliers: As there.
        charts: How many to simulate.
        seed: Of the random numbers.

    Raises:
        ValueError: If there are no points or no charts, or `fix_after` is below 12.

    Source:
        A simulation, for no formula covers the four rules together with limits that are estimated
        from the same points. With limits that are known, a point is outside by chance in 0.27 % of
        cases (Shewhart).

    >>> by_chance = expected_signals(24)
    >>> print(f"{by_chance.last_point:.0%} of last points, {by_chance.any_point:.0%} of charts")
    2% of last points, 18% of charts
    """
    if points < 1 or charts < 1:
        raise ValueError(f"{charts} charts of {points} points: there is at least one of each")
    return _simulated(
        points=points,
        rules=rules,
        counted=fixed(fix_after),
        screen=screen_outliers,
        charts=charts,
        seed=seed,
    )


@lru_cache(maxsize=256)
def _simulated(
    *, points: int, rules: Rules, counted: int | None, screen: bool, charts: int, seed: int
) -> ExpectedSignals:
    random = np.random.default_rng(seed)
    by_rule = np.zeros(5)
    marked = last = 0
    at_once = max(1, _AT_ONCE // points)
    for begun in range(0, charts, at_once):
        values = random.standard_normal((min(at_once, charts - begun), points))
        found, _ = lines(values[:, :counted], screen=screen)
        rule, _ = special_causes(values, found, rules)
        by_rule += np.bincount(rule.ravel(), minlength=5)
        marked += int(rule.any(axis=1).sum())
        last += int((rule[:, -1] != 0).sum())
    _, outside_limits, trend, near_limit, run = (by_rule / charts).tolist()
    return ExpectedSignals(
        points=points,
        flagged=outside_limits + trend + near_limit + run,
        outside_limits=outside_limits,
        trend=trend,
        near_limit=near_limit,
        run=run,
        any_point=marked / charts,
        last_point=last / charts,
        charts=charts,
    )
