"""Counts brought to other areas: totals are kept, and nothing is guessed or lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from crosswalks import (
    DAY,
    DAYS,
    GENERATIONS,
    LATER,
    OLDER,
    changes,
    link,
    links_of,
    lookup,
    pairs_of,
    published,
)
from hypothesis import given
from hypothesis import strategies as st
from measured import rows

from conftest import Build
from npolicing import forces
from npolicing._records import Records
from npolicing._tally import tally
from npolicing.crosswalks import Crosswalk, retally
from npolicing.crosswalks._tables import eager
from npolicing.entities import NPU, AreaLink
from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    MissingTargetError,
    MixedRowsError,
)
from npolicing.measures import attendance_ratio

HISTORY = changes(
    link("A", "B", OLDER),
    link("B", "C", DAY),
    link("D", "C", DAY),
    link("E", "F", LATER, 0.75),
    link("E", "G", LATER, 0.25),
)
LOGS: dict[str, Sequence[object]] = {
    "npu": ["A", "D", "E", "C", "X", None, "A"],
    "month": ["2018-06", "2018-06", "2018-06", "2018-06", "2018-06", "2018-06", "2018-07"],
    "logs": [1, 2, 4, 8, 16, 32, 64],
}


def cells(frame: object) -> list[dict[str, Any]]:
    """The rows of a frame of any library."""
    if isinstance(frame, pd.DataFrame):
        return rows(frame)
    return frame.to_pylist() if isinstance(frame, pa.Table) else frame.to_dicts()  # type: ignore[attr-defined] # of polars


# -- by hand


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (
            OLDER - timedelta(days=1),
            {("A", 6): 1, ("A", 7): 64, ("C", 6): 8, ("D", 6): 2, ("E", 6): 4},
        ),
        (OLDER, {("B", 6): 1, ("B", 7): 64, ("C", 6): 8, ("D", 6): 2, ("E", 6): 4}),
        (
            DAY - timedelta(days=1),
            {("B", 6): 1, ("B", 7): 64, ("C", 6): 8, ("D", 6): 2, ("E", 6): 4},
        ),
        (DAY, {("C", 6): 11, ("C", 7): 64, ("E", 6): 4}),
        (LATER, {("C", 6): 11, ("C", 7): 64, ("F", 6): 3, ("G", 6): 1}),
    ],
)
def test_areas_are_followed_from_day_to_day(
    frame: Build, as_of: date, expected: Mapping[tuple[str | None, int], int]
) -> None:
    found = retally(frame(LOGS), HISTORY, on="npu", as_of=as_of)

    counts: dict[tuple[str | None, int], int] = {
        (each["npu"], int(each["month"][-1])): each["logs"] for each in cells(found.frame)
    }
    outside: dict[tuple[str | None, int], int] = {("X", 6): 16, (None, 6): 32}
    assert counts == {**expected, **outside}
    assert found.unknown == {"X": 1}
    assert found.null_rows == 1
    assert found.counted == ("logs",)
    assert found.parted == ({"E": 1} if as_of == LATER else {})
    assert {each["npu"] for each in cells(found.frame) if each["is_estimate"]} == (
        {"F", "G"} if as_of == LATER else set()
    )


def test_the_rows_are_sorted_with_null_last_and_the_frame_is_of_the_same_kind(frame: Build) -> None:
    given_rows = frame(LOGS)

    found = retally(given_rows, HISTORY, on="npu", as_of=LATER).frame

    assert type(found) is type(given_rows)
    assert [(each["npu"], each["month"]) for each in cells(found)] == [
        ("C", "2018-06"),
        ("C", "2018-07"),
        ("F", "2018-06"),
        ("G", "2018-06"),
        ("X", "2018-06"),
        (None, "2018-06"),
    ]
    assert list(cells(found)[0]) == ["npu", "month", "logs", "is_estimate"]


def test_counts_are_whole_numbers_unless_the_crosswalk_splits_by_weights() -> None:
    """By the crosswalk and not by the rows: each month's table has one schema."""
    frame = pa.table({"npu": ["A", "D"], "logs": pa.array([1, 2], pa.int32())})

    whole = retally(frame, HISTORY, on="npu", as_of=DAY).frame
    weighted = retally(frame, HISTORY, on="npu", as_of=LATER).frame

    assert [whole.schema.field(name).type for name in ("logs", "is_estimate")] == [
        pa.int64(),
        pa.bool_(),
    ]
    assert weighted.schema.field("logs").type == pa.float64()
    assert weighted["is_estimate"].to_pylist() == [False]


