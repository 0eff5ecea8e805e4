from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing._records import Records
from npolicing.entities import Milestone, Observation, Target
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.measures import growth, target_gap, trajectory
from npolicing.testing import tables

JULY, PAPER, APRIL = date(2019, 7, 1), date(2019, 10, 15), date(2020, 4, 1)
# Board paper of 15 October 2019, Appendix 1: unit, current, target.
APPENDIX_1 = [
    ("BW", 45, 50),
    ("BE", 22, 30),
    ("CV", 12, 20),
    ("DY", 4, 20),
    ("SH", 22, 30),
    ("SW", 8, 20),
    ("WS", 8, 20),
    ("WV", 5, 20),
]
HERE: dict[str, Any] = {"force": "WMP", "kind": "street_watch", "npu": "CV"}


def count(value: int, as_of: date, **given: Any) -> Observation:  # noqa: ANN401 # fields
    return Observation(**{**HERE, "value": value, "as_of": as_of, **given})


def aim(value: int, due: date | None = APRIL, **given: Any) -> Target:  # noqa: ANN401 # fields
    return Target(**{**HERE, "value": value, "due": due, **given})


def stone(value: int, due: date, **given: Any) -> Milestone:  # noqa: ANN401 # fields
    return Milestone(**{**HERE, "value": value, "due": due, **given})


TWO = [count(8, JULY), count(12, PAPER)]


def test_one_area_is_worked_out_by_hand() -> None:
    found = one(trajectory(TWO, [aim(20)]))

    # 106 of 275 days have passed; 169 are left.
    assert found == {
        "areas": 1,
        "areas_incomplete": 0,
        "direction": "at_least",
        "base_as_of": JULY,
        "base": 8,
        "as_of": PAPER,
        "current": 12,
        "target": 20,
        "due": APRIL,
        "months_left": pytest.approx(169 / 30.4375),
        "planned": pytest.approx(8 + 12 * 106 / 275),
        "ahead": pytest.approx(12 - (8 + 12 * 106 / 275)),
        "shortfall": 8,
        "required_per_month": pytest.approx(8 / 169 * 30.4375),
        "observed_per_month": pytest.approx(4 / 106 * 30.4375),
        "pace_ratio": pytest.approx((4 / 106) / (8 / 169)),
        "projected": pytest.approx(12 + 4 / 106 * 169),
        "eta": PAPER + timedelta(days=212),
        "is_total": False,
    }


@pytest.mark.parametrize(
    ("due", "days", "week", "month"),
    [
        (date(2020, 3, 31), 168, 3.50, 15.22),
        (date(2020, 4, 1), 169, 3.479, 15.13),
        (date(2020, 4, 30), 198, 2.970, 12.91),
    ],
)
def test_the_pace_of_appendix_1_is_that_of_the_table(
    due: date, days: int, week: float, month: float
) -> None:
    counts = [count(current, PAPER, npu=npu) for npu, current, _ in APPENDIX_1]
    aims = [aim(target, None, npu=npu) for npu, _, target in APPENDIX_1]

    *_, whole = rows(trajectory(counts, aims, by="npu", total=True, due=due))

    assert (whole["current"], whole["target"], whole["shortfall"]) == (126, 210, 84)
    assert round(whole["months_left"] * 30.4375) == days
    assert round(whole["required_per_month"], 2) == month
    assert whole["required_per_month"] / 30.4375 * 7 == pytest.approx(week, abs=0.0005)
    # Of one day there is no pace, and none is guessed.
    nothing = ("base", "planned", "ahead", "observed_per_month", "pace_ratio", "projected", "eta")
    assert {whole[name] for name in nothing} == {None}


def test_a_hundred_thousand_sign_ups_are_there_in_early_january_2020() -> None:
    # Paragraph 47: 87,511 on 1 September 2019, and 3,000 a month, here over sixteen mean months.
    sign_ups: dict[str, Any] = {"kind": "messaging_sign_ups", "npu": None}
    first = date(2019, 9, 1) - timedelta(days=487)
    counts = [
        count(87_511 - 48_000, first, **sign_ups),
        count(87_511, date(2019, 9, 1), **sign_ups),
    ]

    found = one(trajectory(counts, [aim(100_000, **sign_ups)]))

    assert found["observed_per_month"] == 3000.0
    assert found["eta"] == date(2020, 1, 6)
    assert found["shortfall"] / 3000 == pytest.approx(4.163)
    assert found["projected"] == pytest.approx(87_511 + 3000 * 213 / 30.4375)


