"""What a table or a file says of itself: what a row is, its marking, whether it is made up.

In an Arrow schema and in Parquet it is JSON under one key of the metadata, `npolicing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version

import attrs
import pyarrow as pa
from attrs.validators import instance_of, optional

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.errors import InputFileError

__all__ = [
    "KEY",
    "FileMetadata",
    "carried",
    "checked_marking",
    "described",
    "kept",
    "one_marking",
    "parsed",
    "stamp",
    "stamp_of",
    "stamped",
]

KEY = "npolicing"
_LONGEST = 100
"""Characters of a marking: a page header of Excel takes 255, and doubles each ampersand."""


@attrs.frozen(kw_only=True)
class FileMetadata:
    """What a file says of itself.

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

    @property
    def worth_saying(self) -> bool:
        """Whether it says what any reader must know: a marking, or that rows are made up."""
        return self.marking is not None or self.synthetic


def checked_marking(marking: str | None) -> str | None:
    """A marking as it was given: forces differ in their words, so there is no list of them.

    Raises:
        ValueError: If it cannot stand at the head of a page.
        TypeError: If it is no text.

    >>> checked_marking("OFFICIAL-SENSITIVE")
    'OFFICIAL-SENSITIVE'
    """
    if marking is None:
        return None
    if not isinstance(marking, str):
        raise TypeError(f"a marking is text, such as OFFICIAL-SENSITIVE; this is {marking!r}")
    if not marking.isprintable() or marking != marking.strip() or not 0 < len(marking) <= _LONGEST:
        raise ValueError(
            f"a marking is one line of 1 to {_LONGEST} printable characters, with no blank at "
            f"either end, such as OFFICIAL-SENSITIVE, not {marking[:_LONGEST]!r}"
        )
    return marking


def one_marking(what: str, given: str | None, found: Iterable[str | None]) -> str | None:
    """The marking of something made of several: one that is given, or else the one that they have.

    Raises:
        ValueError: If they are marked in different ways: the stricter only people know.
    """
    markings = sorted(set(filter(None, found)))
    if given is None and len(markings) > 1:
        words = f"{what} are marked {' and '.join(markings)}"
        raise ValueError(f"{words}: say which it is, with marking=")
    return checked_marking(min(markings, default=None) if given is None else given)


def carried(rows: object) -> FileMetadata | None:
    """What the schema of rows says of them; null of records, and of frames that carry nothing."""
    if isinstance(rows, pa.Table | pa.RecordBatch | pa.RecordBatchReader):
        return stamp_of(rows.schema, "rows")
    return None


def described(
    rows: object, entity: type[Record] | None, marking: str | None = None
) -> FileMetadata:
    """What an export says of itself: with a marking that is given, or else that of the rows.

    Raises:
        ValueError: If the marking cannot stand at the head of a page.
        InputFileError: If the schema of the rows says something that cannot be read.
    """
    before = carried(rows)
    if marking is None and before is not None:
        marking = before.marking
    return FileMetadata(
        entity=None if entity is None else entity.__name__,
        schema_version=None if entity is None else entity.schema_version,
        library=version("npolicing"),
        marking=checked_marking(marking),
        synthetic=before is not None and before.synthetic,
    )


def stamp(
    entity: type[Record] | None, *, marking: str | None = None, synthetic: bool = False
) -> dict[bytes, bytes]:
    """The metadata of a schema whose rows are of an entity, or of none."""
    return stamped(attrs.evolve(described(None, entity), marking=marking, synthetic=synthetic))


def stamped(said: FileMetadata) -> dict[bytes, bytes]:
    """The metadata of a schema whose rows say something of themselves."""
    return {KEY.encode(): json.dumps(attrs.asdict(said)).encode()}


def kept(table: pa.Table, said: FileMetadata | None, entity: type[Record]) -> pa.Table:
    """Checked rows, which are marked and made up as they were before."""
    if said is None or not said.worth_saying:
        return table
    again = stamp(entity, marking=said.marking, synthetic=said.synthetic)
    return table.replace_schema_metadata(again)


def stamp_of(schema: pa.Schema, path: FilePath) -> FileMetadata | None:
    """What a schema says of its rows; null where npolicing did not write it.

    Raises:
        InputFileError: If it says it in a way that cannot be read; `path` is for the words.
    """
    text = (schema.metadata or {}).get(KEY.encode())
    if text is None:
        return None
    try:
        return parsed(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise InputFileError(str(path), "its npolicing metadata cannot be read") from error


def parsed(said: Mapping[str, object]) -> FileMetadata:
    """What a file says, out of JSON.

    What a later version adds is none of ours; what an earlier one had not has its default.

    Raises:
        TypeError, KeyError: If it is no such thing.
    """
    known = {each.name: each.default for each in attrs.fields(FileMetadata)}
    needed = {name: said[name] for name, default in known.items() if default is attrs.NOTHING}
    others = {name: said[name] for name in known if name in said}
    return FileMetadata(**(needed | others))  # type: ignore[arg-type] # its validators check them
