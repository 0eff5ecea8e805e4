"""What is allowed, and still worth a look: more spent than there was, an arrival a week later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing._records import Record
from npolicing.arrow import Array

__all__ = ["Advice", "advice"]

_WEEK = 7 * 86_400


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
            rows = np.flatnonzero(mask(odd(table)))
            if len(rows):
                yield Advice(rows=rows, column=column, code=code, made=made)


def _extreme(table: pa.Table) -> Array:
    return pc.greater(table["response_seconds"], _WEEK).combine_chunks()


def _overspent(table: pa.Table) -> Array:
    return pc.greater(table["spent"], table["budget"]).combine_chunks()


def _large(table: pa.Table) -> Array:
    watch: Any = pc.equal(table["kind"], "street_watch")
    return pc.and_(watch, pc.greater(table["members"], 10)).combine_chunks()


_ADVICE: list[tuple[str, str, str, str, Callable[[pa.Table], Array]]] = [
    ("Log", "response_seconds", "EXTREME", "kept: more than a week; medians stand it", _extreme),
    ("BudgetPosition", "spent", "OVERSPEND", "kept: more was spent than there was", _overspent),
    ("Scheme", "members", "SCHEME_SIZE", "kept: guidance is 5 to 10 members", _large),
]
