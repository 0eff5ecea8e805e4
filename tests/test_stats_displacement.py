"""Before and after, here and there: published values, identities, and independent ways to each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from npolicing.stats.displacement import (
    BeforeAfter,
    WeightedDifference,
    ratio_of_rate_ratios,
    wdd,
    wdq,
)

COUNTS = st.integers(0, 10_000)
SEEN = st.integers(1, 10_000)
OVER = st.floats(0.1, 50)
PAIRS = st.builds(BeforeAfter, COUNTS, COUNTS, OVER, OVER)
SEEN_PAIRS = st.builds(BeforeAfter, SEEN, SEEN)

# Wheeler & Ratcliffe (2018), table 1.
TREATED, COMPARISON = BeforeAfter(207, 110), BeforeAfter(308, 318)
BESIDE: dict[str, Any] = {
    "displacement": BeforeAfter(178, 157),
    "displacement_comparison": BeforeAfter(150, 140),
}


def test_a_difference_is_not_read_where_an_arm_is_empty_or_less_than_none_expected() -> None:
    whole = wdd(TREATED, COMPARISON, **BESIDE)
    assert whole.readable is True
    assert whole.least_events == pytest.approx(317)
    assert wdd(TREATED, BeforeAfter(3, 4), dispersion=2.0).least_events == pytest.approx(3.5)
    one_empty: dict[str, Any] = {**BESIDE, "displacement": BeforeAfter(0, 0)}
    assert wdd(TREATED, COMPARISON, **one_empty).readable is False
    # Of 207 before, 207 fewer leave none, and 208 fewer less than that.
    after = np.array([101, 100, 0])
    assert np.asarray(wdd(TREATED, BeforeAfter(308, after)).readable).tolist() == [
        True,
        False,
        False,
    ]
    # Next door as well: of 178, beside 150 fewer and 200 fewer.
    for count, readable in ((0, True), (100, True)):
        beside = {**BESIDE, "displacement_comparison": BeforeAfter(150 + count, count)}
        assert wdd(TREATED, COMPARISON, **beside).readable is readable
    beside = {**BESIDE, "displacement_comparison": BeforeAfter(200, 0)}
    assert wdd(TREATED, COMPARISON, **beside).readable is False
    # A tenth and one less eleven tenths is none, though floats have it otherwise.
    assert wdd(BeforeAfter(1, 1, 10, 1), BeforeAfter(11, 1, 10, 1)).readable is True


def test_of_equal_weights_the_likelihood_ratio_is_that_of_two_counts() -> None:
    """110 and 308 against 207 and 318 are halves of 943, if there is no difference."""
    seen, expected = np.array([110 + 308, 207 + 318]), 943 / 2
    wanted = math.sqrt(2 * float((seen * np.log(seen / expected)).sum()))

    found = wdd(TREATED, COMPARISON)
    assert found.likelihood_p_value == pytest.approx(math.erfc(wanted / math.sqrt(2)))
    assert found.likelihood_p_value == pytest.approx(float(found.p_value), rel=0.03)
    spread = wdd(TREATED, COMPARISON, dispersion=4.0).likelihood_p_value
    assert spread == pytest.approx(math.erfc(wanted / 2 / math.sqrt(2)))


def test_an_arm_that_is_none_is_refused_by_name() -> None:
    pair: Any = (1, 2)
    with pytest.raises(TypeError, match=r"treated is a BeforeAfter, not \(1, 2\)"):
        wdd(pair, COMPARISON)
    with pytest.raises(TypeError, match="comparison is a BeforeAfter, not None"):
        ratio_of_rate_ratios(TREATED, None)  # type: ignore[arg-type] # what is tested
    with pytest.raises(TypeError, match="displacement is a BeforeAfter"):
        wdq(TREATED, COMPARISON, displacement=pair)


SOME = st.integers(1, 2000)
FAIR = st.floats(0.05, 20)
FOUR = st.lists(st.builds(BeforeAfter, SOME, SOME, FAIR, FAIR), min_size=4, max_size=4)


@given(FOUR)
def test_the_likelihood_ratio_is_of_the_likeliest_means_without_a_difference(
    arms: list[BeforeAfter],
) -> None:
    """By a root of SciPy's, and the deviance of the means that it gives."""
    x = np.array([[each.before, each.after] for each in arms], dtype=float)
    a = np.array([[-1 / each.before_exposure, 1 / each.after_exposure] for each in arms])  # type: ignore[operator] # they are floats
    a *= np.array([1, -1, 1, -1])[:, None]
    ends = -1 / a.max() * (1 - 1e-12), -1 / a.min() * (1 - 1e-12)
    at = optimize.brentq(lambda each: (a * x / (1 + each * a)).sum(), *ends, xtol=1e-15)
    means = x / (1 + at * a)
    deviance = 2 * float((x * np.log(x / means) - x + means).sum())

    treated, comparison, *beside = arms
    found = wdd(treated, comparison, displacement=beside[0], displacement_comparison=beside[1])
    wanted = math.erfc(math.sqrt(max(deviance, 0) / 2))
    assert found.likelihood_p_value == pytest.approx(wanted, rel=1e-4, abs=1e-6)


