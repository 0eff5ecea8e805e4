"""The backlog: logs that were open at an instant, and how long they had been."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, Derived, LogRows, Where, counts, names_of
from npolicing.delta_table import lying_at
from npolicing.errors import Failure, ValidationError
from npolicing.measures._logs import Cells, Counts, Figure, Flags, Groups, counted_once, log_result
from npolicing.measures._opening import AGE, AT, NEEDS, UNDATED, Opened, instants_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL
from npolicing.stats.percentiles import percentile_interval_of_counts
from npolicing.store import LogStore

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Backlog", "backlog"]

_HOUR = 3_600
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=28))
"""A day, three days, a week, four weeks: round lengths, and no force's standard."""


@attrs.frozen(kw_only=True)
class Backlog(Record):
    """One group's logs that were open at an instant, by their age.

    The bands of age stand after `oldest_hours`, each a column of counts, such as ``hours_0_to_24``.
    """

    at: Annotated[datetime, Column("The instant, in UTC.")]
    open: Annotated[
        int,
        Column(
            "Logs received by then and not closed by then, those of `unknown` aside.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    unknown: Annotated[
        int,
        Column(
            "Logs received by then of which nobody knows whether they were open: their status says "
            "that they are over, and nothing when; or that they are open, though they were closed.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    median_hours: Annotated[
        float | None,
        Column("Median age of the open logs; null without any.", unit="hours", ge=0),
    ] = None
    median_low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of the median, by order statistics; null of too few logs.",
            unit="hours",
            ge=0,
        ),
    ] = None
    median_high: Annotated[
        float | None,
        Column("Upper limit of the same; null of too few logs.", unit="hours", ge=0),
    ] = None
    p90_hours: Annotated[
        float | None,
        Column("90th percentile of the ages; null without any.", unit="hours", ge=0),
    ] = None
    p90_low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of the 90th percentile; null of too few logs.",
            unit="hours",
            ge=0,
        ),
    ] = None
    p90_high: Annotated[
        float | None,
        Column("Upper limit of the same; null of too few logs.", unit="hours", ge=0),
    ] = None
    oldest_hours: Annotated[
        float | None, Column("Age of the oldest open log; null without any.", unit="hours", ge=0)
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def backlog(
    logs: LogRows,
    *,
    at: datetime | Sequence[datetime],
    by: By = "priority",
    ages: Sequence[timedelta] = AGES,
    where: Where = None,
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """How many logs were open at an instant, by grade and age, and how long they had been.

    A log is open at an instant if ``received_at <= at``, and ``closed_at > at`` or there is no
    `closed_at`. Its age is ``at - received_at``, in whole seconds, rounded down, and in UTC, so
    that no hour is lost or won where clocks change. One whose status says that it is over (closed,
    cancelled, transferred) and that has no `closed_at` is not called open, nor is one that is said
    to be open after it was closed, so that it was reopened when nobody noted: both are counted
    beside the open ones, as `unknown`. Without a column `status`, none is unknown.

    A backlog is no sum, since a log that is open today is open tomorrow, too: it is asked of the
    logs themselves, and a tally is refused. It knows only the logs that the rows have: those of a
    year lack what was still open from the year before, and rows that were taken before `at` show as
    open what was closed since.

    Args:
        logs: A row a log, wherever it lies; see `tally`. Needs `force`, `received_at`, `closed_at`
            and the columns of `by` and `where`; uses `status` where it is there. A store is read
            a month at a time, and only what is open is kept. Another engine, such as Spark, is
            asked twice: for the logs that may have been open, whose columns that are needed are
            brought into memory, and for the groups of all others.
        at: The instant, or several: times with their zone.
        by: Columns to group by, any that the rows have; all rows are one group with `None`.
        ages: Where one band of age ends and the next begins, ascending; the first begins at 0. A
            log of just that age is in the band that begins there. Without any there are no bands.
        where: For a column, the value or the values of the logs to count; `None` is null.
        confidence: Of the intervals of the percentiles, between 0 and 1.
        total: Whether to add a row for all groups together, at each instant.

    Returns:
        A row a group and instant, sorted by `by`, null last, and `at`: the columns of `Backlog`,
        the bands of age among them. A group of which a log was received by the last instant has a
        row at each, with 0 where none was open.

    Raises:
        TypeError: If `at` is a day, or a time without its zone.
        ValueError: If `at` is empty, or `ages` are no whole seconds that ascend from above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If the rows are a tally, or attendances, or are of several forces and `by`
            has no `force`.
        ValidationError: If it is not known when a log was received.
        ColumnTypeError: If a column is of another type than is declared, such as times without a
            zone.

    Source:
        Percentiles: Hyndman & Fan's type 7, as `response_time`; intervals: `stats.percentiles`.
        The bands that are there without `ages` are round lengths, and no force's standard.

    >>> import pandas as pd
    >>> from zoneinfo import ZoneInfo
    >>> times = pd.to_datetime(["2019-10-14T07:00Z", "2019-10-11T07:00Z", "2019-10-14T20:00Z"])
    >>> logs = pd.DataFrame({"force": "WMP", "priority": ["P6", "P6", "P2"], "received_at": times})
    >>> logs["closed_at"] = pd.to_datetime([None, None, "2019-10-14T21:00Z"])
    >>> eight = datetime(2019, 10, 15, 8, tzinfo=ZoneInfo("Europe/London"))
    >>> found = backlog(logs, at=eight)
    >>> found[["priority", "open", "median_hours", "oldest_hours"]].values.tolist()
    [['P2', 0, nan, nan], ['P6', 2, 60.0, 96.0]]
    >>> found[["hours_24_to_72", "hours_72_to_168"]].values.tolist()
    [[0, 0], [1, 1]]
    """
    instants = instants_of(at)
    bands = _Bands.of(ages)
    opened = Opened.at(instants)
    made = Derived(
        measure="backlog",
        needs=NEEDS,
        also=("status",),
        makes=(AT, AGE),
        make=opened.batches,
        fewer=opened.fewer,
    )
    asked = names_of(by)
    table, _ = counts(_until(logs, instants[-1]), by=(*asked, AT, AGE), where=where, made=made)
    cells = Cells(table, asked)
    rows = _Ages.of(cells, len(instants))

    def figures(groups: Groups) -> Mapping[str, Figure]:
        return rows.figures(groups, instants, bands, confidence)

    return log_result(Backlog, cells, figures, total=total, more_counts=bands.names)


def _until(logs: LogRows, last: datetime) -> LogRows:
    """Of a store, the months up to that of an instant: what came in later was not open then."""
    if isinstance(logs, (str, os.PathLike)):
        logs = lying_at(logs) or logs
    if not isinstance(logs, LogStore):
        return logs
    # Somewhere it is the next day already, and a month is local.
    month = f"{last + timedelta(days=1):%Y-%m}" if last.year < 9999 else "9999-12"
    return attrs.evolve(logs, files=tuple(each for each in logs.files if each.month <= month))


@attrs.frozen
class _Bands:
    """Bands of age: where each begins, in seconds, and what its column is called."""

    starts: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, ages: Sequence[timedelta]) -> _Bands:
        """The bands between ages."""
        ends = [timedelta(0), *ages]
        ascend = all(first < second for first, second in pairwise(ends))
        if not ascend or any(each % timedelta(seconds=1) for each in ends):
            shown = ", ".join(map(str, ages))
            raise ValueError(f"ages= are whole seconds that ascend from above 0, not {shown}")
        hours = [f"{each / timedelta(hours=1):g}" for each in ends]
        names = [f"hours_{low}_to_{high}" for low, high in pairwise(hours)]
        names += [f"hours_{hours[-1]}_or_more"] if names else []
        starts = [each // timedelta(seconds=1) for each in ends]
        return cls(np.array(starts, dtype=np.int64), tuple(names))


@attrs.frozen(eq=False)
class _Ages:
    """How many logs of a tally were open, at which instant, and of which age.

    Attributes:
        logs: The logs of each row of the tally.
        at: The place of the instant; -1 where the row says only that its group is there.
        age: The age in seconds; -1 where it is not known whether the logs were open.
        number: How many instants there are.
    """

    logs: Counts
    at: NDArray[np.int64]
    age: NDArray[np.int64]
    number: int

    @classmethod
    def of(cls, cells: Cells, number: int) -> _Ages:
        """The ages of a tally."""
        none = pa.scalar(-1, pa.int64())
        columns = [cells.table[name].cast(pa.int64()) for name in (AT, AGE)]
        if pc.any(pc.equal(columns[0], pa.scalar(UNDATED))).as_py():
            failure = Failure(code="NULL", rule="not null", column="received_at")
            raise ValidationError("Log", [failure])
        at, age = (column.fill_null(none).to_numpy() for column in columns)
        return cls(cells.counts(), at, age, number)

    def figures(
        self, groups: Groups, instants: Sequence[datetime], bands: _Bands, confidence: float
    ) -> dict[str, Figure]:
        """A row for each group and instant."""
        size = groups.number
        group = np.repeat(np.arange(size), self.number)
        rows = groups.codes * self.number + self.at
        is_open, is_unknown = (self.at >= 0) & (self.age >= 0), (self.at >= 0) & (self.age < 0)
        keys = {name: groups.keys[name].take(group) for name in groups.keys.column_names}
        return {
            **keys,
            "at": pa.array(list(instants) * size, pa.timestamp("us", tz="UTC")),
            "open": self._sum(rows, is_open, len(group)),
            "unknown": self._sum(rows, is_unknown, len(group)),
            **self._percentiles(rows, is_open, len(group), confidence),
            **self._in_bands(rows, is_open, len(group), bands),
        }

    def _sum(self, rows: NDArray[np.intp], which: Flags, length: int) -> Counts:
        sums = np.zeros(length, dtype=np.int64)
        np.add.at(sums, rows[which], self.logs[which])
        return sums

    def _in_bands(
        self, rows: NDArray[np.intp], is_open: Flags, length: int, bands: _Bands
    ) -> dict[str, Figure]:
        band = np.searchsorted(bands.starts, self.age, side="right") - 1
        return {
            name: self._sum(rows, is_open & (band == at), length)
            for at, name in enumerate(bands.names)
        }

    def _percentiles(
        self, rows: NDArray[np.intp], is_open: Flags, length: int, confidence: float
    ) -> dict[str, Figure]:
        """Median and 90th percentile with their intervals, and the oldest."""
        order = np.lexsort((self.age, rows))
        order = order[is_open[order]]
        ends = np.searchsorted(rows[order], np.arange(length + 1)).tolist()
        ages, logs = self.age[order], self.logs[order]
        found: dict[str, list[float]] = {name: [] for name in _PERCENTILES}
        for start, end in pairwise(ends):
            own, often = counted_once(ages[start:end], logs[start:end])
            for name, percent in (("median", 50), ("p90", 90)):
                each = percentile_interval_of_counts(own, often, percent, confidence=confidence)
                found[f"{name}_hours"].append(float(each.estimate) / _HOUR)
                found[f"{name}_low"].append(float(each.low) / _HOUR)
                found[f"{name}_high"].append(float(each.high) / _HOUR)
            found["oldest_hours"].append(own[-1] / _HOUR if len(own) else np.nan)
        return {n: pa.array(each, pa.float64(), from_pandas=True) for n, each in found.items()}


_PERCENTILES = (
    *("median_hours", "median_low", "median_high", "p90_hours", "p90_low", "p90_high"),
    "oldest_hours",
)
