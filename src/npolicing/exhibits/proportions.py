"""Places out of proportion: location quotients with their intervals, a panel a criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing._wording import figure
from npolicing.errors import UnknownCodeError
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._places import BASES, forces_of, meanings, places_called
from npolicing.exhibits._reading import Result, Row
from npolicing.exhibits.marks import Axis, Guide, Label, Mark, Panel, Points, Spans
from npolicing.exhibits.table import Heading
from npolicing.measures import Disproportion
from npolicing.vocabulary import CRITERIA

if TYPE_CHECKING:
    from npolicing.exhibits.chart import Chart
    from npolicing.vocabulary import Criterion

__all__ = ["disproportion_chart"]

_HOW = (
    "Bar: interval, where it is wider than its dot or ring. Dot: above 1 beyond chance. Ring: not."
)


def disproportion_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    order: Criterion | None = None,
    most: int = 8,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The places highest on one criterion, and where they stand on the four of an Impact Area.

    Args:
        result: What `disproportion` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        order: The criterion by which places are taken and put in order; the first that has figures
            without.
        most: How many places to draw.
        names: What places are called, by their codes; in place of the names that they have.

    Returns:
        A chart of four panels with the same places in each, a dot at the location quotient and a
        bar for its interval: a full dot where it is above 1 beyond chance, a ring where it is not.
        Deprivation has no bar, for chance does not move it. A criterion without figures is an empty
        panel that says so. Places of several forces have their force. The table has the places that
        are drawn.

    Raises:
        MissingColumnsError: If the frame is none of that measure.
        UnknownCodeError: If `order` is no criterion.
        ValueError: If `most` is below 1.

    Source:
        See `disproportion`.

    >>> import npolicing as npol
    >>> here = {"force": "WMP", "kind": "ward24"}
    >>> places = [
    ...     npol.Place(**here, place="W1", name="Aston", population=9_000, crimes=1_600),
    ...     npol.Place(**here, place="W2", name="Sutton", population=91_000, crimes=8_400),
    ... ]
    >>> disproportion_chart(npol.disproportion(places), name="scan").title
    'Crime: Aston is highest of 2 places, 1.78 times its share of residents'
    """
    if most < 1:
        raise ValueError(f"most is 1 or more, not {most}")
    if order is not None and order not in CRITERIA:
        raise UnknownCodeError("criterion", order, CRITERIA)
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    parts = places_called(Result.of(result, Disproportion, {}).parts, names or {})
    by: Criterion = order or _first(parts)
    ranked = sorted(_known(parts, by), key=lambda row: -row.known("location_quotient"))
    shown = ranked[:most]
    drawn = {each: _rows(parts, shown, each) for each in CRITERIA}
    listed = [
        row for at in range(len(shown)) for rows in drawn.values() for row in rows[at : at + 1]
    ]
    return caption.chart(
        _told_again(listed),
        says=_says(by, ranked),
        alt=_alt(by, shown, drawn),
        caption="Location quotients of the places that are drawn",
        headings=[
            Heading(column="called", label="Place"),
            Heading(column="criterion", label="Criterion"),
            Heading(column="count", label="Count", unit="count"),
            Heading(column="base", label="Base", unit="count"),
            Heading(column="location_quotient", label="Location quotient", unit="factor", places=2),
            Heading(column="location_quotient_low", label="Low", unit="factor", places=2),
            Heading(column="location_quotient_high", label="High", unit="factor", places=2),
            Heading(column="caveat", label="Caveat", coded=True),
        ],
        panels=[_panel(each, rows) for each, rows in drawn.items()] if shown else [],
        # A little beyond 0, so that a ring there keeps off the names.
        x=Axis(label="Times the share of the base: 1 is in proportion", low=-0.25),
        y=Axis(
            ticks=tuple((float(at), row.label) for at, row in enumerate(shown)),
            named=True,
            reverse=True,
        ),
        key=_HOW if shown else "",
        columns=2,
        notes=_notes(parts, by, ranked, shown),
    )


def _first(parts: Sequence[Row]) -> Criterion:
    """The first criterion that has figures."""
    return next((each for each in CRITERIA if _known(parts, each)), "crime")


