"""Rows in parts, each read and counted when it is its turn."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import attrs
import pyarrow as pa

from npolicing._tally.axes import Axis, axis_of, constant
from npolicing._tally.cells import Column, numbers, typed, zeroed
from npolicing._tally.kernel import Weights, add_up, count
from npolicing._tally.question import Question
from npolicing.arrow import Array

__all__ = ["Part", "count_parts"]

_FOLD = 1 << 20
"""Rows of small tables at which they are added up, so that many parts take no more memory."""


@attrs.frozen(kw_only=True)
class Part:
    """Some rows.

    Attributes:
        rows: How many.
        read: Gives the columns of some names.
        constants: Columns that are known to have one value, as arrays of length 1.
        excluded: Whether it is known that none of the rows is asked for.
        pandas: Whether the columns are stored as pandas stores them.
    """

    rows: int
    read: Callable[[Sequence[str]], Mapping[str, Column]]
    constants: Mapping[str, Array] = attrs.field(factory=dict)
    excluded: bool = False
    pandas: bool = False


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
    if part.excluded or not part.rows:
        return None
    looked_at = [name for name in question.columns if name not in part.constants]
    columns = part.read([*looked_at, *question.numbers])
    axes: dict[str, Axis] = {}
    for name in question.columns:
        known = part.constants.get(name)
        found = axis_of(columns[name]) if known is None else constant(known)
        values = typed(name, found.values, question, pandas=part.pandas)
        axis = attrs.evolve(found, values=values)
        if name in question.where:
            axis = axis.only(question.where[name], shown=name in question.grouped)
        axes[name] = axis
    return count(axes, _weights(columns, question), part.rows, question.grouped)


def _weights(columns: Mapping[str, Column], question: Question) -> Weights:
    if question.weighted:
        return {name: numbers(name, columns[name], question) for name in question.counted}
    if not question.crimes:
        return {question.counted[0]: None}
    crimes = columns["crimes"]
    return {
        question.counted[0]: None,
        "crimes": numbers("crimes", zeroed(crimes), question),
        "crimes_unknown": crimes.is_null().cast(pa.int64()).to_numpy(),
    }
