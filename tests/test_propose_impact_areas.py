"""Places proposed for Impact Areas: the rule, counted by hand, and how far the choice stands."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import refused, rows
from statsmodels.stats.proportion import proportion_confint

from npolicing.entities import Place
from npolicing.errors import (
    MissingTargetError,
    MixedRowsError,
    NpolicingError,
    UnknownCodeError,
    ValidationError,
)
from npolicing.frames import to_pandas
from npolicing.measures import disproportion, propose_impact_areas
from npolicing.measures._disproportions import Against
from npolicing.measures._places import places_of
from npolicing.measures._standing import Standing
from npolicing.stats.stability import redrawn_counts, redrawn_sums
from npolicing.vocabulary import Criterion

CRIMES = {"A": 50, "B": 40, "C": 30, "D": 20, "E": 60}
DEPRIVED = {"A": 400, "B": 300, "C": 200, "D": 0, "E": 100}


def place(code: str, **given: Any) -> Place:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "kind": "ward24", "place": code, "name": f"Ward {code}"}
    return Place(**{**fields, "population": 1000, **given})


FIVE = [place(code, crimes=CRIMES[code], deprived=DEPRIVED[code]) for code in CRIMES]


def proposed(places: Any = FIVE, **asked: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 # as it takes them
    """The rows of a proposal, by place."""
    given = {"areas": 2, "at_least": 1, "resamples": 0, "weightings": 0, **asked}
    return {row["place"]: row for row in rows(propose_impact_areas(places, **given))}


def chosen(found: dict[str, dict[str, Any]]) -> set[str]:
    return {code for code, row in found.items() if row["chosen"]}


def test_five_wards_by_hand() -> None:
    """Each has a fifth of the residents. Of 200 crimes E has 60, 1.5 times as many as its fifth.

    Wilson's lower limit of 60 of 200 is 0.2407, of 50 it is 0.1951: E is above a fifth beyond
    chance, and A is not. Of 1,000 deprived residents A has 400 and B 300. So A, B and E qualify, on
    one criterion each. Ranks: A has 2 and 1, B 3 and 2, E 1 and 4, C 4 and 3, D 5 and 5. Of B and
    E, level at 2.5, B's worst rank is the better.
    """
    found = proposed()

    assert list(found) == ["A", "B", "E", "C", "D"]
    assert [row["rank"] for row in found.values()] == [1, 2, 3, 4, 5]
    assert [row["combined_rank"] for row in found.values()] == [1.5, 2.5, 2.5, 3.5, 5]
    assert [row["crime_rank"] for row in found.values()] == [2, 3, 1, 4, 5]
    assert [row["deprivation_rank"] for row in found.values()] == [1, 2, 4, 3, 5]
    assert [row["crime_location_quotient"] for row in found.values()] == pytest.approx(
        [1.25, 1, 1.5, 0.75, 0.5]
    )
    assert [row["deprivation_location_quotient"] for row in found.values()] == pytest.approx(
        [2, 1.5, 0.5, 1, 0]
    )
    assert found["E"]["crime_low"] == pytest.approx(0.2407 / 0.2, abs=0.001)
    assert found["A"]["crime_low"] == pytest.approx(0.1951 / 0.2, abs=0.001)
    assert [row["crime_met"] for row in found.values()] == [False, False, True, False, False]
    # C has a fifth of the deprived: in proportion, and not above it.
    assert [row["deprivation_met"] for row in found.values()] == [True, True, False, False, False]
    assert [row["criteria_met"] for row in found.values()] == [1, 1, 1, 0, 0]
    assert [row["dominated_by"] for row in found.values()] == [0, 1, 0, 2, 4]
    assert [row["on_front"] for row in found.values()] == [True, False, True, False, False]
    assert [row["chosen"] for row in found.values()] == [True, True, False, False, False]
    assert [row["why_not"] for row in found.values()] == [
        None,
        None,
        "level_at_the_cut",
        "not_disproportionate",
        "not_disproportionate",
    ]
    assert found["A"] | {"deprivation_low": 0} == found["A"] | {
        "deprivation_low": 0,
        "deprivation_caveat": "fixed_count",
        "crime_caveat": None,
        "crime_weight": 0.5,
        "deprivation_weight": 0.5,
        "crime_count": 50,
        "deprivation_count": 400,
        "population": 1000,
        "name": "Ward A",
        "kind": "ward24",
        "force": "WMP",
        "npu": None,
        "base_measure": "population",
        "criteria": 2,
        "criteria_needed": 1,
        "caveat": None,
    }


def test_a_criterion_without_data_takes_no_part_and_is_seen() -> None:
    found = proposed()["A"]

    absent = {name: value for name, value in found.items() if name.startswith(("harm", "demand"))}
    assert {value for name, value in absent.items() if not name.endswith("caveat")} == {None}
    assert found["harm_caveat"] == found["demand_caveat"] == "no_data"
    assert found["crime_measured_by"] == "recorded crimes"


def test_all_criteria_are_needed_unless_fewer_are_asked_for() -> None:
    found = proposed(at_least=None)

    assert {row["criteria_needed"] for row in found.values()} == {2}
    assert {row["why_not"] for row in found.values()} == {"not_disproportionate"}
    assert {row["caveat"] for row in found.values()} == {"none_qualify"}
    assert found["A"]["rank"] == 1


def test_weights_of_the_wards_above() -> None:
    """With w for crime: A has 1 + w, B 2 + w, E 4 - 3 w. E passes B at 1/2 and A at 3/4."""
    assert chosen(proposed(weights={"crime": 2, "deprivation": 3})) == {"A", "B"}
    found = proposed(weights={"crime": 6, "deprivation": 4})
    assert chosen(found) == {"A", "E"}
    assert found["E"]["combined_rank"] == pytest.approx(4 - 3 * 0.6)
    assert (found["E"]["crime_weight"], found["E"]["deprivation_weight"]) == (0.6, 0.4)
    assert next(iter(proposed(weights={"crime": 1, "deprivation": 0}))) == "E"


def test_the_share_of_other_weights_by_hand() -> None:
    """Of two, A is taken under all weights, B below 1/2 for crime, E above it."""
    found = proposed(weightings=20_000)

    within = 5 * sqrt(0.25 / 20_000)
    assert found["A"]["chosen_reweighted"] == 1
    assert found["B"]["chosen_reweighted"] == pytest.approx(0.5, abs=within)
    assert found["E"]["chosen_reweighted"] == pytest.approx(0.5, abs=within)
    assert found["C"]["chosen_reweighted"] == found["D"]["chosen_reweighted"] == 0


def _by_brute_force(draws: int) -> dict[str, float]:
    """The rule above with areas=2 and at_least=1, a draw and a ward at a time."""
    rng, codes = np.random.default_rng(99), list(CRIMES)
    deprived = pd.Series(DEPRIVED).rank(ascending=False)
    taken = dict.fromkeys(codes, 0)
    for _ in range(draws):
        crimes = pd.Series({code: int(rng.poisson(CRIMES[code])) for code in codes})
        low, _ = proportion_confint(crimes, crimes.sum(), method="wilson")
        qualify = (low > 0.2) | (pd.Series(DEPRIVED) > 200)
        each = pd.DataFrame({"crime": crimes.rank(ascending=False), "deprived": deprived})
        each["mean"], each["worst"] = each.mean(axis=1), each.max(axis=1)
        for code in each[qualify].sort_values(["mean", "worst"], kind="stable").index[:2]:
            taken[str(code)] += 1
    return {code: times / draws for code, times in taken.items()}


def test_the_share_of_redrawn_counts_is_that_of_the_rule_step_by_step() -> None:
    found, expected = proposed(resamples=20_000), _by_brute_force(400)

    for code, share in expected.items():
        within = 4 * sqrt(max(share * (1 - share), 0.001) * (1 / 400 + 1 / 20_000))
        assert found[code]["chosen_resampled"] == pytest.approx(share, abs=within)
    assert 0 < found["E"]["chosen_resampled"] < 1


def test_the_limits_of_a_rank_hold_it_and_do_not_cross() -> None:
    found = proposed(resamples=500)

    for row in found.values():
        assert 1 <= row["rank_low"] <= row["rank"] <= row["rank_high"] <= 5
    assert found["B"]["rank_low"] < found["B"]["rank_high"]


def test_two_runs_are_the_same_and_another_seed_is_another() -> None:
    asked: dict[str, Any] = {"areas": 2, "at_least": 1, "resamples": 200, "weightings": 200}
    first, again = (propose_impact_areas(FIVE, **asked) for _ in range(2))

    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(propose_impact_areas(FIVE, **asked, seed=1))


def test_residents_are_the_cut_where_they_are_asked_for() -> None:
    """A fifth each: 0.2 is reached by one place, 0.3 is crossed by a second, which is taken."""
    assert chosen(proposed(areas=None, population_share=0.3)) == {"A", "B"}
    assert chosen(proposed(areas=None, population_share=0.2)) == {"A"}
    found = proposed(areas=None, population_share=1)
    assert chosen(found) == {"A", "B", "E"}
    assert found["A"]["caveat"] == "fewer_than_asked"


def test_fewer_than_were_asked_for_is_said_and_no_error() -> None:
    found = proposed(areas=4)

    assert chosen(found) == {"A", "B", "E"}
    assert {row["caveat"] for row in found.values()} == {"fewer_than_asked"}
    assert {row["caveat"] for row in proposed(areas=3).values()} == {None}


def test_a_place_beyond_the_cut_is_told_from_one_level_with_it() -> None:
    found = proposed(areas=1)

    assert (found["B"]["why_not"], found["E"]["why_not"]) == ("beyond_the_cut", "beyond_the_cut")


def test_a_place_whose_count_nobody_has_is_unknown_and_never_chosen() -> None:
    """F's crimes are unknown. The others are held against one another, and F has no rank."""
    found = proposed(
        [*FIVE, place("F", deprived=900)], empty_count="leave_out", resamples=99, weightings=99
    )

    nobody = {name: found["F"][name] for name in ("combined_rank", "rank", "rank_low", "on_front")}
    assert set(nobody.values()) == {None}
    assert (found["F"]["why_not"], found["F"]["crime_caveat"]) == ("unknown", "no_data")
    assert found["F"]["chosen_resampled"] is found["F"]["chosen_reweighted"] is None
    assert found["F"]["criteria_met"] == 1
    assert list(found)[-1] == "F"
    assert found["E"]["crime_location_quotient"] == pytest.approx(1.5)
    assert found["A"]["deprivation_location_quotient"] == pytest.approx(400 / 1900 * 6)


