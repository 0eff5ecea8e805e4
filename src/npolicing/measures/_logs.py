"""What the measures on logs share: a tally, the groups of its rows, and a result made of sums."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._pandas import pandas_frame
from npolicing._tally import By, LogRows, Where, counts, names_of
from npolicing.arrow import Array, ChunkedArray, arrow_schema
from npolicing.errors import MixedRowsError
from npolicing.stats.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

    from npolicing._records import Record

__all__ = [
    "Cells",
    "Counts",
    "Figure",
    "Flags",
    "Groups",
    "cells_of",
    "counted_once",
    "limits",
    "log_result",
    "quotient",
]

Flags: TypeAlias = "NDArray[np.bool_]"
Counts: TypeAlias = "NDArray[np.int64]"


@attrs.frozen(eq=False)
class Cells:
    """The rows of a tally of logs: values and counts.

    Attributes:
        table: The values; sorted by `by`, null last.
        by: The columns that the measure's result is grouped by.
        asked: For columns of `by`, the values of the groups that were asked for; rows of others are
            there because they show which months a force covers.
    """

    table: pa.Table
    by: tuple[str, ...]
    asked: Mapping[str, Collection[object]] = attrs.field(factory=dict)

    def counts(self, name: str = "logs") -> Counts:
        """A column of counts."""
        found: Counts = self.table[name].to_numpy()
        return found

    def among(self, name: str, values: Collection[object]) -> Flags:
        """Which rows have one of some values in a column; null is among them only if it is one."""
        return _among(self.table[name].combine_chunks(), values)

    def groups(self) -> Groups:
        """The groups of the rows by `by`."""
        rows = self.table.num_rows
        starts = np.zeros(rows, dtype=np.bool_)
        starts[:1] = True
        for name in self.by:
            codes = self.table[name].combine_chunks().dictionary_encode("encode").indices
            values = codes.to_numpy()
            starts[1:] |= values[1:] != values[:-1]
        return Groups(np.cumsum(starts) - 1, self.table.select(list(self.by)).filter(starts))

    def asked_groups(self) -> NDArray[np.intp]:
        """Which of the groups were asked for."""
        keys = self.groups().keys
        found = np.ones(keys.num_rows, dtype=np.bool_)
        for name, values in self.asked.items():
            found &= _among(keys[name].combine_chunks(), values)
        return np.flatnonzero(found)

    def whole(self) -> Groups:
        """All rows in one group, whose key is null."""
        keys = pa.table({n: pa.nulls(1, self.table.schema.field(n).type) for n in self.by})
        return Groups(np.zeros(self.table.num_rows, dtype=np.intp), keys, is_total=True)


@attrs.frozen(eq=False)
class Groups:
    """The group of each row of a tally, and the values that tell the groups apart."""

    codes: NDArray[np.intp]
    keys: pa.Table
    is_total: bool = False

    @property
    def number(self) -> int:
        """How many groups there are."""
        return int(self.codes[-1]) + 1 if len(self.codes) else 0

    def slices(self) -> Iterator[slice]:
        """The rows of each group, which lie together."""
        ends = np.searchsorted(self.codes, np.arange(self.number + 1))
        return (slice(start, end) for start, end in pairwise(ends.tolist()))

    def sum(self, counts: Counts | Flags) -> Counts:
        """Counts added up by group, or how many flags are set."""
        sums = np.zeros(self.number, dtype=np.int64)
        np.add.at(sums, self.codes, counts)
        return sums


Column: TypeAlias = "Array | ChunkedArray"
Figure: TypeAlias = "Column | NDArray[np.generic]"
Figures: TypeAlias = Callable[[Groups], Mapping[str, Figure]]
"""Makes the columns of a result out of the groups of a tally."""


def cells_of(
    measure: str,
    logs: LogRows,
    by: By,
    needed: Sequence[str],
    where: Where,
    *,
    crimes: bool = False,
    also: Sequence[str] = (),
    entity: type[Record] | None = None,
) -> Cells:
    """The tally that a measure needs; with the columns of `also` where the rows have them.

    Raises:
        MixedRowsError: If the rows are attendances and not logs.
        MissingColumnsError, ColumnTypeError, ValidationError: As `tally`.
    """
    asked = names_of(by)
    table, question = counts(
        logs, by=(*asked, *needed), where=where, crimes=crimes, also=also, entity=entity
    )
    if question.counted[0] == "attendances":
        raise MixedRowsError(
            f"{measure} is of logs, and these are {question.counted[0]}: several may be at one "
            "log. Pass the logs."
        )
    return Cells(table, asked)


def counted_once(values: NDArray[np.int64], counts: Counts) -> tuple[NDArray[np.int64], Counts]:
    """Values that ascend, each once, and their counts: a total has those of several groups."""
    own, first = np.unique(values, return_index=True)
    return own, np.add.reduceat(counts, first) if len(own) else counts


def quotient(part: NDArray[np.number], whole: NDArray[np.number]) -> Array:
    """Parts over their wholes; null where the whole is zero."""
    undefined = whole == 0
    return pa.array(part / np.where(undefined, 1, whole), mask=undefined)


def limits(found: Interval) -> tuple[Array, Array]:
    """The limits of an interval; null where there are none."""
    low, high = (np.asarray(each, dtype=np.float64) for each in (found.low, found.high))
    return pa.array(low, from_pandas=True), pa.array(high, from_pandas=True)


def log_result(
    declared: type[Record],
    cells: Cells,
    figures: Figures,
    *,
    total: bool,
    more: Sequence[str] = (),
    more_counts: Sequence[str] = (),
) -> pd.DataFrame:
    """A measure's result: a row a group, and the total after them where there is any row.

    Args:
        declared: What declares its columns, `is_total` last.
        cells: The tally that it is made from.
        figures: Makes the columns out of groups.
        total: Whether to add the total.
        more: Columns of figures that were asked for besides.
        more_counts: Columns of counts that were asked for besides.
    """
    keys = [cells.table.schema.field(name).with_nullable(nullable=True) for name in cells.by]
    *fields, is_total = arrow_schema(declared)
    extra = [pa.field(name, pa.float64()) for name in more]
    whole = [pa.field(name, pa.int64(), nullable=False) for name in more_counts]
    schema = pa.schema([*keys, *fields, *extra, *whole, is_total])
    found = _columns(cells.groups(), figures, schema)
    for name, values in cells.asked.items():
        found = found.filter(pa.array(_among(found[name].combine_chunks(), values)))
    parts = [found]
    if total and cells.table.num_rows:
        parts.append(_columns(cells.whole(), figures, schema))
    return pandas_frame(pa.concat_tables(parts))


def _among(column: Array, values: Collection[object]) -> Flags:
    known = [value for value in values if value is not None]
    flags = pc.is_in(column, pa.array(known, column.type))
    if None in values:
        flags = pc.or_(flags, column.is_null())
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _columns(groups: Groups, figures: Figures, schema: pa.Schema) -> pa.Table:
    columns: dict[str, Figure] = {name: groups.keys[name] for name in groups.keys.column_names}
    # A measure that gives several rows a group gives their keys, too.
    columns |= figures(groups)
    rows = len(next(iter(columns.values())))
    columns["is_total"] = pa.array([groups.is_total] * rows, pa.bool_())
    cast = [_cast(columns[field.name], field) for field in schema]
    return pa.Table.from_arrays(cast, schema=schema)


def _cast(column: Figure, field: pa.Field[pa.DataType]) -> Column:
    return (pa.array(column) if isinstance(column, np.ndarray) else column).cast(field.type)
