"""Columns of times as pandas keeps them, brought to Arrow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing.arrow import Array, nulls
from npolicing.errors import Failure
from npolicing.settling._instants import INSTANT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["times_of"]


def times_of(name: str, column: pd.Series, refused: list[Failure]) -> Array:
    """The times of a column in Arrow; a column of mixed objects is added to `refused`."""
    if column.isna().all() and getattr(column.dtype, "kind", "O") != "M":
        return nulls(len(column), INSTANT)
    if column.dtype == object:
        return _of_objects(name, column, refused)
    if getattr(column.dtype, "tz", None) is not None:
        # Arrow does not know every kind of zone that pandas does.
        column = column.dt.tz_convert("UTC")
    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _of_objects(name: str, column: pd.Series, refused: list[Failure]) -> Array:
    """Python times, all with a zone or all without."""
    cells = [None if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
    there = [cell for cell in cells if cell is not None]
    zoned = {isinstance(cell, datetime) and cell.tzinfo is not None for cell in there}
    if all(isinstance(cell, datetime) for cell in there) and len(zoned) == 1:
        if zoned == {True}:
            cells = [None if cell is None else cell.astimezone(UTC) for cell in cells]
        # Nanoseconds, so that those of a pandas time are seen; other times may not fit into them.
        fine = any(getattr(cell, "nanosecond", 0) for cell in there)
        tz = "UTC" if zoned == {True} else None
        return pa.array(cells, pa.timestamp("ns" if fine else "us", tz=tz))
    kinds = sorted({type(cell).__name__ for cell in there})
    value = " and ".join(kinds) if len(kinds) > 1 or zoned == {False} else kinds[0]
    if zoned == {True, False} and len(kinds) == 1:
        value = f"{value} with and without a zone"
    refused.append(Failure(code="WRONG_TYPE", rule=str(INSTANT), column=name, value=value))
    return nulls(len(cells), INSTANT)
