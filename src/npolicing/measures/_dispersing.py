"""How much more the days of a group vary than chance alone would have them: their dispersion."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import numpy as np

from npolicing._checks import mask
from npolicing._columns import Column
from npolicing._tally.cells import zeroed
from npolicing.measures._covered_days import months_of_days, weekdays
from npolicing.measures._logs import Counts, Flags, Groups
from npolicing.measures._months import DAY, Count, Days, Months
from npolicing.stats import rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Dispersion", "DispersionColumn", "days_for", "dispersions", "measured"]

Dispersion: TypeAlias = float | Literal["daily"]
"""Of counts: out of the daily ones, or stated; 1 is a plain Poisson interval."""
DispersionColumn = Annotated[
    float | None,
    Column(
        "How many times the variance is that of Poisson numbers: out of the daily counts, each "
        "held against those of its weekday and month, or as stated; null where the days are not "
        "known, or too few.",
        unit="ratio",
        ge=0,
    ),
]


def days_for(asked: object) -> Days:
    """Which days a tally needs for a dispersion.

    Raises:
        ValueError: If it is neither to come out of the days nor a number above 0.
    """
    return "where_known" if measured(asked, "daily") else "none"


def measured(asked: object, word: str) -> bool:
    """Whether a dispersion is to come out of the counts, as a word says, and is not stated.

    Raises:
        ValueError: If it is neither that word nor a number above 0.
    """
    if asked == word:
        return True
    if isinstance(asked, Real) and 0 < float(asked) < math.inf:
        return False
    raise ValueError(f"dispersion is {word!r}, or a number above 0, not {asked!r}")


def dispersions(
    asked: Dispersion, months: Months, groups: Groups, count: Count = "logs"
) -> NDArray[np.float64]:
    """The dispersion of each group; NaN where a log has no day, or its count is not known.

    A day on which the force has logs, and the group has none, is 0. One on which the force has no
    log is a gap, and left out.
    """
    if asked != "daily":
        return np.full(groups.number, float(asked))
    found = np.full(groups.number, np.nan)
    if DAY not in months.cells.table.column_names:
        return found
    column = months.cells.table[DAY].combine_chunks()
    given = mask(column.is_valid())
    days, at = np.unique(zeroed(column.cast("int32")).to_numpy(), return_inverse=True)
    counted = months.counted(count) * given
    lost = months.unknown(count) | (months.kept & ~given)
    forces = months.forces()
    gap = _gaps(forces[given], at[given], int(forces.max(initial=-1)) + 1, len(days))
    alike = _weekday_of_month(days)
    for group, rows in enumerate(groups.slices()):
        if not lost[rows].any():
            counts = np.bincount(at[rows], counted[rows], len(days))
            counts[gap[np.unique(forces[rows])].any(axis=0)] = np.nan
            found[group] = rates.dispersion(counts, groups=alike)
    return found


def _gaps(forces: Counts, days: NDArray[np.intp], number: int, length: int) -> Flags:
    """For each force and day, whether the force has no log of it."""
    gap = np.ones((number, length), dtype=np.bool_)
    gap[forces, days] = False
    return gap


def _weekday_of_month(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each weekday of each month."""
    return months_of_days(days) * 7 + weekdays(days)
