"""The script of the documents that asks one question in four places, as it stands there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "docs" / "how-to" / "one_question.py"


def test_ten_million_logs_give_one_answer_in_four_places() -> None:
    done = subprocess.run(  # noqa: S603 # our own words
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert {line.partition(": ")[2] for line in lines[:4]} == {lines[0].partition(": ")[2]}
    assert lines[0].startswith("a store, out of core: 10,000,000 logs, ")
    assert lines[4:] == ["confirmed for 516 months, 1995-01 to 2037-12"]
