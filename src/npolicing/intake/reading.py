"""A file read whole: the good rows of it, and everything that became of the rest."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar, get_args

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.arrow import arrow_schema
from npolicing.errors import InputFileError, UnknownCodeError
from npolicing.forces import ForceReference, known, load
from npolicing.intake.outcome import FileAccount, Intake, Noted, added_up, codes_of, corrected
from npolicing.intake.plan import Plan, plan
from npolicing.intake.profile import Profile
from npolicing.intake.profile_files import entity_named, read_profile
from npolicing.intake.raw import Refused, Taken
from npolicing.intake.refining import Refined, Refiner
from npolicing.intake.repeated_rows import rows_at, without_repeats
from npolicing.intake.source_files import FileState, SourceFile, opened
from npolicing.intake.totals import Adding

__all__ = ["OnError", "Piece", "Reader", "read", "reader_of", "refusal_of"]

R = TypeVar("R", bound=Record)
OnError = Literal["raise", "collect", "coerce"]


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """What came of a part of a file, in the order of the file.

    Attributes:
        table: The records of the good rows.
        lines: For each record the line on which its row begins.
        refused: The rows that were refused.
        noted: The warnings.
        account: What became of each line.
        size: Length of the part in bytes.
        header: The headers of the file, with its first part.
    """

    table: pa.Table
    lines: NDArray[np.int64]
    refused: list[Refused]
    noted: list[Noted]
    account: FileAccount
    size: int
    header: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Reader:
    """How files of one kind are read: what every one of them has in common."""

    entity: type[Record]
    profile: Profile
    force: str | None
    reference: ForceReference | None
    on_error: OnError
    as_of: datetime
    seen: dict[Path, FileState] = attrs.field(factory=dict)

    def opened(self, path: Path) -> AbstractContextManager[SourceFile]:
        """A file while it is read; it must be as it was when it was first read."""
        lenient = self.on_error == "coerce"
        return opened(path, self.profile.file, lenient=lenient, seen=self.seen)

    def planned(self, path: Path, source: SourceFile) -> Plan:
        """The profile held against the header of a file."""
        return plan(
            self.profile,
            self.entity,
            source.header,
            path,
            force=self.force,
            reference=self.reference,
            forms=source.forms,
        )

    def pieces(self, path: Path) -> Iterator[Piece]:
        """The rows of a file, part by part, each in bounded memory.

        Raises:
            InputFileError: If the file cannot be read, its header is not that of the profile, or
                it changes on the way.
        """
        lenient = self.on_error == "coerce"
        with self.opened(path) as source:
            planned = self.planned(path, source)
            refiner = Refiner(plan=planned, file=path.stem, lenient=lenient, as_of=self.as_of)
            yield self._header(path, source, planned)
            adding = Adding(lenient)
            parts = source.parts(planned.wanted, planned.repeated)
            for taken, refined in _threaded(refiner, parts):
                yield self._piece(path, taken, refined, adding)

    def _header(self, path: Path, source: SourceFile, planned: Plan) -> Piece:
        account = FileAccount(
            file=str(path),
            lines=source.header_lines,
            header=source.header_lines,
            absent=planned.absent,
        )
        empty = arrow_schema(self.entity).empty_table()
        none = np.zeros(0, np.int64)
        return Piece(
            table=empty,
            lines=none,
            refused=[],
            noted=[],
            account=account,
            size=0,
            header=source.header,
        )

    def _piece(self, path: Path, taken: Taken, refined: list[Refined], adding: Adding) -> Piece:
        refused = [*taken.refused, *(each for one in refined for each in one.refused)]
        noted = [*map(_mended, taken.mended), *(each for one in refined for each in one.noted)]
        aside = Counter(taken.set_aside)
        for one in refined:
            aside.update(one.set_aside)
        # Together: a total stands below rows that were read at once, and rows read one by one.
        totals = [each for one in refined for each in one.totals]
        out, more, good = adding.check([one.sums for one in refined], totals, len(refused))
        refused += out
        noted += more
        aside.update(good)
        table, lines = _joined(refined, self.entity)
        refused.sort(key=lambda each: each.line)
        account = FileAccount(
            file=str(path),
            lines=taken.lines,
            good=sum(one.good for one in refined),
            rejected=len(refused),
            set_aside=dict(aside),
            continued=taken.continued,
            records=table.num_rows,
            warnings=dict(Counter(each.code for each in noted)),
            codes=dict(codes_of(refused)),
        )
        return Piece(
            table=table,
            lines=lines,
            refused=refused,
            noted=sorted(noted, key=lambda each: each.line),
            account=account,
            size=taken.size,
        )


def _mended(line: tuple[int, str]) -> Noted:
    number, byte = line
    made = "read as Windows-1252"
    return Noted(line=number, column="the line", code="ENCODING", text=byte, made=made)


def _joined(refined: list[Refined], entity: type[Record]) -> tuple[pa.Table, NDArray[np.int64]]:
    """Records of several pieces of one part, in the order of the file."""
    if len(refined) == 1:
        return refined[0].table, refined[0].lines
    if not refined:
        return arrow_schema(entity).empty_table(), np.zeros(0, np.int64)
    table = pa.concat_tables([one.table for one in refined])
    lines = np.concatenate([one.lines for one in refined])
    order = np.argsort(lines, kind="stable")
    return table.take(order), lines[order]


def _threaded(refiner: Refiner, parts: Iterator[Taken]) -> Iterator[tuple[Taken, list[Refined]]]:
    """Parts refined side by side, in their order; few of them are in memory."""
    threads = min(os.cpu_count() or 1, 4)

    def work(taken: Taken) -> tuple[Taken, list[Refined]]:
        refined = [refiner.refine(rows) for rows in taken.rows]
        return attrs.evolve(taken, rows=()), refined

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[tuple[Taken, list[Refined]]]] = deque(
            pool.submit(work, each) for each in islice(parts, threads + 1)
        )
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(work, each) for each in islice(parts, 1))
            yield done


def reader_of(
    profile: Profile | FilePath,
    entity: type[Record] | None,
    *,
    force: str | FilePath | None,
    on_error: OnError,
    as_of: datetime | None,
) -> Reader:
    """How files are read, by a profile and what is said beside it.

    Raises:
        UnknownCodeError: If there is no such profile, entity or policy.
        InputFileError: If the profile, or the data of the force, are not right.
        ValueError: If the profile makes another entity, or `as_of` has no zone.
    """
    if on_error not in get_args(OnError):
        raise UnknownCodeError("policy for errors", on_error, get_args(OnError))
    found = profile if isinstance(profile, Profile) else read_profile(profile)
    made = entity_named(found.head.entity)
    if entity is not None and entity is not made:
        words = f"profile {found.head.name} makes {made.__name__}, not {entity.__name__}"
        raise ValueError(words)
    if as_of is not None and as_of.tzinfo is None:
        raise ValueError("as_of is an instant: give it a zone, such as datetime.UTC")
    reference = _reference(force if force is not None else found.head.force)
    code = reference.force.force if reference is not None else _code(force, found)
    return Reader(
        entity=made,
        profile=found,
        force=code,
        reference=reference,
        on_error=on_error,
        as_of=as_of or datetime.now(UTC),
    )


def _reference(force: str | FilePath | None) -> ForceReference | None:
    """The data of a force that is shipped, or in a file; null of another's code."""
    if force is None:
        return None
    is_code = isinstance(force, str) and not force.casefold().endswith(".toml")
    return None if is_code and str(force).upper() not in known() else load(force)


