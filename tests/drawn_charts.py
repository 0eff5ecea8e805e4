"""One chart of each kind, of figures that are made by arithmetic or printed, for golden pictures.

`python tests/drawn_charts.py` writes the pictures in `tests/data/golden_charts` anew. Look at each
before you commit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

import npolicing as npol
from npolicing.charts import draw
from npolicing.exhibits import (
    Chart,
    attendance_chart,
    control_figure,
    demand_chart,
    disproportion_chart,
    evaluation_chart,
    forecast_chart,
    funnel_chart,
    growth_chart,
    hour_chart,
    lorenz_chart,
    proposal_chart,
    seasonal_chart,
    spend_chart,
    target_chart,
    trajectory_chart,
    trend_chart,
    young_people_chart,
)
from npolicing.paper.sections import sections
from npolicing.stats.funnel import funnel
from npolicing.stats.power import ClaimMethod

GOLDEN = Path(__file__).parent / "data" / "golden_charts"
PAPER = npol.paper.wmp_2019()
NAMES = {unit.code: unit.name for unit in npol.forces.west_midlands().npus}
MADE_UP = "arithmetic, for a test"
SIX = {
    "Birmingham": "BHAM",
    "Coventry": "CV",
    "Dudley": "DY",
    "Sandwell": "SW",
    "Walsall": "WS",
    "Wolverhampton": "WV",
}
SIX_NAMES = {code: name for name, code in SIX.items()}
RECORDS = "chart of recorded crime and anti-social behaviour, read off"


def months(first: int, last: int) -> list[str]:
    return [f"{year}-{month:02}" for year in range(first, last + 1) for month in range(1, 13)]


@cache
def authorities() -> pd.DataFrame:
    """The digitised records of six authorities, a row an authority and month, to 2019."""
    wide = pd.read_csv(GOLDEN.parent / "wmp_la_monthly_digitised.csv")
    long = wide.melt(id_vars="month", value_vars=list(SIX), var_name="npu", value_name="logs")
    long = long.dropna().assign(
        npu=lambda rows: rows["npu"].map(SIX), logs=lambda rows: rows["logs"].round().astype(int)
    )
    return long[long["month"] < "2020-01"].assign(force="WMP").reset_index(drop=True)


def logs(*, gap: str | None = None) -> pd.DataFrame:
    """A tally of logs by unit and month, with a summer; a month may be missing."""
    rows = [
        {"force": "WMP", "npu": npu, "month": month, "priority": "P6", "logs": count}
        for at, npu in enumerate(PAPER.npus)
        for month in months(2018, 2019)
        if month != gap
        for count in [100 + 20 * at + 6 * (6 - abs(7 - int(month[5:]))) + at * int(month[3])]
    ]
    return pd.DataFrame(rows)


def attended() -> pd.DataFrame:
    """A tally of logs at P1 by unit, month and who attended: a slow rise."""
    rows = [
        {
            "force": "WMP",
            "npu": npu,
            "month": month,
            "priority": "P1",
            "attended": True,
            "attended_by_neighbourhood": by,
            "logs": count if by else 400 + 50 * at - count,
        }
        for at, npu in enumerate(PAPER.npus)
        for step, month in enumerate(months(2018, 2019))
        for count in [40 + 5 * at + step + (step * (at + 3)) % 7]
        for by in (True, False)
    ]
    return pd.DataFrame(rows)


def week() -> pd.DataFrame:
    """A tally of a February by hour of the week: most on Friday and Saturday nights."""
    rows = [
        {"force": "WMP", "month": "2019-02", "hour_of_week": hour, "logs": 4 * (5 + late + weekend)}
        for hour in range(168)
        for late in [abs(hour % 24 - 5)]
        for weekend in [20 if hour // 24 in (4, 5) and hour % 24 > 20 else 0]
    ]
    return pd.DataFrame(rows)


def crimes() -> pd.DataFrame:
    rows = [
        {"npu": npu, "category": category, "month": month, "crimes": count}
        for at, npu in enumerate(PAPER.npus)
        for category, level in (("burglary", 60), ("robbery", 15))
        for step, month in enumerate(months(2016, 2019))
        for count in [level + (step * 7 + at * 3) % 11]
    ]
    found = pd.DataFrame(rows)
    last = found["month"] == "2019-12"
    burglary = found["category"] == "burglary"
    found.loc[last & burglary & (found["npu"] == "DY"), "crimes"] = 150
    found.loc[last & burglary & (found["npu"] == "CV"), "crimes"] = 20
    return found


def places() -> list[npol.Place]:
    """Wards with counts made by arithmetic; nobody has the harm of any."""
    return [
        npol.Place(
            force="WMP",
            kind="ward24",
            place=f"W{at:02}",
            name="The ward of the longest name of all" if at == 2 else f"Ward {at}",
            population=8000 + 700 * at,
            crimes=(at * 29) % 41 * 9 + 30,
            demand=(at * 17) % 23 * 3 + 4,
            deprived=(8000 + 700 * at) * ((at * 7) % 11) // 10 if at % 11 else 0,
        )
        for at in range(1, 23)
    ]


def _places() -> Iterator[Chart]:
    made_up = {"synthetic": True, "source": MADE_UP}
    found = npol.disproportion(places(), measured_by={"demand": "incidents, a proxy"})
    yield lorenz_chart(found, name="lorenz", **made_up)  # type: ignore[arg-type] # as they are above
    yield disproportion_chart(found, name="disproportion", **made_up)  # type: ignore[arg-type] # as they are above
    chosen = npol.propose_impact_areas(places(), areas=3, at_least=2)
    yield proposal_chart(chosen, name="proposal", **made_up)  # type: ignore[arg-type] # as they are above


def _paper() -> Iterator[Chart]:
    gaps = npol.target_gap(PAPER.schemes, PAPER.targets, by="npu", total=True)
    yield target_chart(
        gaps,
        name="street_watch",
        kind="street_watch",
        names=NAMES,
        source="Appendix 1",
        marking="OFFICIAL",
    )
    table = next(each for each in sections(PAPER) if each.name == "young_people")
    yield young_people_chart(table.data, name="young_people", source="Appendix 2")
    rates = npol.spend_rate(PAPER.budgets, by="npu", total=True)
    yield spend_chart(
        rates, name="fund", label="Active Citizens Fund", names=NAMES, source="Appendix 3"
    )
    grown = npol.growth(PAPER.sign_ups, until=date(2020, 4, 1), net_per_month=3000)
    yield growth_chart(grown, name="wmnow", label="WMNow sign-ups", source="paragraph 47")
    way = npol.trajectory(PAPER.schemes, PAPER.targets, by="npu", due=date(2020, 4, 1))
    yield trajectory_chart(way, name="ways", kind="street_watch", names=NAMES, source="Appendix 1")


def _logs() -> Iterator[Chart]:
    made_up = {"names": NAMES, "synthetic": True, "source": MADE_UP}
    p6 = npol.demand(logs(gap="2019-03"), by="npu", dispersion=1, total=True)
    yield demand_chart(p6, name="figure_1", label="P6 logs", **made_up)  # type: ignore[arg-type] # as they are above
    shares = npol.attendance_share(attended(), by=["npu", "month"])
    yield attendance_chart(shares, name="figure_2", **made_up)  # type: ignore[arg-type] # as they are above
    yield hour_chart(
        npol.hourly_demand(week(), dispersion=1), name="week", synthetic=True, source=MADE_UP
    )
    trends = npol.emerging_trends(crimes(), month="2019-12")
    yield trend_chart(trends, name="trends", **made_up)  # type: ignore[arg-type] # as they are above
    sizes = [5200, 6100, 3100, 2900, 2100, 3000, 2500, 2400]
    counts = [780, 915, 560, 435, 315, 400, 375, 300]
    found = funnel(counts, sizes, of="proportion", limits="normal")
    yield funnel_chart(
        found,
        units=[NAMES[code] for code in PAPER.npus],
        denominators=sizes,
        name="funnel",
        label="Attended by neighbourhood teams",
        size="Logs at P1 to P3",
        synthetic=True,
        source=MADE_UP,
    )


def _evaluations() -> Iterator[Chart]:
    # Wheeler & Ratcliffe (2018), whose counts are published; and two made up.
    published = {
        "treated": (207, 110),
        "comparison": (308, 318),
        "displacement": (178, 157),
        "displacement_comparison": (150, 140),
    }
    yield evaluation_chart(
        evaluated(published, "wdd"),
        name="evaluation",
        label="Crimes",
        source="Wheeler and Ratcliffe (2018)",
    )
    few = {"treated": (240, 150), "comparison": (230, 215)}
    yield evaluation_chart(
        evaluated(few, "rirr"),
        name="evaluation_of_ratios",
        label="Burglaries",
        synthetic=True,
        source=MADE_UP,
    )


def evaluated(counts: dict[str, tuple[int, int]], claim: ClaimMethod) -> npol.Evaluation:
    """The evaluation of counts before and after, by arm."""
    rows = [
        {"force": "AVS", "evaluation_id": "E1", "arm": arm, "phase": phase, "events": events}
        for arm, both in counts.items()
        for phase, events in zip(("before", "after"), both, strict=True)
    ]
    return npol.evaluate(pd.DataFrame(rows), claim=claim, picked_on_before=False)


def _six() -> Iterator[Chart]:
    coventry = authorities()[authorities()["npu"] == "CV"]
    one = npol.demand(coventry, dispersion=1)
    six = npol.demand(authorities(), by="npu", dispersion=1)
    recent = one[one["month"] >= "2017"].reset_index(drop=True)
    yield control_figure(
        npol.control_chart(recent, direction="decrease"),
        name="control",
        label="Records a day, Coventry",
        source=RECORDS,
    )
    recent = six[six["month"] >= "2017"].reset_index(drop=True)
    yield control_figure(
        npol.control_chart(recent, by="npu"),
        name="control_of_six",
        label="Records a day",
        names=SIX_NAMES,
        source=RECORDS,
    )
    yield seasonal_chart(
        npol.seasonal_profile(coventry), name="season", label="Records", source=RECORDS
    )
    coming = npol.anticipated_demand(one, horizon=12, method="seasonal_naive")
    past = one[one["month"] >= "2015"]
    yield forecast_chart(
        coming, past, name="anticipated", label="Records in Coventry", source=RECORDS
    )


@cache
def gallery() -> dict[str, Chart]:
    """One chart of each kind, by its name."""
    return {
        chart.name: chart for chart in (*_paper(), *_logs(), *_evaluations(), *_six(), *_places())
    }


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in gallery().values():
        draw(each).write(GOLDEN / f"{each.name}.svg")
