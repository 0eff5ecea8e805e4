"""Tidy series by month: a row a group and month, in order, without a gap."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

from npolicing._examining import ArrowStream, any_table
from npolicing._tally import By, names_of
from npolicing.calendar import days_in_month, months_from
from npolicing.errors import (
    ColumnTypeError,
    Failure,
    MissingColumnsError,
    MixedRowsError,
    NpolicingWarning,
    ValidationError,
)
from npolicing.measures._logs import Cells

if TYPE_CHECKING:
    from npolicing.arrow import ChunkedArray

__all__ = ["PartMonths", "Series", "Tidy", "tidy"]

PartMonths = Literal["leave_out", "keep"]
_TOTAL = "is_total"
_DAYS = "days"
_GAP = "a figure in each month, for a gap is not 0: give it, or pass what comes after"
_PART = "a whole month between others: part_months='keep' takes it as it is"


@attrs.frozen(eq=False)
class Series:
    """One group's figures, month after month: each follows the one before, and none is missing."""

    months: tuple[str, ...]
    figures: NDArray[np.float64]


@attrs.frozen(eq=False)
class Tidy:
    """The series of a frame, sorted.

    Attributes:
        keys: A row a series: the columns that they were grouped by, and `is_total`.
        series: The series.
    """

    keys: pa.Table
    series: Sequence[Series]

    def alike(self) -> dict[tuple[str, ...], list[int]]:
        """The places of the series that run over the same months; none of those without any."""
        found: dict[tuple[str, ...], list[int]] = {}
        for at, each in enumerate(self.series):
            if each.months:
                found.setdefault(each.months, []).append(at)
        return found


def tidy(
    measure: str,
    frame: ArrowStream,
    value: str,
    by: By,
    *,
    period: str,
    part_months: PartMonths,
) -> Tidy:
    """The series of a frame.

    Raises:
        MissingColumnsError, ColumnTypeError, MixedRowsError, ValidationError, ValueError: As
            `control_chart`.

    Warns:
        NpolicingWarning: If months of which a part is there are left out.
    """
    if part_months not in ("leave_out", "keep"):
        raise ValueError(f"part_months is 'leave_out' or 'keep', not {part_months!r}")
    table = any_table(frame)
    asked = [name for name in names_of(by) if name not in (period, _TOTAL)]
    missing = [name for name in (*asked, period, value) if name not in table.column_names]
    if missing:
        raise MissingColumnsError(missing, table.column_names)
    _refuse_forces(measure, table, asked)
    cells = _sorted(table, asked, period, value)
    groups = cells.groups()
    points = [
        _Points.of(key, cells.table.slice(rows.start, rows.stop - rows.start))
        for key, rows in zip(groups.keys.to_pylist(), groups.slices(), strict=True)
    ]
    _refuse_twice(measure, points)
    kept = points if part_months == "keep" else [each.whole() for each in points]
    _warn(measure, points, kept)
    failures = [failure for each in kept for failure in each.gaps(value, part_months)]
    if failures:
        raise ValidationError("the series", failures)
    return Tidy(groups.keys, [Series(tuple(each.months), each.values) for each in kept])


_MONTH, _VALUE, _SHORT = "its month", "its value", "its days that lack"


def _sorted(table: pa.Table, by: Sequence[str], period: str, value: str) -> Cells:
    """The columns of the keys, and those of the series under names that no column has."""
    total = pa.chunked_array([np.zeros(table.num_rows, dtype=np.bool_)])
    if _TOTAL in table.column_names:
        total = table[_TOTAL].fill_null(pa.scalar(value=False))
    columns = {_TOTAL: total, **{name: _plain(table[name]) for name in by}}
    keys = tuple(columns)
    columns[_MONTH] = _plain(table[period])
    months = _months(columns[_MONTH], period)
    lengths = {month: days_in_month(month) for month in set(months)}
    whole = np.array([lengths[month] for month in months], dtype=np.float64)
    days = _numbers(table[_DAYS], _DAYS) if _DAYS in table.column_names else whole
    columns[_VALUE] = pa.chunked_array([_numbers(table[value], value)])
    columns[_SHORT] = pa.chunked_array([whole - days])
    order: list[tuple[str, Literal["ascending", "descending"]]]
    order = [(name, "ascending") for name in (*keys, _MONTH)]
    named = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    return Cells(named.sort_by(order), keys)


def _months(column: ChunkedArray, name: str) -> list[str]:
    if column.null_count:
        failure = Failure(code="NULL", rule="not null", column=name)
        raise ValidationError("the series", [failure])
    return [str(month) for month in column.to_pylist()]


