"""Messaging and engagement in a pack: counts that stood on a day, and counts of its months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from npolicing._records import Records
from npolicing.calendar import add_months
from npolicing.entities import Observation
from npolicing.exhibits import Section, Table
from npolicing.measures import growth
from npolicing.packs.asking import Part
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity
from npolicing.vocabulary import FLOWS, OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from npolicing.packs.asking import Ask

__all__ = ["engagement", "messaging"]

_MESSAGING: tuple[ObservationKind, ...] = (
    "messaging_sign_ups",
    "messaging_net_sign_ups",
    "messages_sent",
    "messages_meeting_standard",
)
Row = dict[str, object]


@attrs.frozen(kw_only=True)
class _Count:
    """A count of a kind, of one unit or added up, and the day or the months that it is of."""

    kind: ObservationKind
    npu: str | None
    current: int | None
    day: date | None
    before: int | None
    before_day: date | None


def messaging(ask: Ask) -> Part:
    """The section on community messaging, such as WMNow."""
    return _part(
        ask,
        "Community messaging, such as WMNow",
        "messaging",
        _MESSAGING,
        "sign-ups to messaging and how they grow, and messages sent and meeting the standard",
    )


def engagement(ask: Ask) -> Part:
    """The section on what else is counted of engagement."""
    kinds = tuple(kind for kind in OBSERVATION_KINDS if kind not in _MESSAGING)
    would = "ward meetings, networks, advisory groups, schemes and their members"
    return _part(ask, "Engagement", "engagement", kinds, would)


def _part(ask: Ask, heading: str, name: str, kinds: Sequence[ObservationKind], would: str) -> Part:
    tables = ask.inputs.tables
    if not tables.has("observations"):
        words = f"The table observations is missing. It would have shown {would}."
        return Part(section=Section(heading=heading, missing=(words,)))
    rows = ask.own(tables.of_entity("observations", Observation))
    counted = [found for kind in kinds for found in _counts(ask, kind, rows)]
    if not counted:
        words = f"No observation up to {ask.as_of} is of {ask.whom} and these kinds: {would}."
        return Part(section=Section(heading=heading, missing=(words,)))
    made_up = ask.inputs.synthetic("observations")
    lines = [line for each in counted for line in _lines(ask, name, each, made_up=made_up)]
    exhibits = [_table(ask, name, heading, counted, made_up=made_up)]
    exhibits += _growth(ask, name, rows, made_up=made_up) if name == "messaging" else []
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    return Part(section=Section(heading=heading, exhibits=tuple(exhibits)), figures=figures)


def _counts(ask: Ask, kind: ObservationKind, rows: Sequence[Observation]) -> Iterator[_Count]:
    """A kind's counts: of the unit; or of each unit, and their sum where all are known."""
    own = [row for row in rows if row.kind == kind and row.ward is None]
    units = [row for row in own if row.npu is not None]
    kept = units or own
    if not kept:
        return
    find = _flow if kind in FLOWS else _stock
    found = [
        (npu, find(ask, [row for row in kept if row.npu == npu]))
        for npu in dict.fromkeys(row.npu for row in kept)
    ]
    if ask.npu is None and units and len(found) > 1:
        found.append((None, _added([each for _, each in found], len(found) == len(ask.units))))
    for npu, (current, day, before, before_day) in found:
        if current is not None or before is not None:
            yield _Count(
                kind=kind,
                npu=npu,
                current=current,
                day=day,
                before=before,
                before_day=before_day,
            )


_Found = tuple[int | None, date | None, int | None, date | None]


def _stock(ask: Ask, rows: Sequence[Observation]) -> _Found:
    """The latest count up to the day, and up to the same day of the year before."""

    def latest(day: date) -> tuple[int | None, date | None]:
        known = [row for row in rows if row.as_of <= day]
        last = max(known, key=lambda row: row.as_of, default=None)
        return (None, None) if last is None else (last.value, last.as_of)

    return (*latest(ask.as_of), *latest(add_months(ask.as_of, -12)))


