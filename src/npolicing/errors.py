"""Every error and warning of npolicing, and what a failure of the data is.

Each error has one base, `NpolicingError`, and is also the built-in that it is a kind of, so both
`except npol.NpolicingError` and `except ValueError` do what they say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from npolicing._failures import CODES, SHOWN, Failure, Failures, brief

__all__ = [
    "CODES",
    "ColumnTypeError",
    "DeclarationError",
    "DisclosureError",
    "Failure",
    "Failures",
    "FitError",
    "InputFileError",
    "MissingColumnsError",
    "MissingTargetError",
    "MixedRowsError",
    "NpolicingError",
    "NpolicingWarning",
    "SchemaVersionError",
    "StoreError",
    "TooManyRejectsError",
    "UnknownCodeError",
    "UnknownColumnsError",
    "ValidationError",
    "WorkbookError",
    "WorkerError",
]


class NpolicingError(Exception):
    """The base of every error that npolicing raises."""


class NpolicingWarning(UserWarning):
    """The base of every warning that npolicing gives."""


class DeclarationError(NpolicingError, TypeError):
    """An entity is declared wrongly: the mistake is its author's, and the words are for them."""


class ValidationError(NpolicingError, ValueError):
    """Data break the rules of an entity; `failures` has every failure, not the first.

    Of very many rows it has the first failures, and the number of all: see `Failures`.
    """

    def __init__(self, entity: str, failures: Iterable[Failure]) -> None:
        self.entity = entity
        self.failures = failures if isinstance(failures, Failures) else Failures(failures)
        super().__init__(entity, self.failures)

    def __str__(self) -> str:
        number = self.failures.total
        words = "failure" if number == 1 else "failures"
        lines = [f"{number:,} {words} for {self.entity}:"]
        counts: Counter[tuple[str | None, str]] = Counter()
        for (_, column, rule), found in self.failures.counts.items():
            counts[column, rule] += found
        if len(counts) < number:
            lines += [
                f"  {n:,} x {_of(column)}{rule}" for (column, rule), n in counts.most_common()
            ]
            lines.append("  ...")
        lines += [f"  - {failure}" for failure in self.failures[:SHOWN]]
        return "\n".join(lines + _rest(self.failures))


def _rest(failures: Failures) -> list[str]:
    """What is said of the failures that a message does not show, and where they are."""
    shown = min(SHOWN, len(failures))
    if failures.total == shown:
        return []
    kept = "all" if failures.total == len(failures) else f"the first {len(failures):,}"
    return [f"  - and {failures.total - shown:,} more, {kept} in .failures"]


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
        "give its zone with .dt.tz_localize('Europe/London'), on Spark with settle(x, tz=...).",
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
    """A target, a date or a weight is needed that no source gives; npolicing does not guess one."""


class MixedRowsError(NpolicingError, ValueError):
    """Rows that must not be added up are in one group; the message says what tells them apart."""


class FitError(NpolicingError, ArithmeticError):
    """A model could not be fitted to a series, so there is no figure out of it; says why."""


class DisclosureError(NpolicingError, ValueError):
    """A count that must be hidden can be worked out, whatever else is hidden; names it."""


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


class TooManyRejectsError(NpolicingError, ValueError):
    """More rows of files were refused than is allowed; nothing was loaded."""

    def __init__(
        self, refused: int, rows: int, allowed: float, path: str, codes: Mapping[str, int]
    ) -> None:
        self.refused = refused
        self.rows = rows
        self.allowed = allowed
        self.path = path
        self.codes = codes
        super().__init__(refused, rows, allowed, path, codes)

    def __str__(self) -> str:
        share = f"{self.refused:,} of {self.rows:,} rows ({self.refused / self.rows:.2%})"
        codes = ", ".join(f"{number:,} x {code}" for code, number in self.codes.items())
        return (
            f"{share} were refused, more than {self.allowed:.2%} ({codes}); nothing was loaded. "
            "They are in "
            f"{self.path}: mend them there, mend the profile, or allow more."
        )


class StoreError(NpolicingError, OSError):
    """A log store or a Delta table cannot be written or read; says which, why, and the way out."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class WorkerError(NpolicingError, RuntimeError):
    """A worker of Spark handed over what cannot be used; says what, and the way out."""


class WorkbookError(NpolicingError, ValueError):
    """Something does not fit into a workbook of Excel; names the sheet, the column and the row.

    Rows count from 0. The way out is in the message: most often CSV or Parquet, which have no such
    bounds.
    """

    def __init__(
        self, sheet: str, reason: str, column: str | None = None, row: int | None = None
    ) -> None:
        self.sheet = sheet
        self.reason = reason
        self.column = column
        self.row = row
        super().__init__(sheet, reason, column, row)

    def __str__(self) -> str:
        column = "" if self.column is None else f", column {brief(self.column)}"
        row = "" if self.row is None else f", row {self.row}"
        return f"sheet {brief(self.sheet)}{column}{row}: {self.reason}"
