from __future__ import annotations

import re
from datetime import date
from random import Random
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing._records import Records
from npolicing.entities import Observation
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.frames import to_arrow
from npolicing.measures import growth
from npolicing.testing import tables

JUNE, JULY, SEPTEMBER = date(2019, 6, 1), date(2019, 7, 1), date(2019, 9, 1)
APRIL = date(2020, 4, 1)


def reading(value: int, as_of: date, **given: Any) -> Observation:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "kind": "messaging_sign_ups", **given}
    return Observation(value=value, as_of=as_of, **fields)


# Board paper of 15 October 2019, paragraph 47.
PAPER = [reading(87_511, SEPTEMBER)]
UNITS = [
    reading(110, JUNE, npu="CV"),
    reading(200, JUNE, npu="BW"),
    reading(170, SEPTEMBER, npu="CV"),
    reading(185, SEPTEMBER, npu="BW"),
]


def test_3000_a_month_lead_from_87511_to_108511_by_april() -> None:
    projected = one(growth(PAPER, until=APRIL, net_per_month=3000, reach=100_000))
    assert projected == {
        "areas": 1,
        "base_as_of": None,
        "base": None,
        "as_of": SEPTEMBER,
        "current": 87_511,
        "months": None,
        "net": None,
        "net_per_month": 3000.0,
        "rate_basis": "stated",
        "until": APRIL,
        "months_ahead": 7,
        "projected": 108_511.0,
        "reach": 100_000,
        "months_to_reach": 12_489 / 3000,
        "is_total": False,
    }
    assert round(projected["months_to_reach"], 3) == 4.163


def test_one_reading_gives_no_rate() -> None:
    found = one(growth(PAPER, until=APRIL, reach=100_000))
    assert (found["current"], found["months_ahead"]) == (87_511, 7)
    assert (found["net_per_month"], found["rate_basis"]) == (None, None)
    assert (found["projected"], found["months_to_reach"]) == (None, None)


def test_without_a_day_or_a_count_to_reach_nothing_is_projected() -> None:
    found = one(growth(PAPER, net_per_month=3000))
    assert found["net_per_month"] == 3000.0
    for column in ("until", "months_ahead", "projected", "reach", "months_to_reach"):
        assert found[column] is None


def test_each_unit_has_its_own_rate_and_the_total_that_of_the_sums() -> None:
    bw, cv, total = rows(growth(UNITS, by="npu", total=True, until=date(2019, 11, 30), reach=190))
    assert cv == {
        "npu": "CV",
        "areas": 1,
        "base_as_of": JUNE,
        "base": 110,
        "as_of": SEPTEMBER,
        "current": 170,
        "months": 3,
        "net": 60,
        "net_per_month": 20.0,
        "rate_basis": "observed",
        "until": date(2019, 11, 30),
        "months_ahead": 2,
        "projected": 210.0,
        "reach": 190,
        "months_to_reach": 1.0,
        "is_total": False,
    }
    assert (bw["net"], bw["net_per_month"], bw["projected"]) == (-15, -5.0, 175.0)
    assert bw["months_to_reach"] is None
    assert (total["npu"], total["is_total"], total["areas"]) == (None, True, 2)
    assert (total["base"], total["current"], total["net"]) == (310, 355, 45)
    assert (total["net_per_month"], total["projected"]) == (15.0, 385.0)
    assert total["months_to_reach"] == 0.0


def test_the_first_and_the_last_reading_count_and_none_between() -> None:
    series = [reading(130, SEPTEMBER), reading(900, JULY), reading(100, JUNE)]
    found = one(growth(series))
    assert (found["base"], found["current"], found["net_per_month"]) == (100, 130, 10.0)


def test_a_stated_rate_takes_the_place_of_the_observed() -> None:
    found = one(growth([reading(100, JUNE), reading(130, SEPTEMBER)], net_per_month=-2.5))
    assert (found["net"], found["months"]) == (30, 3)
    assert (found["net_per_month"], found["rate_basis"]) == (-2.5, "stated")


def test_a_stated_rate_may_be_zero() -> None:
    found = one(growth(PAPER, until=APRIL, net_per_month=0, reach=100_000))
    assert (found["net_per_month"], found["rate_basis"]) == (0.0, "stated")
    assert (found["projected"], found["months_to_reach"]) == (87_511.0, None)


def test_less_than_a_month_has_a_net_and_no_rate() -> None:
    found = one(growth([reading(100, JUNE), reading(130, date(2019, 6, 30))], until=APRIL))
    assert (found["net"], found["months"]) == (30, 0)
    assert (found["net_per_month"], found["rate_basis"], found["projected"]) == (None, None, None)


