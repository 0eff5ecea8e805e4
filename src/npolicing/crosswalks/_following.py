"""Where the counts of each old area end, link by link."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import attrs

from npolicing.crosswalks._links import by_old_area, is_lookup, stays

if TYPE_CHECKING:
    from npolicing.entities import AreaLink

__all__ = ["Ends", "Shares", "combined", "follow"]

Shares = Mapping[str, float | None]
"""For each new area the share of an old area's counts; null where no source gives it."""


@attrs.frozen
class Ends:
    """Where the counts of one area end.

    Attributes:
        shares: The areas that they go to; of one area, the whole.
        undated: Areas on the way that are replaced on a day that no source gives.
    """

    shares: Shares
    undated: frozenset[str] = frozenset()

    @property
    def parted(self) -> bool:
        """Whether they go to several areas."""
        return len(self.shares) > 1

    @property
    def known(self) -> bool:
        """Whether each share is known."""
        return None not in self.shares.values()


def follow(links: Sequence[AreaLink], as_of: date | None = None) -> dict[str, Ends]:
    """The ends of each old area: of a lookup in one step, of changes up to a day.

    An area that has not changed by then ends in itself.
    """
    groups = {
        # What goes to an area with a weight of nothing does not go there.
        area: [link for _, link in rows if link.weight != 0]
        for area, rows in by_old_area(links).items()
    }
    if is_lookup(links):
        return {area: Ends(combined(_weights(rows), {})) for area, rows in groups.items()}
    changes = {area: [link for link in rows if not stays(link)] for area, rows in groups.items()}
    leads = {area: {link.to_area for link in rows} for area, rows in changes.items()}
    found: dict[str, Ends] = {}
    for area in TopologicalSorter(leads).static_order():
        found[area] = _ends(area, changes.get(area, ()), found, as_of)
    return {area: found[area] for area in groups}


def _ends(
    area: str, links: Sequence[AreaLink], found: Mapping[str, Ends], as_of: date | None
) -> Ends:
    day = links[0].valid_from if links else date.max
    if day is None:
        return Ends({area: 1.0}, frozenset([area]))
    if not links or (as_of is not None and day > as_of):
        return Ends({area: 1.0})
    beyond = [found[link.to_area].undated for link in links]
    return Ends(combined(_weights(links), found), frozenset().union(*beyond))


def _weights(links: Sequence[AreaLink]) -> Shares:
    # What goes to one area alone goes there whole, and needs no weight.
    if len(links) == 1:
        return {links[0].to_area: 1.0}
    return {link.to_area: link.weight for link in links}


def combined(weights: Shares, found: Mapping[str, Ends]) -> Shares:
    """Shares of shares: weights multiply along a way, and ways to one area add up.

    Parts that come together again in one area are whole, whatever their weights.
    """
    ways: dict[str, list[float | None]] = {}
    for area, weight in weights.items():
        beyond = found[area].shares if area in found else {area: 1.0}
        for end, share in beyond.items():
            whole = None if weight is None or share is None else weight * share
            ways.setdefault(end, []).append(whole)
    if len(ways) == 1:
        return dict.fromkeys(ways, 1.0)
    return {end: _total(shares) for end, shares in ways.items()}


def _total(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return math.fsum(known) if len(known) == len(shares) else None
