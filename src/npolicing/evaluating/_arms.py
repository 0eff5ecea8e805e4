"""The counts of an evaluation by arm and phase, and what must not be counted together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import attrs

from npolicing._examining import Rows, take
from npolicing.entities import ArmCount
from npolicing.errors import MixedRowsError
from npolicing.measures._result import check_word, refuse_mixed
from npolicing.stats.displacement import BeforeAfter
from npolicing.vocabulary import Arm, Phase

__all__ = ["ARMS", "PHASES", "Arms", "Weight", "arms_of", "days_of", "listed_rows", "refuse_shared"]

ARMS: tuple[Arm, ...] = get_args(Arm)
PHASES: tuple[Phase, ...] = get_args(Phase)
Weight = Literal["days", "hectares"]
"""What a count is divided by, so that unequal periods or areas can be held against one another."""
_ALIKE = 0.01
"""Periods and areas that differ by no more, such as by a leap day, count as equal."""


@attrs.frozen(kw_only=True, eq=False)
class Arms:
    """The counts of one evaluation.

    Attributes:
        rows: Those that there are, by arm and phase.
        weights: What counts are divided by; none where they are taken as they are.
        as_they_are: Whether that was asked for, so that unequal areas are meant to be.
    """

    rows: Mapping[tuple[Arm, Phase], ArmCount]
    weights: tuple[Weight, ...]
    as_they_are: bool

    def has(self, arm: Arm) -> bool:
        """Whether an arm has a row."""
        return any(key[0] == arm for key in self.rows)

    def of(self, arm: Arm) -> list[ArmCount]:
        """The rows of an arm, before first."""
        return [self.rows[arm, phase] for phase in PHASES if (arm, phase) in self.rows]

    def events(self, arm: Arm, phase: Phase) -> int | None:
        """A count; null where nobody knows it."""
        row = self.rows.get((arm, phase))
        return None if row is None else row.events

    def known(self, *arms: Arm) -> bool:
        """Whether both counts of each arm are known."""
        return all(self.events(arm, phase) is not None for arm in arms for phase in PHASES)

    def exposure(self, arm: Arm, phase: Phase) -> float | None:
        """What a count is over, where that of the treated after is 1; null where it is not known.

        So every weighted figure is in events of the treated areas, in a time like that after.
        """
        own, unit = (self._over(key) for key in ((arm, phase), ("treated", "after")))
        return None if not own or not unit else own / unit

    def _over(self, key: tuple[Arm, Phase]) -> float | None:
        row = self.rows.get(key)
        found = 1.0
        for weight in self.weights:
            part = None if row is None else days_of(row) if weight == "days" else row.hectares
            if not part:
                return None
            found *= part
        return found

    def pair(self, arm: Arm) -> BeforeAfter:
        """Both counts of an arm with what they are over; NaN where either is not known."""
        events = [self.events(arm, phase) for phase in PHASES]
        over = [self.exposure(arm, phase) for phase in PHASES]
        return BeforeAfter(*(float("nan") if each is None else each for each in (*events, *over)))

    @property
    def days(self) -> list[int | None]:
        """How long each phase is, of whichever arm says so; null where none does."""
        found = [
            [days_of(self.rows[key]) for key in self.rows if key[1] == each] for each in PHASES
        ]
        return [next((each for each in own if each), None) for own in found]

    @property
    def equal_periods(self) -> bool | None:
        """Whether both phases are equally long; null where that is not known."""
        return _equal(days_of(row) for row in self.rows.values())

    def equal_areas(self, arms: Iterable[Arm]) -> bool | None:
        """Whether some arms are equally large; null where that is not known."""
        return _equal(row.hectares for arm in arms for row in self.of(arm))


def _equal(sizes: Iterable[float | None]) -> bool | None:
    known = list(sizes)
    found = [each for each in known if each is not None]
    if found and max(found) - min(found) > _ALIKE * max(found):
        return False
    return None if None in known else True


def days_of(row: ArmCount) -> int | None:
    """How many days a row counts; null where they are not known."""
    if row.since is None or row.until is None:
        return None
    return (row.until - row.since).days + 1


def arms_of(counts: Rows, weights: Collection[Weight] | None) -> Arms:
    """The rows of one evaluation, held against one another.

    Raises:
        ValidationError: If rows break what is declared of them, such as an arm and phase twice.
        MixedRowsError: If they are of several forces, evaluations or kinds of event, or would count
            an area or a day twice.
    """
    table = take(counts, ArmCount, [field.name for field in ArmCount.columns()])
    rows = [ArmCount(**{**row, "areas": tuple(row["areas"])}) for row in table.to_pylist()]
    refuse_mixed("evaluate", rows, (), ("force", "evaluation_id", "counted"))
    refuse_shared("evaluate", {arm: _areas(rows, arm) for arm in ARMS})
    _refuse_moved(rows)
    _refuse_days(rows)
    for weight in weights or ():
        check_word("weights", weight, get_args(Weight))
    return Arms(
        rows={(row.arm, row.phase): row for row in rows},
        weights=tuple(dict.fromkeys(weights or ())),
        as_they_are=weights is not None,
    )


def _areas(rows: Iterable[ArmCount], arm: Arm) -> set[str]:
    return {area for row in rows if row.arm == arm for area in row.areas}


def refuse_shared(measure: str, areas: Mapping[Arm, Iterable[str]]) -> None:
    """Refuse areas that are in two arms: their events would be counted twice.

    Raises:
        MixedRowsError: With every such area, and its arms.
    """
    arms: dict[str, list[Arm]] = {}
    for arm, codes in areas.items():
        for code in dict.fromkeys(codes):
            arms.setdefault(code, []).append(arm)
    shared = [
        f"{measure} would count {code} twice: it is in {' and in '.join(listed)}. Give it one arm."
        for code, listed in sorted(arms.items())
        if len(listed) > 1
    ]
    if shared:
        raise MixedRowsError("\n".join(shared))


def _refuse_moved(rows: Sequence[ArmCount]) -> None:
    """Refuse an arm whose areas are others after than before, or may be.

    Raises:
        MixedRowsError: For the change would be of the areas; with each such arm.
    """
    words = []
    for arm in ARMS:
        own = [row for row in rows if row.arm == arm]
        codes = {frozenset(row.areas) for row in own if row.areas}
        sizes = {row.hectares for row in own if row.hectares is not None}
        if len(codes) > 1 or len(sizes) > 1:
            words.append(
                f"evaluate holds the same areas before and after against one another, and {arm} "
                "has others after than before. Count those of one phase in the other, too."
            )
        named = [row.phase for row in own if row.areas]
        if named and len(named) < len(own):
            words.append(
                f"{arm} names its areas {named[0]} alone: whether they are those of "
                f"{_OTHER[named[0]]} nobody knows. Name them in both phases, or in neither."
            )
    if words:
        raise MixedRowsError("\n".join(words))


_OTHER: dict[Phase, Phase] = {"before": "after", "after": "before"}


def _refuse_days(rows: Sequence[ArmCount]) -> None:
    """Refuse arms that are counted over other days, and a period after that overlaps that before.

    Raises:
        MixedRowsError: With the days.
    """
    spans: dict[Phase, tuple[date, date]] = {}
    for phase in PHASES:
        found: dict[tuple[date, date], Arm] = {}
        for row in rows:
            if row.phase == phase and row.since is not None and row.until is not None:
                found.setdefault((row.since, row.until), row.arm)
        if len(found) > 1:
            told = "; ".join(f"{arm} {since} to {until}" for (since, until), arm in found.items())
            raise MixedRowsError(
                f"evaluate takes all arms of a phase over the same days, and {phase} has {told}. "
                "Count the same days in each."
            )
        spans.update((phase, span) for span in found)
    if len(spans) > 1 and spans["after"][0] <= spans["before"][1]:
        raise MixedRowsError(
            f"evaluate would count days twice, or the wrong way round: before ends on "
            f"{spans['before'][1]}, and after begins on {spans['after'][0]}. Let before end first."
        )


def listed_rows(arms: Arms) -> Iterator[tuple[Arm, Phase]]:
    """The arms that have a row, in order, each before and after."""
    return ((arm, phase) for arm in ARMS if arms.has(arm) for phase in PHASES)