def without_variance(code: str, crimes: int) -> Place:
    return place(
        code, crimes=crimes, harm=10.0 * crimes, harm_variance=100.0 * crimes * (code != "E")
    )


def test_a_place_that_may_qualify_is_unknown_and_not_in_proportion() -> None:
    """E's harm has no variance and so no interval: nobody knows whether chance made it."""
    places = [without_variance(code, k) for code, k in CRIMES.items()]

    found = proposed(places, at_least=2)

    assert found["E"]["harm_location_quotient"] == pytest.approx(1.5)
    assert (found["E"]["harm_met"], found["E"]["harm_caveat"]) == (None, "no_variance")
    assert found["E"]["why_not"] == "unknown"
    assert found["A"]["why_not"] == "not_disproportionate"
    assert chosen(proposed(places)) == {"E"}


def test_a_criterion_that_no_place_can_be_judged_on_is_refused() -> None:
    """Harm without any variance is above 1 beyond chance nowhere: no place could ever qualify."""
    places = [place(code, crimes=k, harm=10.0 * k) for code, k in CRIMES.items()]

    for needed in (None, 2):
        with pytest.raises(
            ValidationError, match="above 0 where there is harm, or at_least is 1 or less"
        ) as caught:
            proposed(places, at_least=needed)
        assert {each.column for each in caught.value.failures} == {"harm_variance"}
        assert [each.value for each in caught.value.failures] == [*CRIMES]
    assert chosen(proposed(places, at_least=1)) == {"E"}
    only_harm = [place(code, harm=10.0 * k) for code, k in CRIMES.items()]
    with pytest.raises(ValidationError, match=r"above 0 where there is harm\n"):
        proposed(only_harm)


