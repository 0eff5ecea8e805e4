from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing._records import Records
from npolicing.entities import Scheme, Ward
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.frames import to_arrow
from npolicing.measures import coverage
from npolicing.testing import tables

DAY = date(2019, 10, 15)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def ward(code: str, npu: str = "CV", **given: Any) -> Ward:  # noqa: ANN401 # fields
    return Ward(**{"force": "WMP", "ward": code, "name": f"Ward {code}", "npu": npu, **given})


def scheme(number: int, *wards: str, **given: Any) -> Scheme:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "kind": "street_watch", "npu": "CV", "status": "active", **given}
    return Scheme(scheme_id=f"S{number}", wards=wards, **fields)


WARDS = [ward("W1"), ward("W2"), ward("W3"), ward("W4", "DY"), ward("W5", "DY")]


def test_a_ward_with_several_schemes_is_covered_once() -> None:
    schemes = [scheme(1, "W1"), scheme(2, "W1", "W2"), scheme(3, "W4", npu="DY")]
    cv, dy, total = rows(coverage(schemes, WARDS, by="npu", total=True))
    assert cv == {
        "npu": "CV",
        "wards": 3,
        "covered": 2,
        "uncovered": 1,
        "coverage": 2 / 3,
        "unplaced": 0,
        "is_total": False,
    }
    assert (dy["wards"], dy["covered"], dy["uncovered"], dy["coverage"]) == (2, 1, 1, 0.5)
    assert total == {
        "npu": None,
        "wards": 5,
        "covered": 3,
        "uncovered": 2,
        "coverage": 0.6,
        "unplaced": 0,
        "is_total": True,
    }


def test_a_ward_is_in_its_own_unit_whatever_the_schemes_is() -> None:
    found = rows(coverage([scheme(1, "W4", npu="CV")], WARDS, by="npu"))
    assert [(row["npu"], row["covered"]) for row in found] == [("CV", 0), ("DY", 1)]


@pytest.mark.parametrize("status", ["forming", "dormant", "closed"])
def test_a_scheme_that_is_not_active_covers_nothing(status: str) -> None:
    assert one(coverage([scheme(1, "W1", status=status)], WARDS))["covered"] == 0


@pytest.mark.parametrize(
    ("dates", "covered"),
    [
        ({}, 1),
        ({"started_on": BEFORE}, 1),
        ({"started_on": DAY}, 1),
        ({"started_on": AFTER}, 0),
        ({"ended_on": BEFORE}, 0),
        ({"ended_on": DAY}, 1),
        ({"ended_on": AFTER}, 1),
        ({"started_on": BEFORE, "ended_on": AFTER}, 1),
        ({"started_on": AFTER, "ended_on": AFTER}, 0),
    ],
)
def test_a_scheme_counts_from_its_first_day_to_its_last(
    dates: dict[str, date], covered: int
) -> None:
    schemes = [scheme(1, "W1", **dates)]
    assert one(coverage(schemes, WARDS, as_of=DAY))["covered"] == covered
    assert one(coverage(schemes, WARDS))["covered"] == 1


def test_wards_count_while_they_are_in_force() -> None:
    wards = [
        ward("W1"),
        ward("W2", valid_from=DAY),
        ward("W3", valid_to=DAY),
        ward("W4", valid_from=AFTER),
        ward("W5", valid_to=BEFORE),
    ]
    assert coverage([], wards, by="ward", as_of=DAY)["ward"].to_list() == ["W1", "W2", "W3"]
    assert one(coverage([], wards))["wards"] == 5


def test_a_ward_that_changed_its_unit_counts_in_that_of_the_day() -> None:
    wards = [ward("W1", "CV", valid_to=BEFORE), ward("W1", "DY", valid_from=DAY)]
    assert one(coverage([scheme(1, "W1")], wards, by="npu", as_of=BEFORE))["npu"] == "CV"
    assert one(coverage([scheme(1, "W1")], wards, by="npu", as_of=DAY))["npu"] == "DY"
    words = (
        "coverage counts a ward once, and these have several rows: W1 (WMP). "
        "Pass as_of= to take those in force, so that each has one."
    )
    with refused(words):
        coverage([], wards)


def test_a_ward_twice_in_force_is_refused() -> None:
    wards = [
        ward("W2", valid_from=BEFORE),
        ward("W2", valid_from=DAY),
        ward("W1"),
        ward("W1", valid_from=DAY),
        ward("W3"),
    ]
    words = (
        "coverage counts a ward once, and these have several rows: W1 (WMP), W2 (WMP). "
        "Mend those of 2019-10-15, so that each has one."
    )
    with refused(words):
        coverage([], wards, as_of=DAY)


