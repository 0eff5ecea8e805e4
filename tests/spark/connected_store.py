"""A store read and written over Spark Connect, for a test; arguments: an old store and a new."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

import npolicing as npol


def main(old: Path, new: Path) -> dict[str, object]:
    """What becomes of the rows."""
    builder = SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    try:
        logs = npol.spark.read_store(session, old)
        load = npol.spark.write_store(logs, new, how="replace")
        wrong = logs.withColumn("npu", logs["npu"].substr(0, 0))
        try:
            npol.spark.write_store(wrong, new, how="replace")
            refused = 0
        except npol.ValidationError as error:
            refused = error.failures.total
        nothing = npol.LogStore(path=old, files=())
        return {
            "session": type(session).__module__,
            "added": sum(each.added for each in load.months),
            "refused": refused,
            "empty": len(npol.spark.read_store(session, nothing).columns),
        }
    finally:
        session.stop()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(Path, sys.argv[1:]))))
