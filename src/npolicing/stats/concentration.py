"""How far events gather in few places: Gini, the Lorenz curve, and "half of it in so few places".

And what a prediction of places caught of them.

Each says how uneven the counts are, and none says where, why, or whether tomorrow's are as uneven.
Where there are fewer events than places, most places have none however evenly they fall: then
compare with the most even spread that whole events allow, as `generalised_gini` and
`smallest_share` do, and not with an equal part for each.

There is no interval here. Places are all there are, and no sample; and counts that are drawn anew
from those counted are more uneven than these, so that a bootstrap leans to one side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs
import numpy as np

from npolicing.stats._arrays import Array, counts_of, refuse, refuse_fractions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Lorenz",
    "SmallestShare",
    "generalised_gini",
    "gini",
    "lorenz",
    "prediction_accuracy_index",
    "prediction_efficiency_index",
    "smallest_share",
]

# So that 0.1 of 30 is 3, and not a rounding more.
_ROUNDING = 1e-12


@attrs.frozen(kw_only=True, eq=False)
class Lorenz:
    """A Lorenz curve: points from 0 to 1, from the emptiest place up, as Lorenz drew it.

    Attributes:
        places: Share of the places, from 0 by equal steps to 1.
        events: Share of all events that so many of the emptiest places hold; NaN without events.
        even: The same, were whole events spread as evenly as they can be: with fewer events than
            places it is 0 for long. It is the diagonal where counts are not whole.
    """

    places: Array
    events: Array
    even: Array


@attrs.frozen(kw_only=True)
class SmallestShare:
    """The fewest places that hold a share of the events, the fullest first.

    Attributes:
        places: How many; NaN without events.
        share: Out of all places; NaN without any, or without events.
        holds: Share of the events that they hold: what was asked for, or a little more.
        even_places: How many it takes if whole events are spread as evenly as they can be.
        even_share: Those out of all places: the most that `share` can be with so few events.
    """

    places: float
    share: float
    holds: float
    even_places: float
    even_share: float


def gini(counts: ArrayLike, *, corrected: bool = False) -> float:
    """Gini's coefficient of counts by place: 0 where all are equal, near 1 where one has all.

    ``G = 2 Σ i x_(i) / (n Σ x) - (n + 1) / n``, with x ascending and i from 1 to n. It is half of
    the mean absolute difference of two places over their mean, and twice the area between the
    Lorenz curve and the diagonal. The most that n places can have is ``(n - 1) / n``.

    Args:
        counts: Events of each place, those without any among them; 0 or more. Fractions will do.
        corrected: Whether to give ``G n / (n - 1)``, which is 1 where one place has all.

    Returns:
        From 0 to 1; NaN without events, where a count is NaN, and for one place if corrected.

    Raises:
        ValueError: If a count is negative, or they are not in one row.

    Source:
        Gini, Variabilità e mutabilità (1912). In this use: Bernasco & Steenbeek, Journal of
        Quantitative Criminology 33 (2017), 451-467.

    >>> round(gini([10, 8, 2, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.78
    >>> round(gini([10] + [0] * 9), 2), round(gini([10] + [0] * 9, corrected=True), 2)
    (0.9, 1.0)
    """
    x = _row(counts)
    found = _gini(x)
    return _corrected(found, len(x)) if corrected else found


def generalised_gini(counts: ArrayLike, *, corrected: bool = False) -> float:
    """Bernasco and Steenbeek's generalised Gini: 0 where whole events are as even as they can be.

    ``G' = max(1, n / C) (G - 1) + 1``, with n places and C events. Eight burglaries in a hundred
    streets cannot be in more than eight of them, so that Gini's coefficient is 0.92 at least, by
    arithmetic alone; this one is 0 then. From as many events as places on it is Gini's.

    Args:
        counts: Events of each place, those without any among them; whole numbers from 0.
        corrected: Whether to give ``G' k / (k - 1)`` with k the lesser of n and C, which is 1 where
            one place has all.

    Returns:
        From 0 to 1; NaN without events, where a count is NaN, and where k is 1 if corrected.

    Raises:
        ValueError: If a count is negative or no whole number, or they are not in one row.

    Source:
        Bernasco & Steenbeek, More places than crimes, Journal of Quantitative Criminology 33
        (2017), 451-467; the correction as their R package lorenzgini has it.

    >>> sparse = [5, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    >>> round(gini(sparse), 2), round(generalised_gini(sparse), 2)
    (0.8, 0.75)
    """
    x = _row(counts)
    refuse_fractions("counts", x)
    places, events, found = len(x), float(x.sum()), _gini(x)
    if 0 < events < places:
        # All ones and zeros are as even as can be, whatever rounding says.
        found = 0.0 if x.max(initial=0) <= 1 else places / events * (found - 1) + 1
    return _corrected(found, min(places, events)) if corrected else found


def smallest_share(counts: ArrayLike, of: float = 0.5) -> SmallestShare:
    """The smallest share of places that holds at least a share of the events; whole places.

    "Half of the crime is in 5 % of the streets" is the usual form of the law of crime
    concentration. With 50 crimes in 1,000 streets it could not be in more than 2.5 %: hold `share`
    against `even_share`, and not against `of`.

    Args:
        counts: Events of each place, those without any among them; 0 or more. Fractions will do,
            and then the even spread is an equal part for each place.
        of: The share of the events, above 0 and at most 1.

    Returns:
        Numbers of places, and their shares; NaN without events, or where a count is NaN.

    Raises:
        ValueError: If a count is negative, they are not in one row, or `of` is no such share.

    Source:
        Weisburd, The law of crime concentration and the criminology of place, Criminology 53
        (2015), 133-157. Sparse counts: Bernasco & Steenbeek, Journal of Quantitative Criminology 33
        (2017), 451-467.

    >>> found = smallest_share([10, 8, 2, 0, 0, 0, 0, 0, 0, 0])
    >>> found.places, found.share, found.holds, found.even_share
    (1, 0.1, 0.5, 0.5)
    """
    if not 0 < of <= 1:
        raise ValueError(f"of is a share above 0 and at most 1, as 0.5 for half, not {of}")
    x = np.sort(_row(counts))[::-1]
    if not x.sum() > 0:
        nothing = math.nan
        return SmallestShare(
            places=nothing, share=nothing, holds=nothing, even_places=nothing, even_share=nothing
        )
    places, even = _fewest(x, of), _fewest(_even(x), of)
    return SmallestShare(
        places=places,
        share=places / len(x),
        holds=min(float(x[:places].sum() / x.sum()), 1.0),
        even_places=even,
        even_share=even / len(x),
    )


def lorenz(counts: ArrayLike) -> Lorenz:
    """The Lorenz curve of counts by place, from the emptiest place up, and that of an even spread.

    Args:
        counts: Events of each place, those without any among them; 0 or more. Fractions will do.

    Returns:
        One point more than there are places, the first at 0.

    Raises:
        ValueError: If a count is negative, or they are not in one row.

    Source:
        Lorenz, Methods of measuring the concentration of wealth, Publications of the American
        Statistical Association 9 (1905), 209-219. The even spread: as `generalised_gini`.

    >>> curve = lorenz([3, 1, 0, 0])
    >>> curve.places.tolist(), curve.events.tolist()
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.0, 0.0, 0.25, 1.0])
    """
    x = np.sort(_row(counts))
    return Lorenz(
        places=np.linspace(0, 1, len(x) + 1),
        events=_cumulated(x),
        even=_cumulated(_even(x)[::-1]),
    )


def prediction_accuracy_index(events: ArrayLike, areas: ArrayLike = 1.0) -> Array:
    """PAI: the share of events in the places that were predicted, over their share of the ground.

    ``PAI_t = (Σ events / all events) / (Σ areas / all areas)``, over the first t places. 1 is no
    better than places by lot. It says how dense, and not how many: few places have a high one.

    Args:
        events: What happened afterwards in each place, in the order in which they were predicted,
            the likeliest first; all places of the whole, 0 or more.
        areas: Their areas, or lengths of street, above 0; all alike without.

    Returns:
        One for the first place, the first two, and so on; the last is 1. NaN without any events, or
        where one of them or an area is NaN.

    Raises:
        ValueError: If a count is negative, an area is not above 0, or shapes do not go together.

    Source:
        Chainey, Tompson & Uhlig, The utility of hotspot mapping for predicting spatial patterns of
        crime, Security Journal 21 (2008), 4-28; by place as R's ptools has it.

    >>> prediction_accuracy_index([6, 3, 0]).tolist()
    [2.0, 1.5, 1.0]
    """
    hits, ground = _predicted(events, areas)
    return _accuracy(hits, ground)


def prediction_efficiency_index(events: ArrayLike, areas: ArrayLike = 1.0) -> Array:
    """PEI: the prediction accuracy index over that of the best prediction of as many places.

    The best is the one that has the places in the order of the events for their area. Where areas
    are alike it is from 0 to 1. Where they are not, as many places are not as much ground, and it
    may be above 1: compare predictions by it on places alike.

    Args:
        events: As in `prediction_accuracy_index`.
        areas: As in `prediction_accuracy_index`.

    Returns:
        One for the first place, the first two, and so on; NaN as there.

    Raises:
        ValueError: As `prediction_accuracy_index`.

    Source:
        Hunt, Do crime hot spots move? (dissertation, American University, 2016); by place as R's
        ptools has it.

    >>> prediction_efficiency_index([3, 6, 0]).tolist()
    [0.5, 1.0, 1.0]
    """
    hits, ground = _predicted(events, areas)
    best = np.argsort(-hits / ground, kind="stable")
    return _accuracy(hits, ground) / _accuracy(hits[best], ground[best])


def _predicted(events: ArrayLike, areas: ArrayLike) -> tuple[Array, Array]:
    hits, ground = counts_of(events=events, areas=areas)
    refuse(ground == 0, "areas", ground, "above 0")
    return _row(hits), ground


def _accuracy(hits: Array, ground: Array) -> Array:
    total = hits.sum() if hits.sum() > 0 else math.nan
    found: Array = np.cumsum(hits) / total / (np.cumsum(ground) / ground.sum())
    return found


def _row(counts: ArrayLike) -> Array:
    (x,) = counts_of(counts=counts)
    if x.ndim != 1:
        raise ValueError(f"counts are of one row of places, not of shape {x.shape}")
    return x


def _gini(x: Array) -> float:
    n, total = len(x), float(x.sum())
    if not total > 0:
        return math.nan
    # The formula with both sums in one, so that equal counts give 0 to the last digit.
    weights = 2 * np.arange(1, n + 1) - n - 1
    return max(float((weights * np.sort(x)).sum() / total / n), 0.0)


def _corrected(found: float, most: float) -> float:
    return found * most / (most - 1) if most > 1 else math.nan


def _even(x: Array) -> Array:
    """As many whole events, spread as evenly as they can be, the fuller places first."""
    total, n = float(x.sum()), max(len(x), 1)
    if math.isnan(total) or (x % 1 > 0).any():
        return np.full(len(x), total / n)
    each, over = divmod(total, n)
    return np.where(np.arange(len(x)) < over, each + 1, each)


def _fewest(x: Array, of: float) -> int:
    """How many of the first it takes."""
    enough = np.cumsum(x) >= of * x.sum() * (1 - _ROUNDING)
    return int(np.argmax(enough)) + 1


def _cumulated(x: Array) -> Array:
    sums = np.concatenate([[0.0], np.cumsum(x)])
    return sums / sums[-1] if sums[-1] > 0 else np.full(len(sums), np.nan)