def test_a_split_without_weights_that_no_row_reaches_leaves_whole_numbers_whole() -> None:
    crosswalk = changes(link("A", "B", DAY), link("C", "D", DAY), link("C", "E", DAY))
    frame = pa.table({"npu": ["A"], "logs": [1]})

    found = retally(frame, crosswalk, on="npu", as_of=DAY).frame

    assert found.schema.field("logs").type == pa.int64()


def test_the_types_of_pandas_are_its_plain_ones() -> None:
    found = retally(pd.DataFrame(LOGS), HISTORY, on="npu", as_of=DAY).frame

    # Before pandas 3 a text is an object.
    text = str(pd.Series(["E"]).dtype)
    assert found.dtypes.astype(str).to_dict() == {
        "npu": text,
        "month": text,
        "logs": "int64",
        "is_estimate": "bool",
    }


def test_whole_numbers_are_exact_beyond_what_a_float_holds() -> None:
    big = 2**53 + 1
    frame = pa.table({"npu": ["B", "D"], "logs": [big, 0]})

    assert retally(frame, HISTORY, on="npu", as_of=DAY).frame["logs"].to_pylist() == [big]


def test_a_split_without_weights_is_refused_and_every_such_area_is_named() -> None:
    crosswalk = changes(
        link("A", "B", DAY),
        link("A", "C", DAY),
        link("D", "E", DAY, 0.5),
        link("D", "F", DAY),
        link("G", "H", DAY),
        link("G", "I", DAY),
        link("K", "L", DAY),
    )
    frame = pd.DataFrame({"npu": ["A", "D", "K"], "logs": 1})

    with pytest.raises(MissingTargetError) as caught:
        retally(frame, crosswalk, on="npu", as_of=DAY)

    assert str(caught.value) == (
        "No source gives the weights by which these areas are split: A (B, C); D (E, F). If you "
        "have them, such as residents of each part, give their links a weight; or leave those "
        "rows out, and say so."
    )
    # Before the day there is nothing to split, and rows of other areas are not held up.
    assert len(retally(frame, crosswalk, on="npu", as_of=DAY - timedelta(days=1)).frame) == 3
    assert cells(retally(frame[2:], crosswalk, on="npu", as_of=DAY).frame) == [
        {"npu": "L", "logs": 1, "is_estimate": False}
    ]


def test_a_change_without_a_day_is_refused_and_every_such_area_is_named() -> None:
    crosswalk = changes(
        link("A", "B"), link("C", "D", DAY), link("D", "E"), link("F", "G"), link("H", "I", DAY)
    )
    frame = pd.DataFrame({"npu": ["A", "C", "H"], "logs": 1})

    with pytest.raises(MissingTargetError) as caught:
        retally(frame, crosswalk, on="npu", as_of=DAY)

    assert str(caught.value) == (
        "No source gives the day on which these areas are replaced: A, D. If you have one, give "
        "their links a valid_from."
    )
    assert len(retally(frame[2:], crosswalk, on="npu", as_of=DAY).frame) == 1


def test_days_and_weights_that_lack_are_told_together() -> None:
    crosswalk = changes(link("A", "B"), link("C", "D", DAY), link("C", "E", DAY))

    with pytest.raises(MissingTargetError, match="(?s)replaced: A.*are split: C") as caught:
        retally(pd.DataFrame({"npu": ["A", "C"], "n": 1}), crosswalk, on="npu", as_of=DAY)

    assert str(caught.value).count("\n") == 1


def test_an_unknown_count_makes_its_sum_unknown_and_no_other(frame: Build) -> None:
    found = retally(
        frame({"npu": ["A", "B", "E"], "logs": [1, None, 3], "crimes": [1, 2, 3]}),
        HISTORY,
        on="npu",
        as_of=DAY,
        counted=["logs", "crimes"],
    )

    assert [(each["npu"], each["logs"], each["crimes"]) for each in cells(found.frame)] == [
        ("C", None, 3),
        ("E", 3, 3),
    ]


