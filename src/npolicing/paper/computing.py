"""The figures that the rows give, in the shape that a document's figures are held against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import attrs
import pandas as pd

from npolicing._records import Records
from npolicing.calendar import financial_year
from npolicing.entities import BudgetPosition, ComputedFigure, Observation, Target
from npolicing.measures import spend_rate, target_gap
from npolicing.vocabulary import FLOWS, OBSERVATION_KINDS, ObservationKind

__all__ = ["YOUNG_PEOPLE", "Basis", "compute", "counts"]

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

    force: str
    observations: Records[Observation]
    targets: Records[Target]
    budgets: Records[BudgetPosition]
    as_of: date
    npus: tuple[str, ...]

    def standing(self, kind: ObservationKind) -> Records[Observation]:
        """The counts of a kind up to the day; of a flow those of its latest period alone."""
        rows = [row for row in self.observations.where(kind=kind) if row.as_of <= self.as_of]
        if kind in FLOWS:
            latest = max(((row.as_of, row.period_start) for row in rows), default=None)
            rows = [row for row in rows if (row.as_of, row.period_start) == latest]
        return Records(Observation, rows)

    def targeted(self, kind: ObservationKind) -> Records[Target]:
        """The targets of a kind."""
        return self.targets.where(kind=kind)

    def funds(self) -> dict[str, Records[BudgetPosition]]:
        """The positions of each fund and year up to the day, by the topic that they are of."""
        found: dict[str, Records[BudgetPosition]] = {}
        for row in self.budgets:
            if row.as_of <= self.as_of:
                topic = _fund_topic(row, self.as_of)
                found[topic] = Records(BudgetPosition, [*found.get(topic, ()), row])
        return found


def _fund_topic(row: BudgetPosition, as_of: date) -> str:
    """A fund's topic, which does not depend on what other funds there are.

    The year of the day goes without saying. Signs become their numbers, so that no two codes meet.
    """
    code = re.sub("[^a-z0-9]", lambda sign: f"_{ord(sign[0])}_", row.fund.lower())
    year = "" if row.financial_year == financial_year(as_of) else f"_{row.financial_year}"
    return f"fund_of_{code}{year.replace('/', '_')}"


def compute(basis: Basis) -> Records[ComputedFigure]:
    """Every figure that a board paper's tables give: counts, gaps, sums, rates.

    Returns:
        A row a unit and measure, and one for the force as a whole; what is unknown has none.
    """
    figures = [*_counted(basis), *_young(basis), *_targeted(basis), *_budgeted(basis)]
    return Records(ComputedFigure, figures)


def counts(basis: Basis, *kinds: ObservationKind) -> dict[str | None, int | None]:
    """Counts of some kinds together, by unit, and of the force as a whole under `None`.

    Null where a unit lacks one of the kinds, and for the whole where any unit does.
    """
    each = [_counts(basis, kind) for kind in kinds]
    places = dict.fromkeys(place for values in each for place in values)
    return {place: _sum([values.get(place) for values in each]) for place in places}


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _counts(basis: Basis, kind: ObservationKind) -> dict[str | None, int | None]:
    frame = _stood(basis, kind)
    keys = [None if pd.isna(npu) else str(npu) for npu in frame["npu"]]
    values = [_number(value) for value in frame["current"]]
    return {
        key: None if value is None else int(value) for key, value in zip(keys, values, strict=True)
    }


def _stood(basis: Basis, kind: ObservationKind) -> pd.DataFrame:
    """One kind's counts as they stood; the whole is unknown where a unit is not told of."""
    rows = basis.standing(kind)
    frame = target_gap(rows, Records(Target), by=["force", "npu"], total=True, as_of=basis.as_of)
    units = set(frame.loc[frame["npu"].notna(), "npu"])
    if units and units != set(basis.npus):
        frame.loc[frame["is_total"], "current"] = None
    return _once(frame)


def _once(frame: pd.DataFrame) -> pd.DataFrame:
    """A result without the rows that have no unit: they are the force's own, as the total is."""
    return frame[frame["npu"].notna() | frame["is_total"]]


def _counted(basis: Basis) -> Iterator[ComputedFigure]:
    told = {row.kind for row in basis.observations}
    # In the order of the vocabulary, whatever that of the rows is.
    for kind, meaning in OBSERVATION_KINDS.items():
        if kind in told:
            yield from _figures(_stood(basis, kind), basis, kind, ("current",), meaning.unit)


def _young(basis: Basis) -> Iterator[ComputedFigure]:
    """The heads of all kinds of young people together."""
    for npu, value in counts(basis, *YOUNG_PEOPLE).items():
        if value is not None:
            yield ComputedFigure(
                force=basis.force,
                topic="young_people",
                measure="current",
                unit=OBSERVATION_KINDS[YOUNG_PEOPLE[0]].unit,
                level="force" if npu is None else "npu",
                value=Decimal(value),
                npu=npu,
            )


def _targeted(basis: Basis) -> Iterator[ComputedFigure]:
    for kind in dict.fromkeys(target.kind for target in basis.targets):
        rows, targets = basis.standing(kind), basis.targeted(kind)
        gaps = target_gap(rows, targets, by=["force", "npu"], total=True, as_of=basis.as_of)
        yield from _figures(gaps, basis, kind, _GAPS, OBSERVATION_KINDS[kind].unit)


def _budgeted(basis: Basis) -> Iterator[ComputedFigure]:
    for topic, budgets in basis.funds().items():
        rates = spend_rate(budgets, by=["force", "npu"], total=True, as_of=basis.as_of)
        yield from _figures(rates, basis, topic, _RATES, "GBP")


def _figures(
    frame: pd.DataFrame, basis: Basis, topic: str, measures: Sequence[str], unit: str
) -> Iterator[ComputedFigure]:
    """The numbers of a measure's result, one a figure; what is null is no figure."""
    parts = {name for pair in _RATIOS.values() for name in pair} & set(frame.columns)
    for row in _once(frame).to_dict("records"):
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
                as_of=None if pd.isna(row["as_of"]) else row["as_of"],
            )


def _number(value: object) -> Decimal | None:
    text = str(value)
    return None if text in ("nan", "None", "<NA>") else Decimal(text)
