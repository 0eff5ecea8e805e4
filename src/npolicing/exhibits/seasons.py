"""The season of a year: how far each month lies above or below the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from npolicing._wording import figure
from npolicing.exhibits._building import Caption, lead, listing, spread
from npolicing.exhibits._months import named
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits.marks import Axis, Label, Panel, Place, Points, Rule, Spans
from npolicing.exhibits.table import Heading
from npolicing.measures import SeasonalProfile

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["seasonal_chart"]


def seasonal_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Logs",
    model: Literal["multiplicative", "additive"] = "multiplicative",
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Each month of the year as a stem from the trend, the highest and the lowest with a figure.

    Args:
        result: What `seasonal_profile` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is counted.
        model: As the measure was asked: multiplicative indices read as per cent of the trend.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        See `seasonal_profile`.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=50_000, first="2016-01", last="2019-12")
    >>> chart = seasonal_chart(npol.seasonal_profile(logs), name="season", synthetic=True)
    >>> chart.title[:24]
    'Logs: highest in July (1'
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, SeasonalProfile, names or {})
    series = found.series
    base, unit = (1.0, "ratio") if model == "multiplicative" else (0.0, "logs")
    ticks = tuple((float(at), named(at)[:3]) for at in (1, 4, 7, 10))
    return caption.chart(
        found,
        says=_says(series, label, unit),
        alt=_alt(series, label, unit),
        caption=f"{label}: seasonal index by month of the year",
        headings=[
            Heading(column="month_of_year", label="Month of the year", unit="months"),
            Heading(column="index", label="Index", unit=unit, places=1),
            Heading(column="years", label="Years", unit="years"),
            Heading(column="peak_years", label="Years as highest", unit="years"),
            Heading(column="whole_years", label="Whole years", unit="years"),
        ],
        panels=[
            _panel("" if each == ALL else each, rows, base, unit) for each, rows in series.items()
        ],
        x=Axis(ticks=ticks, low=0.5, high=12.5),
        y=Axis(
            label="Usual level, against the trend"
            if unit == "ratio"
            else "Above or below the trend",
            unit=unit,
        ),
        columns=spread(len(series)),
        notes=found.left_out,
    )


def _panel(title: str, rows: Sequence[Row], base: float, unit: str) -> Panel:
    x = tuple(row.known("month_of_year") for row in rows)
    y = tuple(row.known("index") for row in rows)
    stem = Spans(
        at=x,
        low=tuple(min(base, each) for each in y),
        high=tuple(max(base, each) for each in y),
        upright=True,
    )
    high, low = _ends(rows)
    places: tuple[tuple[Row, Place], ...] = ((high, "above"), (low, "below"))
    words = [
        Label(
            x=row.known("month_of_year"),
            y=row.known("index"),
            text=f"{named(int(row.known('month_of_year')))[:3]} {_reads(row, unit)}",
            place=place,
        )
        for row, place in places
    ]
    return Panel(title=title, marks=(Rule(at=base), stem, Points(x=x, y=y), *words))


def _ends(rows: Sequence[Row]) -> tuple[Row, Row]:
    """The highest month and the lowest."""
    return (
        max(rows, key=lambda row: row.known("index")),
        min(rows, key=lambda row: row.known("index")),
    )


def _reads(row: Row, unit: str) -> str:
    return figure(row.known("index"), unit, 1)


def _told(row: Row, unit: str) -> str:
    return f"{named(int(row.known('month_of_year')))} ({_reads(row, unit)}"


def _says(series: Mapping[str, Sequence[Row]], label: str, unit: str) -> str:
    if not series:
        return f"{label}: no season known"
    if len(series) > 1:
        peaks: dict[str, int] = {}
        for rows in series.values():
            month = named(int(_ends(rows)[0].known("month_of_year")))
            peaks[month] = peaks.get(month, 0) + 1
        most = max(peaks, key=lambda month: peaks[month])
        return f"{label}: highest in {most} in {peaks[most]} of {len(series)} groups"
    high, low = _ends(next(iter(series.values())))
    of = " of the trend)" if unit == "ratio" else " from the trend)"
    return f"{label}: highest in {_told(high, unit)}{of}, lowest in {_told(low, unit)})"


def _alt(series: Mapping[str, Sequence[Row]], label: str, unit: str) -> str:
    if not series:
        return f"Chart of the season of {label}, without any figure."
    kind = "Stem chart" if len(series) == 1 else f"{len(series)} stem charts on shared axes"
    each = listing([_of_group(name, rows, unit) for name, rows in series.items()])
    return f"{kind} of the usual level of {label} in each month of the year, of the trend. {each}."


def _of_group(name: str, rows: Sequence[Row], unit: str) -> str:
    high, low = _ends(rows)
    peaks, years = int(high.known("peak_years")), int(high.known("whole_years"))
    return (
        f"{lead(name)}highest {_told(high, unit)}; the highest month in {peaks} of {years} whole "
        f"years), lowest {_told(low, unit)})"
    )
