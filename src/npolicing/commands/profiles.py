"""`npolicing profile`: how exports are read, listed, shown, checked and drafted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeVar

from npolicing.commands._entity import entity
from npolicing.intake import draft_profile, known_profiles, profile_text, read_profile
from npolicing.intake.profile import FileForm

__all__ = ["add_profile"]

_MOST_TITLES = 1000
_PROFILE_END = """\
examples:
  npolicing profile list                            the shipped profiles
  npolicing profile show log-export > mine.toml     one of them, to change
  npolicing profile draft october.csv --as log      one out of a file, its doubts marked
  npolicing profile draft year.xlsx --as log --sheet July    of one sheet of several
  npolicing profile check mine.toml                 whether yours is right
"""

P = TypeVar("P", bound=argparse.ArgumentParser)


def add_profile(commands: argparse._SubParsersAction[P]) -> None:
    """Put the command into the parser."""
    parser = commands.add_parser(
        "profile",
        help="list, show, check or draft how exports are read",
        description="A profile is a TOML file that says how one system's export becomes one "
        "entity.",
        epilog=_PROFILE_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listed = actions.add_parser(
        "list",
        help="the shipped profiles",
        description="The shipped profiles: name, entity, title.",
    )
    listed.set_defaults(run=_list)
    shown = actions.add_parser(
        "show",
        help="the text of a shipped profile",
        description="Print a shipped profile, to change it.",
    )
    shown.add_argument("name", metavar="NAME", help="as `npolicing profile list` has it")
    shown.set_defaults(run=_show)
    checked = actions.add_parser(
        "check",
        help="whether a profile is right",
        description="Say what a profile reads, or every mistake in it.",
    )
    checked.add_argument(
        "path", metavar="PROFILE", help="a shipped profile, or the path of yours (.toml)"
    )
    checked.set_defaults(run=_check)
    drafted = actions.add_parser(
        "draft",
        help="propose a profile from a file, doubts marked",
        description="Print a profile proposed from the header and the first rows of a file. "
        "Each line with DOUBT wants a decision.",
    )
    drafted.add_argument(
        "file", type=Path, metavar="FILE", help="an export: CSV, a workbook or Parquet"
    )
    drafted.add_argument(
        "--as",
        dest="entity",
        type=entity,
        required=True,
        metavar="ENTITY",
        help="what a row becomes, such as log",
    )
    layout = drafted.add_argument_group("how the file is laid out, where the draft would guess")
    layout.add_argument("--encoding", choices=_choices("encoding"))
    layout.add_argument("--delimiter", choices=_choices("delimiter"))
    layout.add_argument("--sheet", metavar="NAME", help="of a workbook that has several")
    layout.add_argument(
        "--skip-rows", type=_lines, metavar="N", help="how many lines stand above the header"
    )
    drafted.set_defaults(run=_draft)


def _choices(name: str) -> tuple[str, ...]:
    """What a profile may say of how a file is laid out."""
    return next(field.choices for field in FileForm.columns() if field.name == name)


def _lines(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_TITLES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines from 0 to {_MOST_TITLES}")
    return int(text)


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
