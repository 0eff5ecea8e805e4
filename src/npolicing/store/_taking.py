"""What is to be loaded, batch by batch: checked, with everything that is wrong in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs
import pyarrow as pa

from npolicing._examining import Rows
from npolicing._metadata import stamp_of
from npolicing.entities.log import Log
from npolicing.errors import Failure, Failures, ValidationError
from npolicing.frames import to_arrow

__all__ = ["Batch", "Logs", "checked"]

_KEPT = 100_000  # the rest are counted

Logs = Rows | Iterable[pa.RecordBatch] | Iterable[pa.Table]
"""Records, a frame, or an iterator of batches such as a `pyarrow.RecordBatchReader`."""


@attrs.frozen(kw_only=True)
class Batch:
    """Rows that keep every rule, and what their schema said of them."""

    table: pa.Table
    synthetic: bool
    marking: str | None


def checked(logs: Logs) -> Iterator[Batch]:
    """The rows as they come.

    Raises:
        ValidationError: After the last batch, with the failures of all; once a row was wrong, no
            more batches are handed on.
    """
    gathered = _Gathered()
    for each in logs if isinstance(logs, Iterator) else [logs]:
        try:
            table = to_arrow(each, Log)  # type: ignore[arg-type] # it refuses what is no rows
        except ValidationError as error:
            gathered.add(error.failures, len(each))  # type: ignore[arg-type] # which could be checked
            continue
        gathered.rows += table.num_rows
        if not gathered.counts:
            yield _said(each, table)
    if gathered.counts:
        raise ValidationError(Log.__name__, Failures(gathered.kept, gathered.counts))


@attrs.define
class _Gathered:
    """Failures of several batches; their rows count from the first row of the first batch."""

    rows: int = 0
    kept: list[Failure] = attrs.field(factory=list)
    counts: Counter[tuple[str, str | None, str]] = attrs.field(factory=Counter)

    def add(self, failures: Failures, rows: int) -> None:
        """Take in what is wrong with a batch of some rows."""
        for each in failures[: max(0, _KEPT - len(self.kept))]:
            row = None if each.row is None else each.row + self.rows
            self.kept.append(attrs.evolve(each, row=row))
        self.counts.update(failures.counts)
        self.rows += rows


def _said(rows: object, table: pa.Table) -> Batch:
    schema = getattr(rows, "schema", None)
    said = stamp_of(schema, "logs") if isinstance(schema, pa.Schema) else None
    return Batch(
        table=table,
        synthetic=said is not None and said.synthetic,
        marking=None if said is None else said.marking,
    )
