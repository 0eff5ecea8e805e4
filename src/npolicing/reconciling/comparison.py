"""Each printed figure beside the one that the rows give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.entities import ComputedFigure, PublishedFigure
from npolicing.stats.rounding import explained_by, round_to

__all__ = ["Comparison", "Pair", "compare", "pairs"]

Key = tuple[str, str, str, str, str | None, str | None]
APPROXIMATELY = Decimal("0.1")
"""How far from a value "about" may lie, as a share of it."""


@attrs.frozen(kw_only=True)
class Comparison(Record):
    """One printed figure, held against the rows."""

    force: Annotated[str, Column("Code of the police force.")]
    document: Annotated[str, Column("Identifier of the document.", key=True)]
    figure_id: Annotated[str, Column("Identifier of the printed figure in it.", key=True)]
    place: Annotated[str, Column("Where it stands in the document.")]
    topic: Annotated[str, Column("What it is about.")]
    measure: Annotated[str, Column("Name of the measure.")]
    unit: Annotated[str, Column("Unit of both values.")]
    relation: Annotated[
        str, Column("How the printed value is meant: exactly, about, more_than, less_than, claim.")
    ]
    text: Annotated[str, Column("The words or the cell, as printed.")]
    npu: Annotated[str | None, Column("Unit; null for the force as a whole.")] = None
    printed: Annotated[Decimal | None, Column("Value as printed; null for a claim.", scale=6)] = (
        None
    )
    computed: Annotated[
        Decimal | None, Column("Value that the rows give; null where they give none.", scale=6)
    ] = None
    difference: Annotated[Decimal | None, Column("Printed minus computed.", scale=6)] = None
    agrees: Annotated[
        bool | None,
        Column("Whether the two agree, rounded half up as printed; null where either is null."),
    ] = None
    explained_by: Annotated[
        tuple[str, ...], Column("Rounding rules that lead from the computed to the printed value.")
    ] = ()


@attrs.frozen
class Pair:
    """A printed figure and the computed one of its area and measure, where there is one."""

    printed: PublishedFigure
    computed: ComputedFigure | None

    @property
    def exact(self) -> Decimal | None:
        """The computed value, unrounded: a ratio is divided out again."""
        if self.computed is None or self.computed.value is None:
            return None
        numerator, denominator = self.computed.numerator, self.computed.denominator_value
        if numerator is not None and denominator:
            return numerator / denominator
        return self.computed.value

    @property
    def rules(self) -> tuple[str, ...]:
        """The rounding rules that explain the printed value."""
        value, step = self.printed.value, self.printed.step
        if value is None or self.exact is None or not step:
            return ()
        return explained_by(value, self.exact, step)

    @property
    def agrees(self) -> bool | None:
        """Whether the printed value is the computed one, as it says that it is meant."""
        value, exact = self.printed.value, self.exact
        if value is None or exact is None:
            return None
        match self.printed.relation:
            case "more_than":
                return exact > value
            case "less_than":
                return exact < value
            case "about":
                return abs(exact - value) <= APPROXIMATELY * abs(value)
            case _:
                step = self.printed.step
                return (round_to(exact, step) if step else exact) == value


def pairs(published: Iterable[PublishedFigure], computed: Iterable[ComputedFigure]) -> list[Pair]:
    """Each printed figure with the computed one of its area, topic, measure, unit and day."""
    known: Mapping[Key, ComputedFigure] = {_key(figure): figure for figure in computed}
    return [Pair(figure, _held_against(figure, known.get(_key(figure)))) for figure in published]


def _key(figure: PublishedFigure | ComputedFigure) -> Key:
    # A cell without an area has no level, so it is nobody's figure and is held against none.
    return figure.force, figure.topic, figure.measure, figure.unit, figure.level, figure.npu


def _held_against(
    figure: PublishedFigure, computed: ComputedFigure | None
) -> ComputedFigure | None:
    """The computed figure, if it is of the printed one's day, or of none."""
    if computed is None or computed.as_of is None:
        return computed
    day = figure.as_of
    fits = computed.as_of <= figure.report_date if day is None else computed.as_of == day
    return computed if fits else None


def compare(pair: Pair) -> Comparison:
    """A pair as a row."""
    figure, exact = pair.printed, pair.exact
    computed = None if exact is None else round(exact, 6)
    both = figure.value is not None and computed is not None
    return Comparison(
        force=figure.force,
        document=figure.document,
        figure_id=figure.figure_id,
        place=figure.place,
        topic=figure.topic,
        measure=figure.measure,
        unit=figure.unit,
        relation=figure.relation,
        text=figure.text,
        npu=figure.npu,
        printed=figure.value,
        computed=computed,
        difference=figure.value - computed if both else None,  # type: ignore[operator] # both are there
        agrees=pair.agrees,
        explained_by=pair.rules,
    )
