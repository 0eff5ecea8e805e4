"""Parquet files that others wrote, each cell as the text that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pat

from npolicing.arrow import Array
from npolicing.errors import Failure, InputFileError
from npolicing.intake.parquet_cells import Decoded, decoded, kind_of, unfit
from npolicing.intake.profile import FileForm
from npolicing.intake.raw import RawRows, Refused, Taken, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ParquetRows"]

_MOST_ROWS = 65_536
_PART = 2**26
_BLOCK = 256
_TIME = "%Y-%m-%d %H:%M:%S"
_UTC = pa.timestamp("us", tz="UTC")
_UNSAID = (
    'is one that says whether its times are instants; say int96_times = "utc" (Spark) or "local" '
    "(Impala, Hive) under [file]"
)


@attrs.frozen(kw_only=True, eq=False)
class ParquetRows:
    """The rows of a Parquet file, which has no lines: a row stands for one.

    Attributes:
        header: The names of its columns, their blanks folded.
        header_lines: None of its rows are of the header.
    """

    header: tuple[str, ...]
    header_lines: int
    _path: Path
    _file: pq.ParquetFile
    _kinds: list[pa.DataType]
    _unsaid: frozenset[int]
    _fallback: str | None

    @classmethod
    def of(cls, path: Path, form: FileForm, file: BinaryIO, *, lenient: bool) -> ParquetRows:
        """The file; no row is read yet."""
        try:
            found = pq.ParquetFile(file, coerce_int96_timestamp_unit="us")
            names = [" ".join(name.split()) for name in found.schema_arrow.names]
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise _unreadable(path, error) from error
        kinds = [kind_of(kind) for kind in found.schema_arrow.types]
        old = _int96(found)
        meant = form.int96_times or _int96_of_the_writer(found)
        if meant == "utc":
            kinds = [_UTC if at in old else kind for at, kind in enumerate(kinds)]
        return cls(
            header=tuple(names),
            header_lines=0,
            path=path,
            file=found,
            kinds=kinds,
            unsaid=old if meant is None else frozenset(),
            fallback="cp1252" if lenient else None,
        )

    def parts(self, wanted: Sequence[int], _: frozenset[int]) -> Iterator[Taken]:
        """The rows, part by part; see `SourceFile`."""
        line = 1
        try:
            for batch in self._file.iter_batches(_rows_of_a_part(self._file)):
                columns = [
                    _as_meant(column, kind)
                    for column, kind in zip(batch.columns, self._kinds, strict=True)
                ]
                yield self._taken(columns, wanted, np.arange(line, line + batch.num_rows))
                line += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(self._path, error) from error

    def forms(self, place: int, kind: str) -> tuple[str, ...]:
        """How the days and times of a column are written that the file knows to be such."""
        found = self._kinds[place]
        if pat.is_timestamp(found) and kind == "time":
            zone = "" if found.tz is None else "%z"
            return (f"{_TIME}{zone}", f"{_TIME}.%f{zone}")
        if pat.is_timestamp(found) and found.tz is None:
            return ("%Y-%m-%d 00:00:00",)
        # A day alone is no time: midnight is not when it was.
        return ("%Y-%m-%d",) if pat.is_date(found) and kind == "day" else ()

    def unfit(self, place: int) -> Failure | None:
        """Why the cells of a column are none that can be read; see `SourceFile`."""
        value, rule = str(self._kinds[place]), unfit(self._kinds[place])
        if place in self._unsaid:
            value, rule = "INT96", _UNSAID
        if rule is None:
            return None
        return Failure(code="WRONG_TYPE", rule=rule, column=self.header[place], value=value)

    def _taken(
        self, columns: list[Array], wanted: Sequence[int], lines: NDArray[np.int64]
    ) -> Taken:
        source = _Cells(columns)
        found = {at: decoded(columns[at], self._fallback) for at in wanted}
        strange = sorted({row for each in found.values() for row in each.strange})
        size = len(lines)
        texts = {at: each.texts for at, each in found.items()}
        refused: list[Refused] = []
        mended: list[tuple[int, str]] = []
        if strange and self._fallback is None:
            refused = [self._refused(found, row, int(lines[row]), source) for row in strange]
            kept = np.delete(np.arange(size), strange)
            texts = {at: each.take(kept) for at, each in texts.items()}
            lines, source = lines[kept], _Cells([each.take(kept) for each in columns])
        elif strange:
            mended = [(int(lines[row]), _first(found, row)) for row in strange]
        rows = RawRows(lines=lines, columns=texts, source=source)
        return Taken(rows=[rows], refused=refused, mended=mended, lines=size, size=size)

    def _refused(
        self, found: Mapping[int, Decoded], row: int, line: int, source: _Cells
    ) -> Refused:
        """A row with bytes that are no text."""
        failures = tuple(
            Failure(
                code="ENCODING",
                rule="is text in UTF-8; mend the cell",
                column=self.header[at],
                value=each.strange[row],
            )
            for at, each in found.items()
            if row in each.strange
        )
        cells = tuple(source.cells(row))
        return Refused(line=line, failures=failures, cells=cells, text=shown(source.text(row)))


@attrs.frozen(eq=False)
class _Cells:
    """All the cells of some rows, made into texts some hundreds of rows at a time."""

    columns: list[Array]
    _blocks: dict[int, list[Array]] = attrs.field(factory=dict, init=False)

    def cells(self, row: int) -> Sequence[str]:
        block, at = divmod(row, _BLOCK)
        if block not in self._blocks:
            part = [each.slice(block * _BLOCK, _BLOCK) for each in self.columns]
            self._blocks[block] = [decoded(each).texts for each in part]
        return [str(each[at]) for each in self._blocks[block]]

    def text(self, row: int) -> str:
        return "\t".join(self.cells(row))


def _rows_of_a_part(file: pq.ParquetFile) -> int:
    """Rows that are read at once: fewer where they are wide, so that memory is bounded."""
    found = file.metadata
    size = sum(found.row_group(at).total_byte_size for at in range(found.num_row_groups))
    wide = max(size, 1) / max(found.num_rows, 1)
    return max(1, min(_MOST_ROWS, int(_PART / wide)))


def _int96(file: pq.ParquetFile) -> frozenset[int]:
    """Columns of times of the old type, which does not say whether they are instants."""
    schema = file.schema
    leaves = [schema.column(at) for at in range(len(schema.names))]
    old = {leaf.path for leaf in leaves if leaf.physical_type == "INT96"}
    return frozenset(at for at, name in enumerate(file.schema_arrow.names) if name in old)


def _int96_of_the_writer(file: pq.ParquetFile) -> str | None:
    """What such times are by what is known of who wrote the file; null: nothing."""
    said = file.metadata.metadata or {}
    if b"ARROW:schema" in said:
        # Of a column of pandas without a zone: it says so itself.
        return "local"
    return "utc" if b"org.apache.spark.version" in said else None


def _as_meant(column: Array, kind: pa.DataType) -> Array:
    """A column, with the zone that its times have and do not say."""
    said = kind == _UTC and pat.is_timestamp(column.type) and column.type.tz is None
    return column.cast(kind) if said else column


def _first(found: Mapping[int, Decoded], row: int) -> str:
    return next(each.strange[row] for each in found.values() if row in each.strange)


def _unreadable(path: Path, error: Exception) -> InputFileError:
    words = " ".join(str(error).split())
    if "crypt" in words.casefold():
        return InputFileError(str(path), f"is encrypted; decrypt it first ({words})")
    return InputFileError(str(path), f"cannot be read as Parquet: {words}")
