"""Evaluations: how each arm changed, what that leaves beyond the comparison, and what it allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from npolicing.evaluating import REFUSING, EvaluatedCount, EvaluatedFigure, Evaluation
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._changes import TO, Change, changes_of, figures_in
from npolicing.exhibits._ratios import ratio_axis
from npolicing.exhibits._reading import Result
from npolicing.exhibits.document import Section
from npolicing.exhibits.marks import Axis, Guide, Mark, Panel, Points, Spans
from npolicing.exhibits.table import Heading, Table, table_from

if TYPE_CHECKING:
    from npolicing.exhibits.chart import Chart

__all__ = ["evaluation_chart", "evaluation_section"]


def evaluation_chart(
    evaluation: Evaluation,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str | None = None,
) -> Chart:
    """How each arm changed, with its counts, and under them the figure that carries the claim.

    Args:
        evaluation: What `evaluate` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What was counted; as the rows say it without.

    Returns:
        A chart with a row an arm of which both counts are known: after less before where ``wdd``
        carries the claim, after over before on an axis of equal ratios where ``rirr`` does, each
        with its interval; and a diamond for the claim, on the same axis. A ratio of 0, and one that
        goes beyond 100,000 times, has its label alone, and a note says so.

    Source:
        See `evaluate`.

    >>> from npolicing import ArmCount, evaluate
    >>> rows = [ArmCount(force="AVS", evaluation_id="E1", arm=arm, phase=phase, events=events)
    ...         for arm, both in {"treated": (207, 110), "comparison": (308, 318)}.items()
    ...         for phase, events in zip(("before", "after"), both)]
    >>> evaluation_chart(evaluate(rows, claim="wdd"), name="e", label="Burglaries").title
    'Burglaries: 107 fewer than the comparison leads one to expect, by more than chance'
    """
    said = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    what = label or evaluation.counted or "Events"
    found = Result.of(evaluation.figures, EvaluatedFigure, {})
    rows = changes_of(evaluation)
    return said.chart(
        found,
        says=_says(evaluation, what),
        alt=_alt(rows, evaluation, what),
        caption=f"{what}: the figures side by side",
        headings=[
            Heading(column="method", label="Figure", coded=True),
            Heading(column="estimate", label="Estimate", unit="figure", places=2),
            Heading(column="low", label="Low", unit="figure", places=2),
            Heading(column="high", label="High", unit="figure", places=2),
            Heading(column="p_value", label="p", unit="p", places=3),
            Heading(column="verdict", label="May be claimed", coded=True),
            Heading(column="assumption", label="What it supposes"),
            # Where two places are not enough, it has more.
            Heading(column="words", label="In words"),
        ],
        panels=[_panel(rows, evaluation)] if rows else [],
        x=_axis(rows, evaluation),
        y=Axis(
            ticks=tuple((float(at), row.label) for at, row in enumerate(rows)),
            named=True,
            reverse=True,
        ),
        key=_key(rows, evaluation.interval),
        notes=(*_own_notes(rows, evaluation), *evaluation.words[1:]),
    )


def evaluation_section(
    evaluation: Evaluation,
    *,
    name: str,
    heading: str = "Did the response help?",
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str | None = None,
) -> Section:
    """An evaluation as a part of a document: in words, its counts as a table, and a picture.

    Args:
        evaluation: What `evaluate` gives.
        name: Short name of the exhibits; the table of counts is called this and ``_counts``.
        heading: What the section is called.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What was counted; as the rows say it without.

    >>> from npolicing import ArmCount, evaluate
    >>> row = ArmCount(force="AVS", evaluation_id="E1", arm="treated", phase="before", events=9)
    >>> evaluation_section(evaluate([row], claim="wdd"), name="e").words[0]
    'Nothing can be claimed. Weighted displacement difference: undefined.'
    """
    what = label or evaluation.counted or "Events"
    counts = _counts(evaluation, name, what)
    own = attrs.evolve(counts, source=source, synthetic=synthetic, marking=marking)
    chart = evaluation_chart(
        evaluation, name=name, source=source, synthetic=synthetic, marking=marking, label=label
    )
    # The words stand before both, and need not stand under the picture again.
    notes = tuple(each for each in chart.notes if each not in evaluation.words)
    drawn = attrs.evolve(chart, notes=notes, table=attrs.evolve(chart.table, notes=()))
    return Section(heading=heading, words=evaluation.words, exhibits=(own, drawn))


def _key(rows: Sequence[Change], interval: str) -> str:
    if not rows:
        return ""
    carried = rows[-1].carries and rows[-1].drawn
    claim = " Diamond: what carries the claim." if carried else ""
    return f"Dot: an arm, before and after.{claim} Bar: {interval}."


def _counts(evaluation: Evaluation, name: str, what: str) -> Table:
    return table_from(
        evaluation.counts,
        f"{name}_counts",
        f"{what}: what was counted, and over what",
        [
            Heading(column="arm", label="Arm", coded=True),
            Heading(column="phase", label="Phase"),
            Heading(column="events", label="Events", unit="events"),
            Heading(column="areas", label="Areas", unit="areas"),
            Heading(column="days", label="Days", unit="days"),
            Heading(column="hectares", label="Hectares", unit="hectares", places=1),
            Heading(column="exposure", label="Counted over", unit="figure", places=2),
        ],
        result=EvaluatedCount,
    )


def _axis(rows: Sequence[Change], evaluation: Evaluation) -> Axis:
    if evaluation.claim == "wdd":
        over = ", each over its weight" if _weighted(evaluation) else ""
        return Axis(label=f"Events after, less before{over}")
    ends = [end for row in rows if row.drawn for end in row.ends()]
    return ratio_axis("After, times before", ends)


def _panel(rows: Sequence[Change], evaluation: Evaluation) -> Panel:
    at = tuple(float(each) for each in range(len(rows)))
    marks: list[Mark] = [
        Guide(at=0.0 if evaluation.claim == "wdd" else 1.0, upright=True),
        Spans(
            at=at,
            low=tuple(row.low if row.drawn else None for row in rows),
            high=tuple(row.high if row.drawn else None for row in rows),
            role="plain",
        ),
    ]
    for carries in (False, True):
        x = tuple(row.middle if row.drawn and row.carries == carries else None for row in rows)
        dot = Points(x=x, y=at, role="context", large=True)
        marks.append(attrs.evolve(dot, role="main", shape="diamond") if carries else dot)
    return Panel(marks=tuple(marks))


def _weighted(evaluation: Evaluation) -> bool:
    """Whether changes are of other numbers than the counts that stand beside them."""
    over = evaluation.counts["exposure"].dropna()
    return evaluation.claim == "wdd" and bool((over != 1).any())


def _own_notes(rows: Sequence[Change], evaluation: Evaluation) -> list[str]:
    """What is to be said of the picture alone."""
    said = [_WEIGHTED] if rows and _weighted(evaluation) else []
    return [*said, *_without_mark(rows)]


_WEIGHTED = (
    "Beside the arms stand the counts as they are. The changes are of counts over their weights: "
    "in events of the treated areas, in a time like that after."
)


def _without_mark(rows: Sequence[Change]) -> list[str]:
    missing = [_read(row.label) for row in rows if not row.drawn]
    if not missing:
        return []
    return [f"Without a mark, for an axis of ratios has no place for it: {listing(missing)}."]


def _read(label: str) -> str:
    """A label as it is read out; what is in capitals stays so."""
    read = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return read.replace(TO, " to ")


def _says(evaluation: Evaluation, what: str) -> str:
    if evaluation.verdict == "cannot_say":
        why = [each.replace("_", " ") for each in evaluation.caveats if each in REFUSING]
        return f"{what}: nothing can be claimed ({', '.join(why)})"
    if evaluation.verdict == "no_change_shown":
        return f"{what}: no difference from the comparison is shown"
    return (
        f"{what}: {evaluation.amount} than the comparison leads one to expect, by more than chance"
    )


def _alt(rows: Sequence[Change], evaluation: Evaluation, what: str) -> str:
    if not rows:
        return f"Chart of {what} before and after, without any figure."
    scale = "changes in events" if evaluation.claim == "wdd" else "factors of change"
    scale += ", each count over its weight" if _weighted(evaluation) else ""
    told = [row.label.lower().replace(TO, " to ") for row in rows if not row.carries]
    own = next(row for row in figures_in(evaluation) if row.true("carries_claim"))
    claim = (own.text("words") or "").rstrip(".")
    said = f"Chart of {what} before and after by arm, as {scale}. {listing([*told, claim])}."
    return " ".join([said, *_without_mark(rows)])
