"""Plans: what a count should be on a day, between the points that somebody stated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import attrs

from npolicing._examining import Rows, take
from npolicing.entities import Milestone
from npolicing.errors import Failure, MixedRowsError, ValidationError
from npolicing.measures._areas import Area, Counted, OfArea
from npolicing.measures._pacing import AREA, Aim, Count, aims_of, counts_of, shortfall
from npolicing.vocabulary import FLOWS

__all__ = ["Shape", "Way", "ways"]

Shape = Literal["linear", "stepped"]
"""How a plan runs between its points: straight, or held until the next is due."""
_Point = tuple[date, int]
_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class _Stone(Counted):
    due: date


@attrs.frozen
class Way(OfArea):
    """One area's way from its base to its target; each may be unknown."""

    start: Count | None
    count: Count | None
    aim: Aim | None
    due: date | None
    milestones: tuple[_Point, ...]

    @property
    def base(self) -> int | None:
        """The count that the way begins at."""
        return self.start.value if self.start else None

    @property
    def base_as_of(self) -> date | None:
        """Its day."""
        return self.start.as_of if self.start else None

    @property
    def current(self) -> int | None:
        """The count that is judged."""
        return self.count.value if self.count else None

    @property
    def as_of(self) -> date | None:
        """Its day."""
        return self.count.as_of if self.count else None

    @property
    def target(self) -> int | None:
        """What is to be reached, or kept."""
        return self.aim.value if self.aim else None

    @property
    def shortfall(self) -> int | None:
        """What lacks, or is too many."""
        return shortfall(self.aim, self.current)

    def planned(self, shape: Shape) -> float | None:
        """What the count should be on its day; null before the first point, and after the last.

        After the day that the target is due it is the target.
        """
        points, day = self._points(), self.as_of
        if day is None:
            return None
        after = bisect_right([each for each, _ in points], day)
        if not after:
            return None
        (first, value), *_ = points[after - 1 :]
        if shape == "stepped" or first == day:
            return float(value)
        if after == len(points):
            return float(value) if self.due is not None and first >= self.due else None
        last, target = points[after]
        return value + (target - value) * ((day - first) / (last - first))

    def _points(self) -> list[_Point]:
        points = list(self.milestones)
        if self.start and not (points and points[0][0] <= self.start.as_of):
            points.insert(0, (self.start.as_of, self.start.value))
        if self.due is not None and self.aim and not (points and points[-1][0] >= self.due):
            points.append((self.due, self.aim.value))
        return points


def ways(
    observations: Rows,
    targets: Rows,
    milestones: Rows,
    *,
    base: date | None,
    as_of: date | None,
    due: date | None,
    cumulate: bool,
) -> list[Way]:
    """The way of each area that has a count, a target or a milestone.

    Raises:
        MixedRowsError: If the periods of a flow that is cumulated have gaps, or overlap.
        ValidationError: If rows break their declarations, or milestones contradict their target.
    """
    counts: dict[Area, list[Count]] = {}
    for count in counts_of(observations):
        counts.setdefault(count.area, []).append(count)
    read = {area: _readings(area, rows, cumulate=cumulate) for area, rows in counts.items()}
    aims, stones = aims_of(targets), _stones(milestones)
    found = []
    for area in dict.fromkeys([*read, *aims, *stones]):
        aim, readings = aims.get(area), read.get(area, [])
        day = due or (aim.due if aim else None)
        points = stones.get(area, ())
        _refuse_contradiction(area, points, aim, day)
        current = _last(readings, as_of)
        start = _base(readings, base, current)
        found.append(Way(area, start, current, aim, day, points))
    return found


def _readings(area: Area, rows: Sequence[Count], *, cumulate: bool) -> list[Count]:
    """An area's counts by their day; those of a flow added up, from 0 before the first."""
    ordered = sorted(rows, key=lambda row: row.as_of)
    if not cumulate or area.topic not in FLOWS:
        return ordered
    _refuse_gaps(area, ordered)
    started = ordered[0].period_start
    running = 0
    readings = []
    if started is not None and started > date.min:
        readings.append(attrs.evolve(ordered[0], value=0, as_of=started - _DAY))
    for row in ordered:
        running += row.value
        readings.append(attrs.evolve(row, value=running))
    return readings


def _refuse_gaps(area: Area, ordered: Sequence[Count]) -> None:
    for first, second in pairwise(ordered):
        if second.period_start != first.as_of + _DAY:
            raise MixedRowsError(
                f"cumulate=True adds up periods that follow one another, and {area} has one to "
                f"{first.as_of} and one from {second.period_start}. A gap is not 0: pass the rows "
                "of periods that meet."
            )


def _stones(milestones: Rows) -> Mapping[Area, tuple[_Point, ...]]:
    rows = take(milestones, Milestone, (*AREA, "value", "due")).sort_by("due").to_pylist()
    found: dict[Area, list[_Point]] = {}
    for stone in (_Stone(**row) for row in rows):
        found.setdefault(stone.area, []).append((stone.due, stone.value))
    return {area: tuple(points) for area, points in found.items()}


def _refuse_contradiction(
    area: Area, points: Iterable[_Point], aim: Aim | None, due: date | None
) -> None:
    if aim is None or due is None:
        return
    failures = [
        Failure(
            code="INCONSISTENT",
            rule=f"of {area}: before its target is due on {due}, or the target on that day",
            column="due",
            value=day,
        )
        for day, value in points
        if day > due or (day == due and value != aim.value)
    ]
    if failures:
        raise ValidationError("Milestone", failures)


def _last(readings: Sequence[Count], day: date | None) -> Count | None:
    known = [row for row in readings if day is None or row.as_of <= day]
    return known[-1] if known else None


def _base(readings: Sequence[Count], base: date | None, count: Count | None) -> Count | None:
    """The count that the way begins at: of a day that is named, or the first of several."""
    if count is None:
        return None
    if base is not None:
        return _last(readings, min(base, count.as_of))
    return readings[0] if readings[0].as_of < count.as_of else None
