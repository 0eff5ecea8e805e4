"""The measures on logs that packs have: what each is called, counts, and is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import attrs
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from npolicing.measures import (
    attendance_ratio,
    attendance_share,
    resolution_without_deployment,
    response_time,
)
from npolicing.packs.counting import LogCounts
from npolicing.packs.hiding import Hiding, why_hidden
from npolicing.packs.quantities import Quantity

if TYPE_CHECKING:
    from npolicing.packs.inputs import PackInputs
    from npolicing.packs.periods import Period

__all__ = ["Key", "Share", "both", "number_of", "of_months", "rows_of", "shares"]

Key = tuple[str | None, str | None, bool]
"""A unit, an item, and whether it is the force."""
Call = Callable[[pa.Table, Sequence[str]], pd.DataFrame]


@attrs.frozen(kw_only=True, eq=False)
class Share:
    """A measure that is a share of logs.

    Attributes:
        name: Its name in packs.
        source: Name of the measure that makes it.
        label: What people call it.
        means: What it says, in a sentence.
        numerator: The column that is divided.
        whole: The columns that it is divided by: the first less the others.
        unknown: The column of the logs of which it is not known.
        figure, low, high: The columns of the figure and its interval.
        call: Makes the result of some rows, grouped by columns.
        item: The grade that it is of; null for several.
        grades: The grades that it counts; empty for all.
        direction: Which way is good, where that goes without saying.
    """

    name: str
    source: str
    label: str
    means: str
    numerator: str
    whole: tuple[str, ...]
    unknown: str
    figure: str
    call: Call
    low: str = "low"
    high: str = "high"
    item: str | None = None
    grades: tuple[str, ...] = ()
    direction: Literal["increase", "neutral"] = "neutral"

    def rows(self, counts: LogCounts, months: Sequence[str]) -> pa.Table:
        """The counts that it is made of."""
        table = of_months(counts.kinds, months)
        kept = (self.item,) if self.item is not None else self.grades
        if not kept:
            return table
        return table.filter(pc.is_in(table["priority"], pa.array(kept, pa.string())))

    def quantities(
        self, counts: LogCounts, months: Sequence[str], hiding: Hiding, by: Sequence[str] = ()
    ) -> dict[Key, Quantity]:
        """Its quantity of each unit and of the force, in some months; of each item with `by`."""
        rows = self.rows(counts, months)
        if not rows.num_rows:
            return {}
        raw = both(lambda names: self.call(rows, names), by)
        # What is by grade is published for the units and the force as a whole, too.
        totals = [("npu",), ()] if by else []
        frame = hiding.of_measure(raw, self.source, ["npu", *by], totals)
        found = {}
        for row in rows_of(frame):
            item = str(row[by[0]]) if by else self.item
            npu = None if row["is_total"] or row["npu"] is None else str(row["npu"])
            found[npu, item, bool(row["is_total"])] = self._quantity(row)
        return found

    def _quantity(self, row: Mapping[str, object]) -> Quantity:
        part, first, *less = (number_of(row[name]) for name in (self.numerator, *self.whole))
        whole = None if first is None or None in less else first - sum(less)  # type: ignore[arg-type] # none is null
        figure = number_of(row.get(self.figure))
        if self.figure not in row and part is not None and whole:
            # The rule has figures made anew, of the rounded counts.
            figure = part / whole
        return Quantity(
            numerator=part,
            denominator=whole,
            unknown=number_of(row[self.unknown]),
            figure=figure,
            low=number_of(row.get(self.low)),
            high=number_of(row.get(self.high)),
            hidden=why_hidden(row, (self.numerator, *self.whole)),
        )


def number_of(value: object) -> float | None:
    """A number of a result; null for what is missing there."""
    if value is None or str(value) in ("nan", "<NA>", "None"):
        return None
    return float(str(value))


def rows_of(frame: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of a result; a unit that is null is none."""
    rows = [{str(name): each for name, each in row.items()} for row in frame.to_dict("records")]
    for row in rows:
        row["npu"] = row["npu"] if isinstance(row["npu"], str) else None
    return rows


def of_months(table: pa.Table, months: Sequence[str]) -> pa.Table:
    """The counts of some months."""
    return table.filter(pc.is_in(table["month"], pa.array([*months], pa.string())))


def both(call: Callable[[Sequence[str]], pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """A result by unit, and of the force as a whole: of each item, where it is by any."""
    units, whole = call(["npu", *by]), call([*by])
    unit = pd.Series([None] * len(whole), index=whole.index, dtype=units["npu"].dtype)
    whole.insert(0, "npu", unit)
    whole["is_total"] = True
    parts = [each for each in (units, whole) if len(each)]
    return pd.concat(parts, ignore_index=True) if parts else units


def shares(inputs: PackInputs, counts: LogCounts, period: Period) -> list[Share]:
    """The shares that packs of a period have."""
    owned = inputs.grades_of("response", period.until)
    grades = tuple(each for each in owned if each in counts.grades)
    of = ", ".join(grades) or "all grades"
    timed = {
        grade: seconds
        for grade, seconds in inputs.targets_of_grades().items()
        if grade in counts.grades
    }
    return [
        Share(
            name="attendance_ratio",
            source="attendance_ratio",
            label=f"Attended by neighbourhood teams, {of}",
            means=f"Share of all logs of {of} that a neighbourhood team attended, first or later.",
            numerator="attended",
            whole=("logs", "unknown"),
            unknown="unknown",
            figure="attendance_ratio",
            call=lambda rows, by: attendance_ratio(rows, by=by, priorities=None),
            grades=grades,
        ),
        Share(
            name="attendance_share",
            source="attendance_share",
            label=f"Neighbourhood teams among those who attended, {of}",
            means=f"Share of the logs of {of} that anyone attended which a neighbourhood team did.",
            numerator="attended",
            whole=("attended_by_anyone",),
            unknown="unknown",
            figure="attendance_share",
            call=lambda rows, by: attendance_share(rows, by=by, priorities=None),
            grades=grades,
        ),
        *(_within(grade, seconds) for grade, seconds in timed.items()),
        Share(
            name="share_without_deployment",
            source="resolution_without_deployment",
            label="Resolved without anyone attending",
            means="Share of the resolved logs that nobody attended.",
            numerator="without_deployment",
            whole=("resolved",),
            unknown="unknown",
            figure="share_without_deployment",
            call=lambda rows, by: resolution_without_deployment(rows, by=by),
        ),
    ]


def _within(grade: str, seconds: int) -> Share:
    """The share of a grade's logs whose response kept its target."""
    target = timedelta(seconds=seconds)
    return Share(
        name="share_within_target",
        source="response_time",
        label=f"{grade}: somebody there within {seconds // 60} minutes",
        means="Share of the logs with a recorded arrival whose response time is within the target.",
        numerator="within_target",
        whole=("arrived",),
        unknown="no_arrival",
        figure="share_within_target",
        low="share_low",
        high="share_high",
        call=lambda rows, by: response_time(rows, by=by, target=target),
        item=grade,
        direction="increase",
    )
