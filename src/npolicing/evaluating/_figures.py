"""The figures of an evaluation: each with its interval, its assumption and its caveats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.evaluating._arms import PHASES, Arms
from npolicing.stats.displacement import BeforeAfter, ratio_of_rate_ratios, wdd, wdq
from npolicing.stats.intervals import Interval
from npolicing.vocabulary import Arm, EvaluationCaveat, EvaluationMethod, EvaluationVerdict

__all__ = ["ASSUMPTIONS", "EvaluatedFigure", "Figured", "figures_of"]

ASSUMPTIONS: dict[EvaluationMethod, str] = {
    "wdd": (
        "Without the response, treated and comparison areas would have changed by as many events "
        "(over their weights); each event comes by itself."
    ),
    "wdd_treated": "As wdd, of treated and comparison areas alone.",
    "wdd_displacement": "As wdd, of the displacement areas and what they are compared with.",
    "rirr": (
        "Without the response, treated and comparison areas would have changed by the same factor; "
        "each event comes by itself."
    ),
    "wdq": (
        "Without the response, treated, displacement and comparison areas would have changed by "
        "the same factor; there is no valid interval."
    ),
    "total_net_effect": (
        "As wdq: events prevented in treated and displacement areas, if both had followed the "
        "comparison; without an interval."
    ),
}
"""What each figure supposes, in words."""


@attrs.frozen(kw_only=True)
class EvaluatedFigure(Record):
    """One figure of an evaluation: what it is, how sure, and what must be said beside it."""

    method: Annotated[EvaluationMethod, Column("The figure, by its method.", key=True)]
    estimate: Annotated[
        float | None,
        Column(
            "The figure: of wdd, events more than to be expected; of rirr, by which factor more; "
            "of wdq, the quotient; of total_net_effect, events fewer. Null where undefined."
        ),
    ] = None
    low: Annotated[float | None, Column("Lower limit; null where it has no interval.")] = None
    high: Annotated[float | None, Column("Upper limit; null where it has no interval.")] = None
    p_value: Annotated[
        float | None,
        Column("Two-sided, of no difference; null where there is no test.", ge=0, le=1),
    ] = None
    effective_events: Annotated[
        float | None,
        Column("How many events the test rests on; null where there is none.", unit="events", ge=0),
    ] = None
    assumption: Annotated[str, Column("What it supposes, in a sentence.")]
    carries_claim: Annotated[
        bool,
        Column("Whether it was named beforehand to carry the claim; the others claim nothing."),
    ]
    verdict: Annotated[
        EvaluationVerdict | None,
        Column("What may be claimed; null for figures that carry no claim."),
    ] = None
    caveats: Annotated[
        str | None,
        Column("Codes of what must be said beside it, with a blank between; null without any."),
    ] = None
    words: Annotated[str, Column("The figure in a sentence.")]


@attrs.frozen(kw_only=True)
class Figured:
    """One figure, before anything is claimed."""

    method: EvaluationMethod
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    effective_events: float | None = None
    likelihood_p_value: float | None = None
    least_events: float | None = None
    caveats: tuple[EvaluationCaveat, ...] = ()

    def surprising(self, confidence: float) -> bool:
        """Whether chance alone would seldom give as much, by each test that there is."""
        tests = [each for each in (self.p_value, self.likelihood_p_value) if each is not None]
        return bool(tests) and max(tests) < 1 - confidence


def figures_of(
    arms: Arms, dispersion: float, confidence: float
) -> Mapping[EvaluationMethod, Figured]:
    """All figures of the counts, each with the caveats of its own."""
    beside: tuple[Arm, ...] = ("displacement", "displacement_comparison")
    both = all(arms.has(arm) for arm in beside)
    asked = (dispersion, confidence)
    main: tuple[Arm, ...] = ("treated", "comparison")
    parts = [
        _wdd(arms, "wdd", (*main, *(beside if both else ())), *asked),
        _wdd(arms, "wdd_treated", main, *asked),
        _wdd(arms, "wdd_displacement", beside, *asked),
        _rirr(arms, *asked),
        *_quotient(arms),
    ]
    return {each.method: each for each in parts}


def _wdd(
    arms: Arms, method: EvaluationMethod, of: tuple[Arm, ...], dispersion: float, confidence: float
) -> Figured:
    caveats = _of_counts(arms, of, method)
    if not caveats:
        caveats = _of_exposures(arms, of)
    if method == "wdd" and len(of) == 2 and arms.has("displacement"):
        caveats += ["displacement_not_compared"]
    if any(each in _UNDEFINED for each in caveats):
        return Figured(method=method, caveats=tuple(caveats))
    first, second, *beside = (arms.pair(arm) for arm in of)
    found = wdd(
        first,
        second,
        displacement=beside[0] if beside else None,
        displacement_comparison=beside[1] if beside else None,
        dispersion=dispersion,
        confidence=confidence,
    )
    caveats += _of_zeros(arms, of, readable=bool(found.readable))
    own = attrs.evolve(
        _of(method, found, found.p_value, found.effective_events, caveats),
        likelihood_p_value=_number(found.likelihood_p_value),
        least_events=_number(found.least_events),
    )
    if own.p_value is not None and own.p_value < 1 - confidence and not own.surprising(confidence):
        return attrs.evolve(own, caveats=(*own.caveats, "not_by_likelihood"))
    return own


def _of_zeros(arms: Arms, of: tuple[Arm, ...], *, readable: bool) -> list[EvaluationCaveat]:
    """What there is to say of a difference in which a count is 0, or would be less."""
    counts = [_events(arms, arm) for arm in of]
    if not all(any(own) for own in counts):
        return ["nothing_counted"]
    caveats: list[EvaluationCaveat] = [] if readable else ["expected_below_zero"]
    return caveats if all(all(own) for own in counts) else [*caveats, "zero_in_difference"]


_UNDEFINED: tuple[EvaluationCaveat, ...] = (
    "no_comparison",
    "no_displacement",
    "unknown_count",
    "zero_count",
    "unequal_periods",
    "unequal_areas",
    "unknown_exposure",
)


def _rirr(arms: Arms, dispersion: float, confidence: float) -> Figured:
    of: tuple[Arm, ...] = ("treated", "comparison")
    caveats = _of_counts(arms, of, "rirr")
    if not caveats and any(arms.events(arm, phase) == 0 for arm in of for phase in PHASES):
        caveats = ["zero_count"]
    if caveats:
        return Figured(method="rirr", caveats=tuple(caveats))
    # All arms of a phase are of the same days, and an arm of the same areas, so that both cancel in
    # the ratio. How many events it rests on hangs on the days all the same.
    days = arms.days if all(arms.days) else (1, 1)
    treated, comparison = (BeforeAfter(*_events(arms, arm), *days) for arm in of)
    found = ratio_of_rate_ratios(treated, comparison, dispersion=dispersion, confidence=confidence)
    caveats = ["displacement_left_out"] if arms.has("displacement") else []
    return _of("rirr", found, found.p_value, found.effective_events, caveats)


def _quotient(arms: Arms) -> list[Figured]:
    of: tuple[Arm, ...] = ("treated", "displacement", "comparison")
    caveats = _of_counts(arms, of, "wdq")
    if caveats:
        own = tuple(caveats)
        return [Figured(method="wdq", caveats=own), Figured(method="total_net_effect", caveats=own)]
    treated, displacement, comparison = (BeforeAfter(*_events(arms, arm)) for arm in of)
    found = wdq(treated, comparison, displacement=displacement)
    zero = any(arms.events(arm, phase) == 0 for arm in of for phase in PHASES)
    if zero:
        caveats += ["zero_count"]
    elif not found.readable:
        caveats += ["no_success"]
    total = _number(found.total_net_effect)
    return [
        Figured(method="wdq", estimate=_number(found.wdq), caveats=tuple(caveats)),
        Figured(
            method="total_net_effect",
            estimate=total,
            caveats=("zero_count",) if total is None else (),
        ),
    ]


def _of_counts(arms: Arms, of: tuple[Arm, ...], method: EvaluationMethod) -> list[EvaluationCaveat]:
    """Why a figure of some arms has no counts to rest on."""
    if method in ("wdq", "wdd_displacement") and not arms.has("displacement"):
        return ["no_displacement"]
    if method == "wdd_displacement" and not arms.has("displacement_comparison"):
        return ["displacement_not_compared", "no_comparison"]
    if "comparison" in of and not arms.has("comparison"):
        return ["no_comparison"]
    return [] if arms.known(*of) else ["unknown_count"]


def _of_exposures(arms: Arms, of: tuple[Arm, ...]) -> list[EvaluationCaveat]:
    """Why counts cannot be taken from one another as they are."""
    if any(arms.exposure(arm, phase) is None for arm in of for phase in PHASES):
        return ["unknown_exposure"]
    caveats: list[EvaluationCaveat] = []
    if "days" not in arms.weights:
        equal = arms.equal_periods
        caveats += ["unequal_periods"] if equal is False else []
        caveats += ["unknown_periods"] if equal is None else []
    if "hectares" not in arms.weights and not arms.as_they_are:
        equal = arms.equal_areas(of)
        caveats += ["unequal_areas"] if equal is False else []
        caveats += ["unknown_areas"] if equal is None else []
    return caveats


def _events(arms: Arms, arm: Arm) -> list[int]:
    found = (arms.events(arm, phase) for phase in PHASES)
    return [each for each in found if each is not None]


def _of(
    method: EvaluationMethod,
    found: Interval,
    p_value: object,
    events: object,
    caveats: list[EvaluationCaveat],
) -> Figured:
    return Figured(
        method=method,
        estimate=_number(found.estimate),
        low=_number(found.low),
        high=_number(found.high),
        p_value=_number(p_value),
        effective_events=_number(events),
        caveats=tuple(caveats),
    )


def _number(value: object) -> float | None:
    number = float(str(value))
    return None if math.isnan(number) else number
