"""Anticipated demand: the months to come, how sure they are, and how good such forecasts were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
import numpy as np

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, names_of
from npolicing.calendar import MONTH, days_in_month, month_number
from npolicing.errors import FitError
from npolicing.measures._demand_series import DemandSeries, months_after, series_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL
from npolicing.stats.backtesting import Method, predictor
from npolicing.stats.forecasting import Forecast, forecast

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AnticipatedDemand", "anticipated_demand"]

_YEAR = 12


@attrs.frozen(kw_only=True)
class AnticipatedDemand(Record):
    """One group's logs in one month to come, as a forecast has them."""

    month: Annotated[str, Column("Month to come, such as 2020-07.", pattern=MONTH)]
    days: Annotated[int, Column("Its days.", unit="days", ge=28, le=31)]
    anticipated: Annotated[
        float, Column("Logs that are expected, the mean of the forecast.", unit="logs", ge=0)
    ]
    low: Annotated[
        float,
        Column("Lower limit of the prediction interval; not below 0.", unit="logs", ge=0),
    ]
    high: Annotated[float, Column("Upper limit of the same.", unit="logs", ge=0)]
    sd: Annotated[
        float, Column("Standard deviation of the forecast, which is normal.", unit="logs", ge=0)
    ]
    logs_per_day: Annotated[float, Column("Anticipated over days.", unit="logs a day", ge=0)]
    method: Annotated[Method, Column("How it was forecast.")]
    mase: Annotated[
        float | None,
        Column(
            "Mean error of the method in the past, over the usual change from year to year; null "
            "where there was none.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    naive_mase: Annotated[
        float | None, Column("The same of saying `as last year`.", unit="ratio", ge=0)
    ] = None
    coverage: Annotated[
        float | None,
        Column(
            "Share of past months that lay within the method's intervals.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    origins: Annotated[
        int, Column("How many times the method was tried on the past.", unit="origins", ge=1)
    ]
    months_known: Annotated[
        int, Column("Months of the series that it rests on.", unit="months", ge=1)
    ]
    is_total: Annotated[bool, IS_TOTAL] = False


def anticipated_demand(
    logs: LogRows,
    *,
    months: str | Sequence[str] | None = None,
    horizon: int | None = None,
    by: By = None,
    where: Where = None,
    since: date | None = None,
    until: date | None = None,
    method: Literal["auto"] | Method = "auto",
    min_train: int | None = None,
    step: int = 3,
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """The logs of months to come, with their range and the record of the method.

    Logs a day are forecast, so that February is not low for being short, and are brought back to
    the days of each month. Of each group the method is the one with the least error when it was
    tried on the group's past; seasonal naive, next July as last July, unless another was better.

    It takes two fits an origin and group, each some hundredths of a second. Where it is much
    slower, the threads of the linear algebra under SciPy are in each other's way:
    OPENBLAS_NUM_THREADS=1 in the environment keeps it to one. With `method="seasonal_naive"`
    nothing is fitted, and statsmodels is not needed.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Or what `demand` gives, as it
            is. Needs what `demand` needs.
        months: The months to forecast, such as ``("2020-06", "2020-07", "2020-08")``, or one.
        horizon: Or how many months after the last known one; 12 where neither is said.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the logs to count; `None` is null.
        since: As for `demand`; begin after a change of recording.
        until: As for `demand`: with it a part-month at the end is seen, and left out.
        method: As for `stats.forecasting.forecast`.
        min_train: The least number of months that a method is to know when it is tried; 36 unless
            said otherwise. A series needs so many, and those up to the last month asked for.
        step: Months from one origin to the next.
        confidence: Of the prediction intervals, between 0 and 1.
        total: Whether to add rows for all groups together.

    Returns:
        A row a month and group that has any of the logs, sorted by `by` and month: the columns of
        `AnticipatedDemand`. What
        would be below 0 is 0. The total is the forecast of the summed series, and no sum of
        forecasts: units that rise together have a wider range than the sum of units that do not.

    Raises:
        ValidationError: If a month between the first and the last has no log of the force: `GAP`,
            with group and month.
        ValueError: If a series is too short to be tried on its past; names the group. If a month
            is not after the last known one; if both `months` and `horizon` are given, or another
            argument is out of bounds.
        ModuleNotFoundError: If statsmodels is needed and missing:
            ``pip install "npolicing[stats]"``.
        FitError: If a method is asked for by name and its fit does not converge; names the group.
        MissingColumnsError, MixedRowsError, ColumnTypeError, TypeError: As `demand`.

    Warns:
        NpolicingWarning: If a part-month is left out; names it, and its days.

    Source:
        See `stats.forecasting`. West Midlands Police, Neighbourhood Policing, board paper of 15
        October 2019, paragraphs 18 and 21: demand that can be anticipated, and plans for it.

    >>> import pandas as pd
    >>> known = [f"{year}-{month:02}" for year in range(2014, 2019) for month in range(1, 13)]
    >>> logs = pd.DataFrame({"force": "WMP", "month": known, "logs": range(1000, 1060)})
    >>> summer = anticipated_demand(logs, months=["2019-07"], method="seasonal_naive")
    >>> summer[["month", "days", "anticipated", "origins"]].values.tolist()
    [['2019-07', 31, 1054.0, 6]]
    """
    if months is not None and horizon is not None:
        raise ValueError("give months, or horizon: how many after the last known month; not both")
    asked = None if months is None else sorted(names_of(months), key=month_number)
    if asked == []:
        raise ValueError("months is empty: name one, such as 2020-07")
    if method != "auto":
        predictor(method)
    series = series_of(
        "anticipated_demand", logs, by=by, where=where, since=since, until=until, total=total
    )

    def figures(each: DemandSeries) -> Sequence[AnticipatedDemand]:
        coming = _coming(each, asked, horizon)
        try:
            found = forecast(
                each.per_day,
                period=_YEAR,
                horizon=len(coming),
                method=method,
                min_train=min_train,
                step=step,
                confidence=confidence,
            )
        except (ValueError, FitError) as error:
            raise type(error)(f"anticipated_demand: {each.group}: {error}") from error
        rows = _rows(each, coming, found)
        return rows if asked is None else [row for row in rows if row.month in asked]

    return series.result(AnticipatedDemand, figures)


def _coming(
    series: DemandSeries, asked: Sequence[str] | None, horizon: int | None
) -> Sequence[str]:
    """The months to forecast, from the first after the series."""
    if not len(series.months):
        raise ValueError(f"anticipated_demand: {series.group} has no whole month")
    last = series.months[-1]
    if asked is None:
        return months_after(last, _YEAR if horizon is None else horizon)
    if asked[0] <= last:
        raise ValueError(
            f"anticipated_demand: {series.group} has logs up to {last}, so that {asked[0]} is not "
            "to come. Ask for later months, or cut the logs off before it to try the past."
        )
    return months_after(last, month_number(asked[-1]) - month_number(last))


def _rows(series: DemandSeries, coming: Sequence[str], found: Forecast) -> list[AnticipatedDemand]:
    """A row a month: figures a day, times its days."""
    naive = found.scores[0].mase
    rows = []
    for at, month in enumerate(coming):
        days = days_in_month(month)
        mean, low, high, sd = (
            float(np.maximum(each[at] * days, 0.0))
            for each in (found.mean, found.low, found.high, found.sd)
        )
        rows.append(
            AnticipatedDemand(
                month=month,
                days=days,
                anticipated=mean,
                low=low,
                high=high,
                sd=sd,
                logs_per_day=mean / days,
                method=found.method,  # type: ignore[arg-type] # one of them
                mase=_known(found.mase),
                naive_mase=_known(naive),
                coverage=_known(found.coverage),
                origins=found.origins,
                months_known=len(series.months),
                is_total=series.is_total,
            )
        )
    return rows


def _known(figure: float) -> float | None:
    return None if math.isnan(figure) else figure
