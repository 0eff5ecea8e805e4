"""The week by hour, as a grid of cells: the hours down, the days across, a figure in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from npolicing._wording import figure
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits.marks import Axis, Cells, Panel
from npolicing.exhibits.table import Heading
from npolicing.measures import HourlyDemand

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["hour_chart"]

_STEPS = 5
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hour_chart(
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
    """A heat map of logs an hour, by hour of the day and weekday.

    Args:
        result: What `hourly_demand` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group, all on one scale of five steps, darkest for the busiest hours.
        Of one group each cell has its figure; several are small, and have theirs in the table. An
        hour that never came is white.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        See `hourly_demand`.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=20_000, first="2019-01", last="2019-12")
    >>> chart = hour_chart(npol.hourly_demand(logs), name="week", synthetic=True)
    >>> len(chart.panels[0].marks[0].words)
    168
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, HourlyDemand, names or {})
    series = {
        each: rows
        for each, rows in found.series.items()
        if any(row.number("logs_per_hour") is not None for row in rows)
    }
    top = max(
        (row.number("logs_per_hour") or 0.0 for rows in series.values() for row in rows),
        default=0.0,
    )
    alone = len(series) == 1
    days = tuple((float(at), day if alone else day[:2]) for at, day in enumerate(_DAYS))
    shown = range(24) if alone else range(0, 24, 6)
    return caption.chart(
        found,
        says=_says(series, label),
        alt=_alt(series, label),
        caption=f"{label} an hour, by hour of the week",
        headings=[
            Heading(column="weekday", label="Day"),
            Heading(column="hour", label="Hour", unit="hours"),
            Heading(column="logs", label="Logs", unit="logs"),
            Heading(column="hours", label="Hours", unit="hours"),
            Heading(column="logs_per_hour", label="An hour", unit="logs", places=2),
            Heading(column="low", label="Low", unit="logs", places=2),
            Heading(column="high", label="High", unit="logs", places=2),
        ],
        panels=[
            _panel("" if each == ALL else each, rows, top, alone=alone)
            for each, rows in series.items()
        ],
        x=Axis(ticks=days, low=-0.5, high=6.5),
        y=Axis(
            label="Hour of the day, local time",
            ticks=tuple((float(hour), f"{hour:02}") for hour in shown),
            low=-0.5,
            high=23.5,
            named=True,
            reverse=True,
        ),
        key=f"{label} an hour; darker is busier." if series else "",
        columns=spread(len(series)),
        notes=found.left_out,
    )


def _panel(title: str, rows: Sequence[Row], top: float, *, alone: bool) -> Panel:
    values = [row.number("logs_per_hour") for row in rows]
    places = 1 if top < 100 else 0
    return Panel(
        title=title,
        marks=(
            Cells(
                x=tuple(row.known("hour_of_week") // 24 for row in rows),
                y=tuple(row.known("hour") for row in rows),
                steps=tuple(None if value is None else _step(value, top) for value in values),
                words=tuple(figure(value, "logs", places) for value in values) if alone else (),
                scale=_scale(top),
            ),
        ),
    )


def _step(value: float, top: float) -> int:
    return min(int(value / top * _STEPS), _STEPS - 1) if top else 0


def _scale(top: float) -> tuple[str, ...]:
    if not top:
        return ("0",)
    places = 0 if top >= 50 else 1 if top >= 5 else 2
    bounds = [figure(top * at / _STEPS, "logs", places) for at in range(_STEPS + 1)]
    return tuple(f"{low}–{high}" for low, high in pairwise(bounds))  # noqa: RUF001 # a range


def _ends(rows: Sequence[Row]) -> tuple[Row, Row]:
    known = [row for row in rows if row.number("logs_per_hour") is not None]
    return (
        max(known, key=lambda row: row.known("logs_per_hour")),
        min(known, key=lambda row: row.known("logs_per_hour")),
    )


def _hour(row: Row) -> str:
    hour = int(row.known("hour"))
    return f"{row.text('weekday')} {hour:02}:00 to {hour:02}:59"


def _rate(row: Row) -> str:
    return figure(row.known("logs_per_hour"), "logs", 1)


def _says(series: Mapping[str, Sequence[Row]], label: str) -> str:
    if not series:
        return f"{label}: no hour is known"
    busiest = {each: _ends(rows)[0] for each, rows in series.items()}
    if len(series) > 1:
        hours = {_hour(row) for row in busiest.values()}
        if len(hours) == 1:
            return f"{label}: {hours.pop()} is the busiest hour of each of {len(series)} groups"
        return f"{label}: the busiest hours of {len(series)} groups differ"
    row = next(iter(busiest.values()))
    if not row.known("logs_per_hour"):
        return f"{label}: none at any hour"
    return f"{label}: most on {_hour(row)}, {_rate(row)} an hour"


def _alt(series: Mapping[str, Sequence[Row]], label: str) -> str:
    if not series:
        return f"Heat map of {label} by hour of the week, without any figure."
    kind = "Heat map" if len(series) == 1 else f"{len(series)} heat maps on one scale"
    words = []
    for each, rows in series.items():
        high, low = _ends(rows)
        words.append(
            f"{lead(each)}most on {_hour(high)} ({_rate(high)}), fewest on {_hour(low)} "
            f"({_rate(low)})"
        )
    return f"{kind} of {label} an hour by hour of the day and weekday. {listing(words)}."
