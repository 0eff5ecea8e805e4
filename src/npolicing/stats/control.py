"""Control charts: whether a series does what it always did, or something has changed.

An XmR chart (of individual values and their moving ranges) puts a mean and two limits beside a
series. Between the limits a series goes up and down by itself, and a figure there needs no
explanation; outside them, and in a few patterns that chance seldom makes, something is behind it.
It is drawn as NHSRplotthedots draws it, which boards are taught to read.

What it does not say: why; whether the level is good; nor, of a series with seasons or with a trend
of its own, much at all. It takes each point for one of the same kind as those before, so that a
summer's peak is a signal every summer: take the season out first.

Sources:
    Shewhart, Economic Control of Quality of Manufactured Product (1931); Nelson, Control Charts for
    Individual Measurements, Journal of Quality Technology 14 (1982), 172-173; NHS England, Making
    Data Count. Defaults and precedence are those of NHSRplotthedots 0.2.2 (NHS-R Community, MIT
    licence, https://github.com/nhs-r-community/NHSRplotthedots), read in its source and written
    anew here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from npolicing.stats._asked import Direction, checked, firsts, fixed, of_each_series, signs
from npolicing.stats._limits import Table, lines
from npolicing.stats._runs import RULES, Codes, Rules, special_causes

__all__ = ["NHS", "NSW", "ControlChart", "Direction", "Part", "Rules", "xmr"]

NHS = Rules()
"""The rules of NHS England's Making Data Count: seven points each, and two of three."""

NSW = Rules(trend=5)
"""The same with the trend of five points that New South Wales recommends."""

# Text; np.str_ would say so more closely, but its last letter makes a link in the built pages.
Words = NDArray[np.character]

_RULES = np.array(RULES)
_READINGS = np.array(
    ["common_cause", "improvement", "concern", "neutral_high", "neutral_low", "not_known"]
)
_COUNTED = ("improvement", "concern", "neutral_high", "neutral_low")
_ASSURANCES = np.array(["hit_and_miss", "meets", "fails", "not_known"])
_LINES = ("mean", "lower", "upper", "near_lower", "near_upper", "range_limit")
_POINTS = (
    *("value", "moving_range", "screened", *_LINES, "part", "trial"),
    *("rule", "sign", "reading"),
)


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """One part of a chart, between two rebases; of several series, an array with one of each.

    Attributes:
        first: Place of its first point.
        points: How many it has.
        trial: Whether they are so few that its limits are trial limits.
        mean, lower, upper: Its lines, as they lie: a lower limit of a count may be below 0.
        mean_range: The mean moving range that the limits rest on.
        screened: How many moving ranges were left out of it as outliers.
        improvement, concern, neutral_high, neutral_low: How many points have each reading.
        last: The reading of its last point, which is what the NHS' icon of variation shows.
    """

    first: int
    points: int
    trial: bool
    mean: float | NDArray[np.float64]
    lower: float | NDArray[np.float64]
    upper: float | NDArray[np.float64]
    mean_range: float | NDArray[np.float64]
    screened: int | NDArray[np.int64]
    improvement: int | NDArray[np.int64]
    concern: int | NDArray[np.int64]
    neutral_high: int | NDArray[np.int64]
    neutral_low: int | NDArray[np.int64]
    last: str | Words


