"""Plans for demand: which tier the anticipated demand calls for, and how likely each tier is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np

from npolicing._columns import Column
from npolicing._examining import ArrowStream, Rows, any_table, take
from npolicing._records import Record
from npolicing.calendar import MONTH, within
from npolicing.entities import DemandTier
from npolicing.errors import Failure, MissingTargetError, MixedRowsError, ValidationError
from npolicing.measures._demand_series import keyed_result
from npolicing.measures._result import CONFIDENCE, IS_TOTAL
from npolicing.measures.anticipating import AnticipatedDemand
from npolicing.stats.predictions import Prediction, exceedance

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["NeededTier", "needed_tier"]

_AREA = ("force", "npu")
_COLUMNS = ("force", "plan", "level", "name", "logs_per_day", "npu", "valid_from", "valid_to")


@attrs.frozen(kw_only=True)
class NeededTier(Record):
    """One tier of a group's plan in one month to come."""

    month: Annotated[str, Column("Month to come, such as 2020-07.", pattern=MONTH)]
    anticipated_per_day: Annotated[
        float, Column("Logs a day that are expected.", unit="logs a day", ge=0)
    ]
    level: Annotated[
        int | None,
        Column(
            "Level of the tier; 0 for no tier, below the lowest; null where the plan has no tier "
            "for the group.",
            ge=0,
        ),
    ] = None
    tier: Annotated[str | None, Column("Name of the tier; null for none.")] = None
    threshold: Annotated[
        float | None,
        Column("Logs a day from which it applies; null without a tier.", unit="logs a day", ge=0),
    ] = None
    likelihood: Annotated[
        float | None,
        Column(
            "Probability that the month calls for this tier; null where there is none for the "
            "group.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    likelihood_or_higher: Annotated[
        float | None,
        Column(
            "Probability that it calls for this tier or a higher one; null as that.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    called_for: Annotated[
        bool,
        Column(
            "Whether it is the tier of the logs that are expected: one of a month's is, if any."
        ),
    ] = False
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Tier:
    force: str
    plan: str
    level: int
    name: str
    logs_per_day: float
    npu: str | None
    valid_from: date | None
    valid_to: date | None


@attrs.frozen(kw_only=True)
class _Month:
    month: str
    days: int
    anticipated: float
    sd: float
    is_total: bool


def needed_tier(anticipated: pd.DataFrame | ArrowStream, tiers: Rows) -> pd.DataFrame:
    """Which tier of a plan the anticipated demand calls for, and how likely each tier is.

    A tier is called for where the expected logs a day reach its threshold, and not that of the
    next. The probabilities are those of a normal distribution with the mean and the standard
    deviation of the forecast, ``1 - Φ((threshold - mean) / sd)``, for the mean of a month: single
    days are above more often. They are as good as the forecast's coverage.

    Args:
        anticipated: What `anticipated_demand` gives, by `force` and `npu`, or neither.
        tiers: `DemandTier` rows of one plan. Those that are valid on the first day of a month are
            its tiers; a group has those of its unit, and without units, as a total, those of the
            force as a whole, whose `npu` is null.

    Returns:
        A row a group, month and tier, in the order of `anticipated`, the lowest level first: the
        columns of `NeededTier`. Level 0 is below the lowest tier; it is left out where that begins
        at 0. The likelihoods of a month add up to 1. A group without a tier has one row a month,
        whose level is null.

    Raises:
        MissingTargetError: If no group has any tier; names the units of both.
        ValidationError: If thresholds do not rise with the level, or a level is there twice: code
            `INCONSISTENT`; and if rows break the declarations of their entity.
        MixedRowsError: If tiers are of several plans, or of several forces that `anticipated`
            does not part; if `anticipated` has groups of other columns than `force` and `npu`.
        MissingColumnsError, ColumnTypeError: If rows lack columns, or have them of another type.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 21
        to 24: a tiered response, and what is dialled down. See `stats.predictions.exceedance`.

    >>> import pandas as pd
    >>> july = pd.DataFrame({"month": ["2020-07"], "days": 31, "anticipated": 77_500.0})
    >>> july["sd"] = 3_100.0
    >>> plan = [
    ...     DemandTier(force="WMP", plan="summer", level=1, name="Amber", logs_per_day=2_400),
    ...     DemandTier(force="WMP", plan="summer", level=2, name="Red", logs_per_day=2_700),
    ... ]
    >>> chances = needed_tier(july, plan)
    >>> chances[["level", "likelihood", "called_for"]].round(3).values.tolist()
    [[0, 0.159, False], [1, 0.819, True], [2, 0.023, False]]
    """
    plan = [_Tier(**row) for row in take(tiers, DemandTier, _COLUMNS).to_pylist()]
    table = any_table(anticipated)
    declared = {field.name for field in AnticipatedDemand.columns()}
    names = [name for name in table.column_names if name not in declared]
    _refuse(plan, names)
    columns = ("month", "days", "anticipated", "sd", "is_total")
    months = [_Month(**row) for row in take(anticipated, AnticipatedDemand, columns).to_pylist()]
    keys = table.select(names)
    groups = keys.to_pylist() if names else [{}] * len(months)
    found = [_tiers_of(plan, group, month) for group, month in zip(groups, months, strict=True)]
    if months and not any(found):
        raise MissingTargetError(_missing(plan, groups))
    rows = [_rows(month, each) for month, each in zip(months, found, strict=True)]
    return keyed_result(NeededTier, keys, rows)


def _refuse(plan: Sequence[_Tier], names: Sequence[str]) -> None:
    """Refuse what has no one plan."""
    others = [name for name in names if name not in _AREA]
    if others:
        raise MixedRowsError(
            f"A tier is of a force or of a unit, and these rows are also by {', '.join(others)}. "
            "Anticipate the demand that the plan is of: pick it by where=."
        )
    apart = ("plan",) if "force" in names else ("plan", "force")
    for column in apart:
        values = sorted({str(getattr(tier, column)) for tier in plan})
        if len(values) > 1:
            raise MixedRowsError(
                f"These tiers are of {len(values)} {column}s: {', '.join(values)}. Pass those of "
                "one."
            )


def _tiers_of(plan: Sequence[_Tier], group: Mapping[str, object], month: _Month) -> Sequence[_Tier]:
    """The tiers of a group that are valid when the month begins, the lowest first.

    Raises:
        ValidationError: If their thresholds do not rise.
    """
    unit, force = group.get("npu"), group.get("force")
    if "npu" in group and unit is None and not month.is_total:
        # Logs of no known unit are no unit's and not the force's.
        return []
    forces = {tier.force for tier in plan} if force is None else {force}
    if len(forces) > 1:
        return []
    first = date.fromisoformat(f"{month.month}-01")
    found = [
        tier
        for tier in plan
        if tier.force in forces
        and tier.npu == unit
        and within(tier.valid_from, tier.valid_to, first)
    ]
    found.sort(key=lambda tier: (tier.level, tier.logs_per_day))
    failures = [
        Failure(
            code="INCONSISTENT",
            rule=f"thresholds rise with the level, {unit or 'the force'} in {month.month}",
            column="level, logs_per_day",
            value=tuple((tier.level, tier.logs_per_day) for tier in (lower, higher)),
        )
        for lower, higher in pairwise(found)
        if lower.level == higher.level or lower.logs_per_day >= higher.logs_per_day
    ]
    if failures:
        raise ValidationError("DemandTier", failures)
    return found


def _missing(plan: Sequence[_Tier], groups: Sequence[Mapping[str, object]]) -> str:
    planned = sorted({tier.npu or "the force" for tier in plan})
    asked = sorted({str(group.get("npu") or "the force") for group in groups})
    return (
        f"No tier of the plan is of {', '.join(asked)} and valid when the months begin; it has "
        f"tiers of {', '.join(planned) or 'nobody'}."
    )


def _rows(month: _Month, tiers: Sequence[_Tier]) -> list[NeededTier]:
    """A row a tier, and one for none where the lowest begins above 0."""
    mean, sd = month.anticipated / month.days, month.sd / month.days
    if not tiers:
        none = NeededTier(month=month.month, anticipated_per_day=mean, is_total=month.is_total)
        return [none]
    levels = np.array([tier.logs_per_day for tier in tiers])
    higher = _reached(mean, sd, levels)
    # Below the lowest tier is no tier, whatever is above it; above the highest is nothing.
    chances = [1.0, *higher, 0.0]
    called = int((levels <= mean).sum())
    rows = [
        NeededTier(
            month=month.month,
            anticipated_per_day=mean,
            level=tier.level if tier else 0,
            tier=tier.name if tier else None,
            threshold=float(tier.logs_per_day) if tier else None,
            likelihood=chances[at] - chances[at + 1],
            likelihood_or_higher=chances[at],
            called_for=at == called,
            is_total=month.is_total,
        )
        for at, tier in enumerate([None, *tiers])
    ]
    return rows if levels[0] > 0 else rows[1:]


def _reached(mean: float, sd: float, levels: NDArray[np.float64]) -> list[float]:
    """How likely a month reaches each threshold; one of 0 is reached by any."""
    prediction = Prediction.of(
        np.array([mean]), np.array([sd]), method="anticipated", confidence=CONFIDENCE
    )
    # What is exactly at a threshold reaches it.
    found = exceedance(prediction, thresholds=np.nextafter(levels, -np.inf))[0]
    return [float(each) for each in np.where(levels > 0, found, 1.0)]
