"""Rows of any kind brought to their entity's Arrow table, and everything wrong with them named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._checks import Found, check_cells
from npolicing._failures import KEPT, Failures, Fault
from npolicing._records import Record, Records
from npolicing._relating import check_keys, check_rules
from npolicing._storage import Cells, stored, stored_pandas
from npolicing.arrow import arrow_schema, arrow_type
from npolicing.errors import (
    ColumnTypeError,
    Failure,
    MissingColumnsError,
    UnknownColumnsError,
    ValidationError,
)

if TYPE_CHECKING:
    import pandas as pd

    from npolicing._columns import Field

__all__ = [
    "ArrowStream",
    "Examined",
    "Rows",
    "accepted",
    "any_table",
    "arrow_table",
    "entity_of",
    "examine",
    "examine_cells",
    "found_in",
    "frame_cells",
    "take",
]


class ArrowStream(Protocol):
    """What pandas, polars, pyarrow, DuckDB and narwhals frames all offer."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as a stream of Arrow batches."""


Rows = Sequence[Record] | ArrowStream
"""Records of one entity, or a frame of any library that speaks Arrow."""


@attrs.frozen(eq=False)
class Examined:
    """Rows as a table, and what is wrong with them; a cell at fault is null.

    Attributes:
        table: The rows.
        failures: The first failures, and the number of all.
        bad: The rows that have any.
    """

    table: pa.Table
    failures: Failures
    bad: NDArray[np.bool_]


def take(rows: Rows, entity: type[Record], columns: Sequence[str]) -> pa.Table:
    """The columns that a measure needs, checked; what else a frame has is not its business.

    A needed column that the entity lets be absent is filled with its default. Records are taken
    whole.
    """
    fields = tuple(field for field in entity.columns() if field.name in columns)
    return accepted(examine(rows, entity, fields), entity).select(list(columns))


def accepted(examined: Examined, entity: type[Record]) -> pa.Table:
    """The table, or a `ValidationError` with everything that is wrong."""
    if examined.failures:
        raise ValidationError(entity.__name__, examined.failures)
    return examined.table


def entity_of(rows: Rows) -> type[Record]:
    """The entity of records; a frame has none, so it must be named."""
    if isinstance(rows, Records):
        return rows.entity
    if isinstance(rows, Sequence) and rows and isinstance(rows[0], Record):
        return type(rows[0])
    raise TypeError("Say what a row is: pass the entity, such as npolicing.Log.")


def examine(
    rows: Rows,
    entity: type[Record],
    fields: tuple[Field, ...] | None = None,
    *,
    keep: int = KEPT,
    keys: bool = True,
) -> Examined:
    """The declared columns of rows, or only some, with the first failures of them.

    Of a part of the rows keys say nothing: `keys` is false then.

    Raises:
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: Where a frame has the wrong
            shape; then no cell is checked.
    """
    wanted = entity.columns() if fields is None else fields
    if isinstance(rows, Sequence):
        cells = _record_cells(rows, entity, wanted)
    else:
        cells = frame_cells(rows, entity, wanted, strict=fields is None)
    return examine_cells(cells, entity, keep=keep, keys=keys)


def examine_cells(
    cells: dict[str, Cells], entity: type[Record], *, keep: int = KEPT, keys: bool = True
) -> Examined:
    """Columns as they were stored: their cells, their rules and, unless told not to, their keys."""
    refused = [each.refused for each in cells.values() if each.refused is not None]
    if refused:
        raise ColumnTypeError(entity.__name__, refused)
    schema = arrow_schema(entity)
    table = pa.table(
        [each.array for each in cells.values()],
        schema=pa.schema([schema.field(name).with_nullable(nullable=True) for name in cells]),
    )
    found = _found(entity, table, cells, keep, keys=keys)
    bad = np.zeros(table.num_rows, dtype=np.bool_)
    counts: Counter[Fault] = Counter()
    for each in found:
        bad[each.rows] = True
        counts += each.counts
    failures = sorted((f for each in found for f in each.failures), key=_by_row)
    if not counts:
        table = table.cast(pa.schema([schema.field(name) for name in cells]))
    return Examined(table, Failures(failures[:keep], counts), bad)


def _by_row(failure: Failure) -> int:
    return -1 if failure.row is None else failure.row


def _found(
    entity: type[Record], table: pa.Table, cells: dict[str, Cells], keep: int, *, keys: bool
) -> list[Found]:
    bad: dict[str, NDArray[np.bool_]] = {}
    found: list[Found] = []
    for field in entity.columns():
        if field.name in cells:
            of_cells, bad[field.name] = found_in(field, cells[field.name], keep)
            found += of_cells
    found += check_rules(entity, table, bad, keep)
    repeated = check_keys(entity, table, bad, keep) if keys else None
    return found if repeated is None else [*found, repeated]


