"""What is allowed, and still worth a look: more spent than there was, an arrival a week later."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._records import Record
from npolicing.arrow import Array

__all__ = ["Advice", "advice"]

_WEEK = 7 * 86_400
_MOST = 10
"""Members of one group of Street Watch, by its guidance."""


@attrs.frozen(kw_only=True, eq=False)
class Advice:
    """Rows that are taken with a warning.

    Attributes:
        rows: Which.
        column: The field that it is about.
        code: One of `errors.CODES`.
        made: What was done with them.
    """

    rows: NDArray[np.intp]
    column: str
    code: str
    made: str


def advice(entity: type[Record], table: pa.Table) -> Iterator[Advice]:
    """Every warning of some records."""
    for name, column, code, made, odd in _ADVICE:
        if entity.__name__ == name:
            rows = np.flatnonzero(odd(table))
            if len(rows):
                yield Advice(rows=rows, column=column, code=code, made=made)


def _number(table: pa.Table, name: str) -> NDArray[np.float64]:
    column: Array = table[name].combine_chunks().cast(pa.float64()).fill_null(0)
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)


def _extreme(table: pa.Table) -> NDArray[np.bool_]:
    return _number(table, "response_seconds") > _WEEK


def _overspent(table: pa.Table) -> NDArray[np.bool_]:
    return _number(table, "spent") > _number(table, "budget")


def _large(table: pa.Table) -> NDArray[np.bool_]:
    watch = np.array([each == "street_watch" for each in table["kind"].to_pylist()], np.bool_)
    return watch & (_number(table, "members") > _MOST)


def _crowded(table: pa.Table) -> NDArray[np.bool_]:
    """Members of Street Watch where the same rows have no scheme, or more than ten to each."""
    rows = table.select(["force", "npu", "ward", "as_of", "kind", "value"]).to_pylist()
    schemes = {_place(row): row["value"] for row in rows if row["kind"] == "street_watch"}
    return np.array(
        [
            row["kind"] == "street_watch_members"
            and _place(row) in schemes
            and row["value"] > _MOST * schemes[_place(row)]
            for row in rows
        ],
        np.bool_,
    )


def _place(row: dict[str, object]) -> tuple[object, ...]:
    return row["force"], row["npu"], row["ward"], row["as_of"]


_ADVICE: list[tuple[str, str, str, str, Callable[[pa.Table], NDArray[np.bool_]]]] = [
    ("Log", "response_seconds", "EXTREME", "kept: more than a week; medians stand it", _extreme),
    ("BudgetPosition", "spent", "OVERSPEND", "kept: more was spent than there was", _overspent),
    ("Scheme", "members", "SCHEME_SIZE", "kept: guidance is 5 to 10 members", _large),
    ("Observation", "value", "SCHEME_SIZE", "kept: guidance is 5 to 10 to a scheme", _crowded),
]
