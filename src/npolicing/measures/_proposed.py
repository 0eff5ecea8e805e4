"""What a proposal of places has: the four criteria side by side, and how far the choice stands."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.vocabulary import NotChosen, PlaceBase, PlaceCaveat, ProposalCaveat

__all__ = ["ProposedPlace"]

_Meaning: TypeAlias = Annotated[
    str | None,
    Column("What stands for the criterion, in words; null where no place has a count of it."),
]
_Weight: TypeAlias = Annotated[
    float | None,
    Column(
        "Its weight in the combined rank, of 1 in all; null where it takes no part.",
        unit="ratio",
        ge=0,
        le=1,
    ),
]
_Count: TypeAlias = Annotated[
    float | None, Column("What is counted of it there; null if unknown.", ge=0)
]
_Quotient: TypeAlias = Annotated[
    float | None,
    Column(
        "Location quotient: share of the count over share of the base; 1 is in proportion.", ge=0
    ),
]
_Low: TypeAlias = Annotated[
    float | None, Column("Lower limit of its interval; null as the caveat says.", ge=0)
]
_High: TypeAlias = Annotated[
    float | None, Column("Upper limit of its interval; null as the caveat says.", ge=0)
]
_Rank: TypeAlias = Annotated[
    float | None,
    Column("Rank of the location quotient, 1 the highest; those level have the mean.", ge=1),
]
_Met: TypeAlias = Annotated[
    bool | None,
    Column("Whether it is above 1 beyond chance; null where nobody knows, or it takes no part."),
]
_Caveat: TypeAlias = Annotated[
    PlaceCaveat | None, Column("Why a figure or its interval is null; null where none is.")
]


@attrs.frozen(kw_only=True)
class ProposedPlace(Record):
    """One place of a proposal of Impact Areas, chosen or not."""

    force: Annotated[str, Column("Code of the police force.")] = "WMP"
    kind: Annotated[str | None, Column("Kind of place.")] = None
    place: Annotated[str | None, Column("Code of the place.")] = None
    name: Annotated[str | None, Column("Name of the place.")] = None
    npu: Annotated[str | None, Column("Unit; null where it is not known.")] = None
    population: Annotated[int | None, Column("Residents.", unit="people", ge=0)] = None
    base_measure: Annotated[
        PlaceBase, Column("What counts are held against; deprivation always against residents.")
    ] = "population"
    crime_measured_by: _Meaning = None
    crime_weight: _Weight = None
    crime_count: _Count = None
    crime_location_quotient: _Quotient = None
    crime_low: _Low = None
    crime_high: _High = None
    crime_rank: _Rank = None
    crime_met: _Met = None
    crime_caveat: _Caveat = None
    demand_measured_by: _Meaning = None
    demand_weight: _Weight = None
    demand_count: _Count = None
    demand_location_quotient: _Quotient = None
    demand_low: _Low = None
    demand_high: _High = None
    demand_rank: _Rank = None
    demand_met: _Met = None
    demand_caveat: _Caveat = None
    deprivation_measured_by: _Meaning = None
    deprivation_weight: _Weight = None
    deprivation_count: _Count = None
    deprivation_location_quotient: _Quotient = None
    deprivation_low: _Low = None
    deprivation_high: _High = None
    deprivation_rank: _Rank = None
    deprivation_met: _Met = None
    deprivation_caveat: _Caveat = None
    harm_measured_by: _Meaning = None
    harm_weight: _Weight = None
    harm_count: _Count = None
    harm_location_quotient: _Quotient = None
    harm_low: _Low = None
    harm_high: _High = None
    harm_rank: _Rank = None
    harm_met: _Met = None
    harm_caveat: _Caveat = None
    criteria: Annotated[int, Column("Criteria that take part.", unit="criteria", ge=1, le=4)] = 1
    criteria_needed: Annotated[
        int, Column("On how many a place must be above 1.", unit="criteria", ge=1, le=4)
    ] = 1
    criteria_met: Annotated[
        int, Column("On how many it is, beyond chance.", unit="criteria", ge=0, le=4)
    ] = 0
    combined_rank: Annotated[
        float | None,
        Column("Weighted mean of its ranks; null where one of them is.", ge=1),
    ] = None
    rank: Annotated[
        int | None, Column("Place in the order of the combined rank, 1 the first.", ge=1)
    ] = None
    dominated_by: Annotated[
        int | None,
        Column(
            "Places as high on every criterion and higher on one; null where a figure is.",
            unit="places",
            ge=0,
        ),
    ] = None
    on_front: Annotated[bool | None, Column("Whether no place dominates it; null with it.")] = None
    chosen: Annotated[bool, Column("Whether the rule takes it.")] = False
    why_not: Annotated[NotChosen | None, Column("Why it does not; null where it does.")] = None
    chosen_resampled: Annotated[
        float | None,
        Column(
            "Share of draws of the counts in which it is taken; null if none were asked for.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    rank_low: Annotated[
        int | None, Column("Lower limit of its rank in those draws; null with it.", ge=1)
    ] = None
    rank_high: Annotated[
        int | None, Column("Upper limit of its rank in those draws; null with it.", ge=1)
    ] = None
    chosen_reweighted: Annotated[
        float | None,
        Column(
            "Share of all possible weights under which it is taken; null with one criterion.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    caveat: Annotated[
        ProposalCaveat | None, Column("What is short of the proposal as a whole; the same in each.")
    ] = None
