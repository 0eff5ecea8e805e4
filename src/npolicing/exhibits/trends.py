"""Emerging trends: how far each series is from the year before, those that stand out first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, month_words
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._reading import Result, Row, worded
from npolicing.exhibits.marks import Axis, Guide, Label, Mark, Panel, Points, Role, Shape, Spans
from npolicing.exhibits.table import Heading
from npolicing.measures import EmergingTrend

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["trend_chart"]

_CHANGES: dict[str, tuple[str, Role, Shape]] = {
    "concern": ("concern", "concern", "triangle"),
    "improvement": ("improvement", "improvement", "square"),
    "neutral_high": ("high", "neutral", "diamond"),
    "neutral_low": ("low", "neutral", "diamond"),
}
_RATIOS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)


def trend_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Recorded crime",
    most: int = 12,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The change of each series from the base month, with its interval, the first of the result.

    Args:
        result: What `emerging_trends` gives, in its order.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted.
        most: How many series to draw; the rest are in the table.
        names: What units are called, by their codes.

    Returns:
        A chart with a row a series, on an axis of equal ratios from a tenth to ten times: a
        point, its interval, and both counts. What lies beyond is drawn at the end of the axis, as
        a ring where it is not notable. A series without a ratio is not drawn, and a note says how
        many are not.

    Raises:
        MissingColumnsError: If the frame is none of that measure.
        ValueError: If `most` is below 1.

    Source:
        See `emerging_trends`.

    >>> import npolicing as npol
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"month": [f"{year}-{month:02}" for year in (2017, 2018, 2019)
    ...                                  for month in range(1, 13)]})
    >>> counts["crimes"] = [50, 44, 52, 49] * 8 + [50, 44, 52, 120]
    >>> found = npol.emerging_trends(counts, month="2019-12", by=None)
    >>> trend_chart(found, name="trends").title
    'Recorded crime in December 2019 against December 2018: 120 from 49, a concern'
    """
    if most < 1:
        raise ValueError(f"most is 1 or more, not {most}")
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, EmergingTrend, names or {})
    known = [row for row in found.drawn if row.number("rate_ratio") is not None]
    rows = known[:most]
    return caption.chart(
        found,
        says=_says(found.drawn, label),
        alt=_alt(found.drawn, rows, label),
        caption=f"{label}: change from the base month",
        headings=[
            Heading(column="crimes", label="Crimes", unit="crimes"),
            Heading(column="base", label="Base", unit="crimes"),
            Heading(column="rate_ratio", label="Rate ratio", unit="factor", places=2),
            Heading(column="low", label="Low", unit="factor", places=2),
            Heading(column="high", label="High", unit="factor", places=2),
            Heading(column="p_adjusted", label="Adjusted p", unit="p", places=3),
            Heading(column="change", label="Change", coded=True),
            Heading(column="reading", label="Control chart", coded=True),
        ],
        panels=[_panel(rows)] if rows else [],
        x=_axis(rows),
        y=Axis(
            ticks=tuple((float(at), row.label) for at, row in enumerate(rows)),
            named=True,
            reverse=True,
        ),
        key="Point: crimes a day over those of the base month. Bar: 95 % interval of one ratio "
        f"alone. {_shapes(rows)}"
        if rows
        else "",
        notes=_unshown(found.drawn, len(known), len(rows)),
    )


def _bounds(rows: Sequence[Row]) -> tuple[float, float]:
    """The ends of the axis: as far as the ratios go, and what that shows of the intervals."""
    ratios = [row.known("rate_ratio") for row in rows]
    low = min([0.5, *(each for each in ratios if each > 0)]) / 1.5
    high = max([2.0, *ratios]) * 1.5
    return max(low, 1 / 10), min(high, 10.0)


def _axis(rows: Sequence[Row]) -> Axis:
    low, high = _bounds(rows)
    ticks = tuple((at, f"{at:g}") for at in _RATIOS if low <= at <= high)
    return Axis(label="Times the base month", ticks=ticks, low=low, high=high, log=True)


