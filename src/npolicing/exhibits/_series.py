"""Series by month, a panel a group: what they have, what they lack, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from npolicing._wording import month_words
from npolicing.calendar import month_at, month_number
from npolicing.exhibits._reading import Row
from npolicing.exhibits.marks import Band, Label, Line, Panel, Points, Positions

__all__ = ["ends", "gaps", "line_panel", "positions", "reaching", "span"]

Say = Callable[[float], str]


def positions(rows: Sequence[Row]) -> tuple[float, ...]:
    """Where the months of rows are."""
    return tuple(float(month_number(row.text("month") or "")) for row in rows)


def _whole(rows: Sequence[Row]) -> list[Row | None]:
    """The rows of a series with nothing at the months between that have none."""
    at = {month_number(row.text("month") or ""): row for row in rows}
    return [at.get(month) for month in range(min(at), max(at) + 1)] if at else []


def _values(rows: Sequence[Row | None], column: str) -> Positions:
    return tuple(None if row is None else row.number(column) for row in rows)


def line_panel(title: str, rows: Sequence[Row], column: str, say: Say) -> Panel:
    """The line of a group with the band of its interval, and its highest month in words."""
    filled = _whole(rows)
    first = min(positions(rows), default=0.0)
    x = tuple(first + at for at in range(len(filled)))
    y = _values(filled, column)
    band = Band(x=x, low=_values(filled, "low"), high=_values(filled, "high"))
    # A month between two gaps has no line to either side.
    alone = tuple(value if _alone(y, at) else None for at, value in enumerate(y))
    return Panel(
        title=title,
        marks=(band, Line(x=x, y=y), Points(x=x, y=alone), *_peak(x, y, band.high, say)),
    )


def _alone(y: Positions, at: int) -> bool:
    beside = [y[each] for each in (at - 1, at + 1) if 0 <= each < len(y)]
    return all(value is None for value in beside)


def _peak(x: Positions, y: Positions, high: Positions, say: Say) -> list[Label]:
    """The highest figure in words, above its interval."""
    known = [
        (value, at, value if top is None else top)
        for at, value, top in zip(x, y, high, strict=True)
        if value is not None and at is not None
    ]
    if not known:
        return []
    most, at, top = max(known, key=lambda each: each[0])
    return [Label(x=at, y=top, text=say(most), place="above")]


def span(rows: Sequence[Row]) -> str:
    """From the first month to the last."""
    months = sorted({row.text("month") or "" for row in rows})
    if not months:
        return "no month"
    return (
        month_words(months[0])
        if len(months) == 1
        else f"{month_words(months[0])} to {month_words(months[-1])}"
    )


def reaching(rows: Sequence[Row], column: str) -> tuple[Row, Row] | None:
    """The rows with the least and the greatest figure, the first of equals."""
    known = [row for row in rows if row.number(column) is not None]
    if not known:
        return None
    return (
        min(known, key=lambda row: row.known(column)),
        max(known, key=lambda row: row.known(column)),
    )


def ends(label: str, rows: Sequence[Row], column: str, say: Say) -> str:
    """A group's least and greatest figure, each with its month."""
    found = reaching(rows, column)
    if found is None:
        return f"{label} not known"
    low, high = found
    if low is high:
        return f"{label} {say(low.known(column))} ({month_words(low.text('month') or '')})"
    return f"{label} " + " to ".join(
        f"{say(row.known(column))} ({month_words(row.text('month') or '')})" for row in found
    )


def gaps(series: Mapping[str, Sequence[Row]], column: str) -> list[str]:
    """A sentence on the months without a figure, if there are any."""
    missing: dict[str, list[str]] = {}
    for label, rows in series.items():
        at = {month_number(row.text("month") or ""): row.number(column) for row in rows}
        for month in range(min(at, default=0), max(at, default=-1) + 1):
            if at.get(month) is None:
                missing.setdefault(month_at(month), []).append(label)
    if not missing:
        return []
    months = sorted(missing)
    told = ", ".join(month_words(month) for month in months[:6])
    more = f" and {len(months) - 6} more" if len(months) > 6 else ""
    whole = all(len(labels) == len(series) for labels in missing.values())
    who = "" if whole else " of some units"
    return [f"No figure{who} for {told}{more}: it is not known, and is a gap in the line, not 0."]
