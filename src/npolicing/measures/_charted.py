"""The last point of each control chart: what stands beside a figure that is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import attrs

from npolicing.errors import Failure, MissingColumnsError, MixedRowsError, ValidationError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "NO_CHART",
    "Assurance",
    "Key",
    "Point",
    "Reading",
    "Sign",
    "keys_of",
    "last_points",
    "require",
]

Reading = Literal[
    "common_cause", "improvement", "concern", "neutral_high", "neutral_low", "not_known"
]
Sign = Literal["none", "outside_limits", "trend", "near_limit", "run"]
Assurance = Literal["meets", "fails", "hit_and_miss", "not_known"]

Key = tuple[object, ...]
"""The values of the columns of `by`, and whether the row is a total."""


@attrs.frozen(kw_only=True)
class Point:
    """The last point of a control chart."""

    reading: Reading | None = None
    rule: Sign | None = None
    assurance: Assurance | None = None
    trial: bool | None = None

    @property
    def words(self) -> list[str]:
        """What it says."""
        said = [] if self.reading is None else [_READINGS[self.reading]]
        if said and self.rule not in (None, "none"):
            said = [f"{said[0]} ({_RULES[self.rule]})"]
        said += ["trial limits"] if self.trial else []
        return [*said, *([_ASSURANCES[self.assurance]] if self.assurance in _ASSURANCES else [])]


NO_CHART = Point()
_READINGS: dict[str, str] = {
    "common_cause": "common cause",
    "improvement": "special cause for the better",
    "concern": "special cause for the worse",
    "neutral_high": "special cause, high",
    "neutral_low": "special cause, low",
    "not_known": "not known whether by chance",
}
_RULES: dict[str | None, str] = {
    "outside_limits": "outside the limits",
    "trend": "trend",
    "near_limit": "near a limit",
    "run": "run",
}
_ASSURANCES: dict[str | None, str] = {
    "meets": "will meet its target as it stands",
    "fails": "will miss its target as it stands",
    "hit_and_miss": "hit and miss",
}
_CHART: dict[str, tuple[str, ...]] = {
    "reading": get_args(Reading),
    "rule": get_args(Sign),
    "assurance": get_args(Assurance),
}


def require(table: pa.Table, names: Sequence[str]) -> None:
    """Refuse a table that lacks columns.

    Raises:
        MissingColumnsError: With every one of them.
    """
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise MissingColumnsError(list(dict.fromkeys(missing)), table.column_names)


def keys_of(table: pa.Table, names: Sequence[str]) -> list[Key]:
    """What tells the rows of a table apart."""
    columns = [table[name].to_pylist() for name in names]
    there = "is_total" in table.column_names
    totals = table["is_total"].to_pylist() if there else [False] * table.num_rows
    return list(zip(*columns, totals, strict=True))


def last_points(points: pa.Table, names: Sequence[str]) -> Mapping[Key, Point]:
    """The last point of each chart; its rows are in the order of time.

    Raises:
        MissingColumnsError: If the table is no chart's.
        MixedRowsError: If it has several series of one key.
        ValidationError: If it has words that no chart has.
    """
    require(points, [*names, "reading", "rule"])
    _refuse_series(points, names)
    there = [name for name in (*_CHART, "trial") if name in points.column_names]
    columns = {name: points[name].to_pylist() for name in there}
    failures = [
        Failure(
            code="NOT_ALLOWED", rule=f"one of {', '.join(known)}", column=name, row=row, value=value
        )
        for name, known in _CHART.items()
        for row, value in enumerate(columns.get(name, ()))
        if value is not None and value not in known
    ]
    if failures:
        raise ValidationError("the control chart", failures)
    # Of each key the last row stays.
    at = {key: row for row, key in enumerate(keys_of(points, names))}
    return {key: Point(**{n: columns[n][row] for n in there}) for key, row in at.items()}


def _refuse_series(points: pa.Table, names: Sequence[str]) -> None:
    """Refuse the points of several series that nothing tells apart."""
    if "series" not in points.column_names:
        return
    told = {*zip(keys_of(points, names), points["series"].to_pylist(), strict=True)}
    if len(told) > len({key for key, _ in told}):
        raise MixedRowsError(
            "The control chart has several series that by does not tell apart. Give its points the "
            "columns of by, so that each finds its figure."
        )
