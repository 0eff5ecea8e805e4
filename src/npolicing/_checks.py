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
from npolicing._rules import FlagWhere, InOrder, NeededWhen, Rule, SecondsBetween, WithinADay
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
    texts: Array = encoded.dictionary
    suspect = np.flatnonzero(~_plainly_good(field, texts)).tolist()
    wrong = {code: text for code in suspect if field.faults(text := texts[code].as_py())}
    if not wrong:
        return []
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(codes, list(wrong)))
    return [bad for row in rows.tolist() for bad in field.failures(wrong[codes[row]], row)]


_FEW = 1000
_PRINTABLE = "^[!-~]([ -~]*[!-~])?$"


def _plainly_good(field: Field, texts: Array) -> NDArray[np.bool_]:
    """Texts of plain ASCII that match the pattern: what Arrow finds good, Python does, too.

    Of the others nothing is said. Few texts are not worth asking of.
    """
    none = np.zeros(len(texts), dtype=np.bool_)
    if len(texts) < _FEW or field.choices:
        return none
    try:
        good = pc.match_substring_regex(texts, _PRINTABLE)
        if field.column.pattern is not None:
            matches = pc.match_substring_regex(texts, f"^(?:{field.column.pattern})$")
            good = pc.and_(good, matches)
    except pa.ArrowInvalid:  # a pattern that Python knows and Arrow does not
        return none
    return _mask(good)


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
    first, which = _different(*_key_codes(columns, columns.column_names))
    rows = (
        {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in row.items()}
        for row in columns.take(first).to_pylist()
    )
    wrong = np.fromiter((rule.broken(row) for row in rows), np.bool_, len(first))
    return np.flatnonzero(wrong[which]).tolist()


def _different(codes: NDArray[np.int64], number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A row of each different code, and for each row which of them has its code."""
    if number > max(len(codes), _FEW):
        _, first, which = np.unique(codes, return_index=True, return_inverse=True)
        return first, which
    # So few codes have a place each, and need no sorting.
    at = np.full(number, -1, dtype=np.intp)
    at[codes] = np.arange(len(codes))
    found = np.flatnonzero(at >= 0)
    place = np.zeros(number, dtype=np.intp)
    place[found] = np.arange(len(found))
    return at[found], place[codes]


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


@_broken.register
def _(rule: WithinADay, columns: pa.Table) -> list[int]:
    instant, day = (columns[name].combine_chunks() for name in rule.columns)
    apart = _numbers(instant) // (86_400 * _SECOND) - _numbers(day)
    known = ~_mask(pc.or_(instant.is_null(), day.is_null()))
    return np.flatnonzero(known & (np.abs(apart) > 1)).tolist()


@_broken.register
def _(rule: SecondsBetween, columns: pa.Table) -> list[int]:
    cells = [columns[name].combine_chunks() for name in rule.columns]
    first, second, seconds = map(_numbers, cells)
    known = ~np.any([_mask(cell.is_null()) for cell in cells], axis=0)
    return np.flatnonzero(known & ((second - first) // _SECOND != seconds)).tolist()


@_broken.register
def _(rule: FlagWhere, columns: pa.Table) -> list[int]:
    value, flag = (columns[name].combine_chunks() for name in rule.columns)
    return np.flatnonzero(_mask(pc.and_(value.is_valid(), pc.invert(flag)))).tolist()


_SECOND = 1_000_000


def _numbers(array: Array) -> NDArray[np.int64]:
    """Times in microseconds, and days, since 1970; 0 for null."""
    whole = array.cast(pa.int32()) if pat.is_date32(array.type) else array
    filled: Array = whole.cast(pa.int64()).fill_null(0)
    return np.asarray(filled.to_numpy(), dtype=np.int64)


def check_keys(entity: type[Record], table: pa.Table, bad: Mapping[str, set[int]]) -> list[Failure]:
    """Every row whose key another row has too; a null is equal to a null here."""
    keys = [field.name for field in entity.columns() if field.column.key]
    if not keys or not set(keys) <= set(table.column_names) or not table.num_rows:
        return []
    sound = _sound(table.num_rows, keys, bad)
    codes = _key_codes(table.select(keys), keys)[0][sound]
    _, group, count = np.unique(codes, return_inverse=True, return_counts=True)
    rows = sound[count[group] > 1].tolist()
    return [_duplicate(entity, table.select(keys), row) for row in rows]


def _key_codes(table: pa.Table, keys: list[str]) -> tuple[NDArray[np.int64], int]:
    """One number a row, equal where the keys are, and a bound that all numbers are below."""
    codes, size = np.zeros(table.num_rows, dtype=np.int64), 1
    for name in keys:
        column, number = _codes(table[name].combine_chunks())
        if size * number >= _LARGEST:
            # Numbered anew, so that the product stays below rows times rows.
            codes = np.unique(codes, return_inverse=True)[1]
            size = table.num_rows
        codes, size = codes * number + column, size * number
    return codes, size


_LARGEST = 2**62


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
