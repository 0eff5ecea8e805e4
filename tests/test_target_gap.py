from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing._records import Records
from npolicing.entities import Observation, Target
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.frames import to_arrow
from npolicing.measures import target_gap
from npolicing.testing import tables

PAPER = date(2019, 10, 15)
# Board paper of 15 October 2019, Appendix 1: unit, current, target, gap as printed.
APPENDIX_1 = [
    ("BW", 45, 50, 5),
    ("BE", 22, 30, 8),
    ("CV", 12, 20, 8),
    ("DY", 4, 20, 16),
    ("SH", 22, 30, 8),
    ("SW", 8, 20, 12),
    ("WS", 8, 20, 12),
    ("WV", 5, 20, 15),
]


def count(npu: str | None, value: int, **given: Any) -> Observation:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "kind": "street_watch", "as_of": PAPER, **given}
    return Observation(npu=npu, value=value, **fields)


def aim(npu: str | None, value: int, **given: Any) -> Target:  # noqa: ANN401 # fields
    return Target(**{"force": "WMP", "kind": "street_watch", "npu": npu, "value": value, **given})


COUNTS = [count(npu, current) for npu, current, _, _ in APPENDIX_1]
AIMS = [aim(npu, target) for npu, _, target, _ in APPENDIX_1]


def test_each_units_gap_is_the_one_that_appendix_1_prints() -> None:
    found = {row["npu"]: row for row in rows(target_gap(COUNTS, AIMS, by="npu"))}
    assert {npu: found[npu]["gap"] for npu in found} == {npu: gap for npu, _, _, gap in APPENDIX_1}
    assert {npu: (found[npu]["current"], found[npu]["target"]) for npu in found} == {
        npu: (current, target) for npu, current, target, _ in APPENDIX_1
    }
    assert found["BW"]["attainment"] == 0.9
    assert found["DY"]["attainment"] == 0.2
    assert all(row["areas"] == 1 and row["areas_incomplete"] == 0 for row in found.values())


def test_the_total_of_appendix_1_is_84_short_of_210() -> None:
    *units, total = rows(target_gap(COUNTS, AIMS, by="npu", total=True))
    assert [unit["npu"] for unit in units] == ["BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV"]
    assert [unit["is_total"] for unit in units] == [False] * 8
    assert total == {
        "npu": None,
        "areas": 8,
        "areas_incomplete": 0,
        "current": 126,
        "target": 210,
        "gap": 84,
        "shortfall": 84,
        "attainment": 0.6,
        "as_of": PAPER,
        "due": None,
        "months_left": None,
        "pace_needed": None,
        "is_total": True,
    }


@pytest.mark.parametrize(
    ("due", "days", "pace"),
    [
        (date(2020, 3, 31), 168, 15.22),
        (date(2020, 4, 1), 169, 15.13),
        (date(2020, 4, 30), 198, 12.91),
    ],
)
def test_the_pace_depends_on_what_april_2020_means(due: date, days: int, pace: float) -> None:
    whole = one(target_gap(COUNTS, AIMS, due=due))
    assert whole["due"] == due
    assert whole["months_left"] == days / 30.4375
    assert whole["pace_needed"] == 84 / (days / 30.4375)
    assert round(whole["pace_needed"], 2) == pace


def test_the_day_of_the_targets_is_used_where_none_is_given() -> None:
    aims = [aim("BW", 50, due=date(2020, 3, 31)), aim("DY", 20, due=date(2020, 3, 31))]
    stated = one(target_gap([count("BW", 45), count("DY", 4)], aims))
    assert stated["due"] == date(2020, 3, 31)
    assert stated["pace_needed"] == 21 / (168 / 30.4375)


def test_the_day_given_overrides_that_of_the_targets() -> None:
    aims = [aim("BW", 50, due=date(2020, 3, 31))]
    given_one = one(target_gap([count("BW", 45)], aims, due=date(2020, 4, 1)))
    assert given_one["due"] == date(2020, 4, 1)
    assert given_one["months_left"] == 169 / 30.4375