def _flow(ask: Ask, rows: Sequence[Observation]) -> _Found:
    """What was counted in the period and in that of the year before; null where days lack."""

    def within(first: date, last: date) -> int | None:
        own = [
            row
            for row in rows
            if row.period_start is not None and first <= row.period_start and row.as_of <= last
        ]
        days = sum((row.as_of - row.period_start).days + 1 for row in own if row.period_start)
        whole = days == (last - first).days + 1
        return sum(row.value for row in own) if whole else None

    now, then = ask.period, ask.period.before
    return within(now.since, now.until), now.until, within(then.since, then.until), then.until


def _added(found: Sequence[_Found], whole: bool) -> _Found:  # noqa: FBT001 # said in its place
    """The sum of units; null where one lacks it, or is not told of at all."""

    def total(values: Sequence[int | None]) -> int | None:
        known = [each for each in values if each is not None]
        return sum(known) if whole and len(known) == len(values) else None

    days = {each[1] for each in found}
    return (
        total([each[0] for each in found]),
        days.pop() if len(days) == 1 else None,
        total([each[2] for each in found]),
        None,
    )


def _table(ask: Ask, name: str, heading: str, counted: Sequence[_Count], *, made_up: bool) -> Table:
    return pack_table(
        ask,
        name,
        f"{ask.whom}: {heading[:1].lower()}{heading[1:]}, {ask.period.label}",
        [
            *([] if ask.npu else [text("unit", "NPU")]),
            text("label", "What is counted"),
            text("when", "When"),
            value("current", "Count", ""),
            value("before", "Year before", ""),
            value("more", "More", ""),
        ],
        [_row(ask, each) for each in counted],
        notes=[
            (
                "A count that stands is the latest by then. One of a time is of the whole period: "
                "where a day of it is not told of, it is not known."
            ),
            *(["Force: the sum of its units, where all are told of."] if not ask.npu else []),
        ],
        source=ask.source("observations"),
        synthetic=made_up,
    )


def _row(ask: Ask, each: _Count) -> Mapping[str, object]:
    flow = each.kind in FLOWS
    when = ask.period.label if flow else None if each.day is None else f"{each.day}"
    more = None
    if each.current is not None and each.before is not None:
        more = each.current - each.before
    return {
        "label": OBSERVATION_KINDS[each.kind].label,
        "unit": each.npu or "Force",
        "when": when,
        "current": each.current,
        "before": each.before,
        "more": more,
    }


def _lines(ask: Ask, section: str, each: _Count, *, made_up: bool) -> Iterator[Line]:
    """The count in long form: of a flow with its period as days."""
    for number, day in ((each.current, each.day), (each.before, each.before_day)):
        if day is not None:
            yield Line(
                section=section,
                measure="count",
                label=OBSERVATION_KINDS[each.kind].label,
                unit=OBSERVATION_KINDS[each.kind].unit,
                npu=each.npu,
                item=each.kind,
                is_total=ask.npu is None and each.npu is None,
                times={
                    "as_of": Quantity(
                        numerator=number,
                        figure=number,
                        hidden="shown" if number is not None else "unknown",
                    )
                },
                day=day,
                synthetic=made_up,
            )


def _growth(ask: Ask, name: str, rows: Sequence[Observation], *, made_up: bool) -> Iterator[Table]:
    """How sign-ups grow a month, from the first reading to the last."""
    own = [
        row
        for row in rows
        if row.kind == "messaging_sign_ups" and row.ward is None and row.as_of <= ask.as_of
    ]
    units = [row for row in own if row.npu is not None] or own
    if len({row.as_of for row in units}) < 2:
        return
    frame = growth(Records(Observation, units), by="npu")
    yield pack_table(
        ask,
        f"{name}_growth",
        f"{ask.whom}: how sign-ups grow",
        [
            *([] if ask.npu else [text("unit", "NPU")]),
            text("base_as_of", "From"),
            value("base", "Sign-ups then", "sign-ups"),
            text("as_of", "To"),
            value("current", "Sign-ups", "sign-ups"),
            value("net_per_month", "Net a month", "sign-ups", 1),
        ],
        [
            {**{str(k): v for k, v in row.items()}, "unit": row["npu"], "is_total": False}
            for row in frame.to_dict("records")
        ],
        notes=["Net: who came less who left, over the whole months between the two readings."],
        source=ask.source("observations"),
        synthetic=made_up,
    )