def test_without_rows_there_are_the_same_columns(frame: Build) -> None:
    some = frame({"npu": ["E"], "logs": [1]})
    none = some[:0] if not isinstance(some, pa.Table) else some.slice(0, 0)  # type: ignore[index] # a frame

    found = retally(none, HISTORY, on="npu", as_of=LATER)

    assert cells(found.frame) == []
    assert eager(found.frame).columns == ["npu", "logs", "is_estimate"]
    assert (found.unknown, found.null_rows) == ({}, 0)


def test_null_is_last_in_each_column_that_is_sorted_by() -> None:
    frame = pa.table(
        {"npu": ["X", None, None], "grade": [None, "P2", None], "n": pa.array([0, 0, 1])}
    )

    found = retally(frame, HISTORY, on="npu", as_of=DAY).frame

    assert [(row["npu"], row["grade"]) for row in found.to_pylist()] == [
        ("X", None),
        (None, "P2"),
        (None, None),
    ]


# -- which columns are counts


FRAME = pd.DataFrame(
    {"npu": ["A", "D"], "year": [2018, 2019], "grade": ["P1", "P1"], "logs": [1, 2]}
)


def test_whole_numbers_are_counts_unless_they_are_named_to_group_by() -> None:
    def found(**named: Any) -> list[dict[str, Any]]:  # noqa: ANN401 # the function's own
        return cells(retally(FRAME, HISTORY, on="npu", as_of=DAY, **named).frame)

    estimate = {"is_estimate": False}
    assert found() == [{"npu": "C", "grade": "P1", "year": 4037, "logs": 3} | estimate]
    by_year = [
        {"npu": "C", "year": 2018, "grade": "P1", "logs": 1} | estimate,
        {"npu": "C", "year": 2019, "grade": "P1", "logs": 2} | estimate,
    ]
    assert found(counted="logs") == by_year
    assert found(by=["npu", "year", "grade"]) == by_year
    assert found(by="grade", counted="logs") == [{"npu": "C", "grade": "P1", "logs": 3} | estimate]
    assert found(by=[], counted=["logs"]) == [{"npu": "C", "logs": 3} | estimate]


def test_what_may_be_a_ratio_is_refused_and_each_column_named() -> None:
    frame = FRAME.assign(ratio=0.5, rate=0.1, spent=pd.array([Decimal(1)] * 2))
    frame["spent"] = pd.Series([Decimal(1)] * 2, dtype=object)

    with pytest.raises(MixedRowsError, match="may be ratios or rates: ratio, rate, spent. Leave"):
        retally(frame, HISTORY, on="npu", as_of=DAY, by="grade")


def test_a_float_that_is_named_is_a_count() -> None:
    frame = pd.DataFrame({"npu": ["A", "D", "E"], "logs": [0.5, 1.5, 4.0]})

    found = retally(frame, HISTORY, on="npu", as_of=LATER, counted="logs").frame

    assert dict(zip(found["npu"], found["logs"], strict=True)) == {"C": 2.0, "F": 3.0, "G": 1.0}


def test_a_result_with_ratios_is_not_taken_and_its_parts_are() -> None:
    logs = pd.DataFrame({"force": "AVS", "npu": ["A", "D", "D"], "priority": "P1"})
    logs["attended_by_neighbourhood"] = [True, True, False]
    ratios = attendance_ratio(logs, by="npu")

    with pytest.raises(MixedRowsError, match="ratios or rates: attendance_ratio"):
        retally(ratios, HISTORY, on="npu", as_of=DAY)
    parts = ratios.drop(columns=["attendance_ratio", "low", "high", "is_total"])
    (found,) = cells(retally(parts, HISTORY, on="npu", as_of=DAY).frame)
    assert (found["attended"], found["logs"], found["unknown"]) == (2, 3, 0)


def test_a_tally_is_brought_to_areas_as_it_is() -> None:
    logs = pd.DataFrame({"force": "AVS", "npu": ["A", "D", None], "priority": ["P1", "P1", "P2"]})

    found = retally(tally(logs, by=["npu", "priority"]), HISTORY, on="npu", as_of=DAY)

    assert cells(found.frame) == [
        {"npu": "C", "priority": "P1", "logs": 2, "is_estimate": False},
        {"npu": None, "priority": "P2", "logs": 1, "is_estimate": False},
    ]


