"""Checks of what figures mean: whether two are one measure, one unit has one name, and the like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import attrs

from npolicing._wording import joined, percent, pounds
from npolicing.calendar import days_in_month
from npolicing.entities import ComputedFigure, Finding, PublishedFigure
from npolicing.reconciling.evidence import Evidence, found, grouped, named, reads, whose

__all__ = ["bounds", "claims", "dialects", "levels", "periods", "stale", "two_measures"]


def two_measures(evidence: Evidence) -> Iterator[Finding]:
    """Ratios that the rows cannot give, beside another ratio of the same denominator."""
    for pair in evidence.pairs:
        at = pair.printed
        if at.denominator is not None and at.value is not None and pair.exact is None:
            for other in evidence.computed:
                if _same_base(at, other):
                    yield _between(at, other, _cited(evidence.published, at))


def _same_base(at: PublishedFigure, other: ComputedFigure) -> bool:
    mine = (at.force, at.topic, at.level, at.npu, at.denominator)
    theirs = (other.force, other.topic, other.level, other.npu, other.denominator)
    return mine == theirs and other.numerator is not None and bool(other.denominator_value)


def _cited(published: list[PublishedFigure], at: PublishedFigure) -> str:
    """What the place that a figure refers to has in place of it."""
    there = list(dict.fromkeys(each.measure for each in published if each.place == at.cites))
    if not there or at.measure in there:
        return ""
    return f" {at.cites}, to which it refers, has {joined([named(name) for name in there])} alone."


def _between(at: PublishedFigure, other: ComputedFigure, cited: str) -> Finding:
    """What lies between a printed share and a computed one, if both have one denominator."""
    base, part = other.denominator_value or Decimal(0), other.numerator or Decimal(0)
    value, half = at.value or Decimal(0), (at.step or Decimal(0)) / 2
    low, exact, high = (base * share - part for share in (value - half, value, value + half))
    given = f"{reads(at, other.value)} ({named(other.measure)})"
    return found(
        "TWO_MEASURES",
        at,
        printed=at.text,
        given=given,
        words=f"{percent(value, 0)} is one measure ({named(at.measure)}), {given} another.{cited} "
        f"If both are shares of one {named(at.denominator or '')}, {pounds(base)}, about "
        f"{pounds(_about(low))} to {pounds(_about(high))} lies between them, since the "
        f"printed share is rounded; {pounds(round(exact, 2))} if it were exact.",
        difference=round(value - part / base, 6),
        low=round(low, 2),
        high=round(high, 2),
    )


def _about(amount: Decimal) -> Decimal:
    """An amount to three significant figures: more than a rounded share can bear."""
    return round(amount, 2 - amount.adjusted())


def dialects(evidence: Evidence) -> Iterator[Finding]:
    """Units that one document calls by several names."""
    labelled = [at for at in evidence.published if at.npu is not None and at.label is not None]
    for document in grouped(labelled, lambda at: (at.force, at.document)):
        spellings: defaultdict[str, set[str]] = defaultdict(set)
        styles: defaultdict[str, list[PublishedFigure]] = defaultdict(list)
        for at in document:
            spellings[at.npu or ""].add(at.label or "")
            styles[_style(at)].append(at)
        several = sorted(unit for unit, labels in spellings.items() if len(labels) > 1)
        if several:
            said = [f"{style} {_listed(figures)}" for style, figures in styles.items()]
            yield found(
                "DIALECTS",
                attrs.evolve(document[0], npu=None, level=None, place=_places(document)),
                printed="; ".join(said),
                given=f"{len(spellings)} units",
                words=f"{len(styles)} dialects of codes for {len(spellings)} units: "
                f"{'; '.join(said)}. More than one for {joined(several)}.",
            )


def _style(at: PublishedFigure) -> str:
    """How a label is made: the code itself, a short form of it, or a name."""
    if at.label == at.npu:
        return "codes"
    return "short forms" if len(at.label or "") <= 3 else "names"


def _listed(figures: list[PublishedFigure]) -> str:
    labels = dict.fromkeys(at.label or "" for at in figures)
    return f"{', '.join(labels)} ({_places(figures)})"


def _places(figures: list[PublishedFigure]) -> str:
    return joined(list(dict.fromkeys(at.place for at in figures)))


def levels(evidence: Evidence) -> Iterator[Finding]:
    """One measure told of units in one place and of wards in another."""
    topics = grouped(evidence.published, lambda at: (at.force, at.document, at.topic, at.measure))
    for told in topics:
        units = [at for at in told if at.level == "npu"]
        for at in (each for each in told if each.level == "ward" and units):
            yield found(
                "LEVELS",
                at,
                printed=at.text,
                given=f"{units[0].place}: a {named(at.measure)} for each of {len(units)} units",
                words=f"This is for every ward, but {units[0].place} has a {named(at.measure)} for "
                "every unit. They are two measures: neither follows from the other.",
            )


def stale(evidence: Evidence) -> Iterator[Finding]:
    """Figures that are dated well before the document that prints them."""
    for at in evidence.published:
        days = 0 if at.as_of is None else (at.report_date - at.as_of).days
        if days > evidence.stale_after_days:
            yield found(
                "STALE",
                at,
                printed=at.text,
                given=f"{at.as_of}, in a document of {at.report_date}",
                words=f"{whose(at)}: the figure is of {at.as_of}, {days} days before the "
                f"document of {at.report_date}.",
            )


def bounds(evidence: Evidence) -> Iterator[Finding]:
    """Figures that are printed as bounds, and stay bounds."""
    meant = ("more_than", "less_than", "about")
    for pair in evidence.pairs:
        at = pair.printed
        if at.relation in meant and pair.exact is None:
            bound = f"{named(at.relation)} {reads(at, at.value)} {at.unit}"
            yield found(
                "BOUND",
                at,
                printed=at.text,
                given=bound,
                words=f"{whose(at)}: {bound}. Kept as that; the document has nothing to hold it "
                "against.",
            )


def periods(evidence: Evidence) -> Iterator[Finding]:
    """Changes between months of unequal length."""
    changes = [
        at for at in evidence.published if at.month is not None and at.base_month is not None
    ]
    for group in grouped(changes, lambda at: (at.force, at.document, at.place, at.month)):
        at = group[0]
        base, days = days_in_month(at.base_month or ""), days_in_month(at.month or "")
        if base != days:
            more = percent(Decimal(days) / Decimal(base) - 1)
            yield found(
                "UNEQUAL_PERIODS",
                at,
                printed=f"{at.base_month} to {at.month}",
                given=f"{base} days against {days}",
                words=f"From {at.base_month} to {at.month} is from {base} days to {days}: at one "
                f"rate a day, that alone is {more} more of everything.",
            )


def claims(evidence: Evidence) -> Iterator[Finding]:
    """Claims without a number, a place at a time."""
    bare = [at for at in evidence.published if at.relation == "claim" and at.level != "ward"]
    for group in grouped(bare, lambda at: (at.force, at.document, at.place)):
        said = joined([f'"{at.text}"' for at in group])
        yield found(
            "NO_NUMBER",
            group[0],
            printed=said,
            given="no number",
            words=f"It says {said}, and gives no number.",
        )
