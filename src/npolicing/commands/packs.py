"""`npolicing pack sim` and `npolicing pack qpr`: packs for meetings from the shell."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from tqdm import tqdm

from npolicing.disclosure import RULES
from npolicing.errors import InputFileError
from npolicing.packs import Pack, quarter_pack, read_inputs, sim_packs, write_pack
from npolicing.packs.tables import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from npolicing.packs import PackInputs

__all__ = ["add_pack"]

_ABOUT = """\
Make the pack of a meeting out of a log store and a folder of small tables: one
HTML page, findings first, and beside it every figure in long form, as Parquet and
CSV. Any input may be missing: the pack says what, and what it would have shown.
"""
_TABLES = f"""
the folder of --tables may have any of these, each .csv or .parquet:
  {", ".join(list(FILES)[:5])},
  {", ".join(list(FILES)[5:9])},
  {", ".join(list(FILES)[9:])}
`npolicing dictionary observation` has the columns of a table.
"""
_CODES = """
exit codes:
  0  done
  2  bad input or arguments; one line says which file, row, column and value
"""
_END = f"""\
examples:
  npolicing pack sim --npu CV --month 2019-09 --store store --tables tables --out packs
  npolicing pack qpr --quarter 2019/20-Q2 --store store --tables tables --out packs

`npolicing pack sim --help` and `npolicing pack qpr --help` tell more.
{_CODES}"""
_SIM_END = f"""\
examples:
  npolicing pack sim --npu CV --month 2019-09 --store store --tables tables --out packs
  npolicing pack sim --month 2019-09 --store store --out packs      all units in one run
  npolicing pack sim --month 2019-09 --store store --out packs --suppress ofqual
{_TABLES}{_CODES}"""
_QPR_END = f"""\
examples:
  npolicing pack qpr --quarter 2019/20-Q2 --store store --tables tables --out packs
  npolicing pack qpr --quarter 2019/20-Q2 --npu Coventry --store store --out packs
{_TABLES}{_CODES}"""
P = TypeVar("P", bound=argparse.ArgumentParser)


def add_pack(commands: argparse._SubParsersAction[P]) -> None:
    """Put the commands into the parser."""
    pack = commands.add_parser(
        "pack",
        help="make the packs of meetings: a month of a unit, a quarter of the force",
        description=_ABOUT,
        epilog=_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    forums = pack.add_subparsers(title="packs", metavar="PACK", required=True)
    sim = forums.add_parser(
        "sim",
        help="service improvement meeting: one unit's month, or that of all units",
        description=_ABOUT,
        epilog=_SIM_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sim.set_defaults(run=_sim)
    sim.add_argument("--month", required=True, metavar="MONTH", help="the month, such as 2019-09")
    _add_inputs(sim, "the unit: code, name or alias; all units of the force without it")
    qpr = forums.add_parser(
        "qpr",
        help="quarterly performance review: the force with its units, or one unit",
        description=_ABOUT,
        epilog=_QPR_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    qpr.set_defaults(run=_qpr)
    qpr.add_argument(
        "--quarter",
        required=True,
        metavar="QUARTER",
        help="the quarter of a financial year: 2019/20-Q2 is July to September 2019",
    )
    _add_inputs(qpr, "one unit: code, name or alias; the force with its units without it")


def _add_inputs(parser: argparse.ArgumentParser, npu: str) -> None:
    parser.add_argument("--npu", metavar="UNIT", help=npu)
    parser.add_argument(
        "--store", type=Path, metavar="STORE", help="the log store; without it, no figures on logs"
    )
    parser.add_argument(
        "--tables", type=Path, metavar="DIR", help="the folder of small tables, named below"
    )
    parser.add_argument(
        "--force",
        metavar="CODE",
        help="code of the force, or the path of its TOML file; needed where the inputs have "
        "several, or where yours is not shipped and grades and names are to be known",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the packs are written"
    )
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="day on which counts, money, problems and actions are looked at; without it, the last "
        "day of the time",
    )
    parser.add_argument(
        "--suppress",
        metavar="RULE",
        help=f"hide small numbers on logs and crimes by a rule: {', '.join(RULES)}",
    )
    parser.add_argument(
        "--marking",
        metavar="WORDS",
        help="protective marking, such as OFFICIAL-SENSITIVE, for every file; without it that of "
        "the inputs, if they have one",
    )
    parser.add_argument(
        "--no-charts",
        dest="charts",
        action="store_false",
        help='tables alone; charts need pip install "npolicing[charts]"',
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write 2019-10-15") from None


def _inputs(arguments: argparse.Namespace) -> PackInputs:
    if arguments.store is None and arguments.tables is None:
        raise InputFileError("pack", "has nothing to go by; give --store, --tables, or both")
    if arguments.tables is not None and arguments.out.resolve() == arguments.tables.resolve():
        raise InputFileError(str(arguments.tables), "is the folder of --out, too; name another")
    return read_inputs(store=arguments.store, tables=arguments.tables, force=arguments.force)


@contextmanager
def _bar(total: int) -> Iterator[tqdm[NoReturn]]:
    """A bar of packs, on a terminal alone: what is redirected stays free of it."""
    with tqdm(total=total, unit=" packs", disable=None) as bar:
        yield bar


def _sim(arguments: argparse.Namespace) -> int:
    inputs = _inputs(arguments)
    with _bar(1 if arguments.npu else len(inputs.units)) as bar:
        made = sim_packs(
            inputs,
            month=arguments.month,
            npus=[arguments.npu] if arguments.npu else [],
            as_of=arguments.as_of,
            suppress=arguments.suppress,
            marking=arguments.marking,
            charts=arguments.charts,
            progress=_telling(bar),
        )
        files = _written(made, arguments.out, bar)
    return _told(files, arguments.out)


def _qpr(arguments: argparse.Namespace) -> int:
    inputs = _inputs(arguments)
    with _bar(1) as bar:
        made = quarter_pack(
            inputs,
            quarter=arguments.quarter,
            npu=arguments.npu,
            as_of=arguments.as_of,
            suppress=arguments.suppress,
            marking=arguments.marking,
            charts=arguments.charts,
            progress=_telling(bar),
        )
        files = _written([made], arguments.out, bar)
    return _told(files, arguments.out)


def _telling(bar: tqdm[NoReturn]) -> Callable[[str], object]:
    return lambda words: bar.set_description(f"counting {words}")


def _written(made: Iterable[Pack], out: Path, bar: tqdm[NoReturn]) -> list[Path]:
    files: list[Path] = []
    for pack in made:
        bar.set_description(pack.name)
        try:
            files += write_pack(pack, out)
        except ModuleNotFoundError as error:
            raise InputFileError("charts", f"{error}; or have none, with --no-charts") from error
        bar.update()
    return files


def _told(files: list[Path], out: Path) -> int:
    pages = sorted(path for path in files if path.suffix == ".html")
    for page in pages:
        print(page)
    number = len({*files})
    print(f"Wrote {number} files to {out}.", file=sys.stderr)
    return 0