def test_an_estimate_stays_one() -> None:
    counts = pd.DataFrame({"npu": ["E", "Z", "Q", "P"], "n": [4, 1, 2, 5]})
    first = retally(counts, HISTORY, on="npu", as_of=LATER)
    next_day = LATER + timedelta(days=1)
    after = changes(
        link("G", "Z", next_day), link("Q", "R", next_day, 0.5), link("Q", "S", next_day, 0.5)
    )

    found = retally(first.frame, after, on="npu", as_of=date(2030, 1, 1), counted="n").frame

    assert cells(found) == [
        {"npu": "F", "n": 3.0, "is_estimate": True},
        {"npu": "P", "n": 5.0, "is_estimate": False},
        {"npu": "R", "n": 1.0, "is_estimate": True},
        {"npu": "S", "n": 1.0, "is_estimate": True},
        {"npu": "Z", "n": 2.0, "is_estimate": True},
    ]


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["A", "D"])])
def test_codes_and_groups_may_be_categories(kind: pl.DataType) -> None:
    plain = pl.DataFrame({"npu": ["A", "D"], "grade": ["A", "A"], "n": [1, 2]})
    frame = plain.with_columns(pl.col("npu", "grade").cast(kind))

    assert cells(retally(frame, HISTORY, on="npu", as_of=DAY).frame) == [
        {"npu": "C", "grade": "A", "n": 3, "is_estimate": False}
    ]
    assert cells(retally(frame.to_pandas(), HISTORY, on="npu", as_of=DAY).frame) == cells(
        retally(frame, HISTORY, on="npu", as_of=DAY).frame
    )


def test_the_index_of_pandas_is_no_column() -> None:
    frame = pd.DataFrame({"npu": ["A", "D"], "n": [1, 2]}, index=["x", "x"])

    found = retally(frame, HISTORY, on="npu", as_of=DAY).frame

    assert list(found.columns) == ["npu", "n", "is_estimate"]
    assert list(found.index) == [0]


# -- what is refused


def test_columns_that_lack_are_named() -> None:
    with pytest.raises(MissingColumnsError, match="no column 'npu', 'month', 'logs'; it has 'n'"):
        retally(pd.DataFrame({"n": [1]}), HISTORY, on="npu", as_of=DAY, by="month", counted="logs")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"counted": ["grade", "logs"]}, "grade: is (large_)?string, not a count"),
        ({"counted": ["year"], "by": ["year"]}, "year: is a column to group by, not a count"),
        ({"counted": "npu"}, "npu: is a column to group by, not a count"),
    ],
)
def test_what_is_no_count_is_refused(named: dict[str, Any], words: str) -> None:
    with pytest.raises(ColumnTypeError, match=words):
        retally(FRAME.astype({"grade": "str"}), HISTORY, on="npu", as_of=DAY, **named)


FLAGGED: dict[str, Sequence[object]] = {"npu": ["A"], "logs": [1], "is_estimate": [True]}


@pytest.mark.parametrize(
    "named", [{"by": "is_estimate"}, {"by": ("npu", "is_estimate")}, {"counted": ["is_estimate"]}]
)
def test_the_flag_of_estimates_is_not_named(frame: Build, named: dict[str, Any]) -> None:
    with pytest.raises(ColumnTypeError, match="is_estimate: is whether a weight was in a count"):
        retally(frame(FLAGGED), HISTORY, on="npu", as_of=DAY, **named)


@pytest.mark.parametrize("flags", [["perhaps"], [1], [0.5]])
def test_what_is_called_a_flag_of_estimates_and_is_none_is_refused(flags: list[object]) -> None:
    counts = pd.DataFrame({**FLAGGED, "is_estimate": flags})
    with pytest.raises(ColumnTypeError, match="is_estimate: is .*, not true or false"):
        retally(counts, HISTORY, on="npu", as_of=DAY)


