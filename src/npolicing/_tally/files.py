"""Parquet files as parts, a row group each; what their footers tell is not read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pat

from npolicing._tally.cells import Column
from npolicing._tally.parts import Part
from npolicing._tally.question import Question, Value
from npolicing._tally.sources import Source, of_parts
from npolicing.arrow import Array
from npolicing.errors import InputFileError

__all__ = ["of_files"]


def of_files(paths: Sequence[Path], names: Sequence[str] | None = None) -> Source:
    """The rows of Parquet files that have the same columns.

    Args:
        paths: The files.
        names: Their columns; those of the first file without.
    """
    if names is None:
        with _opened(paths[0]) as first:
            names = first.schema_arrow.names
    return of_parts(names, lambda question: _parts(paths, question))


def _opened(path: Path, **options: object) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, **options)  # type: ignore[arg-type] # of the lines below
    except (pa.ArrowException, OSError) as error:
        words = " ".join(str(error).split())
        raise InputFileError(str(path), f"cannot be read as Parquet: {words}") from error


def _parts(paths: Sequence[Path], question: Question) -> Iterator[Part]:
    for path in paths:
        with _opened(path) as file:
            footer, schema = file.metadata, file.schema_arrow
        for group in range(footer.num_row_groups):
            known = _Known.of(footer.row_group(group), schema, question)
            yield Part(
                rows=footer.row_group(group).num_rows,
                read=_reader(path, footer, schema, group),
                constants=known.constants,
                excluded=known.excluded,
            )


def _reader(
    path: Path, footer: pq.FileMetaData, schema: pa.Schema, group: int
) -> Callable[[Sequence[str]], dict[str, Column]]:
    def read(names: Sequence[str]) -> dict[str, Column]:
        texts = [name for name in names if pat.is_string(schema.field(name).type)]
        # A dictionary has each text once, and its codes are what is counted.
        with _opened(path, metadata=footer, read_dictionary=texts) as file:
            table = file.read_row_group(group, columns=list(names), use_threads=False)
        return {name: table[name] for name in names}

    return read


@attrs.frozen
class _Known:
    """What the footer tells of a row group: columns of one value, and whether none is asked for."""

    constants: dict[str, Array]
    excluded: bool

    @classmethod
    def of(cls, group: pq.RowGroupMetaData, schema: pa.Schema, question: Question) -> _Known:
        """What is told of the columns that a question looks at."""
        constants, excluded = {}, False
        places = {name: at for at, name in enumerate(schema.names)}
        for name in question.columns:
            column, kind = group.column(places[name]), schema.field(name).type
            # Two equal ends have nothing between them; not so -0.0 and 0.0, for one.
            if not _is_exact(kind) or column.path_in_schema != name:
                continue
            ends = _Ends.of(column.statistics)
            if ends is None:
                continue
            excluded |= ends.exclude(question.where.get(name))
            if ends.low == ends.high and (ends.low is None or not ends.nulls):
                constants[name] = pa.array([ends.low], kind)
        return cls(constants, excluded)


@attrs.frozen
class _Ends:
    """The least and the greatest value of a column; both null where it has none."""

    low: str | int | date | None
    high: str | int | date | None
    nulls: bool

    @classmethod
    def of(cls, found: pq.Statistics | None) -> _Ends | None:
        """The ends that a footer tells; null where it tells none."""
        if found is None or found.null_count is None:
            return None
        if found.has_min_max:
            return cls(found.min, found.max, nulls=bool(found.null_count))
        return cls(None, None, nulls=True) if found.num_values == 0 else None

    def exclude(self, wanted: Collection[Value] | None) -> bool:
        """Whether none of some values can be among those of the column."""
        if wanted is None or (None in wanted and self.nulls):
            return False
        if self.low is None or self.high is None:
            return True
        values = (value for value in wanted if value is not None)
        return not any(self.low <= value <= self.high for value in values)  # type: ignore[operator] # of the column's type


def _is_exact(kind: pa.DataType) -> bool:
    return pat.is_string(kind) or pat.is_integer(kind) or pat.is_boolean(kind) or pat.is_date(kind)
