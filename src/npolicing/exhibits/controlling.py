"""Control charts: the line, its mean and limits, and each signal in a shape and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, month_words
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._months import month_axis
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits._series import positions, span
from npolicing.exhibits.marks import Axis, Label, Line, Mark, Panel, Points, Role, Shape
from npolicing.exhibits.table import Heading
from npolicing.measures import ControlPoint

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["control_figure"]

_SIGNALS: dict[str, tuple[str, Role, Shape]] = {
    "concern": ("concern", "concern", "triangle"),
    "improvement": ("improvement", "improvement", "square"),
    "neutral_high": ("high", "neutral", "diamond"),
    "neutral_low": ("low", "neutral", "diamond"),
}
_LINES = {"upper": "upper limit", "mean": "mean", "lower": "lower limit"}


def control_figure(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Logs a day",
    unit: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """A control chart of each series, with its signals in shapes and words.

    Args:
        result: What `control_chart` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is charted, with its unit.
        unit: ``"ratio"`` for shares, which read as per cent.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a series: common cause as dots, concern as triangles, improvement as
        squares, what is neither good nor bad as diamonds. A series of one point has no limits.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        See `control_chart`; the readings are those of NHS England, Making Data Count.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=20_000, first="2018-01", last="2018-12")
    >>> points = npol.control_chart(npol.demand(logs))
    >>> control_figure(points, name="control", synthetic=True).panels[0].title
    ''
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, ControlPoint, names or {})
    series = found.series
    alone = len(series) == 1
    rows = [row for each in series.values() for row in each]
    places = 0 if all(abs(row.known("value")) >= 100 for row in rows) else 1
    return caption.chart(
        found,
        says=_says(series, label),
        alt=_alt(series, label, unit, places),
        caption=f"{label}, with limits and signals",
        headings=[
            Heading(column="month", label="Month"),
            *(
                Heading(column=column, label=word, unit=unit or label, places=places)
                for column, word in (
                    ("value", "Value"),
                    ("mean", "Mean"),
                    ("lower", "Lower limit"),
                    ("upper", "Upper limit"),
                )
            ),
            Heading(column="rule", label="Rule", coded=True),
            Heading(column="reading", label="Reading", coded=True),
        ],
        panels=[
            _panel("" if each == ALL else each, own, alone=alone) for each, own in series.items()
        ],
        x=month_axis([row.text("month") or "" for row in rows], 4 if alone else 3),
        y=Axis(label=label, unit=unit),
        key=_key(rows, alone=alone),
        columns=spread(len(series)),
        own_y=True,
        notes=[*_trials(series), *found.left_out],
    )


def _key(rows: Sequence[Row], *, alone: bool) -> str:
    if not rows:
        return ""
    lines = "" if alone else "Solid line: mean. Dashed: limits. Each panel has its own scale. "
    shapes = {
        "concern": "triangle: concern",
        "improvement": "square: improvement",
        "neutral_high": "diamond: high or low, neither good nor bad",
        "neutral_low": "diamond: high or low, neither good nor bad",
    }
    there = dict.fromkeys(
        words for reading, words in shapes.items() if any(_reading(row) == reading for row in rows)
    )
    return f"{lines}Dot: usual variation; {'; '.join(there)}." if there else f"{lines}Dot: a month."


def _reading(row: Row) -> str:
    return row.text("reading") or ""


def _panel(title: str, rows: Sequence[Row], *, alone: bool) -> Panel:
    x = positions(rows)
    y = tuple(row.number("value") for row in rows)
    marks: list[Mark] = [Line(x=x, y=y, role="plain", thin=True)]
    for part in _parts(rows):
        marks += _limits(part)
    marks += _dots(rows)
    marks += _words(rows)
    if alone and rows:
        last = rows[-1]
        marks += [
            Label(y=last.known(column), text=word, place="margin")
            for column, word in _LINES.items()
            if last.number(column) is not None
        ]
    return Panel(title=title, marks=tuple(marks))


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    parts: dict[float, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.known("part"), []).append(row)
    return list(parts.values())


def _limits(rows: Sequence[Row]) -> list[Mark]:
    """The lines of one part, from half a month before it to half a month after."""
    first, *_, last = (*positions(rows[:1]), *positions(rows[-1:]))
    lines: list[Mark] = []
    for column in _LINES:
        value = rows[-1].number(column)
        if value is not None:
            ends = (first - 0.5, last + 0.5)
            lines.append(
                Line(x=ends, y=(value, value), role="context", thin=True, dashed=column != "mean")
            )
    return lines