# -- met, late, falling


def test_a_target_that_is_met_is_met_on_the_day() -> None:
    found = one(trajectory([count(8, JULY), count(25, PAPER)], [aim(20)]))

    assert (found["shortfall"], found["required_per_month"], found["eta"]) == (0, 0.0, PAPER)
    assert found["pace_ratio"] is None
    assert found["ahead"] > 0


@pytest.mark.parametrize("now", [8, 5])
def test_what_does_not_grow_never_gets_there(now: int) -> None:
    found = one(trajectory([count(8, JULY), count(now, PAPER)], [aim(20)]))

    assert found["eta"] is None
    assert found["pace_ratio"] == pytest.approx((now - 8) / 106 / ((20 - now) / 169))
    assert found["ahead"] < 0


def test_a_fall_below_nothing_is_no_count() -> None:
    assert one(trajectory([count(9, JULY), count(3, PAPER)], [aim(20)]))["projected"] is None


def test_once_the_day_is_past_nothing_is_required_and_nothing_projected() -> None:
    found = one(trajectory(TWO, [aim(20, date(2019, 10, 1))]))

    assert (found["planned"], found["ahead"]) == (20.0, -8.0)
    names = ("required_per_month", "pace_ratio", "projected")
    assert {found[name] for name in names} == {None}
    assert found["eta"] == PAPER + timedelta(days=212)


def test_on_the_very_day_what_is_there_is_what_is_projected() -> None:
    found = one(trajectory(TWO, [aim(20, PAPER)]))

    assert (found["projected"], found["required_per_month"]) == (12.0, None)


def test_a_day_beyond_the_calendar_is_never() -> None:
    found = one(trajectory([count(0, date(2000, 1, 1)), count(1, PAPER)], [aim(10**9)]))

    assert found["eta"] is None


def test_of_what_is_to_be_kept_at_most_the_way_leads_down() -> None:
    counts = [count(40, JULY), count(30, PAPER)]
    found = one(trajectory(counts, [aim(20, direction="at_most")]))

    assert found["planned"] == pytest.approx(40 - 20 * 106 / 275)
    assert found["ahead"] == pytest.approx(40 - 20 * 106 / 275 - 30)
    assert found["observed_per_month"] == pytest.approx(-10 / 106 * 30.4375)
    assert found["required_per_month"] == pytest.approx(10 / 169 * 30.4375)
    assert found["pace_ratio"] == pytest.approx((10 / 106) / (10 / 169))
    assert found["eta"] == PAPER + timedelta(days=106)
    rising = one(trajectory([count(30, JULY), count(40, PAPER)], [aim(20, direction="at_most")]))
    assert rising["pace_ratio"] < 0
    assert rising["eta"] is None


# -- plans


STONES = [stone(10, date(2019, 9, 1)), stone(16, date(2019, 12, 1))]


@pytest.mark.parametrize(
    ("day", "linear", "stepped"),
    [
        (date(2019, 7, 1), 8, 8),
        (date(2019, 8, 1), 8 + 2 * 31 / 62, 8),
        (date(2019, 9, 1), 10, 10),
        (date(2019, 10, 15), 10 + 6 * 44 / 91, 10),
        (date(2019, 12, 1), 16, 16),
        (date(2020, 3, 31), 16 + 4 * 121 / 122, 16),
        (date(2020, 4, 1), 20, 20),
        (date(2021, 4, 1), 20, 20),
    ],
)
def test_a_plan_runs_through_its_milestones(day: date, linear: float, stepped: float) -> None:
    counts = [count(8, JULY), *([count(9, day)] if day > JULY else [])]
    asked: dict[str, Any] = {"milestones": STONES, "base": JULY}

    straight = one(trajectory(counts, [aim(20)], **asked))
    steps = one(trajectory(counts, [aim(20)], shape="stepped", **asked))

    assert straight["planned"] == pytest.approx(linear)
    assert steps["planned"] == stepped
    assert straight["pace_ratio"] == steps["pace_ratio"]


