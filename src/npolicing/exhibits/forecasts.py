"""Anticipated demand: the months that are known, and the fan of those to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, month_words, percent
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._months import month_axis
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits._series import gaps, positions
from npolicing.exhibits.marks import Axis, Band, Guide, Label, Line, Mark, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.measures import AnticipatedDemand, Demand

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["forecast_chart"]


def forecast_chart(
    result: pd.DataFrame,
    history: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Logs",
    confidence: float = 0.95,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The history as a line, then the forecast as a dashed line within its prediction intervals.

    Args:
        result: What `anticipated_demand` gives.
        history: What `demand` gives of the same logs, by the same groups.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted.
        confidence: Of the intervals, as the measure was asked.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group, in logs a day. An upright line says where the history ends.
        A note has the record of the method beside that of saying "as last year".

    Raises:
        MissingColumnsError: If the frames are none of those measures.

    Source:
        See `anticipated_demand`.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=50_000, first="2014-01", last="2018-12")
    >>> known = npol.demand(logs)
    >>> coming = npol.anticipated_demand(known, horizon=12, method="seasonal_naive")
    >>> chart = forecast_chart(coming, known, name="summer", synthetic=True)
    >>> chart.key
    'Solid line: history. Dashed line in pale band: forecast with 95 % prediction interval.'
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, AnticipatedDemand, names or {})
    past = Result.of(history, Demand, names or {})
    series = found.series
    before = {**_grouped(past.totals), **_grouped(past.parts)}
    known = {each: before.get(each, []) for each in series}
    months = [
        row.text("month") or "" for each in (*series.values(), *known.values()) for row in each
    ]
    share = figure(confidence * 100, "per cent", 0 if round(confidence * 100, 9) % 1 == 0 else 1)
    return caption.chart(
        found,
        says=_says(series, label, share),
        alt=_alt(series, known, label, share),
        caption=f"{label} anticipated, by month",
        headings=[
            Heading(column="month", label="Month"),
            Heading(column="anticipated", label="Anticipated", unit="logs"),
            Heading(column="low", label="Low", unit="logs"),
            Heading(column="high", label="High", unit="logs"),
            Heading(column="logs_per_day", label="A day", unit="logs", places=1),
            Heading(column="method", label="Method"),
        ],
        panels=[
            _panel("" if each == ALL else each, rows, known[each]) for each, rows in series.items()
        ],
        x=month_axis(months, 5 if len(series) < 2 else 3),
        y=Axis(label=f"{label} a day"),
        key=_key(len(series), share),
        columns=spread(len(series)),
        own_y=True,
        notes=[*_record(series), *gaps(known, "logs_per_day"), *found.left_out],
    )


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.label, []).append(row)
    return found


def _per_day(row: Row, column: str) -> float:
    return row.known(column) / row.known("days")


def _panel(title: str, rows: Sequence[Row], known: Sequence[Row]) -> Panel:
    x = positions(rows)
    mean = tuple(_per_day(row, "anticipated") for row in rows)
    low, high = (tuple(_per_day(row, each) for row in rows) for each in ("low", "high"))
    ends = x[0] - 0.5
    most = max(range(len(rows)), key=lambda at: mean[at])
    marks: list[Mark] = [
        Band(x=x, low=low, high=high),
        Line(x=positions(known), y=tuple(row.number("logs_per_day") for row in known)),
        Line(x=x, y=mean, dashed=True),
        Points(x=x, y=mean) if len(x) == 1 else Line(x=(), y=()),
        Guide(at=ends, upright=True, role="context"),
        Label(x=x[most], y=high[most], text=_say(mean[most]), place="above"),
    ]
    return Panel(title=title, marks=tuple(marks))


def _say(value: float) -> str:
    return figure(value, "logs", 0 if value >= 100 else 1)


def _peak(rows: Sequence[Row]) -> Row:
    return max(rows, key=lambda row: _per_day(row, "anticipated"))


def _key(panels: int, share: str) -> str:
    if not panels:
        return ""
    own = " Each panel has its own scale." if panels > 1 else ""
    return (
        f"Solid line: history. Dashed line in pale band: forecast with {share} % prediction "
        f"interval.{own}"
    )


def _anticipated(row: Row, share: str) -> str:
    """A month with its figure and its range."""
    low, high = (_say(_per_day(row, each)) for each in ("low", "high"))
    return (
        f"{month_words(row.text('month') or '')}, {_say(_per_day(row, 'anticipated'))} a day, "
        f"{share} % interval {low} to {high}"
    )


def _says(series: Mapping[str, Sequence[Row]], label: str, share: str) -> str:
    if not series:
        return f"{label}: no forecast"
    peaks = [_peak(rows) for rows in series.values()]
    if len(peaks) == 1:
        several = len(next(iter(series.values()))) > 1
        most = "highest in " if several else "in "
        return f"{label} anticipated: {most}{_anticipated(peaks[0], share)}"
    months = [row.text("month") or "" for row in peaks]
    often = max(sorted(set(months)), key=months.count)
    return (
        f"{label} anticipated: highest in {month_words(often)} in {months.count(often)} of "
        f"{len(peaks)} groups"
    )


def _record(series: Mapping[str, Sequence[Row]]) -> list[str]:
    """How good the method was in the past, of one series; the table has it of many."""
    if len(series) != 1:
        return []
    row = next(iter(series.values()))[0]
    mase, naive, held = (row.number(each) for each in ("mase", "naive_mase", "coverage"))
    origins = int(row.known("origins"))
    method = (row.text("method") or "").replace("_", " ")
    words = [f"Method: {method}, tried {origins} {'time' if origins == 1 else 'times'} on the past"]
    if mase is not None and naive is not None:
        words.append(
            f"its error was {figure(mase, 'ratio of errors', 2)} of the usual change from year to "
            f"year, that of saying as last year {figure(naive, 'ratio of errors', 2)}"
        )
    if held is not None:
        words.append(f"{percent(held, 0)} of months lay within its intervals")
    return ["; ".join(words) + "."]


def _alt(
    series: Mapping[str, Sequence[Row]], known: Mapping[str, Sequence[Row]], label: str, share: str
) -> str:
    if not series:
        return f"Forecast of {label}, without any figure."
    kind = (
        "Line chart" if len(series) == 1 else f"{len(series)} line charts, each on its own scale,"
    )
    each = listing([_told(name, rows, known[name], share) for name, rows in series.items()], 8)
    return (
        f"{kind} of {label} a day by month, history and then a forecast with {share} % prediction "
        f"intervals. {each}."
    )


def _told(name: str, rows: Sequence[Row], known: Sequence[Row], share: str) -> str:
    ends = f"history to {month_words(known[-1].text('month') or '')}" if known else "no history"
    return f"{lead(name)}{ends}; anticipated most in {_anticipated(_peak(rows), share)}"
