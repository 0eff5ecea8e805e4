"""Steps of the scale: each makes, stores or counts so many made-up logs.

Run as `python scale_cases.py NAME FOLDER ROWS`: prints the seconds of each thing that is timed, and
a digest of the answer, as JSON. One process a step, so that memory is each one's own.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import attrs

import npolicing as npol

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

BY = ["force", "npu", "month", "priority", "attended_by_neighbourhood"]
MILLION = 1_000_000
YEARS = range(2015, 2020)
STORE, SPARK_STORE = "store", "store-spark"


@attrs.frozen
class Told:
    """What a step took, by what was timed, and a digest of its answer."""

    seconds: dict[str, float]
    answer: str


@attrs.frozen
class Piece:
    """Logs that are made together: of one force and one year."""

    force: str
    year: int
    rows: int
    seed: int


Step = Callable[[Path, int], Told]
STEPS: dict[str, Step] = {}


def step(name: str) -> Callable[[Step], Step]:
    """Put a step into the list."""

    def put(do: Step) -> Step:
        STEPS[name] = do
        return do

    return put


def pieces(rows: int) -> list[Piece]:
    """Five years, and a force for each ten million logs."""
    forces = max(1, rows // (10 * MILLION))
    each = rows // forces // len(YEARS)
    return [
        Piece(f"SYN{number}", year, each, seed=number * 10_000 + year)
        for number in range(1, forces + 1)
        for year in YEARS
    ]


def made(piece: Piece) -> Iterator[pa.RecordBatch]:
    """The logs of a piece, the same wherever they are made."""
    return npol.synthetic.log_batches(
        rows=piece.rows,
        seed=piece.seed,
        first=f"{piece.year}-01",
        last=f"{piece.year}-12",
        force=piece.force,
    )


def digest(counts: pd.DataFrame) -> str:
    """The same for the same counts: every group, and its logs."""
    text = counts.sort_values(BY, ignore_index=True)[[*BY, "logs"]].to_csv(index=False)
    return f"{counts['logs'].sum()} logs, {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


# -- one machine


@step("store")
def _store(folder: Path, rows: int) -> Told:
    """Make logs and write them to a store, batch by batch."""
    batches = (batch for piece in pieces(rows) for batch in made(piece))
    seconds = timed(lambda: npol.write_store(batches, folder / STORE, how="replace"))
    return Told({"store": seconds}, f"{npol.open_store(folder / STORE).rows} logs")


@step("tally")
def _tally(folder: Path, rows: int) -> Told:
    """Count a store out of core."""
    return _counted("tally", folder / STORE, rows)


@step("tally of what Spark stored")
def _tally_again(folder: Path, rows: int) -> Told:
    return _counted("tally", folder / SPARK_STORE, rows)


def _counted(name: str, store: Path, rows: int) -> Told:
    answer = digest(npol.tally(store, by=BY))
    seconds = [timed(lambda: npol.tally(store, by=BY)) for _ in range(rounds(rows))]
    return Told({name: median(seconds)}, answer)


def rounds(rows: int) -> int:
    """How often a question is asked."""
    return 5 if rows <= 50 * MILLION else 3


# -- Spark


def session(folder: Path) -> SparkSession:
    """Spark in one process of the Java machine, with as many threads as we have."""
    from pyspark.sql import SparkSession  # one machine does without

    started = (
        SparkSession.builder.master("local[2]")
        .appName("npolicing")
        .config("spark.driver.memory", "4g")
        .config("spark.local.dir", str(folder / "spark"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    started.sparkContext.setLogLevel("ERROR")
    return started


@step("store on Spark")
def _spark_store(folder: Path, rows: int) -> Told:
    """Have Spark's tasks make the logs, and write them to a store."""
    started = session(folder)
    before = time.perf_counter()
    logs = _spark_made(started, rows)
    npol.spark.write_store(logs, folder / SPARK_STORE, how="replace", synthetic=True)
    seconds = time.perf_counter() - before
    started.stop()
    return Told({"store": seconds}, f"{npol.open_store(folder / SPARK_STORE).rows} logs")


def _spark_made(started: SparkSession, rows: int) -> DataFrame:
    """The logs of the pieces, each made by a task."""
    asked = pieces(rows)

    def make(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_numpy():
                yield from made(asked[number])

    numbers = started.range(0, len(asked), 1, len(asked))
    logs: DataFrame = numbers.mapInArrow(make, npol.spark.schema(npol.Log))
    return logs


@step("tally on Spark")
def _spark_tally(folder: Path, rows: int) -> Told:
    """Ask Spark through npolicing, and by a query written by hand, by turns."""
    began = time.perf_counter()
    started = session(folder)
    begun = time.perf_counter() - began
    logs = npol.spark.read_store(started, folder / STORE)

    def ours() -> pd.DataFrame:
        return npol.tally(logs, by=BY)

    def by_hand() -> pd.DataFrame:
        counted = logs.groupBy(*BY).count().toArrow()
        return counted.to_pandas().rename(columns={"count": "logs"})

    answers = {digest(ours()), digest(by_hand())}
    if len(answers) > 1:
        raise SystemExit(f"Spark gives two answers: {answers}")
    taken = [(timed(ours), timed(by_hand)) for _ in range(rounds(rows))]
    started.stop()
    found = {"tally": median(a for a, _ in taken), "by hand": median(b for _, b in taken)}
    return Told({"session": begun, **found}, answers.pop())


def main(name: str, folder: str, rows: str) -> None:
    """Do one step, and tell of it."""
    told = STEPS[name](Path(folder), int(rows))
    print(json.dumps(attrs.asdict(told)))  # noqa: T201 # that is what it is for


if __name__ == "__main__":
    main(*sys.argv[1:])
