"""When things happened at a log, settled once: instants in UTC, and the local day of the receipt.

Nothing after this converts a time zone. What a log frame then has is what `Log` declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast, overload

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat

from npolicing._examining import ArrowStream, arrow_table
from npolicing._pandas import pandas_frame
from npolicing._storage import Cells, stored, stored_pandas
from npolicing._zones import Ambiguous, Nonexistent, Policy, clock, local, numbers, utc
from npolicing.arrow import Array, ChunkedArray, arrow_type, nulls
from npolicing.entities.log import Log
from npolicing.errors import ColumnTypeError, Failure, MissingColumnsError, ValidationError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from npolicing._columns import Field

__all__ = ["COLUMNS", "local_columns", "response_seconds", "settle", "settle_arrow"]

_FIELDS = {field.name: field for field in Log.columns()}
_TIMES = tuple(name for name, field in _FIELDS.items() if field.kind == "timestamp")
_SETTLED = ("received_on", "month", "hour_of_week", "response_seconds")
COLUMNS = (*_TIMES, *_SETTLED)
"""The columns that settling reads; it writes those of them that follow from the times."""

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_THURSDAY = 3  # 1970-01-01 was one


@overload
def settle(  # type: ignore[overload-overlap] # a frame of pandas speaks Arrow too
    logs: pd.DataFrame,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pd.DataFrame: ...
@overload
def settle(  # type: ignore[overload-overlap] # one of polars does as well
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
    """Settle when each log was received: its instants in UTC, its local day, month and hour.

    `hour_of_week` = 24 x weekday (Monday is 0) + hour, local; `response_seconds` = first arrival
    less receipt, in whole seconds, rounded down. Null comes of null, and of an arrival before the
    receipt.

    Args:
        logs: A frame with `received_at`, and any other columns, which stay as they are.
        tz: Zone of the local day, and of naive times; Europe/London where it is left out.
        ambiguous: What a naive time is that came twice: ``"earliest"``, ``"latest"``, or
            ``"raise"``. Wherever times are naive, it must be said, and `tz` too.
        nonexistent: What a naive time is that never was: ``"raise"``, or ``"shift_forward"`` to
            the instant at which clocks went forward.

    Returns:
        A frame of the same kind (an Arrow table, where it is neither pandas nor polars), its times
        in UTC to the microsecond, with `received_on`, `month`, `hour_of_week` and, where there is
        `first_arrived_at`, `response_seconds` after the rest. One of these that was there already
        stays, and must agree; `response_seconds` may be null, which agrees with anything.

    Raises:
        ValidationError: If times cannot be settled, or a column disagrees; has every row.
        MissingColumnsError: If there is no `received_at`.
        ColumnTypeError: If a column is no time, or times are naive and no policy is stated.
        UnknownCodeError: If there is no such zone, or policy.

    >>> import pandas as pd
    >>> late = pd.to_datetime(["2018-07-31T23:30Z"])
    >>> settle(pd.DataFrame({"received_at": late}))[["month", "hour_of_week"]].to_dict("records")
    [{'month': '2018-08', 'hour_of_week': 48}]
    """
    policy = Policy(tz, ambiguous, nonexistent)
    frame = cast(ArrowStream, nw.to_native(logs, pass_through=True))
    if nw.dependencies.is_pandas_dataframe(frame):
        return _pandas_settled(frame, policy)
    if nw.dependencies.is_polars_dataframe(frame):
        _check_names(frame.columns)
        ours = frame.select([name for name in frame.columns if name in COLUMNS])
        columns = pa.table(_table_columns(ours.to_arrow(), policy))
        settled: pl.DataFrame = nw.from_arrow(columns, backend="polars").to_native()
        return frame.with_columns(settled.get_columns())
    return _arrow_settled(arrow_table(frame), policy)


def settle_arrow(
    table: pa.Table,
    *,
    tz: str | None = None,
    ambiguous: Ambiguous | None = None,
    nonexistent: Nonexistent = "raise",
) -> pa.Table:
    """Settle an Arrow table, as `settle` does.

    >>> late = pa.array([datetime(2018, 12, 31, 23, 59, tzinfo=UTC)])
    >>> settle_arrow(pa.table({"received_at": late}), tz="Asia/Kolkata")["month"].to_pylist()
    ['2019-01']
    """
    return _arrow_settled(table, Policy(tz, ambiguous, nonexistent))


def _arrow_settled(table: pa.Table, policy: Policy) -> pa.Table:
    _check_names(table.column_names)
    for name, column in _table_columns(table, policy).items():
        if name in table.column_names:
            at = table.column_names.index(name)
            table = table.set_column(at, table.schema.field(at).with_type(column.type), column)
        else:
            table = table.append_column(name, column)
    return table


def _table_columns(table: pa.Table, policy: Policy) -> dict[str, Array]:
    there = [name for name in COLUMNS if name in table.column_names]
    times = {name: _whole(table[name]) for name in there if name in _TIMES}
    kept = {name: stored(_FIELDS[name], table[name]) for name in there if name in _SETTLED}
    return _columns(times, kept, policy)


def _pandas_settled(frame: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    _check_names([str(name) for name in frame.columns])
    there = [name for name in COLUMNS if name in frame]
    times = {name: _pandas_times(frame[name]) for name in there if name in _TIMES}
    kept = {name: stored_pandas(_FIELDS[name], frame[name]) for name in there if name in _SETTLED}
    columns = _columns(times, kept, policy)
    # An hour is never null in `Log`; here it is, where a log was received at no known time.
    schema = pa.schema(
        pa.field(name, each.type, _FIELDS[name].nullable or each.null_count > 0)
        for name, each in columns.items()
    )
    settled = pandas_frame(pa.table(list(columns.values()), schema=schema))
    # By place: the index is the caller's, and may have one label twice.
    return frame.assign(**{name: settled[name].array for name in columns})


def _pandas_times(column: pd.Series) -> Array:
    """A pandas column as Arrow has it; Python's own times with a zone are brought to UTC."""
    if column.dtype != object:
        array = _whole(pa.array(column, from_pandas=True))
        empty = pat.is_floating(array.type) and array.null_count == len(array)
        return nulls(len(array), pa.null()) if empty else array
    cells = [None if missing else cell for cell, missing in zip(column, column.isna(), strict=True)]
    given = [cell for cell in cells if cell is not None]
    zoned = {isinstance(cell, datetime) and cell.tzinfo is not None for cell in given}
    if len(zoned) > 1 or not all(isinstance(cell, datetime) for cell in given):
        # Arrow would bring days, or times with and without a zone, to one type in silence.
        cells = [None if cell is None else str(cell) for cell in cells]
    elif zoned == {True}:
        cells = [None if cell is None else cell.astimezone(UTC) for cell in cells]
    # Nanoseconds where a pandas time has some, which Arrow would else drop in silence.
    fine = any(getattr(cell, "nanosecond", 0) for cell in given)
    kind = pa.timestamp("ns", tz="UTC" if zoned == {True} else None) if fine else None
    times: Array = pa.array(cells, kind)
    return times


