"""What a worker of Spark does with a month: its pieces become a file in staging, not in its place.

A task may run twice, at once or again, and may be killed half-way: each attempt writes below a name
of its own, and only what the one that counts hands back is moved.
"""

from __future__ import annotations

import pickle
import secrets
from pathlib import Path

import attrs
import pyarrow as pa

from npolicing._failures import KEPT
from npolicing.entities.log import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.spark._pieces import FEW, merged, told, unpack
from npolicing.store._footer import read_footer
from npolicing.store._layout import month_path, telling
from npolicing.store._load import How
from npolicing.store._months import Month, Parting
from npolicing.store._settling import Settled, settle

__all__ = ["OUTCOMES", "Task", "finish", "outcome"]

OUTCOMES = "force string, month string, outcome binary"
"""A month as a worker hands it back."""

_COLUMNS: dict[str, pa.DataType] = {
    "force": pa.string(),
    "month": pa.string(),
    "outcome": pa.binary(),
}
_SCHEMA = pa.schema(_COLUMNS)
_UNSEEN = (
    "cannot be written: a worker of Spark does not see the folder; name one that the driver and "
    "all workers share, such as /Volumes/... on Databricks, or on Fabric where "
    "notebookutils.fs.mount puts a lakehouse"
)


@attrs.frozen(kw_only=True)
class Task:
    """What a worker is told of a load."""

    store: Path
    folder: Path
    how: How
    marking: str | None
    carried: str | None
    synthetic: bool


def finish(pieces: pa.Table, task: Task) -> pa.Table:
    """One row of what became of the pieces of a month: a `Settled`, or the error that it met."""
    force, month = (pieces[name][0].as_py() for name in ("force", "month"))
    found: Settled | Exception
    try:
        found = _settled(pieces, (force, month), task)
    except (StoreError, ValueError) as error:
        found = error
    cells = (force, month, pickle.dumps(found))
    columns = [pa.array([cell], each.type) for cell, each in zip(cells, _SCHEMA, strict=True)]
    return pa.table(columns, schema=_SCHEMA)


def outcome(handed: bytes) -> Settled | Exception:
    """What a worker handed back."""
    return pickle.loads(handed)  # type: ignore[no-any-return] # noqa: S301 # our own workers' bytes


def _settled(pieces: pa.Table, named: tuple[str, str], task: Task) -> Settled:
    if pieces["failures"].null_count < pieces.num_rows:
        raise ValidationError(Log.__name__, merged(told(pieces), KEPT))
    if not task.folder.is_dir():
        raise StoreError(str(task.store), _UNSEEN)
    with telling(task.store, "written"):
        own = task.folder / secrets.token_hex(8)
        own.mkdir()
        with Parting(own, task.marking) as parting:
            settled = _in_one_file(unpack(pieces), named, task, parting)
    return attrs.evolve(settled, failures=merged([settled.failures], FEW))


def _in_one_file(
    rows: list[pa.Table], named: tuple[str, str], task: Task, parting: Parting
) -> Settled:
    month = Month(
        held=rows,
        synthetic=task.synthetic,
        markings=set(filter(None, [task.carried])),
    )
    parting.months[named] = month
    parting.put_down()
    place = month_path(task.store, *named)
    there = read_footer(place, *named) if place.exists() else None
    return settle(named, month, there, parting, merge=task.how == "merge")
