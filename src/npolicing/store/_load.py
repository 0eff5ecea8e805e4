"""What a load did to a store, and the two ways to load."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import attrs

from npolicing._markup import plain_grid
from npolicing.store._settling import MonthLoad

__all__ = ["How", "Load", "StoreLoad", "checked_how"]

How = Literal["replace", "merge"]
_SHOWN = 12
_COUNTS = ("before", "added", "replaced", "unchanged", "dropped", "now")


@attrs.frozen(kw_only=True, repr=False)
class Load:
    """What a load did, into a store or a table.

    Attributes:
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
    """

    how: How
    months: tuple[MonthLoad, ...]

    @property
    def rows(self) -> int:
        """How many rows were loaded; those that were there already count too."""
        return sum(each.added + each.replaced + each.unchanged for each in self.months)

    def _title(self) -> str:
        """What was loaded, where, and how."""
        raise NotImplementedError

    def _counts(self) -> list[tuple[str, ...]]:
        return [
            (f"{each.force} {each.month}", *(f"{getattr(each, name):,}" for name in _COUNTS))
            for each in self.months[:_SHOWN]
        ]

    def _rest(self) -> list[str]:
        rest = len(self.months) - _SHOWN
        return [f"... and {rest} months more, all in .months"] if rest > 0 else []

    def __repr__(self) -> str:
        lines = [
            f"{name}: " + ", ".join(map(" ".join, zip(counts, _COUNTS, strict=True)))
            for name, *counts in self._counts()
        ]
        return "\n  ".join([self._title(), *lines, *self._rest()])

    def _repr_html_(self) -> str:
        """What became of each month, for a notebook."""
        title, heads = " ".join([self._title(), *self._rest()]), ("month", *_COUNTS)
        return plain_grid(title, heads, self._counts(), named=True, numbers=_COUNTS)


@attrs.frozen(kw_only=True, repr=False)
class StoreLoad(Load):
    """What a load did to a store.

    Attributes:
        path: The folder of the store.
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
        rows: How many rows were loaded; those that were there already count too.
    """

    path: Path

    def _title(self) -> str:
        return f"StoreLoad({str(self.path)!r}, how={self.how!r}, {self.rows:,} rows)"


def checked_how(how: How) -> How:
    """How to load, as it was given.

    Raises:
        ValueError: If it is neither.
    """
    if how not in get_args(How):
        raise ValueError(f"how is 'replace' or 'merge', not {how!r}")
    return how
