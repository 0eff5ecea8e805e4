"""The door into somebody else's engine: rows are counted where they lie, and counts come out.

Only what every engine does alike goes through it: filter, group-by on plain columns, counts, sums
of whole numbers and the earliest time. What is no count is brought out of it row by row, but for
rows that change no figure. Types are looked at before:
an engine would convert what is of another, or refuse it in words of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs
import narwhals.stable.v2 as nw
import pyarrow as pa

from npolicing._tally.cells import WHOLE, check_single, numbers, typed, wrong_type
from npolicing._tally.kernel import add_up
from npolicing._tally.plain_texts import with_plain_texts
from npolicing._tally.question import Question, Value
from npolicing.store import still_as_read

if TYPE_CHECKING:
    from typing import Any

    from npolicing._columns import Kind

__all__ = ["collected", "count_lazily"]


def count_lazily(frame: nw.LazyFrame[Any], question: Question) -> pa.Table:
    """The counts of a polars LazyFrame, a DuckDB relation, a DataFrame of Spark, or the like."""
    flags = _flags(frame, question)
    frame = _kept(frame, question)
    sums = [nw.col(name).sum() for name in (*question.numbers, *flags)]
    if not question.weighted:
        sums.append(nw.len().alias(question.counted[0]))
    if flags:
        frame = frame.with_columns(
            **{name: nw.when(flag.raised).then(1).otherwise(0) for name, flag in flags.items()}
        )
    grouped = list(question.grouped)
    counted = frame.group_by(grouped).agg(*sums) if grouped else frame.select(*sums)
    table = counted.collect().to_arrow()
    for name, flag in flags.items():
        if flag.found is not None and numbers(name, table[name], question, unknown=True).any():
            raise wrong_type(flag.column, flag.found, WHOLE, question)
    return _typed(table, question)


def collected(frame: nw.LazyFrame[Any], question: Question) -> Iterator[pa.Table]:
    """The rows that a question keeps, or fewer that do as well, with the columns that it needs."""
    kept = _kept(frame, question)
    for each in question.fewer(kept) if question.fewer else [kept]:
        yield each.select(list(question.needed)).collect().to_arrow()


@attrs.frozen
class _Flag:
    """What is counted of a column of numbers besides their sum.

    Attributes:
        column: The column.
        raised: For each row, whether it is one to count.
        found: What the column is where there is such a row, if it may have none.
    """

    column: str
    raised: nw.Expr
    found: str | None = None


def _flags(frame: nw.LazyFrame[Any], question: Question) -> dict[str, _Flag]:
    """Rows that no sum would show: those whose number is unknown, or has a part."""
    kinds, flags = frame.collect_schema(), dict[str, _Flag]()
    for name in question.numbers:
        column, kind = nw.col(name), kinds[name]
        if question.weighted:
            found = f"{str(kind).lower()} with nulls"
            flags[_free(f"{name}_null", kinds)] = _Flag(name, column.is_null(), found)
        if kind.is_float() or kind.is_decimal():
            flags[_free(f"{name}_part", kinds)] = _Flag(name, column % 1 != 0, str(kind).lower())
    if question.crimes and not question.weighted:
        flags["crimes_unknown"] = _Flag("crimes", nw.col("crimes").is_null())
    return flags


def _free(name: str, taken: Iterable[str]) -> str:
    """A name for a column of ours that no column has; to some engines A and a are one."""
    names = {each.lower() for each in taken}
    while name in names:
        name = f"{name}_"
    return name


def _kept(frame: nw.LazyFrame[Any], question: Question) -> nw.LazyFrame[Any]:
    if frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect():
        native = frame.to_native()
        still_as_read(native)
        _check_once(native.columns, question)
    frame = with_plain_texts(frame, question)
    kinds = frame.collect_schema()
    _check_types(frame, kinds, question)
    for name, wanted in question.where.items():
        frame = frame.filter(_among(name, wanted, kinds[name]))
    return frame


_PLAIN: dict[Kind, tuple[type[nw.dtypes.DType], ...]] = {
    "text": (nw.String, nw.Categorical, nw.Enum),
    "boolean": (nw.Boolean,),
    "date": (nw.Date,),
}
"""Types that are surely those that are declared; of any other Arrow's own is looked at."""


def _check_once(names: Sequence[str], question: Question) -> None:
    """Refuse a column that is there twice, which Spark's frames may have."""
    for name in question.needed:
        if names.count(name) > 1:
            raise wrong_type(name, "two columns", "one column", question)


def _check_types(
    frame: nw.LazyFrame[Any], kinds: Mapping[str, nw.dtypes.DType], question: Question
) -> None:
    doubted = [name for name in question.needed if not _is_plain(name, kinds[name], question)]
    if not doubted:
        return
    none = frame.select(doubted).head(0).collect().to_arrow()
    for name in doubted:
        if name in question.columns:
            check_single(name, none[name].type, question)
            typed(name, none[name], question)
        if name in question.numbers:
            numbers(name, none[name], question)


def _is_plain(name: str, kind: nw.dtypes.DType, question: Question) -> bool:
    if name in question.numbers and not kind.is_numeric():
        return False
    field = question.field(name)
    if name not in question.columns:
        return True
    if field is None:
        return not kind.is_nested()
    return kind.is_integer() if field.kind == "integer" else kind in _PLAIN.get(field.kind, ())


def _among(name: str, wanted: frozenset[Value], kind: nw.dtypes.DType) -> nw.Expr:
    found = (_as_one_of(value, kind) for value in wanted)
    among = nw.col(name).is_in([value for value in found if value is not None])
    return among | nw.col(name).is_null() if None in wanted else among


def _as_one_of(value: Value, kind: nw.dtypes.DType) -> Value:
    """A value as a column of some type would have it; null where it has none that is equal."""
    if kind in (nw.String, nw.Categorical, nw.Enum):
        return value if isinstance(value, str) else None
    if kind.is_numeric():
        return int(value) if isinstance(value, int) else None
    if kind == nw.Boolean:
        return bool(value) if isinstance(value, int) and value in (0, 1) else None
    if kind == nw.Date:
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(kind, nw.Datetime):
        zoned = kind.time_zone is not None
        return (
            value if isinstance(value, datetime) and zoned == (value.tzinfo is not None) else None
        )
    return value


def _typed(table: pa.Table, question: Question) -> pa.Table:
    """The engine's columns in the types that the kernel gives."""
    columns = {name: typed(name, table[name], question) for name in question.grouped}
    # The sum of no row, and that of unknown numbers, is null in some engines and 0 in others.
    sums = {
        name: pa.array(numbers(name, table[name], question, unknown=True))
        for name in question.counted
    }
    return add_up([pa.table({**columns, **sums})], question.grouped, question.counted)
