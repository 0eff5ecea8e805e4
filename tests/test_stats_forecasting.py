"""Forecasts and their records: counted by hand, as published, and as statsmodels has them."""

from __future__ import annotations

import builtins
import csv
import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing import ets

from npolicing.errors import FitError
from npolicing.stats import backtesting, exponential_smoothing
from npolicing.stats.backtesting import Backtest, Method, Score, backtest, mase, predictor
from npolicing.stats.exponential_smoothing import Smoothing, Start, holt_winters, least_points
from npolicing.stats.forecasting import forecast
from npolicing.stats.predictions import Prediction, exceedance, seasonal_naive
from npolicing.stats.seasonality import SeasonalModel

Array = NDArray[np.float64]

MONTHS = Path(__file__).parent / "data" / "wmp_la_monthly_digitised.csv"
# By hand in the notes on formulas: three years of four quarters.
TOY = [10.0, 20, 30, 40, 14, 24, 34, 44, 18, 28, 38, 48]
COUNTS = st.lists(st.integers(0, 10**12), min_size=15, max_size=60)


@cache
def recorded(area: str) -> tuple[float, ...]:
    """Crime and anti-social behaviour by month from January 2011; read off a chart, so roughly."""
    with MONTHS.open(encoding="utf-8", newline="") as file:
        return tuple(float(row[area]) for row in csv.DictReader(file))


# -- seasonal naive


def test_next_year_is_as_last_year_counted_by_hand() -> None:
    """Differences from the year before of 3 and 4: s² = 12.5; the year after next has twice it."""
    found = seasonal_naive([1, 2, 4, 6], period=2, horizon=5, confidence=0.95)

    assert found.mean.tolist() == [4, 6, 4, 6, 4]
    np.testing.assert_allclose(found.sd**2, [12.5, 12.5, 25, 25, 37.5])
    np.testing.assert_allclose(found.high - found.mean, 1.959963984540054 * found.sd)
    np.testing.assert_allclose(found.mean - found.low, 1.959963984540054 * found.sd)
    assert (found.method, found.confidence) == ("seasonal_naive", 0.95)


@given(COUNTS, st.integers(1, 14), st.integers(1, 40))
def test_each_step_is_the_value_of_its_season_in_the_last_period(
    values: list[int], period: int, horizon: int
) -> None:
    found = seasonal_naive(values, period=period, horizon=horizon)

    known = len(values)
    for step in range(1, horizon + 1):
        turns = math.floor((step - 1) / period)
        assert found.mean[step - 1] == values[known + step - period * (turns + 1) - 1]
    assert (np.diff(found.sd) >= 0).all()
    assert np.isfinite(found.high).all()


def test_a_series_that_never_changes_goes_on_without_any_doubt() -> None:
    found = seasonal_naive([7] * 13)

    assert found.mean.tolist() == found.low.tolist() == found.high.tolist() == [7] * 12


# -- Holt-Winters


def test_the_toy_with_fixed_weights_comes_out_as_by_hand() -> None:
    """Level the mean of the first year, trend from it to the second, season what differs."""
    start = Start(25.0, (29 - 25) / 4, (-15.0, -5.0, 5.0, 15.0))
    known = (Smoothing(level=0.5, trend=0.1, seasonal=0.3), start)

    found = holt_winters(TOY[4:], period=4, horizon=4, known=known)

    assert found.mean.round(6).tolist() == [21.379562, 31.334320, 41.698736, 52.354036]
    assert found.method == "holt_winters_additive"


@pytest.mark.parametrize(("alpha", "published"), [(0.2, 484.802468), (0.6, 501.837461)])
def test_without_trend_and_season_it_smooths_oil_as_published(
    alpha: float, published: float
) -> None:
    """Simple smoothing of the oil of Hyndman and Athanasopoulos, from statsmodels' tests."""
    oil = [
        *(446.6565229, 454.4733065, 455.662974, 423.6322388, 456.2713279, 440.5880501),
        *(425.3325201, 485.1494479, 506.0481621, 526.7919833, 514.268889, 494.2110193),
    ]
    known = (Smoothing(level=alpha, trend=0, seasonal=0), Start(oil[0], 0.0, (0.0, 0.0)))

    found = holt_winters(oil, period=2, horizon=1, known=known)

    assert round(found.mean[0], 6) == published