def test_every_ward_that_is_not_among_those_given_is_named() -> None:
    schemes = [
        scheme(1, "W1", "W8"),
        scheme(2, "W9", status="closed"),
        scheme(3, "W1", force="GMP"),
    ]
    words = (
        "3 failures for Scheme:\n"
        "  3 x wards: is one of the wards given\n"
        "  ...\n"
        "  - row 0, wards: 'W8' breaks is one of the wards given [REFERENTIAL]\n"
        "  - row 1, wards: 'W9' breaks is one of the wards given [REFERENTIAL]\n"
        "  - row 2, wards: 'W1' breaks is one of the wards given [REFERENTIAL]"
    )
    with pytest.raises(ValidationError, match=f"^{re.escape(words)}$"):
        coverage(schemes, WARDS)


def test_a_ward_that_is_not_in_force_is_refused_where_it_would_count() -> None:
    wards = [ward("W1"), ward("W2", valid_to=BEFORE)]
    words = (
        "1 failure for Scheme:\n"
        "  - row 1, wards: 'W2' breaks is in force on 2019-10-15 [AREA_NOT_CURRENT]"
    )
    with pytest.raises(ValidationError, match=f"^{re.escape(words)}$"):
        coverage([scheme(1, "W1"), scheme(2, "W1", "W2")], wards, as_of=DAY)
    assert one(coverage([scheme(1, "W2", status="closed")], wards, as_of=DAY))["wards"] == 1
    assert one(coverage([scheme(1, "W2", ended_on=BEFORE)], wards, as_of=DAY))["wards"] == 1
    assert one(coverage([scheme(1, "W2")], wards, as_of=BEFORE))["covered"] == 1


def test_an_active_scheme_that_names_no_ward_is_counted_apart() -> None:
    schemes = [
        scheme(1, "W1"),
        scheme(2),
        scheme(3),
        scheme(4, npu="BW"),
        scheme(5, status="closed"),
    ]
    bw, cv, dy, total = rows(coverage(schemes, WARDS, by="npu", total=True))
    assert (bw["npu"], bw["wards"], bw["coverage"], bw["unplaced"]) == ("BW", 0, None, 1)
    assert (cv["wards"], cv["covered"], cv["unplaced"]) == (3, 1, 2)
    assert dy["unplaced"] == 0
    assert (total["wards"], total["covered"], total["unplaced"]) == (5, 1, 3)
    *_, nowhere = rows(coverage(schemes, WARDS, by="ward"))
    assert (nowhere["ward"], nowhere["wards"], nowhere["unplaced"]) == (None, 0, 3)


def test_kinds_are_not_added_up() -> None:
    schemes = [scheme(1, "W1"), scheme(2, "W2", kind="cadets", status="closed")]
    words = (
        "coverage adds up rows of one kind, and these are of 2: cadets, street_watch. "
        "Put 'kind' in by, or pass the rows of one."
    )
    with refused(words):
        coverage(schemes, WARDS, by="npu")


def test_each_kind_is_held_against_all_the_wards() -> None:
    schemes = [
        scheme(1, "W1"),
        scheme(2, "W2", kind="cadets"),
        scheme(3, "W4", kind="cadets"),
        scheme(4, kind="cadets"),
        scheme(5, "W1", kind="other", status="closed"),
    ]
    found = rows(coverage(schemes, WARDS, by=["kind", "npu"]))
    assert [
        (row["kind"], row["npu"], row["covered"], row["wards"], row["unplaced"]) for row in found
    ] == [
        ("cadets", "CV", 1, 3, 1),
        ("cadets", "DY", 1, 2, 0),
        ("other", "CV", 0, 3, 0),
        ("other", "DY", 0, 2, 0),
        ("street_watch", "CV", 1, 3, 0),
        ("street_watch", "DY", 0, 2, 0),
    ]


def test_there_is_no_total_of_several_kinds() -> None:
    words = (
        "The total of coverage would add up 2 kinds: cadets, street_watch. "
        "Leave total out, or pass the rows of one."
    )
    with refused(words):
        coverage([scheme(1), scheme(2, kind="cadets")], WARDS, by="kind", total=True)


def test_there_is_a_total_of_one_kind() -> None:
    _, total = rows(coverage([scheme(1, "W1")], WARDS, by="kind", total=True))
    assert (total["kind"], total["covered"]) == (None, 1)


def test_forces_are_not_added_up() -> None:
    wards = [*WARDS, ward("W1", "M", force="GMP")]
    words = (
        "coverage adds up rows of one force, and these are of 2: GMP, WMP. "
        "Put 'force' in by, or pass the rows of one."
    )
    with refused(words):
        coverage([scheme(1, "W1")], wards)
    with refused(words):
        coverage([scheme(1, npu="M", force="GMP")], WARDS)


def test_a_wards_code_is_that_of_its_force_alone() -> None:
    wards = [ward("W1"), ward("W1", "M", force="GMP")]
    found = rows(coverage([scheme(1, "W1", npu="M", force="GMP")], wards, by="force", total=True))
    assert [(row["force"], row["covered"]) for row in found] == [
        ("GMP", 1),
        ("WMP", 0),
        (None, 1),
    ]


