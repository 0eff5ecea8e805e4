"""What `suppress` was asked for, and what of it does not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from npolicing.disclosure.links import Links
from npolicing.disclosure.rules import DisclosureRule
from npolicing.errors import MissingColumnsError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HIDDEN", "IS_TOTAL", "STATUS", "Asked"]

IS_TOTAL = "is_total"
STATUS = "_status"
"""What is added to the name of a column for that of its status."""
HIDDEN = ("primary", "secondary", "linked")
"""The statuses of what is hidden."""


@attrs.frozen
class Asked:
    """A rule, and what the columns of a table are.

    Attributes:
        rule: What is hidden.
        links: What the columns have to do with the counts.
        by: The columns that tell rows apart.
        totals: The columns by which totals are published elsewhere.
    """

    rule: DisclosureRule
    links: Links
    by: tuple[str, ...]
    totals: tuple[tuple[str, ...], ...]

    def check(self, table: pd.DataFrame) -> None:
        """Refuse what is not there, or cannot be.

        Raises:
            MissingColumnsError: If the table lacks columns; names every one.
            ValueError: If arguments contradict one another.
        """
        links = self.links
        if not links.counts:
            raise ValueError("counts= names no column: say which columns count people")
        there = [str(name) for name in table.columns]
        named = [*self.by, *links.counts, *links.linked, *links.free, *links.across]
        named += chain(*self.totals)
        missing = [name for name in dict.fromkeys(named) if name not in there]
        if missing:
            raise MissingColumnsError(missing, there)
        if len(set(there)) < len(there):
            raise ValueError("two columns of the table have the same name; rename one")
        strange = [f"{name!r} {why}" for name, why in self._strange()]
        if strange:
            raise ValueError("; ".join(strange))

    def _strange(self) -> list[tuple[str, str]]:
        links = self.links
        named = [*links.parts, *chain(*links.parts.values()), *chain(*links.linked.values())]
        other = {*self.by, *links.free, *links.linked, *links.across, IS_TOTAL}
        return [
            *(
                (name, "is in across=, and in by= or free= as well")
                for name in links.across
                if name in (*self.by, *links.free)
            ),
            *(
                (name, "is in parts= or linked=, and no count")
                for name in named
                if name not in links.counts
            ),
            *(
                (name, "is in totals=, and not in by=")
                for name in chain(*self.totals)
                if name not in self.by
            ),
            *(
                (name, "is a count, and something else as well")
                for name in links.counts
                if name in other
            ),
        ]

    def statuses(self, table: pd.DataFrame) -> list[str]:
        """The columns of the table that say why something in it is hidden."""
        return [
            f"{name}{STATUS}" for name in self.links.counts if f"{name}{STATUS}" in table.columns
        ]

    def figures(self, table: pd.DataFrame) -> list[str]:
        """The columns of the table that are made of counts."""
        other = {*self.by, *self.links.counts, *self.links.free, IS_TOTAL}
        return [name for name in table.columns if name not in other]

    def made_of(self, figure: str) -> Sequence[str]:
        """The counts that a column is made of: all, where nobody said which."""
        return self.links.linked.get(figure, self.links.counts)