def ratios(values: list[float]) -> Array:
    return np.array(values) / (sum(values) / len(values))


def test_the_multiplicative_method_multiplies_by_hand() -> None:
    """Level 100, trend 10, seasons 0.5 and 1.5: 66 comes where 55 was due, then what is due."""
    known = (Smoothing(level=0.5, trend=0.2, seasonal=0.1), Start(100.0, 10.0, (0.5, 1.5)))
    level = 0.5 * 66 / 0.5 + 0.5 * 110
    trend = 0.2 * (level - 100) + 0.8 * 10
    # The season's weight is 0.1 / (1 - 0.5) of what the new level leaves.
    first = 0.2 * 66 / level + 0.8 * 0.5
    due = (level + trend) * 1.5

    found = holt_winters([66, due], period=2, horizon=2, model="multiplicative", known=known)

    expected = [(level + 2 * trend) * first, (level + 3 * trend) * 1.5]
    np.testing.assert_allclose(found.mean, expected)
    with pytest.raises(
        ValueError, match="^values has 1 points; Holt-Winters with a period of 2 ne"
    ):
        holt_winters([66], period=2, model="multiplicative", known=known)


@pytest.mark.parametrize("area", ["Birmingham", "Walsall"])
def test_the_additive_interval_is_that_of_statsmodels(area: str) -> None:
    values = np.array(recorded(area)[:60])

    found = holt_winters(values, horizon=30)

    fit = _statsmodels(values, "add").fit(disp=False)
    theirs = fit.get_prediction(start=60, end=89)
    variance = theirs.forecast_variance * 60 / (60 - 12 - 4)
    np.testing.assert_allclose(found.mean, theirs.predicted_mean, rtol=1e-6)
    np.testing.assert_allclose(found.sd, np.sqrt(variance), rtol=1e-6)
    z = NormalDist().inv_cdf(0.975)
    np.testing.assert_allclose(found.high, found.mean + z * found.sd)
    np.testing.assert_allclose(found.low, found.mean - z * found.sd)


def test_a_season_that_learns_widens_the_interval_as_in_statsmodels() -> None:
    start = Start(25.0, 1.0, (-15.0, -5.0, 5.0, 15.0))
    known = (Smoothing(level=0.5, trend=0.1, seasonal=0.3), start)

    found = holt_winters(TOY[4:], period=4, horizon=14, known=known)

    model = ets.ETSModel(
        pd.Series(TOY[4:]),
        error="add",
        trend="add",
        seasonal="add",
        seasonal_periods=4,
        initialization_method="known",
        initial_level=start.level,
        initial_trend=start.trend,
        initial_seasonal=np.array(start.seasonal),
    )
    theirs = model.smooth([0.5, 0.05, 0.3]).get_prediction(start=8, end=21).forecast_variance
    np.testing.assert_allclose((found.sd / found.sd[0]) ** 2, theirs / theirs[0])


def _statsmodels(values: Array, kind: str) -> Any:  # noqa: ANN401 # it has no types
    return ets.ETSModel(
        pd.Series(values),
        error=kind,
        trend="add",
        seasonal=kind,
        seasonal_periods=12,
        initialization_method="heuristic",
    )


