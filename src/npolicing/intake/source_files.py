"""Files of every kind as one: a header, and rows of text part by part."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from npolicing.errors import InputFileError
from npolicing.intake.csv_files import CSVFile
from npolicing.intake.excel_files import ExcelFile
from npolicing.intake.parquet_files import ParquetRows
from npolicing.intake.pasted_files import PastedFile
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import Known, Taken
from npolicing.intake.reject_files import LONGEST_HEADER, is_of_rejects

__all__ = ["ENDINGS", "FileState", "SourceFile", "opened"]

_CHANGED = "changed while it was read; read it again"
ENDINGS = {
    "csv": (".csv", ".txt", ".tsv"),
    "pasted": (".txt", ".tsv"),
    "excel": (".xlsx", ".xls", ".xlsb", ".ods"),
    "parquet": (".parquet",),
}
"""How the names of files of each format end."""


class SourceFile(Known, Protocol):
    """A file while it is read."""

    @property
    def header_lines(self) -> int:
        """How many lines come before the first row."""

    def parts(self, wanted: Sequence[int], repeated: frozenset[int], /) -> Iterator[Taken]:
        """Its rows, with the columns that are wanted; those that repeat come as dictionaries."""


FileState = tuple[int, int, int]
"""What tells that a file is the same, and as it was: its number, its size and its last change."""


@contextmanager
def opened(
    path: Path,
    form: FileForm,
    *,
    lenient: bool = False,
    seen: MutableMapping[Path, FileState] | None = None,
) -> Iterator[SourceFile]:
    """A file while it is read; it must stay as it is until the end.

    Args:
        path: The file.
        form: How it is laid out.
        lenient: Whether lines of CSV that are no UTF-8 are read as Windows-1252.
        seen: How files were when they were first read: each must be so whenever it is read again.

    Raises:
        InputFileError: If it cannot be read, or changes on the way.
    """
    try:
        with path.open("rb") as file:
            before = _state(os.fstat(file.fileno()))
            if seen is not None and seen.setdefault(path, before) != before:
                raise InputFileError(str(path), _CHANGED)
            head = file.readline(LONGEST_HEADER)
            _refuse_no_text(path, form, head)
            rejects = is_of_rejects(head)
            file.seek(0)
            # Whatever the refused rows are from, they are written as CSV.
            form = _of_rejects(form) if rejects else form
            match form.format:
                case "csv":
                    yield CSVFile(path, form, file, lenient=lenient, guarded=rejects)
                case "excel":
                    yield ExcelFile.of(path, form, file)
                case "parquet":
                    yield ParquetRows.of(path, form, file, lenient=lenient)
                case "pasted":
                    yield PastedFile.of(path, form, file)
            if not before == _state(os.fstat(file.fileno())) == _state(path.stat()):
                raise InputFileError(str(path), _CHANGED)
    except FileNotFoundError:
        raise InputFileError(str(path), "no such file") from None
    except OSError as error:
        if isinstance(error, InputFileError) or error.filename not in (None, str(path)):
            raise
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error


_NO_TEXT = {
    b"PK\x03\x04": ("a workbook, or another zip", "excel"),
    b"\xd0\xcf\x11\xe0": ("a workbook of Excel 97 to 2003", "excel"),
    b"PAR1": ("a Parquet file", "parquet"),
}
"""How files begin that are no text, what they are, and the format that reads them."""


def _refuse_no_text(path: Path, form: FileForm, head: bytes) -> None:
    """Refuse what is no text where text is asked for: its bytes would be told line by line."""
    if form.format not in ("csv", "pasted"):
        return
    for begins, (what, better) in _NO_TEXT.items():
        if head.startswith(begins):
            way_out = f'take a profile whose [file] has format = "{better}"'
            words = f"is {what}, and the profile reads text: {way_out}, or save it as CSV UTF-8"
            raise InputFileError(str(path), words)


def _of_rejects(form: FileForm) -> FileForm:
    """How refused rows are written: with our columns, and their quotes twice, a line is longer."""
    return FileForm(longest_line=min(2 * form.longest_line + 2**20, 2**28))


def _state(found: os.stat_result) -> FileState:
    return found.st_ino, found.st_size, found.st_mtime_ns
