"""Problems that are worked by SARA: how many are at which stage, for how long, and what lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Annotated, cast, get_args

import attrs

from npolicing._columns import Column
from npolicing._examining import Examined, Rows, accepted, examine
from npolicing._records import Record
from npolicing.entities import Problem, ProblemStage
from npolicing.errors import ValidationError
from npolicing.measures._evaluations import EVALUATION, Evaluations
from npolicing.measures._result import (
    IS_TOTAL,
    By,
    columns_of,
    needed_days,
    refuse_mixed,
    result,
)
from npolicing.problem_solving import history_failures
from npolicing.vocabulary import EvaluationStatus, ProblemKind, ProblemOutcome, SARAStage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ProblemProgress", "problem_progress"]

_BY = ("force", "npu", "area_id", "stage", "kind")
_ORDERS = {"stage": get_args(SARAStage), "kind": get_args(ProblemKind)}
_PROBLEM = (
    "force",
    "problem_id",
    "npu",
    "area_id",
    "kind",
    "stage",
    "stage_since",
    "opened_on",
    "closed_on",
    "closed_as",
    "owner",
    "measure",
    "review_on",
    *EVALUATION,
)
_STAGE = ("force", "problem_id", "entered_on", "stage")


@attrs.frozen(kw_only=True)
class ProblemProgress(Record):
    """One group's problems: open and closed, how long at their stage, and what is overdue."""

    problems: Annotated[
        int, Column("Problems taken on by the day: open and closed.", unit="problems", ge=0)
    ]
    open: Annotated[int, Column("Of them, open on the day.", unit="problems", ge=0)]
    closed: Annotated[int, Column("Of them, closed by the day.", unit="problems", ge=0)]
    resolved: Annotated[
        int, Column("Of the closed, those closed as resolved.", unit="problems", ge=0)
    ]
    stage_known: Annotated[
        int, Column("Of the open, those whose stage on the day is known.", unit="problems", ge=0)
    ]
    stage_unknown: Annotated[
        int,
        Column("Of the open, those whose stage on the day is not known.", unit="problems", ge=0),
    ]
    median_days: Annotated[
        float | None,
        Column(
            "Median of the days at their stage, over `stage_known`; null without any.",
            unit="days",
            ge=0,
        ),
    ] = None
    longest_days: Annotated[
        int | None,
        Column("Days at its stage of the one that is longest there.", unit="days", ge=0),
    ] = None
    oldest_since: Annotated[
        date | None, Column("Day on which that one came to its stage; null without any.")
    ] = None
    reviews_overdue: Annotated[
        int, Column("Of the open, those to be reviewed before the day.", unit="problems", ge=0)
    ]
    overdue_since: Annotated[
        date | None, Column("Earliest day of an overdue review; null without any.")
    ] = None
    no_review: Annotated[
        int, Column("Of the open, those without a day of review.", unit="problems", ge=0)
    ]
    no_measure: Annotated[
        int, Column("Of the open, those without a measure.", unit="problems", ge=0)
    ]
    no_owner: Annotated[int, Column("Of the open, those without an owner.", unit="problems", ge=0)]
    evaluations_not_due: Annotated[
        int, Column("Evaluations asked and not yet due.", unit="evaluations", ge=0)
    ]
    evaluations_due: Annotated[
        int, Column("Evaluations due, and not late.", unit="evaluations", ge=0)
    ]
    evaluations_late: Annotated[
        int,
        Column("Evaluations due before the day, and not done by it.", unit="evaluations", ge=0),
    ]
    late_since: Annotated[
        date | None, Column("Earliest day by which a late one was due; null without any.")
    ] = None
    evaluations_done: Annotated[
        int, Column("Evaluations done by the day.", unit="evaluations", ge=0)
    ]
    evaluations_undated: Annotated[
        int,
        Column(
            "Of those due or not yet due, those without a day: they are never late.",
            unit="evaluations",
            ge=0,
        ),
    ]
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class _Problem:
    """A problem that was taken on, as it stood on the day."""

    force: str
    npu: str | None
    area_id: str | None
    kind: ProblemKind
    stage: SARAStage | None
    since: date | None
    closed_as: ProblemOutcome | None
    is_open: bool
    owner: str | None
    measure: str | None
    review_on: date | None
    evaluation_status: EvaluationStatus | None
    evaluation_due_on: date | None
    evaluated_on: date | None