def test_harm_of_equal_weights_is_as_sure_as_the_crimes_that_it_is_of() -> None:
    """Ten days for each crime: ten times the figure, and the same limits, rank and share."""
    places = [
        place(code, crimes=k, harm=10.0 * k, harm_variance=100.0 * k) for code, k in CRIMES.items()
    ]
    only_harm = [place(code, harm=10.0 * k, harm_variance=100.0 * k) for code, k in CRIMES.items()]
    only_crime = [place(code, crimes=k) for code, k in CRIMES.items()]

    both = proposed(places, at_least=2)
    for row in both.values():
        assert row["harm_low"] == pytest.approx(row["crime_low"])
        assert row["harm_met"] == row["crime_met"]
    harm, crime = (proposed(each, areas=1, resamples=4000)["E"] for each in (only_harm, only_crime))
    # The same numbers are drawn, and each is ten times the other.
    assert harm["chosen_resampled"] == crime["chosen_resampled"]
    assert 0.5 < crime["chosen_resampled"] < 0.95


def test_a_little_harm_of_grave_crimes_can_be_drawn() -> None:
    """Harm of 2 where a crime weighs 300: there is none in nearly all draws."""
    places = [
        place(code, crimes=k, harm=float(k), harm_variance=300.0 * k) for code, k in CRIMES.items()
    ]
    places.append(place("F", crimes=1, harm=2.0, harm_variance=600.0))

    found = proposed(places, at_least=1, resamples=200)

    assert found["E"]["crime_met"]
    assert not any(row["harm_met"] for row in found.values())


