"""Rounding by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing.stats.rounding import RULES, explained_by, round_to

VALUES = st.decimals(-1000, 1000, places=6)
STEPS = st.sampled_from([Decimal("0.01"), Decimal("0.5"), Decimal(1), Decimal(5), Decimal(10)])


@pytest.mark.parametrize(
    ("value", "rule", "rounded"),
    [
        ("2.5", "half_up", 3),
        ("2.5", "half_even", 2),
        ("2.5", "half_down", 2),
        ("2.5", "floor", 2),
        ("2.5", "ceiling", 3),
        ("2.5", "truncate", 2),
        ("-2.5", "half_up", -3),
        ("-2.5", "half_even", -2),
        ("-2.5", "half_down", -2),
        ("-2.5", "floor", -3),
        ("-2.5", "ceiling", -2),
        ("-2.5", "truncate", -2),
        ("3.5", "half_even", 4),
    ],
)
def test_each_rule_at_a_half(value: str, rule: str, rounded: int) -> None:
    assert round_to(Decimal(value), Decimal(1), rule) == rounded  # type: ignore[arg-type] # names in a table


def test_fifteen_to_tens_depends_on_the_rule() -> None:
    """A tie that base 10 can have and base 5 cannot."""
    assert round_to(Decimal(15), Decimal(10)) == 20
    assert round_to(Decimal(25), Decimal(10), "half_even") == 20


@pytest.mark.parametrize("step", ["0", "-1"])
def test_a_step_is_above_zero(step: str) -> None:
    with pytest.raises(ValueError, match=f"^a rounding step is above 0, not {step}$"):
        round_to(Decimal(1), Decimal(step))


def test_what_explains_the_paper_s_two_forties() -> None:
    """Coventry 40.8919 printed 41, Wolverhampton 40.8952 printed 40: no rule gives both."""
    step = Decimal("0.01")
    cv = explained_by(Decimal("0.41"), Decimal(32846) / Decimal(80324), step)
    wv = explained_by(Decimal("0.40"), Decimal(29784) / Decimal(72830), step)
    assert cv == ("half_up", "half_even", "half_down", "ceiling")
    assert wv == ("floor", "truncate")


def test_nothing_explains_a_wrong_digit() -> None:
    assert explained_by(Decimal("0.50"), Decimal("0.408952"), Decimal("0.01")) == ()


@given(VALUES, STEPS)
def test_every_rule_gives_a_multiple_less_than_a_step_away(value: Decimal, step: Decimal) -> None:
    for rule in RULES:
        rounded = round_to(value, step, rule)
        assert rounded % step == 0
        assert abs(rounded - value) < step


@given(VALUES, STEPS)
def test_floor_and_ceiling_enclose_the_others(value: Decimal, step: Decimal) -> None:
    low, high = round_to(value, step, "floor"), round_to(value, step, "ceiling")
    assert all(low <= round_to(value, step, rule) <= high for rule in RULES)


@given(VALUES, STEPS)
def test_what_a_rule_gives_it_explains(value: Decimal, step: Decimal) -> None:
    for rule in RULES:
        assert rule in explained_by(round_to(value, step, rule), value, step)
