"""Where a store keeps what, and the one error that says why it cannot be written or read."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
from attrs.validators import instance_of, optional

from npolicing.errors import StoreError

__all__ = [
    "DELTA_LOG",
    "LOCK",
    "MANIFEST",
    "StoreFile",
    "has_months",
    "month_path",
    "reason_of",
    "staging",
    "stored",
    "sync",
    "telling",
]

# Readers that take a whole folder pass over names that begin with a dot or an underscore.
MANIFEST = "_manifest.json"
LOCK = ".lock"
DELTA_LOG = "_delta_log"
"""The folder that makes a Delta table of the one that it is in."""
_STAGING = ".staging-"
_MONTH = re.compile(r"\d{4}-\d\d")


@attrs.frozen(kw_only=True)
class StoreFile:
    """One month of one force in a store, as the footer of its file has it.

    Attributes:
        path: The Parquet file.
        force: Code of the force.
        month: Local month, such as 2018-07.
        rows: How many logs it has.
        size: Its length in bytes.
        synthetic: Whether rows in it are made up.
        marking: The protective marking, such as OFFICIAL; null without one.
    """

    path: Path
    force: str = attrs.field(validator=instance_of(str))
    month: str = attrs.field(validator=instance_of(str))
    rows: int = attrs.field(validator=instance_of(int))
    size: int = attrs.field(validator=instance_of(int))
    synthetic: bool = attrs.field(validator=instance_of(bool))
    marking: str | None = attrs.field(default=None, validator=optional(instance_of(str)))


def month_path(store: Path, force: str, month: str) -> Path:
    """The file of a force's month.

    A code has no character that a file system minds. (On Windows `CON` and `NUL` are no folders;
    no force is called so.)
    """
    return store / force / f"{month}.parquet"


def stored(store: Path) -> dict[tuple[str, str], Path]:
    """The files in a store, by force and month, as their names say; in that order."""
    paths = (each for each in store.glob("*/*.parquet") if not each.parent.name.startswith("."))
    return {(each.parent.name, each.stem): each for each in sorted(paths)}


def has_months(folder: Path) -> bool:
    """Whether a folder is laid out as a store that has logs; what else lies in it does not matter.

    A store that has been copied may have lost its manifest.
    """
    return (folder / MANIFEST).is_file() or any(
        _MONTH.fullmatch(month) and force[0] != "_" and "=" not in force
        for force, month in stored(folder)
    )


@contextmanager
def telling(path: Path, what: str) -> Iterator[None]:
    """Say of an error of the system what could not be done with a store, why, and the way out."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(str(path), f"cannot be {what}: {reason_of(error)}") from error


@contextmanager
def staging(store: Path) -> Iterator[Path]:
    """A folder for files that are not in their place yet; what a killed load left is removed."""
    folder = store / f"{_STAGING}{secrets.token_hex(4)}"
    with telling(store, "written"):
        for left in store.glob(f"{_STAGING}*"):
            # What a task of that load still writes to is left to the next.
            shutil.rmtree(left, ignore_errors=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_WAYS_OUT = {
    errno.ENOSPC: "the disk is full; free some space, and do it again",
    errno.EDQUOT: "your share of the disk is used up; free some space, and do it again",
    errno.EFBIG: "a file may not grow so large here; raise the limit (ulimit -f), or go elsewhere",
    errno.EACCES: "permission denied; ask for the right to it, or name another folder",
    errno.EPERM: "not permitted; ask for the right to it, or name another folder",
    errno.EROFS: "the disk is read-only; name a folder on another",
    errno.ENOTDIR: "it is a file, or below one; name a folder",
    errno.EEXIST: "it is a file; name a folder",
    errno.ENOENT: "no such folder",
}


def reason_of(error: OSError) -> str:
    """Why the system cannot do what was asked of it, and the way out."""
    words = " ".join(str(error).split())
    way = "see that the folder can be reached, and try again"
    return _WAYS_OUT.get(error.errno or 0, f"{words}; {way}")


def sync(path: Path) -> None:
    """Have a file or a folder on the disk, so that a power cut does not undo what follows it."""
    if sys.platform == "win32" and path.is_dir():
        return  # which Windows does by itself
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
