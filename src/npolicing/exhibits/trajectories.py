"""Ways to targets: where each count began, stands and should stand, and where its pace leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from npolicing._wording import day_words, figure
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._months import day_axis
from npolicing.exhibits._reading import ALL, FORCE, Result, Row, worded
from npolicing.exhibits.marks import Axis, Label, Line, Mark, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.measures import Trajectory
from npolicing.vocabulary import OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["trajectory_chart"]


def trajectory_chart(
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
    """The way of each group: base, count, plan and target, and where the pace so far would lead.

    Args:
        result: What `trajectory` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        kind: What is counted, which names it.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group that has a count on a day. Without a day by which it is due
        there is no way to a target, and a note says so; without a base there is no pace.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        See `trajectory`.

    >>> from datetime import date
    >>> import npolicing as npol
    >>> paper = npol.paper.wmp_2019()
    >>> way = npol.trajectory(paper.schemes, paper.targets, by="npu", due=date(2020, 4, 1))
    >>> trajectory_chart(way, name="way", kind="street_watch").title
    'Street Watch schemes: one count each so far, so no pace is known; 84 to gain by 1 April 2020'
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, Trajectory, names or {}, null=FORCE)
    label = OBSERVATION_KINDS[kind].label if kind else "Count"
    rows = found.drawn
    drawn = [row for row in rows if row.number("current") is not None and row.day("as_of")]
    days = [
        day for row in drawn for each in ("base_as_of", "as_of", "due") if (day := row.day(each))
    ]
    return caption.chart(
        found,
        says=_says(rows, label),
        alt=_alt(rows, label),
        caption=f"{label}: the way to the target",
        headings=[
            Heading(column="as_of", label="As of"),
            Heading(column="current", label="Current", unit="count"),
            Heading(column="planned", label="Planned", unit="count", places=1),
            Heading(column="target", label="Target", unit="count"),
            Heading(column="due", label="Due"),
            Heading(column="required_per_month", label="Needed a month", unit="count", places=2),
            Heading(column="observed_per_month", label="Pace a month", unit="count", places=2),
            Heading(column="projected", label="At this pace", unit="count", places=1),
        ],
        panels=[_panel(row) for row in drawn],
        x=day_axis(days, 4 if len(drawn) < 2 else 3),
        y=Axis(label=label, low=0.0),
        key=_key(drawn),
        columns=spread(len(drawn)),
        notes=_open(rows),
    )


def _key(rows: Sequence[Row]) -> str:
    words = ["Filled point: counted"]
    if any(_aim(row) for row in rows):
        words.append("diamond: target, with the plan as a grey line")
    if any(_pace(row) for row in rows):
        words.append("ring on a dashed line: where the pace so far leads")
    return "; ".join(words) + "." if rows else ""


def _aim(row: Row) -> tuple[date, float] | None:
    due, target = row.day("due"), row.number("target")
    return None if due is None or target is None else (due, target)


def _pace(row: Row) -> tuple[date, float] | None:
    due, projected = row.day("due"), row.number("projected")
    return None if due is None or projected is None else (due, projected)


def _at(day: date | None) -> float:
    return float(day.toordinal()) if day else 0.0


def _panel(row: Row) -> Panel:
    now, at = row.known("current"), _at(row.day("as_of"))
    base, base_at = row.number("base"), _at(row.day("base_as_of"))
    begun = base is not None and base_at and base_at < at
    x, y = ((base_at, at), (base, now)) if begun else ((at,), (now,))
    marks: list[Mark] = [*_plan(row, x[0], y[0] or 0.0), Line(x=x, y=y)]
    marks += [Points(x=x, y=y), Label(x=at, y=now, text=figure(now, "count"), place="above")]
    pace, aim = _pace(row), _aim(row)
    if pace:
        ring = Points(x=(_at(pace[0]),), y=(pace[1],), shape="ring")
        marks += [Line(x=(at, _at(pace[0])), y=(now, pace[1]), dashed=True), ring]
    if aim:
        marks += [
            Points(x=(_at(aim[0]),), y=(aim[1],), role="second", shape="diamond"),
            Label(x=_at(aim[0]), y=aim[1], text=figure(aim[1], "count"), place="above"),
        ]
    return Panel(title="" if row.label == ALL else row.label, marks=tuple(marks))


