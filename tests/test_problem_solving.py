"""What stage of SARA may follow what, and histories that keep to it or do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product
from typing import Any, get_args

import attrs
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from walked import ALLOWED, FIRST, STAGES, history, problem, walked, walks

from npolicing import failures_frame
from npolicing.entities import Problem, ProblemStage
from npolicing.errors import CODES, Failure, UnknownColumnsError, ValidationError
from npolicing.frames import to_arrow, to_pandas
from npolicing.problem_solving import (
    MAY_FOLLOW,
    advance_problem,
    check_problems,
    close_problem,
)
from npolicing.vocabulary import ProblemOutcome, SARAStage

DAY = timedelta(days=1)


def at(stage: SARAStage) -> Problem:
    return problem(stage=stage, stage_since=FIRST + 30 * DAY)


def codes(failures: Sequence[Failure]) -> list[tuple[str | None, int | None, str]]:
    return [(each.column, each.row, each.code) for each in failures]


def test_the_stages_are_those_of_the_vocabulary_in_the_order_of_sara() -> None:
    assert get_args(SARAStage) == STAGES
    assert {(now, then) for now, all_ in MAY_FOLLOW.items() for then in all_} == ALLOWED


@pytest.mark.parametrize(("now", "then"), list(product(STAGES, STAGES)))
def test_a_move_is_made_or_refused_by_the_stages_alone(now: SARAStage, then: SARAStage) -> None:
    before, day = at(now), FIRST + 31 * DAY

    if (now, then) in ALLOWED:
        after, row = advance_problem(before, then, on=day, reason="As agreed")
        assert after == attrs.evolve(before, stage=then, stage_since=day)
        assert row == ProblemStage(
            force="AVS", problem_id="P1", entered_on=day, stage=then, reason="As agreed"
        )
        assert ProblemStage.of(after, reason="As agreed") == row
    else:
        with pytest.raises(ValidationError) as caught:
            advance_problem(before, then, on=day)
        (failure,) = caught.value.failures
        assert (failure.code, failure.column, failure.value) == ("STAGE_ORDER", "stage", then)
        may = [stage for stage in STAGES if (now, stage) in ALLOWED]
        assert f"may follow {now}, in which P1 is: {' or '.join(may)} may" in failure.rule
    assert before == at(now)


@pytest.mark.parametrize(
    ("now", "then", "way"),
    [
        ("scan", "respond", "to come to respond, enter analyse first, or else close it"),
        ("scan", "assess", "to come to assess, enter analyse and respond first, or else close it"),
        ("analyse", "assess", "to come to assess, enter respond first, or else close it"),
        ("respond", "respond", "it need not come to respond again"),
    ],
)
def test_a_refused_move_names_the_way_out(now: SARAStage, then: SARAStage, way: str) -> None:
    with pytest.raises(ValidationError, match=way):
        advance_problem(at(now), then, on=FIRST + 31 * DAY)


def test_every_reason_to_refuse_a_move_is_told_at_once() -> None:
    closed = close_problem(at("scan"), "handed_over", on=FIRST + 40 * DAY)

    with pytest.raises(ValidationError) as caught:
        advance_problem(closed, "assess", on=FIRST + 29 * DAY)

    assert codes(caught.value.failures) == [
        ("closed_on", None, "STAGE_ORDER"),
        ("on", None, "INCONSISTENT"),
        ("stage", None, "STAGE_ORDER"),
    ]


def test_a_problem_comes_to_one_stage_a_day() -> None:
    with pytest.raises(ValidationError) as caught:
        advance_problem(at("scan"), "analyse", on=FIRST + 30 * DAY)

    assert codes(caught.value.failures) == [("on", None, "DUPLICATE_KEY")]


def test_a_stage_and_a_day_that_are_none_are_refused_as_a_row_is() -> None:
    wrong: Any = "evaluate"
    with pytest.raises(ValidationError, match="NOT_ALLOWED"):
        advance_problem(at("scan"), wrong, on=FIRST + 31 * DAY)
    text: Any = "2019-10-01"
    with pytest.raises(ValidationError, match="WRONG_TYPE"):
        advance_problem(at("scan"), "analyse", on=text)


@pytest.mark.parametrize(("stage", "closed_as"), list(product(STAGES, get_args(ProblemOutcome))))
def test_only_what_was_assessed_is_closed_as_resolved(
    stage: SARAStage, closed_as: ProblemOutcome
) -> None:
    day = FIRST + 30 * DAY
    if closed_as == "resolved" and stage != "assess":
        with pytest.raises(ValidationError) as caught:
            close_problem(at(stage), closed_as, on=day)
        assert codes(caught.value.failures) == [("stage, closed_as", None, "UNASSESSED")]
    else:
        closed = close_problem(at(stage), closed_as, on=day)
        assert closed == attrs.evolve(at(stage), closed_on=day, closed_as=closed_as)


def test_a_problem_is_closed_once_and_not_before_its_stage() -> None:
    closed = close_problem(at("scan"), "handed_over", on=FIRST + 30 * DAY)

    with pytest.raises(ValidationError) as caught:
        close_problem(closed, "not_resolved", on=FIRST + 31 * DAY)
    assert codes(caught.value.failures) == [("closed_on", None, "INCONSISTENT")]
    with pytest.raises(ValidationError) as caught:
        close_problem(closed, "resolved", on=FIRST)
    assert codes(caught.value.failures) == [
        ("closed_on", None, "INCONSISTENT"),
        ("stage_since, closed_on", None, "ENDS_BEFORE_START"),
        ("stage, closed_as", None, "UNASSESSED"),
    ]


# -- histories


@given(walks(), st.sampled_from(get_args(ProblemOutcome)), st.integers(0, 9))
def test_any_way_that_is_allowed_is_a_history(
    walk: tuple[Problem, list[ProblemStage]], closed_as: ProblemOutcome, later: int
) -> None:
    now, rows = walk

    assert check_problems([now], rows) == ()
    assert check_problems([now], rows[::-1]) == ()
    if closed_as != "resolved" or now.stage == "assess":
        closed = close_problem(now, closed_as, on=now.stage_since + later * DAY)
        assert check_problems([closed], rows) == ()


@given(walks(), st.sampled_from(STAGES), st.integers(1, 9))
def test_a_move_that_is_refused_is_a_failure_of_the_history_with_it(
    walk: tuple[Problem, list[ProblemStage]], then: SARAStage, later: int
) -> None:
    now, rows = walk
    day = now.stage_since + later * DAY
    forced = attrs.evolve(now, stage=then, stage_since=day)

    found = check_problems([forced], [*rows, ProblemStage.of(forced)])

    if (now.stage, then) in ALLOWED:
        assert found == ()
    else:
        assert codes(found) == [("ProblemStage.stage", len(rows), "STAGE_ORDER")]


@given(st.data())
def test_problems_are_each_checked_by_themselves(data: st.DataObject) -> None:
    drawn = [data.draw(walks(name)) for name in ("P1", "P2", "P3")]
    rows = data.draw(st.permutations([row for _, history_ in drawn for row in history_]))

    assert check_problems([now for now, _ in drawn], rows) == ()


BROKEN: list[tuple[str, Callable[[], tuple[Problem, list[ProblemStage]]], list[Any]]] = [
    (
        "a stage is passed over",
        lambda: (
            problem(stage="respond", stage_since=FIRST + DAY),
            history("P1", ("scan", FIRST), ("respond", FIRST + DAY)),
        ),
        [("ProblemStage.stage", 1, "STAGE_ORDER")],
    ),
    (
        "a stage comes twice in turn",
        lambda: (
            problem(stage="scan", stage_since=FIRST + DAY),
            history("P1", ("scan", FIRST), ("scan", FIRST + DAY)),
        ),
        [("ProblemStage.stage", 1, "STAGE_ORDER")],
    ),
    (
        "it does not begin with scan",
        lambda: (problem(stage="analyse"), history("P1", ("analyse", FIRST))),
        [("ProblemStage.stage", 0, "STAGE_ORDER")],
    ),
    (
        "it begins before the problem",
        lambda: (
            problem(stage="analyse"),
            history("P1", ("scan", FIRST - DAY), ("analyse", FIRST)),
        ),
        [("ProblemStage.entered_on", 0, "INCONSISTENT")],
    ),
    (
        "it goes on after the problem was closed",
        lambda: (
            problem(closed_on=FIRST + DAY),
            history("P1", ("scan", FIRST), ("analyse", FIRST + 2 * DAY)),
        ),
        [
            ("Problem.stage", 0, "INCONSISTENT"),
            ("Problem.stage_since", 0, "INCONSISTENT"),
            ("ProblemStage.entered_on", 1, "ENDS_BEFORE_START"),
        ],
    ),
    (
        "it ends in another stage",
        lambda: (problem(stage_since=FIRST + DAY), history("P1", ("scan", FIRST))),
        [("Problem.stage_since", 0, "INCONSISTENT")],
    ),
    (
        "two stages are of one day",
        lambda: (
            problem(stage="analyse"),
            history("P1", ("scan", FIRST), ("analyse", FIRST)),
        ),
        [
            ("ProblemStage.force, problem_id, entered_on", 0, "DUPLICATE_KEY"),
            ("ProblemStage.force, problem_id, entered_on", 1, "DUPLICATE_KEY"),
        ],
    ),
    (
        "it is of no problem",
        lambda: (problem(), history("P2", ("scan", FIRST))),
        [("ProblemStage.problem_id", 0, "REFERENTIAL")],
    ),
    (
        "it is of another force's problem",
        lambda: (problem(), history("P1", ("scan", FIRST), force="WMP")),
        [("ProblemStage.problem_id", 0, "REFERENTIAL")],
    ),
]


@pytest.mark.parametrize(
    ("made", "expected"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN]
)
def test_what_is_wrong_with_a_history_is_named(
    made: Callable[[], tuple[Problem, list[ProblemStage]]], expected: list[Any]
) -> None:
    now, rows = made()

    found = check_problems([now], rows)

    assert codes(found) == expected
    assert {each.code for each in found} <= CODES.keys()
    assert found.total == len(expected)


def test_every_failure_comes_at_once_and_in_order() -> None:
    good, rows = walked(problem("P9"), [("analyse", FIRST + DAY)])
    made = [each() for _, each, _ in BROKEN[:4]]
    problems = [attrs.evolve(now, problem_id=f"P{n}") for n, (now, _) in enumerate(made)]
    stages = [
        attrs.evolve(row, problem_id=f"P{n}") for n, (_, own) in enumerate(made) for row in own
    ]

    found = check_problems([good, *problems], [*rows, *stages])

    assert codes(found) == [
        ("ProblemStage.stage", 3, "STAGE_ORDER"),
        ("ProblemStage.stage", 5, "STAGE_ORDER"),
        ("ProblemStage.stage", 6, "STAGE_ORDER"),
        ("ProblemStage.entered_on", 7, "INCONSISTENT"),
    ]
    assert str(found[3]).startswith("row 7, ProblemStage.entered_on: datetime.date(2019, 1, 6)")
    assert failures_frame(found)["code"].to_list() == [*["STAGE_ORDER"] * 3, "INCONSISTENT"]


def test_a_history_may_begin_later_than_its_problem_and_nothing_is_said_of_before() -> None:
    now = problem(stage="respond", stage_since=FIRST + 9 * DAY)

    assert check_problems([now], history("P1", ("respond", FIRST + 9 * DAY))) == ()
    assert check_problems([now]) == ()


def test_rows_that_are_wrong_in_themselves_are_told_and_not_judged_further() -> None:
    now = problem("P1", stage="respond", stage_since=FIRST + 2 * DAY)
    problems = to_pandas([now, problem("P2", stage="analyse"), problem("P3")])
    problems.loc[1, "stage"] = "evaluate"
    stages = to_pandas(
        [
            *history("P1", ("scan", FIRST), ("analyse", FIRST + DAY), ("respond", FIRST + 2 * DAY)),
            *history("P2", ("respond", FIRST)),
        ]
    )
    stages.loc[1, "stage"] = "close"

    assert codes(check_problems(problems, stages)) == [
        ("Problem.stage", 1, "NOT_ALLOWED"),
        ("ProblemStage.stage", 1, "NOT_ALLOWED"),
    ]


def test_a_frame_may_hold_what_no_record_can() -> None:
    problems = to_pandas([problem(closed_on=FIRST, closed_as="handed_over")])
    problems["closed_as"] = "resolved"

    assert codes(check_problems(problems)) == [("Problem.stage, closed_as", 0, "UNASSESSED")]


def test_frames_of_any_kind_give_what_records_give() -> None:
    now, rows = BROKEN[0][1]()
    told = check_problems([now], rows)

    assert check_problems(to_arrow([now]), to_arrow(rows)) == told
    assert check_problems(to_pandas([now]), to_pandas(rows)) == told
    with pytest.raises(UnknownColumnsError):
        check_problems(pd.DataFrame(to_pandas([now])).assign(more=1), rows)


def test_none_of_a_problem_of_which_there_are_two_is_judged() -> None:
    twice = [problem(), problem(stage="respond")]

    found = check_problems(twice, history("P1", ("analyse", FIRST)))

    key = "Problem.force, problem_id"
    assert codes(found) == [(key, 0, "DUPLICATE_KEY"), (key, 1, "DUPLICATE_KEY")]
