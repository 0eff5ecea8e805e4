"""Rows on their way into a store, parted by force and month, in bounded memory.

Up to `BUFFERED` rows are held. Beyond that a month is written to the staging folder, the one that
got its last rows longest ago: of an input in time order that is a month which is complete, and its
file is final.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._metadata import FileMetadata
from npolicing.arrow import arrow_schema
from npolicing.entities.log import Log
from npolicing.store._identity import identity, repeated_rows
from npolicing.store._pieces import Piece
from npolicing.store._writing import in_order, write_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BUFFERED", "Month", "Staging"]

BUFFERED = 2**20
"""Rows that are held in memory, of all months together."""


@attrs.define(kw_only=True)
class Month:
    """Rows of one force's month: those in memory, and the files that have the others.

    Attributes:
        tables: Rows in memory.
        places: The place of each of them among all that were read.
        held: How many they are.
        parts: Files with further rows, each in order.
        synthetic: Whether any of the rows is made up.
        markings: The markings that the rows came with.
        twice: Places of rows whose key another row of the month has too.
    """

    force: str
    month: str
    tables: list[pa.Table] = attrs.Factory(list)
    places: list[NDArray[np.int64]] = attrs.Factory(list)
    held: int = 0
    parts: list[Path] = attrs.Factory(list)
    synthetic: bool = False
    markings: set[str] = attrs.Factory(set)

    def add(self, table: pa.Table, places: NDArray[np.int64], said: FileMetadata | None) -> None:
        """Hold some rows."""
        self.tables.append(table)
        self.places.append(places)
        self.held += table.num_rows
        if said is not None:
            self.synthetic |= said.synthetic
            self.markings |= {said.marking} - {None}

    def take(self) -> tuple[pa.Table, NDArray[np.int64]]:
        """All its rows, and their places, out of memory and files; the files are removed."""
        tables = [*map(_read, self.parts), *self.tables]
        places = [*(np.fromfile(_beside(part), np.int64) for part in self.parts), *self.places]
        for part in self.parts:
            part.unlink()
            _beside(part).unlink()
        self.parts, self.tables, self.places, self.held = [], [], [], 0
        return pa.concat_tables(tables).combine_chunks(), np.concatenate(places)


def _read(part: Path) -> pa.Table:
    with pq.ParquetFile(part) as file:
        return file.read().replace_schema_metadata()


def _beside(part: Path) -> Path:
    return part.with_suffix(".rows")


class Staging:
    """The months of a load, and the folder in which they wait."""

    def __init__(self, folder: Path, marking: str | None) -> None:
        self._folder = folder
        self._marking = marking
        self._files = 0
        # The one that got rows last is the last.
        self._months: dict[tuple[str, str], Month] = {}
        self._held = 0
        self.at_fault = False
