"""Many tests at once: which of them are still surprising, once it is known how many were tried.

Of twenty areas where nothing happened, one is "significant at 5 %" each month. Benjamini and
Hochberg's adjustment bounds the share of false alarms among those that are flagged, on average; it
does not say which of them are false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from npolicing.stats._arrays import Floats, given_back, numbers, refuse_above, refuse_below

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["benjamini_hochberg"]


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """P-values adjusted for how many there are, by Benjamini and Hochberg's false discovery rate.

    With m p-values ascending, the i-th becomes the least of ``p_j m / j`` over j from i to m, at
    most 1. Flag those below 0.05, and on average at most 5 % of the flagged are false, if the
    tests are independent or lean the same way.

    Args:
        p_values: From 0 to 1, in any order and shape. NaN stays NaN and does not count in m: no
            test was made there.

    Returns:
        The adjusted ones, in the places of the others.

    Raises:
        ValueError: If one is not from 0 to 1.

    Source:
        Benjamini & Hochberg, Controlling the false discovery rate, Journal of the Royal
        Statistical Society B 57 (1995), 289-300.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.02, 0.04, 0.04, 0.02]
    """
    (given,) = numbers(p_values=p_values)
    refuse_below("p_values", given, 0)
    refuse_above("p_values", given, "1", np.ones_like(given))
    flat = given.ravel()
    order = np.argsort(flat)  # NaN last
    known = order[: np.count_nonzero(~np.isnan(flat))]
    scaled = flat[known] * len(known) / np.arange(1, len(known) + 1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[known] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return given_back(adjusted.reshape(given.shape))