@pytest.mark.parametrize(("horizon", "nearly"), [(12, 0.02), (30, 0.04)])
def test_the_multiplicative_interval_is_that_of_very_many_futures(
    horizon: int, nearly: float
) -> None:
    """By drawing each step's error, and carrying level, trend and season along."""
    seasons = ratios([3.0, 4, 5, 4])
    smoothing = Smoothing(level=0.4, trend=0.2, seasonal=0.3)
    start = Start(100.0, 1.0, tuple(seasons.tolist()))
    rng = np.random.default_rng(20)
    noise = 1 + 0.05 * rng.standard_normal(24)
    values = (100 + np.arange(1, 25)) * np.tile(seasons, 6) * noise
    known = (smoothing, start)

    found = holt_winters(values, period=4, horizon=horizon, model="multiplicative", known=known)

    level, trend = np.full(200_000, 100.0), np.full(200_000, 1.0)
    index = [np.full(200_000, each) for each in seasons]
    errors: list[float] = []
    sigma = 0.0
    for step in range(24 + horizon):
        line, season = level + trend, index[step % 4]
        if step < 24:
            error = np.full(200_000, values[step] / (line * season)[0] - 1)
            errors.append(float(error[0]))
            sigma = math.sqrt(sum(each**2 for each in errors) / (24 - 4 - 4))
        else:
            error = sigma * rng.standard_normal(200_000)
            drawn = line * season * (1 + error)
            at = step - 24
            # The closed form leaves out what errors of some 5 % do to one another.
            assert drawn.std() == pytest.approx(found.sd[at], rel=nearly)
            assert drawn.mean() == pytest.approx(found.mean[at], rel=0.01)
        level, trend = line * (1 + 0.4 * error), trend + 0.4 * 0.2 * line * error
        index[step % 4] = season * (1 + 0.3 * error / (1 + 0.4 * error))


@given(st.floats(0.01, 1e6), st.sampled_from(["additive", "multiplicative"]))
@settings(max_examples=10)
def test_in_other_units_the_forecast_is_in_other_units(times: float, model: SeasonalModel) -> None:
    values = np.array(recorded("Coventry")[:48])

    found, other = (holt_winters(each, model=model) for each in (values, values * times))

    np.testing.assert_allclose(other.mean, found.mean * times, rtol=1e-4)
    np.testing.assert_allclose(other.sd, found.sd * times, rtol=1e-3)


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
def test_a_line_and_a_season_without_noise_are_found(model: SeasonalModel) -> None:
    steps = np.arange(72)
    seasons = np.tile(np.r_[0.8:1.2:12j], 6)
    line = 1000 + 10 * steps
    values = line * seasons if model == "multiplicative" else line + 500 * seasons

    found = holt_winters(values[:60], model=model)

    np.testing.assert_allclose(found.mean, values[60:], rtol=0.01)
    assert (found.sd < 70).all()


@pytest.mark.parametrize("model", ["additive", "multiplicative"])
@pytest.mark.parametrize("value", [5.0, 1e12])
def test_a_constant_series_goes_on(model: SeasonalModel, value: float) -> None:
    found = holt_winters([value] * 24, model=model)
    assert found.method == f"holt_winters_{model}"

    assert found.mean.tolist() == [value] * 12
    assert found.sd.tolist() == [0.0] * 12


def test_nothing_but_zeros_goes_on() -> None:
    assert forecast([0] * 60).mean.tolist() == [0] * 12


def test_what_a_fit_needs() -> None:
    assert [least_points(period) for period in (2, 4, 7, 12)] == [12, 14, 16, 24]
    assert len(holt_winters(recorded("Dudley")[:24]).mean) == 12
    words = "^values has 23 points; Holt-Winters with a period of 12 needs 24$"
    with pytest.raises(ValueError, match=words):
        holt_winters(recorded("Dudley")[:23])


def not_converged(monkeypatch: pytest.MonkeyPatch, when: Callable[[int], bool]) -> None:
    """Have some fits of statsmodels end without having converged, and say so by a warning."""
    real = ets.ETSModel.fit

    def fit(self: Any, **options: Any) -> Any:  # noqa: ANN401 # as statsmodels has it
        found = real(self, **options)
        if when(len(self.endog)):
            warnings.warn("Maximum Likelihood optimization failed", ConvergenceWarning, 2)
            found.mle_retvals["converged"] = False
        return found

    monkeypatch.setattr(ets.ETSModel, "fit", fit)


