"""Whether a choice stands under other weights, and when the counts are drawn anew."""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from npolicing.stats import stability
from npolicing.stats._arrays import Array
from npolicing.stats.multicriteria import ranks
from npolicing.stats.stability import (
    acceptability,
    redrawn_counts,
    redrawn_sums,
    resampled_choice,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = [True, True, True]
DRAWS = 20_000


def within(share: float, expected: float, draws: int = DRAWS) -> bool:
    """Whether a share of draws is as near as five standard errors."""
    return abs(share - expected) <= 5 * sqrt(expected * (1 - expected) / draws)


def test_acceptability_by_hand() -> None:
    """Of two criteria A leads by one rank on the first, and B by two on the second.

    With w for the first: A has w + 3 (1 - w), B has 2 w + (1 - w), C 3 w + 2 (1 - w). A is below B
    where 3 - 2 w < 1 + w, so for w > 2/3: a third of all weights. C is never first.
    """
    share = acceptability([[1, 2, 3], [3, 1, 2]], eligible=ALL, limit=1, draws=DRAWS)

    assert within(share[0], 1 / 3)
    assert within(share[1], 2 / 3)
    assert share[2] == 0


def test_weights_of_three_criteria_are_even_on_the_triangle() -> None:
    """A is first on one of three and last on the others: taken where its weight is above 1/2.

    That is the corner of the triangle with a quarter of its area. B is second on each.
    """
    order = [[1, 2, 3], [3, 2, 1], [3, 2, 1]]

    share = acceptability(order, eligible=ALL, limit=1, draws=DRAWS)

    # A: w1 + 3 (1 - w1) < 2, so w1 > 1/2.
    assert within(share[0], 1 / 4)
    assert within(share[2], 3 / 4)
    assert share.sum() == pytest.approx(1)


def test_a_dominating_place_is_taken_under_any_weights() -> None:
    share = acceptability([[1, 2, 3], [1, 3, 2]], eligible=ALL, limit=1)

    assert share[0] == 1


def test_weights_make_nobody_eligible() -> None:
    share = acceptability([[1, 2, 3]], eligible=[False, True, True], limit=1)

    assert share.tolist() == [0, 1, 0]


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    order = [[1, 2, 3], [3, 1, 2]]
    first = acceptability(order, eligible=ALL, limit=1, seed=1)

    assert first.tolist() == acceptability(order, eligible=ALL, limit=1, seed=1).tolist()
    assert first.tolist() != acceptability(order, eligible=ALL, limit=1, seed=2).tolist()


def test_redrawn_counts_have_their_mean_and_variance() -> None:
    drawn = redrawn_counts([0, 4, 100], rng=np.random.default_rng(7), draws=DRAWS)

    assert drawn.shape == (DRAWS, 3)
    assert (drawn[:, 0] == 0).all()
    assert drawn.mean(axis=0) == pytest.approx([0, 4, 100], rel=0.02)
    assert drawn.var(axis=0) == pytest.approx([0, 4, 100], rel=0.06)


def test_a_dispersion_widens_counts_and_does_not_move_them() -> None:
    drawn = redrawn_counts([0, 4, 100], rng=np.random.default_rng(7), draws=DRAWS, dispersion=3)

    assert drawn.mean(axis=0) == pytest.approx([0, 4, 100], rel=0.03)
    assert drawn.var(axis=0) == pytest.approx([0, 12, 300], rel=0.08)
    assert (drawn % 1 == 0).all()


def test_redrawn_sums_have_their_mean_and_variance() -> None:
    """10 crimes of weight 5: harm 50, variance 250. Without a variance, or at 0, nothing moves."""
    drawn = redrawn_sums(
        [50, 50, 0, 50], [250, nan, nan, 250], rng=np.random.default_rng(7), draws=DRAWS
    )
    wide = redrawn_sums([50], [250], rng=np.random.default_rng(7), draws=DRAWS, dispersion=2)

    assert drawn.mean(axis=0) == pytest.approx([50, 50, 0, 50], rel=0.02)
    assert drawn.var(axis=0) == pytest.approx([250, 0, 0, 250], rel=0.06)
    assert wide.var() == pytest.approx(500, rel=0.06)
    assert (drawn >= 0).all()


def test_sums_of_equal_weights_are_drawn_as_their_counts() -> None:
    counts = np.array([3.0, 40.0, 0.0])
    sums, alone = np.random.default_rng(7), np.random.default_rng(7)

    drawn = redrawn_sums(10 * counts, 100 * counts, rng=sums, draws=50)

    assert drawn == pytest.approx(10 * redrawn_counts(counts, rng=alone, draws=50))


def test_few_grave_crimes_are_drawn_or_are_not() -> None:
    """Harm of 5 with a weight of 300 a crime: 300 in one draw of sixty, and else nothing."""
    drawn = redrawn_sums([5], [1500], rng=np.random.default_rng(7), draws=DRAWS)

    assert set(np.unique(drawn)) <= {0.0, 300.0, 600.0, 900.0}
    assert drawn.mean() == pytest.approx(5, rel=0.2)


def test_what_chance_cannot_move_stays() -> None:
    assert redrawn_sums([1e18], [1e-9], rng=np.random.default_rng(7), draws=1)[0, 0] == 1e18


def test_what_is_unknown_stays_so() -> None:
    rng = np.random.default_rng(7)

    assert np.isnan(redrawn_counts([nan], rng=rng, draws=2)).all()
    assert np.isnan(redrawn_sums([nan], [1], rng=rng, draws=2)).all()


def _draw(counts: list[float], least: float = 0) -> stability.Draw:
    def draw(rng: np.random.Generator, number: int) -> tuple[Array, NDArray[np.bool_]]:
        drawn = redrawn_counts(counts, rng=rng, draws=number)
        return drawn[:, None, :], drawn >= least

    return draw


def test_two_places_alike_are_taken_in_half_of_the_draws_each() -> None:
    """Level counts go to the one that was given first: P(X > Y) + P(X = Y) of Poisson numbers."""
    found = resampled_choice(_draw([1e6, 1e6, 9]), weights=[1], places=3, limit=1, draws=DRAWS)

    assert found.chosen[:2] == pytest.approx([0.5, 0.5], abs=0.02)
    assert found.chosen[2] == 0
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_a_share_is_the_one_that_poisson_numbers_have() -> None:
    """P(X >= Y) of Poisson numbers with means 12 and 8, summed."""
    found = resampled_choice(_draw([12, 8]), weights=[1], places=2, limit=1, draws=DRAWS)
    chance = [np.exp(-12.0), np.exp(-8.0)]
    one, other = ([p := chance[0]], [q := chance[1]])
    for k in range(1, 80):
        one.append(p := p * 12 / k)
        other.append(q := q * 8 / k)
    expected = sum(p * sum(other[: k + 1]) for k, p in enumerate(one))

    assert within(found.chosen[0], expected)


def test_who_is_eligible_is_asked_in_each_draw() -> None:
    """A count of 10 is 10 or more in P(X >= 10) = 0.5421 of Poisson's draws."""
    found = resampled_choice(_draw([10], 10), weights=[1], places=1, limit=1, draws=DRAWS)

    assert within(found.chosen[0], 0.5421)


def test_a_wider_confidence_has_the_wider_limits() -> None:
    counts = [30.0, 28, 26, 24, 22, 20, 18]
    wide, narrow = (
        resampled_choice(_draw(counts), weights=[1], places=7, limit=1, confidence=confidence)
        for confidence in (0.95, 0.5)
    )

    assert (wide.low <= narrow.low).all()
    assert (wide.high >= narrow.high).all()
    assert (wide.high - wide.low).sum() > (narrow.high - narrow.low).sum()


@pytest.mark.parametrize(("confidence", "low"), [(0.95, 1), (0.9, 2)])
def test_limits_leave_out_half_of_the_rest_at_each_end(confidence: float, low: int) -> None:
    """The second place is first in 3 of 100 draws: more than 2.5 %, and fewer than 5."""

    def draw(_rng: np.random.Generator, number: int) -> tuple[Array, NDArray[np.bool_]]:
        second = np.where(np.arange(number) % 100 < 3, 3.0, 1.0)
        values = np.stack([np.full(number, 2.0), second], axis=1)
        return values[:, None, :], np.ones((number, 2), dtype=np.bool_)

    found = resampled_choice(draw, weights=[1], places=2, limit=1, confidence=confidence)

    assert (found.low[1], found.high[1]) == (low, 2)


def test_parts_of_the_draws_are_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """700 draws, of which 100 at a time fit: each is counted once."""
    monkeypatch.setattr(stability, "_AT_ONCE", 300)
    sizes: list[int] = []

    def draw(rng: np.random.Generator, number: int) -> tuple[Array, NDArray[np.bool_]]:
        sizes.append(number)
        return rng.random((number, 1, 3)), np.ones((number, 3), dtype=bool)

    found = resampled_choice(draw, weights=[1], places=3, limit=1, draws=750)

    assert sizes == [100] * 7 + [50]
    assert found.chosen.sum() == pytest.approx(1)
    assert acceptability([[1, 2, 3]], eligible=ALL, limit=1, draws=750).tolist() == [1, 0, 0]


def test_weights_move_what_is_resampled() -> None:
    """With all of the weight on the second criterion, the first says nothing."""
    values = np.array([[3.0, 2, 1], [1, 2, 3]])

    def draw(_rng: np.random.Generator, number: int) -> tuple[Array, NDArray[np.bool_]]:
        return np.broadcast_to(values, (number, 2, 3)), np.ones((number, 3), dtype=bool)

    found = resampled_choice(draw, weights=[0, 1], places=3, limit=1)

    assert found.chosen.tolist() == [0, 0, 1]
    assert ranks(values)[1].tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"draws": 0}, "draws is 0, below 1"),
        ({"seed": -1}, "seed is -1, below 0"),
        ({"confidence": 1.0}, "confidence is between 0 and 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(asked: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        resampled_choice(_draw([1, 2]), weights=[1], places=2, limit=1, **asked)


def test_no_dispersion_or_count_of_no_kind_is_drawn() -> None:
    rng = np.random.default_rng(7)

    with pytest.raises(ValueError, match="dispersion is from 1 to 1e.06, not 0.5"):
        redrawn_counts([1], rng=rng, draws=1, dispersion=0.5)
    with pytest.raises(ValueError, match="dispersion is from 1 to 1e.06, not nan"):
        redrawn_sums([1], [1], rng=rng, draws=1, dispersion=nan)
    with pytest.raises(ValueError, match="counts is at most 1e.15"):
        redrawn_counts([1e16], rng=rng, draws=1)


def test_acceptability_is_of_a_table() -> None:
    with pytest.raises(ValueError, match="a row a criterion"):
        acceptability([1, 2, 3], eligible=ALL, limit=1)
