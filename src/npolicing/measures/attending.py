"""Attendance: which share of logs a kind of team attended, and which share of what was attended."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, names_of
from npolicing.errors import NpolicingWarning
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
from npolicing.vocabulary import TeamKind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AttendanceRatio", "AttendanceShare", "attendance_ratio", "attendance_share"]

Attender = TeamKind | Literal["anyone"]
Priorities = str | Sequence[str] | None
_SURGES = ("P1", "P2", "P3")


@attrs.frozen(kw_only=True)
class AttendanceRatio(Record):
    """One group's logs, and those of them that a kind of team attended."""

    attended: Annotated[
        int, Column("Logs that the kind of team attended, first or later.", unit="logs", ge=0)
    ] = 0
    logs: Annotated[int, Column("All logs of the grades asked for.", unit="logs", ge=0)] = 0
    unknown: Annotated[
        int,
        Column("Logs of which it is not known whether it attended.", unit="logs", ge=0),
    ] = 0
    attendance_ratio: Annotated[
        float | None,
        Column(
            "Attended over the logs of which it is known, logs less unknown; null without any.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    low: ShareLow = None
    high: ShareHigh = None
    is_total: Annotated[bool, IS_TOTAL] = False


@attrs.frozen(kw_only=True)
class AttendanceShare(Record):
    """One group's attended logs, and those of them that a kind of team attended."""

    attended: Annotated[
        int, Column("Logs that the kind of team attended, first or later.", unit="logs", ge=0)
    ] = 0
    attended_by_anyone: Annotated[
        int,
        Column(
            "Logs that anyone attended and of which it is known whether the kind did.",
            unit="logs",
            ge=0,
        ),
    ] = 0
    logs: Annotated[int, Column("All logs of the grades asked for.", unit="logs", ge=0)] = 0
    unknown: Annotated[
        int,
        Column(
            "Logs of which it is not known whether anyone, or the kind, did.", unit="logs", ge=0
        ),
    ] = 0
    attendance_share: Annotated[
        float | None,
        Column("Attended over attended_by_anyone; null without any.", unit="ratio", ge=0, le=1),
    ] = None
    low: ShareLow = None
    high: ShareHigh = None
    is_total: Annotated[bool, IS_TOTAL] = False


def attendance_ratio(
    logs: LogRows,
    *,
    by: By = None,
    priorities: Priorities = _SURGES,
    attended_by: Attender = "neighbourhood",
    where: Where = None,
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """The share of all logs that a kind of team attended, first or later.

    ``attendance_ratio = attended / (logs - unknown)``. A group's ratio is that of its sums. Logs
    of which nobody knows who attended are counted beside it, and are in neither of its parts: a
    system that did not record it makes no ratio of 0.

    Whether a rise is good depends on the grades: more neighbourhood attendance at P1 to P3 may be
    help in a surge, or abstraction from the neighbourhood's own work.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `priority`, the
            columns of `by` and `where`, and `attended_by_neighbourhood` (or `attended_by_` and the
            kind; `attended` for anyone).
        by: Columns to group by, any that the rows have; all rows are one group without it.
        priorities: Grades to count, one or several, in the force's scheme; all of them with `None`.
        attended_by: The kind of team, or ``"anyone"``.
        where: For a column, the value or the values of the logs to count; `None` is null.
        confidence: Of the interval, between 0 and 1: how far chance alone would carry the ratio,
            had the same days been lived again.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`, null last: the columns of `AttendanceRatio`. A group without
        a log of the grades has a ratio of null.

    Raises:
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are attendances.
        ColumnTypeError, ValidationError: As `tally`.

    Warns:
        NpolicingWarning: If no log at all is of the grades; it names those that there are.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraph 19
        and Figure 2. All grades and anyone: freedom of information request 1222A/22. Interval: see
        `stats.intervals.wilson`.

    >>> import pandas as pd
    >>> logs = pd.DataFrame({"force": "WMP", "npu": ["CV", "CV", "CV", "SH"], "priority": "P1"})
    >>> logs["attended_by_neighbourhood"] = pd.array([True, False, None, False], "boolean")
    >>> ratios = attendance_ratio(logs, by="npu", total=True)
    >>> ratios[["attended", "logs", "unknown", "attendance_ratio"]].values.tolist()
    [[1.0, 3.0, 1.0, 0.5], [0.0, 1.0, 0.0, 0.0], [1.0, 4.0, 1.0, 0.3333333333333333]]
    """
    flag = _flag(attended_by)
    cells, graded = _graded(
        "attendance_ratio", logs, by, [flag], priorities=priorities, where=where
    )
    counted, did = cells.counts() * graded, cells.among(flag, [True])
    unknown = cells.among(flag, [None])

    def figures(groups: Groups) -> Mapping[str, Figure]:
        attended, whole = groups.sum(counted * did), groups.sum(counted)
        not_known = groups.sum(counted * unknown)
        low, high = limits(wilson(attended, whole - not_known, confidence=confidence))
        return {
            "attended": attended,
            "logs": whole,
            "unknown": not_known,
            "attendance_ratio": quotient(attended, whole - not_known),
            "low": low,
            "high": high,
        }

    return log_result(AttendanceRatio, cells, figures, total=total)


def attendance_share(
    logs: LogRows,
    *,
    by: By = None,
    priorities: Priorities = _SURGES,
    attended_by: TeamKind = "neighbourhood",
    where: Where = None,
    confidence: float = CONFIDENCE,
    total: bool = False,
) -> pd.DataFrame:
    """The share of the logs that anyone attended which a kind of team attended, first or later.

    ``attendance_share = attended / attended_by_anyone``. A group's share is that of its sums.
    Several kinds of team may attend one log, so shares of all kinds may add up to more than 1.

    Args:
        logs: A row a log, wherever it lies, or a tally; see `tally`. Needs `force`, `priority`,
            `attended`, the columns of `by` and `where`, and `attended_by_neighbourhood` (or
            `attended_by_` and the kind).
        by: Columns to group by, any that the rows have; all rows are one group without it.
        priorities: Grades to count, one or several, in the force's scheme; all of them with `None`.
        attended_by: The kind of team.
        where: For a column, the value or the values of the logs to count; `None` is null.
        confidence: As for `attendance_ratio`.
        total: Whether to add a row for all groups together.

    Returns:
        A row a group, sorted by `by`, null last: the columns of `AttendanceShare`. Where the kind
        attended, somebody did, whatever `attended` says. The share is null where nobody attended,
        or nobody knows.

    Raises:
        MissingColumnsError, MixedRowsError, ColumnTypeError, ValidationError: As
            `attendance_ratio`.

    Warns:
        NpolicingWarning: If no log at all is of the grades; it names those that there are.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Figure 2,
        which does not say of which logs its attendance is a share.

    >>> import pandas as pd
    >>> logs = pd.DataFrame({"force": "WMP", "priority": "P1", "attended": [True, True, False]})
    >>> logs["attended_by_neighbourhood"] = [True, False, False]
    >>> attendance_share(logs)["attendance_share"].item()
    0.5
    """
    flag = _flag(attended_by)
    needed = [flag, "attended"]
    cells, graded = _graded(
        "attendance_share", logs, by, needed, priorities=priorities, where=where
    )
    counted, did = cells.counts() * graded, cells.among(flag, [True])
    not_known = cells.among(flag, [None]) & ~cells.among("attended", [False])
    not_known |= cells.among("attended", [None]) & ~did
    somebody = did | (cells.among("attended", [True]) & ~not_known)

    def figures(groups: Groups) -> Mapping[str, Figure]:
        attended, anyone = groups.sum(counted * did), groups.sum(counted * somebody)
        low, high = limits(wilson(attended, anyone, confidence=confidence))
        return {
            "attended": attended,
            "attended_by_anyone": anyone,
            "logs": groups.sum(counted),
            "unknown": groups.sum(counted * not_known),
            "attendance_share": quotient(attended, anyone),
            "low": low,
            "high": high,
        }

    return log_result(AttendanceShare, cells, figures, total=total)


def _flag(attended_by: Attender) -> str:
    return "attended" if attended_by == "anyone" else f"attended_by_{attended_by}"


def _graded(
    measure: str,
    logs: LogRows,
    by: By,
    needed: Sequence[str],
    *,
    priorities: Priorities,
    where: Where,
) -> tuple[Cells, Flags]:
    """The tally that a measure needs, and which of its rows are of the grades."""
    if priorities is None:
        cells = cells_of(measure, logs, by, needed, where)
        return cells, cells.counts() > 0
    cells = cells_of(measure, logs, by, ["priority", *needed], where)
    wanted = names_of(priorities)
    graded = cells.among("priority", wanted)
    if cells.table.num_rows and not graded.any():
        grades = sorted(map(str, cells.table["priority"].unique().drop_null().to_pylist()))
        there = f"they are of {', '.join(grades)}" if grades else "they have no grade"
        warnings.warn(
            f"{measure}: no log is of {', '.join(map(str, wanted))}; {there}. "
            "Pass priorities=, in the force's own scheme.",
            NpolicingWarning,
            stacklevel=3,
        )
    return cells, graded
