"""Counts against their targets: the gap, the shortfall, and the pace that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing.calendar import DAYS_PER_MONTH
from npolicing.entities import Observation, Target
from npolicing.errors import MixedRowsError
from npolicing.measures._areas import Area, Counted, OfArea, latest, refuse_levels
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    check_days,
    columns_of,
    difference,
    ratio,
    refuse_mixed,
    refuse_total,
    result,
    same,
    total_of,
)
from npolicing.vocabulary import FLOWS, Direction

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TargetGap", "target_gap"]

_AREA = ("force", "kind", "npu", "ward")


@attrs.frozen(kw_only=True)
class TargetGap(Record):
    """One group's count against its target; what has no unit is in that of the kind."""

    areas: Annotated[int, Column("Areas with a count or a target.", unit="areas", ge=1)]
    areas_incomplete: Annotated[
        int, Column("Areas that lack the count, or the target.", unit="areas", ge=0)
    ]
    current: Annotated[
        int | None, Column("The count; null where an area of the group has none.", ge=0)
    ] = None
    target: Annotated[
        int | None, Column("The target; null where an area of the group has none.", ge=0)
    ] = None
    gap: Annotated[
        int | None, Column("Target minus current, whatever the direction; null with either.")
    ] = None
    shortfall: Annotated[
        int | None,
        Column(
            "Sum of what each area lacks, or has too many; null where an area's gap is.",
            ge=0,
        ),
    ] = None
    attainment: Annotated[
        float | None,
        Column("Current over target, above 1 past it; null at target 0.", unit="ratio", ge=0),
    ] = None
    as_of: Annotated[
        date | None, Column("Day of the counts; null where they differ in it, or lack it.")
    ] = None
    due: Annotated[
        date | None, Column("Day by which it is due; null where targets differ in it, or lack it.")
    ] = None
    months_left: Annotated[
        float | None,
        Column(
            "From as_of to due, in months of 30.4375 days; negative once past, null with either.",
            unit="months",
        ),
    ] = None
    pace_needed: Annotated[
        float | None,
        Column(
            "Shortfall over months left: 0 without a shortfall; null with one and no time left, "
            "without a day, and for a flow.",
            ge=0,
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Count(Counted):
    as_of: date
    period_start: date | None


@attrs.frozen(kw_only=True)
class _Aim(Counted):
    due: date | None
    direction: Direction


@attrs.frozen
class _Held(OfArea):
    """One area's count held against its target; either may be unknown."""

    count: _Count | None
    aim: _Aim | None
    due: date | None

    @property
    def current(self) -> int | None:
        return self.count.value if self.count else None

    @property
    def as_of(self) -> date | None:
        return self.count.as_of if self.count else None

    @property
    def target(self) -> int | None:
        return self.aim.value if self.aim else None

    @property
    def shortfall(self) -> int | None:
        gap = difference(self.target, self.current)
        if gap is None or self.aim is None:
            return None
        return max(gap if self.aim.direction == "at_least" else -gap, 0)


def target_gap(
    observations: Rows,
    targets: Rows,
    *,
    by: By = None,
    total: bool = False,
    as_of: date | None = None,
    due: date | None = None,
) -> pd.DataFrame:
    """How far counts are from their targets, and the pace that would reach them in time.

    ``gap = target - current``, ``attainment = current / target``,
    ``pace_needed = shortfall / months_left``. An area's shortfall is ``max(gap, 0)`` where the
    target is to be reached at least, and ``max(-gap, 0)`` where it is to be kept at most; a
    group's is the sum of its areas', so that one area's surplus fills no other's gap. The gap is a
    plain difference of sums, also where a group has targets of both directions.

    Args:
        observations: `Observation` rows: `force`, `kind`, `value`, `as_of`, and `npu`, `ward` and
            `period_start` where they are given.
        targets: `Target` rows: `force`, `kind`, `value`, and `npu`, `ward`, `due` and `direction`
            where they are given. A target is held against the counts of its force, kind, unit and
            ward.
        by: Columns to group by, of `force`, `kind`, `npu` and `ward`; all rows are one group
            without it.
        total: Whether to add a row for all groups together.
        as_of: Take of each area the latest count at or before this day; one without is unknown.
        due: The day by which every target is due, whatever the rows say. Text such as "by April
            2020" names no day, and none is guessed.

    Returns:
        A row a group, sorted by `by`: the columns of `TargetGap`. An area with a count and no
        target, or the reverse, is kept, is counted in `areas_incomplete`, and makes the sums that
        need it null. There is no pace where the counts of a group are of different days.

    Raises:
        MixedRowsError: If rows are of several forces or kinds that `by` does not part, or of
            levels of area that lie within one another; if areas have counts of several days and
            `as_of` is not given; if the flows of a group are of different periods; if a total is
            over several kinds.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.
        ValidationError: If rows break the declarations of their entity.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Appendix 1.

    >>> from datetime import date
    >>> from npolicing.entities import Observation, Target
    >>> day, kind = date(2019, 10, 15), "street_watch"
    >>> counts = [
    ...     Observation(force="WMP", npu="BW", kind=kind, value=45, as_of=day),
    ...     Observation(force="WMP", npu="DY", kind=kind, value=4, as_of=day),
    ... ]
    >>> targets = [
    ...     Target(force="WMP", npu="BW", kind=kind, value=50),
    ...     Target(force="WMP", npu="DY", kind=kind, value=20),
    ... ]
    >>> gaps = target_gap(counts, targets, by="npu", total=True, due=date(2019, 12, 15))
    >>> gaps["gap"].to_list()
    [5, 16, 21]
    >>> gaps["months_left"].round(2).to_list()
    [2.0, 2.0, 2.0]
    >>> gaps["pace_needed"].round(1).to_list()
    [2.5, 8.0, 10.5]
    """
    check_days(as_of=as_of, due=due)
    names = columns_of(by, _AREA)
    rows = _held(_counts(observations, as_of), _aims(targets), due)
    refuse_mixed("target_gap", rows, names, ("force", "kind"))
    refuse_levels("target_gap", [row.area for row in rows])
    if total:
        refuse_total("target_gap", (row.kind for row in rows))
    return result(TargetGap, names, rows, _figures, total=total)


def _counts(observations: Rows, as_of: date | None) -> dict[Area, _Count | None]:
    columns = (*_AREA, "value", "as_of", "period_start")
    rows = [_Count(**row) for row in take(observations, Observation, columns).to_pylist()]
    return latest("target_gap", rows, as_of)


def _aims(targets: Rows) -> dict[Area, _Aim]:
    columns = (*_AREA, "value", "due", "direction")
    rows = [_Aim(**row) for row in take(targets, Target, columns).to_pylist()]
    return {row.area: row for row in rows}


def _held(
    counts: dict[Area, _Count | None], aims: dict[Area, _Aim], due: date | None
) -> list[_Held]:
    return [
        _Held(area, counts.get(area), aim := aims.get(area), due or (aim.due if aim else None))
        for area in dict.fromkeys([*counts, *aims])
    ]


def _refuse_periods(rows: Sequence[_Held]) -> None:
    periods = sorted(
        {
            f"{row.count.period_start} to {row.count.as_of}"
            for row in rows
            if row.count and row.kind in FLOWS
        }
    )
    if len(periods) > 1:
        raise MixedRowsError(
            f"target_gap adds up a flow over one period, and {rows[0].kind} of a group has "
            f"{len(periods)}: {', '.join(periods)}. Pass the rows of one."
        )


def _figures(rows: Sequence[_Held], *, is_total: bool) -> TargetGap:
    _refuse_periods(rows)
    current = total_of(row.current for row in rows)
    target = total_of(row.target for row in rows)
    shortfall = total_of(row.shortfall for row in rows)
    as_of = same(row.as_of for row in rows)
    due = same(row.due for row in rows)
    left = None if as_of is None or due is None else (due - as_of).days / DAYS_PER_MONTH
    flow = rows[0].kind in FLOWS
    return TargetGap(
        areas=len(rows),
        areas_incomplete=sum(row.count is None or row.aim is None for row in rows),
        current=current,
        target=target,
        gap=difference(target, current),
        shortfall=shortfall,
        attainment=ratio(current, target),
        as_of=as_of,
        due=due,
        months_left=left,
        pace_needed=None if flow else _pace(shortfall, left),
        is_total=is_total,
    )


def _pace(shortfall: int | None, left: float | None) -> float | None:
    if shortfall is None or left is None:
        return None
    if shortfall == 0:
        return 0.0
    return shortfall / left if left > 0 else None
