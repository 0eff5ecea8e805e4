"""Funnel plots: units against all together, within limits that are wider for smaller units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, cast

import attrs
import numpy as np
import pandas as pd

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._wording import figure, percent
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._reading import Result, Row, worded
from npolicing.exhibits.marks import Axis, Guide, Label, Line, Mark, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.stats.funnel import Funnel, FunnelLimits, FunnelOf, funnel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from npolicing.exhibits.chart import Chart

__all__ = ["funnel_chart"]

Flag = Literal["in", "alert_low", "alert_high", "alarm_low", "alarm_high", "unknown"]
_LIMITS = ("alert_low", "alert_high", "alarm_low", "alarm_high")
_STEPS = 60


@attrs.frozen(kw_only=True)
class _Unit(Record):
    """One unit of a funnel."""

    denominator: Annotated[float | None, Column("Out of how many.", ge=0)] = None
    estimate: Annotated[float | None, Column("Its own figure.", ge=0)] = None
    alert_low: Annotated[float | None, Column("Inner lower limit.")] = None
    alert_high: Annotated[float | None, Column("Inner upper limit.")] = None
    alarm_low: Annotated[float | None, Column("Outer lower limit.")] = None
    alarm_high: Annotated[float | None, Column("Outer upper limit.")] = None
    flag: Annotated[Flag, Column("Which limit it is beyond.")] = "unknown"


def funnel_chart(
    result: Funnel,
    *,
    units: Sequence[str],
    denominators: ArrayLike,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Share",
    size: str = "Denominator",
    alert: float = 0.95,
    alarm: float = 0.998,
) -> Chart:
    """Each unit at its size, the limits round what all give together, and names outside alone.

    Args:
        result: What `stats.funnel.funnel` gives.
        units: What the units are called, in the order of the result.
        denominators: Of each unit, out of how many, as the funnel was asked.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What the figure is.
        size: What the denominator is.
        alert: Confidence of the inner limits, as the funnel was asked.
        alarm: Confidence of the outer limits, as the funnel was asked.

    Returns:
        A chart: units within the limits as grey dots without a name, for there is no rank among
        them; beyond the alert limits as diamonds, beyond the alarm limits as triangles, with names.

    Raises:
        ValueError: If there are not as many units and denominators as the result has.

    Source:
        Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine
        24 (2005), 1185-1202.

    >>> from npolicing.stats.funnel import funnel
    >>> found = funnel([90, 130, 70, 110], [1000] * 4, of="proportion")
    >>> units = ["BE", "BW", "CV", "DY"]
    >>> chart = funnel_chart(found, units=units, denominators=[1000] * 4, name="attended")
    >>> chart.title
    'Share: BW and CV beyond the alarm limits round 10.0 %'
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    frame = _frame(result, units, denominators)
    found = attrs.evolve(Result.of(frame, _Unit, {}), declared=None)
    unit = "ratio" if "binomial" in result.method else "rate"
    drawn = [row for row in found.rows if row.number("estimate") is not None]
    return caption.chart(
        found,
        says=_says(found.rows, result, label, unit),
        alt=_alt(found.rows, result, label, unit),
        caption=f"{label} by unit, with limits",
        headings=[
            Heading(column="denominator", label=size, unit="count"),
            Heading(column="estimate", label=label, unit=unit, places=2),
            *(
                Heading(column=each, label=each.replace("_", " ").capitalize(), unit=unit, places=2)
                for each in _LIMITS
            ),
            Heading(column="flag", label="Flag"),
        ],
        panels=[_panel(drawn, result, alert, alarm)] if drawn else [],
        x=Axis(label=size, low=0.0),
        y=Axis(label=label, unit=unit),
        key="Dot: within the limits. Diamond: beyond alert. Triangle: beyond alarm."
        if drawn
        else "",
        notes=["Within the limits there is no rank: chance alone would part the units as much."],
    )


def _frame(result: Funnel, units: Sequence[str], denominators: ArrayLike) -> pd.DataFrame:
    sizes = np.atleast_1d(np.asarray(denominators, dtype=np.float64))
    if not len(units) == len(sizes) == len(result.flag):
        raise ValueError(
            f"the funnel is of {len(result.flag)} units; there are {len(units)} names and "
            f"{len(sizes)} denominators"
        )
    columns = {each: getattr(result, each) for each in ("estimate", *_LIMITS)}
    return pd.DataFrame(
        {"unit": list(units), "denominator": sizes, **columns, "flag": list(result.flag)}
    )


