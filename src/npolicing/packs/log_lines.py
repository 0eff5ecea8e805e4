"""Every figure on logs that packs of a period have, of all units at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from npolicing.entities import Threshold
from npolicing.measures import response_time
from npolicing.packs.counting import LogCounts
from npolicing.packs.demand_lines import Demanded, demanded
from npolicing.packs.hiding import Hiding, why_hidden
from npolicing.packs.inputs import PackInputs
from npolicing.packs.judging import direction_of, judged, stated
from npolicing.packs.log_measures import Key, Share, both, number_of, shares
from npolicing.packs.periods import Period
from npolicing.packs.quantities import Change, Line, Quantity, Times
from npolicing.packs.series import (
    Aim,
    Series,
    Unit,
    demand_series,
    read_point,
    share_series,
)
from npolicing.stats.intervals import newcombe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from npolicing.packs.long_form import Basis

__all__ = ["LogFacts"]

_UNKNOWN = Quantity(hidden="unknown")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LogFacts:
    """What the logs of a period give, made once for all packs of it.

    Attributes:
        inputs: The inputs.
        counts: The counts.
        period: The period.
        hiding: What becomes of small numbers.
        units: Codes of the units.
    """

    inputs: PackInputs
    counts: LogCounts
    period: Period
    hiding: Hiding
    units: tuple[str, ...]

    @cached_property
    def times(self) -> Times:
        """The times that the figures are of."""
        return Times.around(self.period)

    @cached_property
    def shares(self) -> list[Share]:
        """The shares that are made."""
        return shares(self.inputs, self.counts, self.period)

    @cached_property
    def complete(self) -> Mapping[Basis, bool]:
        """Whether the force has logs of each month of a time."""
        there = set(self.counts.months)
        return {basis: there >= set(at.months) for basis, at in self.times.of.items()}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The figures of each unit, and of the force."""
        return (
            *self._demand_lines(()),
            *(line for s in self.shares for line in self._share(s, ())),
        )

    @cached_property
    def by_grade(self) -> tuple[Line, ...]:
        """The same of each grade; of shares not where small numbers are hidden."""
        found = [*self._demand_lines(("priority",))]
        for share in self.shares:
            if share.item is not None:
                continue
            why = "for with its totals too much of it could be worked out"
            if not self.hiding.leave_out(f"{share.label}, by grade", why):
                found += self._share(share, ("priority",))
        return tuple(found)

    @cached_property
    def response_times(self) -> tuple[Line, ...]:
        """Median and 90th percentile of each grade that has a target, in seconds."""
        seconds = self.counts.seconds
        if not seconds.num_rows or not self.complete["period"]:
            return ()
        raw = both(lambda names: response_time(seconds, by=names), ["priority"])
        frame = self.hiding.of_measure(raw, "response_time", ["npu", "priority"], ())
        rows = [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
        return tuple(
            self._time(name, row)
            for row in rows
            for name in ("median", "p90")
            if isinstance(row["npu"], str) or row["is_total"] is True
        )

    def _time(self, name: str, row: Mapping[str, object]) -> Line:
        npu = None if row["is_total"] is True else str(row["npu"])
        return Line(
            section="calls",
            measure=f"{name}_seconds",
            label={"median": "Median response", "p90": "90th percentile of the response"}[name],
            unit="seconds",
            npu=npu,
            item=str(row["priority"]),
            is_total=npu is None,
            times={
                "period": Quantity(
                    denominator=number_of(row["arrived"]),
                    unknown=number_of(row["no_arrival"]),
                    figure=number_of(row.get(f"{name}_seconds")),
                    low=number_of(row.get(f"{name}_low")),
                    high=number_of(row.get(f"{name}_high")),
                    hidden=why_hidden(row, ("arrived",)),
                )
            },
            synthetic=self.inputs.synthetic_logs,
        )

    @cached_property
    def series(self) -> dict[tuple[str, str | None], Series]:
        """Each measure month by month, by its name and its grade."""
        found: dict[tuple[str, str | None], Series | None] = {
            ("logs_per_day", None): demand_series(self.counts)
        }
        found |= {(each.name, each.item): share_series(each, self.counts) for each in self.shares}
        return {key: each for key, each in found.items() if each is not None}

    @cached_property
    def charts(self) -> dict[tuple[str, str | None], dict[Unit, pd.DataFrame]]:
        """The control charts of each measure, by unit."""
        ways = {(each.name, each.item): each.direction for each in self.shares}
        return {
            key: series.charts(
                {unit: self._aim(key, unit, ways.get(key, "neutral")) for unit in self._all},
                self.period.last,
            )
            for key, series in self.series.items()
        }

    @property
    def _all(self) -> list[Unit]:
        return [*((unit, False) for unit in self.units), (None, True)]

    @cached_property
    def thresholds(self) -> Sequence[Threshold]:
        """The thresholds that were stated."""
        return self.inputs.tables.of_entity("thresholds", Threshold)

    def threshold(self, measure: str, npu: str | None, item: str | None) -> Threshold | None:
        """The threshold of a figure; null where none was stated."""
        return stated(self.thresholds, measure, npu, item, self.period.until)

    def _aim(self, key: tuple[str, str | None], unit: Unit, otherwise: str) -> Aim:
        found = self.threshold(key[0], unit[0], key[1])
        way = direction_of(found, otherwise)  # type: ignore[arg-type] # one of the three
        return way, None if found is None or way == "neutral" else found.target

    def _line(
        self,
        measure: str,
        label: str,
        key: Key,
        times: Mapping[Basis, Quantity],
        changes: Mapping[Basis, Change],
        *,
        by: Sequence[str],
    ) -> Line:
        npu, item, is_total = key
        now = times["period"]
        figure = None if now.figure is None else float(now.figure)
        chart = self.charts.get((measure, None if by else item), {}).get((npu, is_total))
        return Line(
            section="calls",
            measure=measure,
            label=label,
            unit="logs a day" if measure == "logs_per_day" else "ratio",
            npu=npu,
            item=item,
            is_total=is_total,
            times=times,
            changes=changes,
            status=judged(self.threshold(measure, npu, item), figure),
            point=None if by else read_point(chart, self.period),
            synthetic=self.inputs.synthetic_logs,
        )

    def _demand_lines(self, by: Sequence[str]) -> Iterator[Line]:
        found = demanded(self.counts, self.period, self.hiding, by)
        # A unit without a log in a month of which the force has some has none: that is 0.
        nothing = Quantity(numerator=0, denominator=self._days, figure=0.0)
        for key in found if by else self._keys(None):
            if key[0] is None and not key[2]:
                continue
            own = found.get(key)
            if own is None:
                own = Demanded(
                    times={
                        b: nothing if b == "period" and self.complete[b] else _UNKNOWN
                        for b in self.times.of
                    },
                    changes={},
                )
            times = {b: q if self.complete[b] else _UNKNOWN for b, q in own.times.items()}
            changes = self._known(own.changes)
            label = "Calls for service a day"
            yield self._line("logs_per_day", label, key, times, changes, by=by)

    @property
    def _days(self) -> int:
        return (self.period.until - self.period.since).days + 1

    def _known(self, changes: Mapping[Basis, Change]) -> dict[Basis, Change]:
        """The changes between times that the logs cover."""
        pairs: dict[Basis, Basis] = {
            "period": "year_before",
            "year_to_date": "year_to_date_before",
        }
        return {
            basis: changes[basis]
            for basis, before in pairs.items()
            if basis in changes and self.complete[basis] and self.complete[before]
        }

    def _keys(self, item: str | None) -> list[Key]:
        return [(npu, item, is_total) for npu, is_total in self._all]

    def _share(self, share: Share, by: Sequence[str]) -> Iterator[Line]:
        at = {
            basis: share.quantities(self.counts, time.months, self.hiding, by)
            if self.complete[basis]
            else {}
            for basis, time in self.times.of.items()
        }
        for key in at["period"] if by else self._keys(share.item):
            if key[0] is None and not key[2]:
                continue
            times = {basis: found.get(key, _UNKNOWN) for basis, found in at.items()}
            changes: dict[Basis, Change] = {
                "period": self._difference(times["period"], times["year_before"]),
                "year_to_date": self._difference(
                    times["year_to_date"], times["year_to_date_before"]
                ),
            }
            yield self._line(share.name, share.label, key, times, changes, by=by)

    def _difference(self, now: Quantity, before: Quantity) -> Change:
        """Share minus share, with the interval of exact counts."""
        if now.figure is None or before.figure is None:
            return Change()
        change = float(now.figure) - float(before.figure)
        if self.hiding.asked:
            return Change(change=change)
        parts = (now.numerator, now.denominator, before.numerator, before.denominator)
        found = newcombe(*(float(each or 0) for each in parts))
        return Change(change=change, low=float(found.low), high=float(found.high))
