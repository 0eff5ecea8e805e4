"""What a document printed, held against what its rows give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from npolicing._examining import Rows
from npolicing._markup import plain_grid
from npolicing._records import Records
from npolicing.entities import ComputedFigure, Finding, PublishedFigure
from npolicing.frames import to_pandas, to_records
from npolicing.reconciling.comparison import Comparison, compare, pairs
from npolicing.reconciling.evidence import Evidence
from npolicing.reconciling.findings import find

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "Reconciliation", "reconcile"]


@attrs.frozen
class Reconciliation:
    """A document held against its rows.

    Attributes:
        comparisons: A row for each printed figure, with the computed one beside it.
        findings: What was found, the gravest first.
    """

    comparisons: Records[Comparison]
    findings: Records[Finding]

    @property
    def held(self) -> int:
        """How many printed figures there were rows to hold against."""
        return sum(each.agrees is not None for each in self.comparisons)

    @property
    def agree(self) -> int:
        """How many of those agree."""
        return sum(each.agrees is True for each in self.comparisons)

    @property
    def figures(self) -> pd.DataFrame:
        """The comparisons as a pandas frame."""
        return to_pandas(self.comparisons)

    def _title(self) -> str:
        return (
            f"Reconciliation: {len(self.comparisons)} printed figures, {self.held} held against "
            f"rows, {self.agree} agree; {len(self.findings)} findings"
        )

    def __repr__(self) -> str:
        return "\n".join(
            [self._title(), *(f"  {f.number}. {f.place}: {f.words}" for f in self.findings)]
        )

    def _repr_html_(self) -> str:
        heads = ("number", "place", "printed", "given", "words")
        cells = (each.to_dict() for each in self.findings)
        rows = ([_text(row[name]) for name in heads] for row in cells)
        return plain_grid(self._title(), heads, rows, named=True)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def reconcile(published: Rows, computed: Rows, *, stale_after_days: int = 31) -> Reconciliation:
    """Compare what a document printed with what the rows give, and say which differ and how.

    A printed figure is held against the computed one of the same area, topic, measure, unit and
    day (where it prints no day: of none later than the document), rounded half up to the printed
    step. One that is printed as "about" may be a tenth away, and a bound is held as a bound. Then
    the document is asked what any document can be asked: whether totals are the sums of their
    parts, whether one rounding rule gives a column, whether two ratios of one denominator are two
    measures, whether units have one name, a measure one level, a change equal periods, a claim a
    number.

    Args:
        published: A `PublishedFigure` a row.
        computed: A `ComputedFigure` a row; a printed figure without one is not held against any.
        stale_after_days: How many days before its document a figure may stand.

    Returns:
        `comparisons`, a row for each printed figure, and `findings`.

    Raises:
        ValidationError: If rows are wrong.

    Source: board paper of 15 October 2019; its inconsistencies are what the checks were made for.

    >>> from npolicing import paper
    >>> board = paper.wmp_2019()
    >>> result = reconcile(board.published, board.computed)
    >>> print(result.findings[0].printed, 'is', result.findings[0].given)
    40% is 40.9 %
    """
    printed = to_records(published, PublishedFigure)
    given = to_records(computed, ComputedFigure)
    matched = pairs(printed, given)
    found = find(Evidence(matched, list(given), stale_after_days))
    return Reconciliation(Records(Comparison, map(compare, matched)), Records(Finding, found))
