"""What every statistic does with its arguments, and with what it gives back."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LEAST",
    "Array",
    "Floats",
    "counts_of",
    "given_back",
    "numbers",
    "refuse",
    "refuse_above",
    "refuse_below",
    "refuse_fractions",
    "two_sided_p",
    "z_of",
]

Array = NDArray[np.float64]
"""What is computed with."""
Floats = float | Array
"""What comes back: a float for numbers, an array of the broadcast shape for arrays."""
LEAST = 1e-12
"""The least that is counted, of parts that weights have made."""
_MOST = 2.0**63
"""The most: an int64 holds no more. Of 1e20 SciPy before 1.17 seeks some limits for ever."""


def numbers(**given: ArrayLike) -> tuple[Array, ...]:
    """Arguments, by their names, as float64 arrays of one shape; NaN stays NaN.

    Raises:
        TypeError: If one is not of numbers.
        ValueError: If one has an infinite number, or their shapes do not go together.
    """
    arrays = {name: _floats(name, value) for name, value in given.items()}
    for name, array in arrays.items():
        refuse(np.isinf(array), name, array, "a finite number")
    try:
        return tuple(np.broadcast_arrays(*arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"these shapes do not go together: {shapes}") from error


def counts_of(**given: ArrayLike) -> tuple[Array, ...]:
    """As `numbers`, and none of them below 0: counts, exposures, numbers of trials.

    What no count can be, beyond 9.2e18 or between 0 and 1e-12, is refused too: of far larger or
    smaller ones, squares and products would leave the floats, and give infinity or 0 for a figure.
    """
    arrays = numbers(**given)
    for name, array in zip(given, arrays, strict=True):
        refuse_below(name, array, 0)
        refuse(array > _MOST, name, array, f"at most {_MOST:.2g}")
        refuse((array > 0) & (array < LEAST), name, array, f"0, or at least {LEAST:g}")
    return arrays


def refuse(wrong: NDArray[np.bool_], name: str, array: Array, what: str) -> None:
    """Refuse the first number that is wrong, by the argument's name and its place.

    Raises:
        ValueError: If any is wrong.
    """
    if not wrong.any():
        return
    place = tuple(np.argwhere(wrong)[0].tolist())
    where = f", at index {place[0] if len(place) == 1 else place}" if place else ""
    raise ValueError(f"{name} is {what}, not {array[place]:.15g}{where}")


def refuse_below(name: str, array: Array, least: float) -> None:
    """Refuse numbers below a bound; NaN is none."""
    refuse(array < least, name, array, f"at least {least:g}")


def refuse_above(name: str, array: Array, bound: str, most: Array) -> None:
    """Refuse numbers above those of another argument, such as more successes than trials."""
    refuse(array > most, name, array, f"at most {bound}")


def refuse_fractions(name: str, array: Array) -> None:
    """Refuse what is no whole number, where a method counts one by one."""
    refuse(array % 1 > 0, name, array, "a whole number")


def given_back(array: Array) -> Floats:
    """A result as it is handed out: a float, if it is of numbers; NaN for what is infinite."""
    finite = np.where(np.isinf(array), np.nan, array)
    return float(finite) if finite.ndim == 0 else finite


def z_of(confidence: float) -> float:
    """The standard normal deviate of a two-sided confidence: 1.96 for 0.95.

    Raises:
        ValueError: If it is not between 0 and 1.
        TypeError: If it is no number.
    """
    try:
        known = 0 < confidence < 1
    except TypeError:
        words = f"confidence is a number, as 0.95 for 95 %, not {confidence!r}"
        raise TypeError(words) from None
    if not known:
        raise ValueError(f"confidence is between 0 and 1, as 0.95 for 95 %, not {confidence}")
    return -NormalDist().inv_cdf((1 - confidence) / 2)


def two_sided_p(z: Array) -> Array:
    """How often a standard normal number is as far from 0 as `z`, or farther."""
    found: Array = _ERFC(np.abs(z) / math.sqrt(2))
    return found


_ERFC = np.vectorize(math.erfc, otypes=[np.float64])


def _floats(name: str, value: ArrayLike) -> Array:
    array = np.asarray(value)
    texts = array.dtype.kind == "O" and any(isinstance(each, str) for each in array.flat)
    if texts or array.dtype.kind not in "biufO":
        raise TypeError(f"{name} is not of numbers: {value!r:.60}")
    try:
        if array.dtype.kind == "O":
            # numpy has no number for pandas' missing value.
            known = [math.nan if str(each) == "<NA>" else each for each in array.flat]
            return np.array(known, dtype=np.float64).reshape(array.shape)
        # Of the array, for pandas 2.2 makes no floats of a column with such a value.
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} is not of numbers: {value!r:.60}") from error
