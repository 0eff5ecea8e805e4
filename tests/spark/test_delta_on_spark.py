"""The files of a Delta table, as its log names them, are read by Spark as by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from deltalake import DeltaTable

import npolicing as npol
from npolicing.arrow import arrow_schema

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession

BY = ["npu", "month", "priority", "attended_by_neighbourhood"]


def test_the_files_of_a_table_have_the_types_and_the_counts(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = npol.synthetic.logs(rows=20_000, first="2018-03", last="2018-10")
    npol.write_delta(rows.slice(0, 15_000), tmp_path / "logs", how="replace")
    npol.write_delta(rows.slice(8_000), tmp_path / "logs", how="merge")
    table = DeltaTable(tmp_path / "logs")
    frame = spark.read.parquet(*table.file_uris())

    assert dict(frame.dtypes)["month"] == "string"
    assert dict(frame.dtypes)["received_at"] == "timestamp"
    pd.testing.assert_frame_equal(npol.tally(frame, by=BY), npol.tally(table, by=BY))
    # A session's own zone changes no instant.
    found = frame.select(*arrow_schema(npol.Log).names).toArrow()
    order = [("received_at", "ascending"), ("log_id", "ascending")]
    plain = arrow_schema(npol.Log).remove_metadata()
    mine = table.to_pyarrow_table().sort_by(order)  # type: ignore[arg-type] # the stubs ask for literals
    assert found.sort_by(order).cast(plain).equals(mine.cast(plain))  # type: ignore[arg-type] # as above
