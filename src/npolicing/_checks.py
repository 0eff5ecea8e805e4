"""The checks of a column's cells: the constructor's declarations, for all cells at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._failures import Failure, Fault
from npolicing.arrow import arrow_type

if TYPE_CHECKING:
    from npolicing._columns import Field
    from npolicing.arrow import Array

__all__ = ["FEW", "Describe", "Found", "check_cells", "gathered", "mask"]


@attrs.frozen(eq=False)
class Found:
    """What one check found: every row, the failures of the first, and how many of each kind."""

    rows: NDArray[np.intp]
    failures: list[Failure]
    counts: Counter[Fault]


Describe = Callable[[int], Iterable[Failure]]
"""The failures of one row."""


def gathered(
    rows: NDArray[np.intp], keep: int, describe: Describe, counts: Counter[Fault]
) -> Found:
    # Of the rest nothing is made: there may be millions.
    kept = [failure for row in rows[:keep].tolist() for failure in describe(row)]
    return Found(rows, kept, counts)


def check_cells(field: Field, array: Array, known: NDArray[np.bool_], keep: int) -> Found:
    """What is wrong with the cells of a column.

    Args:
        field: What is declared of it.
        array: The cells.
        known: Rows whose cell is known to be wrong, and is not looked at.
        keep: How many rows to make failures of.
    """
    if field.nullable and array.null_count == len(array):
        return Found(_NONE, [], Counter())
    if field.kind == "text":
        return _check_text(field, array, known, keep)
    if field.kind == "texts":
        return _check_lists(field, array, known, keep)
    return _check_numbers(field, array, known, keep)


def _check_text(field: Field, array: Array, known: NDArray[np.bool_], keep: int) -> Found:
    """Each different text once, by the constructor's own check, so that the two cannot differ."""
    if _all_plainly_good(field, array):
        return Found(_NONE, [], Counter())
    encoded = array.dictionary_encode(null_encoding="encode")
    texts: Array = encoded.dictionary
    suspect = np.flatnonzero(~_plainly_good(field, texts)).tolist()
    wrong = {code: text for code in suspect if field.faults(text := texts[code].as_py())}
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(codes, list(wrong)) & ~known) if wrong else _NONE
    counts: Counter[Fault] = Counter()
    for code, number in zip(*np.unique(codes[rows], return_counts=True), strict=True):
        for fault, rule in field.faults(wrong[code]):
            counts[fault, field.name, rule] += int(number)
    return gathered(rows, keep, lambda row: field.failures(wrong[codes[row]], row), counts)


_NONE = np.zeros(0, dtype=np.intp)


def _all_plainly_good(field: Field, array: Array) -> bool:
    """Whether nothing is left to ask of: texts that hardly repeat are dear to tell apart."""
    few = array.slice(0, FEW)
    if array.null_count or len(few.unique()) < len(few) // 2:
        return False
    return bool(_plainly_good(field, array).all())


def _check_lists(field: Field, array: Array, known: NDArray[np.bool_], keep: int) -> Found:
    """Lists are in small tables alone: each is asked of."""
    lists = [None if cell is None else tuple(cell) for cell in array.to_pylist()]
    failures = {
        row: found
        for row, cell in enumerate(lists)
        if not known[row] and (found := list(field.failures(cell, row)))
    }
    counts = Counter((f.code, f.column, f.rule) for found in failures.values() for f in found)
    rows = np.array(list(failures), dtype=np.intp)
    return gathered(rows, keep, failures.__getitem__, counts)


FEW = 1000
_PRINTABLE = "^[!-~]([ -~]*[!-~])?$"


def _plainly_good(field: Field, texts: Array) -> NDArray[np.bool_]:
    """Texts of plain ASCII that match the pattern: what Arrow finds good, Python does, too.

    Of the others nothing is said. Few texts are not worth asking of.
    """
    none = np.zeros(len(texts), dtype=np.bool_)
    if len(texts) < FEW or field.choices:
        return none
    try:
        good = pc.match_substring_regex(texts, _PRINTABLE)
        if field.column.pattern is not None:
            matches = pc.match_substring_regex(texts, f"^(?:{field.column.pattern})$")
            good = pc.and_(good, matches)
    except pa.ArrowInvalid:  # a pattern that Python knows and Arrow does not
        return none
    return mask(good)


def _check_numbers(field: Field, array: Array, known: NDArray[np.bool_], keep: int) -> Found:
    suspect = np.zeros(len(array), dtype=np.bool_)
    counts: Counter[Fault] = Counter()
    for wrong in _suspects(field, array):
        rows = np.flatnonzero(wrong & ~known & ~suspect)
        suspect[rows] = True
        # One way of being wrong: the first of its rows tells the code and the rule of all.
        for fault, rule in field.faults(array[int(rows[0])].as_py()) if len(rows) else ():
            counts[fault, field.name, rule] += len(rows)
    # The suspects go to the constructor's check, for its codes and its words.
    return gathered(
        np.flatnonzero(suspect), keep, lambda row: field.failures(array[row].as_py(), row), counts
    )


def _suspects(field: Field, array: Array) -> Iterator[NDArray[np.bool_]]:
    """The rows that are wrong in one way, for each way."""
    if not field.nullable:
        yield mask(array.is_null())
    if field.kind == "number":
        yield ~mask(pc.is_finite(array), default=True)
    for bound, beyond in ((field.column.ge, pc.less), (field.column.le, pc.greater)):
        if bound is not None:
            exact = Decimal(bound) if isinstance(bound, int) and field.kind == "decimal" else bound
            yield mask(beyond(array, pa.scalar(exact, arrow_type(field))))


def mask(array: Array, *, default: bool = False) -> NDArray[np.bool_]:
    if array.null_count:
        array = pc.fill_null(array, default)  # type: ignore[arg-type] # a bool is a scalar
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
