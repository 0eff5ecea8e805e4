"""Frames of logs, settled: each comes back as the kind that it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import narwhals.stable.v2 as nw
import pyarrow as pa

from npolicing._examining import ArrowStream, arrow_table
from npolicing._pandas import pandas_frame
from npolicing._storage import stored, stored_pandas
from npolicing._zones import Ambiguous
from npolicing.arrow import Array, ChunkedArray, arrow_schema
from npolicing.entities import Log
from npolicing.errors import ColumnTypeError, Failure, MissingColumnsError
from npolicing.settling._following import DERIVED, FIELDS, TIMES, settled
from npolicing.settling._policy import Nonexistent, Policy
from npolicing.settling._series import times_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = ["settle", "settle_arrow"]


@overload
def settle(
    logs: pd.DataFrame,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pd.DataFrame: ...
@overload
def settle(
    logs: pl.DataFrame,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pl.DataFrame: ...
@overload
def settle(
    logs: ArrowStream,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pa.Table: ...
def settle(
    logs: ArrowStream,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> object:
    """Write the local date, month and hour of the week of logs beside their times in UTC.

    ``received_on``, ``month`` (such as ``2018-07``) and ``hour_of_week`` (0 is Monday 00:00 to
    00:59) are those of `received_at` on the local clock; ``response_seconds`` is `first_arrived_at`
    minus `received_at` in whole seconds, rounded down, where the frame has arrivals.

    Args:
        logs: A pandas or polars frame, an Arrow table, or whatever else speaks Arrow; a row is a
            log. Times that have a zone, of whichever, are instants.
        tz: The local zone; ``Europe/London`` unless stated. Times without a zone are of it, and
            then it must be stated.
        ambiguous: Which instant a time is that came twice, as clocks went back: ``"earliest"``,
            ``"latest"``, or ``"raise"``. To be stated where times have no zone.
        nonexistent: What a time is that never was, as clocks went forward: ``"raise"``, or
            ``"shift_forward"`` for the moment at which they did.

    Returns:
        The same kind of frame (an Arrow table for what is neither pandas nor polars), its index
        kept: the times of `Log` in UTC and microseconds, the other columns as they are, and what
        was not there yet after them. Null where a time is null; ``response_seconds`` also where
        arrival is before receipt. What is there already must agree and is kept, and a null of
        ``response_seconds`` stays, as it may be null. Settling twice is settling once.

    Raises:
        MissingColumnsError: If there is no `received_at`.
        ColumnTypeError: If a column has no times, or times without a zone and `tz` or `ambiguous`
            is not stated.
        ValidationError: If times came twice, never were, are finer than a microsecond or out of
            the years 1 to 9999, or a column contradicts them; `failures` has every row.
        UnknownCodeError: If there is no such zone.
        ValueError: If a policy is none of those above.

    >>> import pandas as pd
    >>> logs = pd.DataFrame({"received_at": pd.to_datetime(["2018-08-01 00:30"])})
    >>> settle(logs, tz="Europe/London", ambiguous="raise").T
                                       0
    received_at    2018-07-31 23:30:00+00:00
    received_on                   2018-08-01
    month                            2018-08
    hour_of_week                          48
    """
    policy = Policy(tz, ambiguous, nonexistent)
    logs = cast(ArrowStream, nw.to_native(logs, pass_through=True))
    if nw.dependencies.is_pandas_dataframe(logs):
        return _settle_pandas(logs, policy)
    if nw.dependencies.is_polars_dataframe(logs):
        return _settle_polars(logs, policy)
    return _settle_table(arrow_table(logs), policy)


def settle_arrow(
    table: pa.Table,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pa.Table:
    """As `settle`, of an Arrow table.

    Args:
        table: The logs.
        tz: As `settle`.
        ambiguous: As `settle`.
        nonexistent: As `settle`.

    Raises:
        MissingColumnsError, ColumnTypeError, ValidationError, UnknownCodeError, ValueError: As
            `settle`.

    >>> at = pa.array([datetime(2018, 7, 31, 23, 30, tzinfo=UTC)])
    >>> settle_arrow(pa.table({"received_at": at}))["month"].to_pylist()
    ['2018-08']
    """
    return _settle_table(table, Policy(tz, ambiguous, nonexistent))


def _settle_table(table: pa.Table, policy: Policy) -> pa.Table:
    _check_names(table.column_names)
    there = [name for name in DERIVED if name in table.column_names]
    times = {name: _whole(table[name]) for name in TIMES if name in table.column_names}
    given = {name: stored(FIELDS[name], table[name]) for name in there}
    kinds = {name: _plain(table[name].type) for name in there}
    for name, array in settled(times, given, kinds, policy).items():
        at = table.schema.get_field_index(name)
        field = _field(name, array)
        table = table.append_column(field, array) if at < 0 else table.set_column(at, field, array)
    return table


def _settle_polars(frame: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    _check_names(frame.columns)
    needed = [name for name in (*TIMES, *DERIVED) if name in frame.columns]
    table = _settle_table(frame.select(needed).to_arrow(), policy)
    return frame.with_columns(type(frame)(table).get_columns())


def _settle_pandas(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    names = [name for name in frame.columns if isinstance(name, str)]
    _check_names(names)
    there = [name for name in DERIVED if name in names]
    refused: list[Failure] = []
    times = {name: times_of(name, frame[name], refused) for name in TIMES if name in names}
    if refused:
        raise ColumnTypeError("Log", refused)
    given = {name: stored_pandas(FIELDS[name], frame[name]) for name in there}
    kinds = {name: kind_of(frame[name]) for name in there}
    columns = settled(times, given, kinds, policy)
    schema = pa.schema([_field(name, array) for name, array in columns.items()])
    return _with(frame, pandas_frame(pa.table(list(columns.values()), schema=schema)))


def _with(frame: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """A frame with some of its columns replaced, and others after them."""
    result = frame.copy(deep=False)
    columns.index = frame.index
    for name in columns:
        column = columns[name]
        if name in frame and is_arrow(frame[name]):
            column = column.astype(arrow_dtype(name))
        result[name] = column
    return result


def _check_names(names: Sequence[str]) -> None:
    if "received_at" not in names:
        raise MissingColumnsError(["received_at"], names)
    twice = [name for name in (*TIMES, *DERIVED) if list(names).count(name) > 1]
    if twice:
        rule, value = "one column", "two columns"
        raise ColumnTypeError(
            "Log",
            [Failure(code="WRONG_TYPE", rule=rule, column=each, value=value) for each in twice],
        )


def _field(name: str, array: Array) -> pa.Field[pa.DataType]:
    field = arrow_schema(Log).field(name)
    return field.with_nullable(field.nullable or array.null_count > 0)


def _whole(column: ChunkedArray) -> Array:
    """A column in one piece, its dictionary looked up."""
    return column.cast(_plain(column.type)).combine_chunks()


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind
