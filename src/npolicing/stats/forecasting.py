"""A forecast that says how good it has been.

`forecast` tries each method on the past, takes the one that did best, and hands out with the months
to come how far off it was (MASE), how often its intervals held (coverage), and at how many origins
that was tried. A forecast without such a record is an opinion. One with it is still a guess that
the future resembles the past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from npolicing.errors import FitError
from npolicing.stats.backtesting import Method, Score, backtest, predictor
from npolicing.stats.predictions import Prediction, exceedance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Forecast", "exceedance", "forecast"]


@attrs.frozen(kw_only=True, eq=False)
class Forecast(Prediction):
    """A prediction, and the record of the method that made it.

    Attributes:
        mase: How far off it was at the origins, over the usual change from one period to the next;
            NaN where the series never changed.
        coverage: The share of what came that lay within its intervals: about `confidence`, if they
            are honest.
        origins: At how many origins it was tried.
        scores: The scores of all methods that were tried, that of seasonal naive first.
        passed_over: Why a method was not taken though it was tried: its fits did not converge.
    """

    mase: float
    coverage: float
    origins: int
    scores: tuple[Score, ...]
    passed_over: tuple[str, ...]


def forecast(
    values: ArrayLike,
    *,
    period: int = 12,
    horizon: int = 12,
    method: Literal["auto"] | Method = "auto",
    min_train: int | None = None,
    step: int = 3,
    confidence: float = 0.95,
) -> Forecast:
    """The next steps of a series, by the method that did best in its past, with its record.

    It takes two fits an origin, each some hundredths of a second. Where that is much slower, the
    threads of the linear algebra under SciPy are in each other's way: OPENBLAS_NUM_THREADS=1 in
    the environment keeps it to one.

    Args:
        values: The series, at even steps and without a gap. A part-month at its end would be taken
            for a low month: leave it out.
        period: How many points make a whole turn, 2 or more.
        horizon: How many steps to predict, and to try in the past, 1 or more.
        method: A method, or `"auto"` for the one with the least MASE; seasonal naive unless another
            is better than it.
        min_train: As `backtest`.
        step: From one origin to the next: 3 tries each quarter of months.
        confidence: Of the intervals, between 0 and 1.

    Raises:
        TypeError, ValueError, ModuleNotFoundError: As `backtest`. A series that is too short to be
            tried can be given to `seasonal_naive`, whose result claims no record.
        FitError: If a method is asked for by name and its fit does not converge.

    Source:
        As `backtest`.

    >>> found = forecast([10, 20, 12, 23] * 5, period=4, horizon=2, method="seasonal_naive")
    >>> found.mean.tolist(), found.coverage, found.origins
    ([10.0, 20.0], 1.0, 2)
    """
    methods: list[Method] | None = None if method == "auto" else [method]
    tried = backtest(
        values,
        period=period,
        horizon=horizon,
        methods=methods,
        min_train=min_train,
        step=step,
        confidence=confidence,
    )
    passed = [
        f"{each.method} did not converge at {each.unfitted} of {each.origins} origins"
        for each in tried.scores
        if each.unfitted and method == "auto"
    ]
    for each in tried.ranking if method == "auto" else [method]:
        try:
            found = predictor(each)(values, period=period, horizon=horizon, confidence=confidence)
        except FitError as error:
            if method != "auto":
                raise
            passed.append(str(error))
            continue
        break
    score = next(score for score in tried.scores if score.method == found.method)
    return Forecast(
        **attrs.asdict(found, recurse=False),
        mase=score.mase,
        coverage=score.coverage,
        origins=score.origins,
        scores=tried.scores,
        passed_over=tuple(passed),
    )
