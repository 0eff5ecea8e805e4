"""Nothing, no exposure, one point, a constant, a gap, and more than anybody counts.

Each function of numbers gives a figure, NaN or an error of its own in words. No warning of NumPy's
gets out (pytest makes errors of them), nothing is infinite, and no limit is on the wrong side.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from itertools import product
from math import inf, isinf, nan
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import npolicing
from npolicing.errors import FitError
from npolicing.stats import (
    concentration,
    funnel,
    intervals,
    many,
    multicriteria,
    percentiles,
    rate_ratios,
    rates,
    stability,
    two_counts,
)
from npolicing.stats.backtesting import backtest, mase
from npolicing.stats.calendar_adjustments import month_standardised, per_day, weekday_adjusted
from npolicing.stats.chance import expected_signals
from npolicing.stats.control import xmr
from npolicing.stats.displacement import BeforeAfter, ratio_of_rate_ratios, wdd, wdq
from npolicing.stats.exponential_smoothing import holt_winters
from npolicing.stats.forecasting import forecast
from npolicing.stats.predictions import exceedance, seasonal_naive
from npolicing.stats.seasonality import decompose, seasonal_indices

HERE = Path(npolicing.__file__).parent
NUMBERS = [0, 0.5, 1, 12, 1e9, 1e15, 2.0**63, 1e-12, 1e19, 1e300, 1e-300, nan, inf, -1]
SERIES: dict[str, list[float]] = {
    "nothing": [],
    "one point": [5],
    "two": [1, 2],
    "a constant": [7] * 60,
    "only zeros": [0] * 60,
    "all missing": [nan] * 60,
    "a gap": [1] * 30 + [nan] * 2 + [2] * 28,
    "huge": (np.random.default_rng(1).random(60) * 1e15).tolist(),
    "far beyond": (np.random.default_rng(2).random(60) * 1e99).tolist(),
    "no float can add them": [1e308, 1e307] * 30,
    "tiny and huge": [1e-300, 1e99] * 30,
    "below 0": [-5, 3] * 30,
    "one jump": [0] * 59 + [1e12],
}

OF_TWO: dict[str, Callable[..., object]] = {
    "wilson": intervals.wilson,
    **{
        f"rate {each}": partial(rates.poisson_rate, method=each)
        for each in get_args(rates.RateMethod)
    },
    "poisson_z": two_counts.poisson_z,
    "per_day": lambda values, days: per_day(values, days=days),
    "month_standardised": lambda values, days: month_standardised(values, days=days),
}
OF_THREE: dict[str, Callable[..., object]] = {
    "quasi": lambda k, t, phi: rates.quasi_poisson_rate(k, t, dispersion=phi),
}
OF_FOUR: dict[str, Callable[..., object]] = {
    "newcombe": intervals.newcombe,
    **{
        f"risk {each}": partial(intervals.risk_ratio, method=each)
        for each in get_args(intervals.RiskRatioMethod)
    },
    **{
        f"rate ratio {each}": partial(rate_ratios.rate_ratio, method=each)
        for each in get_args(rate_ratios.RateRatioMethod)
    },
    "unrest": partial(rate_ratios.rate_ratio, method="score", dispersion=1e12),
    "wdd": lambda k1, t1, k2, t2: wdd(BeforeAfter(k1, k2, t1, t2), BeforeAfter(k2, k1)),
    "wdd of clusters": lambda k1, t1, k2, t2: wdd(
        BeforeAfter(k1, k2, t1, t2), BeforeAfter(t1, t2), dispersion=1e12
    ),
    "rirr": lambda k1, t1, k2, t2: ratio_of_rate_ratios(
        BeforeAfter(k1, k2, t1, t2), BeforeAfter(k2, k1)
    ),
    "rirr of clusters": lambda k1, t1, k2, t2: ratio_of_rate_ratios(
        BeforeAfter(k1, k2), BeforeAfter(t1, t2), dispersion=1e12, add=0.5
    ),
    "wdq": lambda k1, t1, k2, t2: wdq(
        BeforeAfter(k1, k2), BeforeAfter(k2, t1), displacement=BeforeAfter(t1, t2)
    ),
    "wild unrest": partial(rate_ratios.rate_ratio, method="wald", dispersion=2.0**63),
    **{
        name: lambda k1, k2, t1, t2, test=test: test(k1, k2, exposure_1=t1, exposure_2=t2)
        for name, test in (
            ("e_test", two_counts.e_test),
            ("e_test apart", partial(two_counts.e_test, variance="separate")),
            ("c_test", two_counts.c_test),
            ("sqrt_test", two_counts.sqrt_test),
        )
    },
}
OF_SERIES: dict[str, Callable[[list[float]], object]] = {
    "percentile": lambda v: percentiles.percentile(v, 50),
    "percentile_interval": percentiles.percentile_interval,
    "percentile_interval_of_counts": lambda v: percentiles.percentile_interval_of_counts(
        sorted(set(v)), [10**15] * len(set(v)), 90
    ),
    "benjamini_hochberg": many.benjamini_hochberg,
    "funnel of rates": lambda v: funnel.funnel(v, np.abs(v), of="rate"),
    "funnel over days": lambda v: funnel.funnel(v, [30] * len(v), of="rate", limits="quantile"),
    "funnel of shares": lambda v: funnel.funnel(v, v, of="proportion", limits="normal"),
    "overdispersion": lambda v: funnel.overdispersion(v, [2.0**63] * len(v), of="proportion"),
    "gini": concentration.gini,
    "gini, corrected": partial(concentration.gini, corrected=True),
    "generalised_gini": concentration.generalised_gini,
    "smallest_share": concentration.smallest_share,
    "lorenz": concentration.lorenz,
    "prediction_accuracy_index": lambda v: concentration.prediction_accuracy_index(v, v),
    "prediction_efficiency_index": concentration.prediction_efficiency_index,
    "dispersion": rates.dispersion,
    "dispersion by group": lambda v: rates.dispersion(v, groups=np.arange(len(v)) % 7),
    "dispersion of a model": lambda v: rates.dispersion(v, expected=v),
    "xmr": lambda v: xmr(v, target=3, direction="increase"),
    "xmr, fixed": lambda v: xmr(v, fix_after=12, screen_outliers=False),
    "decompose": decompose,
    "seasonal_indices": seasonal_indices,
    "weekday_adjusted": lambda v: weekday_adjusted(v, weekdays=np.arange(len(v)) % 7),
    "seasonal_naive": seasonal_naive,
    "exceedance": lambda v: exceedance(seasonal_naive(v), thresholds=[0, 1e30, nan]),
    "holt_winters": holt_winters,
    "mase": lambda v: mase(v, v, training=v),
    "backtest": lambda v: backtest(v, methods=[]),
    "forecast": lambda v: forecast(v, method="seasonal_naive"),
    "ranks": multicriteria.ranks,
    "dominance": lambda v: multicriteria.dominance([v, v]),
    "combined_rank": lambda v: multicriteria.combined_rank([v, v], [1, 2]),
    "choose": lambda v: multicriteria.choose(
        [v], weights=[1], eligible=[True] * len(v), sizes=v, limit=9
    ),
    "acceptability": lambda v: stability.acceptability(
        [v, v[::-1]], eligible=[True] * len(v), limit=9, draws=9
    ),
    "redrawn_counts": lambda v: stability.redrawn_counts(
        v, rng=np.random.default_rng(1), draws=9, dispersion=1.5
    ),
    "redrawn_sums": lambda v: stability.redrawn_sums(
        v, v[::-1], rng=np.random.default_rng(1), draws=9
    ),
    "resampled_choice": lambda v: stability.resampled_choice(
        lambda _, n: (np.tile(v, (n, 1, 1)), np.ones((n, len(v)), dtype=np.bool_)),
        weights=[1],
        places=len(v),
        limit=1,
        draws=9,
    ),
    "expected_signals": lambda v: expected_signals(len(v), charts=9),
}


def asked(function: Callable[..., Any], *given: object) -> object:
    """What comes back, or None where it is refused in words of our own."""
    try:
        return function(*given)
    except (ValueError, TypeError, FitError) as error:
        last = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
        if not last.is_relative_to(HERE):
            pytest.fail(f"{given}: {error!r} comes from {last}")
        return None


def sound(found: object) -> bool:
    """Whether nothing of a figure is infinite, and its limits lie round it."""
    names = ("estimate", "low", "high", "p_value", "statistic", "phi", "mean", "sd", "upper")
    named = {
        name: np.asarray(getattr(found, name), np.float64)
        for name in names
        if hasattr(found, name) and not isinstance(found, np.ndarray | float)
    }
    finite = not any(np.isinf(each).any() for each in named.values())
    if not {"low", "high"} <= named.keys():
        return finite and not (isinstance(found, float) and isinf(found))
    middle = named.get("estimate", named.get("mean", named["low"]))
    nearly = 1e-9 * np.abs(middle)
    wrong = (named["low"] > middle + nearly) | (named["high"] < middle - nearly)
    # Jeffreys' limits of next to no event lie above it: that is his method.
    return finite and (getattr(found, "method", "") == "Jeffreys" or not wrong.any())


@pytest.mark.parametrize("name", OF_TWO)
def test_two_numbers_of_any_size(name: str) -> None:
    for given in product(NUMBERS, repeat=2):
        assert sound(asked(OF_TWO[name], *given)), given


@pytest.mark.parametrize("name", OF_THREE)
def test_three_numbers_of_any_size(name: str) -> None:
    for given in product(NUMBERS, repeat=3):
        found = asked(OF_THREE[name], *given)
        assert sound(found), given
        if found is not None and any(np.isnan(given)):
            assert np.isnan([found.low, found.high]).all(), given  # type: ignore[attr-defined] # an interval


@pytest.mark.parametrize("name", OF_FOUR)
def test_four_numbers_of_any_size(name: str) -> None:
    all_of_them = np.array(list(product([0, 1, 3, 1e9, 2.0**63, 1e-12, nan], repeat=4)))
    left_out = np.zeros((len(all_of_them), 2), dtype=np.bool_)
    if name == "newcombe" or name.startswith("risk"):
        left_out |= all_of_them[:, [0, 2]] > all_of_them[:, [1, 3]]
    if name.startswith("e_test"):
        left_out |= all_of_them[:, :2] % 1 > 0
    found = asked(OF_FOUR[name], *all_of_them[~left_out.any(axis=1)].T)

    assert found is not None
    assert sound(found)


@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("name", OF_SERIES)
def test_a_series_of_any_kind(name: str, kind: str) -> None:
    assert sound(asked(OF_SERIES[name], SERIES[kind]))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((1, 1e19), r"^nobs is at most 9\.2e\+18, not 1e\+19$"),
        ((0, 1e-300), "^nobs is 0, or at least 1e-12, not 1e-300$"),
    ],
)
def test_what_no_count_can_be_is_named(given: tuple[float, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        intervals.wilson(*given)
