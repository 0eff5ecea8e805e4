"""The door into somebody else's engine: rows are counted where they lie, and counts come out.

Only what every engine does alike goes through it: filter, group-by on plain columns, counts and
sums of whole numbers. What is no count is brought out of it row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pyarrow as pa

from npolicing._tally.cells import numbers, typed, zeroed
from npolicing._tally.kernel import add_up
from npolicing._tally.question import Question, Value

if TYPE_CHECKING:
    from typing import Any

__all__ = ["collected", "count_lazily"]


def count_lazily(frame: nw.LazyFrame[Any], question: Question) -> pa.Table:
    """The counts of a polars LazyFrame, a DuckDB relation, or what else narwhals knows."""
    frame = _kept(frame, question)
    sums = [nw.col(name).sum() for name in question.numbers]
    if not question.weighted:
        sums.append(nw.len().alias(question.counted[0]))
    if question.crimes and not question.weighted:
        unknown = nw.when(nw.col("crimes").is_null()).then(1).otherwise(0)
        frame = frame.with_columns(crimes_unknown=unknown)
        sums.append(nw.col("crimes_unknown").sum())
    grouped = list(question.grouped)
    counted = frame.group_by(grouped).agg(*sums) if grouped else frame.select(*sums)
    return _typed(counted.collect().to_arrow(), question)


def collected(frame: nw.LazyFrame[Any], question: Question) -> pa.Table:
    """The rows that a question keeps, with the columns that it needs."""
    return _kept(frame, question).select(list(question.needed)).collect().to_arrow()


def _kept(frame: nw.LazyFrame[Any], question: Question) -> nw.LazyFrame[Any]:
    for name, wanted in question.where.items():
        frame = frame.filter(_among(name, wanted))
    return frame


def _among(name: str, wanted: frozenset[Value]) -> nw.Expr:
    values = [value for value in wanted if value is not None]
    among = nw.col(name).is_in(values)
    return among | nw.col(name).is_null() if None in wanted else among


def _typed(table: pa.Table, question: Question) -> pa.Table:
    """The engine's columns in the types that the kernel gives."""
    columns = {name: typed(name, table[name], question) for name in question.grouped}
    # The sum of no row, and that of unknown numbers, is null in some engines and 0 in others.
    sums = {
        name: pa.array(numbers(name, zeroed(table[name]), question)) for name in question.counted
    }
    return add_up([pa.table({**columns, **sums})], question.grouped, question.counted)
