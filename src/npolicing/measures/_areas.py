"""Areas that rows are about, and which of their rows stand at a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

import attrs

from npolicing.errors import MixedRowsError

__all__ = ["Area", "Counted", "OfArea", "latest", "refuse_levels"]

_LEVELS = ("force", "npu", "ward")


@attrs.frozen
class Area:
    """A place, and what is counted or budgeted there.

    `topic` keeps apart what must not be added up within a place: the kind, or fund and year.
    """

    force: str
    topic: str
    npu: str | None = None
    ward: str | None = None

    @property
    def level(self) -> str:
        """The level that the area is of."""
        return "ward" if self.ward else "npu" if self.npu else "force"

    def __str__(self) -> str:
        return f"{self.topic} of {self.ward or self.npu or self.force}"


@attrs.frozen(kw_only=True)
class Counted:
    """A row that counts a kind in an area, or says what it should be."""

    force: str
    kind: str
    npu: str | None
    ward: str | None
    value: int

    @property
    def area(self) -> Area:
        """What the row is about."""
        return Area(self.force, self.kind, self.npu, self.ward)


@attrs.frozen
class OfArea:
    """What is known of one area, with the columns that it can be grouped by."""

    area: Area

    @property
    def force(self) -> str:
        """The force of the area."""
        return self.area.force

    @property
    def kind(self) -> str:
        """What is counted there."""
        return self.area.topic

    @property
    def npu(self) -> str | None:
        """The unit; null for the force as a whole."""
        return self.area.npu

    @property
    def ward(self) -> str | None:
        """The ward; null for the unit as a whole."""
        return self.area.ward


class Dated(Protocol):
    """A row that stands at a day."""

    @property
    def area(self) -> Area:
        """What the row is about."""

    @property
    def as_of(self) -> date:
        """The day."""


D = TypeVar("D", bound=Dated)


def latest(measure: str, rows: Iterable[D], as_of: date | None) -> dict[Area, D | None]:
    """Each area's row: the latest at or before a day, or the only one; null where there is none.

    Raises:
        MixedRowsError: If an area has several rows and no day is given.
    """
    found: dict[Area, list[D]] = {}
    for row in rows:
        found.setdefault(row.area, []).append(row)
    if as_of is None:
        _refuse_days(measure, found)
    return {
        area: max(
            (row for row in known if as_of is None or row.as_of <= as_of),
            key=lambda row: row.as_of,
            default=None,
        )
        for area, known in found.items()
    }


def _refuse_days(measure: str, found: Mapping[Area, list[D]]) -> None:
    several = {area: rows for area, rows in found.items() if len(rows) > 1}
    if several:
        first = min(several, key=str)
        days = ", ".join(sorted(row.as_of.isoformat() for row in several[first]))
        raise MixedRowsError(
            f"{measure} takes one day of each area, and there are several of {len(several)}, "
            f"such as {first}: {days}. Pass as_of= to take the latest at or before a day."
        )


def refuse_levels(measure: str, areas: Iterable[Area]) -> None:
    """Refuse areas that lie within one another, or one ward under two units: they count twice.

    Raises:
        MixedRowsError: With a line for each force and topic, and for each ward.
    """
    levels: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for area in areas:
        levels.setdefault(f"{area.topic} of {area.force}", set()).add(area.level)
        if area.ward:
            units.setdefault(f"{area.topic} of {area.ward} ({area.force})", set()).add(
                area.npu or "none"
            )
    words = [
        f"{measure} would count {whole} twice: it has rows of {' and '.join(listed)} level. "
        "Pass the rows of one level."
        for whole, found in sorted(levels.items())
        if len(listed := [level for level in _LEVELS if level in found]) > 1
    ]
    words += [
        f"{measure} would count {ward} twice: it has rows under the units "
        f"{', '.join(sorted(found))}. Give the ward one unit."
        for ward, found in sorted(units.items())
        if len(found) > 1
    ]
    if words:
        raise MixedRowsError("\n".join(words))
