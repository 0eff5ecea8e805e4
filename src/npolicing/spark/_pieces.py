"""Checked logs on their way through a shuffle of Spark: the rows of a month, packed small.

Rows as Spark shuffles them are four to five times as long as in a file of a store. So each task
checks its rows, parts them by month, and hands on what it has of a month as one piece: bytes that a
group-by brings together with the others of that month.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._failures import Failure, Failures, Fault
from npolicing._metadata import stamp
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.store._months import parted
from npolicing.store._taking import checked
from npolicing.store._writing import write_rows

__all__ = ["FEW", "PIECES", "merged", "pack", "told", "unpack"]

PIECES = "force string, month string, rows binary, failures binary"
"""A piece as Spark has it: rows of a month, or else what a task found wrong, of no month."""

FEW = 1_000
"""How many failures of a task, or of a month, are handed on; the rest are counted."""
_HELD = 2**18
"""Rows that a task checks and packs at a time: some 250 megabytes while they are packed."""
_COLUMNS: dict[str, pa.DataType] = {
    "force": pa.string(),
    "month": pa.string(),
    "rows": pa.binary(),
    "failures": pa.binary(),
}
_SCHEMA = pa.schema(_COLUMNS)


def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of a task as pieces, or what is wrong with them: then pieces are of no use."""
    try:
        for batch in checked(_gathered(batches)):
            for (force, month), rows in parted(batch.table).items():
                yield _piece(force, month, _packed(rows), None)
    except ValidationError as error:
        yield _piece(None, None, None, pickle.dumps(merged([error.failures], FEW)))


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows in tables of so many: Spark's own batches are small."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for each in batches:
        held.append(each)
        rows += each.num_rows
        if rows >= _HELD:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _packed(rows: pa.Table) -> bytes:
    sink = BytesIO()
    write_rows(rows, sink, stamp(Log))
    return sink.getvalue()


def _piece(
    force: str | None, month: str | None, rows: bytes | None, failures: bytes | None
) -> pa.RecordBatch:
    cells = (force, month, rows, failures)
    return pa.record_batch(
        [pa.array([cell], each.type) for cell, each in zip(cells, _SCHEMA, strict=True)],
        schema=_SCHEMA,
    )


def unpack(pieces: pa.Table) -> list[pa.Table]:
    """The rows of pieces."""
    return [
        pq.ParquetFile(pa.BufferReader(each.as_buffer())).read().replace_schema_metadata(None)
        for each in pieces["rows"]
    ]


def told(pieces: pa.Table) -> list[Failures]:
    """What tasks found wrong."""
    found = pieces["failures"].drop_null()
    return [pickle.loads(each.as_buffer()) for each in found]  # noqa: S301 # of our own tasks


def merged(found: Iterable[Iterable[Failure]], keep: int) -> Failures:
    """Failures of several tasks: so many of them, and the number of all.

    They are of no row: rows of a frame of Spark have no order, and so no number.
    """
    counts: Counter[Fault] = Counter()
    kept: list[Failure] = []
    for each in found:
        failures = each if isinstance(each, Failures) else Failures(each)
        counts.update(failures.counts)
        kept += (attrs.evolve(one, row=None) for one in failures[: keep - len(kept)])
    return Failures(sorted(kept, key=str), counts)
