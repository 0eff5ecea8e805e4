"""Series of whole months without a gap, one a group, for what needs each month to be there.

A part-month would be taken for a low month, so it is left out and named. A gap is refused: nobody
knows what came in, and any number in its place would be made up.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._examining import any_table
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where
from npolicing.arrow import arrow_schema
from npolicing.calendar import days_in_month, month_at, month_number, months_from
from npolicing.errors import Failure, MixedRowsError, NpolicingWarning, ValidationError
from npolicing.measures.demanding import Demand, demand

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DemandSeries",
    "Series",
    "is_demand",
    "keyed_result",
    "months_after",
    "series_of",
]

IS_TOTAL = "is_total"
_SHOWN = ("month", "days", "logs", "logs_per_day", IS_TOTAL)
"""The columns that tell a result of `demand` from rows that are still to be counted."""


@attrs.frozen(eq=False, kw_only=True)
class DemandSeries:
    """One group's logs, month by month.

    Attributes:
        group: The group in words.
        place: Which of all groups it is, from 0.
        is_total: Whether it is that of all groups.
        months: The months, one after the other.
        days: The days of each.
        logs: The logs of each.
    """

    group: str
    place: int
    is_total: bool
    months: Sequence[str]
    days: NDArray[np.int64]
    logs: NDArray[np.float64]

    @property
    def per_day(self) -> NDArray[np.float64]:
        """Logs a day in each month."""
        return self.logs / self.days


@attrs.frozen(eq=False)
class Series:
    """The series of some groups.

    Attributes:
        each: A series a group.
        keys: A row a group: the values that tell it from others.
    """

    each: Sequence[DemandSeries]
    keys: pa.Table

    def result(
        self, declared: type[Record], figures: Callable[[DemandSeries], Sequence[Record]]
    ) -> pd.DataFrame:
        """A measure's result: several rows a group, with the values of the group."""
        return keyed_result(declared, self.keys, [figures(series) for series in self.each])


def series_of(
    measure: str,
    logs: LogRows,
    *,
    by: By,
    where: Where,
    since: date | None,
    until: date | None,
    total: bool,
) -> Series:
    """The series of each group: of logs, of a tally of them, or of a result of `demand` as it is.

    A group that has none of the logs that are asked for has no series.

    Raises:
        ValidationError: If a month is not known, or not there; names each, with its group.
        MixedRowsError: If a group has two rows of a month.
        ValueError: If a result of `demand` comes with what it was to be asked for.
    """
    if is_demand(logs):
        if (by, where, since, until, total) != (None, None, None, None, False):
            raise ValueError(
                f"{measure}: these rows are a result of demand. Give by, where, since, until and "
                "total to demand, or pass the logs."
            )
        frame: pd.DataFrame = logs  # type: ignore[assignment] # by the line above
    else:
        frame = demand(logs, by=by, where=where, since=since, until=until, total=total)
    declared = {field.name for field in Demand.columns()}
    names = [str(name) for name in frame.columns if name not in declared]
    parted = frame.groupby([*names, IS_TOTAL], sort=False, dropna=False, observed=True)
    found = [
        _one(measure, rows, names, place)
        for place, (_, rows) in enumerate(parted)
        if rows["logs"].fillna(1).ne(0).any()
    ]
    gaps = [gap for each in found for gap in each.gaps]
    if gaps:
        raise ValidationError("Demand", gaps)
    parts = {month: days for each in found for month, days in each.parts.items()}
    if parts:
        _warn(measure, parts)
    each = [one.series for one in found]
    firsts = parted.head(1).iloc[[one.place for one in each]]
    return Series(each, _keys_of(firsts, names))


@attrs.frozen
class _Found:
    """A series, its part-months with the days that they have, and its gaps."""

    series: DemandSeries
    parts: Mapping[str, int]
    gaps: Sequence[Failure]


def is_demand(logs: LogRows) -> bool:
    """Whether rows are a result of `demand`."""
    frame = nw.dependencies.is_pandas_dataframe(logs)
    return frame and set(_SHOWN) <= set(logs.columns)  # type: ignore[union-attr] # a frame has them


def _one(measure: str, rows: pd.DataFrame, names: Sequence[str], place: int) -> _Found:
    """The series of one group."""
    is_total = bool(rows[IS_TOTAL].iloc[0])
    shown = [f"{name} {rows[name].astype(object).fillna('null').iloc[0]}" for name in names]
    group = "the total" if is_total else ", ".join(shown) or "all logs"
    rows = rows.sort_values("month")
    months, days = rows["month"].tolist(), rows["days"].to_numpy(np.int64)
    logs = rows["logs"].to_numpy(np.float64, na_value=np.nan)
    twice = [month for month, after in pairwise(months) if month == after]
    if twice:
        raise MixedRowsError(
            f"{measure}: {group} has {twice[0]} twice. Put into by what tells the rows apart."
        )
    whole = np.array([days_in_month(month) for month in months], np.int64) == days
    kept = [month for month, is_whole in zip(months, whole, strict=True) if is_whole]
    known = {months[at] for at in np.flatnonzero(whole & ~np.isnan(logs))}
    series = DemandSeries(
        group=group,
        place=place,
        is_total=is_total,
        months=kept,
        days=days[whole],
        logs=logs[whole],
    )
    gaps = [
        Failure(code="GAP", rule=f"{group}: logs in each month", column="month", value=month)
        for month in (months_from(kept[0], kept[-1]) if kept else ())
        if month not in known
    ]
    parts = {months[at]: int(days[at]) for at in np.flatnonzero(~whole)}
    return _Found(series, parts, gaps)


def _warn(measure: str, parts: Mapping[str, int]) -> None:
    said = [
        f"{month} has {days} of its {days_in_month(month)} days"
        for month, days in sorted(parts.items())
    ]
    warnings.warn(
        f"{measure}: {', '.join(said)}; a part-month is left out.", NpolicingWarning, stacklevel=4
    )


def months_after(month: str, number: int) -> list[str]:
    """The months that follow one."""
    last = month_number(month)
    return [month_at(last + each) for each in range(1, number + 1)]


def _keys_of(rows: pd.DataFrame, names: Sequence[str]) -> pa.Table:
    """The values that tell rows apart, text as Arrow has it where nothing is declared."""
    table = any_table(rows[[*names]].reset_index(drop=True))
    plain = {pa.large_string(): pa.string(), pa.null(): pa.string()}
    fields = [pa.field(each.name, plain.get(each.type, each.type)) for each in table.schema]
    return table.cast(pa.schema(fields))


def keyed_result(
    declared: type[Record], keys: pa.Table, figures: Sequence[Sequence[Record]]
) -> pd.DataFrame:
    """A result with several rows a group: the values of the group, and what is declared."""
    at = np.repeat(np.arange(len(figures)), [len(rows) for rows in figures])
    rows = [row for group in figures for row in group]
    schema = arrow_schema(declared)
    columns = [keys[name].take(at) for name in keys.column_names]
    columns += [
        pa.chunked_array([pa.array([getattr(row, field.name) for row in rows], field.type)])
        for field in schema
    ]
    return pandas_frame(pa.table(columns, schema=pa.schema([*keys.schema, *schema])))
