"""When something was, and what follows from that: its local time, and of a log its response."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Container, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from npolicing._columns import Field
from npolicing._records import Record
from npolicing._rules import InOrder, WithinADay
from npolicing.calendar import MONTH
from npolicing.testing._cells import FIRST, LAST

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["received", "settle"]

_LONDON = ZoneInfo("Europe/London")
_SMALL_HOURS = time(2, 59, 59, 999_999)
_DELAYS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=1)), st.timedeltas(timedelta(0), timedelta(days=3))
)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.isoweekday() % 7)


# The days on which clocks change, by the rule that has stood since 1996.
_CHANGES = tuple(_last_sunday(y, m) for y in range(1996, LAST.year + 1) for m in (3, 10))


def _moment(entity: type[Record]) -> tuple[str, str]:
    """The fields of an entity that have its instant and its local day."""
    found = (rule.columns for rule in entity.rules if isinstance(rule, WithinADay))
    instant, day = next(found, ("received_at", "received_on"))
    return instant, day


def received(draw: DrawFn, entity: type[Record], pinned: Mapping[str, object]) -> dict[str, object]:
    """When a record was received, or else was, and the times that its rules put after that."""
    fields = {field.name: field for field in entity.columns()}
    instant, day = _moment(entity)
    if instant not in fields or fields[instant].kind != "timestamp":
        return {}
    start = pinned[instant] if instant in pinned else draw(_instants(pinned, day))
    if not isinstance(start, datetime):
        return {}
    given: dict[str, object] = {instant: start}
    for rule in entity.rules:
        later = rule.columns[-1]
        if isinstance(rule, InOrder) and rule.columns[0] == instant and later not in given:
            given[later] = draw(_later(start, fields[later]))
    seconds = pinned.get("response_seconds")
    if "first_arrived_at" in given and isinstance(seconds, int):
        given["first_arrived_at"] = start + timedelta(seconds=seconds)
    return given


def _later(start: datetime, field: Field) -> SearchStrategy[datetime | None]:
    later = _DELAYS.map(lambda delay: start + delay)
    return st.one_of(st.none(), later) if field.nullable else later


@st.composite
def _instants(draw: DrawFn, pinned: Mapping[str, object], local_day: str) -> datetime:
    """An instant out of London's days, and out of the days of a clock change far too often."""
    first, last = _days(pinned, local_day)
    changes = [day for day in _CHANGES if first <= day <= last]
    days = st.dates(first, last)
    day = draw(st.one_of(days, st.sampled_from(changes)) if changes else days)
    clock = draw(st.one_of(st.times(), st.times(max_value=_SMALL_HOURS)))
    hour = pinned.get("hour_of_week")
    if isinstance(hour, int):
        day -= timedelta(days=(day.weekday() - hour // 24) % 7)
        day += timedelta(days=7 if day < first else 0)
        clock = clock.replace(hour=hour % 24)
    # The hour that comes twice in October, both times.
    clock = clock.replace(fold=draw(st.integers(0, 1)))
    return datetime.combine(day, clock, _LONDON).astimezone(UTC)


def _days(pinned: Mapping[str, object], local_day: str) -> tuple[date, date]:
    day, month = pinned.get(local_day), pinned.get("month")
    if isinstance(day, date):
        return day, day
    if isinstance(month, str) and re.fullmatch(MONTH, month):
        first = date.fromisoformat(f"{month}-01")
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    return FIRST, LAST


def _settle_attendance(
    row: Mapping[str, object], pinned: Container[str], write: Callable[[str, object], None]
) -> None:
    """Have the columns on who attended agree."""
    neighbourhood = "attended_by_neighbourhood"
    if row.get("first_attended_by") == "neighbourhood" and row.get(neighbourhood) is False:
        name, value = (
            ("first_attended_by", None) if neighbourhood in pinned else (neighbourhood, True)
        )
        write(name, value)
    signs = ("first_arrived_at", "first_attended_by", neighbourhood)
    if row.get("attended") is False and any(row.get(name) for name in signs):
        if "attended" in pinned:
            for name in signs:
                write(name, None)
        else:
            write("attended", True)  # noqa: FBT003 # the value of a column


def settle(entity: type[Record], row: dict[str, object], pinned: Container[str]) -> None:
    """Write what follows from the other columns of a row, where it is not pinned."""
    instant, day = _moment(entity)
    at = row.get(instant)
    if not isinstance(at, datetime):
        return

    def write(name: str, value: object) -> None:
        if name in row and name not in pinned:
            row[name] = value

    local = at.astimezone(_LONDON)
    write(day, local.date())
    write("month", local.date().isoformat()[:7])
    write("hour_of_week", local.weekday() * 24 + local.hour)
    _settle_attendance(row, pinned, write)
    arrived = row.get("first_arrived_at")
    if not isinstance(arrived, datetime):
        write("response_seconds", None)
    elif row.get("response_seconds") is not None:
        write("response_seconds", (arrived - at) // timedelta(seconds=1))
