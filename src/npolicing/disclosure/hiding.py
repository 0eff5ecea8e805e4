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

    def may_hide(self) -> bool:
        """Whether it can be hidden for the sake of another; a 0 is a poor place to hide."""
        return self.shown and not self.elsewhere and bool(self.value)


@attrs.frozen(eq=False)
class _Table:
    counts: Sequence[Count]
    sums: Sums
    rule: DisclosureRule
    exact: Exact

    def small(self, at: int) -> bool:
        """Whether a count must not become known: what is published elsewhere is known."""
        each = self.counts[at]
        return each.value is not None and not each.elsewhere and self.rule.hides(each.value)

    def room(self, at: int, hidden: Hidden) -> tuple[int, int]:
        """How far below and above the truth a reader must think a count possible.

        The reader is told why a count is hidden, and so that it is below the threshold, or is not.
        """
        each, rule = self.counts[at], self.rule
        # What nobody here knows, a reader might: it gives no cover.
        if each.value is None or each.elsewhere:
            return 0, 0
        if rule.hides(each.value):
            return each.value - rule.lowest, rule.threshold - 1 - each.value
        if at in hidden or (not each.shown and each.value):
            return each.value - rule.threshold, FAR
        if self.exact(at, hidden):
            return 0, 0
        low, high = rule.reads_as(each.value)
        return each.value - low, high - each.value

    def next_to_hide(self, told: int, hidden: Hidden) -> int:
        """The count that is hidden next, so that another can no longer be told.

        Of the sums that tell it the one with the fewest hidden counts; in it the smallest.

        Raises:
            DisclosureError: If there is none left.
        """
        first = self.counts[told]
        near = [sum_at for sum_at, _ in self.sums.of[told]]
        far = [sum_at for at in hidden for sum_at, _ in self.sums.of[at]]
        for among in (near, far):
            found = min(self._hideable(among, hidden), default=None)
            if found is not None:
                return found[-1]
        raise DisclosureError(
            f"{first.where}: it is below {self.rule.threshold}, or hidden beside one that is, and "
            "nothing else that can be hidden keeps it from being worked out. Merge its group with "
            "another, leave out the total that tells it, or do not publish that elsewhere."
        )

    def _hideable(self, among: Sequence[int], hidden: Hidden) -> Iterator[tuple[int, int, int]]:
        for sum_at in among:
            members = self.sums.each[sum_at]
            already = sum(at in hidden for at in members)
            for at in members:
                if at not in hidden and self.counts[at].may_hide():
                    yield already, self.counts[at].value or 0, at


def hidden_counts(
    counts: Sequence[Count], sums: Sums, rule: DisclosureRule, exact: Exact
) -> Hidden:
    """The counts that are hidden, each for itself (primary) or for another (secondary).

    Hiding one more takes nothing away from what a reader must think possible, so that a count that
    is safe stays so, and none is looked at twice.

    Raises:
        DisclosureError: If a count can be worked out whatever is hidden.
    """
    table = _Table(counts, sums, rule, exact)
    told = [at for at in range(len(counts)) if table.small(at)]
    hidden: dict[int, Reason] = {at: "primary" for at in told if counts[at].shown}
    room = [table.room(at, hidden) for at in range(len(counts))]
    beside: dict[int, list[int]] = {}
    for at, count in enumerate(counts):
        beside.setdefault(count.row, []).append(at)
    while told:
        if not sums.tell(told[0], room):
            told.pop(0)
            continue
        further = table.next_to_hide(told[0], hidden)
        hidden[further] = "secondary"
        told.append(further)
        for at in beside[counts[further].row]:
            room[at] = table.room(at, hidden)
    return hidden
