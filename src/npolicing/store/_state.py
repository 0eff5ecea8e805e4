"""Whether the files of a store still are those that an engine was told of, with their lengths.

Spark plans a read by the lengths that files had. Of one that a load has replaced by a longer one it
may pass over what lies beyond, and say nothing: rows would be missing from every count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from npolicing.errors import StoreError
from npolicing.store._layout import stored, telling

__all__ = ["paths_of", "state_of", "still_as_read"]

_KEY = "npolicing_store"


class _Field(Protocol):
    @property
    def metadata(self) -> Mapping[str, str]: ...


class _Frame(Protocol):
    """What is asked of a frame of Spark."""

    @property
    def schema(self) -> Iterable[_Field]: ...
    def inputFiles(self) -> list[str]: ...  # noqa: N802 # as Spark has it


def state_of(store: Path) -> dict[str, str]:
    """What a column says of the store that it is read from: its folder, and a mark of its files."""
    folder = store.absolute()
    return {_KEY: json.dumps({"folder": str(folder), "files": _mark(folder)})}


def _mark(folder: Path) -> str:
    """A text that is another one once a file was added, replaced or taken away."""
    found = blake2b(digest_size=16)
    for path in stored(folder).values():
        told = path.stat()
        found.update(f"{path} {told.st_size} {told.st_mtime_ns}\n".encode())
    return found.hexdigest()


def still_as_read(frame: _Frame) -> None:
    """Refuse a frame that reads files of a store which was written since.

    What its columns do not say, or a folder that is not seen from here, is not asked.

    Raises:
        StoreError: If it was.
    """
    for text in {each.metadata[_KEY] for each in frame.schema if _KEY in each.metadata}:
        said = json.loads(text)
        folder = Path(said["folder"])
        if not folder.is_dir():
            continue
        with telling(folder, "read"):
            written = _mark(folder) != said["files"]
        # What was kept elsewhere, such as in a table, has these words and reads the store no more.
        if written and any(each.is_relative_to(folder) for each in paths_of(frame)):
            words = "has been written since this frame was read; read_store again"
            raise StoreError(str(folder), words)


def paths_of(frame: _Frame) -> list[Path]:
    """The files that a frame reads, as far as they have a path: Spark has them as addresses."""
    return [Path(unquote(urlsplit(each).path)) for each in frame.inputFiles()]
