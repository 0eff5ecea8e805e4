"""The columns of one record of each row: read, settled, and held to the entity's rules."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._checks import mask
from npolicing._columns import Field
from npolicing._examining import Examined, examine_cells
from npolicing._storage import Cells
from npolicing.arrow import Array, arrow_type
from npolicing.errors import Failure
from npolicing.intake.cell_kinds import may_be
from npolicing.intake.cells import Fault, fold
from npolicing.intake.converting import convert
from npolicing.intake.derived import TIMES
from npolicing.intake.line_names import line_name
from npolicing.intake.local_times import Unsettled, instants, zoned_rows
from npolicing.intake.plan import FieldPlan, Plan
from npolicing.intake.raw import RawRows
from npolicing.settling import local_columns, response_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Recording"]

_ALL = 2**62
_GIVEN_UP = {
    "ARRIVAL_BEFORE_RECEIVED": "first_arrived_at",
    "ARRIVAL_BEFORE_DISPATCHED": "first_dispatched_at",
    "DISPATCHED_BEFORE_RECEIVED": "first_dispatched_at",
    "CLOSED_BEFORE_RECEIVED": "closed_at",
    "CLOSED_BEFORE_ARRIVAL": "closed_at",
}
"""Which time is given up where two are not in order, and rows are to be kept."""


@attrs.define(eq=False)
class Recording:
    """One record of each row, on its way.

    Attributes:
        failures: What is wrong, with the row.
        given_up: What was given up, so that the row is kept: row, failure, and what was made of it.
    """

    plan: Plan
    fields: tuple[FieldPlan, ...]
    rows: RawRows
    file: str
    lenient: bool
    as_of: datetime
    failures: list[Failure] = attrs.field(factory=list)
    given_up: list[tuple[int, Failure, str]] = attrs.field(factory=list)
    _arrays: dict[str, Array] = attrs.field(factory=dict)
    _twice: set[int] = attrs.field(factory=set)
    _bad: defaultdict[str, list[Failure]] = attrs.field(factory=lambda: defaultdict(list))

    def table(self) -> pa.Table:
        """The columns; what is wrong with them is in `failures`, and null."""
        for each in self.fields:
            self._arrays[each.field.name] = self._column(each)
        self._settle()
        self._current()
        self._not_later()
        examined = self._examined()
        while self.lenient and self._give_up(examined):
            examined = self._examined()
        self.failures = [
            self._as_read(failure) for failure in examined.failures if failure.code != _FOLLOWS
        ]
        return examined.table

    def _examined(self) -> Examined:
        cells = {
            field.name: Cells(self._arrays[field.name], tuple(self._bad[field.name]))
            for field in self.plan.entity.columns()
        }
        return examine_cells(cells, self.plan.entity, keep=_ALL, keys=False)

    # -- cells

    def _column(self, each: FieldPlan) -> Array:
        kind = arrow_type(each.field)
        if not each.places:
            value = pa.scalar(each.constant, kind)
            same: Array = pa.repeat(value, len(self.rows))  # type: ignore[call-overload] # the stubs list types one by one
            return self._by_line(same) if each.otherwise == "line" else same
        texts = self._texts(each)
        found = convert(texts, each.parser, each.kind, each.nulls)
        for at, code in zip(found.misread.rows, found.misread.codes, strict=True):
            fault, text = found.misread.faults[code]
            self._fault(each.field, int(at), fault, text)
        array = found.array
        if each.field.kind == "timestamp":
            zoned = zoned_rows(texts, each.parser, array)
            array, unsettled = instants(array, each.policy, zoned)
            for times in unsettled:
                self._unsettled(each, times)
        if may_be(each.field, "force") and each.otherwise != "force":
            self._unnamed(each, array)
        return self._by_line(array) if each.otherwise == "line" else array

    def _unnamed(self, each: FieldPlan, array: Array) -> None:
        """A row without a unit would be the force's; a stray cell, or an odd total, is not."""
        rule = 'is a unit; say otherwise = "force" in the profile where it is the force as a whole'
        for row in np.flatnonzero(mask(array.is_null())).tolist():
            text = self._text(each, row)
            if fold(text) == "":
                self._fault(each.field, row, Fault("NULL", rule), text)

    def _texts(self, each: FieldPlan) -> Array:
        columns = [self.rows.columns[place] for place in each.places]
        if len(columns) == 1:
            return columns[0]
        plain = [one.cast(pa.string()) for one in columns]
        joined: Array = pc.binary_join_element_wise(*plain, " ")  # type: ignore[call-overload] # the stubs know one array
        return pc.utf8_trim_whitespace(joined)

    def _text(self, each: FieldPlan, row: int) -> str:
        return " ".join(self.rows.cell(row, place) for place in each.places)

    def _by_line(self, array: Array) -> Array:
        """File, line and a digest of the row, where there is nothing else to tell a row by."""
        empty = np.flatnonzero(mask(array.is_null()))
        if not len(empty):
            return array
        names = array.to_pylist()
        for row in empty.tolist():
            names[row] = line_name(
                self.plan.header, self.rows.source.cells(row), self.file, int(self.rows.lines[row])
            )
        named: Array = pa.array(names, array.type)
        return named

    def _fault(self, field: Field, row: int, fault: Fault, text: str) -> None:
        """A cell that could not be read: null where it may be and rows are to be kept.

        A part of the key is not given up: without its unit, a count would be the force's.
        """
        if self.lenient and field.nullable and not field.column.key:
            self._note(field, row, fault, text, "null")
        else:
            self._bad[field.name].append(_failure(field, row, fault, text))

    def _note(self, field: Field, row: int, fault: Fault, text: str, made: str) -> None:
        self.given_up.append((row, self._named(_failure(field, row, fault, text)), made))

    def _unsettled(self, each: FieldPlan, times: Unsettled) -> None:
        """Times that the clock alone does not settle: faults, or noted with what is made."""
        for row in times.rows.tolist():
            text = self._text(each, row)
            if times.made is None:
                self._fault(each.field, row, times.fault, text)
            else:
                self._note(each.field, row, times.fault, text, times.made)
                self._twice.add(row)

    # -- what follows from times

    def _settle(self) -> None:
        names = {field.name: field for field in self.plan.entity.columns()}
        for time, fields in TIMES.items():
            if time not in names:
                continue
            found = local_columns(self._arrays[time], self.plan.zone)
            unknown = {failure.row for failure in self._bad[time]}
            unknown |= set(np.flatnonzero(mask(self._arrays[time].is_null())).tolist())
            for settled, name in fields.items():
                self._derive(names[name], found[settled], unknown)
        if "response_seconds" in names and "response_seconds" not in self._arrays:
            self._respond()

    def _respond(self) -> None:
        received, arrived = self._arrays["received_at"], self._arrays["first_arrived_at"]
        self._arrays["response_seconds"] = response_seconds(received, arrived)

    def _derive(self, field: Field, found: Array, unknown: set[int | None]) -> None:
        """A field that follows from a time; where the export has it, the two must agree."""
        given = self._arrays.get(field.name)
        self._arrays[field.name] = found
        if given is not None:
            other = np.flatnonzero(mask(pc.not_equal(given, found)))
            for row in other.tolist():
                rule = f"is that of the time, in {self.plan.zone}: {found[row].as_py()}"
                failure = Failure(
                    code="KEY_DATE_MISMATCH",
                    rule=rule,
                    column=field.name,
                    row=row,
                    value=str(given[row].as_py()),
                )
                if self.lenient:
                    made = str(found[row].as_py())
                    self.given_up.append((row, self._as_read(failure), made))
                else:
                    self._bad[field.name].append(failure)
        # What follows from a time that is wrong is not wrong by itself.
        for row in sorted(each for each in unknown if each is not None):
            self._bad[field.name].append(
                Failure(code=_FOLLOWS, rule="follows from a time", column=field.name, row=row)
            )

    def _current(self) -> None:
        """Codes that stood on some days alone."""
        for each in self.fields:
            if each.book is not None and each.book.dated and each.places:
                self._look_up(each, self._days())

    def _days(self) -> list[date | None]:
        """The day of each row; null where it has none, and a code must do without."""
        for name in ("received_on", "searched_on", "as_of", "status_on"):
            if name in self._arrays:
                return self._arrays[name].to_pylist()
        return [None] * len(self.rows)

    def _look_up(self, each: FieldPlan, days: list[date | None]) -> None:
        assert each.book is not None  # noqa: S101 # by the caller
        texts = self._arrays[each.field.name].to_pylist()
        known: dict[tuple[str, date | None], str | Fault] = {}
        for row, (text, day) in enumerate(zip(texts, days, strict=True)):
            if text is None:
                continue
            if (text, day) not in known:
                known[text, day] = each.book.on(text, day)
            found = known[text, day]
            if isinstance(found, Fault):
                texts[row] = self._not_current(each, row, found, each.book.lasting.get(fold(text)))
            else:
                texts[row] = found
        self._arrays[each.field.name] = pa.array(texts, pa.string())

    def _not_current(
        self, each: FieldPlan, row: int, fault: Fault, lasting: str | None
    ) -> str | None:
        """A code that does not stand on the day: kept where it has one meaning and rows are."""
        text = self._text(each, row)
        if not self.lenient or lasting is None:
            self._fault(each.field, row, fault, text)
            return None
        self._note(each.field, row, fault, text, f"kept as {lasting}")
        return lasting

    def _not_later(self) -> None:
        """No time is later than the reading of the file."""
        now = pa.scalar(self.as_of, pa.timestamp("us", tz="UTC"))
        for each in self.fields:
            if each.field.kind != "timestamp" or not each.places:
                continue
            later = mask(pc.greater(self._arrays[each.field.name], now))
            if not later.any():
                continue
            fault = Fault("FUTURE", f"is not after {self.as_of:%Y-%m-%d %H:%M}, when it was read")
            for row in np.flatnonzero(later).tolist():
                self._fault(each.field, row, fault, self._text(each, row))
            if self.lenient and each.field.nullable:
                self._null(each.field.name, np.flatnonzero(later))

    # -- what is given up, so that rows are kept

    def _give_up(self, examined: Examined) -> bool:
        """Give up times that are not in order; whether there were any."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for failure in examined.failures:
            name = _GIVEN_UP.get(failure.code)
            if name is not None and failure.row is not None:
                found[name].append(failure.row)
                words = f"kept without {name}"
                self.given_up.append((failure.row, self._as_read(failure), words))
        for name, rows in found.items():
            self._null(name, np.unique(rows))
        if "first_arrived_at" in found:
            self._respond()
        return bool(found)

    def _null(self, name: str, rows: NDArray[np.intp]) -> None:
        array = self._arrays[name]
        keep = np.ones(len(array), np.bool_)
        keep[rows] = False
        self._arrays[name] = pc.if_else(pa.array(keep), array, pa.scalar(None, array.type))

    # -- words

    def _as_read(self, failure: Failure) -> Failure:
        """A failure with its cells as they stand in the file."""
        names = (failure.column or "").split(", ")
        planned = [each for each in map(self._of, names) if each is not None]
        if failure.row is None or len(planned) < len(names) or failure.value == "(withheld)":
            return failure
        texts = [
            "(withheld)" if each.field.column.personal else self._text(each, failure.row)
            for each in planned
        ]
        rule = failure.rule
        if failure.row in self._twice and failure.code in _GIVEN_UP:
            rule += "; clocks changed that night: one of the times may be an hour off"
        columns = ", ".join(each.header for each in planned)
        return attrs.evolve(failure, rule=rule, column=columns, value=", ".join(texts))

    def _named(self, failure: Failure) -> Failure:
        planned = self._of(failure.column)
        return failure if planned is None else attrs.evolve(failure, column=planned.header)

    def _of(self, name: str | None) -> FieldPlan | None:
        return next((each for each in self.fields if each.field.name == name and each.places), None)


def _failure(field: Field, row: int, fault: Fault, text: str) -> Failure:
    value = "(withheld)" if field.column.personal else text
    return Failure(code=fault.code, rule=fault.rule, column=field.name, row=row, value=value)


_FOLLOWS = "FOLLOWS"
"""Of a cell that is null as another is wrong: it is not told."""
