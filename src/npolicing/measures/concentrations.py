"""How far crime, demand, deprivation and harm gather in few places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, get_args

import attrs
import numpy as np
import pyarrow as pa

from npolicing._columns import Column
from npolicing._examining import Rows
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing.arrow import arrow_schema
from npolicing.measures._disproportions import Empty
from npolicing.measures._places import places_of, words_for
from npolicing.measures._result import IS_TOTAL, By, check_word
from npolicing.stats.concentration import generalised_gini, gini, smallest_share
from npolicing.vocabulary import CRITERIA, Criterion, PlaceCaveat

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["PlaceConcentration", "place_concentration"]

_EVEN = "if whole events were spread as evenly as they can be; null where it is no event."
_EVENTS: tuple[Criterion, ...] = ("crime", "demand")


@attrs.frozen(kw_only=True)
class PlaceConcentration(Record):
    """How unevenly one criterion lies over the places of a group."""

    criterion: Annotated[Criterion, Column("Which of the four criteria.")] = "crime"
    measured_by: Annotated[
        str | None,
        Column("What stands for the criterion, in words; null where no place has a count of it."),
    ] = None
    places: Annotated[int, Column("Places that are held against one another.", ge=0)] = 0
    unknown: Annotated[int, Column("Places without a count.", ge=0)] = 0
    count: Annotated[
        float | None,
        Column("What is counted in all, in what `measured_by` says; null if unknown.", ge=0),
    ] = None
    gini: Annotated[
        float | None,
        Column("Gini's coefficient: 0 is even, near 1 all in one place.", ge=0, le=1),
    ] = None
    generalised_gini: Annotated[
        float | None,
        Column(
            "That of Bernasco and Steenbeek: 0 is as even as whole events can be; null where it is "
            "no event.",
            ge=0,
            le=1,
        ),
    ] = None
    places_25: Annotated[
        int | None, Column("Fewest places that hold a quarter of it.", unit="places", ge=0)
    ] = None
    share_25: Annotated[
        float | None, Column("Those out of all places.", unit="ratio", ge=0, le=1)
    ] = None
    even_25: Annotated[float | None, Column(f"The same, {_EVEN}", unit="ratio", ge=0, le=1)] = None
    places_50: Annotated[
        int | None, Column("Fewest places that hold half of it.", unit="places", ge=0)
    ] = None
    share_50: Annotated[
        float | None, Column("Those out of all places.", unit="ratio", ge=0, le=1)
    ] = None
    even_50: Annotated[float | None, Column(f"The same, {_EVEN}", unit="ratio", ge=0, le=1)] = None
    caveat: Annotated[PlaceCaveat | None, Column("Why a figure is null; null where none is.")] = (
        None
    )
    is_total: Annotated[bool, IS_TOTAL] = False


def place_concentration(
    places: Rows,
    *,
    by: By = None,
    measured_by: Mapping[Criterion, str] | None = None,
    empty_count: Empty = "keep",
    mixed_vintages: bool = False,
    total: bool = False,
) -> pd.DataFrame:
    """How far each criterion gathers in few places: Gini, and the places that hold half of it.

    ``gini = 2 Σ i x_(i) / (n Σ x) - (n + 1) / n``, and ``generalised_gini = max(1, n / C)
    (gini - 1) + 1`` with n places and C events; `share_50` is the fewest places that hold half of
    it, over all places.

    It is of these places: wards are drawn to be alike in residents, streets are not, and the same
    crimes gather more in small places than in large ones. So two forces are compared by places of
    one kind alone. Where there are fewer events than places, read the generalised Gini, and hold
    `share_50` against `even_50`.

    What it does not say: where the full places are, whether they lie together, whether they are
    full for their residents (`disproportion` does), or full for long.

    Args:
        places: `Place` rows, every place of the whole, those without any crime among them: of one
            kind, each once, of one time.
        by: Columns to group by, of `force` and `npu`; all places are one group without it.
        measured_by: For a criterion, what stands for it, such as ``{"demand": "anti-social
            behaviour incidents, a proxy"}``.
        empty_count: What becomes of places whose count is null. ``"keep"``: the figures of their
            group are null, for nobody knows them. ``"leave_out"``: the others are taken for all.
        mixed_vintages: As in `disproportion`.
        total: Whether to add a row a criterion for all places together.

    Returns:
        A row a group and criterion, sorted by `by`, and then crime, demand, deprivation, harm: the
        columns of `PlaceConcentration`. Deprivation is of residents and harm of weights, which are
        no events: there is no generalised Gini of them. `caveat` says why a figure is null, the
        first that holds of: ``no_data`` (nobody has the count), ``count_incomplete`` (a place has
        none), ``none_counted`` (0 in all places), ``no_elsewhere`` (there is one place),
        ``not_events`` (no generalised Gini, and no even spread).

    Raises:
        MixedRowsError: If rows are of several levels, vintages, times, or forces that `by` does not
            part; if a place is there in two vintages.
        ValidationError: If rows break the declarations of `Place`, a place is there twice, or a
            number is above 1e15 or between 0 and 1e-12.
        UnknownCodeError: If `by` has another column, or `measured_by` what is no criterion.
        ValueError: If `empty_count` is none of its words.
        MissingColumnsError, ColumnTypeError: If the frame lacks a column, or has one of another
            type.

    Source:
        `stats.concentration`: Bernasco & Steenbeek, Journal of Quantitative Criminology 33 (2017),
        451-467; Weisburd, Criminology 53 (2015), 133-157.

    >>> from npolicing.entities import Place
    >>> counts = [5, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    >>> places = [
    ...     Place(force="WMP", kind="lsoa11", place=f"E0100000{at}", crimes=crimes)
    ...     for at, crimes in enumerate(counts)
    ... ]
    >>> found = place_concentration(places).head(1).round(2)
    >>> found[["places", "count", "gini", "generalised_gini"]].values.tolist()
    [[10.0, 8.0, 0.8, 0.75]]
    >>> found[["share_50", "even_50"]].values.tolist()
    [[0.1, 0.4]]
    """
    check_word("empty_count", empty_count, get_args(Empty))
    rows = places_of("place_concentration", places, by, mixed_vintages=mixed_vintages)
    words, wholes = words_for(measured_by, rows), rows.wholes()
    counts = {name: rows.counted(name) for name in CRITERIA}
    groups = [(key, wholes.codes == at) for at, key in enumerate(wholes.keys)]
    if total and rows.table.num_rows:
        groups.append(((None,) * len(rows.by), np.ones(len(wholes.codes), dtype=np.bool_)))
    listed = [
        {
            **dict(zip(rows.by, key, strict=True)),
            **_figures(name, counts[name][inside], leave_out=empty_count == "leave_out"),
            "measured_by": words[name],
            "is_total": at == len(wholes.keys),
        }
        for at, (key, inside) in enumerate(groups)
        for name in CRITERIA
    ]
    keys = [pa.field(name, pa.string()) for name in rows.by]
    schema = pa.schema([*keys, *arrow_schema(PlaceConcentration)])
    return pandas_frame(pa.Table.from_pylist(listed, schema=schema))


def _figures(
    criterion: Criterion, counts: NDArray[np.float64], *, leave_out: bool
) -> dict[str, object]:
    """The figures of one criterion in a group, but for its words."""
    unknown = np.isnan(counts)
    known = counts[~unknown] if leave_out else counts
    count = known.sum() if len(known) else np.nan
    events = criterion in _EVENTS
    caveat: PlaceCaveat | None = None if events else "not_events"
    if unknown.all():
        caveat = "no_data"
    elif np.isnan(count):
        caveat = "count_incomplete"
    elif count == 0:
        caveat = "none_counted"
    elif len(known) == 1:
        caveat = "no_elsewhere"
    told: dict[str, object] = {
        "criterion": criterion,
        "places": len(known),
        "unknown": int(unknown.sum()),
        "count": None if np.isnan(count) else float(count),
        "caveat": caveat,
    }
    return told if caveat not in (None, "not_events") else told | _gathered(known, events=events)


def _gathered(counts: NDArray[np.float64], *, events: bool) -> dict[str, object]:
    quarter, half = smallest_share(counts, 0.25), smallest_share(counts, 0.5)
    return {
        "gini": gini(counts),
        "generalised_gini": generalised_gini(counts) if events else None,
        "places_25": quarter.places,
        "share_25": quarter.share,
        "even_25": quarter.even_share if events else None,
        "places_50": half.places,
        "share_50": half.share,
        "even_50": half.even_share if events else None,
    }
