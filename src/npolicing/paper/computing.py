"""The figures that the rows give, in the shape that a document's figures are held against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from npolicing._records import Records
from npolicing.entities import BudgetPosition, ComputedFigure, Observation, Target
from npolicing.measures import spend_rate, target_gap
from npolicing.vocabulary import OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["YOUNG_PEOPLE", "compute", "counts", "whole"]

YOUNG_PEOPLE: tuple[ObservationKind, ...] = ("junior_pcsos", "cadets")
"""The kinds whose heads make up the children and young people engaged as active citizens."""
_GAPS = ("current", "target", "gap", "shortfall", "attainment")
_RATES = ("budget", "spent", "unspent", "allocated", "submitted", "spend_rate", "allocation_rate")
_RATIOS = {
    "attainment": ("current", "target"),
    "spend_rate": ("spent", "budget"),
    "allocation_rate": ("allocated", "budget"),
}


def compute(
    observations: Records[Observation],
    targets: Records[Target],
    budgets: Records[BudgetPosition],
) -> Records[ComputedFigure]:
    """Every figure that a board paper's tables give: counts, gaps, sums, rates.

    Returns:
        A row a unit and measure, and one for the force as a whole.
    """
    figures = [
        *_counted(observations),
        *_targeted(observations, targets),
        *_budgeted(budgets),
    ]
    unique = {(f.force, f.topic, f.measure, f.npu): f for f in figures}
    return Records(ComputedFigure, unique.values())


def counts(
    observations: Iterable[Observation], *kinds: ObservationKind
) -> dict[str | None, int | None]:
    """Heads or schemes of some kinds together, by unit; null where a unit lacks one of them."""
    found: dict[str | None, dict[str, int]] = {}
    for row in observations:
        if row.kind in kinds and row.ward is None:
            found.setdefault(row.npu, {})[row.kind] = row.value
    return {
        npu: sum(values.values()) if len(values) == len(kinds) else None
        for npu, values in found.items()
    }


def whole(values: dict[str | None, int | None]) -> int | None:
    """The force's count: the one reported for it, else the sum of its units'."""
    if None in values:
        return values[None]
    parts = [value for value in values.values() if value is not None]
    return sum(parts) if parts and len(parts) == len(values) else None


def _counted(observations: Records[Observation]) -> Iterator[ComputedFigure]:
    topics: dict[str, tuple[ObservationKind, ...]] = {kind: (kind,) for kind in OBSERVATION_KINDS}
    for topic, kinds in {**topics, "young_people": YOUNG_PEOPLE}.items():
        values = counts(observations, *kinds)
        for npu, value in {**values, None: whole(values)}.items():
            if value is not None:
                yield ComputedFigure(
                    force=observations[0].force,
                    topic=topic,
                    measure="current",
                    unit=OBSERVATION_KINDS[kinds[0]].unit,
                    level="force" if npu is None else "npu",
                    value=Decimal(value),
                    npu=npu,
                )


def _targeted(
    observations: Records[Observation], targets: Records[Target]
) -> Iterator[ComputedFigure]:
    for kind in dict.fromkeys(target.kind for target in targets):
        rows = observations.where(kind=kind)
        gaps = target_gap(rows, targets.where(kind=kind), by=["force", "npu"], total=True)
        unit = OBSERVATION_KINDS[kind].unit
        yield from _figures(gaps, targets[0].force, kind, _GAPS, unit)


def _budgeted(budgets: Records[BudgetPosition]) -> Iterator[ComputedFigure]:
    funds = list(dict.fromkeys(budget.fund for budget in budgets))
    for fund in funds:
        topic = "fund" if len(funds) == 1 else f"fund_{re.sub('[^a-z]', '_', fund.lower())}"
        rates = spend_rate(budgets.where(fund=fund), by=["force", "npu"], total=True)
        yield from _figures(rates, budgets[0].force, topic, _RATES, "GBP")


def _figures(
    frame: pd.DataFrame, force: str, topic: str, measures: Sequence[str], unit: str
) -> Iterator[ComputedFigure]:
    """The numbers of a measure's result, one a figure; what is null is no figure."""
    for row in frame.to_dict("records"):
        values = {name: _number(row[name]) for name in measures}
        for name, value in values.items():
            if value is None:
                continue
            part, base = _RATIOS.get(name, (None, None))
            yield ComputedFigure(
                force=force,
                topic=topic,
                measure=name,
                unit="ratio" if part else unit,
                level="force" if row["is_total"] else "npu",
                value=round(value, 6),
                npu=None if row["is_total"] else row["npu"],
                numerator=values[part] if part else None,
                denominator=base,
                denominator_value=values[base] if base else None,
            )


def _number(value: object) -> Decimal | None:
    text = str(value)
    return None if text in ("nan", "None", "<NA>") else Decimal(text)
