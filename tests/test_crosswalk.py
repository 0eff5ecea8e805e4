"""Crosswalks: what links say together, and what they must not say.

The force Avonshire, its units and its dates are made up. So are the days on which units of West
Midlands Police change here: no source gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from crosswalks import DAY, LATER, OLDER, changes, link, links_of, lookup
from hypothesis import given
from hypothesis import strategies as st

from npolicing import forces
from npolicing._records import Records
from npolicing.crosswalks import Crosswalk
from npolicing.crosswalks._following import follow
from npolicing.entities import NPU, AreaLink
from npolicing.errors import (
    MissingColumnsError,
    MixedRowsError,
    ValidationError,
)
from npolicing.forces import ForceReference
from npolicing.frames import to_arrow, to_pandas

WMP = forces.west_midlands()


def faults(make: Callable[[], object]) -> list[tuple[int | None, str | None, str, object, str]]:
    """What is wrong with a crosswalk: row, column, code, value and rule of each failure."""
    with pytest.raises(ValidationError, match="for Crosswalk:") as caught:
        make()
    return [(f.row, f.column, f.code, f.value, f.rule) for f in caught.value.failures]


# -- what comes out of links


def test_renamed_merged_and_split_by_hand() -> None:
    crosswalk = changes(
        link("A", "B", OLDER),
        link("B", "C", DAY),
        link("D", "C", DAY),
        link("E", "F", LATER, 0.75),
        link("E", "G", LATER, 0.25),
    )

    def ends(as_of: date) -> dict[str, dict[str, float | None]]:
        return {area: dict(each.shares) for area, each in follow(crosswalk.links, as_of).items()}

    assert ends(date(2015, 12, 31)) == {each: {each: 1.0} for each in "ABDE"}
    assert ends(OLDER) == {"A": {"B": 1.0}, "B": {"B": 1.0}, "D": {"D": 1.0}, "E": {"E": 1.0}}
    assert ends(DAY) == {"A": {"C": 1.0}, "B": {"C": 1.0}, "D": {"C": 1.0}, "E": {"E": 1.0}}
    assert ends(LATER)["E"] == {"F": 0.75, "G": 0.25}
    assert crosswalk.splits == ("E",)
    assert crosswalk.unweighted == ()


def test_weights_multiply_along_a_way_and_ways_to_one_area_add_up() -> None:
    crosswalk = changes(
        link("A", "B", OLDER, 0.5),
        link("A", "C", OLDER, 0.5),
        link("B", "D", DAY, 0.5),
        link("B", "E", DAY, 0.5),
        link("C", "D", LATER),
    )

    assert follow(crosswalk.links, DAY)["A"].shares == {"D": 0.25, "E": 0.25, "C": 0.5}
    assert follow(crosswalk.links, LATER)["A"].shares == {"D": 0.75, "E": 0.25}


def test_parts_that_come_together_again_are_whole_though_no_weight_is_known() -> None:
    crosswalk = changes(
        link("A", "B", OLDER),
        link("A", "C", OLDER),
        link("B", "D", DAY),
        link("C", "D", LATER),
    )

    assert crosswalk.unweighted == ("A",)
    assert not follow(crosswalk.links, DAY)["A"].known
    assert follow(crosswalk.links, LATER)["A"].shares == {"D": 1.0}


def test_what_has_a_weight_of_nothing_goes_nowhere() -> None:
    crosswalk = changes(link("A", "B", DAY, 1.0), link("A", "C", DAY, 0.0))

    assert follow(crosswalk.links, DAY)["A"].shares == {"B": 1.0}
    assert crosswalk.splits == ()


def test_a_change_without_a_day_is_followed_on_no_day() -> None:
    crosswalk = changes(link("A", "B", OLDER), link("B", "C"), link("D", "B", OLDER))

    found = follow(crosswalk.links, LATER)

    assert {area: set(each.undated) for area, each in found.items()} == {
        "A": {"B"},
        "B": {"B"},
        "D": {"B"},
    }


# -- what links must not say


def test_every_failure_comes_at_once_and_by_row() -> None:
    links = [
        link("A", "B", DAY, 0.5),
        link("A", "C", DAY, 0.4),
        link("D", "D", DAY),
        link("D", "E", DAY),
        link("F", "G", DAY),
        link("F", "G", LATER),
        link("H", "I", DAY),
        link("I", "H", LATER),
        link("J", "K", OLDER),
        link("L", "J", DAY),
    ]

    assert faults(lambda: changes(*links)) == [
        (0, "weight", "INCONSISTENT", 0.9, "weights of A on 2020-04-01 add up to 1"),
        (
            3,
            "from_area",
            "INCONSISTENT",
            "D",
            "stays on 2020-04-01 (row 2) or is replaced, not both",
        ),
        (
            5,
            "valid_from",
            "INCONSISTENT",
            LATER,
            "is that of row 4, 2020-04-01: F is replaced once",
        ),
        (6, "from_area, to_area", "INCONSISTENT", "H to I to H", "leads on and never back"),
        (
            9,
            "to_area",
            "AREA_NOT_CURRENT",
            "J",
            "counts from 2020-04-01, before it is replaced on 2016-04-01",
        ),
    ]


@pytest.mark.parametrize(
    ("weights", "rule"),
    [
        ((0.5, 0.5), None),
        ((1 / 3, 2 / 3), None),
        ((0.3, 0.7 + 9e-10), None),
        ((0.3, 0.7 - 9e-10), None),
        ((0.3, 0.7 + 2e-9), "weights of A on 2020-04-01 add up to 1"),
        ((0.3, 0.7 - 2e-9), "weights of A on 2020-04-01 add up to 1"),
        ((None, 0.7), None),
        ((None, 1.0), None),
        ((None, None), None),
    ],
)
def test_known_weights_of_an_area_add_up_to_one(
    weights: tuple[float | None, float | None], rule: str | None
) -> None:
    links = [link("A", to, DAY, weight) for to, weight in zip("BC", weights, strict=True)]

    if rule is None:
        assert len(changes(*links).links) == 2
    else:
        assert [each[4] for each in faults(lambda: changes(*links))] == [rule]


def test_weights_that_are_known_are_no_more_than_one_beside_one_that_is_not() -> None:
    links = [link("A", "B", DAY, 0.7), link("A", "C", DAY, 0.7), link("A", "D", DAY)]

    found = faults(lambda: changes(*links))

    assert [each[4] for each in found] == ["weights of A on 2020-04-01 add up to 1 at most"]


def test_a_part_of_an_area_is_not_the_whole_of_it() -> None:
    assert [each[3] for each in faults(lambda: changes(link("A", "B", DAY, 0.6)))] == [0.6]


def test_links_of_one_crosswalk_are_of_one_force_and_of_the_same_kinds() -> None:
    links = [
        link("A", "B"),
        attrs.evolve(link("C", "D"), force="GMP", kind="lpa"),
        attrs.evolve(link("E", "F"), to_kind="ward"),
        attrs.evolve(link("G", "H"), to_kind="npu"),
    ]

    assert [each[:4] for each in faults(lambda: changes(*links))] == [
        (1, "force", "INCONSISTENT", "GMP"),
        (1, "kind", "INCONSISTENT", "lpa"),
        (1, "to_kind", "INCONSISTENT", "lpa"),
        (2, "to_kind", "INCONSISTENT", "ward"),
    ]


def test_a_link_is_there_once() -> None:
    found = faults(lambda: changes(link("A", "B", DAY), link("A", "B", DAY)))

    assert [(row, code) for row, _, code, _, _ in found] == [
        (0, "DUPLICATE_KEY"),
        (1, "DUPLICATE_KEY"),
    ]


def test_every_circle_is_found_with_dates_and_without() -> None:
    found = faults(
        lambda: changes(
            link("A", "B"),
            link("B", "C"),
            link("C", "A"),
            link("D", "E", DAY),
            link("E", "D", DAY),
            link("F", "A"),
        )
    )

    assert {(row, rule) for row, _, _, _, rule in found} == {
        (0, "leads on and never back"),
        (3, "leads on and never back"),
    }
    assert sorted(len(str(value).split(" to ")) for _, _, _, value, _ in found) == [3, 4]


def test_circles_that_share_an_area_are_both_found() -> None:
    links = [link("A", "B", DAY, 0.5), link("A", "C", DAY, 0.5), link("B", "A"), link("C", "A")]

    assert {each[3] for each in faults(lambda: changes(*links))} in (
        {"A to B to A", "A to C to A"},
        {"B to A to B", "A to C to A"},
        {"A to B to A", "C to A to C"},
        {"B to A to B", "C to A to C"},
    )


def test_an_area_that_is_replaced_when_another_comes_to_it_is_refused_on_the_same_day_too() -> None:
    found = faults(lambda: changes(link("A", "B", DAY), link("C", "A", DAY)))

    assert [each[:4] for each in found] == [(1, "to_area", "AREA_NOT_CURRENT", "A")]


def test_an_area_may_stay_until_the_day_it_is_replaced() -> None:
    assert changes(link("A", "A", OLDER), link("B", "A", OLDER), link("A", "C", DAY)).links
    stays_on = faults(lambda: changes(link("A", "C", DAY), link("A", "A", LATER)))
    assert [each[:4] for each in stays_on] == [(1, "to_area", "AREA_NOT_CURRENT", "A")]


def test_a_lookup_may_keep_the_codes_of_its_areas() -> None:
    """Of other kinds they are other areas, and lead neither on nor back."""
    crosswalk = lookup(("A", "A", 0.5), ("A", "B", 0.5), ("B", "A", None))

    assert crosswalk.is_lookup
    assert {a: dict(e.shares) for a, e in follow(crosswalk.links).items()} == {
        "A": {"A": 0.5, "B": 0.5},
        "B": {"A": 1.0},
    }


def test_an_area_of_a_lookup_has_links_of_one_day() -> None:
    links = [
        attrs.evolve(link("A", to, day), to_kind="ward") for to, day in (("W", DAY), ("V", LATER))
    ]

    assert [each[1] for each in faults(lambda: changes(*links))] == ["valid_from"]


# -- out of rows, a force, a lookup


@pytest.mark.parametrize(
    "library", [to_pandas, to_arrow, lambda rows: pl.DataFrame(to_arrow(rows))]
)
def test_links_may_be_rows_of_any_frame(library: Callable[[Records[AreaLink]], pa.Table]) -> None:
    expected = changes(link("A", "B", DAY, 0.5), link("A", "C", DAY, 0.5))

    assert Crosswalk.from_rows(library(expected.links)) == expected


def reference(*units: NPU) -> ForceReference:
    """Units of a made-up force."""
    return attrs.evolve(
        WMP,
        force=attrs.evolve(WMP.force, force="AVS"),
        npus=Records(NPU, units),
        grading_schemes=WMP.grading_schemes[:0],
        grades=WMP.grades[:0],
        grade_owners=WMP.grade_owners[:0],
    )


def unit(code: str, *successors: str, **dates: date) -> NPU:
    return NPU(
        force="AVS",
        code=code,
        name=f"Unit {code}",
        successors=successors,
        source="made up",
        valid_from=dates.get("valid_from"),
        valid_to=dates.get("valid_to"),
    )


def said(crosswalk: Crosswalk) -> list[tuple[str, str, date | None, float | None]]:
    return [(x.from_area, x.to_area, x.valid_from, x.weight) for x in crosswalk.links]


EVE = date(2020, 3, 31)


def test_units_have_changes_out_of_their_successors_and_dates() -> None:
    crosswalk = Crosswalk.from_force(
        reference(
            unit("A", "E", valid_to=EVE),
            unit("B", "E", valid_to=EVE),
            unit("C", "F", "G", valid_to=EVE),
            unit("D"),
            *(unit(code, valid_from=DAY) for code in "EFG"),
        )
    )

    assert said(crosswalk) == [
        ("A", "E", DAY, 1.0),
        ("B", "E", DAY, 1.0),
        ("C", "F", DAY, None),
        ("C", "G", DAY, None),
    ]
    assert {x.kind for x in crosswalk.links} == {"npu"}
    assert {x.source for x in crosswalk.links} == {"made up"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"valid_to": EVE}, {}, [("A", "B", DAY, 1.0), ("B", "B", DAY, 1.0)]),
        ({"valid_to": EVE}, {"valid_from": DAY}, [("A", "B", DAY, 1.0)]),
        ({"valid_to": EVE}, {"valid_from": LATER}, [("A", "B", LATER, 1.0)]),
        (
            {"valid_to": EVE},
            {"valid_from": OLDER},
            [("A", "B", DAY, 1.0), ("B", "B", DAY, 1.0)],
        ),
        ({}, {"valid_from": DAY}, [("A", "B", DAY, 1.0)]),
        ({}, {}, [("A", "B", None, 1.0)]),
    ],
)
def test_a_change_of_units_has_the_day_that_their_dates_give(
    old: dict[str, date], new: dict[str, date], expected: list[object]
) -> None:
    crosswalk = Crosswalk.from_force(reference(unit("A", "B", **old), unit("B", **new)))

    assert said(crosswalk) == expected


def test_a_unit_that_was_renamed_keeps_its_code_and_stays() -> None:
    crosswalk = Crosswalk.from_force(
        reference(
            unit("A", "A", valid_to=EVE), attrs.evolve(unit("A", valid_from=DAY), name="New A")
        )
    )

    assert said(crosswalk) == [("A", "A", DAY, 1.0)]
    assert follow(crosswalk.links, LATER)["A"].shares == {"A": 1.0}


def test_a_unit_with_a_period_that_has_no_first_day_was_there_before() -> None:
    earlier = attrs.evolve(unit("B", valid_to=date(2010, 1, 1)), name="Old B")
    crosswalk = Crosswalk.from_force(
        reference(unit("A", "B", valid_to=EVE), earlier, unit("B", valid_from=LATER))
    )

    assert said(crosswalk) == [("A", "B", DAY, 1.0), ("B", "B", DAY, 1.0)]


def test_the_shipped_force_has_no_change_that_a_source_dates() -> None:
    assert Crosswalk.from_force(WMP) == Crosswalk(Records(AreaLink))
    assert not Crosswalk.from_force(WMP).is_lookup


TABLE = {
    "LSOA11CD": ["E01000001", "E01000002", "E01000002", "E01000001"],
    "LSOA21CD": ["E01000001", "E01000003", "E01000004", "E01000001"],
    "other": [1, 2, 3, 4],
}


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_lookup_is_read_from_columns_that_are_named(library: Callable[..., pd.DataFrame]) -> None:
    crosswalk = Crosswalk.from_lookup(
        library(TABLE),
        force="WMP",
        kind="lsoa11",
        to_kind="lsoa21",
        from_area="LSOA11CD",
        to_area="LSOA21CD",
        basis="best fit",
        source="ONS",
    )

    assert said(crosswalk) == [
        ("E01000001", "E01000001", None, 1.0),
        ("E01000002", "E01000003", None, None),
        ("E01000002", "E01000004", None, None),
    ]
    assert {(x.kind, x.to_kind, x.basis, x.source) for x in crosswalk.links} == {
        ("lsoa11", "lsoa21", "best fit", "ONS")
    }


def from_table(table: pd.DataFrame, weight: str | None = None) -> Crosswalk:
    return Crosswalk.from_lookup(
        table,
        force="AVS",
        kind="ward",
        to_kind="npu",
        from_area="old",
        to_area="new",
        weight=weight,
        valid_from=DAY,
    )


def test_weights_of_a_lookup_are_taken_and_its_pairs_then_come_once() -> None:
    table = pd.DataFrame({"old": ["A", "A"], "new": ["B", "C"], "share": [0.25, 0.75]})

    assert said(from_table(table, "share")) == [("A", "B", DAY, 0.25), ("A", "C", DAY, 0.75)]
    twice = pd.concat([table[:1], table[:1], table[1:].assign(old=None)])
    with pytest.raises(ValidationError, match="for AreaLink") as caught:
        from_table(twice, "share")
    assert [(each.row, each.code) for each in caught.value.failures] == [
        (0, "DUPLICATE_KEY"),
        (1, "DUPLICATE_KEY"),
        (2, "NULL"),
    ]


def test_a_lookup_with_wrong_cells_names_each_by_its_row_in_the_table() -> None:
    table = pd.DataFrame({"old": ["A", "A", None], "new": ["B", "B", "c"]})

    with pytest.raises(ValidationError) as caught:
        from_table(table)

    assert [(f.row, f.column, f.code) for f in caught.value.failures] == [
        (2, "from_area", "NULL"),
        (2, "to_area", "PATTERN"),
    ]


def test_columns_that_a_lookup_lacks_are_all_named() -> None:
    with pytest.raises(MissingColumnsError, match="no column 'new', 'share'; it has 'old'"):
        from_table(pd.DataFrame({"old": ["A"]}), "share")


# -- one lookup after another


def test_two_lookups_by_hand() -> None:
    first = lookup(("A", "M", 0.5), ("A", "N", 0.5), ("B", "N", None), kinds=("a", "m"))
    second = lookup(("M", "X", 0.5), ("M", "Y", 0.5), ("N", "X", None), kinds=("m", "x"))

    both = first.then(second)

    assert [(x.kind, x.to_kind, x.from_area, x.to_area, x.weight) for x in both.links] == [
        ("a", "x", "A", "X", 0.75),
        ("a", "x", "A", "Y", 0.25),
        ("a", "x", "B", "X", 1.0),
    ]


def test_what_lookups_go_by_is_kept_and_the_day_is_that_of_the_second() -> None:
    first, second = lookup(("A", "M", None)), lookup(("M", "X", None), kinds=("lsoa21", "ward24"))
    first = Crosswalk(
        Records(AreaLink, (attrs.evolve(x, basis="exact fit", source="P") for x in first.links))
    )
    second = Crosswalk(
        Records(
            AreaLink,
            (attrs.evolve(x, basis="best fit", source="P", valid_from=DAY) for x in second.links),
        )
    )

    (found,) = first.then(second).links

    assert (found.basis, found.source, found.valid_from) == ("exact fit; best fit", "P", DAY)


def test_areas_that_the_second_lookup_lacks_are_all_named() -> None:
    first = lookup(("A", "M", None), ("B", "N", None), ("C", "O", None), kinds=("a", "m"))
    second = lookup(("N", "X", None), kinds=("m", "x"))

    with pytest.raises(ValidationError) as caught:
        first.then(second)

    assert [(f.row, f.value, f.code) for f in caught.value.failures] == [
        (0, "M", "REFERENTIAL"),
        (2, "O", "REFERENTIAL"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (changes(link("A", "B", DAY)), lookup(("B", "W", None)), "the first crosswalk has changes"),
        (lookup(("A", "B", None)), changes(link("B", "C")), "the second crosswalk has changes"),
        (lookup(("A", "B", None)), changes(), "the second crosswalk has changes of one kind of"),
        (
            lookup(("A", "B", None)),
            lookup(("B", "C", None)),
            "^The first lookup leads to lsoa21 of AVS, and the second from lsoa11 of AVS;",
        ),
    ],
)
def test_lookups_that_do_not_follow_one_another_are_refused(
    first: Crosswalk, second: Crosswalk, words: str
) -> None:
    with pytest.raises(MixedRowsError, match=words):
        first.then(second)


# -- how it is shown


def test_a_crosswalk_says_what_it_has() -> None:
    crosswalk = changes(
        link("A", "B", DAY, 0.25),
        link("A", "C", DAY, 0.75),
        link("C", "C", DAY),
        link("D", "E"),
        link("F", "G"),
        link("H", "I"),
        link("J", "K"),
    )

    assert repr(crosswalk) == (
        "Crosswalk(AVS npu, changes: 7 links, 6 old areas to 6 new)\n"
        "  2020-04-01: A to B (0.25)\n"
        "  2020-04-01: A to C (0.75)\n"
        "  2020-04-01: C stays\n"
        "  D to E\n"
        "  F to G\n"
        "  ... and 2 more"
    )
    assert "7 links, 6 old areas to 6 new)</p>\n<table>" in crosswalk._repr_html_()
    assert repr(changes(link("A", "B"))) == (
        "Crosswalk(AVS npu, changes: 1 link, 1 old area to 1 new)\n  A to B"
    )
    assert repr(changes()) == "Crosswalk(no links)"


# -- what always holds


@given(links_of(weighted=True), st.dates(OLDER, LATER))
def test_shares_are_of_one_whole_on_every_day(links: Sequence[AreaLink], day: date) -> None:
    for ends in follow(changes(*links).links, day).values():
        shares = [share for share in ends.shares.values() if share is not None]
        assert sum(shares) == pytest.approx(1)
        assert len(shares) == len(ends.shares)


@given(links_of(weighted=False), st.randoms(use_true_random=False))
def test_the_order_of_links_does_not_matter(links: Sequence[AreaLink], random: object) -> None:
    mixed = list(links)
    random.shuffle(mixed)  # type: ignore[attr-defined] # a Random

    found = follow(changes(*links).links, LATER)
    assert follow(changes(*mixed).links, LATER) == found