def test_a_fit_that_does_not_converge_is_an_error_and_no_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    not_converged(monkeypatch, lambda _: True)

    words = (
        "^holt_winters_additive did not converge on 48 points; use the other model, or "
        "seasonal_naive$"
    )
    with pytest.raises(FitError, match=words):
        holt_winters(recorded("Dudley")[:48])


def test_a_fit_without_finite_figures_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        exponential_smoothing, "_predicted", lambda *_: (np.array([np.nan]), np.array([1.0]))
    )

    with pytest.raises(FitError, match="^holt_winters_additive gives no finite figures for 48 poi"):
        holt_winters(recorded("Dudley")[:48])


def test_without_statsmodels_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:  # noqa: ANN401 # as Python has it
        if name.startswith("statsmodels"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)

    words = r'^this needs statsmodels: pip install "npolicing\[stats\]"$'
    with pytest.raises(ModuleNotFoundError, match=words):
        holt_winters(TOY * 2, period=4)
    assert seasonal_naive(TOY, period=4).mean[0] == 18
    found = forecast([5, 6] * 10, period=2, horizon=2, method="seasonal_naive")
    assert found.mean.tolist() == [5, 6]


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, npolicing.stats.forecasting; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    assert {"scipy", "statsmodels", "pandas"}.isdisjoint(done.stdout.split())


# -- how likely a threshold is passed


def test_a_threshold_at_the_mean_is_passed_half_the_time_and_one_at_a_limit_as_promised() -> None:
    found = seasonal_naive([1, 2, 4, 6], period=2, horizon=3, confidence=0.9)

    for step in range(3):
        limits = [found.low[step], found.mean[step], found.high[step], math.nan]
        passed = exceedance(found, thresholds=limits)[step]
        np.testing.assert_allclose(passed, [0.95, 0.5, 0.05, math.nan])


@given(COUNTS, st.lists(st.floats(-1e13, 1e13), min_size=1, max_size=5))
def test_a_probability_is_one_and_falls_as_thresholds_rise(
    values: list[int], thresholds: list[float]
) -> None:
    found = seasonal_naive(values, period=12)

    passed = exceedance(found, thresholds=sorted(thresholds))

    assert passed.shape == (12, len(thresholds))
    assert ((passed >= 0) & (passed <= 1)).all()
    assert (np.diff(passed, axis=1) <= 0).all()
    for step in range(12):
        if found.sd[step] > 0:
            normal = NormalDist(found.mean[step], found.sd[step])
            expected = [1 - normal.cdf(each) for each in sorted(thresholds)]
            np.testing.assert_allclose(passed[step], expected, atol=1e-9)


def test_without_doubt_a_threshold_is_passed_or_not() -> None:
    found = seasonal_naive([7] * 13, horizon=1)

    assert exceedance(found, thresholds=[6.9, 7, 7.1]).tolist() == [[1, 0, 0]]
    assert np.isnan(exceedance(found, thresholds=[math.nan])).all()
    assert exceedance(found, thresholds=[]).shape == (1, 0)


def test_a_tiny_doubt_is_no_overflow() -> None:
    one = np.array([1.0])
    sure = Prediction.of(one, one * 5e-324, method="x", confidence=0.9)

    assert exceedance(sure, thresholds=[-1e300, 1e300]).tolist() == [[1, 0]]


def test_thresholds_are_one_row_of_numbers() -> None:
    found = seasonal_naive([7] * 13)
    with pytest.raises(ValueError, match="^thresholds are one row, not an array of 0 dimensions$"):
        exceedance(found, thresholds=7)
    with pytest.raises(ValueError, match="^thresholds is a finite number, not inf, at index 0$"):
        exceedance(found, thresholds=[np.inf])


# -- scores


def test_the_scaled_error_is_that_of_the_published_example() -> None:
    """sktime's docstring of `MeanAbsoluteScaledError`."""
    found = mase([3, -0.5, 2, 7, 2], [2.5, 0, 2, 8, 1.25], training=[5, 0.5, 4, 6, 3, 5, 2])

    assert found == pytest.approx(0.18333333333333335, rel=1e-15)


