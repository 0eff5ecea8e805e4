"""Before and after, here and there: whether a response is followed by fewer events than without it.

Each method takes areas where something was done, the treated, and areas where it was not, the
comparison, and asks whether the treated changed otherwise. Two of them also look next door, where
events may have gone (displacement) or become fewer as well (diffusion of benefits). What would have
happened without the response nobody has seen: each method supposes that the treated would have
changed as the comparison did, either by as many events (`wdd`) or by the same factor
(`ratio_of_rate_ratios`, `wdq`). Areas that were picked because they were high come down by
themselves, and no figure here takes that out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from npolicing.stats._arrays import Array, counts_of, given_back, refuse, two_sided_p, z_of
from npolicing.stats._before_after import (
    BeforeAfter,
    DisplacementQuotient,
    RatioOfRateRatios,
    WeightedDifference,
    arm_of,
    spread_evenly,
    truths,
    unless_0,
)
from npolicing.stats._changes import change_of, effective_events
from npolicing.stats._likelihood import deviance_of_none

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "BeforeAfter",
    "DisplacementQuotient",
    "RatioOfRateRatios",
    "WeightedDifference",
    "ratio_of_rate_ratios",
    "wdd",
    "wdq",
]


def wdd(
    treated: BeforeAfter,
    comparison: BeforeAfter,
    *,
    displacement: BeforeAfter | None = None,
    displacement_comparison: BeforeAfter | None = None,
    dispersion: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> WeightedDifference:
    """Wheeler and Ratcliffe's weighted displacement difference: events more than to be expected.

    ``WDD = ΔT - ΔC + ΔD - ΔE`` where each Δ is the count after over its weight, less the count
    before over its own: of the treated, the comparison, the displacement areas and those that
    these are compared with. ``Var = φ Σ n / w²`` over the counts, ``z = WDD / √Var``, and the
    interval is ``WDD ∓ z √Var``.

    It supposes that without the response treated and comparison would have changed by as many
    events (over their weights), and that events come one by one. Where they come in clusters, the
    variance is larger than their number, and without a `dispersion` the interval is too narrow.

    Its p-value takes each count for its own variance, so that after a short period too many say
    "fewer": a low count seems surer than it is. `likelihood_p_value` does not: it is of the
    likelihood ratio, with the counts that would be likeliest if there were no difference,
    ``2 Σ n log(1 + λ a) / φ`` with ``a = ±1/w`` and the λ at which ``Σ a n / (1 + λ a) = 0``. Of
    equal weights both are nearly one. A claim asks for both.

    Args:
        treated: Areas with the response.
        comparison: Areas without it.
        displacement: Areas next to the treated, where events may have gone.
        displacement_comparison: What those are compared with; needed with them, for else their
            trend would count as an effect.
        dispersion: How many times the variance is that of Poisson numbers (`rates.dispersion`);
            above 0.
        confidence: Of the interval, between 0 and 1.

    Returns:
        NaN where an exposure is 0 or unknown; no limits and no p-value where all counts are 0. Not
        readable where an arm has no event, or fewer than none are expected: the estimate is there
        all the same.

    Raises:
        ValueError: If a number is negative, the dispersion is 0, or only one of the two
            displacement arms is given.

    Source:
        Wheeler & Ratcliffe, A simple weighted displacement difference test to evaluate place based
        crime interventions, Crime Science 7:11 (2018). Dispersion: McCullagh & Nelder, Generalized
        Linear Models, 2nd ed. (1989), 6.2. Likelihood ratio: Wilks, The large-sample distribution
        of the likelihood ratio for testing composite hypotheses, Annals of Mathematical Statistics
        9 (1938), 60-62.

    >>> found = wdd(
    ...     BeforeAfter(207, 110), BeforeAfter(308, 318),
    ...     displacement=BeforeAfter(178, 157), displacement_comparison=BeforeAfter(150, 140),
    ... )
    >>> f"{found.estimate:.0f}, {found.low:.0f} to {found.high:.0f}, z = {found.statistic:.2f}"
    '-118, -196 to -40, z = -2.98'
    """
    if (displacement is None) != (displacement_comparison is None):
        raise ValueError(
            "displacement and displacement_comparison belong together: without what they are "
            "compared with, the trend of the displacement areas would count as an effect"
        )
    (phi,) = counts_of(dispersion=dispersion)
    refuse(phi == 0, "dispersion", phi, "above 0")
    changed, compared = [change_of("treated", treated)], [change_of("comparison", comparison)]
    if displacement is not None and displacement_comparison is not None:
        changed.append(change_of("displacement", displacement))
        compared.append(change_of("displacement_comparison", displacement_comparison))
    estimate = _sum(each.change for each in changed) - _sum(each.change for each in compared)
    arms = [*changed, *compared]
    variance = _sum(each.variance for each in arms)
    even, fourth = _sum(each.even for each in arms), _sum(each.fourth for each in arms)
    signs = [1.0] * len(changed) + [-1.0] * len(compared)
    deviance = deviance_of_none(
        [count for each in arms for count in each.counts],
        [sign * over for sign, each in zip(signs, arms, strict=True) for over in each.weights],
    )
    readable = [each.events > 0 for each in arms]
    readable += [own.may_follow(other) for own, other in zip(changed, compared, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(variance == 0, np.nan, np.sqrt(phi * variance))
        z, half = estimate / error, z_of(confidence) * error
        return WeightedDifference(
            estimate=given_back(estimate),
            low=given_back(estimate - half),
            high=given_back(estimate + half),
            method="weighted displacement difference",
            standard_error=given_back(error),
            statistic=given_back(z),
            p_value=given_back(two_sided_p(z)),
            likelihood_p_value=given_back(two_sided_p(np.sqrt(deviance / phi) + 0 * z)),
            effective_events=given_back(effective_events(even, fourth) / phi),
            least_events=given_back(np.minimum(changed[0].effective, compared[0].effective) / phi),
            readable=truths(np.logical_and.reduce(np.broadcast_arrays(*readable))),
        )


def ratio_of_rate_ratios(
    treated: BeforeAfter,
    comparison: BeforeAfter,
    *,
    add: float = 0.0,
    dispersion: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> RatioOfRateRatios:
    """The relative incidence rate ratio (RIRR): by which factor there are more than to be expected.

    ``RIRR = (T1/T0) / (C1/C0)`` of rates, ``SE(log) = √(φ (1/T0 + 1/T1 + 1/C0 + 1/C1))`` and the
    interval is ``exp(log RIRR ∓ z SE)``. It is the interaction of a Poisson regression of the four
    counts. Exposures that an arm has before and after alike cancel.

    It supposes that without the response both would have changed by the same factor.

    Args:
        treated: Areas with the response.
        comparison: Areas without it.
        add: Added to each of the four counts, as 0.5 is where one of them is 0. It moves the
            estimate towards 1; say so where it is used.
        dispersion: How many times the variance is that of Poisson numbers; above 0.
        confidence: Of the interval, between 0 and 1.

    Returns:
        NaN where a count is 0 and nothing is added to it, and where an exposure is 0.

    Raises:
        ValueError: If a number is negative, or the dispersion is 0.

    Source:
        Braga & Weisburd, Does hot spots policing have meaningful impacts on crime?, Journal of
        Quantitative Criminology 38 (2022), 1-22. Wilson's estimator (2021), as Wheeler has it:
        Comparing the WDD vs the Wilson log IRR estimator (2021).

    >>> found = ratio_of_rate_ratios(BeforeAfter(50, 30), BeforeAfter(60, 55))
    >>> f"{found.estimate:.3f}, {found.low:.3f} to {found.high:.3f}"
    '0.655, 0.366 to 1.171'
    """
    t0, t1, t0_over, t1_over = arm_of("treated", treated)
    c0, c1, c0_over, c1_over = arm_of("comparison", comparison)
    added, phi = counts_of(add=add, dispersion=dispersion)
    refuse(phi == 0, "dispersion", phi, "above 0")
    t0, t1, c0, c1 = (unless_0(count + added) for count in (t0, t1, c0, c1))
    t0_over, t1_over, c0_over, c1_over = map(unless_0, (t0_over, t1_over, c0_over, c1_over))
    ratio = (t1 / t1_over) / (t0 / t0_over) / ((c1 / c1_over) / (c0 / c0_over))
    log = np.log(ratio)
    error = np.sqrt(phi * (1 / t0 + 1 / t1 + 1 / c0 + 1 / c1))
    even = (*spread_evenly(t0, t1, t0_over, t1_over), *spread_evenly(c0, c1, c0_over, c1_over))
    half = z_of(confidence) * error
    # Of next to no event there is no upper limit that is a number.
    with np.errstate(over="ignore"):
        low, high = np.exp(log - half), np.exp(log + half)
    return RatioOfRateRatios(
        estimate=given_back(ratio),
        low=given_back(low),
        high=given_back(high),
        method="ratio of rate ratios, Wald log",
        log_ratio=given_back(log),
        standard_error=given_back(error),
        statistic=given_back(log / error),
        p_value=given_back(two_sided_p(log / error)),
        effective_events=given_back(16 / _sum(1 / each for each in even) / phi),
    )


def wdq(
    treated: BeforeAfter, comparison: BeforeAfter, *, displacement: BeforeAfter
) -> DisplacementQuotient:
    """Bowers and Johnson's weighted displacement quotient, and the effects that go with it.

    With R treated, D displacement and C comparison areas, b before and a after:
    ``SM = Ra/Ca - Rb/Cb``, ``BDM = Da/Ca - Db/Cb`` and ``WDQ = BDM / SM``; the gross effect is
    ``Rb - Ra``, the net effect ``Rb/Cb - Ra/Ca``, and the total net effect
    ``[Rb (Ca/Cb) - Ra] + [Db (Ca/Cb) - Da]``.

    Above 1 diffusion of benefits is larger than the direct effect; from 0 to 1 there is diffusion;
    at 0 neither; from -1 to 0 some was displaced, less than was gained; at -1 all of it, and below
    more. It can be read only where there was a success (``SM < 0``): else a quotient of two wrongs
    looks like a right. It has no valid interval: take `wdd` for that.

    Args:
        treated: Areas with the response.
        comparison: Areas without a response.
        displacement: Areas next to the treated ones.

    Returns:
        The quotient is NaN where a count is 0 or the success measure is not below 0; the rest where
        it would divide by 0. Exposures are not used: the comparison, counted over the same time,
        stands for them.

    Raises:
        ValueError: If a number is negative.

    Source:
        Bowers & Johnson, Measuring the geographical displacement and diffusion of benefit effects
        of crime prevention activity, Journal of Quantitative Criminology 19 (2003), 275-301.
        Guerette, Analyzing crime displacement and diffusion, POP Center Tool Guide 10 (2009).

    >>> found = wdq(BeforeAfter(100, 50), BeforeAfter(100, 100), displacement=BeforeAfter(100, 150))
    >>> found.success_measure, found.buffer_measure, found.wdq, found.total_net_effect
    (-0.5, 0.5, -1.0, 0.0)
    """
    rb, ra, *_ = arm_of("treated", treated)
    db, da, *_ = arm_of("displacement", displacement)
    cb, ca, *_ = arm_of("comparison", comparison)
    rb, ra, db, da, cb, ca = np.broadcast_arrays(rb, ra, db, da, cb, ca)
    cb_or_none, ca_or_none = unless_0(cb), unless_0(ca)
    success = ra / ca_or_none - rb / cb_or_none
    buffer = da / ca_or_none - db / cb_or_none
    all_counted = np.minimum.reduce([rb, ra, db, da, cb, ca]) > 0
    readable = all_counted & (success < 0)
    trend = ca / cb_or_none
    return DisplacementQuotient(
        gross_effect=given_back(rb - ra),
        net_effect=given_back(-success),
        success_measure=given_back(success),
        buffer_measure=given_back(buffer),
        wdq=given_back(buffer / np.where(readable, success, np.nan)),
        total_net_effect=given_back((rb * trend - ra) + (db * trend - da)),
        readable=truths(readable),
    )


def _sum(parts: Iterable[Array]) -> Array:
    found: Array = np.sum(np.broadcast_arrays(*parts), axis=0)
    return found