def test_the_likelihood_ratio_of_what_did_not_happen() -> None:
    assert wdd(BeforeAfter(9, 9), BeforeAfter(9, 9)).likelihood_p_value == 1
    # Ten less likely as none of the other: 10 log 2.
    found = wdd(BeforeAfter(10, 0), BeforeAfter(0, 0))
    assert found.likelihood_p_value == pytest.approx(math.erfc(math.sqrt(10 * math.log(2))))
    assert math.isnan(float(wdd(BeforeAfter(0, 0), BeforeAfter(0, 0)).likelihood_p_value))
    unknown = wdd(BeforeAfter(9, 9, 0, 1), BeforeAfter(9, 9))
    assert math.isnan(float(unknown.likelihood_p_value))


def weighed(pair: BeforeAfter, before: float, after: float) -> BeforeAfter:
    return BeforeAfter(pair.before, pair.after, before, after)


def close(found: object, wanted: float, digits: int = 12) -> bool:
    return float(str(found)) == pytest.approx(wanted, rel=10**-digits, abs=10**-digits)


def test_the_published_difference_comes_out() -> None:
    found = wdd(TREATED, COMPARISON, **BESIDE)

    assert found.estimate == -118
    assert close(found.standard_error, math.sqrt(1568))
    assert round(float(found.statistic), 2) == -2.98
    assert (round(float(found.low)), round(float(found.high))) == (-196, -40)
    assert found.effective_events == pytest.approx(1568)


def test_the_published_difference_with_areas_as_weights_comes_out() -> None:
    """The values that R's ptools tests itself by."""
    found = wdd(
        weighed(TREATED, 1.2, 1.2),
        weighed(COMPARISON, 0.9, 0.9),
        displacement=weighed(BESIDE["displacement"], 1.5, 1.5),
        displacement_comparison=weighed(BESIDE["displacement_comparison"], 1.6, 1.6),
    )

    got = (found.estimate, found.standard_error, found.statistic, found.low, found.high)
    assert np.round(np.array(got, dtype=float), 7).tolist() == [
        -99.6944444,
        35.4280755,
        -2.8139955,
        -169.1321965,
        -30.2566924,
    ]


def test_the_published_difference_with_times_as_weights_comes_out() -> None:
    """Two years before and one after: 100 to 50, and 80 to 20 (ptools, and Wheeler 2021)."""
    found = wdd(BeforeAfter(80, 20, 2, 1), BeforeAfter(100, 50, 2, 1))

    assert found.estimate == -20
    assert close(found.standard_error, math.sqrt(115))


def test_a_difference_by_hand() -> None:
    """50 to 30 and 60 to 55: 20 fewer against 5 fewer, of 195 events."""
    found = wdd(BeforeAfter(50, 30), BeforeAfter(60, 55), confidence=0.9)

    assert found.estimate == -15
    assert close(found.p_value, math.erfc(15 / math.sqrt(195) / math.sqrt(2)))
    assert close(found.high, -15 + 1.6448536269514722 * math.sqrt(195))


def test_dispersion_widens_by_its_root() -> None:
    plain, wide = (wdd(TREATED, COMPARISON, dispersion=each) for each in (1, 4))

    assert close(wide.standard_error, 2 * float(plain.standard_error))
    assert close(wide.effective_events, float(plain.effective_events) / 4)
    ratios = [ratio_of_rate_ratios(TREATED, COMPARISON, dispersion=each) for each in (1, 4)]
    assert close(ratios[1].standard_error, 2 * float(ratios[0].standard_error))
    assert close(ratios[1].effective_events, float(ratios[0].effective_events) / 4)