def problem_progress(
    problems: Rows,
    stages: Rows | None = None,
    *,
    as_of: date,
    by: By = ("area_id", "stage"),
    total: bool = False,
) -> pd.DataFrame:
    """How far problems have come by a day, and what of them a meeting should ask about.

    ``days at a stage = as_of - the day on which it came to the stage``. All problems are counted,
    and nothing is drawn from them, so that there is no interval.

    Args:
        problems: `Problem` rows: `force`, `problem_id`, `stage`, `stage_since`, `opened_on`, and
            the others where they are given. What they say of owner, measure, review and how one
            was closed is that of the rows: pass those of the day.
        stages: `ProblemStage` rows: the history of problems, where it is kept.
        as_of: The day. Problems taken on after it are left out, and one that was closed by it is
            closed.
        by: Columns to group by, of `force`, `npu`, `area_id`, `stage` and `kind`; all rows are one
            group with none.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`, stages in the order of SARA: the columns of
        `ProblemProgress`. A problem is at the stage that it came to last by the day, by its
        history; without one, at the stage of its row, if it had come to that by the day. Else its
        stage is null, and it is in `stage_unknown` and in no median. A closed problem is at the
        stage out of which it was closed. Evaluations are of open problems and of closed ones: what
        has ended may still be to be evaluated.

    Raises:
        ValidationError: If rows break the declarations of their entity, or a history contradicts
            its problem, or itself: with every failure, as `check_problems` has them.
        MixedRowsError: If rows are of several forces that `by` does not part.
        MissingColumnsError: If a column that is needed is not there.
        TypeError: If a day is given as text or as a time.
        UnknownCodeError: If `by` has a column that the measure does not group by.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 9
        and 15 to 17; `advance_problem` for the order of stages.

    >>> from datetime import date
    >>> from npolicing.entities import Problem
    >>> key = {"force": "AVS", "npu": "NE", "area_id": "IA-1", "opened_on": date(2019, 7, 1)}
    >>> problems = [
    ...     Problem(
    ...         **key, problem_id="P1", title="Bikes", stage="respond",
    ...         stage_since=date(2019, 9, 2), review_on=date(2019, 9, 30),
    ...     ),
    ...     Problem(
    ...         **key, problem_id="P2", title="Parking", stage="analyse",
    ...         stage_since=date(2019, 8, 1),
    ...     ),
    ... ]
    >>> progress = problem_progress(problems, as_of=date(2019, 10, 15))
    >>> progress[["stage", "open", "longest_days", "reviews_overdue", "no_review"]].values.tolist()
    [['analyse', 1, 75, 0, 1], ['respond', 1, 43, 1, 0]]
    """
    needed_days(as_of=as_of)
    names = columns_of(by, _BY)
    rows = _rows(_taken(problems, Problem, _PROBLEM), stages, as_of)
    refuse_mixed("problem_progress", rows, names, ("force",))
    figures = partial(_figures, as_of=as_of)
    return result(ProblemProgress, names, rows, figures, total=total, orders=_ORDERS)


def _taken(rows: Rows, entity: type[Record], columns: Sequence[str]) -> Examined:
    fields = tuple(field for field in entity.columns() if field.name in columns)
    examined = examine(rows, entity, fields)
    accepted(examined, entity)
    return examined


def _rows(problems: Examined, stages: Rows | None, as_of: date) -> list[_Problem]:
    """The problems that were taken on by the day, each as it stood then."""
    history = _taken(() if stages is None else stages, ProblemStage, _STAGE)
    failures = list(history_failures(problems, history))
    if failures:
        raise ValidationError("Problem and ProblemStage", failures)
    came: dict[tuple[str, str], list[tuple[date, SARAStage]]] = {}
    for row in history.table.to_pylist():
        key = (row["force"], row["problem_id"])
        came.setdefault(key, []).append((row["entered_on"], row["stage"]))
    return [
        _as_it_stood(row, came.get((row["force"], row["problem_id"])), as_of)
        for row in problems.table.to_pylist()
        if row["opened_on"] <= as_of
    ]


def _as_it_stood(
    row: Mapping[str, object], came: Sequence[tuple[date, SARAStage]] | None, as_of: date
) -> _Problem:
    now = (cast("date", row["stage_since"]), cast("SARAStage", row["stage"]))
    known = [each for each in came or (now,) if each[0] <= as_of]
    since, stage = max(known) if known else (None, None)
    closed_on = cast("date | None", row["closed_on"])
    kept = {field.name: row[field.name] for field in attrs.fields(_Problem) if field.name in row}
    return _Problem(
        **kept | {"stage": stage},  # type: ignore[arg-type] # as their entity declares them
        since=since,
        is_open=closed_on is None or closed_on > as_of,
    )


def _figures(rows: Sequence[_Problem], *, is_total: bool, as_of: date) -> ProblemProgress:
    still = [row for row in rows if row.is_open]
    since = [row.since for row in still if row.since is not None]
    days = [(as_of - day).days for day in since]
    overdue = [row.review_on for row in still if row.review_on and row.review_on < as_of]
    asked = Evaluations.of(rows, as_of)
    return ProblemProgress(
        problems=len(rows),
        open=len(still),
        closed=len(rows) - len(still),
        resolved=sum(row.closed_as == "resolved" for row in rows if not row.is_open),
        stage_known=len(days),
        stage_unknown=len(still) - len(days),
        median_days=float(median(days)) if days else None,
        longest_days=max(days, default=None),
        oldest_since=min(since, default=None),
        reviews_overdue=len(overdue),
        overdue_since=min(overdue, default=None),
        no_review=sum(row.review_on is None for row in still),
        no_measure=sum(row.measure is None for row in still),
        no_owner=sum(row.owner is None for row in still),
        evaluations_not_due=asked.not_due,
        evaluations_due=asked.due,
        evaluations_late=asked.late,
        late_since=asked.late_since,
        evaluations_done=asked.done,
        evaluations_undated=asked.undated,
        is_total=is_total,
    )
