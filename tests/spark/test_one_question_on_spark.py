"""The script of the documents that asks one question in three places, as it stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs" / "how-to" / "one_question_on_spark.py"
OURS = {"SPARK_HOME", "SPARK_LOCAL_IP", "PYSPARK_PYTHON"}


def test_logs_give_one_answer_in_memory_out_of_core_and_on_a_cluster() -> None:
    """With fewer logs than without an argument; on a machine that knows nothing of Spark."""
    fresh = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, str(SCRIPT), "200000"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, env=fresh)  # noqa: S603 # our own words

    assert done.returncode == 0, done.stderr
    places, _, answers = zip(
        *(line.partition(": ") for line in done.stdout.splitlines()), strict=True
    )
    assert places == (
        "a pandas frame",
        "a store, out of core",
        "Spark, local-cluster[2,1,1024]",
    )
    assert len(set(answers)) == 1
    assert answers[0].startswith("200,000 logs, ")
