"""Targets and thresholds as they were stated, and what they make of a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from npolicing.calendar import within
from npolicing.entities import Threshold
from npolicing.measures import Status, status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from npolicing.stats.control import Direction

__all__ = ["direction_of", "judged", "stated", "worded"]

_GOOD: dict[str, Direction] = {
    "at_least": "increase",
    "at_most": "decrease",
    "within": "neutral",
}


def stated(
    thresholds: Sequence[Threshold], measure: str, npu: str | None, item: str | None, day: date
) -> Threshold | None:
    """The threshold of a measure that is closest to a unit and a grade; null where none is."""
    found = [
        row
        for row in thresholds
        if row.measure == measure
        and row.npu in (None, npu)
        and row.priority in (None, item)
        and within(row.valid_from, row.valid_to, day)
    ]
    return max(found, key=lambda row: (row.npu is not None, row.priority is not None), default=None)


def direction_of(threshold: Threshold | None, otherwise: Direction) -> Direction:
    """Which way is good: as it was stated, or as goes without saying."""
    return otherwise if threshold is None else _GOOD[threshold.direction]


def judged(
    threshold: Threshold | None, figure: float | None, target: float | None = None
) -> Status | None:
    """Green, amber or red by a threshold that was stated; null where none was.

    Args:
        threshold: The threshold.
        figure: The figure.
        target: What it is to reach, where the threshold does not say.
    """
    if threshold is None:
        return None
    aim = threshold.target if threshold.target is not None else target
    frame = status(
        pd.DataFrame({"value": pd.Series([figure], dtype="float64")}),
        value="value",
        target=aim,
        thresholds=(threshold.green, threshold.amber),
        direction=threshold.direction,
        relative=threshold.relative,
    )
    row = frame.iloc[0]
    return Status(
        value=figure,
        target=aim,
        gap=None if pd.isna(row["gap"]) else float(row["gap"]),
        status=row["status"],
        words=row["words"],
    )


def worded(threshold: Threshold) -> str:
    """A threshold in words."""
    way = {"at_least": "at least", "at_most": "at most", "within": "near"}[threshold.direction]
    aim = "its target" if threshold.target is None else f"{threshold.target:g}"
    of = " of the target" if threshold.relative else ""
    return (
        f"{way} {aim}: green if it misses by no more than {threshold.green:g}{of}, amber by no "
        f"more than {threshold.amber:g}{of}, red beyond"
    )
