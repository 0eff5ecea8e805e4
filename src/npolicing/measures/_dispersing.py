"""How much more the days of a group vary than chance alone would have them: their dispersion."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing._columns import Column
from npolicing._tally.cells import zeroed
from npolicing.measures._logs import Counts, Groups
from npolicing.measures._months import DAY, Months
from npolicing.stats import rates

__all__ = ["Dispersion", "DispersionColumn", "dispersions"]

Dispersion: TypeAlias = float | Literal["daily"]
"""Of counts: out of the daily ones, or stated; 1 is a plain Poisson interval."""
DispersionColumn = Annotated[
    float | None,
    Column(
        "How many times the variance is that of Poisson numbers: out of the daily counts, each "
        "held against those of its weekday and month, or as stated; null where there are no days.",
        unit="ratio",
        ge=0,
    ),
]


def dispersions(
    asked: Dispersion, months: Months, groups: Groups, counted: Counts
) -> NDArray[np.float64]:
    """The dispersion of each group; NaN where the rows have no days, or too few.

    A day on which the force has logs, and the group has none, is 0.
    """
    if asked != "daily":
        return np.full(groups.number, float(asked))
    found = np.full(groups.number, np.nan)
    if DAY not in months.cells.table.column_names:
        return found
    column = months.cells.table[DAY].combine_chunks()
    given = mask(column.is_valid())
    days = zeroed(column.cast("int32")).to_numpy().astype(np.int64)
    forces = months.forces()
    for group in range(groups.number):
        own = given & (groups.codes == group)
        known = np.unique(days[given & np.isin(forces, forces[own])])
        counts = np.zeros(len(known))
        np.add.at(counts, np.searchsorted(known, days[own]), counted[own])
        # 1 January 1970 was a Thursday.
        month = known.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        found[group] = rates.dispersion(counts, groups=month * 7 + (known + 3) % 7)
    return found