def test_the_effective_events_of_one_short_period_are_its_own() -> None:
    """A year before and a month after, beside areas that are large and certain."""
    found = wdd(BeforeAfter(120, 10, 12, 1), BeforeAfter(240_000, 20_000, 24_000, 2_000))

    assert 10 < float(found.effective_events) < 13
    assert wdd(BeforeAfter(0, 0), BeforeAfter(0, 0)).effective_events == 0


@given(PAIRS, PAIRS, PAIRS, PAIRS)
def test_a_swap_of_treated_and_comparison_turns_the_sign(
    treated: BeforeAfter, comparison: BeforeAfter, beside: BeforeAfter, control: BeforeAfter
) -> None:
    one = wdd(treated, comparison, displacement=beside, displacement_comparison=control)
    other = wdd(comparison, treated, displacement=control, displacement_comparison=beside)

    assert close(other.estimate, -float(one.estimate), 9)
    assert np.isclose(float(other.low), -float(one.high), equal_nan=True)
    assert np.isclose(float(other.p_value), float(one.p_value), equal_nan=True)


@given(PAIRS, PAIRS, PAIRS, PAIRS)
def test_both_parts_add_up_and_so_do_their_variances(
    treated: BeforeAfter, comparison: BeforeAfter, beside: BeforeAfter, control: BeforeAfter
) -> None:
    whole = wdd(treated, comparison, displacement=beside, displacement_comparison=control)
    parts = [wdd(treated, comparison), wdd(beside, control)]

    def variance(found: WeightedDifference) -> float:
        return float(np.nan_to_num(np.square(found.standard_error)))

    assert np.isclose(float(whole.estimate), sum(float(each.estimate) for each in parts))
    assert np.isclose(variance(whole), sum(variance(each) for each in parts))


@given(PAIRS, PAIRS, st.floats(0.5, 20))
def test_one_unit_of_exposure_for_all_changes_no_test(
    treated: BeforeAfter, comparison: BeforeAfter, unit: float
) -> None:
    def scaled(pair: BeforeAfter) -> BeforeAfter:
        return BeforeAfter(
            pair.before,
            pair.after,
            np.multiply(pair.before_exposure, unit),
            np.multiply(pair.after_exposure, unit),
        )

    one, other = wdd(treated, comparison), wdd(scaled(treated), scaled(comparison))

    assert np.isclose(float(one.statistic), float(other.statistic), equal_nan=True)
    assert np.isclose(float(one.effective_events), float(other.effective_events))


def test_the_variance_is_that_of_simulated_counts() -> None:
    """Eight independent Poisson counts over weights, 200,000 times."""
    random = np.random.default_rng(7)
    means = np.array([40.0, 25, 60, 70, 30, 28, 20, 15])
    over = np.array([1.2, 0.6, 2.0, 1.0, 1.5, 0.75, 0.8, 0.4])
    drawn = random.poisson(means, (200_000, 8)) / over
    signs = np.array([-1, 1, 1, -1, -1, 1, 1, -1])

    seen = (drawn * signs).sum(axis=1)
    arms = [BeforeAfter(*means[at : at + 2], *over[at : at + 2]) for at in (0, 2, 4, 6)]
    found = wdd(arms[0], arms[1], displacement=arms[2], displacement_comparison=arms[3])

    assert abs(seen.mean() - float(found.estimate)) < 4 * seen.std() / math.sqrt(len(seen))
    assert seen.var() == pytest.approx(float(found.standard_error) ** 2, rel=0.015)


def test_displacement_areas_without_a_comparison_are_refused() -> None:
    for each in BESIDE.items():
        with pytest.raises(ValueError, match="belong together"):
            wdd(TREATED, COMPARISON, **dict([each]))


def test_the_published_quotients_come_out() -> None:
    lamps = wdq(BeforeAfter(100, 50), BeforeAfter(100, 100), displacement=BeforeAfter(100, 150))
    assert (lamps.success_measure, lamps.buffer_measure, lamps.wdq) == (-0.5, 0.5, -1.0)
    assert lamps.total_net_effect == 0
    assert lamps.gross_effect == 50
    assert lamps.net_effect == 0.5

    paper = wdq(TREATED, COMPARISON, displacement=BESIDE["displacement"])
    assert round(float(paper.wdq), 6) == 0.258186
    assert round(float(paper.total_net_effect), 1) == 130.5
    assert paper.readable is True


