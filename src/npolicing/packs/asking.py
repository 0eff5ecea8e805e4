"""What one pack is asked to be, and what each part of it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

from npolicing._metadata import checked_marking
from npolicing._wording import joined
from npolicing.exhibits import Section
from npolicing.packs.hiding import Hiding
from npolicing.packs.inputs import PackInputs
from npolicing.packs.log_lines import LogFacts
from npolicing.packs.long_form import PackFigure
from npolicing.packs.periods import Period

if TYPE_CHECKING:
    from npolicing.packs.quantities import Line

__all__ = ["Ask", "Finding", "Forum", "Order", "Part"]

Forum = Literal["sim", "qpr"]
T = TypeVar("T")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Ask:
    """One pack: of which unit or force, of which period, on which day, and how.

    Attributes:
        forum: The meeting that it is for.
        inputs: What it is made of.
        period: The period.
        npu: The unit; null for the force with its units.
        as_of: Day on which counts, money and actions are looked at.
        logs: What the logs give; null without logs.
        hiding: What becomes of small numbers.
        marking: Its marking.
        charts: Whether it has charts.
    """

    forum: Forum
    inputs: PackInputs
    period: Period
    npu: str | None
    as_of: date
    logs: LogFacts | None
    hiding: Hiding
    marking: str | None = attrs.field(default=None, converter=checked_marking)
    charts: bool = True

    @property
    def name(self) -> str:
        """Short name, also of its files."""
        parts = [self.forum, self.inputs.force, *([self.npu] if self.npu else [])]
        return "-".join([*parts, self.period.name.replace("/", "-")])

    @property
    def whom(self) -> str:
        """What people call whom it is about."""
        if self.npu is None:
            return self.inputs.force_name
        return self.inputs.name_of(self.npu)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Codes of the units that it is about."""
        if self.npu is not None:
            return (self.npu,)
        return self.inputs.units if self.logs is None else self.logs.units

    def unit_name(self, npu: str | None) -> str:
        """Name of a unit; of the force where it is null."""
        return self.inputs.force_name if npu is None else self.inputs.name_of(npu)

    def of_whom(self, lines: Iterable[Line]) -> list[Line]:
        """The lines of whom it is about: the unit's own, or those of the force alone."""
        return [
            line
            for line in lines
            if (line.is_total if self.npu is None else line.npu == self.npu and not line.is_total)
        ]

    def within(self, lines: Iterable[Line]) -> list[Line]:
        """The lines of its units and, of several, of the force."""
        return [
            line
            for line in lines
            if (line.npu in self.units and not line.is_total)
            or (self.npu is None and line.is_total)
        ]

    def own(self, rows: Iterable[T]) -> list[T]:
        """The rows of its units; of a pack of the force those of the force as a whole, too."""
        found = []
        for row in rows:
            npu = getattr(row, "npu", None)
            if npu == self.npu or (self.npu is None and npu in self.units):
                found.append(row)
        return found

    def source(self, *names: str, logs: bool = False) -> str:
        """Where figures come from: the files of tables, and the store."""
        files = (self.inputs.tables.files.get(name) for name in names)
        told = [file.name for file in files if file is not None]
        told += [
            name
            for name in names
            if name not in self.inputs.tables.files and self.inputs.tables.has(name)
        ]
        if logs and self.inputs.store is not None:
            made_up = ", synthetic" if self.inputs.synthetic_logs else ""
            told.append(f"log store{made_up}")
        return joined(told)


class Order:
    """In which order findings are told: what is due to be mended, then what is news."""

    INCOMPLETE = 0
    RED = 1
    OVERDUE = 2
    OFF_PACE = 3
    CONCERN = 4
    TREND = 5
    NEUTRAL = 6
    BETTER = 7


@attrs.frozen(kw_only=True)
class Finding:
    """One sentence that a meeting should read, and where it stands among the others.

    Attributes:
        order: Its kind, one of `Order`.
        weight: The heavier first, within a kind.
        words: The sentence.
    """

    order: int
    words: str
    weight: float = 0.0


@attrs.frozen(kw_only=True)
class Part:
    """A section of a pack, its figures in long form, and what of it is to be read first."""

    section: Section
    figures: Sequence[PackFigure] = ()
    findings: Sequence[Finding] = ()
