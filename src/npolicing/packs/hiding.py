"""Small numbers in packs: what is hidden, and what is left out, in so many words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing.disclosure import MEASURES, DisclosureRule, Links, suppress
from npolicing.errors import DisclosureError
from npolicing.packs.long_form import Hidden

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Hiding", "why_hidden"]

_OTHER = "*"
_WORST: tuple[Hidden, ...] = ("primary", "secondary", "linked", "rounded", "unknown", "shown")


@attrs.frozen(kw_only=True, eq=False)
class Hiding:
    """What becomes of small numbers; nothing without a rule.

    Attributes:
        rule: The rule.
        told: What was left out, or hidden whole, each a sentence; filled as tables are made.
    """

    rule: DisclosureRule | None = None
    told: list[str] = attrs.field(factory=list)

    @property
    def asked(self) -> bool:
        """Whether small numbers are hidden at all."""
        return self.rule is not None

    def of_measure(
        self, frame: pd.DataFrame, measure: str, by: Sequence[str], totals: Sequence[Sequence[str]]
    ) -> pd.DataFrame:
        """The result of a measure on logs, as it may be shown."""
        return self.of_counts(frame, measure, MEASURES[measure], by, totals)

    def of_counts(
        self,
        frame: pd.DataFrame,
        what: str,
        links: Links,
        by: Sequence[str],
        totals: Sequence[Sequence[str]] = (),
    ) -> pd.DataFrame:
        """A table of counts, as it may be shown; all of it hidden where no hiding helps."""
        if self.rule is None or frame.empty:
            return frame
        try:
            return suppress(
                frame,
                rule=self.rule,
                counts=links.counts,
                by=[*by],
                linked=links.linked,
                free=[name for name in links.free if name in frame.columns],
                parts=links.parts,
                totals=[tuple(each) for each in totals],
            )
        except DisclosureError as error:
            self.told.append(
                f"{what}: hidden whole, for a count of it could be worked out whatever else is "
                f"hidden ({' '.join(str(error).split())})"
            )
            return _emptied(frame, links)

    def leave_out(self, what: str, why: str) -> bool:
        """Whether something that has no declared links is left out; then it is told."""
        words = f"{what}: left out, {why}"
        if self.asked and words not in self.told:
            self.told.append(words)
        return self.asked

    def symbol(self, why: Hidden) -> str | None:
        """What stands in the place of a hidden figure; null where it is shown, or not known."""
        if self.rule is None or why not in ("primary", "secondary", "linked"):
            return None
        return self.rule.symbol if why == "primary" else _OTHER


def why_hidden(row: Mapping[str, object], columns: Sequence[str]) -> Hidden:
    """Why a figure that is made of columns is not shown as it is; the first reason of several."""
    found = {row.get(f"{name}_status", "shown") for name in columns}
    return next(each for each in _WORST if each in found)


def _emptied(frame: pd.DataFrame, links: Links) -> pd.DataFrame:
    """A table with every count and every figure hidden."""
    empty = frame.copy()
    for name in links.counts:
        empty[name] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
        empty[f"{name}_status"] = "secondary"
    figures = [name for name in frame.columns if pd.api.types.is_float_dtype(frame[name])]
    for name in figures:
        empty[name] = float("nan")
        empty[f"{name}_status"] = "linked"
    return empty
