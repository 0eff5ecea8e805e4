"""Every error and warning of npolicing, and what a failure of the data is.

Each error has one base, `NpolicingError`, and is also the built-in that it is a kind of, so both
`except npol.NpolicingError` and `except ValueError` do what they say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import attrs

__all__ = [
    "CODES",
    "ColumnTypeError",
    "DeclarationError",
    "Failure",
    "InputFileError",
    "MissingColumnsError",
    "MissingTargetError",
    "MixedRowsError",
    "NpolicingError",
    "NpolicingWarning",
    "SchemaVersionError",
    "StoreError",
    "UnknownCodeError",
    "UnknownColumnsError",
    "ValidationError",
]

CODES: dict[str, str] = {
    "AMBIGUOUS_TIME": "A local time that came twice, on the night when clocks went back.",
    "AREA_NOT_CURRENT": "The area's code is known, but not at that date.",
    "ARRIVAL_BEFORE_DISPATCHED": "First arrival before the first dispatch.",
    "ARRIVAL_BEFORE_RECEIVED": "First arrival before the log was received.",
    "BID_ALLOCATED_OVER_AWARDED": "More was promised than was awarded.",
    "BID_AWARDED_OVER_REQUESTED": "More was awarded than was asked for.",
    "BID_DATES": "A step of a bid is dated before the step that it follows.",
    "BID_PAID_OVER_ALLOCATED": "More was paid than was promised.",
    "BID_PAID_OVER_AWARDED": "More was paid than was awarded.",
    "BID_UNALIGNED": "A bid past its draft has no aligned member of staff.",
    "CLOSED_BEFORE_ARRIVAL": "Closed before the first arrival.",
    "CLOSED_BEFORE_RECEIVED": "Closed before it was received.",
    "CSV_FORMAT": "The line is not RFC 4180, or has another number of cells than the header.",
    "DISPATCHED_BEFORE_RECEIVED": "First dispatched before the log was received.",
    "DUPLICATE_ITEM": "A list names the same thing twice.",
    "DUPLICATE_KEY": "Two rows have the same key.",
    "EMPTY": "Text, or a list, with nothing in it.",
    "ENDS_BEFORE_START": "A last day before the first day.",
    "INCONSISTENT": "Two columns of one row contradict each other.",
    "MISSING": "A field that the entity needs is not there.",
    "NONEXISTENT_TIME": "A local time that never was, on the night when clocks went forward.",
    "NOT_ALLOWED": "Not one of the allowed values.",
    "NOT_FINITE": "Not a number, or infinite.",
    "NULL": "No value where there must be one.",
    "OUT_OF_RANGE": "Outside the bounds of its column.",
    "PATTERN": "Text that does not have the form of its column.",
    "REFERENTIAL": "A key that the table it points into does not have.",
    "TEXT": "Text with blanks at an end, or with characters that do not print.",
    "UNKNOWN_FIELD": "A name that the entity does not have.",
    "UNKNOWN_GRADE": "A grade that the force's grading scheme does not have.",
    "UNKNOWN_NPU": "A code that the force's code book does not have.",
    "WRONG_TYPE": "A value of another type than its column's.",
}
"""The stable vocabulary of failures: what `Failure.code` may be, and what it means."""

SHOWN = 20
"""How many failures a message shows; the error has all of them."""


class NpolicingError(Exception):
    """The base of every error that npolicing raises."""


class NpolicingWarning(UserWarning):
    """The base of every warning that npolicing gives."""


@attrs.frozen(kw_only=True)
class Failure:
    """One thing that is wrong with the data.

    `row` counts from 0 in the rows as they were passed; it is `None` for a single record and for a
    fault of a whole column. `column` names several columns, with a comma, where a rule relates
    them. `value` is as it was found, but for personal columns, whose values are withheld.
    """

    code: str
    rule: str
    column: str | None = None
    row: int | None = None
    value: object = None

    def __str__(self) -> str:
        places = []
        if self.row is not None:
            places.append(f"row {self.row}")
        if self.column is not None:
            places.append(self.column)
        place = ", ".join(places)
        words = f"{brief(self.value)} breaks {self.rule} [{self.code}]"
        if self.code == "MISSING":
            words = f"is missing [{self.code}]"
        return f"{place}: {words}" if place else words


def brief(value: object) -> str:
    """The `repr` of a value, cut short where it would fill a screen."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class DeclarationError(NpolicingError, TypeError):
    """An entity is declared wrongly: the mistake is its author's, and the words are for them."""


class ValidationError(NpolicingError, ValueError):
    """Data break the rules of an entity; `failures` has every failure, not the first."""

    def __init__(self, entity: str, failures: Iterable[Failure]) -> None:
        self.entity = entity
        self.failures = tuple(failures)
        super().__init__(entity, self.failures)

    def __str__(self) -> str:
        number = len(self.failures)
        lines = [f"{number} {'failure' if number == 1 else 'failures'} for {self.entity}:"]
        counts = Counter((each.column, each.rule) for each in self.failures)
        if len(counts) < number:
            lines += [f"  {n} x {_of(column)}{rule}" for (column, rule), n in counts.most_common()]
            lines.append("  ...")
        lines += [f"  - {failure}" for failure in self.failures[:SHOWN]]
        if number > SHOWN:
            lines.append(f"  - and {number - SHOWN} more, all in .failures")
        return "\n".join(lines)


