"""Parquet files as parts, a row group each; what their footers tell is not read again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pat

from npolicing._tally.parts import Batch
from npolicing._tally.question import Question, Value
from npolicing._tally.sources import Source, of_parts
from npolicing.arrow import Array
from npolicing.delta_table import is_delta
from npolicing.errors import InputFileError
from npolicing.parquet import zoned

__all__ = ["of_file", "of_files", "of_folder"]

_ENDINGS = (".parquet", ".parq", ".pq")
_MAGIC = b"PAR1"
_HIVE = (
    "pass pyarrow.dataset.dataset(path, partitioning='hive', "
    "schema=npolicing.arrow_schema(npolicing.Log))"
)
"""With the schema, for instants of INT96 do not say that they are in UTC."""


def of_files(paths: Sequence[Path], names: Sequence[str]) -> Source:
    """The rows of Parquet files that have the same columns: a file is read by one thread."""
    return of_parts(names, (partial(_batches, path) for path in paths))


def of_file(path: Path) -> Source:
    """The rows of one Parquet file: a row group is read by one thread."""
    with _opened(path) as file:
        names, groups = file.schema_arrow.names, range(file.num_row_groups)
    return of_parts(names, (partial(_batches, path, groups=[group]) for group in groups))


def of_folder(folder: Path) -> Source | None:
    """The rows of the Parquet files of a folder, as Spark writes one; null where it has none.

    Raises:
        InputFileError: If the files that lie there are not the rows, or not all alike.
    """
    paths = sorted(each for each in folder.glob("*") if _is_parquet(each))
    _refuse_nested(folder)
    columns = {path: _columns(path) for path in paths}
    for path, found in columns.items():
        if found != columns[paths[0]]:
            words = f"has not the columns, or not their types, that {paths[0].name} beside it has"
            raise InputFileError(str(path), words)
    return of_files(paths, list(columns[paths[0]])) if paths else None


def _is_parquet(path: Path) -> bool:
    """Whether a file is one of rows, by its name.

    Raises:
        InputFileError: If it is one by its content alone: it may be a copy of another.
    """
    if path.name[0] in "._" or not path.is_file():
        return False
    if path.suffix.lower() in _ENDINGS:
        return True
    with suppress(OSError), path.open("rb") as file:
        if file.read(len(_MAGIC)) == _MAGIC:
            words = "is Parquet, and not called so: call it .parquet, or put it elsewhere"
            raise InputFileError(str(path), words)
    return False


def _refuse_nested(folder: Path) -> None:
    """Rows of folders in a folder would be left out."""
    for path in folder.glob("*/**/*"):
        inner = path.relative_to(folder)
        if any(name[0] in "._" for name in inner.parts) or not _is_parquet(path):
            continue
        if any(is_delta(folder / each) for each in inner.parents):
            words = "is of a Delta table: name the folder of that table"
            raise InputFileError(str(path), words)
        if any("=" in name for name in inner.parts[:-1]):
            raise InputFileError(str(folder), f"has columns in the names of its folders: {_HIVE}")
        words = f"has Parquet in folders of its own ({inner.as_posix()}): name one, or {_HIVE}"
        raise InputFileError(str(folder), words)


def _columns(path: Path) -> dict[str, pa.DataType]:
    """The columns of a file in their order, and the type of each."""
    with _opened(path) as file:
        return {field.name: field.type for field in file.schema_arrow}


@contextmanager
def _opened(path: Path, texts: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    try:
        # A dictionary has each text once, and its codes are what is counted.
        with pq.ParquetFile(
            path, read_dictionary=list(texts), coerce_int96_timestamp_unit="us"
        ) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        words = " ".join(str(error).split())
        raise InputFileError(str(path), f"cannot be read as Parquet: {words}") from error


def _batches(
    path: Path, question: Question, *, groups: Sequence[int] | None = None
) -> Iterator[Batch]:
    """The row groups of a file, opened once: a load may put another in its place at any time."""
    with _opened(path, _texts(question)) as file:
        footer, schema = file.metadata, file.schema_arrow
        for group in range(footer.num_row_groups) if groups is None else groups:
            known = _Known.of(footer.row_group(group), schema, question)
            if known.excluded:
                continue
            names = [name for name in question.needed if name not in known.constants]
            table = file.read_row_group(group, columns=names, use_threads=False)
            table = zoned(table, file.schema)
            columns = {name: table[name] for name in names}
            rows = footer.row_group(group).num_rows
            yield Batch(rows=rows, columns=columns, constants=known.constants)


def _texts(question: Question) -> list[str]:
    """The columns that are text, as they are declared; what nobody declared is read as it is."""
    fields = map(question.field, question.needed)
    return [field.name for field in fields if field is not None and field.kind == "text"]


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
            column, kind = group.column(places[name]), _plain(schema.field(name).type)
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


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def _is_exact(kind: pa.DataType) -> bool:
    return pat.is_string(kind) or pat.is_integer(kind) or pat.is_boolean(kind) or pat.is_date(kind)
