"""Through Spark Connect, and of tasks that are run again, the same is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_through_spark_connect_by_hand_though_tasks_die_half_way() -> None:
    program = Path(__file__).with_name("connected.py")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)  # noqa: S603 # our own words

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("module").startswith("pyspark.sql.connect.")
    refused = found.pop("refused").splitlines()
    assert refused[0] == "4 failures for Log:"
    assert refused[3].startswith("  - received_at: '2018-10-28 01:30:00' breaks comes once in")
    assert len(refused) == 7
    store = found.pop("store")
    assert store.pop("added") == store.pop("held")
    assert store == {
        "same": ["WMP/2018-01.parquet", "WMP/2018-02.parquet", "_manifest.json"],
        "columns": 27,
        "refused": [
            "the logs are marked OFFICIAL and SECRET: say which it is, with marking=",
            "STORE: has been written since this frame was read; read_store again",
            "STORE: has been written since this frame was read; read_store again",
        ],
    }
    key = "force, team_id, valid_from: ('WMP', 'T7', None) breaks unique [DUPLICATE_KEY]"
    assert found == {
        "check": [key, key, "npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]"],
        "good": ["T0", "T1", "T2", "T3", "T4", "T6"],
        "bad": ["T5", "T7", "T7"],
        "failures": ["DUPLICATE_KEY", "DUPLICATE_KEY", "PATTERN"],
        "settled": ["2018-08 48"] * 4,
        "own": ["beat: 'a' breaks matches [A-Z][0-9] [PATTERN]"],
    }