def _of(column: str | None) -> str:
    return f"{column}: " if column else ""


class MissingColumnsError(NpolicingError, ValueError):
    """A frame lacks columns; names every one of them, and what the frame has."""

    def __init__(self, missing: Sequence[str], present: Sequence[str]) -> None:
        self.missing = tuple(missing)
        self.present = tuple(present)
        super().__init__(self.missing, self.present)

    def __str__(self) -> str:
        lines = [
            f"The frame has no column {_listed(self.missing)}; it has {_listed(self.present)}."
        ]
        lines += _hints(self.missing, self.present)
        return "\n".join(lines)


class UnknownColumnsError(NpolicingError, ValueError):
    """A frame has columns that the entity does not; they would be lost, so it is refused."""

    def __init__(self, entity: str, unknown: Sequence[str], known: Sequence[str]) -> None:
        self.entity = entity
        self.unknown = tuple(unknown)
        self.known = tuple(known)
        super().__init__(entity, self.unknown, self.known)

    def __str__(self) -> str:
        lines = [
            f"{self.entity} has no column {_listed(self.unknown)}; it has {_listed(self.known)}.",
            *_hints(self.unknown, self.known),
            "Rename or drop what does not belong: npolicing loses nothing without being told.",
        ]
        return "\n".join(lines)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"


def _hints(wanted: Iterable[str], there: Sequence[str]) -> list[str]:
    near = {name: get_close_matches(name, there, n=1) for name in wanted}
    return [f"Hint: {name!r} is close to {close[0]!r}." for name, close in near.items() if close]


class ColumnTypeError(NpolicingError, TypeError):
    """Columns hold another type than their entity says; `failures` has one for each column."""

    def __init__(self, entity: str, failures: Iterable[Failure]) -> None:
        self.entity = entity
        self.failures = tuple(failures)
        super().__init__(entity, self.failures)

    def __str__(self) -> str:
        lines = [f"Columns of the wrong type for {self.entity}:"]
        for each in self.failures:
            lines.append(f"  - {each.column}: is {each.value}, not {each.rule}")
            lines += _ways_out(str(each.value), each.rule)
        return "\n".join(lines)


_TEXT = ("string", "large_string", "string_view")
_WAYS_OUT = (
    (("double", "float", "halffloat"), "decimal", "build it from text: Decimal(str(x))."),
    (_TEXT, "decimal", "build it with Decimal(x), without signs and commas."),
    (_TEXT, "date32", "read it with pd.to_datetime(x, format='%Y-%m-%d'), or as it is written."),
    (_TEXT, "timestamp", "read it with pd.to_datetime(x), then say which zone it is in."),
    (("int64", "double"), "string", "read it as text (dtype=str), so that no leading 0 is lost."),
    (
        ("timestamp[s]", "timestamp[ms]", "timestamp[us]", "timestamp[ns]"),
        "timestamp",
        "give its zone with .dt.tz_localize('Europe/London').",
    ),
)


def _ways_out(found: str, wanted: str) -> list[str]:
    return [
        f"    Hint: {words}"
        for types, start, words in _WAYS_OUT
        if found in types and wanted.startswith(start)
    ]


class UnknownCodeError(NpolicingError, LookupError):
    """A code or alias that reference data do not know; `known` has those that they do."""

    def __init__(self, what: str, code: str, known: Sequence[str]) -> None:
        self.what = what
        self.code = code
        self.known = tuple(known)
        super().__init__(what, code, self.known)

    def __str__(self) -> str:
        text = f"{brief(self.code)} is no {self.what}; known: {', '.join(self.known) or 'none'}."
        near = get_close_matches(str(self.code).upper(), [k.upper() for k in self.known], n=2)
        return f"{text} Close to it: {', '.join(near)}." if near else text


class MissingTargetError(NpolicingError, LookupError):
    """A target, or a date, is needed that no source gives; npolicing does not guess one."""


class MixedRowsError(NpolicingError, ValueError):
    """Rows that must not be added up are in one group; the message says what tells them apart."""


class SchemaVersionError(NpolicingError, ValueError):
    """A file was written to a schema that this version cannot read."""


class InputFileError(NpolicingError, ValueError):
    """A file cannot be used; the message names it and says why.

    `failures` has what is wrong with its rows, where that is the reason. The message is one line.
    """

    def __init__(self, path: str, reason: str, failures: Iterable[Failure] = ()) -> None:
        self.path = path
        self.reason = reason
        self.failures = tuple(failures)
        super().__init__(path, reason, self.failures)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class StoreError(NpolicingError, OSError):
    """A log store cannot be written or read; the message names it, says why, and the way out."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
