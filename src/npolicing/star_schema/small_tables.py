"""The facts that are made of small tables, a fact a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from npolicing._records import Record, Records
from npolicing.entities import ACFBid, BudgetPosition, Observation, Scheme, Target
from npolicing.star_schema.area_keys import AreaBook
from npolicing.star_schema.facts import FactBid, FactFund, FactObservation, FactScheme, FactTarget
from npolicing.vocabulary import OBSERVATION_KINDS

__all__ = ["SMALL", "days_of", "small_facts"]


@attrs.frozen
class Made:
    """How a fact is made.

    Attributes:
        argument: What the rows are called among the arguments of `star`.
        source: What a row is made of.
        fact: What it becomes.
        make: Makes it.
    """

    argument: str
    source: type[Record]
    fact: type[Record]
    make: Callable[[Any, AreaBook], Record]  # of a row of the source


def small_facts(name: str, rows: Records[Record], areas: AreaBook) -> Records[Record]:
    """The facts of the rows of a table, by key."""
    made = SMALL[name]
    facts = [made.make(each, areas) for each in rows]
    names = [field.name for field in made.fact.columns() if field.column.key]
    facts.sort(key=lambda fact: [str(getattr(fact, each)) for each in names])
    return Records(made.fact, facts)


def days_of(rows: Sequence[Record]) -> Iterator[date]:
    """The days that rows have in columns that refer to the dimension of dates."""
    for row in rows:
        for field in row.columns():
            if (field.column.refers or "").startswith("DimDate."):
                day = getattr(row, field.name)
                if day is not None:
                    yield day


def _observation(row: Observation, areas: AreaBook) -> FactObservation:
    meaning = OBSERVATION_KINDS[row.kind]
    return FactObservation(
        area_key=areas.place_key(row.force, row.npu, row.ward, row.as_of),
        as_of=row.as_of,
        kind=row.kind,
        value=row.value,
        unit=meaning.unit,
        nature=meaning.nature,
        as_of_basis=row.as_of_basis,
        period_start=row.period_start,
        source=row.source,
    )


def _target(row: Target, areas: AreaBook) -> FactTarget:
    return FactTarget(
        area_key=areas.place_key(row.force, row.npu, row.ward, row.due),
        kind=row.kind,
        target=row.value,
        unit=OBSERVATION_KINDS[row.kind].unit,
        direction=row.direction,
        due=row.due,
        due_text=row.due_text,
        source=row.source,
    )


def _fund(row: BudgetPosition, areas: AreaBook) -> FactFund:
    return FactFund(
        area_key=areas.place_key(row.force, row.npu, None, row.as_of),
        as_of=row.as_of,
        fund=row.fund,
        financial_year=row.financial_year,
        budget=row.budget,
        spent=row.spent,
        as_of_basis=row.as_of_basis,
        allocated=row.allocated,
        submitted=row.submitted,
        source=row.source,
    )


def _bid(row: ACFBid, areas: AreaBook) -> FactBid:
    return FactBid(
        area_key=areas.unit_key(row.force, row.npu, row.submitted_on),
        fund=row.fund,
        financial_year=row.financial_year,
        bid_id=row.bid_id,
        bids=1,
        status=row.status,
        applicant_kind=row.applicant_kind,
        requested=row.requested,
        awarded=row.awarded,
        allocated=row.allocated,
        paid=row.paid,
        submitted_on=row.submitted_on,
        decided_on=row.decided_on,
    )


def _scheme(row: Scheme, areas: AreaBook) -> FactScheme:
    return FactScheme(
        area_key=areas.unit_key(row.force, row.npu, row.status_on),
        kind=row.kind,
        scheme_id=row.scheme_id,
        schemes=1,
        status=row.status,
        status_on=row.status_on,
        name=row.name,
        members=row.members,
        members_are=row.members_are,
        started_on=row.started_on,
        ended_on=row.ended_on,
    )


SMALL: Mapping[str, Made] = {
    "fact_observation": Made("observations", Observation, FactObservation, _observation),
    "fact_target": Made("targets", Target, FactTarget, _target),
    "fact_fund": Made("budget_positions", BudgetPosition, FactFund, _fund),
    "fact_bid": Made("bids", ACFBid, FactBid, _bid),
    "fact_scheme": Made("schemes", Scheme, FactScheme, _scheme),
}
"""The facts of small tables, by their name in the star."""
