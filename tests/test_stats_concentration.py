"""Gini, Lorenz and the smallest share: published values, other computations, properties."""

from __future__ import annotations

from itertools import combinations
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from npolicing.stats.concentration import (
    generalised_gini,
    gini,
    lorenz,
    prediction_accuracy_index,
    prediction_efficiency_index,
    smallest_share,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=12)
SOME = COUNTS.filter(any)
FRACTIONS = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12)
NOTHING: list[list[float]] = [[], [0], [0, 0, 0], [nan], [1, nan]]


def area(heights: NDArray[np.float64], places: NDArray[np.float64]) -> float:
    """The area below a curve, by trapezia."""
    return float((np.diff(places) * (heights[1:] + heights[:-1]) / 2).sum())


def trapezia(counts: list[int]) -> float:
    """Twice the area between the diagonal and the Lorenz curve."""
    curve = lorenz(counts)
    return 1 - 2 * area(curve.events, curve.places)


def differences(counts: list[int]) -> float:
    """Half of the mean absolute difference of all pairs, over the mean."""
    x = np.array(counts, dtype=float)
    return float(np.abs(x[:, None] - x).mean() / x.mean() / 2)


# -- published values


@pytest.mark.parametrize(
    ("counts", "plain", "generalised"),
    [
        ([10, 8, 2, *[0] * 7], 0.78, 0.78),
        ([5, 2, 1, *[0] * 7], 0.80, 0.75),
        ([10, *[0] * 9], 0.90, 0.90),
        ([10, *[0] * 99], 0.99, 0.90),
    ],
)
def test_bernasco_and_steenbeeks_examples(
    counts: list[int], plain: float, generalised: float
) -> None:
    assert gini(counts) == pytest.approx(plain, abs=1e-12)
    assert generalised_gini(counts) == pytest.approx(generalised, abs=1e-12)


@pytest.mark.parametrize("places", [10, 100])
def test_one_place_with_all_is_1_where_that_is_corrected(places: int) -> None:
    counts = [10, *[0] * (places - 1)]
    assert gini(counts, corrected=True) == pytest.approx(1)
    assert generalised_gini(counts, corrected=True) == pytest.approx(1)


def test_the_correction_is_by_the_lesser_of_places_and_events() -> None:
    # 8 events in 10 places: 0.75 times 8 / 7; of 20 in 10, 0.78 times 10 / 9.
    assert generalised_gini([5, 2, 1, *[0] * 7], corrected=True) == pytest.approx(6 / 7)
    assert generalised_gini([10, 8, 2, *[0] * 7], corrected=True) == pytest.approx(0.78 * 10 / 9)
    assert gini([5, 2, 1, *[0] * 7], corrected=True) == pytest.approx(0.8 * 10 / 9)


def test_half_of_it_in_so_few_places_by_hand() -> None:
    """Of 20 in ten places, 10 are half, and 10 more than a quarter."""
    counts = [2, 0, 10, 8, *[0] * 6]
    found = smallest_share(counts)
    assert (found.places, found.share, found.holds) == (1, 0.1, 0.5)
    # Two in each place: five places hold half of it.
    assert (found.even_places, found.even_share) == (5, 0.5)
    nine = smallest_share(counts, 0.95)
    assert (nine.places, nine.share, nine.holds) == (3, 0.3, 1)


def test_sparse_counts_sit_in_few_places_however_even_they_are() -> None:
    # Ten events in a hundred places, one each: five of them hold half.
    found = smallest_share([1] * 10 + [0] * 90)
    assert (found.places, found.share) == (5, 0.05)
    assert (found.even_places, found.even_share) == (5, 0.05)
    assert generalised_gini([1] * 10 + [0] * 90) == 0
    assert gini([1] * 10 + [0] * 90) == pytest.approx(0.9)
    # Fifteen in ten places: five with two and five with one, so that four hold half.
    assert smallest_share([15, *[0] * 9]).even_places == 4


def test_a_curve_by_hand() -> None:
    curve = lorenz([3, 0, 1, 0])
    assert curve.places.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert curve.events.tolist() == [0, 0, 0, 0.25, 1]
    assert curve.even.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert lorenz([2, 0, 0, 0]).even.tolist() == [0, 0, 0, 0.5, 1]
    assert lorenz([0.5, 2.5, 0, 0]).even.tolist() == [0, 0.25, 0.5, 0.75, 1]


# -- other computations


@given(SOME)
def test_gini_is_that_of_all_pairs_and_of_the_area(counts: list[int]) -> None:
    assert gini(counts) == pytest.approx(differences(counts), abs=1e-12)
    assert gini(counts) == pytest.approx(trapezia(counts), abs=1e-12)


