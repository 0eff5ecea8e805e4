"""The pictures of the pages, of what each page works out. `nox -s dictionary` draws them anew."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable
from contextlib import chdir
from doctest import DocTestParser
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
import numpy as np
import pandas as pd

import npolicing as npol
from npolicing.calendar import days_in_month
from npolicing.charts import draw
from npolicing.exhibits import (
    Axis,
    Chart,
    Heading,
    Label,
    Line,
    Panel,
    Points,
    Table,
    control_figure,
    evaluation_chart,
    forecast_chart,
    funnel_chart,
    hour_chart,
    proposal_chart,
    seasonal_chart,
    spend_chart,
    target_chart,
    trend_chart,
)
from npolicing.exhibits.marks import Mark, Role

FOLDER = Path(__file__).parent / "pictures"
_DIGITISED = Path(__file__).parents[1] / "tests" / "data" / "wmp_la_monthly_digitised.csv"
EXAMPLE = Path(__file__).parents[1] / "examples" / "impact-areas"
_CRIME = "Recorded crime and anti-social behaviour"
_READ_OFF = (
    "a chart of BCC-PHM/west-mids-crime-reporting, read off it and so approximate; data.police.uk, "
    "OGL v3.0"
)
_PAPER = "Board paper of 15 October 2019, Appendix"
_AREAS = ["Birmingham", "Coventry", "Dudley", "Sandwell", "Walsall", "Wolverhampton"]


def _recorded() -> pd.DataFrame:
    """Months by authority, as the chart could be read: whole numbers, and approximate."""
    return pd.read_csv(_DIGITISED, index_col="month")[_AREAS].round().astype("int64")


def _months(series: pd.Series[int]) -> pd.DataFrame:
    return pd.DataFrame({"force": "WMP", "month": series.index, "logs": series.to_numpy()})


def _units() -> dict[str, str]:
    return {unit.code: unit.name for unit in npol.forces.west_midlands().npus}


def _schemes() -> Chart:
    paper = npol.paper.wmp_2019()
    gaps = npol.target_gap(paper.schemes, paper.targets, by="npu", total=True)
    return target_chart(
        gaps, name="schemes", kind="street_watch", names=_units(), source=f"{_PAPER} 1"
    )


def _fund() -> Chart:
    rates = npol.spend_rate(npol.paper.wmp_2019().budgets, by="npu", total=True)
    return spend_chart(
        rates, name="fund", label="Active Citizens Fund", names=_units(), source=f"{_PAPER} 3"
    )


def _control() -> Chart:
    months = _recorded().loc["2018-01":"2020-12", "Birmingham"]
    a_day = [round(logs / days_in_month(str(month))) for month, logs in months.items()]
    series = pd.DataFrame({"npu": "Birmingham", "month": months.index, "a_day": a_day})
    points = npol.control_chart(series, value="a_day", by="npu", fix_after=24, direction="decrease")
    return control_figure(points, name="control", label=f"{_CRIME} a day", source=_READ_OFF)


def _coventry() -> Chart:
    months = _months(_recorded()["Coventry"])
    years = months[months["month"].between("2017", "2020")]
    points = npol.control_chart(npol.demand(years, dispersion=1), direction="decrease")
    return control_figure(
        points, name="coventry", label="Records a day, Coventry", source=_READ_OFF
    )


def _season() -> Chart:
    whole = _recorded().sum(axis="columns").loc[:"2024-12"]
    profile = npol.seasonal_profile(_months(whole))
    return seasonal_chart(profile, name="season", label=_CRIME, source=_READ_OFF)


def _forecast() -> Chart:
    known = _months(_recorded()["Wolverhampton"])
    coming = npol.anticipated_demand(known, horizon=6)
    since = npol.demand(known[known["month"] >= "2021-01"])
    return forecast_chart(
        coming, since, name="forecast", label="Recorded crime in Wolverhampton", source=_READ_OFF
    )


def _trends() -> Chart:
    counts = _recorded().loc["2018-01":"2020-07"].reset_index()
    rows = counts.melt("month", var_name="authority", value_name="crimes")
    found = npol.emerging_trends(rows, month="2020-07", by="authority")
    return trend_chart(found, name="trends", label=_CRIME, source=_READ_OFF)


def _hours() -> Chart:
    logs = npol.synthetic.logs(rows=100_000, first="2015-01", last="2019-12")
    summer = {"month": ["2019-06", "2019-07", "2019-08"]}
    return hour_chart(npol.hourly_demand(logs, where=summer), name="hours", synthetic=True)


def _demand() -> Chart:
    logs = npol.synthetic.logs(rows=60_000, first="2018-01", last="2019-12")
    kept = npol.tally(logs, by=["npu", "month", "received_on"], where={"npu": ["CV", "DY"]})
    points = npol.control_chart(npol.demand(kept, by="npu"), by="npu", fix_after=12)
    return control_figure(points, name="demand", names=_units(), synthetic=True)


def _funnel() -> Chart:
    logs = [5200, 9100, 1450, 6030]
    limits = npol.stats.funnel.funnel([1600, 2730, 490, 1640], logs, of="proportion")
    return funnel_chart(
        limits,
        units=["A", "B", "C", "D"],
        denominators=np.array(logs),
        name="funnel",
        label="Share attended",
        size="Logs",
        synthetic=True,
    )


def _impact_areas() -> Chart:
    example = runpy.run_path(str(EXAMPLE / "west_midlands.py"))
    found = example["proposal"](example["june_2018"]())
    return proposal_chart(found, name="impact_areas", source=example["SOURCE"])


def _evaluation() -> Chart:
    published = {
        "treated": (207, 110),
        "comparison": (308, 318),
        "displacement": (178, 157),
        "displacement_comparison": (150, 140),
    }
    rows = [
        {"force": "AVS", "evaluation_id": "P1", "arm": arm, "phase": phase, "events": events}
        for arm, both in published.items()
        for phase, events in zip(("before", "after"), both, strict=True)
    ]
    found = npol.evaluate(pd.DataFrame(rows), claim="wdd", picked_on_before=False)
    source = "Wheeler and Ratcliffe (2018)"
    return evaluation_chart(found, name="evaluation", label="Crimes", source=source)


def _measured(head: str) -> pd.DataFrame:
    """A table of the benchmarks, by the first words of its head: its numbers, column by column."""
    lines = (FOLDER.parent / "benchmarks.md").read_text(encoding="utf-8").splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith(head))
    rows = [line.replace(",", "").split("|")[1:-1] for line in takewhile(bool, lines[begin + 2 :])]
    return pd.DataFrame([[float(cell.split()[0]) for cell in row] for row in rows])


def _scale() -> Chart:
    counted = _measured("| logs | one machine, s | MB | Spark, s | its own query")
    logs, ways = counted[0], {"one machine": counted[1], "Spark": counted[3]}
    ends = [f"{seconds.iloc[-1]:.0f}" for seconds in ways.values()]
    most = f"{logs.iloc[-1]:,.0f} logs"
    said = f"{most} are counted in {ends[0]} seconds on one machine, {ends[1]} on Spark"
    data = pd.DataFrame({"logs": logs, **ways})
    roles: dict[str, Role] = {"one machine": "main", "Spark": "second"}
    marks: list[Mark] = []
    for name, role in roles.items():
        # Powers of ten are drawn, so that equal ratios are equally far apart.
        x, y = tuple(logs), tuple(np.log10(ways[name]))
        marks += [Line(x=x, y=y, role=role, dashed=name == "Spark"), Points(x=x, y=y, role=role)]
        marks.append(Label(x=x[-1], y=y[-1], text=name, place="margin", role=role))
    return Chart(
        name="scale",
        title=f"On the same two cores, {said}",
        alt=f"Line chart, both axes logarithmic: seconds for one question. {said}.",
        table=Table(
            name="scale",
            title="Seconds for one question",
            headings=tuple(
                Heading(column=each, label=each, unit="s", places=1) for each in ("logs", *ways)
            ),
            data=data,
            source="Benchmarks",
        ),
        source="Benchmarks, on made-up logs; Spark in local mode, its session begun already",
        panels=(Panel(marks=tuple(marks)),),
        x=Axis(
            label="Logs, in millions",
            log=True,
            ticks=tuple((each, f"{each / 1e6:.0f}") for each in logs),
        ),
        y=Axis(
            label="Seconds",
            ticks=tuple((float(power), f"{10.0**power:,g}") for power in range(-1, 3)),
            low=-1.3,
            high=2.0,
        ),
    )


PICTURES: dict[str, Callable[[], Chart]] = {
    "schemes": _schemes,
    "fund": _fund,
    "control": _control,
    "coventry": _coventry,
    "season": _season,
    "forecast": _forecast,
    "trends": _trends,
    "hours": _hours,
    "demand": _demand,
    "funnel": _funnel,
    "impact_areas": _impact_areas,
    "evaluation": _evaluation,
    "scale": _scale,
}

# Pictures that a page draws itself, with another library than ours.
DRAWN_BY_PAGES = {"wards": "how-to/hand-over-to-geopandas.md"}


def _draw_as_page(name: str, page: Path) -> str:
    """Run the examples of a page, keep the picture that they write, and give its words."""
    names: dict[str, object] = {}
    examples = DocTestParser().get_examples(page.read_text(encoding="utf-8"))
    settings = mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"})
    with TemporaryDirectory() as folder, chdir(folder), settings:
        for example in examples:
            exec(example.source, names)  # noqa: S102 # our own page
        (FOLDER / f"{name}.svg").write_bytes(Path(f"{name}.svg").read_bytes())
    return str(names["words"])


def _say(name: str, alt: str) -> None:
    """Put the words of a picture wherever it stands on a page."""
    picture = re.compile(rf"!\[[^\]]*\](\([./]*pictures/{name}\.svg\))")
    for page in Path(__file__).parent.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        said = picture.sub(lambda found: f"![{alt}]{found[1]}", text)
        if said != text:
            page.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in PICTURES.items():
        chart = make()
        draw(chart).write(FOLDER / f"{name}.svg")
        _say(name, chart.alt)
    sys.path.append(str(EXAMPLE))
    for name, page in DRAWN_BY_PAGES.items():
        _say(name, _draw_as_page(name, FOLDER.parent / page))
