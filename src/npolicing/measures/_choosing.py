"""What is chosen among places by their combined ranks, why not others, and how far it stands."""

from __future__ import annotations

import math
from typing import Self

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.errors import Failure, ValidationError
from npolicing.measures._places import Places
from npolicing.measures._standing import Standing
from npolicing.stats.multicriteria import Choice, choose, dominance, ranks
from npolicing.stats.stability import acceptability, resampled_choice
from npolicing.vocabulary import NotChosen, ProposalCaveat

__all__ = ["Chosen", "Cut", "Values"]

Values = list[object]
"""A column of the result: a value a place."""


@attrs.frozen(kw_only=True, eq=False)
class Cut:
    """How much is taken: so many places, or so many residents."""

    sizes: NDArray[np.float64]
    limit: float

    @classmethod
    def of(cls, places: Places, areas: int | None, population_share: float | None) -> Self:
        """A cut after a number of places, or a share of all residents.

        Raises:
            ValidationError: If residents are asked for and unknown.
        """
        residents = places.column("population")
        if population_share is None:
            return cls(sizes=np.ones(len(residents)), limit=float(areas or 0))
        unknown = [
            Failure(
                code="NULL", rule="known, for population_share", column="population", value=code
            )
            for code, people in zip(places.table["place"].to_pylist(), residents, strict=True)
            if np.isnan(people)
        ]
        if unknown:
            raise ValidationError("Place", unknown)
        return cls(sizes=residents, limit=population_share * float(residents.sum()))


@attrs.frozen(kw_only=True, eq=False)
class Chosen:
    """What is chosen under the weights that were asked for."""

    standing: Standing
    weights: NDArray[np.float64]
    cut: Cut
    times: NDArray[np.int64]
    ranks: NDArray[np.float64]
    choice: Choice

    @classmethod
    def of(cls, standing: Standing, weights: NDArray[np.float64], cut: Cut) -> Self:
        """The choice: those that qualify, from the top of their combined rank."""
        order, times = ranks(standing.quotients), standing.times_met()
        found = choose(
            order,
            weights=weights,
            eligible=times >= standing.needed,
            sizes=cut.sizes,
            limit=cut.limit,
        )
        return cls(
            standing=standing, weights=weights, cut=cut, times=times, ranks=order, choice=found
        )

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Which places qualify."""
        return self.times >= self.standing.needed

    @property
    def known(self) -> NDArray[np.bool_]:
        """Of which places each figure is known that ranks are made of."""
        return ~np.isnan(self.choice.combined)

    def columns(self) -> dict[str, Values]:
        """What the choice comes to."""
        number, over = len(self.times), dominance(self.standing.quotients)
        return {
            "criteria": [len(self.standing.names)] * number,
            "criteria_needed": [self.standing.needed] * number,
            "criteria_met": self.times.tolist(),
            "combined_rank": self.choice.combined.tolist(),
            "rank": self._where_known(self.choice.position),
            "dominated_by": self._where_known(over.dominated_by),
            "on_front": self._where_known(over.on_front),
            "chosen": self.choice.chosen.tolist(),
            "why_not": [*self._why_not()],
            "caveat": [self._caveat()] * number,
        }

    def resampled(self, draws: int, seed: int) -> dict[str, Values]:
        """How often each place is taken when the counts are drawn anew, and where its rank goes."""
        names, number = ("chosen_resampled", "rank_low", "rank_high"), len(self.times)
        if draws == 0:
            return {name: [None] * number for name in names}
        found = resampled_choice(
            self.standing.redrawn,
            weights=self.weights,
            places=number,
            sizes=self.cut.sizes,
            limit=self.cut.limit,
            draws=draws,
            seed=seed,
            confidence=self.standing.asked.confidence,
        )
        values = (self._where_known(each) for each in (found.chosen, found.low, found.high))
        return dict(zip(names, values, strict=True))

    def reweighted(self, draws: int, seed: int) -> dict[str, Values]:
        """How many of all weights take each place; null where there are no others."""
        if draws == 0 or len(self.ranks) == 1:
            return {"chosen_reweighted": [None] * len(self.times)}
        found = acceptability(
            self.ranks,
            eligible=self.eligible,
            sizes=self.cut.sizes,
            limit=self.cut.limit,
            draws=draws,
            seed=seed,
        )
        return {"chosen_reweighted": self._where_known(found)}

    def _caveat(self) -> ProposalCaveat | None:
        taken = self.choice.chosen
        if not taken.any():
            return "none_qualify"
        short = self.cut.sizes[taken].sum() < self.cut.limit * (1 - 1e-12)
        return "fewer_than_asked" if short else None

    def _why_not(self) -> list[NotChosen | None]:
        taken = self.choice.combined[self.choice.chosen]
        last = taken.max() if taken.size else math.nan
        # As many more as are needed may be among those that nobody knows.
        lacks = self.standing.needed - self.times
        unsure = ~self.known | ((lacks > 0) & (lacks <= self.standing.times_unsure()))
        words: list[NotChosen | None] = []
        for at, chosen in enumerate(self.choice.chosen):
            if chosen:
                words.append(None)
            elif unsure[at]:
                words.append("unknown")
            elif lacks[at] > 0:
                words.append("not_disproportionate")
            else:
                level = self.choice.combined[at] == last
                words.append("level_at_the_cut" if level else "beyond_the_cut")
        return words

    def _where_known(self, values: NDArray[np.generic]) -> Values:
        return [
            value if there else None
            for value, there in zip(values.tolist(), self.known, strict=True)
        ]