def test_milestones_need_no_base_and_no_day_of_the_target() -> None:
    alone = [count(12, PAPER)]

    between = one(trajectory(alone, [aim(20, None)], milestones=STONES))
    assert between["planned"] == pytest.approx(10 + 6 * 44 / 91)
    before = one(trajectory([count(12, JULY)], [aim(20)], milestones=STONES))
    assert before["planned"] is None
    after = [count(12, date(2020, 1, 1))]
    assert one(trajectory(after, [aim(20, None)], milestones=STONES))["planned"] is None
    held = one(trajectory(after, [aim(20, None)], milestones=STONES, shape="stepped"))
    assert held["planned"] == 16.0


def test_a_milestone_before_the_base_is_the_plan_and_the_base_is_not() -> None:
    counts = [count(12, date(2019, 10, 1)), count(12, PAPER)]

    found = one(trajectory(counts, [aim(20)], milestones=STONES))

    assert found["planned"] == pytest.approx(10 + 6 * 44 / 91)


def test_milestones_without_a_target_have_a_plan_and_no_good_direction() -> None:
    found = one(trajectory(TWO, [], milestones=STONES))

    assert found["planned"] == pytest.approx(10 + 6 * 44 / 91)
    assert (found["ahead"], found["direction"], found["areas_incomplete"]) == (None, None, 1)


@pytest.mark.parametrize("late", [stone(20, date(2020, 4, 2)), stone(19, APRIL)])
def test_a_milestone_does_not_contradict_its_target(late: Milestone) -> None:
    with pytest.raises(ValidationError, match="street_watch of CV: before its target is due on"):
        trajectory(TWO, [aim(20)], milestones=[late])
    same = one(trajectory(TWO, [aim(20)], milestones=[stone(20, APRIL)]))
    assert same["planned"] == one(trajectory(TWO, [aim(20)]))["planned"]


# -- which counts


def test_the_days_that_are_named_are_those_of_the_latest_counts_up_to_them() -> None:
    counts = [count(5, date(2019, 5, 1)), *TWO, count(18, date(2020, 1, 1))]

    named = one(trajectory(counts, [aim(20)], base=date(2019, 7, 14), as_of=date(2019, 12, 31)))
    assert named == one(trajectory(TWO, [aim(20)]))
    plain = one(trajectory(counts, [aim(20)]))
    assert (plain["base"], plain["current"]) == (5, 18)
    none = one(trajectory(counts, [aim(20)], as_of=date(2019, 4, 1)))
    assert (none["current"], none["areas_incomplete"], none["planned"]) == (None, 1, None)
    nowhere = one(trajectory(counts, [aim(20)], base=date(2019, 4, 1)))
    assert (nowhere["base"], nowhere["current"], nowhere["observed_per_month"]) == (None, 18, None)


def test_a_base_that_is_the_count_itself_has_no_pace() -> None:
    found = one(trajectory(TWO, [aim(20)], base=PAPER))

    assert (found["base"], found["planned"], found["ahead"]) == (12, 12.0, 0.0)
    assert found["observed_per_month"] is None


def test_areas_add_up_and_what_one_lacks_makes_the_sum_unknown() -> None:
    counts = [*TWO, count(1, JULY, npu="DY"), count(4, PAPER, npu="DY")]
    aims = [aim(20), aim(20, npu="DY")]

    first, second, whole = rows(trajectory(counts, aims, by="npu", total=True))
    for name in ("base", "current", "target", "shortfall", "planned", "ahead", "projected"):
        assert whole[name] == pytest.approx(first[name] + second[name])
    missing = one(trajectory(counts, aims[:1]))
    assert (missing["target"], missing["planned"], missing["areas_incomplete"]) == (None, None, 1)
    assert missing["current"] == 16


def test_areas_of_different_days_have_no_pace_together() -> None:
    counts = [*TWO, count(1, JULY, npu="DY"), count(4, date(2019, 10, 1), npu="DY")]
    found = one(trajectory(counts, [aim(20), aim(20, npu="DY")]))

    assert (found["as_of"], found["observed_per_month"], found["eta"]) == (None, None, None)
    assert found["planned"] is not None