def _panel(rows: Sequence[Row]) -> Panel:
    bounds = _bounds(rows)
    ratios = [_within(row.known("rate_ratio"), bounds) for row in rows]
    at = tuple(float(each) for each in range(len(rows)))
    low, high = (
        tuple(None if (end := row.number(each)) is None else _within(end, bounds) for row in rows)
        for each in ("low", "high")
    )
    marks: list[Mark] = [
        Guide(at=1.0, upright=True),
        Spans(at=at, low=low, high=high, role="plain"),
    ]
    for shape in dict.fromkeys(map(_shape, rows)):
        role, kind = shape
        x = tuple(
            ratio if _shape(row) == shape else None for row, ratio in zip(rows, ratios, strict=True)
        )
        marks.append(Points(x=x, y=at, role=role, shape=kind, large=True))
    marks += [
        Label(y=place, text=_counts(row), place="margin")
        for row, place in zip(rows, at, strict=True)
    ]
    return Panel(marks=tuple(marks))


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


def _shape(row: Row) -> tuple[Role, Shape]:
    change = row.text("change")
    if change in _CHANGES:
        return _CHANGES[change][1:]
    if (row.text("reading") or "common_cause") != "common_cause":
        return "plain", "diamond"
    low, high = _bounds([row])
    beyond = not low < row.known("rate_ratio") < high
    return "plain", "ring" if beyond else "dot"


def _shapes(rows: Sequence[Row]) -> str:
    words = [
        f"{shape}: {word}"
        for word, role, shape in dict.fromkeys(_CHANGES.values())
        if (role, shape) in {_shape(row) for row in rows}
    ]
    others = {"diamond": "its control chart alone flags it", "ring": "beyond the axis"}
    there = {_shape(row) for row in rows}
    words += [f"{each}: {word}" for each, word in others.items() if ("plain", each) in there]
    return f"{'; '.join([*words, 'dot: what chance may make']).capitalize()}."


def _counts(row: Row) -> str:
    crimes, base = (figure(row.number(each), "crimes") for each in ("crimes", "base"))
    return f"{crimes} from {base}"


def _notable(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.true("notable")]


def _says(rows: Sequence[Row], label: str) -> str:
    if not rows:
        return f"{label}: no figures"
    when = f"{label} in {month_words(rows[0].text('month') or '')} against "
    when += month_words(rows[0].text("base_month") or "")
    notable = _notable(rows)
    if len(rows) == 1:
        if rows[0].number("rate_ratio") is None:
            return f"{when}: not judged"
        word = _CHANGES.get(rows[0].text("change") or "")
        ends = f"a {word[0]}" if word and notable and word[1] == "concern" else None
        ends = ends or ("a notable change" if notable else "no more than chance may make")
        return f"{when}: {_counts(rows[0])}, {ends}"
    judged = [row for row in rows if row.number("notable") is not None]
    if not judged:
        return f"{when}: none of {len(rows)} series can be judged"
    if not notable:
        return f"{when}: none of {len(judged)} series changed by more than chance among so many"
    shown = worded([row.label for row in notable], 2, "series")
    changed = "changed" if len(notable) < 3 else "of them changed"
    return f"{when}: of {len(judged)} series {shown} {changed} by more than chance"


def _unshown(rows: Sequence[Row], known: int, shown: int) -> list[str]:
    notes = []
    if shown < known:
        notes.append(f"The first {shown} of {known} series; the rest are in the table.")
    if known < len(rows):
        notes.append(f"Without a ratio, and not drawn: {len(rows) - known}; the table says why.")
    return notes


def _alt(rows: Sequence[Row], shown: Sequence[Row], label: str) -> str:
    if not shown:
        return f"Chart of changes in {label}, without any figure."
    each = listing([_told(row) for row in shown])
    return (
        f"Chart of changes in {label} from {month_words(shown[0].text('base_month') or '')} to "
        f"{month_words(shown[0].text('month') or '')}, {len(shown)} of {len(rows)} series, with "
        f"intervals: {each}. {len(_notable(rows))} changed by more than chance among so many."
    )


def _told(row: Row) -> str:
    ratio = row.known("rate_ratio")
    change = f"{abs(ratio - 1) * 100:.0f} % {'more' if ratio >= 1 else 'fewer'} a day"
    judged = "notable" if row.true("notable") else "not notable"
    return f"{row.label} {_counts(row)}, {change if math.isfinite(ratio) else ''}, {judged}"
