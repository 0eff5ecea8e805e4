"""The tables of a board paper, each made from its rows by the measures."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from npolicing._records import Records
from npolicing._wording import joined
from npolicing.calendar import financial_year, financial_year_days
from npolicing.entities import BudgetPosition, Observation, Target
from npolicing.exhibits import Heading, Table, table_from
from npolicing.frames import to_pandas
from npolicing.measures import Growth, SpendRate, TargetGap, growth, spend_rate, target_gap
from npolicing.paper.computing import YOUNG_PEOPLE, counts
from npolicing.paper.results import WatchSchemes, YoungPeople
from npolicing.vocabulary import OBSERVATION_KINDS

if TYPE_CHECKING:
    from npolicing.paper.board import Paper
    from npolicing.vocabulary import ObservationKind

__all__ = ["due_dates", "sections", "year_end"]

_NPU = Heading(column="npu", label="NPU")
_NAME = Heading(column="name", label="Name")
_FUNDS = {"ACF": "Active Citizens Fund"}


def sections(paper: Paper, *, due: Sequence[date] = (), until: date | None = None) -> list[Table]:
    """The tables of a paper, in its order; one without rows is left out.

    Args:
        paper: The paper.
        due: Days by which targets are due, whatever the rows say; without one, the days that the
            rows state, or all that their words allow.
        until: Day to which sign-ups are projected; the day after the financial year without one.
    """
    return [
        *_targets(paper, due),
        *_watch(paper),
        *_young_people(paper),
        *_funds(paper),
        *_messaging(paper, until or year_end(paper.report_date)),
    ]


def year_end(day: date) -> date:
    """The day after the financial year of a day.

    >>> year_end(date(2019, 10, 15))
    datetime.date(2020, 4, 1)
    """
    return financial_year_days(financial_year(day))[1] + timedelta(days=1)


def due_dates(text: str) -> list[date]:
    """All the days that a bare month may mean: the day before it, its first, its last.

    Other words mean no day.

    >>> [day.isoformat() for day in due_dates("April 2020")]
    ['2020-03-31', '2020-04-01', '2020-04-30']
    """
    months = {name: number for number, name in enumerate(calendar.month_name) if name}
    match = re.fullmatch("([A-Z][a-z]+) ([1-9][0-9]{3})", text)
    if match is None or match[1] not in months:
        return []
    first = date(int(match[2]), months[match[1]], 1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return [first - timedelta(days=1), first, last]


def _source(*tables: Iterable[Observation | Target | BudgetPosition]) -> str:
    """Where the rows of a table come from, each place once."""
    places = dict.fromkeys(row.source for rows in tables for row in rows if row.source)
    return joined(list(places))


def _named(paper: Paper, frame: pd.DataFrame) -> pd.DataFrame:
    """A result by unit with the unit's name beside its code."""
    names = [None if pd.isna(npu) else paper.name_of(npu) for npu in frame["npu"]]
    frame.insert(1, "name", names)
    return frame


def _told(paper: Paper, *kinds: ObservationKind) -> bool:
    """Whether there is any count of the kinds, known for the whole or not."""
    return any(paper.basis.standing(kind) for kind in kinds)


def _several(paper: Paper) -> bool:
    """Whether a total says more than its one part."""
    return len(paper.npus) > 1


def _targets(paper: Paper, due: Sequence[date]) -> Iterator[Table]:
    """For each kind with targets: how far it is from them, and the pace that they need."""
    for kind in dict.fromkeys(target.kind for target in paper.targets):
        observations, targets = paper.basis.standing(kind), paper.basis.targeted(kind)
        yield _gaps(paper, kind, observations, targets)
        yield _pace(paper, kind, observations, targets, due)


