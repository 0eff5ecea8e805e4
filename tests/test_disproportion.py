"""Places held against one another: by hand, by other computations, by chance, and refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import inf, nan
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, refused, rows

from npolicing import (
    MixedRowsError,
    Place,
    UnknownCodeError,
    ValidationError,
    disproportion,
    place_concentration,
    propose_impact_areas,
)
from npolicing.errors import ColumnTypeError, MissingColumnsError
from npolicing.stats.intervals import wilson
from npolicing.stats.rate_ratios import rate_ratio
from npolicing.vocabulary import CRITERIA, Criterion

FIGURES = ["location_quotient", "rate", "rate_elsewhere", "rate_ratio"]
LIMITS = [
    "location_quotient_low",
    "location_quotient_high",
    "rate_ratio_low",
    "rate_ratio_high",
]


def place(code: str, **given: Any) -> Place:  # noqa: ANN401 # fields
    return Place(**{"force": "WMP", "kind": "ward24", "place": code, "population": 100, **given})


def of(places: Sequence[Place], criterion: str = "crime", **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 # options
    """The rows of one criterion."""
    return [row for row in rows(disproportion(places, **asked)) if row["criterion"] == criterion]


def told(places: Sequence[Place], name: str, criterion: str = "crime", **asked: Any) -> list[Any]:  # noqa: ANN401 # options
    """One column of one criterion."""
    return [row[name] for row in of(places, criterion, **asked)]


THREE = [
    place("W1", population=1000, crimes=60, demand=10, deprived=500, harm=50.0, harm_variance=100),
    place("W2", population=2000, crimes=30, demand=20, deprived=0, harm=30.0, harm_variance=300),
    place("W3", population=3000, crimes=30, demand=30, deprived=250, harm=20.0, harm_variance=20),
]


# -- by hand


def test_nine_per_cent_of_the_people_and_sixteen_of_the_crime() -> None:
    """Impact Areas of the West Midlands, 2021: 16/9 is 1.78, and (16/84)/(9/91) is 1.926."""
    inside, outside = of(
        [place("IN", population=9, crimes=16), place("OUT", population=91, crimes=84)]
    )
    assert (inside["place"], outside["place"]) == ("IN", "OUT")
    assert inside["location_quotient"] == pytest.approx(1.78, abs=0.005)
    assert inside["location_quotient"] == pytest.approx(16 / 9)
    assert inside["rate_ratio"] == pytest.approx(1.926, abs=0.0005)
    assert outside["rate_ratio"] == pytest.approx(1 / inside["rate_ratio"])


def test_three_places_on_four_criteria() -> None:
    found = disproportion(THREE)
    assert found["place"].to_list() == ["W1"] * 4 + ["W2"] * 4 + ["W3"] * 4
    assert found["criterion"].to_list() == ["crime", "demand", "deprivation", "harm"] * 3
    assert found["count"].to_list() == [60, 10, 500, 50, 30, 20, 0, 30, 30, 30, 250, 20]
    first, demand, deprivation, harm = rows(found)[:4]
    assert (first["count_share"], first["base_share"]) == (0.5, pytest.approx(1 / 6))
    assert first["location_quotient"] == pytest.approx(3)
    assert (first["rate"], first["rate_elsewhere"]) == (0.06, 0.012)
    assert first["rate_ratio"] == pytest.approx(5)
    assert demand["location_quotient"] == demand["rate_ratio"] == pytest.approx(1)
    assert deprivation["location_quotient"] == pytest.approx(4)
    assert deprivation["rate_ratio"] == pytest.approx(10)
    assert [deprivation[name] for name in LIMITS] == [None] * 4
    assert harm["location_quotient"] == pytest.approx(3)
    assert [row["caveat"] for row in rows(found)[:4]] == [None, None, "fixed_count", None]
    assert found["npu"].isna().all()
    assert set(found["base_measure"]) == {"population"}


def test_the_limits_are_wilsons_and_those_of_a_rate_ratio() -> None:
    first, second, third = of(THREE)
    share = wilson(60, 120)
    assert first["location_quotient_low"] == pytest.approx(share.low * 6)
    assert first["location_quotient_high"] == pytest.approx(share.high * 6)
    for row, count, base in ((first, 60, 1000), (second, 30, 2000), (third, 30, 3000)):
        ratio = rate_ratio(count, base, 120 - count, 6000 - base, method="score")
        assert row["rate_ratio_low"] == pytest.approx(ratio.low)
        assert row["rate_ratio_high"] == pytest.approx(ratio.high)


def test_the_published_score_interval_of_two_rates() -> None:
    """Gu and others' data: 60 of 51,477.5 against 30 of 54,308.7."""
    places = [
        place("A", hectares=51477.5, crimes=60),
        place("B", hectares=54308.7, crimes=30),
    ]
    first, _ = of(places, base="hectares")
    assert first["rate_ratio"] == pytest.approx(2.109998, abs=5e-7)
    assert first["rate_ratio_low"] == pytest.approx(1.365962, abs=5e-7)
    assert first["rate_ratio_high"] == pytest.approx(3.259306, abs=5e-7)


