"""Where an evaluation stands on a day: of a pilot, or of a project of the fund."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol

import attrs

from npolicing.vocabulary import EvaluationStatus

__all__ = ["EVALUATION", "Evaluations", "ToEvaluate", "evaluation_state"]

State = Literal["not_asked", "not_due", "due", "late", "done"]
EVALUATION = ("evaluation_status", "evaluation_due_on", "evaluated_on")
"""The columns that say where an evaluation stands."""


class ToEvaluate(Protocol):
    """A row of which an evaluation may be asked."""

    @property
    def evaluation_status(self) -> EvaluationStatus | None:
        """Where it stands, as the row has it; null where none is asked."""

    @property
    def evaluation_due_on(self) -> date | None:
        """Day by which it is to be done."""

    @property
    def evaluated_on(self) -> date | None:
        """Day on which it was done."""


def evaluation_state(row: ToEvaluate, as_of: date) -> State:
    """Where an evaluation stands on a day.

    Its days go before its status, which is that of the day on which the table was written. Done
    without a day is done. It is late on the day after the one by which it was due.
    """
    status, due, done = row.evaluation_status, row.evaluation_due_on, row.evaluated_on
    if status is None and due is None and done is None:
        return "not_asked"
    if (done is not None and done <= as_of) or (done is None and status == "done"):
        return "done"
    if due is not None and due < as_of:
        return "late"
    return "due" if status == "due" or due == as_of else "not_due"


@attrs.frozen(kw_only=True)
class Evaluations:
    """How many evaluations stand where; how many to come have no day; since when one is late."""

    not_asked: int
    not_due: int
    due: int
    late: int
    done: int
    undated: int
    late_since: date | None

    @classmethod
    def of(cls, rows: Iterable[ToEvaluate], as_of: date) -> Evaluations:
        """Those of some rows on a day."""
        listed = [(evaluation_state(row, as_of), row.evaluation_due_on) for row in rows]
        states = [state for state, _ in listed]
        late = [day for state, day in listed if state == "late" and day is not None]
        return cls(
            not_asked=states.count("not_asked"),
            not_due=states.count("not_due"),
            due=states.count("due"),
            late=states.count("late"),
            done=states.count("done"),
            undated=sum(state in ("not_due", "due") and day is None for state, day in listed),
            late_since=min(late, default=None),
        )
