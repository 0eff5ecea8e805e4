"""The shape of made-up logs: shares, and tables that draw by them.

Published of West Midlands Police: logs a year, the share that is attended, July above February, and
that P6 is the neighbourhoods'. All else here is a guess that looks likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "ATTENDED",
    "CRIMES",
    "DAY_FACTORS",
    "FIRST_GRADES",
    "FIRST_KINDS",
    "GRADES",
    "GRADES_BY_MONTH",
    "HOURS",
    "KINDS",
    "LATER",
    "LOG_MEDIANS",
    "RESOLUTIONS",
    "RESOLVED",
    "RISING",
    "SPREADS",
    "STATES",
    "STATE_STATUSES",
    "STATUSES",
    "TEAMS",
    "UNITS",
    "WEEKDAYS",
    "draw",
    "drawing",
    "normal",
]

_CELLS = 4096
"""A share is kept to one part in so many: look-ups in small tables are what makes this fast."""


def drawing(*weights: Sequence[float]) -> NDArray[np.uint8]:
    """The inverse of each row's cumulative shares, as one table to look draws up in."""
    middles = (np.arange(_CELLS) + 0.5) / _CELLS
    found = []
    for row in weights:
        shares = np.cumsum(row) / np.sum(row)
        found.append(np.searchsorted(shares[:-1], middles, side="right").astype(np.uint8))
    return np.concatenate(found)


def draw(
    rng: np.random.Generator, table: NDArray[np.uint8], rows: NDArray[np.integer]
) -> NDArray[np.uint8]:
    """One draw for each of `rows`, which say by which row of the table."""
    cells = (rng.random(len(rows)) * _CELLS).astype(np.int32)
    cells += rows.astype(np.int32) * np.int32(_CELLS)
    return table[cells]


_SCORES = np.array([NormalDist().inv_cdf((i + 0.5) / _CELLS) for i in range(_CELLS)])
_STEPS = np.diff(_SCORES)


def normal(rng: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """Normal scores, cut off at some 3.7 deviations."""
    at = rng.random(rows) * (_CELLS - 1)
    cells = at.astype(np.int32)
    scores: NDArray[np.float64] = _SCORES[cells] + (at - cells) * _STEPS[cells]
    return scores


GRADES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9")
_GRADE_SHARES = np.array([0.13, 0.22, 0.10, 0.09, 0.06, 0.10, 0.08, 0.12, 0.10])
# A day's logs against the mean day's. With 850,599 logs a year July is some 25,000 above February.
_SEASON = np.array([0.90, 0.86, 0.92, 0.98, 1.05, 1.09, 1.13, 1.09, 1.03, 1.01, 0.98, 0.96])
_P6 = 5
_SWING = np.where(np.arange(len(GRADES)) == _P6, 1.8, 1.0)
_BY_MONTH = _GRADE_SHARES * (1 + np.outer(_SEASON - 1, _SWING))
DAY_FACTORS: NDArray[np.float64] = _BY_MONTH.sum(axis=1)
"""By month, January first."""
GRADES_BY_MONTH = drawing(*_BY_MONTH.tolist())

WEEKDAYS = np.array([0.97, 0.95, 0.96, 0.98, 1.06, 1.07, 1.01])
"""A day's logs against the mean day's, Monday first."""
_WORKING = [38, 28, 22, 18, 15, 16, 22, 34, 48, 55, 57, 58, 59, 59, 61, 66, 68, 68, 66, 63, 59, 54]
_WEEKEND = [64, 55, 47, 40, 30, 23, 22, 26, 35, 44, 51, 55, 57, 57, 57, 58, 59, 61, 63, 64, 64, 63]
HOURS = np.array([[*_WORKING, 50, 45]] * 4 + [[*_WORKING, 58, 60]] + [[*_WEEKEND, 64, 66]] * 2)
"""Logs by weekday and local hour, in parts of any whole."""

# In the order of the states: not attended, attended, not known.
STATES = (False, True, None)
_UNKNOWN = 0.008
_RATES = (0.84, 0.76, 0.49, 0.20, 0.10, 0.45, 0.05, 0.05, 0.02)
ATTENDED = drawing(*((1 - rate - _UNKNOWN, rate, _UNKNOWN) for rate in _RATES))

KINDS = ("neighbourhood", "response", "investigation", "public_protection", "hub", "other", None)
_LOW = (0.30, 0.46, 0.10, 0.02, 0.06, 0.05, 0.01)
_LATER_OFFICE = (0.06, 0.24, 0.56, 0.10, 0.02, 0.01, 0.01)
FIRST_KINDS = drawing(
    (0.05, 0.91, 0.01, 0.01, 0.00, 0.01, 0.01),
    (0.09, 0.86, 0.01, 0.01, 0.01, 0.01, 0.01),
    (0.12, 0.80, 0.03, 0.01, 0.02, 0.01, 0.01),
    _LATER_OFFICE,
    _LATER_OFFICE,
    (0.78, 0.17, 0.01, 0.00, 0.02, 0.01, 0.01),
    *([_LOW] * 3),
)
"""By grade: the kind of team that attends first."""
LATER = np.array([0.05, 0.06, 0.08, 0.05, 0.05, 0.30, 0.05, 0.05, 0.05])
"""By grade: how often a neighbourhood team follows another, in January 2018."""
RISING = np.array([0.002, 0.002, 0.002, 0, 0, 0, 0, 0, 0])
"""By grade: what a month adds to that, for four years."""

LOG_MEDIANS = np.log([430, 1500, 6000, 80_000, 90_000, 40_000, 30_000, 40_000, 60_000])
"""By grade: the logarithm of the median seconds to the first arrival."""
SPREADS = np.array([0.6, 0.8, 1.0, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0])

STATUSES = ("closed", "cancelled", "transferred", "open", None)
STATE_STATUSES = drawing(
    (0.900, 0.055, 0.030, 0.010, 0.005),
    (0.978, 0.000, 0.007, 0.010, 0.005),
    (0.900, 0.040, 0.040, 0.015, 0.005),
)
"""By state of attendance."""
RESOLUTIONS = ("attendance", "hub", "contact", "partner", "other", None)
RESOLVED = drawing(
    (0.00, 0.30, 0.54, 0.10, 0.05, 0.01),
    (0.95, 0.02, 0.01, 0.00, 0.01, 0.01),
    (0.00, 0.05, 0.05, 0.00, 0.05, 0.85),
)
"""By state of attendance."""
CRIMES = drawing(*(((0.865, 0.12, 0.01, 0.005),) * 9))
"""By grade: 0, 1 or 2 crimes, or not known."""


def _regraded(grade: int) -> list[float]:
    """Where a log of a grade came from: mostly the same, sometimes one beside it, or not kept."""
    shares = [0.0] * len(GRADES) + [0.01]
    shares[grade] = 0.94
    for beside in {max(grade - 1, 0), min(grade + 1, len(GRADES) - 1)} - {grade}:
        shares[beside] = 0.025
    return shares


FIRST_GRADES = drawing(*(_regraded(grade) for grade in range(len(GRADES))))

TEAMS = 12
"""Teams of a unit."""
UNITS = {
    "BE": 0.19,
    "BW": 0.22,
    "CV": 0.13,
    "DY": 0.10,
    "SH": 0.07,
    "SW": 0.11,
    "WS": 0.09,
    "WV": 0.09,
}
"""The units of West Midlands Police, and guessed shares of its logs."""
