from __future__ import annotations

from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import refused, rows

import npolicing as npol
from npolicing.entities import DemandTier
from npolicing.measures import anticipated_demand, needed_tier


def coming(mean: float, sd: float, **columns: object) -> pd.DataFrame:
    """So many logs a day in July 2020, as a forecast has them."""
    return pd.DataFrame(
        {"month": ["2020-07"], "days": 31, "anticipated": mean * 31, "sd": sd * 31, **columns}
    )


def tier(level: int, logs_per_day: float, **given: Any) -> DemandTier:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "plan": "summer", "name": "GARRR"[level - 1], **given}
    return DemandTier(level=level, logs_per_day=logs_per_day, **fields)


PLAN = [tier(1, 2_300), tier(2, 2_400), tier(3, 2_600)]


def test_the_tiers_of_a_july_of_2500_a_day() -> None:
    found = rows(needed_tier(coming(2_500, 100), PLAN))

    # Thresholds lie 2 and 1 below, and 1 above: of a normal distribution 2.28, 15.87, 84.13 %.
    assert [(row["level"], row["tier"], row["threshold"]) for row in found] == [
        (0, None, None),
        (1, "G", 2_300),
        (2, "A", 2_400),
        (3, "R", 2_600),
    ]
    assert [round(row["likelihood"], 4) for row in found] == [0.0228, 0.1359, 0.6827, 0.1587]
    assert [round(row["likelihood_or_higher"], 4) for row in found] == [1, 0.9772, 0.8413, 0.1587]
    assert [row["called_for"] for row in found] == [False, False, True, False]
    assert {row["anticipated_per_day"] for row in found} == {2_500}
    assert {row["month"] for row in found} == {"2020-07"}


def test_a_tier_that_begins_at_0_leaves_no_month_without_one() -> None:
    found = rows(needed_tier(coming(10, 50), [tier(1, 0), tier(2, 60)]))

    assert [row["level"] for row in found] == [1, 2]
    assert [row["called_for"] for row in found] == [True, False]
    above = 1 - NormalDist().cdf(1)
    assert [row["likelihood"] for row in found] == pytest.approx([1 - above, above])


@given(
    st.floats(0, 5_000),
    st.just(0.0) | st.floats(1e-3, 500),
    st.lists(st.floats(0, 5_000), min_size=1, max_size=5, unique=True),
)
def test_one_tier_is_called_for_and_the_likelihoods_add_up_to_1(
    mean: float, sd: float, thresholds: list[float]
) -> None:
    plan = [tier(at + 1, each, name="T") for at, each in enumerate(sorted(thresholds))]
    found = needed_tier(coming(mean, sd), plan)

    assert found["likelihood"].sum() == pytest.approx(1)
    assert found["likelihood"].between(0, 1).all()
    assert found["likelihood_or_higher"].is_monotonic_decreasing
    assert found["likelihood_or_higher"].iloc[0] == 1
    assert found["called_for"].sum() == 1
    called = found[found["called_for"]].iloc[0]
    per_day = called["anticipated_per_day"]
    assert called["level"] == sum(each <= per_day for each in thresholds)
    beyond = found[found["threshold"] > 0]
    expected = [
        1 - NormalDist(per_day, sd).cdf(each) if sd else float(per_day >= each)
        for each in beyond["threshold"]
    ]
    assert beyond["likelihood_or_higher"].to_list() == pytest.approx(expected, abs=1e-6)


def test_what_is_exactly_at_a_threshold_reaches_it() -> None:
    found = rows(needed_tier(coming(2_400, 0), PLAN))

    assert [row["likelihood"] for row in found] == [0, 0, 1, 0]
    assert [row["called_for"] for row in found] == [False, False, True, False]


def test_a_unit_has_its_own_tiers_and_the_total_those_of_the_force() -> None:
    frame = pd.concat(
        [
            coming(100, 1, npu="CV", is_total=False),
            coming(50, 1, npu="BE", is_total=False),
            coming(3, 1, npu=None, is_total=False),
            coming(2_500, 1, npu=None, is_total=True),
        ]
    )
    found = rows(needed_tier(frame, [*PLAN, tier(1, 90, npu="CV"), tier(2, 120, npu="CV")]))

    said = [(row["npu"], row["level"], row["called_for"], row["is_total"]) for row in found]
    assert said == [
        ("CV", 0, False, False),
        ("CV", 1, True, False),
        ("CV", 2, False, False),
        # BE has no tier, and logs of no known unit are not the force's.
        ("BE", None, False, False),
        (None, None, False, False),
        (None, 0, False, True),
        (None, 1, False, True),
        (None, 2, True, True),
        (None, 3, False, True),
    ]
    assert [row["likelihood"] for row in found[3:5]] == [None, None]


