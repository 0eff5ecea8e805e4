"""The likelihood ratio test of a weighted sum of Poisson counts being 0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from npolicing.stats._arrays import Array

__all__ = ["deviance_of_none"]

_STEPS = 100
_NEAR = 1e-7
"""So many standard errors off the sum is 0. The deviance is off by the square of it."""


def deviance_of_none(counts: Sequence[Array], weights: Sequence[Array]) -> Array:
    """How much less likely counts are where ``Σ a μ = 0`` than by themselves, as twice the log.

    Of Poisson counts x the likeliest means under that are ``μ = x / (1 + λ a)``, with the λ at
    which ``Σ a x / (1 + λ a)`` is 0, and the deviance is ``2 Σ x log(1 + λ a)``: the largest that
    this is of any λ. It is about the square of a standard normal number.

    Args:
        counts: 0 or more, of one shape.
        weights: By which each is multiplied: some above 0 and some below.
    """
    x, a = np.stack(np.broadcast_arrays(*counts)), np.stack(np.broadcast_arrays(*weights))
    at = _multiplier(*np.broadcast_arrays(x, a))
    with np.errstate(divide="ignore", invalid="ignore"):
        # Of a count of 0 nothing is lost, even where its mean is the one that makes up the sum.
        parts = np.where(x == 0, 0 * x, x * np.log1p(at * a))
    # Rounding alone makes less than none.
    found: Array = np.maximum(2 * parts.sum(axis=0), 0.0)
    return found


def _multiplier(x: Array, a: Array) -> Array:
    """Newton's steps, and half of what is left where one leads out of the bounds."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low, high = -1 / a.max(axis=0), -1 / a.min(axis=0)
        near = _NEAR * np.sqrt((a**2 * x).sum(axis=0))
        at: Array = np.zeros_like(low)
        for _ in range(_STEPS):
            means = x / (1 + at * a)
            left = (a * means).sum(axis=0)
            open_ = np.abs(left) > near
            if not open_.any():
                break
            low, high = np.where(left > 0, at, low), np.where(left > 0, high, at)
            step = at + left / (a**2 * means / (1 + at * a)).sum(axis=0)
            inside = (step > low) & (step < high)
            at = np.where(open_, np.where(inside, step, (low + high) / 2), at)
    return at