def test_a_scaled_error_with_a_season_by_hand() -> None:
    """Off by 1 and 3, where the year changed by 2 and 6."""
    assert mase([10, 20], [11, 17], training=[1, 2, 3, 8], period=2) == 0.5


def test_without_change_in_what_was_known_there_is_no_scale() -> None:
    assert np.isnan(mase([1], [2], training=[5, 5, 5]))
    assert np.isnan(mase([1], [2], training=[5, 6, 5, 6], period=2))
    assert np.isnan(mase([], [], training=[5, 6]))


@given(COUNTS, st.integers(1, 12), st.floats(0.01, 100))
def test_a_scaled_error_has_no_unit_and_is_0_if_nothing_is_wrong(
    values: list[int], period: int, times: float
) -> None:
    known, came = np.array(values[:13]), np.array(values[13:])
    said = came[::-1]

    found = mase(came, said, training=known, period=period)

    other = mase(came * times, said * times, training=known * times, period=period)
    assert other == pytest.approx(found, nan_ok=True)
    assert np.isnan(found) or mase(came, came, training=known, period=period) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], [1], [1, 2]), "^actual has 2 points and predicted 1$"),
        (([1], [np.nan], [1, 2]), "^predicted has a gap at index 0: "),
        (([1], [1], [1]), "^training has 1 points; a scale needs 2$"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: tuple[Any, ...], words: str) -> None:
    came, said, known = arguments
    with pytest.raises(ValueError, match=words):
        mase(came, said, training=known)


# -- back-tests


def test_a_back_test_by_hand() -> None:
    """Origins after 14 and 12 points of a period of 2, two steps each, by last year's figures."""
    values = [0.0, 0, 1, 2, 2, 4, 3, 6, 4, 8, 5, 10, 6, 20, 7, 14]

    found = backtest(values, period=2, horizon=2, methods=[], min_train=12, step=2)

    # Known 14: changes of 1 six times, of 2 five times and of 10 once; off by 1 and by 6.
    late = (1 + 6) / 2 / ((6 + 5 * 2 + 10) / 12)
    # Known 12: changes of 1 and of 2, five times each; off by 1 and by 10.
    early = (1 + 10) / 2 / ((5 + 5 * 2) / 10)
    (score,) = found.scores
    assert score.mase == pytest.approx((late + early) / 2)
    # The intervals reach 1.96 times √(126 / 12) and √(25 / 10): 6.4 and 3.1. All but the 10 lie in.
    assert score.coverage == 0.75
    assert (score.method, score.origins, score.unfitted) == ("seasonal_naive", 2, 0)
    fallen = [-each for each in values]
    assert backtest(fallen, period=2, horizon=2, methods=[], min_train=12, step=2) == found
    assert found.chosen == "seasonal_naive"


@pytest.mark.parametrize(
    ("length", "step", "origins"), [(48, 1, 1), (49, 1, 2), (60, 3, 5), (59, 3, 4), (60, 12, 2)]
)
def test_origins_are_counted_from_the_end(length: int, step: int, origins: int) -> None:
    values = recorded("Sandwell")[:length]

    found = backtest(values, methods=[], step=step)

    assert found.scores[0].origins == origins
    # The last origin predicts the last year.
    last = mase(values[-12:], values[-24:-12], training=values[:-12], period=12)
    if origins == 1:
        assert found.scores[0].mase == pytest.approx(last)


