"""A load that is killed, at any time, leaves each month wholly old or wholly new."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import killed_writer
import pytest
from killed_writer import content, load

from npolicing.store import open_store

if TYPE_CHECKING:
    import pyarrow as pa

KILLS = int(os.environ.get("NPOLICING_KILLS", "6"))


def started(store: Path) -> subprocess.Popen[str]:
    """A load in a process of its own that is about to begin."""
    child = subprocess.Popen(  # noqa: S603 # our own script
        [sys.executable, str(Path(killed_writer.__file__)), str(store)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "start\n"
    return child


def rows_by_month(store: Path) -> dict[str, pa.Table]:
    opened = open_store(store)
    return {month: opened.to_arrow(months=[month]) for month in opened.months()}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_each_month_is_wholly_old_or_wholly_new_and_the_next_load_mends_the_rest(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    load(old, content(1))
    load(new, content(2))
    before, after = rows_by_month(old), rows_by_month(new)
    assert not any(before[month].equals(after[month]) for month in before)

    shutil.copytree(old, tmp_path / "timed")
    with started(tmp_path / "timed") as child:
        begun = time.monotonic()
        child.wait()
        took = time.monotonic() - begun
    assert child.returncode == 0

    killed = 0
    for number in range(KILLS):
        store = tmp_path / f"killed-{number}"
        shutil.copytree(old, store)
        with started(store) as child:
            # One in each part of the load, so that few kills reach all of it.
            time.sleep(took * (number + random.random()) / KILLS)  # noqa: S311 # no secret
            child.send_signal(signal.SIGKILL)
        killed += child.returncode == -signal.SIGKILL
        found = rows_by_month(store)
        assert found.keys() == before.keys()
        assert all(found[m].equals(before[m]) or found[m].equals(after[m]) for m in found)

        load(store, content(2))

        assert not list(store.glob(".staging-*"))
        assert (store / "_manifest.json").read_bytes() == (new / "_manifest.json").read_bytes()
        mended = rows_by_month(store)
        assert all(mended[month].equals(after[month]) for month in after)
    assert killed >= KILLS // 2
