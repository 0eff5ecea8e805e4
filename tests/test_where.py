"""`where` and `since` reach every measure of logs: figures are of the rows that are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

import npolicing as npol

LOGS = npol.to_pandas(npol.synthetic.logs(rows=3_000, seed=3, last="2018-07"), npol.Log)
WHERE: dict[str, bool | list[str]] = {"npu": ["CV", "SW"], "attended": True}
KEPT = LOGS[LOGS["npu"].isin(["CV", "SW"]) & LOGS["attended"].fillna(value=False)]

MEASURES: dict[str, Callable[..., pd.DataFrame]] = {
    "attendance_ratio": npol.attendance_ratio,
    "attendance_ratio of all grades": lambda logs, **more: npol.attendance_ratio(
        logs, priorities=None, **more
    ),
    "attendance_share": npol.attendance_share,
    "attendance_share of all grades": lambda logs, **more: npol.attendance_share(
        logs, priorities=None, **more
    ),
    "demand": lambda logs, **more: npol.demand(logs, dispersion=1, **more),
    "response_time": npol.response_time,
    # A day of the force without a log that is kept is 0, where all of its logs are there to tell.
    "seasonal_delta": lambda logs, **more: npol.seasonal_delta(
        logs, base="2018-02", peak="2018-07", dispersion=1, **more
    ),
}


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_of_some_logs_is_that_of_those_alone(name: str) -> None:
    measure = MEASURES[name]
    for by in (None, "npu"):
        asked = measure(LOGS, by=by, where=WHERE, total=True)

        pd.testing.assert_frame_equal(asked, measure(KEPT, by=by, total=True))
        assert not asked.equals(measure(LOGS, by=by, total=True))


def test_a_unit_that_is_not_asked_for_has_no_row_and_one_without_such_logs_has_0() -> None:
    logs = pd.DataFrame({"force": "WMP", "npu": ["CV", "BE", None], "month": "2018-03"})
    logs["priority"] = ["P1", "P2", "P1"]
    logs["logs"] = [1, 2, 3]

    asked = npol.demand(logs, by="npu", where={"npu": ["CV", None]}, total=True)
    urgent = npol.demand(logs, by="npu", where={"priority": "P1"})

    assert asked["npu"].isna().to_list() == [False, True, True]
    assert asked["logs"].to_list() == [1, 3, 4]
    assert urgent["npu"].to_list()[:2] == ["BE", "CV"]
    assert urgent["logs"].to_list() == [0, 1, 3]


@pytest.mark.parametrize("month", ["2018-03", ["2018-02", "2018-03"]])
def test_months_and_forces_that_are_asked_for_are_those_of_the_series(month: object) -> None:
    months = [month] if isinstance(month, str) else month
    asked = npol.demand(LOGS, where={"month": month, "force": "WMP"})  # type: ignore[dict-item] # one, or a list

    assert asked["month"].to_list() == months
    assert asked["logs"].to_list() == [int((LOGS["month"] == each).sum()) for each in months]


FLAGS = [
    # by anyone, by a neighbourhood team: who is counted, and what is not known
    (True, True, "attended"),
    (True, False, "anyone"),
    (True, None, "unknown"),
    (False, False, ""),
    (False, None, ""),
    (None, True, "attended"),
    (None, False, "unknown"),
    (None, None, "unknown"),
]


@pytest.mark.parametrize(("anyone", "team", "counted"), FLAGS)
def test_who_attended_is_known_or_not(
    anyone: bool | None,  # noqa: FBT001 # a column of flags
    team: bool | None,  # noqa: FBT001 # the same
    counted: str,
) -> None:
    logs = pd.DataFrame({"force": ["WMP"], "priority": "P1"})
    logs["attended"] = pd.array([anyone], "boolean")
    logs["attended_by_neighbourhood"] = pd.array([team], "boolean")
    (share,) = npol.attendance_share(logs).to_dict("records")

    assert share["attended"] == (counted == "attended")
    assert share["attended_by_anyone"] == (counted in ("attended", "anyone"))
    assert share["unknown"] == (counted == "unknown")


def test_the_days_that_are_said_to_be_covered_bind_the_series_of_each_force() -> None:
    rows = pd.DataFrame(
        {
            "force": ["GMP", "WMP", "WMP", "WMP"],
            "month": ["2018-04", "2018-02", "2018-03", "2018-05"],
            "logs": [40, 20, 30, 50],
        }
    )
    told = npol.demand(rows, by="force", since=date(2018, 1, 15), until=date(2018, 5, 10))
    found = {
        force: rows.set_index("month")["logs"].astype("Int64")
        for force, rows in told.groupby("force")
    }

    assert found["WMP"].to_dict() == {
        "2018-01": None,
        "2018-02": 20,
        "2018-03": 30,
        "2018-04": None,
        "2018-05": 50,
    }
    assert found["GMP"].dropna().to_dict() == {"2018-04": 40}
    assert len(found["GMP"]) == 5
    first_and_last = told[told["month"].isin(["2018-01", "2018-05"])]["days"].tolist()
    assert first_and_last == [17, 10, 17, 10]
    # Both as one are a month's only where both have logs of it.
    both = npol.demand(
        rows, by="force", total=True, since=date(2018, 1, 15), until=date(2018, 5, 10)
    )
    assert both[both["is_total"]]["logs"].isna().all()


@pytest.mark.parametrize("day", ["2018-01-15", 20180115])
@pytest.mark.parametrize("name", ["since", "until"])
def test_a_day_is_a_day(day: object, name: str) -> None:
    with pytest.raises(TypeError):
        npol.demand(LOGS, **{name: day})  # type: ignore[arg-type] # on purpose


def test_the_ends_are_percentiles_and_beyond_them_is_none() -> None:
    found = npol.response_time(LOGS, percentiles=[0, 100])

    assert found["p0_seconds"].item() == LOGS["response_seconds"].min()
    assert found["p100_seconds"].item() == LOGS["response_seconds"].max()
    for percent in (-0.5, 100.5, 101):
        with pytest.raises(ValueError, match="from 0 to 100"):
            npol.response_time(LOGS, percentiles=[percent])


def test_a_day_without_a_log_that_is_kept_is_0_where_others_show_that_it_was_covered() -> None:
    asked = npol.seasonal_delta(LOGS, base="2018-02", peak="2018-07", where=WHERE)
    alone = npol.seasonal_delta(KEPT, base="2018-02", peak="2018-07")

    assert LOGS["received_on"].nunique() > KEPT["received_on"].nunique()
    assert asked["dispersion"].item() != alone["dispersion"].item()