@pytest.mark.parametrize("method", ["seasonal_naive", "holt_winters_additive"])
def test_a_back_test_is_its_forecasts_one_by_one(method: Method) -> None:
    values = np.array(recorded("Wolverhampton")[:64])

    found = backtest(values, horizon=6, methods=[method], min_train=40, step=9, confidence=0.8)

    errors, within = [], []
    for origin in (40, 49, 58):
        known, came = values[:origin], values[origin : origin + 6]
        said = predictor(method)(known, period=12, horizon=6, confidence=0.8)
        errors.append(mase(came, said.mean, training=known, period=12))
        within += ((said.low <= came) & (came <= said.high)).tolist()
    score = next(each for each in found.scores if each.method == method)
    assert score.mase == pytest.approx(np.mean(errors))
    assert score.coverage == pytest.approx(np.mean(within))
    assert (score.origins, found.scores[0].method) == (3, "seasonal_naive")


def test_an_origin_that_knows_no_change_is_in_no_mean() -> None:
    values = [5, 6] * 6 + [7, 6, 9, 6]

    found = backtest(values, period=2, horizon=2, methods=[], min_train=12, step=2)

    # After 12 points nothing had changed; after 14 by 2 once in 12; then 9 came for 7.
    assert found.scores[0].mase == pytest.approx((2 + 0) / 2 / (2 / 12))
    assert found.scores[0].origins == 2


def test_a_series_that_never_changes_has_no_error_to_scale_and_full_coverage() -> None:
    found = forecast([5] * 60)

    assert found.mean.tolist() == [5] * 12
    assert np.isnan(found.mase)
    assert (found.method, found.coverage, found.origins) == ("seasonal_naive", 1.0, 5)
    assert found.passed_over == ()
    assert len(found.scores) == 3


def test_0_logs_leave_out_the_method_that_multiplies() -> None:
    values = [*recorded("Dudley")[:48], 0.0]

    found = backtest(values, step=12)

    assert [each.method for each in found.scores] == ["seasonal_naive", "holt_winters_additive"]
    with pytest.raises(ValueError, match="^values is above 0 where the model is"):
        holt_winters(values, model="multiplicative")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"min_train": 23}, "^min_train is a whole number of 24 or more, not 23$"),
        ({"step": 0}, "^step is a whole number of 1 or more, not 0$"),
        ({"horizon": 0}, "^horizon is a whole number of 1 or more, not 0$"),
        ({"period": 1}, "^period is a whole number of 2 or more, not 1$"),
        ({"confidence": 1}, "^confidence is between 0 and 1, "),
        ({"methods": ["arima"]}, "^method is one of seasonal_naive, holt_winters_additive, holt_"),
        (
            {"horizon": 13},
            "^values has 48 points; a back-test that knows 36 points and predicts 13",
        ),
    ],
)
def test_what_a_back_test_cannot_do_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        backtest(recorded("Dudley")[:48], **options)


# -- the forecast


def test_a_steady_rise_is_left_to_holt_winters() -> None:
    rng = np.random.default_rng(1)
    values = 1000 + 30 * np.arange(72) + np.tile(np.r_[-50:50:12j], 6) + rng.normal(0, 10, 72)

    found = forecast(values, step=6)

    assert found.method == "holt_winters_additive"
    assert found.mase < 0.1 < found.scores[0].mase
    assert found.origins == 5
    assert found.coverage == next(
        each.coverage for each in found.scores if each.method == found.method
    )
    expected = holt_winters(values)
    np.testing.assert_array_equal(found.mean, expected.mean)
    np.testing.assert_array_equal(found.low, expected.low)
    np.testing.assert_array_equal(found.high, expected.high)
    assert exceedance(found, thresholds=[0]).min() == 1


def test_a_year_that_repeats_with_noise_is_left_to_last_year() -> None:
    found = forecast([5, 6, 9, 7] * 10, period=4, horizon=4)

    assert found.method == "seasonal_naive"
    assert found.mean.tolist() == [5, 6, 9, 7]


def test_a_method_by_name_is_taken_and_scored_though_another_was_better() -> None:
    found = forecast(recorded("Dudley")[:60], method="holt_winters_multiplicative", step=6)

    assert found.method == "holt_winters_multiplicative"
    assert [each.method for each in found.scores] == [
        "seasonal_naive",
        "holt_winters_multiplicative",
    ]
    assert found.mase == found.scores[1].mase
    naive = forecast(recorded("Dudley")[:60], method="seasonal_naive", step=6)
    assert naive.mase == found.scores[0].mase


