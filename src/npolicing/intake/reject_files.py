"""Refused rows as a CSV file that can be mended and read again, by the same profile.

It has the columns of the file that the rows are from, and beside them ours, whose names begin with
``npolicing_``: where the row stood, what is wrong with it and what would mend it, and its text, if
that is short or could not be told apart into cells. Ours are passed over when it is read.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import attrs

from npolicing._csv_cells import guarded
from npolicing._files import drop_unfinished, replacing
from npolicing.intake.line_names import OURS
from npolicing.intake.raw import Refused

if TYPE_CHECKING:
    from _csv import Writer

__all__ = ["LONGEST_HEADER", "RejectWriter", "holds_rejects", "is_of_rejects"]

LONGEST_HEADER = 2**26
"""Bytes of a first line that are looked at."""
_SHORT = 1_000
"""Most characters of a text that is written beside the cells that it has."""

_NAMES = tuple(f"{OURS}{name}" for name in ("file", "line", "columns", "codes", "mend", "text"))


def is_of_rejects(line: bytes) -> bool:
    """Whether a file is one of refused rows, by its first line; some columns may be gone."""
    # A file that is no text may have its names in what would be a line of it.
    return b"\0" not in line and any(name.encode() in line for name in _NAMES)


def holds_rejects(path: Path) -> bool:
    """Whether there is a file of refused rows."""
    with path.open("rb") as file:
        return is_of_rejects(file.readline(LONGEST_HEADER))


@attrs.define(eq=False)
class RejectWriter:
    """A file of refused rows, row by row: put in its place by `place`, and not there without rows.

    Attributes:
        path: The file.
        rows: How many rows were written.
    """

    path: Path
    rows: int = 0
    _header: tuple[str, ...] = ()
    _writer: Writer | None = None
    _file: TextIO | None = None
    _stack: ExitStack = attrs.field(factory=ExitStack)

    def __enter__(self) -> Self:
        # Of a load that was killed; this one may have no row to write.
        drop_unfinished(self.path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, file: str, header: Sequence[str], refused: Iterable[Refused]) -> None:
        """Write rows of one file; those of another header than the first have but their text."""
        own = [at for at, name in enumerate(header) if not name.startswith(OURS)]
        names = tuple(header[at] for at in own)
        for each in refused:
            writer = self._writer or self._begun(names)
            whole = 0 < len(each.cells) <= len(header) and names == self._header
            cells = [each.cells[at] for at in own if at < len(each.cells)] if whole else []
            # A long row is not written twice: then it would be too long to be read.
            again = whole and (len(each.text) > _SHORT or len(own) < len(header))
            origin = _Origin(file, str(each.line), "" if again else each.text)
            told = _said(origin.before(dict(zip(header, each.cells, strict=False))), each)
            # What is not there needs no guard, and there may be much of it under a wide header.
            lacking = [""] * (len(self._header) - len(cells))
            writer.writerow((*map(guarded, cells), *lacking, *map(guarded, told)))
            self.rows += 1

    def place(self) -> None:
        """Put the file in its place, before anything is loaded: a full disk is met here."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._stack.close()
        if not self.rows:
            # Of an earlier load of these rows: now they are not refused.
            self.path.unlink(missing_ok=True)

    def _begun(self, header: Sequence[str]) -> Writer:
        temporary = self._stack.enter_context(replacing(self.path))
        file = temporary.open("w", encoding="utf-8-sig", newline="")
        self._file = self._stack.enter_context(file)
        writer = csv.writer(file)
        writer.writerow(map(guarded, (*header, *_NAMES)))
        self._header, self._writer = tuple(header), writer
        return writer


@attrs.frozen
class _Origin:
    """Where a row stood, and its text where it has no cells."""

    file: str
    line: str
    text: str

    def before(self, cells: Mapping[str, str]) -> _Origin:
        """Of a row that was refused before, where it stood at first."""
        mine = attrs.asdict(self)
        return _Origin(**{name: cells.get(f"{OURS}{name}") or mine[name] for name in mine})


def _said(origin: _Origin, each: Refused) -> tuple[str, ...]:
    places = [failure.column or "the line" for failure in each.failures]
    mend = [f"{at}: {failure.rule}" for at, failure in zip(places, each.failures, strict=True)]
    codes = dict.fromkeys(failure.code for failure in each.failures)
    lists = ("; ".join(words) for words in (dict.fromkeys(places), codes, mend))
    # A NUL in a cell is more than most readers of CSV stand.
    return origin.file, origin.line, *lists, origin.text.replace("\0", "\\x00")
