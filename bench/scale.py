"""From one to 300 million logs, on one machine and on Spark: made, stored and counted.

`nox -s scale` runs it, in about an hour, and writes its part of docs/benchmarks.md;
`nox -s scale -- --rows 1_000_000` does the sizes up to that, and writes nothing. What is made for
one size is removed before the next, so that the disk holds one size at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import attrs
import psutil
from run import MARK, MILLION, PAGE
from scale_cases import Told
from tqdm import tqdm

SIZES = [each * MILLION for each in (1, 10, 50, 100, 300)]
STEPS = ["store", "tally", "tally on Spark", "store on Spark", "tally of what Spark stored"]
A_LOG = 60
"""Bytes of disk for a log, of which 45 were taken: two stores, and what Spark puts down."""
LIBRARIES = "npolicing pandas pyarrow narwhals pyspark"
HOW = """
Made by `nox -s scale`: made-up logs of five years, a force for each ten million. One machine reads
and writes out of core; Spark is in local mode on the same machine, with a thread a core and 4 GB
for Java, so that the two are asked alike. MB are the most that all processes of a step hold
together. What is made for one size is removed before the next: the disk holds two stores of one
size, and what Spark puts down on its way.
"""
ASKED = """
Counted: logs by force, unit, month, grade and attendance by neighbourhood, after one question that
is not timed. Every way gives the same counts, those of the store that Spark wrote too. Spark's own
query is a group-by written by hand, by turns with ours in one session; the bar is 1.25. To begin a
session takes Spark {seconds} s more.
"""


@attrs.frozen
class Seen:
    """What a step told, and what it took of memory and, in all, of the disk."""

    told: Told
    megabytes: float
    gigabytes: float


class Watch(threading.Thread):
    """The most memory that a process and its children hold, and the most that a folder has.

    Shared pages are counted once (the kernel's proportional set size).
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        super().__init__(daemon=True)
        self._process, self._folder = process, folder
        self.memory = self.disk = 0

    def run(self) -> None:
        """Look, until the process has ended."""
        rounds = 0
        while self._process.poll() is None:
            self.memory = max(self.memory, _memory(self._process.pid))
            if rounds % 8 == 0:
                self.disk = max(self.disk, size_of(self._folder))
            rounds += 1
            time.sleep(0.25)


def _memory(number: int) -> int:
    try:
        parent = psutil.Process(number)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_of_one, family))


def _of_one(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; some may go while we look."""
    total = 0
    for each in folder.rglob("*"):
        try:
            total += each.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total


def do(name: str, folder: Path, rows: int) -> Seen:
    """One step, in a process of its own."""
    script = str(Path(__file__).with_name("scale_cases.py"))
    command = [sys.executable, script, name, str(folder), str(rows)]
    # Spark's own Python processes are to be ours.
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "errors.txt").open("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 # our own words
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=env
        )
        watch = Watch(process, folder)
        watch.start()
        printed, _ = process.communicate()
        watch.join()
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(f"{name}, {rows:,} rows: {errors.read()[-3000:]}")
    told = Told(**json.loads(printed.splitlines()[-1]))
    return Seen(told, watch.memory / 1e6, watch.disk / 1e9)


def at_size(rows: int, place: Path | None, shown: tqdm[NoReturn]) -> dict[str, Seen]:
    """All steps at one size; nothing stays on the disk.

    Raises:
        SystemExit: If there is too little disk, or two ways give two answers.
    """
    with tempfile.TemporaryDirectory(dir=place) as temporary:
        folder = Path(temporary)
        free = shutil.disk_usage(folder).free
        if free < rows * A_LOG:
            needed = f"{rows * A_LOG / 1e9:.0f} GB of disk, and {folder} has {free / 1e9:.0f}"
            raise SystemExit(f"{rows:,} logs need up to {needed}; name another folder: --folder")
        seen = {}
        for name in STEPS:
            shown.set_description(f"{rows:,}: {name}")
            seen[name] = do(name, folder, rows)
            shown.update()
    answers = {each.told.answer for name, each in seen.items() if "tally" in name}
    stored = {seen[name].told.answer for name in ("store", "store on Spark")}
    if len(answers) > 1 or len(stored) > 1:
        raise SystemExit(f"{rows:,} logs: the answers differ: {answers | stored}")
    return seen


def stored_table(found: dict[int, dict[str, Seen]]) -> list[str]:
    """What it takes to make logs and to store them."""
    lines = ["| logs | one machine, s | MB | Spark, s | MB | most disk, GB |"]
    lines += ["|--:|--:|--:|--:|--:|--:|"]
    for rows, seen in found.items():
        one, spark = seen["store"], seen["store on Spark"]
        cells = [f"{rows:,}", _s(one.told.seconds["store"]), f"{one.megabytes:,.0f}"]
        cells += [_s(spark.told.seconds["store"]), f"{spark.megabytes:,.0f}"]
        cells += [f"{max(each.gigabytes for each in seen.values()):.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def counted_table(found: dict[int, dict[str, Seen]]) -> list[str]:
    """What one question takes."""
    lines = ["| logs | one machine, s | MB | Spark, s | its own query, s | ours to it | MB |"]
    lines += ["|--:|--:|--:|--:|--:|--:|--:|"]
    for rows, seen in found.items():
        one, spark = seen["tally"], seen["tally on Spark"]
        ours, own = spark.told.seconds["tally"], spark.told.seconds["by hand"]
        missed = "" if ours <= 1.25 * own else " **missed**"
        cells = [f"{rows:,}", _s(one.told.seconds["tally"]), f"{one.megabytes:,.0f}"]
        cells += [_s(ours), _s(own), f"{ours / own:.2f}{missed}", f"{spark.megabytes:,.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _s(seconds: float) -> str:
    if seconds >= 100:
        return f"{seconds:,.0f}"
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2f}"


def part(found: dict[int, dict[str, Seen]]) -> str:
    """The part of the page, as Markdown."""
    begun = [each["tally on Spark"].told.seconds["session"] for each in found.values()]
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES.split())
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    texts = [
        MARK,
        "## Scale: one machine and Spark",
        HOW.strip(),
        f"{machine}, {versions}.",
        "Made and stored: each log is drawn, checked and written, a file a month of a force.",
        "\n".join(stored_table(found)),
        ASKED.strip().format(seconds=f"{min(begun):.0f} to {max(begun):.0f}"),
        "\n".join(counted_table(found)),
    ]
    return "\n\n".join(texts) + "\n"


def main() -> None:
    """Measure, and write the part of the page where all sizes were done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=SIZES[-1], help="the largest size")
    parser.add_argument("--folder", type=Path, help="where there is room; emptied again")
    arguments = parser.parse_args()
    sizes = [each for each in SIZES if each <= arguments.rows]
    found: dict[int, dict[str, Seen]] = {}
    with tqdm(total=len(sizes) * len(STEPS)) as shown:
        for rows in sizes:
            found[rows] = at_size(rows, arguments.folder, shown)
            # The largest takes half of the time: what is known before it is told before it.
            shown.write(part(found))
    text = part(found)
    if sizes == SIZES:
        page = PAGE.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
        PAGE.write_text(f"{page}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
