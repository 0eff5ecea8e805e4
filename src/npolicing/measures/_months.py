"""Logs by month: what was counted in each, and which months the rows cover at all.

A month without a log of the force is a gap: nobody knows what came in. A month in which the force
has logs, and a unit has none, is 0 for the unit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import attrs
import numpy as np
import pyarrow as pa

from npolicing._records import Record
from npolicing._tally import By, LogRows, Value, Where
from npolicing.entities import Log
from npolicing.errors import Failure, ValidationError
from npolicing.measures._comparing import Span
from npolicing.measures._logs import Cells, Counts, Flags, Groups, cells_of
from npolicing.measures._result import check_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DAY",
    "GAP",
    "Count",
    "Days",
    "Months",
    "months_of",
    "of_crimes",
]

GAP = "null where the force has no log of the month: that is a gap, and no 0."
Count = Literal["logs", "crimes"]
DAY = "received_on"
Days = Literal["none", "where_known", "needed"]


@attrs.frozen(eq=False)
class Months:
    """A tally by month.

    Attributes:
        cells: The tally, of all rows of the months, so that it shows which are covered.
        kept: Which of its rows are of the logs that are asked for.
    """

    cells: Cells
    kept: Flags

    def counted(self, count: Count) -> Counts:
        """What is counted of the logs that are asked for."""
        return self.cells.counts(count) * self.kept

    def unknown(self, count: Count) -> Flags:
        """Rows of which the count is not known for every log."""
        if count == "logs":
            return np.zeros(self.cells.table.num_rows, dtype=np.bool_)
        return (self.cells.counts("crimes_unknown") > 0) & self.kept

    def span(self, months: Sequence[str], days: int, count: Count, groups: Groups) -> Span:
        """What each group counts in some months; unknown if its force has no log in one of them."""
        rows = self.cells.among("month", months)
        forces, unknown = self.forces(), self.unknown(count) & rows
        for month in months:
            unknown |= ~np.isin(forces, forces[self.cells.among("month", [month])])
        return Span(groups.sum(self.counted(count) * rows), groups.sum(unknown) > 0, days)

    def within(self, rows: Flags) -> Months:
        """The tally of some of its rows."""
        table = self.cells.table.filter(pa.array(rows))
        return Months(attrs.evolve(self.cells, table=table), self.kept[rows])

    def forces(self) -> NDArray[np.int64]:
        """A number for the force of each row."""
        if "force" not in self.cells.table.column_names:
            return np.zeros(self.cells.table.num_rows, dtype=np.int64)
        encoded = self.cells.table["force"].combine_chunks().dictionary_encode("encode")
        return np.asarray(encoded.indices.to_numpy(), dtype=np.int64)


def months_of(
    measure: str,
    logs: LogRows,
    by: By,
    where: Where,
    *,
    months: Collection[str] | None = None,
    crimes: bool = False,
    days: Days = "none",
    entity: type[Record] = Log,
) -> Months:
    """The tally by month that a measure needs.

    Args:
        measure: Its name, for the words.
        logs: The logs.
        by: The columns to group by.
        where: The values to keep.
        months: The months that it is about; all without.
        crimes: Whether it counts crimes.
        days: Whether it counts by day, too: where the rows have their days, or else not at all.
        entity: What is counted: logs, or `Crime` rows.

    Raises:
        ValidationError: If a month, or a day that is needed, is null.
    """
    asked = dict(where or {})
    # Which months a force covers is seen from all of its logs, so little is left out beforehand.
    before: dict[str, Value | Collection[Value]] = {
        name: asked.pop(name) for name in ("force", "month") if name in asked
    }
    if months is not None:
        # Logs of no month might be of these: they are counted, to be refused below.
        before["month"] = [*months, None]
    needed = ["month", DAY] if days == "needed" else ["month"]
    also = [DAY] if days == "where_known" else []
    cells = cells_of(
        measure,
        logs,
        by,
        [*needed, *asked],
        before,
        crimes=crimes,
        also=also,
        entity=None if entity is Log else entity,
    )
    _refuse_nulls(cells, needed, entity)
    wanted = {name: _listed(values) for name, values in asked.items()}
    grouped = {name: values for name, values in wanted.items() if name in cells.by}
    return Months(attrs.evolve(cells, asked=grouped), _kept(cells, wanted))


def of_crimes(count: Count) -> bool:
    """Whether crimes are counted, and not logs.

    Raises:
        ValueError: If it is neither.
    """
    check_word("count", count, get_args(Count))
    return count == "crimes"


def _refuse_nulls(cells: Cells, names: Sequence[str], entity: type[Record]) -> None:
    nulls = [name for name in names if cells.table[name].null_count]
    if nulls:
        failures = [Failure(code="NULL", rule="not null", column=name) for name in nulls]
        raise ValidationError(entity.__name__, failures)


def _listed(wanted: Value | Collection[Value]) -> Collection[object]:
    return [wanted] if isinstance(wanted, str) or not isinstance(wanted, Collection) else wanted


def _kept(cells: Cells, where: Mapping[str, Collection[object]]) -> Flags:
    kept = np.ones(cells.table.num_rows, dtype=np.bool_)
    for name, wanted in where.items():
        kept &= cells.among(name, wanted)
    return kept