@pytest.mark.parametrize("criterion", ["crime", "demand", "harm"])
def test_a_dispersion_of_four_is_a_quarter_of_the_events(criterion: str) -> None:
    columns = ("crimes", "demand", "harm", "harm_variance")
    quarter = [
        place(
            each.place,
            population=each.population,
            **{name: getattr(each, name) / 4 for name in columns[2:]},
            crimes=15 if each.place == "W1" else 7,
        )
        for each in THREE
    ]
    if criterion == "harm":
        wide, small = told(THREE, LIMITS[0], "harm", dispersion=4), told(quarter, LIMITS[0], "harm")
        assert wide == pytest.approx(small)
        return
    row = of(THREE, criterion, dispersion=4)[0]
    count, of_all = row["count"], sum(told(THREE, "count", criterion))
    ratio = rate_ratio(count, 1000, of_all - count, 5000, method="score", dispersion=4)
    assert row["rate_ratio_low"] == pytest.approx(ratio.low)
    assert row["rate_ratio_high"] == pytest.approx(ratio.high)
    share = wilson(count / 4, of_all / 4)
    assert row["location_quotient_high"] == pytest.approx(share.high * 6)


def test_a_confidence_is_that_of_both_intervals() -> None:
    row = of(THREE, confidence=0.8)[0]
    share = wilson(60, 120, confidence=0.8)
    ratio = rate_ratio(60, 1000, 60, 5000, method="score", confidence=0.8)
    assert row["location_quotient_low"] == pytest.approx(share.low * 6)
    assert row["rate_ratio_high"] == pytest.approx(ratio.high)


def test_equal_weights_are_as_so_many_crimes() -> None:
    """Each crime 7 points: harm 420 of variance 60 x 49 tells what 60 crimes tell."""
    harm = [
        place(
            each.place,
            population=each.population,
            crimes=each.crimes,
            harm=each.crimes * 7.0,
            harm_variance=each.crimes * 49.0,
        )
        for each in THREE
        if each.crimes is not None
    ]
    for name in [*LIMITS, "location_quotient", "rate_ratio"]:
        assert told(harm, name, "harm") == pytest.approx(told(harm, name))


def test_few_grave_crimes_widen_the_interval() -> None:
    """A harm of 100 in each place: of one crime of 100 points, and of a hundred crimes of 1."""
    places = [
        place("A", harm=100.0, harm_variance=100.0**2),
        place("B", harm=100.0, harm_variance=100.0),
    ]
    grave, petty = of(places, "harm")
    assert grave["rate_ratio"] == petty["rate_ratio"] == 1
    # A crime weighs 100 in A; in B it weighs 1, and 50.5 in both together, which is more.
    events = 200**2 / (100 * 100 + 50.5 * 100)
    assert grave["location_quotient_low"] == pytest.approx(2 * wilson(events / 2, events).low)
    # The share of one of two is known as well, or as badly, as that of the other.
    assert petty["location_quotient_low"] == pytest.approx(grave["location_quotient_low"])


# -- what each argument does


def test_the_base_is_the_one_that_is_asked_for_but_for_deprivation() -> None:
    places = [
        place("W1", workday_population=900, households=10, hectares=2.5, crimes=9, deprived=50),
        place("W2", workday_population=100, households=30, hectares=7.5, crimes=1, deprived=50),
    ]
    quotients = {
        "population": 1.8,
        "workday_population": 1.0,
        "households": 3.6,
        "hectares": 3.6,
    }
    for base, quotient in quotients.items():
        first = of(places, base=base)[0]
        assert first["location_quotient"] == pytest.approx(quotient)
        assert first["base_measure"] == base
        deprived = of(places, "deprivation", base=base)[0]
        assert (deprived["base_measure"], deprived["location_quotient"]) == ("population", 1)


