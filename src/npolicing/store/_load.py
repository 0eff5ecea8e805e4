"""What a load did to a store, and the two ways to load."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import attrs

from npolicing._markup import plain_grid
from npolicing.store._settling import MonthLoad

__all__ = ["How", "StoreLoad", "checked_how"]

How = Literal["replace", "merge"]
_SHOWN = 12
_COUNTS = ("before", "added", "replaced", "unchanged", "dropped", "now")


@attrs.frozen(kw_only=True, repr=False)
class StoreLoad:
    """What a load did to a store.

    Attributes:
        path: The folder of the store.
        how: Whether months were replaced, or rows merged into them.
        months: For each force and month that the load had rows of, what became of its rows.
    """

    path: Path
    how: How
    months: tuple[MonthLoad, ...]

    @property
    def rows(self) -> int:
        """How many rows were loaded; those that were there already count too."""
        return sum(each.added + each.replaced + each.unchanged for each in self.months)

    def __repr__(self) -> str:
        head = f"StoreLoad({str(self.path)!r}, how={self.how!r}, {self.rows:,} rows)"
        lines = [
            f"  {each.force} {each.month}: "
            + ", ".join(f"{getattr(each, name):,} {name}" for name in _COUNTS)
            for each in self.months[:_SHOWN]
        ]
        rest = len(self.months) - _SHOWN
        more = [f"  ... and {rest} months more, all in .months"] if rest > 0 else []
        return "\n".join([head, *lines, *more])

    def _repr_html_(self) -> str:
        """What became of each month, for a notebook."""
        title = f"{self.rows:,} rows into {self.path}, {self.how}"
        rest = len(self.months) - _SHOWN
        more = f"; {rest} months more are in .months" if rest > 0 else ""
        rows = (
            (f"{each.force} {each.month}", *(f"{getattr(each, name):,}" for name in _COUNTS))
            for each in self.months[:_SHOWN]
        )
        heads = ("month", *_COUNTS)
        return plain_grid(f"{title}{more}", heads, rows, named=True, numbers=_COUNTS)


def checked_how(how: How) -> How:
    """How to load, as it was given.

    Raises:
        ValueError: If it is neither.
    """
    if how not in get_args(How):
        raise ValueError(f"how is 'replace' or 'merge', not {how!r}")
    return how
