"""What the measures share: groups of rows, sums and ratios, and a result's declared columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Protocol, TypeAlias, TypeVar, cast

import pyarrow as pa

from npolicing._columns import Column
from npolicing._pandas import pandas_frame
from npolicing._records import Record
from npolicing._tally import names_of
from npolicing.arrow import arrow_schema
from npolicing.errors import MixedRowsError, UnknownCodeError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CONFIDENCE",
    "IS_TOTAL",
    "By",
    "ShareHigh",
    "ShareLow",
    "check_days",
    "check_word",
    "columns_of",
    "difference",
    "needed_days",
    "ratio",
    "refuse_mixed",
    "refuse_total",
    "result",
    "same",
    "total_of",
]

By = str | Sequence[str] | None
"""The columns that a result is grouped by; none for all rows in one."""
CONFIDENCE = 0.95
"""Of every interval, unless another is asked for."""
IS_TOTAL = Column("Whether the row is the total of all groups, which `total=True` adds.")
ShareLow: TypeAlias = Annotated[
    float | None,
    Column(
        "Lower limit of the interval of the share, by Wilson; null with it.",
        unit="ratio",
        ge=0,
        le=1,
    ),
]
ShareHigh: TypeAlias = Annotated[
    float | None,
    Column(
        "Upper limit of the interval of the share, by Wilson; null with it.",
        unit="ratio",
        ge=0,
        le=1,
    ),
]

N = TypeVar("N", int, float, Decimal)
Q = TypeVar("Q", int, float, Decimal)
V = TypeVar("V")
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Figures(Protocol[T_contra]):
    """Makes the figures of a group out of its rows."""

    def __call__(self, rows: Sequence[T_contra], *, is_total: bool) -> Record:
        """The figures of one group, which is never empty."""


def columns_of(by: By, allowed: Sequence[str]) -> tuple[str, ...]:
    """The columns to group by, in the order in which they were asked for.

    Raises:
        UnknownCodeError: If the measure cannot be grouped by one; names every one, and what
            is allowed.
    """
    names = names_of(by)
    unknown = [name for name in names if name not in allowed]
    if unknown:
        raise UnknownCodeError("column to group by", ", ".join(unknown), allowed)
    return names


def check_days(**days: date | None) -> None:
    """Refuse an argument that is no day, such as text or a time, by its name.

    Raises:
        TypeError: With the name, and a day as it is written.
    """
    needed_days(**{name: value for name, value in days.items() if value is not None})


def needed_days(**days: date) -> None:
    """Refuse an argument that is no day, or null, by its name.

    Raises:
        TypeError: With the name, and a day as it is written.
    """
    for name, value in days.items():
        if type(value) is not date:
            raise TypeError(f"{name}= is a day, such as date(2020, 3, 31), not {value!r}")


def check_word(name: str, given: object, known: Sequence[str]) -> None:
    """Refuse a word that an argument does not know.

    Raises:
        ValueError: With the argument's name, and the words that it knows.
    """
    if given not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}, not {given!r}")


def refuse_mixed(
    measure: str, rows: Iterable[object], by: Sequence[str], apart: Sequence[str]
) -> None:
    """Refuse rows that differ in a column that must not be added up, unless `by` has it.

    Raises:
        MixedRowsError: With a line for each such column.
    """
    listed = list(rows)
    words = []
    for column in apart:
        found = sorted({str(getattr(row, column)) for row in listed})
        if len(found) > 1 and column not in by:
            words.append(
                f"{measure} adds up rows of one {column}, and these are of {len(found)}: "
                f"{', '.join(found)}. Put {column!r} in by, or pass the rows of one."
            )
    if words:
        raise MixedRowsError("\n".join(words))


def refuse_total(measure: str, kinds: Iterable[str]) -> None:
    """Refuse a total over several kinds: schemes and people make no sum.

    Raises:
        MixedRowsError: If there are several.
    """
    found = sorted(set(kinds))
    if len(found) > 1:
        raise MixedRowsError(
            f"The total of {measure} would add up {len(found)} kinds: {', '.join(found)}. "
            "Leave total out, or pass the rows of one."
        )


def total_of(values: Iterable[N | None]) -> N | None:
    """A sum; null where a part of it is unknown, for the known parts are no total."""
    listed = list(values)
    return None if None in listed else cast("N", sum(cast("list[N]", listed)))


def difference(first: N | None, second: N | None) -> N | None:
    """The first less the second; null where either is unknown."""
    return None if first is None or second is None else first - second


def ratio(part: Q | None, whole: Q | None) -> float | None:
    """A part over its whole; null where either is unknown, or the whole is zero."""
    return None if part is None or whole is None or whole == 0 else float(part / whole)


def same(values: Iterable[V]) -> V | None:
    """The value that all have; null where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def result(
    declared: type[Record],
    by: Sequence[str],
    rows: Sequence[T],
    figures: Figures[T],
    *,
    total: bool,
    orders: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """A measure's result: a row a group, sorted, and the total after them.

    The columns follow the arguments and the declaration, never the rows. Without rows there is
    nothing to total. A column in `orders` is sorted as its words stand there, another by spelling.
    """
    ranks = {
        name: {word: at for at, word in enumerate(words)} for name, words in (orders or {}).items()
    }

    def place(key: tuple[str | None, ...]) -> list[tuple[bool, int, str]]:
        return [
            (value is None, ranks.get(name, {}).get(value or "", 0), value or "")
            for name, value in zip(by, key, strict=True)
        ]

    groups: dict[tuple[str | None, ...], list[T]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in by), []).append(row)
    keys = sorted(groups, key=place)
    found = [figures(groups[key], is_total=False) for key in keys]
    if total and groups:
        keys.append((None,) * len(by))
        found.append(figures(rows, is_total=True))
    schema = arrow_schema(declared)
    columns = {name: [key[at] for key in keys] for at, name in enumerate(by)}
    columns |= {name: [getattr(row, name) for row in found] for name in schema.names}
    names = [pa.field(name, pa.string()) for name in by]
    table = pa.Table.from_pydict(columns, schema=pa.schema([*names, *schema]))
    return pandas_frame(table)