def test_what_stands_for_a_criterion_is_said() -> None:
    found = disproportion([place("W1", crimes=1), place("W2", crimes=1)])
    assert rows(found[["measured_by"]])[:4] == [
        {"measured_by": "recorded crimes"},
        {"measured_by": None},
        {"measured_by": None},
        {"measured_by": None},
    ]
    words: dict[Criterion, str] = {
        "demand": "anti-social behaviour incidents, a proxy",
        "harm": "nobody has weights",
    }
    said = disproportion(THREE, measured_by=words)["measured_by"].head(4).to_list()
    assert said == [
        "recorded crimes",
        "anti-social behaviour incidents, a proxy",
        "residents of small areas that count as deprived",
        "nobody has weights",
    ]
    with pytest.raises(UnknownCodeError, match="anger, crimes"):
        disproportion(THREE, measured_by={"anger": "x", "crimes": "y"})  # type: ignore[dict-item] # the slip


def test_places_are_held_against_their_own_unit() -> None:
    places = [
        place("W1", npu="CV", crimes=3),
        place("W2", npu="CV", crimes=1),
        place("W3", npu="DY", crimes=50),
        place("W4", crimes=8),
    ]
    found = of(places, within="npu", total=True)
    assert [row["location_quotient"] for row in found[:4]] == [1.5, 0.5, 1, 1]
    assert [row["caveat"] for row in found[:4]] == [None, None, "no_elsewhere", "no_elsewhere"]
    assert [(row["npu"], row["count"]) for row in found[4:]] == [("CV", 4), ("DY", 50), (None, 8)]
    assert told(places, "location_quotient")[2] == pytest.approx(50 / 62 * 4)


def test_a_total_has_the_rate_of_all() -> None:
    *_, total = of(THREE, total=True)
    assert (total["force"], total["kind"], total["place"]) == ("WMP", "ward24", None)
    assert (total["count"], total["base"], total["rate"]) == (120, 6000, 0.02)
    assert (total["count_share"], total["base_share"], total["is_total"]) == (1, 1, True)
    assert [total[name] for name in (*FIGURES, *LIMITS) if name != "rate"] == [None] * 7
    assert len(disproportion(THREE, total=True)) == 16
    assert len(disproportion([], total=True)) == 0


def test_what_the_places_lack_of_a_whole_is_told() -> None:
    found = disproportion(THREE, whole={"crime": 150, "harm": 100.0})
    assert rows(found[["unplaced"]])[:4] == [{"unplaced": each} for each in (30, None, None, 0)]
    assert told(THREE, "location_quotient", whole={"crime": 150})[0] == pytest.approx(3)
    gap = [*THREE, place("W4")]
    assert told(gap, "unplaced", whole={"crime": 150}) == [None] * 4


def test_more_than_there_are_is_counted_twice() -> None:
    words = (
        "disproportion would count crime twice: the places add up to 120, and there are 119. Some "
        "lie over others, or events are in two.\n"
        "disproportion would count demand twice: the places add up to 60, and there are 50. Some "
        "lie over others, or events are in two."
    )
    with refused(words):
        disproportion(THREE, whole={"crime": 119, "demand": 50, "harm": 100.0})


# -- what is undefined


def test_a_place_without_residents_has_no_figure_and_its_count_stays() -> None:
    """An airport: 40 crimes and nobody who lives there."""
    places = [place("A", population=0, crimes=40), *THREE]
    airport, first, *_ = of(places)
    assert airport["caveat"] == "no_base"
    assert [airport[name] for name in (*FIGURES, *LIMITS) if name != "rate_elsewhere"] == [None] * 7
    assert (airport["count_share"], airport["base_share"]) == (0.25, 0)
    assert first["count_share"] == 60 / 160
    assert first["location_quotient"] == pytest.approx(60 / 160 * 6)
    assert first["rate_elsewhere"] == pytest.approx(100 / 5000)

    airport, first, *_ = of(places, empty_base="leave_out")
    assert airport["caveat"] == "no_base"
    assert [airport[name] for name in ("count", "base", "count_share")] == [40, 0, None]
    assert first["location_quotient"] == pytest.approx(3)


