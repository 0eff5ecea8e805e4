"""How far problems have come by a day, counted by hand and held to what must always be so."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product
from statistics import median
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import one, refused, rows
from walked import FIRST, STAGES, history, problem, walked, walks

from npolicing.entities import Problem, ProblemStage
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.frames import to_arrow, to_pandas
from npolicing.measures import problem_progress
from npolicing.measures.problems import ProblemProgress
from npolicing.vocabulary import ProblemOutcome

DAY = timedelta(days=1)
AS_OF = date(2019, 10, 15)

# Made up. P1 to P3 are of one Impact Area; P4 is outside of any, and closed; P5 is yet to come.
P1, H1 = walked(
    problem("P1", area_id="IA-1", npu="NE", owner="S-1", measure="calls", review_on=AS_OF - DAY),
    [("analyse", date(2019, 3, 1)), ("respond", date(2019, 9, 15))],
)
P2, H2 = walked(
    problem("P2", area_id="IA-1", npu="NE", measure="calls", review_on=AS_OF),
    [
        ("analyse", date(2019, 2, 1)),
        ("respond", date(2019, 5, 1)),
        ("assess", date(2019, 8, 1)),
        ("respond", date(2019, 10, 5)),
    ],
)
P3, H3 = walked(
    problem("P3", area_id="IA-1", npu="SE", kind="pilot", evaluation_due_on=date(2019, 10, 14)),
    [("analyse", date(2019, 10, 1))],
)
P4, H4 = walked(
    problem("P4", npu="SE", kind="pilot", evaluated_on=date(2019, 9, 1)),
    [
        ("analyse", date(2019, 2, 1)),
        ("respond", date(2019, 3, 1)),
        ("assess", date(2019, 4, 1)),
    ],
)
P4 = attrs.evolve(P4, closed_on=AS_OF, closed_as="resolved")
P5 = problem("P5", npu="SE", opened_on=AS_OF + DAY)
PROBLEMS = [P5, P4, P3, P2, P1]
HISTORY = [*H2, *H1, *H4, *H3]


def test_the_progress_of_five_problems_is_counted_as_by_hand() -> None:
    frame = problem_progress(PROBLEMS, HISTORY, as_of=AS_OF, total=True)
    analyse, respond, closed, total = rows(frame)

    assert [(row["area_id"], row["stage"]) for row in (analyse, respond, closed, total)] == [
        ("IA-1", "analyse"),
        ("IA-1", "respond"),
        (None, "assess"),
        (None, None),
    ]
    # From 15 September there are 30 days, and from 5 October 10.
    assert respond == {
        "area_id": "IA-1",
        "stage": "respond",
        "problems": 2,
        "open": 2,
        "closed": 0,
        "resolved": 0,
        "stage_known": 2,
        "stage_unknown": 0,
        "median_days": 20.0,
        "longest_days": 30,
        "oldest_since": date(2019, 9, 15),
        "reviews_overdue": 1,
        "overdue_since": AS_OF - DAY,
        "no_review": 0,
        "no_measure": 0,
        "no_owner": 1,
        "evaluations_not_due": 0,
        "evaluations_due": 0,
        "evaluations_late": 0,
        "late_since": None,
        "evaluations_done": 0,
        "evaluations_undated": 0,
        "is_total": False,
    }
    assert (analyse["median_days"], analyse["longest_days"]) == (14.0, 14)
    assert (analyse["no_review"], analyse["no_measure"], analyse["no_owner"]) == (1, 1, 1)
    assert (analyse["evaluations_late"], analyse["late_since"]) == (1, date(2019, 10, 14))
    assert (closed["problems"], closed["open"], closed["closed"], closed["resolved"]) == (
        1,
        0,
        1,
        1,
    )
    assert (closed["median_days"], closed["longest_days"], closed["no_owner"]) == (None, None, 0)
    assert closed["evaluations_done"] == 1
    assert (total["problems"], total["open"], total["median_days"]) == (4, 3, 14.0)


def test_the_stage_is_that_of_the_day_where_a_history_says_it() -> None:
    early = problem_progress(PROBLEMS, HISTORY, as_of=date(2019, 8, 31), by="stage")

    assert [(row["stage"], row["open"], row["longest_days"]) for row in rows(early)] == [
        # P3 came to analyse in October only.
        ("scan", 1, 236),
        ("analyse", 1, 183),
        ("assess", 2, 152),
    ]


def test_without_a_history_the_stage_is_known_from_its_own_day_on() -> None:
    early = problem_progress(PROBLEMS, as_of=date(2019, 9, 14), by="stage")

    # P1, P2 and P3 came to their stages later: what they were in nobody wrote.
    assert [(row["stage"], row["open"], row["stage_unknown"]) for row in rows(early)] == [
        ("assess", 1, 0),
        (None, 3, 3),
    ]
    unknown = rows(early)[1]
    assert (unknown["stage_known"], unknown["median_days"], unknown["oldest_since"]) == (
        0,
        None,
        None,
    )
    at_once = problem_progress(PROBLEMS, as_of=date(2019, 9, 15), by="stage")
    assert rows(at_once)[0]["stage"] == "respond"
    assert rows(at_once)[0]["longest_days"] == 0


def test_a_history_that_begins_later_leaves_the_days_before_it_unknown() -> None:
    late = history("P1", ("respond", date(2019, 9, 15)))
    before = one(problem_progress([P1], late, as_of=date(2019, 9, 14), by=None))
    after = one(problem_progress([P1], late, as_of=date(2019, 9, 15), by=None))

    assert (before["open"], before["stage_known"], before["stage_unknown"]) == (1, 0, 1)
    assert (after["open"], after["stage_known"], after["stage_unknown"]) == (1, 1, 0)


def test_a_problem_is_taken_on_and_closed_on_the_day_itself() -> None:
    closed = problem(stage="assess", closed_on=FIRST + 9 * DAY, closed_as="resolved")
    found = [
        one(problem_progress([closed], as_of=FIRST + days * DAY, by=None)) for days in (0, 8, 9)
    ]

    assert [(row["open"], row["closed"], row["resolved"]) for row in found] == [
        (1, 0, 0),
        (1, 0, 0),
        (0, 1, 1),
    ]
    assert problem_progress([closed], as_of=FIRST - DAY, by=None).empty


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, None),
        ({"evaluation_status": "not_due"}, "not_due"),
        ({"evaluation_status": "due"}, "due"),
        ({"evaluation_status": "done"}, "done"),
        ({"evaluated_on": AS_OF}, "done"),
        ({"evaluated_on": AS_OF + DAY}, "not_due"),
        ({"evaluated_on": AS_OF + DAY, "evaluation_status": "done"}, "not_due"),
        ({"evaluated_on": AS_OF + DAY, "evaluation_due_on": AS_OF - DAY}, "late"),
        ({"evaluation_due_on": AS_OF - DAY}, "late"),
        ({"evaluation_due_on": AS_OF - DAY, "evaluation_status": "not_due"}, "late"),
        ({"evaluation_due_on": AS_OF - DAY, "evaluation_status": "done"}, "done"),
        ({"evaluation_due_on": AS_OF - DAY, "evaluated_on": AS_OF}, "done"),
        ({"evaluation_due_on": AS_OF}, "due"),
        ({"evaluation_due_on": AS_OF + DAY}, "not_due"),
        ({"evaluation_due_on": AS_OF + DAY, "evaluation_status": "due"}, "due"),
    ],
)
def test_an_evaluation_stands_where_its_days_say_and_then_its_status(
    given: dict[str, Any], state: str | None
) -> None:
    row = one(problem_progress([problem(kind="pilot", **given)], as_of=AS_OF, by=None))

    states = ("not_due", "due", "late", "done")
    assert [each for each in states if row[f"evaluations_{each}"]] == ([state] if state else [])
    undated = state in ("not_due", "due") and "evaluation_due_on" not in given
    assert row["evaluations_undated"] == undated


def test_of_several_that_are_overdue_or_late_the_first_day_is_told() -> None:
    several = [
        problem(f"P{n}", review_on=AS_OF - n * DAY, evaluation_due_on=AS_OF - 2 * n * DAY)
        for n in (1, 3, 2)
    ]
    row = one(problem_progress(several, as_of=AS_OF, by=None))

    assert (row["reviews_overdue"], row["overdue_since"]) == (3, AS_OF - 3 * DAY)
    assert (row["evaluations_late"], row["late_since"]) == (3, AS_OF - 6 * DAY)


def test_an_evaluation_that_is_late_is_told_of_what_is_closed() -> None:
    pilot = problem(
        kind="pilot",
        evaluation_due_on=AS_OF - DAY,
        closed_on=FIRST + DAY,
        closed_as="no_further_action",
    )

    row = one(problem_progress([pilot], as_of=AS_OF, by="kind"))
    assert (row["kind"], row["open"], row["evaluations_late"]) == ("pilot", 0, 1)


def test_stages_and_kinds_are_sorted_in_their_order_and_null_comes_last() -> None:
    many = [
        problem(f"P{n}-{kind}", stage=stage, kind=kind)
        for n, (stage, kind) in enumerate(product(STAGES, ("pilot", "problem")))
    ]
    unknown = problem("PX", stage_since=AS_OF + DAY, opened_on=FIRST)

    by_stage = problem_progress([*many, unknown], as_of=AS_OF, by=["stage", "kind"], total=True)

    kinds = ("problem", "pilot")
    found = [(row["stage"], row["kind"], row["is_total"]) for row in rows(by_stage)]
    assert found == [
        *((stage, kind, False) for stage, kind in product(STAGES, kinds)),
        (None, "problem", False),
        (None, None, True),
    ]


def test_a_history_that_contradicts_itself_is_refused_with_every_failure() -> None:
    wrong = history("P1", ("scan", FIRST), ("assess", FIRST + DAY))
    with pytest.raises(ValidationError) as caught:
        problem_progress([problem()], wrong, as_of=AS_OF)

    assert sorted(each.code for each in caught.value.failures) == [
        "INCONSISTENT",
        "INCONSISTENT",
        "STAGE_ORDER",
    ]
    twice = history("P1", ("scan", FIRST), ("scan", FIRST))
    with pytest.raises(ValidationError, match="DUPLICATE_KEY"):
        problem_progress([problem()], twice, as_of=AS_OF)
    with pytest.raises(ValidationError, match="REFERENTIAL"):
        problem_progress([problem()], history("P2", ("scan", FIRST)), as_of=AS_OF)


def test_two_forces_are_not_added_up() -> None:
    both = [problem(), problem(force="WMP")]
    words = (
        "problem_progress adds up rows of one force, and these are of 2: AVS, WMP. "
        "Put 'force' in by, or pass the rows of one."
    )
    with refused(words):
        problem_progress(both, as_of=AS_OF)
    parted = problem_progress(both, as_of=AS_OF, by="force")
    assert [(row["force"], row["problems"]) for row in rows(parted)] == [("AVS", 1), ("WMP", 1)]


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    with pytest.raises(UnknownCodeError, match="owner"):
        problem_progress(PROBLEMS, as_of=AS_OF, by="owner")
    frame = to_pandas(PROBLEMS).drop(columns=["stage_since", "opened_on"])
    with pytest.raises(MissingColumnsError) as caught:
        problem_progress(frame, as_of=AS_OF)
    assert caught.value.missing == ("stage_since", "opened_on")


def test_a_frame_needs_no_more_than_is_counted_and_may_have_more() -> None:
    needed = ["force", "problem_id", "stage", "stage_since", "opened_on"]
    frame = to_pandas(PROBLEMS)[needed].assign(priority=1)

    row = one(problem_progress(frame, as_of=AS_OF, by=None))
    assert (row["problems"], row["open"], row["no_owner"]) == (4, 4, 4)
    whole = problem_progress(PROBLEMS, HISTORY, as_of=AS_OF)
    for made in (to_pandas, to_arrow):
        assert problem_progress(made(PROBLEMS), made(HISTORY), as_of=AS_OF).equals(whole)


# -- what must always be so

_GIVEN = {
    "npu": st.sampled_from(["NE", "SE", None]),
    "area_id": st.sampled_from(["IA-1", "IA-2", None]),
    "kind": st.sampled_from(["problem", "pilot"]),
    "owner": st.sampled_from(["S-1", None]),
    "measure": st.sampled_from(["calls", None]),
    "review_on": st.sampled_from([FIRST, FIRST + 40 * DAY, None]),
    "evaluation_due_on": st.sampled_from([FIRST, FIRST + 40 * DAY, None]),
    "evaluation_status": st.sampled_from(["not_due", "due", "done", None]),
}


@st.composite
def worked(draw: st.DrawFn) -> tuple[list[Problem], list[ProblemStage]]:
    """Some problems on any way, closed or open, and their histories."""
    problems, stages = [], []
    for number in range(draw(st.integers(0, 5))):
        drawn = {name: draw(each) for name, each in _GIVEN.items()}
        now, own = draw(walks(f"P{number}", **drawn))
        if draw(st.booleans()):
            closed_as: ProblemOutcome = "resolved" if now.stage == "assess" else "handed_over"
            now = attrs.evolve(now, closed_on=now.stage_since + DAY, closed_as=closed_as)
        problems.append(now)
        stages += own
    return problems, stages


ADDED = [field.name for field in ProblemProgress.columns() if field.required]


@settings(max_examples=30)
@given(worked(), st.integers(-1, 200), st.sampled_from(["npu", "stage", ["area_id", "kind"]]))
def test_groups_add_up_to_the_total_and_replay_the_histories(
    drawn: tuple[list[Problem], list[ProblemStage]], days: int, by: str | list[str]
) -> None:
    problems, stages = drawn
    as_of = FIRST + days * DAY
    groups = rows(problem_progress(problems, stages, as_of=as_of, by=by, total=True))
    nothing: dict[str, Any] = {**dict.fromkeys(ADDED, 0), "median_days": None}
    total = groups.pop() if groups else nothing

    assert {name: sum(row[name] for row in groups) for name in ADDED} == {
        name: total[name] for name in ADDED
    }
    assert total["problems"] == total["open"] + total["closed"]
    assert total["open"] == total["stage_known"] + total["stage_unknown"]
    # Each history replayed, one day after the other.
    still = [
        row for row in problems if as_of >= FIRST and (not row.closed_on or row.closed_on > as_of)
    ]
    last = {row.problem_id: row for row in stages if row.entered_on <= as_of}
    spent = [(as_of - last[row.problem_id].entered_on).days for row in still]
    assert total["median_days"] == (float(median(spent)) if spent else None)
    if by == "stage":
        found = {row["stage"]: row["open"] for row in groups if row["open"]}
        assert found == Counter(last[row.problem_id].stage for row in still)


@settings(max_examples=15)
@given(worked(), st.integers(0, 200), st.data())
def test_the_order_of_the_rows_changes_nothing(
    drawn: tuple[list[Problem], list[ProblemStage]], days: int, data: st.DataObject
) -> None:
    problems, stages = drawn
    as_of = FIRST + days * DAY
    shuffled = data.draw(st.permutations(problems)), data.draw(st.permutations(stages))

    expected = problem_progress(problems, stages, as_of=as_of)
    assert problem_progress(*shuffled, as_of=as_of).equals(expected)


def test_a_day_is_needed() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="as_of= is a day, such as .*, not None"):
        problem_progress(PROBLEMS, as_of=nothing)
