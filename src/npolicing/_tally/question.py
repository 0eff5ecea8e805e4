"""What is asked of rows: how they are grouped, which are left out, and what is added up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import attrs

from npolicing._columns import Field
from npolicing._records import Record
from npolicing.entities import Attendance, Crime, Log
from npolicing.errors import Failure, MissingColumnsError, MixedRowsError, ValidationError

if TYPE_CHECKING:
    from typing import Any

    import narwhals.stable.v2 as nw

__all__ = ["By", "Fewer", "Question", "Value", "Where", "ask", "grain_of", "names_of"]

By = str | Sequence[str] | None
"""The columns to group by; none for all rows in one group."""
Value = str | int | bool | date | None
Where = Mapping[str, Value | Collection[Value]] | None
"""For a column, the value or the values of the rows to count; `None` is null."""
Fewer: TypeAlias = "Callable[[nw.LazyFrame[Any]], Iterable[nw.LazyFrame[Any]]]"
"""Leaves out rows of another engine that change no figure, so that fewer are brought out of it."""

_CRIMES = ("crimes", "crimes_unknown")


def names_of(names: str | Iterable[str] | None) -> tuple[str, ...]:
    """Names, such as those of the columns to group by: one or several, each once.

    Raises:
        TypeError: If it is neither a name nor several.
    """
    if not isinstance(names, str | Iterable | None):
        raise TypeError(f"the name of a column, or several, are asked for, not {names!r}")
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names or ()))


@attrs.frozen(kw_only=True)
class Question:
    """A tally that is asked for, of rows whose columns are known.

    Attributes:
        entity: What a row is, or what the rows that were counted were.
        by: The columns that the result shows.
        grouped: The columns that are grouped by: `by`, and `force`, so that two are seen.
        where: For a column, the values of the rows that are counted.
        counted: The columns of counts.
        weighted: Whether the rows are a tally themselves, whose counts are added up.
        fewer: What another engine may do before rows are brought out of it.
    """

    entity: type[Record]
    by: tuple[str, ...]
    grouped: tuple[str, ...]
    where: Mapping[str, frozenset[Value]]
    counted: tuple[str, ...]
    weighted: bool
    fewer: Fewer | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values are looked at, each once."""
        return tuple(dict.fromkeys((*self.grouped, *self.where)))

    @property
    def crimes(self) -> bool:
        """Whether crimes are counted, too, beside what the rows are."""
        return "crimes" in self.counted[1:]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that are added up."""
        if self.weighted:
            return self.counted
        return ("crimes",) if self.crimes else ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        return tuple(dict.fromkeys((*self.columns, *self.numbers)))

    def field(self, name: str) -> Field | None:
        """What is declared of a column, where anything is."""
        return next((field for field in self.entity.columns() if field.name == name), None)


def ask(
    names: Sequence[str],
    by: By,
    where: Where,
    *,
    crimes: bool,
    needs: Sequence[str] = (),
    entity: type[Record] | None = None,
) -> Question:
    """The question that arguments ask of rows with some columns, which must have those of `needs`.

    Without an entity the columns tell whether the rows are logs or attendances.

    Raises:
        MissingColumnsError: With every column that the rows lack.
        MixedRowsError: If the columns say that the rows are logs and attendances, or logs where
            crimes are asked for.
        ValidationError: If a value to keep is none that its column may have.
        ValueError: If a column is to be grouped by and added up.
    """
    asked = names_of(by)
    counted, count, weighted = _crimes(names) if entity is Crime else _grain(names)
    more = _CRIMES if crimes else ()
    # A tally need not name its force: it was made of rows of one.
    force = () if weighted and "force" not in names else ("force",)
    question = Question(
        entity=counted,
        by=asked,
        grouped=tuple(dict.fromkeys((*asked, *force))),
        where={name: _values(wanted) for name, wanted in (where or {}).items()},
        counted=(count, *more),
        weighted=weighted,
    )
    wanted = (*question.columns, *question.numbers, *needs)
    missing = [name for name in wanted if name not in names]
    if missing:
        raise MissingColumnsError(list(dict.fromkeys(missing)), names)
    both = [name for name in question.grouped if name in question.counted]
    if both:
        raise ValueError(
            f"{both[0]} are added up, so they cannot be in by as well: leave them out of one of "
            "the two, or ask twice."
        )
    _check_values(question)
    return question


def _crimes(names: Sequence[str]) -> tuple[type[Record], str, bool]:
    """As `_grain`, of crimes: a column of that name counts them, where no row is one."""
    if {"log_id", "logs", "attendances"}.intersection(names):
        raise MixedRowsError(
            "Crimes are to be counted, and these are rows of logs, whose crimes may be unknown. "
            "Pass Crime rows; or counts of them, in a column crimes beside none of logs."
        )
    return Crime, "crimes", "crimes" in names and "crime_id" not in names


def _grain(names: Sequence[str]) -> tuple[type[Record], str, bool]:
    """What a row is or was, what it is called, and whether the rows are counts of it."""
    count, weighted = grain_of(names)
    return (Attendance if count == "attendances" else Log), count, weighted


def grain_of(names: Sequence[str]) -> tuple[str, bool]:
    """What rows with some columns are of, and whether they are counts of it.

    Raises:
        MixedRowsError: If the columns say that the rows are logs and attendances.
    """
    logs = "logs" in names and "log_id" not in names
    attendances = "attendances" in names and "unit_ref" not in names
    if logs and (attendances or "unit_ref" in names):
        raise MixedRowsError(
            "The rows count logs and attendances. Several units may attend one log: keep a table "
            "of each, and tally them apart."
        )
    if logs or attendances:
        return "logs" if logs else "attendances", True
    return "attendances" if "unit_ref" in names else "logs", False


def _values(wanted: Value | Collection[Value]) -> frozenset[Value]:
    if wanted is None or isinstance(wanted, (str, int, date)):
        return frozenset([wanted])
    return frozenset(wanted)


def _check_values(question: Question) -> None:
    failures = []
    for name, wanted in question.where.items():
        field = question.field(name)
        if field is None:
            continue
        for value in sorted(wanted, key=repr):
            failures += [
                Failure(code=code, rule=rule, column=f"where {name}", value=value)
                for code, rule in field.faults(value)
                if value is not None
            ]
    if failures:
        raise ValidationError(question.entity.__name__, failures)
