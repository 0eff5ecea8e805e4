"""CSV files in parts of some megabytes, whatever their size, and however long a line is."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import attrs
import numpy as np

from npolicing._csv_cells import unguarded
from npolicing.errors import Failure, InputFileError
from npolicing.intake.csv_cells import HALF, Broken, Dialect, Encoding
from npolicing.intake.csv_lines import Form, Lines, sort_lines
from npolicing.intake.csv_rows import OddRows, WholeColumns, WholeRows, bytes_of
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import RawRows, Refused, Taken, fitted, joined_header, shown

__all__ = ["CSVFile"]

_PART = 2**24
_HEAD = 2**16
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _marked(error: UnicodeError) -> tuple[str, int]:
    """For half a pair of UTF-16 one byte that is never in UTF-8: its own bytes may be a letter."""
    if not isinstance(error, UnicodeDecodeError) or error.reason == "truncated data":
        # Where a byte is missing, nobody knows of which line.
        raise error
    return HALF.decode(errors="surrogateescape"), error.end


codecs.register_error("npolicing.marked", _marked)


@attrs.frozen(eq=False)
class _Transcoded:
    """A file of another encoding as UTF-8; a byte that is not of it makes its line none, too."""

    text: io.TextIOWrapper

    def read(self, size: int, /) -> bytes:
        return self.text.read(size).encode(errors="surrogateescape")


def _opened(file: BinaryIO, encoding: str) -> tuple[_Source, Encoding]:
    """A file as UTF-8, and the encoding that it has."""
    start = file.read(4)
    file.seek(0)
    name = next((name for mark, name in _MARKS.items() if start.startswith(mark)), encoding)
    if name == "utf-8":
        file.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
        return file, Encoding(name)
    errors = "npolicing.marked" if name == "utf-16" else "surrogateescape"
    return _Transcoded(io.TextIOWrapper(file, name, errors=errors, newline="")), Encoding(name)


@attrs.define(eq=False)
class CSVFile:
    """One CSV file while it is read.

    Attributes:
        path: The file.
        form: How it is laid out.
        file: It, open.
        lenient: Whether lines that are no UTF-8 are read as Windows-1252.
        guarded: Whether an apostrophe keeps cells from running as formulas, as in ours.
        header: The words of its header, cell by cell.
        header_lines: How many lines come before the first row.
    """

    path: Path
    form: FileForm
    file: BinaryIO
    lenient: bool = attrs.field(kw_only=True, default=False)
    guarded: bool = attrs.field(kw_only=True, default=False)
    header: tuple[str, ...] = attrs.field(init=False, default=())
    header_lines: int = attrs.field(init=False, default=0)
    _source: _Source = attrs.field(init=False)
    _encoding: Encoding = attrs.field(init=False)
    _left: bytes = attrs.field(init=False, default=b"")
    _line: int = attrs.field(init=False, default=1)
    _returns: bool = attrs.field(init=False, default=False)
    _told: int = attrs.field(init=False, default=0)
    _ended: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Read the header."""
        self._source, self._encoding = _opened(self.file, self.form.encoding)
        self._begin()
        rows = [self._head_line() for _ in range(self.form.skip_rows + self.form.header_rows)]
        self.header_lines = len(rows)
        cells = [self._plain(self._cells(row)) for row in rows[self.form.skip_rows :]]
        self.header = joined_header(cells)

    @property
    def dialect(self) -> Dialect:
        """What is between two cells."""
        return Dialect(_DELIMITERS[self.form.delimiter])

    def parts(self, wanted: Sequence[int], repeated: frozenset[int]) -> Iterator[Taken]:
        """The rows, part by part.

        Args:
            wanted: Places in the header of the columns that are asked for.
            repeated: Those of them whose texts repeat: they come as dictionaries.
        """
        form = Form(
            dialect=self.dialect,
            width=len(self.header),
            longest=self.form.longest_line,
            encoding=self._encoding,
            lenient=self.lenient,
        )
        while self._fill(_PART):
            cut = len(self._left) if self._ended else self._left.rfind(b"\n") + 1
            if not cut:
                yield from self._overlong()
                continue
            content, last = self._left[:cut], self._ended
            lines = sort_lines(content, form, last=last)
            if not lines.size:
                # One open quote and nothing else yet: more must be read, but not without end.
                if not self._grow():
                    self._ended = True
                continue
            self._left = self._left[lines.size :]
            yield self._taken(content, lines, wanted, repeated)

    def forms(self, _: int, kind: str) -> tuple[str, ...]:
        """None but those of the profile; of mended rows those that another kind of file gave."""
        if not self.guarded:
            return ()
        if kind == "day":
            return ("%Y-%m-%d", "%Y-%m-%d 00:00:00")
        return tuple(f"%Y-%m-%d %H:%M:%S{more}" for more in ("", ".%f", "%z", ".%f%z"))

    def unfit(self, _: int) -> None:
        """None: a cell of any column is text."""

    def _grow(self) -> bool:
        data = self._read(_PART)
        self._left += data
        return bool(data)

    def _passed(self) -> int:
        """Bytes of the file that were read since this was last asked, whatever their encoding."""
        before, self._told = self._told, self.file.tell()
        return self._told - before

    def _fill(self, size: int) -> bool:
        """Have some bytes of the file; false at its end."""
        while len(self._left) < size and not self._ended:
            data = self._read(size)
            self._ended = not data
            self._left += data
        return bool(self._left)

    def _read(self, size: int) -> bytes:
        try:
            data = self._source.read(size)
        except UnicodeError as error:
            words = f"is not {self._encoding.name}: {error}; {self._encoding.mend}"
            raise InputFileError(str(self.path), words) from error
        return data.replace(b"\r", b"\n") if self._returns else data

    def _begin(self) -> None:
        """Have the first lines, and tell whether a return alone ends them."""
        self._fill(_HEAD)
        # A return at the end of what was read may have its line feed in what follows.
        self._fill_until(lambda left: b"\n" in left or b"\r" in left[:-1])
        # Files of an old Macintosh end their lines so.
        self._returns = b"\r" in self._left and b"\n" not in self._left
        if self._returns:
            self._left = self._left.replace(b"\r", b"\n")

    def _fill_until(self, enough: Callable[[bytes], bool]) -> None:
        """Read on until there is enough, but not beyond the longest line."""
        longest = self.form.longest_line
        while not enough(self._left) and not self._ended and len(self._left) <= longest:
            self._fill(len(self._left) + _HEAD)

    def _head_line(self) -> str:
        self._fill_until(lambda left: b"\n" in left)
        line, feed, self._left = self._left.partition(b"\n")
        if not line and not feed:
            what = "is empty" if self._line == 1 else "ends within its header"
            raise InputFileError(str(self.path), f"{what}; it needs a header at least")
        line = line.removesuffix(b"\r")
        if len(line) > self.form.longest_line:
            words = f"line {self._line}, of the header, has more than {self.form.longest_line:,} "
            words += "bytes; say longest_line in the profile"
            raise InputFileError(str(self.path), words)
        self._line += 1
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            stray = self._encoding.stray(line[error.start])
            words = f"line {self._line - 1} is not {self._encoding.name} ({stray}); "
            raise InputFileError(str(self.path), words + self._encoding.mend) from error

    def _cells(self, text: str) -> list[str]:
        read = self.dialect.read(text)
        if isinstance(read, Broken):
            raise InputFileError(str(self.path), f"line {self._line - 1}: the header {read.rule}")
        return read.cells

    def _taken(
        self, content: bytes, lines: Lines, wanted: Sequence[int], repeated: frozenset[int]
    ) -> Taken:
        first = self._line
        self._line += lines.lines
        rows = []
        if len(lines.whole):
            rows.append(self._whole(content, lines, wanted, repeated, first))
        if lines.odd:
            numbers = np.array([at for at, _ in lines.odd], np.int64) + first
            odd = OddRows([self._plain(cells) for _, cells in lines.odd], lines.texts)
            rows.append(RawRows(lines=numbers, columns=odd.columns(wanted), source=odd))
        refused = [attrs.evolve(each, line=each.line + first) for each in lines.refused]
        return Taken(
            rows=rows,
            refused=refused,
            mended=[(line + first, byte) for line, byte in lines.mended],
            set_aside=lines.set_aside,
            continued=lines.continued,
            lines=lines.lines,
            size=self._passed(),
        )

    def _whole(
        self,
        content: bytes,
        lines: Lines,
        wanted: Sequence[int],
        repeated: frozenset[int],
        first: int,
    ) -> RawRows:
        """Rows that are one line each."""
        source = WholeRows(content, lines, self.dialect)
        if self.guarded:
            # Few rows, that somebody has mended by hand.
            cells = [self._plain(source.cells(row)) for row in range(len(lines.whole))]
            rows, _ = fitted(cells, (lines.whole + first).tolist(), len(self.header), wanted)
            return rows
        kept = bytes_of(content, lines.runs)
        columns = WholeColumns(kept, len(self.header), self.dialect, wanted, repeated)
        return RawRows(lines=lines.whole + first, columns=columns, source=source)

    def _plain(self, cells: Sequence[str]) -> list[str]:
        return [unguarded(cell) for cell in cells] if self.guarded else list(cells)

    def _overlong(self) -> Iterator[Taken]:
        """A line that does not end within a part: refused, and its rest passed over."""
        if len(self._left) <= self.form.longest_line and self._grow():
            return
        start, size = self._left[:1000], len(self._left)
        while True:
            data = self._read(_PART)
            line, feed, rest = data.partition(b"\n")
            size += len(line)
            if feed or not data:
                break
        self._left, self._ended = rest, not data
        rule = f"has at most {self.form.longest_line:,} bytes; say longest_line in the profile"
        failure = Failure(code="CSV_FORMAT", rule=rule, value=f"{size:,} bytes")
        text = shown(start.decode(errors="backslashreplace"))
        yield Taken(
            rows=[],
            refused=[Refused(line=self._line, failures=(failure,), text=text)],
            lines=1,
            size=self._passed(),
        )
        self._line += 1
