"""Logs in every place that they are counted in, for the tests of the tally and of the measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import finalize

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from npolicing._records import Records
from npolicing._tally import LogRows
from npolicing.arrow import Array, arrow_schema, arrow_type
from npolicing.entities import Log
from npolicing.frames import to_arrow
from npolicing.testing import tables

# Few values, so that groups have several logs; nulls among them.
FEW: dict[str, Any] = {
    "force": "WMP",
    "npu": st.sampled_from(["BE", "CV", None]),
    "priority": st.sampled_from(["P1", "P2", "P6"]),
    "month": st.sampled_from(["2018-02", "2018-03", "2018-07"]),
    "crimes": st.sampled_from([0, 1, 2, None]),
    "attended": st.sampled_from([True, False, None]),
}
LOGS = tables(Log, max_size=12, **FEW)
"""Logs of one force, in few groups."""


def _categories(table: pa.Table) -> pd.DataFrame:
    frame = table.to_pandas()
    texts = [f.name for f in table.schema if pa.types.is_string(f.type)]
    return frame.astype(dict.fromkeys(texts, "category"))


def _dictionaries(table: pa.Table) -> pa.Table:
    columns = [
        column.dictionary_encode() if pa.types.is_string(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _relation(table: pa.Table) -> LogRows:
    connection = duckdb.connect()
    connection.register("arrow", table)
    connection.execute("create table logs as from arrow")
    relation: LogRows = connection.table("logs")
    # Before DuckDB 2 a relation does not keep its connection open.
    finalize(relation, connection.close)
    return relation


def _reader(table: pa.Table) -> LogRows:
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=3))


IN_MEMORY: dict[str, Callable[[pa.Table], LogRows]] = {
    "pandas": pa.Table.to_pandas,
    "pandas with categories": _categories,
    "pandas with Arrow types": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.DataFrame,
    "polars, lazy": lambda table: pl.DataFrame(table).lazy(),
    "pyarrow with dictionaries": _dictionaries,
    "stream": _reader,
    "DuckDB": _relation,
}
"""Makes of a table of logs what an analyst has."""


def table_of(rows: Records[Log], columns: Sequence[str] | None = None) -> pa.Table:
    """Records as a table, or some of their columns."""
    table = to_arrow(rows, Log)
    return table if columns is None else table.select(list(columns))


def in_file(table: pa.Table, folder: Path) -> Path:
    """A Parquet file of several row groups."""
    path = folder / "logs.parquet"
    pq.write_table(table, path, row_group_size=3)
    return path


def logs_frame(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """A table of some columns of logs, typed as they are declared; of WMP, where it is not said."""
    length = len(next(iter(columns.values())))
    given = {"force": ["WMP"] * length, **columns}
    kinds = {field.name: arrow_type(field) for field in Log.columns()}
    typed = {name: _array(list(cells), kinds.get(name)) for name, cells in given.items()}
    return pa.table(typed)


def _array(cells: list[Any], kind: pa.DataType | None) -> Array:
    found: Array = pa.array(cells, kind)
    return found


def empty() -> pa.Table:
    """No logs."""
    return arrow_schema(Log).empty_table()
