"""Which columns of a table are counts, which are made of them, and which tell nothing of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

__all__ = ["MEASURES", "Links"]


@attrs.frozen(kw_only=True)
class Links:
    """What the columns of a table have to do with its counts.

    Attributes:
        counts: Columns that count people, or things that point at people.
        linked: For a column that is made of counts, which ones. One that is not named is taken to
            be made of all of them, so that a column nobody thought of gives nothing away.
        free: Columns that are made of none, such as days and targets.
        parts: For a count, those that are parts of it and have nothing in common. What is left of
            it is a count as well: 98 of 100 attended are 2 that were not.
        across: Columns that hold a row against others, such as a rank: they are made of the counts
            of all rows, and are hidden in all where a single count is hidden.
        keys: Columns that tell rows apart beside those that were asked for.
    """

    counts: tuple[str, ...]
    linked: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    free: tuple[str, ...] = ()
    parts: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    across: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


MEASURES: dict[str, Links] = {
    "attendance_ratio": Links(
        counts=("attended", "logs", "unknown"), parts={"logs": ("attended", "unknown")}
    ),
    "attendance_share": Links(
        counts=("attended", "attended_by_anyone", "logs", "unknown"),
        parts={"attended_by_anyone": ("attended",), "logs": ("attended_by_anyone", "unknown")},
    ),
    "seasonal_delta": Links(counts=("base", "peak"), free=("base_days", "peak_days")),
    "response_time": Links(
        counts=("logs", "arrived", "no_arrival", "within_target"),
        linked={"median_seconds": ("arrived",), "p90_seconds": ("arrived",)},
        free=("target_seconds",),
        parts={"logs": ("arrived", "no_arrival"), "arrived": ("within_target",)},
    ),
    "demand": Links(
        counts=("logs", "crimes"),
        linked={"logs_per_day": ("logs",)},
        free=("days",),
        keys=("month",),
    ),
    "year_on_year": Links(
        counts=("current", "before"), free=("since", "until", "days", "before_days")
    ),
    "resolution_without_deployment": Links(
        counts=("without_deployment", "resolved", "unknown", "logs"),
        parts={"logs": ("resolved", "unknown"), "resolved": ("without_deployment",)},
    ),
    "hourly_demand": Links(
        counts=("logs",),
        free=("weekday", "hour", "hours"),
        across=("rank",),
        keys=("hour_of_week",),
    ),
}
"""The measures on logs, but for those that the user tells of: `backlog`, whose bands are asked for,
`emerging_trends`, whose order tells of its p-values, and forecasts, which may repeat last year's
counts. Those on schemes, wards and money are not here:
they count no people. Where a count does, such as members, name it to `suppress` yourself. So with
`disproportion`, which has four counts in one column, and harm is none: one criterion at a time."""
