"""Records and frames to Parquet and back: in their entity's schema, and checked both ways.

Files are snappy, version 2.6, and decimals are stored as integers: what pandas, polars, DuckDB,
Spark, Fabric and Power BI all read. What npolicing says of a file (its entity and version, who
wrote it, its marking) is under one key of the file's metadata, `npolicing`, as JSON. It is there to
be read, and to refuse or upgrade a file of another version; it never stands in for a check.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pat

from npolicing._examining import Rows, entity_of
from npolicing._files import FilePath, refusal, replacing
from npolicing._filling import filled
from npolicing._metadata import FileMetadata, described, kept, stamp_of, stamped
from npolicing._records import Record, Records
from npolicing._sidecar import said_beside
from npolicing.errors import (
    ColumnTypeError,
    InputFileError,
    MissingColumnsError,
    SchemaVersionError,
    UnknownColumnsError,
    ValidationError,
)
from npolicing.frames import to_arrow

__all__ = [
    "FileMetadata",
    "read_arrow",
    "read_metadata",
    "read_parquet",
    "write_parquet",
    "write_parquet_table",
    "write_said",
    "zoned",
]

R = TypeVar("R", bound=Record)
T = TypeVar("T", pa.Table, pa.RecordBatch)


def write_parquet(
    rows: Rows, path: FilePath, entity: type[Record] | None = None, *, marking: str | None = None
) -> None:
    """Write rows to a Parquet file, checked, whole or not at all.

    Args:
        rows: Records, or a frame with a row for each record.
        path: The file; one that is there is replaced.
        entity: What a row is; may be left out for records.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the file's metadata;
            without one that of the rows' schema. Whether rows are made up is kept, too.

    Raises:
        ValidationError: If anything is wrong with the rows; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        ValueError: If the marking is not one line of 1 to 100 printable characters.
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
    said = described(rows, entity, marking)
    write_said(to_arrow(rows, entity), path, said)


def write_parquet_table(table: pa.Table, path: FilePath, *, marking: str | None = None) -> None:
    """Write a table that is no entity's, such as a measure's result, as it is.

    Args:
        table: What to write.
        path: The file; one that is there is replaced, whole or not at all.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the file's metadata;
            without one that of the table's schema.

    Raises:
        ValueError: If the marking is not one line of 1 to 100 printable characters.
    """
    write_said(table, path, described(table, None, marking))


def write_said(
    table: pa.Table, path: FilePath, said: FileMetadata, also: Mapping[bytes, bytes] | None = None
) -> None:
    """Write a table that is right as it is, with what it says of itself, and what else it is to."""
    marked = table.replace_schema_metadata({**stamped(said), **(also or {})})
    with replacing(path) as temporary:
        # snappy: Power Query and Synapse read it too, and not every version of them reads zstd.
        pq.write_table(
            marked,
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
        The declared columns, in order. A column that the file leaves out has its default. What the
        file says of its marking, and of made-up rows, the schema says too.

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
    said = stamp_of(table.schema, path)
    table = _upgraded(table, said, path, entity)
    try:
        return kept(to_arrow(table, entity), said, entity)
    except ValidationError as error:
        raise refusal(path, error.failures) from error
    except (MissingColumnsError, UnknownColumnsError, ColumnTypeError) as error:
        words = " ".join(line.strip() for line in str(error).splitlines())
        raise InputFileError(str(path), words) from error


def read_metadata(path: FilePath) -> FileMetadata | None:
    """What a Parquet or CSV file says of itself: its entity, its marking, whether it is made up.

    Args:
        path: The file; its rows are not read. Of CSV, what stands beside it in
            `<name>.csv-metadata.json`.

    Returns:
        Null where npolicing did not write it, or had nothing to say of a CSV file.

    Raises:
        InputFileError: If it is no such file, or says something that cannot be read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_parquet(teams, Path(folder, "teams.parquet"), marking="OFFICIAL-SENSITIVE")
    ...     read_metadata(Path(folder, "teams.parquet")).marking
    'OFFICIAL-SENSITIVE'
    """
    if Path(path).suffix.lower() == ".csv":
        if not Path(path).is_file():
            raise InputFileError(str(path), "no such file")
        return said_beside(path)
    if Path(path).suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        words = "is a workbook: its marking is on its cover, and among its properties in Excel"
        raise InputFileError(str(path), words)
    try:
        return stamp_of(pq.read_schema(Path(path)), path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def _read(path: FilePath) -> pa.Table:
    try:
        with pq.ParquetFile(Path(path), coerce_int96_timestamp_unit="us") as file:
            table = zoned(file.read(), file.schema)
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    return table


def zoned(rows: T, schema: pq.ParquetSchema) -> T:
    """Rows of a file of some schema; instants kept in a type that has no zone are given theirs.

    Spark writes instants in this old type, INT96; they are in UTC.
    """
    columns = [schema.column(at) for at in range(len(schema))]
    old = {each.path for each in columns if each.physical_type == "INT96"}
    for at, field in enumerate(rows.schema):
        if field.name in old and pat.is_timestamp(field.type) and field.type.tz is None:
            zoned = pc.assume_timezone(rows.column(at), "UTC")  # type: ignore[call-overload] # the stubs know instants of one unit
            rows = rows.set_column(at, field.name, zoned)
    return rows


def _unreadable(path: FilePath, error: Exception) -> InputFileError:
    if isinstance(error, FileNotFoundError):
        return InputFileError(str(path), "no such file")
    words = " ".join(str(error).split())
    return InputFileError(str(path), f"cannot be read as Parquet: {words}")


def _upgraded(
    table: pa.Table, said: FileMetadata | None, path: FilePath, entity: type[Record]
) -> pa.Table:
    """The table, brought to the entity's version step by step."""
    if said is None or said.entity is None or said.schema_version is None:
        return table
    name, now = entity.__name__, entity.schema_version
    if said.entity != name:
        raise InputFileError(str(path), f"has rows of {said.entity}, not of {name}")
    old = said.schema_version
    written = (
        f"{path}: written by npolicing {said.library} to version {old} of {name}; "
        f"this is version {now}"
    )
    if old > now:
        raise SchemaVersionError(f"{written}: upgrade npolicing.")
    for step in range(old, now):
        if step not in entity.upgrades:
            raise SchemaVersionError(f"{written}, and {name}.upgrades has no step from {step}.")
        table = entity.upgrades[step](table)
    return table
