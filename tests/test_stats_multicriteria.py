"""Ranks, dominance, combined ranks, and what is taken from the top."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from npolicing.stats.multicriteria import choose, combined_rank, dominance, ranks

SOME = st.integers(1, 4).flatmap(
    lambda criteria: st.integers(1, 12).flatmap(
        lambda places: arrays(np.float64, (criteria, places), elements=st.integers(0, 5))
    )
)
WEIGHTS = st.lists(st.floats(0.01, 10), min_size=4, max_size=4)


def test_ranks_by_hand() -> None:
    """40 is first; 30 and 30 share ranks 2 and 3; 10 is fourth; what is unknown has no rank."""
    np.testing.assert_array_equal(ranks([30, 10, 40, nan, 30]), [2.5, 4, 1, nan, 2.5])


@given(SOME)
def test_scipy_ranks_the_same(values: np.ndarray) -> None:
    np.testing.assert_array_equal(ranks(values), rankdata(-values, axis=1))


@given(SOME)
def test_draws_are_ranked_each_by_itself(values: np.ndarray) -> None:
    drawn = np.stack([values, values[:, ::-1]])

    np.testing.assert_array_equal(ranks(drawn)[1], ranks(values[:, ::-1]))


def test_nothing_has_no_ranks() -> None:
    assert ranks([]).tolist() == []


def test_dominance_by_hand() -> None:
    """A is above D on both. B and C are above A on one each, and above D on both. E is B's like."""
    #                   A  B  C  D  E
    found = dominance([[2, 3, 1, 0, 3], [2, 1, 3, 0, 1]])

    assert found.dominated_by.tolist() == [0, 0, 0, 4, 0]
    assert found.on_front.tolist() == [True, True, True, False, True]


def test_one_that_is_level_on_a_criterion_is_dominated_by_the_other() -> None:
    found = dominance([[2, 2], [1, 3]])

    assert found.dominated_by.tolist() == [1, 0]


def test_nobody_knows_whether_an_unknown_place_is_dominated() -> None:
    found = dominance([[3.0, nan, 1.0], [3.0, 0.0, 1.0]])

    assert found.dominated_by.tolist() == [0, 0, 1]
    assert found.on_front.tolist() == [True, False, False]


@given(SOME)
def test_dominance_is_what_its_definition_says(values: np.ndarray) -> None:
    found = dominance(values)
    places = range(values.shape[1])

    for b in places:
        above = [
            a
            for a in places
            if all(values[:, a] >= values[:, b]) and any(values[:, a] > values[:, b])
        ]
        assert found.dominated_by[b] == len(above)
    assert found.on_front.any()


@given(SOME, WEIGHTS)
def test_one_that_dominates_has_the_better_combined_rank(
    values: np.ndarray, weights: list[float]
) -> None:
    """Whatever the weights are, so long as each is above 0."""
    combined = combined_rank(ranks(values), weights[: len(values)])

    for a in range(values.shape[1]):
        for b in range(values.shape[1]):
            if all(values[:, a] >= values[:, b]) and any(values[:, a] > values[:, b]):
                assert combined[a] < combined[b]


def test_combined_ranks_by_hand() -> None:
    """3 of 4 parts for the first criterion: (3 x 1 + 3) / 4 = 1.5, and so on."""
    assert combined_rank([[1, 2, 3], [3, 1, 2]], [3, 1]).tolist() == [1.5, 1.75, 2.75]


@given(SOME, st.floats(0.001, 1000))
def test_weights_are_of_any_sum(values: np.ndarray, times: float) -> None:
    order, weights = ranks(values), np.arange(1.0, len(values) + 1)

    assert combined_rank(order, weights * times) == pytest.approx(combined_rank(order, weights))


@given(SOME)
def test_combined_ranks_add_up_as_ranks_do(values: np.ndarray) -> None:
    """The mean of n ranks is (n + 1) / 2, and so is that of their weighted means."""
    combined = combined_rank(ranks(values), np.ones(len(values)))

    assert combined.mean() == pytest.approx((values.shape[1] + 1) / 2)


