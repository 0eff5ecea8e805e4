"""A Delta table as it is now: that it is one of ours, and what it says of itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

import attrs
import pyarrow as pa

from npolicing._files import FilePath
from npolicing._metadata import KEY, FileMetadata, parsed
from npolicing.arrow import arrow_schema
from npolicing.entities.log import Log
from npolicing.errors import StoreError

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from pyarrow.dataset import Dataset

__all__ = [
    "Place",
    "Table",
    "dataset_of",
    "is_delta",
    "missing",
    "opened",
    "place_of",
    "telling_table",
]

# As text: who has no such table need not load the library.
_Native: TypeAlias = "DeltaTable"
_Rows: TypeAlias = "Dataset"

_LOG = "_delta_log"
_FOREIGN = "name another place, and write its rows there with write_delta"
_ON_SPARK = "Spark can: let it rewrite the table without that, or write there"
_LONGEST = 300
"""Characters of what the library says; what follows may be rows."""


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
        return None if "://" in self.uri else Path(self.uri)


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
    """A place as it was given."""
    return Place(uri=os.fspath(path), options=None if options is None else dict(options))


def missing(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """The error that says how to have deltalake."""
    return ModuleNotFoundError(
        'this needs deltalake: pip install "npolicing[delta]"', name=error.name
    )


def is_delta(path: Path) -> bool:
    """Whether a folder is a Delta table."""
    return (path / _LOG).is_dir()


def _is_table(rows: object) -> TypeGuard[DeltaTable]:
    # Who has such a table has loaded the library, and nobody else need.
    library = sys.modules.get("deltalake")
    return library is not None and isinstance(rows, library.DeltaTable)


def _is_dataset(rows: object) -> TypeGuard[Dataset]:
    library = sys.modules.get("pyarrow.dataset")
    return library is not None and isinstance(rows, library.Dataset)


def dataset_of(logs: object) -> Dataset | None:
    """A dataset of pyarrow, or that of a Delta table or of a folder that is one; null of all else.

    Raises:
        StoreError: If it needs what deltalake cannot read, such as deletion vectors.
        ModuleNotFoundError: If a folder is a table, and deltalake is not there.
    """
    if _is_table(logs):
        with telling_table(logs.table_uri, "read"):
            return logs.to_pyarrow_dataset()
    if _is_dataset(logs):
        return logs
    if isinstance(logs, Path) and is_delta(logs):
        return dataset_of(_native(Place(uri=str(logs))))
    return None


def opened(place: Place) -> Table | None:
    """The table as it is now; null where there is none yet.

    Raises:
        StoreError: If what is there is no table of logs that npolicing wrote, in this version, or
            it needs what deltalake cannot do.
    """
    native = _native(place)
    if native is None:
        return None
    with telling_table(place.uri, "read"):
        rows = native.to_pyarrow_dataset()
    return Table(native=native, rows=rows, said=_said(place.uri, native))


def _native(place: Place) -> DeltaTable | None:
    try:
        from deltalake import DeltaTable  # noqa: PLC0415 # not everybody has it
    except ModuleNotFoundError as error:
        raise missing(error) from error
    with telling_table(place.uri, "read"):
        _refuse_other_files(place)
        if not DeltaTable.is_deltatable(place.uri, place.options):
            return None
        return DeltaTable(place.uri, storage_options=place.options)


def _refuse_other_files(place: Place) -> None:
    """Nobody wants a table between the files of a store, or of something else."""
    folder = place.folder
    if folder is None or not folder.exists() or is_delta(folder):
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
    if said.entity != "Log":
        raise StoreError(uri, f"has rows of {said.entity or 'no entity'}, not of Log; {_FOREIGN}")
    if said.schema_version != Log.schema_version:
        later = (said.schema_version or 0) > Log.schema_version
        words = f"written by npolicing {said.library} to version {said.schema_version} of Log"
        way = "upgrade npolicing" if later else _FOREIGN
        raise StoreError(uri, f"{words}; this is version {Log.schema_version}: {way}")
    if metadata.partition_columns:
        names = ", ".join(metadata.partition_columns)
        raise StoreError(uri, f"is partitioned by {names}, which its files then lack; {_FOREIGN}")
    if not pa.schema(native.schema()).equals(arrow_schema(Log)):  # type: ignore[arg-type] # the stubs do not know schemas of others
        raise StoreError(uri, f"its columns are not those of Log; {_FOREIGN}")
    return said


@contextmanager
def telling_table(uri: str, what: str) -> Iterator[None]:
    """Say of an error of the library or of the storage what could not be done, and why."""
    from deltalake.exceptions import DeltaError, DeltaProtocolError  # noqa: PLC0415 # as above

    try:
        yield
    except StoreError:
        raise
    except (DeltaError, OSError) as error:
        # What follows are values of rows.
        first = str(error).strip().partition("\n")[0].partition(" in row: ")[0]
        asks = isinstance(error, DeltaProtocolError) or "features" in first
        way = _ON_SPARK if asks else "mend that, and do it again"
        raise StoreError(uri, f"cannot be {what}: {first[:_LONGEST]}; {way}") from error
