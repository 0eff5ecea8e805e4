"""How a code book is read: spellings folded, and periods whose missing ends are no bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from npolicing._spelling import fold
from npolicing.calendar import within

if TYPE_CHECKING:
    from npolicing.entities import NPU, Grade

__all__ = [
    "Dated",
    "called",
    "grade_spellings",
    "in_force",
    "npu_spellings",
    "overlap",
    "period",
    "periods",
    "spellings_known",
]

T = TypeVar("T")


class Dated(Protocol):
    """A row that stands from one day to another; null is no bound."""

    @property
    def valid_from(self) -> date | None:
        """First day."""

    @property
    def valid_to(self) -> date | None:
        """Last day."""


def npu_spellings(unit: NPU) -> tuple[str, ...]:
    """What a unit may be called, its code first."""
    return (unit.code, unit.name, *unit.aliases)


def grade_spellings(grade: Grade) -> tuple[str, ...]:
    """What a grade may be called. Not by its label: two may share one, as "Appointment"."""
    return (grade.grade, *grade.aliases)


def called(text: str, rows: Iterable[T], spellings: Callable[[T], tuple[str, ...]]) -> list[T]:
    """The rows that one of their spellings, folded, finds."""
    wanted = fold(text)
    return [row for row in rows if wanted in map(fold, spellings(row))]


def spellings_known(rows: Iterable[T], spellings: Callable[[T], tuple[str, ...]]) -> list[str]:
    """Every spelling of some rows, once, as it is first written."""
    found: dict[str, str] = {}
    for row in rows:
        for text in spellings(row):
            found.setdefault(fold(text), text)
    return list(found.values())


def in_force(row: Dated, on: date | None) -> bool:
    """Whether a row stands on a day; on no day in particular, each does."""
    return within(row.valid_from, row.valid_to, on)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether two rows stand on one day or more."""
    starts = max(each.valid_from or date.min for each in (one, other))
    ends = min(each.valid_to or date.max for each in (one, other))
    return starts <= ends


def period(row: Dated) -> str:
    """The period of a row in words."""
    first = "" if row.valid_from is None else f"from {row.valid_from}"
    last = "" if row.valid_to is None else f"to {row.valid_to}"
    return f"{first} {last}".strip() or "without dates"


def periods(rows: Iterable[Dated]) -> str:
    """The periods of some rows in words."""
    return " and ".join(map(period, rows))
