"""Control charts of tidy series: a row a point, the lines round it, and whether it is a signal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
import numpy as np
import pyarrow as pa

from npolicing._columns import Column
from npolicing._examining import ArrowStream
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing._tally import By, names_of
from npolicing.arrow import arrow_schema
from npolicing.calendar import MONTH
from npolicing.measures._result import IS_TOTAL
from npolicing.measures._series import PartMonths, tidy
from npolicing.stats.control import NHS, ControlChart, Direction, Rules, xmr

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ControlPoint", "control_chart"]


@attrs.frozen(kw_only=True)
class ControlPoint(Record):
    """One month of one group on its control chart; what has no unit is in that of the value."""

    month: Annotated[str, Column("Local month, such as 2018-07.", pattern=MONTH)] = "2018-01"
    value: Annotated[float, Column("What is charted.")] = 0.0
    moving_range: Annotated[
        float | None,
        Column("How far it is from the month before; null at the start of a part.", ge=0),
    ] = None
    screened: Annotated[
        bool, Column("Whether that range was left out of the limits, as an outlier.")
    ] = False
    mean: Annotated[float, Column("Mean of the part.")] = 0.0
    lower: Annotated[
        float | None,
        Column("Lower limit, which may be below 0; null in a part of one point."),
    ] = None
    upper: Annotated[float | None, Column("Upper limit; null in a part of one point.")] = None
    near_lower: Annotated[
        float | None, Column("Two thirds of the way from mean to lower limit; null with it.")
    ] = None
    near_upper: Annotated[
        float | None, Column("Two thirds of the way from mean to upper limit; null with it.")
    ] = None
    range_limit: Annotated[
        float | None,
        Column("Above it a moving range is out of the ordinary; null with the limits.", ge=0),
    ] = None
    part: Annotated[
        int, Column("Which part the month is in, from 0; a rebase begins one.", ge=0)
    ] = 0
    trial: Annotated[
        bool,
        Column("Whether its part has so few points that the limits move with each new one."),
    ] = False
    rule: Annotated[
        Literal["none", "outside_limits", "trend", "near_limit", "run"],
        Column("What makes it a signal; of several the first."),
    ] = "none"
    sign: Annotated[
        int, Column("1 where that is high or rising, -1 low or falling, 0 no signal.", ge=-1, le=1)
    ] = 0
    reading: Annotated[
        Literal[
            "common_cause", "improvement", "concern", "neutral_high", "neutral_low", "not_known"
        ],
        Column("What it means, by the direction that is good; not_known in a part of one point."),
    ] = "common_cause"
    target: Annotated[float | None, Column("Target that was stated; null without one.")] = None
    assurance: Annotated[
        Literal["meets", "fails", "hit_and_miss", "not_known"],
        Column(
            "Of the last part of the series: whether its target lies beyond the limits, so that "
            "chance alone will not change it; not_known without a target or a good direction."
        ),
    ] = "not_known"
    is_total: Annotated[bool, IS_TOTAL] = False


def control_chart(
    series: ArrowStream,
    *,
    value: str = "logs_per_day",
    by: By = None,
    period: str = "month",
    direction: Direction = "neutral",
    target: float | None = None,
    rebase: str | Iterable[str] = (),
    fix_after: int | None = None,
    screen_outliers: bool = True,
    rules: Rules = NHS,
    part_months: PartMonths = "leave_out",
) -> pd.DataFrame:
    """A control chart of each group's series, as data: what is a signal, and what is not.

    An XmR chart: ``mean ± 2.66`` mean moving ranges, and four rules by which a point is a special
    cause; see `stats.control.xmr`. Chart figures that are comparable from month to month, such as
    `logs_per_day` of `demand`, or a ratio. A series with seasons has a signal every summer.

    Args:
        series: A row a group and month, such as `demand` gives: a pandas, polars or pyarrow frame,
            or what else streams Arrow. Needs the columns of `by`, `period` and `value`. Rows with
            `is_total` are charted apart. Where it has `days`, months of which a part is there are
            told by them.
        value: Column of the figures.
        by: Columns that tell the series apart; all rows are one series without it.
        period: Column of the months, such as ``2018-07``.
        direction: Which way is good: ``"increase"``, ``"decrease"`` or ``"neutral"``. More
            attendance by neighbourhood teams at P1 to P3 may be help in a surge, or abstraction.
        target: What is to be met.
        rebase: Months where a new part begins, one or several, with a mean and limits of its own:
            where something is known to have changed, such as how it is recorded. A series that does
            not have the month goes on as it is.
        fix_after: Have the lines of each part rest on its first so many points; at least 12.
        screen_outliers: Leave outlying moving ranges out of the limits; False is as the Excel tool
            of NHS England.
        rules: How long a run and a trend are, and the rule of points near a limit.
        part_months: Whether the first and last months of a series, where a part of them is there,
            are left out, with a warning that names them, or kept.

    Returns:
        A row a group and month, sorted by `by`, null last, and month, those of totals after all
        others: the columns of `ControlPoint`.

    Raises:
        MissingColumnsError: If the frame lacks columns; names every one.
        ColumnTypeError: If the value is of another type than numbers.
        MixedRowsError: If a series has a month twice, or is of several forces.
        ValidationError: If a series has a gap, with every group and month. A gap is not 0, and
            neighbours across it are none. So is a part of a month between whole ones.
        ValueError: If a period is not written as a month, no series has a month to rebase at,
            `fix_after` is below 12, or a direction is unknown.

    Warns:
        NpolicingWarning: If months are left out.

    Source:
        See `stats.control`: NHS England, Making Data Count, as NHSRplotthedots draws it.

    >>> import pandas as pd
    >>> counts = [5, 6, 5, 6, 5, 6, 12, 5, 6, 5, 6, 5]
    >>> months = [f"2018-{month:02}" for month in range(1, 13)]
    >>> chart = control_chart(pd.DataFrame({"month": months, "logs": counts}), value="logs")
    >>> chart.loc[chart["sign"] != 0, ["month", "value", "rule", "reading"]].values.tolist()
    [['2018-07', 12.0, 'outside_limits', 'neutral_high']]
    """
    found = tidy("control_chart", series, value, by, period=period, part_months=part_months)
    alike = found.alike()
    begins = _begins(rebase, alike)
    parts = [_POINTS.empty_table()]
    for months, at in alike.items():
        chart = xmr(
            np.stack([found.series[each].figures for each in at]),
            direction=direction,
            target=target,
            rebase=[month for month in begins if month in months],
            labels=months,
            fix_after=fix_after,
            screen_outliers=screen_outliers,
            rules=rules,
        )
        parts.append(_points(chart, at, target))
    points = pa.concat_tables(parts).sort_by([(_AT, "ascending"), ("month", "ascending")])
    keys = found.keys.take(points[_AT])
    asked = [field for field in keys.schema if field.name != "is_total"]
    *declared, is_total = arrow_schema(ControlPoint)
    arrays = [keys[field.name] for field in asked] + [points[field.name] for field in declared]
    schema = pa.schema([*asked, *declared, is_total])
    return pandas_frame(pa.Table.from_arrays([*arrays, keys["is_total"]], schema=schema))


_AT = "place of the series"
_POINTS = pa.schema([pa.field(_AT, pa.int64()), *list(arrow_schema(ControlPoint))[:-1]])


def _begins(rebase: str | Iterable[str], alike: Iterable[Sequence[str]]) -> Sequence[str]:
    """The months to rebase at, each of them one that some series has."""
    asked, known = names_of(rebase), {month for months in alike for month in months}
    strange = [month for month in asked if month not in known]
    if strange and known:
        raise ValueError(
            f"rebase at {', '.join(map(repr, strange))}: no series has that month; they have "
            f"{min(known)} to {max(known)}"
        )
    return asked


def _points(chart: ControlChart, at: Sequence[int], target: float | None) -> pa.Table:
    """The points of series over the same months, and the places of the series that they are of."""
    columns = chart.columns()
    months = len(columns["value"]) // len(at)
    columns["month"] = columns["label"]
    columns[_AT] = np.repeat(at, months)
    columns["target"] = np.full(len(at) * months, np.nan if target is None else target)
    columns["assurance"] = np.repeat(chart.assurance, months)
    arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in _POINTS]
    return pa.Table.from_arrays(arrays, schema=_POINTS)
