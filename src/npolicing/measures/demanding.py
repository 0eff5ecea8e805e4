"""Demand: logs month by month, with the days that each month covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, names_of
from npolicing.arrow import nulls
from npolicing.calendar import MONTH, days_in_month, months_from
from npolicing.measures._dispersing import Dispersion, DispersionColumn, days_for, dispersions
from npolicing.measures._logs import Figure, Groups, limits, log_result
from npolicing.measures._months import GAP, Months, months_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, check_days
from npolicing.stats.rates import quasi_poisson_rate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Demand", "demand"]


@attrs.frozen(kw_only=True)
class Demand(Record):
    """One group's logs in one month."""

    month: Annotated[str, Column("Local month, such as 2018-07.", pattern=MONTH)] = "2018-01"
    days: Annotated[
        int,
        Column(
            "Days of the month that the rows cover: all, unless since or until cut it.",
            unit="days",
            ge=1,
            le=31,
        ),
    ] = 31
    logs: Annotated[int | None, Column(f"Logs; {GAP}", unit="logs", ge=0)] = None
    logs_per_day: Annotated[
        float | None, Column("Logs over days; null in a gap.", unit="logs a day", ge=0)
    ] = None
    low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of logs_per_day; null with it, or without a dispersion.",
            unit="logs a day",
            ge=0,
        ),
    ] = None
    high: Annotated[
        float | None,
        Column(
            "Upper limit of the interval of logs_per_day; null with it, or without a dispersion.",
            unit="logs a day",
            ge=0,
        ),
    ] = None
    dispersion: DispersionColumn = None
    crimes: Annotated[
        int | None,
        Column(
            "Crimes recorded from them; null in a gap, where they are not asked for, and where a "
            "log's are not known.",
            unit="crimes",
            ge=0,
        ),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def demand(
    logs: LogRows,
    *,
    by: By = None,
    where: Where = None,
    since: date | None = None,
    until: date | None = None,
    crimes: bool = False,
    dispersion: Dispersion = "daily",
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """Logs month by month, with the days that each month covers.

    The series runs from the first to the last month of which the force has logs, or from `since`
    to `until`. A month between them without any log is a gap: it has a row, and no count.

    The interval of `logs_per_day` is as wide as chance makes it among days like these:
    quasi-Poisson, for they vary more than Poisson numbers. Seasons and trends are no part of it.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `month`, the
            columns of `by` and `where`, and `crimes` where those are asked for.
        by: Columns to group by beside the month, any that the rows have.
        where: For a column, the value or the values of the logs to count; `None` is null.
        since: First day that the rows cover, where that is known; no log is left out by it.
        until: Last day that the rows cover, where that is known; no log is left out by it.
        crimes: Whether to add up the crimes that were recorded from the logs.
        dispersion: As for `seasonal_delta`; out of the days of all months of a group.
        confidence: Of the interval, between 0 and 1.
        total: Whether to add rows for all groups together.

    Returns:
        A row a group and month, sorted by `by` and `month`: the columns of `Demand`. A group
        without a log in a month that its force has logs of has 0 there.

    Raises:
        TypeError: If a day is given as text or as a time.
        ValueError: If the rows have logs before `since` or after `until`, by month, or the
            dispersion is no number above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Figure 1: P6
        logs by unit. Interval: `stats.rates.quasi_poisson_rate`.

    >>> import pandas as pd
    >>> tally = pd.DataFrame({"force": "WMP", "month": ["2018-02", "2018-04"], "logs": [280, 330]})
    >>> series = demand(tally)
    >>> series["month"].to_list(), series["days"].to_list(), series["logs"].isna().to_list()
    (['2018-02', '2018-03', '2018-04'], [28, 31, 30], [False, True, False])
    """
    check_days(since=since, until=until)
    asked = [name for name in names_of(by) if name != "month"]
    days = days_for(dispersion)
    months = months_of("demand", logs, asked, where, crimes=crimes, days=days)
    series = _Series.of(months, since, until)

    def figures(groups: Groups) -> Mapping[str, Figure]:
        spread = dispersions(dispersion, months, groups)
        return series.figures(groups, spread, confidence, crimes=crimes)

    return log_result(Demand, months.cells, figures, total=total)


@attrs.frozen(eq=False)
class _Series:
    """The months from the first to the last, and where in them each row of the tally stands."""

    months: Months
    names: Sequence[str]
    days: NDArray[np.int64]
    at: NDArray[np.int64]
    since: bool
    until: bool

    @classmethod
    def of(cls, months: Months, since: date | None, until: date | None) -> _Series:
        """The series of a tally; its first and last day bound it where they are known."""
        found = [str(month) for month in months.cells.table["month"].to_pylist()]
        ends = [day.isoformat()[:7] for day in (since, until) if day is not None]
        known = sorted({*ends, *found})
        names = months_from(known[0], known[-1]) if known else []
        days = [_covered(month, since, until) for month in names]
        if 0 in days:
            raise ValueError(
                f"There are logs of {names[days.index(0)]}, which is before since={since} or after "
                f"until={until}."
            )
        places = {name: at for at, name in enumerate(names)}
        at = np.array([places[month] for month in found], dtype=np.int64)
        length = np.array(days, dtype=np.int64)
        return cls(months, names, length, at, since is not None, until is not None)

    def figures(
        self, groups: Groups, dispersion: NDArray[np.float64], confidence: float, *, crimes: bool
    ) -> Mapping[str, Figure]:
        """A row for each group and each month of its force."""
        covered, within = self._covered(groups)
        group, month = np.nonzero(within)
        gap, days = ~covered[group, month], self.days[month]
        logs = self._sum(groups, self.months.counted("logs"))[group, month]
        known, spread = np.where(gap, np.nan, logs), dispersion[group]
        found = quasi_poisson_rate(known, days, dispersion=spread, confidence=confidence)
        low, high = limits(found)
        return {
            **{name: groups.keys[name].take(group) for name in groups.keys.column_names},
            "month": pa.array([self.names[at] for at in month.tolist()], pa.string()),
            "days": days,
            "logs": pa.array(logs, mask=gap),
            "logs_per_day": pa.array(known / days, from_pandas=True),
            "low": low,
            "high": high,
            "dispersion": pa.array(spread, from_pandas=True),
            "crimes": self._crimes(groups, gap, group, month) if crimes else _unasked(len(group)),
        }

    def _sum(self, groups: Groups, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Counts by group and month."""
        sums = np.zeros((groups.number, len(self.names)), dtype=np.int64)
        np.add.at(sums, (groups.codes, self.at), counts)
        return sums

    def _crimes(
        self,
        groups: Groups,
        gap: NDArray[np.bool_],
        group: NDArray[np.intp],
        month: NDArray[np.intp],
    ) -> Figure:
        crimes = self._sum(groups, self.months.counted("crimes"))[group, month]
        unknown = self._sum(groups, self.months.unknown("crimes").astype(np.int64))[group, month]
        return pa.array(crimes, mask=gap | (unknown > 0))

    def _covered(self, groups: Groups) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each group and month, whether each of its forces has logs, and whether it is asked.

        A force's series runs from its first month to its last; stated days bind all forces.
        """
        forces = self.months.forces()
        number = int(forces.max(initial=-1)) + 1
        has = np.zeros((number, len(self.names)), dtype=np.bool_)
        has[forces, self.at] = True
        runs = np.maximum.accumulate(has, axis=1)
        runs &= np.maximum.accumulate(has[:, ::-1], axis=1)[:, ::-1]
        if self.since:
            runs[:] |= np.cumsum(has, axis=1) == 0
        if self.until:
            runs[:] |= np.cumsum(has[:, ::-1], axis=1)[:, ::-1] == 0
        covered = np.ones((groups.number, len(self.names)), dtype=np.bool_)
        within = np.zeros_like(covered)
        for group, force in {*zip(groups.codes.tolist(), forces.tolist(), strict=True)}:
            covered[group] &= has[force]
            within[group] |= runs[force]
        return covered, within


def _unasked(length: int) -> Figure:
    return nulls(length, pa.int64())


def _covered(month: str, since: date | None, until: date | None) -> int:
    """How many days of a month lie within what the rows cover."""
    length = days_in_month(month)
    first = date.fromisoformat(f"{month}-01")
    after = max((since - first).days, 0) if since else 0
    before = min((until - first).days + 1, length) if until else length
    return max(before - after, 0)
