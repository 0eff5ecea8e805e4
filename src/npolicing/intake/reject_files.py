"""Refused rows as a CSV file that can be mended and read again, by the same profile.

It has the columns of the file that the rows are from, and beside them ours, whose names begin with
``npolicing_``: where the row stood, what is wrong with it and what would mend it, and its text, if
that is short or could not be told apart into cells. Ours are passed over when it is read.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import attrs

from npolicing._csv_cells import guarded
from npolicing._files import drop_unfinished, replacing
from npolicing.errors import TooManyRejectsError
from npolicing.intake.plan import OURS
from npolicing.intake.raw import Refused

if TYPE_CHECKING:
    from _csv import Writer

__all__ = ["RejectWriter", "is_of_rejects"]

_SHORT = 1_000
"""Most characters of a text that is written beside the cells that it has."""

_NAMES = tuple(f"{OURS}{name}" for name in ("file", "line", "columns", "codes", "mend", "text"))


def is_of_rejects(head: bytes) -> bool:
    """Whether a file is one of refused rows, by how it begins."""
    return all(name.encode() in head.partition(b"\n")[0] for name in _NAMES)


@attrs.define(eq=False)
class RejectWriter:
    """A file of refused rows, row by row: put in its place at the end, and not there without rows.

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
        if isinstance(error, TooManyRejectsError):
            # Nothing was loaded, and these rows are the reason: they stay to be mended.
            self._stack.close()
            return
        self._stack.__exit__(kind, error, trace)
        if error is None and not self.rows:
            # Of an earlier load: its rows are not refused now.
            self.path.unlink(missing_ok=True)

    def write(self, file: str, header: Sequence[str], refused: Iterable[Refused]) -> None:
        """Write rows of one file; those of another header than the first have but their text."""
        for each in refused:
            writer = self._writer or self._begun(header)
            width = len(self._header)
            cells = each.cells if tuple(header) == self._header else ()
            told = cells and len(cells) <= width
            # A long row is not written twice: then it would be too long to be read.
            text = "" if told and len(each.text) > _SHORT else each.text
            # What is not there needs no guard, and there may be much of it under a wide header.
            lacking = [""] * (width - len(cells))
            ours = map(guarded, _said(file, each, text))
            writer.writerow((*map(guarded, cells[:width]), *lacking, *ours))
            self.rows += 1

    def flush(self) -> None:
        """Have on the disk what was written: a full one is met before anything is loaded."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _begun(self, header: Sequence[str]) -> Writer:
        temporary = self._stack.enter_context(replacing(self.path))
        file = temporary.open("w", encoding="utf-8-sig", newline="")
        self._file = self._stack.enter_context(file)
        writer = csv.writer(file)
        writer.writerow(map(guarded, (*header, *_NAMES)))
        self._header, self._writer = tuple(header), writer
        return writer


def _said(file: str, each: Refused, text: str) -> tuple[str, ...]:
    places = [failure.column or "the line" for failure in each.failures]
    mend = [f"{at}: {failure.rule}" for at, failure in zip(places, each.failures, strict=True)]
    codes = dict.fromkeys(failure.code for failure in each.failures)
    lists = ("; ".join(words) for words in (dict.fromkeys(places), codes, mend))
    # A NUL in a cell is more than most readers of CSV stand.
    return file, str(each.line), *lists, text.replace("\0", "\\x00")