def test_a_base_that_nobody_knows_leaves_the_others_unknown() -> None:
    places = [place("A", population=None, crimes=40), *THREE]
    strange, first, *_ = of(places)
    assert (strange["caveat"], first["caveat"]) == ("no_base", "base_incomplete")
    assert (first["rate"], first["count_share"]) == (0.06, 60 / 160)
    unknown = ("base_share", "location_quotient", "rate_elsewhere", "rate_ratio", *LIMITS)
    assert [first[name] for name in unknown] == [None] * 8
    assert told(places, "caveat", total=True)[-1] == "base_incomplete"

    _, first, *_ = of(places, empty_base="leave_out")
    assert (first["caveat"], first["location_quotient"]) == (None, pytest.approx(3))


def test_a_count_that_nobody_knows_leaves_the_shares_unknown() -> None:
    places = [place("A", crimes=None, population=10), *THREE]
    gap, first, *_, total = of(places, total=True)
    assert [row["caveat"] for row in (gap, first, total)] == ["no_data"] + ["count_incomplete"] * 2
    assert first["rate"] == 0.06
    assert [first[name] for name in ("count_share", "location_quotient", *LIMITS)] == [None] * 6

    gap, first, *_, total = of(places, empty_count="leave_out", total=True)
    assert (gap["caveat"], gap["base_share"]) == ("no_data", None)
    assert (first["base_share"], first["location_quotient"]) == (1 / 6, pytest.approx(3))
    assert (total["count"], total["base"]) == (120, 6000)


def test_a_criterion_without_data_is_shown_as_absent() -> None:
    places = [place("W1", crimes=1), place("W2", crimes=2)]
    for asked in ({}, {"empty_count": "leave_out"}):
        for name in ("demand", "deprivation", "harm"):
            *each, total = of(places, name, total=True, **asked)
            assert [row["caveat"] for row in (*each, total)] == ["no_data"] * 3
            assert [row["count"] for row in (*each, total)] == [None] * 3


def test_nothing_counted_anywhere_has_no_share() -> None:
    first, *_, total = of([place("W1", crimes=0), place("W2", crimes=0)], total=True)
    assert (first["caveat"], total["caveat"]) == ("none_counted", "none_counted")
    assert (first["rate"], first["location_quotient"], first["rate_ratio"]) == (0, None, None)
    assert [first[name] for name in LIMITS] == [None] * 4
    assert (total["count"], total["count_share"], total["rate"]) == (0, None, 0)


def test_all_in_one_place_has_no_rate_ratio_and_nothing_here_is_0() -> None:
    here, there = of([place("W1", crimes=20), place("W2", crimes=0)])
    assert (here["caveat"], here["rate_ratio"], here["rate_ratio_low"]) == (
        "none_elsewhere",
        None,
        None,
    )
    assert here["location_quotient"] == 2
    assert here["location_quotient_low"] == pytest.approx(2 * wilson(20, 20).low)
    assert (there["caveat"], there["location_quotient"], there["rate_ratio"]) == (None, 0, 0)
    assert there["rate_ratio_high"] == pytest.approx(
        rate_ratio(0, 100, 20, 100, method="score").high
    )


def test_a_place_alone_is_in_proportion_to_itself() -> None:
    (row,) = of([place("W1", crimes=20)])
    assert (row["caveat"], row["location_quotient"], row["rate_ratio"]) == ("no_elsewhere", 1, None)
    assert [row[name] for name in LIMITS] == [None] * 4


def test_harm_without_a_variance_has_no_interval() -> None:
    places = [place("W1", harm=3.0, harm_variance=9), place("W2", harm=4.0)]
    for row in of(places, "harm"):
        assert row["caveat"] == "no_variance"
        assert row["rate_ratio"] is not None
        assert [row[name] for name in LIMITS] == [None] * 4
    nought = [place("W1", harm=3.0, harm_variance=0), place("W2", harm=4.0, harm_variance=1)]
    assert told(nought, "caveat", "harm") == ["no_variance"] * 2


def test_no_harm_here_takes_the_weight_of_that_elsewhere() -> None:
    # Five crimes of 10 points elsewhere: nothing here is nothing of five.
    places = [
        place("W1", harm=0.0, harm_variance=0),
        place("W2", harm=50.0, harm_variance=500),
    ]
    here, there = of(places, "harm")
    assert here["rate_ratio_high"] == pytest.approx(rate_ratio(0, 100, 5, 100, method="score").high)
    assert there["location_quotient_low"] == pytest.approx(2 * wilson(5, 5).low)


