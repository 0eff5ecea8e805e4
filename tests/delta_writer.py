"""A load into a Delta table, to be killed: no test. Arguments: the folder of the table."""

from __future__ import annotations

import sys
from pathlib import Path

from killed_writer import batches, content

from npolicing.delta_table import write_delta
from npolicing.store import _months


def load(path: Path, seed: int) -> None:
    """A load that puts months down on its way, and merges them."""
    _months._HELD = 3000  # noqa: SLF001 # so that few rows are too many
    write_delta(batches(content(seed)), path, how="replace")


if __name__ == "__main__":
    sys.stdout.write("start\n")
    sys.stdout.flush()
    load(Path(sys.argv[1]), 2)
