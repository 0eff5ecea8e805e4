"""The checks that relate cells: the rules of a row, and keys that no two rows share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import singledispatch
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from numpy.typing import NDArray

from npolicing._checks import FEW, Describe, Found, gathered, mask
from npolicing._failures import Failure, Fault
from npolicing._records import Record, withheld
from npolicing._rules import (
    FlagWhere,
    InMonth,
    InOrder,
    NeededWhen,
    OnWeekday,
    Rule,
    SecondsBetween,
    WithinADay,
)

if TYPE_CHECKING:
    from npolicing.arrow import Array

__all__ = ["Bad", "check_keys", "check_rules", "duplicate", "key_codes", "repeated"]

Bad = Mapping[str, NDArray[np.bool_]]
"""For each column, the rows whose cell is wrong."""


def check_rules(entity: type[Record], table: pa.Table, bad: Bad, keep: int) -> Iterator[Found]:
    """What breaks the rules that relate columns; rows in `bad` have nothing to compare."""
    for rule in entity.rules:
        if not set(rule.columns) <= set(table.column_names):
            continue
        sound = _sound(table.num_rows, rule.columns, bad)
        broken = _broken(rule, table.select(list(rule.columns)), sound)
        rows = np.flatnonzero(sound & broken)
        counts: Counter[Fault] = Counter(
            {(rule.code, ", ".join(rule.columns), rule.name): len(rows)}
        )
        yield gathered(rows, keep, _told(rule, entity, table), +counts)


def _told(rule: Rule, entity: type[Record], table: pa.Table) -> Describe:
    def describe(row: int) -> list[Failure]:
        values = table.select(list(rule.columns)).slice(row, 1).to_pylist()[0]
        return [rule.failure(withheld(entity, values), row)]

    return describe


def _sound(length: int, columns: Iterable[str], bad: Bad) -> NDArray[np.bool_]:
    """The rows in which none of the columns is at fault."""
    sound = np.ones(length, dtype=np.bool_)
    for name in columns:
        if name in bad:
            sound &= ~bad[name]
    return sound


@singledispatch
def _broken(rule: Rule, columns: pa.Table, sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether rows break a rule; of those that are not sound nothing is said.

    This way asks the rule itself, once for each different row.
    """
    asked = np.flatnonzero(sound)
    if len(asked) < len(sound):
        columns = columns.take(asked)
    first, which = _different(*key_codes(columns, columns.column_names))
    rows = (
        {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in row.items()}
        for row in columns.take(first).to_pylist()
    )
    wrong = np.fromiter((rule.broken(row) for row in rows), np.bool_, len(first))
    broken = np.zeros(len(sound), dtype=np.bool_)
    broken[asked] = wrong[which]
    return broken


