"""Problem solving by SARA: what stage may follow what, and histories that keep to it.

The order is that of scanning, analysis, response and assessment (Eck and Spelman 1987). Stages are
not passed over, so that no response comes before an analysis; and any stage may lead back to any
before it, for an assessment may ask for another response, another analysis or another problem
(Clarke and Eck 2005, step 7; Eck 2017). That a problem is resolved is said out of an assessment
alone follows from that, and so do the rest here, which are rules of ours: a problem begins with
scan, comes to one stage a day, and is taken on anew rather than opened again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import attrs
import pyarrow as pa

from npolicing._examining import Examined, Rows, examine
from npolicing.entities import Problem, ProblemStage
from npolicing.errors import Failure, Failures, ValidationError
from npolicing.vocabulary import ProblemOutcome, SARAStage

if TYPE_CHECKING:
    from npolicing._records import Record

__all__ = [
    "MAY_FOLLOW",
    "advance_problem",
    "check_problems",
    "close_problem",
    "history_failures",
]

STAGES: tuple[SARAStage, ...] = get_args(SARAStage)
MAY_FOLLOW: Mapping[SARAStage, tuple[SARAStage, ...]] = {
    stage: (*STAGES[:at], *STAGES[at + 1 : at + 2]) for at, stage in enumerate(STAGES)
}
"""The stages that may follow each stage: the next one, and any before it."""

Row = Mapping[str, object]
Key = tuple[object, object]


def advance_problem(
    problem: Problem, stage: SARAStage, *, on: date, reason: str | None = None
) -> tuple[Problem, ProblemStage]:
    """A problem that comes to another stage of SARA, and the row of its history that says so.

    Out of scan comes analyse, out of analyse respond, out of respond assess; and out of each, any
    stage before it. Nothing of the problem changes but its stage and the day: set the day of its
    next review with `attrs.evolve`.

    Args:
        problem: The problem as it is; it stays as it is.
        stage: The stage that it comes to.
        on: The day, later than the day on which it came to the stage that it is in.
        reason: Why, such as what sent it back; no person, no address.

    Returns:
        The problem at its new stage, and the `ProblemStage` row to keep.

    Raises:
        ValidationError: If the stage may not follow, the day is not later, or the problem is
            closed: with each of these, and what may follow instead.

    Source:
        R. V. Clarke and J. E. Eck, Crime Analysis for Problem Solvers in 60 Small Steps (2005),
        step 7; J. E. Eck, Assessing Responses to Problems, 2nd edition (2017).

    >>> from datetime import date
    >>> from npolicing.entities import Problem
    >>> day = date(2019, 9, 2)
    >>> bikes = Problem(
    ...     force="AVS", problem_id="P1", title="Bikes", stage="scan", stage_since=day,
    ...     opened_on=day,
    ... )
    >>> bikes, row = advance_problem(bikes, "analyse", on=date(2019, 9, 16))
    >>> bikes.stage, row.stage, row.entered_on
    ('analyse', 'analyse', datetime.date(2019, 9, 16))
    >>> advance_problem(bikes, "assess", on=date(2019, 10, 1))
    Traceback (most recent call last):
    ...
    npolicing.errors.ValidationError: 1 failure for Problem:
      - stage: 'assess' breaks may follow analyse, in which P1 is: scan or respond may; to come to \
