"""Counts over time: how much a month they grow, and where a steady month would lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing.calendar import whole_months
from npolicing.entities import Observation
from npolicing.errors import MixedRowsError
from npolicing.measures._areas import Area, Counted, OfArea, refuse_levels
from npolicing.measures._pacing import AREA, projected
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    check_days,
    columns_of,
    ratio,
    refuse_mixed,
    refuse_total,
    result,
)
from npolicing.vocabulary import FLOWS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Growth", "growth"]

RateBasis = Literal["observed", "stated"]


@attrs.frozen(kw_only=True)
class Growth(Record):
    """One group's count over time; what has no unit is in that of the kind."""

    areas: Annotated[int, Column("Areas with a reading.", unit="areas", ge=1)]
    base_as_of: Annotated[
        date | None, Column("Day of the first reading; null where there is one reading alone.")
    ] = None
    base: Annotated[
        int | None,
        Column("The first reading; null where there is one reading alone.", ge=0),
    ] = None
    as_of: Annotated[date, Column("Day of the last reading.")]
    current: Annotated[int, Column("The last reading.", ge=0)]
    months: Annotated[
        int | None,
        Column(
            "Whole months from the first reading to the last; null with one.", unit="months", ge=0
        ),
    ] = None
    net: Annotated[
        int | None, Column("Last reading minus first: who came less who left; null with one.")
    ] = None
    net_per_month: Annotated[
        float | None,
        Column("Net over months, or the rate that was stated; null without either."),
    ] = None
    rate_basis: Annotated[
        RateBasis | None,
        Column("Whether net_per_month is out of the readings or was stated; null with it."),
    ] = None
    until: Annotated[date | None, Column("Day projected to; null where none was asked for.")] = None
    months_ahead: Annotated[
        int | None,
        Column(
            "Whole months from as_of to until; null where until is earlier.", unit="months", ge=0
        ),
    ] = None
    projected: Annotated[
        float | None,
        Column("Current plus net_per_month a month ahead; null without either, or below 0.", ge=0),
    ] = None
    reach: Annotated[int | None, Column("Count to reach; null where none was asked for.")] = None
    months_to_reach: Annotated[
        float | None,
        Column(
            "Months until it is reached: 0 where it is; null where the count does not grow.",
            unit="months",
            ge=0,
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Reading(Counted):
    as_of: date


@attrs.frozen
class _Series(OfArea):
    """An area's first and last reading; one and the same, where it has one."""

    first: _Reading
    last: _Reading

    @property
    def days(self) -> tuple[date, date]:
        return self.first.as_of, self.last.as_of

    def __str__(self) -> str:
        return f"{self.area} from {self.first.as_of} to {self.last.as_of}"


def growth(
    observations: Rows,
    *,
    by: By = None,
    total: bool = False,
    until: date | None = None,
    net_per_month: float | None = None,
    reach: int | None = None,
) -> pd.DataFrame:
    """How much a month a count grows, and where a steady month would lead.

    ``net = current - base``, ``net_per_month = net / months``,
    ``projected = current + net_per_month * months_ahead`` and
    ``months_to_reach = (reach - current) / net_per_month``. Months are whole ones, so readings on
    one day of the month give the fairest rate: of 45 days, one month counts. A projection goes on
    as before; it is no forecast, and has no interval.

    Args:
        observations: `Observation` rows of a stock: `force`, `kind`, `value`, `as_of`, and `npu`
            and `ward` where they are given. A reading is one row.
        by: Columns to group by, of `force`, `kind`, `npu` and `ward`; all rows are one group
            without it.
        total: Whether to add a row for all groups together.
        until: Day to project to.
        net_per_month: A rate that a source states, in place of what the readings give.
        reach: A count to reach.

    Returns:
        A row a group, sorted by `by`: the columns of `Growth`. Of one reading there is no base, no
        net and, unless it is stated, no rate. There is no rate either for less than a month.

    Raises:
        MixedRowsError: If rows are of several forces or kinds that `by` does not part, or of
            levels of area that lie within one another; if the areas of a group have their first
            or last reading on different days; if a kind is a flow; if one rate is stated for
            several groups; if a total is over several kinds.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.
        ValidationError: If rows break the declarations of their entity.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 47.

    >>> from datetime import date
    >>> from npolicing.entities import Observation
    >>> kind = "messaging_sign_ups"
    >>> sign_ups = [
    ...     Observation(force="WMP", kind=kind, value=1000, as_of=date(2019, 6, 1)),
    ...     Observation(force="WMP", kind=kind, value=1300, as_of=date(2019, 9, 1)),
    ... ]
    >>> grown = growth(sign_ups, until=date(2020, 1, 1), reach=2000)
    >>> grown[["net", "months", "net_per_month", "projected", "months_to_reach"]].values.tolist()
    [[300, 3, 100.0, 1700.0, 7.0]]
    >>> stated = growth(sign_ups[1:], until=date(2020, 1, 1), net_per_month=50)
    >>> stated[["rate_basis", "projected"]].values.tolist()
    [['stated', 1500.0]]
    """
    check_days(until=until)
    names = columns_of(by, AREA)
    rows = _series(observations)
    refuse_mixed("growth", rows, names, ("force", "kind"))
    _refuse_flows(row.kind for row in rows)
    refuse_levels("growth", [row.area for row in rows])
    if total:
        refuse_total("growth", (row.kind for row in rows))
    groups = len({tuple(getattr(row, name) for name in names) for row in rows})
    if net_per_month is not None and groups > 1:
        raise MixedRowsError(
            f"net_per_month= states one rate, and there are {groups} groups. "
            "Leave by out, or ask for one group at a time."
        )
    figures = partial(_figures, until=until, stated=net_per_month, reach=reach)
    return result(Growth, names, rows, figures, total=total)


def _series(observations: Rows) -> list[_Series]:
    columns = (*AREA, "as_of", "value")
    taken = take(observations, Observation, columns).sort_by("as_of").to_pylist()
    found: dict[Area, list[_Reading]] = {}
    for reading in (_Reading(**row) for row in taken):
        found.setdefault(reading.area, []).append(reading)
    return [_Series(area, readings[0], readings[-1]) for area, readings in found.items()]


def _refuse_flows(kinds: Iterable[str]) -> None:
    flows = sorted(set(FLOWS).intersection(kinds))
    if flows:
        raise MixedRowsError(
            f"growth takes counts that stand at a day, and these count over a period: "
            f"{', '.join(flows)}. Pass the rows of a stock."
        )


def _refuse_days(rows: Sequence[_Series]) -> None:
    """Refuse areas whose readings are of different days: their sums stand at none."""
    spans = {row.days: row for row in rows}
    if len(spans) > 1:
        shown = "; ".join(str(row) for _, row in sorted(spans.items())[:3])
        raise MixedRowsError(
            f"growth adds up areas that are read on the same first and last day, and a group has "
            f"{len(spans)} such pairs: {shown}. Pass the readings of days that all have, "
            "or ask for each area by itself, without a total."
        )


def _figures(
    rows: Sequence[_Series],
    *,
    is_total: bool,
    until: date | None,
    stated: float | None,
    reach: int | None,
) -> Growth:
    _refuse_days(rows)
    first, last = rows[0].days
    several = first < last
    base = sum(row.first.value for row in rows)
    current = sum(row.last.value for row in rows)
    months = whole_months(first, last)
    observed = ratio(current - base, months)
    rate = observed if stated is None else float(stated)
    ahead = None if until is None or until < last else whole_months(last, until)
    return Growth(
        areas=len(rows),
        base_as_of=first if several else None,
        base=base if several else None,
        as_of=last,
        current=current,
        months=months if several else None,
        net=current - base if several else None,
        net_per_month=rate,
        rate_basis=None if rate is None else "observed" if stated is None else "stated",
        until=until,
        months_ahead=ahead,
        projected=projected(current, rate, ahead),
        reach=reach,
        months_to_reach=_months_to_reach(current, rate, reach),
        is_total=is_total,
    )


def _months_to_reach(current: int, rate: float | None, reach: int | None) -> float | None:
    if reach is None:
        return None
    if current >= reach:
        return 0.0
    return None if rate is None or rate <= 0 else (reach - current) / rate
