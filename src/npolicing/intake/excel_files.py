"""Workbooks of Excel and LibreOffice, sheet by sheet; every cell as the text that it would be."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import attrs

from npolicing.errors import InputFileError
from npolicing.intake.csv_files import joined_header
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import Taken, fitted

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

__all__ = ["ExcelFile"]

_UNPACKED = 2**30
_PART = 16_384


@attrs.frozen(kw_only=True, eq=False)
class ExcelFile:
    """One sheet of a workbook.

    Attributes:
        header: The words of its header.
        header_lines: How many rows come before the first row of data.
    """

    header: tuple[str, ...]
    header_lines: int
    _rows: Iterator[list[object]]

    @classmethod
    def of(cls, path: Path, form: FileForm, file: BinaryIO) -> ExcelFile:
        """The sheet that the profile names, or the only one."""
        _check_size(path, file)
        book = _workbook(path, file)
        with _telling(path):
            sheet = _sheet(path, form, book)
            # Every row from the first of the sheet on, so that their numbers are those of Excel.
            rows: Iterator[list[object]] = map(list, sheet.to_python(skip_empty_area=False))
        head = [
            [_text(cell) for cell in next(rows, [])]
            for _ in range(form.skip_rows + form.header_rows)
        ]
        header = joined_header(head[form.skip_rows :])
        # A sheet is as wide as its widest row: what stands beyond the header is refused.
        while header and not header[-1]:
            header = header[:-1]
        if not any(header):
            raise InputFileError(str(path), f"sheet {sheet.name!r} has no header")
        return cls(header=header, header_lines=len(head), rows=rows)

    def parts(self, wanted: Sequence[int], _: frozenset[int]) -> Iterator[Taken]:
        """The rows, part by part; see `SourceFile`."""
        line = self.header_lines + 1
        while part := list(islice(self._rows, _PART)):
            cells = [[_text(cell) for cell in row] for row in part]
            numbers = range(line, line + len(part))
            rows, refused = fitted(cells, numbers, len(self.header), wanted)
            yield Taken(rows=[rows], refused=refused, lines=len(part), size=len(part))
            line += len(part)

    def forms(self, _: int, kind: str) -> tuple[str, ...]:
        """How days and times are written that the workbook knows to be such."""
        return ("%Y-%m-%d", "%Y-%m-%d 00:00:00") if kind == "day" else ("%Y-%m-%d %H:%M:%S",)

    def unfit(self, _: int) -> None:
        """None: a cell of any column is text."""


def _check_size(path: Path, file: BinaryIO) -> None:
    """A workbook is a ZIP archive: a small one may unpack to more than the memory holds."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputFileError(str(path), f"is no workbook that can be read: {error}") from error
    if size > _UNPACKED:
        words = f"unpacks to {size / 2**30:.1f} GB, more than 1 GB; save the sheet as CSV"
        raise InputFileError(str(path), words)
    file.seek(0)


def _workbook(path: Path, file: BinaryIO) -> CalamineWorkbook:
    try:
        import python_calamine  # noqa: PLC0415 # not everybody has it
    except ModuleNotFoundError as error:
        words = 'this needs python-calamine: pip install "npolicing[excel]"'
        raise ModuleNotFoundError(words, name=error.name) from error
    with _telling(path):
        return python_calamine.CalamineWorkbook.from_filelike(file)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say of what the library raises which file it is; a panic of it is no `Exception`."""
    try:
        yield
    except InputFileError:
        raise
    except BaseException as error:
        kind = type(error).__name__
        if not isinstance(error, Exception) and kind != "PanicException":
            raise
        if kind == "PasswordError":
            raise InputFileError(str(path), "has a password; save it without one") from error
        words = " ".join(str(error).split())
        raise InputFileError(str(path), f"is no workbook that can be read: {words}") from error


def _sheet(path: Path, form: FileForm, book: CalamineWorkbook) -> CalamineSheet:
    names = book.sheet_names
    if form.sheet is None and len(names) == 1:
        return book.get_sheet_by_index(0)
    if form.sheet in names:
        return book.get_sheet_by_name(form.sheet)
    words = f"has no sheet {form.sheet!r}" if form.sheet else f"has {len(names)} sheets"
    listed = ", ".join(map(repr, names))
    raise InputFileError(str(path), f"{words}: {listed}; say sheet in the profile")


def _text(cell: object) -> str:
    """A cell as text: a day and a time as ISO 8601, a whole number without a point."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case datetime():
            # A workbook counts days in fractions: what is below a second is none of the data's.
            rounded = cell + timedelta(microseconds=500_000)
            return rounded.replace(microsecond=0).isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