@given(SOME, st.integers(1, 30))
def test_the_generalised_gini_is_of_the_area_below_the_most_even_line(
    counts: list[int], more: int
) -> None:
    """Of fewer events than places: how much of the area below that line is not below the curve."""
    sparse = counts + [0] * (sum(counts) + more)
    curve = lorenz(sparse)
    own, even = (area(each, curve.places) for each in (curve.events, curve.even))
    assert generalised_gini(sparse) == pytest.approx(1 - own / even, abs=1e-9)


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=7).filter(any),
    st.sampled_from([0.1, 0.25, 0.5, 0.8, 1]),
)
@example([3] * 10, 0.1)
def test_no_fewer_places_hold_as_much(counts: list[int], of: float) -> None:
    found = smallest_share(counts, of)
    assert found.places == fewest(counts, of)
    top = sorted(counts, reverse=True)[: int(found.places)]
    assert found.holds == pytest.approx(sum(top) / sum(counts))
    assert found.share == found.places / len(counts)


def fewest(counts: list[int], of: float) -> int:
    """By trying every choice of places."""
    for number in range(1, len(counts) + 1):
        if any(sum(each) >= of * sum(counts) - 1e-9 for each in combinations(counts, number)):
            return number
    raise AssertionError(counts)


@given(st.integers(1, 6), st.integers(1, 9), st.sampled_from([0.25, 0.5, 0.9]))
def test_nothing_is_more_even_than_the_most_even_spread(
    places: int, events: int, of: float
) -> None:
    """Of every way to put whole events into places, the one that takes most places."""
    most = max(fewest(list(each), of) for each in spreads(places, events))
    assert smallest_share([events, *[0] * (places - 1)], of).even_places == most


def spreads(places: int, events: int) -> list[tuple[int, ...]]:
    """Every way, up to the order of the places."""

    def rest(places: int, events: int, most: int) -> list[tuple[int, ...]]:
        if places == 1:
            return [(events,)] if events <= most else []
        return [
            (first, *others)
            for first in range(min(events, most), -1, -1)
            for others in rest(places - 1, events - first, first)
        ]

    return rest(places, events, events)


# -- properties


@given(SOME, st.integers(1, 9), st.randoms())
def test_neither_order_nor_scale_matters(counts: list[int], times: int, random: object) -> None:
    shuffled = list(counts)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis gives a Random
    found = gini(counts)
    assert 0 <= found < 1
    assert gini(shuffled) == pytest.approx(found, abs=1e-12)
    assert gini([times * each for each in counts]) == pytest.approx(found, abs=1e-12)
    assert generalised_gini(shuffled) == pytest.approx(generalised_gini(counts), abs=1e-12)
    assert smallest_share(shuffled) == smallest_share(counts)


@given(SOME)
def test_the_generalised_is_at_most_the_plain_one(counts: list[int]) -> None:
    found = generalised_gini(counts)
    assert 0 <= found <= gini(counts)
    if sum(counts) >= len(counts):
        assert found == gini(counts)


@given(st.integers(1, 9), st.integers(0, 90))
def test_ones_and_zeros_are_as_even_as_can_be(events: int, empty: int) -> None:
    assert generalised_gini([1] * events + [0] * empty) == 0


@given(SOME)
def test_corrected_figures_reach_1_and_not_more(counts: list[int]) -> None:
    for corrected in (gini(counts, corrected=True), generalised_gini(counts, corrected=True)):
        assert isnan(corrected) or 0 <= corrected <= 1 + 1e-12


@given(FRACTIONS)
def test_a_curve_bends_one_way_and_lies_below_the_most_even(counts: list[float]) -> None:
    curve = lorenz(counts)
    assert (curve.places[0], curve.events[0]) == (0, 0)
    assert (curve.places[-1], curve.events[-1]) == (1, pytest.approx(1))
    assert (np.diff(curve.events, 2) >= -1e-9).all()
    assert (curve.events <= curve.even + 1e-9).all()


@given(st.integers(1, 10**9), st.integers(1, 20))
def test_equal_counts_have_no_concentration(count: int, places: int) -> None:
    assert gini([count] * places) == 0
    assert 0 <= gini([count / 7] * places) < 1e-15


# -- undefined and impossible


@pytest.mark.parametrize("counts", NOTHING)
def test_without_events_or_with_a_gap_nothing_is_defined(counts: list[float]) -> None:
    assert isnan(gini(counts))
    assert isnan(gini(counts, corrected=True))
    assert isnan(generalised_gini(counts))
    assert isnan(generalised_gini(counts, corrected=True))
    found = smallest_share(counts)
    assert np.isnan([found.places, found.share, found.holds]).all()
    assert np.isnan([found.even_places, found.even_share]).all()
    curve = lorenz(counts)
    assert np.isnan(curve.events).all()
    assert np.isnan(curve.even).all()
    assert len(curve.places) == len(curve.events) == len(curve.even) == len(counts) + 1


def test_one_event_or_one_place_has_no_corrected_figure() -> None:
    assert isnan(generalised_gini([1, 0, 0], corrected=True))
    assert isnan(gini([5], corrected=True))
    assert isnan(generalised_gini([5], corrected=True))
    assert (gini([5]), generalised_gini([5]), generalised_gini([1, 0, 0])) == (0, 0, 0)