def test_a_column_of_lists_is_none_to_group_by() -> None:
    counts = pd.DataFrame({"npu": ["A"], "logs": [1], "codes": [["x"]]})
    for by in (None, "codes"):
        with pytest.raises(ColumnTypeError, match="codes: is list.*, not a column to group by"):
            retally(counts, HISTORY, on="npu", as_of=DAY, by=by)


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64()])
def test_counts_whose_sum_would_wrap_are_refused(kind: pa.DataType) -> None:
    merged = changes(link("B", "C", DAY), link("D", "C", DAY))
    logs = pa.array([2**62, 2**62], kind)
    counts = pa.table({"npu": ["B", "D"], "logs": logs})
    with pytest.raises(ColumnTypeError, match=r"logs: is larger, not counts .* less than 2\*\*62"):
        retally(counts, merged, on="npu", as_of=DAY)
    # A float does not hold every one of them: where a weight is in them, they are fewer.
    counts = pa.table({"npu": ["B", "D"], "logs": [2**53, 1]})
    with pytest.raises(ColumnTypeError, match=r"less than 2\*\*53"):
        retally(counts, HISTORY, on="npu", as_of=LATER)


def test_a_frame_without_counts_is_refused() -> None:
    with pytest.raises(MixedRowsError, match="no column of whole numbers that is not one to group"):
        retally(FRAME[["npu", "year"]], HISTORY, on="npu", as_of=DAY, by="year")


@pytest.mark.parametrize("codes", [[1, 2], [1.5, 2.5], [date(2020, 1, 1)] * 2])
def test_codes_are_text(codes: list[object]) -> None:
    with pytest.raises(ColumnTypeError, match="npu: is .*, not string"):
        retally(
            pd.DataFrame({"npu": pd.Series(codes), "n": 1}), HISTORY, on="npu", as_of=DAY, by=[]
        )


def test_columns_of_mixed_objects_are_all_named() -> None:
    frame = pd.DataFrame({"npu": [1, "A"], "grade": ["P1", 2], "n": [1, 2]}, dtype=object)

    with pytest.raises(ColumnTypeError) as caught:
        retally(frame, HISTORY, on="npu", as_of=DAY)

    assert [(each.column, each.rule) for each in caught.value.failures] == [
        ("npu", "one type"),
        ("grade", "one type"),
    ]


@pytest.mark.parametrize("as_of", [None, "2020-04-01", pd.Timestamp("2020-04-01")])
def test_changes_need_a_day(as_of: Any) -> None:  # noqa: ANN401 # a mistake
    with pytest.raises(TypeError, match="^as_of= is the day whose areas are asked for, such as"):
        retally(FRAME, HISTORY, on="npu", as_of=as_of)


def test_a_lookup_has_no_day() -> None:
    with pytest.raises(TypeError, match="^a lookup leads to one set of areas, whatever the day"):
        retally(FRAME, lookup(("A", "W", None)), on="npu", as_of=DAY)


@pytest.mark.parametrize("rows_of", [pl.DataFrame.lazy, lambda frame: frame.to_dicts()])
def test_what_is_no_frame_is_refused(rows_of: Any) -> None:  # noqa: ANN401 # a mistake
    with pytest.raises(TypeError, match="is no frame of pandas, polars or pyarrow. Collect"):
        retally(rows_of(pl.DataFrame({"npu": ["A"], "n": [1]})), HISTORY, on="npu", as_of=DAY)


# -- how it is shown


def test_a_result_says_what_was_done() -> None:
    found = retally(pd.DataFrame(LOGS), HISTORY, on="npu", as_of=LATER)

    assert repr(found) == (
        "Retally(areas of 2023-04-01, counted: logs)\n"
        "  parted by weight, so that counts are estimates: E (1 row)\n"
        "  not in the crosswalk, and kept as they are: X (1 row)\n"
        "  rows without an area, and kept: 1"
    )
    assert found._repr_html_().count("<li>") == 3
    codes = [f"X{number:02}" for number in range(12)] * 2
    many = retally(pd.DataFrame({"ward": codes, "n": 1}), lookup(("A", "W", None)), on="ward")
    assert repr(many).endswith(", X09 and 2 more (24 rows)")
    assert repr(many).startswith("Retally(counted: n)\n")
    whole = retally(pd.DataFrame({"ward": ["A"], "n": 1}), lookup(("A", "W", None)), on="ward")
    assert whole._repr_html_() == "<p>Retally(counted: n)</p>\n"


# -- the units of West Midlands Police


