"""Workbooks of Excel and LibreOffice, sheet by sheet; every cell as the text that it would be."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import attrs

from npolicing.errors import InputFileError
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import Taken, fitted, joined_header
from npolicing.intake.sheets import Seen, looked

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["ExcelFile"]

_UNPACKED = 2**30
_AREA = 2**25
_PART = 16_384


@attrs.frozen(kw_only=True, eq=False)
class ExcelFile:
    """One sheet of a workbook.

    A workbook has no type for a midnight that tells it from a day. In a column with at least as
    many times as days, the days are times at midnight; a column that has more days is of days, and
    a field that needs times refuses them.

    Attributes:
        header: The words of its header.
        header_lines: How many rows come before the first row of data.
    """

    header: tuple[str, ...]
    header_lines: int
    _rows: list[list[object]]

    @classmethod
    def of(cls, path: Path, form: FileForm, file: BinaryIO) -> ExcelFile:
        """The sheet that the profile names, or the only one."""
        _check_size(path, file)
        with _telling(path):
            look = looked(file)
        _check_area(path, look.at_once)
        file.seek(0)
        book = _workbook(path, file)
        number = _number(path, form, book.sheet_names)
        with _telling(path):
            seen = look.sheet(number)
            _check_area(path, [seen], book.sheet_names[number])
            sheet = book.get_sheet_by_index(number)
            # Every row from the first of the sheet on, so that their numbers are those of Excel.
            rows: list[list[object]] = list(map(list, sheet.to_python(skip_empty_area=False)))
            merged = sheet.merged_cell_ranges or []
        _put(rows, seen.odd)
        size = form.skip_rows + form.header_rows
        head = [[_text(cell) for cell in row] for row in rows[:size]]
        head += [[]] * (size - len(head))
        if form.header_rows > 1:
            _fill_forward(head, merged)
        header = joined_header(head[form.skip_rows :])
        # A sheet is as wide as its widest row: what stands beyond the header is refused.
        while header and not header[-1]:
            header = header[:-1]
        if not any(header):
            raise InputFileError(str(path), f"sheet {sheet.name!r} has no header")
        return cls(header=header, header_lines=size, rows=rows[size:])

    def parts(self, wanted: Sequence[int], _: frozenset[int]) -> Iterator[Taken]:
        """The rows, part by part; see `SourceFile`."""
        timed = [at for at in wanted if self._has_times(at)]
        for start in range(0, len(self._rows), _PART):
            part = self._rows[start : start + _PART]
            cells = [[_text(cell) for cell in row] for row in part]
            for at in timed:
                for row, texts in zip(part, cells, strict=True):
                    if type(row[at]) is date:
                        texts[at] += " 00:00:00"
            line = self.header_lines + 1 + start
            numbers = range(line, line + len(part))
            rows, refused = fitted(cells, numbers, len(self.header), wanted)
            yield Taken(rows=[rows], refused=refused, lines=len(part), size=len(part))

    def _has_times(self, at: int) -> bool:
        kinds = Counter(type(row[at]) for row in self._rows)
        return kinds[datetime] >= kinds[date] > 0

    def forms(self, _: int, kind: str) -> tuple[str, ...]:
        """How days and times are written that the workbook knows to be such."""
        return ("%Y-%m-%d", "%Y-%m-%d 00:00:00") if kind == "day" else ("%Y-%m-%d %H:%M:%S",)

    def unfit(self, _: int) -> None:
        """None: a cell of any column is text."""


def _put(rows: list[list[object]], odd: Mapping[tuple[int, int], str]) -> None:
    """Put what is seen of cells that have no value where the library has empty ones."""
    if not odd:
        return
    width = max(len(rows[0]) if rows else 0, *(column + 1 for _, column in odd))
    rows += [[] for _ in range(len(rows), 1 + max(row for row, _ in odd))]
    for row in rows:
        row.extend([""] * (width - len(row)))
    for (at, column), text in odd.items():
        rows[at][column] = text


def _fill_forward(
    head: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Words of a header that stand over several columns, over each of them."""
    for (top, left), (_, right) in merged:
        if top < len(head):
            row = head[top]
            row[left : right + 1] = row[left : left + 1] * len(row[left : right + 1])


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


def _check_area(path: Path, sheets: Sequence[Seen], name: str = "") -> None:
    """The library makes room for every cell of a sheet, from the first to the last."""
    room = 0
    for number, each in enumerate(sheets, 1):
        room += each.area
        if room > _AREA:
            sheet = f"sheet {name!r}" if name else f"sheet {number}"
            words = (
                f"{sheet} reaches to row {each.rows:,} and column {each.columns:,}, more than can "
                "be held; delete the cells that are far off, or save the sheet as CSV"
            )
            raise InputFileError(str(path), words)


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


def _number(path: Path, form: FileForm, names: Sequence[str]) -> int:
    if form.sheet is None and len(names) == 1:
        return 0
    if form.sheet in names:
        return names.index(form.sheet)
    words = f"has no sheet {form.sheet!r}" if form.sheet else f"has {len(names)} sheets"
    listed = ", ".join(map(repr, names))
    raise InputFileError(str(path), f"{words}: {listed}; say sheet in the profile")


def _text(cell: object) -> str:
    """A cell as text: a day and a time as ISO 8601, a number with all of its digits."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case float() if abs(cell) < 1:
            # Without an exponent.
            return format(Decimal(repr(cell)), "f")
        case datetime():
            return _whole_second(cell).isoformat(sep=" ")
        case time():
            rounded = _whole_second(datetime.combine(date.min, cell))
            return "23:59:59" if rounded.date() > date.min else rounded.time().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _whole_second(moment: datetime) -> datetime:
    """A workbook counts days in fractions: what is below a second is none of the data's."""
    if not moment.microsecond:
        return moment
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
