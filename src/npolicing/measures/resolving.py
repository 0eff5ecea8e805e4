"""Resolution without deployment: which share of the resolved logs nobody had to go to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, get_args

import attrs
import numpy as np

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing.errors import UnknownCodeError
from npolicing.measures._logs import (
    Cells,
    Figure,
    Flags,
    Groups,
    cells_of,
    limits,
    log_result,
    quotient,
)
from npolicing.measures._result import CONFIDENCE, IS_TOTAL, ShareHigh, ShareLow
from npolicing.stats.intervals import wilson
from npolicing.vocabulary import ResolvedBy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ResolutionWithoutDeployment", "resolution_without_deployment"]

_WAYS = get_args(ResolvedBy)
_UNRESOLVED = ("open", "cancelled", "transferred")


@attrs.frozen(kw_only=True)
class ResolutionWithoutDeployment(Record):
    """One group's resolved logs, and those of them that nobody had to go to."""

    without_deployment: Annotated[
        int,
        Column(
            "Logs that were resolved in one of the ways asked for, and that nobody attended.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    resolved: Annotated[int, Column("Resolved logs of which that is known.", unit="logs", ge=0)] = 0
    unknown: Annotated[
        int,
        Column(
            "Logs of which it is not known how they were resolved, or whether anyone attended.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    logs: Annotated[
        int,
        Column("All logs: with those that are open, cancelled or transferred.", unit="logs", ge=0),
    ] = 0
    share_without_deployment: Annotated[
        float | None,
        Column("Without deployment over resolved; null without any.", unit="ratio", ge=0, le=1),
    ] = None
    low: ShareLow = None
    high: ShareHigh = None
    is_total: Annotated[bool, IS_TOTAL] = False


def resolution_without_deployment(
    logs: LogRows,
    *,
    by: By = None,
    resolved_by: ResolvedBy | Collection[ResolvedBy] = ("hub", "contact", "partner", "other"),
    where: Where = None,
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """The share of the resolved logs that were resolved without anyone attending.

    ``share_without_deployment = without_deployment / resolved``. A group's share is that of its
    sums. Forces call it *resolution without deployment*: a hub of officers who are not fit for the
    street, the contact centre or a partner resolves a log at a desk. It is told by attendance: of a
    unit that was sent and called back nothing is known here.

    A high share frees those who would have gone. It does not say that nobody should have gone.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `resolved_by`,
            `attended` and the columns of `by` and `where`, and uses `status` where the rows have
            it.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        resolved_by: The ways that count: one or several, such as ``"hub"``.
        where: For a column, the value or the values of the logs to count; `None` is null.
        confidence: Of the interval, between 0 and 1.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`, null last: the columns of `ResolutionWithoutDeployment`. A
        log that somebody attended is in `resolved` alone, however it was resolved, and so is one
        that was resolved in another way. A log that is open, cancelled or transferred is in `logs`
        alone, unless `resolved_by` says how it was resolved; without a status, one is taken for
        closed.

    Raises:
        UnknownCodeError: If `resolved_by` names a way that there is not.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 22:
        hubs that deal with and resolve calls for service. The term: Resolution without Deployment,
        the last of the national call grades as Wiltshire Police gave them in 2018. Interval: see
        `stats.intervals.wilson`.

    >>> import pandas as pd
    >>> logs = pd.DataFrame({"force": "WMP", "resolved_by": ["hub", "hub", "attendance", None]})
    >>> logs["attended"] = pd.array([False, None, True, False], "boolean")
    >>> found = resolution_without_deployment(logs, resolved_by="hub")
    >>> found[["without_deployment", "resolved", "unknown"]].values.tolist()
    [[1, 2, 2]]
    """
    needed = ["resolved_by", "attended"]
    cells = cells_of("resolution_without_deployment", logs, by, needed, where, also=["status"])
    yes, no, unknown = _told(cells, _ways(resolved_by))
    counted = cells.counts()

    def figures(groups: Groups) -> Mapping[str, Figure]:
        without, resolved = groups.sum(counted * yes), groups.sum(counted * (yes | no))
        low, high = limits(wilson(without, resolved, confidence=confidence))
        return {
            "without_deployment": without,
            "resolved": resolved,
            "unknown": groups.sum(counted * unknown),
            "logs": groups.sum(counted),
            "share_without_deployment": quotient(without, resolved),
            "low": low,
            "high": high,
        }

    return log_result(ResolutionWithoutDeployment, cells, figures, total=total)


def _ways(resolved_by: ResolvedBy | Collection[ResolvedBy]) -> list[ResolvedBy]:
    ways = [resolved_by] if isinstance(resolved_by, str) else list(resolved_by)
    unknown = [way for way in ways if way not in _WAYS]
    if unknown:
        raise UnknownCodeError("way to resolve a log", ", ".join(unknown), _WAYS)
    return ways


def _told(cells: Cells, ways: Collection[ResolvedBy]) -> tuple[Flags, Flags, Flags]:
    """Which rows were resolved in those ways without attendance, which not, which nobody knows."""
    asked, unsaid = cells.among("resolved_by", ways), cells.among("resolved_by", [None])
    unresolved = np.zeros(len(asked), dtype=np.bool_)
    if "status" in cells.table.column_names:
        unresolved = unsaid & cells.among("status", _UNRESOLVED)
    yes = asked & cells.among("attended", [False])
    no = (cells.among("attended", [True]) | ~(asked | unsaid)) & ~unresolved
    return yes, no, ~(yes | no | unresolved)