def test_wards_without_any_scheme_are_not_covered() -> None:
    none = one(coverage([], WARDS))
    assert (none["wards"], none["covered"], none["uncovered"], none["coverage"]) == (5, 0, 5, 0.0)


def test_all_wards_may_be_covered() -> None:
    assert one(coverage([scheme(1, "W1", "W2", "W3", "W4", "W5")], WARDS))["coverage"] == 1.0


def test_no_rows_give_no_rows() -> None:
    assert len(coverage([], [], by="npu", total=True)) == 0


def test_a_column_that_it_cannot_be_grouped_by_is_refused_by_name() -> None:
    words = "'status' is no column to group by; known: force, npu, ward, kind."
    with pytest.raises(UnknownCodeError, match=f"^{re.escape(words)}$"):
        coverage([], WARDS, by="status")


def test_schemes_without_a_column_of_wards_are_refused(frame: Build) -> None:
    schemes = frame({"force": ["WMP"], "kind": ["street_watch"], "npu": ["CV"]})
    with pytest.raises(MissingColumnsError) as caught:
        coverage(schemes, WARDS)
    assert caught.value.missing == ("status", "wards")
    assert caught.value.present == ("force", "kind", "npu")


def test_every_column_that_a_frame_of_wards_lacks_is_named() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        coverage([], pd.DataFrame({"force": ["WMP"]}))
    assert caught.value.missing == ("ward", "npu")


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="builtins.dict is no frame that speaks Arrow"):
        coverage({}, WARDS)  # type: ignore[arg-type] # that is the point


SCHEMES = [scheme(1, "W1", started_on=DAY), scheme(2, "W1", "W4"), scheme(3)]


def test_frames_of_any_library_give_what_records_give(frame: Build) -> None:
    needed = ("force", "kind", "npu", "status", "started_on")
    columns = {name: [getattr(row, name) for row in SCHEMES] for name in needed}
    schemes = frame({**columns, "wards": [list(row.wards) for row in SCHEMES]})
    wards = frame({n: [getattr(row, n) for row in WARDS] for n in ("force", "ward", "npu")})
    pd.testing.assert_frame_equal(
        coverage(schemes, wards, by="npu", total=True, as_of=DAY),
        coverage(SCHEMES, WARDS, by="npu", total=True, as_of=DAY),
    )


def test_what_else_a_frame_has_is_not_its_business() -> None:
    schemes = pd.DataFrame(
        {
            "force": ["WMP", "WMP"],
            "kind": ["cadets", "cadets"],
            "npu": ["CV", "CV"],
            "status": ["active", "active"],
            "wards": [["W1"], ["W2"]],
            "remark": ["a text", 5],
        }
    )
    assert one(coverage(schemes, WARDS))["covered"] == 2


def test_duckdb_gives_what_records_give() -> None:
    schemes, wards = to_arrow(SCHEMES), to_arrow(WARDS)
    with duckdb.connect() as connection:
        connection.register("schemes", schemes)
        connection.register("wards", wards)
        found = coverage(connection.table("schemes"), connection.table("wards"), by="npu")
    pd.testing.assert_frame_equal(found, coverage(SCHEMES, WARDS, by="npu"))


ROWS = tables(
    Scheme,
    force="WMP",
    kind="street_watch",
    npu="CV",
    wards=st.lists(st.sampled_from(["W1", "W2", "W3", "W4", "W5"]), unique=True).map(tuple),
)


@given(ROWS)
def test_covered_and_uncovered_make_up_the_wards(schemes: Records[Scheme]) -> None:
    *units, total = rows(coverage(schemes, WARDS, by="npu", total=True, as_of=DAY))
    for row in (*units, total):
        assert row["covered"] + row["uncovered"] == row["wards"]
        assert row["coverage"] == row["covered"] / row["wards"]
    for column in ("wards", "covered", "uncovered", "unplaced"):
        assert total[column] == sum(unit[column] for unit in units)


@given(ROWS, ROWS)
def test_a_further_scheme_never_lowers_the_coverage(
    schemes: Records[Scheme], more: Records[Scheme]
) -> None:
    few, many = one(coverage(schemes, WARDS)), one(coverage([*schemes, *more], WARDS))
    assert few["coverage"] <= many["coverage"]


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(schemes: Records[Scheme], random: Random) -> None:
    pd.testing.assert_frame_equal(
        coverage(schemes, WARDS, by="ward"),
        coverage(
            random.sample(list(schemes), len(schemes)),
            random.sample(WARDS, len(WARDS)),
            by="ward",
        ),
    )


@given(ROWS)
def test_grouping_and_filtering_change_places(schemes: Records[Scheme]) -> None:
    cv = {each.ward for each in WARDS if each.npu == "CV"}
    within = [each for each in schemes if cv.issuperset(each.wards)]
    whole = coverage(within, WARDS, by="npu")
    pd.testing.assert_frame_equal(
        whole[whole["npu"] == "CV"].reset_index(drop=True),
        coverage(within, [each for each in WARDS if each.npu == "CV"], by="npu"),
    )
