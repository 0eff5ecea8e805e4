"""Budgets: what is spent, promised and asked for, and whether that keeps pace with the year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing.calendar import elapsed_share
from npolicing.entities import BudgetPosition
from npolicing.measures._areas import Area, latest, refuse_levels
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    check_days,
    columns_of,
    difference,
    ratio,
    refuse_mixed,
    result,
    same,
    total_of,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SpendRate", "spend_rate"]

_BY = ("force", "npu", "fund", "financial_year")


@attrs.frozen(kw_only=True)
class SpendRate(Record):
    """One group's budget, what became of it, and the shares that follow."""

    budget: Annotated[
        Decimal | None, Column("Budget for the year; null: not known.", unit="GBP", ge=0)
    ] = None
    spent: Annotated[
        Decimal | None, Column("Paid out so far; null: not known.", unit="GBP", ge=0)
    ] = None
    unspent: Annotated[
        Decimal | None,
        Column("Budget minus spent, negative when overspent; null with either.", unit="GBP"),
    ] = None
    spend_rate: Annotated[
        float | None,
        Column("Spent over budget, above 1 when overspent; null at budget 0.", unit="ratio", ge=0),
    ] = None
    allocated: Annotated[
        Decimal | None,
        Column(
            "Promised so far, the spent included; null where a row of the group has none.",
            unit="GBP",
            ge=0,
        ),
    ] = None
    submitted: Annotated[
        Decimal | None,
        Column(
            "Asked for by bids not yet decided; null where a row of the group has none.",
            unit="GBP",
            ge=0,
        ),
    ] = None
    allocation_rate: Annotated[
        float | None,
        Column("Allocated over budget; null with either, and at budget 0.", unit="ratio", ge=0),
    ] = None
    pipeline_rate: Annotated[
        float | None,
        Column(
            "Allocated and submitted over budget; null with either, and at budget 0.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    as_of: Annotated[
        date | None, Column("Day of the positions; null where they differ in it, or lack it.")
    ] = None
    elapsed_share: Annotated[
        float | None,
        Column(
            "Share of the financial year's days passed at as_of; null where rows differ in it.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    pace_index: Annotated[
        float | None,
        Column(
            "Spend rate over elapsed share: 1 is even spending; null with either, and at share 0.",
            unit="index",
            ge=0,
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Position:
    force: str
    financial_year: str
    fund: str
    npu: str | None
    as_of: date
    budget: Decimal
    spent: Decimal
    allocated: Decimal | None
    submitted: Decimal | None

    @property
    def area(self) -> Area:
        return Area(self.force, f"{self.fund} {self.financial_year}", self.npu)

    @property
    def elapsed(self) -> float:
        return elapsed_share(self.financial_year, self.as_of)


@attrs.frozen
class _Budget:
    """One budget and where it stands; no position, where none is known at the day asked for."""

    force: str
    financial_year: str
    fund: str
    npu: str | None
    position: _Position | None


def spend_rate(
    budgets: Rows, *, by: By = None, total: bool = False, as_of: date | None = None
) -> pd.DataFrame:
    """How much of a budget is spent, promised and asked for, and whether that keeps pace.

    ``unspent = budget - spent``, ``spend_rate = spent / budget``,
    ``allocation_rate = allocated / budget``,
    ``pipeline_rate = (allocated + submitted) / budget`` and
    ``pace_index = spend_rate / elapsed_share``. A group's rate is the ratio of its sums, never the
    mean of rates. Spent, allocated (promised, the spent included) and submitted (asked for, not
    yet decided) are three amounts, and none stands in for another.

    Args:
        budgets: `BudgetPosition` rows: `force`, `financial_year`, `as_of`, `budget`, `spent`, and
            `npu`, `fund`, `allocated` and `submitted` where they are given.
        by: Columns to group by, of `force`, `npu`, `fund` and `financial_year`; all rows are one
            group without it.
        total: Whether to add a row for all groups together.
        as_of: Take of each budget the latest position at or before this day; one without is
            unknown.

    Returns:
        A row a group, sorted by `by`: the columns of `SpendRate`. A sum is null where a part of
        it is unknown, and so is what follows from it; a rate is null where the budget is zero.
        More spent than budgeted is legal: `unspent` is negative then. `elapsed_share` counts the
        days of the financial year up to `as_of`, that day too, and is null where the rows of a
        group differ in it.

    Raises:
        MixedRowsError: If rows are of several forces, funds or financial years that `by` does not
            part, or of units and of the force that contains them; if a budget has positions of
            several days and `as_of` is not given.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.
        ValidationError: If rows break the declarations of their entity.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Appendix 3.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from npolicing.entities import BudgetPosition
    >>> day, year = date(2019, 10, 15), "2019/20"
    >>> budgets = [
    ...     BudgetPosition(force="WMP", npu=npu, financial_year=year, as_of=day, budget=b, spent=s)
    ...     for npu, b, s in [
    ...         ("CV", Decimal(100), Decimal(40)),
    ...         ("SH", Decimal(300), Decimal(240)),
    ...     ]
    ... ]
    >>> rates = spend_rate(budgets, by="npu", total=True)
    >>> rates["unspent"].to_list()
    [Decimal('60.00'), Decimal('60.00'), Decimal('120.00')]
    >>> rates["spend_rate"].to_list()
    [0.4, 0.8, 0.7]
    >>> rates["pace_index"].round(3).to_list()
    [0.739, 1.479, 1.294]
    """
    check_days(as_of=as_of)
    names = columns_of(by, _BY)
    rows = _budgets(budgets, as_of)
    refuse_mixed("spend_rate", rows, names, ("force", "fund", "financial_year"))
    return result(SpendRate, names, rows, _figures, total=total)


def _budgets(budgets: Rows, as_of: date | None) -> list[_Budget]:
    columns = (*_BY, "as_of", "budget", "spent", "allocated", "submitted")
    rows = [_Position(**row) for row in take(budgets, BudgetPosition, columns).to_pylist()]
    found = latest("spend_rate", rows, as_of)
    refuse_levels("spend_rate", found)
    named = {row.area: (row.force, row.financial_year, row.fund, row.npu) for row in rows}
    return [_Budget(*named[area], position) for area, position in found.items()]


def _figures(rows: Sequence[_Budget], *, is_total: bool) -> SpendRate:
    at = [row.position for row in rows]
    budget = total_of(each.budget if each else None for each in at)
    spent = total_of(each.spent if each else None for each in at)
    allocated = total_of(each.allocated if each else None for each in at)
    submitted = total_of(each.submitted if each else None for each in at)
    elapsed = same(each.elapsed if each else None for each in at)
    rate = ratio(spent, budget)
    return SpendRate(
        budget=budget,
        spent=spent,
        unspent=difference(budget, spent),
        spend_rate=rate,
        allocated=allocated,
        submitted=submitted,
        allocation_rate=ratio(allocated, budget),
        pipeline_rate=ratio(total_of([allocated, submitted]), budget),
        as_of=same(each.as_of if each else None for each in at),
        elapsed_share=elapsed,
        pace_index=ratio(rate, elapsed),
        is_total=is_total,
    )
