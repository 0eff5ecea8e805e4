"""The paper's Figures 1 and 2, which it prints as pictures, as tables out of logs of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pandas as pd
import pyarrow.parquet as pq

from npolicing._files import FilePath, sha256
from npolicing.calendar import add_months, within
from npolicing.errors import InputFileError
from npolicing.exhibits import Heading, Table, table_from
from npolicing.measures import AttendanceRatio, attendance_ratio, demand
from npolicing.paper.tables import InputFile
from npolicing.parquet import read_metadata
from npolicing.store import LogStore, open_store

if TYPE_CHECKING:
    from collections.abc import Collection

    from npolicing._tally import Value
    from npolicing.paper.board import Paper
    from npolicing.vocabulary import TeamKind

__all__ = ["MARK", "WARNING", "LogSource", "demand_by_unit", "figures", "log_files", "log_source"]

_MONTHS = 24
"""Months before the paper's own that are shown: two summers, so that a season is seen."""
MARK = " (synthetic)"
WARNING = "SYNTHETIC: these logs are made up, and show nothing of any force."
_GRADES: dict[TeamKind, tuple[str, ...]] = {
    "neighbourhood": ("P6",),
    "response": ("P1", "P2", "P3"),
}


@attrs.frozen(kw_only=True)
class LogSource:
    """Logs to make figures of: where they are, whether they are made up, how they are marked."""

    path: str
    logs: LogStore | Path
    synthetic: bool
    markings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"logs in {self.path}{', synthetic' if self.synthetic else ''}"


def log_source(path: FilePath) -> LogSource:
    """The logs of a store or of a Parquet file.

    Raises:
        InputFileError, StoreError: If it is neither.
    """
    if Path(path).is_file():
        said = read_metadata(path)
        made_up = said is not None and said.synthetic
        one = () if said is None or said.marking is None else (said.marking,)
        return LogSource(path=str(path), logs=Path(path), synthetic=made_up, markings=one)
    store = open_store(path)
    all_of_them = tuple(sorted({each.marking for each in store.files if each.marking is not None}))
    return LogSource(path=str(path), logs=store, synthetic=store.synthetic, markings=all_of_them)


def figures(paper: Paper, source: LogSource, series: pd.DataFrame | None = None) -> list[Table]:
    """Figure 1 and Figure 2 of a paper, for the months before it.

    Args:
        paper: The paper, which says the force, the day, and the unit if it is of one.
        source: The logs.
        series: What `demand_by_unit` gave, where it was asked before.

    Raises:
        InputFileError: If there are no logs of the force in those months.
    """
    found = demand_by_unit(paper, source) if series is None else series
    return [_by_unit(paper, source, found), _attendance(paper, source)]


def demand_by_unit(paper: Paper, source: LogSource) -> pd.DataFrame:
    """What Figure 1 shows, as `demand` gives it: a row a unit and month, and of all together.

    Raises:
        InputFileError: If there are no logs of the force in those months.
    """
    where = {**_where(paper), "priority": _grades(paper, "neighbourhood")}
    # Of one unit the whole is the same again.
    series = demand(source.logs, by="npu", where=where, total=paper.unit is None)
    if series.empty:
        _refuse(paper, source)
    return series


def log_files(paper: Paper, source: LogSource) -> list[InputFile]:
    """The files that hold the logs of the figures, by their paths in the store."""
    if isinstance(source.logs, Path):
        rows = pq.read_metadata(source.logs).num_rows
        return [InputFile(name=source.logs.name, sha256=sha256(source.logs), rows=rows)]
    months = set(_months(paper))
    return [
        InputFile(
            name=each.path.relative_to(source.path).as_posix(),
            sha256=sha256(each.path),
            rows=each.rows,
            marking=each.marking,
        )
        for each in source.logs.files
        if each.force == paper.force and each.month in months
    ]


def _where(paper: Paper) -> dict[str, Value | Collection[Value]]:
    where: dict[str, Value | Collection[Value]] = {"force": paper.force, "month": _months(paper)}
    return where if paper.unit is None else {**where, "npu": paper.unit}


def _months(paper: Paper) -> list[str]:
    first = paper.report_date.replace(day=1)
    return [add_months(first, -back).isoformat()[:7] for back in range(_MONTHS, 0, -1)]


def _grades(paper: Paper, owner: TeamKind) -> tuple[str, ...]:
    """The grades that a kind of team owns on the paper's day."""
    if paper.reference is None:
        return _GRADES[owner]
    day = paper.report_date
    return tuple(
        row.grade
        for row in paper.reference.grade_owners
        if row.owner == owner and not row.planned and within(row.valid_from, row.valid_to, day)
    )


def _by_unit(paper: Paper, source: LogSource, series: pd.DataFrame) -> Table:
    grades = _grades(paper, "neighbourhood")
    data, units = _wide(series, paper.unit)
    return table_from(
        data,
        "figure_1",
        f"{'/'.join(grades)} logs by unit{_mark(source)}",
        [
            Heading(column="month", label="Month"),
            *(Heading(column=name, label=name, unit="logs") for name in units),
        ],
        notes=[
            "Figure 1 of the paper is a picture, without data. All: with the logs of no unit.",
            *_warning(source),
        ],
        source=str(source),
        synthetic=source.synthetic,
    )


_ALL = "All"


def _wide(series: pd.DataFrame, unit: str | None) -> tuple[pd.DataFrame, list[str]]:
    """A row a month, a column a unit, and the columns; of one unit its own alone."""
    # The whole has no unit; nor have logs outside the force, which are in the whole alone.
    named = series.assign(npu=series["npu"].where(~series["is_total"], _ALL)).dropna(subset="npu")
    wide = named.pivot(index="month", columns="npu", values="logs")  # noqa: PD010 # it refuses two rows of one cell, where pivot_table gives their mean
    units = [str(name) for name in wide.columns if name != _ALL]
    shown = [*units, _ALL] if unit is None else [unit]
    data = pd.DataFrame(wide[shown].reset_index())
    data.columns = pd.Index([str(name) for name in data.columns])
    return data, shown


def _attendance(paper: Paper, source: LogSource) -> Table:
    grades = _grades(paper, "response")
    return table_from(
        attendance_ratio(source.logs, by="month", priorities=grades, where=_where(paper)),
        "figure_2",
        f"Attendance by neighbourhood teams at {', '.join(grades)}{_mark(source)}",
        [
            Heading(column="month", label="Month"),
            Heading(column="attended", label="Attended", unit="logs"),
            Heading(column="logs", label="Logs", unit="logs"),
            Heading(column="unknown", label="Not known", unit="logs"),
            Heading(column="attendance_ratio", label="Ratio", unit="ratio", places=1),
            Heading(column="low", label="From", unit="ratio", places=1),
            Heading(column="high", label="To", unit="ratio", places=1),
        ],
        result=AttendanceRatio,
        notes=[
            "Figure 2 of the paper is a picture, without data.",
            "Ratio: of the logs of which it is known; attended first or later.",
            "From, to: how far chance alone would carry it, in 95 of 100 such months.",
            *_warning(source),
        ],
        source=str(source),
        synthetic=source.synthetic,
    )


def _mark(source: LogSource) -> str:
    return MARK if source.synthetic else ""


def _warning(source: LogSource) -> list[str]:
    return [WARNING] if source.synthetic else []


def _refuse(paper: Paper, source: LogSource) -> None:
    months = _months(paper)
    span = f"from {months[0]} to {months[-1]}, the months before the paper"
    raise InputFileError(source.path, f"has no logs of {paper.force} {span}")