def _panel(rows: Sequence[Row], result: Funnel, alert: float, alarm: float) -> Panel:
    marks: list[Mark] = [Guide(at=result.pooled), *_limits(rows, result, alert, alarm)]
    groups: dict[str, list[Row]] = {"in": [], "alert": [], "alarm": []}
    for row in rows:
        groups[(row.text("flag") or "in").partition("_")[0]].append(row)
    for points in (
        _dots(groups["in"], Points(x=(), y=(), role="context")),
        _dots(groups["alert"], Points(x=(), y=(), role="neutral", shape="diamond")),
        _dots(groups["alarm"], Points(x=(), y=(), role="concern", shape="triangle")),
    ):
        marks += [points] if points.x else []
    return Panel(marks=(*marks, *_names([*groups["alarm"], *groups["alert"]])))


def _dots(rows: Sequence[Row], like: Points) -> Points:
    return attrs.evolve(
        like,
        x=tuple(row.known("denominator") for row in rows),
        y=tuple(row.known("estimate") for row in rows),
        large=True,
    )


def _names(rows: Sequence[Row]) -> list[Label]:
    return [
        Label(
            x=row.known("denominator"),
            y=row.known("estimate"),
            text=row.label,
            place="above" if (row.text("flag") or "").endswith("high") else "below",
        )
        for row in rows
    ]


def _limits(rows: Sequence[Row], result: Funnel, alert: float, alarm: float) -> list[Mark]:
    """The limits of any size between the smallest unit and the largest."""
    sizes = [row.known("denominator") for row in rows]
    kinds = result.method.removeprefix("quasi-").split(", ")
    of: FunnelOf = "proportion" if kinds[0] == "binomial" else "rate"
    n = np.unique(np.ceil(np.geomspace(max(min(sizes) * 0.8, 1.0), max(sizes) * 1.05, _STEPS)))
    if of == "rate":
        n = np.unique(np.linspace(min(sizes) * 0.8, max(sizes) * 1.05, _STEPS))
    drawn = funnel(
        result.pooled * n,
        n,
        of=of,
        dispersion=result.dispersion,
        limits=cast(FunnelLimits, kinds[1]),
        alert=alert,
        alarm=alarm,
    )
    x = tuple(n.tolist())
    marks: list[Mark] = []
    for each in _LIMITS:
        values = np.asarray(getattr(drawn, each), dtype=np.float64).tolist()
        y = tuple(None if math.isnan(value) else value for value in values)
        inner = each.startswith("alert")
        marks.append(Line(x=x, y=y, role="plain", thin=True, dashed=inner))
        if each.endswith("high") and y[-1] is not None:
            share = alert if inner else alarm
            word = f"{'alert' if inner else 'alarm'} {percent(share, 0 if inner else 1)}"
            marks.append(Label(y=y[-1], text=word, place="margin"))
    return [*marks, Label(y=result.pooled, text="all together", place="margin")]


def _beyond(rows: Sequence[Row], limit: str) -> list[str]:
    return [row.label for row in rows if (row.text("flag") or "").startswith(limit)]


def _says(rows: Sequence[Row], result: Funnel, label: str, unit: str) -> str:
    if math.isnan(result.pooled):
        return f"{label}: no unit has a figure"
    round_ = f"round {figure(result.pooled, unit, 2)}"
    alarm, alert = (_beyond(rows, limit) for limit in ("alarm", "alert"))
    if alarm:
        return f"{label}: {worded(alarm)} beyond the alarm limits {round_}"
    if alert:
        return f"{label}: {worded(alert)} beyond the alert limits {round_}, none beyond the alarm"
    return f"{label}: all units within the limits {round_}, so no rank among them"


def _alt(rows: Sequence[Row], result: Funnel, label: str, unit: str) -> str:
    if math.isnan(result.pooled):
        return f"Funnel plot of {label}, without any figure."
    known = [row for row in rows if row.number("estimate") is not None]
    low, high = (figure(end(row.known("estimate") for row in known), unit, 2) for end in (min, max))
    outside = [
        f"{row.label} {figure(row.known('estimate'), unit, 2)}, {_flag(row)}"
        for row in known
        if row.text("flag") != "in"
    ]
    told = listing(outside) if outside else "none outside the limits"
    return (
        f"Funnel plot of {label} of {len(known)} units, {low} to {high}, all together "
        f"{figure(result.pooled, unit, 2)}: {told}."
    )


def _flag(row: Row) -> str:
    limit, _, side = (row.text("flag") or "").partition("_")
    return f"{'above' if side == 'high' else 'below'} the {limit} limit"
