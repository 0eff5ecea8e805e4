"""Failures that workers find, brought together: every one counted, and no more kept than asked for.

They travel as rows of one binary column, each no larger than one failure, so that no batch of them
is large. What each task and then one last task makes of them is of bounded size; so is what comes
to the driver. A task that runs twice makes the same rows twice, of which Spark takes one.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from npolicing._failures import Failure, Failures, Fault

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["FOUND", "gathered", "packed"]

FOUND = "found binary"
"""The columns that `packed` makes, as Spark wants them said."""
_BATCH = 1_000


def packed(found: Iterable[Failures], keep: int) -> Iterator[pa.RecordBatch]:
    """What a task has found, on its way: rows of Spark have no number, so failures have no row."""
    counts: Counter[Fault] = Counter()
    kept = 0
    for each in found:
        counts.update(each.counts)
        some = each[: keep - kept]
        kept += len(some)
        yield from _batches(Failures([attrs.evolve(one, row=None)], {}) for one in some)
    yield from _batches([Failures((), counts)] if counts else [])


def _batches(found: Iterable[Failures]) -> Iterator[pa.RecordBatch]:
    texts = [pickle.dumps(each) for each in found]
    for start in range(0, len(texts), _BATCH):
        column = pa.array(texts[start : start + _BATCH], pa.binary())
        yield pa.record_batch([column], names=["found"])


def gathered(found: DataFrame, keep: int) -> Failures:
    """The failures of all tasks, by column; a job runs."""
    rows = found.repartition(1).mapInArrow(partial(_repacked, keep), FOUND).collect()
    every = list(_unpacked(bytes(row["found"]) for row in rows))
    counts: Counter[Fault] = Counter()
    for each in every:
        counts.update(each.counts)
    # In an order of its own: that of tasks is another each time.
    return Failures(sorted((one for each in every for one in each), key=_order), counts)


def _repacked(keep: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    texts = (bytes(cell.as_buffer()) for batch in batches for cell in batch.column(0))
    return packed(_unpacked(texts), keep)


def _unpacked(texts: Iterable[bytes]) -> Iterator[Failures]:
    for text in texts:
        found: Failures = pickle.loads(text)  # noqa: S301 # our own workers made it
        yield found


def _order(failure: Failure) -> tuple[str, str, str, str]:
    return failure.column or "", failure.code, failure.rule, repr(failure.value)
