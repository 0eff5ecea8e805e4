"""How libraries store a column, brought to the Arrow type that its entity declares.

Only the storage changes, never the value: what cannot be kept exactly is a failure of its cell. A
column of another kind (text for a date, a float for money) is refused whole. Three habits of
libraries are met half-way, because the column has one type and its cells no say in it:

* whole numbers in a column of money;
* in pandas, whole numbers with gaps, which it keeps as float64;
* in pandas, dates, which it keeps as timestamps at midnight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing.arrow import Array, ChunkedArray, arrow_type, nulls
from npolicing.errors import Failure

if TYPE_CHECKING:
    import pandas as pd

    from npolicing._columns import Field, Kind

__all__ = ["Cells", "stored", "stored_pandas"]


@attrs.frozen
class Cells:
    """A column in its declared type; a cell that could not be kept is null, and named."""

    array: Array
    failures: tuple[Failure, ...] = ()
    refused: Failure | None = None


def stored_pandas(field: Field, column: pd.Series) -> Cells:
    """A pandas column; one of mixed Python objects is taken cell by cell."""
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError):
        return _objects(field, [None if _missing(value) else value for value in column])
    return stored(field, array, pandas=True)


def _missing(value: object) -> bool:
    # pandas' own missing values: NaN, NaT and NA are the ones that are not equal to themselves.
    if value is None or isinstance(value, (list, tuple)):
        return value is None
    return str(value) in ("nan", "NaT", "<NA>") and not isinstance(value, str)


def _objects(field: Field, values: list[object]) -> Cells:
    failures: list[Failure] = []
    kept: list[object] = []
    for row, value in enumerate(values):
        plain = tuple(value) if field.kind == "texts" and isinstance(value, list) else value
        bad = () if plain is None else tuple(field.failures(plain, row))
        failures += bad
        kept.append(None if bad else plain)
    return Cells(pa.array(kept, arrow_type(field)), tuple(failures))


def stored(field: Field, column: Array | ChunkedArray, *, pandas: bool = False) -> Cells:
    """A column that speaks Arrow."""
    array: Array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.DictionaryArray):
        array = array.dictionary_decode()
    if pat.is_null(array.type):
        return Cells(nulls(len(array), arrow_type(field)))
    if not _storable(field.kind, array.type, pandas=pandas):
        return Cells(nulls(len(array), arrow_type(field)), refused=_refusal(field, array.type))
    return _cast(field, array)


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
    code, rule = ("WRONG_TYPE", field.type_rule)
    if field.kind in ("decimal", "timestamp") or pat.is_integer(array.type):
        code, rule = "OUT_OF_RANGE", f"fits {target}"
    failures = (
        Failure(code=code, rule=rule, column=field.name, row=row, value=_shown(field, array, row))
        for row in bad
    )
    return Cells(kept, tuple(failures))


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


def _shown(field: Field, array: Array, row: int) -> object:
    if field.column.personal:
        return "(withheld)"
    try:
        return array[row].as_py()
    except ValueError:  # nanoseconds, where pandas is not there to hold them
        return str(array[row])
