"""Where places stand on each criterion: what a choice among them goes by, and draws of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np

from npolicing.errors import Failure, MissingTargetError, UnknownCodeError, ValidationError
from npolicing.measures._asked import check_number, check_whole_number
from npolicing.measures._disproportions import (
    Against,
    Amounts,
    Held,
    amounts_of,
    held,
    quotients_of,
)
from npolicing.measures._places import COLUMNS, Places
from npolicing.stats.stability import redrawn_counts, redrawn_sums
from npolicing.vocabulary import CRITERIA, Criterion

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Standing"]

# Two wards all of whose residents are deprived are level, whatever a division's last digit says.
_PLACES = 9


@attrs.frozen(kw_only=True, eq=False)
class Standing:
    """Where each place stands on each criterion.

    Attributes:
        places: The places.
        asked: What they are held against.
        held: The figures of each criterion, whether it takes part or not.
        names: The criteria that take part, in the paper's order.
        needed: On how many of them a place must be above 1.
    """

    places: Places
    asked: Against
    held: Mapping[Criterion, Held]
    names: tuple[Criterion, ...]
    needed: int

    @classmethod
    def of(cls, places: Places, asked: Against, at_least: int | None) -> Standing:
        """The criteria of which any place has a figure.

        Raises:
            ValidationError: If there is none, or one has counts and its figures are unknown;
                if more are needed than places can be judged on.
            ValueError: If `at_least` is not from 1 to the number of those.
        """
        wholes = places.wholes()
        found = {name: held(places, wholes, name, asked)[0] for name in CRITERIA}
        names = tuple(name for name in CRITERIA if _known(found[name]))
        if places.table.num_rows:
            _refuse_gaps(places, asked, found)
            if not names:
                raise ValidationError("Place", [_no_criterion()])
        most = len(names) or 1
        if at_least is not None:
            check_whole_number("at_least", at_least, 1)
        if at_least is not None and at_least > most:
            raise ValueError(f"at_least is from 1 to the {most} criteria with data, not {at_least}")
        standing = cls(places=places, asked=asked, held=found, names=names, needed=at_least or most)
        standing.refuse_unjudged()
        return standing

    def refuse_unjudged(self) -> None:
        """Refuse a rule by which no place could ever qualify, as harm has no variance anywhere.

        Raises:
            ValidationError: If more criteria are needed than places can be judged on.
        """
        if "harm" not in self.names or "no_variance" not in self.held["harm"].caveats:
            return
        without_harm = len(self.names) - 1
        if self.needed <= without_harm or not np.isnan(self.bound("harm")).all():
            return
        count, variance = self.places.counted("harm"), self.places.variance("harm")
        rule = "above 0 where there is harm"
        if without_harm:
            rule = f"{rule}, or at_least is {without_harm} or less"
        wrong = ~(variance > 0) & ~((count == 0) & (variance == 0)) & ~np.isnan(count)
        codes = np.array(self.places.table["place"].to_pylist())[wrong].tolist()
        raise ValidationError(
            "Place",
            [Failure(code="NULL", rule=rule, column="harm_variance", value=code) for code in codes],
        )

    @property
    def quotients(self) -> NDArray[np.float64]:
        """Location quotients: a row a criterion that takes part, a column a place."""
        return np.stack([self.quotient(name) for name in self.names])

    def quotient(self, criterion: Criterion) -> NDArray[np.float64]:
        """What places are ranked by."""
        return np.round(self.held[criterion].figures["location_quotient"], _PLACES)

    def met(self, criterion: Criterion) -> list[bool | None]:
        """Whether each place is above 1 beyond chance; null where nobody knows."""
        bound = self.bound(criterion)
        return [None if np.isnan(each) else bool(each > 1) for each in bound]

    def bound(self, criterion: Criterion) -> NDArray[np.float64]:
        """What must be above 1: the lower limit, or the figure itself where chance moves none."""
        column = "location_quotient" if criterion == "deprivation" else "location_quotient_low"
        return np.round(self.held[criterion].figures[column], _PLACES)

    def times_met(self) -> NDArray[np.int64]:
        """On how many criteria each place is above 1 beyond chance."""
        found: NDArray[np.int64] = np.sum(
            [self.bound(name) > 1 for name in self.names], axis=0, dtype=np.int64
        )
        return found

    def times_unsure(self) -> NDArray[np.int64]:
        """On how many of them nobody knows."""
        found: NDArray[np.int64] = np.sum(
            [np.isnan(self.bound(name)) for name in self.names], axis=0, dtype=np.int64
        )
        return found

    def weights(self, given: Mapping[Criterion, float] | None) -> NDArray[np.float64]:
        """The weights of the criteria that take part, which add up to 1.

        Raises:
            UnknownCodeError: If one is of what is no criterion.
            MissingTargetError: If one is missing, or of a criterion that takes no part.
            ValueError: If one is negative, infinite or NaN, or all are 0.
            TypeError: If one is no number.
        """
        asked = dict.fromkeys(self.names, 1.0) if given is None else dict(given)
        unknown = [str(name) for name in asked if name not in CRITERIA]
        if unknown:
            raise UnknownCodeError("criterion", ", ".join(unknown), CRITERIA)
        if set(asked) != set(self.names):
            raise MissingTargetError(
                f"weights are of {', '.join(asked) or 'none'}, and {', '.join(self.names)} have "
                "data: give each of these a weight, 0 for one that shall not count, and no other."
            )
        numbers = np.array(
            [
                check_number(f"the weight of {name} is a number, 0 or more", asked[name])
                for name in self.names
            ]
        )
        if not ((numbers >= 0).all() and numbers.sum() > 0):
            raise ValueError(f"weights are 0 or more, and one of them above 0, not {dict(asked)}")
        found: NDArray[np.float64] = numbers / numbers.sum()
        return found

    def redrawn(
        self, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Draws of the quotients, and of who qualifies by them."""
        quotients = np.empty((draws, len(self.names), self.places.table.num_rows))
        times = np.zeros(quotients[:, 0].shape, dtype=np.int64)
        for at, name in enumerate(self.names):
            figures, bound = self._redrawn(name, rng, draws)
            quotients[:, at] = figures
            times += bound > 1
        return quotients, times >= self.needed

    def _redrawn(
        self, criterion: Criterion, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if criterion == "deprivation":
            return self.quotient(criterion), self.bound(criterion)
        own, whole = amounts_of(self.places, self.places.wholes(), criterion, self.asked)
        # Counts that vary less than Poisson numbers are drawn as these.
        phi = max(self.asked.dispersion, 1.0)
        if criterion == "harm":
            # As in its interval: the weight of its own crimes, or that of all if it is graver.
            graver = np.maximum(own.variance, own.count * whole.variance / whole.count)
            count = redrawn_sums(own.count, graver, rng=rng, draws=draws, dispersion=phi)
        else:
            count = redrawn_counts(own.count, rng=rng, draws=draws, dispersion=phi)
        weight = own.variance / np.where(own.count > 0, own.count, np.nan)
        drawn = attrs.evolve(
            own, count=count, variance=np.where(own.count == 0, 0.0, count * weight)
        )
        _, found = quotients_of(drawn, _whole_of(drawn, whole), self.asked)
        return np.round(found.estimate, _PLACES), np.round(found.low, _PLACES)


def _whole_of(drawn: Amounts, whole: Amounts) -> Amounts:
    """What the places that are part of the whole come to in each draw."""
    part = ~np.isnan(whole.count)
    count, variance = (
        np.where(part, np.where(part, each, 0.0).sum(axis=1, keepdims=True), np.nan)
        for each in (drawn.count, drawn.variance)
    )
    return attrs.evolve(whole, count=count, variance=variance)


def _known(figures: Held) -> bool:
    return bool((~np.isnan(figures.figures["location_quotient"])).any())


def _no_criterion() -> Failure:
    return Failure(
        code="NULL", rule="at least one of them is counted", column=", ".join(COLUMNS.values())
    )


def _refuse_gaps(places: Places, asked: Against, found: Mapping[Criterion, Held]) -> None:
    """Refuse a criterion that is counted, and of which nobody knows a share: none falls out unseen.

    Where nothing at all was counted there is no share either, and nothing to find out.
    """
    codes, failures = places.table["place"].to_pylist(), dict[Failure, None]()
    for name, each in found.items():
        count, base = each.figures["count"], each.figures["base"]
        counted = np.nansum(count) if asked.empty_count == "leave_out" else count.sum()
        if _known(each) or np.isnan(count).all() or counted == 0:
            continue
        for column, wrong, rule in (
            (COLUMNS[name], np.isnan(count), "known of each place, unless empty_count='leave_out'"),
            (asked.base_of(name), ~(base > 0), "above 0, unless empty_base='leave_out'"),
        ):
            for code in np.array(codes)[wrong].tolist():
                failures[Failure(code="NULL", rule=rule, column=column, value=code)] = None
    if failures:
        raise ValidationError("Place", [*failures])
