"""Spark itself: in one process of the Java machine, and as a cluster of processes of their own.

A process has one of them at a time, so each is of a module: a file of tests takes one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

# A cluster's workers start Python, and Spark, as we did; nothing leaves this machine.
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"


def session(master: str, folder: Path) -> SparkSession:
    """A session whose zone is none of ours, so that a conversion would be seen."""
    builder = (
        SparkSession.builder.master(master)
        .appName("npolicing")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "America/New_York")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    )
    started = builder.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark in one process, with two threads."""
    started = session("local[2]", tmp_path_factory.mktemp("spark"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A master and two workers, each a process with a core and memory of its own."""
    started = session("local-cluster[2,1,1024]", tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()
