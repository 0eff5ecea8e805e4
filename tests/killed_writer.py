"""A load to be killed: no test. Arguments: the folder of the store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from npolicing.store import _months, write_store
from npolicing.synthetic import logs

if TYPE_CHECKING:
    import pyarrow as pa

MONTHS = ("2018-01", "2018-06")


def content(seed: int) -> pa.Table:
    """Rows of six months: another seed gives others."""
    return logs(rows=6000 + 600 * seed, seed=seed, first=MONTHS[0], last=MONTHS[1])


def batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """In the order of numbers, not of months."""
    places = [at for start in range(5) for at in range(start, table.num_rows, 5)]
    return iter(table.take(places).to_batches(max_chunksize=1000))


def load(path: Path, table: pa.Table) -> None:
    """A load that puts months down on its way, and merges them."""
    _months._HELD = 3000  # noqa: SLF001 # so that few rows are too many
    write_store(batches(table), path, how="replace")


if __name__ == "__main__":
    new = content(2)
    sys.stdout.write("start\n")
    sys.stdout.flush()
    load(Path(sys.argv[1]), new)
