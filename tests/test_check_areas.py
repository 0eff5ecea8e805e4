"""Area codes that were none on their day. The units and the days are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from crosswalks import DAY, LATER, OLDER, changes, link, links_of, lookup
from hypothesis import given
from hypothesis import strategies as st

from npolicing.crosswalks import check_areas
from npolicing.crosswalks._links import lives
from npolicing.entities import AreaLink, Team
from npolicing.errors import CODES, ColumnTypeError, MissingColumnsError, MixedRowsError

if TYPE_CHECKING:
    from measured import Build

EVE = DAY - timedelta(days=1)
MERGED = changes(
    link("BE", "BHAM", DAY),
    link("BW", "BHAM", DAY),
    link("SH", "CV", LATER),
    link("CV", "CV", LATER),
)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table])
def test_two_units_are_one_from_a_day_on(frame: Build) -> None:
    """Not before that day, and its parts not after it."""
    logs = frame(
        {
            "npu": ["BE", "BE", "BW", "BHAM", "BHAM", "CV", "SH", "SH", None, "BE", "XX"],
            "received_on": [EVE, DAY, LATER, EVE, DAY, OLDER, EVE, LATER, LATER, None, LATER],
        }
    )

    found = check_areas(logs, MERGED, on="npu", day="received_on")

    assert [(f.row, f.column, f.code, f.value, f.rule) for f in found] == [
        (row, "npu, received_on", "AREA_NOT_CURRENT", value, rule)
        for row, value, rule in (
            (1, ("BE", DAY), "is an area until it is replaced on 2020-04-01 by BHAM"),
            (2, ("BW", LATER), "is an area until it is replaced on 2020-04-01 by BHAM"),
            (3, ("BHAM", EVE), "is an area from 2020-04-01"),
            (7, ("SH", LATER), "is an area until it is replaced on 2023-04-01 by CV"),
        )
    ]
    assert "AREA_NOT_CURRENT" in CODES


def test_an_area_between_two_changes_has_two_ends() -> None:
    crosswalk = changes(link("A", "B", OLDER), link("B", "C", DAY, 0.5), link("B", "D", DAY, 0.5))
    logs = pd.DataFrame({"npu": "B", "on": [OLDER - timedelta(days=1), OLDER, EVE, DAY]})

    found = check_areas(logs, crosswalk, on="npu", day="on")

    assert [f.row for f in found] == [0, 3]
    assert {f.rule for f in found} == {
        "is an area from 2016-04-01 until it is replaced on 2020-04-01 by C, D"
    }


def test_an_area_that_stays_was_there_before() -> None:
    assert lives(MERGED.links)["CV"] == (None, None)
    assert lives(changes(link("A", "B", OLDER), link("C", "B", DAY)).links)["B"] == (OLDER, None)
    later = changes(link("A", "B", OLDER), link("B", "B", DAY), link("C", "B", DAY))
    assert lives(later.links)["B"] == (OLDER, None)


def test_a_change_without_a_day_bounds_nothing() -> None:
    crosswalk = changes(link("A", "B"), link("C", "B", DAY))
    logs = pd.DataFrame({"npu": ["A", "B", "C"], "on": [date.max, date.min, EVE]}).astype(
        {"on": pd.ArrowDtype(pa.date32())}
    )

    assert check_areas(logs, crosswalk, on="npu", day="on") == ()


def test_the_first_are_kept_and_all_are_counted() -> None:
    logs = pd.DataFrame({"npu": ["BE", "BHAM"] * 50, "on": [DAY, EVE] * 50})

    found = check_areas(logs, MERGED, on="npu", day="on", keep=3)

    assert [f.row for f in found] == [0, 1, 2]
    assert found.total == 100
    assert sorted(found.counts.values()) == [50, 50]
    with pytest.raises(ValueError, match="^keep is at least 1 failure, not 0$"):
        check_areas(logs, MERGED, on="npu", day="on", keep=0)


def test_rows_may_be_records() -> None:
    teams = [Team(force="AVS", team_id="T1", npu="BE", kind="hub", valid_from=LATER)]

    assert [f.row for f in check_areas(teams, MERGED, on="npu", day="valid_from")] == [0]


@pytest.mark.parametrize(
    "column",
    [
        lambda days: pd.Series(days, dtype="datetime64[ns]"),
        lambda days: pd.Series(days, dtype=object),
        lambda days: pd.Series(days, dtype=pd.ArrowDtype(pa.date32())),
    ],
)
def test_days_may_be_any_that_pandas_keeps(column: Callable[[list[date | None]], Any]) -> None:
    logs = pd.DataFrame({"npu": ["BE", "BE", "BE"], "on": column([EVE, DAY, None])})

    assert [f.row for f in check_areas(logs, MERGED, on="npu", day="on")] == [1]


@pytest.mark.parametrize("days", [["2020-04-01"], [datetime(2020, 4, 1, 12)], [1]])  # noqa: DTZ001 # a mistake
def test_days_are_days(days: list[object]) -> None:
    with pytest.raises(ColumnTypeError, match="on: is .*, not date32"):
        check_areas(pl.DataFrame({"npu": ["BE"], "on": days}), MERGED, on="npu", day="on")


def test_columns_that_lack_are_named() -> None:
    with pytest.raises(MissingColumnsError, match="no column 'npu', 'on'; it has 'x'"):
        check_areas(pd.DataFrame({"x": [1]}), MERGED, on="npu", day="on")


def test_a_lookup_has_no_days_to_be_held_to() -> None:
    with pytest.raises(MixedRowsError, match="this crosswalk is a lookup"):
        check_areas(pd.DataFrame({"x": [1]}), lookup(("A", "B", None)), on="npu", day="on")


def test_without_rows_nothing_is_wrong() -> None:
    logs = pa.table({"npu": pa.array([], pa.string()), "on": pa.array([], pa.date32())})

    assert check_areas(logs, MERGED, on="npu", day="on") == ()


@given(
    links_of(weighted=True),
    st.lists(
        st.tuples(
            st.sampled_from(["A1", "B1", "B2", "C1", "X", None]),
            st.none() | st.dates(OLDER - timedelta(days=2), LATER),
        )
    ),
)
def test_a_row_fails_where_its_day_is_outside_the_life_of_its_area(
    links: list[AreaLink], rows: list[tuple[str | None, date | None]]
) -> None:
    crosswalk = changes(*links)
    logs = pa.table(
        {
            "npu": pa.array([code for code, _ in rows], pa.string()),
            "on": pa.array([day for _, day in rows], pa.date32()),
        }
    )

    found = check_areas(logs, crosswalk, on="npu", day="on")

    expected = []
    for row, (code, day) in enumerate(rows):
        first, last = lives(crosswalk.links).get(str(code), (None, None))
        early = day is not None and first is not None and day < first
        late = day is not None and last is not None and day >= last
        if early or late:
            expected.append(row)
    assert [f.row for f in found] == expected
