"""What a table or a Parquet file says of itself, as JSON under one key of its schema's metadata."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

import attrs
from attrs.validators import instance_of, optional

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.errors import InputFileError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FileMetadata", "stamp", "stamp_of"]

_KEY = b"npolicing"


@attrs.frozen(kw_only=True)
class FileMetadata:
    """What a Parquet file says of itself.

    Attributes:
        entity: What a row is, such as Log; null for a table that is no entity's.
        schema_version: The version of that entity's columns.
        library: The version of npolicing that wrote it.
        marking: The protective marking, such as OFFICIAL; null without one.
        synthetic: Whether rows in it are made up.
    """

    entity: str | None = attrs.field(validator=optional(instance_of(str)))
    schema_version: int | None = attrs.field(validator=optional(instance_of(int)))
    library: str = attrs.field(validator=instance_of(str))
    marking: str | None = attrs.field(validator=optional(instance_of(str)))
    synthetic: bool = attrs.field(default=False, validator=instance_of(bool))


def stamp(
    entity: type[Record] | None, *, marking: str | None = None, synthetic: bool = False
) -> dict[bytes, bytes]:
    """The metadata of a schema whose rows are of an entity, or of none."""
    said = FileMetadata(
        entity=None if entity is None else entity.__name__,
        schema_version=None if entity is None else entity.schema_version,
        library=version("npolicing"),
        marking=marking,
        synthetic=synthetic,
    )
    return {_KEY: json.dumps(attrs.asdict(said)).encode()}


def stamp_of(schema: pa.Schema, path: FilePath) -> FileMetadata | None:
    """What a schema says of its rows; null where npolicing did not write it.

    Raises:
        InputFileError: If it says it in a way that cannot be read; `path` is for the words.
    """
    text = (schema.metadata or {}).get(_KEY)
    if text is None:
        return None
    try:
        # What a later version adds is none of ours; what an earlier one had not has its default.
        said = json.loads(text)
        known = {each.name: each.default for each in attrs.fields(FileMetadata)}
        needed = [name for name, default in known.items() if default is attrs.NOTHING]
        values = {name: said[name] for name in needed}
        return FileMetadata(
            **values, **{n: said[n] for n in known if n in said and n not in needed}
        )
    except (ValueError, TypeError, KeyError) as error:
        raise InputFileError(str(path), "its npolicing metadata cannot be read") from error