def test_unrest_widens_limits_and_draws() -> None:
    quiet, wild = proposed(resamples=2000), proposed(resamples=2000, dispersion=4)

    assert wild["E"]["crime_low"] < 1 < quiet["E"]["crime_low"]
    assert not wild["E"]["crime_met"]
    spread = [row["C"]["rank_high"] - row["C"]["rank_low"] for row in (quiet, wild)]
    assert spread[1] >= spread[0]


def test_less_than_poisson_is_drawn_as_poisson() -> None:
    assert proposed(resamples=9, dispersion=0.5)["E"]["crime_low"] > 1.2


def test_one_criterion_has_no_other_weights() -> None:
    found = proposed([place(code, crimes=k) for code, k in CRIMES.items()], weightings=99)

    assert {row["chosen_reweighted"] for row in found.values()} == {None}
    assert {row["criteria"] for row in found.values()} == {1}


def test_words_and_base_are_those_that_are_given() -> None:
    words: dict[Criterion, str] = {"crime": "burglary", "harm": "nobody's yet"}
    places = [place(code, crimes=k, households=5) for code, k in CRIMES.items()]

    found = proposed(places, measured_by=words, base="households")["A"]

    assert (found["crime_measured_by"], found["harm_measured_by"]) == ("burglary", "nobody's yet")
    assert found["base_measure"] == "households"


def test_the_figures_are_those_of_disproportion() -> None:
    places = [
        place(code, crimes=k, households=at + 1) for at, (code, k) in enumerate(CRIMES.items())
    ]
    asked: dict[str, Any] = {"base": "households", "confidence": 0.9, "dispersion": 1.7}

    found = proposed(places, **asked)

    for row in rows(disproportion(places, **asked)):
        if row["criterion"] == "crime":
            mine = found[row["place"]]
            assert mine["crime_location_quotient"] == row["location_quotient"]
            assert mine["crime_low"] == row["location_quotient_low"]
            assert mine["crime_high"] == row["location_quotient_high"]
            assert mine["crime_met"] == (row["location_quotient_low"] > 1)


def test_vintages_that_do_not_overlap_may_be_mixed() -> None:
    places = [*FIVE[:4], place("E", kind="ward17", crimes=60, deprived=100)]

    assert chosen(proposed(places, mixed_vintages=True)) == {"A", "B"}
    with pytest.raises(MixedRowsError, match="propose_impact_areas takes one vintage of ward"):
        proposed(places)


def test_places_all_of_whose_residents_are_deprived_are_level() -> None:
    """Their quotients differ in the last digit alone, and so does one of 1 from 1."""
    sizes = [7, 13, 29, 31, 101, 997, 1009, 4999]
    whole = [place(f"W{n}", population=n, deprived=n) for n in sizes]
    part = [place(f"W{n}", population=3 * n, deprived=n) for n in sizes]

    found = proposed([*whole, place("Z", population=9999, deprived=1)])
    assert {row["deprivation_rank"] for row in found.values()} == {4.5, 9}
    assert {row["dominated_by"] for row in found.values()} == {0, 8}
    assert {row["deprivation_met"] for row in proposed(part).values()} == {False}


def test_without_places_there_is_nothing() -> None:
    assert proposed([]) == {}
    assert proposed(to_pandas(FIVE).head(0)) == {}


WARDS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(0, 500)),
    min_size=2,
    max_size=8,
).filter(lambda wards: all(sum(each) for each in zip(*wards, strict=True)))


