"""Counts, the targets that they are held against, and the pace from the one to the other."""

from __future__ import annotations

from datetime import date

import attrs

from npolicing._examining import Rows, take
from npolicing.calendar import DAYS_PER_MONTH
from npolicing.entities import Observation, Target
from npolicing.measures._areas import Area, Counted
from npolicing.vocabulary import Direction

__all__ = [
    "AREA",
    "Aim",
    "Count",
    "aims_of",
    "counts_of",
    "months_between",
    "pace_needed",
    "projected",
    "shortfall",
]

AREA = ("force", "kind", "npu", "ward")
"""The columns that say what is counted, and where."""


@attrs.frozen(kw_only=True)
class Count(Counted):
    """What was counted, on a day or up to it."""

    as_of: date
    period_start: date | None


@attrs.frozen(kw_only=True)
class Aim(Counted):
    """What is to be reached, or kept."""

    due: date | None
    direction: Direction


def counts_of(observations: Rows) -> list[Count]:
    """The counts of observations."""
    columns = (*AREA, "value", "as_of", "period_start")
    return [Count(**row) for row in take(observations, Observation, columns).to_pylist()]


def aims_of(targets: Rows) -> dict[Area, Aim]:
    """The target of each area."""
    columns = (*AREA, "value", "due", "direction")
    rows = [Aim(**row) for row in take(targets, Target, columns).to_pylist()]
    return {row.area: row for row in rows}


def shortfall(aim: Aim | None, current: int | None) -> int | None:
    """What a count lacks, or has too many, where the target is to be kept at most."""
    if aim is None or current is None:
        return None
    gap = aim.value - current
    return max(gap if aim.direction == "at_least" else -gap, 0)


def months_between(first: date | None, last: date | None) -> float | None:
    """From one day to another, in mean months; negative where the second is the earlier."""
    return None if first is None or last is None else (last - first).days / DAYS_PER_MONTH


def pace_needed(lacking: int | None, left: float | None) -> float | None:
    """What a month must bring: 0 where nothing lacks, null where no time is left for what does."""
    if lacking is None or left is None:
        return None
    if lacking == 0:
        return 0.0
    return lacking / left if left > 0 else None


def projected(current: int | None, rate: float | None, ahead: float | None) -> float | None:
    """Where a count stands after some months more at a rate; null below 0, and for the past."""
    if current is None or rate is None or ahead is None or ahead < 0:
        return None
    found = current + rate * ahead
    # A steady fall ends at nothing; what comes after is no count.
    return found if found >= 0 else None