@given(SEEN_PAIRS, SEEN_PAIRS, SEEN_PAIRS, st.integers(1, 50))
def test_a_quotient_is_the_same_in_other_units(
    treated: BeforeAfter, beside: BeforeAfter, comparison: BeforeAfter, factor: int
) -> None:
    def times(pair: BeforeAfter) -> BeforeAfter:
        return BeforeAfter(np.multiply(pair.before, factor), np.multiply(pair.after, factor))

    one = wdq(treated, comparison, displacement=beside)
    # Where the success measure is next to 0, no digit of the quotient is left.
    if abs(float(one.success_measure)) > 1e-6:
        for other in (
            wdq(times(treated), comparison, displacement=times(beside)),
            wdq(treated, times(comparison), displacement=beside),
        ):
            assert np.isclose(float(one.wdq), float(other.wdq), equal_nan=True)


@given(SEEN_PAIRS, SEEN_PAIRS, SEEN_PAIRS)
def test_the_total_net_effect_is_the_success_times_the_quotient(
    treated: BeforeAfter, beside: BeforeAfter, comparison: BeforeAfter
) -> None:
    found = wdq(treated, comparison, displacement=beside)
    success, buffer = float(found.success_measure), float(found.buffer_measure)

    total = -float(np.asarray(comparison.after)) * (success + buffer)
    assert np.isclose(float(found.total_net_effect), total, rtol=1e-9, atol=1e-6)
    assert found.readable == (success < 0)
    assert math.isnan(float(found.wdq)) == (success >= 0)
    if success < -1e-6:
        by_quotient = -float(np.asarray(comparison.after)) * success * (1 + float(found.wdq))
        assert np.isclose(float(found.total_net_effect), by_quotient, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("at", range(6))
def test_a_quotient_with_a_zero_is_not_read(at: int) -> None:
    counts = [100, 50, 100, 90, 100, 100]
    counts[at] = 0
    found = wdq(
        BeforeAfter(*counts[:2]), BeforeAfter(*counts[4:]), displacement=BeforeAfter(*counts[2:4])
    )

    assert math.isnan(float(found.wdq))
    assert found.readable is False
    assert math.isnan(float(found.success_measure)) == (at >= 4)
    assert math.isnan(float(found.total_net_effect)) == (at == 4)
    assert found.gross_effect == counts[0] - counts[1]


def test_quotients_come_as_arrays() -> None:
    found = wdq(
        BeforeAfter(100, [50, 120]), BeforeAfter(100, 100), displacement=BeforeAfter(100, 90)
    )

    assert np.asarray(found.readable).tolist() == [True, False]
    assert np.isnan(found.wdq).tolist() == [False, True]


def test_the_published_ratio_comes_out() -> None:
    found = ratio_of_rate_ratios(BeforeAfter(50, 30), BeforeAfter(60, 55))

    assert round(float(found.log_ratio), 7) == -0.4238142
    assert round(float(found.estimate), 7) == 0.6545455
    assert round(float(found.standard_error), 6) == 0.296954
    assert (round(float(found.low), 5), round(float(found.high), 5)) == (0.36574, 1.17141)


@pytest.mark.parametrize("over", [(1, 1, 1, 1), (12, 3, 24, 6), (2, 2.5, 7, 3)])
def test_a_ratio_is_the_interaction_of_a_poisson_regression(over: tuple[float, ...]) -> None:
    # Each count in two parts, for with four rows no degree of freedom is left.
    counts = np.repeat([50, 30, 60, 55], 2) / 2 + np.tile([5, -5], 4)
    treated, after = np.repeat([1, 1, 0, 0], 2), np.repeat([0, 1, 0, 1], 2)
    design = pd.DataFrame({"one": 1, "t": treated, "a": after, "both": treated * after})
    half = np.repeat(over, 2) / 2
    fit = GLM(counts, design, family=Poisson(), exposure=half).fit(tol=1e-14)

    found = ratio_of_rate_ratios(
        BeforeAfter(50, 30, over[0], over[1]), BeforeAfter(60, 55, over[2], over[3])
    )

    assert close(found.log_ratio, fit.params["both"], 8)
    assert close(found.standard_error, fit.bse["both"], 8)
    assert close(found.p_value, fit.pvalues["both"], 6)


@given(SEEN_PAIRS, SEEN_PAIRS)
def test_a_swap_of_arms_is_the_reciprocal(treated: BeforeAfter, comparison: BeforeAfter) -> None:
    one, other = (
        ratio_of_rate_ratios(treated, comparison),
        ratio_of_rate_ratios(comparison, treated),
    )

    assert np.isclose(float(one.estimate) * float(other.estimate), 1)
    assert np.isclose(float(one.low) * float(other.high), 1)
    assert np.isclose(float(one.p_value), float(other.p_value))


@given(SEEN_PAIRS, SEEN_PAIRS, OVER, OVER)
def test_exposures_that_do_not_change_cancel(
    treated: BeforeAfter, comparison: BeforeAfter, size: float, length: float
) -> None:
    plain = ratio_of_rate_ratios(treated, comparison)
    rates = ratio_of_rate_ratios(
        weighed(treated, size, size * length), weighed(comparison, 1, length)
    )

    assert np.isclose(float(plain.estimate), float(rates.estimate))


@pytest.mark.parametrize("at", range(4))
def test_a_zero_has_no_ratio_unless_something_is_added(at: int) -> None:
    counts = [50, 30, 60, 55]
    counts[at] = 0
    arms = BeforeAfter(*counts[:2]), BeforeAfter(*counts[2:])
    found = ratio_of_rate_ratios(*arms)

    for each in (found.estimate, found.low, found.high, found.p_value, found.effective_events):
        assert math.isnan(float(each))
    added = [each + 0.5 for each in counts]
    wanted = math.log(added[1] / added[0] / added[3] * added[2])
    assert close(ratio_of_rate_ratios(*arms, add=0.5).log_ratio, wanted)


def test_the_effective_events_of_even_counts_are_their_number() -> None:
    found = ratio_of_rate_ratios(BeforeAfter(20, 20), BeforeAfter(20, 20))
    assert found.effective_events == pytest.approx(80)

    uneven = ratio_of_rate_ratios(BeforeAfter(5, 20), BeforeAfter(500, 2000))
    assert close(uneven.effective_events, 16 / (2 / 12.5 + 2 / 1250))


def test_few_events_after_do_not_make_a_claim_rest_on_few() -> None:
    """100 events of which 97 are gone are 100 events, and 0 of 10 to be expected are not many."""
    gone = ratio_of_rate_ratios(BeforeAfter(100, 3), BeforeAfter(100, 100))
    assert float(gone.effective_events) > 100

    short = [
        wdd(BeforeAfter(120, after, 12, 1), BeforeAfter(2400, 200, 240, 20)).effective_events
        for after in (0, 10)
    ]
    assert all(8 < float(each) < 16 for each in short)


def test_what_is_unknown_is_unknown() -> None:
    found = wdd(BeforeAfter(math.nan, 10), COMPARISON)
    assert math.isnan(float(found.estimate))
    assert math.isnan(float(found.effective_events))
    assert math.isnan(float(wdd(BeforeAfter(10, 10, 0, 1), COMPARISON).estimate))
    nothing = wdd(BeforeAfter(0, 0), BeforeAfter(0, 0))
    assert nothing.estimate == 0
    assert math.isnan(float(nothing.low))
    assert math.isnan(float(nothing.p_value))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: wdd(BeforeAfter(-1, 2), COMPARISON), "treated before is at least 0"),
        (lambda: wdd(TREATED, BeforeAfter(1, -2)), "comparison after is at least 0"),
        (
            lambda: wdd(TREATED, BeforeAfter(1, 2, -1)),
            "comparison before_exposure is at least 0",
        ),
        (lambda: wdd(TREATED, COMPARISON, dispersion=0), "dispersion is above 0"),
        (lambda: ratio_of_rate_ratios(TREATED, COMPARISON, dispersion=0), "dispersion is above 0"),
        (lambda: ratio_of_rate_ratios(TREATED, COMPARISON, add=-1), "add is at least 0"),
        (lambda: wdd(TREATED, COMPARISON, confidence=95), "confidence is between 0 and 1"),
        (
            lambda: wdq(TREATED, COMPARISON, displacement=BeforeAfter(-1, 1)),
            "displacement before is at least",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(asked: Any, words: str) -> None:  # noqa: ANN401 # a call
    with pytest.raises(ValueError, match=words):
        asked()


def test_many_at_once_are_each_as_alone() -> None:
    before, after = np.array([[50, 207], [10, 3]]), np.array([[30, 110], [12, 9]])
    both = wdd(BeforeAfter(before, after), COMPARISON)
    ratios = ratio_of_rate_ratios(BeforeAfter(before, after), COMPARISON)

    for place in np.ndindex(2, 2):
        pair = BeforeAfter(before[place], after[place])
        assert np.asarray(both.p_value)[place] == wdd(pair, COMPARISON).p_value
        alone = ratio_of_rate_ratios(pair, COMPARISON).high
        assert np.asarray(ratios.high)[place] == alone