def _whole(column: Array | ChunkedArray) -> Array:
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    if isinstance(column, pa.ChunkedArray):
        whole: Array = column.combine_chunks()
        return whole
    return column


def _check_names(names: Sequence[str]) -> None:
    if "received_at" not in names:
        raise MissingColumnsError(["received_at"], names)
    twice = [name for name in COLUMNS if list(names).count(name) > 1]
    if twice:
        rule, value = "one column", "two columns"
        raise ColumnTypeError(
            Log.__name__,
            [Failure(code="WRONG_TYPE", rule=rule, column=each, value=value) for each in twice],
        )


# -- what they have in common


def _columns(
    times: Mapping[str, Array], kept: Mapping[str, Cells], policy: Policy
) -> dict[str, Array]:
    """Every column that is written: the times, and what follows from them."""
    cells = {name: _instants(_FIELDS[name], array, policy) for name, array in times.items()}
    found = cells | dict(kept)
    refused = [each.refused for each in found.values() if each.refused is not None]
    if refused:
        raise ColumnTypeError(Log.__name__, refused)
    columns = {name: each.array for name, each in cells.items()}
    new = local_columns(columns["received_at"], policy.zone)
    if "first_arrived_at" in columns:
        new["response_seconds"] = response_seconds(
            columns["received_at"], columns["first_arrived_at"]
        )
    failures = [failure for each in found.values() for failure in each.failures]
    # A local day may be in the year 0 where its instant is not.
    day = stored(_FIELDS["received_on"], new["received_on"])
    failures += [attrs.evolve(failure, column="received_at") for failure in day.failures]
    for name in new:
        if name in kept:
            failures += _contradictions(_FIELDS[name], kept[name], new[name], policy)
    if failures:
        raise ValidationError(Log.__name__, sorted(failures, key=lambda each: each.row or 0))
    return columns | new | {name: each.array for name, each in kept.items()}


