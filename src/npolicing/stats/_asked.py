"""What a control chart is asked for, checked: values, labels, rebases, which way is good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from npolicing.stats._limits import Table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Direction = Literal["increase", "decrease", "neutral"]

_GOOD = {"increase": 1, "decrease": -1, "neutral": 0}
_LARGEST = 1e300


def checked(values: ArrayLike, labels: tuple[Hashable, ...] | None) -> Table:
    """A row a series, with a number at every point."""
    given = np.asarray(values, dtype=np.float64)
    if given.ndim not in (1, 2) or not given.size:
        raise ValueError(
            "values are one series of at least one point, or a row a series of such,"
            f" not of shape {given.shape}"
        )
    table = np.ascontiguousarray(np.atleast_2d(given))
    if labels is not None:
        _check_labels(labels, table.shape[1])
    bad = np.argwhere(~(np.abs(table) < _LARGEST))
    if len(bad):
        series, place = (int(each) for each in bad[0])
        of = f"series {series} has " if given.ndim == 2 else ""
        called = "" if labels is None else f" ({labels[place]})"
        raise ValueError(
            f"{of}{_told(table[series, place])} at place {place}{called}: a chart needs a number at"
            " every point. A gap is not 0: give the value, or chart what comes after it"
        )
    return table


def _told(value: float) -> str:
    return "no value" if np.isnan(value) else f"{value}"


def _check_labels(labels: tuple[Hashable, ...], points: int) -> None:
    if len(labels) != points:
        raise ValueError(f"there are {len(labels)} labels for {points} points")
    twice = [label for label, times in Counter(labels).items() if times > 1]
    if twice:
        raise ValueError(f"label {twice[0]!r} is there twice; a point has one of its own")


def signs(direction: Direction | Sequence[Direction]) -> ArrayLike:
    """1 where more is good, -1 where less is, 0 where neither is."""
    for each in [direction] if isinstance(direction, str) else direction:
        if each not in _GOOD:
            raise ValueError(f"direction is {each!r}; it is one of {', '.join(_GOOD)}")
    return _GOOD[direction] if isinstance(direction, str) else [_GOOD[each] for each in direction]


def of_each_series(given: ArrayLike, series: int, name: str) -> Table:
    """One number a series, as a column."""
    found = np.asarray(given, dtype=np.float64)
    if found.shape not in ((), (series,)):
        raise ValueError(f"{name} is one, or one of each of the {series} series")
    return np.broadcast_to(found, (series,))[:, None]


def firsts(
    rebase: Iterable[Hashable], points: int, labels: tuple[Hashable, ...] | None
) -> list[int]:
    """Where the parts begin; the first does so at 0."""
    known = {each: place for place, each in enumerate(labels or range(points))}
    asked = [rebase] if isinstance(rebase, str) else list(rebase)
    for each in asked:
        if each not in known:
            what = f"places, from 0 to {points - 1}" if labels is None else "labels"
            raise ValueError(f"rebase at {each!r}: that is none of the {what}")
    return sorted({0, *(known[each] for each in asked)})


def fixed(fix_after: int | None) -> int | None:
    """How many points the limits of a part rest on, where it is said."""
    if fix_after is not None and fix_after < 12:
        raise ValueError(f"fix_after is {fix_after}: limits are fixed after 12 points or more")
    return fix_after
