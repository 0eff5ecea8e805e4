"""The figures of packs in long form: one tidy row each, for whoever wants to chart them anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from npolicing._columns import Column
from npolicing._records import Record, Records
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Basis", "Hidden", "PackFigure", "exact", "figures_of"]

Basis = Literal["period", "year_before", "year_to_date", "year_to_date_before", "month", "as_of"]
Hidden = Literal["shown", "rounded", "primary", "secondary", "linked", "unknown"]
_PLACES = Decimal("0.000001")


@attrs.frozen(kw_only=True)
class PackFigure(Record):
    """One figure of one pack: its parts, its interval, and what it is held against.

    Rows marked `is_total` are of the force, and those without an item are of all items: leave them
    out before adding up. Figures have six decimal places, rounded half to even.
    """

    pack: Annotated[str, Column("Name of the pack.", key=True, pattern=IDENTIFIER)]
    section: Annotated[str, Column("Part of the pack.", key=True, pattern="[a-z_]+")]
    measure: Annotated[str, Column("Name of the figure.", key=True, pattern="[a-z_0-9]+")]
    force: Annotated[str, FORCE]
    basis: Annotated[
        Basis,
        Column(
            "Which time: the pack's period, the same a year before, the financial year so far, "
            "that a year before, a month of the history, or a count that stood on a day.",
            key=True,
        ),
    ]
    period: Annotated[str, Column("That time, such as 2019-09, 2019/20-Q2 or a day.", key=True)]
    until: Annotated[date, Column("Last day of that time.")]
    since: Annotated[
        date | None, Column("First day of that time; null of a count that stood on a day.")
    ] = None
    npu: Annotated[
        str | None,
        Column("Unit; null for the force, or where it is not known.", key=True, pattern=CODE),
    ] = None
    item: Annotated[
        str | None,
        Column(
            "What the figure is of within that: a grade, a category, a kind, a status; null: all.",
            key=True,
        ),
    ] = None
    numerator: Annotated[
        Decimal | None, Column("What is divided, or counted; null: not known, or hidden.", scale=6)
    ] = None
    denominator: Annotated[
        Decimal | None, Column("What it is divided by; null where the figure is a count.", scale=6)
    ] = None
    unknown: Annotated[
        Decimal | None,
        Column(
            "How many more there are of which it is not known; null where that is no question.",
            scale=6,
        ),
    ] = None
    figure: Annotated[
        Decimal | None, Column("The figure; null: undefined, not known, or hidden.", scale=6)
    ] = None
    low: Annotated[
        Decimal | None, Column("Lower limit of its interval; null without one.", scale=6)
    ] = None
    high: Annotated[
        Decimal | None, Column("Upper limit of its interval; null without one.", scale=6)
    ] = None
    unit: Annotated[str, Column("Unit of the figure: ratio, logs a day, schemes, GBP.")] = "ratio"
    change: Annotated[
        Decimal | None,
        Column("Against the year before: a difference, or a ratio of rates.", scale=6),
    ] = None
    change_low: Annotated[
        Decimal | None, Column("Lower limit of the interval of the change.", scale=6)
    ] = None
    change_high: Annotated[
        Decimal | None, Column("Upper limit of the interval of the change.", scale=6)
    ] = None
    change_is: Annotated[
        Literal["difference", "ratio"] | None,
        Column("Whether the change is figure minus figure, or figure over figure."),
    ] = None
    target: Annotated[
        Decimal | None, Column("What was to be reached; null where nobody said.", scale=6)
    ] = None
    status: Annotated[
        Literal["green", "amber", "red", "no_target", "no_data"] | None,
        Column("By thresholds that were stated; null where none was."),
    ] = None
    reading: Annotated[
        Literal[
            "common_cause", "improvement", "concern", "neutral_high", "neutral_low", "not_known"
        ]
        | None,
        Column("What the control chart says of the time; null without a chart."),
    ] = None
    rule: Annotated[
        Literal["none", "outside_limits", "trend", "near_limit", "run"] | None,
        Column("The rule by which that is a signal; null without a chart."),
    ] = None
    hidden: Annotated[
        Hidden, Column("Whether it is shown, and if not why; see the disclosure rules.")
    ] = "shown"
    is_total: Annotated[bool, Column("Whether it is of the force, with logs of no unit.")] = False
    synthetic: Annotated[bool, Column("Whether it is of rows that are made up.")] = False


def exact(value: object) -> Decimal | None:
    """A number in six decimal places; null for what is missing."""
    if value is None:
        return None
    text = str(value)
    return None if text in ("nan", "<NA>", "NaT", "None") else Decimal(text).quantize(_PLACES)


def figures_of(figures: Iterable[PackFigure]) -> Records[PackFigure]:
    """Figures in the order in which packs have them."""
    return Records(PackFigure, figures)
