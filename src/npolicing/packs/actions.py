"""Actions in a pack: what its meeting decided, what of it is open, and what is overdue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from npolicing._wording import day_words
from npolicing.entities import Action
from npolicing.exhibits import Section, Table
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npolicing.packs.asking import Ask

__all__ = ["actions"]

_SHOWN = 5


def actions(ask: Ask) -> Part:
    """The section on the actions of the pack's meeting, the longest overdue first."""
    heading = "Actions"
    if not ask.inputs.tables.has("actions"):
        gone = (
            "The table actions is missing. It would have shown the open actions with their due "
            "days and the roles that answer for them, and which are overdue."
        )
        return Part(section=Section(heading=heading, missing=(gone,)))
    own = [
        row
        for row in ask.own(ask.inputs.tables.of_entity("actions", Action))
        if row.forum == ask.forum and row.raised_on <= ask.as_of
    ]
    is_open = [row for row in own if row.done_on is None or row.done_on > ask.as_of]
    overdue = [row for row in is_open if row.due is not None and row.due < ask.as_of]
    since = ask.period.since
    done = [row for row in own if row.done_on is not None and since <= row.done_on <= ask.as_of]
    undated = sum(row.due is None for row in is_open)
    words = (
        (
            f"{len(is_open)} open, {len(overdue)} of them overdue on {day_words(ask.as_of)}, "
            f"{undated} without a day; {len(done)} done since {day_words(since)}."
        ),
    )
    counts = {"open": is_open, "overdue": overdue, "done": done}
    lines = [_line(ask, name, len(rows)) for name, rows in counts.items()]
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    return Part(
        section=Section(
            heading=heading, words=words, exhibits=(_table(ask, is_open),) if is_open else ()
        ),
        figures=figures,
        findings=[*_findings(ask, overdue)],
    )


def _key(row: Action) -> tuple[date, str]:
    return row.due or date.max, row.action_id


def _table(ask: Ask, rows: Sequence[Action]) -> Table:
    return pack_table(
        ask,
        "actions",
        f"{ask.whom}: open actions, {day_words(ask.as_of)}",
        [
            text("action", "Reference"),
            text("title", "Action"),
            *([] if ask.npu else [text("unit", "NPU")]),
            text("raised", "Raised"),
            text("due", "Due"),
            value("late", "Days overdue", "days"),
            text("role", "Role"),
        ],
        [
            {
                "action": row.action_id,
                "title": row.title,
                "unit": row.npu or "Force",
                "raised": f"{row.raised_on}",
                "due": None if row.due is None else f"{row.due}",
                "late": _late(ask, row) or ("no day" if row.due is None else "not due"),
                "role": row.responsible,
            }
            for row in sorted(rows, key=_key)
        ],
        notes=["By the day on which they are due; those without a day last. Roles, not people."],
        source=ask.source("actions"),
        synthetic=ask.inputs.synthetic("actions"),
    )


def _late(ask: Ask, row: Action) -> int | None:
    """How many days an action is overdue; null where it is not."""
    return (ask.as_of - row.due).days if row.due is not None and row.due < ask.as_of else None


def _findings(ask: Ask, overdue: Sequence[Action]) -> Iterator[Finding]:
    """The longest overdue, one by one, and how many more there are."""
    ordered = sorted(overdue, key=_key)
    for row in ordered[:_SHOWN]:
        late = _late(ask, row) or 0
        role = "" if row.responsible is None else f" ({row.responsible})"
        words = f"Action {row.action_id}, {row.title}{role}: due {row.due}, {late} days overdue."
        yield Finding(order=Order.OVERDUE, words=words, weight=float(late))
    if len(ordered) > _SHOWN:
        words = f"{len(ordered) - _SHOWN} more actions are overdue; see the section on actions."
        # After the last that is told, and before what is overdue for less.
        weight = float(_late(ask, ordered[_SHOWN - 1]) or 0) - 0.5
        yield Finding(order=Order.OVERDUE, words=words, weight=weight)


def _line(ask: Ask, name: str, number: int) -> Line:
    return Line(
        section="actions",
        measure="actions",
        label=name,
        unit="actions",
        npu=ask.npu,
        item=name,
        is_total=ask.npu is None,
        times={"as_of": Quantity(numerator=number, figure=number)},
        day=ask.as_of,
        synthetic=ask.inputs.synthetic("actions"),
    )
