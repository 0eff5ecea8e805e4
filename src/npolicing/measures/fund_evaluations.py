"""Projects of the fund: which are evaluated, what one costs, and how much of the money is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._examining import Rows, take
from npolicing._records import Record
from npolicing.entities import ACFBid
from npolicing.measures._evaluations import EVALUATION, Evaluations, evaluation_state
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    columns_of,
    needed_days,
    ratio,
    refuse_mixed,
    result,
    total_of,
)
from npolicing.stats.rounding import round_to
from npolicing.vocabulary import EvaluationStatus

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FundEvaluation", "fund_evaluation"]

_BY = ("force", "npu", "fund", "financial_year", "theme")
_PENNY = Decimal("0.01")


@attrs.frozen(kw_only=True)
class FundEvaluation(Record):
    """One group's projects, where their evaluations stand, and the money that they are of."""

    projects: Annotated[int, Column("Bids selected as projects.", unit="bids", ge=0)]
    project_unknown: Annotated[
        int,
        Column(
            "Bids of which it is not known whether they were selected; in no other figure.",
            unit="bids",
            ge=0,
        ),
    ]
    not_asked: Annotated[
        int, Column("Projects of which no evaluation is asked.", unit="projects", ge=0)
    ]
    not_due: Annotated[
        int, Column("Projects whose evaluation is not yet due.", unit="projects", ge=0)
    ]
    due: Annotated[
        int, Column("Projects whose evaluation is due, and not late.", unit="projects", ge=0)
    ]
    late: Annotated[
        int,
        Column("Projects to be evaluated before the day, and not by it.", unit="projects", ge=0),
    ]
    late_since: Annotated[
        date | None, Column("Earliest day by which a late one was due; null without any.")
    ] = None
    done: Annotated[int, Column("Projects evaluated by the day.", unit="projects", ge=0)]
    undated: Annotated[
        int,
        Column(
            "Of those due or not yet due, those without a day: they are never late.",
            unit="projects",
            ge=0,
        ),
    ]
    paid_unknown: Annotated[
        int,
        Column("Projects of which it is not known what was paid.", unit="projects", ge=0),
    ]
    paid: Annotated[
        Decimal | None,
        Column("Paid out to the projects; null where that of one is unknown.", unit="GBP", ge=0),
    ] = None
    pounds_per_project: Annotated[
        Decimal | None,
        Column(
            "Paid over projects, to the penny; null with paid, and without projects.",
            unit="GBP",
            ge=0,
        ),
    ] = None
    paid_evaluated: Annotated[
        Decimal | None,
        Column(
            "Of paid, that to evaluated projects; null where that of one is unknown.",
            unit="GBP",
            ge=0,
        ),
    ] = None
    evaluated_share: Annotated[
        float | None,
        Column(
            "Paid to evaluated projects over paid; null with either, and where nothing was paid.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Bid:
    force: str
    npu: str
    fund: str
    financial_year: str
    theme: str | None
    project: bool | None
    paid: Decimal | None
    evaluation_status: EvaluationStatus | None
    evaluation_due_on: date | None
    evaluated_on: date | None


def fund_evaluation(bids: Rows, *, as_of: date, by: By = None, total: bool = False) -> pd.DataFrame:
    """Where the evaluations of a fund's projects stand, and how much of its spending they cover.

    ``pounds_per_project = paid / projects`` and ``evaluated_share = paid_evaluated / paid``: each
    the ratio of its sums. It is pounds that are evaluated here, and not projects: one large project
    without an evaluation weighs as much as it cost.

    Args:
        bids: `ACFBid` rows: `force`, `financial_year`, `bid_id`, `npu`, and `fund`, `theme`,
            `project`, `paid`, `evaluation_status`, `evaluation_due_on` and `evaluated_on` where
            they are given. A project is a bid whose `project` is true; where that is null, it is
            counted in `project_unknown` alone.
        as_of: The day. An evaluation is done where it was done by then, or without a day where the
            row says that it is done; it is late where the day by which it was due is before, and
            it is not done. What was paid is that of the rows: pass those of the day.
        by: Columns to group by, of `force`, `npu`, `fund`, `financial_year` and `theme`; all rows
            are one group without it.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`: the columns of `FundEvaluation`. Projects are those not
        asked, not due, due, late and done. An amount is null where a part of it is unknown, and so
        is what follows from it.

    Raises:
        MixedRowsError: If rows are of several forces, funds or financial years that `by` does not
            part.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.
        ValidationError: If rows break the declarations of their entity.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 49
        and 52. The paper prints no amount for a project, and its 86 projects and Appendix 3 are
        not said to be of the same bids.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from npolicing.entities import ACFBid
    >>> bid = {
    ...     "force": "AVS", "financial_year": "2019/20", "npu": "NE", "status": "paid",
    ...     "applicant_kind": "charity", "aligned_staff": "S-1", "project": True,
    ...     "requested": Decimal(5000), "evaluation_due_on": date(2020, 3, 31),
    ... }
    >>> bids = [
    ...     ACFBid(**bid, bid_id="B1", paid=Decimal(3000), evaluated_on=date(2020, 2, 3)),
    ...     ACFBid(**bid, bid_id="B2", paid=Decimal(1000)),
    ... ]
    >>> found = fund_evaluation(bids, as_of=date(2020, 4, 30))
    >>> found[["projects", "late", "done"]].values.tolist()
    [[2, 1, 1]]
    >>> found["pounds_per_project"].item(), found["evaluated_share"].item()
    (Decimal('2000.00'), 0.75)
    """
    needed_days(as_of=as_of)
    names = columns_of(by, _BY)
    columns = (*_BY, "bid_id", "project", "paid", *EVALUATION)
    table = take(bids, ACFBid, columns).drop_columns(["bid_id"])
    rows = [_Bid(**row) for row in table.to_pylist()]
    refuse_mixed("fund_evaluation", rows, names, ("force", "fund", "financial_year"))
    figures = partial(_figures, as_of=as_of)
    return result(FundEvaluation, names, rows, figures, total=total)


def _figures(rows: Sequence[_Bid], *, is_total: bool, as_of: date) -> FundEvaluation:
    projects = [row for row in rows if row.project]
    done = [row for row in projects if evaluation_state(row, as_of) == "done"]
    asked = Evaluations.of(projects, as_of)
    paid = _paid(projects)
    evaluated = _paid(done)
    return FundEvaluation(
        projects=len(projects),
        project_unknown=sum(row.project is None for row in rows),
        not_asked=asked.not_asked,
        not_due=asked.not_due,
        due=asked.due,
        late=asked.late,
        late_since=asked.late_since,
        done=asked.done,
        undated=asked.undated,
        paid_unknown=sum(row.paid is None for row in projects),
        paid=paid,
        pounds_per_project=(
            None if paid is None or not projects else round_to(paid / len(projects), _PENNY)
        ),
        paid_evaluated=evaluated,
        evaluated_share=ratio(evaluated, paid),
        is_total=is_total,
    )


def _paid(rows: Sequence[_Bid]) -> Decimal | None:
    total = total_of(row.paid for row in rows)
    return None if total is None else Decimal(total)
