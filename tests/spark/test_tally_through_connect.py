"""Through Spark Connect, by which shared clusters are asked, the answers are the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import npolicing as npol


def test_a_tally_and_two_measures_through_spark_connect(tmp_path: Path) -> None:
    store = tmp_path / "store"
    npol.write_store(npol.synthetic.log_batches(rows=20_000), store, how="replace")
    program = Path(__file__).with_name("tallied_through_connect.py")
    command = [sys.executable, str(program), str(store)]

    # Where it runs Spark puts down a warehouse.
    done = subprocess.run(  # noqa: S603 # our own words
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("module").startswith("pyspark.sql.connect.")
    assert found.pop("padded") == 1
    assert found.pop("refused").endswith("crimes: is string, not whole numbers")
    assert list(found) == ["tally", "attendance_ratio", "backlog"]
    assert min(found.values()) > 5
