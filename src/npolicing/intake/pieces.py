"""A file read part by part: what comes of each, with every line accounted for."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._records import Record
from npolicing.arrow import arrow_schema
from npolicing.errors import Failure
from npolicing.forces import ForceReference
from npolicing.intake.outcome import FileAccount, Noted, codes_of
from npolicing.intake.plan import Plan, plan
from npolicing.intake.profile import Profile
from npolicing.intake.raw import Refused, Taken
from npolicing.intake.refining import Refined, Refiner
from npolicing.intake.repeated_rows import rows_at
from npolicing.intake.source_files import FileState, SourceFile, opened
from npolicing.intake.totals import Adding

__all__ = ["OnError", "Piece", "Reader"]

OnError = Literal["raise", "collect", "coerce"]


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """What came of a part of a file.

    Attributes:
        table: The records of the good rows; those that were read one by one come last.
        lines: For each record the line on which its row begins.
        refused: The rows that were refused.
        noted: The warnings.
        account: What became of each line.
        size: How many bytes of the file were read for it; rows, where it has no lines.
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

    @property
    def lenient(self) -> bool:
        """Whether what can be done without is given up, so that rows are kept."""
        return self.on_error == "coerce"

    def rows_at(self, path: Path, failures: Mapping[int, Failure]) -> list[Refused]:
        """Rows that are refused only after all are read, by their lines."""
        return list(rows_at(self.opened(path), failures))

    def opened(self, path: Path) -> AbstractContextManager[SourceFile]:
        """A file while it is read; it must be as it was when it was first read."""
        return opened(path, self.profile.file, lenient=self.lenient, seen=self.seen)

    def planned(self, path: Path, source: SourceFile) -> Plan:
        """The profile held against the header of a file."""
        return plan(
            self.profile,
            self.entity,
            source,
            path,
            force=self.force,
            reference=self.reference,
        )

    def pieces(self, path: Path) -> Iterator[Piece]:
        """The rows of a file, part by part, each in bounded memory.

        Raises:
            InputFileError: If the file cannot be read, its header is not that of the profile, or
                it changes on the way.
        """
        with self.opened(path) as source:
            planned = self.planned(path, source)
            refiner = Refiner(plan=planned, file=path.stem, lenient=self.lenient, as_of=self.as_of)
            yield self._header(path, source, planned)
            adding = Adding(self.lenient)
            parts = source.parts(planned.wanted, planned.repeated)
            for taken, refined in _threaded(refiner, parts):
                yield self._piece(path, taken, refined, adding)

    def _header(self, path: Path, source: SourceFile, planned: Plan) -> Piece:
        account = FileAccount(
            file=str(path),
            lines=source.header_lines,
            header=source.header_lines,
            absent=planned.absent,
            unchecked=self._unchecked(planned),
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

    def _unchecked(self, planned: Plan) -> tuple[str, ...]:
        """Fields of units and grades, where there are no data on them."""
        if self.reference is not None:
            return ()
        fields = (each for fields in planned.records for each in fields if each.places)
        codes = ("NPU.code", "Grade.grade")
        return tuple(each.field.name for each in fields if each.field.column.refers in codes)

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
    """Records of several pieces of one part."""
    if not refined:
        return arrow_schema(entity).empty_table(), np.zeros(0, np.int64)
    table = pa.concat_tables([one.table for one in refined])
    return table, np.concatenate([one.lines for one in refined])


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