def _known(rows: Sequence[Row], criterion: str) -> list[Row]:
    """The rows of a criterion that have a figure."""
    return [
        row
        for row in rows
        if row.text("criterion") == criterion and row.number("location_quotient") is not None
    ]


def _rows(parts: Sequence[Row], shown: Sequence[Row], criterion: str) -> list[Row]:
    """The rows of a criterion, of the places that are drawn."""
    of = {_key(row): row for row in parts if row.text("criterion") == criterion}
    return [of[_key(row)] for row in shown if _key(row) in of]


def _key(row: Row) -> tuple[str | None, ...]:
    return tuple(row.text(each) for each in ("force", "kind", "place"))


def _told_again(rows: Sequence[Row]) -> Result:
    """The rows that are drawn, for the table beneath."""
    columns = ["called", *(field.name for field in Disproportion.columns())]
    listed = [{"called": row.label, **row.values} for row in rows]  # noqa: PD011 # no frame's
    frame = pd.DataFrame(listed, columns=columns)
    return Result(frame, None, (), tuple(rows))


def _panel(criterion: str, rows: Sequence[Row]) -> Panel:
    title, middle = criterion.capitalize(), (len(rows) - 1) / 2
    if not any(row.number("location_quotient") is not None for row in rows):
        return Panel(
            title=title,
            marks=(Guide(at=1.0, upright=True), Label(x=1.0, y=middle, text="no data")),
        )
    at = tuple(float(each) for each in range(len(rows)))
    low, high = (
        tuple(row.number(f"location_quotient_{end}") for row in rows) for end in ("low", "high")
    )
    marks: list[Mark] = [
        Guide(at=1.0, upright=True),
        Spans(at=at, low=low, high=high, role="plain"),
    ]
    for above in (True, False):
        x = tuple(row.number("location_quotient") if _above(row) == above else None for row in rows)
        if any(each is not None for each in x):
            shape = Points(x=x, y=at, role="concern" if above else "plain", large=True)
            marks.append(shape if above else attrs.evolve(shape, shape="ring"))
    return Panel(title=title, marks=tuple(marks))


def _above(row: Row) -> bool:
    """Whether a place is above 1 beyond chance; where chance moves nothing, above 1."""
    fixed = row.text("caveat") == "fixed_count"
    bound = row.number("location_quotient" if fixed else "location_quotient_low")
    return bound is not None and bound > 1 + 1e-9


def _times(row: Row) -> str:
    words = f"{figure(row.known('location_quotient'), 'factor', 2)} times its share of "
    return words + BASES[row.text("base_measure") or "population"]


def _says(by: str, ranked: Sequence[Row]) -> str:
    if not ranked:
        return f"{by.capitalize()}: no place has a figure"
    first, forces = ranked[0], forces_of(ranked)
    of = f" of {forces} forces, each held against its own" if forces > 1 else ""
    words = f"{first.label} is highest of {len(ranked)} places{of}, {_times(first)}"
    return f"{by.capitalize()}: {words}"


def _alt(by: str, shown: Sequence[Row], drawn: Mapping[Criterion, Sequence[Row]]) -> str:
    if not shown:
        return "Chart of places out of proportion, without any figure."
    each = []
    for at, row in enumerate(shown):
        figures = [
            f"{criterion} {figure(value, 'factor', 2)}"
            for criterion, rows in drawn.items()
            for value in [rows[at].number("location_quotient") if at < len(rows) else None]
            if value is not None
        ]
        each.append(f"{row.label} {', '.join(figures)}")
    return (
        f"Chart of location quotients with intervals, four criteria, the places highest on {by} "
        f"first: {listing(each)}."
    )


def _notes(parts: Sequence[Row], by: str, ranked: Sequence[Row], shown: Sequence[Row]) -> list[str]:
    notes = []
    if len(shown) < len(ranked):
        notes.append(f"The {len(shown)} of {len(ranked)} places that are highest on {by}.")
    meant = {row.text("criterion"): row.text("measured_by") for row in parts}
    for criterion in CRITERIA:
        if not _known(parts, criterion):
            notes.append(f"{criterion.capitalize()}: no place has a figure.")
        else:
            notes += meanings({criterion: meant.get(criterion)})
    return notes if parts else []