def _gaps(
    paper: Paper,
    kind: ObservationKind,
    observations: Records[Observation],
    targets: Records[Target],
) -> Table:
    meaning = OBSERVATION_KINDS[kind]
    gaps = target_gap(
        observations, targets, by="npu", total=_several(paper), as_of=paper.report_date
    )
    return table_from(
        _named(paper, gaps),
        kind,
        f"{meaning.label}: current and target",
        [
            _NPU,
            _NAME,
            Heading(column="current", label="Current", unit=meaning.unit),
            Heading(column="target", label="Target", unit=meaning.unit),
            Heading(column="gap", label="Gap", unit=meaning.unit),
            Heading(column="attainment", label="Attainment", unit="ratio"),
        ],
        result=TargetGap,
        notes=["Gap is target minus current. A count against a target is no sample: no interval."],
        source=_source(observations, targets),
    )


def _pace(
    paper: Paper,
    kind: ObservationKind,
    observations: Records[Observation],
    targets: Records[Target],
    due: Sequence[date],
) -> Table:
    readings, note = _readings(targets, due)
    rows = [
        target_gap(_of(observations, part), part, due=day, as_of=paper.report_date)
        for day, part in readings
    ]
    meaning = OBSERVATION_KINDS[kind]
    return table_from(
        pd.concat(rows, ignore_index=True),
        f"{kind}_pace",
        f"{meaning.label}: what the target needs a month",
        [
            Heading(column="due", label="Due by"),
            Heading(column="areas", label="Areas", unit="areas"),
            Heading(column="shortfall", label="Shortfall", unit=meaning.unit),
            Heading(column="months_left", label="Months left", unit="months", places=2),
            Heading(
                column="pace_needed",
                label=f"{meaning.unit.capitalize()} a month",
                unit=meaning.unit,
                places=2,
            ),
        ],
        result=TargetGap,
        notes=[note, "A month is 30.4375 days."],
        source=_source(targets),
    )


def _readings(
    targets: Records[Target], due: Sequence[date]
) -> tuple[list[tuple[date | None, Records[Target]]], str]:
    """Each day by which targets are due, with those that are, and where the days are from."""
    if due:
        return [(day, targets) for day in due], "The days are as asked for."
    stated = sorted({target.due for target in targets if target.due is not None})
    readings: list[tuple[date | None, Records[Target]]] = [
        (day, targets.where(due=day)) for day in stated
    ]
    undated = targets.where(due=None)
    words = list(dict.fromkeys(target.due_text for target in undated))
    for text in words:
        days: Sequence[date | None] = due_dates(text or "") or [None]
        readings += [(day, undated.where(due_text=text)) for day in days]
    told = joined([f'"{text}"' for text in words if text]) or "no day"
    return readings, f"The source says {told}; no day is guessed." if words else "Due as stated."


def _of(observations: Records[Observation], targets: Records[Target]) -> Records[Observation]:
    """The observations of the areas that have these targets."""
    areas = {(target.npu, target.ward) for target in targets}
    return Records(Observation, (row for row in observations if (row.npu, row.ward) in areas))


def _watch(paper: Paper) -> Iterator[Table]:
    kinds: dict[str, tuple[ObservationKind, ObservationKind]] = {
        "Street Watch": ("street_watch", "street_watch_members"),
        "Neighbourhood Watch": ("neighbourhood_watch", "neighbourhood_watch_members"),
    }
    rows = []
    for label, (schemes, members) in kinds.items():
        count = counts(paper.basis, schemes).get(None)
        people = counts(paper.basis, members).get(None)
        each = people / count if people is not None and count else None
        row = WatchSchemes(
            kind=label,
            npu=paper.unit,
            schemes=count,
            members=people,
            members_per_scheme=each,
        )
        if _told(paper, schemes, members):
            rows.append(row)
    if rows:
        yield table_from(
            to_pandas(rows),
            "watch_schemes",
            "Street Watch and Neighbourhood Watch: schemes and members",
            [
                Heading(column="kind", label="Kind"),
                Heading(column="schemes", label="Schemes", unit="schemes"),
                Heading(column="members", label="Members", unit="members"),
                Heading(column="members_per_scheme", label="A scheme", unit="members", places=1),
            ],
            result=WatchSchemes,
            notes=["Street Watch members patrol; Neighbourhood Watch members are contacts."],
            source=_source(
                *(paper.observations.where(kind=kind) for pair in kinds.values() for kind in pair)
            ),
        )