def _dots(rows: Sequence[Row]) -> list[Mark]:
    x = positions(rows)
    value = [row.number("value") for row in rows]
    usual = tuple(
        None if _reading(row) in _SIGNALS else each for row, each in zip(rows, value, strict=True)
    )
    marks: list[Mark] = [Points(x=x, y=usual, role="plain")]
    for reading, (_, role, shape) in _SIGNALS.items():
        own = tuple(
            each if _reading(row) == reading else None
            for row, each in zip(rows, value, strict=True)
        )
        if any(each is not None for each in own):
            marks.append(Points(x=x, y=own, role=role, shape=shape))
    return marks


def _words(rows: Sequence[Row]) -> list[Label]:
    """A word for the last stretch of each reading, at its outermost point, the latest first."""
    words: dict[str, list[Label]] = {}
    stretch: list[Row] = []
    for row in (*rows, None):
        if stretch and (row is None or _reading(row) != _reading(stretch[0])):
            words.pop(_reading(stretch[0]), None)
            words[_reading(stretch[0])] = _word(stretch)
            stretch = []
        if row is not None:
            stretch.append(row)
    return [word for each in reversed(words.values()) for word in each]


def _word(stretch: Sequence[Row]) -> list[Label]:
    if _reading(stretch[0]) not in _SIGNALS:
        return []
    word, role, _ = _SIGNALS[_reading(stretch[0])]
    sign = 1 if stretch[0].known("value") >= stretch[0].known("mean") else -1
    outermost = max(stretch, key=lambda row: sign * row.known("value"))
    return [
        Label(
            x=positions([outermost])[0],
            y=outermost.known("value"),
            text=word,
            place="above" if sign > 0 else "below",
            role=role,
        )
    ]


def _signals(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if _reading(row) in _SIGNALS]


def _says(series: Mapping[str, Sequence[Row]], label: str) -> str:
    if not series:
        return f"{label}: no figures"
    if len(series) == 1:
        return _says_one(next(iter(series.values())), label)
    latest = max(row.text("month") or "" for rows in series.values() for row in rows)
    now = [
        each
        for each, rows in series.items()
        if rows and rows[-1].text("month") == latest and _signals(rows[-1:])
    ]
    if not now:
        return f"{label}: no signal in {month_words(latest)} in any of {len(series)} groups"
    who = ", ".join(now) if len(now) < 4 else f"{len(now)} of {len(series)} groups"
    return f"{label}: in {month_words(latest)} a signal in {who}"


def _says_one(rows: Sequence[Row], label: str) -> str:
    signals = _signals(rows)
    months = f"{len(rows)} {'month' if len(rows) == 1 else 'months'}"
    if all(row.number("upper") is None for row in rows):
        return f"{label}: {months}, too few for limits"
    if not signals:
        return f"{label}: no signal in {months}, only usual variation"
    last = signals[-1]
    word = _SIGNALS[_reading(last)][0]
    are = "is a signal" if len(signals) == 1 else "are signals"
    return (
        f"{label}: {len(signals)} of {months} {are}, the last in "
        f"{month_words(last.text('month') or '')} ({word})"
    )


def _trials(series: Mapping[str, Sequence[Row]]) -> list[str]:
    few = [each for each, rows in series.items() if any(row.true("trial") for row in rows)]
    if not few:
        return []
    return ["Limits that rest on few points move with each new one; take them as a trial."]


def _alt(series: Mapping[str, Sequence[Row]], label: str, unit: str | None, places: int) -> str:
    if not series:
        return f"Control chart of {label}, without any figure."
    kind = (
        "Control chart"
        if len(series) == 1
        else f"{len(series)} control charts, each on its own scale,"
    )
    rows = [row for each in series.values() for row in each]
    each = listing([_told(name, own, unit, places) for name, own in series.items()], 8)
    return f"{kind} of {label} by month, {span(rows)}. {each}."


def _told(name: str, rows: Sequence[Row], unit: str | None, places: int) -> str:
    def reads(column: str) -> str:
        return figure(rows[-1].number(column), unit, places)

    signals = _signals(rows)
    months = [
        f"{month_words(row.text('month') or '')} {_SIGNALS[_reading(row)][0]}" for row in signals
    ]
    told = ", ".join(months[-3:])
    more = f"{len(signals)} signals, the last " if len(signals) > 3 else ""
    limits = (
        "no limits"
        if rows[-1].number("upper") is None
        else f"limits {reads('lower')} to {reads('upper')}"
    )
    return f"{lead(name)}mean {reads('mean')}, {limits}, " + (
        f"{more}{told}" if told else "no signal"
    )