def test_targets_of_different_days_have_no_day_together_and_no_pace() -> None:
    aims = [aim("BW", 50, due=date(2020, 3, 31)), aim("DY", 20, due=date(2020, 4, 1))]
    mixed = one(target_gap([count("BW", 45), count("DY", 4)], aims))
    assert (mixed["shortfall"], mixed["as_of"]) == (21, PAPER)
    assert (mixed["due"], mixed["months_left"], mixed["pace_needed"]) == (None, None, None)


def test_counts_of_different_days_have_no_day_together_and_no_pace() -> None:
    counts = [count("BW", 45), count("DY", 4, as_of=date(2019, 9, 1))]
    mixed = one(target_gap(counts, [aim("BW", 50), aim("DY", 20)], due=date(2020, 4, 1)))
    assert (mixed["gap"], mixed["due"]) == (21, date(2020, 4, 1))
    assert (mixed["as_of"], mixed["months_left"], mixed["pace_needed"]) == (None, None, None)


@pytest.mark.parametrize(
    ("due", "left", "pace"),
    [
        (PAPER + timedelta(days=1), 1 / 30.4375, 5 / (1 / 30.4375)),
        (PAPER, 0.0, None),
        (PAPER - timedelta(days=1), -1 / 30.4375, None),
    ],
)
def test_a_shortfall_with_no_time_left_has_no_pace(
    due: date, left: float, pace: float | None
) -> None:
    late = one(target_gap([count("BW", 45)], [aim("BW", 50)], due=due))
    assert late["months_left"] == left
    assert late["pace_needed"] == pace


@pytest.mark.parametrize("due", [PAPER - timedelta(days=1), PAPER, date(2020, 4, 1)])
def test_a_target_that_is_met_needs_no_pace(due: date) -> None:
    met = one(target_gap([count("BW", 53)], [aim("BW", 50)], due=due))
    assert (met["gap"], met["shortfall"], met["attainment"]) == (-3, 0, 1.06)
    assert met["pace_needed"] == 0.0


def test_a_surplus_in_one_area_fills_no_gap_in_another() -> None:
    counts = [count("BW", 60), count("DY", 4)]
    both = one(target_gap(counts, [aim("BW", 50), aim("DY", 20)]))
    assert (both["gap"], both["shortfall"]) == (6, 16)


def test_of_a_target_to_keep_at_most_the_shortfall_is_what_is_over() -> None:
    counts = [count("BW", 60), count("DY", 4)]
    aims = [aim("BW", 50, direction="at_most"), aim("DY", 20, direction="at_most")]
    assert [row["shortfall"] for row in rows(target_gap(counts, aims, by="npu"))] == [10, 0]
    assert [row["gap"] for row in rows(target_gap(counts, aims, by="npu"))] == [-10, 16]


def test_directions_may_be_mixed() -> None:
    counts = [count("BW", 60), count("DY", 4)]
    mixed = one(target_gap(counts, [aim("BW", 50, direction="at_most"), aim("DY", 20)]))
    assert (mixed["gap"], mixed["shortfall"]) == (6, 26)


def test_a_target_of_zero_has_no_attainment() -> None:
    none = one(target_gap([count("BW", 3)], [aim("BW", 0)]))
    assert (none["gap"], none["shortfall"], none["attainment"]) == (-3, 0, None)


def test_a_count_of_zero_attains_nothing() -> None:
    assert one(target_gap([count("BW", 0)], [aim("BW", 4)]))["attainment"] == 0.0


def test_an_area_without_count_or_target_is_kept_and_makes_the_sums_unknown() -> None:
    counts = [count("BW", 45), count("DY", 4)]
    aims = [aim("BW", 50), aim("CV", 20, due=date(2020, 4, 1))]
    bw, cv, dy, total = rows(target_gap(counts, aims, by="npu", total=True))
    assert (bw["areas_incomplete"], bw["gap"]) == (0, 5)
    assert cv == {
        "npu": "CV",
        "areas": 1,
        "areas_incomplete": 1,
        "current": None,
        "target": 20,
        "gap": None,
        "shortfall": None,
        "attainment": None,
        "as_of": None,
        "due": date(2020, 4, 1),
        "months_left": None,
        "pace_needed": None,
        "is_total": False,
    }
    assert (dy["current"], dy["target"], dy["gap"], dy["shortfall"]) == (4, None, None, None)
    assert (dy["areas_incomplete"], dy["as_of"], dy["due"]) == (1, PAPER, None)
    assert (total["areas"], total["areas_incomplete"]) == (3, 2)
    assert (total["current"], total["target"], total["attainment"]) == (None, None, None)
    assert (total["as_of"], total["due"]) == (None, None)


