"""The rows of the table of emerging trends: what each series comes to, and which is read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs
import numpy as np
import pyarrow as pa

from npolicing.arrow import Array, ChunkedArray
from npolicing.calendar import month_at
from npolicing.measures._dispersing import measured
from npolicing.measures._logs import Figure, Groups
from npolicing.measures._month_ratios import Compared, MonthlyDispersion, compared
from npolicing.measures._month_series import MonthSeries, months_in
from npolicing.measures._months import Months
from npolicing.measures._signalling import FEWEST, Signals, signals
from npolicing.measures._unjudged import reasons
from npolicing.stats.control import Direction, Rules

__all__ = ["Change", "TrendQuestion"]

Change = Literal["improvement", "concern", "neutral_high", "neutral_low", "not_notable"]

_WORDS: Mapping[Direction, tuple[Change, Change]] = {
    "decrease": ("concern", "improvement"),
    "increase": ("improvement", "concern"),
    "neutral": ("neutral_high", "neutral_low"),
}
"""What is higher, and what is lower, by which way is good."""
_WORSE = ("concern", "neutral_high")
_BETTER = ("improvement", "neutral_low")


@attrs.frozen(kw_only=True)
class TrendQuestion:
    """What is asked of the series; months are numbers.

    Attributes:
        last: The month that is looked at.
        before: The month that it is held against.
        history: How many months the chart and the dispersion rest on at most.
        dispersion, confidence, direction, false_discovery, rules: As in `emerging_trends`.
    """

    last: int
    before: int
    history: int | None
    dispersion: MonthlyDispersion
    confidence: float
    direction: Direction
    false_discovery: float
    rules: Rules

    def __attrs_post_init__(self) -> None:
        if self.before >= self.last:
            raise ValueError(
                f"base is {month_at(self.before)}: it is a month before {month_at(self.last)}"
            )
        if self.history is not None and self.history < FEWEST:
            raise ValueError(f"history is {self.history}: it is {FEWEST} months or more, or None")
        measured(self.dispersion, "monthly")
        for name in ("confidence", "false_discovery"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is between 0 and 1, not {getattr(self, name)}")

    def figures(self, rows: Months, groups: Groups) -> Mapping[str, Figure]:
        """A row for each group that the rows have, in the order of what is to be read first."""
        at = months_in(rows)
        window = self._window(int(at.min(initial=self.last)))
        first = min(window, self.before)
        every = MonthSeries.of(rows, groups, "crimes", first, self.last)
        shown = np.flatnonzero(groups.sum(rows.kept & (at >= first) & (at <= self.last)))
        series = every.only(shown)
        base = self.before - first
        ratios = compared(
            series,
            base,
            window - first,
            dispersion=self.dispersion,
            confidence=self.confidence,
        )
        charts = signals(series.since(window - first), direction=self.direction, rules=self.rules)
        changes = self._changes(ratios)
        keys = groups.keys.take(pa.array(shown, pa.int64()))
        columns: dict[str, Array | ChunkedArray] = {
            **{name: keys[name] for name in keys.column_names},
            **_of_months(series, base),
            **_of_ratios(ratios, self.false_discovery),
            **_of_charts(charts),
            "change": pa.array(changes, pa.string()),
            "not_judged": pa.array(reasons(series, base, ratios, charts), pa.string()),
        }
        order = np.lexsort((ratios.p_value, np.array(_ranks(changes, charts))))
        first_to_last = pa.array(order, pa.int64())
        return {name: column.take(first_to_last) for name, column in columns.items()}

    def _window(self, first: int) -> int:
        """The first month of the history, where the rows begin with a month."""
        return first if self.history is None else max(first, self.last - self.history + 1)

    def _changes(self, ratios: Compared) -> list[Change | None]:
        """What each change is; None where there was no test."""
        high, low = _WORDS[self.direction]
        words: dict[float, Change] = {1.0: high, -1.0: low}
        return [
            None if np.isnan(p) else words[sign] if p < self.false_discovery else "not_notable"
            for p, sign in zip(ratios.p_adjusted.tolist(), ratios.sign.tolist(), strict=True)
        ]


def _ranks(changes: Sequence[Change | None], charts: Signals) -> list[int]:
    """How soon each series is to be read, from 0."""

    def rank(change: str | None, reading: str | None) -> int:
        for at, words in enumerate((_WORSE, _BETTER)):
            if change in words or reading in words:
                return 2 * at + (change not in words)
        return 5 if change is None and reading is None else 4

    return [rank(*each) for each in zip(changes, charts.reading, strict=True)]


def _of_months(series: MonthSeries, base: int) -> dict[str, Array]:
    return {
        name: pa.array([values[at]] * len(series.counts), kind)
        for at, month, days in ((-1, "month", "days"), (base, "base_month", "base_days"))
        for name, values, kind in (
            (month, series.months, pa.string()),
            (days, series.days.tolist(), pa.int64()),
        )
    }


def _of_ratios(found: Compared, false_discovery: float) -> dict[str, Array]:
    figures = {
        "crimes": found.count,
        "base": found.base,
        "rate_ratio": found.ratio.estimate,
        "low": np.where(np.isnan(found.ratio.estimate), np.nan, found.ratio.low),
        "high": found.ratio.high,
        "dispersion": found.dispersion,
        "p_value": found.p_value,
        "p_adjusted": found.p_adjusted,
    }
    columns = {
        name: pa.array(np.asarray(each, np.float64), from_pandas=True)
        for name, each in figures.items()
    }
    unknown = np.isnan(found.p_adjusted)
    return {**columns, "notable": pa.array(found.p_adjusted < false_discovery, mask=unknown)}


def _of_charts(found: Signals) -> dict[str, Array]:
    return {
        "signal": pa.array(found.signal, pa.string()),
        "reading": pa.array(found.reading, pa.string()),
        "since": pa.array(found.since, pa.string()),
        "points": pa.array(found.points),
        "trial": pa.array(found.trial, pa.bool_()),
        "signals_by_chance": pa.array(found.by_chance, pa.float64()),
    }
