"""Rules of disclosure control: which counts are hidden, and how the others are published."""

from __future__ import annotations

import attrs

from npolicing.errors import UnknownCodeError

__all__ = ["FAR", "RULES", "DisclosureRule", "rule_of"]

FAR = 2**62
"""A bound that no count reaches."""


@attrs.frozen(kw_only=True)
class DisclosureRule:
    """Which counts are too small to be published, and what becomes of the others.

    Attributes:
        name: What the rule is called.
        threshold: The smallest count, other than 0, that is published.
        base: What published counts are rounded to, half up and each by itself; none: not at all.
        places: Decimal places that figures keep, out of counts that are not rounded. Without it a
            rule that rounds leaves figures out: they are to be made anew of the rounded counts.
        symbol: What stands for a count below the threshold.
        zero_is_safe: Whether 0 is published as 0. If not, it is hidden among the small counts.
        source: Who says so, and where.

    Raises:
        ValueError: If a hidden count would be known by its symbol alone, or if a count of the
            threshold or more would be rounded to below it.

    >>> rule = DisclosureRule(name="ours", threshold=5, base=5)
    >>> [rule.hides(count) for count in (0, 4, 5)], rule.published(26)
    ([False, True, False], 25)
    """

    name: str
    threshold: int
    base: int | None = None
    places: int | None = None
    symbol: str = "*"
    zero_is_safe: bool = True
    source: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a rule that would not do what it says."""
        if self.threshold < self.lowest + 2:
            raise ValueError(
                f"threshold={self.threshold} hides one count alone, {self.lowest}, which its "
                f"symbol then tells; give {self.lowest + 2} or more"
            )
        if self.base is not None and self.base < 2:
            raise ValueError(f"base={self.base} rounds nothing; give 2 or more, or None")
        if self.places is not None and self.places < 0:
            raise ValueError(f"places={self.places} is below 0")
        if self.published(self.threshold) < self.threshold:
            raise ValueError(
                f"base={self.base} makes {self.published(self.threshold)} of {self.threshold}, "
                f"which is below threshold={self.threshold}; give a threshold that is half up to "
                "a multiple of the base, such as the base itself"
            )

    @property
    def lowest(self) -> int:
        """The smallest count that is hidden."""
        return 1 if self.zero_is_safe else 0

    @property
    def keeps_figures(self) -> bool:
        """Whether figures are published as they are, but for their decimal places."""
        return self.base is None or self.places is not None

    def hides(self, count: int) -> bool:
        """Whether a count is hidden for itself."""
        return self.lowest <= count < self.threshold

    def published(self, count: int) -> int:
        """A count that is not hidden, as it is published."""
        return (
            count if self.base is None else (2 * count + self.base) // (2 * self.base) * self.base
        )

    def reads_as(self, count: int) -> tuple[int, int]:
        """The smallest and the largest count that are published as this one is."""
        if self.base is None or count == 0:
            return count, count
        # Half up: from half a base below the printed number to just under half a base above.
        middle = self.published(count)
        low, high = middle - self.base // 2, middle + (self.base + 1) // 2 - 1
        return max(low, self.threshold), high


RULES: dict[str, DisclosureRule] = {
    rule.name: rule
    for rule in (
        DisclosureRule(
            name="ofqual",
            threshold=5,
            base=5,
            places=3,
            symbol="<5",
            source="Ofqual, rounding of its official statistics: 0 as it is, 1 to 4 as fewer than "
            "5, all else to the nearest 5; totals and percentages, to one place, out of figures "
            "that are not rounded",
        ),
        DisclosureRule(
            name="hes",
            threshold=8,
            base=5,
            source="NHS Digital, Disclosure control methodology for Hospital Episode Statistics, "
            "September 2018, below national level: 1 to 7 as *, all else to the nearest 5; rates "
            "out of rounded parts",
        ),
        DisclosureRule(
            name="opensafely",
            threshold=8,
            base=5,
            symbol="[REDACTED]",
            source="OpenSAFELY, Applying statistical disclosure control: 7 and fewer redacted, "
            "then rounded to the nearest 5",
        ),
        DisclosureRule(
            name="ons-ls",
            threshold=10,
            source="Office for National Statistics, Longitudinal Study, as CeLSIUS quotes it: "
            "fewer than 10 is looked at case by case; here all of them are hidden",
        ),
    )
}
"""Rules that public bodies publish by; which of them binds you, your own policy says."""


def rule_of(rule: str | DisclosureRule) -> DisclosureRule:
    """A rule, by its name or as it is.

    Raises:
        UnknownCodeError: If no rule has the name.
    """
    if isinstance(rule, DisclosureRule):
        return rule
    if rule not in RULES:
        raise UnknownCodeError("disclosure rule", rule, tuple(RULES))
    return RULES[rule]
