"""Everything that is wrong with a frame of Spark, found by its workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from npolicing._examining import examine
from npolicing._failures import KEPT, Failures, Fault
from npolicing._records import Record
from npolicing.spark._duplicates import ROWS, duplicates_in, repeated_keys
from npolicing.spark._gathering import EXAMPLES, FOUND, gathered, packed
from npolicing.spark._shapes import no_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from npolicing._failures import Failure

__all__ = ["check"]


def check(rows: DataFrame, entity: type[Record], *, keep: int = KEPT) -> Failures:
    """Everything that is wrong with rows on Spark, by the declarations of their entity.

    It means what `npolicing.check` means. It runs at once: workers check cells and rules, and
    Spark groups the rows by their key, so that it reads them twice. What is wrong is counted where
    the rows are; persist them first where they are dear to make.

    Args:
        rows: A frame with a row for each record.
        entity: What a row is.
        keep: How many failures to keep, of which a task of Spark gives a thousand at most; all are
            counted.

    Returns:
        A failure for each cell, relation or key that is wrong, by column; empty where all is well.
        Of more some are kept, with `total` and `counts` of all. They have no row, for rows of
        Spark have no number: `split` has each failure beside its row.

    Raises:
        ValueError: If `keep` is not positive.
        MissingColumnsError: If the frame lacks columns that the entity needs; names every one.
        UnknownColumnsError: If it has columns that the entity does not; they would be lost.
        ColumnTypeError: If a whole column is of another type, such as text for a date.
        TypeError: If it is no frame of Spark.
        StoreError: If a store was written since `rows` were read from it.
        WorkerError: If another npolicing is on the workers.
        ModuleNotFoundError: If PySpark is not there.

    >>> import npolicing as npol
    >>> teams = spark.sql('''
    ...     SELECT 'WMP' AS force, 'T1' AS team_id, 'CV' AS npu, 'hub' AS kind
    ...     UNION ALL SELECT 'WMP', 'T1', 'cv', 'hub'
    ... ''')
    >>> for failure in npol.spark.check(teams, npol.Team):
    ...     print(failure)
    force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]
    force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]
    npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]
    """
    if keep < 1:
        raise ValueError(f"keep is at least 1 failure, not {keep}")
    with no_rows(rows, "check") as columns:
        examine(columns, entity)
    found = rows.mapInArrow(partial(_found, entity), FOUND)
    repeated = repeated_keys(rows, entity)
    if repeated is not None:
        found = found.union(repeated.mapInArrow(partial(_duplicated, entity), FOUND))
    return gathered(found, keep)


def _found(entity: type[Record], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return packed(_examined(entity, batches))


def _examined(entity: type[Record], batches: Iterable[pa.RecordBatch]) -> Iterator[Failures]:
    keep = EXAMPLES
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        found = examine(rows, entity, keep=keep, keys=False).failures
        # Once enough are kept, the others are counted alone: that is ten times as quick.
        keep -= len(found)
        yield found


def _duplicated(
    entity: type[Record], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    return packed(_of_keys(batch, entity) for batch in batches)


def _of_keys(batch: pa.RecordBatch, entity: type[Record]) -> Failures:
    """A failure for each row that has one of the keys."""
    numbers = np.asarray(batch.column(batch.schema.names.index(ROWS))).tolist()
    kept: list[Failure] = []
    counts: Counter[Fault] = Counter()
    for row, failure in duplicates_in(batch, entity):
        counts[failure.code, failure.column, failure.rule] += numbers[row]
        kept += repeat(failure, min(numbers[row], EXAMPLES - len(kept)))
    return Failures(kept, counts)
