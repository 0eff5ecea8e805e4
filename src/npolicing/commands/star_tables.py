"""`npolicing star`: the tables that a dashboard reads, written and kept up from the shell."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from npolicing.errors import InputFileError
from npolicing.forces import known, load
from npolicing.star_schema import star
from npolicing.star_schema.given import GIVEN, read_given
from npolicing.store import open_store

__all__ = ["add_star"]

_STAR = """\
Write the tables that Power BI, Tableau and DuckDB read: dimensions of areas, days
and grades, and facts that add up, as plain Parquet in the folder v1 of DIR. A
second run counts only the months that have changed, and removes those that are no
more. Beside the tables are datapackage.json and dictionary.md.
"""
_STAR_END = """\
examples:
  npolicing star store --out star                    the logs of a store
  npolicing star store --out star --tables tables    with observations, targets, fund ...
  npolicing star store --out star --force WMP        of one force of several
  npolicing star store --out star --bank-holidays days.txt

exit codes:
  0  done
  2  bad input or arguments; one line says what, and the way out
"""
P = TypeVar("P", bound=argparse.ArgumentParser)


def add_star(commands: argparse._SubParsersAction[P]) -> None:
    """Put the command into the parser."""
    parser = commands.add_parser(
        "star",
        help="write the tables that a dashboard reads, or bring them up to date",
        description=_STAR,
        epilog=_STAR_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_star)
    parser.add_argument("store", type=Path, metavar="STORE", help="the folder of the log store")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder of the tables"
    )
    parser.add_argument(
        "--tables",
        type=Path,
        metavar="DIR",
        help=f"take small tables from this folder: {', '.join(GIVEN)}, each .csv or .parquet, any "
        "of which may be left out; `npolicing dictionary` has their columns",
    )
    parser.add_argument(
        "--force",
        metavar="CODE",
        help="only the logs of this force: its code, or the path of its TOML file, whose units and "
        f"grades are then those that are known; there are data on {', '.join(known())}",
    )
    parser.add_argument(
        "--bank-holidays",
        type=Path,
        metavar="FILE",
        help="text with a day such as 2019-12-25 on each line, all of each calendar year",
    )
    parser.add_argument(
        "--marking",
        metavar="WORDS",
        help="protective marking, such as OFFICIAL-SENSITIVE, for every file; without it that of "
        "the months and tables, if they have one",
    )


def _star(arguments: argparse.Namespace) -> int:
    store = open_store(arguments.store)
    path = (arguments.force or "").casefold().endswith(".toml")
    reference = [load(arguments.force)] if path else []
    code = reference[0].force.force if path else arguments.force
    # On a terminal alone: what is redirected stays free of it.
    with tqdm(total=store.rows, unit=" logs", unit_scale=True, disable=None) as bar:
        done = star(
            store,
            arguments.out,
            **({} if arguments.tables is None else read_given(arguments.tables)),
            references=reference,
            bank_holidays=_days(arguments.bank_holidays),
            forces=None if code is None else [code],
            marking=arguments.marking,
            progress=bar.update,
        )
    print(done)
    return 0


def _days(path: Path | None) -> list[date]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:
        raise InputFileError(str(path), f"cannot be read as text: {error}") from error
    found = []
    for number, line in enumerate(map(str.strip, lines), start=1):
        if line:
            try:
                found.append(date.fromisoformat(line))
            except ValueError:
                words = f"line {number}: {line!r} is no day; write 2019-12-25"
                raise InputFileError(str(path), words) from None
    return found
