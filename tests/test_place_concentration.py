"""How far criteria gather in places: by hand, beside the statistics themselves, and refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import one, refused, rows

from npolicing import MixedRowsError, Place, UnknownCodeError, place_concentration
from npolicing.stats.concentration import generalised_gini, gini, smallest_share

UNDEFINED = [
    "gini",
    "generalised_gini",
    "places_25",
    "share_25",
    "even_25",
    "places_50",
    "share_50",
    "even_50",
]
SPARSE = [5, 2, 1, 0, 0, 0, 0, 0, 0, 0]


def place(code: object, **given: Any) -> Place:  # noqa: ANN401 # fields
    return Place(**{"force": "WMP", "kind": "ward24", "place": f"W{code}", **given})


def of(places: list[Place], criterion: str = "crime", **asked: Any) -> dict[str, Any]:  # noqa: ANN401 # options
    """The only row of one criterion."""
    found = place_concentration(places, **asked)
    return one(found[found["criterion"] == criterion])


def crimes(counts: list[int]) -> list[Place]:
    return [place(at, crimes=count) for at, count in enumerate(counts)]


def test_eight_crimes_in_ten_places() -> None:
    """Bernasco and Steenbeek's example: 0.80, and 0.75 of so few."""
    assert of(crimes(SPARSE)) == {
        "criterion": "crime",
        "measured_by": "recorded crimes",
        "places": 10,
        "unknown": 0,
        "count": 8,
        "gini": pytest.approx(0.8),
        "generalised_gini": pytest.approx(0.75),
        "places_25": 1,
        "share_25": 0.1,
        "even_25": 0.2,
        "places_50": 1,
        "share_50": 0.1,
        "even_50": 0.4,
        "caveat": None,
        "is_total": False,
    }


def test_what_is_no_event_has_no_generalised_gini() -> None:
    places = [
        place(at, deprived=count, population=10, harm=count / 2, harm_variance=1.0)
        for at, count in enumerate(SPARSE)
    ]
    for criterion, count in (("deprivation", 8), ("harm", 4)):
        row = of(places, criterion)
        assert (row["count"], row["gini"], row["caveat"]) == (
            count,
            pytest.approx(0.8),
            "not_events",
        )
        assert (row["places_25"], row["places_50"], row["share_50"]) == (1, 1, 0.1)
        assert [row[name] for name in ("generalised_gini", "even_25", "even_50")] == [None] * 3


@given(st.lists(st.integers(0, 30), min_size=2, max_size=9).filter(any))
def test_the_figures_are_those_of_the_statistics(counts: list[int]) -> None:
    row = of(crimes(counts))
    quarter, half = smallest_share(counts, 0.25), smallest_share(counts)
    assert [row[name] for name in UNDEFINED] == [
        gini(counts),
        generalised_gini(counts),
        quarter.places,
        quarter.share,
        quarter.even_share,
        half.places,
        half.share,
        half.even_share,
    ]


def test_units_are_apart_and_the_total_is_of_all_places() -> None:
    places = [
        place(1, npu="DY", crimes=9, demand=1),
        place(2, npu="CV", crimes=3, demand=1),
        place(3, npu="CV", crimes=1, demand=3),
        place(4, crimes=0, demand=3),
        place(5, crimes=7, demand=1),
    ]
    found = place_concentration(places, by="npu", total=True)
    assert [row["npu"] for row in rows(found)[::4]] == ["CV", "DY", None, None]
    assert found["is_total"].to_list() == [False] * 12 + [True] * 4
    crime = found[found["criterion"] == "crime"]
    assert crime["places"].to_list() == [2, 1, 2, 5]
    assert crime["gini"].iloc[0] == pytest.approx(gini([3, 1]))
    assert rows(crime)[1]["caveat"] == "no_elsewhere"
    assert crime["gini"].iloc[2] == pytest.approx(gini([0, 7]))
    assert crime["gini"].iloc[3] == pytest.approx(gini([9, 3, 1, 0, 7]))
    whole = place_concentration(places)
    pd.testing.assert_frame_equal(
        found[found["is_total"]].drop(columns=["npu", "is_total"]).reset_index(drop=True),
        whole.drop(columns="is_total"),
    )


@pytest.mark.parametrize(
    ("counts", "caveat", "count"),
    [
        ([None, None], "no_data", None),
        ([3, None], "count_incomplete", None),
        ([0, 0], "none_counted", 0),
        ([3], "no_elsewhere", 3),
    ],
)
def test_what_is_undefined_says_why(
    counts: list[int | None], caveat: str, count: int | None
) -> None:
    row = of([place(at, crimes=each) for at, each in enumerate(counts)])
    assert (row["caveat"], row["count"]) == (caveat, count)
    assert row["unknown"] == counts.count(None)
    assert [row[name] for name in UNDEFINED] == [None] * 8


def test_places_without_a_count_are_left_out_where_that_is_asked_for() -> None:
    places = [*crimes([3, 1]), place(9, demand=5)]
    row = of(places, empty_count="leave_out")
    assert (row["places"], row["unknown"], row["count"]) == (2, 1, 4)
    assert row["gini"] == pytest.approx(gini([3, 1]))
    assert of(places, "demand", empty_count="leave_out")["caveat"] == "no_elsewhere"
    nothing = of(places, "harm", empty_count="leave_out")
    assert (nothing["caveat"], nothing["count"], nothing["places"]) == ("no_data", None, 0)
    with pytest.raises(ValueError, match="empty_count is one of keep, leave_out, not 'drop'"):
        place_concentration(places, empty_count="drop")  # type: ignore[arg-type] # the slip


def test_words_stand_beside_the_figures() -> None:
    words = place_concentration(crimes([1, 2]), measured_by={"demand": "a proxy"})
    assert rows(words[["measured_by"]]) == [
        {"measured_by": each} for each in ("recorded crimes", "a proxy", None, None)
    ]
    with pytest.raises(UnknownCodeError, match="anger"):
        place_concentration([], measured_by={"anger": "x"})  # type: ignore[dict-item] # the slip


def test_rows_that_would_count_twice_are_refused_by_its_name() -> None:
    words = (
        "place_concentration would count events twice: it has places of 2 levels, team and ward, "
        "and one may lie in the other. Pass the rows of one."
    )
    with refused(words):
        place_concentration([place(1), place(2, kind="team")])
    vintages = [*crimes([3, 1]), place(9, kind="ward17", crimes=0)]
    with pytest.raises(MixedRowsError, match="mixed_vintages"):
        place_concentration(vintages)
    assert of(vintages, mixed_vintages=True)["places"] == 3
    both = [place(1, crimes=2), place(2, crimes=1), place(1, force="GMP", crimes=2)]
    with pytest.raises(MixedRowsError, match="GMP, WMP"):
        place_concentration(both, by="npu")
    apart = place_concentration(both, by="force")
    assert apart["places"].to_list() == [1] * 4 + [2] * 4


def test_an_empty_table_has_a_group_less() -> None:
    assert len(place_concentration([], total=True)) == 0
    assert place_concentration([], by=["npu", "force"]).columns[:2].to_list() == ["npu", "force"]
