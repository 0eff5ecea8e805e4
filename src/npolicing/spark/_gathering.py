"""Failures that workers find, brought together: every one counted, and some of them kept.

Each task hands on one row: a thousand of its failures at most, and the number of all. One last task
adds them up, so that what comes to the driver is bounded. A task that runs twice makes the same row
twice, of which Spark takes one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

import attrs
import pyarrow as pa

from npolicing._failures import Failure, Failures, Fault
from npolicing.spark._handing import columns_of, handed, one_row, to_hand

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["EXAMPLES", "FOUND", "gathered", "merged", "packed"]

EXAMPLES = 1_000
"""How many failures of a task are handed on; the rest are counted."""

_SCHEMA = pa.schema([("found", pa.binary())])
FOUND = columns_of(_SCHEMA)
"""The columns that `packed` makes, as Spark wants them said."""


def merged(found: Iterable[Iterable[Failure]], keep: int) -> Failures:
    """Failures of several: so many of them, in an order of their own, and the number of all.

    They are of no row: rows of a frame of Spark have no order, and so no number.
    """
    counts: Counter[Fault] = Counter()
    kept: list[Failure] = []
    for each in found:
        failures = each if isinstance(each, Failures) else Failures(each)
        counts.update(failures.counts)
        kept += (attrs.evolve(one, row=None) for one in failures[: keep - len(kept)])
    return Failures(sorted(kept, key=_order), counts)


def _order(failure: Failure) -> tuple[str, str, str, str]:
    return failure.column or "", failure.code, failure.rule, repr(failure.value)


def packed(found: Iterable[Failures]) -> Iterator[pa.RecordBatch]:
    """What a task has found, on its way."""
    failures = merged(found, EXAMPLES)
    if failures.total:
        yield one_row([to_hand(failures)], _SCHEMA)


def gathered(found: DataFrame, keep: int) -> Failures:
    """The failures of all tasks, by column; a job runs."""
    rows = found.repartition(1).mapInArrow(partial(_fewer, keep), FOUND).collect()
    return merged((_failures(row["found"]) for row in rows), keep)


def _fewer(keep: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of all tasks, with no more failures than are kept, and then the number of all."""
    counts: Counter[Fault] = Counter()
    for batch in batches:
        for cell in batch.column(0):
            failures = _failures(cell.as_buffer())
            counts.update(failures.counts)
            some = Failures(failures[:keep], {})
            keep -= len(some)
            if some:
                yield one_row([to_hand(some)], _SCHEMA)
    if counts:
        yield one_row([to_hand(Failures((), counts))], _SCHEMA)


def _failures(cell: bytes | pa.Buffer) -> Failures:
    return cast("Failures", handed(cell))
