"""The shape of made-up logs: every share, season and median that they follow, and why.

None of it was measured. Where a published figure says something of a shape, it is named; all else
is a plausible guess, chosen so that charts and tests have something to find.
"""

from __future__ import annotations

from typing import Final, TypeVar, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from npolicing.forces import west_midlands
from npolicing.vocabulary import TeamKind

__all__ = [
    "ATTENDED",
    "CRIMES",
    "FIRST_KIND",
    "GRADES",
    "KINDS",
    "LATER",
    "MEDIAN",
    "MONTHS",
    "NEIGHBOURHOOD",
    "OTHERWISE",
    "REGRADED",
    "RISE",
    "SIXTH",
    "SPREAD",
    "TABLE",
    "WEEK",
    "Places",
    "drawn",
    "grade_table",
    "normal_table",
    "places_of",
    "table_of",
]

V = TypeVar("V", bound=np.generic)

TABLE: Final = 4096
"""Entries of a look-up table: a uniform number times this is the place of its value."""

GRADES: Final = tuple(f"P{number}" for number in range(1, 10))
KINDS: Final = get_args(TeamKind)
_N = len(GRADES)

MONTHS: Final = np.array([92, 87, 94, 99, 105, 109, 113.5, 109, 103, 100, 96, 93]) / 100
"""Logs a day by month, against the year's mean. At the 850,599 logs that West Midlands Police
published for 2019 (freedom of information request 1222A/22), July has more than 22,500 logs above
February, as paragraph 20 of the board paper of 15 October 2019 says of 2018."""

SIXTH: Final = np.array([80, 74, 85, 98, 112, 122, 132, 124, 106, 96, 88, 83]) / 100
"""The same for P6, neighbourhood resolution, which follows light evenings more than the rest."""

_GRADE: Final = np.array([13, 20, 9, 5, 18, 12, 8, 9, 6]) / 100

ATTENDED: Final = np.array([92, 80, 55, 40, 5, 38, 2, 2, 1]) / 100
"""Share of logs that somebody attended, by grade: 0.41 of all, near the 345,658 of 850,599 logs of
2019 in the same reply."""

NEIGHBOURHOOD: Final = np.array([8, 10, 16, 30, 20, 72, 30, 30, 30]) / 100
"""Share of the attended logs at which a neighbourhood team was first, in the first month."""

LATER: Final = np.array([10, 8, 7, 6, 3, 5, 2, 2, 2]) / 100
"""Share of the others at which one came later."""

RISE: Final = np.array([20, 20, 20, 0, 0, 0, 0, 0, 0]) / 10_000
"""How much the first share rises each month at P1 to P3, for five years: paragraph 19 says that
neighbourhood teams came to attend more of them, and prints no figure."""

MEDIAN: Final = np.array([480, 1500, 5400, 43_200, 50_000, 64_800, 60_000, 60_000, 60_000])
SPREAD: Final = np.array([0.55, 0.75, 0.95, 1, 1, 1.1, 1, 1, 1])
"""Seconds to the first arrival, log-normal by grade: its median, and the deviation of its log."""


def table_of(shares: NDArray[np.float64]) -> NDArray[np.int16]:
    """The inverse of a distribution: for a uniform number, which of the shares it falls in."""
    ends = np.cumsum(shares) / np.sum(shares)
    middles = (np.arange(TABLE) + 0.5) / TABLE
    return np.minimum(np.searchsorted(ends, middles, side="right"), len(shares) - 1).astype(
        np.int16
    )


def _tables(rows: list[list[float]]) -> NDArray[np.int16]:
    return np.concatenate([table_of(np.array(row, np.float64)) for row in rows])


# Who came first where no neighbourhood team did; the last is somebody of no known kind.
#    neighbourhood, response, investigation, public_protection, contact, hub, citizens, other, ?
_URGENT: Final[list[float]] = [0, 93, 2, 1, 0, 0, 0, 2.5, 1.5]
_BOOKED: Final[list[float]] = [0, 42, 45, 5, 0, 2, 0, 4, 2]
_SLOWER: Final[list[float]] = [0, 60, 12, 6, 2, 8, 3, 7, 2]
FIRST_KIND: Final = _tables([_URGENT] * 3 + [_BOOKED] + [_SLOWER] * 5)

# How a log ends that nobody attended: hub, contact, partner, other, not known.
_BY_HUB: Final[list[float]] = [45, 35, 8, 9, 3]
_BY_CONTACT: Final[list[float]] = [15, 55, 15, 12, 3]
OTHERWISE: Final = _tables([_BY_HUB] * 6 + [_BY_CONTACT] * 3)