# -- properties


COUNTS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 5000)), min_size=2, max_size=7
).filter(lambda pairs: any(count for count, _ in pairs))


def counted(pairs: Sequence[tuple[int, int]]) -> list[Place]:
    return [
        place(f"W{at}", crimes=count, population=base) for at, (count, base) in enumerate(pairs)
    ]


@given(COUNTS)
def test_quotients_average_to_1_and_both_intervals_say_the_same(
    pairs: list[tuple[int, int]],
) -> None:
    found = of(counted(pairs))
    assert sum(row["count_share"] for row in found) == pytest.approx(1)
    assert sum(row["base_share"] for row in found) == pytest.approx(1)
    assert sum(row["location_quotient"] * row["base_share"] for row in found) == pytest.approx(1)
    for row in found:
        assert row["location_quotient_low"] <= row["location_quotient"] + 1e-9
        assert row["location_quotient_high"] >= row["location_quotient"] - 1e-9
        if row["rate_ratio"] is None:
            continue
        assert row["rate_ratio_low"] <= row["rate_ratio"] * (1 + 1e-9)
        assert row["rate_ratio_high"] >= row["rate_ratio"] * (1 - 1e-9)
        # A rate ratio is farther from 1, on the same side.
        assert (
            abs(np.log(max(row["rate_ratio"], 1e-9)))
            >= abs(np.log(max(row["location_quotient"], 1e-9))) - 1e-9
        )
        assert (row["location_quotient_low"] > 1 + 1e-9) <= (row["rate_ratio_low"] > 1)
        assert (row["location_quotient_high"] < 1 - 1e-9) <= (row["rate_ratio_high"] < 1)


@given(COUNTS, st.integers(2, 9), st.randoms())
def test_neither_order_nor_the_unit_of_the_base_matters(
    pairs: list[tuple[int, int]],
    times: int,
    random: Any,  # noqa: ANN401 # hypothesis gives a Random
) -> None:
    places = counted(pairs)
    shuffled = list(places)
    random.shuffle(shuffled)
    found = disproportion(places)
    pd.testing.assert_frame_equal(found, disproportion(shuffled))
    scaled = disproportion(counted([(count, base * times) for count, base in pairs]))
    names = ["location_quotient", "rate_ratio", *LIMITS]
    pd.testing.assert_frame_equal(found[names], scaled[names])


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_unit_of_harm_does_not_matter(first: float, times: float) -> None:
    def weighed(by: float) -> pd.DataFrame:
        places = [
            place("W1", harm=first * by, harm_variance=first * 3 * by**2),
            place("W2", harm=20.0 * by, harm_variance=500.0 * by**2),
            place("W3", harm=0.0, harm_variance=0.0),
        ]
        return disproportion(places)[["location_quotient", "rate_ratio", *LIMITS]]

    pd.testing.assert_frame_equal(weighed(1), weighed(times))


