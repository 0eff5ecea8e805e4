"""Counts against their targets: the gap, the shortfall, and the pace that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows
from npolicing._records import Record
from npolicing.errors import MixedRowsError
from npolicing.measures._areas import Area, OfArea, latest, refuse_levels
from npolicing.measures._pacing import (
    AREA,
    Aim,
    Count,
    aims_of,
    counts_of,
    months_between,
    pace_needed,
    shortfall,
)
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
from npolicing.vocabulary import FLOWS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TargetGap", "target_gap"]


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


@attrs.frozen
class _Held(OfArea):
    """One area's count held against its target; either may be unknown."""

    count: Count | None
    aim: Aim | None
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
        return shortfall(self.aim, self.current)


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
    names = columns_of(by, AREA)
    rows = _held(latest("target_gap", counts_of(observations), as_of), aims_of(targets), due)
    refuse_mixed("target_gap", rows, names, ("force", "kind"))
    refuse_levels("target_gap", [row.area for row in rows])
    if total:
        refuse_total("target_gap", (row.kind for row in rows))
    return result(TargetGap, names, rows, _figures, total=total)


def _held(counts: dict[Area, Count | None], aims: dict[Area, Aim], due: date | None) -> list[_Held]:
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
    lacking = total_of(row.shortfall for row in rows)
    as_of = same(row.as_of for row in rows)
    due = same(row.due for row in rows)
    left = months_between(as_of, due)
    flow = rows[0].kind in FLOWS
    return TargetGap(
        areas=len(rows),
        areas_incomplete=sum(row.count is None or row.aim is None for row in rows),
        current=current,
        target=target,
        gap=difference(target, current),
        shortfall=lacking,
        attainment=ratio(current, target),
        as_of=as_of,
        due=due,
        months_left=left,
        pace_needed=None if flow else pace_needed(lacking, left),
        is_total=is_total,
    )