def _plan(row: Row, first: float, value: float) -> list[Mark]:
    """The plan: from the base through where it should stand now to the target."""
    aim, planned = _aim(row), row.number("planned")
    if aim is None:
        return []
    x, y = [first], [value]
    if planned is not None and first < _at(row.day("as_of")) < _at(aim[0]):
        x.append(_at(row.day("as_of")))
        y.append(planned)
    return [Line(x=(*x, _at(aim[0])), y=(*y, aim[1]), role="context", thin=True)]


def _says(rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"{label}: no counts and no targets"
    paced = [row for row in rows if row.number("projected") is not None and _aim(row)]
    lacking = [row.number("shortfall") for row in rows]
    if not paced:
        return _says_no_pace(rows, label, lacking)
    behind = [row.label for row in paced if not _arrives(row)]
    if len(rows) == 1:
        row = paced[0]
        ends = figure(row.known("projected"), "count")
        due = day_words(row.day("due") or date.min)
        target = figure(row.known("target"), "count")
        return f"{label}: {ends} by {due} at the pace so far, target {target}"
    missing = len(rows) - len(paced)
    rest = f"; of {missing} no pace is known" if missing else ""
    if not behind:
        return f"{label}: at the pace so far each arrives in time{rest}"
    if len(behind) == len(paced):
        return f"{label}: at the pace so far none of {len(paced)} reaches its target in time{rest}"
    arrive = len(paced) - len(behind)
    return (
        f"{label}: at the pace so far {arrive} of {len(paced)} arrive in time, and "
        f"{worded(behind)} would not{rest}"
    )


def _says_no_pace(rows: Sequence[Row], label: str, lacking: Sequence[float | None]) -> str:
    days = {row.day("due") for row in rows}
    due = days.pop() if len(days) == 1 else None
    if None in lacking:
        return f"{label}: no pace is known"
    gain = sum(each or 0.0 for each in lacking)
    by = f" by {day_words(due)}" if due else ""
    one = all(row.number("base") is None for row in rows)
    why = "one count each so far, so no pace is known" if one else "no pace to a day is known"
    up = all(row.text("direction") == "at_least" for row in rows)
    return f"{label}: {why}; {figure(gain, 'count')} to {'gain' if up else 'change'}{by}"


def _arrives(row: Row) -> bool:
    projected, target = row.known("projected"), row.known("target")
    return projected <= target if row.text("direction") == "at_most" else projected >= target


def _open(rows: Sequence[Row]) -> list[str]:
    """What must be said of groups that lack a day or a figure."""
    undated = [row.label for row in rows if row.number("target") is not None and not row.day("due")]
    uncounted = [row.label for row in rows if row.number("current") is None or not row.day("as_of")]
    notes = ["A projection goes on at the pace so far; it is no forecast, and has no interval."]
    if undated:
        notes.append(f"No day is known by which the target is due: {worded(undated)}.")
    if uncounted:
        notes.append(f"Not drawn, for there is no count on one day: {worded(uncounted)}.")
    return notes if any(_pace(row) for row in rows) else notes[1:]


def _alt(rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"Chart of {label} on the way to targets, without any figure."
    kind = "Line chart" if len(rows) == 1 else f"{len(rows)} line charts on shared axes"
    return f"{kind} of {label} on the way to targets. {listing([_told(row) for row in rows])}."


def _told(row: Row) -> str:
    words = [f"{lead(row.label)}{figure(row.number('current'), 'count')} now"]
    aim = _aim(row)
    target = row.number("target")
    words.append(
        f"target {figure(target, 'count')}" + (f" by {day_words(aim[0])}" if aim else "")
        if target is not None
        else "no target"
    )
    pace = _pace(row)
    if pace:
        words.append(f"{figure(pace[1], 'count', 1)} at the pace so far")
    return ", ".join(words)