def test_a_target_to_keep_at_most_without_a_count_has_no_shortfall() -> None:
    assert one(target_gap([], [aim("BW", 5, direction="at_most")]))["shortfall"] is None


def test_the_latest_count_at_or_before_the_day_is_taken() -> None:
    counts = [
        count("BW", 45, as_of=date(2019, 10, 15)),
        count("BW", 41, as_of=date(2019, 9, 1)),
        count("BW", 44, as_of=date(2019, 10, 1)),
    ]
    aims = [aim("BW", 50)]
    taken = [
        (row["current"], row["as_of"])
        for day in (date(2019, 10, 14), date(2019, 10, 15), date(2019, 12, 31))
        for row in rows(target_gap(counts, aims, as_of=day))
    ]
    assert taken == [(44, date(2019, 10, 1)), (45, PAPER), (45, PAPER)]


def test_an_area_without_a_count_by_the_day_is_unknown() -> None:
    counts = [count("BW", 45), count("DY", 4, as_of=date(2019, 9, 1))]
    aims = [aim("BW", 50), aim("DY", 20)]
    bw, dy = rows(target_gap(counts, aims, by="npu", as_of=date(2019, 10, 14)))
    assert (bw["current"], bw["target"], bw["areas_incomplete"]) == (None, 50, 1)
    assert (dy["current"], dy["as_of"]) == (4, date(2019, 9, 1))


def test_areas_with_counts_of_several_days_are_refused_without_a_day() -> None:
    counts = [
        count("WV", 5),
        count("WV", 3, as_of=date(2019, 9, 1)),
        count("BW", 45),
        count("BW", 41, as_of=date(2019, 9, 1)),
        count("DY", 4),
    ]
    words = (
        "target_gap takes one day of each area, and there are several of 2, such as "
        "street_watch of BW: 2019-09-01, 2019-10-15. Pass as_of= to take the "
        "latest at or before a day."
    )
    with refused(words):
        target_gap(counts, AIMS)


def test_forces_and_kinds_are_not_added_up() -> None:
    counts = [count("BW", 45), count("M", 4, force="GMP", kind="cadets")]
    words = (
        "target_gap adds up rows of one force, and these are of 2: GMP, WMP. "
        "Put 'force' in by, or pass the rows of one.\n"
        "target_gap adds up rows of one kind, and these are of 2: cadets, street_watch. "
        "Put 'kind' in by, or pass the rows of one."
    )
    with refused(words):
        target_gap(counts, [], by="npu")


def test_forces_and_kinds_may_be_told_apart() -> None:
    counts = [count("BW", 45), count("M", 4, force="GMP"), count("BW", 2, kind="cadets")]
    found = rows(target_gap(counts, [aim("BW", 50)], by=["kind", "force"]))
    assert [(row["kind"], row["force"], row["current"]) for row in found] == [
        ("cadets", "WMP", 2),
        ("street_watch", "GMP", 4),
        ("street_watch", "WMP", 45),
    ]
    assert [row["target"] for row in found] == [None, None, 50]


def test_there_is_no_total_of_several_kinds() -> None:
    words = (
        "The total of target_gap would add up 2 kinds: cadets, street_watch. "
        "Leave total out, or pass the rows of one."
    )
    with refused(words):
        target_gap([count("BW", 45), count("BW", 2, kind="cadets")], [], by="kind", total=True)


def test_there_is_a_total_of_several_forces() -> None:
    counts = [count("BW", 45), count("M", 4, force="GMP")]
    *_, total = rows(target_gap(counts, [], by="force", total=True))
    assert (total["force"], total["current"], total["areas"]) == (None, 49, 2)


def test_a_force_and_its_units_are_not_added_up() -> None:
    words = (
        "target_gap would count street_watch of WMP twice: it has rows of force and npu level. "
        "Pass the rows of one level."
    )
    with refused(words):
        target_gap(COUNTS, [aim(None, 210)])


