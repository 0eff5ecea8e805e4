"""Whether each response kept its grade's target: two kinds of logs in place of thousands of times.

Packs need the share within the target of each month, and no other percentile of the history. So a
response time is counted as kept or not, and then told by two times that stand for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa

from npolicing._tally import Batch, Derived
from npolicing.arrow import Array

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KEPT", "kept_targets", "with_seconds"]

KEPT = "packs.kept"  # no log has a column of such a name
_NEEDS = ("priority", "response_seconds")


def kept_targets(targets: Mapping[str, int]) -> Derived:
    """The column of whether the response of a log kept the target of its grade.

    Args:
        targets: The target in seconds of each grade that has one.
    """

    def make(batch: Batch) -> Iterator[Batch]:
        limits = _limits(batch, targets)
        seconds = _column(batch, "response_seconds")
        known = np.asarray(seconds.is_valid()) & (limits > 0)
        kept = seconds.fill_null(pa.scalar(0, seconds.type)).to_numpy() <= limits
        flags = pa.array(kept.astype(np.int64), mask=~known)
        yield attrs.evolve(batch, columns={**batch.columns, KEPT: flags})

    return Derived(measure="a pack", needs=_NEEDS, also=(), makes=(KEPT,), make=make)


def _column(batch: Batch, name: str) -> Array:
    """A column, also where the batch knows that it has one value."""
    if name in batch.constants:
        return pa.repeat(batch.constants[name][0], batch.rows)
    column = batch.columns[name]
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _limits(batch: Batch, targets: Mapping[str, int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The target of each log; 0 where its grade has none."""
    grades = _column(batch, "priority")
    coded = grades if isinstance(grades, pa.DictionaryArray) else grades.dictionary_encode()
    names = coded.dictionary.to_pylist()
    # The last stands for a grade that is null.
    values = np.array([*(targets.get(str(name), 0) for name in names), 0], dtype=np.int64)
    codes = coded.indices.cast(pa.int64()).fill_null(len(names)).to_numpy()
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = values[codes]
    return found


def with_seconds(table: pa.Table, targets: Mapping[str, int]) -> pa.Table:
    """Counts with a time in place of whether a response kept its target: that, or a second more."""
    grades = table["priority"].to_pylist()
    flags = table[KEPT].to_pylist()
    seconds = [
        None if flag is None else targets[str(grade)] + 1 - flag
        for grade, flag in zip(grades, flags, strict=True)
    ]
    column = pa.array(seconds, pa.int64())
    return table.drop_columns([KEPT]).append_column("response_seconds", column)
