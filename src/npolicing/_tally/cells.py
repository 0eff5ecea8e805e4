"""Values to group by and numbers to add up, brought from an engine's types to the declared ones."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.types as pat

from npolicing._storage import stored
from npolicing.arrow import Array, ChunkedArray, arrow_type
from npolicing.errors import ColumnTypeError, Failure, ValidationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from npolicing._tally.question import Question

__all__ = ["WHOLE", "Column", "check_single", "numbers", "type_of", "typed", "wrong_type", "zeroed"]

Column: TypeAlias = "Array | ChunkedArray"
WHOLE = "whole numbers"


def type_of(name: str, question: Question) -> pa.DataType:
    """The type of a column to group by; text, where nobody has declared it."""
    field = question.field(name)
    return pa.string() if field is None else arrow_type(field)


def typed(name: str, column: Column, question: Question, *, pandas: bool = False) -> Array:
    """Values of a column in the type that it is declared to have.

    Raises:
        ColumnTypeError: If they are of another kind, such as text for a date.
        ValidationError: If one cannot be kept in that type.
    """
    field = question.field(name)
    if field is None:
        return _plain(column)
    cells = stored(field, column, pandas=pandas)
    if cells.refused is not None:
        raise ColumnTypeError(question.entity.__name__, [cells.refused])
    if cells.failures:
        # A value may be that of many rows: none of them is named.
        failures = [attrs.evolve(each, row=None) for each in cells.failures]
        raise ValidationError(question.entity.__name__, failures)
    return cells.array


def _plain(column: Column) -> Array:
    """Values of a column that nobody has declared, in the usual type of their kind."""
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    array: Array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = array.type
    if pat.is_large_string(kind) or pat.is_null(kind) or str(kind) == "string_view":
        return array.cast(pa.string())
    return array.cast(pa.int64()) if pat.is_integer(kind) else array


def wrong_type(name: str, found: str, wanted: str, question: Question) -> ColumnTypeError:
    """The error that says what a column is, and what it is not."""
    wrong = Failure(code="WRONG_TYPE", rule=wanted, column=name, value=found)
    return ColumnTypeError(question.entity.__name__, [wrong])


def check_single(name: str, kind: pa.DataType, question: Question) -> None:
    """Refuse lists and the like, which nobody can group by.

    Raises:
        ColumnTypeError: If a row of the column has several values.
    """
    if pat.is_nested(kind):
        raise wrong_type(name, str(kind), "one value a row", question)


def zeroed(column: Column) -> Column:
    """Numbers with 0 for what is null, to be added up beside how many were null."""
    return column.fill_null(pa.scalar(0, column.type))


def numbers(
    name: str, column: Column, question: Question, *, unknown: bool = False
) -> NDArray[np.int64]:
    """A column of whole numbers to add up.

    Args:
        name: Its name.
        column: The numbers.
        question: What is asked.
        unknown: Whether some may be unknown, and add nothing.

    Raises:
        ColumnTypeError: If one is no whole number, or unknown where it may not be.
    """
    kind = str(column.type)
    if column.null_count and not unknown:
        kind = f"{kind} with nulls"
    elif pat.is_null(column.type):  # nobody knows any
        return np.zeros(len(column), dtype=np.int64)
    elif pat.is_integer(column.type) or pat.is_floating(column.type) or pat.is_decimal(column.type):
        with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError):
            found: NDArray[np.int64] = zeroed(column).cast(pa.int64()).to_numpy()
            return found
    raise wrong_type(name, kind, WHOLE, question)