def test_every_level_and_every_ward_that_would_count_twice_is_named() -> None:
    counts = [
        count("BW", 1, ward="W1", kind="cadets"),
        count(None, 2, ward="W1", kind="cadets"),
        count("CV", 2, ward="W2", kind="cadets"),
        count("BW", 3, ward="W3"),
        count(None, 3),
        count("BW", 3),
    ]
    words = (
        "target_gap would count street_watch of WMP twice: it has rows of force and npu and ward "
        "level. Pass the rows of one level.\n"
        "target_gap would count cadets of W1 (WMP) twice: it has rows under the units BW, none. "
        "Give the ward one unit."
    )
    with refused(words):
        target_gap(counts, [], by="kind")


def test_forces_may_report_at_different_levels() -> None:
    counts = [count("BW", 45), count(None, 4, force="GMP")]
    assert len(target_gap(counts, [], by="force")) == 2


def test_wards_are_grouped_by_their_unit() -> None:
    counts = [count("BW", 1, ward="W1"), count("BW", 2, ward="W2"), count("CV", 4, ward="W3")]
    aims = [aim("BW", 3, ward="W1"), aim("BW", 3, ward="W2"), aim("CV", 3, ward="W3")]
    by_unit = rows(target_gap(counts, aims, by=["npu"]))
    assert [(row["npu"], row["areas"], row["gap"]) for row in by_unit] == [
        ("BW", 2, 3),
        ("CV", 1, -1),
    ]
    by_ward = rows(target_gap(counts, aims, by=("ward", "npu"), total=True))
    assert [(row["ward"], row["npu"], row["gap"]) for row in by_ward] == [
        ("W1", "BW", 2),
        ("W2", "BW", 1),
        ("W3", "CV", -1),
        (None, None, 2),
    ]


def meetings(npu: str, value: int, month: int) -> Observation:
    first = date(2019, month, 1)
    last = date(2019, month + 1, 1) - timedelta(days=1)
    return count(npu, value, kind="ward_meetings_held", period_start=first, as_of=last)


def test_a_flow_has_a_gap_and_no_pace() -> None:
    aims = [aim("BW", 10, kind="ward_meetings_held", due=date(2020, 3, 31))]
    held = one(target_gap([meetings("BW", 4, 9)], aims))
    assert (held["gap"], held["shortfall"], held["due"]) == (6, 6, date(2020, 3, 31))
    assert held["months_left"] == 183 / 30.4375
    assert held["pace_needed"] is None


def test_a_flow_of_one_period_adds_up() -> None:
    both = one(target_gap([meetings("BW", 4, 9), meetings("CV", 3, 9)], []))
    assert (both["current"], both["as_of"]) == (7, date(2019, 9, 30))


def test_a_flow_of_several_periods_is_not_added_up() -> None:
    words = (
        "target_gap adds up a flow over one period, and ward_meetings_held of a group has 2: "
        "2019-08-01 to 2019-08-31, 2019-09-01 to 2019-09-30. Pass the rows of one."
    )
    flows = [meetings("CV", 3, 9), meetings("BW", 4, 8)]
    with refused(words):
        target_gap(flows, [])
    assert len(target_gap(flows, [], by="npu")) == 2


def test_a_column_that_it_cannot_be_grouped_by_is_refused_by_name() -> None:
    words = "'nppu, team' is no column to group by; known: force, kind, npu, ward."
    with pytest.raises(UnknownCodeError, match=f"^{re.escape(words)}$"):
        target_gap(COUNTS, AIMS, by=["nppu", "npu", "team"])


def test_a_column_named_twice_is_there_once() -> None:
    names = list(target_gap(COUNTS, AIMS, by=["npu", "npu"]))
    assert names.count("npu") == 1


def test_every_column_that_a_frame_lacks_is_named() -> None:
    frame = pd.DataFrame({"force": ["WMP"], "npu": ["BW"]})
    with pytest.raises(MissingColumnsError) as caught:
        target_gap(frame, AIMS)
    assert caught.value.missing == ("kind", "value", "as_of")
    with pytest.raises(MissingColumnsError) as caught:
        target_gap(COUNTS, frame)
    assert caught.value.missing == ("kind", "value")


def test_two_counts_of_one_area_and_day_are_refused() -> None:
    with pytest.raises(ValidationError, match="breaks unique") as caught:
        target_gap([count("BW", 45), count("BW", 46)], AIMS)
    assert [failure.row for failure in caught.value.failures] == [0, 1]


