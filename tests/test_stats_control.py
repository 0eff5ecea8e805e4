"""Control charts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypedDict

import numpy as np
import pandas as pd
import pytest
from charts import drawn, flags
from hypothesis import assume, given
from hypothesis import strategies as st

from npolicing.stats.control import NHS, NSW, ControlChart, Direction, Rules, xmr

# NHSRplotthedots 0.2.2, vignettes/deviations.Rmd.
VIGNETTE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]

# R's set.seed(123); rnorm(20), which the tests of NHSRplotthedots 0.2.2 chart.
NORMAL = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621),
    *(-1.26506123, -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272),
    *(-0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141),
]
WITH_TEN = [*NORMAL[:14], 10.0, *NORMAL[15:]]

# Twelve points with mean 0 and every range 20: limits at 53.2, near lines at 35.47.
EVEN = [10, -10] * 6


def after(*pattern: float, rules: Rules = NHS) -> list[tuple[str, int]]:
    """How points are flagged that come after twelve on which the lines rest."""
    chart = xmr([*EVEN, *pattern], fix_after=12, rules=rules)
    found = list(zip(chart.rule.tolist(), chart.sign.tolist(), strict=True))
    return found[12:]


def rules_after(*pattern: float, rules: Rules = NHS) -> list[str]:
    return [rule for rule, _ in after(*pattern, rules=rules)]


# -- lines


def test_counted_by_hand() -> None:
    chart = xmr([3, 5, 4, 8])

    assert chart.moving_range.tolist() == pytest.approx([np.nan, 2, 1, 4], nan_ok=True)
    assert chart.mean.tolist() == [5] * 4
    # 7/3 * 2.66 = 6.2067, two thirds of it 4.1378, and 7/3 * 3.267 = 7.623.
    assert chart.lower.tolist() == pytest.approx([-1.206667] * 4, abs=1e-6)
    assert chart.upper.tolist() == pytest.approx([11.206667] * 4, abs=1e-6)
    assert chart.near_lower.tolist() == pytest.approx([0.862222] * 4, abs=1e-6)
    assert chart.near_upper.tolist() == pytest.approx([9.137778] * 4, abs=1e-6)
    assert chart.range_limit.tolist() == pytest.approx([7.623] * 4)
    assert chart.rule.tolist() == ["none"] * 4
    assert chart.reading.tolist() == ["common_cause"] * 4
    assert chart.part.tolist() == [0] * 4


@pytest.mark.parametrize(
    ("values", "screen", "lower", "mean", "upper"),
    [
        (VIGNETTE, True, "-0.72", "1.94", "4.60"),
        (VIGNETTE, False, "-3.06", "1.94", "6.95"),
        # tests/testthat/_snaps/ptd_spc_standard.md
        (NORMAL, True, "-3.01138", "0.1416238", "3.294627"),
        (WITH_TEN, True, "-2.383666", "0.6694159", "3.722497"),
        (WITH_TEN, False, "-4.596625", "0.6694159", "5.935457"),
        # tests/testthat/_snaps/ptd_spc.md, the two facets
        (NORMAL[:10], True, "-2.60", "0.0746", "2.75"),
        (NORMAL[10:], True, "-3.28", "0.209", "3.70"),
    ],
)
def test_the_lines_that_nhsrplotthedots_has(
    values: Sequence[float],
    screen: bool,  # noqa: FBT001 # a column of the table above
    lower: str,
    mean: str,
    upper: str,
) -> None:
    chart = xmr(values, screen_outliers=screen)

    for line, printed in ((chart.lower, lower), (chart.mean, mean), (chart.upper, upper)):
        digits = len(printed.partition(".")[2])
        assert set(line.tolist()) == {line[0]}
        assert f"{line[0]:.{digits}f}" == printed


def test_266_is_not_three_over_1128() -> None:
    """The trap: with 2.6596 the limits of this series would be 265.96 out."""
    chart = xmr([0, 100] * 50, screen_outliers=False)

    assert chart.upper[0] - chart.mean[0] == pytest.approx(266, abs=1e-9)
    assert chart.near_upper[0] - chart.mean[0] == pytest.approx(177.3333, abs=1e-4)


def test_a_range_at_3267_times_the_mean_is_an_outlier_and_one_just_below_is_not() -> None:
    # Both have a mean range of 1,000.
    at, below = [0, 3267, 4000, 4000, 4000], [0, 3266, 4000, 4000, 4000]

    assert xmr(at).screened.tolist() == [False, True, False, False, False]
    assert (xmr(at).parts[0].screened, xmr(at).parts[0].mean_range) == (1, 733 / 3)
    assert not xmr(at, screen_outliers=False).screened.any()
    assert not xmr(below).screened.any()
    assert (xmr(below).parts[0].screened, xmr(below).parts[0].mean_range) == (0, 1000)


def test_outliers_are_screened_once() -> None:
    """Of these ten ranges the mean is 2.9, and 16 goes; of the rest 1.44, and 5 would go again."""
    values = np.cumsum([0, 1, -1, 1, -1, 5, 16, 1, 1, -1, 1])
    chart = xmr(values)

    assert chart.screened.tolist() == [False] * 6 + [True] + [False] * 4
    assert chart.parts[0].mean_range == pytest.approx(13 / 9)


def test_a_lower_limit_is_not_cut_off_at_0() -> None:
    assert xmr([0, 5, 0, 5]).lower[0] < 0


# -- which rule flags a point


def test_a_point_is_outside_above_a_limit_and_near_on_it() -> None:
    upper, near = 2.66 * 20, 2 * (2.66 / 3) * 20

    assert after(upper) == [("none", 0)]
    assert after(upper + 1e-9) == [("outside_limits", 1)]
    assert after(-upper - 1e-9) == [("outside_limits", -1)]
    assert rules_after(upper, upper, 1) == ["near_limit", "near_limit", "none"]
    assert rules_after(near, near, 1) == ["none"] * 3
    assert rules_after(-near, -near, -1) == ["none"] * 3
    assert after(-upper, -upper, -1) == [("near_limit", -1)] * 2 + [("none", 0)]


@pytest.mark.parametrize(
    ("pattern", "flagged"),
    [
        ((40, 1, 40), (0, 2)),
        ((40, 40, 1), (0, 1)),
        ((1, 40, 40), (1, 2)),
        ((40, 1, 1, 40), ()),
        ((40, 1, 1, 40, 41), (3, 4)),
        # On the other side, or on the mean: all three are on one side.
        ((40, -1, 40), ()),
        ((40, 0, 40), ()),
        ((40, -40), ()),
        ((1, -1, 40, -1, 40), ()),
        # A point outside the limits is not near them, and may be the third.
        ((40, 60, 1), ()),
        ((40, 60, 40), (0, 2)),
        # Two points are no row of three.
        ((-1, 40, 41), ()),
    ],
)
def test_two_of_three_near_a_limit(pattern: Sequence[float], flagged: Sequence[int]) -> None:
    found = rules_after(*pattern)

    assert [place for place, rule in enumerate(found) if rule == "near_limit"] == [*flagged]


def test_points_near_opposite_limits_are_common_cause() -> None:
    """NHSRplotthedots 0.2.2, test-ptd_spc_standard.R, its issue 143."""
    chart = xmr([*[1, -1] * 7, 5.5, -5.5])

    assert chart.reading.tolist()[-2:] == ["common_cause"] * 2


def test_seven_in_a_row_on_one_side() -> None:
    assert after(1, 2, 1, 2, 1, 2, 1) == [("run", 1)] * 7
    assert after(1, 2, 1, 2, 1, 2) == [("none", 0)] * 6
    assert rules_after(1, 2, 1, 2, 1, 2, -1) == ["none"] * 7
    assert after(1, 2, 1, 2, 1, 2, 1, 2, -1)[-2:] == [("run", 1), ("none", 0)]
    # The point before these is -10, and belongs to a run below.
    assert after(-1, -2, -1, -2, -1, -2, 1) == [("run", -1)] * 6 + [("none", 0)]


def test_a_point_on_the_mean_ends_a_run() -> None:
    assert rules_after(1, 2, 1, 0, 1, 2, 1, 2) == ["none"] * 8
    assert rules_after(*[0] * 8) == ["none"] * 8


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        # NHSRplotthedots 0.2.2, test-ptd_calculate_point_type.R. A 0 before: steps from -10 count.
        ((0, -3, -2, -1, 0, 1, 2, 3), (0, 1, 1, 1, 1, 1, 1, 1)),
        ((0, 3, 2, 1, 0, -1, -2, -3), (0, *[-1] * 7)),
        ((0, -3, -2, -1, 0, 1, 2), (0,) * 7),
        ((0, 2, -3, -2, -1, 0, 1, 2, 3, -1), (0, 0, *[1] * 7, 0)),
        # Ties break a trend.
        ((0, -3, -2, -1, -1, 0, 1, 2, 3), (0,) * 9),
        # A peak ends the rise and begins the fall: it is of the fall.
        ((0, -3, -2, -1, 0, 1, 2, 3, 2, 1, 0, -1, -2, -3), (0, *[1] * 6, *[-1] * 7)),
        ((0, 3, 2, 1, 0, -1, -2, -3, -2, -1, 0, 1, 2, 3), (0, *[-1] * 6, *[1] * 7)),
        # A rise that ends beside the start of another trend stays one: R calls its end a fall.
        ((0, -6, -5, -4, -3, -2, 1, 2, 2, 3, 4, 5, 6, 7, 8), (0, *[1] * 14)),
        ((0, -6, -5, -4, -3, -2, 1, 2, -3, -2, -1, 0, 1, 2, 3), (0, *[1] * 14)),
        ((0, -3, -2, -1, 0, 1, 2, 3, 3, 2, 1, 0, -1, -2, -3), (0, *[1] * 7, *[-1] * 7)),
    ],
)
def test_seven_in_a_row_going_one_way(pattern: Sequence[float], signs: Sequence[int]) -> None:
    only_trends = Rules(run=None, near=None)
    found = after(*pattern, rules=only_trends)

    assert [sign for _, sign in found] == [*signs]
    assert {rule for rule, sign in found if sign} <= {"trend"}


def test_of_several_rules_the_first_counts() -> None:
    """Outside before trend, before near, before run, though each of these points keeps several."""
    # All seven rise above the mean: a run, and a trend; two are near a limit, one is outside.
    found = after(1, 5, 10, 20, 40, 41, 60)
    assert found == [("trend", 1)] * 6 + [("outside_limits", 1)]

    # The same order without a trend: two are near, and all are a run.
    found = after(5, 1, 10, 40, 39, 20, 60)
    assert found == [
        *[("run", 1)] * 3,
        *[("near_limit", 1)] * 2,
        ("run", 1),
        ("outside_limits", 1),
    ]


def test_a_trend_is_read_by_its_way_and_not_by_its_side() -> None:
    """It falls, and is good where less is, though its points lie above the mean.

    NHSRplotthedots, NEWS of 0.2.2, its issue 171.
    """
    chart = xmr([*EVEN, 30, 25, 20, 15, 10, 5, 1], fix_after=12, direction="decrease")

    assert set(chart.rule[12:].tolist()) == {"trend"}
    assert set(chart.reading[12:].tolist()) == {"improvement"}


def test_other_lengths_and_no_rule_at_all() -> None:
    rise = (-20, -19, -18, -17, -16)
    assert rules_after(*rise) == ["none"] * 5
    assert rules_after(*rise, rules=NSW) == ["trend"] * 5
    assert rules_after(*rise[:4], rules=NSW) == ["none"] * 4
    assert rules_after(1, 2, 1, 2, 1, rules=Rules(run=5)) == ["run"] * 5
    assert rules_after(1, 40, 1, 1, 40, rules=Rules(near=(2, 4)))[1::3] == ["near_limit"] * 2
    assert rules_after(40, rules=Rules(near=(1, 1))) == ["near_limit"]
    none = Rules(run=None, trend=None, near=None)
    assert set(rules_after(1, 5, 10, 20, 40, 41, 42, rules=none)) == {"none"}
    assert rules_after(60, rules=none) == ["outside_limits"]


def test_the_rule_sets() -> None:
    assert Rules() == NHS == Rules(run=7, trend=7, near=(2, 3))
    assert Rules(run=7, trend=5, near=(2, 3)) == NSW


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"run": 1}, r"^run is 1: it is 2 points or more, or None for no rule$"),
        ({"trend": 0}, "^trend is 0: it is 2"),
        ({"near": (3, 2)}, r"^near is \(3, 2\): it is so many of so many points"),
        ({"near": (0, 3)}, r"^near is \(0, 3\)"),
    ],
)
def test_rules_that_cannot_be(wrong: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rules(**wrong)  # type: ignore[arg-type] # some of them are not


# -- parts


def test_a_rebase_begins_everything_anew() -> None:
    rising = list(range(8))
    chart = xmr([*EVEN, *rising], rebase=[16])

    assert chart.part.tolist() == [0] * 16 + [1] * 4
    assert np.isnan(chart.moving_range[[0, 16]]).all()
    assert chart.mean[15:17].tolist() == [pytest.approx(6 / 16), 5.5]
    # Eight rise in a row, four in each part.
    assert "trend" not in chart.rule.tolist()
    assert [(part.first, part.points, part.trial) for part in chart.parts] == [
        (0, 16, False),
        (16, 4, True),
    ]


def test_a_rebase_is_by_label_where_there_are_labels() -> None:
    months = ["2018-01", "2018-02", "2018-03", "2018-04"]
    chart = xmr([1, 2, 5, 6], labels=months, rebase=["2018-03"])

    assert chart.part.tolist() == [0, 0, 1, 1]
    assert chart.labels == tuple(months)
    assert [note[:20] for note in chart.notes] == ["part 0, from 2018-01", "part 1, from 2018-03"]
    assert xmr([1, 2, 5, 6], labels=months, rebase="2018-03").part.tolist() == [0, 0, 1, 1]
    assert xmr([1, 2, 5, 6], rebase=[2, 0, 2]).part.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("rebase", "labels", "words"),
    [
        ([3], None, r"^rebase at 3: that is none of the places, from 0 to 2$"),
        ([-1], None, "^rebase at -1: "),
        (["2018-04"], ["2018-01", "2018-02", "2018-03"], r"^rebase at '2018-04': .* labels$"),
        ([1], ["2018-01", "2018-02", "2018-03"], r"^rebase at 1: that is none of the labels$"),
        ([], ["a", "b"], r"^there are 2 labels for 3 points$"),
        ([], ["a", "b", "a"], r"^label 'a' is there twice"),
        ([], [], r"^there are 0 labels"),
    ],
)
def test_places_and_labels_that_are_not_there(
    rebase: list[object], labels: list[str] | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        xmr([1, 2, 3], rebase=rebase, labels=labels)


def test_lines_are_fixed_in_each_part_and_later_points_are_held_against_them() -> None:
    chart = xmr([*EVEN, 100, 100, *EVEN, 0.5], fix_after=12, rebase=[14])

    assert chart.mean.tolist() == [0] * 27
    assert chart.upper.tolist() == pytest.approx([53.2] * 27)
    assert chart.rule.tolist()[12:14] == ["outside_limits"] * 2
    assert chart.moving_range[12:15].tolist() == pytest.approx([110, 0, np.nan], nan_ok=True)
    # What comes after is not in the mean of the ranges, and is not screened out of it either.
    assert not chart.screened.any()


def test_only_ranges_that_the_lines_rest_on_are_screened() -> None:
    chart = xmr([*VIGNETTE, 10, 1], fix_after=18)

    assert np.flatnonzero(chart.screened).tolist() == [4, 5]
    assert chart.moving_range[18:].tolist() == [9, 9]


def test_fix_after_is_at_least_twelve() -> None:
    assert xmr(EVEN, fix_after=12).upper[0] == pytest.approx(53.2)
    with pytest.raises(ValueError, match=r"^fix_after is 11: .* 12 points or more$"):
        xmr(EVEN, fix_after=11)


def test_a_part_of_fewer_than_13_points_has_trial_limits() -> None:
    """As NHSRplotthedots counts, though its words are "n < 12"."""
    assert xmr(EVEN).trial.all()
    assert xmr(EVEN).parts[0].trial
    assert not xmr([*EVEN, 10]).trial.any()
    assert xmr([*EVEN, 10]).notes == ()
    assert xmr(EVEN, trial_below=12).notes == ()

    chart = xmr([*EVEN, 10, 3], rebase=[13])
    assert chart.trial.tolist() == [False] * 13 + [True]
    assert len(chart.notes) == 1
    assert chart.notes[0] == (
        "part 1, from place 13, has 1 point: its limits are trial limits, which each new point"
        " moves"
    )
    (note,) = xmr([1, 2], labels=["May", "June"]).notes
    assert note.startswith("part 0, from May, has 2 points: its limits are")


def test_what_a_part_comes_to() -> None:
    chart = xmr([*EVEN, 60, 0, -70, 1], fix_after=12, direction="increase")
    (part,) = chart.parts

    assert (part.first, part.points, part.trial, part.screened) == (0, 16, False, 0)
    assert (part.mean, part.mean_range) == (0, 20)
    assert part.lower == pytest.approx(-53.2)
    assert part.upper == pytest.approx(53.2)
    assert (part.improvement, part.concern, part.neutral_high, part.neutral_low) == (1, 1, 0, 0)
    assert part.last == "common_cause"
    (neutral,) = xmr([*EVEN, 60, 0, -70], fix_after=12).parts
    assert (neutral.improvement, neutral.concern) == (0, 0)
    assert (neutral.neutral_high, neutral.neutral_low, neutral.last) == (1, 1, "neutral_low")


# -- what it means


@pytest.mark.parametrize(
    ("direction", "high", "low"),
    [
        ("increase", "improvement", "concern"),
        ("decrease", "concern", "improvement"),
        ("neutral", "neutral_high", "neutral_low"),
    ],
)
def test_readings(direction: Direction, high: str, low: str) -> None:
    chart = xmr([*EVEN, 60, 0, -60], fix_after=12, direction=direction)

    assert chart.reading[12:].tolist() == [high, "common_cause", low]


def test_no_direction_is_good_unless_said() -> None:
    assert xmr([*EVEN, 60], fix_after=12).reading[-1] == "neutral_high"


@pytest.mark.parametrize(
    ("target", "more_is_good", "less_is_good"),
    [
        # NHSRplotthedots 0.2.2, test-ptd_calculate_assurance_type.R, has its three cases.
        (53.3, "fails", "meets"),
        (53.1, "hit_and_miss", "hit_and_miss"),
        (0, "hit_and_miss", "hit_and_miss"),
        (-53.1, "hit_and_miss", "hit_and_miss"),
        (-53.3, "meets", "fails"),
        (None, "not_known", "not_known"),
        (float("nan"), "not_known", "not_known"),
    ],
)
def test_assurance(target: float | None, more_is_good: str, less_is_good: str) -> None:
    assert xmr(EVEN, target=target, direction="increase").assurance == more_is_good
    assert xmr(EVEN, target=target, direction="decrease").assurance == less_is_good
    assert xmr(EVEN, target=target, direction="neutral").assurance == "not_known"


def test_a_target_on_a_limit_is_hit_and_miss() -> None:
    chart = xmr(EVEN)

    for target in (chart.upper[0], chart.lower[0]):
        assert xmr(EVEN, target=target, direction="increase").assurance == "hit_and_miss"


def test_assurance_is_of_the_last_part() -> None:
    chart = xmr([*EVEN, 1000, 1001], rebase=[12], target=500, direction="increase")

    assert chart.assurance == "meets"
    assert xmr([*EVEN, 1000], rebase=[12], target=1, direction="increase").assurance == "not_known"


# -- what is not a series, and the smallest that are


def test_one_point_has_no_limits_and_no_reading() -> None:
    chart = xmr([5], target=3, direction="increase")

    assert (chart.mean[0], chart.rule[0], chart.reading[0]) == (5, "none", "not_known")
    assert np.isnan([chart.upper[0], chart.lower[0], chart.moving_range[0]]).all()
    assert np.isnan([chart.near_upper[0], chart.range_limit[0]]).all()
    assert (chart.assurance, chart.parts[0].last) == ("not_known", "not_known")


def test_two_points_have_limits() -> None:
    chart = xmr([4, 6])

    assert (chart.lower[0], chart.upper[0]) == (pytest.approx(-0.32), pytest.approx(10.32))
    assert chart.reading.tolist() == ["common_cause"] * 2


@given(st.floats(-1e12, 1e12), st.integers(2, 60))
def test_a_constant_series_has_no_flags(value: float, points: int) -> None:
    chart = xmr([value] * points, target=value, direction="increase")

    assert set(chart.rule.tolist()) == {"none"}
    assert set(chart.reading.tolist()) == {"common_cause"}
    assert (chart.mean == value).all()
    assert (chart.upper == value).all()
    assert not chart.screened.any()
    assert chart.assurance == "hit_and_miss"


def test_a_change_after_a_constant_series_is_outside_its_limits() -> None:
    assert xmr([5] * 12 + [6], fix_after=12).rule[-1] == "outside_limits"


def test_huge_counts() -> None:
    chart = xmr(np.array(VIGNETTE) * 1e12)

    assert chart.upper[0] == pytest.approx(4.604444e12, rel=1e-6)
    assert chart.rule[4] == "outside_limits"


NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, NAN, 3], r"^no value at place 1: a chart needs a number at every point\. A gap is"),
        ([NAN, NAN], "^no value at place 0: "),
        ([1, None, 3], "^no value at place 1: "),
        ([[1, 2], [3, NAN]], r"^series 1 has no value at place 1: "),
        ([1, float("inf")], "^inf at place 1: "),
        ([-1e300], r"^-1e\+300 at place 0: "),
        ([], r"^values are one series of at least one point.* not of shape \(0,\)$"),
        ([[[1]]], r"not of shape \(1, 1, 1\)$"),
        (5, r"not of shape \(\)$"),
    ],
)
def test_what_is_not_a_series(values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        xmr(values)


def test_a_gap_is_told_by_its_label() -> None:
    with pytest.raises(ValueError, match=r"^no value at place 1 \(2018-02\): "):
        xmr([1, NAN], labels=["2018-01", "2018-02"])


def test_a_direction_that_is_none() -> None:
    words = r"^direction is 'up'; it is one of increase, decrease, neutral$"
    with pytest.raises(ValueError, match=words):
        xmr([1, 2], direction="up")  # type: ignore[arg-type] # that is the test
    with pytest.raises(ValueError, match=words):
        xmr([[1, 2]], direction=["up"])  # type: ignore[list-item] # that is the test


# -- many at once


def test_each_series_may_have_its_direction_and_target() -> None:
    high = [*EVEN, 60]
    chart = xmr(
        [high, high, high],
        direction=["increase", "decrease", "neutral"],
        target=[100, 100, 100],
        fix_after=12,
    )

    assert chart.reading[:, -1].tolist() == ["improvement", "concern", "neutral_high"]
    assert list(chart.assurance) == ["fails", "meets", "not_known"]
    for name, wrong in (("direction", ["increase"] * 2), ("target", [1.0, 2.0])):
        with pytest.raises(ValueError, match=f"^{name} is one, or one of each of the 3 series$"):
            xmr([high] * 3, **{name: wrong})  # type: ignore[arg-type] # some of them


def test_columns_make_a_frame_of_one_row_a_point() -> None:
    one = pd.DataFrame(xmr([3, 5, 4], labels=["May", "June", "July"]).columns())
    many = pd.DataFrame(xmr([[3, 5, 4], [1, 2, 1]], labels=["May", "June", "July"]).columns())

    assert list(one.columns) == [
        *("label", "value", "moving_range", "screened", "mean", "lower", "upper", "near_lower"),
        *("near_upper", "range_limit", "part", "trial", "rule", "sign", "reading"),
    ]
    assert one["label"].tolist() == ["May", "June", "July"]
    assert many["series"].tolist() == [0, 0, 0, 1, 1, 1]
    assert many["label"].tolist() == ["May", "June", "July"] * 2
    assert many["value"].tolist() == [3, 5, 4, 1, 2, 1]
    assert len(pd.DataFrame(xmr([1, 2]).columns())) == 2


def test_a_chart_is_not_a_view_of_what_was_given() -> None:
    values = np.array([1.0, 2.0, 3.0])
    chart = xmr(values)
    values[0] = 100

    assert chart.value.tolist() == [1, 2, 3]


ORDERS: list[Literal["C", "F"]] = ["C", "F"]
COUNTS = st.integers(0, 12).map(float)
RULE_SETS = st.builds(
    Rules,
    run=st.none() | st.integers(2, 8),
    trend=st.none() | st.integers(2, 8),
    near=st.none() | st.sampled_from([(1, 1), (1, 2), (2, 2), (2, 3), (3, 4), (1, 3)]),
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    points = draw(st.integers(1, 40))
    number = draw(st.sampled_from([COUNTS, st.floats(-1e6, 1e6, width=32), st.integers(0, 3)]))
    series = st.lists(number, min_size=points, max_size=points)
    return draw(st.lists(series, min_size=1, max_size=4))


FIXES = st.none() | st.integers(12, 30)


class Options(TypedDict):
    """What bears on lines and flags."""

    rebase: list[int]
    fix_after: int | None
    screen_outliers: bool
    rules: Rules


def options(points: int) -> st.SearchStrategy[Options]:
    places = st.lists(st.integers(0, points - 1), max_size=3)
    return st.builds(
        Options, rebase=places, fix_after=FIXES, screen_outliers=st.booleans(), rules=RULE_SETS
    )


def close_call(chart: ControlChart) -> bool:
    """Whether a point is so near to a line that rounding decides on which side it is."""
    size = 1e-9 * (np.abs(chart.value).max() + 1)
    lines = (chart.mean, chart.lower, chart.upper, chart.near_lower, chart.near_upper)
    # A point on the mean of a constant stretch is not near it by rounding, but there.
    return any(
        ((np.abs(chart.value - line) < size) & (chart.value != line)).any() for line in lines
    )


@given(st.data(), tables())
def test_it_does_what_the_words_of_the_rules_say(
    data: st.DataObject, table: list[list[float]]
) -> None:
    values = table[0]
    asked = data.draw(options(len(values)))
    chart = xmr(values, **asked)
    assume(not close_call(chart))

    expected: list[tuple[str, int]] = []
    ends = sorted({0, *asked["rebase"], len(values)})
    for first, end in pairwise(ends):
        part = values[first:end]
        lines = drawn(part[: asked["fix_after"]], screen=asked["screen_outliers"])
        expected += flags(part, lines, asked["rules"])
        assert chart.mean[first] == pytest.approx(lines.mean, abs=1e-9)
        assert chart.upper[first] == pytest.approx(
            lines.mean + lines.limit, rel=1e-9, abs=1e-9, nan_ok=True
        )

    assert list(zip(chart.rule.tolist(), chart.sign.tolist(), strict=True)) == expected


@given(st.data(), tables())
def test_many_at_once_are_each_alone_to_the_last_digit(
    data: st.DataObject, table: list[list[float]]
) -> None:
    asked = data.draw(options(len(table[0])))
    # In another order of memory, too: a sum must not depend on it.
    order = data.draw(st.sampled_from(ORDERS))
    many = xmr(np.asarray(table, order=order), direction="decrease", target=3, **asked)

    for row, values in enumerate(table):
        one = xmr(values, direction="decrease", target=3, **asked)
        for name, column in one.columns().items():
            np.testing.assert_array_equal(getattr(many, name)[row], np.asarray(column))
        assert many.assurance[row] == one.assurance
        for whole, part in zip(many.parts, one.parts, strict=True):
            for name in ("mean", "lower", "upper", "mean_range", "screened", "concern", "last"):
                np.testing.assert_array_equal(getattr(whole, name)[row], getattr(part, name))


def test_the_order_of_memory_changes_no_digit() -> None:
    values = np.random.default_rng(1).normal(size=(9, 120))
    one, other = xmr(values), xmr(np.asfortranarray(values))

    assert (one.mean == other.mean).all()
    assert (one.upper == other.upper).all()


@given(st.lists(COUNTS, min_size=1, max_size=40), st.integers(-1000, 1000), FIXES)
def test_a_shift_moves_the_lines_and_no_flag(
    values: list[float], by: int, fix_after: int | None
) -> None:
    chart = xmr(values, fix_after=fix_after)
    assume(not close_call(chart))
    shifted = xmr(np.array(values) + by, fix_after=fix_after)

    np.testing.assert_allclose(shifted.mean, chart.mean + by, atol=1e-9)
    np.testing.assert_allclose(shifted.upper, chart.upper + by, atol=1e-9)
    np.testing.assert_allclose(shifted.range_limit, chart.range_limit, atol=1e-9)
    assert shifted.rule.tolist() == chart.rule.tolist()


@given(st.lists(COUNTS, min_size=1, max_size=40), st.sampled_from([0.01, 0.3, 2, 7, 1e6]))
def test_a_scale_scales_the_lines_and_moves_no_flag(values: list[float], by: float) -> None:
    chart = xmr(values)
    assume(not close_call(chart))
    scaled = xmr(np.array(values) * by)
    assume(not close_call(scaled))
    # Nor may a point that was on the mean be beside it by rounding, nor a range at its limit.
    assume(((scaled.value == scaled.mean) == (chart.value == chart.mean)).all())
    assume(((scaled.value == scaled.upper) == (chart.value == chart.upper)).all())

    np.testing.assert_allclose(scaled.mean, chart.mean * by, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(scaled.lower, chart.lower * by, rtol=1e-9, atol=1e-9 * by)
    assert scaled.rule.tolist() == chart.rule.tolist()


@given(st.lists(COUNTS, min_size=2, max_size=40))
def test_upside_down_high_is_low(values: list[float]) -> None:
    chart = xmr(values, direction="increase", target=3)
    assume(not close_call(chart))
    turned = xmr(-np.array(values), direction="decrease", target=-3)

    assert turned.rule.tolist() == chart.rule.tolist()
    assert (turned.sign == -chart.sign).all()
    assert turned.reading.tolist() == chart.reading.tolist()
    assert turned.assurance == chart.assurance


def test_the_order_of_the_points_matters() -> None:
    assert xmr([1, 2, 3, 4]).upper[0] == pytest.approx(5.16)
    assert xmr([1, 4, 2, 3]).upper[0] == pytest.approx(2.5 + 2.66 * 2)


@given(st.data(), st.lists(COUNTS, min_size=2, max_size=40))
def test_a_rebased_chart_is_the_charts_of_its_parts(
    data: st.DataObject, values: list[float]
) -> None:
    at = data.draw(st.integers(1, len(values) - 1))
    whole = xmr(values, rebase=[at]).columns()
    first, second = xmr(values[:at]).columns(), xmr(values[at:]).columns()

    for name in whole.keys() - {"part"}:
        np.testing.assert_array_equal(
            np.asarray(whole[name]), np.concatenate([first[name], second[name]])
        )


def test_it_loads_no_pandas_and_no_scipy() -> None:
    code = "import sys, npolicing.stats.chance; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    assert "numpy" in done.stdout.split()
    assert not {"pandas", "scipy", "statsmodels", "pyarrow"} & {*done.stdout.split()}
