"""Records and frames to Parquet and back: in their entity's schema, and checked both ways.

Files are snappy, version 2.6, and decimals are stored as integers: what pandas, polars, DuckDB,
Spark, Fabric and Power BI all read. What npolicing says of a file (its entity and version, who
wrote it, its marking) is under one key of the file's metadata, `npolicing`, as JSON. It is there to
be read, and to refuse or upgrade a file of another version; it never stands in for a check.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs.validators import instance_of, optional

from npolicing._examining import Rows, entity_of
from npolicing._files import FilePath, refusal, replacing
from npolicing._records import Record, Records
from npolicing.errors import (
    ColumnTypeError,
    InputFileError,
    MissingColumnsError,
    SchemaVersionError,
    UnknownColumnsError,
    ValidationError,
)
from npolicing.frames import filled, to_arrow

__all__ = [
    "FileMetadata",
    "read_arrow",
    "read_metadata",
    "read_parquet",
    "write_parquet",
    "write_parquet_table",
]

R = TypeVar("R", bound=Record)
_KEY = b"npolicing"


@attrs.frozen(kw_only=True)
class FileMetadata:
    """What a Parquet file says of itself.

    Attributes:
        entity: What a row is, such as Log; null for a table that is no entity's.
        schema_version: The version of that entity's columns.
        library: The version of npolicing that wrote it.
        marking: The protective marking, such as OFFICIAL; null without one.
    """

    entity: str | None = attrs.field(validator=optional(instance_of(str)))
    schema_version: int | None = attrs.field(validator=optional(instance_of(int)))
    library: str = attrs.field(validator=instance_of(str))
    marking: str | None = attrs.field(validator=optional(instance_of(str)))


def write_parquet(
    rows: Rows, path: FilePath, entity: type[Record] | None = None, *, marking: str | None = None
) -> None:
    """Write rows to a Parquet file, checked, whole or not at all.

    Args:
        rows: Records, or a frame with a row for each record.
        path: The file; one that is there is replaced.
        entity: What a row is; may be left out for records.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the file's metadata.

    Raises:
        ValidationError: If anything is wrong with the rows; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        OSError: If the file cannot be written; then one that was there is as it was.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_parquet(teams, Path(folder, "teams.parquet"))
    ...     read_parquet(Path(folder, "teams.parquet"), Team)
    Records(Team, 1 row):
      Team(force='WMP', team_id='T1', npu='CV', kind='hub')
    """
    entity = entity_of(rows) if entity is None else entity
    _write(to_arrow(rows, entity), path, entity.__name__, entity.schema_version, marking)


def write_parquet_table(table: pa.Table, path: FilePath, *, marking: str | None = None) -> None:
    """Write a table that is no entity's, such as a measure's result, as it is.

    Args:
        table: What to write.
        path: The file; one that is there is replaced, whole or not at all.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the file's metadata.
    """
    _write(table, path, None, None, marking)


def _write(
    table: pa.Table,
    path: FilePath,
    entity: str | None,
    schema_version: int | None,
    marking: str | None,
) -> None:
    stamp = FileMetadata(
        entity=entity,
        schema_version=schema_version,
        library=version("npolicing"),
        marking=marking,
    )
    stamped = table.replace_schema_metadata({_KEY: json.dumps(attrs.asdict(stamp))})
    with replacing(path) as temporary:
        # snappy: Power Query and Synapse read it too, and not every version of them reads zstd.
        pq.write_table(
            stamped,
            temporary,
            version="2.6",
            compression="snappy",
            store_decimal_as_integer=True,
        )


def read_parquet(path: FilePath, entity: type[R]) -> Records[R]:
    """The records of a Parquet file, checked, whoever wrote it.

    Args:
        path: The file.
        entity: What a row is.

    Raises:
        InputFileError: If it is no Parquet file, has rows of another entity, lacks columns or has
            others, or has a row that is wrong; then `failures` has everything.
        SchemaVersionError: If it was written to a version that this one cannot read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_parquet(teams, Path(folder, "teams.parquet"))
    ...     read_parquet(Path(folder, "teams.parquet"), Team)[0].npu
    'CV'
    """
    return filled(read_arrow(path, entity), entity)


def read_arrow(path: FilePath, entity: type[Record]) -> pa.Table:
    """The rows of a Parquet file as an Arrow table in the schema of their entity, checked.

    Args:
        path: The file.
        entity: What a row is.

    Returns:
        The declared columns, in order. A column that the file leaves out has its default.

    Raises:
        InputFileError, SchemaVersionError: As `read_parquet`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_parquet(teams, Path(folder, "teams.parquet"))
    ...     read_arrow(Path(folder, "teams.parquet"), Team).column_names[:3]
    ['force', 'team_id', 'npu']
    """
    table = _read(path)
    table = _upgraded(table, _stamp(path, table.schema), path, entity)
    try:
        return to_arrow(table, entity)
    except ValidationError as error:
        raise refusal(path, error.failures) from error
    except (MissingColumnsError, UnknownColumnsError, ColumnTypeError) as error:
        words = " ".join(line.strip() for line in str(error).splitlines())
        raise InputFileError(str(path), words) from error


def read_metadata(path: FilePath) -> FileMetadata | None:
    """What a Parquet file says of itself; null where npolicing did not write it.

    Args:
        path: The file; its rows are not read.

    Raises:
        InputFileError: If it is no Parquet file.
    """
    try:
        return _stamp(path, pq.read_schema(Path(path)))
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def _read(path: FilePath) -> pa.Table:
    try:
        with pq.ParquetFile(Path(path), coerce_int96_timestamp_unit="us") as file:
            table = file.read()
            columns = [file.schema.column(at) for at in range(len(file.schema))]
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    # Spark writes instants in this old type, which has no zone.
    for name in (each.path for each in columns if each.physical_type == "INT96"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pc.assume_timezone(table[name], "UTC"))
    return table


def _unreadable(path: FilePath, error: Exception) -> InputFileError:
    if isinstance(error, FileNotFoundError):
        return InputFileError(str(path), "no such file")
    words = " ".join(str(error).split())
    return InputFileError(str(path), f"cannot be read as Parquet: {words}")


def _stamp(path: FilePath, schema: pa.Schema) -> FileMetadata | None:
    text = (schema.metadata or {}).get(_KEY)
    if text is None:
        return None
    try:
        # What a later version adds is none of ours.
        said = json.loads(text)
        return FileMetadata(**{each.name: said[each.name] for each in attrs.fields(FileMetadata)})
    except (ValueError, TypeError, KeyError) as error:
        raise InputFileError(str(path), "its npolicing metadata cannot be read") from error


def _upgraded(
    table: pa.Table, stamp: FileMetadata | None, path: FilePath, entity: type[Record]
) -> pa.Table:
    """The table, brought to the entity's version step by step."""
    if stamp is None or stamp.entity is None or stamp.schema_version is None:
        return table
    name, now = entity.__name__, entity.schema_version
    if stamp.entity != name:
        raise InputFileError(str(path), f"has rows of {stamp.entity}, not of {name}")
    old = stamp.schema_version
    written = (
        f"{path}: written by npolicing {stamp.library} to version {old} of {name}; "
        f"this is version {now}"
    )
    if old > now:
        raise SchemaVersionError(f"{written}: upgrade npolicing.")
    for step in range(old, now):
        if step not in entity.upgrades:
            raise SchemaVersionError(f"{written}, and {name}.upgrades has no step from {step}.")
        table = entity.upgrades[step](table)
    return table
