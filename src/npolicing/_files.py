"""Files that are either written whole or left alone, and what is wrong with those that are read."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

import attrs

from npolicing._failures import SHOWN, Failure
from npolicing.errors import InputFileError

if sys.platform == "win32":

    @contextmanager
    def _held(_: Path, __: int = 0) -> Iterator[bool]:
        """Nothing need be held: there a file that is open cannot be removed."""
        yield True
else:
    import fcntl

    @contextmanager
    def _held(path: Path, flags: int = 0) -> Iterator[bool]:
        """Whether a file is ours alone; the system lets go of it if we are killed."""
        descriptor = os.open(path, os.O_RDWR | flags, 0o666)
        try:
            alone = False
            # Some drives of a network cannot tell: then it may be somebody's.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                alone = True
            yield alone
        finally:
            os.close(descriptor)


__all__ = ["FilePath", "drop_unfinished", "refusal", "replacing", "sha256"]

FilePath = str | os.PathLike[str]


@contextmanager
def replacing(path: FilePath) -> Iterator[Path]:
    """A temporary path beside a file, moved into its place at the end, or removed on an error.

    What is left where a writer was killed, the next one of the same file removes.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "words.txt")) as temporary:
    ...         _ = temporary.write_text("all of it")
    ...     Path(folder, "words.txt").read_text()
    'all of it'
    """
    # Through a link, as plain writing would; a move would replace the link.
    target = Path(path).resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "No such folder", str(target.parent))
    drop_unfinished(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with _held(temporary, os.O_CREAT):
        try:
            yield temporary
            os.replace(temporary, target)  # noqa: PTH105 # atomic, on Windows too
        finally:
            temporary.unlink(missing_ok=True)


def drop_unfinished(path: FilePath) -> None:
    """Remove what is left beside a file of writers that were killed, and of no others."""
    target = Path(path).resolve()
    for left in target.parent.glob(f".{escape(target.name)}.{'[0-9a-f]' * 8}.part"):
        with suppress(OSError), _held(left) as alone:
            if alone:
                left.unlink()


def sha256(path: FilePath) -> str:
    """The SHA-256 of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refusal(
    path: FilePath, failures: Sequence[Failure], lines: Sequence[int] = ()
) -> InputFileError:
    """The error for a file whose rows are wrong, in one line.

    Args:
        path: The file.
        failures: What is wrong.
        lines: The line of the file on which each row begins, where it has lines.
    """
    words = [_placed(each, lines) for each in failures[:SHOWN]]
    if len(failures) > SHOWN:
        words.append(f"and {len(failures) - SHOWN} more, all in .failures")
    number = f"{len(failures)} {'failure' if len(failures) == 1 else 'failures'}"
    return InputFileError(str(path), "; ".join([number, *words]), failures)


def _placed(failure: Failure, lines: Sequence[int]) -> str:
    if failure.row is None or not lines:
        return str(failure)
    rest = str(attrs.evolve(failure, row=None))
    return f"line {lines[failure.row]}, {rest}"
