"""Emerging trends: which of many series of crime change by more than chance among so many."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._tally import By, LogRows, Where, names_of
from npolicing.calendar import MONTH, month_number
from npolicing.entities import Crime
from npolicing.errors import UnknownCodeError
from npolicing.measures._logs import log_result
from npolicing.measures._month_ratios import MonthlyDispersion
from npolicing.measures._months import Months, months_of
from npolicing.measures._result import CONFIDENCE, IS_TOTAL
from npolicing.measures._trend_rows import Change, TrendQuestion
from npolicing.stats.control import NHS, Direction, Rules

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EmergingTrend", "emerging_trends"]

_GAP = "null where the force has no crime of the month: that is a gap, and no 0."
_RATIO = "null with it, and without a dispersion."

Signal = Literal["outside_limits", "trend", "near_limit", "run", "none"]
Reading = Literal["improvement", "concern", "neutral_high", "neutral_low", "common_cause"]


@attrs.frozen(kw_only=True)
class EmergingTrend(Record):
    """One series of crime: a month against the year before, and what its control chart says."""

    month: Annotated[str, Column("The month that is looked at.", pattern=MONTH)] = "2019-09"
    crimes: Annotated[int | None, Column(f"Crimes of that month; {_GAP}", unit="crimes", ge=0)] = (
        None
    )
    base_month: Annotated[str, Column("The month that it is held against.", pattern=MONTH)] = (
        "2018-09"
    )
    base: Annotated[
        int | None, Column(f"Crimes of the base month; {_GAP}", unit="crimes", ge=0)
    ] = None
    days: Annotated[int, Column("Days of the month.", unit="days", ge=28, le=31)] = 30
    base_days: Annotated[int, Column("Days of the base month.", unit="days", ge=28, le=31)] = 30
    rate_ratio: Annotated[
        float | None,
        Column(
            "Crimes over days, over base over its days; null without either, and at base 0.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    low: Annotated[
        float | None, Column(f"Lower limit of the rate ratio; {_RATIO}", unit="ratio", ge=0)
    ] = None
    high: Annotated[
        float | None, Column(f"Upper limit of the rate ratio; {_RATIO}", unit="ratio", ge=0)
    ] = None
    dispersion: Annotated[
        float | None,
        Column(
            "How many times the variance is that of Poisson numbers: out of the series' other "
            "months, or as stated; null where they are too few.",
            unit="ratio",
            ge=0,
        ),
    ] = None
    p_value: Annotated[
        float | None,
        Column(
            "How often chance alone would part the two rates as far, if they were one; null "
            "without either count or a dispersion, and where both are 0.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    p_adjusted: Annotated[
        float | None,
        Column(
            "The same, adjusted for how many series are looked at; that of the total stands alone.",
            unit="ratio",
            ge=0,
            le=1,
        ),
    ] = None
    notable: Annotated[
        bool | None, Column("Whether it is below the false discovery rate; null with it.")
    ] = None
    change: Annotated[
        Change | None, Column("What a notable change is, by which way is good; null as notable.")
    ] = None
    signal: Annotated[
        Signal | None,
        Column("Rule by which the chart flags the month, or none; null without a chart."),
    ] = None
    reading: Annotated[
        Reading | None, Column("What that is, by which way is good; null without a chart.")
    ] = None
    since: Annotated[
        str | None,
        Column("First month of what that rule saw; null without a signal.", pattern=MONTH),
    ] = None
    points: Annotated[
        int, Column("Months up to the last without a gap, in the history.", unit="months", ge=0)
    ] = 0
    trial: Annotated[
        bool | None,
        Column("Whether the chart's limits rest on fewer than 13 points; null without a chart."),
    ] = None
    signals_by_chance: Annotated[
        float | None,
        Column(
            "Signals to expect in the last month of such a chart where nothing changes; they add "
            "up over the series. Null without a chart.",
            unit="signals",
            ge=0,
            le=1,
        ),
    ] = None
    not_judged: Annotated[
        str | None,
        Column("Why there is no ratio, no p-value or no chart; null where there is each."),
    ] = None
    is_total: Annotated[bool, IS_TOTAL] = False


def emerging_trends(
    crimes: LogRows,
    *,
    month: str,
    by: By = ("npu", "category"),
    where: Where = None,
    categories: str | Collection[str] | None = None,
    base: str = "year_before",
    history: int | None = 36,
    dispersion: MonthlyDispersion = "monthly",
    confidence: float = CONFIDENCE,
    direction: Direction = "decrease",
    false_discovery: float = 0.05,
    rules: Rules = NHS,
    total: bool = False,
) -> pd.DataFrame:
    """Which series of crime rise or fall, by more than chance among so many: the worst first.

    For each series, such as the burglaries of a unit, two looks that know nothing of one another:

    - **The month against the same month a year before**, by day:
      ``rate_ratio = (crimes / days) / (base / base_days)``, with a score interval, a p-value, and
      that adjusted for how many series are looked at. No season is in it.
    - **The control chart** of the crimes a day, up to the month: whether the chart flags its last
      point, by which rule, and since when. No season is taken out: a signal each July is a season,
      and then there is no notable change beside it.

    The dispersion is out of the whole years of the history that end with the month, two at least:
    how far each month is from what its year and its month of the year lead to expect, so that
    neither season nor the level of a year is in it. The two months that are compared are left out,
    with those of the other years. Since it rests on few months, the interval and the p-value are
    by Student's t, with (years - 1) x (months of the year - 1) degrees of freedom.

    What it does not say: why; whether a level is good; how much crime there was, for not all of it
    is reported or recorded, and a change in recording looks the same; what reports will still come
    in for the last month. At a false discovery rate of 5 %, one in twenty of what is notable
    may be chance, and what is not notable may have changed all the same.

    Args:
        crimes: `Crime` rows, a row a crime, wherever they lie, as `tally` takes logs; or counts of
            them, in a column `crimes`. Needs `month` and the columns of `by`, and `force`, unless
            they are counts. The months are taken for whole. Bring areas of several vintages to
            those of one day before (`retally`): else what is new has risen from 0.
        month: The month to look at, such as ``2019-09``; what is later is left out.
        by: Columns that tell the series apart, any that the rows have; null is a value.
        where: For a column, the value or the values of the crimes to count; `None` is null.
        categories: The categories to count, one or several, as the rows spell them; all of them
            without.
        base: ``"year_before"``, or a month, where that year was out of the ordinary.
        history: How many months the chart and the dispersion rest on at most; None for all.
        dispersion: ``"monthly"``; or a number, 1 for plain Poisson numbers, which calls too much
            notable. Then the p-value is a normal one.
        confidence: Of the interval of a ratio alone, between 0 and 1.
        direction: Which way is good: ``"decrease"``, ``"increase"``, or ``"neutral"`` for neither.
        false_discovery: Which share of the notable changes may be chance, on average; above 0.
        rules: Of the control charts.
        total: Whether to add a row for all series together.

    Returns:
        A row a series that the rows have in the history or in the base month: the columns of
        `EmergingTrend`. First those with a notable rise, the least p-value first; then those whose
        chart alone says so; then in the same way those that fall; then the rest, and last what is
        not judged; the other way round where more is good. A series without a crime in a month that
        its force has any of has 0 there; a month without any crime of the force is a gap. A chart
        begins after the last gap, and has 12 points or more.

    Raises:
        ValueError: If a month is not written as one, the base is not before the month, the history
            is below 12, a share is not between 0 and 1, or the dispersion is no number above 0.
        MissingColumnsError: If the rows lack columns; names every one.
        MixedRowsError: If rows are of several forces and `by` has no `force`, or are of logs.
        UnknownCodeError: If no row has one of the categories.
        ColumnTypeError, ValidationError: As `tally`.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, paragraphs 29
        to 31. Ratio: `stats.rate_ratios`. Dispersion and Student's t: McCullagh & Nelder,
        Generalized Linear Models, 2nd ed. (1989), 4.5 and 6.2. Many at once: `stats.many`. Charts:
        `stats.control`; NHS England, Making Data Count. Signals by chance: `stats.chance`.

    >>> import pandas as pd
    >>> counts = pd.DataFrame({"month": [f"{year}-{month:02}" for year in (2017, 2018, 2019)
    ...                                  for month in range(1, 13)]})
    >>> counts["crimes"] = [50, 44, 52, 49] * 8 + [50, 44, 52, 120]
    >>> found = emerging_trends(counts, month="2019-12", by=None)
    >>> found[["base", "crimes", "rate_ratio", "change", "signal"]].round(2).values.tolist()
    [[49, 120, 2.45, 'concern', 'outside_limits']]
    """
    question = TrendQuestion(
        last=month_number(month),
        before=month_number(month) - 12 if base == "year_before" else month_number(base),
        history=history,
        dispersion=dispersion,
        confidence=confidence,
        direction=direction,
        false_discovery=false_discovery,
        rules=rules,
    )
    asked = dict(where or {})
    wanted = None if categories is None else names_of(categories)
    if wanted is not None:
        asked["category"] = wanted
    names = [name for name in names_of(by) if name != "month"]
    rows = months_of("emerging_trends", crimes, names, asked, entity=Crime)
    _refuse_strangers(rows, wanted or ())
    return log_result(
        EmergingTrend, rows.cells, lambda groups: question.figures(rows, groups), total=total
    )


def _refuse_strangers(rows: Months, categories: Collection[str]) -> None:
    """Refuse categories that no row has: one is misspelt, or is spelt otherwise in these rows."""
    if not categories or not rows.cells.table.num_rows:
        return
    known = [str(each) for each in rows.cells.table["category"].unique().to_pylist()]
    strangers = sorted(set(categories).difference(known))
    if strangers:
        raise UnknownCodeError("category", ", ".join(strangers), sorted(known))
