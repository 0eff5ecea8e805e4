"""Seasons of a series: counted by hand, as published, and as statsmodels has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.tsa.seasonal import seasonal_decompose

from npolicing.stats.seasonality import SeasonalModel, decompose, seasonal_indices

Array = NDArray[np.float64]

# The example of R's `decompose` that statsmodels tests with: 32 quarters.
QUARTERS = [
    *(-50, 175, 149, 214, 247, 237, 225, 329, 729, 809, 530, 489, 540, 457, 195, 176),
    *(337, 239, 128, 102, 232, 429, 3, 98, 43, -141, -77, -13, 125, 361, -45, 184),
]
MODELS = st.sampled_from(["additive", "multiplicative"])


@st.composite
def series(draw: st.DrawFn, least: float = 1) -> tuple[Array, int]:
    """A series of two to five periods, and its period."""
    period = draw(st.integers(2, 13))
    length = draw(st.integers(2 * period, 5 * period))
    values = draw(st.lists(st.floats(least, 1e6), min_size=length, max_size=length))
    return np.array(values), period


def test_a_straight_line_and_a_season_counted_by_hand() -> None:
    """10, 11, 12 … and +3, -2, -2, +1 by turns, of which the line takes nothing away."""
    values = [13, 9, 10, 14, 17, 13, 14, 18, 21, 17, 18, 22]

    parts = decompose(values, period=4)

    assert parts.indices.tolist() == [3.0, -2.0, -2.0, 1.0]
    assert parts.seasonal.tolist() == [3.0, -2.0, -2.0, 1.0] * 3
    assert parts.trend[2:10].tolist() == [12, 13, 14, 15, 16, 17, 18, 19]
    assert np.isnan(parts.trend[[0, 1, 10, 11]]).all()
    assert parts.remainder[2:10].tolist() == [0.0] * 8
    assert np.isnan(parts.remainder[[0, 1, 10, 11]]).all()
    assert parts.observed.tolist() == values
    assert parts.model == "additive"


def test_r_s_quarters_come_out_as_published() -> None:
    """R 2.15's `decompose`, by way of statsmodels' tests of `seasonal_decompose`."""
    parts = decompose(QUARTERS, period=4)

    assert parts.indices.round(2).tolist() == [62.46, 86.17, -88.38, -60.25]
    # Printed 159.12 204.00 221.25 245.12, of which 159.125 and 245.125 are halves.
    assert parts.trend[2:6].tolist() == [159.125, 204.0, 221.25, 245.125]


def test_quarter_averages_are_brought_to_the_mean_of_1_as_in_the_hand_example() -> None:
    """.606 .918 .992 1.481 add up to 3.997; over their mean .606 .919 .993 1.482."""
    # Round a flat trend of 1: each average is that of a quarter's ratios.
    averages = np.array([0.606, 0.918, 0.992, 1.481])

    indices = seasonal_indices(np.tile(averages, 3), period=4)

    assert indices.round(3).tolist() == [0.606, 0.919, 0.993, 1.482]


def test_an_odd_period_has_a_trend_from_its_half_on() -> None:
    parts = decompose([1, 2, 3, 1, 2, 3], period=3)

    assert np.isnan(parts.trend).tolist() == [True, False, False, False, False, True]
    assert parts.indices.round(12).tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
@given(data=st.data())
def test_it_is_what_statsmodels_has(model: SeasonalModel, data: st.DataObject) -> None:
    values, period = data.draw(series())

    ours = decompose(values, period=period, model=model)

    theirs = seasonal_decompose(values, period=period, model=model)
    np.testing.assert_allclose(ours.trend, theirs.trend, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(ours.seasonal, theirs.seasonal, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(ours.remainder, theirs.resid, rtol=1e-9, atol=1e-6)


@given(series(), MODELS)
def test_the_parts_make_the_series_and_the_indices_cancel_out(
    drawn: tuple[Array, int], model: SeasonalModel
) -> None:
    values, period = drawn

    parts = decompose(values, period=period, model=model)

    known = ~np.isnan(parts.trend)
    assert known.sum() == len(values) - 2 * (period // 2)
    if model == "additive":
        made, middle = parts.trend + parts.seasonal + parts.remainder, 0
    else:
        made, middle = parts.trend * parts.seasonal * parts.remainder, 1
    np.testing.assert_allclose(made[known], values[known], rtol=1e-9, atol=1e-6)
    assert parts.indices.mean() == pytest.approx(middle, abs=1e-6)
    assert len(parts.indices) == period


@given(series(), st.integers(1, 12), MODELS)
def test_to_begin_later_in_the_year_turns_the_indices(
    drawn: tuple[Array, int], later: int, model: SeasonalModel
) -> None:
    pattern, period = drawn[0][: drawn[1]], drawn[1]
    years = np.tile(pattern, 5)

    turned = seasonal_indices(years[later % period :], period=period, model=model)

    expected = np.roll(seasonal_indices(years, period=period, model=model), -later)
    np.testing.assert_allclose(turned, expected, rtol=1e-9, atol=1e-6)


@given(series(), st.floats(0.01, 1000))
def test_in_other_units_an_additive_index_grows_and_a_multiplicative_one_stays(
    drawn: tuple[Array, int], times: float
) -> None:
    values, period = drawn

    added = seasonal_indices(values * times, period=period, model="additive")
    multiplied = seasonal_indices(values * times, period=period, model="multiplicative")

    expected = seasonal_indices(values, period=period, model="additive") * times
    np.testing.assert_allclose(added, expected, rtol=1e-9, atol=1e-4)
    expected = seasonal_indices(values, period=period, model="multiplicative")
    np.testing.assert_allclose(multiplied, expected, rtol=1e-9)


@given(series(), st.floats(-1e6, 1e6))
def test_a_shift_leaves_an_additive_season(drawn: tuple[Array, int], shift: float) -> None:
    values, period = drawn

    shifted = decompose(values + shift, period=period)

    kept = decompose(values, period=period)
    np.testing.assert_allclose(shifted.indices, kept.indices, atol=1e-6)
    np.testing.assert_allclose(shifted.trend, kept.trend + shift, atol=1e-6)


def test_a_season_is_multiplicative_unless_said_otherwise_and_a_decomposition_additive() -> None:
    values = [2, 4, 4, 8, 8, 16]

    assert seasonal_indices(values, period=2).mean() == pytest.approx(1)
    assert decompose(values, period=2).model == "additive"
    assert decompose([1.0] * 24).seasonal.tolist() == [0.0] * 24


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
def test_a_series_that_never_changes_has_no_season(model: SeasonalModel) -> None:
    indices = seasonal_indices([70_000] * 24, model=model)

    np.testing.assert_allclose(indices, float(model == "multiplicative"), atol=1e-9)


def test_very_large_counts_have_their_season() -> None:
    assert seasonal_indices([1e12, 3e12] * 3, period=2).tolist() == [0.5, 1.5]


def test_two_whole_periods_are_enough_and_a_point_less_is_not() -> None:
    assert len(decompose(range(24)).indices) == 12
    with pytest.raises(
        ValueError, match="^values has 23 points; a season of two whole periods nee"
    ):
        decompose(range(23))


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([], {}, "^values has 0 points; a season of two whole periods needs 24$"),
        ([1.0] * 7 + [np.nan] * 17, {}, "^values has a gap at index 7 and 16 more: what is not "),
        ([1.0] * 23 + [None], {}, "^values has a gap at index 23: what is not known is no 0. Begi"),
        ([1.0] * 23 + [np.inf], {}, "^values is a finite number, not inf, at index 23$"),
        ([1.0] * 23 + [1e200], {}, "^values is at most 1e100 in size, not 1e.200, at index 23$"),
        ([[1.0] * 24], {}, "^values is one series, not an array of 2 dimensions$"),
        ([1.0] * 24, {"period": 1}, "^period is a whole number of 2 or more, not 1$"),
        ([1.0] * 24, {"model": "x"}, '^model is "additive" or "multiplicative", not .x.$'),
        (
            [1.0] * 23 + [0],
            {"model": "multiplicative"},
            '^values is above 0 where the model is "multiplicative", not 0, at index 23$',
        ),
    ],
)
def test_what_has_no_season_is_refused_with_its_place(
    values: list[float], options: dict[str, int], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        decompose(values, **options)  # type: ignore[arg-type] # wrong on purpose


def test_what_is_no_number_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="^values is not of numbers"):
        decompose(["1"] * 24)
    with pytest.raises(TypeError):
        decompose([1.0] * 24, period=4.5)  # type: ignore[arg-type] # wrong on purpose
