"""What npolicing.spark says through Spark Connect, also where tasks die and are run again.

A process of its own: Spark Connect and classic Spark do not share one. It prints JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import attrs
from pyspark import TaskContext
from pyspark.sql import SparkSession

import npolicing as npol

if TYPE_CHECKING:
    import pyarrow as pa

TEAMS = """
SELECT 'WMP' AS force, concat('T', id) AS team_id, if(id = 5, 'cv', 'CV') AS npu, 'hub' AS kind
FROM range(0, 8, 1, 2) UNION ALL SELECT 'WMP', 'T7', 'CV', 'hub'
"""
LOGS = "SELECT TIMESTAMP '2018-07-31T23:30:00Z' AS received_at, id FROM range(0, 4, 1, 2)"
LATE = "SELECT TIMESTAMP_NTZ '2018-10-28T01:30:00' AS received_at, id FROM range(0, 4, 1, 2)"


@attrs.frozen(kw_only=True)
class Beat(npol.Record):
    """An entity of the caller's own, which no worker can import."""

    beat: Annotated[str, npol.Column("Code of the beat.", key=True, pattern="[A-Z][0-9]")]


def dying(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows; a task that is tried for the first time dies after them."""
    yield from batches
    task = TaskContext.get()
    if task is not None and task.attemptNumber() == 0:
        raise RuntimeError("died half-way")


def asked(spark: SparkSession) -> dict[str, object]:
    """What is said of a few teams and logs."""
    teams = spark.sql(TEAMS)
    parted = npol.spark.split(teams, npol.Team)
    bad = parted.bad.collect()
    settled = npol.spark.settle(spark.sql(LOGS))
    try:
        npol.spark.settle(spark.sql(LATE), tz="Europe/London", ambiguous="raise")
        refused = ""
    except npol.ValidationError as error:
        refused = str(error)
    return {
        "module": type(spark).__module__,
        "check": [
            str(each) for each in npol.spark.check(teams.mapInArrow(dying, teams.schema), npol.Team)
        ],
        "good": sorted(row.team_id for row in parted.good.collect()),
        "bad": sorted(row.team_id for row in bad),
        "failures": sorted(each.code for row in bad for each in row.failures),
        "settled": [f"{row.month} {row.hour_of_week}" for row in settled.collect()],
        "refused": refused,
        "own": [str(each) for each in npol.spark.check(spark.sql("SELECT 'a' AS beat"), Beat)],
    }


def stored(spark: SparkSession) -> dict[str, object]:
    """What becomes of a store that is read, and written from tasks that die the first time."""
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        made_up = npol.synthetic.logs(rows=100, last="2018-02")
        npol.write_store(made_up, old, how="replace", marking="OFFICIAL")
        logs = npol.spark.read_store(spark, old)
        load = npol.spark.write_store(logs.mapInArrow(dying, logs.schema), new, how="replace")
        files = [each.relative_to(old) for each in sorted(old.rglob("*.*")) if each.suffix]
        return {
            "added": [each.added for each in load.months],
            "held": [each.rows for each in npol.open_store(old).files],
            "same": [str(each) for each in files if same(old / each, new / each)],
            "refused": refused(spark, old, Path(folder, "other")),
            "columns": len(npol.spark.read_store(spark, npol.LogStore(path=old, files=())).columns),
        }


def refused(spark: SparkSession, store: Path, other: Path) -> list[str]:
    """What is said of a union of stores that are marked, and of a frame whose store was written."""
    bare = npol.synthetic.logs(rows=9, first="2018-03", last="2018-03")
    npol.write_store(bare, other, how="replace", marking="SECRET")
    logs, others = (npol.spark.read_store(spark, each) for each in (store, other))
    found = [said(lambda: npol.spark.write_store(logs.union(others), other, how="merge"))]
    npol.write_store(bare, store, how="merge")
    found.append(said(lambda: npol.tally(logs.where("npu = 'CV'"))))
    found.append(said(lambda: npol.spark.check(logs, npol.Log)))
    return [each.replace(str(store), "STORE") for each in found]


def said(ask: Callable[[], object]) -> str:
    try:
        ask()
    except (npol.StoreError, ValueError) as error:
        return str(error)
    return "nothing"


def same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


if __name__ == "__main__":
    builder = SparkSession.builder.remote("local[2,2]")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "America/New_York")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    sys.stdout.write(json.dumps(asked(session) | {"store": stored(session)}))
    session.stop()
