"""Two periods held against one another: the ratio of their daily rates, and its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import attrs
import numpy as np
import pyarrow as pa

from npolicing._columns import Column
from npolicing.measures._logs import Counts, Figure, Flags
from npolicing.stats.rate_ratios import rate_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RatioHigh", "RatioLow", "Span", "compared"]

RatioLow = Annotated[
    float | None,
    Column(
        "Lower limit of the interval of the rate ratio; null with it, or without a dispersion.",
        unit="ratio",
        ge=0,
    ),
]
RatioHigh = Annotated[
    float | None,
    Column(
        "Upper limit of the interval of the rate ratio; null with it, or without a dispersion.",
        unit="ratio",
        ge=0,
    ),
]


@attrs.frozen(eq=False)
class Span:
    """What each group counts in a period.

    Attributes:
        counts: The counts.
        unknown: Where they are not known.
        days: How many days the period has.
    """

    counts: Counts
    unknown: Flags
    days: int

    @property
    def known(self) -> NDArray[np.float64]:
        """The counts; NaN where they are not known."""
        return np.where(self.unknown, np.nan, self.counts)

    def column(self) -> Figure:
        """The counts; null where they are not known."""
        return pa.array(self.counts, mask=self.unknown)


def compared(
    later: Span, earlier: Span, dispersion: NDArray[np.float64], confidence: float
) -> Mapping[str, Figure]:
    """Later over earlier, of daily rates: the change, the ratio, its interval and its p-value."""
    found = rate_ratio(
        later.known,
        later.days,
        earlier.known,
        earlier.days,
        method="score",
        dispersion=dispersion,
        confidence=confidence,
    )
    estimate, low = np.asarray(found.estimate), np.asarray(found.low)
    figures = {
        "delta_per_day": later.known / later.days - earlier.known / earlier.days,
        "rate_ratio": estimate,
        # Of an earlier count of 0 there is a lower limit, but nothing that it is the limit of.
        "low": np.where(np.isnan(estimate), np.nan, low),
        "high": np.asarray(found.high),
        "p_value": np.asarray(found.p_value),
        "dispersion": dispersion,
    }
    return {name: pa.array(each, from_pandas=True) for name, each in figures.items()}