def _code(force: str | FilePath | None, profile: Profile) -> str | None:
    return profile.head.force if force is None else str(force)


def read(
    path: FilePath,
    entity: type[R],
    *,
    profile: Profile | FilePath,
    force: str | FilePath | None = None,
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
        force: The force: a code, or the path of its TOML file; that of the profile without it.
        on_error: ``"collect"`` keeps refused rows beside the good; ``"raise"`` refuses the file if
            any row is wrong; ``"coerce"`` gives up what can be done without, with a warning: a cell
            that cannot be read and may be null, a closing before the receipt.
        as_of: When the export was made: a later time in it is refused. Without it, now.
        progress: Called with the number of bytes (of a workbook or Parquet: rows) as they are read.

    Raises:
        InputFileError: If the file cannot be read, its header is not that of the profile, it
            changes on the way, or, with ``on_error="raise"``, a row is wrong.
        UnknownCodeError: If there is no such profile.
        ValueError: If the profile makes another entity.

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
    reader = reader_of(profile, entity, force=force, on_error=on_error, as_of=as_of)
    pieces: list[Piece] = []
    for piece in reader.pieces(Path(path)):
        pieces.append(piece)
        if progress is not None and piece.size:
            progress(piece.size)
    table = pa.concat_tables([each.table for each in pieces])
    lines = np.concatenate([each.lines for each in pieces])
    refused = [each for piece in pieces for each in piece.refused]
    account = added_up([each.account for each in pieces])
    table, lines, again, failures = without_repeats(table, lines, reader.entity)
    if failures or len(again):
        more = list(rows_at(reader.opened(Path(path)), failures))
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


def refusal_of(path: Path, refused: list[Refused]) -> InputFileError:
    """The error for a file that has refused rows, in one line."""
    shown = [f"line {each.line}, {failure}" for each in refused[:20] for failure in each.failures]
    more = [f"and {len(refused) - 20:,} rows more, all in .failures"] if len(refused) > 20 else []
    number = f"{len(refused):,} {'row' if len(refused) == 1 else 'rows'} refused"
    failures = [failure for each in refused for failure in each.failures]
    return InputFileError(str(path), "; ".join([number, *shown, *more]), failures)
