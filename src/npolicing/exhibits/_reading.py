"""The result of a measure, read for a picture: its groups, its rows, and null where nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import attrs
import pandas as pd

from npolicing._records import Record
from npolicing._wording import joined
from npolicing.errors import MissingColumnsError

__all__ = ["ALL", "FORCE", "NOBODY", "Result", "Row", "by_label", "summed", "together", "worded"]

ALL = "All"
NOBODY = "Not known"
FORCE = "Whole force"
_NAME = "name"


@attrs.frozen
class Row:
    """One row of a result."""

    values: Mapping[str, object]
    label: str

    def number(self, column: str) -> float | None:
        """A figure; null where there is none."""
        value = self.values.get(column)
        if value is None:
            return None
        return float(value) if isinstance(value, (int, float, Decimal)) else float(str(value))

    def known(self, column: str) -> float:
        """A figure that every row has."""
        found = self.number(column)
        if found is None:
            raise ValueError(f"{column} is null, and a result of this measure has it in each row")
        return found

    def money(self, column: str) -> Decimal | None:
        """An amount."""
        value = self.values.get(column)
        return None if value is None else Decimal(str(value))

    def text(self, column: str) -> str | None:
        """A word or a month."""
        value = self.values.get(column)
        return None if value is None else str(value)

    def day(self, column: str) -> date | None:
        """A day."""
        value = self.values.get(column)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def true(self, column: str) -> bool:
        """Whether a flag is there and set."""
        return self.values.get(column) is not None and bool(self.values[column])


@attrs.frozen(eq=False)
class Result:
    """A frame that a measure gave, and what its rows are called."""

    frame: pd.DataFrame
    declared: type[Record] | None
    groups: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        declared: type[Record],
        names: Mapping[str, str],
        *,
        apart: Sequence[str] = (),
        needed: Sequence[str] = (),
        null: str = NOBODY,
    ) -> Result:
        """A result by its own declaration; what stands before that is what it is grouped by.

        Args:
            frame: The result.
            declared: What declares its columns.
            names: What codes of its groups are called.
            apart: Columns of the groups that do not name a row, such as the month.
            needed: Columns that it must have; all that are declared without.
            null: What a group is called that has none.

        Raises:
            MissingColumnsError: If the frame lacks any of them.
        """
        own = [field.name for field in declared.columns()]
        columns = [str(name) for name in frame.columns]
        _refuse_missing([*(needed or own), *apart], columns)
        keys = [name for name in columns if name not in {*own, *apart, _NAME}]
        rows = tuple(_row(row, keys, names, null) for row in frame.to_dict("records"))
        shown = [name for name in columns if name in {*keys, *apart} and name not in own]
        return cls(_named(frame, names), declared, tuple(shown), rows)

    @property
    def parts(self) -> list[Row]:
        """The rows that are no totals."""
        return [row for row in self.rows if not row.true("is_total")]

    @property
    def totals(self) -> list[Row]:
        """The rows that are totals."""
        return [row for row in self.rows if row.true("is_total")]

    @property
    def drawn(self) -> list[Row]:
        """The rows to draw: the parts, or the totals where there are no others."""
        return self.parts or self.totals

    @property
    def series(self) -> dict[str, list[Row]]:
        """The rows to draw, by what they are called, in order.

        Those of which nobody knows the group are left out, unless they are all.
        """
        found = by_label(self.drawn)
        return {label: rows for label, rows in found.items() if label != NOBODY} or found

    @property
    def left_out(self) -> list[str]:
        """A sentence on what `series` leaves out."""
        there = {row.label for row in self.drawn}
        if NOBODY not in there or there == {NOBODY}:
            return []
        return ["Not drawn: what is of no known group. It is in the table."]


def by_label(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by what they are called."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.label, []).append(row)
    return found


def _refuse_missing(needed: Sequence[str], present: Sequence[str]) -> None:
    missing = [name for name in dict.fromkeys(needed) if name not in present]
    if missing:
        raise MissingColumnsError(missing, present)


def _row(
    row: Mapping[object, object], keys: Sequence[str], names: Mapping[str, str], null: str
) -> Row:
    values = {str(name): _plain(value) for name, value in row.items()}
    if values.get("is_total") or not keys:
        return Row(values, ALL)
    words = [
        null if values[key] is None else _called(values[key], values, key, names) for key in keys
    ]
    return Row(values, " ".join(words))


def _called(value: object, values: Mapping[str, object], key: str, names: Mapping[str, str]) -> str:
    own = values.get(_NAME) if key == "npu" else None
    return names.get(str(value)) or str(own or value)


def _plain(value: object) -> object:
    """A value, or null for each of pandas' ways to have none."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and value != value:  # noqa: PLR0124 # that is what NaN is
        return None
    return value


def _named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The result with the names of its units beside their codes, where any is given."""
    if not names or "npu" not in frame.columns or _NAME in frame.columns:
        return frame
    codes = [None if pd.isna(code) else names.get(str(code)) for code in frame["npu"]]
    named = frame.copy()
    named.insert(
        list(frame.columns).index("npu") + 1, _NAME, pd.Series(codes, frame.index, dtype="object")
    )
    return named


def summed(rows: Iterable[Row], column: str) -> float | None:
    """A sum; null where a part of it is."""
    values = [row.number(column) for row in rows]
    return None if not values or None in values else sum(value or 0.0 for value in values)


def together(found: Result, column: str) -> float | None:
    """A figure of the total; the sum of the parts where there is no total."""
    totals = found.totals
    return totals[0].number(column) if len(totals) == 1 else summed(found.parts, column)


def worded(labels: Sequence[str], most: int = 3, what: str = "units") -> str:
    """Names in a sentence; how many there are, where they are many."""
    return joined(list(labels)) if len(labels) <= most else f"{len(labels)} {what}"
