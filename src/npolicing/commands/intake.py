"""`npolicing load`, `validate` and `profile`: exports brought in from the shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

from npolicing._records import Record
from npolicing.entities import ENTITIES
from npolicing.errors import InputFileError, TooManyRejectsError
from npolicing.forces import known
from npolicing.intake import (
    Intake,
    Profile,
    draft_profile,
    entity_named,
    files_of,
    known_profiles,
    load,
    profile_text,
    read,
    read_profile,
)
from npolicing.intake.profile import FileForm

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["add_intake"]

WRONG = 1
TOO_MANY = 3
_SHOWN = 10
_LONG = 60
_MOST_TITLES = 1000

_CODES = """
exit codes:
  0  done; refused rows, if any, are in their file
  1  --strict met a row that is wrong; nothing was loaded
  2  bad input or arguments; one line says what, and the way out
  3  more rows were refused than --max-rejects allows; nothing was loaded
"""
_LOAD_END = f"""\
examples:
  npolicing load october.csv --as log --profile log-export --force WMP --out store
  npolicing load exports --as log --profile mine.toml --out store --max-rejects 1%
  npolicing load store-rejects.csv --as log --profile mine.toml --out store   mended rows
  npolicing load 2018-07-street.csv --as crime --profile police-uk-street --out crimes.parquet
{_CODES}"""
_VALIDATE_END = """\
examples:
  npolicing validate october.csv --as log --profile log-export --force WMP

exit codes:
  0  every row is right
  1  some are wrong
  2  bad input or arguments; one line says what, and the way out
"""
_PROFILE_END = """\
examples:
  npolicing profile list                            the shipped profiles
  npolicing profile show log-export > mine.toml     one of them, to change
  npolicing profile draft october.csv --as log      one out of a file, its doubts marked
  npolicing profile draft year.xlsx --as log --sheet July    of one sheet of several
  npolicing profile check mine.toml                 whether yours is right
