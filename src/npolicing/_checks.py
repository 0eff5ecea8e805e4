"""The checks of a frame: the constructor's declarations, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import singledispatch
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from npolicing._records import Record, withheld
from npolicing._rules import InOrder, NeededWhen, Rule
from npolicing.arrow import arrow_type
from npolicing.errors import Failure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from npolicing._columns import Field
    from npolicing.arrow import Array

__all__ = ["check_cells", "check_keys", "check_rules"]


def check_cells(field: Field, array: Array, bad: Iterable[int]) -> list[Failure]:
    """What is wrong with the cells of a column; `bad` are rows already known to be."""
    if field.kind == "text":
        failures = _check_text(field, array)
    elif field.kind == "texts":
        values = (None if cell is None else tuple(cell) for cell in array.to_pylist())
        failures = [each for row, value in enumerate(values) for each in field.failures(value, row)]
    else:
        failures = _check_numbers(field, array)
    known = set(bad)
    return [failure for failure in failures if failure.row not in known]


def _check_text(field: Field, array: Array) -> list[Failure]:
    """Each different text once, by the constructor's own check, so that the two cannot differ."""
    encoded = array.dictionary_encode(null_encoding="encode")
    texts = encoded.dictionary.to_pylist()
    wrong = [code for code, text in enumerate(texts) if field.faults(text)]
    if not wrong:
        return []
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(codes, wrong))
    return [bad for row in rows.tolist() for bad in field.failures(texts[codes[row]], row)]


def _check_numbers(field: Field, array: Array) -> list[Failure]:
    suspect = np.zeros(len(array), dtype=np.bool_)
    if not field.nullable:
        suspect |= _mask(array.is_null())
    if field.kind == "number":
        suspect |= ~_mask(pc.is_finite(array), default=True)
    for bound, beyond in ((field.column.ge, pc.less), (field.column.le, pc.greater)):
        if bound is not None:
            exact = Decimal(bound) if isinstance(bound, int) and field.kind == "decimal" else bound
            limit = pa.scalar(exact, arrow_type(field))
            suspect |= _mask(beyond(array, limit))
    rows = np.flatnonzero(suspect).tolist()
    # The suspects go to the constructor's check, for its codes and its words.
    return [bad for row in rows for bad in field.failures(array[row].as_py(), row)]


def _mask(array: Array, *, default: bool = False) -> NDArray[np.bool_]:
    filled: Array = pc.fill_null(array, default)  # type: ignore[arg-type] # a bool is a scalar
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)


def check_rules(
    entity: type[Record], table: pa.Table, bad: Mapping[str, set[int]]
) -> Iterator[Failure]:
    """What breaks the rules that relate columns; rows in `bad` have nothing to compare."""
    for rule in entity.rules:
        if not set(rule.columns) <= set(table.column_names):
            continue
        sound = _sound(table.num_rows, rule.columns, bad)
        columns = table.select(list(rule.columns))
        if len(sound) < table.num_rows:
            columns = columns.take(sound)
        for at in _broken(rule, columns):
            values = columns.slice(at, 1).to_pylist()[0]
            yield rule.failure(withheld(entity, values), int(sound[at]))


def _sound(length: int, columns: Iterable[str], bad: Mapping[str, set[int]]) -> NDArray[np.intp]:
    """The rows in which none of the columns is at fault."""
    sound = np.ones(length, dtype=np.bool_)
    sound[list(set[int]().union(*(bad.get(name, ()) for name in columns)))] = False
    return np.flatnonzero(sound)


@singledispatch
def _broken(rule: Rule, columns: pa.Table) -> list[int]:
    """Rows that break a rule; this way asks the rule itself, once for each different row."""
    codes = _key_codes(columns, columns.column_names)
    _, first, which = np.unique(codes, return_index=True, return_inverse=True)
    rows = (
        {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in row.items()}
        for row in columns.take(first).to_pylist()
    )
    wrong = np.fromiter((rule.broken(row) for row in rows), np.bool_, len(first))
    return np.flatnonzero(wrong[which]).tolist()


@_broken.register
def _(rule: InOrder, columns: pa.Table) -> list[int]:
    cells = [columns[name].combine_chunks() for name in rule.columns]
    given = np.logical_and.reduce([_mask(pc.is_valid(each)) for each in cells])
    falling = [_mask(pc.greater(first, second)) for first, second in pairwise(cells)]
    return np.flatnonzero(given & np.logical_or.reduce(falling)).tolist()


@_broken.register
def _(rule: NeededWhen, columns: pa.Table) -> list[int]:
    lacking = pc.is_null(columns[rule.needed].combine_chunks())
    asked = pc.is_in(columns[rule.when].combine_chunks(), value_set=pa.array(rule.values))
    return np.flatnonzero(_mask(pc.and_(lacking, asked))).tolist()


def check_keys(entity: type[Record], table: pa.Table, bad: Mapping[str, set[int]]) -> list[Failure]:
    """Every row whose key another row has too; a null is equal to a null here."""
    keys = [field.name for field in entity.columns() if field.column.key]
    if not keys or not set(keys) <= set(table.column_names) or not table.num_rows:
        return []
    sound = _sound(table.num_rows, keys, bad)
    codes = _key_codes(table.select(keys), keys)[sound]
    _, group, count = np.unique(codes, return_inverse=True, return_counts=True)
    rows = sound[count[group] > 1].tolist()
    return [_duplicate(entity, table.select(keys), row) for row in rows]


def _key_codes(table: pa.Table, keys: list[str]) -> NDArray[np.int64]:
    """One number a row, equal where the keys are."""
    codes = np.zeros(table.num_rows, dtype=np.int64)
    for name in keys:
        column, number = _codes(table[name].combine_chunks())
        # Numbered anew each time, so that the product stays below rows times rows.
        codes = np.unique(codes * number + column, return_inverse=True)[1]
    return codes


def _codes(array: Array) -> tuple[NDArray[np.int64], int]:
    """One number a cell, equal where the cells are, and how many there are."""
    if pat.is_list(array.type):  # which Arrow does not compare
        return np.arange(len(array)), len(array)
    encoded = array.dictionary_encode(null_encoding="encode")
    column = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return column, len(encoded.dictionary)


def _duplicate(entity: type[Record], keys: pa.Table, row: int) -> Failure:
    values = withheld(entity, keys.slice(row, 1).to_pylist()[0])
    return Failure(
        code="DUPLICATE_KEY",
        rule="unique",
        column=", ".join(values),
        row=row,
        value=tuple(values.values()),
    )
