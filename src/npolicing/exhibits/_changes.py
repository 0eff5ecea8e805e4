"""How each arm of an evaluation changed, as rows of a picture, and what is left beyond that."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from npolicing._wording import figure
from npolicing.evaluating import EvaluatedCount, EvaluatedFigure, Evaluation
from npolicing.exhibits._ratios import FARTHEST
from npolicing.exhibits._reading import Result, Row
from npolicing.stats.displacement import BeforeAfter, wdd
from npolicing.stats.intervals import Interval
from npolicing.stats.rate_ratios import rate_ratio

__all__ = ["TO", "Change", "changes_of", "figures_in"]

TO = "\N{RIGHTWARDS ARROW}"
"""Between the counts of a label."""
_NAMES = {"wdd": "WDD", "rirr": "RIRR"}


@attrs.frozen(kw_only=True)
class Change:
    """One row of the picture: an arm with its counts, or what is left beyond the comparison."""

    label: str
    middle: float
    low: float | None
    high: float | None
    carries: bool = False
    drawn: bool = True

    def ends(self) -> list[float]:
        """Where it is, and how far it goes."""
        return [each for each in (self.low, self.middle, self.high) if each is not None]

    def as_ratio(self) -> Change:
        """The same without a mark, where an axis of ratios has no place for it."""
        inside = all(1 / FARTHEST <= each <= FARTHEST for each in self.ends())
        return attrs.evolve(self, drawn=inside)


def changes_of(evaluation: Evaluation) -> list[Change]:
    """A row an arm of which both counts are known, and one for the claim, if it has a figure."""
    counts = Result.of(evaluation.counts, EvaluatedCount, {}).rows
    arms: dict[str, list[Row]] = {}
    for row in counts:
        arms.setdefault(row.text("arm") or "", []).append(row)
    changes = [_arm(arm, both, evaluation) for arm, both in arms.items()]
    own = next(row for row in figures_in(evaluation) if row.true("carries_claim"))
    if own.number("estimate") is not None:
        carried = Change(
            label=f"{_NAMES[evaluation.claim]}: {evaluation.amount}",
            middle=own.known("estimate"),
            low=own.number("low"),
            high=own.number("high"),
            carries=True,
        )
        changes.append(carried)
    known = [each for each in changes if each is not None]
    return known if evaluation.claim == "wdd" else [each.as_ratio() for each in known]


def figures_in(evaluation: Evaluation) -> Sequence[Row]:
    """The figures of an evaluation, a row each."""
    return Result.of(evaluation.figures, EvaluatedFigure, {}).rows


def _arm(arm: str, rows: Sequence[Row], evaluation: Evaluation) -> Change | None:
    """How an arm changed by itself, on the scale of the claim; null where that is not known."""
    before, after = (row.number("events") for row in rows)
    # Areas are the same before and after, so that a factor needs the days alone.
    column = "exposure" if evaluation.claim == "wdd" else "days"
    first, then = (row.number(column) for row in rows)
    if before is None or after is None:
        return None
    if first is None or then is None:
        if evaluation.claim == "wdd":
            return None
        first = then = 1.0
    found = _by_itself(BeforeAfter(before, after, first, then), evaluation)
    # In one word, for where a line is broken.
    counts = f"{figure(before, 'count')}{TO}{figure(after, 'count')}"
    middle, low, high = (float(each) for each in (found.estimate, found.low, found.high))
    if np.isnan(middle):
        return None
    return Change(
        label=f"{arm.replace('_', ' ').capitalize()}: {counts}",
        middle=middle,
        low=None if np.isnan(low) else low,
        high=None if np.isnan(high) else high,
    )


def _by_itself(arm: BeforeAfter, evaluation: Evaluation) -> Interval:
    spread, sure = evaluation.dispersion, evaluation.confidence
    if evaluation.claim == "wdd":
        # A comparison in which nothing happens: the difference is the arm's own.
        return wdd(arm, BeforeAfter(0, 0), dispersion=spread, confidence=sure)
    return rate_ratio(
        arm.after,
        arm.after_exposure,
        arm.before,
        arm.before_exposure,
        method="score",
        dispersion=spread,
        confidence=sure,
    )
