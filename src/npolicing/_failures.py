"""What a failure of the data is, and very many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

import attrs

from npolicing._markup import plain_grid

__all__ = ["CODES", "KEPT", "SHOWN", "Failure", "Failures", "Fault", "brief"]

CODES: dict[str, str] = {
    "AMBIGUOUS_TIME": "A local time that came twice, on the night when clocks went back.",
    "AREA_NOT_CURRENT": "The area's code is known, but not at that date.",
    "ARRIVAL_BEFORE_DISPATCHED": "First arrival before the first dispatch.",
    "ARRIVAL_BEFORE_RECEIVED": "First arrival before the log was received.",
    "BALANCE_MISMATCH": "A printed amount is not what the other columns of its row give.",
    "BID_ALLOCATED_OVER_AWARDED": "More was promised than was awarded.",
    "BID_AWARDED_OVER_REQUESTED": "More was awarded than was asked for.",
    "BID_DATES": "A step of a bid is dated before the step that it follows.",
    "BID_PAID_OVER_ALLOCATED": "More was paid than was promised.",
    "BID_PAID_OVER_AWARDED": "More was paid than was awarded.",
    "BID_UNALIGNED": "A bid past its draft has no aligned member of staff.",
    "CELL_ERROR": "A cell whose formula failed, such as #N/A, or was not worked out.",
    "CLOSED_BEFORE_ARRIVAL": "Closed before the first arrival.",
    "CLOSED_BEFORE_RECEIVED": "Closed before it was received.",
    "CSV_FORMAT": "The line is not RFC 4180, or has another number of cells than the header.",
    "DATE_FORMAT": "A cell that is no day in the forms of its column.",
    "DISPATCHED_BEFORE_RECEIVED": "First dispatched before the log was received.",
    "DUPLICATE_ITEM": "A list names the same thing twice.",
    "DUPLICATE_KEY": "Two rows have the same key.",
    "EMPTY": "Text, or a list, with nothing in it.",
    "ENCODING": "Bytes that are not of the encoding, or text that was read in the wrong one.",
    "ENDS_BEFORE_START": "A last day before the first day.",
    "EXTREME": "A response that took longer than anyone waits.",
    "FLAG_FORMAT": "A cell that is neither yes nor no.",
    "FUTURE": "A time after the file was read.",
    "GAP": "A month of which nothing is known, in a series that needs each month.",
    "GRADE_NOT_CURRENT": "The grade is known, but not at that date.",
    "HEADER": "A column that the profile does not know, or that is there twice.",
    "ID_MANGLED": "An identifier that a spreadsheet made a number of.",
    "INCONSISTENT": "Two columns of one row contradict each other.",
    "KEY_DATE_MISMATCH": "The day in a log's key is not the local day on which it was received.",
    "MISSING": "A field that the entity needs is not there.",
    "MONEY_FORMAT": "A cell that is no amount of money, or could be two.",
    "NONEXISTENT_TIME": "A local time that never was, on the night when clocks went forward.",
    "NOT_ALLOWED": "Not one of the allowed values.",
    "NOT_FINITE": "Not a number, or infinite.",
    "NOT_ONE_ACCOUNTABLE": "A measure without exactly one accountable party, where that is asked.",
    "NULL": "No value where there must be one.",
    "NUMBER_FORMAT": "A cell that is no number.",
    "OUT_OF_RANGE": "Outside the bounds of its column.",
    "OVERSPEND": "More was spent than budgeted; that is legal.",
    "PATTERN": "Text that does not have the form of its column.",
    "PERCENT_FORMAT": "A cell that is no percentage.",
    "PERCENT_MISMATCH": "A printed percentage is not what the other columns of its row give.",
    "PERCENT_SCALE": "A percentage without a sign, so that 1 may be 1 % or the whole.",
    "REFERENTIAL": "A key that the table it points into does not have.",
    "SCHEME_SIZE": "A scheme of another size than guidance has.",
    "SERIAL_DATE": "A cell that is no day as a spreadsheet counts them.",
    "STAGE_ORDER": "A problem came to a stage of SARA that may not follow the one before.",
    "SUPPRESSED": "A count that was withheld: neither 0 nor unknown.",
    "TEXT": "Text with blanks at an end, or with characters that do not print.",
    "TEXT_NUMBER": "A number among words.",
    "TIME_FORMAT": "A cell that is no time in the forms of its column.",
    "TOTAL_MISMATCH": "A printed total is not what the rows add up to.",
    "UNASSESSED": "A problem is closed as resolved, and was not assessed.",
    "UNKNOWN_FIELD": "A name that the entity does not have.",
    "UNKNOWN_GRADE": "A grade that the force's grading scheme does not have.",
    "UNKNOWN_NPU": "A code that the force's code book does not have.",
    "WRONG_TYPE": "A value of another type than its column's.",
}
"""The stable vocabulary of failures: what `Failure.code` may be, and what it means."""

SHOWN = 20
"""How many failures a message shows; the error has all of them."""
KEPT = 100_000
"""How many failures are kept of rows; the rest are counted."""


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


Fault = tuple[str, str | None, str]


class Failures(tuple[Failure, ...]):  # noqa: SLOT001 # a tuple has no room for slots
    """What is wrong with rows: the first failures by row, and how many there are of each kind.

    A plain tuple in all but two things: `total` counts every failure, kept or not, and `counts`
    has their number by code, column and rule. Where few failures are kept out of many, the rest
    are counted all the same.

    >>> null = Failure(code="NULL", rule="not null", column="npu", row=3)
    >>> found = Failures([null], {("NULL", "npu", "not null"): 8_000})
    >>> len(found), found.total
    (1, 8000)
    >>> found
    Failures(8,000, of which the first 1):
      row 3, npu: None breaks not null [NULL]
    """

    counts: dict[Fault, int]

    def __new__(
        cls, kept: Iterable[Failure] = (), counts: Mapping[Fault, int] | None = None
    ) -> Self:
        """Failures by row; those that are not kept are in `counts` alone."""
        self = super().__new__(cls, kept)
        found = Counter((each.code, each.column, each.rule) for each in self)
        self.counts = dict(found if counts is None else counts)
        return self

    def __getnewargs__(self) -> tuple[tuple[Failure, ...], dict[Fault, int]]:
        """What a copy is made of."""
        return tuple(self), self.counts

    @property
    def total(self) -> int:
        """How many failures there are, kept or not."""
        return sum(self.counts.values())

    def __repr__(self) -> str:
        if not self.total:
            return "()"
        kept = "" if self.total == len(self) else f", of which the first {len(self):,}"
        more = [f"  ... and {self.total - 5:,} more"] if self.total > 5 and len(self) > 5 else []
        lines = [f"  {each}" for each in self[:5]]
        return "\n".join([f"Failures({self.total:,}{kept}):", *lines, *more])

    def _repr_html_(self) -> str:
        """How many there are of each kind, for a notebook."""
        rows = (
            (f"{number:,}", column or "", f"{rule} [{code}]")
            for (code, column, rule), number in self.counts.items()
        )
        heads = ("failures", "column", "rule")
        return plain_grid(f"{self.total:,} failures", heads, rows, numbers=["failures"])
