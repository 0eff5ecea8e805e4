"""What lies at a path: a store, a Delta table, or neither."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from npolicing._files import FilePath
from npolicing.delta_table._opening import ADDRESS, Place, native_of
from npolicing.errors import StoreError
from npolicing.store import DELTA_LOG, LogStore, has_months, open_store, telling

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["is_delta", "lying_at"]


def lying_at(path: FilePath) -> LogStore | DeltaTable | None:
    """The store or the Delta table at a path; null of all else, such as files.

    Whatever takes logs by a path asks this, so that a path is the same to all.

    Raises:
        StoreError: If it is both, or an address, or a table that cannot be read.
        ModuleNotFoundError: If it is a table, and deltalake is not there.
    """
    text = os.fspath(path)
    if ADDRESS.match(text):
        words = "is an address: pass deltalake.DeltaTable(address, storage_options=...)"
        raise StoreError(text, words)
    folder = Path(text)
    with telling(folder, "read"):
        is_table, is_store = is_delta(folder), has_months(folder)
    if not is_table:
        return open_store(folder) if is_store else None
    if is_store:
        words = "pass npolicing.open_store(path) or deltalake.DeltaTable(path), as you mean it"
        raise StoreError(text, f"is a log store and a Delta table at once: {words}")
    table = native_of(Place(uri=text))
    if table is None:
        words = f"has a folder {DELTA_LOG} with no version of a table in it: remove or restore it"
        raise StoreError(text, words)
    return table


def is_delta(folder: Path) -> bool:
    """Whether a folder is a Delta table."""
    return (folder / DELTA_LOG).is_dir()
