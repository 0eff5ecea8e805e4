"""A worker killed in the middle of a load changes nothing of what the load leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyspark import TaskContext

import npolicing as npol

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

LOGS = npol.synthetic.logs(rows=12_000, last="2018-06").replace_schema_metadata(None)


def whole(store: Path) -> dict[str, bytes]:
    """Every file of a store, but for its lock."""
    paths = (path for path in store.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in paths}


Rows = Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]


def slowly(signals: str) -> Rows:
    """Rows as they are, from tasks that say who runs them, and wait until they may go on."""

    # Workers do not have this module: it names nothing of it.
    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield next(batches)
        task = TaskContext.get()
        assert task is not None
        # The worker is a child of a daemon of Python's, and that of the executor.
        command = ["ps", "-o", "ppid=", "-p", str(os.getppid())]
        executor = int(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603 # our own words
        Path(signals, f"{task.partitionId()}-{executor}").touch()
        while not Path(signals, "go").exists():
            time.sleep(0.02)
        yield from batches

    return rows


class Killer(threading.Thread):
    """Kills executors when a load has come so far, and lets it go on."""

    def __init__(self, signals: Path, store: Path, when: str) -> None:
        super().__init__(daemon=True)
        self.signals, self.store, self.when = signals, store, when
        self.killed: set[int] = set()

    def run(self) -> None:
        running = {executor(first(self.signals, f"{each}-*")) for each in range(2)}
        if self.when == "rows are checked":
            running = {executor(first(self.signals, "0-*"))}
        else:
            (self.signals / "go").touch()
            # The folder of a worker in staging: it has begun with a month.
            first(self.store, ".staging-*/*/*")
        for each in running:
            os.kill(each, signal.SIGKILL)
        self.killed = running
        (self.signals / "go").touch()


def first(folder: Path, pattern: str) -> Path:
    """What is there first, as soon as it is."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for each in folder.glob(pattern):
            return each
        time.sleep(0.002)
    raise TimeoutError(pattern)


def executor(said: Path) -> int:
    return int(said.name.split("-")[1])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("when", ["rows are checked", "months are written"])
def test_a_killed_worker_changes_nothing(cluster: SparkSession, tmp_path: Path, when: str) -> None:
    signals, store = tmp_path / "signals", tmp_path / "spark"
    signals.mkdir()
    rows = cluster.createDataFrame(LOGS).repartition(2)
    slow = rows.mapInArrow(slowly(str(signals)), rows.schema)
    killer = Killer(signals, store, when)
    killer.start()

    load = npol.spark.write_store(slow, store, how="replace")
    killer.join()

    assert killer.killed
    # The first rows were taken in again, by another.
    assert {executor(each) for each in signals.glob("0-*")} - killer.killed
    plain = npol.write_store(LOGS, tmp_path / "plain", how="replace")
    assert load.months == plain.months
    assert whole(store) == whole(tmp_path / "plain")
    assert not list(store.glob(".staging-*"))
