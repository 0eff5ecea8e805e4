"""On a cluster of processes the counts are the same, whoever of them dies."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from pyspark import TaskContext

import npolicing as npol

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

BY = ["npu", "month", "priority", "attended_by_neighbourhood"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> npol.LogStore:
    path = tmp_path_factory.mktemp("logs") / "store"
    npol.write_store(npol.synthetic.log_batches(rows=20_000), path, how="replace")
    return npol.open_store(path)


@pytest.fixture(scope="module")
def logs(cluster: SparkSession, store: npol.LogStore) -> DataFrame:
    return cluster.read.parquet(*(str(Path(each.path)) for each in store.files))


Rows = Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]


def dying(signals: str, *, by_itself: bool) -> Rows:
    """Rows as they are, of tasks that note who runs them, of which one is killed half-way.

    Whoever first has the first part of the rows gives some of them, and then kills its Python
    worker, or waits until the executor under it is killed.
    """

    # Workers do not have this module: it names nothing of it.
    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield next(batches)
        task = TaskContext.get()
        assert task is not None
        # The worker is a child of a daemon of Python's, and that of the executor.
        command = ["ps", "-o", "ppid=", "-p", str(os.getppid())]
        executor = int(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603 # our own words
        first = task.partitionId() == 0 and not [*Path(signals).glob("0-*")]
        Path(signals, f"{task.partitionId()}-{task.taskAttemptId()}-{executor}").touch()
        if first and by_itself:
            os.kill(os.getpid(), signal.SIGKILL)
        if first:
            time.sleep(60)
        yield from batches

    return rows


def kill(signals: Path, killed: list[int]) -> None:
    """Kill the executor that runs the first task, as soon as it is at work."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [*signals.glob("0-*")]
        if found:
            killed.append(int(found[0].name.rpartition("-")[2]))
            os.kill(killed[0], signal.SIGKILL)
            return
        time.sleep(0.02)


def test_a_master_and_two_workers_give_the_same_counts(
    logs: DataFrame, store: npol.LogStore
) -> None:
    pd.testing.assert_frame_equal(
        npol.tally(logs, by=BY, crimes=True), npol.tally(store, by=BY, crimes=True)
    )
    pd.testing.assert_frame_equal(
        npol.response_time(logs, by="priority"), npol.response_time(store, by="priority")
    )


@pytest.mark.parametrize("victim", ["executor", "Python worker"])
def test_one_killed_in_the_middle_of_a_tally_changes_no_count(
    logs: DataFrame, store: npol.LogStore, tmp_path: Path, victim: str
) -> None:
    killed: list[int] = []
    killer = threading.Thread(target=kill, args=[tmp_path, killed], daemon=True)
    if victim == "executor":
        killer.start()
    slow = logs.select("force", *BY).repartition(4)
    slow = slow.mapInArrow(dying(str(tmp_path), by_itself=victim != "executor"), slow.schema)

    found = npol.tally(slow, by=BY)

    pd.testing.assert_frame_equal(found, npol.tally(store, by=BY))
    assert found["logs"].sum() == 20_000
    # Another attempt was made at what had begun, so what died was in the middle of it.
    attempts = [each.name.split("-") for each in tmp_path.glob("0-*")]
    assert len(attempts) > 1
    if victim == "executor":
        assert not Path(f"/proc/{killed[0]}").exists()
        assert {int(executor) for _, _, executor in attempts} > {killed[0]}
