"""Growth: the readings that there are, and where one rate a month would lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from npolicing._wording import day_words, figure
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._months import day_axis
from npolicing.exhibits._reading import ALL, FORCE, Result, Row
from npolicing.exhibits.marks import Axis, Label, Line, Mark, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.measures import Growth

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["growth_chart"]


def growth_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Count",
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The first and the last reading of each group, and its projection as a dashed line.

    A line between two readings is drawn straight: what lay between is not in the result. A
    projection goes on as before, is called that, and has no interval.

    Args:
        result: What `growth` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted, such as ``"WMNow sign-ups"``.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group: a filled point for each reading, a ring for the projection.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 47
        and Figure 3, of which the text gives one reading and a rate.

    >>> from datetime import date
    >>> import npolicing as npol
    >>> sign_ups = npol.paper.wmp_2019().sign_ups
    >>> grown = npol.growth(sign_ups, until=date(2020, 4, 1), net_per_month=3000)
    >>> print(growth_chart(grown, name="wmnow", label="WMNow sign-ups").title)
    WMNow sign-ups: 87,511 on 1 September 2019; 108,511 by 1 April 2020 if 3,000 net a month go on
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, Growth, names or {}, null=FORCE)
    rows = found.drawn
    days = [
        day for row in rows for each in ("base_as_of", "as_of", "until") if (day := row.day(each))
    ]
    projected = any(_ends(row) for row in rows)
    return caption.chart(
        found,
        says=_says(rows, label),
        alt=_alt(rows, label),
        caption=f"{label}: readings and projection",
        headings=[
            Heading(column="as_of", label="As of"),
            Heading(column="current", label="Current", unit="count"),
            Heading(column="net_per_month", label="Net a month", unit="count"),
            Heading(column="rate_basis", label="The rate is"),
            Heading(column="until", label="Until"),
            Heading(column="projected", label="Projected", unit="count"),
        ],
        panels=[_panel(row) for row in rows],
        x=day_axis(days, 4 if len(rows) < 2 else 2),
        y=Axis(label=label, low=0.0),
        key="Filled point: counted. Ring and dashed line: projection." if projected else "",
        columns=spread(len(rows)),
        notes=["A projection of one rate a month is no forecast: it has no interval."]
        if projected
        else [],
    )


def _ends(row: Row) -> tuple[date, float] | None:
    """The day and the figure of a projection."""
    until, projected = row.day("until"), row.number("projected")
    if until is None or projected is None or row.number("net_per_month") is None:
        return None
    return until, projected


def _panel(row: Row) -> Panel:
    base, base_day, day = row.number("base"), row.day("base_as_of"), _day(row)
    now = row.known("current")
    x: tuple[float, ...] = (float(day.toordinal()),)
    y: tuple[float, ...] = (now,)
    if base is not None and base_day is not None:
        x, y = (float(base_day.toordinal()), *x), (base, *y)
    marks: list[Mark] = [
        Line(x=x, y=y),
        Points(x=x, y=y, large=True),
        Label(x=x[-1], y=now, text=figure(now, "count"), place="above"),
    ]
    ends = _ends(row)
    if ends is not None:
        at, value = float(ends[0].toordinal()), ends[1]
        marks += [
            Line(x=(x[-1], at), y=(now, value), dashed=True),
            Points(x=(at,), y=(value,), shape="ring", large=True),
            Label(x=at, y=value, text=f"{figure(value, 'count')} projected", place="above"),
        ]
    return Panel(title="" if row.label == ALL else row.label, marks=tuple(marks))


def _day(row: Row) -> date:
    found = row.day("as_of")
    if found is None:
        raise ValueError("as_of is null, and growth has it in each row")
    return found


def _says(rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"{label}: no reading"
    if len(rows) > 1:
        return f"{label}: readings of {len(rows)} groups"
    row = rows[0]
    told = f"{label}: {figure(row.known('current'), 'count')} on {day_words(_day(row))}"
    ends, rate = _ends(row), row.number("net_per_month")
    if ends is None or rate is None:
        return told
    return (
        f"{told}; {figure(ends[1], 'count')} by {day_words(ends[0])} if {figure(rate, 'count')} "
        "net a month go on"
    )


def _alt(rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"Chart of {label} over time, without any reading."
    return f"Chart of {label} over time. {listing([_told(row) for row in rows])}."


def _told(row: Row) -> str:
    words = [
        f"{lead(row.label)}one reading"
        if row.number("base") is None
        else f"{lead(row.label)}from {figure(row.known('base'), 'count')}"
    ]
    words.append(f"{figure(row.known('current'), 'count')} on {day_words(_day(row))}")
    ends = _ends(row)
    if ends is not None:
        basis = {"stated": "that was stated", "observed": "of the readings"}
        how = basis.get(row.text("rate_basis") or "", "")
        words.append(
            f"a dashed projection to {figure(ends[1], 'count')} on {day_words(ends[0])}, at the "
            f"rate {how} of {figure(row.known('net_per_month'), 'count')} net a month"
        )
    return ", ".join(words)
