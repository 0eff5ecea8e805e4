"""A measure that refuses rows says which measure it is: several may stand in one script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

import npolicing as npol

ASKED: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "attendance_ratio": npol.attendance_ratio,
    "attendance_share": npol.attendance_share,
    "demand": lambda rows: npol.demand(rows, dispersion=1),
    "hourly_demand": npol.hourly_demand,
    "resolution_without_deployment": npol.resolution_without_deployment,
    "response_time": npol.response_time,
    "seasonal_delta": lambda rows: npol.seasonal_delta(rows, base="2018-02", peak="2018-07"),
    "year_on_year": lambda rows: npol.year_on_year(rows, month="2019-07"),
}
LOGS = npol.synthetic.logs(rows=50, first="2018-02", last="2018-07")


@pytest.mark.parametrize("name", ASKED)
def test_attendances_are_refused_by_name(name: str) -> None:
    units = pa.table(npol.to_arrow(LOGS, npol.Log)).to_pandas().assign(attendances=1)

    words = f"{name} is of logs, and these are attendances"
    with pytest.raises(npol.MixedRowsError, match=f"^{re.escape(words)}"):
        ASKED[name](units)


@pytest.mark.parametrize("name", ASKED)
def test_two_forces_are_refused(name: str) -> None:
    logs = npol.to_pandas(LOGS, npol.Log)
    both = pd.concat([logs, logs.assign(force="GMP")], ignore_index=True)

    with pytest.raises(npol.MixedRowsError, match="GMP, WMP"):
        ASKED[name](both)


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("control_chart", lambda rows: npol.control_chart(rows, value="logs")),
        ("seasonal_profile", npol.seasonal_profile),
        ("anticipated_demand", npol.anticipated_demand),
    ],
)
def test_a_month_twice_is_refused_by_name(
    name: str, ask: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    logs = npol.demand(npol.to_pandas(LOGS, npol.Log), dispersion=1)
    twice = pd.concat([logs, logs.head(1)], ignore_index=True)

    with pytest.raises(npol.MixedRowsError, match=rf"^{name}\b"):
        ask(twice)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: npol.attendance_ratio(LOGS, confidence="95"), "confidence is a number"),  # type: ignore[arg-type] # that is the test
        (lambda: npol.attendance_ratio(LOGS, by=3), "name of a column, or several"),  # type: ignore[arg-type] # that is the test
        (lambda: npol.target_gap([], [], by=3), "name of a column, or several"),  # type: ignore[arg-type] # that is the test
        (lambda: npol.year_on_year(LOGS, month=201807), "a month is text, such as '2018-07'"),  # type: ignore[arg-type] # that is the test
    ],
)
def test_an_argument_of_a_wrong_type_is_told_what_it_is(
    ask: Callable[[], pd.DataFrame], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        ask()
