"""The command line: a thin shell over the library."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from npolicing._records import Record
from npolicing.accessible_workbook import write_accessible_workbook
from npolicing.commands import add_intake, add_pack, add_profile, add_star
from npolicing.dictionary import dictionary_markdown
from npolicing.entities import ENTITIES
from npolicing.errors import InputFileError, NpolicingError
from npolicing.evaluating import EVALUATED
from npolicing.measures import RESULTS
from npolicing.packs import PackFigure
from npolicing.paper import (
    Paper,
    Report,
    document,
    log_source,
    read_paper,
    report,
    wmp_2019,
    write_pack,
)
from npolicing.star_schema import STAR
from npolicing.store import write_store
from npolicing.synthetic import log_batches

__all__ = ["main"]

BAD_INPUT = 2
STOPPED = 130
# What is told in one line: input, arguments, disks, and a library that an extra brings.
_TOLD = (NpolicingError, OSError, ValueError, ArithmeticError, ModuleNotFoundError)
_DECLARED = (*ENTITIES, *RESULTS.values(), *EVALUATED, PackFigure, *STAR.values())
_ENTITIES = {entity.__name__: entity for entity in _DECLARED}

_PAPER = """\
Rebuild a board paper from typed records, and hold what it printed against them.

With no input of yours this is the West Midlands Police paper of 15 October 2019:
Street Watch, Neighbourhood Watch, cadets and Junior PCSOs, the Active Citizens
Fund, WMNow, and then the findings: each with what was printed, what the figures
give, and where.
"""

_PAPER_END = """\
examples:
  npolicing paper                        the paper of 2019, in the terminal
  npolicing paper --out pack             the same, and a folder: pack/paper.html is the report
                                         with charts, beside it is every table
  npolicing paper --npu Coventry         one unit, by code, name or alias
  npolicing paper --due 2020-03-31       the pace that the target needs by that day
  npolicing paper --logs store           Figures 1 and 2 out of logs: pictures in the paper
  npolicing paper --out pack --no-charts tables alone, without matplotlib
  npolicing paper --workbook paper.xlsx  the tables to publish, accessible to all
  npolicing paper --json | jq .findings  for a program
  npolicing paper --marking OFFICIAL     marked, in print and in every file of --out
  npolicing paper --tables mine          tables of your own: copy the folder pack/csv
                                         that --out wrote, and change what is yours

