"""Logs of a few numbers and days, for what is loaded, replaced and merged."""

from __future__ import annotations

from datetime import UTC, date, datetime

from npolicing.entities import Log


def log(number: str, day: str = "2018-07-02", *, force: str = "WMP", priority: str = "P1") -> Log:
    """A log at noon UTC of a day."""
    on = date.fromisoformat(day)
    return Log(
        log_id=number,
        force=force,
        npu="CV",
        priority=priority,
        received_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        received_on=on,
        month=day[:7],
        hour_of_week=on.weekday() * 24 + 12,
    )


OLD = [log("1"), log("2"), log("3"), log("1", "2018-08-01")]
NEW = [log("2", priority="P2"), log("3"), log("4")]
