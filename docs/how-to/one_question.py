"""One question to ten million logs in four places, with one answer.

How many logs did each unit have in each local month, from 1995 to 2037, and how many of them did a
neighbourhood team attend? Asked of a store out of core, a pandas frame, a polars LazyFrame and a
DuckDB relation. DuckDB's own conversion of time zones confirms each month.

Run as `python one_question.py [ROWS]`; it makes its own logs, which are made up, and marked so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import polars as pl

import npolicing as npol

FIRST, LAST = "1995-01", "2037-12"
BY = ["npu", "month", "attended_by_neighbourhood"]


def ask(store: npol.LogStore) -> dict[str, pd.DataFrame]:
    """The answer that each place gives."""
    files = f"{store.path.as_posix()}/*/*.parquet"
    in_memory = store.to_pandas(["force", *BY])
    return {
        "a store, out of core": npol.tally(store, by=BY),
        "a pandas frame": npol.tally(in_memory, by=BY),
        "a polars LazyFrame": npol.tally(pl.scan_parquet(files), by=BY),
        "a DuckDB relation": npol.tally(duckdb.read_parquet(files), by=BY),
    }


def by_time_zone(store: npol.LogStore) -> dict[str, int]:
    """Logs by month, converted by DuckDB from UTC to London's time, log by log."""
    local = "strftime(received_at at time zone 'Europe/London', '%Y-%m') as local_month"
    counted = store.duckdb().project(local).aggregate("local_month, count(*)", "local_month")
    return dict(counted.fetchall())


def main(rows: int, folder: Path) -> None:
    """Ask, and hold the answers against one another."""
    batches = npol.synthetic.log_batches(rows=rows, first=FIRST, last=LAST)
    npol.write_store(batches, folder / "store", how="replace")
    store = npol.open_store(folder / "store")

    answers = ask(store)
    answer = answers["a store, out of core"]
    for place, found in answers.items():
        pd.testing.assert_frame_equal(found, answer)
        print(f"{place}: {found['logs'].sum():,} logs, {len(found):,} groups")

    monthly = npol.tally(answer, by="month").set_index("month")["logs"].to_dict()
    confirmed = by_time_zone(store)
    if monthly != confirmed or len(monthly) != 43 * 12:
        raise SystemExit("DuckDB's own conversion of time zones gives other months.")
    print(f"confirmed for {len(confirmed)} months, {min(confirmed)} to {max(confirmed)}")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000_000, Path(temporary))