exit codes:
  0  done
  2  bad input or arguments; one line says which file, row, column and value
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    Args:
        argv: The arguments; those of the process, where there are none.
    """
    arguments = _parser().parse_args(argv)
    try:
        code = int(arguments.run(arguments))
        # Now, so that a full disk or a closed pipe is told of here and not at the very end.
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read on, such as `head`, has had enough: that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("npolicing: stopped; what was not finished is as it was", file=sys.stderr)
        return STOPPED
    except _TOLD as error:
        print(f"npolicing: {_one_line(error)}", file=sys.stderr)
        return BAD_INPUT
    return code


def _one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines)


class _Parser(argparse.ArgumentParser):
    """A parser whose mistakes are one line, too."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"npolicing: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="npolicing",
        description="Typed, checked data and honest figures for UK neighbourhood policing.",
        epilog="`npolicing COMMAND --help` tells more of each command.",
    )
    parser.add_argument("--version", action="version", version=f"npolicing {version('npolicing')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_paper(commands)
    _add_dictionary(commands)
    _add_synthetic(commands)
    add_pack(commands)
    add_intake(commands)
    add_profile(commands)
    add_star(commands)
    return parser


def _add_paper(commands: argparse._SubParsersAction[_Parser]) -> None:
    paper = commands.add_parser(
        "paper",
        help="rebuild the 2019 board paper, or one from your own tables",
        description=_PAPER,
        epilog=_PAPER_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    paper.set_defaults(run=_paper)
    paper.add_argument("--out", type=Path, metavar="DIR", help="write the pack into this folder")
    paper.add_argument(
        "--no-charts",
        dest="charts",
        action="store_false",
        help='tables alone in paper.html; charts need pip install "npolicing[charts]"',
    )
    paper.add_argument(
        "--workbook",
        type=Path,
        metavar="FILE",
        help="write the tables to this workbook (XLSX), in the form in which statistics are "
        'published; needs pip install "npolicing[xlsx]"',
    )
    paper.add_argument("--npu", metavar="UNIT", help="only this unit: code, name or alias")
    paper.add_argument("--json", action="store_true", help="print JSON in place of text")
    paper.add_argument(
        "--tables",
        type=Path,
        metavar="DIR",
        help="take the tables from this folder: observations, targets, budget_positions and "
        "published_figures, each .csv or .parquet; `npolicing dictionary` has their columns",
    )
    paper.add_argument(
        "--due",
        type=_day,
        action="append",
        default=[],
        metavar="DATE",
        help="day by which targets are due, such as 2020-03-31; may be given again. Without it, "
        'every day that the words allow: "April 2020" is no day',
    )
    paper.add_argument(
        "--logs",
        type=Path,
        metavar="FILE_OR_STORE",
        help="logs to make Figures 1 and 2 of: a Parquet file, or a store that `npolicing "
        "synthetic` or `write_store` made. Without it the two have no data: the paper prints "
        "pictures",
    )
    paper.add_argument(
        "--until",
        type=_day,
        metavar="DATE",
        help="day to which sign-ups are projected; without it, the day after the financial year",
    )
    paper.add_argument(
        "--marking",
        metavar="WORDS",
        help="protective marking, such as OFFICIAL-SENSITIVE, for what is printed and for every "
        "file; without it that of the files of --tables and --logs, if they have one",
    )


def _add_dictionary(commands: argparse._SubParsersAction[_Parser]) -> None:
    dictionary = commands.add_parser(
        "dictionary",
        help="print the data dictionary: every column of every entity and result",
        description="Print the data dictionary as Markdown: what a row is, and each column's type, "
        "unit, allowed values and meaning.",
    )
    dictionary.set_defaults(run=_dictionary)
    dictionary.add_argument(
        "entity",
        nargs="*",
        type=_entity,
        metavar="ENTITY",
        help=f"one of {', '.join(_ENTITIES)}; all of them without one",
    )


def _add_synthetic(commands: argparse._SubParsersAction[_Parser]) -> None:
    synthetic = commands.add_parser(
        "synthetic",
        help="make a store of made-up logs, to try things on",
        description="Make logs up, marked synthetic, and write them into a log store: a folder "
        "with a Parquet file for each month. Months that are there are replaced. The same "
        "arguments give the same logs.",
    )
    synthetic.set_defaults(run=_synthetic)
    synthetic.add_argument(
        "--rows", type=_count, required=True, metavar="N", help="how many, such as 2_000_000"
    )
    synthetic.add_argument(
        "--out", type=Path, required=True, metavar="STORE", help="the folder of the store"
    )
    synthetic.add_argument("--seed", type=int, default=0, metavar="N", help="another: other logs")
    synthetic.add_argument(
        "--first", default="2018-01", metavar="MONTH", help="first month; 2018-01 without it"
    )
    synthetic.add_argument(
        "--last", default="2019-12", metavar="MONTH", help="last month; 2019-12 without it"
    )
    synthetic.add_argument("--force", default="WMP", metavar="CODE", help="WMP without it")


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows; write 2_000_000")
    return number


def _synthetic(arguments: argparse.Namespace) -> int:
    batches = log_batches(
        rows=arguments.rows,
        seed=arguments.seed,
        first=arguments.first,
        last=arguments.last,
        force=arguments.force,
    )
    # On a terminal alone: what is redirected stays free of it.
    with tqdm(total=arguments.rows, unit=" logs", unit_scale=True, disable=None) as bar:
        load = write_store(batches, arguments.out, how="replace", progress=bar.update)
    print(load)
    return 0


def _entity(text: str) -> type[Record]:
    for name, entity in _ENTITIES.items():
        if name.casefold() == text.casefold():
            return entity
    raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(_ENTITIES)}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write 2020-03-31") from None


def _paper(arguments: argparse.Namespace) -> int:
    _refuse_overwriting(arguments.tables, arguments.out)
    paper: Paper = wmp_2019() if arguments.tables is None else read_paper(arguments.tables)
    if arguments.npu is not None:
        paper = paper.narrowed(arguments.npu)
    logs = None if arguments.logs is None else log_source(arguments.logs)
    made = report(
        paper, due=arguments.due, until=arguments.until, logs=logs, marking=arguments.marking
    )
    # Before anything is printed: what cannot be written is told of alone.
    files = [] if arguments.out is None else _written(made, arguments)
    if arguments.workbook is not None:
        whole = document(made, charts=False, command=_command(arguments))
        write_accessible_workbook(whole, arguments.workbook)
    print(made.json() if arguments.json else made.text())
    if files:
        # Beside the report, not in it: what is printed may be piped on.
        print(f"\nWrote {len(files)} files to {arguments.out}.", file=sys.stderr)
    if arguments.workbook is not None:
        print(f"\nWrote {arguments.workbook}.", file=sys.stderr)
    return 0


def _written(made: Report, arguments: argparse.Namespace) -> list[Path]:
    command = _command(arguments)
    try:
        return write_pack(made, arguments.out, charts=arguments.charts, command=command)
    except ModuleNotFoundError as error:
        words = f"{error}; or leave them out: --no-charts"
        raise ModuleNotFoundError(words, name=error.name) from error


def _command(arguments: argparse.Namespace) -> str:
    """The command as somebody may give it again; where to and how it prints make no difference."""
    words = ["npolicing", "paper"]
    for option in ("npu", "tables", "due", "until", "logs", "marking"):
        given = getattr(arguments, option)
        values = given if isinstance(given, list) else [given]
        words += [word for value in values if value is not None for word in (f"--{option}", value)]
    words += [] if arguments.charts else ["--no-charts"]
    return shlex.join(map(str, words))


def _refuse_overwriting(tables: Path | None, out: Path | None) -> None:
    """A pack has files of the names that the tables have: it must not fall on them."""
    if tables is not None and out is not None:
        folders = {(out / name).resolve() for name in ("csv", "parquet")}
        if tables.resolve() in folders:
            raise InputFileError(str(tables), f"would be overwritten by --out {out}")


def _dictionary(arguments: argparse.Namespace) -> int:
    print(dictionary_markdown(arguments.entity or list(_ENTITIES.values())))
    return 0
