"""How libraries store a column, brought to the Arrow type that its entity declares.

Only the storage changes, never the value: what cannot be kept exactly is a failure of its cell. A
column of another kind (text for a date, a float for money) is refused whole. Some habits of
libraries are met half-way, because the column has one type and its cells no say in it:

* whole numbers in a column of money, or of figures;
* times of another zone, which are the same instants in UTC;
* in pandas, NaN and NaT, which are its null;
* in pandas, whole numbers with gaps, which it keeps as float64;
* in pandas, dates, which it keeps as timestamps at midnight;
* in pandas, a column of nothing but gaps, which it keeps as float64.

A pandas column of Python objects has no type of its own: its cells are held to the constructor's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from npolicing._columns import PRECISION
from npolicing.arrow import Array, ChunkedArray, arrow_type, nulls
from npolicing.errors import Failure

if TYPE_CHECKING:
    import pandas as pd

    from npolicing._columns import Field, Kind

__all__ = ["Cells", "of_objects", "stored", "stored_pandas"]


@attrs.frozen
class Cells:
    """A column in its declared type; a cell that could not be kept is null, and named."""

    array: Array
    failures: tuple[Failure, ...] = ()
    refused: Failure | None = None


def stored_pandas(field: Field, column: pd.Series) -> Cells:
    """A pandas column; one of mixed Python objects is taken cell by cell."""
    loose = column.dtype == object
    if loose and _mixed(field.kind, column):
        return of_objects(field, map(_plain, column))
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError):
        return of_objects(field, map(_plain, column))
    if array.null_count == len(array):
        return Cells(nulls(len(array), arrow_type(field)))
    return stored(field, array, pandas=not loose)


def _mixed(kind: Kind, column: pd.Series) -> bool:
    """Whether Arrow might bring objects to one type without a word, such as days and times."""
    found = {each for each in set(map(type, column)) if each.__name__ not in _MISSING}
    if kind != "number":
        found.discard(float)  # pandas' NaN; Arrow refuses another float among other things
    adapted = _ADAPTED.get(kind, ())
    return len(found) > 1 or any(issubclass(each, adapted) for each in found)


# A day and a time that are mixed, times of several zones, whole numbers among amounts.
_ADAPTED: dict[Kind, type] = {"date": datetime, "timestamp": datetime, "decimal": int}
_MISSING = ("NoneType", "NaTType", "NAType")


def _plain(value: object) -> object:
    """An object out of a pandas column, with pandas' ways of saying null and list undone."""
    if isinstance(value, (list, np.ndarray)):
        return tuple(value)
    # NaN of a Decimal is pandas' own missing value too.
    if isinstance(value, (float, Decimal)):
        return None if math.isnan(value) else value
    return None if type(value).__name__ in _MISSING else value


def of_objects(field: Field, values: Iterable[object]) -> Cells:
    """Python values, each held to the constructor's check."""
    failures: list[Failure] = []
    kept: list[object] = []
    for row, value in enumerate(values):
        bad = () if value is None else tuple(field.failures(value, row))
        failures += bad
        kept.append(None if bad else value)
    return Cells(pa.array(kept, arrow_type(field)), tuple(failures))


def stored(field: Field, column: Array | ChunkedArray, *, pandas: bool = False) -> Cells:
    """A column that speaks Arrow."""
    if isinstance(column.type, pa.DictionaryType):
        # Before chunks are joined: together they may have more texts than their codes can count.
        column = column.cast(column.type.value_type)
    array: Array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pat.is_null(array.type):
        return Cells(nulls(len(array), arrow_type(field)))
    if not _storable(field.kind, array.type, pandas=pandas):
        return Cells(nulls(len(array), arrow_type(field)), refused=_refusal(field, array.type))
    return _within_years(field, _cast(field, array))


