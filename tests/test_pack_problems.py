"""Problems with a history, and projects with an evaluation, in a pack."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from walked import FIRST, history, problem, walked

from npolicing import packs
from npolicing.delimited import write_csv
from npolicing.entities import ACFBid, Problem, ProblemStage
from npolicing.errors import InputFileError
from npolicing.exhibits import Document, Section, Table
from npolicing.packs import PackTables

# Made up; of a force whose units are not shipped.
P1, H1 = walked(
    problem("P1", npu="NE", owner="S-1", measure="calls", review_on=date(2019, 9, 29)),
    [("analyse", date(2019, 3, 1)), ("respond", date(2019, 9, 10))],
)
P2, H2 = walked(problem("P2", npu="NE"), [("analyse", date(2019, 10, 1))])
P3, H3 = walked(
    problem("P3", npu="NE", kind="pilot", evaluation_due_on=date(2019, 9, 1)),
    [("analyse", date(2019, 2, 1)), ("respond", date(2019, 3, 1))],
)
P3 = attrs.evolve(P3, closed_on=date(2019, 8, 1), closed_as="no_further_action")
OTHER, H4 = walked(problem("P4", npu="SE"), [("analyse", date(2019, 3, 1))])
PROBLEMS, HISTORY = [P1, P2, P3, OTHER], [*H1, *H2, *H3, *H4]


def pack_of(tables: PackTables, npu: str | None = "NE") -> Document:
    inputs = packs.read_inputs(tables=tables)
    if npu is None:
        return packs.qpr_pack(inputs, quarter="2019/20-Q2", charts=False)
    return packs.sim_pack(inputs, npu=npu, month="2019-09", charts=False)


def section_of(document: Document, heading: str) -> Section:
    return next(each for each in document.sections if each.heading == heading)


def cells_of(document: Document, heading: str, name: str) -> list[tuple[str, ...]]:
    (table,) = (
        each for each in section_of(document, heading).exhibits if each.name.endswith(f"_{name}")
    )
    assert isinstance(table, Table)
    return [tuple(row) for row in table.cells]


def test_the_stage_is_that_of_the_day_by_the_history() -> None:
    document = pack_of(PackTables.of(problems=PROBLEMS, problem_stages=HISTORY))

    # P2 was still in scan on 30 September, for 266 days.
    assert cells_of(document, "Problems worked by SARA", "problems") == [
        ("Scan", "1", "266.0", "266", "0", "1", "1", "1"),
        ("Analyse", "0", "–", "–", "0", "0", "0", "0"),
        ("Respond", "1", "20.0", "20", "1", "0", "0", "0"),
        ("Assess", "0", "–", "–", "0", "0", "0", "0"),
    ]
    words = section_of(document, "Problems worked by SARA").words
    states = "1 late, 0 due, 0 not yet due, 0 done"
    assert words == (f"Evaluations of problems and pilots, closed ones too: {states}.",)
    assert "1 problem's review is overdue, the first since 2019-09-29." in document.findings
    late = "1 evaluation of a problem or pilot is late, the first since 2019-09-01."
    assert late in document.findings


def test_without_the_history_what_came_later_is_not_known() -> None:
    document = pack_of(PackTables.of(problems=PROBLEMS))

    table = cells_of(document, "Problems worked by SARA", "problems")
    assert [(cells[0], cells[1], cells[2]) for cells in table] == [
        ("Scan", "0", "–"),
        ("Analyse", "0", "–"),
        ("Respond", "1", "20.0"),
        ("Assess", "0", "–"),
        ("Not known", "1", "–"),
    ]


def test_a_pack_of_the_force_has_the_problems_of_all_units() -> None:
    document = pack_of(PackTables.of(problems=PROBLEMS, problem_stages=HISTORY), npu=None)

    table = cells_of(document, "Problems worked by SARA", "problems")
    assert [cells[1] for cells in table] == ["1", "1", "1", "0"]


def test_a_unit_without_a_problem_has_noughts() -> None:
    far = [attrs.evolve(OTHER, npu="SE")]
    document = pack_of(PackTables.of(problems=far, actions=[], schemes=[]), npu="SE")
    assert [cells[1] for cells in cells_of(document, "Problems worked by SARA", "problems")] == [
        "0",
        "1",
        "0",
        "0",
    ]
    empty = [attrs.evolve(OTHER, opened_on=date(2019, 10, 1), stage_since=date(2019, 10, 1))]
    none = pack_of(PackTables.of(problems=empty), npu="SE")
    table = cells_of(none, "Problems worked by SARA", "problems")
    assert [cells[1] for cells in table] == ["0", "0", "0", "0"]


def test_a_history_that_contradicts_its_problem_is_told_with_file_and_line(tmp_path: Path) -> None:
    now = problem("P1", npu="NE", stage="respond", stage_since=FIRST)
    write_csv([now], tmp_path / "problems.csv")
    strange = [*history("P1", ("assess", FIRST)), *history("P9", ("scan", FIRST))]
    write_csv(strange, tmp_path / "problem_stages.csv")

    with pytest.raises(InputFileError) as caught:
        packs.read_inputs(tables=tmp_path)

    words = str(caught.value)
    assert "problems.csv, line 2, Problem.stage: 'respond' breaks is assess, as the last" in words
    assert "problem_stages.csv, line 2, ProblemStage.stage: 'assess' breaks is scan" in words
    assert "problem_stages.csv, line 3, ProblemStage.problem_id: 'P9' breaks is a problem" in words
    assert len(caught.value.failures) == 3


def test_a_history_of_problems_that_are_not_there_is_refused_or_left_unread() -> None:
    with pytest.raises(InputFileError, match="'P1' breaks is a problem_id of Problem"):
        packs.read_inputs(tables=PackTables.of(problem_stages=HISTORY, problems=[]))
    alone = pack_of(PackTables.of(problem_stages=HISTORY), npu=None)
    (words,) = section_of(alone, "Problems worked by SARA").missing
    assert words.startswith("The table problems is missing.")


def project(number: int, paid: int, **given: Any) -> ACFBid:  # noqa: ANN401 # fields
    bid = ACFBid(
        force="AVS",
        financial_year="2019/20",
        bid_id=f"B{number}",
        npu="NE",
        applicant_kind="charity",
        status="paid",
        aligned_staff="S-1",
        requested=Decimal(5000),
        awarded=Decimal(5000),
        paid=Decimal(paid),
        project=True,
        evaluation_due_on=date(2019, 9, 15),
    )
    return attrs.evolve(bid, **given)


def test_what_projects_cost_and_how_much_of_it_is_evaluated_is_shown() -> None:
    other: dict[str, Any] = {"evaluation_due_on": None, "project": False}
    bids = [
        project(1, 3000, evaluated_on=date(2019, 9, 1)),
        project(2, 1000),
        project(3, 1, **other, evaluation_status="due"),
        project(4, 1, **other),
        project(5, 1, evaluation_due_on=date(2019, 9, 30), project=False),
    ]

    document = pack_of(PackTables.of(acf_bids=bids))

    assert cells_of(document, "The fund and its pipeline", "projects") == [
        ("ACF", "2", "1", "£4,000", "£2,000", "£3,000", "75.0 %"),
    ]
    assert cells_of(document, "The fund and its pipeline", "evaluations") == [
        ("late", "1", "2019-09-15"),
        ("due later", "1", "2019-09-30"),
        ("done", "1", "2019-09-15"),
        ("no day set", "1", "–"),
    ]
    unselected = [attrs.evolve(each, project=None) for each in bids]
    plain = pack_of(PackTables.of(acf_bids=unselected))
    names = [each.name for each in section_of(plain, "The fund and its pipeline").exhibits]
    assert not any(name.endswith("_projects") for name in names)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    write_csv(PROBLEMS, tmp_path / "problems.csv")
    write_csv(HISTORY, tmp_path / "problem_stages.csv")

    tables = packs.read_inputs(tables=tmp_path).tables

    assert list(tables.of_entity("problems", Problem)) == PROBLEMS
    assert list(tables.of_entity("problem_stages", ProblemStage)) == HISTORY
