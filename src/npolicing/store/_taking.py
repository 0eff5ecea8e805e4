"""What is to be loaded, batch by batch: checked, with everything that is wrong in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeGuard

import attrs
import pyarrow as pa

from npolicing._examining import Rows
from npolicing._failures import KEPT, Failure, Failures, Fault
from npolicing._metadata import stamp_of
from npolicing.entities.log import Log
from npolicing.errors import ValidationError
from npolicing.frames import to_arrow

__all__ = ["Batch", "Logs", "checked"]

_SLICE = 2**20
"""Rows of a table that are checked at a time."""

Logs = Rows | Iterable[pa.RecordBatch] | Iterable[pa.Table]
"""Records, a frame, or batches, such as those of a `pyarrow.RecordBatchReader`."""


@attrs.frozen(kw_only=True)
class Batch:
    """Rows that keep every rule, and what their schema said of them."""

    table: pa.Table
    synthetic: bool
    marking: str | None


def checked(logs: Logs) -> Iterator[Batch]:
    """The rows as they come.

    Raises:
        ValidationError: After the last batch, with the failures of all, or after so many that
            something else must be wrong with the file; once a row was wrong, no more batches are
            handed on.
    """
    rows, failures, counts = 0, list[Failure](), Counter[Fault]()
    for each in _batches(logs):
        try:
            table = to_arrow(each, Log)
        except ValidationError as error:
            failures += [_moved(failure, rows) for failure in error.failures]
            counts.update(error.failures.counts)
            rows += len(each)  # type: ignore[arg-type] # which could be checked
        else:
            rows += table.num_rows
            if not failures:
                yield _said(each, table)
        if len(failures) >= KEPT:
            break
    if failures:
        raise ValidationError(Log.__name__, Failures(failures, counts))


def _batches(logs: Logs) -> Iterator[Rows]:
    """The rows in pieces that can be checked."""
    if isinstance(logs, pa.Table):
        for start in range(0, logs.num_rows, _SLICE):
            yield logs.slice(start, _SLICE)
    elif _are_batches(logs):
        for batch in logs:
            yield from _batches(batch)
    elif isinstance(logs, pa.RecordBatch):
        yield pa.Table.from_batches([logs])
    else:
        yield logs  # type: ignore[misc] # to_arrow refuses what is no rows


def _are_batches(logs: Logs) -> TypeGuard[Iterable[pa.RecordBatch | pa.Table]]:
    if isinstance(logs, Sequence):
        return bool(logs) and isinstance(logs[0], pa.RecordBatch | pa.Table)
    return isinstance(logs, Iterator)


def _moved(failure: Failure, rows: int) -> Failure:
    """A failure whose row counts from the first of all."""
    return failure if failure.row is None else attrs.evolve(failure, row=failure.row + rows)


def _said(rows: object, table: pa.Table) -> Batch:
    schema = getattr(rows, "schema", None)
    said = stamp_of(schema, "logs") if isinstance(schema, pa.Schema) else None
    return Batch(
        table=table,
        synthetic=said is not None and said.synthetic,
        marking=None if said is None else said.marking,
    )
