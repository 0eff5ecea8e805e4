"""How often an evaluation would find what a response did, and how often what it did not do.

Ask before the response begins: an evaluation of too few events finds nothing, whatever was
achieved, and then says nothing either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import attrs
import numpy as np

from npolicing.stats._arrays import Array, Floats, given_back, numbers, refuse
from npolicing.stats.displacement import BeforeAfter, ratio_of_rate_ratios, wdd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FEWEST", "LEAST", "ClaimMethod", "EvaluationPower", "evaluation_power"]

ClaimMethod = Literal["wdd", "rirr"]
FEWEST = 50
"""The fewest effective events on which a claim may rest, unless another number is asked for."""
LEAST = 1 / 4
"""The share of those that the treated and the comparison areas each have by themselves, for `wdd`:
half of what either would have if they were alike."""


@attrs.frozen(kw_only=True, eq=False)
class EvaluationPower:
    """What simulated evaluations claim, as shares from 0 to 1: floats, or arrays of one shape.

    Attributes:
        fewer: Claims of fewer events than to be expected.
        more: Claims of more.
        refused: Evaluations that may claim nothing, for they rest on too few events, or an arm has
            none, or fewer than none would be expected.
        draws: How many were simulated; a share p is off by some ``√(p (1 - p) / draws)``.
        method: The method that carries the claim.
    """

    fewer: Floats
    more: Floats
    refused: Floats
    draws: int
    method: ClaimMethod


def evaluation_power(
    treated: ArrayLike,
    comparison: ArrayLike,
    *,
    method: ClaimMethod,
    reduction: ArrayLike = 0.0,
    displacement: ArrayLike | None = None,
    displacement_comparison: ArrayLike | None = None,
    moved: ArrayLike = 0.0,
    trend: ArrayLike = 0.0,
    sizes: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    after_length: float = 1.0,
    dispersion: float = 1.0,
    stated_dispersion: float | None = None,
    fewest: float = FEWEST,
    confidence: float = 0.95,
    draws: int = 20_000,
    seed: int = 2019,
) -> EvaluationPower:
    """How often a method claims an effect, from simulated counts; the same each time.

    Each count is drawn by itself, as a Poisson number; with a dispersion above 1, as a negative
    binomial one of so many times the variance. Without the response all areas follow one trend: on
    the linear scale for ``wdd``, on that of ratios for ``rirr``, as each supposes. At a reduction
    of 0 every claim is false, and `fewer` and `more` together are the level that the test has. Real
    areas do not follow one trend so well: then false claims are more than these.

    Args:
        treated: Events to expect before in the treated areas; above 0.
        comparison: The same in the comparison areas.
        method: Which carries the claim: ``wdd`` or ``rirr``.
        reduction: Which share of the treated areas' events the response takes away; negative where
            it adds to them.
        displacement: Events to expect before next to the treated areas; for ``wdd`` alone.
        displacement_comparison: The same in the areas that those are compared with.
        moved: Which share of what is taken away turns up in the displacement areas; negative for
            diffusion of benefits.
        trend: What all areas change by anyhow: for ``wdd``, in events for each size, as a share of
            what the treated have; for ``rirr``, as a share of each.
        sizes: Of the four arms, in the order of the arguments, such as their hectares: ``wdd``
            weighs by them and by time.
        after_length: How long the period after is, where that before is 1.
        dispersion: How many times the variance of the counts is that of Poisson numbers; 1 or more.
        stated_dispersion: What the test is told that it is; the truth without.
        fewest: The fewest effective events on which a claim may rest; of ``wdd``, a quarter of them
            in the treated and in the comparison areas alone.
        confidence: Of the test, between 0 and 1.
        draws: How many evaluations to simulate.
        seed: Of the random numbers.

    Raises:
        ValueError: If an expected number would not be above 0, only one displacement arm is given
            or is given to ``rirr``, or an argument is out of its bounds.

    Source:
        A simulation. The tests are those of `displacement`.

    >>> asked = evaluation_power(100, 100, method="rirr", reduction=[0.0, 0.2, 0.5])
    >>> asked.fewer.round(2).tolist()
    [0.02, 0.19, 0.88]
    """
    _refuse(method, displacement, displacement_comparison, draws)
    stated = dispersion if stated_dispersion is None else stated_dispersion
    refuse_outside("dispersion", dispersion, at_least=1)
    refuse_outside("stated_dispersion", stated, at_least=1)
    refuse_outside("after_length", after_length)
    refuse_outside("fewest", fewest)
    arms = [treated, comparison]
    if displacement is not None and displacement_comparison is not None:
        arms += [displacement, displacement_comparison]
    *before, cut, gone, drift = numbers(
        **dict(zip(_NAMES, arms, strict=False)), reduction=reduction, moved=moved, trend=trend
    )
    for name, each in zip(_NAMES, before, strict=False):
        refuse(~(each > 0), name, each, "above 0")
    over = _sizes(sizes, len(before))
    after = _without_response(method, before, drift, over)
    taken = after[0] * cut
    after[0] = after[0] - taken
    if len(after) > 2:
        after[2] = after[2] + taken * gone
    for name, each in zip(_NAMES, after, strict=False):
        refuse(~(each >= 0), f"{name} after", each, "at least 0; ask for less trend or reduction")
    shape = cut.shape
    world = _World(
        method=method,
        sizes=over,
        length=after_length,
        dispersion=dispersion,
        stated=stated,
        fewest=fewest,
        confidence=confidence,
        draws=draws,
        seed=seed,
    )
    columns = [np.stack([each.ravel() for each in part], axis=1) for part in (before, after)]
    shares = np.array([world.shares(*each) for each in zip(*columns, strict=True)])
    fewer, more, refused = (given_back(each.reshape(shape)) for each in shares.T)
    return EvaluationPower(fewer=fewer, more=more, refused=refused, draws=draws, method=method)


_NAMES = ("treated", "comparison", "displacement", "displacement_comparison")


def _refuse(
    method: str,
    displacement: ArrayLike | None,
    displacement_comparison: ArrayLike | None,
    draws: int,
) -> None:
    if method not in get_args(ClaimMethod):
        raise ValueError(f"method is one of {', '.join(get_args(ClaimMethod))}, not {method!r}")
    if (displacement is None) != (displacement_comparison is None):
        raise ValueError("displacement and displacement_comparison belong together")
    if displacement is not None and method == "rirr":
        raise ValueError("rirr is of treated and comparison areas; wdd takes displacement areas")
    if not draws >= 1 or draws % 1:
        raise ValueError(f"draws is a whole number of 1 or more, not {draws!r}")


def refuse_outside(name: str, value: float, *, at_least: float | None = None) -> None:
    """Refuse a number that is not finite, or not above 0 or at least as large as another.

    Raises:
        ValueError: With the number.
    """
    within = value > 0 if at_least is None else value >= at_least
    if not within or not math.isfinite(value):
        bound = "above 0" if at_least is None else f"at least {at_least:g}"
        raise ValueError(f"{name} is {bound} and finite, not {value}")


def _sizes(sizes: Sequence[float], arms: int) -> Array:
    given = np.asarray(sizes, dtype=np.float64)
    if given.ndim != 1 or len(given) < arms or not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(f"sizes has a number above 0 for each of the {arms} arms, not {sizes!r}")
    return given[:arms]


def _without_response(method: str, before: list[Array], drift: Array, sizes: Array) -> list[Array]:
    """What to expect after, over as long as before, if nothing were done: the trend alone."""
    if method == "rirr":
        return [each * (1 + drift) for each in before]
    by_size = drift * before[0] / sizes[0]
    return [each + by_size * size for each, size in zip(before, sizes, strict=True)]


@attrs.frozen(kw_only=True, eq=False)
class _World:
    """How counts are drawn and tested."""

    method: ClaimMethod
    sizes: Array
    length: float
    dispersion: float
    stated: float
    fewest: float
    confidence: float
    draws: int
    seed: int

    def shares(self, before: Array, after: Array) -> tuple[float, float, float]:
        """Claims of fewer, of more, and those refused, where so much is expected."""
        # The same numbers for each question, so that one does not hang on what else is asked.
        random = np.random.default_rng(self.seed)
        arms = [
            BeforeAfter(self._drawn(random, first), self._drawn(random, then * self.length), *over)
            for first, then, over in zip(before, after, self._exposures(), strict=True)
        ]
        above, enough, p_values = self._tested(*arms)
        claims = enough & (np.asarray(p_values) < 1 - self.confidence)
        down = np.asarray(above) < 0
        fewer, more, refused = claims & down, claims & ~down, ~enough
        return float(fewer.mean()), float(more.mean()), float(refused.mean())

    def _tested(
        self,
        treated: BeforeAfter,
        comparison: BeforeAfter,
        displacement: BeforeAfter | None = None,
        displacement_comparison: BeforeAfter | None = None,
    ) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """What is above 0 where there are more, whether a claim may be made, and the p-value."""
        if self.method == "rirr":
            ratio = ratio_of_rate_ratios(
                treated, comparison, dispersion=self.stated, confidence=self.confidence
            )
            enough = np.asarray(ratio.effective_events) >= self.fewest
            return ratio.log_ratio, enough, ratio.p_value
        found = wdd(
            treated,
            comparison,
            displacement=displacement,
            displacement_comparison=displacement_comparison,
            dispersion=self.stated,
            confidence=self.confidence,
        )
        enough = np.asarray(found.effective_events) >= self.fewest
        enough &= np.asarray(found.least_events) >= LEAST * self.fewest
        # The published test alone says "fewer" too often after a short period.
        p_values = np.maximum(found.p_value, found.likelihood_p_value)
        return found.estimate, enough & found.readable, p_values

    def _exposures(self) -> list[tuple[float, float]]:
        return [(size, size * self.length) for size in self.sizes.tolist()]

    def _drawn(self, random: np.random.Generator, mean: float) -> Array:
        means: Array | float = mean
        if self.dispersion > 1 and mean > 0:
            # A Poisson number whose mean is a gamma one has this variance.
            spare = self.dispersion - 1
            means = random.gamma(mean / spare, spare, self.draws)
        drawn: Array = random.poisson(means, self.draws).astype(np.float64)
        return drawn
