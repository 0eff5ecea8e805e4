"""Where the links of a crosswalk contradict one another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter

from npolicing._records import Records
from npolicing.crosswalks._links import by_old_area, is_lookup, replaced, stays, to_kind_of
from npolicing.entities import AreaLink
from npolicing.errors import Failure
from npolicing.frames import check

__all__ = ["contradictions"]

_CLOSE = 1e-9
"""How far weights may add up to something else than 1: they come as decimals of few places."""
_Rows = Sequence[tuple[int, AreaLink]]


def contradictions(links: Records[AreaLink]) -> list[Failure]:
    """Everything that is wrong with links as a whole, by row."""
    failures = [*_mixed(links), *check(links, AreaLink)]
    if not failures:
        groups = by_old_area(links)
        failures += _weights(groups)
        if is_lookup(links):
            failures += _several_days(groups)
        else:
            changes = {
                area: [(row, link) for row, link in rows if not stays(link)]
                for area, rows in groups.items()
            }
            circles = list(_circles(changes))
            failures += [*_several_days(changes), *_both(groups)]
            failures += [_led_back(changes, circle) for circle in circles]
            failures += _reborn(links, {area for circle in circles for area in circle})
    return sorted(failures, key=lambda failure: -1 if failure.row is None else failure.row)


def _mixed(links: Sequence[AreaLink]) -> Iterator[Failure]:
    """A code means nothing without its force and its kind, so a crosswalk has one of each."""
    for row, link in enumerate(links[1:], start=1):
        for column, first, value in (
            ("force", links[0].force, link.force),
            ("kind", links[0].kind, link.kind),
            ("to_kind", to_kind_of(links[0]), to_kind_of(link)),
        ):
            if value != first:
                yield _failure("INCONSISTENT", f"is {first!r}, as in row 0", column, row, value)


def _weights(groups: Mapping[str, _Rows]) -> Iterator[Failure]:
    for area, rows in groups.items():
        days: dict[date | None, list[float | None]] = {}
        for _, link in rows:
            days.setdefault(link.valid_from, []).append(link.weight)
        for day, weights in days.items():
            known = [weight for weight in weights if weight is not None]
            total = math.fsum(known)
            some = "" if len(known) == len(weights) else " at most"
            if total > 1 + _CLOSE or (not some and total < 1 - _CLOSE):
                rule = f"weights of {area}{_on(day)} add up to 1{some}"
                yield _failure("INCONSISTENT", rule, "weight", rows[0][0], total)


def _several_days(groups: Mapping[str, _Rows]) -> Iterator[Failure]:
    """An area that is replaced twice would have its counts in two places."""
    for area, rows in groups.items():
        for row, link in rows[1:]:
            first, day = rows[0][0], rows[0][1].valid_from
            if link.valid_from != day:
                rule = f"is that of row {first}, {day}: {area} is replaced once"
                yield _failure("INCONSISTENT", rule, "valid_from", row, link.valid_from)


def _both(groups: Mapping[str, _Rows]) -> Iterator[Failure]:
    """A code that stays for a part of its area cannot be told from what it was."""
    for area, rows in groups.items():
        staying = {link.valid_from: row for row, link in rows if stays(link)}
        for row, link in rows:
            if link.valid_from in staying and not stays(link):
                rule = (
                    f"stays{_on(link.valid_from)} (row {staying[link.valid_from]}) or is replaced"
                )
                yield _failure("INCONSISTENT", f"{rule}, not both", "from_area", row, area)


def _circles(changes: Mapping[str, _Rows]) -> Iterator[list[str]]:
    """Areas that lead back to themselves; the edges of each circle are cut to find the next."""
    leads = {area: {link.to_area for _, link in rows} for area, rows in changes.items()}
    while True:
        try:
            TopologicalSorter(leads).prepare()
        except CycleError as error:
            # graphlib names what leads to an area before the area.
            circle = list(reversed(error.args[1]))
            yield circle
            for area in circle:
                leads[area] = leads[area].difference(circle)
        else:
            return


def _led_back(changes: Mapping[str, _Rows], circle: Sequence[str]) -> Failure:
    row = min(row for area in circle for row, link in changes[area] if link.to_area in circle)
    words = " to ".join(circle)
    return _failure("INCONSISTENT", "leads on and never back", "from_area, to_area", row, words)


def _reborn(links: Sequence[AreaLink], circling: Iterable[str]) -> Iterator[Failure]:
    """A link to an area that is replaced by then: its counts would be brought on at once."""
    ended = replaced(links)
    known = set(circling)
    for row, link in enumerate(links):
        day, last = link.valid_from, ended.get(link.to_area)
        if day is None or last is None or known.issuperset((link.from_area, link.to_area)):
            continue
        if day > last or (day == last and not stays(link)):
            rule = f"counts from {day}, before it is replaced on {last}"
            yield _failure("AREA_NOT_CURRENT", rule, "to_area", row, link.to_area)


def _on(day: date | None) -> str:
    return "" if day is None else f" on {day}"


def _failure(code: str, rule: str, column: str, row: int, value: object) -> Failure:
    return Failure(code=code, rule=rule, column=column, row=row, value=value)
