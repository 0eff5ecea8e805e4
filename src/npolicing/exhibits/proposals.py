"""Places proposed for Impact Areas: each criterion in a cell, and how far the choice stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from npolicing._wording import UNKNOWN, figure, joined, percent
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._places import (
    meanings,
    none_proposed,
    part_of,
    places_called,
    share_words,
)
from npolicing.exhibits._reading import Result, Row, worded
from npolicing.exhibits.marks import Axis, Cells, Label, Panel
from npolicing.exhibits.table import Heading
from npolicing.measures import ProposedPlace
from npolicing.vocabulary import CRITERIA

if TYPE_CHECKING:
    from npolicing.exhibits.chart import Chart

__all__ = ["proposal_chart"]

_BOUNDS = (1.0, 1.5, 2.0, 3.0)
_HEADS = {
    "crime": "Crime",
    # A line higher, or it would touch Crime.
    "demand": "De-\nmand\n",
    "deprivation": "Dep-\nriva-\ntion",
    "harm": "Harm",
}
_DRAWS, _WEIGHTS = 4.2, 5.5
_STABLE = 0.95
_OTHERS = "not proposed, in the order of the combined rank"
_GAP = 0.6
"""Between those that are proposed and the others, in rows."""


def proposal_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    following: int = 5,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """The places that are proposed and the first of the others, with what speaks for each.

    Args:
        result: What `propose_impact_areas` gives.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        following: How many of the others to draw, in the order of the combined rank; 0 or more.
        names: What places are called, by their codes; in place of the names that they have.

    Returns:
        A chart with a row a place, those proposed above those that are not, whether they qualify or
        not: a cell a criterion with the location quotient, in brackets where it is not above 1
        beyond chance, or not known to be, and darker the higher it is; in how many draws of the
        counts, and under how many other weights, the place is taken; and on how many criteria it is
        above 1 beyond chance. A criterion without data has cells without a figure. The table has
        the same places.

    Raises:
        MissingColumnsError: If the frame is none of that measure.
        ValueError: If `following` is below 0.

    Source:
        See `propose_impact_areas`.

    >>> import npolicing as npol
    >>> counts = {"W1": 160, "W2": 90, "W3": 70, "W4": 60}
    >>> places = [
    ...     npol.Place(force="WMP", kind="ward24", place=place, population=9_000, crimes=crimes)
    ...     for place, crimes in counts.items()
    ... ]
    >>> found = npol.propose_impact_areas(places, areas=1, resamples=500)
    >>> proposal_chart(found, name="proposal").title
    'W1 proposed, 1 of 4 places, and taken in 95 % of draws of the counts or more'
    """
    if following < 0:
        raise ValueError(f"following is 0 or more, not {following}")
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    rows = places_called(Result.of(result, ProposedPlace, {}).rows, names or {})
    chosen = [row for row in rows if row.true("chosen")]
    left = [row for row in rows if not row.true("chosen") and row.number("rank") is not None]
    shown = [*chosen, *left[:following]]
    return caption.chart(
        _told_again(shown),
        says=_says(chosen, rows),
        alt=_alt(chosen, left[:following], rows),
        caption="The places proposed, and the first of the others",
        headings=_headings(rows),
        panels=[_panel(chosen, left[:following])] if shown else [],
        x=Axis(ticks=_columns(), low=-0.5, high=6.2, above=True),
        y=Axis(
            ticks=tuple((at, row.label) for at, row in _placed(chosen, left[:following])),
            low=-0.5,
            high=len(shown) - 0.5 + (_GAP if chosen and left[:following] else 0.0),
            named=True,
            reverse=True,
        ),
        key=_key(chosen, left[:following]) if shown else "",
        notes=_notes(rows, shown),
    )


def _columns() -> tuple[tuple[float, str], ...]:
    criteria = [(float(at), _HEADS[each]) for at, each in enumerate(CRITERIA)]
    return (*criteria, (_DRAWS, "Draws"), (_WEIGHTS, "Weights"))


def _placed(chosen: Sequence[Row], after: Sequence[Row]) -> list[tuple[float, Row]]:
    """Where each row is, with a gap after those that are proposed."""
    gap = _GAP if chosen else 0.0
    first = [(float(at), row) for at, row in enumerate(chosen)]
    return first + [(at + gap, row) for at, row in enumerate(after, len(chosen))]


def _panel(chosen: Sequence[Row], after: Sequence[Row]) -> Panel:
    placed = _placed(chosen, after)
    cells = [
        (float(x), y, _step(row.number(f"{each}_location_quotient")), _quotient(row, each))
        for y, row in placed
        for x, each in enumerate(CRITERIA)
    ]
    cells += [
        (x, y, None, _share(row, column))
        for y, row in placed
        for x, column in ((_DRAWS, "chosen_resampled"), (_WEIGHTS, "chosen_reweighted"))
    ]
    x, y, steps, words = zip(*cells, strict=True)
    met = [
        Label(
            y=at,
            text=f"{row.known('criteria_met'):.0f} of {row.known('criteria'):.0f}",
            place="margin",
        )
        for at, row in placed
    ]
    return Panel(marks=(Cells(x=x, y=y, steps=steps, words=words, scale=_scale()), *met))


def _step(quotient: float | None) -> int | None:
    return None if quotient is None else sum(quotient >= bound for bound in _BOUNDS)


def _scale() -> tuple[str, ...]:
    first, last = f"below {_BOUNDS[0]:g}", f"from {_BOUNDS[-1]:g}"
    return (first, *(f"{low:g} to {high:g}" for low, high in pairwise(_BOUNDS)), last)


def _quotient(row: Row, criterion: str) -> str:
    """The quotient, in brackets where it is not above 1 beyond chance, or nobody knows."""
    words = figure(row.number(f"{criterion}_location_quotient"), "factor", 1)
    return words if words == UNKNOWN or row.true(f"{criterion}_met") else f"({words})"


def _share(row: Row, column: str) -> str:
    share = row.number(column)
    if share is None:
        return UNKNOWN
    # A cell has room for a sign, and not for its word.
    return share_words(share).replace("over ", ">").replace("under ", "<")


def _key(chosen: Sequence[Row], after: Sequence[Row]) -> str:
    parts = f"Above the gap: proposed. Below: {_OTHERS}. " if chosen and after else ""
    unsure = ", or not known to be" if any(map(_unsure, [*chosen, *after])) else ""
    return (
        f"{parts}Cells: location quotient; in brackets: not above 1 beyond chance{unsure}. Draws, "
        "weights: share of draws of the counts, and of other weights, in which it is taken. At the "
        "right: on how many criteria it is above 1 beyond chance."
    )


def _unsure(row: Row) -> bool:
    """Whether a quotient of it has no interval, so that nobody knows what chance did."""
    return any(
        row.number(f"{each}_location_quotient") is not None and row.text(f"{each}_met") is None
        for each in part_of(row)
    )


def _stable(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if (row.number("chosen_resampled") or 0.0) >= _STABLE]


def _says(chosen: Sequence[Row], rows: Sequence[Row]) -> str:
    if not rows:
        return "No place to propose"
    if not chosen:
        return none_proposed(rows)
    names = worded([row.label for row in chosen], 2, "places")
    of = f", {len(chosen)} of {len(rows)} places" if len(chosen) < 3 else f" of {len(rows)}"
    words = f"{names}{of} proposed" if len(chosen) > 2 else f"{names} proposed{of}"
    if chosen[0].number("chosen_resampled") is None:
        return words
    stable = len(_stable(chosen))
    share = f"taken in {percent(_STABLE, 0)} of draws of the counts or more"
    if stable == len(chosen):
        return f"{words}, and {share}" if stable < 2 else f"{words}, and each is {share}"
    return f"{words}, of which {stable or 'none'} {'is' if stable < 2 else 'are'} {share}"


def _figures(row: Row) -> str:
    quotients = [
        f"{each} {figure(value, 'factor', 2)}"
        for each in CRITERIA
        for value in [row.number(f"{each}_location_quotient")]
        if value is not None
    ]
    shares = [
        f"{words} {share_words(share)}"
        for column, words in (
            ("chosen_resampled", "redrawn"),
            ("chosen_reweighted", "other weights"),
        )
        for share in [row.number(column)]
        if share is not None
    ]
    return f"{row.label} {', '.join([*quotients, *shares])}"


def _alt(chosen: Sequence[Row], after: Sequence[Row], rows: Sequence[Row]) -> str:
    if not [*chosen, *after]:
        return "Table of cells of proposed places, without any figure."
    told = [f"Proposed: {listing([_figures(row) for row in chosen])}"] if chosen else []
    others = listing([_figures(row) for row in after])
    told += [f"{_OTHERS.capitalize()}: {others}"] if after else []
    return (
        f"Cells of location quotients by place and criterion, {len(chosen)} of {len(rows)} places "
        f"proposed. {'. '.join(told)}."
    )


def _notes(rows: Sequence[Row], shown: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    absent: list[str] = [each for each in CRITERIA if each not in part_of(rows[0])]
    notes = meanings({each: rows[0].text(f"{each}_measured_by") for each in part_of(rows[0])})
    if absent:
        notes.append(f"{joined(absent).capitalize()}: no data, and no part in this.")
    unknown = [row.label for row in rows if row.number("rank") is None]
    if unknown:
        notes.append(f"Without a rank, as a figure is unknown: {worded(unknown, 3, 'places')}.")
    if len(shown) + len(unknown) < len(rows):
        notes.append(f"Drawn: {len(shown)} of {len(rows)} places.")
    return notes


def _told_again(rows: Sequence[Row]) -> Result:
    """The rows that are drawn, for the table beneath."""
    columns = ["called", "decision", *(field.name for field in ProposedPlace.columns())]
    listed = [
        {"called": row.label, "decision": row.text("why_not") or "proposed", **row.values}  # noqa: PD011 # no frame's
        for row in rows
    ]
    return Result(pd.DataFrame(listed, columns=columns), None, (), tuple(rows))


def _headings(rows: Sequence[Row]) -> list[Heading]:
    """The quotients and how far the choice stands first, for many do not read on to the right."""
    there = part_of(rows[0]) if rows else []
    return [
        Heading(column="called", label="Place"),
        Heading(column="decision", label="Decision", coded=True),
        *(_quotient_heading(each, "location_quotient", each.capitalize()) for each in there),
        Heading(column="chosen_resampled", label="Taken, counts redrawn", unit="ratio"),
        Heading(column="chosen_reweighted", label="Taken, other weights", unit="ratio"),
        Heading(column="combined_rank", label="Combined rank", unit="rank", places=2),
        Heading(column="rank_low", label="Rank, low", unit="rank"),
        Heading(column="rank_high", label="Rank, high", unit="rank"),
        Heading(column="criteria_met", label="Criteria met", unit="criteria"),
        Heading(column="dominated_by", label="Dominated by", unit="places"),
        *(
            Heading(
                column=f"{each}_rank", label=f"{each.capitalize()}, rank", unit="rank", places=1
            )
            for each in there
        ),
        # Deprivation has no limits, for chance does not move it.
        *(
            _quotient_heading(each, end, f"{each.capitalize()}, {end}")
            for each in there
            if each != "deprivation"
            for end in ("low", "high")
        ),
    ]


def _quotient_heading(criterion: str, column: str, label: str) -> Heading:
    return Heading(column=f"{criterion}_{column}", label=label, unit="quotient", places=2)