@pytest.mark.parametrize(
    ("here", "there"),
    [((3.0, 60.0), (8.0, 90.0)), ((0.5, 30.0), (20.0, 600.0)), ((5.0, 10.0), (5.0, 900.0))],
    ids=["alike", "a grave crime in two months", "graver here"],
)
def test_intervals_cover_what_they_promise(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    """Seeded: of 2,000 pairs of places, each interval leaves out the truth in about 5 %.

    Grave crimes weigh 50, petty ones 1. Of few grave ones the interval may hold the truth more
    often than it says, and no less.
    """
    rng, pairs, people = np.random.default_rng(20180601), 2000, (1000, 4500)
    expected = np.array([here, there])
    crimes = rng.poisson(expected, (pairs, 2, 2)).astype(float)
    frame = pd.DataFrame(
        {
            "force": np.repeat([f"F{at}" for at in range(pairs)], 2),
            "kind": "ward24",
            "place": ["A", "B"] * pairs,
            "population": [*people] * pairs,
            "crimes": crimes.sum(axis=2).ravel().astype(int),
            "harm": (crimes @ [50, 1]).ravel(),
            "harm_variance": (crimes @ [2500, 1]).ravel(),
        }
    )
    found = disproportion(frame, within="force")
    for criterion, weights in (("crime", [1, 1]), ("harm", [50, 1])):
        truth = float(np.divide(*((expected @ weights) / people)))
        of_it = found[(found["place"] == "A") & (found["criterion"] == criterion)]
        inside = of_it["rate_ratio_low"].le(truth) & of_it["rate_ratio_high"].ge(truth)
        # Three standard errors of a share of 2,000 are 1.5 %.
        assert 0.935 <= inside.mean() <= (0.965 if criterion == "crime" else 0.985), criterion


# -- what is refused


def test_the_same_events_are_not_counted_twice() -> None:
    places = [
        place("W1"),
        place("T1", kind="team"),
        place("E1", kind="lsoa11"),
        place("E2", kind="lsoa21"),
    ]
    words = (
        "disproportion would count events twice: it has places of 3 levels, lsoa and team and "
        "ward, and one may lie in the other. Pass the rows of one.\n"
        "disproportion takes one vintage of lsoa, for two may share ground, and these are of 2: "
        "lsoa11, lsoa21. Bring them to one, or pass mixed_vintages=True where none lies over "
        "another."
    )
    with refused(words):
        disproportion(places)


def test_vintages_are_mixed_where_that_is_asked_for() -> None:
    places = [place("W1", kind="ward17", crimes=3), place("W2", kind="ward24", crimes=1)]
    with pytest.raises(MixedRowsError, match="one vintage of ward"):
        disproportion(places)
    found = of(places, mixed_vintages=True, total=True)
    assert [row["location_quotient"] for row in found] == [1.5, 0.5, None]
    assert [row["kind"] for row in found] == ["ward17", "ward24", None]
    twice = [*places, place("W2", kind="ward17"), place("W1", kind="ward24")]
    words = (
        "disproportion counts a place once, and these have several rows: W1 (ward17, ward24), W2 "
        "(ward17, ward24). Keep one of each."
    )
    with refused(words):
        disproportion(twice, mixed_vintages=True)
    with pytest.raises(MixedRowsError, match="3 levels"):
        disproportion(
            [*places, place("T1", kind="team"), place("E1", kind="lsoa11")], mixed_vintages=True
        )


def test_a_place_twice_is_named_with_its_rows() -> None:
    with pytest.raises(ValidationError) as caught:
        disproportion([place("W1"), place("W2"), place("W1"), place("W2")])
    assert [each.row for each in caught.value.failures] == [0, 1, 2, 3]
    assert {each.code for each in caught.value.failures} == {"DUPLICATE_KEY"}


def test_several_forces_are_held_apart_or_refused() -> None:
    places = [place("W1", crimes=1), place("W1", force="GMP", crimes=1)]
    words = (
        "disproportion holds the places of one force against one another, and these are of 2: GMP, "
        "WMP. Group them by 'force', or pass the rows of one."
    )
    with refused(words):
        disproportion(places)
    with pytest.raises(MixedRowsError, match="GMP, WMP"):
        disproportion(places, within="npu")
    found = of(places, within=["npu", "force"])
    assert [(row["force"], row["location_quotient"]) for row in found] == [("GMP", 1), ("WMP", 1)]


def test_counts_of_several_times_are_refused() -> None:
    june = {"since": date(2018, 6, 1), "until": date(2018, 6, 30)}
    places = [
        place("W1", **june),
        place("W2", since=date(2018, 6, 1), until=date(2018, 7, 31)),
        place("W3"),
    ]
    words = (
        "disproportion holds counts of one time against one another, and these are of 3: "
        "2018-06-01 to 2018-06-30, 2018-06-01 to 2018-07-31, unknown to unknown. Pass the rows of "
        "one."
    )
    with refused(words):
        disproportion(places)
    assert len(disproportion([place("W1", **june), place("W2", **june)])) == 8


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"base": "residents"}, "base is one of population, workday_population, households"),
        ({"empty_base": "drop"}, "empty_base is one of keep, leave_out, not 'drop'"),
        ({"empty_count": None}, "empty_count is one of keep, leave_out, not None"),
        ({"dispersion": 0}, "dispersion is a number above 0, not 0"),
        ({"dispersion": nan}, "dispersion is a number above 0, not nan"),
        ({"confidence": 95}, "confidence is between 0 and 1"),
        ({"whole": {"crime": -1}}, "whole= has a number from 0 for crime, not -1"),
        ({"whole": {"crime": nan}}, "whole= has a number from 0 for crime, not nan"),
        ({"whole": {"crime": inf}}, "whole= has a number from 0 for crime, not inf"),
        ({"whole": {"crime": 1}, "within": "npu"}, "whole= is of all places together"),
    ],
)
def test_an_argument_that_is_none_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        disproportion(THREE if asked.get("whole") is None else [place("W1", crimes=0)], **asked)


