"""Counts as series: a row a group, a column a month, and which months its force has rows of."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.calendar import days_in_month, month_at, month_number
from npolicing.measures._logs import Counts, Flags, Groups
from npolicing.measures._months import Count, Months

__all__ = ["MonthSeries", "months_in"]

Floats = NDArray[np.float64]


def months_in(rows: Months) -> NDArray[np.intp]:
    """The month of each row, as a number."""
    month = rows.cells.table["month"].combine_chunks().dictionary_encode()
    numbers = [month_number(str(each)) for each in month.dictionary.to_pylist()]
    found: NDArray[np.intp] = np.array(numbers, dtype=np.intp)[month.indices.to_numpy()]
    return found


@attrs.frozen(eq=False)
class MonthSeries:
    """Series of counts that end with the same month.

    Attributes:
        months: The months, without a break.
        days: How many days each has.
        counts: A row a series; what is not covered is 0 here.
        covered: In which months each of the forces of a series has rows.
    """

    months: Sequence[str]
    days: Counts
    counts: Counts
    covered: Flags

    @classmethod
    def of(cls, rows: Months, groups: Groups, count: Count, first: int, last: int) -> MonthSeries:
        """The series of groups, from one month to another, both by their numbers."""
        at = months_in(rows)
        inside = (at >= first) & (at <= last)
        places = at[inside] - first
        counts = np.zeros((groups.number, last - first + 1), dtype=np.int64)
        np.add.at(counts, (groups.codes[inside], places), rows.counted(count)[inside])
        forces = rows.forces()
        has = np.zeros((int(forces.max(initial=-1)) + 1, counts.shape[1]), dtype=np.bool_)
        has[forces[inside], places] = True
        covered = np.ones(counts.shape, dtype=np.bool_)
        for group, force in {*zip(groups.codes.tolist(), forces.tolist(), strict=True)}:
            covered[group] &= has[force]
        months = [month_at(each) for each in range(first, last + 1)]
        return cls(months, np.array([days_in_month(each) for each in months]), counts, covered)

    def only(self, rows: NDArray[np.intp]) -> MonthSeries:
        """Some of the series."""
        return attrs.evolve(self, counts=self.counts[rows], covered=self.covered[rows])

    def since(self, first: int) -> MonthSeries:
        """The series from a place on."""
        return MonthSeries(
            self.months[first:], self.days[first:], self.counts[:, first:], self.covered[:, first:]
        )

    def begins(self) -> NDArray[np.intp]:
        """The place of the first month that each series covers; the end, where it covers none."""
        return np.where(self.covered.any(axis=1), self.covered.argmax(axis=1), len(self.months))

    def last_gaps(self) -> NDArray[np.intp]:
        """The place of the last month after the first that is not covered; -1 without one."""
        gap = ~self.covered & (np.arange(len(self.months)) >= self.begins()[:, None])
        return np.where(gap.any(axis=1), len(self.months) - 1 - gap[:, ::-1].argmax(axis=1), -1)

    def counted(self, place: int) -> Floats:
        """The counts of a month; NaN where it is not covered."""
        return np.where(self.covered[:, place], self.counts[:, place], np.nan)
