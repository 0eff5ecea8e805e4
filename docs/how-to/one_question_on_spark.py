"""One question to logs in memory, out of core and on a cluster of Spark, with one answer.

How many logs did each unit have in each local month, by grade, and how many of them did a
neighbourhood team attend? Asked of a pandas frame, of a store out of core, and of a cluster of
Spark: without another master, one of two workers on this machine, each a process of its own.

Run as `python one_question_on_spark.py [ROWS [MASTER]]`; it makes its own logs, which are made up,
and marked so. It needs Java, and `pip install "npolicing[spark]"`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyspark
from pyspark.sql import SparkSession

import npolicing as npol

ROWS, MASTER = 2_000_000, "local-cluster[2,1,1024]"
BY = ["npu", "month", "priority", "attended_by_neighbourhood"]


def start(master: str, home: Path) -> SparkSession:
    """Spark, whose workers run the Python that runs this; what is set already is left as it is."""
    # Workers keep their logs in Spark's own folder: theirs is one of links to it.
    home.mkdir()
    for each in Path(pyspark.__file__).parent.iterdir():
        if each.name != "work":
            (home / each.name).symlink_to(each)
    os.environ.setdefault("SPARK_HOME", str(home))
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
    return builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()


def main(rows: int, master: str, folder: Path) -> None:
    """Ask, and hold the answers against one another."""
    npol.write_store(npol.synthetic.log_batches(rows=rows), folder / "store", how="replace")
    store = npol.open_store(folder / "store")
    session = start(master, folder / "spark")
    on_spark = session.read.parquet(*(str(each.path) for each in store.files))

    answers = {
        "a pandas frame": npol.tally(store.to_pandas(["force", *BY]), by=BY),
        "a store, out of core": npol.tally(store, by=BY),
        f"Spark, {session.sparkContext.master}": npol.tally(on_spark, by=BY),
    }
    session.stop()

    for place, found in answers.items():
        pd.testing.assert_frame_equal(found, answers["a pandas frame"])
        print(f"{place}: {found['logs'].sum():,} logs, {len(found):,} groups")


if __name__ == "__main__":
    asked = [*sys.argv[1:], *[str(ROWS), MASTER][len(sys.argv) - 1 :]]
    with TemporaryDirectory() as temporary:
        main(int(asked[0]), asked[1], Path(temporary))
