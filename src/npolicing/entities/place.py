"""Small places, and what is counted in each: where Impact Areas are looked for."""

from datetime import date
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import InOrder, Rule
from npolicing.entities._forms import AREA_KIND, CODE, FORCE, SOURCE, VALID, VALID_FROM, VALID_TO


@attrs.frozen(kw_only=True)
class Place(Record):
    """One ward, small area or team's area, with who is there and what was counted in it.

    The columns of counts are the four criteria of an Impact Area (board paper, paragraph 8). A
    count that nobody has is null, and never 0. What is counted is of one time for all places of a
    table. A name or an outline is not needed: places are told by kind, vintage and code.
    """

    force: Annotated[str, FORCE]
    kind: Annotated[
        str,
        Column(
            "Kind of place, with its vintage where there are several: ward24, lsoa11; or team.",
            key=True,
            pattern=AREA_KIND,
        ),
    ]
    place: Annotated[
        str, Column("Code of the place: GSS where it has one.", key=True, pattern=CODE)
    ]
    name: Annotated[str | None, Column("Name of the place.")] = None
    npu: Annotated[
        str | None, Column("Unit; null where it is not known.", pattern=CODE, refers="NPU.code")
    ] = None
    population: Annotated[int | None, Column("Residents.", unit="people", ge=0)] = None
    workday_population: Annotated[
        int | None, Column("People there on a working day.", unit="people", ge=0)
    ] = None
    households: Annotated[int | None, Column("Households.", unit="households", ge=0)] = None
    hectares: Annotated[float | None, Column("Area of land.", unit="hectares", ge=0)] = None
    crimes: Annotated[int | None, Column("Recorded crimes.", unit="crimes", ge=0)] = None
    demand: Annotated[
        int | None,
        Column("Calls for service, or what stands for them.", unit="logs", ge=0),
    ] = None
    deprived: Annotated[
        int | None,
        Column("Residents of small areas that count as deprived.", unit="people", ge=0),
    ] = None
    harm: Annotated[
        float | None,
        Column("Crimes weighted by harm, in the unit of the weights.", unit="harm", ge=0),
    ] = None
    harm_variance: Annotated[
        float | None,
        Column("Sum of crimes times the square of their weight: how far chance moves harm.", ge=0),
    ] = None
    since: Annotated[date | None, Column("First day of what is counted.")] = None
    until: Annotated[date | None, Column("Last day of what is counted.")] = None
    source: Annotated[str | None, SOURCE] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("since", "until")),
        InOrder(code="INCONSISTENT", columns=("deprived", "population")),
    )


@attrs.frozen(kw_only=True)
class HarmWeight(Record):
    """How much harm one crime of a category stands for, in one edition of a harm index.

    Editions differ (the Cambridge index revised burglary in May 2023), so weights are data with a
    source, and npolicing ships none.
    """

    force: Annotated[str, FORCE]
    scheme: Annotated[str, Column("Name of the index, such as CCHI.", key=True, pattern=CODE)]
    category: Annotated[str, Column("Category of crime, as the rows spell it.", key=True)]
    valid_from: Annotated[date | None, VALID_FROM] = None
    weight: Annotated[float, Column("Harm of one crime, in `unit`.", ge=0)]
    unit: Annotated[str, Column("What a weight is in, such as days of imprisonment.")]
    source: Annotated[str, Column("Edition and table that the weight is of.")]
    valid_to: Annotated[date | None, VALID_TO] = None

    rules: ClassVar[tuple[Rule, ...]] = (VALID,)
