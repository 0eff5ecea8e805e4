"""What a frame of Spark says of its rows: whether they are made up, and how they are marked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._metadata import KEY, FileMetadata, one_marking, stamp_of
from npolicing.store import paths_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["said_of"]

_AND = " / "
"""Between the markings of a store whose months are marked in different ways."""


def said_of(logs: DataFrame, marking: str | None) -> tuple[str | None, bool]:
    """The marking that rows carry, and whether any are made up, of a frame from `read_store`.

    Of a union Spark keeps what the columns of the first frame say. So the files are asked, too,
    that the driver sees: their footers, and no row.

    Raises:
        ValueError: If rows are marked in two ways, and `marking` does not say which it is.
        InputFileError: If a file says it in a way that cannot be read.
    """
    columns = _of_columns(logs)
    if not columns:
        return marking, False
    files = _of_files(paths_of(logs))
    known = {part for each in columns for part in (each.marking or "").split(_AND)}
    markings = [each.marking for each in columns]
    markings += [each.marking for each in files if each.marking not in known]
    found = one_marking("the logs", marking, markings)
    return found, any(each.synthetic for each in (*columns, *files))


def _of_columns(logs: DataFrame) -> list[FileMetadata]:
    """What columns that came from `read_store` say; others have nothing to say."""
    texts = {each.metadata[KEY] for each in logs.schema if KEY in each.metadata}
    said = (stamp_of(pa.schema([], {KEY: text}), "the logs") for text in texts)
    return [each for each in said if each is not None]


def _of_files(paths: Iterable[Path]) -> list[FileMetadata]:
    """What files of ours say; all others are passed over."""
    found = []
    for path in paths:
        try:
            schema = pq.read_schema(path)
        except (OSError, pa.ArrowException):
            continue  # not seen from here, or no Parquet
        found.append(stamp_of(schema, path))
    return [each for each in found if each is not None]
