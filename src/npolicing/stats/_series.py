"""A series as it is asked for: numbers at even steps, long enough, and without a gap."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np

from npolicing.stats._arrays import Array, numbers, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["season_of", "series_of", "whole"]


def series_of(values: ArrayLike, *, least: int, why: str, name: str = "values") -> Array:
    """A series of `least` numbers or more.

    Raises:
        TypeError: If it is not of numbers.
        ValueError: If it is too short, has a gap, or is no single row of numbers.
    """
    (series,) = numbers(**{name: values})
    if series.ndim != 1:
        raise ValueError(f"{name} is one series, not an array of {series.ndim} dimensions")
    gaps = np.flatnonzero(np.isnan(series))
    if len(gaps):
        more = f" and {len(gaps) - 1} more" if len(gaps) > 1 else ""
        raise ValueError(
            f"{name} has a gap at index {gaps[0]}{more}: what is not known is no 0. Begin after "
            f"it, or fill it with figures that you can defend."
        )
    if len(series) < least:
        raise ValueError(f"{name} has {len(series)} points; {why} needs {least}")
    refuse(np.abs(series) > 1e100, name, series, "at most 1e100 in size")
    return series


def season_of(period: int) -> int:
    """How many points make a whole turn: 2 or more."""
    return whole("period", period, least=2)


def whole(name: str, number: int, *, least: int) -> int:
    """A whole number that is not below its least.

    Raises:
        TypeError: If it is no whole number.
        ValueError: If it is too small.
    """
    found = index(number)
    if found < least:
        raise ValueError(f"{name} is a whole number of {least} or more, not {found}")
    return found
