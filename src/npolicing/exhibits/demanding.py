"""Logs a day by month: a small line chart of each unit, on shared axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, month_words
from npolicing.exhibits._building import Caption, listing, spread
from npolicing.exhibits._months import month_axis
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits._series import ends, gaps, line_panel, reaching, span
from npolicing.exhibits.marks import Axis
from npolicing.exhibits.table import Heading
from npolicing.measures import Demand

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["demand_chart"]

_VALUE = "logs_per_day"


def demand_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Logs",
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Small line charts of logs a day, one a group, with bands for the intervals.

    A day is the same in each month, so that February is not low for being short.

    Args:
        result: What `demand` gives, by unit for instance; total rows are told of, and drawn where
            there are no others.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted, such as ``"P6 logs"``.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group. A month without a figure is a gap in the line, and a note
        names it. The highest month of each has its figure.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Figure 1.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=20_000, first="2018-01", last="2018-12")
    >>> p6 = npol.demand(logs, by="npu", where={"priority": "P6"}, total=True)
    >>> chart = demand_chart(p6, name="figure_1", label="P6 logs", synthetic=True)
    >>> len(chart.panels), chart.title[:22]
    (8, 'P6 logs a day: highest')
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, Demand, names or {})
    series = found.series
    panels = [
        line_panel("" if each == ALL else each, rows, _VALUE, _say) for each, rows in series.items()
    ]
    return caption.chart(
        found,
        says=_says(_whole(found), label),
        alt=_alt(found, label),
        caption=f"{label} a day by month",
        headings=[
            Heading(column="month", label="Month"),
            Heading(column="days", label="Days", unit="days"),
            Heading(column="logs", label="Logs", unit="logs"),
            Heading(column=_VALUE, label="A day", unit="logs", places=1),
            Heading(column="low", label="Low", unit="logs", places=1),
            Heading(column="high", label="High", unit="logs", places=1),
        ],
        panels=panels,
        x=month_axis([row.text("month") or "" for row in found.drawn], 4 if len(series) < 2 else 3),
        y=Axis(label=f"{label} a day", low=0.0),
        key="Pale band: 95 % interval. Figure: the highest month." if panels else "",
        columns=spread(len(panels)),
        notes=[*gaps(series, _VALUE), *found.left_out],
    )


def _say(value: float) -> str:
    return figure(value, "logs", 0 if value >= 100 else 1)


def _whole(found: Result) -> list[Row]:
    """All groups together by month: the totals, or the sums of the parts."""
    if found.totals:
        return found.totals
    months: dict[str, list[Row]] = {}
    for row in found.parts:
        months.setdefault(row.text("month") or "", []).append(row)
    groups = len(found.series)
    return [
        Row({"month": month, _VALUE: _sum(rows) if len(rows) == groups else None}, ALL)
        for month, rows in sorted(months.items())
    ]


def _sum(rows: Sequence[Row]) -> float | None:
    values = [row.number(_VALUE) for row in rows]
    return None if None in values else sum(value or 0.0 for value in values)


def _says(whole: Sequence[Row], label: str) -> str:
    if not whole:
        return f"{label}: no figures"
    found = reaching(whole, _VALUE)
    if found is None:
        return f"{label}: not known of any month"
    low, high = found
    most, least = (_say(row.known(_VALUE)) for row in (high, low))
    month = month_words(high.text("month") or "")
    if low.known(_VALUE) == high.known(_VALUE):
        return f"{label} a day: {most} in {span(whole)}"
    return (
        f"{label} a day: highest in {month} ({most}), lowest in "
        f"{month_words(low.text('month') or '')} ({least})"
    )


def _alt(found: Result, label: str) -> str:
    series = found.series
    if not series:
        return f"Line chart of {label} a day, without any figure."
    kind = "Line chart" if len(series) == 1 else f"{len(series)} line charts on shared axes"
    whole = ends("All together", _whole(found), _VALUE, _say)
    each = listing([ends(name, rows, _VALUE, _say) for name, rows in series.items()])
    parts = f" By group, from the lowest to the highest month: {each}." if len(series) > 1 else ""
    return f"{kind} of {label} a day by month, {span(found.drawn)}. {whole}.{parts}"
