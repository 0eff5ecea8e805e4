"""Holt-Winters: a level, a trend and a season that each learn from the latest months.

New months count for more than old ones. Additive: a July lies so many logs above the level.
Multiplicative: so many per cent. How quickly level, trend and season follow is fitted by
statsmodels (`pip install "npolicing[stats]"`). The trend goes on in a straight line: a year ahead
that is often right, five years ahead hardly ever.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import attrs
import numpy as np

from npolicing.errors import FitError
from npolicing.stats._arrays import Array, refuse, z_of
from npolicing.stats._series import season_of, series_of, whole
from npolicing.stats.predictions import Prediction
from npolicing.stats.seasonality import SeasonalModel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Smoothing", "Start", "holt_winters", "least_points"]


@attrs.frozen(kw_only=True)
class Smoothing:
    """How quickly a model follows the latest value, each from 0 (never) to 1 (at once).

    Attributes:
        level: alpha, of the level.
        trend: beta*, of the trend.
        seasonal: gamma, of the season; at most 1 - alpha in what is fitted.
    """

    level: float
    trend: float
    seasonal: float


class Start(NamedTuple):
    """Level, trend a step, and one index a season, as they stood before the first value."""

    level: float
    trend: float
    seasonal: tuple[float, ...]


def least_points(period: int) -> int:
    """How many points a fit needs: two periods, and 10 trends to draw the first line through.

    >>> least_points(12), least_points(4)
    (24, 14)
    """
    return max(2 * period, 10 + 2 * (period // 2))


def holt_winters(
    values: ArrayLike,
    *,
    period: int = 12,
    horizon: int = 12,
    model: SeasonalModel = "additive",
    confidence: float = 0.95,
    known: tuple[Smoothing, Start] | None = None,
) -> Prediction:
    """The next steps of a series by Holt-Winters' method, with prediction intervals.

    It is the state space model ETS(A,A,A), or ETS(M,A,M) where the model is multiplicative, since
    of the many forms of the method these have errors that make sense and so intervals. Level,
    trend and season begin as Hyndman's heuristic has it: from a decomposition of the first periods
    and a straight line through what it leaves. What is fitted, by maximum likelihood, is how
    quickly each follows. The errors' variance is the sum of their squares over ``n - m - 4``, since
    the series had to give as many numbers. That of h steps ahead follows from it in closed form:
    exactly if additive, else to first order. A multiplicative season learns from ``y / l`` with the
    new level, as Winters had it.

    Args:
        values: The series, at even steps and without a gap; above 0 if the model is
            multiplicative.
        period: How many points make a whole turn, 2 or more.
        horizon: How many steps to predict, 1 or more.
        model: Whether a season adds or multiplies.
        confidence: Of the interval, between 0 and 1.
        known: How quickly to follow, and where to begin, if nothing is to be fitted.

    Returns:
        A prediction; of a series that never changes its value, without any spread.

    Raises:
        TypeError: If `values` is not of numbers.
        ValueError: If the series is too short (see `least_points`), has a gap, or has 0 or less
            and the model is multiplicative; names the place. If an argument is out of bounds.
        FitError: If the fit does not converge. No prediction comes out of such a fit.
        ModuleNotFoundError: If statsmodels is not installed; says how to install it.

    Source:
        Winters, Forecasting Sales by Exponentially Weighted Moving Averages, Management Science 6
        (1960), 324-342; Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing,
        2008, sections 2.6.1 (the start) and 6.3 (the variance).

    >>> found = holt_winters([10, 20, 12, 22, 14, 24, 16, 26, 18, 28, 20, 30], period=2, horizon=2)
    >>> found.mean.round(2).tolist()
    [22.0, 32.0]
    """
    period = season_of(period)
    horizon = whole("horizon", horizon, least=1)
    if model not in get_args(SeasonalModel):
        raise ValueError(f'model is "additive" or "multiplicative", not {model!r}')
    method, least = f"holt_winters_{model}", least_points(period) if known is None else 2
    series = series_of(values, least=least, why=f"Holt-Winters with a period of {period}")
    if model == "multiplicative":
        refuse(series <= 0, "values", series, 'above 0 where the model is "multiplicative"')
    z_of(confidence)
    if known is None and np.ptp(series) == 0:
        mean, spread = np.full(horizon, series[0]), np.zeros(horizon)
        return Prediction.of(mean, spread, method=method, confidence=confidence)
    # Whether a fit converged is asked of the fit itself: no warning may get by, or be overheard.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = _Fit.of(series, period, model, known)
        mean, spread = _predicted(fit, period, horizon)
    if not (np.isfinite(mean).all() and np.isfinite(spread).all()):
        raise FitError(f"{method} gives no finite figures for {len(series)} points")
    return Prediction.of(mean, spread, method=method, confidence=confidence)


def _predicted(fit: _Fit, period: int, horizon: int) -> tuple[Array, Array]:
    """The mean and the standard deviation of each step."""
    mean = fit.mean(horizon)
    errors = fit.errors / fit.fitted if fit.multiplies else fit.errors
    variance = float(np.sum(errors**2)) / max(len(errors) - period - 4, 1)
    if fit.multiplies:
        spread = np.abs(mean) * np.sqrt(variance * _multiplicative(fit, period, horizon))
    else:
        spread = np.sqrt(variance * _additive(fit, period, horizon))
    return mean, spread


def _additive(fit: _Fit, period: int, horizon: int) -> Array:
    """The variance of each step of ETS(A,A,A), over sigma²: ``1 + Σ c_j²``."""
    steps = np.arange(1, horizon)
    kept = fit.alpha + fit.beta * steps + fit.gamma * (steps % period == 0)
    return np.cumsum(np.r_[1.0, kept**2])


def _multiplicative(fit: _Fit, period: int, horizon: int) -> Array:
    """The relative variance of each step of ETS(M,A,M), over the errors', to their first order.

    An error moves the line in proportion to where the line is, and the season by itself.
    """
    steps = np.arange(horizon + 1)
    line = fit.level + fit.slope * steps
    kept = fit.alpha + fit.beta * steps
    season = fit.gamma * (steps % period == 0)
    found = np.ones(horizon)
    for at in range(2, horizon + 1):
        moved = kept[1:at] * line[at - 1 : 0 : -1] / line[at] + season[1:at]
        found[at - 1] += np.sum(moved**2)
    return found


@attrs.frozen(eq=False)
class _Fit:
    """What is used of the results of statsmodels, which has no types."""

    mean: Callable[[int], Array]
    fitted: Array
    errors: Array
    level: float
    slope: float
    alpha: float
    beta: float
    gamma: float
    multiplies: bool

    @classmethod
    def of(
        cls, series: Array, period: int, model: SeasonalModel, known: tuple[Smoothing, Start] | None
    ) -> _Fit:
        """The model of a series, fitted unless its weights and start are known."""
        kind = "add" if model == "additive" else "mul"
        ets = _ets_model()(
            series,
            error=kind,
            trend="add",
            seasonal=kind,
            seasonal_periods=period,
            **({"initialization_method": "heuristic"} if known is None else _begun(known[1])),
        )
        if known is None:
            found = ets.fit(disp=False)
            if not found.mle_retvals["converged"]:
                raise FitError(
                    f"holt_winters_{model} did not converge on {len(series)} points; use the "
                    f"other model, or seasonal_naive"
                )
        else:
            found = ets.smooth(_weights(known[0]))
        fitted = np.asarray(found.fittedvalues, dtype=np.float64)
        return cls(
            mean=lambda steps: np.asarray(found.forecast(steps), dtype=np.float64),
            fitted=fitted,
            errors=series - fitted,
            level=float(found.level[-1]),
            slope=float(found.slope[-1]),
            alpha=float(found.smoothing_level),
            beta=float(found.smoothing_trend),
            gamma=float(found.smoothing_seasonal),
            multiplies=kind == "mul",
        )


def _begun(start: Start) -> dict[str, object]:
    return {
        "initialization_method": "known",
        "initial_level": start.level,
        "initial_trend": start.trend,
        "initial_seasonal": np.array(start.seasonal),
    }


def _weights(smoothing: Smoothing) -> Sequence[float]:
    """As statsmodels has them: its beta is alpha beta*."""
    return [smoothing.level, smoothing.level * smoothing.trend, smoothing.seasonal]


def _ets_model() -> Callable[..., Any]:
    try:
        from statsmodels.tsa.exponential_smoothing import ets  # noqa: PLC0415 # not everybody has it, and it is slow to load
    except ModuleNotFoundError as error:
        words = 'this needs statsmodels: pip install "npolicing[stats]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    model: Callable[..., Any] = ets.ETSModel
    return model
