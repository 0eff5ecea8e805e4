"""The promise of the tests: false claims no more often than their level, and what they find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from npolicing.stats.power import FEWEST, EvaluationPower, evaluation_power

LEVEL = 0.05
DRAWS = 20_000


def false_claims(found: EvaluationPower) -> int:
    return round(float(np.asarray(found.fewer + found.more)) * found.draws)


def keeps(claims: int, level: float = LEVEL, draws: int = DRAWS) -> bool:
    """Whether so many false claims would not surprise anybody, if the level held."""
    return bool(stats.binom.sf(claims - 1, draws, level) > 0.001)


EVEN: dict[str, dict[str, Any]] = {
    # Four counts of 12.5 have the fewest events on which a claim may rest.
    "fewest": {"treated": FEWEST / 4, "comparison": FEWEST / 4},
    "few": {"treated": 20, "comparison": 20},
    "some": {"treated": 60, "comparison": 60},
    "many": {"treated": 1000, "comparison": 1000},
    "small_beside_large": {"treated": 30, "comparison": 400},
    "rising": {"treated": 60, "comparison": 90, "trend": 0.5},
    "falling": {"treated": 60, "comparison": 90, "trend": -0.4},
}
WEIGHTED: dict[str, dict[str, Any]] = {
    "areas": {"treated": 40, "comparison": 160, "sizes": (1, 4)},
    "areas_that_rise": {"treated": 400, "comparison": 1600, "sizes": (1, 4), "trend": 0.5},
    "longer_before": {"treated": 120, "comparison": 100, "after_length": 0.25},
    # Nearly all of the variance is of 50 events in the month after: the worst that there is.
    "one_month": {"treated": 600, "comparison": 12_000, "sizes": (1, 20), "after_length": 1 / 12},
    "both": {"treated": 900, "comparison": 9000, "sizes": (1, 20), "after_length": 1 / 12},
}
BESIDE: dict[str, dict[str, Any]] = {
    "next_door": {"displacement": 40, "displacement_comparison": 30},
    "next_door_weighted": {
        "displacement": 80,
        "displacement_comparison": 90,
        "sizes": (1, 1, 2, 3),
        "after_length": 0.5,
        "trend": 0.3,
    },
}
CASES = [
    *(("rirr", name, each) for name, each in EVEN.items()),
    *(("wdd", name, each) for name, each in (EVEN | WEIGHTED).items()),
    *(("wdd", name, {"treated": 50, "comparison": 50} | each) for name, each in BESIDE.items()),
]


@pytest.mark.parametrize(("method", "name", "asked"), CASES, ids=lambda each: str(each)[:20])
def test_where_nothing_happened_claims_are_no_more_than_the_level(
    method: Any,  # noqa: ANN401 # a word of the vocabulary
    name: str,
    asked: dict[str, Any],
) -> None:
    found = evaluation_power(**asked, method=method, draws=DRAWS, seed=11)

    assert keeps(false_claims(found)), (name, false_claims(found) / DRAWS)
    if name not in ("fewest", "few"):
        # Nor is it a test that never claims anything. Of a small area beside a large one by `wdd`
        # many of "more" are refused, for less than none would be expected.
        half = method == "wdd" and name == "small_beside_large"
        assert false_claims(found) / DRAWS > (0.02 if half else 0.035)


SHORT: dict[str, dict[str, Any]] = {
    # A few weeks after a year: what is counted there carries nearly all of the variance.
    "unlike": {"treated": 500, "comparison": 200, "after_length": 0.1},
    # The comparison is smaller than a claim may have.
    "too_unlike": {"treated": 500, "comparison": 20, "after_length": 0.1, "fewest": 1},
    "one_month": WEIGHTED["one_month"],
    "both": WEIGHTED["both"],
    "next_door": {
        **dict.fromkeys(("treated", "comparison", "displacement", "displacement_comparison"), 300),
        "sizes": (1, 2, 1, 3),
        "after_length": 0.1,
    },
    "clusters": {**WEIGHTED["one_month"], "treated": 1800, "comparison": 36_000, "dispersion": 3.0},
}


@pytest.mark.parametrize("asked", SHORT.values(), ids=SHORT)
def test_after_a_short_period_the_level_holds_as_well(asked: dict[str, Any]) -> None:
    """Of so many draws 5.3 in 100 would be seen, as would 2.8 of "fewer"."""
    draws = 100_000
    found = evaluation_power(**asked, method="wdd", draws=draws, seed=7)

    assert keeps(false_claims(found), draws=draws), false_claims(found) / draws
    assert keeps(round(float(found.fewer) * draws), 0.026, draws=draws), found.fewer
    assert found.refused == 0
    assert found.fewer > 0.02
    assert found.more > 0.015


@pytest.mark.parametrize("confidence", [0.8, 0.99])
@pytest.mark.parametrize("method", ["wdd", "rirr"])
def test_the_level_is_the_one_that_is_asked_for(
    method: Any,  # noqa: ANN401 # a word of the vocabulary
    confidence: float,
) -> None:
    found = evaluation_power(100, 120, method=method, confidence=confidence, draws=DRAWS, seed=3)

    level = 1 - confidence
    assert keeps(false_claims(found), level)
    assert false_claims(found) / DRAWS == pytest.approx(level, rel=0.25)


def test_below_the_fewest_events_fewer_would_be_claimed_too_often() -> None:
    """What the minimum is for: one short period that carries nearly all of the variance."""
    thin: dict[str, Any] = {
        "treated": 120,
        "comparison": 2_400,
        "sizes": (1, 20),
        "after_length": 1 / 12,
        "method": "wdd",
        "draws": DRAWS,
    }

    loose, held = (evaluation_power(**thin, fewest=each) for each in (1, FEWEST))

    assert not keeps(round(float(loose.fewer) * DRAWS), LEVEL / 2)
    assert false_claims(held) == 0
    assert held.refused == 1


def test_an_arm_of_few_events_is_refused_whatever_the_others_have() -> None:
    """Beside next to nothing the level holds, and there is nothing to compare with."""
    asked: dict[str, Any] = {"method": "wdd", "draws": DRAWS}
    few, enough = (evaluation_power(400, each, **asked) for each in (2, 14))
    assert few.refused > 0.99
    assert enough.refused < 0.01
    assert keeps(false_claims(enough))
    assert evaluation_power(2, 400, **asked).refused > 0.99
    assert evaluation_power(400, 2, fewest=4, **asked).refused < 0.2
    # An arm next door may be small, and not empty.
    beside: dict[str, Any] = {"displacement": 0.01, "displacement_comparison": 40}
    assert evaluation_power(100, 100, **beside, **asked).refused > 0.97
    # Twenty beside two thousand, which change by sixty: fewer than none would be expected.
    assert evaluation_power(20, 2000, **asked).refused == pytest.approx(0.38, abs=0.02)


def test_clusters_make_too_many_claims_unless_their_dispersion_is_stated() -> None:
    asked: dict[str, Any] = {"method": "wdd", "dispersion": 2.0, "draws": DRAWS}
    told = evaluation_power(200, 200, **asked)
    untold = evaluation_power(200, 200, stated_dispersion=1.0, **asked)

    assert keeps(false_claims(told))
    # Twice the variance: |z| above 1.96 where it should be above 2.77.
    wanted = 2 * stats.norm.sf(1.959964 / np.sqrt(2))
    assert false_claims(untold) / DRAWS == pytest.approx(wanted, abs=0.012)


def test_how_often_an_effect_is_found_is_what_theory_has() -> None:
    """A normal test of a difference δ with variance V finds it with Φ(-1.96 + |δ|/√V)."""
    events = np.array([50.0, 200, 800])[:, None]
    cut = np.array([0.1, 0.2, 0.3, 0.5])

    found = evaluation_power(events, events, method="wdd", reduction=cut, draws=DRAWS)

    wanted = stats.norm.sf(1.959964 - events * cut / np.sqrt(events * (4 - cut)))
    assert np.abs(np.asarray(found.fewer) - wanted).max() < 0.02
    ratio = evaluation_power(events, events, method="rirr", reduction=cut, draws=DRAWS)
    spread = np.sqrt((3 + 1 / (1 - cut)) / events)
    wanted = stats.norm.sf(1.959964 + np.log(1 - cut) / spread)
    assert np.abs(np.asarray(ratio.fewer) - wanted).max() < 0.05


@pytest.mark.parametrize("method", ["wdd", "rirr"])
def test_more_events_and_larger_effects_are_found_more_often(
    method: Any,  # noqa: ANN401 # a word of the vocabulary
) -> None:
    events = np.array([50.0, 100, 400, 1600])[:, None]
    cut = np.array([0.1, 0.3, 0.5])
    found = np.asarray(
        evaluation_power(events, events, method=method, reduction=cut, draws=5000).fewer
    )

    assert found.shape == (4, 3)
    assert (np.diff(found, axis=0) >= 0).all()
    assert (np.diff(found, axis=1) >= 0).all()


def test_a_response_that_made_it_worse_is_found_as_more() -> None:
    found = evaluation_power(400, 400, method="rirr", reduction=-0.5, draws=2000)

    assert found.more > 0.95
    assert found.fewer < 0.01


def test_what_moved_next_door_is_missed_by_the_sum() -> None:
    asked: dict[str, Any] = {
        "method": "wdd",
        "reduction": 0.5,
        "displacement": 200,
        "displacement_comparison": 200,
        "draws": 5000,
    }
    stayed, moved, spread = (
        evaluation_power(200, 200, moved=each, **asked).fewer for each in (0, 1, -0.5)
    )

    assert moved < 0.05 < stayed < spread


def test_the_same_question_has_the_same_answer_whatever_else_is_asked() -> None:
    alone = evaluation_power(50, 60, method="wdd", reduction=0.2, draws=500)
    among = evaluation_power([10, 50], 60, method="wdd", reduction=[[0.0], [0.2]], draws=500)

    assert np.asarray(among.fewer)[1, 1] == alone.fewer
    assert evaluation_power(50, 60, method="wdd", reduction=0.2, draws=500) != alone
    assert isinstance(alone.fewer, float)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"method": "wdq"}, "method is one of wdd, rirr, not 'wdq'"),
        ({"method": "rirr", "displacement": 1, "displacement_comparison": 1}, "rirr is of treated"),
        ({"displacement": 1}, "belong together"),
        ({"treated": 0}, "treated is above 0, not 0"),
        ({"comparison": float("nan")}, "comparison is above 0"),
        ({"reduction": 1.5}, "treated after is at least 0"),
        ({"trend": -2.0}, "treated after is at least 0"),
        ({"sizes": (1,)}, "sizes has a number above 0 for each of the 2 arms"),
        ({"sizes": (1, 0)}, "sizes has a number above 0"),
        ({"dispersion": 0.5}, "dispersion is at least 1"),
        ({"draws": 0}, "draws is a whole number of 1 or more, not 0"),
        ({"draws": 2.5}, "draws is a whole number of 1 or more, not 2.5"),
        ({"dispersion": float("inf")}, "dispersion is at least 1 and finite, not inf"),
        ({"dispersion": float("nan")}, "dispersion is at least 1 and finite, not nan"),
        ({"stated_dispersion": 0.5}, "stated_dispersion is at least 1 and finite, not 0.5"),
        ({"after_length": -1}, "after_length is above 0 and finite, not -1"),
        ({"after_length": 0}, "after_length is above 0 and finite, not 0"),
        ({"after_length": float("nan")}, "after_length is above 0 and finite, not nan"),
        ({"after_length": float("inf")}, "after_length is above 0 and finite, not inf"),
        ({"fewest": float("nan")}, "fewest is above 0 and finite, not nan"),
        ({"fewest": 0}, "fewest is above 0 and finite, not 0"),
        ({"sizes": (1, float("inf"))}, "sizes has a number above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        evaluation_power(**{"treated": 10, "comparison": 10, "method": "wdd", **asked})
