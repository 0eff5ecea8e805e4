"""Whatever a result holds, its chart is drawn: without an error, a warning, or a word too few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import npolicing as npol
from npolicing import Log, Observation, Record, Target
from npolicing.charts import draw
from npolicing.exhibits import (
    Chart,
    attendance_chart,
    control_figure,
    demand_chart,
    disproportion_chart,
    forecast_chart,
    funnel_chart,
    growth_chart,
    hour_chart,
    lorenz_chart,
    proposal_chart,
    proposal_section,
    seasonal_chart,
    spend_chart,
    target_chart,
    trajectory_chart,
    trend_chart,
    young_people_chart,
)
from npolicing.frames import to_pandas
from npolicing.measures import RESULTS
from npolicing.paper.results import YoungPeople
from npolicing.stats.funnel import funnel
from npolicing.testing import records, tables

Builder = Callable[..., Chart]
DAY = date(2019, 10, 15)


def anticipated(result: pd.DataFrame, **words: object) -> Chart:
    history = npol.demand(
        pd.DataFrame({"force": "WMP", "month": ["2019-01", "2019-03"], "logs": [9, 12]}),
        dispersion=1,
    )
    return forecast_chart(result, history, **words)  # type: ignore[arg-type] # as a builder has them


BUILDERS: dict[str, tuple[type[Record], Builder]] = {
    "target": (RESULTS["target_gap"], target_chart),
    "spend": (RESULTS["spend_rate"], spend_chart),
    "growth": (RESULTS["growth"], growth_chart),
    "trajectory": (RESULTS["trajectory"], trajectory_chart),
    "demand": (RESULTS["demand"], demand_chart),
    "share": (RESULTS["attendance_share"], attendance_chart),
    "ratio": (RESULTS["attendance_ratio"], attendance_chart),
    "control": (RESULTS["control_chart"], control_figure),
    "season": (RESULTS["seasonal_profile"], seasonal_chart),
    "forecast": (RESULTS["anticipated_demand"], anticipated),
    "hours": (RESULTS["hourly_demand"], hour_chart),
    "trends": (RESULTS["emerging_trends"], trend_chart),
    "young": (YoungPeople, young_people_chart),
    "lorenz": (RESULTS["disproportion"], lorenz_chart),
    "disproportion": (RESULTS["disproportion"], disproportion_chart),
    "proposal": (RESULTS["propose_impact_areas"], proposal_chart),
}
MONTHLY = {"share", "ratio"}
NAMED = {"young", "lorenz", "disproportion", "proposal"}
UNITS = st.sampled_from(
    ["CV", "DY", None, "A<B & 한\x07", "a unit with a name as long as this one is"]
)
WARD_NAMES = st.sampled_from(
    ["Aston", None, "A<B & 한", "a ward with a name as long as this one is"]
)


@st.composite
def results(draw_from: st.DrawFn, name: str) -> pd.DataFrame:
    """A result as a measure declares it, by unit or as a whole."""
    declared, _ = BUILDERS[name]
    months = st.dates(date(2016, 1, 1), date(2020, 12, 31)).map(lambda day: f"{day:%Y-%m}")
    fixed: dict[str, Any] = (
        {"month": months} if "month" in {each.name for each in declared.columns()} else {}
    )
    if name in NAMED and declared is not YoungPeople:
        # Free words are drawn from few, for one of them may well be NaN.
        fixed |= {"name": WARD_NAMES, "place": st.sampled_from(["W1", "W2", None])}
    if declared in {RESULTS["disproportion"], RESULTS["propose_impact_areas"]}:
        # It stands in labels, and a free word may well be None.
        fixed["force"] = st.sampled_from(["WMP", "GMP"])
    if declared is RESULTS["disproportion"]:
        fixed["measured_by"] = st.sampled_from([None, "burglary"])
        fixed["count"] = st.none() | st.integers(0, 10**9).map(float)
    rows = draw_from(tables(declared, max_size=8, **fixed))
    frame = to_pandas(rows)
    if name in MONTHLY:
        # Parts of a whole, as the measures have them.
        whole = "logs" if name == "ratio" else "attended_by_anyone"
        frame[whole] = frame["attended"] + frame["unknown"] + frame[whole]
        drawn = [draw_from(months) for _ in rows]
        frame.insert(0, "month", pd.Series(drawn, dtype="object"))
    if name in NAMED:
        return frame
    if draw_from(st.booleans()):
        frame.insert(0, "npu", pd.Series([draw_from(UNITS) for _ in rows], dtype="object"))
    return frame


def check(chart: Chart) -> None:
    svg = draw(chart).svg
    root = ET.fromstring(svg)  # noqa: S314 # it is our own

    assert chart.title
    assert chart.alt
    assert root.attrib["role"] == "img"
    assert "nan" not in f"{chart.title} {chart.alt} {' '.join(chart.notes)}".lower().split()
    assert "None" not in f"{chart.title} {chart.alt} {' '.join(chart.notes)}"
    assert not {"nan", "inf"} & set(svg.replace('"', " ").split())
    assert len(chart.table.cells) == len(chart.table.data)


@pytest.mark.parametrize("name", BUILDERS)
@settings(max_examples=10)
@given(data=st.data())
def test_any_result_is_drawn(name: str, data: st.DataObject) -> None:
    _, builder = BUILDERS[name]

    check(builder(data.draw(results(name)), name="chart", synthetic=data.draw(st.booleans())))


@pytest.mark.parametrize("name", BUILDERS)
def test_a_result_without_rows_says_so_and_draws_nothing(name: str) -> None:
    declared, builder = BUILDERS[name]
    frame = to_pandas(npol.Records(declared))
    if name in MONTHLY:
        frame.insert(0, "month", pd.Series([], dtype="object"))
    chart = builder(frame, name="chart")

    assert chart.panels == ()
    assert "without any" in chart.alt
    assert "There are no figures to draw." in draw(chart).svg


@pytest.mark.parametrize("name", BUILDERS)
def test_a_frame_of_something_else_is_refused(name: str) -> None:
    with pytest.raises(npol.MissingColumnsError):
        BUILDERS[name][1](pd.DataFrame({"npu": ["CV"]}), name="chart")


UNIT = st.sampled_from(["BE", "BW", "CV"])
COUNTS = st.lists(
    records(Observation, force="WMP", kind="cadets", npu=UNIT, ward=None, as_of=DAY),
    max_size=3,
    unique_by=lambda row: row.npu,
)
AIMS = st.lists(
    records(Target, force="WMP", kind="cadets", npu=UNIT, ward=None),
    max_size=3,
    unique_by=lambda row: row.npu,
)


@settings(max_examples=10)
@given(counts=COUNTS, aims=AIMS)
def test_rows_become_a_chart_by_their_measure(
    counts: list[Observation], aims: list[Target]
) -> None:
    check(target_chart(npol.target_gap(counts, aims, by="npu", total=True), name="gaps"))
    check(trajectory_chart(npol.trajectory(counts, aims, by="npu"), name="ways"))
    check(growth_chart(npol.growth(counts, by="npu"), name="growth"))


@settings(max_examples=10)
@given(logs=tables(Log, force="WMP", npu=st.sampled_from(["CV", None]), max_size=6))
def test_logs_become_a_chart_by_their_measure(logs: npol.Records[Log]) -> None:
    recent = npol.Records(Log, [each for each in logs if each.month and each.month > "2015"])
    check(demand_chart(npol.demand(recent, by="npu", dispersion=1, total=True), name="demand"))
    shares = npol.attendance_share(recent, by=["npu", "month"], priorities=None, total=True)
    check(attendance_chart(shares, name="shares"))
    check(hour_chart(npol.hourly_demand(recent, dispersion=1), name="hours"))


COUNT = st.integers(0, 60) | st.none()
WARD = st.fixed_dictionaries({"crimes": COUNT, "demand": COUNT, "deprived": COUNT})


@settings(max_examples=5)
@given(wards=st.lists(WARD, min_size=1, max_size=6), areas=st.integers(1, 3))
def test_places_become_charts_and_words_by_their_measure(
    wards: list[dict[str, int | None]], areas: int
) -> None:
    """Any counts but none at all, for then there is nothing to go by."""
    places = [
        npol.Place(
            force="WMP",
            kind="ward24",
            place=f"W{at}",
            population=100,
            crimes=each["crimes"],
            demand=each["demand"],
            deprived=each["deprived"],
            harm=1.0,
            harm_variance=1.0,
        )
        for at, each in enumerate(wards)
    ]
    found = npol.disproportion(places, empty_count="leave_out")
    check(lorenz_chart(found, name="curve"))
    check(disproportion_chart(found, name="scan"))
    chosen = npol.propose_impact_areas(
        places, areas=areas, at_least=1, empty_count="leave_out", resamples=9, weightings=9
    )
    check(proposal_chart(chosen, name="proposal"))
    section = proposal_section(chosen, name="proposal")
    for words in (*section.words, *section.missing):
        assert not {"nan", "None"} & set(words.replace(",", " ").replace(".", " ").split())
        assert words.endswith(".")


@settings(max_examples=10)
@given(
    units=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5000)).map(sorted), min_size=1, max_size=9
    ),
    of=st.sampled_from(["proportion", "rate"]),
    limits=st.sampled_from(["normal", "interpolated", "quantile"]),
)
def test_any_funnel_is_drawn(units: list[list[int]], of: str, limits: str) -> None:
    counts, sizes = np.array(units).T
    found = funnel(counts, sizes, of=of, limits=limits)  # type: ignore[arg-type] # drawn from both

    check(
        funnel_chart(
            found, units=[f"U{at}" for at in range(len(sizes))], denominators=sizes, name="funnel"
        )
    )
