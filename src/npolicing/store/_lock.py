"""One load at a time into one store."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from npolicing.errors import StoreError
from npolicing.store._layout import LOCK, telling

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


__all__ = ["locked"]

_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Make the folder and keep others from writing to it; the system lets go if we are killed.

    Others are those of this machine, and of all that share the folder where its file system tells
    them of locks, as NFS does.

    A folder that was made here and has got nothing is removed again.
    """
    with telling(store, "written"):
        made = [each for each in (store, *store.parents) if not each.exists()]
        store.mkdir(parents=True, exist_ok=True)
        descriptor = _open(store)
    try:
        yield
    finally:
        if made:
            _remove_empty(store, made)
        os.close(descriptor)


def _open(store: Path) -> int:
    path = store / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _take(descriptor)
    except (BlockingIOError, PermissionError) as error:
        os.close(descriptor)
        words = "another load is writing to it; wait until that is done, and load again"
        raise StoreError(str(store), words) from error
    except OSError as error:
        os.close(descriptor)
        if error.errno not in _NO_LOCKS:
            raise
        words = "its file system has no locks, so that two loads could write at once; name a folder"
        raise StoreError(str(store), f"{words} on one that has, such as a disk or NFS") from error
    # A load that made the store and failed removes its lock: then this is the lock of nothing.
    if not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
        os.close(descriptor)
        raise StoreError(str(store), "another load has just removed it; load again")
    return descriptor


def _remove_empty(store: Path, made: list[Path]) -> None:
    if any(each.name != LOCK for each in store.iterdir()):
        return
    # Windows keeps a file that is open: there the empty folder stays.
    with suppress(OSError):
        (store / LOCK).unlink()
        for folder in made:
            folder.rmdir()
