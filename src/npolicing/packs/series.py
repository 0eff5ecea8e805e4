"""A measure month by month, of each unit and of the force, and its control charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing.calendar import days_in_month
from npolicing.measures import control_chart, demand
from npolicing.measures._charted import Point
from npolicing.packs.log_measures import both
from npolicing.packs.long_form import PackFigure, exact
from npolicing.packs.periods import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from npolicing.measures._charted import Reading
    from npolicing.packs.counting import LogCounts
    from npolicing.packs.log_measures import Share
    from npolicing.packs.quantities import Line
    from npolicing.stats.control import Direction

__all__ = [
    "FEWEST",
    "Aim",
    "Series",
    "Unit",
    "demand_series",
    "read_point",
    "share_series",
    "spoken",
]

FEWEST = 12
"""Points of a chart; fewer say nothing."""
Unit = tuple[str | None, bool]
"""A unit, and whether it is the force."""
Aim = tuple["Direction", float | None]
"""Which way is good, and what is to be reached."""


@attrs.frozen(kw_only=True, eq=False)
class Series:
    """A figure a unit and month.

    Attributes:
        measure: Its name.
        item: The grade that it is of; null for several.
        frame: The result of the measure, by `npu` and `month`.
        figure: Its column of figures.
        parts: The columns of its numerator, and of what that is divided by.
        broken: Months of which a part is there.
    """

    measure: str
    item: str | None
    frame: pd.DataFrame
    figure: str
    parts: tuple[str, str]
    broken: tuple[str, ...]

    def of(self, unit: Unit, until: str) -> pd.DataFrame:
        """The months of a unit that follow one another without a gap, up to the last of a pack."""
        return _run(self.of_unit(unit), self.figure, until, self.broken)

    def of_unit(self, unit: Unit) -> pd.DataFrame:
        """All months of a unit."""
        npu, is_total = unit
        own = self.frame[self.frame["is_total"] == is_total]
        return own[own["npu"].isna() if npu is None else own["npu"] == npu]

    def charts(self, aims: Mapping[Unit, Aim], until: str) -> dict[Unit, pd.DataFrame]:
        """The control chart of each unit that has months enough, by which way is good for it."""
        found: dict[Unit, pd.DataFrame] = {}
        for aim in dict.fromkeys(aims.values()):
            runs = {
                unit: run
                for unit, own in aims.items()
                if own == aim and len(run := self.of(unit, until)) >= FEWEST
            }
            if not runs:
                continue
            direction, target = aim
            points = control_chart(
                pd.concat(runs.values(), ignore_index=True).drop(columns="days", errors="ignore"),
                value=self.figure,
                by=["npu"],
                direction=direction,
                target=target,
            )
            for npu, is_total in runs:
                own = points[points["is_total"] == is_total]
                kept = own["npu"].isna() if npu is None else own["npu"] == npu
                found[npu, is_total] = own[kept].reset_index(drop=True)
        return found

    def figures(self, pack: str, force: str, line: Line) -> Iterator[PackFigure]:
        """The months of a line in long form."""
        own = self.of_unit((line.npu, line.is_total))
        for row in own.to_dict("records"):
            at = Period.month(str(row["month"]))
            part, whole = (exact(row[name]) for name in self.parts)
            yield PackFigure(
                pack=pack,
                section=line.section,
                measure=line.measure,
                force=force,
                basis="month",
                period=at.name,
                since=at.since,
                until=at.until,
                npu=line.npu,
                item=line.item,
                numerator=part,
                denominator=whole,
                figure=exact(row[self.figure]),
                unit=line.unit,
                is_total=line.is_total,
                synthetic=line.synthetic,
            )


def read_point(chart: pd.DataFrame | None, period: Period) -> Point | None:
    """What a chart says of a period: of several months the last that is a signal, or the last."""
    if chart is None:
        return None
    own = chart[chart["month"].isin(period.months)]
    if own.empty or own["month"].iloc[-1] != period.last:
        return None
    signals = own[own["sign"] != 0]
    row = (own if signals.empty else signals).iloc[-1]
    return Point(
        reading=row["reading"],
        rule=row["rule"],
        assurance=own["assurance"].iloc[-1],
        trial=bool(own["trial"].iloc[-1]),
    )


def _run(own: pd.DataFrame, figure: str, until: str, broken: Sequence[str]) -> pd.DataFrame:
    """The whole months up to the last, from the last gap on."""
    months = dict(zip(own["month"], own[figure], strict=True))
    at, kept = until, []
    while at in months and str(months[at]) not in ("nan", "<NA>") and at not in broken:
        kept.append(at)
        year, month = int(at[:4]), int(at[5:])
        at = f"{year - (month == 1):04}-{(month - 2) % 12 + 1:02}"
    return own[own["month"].isin(kept)]


def _broken(counts: LogCounts) -> tuple[str, ...]:
    """The months at the ends of what the logs cover of which a part is there."""
    found = []
    if counts.since is not None and counts.since.day > 1:
        found.append(counts.since.isoformat()[:7])
    if counts.until is not None:
        month = counts.until.isoformat()[:7]
        if counts.until.day < days_in_month(month):
            found.append(month)
    return tuple(found)


def share_series(share: Share, counts: LogCounts) -> Series | None:
    """The months of a share; null without any log."""
    rows = share.rows(counts, counts.months)
    if not rows.num_rows:
        return None
    call: Callable[[Sequence[str]], pd.DataFrame] = lambda names: share.call(rows, names)  # noqa: E731 # named for its type
    frame = both(call, ["month"])
    first, *less = share.whole
    whole = frame[first] - frame[less].sum(axis=1)
    return Series(
        measure=share.name,
        item=share.item,
        frame=frame.assign(whole=whole),
        figure=share.figure,
        parts=(share.numerator, "whole"),
        broken=_broken(counts),
    )


def demand_series(counts: LogCounts) -> Series | None:
    """The logs a day of each month; null without any log."""
    if not counts.days.num_rows:
        return None
    frame = demand(
        counts.days,
        by=["npu"],
        since=counts.since,
        until=counts.until,
        dispersion=1,
        total=True,
    )
    return Series(
        measure="logs_per_day",
        item=None,
        frame=frame,
        figure="logs_per_day",
        parts=("logs", "days"),
        broken=_broken(counts),
    )


def spoken(reading: Reading | None) -> bool:
    """Whether a reading is a signal."""
    return reading in ("improvement", "concern", "neutral_high", "neutral_low")