# Crimes recorded from a log: 0, 1, 2, not known.
_CRIMES: Final[list[list[float]]] = [
    [70, 26, 3, 1],
    [66, 30, 3, 1],
    [55, 40, 4, 1],
    [25, 68, 6, 1],
    [50, 46, 3, 1],
    [90, 8.5, 0.5, 1],
    [95, 4, 0, 1],
    [96, 3, 0, 1],
    [97, 2, 0, 1],
]
CRIMES: Final = _tables(_CRIMES)


def _regraded() -> NDArray[np.int16]:
    """The grade at the start: mostly that at the end, sometimes one beside it, or not kept (9)."""
    rows = []
    for grade in range(_N):
        row = [0.0] * _N + [2]
        row[grade] = 92
        row[max(grade - 1, 0)] += 2.5
        row[min(grade + 1, _N - 1)] += 3.5
        rows.append(row)
    return _tables(rows)


REGRADED: Final = _regraded()


def grade_table() -> NDArray[np.int16]:
    """Grades by month of the year: P6's own season, the others making up for it."""
    rows = []
    for month in range(12):
        shares = _GRADE.copy()
        shares[5] *= SIXTH[month] / MONTHS[month]
        others = np.arange(_N) != 5
        shares[others] *= (1 - shares[5]) / shares[others].sum()
        rows.append(shares.tolist())
    return _tables(rows)


# Logs of an hour of the local day, 00 to 23, on Monday to Thursday.
_HOURS: Final = (26, 19, 15, 12, 11, 13, 19, 29, 41, 47, 50, 52)
_LATER: Final = (53, 54, 56, 60, 64, 67, 67, 65, 60, 54, 46, 36)


def _week() -> NDArray[np.float64]:
    day = np.array(_HOURS + _LATER, np.float64)
    week = np.tile(day, 7).reshape(7, 24)
    week[4, 17:] *= [1.05, 1.1, 1.15, 1.25, 1.35, 1.5, 1.7]
    week[5, :5] *= [2.1, 2.3, 2.4, 2.2, 1.8]
    week[5, 17:] *= [1.1, 1.15, 1.2, 1.3, 1.4, 1.55, 1.75]
    week[6, :5] *= [2.3, 2.5, 2.6, 2.4, 1.9]
    week[6, 5:] *= 0.92
    return week


WEEK: Final = _week()
"""Weight of an hour by weekday: busiest on Friday and Saturday nights."""


def normal_table() -> NDArray[np.float64]:
    """The standard normal's quantiles at the middles of the table, by Tukey's lambda."""
    share = (np.arange(TABLE) + 0.5) / TABLE
    return (share**0.1349 - (1 - share) ** 0.1349) / 0.1975


@attrs.frozen(eq=False)
class Places:
    """Where a log may be: for each place its unit and its team, and how often it is drawn."""

    unit: NDArray[np.int16]
    team: NDArray[np.int16]
    units: tuple[str, ...]
    teams: tuple[str, ...]
    table: NDArray[np.int16]


def drawn(
    tables: NDArray[V], uniform: NDArray[np.float64], which: NDArray[np.integer] | int = 0
) -> NDArray[V]:
    """The values at uniform numbers of a table, or of several that lie one after another."""
    places = np.multiply(which, TABLE, dtype=np.intp) + (uniform * TABLE).astype(np.intp)
    return np.take(tables, places)


# Birmingham's two units are the largest; a guess after the size of each place.
_WMP: Final = {"BE": 21, "BW": 20, "CV": 14, "DY": 9, "SH": 6, "SW": 12, "WS": 9, "WV": 9}
_OTHER: Final = {f"U{number}": 11 - number for number in range(1, 9)}
_OUTSIDE, _NO_TEAM = 0.01, 0.06


def places_of(force: str) -> Places:
    """The units and teams of a force: West Midlands Police's eight, or eight made-up ones."""
    own = tuple(unit.code for unit in west_midlands().npus)
    weights = {code: _WMP[code] for code in own} if force == "WMP" else _OTHER
    unit, team, teams, shares = [-1], [-1], list[str](), [_OUTSIDE]
    for at, weight in enumerate(weights.values()):
        share = (1 - _OUTSIDE) * weight / sum(weights.values())
        number = 5 + weight // 3
        unit += [at] * (number + 1)
        team += [-1, *range(len(teams), len(teams) + number)]
        teams += [f"{list(weights)[at]}-T{each:02}" for each in range(1, number + 1)]
        tilted = np.linspace(1.4, 0.6, number) / number
        shares += [share * _NO_TEAM, *(share * (1 - _NO_TEAM) * tilted)]
    return Places(
        np.array(unit, np.int16),
        np.array(team, np.int16),
        tuple(weights),
        tuple(teams),
        table_of(np.array(shares)),
    )