def _young_people(paper: Paper) -> Iterator[Table]:
    each = {kind: counts(paper.basis, kind) for kind in YOUNG_PEOPLE}
    both = counts(paper.basis, *YOUNG_PEOPLE)
    units = sorted({npu for values in (*each.values(), both) for npu in values if npu is not None})
    rows = [
        YoungPeople(
            npu=npu,
            name=None if npu is None else paper.name_of(npu),
            junior_pcsos=each["junior_pcsos"].get(npu),
            cadets=each["cadets"].get(npu),
            young_people=both.get(npu),
            is_total=npu is None,
        )
        for npu in (*units, *(() if units and not _several(paper) else (None,)))
    ]
    if _told(paper, *YOUNG_PEOPLE):
        yield table_from(
            to_pandas(rows),
            "young_people",
            "Cadets and Junior PCSOs: children and young people engaged",
            [
                _NPU,
                _NAME,
                Heading(column="junior_pcsos", label="Junior PCSOs", unit="young people"),
                Heading(column="cadets", label="Cadets", unit="young people"),
                Heading(column="young_people", label="Together", unit="young people"),
            ],
            result=YoungPeople,
            source=_source(*(paper.observations.where(kind=kind) for kind in YOUNG_PEOPLE)),
        )


def _funds(paper: Paper) -> Iterator[Table]:
    for topic, budgets in paper.basis.funds().items():
        rates = spend_rate(budgets, by="npu", total=_several(paper), as_of=paper.report_date)
        fund, year = budgets[0].fund, budgets[0].financial_year
        yield table_from(
            _named(paper, rates),
            topic,
            f"{_FUNDS.get(fund, f'Fund {fund}')} {year}: budget and spending",
            [
                _NPU,
                _NAME,
                Heading(column="budget", label="Budget", unit="GBP"),
                Heading(column="spent", label="Spent", unit="GBP"),
                Heading(column="unspent", label="Outstanding", unit="GBP"),
                Heading(column="spend_rate", label="Share spent", unit="ratio"),
                Heading(column="pace_index", label="Pace", unit="index", places=2),
            ],
            result=SpendRate,
            notes=[
                "The total's share is the ratio of the sums. Outstanding is budget minus spent.",
                "Pace is the share spent over the share of the year's days that have passed.",
            ],
            source=_source(budgets),
        )


def _messaging(paper: Paper, until: date) -> Iterator[Table]:
    sign_ups = paper.basis.standing("messaging_sign_ups")
    stated = {
        float(figure.value)
        for figure in paper.published.where(topic="messaging_sign_ups", measure="net_per_month")
        if figure.value is not None
    }
    # Two readings give a rate of their own; with one, the rate that the document states.
    one = len(stated) == 1 and len({row.as_of for row in sign_ups}) == 1
    notes = ["A projection of one rate a month is no forecast: it has no interval."]
    if len(stated) > 1:
        rates = joined([f"{rate:,}" for rate in sorted(stated)])
        notes.append(f"The document states several rates: {rates}; none is taken.")
    if sign_ups:
        yield table_from(
            growth(sign_ups, until=until, net_per_month=min(stated) if one else None),
            "messaging",
            "Community messaging, such as WMNow: sign-ups and where a steady month leads",
            [
                Heading(column="as_of", label="As of"),
                Heading(column="current", label="Sign-ups", unit="sign-ups"),
                Heading(column="net_per_month", label="Net a month", unit="sign-ups"),
                Heading(column="until", label="Until"),
                Heading(column="months_ahead", label="Whole months", unit="months"),
                Heading(column="projected", label="Projected", unit="sign-ups"),
            ],
            result=Growth,
            notes=notes,
            source=_source(sign_ups),
        )
