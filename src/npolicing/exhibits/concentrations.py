"""Lorenz curves: how much of it lies in how few places, the fullest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pandas as pd

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._wording import joined, percent
from npolicing.exhibits._building import Caption, listing, spread
from npolicing.exhibits._places import meanings
from npolicing.exhibits._reading import Result, Row
from npolicing.exhibits.marks import Axis, Label, Line, Panel, Points
from npolicing.exhibits.table import Heading
from npolicing.measures import Disproportion
from npolicing.stats.concentration import gini, lorenz, smallest_share
from npolicing.vocabulary import CRITERIA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from npolicing.exhibits.chart import Chart
    from npolicing.vocabulary import Criterion

__all__ = ["lorenz_chart"]

# More points of a curve than this nobody sees.
_POINTS = 200


@attrs.frozen(kw_only=True)
class _Curve(Record):
    """How one criterion gathers, in figures."""

    criterion: Annotated[str, Column("Which of the four criteria.")] = "crime"
    places: Annotated[int, Column("Places of which it is known.", ge=0)] = 0
    count: Annotated[float, Column("What is counted in all.", ge=0)] = 0.0
    half: Annotated[int, Column("Fewest places that hold half of it.", ge=0)] = 0
    half_share: Annotated[float, Column("Those out of the places.", unit="ratio", ge=0)] = 0.0
    even_share: Annotated[float, Column("If it were as even as can be.", unit="ratio", ge=0)] = 0.0
    gini: Annotated[float, Column("Gini's coefficient.", ge=0, le=1)] = 0.0


def lorenz_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
) -> Chart:
    """The share of places against the share of what is counted in them, a panel a criterion.

    Args:
        result: What `disproportion` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.

    Returns:
        A chart: a curve from the fullest place on, which Lorenz drew from the emptiest; a dashed
        line where it would be if all lay as evenly as it can; and the point at which half is
        reached. Places without a count are left out, and a note says how many. A criterion without
        any has no panel, and a note. Beneath are Gini's coefficient and the places that hold half.

    Raises:
        MissingColumnsError: If the frame is none of that measure.

    Source:
        See `place_concentration`, which has more of these figures.

    >>> import npolicing as npol
    >>> counts = [50, 30, 10, 5, 5]
    >>> places = [
    ...     npol.Place(force="WMP", kind="ward24", place=f"W{at}", population=100, crimes=crimes)
    ...     for at, crimes in enumerate(counts)
    ... ]
    >>> lorenz_chart(npol.disproportion(places), name="curve").title
    'Half of all crime is in 1 of 5 places'
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    parts = Result.of(result, Disproportion, {}).parts
    counts = _counts(parts)
    known = {each: values[~np.isnan(values)] for each, values in counts.items()}
    curves = [_curve(each, values) for each, values in known.items() if values.sum() > 0]
    columns = [field.name for field in _Curve.columns()]
    frame = pd.DataFrame([attrs.asdict(each) for each in curves], columns=columns)
    found = attrs.evolve(Result.of(frame, _Curve, {}), declared=None)
    return caption.chart(
        found,
        says=_says(curves),
        alt=_alt(curves),
        caption="How few places hold half of it",
        headings=[
            Heading(column="criterion", label="Criterion"),
            Heading(column="places", label="Places", unit="places"),
            Heading(column="count", label="Counted", unit="count"),
            Heading(column="half", label="Places with half", unit="places"),
            Heading(column="half_share", label="Out of all", unit="ratio"),
            Heading(column="even_share", label="If even", unit="ratio"),
            Heading(column="gini", label="Gini", unit="gini", places=2),
        ],
        panels=[_panel(each, known[each.criterion]) for each in curves],  # type: ignore[index] # it is one of them
        x=Axis(
            label="Share of places, the fullest first",
            unit="ratio",
            low=0.0,
            high=1.0,
            ticks=tuple((at, percent(at, 0)) for at in (0.0, 0.5, 1.0)),
        ),
        y=Axis(label="Share of what is counted", unit="ratio", low=0.0, high=1.0),
        key="Dashed: as even as it can be. Dot: half of it." if curves else "",
        columns=spread(len(curves)),
        notes=[*_meant(parts, curves), *_notes(counts)],
    )


def _counts(rows: Sequence[Row]) -> dict[Criterion, NDArray[np.float64]]:
    """What is counted of each criterion, a place each; NaN where nobody knows."""
    return {
        each: np.array(
            [row.number("count") for row in rows if row.text("criterion") == each],
            dtype=np.float64,
        )
        for each in CRITERIA
    }


def _curve(criterion: Criterion, counts: NDArray[np.float64]) -> _Curve:
    half = smallest_share(counts)
    return _Curve(
        criterion=criterion,
        places=len(counts),
        count=float(counts.sum()),
        half=int(half.places),
        half_share=half.share,
        even_share=half.even_share,
        gini=gini(counts),
    )


def _panel(curve: _Curve, counts: NDArray[np.float64]) -> Panel:
    found = lorenz(counts)
    at = np.unique(np.linspace(0, len(counts), min(_POINTS, len(counts)) + 1).astype(np.int64))
    x, y, even = (
        tuple((1 - each[::-1])[at].tolist()) for each in (found.places, found.events, found.even)
    )
    reached = smallest_share(counts)
    words = f"half in {percent(curve.half_share)}"
    return Panel(
        title=curve.criterion.capitalize(),
        marks=(
            Line(x=x, y=even, role="plain", thin=True, dashed=True),
            Line(x=x, y=y),
            Points(x=(reached.share,), y=(reached.holds,), large=True),
            # Below the diagonal, where no curve goes.
            Label(x=1.0, y=0.1, text=words, place="left"),
        ),
    )


def _says(curves: Sequence[_Curve]) -> str:
    if not curves:
        return "Nothing is counted in any place"
    first, *rest = curves
    words = f"Half of all {first.criterion} is in {first.half} of {first.places} places"
    more = joined([f"of {each.criterion} in {each.half}" for each in rest])
    return f"{words}, {more}" if rest else words


def _alt(curves: Sequence[_Curve]) -> str:
    if not curves:
        return "Lorenz curves of places, without any figure."
    each = [
        f"{curve.criterion} half in {curve.half} of {curve.places} places "
        f"({percent(curve.half_share)}, {percent(curve.even_share)} if it were even), "
        f"Gini {curve.gini:.2f}"
        for curve in curves
    ]
    kind = "Lorenz curve" if len(curves) == 1 else "Lorenz curves"
    return f"{kind} of places, the fullest first. {listing(each)}."


def _meant(rows: Sequence[Row], curves: Sequence[_Curve]) -> list[str]:
    """What stands for each criterion that has a curve."""
    words = {row.text("criterion"): row.text("measured_by") for row in rows}
    drawn = {curve.criterion for curve in curves}
    return meanings({each: words.get(each) for each in CRITERIA if each in drawn})


def _notes(counts: dict[Criterion, NDArray[np.float64]]) -> list[str]:
    notes = []
    for each, values in counts.items():
        unknown = int(np.isnan(values).sum())
        if unknown == len(values):
            notes += [f"{each.capitalize()}: no place has a count of it."] if unknown else []
        elif not values[~np.isnan(values)].sum() > 0:
            notes.append(f"{each.capitalize()}: nothing is counted.")
        elif unknown:
            places = "place has" if unknown == 1 else "places have"
            notes.append(f"{each.capitalize()}: {unknown} {places} no count, and no part in it.")
    return notes