def made(wards: list[tuple[int, int, int]]) -> list[Place]:
    return [
        place(f"W{at}", crimes=k, demand=d, deprived=p, population=1000 + 100 * at)
        for at, (k, d, p) in enumerate(wards)
    ]


@settings(max_examples=10)
@given(WARDS, st.integers(1, 9), st.integers(1, 3))
def test_what_is_chosen_qualifies_and_comes_first(
    wards: list[tuple[int, int, int]], areas: int, at_least: int
) -> None:
    found = proposed(made(wards), areas=areas, at_least=at_least, resamples=9, weightings=9)

    qualify = [code for code, row in found.items() if row["criteria_met"] >= at_least]
    assert [code for code, row in found.items() if row["chosen"]] == qualify[:areas]
    combined = [row["combined_rank"] for row in found.values()]
    assert combined == sorted(combined)
    for row in found.values():
        assert row["chosen"] == (row["why_not"] is None)
        assert 0 <= row["chosen_resampled"] <= 1
        assert 0 <= row["chosen_reweighted"] <= 1
        assert row["combined_rank"] == pytest.approx(
            np.mean([row["crime_rank"], row["demand_rank"], row["deprivation_rank"]])
        )


@settings(max_examples=10)
@given(WARDS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_unit_of_residents_matters(
    wards: list[tuple[int, int, int]],
    random: Any,  # noqa: ANN401 # hypothesis' own
) -> None:
    places = made(wards)
    mixed = random.sample(places, len(places))
    asked: dict[str, Any] = {"areas": 2, "at_least": 1, "resamples": 20, "weightings": 20}
    first = propose_impact_areas(places, **asked)

    pd.testing.assert_frame_equal(first, propose_impact_areas(mixed, **asked))
    frame = to_pandas(places)
    frame["population"] *= 7
    columns = ["place", "rank", "chosen", "chosen_resampled", "chosen_reweighted"]
    pd.testing.assert_frame_equal(propose_impact_areas(frame, **asked)[columns], first[columns])


@settings(max_examples=10)
@given(WARDS, st.integers(1, 5))
def test_more_areas_keep_those_that_there_are(
    wards: list[tuple[int, int, int]], areas: int
) -> None:
    fewer, more = (chosen(proposed(made(wards), areas=each)) for each in (areas, areas + 1))

    assert fewer <= more


@settings(max_examples=10)
@given(WARDS)
def test_one_that_dominates_comes_before_and_qualifies_too(
    wards: list[tuple[int, int, int]],
) -> None:
    """With as many residents each, a higher count is a higher quotient, and as sure a one."""
    places = [place(f"W{at}", crimes=k, demand=d, deprived=p) for at, (k, d, p) in enumerate(wards)]
    found = proposed(places, at_least=2)

    for row in found.values():
        above = [
            each
            for each in found.values()
            if all(
                each[f"{name}_count"] >= row[f"{name}_count"]
                for name in ("crime", "demand", "deprivation")
            )
            and each["combined_rank"] != row["combined_rank"]
        ]
        assert len(above) == row["dominated_by"]
        for each in above:
            assert each["rank"] < row["rank"]
            assert each["criteria_met"] >= row["criteria_met"]


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"areas": None}, ValueError, "give areas, a number of places, or population_share"),
        ({"population_share": 0.1}, ValueError, "one, and not both"),
        ({"areas": 0}, ValueError, "areas is a whole number, 1 or more, not 0"),
        (
            {"areas": None, "population_share": 0},
            ValueError,
            "population_share is a number above 0",
        ),
        ({"areas": None, "population_share": 1.1}, ValueError, "at most 1, not 1.1"),
        ({"at_least": 0}, ValueError, "at_least is a whole number, 1 or more, not 0"),
        ({"at_least": 3}, ValueError, "at_least is from 1 to the 2 criteria with data, not 3"),
        ({"weights": {"crime": 1, "deprivation": -1}}, ValueError, "weights are 0 or more"),
        ({"weights": {"crime": 0, "deprivation": 0}}, ValueError, "one of them above 0"),
        ({"weights": {"crime": float("nan"), "deprivation": 1}}, ValueError, "0 or more, not nan"),
        ({"weights": {"crime": 1}}, MissingTargetError, "crime, deprivation have data"),
        (
            {"weights": {"crime": 1, "deprivation": 1, "harm": 1}},
            MissingTargetError,
            "weights are of crime, deprivation, harm, and crime, deprivation have data",
        ),
        ({"weights": {"crimes": 1}}, UnknownCodeError, "'crimes' is no criterion"),
        ({"measured_by": {"crimes": "x"}}, UnknownCodeError, "'crimes' is no criterion"),
        ({"base": "people"}, ValueError, "base is one of population"),
        ({"empty_base": "drop"}, ValueError, "empty_base is one of keep"),
        ({"empty_count": "drop"}, ValueError, "empty_count is one of keep"),
        ({"resamples": -1}, ValueError, "resamples is a whole number, 0 or more, not -1"),
        ({"weightings": -1}, ValueError, "weightings is a whole number, 0 or more, not -1"),
        ({"seed": -1}, ValueError, "seed is a whole number, 0 or more, not -1"),
        ({"confidence": 95}, ValueError, "confidence is between 0 and 1"),
        ({"dispersion": 0}, ValueError, "dispersion is a number above 0"),
        ({"dispersion": float("inf")}, ValueError, "dispersion is a number above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    asked: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        proposed(**asked)


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"areas": NAN}, ValueError, "areas is a whole number, 1 or more, not nan"),
        ({"areas": INF}, ValueError, "areas is a whole number, 1 or more, not inf"),
        ({"areas": 1.5}, ValueError, "areas is a whole number, 1 or more, not 1.5"),
        ({"areas": True}, TypeError, "areas is a whole number, 1 or more, not True"),
        ({"areas": "2"}, TypeError, "areas is a whole number, 1 or more, not '2'"),
        (
            {"areas": None, "population_share": "0.1"},
            TypeError,
            "population_share is a number above 0 and at most 1, not '0.1'",
        ),
        ({"areas": None, "population_share": NAN}, ValueError, "at most 1, not nan"),
        ({"areas": None, "population_share": True}, TypeError, "at most 1, not True"),
        ({"at_least": 1.5}, ValueError, "at_least is a whole number, 1 or more, not 1.5"),
        ({"at_least": "1"}, TypeError, "at_least is a whole number, 1 or more, not '1'"),
        ({"at_least": NAN}, ValueError, "at_least is a whole number, 1 or more, not nan"),
        ({"dispersion": "2"}, TypeError, "dispersion is a number above 0, not '2'"),
        ({"dispersion": NAN}, ValueError, "dispersion is a number above 0, not nan"),
        ({"confidence": "0.9"}, TypeError, "confidence is a number, as 0.95 for 95 %, not '0.9'"),
        ({"confidence": NAN}, ValueError, "confidence is a number, as 0.95 for 95 %, not nan"),
        ({"resamples": 10.5}, ValueError, "resamples is a whole number, 0 or more, not 10.5"),
        ({"weightings": "9"}, TypeError, "weightings is a whole number, 0 or more, not '9'"),
        ({"seed": None}, TypeError, "seed is a whole number, 0 or more, not None"),
        (
            {"weights": {"crime": "1", "deprivation": 1}},
            TypeError,
            "the weight of crime is a number, 0 or more, not '1'",
        ),
        ({"weights": {"crime": None, "deprivation": 1}}, TypeError, "the weight of crime is a"),
    ],
)
def test_what_is_no_such_number_is_refused_by_its_name(
    asked: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        proposed(**asked)


def test_numbers_of_numpy_are_numbers() -> None:
    found = proposed(areas=np.int64(2), at_least=np.int8(1), dispersion=np.float64(1))

    assert found == proposed()


def test_no_criterion_is_an_error_of_its_own() -> None:
    with pytest.raises(ValidationError, match="at least one of them is counted") as caught:
        proposed([place("A"), place("B")])

    assert isinstance(caught.value, NpolicingError)
    assert caught.value.failures[0].column == "crimes, demand, deprived, harm"


def test_a_whole_that_nobody_knows_is_refused_and_not_passed_over() -> None:
    """Without F's crimes nobody has a share of all: crime must not fall out in silence."""
    with pytest.raises(ValidationError, match="empty_count='leave_out'") as caught:
        proposed([*FIVE, place("F", deprived=900)])
    assert [(each.column, each.value) for each in caught.value.failures] == [("crimes", "F")]

    with pytest.raises(ValidationError, match="empty_base='leave_out'") as caught:
        proposed([*FIVE, place("F", crimes=1, deprived=0, population=None)])
    assert {(each.column, each.value) for each in caught.value.failures} == {("population", "F")}


@pytest.mark.parametrize("residents", [None, 0])
def test_without_any_residents_nobody_has_a_share(residents: int | None) -> None:
    with pytest.raises(ValidationError, match="above 0, unless empty_base='leave_out'") as caught:
        proposed([place(code, crimes=k, population=residents) for code, k in CRIMES.items()])

    assert {each.column for each in caught.value.failures} == {"population"}
    assert len(caught.value.failures) == 5


def test_residents_that_nobody_knows_are_no_cut() -> None:
    places = [place(code, crimes=k, households=9, population=None) for code, k in CRIMES.items()]

    assert chosen(proposed(places, base="households")) == {"E"}
    with pytest.raises(ValidationError, match="known, for population_share"):
        proposed(places, base="households", areas=None, population_share=0.5)


def test_a_count_of_nothing_takes_no_part() -> None:
    """Nothing was counted anywhere, so nobody has a share of it."""
    found = proposed([place(code, crimes=k, demand=0) for code, k in CRIMES.items()])

    assert {row["criteria"] for row in found.values()} == {1}
    assert found["A"]["demand_caveat"] == "none_counted"
    assert found["A"]["demand_count"] == 0


def test_nothing_counted_where_it_is_known_takes_no_part_either() -> None:
    """Of two wards one has no count that anybody knows, and is left out; the other has none."""
    places = [place("A", crimes=0, deprived=5), place("B", deprived=1)]

    assert proposed(places, empty_count="leave_out")["A"]["criteria"] == 1
    with pytest.raises(ValidationError, match="unless empty_count='leave_out'"):
        proposed(places)


def test_places_that_would_count_twice_are_refused() -> None:
    with refused(
        "propose_impact_areas would count events twice: it has places of 2 levels, lsoa and ward, "
        "and one may lie in the other. Pass the rows of one."
    ):
        proposed([*FIVE, place("L", kind="lsoa11", crimes=1, deprived=1)])
    with pytest.raises(ValidationError, match="DUPLICATE_KEY"):
        proposed([*FIVE, FIVE[0]])
    with pytest.raises(MixedRowsError, match="2 forces|force"):
        proposed([*FIVE, place("G", force="GMP", crimes=1, deprived=1)])
    with pytest.raises(MixedRowsError, match="counts of one time"):
        proposed([*FIVE, place("G", crimes=1, deprived=1, since=date(2018, 6, 1))])


def test_a_draw_is_judged_as_if_it_had_been_counted() -> None:
    """The figures and the verdict of redrawn counts are those of places with these counts."""
    asked = Against(
        base="population", empty_base="keep", empty_count="leave_out", confidence=0.9, dispersion=2
    )
    places = [
        place(code, crimes=k, harm=7.0 * k + at, harm_variance=80.0 * k, deprived=DEPRIVED[code])
        for at, (code, k) in enumerate(CRIMES.items())
    ]
    places.append(place("F", harm=9.0, harm_variance=81.0, deprived=50))
    standing = Standing.of(places_of("", places, None, mixed_vintages=False), asked, 2)

    quotients, qualify = standing.redrawn(np.random.default_rng(5), 3)

    rng = np.random.default_rng(5)
    crimes = redrawn_counts([*CRIMES.values(), np.nan], rng=rng, draws=3, dispersion=2)
    harm = np.array([each.harm for each in places])
    variance = np.array([each.harm_variance for each in places])
    graver = np.maximum(variance, harm * variance.sum() / harm.sum())
    assert (graver > variance).any()
    harms = redrawn_sums(harm, graver, rng=rng, draws=3, dispersion=2)
    for draw in range(3):
        drawn = [
            attrs.evolve(
                each,
                crimes=None if np.isnan(crimes[draw, at]) else int(crimes[draw, at]),
                harm=float(harms[draw, at]),
                harm_variance=float(harms[draw, at] * variance[at] / harm[at]),
            )
            for at, each in enumerate(places)
        ]
        again = Standing.of(places_of("", drawn, None, mixed_vintages=False), asked, 2)
        np.testing.assert_allclose(quotients[draw], again.quotients)
        np.testing.assert_array_equal(qualify[draw], again.times_met() >= 2)
    assert len(np.unique(quotients[:, 0, 0])) > 1
