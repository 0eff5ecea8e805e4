"""Logs by month: what was counted in each, and which months the rows cover at all.

A month without a log of the force is a gap: nobody knows what came in. A month in which the force
has logs, and a unit has none, is 0 for the unit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from npolicing._tally import By, LogRows, Value, Where
from npolicing.errors import Failure, ValidationError
from npolicing.measures._logs import Cells, Counts, Flags, cells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DAY", "GAP", "Count", "Months", "months_of"]

GAP = "null where the force has no log of the month: that is a gap, and no 0."
Count = Literal["logs", "crimes"]
DAY = "received_on"


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
    days: bool = False,
) -> Months:
    """The tally by month that a measure needs.

    Args:
        measure: Its name, for the words.
        logs: The logs.
        by: The columns to group by.
        where: The values to keep.
        months: The months that it is about; all without.
        crimes: Whether it counts crimes.
        days: Whether it wants the days, too, where the rows have them.
    """
    asked = dict(where or {})
    # Which months a force covers is seen from all of its logs, so little is left out beforehand.
    before: dict[str, Value | Collection[Value]] = {
        name: asked.pop(name) for name in ("force", "month") if name in asked
    }
    if months is not None:
        before["month"] = months
    also = [DAY] if days else []
    cells = cells_of(measure, logs, by, ["month", *asked], before, crimes=crimes, also=also)
    if cells.table["month"].null_count:
        failure = Failure(code="NULL", rule="not null", column="month")
        raise ValidationError("Log", [failure])
    return Months(cells, _kept(cells, asked))


def _kept(cells: Cells, where: Mapping[str, object]) -> Flags:
    kept = np.ones(cells.table.num_rows, dtype=np.bool_)
    for name, wanted in where.items():
        listed = isinstance(wanted, Collection) and not isinstance(wanted, str)
        kept &= cells.among(name, wanted if listed else [wanted])  # type: ignore[arg-type] # by the line above
    return kept
