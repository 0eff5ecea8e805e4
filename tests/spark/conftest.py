"""Spark itself: in one process of the Java machine, and as a cluster of processes of their own.

A process has one of them at a time. It takes seconds to start, so files of tests share it, each in
a session of its own, until one needs the other kind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyspark
import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession

ZONE = "America/New_York"
"""None of ours, so that a conversion would be seen."""

# The workers of a cluster keep their logs in Spark's own folder: theirs is one of links to it.
_HOME = TemporaryDirectory(prefix="npolicing-spark-")
for _each in Path(pyspark.__file__).parent.iterdir():
    if _each.name != "work":
        Path(_HOME.name, _each.name).symlink_to(_each)

# A cluster's workers start Python, and Spark, as we did; nothing leaves this machine.
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_HOME"] = _HOME.name
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"


def session(master: str, folder: Path) -> SparkSession:
    """A session of its own on Spark, which is started if it does not run, or runs as another."""
    running = SparkContext._active_spark_context  # noqa: SLF001 # there is no other way to ask
    if running is not None and running.master != master:
        running.stop()
    builder = (
        SparkSession.builder.master(master)
        .appName("npolicing")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", ZONE)
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    )
    started = builder.getOrCreate()
    # What a task is to throw is told to the test, and need not be told by Java, too.
    started.sparkContext.setLogLevel("OFF")
    return started.newSession()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> SparkSession:
    """Spark in one process, with two threads."""
    return session("local[2]", tmp_path_factory.mktemp("spark"))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> SparkSession:
    """A master and two workers, each a process with a core and memory of its own."""
    return session("local-cluster[2,1,1024]", tmp_path_factory.mktemp("cluster"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Stop Spark after the last of these tests: what comes after them may start its own."""
    yield
    running = SparkContext._active_spark_context  # noqa: SLF001 # as above
    if running is not None and (nextitem is None or item.path.parent not in nextitem.path.parents):
        running.stop()
