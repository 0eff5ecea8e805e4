"""A load into a Delta table that is killed, at any time, leaves it wholly old or wholly new."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import delta_writer
import pytest
from deltalake import DeltaTable
from killed_writer import content

from npolicing.delta_table import write_delta
from npolicing.store import open_store, write_store

KILLS = int(os.environ.get("NPOLICING_KILLS", "3"))


def started(table: Path) -> subprocess.Popen[str]:
    """A load in a process of its own that is about to begin."""
    child = subprocess.Popen(  # noqa: S603 # our own script
        [sys.executable, str(Path(delta_writer.__file__)), str(table)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(table.parent)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "start\n"
    return child


def rows(table: Path) -> list[tuple[object, ...]]:
    found = DeltaTable(table).to_pyarrow_dataset().to_table().to_pylist()
    return sorted(map(tuple, (map(str, row.values()) for row in found)))


def stored(seed: int, store: Path) -> list[tuple[object, ...]]:
    """The same rows as a store has them."""
    write_store(content(seed), store, how="replace")
    found = open_store(store).to_arrow().to_pylist()
    return sorted(map(tuple, (map(str, row.values()) for row in found)))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_table_is_wholly_old_or_wholly_new_and_the_same_load_again_sets_it_right(
    tmp_path: Path,
) -> None:
    old, new = stored(1, tmp_path / "old"), stored(2, tmp_path / "new")
    table = tmp_path / "table"
    write_delta(content(1), table, how="replace")
    shutil.copytree(table, tmp_path / "timed")
    with started(tmp_path / "timed") as child:
        begun = time.monotonic()
        child.wait()
        took = time.monotonic() - begun
    assert child.returncode == 0
    assert rows(tmp_path / "timed") == new

    killed = 0
    for number in range(KILLS):
        again = tmp_path / f"killed-{number}"
        shutil.copytree(table, again)
        with started(again) as child:
            # One in each part of the load, so that few kills reach all of it.
            time.sleep(took * (number + random.random()) / KILLS)  # noqa: S311 # no secret
            child.send_signal(signal.SIGKILL)
        killed += child.returncode == -signal.SIGKILL
        assert rows(again) in (old, new)

        write_delta(content(2), again, how="replace")

        assert rows(again) == new
    assert killed >= KILLS // 2
