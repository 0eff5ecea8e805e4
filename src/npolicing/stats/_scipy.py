"""The functions of SciPy that statistics need, loaded when one is first asked for."""

from __future__ import annotations

from types import ModuleType

from npolicing.stats._arrays import Array

__all__ = [
    "beta_cdf",
    "beta_odds_quantile",
    "beta_sf",
    "binomial_cdf",
    "chi2_sf",
    "gamma_quantile",
    "gamma_upper_quantile",
    "poisson_cdf",
    "poisson_sf",
]


def _special() -> ModuleType:
    try:
        from scipy import special  # noqa: PLC0415 # not everybody has it, and it is slow to load
    except ModuleNotFoundError as error:
        words = 'this needs SciPy: pip install "npolicing[stats]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    found: ModuleType = special
    return found


def gamma_quantile(shape: Array, tail: float) -> Array:
    """Where a gamma variable of scale 1 has `tail` below it."""
    found: Array = _special().gammaincinv(shape, tail)
    return found


def gamma_upper_quantile(shape: Array, tail: float) -> Array:
    """Where a gamma variable of scale 1 has `tail` above it."""
    found: Array = _special().gammainccinv(shape, tail)
    return found


def beta_odds_quantile(a: Array, b: Array, tail: float) -> Array:
    """The odds p / (1 - p) where a beta variable has `tail` below p; exact near p = 1, too."""
    special = _special()
    found: Array = special.betaincinv(a, b, tail) / special.betainccinv(b, a, tail)
    return found


def beta_cdf(a: Array, b: Array, p: Array) -> Array:
    """How much of a beta variable is below `p`."""
    found: Array = _special().betainc(a, b, p)
    return found


def beta_sf(a: Array, b: Array, p: Array) -> Array:
    """How much of a beta variable is above `p`."""
    found: Array = _special().betaincc(a, b, p)
    return found


def binomial_cdf(k: Array, n: Array, p: float) -> Array:
    """How often at most `k` of `n` succeed. SciPy's `bdtr` is NaN for very large counts."""
    found: Array = _special().betaincc(k + 1, n - k, p)
    return found


def poisson_cdf(k: Array, mean: Array | float) -> Array:
    """How often a Poisson count is `k` or fewer."""
    found: Array = _special().pdtr(k, mean)
    return found


def poisson_sf(k: Array, mean: Array | float) -> Array:
    """How often a Poisson count is above `k`."""
    found: Array = _special().pdtrc(k, mean)
    return found


def chi2_sf(statistic: float, degrees: int) -> float:
    """How often a chi-squared variable is above `statistic`."""
    return float(_special().chdtrc(degrees, statistic))
