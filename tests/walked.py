"""Problems that are walked through SARA, for the tests of its rules and of the measures on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from npolicing.entities import Problem, ProblemStage
from npolicing.problem_solving import advance_problem
from npolicing.vocabulary import SARAStage

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

STAGES: tuple[SARAStage, ...] = ("scan", "analyse", "respond", "assess")
# Said once more, pair by pair: what the page of the how-to draws.
ALLOWED: frozenset[tuple[SARAStage, SARAStage]] = frozenset(
    {
        ("scan", "analyse"),
        ("analyse", "respond"),
        ("respond", "assess"),
        ("analyse", "scan"),
        ("respond", "scan"),
        ("respond", "analyse"),
        ("assess", "scan"),
        ("assess", "analyse"),
        ("assess", "respond"),
    }
)
FIRST = date(2019, 1, 7)


def problem(name: str = "P1", **given: Any) -> Problem:  # noqa: ANN401 # fields
    """A problem of Avonshire, which is made up, taken on on the first day unless told otherwise."""
    opened = given.get("opened_on", FIRST)
    fields = {
        "force": "AVS",
        "title": "Nuisance bikes on a common",
        "stage": "scan",
        "stage_since": opened,
        "opened_on": opened,
        **given,
    }
    return Problem(problem_id=name, **fields)


def history(name: str, *moves: tuple[SARAStage, date], force: str = "AVS") -> list[ProblemStage]:
    """Rows of a history, whether or not it is one."""
    return [
        ProblemStage(force=force, problem_id=name, stage=stage, entered_on=day)
        for stage, day in moves
    ]


def walked(
    start: Problem, moves: Sequence[tuple[SARAStage, date]]
) -> tuple[Problem, list[ProblemStage]]:
    """A problem after some moves, and its history."""
    rows = [ProblemStage.of(start)]
    for stage, day in moves:
        start, row = advance_problem(start, stage, on=day)
        rows.append(row)
    return start, rows


@st.composite
def walks(draw: DrawFn, /, name: str = "P1", **given: Any) -> tuple[Problem, list[ProblemStage]]:  # noqa: ANN401 # fields
    """A problem that took any way that is allowed, and its history."""
    now, day = problem(name, **given), FIRST
    moves: list[tuple[SARAStage, date]] = []
    at: SARAStage = "scan"
    for _ in range(draw(st.integers(0, 7))):
        at = draw(st.sampled_from([then for then in STAGES if (at, then) in ALLOWED]))
        day += timedelta(days=draw(st.integers(1, 40)))
        moves.append((at, day))
    return walked(now, moves)
