"""What a pack says of a figure: its parts at several times, its changes, how it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from npolicing.measures._charted import Point
from npolicing.measures.statuses import Status
from npolicing.packs.long_form import Basis, Hidden, PackFigure, exact
from npolicing.packs.periods import Period

if TYPE_CHECKING:
    from typing import Literal


__all__ = ["Change", "Line", "Quantity", "Times"]

Number = float | int | Decimal


@attrs.frozen(kw_only=True)
class Quantity:
    """A figure with its parts; what is not known, or hidden, is null."""

    numerator: Number | None = None
    denominator: Number | None = None
    unknown: Number | None = None
    figure: Number | None = None
    low: Number | None = None
    high: Number | None = None
    hidden: Hidden = "shown"


@attrs.frozen(kw_only=True)
class Change:
    """How a figure differs from that of the year before."""

    change: float | None = None
    low: float | None = None
    high: float | None = None
    is_ratio: bool = False

    @property
    def kind(self) -> Literal["difference", "ratio"] | None:
        """What the change is, where there is one."""
        if self.change is None:
            return None
        return "ratio" if self.is_ratio else "difference"


@attrs.frozen(kw_only=True)
class Times:
    """The times that a pack's figures are of, by what they are in it."""

    of: Mapping[Basis, Period]

    @classmethod
    def around(cls, period: Period) -> Times:
        """The period, the financial year so far, and both a year before."""
        return cls(
            of={
                "period": period,
                "year_before": period.before,
                "year_to_date": period.to_date,
                "year_to_date_before": period.to_date.before,
            }
        )


@attrs.frozen(kw_only=True)
class Line:
    """One measure of one unit, or of the force, or of one item of either.

    Attributes:
        section: Part of the pack.
        measure: Its name.
        label: What people call it.
        unit: The unit of its figure.
        npu: The unit; null for the force.
        item: A grade, a category, a kind; null: all.
        is_total: Whether it is of the force.
        times: The quantity at each time.
        changes: How that of the period, and of the year to date, differ from the year before.
        status: By thresholds that were stated; null where none was.
        point: What the control chart says of the period; null without one.
        day: Day on which it stood, of a count that stands on a day.
        synthetic: Whether it is of rows that are made up.
    """

    section: str
    measure: str
    label: str
    unit: str
    npu: str | None
    item: str | None = None
    is_total: bool = False
    times: Mapping[Basis, Quantity] = attrs.field(factory=dict)
    changes: Mapping[Basis, Change] = attrs.field(factory=dict)
    status: Status | None = None
    point: Point | None = None
    day: date | None = None
    synthetic: bool = False

    @property
    def now(self) -> Quantity:
        """The quantity of the period, or of the day."""
        return self.times.get("period") or self.times.get("as_of") or Quantity(hidden="unknown")

    def figures(
        self, pack: str, force: str, times: Mapping[Basis, Period | date]
    ) -> Iterator[PackFigure]:
        """The line in long form: a row for each time."""
        for basis, quantity in self.times.items():
            at: Period | date = self.day if basis == "as_of" and self.day else times[basis]
            change = self.changes.get(basis, Change())
            judged = basis in ("period", "as_of")
            status, point = (self.status, self.point) if judged else (None, None)
            yield PackFigure(
                pack=pack,
                section=self.section,
                measure=self.measure,
                force=force,
                basis=basis,
                period=at.name if isinstance(at, Period) else at.isoformat(),
                since=at.since if isinstance(at, Period) else None,
                until=at.until if isinstance(at, Period) else at,
                npu=self.npu,
                item=self.item,
                numerator=exact(quantity.numerator),
                denominator=exact(quantity.denominator),
                unknown=exact(quantity.unknown),
                figure=exact(quantity.figure),
                low=exact(quantity.low),
                high=exact(quantity.high),
                unit=self.unit,
                change=exact(change.change),
                change_low=exact(change.low),
                change_high=exact(change.high),
                change_is=change.kind,
                target=None if status is None else exact(status.target),
                status=None if status is None else status.status,
                reading=None if point is None else point.reading,
                rule=None if point is None else point.rule,
                hidden=quantity.hidden,
                is_total=self.is_total,
                synthetic=self.synthetic,
            )
