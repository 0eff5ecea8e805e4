"""A tally and two measures through Spark Connect: whether they are those of the store.

A process of its own: Spark Connect and classic Spark do not share one. It prints JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 # as its users write it

import npolicing as npol

AT = dt.datetime(2018, 10, 28, 1, 30, tzinfo=dt.UTC)
ASKED: dict[str, Callable[[Any], pd.DataFrame]] = {
    "tally": lambda logs: npol.tally(
        logs, by=["npu", "month", "attended"], where={"npu": ["CV", None]}, crimes=True
    ),
    "attendance_ratio": lambda logs: npol.attendance_ratio(logs, by="npu", total=True),
    "backlog": lambda logs: npol.backlog(logs, at=AT, by="npu"),
}


def asked(spark: SparkSession, store: npol.LogStore) -> dict[str, object]:
    """The module of the frames, how many rows each answer has, and what is refused."""
    logs = spark.read.parquet(*(str(Path(each.path)) for each in store.files))
    found: dict[str, object] = {"module": type(logs).__module__}
    for name, ask in ASKED.items():
        answer = ask(logs)
        pd.testing.assert_frame_equal(answer, ask(store))
        found[name] = len(answer)
    try:
        npol.tally(logs.withColumn("crimes", F.lit("x")), by="npu", crimes=True)
    except npol.ColumnTypeError as error:
        found["refused"] = str(error)
    found["padded"] = padded(spark)
    return found


def padded(spark: SparkSession) -> int:
    """How many logs of a unit there are, where Spark fills its code up with blanks."""
    with TemporaryDirectory() as folder:
        spark.sql(
            "CREATE TABLE padded (log_id string, force char(5), npu char(4)) "
            f"USING parquet LOCATION '{folder}'"
        )
        spark.sql("INSERT INTO padded VALUES ('1', 'WMP', 'CV'), ('2', 'WMP', 'SH')")
        found = npol.tally(spark.table("padded"), by="npu", where={"npu": "CV"})
        spark.sql("DROP TABLE padded")
    return int(found.set_index("npu")["logs"]["CV"])


if __name__ == "__main__":
    builder = SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false")
    session = builder.getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "America/New_York")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    sys.stdout.write(json.dumps(asked(session, npol.open_store(sys.argv[1]))))
    session.stop()
