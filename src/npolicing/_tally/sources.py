"""Where rows lie, and how they are counted there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from npolicing._examining import ArrowStream, entity_of
from npolicing._records import Record, Records
from npolicing._tally.cells import Column
from npolicing._tally.lazy import collected, count_lazily
from npolicing._tally.parts import Batch, Part, count_parts
from npolicing._tally.question import Question
from npolicing.delta_table import Lying
from npolicing.entities import Log
from npolicing.errors import ColumnTypeError, Failure
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    from typing import Any

    import narwhals.stable.v2 as nw
    import pandas as pd
    from pyarrow.dataset import Fragment

__all__ = [
    "Source",
    "of_dataset",
    "of_lazy",
    "of_pandas",
    "of_parts",
    "of_records",
    "of_stream",
    "of_table",
]

_ROWS = 1 << 19
"""Rows of a part of what lies in memory."""


@attrs.frozen
class Source:
    """Rows to be counted.

    Attributes:
        names: Their columns.
        count: Gives the counts that answer a question.
        parts: The rows themselves, for what is no count; they may be read once, there or here.
    """

    names: Sequence[str]
    count: Callable[[Question], pa.Table | None]
    parts: Iterable[Part]


def of_parts(names: Sequence[str], parts: Iterable[Part]) -> Source:
    """The rows of parts, which our own kernel counts."""
    return Source(names, lambda question: count_parts(parts, question), parts)


def of_lazy(frame: nw.LazyFrame[Any]) -> Source:
    """The rows of another engine, which it counts itself."""
    return Source(
        frame.collect_schema().names(),
        lambda question: count_lazily(frame, question),
        [_lazy(frame)],
    )


def _lazy(frame: nw.LazyFrame[Any]) -> Part:
    """The rows that are asked for, brought here."""

    def batches(question: Question) -> Iterator[Batch]:
        for rows in collected(frame, question):
            yield Batch(rows=rows.num_rows, columns={n: rows[n] for n in question.needed})

    return batches


def of_table(table: pa.Table) -> Source:
    """The rows of an Arrow table."""
    return of_parts(table.column_names, _sliced(table))


def of_stream(stream: ArrowStream) -> Source:
    """The rows of whatever streams Arrow, which may be read once and need not fit into memory."""
    reader = pa.RecordBatchReader.from_stream(stream)
    return of_parts(reader.schema.names, map(_whole, reader))


def _whole(rows: pa.RecordBatch | pa.Table) -> Part:
    return lambda question: [
        Batch(rows=rows.num_rows, columns={name: rows[name] for name in question.needed})
    ]


def of_dataset(lying: Lying) -> Source:
    """The rows of files that Arrow reads, wherever they lie: a file is read by one thread."""
    names = lying.dataset.schema.names
    return of_parts(names, (partial(_of_file, lying, each) for each in lying.files()))


def _of_file(lying: Lying, file: Fragment, question: Question) -> Iterator[Batch]:
    chosen = _among(lying.dataset.schema, question)
    for rows in lying.read(file, question.needed, chosen):
        columns = {name: rows[name] for name in question.needed}
        yield Batch(rows=rows.num_rows, columns=columns)


def _among(schema: pa.Schema, question: Question) -> pc.Expression | None:
    """Of what is asked for, as much as spares reading, such as a month: all is held to it later."""
    asked = [
        pc.field(name).isin(sorted(map(str, wanted)))
        for name, wanted in question.where.items()
        if pat.is_string(schema.field(name).type) and None not in wanted
    ]
    return reduce(and_, asked) if asked else None


def _sliced(table: pa.Table) -> Iterator[Part]:
    for start in range(0, table.num_rows, _ROWS):
        yield _whole(table.slice(start, _ROWS))


def of_records(rows: Sequence[Record], entity: type[Record] | None = None) -> Source:
    """Records; those of an empty list are taken for what is asked of, and else for logs."""
    found = entity_of(rows) if isinstance(rows, Records) or rows else entity or Log
    return of_table(to_arrow(rows, found))


def of_pandas(frame: pd.DataFrame) -> Source:
    """The rows of a pandas frame, each part brought to Arrow when it is its turn."""
    return of_parts([str(name) for name in frame.columns], _pandas_parts(frame))


def _pandas_parts(frame: pd.DataFrame) -> Iterator[Part]:
    for start in range(0, len(frame), _ROWS):
        yield _of_pandas(frame.iloc[start : start + _ROWS])


def _of_pandas(rows: pd.DataFrame) -> Part:
    return lambda question: [
        Batch(
            rows=len(rows),
            columns={name: _of_series(rows[name], question) for name in question.needed},
            pandas=True,
        )
    ]


def _of_series(column: pd.Series, question: Question) -> Column:
    try:
        found: Column = pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, OverflowError):
        wrong = Failure(
            code="WRONG_TYPE", rule="one type", column=str(column.name), value="Python objects"
        )
        raise ColumnTypeError(question.entity.__name__, [wrong]) from None
    return found
