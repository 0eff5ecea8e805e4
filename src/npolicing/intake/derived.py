"""Fields that no export has and that follow from its times: settled once, when rows come in."""

from __future__ import annotations

from npolicing._records import Record

__all__ = ["TIMES", "derived"]

TIMES = {
    "received_at": {"received_on": "received_on", "month": "month", "hour_of_week": "hour_of_week"},
    "searched_at": {"received_on": "searched_on", "month": "month", "hour_of_week": "hour_of_week"},
}
"""The time that a local day, month and hour follow from, and what an entity calls each of them."""


def derived(entity: type[Record]) -> tuple[str, ...]:
    """The fields of an entity that follow from its times."""
    names = {field.name for field in entity.columns()}
    found = [each for time, fields in TIMES.items() if time in names for each in fields.values()]
    return tuple(name for name in found if name in names)
