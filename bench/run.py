"""Every row of the bar beside its rivals, in one run; writes docs/benchmarks.md.

`nox -s bench` runs it; `nox -s bench -- --rows 1_000_000` a small one, which writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NoReturn

import attrs
import pyarrow.parquet as pq
from messy import write_messy
from tqdm import tqdm

import npolicing as npol

TOP = Path(__file__).parents[1]
PAGE = TOP / "docs" / "benchmarks.md"
MARK = "<!-- what follows is made by nox -s scale -->"
MILLION = 1_000_000
LIBRARIES = (
    "npolicing attrs numpy pandas pyarrow narwhals duckdb polars pandera pydantic cattrs"
    " statsmodels"
)


@attrs.frozen
class Run:
    """One measurement."""

    seconds: float
    megabytes: float
    answer: int | None


@attrs.frozen(kw_only=True)
class Bar:
    """What is held against what.

    `most` is the largest ratio of ours to the rival's that the bar allows: of the seconds, and of
    the memory where it has one. Where rivals lose rows, the answer is how many. A bar that is
    stored needs a store of so many rows.
    """

    title: str
    ours: str
    rivals: dict[str, tuple[float | None, float | None]]
    rows: int
    rounds: int = 5
    loses: bool = False
    stored: bool = True


def bars(rows: int) -> list[Bar]:
    """The bars, at sizes that follow from the largest store."""
    small = min(rows, MILLION)
    middle = min(rows, 10 * MILLION)
    engines: dict[str, tuple[float | None, float | None]] = {
        "reading the columns": (1.5, None),
        "DuckDB": (1 / 1.2, None),
        "polars": (1 / 1.2, None),
        "pandas, as people write it": (1 / 8, 1 / 10),
        "DuckDB, converting time zones": (None, None),
        "polars, converting time zones": (None, None),
    }
    return [
        Bar(
            title="A store of logs: force, unit, month, grade, attended by neighbourhood",
            ours="tally",
            rivals=engines,
            rows=rows,
            rounds=3,
        ),
        Bar(
            title="Attendance ratio of a pandas frame",
            ours="attendance_ratio of a frame",
            rivals={"the same in pandas": (0.5, None)},
            rows=middle,
        ),
        Bar(
            title="Counted in DuckDB",
            ours="tally of a DuckDB relation",
            rivals={"DuckDB": (1.3, None)},
            rows=middle,
        ),
        Bar(
            title="Counted in polars",
            ours="tally of a polars LazyFrame",
            rivals={"polars, in memory engine": (1.15, None)},
            rows=middle,
        ),
        Bar(
            title="Arrow to checked records",
            ours="to_records",
            rivals={"pydantic": (1 / 10, 0.5), "cattrs": (1 / 10, None)},
            rows=small,
            rounds=3,
        ),
        Bar(
            title="Records to Parquet",
            ours="write_parquet of records",
            rivals={"asdict, from_pylist, write_table": (1 / 2.5, None)},
            rows=small,
            rounds=3,
        ),
        Bar(
            title="Checking logs where they lie, uniqueness among the rules",
            ours="check of a store",
            rivals={"pandera": (1 / 3, 1 / 3), "check of a frame": (None, None)},
            rows=middle,
            rounds=2,
        ),
        Bar(
            title="A messy CSV into a store, and its refused rows into a file",
            ours="load of a messy CSV",
            rivals={"DuckDB, store_rejects": (1, None), "pandas.read_csv": (1 / 8, None)},
            rows=min(rows, 5 * MILLION),
            rounds=2,
            loses=True,
        ),
        Bar(
            title="Eight monthly packs as pages, beside the counting that they rest on",
            ours="eight monthly packs",
            rivals={
                # What comes after it costs the same however many logs there are.
                "the counting alone": (None, 1.5),
                "eight monthly packs with charts": (None, None),
            },
            rows=middle,
            rounds=3,
            stored=False,
        ),
        Bar(
            title="Control charts of 8 NPUs, 10 years and 20 series, made 20 times",
            ours="control charts",
            rivals={"plain loops": (1 / 10, None)},
            rows=8 * 120 * 20 * 20,
            stored=False,
        ),
        Bar(
            title="A share, a difference and a rate ratio with intervals, for 8 NPUs and 10 years",
            ours="closed-form intervals",
            rivals={"statsmodels, figure by figure": (1 / 10, None)},
            rows=8 * 120,
            stored=False,
        ),
        Bar(
            title="The next year of 12 series of ten years, by a method that a back-test chose",
            ours="forecast",
            rivals={"statsmodels in a plain loop": (1, None)},
            rows=12 * 120,
            rounds=3,
            stored=False,
        ),
        Bar(
            title="Importing",
            ours="import npolicing",
            rivals={"import pandas": (0.15, None)},
            rows=small,
        ),
    ]


def measure(name: str, folder: Path, rows: int) -> Run:
    """One case in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("cases.py")), name, str(folder)]
    done = subprocess.run([*command, str(rows)], capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def compare(bar: Bar, folder: Path, shown: tqdm[NoReturn]) -> dict[str, list[Run]]:
    """All cases of a bar, by turns."""
    names = [bar.ours, *bar.rivals]
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for _ in range(bar.rounds):
        for name in names:
            shown.set_description(name)
            runs[name].append(measure(name, folder, bar.rows))
            shown.update()
    answers = {run.answer for each in runs.values() for run in each}
    if len(answers) > 1 and not bar.loses:
        raise RuntimeError(f"{bar.title}: the answers differ: {answers}")
    return runs


def section(bar: Bar, runs: dict[str, list[Run]]) -> list[str]:
    """A bar and what was seen, as Markdown."""
    lines = [f"## {bar.title}", "", f"{bar.rows:,} rows, {bar.rounds} rounds."]
    lines += ["", "| case | seconds | spread | ours to it | bar | MB | ours to it | bar |"]
    lines += ["|---|--:|---|--:|--:|--:|--:|--:|"]
    ours = runs[bar.ours]
    for name, each in runs.items():
        most, memory = bar.rivals.get(name, (None, None))
        seconds = [run.seconds for run in each]
        spread = f"{_short(min(seconds))} to {_short(max(seconds))}"
        cells = [name, _short(median(seconds)), spread]
        cells += _ratio([run.seconds for run in ours], seconds, most, rival=name != bar.ours)
        size = [run.megabytes for run in each]
        cells += [f"{median(size):,.0f}"]
        cells += _ratio([run.megabytes for run in ours], size, memory, rival=name != bar.ours)
        lines.append(f"| {' | '.join(cells)} |")
    if bar.loses:
        lost = ", ".join(f"{name}: {each[0].answer:,}" for name, each in runs.items())
        lines += ["", f"Rows that are neither loaded nor refused: {lost}."]
    return [*lines, ""]


def _short(number: float) -> str:
    """To the hundredth; what is smaller than a tenth to two digits."""
    return f"{number:.2f}" if number >= 0.1 else f"{number:.2g}"


def _ratio(
    ours: Sequence[float], theirs: Sequence[float], most: float | None, *, rival: bool
) -> list[str]:
    if not rival:
        return ["", ""]
    found = median(ours) / median(theirs)
    if most is None:
        return [_short(found), ""]
    return [_short(found), f"{most:.2f}{'' if found <= most else ' **missed**'}"]


def growth(folder: Path, sizes: Iterable[int]) -> list[str]:
    """How the tally's time and memory grow."""
    lines = ["## Growth of a tally", "", "| rows | seconds | MB |", "|--:|--:|--:|"]
    for rows in sizes:
        runs = [measure("tally", folder, rows) for _ in range(3)]
        seconds = median(run.seconds for run in runs)
        size = median(run.megabytes for run in runs)
        lines.append(f"| {rows:,} | {seconds:.2f} | {size:,.0f} |")
    return [*lines, "", "The bar: memory at 50 million at most 1.15 times that at 10 million.", ""]


def disk(folder: Path, sizes: Iterable[int]) -> list[str]:
    """The size of a log on disk beside what pyarrow writes of the same rows."""
    lines = ["## A log on disk", "", "Beside `pyarrow.parquet.write_table(compression='zstd')` of"]
    lines += ["the same rows, twelve months. The bar: 0.65.", ""]
    lines += ["| logs a month | bytes a log | theirs | ours to it |", "|--:|--:|--:|--:|"]
    for size in sizes:
        ours = theirs = rows = 0
        for each in npol.open_store(folder / f"store-{size}").files[:12]:
            table = pq.read_table(each.path).cast(npol.arrow_schema(npol.Log))
            pq.write_table(table, folder / "plain.parquet", compression="zstd")
            ours += each.path.stat().st_size
            theirs += (folder / "plain.parquet").stat().st_size
            rows += each.rows
        missed = "" if ours <= 0.65 * theirs else " **missed**"
        cells = f"{rows // 12:,} | {ours / rows:.1f} | {theirs / rows:.1f}"
        lines.append(f"| {cells} | {ours / theirs:.2f}{missed} |")
    return [*lines, ""]


def make_stores(folder: Path, sizes: Iterable[int]) -> None:
    """Stores of made-up logs: five years, and a force for each ten million."""
    for rows in sizes:
        path = folder / f"store-{rows}"
        forces = max(1, rows // (10 * MILLION))
        if path.exists():
            continue
        with tqdm(total=rows, desc=f"store of {rows:,}", unit_scale=True) as shown:
            for number in range(forces):
                batches = npol.synthetic.log_batches(
                    rows=rows // forces,
                    seed=number,
                    first="2015-01",
                    last="2019-12",
                    force=f"SYN{number + 1}",
                )
                npol.write_store(batches, path, how="replace", progress=shown.update)


def head() -> list[str]:
    """What it was measured on."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES.split())
    return [
        "# Benchmarks",
        "",
        "Made by `nox -s bench`: each case in a process of its own, by turns with its rivals, on",
        "made-up logs of five years, a force for each ten million, after one on a million of them,",
        "so that nobody pays for beginning. Seconds are medians; MB are the peak of the process.",
        "A ratio is of ours to the rival's: below 1, ours is quicker, or smaller. Where a bar is",
        "missed, it says so.",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}.",
        f"{versions}.",
        "",
    ]


def main() -> None:
    """Measure, and write the page where the sizes are the full ones."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50 * MILLION)
    parser.add_argument("--folder", type=Path, help="where stores are made, and kept")
    parser.add_argument(
        "--only", default="", help="words of titles: those bars alone, printed and not on the page"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        held = [
            bar for bar in bars(arguments.rows) if arguments.only.casefold() in bar.title.casefold()
        ]
        sizes = sorted({bar.rows for bar in held if bar.stored})
        # The files of a CSV are made before the clock runs, by the first who asks.
        # A large case is begun with one of a million.
        make_stores(folder, sorted({*sizes, *([MILLION] if sizes else [])}))
        for rows in {MILLION, min(arguments.rows, 5 * MILLION)}:
            write_messy(folder, rows)
        told = ["\n".join(head())]
        tqdm.write(told[0])
        total = sum(bar.rounds * (1 + len(bar.rivals)) for bar in held)
        with tqdm(total=total) as shown:
            for bar in held:
                told.append("\n".join(section(bar, compare(bar, folder, shown))))
                # What is known is told at once: a later bar may fail.
                shown.write(told[-1])
        if not arguments.only:
            told.append("\n".join([*growth(folder, sizes), *disk(folder, sizes)]))
            tqdm.write(told[-1])
    text = "\n".join(told).rstrip() + "\n"
    if arguments.rows >= 50 * MILLION and not arguments.only:
        _, mark, scale = PAGE.read_text(encoding="utf-8").partition(MARK)
        kept = f"\n{mark}{scale}" if mark else ""
        PAGE.write_text(text + kept, encoding="utf-8")


if __name__ == "__main__":
    main()