def test_birmingham_is_one_unit_only_by_a_dated_crosswalk() -> None:
    """The day is made up: no source gives one, and so the shipped units have none."""
    wmp = forces.west_midlands()
    counts = pd.DataFrame({"npu": ["BE", "BW", "CV"], "logs": [10, 20, 40]})

    def merged(valid_to: date | None) -> Crosswalk:
        units = [
            attrs.evolve(unit, successors=("BHAM",), valid_to=valid_to)
            if unit.code in ("BE", "BW")
            else unit
            for unit in wmp.npus
        ]
        units.append(NPU(force="WMP", code="BHAM", name="Birmingham", kind="lpa"))
        return Crosswalk.from_force(attrs.evolve(wmp, npus=Records(NPU, units)))

    with pytest.raises(
        MissingTargetError, match="these areas are replaced: BE, BW. If you have one"
    ):
        retally(counts, merged(None), on="npu", as_of=date(2024, 1, 1))
    dated = merged(LATER - timedelta(days=1))
    before = retally(counts, dated, on="npu", as_of=LATER - timedelta(days=1)).frame
    after = retally(counts, dated, on="npu", as_of=LATER).frame
    assert dict(zip(before["npu"], before["logs"], strict=True)) == {"BE": 10, "BW": 20, "CV": 40}
    assert dict(zip(after["npu"], after["logs"], strict=True)) == {"BHAM": 30, "CV": 40}


# -- real lookups: LSOA of 2011 to LSOA of 2021 to ward of 2024


def test_of_the_lsoas_that_changed_most_are_still_in_one_ward() -> None:
    table = published("lsoa_changes.csv")
    first = Crosswalk.from_lookup(
        table,
        force="WMP",
        kind="lsoa11",
        to_kind="lsoa21",
        from_area="lsoa11_code",
        to_area="lsoa21_code",
    )
    second = Crosswalk.from_lookup(
        table,
        force="WMP",
        kind="lsoa21",
        to_kind="ward24",
        from_area="lsoa21_code",
        to_area="ward24_code",
        basis="best fit",
    )

    both = first.then(second)

    assert (len(first.unweighted), len(second.unweighted), len(both.unweighted)) == (40, 0, 6)
    assert both.unweighted == (
        "E01009703",
        "E01010435",
        "E01010521",
        "E01033621",
        "E01033628",
        "E01033641",
    )
    counts = pd.DataFrame({"lsoa": table["lsoa11_code"].unique(), "crimes": 1})
    with pytest.raises(
        MissingTargetError, match="these areas are split: E01009703 .E05001234, E05"
    ):
        retally(counts, both, on="lsoa")
    whole = counts[~counts["lsoa"].isin(both.unweighted)]
    found = retally(whole, both, on="lsoa")
    assert len(whole) == int(found.frame["crimes"].sum()) == 36
    assert not found.frame["is_estimate"].any()


# -- what always holds


def table_of(drawn: Sequence[tuple[str | None, str | None, int, int]]) -> pa.Table:
    kinds = {"npu": pa.string(), "grade": pa.string(), "logs": pa.int64(), "crimes": pa.int64()}
    return pa.table(
        {
            name: pa.array([row[at] for row in drawn], kind)
            for at, (name, kind) in enumerate(kinds.items())
        }
    )


AREAS = [*(area for each in GENERATIONS for area in each), "X", None]
COUNTS = st.integers(0, 10**6)
TABLES = st.lists(
    st.tuples(st.sampled_from(AREAS), st.sampled_from(["P1", "P2", None]), COUNTS, COUNTS),
    max_size=12,
).map(table_of)


def totals(table: pa.Table) -> dict[str | None, tuple[float, float]]:
    """The counts of each grade, over all areas."""
    found: dict[str | None, tuple[float, float]] = {}
    for row in table.to_pylist():
        logs, crimes = found.get(row["grade"], (0, 0))
        found[row["grade"]] = (logs + row["logs"], crimes + row["crimes"])
    return found


@given(TABLES, links_of(weighted=True), st.dates(OLDER, LATER))
def test_totals_are_kept_by_each_count_and_group(
    table: pa.Table, links: Sequence[AreaLink], day: date
) -> None:
    found = retally(table, changes(*links), on="npu", as_of=day).frame

    expected = {grade: pytest.approx(sums) for grade, sums in totals(table).items()}
    assert totals(found) == expected


