"""What deltalake or the storage refuses, in words that have no values of rows in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from npolicing.errors import StoreError
from npolicing.store import reason_of

__all__ = ["telling_table"]

_ON_SPARK = "Spark can: let it rewrite the table without that, or write there"
_AT_ADDRESS = "see that the address and storage_options= are right, and the place can be reached"
_UNREADABLE = "bring back what it lacks, or an older version with DeltaTable(path).restore(version)"
_UNWRITTEN = "see what the table asks of its rows and writers, or write to another"
_FULL = "free some space, or have TMPDIR name another folder, and do it again"
_LONGEST = 300
"""Characters of what the library says; what follows may be rows."""


@contextmanager
def telling_table(uri: str, what: str) -> Iterator[None]:
    """Say of an error of the library or the storage what could not be done, why, and the way out.

    Args:
        uri: The table.
        what: What is being done: read, or written.

    Raises:
        StoreError: In place of theirs.
    """
    from deltalake.exceptions import DeltaError, DeltaProtocolError  # noqa: PLC0415 # not everybody has it

    try:
        yield
    except StoreError:
        raise
    except (DeltaError, OSError, pa.ArrowException) as error:
        words = _without_rows(str(error))
        if isinstance(error, OSError) and error.errno and "://" not in uri:
            reason = reason_of(error)
        elif isinstance(error, DeltaProtocolError) or "features" in words:
            reason = f"{words}; {_ON_SPARK}"
        elif "No space left" in words:
            reason = f"{words}; {_FULL}"
        elif "://" in uri:
            reason = f"{words}; {_AT_ADDRESS}"
        else:
            reason = f"{words}; {_UNREADABLE if what == 'read' else _UNWRITTEN}"
        # A traceback has the words of every error that it names: those with rows among them.
        whole = words == str(error).strip()
        raise StoreError(uri, f"cannot be {what}: {reason}") from (error if whole else None)


def _without_rows(words: str) -> str:
    """What an error says before it may show values of rows."""
    first = words.strip()
    for end in ("\n", " in row: ", ". Detail: "):
        first = first.partition(end)[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST].rpartition(' ')[0]} ..."
