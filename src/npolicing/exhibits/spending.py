"""Budgets as bars: which share is spent, beside how much of the year is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import percent, pounds
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._reading import ALL, FORCE, Result, Row, summed, worded
from npolicing.exhibits.marks import Axis, Bars, Guide, Label, Mark, Panel
from npolicing.exhibits.table import Heading
from npolicing.measures import SpendRate

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["spend_chart"]


def spend_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Budget",
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Bars of the share of each budget that is spent, the highest first, and the total last.

    Args:
        result: What `spend_rate` gives, with or without a total.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What the budget is called.
        names: What units are called, by their codes.

    Returns:
        A chart with a row a group. A dashed line is the share of the year that is gone, where all
        rows have one and the same. Where the share is null the row says so, and has no bar.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Appendix 3.

    >>> import npolicing as npol
    >>> rates = npol.spend_rate(npol.paper.wmp_2019().budgets, by="npu", total=True)
    >>> spend_chart(rates, name="acf", label="Active Citizens Fund").title
    'Active Citizens Fund: 52.2 % spent, from 34.3 % (DY) to 84.6 % (SH)'
    """
    said = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, SpendRate, names or {}, null=FORCE)
    rows = sorted(found.parts, key=_rate, reverse=True) + found.totals
    gone = _gone(rows)
    return said.chart(
        found,
        says=_says(found, label),
        alt=_alt(rows, label, gone),
        caption=f"{label}: budget and spending",
        headings=[
            Heading(column="budget", label="Budget", unit="GBP"),
            Heading(column="spent", label="Spent", unit="GBP"),
            Heading(column="unspent", label="Unspent", unit="GBP"),
            Heading(column="spend_rate", label="Spend rate", unit="ratio"),
        ],
        panels=[_panel(rows, gone)] if rows else [],
        x=Axis(label="Spent, of the budget", unit="ratio", low=0.0),
        y=Axis(
            ticks=tuple((float(at), row.label) for at, row in enumerate(rows)),
            named=True,
            reverse=True,
        ),
        key="" if gone is None else f"Dashed line: {percent(gone)} of the year is gone.",
    )


def _rate(row: Row) -> float:
    found = row.number("spend_rate")
    return -1.0 if found is None else found


def _gone(rows: Sequence[Row]) -> float | None:
    """The share of the year that is gone, if there is one of all rows."""
    found = {row.number("elapsed_share") for row in rows}
    return found.pop() if len(found) == 1 else None


def _panel(rows: Sequence[Row], gone: float | None) -> Panel:
    at = tuple(float(each) for each in range(len(rows)))
    rates = tuple(row.number("spend_rate") for row in rows)
    total = tuple(row.true("is_total") for row in rows)
    parts = tuple(None if whole else rate for rate, whole in zip(rates, total, strict=True))
    wholes = tuple(rate if whole else None for rate, whole in zip(rates, total, strict=True))
    # In the margin, where no line crosses them.
    labels = (
        Label(y=place, text="not known" if rate is None else percent(rate), place="margin")
        for rate, place in zip(rates, at, strict=True)
    )
    marks: list[Mark] = [Bars(at=at, to=parts), Bars(at=at, to=wholes, role="plain")]
    if gone is not None:
        marks.append(Guide(at=gone, upright=True, role="second", dashed=True))
    return Panel(marks=(*marks, *labels))


def _says(found: Result, label: str) -> str:
    rows = found.drawn
    if not rows:
        return f"{label}: no figures"
    known = [row for row in rows if row.number("spend_rate") is not None]
    if not known:
        return f"{label}: not known which share is spent"
    whole = _whole(found)
    start = f"{label}: " + (
        "not known of every unit which share is spent"
        if whole is None
        else f"{percent(whole)} spent"
    )
    if len(known) == 1:
        return start if whole is not None else f"{start}; of {known[0].label} {_reads(known[0])}"
    least, most = (end(map(_rate, known)) for end in (min, max))
    if least == most:
        return f"{start}, the same in each unit"
    low, high = (
        worded([row.label for row in known if _rate(row) == rate]) for rate in (least, most)
    )
    return f"{start}, from {percent(least)} ({low}) to {percent(most)} ({high})"


def _whole(found: Result) -> float | None:
    """The rate of all together, which is that of the sums."""
    if len(found.totals) == 1:
        return found.totals[0].number("spend_rate")
    budget, spent = (summed(found.parts, column) for column in ("budget", "spent"))
    return spent / budget if spent is not None and budget else None


def _reads(row: Row) -> str:
    rate = row.number("spend_rate")
    return "not known" if rate is None else percent(rate)


def _alt(rows: Sequence[Row], label: str, gone: float | None) -> str:
    if not rows:
        return f"Bar chart of {label}, without any figure."
    each = listing([f"{_called(row)} {_reads(row)} {_money(row)}".rstrip() for row in rows])
    year = "" if gone is None else f" A dashed line marks {percent(gone)} of the year."
    return f"Bar chart of the share spent, {label}, highest first: {each}.{year}"


def _called(row: Row) -> str:
    return "all together" if row.label == ALL else row.label


def _money(row: Row) -> str:
    spent, budget = row.money("spent"), row.money("budget")
    if spent is None or budget is None:
        return ""
    return f"({pounds(spent)} of {pounds(budget)})"
