"""Counts against their targets as bars, with the target marked on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, joined
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._reading import FORCE, Result, Row, together, worded
from npolicing.exhibits.marks import Axis, Bars, Label, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.measures import TargetGap
from npolicing.vocabulary import OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["target_chart"]


def target_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    kind: ObservationKind | None = None,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Bars of the counts, an upright mark at each target; the furthest from its target first.

    Args:
        result: What `target_gap` gives by unit, with or without a total.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        kind: What is counted, which names it.
        names: What units are called, by their codes.

    Returns:
        A chart with a row a group. A group without a count or a target says so, and has no bar or
        no mark. Without any row it has no panel.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Appendix 1.

    >>> import npolicing as npol
    >>> paper = npol.paper.wmp_2019()
    >>> gaps = npol.target_gap(paper.schemes, paper.targets, by="npu", total=True)
    >>> target_chart(gaps, name="street_watch", kind="street_watch", names={"DY": "Dudley"}).title
    'Street Watch schemes: 84 short of 210, Dudley furthest from its target'
    """
    said = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, TargetGap, names or {}, null=FORCE)
    meaning = OBSERVATION_KINDS[kind] if kind else None
    label, unit = (meaning.label, meaning.unit) if meaning else ("Counts", "")
    rows = sorted(found.drawn, key=_lacking, reverse=True)
    ticks = tuple((float(at), row.label) for at, row in enumerate(rows))
    return said.chart(
        found,
        says=_says(found, label),
        alt=_alt(found, rows, label),
        caption=f"{label}: current and target",
        headings=[
            Heading(column="current", label="Current", unit=unit),
            Heading(column="target", label="Target", unit=unit),
            Heading(column="gap", label="Gap", unit=unit),
            Heading(column="attainment", label="Attainment", unit="ratio"),
        ],
        panels=[_panel(rows)] if rows else [],
        x=Axis(label=unit.capitalize(), low=0.0),
        y=Axis(ticks=ticks, named=True, reverse=True),
        key="Bar: current. Upright mark: target.",
    )


def _lacking(row: Row) -> float:
    found = row.number("shortfall")
    return -1.0 if found is None else found


def _panel(rows: Sequence[Row]) -> Panel:
    at = tuple(float(each) for each in range(len(rows)))
    current, target = (
        tuple(row.number(column) for row in rows) for column in ("current", "target")
    )
    ends = (max(now or 0.0, aim or 0.0) for now, aim in zip(current, target, strict=True))
    labels = (
        Label(x=end, y=place, text=_stands(row))
        for end, place, row in zip(ends, at, rows, strict=True)
    )
    mark = Points(x=target, y=at, role="second", shape="tick")
    return Panel(marks=(Bars(at=at, to=current), mark, *labels))


def _stands(row: Row) -> str:
    current, target = row.number("current"), row.number("target")
    if current is None:
        return "no count" if target is None else f"no count of {figure(target, 'count')}"
    return f"{figure(current, 'count')}" + (
        ", no target" if target is None else f" of {figure(target, 'count')}"
    )


def _says(found: Result, label: str) -> str:
    rows = found.drawn
    if not rows:
        return f"{label}: no counts and no targets"
    open_ = [row for row in rows if row.number("shortfall") is None]
    worst = _furthest(rows)
    if open_:
        return _says_open(label, len(open_), len(rows), worst)
    lacking, gap, target = (together(found, name) for name in ("shortfall", "gap", "target"))
    if not lacking:
        return f"{label}: every target is met"
    ends = f", {worded(worst)} furthest from {_its(worst)}" if len(rows) > 1 else ""
    amount = figure(lacking, "count")
    if gap is not None and lacking == abs(gap) and target is not None:
        way = "short of" if gap > 0 else "above"
        return f"{label}: {amount} {way} {figure(target, 'count')}{ends}"
    return f"{label}: units are {amount} off their targets in all{ends}"


def _says_open(label: str, missing: int, rows: int, worst: list[str]) -> str:
    if missing == rows:
        return f"{label}: no group has both a count and a target"
    lack = "lacks" if missing == 1 else "lack"
    known = f"; of the rest {worded(worst)} furthest from {_its(worst)}" if worst else ""
    return f"{label}: {missing} of {rows} {lack} a count or a target{known}"


def _its(worst: list[str]) -> str:
    return "its target" if len(worst) == 1 else "their targets"


def _furthest(rows: Sequence[Row]) -> list[str]:
    most = max(map(_lacking, rows))
    return [row.label for row in rows if _lacking(row) == most] if most > 0 else []


def _alt(found: Result, rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"Bar chart of {label} against targets, without any figure."
    current, target = (together(found, name) for name in ("current", "target"))
    whole = joined(
        [
            f"{word} {figure(value, 'count')}" if value is not None else f"no {word} for all"
            for value, word in ((current, "current"), (target, "target"))
        ]
    )
    each = listing([f"{row.label} {_stands(row)}" for row in rows])
    return f"Bar chart of {label} against targets, furthest first: {each}. Together {whole}."