def test_codes_that_are_not_known_are_named() -> None:
    with pytest.raises(UnknownCodeError, match="ward"):
        disproportion(THREE, within="ward")
    with pytest.raises(UnknownCodeError, match="anger"):
        disproportion(THREE, whole={"anger": 1})  # type: ignore[dict-item] # the slip


def test_a_frame_does_as_well_as_records(frame: Build) -> None:
    columns: dict[str, list[object]] = {
        "force": ["WMP"] * 2,
        "kind": ["ward24"] * 2,
        "place": ["W1", "W2"],
        "population": [9, 91],
        "crimes": [16, 84],
        "else": ["x", "y"],
    }
    found = disproportion(frame(columns))
    assert found["location_quotient"].iloc[0] == pytest.approx(16 / 9)
    with pytest.raises(MissingColumnsError, match="place"):
        disproportion(frame({name: columns[name] for name in ("force", "kind")}))
    with pytest.raises(ColumnTypeError, match="crimes"):
        disproportion(frame({**columns, "crimes": ["many", "few"]}))


def test_all_four_criteria_are_there_for_every_place() -> None:
    assert CRITERIA == ("crime", "demand", "deprivation", "harm")
    found = disproportion([place(f"W{at}") for at in range(3)])
    assert found.groupby("place")["criterion"].agg(list).to_list() == [[*CRITERIA]] * 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"dispersion": "2"}, "dispersion is a number above 0, not '2'"),
        ({"dispersion": None}, "dispersion is a number above 0, not None"),
        ({"confidence": "0.9"}, "confidence is a number, as 0.95 for 95 %, not '0.9'"),
        ({"whole": {"crime": "300"}}, "whole= has a number from 0 for crime, not '300'"),
        ({"whole": {"crime": True}}, "whole= has a number from 0 for crime, not True"),
    ],
)
def test_what_is_no_number_is_refused_by_its_name(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        disproportion(THREE, **asked)


def propose(places: list[Place]) -> pd.DataFrame:
    return propose_impact_areas(places, areas=1, at_least=1, resamples=9, weightings=9)


@pytest.mark.parametrize("measure", [disproportion, place_concentration, propose])
@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"crimes": 2**60}, "crimes: 'W2' breaks at most 1e15"),
        ({"crimes": 10**15 + 1}, "crimes: 'W2' breaks at most 1e15"),
        ({"population": 2**60}, "population: 'W2' breaks at most 1e15"),
        ({"harm": 1e308, "harm_variance": 1e14}, "harm: 'W2' breaks at most 1e15"),
        ({"harm": 5.0, "harm_variance": 1e16}, "harm_variance: 'W2' breaks at most 1e15"),
        ({"hectares": 1e-300}, "hectares: 'W2' breaks 0, or at least 1e-12"),
        ({"harm": 1e14, "harm_variance": 1.0}, "harm_variance: 'W2' breaks at least harm² / 1e15"),
    ],
)
def test_what_nobody_has_counted_is_refused_by_the_place(
    measure: Callable[[list[Place]], pd.DataFrame], given: dict[str, Any], rule: str
) -> None:
    """Floats hold no larger counts, and squares of such harm leave them."""
    with pytest.raises(ValidationError, match="OUT_OF_RANGE") as caught:
        measure([place("W1", crimes=4), attrs.evolve(place("W2", crimes=4), **given)])

    assert rule in str(caught.value)
    assert len(caught.value.failures) == 1


def test_what_is_at_the_bound_is_held_against_the_others() -> None:
    most: dict[str, Any] = {"crimes": 10**15, "harm": 1e15, "harm_variance": 1e15}
    places = [place(code, **most) for code in ("W1", "W2")]

    assert told(places, "location_quotient") == [1, 1]
    assert told(places, "location_quotient", "harm") == [1, 1]
    assert propose(places)["crime_location_quotient"].to_list() == [1, 1]
