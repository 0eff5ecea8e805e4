"""The tables of a board paper, each made from its rows by the measures."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from npolicing._wording import joined
from npolicing.calendar import financial_year, financial_year_days
from npolicing.exhibits import Heading, Table, table_from
from npolicing.measures import growth, spend_rate, target_gap
from npolicing.paper.computing import YOUNG_PEOPLE, counts, whole

if TYPE_CHECKING:
    from npolicing.entities import BudgetPosition, Observation, Target
    from npolicing.paper.board import Paper
    from npolicing.vocabulary import ObservationKind

__all__ = ["due_dates", "sections", "year_end"]

_NPU = Heading(column="npu", label="NPU")
_NAME = Heading(column="name", label="Name")


def sections(paper: Paper, *, due: Sequence[date] = (), until: date | None = None) -> list[Table]:
    """The tables of a paper, in its order; one without rows is left out.

    Args:
        paper: The paper.
        due: Days by which targets are due; without one, every day that the paper's words allow.
        until: Day to which sign-ups are projected; the day after the financial year without one.
    """
    made = [
        _street_watch(paper),
        _pace(paper, due or due_dates(paper)),
        _watch(paper),
        _young_people(paper),
        _fund(paper),
        _messaging(paper, until or year_end(paper.report_date)),
    ]
    return [table for table in made if table is not None]


def year_end(day: date) -> date:
    """The day after the financial year of a day.

    >>> year_end(date(2019, 10, 15))
    datetime.date(2020, 4, 1)
    """
    return financial_year_days(financial_year(day))[1] + timedelta(days=1)


def due_dates(paper: Paper) -> list[date]:
    """The days by which the targets are due, or all that a bare month may mean.

    "By April 2020" may mean the day before the month, its first day or its last.
    """
    stated = {target.due for target in paper.targets if target.due is not None}
    words = {target.due_text for target in paper.targets if target.due is None}
    return sorted(stated.union(*(_readings(text) for text in words if text)))


def _readings(text: str) -> set[date]:
    months = {name: number for number, name in enumerate(calendar.month_name) if name}
    match = re.fullmatch("([A-Z][a-z]+) ([0-9]{4})", text)
    if match is None or match[1] not in months:
        return set()
    first = date(int(match[2]), months[match[1]], 1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return {first - timedelta(days=1), first, last}


def _source(*tables: Iterable[Observation | Target | BudgetPosition]) -> str:
    """Where the rows of a table come from, each place once."""
    places = dict.fromkeys(row.source for rows in tables for row in rows if row.source)
    return joined(list(places))


def _several(paper: Paper) -> bool:
    """Whether a total says more than its one part."""
    return len(paper.npus) > 1


def _named(paper: Paper, frame: pd.DataFrame) -> pd.DataFrame:
    """A result by unit with the unit's name beside its code."""
    names = [None if pd.isna(npu) else paper.name_of(npu) for npu in frame["npu"]]
    frame.insert(1, "name", names)
    return frame


def _street_watch(paper: Paper) -> Table | None:
    targets = paper.targets.where(kind="street_watch")
    if not targets:
        return None
    return table_from(
        _named(paper, target_gap(paper.schemes, targets, by="npu", total=_several(paper))),
        "street_watch",
        "Street Watch: schemes against target",
        [
            _NPU,
            _NAME,
            Heading(column="current", label="Current", unit="schemes"),
            Heading(column="target", label="Target", unit="schemes"),
            Heading(column="gap", label="Gap", unit="schemes"),
            Heading(column="attainment", label="Attainment", unit="ratio"),
        ],
        notes=["Gap is target minus current. A count against a target is no sample: no interval."],
        source=_source(paper.schemes, targets),
    )


def _pace(paper: Paper, due: Sequence[date]) -> Table | None:
    targets = paper.targets.where(kind="street_watch")
    rows = [target_gap(paper.schemes, targets, due=day) for day in due] if targets else []
    if not rows:
        return None
    words = sorted(
        {target.due_text for target in targets if target.due is None and target.due_text}
    )
    note = f'The paper says "{words[0]}", which is no day.' if words else "Due as stated."
    return table_from(
        pd.concat(rows, ignore_index=True),
        "street_watch_pace",
        "Street Watch: new schemes a month that the target needs",
        [
            Heading(column="due", label="Due by"),
            Heading(column="shortfall", label="New schemes", unit="schemes"),
            Heading(column="months_left", label="Months left", unit="months", places=2),
            Heading(column="pace_needed", label="Schemes a month", unit="schemes", places=2),
        ],
        notes=[f"{note} A month is 30.4375 days."],
        source=_source(targets),
    )


