"""Checks of the sums: values, roundings, totals, cells that are no part of any."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Decimal
from itertools import pairwise

import attrs

from npolicing._wording import figure, joined, percent
from npolicing.entities import Finding, PublishedFigure
from npolicing.reconciling.comparison import Pair
from npolicing.reconciling.evidence import Evidence, found, grouped, named, reads, total, whose
from npolicing.stats.rounding import RULES

__all__ = ["differing", "unruly", "unsummed", "untotalled"]


def _column(at: PublishedFigure) -> Hashable:
    return at.force, at.document, at.place, at.topic, at.measure


def differing(evidence: Evidence) -> Iterator[Finding]:
    """Figures that are not what the rows give, rounded half up."""
    for pair in evidence.pairs:
        at, exact = pair.printed, pair.exact
        if pair.agrees is False and exact is not None and at.value is not None:
            rules = joined([named(rule) for rule in pair.rules])
            how = f"Rounding by {rules}" if rules else "No rounding"
            yield found(
                "DIFFERS",
                at,
                printed=at.text,
                given=reads(at, exact),
                words=f"{whose(at)}: printed {at.text}, the figures give {reads(at, exact)}. "
                f"{how} gives what is printed.",
                difference=round(at.value - exact, 6),
            )


def unruly(evidence: Evidence) -> Iterator[Finding]:
    """Columns of rounded figures that no one rounding rule gives, though some rule gives each."""
    rounded = [pair for pair in evidence.pairs if pair.exact is not None and pair.printed.step]
    for column in grouped(rounded, lambda pair: _column(pair.printed)):
        hits = {rule: sum(rule in pair.rules for pair in column) for rule in RULES}
        if all(pair.rules for pair in column) and max(hits.values()) < len(column):
            counts = [f"{named(rule)} {n} of {len(column)}" for rule, n in hits.items()]
            measure = named(column[0].printed.measure)
            yield found(
                "NO_ROUNDING_RULE",
                attrs.evolve(column[0].printed, npu=None, level=None),
                printed=" ".join(pair.printed.text for pair in column),
                given="; ".join(counts),
                words=f"No one rounding rule gives the column {measure}: {joined(counts)}."
                f"{_inversion(column)}",
            )


def _inversion(column: list[Pair]) -> str:
    """The closest two figures of which the larger was printed as the smaller."""
    ordered = sorted(column, key=lambda pair: pair.exact or Decimal(0))
    for less, more in pairwise(ordered):
        if (less.printed.value or 0) > (more.printed.value or 0):
            return f" {_reading(less)}, and {_reading(more)}, though it is the larger."
    return ""


def _reading(pair: Pair) -> str:
    at, exact = pair.printed, pair.exact or Decimal(0)
    shown = percent(exact, 3) if at.unit == "ratio" else figure(exact, at.unit, 3)
    return f"{at.label} is {shown} and printed {at.text}"


def unsummed(evidence: Evidence) -> Iterator[Finding]:
    """Printed totals that are not the sum of the printed parts, and cells that are no part."""
    for column in grouped(evidence.published, _column):
        figures = [at for at in column if at.value is not None]
        if any(at.relation != "exactly" or at.denominator is not None for at in figures):
            continue  # shares do not add up, and bounds have no sum
        parts = [at for at in figures if at.level == "npu"]
        totals = [at for at in figures if at.level == "force" and at.label is not None]
        for at in totals if parts else ():
            if at.value is not None and at.value != total(parts):
                yield _sum_differs(at, total(parts))
        yield from (_stray(at, parts, totals) for at in figures if at.level is None)


def _sum_differs(at: PublishedFigure, whole: Decimal) -> Finding:
    given = reads(at, whole)
    return found(
        "SUM_DIFFERS",
        at,
        printed=at.text,
        given=given,
        words=f"{whose(at)}: printed {at.text}, the printed parts add up to {given}.",
        difference=total([at]) - whole,
    )


def _stray(
    at: PublishedFigure, parts: list[PublishedFigure], totals: list[PublishedFigure]
) -> Finding:
    without, with_it = reads(at, total(parts)), reads(at, total([*parts, at]))
    told = f" The printed total is {totals[0].text}." if totals else ""
    return found(
        "STRAY_CELL",
        at,
        printed=at.text,
        given=f"{without} without it, {with_it} with it",
        words=f"A cell {at.text!r} stands in the column {named(at.topic)} and belongs to no unit. "
        f"Read as data it would make {with_it} of {without}.{told}",
        difference=at.value,
    )


def untotalled(evidence: Evidence) -> Iterator[Finding]:
    """Tables of units without a total row, and what it would say."""
    for table in grouped(evidence.published, lambda at: (at.force, at.document, at.place)):
        units = [at for at in table if at.level == "npu" and at.value is not None]
        measures = {(at.topic, at.measure) for at in units}
        whole = [
            f"{named(each.measure)} {figure(each.value, each.unit)}"
            for each in evidence.computed
            if each.level == "force" and (each.topic, each.measure) in measures
        ]
        if len(units) > 1 and whole and all(at.level != "force" for at in table):
            yield found(
                "NO_TOTAL",
                attrs.evolve(units[0], npu=None, level=None),
                printed="no total row",
                given="; ".join(whole),
                words=f"There is no total row. It would say: {joined(whole)}.",
            )
