"""Problems and plans in a pack: problems by stage of SARA, and which tier demand has reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import attrs
import pyarrow as pa

from npolicing._records import Records
from npolicing._wording import day_words
from npolicing.calendar import within
from npolicing.entities import DemandTier, Problem, ProblemStage
from npolicing.exhibits import Section, Table
from npolicing.measures import problem_progress
from npolicing.measures.problems import ProblemProgress
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity
from npolicing.vocabulary import SARAStage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from npolicing.packs.asking import Ask

__all__ = ["problems", "tiers"]

ByStage = dict[str, ProblemProgress]


def problems(ask: Ask) -> Part:
    """The section on problems that are worked by SARA."""
    heading = "Problems worked by SARA"
    if not ask.inputs.tables.has("problems"):
        words = (
            "The table problems is missing. It would have shown the open problems by stage, and "
            "which reviews are overdue."
        )
        return Part(section=Section(heading=heading, missing=(words,)))
    by_stage, total = _progress(ask)
    lines = [_line(ask, stage, row) for stage, row in by_stage.items()]
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    return Part(
        section=Section(
            heading=heading, words=tuple(_evaluations(total)), exhibits=(_table(ask, by_stage),)
        ),
        figures=figures,
        findings=[*_findings(total)],
    )


_FILES = ("problems", "problem_stages")
_UNKNOWN = "not_known"
_NONE = ProblemProgress(**{field.name: 0 for field in ProblemProgress.columns() if field.required})  # type: ignore[arg-type] # what is no count has a default


def _progress(ask: Ask) -> tuple[ByStage, ProblemProgress]:
    """The progress of its problems: at each stage of SARA, at none that is known, and of all."""
    tables = ask.inputs.tables
    own = Records(Problem, ask.own(tables.of_entity("problems", Problem)))
    keys = {row.problem_id for row in own}
    stages = [
        row for row in tables.of_entity("problem_stages", ProblemStage) if row.problem_id in keys
    ]
    history = Records(ProblemStage, stages)
    frame = problem_progress(own, history, as_of=ask.as_of, by="stage", total=True)
    rows = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    found = [(row.pop("stage") or _UNKNOWN, ProblemProgress(**row)) for row in rows]
    here = {stage: row for stage, row in found if not row.is_total}
    by_stage = {stage: here.get(stage, _NONE) for stage in get_args(SARAStage)}
    if here.get(_UNKNOWN, _NONE).open:
        by_stage[_UNKNOWN] = here[_UNKNOWN]
    return by_stage, next((row for _, row in found if row.is_total), _NONE)


def _table(ask: Ask, by_stage: ByStage) -> Table:
    history = (
        "The stage is that of the day, by the table problem_stages."
        if ask.inputs.tables.has("problem_stages")
        else "The stage is that of the table, where the problem had come to it by the day."
    )
    return pack_table(
        ask,
        "problems",
        f"{ask.whom}: open problems by stage, {day_words(ask.as_of)}",
        [
            text("stage", "Stage"),
            value("open", "Open", "problems"),
            value("median_days", "Median days there", "days", 1),
            value("longest_days", "Longest", "days"),
            value("reviews_overdue", "Review overdue", "problems"),
            value("no_review", "No review set", "problems"),
            value("no_measure", "No measure of success", "problems"),
            value("no_owner", "No owner", "problems"),
        ],
        [
            {**attrs.asdict(row), "stage": stage.replace("_", " ").capitalize()}
            for stage, row in by_stage.items()
        ],
        notes=[history],
        source=ask.source(*_FILES),
        synthetic=ask.inputs.synthetic(*_FILES),
    )


def _evaluations(total: ProblemProgress) -> Iterator[str]:
    """What is said of evaluations, where any is asked."""
    late, due = total.evaluations_late, total.evaluations_due
    not_due, done = total.evaluations_not_due, total.evaluations_done
    if late or due or not_due or done:
        yield (
            f"Evaluations of problems and pilots, closed ones too: {late} late, {due} due, "
            f"{not_due} not yet due, {done} done."
        )


def _findings(total: ProblemProgress) -> Iterator[Finding]:
    late = total.reviews_overdue
    if late:
        word = "problem's review is" if late == 1 else "problems' reviews are"
        words = f"{late} {word} overdue, the first since {total.overdue_since}."
        yield Finding(order=Order.OVERDUE, words=words, weight=float(late))
    late = total.evaluations_late
    if late:
        several = "evaluations of problems or pilots are"
        word = "evaluation of a problem or pilot is" if late == 1 else several
        words = f"{late} {word} late, the first since {total.late_since}."
        yield Finding(order=Order.OVERDUE, words=words, weight=float(late))


def _line(ask: Ask, stage: str, row: ProblemProgress) -> Line:
    return Line(
        section="problems",
        measure="open_problems",
        label=stage,
        unit="problems",
        npu=ask.npu,
        item=stage,
        is_total=ask.npu is None,
        times={"as_of": Quantity(numerator=row.open, figure=row.open)},
        day=ask.as_of,
        synthetic=ask.inputs.synthetic(*_FILES),
    )


def tiers(ask: Ask) -> Part | None:
    """Which tier of its plan the demand of the period reached; null without tiers of its own."""
    if not ask.inputs.tables.has("demand_tiers"):
        words = (
            "The table demand_tiers is missing. It would have shown which tier of the plan for "
            "demand the logs reached."
        )
        return Part(section=Section(heading="The plan for demand", missing=(words,)))
    plan = sorted(
        (
            row
            for row in ask.inputs.tables.of_entity("demand_tiers", DemandTier)
            if row.npu == ask.npu and within(row.valid_from, row.valid_to, ask.period.since)
        ),
        key=lambda row: (row.plan, row.level),
    )
    line = None
    if ask.logs is not None:
        own = ask.of_whom(ask.logs.lines)
        line = next((each for each in own if each.measure == "logs_per_day"), None)
    if not plan or line is None or line.now.figure is None:
        why = f"No tier of {ask.period.label} is of {ask.whom}" if not plan else "No logs"
        words = f"{why}: it cannot be said which tier the logs reached."
        return Part(section=Section(heading="The plan for demand", missing=(words,)))
    a_day = float(line.now.figure)
    table = pack_table(
        ask,
        "tiers",
        f"{ask.whom}: {a_day:,.1f} logs a day in {ask.period.label}, against its plan",
        [
            text("plan", "Plan"),
            value("level", "Level", "level"),
            text("tier", "Tier"),
            value("from", "From, logs a day", "logs a day", 1),
            text("reached", "Reached"),
            text("dialled_down", "Dialled down"),
        ],
        [
            {
                "plan": row.plan,
                "level": row.level,
                "tier": row.name,
                "from": row.logs_per_day,
                "reached": "yes" if a_day >= row.logs_per_day else "no",
                "dialled_down": row.dialled_down,
            }
            for row in plan
        ],
        notes=["On the mean of the period; single days may have reached more."],
        source=ask.source("demand_tiers", logs=True),
        synthetic=ask.inputs.synthetic_logs or ask.inputs.synthetic("demand_tiers"),
    )
    return Part(section=Section(heading="The plan for demand", exhibits=(table,)))
