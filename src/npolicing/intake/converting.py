"""Columns of text brought to the type of their field, and each cell that could not be.

A column is read as its parser reads one cell. Plain forms go the quick way, all at once; each other
text is read once, however often it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing._columns import PRECISION
from npolicing.arrow import Array
from npolicing.intake.cells import (
    Count,
    Day,
    Fault,
    Figure,
    Identifier,
    Moment,
    Money,
    Parser,
    Suppressed,
    Text,
    Value,
    fold,
    is_error,
)
from npolicing.intake.fixed_times import Texts, fixed_times, texts_of

__all__ = ["Converted", "Misread", "convert"]


@attrs.frozen(eq=False)
class Misread:
    """Cells that could not be read.

    Attributes:
        rows: The rows of them, in order.
        codes: For each, which of the faults.
        faults: The faults, and the texts that have them.
    """

    rows: NDArray[np.intp]
    codes: NDArray[np.intp]
    faults: list[tuple[Fault, str]]


@attrs.frozen(eq=False)
class Converted:
    """A column in its type; null where there is no value, or it could not be read."""

    array: Array
    misread: Misread


_NONE = Misread(np.zeros(0, np.intp), np.zeros(0, np.intp), [])


def convert(column: Array, parser: Parser, kind: pa.DataType, nulls: frozenset[str]) -> Converted:
    """A column of text as its parser reads it.

    Args:
        column: The texts; null is as nothing.
        parser: How a cell is read.
        kind: The type that comes out.
        nulls: Texts, folded, that mean that nothing is known; so does an empty one.
    """
    if isinstance(column.type, pa.DictionaryType):
        coded = cast("pa.DictionaryArray[Any, Any]", column)
        return _taken(_each(coded.dictionary, parser, kind, nulls), coded.indices)
    quick = _QUICK.get(type(parser))
    if quick is None:
        return _distinct(column, parser, kind, nulls)
    array, read = quick(column, parser, kind)
    texts = texts_of(column)
    read &= ~_maybe_null(texts, nulls)
    if any(" " in each for each in nulls):
        # Blanks are folded before a text is looked up among them.
        read &= ~mask(pc.match_substring(column, "  "))
    empty = texts.lengths == 0
    if empty.any():
        read |= empty
        array = pc.if_else(pa.array(empty), pa.scalar(None, array.type), array)
    left = np.flatnonzero(~read)
    if not len(left):
        return Converted(array, _NONE)
    if len(left) == len(column):
        return _distinct(column, parser, kind, nulls)
    rest = _distinct(column.take(left), parser, kind, nulls)
    places = np.arange(len(column))
    places[left] = len(column) + np.arange(len(left))
    whole = pa.concat_arrays([array, rest.array]).take(places)
    misread = attrs.evolve(rest.misread, rows=left[rest.misread.rows])
    return Converted(whole, misread)


def _distinct(column: Array, parser: Parser, kind: pa.DataType, nulls: frozenset[str]) -> Converted:
    coded = column.dictionary_encode()
    return _taken(_each(coded.dictionary, parser, kind, nulls), coded.indices)


def _taken(each: Converted, indices: Array) -> Converted:
    """A column of the values of its different texts."""
    array = each.array.take(indices)
    if not len(each.misread.rows):
        return Converted(array, _NONE)
    codes = indices.fill_null(-1).to_numpy(zero_copy_only=False)
    fault_of = np.full(len(each.array) + 1, -1, np.intp)
    fault_of[each.misread.rows] = each.misread.codes
    found = fault_of[codes]
    rows = np.flatnonzero(found >= 0)
    return Converted(array, Misread(rows, found[rows], each.misread.faults))


def _each(texts: Array, parser: Parser, kind: pa.DataType, nulls: frozenset[str]) -> Converted:
    """Each text by itself."""
    values: list[object] = []
    rows: list[int] = []
    faults: list[tuple[Fault, str]] = []
    nothing = nulls | {""}
    for at, each in enumerate(texts.to_pylist()):
        text = each or ""
        value = None if fold(text) in nothing else _parsed(text, parser)
        if isinstance(value, Suppressed):
            value = _withheld(value)
        if isinstance(value, Fault):
            rows.append(at)
            faults.append((value, text))
            value = None
        values.append(_fitting(value, kind))
    misread = Misread(np.array(rows, np.intp), np.arange(len(rows)), faults)
    return Converted(pa.array(values, kind), misread)


def _parsed(text: str, parser: Parser) -> Value | Fault:
    if not is_error(text):
        return parser.parse(text)
    words = "is a value, and no formula that failed or was not worked out: mend the cell"
    return Fault("CELL_ERROR", f"{words}, or say null = [...] in the profile")


def _withheld(value: Suppressed) -> Fault:
    most = "more" if value.high is None else str(value.high)
    return Fault("SUPPRESSED", f"is a count; it is withheld ({value.low} to {most}), so not known")


def _fitting(value: object, kind: pa.DataType) -> object:
    """A value as Arrow takes it: a time comes as its clock has it, an instant as that of UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, Decimal) and not pa.types.is_decimal(kind):
        return float(value)
    if isinstance(value, int) and pa.types.is_floating(kind):
        return float(value)
    return value


