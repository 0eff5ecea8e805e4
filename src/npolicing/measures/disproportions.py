"""Where crime, demand, deprivation and harm are out of proportion: places against the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, get_args

import attrs
import pyarrow as pa

from npolicing._columns import Column
from npolicing._examining import Rows
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing.arrow import arrow_schema
from npolicing.measures._asked import check_above_0, check_confidence
from npolicing.measures._disproportions import Against, Empty, Held, held
from npolicing.measures._places import (
    Places,
    Wholes,
    hold_against,
    places_of,
    words_for,
)
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, By, check_word, same
from npolicing.vocabulary import CRITERIA, Criterion, PlaceBase, PlaceCaveat

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Disproportion", "disproportion"]

_KEYS = ("force", "npu", "kind", "place", "name")


@attrs.frozen(kw_only=True)
class Disproportion(Record):
    """One place, or all of them, on one of the four criteria of an Impact Area."""

    force: Annotated[str, Column("Code of the police force.")] = "WMP"
    npu: Annotated[str | None, Column("Unit; null where it is not known, or not one.")] = None
    kind: Annotated[str | None, Column("Kind of place; null in a total of several.")] = None
    place: Annotated[str | None, Column("Code of the place; null in a total.")] = None
    name: Annotated[str | None, Column("Name of the place.")] = None
    criterion: Annotated[Criterion, Column("Which of the four criteria.")] = "crime"
    measured_by: Annotated[
        str | None,
        Column("What stands for the criterion, in words; null where no place has a count of it."),
    ] = None
    count: Annotated[
        float | None, Column("What is counted, in what `measured_by` says; null if unknown.", ge=0)
    ] = None
    base_measure: Annotated[PlaceBase, Column("What the base counts.")] = "population"
    base: Annotated[
        float | None, Column("Residents, households or hectares there; null if unknown.", ge=0)
    ] = None
    count_share: Annotated[
        float | None,
        Column("Count over that of all places together.", unit="ratio", ge=0, le=1),
    ] = None
    base_share: Annotated[
        float | None, Column("Base over that of all places together.", unit="ratio", ge=0, le=1)
    ] = None
    location_quotient: Annotated[
        float | None,
        Column("Share of the count over share of the base: 1 is in proportion.", ge=0),
    ] = None
    location_quotient_low: Annotated[
        float | None, Column("Lower limit of its interval; null as the caveat says.", ge=0)
    ] = None
    location_quotient_high: Annotated[
        float | None, Column("Upper limit of its interval; null as the caveat says.", ge=0)
    ] = None
    rate: Annotated[float | None, Column("Count over base; null where the base is 0.", ge=0)] = None
    rate_elsewhere: Annotated[float | None, Column("That of all other places together.", ge=0)] = (
        None
    )
    rate_ratio: Annotated[
        float | None, Column("Rate over rate elsewhere; null where that is 0.", unit="ratio", ge=0)
    ] = None
    rate_ratio_low: Annotated[
        float | None, Column("Lower limit of its interval; null with it.", unit="ratio", ge=0)
    ] = None
    rate_ratio_high: Annotated[
        float | None, Column("Upper limit of its interval; null with it.", unit="ratio", ge=0)
    ] = None
    unplaced: Annotated[
        float | None,
        Column("What `whole` has beyond all places together; null where it does not say.", ge=0),
    ] = None
    caveat: Annotated[
        PlaceCaveat | None, Column("Why a figure or an interval is null; null where none is.")
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def disproportion(
    places: Rows,
    *,
    base: PlaceBase = "population",
    within: By = None,
    measured_by: Mapping[Criterion, str] | None = None,
    whole: Mapping[Criterion, float] | None = None,
    empty_base: Empty = "keep",
    empty_count: Empty = "keep",
    confidence: float = CONFIDENCE,
    dispersion: float = 1.0,
    mixed_vintages: bool = False,
    total: bool = False,
) -> pd.DataFrame:
    """How far each place is out of proportion, on each criterion: location quotient, rate ratio.

    ``location_quotient = (count / all counts) / (base / all bases)``: 16 % of the crime in places
    with 9 % of the residents is 1.78. ``rate_ratio = (count / base) / (count / base elsewhere)``:
    the same places against all others together, here 1.93. Both are 1 in proportion; the rate ratio
    is farther from it, for a place is no part of what it is held against.

    Their intervals say how far chance alone carries them. Of the events of all places, those in one
    are taken for a binomial number; that gives the location quotient Wilson's interval, over the
    share of the base, and the rate ratio the score interval of two Poisson rates. They are one
    interval in two forms: both hold 1, or neither does. Harm is a sum of weights, so that few grave
    crimes move it far: its interval is that of as many equal events as tell as much of it, by
    `harm_variance` over harm, of the place or of all places, whichever is more: a place that had no
    grave crime may have one next month. Deprivation has none: residents are counted, and no chance
    of a month moves them.

    What it does not say: why; whether those who are counted live there, for victims and offenders
    of a town centre do not; and which place is the worst, for of many places the one that is
    highest is partly so by chance.

    Args:
        places: `Place` rows, every place of the whole: of one kind, each once, of one time.
        base: What crime, demand and harm are held against: ``"population"``,
            ``"workday_population"``, ``"households"`` or ``"hectares"``. Deprivation is always held
            against the population: its count is of residents.
        within: Columns, of `force` and `npu`, by which places are grouped: each is held against the
            others of its group. Without, against all others.
        measured_by: For a criterion, what stands for it, such as ``{"demand": "anti-social
            behaviour incidents, a proxy"}``.
        whole: For a criterion, how many there are altogether, if that is known from elsewhere. The
            places must not add up to more: then some are counted twice. What they lack is told in
            `unplaced`, and is no part of any figure.
        empty_base: What becomes of a place whose base is 0 or null, such as an airport without
            residents. Its own figures are null in any case. ``"keep"``: its count is part of that
            of all; a base that is null leaves the shares of the others unknown, too, and one that
            is 0 does not. ``"leave_out"``: neither its count nor its base is part of the whole.
        empty_count: The same of a place whose count is null. ``"keep"``: nobody knows the whole,
            and the shares of all are null. ``"leave_out"``: the others are held against one another
            alone.
        confidence: Of the intervals, between 0 and 1.
        dispersion: How many times the variance of counts is that of Poisson numbers, if it is
            known; above 0. It widens the intervals of crime, demand and harm.
        mixed_vintages: Whether places may be of several vintages of one level, such as ward17 and
            ward24, none of which lies over another. Nobody checks that they do not.
        total: Whether to add a row a criterion for all places together, or for each group.

    Returns:
        A row a place and criterion, the four criteria each time: sorted by `force`, `kind`,
        `place`, and then crime, demand, deprivation, harm; the columns of `Disproportion`. Totals
        come last. `caveat` says why a figure is null, the first that holds of: ``no_data`` (nobody
        has the count), ``no_base`` (the base is 0 or null), ``count_incomplete`` and
        ``base_incomplete`` (another place has no count, or no base), ``none_counted`` (0 in all
        places), ``no_elsewhere`` (no other place has a base), ``none_elsewhere`` (0 in all others:
        no rate ratio), ``fixed_count`` (no interval, as chance does not move it), ``no_variance``
        (no interval, as harm has no variance).

    Raises:
        MixedRowsError: If rows are of several levels, vintages, times, or forces that `within` does
            not part; if a place is there in two vintages; if places add up to more than `whole`.
        ValidationError: If rows break the declarations of `Place`, a place is there twice, or a
            number is above 1e15 or between 0 and 1e-12.
        UnknownCodeError: If `within` has another column; if `measured_by` or `whole` are of what is
            no criterion.
        ValueError: If a word is none of those above, a confidence or dispersion is none, or `whole`
            is given for groups.
        TypeError: If a confidence, a dispersion or a whole is no number.
        MissingColumnsError, ColumnTypeError: If the frame lacks a column, or has one of another
            type.

    Source:
        The four criteria: West Midlands Police, Neighbourhood Policing, board paper of 15 October
        2019, paragraph 8. Location quotient: Brantingham & Brantingham, Location quotients and
        crime hot spots in the city, in Block, Dabdoub & Fregly (eds), Crime Analysis Through
        Computer Mapping (1995), 129-149. Intervals: `stats.intervals.wilson`, `stats.rate_ratios`;
        of sums of weights: Bohm & Zech, Statistics of weighted Poisson events and its applications,
        Nuclear Instruments and Methods A 748 (2014), 1-6.

    >>> from npolicing.entities import Place
    >>> here = {"force": "WMP", "kind": "ward24"}
    >>> places = [
    ...     Place(**here, place="W1", population=9_000, crimes=1_600),
    ...     Place(**here, place="W2", population=91_000, crimes=8_400),
    ... ]
    >>> found = disproportion(places)
    >>> found["criterion"].head(4).to_list()
    ['crime', 'demand', 'deprivation', 'harm']
    >>> crime = found.loc[found["criterion"] == "crime"].round(2)
    >>> crime[["place", "location_quotient", "rate_ratio"]].values.tolist()
    [['W1', 1.78, 1.93], ['W2', 0.92, 0.52]]
    >>> crime[["rate_ratio_low", "rate_ratio_high"]].head(1).values.tolist()
    [[1.83, 2.03]]
    """
    check_word("base", base, get_args(PlaceBase))
    check_word("empty_base", empty_base, get_args(Empty))
    check_word("empty_count", empty_count, get_args(Empty))
    check_confidence(confidence)
    check_above_0("dispersion", dispersion)
    asked = Against(
        base=base,
        empty_base=empty_base,
        empty_count=empty_count,
        confidence=confidence,
        dispersion=dispersion,
    )
    rows = places_of("disproportion", places, within, mixed_vintages=mixed_vintages)
    wholes = rows.wholes()
    words = words_for(measured_by, rows)
    unplaced = hold_against("disproportion", whole, rows)
    said = [
        {
            "criterion": name,
            "measured_by": words[name],
            "base_measure": asked.base_of(name),
            "unplaced": unplaced[name],
        }
        for name in CRITERIA
    ]
    found = [held(rows, wholes, name, asked) for name in CRITERIA]
    listed = _rows(rows.table.select(_KEYS).to_pylist(), said, [each for each, _ in found])
    if total:
        listed += _rows(_of_wholes(rows, wholes), said, [each for _, each in found], is_total=True)
    return pandas_frame(pa.Table.from_pylist(listed, schema=arrow_schema(Disproportion)))


def _rows(
    keys: Sequence[Mapping[str, object]],
    said: Sequence[Mapping[str, object]],
    found: Sequence[Held],
    *,
    is_total: bool = False,
) -> list[dict[str, object]]:
    """A row a key and criterion."""
    figures = [
        {name: pa.array(values, from_pandas=True).to_pylist() for name, values in each.items()}
        for each in (held.figures for held in found)
    ]
    return [
        {
            **key,
            **said[at],
            **{name: values[row] for name, values in figures[at].items()},
            "caveat": found[at].caveats[row],
            "is_total": is_total,
        }
        for row, key in enumerate(keys)
        for at in range(len(found))
    ]


def _of_wholes(places: Places, wholes: Wholes) -> list[dict[str, object]]:
    """What the places of each whole have in common, of what tells them apart."""
    listed = places.table.select(["force", "npu", "kind"]).to_pylist()
    groups: list[list[dict[str, str | None]]] = [[] for _ in range(wholes.number)]
    for at, row in zip(wholes.codes.tolist(), listed, strict=True):
        groups[at].append(row)
    return [
        {name: same(row[name] for row in group) for name in ("force", "npu", "kind")}
        for group in groups
    ]
