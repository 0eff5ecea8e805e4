"""Which rows of a table are the totals of which, and which totals are published elsewhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import attrs

from npolicing.errors import MixedRowsError

__all__ = ["Key", "Level", "Row", "Rows", "TotalOf"]

Key = tuple[Hashable, ...]
Level = frozenset[int]
"""The places of the columns in which a total has one value; in the others it has them all."""


@attrs.frozen
class Row:
    """One row of a table, or a total that is published elsewhere.

    Attributes:
        key: Its values in the columns that tell rows apart; null where it has them all.
        level: The columns in which a total has one value; none of a row that is no total.
        elsewhere: Whether it is published elsewhere.
        parts: Of a total elsewhere, the rows that are added up in it.
    """

    key: Key
    level: Level | None
    elsewhere: bool = False
    parts: tuple[int, ...] = ()


@attrs.frozen
class TotalOf:
    """A sum that a reader knows: one row is the total of others."""

    whole: int
    parts: tuple[int, ...]


@attrs.frozen(eq=False)
class Rows:
    """The rows of a table, and after them the totals that are published elsewhere."""

    each: Sequence[Row]
    width: int

    @classmethod
    def of(
        cls, keys: Sequence[Key], is_total: Sequence[bool], width: int, elsewhere: Sequence[Level]
    ) -> Rows:
        """The rows of a table.

        Args:
            keys: The values of each row in the columns that tell rows apart, null as none.
            is_total: Whether it is a total.
            width: How many such columns there are.
            elsewhere: Levels of which the totals are published elsewhere.

        Raises:
            MixedRowsError: If two rows have the same values.
        """
        found = [
            Row(key, _level(key) if total else None)
            for key, total in zip(keys, is_total, strict=True)
        ]
        first: dict[Row, int] = {}
        for at, row in enumerate(found):
            if first.setdefault(row, at) != at:
                raise MixedRowsError(
                    f"Rows {first[row]} and {at} are both of {row.key}: name every column that "
                    "tells rows apart in by."
                )
        return cls([*found, *_elsewhere(found, elsewhere)], width)

    def totals(self) -> Iterator[TotalOf]:
        """Every sum that a reader knows.

        A total is the sum of the totals one level below it, by each column for which the table has
        them, and else of the plain rows.
        """
        for whole, row in enumerate(self.each):
            if row.level is None:
                continue
            plain = tuple(self._within(row, None))
            below = [self._by(row, row.level | {at}, plain) for at in range(self.width)]
            for parts in dict.fromkeys(each for each in below if each) or [plain]:
                if parts:
                    yield TotalOf(whole, parts)

    def _within(self, total: Row, level: Level | None) -> Iterator[int]:
        """The rows of a level that are added up in a total."""
        for at, row in enumerate(self.each):
            same = row.level == level and row is not total
            if same and all(row.key[each] == total.key[each] for each in total.level or ()):
                yield at

    def _by(self, total: Row, level: Level, plain: tuple[int, ...]) -> tuple[int, ...]:
        """The totals that make a total; none where one of them is missing."""
        if level == total.level:
            return ()
        if len(level) == self.width:
            return plain
        places = sorted(level)
        needed = {tuple(self.each[at].key[place] for place in places) for at in plain}
        found = {
            tuple(self.each[at].key[place] for place in places): at
            for at in self._within(total, level)
        }
        return tuple(found.values()) if found.keys() >= needed else ()


def _level(key: Key) -> Level:
    return frozenset(at for at, value in enumerate(key) if value is not None)


def _elsewhere(rows: Sequence[Row], levels: Sequence[Level]) -> Iterator[Row]:
    for level in levels:
        groups: dict[Key, list[int]] = {}
        for at, row in enumerate(rows):
            if row.level is None:
                key = tuple(value if i in level else None for i, value in enumerate(row.key))
                groups.setdefault(key, []).append(at)
        for key, parts in groups.items():
            yield Row(key, level, elsewhere=True, parts=tuple(parts))
