"""Rows that are right one by one and mislead a measure; numbered as in our register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from exports import COUNTS, Folder, refused

from npolicing import MixedRowsError, demand, growth, seasonal_delta
from npolicing.calendar import days_in_month
from npolicing.entities import Observation


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_25_several_logs_of_one_incident_are_counted_once_where_that_is_asked(
    folder: Folder,
) -> None:
    # Three callers and one fire: two of the logs point at the first.
    rows = [
        "1,CV,P1,15/10/2019 09:30,,,",
        "2,CV,P1,15/10/2019 09:31,,,1",
        "3,CV,P1,15/10/2019 09:32,,,1",
    ]
    more = 'master_log_id.header = "Master"'
    export = folder.logs(*rows, columns=more, more=",Master")

    for found in (export.accepted(), export.read("coerce")):
        assert found.noted == ()
        assert demand(found.records)["logs"].to_list() == [3]
        incidents = demand(found.records, where={"master_log_id": None})
        assert incidents["logs"].to_list() == [1]


def monthly(*days: str) -> list[str]:
    return [f"{at},CV,P6,{day} 09:30,," for at, day in enumerate(days, 1)]


def test_37_a_month_without_a_log_is_a_gap_and_not_nought(folder: Folder) -> None:
    rows = monthly("10/01/2019", "11/01/2019", "05/03/2019")
    found = folder.logs(*rows).accepted()

    series = demand(found.records)
    assert series["month"].to_list() == ["2019-01", "2019-02", "2019-03"]
    assert series["logs"].isna().to_list() == [False, True, False]
    assert series["logs"].dropna().to_list() == [2, 1]
    # Nothing is worked out of what is not there.
    delta = seasonal_delta(found.records, base="2019-02", peak="2019-03")
    assert delta[["base", "delta", "relative_delta"]].isna().to_numpy().all()


def test_37_a_unit_without_a_log_in_a_month_of_its_force_has_nought(folder: Folder) -> None:
    rows = [
        "1,CV,P6,10/01/2019 09:30,,",
        "2,DY,P6,10/02/2019 09:30,,",
        "3,CV,P6,11/02/2019 09:30,,",
    ]
    found = folder.logs(*rows).accepted()

    series = demand(found.records, by="npu")
    assert series["logs"].to_list() == [1, 1, 0, 1]


def test_38_a_month_of_which_a_part_is_there_is_told_by_its_days(folder: Folder) -> None:
    # "To 27/09/2022": the last month has 27 of its days.
    rows = monthly(*[f"{day:02}/08/2022" for day in range(1, 32)])
    rows += [f"9{day},CV,P6,{day:02}/09/2022 09:30,," for day in range(1, 28)]
    found = folder.logs(*rows).accepted()

    series = demand(found.records, until=date(2022, 9, 27))
    whole = series["days"] == [days_in_month(month) for month in series["month"]]
    assert series["logs"].to_list() == [31, 27]
    assert series["days"].to_list() == [31, 27]
    # A fall of four logs is none: there is one a day in both.
    assert series["logs_per_day"].to_list() == [1.0, 1.0]
    assert whole.to_list() == [True, False]


def test_38_logs_after_the_last_day_are_not_passed_over(folder: Folder) -> None:
    found = folder.logs(*monthly("10/10/2022")).accepted()

    with pytest.raises(ValueError, match="2022-10"):
        demand(found.records, until=date(2022, 9, 27))


FLOWS = """
[profile]
name = "flows"
entity = "Observation"
force = "WMP"

[columns]
npu.header = "NPU"
value.header = "Number"
kind.header = "Kind"
as_of.header = "To"
period_start.header = "From"
"""


def test_39_a_running_total_is_a_stock_whose_growth_is_asked_for(folder: Folder) -> None:
    rows = ["NPU,Kind,Number,From,To", "CV,cadets,22,,01/06/2019", "CV,cadets,31,,01/09/2019"]
    found = folder.export(Observation, FLOWS, rows).accepted()

    grown = growth(found.records)
    assert grown[["base", "current", "net", "months"]].to_numpy().tolist() == [[22, 31, 9, 3]]


def test_39_a_flow_has_a_period_and_a_stock_has_none(folder: Folder) -> None:
    rows = [
        "NPU,Kind,Number,From,To",
        "CV,messages_sent,22,,30/06/2019",
        "CV,cadets,31,01/06/2019,30/06/2019",
        "CV,messages_sent,22,01/07/2019,31/07/2019",
    ]
    export = folder.export(Observation, FLOWS, rows)

    for policy in ("collect", "coerce"):
        found = export.read(policy)
        assert refused(found) == {2: ["INCONSISTENT"], 3: ["INCONSISTENT"]}
        assert [each.kind for each in found.records] == ["messages_sent"]


def test_39_a_flow_is_not_taken_for_a_stock(folder: Folder) -> None:
    more = 'kind.value = "messages_sent"\nperiod_start.value = "2019-10-01"'
    text = COUNTS.replace('kind.value = "street_watch"\n', "")
    found = folder.export(Observation, text, ["NPU,Schemes", "CV,12"], columns=more).accepted()

    with pytest.raises(MixedRowsError, match="messages_sent"):
        growth(found.records)
