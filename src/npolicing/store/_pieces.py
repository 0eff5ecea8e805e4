"""What is loaded, of whatever kind, as a stream of checked tables of bounded length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from npolicing._examining import ArrowStream, Rows, arrow_table, examine
from npolicing._metadata import FileMetadata, stamp_of
from npolicing.entities.log import Log
from npolicing.errors import Failure

__all__ = ["KEYS", "Logs", "Piece", "checked"]

Logs = Rows | Iterable[ArrowStream]
"""Logs as records, as a frame, or as frames one after another."""

KEYS = ("force", "month", "received_on", "log_id")
_LENGTH = 2**16


@attrs.frozen(kw_only=True)
class Piece:
    """Some rows, checked, and the place of each among all that were read.

    Where rows are at fault the table has their keys alone, of those that have one: it is only there
    to find what else is wrong.
    """

    table: pa.Table
    places: np.ndarray[tuple[int], np.dtype[np.int64]]
    failures: tuple[Failure, ...]
    said: FileMetadata | None


def checked(logs: Logs, progress: Callable[[int], None] | None) -> Iterator[Piece]:
    """The rows a piece at a time; the caller is told how many have been read."""
    read = 0
    for rows in _cut(logs):
        said = stamp_of(rows.schema, "logs") if isinstance(rows, pa.Table) else None
        examined = examine(rows, Log)
        table, places = examined.table, np.arange(read, read + examined.table.num_rows)
        failures = tuple(
            attrs.evolve(each, row=None if each.row is None else each.row + read)
            for each in examined.failures
        )
        if failures:
            whole = np.logical_and.reduce([_known(table, name) for name in KEYS])
            table, places = table.select(KEYS).filter(pa.array(whole)), places[whole]
        read += examined.table.num_rows
        yield Piece(table=table, places=places, failures=failures, said=said)
        if progress is not None:
            progress(read)


def _known(table: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(table[name].is_valid().to_numpy(), dtype=np.bool_)


def _cut(logs: Logs) -> Iterator[Rows]:
    """Rows of bounded length, in order: no check then needs more memory than some of them do."""
    logs = nw.to_native(logs, pass_through=True)
    if isinstance(logs, Sequence):
        yield from (logs[at : at + _LENGTH] for at in range(0, len(logs), _LENGTH))
    elif nw.dependencies.is_pandas_dataframe(logs):
        yield from (logs.iloc[at : at + _LENGTH] for at in range(0, max(len(logs), 1), _LENGTH))
    elif isinstance(logs, pa.RecordBatchReader):
        for batch in logs:
            yield from _slices(pa.Table.from_batches([batch]))
    elif nw.dependencies.is_polars_dataframe(logs) or isinstance(logs, pa.Table):
        yield from _slices(arrow_table(logs))
    elif hasattr(logs, "__arrow_c_stream__"):
        yield from _cut(pa.RecordBatchReader.from_stream(logs))
    elif isinstance(logs, Iterable) and not nw.dependencies.is_polars_lazyframe(logs):
        for each in logs:
            yield from _cut(each)
    else:
        arrow_table(logs)  # which says that it is no frame


def _slices(table: pa.Table) -> Iterator[pa.Table]:
    # An empty one is held to the columns, too.
    yield from (table.slice(at, _LENGTH) for at in range(0, max(table.num_rows, 1), _LENGTH))
