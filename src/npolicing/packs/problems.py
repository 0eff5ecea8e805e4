"""Problems and plans in a pack: problems by stage of SARA, and which tier demand has reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from npolicing._wording import day_words
from npolicing.calendar import within
from npolicing.entities import DemandTier, Problem
from npolicing.exhibits import Section, Table
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity
from npolicing.vocabulary import SARAStage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from npolicing.packs.asking import Ask

__all__ = ["problems", "tiers"]


def problems(ask: Ask) -> Part:
    """The section on problems that are worked by SARA."""
    heading = "Problems worked by SARA"
    if not ask.inputs.tables.has("problems"):
        words = (
            "The table problems is missing. It would have shown the open problems by stage, and "
            "which reviews are overdue."
        )
        return Part(section=Section(heading=heading, missing=(words,)))
    known = ask.own(ask.inputs.tables.of_entity("problems", Problem))
    own = [
        row
        for row in known
        if row.opened_on <= ask.as_of and (row.closed_on is None or row.closed_on > ask.as_of)
    ]
    late = [row for row in own if row.review_on is not None and row.review_on < ask.as_of]
    made_up = ask.inputs.synthetic("problems")
    lines = [_line(ask, stage, own, made_up=made_up) for stage in get_args(SARAStage)]
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    findings = []
    if late:
        first = min(row.review_on for row in late if row.review_on)
        word = "problem's review is" if len(late) == 1 else "problems' reviews are"
        words = f"{len(late)} {word} overdue, the first since {first}."
        findings.append(Finding(order=Order.OVERDUE, words=words, weight=float(len(late))))
    table = _table(ask, own, made_up=made_up)
    return Part(
        section=Section(heading=heading, exhibits=(table,)), figures=figures, findings=findings
    )


def _table(ask: Ask, own: Sequence[Problem], *, made_up: bool) -> Table:
    rows = []
    for stage in get_args(SARAStage):
        here = [row for row in own if row.stage == stage]
        late = [row for row in here if row.review_on is not None and row.review_on < ask.as_of]
        rows.append(
            {
                "stage": stage.capitalize(),
                "open": len(here),
                "late": len(late),
                "undated": sum(row.review_on is None for row in here),
                "unmeasured": sum(row.measure is None for row in here),
            }
        )
    return pack_table(
        ask,
        "problems",
        f"{ask.whom}: open problems by stage, {day_words(ask.as_of)}",
        [
            text("stage", "Stage"),
            value("open", "Open", "problems"),
            value("late", "Review overdue", "problems"),
            value("undated", "No review set", "problems"),
            value("unmeasured", "No measure of success", "problems"),
        ],
        rows,
        notes=["The stage is that of the table."],
        source=ask.source("problems"),
        synthetic=made_up,
    )


def _line(ask: Ask, stage: str, own: Sequence[Problem], *, made_up: bool) -> Line:
    number = sum(row.stage == stage for row in own)
    return Line(
        section="problems",
        measure="open_problems",
        label=stage,
        unit="problems",
        npu=ask.npu,
        item=stage,
        is_total=ask.npu is None,
        times={"as_of": Quantity(numerator=number, figure=number)},
        day=ask.as_of,
        synthetic=made_up,
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
