"""Response times: from receipt to first arrival, exact out of counts by the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import attrs
import numpy as np
import pyarrow as pa

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing._tally.cells import zeroed
from npolicing.arrow import nulls
from npolicing.measures._logs import (
    Cells,
    Counts,
    Figure,
    Flags,
    Groups,
    cells_of,
    counted_once,
    limits,
    log_result,
    quotient,
)
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, ShareHigh, ShareLow, check_word
from npolicing.stats.intervals import wilson
from npolicing.stats.percentiles import percentile_interval_of_counts, percentile_of_counts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ResponseTime", "response_time"]

OutOf = Literal["arrived", "logs"]
_SECOND = timedelta(seconds=1)


@attrs.frozen(kw_only=True)
class ResponseTime(Record):
    """One group's response times, those that are not known counted beside them.

    Percentiles that are asked for besides stand before `is_total`, as ``p25_seconds``.
    """

    logs: Annotated[int, Column("All logs.", unit="logs", ge=0)] = 0
    arrived: Annotated[
        int, Column("Logs with a response time: somebody's arrival is recorded.", unit="logs", ge=0)
    ] = 0
    no_arrival: Annotated[
        int,
        Column(
            "Logs without: nobody came, or nobody recorded it. They are in no percentile.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    median_seconds: Annotated[
        float | None,
        Column("Median of the response times; null without any.", unit="seconds", ge=0),
    ] = None
    median_low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of the median, a time itself; null of too few times.",
            unit="seconds",
            ge=0,
        ),
    ] = None
    median_high: Annotated[
        float | None,
        Column("Upper limit of the same; null of too few times.", unit="seconds", ge=0),
    ] = None
    p90_seconds: Annotated[
        float | None,
        Column("90th percentile of the response times; null without any.", unit="seconds", ge=0),
    ] = None
    p90_low: Annotated[
        float | None,
        Column(
            "Lower limit of the interval of the 90th percentile, a time itself; null of too few.",
            unit="seconds",
            ge=0,
        ),
    ] = None
    p90_high: Annotated[
        float | None,
        Column("Upper limit of the same; null of too few times.", unit="seconds", ge=0),
    ] = None
    target_seconds: Annotated[
        float | None, Column("Target that was stated; null without one.", unit="seconds", ge=0)
    ] = None
    within_target: Annotated[
        int | None,
        Column("Logs with a response time of at most the target; null without one.", unit="logs"),
    ] = None
    share_within_target: Annotated[
        float | None,
        Column(
            "Within target over arrived, or over logs if so asked; null without a target, and "
            "without any.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    share_low: ShareLow = None
    share_high: ShareHigh = None
    is_total: Annotated[bool, IS_TOTAL] = False


def response_time(
    logs: LogRows,
    *,
    by: By = None,
    where: Where = None,
    percentiles: Sequence[float] = (),
    target: timedelta | None = None,
    out_of: OutOf = "arrived",
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """How long it took from receipt to first arrival: median, percentiles, share within a target.

    The times of a group are counted by the second, so that tables of counts add up, and the
    percentiles are those of the single times: Hyndman & Fan's type 7, as Excel's PERCENTILE.INC.
    Arrivals are recorded by those who arrive, and more of them are missing where it was late: read
    `no_arrival` beside each percentile.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`,
            `response_seconds` and the columns of `by` and `where`.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the logs to count; `None` is null.
        percentiles: Further percentiles, 0 to 100, each in a column such as ``p25_seconds``,
            without an interval.
        target: The time that was promised, where a source gives one; it is not guessed. Targets
            differ by grade: keep the logs of one with `where`.
        out_of: What the share within target is of: the logs with a recorded arrival, or all logs,
            so that one without counts as missed.
        confidence: Of the intervals, between 0 and 1. At 0.95 the median has one of six times or
            more, the 90th percentile of 36.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`, null last: the columns of `ResponseTime`.

    Raises:
        TypeError: If the target is no `timedelta`.
        ValueError: If a percentile is not from 0 to 100, the target is below 0, or `out_of` is
            neither.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`.

    Source:
        Percentiles: Hyndman & Fan, Sample Quantiles in Statistical Packages, The American
        Statistician 50 (1996), 361-365. Intervals: `stats.percentiles.percentile_interval`, and
        `stats.intervals.wilson` for the share. Median and not mean: West Midlands Police, freedom
        of information request 945, for there are significant outliers.

    >>> import pandas as pd
    >>> from datetime import timedelta
    >>> logs = pd.DataFrame({"force": "WMP", "response_seconds": [60, 120, 600, 1200, None]})
    >>> times = response_time(logs, target=timedelta(minutes=15))
    >>> times[["arrived", "no_arrival", "median_seconds", "within_target"]].to_dict("records")
    [{'arrived': 4, 'no_arrival': 1, 'median_seconds': 360.0, 'within_target': 3}]
    >>> times["share_within_target"].item()
    0.75
    """
    for percent in percentiles:
        if not 0 <= percent <= 100:
            raise ValueError(f"a percentile is from 0 to 100, not {percent}")
    check_word("out_of", out_of, get_args(OutOf))
    _check_target(target)
    cells = cells_of("response_time", logs, by, ["response_seconds"], where)
    times = _Times.of(cells)
    names = {f"p{percent:g}_seconds": percent for percent in (90, *percentiles)}

    def figures(groups: Groups) -> Mapping[str, Figure]:
        asked = {name: times.percentile(groups, percent) for name, percent in names.items()}
        return {
            **times.numbers(groups),
            **asked,
            "median_seconds": times.percentile(groups, 50),
            **times.interval(groups, "median", 50, confidence),
            **times.interval(groups, "p90", 90, confidence),
            **times.within(groups, target, out_of, confidence),
        }

    more = [name for name in names if name != "p90_seconds"]
    return log_result(ResponseTime, cells, figures, total=total, more=more)


def _check_target(target: timedelta | None) -> None:
    if target is None:
        return
    if not isinstance(target, timedelta):
        raise TypeError(f"target= is a time, such as timedelta(minutes=15), not {target!r}")
    if target < timedelta(0):
        raise ValueError(f"target= is 0 or more, not {target!r}")


@attrs.frozen(eq=False)
class _Times:
    """How many logs of a tally have each response time.

    Attributes:
        counts: The logs of each row of the tally.
        known: Whether the row has a response time.
        seconds: That time; 0 where it is not known.
    """

    counts: Counts
    known: Flags
    seconds: Counts

    @classmethod
    def of(cls, cells: Cells) -> _Times:
        """The times of a tally."""
        column = cells.table["response_seconds"]
        known = column.is_valid().to_numpy()
        return cls(cells.counts(), known, zeroed(column).to_numpy())

    def numbers(self, groups: Groups) -> dict[str, Figure]:
        """How many logs there are, with an arrival and without."""
        return {
            "logs": groups.sum(self.counts),
            "arrived": groups.sum(self.counts * self.known),
            "no_arrival": groups.sum(self.counts * ~self.known),
        }

    def percentile(self, groups: Groups, percent: float) -> Figure:
        """A percentile of each group."""
        found = [percentile_of_counts(*each, percent) for each in self._of(groups)]
        return pa.array(found, pa.float64(), from_pandas=True)

    def interval(
        self, groups: Groups, name: str, percent: float, confidence: float
    ) -> dict[str, Figure]:
        """The limits of a percentile of each group."""
        found = [
            percentile_interval_of_counts(*each, percent, confidence=confidence)
            for each in self._of(groups)
        ]
        return {
            f"{name}_low": pa.array([each.low for each in found], pa.float64(), from_pandas=True),
            f"{name}_high": pa.array([each.high for each in found], pa.float64(), from_pandas=True),
        }

    def _of(self, groups: Groups) -> Iterator[tuple[Counts, Counts]]:
        """The times of each group, ascending, and how many logs have each."""
        order = np.lexsort((self.seconds, groups.codes))
        order = order[self.known[order]]
        ends = np.searchsorted(groups.codes[order], np.arange(groups.number + 1))
        seconds, counts = self.seconds[order], self.counts[order]
        for start, end in pairwise(ends.tolist()):
            yield counted_once(seconds[start:end], counts[start:end])

    def within(
        self, groups: Groups, target: timedelta | None, out_of: OutOf, confidence: float
    ) -> dict[str, Figure]:
        """How many logs had somebody there within the target, and their share."""
        if target is None:
            unknown = nulls(groups.number, pa.float64())
            return dict.fromkeys(_OF_TARGET, unknown)
        limit = target / _SECOND
        hits = groups.sum(self.counts * (self.known & (self.seconds <= limit)))
        whole = np.asarray(self.numbers(groups)[out_of])
        low, high = limits(wilson(hits, whole, confidence=confidence))
        stated = np.full(groups.number, limit)
        figures = (stated, hits, quotient(hits, whole), low, high)
        return dict(zip(_OF_TARGET, figures, strict=True))


_OF_TARGET = ("target_seconds", "within_target", "share_within_target", "share_low", "share_high")
