"""How good a forecast would have been: predict the past from what lay before it, and look.

The series is cut at many points, its origins. At each, every method sees what lay before alone, and
its errors over the steps that followed are measured against the usual change from one year to the
next (MASE). Below 1 is better than that change. The score says how a method did on this series; a
break in how logs are recorded makes every method look bad, and one that chance favoured good.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

import attrs
import numpy as np

from npolicing.errors import FitError
from npolicing.stats._arrays import Array, z_of
from npolicing.stats._series import season_of, series_of, whole
from npolicing.stats.exponential_smoothing import holt_winters, least_points
from npolicing.stats.predictions import Prediction, seasonal_naive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Backtest", "Method", "Score", "backtest", "mase", "predictor"]

Method = Literal["seasonal_naive", "holt_winters_additive", "holt_winters_multiplicative"]

_PREDICTORS: dict[Method, Callable[..., Prediction]] = {
    "seasonal_naive": seasonal_naive,
    "holt_winters_additive": partial(holt_winters, model="additive"),
    "holt_winters_multiplicative": partial(holt_winters, model="multiplicative"),
}


@attrs.frozen(kw_only=True)
class Score:
    """How good a method has been.

    Attributes:
        method: Its name.
        mase: The mean of its scaled errors, at all origins and steps; NaN where it has none.
        coverage: The share of what came that lay within its intervals, 0 to 1; NaN where it has
            none. It should be about their confidence.
        origins: Origins at which it was tried.
        unfitted: Those of them at which its fit did not converge, so that it has no error there.
    """

    method: Method
    mase: float
    coverage: float
    origins: int
    unfitted: int


@attrs.frozen(kw_only=True)
class Backtest:
    """The scores of several methods on one series, and which of them it speaks for.

    Attributes:
        scores: A score a method, that of seasonal naive first.
        ranking: The methods that were fitted at every origin, best MASE first. Seasonal naive is
            always among them, and another stands before it only if it is really better.
    """

    scores: tuple[Score, ...]
    ranking: tuple[Method, ...]

    @property
    def chosen(self) -> Method:
        """The best."""
        return self.ranking[0]


def mase(actual: ArrayLike, predicted: ArrayLike, *, training: ArrayLike, period: int = 1) -> float:
    """The mean absolute scaled error.

    ``mean |actual - predicted| / mean |y_t - y_{t-m}|``, the mean change over a period of what was
    known. 1 is as good as that change, 0 is perfect; figures of large and of small areas compare.

    Args:
        actual: What came.
        predicted: What was predicted for it.
        training: What was known when it was predicted; longer than a period.
        period: How many points make a whole turn; 1 compares each with the one before.

    Returns:
        0 or more; NaN where `training` never changes over a period, or there is nothing to compare.

    Raises:
        TypeError: If an argument is not of numbers.
        ValueError: If one has a gap or an infinite number, if `actual` and `predicted` are of
            different length, or `training` is too short.

    Source:
        Hyndman and Koehler, Another Look at Measures of Forecast Accuracy, International Journal
        of Forecasting 22 (2006), 679-688.

    >>> mase([12, 14], [11, 16], training=[10, 11, 13], period=1)
    1.0
    """
    period = whole("period", period, least=1)
    came, said = (
        series_of(each, least=0, why="an error", name=name)
        for each, name in ((actual, "actual"), (predicted, "predicted"))
    )
    if len(came) != len(said):
        raise ValueError(f"actual has {len(came)} points and predicted {len(said)}")
    known = series_of(training, least=period + 1, why="a scale", name="training")
    scale = float(np.mean(np.abs(known[period:] - known[:-period])))
    if not scale or not len(came):
        return float("nan")
    return float(np.mean(np.abs(came - said))) / scale


def predictor(method: Method) -> Callable[..., Prediction]:
    """The function of a method.

    Raises:
        ValueError: If there is no such method.
    """
    if method not in _PREDICTORS:
        raise ValueError(f"method is one of {', '.join(get_args(Method))}, not {method!r}")
    return _PREDICTORS[method]


def backtest(
    values: ArrayLike,
    *,
    period: int = 12,
    horizon: int = 12,
    methods: Collection[Method] | None = None,
    min_train: int | None = None,
    step: int = 1,
    confidence: float = 0.95,
) -> Backtest:
    """What each method would have said of the past, held against what came.

    Rolling origins: the last lies `horizon` before the end, those before it `step` apart, and each
    has `min_train` points or more before it. Each error is scaled by what was known at its origin;
    an origin at which nothing had ever changed over a period has no scale, and is in no MASE.

    Args:
        values: The series, at even steps and without a gap.
        period: How many points make a whole turn, 2 or more.
        horizon: Steps to predict at each origin, 1 or more.
        methods: What to try beside seasonal naive, which is always tried; all if left out, but for
            `"holt_winters_multiplicative"` where the series has 0 or less.
        min_train: The least that a method is to know: three periods, and what a fit needs, unless
            said otherwise.
        step: From one origin to the next, 1 or more. It takes a fit a method and origin.
        confidence: Of the intervals, between 0 and 1.

    Raises:
        TypeError: If `values` is not of numbers.
        ValueError: If the series has no origin or a gap, or an argument is out of bounds.
        ModuleNotFoundError: If statsmodels is needed and not installed.

    Source:
        Tashman, Out-of-sample Tests of Forecasting Accuracy, International Journal of Forecasting
        16 (2000), 437-450; Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd
        edition, section 5.10.

    >>> found = backtest([10, 20, 12, 22] * 4, period=2, methods=[], horizon=2, step=2)
    >>> found.chosen, found.scores[0].origins, found.scores[0].mase
    ('seasonal_naive', 2, 1.0)
    """
    period, horizon = season_of(period), whole("horizon", horizon, least=1)
    step = whole("step", step, least=1)
    fewest = least_points(period)
    known = max(3 * period, fewest) if min_train is None else min_train
    known = whole("min_train", known, least=fewest)
    z_of(confidence)
    why = f"a back-test that knows {known} points and predicts {horizon}"
    series = series_of(values, least=known + horizon, why=why)
    origins = range(len(series) - horizon, known - 1, -step)
    tried = _tried(series, methods)
    asked = {"period": period, "horizon": horizon, "confidence": confidence}
    scores = tuple(_score(method, series, origins, asked) for method in tried)
    fitted = [each for each in scores if not each.unfitted]
    # Seasonal naive is the first of them and sorting is stable, so it wins where it is as good, and
    # where nothing ever changed: then no method has a MASE.
    best = sorted(fitted, key=lambda each: each.mase)
    return Backtest(scores=scores, ranking=tuple(each.method for each in best))


def _tried(series: Array, methods: Collection[Method] | None) -> list[Method]:
    if methods is None:
        positive = bool((series > 0).all())
        return [each for each in _PREDICTORS if positive or "multiplicative" not in each]
    for each in methods:
        predictor(each)
    return list(dict.fromkeys(["seasonal_naive", *methods]))


def _score(method: Method, series: Array, origins: range, asked: dict[str, float]) -> Score:
    """How one method did at all origins."""
    errors: list[float] = []
    within: list[float] = []
    unfitted = 0
    period, horizon = int(asked["period"]), int(asked["horizon"])
    for origin in origins:
        known, came = series[:origin], series[origin : origin + horizon]
        try:
            found = predictor(method)(known, **asked)
        except FitError:
            unfitted += 1
            continue
        errors.append(mase(came, found.mean, training=known, period=period))
        within.append(float(np.mean((found.low <= came) & (came <= found.high))))
    scaled = [each for each in errors if not np.isnan(each)]
    return Score(
        method=method,
        mase=float(np.mean(scaled)) if scaled else float("nan"),
        coverage=float(np.mean(within)) if within else float("nan"),
        origins=len(origins),
        unfitted=unfitted,
    )
