"""What the footer of a month's file says, held against the name of the file."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._metadata import FileMetadata, stamp_of
from npolicing.arrow import arrow_schema
from npolicing.entities.log import Log
from npolicing.errors import InputFileError, StoreError
from npolicing.store._layout import StoreFile, stored

__all__ = ["check_stamp", "files_of", "read_footer"]

_SCHEMA = arrow_schema(Log)
_FOREIGN = "take it out of the store, and load its rows with write_store"


def files_of(store: Path) -> tuple[StoreFile, ...]:
    """The files of a store by force and month, as their footers have them.

    Raises:
        StoreError: If a file is no store's.
    """
    return tuple(read_footer(path, *named) for named, path in stored(store).items())


def read_footer(path: Path, force: str, month: str) -> StoreFile:
    """A month's file as its footer has it; its rows are not read.

    Raises:
        StoreError: If it is no file of a store's, or of another month than its name says.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, footer = file.schema_arrow, file.metadata
    except (pa.ArrowException, OSError) as error:
        words = " ".join(str(error).split())
        raise StoreError(str(path), f"cannot be read as Parquet: {words}; {_FOREIGN}") from error
    said = _said(path, schema)
    for name, value in {"force": force, "month": month}.items():
        ends = _ends(path, footer, name)
        if ends != (value, value):
            found = f"its name says {value}, and its rows have {name} from {ends[0]} to {ends[1]}"
            raise StoreError(str(path), f"{found}: give it the name that it had")
    return StoreFile(
        path=path,
        force=force,
        month=month,
        rows=footer.num_rows,
        size=path.stat().st_size,
        synthetic=said.synthetic,
        marking=said.marking,
    )


def _said(path: Path, schema: pa.Schema) -> FileMetadata:
    """What the file says of itself; it is one of ours, of this version."""
    try:
        said = stamp_of(schema, path)
    except InputFileError as error:
        raise StoreError(str(path), f"{error.reason}; {_FOREIGN}") from error
    if said is None:
        raise StoreError(str(path), f"was not written by npolicing; {_FOREIGN}")
    check_stamp(said, str(path), _FOREIGN)
    if not schema.equals(_SCHEMA):
        raise StoreError(str(path), f"its columns are not those of Log; {_FOREIGN}")
    return said


def check_stamp(said: FileMetadata, path: str, way: str) -> None:
    """Hold what is said of rows to what logs of this version say.

    Raises:
        StoreError: If they are none, or of another version; `way` is the way out.
    """
    if said.entity != "Log":
        raise StoreError(path, f"has rows of {said.entity or 'no entity'}, not of Log; {way}")
    if said.schema_version != Log.schema_version:
        later = (said.schema_version or 0) > Log.schema_version
        words = f"written by npolicing {said.library} to version {said.schema_version} of Log"
        out = "upgrade npolicing" if later else way
        raise StoreError(path, f"{words}; this is version {Log.schema_version}: {out}")


def _ends(path: Path, footer: pq.FileMetaData, name: str) -> tuple[str, str]:
    """The least and the greatest text of a column."""
    at = footer.schema.names.index(name)
    groups = [footer.row_group(number).column(at) for number in range(footer.num_row_groups)]
    found = [each.statistics for each in groups if each.statistics and each.statistics.has_min_max]
    if not groups or len(found) < len(groups):
        raise StoreError(str(path), f"its footer does not say what {name} it has; {_FOREIGN}")
    return min(str(each.min) for each in found), max(str(each.max) for each in found)