def test_a_surplus_in_one_area_fills_no_gap_in_another() -> None:
    counts = [count(50, PAPER), count(4, PAPER, npu="DY")]

    assert one(trajectory(counts, [aim(20), aim(20, npu="DY")]))["shortfall"] == 16


# -- flows


MEETINGS: dict[str, Any] = {"kind": "ward_meetings_held"}
MONTHS = [(date(2019, 4, 1), 2), (date(2019, 5, 1), 3), (date(2019, 6, 1), 1)]


def held(first: date, value: int) -> Observation:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return count(value, last, period_start=first, **MEETINGS)


def test_39_a_flow_is_refused_unless_it_is_added_up() -> None:
    flow = [held(*each) for each in MONTHS]
    target = [aim(24, date(2020, 3, 31), **MEETINGS)]

    with refused(
        "trajectory takes counts that stand at a day, and these count over a period: "
        "ward_meetings_held. Pass cumulate=True to add the periods up, or the rows of a stock."
    ):
        trajectory(flow, target)
    found = one(trajectory(flow, target, cumulate=True))
    assert (found["base_as_of"], found["base"]) == (date(2019, 3, 31), 0)
    assert (found["as_of"], found["current"]) == (date(2019, 6, 30), 6)
    assert found["planned"] == pytest.approx(24 * 91 / 366)
    may = one(trajectory(flow, target, cumulate=True, as_of=date(2019, 6, 29)))
    assert (may["as_of"], may["current"]) == (date(2019, 5, 31), 5)


def test_37_a_flow_with_a_gap_is_not_added_up() -> None:
    with refused(
        "cumulate=True adds up periods that follow one another, and ward_meetings_held of CV has "
        "one to 2019-04-30 and one from 2019-06-01. A gap is not 0: pass the rows of periods that "
        "meet."
    ):
        trajectory([held(*MONTHS[0]), held(*MONTHS[2])], [], cumulate=True)


def test_a_stock_is_what_it_is_where_flows_are_added_up() -> None:
    pd.testing.assert_frame_equal(
        trajectory(TWO, [aim(20)], cumulate=True), trajectory(TWO, [aim(20)])
    )


# -- refused


def test_what_must_not_be_added_up_is_refused() -> None:
    with pytest.raises(ValueError, match="MixedRows|kind"):
        trajectory([*TWO, count(3, PAPER, kind="cadets")], [])
    with pytest.raises(ValueError, match="^trajectory adds up rows of one force"):
        trajectory([*TWO, count(3, PAPER, force="GMP")], [])
    with pytest.raises(ValueError, match="twice"):
        trajectory([*TWO, count(3, PAPER, npu=None)], [])
    both = [aim(20), aim(20, npu="DY", direction="at_most")]
    with refused(
        "trajectory adds up areas that go one way, and street_watch of a group has targets of at "
        "least and of at most. Put what parts them in by, or pass the rows of one."
    ):
        trajectory(TWO, both)
    assert trajectory(TWO, both, by="npu")["direction"].to_list() == ["at_least", "at_most"]


def test_arguments_are_held_to_what_they_are() -> None:
    with pytest.raises(ValueError, match="base=2019-10-15 is after as_of=2019-07-01"):
        trajectory(TWO, [], base=PAPER, as_of=JULY)
    with pytest.raises(ValueError, match="shape is one of linear, stepped, not 'curved'"):
        trajectory(TWO, [], shape="curved")  # type: ignore[arg-type] # the slip
    with pytest.raises(TypeError, match="base= is a day"):
        trajectory(TWO, [], base="2019-07-01")  # type: ignore[arg-type] # the slip
    with pytest.raises(UnknownCodeError, match="month"):
        trajectory(TWO, [], by="month")
    with pytest.raises(MissingColumnsError, match="value"):
        trajectory(pd.DataFrame({"force": ["WMP"], "kind": ["cadets"], "as_of": [PAPER]}), [])


