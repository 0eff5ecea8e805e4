"""The two ends of a load: the store is taken, and finished months are put into their places."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from npolicing.errors import StoreError
from npolicing.store._footer import files_of
from npolicing.store._layout import (
    DELTA_LOG,
    MANIFEST,
    StoreFile,
    month_path,
    staging,
    sync,
    telling,
)
from npolicing.store._load import How, StoreLoad
from npolicing.store._lock import locked
from npolicing.store._manifest import write_manifest
from npolicing.store._settling import Settled

__all__ = ["Taken", "place", "taken"]


@attrs.frozen(kw_only=True)
class Taken:
    """A store that one load has to itself.

    Attributes:
        store: Its folder.
        folder: Where months are put down until all of them are there.
        there: The months that it has.
    """

    store: Path
    folder: Path
    there: dict[tuple[str, str], StoreFile]


@contextmanager
def taken(store: Path) -> Iterator[Taken]:
    """Take a store, which is made if it is not there; what is left in staging is removed.

    Raises:
        StoreError: If it cannot be written, is being written by another load, or has a file that is
            no store's, or a Delta table.
    """
    if (store / DELTA_LOG).exists():
        raise StoreError(str(store), "is a Delta table; write_delta loads into it, or name another")
    with locked(store), staging(store) as folder:
        with telling(store, "read"):
            there = {(each.force, each.month): each for each in files_of(store)}
        yield Taken(store=store, folder=folder, there=there)


def place(load: Taken, settled: Sequence[Settled], how: How) -> StoreLoad:
    """Move each month into its place, and list what the store then has."""
    with telling(load.store, "written"):
        _move(load.store, settled)
        _list(load.store, load.folder)
    loads = (each.load for each in settled)
    months = tuple(each for each in loads if each.before or each.now)
    return StoreLoad(path=load.store, how=how, months=months)


def _move(store: Path, settled: Sequence[Settled]) -> None:
    """Put months into their places."""
    moves = [
        (each.file, month_path(store, each.load.force, each.load.month))
        for each in settled
        if each.file is not None
    ]
    folders = {target.parent for _, target in moves}
    for folder in folders:
        folder.mkdir(exist_ok=True)
    for file, target in moves:
        os.replace(file, target)  # noqa: PTH105 # atomic, on Windows too
    for folder in (*folders, store):
        sync(folder)


def _list(store: Path, folder: Path) -> None:
    write_manifest(files_of(store), folder / MANIFEST)
    os.replace(folder / MANIFEST, store / MANIFEST)  # noqa: PTH105 # the same
    sync(store)
