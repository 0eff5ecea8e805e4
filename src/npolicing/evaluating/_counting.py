"""The counts of an evaluation, out of crimes or logs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import attrs
import numpy as np

from npolicing._records import Records
from npolicing._tally import LogRows, Where
from npolicing._wording import listed
from npolicing.calendar import days_in_month, months_from
from npolicing.entities import ArmCount, Crime, Log
from npolicing.errors import MixedRowsError, UnknownCodeError
from npolicing.evaluating._arms import ARMS, PHASES, refuse_shared
from npolicing.measures._months import Count, Months, months_of, of_crimes
from npolicing.measures._result import check_word
from npolicing.vocabulary import Arm, Phase

__all__ = ["arm_counts"]

Span: TypeAlias = str | Sequence[str]
"""A month, or the first and the last of several."""


def arm_counts(
    rows: LogRows,
    *,
    arms: Mapping[Arm, str | Collection[str]],
    before: Span,
    after: Span,
    force: str,
    evaluation_id: str,
    on: str = "ward",
    where: Where = None,
    count: Count = "crimes",
    counted: str | None = None,
    covered: Collection[str] = (),
    hectares: Mapping[str, float | None] | None = None,
    problem_id: str | None = None,
    source: str | None = None,
) -> Records[ArmCount]:
    """The counts of an evaluation, by arm and phase, out of crimes or logs.

    Args:
        rows: A row a crime or a log, wherever they lie, or counts of them; see `emerging_trends`
            and `tally`. Needs `month` and the columns of `on` and `where`. The months are taken for
            whole. Bring areas of several vintages to those of one day before (`retally`).
        arms: For each arm, the codes of its areas.
        before: The months before the response: one, or the first and the last.
        after: The months after it. Leave out those in which it was being set up.
        force: Code of the force.
        evaluation_id: What the evaluation is called.
        on: Column of the areas' codes.
        where: For a column, the value or the values of the rows to count; `None` is null.
        count: What a row is: of ``"crimes"`` or of ``"logs"``.
        counted: What is counted, in words.
        covered: Codes that the rows cover though none has them: their count is 0. Any other code
            that no row of any month has is refused: it may be misspelt, or of another vintage.
        hectares: Land of areas, by code; null for an arm of which it is not all known.
        problem_id: The problem that was responded to.
        source: Where the counts come from.

    Returns:
        Checked records, a row an arm and phase, in that order. An area without a row in a month
        that the rows cover has 0 there; events are null where the force has no row at all in one
        of the months, for that is a gap. `unplaced` counts rows without an area.

    Raises:
        UnknownCodeError: If no row has one of the areas; names each.
        MixedRowsError: If an area is in two arms, for its events would be counted twice; if months
            are; or if rows are of another force.
        TypeError: If the land of an area is no number.
        ValueError: If a month is not written as one, or an arm is none that there is or has no
            area.
        MissingColumnsError, ColumnTypeError, ValidationError: As `tally`.

    Source:
        The arms are those of Wheeler & Ratcliffe, Crime Science 7:11 (2018).

    >>> import pandas as pd
    >>> crimes = pd.DataFrame({"month": ["2018-01", "2018-01", "2019-01", "2019-01"],
    ...                        "ward": ["W1", "W2", "W1", "W2"], "crimes": [50, 60, 30, 55]})
    >>> found = arm_counts(crimes, arms={"treated": ["W1"], "comparison": ["W2"]},
    ...                    before="2018-01", after="2019-01", force="AVS", evaluation_id="E1")
    >>> [(row.arm, row.phase, row.events) for row in found[:2]]
    [('treated', 'before', 50), ('treated', 'after', 30)]
    """
    for arm in arms:
        check_word("an arm", arm, ARMS)
    codes = {arm: tuple(dict.fromkeys(listed(arms[arm]))) for arm in ARMS if arm in arms}
    _refuse_empty(codes)
    refuse_shared("arm_counts", codes)
    spans: dict[Phase, list[str]] = {"before": _span(before), "after": _span(after)}
    _refuse_overlap(spans)
    entity = Crime if of_crimes(count) else Log
    found = _Found(
        months=months_of("arm_counts", rows, on, where, entity=entity),
        count=count,
        on=on,
    )
    found.refuse_force(force)
    found.refuse_strangers(codes, covered)
    like = ArmCount(
        force=force,
        evaluation_id=evaluation_id,
        arm="treated",
        phase="before",
        counted=counted,
        problem_id=problem_id,
        source=source,
    )
    return Records(
        ArmCount,
        [
            found.counted(
                attrs.evolve(like, arm=arm, phase=phase, areas=own, hectares=_land(own, hectares)),
                spans[phase],
            )
            for arm, own in codes.items()
            for phase in PHASES
        ],
    )


def _refuse_empty(codes: Mapping[Arm, Sequence[str]]) -> None:
    """Refuse an arm of no area: that nothing is counted there says nothing."""
    for arm, own in codes.items():
        if not own:
            raise ValueError(f"{arm} has no area: give its codes, or leave the arm out")


def _span(given: Span) -> list[str]:
    ends = listed(given)
    if not 1 <= len(ends) <= 2:
        raise ValueError(
            f"a period is a month, or the first and the last of several, not {given!r}"
        )
    months = months_from(ends[0], ends[-1])
    if not months:
        raise ValueError(f"{ends[0]} is after {ends[-1]}: give the first month, then the last")
    return months


def _refuse_overlap(spans: Mapping[Phase, Sequence[str]]) -> None:
    if spans["after"][0] <= spans["before"][-1]:
        raise MixedRowsError(
            "arm_counts would count months twice, or the wrong way round: before ends with "
            f"{spans['before'][-1]}, and after begins with {spans['after'][0]}. Let before end "
            "first."
        )


def _land(codes: Sequence[str], hectares: Mapping[str, float | None] | None) -> float | None:
    """The land of some areas together; null where that of one is not known."""
    found = [_hectares(code, (hectares or {}).get(code)) for code in codes]
    known = [each for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def _hectares(code: str, given: object) -> float | None:
    if given is None or str(given) in ("nan", "<NA>"):
        return None
    if isinstance(given, bool) or not isinstance(given, (int, float, Decimal, np.number)):
        raise TypeError(f"hectares of {code} is a number, or None where it is not known: {given!r}")
    return float(given)


@attrs.frozen(kw_only=True, eq=False)
class _Found:
    """A tally by area and month, and what of it is counted."""

    months: Months
    count: Count
    on: str

    def refuse_force(self, force: str) -> None:
        """Refuse rows of another force than is said."""
        table = self.months.cells.table
        there = table["force"].unique().to_pylist() if "force" in table.column_names else []
        others = sorted(str(each) for each in there if each != force)
        if others:
            raise MixedRowsError(
                f"arm_counts is of {force}, and these rows are of {', '.join(others)}. Pass the "
                "rows of one force."
            )

    def refuse_strangers(
        self, codes: Mapping[Arm, Sequence[str]], covered: Collection[str]
    ) -> None:
        """Refuse areas that no row has, unless it is said that the rows cover them."""
        table = self.months.cells.table
        if not table.num_rows:
            return
        known = {str(each) for each in table[self.on].unique().drop_null().to_pylist()}
        wanted = {code for own in codes.values() for code in own}
        strangers = sorted(wanted - known - {*covered})
        if strangers:
            raise UnknownCodeError(self.on, ", ".join(strangers), sorted(known))

    def counted(self, row: ArmCount, span: Sequence[str]) -> ArmCount:
        """A row with what is counted in some months; null where one of these is a gap."""
        cells = self.months.cells
        there = {*cells.table["month"].unique().to_pylist()}
        own = self.months.counted(self.count) * cells.among("month", span)
        gap = not {*span} <= there
        events, unplaced = (
            int(np.sum(own * cells.among(self.on, wanted))) for wanted in (row.areas, [None])
        )
        last = days_in_month(span[-1])
        return attrs.evolve(
            row,
            events=None if gap else events,
            unplaced=None if gap else unplaced,
            since=date.fromisoformat(f"{span[0]}-01"),
            until=date.fromisoformat(f"{span[-1]}-{last}"),
        )