@given(TABLES, links_of(weighted=False), st.dates(OLDER, LATER))
def test_without_splits_totals_are_kept_to_the_last_one(
    table: pa.Table, links: Sequence[AreaLink], day: date
) -> None:
    found = retally(table, changes(*links), on="npu", as_of=day).frame

    assert totals(found) == totals(table)
    assert found.schema.field("logs").type == pa.int64()
    assert not any(found["is_estimate"].to_pylist())


@given(TABLES, links_of(weighted=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    table: pa.Table,
    links: Sequence[AreaLink],
    random: Any,  # noqa: ANN401 # a Random
) -> None:
    order = list(range(table.num_rows))
    random.shuffle(order)
    crosswalk = changes(*links)

    found = retally(table.take(pa.array(order, pa.int64())), crosswalk, on="npu", as_of=LATER).frame

    assert found.equals(retally(table, crosswalk, on="npu", as_of=LATER).frame)


def test_not_even_the_last_digit_of_a_sum_hangs_on_the_order_of_rows() -> None:
    sums = {
        retally(
            pa.table({"npu": ["A", "B", "D"], "n": parts}),
            HISTORY,
            on="npu",
            as_of=DAY,
            counted="n",
        )
        .frame["n"][0]
        .as_py()
        for parts in permutations([0.1, 0.2, 0.3])
    }

    assert len(sums) == 1


def plain(table: pa.Table) -> pa.Table:
    """The rows by area and grade, as a crosswalk that changes nothing gives them."""
    return retally(table, changes(), on="npu", as_of=DAY).frame


@given(TABLES)
def test_an_area_that_stays_keeps_its_counts(table: pa.Table) -> None:
    staying = changes(*(link(area, area, DAY) for area in AREAS if area is not None))

    found = retally(table, staying, on="npu", as_of=LATER).frame

    assert found.equals(plain(table))
    grouped = table.group_by(["npu", "grade"]).aggregate([("logs", "sum"), ("crimes", "sum")])
    in_order = grouped.sort_by([("npu", "ascending"), ("grade", "ascending")])
    assert found["logs"].to_pylist() == in_order["logs_sum"].to_pylist()


@given(TABLES, links_of(weighted=True))
def test_to_go_by_day_and_by_day_is_to_go_at_once(
    table: pa.Table, links: Sequence[AreaLink]
) -> None:
    crosswalk = changes(*links)
    half = retally(table, crosswalk, on="npu", as_of=OLDER).frame

    twice = retally(half, crosswalk, on="npu", as_of=DAY, counted=["logs", "crimes"]).frame

    once = retally(table, crosswalk, on="npu", as_of=DAY).frame
    assert close(twice) == close(once)


def close(table: pa.Table) -> list[dict[str, Any]]:
    return [
        {name: pytest.approx(value) if isinstance(value, int | float) else value}
        for row in table.to_pylist()
        for name, value in row.items()
        if name != "is_estimate"
    ]


OLD, MID, NEW = GENERATIONS


@given(TABLES, pairs_of(OLD, MID), pairs_of(MID, NEW))
def test_two_lookups_in_one_are_as_one_after_the_other(
    table: pa.Table,
    first: list[tuple[str, str, float | None]],
    second: list[tuple[str, str, float | None]],
) -> None:
    to_mid, to_new = lookup(*first, kinds=("a", "m")), lookup(*second, kinds=("m", "x"))
    others = [area not in MID for area in table["npu"].to_pylist()]
    known = table.filter(pa.array(others, pa.bool_()))
    half = retally(known, to_mid, on="npu").frame

    twice = retally(half, to_new, on="npu", counted=["logs", "crimes"]).frame

    assert close(retally(known, to_mid.then(to_new), on="npu").frame) == close(twice)


@given(TABLES)
def test_what_is_merged_has_the_sum(table: pa.Table) -> None:
    merged = changes(*(link(area, "ALL", DAY) for area in AREAS if area is not None))

    found = retally(table, merged, on="npu", as_of=DAY, by="grade").frame

    sums = {(row["npu"] is None, row["grade"]): row["logs"] for row in found.to_pylist()}
    expected: dict[tuple[bool, str | None], int] = {}
    for row in table.to_pylist():
        key = row["npu"] is None, row["grade"]
        expected[key] = expected.get(key, 0) + row["logs"]
    assert sums == expected


def test_the_days_of_the_strategy_are_those_that_the_tests_ask_for() -> None:
    assert DAYS == (OLDER, DAY)
