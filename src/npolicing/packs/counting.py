"""The logs that packs need, counted once: small tables of counts, which every pack reasons on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._tally import Derived, Where, counts
from npolicing.measures import backlog
from npolicing.packs.kept_targets import KEPT, kept_targets, with_seconds
from npolicing.packs.periods import Period
from npolicing.store import LogStore

__all__ = ["HISTORY", "LogCounts", "count_logs"]

HISTORY = 36
"""Months up to the last of a pack that its charts, and what is held against them, rest on."""
_FLAGS = ("attended", "attended_by_neighbourhood", "resolved_by", "status")
Progress = Callable[[str], object]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LogCounts:
    """Counts of one force's logs, of the months that packs of a period need.

    Attributes:
        months: The months of the history that the store has logs of.
        kinds: Logs by unit, month, grade, who attended, how they were resolved, and whether their
            response kept its target: their `response_seconds` are the target where it did, a second
            more where it did not, and null without an arrival, or a target.
        days: Logs by unit, month, grade and day.
        seconds: Logs of the period by unit, month, grade and response time, of the grades that
            have a target.
        open_logs: The backlog at the end of the period, by unit and grade; null where it cannot
            be had.
        no_backlog: Why it cannot be had; null where it can.
        since: First day of a log in the history.
        until: Last day of a log in the history.
    """

    months: tuple[str, ...]
    kinds: pa.Table
    days: pa.Table
    seconds: pa.Table
    open_logs: pd.DataFrame | None
    no_backlog: str | None
    since: date | None
    until: date | None

    def __repr__(self) -> str:
        return f"LogCounts({len(self.months)} months, {self.logs:,} logs)"

    @property
    def logs(self) -> int:
        """How many logs were counted."""
        return int(pc.sum(self.kinds["logs"]).as_py() or 0)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades that the logs have."""
        return tuple(sorted(map(str, self.kinds["priority"].unique().drop_null().to_pylist())))

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the logs are of."""
        return tuple(sorted(map(str, self.kinds["npu"].unique().drop_null().to_pylist())))


def count_logs(
    store: LogStore,
    period: Period,
    *,
    force: str,
    targets: Mapping[str, int] | None = None,
    time_zone: str = "Europe/London",
    with_backlog: bool = True,
    progress: Progress | None = None,
) -> LogCounts:
    """Count what the packs of a period need, for all units of a force at once.

    Args:
        store: The store.
        period: The period.
        force: Code of the force.
        targets: The target in seconds of each grade that has one.
        time_zone: Of the force: the period ends at its midnight.
        with_backlog: Whether to look for logs that were open when the period ended, for which all
            months of the store up to its end are read.
        progress: Called with what is counted next.
    """
    own = attrs.evolve(store, files=tuple(each for each in store.files if each.force == force))
    there = {each.month for each in own.files}
    months = tuple(month for month in period.history(HISTORY) if month in there)
    told = progress or (lambda _: None)
    timed = dict(targets or {})
    told("kinds of logs")
    kinds = with_seconds(_counted(own, months, [*_FLAGS, KEPT], made=kept_targets(timed)), timed)
    told("days")
    days = _counted(own, months, ["received_on"])
    told("response times")
    seconds = _counted(own, period.months, ["response_seconds"], where={"priority": [*timed]})
    told("open logs")
    open_logs, why = _backlog(own, period, time_zone) if with_backlog else (None, _NOT_ASKED)
    ends = pc.min_max(days["received_on"])
    return LogCounts(
        months=months,
        kinds=kinds,
        days=days,
        seconds=seconds,
        open_logs=open_logs,
        no_backlog=why,
        since=ends["min"].as_py(),
        until=ends["max"].as_py(),
    )


_NOT_ASKED = "the backlog was not asked for"


def _counted(
    store: LogStore,
    months: Sequence[str],
    by: Sequence[str],
    *,
    where: Where = None,
    made: Derived | None = None,
) -> pa.Table:
    """Counts by unit, month and grade, and by more; no other month's file is opened."""
    files = tuple(each for each in store.files if each.month in months)
    asked = ["npu", "month", "priority", *by]
    return counts(attrs.evolve(store, files=files), by=asked, where=where, made=made)[0]


def _backlog(
    store: LogStore, period: Period, time_zone: str
) -> tuple[pd.DataFrame | None, str | None]:
    """The backlog at the end of a period, by unit and grade, or why there is none to be had."""
    end = period.until + timedelta(days=1)
    at = datetime(end.year, end.month, end.day, tzinfo=ZoneInfo(time_zone))
    files = tuple(each for each in store.files if each.month <= period.last)
    received = sum(each.rows for each in files)
    if period.last not in {each.month for each in files}:
        return None, f"the store has no logs of {period.last}"
    found = backlog(attrs.evolve(store, files=files), at=at, by=["npu", "priority"], total=False)
    seen = int(found["open"].sum() + found["unknown"].sum())
    if seen == received:
        return None, "no log of the store has the time at which it was closed"
    return found, None
