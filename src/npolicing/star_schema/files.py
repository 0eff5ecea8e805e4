"""The files of a star: written beside it first, and moved into their places when all are there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._files import sha256
from npolicing._metadata import FileMetadata
from npolicing.errors import InputFileError
from npolicing.parquet import write_said
from npolicing.star_schema.packaging import TableFile
from npolicing.star_schema.tables import LOGS, STAR, STAR_VERSION
from npolicing.store import sync

__all__ = ["Folder"]

_KEY = b"npolicing.star"
"""Beside `npolicing` in a file's metadata: what it was made of."""


@attrs.define
class Folder:
    """The folder of a star's version, and what is to become of the files in it.

    Attributes:
        home: The folder.
        beside: Where files are written before they are moved.
        staged: Where each file is that will be moved, by its path from the folder.
        kept: The paths of files that stay as they are.
    """

    home: Path
    beside: Path
    staged: dict[str, Path] = attrs.field(factory=dict)
    kept: list[str] = attrs.field(factory=list)

    def made_of(self, name: str) -> str | None:
        """What a Parquet file that is there was made of; null where it is none of ours."""
        try:
            metadata = pq.read_schema(self.home / name).metadata or {}
        except (OSError, pa.ArrowException):
            return None
        return _made_of(metadata)

    def keep(self, name: str) -> None:
        """Leave a file as it is."""
        self.kept.append(name)

    def put_table(self, name: str, table: pa.Table, said: FileMetadata, made_of: str) -> None:
        """Write a table beside; it is moved only where it differs from what is there."""
        path = self._next()
        also = {_KEY: json.dumps({"version": STAR_VERSION, "made_of": made_of}).encode()}
        write_said(table, path, said, also)
        self._settle(name, path)

    def put_text(self, name: str, text: str) -> None:
        """Write words beside, as `put_table` a table."""
        path = self._next()
        path.write_text(text, encoding="utf-8", newline="\n")
        self._settle(name, path)

    def _next(self) -> Path:
        return self.beside / f"{len(self.staged) + len(self.kept)}.part"

    def _settle(self, name: str, path: Path) -> None:
        there = self.home / name
        if there.is_file() and sha256(there) == sha256(path):
            path.unlink()
            self.kept.append(name)
        else:
            sync(path)
            self.staged[name] = path

    def table_file(self, name: str) -> TableFile:
        """A Parquet file as it will be."""
        path = self.staged.get(name, self.home / name)
        with pq.ParquetFile(path) as file:
            rows = file.metadata.num_rows
        return TableFile(path=name, rows=rows, size=path.stat().st_size, sha256=sha256(path))

    def columns(self, name: str, columns: list[str]) -> pa.Table:
        """Some columns of a Parquet file as it will be."""
        try:
            return pq.read_table(self.staged.get(name, self.home / name), columns=columns)
        except (OSError, pa.ArrowException) as error:
            words = "cannot be read as Parquet; remove it, and refresh the star again"
            raise InputFileError(str(self.home / name), words) from error

    def withdrawn(self) -> list[str]:
        """The tables and months that are there and will not be; files of others are left alone."""
        wanted = {*self.staged, *self.kept}
        there = [*(f"{name}.parquet" for name in STAR), *self._months()]
        return [name for name in there if name not in wanted and self.made_of(name) is not None]

    def _months(self) -> Iterator[str]:
        return (f"{LOGS}/{path.name}" for path in sorted((self.home / LOGS).glob("*.parquet")))

    def move(self, last: Iterable[str]) -> list[str]:
        """Put files into their places, some of them last, and remove what is withdrawn.

        A file is either the old or the new, whole. Dimensions come before facts, as a fact without
        its area would be lost in a join.
        """
        gone, late = self.withdrawn(), list(last)
        (self.home / LOGS).mkdir(exist_ok=True)
        early = sorted(name for name in self.staged if name not in late)
        for name in early:
            os.replace(self.staged[name], self.home / name)  # noqa: PTH105 # atomic, on Windows too
        for name in gone:
            (self.home / name).unlink()
        for name in (each for each in late if each in self.staged):
            os.replace(self.staged[name], self.home / name)  # noqa: PTH105 # the same
        for folder in (self.home / LOGS, self.home):
            sync(folder)
        return gone


def _made_of(metadata: Mapping[bytes, bytes]) -> str | None:
    try:
        return str(json.loads(metadata[_KEY])["made_of"])
    except (KeyError, ValueError, TypeError):
        return None
