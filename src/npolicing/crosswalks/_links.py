"""What the links of a crosswalk say of its areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npolicing.entities import AreaLink

__all__ = ["by_old_area", "is_lookup", "lives", "replaced", "stays", "to_kind_of"]


def to_kind_of(link: AreaLink) -> str:
    """The kind of the new area."""
    return link.kind if link.to_kind is None else link.to_kind


def is_lookup(links: Sequence[AreaLink]) -> bool:
    """Whether links lead from one kind of area to another, and are no changes."""
    return any(to_kind_of(link) != link.kind for link in links)


def stays(link: AreaLink) -> bool:
    """Whether a change says that an area stays."""
    return link.from_area == link.to_area


def by_old_area(links: Iterable[AreaLink]) -> dict[str, list[tuple[int, AreaLink]]]:
    """The links of each old area, with their rows."""
    found: dict[str, list[tuple[int, AreaLink]]] = {}
    for row, link in enumerate(links):
        found.setdefault(link.from_area, []).append((row, link))
    return found


def replaced(links: Iterable[AreaLink]) -> dict[str, date | None]:
    """The first day on which each area that changes counts no more."""
    return {link.from_area: link.valid_from for link in links if not stays(link)}


def lives(links: Sequence[AreaLink]) -> dict[str, tuple[date | None, date | None]]:
    """For each area its first day, and the day on which it is replaced; null is no bound.

    An area begins with the first change that leads to it, unless a link says that it stays on that
    day: then it was there before.
    """
    begun: dict[str, list[AreaLink]] = {}
    for link in links:
        begun.setdefault(link.to_area, []).append(link)
    ended = replaced(links)
    areas = dict.fromkeys([*begun, *ended])
    return {area: (_first(begun.get(area, ())), ended.get(area)) for area in areas}


def _first(leading_to: Sequence[AreaLink]) -> date | None:
    days = [link.valid_from for link in leading_to if link.valid_from is not None]
    if not days or len(days) < len(leading_to):
        return None
    first = min(days)
    return None if any(stays(link) and link.valid_from == first for link in leading_to) else first