def test_tiers_are_those_that_are_valid_when_the_month_begins() -> None:
    ended = tier(1, 2_000, name="old", valid_to=date(2020, 6, 30))
    begun = tier(1, 2_400, name="new", valid_from=date(2020, 7, 1))
    later = tier(1, 2_600, name="next", valid_from=date(2020, 7, 2))
    found = needed_tier(coming(2_500, 100), [ended, begun, later])

    assert found["tier"].dropna().to_list() == ["new"]


def test_forces_have_plans_of_their_own() -> None:
    frame = pd.concat([coming(2_500, 1, force="WMP"), coming(700, 1, force="GMP")])
    plan = [tier(1, 2_300), tier(1, 600, force="GMP")]
    found = needed_tier(frame, plan)

    assert found[found["called_for"]]["threshold"].to_list() == [2_300, 600]
    with refused("These tiers are of 2 forces: GMP, WMP. Pass those of one."):
        needed_tier(coming(2_500, 1), plan)
    # A total of two forces has the plan of neither.
    both = pd.concat([frame.assign(is_total=False), coming(3_200, 1, force=None, is_total=True)])
    assert needed_tier(both, plan)["level"].isna().to_list() == [False] * 4 + [True]


def test_thresholds_that_do_not_rise_are_refused() -> None:
    for wrong in ([tier(1, 2_400), tier(2, 2_400)], [tier(1, 2_500), tier(2, 2_400)]):
        with pytest.raises(npol.ValidationError, match="rise with the level") as caught:
            needed_tier(coming(2_500, 100), wrong)
        assert [each.code for each in caught.value.failures] == ["INCONSISTENT"]
    twice = [tier(1, 2_300), tier(1, 2_400, valid_from=date(2020, 5, 1))]
    with pytest.raises(npol.ValidationError, match=r"the force in 2020-07"):
        needed_tier(coming(2_500, 100), twice)
    # Of one unit, not of another.
    apart = [tier(1, 2_300), tier(2, 90, npu="CV")]
    assert len(needed_tier(coming(2_500, 100), apart)) == 2


def test_what_has_no_plan_is_refused() -> None:
    with pytest.raises(npol.MissingTargetError, match="is of CV .* it has tiers of the force"):
        needed_tier(coming(100, 1, npu="CV"), PLAN)
    with pytest.raises(npol.MissingTargetError, match="tiers of nobody"):
        needed_tier(coming(100, 1), [])
    with refused("These tiers are of 2 plans: summer, winter. Pass those of one."):
        needed_tier(coming(100, 1), [tier(1, 5), tier(1, 6, plan="winter")])
    with refused(
        "A tier is of a force or of a unit, and these rows are also by priority. Anticipate the "
        "demand that the plan is of: pick it by where=."
    ):
        needed_tier(coming(100, 1, priority="P1"), PLAN)
    with pytest.raises(npol.MissingColumnsError, match="sd"):
        needed_tier(coming(100, 1).drop(columns="sd"), PLAN)


def test_a_frame_of_any_library_is_taken() -> None:
    frame = coming(2_500, 100, npu="CV")
    plan = npol.to_pandas([tier(1, 2_300, npu="CV")], DemandTier)

    expected = needed_tier(frame, [tier(1, 2_300, npu="CV")])
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for each in (table, pl.DataFrame(table)):
        pd.testing.assert_frame_equal(needed_tier(each, plan), expected)


def test_made_up_logs_call_for_the_higher_tier_in_july() -> None:
    logs = npol.synthetic.logs(rows=200_000, first="2016-01", last="2019-12")
    months = anticipated_demand(logs, months=["2020-02", "2020-07"], method="seasonal_naive")
    low, high = months["logs_per_day"]
    found = needed_tier(months, [tier(1, 0), tier(2, (low + high) / 2)])

    assert found[found["called_for"]]["level"].to_list() == [1, 2]
    assert np.allclose(found.groupby("month")["likelihood"].sum(), 1)
