"""The figures of places held against one another, on one criterion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs
import numpy as np

from npolicing.measures._places import Places, Wholes
from npolicing.stats.intervals import wilson
from npolicing.stats.rate_ratios import rate_ratio
from npolicing.vocabulary import Criterion, PlaceBase, PlaceCaveat

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Against", "Empty", "Held", "held"]

Empty = Literal["keep", "leave_out"]
"""Whether a place without a base, or without a count, is part of the whole."""
_Numbers: TypeAlias = "NDArray[np.float64]"
_Flags: TypeAlias = "NDArray[np.bool_]"


@attrs.frozen(kw_only=True)
class Against:
    """How places are held against one another; as in `disproportion`."""

    base: PlaceBase
    empty_base: Empty
    empty_count: Empty
    confidence: float
    dispersion: float

    def base_of(self, criterion: Criterion) -> PlaceBase:
        """The base of a criterion: that of deprived residents is always the residents."""
        return "population" if criterion == "deprivation" else self.base


@attrs.frozen(eq=False)
class Held:
    """Figures by name and their caveats; NaN and None where there is none."""

    figures: Mapping[str, _Numbers]
    caveats: list[PlaceCaveat | None]


@attrs.frozen(kw_only=True, eq=False)
class _Amounts:
    """A count, its base and its variance: of each place, or of each whole."""

    count: _Numbers
    base: _Numbers
    variance: _Numbers

    def of_each(self, wholes: Wholes, out: _Flags) -> _Amounts:
        """Those of each place's whole; NaN for a place that is no part of it."""
        count, base, variance = (
            np.where(out, np.nan, wholes.each(each))
            for each in (self.count, self.base, self.variance)
        )
        return _Amounts(count=count, base=base, variance=variance)

    def less(self, other: _Amounts) -> _Amounts:
        """What is left of a whole without a place."""
        return _Amounts(
            count=self.count - other.count,
            base=self.base - other.base,
            variance=self.variance - other.variance,
        )

    def rate(self) -> _Numbers:
        """Count over base."""
        return _over(self.count, self.base)


def held(places: Places, wholes: Wholes, criterion: Criterion, asked: Against) -> tuple[Held, Held]:
    """A criterion's figures of each place, and those of each whole."""
    own = _Amounts(
        count=places.counted(criterion),
        base=places.column(asked.base_of(criterion)),
        variance=places.variance(criterion),
    )
    out = np.zeros(len(own.count), dtype=np.bool_)
    if asked.empty_base == "leave_out":
        out |= ~(own.base > 0)
    if asked.empty_count == "leave_out":
        out |= np.isnan(own.count)
    whole = _sums(own, wholes, out)
    # Where nobody knows the count of any place, the whole has none; else it lacks a part.
    any_known = wholes.sum((~np.isnan(own.count)).astype(np.float64)) > 0
    return (
        _of_places(own, whole.of_each(wholes, out), criterion, asked),
        _of_wholes(whole, any_known),
    )


def _sums(own: _Amounts, wholes: Wholes, out: _Flags) -> _Amounts:
    """What the places of each whole come to; NaN where none is part of it."""
    parts = wholes.sum((~out).astype(np.float64))
    count, base, variance = (
        np.where(parts > 0, wholes.sum(np.where(out, 0.0, each)), np.nan)
        for each in (own.count, own.base, own.variance)
    )
    return _Amounts(count=count, base=base, variance=variance)


def _of_places(own: _Amounts, whole: _Amounts, criterion: Criterion, asked: Against) -> Held:
    elsewhere = whole.less(own)
    share, base_share = _over(own.count, whole.count), _over(own.base, whole.base)
    events = _events(own, elsewhere, whole) / asked.dispersion
    quotient = _over(share, base_share)
    found = wilson(share * events, events, confidence=asked.confidence)
    ratio = rate_ratio(
        share * events,
        own.base,
        (1 - share) * events,
        elsewhere.base,
        method="score",
        confidence=asked.confidence,
    )
    # A share of all has an interval only beside another place.
    beside = np.where(elsewhere.base > 0, base_share, np.nan)
    rates = _over(own.rate(), elsewhere.rate())
    known = {
        "location_quotient_low": _over(np.asarray(found.low), beside),
        "location_quotient_high": _over(np.asarray(found.high), beside),
        # Without any elsewhere there is a lower limit, but nothing that it is the limit of.
        "rate_ratio_low": np.where(np.isnan(rates), np.nan, np.asarray(ratio.low)),
        "rate_ratio_high": np.asarray(ratio.high),
    }
    figures = {
        "count": own.count,
        "base": own.base,
        "count_share": share,
        "base_share": base_share,
        "location_quotient": quotient,
        "rate": own.rate(),
        "rate_elsewhere": elsewhere.rate(),
        "rate_ratio": rates,
        **known,
    }
    return Held(figures, _caveats(own, whole, events, fixed=criterion == "deprivation"))


def _of_wholes(whole: _Amounts, any_known: _Flags) -> Held:
    figures = {
        "count": whole.count,
        "base": whole.base,
        "count_share": _over(whole.count, whole.count),
        "base_share": _over(whole.base, whole.base),
        "rate": whole.rate(),
    }
    return Held(
        figures,
        _first(
            {
                "no_data": ~any_known,
                "count_incomplete": np.isnan(whole.count),
                "base_incomplete": np.isnan(whole.base),
                "no_base": whole.base == 0,
                "none_counted": whole.count == 0,
            }
        ),
    )


def _events(own: _Amounts, elsewhere: _Amounts, whole: _Amounts) -> _Numbers:
    """How many events of one weight would tell as much of a share as those that were counted.

    Of plain counts it is their sum. The weight of an event is the variance over the count: that of
    the part itself, or that of the whole where it is greater, for a part that had no grave crime in
    one month may have one in the next.
    """
    usual = _over(whole.variance, whole.count)
    here, there = (np.maximum(_weight(part), usual) for part in (own, elsewhere))
    return _over(whole.count**2, here * elsewhere.count + there * own.count)


def _weight(part: _Amounts) -> _Numbers:
    """Variance over count; NaN where something was counted, and nobody knows its variance."""
    known = (part.count == 0) | (part.variance > 0)
    return np.where(known, part.variance / np.where(part.count == 0, 1, part.count), np.nan)


def _caveats(
    own: _Amounts, whole: _Amounts, events: _Numbers, *, fixed: bool
) -> list[PlaceCaveat | None]:
    return _first(
        {
            "no_data": np.isnan(own.count),
            "no_base": ~(own.base > 0),
            "count_incomplete": np.isnan(whole.count),
            "base_incomplete": np.isnan(whole.base),
            "none_counted": whole.count == 0,
            "no_elsewhere": whole.base == own.base,
            "none_elsewhere": whole.count == own.count,
            "fixed_count": np.full(len(events), fixed),
            "no_variance": np.isnan(events),
        }
    )


def _first(flags: Mapping[PlaceCaveat, _Flags]) -> list[PlaceCaveat | None]:
    """The first caveat that holds of each row."""
    names: list[PlaceCaveat | None] = [*flags, None]
    rows = len(next(iter(flags.values())))
    table = np.array([*flags.values(), np.ones(rows, dtype=np.bool_)])
    return [names[at] for at in table.argmax(axis=0).tolist()]


def _over(part: _Numbers, whole: _Numbers) -> _Numbers:
    """A part over its whole; NaN where that is 0."""
    return part / np.where(whole == 0, np.nan, whole)
