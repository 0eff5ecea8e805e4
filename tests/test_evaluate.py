"""What an evaluation gives side by side, what it lets one claim, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import npolicing as npol
from npolicing.calendar import days_in_month
from npolicing.evaluating import EVALUATED, EvaluatedFigure
from npolicing.evaluating._caveats import CAVEATS, REFUSING
from npolicing.evaluating._figures import ASSUMPTIONS
from npolicing.stats.displacement import BeforeAfter, ratio_of_rate_ratios, wdd
from npolicing.stats.power import evaluation_power
from npolicing.vocabulary import Arm, EvaluationCaveat, EvaluationMethod

PAPER = {
    "treated": (207, 110),
    "comparison": (308, 318),
    "displacement": (178, 157),
    "displacement_comparison": (150, 140),
}
# What ptools weighs the published counts by.
HECTARES = {
    "treated": 1.2,
    "comparison": 0.9,
    "displacement": 1.5,
    "displacement_comparison": 1.6,
}
YEARS = {
    "before": (date(2018, 1, 1), date(2018, 12, 31)),
    "after": (date(2019, 1, 1), date(2019, 12, 31)),
}
PHASES = ("before", "after")
Counts = Mapping[str, Sequence[int | None]]


def rows(
    counts: Counts = PAPER,
    *,
    days: Mapping[str, tuple[date, date]] | None = YEARS,
    hectares: Mapping[str, float] | float | None = 10.0,
    **more: Any,  # noqa: ANN401 # other columns
) -> list[npol.ArmCount]:
    """A row an arm and phase; years of one length and areas of one size, unless it is said."""
    found = []
    for arm, both in counts.items():
        for phase, events in zip(PHASES, both, strict=False):
            since, until = (days or {}).get(phase, (None, None))
            land = hectares[arm] if isinstance(hectares, Mapping) else hectares
            row: dict[str, Any] = {
                "force": "AVS",
                "evaluation_id": "E1",
                "arm": arm,
                "phase": phase,
                "events": events,
                "since": since,
                "until": until,
                "hectares": land,
            }
            found.append(npol.ArmCount(**{**row, **more}))
    return found


def two(treated: Sequence[int | None], comparison: Sequence[int | None]) -> Counts:
    return {"treated": treated, "comparison": comparison}


def asked(counts: Any, **more: Any) -> npol.Evaluation:  # noqa: ANN401 # rows of any kind
    """By wdd, of areas that were not picked, unless it is said."""
    return npol.evaluate(counts, **{"claim": "wdd", "picked_on_before": False, **more})


def figure(found: npol.Evaluation, method: str) -> dict[str, Any]:
    plain = found.figures.astype(object).where(found.figures.notna(), None)
    return {str(key): value for key, value in plain.set_index("method").loc[method].items()}


def test_the_published_counts_give_the_published_figures() -> None:
    found = asked(rows())

    whole = figure(found, "wdd")
    assert whole["estimate"] == -118
    assert (round(whole["low"]), round(whole["high"])) == (-196, -40)
    assert whole["effective_events"] == pytest.approx(1568)
    assert figure(found, "wdd_treated")["estimate"] == -107
    assert figure(found, "wdd_displacement")["estimate"] == -11
    assert round(figure(found, "wdq")["estimate"], 6) == 0.258186
    assert figure(found, "total_net_effect")["estimate"] == pytest.approx(130.5)
    assert round(figure(found, "rirr")["estimate"], 4) == 0.5147
    assert found.verdict == "fewer"
    assert found.caveats == ()
    assert [*found.words] == [
        (
            "Fewer events than the comparison leads one to expect, by more than chance. Weighted "
            "displacement difference: 118 fewer than to be expected (95 % interval: 196 fewer to "
            "40 fewer). That is what was wanted."
        ),
        (
            "It supposes: Without the response, treated and comparison areas would have changed by "
            "as many events (over their weights); each event comes by itself."
        ),
        (
            "What else differed between the areas is not in the figures, and they do not say what "
            "caused the difference."
        ),
    ]
    assert found.counts["events"].tolist() == [each for both in PAPER.values() for each in both]
    assert set(found.counts["days"]) == {365}
    assert set(found.counts["exposure"]) == {1.0}


def test_one_method_carries_the_claim_and_the_others_claim_nothing() -> None:
    counts = rows(two((50, 30), (60, 55)))
    for claim in ("wdd", "rirr"):
        found = asked(counts, claim=claim).figures
        carries = found[found["carries_claim"]]
        assert carries["method"].tolist() == [claim]
        assert carries["verdict"].tolist() == ["no_change_shown"]
        assert found.loc[~found["carries_claim"], "verdict"].isna().all()
    with pytest.raises(TypeError, match="claim"):
        npol.evaluate(counts)  # type: ignore[call-arg] # what is tested
    with pytest.raises(ValueError, match="claim is one of wdd, rirr, not 'wdq'"):
        asked(counts, claim="wdq")


def test_every_figure_says_what_it_supposes() -> None:
    found = asked(rows()).figures

    assert found["method"].tolist() == list(get_args(EvaluationMethod))
    assert found["assumption"].tolist() == [ASSUMPTIONS[each] for each in found["method"]]
    assert [*CAVEATS] == list(get_args(EvaluationCaveat))


def test_a_weighted_claim_is_in_events_of_the_treated_areas() -> None:
    """The published -99.69 a hectare are 119.63 fewer in the 1.2 hectares of the treated."""
    found = asked(rows(hectares=HECTARES), weights=["hectares"])

    whole = figure(found, "wdd")
    assert whole["estimate"] / 1.2 == pytest.approx(-99.69444444)
    assert whole["low"] / 1.2 == pytest.approx(-169.1321965)
    assert whole["high"] / 1.2 == pytest.approx(-30.25669241)
    assert (
        found.counts["exposure"].round(4).tolist() == [1, 1, 0.75, 0.75, 1.25, 1.25] + [1.3333] * 2
    )


def test_two_years_before_and_one_after_are_weighted_by_days() -> None:
    """80 in 730 days and 20 in 365, beside 100 and 50: 20 fewer, of variance 115."""
    days = {"before": (date(2017, 1, 1), date(2018, 12, 31)), "after": YEARS["after"]}
    counts = rows(two((80, 20), (100, 50)), days=days)

    whole = figure(asked(counts, weights=["days"]), "wdd")
    assert whole["estimate"] == pytest.approx(-20)
    assert (whole["high"] - whole["low"]) / 2 == pytest.approx(1.959964 * np.sqrt(115))

    plain = asked(counts)
    assert plain.verdict == "cannot_say"
    assert plain.caveats == ("unequal_periods", "no_displacement")
    assert figure(plain, "wdd")["estimate"] is None
    # Of ratios the days cancel.
    ratio = asked(counts, claim="rirr")
    assert figure(ratio, "rirr")["estimate"] == pytest.approx((20 / 80) / (50 / 100))
    assert "unequal_periods" not in ratio.caveats


def test_a_ratio_of_unequal_periods_counts_its_events_as_the_power_does() -> None:
    """60 in 365 days and 1 in 31, beside 60 and 12: 38 effective events, and not 132."""
    days = {"before": YEARS["before"], "after": (date(2019, 1, 1), date(2019, 1, 31))}
    by_hand = ratio_of_rate_ratios(BeforeAfter(60, 1, 365, 31), BeforeAfter(60, 12, 365, 31))
    assert by_hand.effective_events == pytest.approx(38.1, abs=0.05)

    found = asked(rows(two((60, 1), (60, 12)), days=days), claim="rirr")
    own = figure(found, "rirr")
    assert own["effective_events"] == pytest.approx(float(by_hand.effective_events))
    assert own["p_value"] == pytest.approx(float(by_hand.p_value))
    assert (found.verdict, found.caveats) == (
        "cannot_say",
        ("no_displacement", "too_few_events"),
    )
    # All arms are of the same days: those of one are those of each.
    known = [
        *rows({"treated": (60, 1)}, days=days, hectares=None),
        *rows({"comparison": (60, 12)}, days=None, hectares=None),
    ]
    assert figure(asked(known, claim="rirr"), "rirr")["effective_events"] == pytest.approx(
        38.1, abs=0.05
    )


@pytest.mark.parametrize(
    ("claim", "expected", "months", "dispersion"),
    [
        ("rirr", (220, 200), 12, 1.0),
        ("rirr", (60, 60), 1, 1.0),
        ("rirr", (220, 200), 1, 1.0),
        ("wdd", (60, 60), 1, 1.0),
        ("wdd", (560, 40), 1, 1.0),
        ("wdd", (240, 30), 12, 1.0),
        ("wdd", (12, 24), 12, 1.0),
        ("wdd", (13, 9), 12, 1.0),
        # Of no effect on the level, and far from what the treated have.
        ("wdd", (200, 6), 12, 1.0),
        ("wdd", (200, 1), 12, 1.0),
        ("wdd", (20, 2000), 12, 1.0),
        ("wdd", (1200, 1500), 1, 2.0),
    ],
)
def test_what_is_refused_and_claimed_is_what_the_power_has(
    claim: Any,  # noqa: ANN401 # a word of the vocabulary
    expected: tuple[float, float],
    months: int,
    dispersion: float,
) -> None:
    """Of the counts that `evaluation_power` draws, one by one."""
    until = days_in_month(f"2019-{months:02}")
    days = {"before": YEARS["before"], "after": (date(2019, 1, 1), date(2019, months, until))}
    length = ((days["after"][1] - days["after"][0]).days + 1) / 365
    told: set[str] = set()
    for seed in range(12):
        random = np.random.default_rng(seed)
        counts = [
            [int(random.poisson(mean, 1)[0]) for mean in (before, before * length * cut)]
            for before, cut in zip(expected, (0.7, 1), strict=True)
        ]
        found = asked(
            rows(two(*counts), days=days),
            claim=claim,
            weights=["days"],
            dispersion=dispersion,
        )
        power = evaluation_power(
            *expected,
            method=claim,
            reduction=0.3,
            after_length=length,
            stated_dispersion=dispersion,
            draws=1,
            seed=seed,
        )
        shares = {"cannot_say": power.refused, "fewer": power.fewer, "more": power.more}
        wanted = next((word for word, share in shares.items() if share), "no_change_shown")
        assert found.verdict == wanted, (counts, found.caveats)
        told.add(wanted)
    assert told - {"more"}


def test_a_claim_needs_the_likelihood_ratio_as_well() -> None:
    """After a month 40 where 55 were to be expected: its own root says surer than chance is."""
    days = {"before": YEARS["before"], "after": (date(2019, 1, 1), date(2019, 1, 31))}
    counts = rows(
        two((660, 42), (12_000, 1020)), days=days, hectares={"treated": 10.0, "comparison": 200.0}
    )

    found = asked(counts, weights=["days", "hectares"])
    own = figure(found, "wdd")
    assert own["high"] < 0
    assert own["p_value"] < 0.05
    assert (found.verdict, found.caveats) == (
        "no_change_shown",
        ("not_by_likelihood", "no_displacement"),
    )
    assert asked(counts, weights=["days", "hectares"], confidence=0.9).verdict == "fewer"


def test_days_and_hectares_weigh_together() -> None:
    days = {
        "before": (date(2018, 1, 1), date(2018, 12, 31)),
        "after": (date(2019, 1, 1), date(2019, 3, 31)),
    }
    counts = rows(
        two((400, 60), (900, 240)), days=days, hectares={"treated": 2.0, "comparison": 6.0}
    )

    found = figure(asked(counts, weights=["days", "hectares"]), "wdd")

    by_hand = wdd(BeforeAfter(400, 60, 365 / 90, 1), BeforeAfter(900, 240, 3 * 365 / 90, 3))
    assert found["estimate"] == pytest.approx(float(by_hand.estimate))
    assert found["p_value"] == pytest.approx(float(by_hand.p_value))


def test_areas_of_other_sizes_are_refused_unless_they_are_meant() -> None:
    counts = rows(hectares=HECTARES)

    refused = asked(counts)
    assert refused.verdict == "cannot_say"
    assert refused.caveats == ("unequal_areas",)
    meant = asked(counts, weights=[])
    assert (meant.verdict, figure(meant, "wdd")["estimate"]) == ("fewer", -118)


def test_a_leap_day_is_no_other_length() -> None:
    days = {"before": YEARS["after"], "after": (date(2020, 1, 1), date(2020, 12, 31))}

    assert asked(rows(days=days)).verdict == "fewer"


def test_without_a_comparison_nothing_is_claimed() -> None:
    found = asked(rows({"treated": (100, 20)}))

    assert found.verdict == "cannot_say"
    assert found.caveats == ("no_comparison", "no_displacement")
    assert found.counts["events"].tolist() == [100, 20]
    assert found.figures["estimate"].isna().all()
    assert "before and after alone" in " ".join(found.words)


@pytest.mark.parametrize("claim", ["wdd", "rirr"])
def test_too_few_events_are_shown_and_not_claimed(claim: str) -> None:
    counts = rows(two((20, 1), (12, 13)))

    found = asked(counts, claim=claim)
    assert found.verdict == "cannot_say"
    assert "too_few_events" in found.caveats
    assert figure(found, claim)["p_value"] < 0.05
    assert asked(counts, claim=claim, fewest=20).verdict == "fewer"


@pytest.mark.parametrize("claim", ["wdd", "rirr"])
def test_a_count_that_nobody_knows_makes_no_figure(claim: str) -> None:
    for counts in (two((None, 30), (60, 55)), two((50, 30), (60, None)), two((50,), (60, 55))):
        found = asked(rows(counts), claim=claim)

        assert found.verdict == "cannot_say"
        assert found.caveats[0] == "unknown_count"
        assert found.figures["estimate"].isna().all()
        assert found.counts["events"].isna().sum() == 1


def test_a_zero_has_a_difference_and_no_ratio() -> None:
    counts = rows({**PAPER, "treated": (207, 0)})

    ratio = asked(counts, claim="rirr")
    assert ratio.verdict == "cannot_say"
    assert ratio.caveats == ("zero_count",)
    assert figure(ratio, "rirr")["estimate"] is None
    assert figure(ratio, "wdq")["caveats"] == "zero_count"
    assert figure(ratio, "total_net_effect")["estimate"] is not None
    by_difference = asked(counts)
    assert (by_difference.verdict, by_difference.caveats) == ("fewer", ("zero_in_difference",))
    none_before = asked(rows({**PAPER, "comparison": (0, 318)}))
    assert figure(none_before, "total_net_effect")["caveats"] == "zero_count"


@pytest.mark.parametrize(
    ("counts", "verdict", "caveats"),
    [
        (two((40, 12), (0, 0)), "cannot_say", {"nothing_counted", "too_few_events"}),
        (two((0, 0), (300, 200)), "cannot_say", {"nothing_counted", "too_few_events"}),
        # 20 and 100 fewer next door: 80 below nothing would be expected.
        (two((20, 9), (300, 200)), "cannot_say", {"expected_below_zero"}),
        (two((100, 9), (300, 200)), "no_change_shown", set()),
        (two((200, 100), (2, 2)), "cannot_say", {"too_few_events"}),
        (two((200, 100), (6, 6)), "cannot_say", {"too_few_events"}),
        (two((200, 100), (6, 7)), "fewer", set()),
        (two((2, 2), (200, 300)), "cannot_say", {"too_few_events"}),
        # What stopped altogether may be claimed, and is said.
        (two((200, 0), (200, 190)), "fewer", {"zero_in_difference"}),
        (two((0, 90), (55, 60)), "more", {"zero_in_difference"}),
        ({**PAPER, "displacement": (0, 0)}, "cannot_say", {"nothing_counted"}),
        ({**PAPER, "displacement_comparison": (0, 0)}, "cannot_say", {"nothing_counted"}),
        (
            {**PAPER, "displacement_comparison": (150, 0)},
            "no_change_shown",
            {"zero_in_difference"},
        ),
        ({**PAPER, "displacement": (100, 80)}, "fewer", set()),
        (
            {**PAPER, "displacement": (100, 80), "displacement_comparison": (300, 190)},
            "cannot_say",
            {"expected_below_zero"},
        ),
    ],
)
def test_arms_in_which_nothing_happens_carry_no_difference(
    counts: Counts, verdict: str, caveats: set[str]
) -> None:
    found = asked(rows(counts))

    assert found.verdict == verdict
    assert {*found.caveats} - {"no_displacement", "methods_disagree"} == caveats
    assert figure(found, "wdd")["estimate"] is not None


def test_what_is_expected_is_weighed_as_the_counts_are() -> None:
    """300 in a year are 74 in a quarter. Elsewhere 35 fewer in each area leave some, 85 do not."""
    days = {"before": YEARS["before"], "after": (date(2019, 1, 1), date(2019, 3, 31))}
    land = {"treated": 1.0, "comparison": 10.0}
    for before, caveats in ((1800, ()), (3800, ("expected_below_zero",))):
        counts = rows(two((300, 90), (before, 90)), days=days, hectares=land)
        found = asked(counts, weights=["days", "hectares"])
        assert {*found.caveats} & {*REFUSING} == {*caveats}


def test_a_quotient_without_a_success_is_not_read() -> None:
    found = asked(rows({**PAPER, "treated": (110, 300)}))

    assert found.verdict == "more"
    quotient = figure(found, "wdq")
    assert (quotient["estimate"], quotient["caveats"]) == (None, "no_success")
    assert quotient["words"] == "Weighted displacement quotient: undefined."
    assert found.words[0].endswith("That was not wanted.")
    assert (
        asked(rows({**PAPER, "treated": (110, 300)}), good="more")
        .words[0]
        .endswith("That is what was wanted.")
    )


def test_areas_picked_by_the_same_counts_carry_no_claim() -> None:
    picked = asked(rows(), picked_on_before=True)
    assert picked.verdict == "cannot_say"
    assert picked.caveats == ("picked_on_before",)
    assert figure(picked, "wdd")["estimate"] == -118

    unsaid = npol.evaluate(rows(), claim="wdd")
    assert unsaid.verdict == "fewer"
    assert unsaid.caveats == ("picking_not_said",)


def test_what_is_not_known_of_days_and_land_is_said() -> None:
    found = asked(rows(days=None, hectares=None))
    assert found.verdict == "fewer"
    assert found.caveats == ("unknown_periods", "unknown_areas")
    one_unknown = [*rows(two((50, 30), ()), days=YEARS), *rows({"comparison": (60, 55)}, days=None)]
    assert asked(one_unknown).caveats == ("unknown_periods", "no_displacement")

    weighed = asked(rows(days=None), weights=["days"])
    assert weighed.verdict == "cannot_say"
    assert weighed.caveats == ("unknown_exposure",)
    assert figure(weighed, "rirr")["estimate"] is not None
    assert asked(rows(hectares=0.0), weights=["hectares"]).caveats == ("unknown_exposure",)


def test_displacement_areas_without_a_comparison_are_left_out_and_named() -> None:
    counts = {arm: both for arm, both in PAPER.items() if arm != "displacement_comparison"}

    found = asked(rows(counts))
    assert figure(found, "wdd")["estimate"] == -107
    assert found.caveats == ("displacement_not_compared",)
    assert figure(found, "wdq")["estimate"] == pytest.approx(0.258186, abs=1e-6)
    assert figure(found, "wdd_displacement")["estimate"] is None


def test_a_ratio_says_that_it_leaves_displacement_areas_out() -> None:
    """50 more next door, and half as many in the treated areas: of that rirr knows nothing."""
    counts = {"treated": (200, 100), "comparison": (200, 200), "displacement": (100, 150)}

    found = asked(rows(counts), claim="rirr")
    assert (found.verdict, found.caveats) == ("fewer", ("displacement_left_out",))
    assert figure(found, "wdq")["estimate"] == -0.5
    assert any("treated areas alone" in each for each in found.words)
    # The difference has them in its sum.
    assert asked(rows(PAPER)).caveats == ()
    assert asked(rows(PAPER), claim="rirr").caveats == ("displacement_left_out",)
    assert asked(rows(two((200, 100), (200, 200))), claim="rirr").caveats == ("no_displacement",)


def test_events_without_an_area_are_said() -> None:
    assert asked(rows(unplaced=7)).caveats == ("unplaced_events",)
    assert asked(rows(unplaced=0)).caveats == ()


def test_methods_that_disagree_are_said() -> None:
    """Twice as many before as in the comparison: 30 fewer each is one factor, and not another."""
    found = asked(rows({**PAPER, "treated": (900, 830), "comparison": (200, 130)}))
    assert "methods_disagree" in found.caveats
    assert found.verdict == "no_change_shown"
    assert "The two methods with a test, wdd and rirr, do not say the same." in found.words

    # Where nothing is claimed there is nothing to disagree with.
    counts = rows({**PAPER, "treated": (900, 830), "comparison": (200, 130)})
    assert asked(counts, picked_on_before=True).caveats == ("picked_on_before",)

    # Many more, and by a smaller factor: each beyond chance, and the other way.
    both = asked(rows(two((100_000, 110_000), (1000, 1500))))
    assert (both.verdict, both.caveats) == ("more", ("no_displacement", "methods_disagree"))
    assert figure(both, "rirr")["high"] < 1

    crossed = asked(rows(two((1000, 850), (200, 150))), claim="rirr", fewest=50)
    assert "methods_disagree" in crossed.caveats


def test_dispersion_and_confidence_are_used() -> None:
    found = asked(rows(), dispersion=4.0)
    assert found.verdict == "no_change_shown"
    assert figure(found, "wdd")["effective_events"] == pytest.approx(1568 / 4)
    narrow = figure(asked(rows(), confidence=0.8), "wdd")
    assert (narrow["high"] - narrow["low"]) / 2 == pytest.approx(
        stats.norm.ppf(0.9) * np.sqrt(1568)
    )
    assert "80 % interval" in narrow["words"]
    # 25 fewer of 205 events: p is 0.08.
    between = rows(two((60, 30), (60, 55)))
    verdicts = [asked(between, confidence=each).verdict for each in (0.95, 0.9)]
    assert verdicts == ["no_change_shown", "fewer"]
    assert "97.5 % interval" in figure(asked(rows(), confidence=0.975), "rirr")["words"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"force": "WMP"}, "evaluate adds up rows of one force"),
        ({"evaluation_id": "E2"}, "evaluate adds up rows of one evaluation_id"),
        ({"counted": "robbery"}, "evaluate adds up rows of one counted"),
        (
            {"since": date(2018, 12, 31), "until": date(2019, 12, 31)},
            r"after has treated 2018-12-31 to 2019-12-31; comparison 2019-01-01",
        ),
        ({"hectares": 11.0}, "treated has others after than before"),
        ({"areas": ("W9",)}, "treated has others after than before"),
    ],
)
def test_rows_that_do_not_belong_together_are_refused(change: dict[str, Any], words: str) -> None:
    first, second, *rest = rows(areas=("W1",))
    others = [
        npol.ArmCount(**{**as_dict(each), "areas": (each.arm.upper()[:20],)}) for each in rest
    ]
    changed = npol.ArmCount(**{**as_dict(second), **change})

    with pytest.raises(npol.MixedRowsError, match=words):
        asked([first, changed, *others])


def as_dict(row: npol.ArmCount) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row.columns()}


def test_an_area_in_two_arms_would_be_counted_twice() -> None:
    counts = [
        npol.ArmCount(**{**as_dict(row), "areas": areas})
        for row in rows(two((50, 30), (60, 55)))
        for areas in [("W1", "W2") if row.arm == "treated" else ("W2", "W3")]
    ]

    words = "evaluate would count W2 twice: it is in treated and in comparison. Give it one arm."
    with pytest.raises(npol.MixedRowsError, match=words):
        asked(counts)


def test_an_arm_that_names_its_areas_in_one_phase_alone_may_have_moved() -> None:
    first, second, *rest = rows(two((50, 30), (60, 55)))
    named = npol.ArmCount(**{**as_dict(second), "areas": ("W1",)})

    words = "treated names its areas after alone: whether they are those of before nobody knows"
    with pytest.raises(npol.MixedRowsError, match=words):
        asked([first, named, *rest])
    # Of one phase alone there is nothing that could have moved.
    assert asked([named, *rest]).caveats[0] == "unknown_count"
    assert asked([first, second, *rest]).verdict != "cannot_say"


@pytest.mark.parametrize(
    "after",
    [
        (date(2018, 12, 31), date(2019, 12, 31)),
        (date(2017, 1, 1), date(2017, 12, 31)),
        YEARS["before"],
    ],
)
def test_days_of_both_phases_would_be_counted_twice(after: tuple[date, date]) -> None:
    with pytest.raises(npol.MixedRowsError, match="days twice, or the wrong way round: before"):
        asked(rows(days={"before": YEARS["before"], "after": after}))


def test_a_row_twice_is_refused() -> None:
    counts = rows()
    with pytest.raises(npol.ValidationError, match="DUPLICATE_KEY"):
        asked([*counts, counts[0]])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"good": "less"}, "good is one of fewer, more"),
        ({"weights": ["people"]}, "weights is one of days, hectares"),
        ({"dispersion": 0.5}, "dispersion is at least 1 and finite"),
        ({"dispersion": float("inf")}, "dispersion is at least 1 and finite, not inf"),
        ({"fewest": 0}, "fewest is above 0 and finite, not 0"),
        ({"fewest": float("nan")}, "fewest is above 0 and finite, not nan"),
        ({"fewest": float("inf")}, "fewest is above 0 and finite, not inf"),
        ({"confidence": 95}, "confidence is between 0 and 1"),
    ],
)
def test_an_argument_that_is_none_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        asked(rows(), **more)


def test_frames_and_no_rows_are_taken_alike() -> None:
    frame = npol.to_pandas(rows(), npol.ArmCount)
    pd.testing.assert_frame_equal(asked(frame).figures, asked(rows()).figures)
    pd.testing.assert_frame_equal(
        asked(pa.table(npol.to_arrow(rows(), npol.ArmCount))).counts, asked(rows()).counts
    )
    empty = asked([])
    assert empty.verdict == "cannot_say"
    assert [*empty.figures.columns] == [field.name for field in EvaluatedFigure.columns()]
    assert [str(each) for each in empty.figures.dtypes] == [
        str(each) for each in asked(rows()).figures.dtypes
    ]
    assert len(empty.counts) == 0


def test_the_frames_read_back_as_what_they_declare() -> None:
    found = asked(rows())
    for frame, declared in zip((found.counts, found.figures), EVALUATED, strict=True):
        npol.validate(frame, declared)
        assert [*frame.columns] == [field.name for field in declared.columns()]


EVENTS = st.integers(0, 500)
PAIRS = st.tuples(EVENTS, EVENTS)


@given(
    st.dictionaries(st.sampled_from(get_args(Arm)), PAIRS),
    st.sampled_from(["wdd", "rirr"]),
    st.sampled_from([None, True, False]),
)
def test_whatever_is_counted_a_claim_has_its_grounds(
    counts: Counts,
    claim: str,
    picked: bool | None,  # noqa: FBT001 # it is drawn
) -> None:
    found = npol.evaluate(rows(counts), claim=claim, picked_on_before=picked)  # type: ignore[arg-type] # one of them
    own = figure(found, claim)

    assert (found.verdict == "cannot_say") == any(each in REFUSING for each in found.caveats)
    if found.verdict != "cannot_say":
        assert {"treated", "comparison"} <= {*counts}
        assert own["effective_events"] >= 50
        assert picked is not True
        both = own["p_value"] < 0.05 and "not_by_likelihood" not in found.caveats
        assert both == (found.verdict != "no_change_shown")
    middle = 0 if claim == "wdd" else 1
    if found.verdict == "fewer":
        assert own["high"] < middle
    if found.verdict == "more":
        assert own["low"] > middle
    said = " ".join((*found.words, *found.figures["words"]))
    assert "caused" not in said.replace("they do not say what caused the difference", "")
    assert [CAVEATS[each] for each in found.caveats] == list(found.words[3:])
    # Only what was counted is in the words: no undefined figure reads as a number.
    assert "nan" not in said.lower()


@given(PAIRS, PAIRS)
def test_the_order_of_rows_does_not_matter(
    treated: Sequence[int], comparison: Sequence[int]
) -> None:
    counts = rows(two(treated, comparison))

    one, other = asked(counts), asked(counts[::-1])
    pd.testing.assert_frame_equal(one.figures, other.figures)
    pd.testing.assert_frame_equal(one.counts, other.counts)


def test_an_evaluation_reads_well() -> None:
    found = asked(rows(counted="burglary <night>"))
    assert repr(found).splitlines()[0] == "Evaluation of burglary <night> by wdd: fewer"
    html = found._repr_html_()
    assert "burglary &lt;night&gt;" in html
    assert "207</td>" in html
    assert "displacement comparison" in html
    assert "Ratio of rate ratios: 0.51, 48.5 % fewer" in html
    unknown = asked(rows(two((50, None), (60, 55))))._repr_html_()
    assert "–" in unknown


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ((100, 40), "1.20, diffusion of benefits to the areas next door, more than"),
        ((100, 75), "0.50, diffusion of benefits to the areas next door, no more than"),
        ((100, 100), "0.00, neither displacement nor diffusion"),
        ((100, 125), "-0.50, some was displaced next door, less than was gained"),
        ((100, 150), "-1.00, as much was displaced next door as was gained, or more"),
        ((100, 200), "-2.00, as much was displaced next door as was gained, or more"),
    ],
)
def test_a_quotient_is_read_as_the_guide_reads_it(beside: tuple[int, int], words: str) -> None:
    counts = {"treated": (100, 50), "comparison": (100, 100), "displacement": beside}

    assert words in figure(asked(rows(counts)), "wdq")["words"]


@pytest.mark.parametrize(
    ("counts", "amount", "words"),
    [
        (two((100, 50), (200, 100)), "no more and no fewer", "1.00, no more and no fewer than to"),
        (two((3, 1), (600, 200)), "no more and no fewer", "1.00, no more and no fewer than to"),
        (two((90_000, 90_001), (90_000, 90_000)), "less than 0.1 % more", "1.00, less than 0.1 %"),
        (two((90_000, 89_999), (90_000, 90_000)), "less than 0.1 % fewer", "1.00, less than 0.1"),
        (two((200, 10), (3, 200)), "99.9 % fewer", "0.00075, 99.9 % fewer than to be expected"),
        (two((5000, 1), (900, 900)), "more than 99.9 % fewer", "0.00020, more than 99.9 % fewer"),
        (two((3, 200), (200, 10)), "133,233.3 % more", "1,333.33, 133,233.3 % more than to be"),
        (two((100, 5), (100, 90)), "94.4 % fewer", "0.056, 94.4 % fewer than to be expected"),
    ],
)
def test_no_ratio_reads_as_nothing_that_is_something(
    counts: Counts, amount: str, words: str
) -> None:
    found = asked(rows(counts), claim="rirr")

    assert found.amount == amount
    assert words in figure(found, "rirr")["words"]
    assert "0.00 " not in figure(found, "rirr")["words"]


def test_the_interval_of_a_ratio_reads_as_it_is() -> None:
    assert figure(asked(rows(two((200, 10), (3, 200)))), "rirr")["words"].endswith(
        "(95 % interval: 0.00020 to 0.0028)."
    )
    wide = figure(asked(rows(two((2, 2), (2, 2))), dispersion=1000.0), "rirr")["words"]
    assert wide.endswith("(95 % interval: less than 0.000001 to more than 1,000,000).")


@pytest.mark.parametrize(
    ("treated", "words"),
    [
        # Over a hundredth of the area: 3 fewer there are 0.03 fewer here.
        ((1, 1), "less than 0.1 fewer"),
        ((2, 1), "1.0 fewer"),
    ],
)
def test_no_difference_reads_as_nothing_that_is_something(
    treated: tuple[int, int], words: str
) -> None:
    land = {"treated": 1.0, "comparison": 100.0}
    counts = rows(two(treated, (300, 303)), hectares=land)
    found = asked(counts, weights=["hectares"])

    assert found.amount == words
    assert f"difference: {words} than to be expected" in figure(found, "wdd")["words"]


def test_what_floats_lose_is_no_difference() -> None:
    counts = rows(two((3, 1), (9, 3)), hectares={"treated": 0.1, "comparison": 0.3})

    assert asked(counts, weights=["hectares"]).amount == "no more and no fewer"


@pytest.mark.parametrize(("confidence", "error"), [(95, ValueError), ("95", TypeError)])
def test_a_confidence_is_asked_of_counts_that_have_no_test_as_well(
    confidence: float, error: type[Exception]
) -> None:
    alone = [each for each in rows() if each.arm == "treated"]

    with pytest.raises(error, match="^confidence is "):
        npol.evaluate(alone, claim="wdd", confidence=confidence)
