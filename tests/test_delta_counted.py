"""A Delta table, and any dataset of pyarrow, is counted as a store of the same rows is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from delta_tables import SCHEMA
from deltalake import DeltaTable
from deltalake.transaction import AddAction
from logged import log

import npolicing as npol
from npolicing.frames import to_arrow
from npolicing.synthetic import logs

if TYPE_CHECKING:
    from npolicing._tally.counting import LogRows

BY = ["npu", "month", "priority", "attended_by_neighbourhood", "received_on"]
FIRST, LAST = "2018-03", "2018-10"


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """Made-up logs of both clock changes, of which a row is counted in its local month."""
    return logs(rows=20_000, seed=3, first=FIRST, last=LAST)


@pytest.fixture(scope="module")
def store(rows: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> npol.LogStore:
    path = tmp_path_factory.mktemp("store")
    npol.write_store(rows, path, how="replace")
    return npol.open_store(path)


@pytest.fixture(scope="module")
def table(rows: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("delta") / "table"
    npol.write_delta(rows.slice(0, 9_000), path, how="replace")
    npol.write_delta(rows.slice(5_000), path, how="merge")
    return path


def places(table: Path) -> dict[str, LogRows]:
    native = DeltaTable(table)
    files = native.file_uris()
    return {
        "its path": table,
        "its path as text": str(table),
        "deltalake": native,
        "pyarrow": native.to_pyarrow_dataset(),
        "polars": pl.scan_delta(str(table)),
        "duckdb": duckdb.read_parquet(files),
    }


PLACES = ["its path", "its path as text", "deltalake", "pyarrow", "polars", "duckdb"]


@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_is_opened_it_has_the_counts_of_the_store(
    table: Path, store: npol.LogStore, place: str
) -> None:
    found = places(table)[place]
    where = {"month": ["2018-03", "2018-10"], "priority": "P1"}

    counted = npol.tally(found, by=BY, crimes=True)
    pd.testing.assert_frame_equal(counted, npol.tally(store, by=BY, crimes=True))
    some = npol.tally(places(table)[place], by="npu", where=where)
    pd.testing.assert_frame_equal(some, npol.tally(store, by="npu", where=where))
    assert 0 < some["logs"].sum() < counted["logs"].sum() == 20_000


@pytest.mark.parametrize("place", PLACES)
def test_measures_take_it(table: Path, store: npol.LogStore, place: str) -> None:
    at = datetime(2018, 9, 1, tzinfo=UTC)

    pd.testing.assert_frame_equal(
        npol.attendance_ratio(places(table)[place], by="npu", total=True),
        npol.attendance_ratio(store, by="npu", total=True),
    )
    pd.testing.assert_frame_equal(
        npol.backlog(places(table)[place], at=at, by="npu"), npol.backlog(store, at=at, by="npu")
    )


def test_null_can_be_asked_for(tmp_path: Path) -> None:
    outside = npol.Log(**{**_fields(log("1")), "npu": None})
    npol.write_delta([outside, log("2"), log("3")], tmp_path, how="replace")

    assert npol.tally(tmp_path, where={"npu": None})["logs"].item() == 1
    assert npol.tally(tmp_path, where={"npu": [None, "CV"]})["logs"].item() == 3
    assert npol.tally(tmp_path, where={"npu": "CV"})["logs"].item() == 2


def _fields(record: npol.Log) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in npol.Log.columns()}


def test_a_version_of_it_is_counted_as_it_was(tmp_path: Path) -> None:
    npol.write_delta([log("1")], tmp_path, how="replace")
    npol.write_delta([log("2"), log("3")], tmp_path, how="replace")

    assert npol.tally(DeltaTable(tmp_path))["logs"].item() == 2
    assert npol.tally(DeltaTable(tmp_path, version=1))["logs"].item() == 1


def test_an_empty_table_has_no_logs(tmp_path: Path) -> None:
    npol.write_delta([], tmp_path, how="merge")

    assert npol.tally(tmp_path, by="npu").empty


def test_a_folder_of_parquet_is_counted_as_a_dataset(rows: pa.Table, tmp_path: Path) -> None:
    plain = rows.cast(SCHEMA)
    ds.write_dataset(
        plain, tmp_path, format="parquet", partitioning=["npu"], partitioning_flavor="hive"
    )
    dataset = ds.dataset(tmp_path, partitioning="hive", schema=SCHEMA)

    by = ["npu", "month"]
    pd.testing.assert_frame_equal(npol.tally(dataset, by=by), npol.tally(rows, by=by))


def test_a_table_of_another_layout_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(npol.StoreError, match="is no log store"):
        npol.tally(tmp_path)


def spark_writes(table: Path, rows: pa.Table) -> None:
    """Add a file with instants as Spark has them by default, INT96."""
    path = table / "part-of-spark.parquet"
    pq.write_table(rows.cast(SCHEMA), path, use_deprecated_int96_timestamps=True)
    native = DeltaTable(table)
    stats = f'{{"numRecords": {rows.num_rows}}}'
    added = AddAction(path.name, path.stat().st_size, {}, 1_700_000_000_000, True, stats)  # noqa: FBT003 # the library's own order
    native.create_write_transaction([added], "append", native.schema(), [])


def test_what_spark_adds_is_counted_and_merged_with(tmp_path: Path) -> None:
    npol.write_delta([log("1")], tmp_path, how="replace")
    spark_writes(tmp_path, to_arrow([log("2"), log("3", "2018-08-01")]))

    load = npol.write_delta([log("2"), log("4")], tmp_path, how="merge")

    assert [(each.before, each.added, each.unchanged, each.now) for each in load.months] == [
        (2, 1, 1, 3)
    ]
    found = DeltaTable(tmp_path).to_pyarrow_dataset().to_table().sort_by("log_id")
    again = to_arrow([log("1"), log("2"), log("3", "2018-08-01"), log("4")])
    assert found.cast(SCHEMA).equals(again.cast(SCHEMA))