@pytest.mark.parametrize(
    ("until", "ahead", "projected"),
    [
        (date(2019, 8, 31), None, None),
        (SEPTEMBER, 0, 130.0),
        (date(2019, 9, 30), 0, 130.0),
        (date(2019, 10, 1), 1, 140.0),
    ],
)
def test_a_projection_goes_forward_in_whole_months(
    until: date, ahead: int | None, projected: float | None
) -> None:
    found = one(growth([reading(100, JUNE), reading(130, SEPTEMBER)], until=until))
    assert (found["until"], found["months_ahead"], found["projected"]) == (until, ahead, projected)


@pytest.mark.parametrize(("reach", "months"), [(129, 0.0), (130, 0.0), (131, 0.1), (160, 3.0)])
def test_what_is_reached_takes_no_more_months(reach: int, months: float) -> None:
    found = one(growth([reading(100, JUNE), reading(130, SEPTEMBER)], reach=reach))
    assert found["months_to_reach"] == months


@pytest.mark.parametrize("reach", [1000, 87_511])
def test_what_is_reached_needs_no_rate(reach: int) -> None:
    assert one(growth(PAPER, reach=reach))["months_to_reach"] == 0.0


def test_less_than_one_a_month_reaches_it_too() -> None:
    found = one(growth(PAPER, net_per_month=0.5, reach=87_512))
    assert found["months_to_reach"] == 2.0


def test_areas_read_on_different_days_are_not_added_up() -> None:
    series = [*UNITS, reading(50, JULY, npu="DY"), reading(60, SEPTEMBER, npu="DY")]
    words = (
        "growth adds up areas that are read on the same first and last day, and a group has 2 "
        "such pairs: messaging_sign_ups of BW from 2019-06-01 to 2019-09-01; messaging_sign_ups "
        "of DY from 2019-07-01 to 2019-09-01. Pass the readings of days that all have, or ask "
        "for each area by itself, without a total."
    )
    with refused(words):
        growth(series)
    with refused(words):
        growth(series, by="npu", total=True)
    assert growth(series, by="npu")["net_per_month"].to_list() == [-5.0, 20.0, 5.0]


def test_at_most_three_pairs_of_days_are_shown() -> None:
    series = [reading(1, date(2019, 1, day), npu=f"U{day}") for day in (1, 2, 3, 4)]
    with pytest.raises(ValueError, match="has 4 such pairs: .*U1.*U2.*U3") as caught:
        growth(series)
    assert "U4" not in str(caught.value)


def test_flows_are_refused() -> None:
    flow = {"period_start": JUNE, "force": "WMP"}
    series = [
        reading(5, JULY, kind="messages_sent", **flow),
        reading(5, JULY, kind="messaging_net_sign_ups", **flow),
        *PAPER,
    ]
    words = (
        "growth takes counts that stand at a day, and these count over a period: messages_sent, "
        "messaging_net_sign_ups. Pass the rows of a stock."
    )
    with refused(words):
        growth(series, by="kind")


def test_one_rate_is_not_stated_for_several_groups() -> None:
    words = (
        "net_per_month= states one rate, and there are 2 groups. "
        "Leave by out, or ask for one group at a time."
    )
    with refused(words):
        growth(UNITS, by="npu", net_per_month=10)
    assert one(growth(UNITS, net_per_month=10))["net_per_month"] == 10.0
    assert one(growth(UNITS, by="force", net_per_month=10))["net_per_month"] == 10.0


def test_forces_and_kinds_are_not_added_up() -> None:
    series = [*PAPER, reading(4, SEPTEMBER, force="GMP"), reading(4, SEPTEMBER, kind="cadets")]
    words = (
        "growth adds up rows of one force, and these are of 2: GMP, WMP. "
        "Put 'force' in by, or pass the rows of one.\n"
        "growth adds up rows of one kind, and these are of 2: cadets, messaging_sign_ups. "
        "Put 'kind' in by, or pass the rows of one."
    )
    with refused(words):
        growth(series, by="ward")
    found = rows(growth(series, by=["force", "kind"]))
    assert [(row["force"], row["kind"], row["current"]) for row in found] == [
        ("GMP", "messaging_sign_ups", 4),
        ("WMP", "cadets", 4),
        ("WMP", "messaging_sign_ups", 87_511),
    ]


