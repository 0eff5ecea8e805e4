"""Rows of text made into checked records: each cell, then what follows from times, then the rules.

A row with anything wrong is refused with all of it. Where that is asked for, what can be done
without is given up instead, and noted: a cell that cannot be read and may be null, a closing before
the receipt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing.arrow import Array, arrow_schema, filtered
from npolicing.errors import Failure
from npolicing.intake.advice import advice
from npolicing.intake.agreeing import disagreements
from npolicing.intake.outcome import Noted
from npolicing.intake.plan import Plan
from npolicing.intake.raw import RawRows, Refused, shown
from npolicing.intake.record_columns import Recording
from npolicing.intake.rows_aside import Total, aside
from npolicing.intake.totals import Sums

__all__ = ["Refined", "Refiner"]


@attrs.frozen(kw_only=True, eq=False)
class Refined:
    """What came of some rows.

    Attributes:
        table: The records of the good ones.
        lines: For each record the line on which its row begins.
        good: How many rows are good.
        refused: The rows that are not.
        noted: The warnings.
        set_aside: How many are no data, by the reason; without totals.
        totals: Rows that others must add up to.
        sums: What the good rows have that may add up.
    """

    table: pa.Table
    lines: NDArray[np.int64]
    good: int
    refused: list[Refused]
    noted: list[Noted]
    set_aside: dict[str, int]
    totals: list[Total]
    sums: Sums


@attrs.frozen(kw_only=True, eq=False)
class Refiner:
    """How the rows of one file are made into records.

    Attributes:
        plan: Where each field comes from.
        file: The name of the file, without its ending.
        lenient: Whether what can be done without is given up, so that the row is kept.
        as_of: When the file was read: no time in it is later.
    """

    plan: Plan
    file: str
    lenient: bool
    as_of: datetime

    def refine(self, rows: RawRows) -> Refined:
        """The records of rows, and what is wrong with the rest."""
        out = aside(rows, self.plan)
        kept = np.flatnonzero(out.kept)
        whole = len(kept) == len(rows)
        data = rows if whole else _taken(rows, kept)
        failures: defaultdict[int, list[Failure]] = defaultdict(list)
        noted: list[Noted] = []
        for each in disagreements(data, self.plan):
            if self.lenient or each.minor:
                noted.append(self._noted(data, each.row, each.failure, each.made))
            else:
                failures[each.row].append(each.failure)
        for row, failure in _beside(data, self.plan):
            if self.lenient:
                noted.append(self._noted(data, row, failure, "not kept"))
            else:
                failures[row].append(failure)
        tables = []
        for fields in self.plan.records:
            recording = Recording(self.plan, fields, data, self.file, self.lenient, self.as_of)
            tables.append(recording.table())
            for failure in recording.failures:
                failures[failure.row or 0].append(failure)
            noted += [self._noted(data, *each) for each in recording.given_up]
        good = np.ones(len(data), np.bool_)
        good[list(failures)] = False
        table, lines = self._good(tables, data.lines, good)
        noted += self._advice(table, lines)
        return Refined(
            table=table,
            lines=lines,
            good=int(np.count_nonzero(good)),
            refused=[_refused(data, row, failures[row]) for row in sorted(failures)],
            noted=noted,
            set_aside=dict(out.counts),
            totals=out.totals,
            sums=self._sums(tables, data.lines, good),
        )

    def _good(
        self, tables: list[pa.Table], lines: NDArray[np.int64], good: NDArray[np.bool_]
    ) -> tuple[pa.Table, NDArray[np.int64]]:
        """The records of the good rows, row by row."""
        schema = arrow_schema(self.plan.entity)
        if not good.all():
            tables = [filtered(each, pa.array(good)) for each in tables]
        tables = [each.cast(schema) for each in tables]
        of_rows = lines[good]
        if len(tables) == 1:
            return tables[0], of_rows
        order = np.argsort(np.tile(np.arange(len(of_rows)), len(tables)), kind="stable")
        table = pa.concat_tables(tables).take(order)
        return table, np.tile(of_rows, len(tables))[order]

    def _sums(
        self, tables: list[pa.Table], lines: NDArray[np.int64], good: NDArray[np.bool_]
    ) -> Sums:
        names = {name for each in self.plan.profile.set_aside for name in each.adds_up}
        at = np.flatnonzero(good)
        return {
            (number, name): (lines[at], table[name].combine_chunks().take(at))
            for number, table in enumerate(tables)
            for name in names
        }

    def _advice(self, table: pa.Table, lines: NDArray[np.int64]) -> list[Noted]:
        found = []
        for each in advice(self.plan.entity, table):
            texts = table[each.column].take(each.rows).to_pylist()
            for row, text in zip(each.rows.tolist(), texts, strict=True):
                found.append(
                    Noted(
                        line=int(lines[row]),
                        column=each.column,
                        code=each.code,
                        text=str(text),
                        made=each.made,
                    )
                )
        return found

    def _noted(self, rows: RawRows, row: int, failure: Failure, made: str) -> Noted:
        return Noted(
            line=int(rows.lines[row]),
            column=str(failure.column),
            code=failure.code,
            text=str(failure.value),
            made=made,
        )


def _beside(rows: RawRows, plan: Plan) -> Iterator[tuple[int, Failure]]:
    """Each cell of a column without a header: nobody has said what it is."""
    rule = 'is empty, as the column has no header; give it one, or say others = "ignore"'
    for place in plan.unnamed:
        column = rows.columns[place]
        for row in np.flatnonzero(_filled(column)).tolist():
            where = f"column {place + 1}"
            # Nor whether it is personal.
            yield row, Failure(code="HEADER", rule=rule, column=where, value="(withheld)")


def _filled(column: Array) -> NDArray[np.bool_]:
    texts = pc.utf8_trim_whitespace(column)
    return mask(pc.not_equal(texts, pa.scalar("", texts.type)))


def _taken(rows: RawRows, kept: NDArray[np.intp]) -> RawRows:
    return RawRows(
        lines=rows.lines[kept],
        columns={place: each.take(kept) for place, each in rows.columns.items()},
        source=_Some(rows, kept),
    )


@attrs.frozen(eq=False)
class _Some:
    """Some rows of others."""

    rows: RawRows
    kept: NDArray[np.intp]

    def cells(self, row: int) -> tuple[str, ...]:
        return tuple(self.rows.source.cells(int(self.kept[row])))

    def text(self, row: int) -> str:
        return self.rows.source.text(int(self.kept[row]))


def _refused(rows: RawRows, row: int, failures: list[Failure]) -> Refused:
    return Refused(
        line=int(rows.lines[row]),
        failures=tuple(attrs.evolve(each, row=None) for each in dict.fromkeys(failures)),
        cells=tuple(rows.source.cells(row)),
        text=shown(rows.source.text(row)),
    )