def test_frames_of_any_library_give_what_records_give(frame: Build) -> None:
    def framed(table: list[Any]) -> Any:  # noqa: ANN401 # a frame of any library
        names = [f.name for f in type(table[0]).columns() if f.required or f.name in ("npu", "due")]
        return frame({name: [getattr(row, name) for row in table] for name in names})

    made = trajectory(framed(TWO), framed([aim(20)]), milestones=framed(STONES))

    pd.testing.assert_frame_equal(made, trajectory(TWO, [aim(20)], milestones=STONES))


# -- properties

_DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
_COUNTS = tables(
    Observation,
    force="WMP",
    kind="cadets",
    npu=st.sampled_from(["BE", "BW", "CV"]),
    ward=None,
    as_of=_DAYS,
    period_start=None,
    value=st.integers(0, 300),
)
_AIMS = tables(
    Target,
    force="WMP",
    kind="cadets",
    npu=st.sampled_from(["BE", "BW", "CV"]),
    ward=None,
    due=st.one_of(st.none(), _DAYS),
    direction=st.sampled_from(["at_least", "at_most"]),
    value=st.integers(0, 300),
)


@given(_COUNTS, _AIMS)
def test_the_formulas_hold_whatever_the_rows(
    counts: Records[Observation], aims: Records[Target]
) -> None:
    for row in rows(trajectory(counts, aims, by="npu")):
        sign = -1 if row["direction"] == "at_most" else 1
        if row["ahead"] is not None:
            assert row["ahead"] == pytest.approx(sign * (row["current"] - row["planned"]))
        if row["pace_ratio"] is not None:
            progress = row["pace_ratio"] * row["required_per_month"]
            assert progress == pytest.approx(sign * row["observed_per_month"])
            # At least as fast as is required is there in time, and a day early is rounded up.
            in_time = row["eta"] is not None and row["eta"] <= row["due"]
            assert in_time == (row["pace_ratio"] >= 1) or row["pace_ratio"] == pytest.approx(1)
        if row["eta"] is not None:
            assert row["eta"] >= row["as_of"]
            assert (row["eta"] == row["as_of"]) == (row["shortfall"] == 0)
        if row["projected"] is not None and row["observed_per_month"] is not None:
            ahead = row["observed_per_month"] * row["months_left"]
            assert row["projected"] - row["current"] == pytest.approx(ahead, abs=1e-9)


@given(_COUNTS, _AIMS)
def test_of_one_day_it_has_what_target_gap_has(
    counts: Records[Observation], aims: Records[Target]
) -> None:
    day = date(2020, 6, 30)
    mine = trajectory(counts, aims, by="npu", as_of=day)
    other = target_gap(counts, aims, by="npu", as_of=day)

    shared = ["npu", "areas", "areas_incomplete", "current", "target", "shortfall", "months_left"]
    pd.testing.assert_frame_equal(mine[shared], other[shared])
    assert mine["required_per_month"].equals(other["pace_needed"])


@given(_COUNTS)
def test_of_two_days_it_has_what_growth_has(counts: Records[Observation]) -> None:
    mine, other = trajectory(counts, [], by="npu"), growth(counts, by="npu")

    for name in ("base", "base_as_of", "as_of"):
        assert mine[name].astype(object).equals(other[name].astype(object))
    assert mine["current"].to_list() == other["current"].to_list()


@given(_COUNTS, _AIMS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    counts: Records[Observation], aims: Records[Target], random: Random
) -> None:
    mixed = random.sample(list(counts), len(counts)), random.sample(list(aims), len(aims))
    pd.testing.assert_frame_equal(trajectory(*mixed, by="npu"), trajectory(counts, aims, by="npu"))


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12), _DAYS, _DAYS)
def test_at_its_eta_a_steady_count_is_there_and_a_day_before_it_is_not(
    first: int, now: int, target: int, start: date, day: date
) -> None:
    assume(start < day)
    found = one(trajectory([count(first, start), count(now, day)], [aim(target, None)]))
    if found["eta"] is None or found["eta"] == day:
        return
    # In whole numbers: what is gained in the days between, times those that passed before.
    lacking, passed = (target - now) * (day - start).days, (found["eta"] - day).days
    assert (now - first) * passed >= lacking > (now - first) * (passed - 1)


def test_no_rows_give_no_rows_and_the_same_columns() -> None:
    none, some = trajectory([], [], total=True), trajectory(TWO, [aim(20)], total=True)

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
