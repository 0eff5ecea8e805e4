"""Rows in parts, each read and counted when it is its turn."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

import attrs
import pyarrow as pa

from npolicing._tally.axes import Axis, axis_of, constant
from npolicing._tally.cells import Column, check_single, numbers, typed
from npolicing._tally.kernel import Weights, add_up, count
from npolicing._tally.question import Question
from npolicing.arrow import Array

__all__ = ["Batch", "Part", "count_parts"]

_FOLD = 1 << 20
"""Rows of small tables at which they are added up, so that many parts take no more memory."""


@attrs.frozen(kw_only=True)
class Batch:
    """Some rows that are in memory.

    Attributes:
        rows: How many.
        columns: The columns that a question needs, but for the constants.
        constants: Columns that are known to have one value, as arrays of length 1.
        pandas: Whether the columns are stored as pandas stores them.
    """

    rows: int
    columns: Mapping[str, Column]
    constants: Mapping[str, Array] = attrs.field(factory=dict)
    pandas: bool = False


Part: TypeAlias = Callable[[Question], Iterable[Batch]]
"""Some rows, read when it is their turn; what has no row that is asked for may be left out."""


def count_parts(parts: Iterable[Part], question: Question) -> pa.Table | None:
    """The counts of all parts together; null where no part has rows."""
    by, counted = question.grouped, question.counted
    tables: list[pa.Table] = []
    for table in _threaded(lambda part: _counts(part, question), parts):
        if table is not None:
            tables.append(table)
        if len(tables) > 1 and sum(each.num_rows for each in tables) > _FOLD:
            tables = [add_up(tables, by, counted)]
    return add_up(tables, by, counted) if tables else None


def _threaded(
    task: Callable[[Part], pa.Table | None], parts: Iterable[Part]
) -> Iterator[pa.Table | None]:
    """The results of a task, with no more parts in memory than threads have hands for."""
    threads = min(os.cpu_count() or 1, 8)
    rest = iter(parts)
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[pa.Table | None]] = deque(
            pool.submit(task, part) for part in islice(rest, 2 * threads)
        )
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(task, part) for part in islice(rest, 1))
            yield done


def _counts(part: Part, question: Question) -> pa.Table | None:
    tables = [_count(batch, question) for batch in part(question) if batch.rows]
    if len(tables) > 1:
        return add_up(tables, question.grouped, question.counted)
    return tables[0] if tables else None


def _count(batch: Batch, question: Question) -> pa.Table:
    axes: dict[str, Axis] = {}
    for name in question.columns:
        known = batch.constants.get(name)
        if known is None:
            check_single(name, batch.columns[name].type, question)
        found = axis_of(batch.columns[name]) if known is None else constant(known)
        values = typed(name, found.values, question, pandas=batch.pandas)
        axis = attrs.evolve(found, values=values)
        if name in question.where:
            axis = axis.only(question.where[name], shown=name in question.grouped)
        axes[name] = axis
    return count(axes, _weights(batch.columns, question), batch.rows, question.grouped)


def _weights(columns: Mapping[str, Column], question: Question) -> Weights:
    if question.weighted:
        return {name: numbers(name, columns[name], question) for name in question.counted}
    if not question.crimes:
        return {question.counted[0]: None}
    crimes = columns["crimes"]
    return {
        question.counted[0]: None,
        "crimes": numbers("crimes", crimes, question, unknown=True),
        "crimes_unknown": crimes.is_null().cast(pa.int64()).to_numpy(),
    }
