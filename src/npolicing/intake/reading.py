"""A file read whole: the good rows of it, and everything that became of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, get_args

import numpy as np
import pyarrow as pa

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.errors import InputFileError, UnknownCodeError
from npolicing.intake.arguments import AnyForce, check_entity, check_instant, force_of, profile_of
from npolicing.intake.outcome import Intake, added_up, corrected
from npolicing.intake.pieces import OnError, Piece, Reader
from npolicing.intake.profile import Profile
from npolicing.intake.profile_checks import entity_named
from npolicing.intake.raw import Refused
from npolicing.intake.repeated_rows import without_repeats

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["read", "reader_of", "refusal_of"]

R = TypeVar("R", bound=Record)


def reader_of(
    profile: Profile | FilePath,
    entity: type[Record] | None,
    *,
    force: AnyForce | None,
    on_error: OnError,
    as_of: datetime | None,
) -> Reader:
    """How files are read, by a profile and what is said beside it.

    Raises:
        UnknownCodeError: If there is no such profile, entity or policy.
        InputFileError: If the profile, or the data of the force, are not right.
        TypeError: If the force, the profile or `as_of` is something else.
        ValueError: If the profile makes another entity, or `as_of` has no zone.
    """
    if on_error not in get_args(OnError):
        raise UnknownCodeError("policy for errors", on_error, get_args(OnError))
    check_instant(as_of)
    found = profile_of(profile)
    made = entity_named(found.head.entity)
    if entity is not None and entity is not made:
        words = f"profile {found.head.name} makes {made.__name__}, not {entity.__name__}"
        raise ValueError(words)
    code, reference = force_of(force, found)
    return Reader(
        entity=made,
        profile=found,
        force=code,
        reference=reference,
        on_error=on_error,
        as_of=as_of or datetime.now(UTC),
    )


def read(
    path: FilePath,
    entity: type[R],
    *,
    profile: Profile | FilePath,
    force: AnyForce | None = None,
    on_error: OnError = "collect",
    as_of: datetime | None = None,
    progress: Callable[[int], object] | None = None,
) -> Intake[R]:
    r"""Read a force's export: the good rows, the warnings, the refused rows, and an account.

    Nothing is dropped: each line of the file is good, refused, set aside, goes on with the row
    above, or is of the header, and the account says how many are what.

    Args:
        path: A CSV file, a workbook, a Parquet file, or a table pasted as text; the profile says
            which.
        entity: What a row becomes, such as `Log`.
        profile: How: the name of a shipped profile, the path of your own, or a `Profile`.
        force: The force: a code, the path of its TOML file, or what `forces.load` gives; that of
            the profile without it.
        on_error: ``"collect"`` keeps refused rows beside the good; ``"raise"`` refuses the file if
            any row is wrong; ``"coerce"`` gives up what can be done without, with a warning: a cell
            that cannot be read and may be null, a closing before the receipt.
        as_of: When the export was made: a later time in it is refused. Without it, now.
        progress: Called with the number of bytes (of a workbook or Parquet: rows) as they are read.

    Raises:
        InputFileError: If the file cannot be read, its header is not that of the profile, it
            changes on the way, or, with ``on_error="raise"``, a row is wrong.
        UnknownCodeError: If there is no such profile.
        TypeError: If the entity is no class, or `as_of` no time.
        ValueError: If the profile makes another entity, or `as_of` has no zone.
        ModuleNotFoundError: If it is a workbook, and python-calamine is not there:
            `pip install "npolicing[excel]"`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import BudgetPosition
    >>> from npolicing.intake import read
    >>> text = "1. NPU\tBudget\tSpent\tOutstanding\t% spent\n"
    >>> text += "COV\t£80 324\t£32 846\t£47 478\t41%\n"
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "appendix-3.txt")
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     found = read(path, BudgetPosition, profile="spcb-2019-acf")
    >>> found.records[0].npu, found.records[0].spent, found.account.balanced
    ('CV', Decimal('32846.00'), True)
    """
    check_entity(entity)
    reader = reader_of(profile, entity, force=force, on_error=on_error, as_of=as_of)
    pieces: list[Piece] = []
    for piece in reader.pieces(Path(path)):
        pieces.append(piece)
        if progress is not None and piece.size:
            progress(piece.size)
    table = pa.concat_tables([each.table for each in pieces])
    table, lines = _in_order(table, np.concatenate([each.lines for each in pieces]))
    refused = [each for piece in pieces for each in piece.refused]
    account = added_up([each.account for each in pieces])
    table, lines, again, failures = without_repeats(table, lines, reader.entity)
    if failures or len(again):
        more = reader.rows_at(Path(path), failures)
        account = corrected(account, more, len(again), table.num_rows)
        refused = sorted([*refused, *more], key=lambda each: each.line)
    if refused and on_error == "raise":
        raise refusal_of(Path(path), refused)
    return Intake(
        entity=entity,
        table=table,
        lines=lines,
        refused=tuple(refused),
        noted=tuple(each for piece in pieces for each in piece.noted),
        account=account,
        header=pieces[0].header,
    )


def _in_order(table: pa.Table, lines: NDArray[np.int64]) -> tuple[pa.Table, NDArray[np.int64]]:
    """Records in the order of the file."""
    if (np.diff(lines) >= 0).all():
        return table, lines
    order = np.argsort(lines, kind="stable")
    return table.take(order), lines[order]


def refusal_of(path: Path, refused: list[Refused]) -> InputFileError:
    """The error for a file that has refused rows, in one line."""
    shown = [f"line {each.line}, {failure}" for each in refused[:20] for failure in each.failures]
    more = [f"and {len(refused) - 20:,} rows more, all in .failures"] if len(refused) > 20 else []
    number = f"{len(refused):,} {'row' if len(refused) == 1 else 'rows'} refused"
    failures = [failure for each in refused for failure in each.failures]
    return InputFileError(str(path), "; ".join([number, *shown, *more]), failures)
