"""What the checks look at, and how they say what they found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import TypeVar

import attrs

from npolicing._wording import figure
from npolicing.entities import ComputedFigure, Finding, PublishedFigure
from npolicing.reconciling.comparison import Pair

__all__ = ["Evidence", "found", "grouped", "named", "reads", "total", "whose"]

T = TypeVar("T")


@attrs.frozen
class Evidence:
    """The printed figures with the computed ones, and how old a figure may be."""

    pairs: list[Pair]
    computed: list[ComputedFigure]
    stale_after_days: int

    @property
    def published(self) -> list[PublishedFigure]:
        """The printed figures alone."""
        return [pair.printed for pair in self.pairs]


def found(
    code: str,
    at: PublishedFigure,
    *,
    printed: str,
    given: str,
    words: str,
    difference: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Finding:
    """A finding at a printed figure; its number is given when all are there."""
    return Finding(
        number=1,
        force=at.force,
        code=code,
        place=at.place,
        topic=at.topic,
        measure=at.measure,
        npu=at.npu,
        unit=at.unit,
        printed=printed,
        given=given,
        words=words,
        difference=difference,
        low=low,
        high=high,
    )


def grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """Items with equal keys together, in the order in which they come."""
    groups: defaultdict[Hashable, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return list(groups.values())


def named(name: str) -> str:
    """An identifier as words."""
    return name.replace("_", " ")


def whose(at: PublishedFigure) -> str:
    """Which figure it is: its area as printed, topic and measure."""
    return f"{at.label or at.npu or at.force}, {named(at.topic)}, {named(at.measure)}"


def reads(at: PublishedFigure, value: Decimal | None) -> str:
    """A value in the unit of a printed figure."""
    return figure(value, at.unit)


def total(figures: Iterable[PublishedFigure]) -> Decimal:
    """The sum of the values of printed figures."""
    return sum((at.value for at in figures if at.value is not None), Decimal(0))
