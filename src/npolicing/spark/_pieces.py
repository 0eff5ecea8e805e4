"""Checked logs on their way through a shuffle of Spark: the rows of a month, packed small.

Rows as Spark shuffles them are four to five times as long as in a file of a store. So each task
checks its rows, parts them by month, and hands on what it has of a month as one piece: bytes that a
group-by brings together with the others of that month.

A long piece is a file of Parquet, some 20 bytes a row. One of a hundred rows would be mostly
footer, 100 bytes a row and slow to make: short ones are Arrow, compressed whole, which is half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._failures import Failures
from npolicing._metadata import stamp
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.spark._gathering import EXAMPLES, merged
from npolicing.spark._handing import columns_of, handed, one_row, to_hand
from npolicing.store._months import parted
from npolicing.store._taking import checked
from npolicing.store._writing import PLAIN, in_order, write_rows

__all__ = ["PIECES", "failures_of", "pack", "unpack"]

_HELD = 2**18
"""Rows that a task checks and packs at a time: some 250 megabytes while they are packed."""
_COLUMNS: dict[str, pa.DataType] = {
    "force": pa.string(),
    "month": pa.string(),
    "rows": pa.binary(),
    "failures": pa.binary(),
}
_SCHEMA = pa.schema(_COLUMNS)
PIECES = columns_of(_SCHEMA)
"""A piece as Spark has it: rows of a month, or else what a task found wrong, of no month."""
_SHORT = 384
"""Rows from which on a piece of Parquet is the smaller one."""
_PARQUET = b"PAR1"


def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of a task as pieces, or what is wrong with them: then pieces are of no use."""
    try:
        for batch in checked(_gathered(batches)):
            for (force, month), rows in parted(batch.table).items():
                yield one_row([force, month, _packed(rows), None], _SCHEMA)
    except ValidationError as error:
        failures = to_hand(merged([error.failures], EXAMPLES))
        yield one_row([None, None, None, failures], _SCHEMA)


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
    if rows.num_rows >= _SHORT:
        sink = BytesIO()
        write_rows(rows, sink, stamp(Log))
        return sink.getvalue()
    (batch,) = in_order(rows).cast(PLAIN).combine_chunks().to_batches()
    return pa.Codec("zstd", 3).compress(batch.serialize(), asbytes=True)


def unpack(pieces: pa.Table) -> list[pa.Table]:
    """The rows of pieces."""
    return [_unpacked(each.as_buffer()) for each in pieces["rows"]]


def _unpacked(rows: pa.Buffer) -> pa.Table:
    source = pa.BufferReader(rows)
    if rows[: len(_PARQUET)].to_pybytes() == _PARQUET:
        return pq.ParquetFile(source).read().replace_schema_metadata(None)
    with pa.CompressedInputStream(source, "zstd") as whole:
        return pa.Table.from_batches([pa.ipc.read_record_batch(pa.py_buffer(whole.read()), PLAIN)])


def failures_of(pieces: pa.Table) -> list[Failures]:
    """What tasks found wrong."""
    return [cast("Failures", handed(each.as_buffer())) for each in pieces["failures"].drop_null()]
