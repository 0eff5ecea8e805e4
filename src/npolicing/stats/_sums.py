"""Probabilities of counts, summed where they matter: round the mean, not from 0 to infinity."""

from __future__ import annotations

import math

import numpy as np

from npolicing.stats._arrays import Array

__all__ = ["binomial_weights", "poisson_weights"]


def poisson_weights(mean: float, exponent: float) -> tuple[Array, Array]:
    """The counts round a Poisson mean, and how likely each is.

    Beyond them is less than 2 e^-exponent, by Bernstein's bound. The likelihoods are built up from one count to the next, which is
    exact where logarithms of factorials lose their last digits, and made to add up to 1.
    """
    counts = _within(mean, mean, exponent, math.inf)
    return counts, _built_up(np.log(mean / counts[1:]))


def binomial_weights(trials: int, p: float, exponent: float) -> tuple[Array, Array]:
    """As `poisson_weights`, for how many of some trials succeed; `p` is between 0 and 1."""
    counts = _within(trials * p, trials * p * (1 - p), exponent, trials)
    steps = (trials - counts[1:] + 1) / counts[1:] * (p / (1 - p))
    return counts, _built_up(np.log(steps))


def _within(mean: float, variance: float, exponent: float, most: float) -> Array:
    # x with x² / (2 (variance + x / 3)) = exponent.
    reach = exponent / 3 + math.sqrt(exponent**2 / 9 + 2 * exponent * variance)
    first, last = max(math.floor(mean - reach), 0), min(math.ceil(mean + reach), most)
    return np.arange(first, last + 1, dtype=np.float64)


def _built_up(log_steps: Array) -> Array:
    logs = np.concatenate([[0.0], np.cumsum(log_steps)])
    weights = np.exp(logs - logs.max())
    found: Array = weights / weights.sum()
    return found
