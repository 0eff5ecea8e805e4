"""The way from a base to a target: where a count should stand, and when it gets there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, get_args

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows
from npolicing._records import Record
from npolicing.errors import MixedRowsError
from npolicing.measures._areas import refuse_levels
from npolicing.measures._pacing import AREA, months_between, pace_needed, projected
from npolicing.measures._planning import Shape, Way, ways
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    check_days,
    check_word,
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

__all__ = ["Trajectory", "trajectory"]


@attrs.frozen(kw_only=True)
class Trajectory(Record):
    """One group's way from its base to its target; what has no unit is in that of the kind."""

    areas: Annotated[
        int, Column("Areas with a count, a target or a milestone.", unit="areas", ge=1)
    ]
    areas_incomplete: Annotated[
        int, Column("Areas that lack the count, or the target.", unit="areas", ge=0)
    ]
    direction: Annotated[
        Direction | None,
        Column("Whether at least, or at most, the target is good; null without a target."),
    ] = None
    base_as_of: Annotated[
        date | None, Column("Day of the base; null where areas differ in it, or lack it.")
    ] = None
    base: Annotated[
        int | None, Column("The count that the way begins at; null where an area has none.", ge=0)
    ] = None
    as_of: Annotated[
        date | None, Column("Day of the counts; null where areas differ in it, or lack it.")
    ] = None
    current: Annotated[
        int | None, Column("The count; null where an area of the group has none.", ge=0)
    ] = None
    target: Annotated[
        int | None, Column("The target; null where an area of the group has none.", ge=0)
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
    planned: Annotated[
        float | None,
        Column("Where the count should stand on its day; null where the plan does not say.", ge=0),
    ] = None
    ahead: Annotated[
        float | None,
        Column(
            "How far the count is better than planned, by the direction of the target; negative "
            "where it is behind, null with planned."
        ),
    ] = None
    shortfall: Annotated[
        int | None,
        Column(
            "Sum of what each area lacks, or has too many; null where an area's gap is.",
            ge=0,
        ),
    ] = None
    required_per_month: Annotated[
        float | None,
        Column(
            "Shortfall over months left, which is to be gained, or lost where the target is at "
            "most: 0 without a shortfall; null with one and no time left, and without a day.",
            ge=0,
        ),
    ] = None
    observed_per_month: Annotated[
        float | None,
        Column(
            "Current minus base over the months between; null where no time lies between, or areas "
            "differ in a day."
        ),
    ] = None
    pace_ratio: Annotated[
        float | None,
        Column(
            "Observed over required pace, towards the target: 1 just arrives in time, below 0 goes "
            "the wrong way; null without either, and where nothing is required.",
            unit="ratio",
        ),
    ] = None
    projected: Annotated[
        float | None,
        Column(
            "Current plus the observed pace until due; null without either, below 0, and once due "
            "is past.",
            ge=0,
        ),
    ] = None
    eta: Annotated[
        date | None,
        Column(
            "First day on which the target is met at the observed pace: as_of where it is met "
            "already; null where the count does not move towards it."
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def trajectory(
    observations: Rows,
    targets: Rows,
    *,
    milestones: Rows = (),
    shape: Shape = "linear",
    by: By = None,
    total: bool = False,
    base: date | None = None,
    as_of: date | None = None,
    due: date | None = None,
    cumulate: bool = False,
) -> pd.DataFrame:
    """Whether counts are on their way to their targets, and when they get there at this pace.

    With months of 30.4375 days: ``required_per_month = shortfall / months_left``,
    ``observed_per_month = (current - base) / (as_of - base_as_of)``,
    ``pace_ratio = observed / required``, ``projected = current + observed * months_left`` and
    ``eta = as_of + shortfall / observed``, the part of a day rounded up. Where the target is to be
    kept at most, the way leads down: `pace_ratio` and `eta` then take ``-observed``.

    The plan runs from the base through the milestones to the target: ``"linear"``, straight from
    each to the next, or ``"stepped"``, where each holds until the next is due. Without milestones
    it is the straight line; that is an assumption, and not what anybody promised. A projection
    goes on as before; it is no forecast, and has no interval. Neither has a stock, which is counted
    and not drawn.

    It has what `target_gap` has of one day and one target, and what `growth` has of two days, where
    both have two; `growth` counts whole months, as a report says them, and this measure days, as a
    plan does.

    Args:
        observations: `Observation` rows: `force`, `kind`, `value`, `as_of`, and `npu`, `ward` and
            `period_start` where they are given.
        targets: `Target` rows: `force`, `kind`, `value`, and `npu`, `ward`, `due` and `direction`
            where they are given. A target is held against the counts of its force, kind, unit and
            ward.
        milestones: `Milestone` rows: `force`, `kind`, `value`, `due`, and `npu` and `ward` where
            they are given.
        shape: How the plan runs between the points that are stated.
        by: Columns to group by, of `force`, `kind`, `npu` and `ward`; all rows are one group
            without it.
        total: Whether to add a row for all groups together.
        base: Begin with each area's latest count at or before this day; else with its first. Of one
            count alone there is no base.
        as_of: Take of each area the latest count at or before this day; else its last.
        due: The day by which every target is due, whatever the rows say. None is guessed.
        cumulate: Whether to add up the periods of a flow from the first to each of the others, so
            that it can be held against what is to come together by a day. Its base is 0, before
            the first.

    Returns:
        A row a group, sorted by `by`: the columns of `Trajectory`. A group's plan is the sum of its
        areas' plans, its pace that of the sum of its counts, and its shortfall the sum of its
        areas', so that one area's surplus fills no other's gap.

    Raises:
        MixedRowsError: If rows are of several forces or kinds that `by` does not part, or of
            levels of area that lie within one another; if a group has targets of both directions;
            if a kind is a flow and `cumulate` is not asked for, or its periods have gaps or
            overlap; if a total is over several kinds.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.
        ValidationError: If rows break the declarations of their entity, or a milestone lies after
            its target, or on its day with another value.
        ValueError: If `base` is after `as_of`, or `shape` is unknown.

    Source:
        Pace of the board paper's Street Watch: West Midlands Police, Neighbourhood Policing, board
        paper of 15 October 2019, Appendix 1.

    >>> from npolicing.entities import Observation, Target
    >>> here = {"force": "WMP", "kind": "street_watch", "npu": "CV"}
    >>> counts = [
    ...     Observation(**here, value=8, as_of=date(2019, 7, 1)),
    ...     Observation(**here, value=12, as_of=date(2019, 10, 15)),
    ... ]
    >>> way = trajectory(counts, [Target(**here, value=20, due=date(2020, 4, 1))])
    >>> way[["planned", "ahead", "pace_ratio", "projected"]].round(2).values.tolist()
    [[12.63, -0.63, 0.8, 18.38]]
    >>> print(way["eta"].item())
    2020-05-14
    """
    check_days(base=base, as_of=as_of, due=due)
    check_word("shape", shape, get_args(Shape))
    names = columns_of(by, AREA)
    if base is not None and as_of is not None and base > as_of:
        raise ValueError(f"base={base} is after as_of={as_of}; the way begins before it is judged")
    rows = ways(
        observations, targets, milestones, base=base, as_of=as_of, due=due, cumulate=cumulate
    )
    refuse_mixed("trajectory", rows, names, ("force", "kind"))
    if not cumulate:
        _refuse_flows(rows)
    refuse_levels("trajectory", [row.area for row in rows])
    if total:
        refuse_total("trajectory", (row.kind for row in rows))
    return result(Trajectory, names, rows, partial(_figures, shape=shape), total=total)


def _refuse_flows(rows: Sequence[Way]) -> None:
    flows = sorted({row.kind for row in rows}.intersection(FLOWS))
    if flows:
        raise MixedRowsError(
            f"trajectory takes counts that stand at a day, and these count over a period: "
            f"{', '.join(flows)}. Pass cumulate=True to add the periods up, or the rows of a stock."
        )


def _direction(rows: Sequence[Way]) -> Direction | None:
    found = {row.aim.direction for row in rows if row.aim}
    if len(found) > 1:
        raise MixedRowsError(
            f"trajectory adds up areas that go one way, and {rows[0].kind} of a group has targets "
            "of at least and of at most. Put what parts them in by, or pass the rows of one."
        )
    return found.pop() if found else None


def _figures(rows: Sequence[Way], *, is_total: bool, shape: Shape) -> Trajectory:
    direction = _direction(rows)
    sign = -1 if direction == "at_most" else 1
    base, current = total_of(row.base for row in rows), total_of(row.current for row in rows)
    base_as_of, as_of = same(row.base_as_of for row in rows), same(row.as_of for row in rows)
    due = same(row.due for row in rows)
    left, passed = months_between(as_of, due), months_between(base_as_of, as_of)
    lacking = total_of(row.shortfall for row in rows)
    gained = difference(current, base)
    observed = None if gained is None or not passed else gained / passed
    required = pace_needed(lacking, left)
    planned = total_of(row.planned(shape) for row in rows)
    better = None if current is None or planned is None else sign * (current - planned)
    return Trajectory(
        areas=len(rows),
        areas_incomplete=sum(row.count is None or row.aim is None for row in rows),
        direction=direction,
        base_as_of=base_as_of,
        base=base,
        as_of=as_of,
        current=current,
        target=total_of(row.target for row in rows),
        due=due,
        months_left=left,
        planned=planned,
        ahead=None if direction is None else better,
        shortfall=lacking,
        required_per_month=required,
        observed_per_month=observed,
        pace_ratio=ratio(None if observed is None else sign * observed, required),
        projected=projected(current, observed, left),
        eta=_eta(base_as_of, as_of, lacking, None if gained is None else sign * gained),
        is_total=is_total,
    )


def _eta(
    base_as_of: date | None, as_of: date | None, lacking: int | None, gained: int | None
) -> date | None:
    """The first day on which nothing lacks any more, if as much is gained a day as before."""
    if as_of is None or lacking is None:
        return None
    if lacking == 0:
        return as_of
    if base_as_of is None or gained is None or gained <= 0:
        return None
    days = -(-lacking * (as_of - base_as_of).days // gained)
    return as_of + timedelta(days=days) if days <= (date.max - as_of).days else None
