"""The figures that the rows give, in the shape that a document's figures are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from npolicing._records import Records
from npolicing.entities import BudgetPosition, ComputedFigure, Observation, Target
from npolicing.measures import spend_rate, target_gap
from npolicing.vocabulary import OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["YOUNG_PEOPLE", "Basis", "compute", "counts", "fund_topic"]

YOUNG_PEOPLE: tuple[ObservationKind, ...] = ("junior_pcsos", "cadets")
"""The kinds whose heads make up the children and young people engaged as active citizens."""
_GAPS = ("target", "gap", "shortfall", "attainment")
_RATES = ("budget", "spent", "unspent", "allocated", "submitted", "spend_rate", "allocation_rate")
_RATIOS = {
    "attainment": ("current", "target"),
    "spend_rate": ("spent", "budget"),
    "allocation_rate": ("allocated", "budget"),
}


@attrs.frozen(kw_only=True)
class Basis:
    """The rows that figures come out of, the day on which they stand, and the units there are."""

    observations: Records[Observation]
    targets: Records[Target]
    budgets: Records[BudgetPosition]
    as_of: date
    npus: tuple[str, ...]

    @property
    def force(self) -> str:
        """The force, which is one."""
        rows: list[Observation | Target | BudgetPosition] = [
            *self.observations,
            *self.targets,
            *self.budgets,
        ]
        return rows[0].force


def compute(basis: Basis) -> Records[ComputedFigure]:
    """Every figure that a board paper's tables give: counts, gaps, sums, rates.

    Returns:
        A row a unit and measure, and one for the force as a whole; what is unknown has none.
    """
    figures = [*_counted(basis), *_targeted(basis), *_budgeted(basis)]
    return Records(ComputedFigure, figures)


def counts(basis: Basis, *kinds: ObservationKind) -> dict[str | None, int | None]:
    """Counts of some kinds together, by unit, and of the force as a whole under `None`.

    Null where a unit lacks one of the kinds, and for the whole where any unit does.
    """
    each = [_standing(basis, kind) for kind in kinds]
    places = dict.fromkeys(place for values in each for place in values)
    return {place: _sum([values.get(place) for values in each]) for place in places}


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _standing(basis: Basis, kind: ObservationKind) -> dict[str | None, int | None]:
    """One kind's counts as they stood; the whole is unknown where a unit is not told of."""
    rows = basis.observations.where(kind=kind)
    if not rows:
        return {}
    frame = target_gap(rows, Records(Target), by=["force", "npu"], total=True, as_of=basis.as_of)
    told = frame[frame["npu"].notna()]
    values: dict[str | None, int | None] = {
        str(npu): _whole(value) for npu, value in zip(told["npu"], told["current"], strict=True)
    }
    complete = not values or set(values) == set(basis.npus)
    values[None] = _whole(frame["current"].iloc[-1]) if complete else None
    return values


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _counted(basis: Basis) -> Iterator[ComputedFigure]:
    topics: dict[str, tuple[ObservationKind, ...]] = {
        kind: (kind,) for kind, meaning in OBSERVATION_KINDS.items() if meaning.nature == "stock"
    }
    for topic, kinds in {**topics, "young_people": YOUNG_PEOPLE}.items():
        for npu, value in counts(basis, *kinds).items():
            if value is not None:
                yield ComputedFigure(
                    force=basis.force,
                    topic=topic,
                    measure="current",
                    unit=OBSERVATION_KINDS[kinds[0]].unit,
                    level="force" if npu is None else "npu",
                    value=Decimal(value),
                    npu=npu,
                    as_of=basis.as_of,
                )


def _targeted(basis: Basis) -> Iterator[ComputedFigure]:
    for kind in dict.fromkeys(target.kind for target in basis.targets):
        rows, targets = basis.observations.where(kind=kind), basis.targets.where(kind=kind)
        gaps = target_gap(rows, targets, by=["force", "npu"], total=True, as_of=basis.as_of)
        yield from _figures(gaps, basis, kind, _GAPS, OBSERVATION_KINDS[kind].unit)


def _budgeted(basis: Basis) -> Iterator[ComputedFigure]:
    for fund in dict.fromkeys(budget.fund for budget in basis.budgets):
        budgets = basis.budgets.where(fund=fund)
        rates = spend_rate(budgets, by=["force", "npu"], total=True, as_of=basis.as_of)
        yield from _figures(rates, basis, fund_topic(basis.budgets, fund), _RATES, "GBP")


def fund_topic(budgets: Records[BudgetPosition], fund: str) -> str:
    """The topic of a fund's figures: `fund`, or with its code, where there are several."""
    several = len({budget.fund for budget in budgets}) > 1
    return f"fund_{re.sub('[^a-z0-9]', '_', fund.lower())}" if several else "fund"


def _figures(
    frame: pd.DataFrame, basis: Basis, topic: str, measures: Sequence[str], unit: str
) -> Iterator[ComputedFigure]:
    """The numbers of a measure's result, one a figure; what is null is no figure."""
    parts = {name for pair in _RATIOS.values() for name in pair} & set(frame.columns)
    # A row without a unit is the force's own, and the total says it again.
    for row in frame[frame["npu"].notna() | frame["is_total"]].to_dict("records"):
        values = {name: _number(row[name]) for name in parts.union(measures)}
        for name in measures:
            value = values[name]
            if value is None:
                continue
            part, base = _RATIOS.get(name, (None, None))
            yield ComputedFigure(
                force=basis.force,
                topic=topic,
                measure=name,
                unit="ratio" if part else unit,
                level="force" if row["is_total"] else "npu",
                value=round(value, 6),
                npu=None if row["is_total"] else row["npu"],
                numerator=values[part] if part else None,
                denominator=base,
                denominator_value=values[base] if base else None,
                as_of=basis.as_of,
            )


def _number(value: object) -> Decimal | None:
    text = str(value)
    return None if text in ("nan", "None", "<NA>") else Decimal(text)
