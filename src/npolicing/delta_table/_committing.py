"""One transaction: the months of a load take the place of those that the table has."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._metadata import KEY, FileMetadata
from npolicing.arrow import arrow_schema
from npolicing.delta_table._opening import Place, Table, opened
from npolicing.delta_table._telling import telling_table
from npolicing.entities.log import Log
from npolicing.errors import StoreError
from npolicing.store import How

if TYPE_CHECKING:
    from deltalake import CommitProperties, DeltaTable, WriterProperties

__all__ = ["commit"]

_SCHEMA = arrow_schema(Log)
_BATCH = 65_536
_ROW_GROUP = 2**18
"""Rows: about a month of a large force, so that a reader of one month passes over the others."""
_FILE = 2**24
"""Bytes, about a million rows: a month that is replaced has the rest of its files written anew."""
_NUMBERS = ("log_id", "master_log_id")
"""They differ from row to row: a dictionary of them would be as long as the column."""


def commit(
    place: Place,
    table: Table | None,
    files: Mapping[tuple[str, str], Path],
    said: FileMetadata,
    how: How,
) -> int:
    """Put months into a table, which is made if it is not there; the version that it then has.

    Args:
        place: Where the table is.
        table: The table as it was when its months were read; null where there was none.
        files: For each force and month its rows, in Parquet.
        said: What the table is to say of itself.
        how: What the load did, for the table's history.

    Raises:
        StoreError: If it cannot be written, or another has written to it since.
    """
    if table is None:
        native, before, first = _made(place, said), said, said
    else:
        native, before = table.native, table.said
        # What is marked says so before it is there; nothing is called real before it is.
        first = attrs.evolve(said, synthetic=said.synthetic or before.synthetic)
    if first != before:
        _say(place, native, first)
    if files:
        with _saying_what_stays(changed=first != before):
            _replace(place, native, files, _commit_properties(said, how))
    if said != first:
        _say(place, native, said)
    return native.version()


@contextmanager
def _saying_what_stays(*, changed: bool) -> Iterator[None]:
    """Say of a load that is refused what of it is in the table all the same."""
    try:
        yield
    except StoreError as error:
        if not changed:
            raise
        words = f"{error.reason}; its marking, and whether it is made up, are set already, and stay"
        raise StoreError(error.path, words) from error.__cause__


def _made(place: Place, said: FileMetadata) -> DeltaTable:
    """A new table, empty: what it says of itself can be written in no other way."""
    from deltalake import DeltaTable  # noqa: PLC0415 # not everybody has it

    with _alone(place, -1):
        return DeltaTable.create(
            place.uri,
            _SCHEMA,
            name=Log.__name__,
            description=(Log.__doc__ or "").partition("\n")[0],
            configuration=_property(said),
            storage_options=place.options,
            raise_if_key_not_exists=False,
        )


def _say(place: Place, native: DeltaTable, said: FileMetadata) -> None:
    """Have a table say something else of itself, before it has rows of which that is true."""
    with _alone(place, native.version()):
        native.alter.set_table_properties(
            _property(said), raise_if_not_exists=False, commit_properties=_commit_properties(said)
        )


def _property(said: FileMetadata) -> dict[str, str]:
    return {KEY: json.dumps(attrs.asdict(said))}


def _commit_properties(said: FileMetadata, how: How | None = None) -> CommitProperties:
    from deltalake import CommitProperties  # noqa: PLC0415 # not everybody has it

    # What was read holds for one version: written on top of another, a log could be lost, or be
    # there twice.
    words = json.dumps(attrs.asdict(said) | ({"how": how} if how else {}))
    return CommitProperties(custom_metadata={KEY: words}, max_commit_retries=0)


def _replace(
    place: Place,
    native: DeltaTable,
    files: Mapping[tuple[str, str], Path],
    properties: CommitProperties,
) -> None:
    from deltalake import write_deltalake  # noqa: PLC0415 # not everybody has it

    own = "delta.targetFileSize" in native.metadata().configuration
    batches = pa.RecordBatchReader.from_batches(_SCHEMA, _batches(files))
    with _alone(place, native.version()):
        write_deltalake(
            native,
            batches,
            mode="overwrite",
            predicate=_among(files),
            target_file_size=None if own else _FILE,
            writer_properties=_writer_properties(),
            commit_properties=properties,
        )


def _writer_properties() -> WriterProperties:
    """Encodings that every reader has: who reads a lakehouse is not known here."""
    from deltalake import ColumnProperties, WriterProperties  # noqa: PLC0415 # as above

    plain = ColumnProperties(dictionary_enabled=False)
    return WriterProperties(
        compression="ZSTD",
        compression_level=3,
        max_row_group_size=_ROW_GROUP,
        column_properties=dict.fromkeys(_NUMBERS, plain),
    )


def _batches(files: Mapping[tuple[str, str], Path]) -> Iterator[pa.RecordBatch]:
    """By force, month and time."""
    for _, path in sorted(files.items()):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                yield batch.cast(_SCHEMA)


def _among(months: Mapping[tuple[str, str], Path]) -> str:
    """The rows of months, in SQL."""
    by_force = defaultdict(list)
    for force, month in sorted(months):
        by_force[force].append(_quoted(month))
    return " OR ".join(
        f"(force = {_quoted(force)} AND month IN ({', '.join(found)}))"
        for force, found in by_force.items()
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _alone(place: Place, version: int) -> Iterator[None]:
    """Say so where another has written to the table since it was at a version."""
    try:
        with telling_table(place.uri, "written"):
            yield
    except StoreError as error:
        now = opened(place)
        if now is not None and now.native.version() > version:
            words = "another has written to it since this load began; load again"
            raise StoreError(place.uri, words) from error
        raise
