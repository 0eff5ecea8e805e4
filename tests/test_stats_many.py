"""Many p-values at once."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from npolicing.stats.many import benjamini_hochberg

P_VALUES = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 1.0]), min_size=1)


def test_four_by_hand() -> None:
    """0.005 x 4/1, 0.01 x 4/2, 0.03 x 4/3, 0.04 x 4/4: 0.02, 0.02, 0.04, 0.04."""
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_the_papers_own_fifteen() -> None:
    """Benjamini & Hochberg (1995), section 3.2: at 5 % the first four are rejected, and no more."""
    given = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
        *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]

    adjusted = benjamini_hochberg(given)

    assert (np.asarray(adjusted) <= 0.05).sum() == 4
    assert np.asarray(adjusted)[[0, 3]] == pytest.approx([0.0015, 0.0095 * 15 / 4])


@given(P_VALUES)
def test_scipy_and_statsmodels_agree(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(p_values)

    assert adjusted == pytest.approx(false_discovery_control(p_values), abs=1e-12)
    assert adjusted == pytest.approx(multipletests(p_values, method="fdr_bh")[1], abs=1e-12)


@given(P_VALUES)
def test_order_is_kept_and_nothing_becomes_smaller(p_values: list[float]) -> None:
    order = np.array(p_values).argsort()[::-1]
    adjusted = np.asarray(benjamini_hochberg(p_values))

    assert (adjusted >= np.array(p_values) * (1 - 1e-12)).all()
    assert adjusted.max() <= 1
    np.testing.assert_array_equal(
        np.asarray(benjamini_hochberg(np.array(p_values)[order])), adjusted[order]
    )


@given(P_VALUES)
def test_where_no_test_was_made_none_counts(p_values: list[float]) -> None:
    gaps = [nan, *p_values, nan]

    np.testing.assert_array_equal(
        np.asarray(benjamini_hochberg(gaps)), [nan, *np.asarray(benjamini_hochberg(p_values)), nan]
    )


def test_shape_and_kind_are_those_given() -> None:
    assert benjamini_hochberg(0.3) == 0.3
    assert np.isnan(benjamini_hochberg(nan))
    assert np.shape(benjamini_hochberg([])) == (0,)
    assert np.asarray(benjamini_hochberg([[0.01, 0.04], [0.03, 0.005]])).tolist() == [
        [0.02, 0.04],
        [0.04, 0.02],
    ]


@pytest.mark.parametrize(
    ("p_values", "words"),
    [([0.5, -0.1], "at least 0, not -0.1, at index 1"), ([1.5], "at most 1, not 1.5, at index 0")],
)
def test_a_p_value_is_from_0_to_1(p_values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=f"^p_values is {words}$"):
        benjamini_hochberg(p_values)