def found_in(field: Field, cells: Cells, keep: int) -> tuple[list[Found], NDArray[np.bool_]]:
    """What is wrong with the cells of one column, and the rows whose cell is."""
    stored = _stored(cells)
    known = np.zeros(len(cells.array), dtype=np.bool_)
    known[stored.rows] = True
    checked = check_cells(field, cells.array, known, keep)
    known[checked.rows] = True
    return [stored, checked], known


def _stored(cells: Cells) -> Found:
    """What was found wrong with cells when they were brought to their type."""
    rows = [each.row for each in cells.failures if each.row is not None]
    counts = Counter((each.code, each.column, each.rule) for each in cells.failures)
    return Found(np.array(rows, dtype=np.intp), list(cells.failures), counts)


def _record_cells(
    rows: Sequence[Record], entity: type[Record], wanted: Iterable[Field]
) -> dict[str, Cells]:
    for number, row in enumerate(rows):
        if type(row) is not entity:
            found = type(row).__name__
            raise TypeError(f"row {number} is a {found}, not a {entity.__name__}")
    return {
        field.name: Cells(pa.array([getattr(row, field.name) for row in rows], arrow_type(field)))
        for field in wanted
    }


def frame_cells(
    rows: ArrowStream, entity: type[Record], wanted: Iterable[Field], *, strict: bool
) -> dict[str, Cells]:
    """The columns of a frame as they are stored; one that it leaves out has its default."""
    rows = nw.to_native(rows, pass_through=True)
    if nw.dependencies.is_pandas_dataframe(rows):
        _check_names([str(name) for name in rows.columns], entity, wanted, strict=strict)
        return {
            field.name: stored_pandas(field, rows[field.name])
            if field.name in rows
            else _defaults(field, len(rows))
            for field in wanted
        }
    table = arrow_table(rows)
    _check_names(table.column_names, entity, wanted, strict=strict)
    return {
        field.name: stored(field, table[field.name])
        if field.name in table.column_names
        else _defaults(field, table.num_rows)
        for field in wanted
    }


def arrow_table(rows: ArrowStream) -> pa.Table:
    """A frame's columns as they are."""
    if nw.dependencies.is_polars_dataframe(rows):
        # polars streams its own text views, whose dictionaries Arrow cannot decode.
        return rows.to_arrow()
    kind = f"{type(rows).__module__}.{type(rows).__name__}"
    if kind.startswith("pyspark."):
        # It speaks Arrow too, and would be brought here whole.
        raise TypeError(
            f"{kind} is a frame of Spark: npol.spark has settle, check, split and write_store for "
            "it; tally, and the measures on logs, take it as it is. toArrow() brings it here whole."
        )
    if not hasattr(rows, "__arrow_c_stream__"):
        raise TypeError(f"{kind} is no frame that speaks Arrow; collect it first, if it is lazy.")
    return pa.table(rows)


def any_table(table: pd.DataFrame | ArrowStream) -> pa.Table:
    """A table that is no entity's; of a pandas frame the index is left out, and NaN is null.

    Raises:
        ColumnTypeError: If a column of a pandas frame holds what no one type has.
    """
    if not nw.dependencies.is_pandas_dataframe(table):
        return arrow_table(table)
    try:
        return pa.Table.from_pandas(table, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        # Arrow names the column last; the cell that it names, too, may be personal.
        names = [name for name in table.columns if f"column {name} with" in str(error.args[-1])]
        failure = Failure(
            code="WRONG_TYPE",
            rule="of one; make all of them text, or all of them numbers",
            column=str(names[0]) if names else None,
            value="of several types",
        )
        raise ColumnTypeError("the table", [failure]) from error


def _check_names(
    names: Sequence[str], entity: type[Record], wanted: Iterable[Field], *, strict: bool
) -> None:
    known = [field.name for field in entity.columns()]
    missing = [field.name for field in wanted if field.required and field.name not in names]
    if missing:
        raise MissingColumnsError(missing, names)
    unknown = [name for name in names if name not in known]
    if strict and unknown:
        raise UnknownColumnsError(entity.__name__, unknown, known)
    twice = [field for field in wanted if list(names).count(field.name) > 1]
    if twice:
        raise ColumnTypeError(
            entity.__name__,
            [
                Failure(code="WRONG_TYPE", rule="one column", column=each.name, value="two columns")
                for each in twice
            ],
        )


def _defaults(field: Field, length: int) -> Cells:
    return Cells(pa.array([field.default] * length, arrow_type(field)))