def _different(codes: NDArray[np.int64], number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A row of each different code, and for each row which of them has its code."""
    if number > max(len(codes), FEW):
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
def _(rule: InOrder, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    cells = [columns[name].combine_chunks() for name in rule.columns]
    if any(each.null_count == len(each) for each in cells):
        return np.zeros(columns.num_rows, dtype=np.bool_)
    given = np.logical_and.reduce([mask(pc.is_valid(each)) for each in cells])
    falling = [mask(pc.greater(first, second)) for first, second in pairwise(cells)]
    broken: NDArray[np.bool_] = given & np.logical_or.reduce(falling)
    return broken


@_broken.register
def _(rule: NeededWhen, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    lacking = pc.is_null(columns[rule.needed].combine_chunks())
    asked = pc.is_in(columns[rule.when].combine_chunks(), value_set=pa.array(rule.values))
    return mask(pc.and_(lacking, asked))


@_broken.register
def _(rule: WithinADay, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    instant, day = (columns[name].combine_chunks() for name in rule.columns)
    apart = _numbers(instant) // (86_400 * _SECOND) - _numbers(day)
    known = ~mask(pc.or_(instant.is_null(), day.is_null()))
    broken: NDArray[np.bool_] = known & (np.abs(apart) > 1)
    return broken


@_broken.register
def _(rule: SecondsBetween, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    cells = [columns[name].combine_chunks() for name in rule.columns]
    first, second, seconds = map(_numbers, cells)
    known = ~np.any([mask(cell.is_null()) for cell in cells], axis=0)
    broken: NDArray[np.bool_] = known & ((second - first) // _SECOND != seconds)
    return broken


@_broken.register
def _(rule: FlagWhere, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    value, flag = (columns[name].combine_chunks() for name in rule.columns)
    return mask(pc.and_(value.is_valid(), pc.invert(flag)))


@_broken.register
def _(rule: InMonth, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    day, month = (columns[name].combine_chunks() for name in rule.columns)
    coded = month.dictionary_encode()
    # The months that are texts of one; any other is of no day.
    texts = [str(text) for text in coded.dictionary.to_pylist()]
    number = np.array([_month_of(text) for text in texts] or [0], np.int64)
    codes = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    found = _numbers(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    known = ~mask(pc.or_(day.is_null(), month.is_null()))
    broken: NDArray[np.bool_] = known & (found != number[codes])
    return broken


def _month_of(text: str) -> int:
    """The months from 1970 to a text such as 2018-07; of another text, more than any day has."""
    year, _, month = text.partition("-")
    if re.fullmatch("[0-9]{4}-[0-9]{2}", text) is None:
        return 2**40
    return (int(year) - 1970) * 12 + int(month) - 1 if 1 <= int(month) <= 12 else 2**40


@_broken.register
def _(rule: OnWeekday, columns: pa.Table, _: NDArray[np.bool_]) -> NDArray[np.bool_]:
    day, hour = (columns[name].combine_chunks() for name in rule.columns)
    # 1 January 1970 was a Thursday.
    weekday = (_numbers(day) + 3) % 7
    known = ~mask(pc.or_(day.is_null(), hour.is_null()))
    broken: NDArray[np.bool_] = known & (_numbers(hour) // 24 != weekday)
    return broken


_SECOND = 1_000_000


def _numbers(array: Array) -> NDArray[np.int64]:
    """Times in microseconds, and days, since 1970; 0 for null."""
    whole = array.cast(pa.int32()) if pat.is_date32(array.type) else array
    filled: Array = whole.cast(pa.int64()).fill_null(0)
    return np.asarray(filled.to_numpy(), dtype=np.int64)


def check_keys(entity: type[Record], table: pa.Table, bad: Bad, keep: int) -> Found | None:
    """Every row whose key another row has too; a null is equal to a null here."""
    keys = [field.name for field in entity.columns() if field.column.key]
    if not keys or not set(keys) <= set(table.column_names) or not table.num_rows:
        return None
    sound = np.flatnonzero(_sound(table.num_rows, keys, bad))
    codes, number = key_codes(table.select(keys), keys)
    rows = sound[repeated(codes[sound], number)]
    counts: Counter[Fault] = Counter({("DUPLICATE_KEY", ", ".join(keys), "unique"): len(rows)})
    return gathered(rows, keep, lambda row: [duplicate(entity, table.select(keys), row)], +counts)


def repeated(codes: NDArray[np.int64], number: int) -> NDArray[np.bool_]:
    """Where a code comes more than once; all are below a number."""
    if number <= max(4 * len(codes), FEW):
        twice: NDArray[np.bool_] = np.bincount(codes, minlength=number)[codes] > 1
        return twice
    order = np.argsort(codes)
    same = codes[order[1:]] == codes[order[:-1]]
    found = np.zeros(len(codes), dtype=np.bool_)
    found[order[1:]] |= same
    found[order[:-1]] |= same
    return found


def key_codes(table: pa.Table, keys: Sequence[str]) -> tuple[NDArray[np.int64], int]:
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


def duplicate(entity: type[Record], keys: pa.Table, row: int) -> Failure:
    """That the key of a row is another's too."""
    values = withheld(entity, keys.slice(row, 1).to_pylist()[0])
    return Failure(
        code="DUPLICATE_KEY",
        rule="unique",
        column=", ".join(values),
        row=row,
        value=tuple(values.values()),
    )