def test_each_draw_may_have_its_own_weights() -> None:
    found = combined_rank([[1, 2], [2, 1]], [[1, 0], [0, 1], [1, 1]])

    assert found.tolist() == [[1, 2], [2, 1], [1.5, 1.5]]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1, -1], "weights is at least 0"),
        ([0, 0], "the sum of weights is above 0"),
        ([1, nan], "weights is a number"),
        ([1, inf], "weights is a finite number"),
        ([1, 1, 1], "not one a row of ranks"),
    ],
)
def test_wrong_weights_are_refused(weights: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        combined_rank([[1, 2], [2, 1]], weights)


def test_what_is_no_rank_is_refused() -> None:
    with pytest.raises(ValueError, match="ranks is at least 1, not 0"):
        combined_rank([[0, 1]], [1])
    with pytest.raises(ValueError, match="ranks is at most"):
        combined_rank([[1e13, 1]], [1])


def test_a_choice_by_hand() -> None:
    """A and C are level at 2, and C's worst rank is the better one, so C comes first.

    B is first of all, and not eligible. So of two, C and A are taken.
    """
    order = [[1, 2, 2, 4], [3, 1, 2, 4]]

    found = choose(order, weights=[1, 1], eligible=[True, False, True, True], limit=2)

    assert found.combined.tolist() == [2, 1.5, 2, 4]
    assert found.position.tolist() == [3, 1, 2, 4]
    assert found.chosen.tolist() == [True, False, True, False]


@pytest.mark.parametrize(("limit", "taken"), [(0, 0), (49, 1), (50, 1), (51, 2), (80, 2), (999, 4)])
def test_the_one_that_crosses_the_limit_is_taken(limit: float, taken: int) -> None:
    found = choose(
        [[1, 2, 3, 4]], weights=[1], eligible=[True] * 4, sizes=[50, 30, 15, 5], limit=limit
    )

    assert found.chosen.sum() == taken


def test_those_level_in_all_come_as_they_were_given() -> None:
    found = choose([[1.5, 1.5, 3]], weights=[1], eligible=[True] * 3, limit=1)

    assert found.chosen.tolist() == [True, False, False]


def test_what_has_no_rank_is_last_and_never_taken() -> None:
    found = choose([[nan, 1]], weights=[1], eligible=[True, True], limit=2)

    assert found.position.tolist() == [2, 1]
    assert found.chosen.tolist() == [False, True]


@given(SOME, st.integers(0, 12), st.data())
def test_the_first_that_are_eligible_are_taken(
    values: np.ndarray, number: int, data: st.DataObject
) -> None:
    eligible = data.draw(arrays(np.bool_, values.shape[1]))

    found = choose(ranks(values), weights=np.ones(len(values)), eligible=eligible, limit=number)

    assert sorted(found.position) == list(range(1, values.shape[1] + 1))
    assert found.chosen.sum() == min(number, eligible.sum())
    assert not (found.chosen & ~eligible).any()
    left = eligible & ~found.chosen
    if found.chosen.any() and left.any():
        assert found.position[found.chosen].max() < found.position[left].min()
        assert found.combined[found.chosen].max() <= found.combined[left].min()


def test_dominance_is_of_a_table() -> None:
    with pytest.raises(ValueError, match="a row a criterion"):
        dominance([1, 2, 3])


@pytest.mark.parametrize(
    ("limit", "error", "words"),
    [
        (nan, ValueError, "limit is a number, not nan"),
        (-1, ValueError, "limit is at least 0, not -1"),
        (float("inf"), ValueError, "limit is a finite number, not inf"),
        ("2", TypeError, "limit is not of numbers"),
    ],
)
def test_a_limit_is_a_number(limit: float, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        choose([[1, 2]], weights=[1], eligible=[True, True], limit=limit)