def _instants(field: Field, array: Array, policy: Policy) -> Cells:
    """Times in UTC, to the microsecond; naive ones by the policy."""
    if not isinstance(array.type, pa.TimestampType) or array.type.tz is not None:
        return stored(field, array)
    if policy.tz is None or policy.ambiguous is None:
        return Cells(nulls(len(array), arrow_type(field)), refused=_naive(field, array, policy))
    face = stored(field, array.cast(pa.timestamp(array.type.unit, "UTC")))
    times, known = numbers(face.array)
    found = utc(times, policy.zone, policy.ambiguous)
    failures = list(face.failures)
    if policy.ambiguous == "raise":
        rule = f'comes once in {policy.zone}; or say ambiguous="earliest" or "latest"'
        failures += _unsettled("AMBIGUOUS_TIME", rule, field, times, found.ambiguous & known)
    if policy.nonexistent == "raise":
        rule = f'is on the clocks of {policy.zone}; or say nonexistent="shift_forward"'
        failures += _unsettled("NONEXISTENT_TIME", rule, field, times, found.nonexistent & known)
    settled = stored(field, _array(found.utc, known, arrow_type(field)))
    return Cells(settled.array, (*failures, *settled.failures))


def _naive(field: Field, array: Array, policy: Policy) -> Failure:
    rule = (
        f'instants; local times need settle(logs, tz="{policy.zone}", '
        f'ambiguous="{policy.ambiguous or "raise"}"), or "earliest" or "latest"'
    )
    return Failure(code="WRONG_TYPE", rule=rule, column=field.name, value=str(array.type))


def _unsettled(
    code: str, rule: str, field: Field, times: NDArray[np.int64], bad: NDArray[np.bool_]
) -> Iterable[Failure]:
    for row in np.flatnonzero(bad).tolist():
        value = clock(int(times[row]))
        yield Failure(code=code, rule=rule, column=field.name, row=row, value=value)


def _array(values: NDArray[np.int64], known: NDArray[np.bool_], kind: pa.DataType) -> Array:
    return pa.array(values, pa.int64(), mask=~known).cast(kind)


def local_columns(received_at: Array, zone: str) -> dict[str, Array]:
    """The local day, month and hour of the week of instants in UTC; null of null."""
    times, known = numbers(received_at)
    hours = (local(times, zone) // _HOUR).astype(np.int32)
    days = hours // np.int32(24)
    hour_of_week = (hours + np.int32(24 * _THURSDAY)) % np.int32(168)
    return {
        "received_on": pa.array(days, pa.int32(), mask=~known).cast(pa.date32()),
        "month": _months(days, known),
        "hour_of_week": _array(hour_of_week.astype(np.int64), known, pa.int64()),
    }


def _months(days: NDArray[np.int32], known: NDArray[np.bool_]) -> Array:
    """The months as text: each is written once, and taken for all of its logs."""
    if not len(days):
        return pa.array([], pa.string())
    first = days.min()
    calendar = np.arange(first, days.max() + 1).astype("datetime64[D]").astype("datetime64[M]")
    texts = np.arange(calendar[0], calendar[-1] + 1).astype(str)
    places = (calendar - calendar[0]).astype(np.int32)[days - first]
    return pa.array(texts.tolist(), pa.string()).take(pa.array(places, pa.int32(), mask=~known))


def response_seconds(received_at: Array, first_arrived_at: Array) -> Array:
    """Whole seconds from receipt to arrival; null of null, and of an arrival before it."""
    received, known = numbers(received_at)
    arrived, there = numbers(first_arrived_at)
    after = arrived - received
    return _array(after // _SECOND, known & there & (after >= 0), pa.int64())


def _contradictions(field: Field, kept: Cells, new: Array, policy: Policy) -> Iterable[Failure]:
    """Rows where a column that was there says something else than the times do."""
    other: Array = pc.not_equal(kept.array, new)
    if not field.nullable:
        # Unknown, where the times make it known; of two nulls neither says anything.
        other = pc.if_else(pc.is_null(kept.array), pc.is_valid(new), other)
    rule = f"follows from the times, in {policy.zone}"
    faulty = {failure.row for failure in kept.failures}
    for row in pc.indices_nonzero(other).to_pylist():
        if row is not None and row not in faulty:
            value = kept.array[row].as_py()
            yield Failure(code="INCONSISTENT", rule=rule, column=field.name, row=row, value=value)