assess, enter respond first, or else close it [STAGE_ORDER]
    """
    row = ProblemStage(
        force=problem.force,
        problem_id=problem.problem_id,
        entered_on=on,
        stage=stage,
        reason=reason,
    )
    failures = [*_still_open(problem), *_later(problem, on)]
    if stage not in MAY_FOLLOW[problem.stage]:
        failures.append(
            Failure(code="STAGE_ORDER", rule=_way(problem, stage), column="stage", value=stage)
        )
    if failures:
        raise ValidationError("Problem", failures)
    return attrs.evolve(problem, stage=stage, stage_since=on), row


def _way(problem: Problem, stage: SARAStage) -> str:
    now = problem.stage
    may = " or ".join(MAY_FOLLOW[now])
    rule = f"may follow {now}, in which {problem.problem_id} is: {may} may"
    if stage == now:
        return f"{rule}; it need not come to {now} again"
    between = " and ".join(STAGES[STAGES.index(now) + 1 : STAGES.index(stage)])
    return f"{rule}; to come to {stage}, enter {between} first, or else close it"


def _still_open(problem: Problem) -> Iterator[Failure]:
    if problem.closed_on is not None:
        rule = "is null: a problem that is closed comes to no stage; take it on as a new one"
        yield Failure(code="STAGE_ORDER", rule=rule, column="closed_on", value=problem.closed_on)


def _later(problem: Problem, on: date) -> Iterator[Failure]:
    since = problem.stage_since
    if on <= since:
        code = "DUPLICATE_KEY" if on == since else "INCONSISTENT"
        rule = f"is after {since}, the day on which it came to {problem.stage}; one stage a day"
        yield Failure(code=code, rule=rule, column="on", value=on)


def close_problem(problem: Problem, closed_as: ProblemOutcome, *, on: date) -> Problem:
    """A problem that is closed: as resolved out of assess alone, else out of any stage.

    Args:
        problem: The problem as it is; it stays as it is.
        closed_as: How it is closed: resolved, not resolved, handed over, or without further action.
        on: The day, on or after that on which it came to its stage.

    Raises:
        ValidationError: If it is closed already, is resolved without being assessed, or the day is
            before its stage: with each of these.

    Source: as `advance_problem`; the outcomes are ours.

    >>> from datetime import date
    >>> from npolicing.entities import Problem
    >>> day = date(2019, 9, 2)
    >>> bikes = Problem(
    ...     force="AVS", problem_id="P1", title="Bikes", stage="scan", stage_since=day,
    ...     opened_on=day,
    ... )
    >>> close_problem(bikes, "handed_over", on=date(2019, 9, 9)).closed_as
    'handed_over'
    >>> close_problem(bikes, "resolved", on=date(2019, 9, 9))
    Traceback (most recent call last):
    ...
    npolicing.errors.ValidationError: 1 failure for Problem:
      - stage, closed_as: ('scan', 'resolved') breaks closed_as is resolved only out of assess \
[UNASSESSED]
    """
    failures: list[Failure] = []
    if problem.closed_on is not None:
        rule = "is null: a problem is closed once"
        failures.append(
            Failure(code="INCONSISTENT", rule=rule, column="closed_on", value=problem.closed_on)
        )
    try:
        closed = attrs.evolve(problem, closed_on=on, closed_as=closed_as)
    except ValidationError as error:
        raise ValidationError("Problem", [*failures, *error.failures]) from None
    if failures:
        raise ValidationError("Problem", failures)
    return closed


def check_problems(problems: Rows, stages: Rows = ()) -> Failures:
    """Everything that is wrong with problems and their histories, each by itself and together.

    A history may begin after its problem was taken on, where nobody kept it before: of that time
    nothing is said. Where it begins with the problem, it begins with scan. A problem without a row
    has no history, and nothing of it is looked at but itself.

    Args:
        problems: `Problem` rows, whole.
        stages: `ProblemStage` rows, whole.

    Returns:
        A failure for each thing that is wrong, those of the problems first; none where all is
        well. `column` names the entity too, such as ``ProblemStage.stage``, and `row` counts from 0
        in its own table. Of rows that are wrong in themselves only that is said, and the order of a
        history is not judged where one of its rows is wrong. `failures_frame` makes a table of
        them. Beside the codes of each entity's own checks there are

        - REFERENTIAL: a row of a problem that is not there;
        - INCONSISTENT: a row before its problem was taken on; a problem whose stage, or its day, is
          not that of its last row;
        - ENDS_BEFORE_START: a row after its problem was closed;
        - STAGE_ORDER: a stage passed over, a stage twice in turn, or a beginning other than scan;
        - DUPLICATE_KEY: two stages of a problem on one day.

    Raises:
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `check`.

    Source: as `advance_problem`.

    >>> from datetime import date
    >>> from npolicing.entities import Problem, ProblemStage
    >>> first, then = date(2019, 9, 2), date(2019, 9, 16)
    >>> bikes = Problem(
    ...     force="AVS", problem_id="P1", title="Bikes", stage="respond", stage_since=then,
    ...     opened_on=first,
    ... )
    >>> key = {"force": "AVS", "problem_id": "P1"}
    >>> history = [
    ...     ProblemStage(**key, stage="scan", entered_on=first),
    ...     ProblemStage(**key, stage="respond", entered_on=then),
    ... ]
    >>> for failure in check_problems([bikes], history):
    ...     print(failure)
    row 1, ProblemStage.stage: 'respond' breaks follows scan, after which comes analyse \
