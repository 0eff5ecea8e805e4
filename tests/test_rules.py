from __future__ import annotations

import operator
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.errors import Failure

HALF = Rule(
    code="INCONSISTENT", name="a half is at most the whole", columns=("half", "whole"),
    holds=operator.le,
)  # fmt: skip
PAID = InOrder(code="BID_PAID_OVER_AWARDED", columns=("paid", "awarded"))
STEPS = InOrder(code="BID_DATES", columns=("first", "second", "third"))
ALIGNED = NeededWhen(code="BID_UNALIGNED", needed="staff", when="status", values=("paid", "closed"))


@pytest.mark.parametrize(
    ("half", "whole", "broken"),
    [(1, 2, False), (2, 2, False), (3, 2, True), (None, 2, False), (3, None, False)],
)
def test_a_rule_is_asked_only_where_every_column_has_a_value(
    half: int | None, whole: int | None, *, broken: bool
) -> None:
    assert HALF.broken({"half": half, "whole": whole, "other": None}) is broken


def test_a_rule_takes_its_columns_in_their_order() -> None:
    assert HALF.broken({"whole": 1, "half": 2})
    assert not attrs.evolve(HALF, columns=("whole", "half")).broken({"whole": 1, "half": 2})


def test_the_failure_of_a_rule_names_its_columns_and_has_their_values() -> None:
    row = {"whole": 2, "other": 9, "half": 3}

    assert HALF.failure(row, 7) == Failure(
        code="INCONSISTENT",
        rule="a half is at most the whole",
        column="half, whole",
        row=7,
        value=(3, 2),
    )
    assert HALF.failure(row).row is None


def test_values_in_order_may_be_equal() -> None:
    assert PAID.name == "paid <= awarded"
    assert not PAID.broken({"paid": 5, "awarded": 5})
    assert not PAID.broken({"paid": 4, "awarded": 5})
    assert PAID.broken({"paid": 6, "awarded": 5})


def test_three_in_order_are_each_held_against_the_next() -> None:
    assert STEPS.name == "first <= second <= third"
    assert not STEPS.broken({"first": 1, "second": 1, "third": 2})
    assert STEPS.broken({"first": 1, "second": 3, "third": 2})
    assert STEPS.broken({"first": 2, "second": 1, "third": 3})


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_in_order_is_sorted(values: list[int]) -> None:
    row = dict(zip(STEPS.columns, values, strict=True))

    assert STEPS.broken(row) == (values != sorted(values))


@pytest.mark.parametrize(
    ("staff", "status", "broken"),
    [
        (None, "paid", True),
        (None, "closed", True),
        (None, "draft", False),
        (None, None, False),
        ("S1", "paid", False),
        ("S1", "draft", False),
    ],
)
def test_a_value_is_needed_where_another_asks_for_it(
    staff: str | None, status: str | None, *, broken: bool
) -> None:
    assert ALIGNED.broken({"staff": staff, "status": status}) is broken


def test_what_is_needed_is_named_with_when() -> None:
    assert ALIGNED.name == "staff is given where status is paid or closed"
    assert ALIGNED.failure({"staff": None, "status": "paid"}, 2) == Failure(
        code="BID_UNALIGNED",
        rule="staff is given where status is paid or closed",
        column="staff, status",
        row=2,
        value=(None, "paid"),
    )


@pytest.mark.parametrize("rule", [HALF, PAID, ALIGNED], ids=lambda rule: type(rule).__name__)
def test_rules_are_frozen_equal_by_what_they_say_and_pickle(rule: Rule) -> None:
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 # our own bytes
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        rule.code = "NULL"  # type: ignore[misc] # that is the test
