"""Files that Spark and npolicing write, each read by the other; and a Delta table."""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

import npolicing as npol

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BY = ["npu", "month", "received_on", "attended"]
AT = dt.datetime(2018, 7, 1, 3, tzinfo=dt.UTC)
LOGS = npol.synthetic.logs(rows=3_000, last="2018-08").combine_chunks()


@pytest.mark.parametrize("kept_as", ["INT96", "TIMESTAMP_MICROS"])
def test_a_folder_that_spark_wrote_is_read_as_the_rows_that_it_has(
    spark: SparkSession, tmp_path: Path, kept_as: str
) -> None:
    frame = spark.createDataFrame(LOGS, schema=npol.spark.schema(npol.Log)).repartition(2, "npu")
    spark.conf.set("spark.sql.parquet.outputTimestampType", kept_as)
    folder = tmp_path / "logs"
    frame.write.parquet(str(folder))
    parts = sorted(folder.glob("part-*.parquet"))
    with pq.ParquetFile(parts[0]) as file:
        at = file.schema.names.index("received_at")
        assert file.schema.column(at).physical_type == ("INT96" if kept_as == "INT96" else "INT64")

    pd.testing.assert_frame_equal(npol.tally(folder, by=BY), npol.tally(LOGS, by=BY))
    pd.testing.assert_frame_equal(npol.backlog(folder, at=AT), npol.backlog(LOGS, at=AT))
    read = [npol.read_arrow(part, npol.Log) for part in parts]
    assert sum(each.num_rows for each in read) == LOGS.num_rows
    found = [row for each in read for row in each.to_pylist()]
    key = itemgetter("received_on", "log_id")
    assert sorted(found, key=key) == sorted(LOGS.to_pylist(), key=key)
    assert sum(npol.tally(part)["logs"].item() for part in parts) == LOGS.num_rows


def test_a_delta_table_is_counted_by_its_active_files(spark: SparkSession, tmp_path: Path) -> None:
    """Without Delta's jars: the files that are active are what it has."""
    write_deltalake(tmp_path, LOGS)
    table = DeltaTable(tmp_path)
    table.delete("npu = 'CV'")

    there = spark.read.parquet(*table.file_uris())

    kept = [each for each in npol.to_records(LOGS, npol.Log) if each.npu != "CV"]
    expected = npol.tally(kept, by=BY)
    assert expected["logs"].sum() == len(kept) < LOGS.num_rows
    pd.testing.assert_frame_equal(npol.tally(there, by=BY), expected)
    pd.testing.assert_frame_equal(npol.tally(table.to_pyarrow_table(), by=BY), expected)
