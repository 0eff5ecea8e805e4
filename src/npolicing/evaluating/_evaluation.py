"""An evaluation: the counts, the figures side by side, and what they let one claim."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, get_args

import attrs
import pandas as pd

from npolicing._columns import Column
from npolicing._examining import Rows
from npolicing._markup import element, plain_grid
from npolicing._records import Record, Records
from npolicing._wording import figure
from npolicing.evaluating._arms import Arms, Weight, arms_of, days_of, listed_rows
from npolicing.evaluating._caveats import CAVEATS
from npolicing.evaluating._claiming import (
    CAUTION,
    Claim,
    Wanted,
    amount,
    claimed,
    figure_words,
    share_words,
)
from npolicing.evaluating._figures import ASSUMPTIONS, EvaluatedFigure, Figured, figures_of
from npolicing.frames import to_pandas
from npolicing.measures._asked import check_confidence
from npolicing.measures._result import CONFIDENCE, check_word
from npolicing.stats.power import FEWEST, ClaimMethod, refuse_outside
from npolicing.vocabulary import (
    Arm,
    EvaluationCaveat,
    EvaluationVerdict,
    Phase,
)

__all__ = ["EvaluatedCount", "Evaluation", "evaluate"]


@attrs.frozen(kw_only=True)
class EvaluatedCount(Record):
    """One count of an evaluation, and what it is over."""

    arm: Annotated[Arm, Column("Which areas were counted.", key=True)]
    phase: Annotated[Phase, Column("Whether before the response or after it.", key=True)]
    events: Annotated[
        int | None, Column("Events; null where they are not known.", unit="events", ge=0)
    ] = None
    areas: Annotated[int | None, Column("Areas; null where not known.", unit="areas", ge=0)] = None
    days: Annotated[int | None, Column("Days; null where not known.", unit="days", ge=1)] = None
    hectares: Annotated[
        float | None, Column("Land; null where not known.", unit="hectares", ge=0)
    ] = None
    exposure: Annotated[
        float | None,
        Column(
            "What wdd divides the count by: days or hectares as asked, where those of the treated "
            "after are 1; 1 where none was asked for, null where not known.",
            ge=0,
        ),
    ] = None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Evaluation:
    """An evaluation of a response.

    Attributes:
        claim: The method that carries the claim, named beforehand.
        verdict: What may be claimed.
        amount: What the figure that carries the claim says, such as ``118 fewer``; empty where it
            is undefined.
        words: The same in sentences: the claim, what stands beside each claim, the caveats.
        caveats: Codes of what must be said beside it.
        counted: What was counted; null where it is not said.
        confidence: Of the intervals.
        dispersion: How many times the variance of the counts was taken for that of Poisson numbers.
        counts: The counts, a row an arm and phase: the columns of `EvaluatedCount`.
        figures: A row a figure: the columns of `EvaluatedFigure`.
    """

    claim: ClaimMethod
    verdict: EvaluationVerdict
    amount: str
    words: tuple[str, ...]
    caveats: tuple[EvaluationCaveat, ...]
    counted: str | None
    confidence: float
    dispersion: float
    counts: pd.DataFrame
    figures: pd.DataFrame

    @property
    def interval(self) -> str:
        """What its intervals are, in words, such as ``95 % interval``."""
        return f"{share_words(self.confidence)} interval"

    def __repr__(self) -> str:
        return "\n".join([self._title(), *(f"  {each}" for each in self.words)])

    def _title(self) -> str:
        what = f" of {self.counted}" if self.counted else ""
        return f"Evaluation{what} by {self.claim}: {self.verdict.replace('_', ' ')}"

    def _repr_html_(self) -> str:
        """What may be claimed, with the counts and the figures, for a notebook."""
        said = element("ul", *(element("li", each) for each in self.words))
        counts = (
            [
                str(arm).replace("_", " "),
                *(figure(_known(each), "count") for each in both["events"]),
            ]
            for arm, both in self.counts.groupby("arm", sort=False)
        )
        heads = ("arm", *get_args(Phase))
        shown = plain_grid("Events", heads, counts, named=True, numbers=heads[1:])
        figures = element("ul", *(element("li", each) for each in self.figures["words"]))
        return element("p", self._title()) + said + shown + figures


def _known(value: object) -> float | None:
    return None if str(value) in ("None", "nan", "<NA>") else float(str(value))


def evaluate(
    counts: Rows,
    *,
    claim: ClaimMethod,
    good: Wanted = "fewer",
    weights: Collection[Weight] | None = None,
    picked_on_before: bool | None = None,
    fewest: float = FEWEST,
    dispersion: float = 1.0,
    confidence: float = CONFIDENCE,
) -> Evaluation:
    """Whether there are fewer events than the comparison leads one to expect, and what may be said.

    Side by side: the counts; the weighted displacement difference (`wdd`), together and of the
    treated and the displacement areas apart; the ratio of rate ratios (`rirr`); the weighted
    displacement quotient (`wdq`) and the total net effect, which have no interval. Each supposes
    something else, and says so. One with a test, named before the figures are looked at, carries
    the claim: whoever takes the best of several finds too much.

    It refuses to claim anything where there is no comparison, where a count is missing (or 0, for
    ``rirr``), where periods or areas are unequal and not weighted, where the counts rest on too few
    events, and where the areas were picked by the counts that they are held against. And it never
    claims what caused a difference.

    Args:
        counts: `ArmCount` rows of one evaluation, a row an arm and phase, as `arm_counts` makes
            them. Needs `force`, `evaluation_id`, `arm`, `phase` and what else they have. An arm
            without rows was not counted.
        claim: The method that carries the claim: ``"wdd"``, where areas that are alike would have
            changed by as many events; ``"rirr"``, where they would by the same factor.
        good: Which way is good: ``"fewer"`` events or ``"more"``.
        weights: What `wdd` divides the counts by, of ``"days"`` and ``"hectares"``; the figures are
            then in events of the treated areas in a time like that after. With ``[]`` counts are
            taken as they are, though areas be unequal. Of periods that are unequal, ``rirr`` takes
            rates, and the days cancel.
        picked_on_before: Whether the treated areas were picked by the counts of the period before;
            None where nobody says.
        fewest: The fewest effective events on which a claim may rest; of `wdd`, a quarter of them
            in the treated and in the comparison areas alone. See `stats.power`.
        dispersion: How many times the variance of the counts is that of Poisson numbers; 1 or more.
        confidence: Of intervals and claim, between 0 and 1.

    Returns:
        An `Evaluation`: `verdict`, one of ``fewer``, ``more``, ``no_change_shown`` and
        ``cannot_say``; `words`; `counts` and `figures` as pandas frames. What is undefined is null,
        with a caveat that says why.

    Raises:
        ValueError: If an argument is none that there is.
        MixedRowsError: If rows are of several forces, evaluations or kinds of event; if an area is
            in two arms, or days are in both phases, for they would be counted twice; if arms are
            counted over different days, or an arm has other areas after than before.
        ValidationError, MissingColumnsError, ColumnTypeError: If the rows are wrong.

    Source:
        See `stats.displacement`. West Midlands Police, Neighbourhood Policing, board paper of 15
        October 2019, paragraphs 8, 9 and 17. Areas that were picked for being high: Farrington &
        Welsh, How important is "regression to the mean" in area-based crime prevention research?,
        Crime Prevention and Community Safety 8 (2006), 50-60.

    >>> from npolicing.entities import ArmCount
    >>> paper = {"treated": (207, 110), "comparison": (308, 318), "displacement": (178, 157),
    ...          "displacement_comparison": (150, 140)}
    >>> rows = [ArmCount(force="AVS", evaluation_id="E1", arm=arm, phase=phase, events=events)
    ...         for arm, both in paper.items()
    ...         for phase, events in zip(("before", "after"), both)]
    >>> found = evaluate(rows, claim="wdd", picked_on_before=False)
    >>> found.verdict
    'fewer'
    >>> found.figures[["method", "estimate", "low", "high"]].head(1).round(1).values.tolist()
    [['wdd', -118.0, -195.6, -40.4]]
    """
    check_word("claim", claim, get_args(ClaimMethod))
    check_word("good", good, get_args(Wanted))
    refuse_outside("dispersion", dispersion, at_least=1)
    refuse_outside("fewest", fewest)
    check_confidence(confidence)
    arms = arms_of(counts, weights)
    found = figures_of(arms, dispersion, confidence)
    common = _common(arms, picked_on_before=picked_on_before)
    made = claimed(found, claim, common, fewest=fewest, good=good, confidence=confidence)
    rows = [_row(each, claim, made, confidence) for each in found.values()]
    return Evaluation(
        claim=claim,
        verdict=made.verdict,
        amount=amount(found[claim]),
        words=_words(made, found[claim]),
        caveats=made.caveats,
        counted=next((row.counted for row in arms.rows.values()), None),
        confidence=confidence,
        dispersion=dispersion,
        counts=to_pandas(Records(EvaluatedCount, _counts(arms))),
        figures=to_pandas(Records(EvaluatedFigure, rows)),
    )


def _common(arms: Arms, *, picked_on_before: bool | None) -> Sequence[EvaluationCaveat]:
    """Caveats that are of the evaluation as a whole."""
    found: list[EvaluationCaveat] = []
    if picked_on_before is not False:
        found.append("picked_on_before" if picked_on_before else "picking_not_said")
    if any(row.unplaced for row in arms.rows.values()):
        found.append("unplaced_events")
    if not arms.has("displacement"):
        found.append("no_displacement")
    return found


def _row(found: Figured, claim: ClaimMethod, made: Claim, confidence: float) -> EvaluatedFigure:
    carries = found.method == claim
    caveats = made.caveats if carries else found.caveats
    return EvaluatedFigure(
        method=found.method,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        effective_events=found.effective_events,
        assumption=ASSUMPTIONS[found.method],
        carries_claim=carries,
        verdict=made.verdict if carries else None,
        caveats=" ".join(caveats) or None,
        words=f"{figure_words(found, confidence)}.",
    )


def _words(made: Claim, own: Figured) -> tuple[str, ...]:
    said = [made.words, f"It supposes: {ASSUMPTIONS[own.method]}", CAUTION]
    return (*said, *(CAVEATS[each] for each in made.caveats))


def _counts(arms: Arms) -> list[EvaluatedCount]:
    found = []
    for arm, phase in listed_rows(arms):
        row = arms.rows.get((arm, phase))
        found.append(
            EvaluatedCount(
                arm=arm,
                phase=phase,
                events=arms.events(arm, phase),
                areas=len(row.areas) or None if row else None,
                days=days_of(row) if row else None,
                hectares=row.hectares if row else None,
                exposure=arms.exposure(arm, phase),
            )
        )
    return found
