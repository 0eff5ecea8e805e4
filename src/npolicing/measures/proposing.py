"""Impact Areas proposed: places out of proportion on the four criteria, by a rule that is open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

import numpy as np
import pyarrow as pa

from npolicing._examining import Rows
from npolicing._pandas import pandas_frame
from npolicing.arrow import arrow_schema
from npolicing.measures._asked import (
    check_above_0,
    check_confidence,
    check_number,
    check_whole_number,
)
from npolicing.measures._choosing import Chosen, Cut, Values
from npolicing.measures._disproportions import Against, Empty
from npolicing.measures._places import places_of, words_for
from npolicing.measures._proposed import ProposedPlace
from npolicing.measures._result import CONFIDENCE, check_word
from npolicing.measures._standing import Standing
from npolicing.stats.multicriteria import ranks
from npolicing.vocabulary import CRITERIA, Criterion, PlaceBase

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ProposedPlace", "propose_impact_areas"]

_KEYS = ("force", "kind", "place", "name", "npu", "population")


def propose_impact_areas(
    places: Rows,
    *,
    areas: int | None = None,
    population_share: float | None = None,
    at_least: int | None = None,
    weights: Mapping[Criterion, float] | None = None,
    base: PlaceBase = "population",
    measured_by: Mapping[Criterion, str] | None = None,
    empty_base: Empty = "keep",
    empty_count: Empty = "keep",
    resamples: int = 2000,
    weightings: int = 2000,
    seed: int = 2019,
    confidence: float = CONFIDENCE,
    dispersion: float = 1.0,
    mixed_vintages: bool = False,
) -> pd.DataFrame:
    """Places that a rule proposes for Impact Areas, each criterion in view, and how far it stands.

    The rule follows the paper's words, "a disproportionate amount of crime, demand, deprivation and
    harm", in two steps:

    1. A place qualifies where its location quotient is above 1 beyond chance on `at_least` of the
       criteria that have data: the lower limit of its interval is above 1, and of deprivation,
       which chance does not move, the figure itself.
    2. Those that qualify are put in the order of their combined rank, the weighted mean of the
       ranks of their location quotients, ``Σ w_j r_j``, and taken from the top.

    Ranks are of quotients and not of counts, which would take the places with most residents. They
    are among all places, so that which others are there may matter. Of places level in the combined
    rank, the one whose worst rank is the better comes first, and then by kind and code.

    The proposal is of places, and no Impact Area: which of them lie beside one another, what the
    teams know of them, and where an area ends, people say. It says nothing of why a place is high,
    nor whether work there would help.

    How far it stands is told in two ways, neither of which is the probability that it is right:

    - `chosen_resampled`: crimes and demand are drawn anew as Poisson numbers (as negative binomial
      ones with a `dispersion` above 1), harm as a scaled Poisson number of its variance, or by the
      weight of all crimes where that is graver, as in its interval. Then both steps are taken
      again. Deprivation is held fixed, and harm without a variance. Crime and harm are drawn apart,
      though they are of the same crimes. Where nothing was counted, nothing is in each draw.
    - `chosen_reweighted`: the same places qualify, and the second step is taken under weights drawn
      evenly from all that there are.

    Args:
        places: `Place` rows, every place of the whole: of one force and kind, each once, of one
            time. A criterion that no place has counts of takes no part, and its columns are null.
        areas: How many places to take; 1 or more. Give this or `population_share`.
        population_share: Take places until together they have this share of all residents, above 0
            and at most 1. The place with which it is reached or crossed is taken, too.
        at_least: On how many criteria a place must be above 1; all that have data without.
        weights: The weight of each criterion that has data in the combined rank, 0 or more and of
            any sum; equal without. They do not change who qualifies.
        base: What crime, demand and harm are held against, as in `disproportion`.
        measured_by: What stands for a criterion, as in `disproportion`.
        empty_base: What becomes of a place without a base, as in `disproportion`.
        empty_count: What becomes of a place without a count, as in `disproportion`.
        resamples: Draws of the counts; 0 for none, which leaves their columns null.
        weightings: Draws of the weights; 0 for none.
        seed: Which of many sets of draws; the same gives the same.
        confidence: Of the intervals, and of the limits of the rank; between 0 and 1.
        dispersion: How many times the variance of counts is that of Poisson numbers; above 0. In
            draws, 1 is the least.
        mixed_vintages: As in `disproportion`.

    Returns:
        A row a place, chosen or not, in the order of the combined rank, null last: the columns of
        `ProposedPlace`. `why_not` is ``unknown`` (a figure that the rule needs is null),
        ``not_disproportionate`` (it does not qualify), ``beyond_the_cut``, or
        ``level_at_the_cut`` (as high in the combined rank as the last that is taken). `caveat` is
        ``fewer_than_asked`` where fewer are known to qualify than were asked for, and
        ``none_qualify`` where none is.

    Raises:
        ValueError: If not exactly one of `areas` and `population_share` is given; if a number is
            outside what is said above; if weights are negative or all 0.
        TypeError: If one is no number, or a flag or a text.
        MissingTargetError: If `weights` leave out a criterion with data, or name one without.
        UnknownCodeError: If `weights` or `measured_by` are of what is no criterion.
        ValidationError: If no criterion has data; if one lacks the count or the base of a place, so
            that nobody knows the whole, and it is not said to leave that out; if harm has no
            variance, so that it is judged nowhere, and `at_least` needs it; if `population_share`
            is asked and residents are unknown; if rows break `Place`; if a number is above 1e15 or
            between 0 and 1e-12.
        MixedRowsError: If rows are of several forces, levels, vintages or times, or a place is
            there in two vintages.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 8:
        the criteria, but no rule; this one is ours. The methods: `stats.multicriteria`,
        `stats.stability`.

    >>> from npolicing.entities import Place
    >>> counts = {"W1": (160, 40), "W2": (150, 55), "W3": (70, 12), "W4": (60, 10), "W5": (50, 8)}
    >>> places = [
    ...     Place(force="WMP", kind="ward24", place=place, population=9_000, crimes=k, demand=d)
    ...     for place, (k, d) in counts.items()
    ... ]
    >>> found = propose_impact_areas(places, areas=1)
    >>> found[["place", "crime_rank", "demand_rank", "combined_rank"]].head(3).values.tolist()
    [['W1', 1.0, 2.0, 1.5], ['W2', 2.0, 1.0, 1.5], ['W3', 3.0, 3.0, 3.0]]
    >>> int(found["chosen"].sum()), found["why_not"].dropna().head(2).to_list()
    (1, ['level_at_the_cut', 'not_disproportionate'])
    >>> found["chosen_reweighted"].round(1).head(3).to_list()
    [0.5, 0.5, 0.0]
    """
    check_word("base", base, get_args(PlaceBase))
    check_word("empty_base", empty_base, get_args(Empty))
    check_word("empty_count", empty_count, get_args(Empty))
    _check_cut(areas, population_share)
    _check_draws(resamples=resamples, weightings=weightings, seed=seed)
    check_confidence(confidence)
    check_above_0("dispersion", dispersion)
    asked = Against(
        base=base,
        empty_base=empty_base,
        empty_count=empty_count,
        confidence=confidence,
        dispersion=dispersion,
    )
    rows = places_of("propose_impact_areas", places, None, mixed_vintages=mixed_vintages)
    words = words_for(measured_by, rows)
    standing = Standing.of(rows, asked, at_least)
    if not rows.table.num_rows:
        return pandas_frame(arrow_schema(ProposedPlace).empty_table())
    shares = standing.weights(weights)
    chosen = Chosen.of(standing, shares, Cut.of(rows, areas, population_share))
    columns: dict[str, Values] = {
        **{name: rows.table[name].to_pylist() for name in _KEYS},
        "base_measure": [base] * rows.table.num_rows,
        **_of_criteria(standing, shares, words),
        **chosen.columns(),
        **chosen.resampled(resamples, seed),
        **chosen.reweighted(weightings, seed),
    }
    return _framed(columns)


def _check_cut(areas: int | None, population_share: float | None) -> None:
    if (areas is None) == (population_share is None):
        raise ValueError("give areas, a number of places, or population_share; one, and not both")
    if areas is not None:
        check_whole_number("areas", areas, 1)
    if population_share is not None:
        words = "population_share is a number above 0 and at most 1"
        if not 0 < check_number(words, population_share) <= 1:
            raise ValueError(f"{words}, not {population_share}")


def _check_draws(**given: int) -> None:
    for name, value in given.items():
        check_whole_number(name, value, 0)


def _of_criteria(
    standing: Standing, weights: NDArray[np.float64], words: Mapping[Criterion, str | None]
) -> dict[str, Values]:
    """The columns of each criterion; null where it takes no part."""
    number = standing.places.table.num_rows
    columns: dict[str, Values] = {}
    for name in CRITERIA:
        figures, part = standing.held[name].figures, name in standing.names
        weight = float(weights[standing.names.index(name)]) if part else None
        columns |= {
            f"{name}_measured_by": [words[name]] * number,
            f"{name}_weight": [weight] * number,
            f"{name}_count": figures["count"].tolist(),
            f"{name}_location_quotient": figures["location_quotient"].tolist(),
            f"{name}_low": figures["location_quotient_low"].tolist(),
            f"{name}_high": figures["location_quotient_high"].tolist(),
            f"{name}_rank": ranks(standing.quotient(name)).tolist(),
            f"{name}_met": [*standing.met(name)],
            f"{name}_caveat": [*standing.held[name].caveats],
        }
    return columns


def _framed(columns: Mapping[str, Values]) -> pd.DataFrame:
    """A frame of columns, in the order of the rank; those of no rank last."""
    schema = arrow_schema(ProposedPlace)
    arrays = [pa.array(columns[each.name], each.type, from_pandas=True) for each in schema]
    ranked = [math.inf if rank is None else rank for rank in columns["rank"]]
    order = np.argsort(np.array(ranked, dtype=np.float64), kind="stable")
    return pandas_frame(pa.Table.from_arrays(arrays, schema=schema).take(order))
