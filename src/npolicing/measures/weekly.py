"""The week of demand: logs an hour at each hour of the week, over the hours that really were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, names_of
from npolicing._zones import LONDON
from npolicing.errors import Failure, MixedRowsError, ValidationError
from npolicing.measures._covered_days import (
    CoveredDays,
    covered_days,
    months_of_days,
    numbers,
    weekdays,
)
from npolicing.measures._dispersing import measured
from npolicing.measures._logs import Figure, Groups, limits, log_result, quotient
from npolicing.measures._months import DAY, Months, months_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, check_days
from npolicing.stats import rates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HourlyDemand", "WeeklyDispersion", "hourly_demand"]

WeeklyDispersion = float | Literal["weekly"]
"""Of an hour's counts: out of those of its weeks, or stated; 1 is a plain Poisson interval."""
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_HOUR = "hour_of_week"
_HOURS = 168
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@attrs.frozen(kw_only=True)
class HourlyDemand(Record):
    """One group's logs at one hour of the week."""

    hour_of_week: Annotated[
        int,
        Column("Local hour of the week: 0 is Monday 00:00 to 00:59.", unit="hours", ge=0, le=167),
    ]
    weekday: Annotated[Weekday, Column("Its weekday.")]
    hour: Annotated[int, Column("Its hour of the day, 0 to 23.", unit="hours", ge=0, le=23)]
    logs: Annotated[int, Column("Logs at that hour.", unit="logs", ge=0)]
    hours: Annotated[
        float,
        Column("How often that hour came in the days that are covered.", unit="hours", ge=0),
    ]
    logs_per_hour: Annotated[
        float | None,
        Column("Logs over hours; null where it never came.", unit="logs an hour", ge=0),
    ] = None
    low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of logs an hour, quasi-Poisson; null with it, or without "
            "a dispersion.",
            unit="logs an hour",
            ge=0,
        ),
    ] = None
    high: Annotated[
        float | None, Column("Upper limit of the same; null as that.", unit="logs an hour", ge=0)
    ] = None
    dispersion: Annotated[
        float | None,
        Column(
            "How many times the variance is that of Poisson numbers: out of the counts of that "
            "hour in each week, held against the mean of its month, or as stated; null where "
            "there are no days, too few of them, or no log.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    rank: Annotated[
        int | None,
        Column("1 for the busiest hour of the group's week; null with logs_per_hour.", ge=1),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def hourly_demand(
    logs: LogRows,
    *,
    by: By = None,
    where: Where = None,
    since: date | None = None,
    until: date | None = None,
    tz: str = LONDON,
    dispersion: WeeklyDispersion = "weekly",
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """The profile of a week: logs an hour at each of its 168 hours, by the hours that really were.

    ``logs_per_hour = logs / hours``. A period seldom has each weekday equally often, and when
    clocks change one Sunday hour never comes, or comes twice.

    The period of a force runs from its first to its last log where the rows have `received_on`,
    else over whole months; or from `since` to `until`. A month without any log of the force is a
    gap, and adds no hours.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `month`,
            `hour_of_week`, and the columns of `by` and `where`.
        by: Columns to group by, any that the rows have; all rows are one group without it. Where
            one is `month`, the hours are those of the month.
        where: For a column, the value or the values of the logs to count; `None` is null.
        since: First day that the rows cover, where that is known.
        until: Last day that the rows cover, where that is known.
        tz: Zone of the local hours, which says on which days clocks changed.
        dispersion: How much more the weeks vary than chance alone: ``"weekly"``, out of the counts
            of each week, where the rows have `received_on`; or a number, 1 for a plain Poisson
            interval.
        confidence: Of the intervals, between 0 and 1.
        total: Whether to add rows for all groups together.

    Returns:
        168 rows a group, sorted by `by` and hour of the week: the columns of `HourlyDemand`.

    Raises:
        TypeError: If a day is given as text or as a time.
        ValueError: If the rows have logs before `since` or after `until`; if `where` picks days or
            hours of the week, whose other hours are then not there to be divided by; if the
            dispersion is no number above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances;
            if a total is over forces whose logs cover different days.
        ColumnTypeError, ValidationError: As `tally`, and where a log has no hour of the week.
        zoneinfo.ZoneInfoNotFoundError: If there is no such zone.

    Source:
        The hours as `calendar.hours_of_week` counts them. Interval: see
        `stats.rates.quasi_poisson_rate`.

    >>> import pandas as pd
    >>> friday_night = pd.DataFrame({"force": "WMP", "month": "2019-02", "logs": [40, 8]})
    >>> friday_night["hour_of_week"] = [4 * 24 + 22, 5]
    >>> week = hourly_demand(friday_night, dispersion=1)
    >>> week[week["rank"] == 1][["weekday", "hour", "hours", "logs_per_hour"]].values.tolist()
    [['Friday', 22, 4.0, 10.0]]
    """
    check_days(since=since, until=until)
    measured(dispersion, "weekly")
    for name in {_HOUR, DAY} & {*(where or {})}:
        raise ValueError(
            f"hourly_demand divides by all hours of the period, and where= leaves some {name} out. "
            "Give since and until for days; pick hours from the result."
        )
    asked = tuple(name for name in names_of(by) if name not in (_HOUR, DAY))
    months = months_of("hourly_demand", logs, [*asked, _HOUR], where, days="where_known")
    # They are sorted by the hour at last, so the groups without it lie together as well.
    months = attrs.evolve(months, cells=attrs.evolve(months.cells, by=asked))
    week = _Week.of(months, since, until, tz)

    def figures(groups: Groups) -> Mapping[str, Figure]:
        return week.figures(groups, dispersion, confidence)

    return log_result(HourlyDemand, months.cells, figures, total=total)


@attrs.frozen(eq=False)
class _Week:
    """The rows of a tally by hour of the week, and what the logs of each force cover."""

    months: Months
    hour: NDArray[np.int64]
    day: NDArray[np.int64] | None
    covered: Mapping[int, CoveredDays]

    @classmethod
    def of(cls, months: Months, since: date | None, until: date | None, tz: str) -> _Week:
        table = months.cells.table
        there = [name for name in (_HOUR, DAY) if name in table.column_names]
        nulls = [name for name in there if table[name].null_count]
        if nulls:
            raise ValidationError(
                "Log", [Failure(code="NULL", rule="not null", column=name) for name in nulls]
            )
        hour = table[_HOUR].to_numpy().astype(np.int64)
        day = numbers(table[DAY].to_numpy()) if DAY in there else None
        forces = months.forces()
        names = np.array(table["month"].to_pylist(), dtype=np.str_)
        covered = {}
        for force in np.unique(forces).tolist():
            own = forces == force
            own_days = None if day is None else day[own]
            covered[force] = covered_days(
                np.unique(names[own]).tolist(), own_days, since, until, tz
            )
        return cls(months, hour, day, covered)

    def figures(
        self, groups: Groups, dispersion: WeeklyDispersion, confidence: float
    ) -> Mapping[str, Figure]:
        """168 rows for each group."""
        number = groups.number
        logs = np.zeros((number, _HOURS), np.int64)
        np.add.at(logs, (groups.codes, self.hour), self.months.counted("logs"))
        periods = [self._period(groups, at) for at in range(number)]
        hours = np.array([each.week for each in periods]).reshape(number, _HOURS)
        phi = np.full((number, _HOURS), np.nan)
        if not measured(dispersion, "weekly"):
            phi[:] = float(dispersion)
        elif self.day is not None:
            found = [self._dispersions(groups, at, each) for at, each in enumerate(periods)]
            phi = np.array(found).reshape(number, _HOURS)
        return _columns(groups, logs, hours, phi, confidence)

    def _period(self, groups: Groups, at: int) -> CoveredDays:
        """What the logs of a group's forces cover; of its month, where that tells groups apart."""
        own = groups.codes == at
        first, *others = (self.covered[each] for each in np.unique(self.months.forces()[own]))
        if any(not np.array_equal(first.days, each.days) for each in others):
            raise MixedRowsError(
                "hourly_demand adds up forces whose logs cover different days. Give since and "
                "until, leave total out, or pass the logs of one."
            )
        if groups.is_total or "month" not in self.months.cells.by:
            return first
        month = groups.keys["month"][at].as_py()
        kept = months_of_days(first.days) == months_of_days(
            numbers(np.array([np.datetime64(month, "D")]))
        )
        return CoveredDays(first.days[kept], first.hours[kept])

    def _dispersions(self, groups: Groups, at: int, period: CoveredDays) -> NDArray[np.float64]:
        """The dispersion of each hour of the week: its weeks, held against the mean of its month.

        Over a year, the season would else be taken for unrest.
        """
        own = groups.codes == at
        counts = np.zeros((len(period.days), 24))
        places = np.searchsorted(period.days, self.day[own])  # type: ignore[index] # there, or not asked
        np.add.at(counts, (places, self.hour[own] % 24), self.months.counted("logs")[own])
        # What is logged at an hour that never came is of another zone, and says nothing of weeks.
        counts[period.hours == 0] = 0
        _, month = np.unique(months_of_days(period.days), return_inverse=True)
        found = []
        for weekday in range(7):
            rows = weekdays(period.days) == weekday
            sums, lengths = (_sums(each[rows], month[rows]) for each in (counts, period.hours))
            rate = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
            expected = rate[month[rows]] * period.hours[rows]
            means = (sums > 0).sum(axis=0).tolist()
            found += [
                rates.dispersion(counts[rows, at], expected=expected[:, at], fitted=means[at])
                for at in range(24)
            ]
        return np.array(found)


def _sums(values: NDArray[np.float64], month: NDArray[np.intp]) -> NDArray[np.float64]:
    """The sum of each month, a column an hour."""
    found = np.zeros((int(month.max(initial=-1)) + 1, 24))
    np.add.at(found, month, values)
    return found


def _columns(
    groups: Groups,
    logs: NDArray[np.int64],
    hours: NDArray[np.float64],
    phi: NDArray[np.float64],
    confidence: float,
) -> Mapping[str, Figure]:
    number = groups.number
    at = np.tile(np.arange(_HOURS), number)
    rate = np.divide(logs, hours, out=np.full(hours.shape, np.nan), where=hours > 0)
    ranks = (rate[:, np.newaxis, :] > rate[:, :, np.newaxis]).sum(axis=2) + 1
    low, high = limits(
        rates.quasi_poisson_rate(
            logs.ravel(), hours.ravel(), dispersion=phi.ravel(), confidence=confidence
        )
    )
    keys = {
        name: groups.keys[name].take(np.repeat(np.arange(number), _HOURS))
        for name in groups.keys.column_names
    }
    return {
        **keys,
        _HOUR: at,
        "weekday": pa.array([_DAYS[each // 24] for each in at.tolist()], pa.string()),
        "hour": at % 24,
        "logs": logs.ravel(),
        "hours": hours.ravel(),
        "logs_per_hour": quotient(logs.ravel(), hours.ravel()),
        "low": low,
        "high": high,
        "dispersion": pa.array(phi.ravel(), from_pandas=True),
        "rank": pa.array(ranks.ravel(), mask=np.isnan(rate).ravel()),
    }
