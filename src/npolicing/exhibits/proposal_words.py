"""A proposal of places in words: the rule, the places, how far they stand, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing._wording import figure, joined, percent
from npolicing.exhibits._places import (
    BASES,
    MOST,
    needed_on,
    none_proposed,
    part_of,
    places_called,
    share_words,
    some,
)
from npolicing.exhibits._reading import Result, Row
from npolicing.exhibits.document import Section
from npolicing.exhibits.proposals import proposal_chart
from npolicing.measures import ProposedPlace
from npolicing.vocabulary import CRITERIA

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["proposal_section"]

_IN_TABLE = ", in the table"
"""Where those that are proposed and not named are; not all others are there."""
_NEAR = 0.1
"""From which share of the draws on a place that is not taken is named."""
_LIMITS = (
    "The proposal is of places. Which of them lie beside one another, and where an Impact Area "
    "ends, people decide who know them. The figures say where it is high, and not why, nor whether "
    "work there would help. They are of one time, and say nothing of another."
)
_AGAINST = {
    "population": "its residents. Where many come to work, shop or go out, few live",
    "workday_population": "the people who are there on a working day. Where many come at night or "
    "at weekends, these are not among them",
    "households": "its households. Where many come to work, shop or go out, few live",
    "hectares": "its land. Where many live, work or go out, they are close together",
}
"""What a place is held against, and where that misleads."""
_TWICE = (
    "Where deprivation is measured by an index that has a domain of crime in it, as the Index of "
    "Multiple Deprivation has, crime counts in two criteria."
)


def proposal_section(
    result: pd.DataFrame,
    *,
    name: str,
    heading: str = "Where Impact Areas are proposed",
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    following: int = 5,
    names: Mapping[str, str] | None = None,
) -> Section:
    """A proposal for a document: words that are made of its figures, its picture and its table.

    Args:
        result: What `propose_impact_areas` gives.
        name: Short name of the chart and of its table.
        heading: What stands over it.
        notes: Sentences under the chart.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        following: How many of the others to show, in the order of the combined rank.
        names: What places are called, by their codes; in place of the names that they have.

    Returns:
        A section: the rule and its weights; what stands for each criterion; the places with their
        figures; in which draws of the counts, and under which other weights, they are taken, and
        which others would be; what is unknown or short; and what it does not say. Its exhibit is
        `proposal_chart`, which has the table. A criterion without data is among what is missing.

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
    >>> section = proposal_section(found, name="proposal")
    >>> print(section.words[2])
    Proposed: W1 (crime 1.68).
    >>> section.missing[-1]
    'Harm: no place has a count of it, and it takes no part.'
    """
    rows = places_called(Result.of(result, ProposedPlace, {}).rows, names or {})
    chart = proposal_chart(
        result,
        name=name,
        notes=notes,
        source=source,
        synthetic=synthetic,
        marking=marking,
        following=following,
        names=names,
    )
    return Section(
        heading=heading,
        words=tuple(_words(rows)) if rows else ("There are no places.",),
        exhibits=(chart,),
        missing=tuple(_missing(rows[0])) if rows else (),
    )


def _words(rows: Sequence[Row]) -> Iterator[str]:
    chosen = [row for row in rows if row.true("chosen")]
    yield _rule(rows[0])
    yield _criteria(rows[0])
    yield _proposed(chosen, rows)
    if chosen:
        yield from _by_chance(chosen, rows)
        yield from _by_weights(chosen, rows)
        yield from _dominated(chosen)
    yield from _unknown(rows)
    yield _LIMITS
    yield from _of_the_base(rows[0])


def _rule(row: Row) -> str:
    part = part_of(row)
    weights = joined([f"{each} {percent(row.known(f'{each}_weight'))}" for each in part])
    order = f"by the mean of their ranks (weights: {weights})" if part[1:] else "by their rank"
    return (
        f"A place qualifies where {_qualifies(row)}. Those that qualify are taken from the top, "
        f"{order}. Ranks are of location quotients, the one share over the other, so that large "
        "places are not ahead for their size."
    )


def _qualifies(row: Row) -> str:
    """When a place qualifies; deprivation has a base of its own, and no chance in it."""
    part = part_of(row)
    moved: list[str] = [each for each in part if each != "deprivation"]
    base = BASES[row.text("base_measure") or "population"]
    above = f"its share of what is counted is above its share of {base}, beyond chance"
    if not moved:
        return (
            "its share of deprived residents is above its share of residents; chance does not move "
            "it"
        )
    if moved == part:
        return f"{above}, on {needed_on(row)}"
    return (
        f"it is out of proportion on {needed_on(row)}: on {joined(moved)} where {above}; on "
        "deprivation, which chance does not move, where its share is above that of residents"
    )


def _of_the_base(row: Row) -> Iterator[str]:
    """What the base does not tell, and what counts twice."""
    part, base = part_of(row), row.text("base_measure") or "population"
    words = []
    if part != ["deprivation"]:
        words.append(
            f"A place is held against {_AGAINST[base]}, and a quotient is high for that alone."
        )
        if "deprivation" in part and base != "population":
            words.append("It is held, on deprivation, against its residents.")
    if {"crime", "deprivation"} <= {*part}:
        words.append(_TWICE)
    if words:
        yield " ".join(words)


def _criteria(row: Row) -> str:
    meant = [
        f"{each.capitalize()} is measured by {row.text(f'{each}_measured_by')}."
        for each in part_of(row)
        if row.text(f"{each}_measured_by")
    ]
    absent: list[str] = [each for each in CRITERIA if each not in part_of(row)]
    has, it = ("has", "it") if len(absent) == 1 else ("have", "them")
    lacks = f"{joined(absent).capitalize()} {has} no data and no part in this."
    other = f"With {it} the choice might be another."
    return " ".join([*meant, lacks, other] if absent else meant)


def _proposed(chosen: Sequence[Row], rows: Sequence[Row]) -> str:
    if not chosen:
        return f"{none_proposed(rows)}."
    told = [f"{row.label} ({_quotients(row)})" for row in chosen[:MOST]]
    rest = f", and {len(chosen) - MOST} more{_IN_TABLE}" if len(chosen) > MOST else ""
    return f"{_short(rows)}Proposed: {'; '.join(told)}{rest}."


def _short(rows: Sequence[Row]) -> str:
    if rows[0].text("caveat") != "fewer_than_asked":
        return ""
    unknown = any(row.text("why_not") == "unknown" for row in rows)
    qualify = "are known to qualify" if unknown else "qualify"
    return f"Fewer {qualify} than were asked for, and all of them are proposed. "


def _quotients(row: Row) -> str:
    return ", ".join(
        f"{each} {figure(row.number(f'{each}_location_quotient'), 'factor', 2)}"
        for each in part_of(row)
    )


def _shares(rows: Sequence[Row], column: str, of: str = "", where: str = "") -> str:
    """Places with their shares, the highest first; those that are always taken together."""
    there = [row for row in rows if row.number(column) is not None]
    ordered = sorted(there, key=lambda row: -row.known(column))
    always = [row.label for row in ordered if row.known(column) == 1]
    told = [f"{row.label} in {share_words(row.known(column))}" for row in ordered[len(always) :]]
    words = [f"{some(always, where=where and f'{where},')} each time"]
    return "; ".join([*(words if always else []), *([some(told, of, where)] if told else [])])


def _near(rows: Sequence[Row], column: str) -> list[Row]:
    """Places that are not proposed, and would be in not so few of the draws."""
    return [row for row in rows if not row.true("chosen") and (row.number(column) or 0.0) >= _NEAR]


def _by_chance(chosen: Sequence[Row], rows: Sequence[Row]) -> Iterator[str]:
    if chosen[0].number("chosen_resampled") is None:
        return
    near = _near(rows, "chosen_resampled")
    others = _shares(near, "chosen_resampled")
    yield (
        "Had chance dealt the counts anew, the rule would have taken "
        f"{_shares(chosen, 'chosen_resampled', ' of the draws', _IN_TABLE)}."
        f"{f' Of the others, it would have taken {others}.' if near else ''} This is how far the "
        "choice hangs on single events, and not the probability that a place belongs here."
    )


def _by_weights(chosen: Sequence[Row], rows: Sequence[Row]) -> Iterator[str]:
    if chosen[0].number("chosen_reweighted") is None:
        return
    near = _near(rows, "chosen_reweighted")
    others = _shares(near, "chosen_reweighted")
    yield (
        "Under weights drawn from all that there are, the same rule takes "
        f"{_shares(chosen, 'chosen_reweighted', ' of them', _IN_TABLE)}."
        f"{f' Of the others, it takes {others}.' if near else ''}"
    )


def _dominated(chosen: Sequence[Row]) -> Iterator[str]:
    below = [
        f"{row.label} ({row.known('dominated_by'):.0f})"
        for row in chosen
        if (row.number("dominated_by") or 0) > 0
    ]
    if below:
        yield (
            "Dominated, by as many places as the brackets say, which are as high on every "
            f"criterion and higher on one: {some(below, where=_IN_TABLE)}."
        )


def _unknown(rows: Sequence[Row]) -> Iterator[str]:
    unknown = [row.label for row in rows if row.text("why_not") == "unknown"]
    level = [row.label for row in rows if row.text("why_not") == "level_at_the_cut"]
    if level:
        yield (
            f"Level in the combined rank with the last that is taken: {some(level)}. "
            "What parts them is their worst rank, and then their code."
        )
    if unknown:
        yield f"Not judged, as a figure is unknown: {some(unknown)}."


def _missing(row: Row) -> Iterator[str]:
    for each in CRITERIA:
        if each in part_of(row):
            continue
        nothing = row.text(f"{each}_caveat") == "none_counted"
        why = "nothing is counted in any place" if nothing else "no place has a count of it"
        yield f"{each.capitalize()}: {why}, and it takes no part."
