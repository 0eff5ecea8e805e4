"""Student's t, held against SciPy and the printed table."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from npolicing.stats._student import student_p, student_quantile


@given(st.floats(-30, 30), st.integers(1, 120))
def test_a_p_value_is_that_of_scipy(t: float, degrees: int) -> None:
    expected = 2 * stats.t.sf(abs(t), degrees)

    assert float(student_p(t, degrees)) == pytest.approx(expected, rel=1e-8, abs=5e-15)


@pytest.mark.parametrize(
    ("degrees", "printed"),
    [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (20, 2.086), (30, 2.042), (120, 1.980)],
)
def test_the_quantiles_are_those_of_the_table(degrees: int, printed: float) -> None:
    """Abramowitz & Stegun, table 26.10, as any textbook prints it: 2.5 % above."""
    assert round(student_quantile(0.95, degrees), 3) == printed


@given(st.floats(0.01, 0.999), st.integers(1, 120))
def test_a_quantile_is_where_the_p_value_is_what_is_left(confidence: float, degrees: int) -> None:
    found = student_quantile(confidence, degrees)

    assert float(student_p(found, degrees)) == pytest.approx(1 - confidence, rel=1e-9)


def test_infinite_degrees_are_normal() -> None:
    assert student_quantile(0.95, math.inf) == pytest.approx(1.959963984540054, rel=1e-12)
    assert float(student_p(1.959963984540054, math.inf)) == pytest.approx(0.05, rel=1e-12)


def test_each_t_has_its_own_degrees_and_without_one_there_is_no_p_value() -> None:
    found = student_p([2.228, 2.228, 2.228, math.nan], [10, math.inf, 0, 10])

    assert found[0] == pytest.approx(0.05, abs=1e-4)
    assert found[1] == pytest.approx(0.0259, abs=1e-4)
    assert np.isnan(found).tolist() == [False, False, True, True]
    assert math.isnan(student_quantile(0.95, 0))