[STAGE_ORDER]
    """
    known, came = examine(problems, Problem), examine(stages, ProblemStage)
    between = list(history_failures(known, came))
    kept = [*_named(Problem, known.failures), *_named(ProblemStage, came.failures), *between]
    counts = Counter((each.code, each.column, each.rule) for each in between)
    for entity, examined in ((Problem, known), (ProblemStage, came)):
        for (code, column, rule), number in examined.failures.counts.items():
            counts[code, f"{entity.__name__}.{column}", rule] += number
    return Failures(sorted(kept, key=_place), counts)


def _named(entity: type[Record], failures: Iterable[Failure]) -> Iterator[Failure]:
    for each in failures:
        yield attrs.evolve(each, column=f"{entity.__name__}.{each.column}")


def _place(failure: Failure) -> tuple[bool, int]:
    of_stages = str(failure.column).startswith(f"{ProblemStage.__name__}.")
    return of_stages, -1 if failure.row is None else failure.row


def history_failures(problems: Examined, stages: Examined) -> Iterator[Failure]:
    """What is wrong between problems and their histories; of rows that are bad, nothing is said."""
    wrong, broken = _keys_of_bad(problems), _keys_of_bad(stages)
    known = {_key(row): (at, row) for at, row in _good(problems)}
    histories: dict[Key, list[tuple[int, Row]]] = {}
    for at, row in _good(stages):
        key = _key(row)
        if key in known:
            yield from _outside(known[key][1], at, row)
            histories.setdefault(key, []).append((at, row))
        elif key not in wrong:
            yield _stranger(at, row)
    for key, rows in histories.items():
        if key not in broken:
            yield from _order(*known[key], sorted(rows, key=_day))


def _good(examined: Examined) -> list[tuple[int, Row]]:
    rows = enumerate(examined.table.to_pylist())
    return [(at, row) for at, row in rows if not examined.bad[at]]


def _keys_of_bad(examined: Examined) -> set[Key]:
    return {_key(row) for row in examined.table.filter(pa.array(examined.bad)).to_pylist()}


def _key(row: Row) -> Key:
    return row["force"], row["problem_id"]


def _day(numbered: tuple[int, Row]) -> date:
    return numbered[1]["entered_on"]  # type: ignore[return-value] # a day, by its declaration


def _stranger(at: int, row: Row) -> Failure:
    rule = f"is a problem_id of Problem in force {row['force']!r}"
    return _failure("REFERENTIAL", rule, "ProblemStage.problem_id", at, row["problem_id"])


def _outside(problem: Row, at: int, row: Row) -> Iterator[Failure]:
    """A row that is not between the day a problem was taken on and the day it was closed."""
    day, opened, closed = _day((at, row)), problem["opened_on"], problem["closed_on"]
    if isinstance(opened, date) and day < opened:
        rule = f"is on or after {opened}, on which the problem was taken on"
        yield _failure("INCONSISTENT", rule, "ProblemStage.entered_on", at, day)
    if isinstance(closed, date) and day > closed:
        rule = f"is on or before {closed}, on which the problem was closed"
        yield _failure("ENDS_BEFORE_START", rule, "ProblemStage.entered_on", at, day)


def _order(number: int, problem: Row, rows: Sequence[tuple[int, Row]]) -> Iterator[Failure]:
    """Stages that may not follow one another, and an end that is not where the problem is."""
    at, first = rows[0]
    if _day(rows[0]) == problem["opened_on"] and first["stage"] != STAGES[0]:
        rule = f"is {STAGES[0]}, with which a problem begins"
        yield _failure("STAGE_ORDER", rule, "ProblemStage.stage", at, first["stage"])
    for (_, before), (at, after) in pairwise(rows):
        may = MAY_FOLLOW[before["stage"]]  # type: ignore[index] # a stage, by its declaration
        if after["stage"] not in may:
            rule = f"follows {before['stage']}, after which comes {' or '.join(may)}"
            yield _failure("STAGE_ORDER", rule, "ProblemStage.stage", at, after["stage"])
    last = rows[-1][1]
    for name, value in (("stage", last["stage"]), ("stage_since", last["entered_on"])):
        if problem[name] != value:
            rule = f"is {value}, as the last row of its history has it"
            yield _failure("INCONSISTENT", rule, f"Problem.{name}", number, problem[name])


def _failure(code: str, rule: str, column: str, row: int, value: object) -> Failure:
    return Failure(code=code, rule=rule, column=column, row=row, value=value)
