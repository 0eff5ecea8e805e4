"""What somebody can work out of a table: whether a count is the only one that fits.

Counts are tied to one another by sums that a reader knows: a total is the sum of its parts. A count
is safe where another table exists that has the same sums, reads the same wherever something is
published, and has another count in this place. Such a table is looked for by moving counts by one:
up here, so down there, until every sum is right again.

Where each count is in two sums at most, as in a table of rows and columns with their totals, the
steps form a way through a network, and it is found if there is one. In other tables the search ends
after a while, and may miss one, in which case more is hidden than need be. A count is never called
safe that is not: the other table was found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush

import attrs

__all__ = ["Room", "Sums"]

Room = Sequence[tuple[int, int]]
"""For each count, how far below and above the true one a reader must think it possible."""
_STATES = 500
"""How many states are looked at where the sums form no network: there may be very many."""


@attrs.frozen(eq=False)
class Sums:
    """The sums that tie counts together: in each, signed counts make 0.

    Attributes:
        each: For each sum its counts, 1 for a part and -1 for the whole.
        of: For each count the sums that it is in, with its sign.
        bound: How many states are looked at.
    """

    each: Sequence[Mapping[int, int]]
    of: Sequence[Sequence[tuple[int, int]]]
    bound: int

    @classmethod
    def among(cls, number: int, each: Sequence[Mapping[int, int]]) -> Sums:
        """The sums among a number of counts."""
        of: list[list[tuple[int, int]]] = [[] for _ in range(number)]
        for at, signs in enumerate(each):
            for count, sign in signs.items():
                of[count].append((at, sign))
        # In a network a state is a sum at which a way stands, or two: they end by themselves.
        network = all(len(sums) <= 2 for sums in of)
        return cls(each, of, len(each) ** 2 + 1 if network else _STATES)

    def tell(self, count: int, room: Room) -> bool:
        """Whether the sums, and what else a reader knows, tell a count exactly."""
        below, above = room[count]
        ways = ([1] if above > 0 else []) + ([-1] if below > 0 else [])
        return not any(self._mended(count, way, room) for way in ways)

    def around(self, count: int, room: Room) -> Iterator[tuple[int, Mapping[int, int]]]:
        """The sums that open counts lead to from one, nearest first, with how far away each is.

        A count is open where a reader must think others possible.
        """
        waiting, seen = deque([(0, count)]), {count}
        passed: set[int] = set()
        while waiting:
            away, at = waiting.popleft()
            for sum_at in (each for each, _ in self.of[at] if each not in passed):
                passed.add(sum_at)
                yield away, self.each[sum_at]
                further = {each for each in self.each[sum_at] if room[each] != (0, 0)} - seen
                seen |= further
                waiting.extend((away + 1, each) for each in sorted(further))

    def _mended(self, count: int, way: int, room: Room) -> bool:
        """Whether all sums can be right with a count moved by one, none but the others moving."""
        start = _Moved({at: sign * way for at, sign in self.of[count]}, {count: way})
        if not start.off:
            return True
        seen = {frozenset(start.off.items())}
        # Nearest to right first, and of those the one that was found last.
        waiting = [(start.wrong, 0, start)]
        while waiting and len(seen) <= self.bound:
            for after in self._steps(heappop(waiting)[-1], count, room):
                if not after.off:
                    return True
                state = frozenset(after.off.items())
                if state not in seen:
                    seen.add(state)
                    heappush(waiting, (after.wrong, -len(seen), after))
        return False

    def _steps(self, moved: _Moved, kept: int, room: Room) -> Iterator[_Moved]:
        """Each way to bring the sum that went wrong last nearer to 0 by one count."""
        at = next(reversed(moved.off))
        way = -1 if moved.off[at] > 0 else 1
        for count, sign in self.each[at].items():
            below, above = room[count]
            by = moved.by.get(count, 0) + way * sign
            if count != kept and -below <= by <= above:
                yield moved.after(count, way * sign, self.of[count])


@attrs.frozen(eq=False)
class _Moved:
    """Counts that were moved, and the sums that are off by it.

    Attributes:
        off: By how much each such sum is off, that which went wrong last at the end.
        by: By how much each count was moved.
    """

    off: Mapping[int, int]
    by: Mapping[int, int]

    @property
    def wrong(self) -> int:
        """By how much all sums are off."""
        return sum(map(abs, self.off.values()))

    def after(self, count: int, step: int, sums: Sequence[tuple[int, int]]) -> _Moved:
        """The same with one count moved further."""
        off = dict(self.off)
        for at, sign in sums:
            amount = off.pop(at, 0) + sign * step
            if amount:
                off[at] = amount
        return _Moved(off, {**self.by, count: self.by.get(count, 0) + step})
