from __future__ import annotations

import pandas as pd
import pytest
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from measured import one, rows

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.errors import MissingColumnsError, MixedRowsError, UnknownCodeError
from npolicing.measures import resolution_without_deployment

NINE: dict[str, list[object]] = {
    # What is counted of each, where a hub's work is asked for.
    "resolved_by": ["hub", "hub", "hub", "contact", "attendance", None, None, None, "attendance"],
    "attended": [False, True, None, False, None, True, False, None, True],
    "status": ["closed", "closed", "closed", None, "closed", "closed", "closed", "open", "open"],
    #           yes      no       ?         no    no        no        ?         -       no
}


def test_nine_logs_are_counted_by_hand() -> None:
    found = one(resolution_without_deployment(logs_frame(NINE), resolved_by="hub"))

    assert found == {
        "without_deployment": 1,
        "resolved": 6,
        "unknown": 2,
        "logs": 9,
        "share_without_deployment": 1 / 6,
        "low": pytest.approx(0.0301, abs=5e-5),
        "high": pytest.approx(0.5635, abs=5e-5),
        "is_total": False,
    }


def test_all_ways_but_attendance_count_without_being_named() -> None:
    found = one(resolution_without_deployment(logs_frame(NINE)))

    assert (found["without_deployment"], found["resolved"], found["unknown"]) == (2, 6, 2)


@pytest.mark.parametrize("status", ["open", "cancelled", "transferred"])
def test_what_was_not_resolved_is_no_part_of_the_share(status: str) -> None:
    frame = logs_frame(
        {
            "resolved_by": [None, None, "hub"],
            "attended": [True, None, False],
            "status": [status] * 3,
        }
    )

    found = one(resolution_without_deployment(frame))

    assert (found["resolved"], found["unknown"], found["logs"]) == (1, 0, 3)


def test_without_a_status_a_log_is_taken_for_closed() -> None:
    frame = logs_frame({name: cells for name, cells in NINE.items() if name != "status"})

    found = one(resolution_without_deployment(frame, resolved_by="hub"))

    assert (found["without_deployment"], found["resolved"], found["unknown"]) == (1, 6, 3)


def test_a_system_that_did_not_record_it_makes_no_share_of_0() -> None:
    frame = logs_frame({"npu": ["CV", "BE"], "resolved_by": [None, "hub"], "attended": [None] * 2})

    found = rows(resolution_without_deployment(frame, by="npu", total=True))

    names = ("share_without_deployment", "low", "high")
    assert [[row[name] for name in names] for row in found] == [[None] * 3] * 3
    assert [row["unknown"] for row in found] == [1, 1, 2]


def test_a_way_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownCodeError, match="'hubs' is no way to resolve a log; known: attend"):
        resolution_without_deployment(empty(), resolved_by="hubs")  # type: ignore[arg-type] # the slip


def test_attendances_are_no_logs_and_what_is_missing_is_named() -> None:
    units = logs_frame({"unit_ref": ["A"], "resolved_by": ["hub"], "attended": [True]})

    with pytest.raises(MixedRowsError, match="^resolution_without_deployment is of logs, and"):
        resolution_without_deployment(units)
    with pytest.raises(MissingColumnsError) as raised:
        resolution_without_deployment(pd.DataFrame({"npu": ["CV"]}))
    assert raised.value.missing == ("resolved_by", "attended", "force")


def test_no_logs_give_no_rows_and_the_same_columns() -> None:
    none = resolution_without_deployment(empty(), by="npu", total=True)
    some = resolution_without_deployment(logs_frame({**NINE, "npu": ["CV"] * 9}), by="npu")

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


@settings(max_examples=20)
@given(LOGS)
def test_every_place_and_a_tally_give_the_same_figures(logs: Records[Log]) -> None:
    table = table_of(logs)
    kept = tally(table, by=["npu", "month", "resolved_by", "attended", "status"])
    expected = resolution_without_deployment(logs, by="npu", total=True)

    for make in (lambda _: kept, *IN_MEMORY.values()):
        found = resolution_without_deployment(make(table), by="npu", total=True)
        pd.testing.assert_frame_equal(found, expected)


@given(LOGS)
def test_each_log_is_counted_once_and_no_share_is_beyond_its_limits(logs: Records[Log]) -> None:
    found = resolution_without_deployment(logs, by="npu", total=True)

    parts, whole = found[~found["is_total"]], found[found["is_total"]]
    for name in ("without_deployment", "resolved", "unknown", "logs"):
        assert parts[name].sum() == whole[name].sum()
    assert (found["resolved"] + found["unknown"] <= found["logs"]).all()
    assert (found["without_deployment"] <= found["resolved"]).all()
    known = found.dropna(subset="share_without_deployment")
    assert known["share_without_deployment"].between(known["low"], known["high"]).all()


@given(LOGS)
def test_the_ways_that_count_add_up(logs: Records[Log]) -> None:
    ways = ("hub", "contact", "partner", "other")
    each = [
        resolution_without_deployment(logs, resolved_by=way)["without_deployment"].sum()  # type: ignore[arg-type] # one of them
        for way in ways
    ]

    assert sum(each) == resolution_without_deployment(logs)["without_deployment"].sum()