def _plain(column: ChunkedArray) -> ChunkedArray:
    """A column in the usual type of its kind, whatever frame it came in."""
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    texts = (pa.large_string(), pa.string_view(), pa.null())
    return column.cast(pa.string()) if column.type in texts else column


def _numbers(column: ChunkedArray, name: str) -> NDArray[np.float64]:
    """Numbers; NaN for what is missing."""
    kind = column.type
    if not any(is_kind(kind) for is_kind in _NUMERIC):
        wrong = Failure(code="WRONG_TYPE", rule="of numbers", column=name, value=str(kind))
        raise ColumnTypeError("the series", [wrong])
    return column.cast(pa.float64(), safe=False).to_numpy()


_NUMERIC = (pat.is_integer, pat.is_floating, pat.is_decimal, pat.is_null)


def _refuse_forces(measure: str, table: pa.Table, by: Sequence[str]) -> None:
    if "force" in by or "force" not in table.column_names:
        return
    forces = sorted(map(str, _plain(table["force"]).unique().drop_null().to_pylist()))
    if len(forces) > 1:
        raise MixedRowsError(
            f"{measure} is of series of one force, and these are of {len(forces)}: "
            f"{', '.join(forces)}. Put 'force' in by, or pass the rows of one."
        )


@attrs.frozen(eq=False)
class _Points:
    """The rows of one group, in order of their months.

    Attributes:
        name: What the group is called, such as `` of npu CV``.
        months: The months.
        values: The figures; NaN where one is missing.
        short: How many days of the month are not there.
    """

    name: str
    months: list[str]
    values: NDArray[np.float64]
    short: NDArray[np.float64]

    @classmethod
    def of(cls, key: Mapping[str, object], rows: pa.Table) -> _Points:
        """The rows of a group, and what its key calls it."""
        parts = [f"{n} {v}" if v is not None else f"no {n}" for n, v in key.items() if n != _TOTAL]
        name = "the total" if key[_TOTAL] else ", ".join(parts)
        columns = [rows[each].to_numpy() for each in (_VALUE, _SHORT)]
        return cls(f" of {name}" if name else "", _months(rows[_MONTH], _MONTH), *columns)

    def whole(self) -> _Points:
        """From the first month that is whole to the last."""
        # A month that does not say its days is taken for whole.
        found = np.flatnonzero(~(self.short > 0)).tolist()
        at = slice(found[0], found[-1] + 1) if found else slice(0, 0)
        return attrs.evolve(
            self, months=self.months[at], values=self.values[at], short=self.short[at]
        )

    def gaps(self, value: str, part_months: PartMonths) -> Iterator[Failure]:
        """Months that are missing, or that lack their figure or a part of their days."""
        figures = zip(self.values.tolist(), self.short.tolist(), strict=True)
        found = dict(zip(self.months, figures, strict=True))
        for month in months_from(self.months[0], self.months[-1]) if self.months else ():
            figure, short = found.get(month, (math.nan, 0.0))
            place = f"{value}{self.name} in {month}"
            if math.isinf(figure):
                yield Failure(code="NOT_FINITE", rule="finite", column=place, value=figure)
            elif math.isnan(figure):
                yield Failure(code="NULL", rule=_GAP, column=place)
            elif short > 0 and part_months == "leave_out":
                days = days_in_month(month)
                told = f"{days - short:.0f} of {days} days"
                yield Failure(code="OUT_OF_RANGE", rule=_PART, column=place, value=told)


def _refuse_twice(measure: str, points: Sequence[_Points]) -> None:
    for each in points:
        twice = [month for month, after in pairwise(each.months) if month == after]
        if twice:
            raise MixedRowsError(
                f"{measure} has one row a group and month, and there are several{each.name} in "
                f"{twice[0]}. Put what tells them apart in by, or pass the rows of one."
            )


def _warn(measure: str, points: Sequence[_Points], kept: Sequence[_Points]) -> None:
    """Name the months that are left out, and whose they are."""
    found: dict[str, list[str]] = {}
    for all_of_them, left in zip(points, kept, strict=True):
        for month, short in zip(all_of_them.months, all_of_them.short.tolist(), strict=True):
            if month not in left.months:
                days = days_in_month(month)
                told = f"{month} ({days - short:.0f} of {days} days)"
                found.setdefault(told, []).append(all_of_them.name)
    if found:
        listed = "; ".join(f"{month}{_shown(names)}" for month, names in sorted(found.items()))
        warnings.warn(
            f"{measure} left out months of which a part is there: {listed}. "
            "part_months='keep' takes them as they are.",
            NpolicingWarning,
            stacklevel=4,
        )


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ",".join(names[:_SHOWN]) + more


_SHOWN = 3
