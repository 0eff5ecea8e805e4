"""Whether the rows of a file add up to the totals in it; rows come in the order of the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain

import attrs
import numpy as np
import pyarrow.compute as pc

from npolicing.errors import Failure
from npolicing.intake.cells import Fault
from npolicing.intake.outcome import Noted
from npolicing.intake.raw import Refused
from npolicing.intake.rows_aside import Total

__all__ = ["Adding", "Sums"]

Number = int | float | Decimal
Sums = dict[tuple[int, str], "tuple[np.ndarray[tuple[int], np.dtype[np.int64]], object]"]
"""For a record in a row and a field: the lines of the good rows, and their values."""


@attrs.define(eq=False)
class Adding:
    """The sums so far, for each field that a total is of."""

    lenient: bool
    start: dict[tuple[int, str], Number] = attrs.field(factory=dict)
    last: dict[tuple[int, str], Number] = attrs.field(factory=dict)
    refused: int = 0

    def check(
        self, sums: Sequence[Sums], totals: Iterable[Total], refused: int
    ) -> tuple[list[Refused], list[Noted], Counter[str]]:
        """Hold the totals of a part against its rows, and those before.

        Returns:
            Totals that are refused, as rows do not add up to them; warnings; and how many are set
            aside, by the reason.
        """
        out: list[Refused] = []
        noted: list[Noted] = []
        good, after = Counter[str](), 0
        self.refused += refused
        for total in sorted(totals, key=lambda each: each.line):
            self._add(sums, after, total.line)
            after = total.line
            failures = [each for key in total.printed for each in self._failures(total, key)]
            self.last = {}
            if failures and not self.lenient:
                out.append(
                    Refused(
                        line=total.line,
                        failures=tuple(failures),
                        cells=total.cells,
                        text=total.text,
                    )
                )
                continue
            good[total.aside.why] += 1
            noted += [_noted(total, each) for each in failures]
        self._add(sums, after, 2**62)
        return out, noted, good

    def _add(self, sums: Sequence[Sums], after: int, before: int) -> None:
        for key, (lines, values) in chain.from_iterable(each.items() for each in sums):
            within = np.flatnonzero((lines > after) & (lines < before))
            found = pc.sum(values.take(within)).as_py() if len(within) else None  # type: ignore[attr-defined] # an array
            if found is not None:
                self.start[key] = self.start.get(key, 0) + found
                self.last[key] = self.last.get(key, 0) + found

    def _failures(self, total: Total, key: tuple[int, str]) -> list[Failure]:
        printed, sums = (
            total.printed[key],
            self.start if total.aside.since == "start" else self.last,
        )
        if printed is None:
            return []
        if isinstance(printed, Fault):
            return [Failure(code=printed.code, rule=printed.rule, column=key[1], value=total.text)]
        found = sums.get(key, 0)
        if printed == found:
            return []
        rule = f"is what the rows above add up to: {found:,}"
        if self.refused:
            rule += f"; {self.refused:,} rows were refused"
        return [Failure(code="TOTAL_MISMATCH", rule=rule, column=key[1], value=printed)]


def _noted(total: Total, failure: Failure) -> Noted:
    return Noted(
        line=total.line,
        column=str(failure.column),
        code=failure.code,
        text=str(failure.value),
        made=f"set aside: {failure.rule}",
    )