def test_no_rows_give_no_rows() -> None:
    assert len(target_gap([], [], by="npu", total=True)) == 0


def test_without_by_all_rows_are_one_group_and_the_total_is_another_row() -> None:
    whole, total = rows(target_gap(COUNTS, AIMS, total=True))
    assert (whole["is_total"], total["is_total"]) == (False, True)
    assert {**whole, "is_total": True} == total


def test_frames_of_any_library_give_what_records_give(frame: Build) -> None:
    counts = frame({name: [getattr(row, name) for row in COUNTS] for name in list_of(Observation)})
    aims = frame({name: [getattr(row, name) for row in AIMS] for name in list_of(Target)})
    pd.testing.assert_frame_equal(
        target_gap(counts, aims, by="npu", total=True, as_of=PAPER, due=date(2020, 4, 1)),
        target_gap(COUNTS, AIMS, by="npu", total=True, as_of=PAPER, due=date(2020, 4, 1)),
    )


def list_of(entity: type[Observation | Target]) -> list[str]:
    return [field.name for field in entity.columns() if field.required or field.name == "npu"]


def test_duckdb_gives_what_records_give() -> None:
    counts, aims = to_arrow(COUNTS), to_arrow(AIMS)
    with duckdb.connect() as connection:
        connection.register("counts", counts)
        connection.register("aims", aims)
        found = target_gap(connection.table("counts"), connection.table("aims"), by="npu")
    pd.testing.assert_frame_equal(found, target_gap(COUNTS, AIMS, by="npu"))


NPUS = st.sampled_from(["BE", "BW", "CV", "DY", "SH"])
COUNT_ROWS = tables(
    Observation,
    force="WMP",
    kind="street_watch",
    npu=NPUS,
    ward=None,
    as_of=PAPER,
    period_start=None,
    value=st.integers(0, 60),
)
AIM_ROWS = tables(
    Target, force="WMP", kind="street_watch", npu=NPUS, ward=None, value=st.integers(0, 60)
)


@given(COUNT_ROWS, AIM_ROWS)
def test_groups_add_up_to_the_total(counts: Records[Observation], aims: Records[Target]) -> None:
    *units, total = rows(target_gap(counts, aims, by="npu", total=True)) or [{}]
    for column in ("current", "target", "gap", "shortfall"):
        values = [unit[column] for unit in units]
        if total:
            assert total[column] == (None if None in values else sum(values))
    if total and total["gap"] is not None:
        assert total["shortfall"] >= 0
    for row in units:
        assert (row["shortfall"] is None) == (row["gap"] is None) == (row["areas_incomplete"] == 1)
        if row["attainment"] is not None:
            assert row["attainment"] * row["target"] == pytest.approx(row["current"])


@given(COUNT_ROWS)
def test_the_gap_turns_its_sign_when_count_and_target_are_swapped(
    counts: Records[Observation],
) -> None:
    aims = [aim(row.npu, 30) for row in counts]
    swapped = target_gap(
        [count(row.npu, row.value) for row in aims],
        [aim(row.npu, row.value) for row in counts],
        by="npu",
    )
    assert (target_gap(counts, aims, by="npu")["gap"] == -swapped["gap"]).all()


@given(COUNT_ROWS, AIM_ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    counts: Records[Observation],
    aims: Records[Target],
    random: Any,  # noqa: ANN401 # Random
) -> None:
    shuffled = random.sample(list(counts), len(counts)), random.sample(list(aims), len(aims))
    pd.testing.assert_frame_equal(
        target_gap(counts, aims, by="npu", total=True),
        target_gap(
            Records(Observation, shuffled[0]), Records(Target, shuffled[1]), by="npu", total=True
        ),
    )


@given(COUNT_ROWS, AIM_ROWS)
def test_grouping_and_filtering_change_places(
    counts: Records[Observation], aims: Records[Target]
) -> None:
    whole = target_gap(counts, aims, by="npu")
    pd.testing.assert_frame_equal(
        whole[whole["npu"] == "CV"].reset_index(drop=True),
        target_gap(counts.where(npu="CV"), aims.where(npu="CV"), by="npu"),
    )