def test_what_is_impossible_is_refused() -> None:
    with pytest.raises(ValueError, match="counts is at least 0, not -1, at index 1"):
        gini([1, -1])
    with pytest.raises(ValueError, match=r"counts is a whole number, not 0\.5"):
        generalised_gini([1, 0.5])
    with pytest.raises(ValueError, match=r"one row of places, not of shape \(1, 2\)"):
        lorenz([[1, 2]])
    for of in (0, -0.5, 1.1, nan):
        with pytest.raises(ValueError, match="of is a share above 0 and at most 1"):
            smallest_share([1], of)


# -- what a prediction of places caught


def test_the_indices_of_ptools() -> None:
    """The test of its function pai: 6, 3 and 0 in three places alike, predicted in that order."""
    assert prediction_accuracy_index([6, 3, 0]).tolist() == pytest.approx([2, 1.5, 1])
    assert prediction_efficiency_index([6, 3, 0]).tolist() == pytest.approx([1, 1, 1])


def test_a_prediction_that_misses_by_hand() -> None:
    """19 in six places. The best two have 13, and the two that were predicted have 9."""
    events = [6, 3, 7, 2, 1, 0]

    assert prediction_accuracy_index(events).tolist() == pytest.approx(
        [6 / 19 * 6, 9 / 19 * 3, 16 / 19 * 2, 18 / 19 * 1.5, 6 / 5, 1]
    )
    assert prediction_efficiency_index(events).tolist() == pytest.approx(
        [6 / 7, 9 / 13, 1, 1, 1, 1]
    )


def test_areas_of_places_by_hand() -> None:
    """9 of 12 events in 3 of 10 hectares are 2.5 times as many as there would be anywhere.

    By density the order would be 3 in 1 hectare, 6 in 2, 3 in 7: a quarter of the events in a tenth
    is 2.5, and the 6 in 2 that were predicted first are 2.5 as well.
    """
    events, areas = [6, 3, 3], [2, 1, 7]

    assert prediction_accuracy_index(events, areas).tolist() == pytest.approx([2.5, 2.5, 1])
    assert prediction_efficiency_index(events, areas).tolist() == pytest.approx([1, 1, 1])


def test_of_places_of_unequal_size_a_prediction_may_pass_the_best_of_as_many() -> None:
    """The densest are 100 in 1 hectare and 5,000 in 100; predicted second is 40 in 1.

    The first two predicted have 140 in 2 hectares, the densest two 5,100 in 101.
    """
    found = prediction_efficiency_index([100, 40, 5000], [1, 1, 100])

    assert found.tolist() == pytest.approx([1, (140 / 2) / (5100 / 101), 1])
    assert found[1] > 1


@given(SOME)
def test_in_places_alike_no_prediction_is_better_than_the_counts(counts: list[int]) -> None:
    efficiency = prediction_efficiency_index(counts)

    assert (efficiency <= 1 + 1e-12).all()
    assert efficiency[-1] == pytest.approx(1)
    best = prediction_efficiency_index(sorted(counts, reverse=True))
    assert best.tolist() == pytest.approx([1] * len(counts))


@given(SOME, st.floats(0.1, 1e3))
def test_accuracy_is_a_share_over_a_share(counts: list[int], unit: float) -> None:
    found = prediction_accuracy_index(counts, [unit] * len(counts))

    assert found.tolist() == pytest.approx(prediction_accuracy_index(counts).tolist())
    assert found[-1] == pytest.approx(1)
    # From the emptiest place up, it is the height of the Lorenz curve over its base.
    curve = lorenz(counts)
    upward = prediction_accuracy_index(sorted(counts))
    assert upward.tolist() == pytest.approx((curve.events[1:] / curve.places[1:]).tolist())


@pytest.mark.parametrize("index", [prediction_accuracy_index, prediction_efficiency_index])
def test_without_events_a_prediction_has_no_index(
    index: Callable[..., NDArray[np.float64]],
) -> None:
    assert index([]).tolist() == []
    for counts in ([0, 0], [nan, 1], [1, nan]):
        assert np.isnan(index(counts)).all()
    assert np.isnan(index([1, 2], [1, nan])).all()


@pytest.mark.parametrize("index", [prediction_accuracy_index, prediction_efficiency_index])
@pytest.mark.parametrize(
    ("events", "areas", "words"),
    [
        ([1, -1], 1, "events is at least 0, not -1, at index 1"),
        ([1, 2], [1, 0], "areas is above 0, not 0, at index 1"),
        ([1, 2], [1, -3], "areas is at least 0, not -3, at index 1"),
        ([1, 2], [1, 2, 3], "these shapes do not go together"),
        ([[1, 2]], 1, "one row of places"),
        (4, 1, "one row of places"),
    ],
)
def test_what_is_no_prediction_is_refused(
    index: Callable[..., NDArray[np.float64]], events: object, areas: object, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        index(events, areas)