def test_a_method_that_did_not_converge_at_an_origin_is_passed_over_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = 1000 + 30 * np.arange(60) + np.tile([1, 5] * 6, 5)
    not_converged(monkeypatch, lambda length: length == 42)

    found = forecast(values, step=6)

    assert found.method == "seasonal_naive"
    assert found.passed_over == (
        "holt_winters_additive did not converge at 1 of 3 origins",
        "holt_winters_multiplicative did not converge at 1 of 3 origins",
    )
    assert [each.unfitted for each in found.scores] == [0, 1, 1]
    assert not math.isnan(found.scores[1].mase)


def test_a_method_that_does_not_converge_in_the_end_is_passed_over_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = 1000 + 30 * np.arange(60) + np.tile([1, 5] * 6, 5)
    not_converged(monkeypatch, lambda length: length == 60)

    found = forecast(values, step=6)

    assert found.method == "seasonal_naive"
    assert len(found.passed_over) == 2
    assert "holt_winters_additive did not converge on 60 points" in " ".join(found.passed_over)
    with pytest.raises(FitError, match="did not converge on 60 points"):
        forecast(values, method="holt_winters_additive", step=6)


def test_a_method_that_never_converged_has_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    not_converged(monkeypatch, lambda _: True)

    found = backtest(recorded("Dudley")[:60], step=12)

    assert found.ranking == ("seasonal_naive",)
    assert np.isnan([found.scores[1].mase, found.scores[1].coverage]).all()
    assert found.scores[1].unfitted == found.scores[1].origins == 2


def test_a_method_that_is_as_good_as_last_year_is_not_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def same(method: Method, *_: object) -> Score:
        return Score(method=method, mase=0.9, coverage=0.95, origins=3, unfitted=0)

    monkeypatch.setattr(backtesting, "_score", same)

    found = backtest(recorded("Dudley")[:60])

    assert isinstance(found, Backtest)
    assert found.ranking[0] == found.chosen == "seasonal_naive"
    assert len(found.ranking) == 3


def test_a_gap_or_too_short_a_series_is_refused_with_its_place() -> None:
    values = list(recorded("Dudley")[:60])
    with pytest.raises(ValueError, match="^values has 47 points; a back-test that knows 36 points"):
        forecast(values[:47])
    values[13] = math.nan
    with pytest.raises(
        ValueError, match="^values has a gap at index 13: what is not known is no 0"
    ):
        forecast(values)
    with pytest.raises(ValueError, match="^values has a gap at index 13"):
        seasonal_naive(values)
    with pytest.raises(ValueError, match="^values has a gap at index 13"):
        holt_winters(values)


@pytest.mark.parametrize("area", ["Wolverhampton", "Dudley"])
def test_months_of_west_midlands_authorities_are_predicted_better_than_by_last_year(
    area: str,
) -> None:
    """Read off a published chart, so roughly: an inequality, and no figure, is held."""
    found = forecast(recorded(area))

    naive = found.scores[0]
    assert found.mase < naive.mase
    assert 0.9 <= found.coverage <= 1
    assert found.passed_over == ()


@given(st.lists(st.integers(0, 10**12), min_size=50, max_size=52))
@settings(max_examples=15, deadline=None)
def test_whatever_is_counted_gets_a_forecast_and_no_warning(values: list[int]) -> None:
    found = forecast(values, step=6)

    assert np.isfinite(found.mean).all()
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert found.method in {each.method for each in found.scores}


def test_a_model_has_two_names() -> None:
    words = '^model is "additive" or "multiplicative", not .both.$'
    with pytest.raises(ValueError, match=words):
        holt_winters(TOY * 2, period=4, model="both")  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(ValueError, match="^confidence is between 0 and 1"):
        holt_winters(TOY * 2, period=4, confidence=95)
