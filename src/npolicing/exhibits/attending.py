"""Attendance by month: a small line chart of each unit's share, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from npolicing._records import Record
from npolicing._wording import month_words, percent
from npolicing.calendar import month_number
from npolicing.exhibits._building import Caption, listing, spread
from npolicing.exhibits._months import month_axis
from npolicing.exhibits._reading import ALL, Result, Row
from npolicing.exhibits._series import ends, gaps, line_panel, span
from npolicing.exhibits.marks import Axis
from npolicing.exhibits.table import Heading
from npolicing.measures import AttendanceRatio, AttendanceShare
from npolicing.stats.intervals import newcombe

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["attendance_chart"]


@attrs.frozen
class _Asked:
    """Which of the two measures it is."""

    declared: type[Record]
    value: str
    whole: str
    heading: str

    def of(self, row: Row) -> tuple[float, float] | None:
        """How many were attended, of how many of which that is known."""
        attended, whole = row.number("attended"), row.number(self.whole)
        if self.whole == "logs" and whole is not None:
            whole -= row.number("unknown") or 0.0
        return None if attended is None or not whole else (attended, whole)


_EITHER = (
    "Whether a rise is good depends: it may be help in a surge, or abstraction from the teams' own "
    "work."
)
_RATIO = _Asked(AttendanceRatio, "attendance_ratio", "logs", "Of all logs")
_SHARE = _Asked(AttendanceShare, "attendance_share", "attended_by_anyone", "Of attended logs")


def attendance_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    label: str = "Attendance by neighbourhood teams at P1 to P3",
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Small line charts of attendance by month, one a group, with bands for the intervals.

    The message holds the last month against the same month a year before, or against the first
    where there is none, by an interval of the difference (Newcombe): what chance may make is said
    to be that.

    Args:
        result: What `attendance_share` or `attendance_ratio` gives by month, and by unit for
            instance.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        label: What is attended by whom.
        names: What units are called, by their codes.

    Returns:
        A chart with a panel a group. A month without a figure is a gap in the line, and a note
        names it.

    Raises:
        MissingColumnsError: If the frame is of neither measure, or has no month.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Figure 2.
        Difference: `stats.intervals.newcombe`.

    >>> import npolicing as npol
    >>> logs = npol.synthetic.logs(rows=20_000, first="2018-01", last="2018-12")
    >>> shares = npol.attendance_share(logs, by=["npu", "month"])
    >>> chart = attendance_chart(shares, name="figure_2", synthetic=True)
    >>> len(chart.panels)
    8
    """
    caption = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    asked = _RATIO if "attendance_ratio" in result.columns else _SHARE
    found = Result.of(result, asked.declared, names or {}, apart=["month"])
    series = {
        each: [row for row in rows if row.text("month")] for each, rows in found.series.items()
    }
    series = {each: rows for each, rows in series.items() if rows}
    return caption.chart(
        found,
        says=_says(_whole(found, asked), label),
        alt=_alt(series, asked, label),
        caption=f"{label}, by month",
        headings=[
            Heading(column="attended", label="Attended", unit="logs"),
            Heading(column=asked.whole, label=asked.heading, unit="logs"),
            Heading(column=asked.value, label="Share", unit="ratio"),
            Heading(column="low", label="Low", unit="ratio"),
            Heading(column="high", label="High", unit="ratio"),
        ],
        panels=[
            line_panel("" if each == ALL else each, rows, asked.value, percent)
            for each, rows in series.items()
        ],
        x=month_axis(
            [row.text("month") or "" for row in _monthly(found)], 4 if len(series) < 2 else 3
        ),
        y=Axis(label=f"Share of {_of(asked)}", unit="ratio", low=0.0),
        key="Pale band: 95 % interval. Figure: the highest month." if series else "",
        columns=spread(len(series)),
        notes=[
            _EITHER,
            *gaps(series, asked.value),
            *found.left_out,
        ],
    )


def _of(asked: _Asked) -> str:
    return "all logs" if asked is _RATIO else "attended logs"


def _monthly(found: Result) -> list[Row]:
    """The rows of months; a total over all of them is none."""
    return [row for row in found.parts if row.text("month")]


def _whole(found: Result, asked: _Asked) -> dict[str, tuple[float, float]]:
    """All groups together by month: the sums of what was attended, and of what it is a share of."""
    sums: dict[str, tuple[float, float]] = {}
    for row in _monthly(found):
        parts = asked.of(row)
        month = row.text("month") or ""
        if parts is not None:
            had = sums.get(month, (0.0, 0.0))
            sums[month] = (had[0] + parts[0], had[1] + parts[1])
    return dict(sorted(sums.items()))


def _says(whole: Mapping[str, tuple[float, float]], label: str) -> str:
    if not whole:
        return f"{label}: no figures"
    *earlier, last = whole
    now = whole[last]
    told = f"{label}: {percent(now[0] / now[1])} in {month_words(last)}"
    if not earlier:
        return told
    year_ago = next(
        (month for month in earlier if month_number(month) == month_number(last) - 12), earlier[0]
    )
    then = whole[year_ago]
    difference = newcombe(*now, *then)
    before = f"{percent(then[0] / then[1])} in {month_words(year_ago)}"
    if difference.low > 0:
        return f"{told}, up from {before}"
    if difference.high < 0:
        return f"{told}, down from {before}"
    return f"{told} and {before}, no more apart than chance may put them"


def _alt(series: Mapping[str, Sequence[Row]], asked: _Asked, label: str) -> str:
    if not series:
        return f"Line chart of {label}, without any figure."
    kind = "Line chart" if len(series) == 1 else f"{len(series)} line charts on shared axes"
    each = listing([ends(name, rows, asked.value, percent) for name, rows in series.items()])
    rows = [row for each in series.values() for row in each]
    return (
        f"{kind} of {label}, as a share of {_of(asked)}, by month, {span(rows)}, with intervals. "
        f"From the lowest to the highest month: {each}."
    )