@attrs.frozen(kw_only=True, eq=False)
class ControlChart:
    """A chart as data: each array has one item a point, or a row a series where there are several.

    Attributes:
        value: The series.
        moving_range: How far each point is from the one before; NaN at the start of a part.
        screened: Whether that range was left out as an outlier.
        mean, lower, upper: The lines, constant in a part; NaN limits in a part of one point.
        near_lower, near_upper: Two thirds of the way from the mean to the limits.
        range_limit: Above it a moving range is out of the ordinary.
        part: Which part a point is in, from 0.
        trial: Whether its part is so short that its limits are trial limits.
        rule: `outside_limits`, `trend`, `near_limit`, `run`, or `none`; the first that holds.
        sign: 1 where that is high or rising, -1 low or falling, 0 no signal.
        reading: `improvement` or `concern`; `neutral_high` or `neutral_low` where neither direction
            is good; `common_cause`; `not_known` in a part of one point.
        parts: What each part comes to.
        assurance: Of the last part against the target: `meets` or `fails` where the target lies
            outside the limits, so that chance alone will not change that; `hit_and_miss` between
            them; `not_known` without a target, a good direction or limits.
        notes: What a reader must be told, in words: which limits are trial limits.
        labels: What the points are called.
    """

    value: NDArray[np.float64]
    moving_range: NDArray[np.float64]
    screened: NDArray[np.bool_]
    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    near_lower: NDArray[np.float64]
    near_upper: NDArray[np.float64]
    range_limit: NDArray[np.float64]
    part: NDArray[np.int64]
    trial: NDArray[np.bool_]
    rule: Words
    sign: NDArray[np.int8]
    reading: Words
    parts: tuple[Part, ...]
    assurance: str | Words
    notes: tuple[str, ...]
    labels: tuple[Hashable, ...] | None

    def columns(self) -> dict[str, Sequence[Hashable] | NDArray[np.generic]]:
        """The points as columns of equal length, one row a point: what a data frame is made of.

        Of several series, the rows of the first come first, and `series` says whose they are.

        >>> list(xmr([3, 5, 4], labels=["May", "June", "July"]).columns())[:4]
        ['label', 'value', 'moving_range', 'screened']
        """
        made: dict[str, Sequence[Hashable] | NDArray[np.generic]] = {}
        if self.value.ndim == 2:
            made["series"] = np.repeat(np.arange(len(self.value)), self.value.shape[1])
        if self.labels is not None:
            made["label"] = self.labels * (self.value.size // len(self.labels))
        return made | {name: getattr(self, name).ravel() for name in _POINTS}


def xmr(
    values: ArrayLike,
    *,
    direction: Direction | Sequence[Direction] = "neutral",
    rebase: Iterable[Hashable] = (),
    fix_after: int | None = None,
    screen_outliers: bool = True,
    rules: Rules = NHS,
    target: ArrayLike | None = None,
    labels: Iterable[Hashable] | None = None,
    trial_below: int = 13,
) -> ControlChart:
    """An XmR chart of a series, or of many of the same length at once.

    The mean is that of the values; a moving range is how far a point is from the one before it,
    and mR their mean. Limits are ``mean ± 2.66 mR``, near lines two thirds as far out, and the
    limit of moving ranges is ``3.267 mR``. Moving ranges at or above that are first left out of mR,
    once. A point is flagged by the first rule that holds: outside the limits; a trend; near a
    limit; a run on one side of the mean. All points of a pattern are flagged, not its last alone.

    What differs from NHSRplotthedots: `direction` is neutral unless said, since more is not better
    of itself; a constant series has limits, on its mean, where R has none; a point of a trend is
    read by that trend, also where a trend ends beside the start of another; a part of one point is
    not known, not common cause; and a rebase where there is no point is refused, not ignored. Its
    warning of few points is given for fewer than 13, though its words are "n < 12": so it is here,
    as data, in `trial` and `notes`.

    Args:
        values: Numbers in the order of time, evenly spaced; one row a series where there are
            several. A gap is refused, for it is not 0, and neighbours across it are not neighbours:
            give the value, or chart what comes after.
        direction: Which way is good: `increase`, `decrease` or `neutral`; one, or one a series.
        rebase: Where new parts begin, by place from 0, or by label where there are labels.
            The mean, limits, runs and trends begin anew there, in all series.
        fix_after: Have the lines of each part rest on its first so many points; at least 12.
        screen_outliers: Leave out outlying moving ranges. False is as NHS England's Excel tool.
        rules: How long a run and a trend are, and the rule of points near a limit.
        target: What is to be met; one, or one a series, NaN for none.
        labels: What the points are called, such as months; each once.
        trial_below: A part of fewer points has trial limits, which each new point moves.

    Raises:
        ValueError: If there are no points, one is missing or not finite, a place or label to rebase
            at is not there, labels repeat or are too many or too few, `fix_after` is below 12, or a
            direction is unknown.

    Source:
        See the module.

    >>> chart = xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], direction="decrease")
    >>> print(f"{chart.lower[0]:.2f} {chart.mean[0]:.2f} {chart.upper[0]:.2f}")
    -0.72 1.94 4.60
    >>> str(chart.rule[4]), str(chart.reading[4])
    ('outside_limits', 'concern')
    """
    called = None if labels is None else tuple(labels)
    table = checked(values, called)
    counted = fixed(fix_after)
    good = of_each_series(signs(direction), len(table), "direction")
    aims = of_each_series(np.nan if target is None else target, len(table), "target")
    begins = firsts(rebase, table.shape[1], called)
    drawn = [
        _drawn(each, good, at, counted, rules, screen=screen_outliers, trial_below=trial_below)
        for at, each in enumerate(np.split(table, begins[1:], axis=1))
    ]
    whole = {name: np.concatenate([each[name] for each in drawn], axis=1) for name in _POINTS}
    whole |= {"rule": _RULES[whole["rule"]], "reading": _READINGS[whole["reading"]]}
    one = np.ndim(values) == 1
    return ControlChart(
        **{name: each[0] if one else each for name, each in whole.items()},
        parts=tuple(_part(*each, one=one) for each in zip(begins, drawn, strict=True)),
        assurance=_alone(_assurances(drawn[-1], good, aims), one=one),
        notes=tuple(
            _note(at, *each, called)
            for at, each in enumerate(zip(begins, drawn, strict=True))
            if each[1]["trial"].any()
        ),
        labels=called,
    )


_Columns = dict[str, NDArray[Any]]


def _drawn(
    values: Table,
    good: Table,
    at: int,
    counted: int | None,
    rules: Rules,
    *,
    screen: bool,
    trial_below: int,
) -> _Columns:
    """The columns of one part."""
    found, screened = lines(values[:, :counted], screen=screen)
    rule, sign = special_causes(values, found, rules)
    moving = np.pad(np.abs(np.diff(values, axis=1)), ((0, 0), (1, 0)), constant_values=np.nan)
    after = ((0, 0), (1, values.shape[1] - 1 - screened.shape[1]))
    columns: _Columns = {
        "value": values,
        "moving_range": moving,
        "screened": np.pad(screened, after),
        "rule": rule,
        "sign": sign,
        "reading": _readings(sign, found.upper, good),
    }
    of_all = {name: getattr(found, name) for name in (*_LINES, "mean_range")}
    of_all |= {"part": np.array(at), "trial": np.array(values.shape[1] < trial_below)}
    # Views, of which the whole chart is then made: nothing is copied twice.
    return columns | {name: np.broadcast_to(each, values.shape) for name, each in of_all.items()}


def _readings(sign: Codes, upper: Table, good: Table) -> Codes:
    """The place of each reading in `_READINGS`."""
    better = sign * good.astype(np.int8)
    unknown = np.broadcast_to(np.isnan(upper), sign.shape)
    kinds = [unknown, better > 0, better < 0, sign > 0, sign < 0]
    return np.select(kinds, [np.int8(each) for each in (5, 1, 2, 3, 4)], np.int8(0))


def _assurances(last: _Columns, good: Table, aims: Table) -> NDArray[np.str_]:
    """What the limits of the last part say of the target, one a series."""
    lower, upper = last["lower"][:, -1:], last["upper"][:, -1:]
    unknown = np.isnan(aims) | np.isnan(upper) | (good == 0)
    ahead = good * ((aims < lower).astype(int) - (aims > upper))
    found: NDArray[np.str_] = _ASSURANCES[np.select([unknown, ahead > 0, ahead < 0], [3, 1, 2])]
    return found[:, 0]


def _part(first: int, columns: _Columns, *, one: bool) -> Part:
    found = {name: columns[name][:, 0].copy() for name in ("mean", "lower", "upper", "mean_range")}
    found["screened"] = columns["screened"].sum(axis=1)
    for place, name in enumerate(_READINGS.tolist()):
        if name in _COUNTED:
            found[name] = (columns["reading"] == place).sum(axis=1)
    found["last"] = _READINGS[columns["reading"][:, -1]]
    return Part(
        first=first,
        points=columns["value"].shape[1],
        trial=bool(columns["trial"][0, 0]),
        **{name: _alone(each, one=one) for name, each in found.items()},
    )


def _alone(found: NDArray[Any], *, one: bool) -> Any:  # noqa: ANN401 # a number, or an array
    """What there is of each series: itself, where one series was given."""
    return found[0].item() if one else found


def _note(at: int, first: int, columns: _Columns, labels: tuple[Hashable, ...] | None) -> str:
    points = columns["value"].shape[1]
    since = f"place {first}" if labels is None else f"{labels[first]}"
    return (
        f"part {at}, from {since}, has {points} point{'s' * (points != 1)}: its limits are trial"
        " limits, which each new point moves"
    )
