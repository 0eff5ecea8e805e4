"""What a worker of Spark does with a month: its pieces become a file in staging, not in its place.

A task may run twice, at once or again, and may be killed half-way: each attempt writes below a name
of its own, and only what the one that counts hands back is moved.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import attrs
import pyarrow as pa

from npolicing._failures import KEPT
from npolicing.entities.log import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.spark._gathering import EXAMPLES, merged
from npolicing.spark._handing import columns_of, handed, one_row, to_hand
from npolicing.spark._pieces import failures_of, unpack
from npolicing.store._footer import read_footer
from npolicing.store._layout import StoreFile, month_path, telling
from npolicing.store._load import How
from npolicing.store._months import Month, Parting
from npolicing.store._settling import MonthLoad, Settled, settle

__all__ = ["OUTCOMES", "Task", "agreed", "finish", "outcome"]

_COLUMNS: dict[str, pa.DataType] = {
    "force": pa.string(),
    "month": pa.string(),
    "outcome": pa.binary(),
}
OUTCOMES = columns_of(pa.schema(_COLUMNS))
"""A month as a worker hands it back."""
_UNSEEN = (
    "cannot be written: a worker of Spark does not see the folder; name one that the driver and "
    "all workers share, such as one on NFS"
)


@attrs.frozen(kw_only=True)
class Task:
    """What a worker is told of a load.

    Attributes:
        store: The folder of the store.
        folder: Where months are put down, as the worker must see it.
        how: Whether months are replaced, or merged.
        marking: The marking that was asked for.
        carried: The marking that the rows came with.
        synthetic: Whether the rows are made up.
    """

    store: Path
    folder: Path
    how: How
    marking: str | None = None
    carried: str | None = None
    synthetic: bool = False


def finish(pieces: pa.Table, task: Task) -> pa.Table:
    """One row of what became of the pieces of a month: a `Settled`, or the error that it met."""
    force, month = (pieces[name][0].as_py() for name in ("force", "month"))
    found: Settled | Exception
    try:
        found = _settled(pieces, (force, month), task)
    except (StoreError, ValidationError) as error:
        found = error
    except ValueError as error:
        found = ValueError(str(error))  # of Arrow there are others, which are not handed over
    # In the types of texts and bytes that the session has, which are those of the pieces.
    kinds = [pieces.schema.field(name).type for name in ("force", "month", "rows")]
    schema = pa.schema(list(zip(_COLUMNS, kinds, strict=True)))
    return pa.Table.from_batches([one_row([force, month, to_hand(found)], schema)])


def outcome(cell: bytes) -> Settled | Exception:
    """What a worker handed back."""
    return cast("Settled | Exception", handed(cell))


def agreed(
    found: Sequence[Settled | Exception], there: Mapping[tuple[str, str], StoreFile]
) -> list[Settled]:
    """The months, where all of them can be put into their places.

    Args:
        found: What became of each month.
        there: The months that the driver sees in the store.

    Raises:
        ValidationError: With what is wrong in any of them.
        StoreError, ValueError: The first that a worker met.
        StoreError: If a worker saw another month than the driver does: its rows would be lost.
    """
    wrong = [each.failures for each in found if isinstance(each, Settled | ValidationError)]
    failures = merged(wrong, KEPT)
    if failures:
        raise ValidationError(Log.__name__, failures)
    for each in found:
        if isinstance(each, Exception):
            raise each
    settled = [each for each in found if isinstance(each, Settled)]
    for each in settled:
        _hold(each.load, there.get((each.load.force, each.load.month)))
    return settled


def _hold(load: MonthLoad, there: StoreFile | None) -> None:
    """Hold what a worker saw of a month to what the driver sees."""
    rows = 0 if there is None else there.rows
    if load.before != rows:
        seen = f"a worker of Spark saw {load.before:,} rows there, and the driver sees {rows:,}"
        words = "the folder is not seen alike by all. Nothing was moved; load again"
        raise StoreError(f"{load.force}/{load.month}.parquet", f"{seen}: {words}")


def _settled(pieces: pa.Table, named: tuple[str, str], task: Task) -> Settled:
    if pieces["failures"].null_count < pieces.num_rows:
        raise ValidationError(Log.__name__, merged(failures_of(pieces), KEPT))
    if not task.folder.is_dir():
        raise StoreError(str(task.store), _UNSEEN)
    with telling(task.store, "written"):
        own = task.folder / secrets.token_hex(8)
        own.mkdir()
        with Parting(own, task.marking) as parting:
            settled = _in_one_file(unpack(pieces), named, task, parting)
    return attrs.evolve(settled, failures=merged([settled.failures], EXAMPLES))


def _in_one_file(
    rows: list[pa.Table], named: tuple[str, str], task: Task, parting: Parting
) -> Settled:
    markings = set(filter(None, [task.carried]))
    month = Month(held=rows, synthetic=task.synthetic, markings=markings)
    parting.months[named] = month
    parting.put_down()
    place = month_path(task.store, *named)
    there = read_footer(place, *named) if place.exists() else None
    return settle(named, month, there, parting, merge=task.how == "merge")
