"""The tally: rows of any kind and place into one small table of counts, checked and sorted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._checks import check_cells
from npolicing._examining import ArrowStream
from npolicing._failures import KEPT
from npolicing._files import FilePath
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing._tally.cells import type_of
from npolicing._tally.deriving import Derived, derived
from npolicing._tally.files import of_file, of_files, of_folder
from npolicing._tally.question import By, Question, Where, ask
from npolicing._tally.sources import (
    Source,
    of_dataset,
    of_lazy,
    of_pandas,
    of_records,
    of_stream,
    of_table,
)
from npolicing.arrow import arrow_schema
from npolicing.delta_table import lying_at, lying_rows
from npolicing.entities import Log
from npolicing.errors import Failure, MixedRowsError, ValidationError
from npolicing.store import LogStore, open_store

if TYPE_CHECKING:
    import pandas as pd
    from deltalake import DeltaTable
    from narwhals.stable.v2.typing import IntoLazyFrame
    from pyarrow.dataset import Dataset

__all__ = ["LogRows", "counts", "tally"]

LogRows: TypeAlias = (
    "Sequence[Record] | ArrowStream | IntoLazyFrame | LogStore | DeltaTable | Dataset | FilePath"
)
"""Logs wherever they lie: records, a frame of any library, a lazy frame or a relation of an engine,
an open store, a Delta table, a dataset of pyarrow, or the path of a store, of a Delta table, of a
Parquet file or of a folder of such files."""


def tally(
    logs: LogRows, *, by: By = None, where: Where = None, crimes: bool = False
) -> pd.DataFrame:
    """How many logs there are of each kind: one small table of counts that add up.

    A tally is what every measure on logs works on. Keep it, and ask it again: a tally of a tally
    adds up its counts.

    Args:
        logs: Logs, a row each, wherever they lie: records; a pandas, polars or pyarrow frame, or
            what else streams Arrow; a store, or the path of one, of a Parquet file or of a folder
            of them, as Spark writes one, which are read out of core, as are a Delta table that
            deltalake opened, the path of one, and a dataset of pyarrow; a polars LazyFrame, a
            DuckDB relation or a DataFrame of Spark, which are counted in their own engine. Or a
            tally: it has a column `logs` and no `log_id`. Of `Attendance` rows (they have a
            `unit_ref`) the count is called `attendances`: several may be at one log.
        by: Columns to group by, any that the rows have; all rows are one group without it.
        where: For a column, the value or the values of the rows to count; `None` is null.
        crimes: Whether to add up `crimes`, too: those of the logs where they are known, and in
            `crimes_unknown` the number of logs where they are not.

    Returns:
        A row a group that has rows, sorted by `by`, null last; null is a group of its own. The
        columns of `by`, then `logs` (or `attendances`), `crimes` and `crimes_unknown`, as int64.

    Raises:
        MissingColumnsError: If the rows lack columns that are asked for, or `force`; names each.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or if they count logs
            and attendances.
        ColumnTypeError: If a column is of another type than is declared.
        ValidationError: If a value of a column, or one of `where`, is none that it may have.
        ValueError: If `by` has what is added up, such as `crimes`.
        InputFileError, StoreError: If what lies at a path cannot be counted, or a frame of Spark
            reads a store that was written since.
        ModuleNotFoundError: Of the path of a Delta table, without deltalake.

    >>> import pandas as pd
    >>> logs = pd.DataFrame({"force": "WMP", "npu": ["CV", "CV", "SH"], "crimes": [1, 0, 2]})
    >>> logs["priority"] = ["P1", "P6", "P6"]
    >>> kept = tally(logs, by=["npu", "priority"], crimes=True)
    >>> print(kept)
      npu priority  logs  crimes  crimes_unknown
    0  CV       P1     1       1               0
    1  CV       P6     1       0               0
    2  SH       P6     1       2               0
    >>> print(tally(kept, by="npu"))
      npu  logs
    0  CV     2
    1  SH     1
    """
    table, question = counts(logs, by=by, where=where, crimes=crimes)
    return pandas_frame(table.select([*question.by, *question.counted]))


def counts(
    logs: LogRows,
    *,
    by: By,
    where: Where = None,
    crimes: bool = False,
    also: Sequence[str] = (),
    made: Derived | None = None,
    entity: type[Record] | None = None,
) -> tuple[pa.Table, Question]:
    """The tally as an Arrow table, with `force` where the rows have it, and what was asked.

    Args:
        logs: As for `tally`.
        by: As for `tally`.
        where: As for `tally`.
        crimes: As for `tally`.
        also: Columns to group by where the rows have them.
        made: Columns that are made of each log before it is counted, to group by as well.
        entity: What the rows are, or count, where the columns must not tell.
    """
    source = _source(logs, entity)
    needs = made.needs if made else ()
    if made is not None:
        source = derived(source, made)
    asked = (by,) if isinstance(by, str) else tuple(by or ())
    there = tuple(name for name in also if name in source.names)
    asked = (*asked, *there)
    question = ask(source.names, asked, where, crimes=crimes, needs=needs, entity=entity)
    table = _schemed(source.count(question), question)
    _check(table, question)
    return _sorted(table, question), question


def _source(logs: LogRows, entity: type[Record] | None) -> Source:
    lying = _in_files(logs)
    if lying is not None:
        return lying
    if isinstance(logs, Sequence):
        return of_records(logs, entity)  # type: ignore[arg-type] # text is a path, and was met above
    frame = nw.from_native(logs, pass_through=True)
    if isinstance(frame, nw.LazyFrame):
        return of_lazy(frame)
    if isinstance(frame, nw.DataFrame) and frame.implementation.is_polars():
        # polars' texts would have to be encoded anew; its own engine counts them as they are.
        return of_lazy(frame.lazy())
    native = nw.to_native(frame, pass_through=True)
    if nw.dependencies.is_pandas_dataframe(native):
        return of_pandas(native)
    if isinstance(native, pa.Table):
        return of_table(native)
    if isinstance(native, pa.RecordBatch):
        return of_table(pa.Table.from_batches([native]))
    if hasattr(native, "__arrow_c_stream__"):
        return of_stream(native)
    kind = f"{type(logs).__module__}.{type(logs).__name__}"
    raise TypeError(f"{kind} is no frame that speaks Arrow, no records, no store and no path.")


def _in_files(logs: LogRows) -> Source | None:
    """Rows that lie in files and are read out of core; null of all else."""
    if isinstance(logs, (str, os.PathLike)):
        found, path = lying_at(logs), Path(logs)
        if found is None:
            files = of_file(path) if path.is_file() else of_folder(path)
            return files or _of_store(open_store(path))
        logs = found
    if isinstance(logs, LogStore):
        return _of_store(logs)
    lying = lying_rows(logs)
    return None if lying is None else of_dataset(lying)


def _of_store(store: LogStore) -> Source:
    return of_files([each.path for each in store.files], arrow_schema(Log).names)


def _schemed(table: pa.Table | None, question: Question) -> pa.Table:
    """The counts in a schema that follows from the question; without rows, too."""
    kinds = {
        name: type_of(name, question) if table is None else table.schema.field(name).type
        for name in question.grouped
    }
    fields = [pa.field(name, kind) for name, kind in kinds.items()]
    fields += [pa.field(name, pa.int64(), nullable=False) for name in question.counted]
    schema = pa.schema(fields)
    return schema.empty_table() if table is None else table.cast(schema)


def _check(table: pa.Table, question: Question) -> None:
    """Hold the values that were found to what is declared of their columns; null is allowed.

    Raises:
        ValidationError, MixedRowsError: As `tally`.
    """
    failures: list[Failure] = []
    for name in question.grouped:
        field = question.field(name)
        if field is not None:
            values = table[name].combine_chunks().unique().drop_null()
            none = np.zeros(len(values), dtype=np.bool_)
            bad = check_cells(attrs.evolve(field, nullable=True), values, none, KEPT)
            failures += [attrs.evolve(each, row=None) for each in bad.failures]
    if failures:
        raise ValidationError(question.entity.__name__, failures)
    if "force" in question.grouped and "force" not in question.by:
        _refuse_forces(table["force"].unique().to_pylist(), question)


def _refuse_forces(forces: list[str | None], question: Question) -> None:
    if len(forces) > 1:
        listed = ", ".join(sorted(str(force) for force in forces))
        raise MixedRowsError(
            f"A tally adds up {question.counted[0]} of one force, and these are of "
            f"{len(forces)}: {listed}. Put 'force' in by, or keep one with "
            f"where={{'force': {str(forces[0])!r}}}."
        )


def _sorted(table: pa.Table, question: Question) -> pa.Table:
    if not question.by:
        return table
    keys: list[tuple[str, Literal["ascending"]]] = [(name, "ascending") for name in question.by]
    return table.take(pc.sort_indices(table, keys))