"""

P = TypeVar("P", bound=argparse.ArgumentParser)


def add_intake(commands: argparse._SubParsersAction[P]) -> None:
    """Put the commands into the parser."""
    _add_load(commands)
    _add_validate(commands)
    _add_profile(commands)


def _add_load(commands: argparse._SubParsersAction[P]) -> None:
    parser = commands.add_parser(
        "load",
        help="bring exports in: logs into a store, anything else into a Parquet file",
        description="Read exports by a profile, and keep the good rows. Each line is accounted\n"
        "for; refused rows are written to a file where they can be mended and loaded again.",
        epilog=_LOAD_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_load)
    _add_files(parser)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="OUT",
        help="of logs the folder of the store; of anything else the Parquet file",
    )
    parser.add_argument(
        "--how",
        choices=("merge", "replace"),
        default="merge",
        help="of a store: add rows to their months (merge, without it), or replace whole months",
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="FILE",
        help="where refused rows go; OUT-rejects.csv without it",
    )
    parser.add_argument(
        "--max-rejects",
        type=_share,
        metavar="1%",
        help="load nothing if more rows are refused, such as 1%% or 0.01",
    )
    parser.add_argument("--marking", help="protective marking, such as OFFICIAL-SENSITIVE")


def _add_validate(commands: argparse._SubParsersAction[P]) -> None:
    parser = commands.add_parser(
        "validate",
        help="check exports, and write nothing",
        description="Read exports by a profile, each by itself, and say what is wrong with them. "
        "Nothing is written. Rows of one key in several files are found when they are loaded.",
        epilog=_VALIDATE_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_validate)
    _add_files(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder")
    parser.add_argument(
        "--as",
        dest="entity",
        type=_entity,
        required=True,
        metavar="ENTITY",
        help="what a row becomes: log, crime, stopandsearch, budgetposition ...; see `npolicing "
        "dictionary`",
    )
    parser.add_argument(
        "--profile", required=True, help="a shipped profile, or the path of yours (.toml)"
    )
    parser.add_argument(
        "--force",
        help="code of the force, or the path of its TOML file; there are data on "
        f"{', '.join(known())}",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--strict", action="store_true", help="stop at the first file with a bad row")
    how.add_argument(
        "--coerce",
        action="store_true",
        help="give up what can be done without, with a warning, so that the row is kept",
    )


def _add_profile(commands: argparse._SubParsersAction[P]) -> None:
    parser = commands.add_parser(
        "profile",
        help="list, show, check or draft how exports are read",
        description="A profile is a TOML file that says how one system's export becomes one "
        "entity.",
        epilog=_PROFILE_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="the shipped profiles")
    listed.set_defaults(run=_list)
    shown = actions.add_parser("show", help="the text of a shipped profile")
    shown.add_argument("name")
    shown.set_defaults(run=_show)
    checked = actions.add_parser("check", help="whether a profile is right")
    checked.add_argument("path", metavar="PROFILE")
    checked.set_defaults(run=_check)
    drafted = actions.add_parser("draft", help="propose a profile from a file, doubts marked")
    drafted.add_argument("file", type=Path, metavar="FILE")
    drafted.add_argument("--as", dest="entity", type=_entity, required=True, metavar="ENTITY")
    layout = drafted.add_argument_group("how the file is laid out, where the draft would guess")
    layout.add_argument("--encoding", choices=_choices("encoding"))
    layout.add_argument("--delimiter", choices=_choices("delimiter"))
    layout.add_argument("--sheet", metavar="NAME", help="of a workbook that has several")
    layout.add_argument(
        "--skip-rows", type=_lines, metavar="N", help="how many lines stand above the header"
    )
    drafted.set_defaults(run=_draft)


def _entity(text: str) -> type[Record]:
    try:
        return entity_named(text)
    except LookupError:
        names = ", ".join(entity.__name__ for entity in ENTITIES)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {names}") from None


def _choices(name: str) -> tuple[str, ...]:
    """What a profile may say of how a file is laid out."""
    return next(field.choices for field in FileForm.columns() if field.name == name)


def _lines(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_TITLES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines from 0 to {_MOST_TITLES}")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1 or text == "1":
        raise argparse.ArgumentTypeError(f"{text!r} is no share; write 1%, 0.01 or 100%")
    return share


@contextmanager
def _bar(files: Sequence[Path], profile: Profile) -> Iterator[Callable[[int], object]]:
    """A bar of bytes, or rows; on a terminal alone: what is redirected stays free of it."""
    in_bytes = profile.file.format in ("csv", "pasted")
    total = sum(each.stat().st_size for each in files if each.is_file()) if in_bytes else None
    unit = "B" if in_bytes else " rows"
    with tqdm(total=total, unit=unit, unit_scale=True, disable=None) as bar:
        yield bar.update


def _on_error(arguments: argparse.Namespace) -> str:
    if arguments.strict:
        return "raise"
    return "coerce" if arguments.coerce else "collect"


def _load(arguments: argparse.Namespace) -> int:
    profile = read_profile(arguments.profile)
    files = files_of(arguments.files, profile)
    try:
        with _bar(files, profile) as progress:
            done = load(
                files,
                arguments.entity,
                arguments.out,
                profile=profile,
                how=arguments.how,
                rejects=arguments.rejects,
                force=arguments.force,
                on_error=_on_error(arguments),  # type: ignore[arg-type] # one of the three
                max_rejects=arguments.max_rejects,
                marking=arguments.marking,
                progress=progress,
            )
    except TooManyRejectsError as error:
        print(f"npolicing: {error}", file=sys.stderr)
        return TOO_MANY
    except InputFileError as error:
        if not (arguments.strict and error.failures):
            raise
        print(f"npolicing: {error}", file=sys.stderr)
        return WRONG
    print(done)
    return 0


def _validate(arguments: argparse.Namespace) -> int:
    profile = read_profile(arguments.profile)
    files = files_of(arguments.files, profile)
    told: list[Intake[Record]] = []
    with _bar(files, profile) as progress:
        for path in files:
            found = read(
                path,
                arguments.entity,
                profile=profile,
                force=arguments.force,
                on_error="coerce" if arguments.coerce else "collect",
                progress=progress,
            )
            told.append(found)
            if found.refused and arguments.strict:
                break
    for found in told:
        _tell(found)
    return WRONG if any(found.refused for found in told) else 0


def _tell(found: Intake[Record]) -> None:
    """The account of a file, and the first of its refused rows; cells of people are withheld."""
    print(found.account)
    for each in found.refused[:_SHOWN]:
        for failure in each.failures:
            cell = "" if failure.value is None else f" {_short(str(failure.value))!r}"
            place = failure.column or "the line"
            print(f"  line {each.line}, {place}:{cell} [{failure.code}]; wanted: {failure.rule}")
    rest = len(found.refused) - _SHOWN
    if rest > 0:
        print(f"  and {rest:,} more {'row' if rest == 1 else 'rows'}")


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]} ..."


def _list(_: argparse.Namespace) -> int:
    for name in known_profiles():
        head = read_profile(name).head
        print(f"{name:<32} {head.entity:<16} {head.title or ''}".rstrip())
    return 0


def _show(arguments: argparse.Namespace) -> int:
    print(profile_text(arguments.name), end="")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    print(read_profile(arguments.path))
    return 0


def _draft(arguments: argparse.Namespace) -> int:
    draft = draft_profile(
        arguments.file,
        arguments.entity,
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        sheet=arguments.sheet,
        skip_rows=arguments.skip_rows,
    )
    print(draft, end="")
    return 0
