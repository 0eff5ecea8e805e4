"""The counts of a table, the sums that tie them together, and which of them are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import pandas as pd

from npolicing.disclosure.asked import IS_TOTAL, Asked
from npolicing.disclosure.attacking import Sums
from npolicing.disclosure.hiding import Count, Hidden, hidden_counts
from npolicing.disclosure.totals import Key, Rows

__all__ = ["Counted"]


@attrs.frozen(eq=False)
class Counted:
    """A table as counts: those of its rows, of totals elsewhere, and what parts leave of wholes.

    Attributes:
        asked: What was asked for.
        rows: The rows of the table, then the totals elsewhere.
        counts: Of each row its counts, one after the other; then what is left of wholes.
        sums: What adds up to what.
        figures: For each count by its column, the sets of columns that figures are made of.
    """

    asked: Asked
    rows: Rows
    counts: Sequence[Count]
    sums: Sequence[Mapping[int, int]]
    figures: Mapping[str, Sequence[Sequence[str]]]

    @classmethod
    def of(cls, table: pd.DataFrame, asked: Asked) -> Counted:
        """The counts of a table.

        Raises:
            MixedRowsError: If two rows are of the same group.
            ValueError: If something is no count, or parts are more than their whole.
        """
        rows = _rows(table, asked)
        columns = {name: _values(name, table[name], rows) for name in asked.links.counts}
        counts = [
            Count(
                value=columns[name][at],
                row=at,
                where=f"{name} of {_words(row.key, asked.by)}",
                elsewhere=row.elsewhere,
            )
            for at, row in enumerate(rows.each)
            for name in asked.links.counts
        ]
        sums = list(_totals(rows, counts, len(columns)))
        for at in range(len(table)):
            for left, signs in _left(at, asked, counts):
                sums.append({**signs, len(counts): 1})
                counts.append(left)
        made = [asked.made_of(figure) for figure in asked.figures(table)]
        figures = {name: [each for each in made if name in each] for name in columns}
        return cls(asked, rows, counts, sums, figures)

    def hidden(self) -> Mapping[tuple[int, str], str]:
        """For the row and the column of each hidden count, why it is.

        Raises:
            DisclosureError: If a count can be worked out whatever is hidden.
        """
        sums = Sums.among(len(self.counts), self.sums)
        names = self.asked.links.counts
        found = hidden_counts(self.counts, sums, self.asked.rule, self._told)
        return {(at // len(names), names[at % len(names)]): why for at, why in found.items()}

    def _told(self, at: int, hidden: Hidden) -> bool:
        """Whether a figure in the same row stays, from which a count might be told exactly."""
        names = self.asked.links.counts
        row, column = divmod(at, len(names))
        return self.asked.rule.keeps_figures and any(
            not any(row * len(names) + names.index(name) in hidden for name in made_of)
            for made_of in self.figures[names[column]]
        )


def _rows(table: pd.DataFrame, asked: Asked) -> Rows:
    values = [_nulled(table[name]) for name in asked.by]
    keys: list[Key] = list(zip(*values, strict=True)) if values else [()] * len(table)
    is_total = [False] * len(table)
    if IS_TOTAL in table.columns:
        if not pd.api.types.is_bool_dtype(table[IS_TOTAL]):
            raise ValueError(
                f"{IS_TOTAL} says true or false of each row, not {table[IS_TOTAL].dtype}"
            )
        is_total = [value is not None and bool(value) for value in _nulled(table[IS_TOTAL])]
    levels = [frozenset(asked.by.index(name) for name in names) for names in asked.totals]
    return Rows.of(keys, is_total, len(asked.by), levels)


def _nulled(column: pd.Series) -> list[object]:
    return [None if null else value for value, null in zip(column, column.isna(), strict=True)]


def _values(name: str, column: pd.Series, rows: Rows) -> list[int | None]:
    """The counts of a column, and the totals of them elsewhere."""
    found: list[int | None] = []
    for row, value in enumerate(_nulled(column)):
        try:
            number = None if value is None else int(value)  # type: ignore[call-overload] # or it raises
        except (TypeError, ValueError, OverflowError):
            number = -1
        if number is not None and (number != value or number < 0 or isinstance(value, bool)):
            raise ValueError(
                f"{name}, row {row}: {value!r} is no count. A count is a whole number of 0 or "
                "more; what is suppressed already cannot be suppressed again."
            )
        found.append(number)
    for total in rows.each[len(found) :]:
        parts = [found[at] for at in total.parts]
        found.append(None if None in parts else sum(part or 0 for part in parts))
    return found


def _totals(rows: Rows, counts: Sequence[Count], columns: int) -> Iterator[Mapping[int, int]]:
    """The sums over rows, for each column of counts; a total that is not known tells nothing."""
    for total in rows.totals():
        for column in range(columns):
            whole = total.whole * columns + column
            if counts[whole].value is not None:
                yield {**{at * columns + column: 1 for at in total.parts}, whole: -1}


def _left(
    row: int, asked: Asked, counts: Sequence[Count]
) -> Iterator[tuple[Count, Mapping[int, int]]]:
    """What the parts leave of each whole in a row, where all are known, and the sum of them."""
    names = asked.links.counts
    for whole, parts in asked.links.parts.items():
        at = row * len(names) + names.index(whole)
        parts_at = [row * len(names) + names.index(part) for part in parts]
        values = [value for each in (at, *parts_at) if (value := counts[each].value) is not None]
        if len(values) <= len(parts):
            continue
        rest = values[0] - sum(values[1:])
        where = f"what {' and '.join(parts)} leave of {counts[at].where}"
        if rest < 0:
            raise ValueError(f"{where} is {rest}: parts are no more than their whole")
        yield (
            Count(value=rest, row=row, where=where, shown=False),
            {at: -1, **dict.fromkeys(parts_at, 1)},
        )


def _words(key: Key, by: Sequence[str]) -> str:
    """A row's values as a message has them."""
    named = zip(by, key, strict=True)
    words = [f"{name} {value}" for name, value in named if value is not None]
    return ", ".join(words) or "all"
