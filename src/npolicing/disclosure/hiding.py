"""Which counts are hidden: the small ones, and others until none of them can be worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import attrs

from npolicing.disclosure.attacking import Sums
from npolicing.disclosure.rules import FAR, DisclosureRule
from npolicing.errors import DisclosureError

__all__ = ["Count", "Hidden", "hidden_counts"]

Reason = Literal["primary", "secondary"]
Hidden = Mapping[int, Reason]
Exact = Callable[[int, Hidden], bool]
"""Whether a figure that is published beside a count tells it exactly, though it is rounded."""


@attrs.frozen(kw_only=True)
class Count:
    """One count of a table, or one that a reader knows of or can work out.

    Attributes:
        value: The count; null where nobody knows it.
        row: The row that it is in.
        where: Its place, for messages.
        shown: Whether the table publishes it; else it is what the parts leave of a whole.
        elsewhere: Whether it is published elsewhere, and so cannot be hidden here.
    """

    value: int | None
    row: int
    where: str
    shown: bool = True
    elsewhere: bool = False

    @property
    def may_be_hidden(self) -> bool:
        """Whether it is for this table to hide it."""
        return self.shown and not self.elsewhere

    def small(self, rule: DisclosureRule) -> bool:
        """Whether it must not become known; what is published elsewhere is known."""
        return self.value is not None and not self.elsewhere and rule.hides(self.value)


def hidden_counts(
    counts: Sequence[Count], sums: Sums, rule: DisclosureRule, exact: Exact
) -> Hidden:
    """The counts that are hidden, each for itself (primary) or for another (secondary).

    Hiding one more takes nothing away from what a reader must think possible, so that a count that
    is safe stays so, and none is looked at twice.

    Raises:
        DisclosureError: If a count can be worked out whatever is hidden.
    """
    told = [at for at, count in enumerate(counts) if count.small(rule)]
    hidden: dict[int, Reason] = {at: "primary" for at in told if counts[at].shown}
    table = _Table(counts, sums, rule, exact, hidden)
    while told:
        if sums.tell(told[0], table.room):
            told.append(table.hide_beside(told[0]))
        else:
            told.pop(0)
    return hidden


@attrs.define(eq=False)
class _Table:
    """Counts while more and more of them are hidden, and how far from the truth each may be."""

    counts: Sequence[Count]
    sums: Sums
    rule: DisclosureRule
    exact: Exact
    hidden: dict[int, Reason]
    room: list[tuple[int, int]] = attrs.field(init=False)
    _beside: Mapping[int, Sequence[int]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.room = [self._room(at) for at in range(len(self.counts))]
        beside: dict[int, list[int]] = {}
        for at, count in enumerate(self.counts):
            beside.setdefault(count.row, []).append(at)
        self._beside = beside

    def hide_beside(self, told: int) -> int:
        """Hide one more count, so that another can no longer be told, and say which.

        First one of a sum in which a single count is open, for that sum tells it; then one near by,
        where few are open; and of those the smallest.

        Raises:
            DisclosureError: If there is none left.
        """
        best = min(self._hideable(told), default=None)
        if best is None:
            raise DisclosureError(
                f"{self.counts[told].where}: it is below {self.rule.threshold}, or hidden beside "
                "one that is, and nothing else that can be hidden keeps it from being worked out. "
                "Merge its group with another, leave out the total that tells it, or do not "
                "publish that elsewhere."
            )
        found = best[-1]
        self.hidden[found] = "secondary"
        for at in self._beside[self.counts[found].row]:
            self.room[at] = self._room(at)
        return found

    def _hideable(self, told: int) -> Iterator[tuple[bool, int, int, int, int]]:
        for away, members in self.sums.around(told, self.room):
            is_open = sum(self.room[at] != (0, 0) for at in members)
            for at in members:
                value = self.counts[at].value
                # A 0 is a poor place to hide, and what is published elsewhere none.
                if value and at not in self.hidden and self.counts[at].may_be_hidden:
                    yield is_open > 1, away, is_open, value, at

    def _room(self, at: int) -> tuple[int, int]:
        """How far below and above the truth a reader must think a count possible.

        The reader is told why a count is hidden, and so that it is below the threshold, or is not.
        """
        each, rule = self.counts[at], self.rule
        # What nobody here knows, a reader might: it gives no cover.
        if each.value is None or each.elsewhere:
            return 0, 0
        if rule.hides(each.value):
            return each.value - rule.lowest, rule.threshold - 1 - each.value
        if at in self.hidden or (not each.shown and each.value):
            return each.value - rule.threshold, FAR
        if self.exact(at, self.hidden):
            return 0, 0
        low, high = rule.reads_as(each.value)
        return each.value - low, high - each.value
