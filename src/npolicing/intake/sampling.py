"""A file before a profile is there: how it is laid out, its header, and its first rows."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median_low

import attrs

from npolicing.errors import Failure, InputFileError
from npolicing.intake.cells import fold
from npolicing.intake.outcome import codes_of
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import Taken
from npolicing.intake.source_files import ENDINGS, SourceFile, opened

__all__ = ["Sample"]

_ROWS = 5_000
_HEAD = 2**16
_TITLES = 20
"""Among how many of the first lines the header is looked for."""
_BLANK = 5
"""How many blank rows a sheet may begin with."""
_MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


@attrs.frozen(kw_only=True)
class Sample:
    """The header of a file, and the texts of its first rows, column by column.

    Attributes:
        path: The file.
        form: How it is laid out, as said or as it seems.
        doubts: For keys of the form, why they may be wrong.
        header: The headers.
        columns: The texts.
        lines: How many lines were looked at.
        refused: How many of them are no rows, by the code.
    """

    path: Path
    form: FileForm
    doubts: Mapping[str, str]
    header: tuple[str, ...]
    columns: list[list[str]]
    lines: int
    refused: Counter[str]
    _unfit: Mapping[int, Failure]

    def forms(self, _: int, __: str) -> tuple[str, ...]:
        """None: what is proposed says them itself."""
        return ()

    def unfit(self, place: int) -> Failure | None:
        """Why the cells of a column are none that can be read, by their type."""
        return self._unfit.get(place)

    @classmethod
    def of(cls, path: Path, said: Mapping[str, object], known: Collection[str]) -> Sample:
        """Look at a file.

        Args:
            path: The file.
            said: Of how it is laid out, what need not be guessed.
            known: Headers that are known, folded.

        Raises:
            InputFileError: If it cannot be read.
        """
        form, doubts = _laid_out(path, said, known)
        with opened(path, form, lenient=True) as source:
            taken = _first(source, range(len(source.header)))
            if taken.mended:
                line, byte = taken.mended[0]
                form = attrs.evolve(form, encoding="cp1252")
                doubts = {**doubts, "encoding": _other_encoding(line, byte)}
            places = range(len(source.header))
            unfit = {at: failure for at in places if (failure := source.unfit(at))}
            columns: list[list[str]] = [[] for _ in places]
            for rows in taken.rows:
                for place, each in rows.columns.items():
                    columns[place] += map(str, each.slice(0, _ROWS).to_pylist())
            return cls(
                path=path,
                form=form,
                doubts=doubts,
                header=source.header,
                columns=columns,
                lines=taken.lines,
                refused=codes_of(taken.refused),
                unfit=unfit,
            )

    def texts(self, place: int) -> list[str]:
        """The different texts of a column that say anything."""
        return [each for each in dict.fromkeys(self.columns[place]) if each.strip()]


_Form = tuple[FileForm, dict[str, str]]


def _laid_out(path: Path, said: Mapping[str, object], known: Collection[str]) -> _Form:
    """How a file is laid out, and what may be wrong with that."""
    ending = path.suffix.casefold()
    kind = next((each for each in ("excel", "parquet") if ending in ENDINGS[each]), "csv")
    form = FileForm.from_dict({"format": kind, **said})
    if kind == "parquet":
        return form, {}
    if kind == "excel":
        return _below_titles(*_sheet_rows(path, form), {}, said, known)
    head = _head(path)
    doubt = _doubtful(head) if "encoding" not in said else None
    if doubt is not None:
        form = attrs.evolve(form, encoding="cp1252")
    lines = _lines(head, form.encoding)[form.skip_rows :][:_TITLES]
    rows = {
        name: [next(csv.reader([line], delimiter=mark), []) for line in lines]
        for name, mark in _MARKS.items()
        if said.get("delimiter", name) == name
    }
    best = max(rows, key=lambda name: _likely(rows[name], known))
    form = FileForm.from_dict({**form.to_dict(), "delimiter": best})
    doubts = {} if doubt is None else {"encoding": doubt}
    return _below_titles(form, rows[best], doubts, said, known)


def _below_titles(
    form: FileForm,
    rows: Sequence[Sequence[str]],
    doubts: dict[str, str],
    said: Mapping[str, object],
    known: Collection[str],
) -> _Form:
    """A form whose header is the line that seems to be it."""
    at = 0 if "skip_rows" in said else _header_line(rows, known)
    if not form.skip_rows + at or "skip_rows" in said:
        return form, doubts
    form = attrs.evolve(form, skip_rows=form.skip_rows + at)
    words = f"line {form.skip_rows + 1} seems to be the header; what is above it is passed over"
    return form, {**doubts, "skip_rows": words}


def _header_line(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """The line with most known headers; where none has any, the first as full as most lines."""
    knows = [_knows(row, known) for row in rows[:_TITLES]]
    if any(knows):
        return knows.index(max(knows))
    full = [sum(map(bool, map(str.strip, row))) for row in rows[:_TITLES]]
    most = median_low([each for each in full if each] or [0])
    return next((at for at, each in enumerate(full) if each >= most), 0)


def _knows(row: Sequence[str], known: Collection[str]) -> int:
    return sum(fold(cell) in known for cell in row)


def _likely(rows: Sequence[Sequence[str]], known: Collection[str]) -> tuple[int, int]:
    """How many headers are known in one of the lines, and how many cells most lines have."""
    most = max((_knows(row, known) for row in rows), default=0)
    return most, median_low([len(row) for row in rows] or [0])


# -- text


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError:
        raise InputFileError(str(path), "no such file") from None
    except OSError as error:
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error


def _doubtful(head: bytes) -> str | None:
    """Why a text that begins so is no UTF-8; null where it is, or a mark says what it is."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        return _other_encoding(
            head.count(b"\n", 0, error.start) + 1, f"byte 0x{head[error.start]:02x}"
        )
    return None


def _other_encoding(line: int, byte: str) -> str:
    return f"line {line} is no UTF-8 ({byte}); Windows-1252 is the most likely"


def _lines(head: bytes, encoding: str) -> list[str]:
    """The first lines, as far as they are there."""
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if marked else encoding, "replace").removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return text.replace("\r", "").split("\n")


# -- workbooks


def _sheet_rows(path: Path, form: FileForm) -> tuple[FileForm, list[Sequence[str]]]:
    """The first rows of a sheet, whether or not they are as wide as the first of them."""
    try:
        return form, _rows_of(path, form)
    except InputFileError:
        # A sheet may begin with blank rows; what else is wrong with it, is wrong there too.
        for skip in range(form.skip_rows + 1, form.skip_rows + _BLANK):
            with suppress(InputFileError):
                below = attrs.evolve(form, skip_rows=skip)
                return below, _rows_of(path, below)
        raise


def _rows_of(path: Path, form: FileForm) -> list[Sequence[str]]:
    with opened(path, form) as source:
        found: dict[int, Sequence[str]] = {source.header_lines: source.header}
        taken = _first(source, [0])
        for rows in taken.rows:
            for at, line in enumerate(rows.lines[:_TITLES].tolist()):
                found[line] = rows.source.cells(at)
        found |= {each.line: each.cells for each in taken.refused[:_TITLES]}
    return [found[line] for line in sorted(found)]


def _first(source: SourceFile, places: Sequence[int]) -> Taken:
    return next(iter(source.parts(places, frozenset())), Taken(rows=[]))
