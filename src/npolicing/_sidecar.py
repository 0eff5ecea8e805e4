"""What a CSV file cannot say of itself, in a file beside it.

The form is that of CSV on the Web (W3C, 2015): JSON in `<name>.csv-metadata.json`, with the columns
of the table. The marking is `dc:accessRights`, which Dublin Core has for a security status; what
npolicing says of a file is under its own key, word for word as in Parquet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs
import pyarrow.types as pat

from npolicing._files import FilePath, replacing
from npolicing._metadata import KEY, FileMetadata, parsed
from npolicing.errors import InputFileError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["beside", "check_beside", "drop_beside", "put_beside", "said_beside"]


def beside(path: FilePath) -> Path:
    """Where the metadata of a CSV file are.

    >>> beside("teams.csv").name
    'teams.csv-metadata.json'
    """
    return Path(path).with_name(f"{Path(path).name}-metadata.json")


def put_beside(path: FilePath, said: FileMetadata, schema: pa.Schema) -> None:
    """Write what a file says, and its columns.

    Raises:
        FileExistsError: If somebody else's metadata are there.
    """
    target = beside(path)
    if target.exists() and not _is_ours(path):
        raise FileExistsError(
            f"{target}: was not written by npolicing; move it, or write elsewhere"
        )
    rights = {} if said.marking is None else {"dc:accessRights": said.marking}
    words = {
        "@context": "http://www.w3.org/ns/csvw",
        # A name may have what parts a URL.
        "url": quote(Path(path).name),
        **rights,
        "tableSchema": {"columns": [_column(field) for field in schema]},
        KEY: attrs.asdict(said),
    }
    with replacing(target) as temporary:
        text = json.dumps(words, indent=2, ensure_ascii=False) + "\n"
        temporary.write_text(text, encoding="utf-8", newline="\n")


def check_beside(path: FilePath) -> None:
    """Refuse to write where what stands beside would keep the file from being read.

    Raises:
        FileExistsError: If it cannot be read.
    """
    try:
        said_beside(path)
    except InputFileError as error:
        words = f"{error}, and so the file could not be read, either; move it, or write elsewhere"
        raise FileExistsError(words) from error


def drop_beside(path: FilePath) -> None:
    """Remove what was said of an earlier file; somebody else's metadata stay."""
    if _is_ours(path):
        beside(path).unlink()


def _is_ours(path: FilePath) -> bool:
    try:
        return said_beside(path) is not None
    except InputFileError:
        return False


def said_beside(path: FilePath) -> FileMetadata | None:
    """What is said of a CSV file; null where npolicing said nothing.

    Raises:
        InputFileError: If it is said in a way that cannot be read.
    """
    target = beside(path)
    try:
        words = json.loads(target.read_bytes())
        return parsed(words[KEY]) if KEY in words else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputFileError(str(target), "cannot be read as metadata of a CSV file") from error


def _column(field: pa.Field[pa.DataType]) -> dict[str, object]:
    """A column as CSV on the Web describes it."""
    described = (field.metadata or {}).get(b"description")
    column: dict[str, object] = {"titles": field.name, "datatype": _datatype(field.type)}
    column["required"] = not field.nullable
    if pat.is_list(field.type):
        column |= {"datatype": "string", "separator": ";"}
    return column if described is None else column | {"dc:description": described.decode()}


def _datatype(kind: pa.DataType) -> str:
    for name, fits in (
        ("boolean", pat.is_boolean),
        ("integer", pat.is_integer),
        ("double", pat.is_floating),
        ("decimal", pat.is_decimal),
        ("date", pat.is_date),
        ("dateTime", pat.is_timestamp),
    ):
        if fits(kind):
            return name
    return "string"
