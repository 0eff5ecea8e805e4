"""What the words of a paper's tables mean."""

from __future__ import annotations

from collections.abc import Iterable

from npolicing._records import Record
from npolicing.exhibits import Table
from npolicing.measures import AttendanceRatio, Growth, SpendRate, TargetGap
from npolicing.paper.results import WatchSchemes, YoungPeople

__all__ = ["definitions"]

_Term = tuple[str, str]

_ALWAYS: tuple[_Term, ...] = (
    ("NPU", "Neighbourhood policing unit."),
    ("–", "No figure: it is not known, or it cannot be worked out. It is never 0."),  # noqa: RUF001 # the dash that tables use
    ("Total", "The sum of the rows above. Its ratio is the ratio of the sums."),
)
_OF_COMPARISONS: tuple[_Term, ...] = (
    (
        "Held against the rows",
        (
            "The figure that the paper printed, beside the same figure worked out from its rows "
            "and rounded half up to the step that was printed."
        ),
    ),
    ("Finding", "What such a comparison found, the gravest first."),
)
_OF_RESULTS: dict[type[Record], tuple[_Term, ...]] = {
    TargetGap: (
        ("Gap", "Target minus current. A positive gap is what lacks, where more is better."),
        ("Attainment", "Current divided by target. Undefined where the target is 0."),
        ("Shortfall", "The gap where there is one; 0 where the target is met."),
        ("Pace needed", "The shortfall over the months that are left, of 30.4375 days each."),
    ),
    WatchSchemes: (
        ("Street Watch", "Schemes of volunteers who patrol their own streets."),
        (
            "Neighbourhood Watch",
            (
                "Schemes of residents. Its members are contacts, where those of Street Watch "
                "patrol; the two are not compared by members."
            ),
        ),
    ),
    YoungPeople: (("Together", "Children and young people (CYP): cadets and Junior PCSOs."),),
    SpendRate: (
        (
            "Share spent",
            "Spent divided by budget. It is no share that was allocated or applied for.",
        ),
        ("Outstanding", "Budget minus spent."),
        ("Pace", "The share spent over the share of the financial year's days that have passed."),
    ),
    Growth: (
        ("Net a month", "Sign-ups in a month less those who left."),
        ("Projected", "Where the count would be if the rate went on as it is. It is no forecast."),
    ),
    AttendanceRatio: (
        (
            "Attendance ratio",
            (
                "The share of all logs, of which it is known, that a kind of team attended, first "
                "or later."
            ),
        ),
        (
            "From, to",
            (
                "How far chance alone would carry the ratio: 95 of 100 such intervals hold what "
                "they are about."
            ),
        ),
    ),
}


def definitions(tables: Iterable[Table], *, compared: bool) -> tuple[_Term, ...]:
    """The terms of some tables, and of comparisons where there were any."""
    results = {table.result for table in tables}
    terms = [*_ALWAYS, *(_OF_COMPARISONS if compared else ())]
    for result, of_it in _OF_RESULTS.items():
        terms += of_it if result in results else ()
    return tuple(terms)
