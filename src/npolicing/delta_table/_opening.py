"""A Delta table as it is now: that it is one of ours, and what it says of itself."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

import attrs
import pyarrow as pa

from npolicing._files import FilePath
from npolicing._metadata import KEY, FileMetadata, parsed
from npolicing.arrow import arrow_schema
from npolicing.delta_table._telling import telling_table
from npolicing.entities.log import Log
from npolicing.errors import StoreError
from npolicing.store import DELTA_LOG, check_stamp, missing

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from pyarrow.dataset import Dataset

__all__ = [
    "ADDRESS",
    "Place",
    "Table",
    "native_of",
    "opened",
    "place_of",
]

# As text: who has no such table need not load the library.
_Native: TypeAlias = "DeltaTable"
_Rows: TypeAlias = "Dataset"

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""Also of an address that was made a Path, which has one stroke; a drive of Windows is a letter."""
_LIKE_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?!//)")
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_FOREIGN = "name another place, and write its rows there with write_delta"


@attrs.frozen(kw_only=True)
class Place:
    """Where a table is, or will be.

    Attributes:
        uri: A path, or an address such as `abfss://...`.
        options: What its storage asks for, such as keys; not shown.
    """

    uri: str
    options: dict[str, str] | None = attrs.field(default=None, repr=False)

    @property
    def folder(self) -> Path | None:
        """The folder, where it is on this machine."""
        scheme, colon, rest = self.uri.partition("://")
        if not colon:
            return Path(self.uri)
        if scheme.lower() != "file":
            return None
        path = unquote(rest.partition("/")[2])
        return Path(path if sys.platform == "win32" else f"/{path}")


@attrs.frozen(kw_only=True)
class Table:
    """A table at one version.

    Attributes:
        native: The table itself.
        rows: Its rows at that version, to be read.
        said: What it says of them.
    """

    native: _Native
    rows: _Rows
    said: FileMetadata


def place_of(path: FilePath, options: Mapping[str, str] | None) -> Place:
    """A place as it was given.

    Raises:
        StoreError: If it is half an address, such as one in a Path.
        TypeError: If an option of its storage is no text; its value is not shown.
    """
    uri = os.fspath(path)
    if _LIKE_ADDRESS.match(uri):
        words = "looks like an address: write it as text, with ://; or a folder as ./ and its name"
        raise StoreError(uri, words)
    given: Mapping[str, object] = options or {}
    for name, value in given.items():
        if not isinstance(value, str):
            kind = type(value).__name__
            raise TypeError(f"storage_options are texts, and {name!r} is of the type {kind}")
    return Place(uri=uri, options=None if options is None else dict(options))


def opened(place: Place) -> Table | None:
    """The table as it is now; null where there is none yet.

    Raises:
        StoreError: If what is there is no table of logs that npolicing wrote, in this version, or
            it needs what deltalake cannot do.
    """
    native = native_of(place)
    if native is None:
        return None
    with telling_table(place.uri, "read"):
        rows = native.to_pyarrow_dataset()
    return Table(native=native, rows=rows, said=_said(place.uri, native))


def native_of(place: Place) -> DeltaTable | None:
    """The table of deltalake as it is now; null where there is none yet.

    Raises:
        StoreError: If it cannot be read, or other files lie there.
        ModuleNotFoundError: If deltalake is not there.
    """
    try:
        from deltalake import DeltaTable  # noqa: PLC0415 # not everybody has it
    except ModuleNotFoundError as error:
        raise missing("deltalake", error, "delta") from error
    with telling_table(place.uri, "read"):
        _refuse_other_files(place)
        # Asked for a folder that is not there, old versions of deltalake make it.
        absent = place.folder is not None and not place.folder.exists()
        if absent or not DeltaTable.is_deltatable(place.uri, place.options):
            return None
        return DeltaTable(place.uri, storage_options=place.options)


def _refuse_other_files(place: Place) -> None:
    """Nobody wants a table between the files of a store, or of something else."""
    folder = place.folder
    if folder is None:
        return
    if "://" not in place.uri and _ESCAPE.search(os.path.abspath(place.uri)):  # noqa: PTH100 # no link is followed
        words = "deltalake takes %20 and the like for an escape; name a path without one"
        raise StoreError(place.uri, words)
    if not folder.exists() or (folder / DELTA_LOG).is_dir():
        return
    if not folder.is_dir():
        raise StoreError(place.uri, "is a file; name a folder")
    if any(folder.iterdir()):
        raise StoreError(place.uri, "has files, and is no Delta table; name a new or empty folder")


def _said(uri: str, native: DeltaTable) -> FileMetadata:
    """What the table says of itself; it is one of ours, of this version."""
    metadata = native.metadata()
    text = metadata.configuration.get(KEY)
    if text is None:
        raise StoreError(uri, f"was not written by npolicing; {_FOREIGN}")
    try:
        said = parsed(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(uri, f"its property {KEY!r} cannot be read; {_FOREIGN}") from error
    check_stamp(said, uri, _FOREIGN)
    if metadata.partition_columns:
        names = ", ".join(metadata.partition_columns)
        raise StoreError(uri, f"is partitioned by {names}, which its files then lack; {_FOREIGN}")
    if not pa.schema(native.schema()).equals(arrow_schema(Log)):  # type: ignore[arg-type] # the stubs do not know schemas of others
        raise StoreError(uri, f"its columns are not those of Log; {_FOREIGN}")
    return said