def _maybe_null(texts: Texts, nulls: frozenset[str]) -> NDArray[np.bool_]:
    """Texts that may mean that nothing is known, by their length and how they begin."""
    known = [each for each in nulls if each and each.isascii()]
    long = np.isin(texts.lengths, [len(each) for each in known])
    first = texts.data[texts.starts[long]]
    long[long] = np.isin(first, [ord(c) for each in known for c in {each[0], each[0].upper()}])
    return long


# -- the quick ways


def _plain_texts(column: Array, _: Parser, __: pa.DataType) -> tuple[Array, NDArray[np.bool_]]:
    """Texts that are as they should be: printable ASCII, without blanks at the ends."""
    texts = texts_of(column)
    read = texts.lengths > 0
    used = texts.used()
    if len(used) and not ((used >= 32) & (used < 127)).all():
        read = mask(pc.match_substring_regex(column, "^[!-~]([ -~]*[!-~])?$"))
    else:
        first = texts.starts[read]
        last = first + texts.lengths[read] - 1
        read[read] = (texts.data[first] > 32) & (texts.data[last] > 32)
    # What may be the error of a formula is looked at by itself.
    read[read] = texts.data[texts.starts[read]] != ord("#")
    return column, read


def _identifiers(
    column: Array, parser: Parser, kind: pa.DataType
) -> tuple[Array, NDArray[np.bool_]]:
    _, read = _plain_texts(column, parser, kind)
    texts = texts_of(column)
    # A number that a spreadsheet made has a point, or an exponent.
    if np.isin(texts.used(), np.frombuffer(b".eE", np.uint8)).any():
        read &= ~mask(pc.match_substring_regex(column, _MANGLED))
    read[read] = texts.data[texts.starts[read]] != ord("'")
    return column, read


_MANGLED = "^[0-9]*([.][0-9.]*([eE][+]?[0-9]+)?|[eE][+]?[0-9]+)$"


def _by_pattern(pattern: str) -> Quick:
    def quick(column: Array, _: Parser, kind: pa.DataType) -> tuple[Array, NDArray[np.bool_]]:
        read = pc.match_substring_regex(column, pattern)
        plain: Array = pc.if_else(read, column, pa.scalar(None, pa.string()))
        return plain.cast(kind), mask(read)

    return quick


def _days(column: Array, parser: Parser, kind: pa.DataType) -> tuple[Array, NDArray[np.bool_]]:
    assert isinstance(parser, Day)  # noqa: S101 # by the table below
    times, read = fixed_times(column, parser.forms)
    days = (times // 86_400_000_000).astype(np.int32)
    return pa.array(days, pa.int32(), mask=~read).cast(kind), read


def _moments(column: Array, parser: Parser, kind: pa.DataType) -> tuple[Array, NDArray[np.bool_]]:
    assert isinstance(parser, Moment)  # noqa: S101 # by the table below
    times, read = fixed_times(column, parser.forms)
    return pa.array(times, pa.int64(), mask=~read).cast(kind), read


Quick = Callable[[Array, Parser, pa.DataType], tuple[Array, NDArray[np.bool_]]]

_QUICK: dict[type, Quick] = {
    Text: _plain_texts,
    Identifier: _identifiers,
    Count: _by_pattern("^[0-9]{1,18}$"),
    Figure: _by_pattern("^-?[0-9]{1,15}([.][0-9]{1,15})?$"),
    Money: _by_pattern(f"^[0-9]{{1,{PRECISION - 3}}}([.][0-9]{{1,2}})?$"),
    Day: _days,
    Moment: _moments,
}
"""How whole columns are read; what a way does not read is read text by text."""
