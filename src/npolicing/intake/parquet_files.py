"""Parquet files that others wrote, each cell as the text that it stands for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pat

from npolicing.arrow import Array
from npolicing.errors import InputFileError
from npolicing.intake.raw import RawRows, Taken

__all__ = ["ParquetRows"]

_PART = 65_536


@attrs.frozen(kw_only=True, eq=False)
class ParquetRows:
    """The rows of a Parquet file, which has no lines: a row stands for one.

    Attributes:
        header: The names of its columns.
        header_lines: None of its rows are of the header.
    """

    header: tuple[str, ...]
    header_lines: int
    _path: Path
    _file: pq.ParquetFile

    @classmethod
    def of(cls, path: Path, file: BinaryIO) -> ParquetRows:
        """The file; no row is read yet."""
        try:
            found = pq.ParquetFile(file)
            names = tuple(found.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path, error) from error
        return cls(header=names, header_lines=0, path=path, file=found)

    def parts(self, wanted: Sequence[int], _: frozenset[int]) -> Iterator[Taken]:
        """The rows, part by part; see `SourceFile`."""
        line = 1
        try:
            for batch in self._file.iter_batches(_PART):
                columns = {at: _texts(batch.column(at)) for at in wanted}
                lines = np.arange(line, line + batch.num_rows)
                rows = RawRows(lines=lines, columns=columns, source=_Cells(batch))
                yield Taken(rows=[rows], lines=batch.num_rows, size=batch.num_rows)
                line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(self._path, error) from error

    def forms(self, place: int, kind: str) -> tuple[str, ...]:
        """How the days and times of a column are written that the file knows to be such."""
        found = self._file.schema_arrow.field(place).type
        if pat.is_timestamp(found):
            zone = "%z" if found.tz is not None else ""
            return ("%Y-%m-%d 00:00:00",) if kind == "day" else (f"%Y-%m-%d %H:%M:%S{zone}",)
        return ("%Y-%m-%d",) if pat.is_date(found) else ()


@attrs.frozen(eq=False)
class _Cells:
    batch: pa.RecordBatch

    def cells(self, row: int) -> Sequence[str]:
        return [str(_texts(each.slice(row, 1))[0].as_py()) for each in self.batch.columns]

    def text(self, row: int) -> str:
        return "\t".join(self.cells(row))


def _unreadable(path: Path, error: Exception) -> InputFileError:
    words = " ".join(str(error).split())
    return InputFileError(str(path), f"cannot be read as Parquet: {words}")


def _texts(column: Array) -> Array:
    """A column as text: instants in ISO 8601 with their zone, days too, null as nothing."""
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pat.is_timestamp(kind):
        column = _times(column)
    elif pat.is_floating(kind):
        column = _numbers(column)
    elif not _is_text(kind):
        column = _cast(column)
    filled: Array = pc.fill_null(column.cast(pa.string()), "")  # type: ignore[arg-type] # a text is a scalar
    return filled


def _is_text(kind: pa.DataType) -> bool:
    return pat.is_string(kind) or pat.is_large_string(kind) or str(kind) == "string_view"


def _times(column: Array) -> Array:
    zoned = column.type.tz is not None
    # Below a second there is nothing that a log has.
    plain = column.cast(pa.timestamp("s", tz="UTC" if zoned else None), safe=False)
    form = "%Y-%m-%d %H:%M:%S+00:00" if zoned else "%Y-%m-%d %H:%M:%S"
    texts: Array = pc.strftime(plain, form)  # type: ignore[arg-type] # times with a zone have texts, too
    return texts


def _numbers(column: Array) -> Array:
    """Floats by the shortest text that is the number; a whole one without a point."""
    values = column.to_pylist()
    texts = [None if each is None or math.isnan(each) else _number(each) for each in values]
    return pa.array(texts, pa.string())


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _cast(column: Array) -> Array:
    try:
        return column.cast(pa.string())
    except (
        pa.ArrowException,
        TypeError,
    ):  # lists, structures and the like: what they are, in words
        return pa.array([_words(each) for each in column.to_pylist()], pa.string())


def _words(cell: object) -> str | None:
    # Bytes that are no UTF-8 must not change those beside them.
    if isinstance(cell, bytes):
        return cell.decode(errors="backslashreplace")
    return None if cell is None else str(cell)
