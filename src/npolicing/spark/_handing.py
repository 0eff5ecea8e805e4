"""What workers of Spark hand over, to one another and to the driver: bytes that run nothing.

A pickle can name any function of Python, to be called when it is read, and who reads it trusts
whoever wrote it. So it is read here with few names that it may have: what we hand over, and the
types of cells. Before it stands the version that wrote it.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from npolicing._failures import Failure, Failures
from npolicing.errors import StoreError, ValidationError, WorkerError
from npolicing.store import MonthLoad
from npolicing.store._settling import Settled

__all__ = ["columns_of", "handed", "one_row", "to_hand"]

_OURS = (Failure, Failures, MonthLoad, Settled, StoreError, ValidationError, ValueError)
_CELLS = (date, datetime, time, timedelta, timezone, Decimal, ZoneInfo, type(Path()))
_KNOWN = {(each.__module__, each.__qualname__): each for each in (*_OURS, *_CELLS)}


class _Pickler(pickle.Pickler):
    def reducer_override(self, each: object) -> tuple[type[ZoneInfo], tuple[str]]:
        """A zone is known by its name; of itself it would name a function that finds others."""
        if isinstance(each, tzinfo) and not isinstance(each, timezone):
            return ZoneInfo, (str(each),)
        return NotImplemented  # type: ignore[no-any-return] # as pickle has it


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> object:
        """One of the few classes, and nothing else that can be imported."""
        try:
            return _KNOWN[module, name]
        except KeyError:
            words = f"a worker of Spark handed over {module}.{name}, which npolicing never does"
            raise WorkerError(f"{words}; ask who runs this Spark what is on its workers") from None


@cache
def _version() -> str:
    return version("npolicing")


def to_hand(what: object) -> bytes:
    """What is handed over, as bytes."""
    sink = BytesIO()
    _Pickler(sink).dump(what)
    return f"{_version()}\n".encode() + sink.getvalue()


def handed(cell: bytes | pa.Buffer) -> object:
    """What was handed over.

    Raises:
        WorkerError: If another version of npolicing did it, or it has what we do not hand over.
    """
    theirs, _, rest = bytes(cell).partition(b"\n")
    if theirs != _version().encode():
        words = f"npolicing is {_version()} here, and {theirs[:20].decode(errors='replace')!r}"
        raise WorkerError(f"{words} on a worker of Spark: install the same on all, and ask again")
    return _Unpickler(BytesIO(rest)).load()


def columns_of(schema: pa.Schema) -> str:
    """Columns of texts and bytes, as Spark wants them said."""
    return ", ".join(f"{each.name} {each.type}" for each in schema)


def one_row(cells: Sequence[str | bytes | None], schema: pa.Schema) -> pa.RecordBatch:
    """Cells as a batch of one row."""
    columns = [pa.array([cell], each.type) for cell, each in zip(cells, schema, strict=True)]
    return pa.record_batch(columns, schema=schema)
