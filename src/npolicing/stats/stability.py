"""How far a choice stands: under other weights, and had chance dealt the counts anew.

A rank looks firm, and is not: between places whose counts are within chance of one another, the
order is chance's. Nor do weights come from the data. So a choice among places goes with two shares:
of other weights under which a place is taken as well, and of draws of the counts in which it is.
Neither is the probability that the choice is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.stats._arrays import Array, counts_of, numbers, refuse, z_of
from npolicing.stats.multicriteria import choose, ranks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "MOST_COUNTED",
    "Draw",
    "Resampled",
    "acceptability",
    "redrawn_counts",
    "redrawn_sums",
    "resampled_choice",
]

Draw: TypeAlias = Callable[[np.random.Generator, int], tuple[Array, NDArray[np.bool_]]]
"""So many draws of what is chosen by: values (draw, criterion, place), and who is eligible."""
# So many numbers at a time, for memory's sake.
_AT_ONCE = 2_000_000
# No generator draws counts above these, and nobody has counted as many.
MOST_COUNTED, _MOST_DISPERSION = 1e15, 1e6


@attrs.frozen(kw_only=True, eq=False)
class Resampled:
    """How a choice comes out when the counts are drawn anew: an entry a place.

    Attributes:
        chosen: Share of draws in which the place is taken, from 0 to 1.
        low: Lower limit of its position among all places, 1 for the first.
        high: Upper limit.
    """

    chosen: Array
    low: NDArray[np.int64]
    high: NDArray[np.int64]


def acceptability(
    ranks: ArrayLike,
    *,
    eligible: ArrayLike,
    limit: float,
    sizes: ArrayLike = 1.0,
    draws: int = 2000,
    seed: int = 2019,
) -> Array:
    """The share of all possible weights under which a place is taken.

    Weights are drawn evenly from all that are 0 or more and add up to 1 (Dirichlet with a 1 for
    each criterion), and `choose` is asked under each. 1 is a place that any weights take, 0 one
    that none do. With one criterion there are no other weights, and it is 1 or 0.

    Args:
        ranks: A row a criterion, a column a place.
        eligible: Of each place, whether it may be taken: no weights change that.
        limit: As in `choose`.
        sizes: As in `choose`.
        draws: How many; a share p is off by some ``√(p (1 - p) / draws)``.
        seed: Which of many sets of draws; the same gives the same.

    Raises:
        ValueError: If there are no draws, the seed is below 0, or shapes do not go together.

    Source:
        Lahdelma, Hokkanen & Salminen, SMAA: Stochastic multiobjective acceptability analysis,
        European Journal of Operational Research 106 (1998), 137-143; for ranks after the first,
        Lahdelma & Salminen, SMAA-2, Operations Research 49 (2001), 444-454.

    >>> order = [[1, 2, 3], [3, 2, 1]]
    >>> share = acceptability(order, eligible=[True, True, True], limit=1, draws=4000)
    >>> share.round(1).tolist()
    [0.5, 0.0, 0.5]
    """
    (given,) = numbers(ranks=ranks)
    if given.ndim != 2:
        raise ValueError(f"ranks are a row a criterion and a column a place, not {given.shape}")
    taken = np.zeros(given.shape[1])
    for rng, number in _parts(draws, seed, given.size):
        weights = rng.dirichlet(np.ones(given.shape[0]), number)
        found = choose(given, weights=weights, eligible=eligible, sizes=sizes, limit=limit)
        taken += found.chosen.sum(axis=0)
    share: Array = taken / draws
    return share


def resampled_choice(
    draw: Draw,
    *,
    weights: ArrayLike,
    places: int,
    limit: float,
    sizes: ArrayLike = 1.0,
    draws: int = 2000,
    seed: int = 2019,
    confidence: float = 0.95,
) -> Resampled:
    """How often a place is taken, and how far its position moves, when counts are drawn anew.

    It is a parametric bootstrap. The counts that were found stand for the true rates, so that what
    was high by chance is drawn round its high count: read the share as how far the choice hangs on
    single events, and not as the probability that a place belongs to the highest. The limits are
    those positions that leave out the tails of the draws.

    Args:
        draw: Gives draws of the values, and of who is eligible (`redrawn_counts`).
        weights: One a criterion, as in `combined_rank`.
        places: How many there are.
        limit: As in `choose`.
        sizes: As in `choose`.
        draws: How many; a share p is off by some ``√(p (1 - p) / draws)``.
        seed: Which of many sets of draws; the same gives the same.
        confidence: Of the limits, between 0 and 1.

    Raises:
        ValueError: If there are no draws, the seed is below 0, the confidence is not between 0 and
            1, or shapes do not go together.

    Source:
        Goldstein & Spiegelhalter, League tables and their limitations, Journal of the Royal
        Statistical Society A 159 (1996), 385-443. Marshall & Spiegelhalter, Reliability of league
        tables of in vitro fertilisation clinics, BMJ 316 (1998), 1701.

    >>> def draw(rng, number):
    ...     counts = redrawn_counts([40, 30, 5], rng=rng, draws=number)
    ...     return counts[:, None, :], counts > 0
    >>> found = resampled_choice(draw, weights=[1], places=3, limit=1)
    >>> found.low.tolist(), found.high.tolist(), found.chosen[2].tolist()
    ([1, 1, 3], [2, 2, 3], 0.0)
    """
    z_of(confidence)  # refuses what is no confidence
    criteria = np.asarray(weights).shape[-1]
    taken, positions = np.zeros(places), []
    for rng, number in _parts(draws, seed, criteria * places):
        values, eligible = draw(rng, number)
        found = choose(ranks(values), weights=weights, eligible=eligible, sizes=sizes, limit=limit)
        taken += found.chosen.sum(axis=0)
        positions.append(found.position.astype(np.int32))
    tail = (1 - confidence) / 2
    low, high = np.quantile(
        np.concatenate(positions), [tail, 1 - tail], axis=0, method="inverted_cdf"
    ).astype(np.int64)
    return Resampled(chosen=taken / draws, low=low, high=high)


def redrawn_counts(
    counts: ArrayLike, *, rng: np.random.Generator, draws: int, dispersion: float = 1.0
) -> Array:
    """Counts drawn anew: Poisson numbers with the counts for means, a row a draw.

    With a dispersion φ above 1 they are negative binomial, of variance ``φ k``: Poisson numbers
    whose mean is a gamma variable of shape ``k / (φ - 1)`` and scale ``φ - 1``. Where nothing was
    counted nothing is drawn, and NaN stays NaN.

    Raises:
        ValueError: If a count is negative or above 1e15, or the dispersion is not from 1 to 1e6.

    >>> redrawn_counts([4, 0], rng=np.random.default_rng(1), draws=2).tolist()
    [[5.0, 0.0], [3.0, 0.0]]
    """
    (given,) = counts_of(counts=counts)
    refuse(given > MOST_COUNTED, "counts", given, f"at most {MOST_COUNTED:g}")
    _check_dispersion(dispersion)
    means = np.broadcast_to(np.nan_to_num(given), (draws, *given.shape))
    if dispersion > 1:
        means = rng.gamma(means / (dispersion - 1), dispersion - 1)
    return np.where(np.isnan(given), np.nan, rng.poisson(means))


def redrawn_sums(
    sums: ArrayLike,
    variances: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int,
    dispersion: float = 1.0,
) -> Array:
    """Weighted sums of counts drawn anew, with their mean and variance, a row a draw.

    They are drawn as so many equal events as tell as much of the sum: Poisson numbers of mean
    ``s² / (φ v)``, times the weight ``φ v / s`` of each. If all weights are equal, they are those.

    Args:
        sums: The sums, such as harm: s = Σ k w.
        variances: Theirs, if counts are Poisson numbers: v = Σ k w². A sum without one stays as it
            is, for nobody knows how far chance moves it; so does one that is 0.
        rng: What draws.
        draws: How many.
        dispersion: φ, how many times the variance is that of Poisson numbers; 1 to 1e6.

    Raises:
        ValueError: If a number is negative, or the dispersion is not from 1 to 1e6.

    Source:
        Bohm & Zech, Statistics of weighted Poisson events and its applications, Nuclear Instruments
        and Methods A 748 (2014), 1-6: the scaled Poisson distribution.

    >>> redrawn_sums([50, 50], [250, None], rng=np.random.default_rng(1), draws=2).tolist()
    [[40.0, 50.0], [65.0, 50.0]]
    """
    mean, variance = counts_of(sums=sums, variances=variances)
    _check_dispersion(dispersion)
    weight = np.where(mean > 0, variance, np.nan) * dispersion / np.where(mean > 0, mean, 1.0)
    # Of more events than this chance moves no digit that anybody reads.
    events = mean / np.where(weight > 0, weight, np.nan)
    moved = events <= MOST_COUNTED
    drawn = rng.poisson(np.where(moved, events, 0.0), (draws, *mean.shape))
    return np.where(moved, drawn * np.where(moved, weight, 0.0), mean)


def _parts(draws: int, seed: int, size: int) -> Iterator[tuple[np.random.Generator, int]]:
    """So many draws, a part at a time, out of one stream."""
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if value < least:
            raise ValueError(f"{name} is {value}, below {least}")
    rng = np.random.default_rng(seed)
    most = max(_AT_ONCE // max(size, 1), 1)
    for start in range(0, draws, most):
        yield rng, min(most, draws - start)


def _check_dispersion(dispersion: float) -> None:
    given = np.asarray(dispersion, dtype=np.float64)
    wrong = ~((given >= 1) & (given <= _MOST_DISPERSION))
    refuse(np.asarray(wrong), "dispersion", given, f"from 1 to {_MOST_DISPERSION:g}")
