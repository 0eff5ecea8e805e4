"""Frames of several libraries: their columns as Arrow, and Arrow in a frame of the same library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.types as pat
from numpy.typing import NDArray

from npolicing._examining import ArrowStream, Rows, arrow_table
from npolicing._pandas import pandas_frame
from npolicing.errors import ColumnTypeError, Failure, MissingColumnsError
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd
    from narwhals.stable.v2.typing import IntoDataFrame, IntoDataFrameT

    from npolicing.arrow import Array, ChunkedArray

__all__ = [
    "Coded",
    "as_frame",
    "beside",
    "coded",
    "codes_of",
    "eager",
    "filtered",
    "plain_table",
    "require",
    "same_kind",
]


def eager(rows: IntoDataFrameT) -> nw.DataFrame[IntoDataFrameT]:
    """A frame of pandas, polars or pyarrow, with the narwhals interface.

    Raises:
        TypeError: If it is none.
    """
    try:
        return nw.from_native(rows, eager_only=True)
    except TypeError:
        kind = f"{type(rows).__module__}.{type(rows).__name__}"
        raise TypeError(
            f"{kind} is no frame of pandas, polars or pyarrow. Collect what is lazy, and bring "
            "records there with to_pandas or to_arrow."
        ) from None


def as_frame(rows: Rows) -> nw.DataFrame[Any]:
    """Rows of any kind as a frame; records, and what can be read once, become an Arrow table."""
    if isinstance(rows, Sequence) or not nw.dependencies.is_into_dataframe(rows):
        rows = plain_table(rows)
    return nw.from_native(rows, eager_only=True)


def plain_table(rows: Rows | IntoDataFrame) -> pa.Table:
    """The columns of rows as Arrow, as they are; the index of pandas is none of them.

    Raises:
        ColumnTypeError: If a column of pandas has objects of several types; names each.
    """
    if isinstance(rows, Sequence):
        return to_arrow(rows)
    native: ArrowStream = nw.to_native(rows, pass_through=True)
    if not nw.dependencies.is_pandas_dataframe(native):
        return arrow_table(native)
    try:
        return pa.Table.from_pandas(native, preserve_index=False)
    except (pa.ArrowException, TypeError, OverflowError):
        mixed = [str(name) for name in native.columns if _is_mixed(native[name])]
        raise ColumnTypeError("a table", [_wrong(name, "one type") for name in mixed]) from None


def _is_mixed(column: pd.Series) -> bool:
    try:
        pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, OverflowError):
        return True
    return False


def _wrong(name: str, rule: str, found: str = "Python objects") -> Failure:
    return Failure(code="WRONG_TYPE", rule=rule, column=name, value=found)


def require(names: Iterable[str], present: Sequence[str]) -> None:
    """Refuse a frame without columns that are needed; every one is named."""
    missing = [name for name in dict.fromkeys(names) if name not in present]
    if missing:
        raise MissingColumnsError(missing, present)


def same_kind(table: pa.Table, frame: nw.DataFrame[IntoDataFrameT]) -> IntoDataFrameT:
    """A table as a frame of the library of another."""
    if frame.implementation.is_pandas():
        return pandas_frame(table)  # type: ignore[return-value] # of the other's library
    made = nw.from_arrow(table, backend=frame.implementation)  # type: ignore[arg-type] # it is eager
    return made.to_native()  # type: ignore[no-any-return] # as above


def filtered(
    frame: nw.DataFrame[IntoDataFrameT], rows: NDArray[np.bool_]
) -> nw.DataFrame[IntoDataFrameT]:
    """Some rows of a frame, by their place."""
    flags = nw.new_series("kept", rows, nw.Boolean, backend=frame.implementation)  # type: ignore[arg-type] # it is eager
    return frame.filter(flags)


def beside(frame: nw.DataFrame[IntoDataFrameT], table: pa.Table) -> IntoDataFrameT:
    """A frame with the columns of a table of as many rows beside its own."""
    native = frame.to_native()
    if not table.num_columns:
        return native
    added = same_kind(table, frame)
    if nw.dependencies.is_pandas_dataframe(native):
        # As arrays: pandas would put columns together by their index, and not by their place.
        arrays = {name: added[name].array for name in table.column_names}  # type: ignore[index] # of pandas, too
        return native.assign(**arrays)
    return nw.concat([frame, eager(added)], how="horizontal").to_native()  # type: ignore[no-any-return] # of the frame's library


@attrs.frozen(eq=False)
class Coded:
    """A column of codes.

    Attributes:
        values: Each different one, once.
        rows: For each row which of them it has; -1 where it is null.
    """

    values: list[str]
    rows: NDArray[np.intp]

    def counts(self, rows: NDArray[np.bool_]) -> dict[str | None, int]:
        """How many of some rows have each code, most first; null has the key `None`."""
        numbers = np.bincount(self.rows[rows] + 1, minlength=len(self.values) + 1).tolist()
        found = zip([None, *self.values], numbers, strict=True)
        order = sorted(found, key=lambda each: (-each[1], each[0] is None, each[0] or ""))
        return {code: number for code, number in order if number}


def coded(what: str, name: str, column: Array | ChunkedArray) -> Coded:
    """A column of text by its different values.

    Raises:
        ColumnTypeError: If it is no text.
    """
    kind = column.type
    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
        column = column.cast(kind)
    if pat.is_null(kind) or str(kind) == "string_view":
        column = column.cast(pa.large_string())
    elif not pat.is_string(kind) and not pat.is_large_string(kind):
        raise ColumnTypeError(what, [_wrong(name, "string", str(kind))])
    if not len(column):
        # Of no chunks pyarrow 18 makes no dictionary.
        return Coded([], np.zeros(0, np.intp))
    encoded: Any = column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    rows = encoded.indices.fill_null(-1).to_numpy().astype(np.intp, copy=False)
    return Coded(encoded.dictionary.to_pylist(), rows)


def codes_of(what: str, frame: nw.DataFrame[IntoDataFrameT], name: str) -> Coded:
    """A frame's column of codes; pandas may keep anything in it."""
    try:
        column = frame[name].to_arrow()
    except (pa.ArrowException, TypeError):
        raise ColumnTypeError(what, [_wrong(name, "string")]) from None
    return coded(what, name, column)