def test_there_is_no_total_of_several_kinds() -> None:
    words = (
        "The total of growth would add up 2 kinds: cadets, messaging_sign_ups. "
        "Leave total out, or pass the rows of one."
    )
    with refused(words):
        growth([*PAPER, reading(4, SEPTEMBER, kind="cadets")], by="kind", total=True)


def test_a_force_and_its_units_are_not_added_up() -> None:
    words = (
        "growth would count messaging_sign_ups of WMP twice: it has rows of force and npu level. "
        "Pass the rows of one level."
    )
    with refused(words):
        growth([*UNITS, *PAPER])


def test_wards_are_grouped_by_their_unit() -> None:
    series = [
        reading(value, day, npu="CV", ward=ward)
        for ward, values in {"W1": (1, 4), "W2": (2, 8)}.items()
        for value, day in zip(values, (JUNE, SEPTEMBER), strict=True)
    ]
    assert one(growth(series, by="npu"))["net_per_month"] == 3.0
    assert growth(series, by="ward")["net_per_month"].to_list() == [1.0, 2.0]


def test_a_column_that_it_cannot_be_grouped_by_is_refused_by_name() -> None:
    words = "'as_of' is no column to group by; known: force, kind, npu, ward."
    with pytest.raises(UnknownCodeError, match=f"^{re.escape(words)}$"):
        growth(UNITS, by="as_of")


def test_every_column_that_a_frame_lacks_is_named() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        growth(pd.DataFrame({"force": ["WMP"]}))
    assert caught.value.missing == ("kind", "value", "as_of")


def test_two_readings_of_one_area_and_day_are_refused() -> None:
    with pytest.raises(ValidationError, match="breaks unique") as caught:
        growth([*PAPER, reading(87_512, SEPTEMBER)])
    assert [failure.row for failure in caught.value.failures] == [0, 1]


def test_no_rows_give_no_rows() -> None:
    assert len(growth([], by="npu", total=True, net_per_month=5)) == 0


ASKED: dict[str, Any] = {"by": "npu", "total": True, "until": APRIL, "reach": 500}


def test_frames_of_any_library_give_what_records_give(frame: Build) -> None:
    names = [f.name for f in Observation.columns() if f.required or f.name == "npu"]
    table = frame({name: [getattr(row, name) for row in UNITS] for name in names})
    pd.testing.assert_frame_equal(growth(table, **ASKED), growth(UNITS, **ASKED))


def test_duckdb_gives_what_records_give() -> None:
    readings = to_arrow(UNITS)
    with duckdb.connect() as connection:
        connection.register("readings", readings)
        found = growth(connection.table("readings"), **ASKED)
    pd.testing.assert_frame_equal(found, growth(UNITS, **ASKED))


SERIES = tables(
    Observation,
    force="WMP",
    kind="cadets",
    npu=st.sampled_from(["BE", "BW", "CV"]),
    ward=None,
    as_of=st.sampled_from([JUNE, JULY, SEPTEMBER, APRIL]),
    period_start=None,
)


@given(SERIES)
def test_net_is_what_leads_from_the_base_to_the_count(series: Records[Observation]) -> None:
    for row in rows(growth(series, by="npu", until=date(2021, 1, 1))):
        if row["net"] is not None:
            assert row["base"] + row["net"] == row["current"]
            assert row["net_per_month"] * row["months"] == pytest.approx(row["net"])
            ahead = row["net_per_month"] * row["months_ahead"]
            if row["projected"] is None:
                assert row["current"] + ahead < 0
            else:
                assert row["projected"] - row["current"] == pytest.approx(ahead)


@given(SERIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(series: Records[Observation], random: Random) -> None:
    shuffled = random.sample(list(series), len(series))
    pd.testing.assert_frame_equal(growth(series, by="npu"), growth(shuffled, by="npu"))


@given(SERIES)
def test_grouping_and_filtering_change_places(series: Records[Observation]) -> None:
    whole = growth(series, by="npu")
    pd.testing.assert_frame_equal(
        whole[whole["npu"] == "CV"].reset_index(drop=True),
        growth(series.where(npu="CV"), by="npu"),
    )


def test_a_fall_below_nothing_is_no_count() -> None:
    day = date(2019, 9, 1)
    sign_ups = [Observation(force="WMP", kind="messaging_sign_ups", value=100, as_of=day)]
    for until, projected in ((date(2020, 1, 1), 0.0), (date(2020, 2, 1), None)):
        grown = growth(sign_ups, until=until, net_per_month=-25)["projected"]
        assert [None if pd.isna(value) else value for value in grown] == [projected]
