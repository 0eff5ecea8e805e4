"""What the page on control charts shows of six authorities, from the rows that it was made of."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from npolicing.stats.control import ControlChart, xmr

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "concepts" / "control-charts.md").read_text(encoding="utf-8")
SIX = ["Birmingham", "Coventry", "Dudley", "Sandwell", "Walsall", "Wolverhampton"]


@pytest.fixture(scope="module")
def a_day() -> pd.DataFrame:
    """Recorded a day, to the whole number: nothing more can be read off a chart."""
    read = pd.read_csv(HERE / "data" / "wmp_la_monthly_2018_2021.csv", index_col="month")
    days = pd.PeriodIndex(read.index, freq="M").days_in_month
    return read[SIX].div(days, axis=0).round()


@pytest.fixture(scope="module")
def chart(a_day: pd.DataFrame) -> ControlChart:
    return xmr(a_day.to_numpy().T, fix_after=24, direction="decrease", labels=a_day.index)


def test_the_numbers_of_birmingham_are_those_of_the_file(a_day: pd.DataFrame) -> None:
    shown = PAGE.partition("before = ")[2].partition(">>> chart")[0]
    numbers = [int(each) for each in re.findall(r"\b\d{3}\b", shown)]

    assert numbers == a_day["Birmingham"].iloc[:36].tolist()


@pytest.mark.parametrize("place", range(6))
def test_the_table_is_what_the_charts_say(chart: ControlChart, place: int) -> None:
    (line,) = re.findall(rf"^\| {SIX[place]} \| (.*) \|$", PAGE, flags=re.MULTILINE)
    months = np.array(chart.labels)
    later = np.arange(len(months)) >= 24
    rise = np.flatnonzero((chart.sign[place] > 0) & later)[0]
    outside = np.flatnonzero((chart.rule[place] == "outside_limits") & later)[0]

    assert line.split(" | ") == [
        f"{chart.lower[place, 0]:.0f} to {chart.upper[place, 0]:.0f}",
        f"{(chart.sign[place] != 0)[~later].sum()}",
        f"{months[rise]}, {chart.rule[place, rise]}",
        months[outside],
    ]


def test_the_second_half_of_2020_was_unlike_the_years_before(chart: ControlChart) -> None:
    """In all six, and so it stayed; the page says so."""
    assert set(chart.reading[:, 30:].ravel().tolist()) == {"concern"}