def _watch(paper: Paper) -> Table | None:
    kinds: dict[str, tuple[ObservationKind, ObservationKind]] = {
        "Street Watch": ("street_watch", "street_watch_members"),
        "Neighbourhood Watch": ("neighbourhood_watch", "neighbourhood_watch_members"),
    }
    rows = []
    for label, (schemes, members) in kinds.items():
        count = whole(counts(paper.observations, schemes))
        people = whole(counts(paper.observations, members))
        if count is not None:
            each = people / count if people is not None and count else None
            rows.append((label, count, people, each))
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["kind", "schemes", "members", "members_per_scheme"])
    return table_from(
        frame.astype({"schemes": "int64", "members": "Int64", "members_per_scheme": "float64"}),
        "watch_schemes",
        "Street Watch and Neighbourhood Watch: schemes and members",
        [
            Heading(column="kind", label="Kind"),
            Heading(column="schemes", label="Schemes", unit="schemes"),
            Heading(column="members", label="Members", unit="members"),
            Heading(column="members_per_scheme", label="A scheme", unit="members", places=1),
        ],
        notes=["Street Watch members patrol; Neighbourhood Watch members are contacts."],
        source=_source(
            *(paper.observations.where(kind=kind) for pair in kinds.values() for kind in pair)
        ),
    )


def _young_people(paper: Paper) -> Table | None:
    columns = {str(kind): counts(paper.observations, kind) for kind in YOUNG_PEOPLE}
    columns["young_people"] = counts(paper.observations, *YOUNG_PEOPLE)
    units = sorted({npu for values in columns.values() for npu in values if npu is not None})
    if not units:
        return None
    rows = [[npu, *(values.get(npu) for values in columns.values())] for npu in units]
    if _several(paper):
        rows.append([None, *(whole(values) for values in columns.values())])
    frame = pd.DataFrame(rows, columns=["npu", *columns]).astype(dict.fromkeys(columns, "Int64"))
    frame["is_total"] = frame["npu"].isna()
    return table_from(
        _named(paper, frame),
        "young_people",
        "Cadets and Junior PCSOs: children and young people engaged",
        [
            _NPU,
            _NAME,
            Heading(column="junior_pcsos", label="Junior PCSOs", unit="young people"),
            Heading(column="cadets", label="Cadets", unit="young people"),
            Heading(column="young_people", label="Together", unit="young people"),
        ],
        source=_source(*(paper.observations.where(kind=kind) for kind in YOUNG_PEOPLE)),
    )


def _fund(paper: Paper) -> Table | None:
    if not paper.budgets:
        return None
    years = joined(sorted({row.financial_year for row in paper.budgets}))
    return table_from(
        _named(paper, spend_rate(paper.budgets, by="npu", total=_several(paper))),
        "fund",
        f"Active Citizens Fund {years}: budget and spending",
        [
            _NPU,
            _NAME,
            Heading(column="budget", label="Budget", unit="GBP"),
            Heading(column="spent", label="Spent", unit="GBP"),
            Heading(column="unspent", label="Outstanding", unit="GBP"),
            Heading(column="spend_rate", label="Share spent", unit="ratio"),
            Heading(column="pace_index", label="Pace", unit="index", places=2),
        ],
        notes=[
            "The total's rate is the ratio of the sums. Outstanding is budget minus spent.",
            "Pace is the share spent over the share of the year's days that have passed.",
        ],
        source=_source(paper.budgets),
    )


def _messaging(paper: Paper, until: date) -> Table | None:
    if not paper.sign_ups:
        return None
    stated = [
        int(figure.value)
        for figure in paper.published
        if (figure.topic, figure.measure) == ("messaging_sign_ups", "net_per_month")
        and figure.value is not None
    ]
    net = stated[0] if len(stated) == 1 else None
    return table_from(
        growth(paper.sign_ups, until=until, net_per_month=net),
        "messaging",
        "WMNow: sign-ups and what a steady month would lead to",
        [
            Heading(column="as_of", label="As of"),
            Heading(column="current", label="Sign-ups", unit="sign-ups"),
            Heading(column="net_per_month", label="Net a month", unit="sign-ups"),
            Heading(column="until", label="Until"),
            Heading(column="months_ahead", label="Whole months", unit="months"),
            Heading(column="projected", label="Projected", unit="sign-ups"),
        ],
        notes=["A projection of a stated rate, no forecast: it has no interval."] if net else [],
        source=_source(paper.sign_ups),
    )
