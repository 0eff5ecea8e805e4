"""Choosing among places on several criteria at once, with each step of the way in view.

No one number says which place has "a disproportionate amount of crime, demand, deprivation and
harm". A place that is as high as another on each criterion, and higher on one, comes before it
whatever the weights are: that is dominance, and it needs no opinion. All else does, and the opinion
is the weights. So they are an argument, and `stability.acceptability` asks what others would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.stats._arrays import Array, numbers, refuse, refuse_below

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Choice", "Dominance", "choose", "combined_rank", "dominance", "ranks"]

# Ranks and weights are made of fractions; below this two combined ranks are level.
_PLACES = 9
_MOST = 1e12


@attrs.frozen(kw_only=True, eq=False)
class Dominance:
    """Which places are as high as others on every criterion, and higher on one.

    Attributes:
        dominated_by: How many places dominate each.
        on_front: Whether none does, and each of its values is known: the Pareto front.
    """

    dominated_by: NDArray[np.int64]
    on_front: NDArray[np.bool_]


@attrs.frozen(kw_only=True, eq=False)
class Choice:
    """What a choice comes to: an entry a place, in arrays of the shape of what was chosen among.

    Attributes:
        combined: The combined rank; NaN where a rank is.
        position: The place in the order of the combined rank, from 1, each once: those level come
            in the order of their worst rank, and then as they were given.
        chosen: Whether the place is taken.
    """

    combined: Array
    position: NDArray[np.int64]
    chosen: NDArray[np.bool_]


def ranks(values: ArrayLike) -> Array:
    """Ranks along the last axis: 1 for the highest, and for those level the mean of their ranks.

    Args:
        values: A row a criterion, a column a place; any other axes stand before. NaN has no rank,
            and takes none from the others.

    Raises:
        TypeError: If they are not numbers.
        ValueError: If one is infinite.

    >>> ranks([30, 10, 30, 20]).tolist()
    [1.5, 4.0, 1.5, 3.0]
    """
    (given,) = numbers(values=values)
    if not given.size:
        return given.copy()
    order = np.argsort(-given, axis=-1)  # NaN last
    ordered = np.take_along_axis(given, order, axis=-1)
    at = np.arange(given.shape[-1])
    new = np.ones(given.shape, dtype=bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    first = np.maximum.accumulate(np.where(new, at, 0), axis=-1)
    last_of = np.ones(given.shape, dtype=bool)
    last_of[..., :-1] = new[..., 1:]
    turned = np.where(last_of, at, given.shape[-1])[..., ::-1]
    last = np.minimum.accumulate(turned, axis=-1)[..., ::-1]
    found = np.empty(given.shape)
    np.put_along_axis(found, order, (first + last) / 2 + 1, axis=-1)
    return np.where(np.isnan(given), np.nan, found)


def dominance(values: ArrayLike) -> Dominance:
    """Who is dominated, and by how many: Pareto's comparison, without any weights.

    a dominates b where ``a_j ≥ b_j`` on each criterion j, and ``a_j > b_j`` on one. Of two places
    alike, neither dominates.

    Args:
        values: A row a criterion, a column a place; more is more. A place with a NaN neither
            dominates nor is dominated, for nobody knows.

    Raises:
        TypeError: If they are not numbers.
        ValueError: If there are not two axes, or one value is infinite.

    >>> found = dominance([[3, 2, 1], [1, 2, 1]])
    >>> found.dominated_by.tolist(), found.on_front.tolist()
    ([0, 0, 2], [True, True, False])
    """
    (given,) = numbers(values=values)
    if given.ndim != 2:
        raise ValueError(f"values are a row a criterion and a column a place, not {given.shape}")
    by = np.zeros(given.shape[1], dtype=np.int64)
    for place in range(given.shape[1]):
        one = given[:, [place]]
        by[place] = ((given >= one).all(axis=0) & (given > one).any(axis=0)).sum()
    return Dominance(dominated_by=by, on_front=(by == 0) & ~np.isnan(given).any(axis=0))


def combined_rank(ranks: ArrayLike, weights: ArrayLike) -> Array:
    """The weighted mean of the ranks on each criterion: Borda's count, as a mean.

    ``Σ w_j r_j / Σ w_j``. It uses the order on each criterion and not the distances, so that one
    extreme figure does not carry a place. As with each such count, which of two places is first may
    depend on which others are there.

    Args:
        ranks: A row a criterion, a column a place (`ranks`); any other axes stand before. NaN where
            a rank is, even one of no weight.
        weights: One a criterion, 0 or more, of any sum above 0; any other axes stand before, to
            give each draw of ranks weights of its own.

    Raises:
        ValueError: If a weight is negative or NaN, all are 0, or there is not one a criterion; if a
            rank is below 1.

    Source:
        Borda's count among other rules: Young, Optimal voting rules, Journal of Economic
        Perspectives 9 (1995), 51-64.

    >>> combined_rank([[1, 2, 3], [3, 1, 2]], weights=[1, 1]).tolist()
    [2.0, 1.5, 2.5]
    """
    (given,) = numbers(ranks=ranks)
    (asked,) = numbers(weights=weights)
    refuse_below("ranks", given, 1)
    refuse(given > _MOST, "ranks", given, f"at most {_MOST:g}")
    refuse_below("weights", asked, 0)
    refuse(np.isnan(asked), "weights", asked, "a number")
    total = np.asarray(asked.sum(axis=-1))
    refuse(total == 0, "the sum of weights", total, "above 0")
    if given.ndim < 2 or asked.shape[-1] != given.shape[-2]:
        raise ValueError(f"weights {asked.shape} are not one a row of ranks {given.shape}")
    found: Array = ((asked / total[..., None])[..., None, :] @ given)[..., 0, :]
    return np.round(found, _PLACES)


def choose(
    ranks: ArrayLike,
    *,
    weights: ArrayLike,
    eligible: ArrayLike,
    limit: float,
    sizes: ArrayLike = 1.0,
) -> Choice:
    """Take those that are eligible, from the top of their combined rank, until it is enough.

    The one with which `limit` is reached or crossed is the last that is taken.

    Args:
        ranks: A row a criterion, a column a place (`ranks`); draws of them may stand before.
        weights: As in `combined_rank`.
        eligible: Of each place, whether it may be taken; draws may stand before.
        limit: How much is enough, in the unit of `sizes`: a number of places, or of people.
        sizes: What a place counts for; 1 without, so that `limit` is a number of places. NaN is 0.

    Raises:
        ValueError: If a weight, a size or the limit is wrong, or shapes do not go together.

    >>> order = ranks([[9, 8, 7, 1], [5, 9, 1, 2]])
    >>> found = choose(order, weights=[1, 1], eligible=[True, True, False, True], limit=3)
    >>> found.combined.tolist(), found.position.tolist(), found.chosen.tolist()
    ([1.5, 1.5, 3.5, 3.5], [1, 2, 3, 4], [True, True, False, True])
    """
    (given,) = numbers(ranks=ranks)
    (asked,) = numbers(limit=limit)
    refuse(np.isnan(asked), "limit", asked, "a number")
    refuse_below("limit", asked, 0)
    combined = combined_rank(given, weights)
    worst, may, size = np.broadcast_arrays(
        given.max(axis=-2), np.asarray(eligible, dtype=bool), np.asarray(sizes, dtype=np.float64)
    )
    combined, worst, may, size = np.broadcast_arrays(combined, worst, may, size)
    refuse_below("sizes", size, 0)
    order = np.lexsort((worst, combined), axis=-1)  # stable, and NaN last
    counts = np.take_along_axis(np.where(may & ~np.isnan(size), size, 0.0), order, axis=-1)
    before = np.cumsum(counts, axis=-1) - counts
    # A sum of many people is a whole number, and a share of it hardly ever.
    enough = before >= limit * (1 - 1e-12)
    taken = np.empty(order.shape, dtype=bool)
    np.put_along_axis(taken, order, ~enough, axis=-1)
    position = np.empty(order.shape, dtype=np.int64)
    at = np.broadcast_to(np.arange(1, order.shape[-1] + 1), order.shape)
    np.put_along_axis(position, order, at, axis=-1)
    return Choice(combined=combined, position=position, chosen=taken & may & ~np.isnan(combined))