_ENDS: dict[Kind, tuple[date, date]] = {
    "date": (date.min, date.max),
    "timestamp": (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
}


def _is_text(kind: pa.DataType) -> bool:
    return pat.is_string(kind) or pat.is_large_string(kind) or str(kind) == "string_view"


def _is_texts(kind: pa.DataType) -> bool:
    if pat.is_list(kind) or pat.is_large_list(kind) or pat.is_fixed_size_list(kind):
        return _is_text(kind.value_type) or pat.is_null(kind.value_type)
    return False


_KINDS: dict[Kind, tuple[Callable[[pa.DataType], bool], ...]] = {
    "text": (_is_text,),
    "texts": (_is_texts,),
    "integer": (pat.is_integer,),
    "number": (pat.is_floating, pat.is_integer),
    "boolean": (pat.is_boolean,),
    "date": (pat.is_date,),
    "timestamp": (lambda kind: pat.is_timestamp(kind) and kind.tz is not None,),
    "decimal": (pat.is_decimal, pat.is_integer),
}
_PANDAS: dict[Kind, tuple[Callable[[pa.DataType], bool], ...]] = {
    "integer": (pat.is_floating,),
    "date": (lambda kind: pat.is_timestamp(kind) and kind.tz is None,),
}


def _storable(kind: Kind, found: pa.DataType, *, pandas: bool) -> bool:
    accepted = _KINDS[kind] + (_PANDAS.get(kind, ()) if pandas else ())
    return any(is_kind(found) for is_kind in accepted)


def _refusal(field: Field, found: pa.DataType) -> Failure:
    return Failure(
        code="WRONG_TYPE", rule=str(arrow_type(field)), column=field.name, value=str(found)
    )


def _cast(field: Field, array: Array) -> Cells:
    target = arrow_type(field)
    if array.type == target:
        return Cells(array)
    kept, bad = _cast_cells(array, target)
    code, rule = _lossless(field, array.type)
    failures = (
        Failure(code=code, rule=rule, column=field.name, row=row, value=_shown(field, array, row))
        for row in bad
    )
    return Cells(kept, tuple(failures))


def _lossless(field: Field, found: pa.DataType) -> tuple[str, str]:
    """Code and rule of a cell that its column's type cannot hold, as the constructor has them."""
    if field.kind == "decimal":
        return "OUT_OF_RANGE", f"fits decimal({PRECISION}, {field.column.scale})"
    if field.kind == "timestamp":
        return "OUT_OF_RANGE", "fits microseconds"
    if pat.is_integer(found):
        return "OUT_OF_RANGE", "fits a float" if field.kind == "number" else "fits 64 bits"
    return "WRONG_TYPE", field.type_rule


def _cast_cells(array: Array, target: pa.DataType) -> tuple[Array, list[int]]:
    """Cast what can be kept exactly, and the places of what cannot: halved until one is left."""
    try:
        return _cast_exactly(array, target), []
    except pa.ArrowInvalid:
        if len(array) == 1:
            return nulls(1, target), [0]
    middle = len(array) // 2
    first, bad_first = _cast_cells(array[:middle], target)
    last, bad_last = _cast_cells(array[middle:], target)
    return pa.concat_arrays([first, last]), bad_first + [middle + row for row in bad_last]


def _cast_exactly(array: Array, target: pa.DataType) -> Array:
    if pat.is_decimal(target) and pat.is_integer(array.type):
        # Arrow wants room for any 64-bit number first.
        array = array.cast(pa.decimal128(38, target.scale))
    cast = array.cast(target)
    if pat.is_date(target) and not cast.cast(array.type).equals(array):
        raise pa.ArrowInvalid("a time of day would be lost")
    return cast


def _within_years(field: Field, cells: Cells) -> Cells:
    """Days and times that Python can hold; Arrow counts on beyond the year 9999."""
    if field.kind not in _ENDS:
        return cells
    first, last = (pa.scalar(end, cells.array.type) for end in _ENDS[field.kind])
    beyond = pc.or_(pc.less(cells.array, first), pc.greater(cells.array, last))
    rows = pc.indices_nonzero(beyond).to_pylist()
    failures = (
        Failure(code="OUT_OF_RANGE", rule="in the years 1 to 9999", column=field.name, row=row)
        for row in rows
    )
    array = pc.if_else(beyond, nulls(1, cells.array.type)[0], cells.array) if rows else cells.array
    return Cells(array, (*cells.failures, *failures))


def _shown(field: Field, array: Array, row: int) -> object:
    if field.column.personal:
        return "(withheld)"
    try:
        return array[row].as_py()
    except OverflowError:  # years that Python does not have
        return array[row].value
    except ValueError:  # nanoseconds, where pandas is not there to hold them
        return str(array[row])
