"""How times are to be read, as the caller states it."""

from __future__ import annotations

from typing import Literal, get_args

import attrs

from npolicing._zones import Ambiguous, zone_of

__all__ = ["Nonexistent", "Policy"]

Nonexistent = Literal["raise", "shift_forward"]

_LONDON = "Europe/London"


@attrs.frozen
class Policy:
    """The zone of the local clock, and what times without a zone are.

    Raises:
        UnknownCodeError: If there is no such zone.
        ValueError: If a policy is none of those that there are.
    """

    tz: str | None
    ambiguous: Ambiguous | None
    nonexistent: Nonexistent

    def __attrs_post_init__(self) -> None:
        for name, words in (("ambiguous", Ambiguous), ("nonexistent", Nonexistent)):
            value = getattr(self, name)
            if value not in get_args(words) and not (name == "ambiguous" and value is None):
                raise ValueError(f"{name} is one of {', '.join(get_args(words))}, not {value!r}")
        zone_of(self.zone)

    @property
    def zone(self) -> str:
        """The zone of the local clock."""
        return _LONDON if self.tz is None else self.tz

    @property
    def stated(self) -> bool:
        """Whether it says what times without a zone are."""
        return self.tz is not None and self.ambiguous is not None

    @property
    def way_out(self) -> str:
        """What a column without a zone is not, and what to write."""
        return (
            f"of a stated zone; write settle(logs, tz={self.zone!r}, "
            f"ambiguous={self.ambiguous or 'raise'!r}), or 'earliest' or 'latest' for the hour "
            "that comes twice"
        )
