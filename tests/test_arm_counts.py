"""The counts of an evaluation, out of crimes or logs wherever they lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import npolicing as npol

ARMS: dict[Any, list[str]] = {"treated": ["W1", "W2"], "comparison": ["W3"]}
ASKED: dict[str, Any] = {
    "arms": ARMS,
    "before": ("2018-11", "2018-12"),
    "after": ("2019-01", "2019-02"),
    "force": "AVS",
    "evaluation_id": "E1",
}
# Ward, month, category, crimes.
SEEN = [
    ("W1", "2018-11", "burglary", 3),
    ("W2", "2018-12", "burglary", 4),
    ("W3", "2018-11", "burglary", 5),
    ("W3", "2018-12", "robbery", 6),
    ("W1", "2019-01", "burglary", 2),
    ("W3", "2019-02", "robbery", 7),
    (None, "2019-02", "burglary", 1),
    ("W9", "2018-11", "burglary", 9),
    ("W1", "2018-10", "burglary", 50),
    ("W1", "2019-03", "burglary", 60),
]


def crimes() -> list[npol.Crime]:
    return [
        npol.Crime(force="AVS", crime_id=f"{at}-{each}", month=month, category=category, ward=ward)
        for at, (ward, month, category, number) in enumerate(SEEN)
        for each in range(number)
    ]


def counts() -> pd.DataFrame:
    return pd.DataFrame(SEEN, columns=["ward", "month", "category", "crimes"])


def events(found: npol.Records[npol.ArmCount]) -> list[int | None]:
    return [row.events for row in found]


def test_the_counts_by_hand() -> None:
    """Treated 3 and 4 before, 2 after; comparison 5 and 6, then 7; one crime has no ward."""
    found = npol.arm_counts(crimes(), **ASKED, counted="crime", source="a test")

    assert [(row.arm, row.phase, row.events) for row in found] == [
        ("treated", "before", 7),
        ("treated", "after", 2),
        ("comparison", "before", 11),
        ("comparison", "after", 7),
    ]
    first, second, *_ = found
    assert first.areas == ("W1", "W2")
    assert (first.since, first.until) == (date(2018, 11, 1), date(2018, 12, 31))
    assert (second.since, second.until) == (date(2019, 1, 1), date(2019, 2, 28))
    assert (first.unplaced, second.unplaced) == (0, 1)
    assert (first.counted, first.source, first.hectares) == ("crime", "a test", None)


def logs() -> pd.DataFrame:
    return counts().rename(columns={"crimes": "logs"}).assign(force="AVS")


@pytest.mark.parametrize(
    "rows",
    [
        crimes,
        counts,
        lambda: npol.to_pandas(crimes(), npol.Crime),
        lambda: pl.DataFrame(npol.to_arrow(crimes(), npol.Crime)),
        lambda: pl.DataFrame(npol.to_arrow(crimes(), npol.Crime)).lazy(),
    ],
)
def test_every_place_gives_the_same(rows: Callable[[], Any]) -> None:
    assert npol.arm_counts(rows(), **ASKED) == npol.arm_counts(crimes(), **ASKED)


def test_a_file_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "crimes.parquet"
    npol.write_parquet(npol.Records(npol.Crime, crimes()), path)

    assert npol.arm_counts(path, **ASKED) == npol.arm_counts(crimes(), **ASKED)


def test_logs_are_counted_as_well() -> None:
    found = npol.arm_counts(logs(), **ASKED, count="logs")

    assert events(found) == [7, 2, 11, 7]
    with pytest.raises(npol.MixedRowsError, match="Crimes are to be counted"):
        npol.arm_counts(logs(), **ASKED)


def test_only_what_is_asked_for_is_counted() -> None:
    found = npol.arm_counts(crimes(), **ASKED, where={"category": "robbery"})

    assert events(found) == [0, 0, 6, 7]
    assert [row.unplaced for row in found] == [0, 0, 0, 0]


def test_one_month_and_another_column() -> None:
    rows = counts().rename(columns={"ward": "npu"})
    asked = {**ASKED, "before": "2018-11", "after": "2019-02", "on": "npu"}

    # W2 has rows in another month alone, which shows that it is covered.
    assert events(npol.arm_counts(rows, **asked)) == [3, 0, 5, 7]


def test_a_month_without_any_row_is_a_gap_and_no_zero() -> None:
    rows = counts()[lambda frame: frame["month"] != "2018-12"]

    found = npol.arm_counts(rows, **ASKED, covered=["W2"])
    assert events(found) == [None, 2, None, 7]
    assert [row.unplaced for row in found] == [None, 1, None, 1]
    assert npol.evaluate(found, claim="wdd").caveats[0] == "unknown_count"
    assert events(npol.arm_counts(rows[:0], **ASKED)) == [None] * 4


def test_an_area_that_no_row_has_is_refused_unless_the_rows_cover_it() -> None:
    arms = {"treated": ["W1", "W7"], "comparison": "W3"}

    with pytest.raises(npol.UnknownCodeError, match="'W7' is no ward"):
        npol.arm_counts(crimes(), **{**ASKED, "arms": arms})
    found = npol.arm_counts(crimes(), **{**ASKED, "arms": arms}, covered=["W7"])
    assert events(found) == [3, 2, 11, 7]
    assert found[2].areas == ("W3",)


def test_land_is_added_up_where_all_of_it_is_known() -> None:
    land = {"W1": 20.0, "W2": 30.5}

    found = npol.arm_counts(crimes(), **ASKED, hectares=land)
    assert [row.hectares for row in found] == [50.5, 50.5, None, None]


@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NA])
def test_land_that_is_not_known_makes_none_of_its_arm(unknown: Any) -> None:  # noqa: ANN401 # nulls
    land: dict[str, Any] = {"W1": 20.0, "W2": unknown, "W3": np.int64(5)}
    found = npol.arm_counts(crimes(), **ASKED, hectares=land)

    assert [row.hectares for row in found] == [None, None, 5, 5]


@pytest.mark.parametrize("wrong", ["20", True, [20]])
def test_land_that_is_no_number_is_refused_by_name(wrong: Any) -> None:  # noqa: ANN401 # what is tested
    with pytest.raises(TypeError, match="hectares of W2 is a number, or None where it is not"):
        npol.arm_counts(crimes(), **ASKED, hectares={"W1": 20.0, "W2": wrong})


def test_a_count_and_an_evaluation_go_together() -> None:
    rows = pd.DataFrame(
        {
            "month": ["2018-12", "2019-01"] * 2,
            "ward": ["W1", "W1", "W3", "W3"],
            "crimes": [200, 100, 210, 205],
        }
    )
    asked = {**ASKED, "before": "2018-12", "after": "2019-01", "arms": {**ARMS, "treated": "W1"}}

    found = npol.evaluate(npol.arm_counts(rows, **asked), claim="rirr", picked_on_before=False)
    assert found.verdict == "fewer"
    assert found.counts["days"].tolist() == [31] * 4


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (
            {"arms": {"treated": ["W1"], "comparison": ["W1", "W3"]}},
            npol.MixedRowsError,
            "arm_counts would count W1 twice: it is in treated and in comparison",
        ),
        (
            {"arms": {"treated": ["W1"], "comparison": []}},
            ValueError,
            "comparison has no area: give its codes, or leave the arm out",
        ),
        ({"arms": {"control": ["W1"]}}, ValueError, "an arm is one of treated, comparison,"),
        ({"before": ("2018-12", "2018-11")}, ValueError, "2018-12 is after 2018-11"),
        ({"before": ()}, ValueError, "a period is a month"),
        ({"before": ("2018-10", "2018-11", "2018-12")}, ValueError, "a period is a month"),
        ({"before": "2018"}, ValueError, "2018"),
        ({"after": "2018-12"}, npol.MixedRowsError, "months twice, or the wrong way round"),
        ({"force": "WMP"}, npol.MixedRowsError, "arm_counts is of WMP, and these rows are of AVS"),
        ({"count": "people"}, ValueError, "count is one of logs, crimes"),
        ({"on": "lsoa21"}, npol.MissingColumnsError, "lsoa21"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    change: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        npol.arm_counts(crimes(), **{**ASKED, **change})
