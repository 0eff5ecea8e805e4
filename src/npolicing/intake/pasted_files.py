"""A table pasted out of a document: cells with tabs between them, and rows that wrap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

import attrs

from npolicing.errors import InputFileError
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import Taken, fitted, joined_header

__all__ = ["PastedFile"]

_LARGEST = 2**24


@attrs.frozen(kw_only=True, eq=False)
class PastedFile:
    """A table of a document, small enough to be held as a whole.

    Attributes:
        header: The words of its header.
        header_lines: How many lines come before the first row.
    """

    header: tuple[str, ...]
    header_lines: int
    _lines: list[str]
    _wrapped: bool
    _size: int

    @classmethod
    def of(cls, path: Path, form: FileForm, file: BinaryIO) -> PastedFile:
        """The table; a longer text is no table of a document."""
        content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            words = f"is longer than {_LARGEST:,} bytes; read it as CSV"
            raise InputFileError(str(path), words)
        try:
            text = content.decode("utf-8-sig" if form.encoding == "utf-8" else form.encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            words = f"line {line} is not {form.encoding} (byte 0x{content[error.start]:02x})"
            raise InputFileError(str(path), words) from error
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if lines[-1] == "":
            lines.pop()
        head = form.skip_rows + form.header_rows
        if 0 < len(lines) < head:
            words = "ends within its header; it needs a header at least"
            raise InputFileError(str(path), words)
        header = joined_header([line.split("\t") for line in lines[form.skip_rows : head]] or [[]])
        if not any(header):
            raise InputFileError(str(path), "is empty; it needs a header at least")
        # A tab at the end of lines makes one more column, without a word in it.
        while header and not header[-1]:
            header = header[:-1]
        return cls(
            header=header,
            header_lines=head,
            lines=lines[head:],
            wrapped=form.wrapped,
            size=len(content),
        )

    def parts(self, wanted: Sequence[int], _: frozenset[int]) -> Iterator[Taken]:
        """The rows, in one part; see `SourceFile`."""
        width = len(self.header)
        rows: list[list[str]] = []
        numbers: list[int] = []
        continued = 0
        for number, line in enumerate(self._lines, self.header_lines + 1):
            cells = [cell.strip() for cell in line.split("\t")]
            if self._wrapped and rows and not cells[0] and any(cells):
                both = zip_longest(rows[-1], cells, fillvalue="")
                rows[-1] = [f"{above} {below}".strip() for above, below in both]
                continued += 1
            else:
                rows.append(cells)
                numbers.append(number)
        found, refused = fitted(rows, numbers, width, wanted)
        yield Taken(
            rows=[found],
            refused=refused,
            continued=continued,
            lines=len(self._lines),
            size=self._size,
        )

    def forms(self, _: int, __: str) -> tuple[str, ...]:
        """None but those of the profile."""
        return ()

    def unfit(self, _: int) -> None:
        """None: a cell of any column is text."""
