"""A join that says what it did not find, and loses and doubles nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from crosswalks import published
from hypothesis import given
from hypothesis import strategies as st
from measured import rows

from conftest import Build
from npolicing._records import Records
from npolicing.crosswalks import join_areas
from npolicing.entities import Ward
from npolicing.errors import ColumnTypeError, MissingColumnsError, MixedRowsError

CRIMES: dict[str, Sequence[object]] = {
    "crime": [1, 2, 3, 4, 5],
    "ward": ["W1", "W9", None, "W9", "W2"],
}
WARDS = pd.DataFrame({"code": ["W2", "W1", "W3"], "npu": ["BE", "CV", None], "size": [1, 2, 3]})


def cells(frame: object) -> list[dict[str, Any]]:
    """The rows of a frame of any library."""
    if isinstance(frame, pd.DataFrame):
        return rows(frame)
    return frame.to_pylist() if isinstance(frame, pa.Table) else frame.to_dicts()  # type: ignore[attr-defined] # of polars


# -- by hand


def test_five_crimes_by_hand(frame: Build) -> None:
    crimes = frame(CRIMES)

    found = join_areas(crimes, WARDS, on="ward", key="code")

    assert cells(found.matched) == [
        {"crime": 1, "ward": "W1", "npu": "CV", "size": 2},
        {"crime": 5, "ward": "W2", "npu": "BE", "size": 1},
    ]
    assert cells(found.unmatched) == [
        {"crime": 2, "ward": "W9"},
        {"crime": 3, "ward": None},
        {"crime": 4, "ward": "W9"},
    ]
    assert type(found.matched) is type(found.unmatched) is type(crimes)
    assert found.unmatched_codes == {"W9": 2, None: 1}
    assert (found.rows, found.matched_rows, found.unmatched_rows, found.null_rows) == (5, 2, 3, 1)
    assert found.unmatched_ratio == 0.6
    assert found.on == "ward"


def test_codes_that_are_not_found_come_most_first_then_by_code_and_null_last() -> None:
    codes = ["D", "B", None, "B", "C", None, "A", "A", "A"]

    found = join_areas(pd.DataFrame({"code": codes}), WARDS, on="code")

    assert list(found.unmatched_codes.items()) == [
        ("A", 3),
        ("B", 2),
        (None, 2),
        ("C", 1),
        ("D", 1),
    ]


def test_wards_may_be_records_and_columns_may_be_chosen() -> None:
    wards = Records(
        Ward, [Ward(force="WMP", ward=code, name=f"Ward {code}", npu="CV") for code in ("W1", "W2")]
    )
    crimes = pd.DataFrame(CRIMES | {"force": "WMP"})

    found = join_areas(crimes, wards, on="ward", columns=["npu", "name"])

    assert list(found.matched.columns) == ["crime", "ward", "force", "npu", "name"]
    assert found.matched["name"].tolist() == ["Ward W1", "Ward W2"]
    assert list(join_areas(crimes, wards, on="ward", columns=[]).matched.columns) == [
        "crime",
        "ward",
        "force",
    ]


def test_wards_may_be_a_relation_of_duckdb() -> None:
    relation = duckdb.from_arrow(pa.table({"ward": ["W1"], "npu": ["CV"]}))

    assert join_areas(pd.DataFrame(CRIMES), relation, on="ward").matched_rows == 1


@pytest.mark.parametrize("index", [[3, 3, 0, 1, 1], ["a", "b", "c", "d", "e"]])
def test_the_index_of_pandas_is_kept_and_does_not_put_rows_together(index: list[object]) -> None:
    crimes = pd.DataFrame(CRIMES, index=index)
    wards = WARDS.set_axis(["x", "y", "z"])

    found = join_areas(crimes, wards, on="ward", key="code")

    assert found.matched["npu"].tolist() == ["CV", "BE"]
    assert list(found.matched.columns) == ["crime", "ward", "npu", "size"]
    assert found.matched.index.tolist() == [index[0], index[4]]
    assert found.unmatched.index.tolist() == index[1:4]


def test_what_was_passed_is_left_as_it_was() -> None:
    crimes, wards = pd.DataFrame(CRIMES), WARDS.copy()

    matched = join_areas(crimes, wards, on="ward", key="code").matched
    matched["crime"] = 0
    matched["size"] = 0

    pd.testing.assert_frame_equal(crimes, pd.DataFrame(CRIMES))
    pd.testing.assert_frame_equal(wards, WARDS)


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["W1", "W2", "W9"])])
def test_codes_may_be_categories(kind: pl.DataType) -> None:
    crimes = pl.DataFrame(CRIMES).with_columns(pl.col("ward").cast(kind))

    for each in (crimes, crimes.to_arrow(), crimes.to_pandas()):
        found = join_areas(each, WARDS, on="ward", key="code")
        assert found.unmatched_codes == {"W9": 2, None: 1}


def test_codes_in_several_chunks_are_one_column() -> None:
    parts = [pa.table({"ward": pa.array(p, pa.string())}) for p in (["W1", "W9"], [], ["W9", None])]
    table = pa.concat_tables([*parts, pa.table({"ward": ["W2"]})])

    found = join_areas(table, WARDS, on="ward", key="code")

    assert found.unmatched_codes == {"W9": 2, None: 1}
    assert found.matched["npu"].to_pylist() == ["CV", "BE"]


def test_codes_are_compared_as_they_are_written() -> None:
    crimes = pd.DataFrame({"ward": ["w1", " W1", "W1"]})

    assert join_areas(crimes, WARDS, on="ward", key="code").unmatched_codes == {" W1": 1, "w1": 1}


def test_a_null_key_is_found_by_none() -> None:
    wards = pd.DataFrame({"code": ["W1", None, None], "npu": ["CV", "BE", "BW"]})

    found = join_areas(pd.DataFrame(CRIMES), wards, on="ward", key="code")

    assert cells(found.matched) == [{"crime": 1, "ward": "W1", "npu": "CV"}]


def test_without_rows_or_areas_there_is_nothing_to_find(frame: Build) -> None:
    crimes = frame(CRIMES)

    found = join_areas(pd.DataFrame(CRIMES)[:0], WARDS, on="ward", key="code")
    assert (found.rows, found.unmatched_ratio, found.unmatched_codes) == (0, None, {})
    assert list(found.matched.columns) == ["crime", "ward", "npu", "size"]
    found_none = join_areas(crimes, WARDS[:0], on="ward", key="code")
    assert (found_none.matched_rows, found_none.unmatched_ratio) == (0, 1.0)
    assert len(cells(found_none.unmatched)) == 5


# -- what is refused


def test_keys_that_come_twice_are_refused_and_each_is_named() -> None:
    wards = pd.DataFrame({"code": ["W1", "W2", "W2", "W3", "W3", "W3", None, None]})

    with pytest.raises(MixedRowsError) as caught:
        join_areas(pd.DataFrame(CRIMES), wards, on="ward", key="code")

    assert str(caught.value) == (
        "join_areas takes an area once, or its rows would double, and 2 keys come several times in "
        "'code': W2 (2 rows), W3 (3 rows). Keep one row of each."
    )


def test_columns_of_one_name_are_refused_and_each_is_named() -> None:
    crimes = pd.DataFrame(CRIMES).assign(npu="X", size=0)

    with pytest.raises(ColumnTypeError) as caught:
        join_areas(crimes, WARDS, on="ward", key="code")

    assert [each.column for each in caught.value.failures] == ["npu", "size"]
    assert "npu: is two columns, not one column; choose others with columns=" in str(caught.value)


def test_columns_that_lack_are_named() -> None:
    crimes = pd.DataFrame(CRIMES)

    with pytest.raises(MissingColumnsError, match="no column 'wards'; it has 'crime', 'ward'"):
        join_areas(crimes, WARDS, on="wards", key="code")
    with pytest.raises(MissingColumnsError, match="no column 'ward', 'name'; it has 'code'"):
        join_areas(crimes, WARDS, on="ward", columns=["npu", "name"])


@pytest.mark.parametrize("codes", [[1, 2], [1, "W1"], [b"W1", b"W2"]])
def test_codes_are_text_on_both_sides(codes: list[object]) -> None:
    odd = pd.DataFrame({"code": pd.Series(codes, dtype=object)})

    with pytest.raises(ColumnTypeError, match="code: is .*, not string"):
        join_areas(odd, WARDS[["code"]], on="code")
    if len(set(map(type, codes))) == 1:
        with pytest.raises(ColumnTypeError, match="code: is .*, not string"):
            join_areas(WARDS[["code"]], odd, on="code")


def test_what_is_lazy_is_refused() -> None:
    with pytest.raises(TypeError, match="LazyFrame is no frame of pandas, polars or pyarrow."):
        join_areas(pl.DataFrame(CRIMES).lazy(), WARDS, on="ward", key="code")  # type: ignore[type-var] # a mistake


# -- how it is shown


def test_a_join_says_what_was_not_found() -> None:
    codes = ["<A>", "<A>", None, "C", "D", "E", "F", "G", "W1"]
    found = join_areas(pd.DataFrame({"code": codes}), WARDS, on="code")

    assert repr(found) == (
        "AreaJoin(on 'code': 9 rows, 1 matched, 8 unmatched (88.9 %))\n"
        "  <A>: 2\n  C: 1\n  D: 1\n  E: 1\n  F: 1\n"
        "  ... and 2 codes more, all in .unmatched_codes"
    )
    shown = re.sub(' style="[^"]*"', "", found._repr_html_())
    assert '<th scope="row">&lt;A&gt;</th><td>2</td>' in shown
    assert '<th scope="row">no code</th><td>1</td>' in shown
    assert '<th scope="col">code not found</th>' in shown
    many = pd.DataFrame({"code": [f"X{number}" for number in range(30)]})
    html = join_areas(many, WARDS, on="code")._repr_html_()
    assert "code not found, the first 20 of 30</th>" in html
    assert html.count('<tr><th scope="row"') == 20
    assert repr(join_areas(many[:0], WARDS, on="code")) == (
        "AreaJoin(on 'code': 0 rows, 0 matched, 0 unmatched)"
    )


# -- West Midlands Police, June 2018


def wards_of(*vintages: int, local_authority: str | None = None) -> pd.DataFrame:
    """Real wards; those of one local authority, or all."""
    wards = published("wards.csv")
    chosen = wards[wards["vintage"].isin(vintages)]
    if local_authority is not None:
        chosen = chosen[chosen["local_authority"] == local_authority]
    return chosen[["ward", "vintage"]]


def records() -> pd.DataFrame:
    """A row for each record, with the ward that it names."""
    counted = published("rows_by_ward.csv")
    return counted.loc[counted.index.repeat(counted["rows"]), ["local_authority", "ward"]]


def test_in_the_wards_of_2017_44_per_cent_of_the_records_of_june_2018_find_none() -> None:
    """All of Birmingham's, whose wards were new in 2018, and nobody else's."""
    found = join_areas(records(), wards_of(2017), on="ward")

    assert (found.rows, found.matched_rows, found.unmatched_rows) == (25_731, 14_326, 11_405)
    assert found.unmatched_ratio == pytest.approx(0.4432, abs=5e-5)
    assert set(found.unmatched["local_authority"]) == {"Birmingham"}
    assert "Birmingham" not in set(found.matched["local_authority"])
    assert len(found.unmatched_codes) == 68
    assert repr(found).startswith(
        "AreaJoin(on 'ward': 25,731 rows, 14,326 matched, 11,405 unmatched (44.3 %))\n"
    )


def test_birminghams_wards_of_2024_and_the_others_of_2017_have_every_record() -> None:
    of_2017 = published("wards.csv").query("vintage == 2017 and local_authority != 'Birmingham'")
    wards = pd.concat([of_2017[["ward"]], wards_of(2024, local_authority="Birmingham")[["ward"]]])

    found = join_areas(records(), wards, on="ward")

    assert (len(of_2017), len(wards)) == (123, 192)
    assert (found.matched_rows, found.unmatched_codes) == (25_731, {})


def test_in_the_wards_of_2024_the_records_of_dudley_and_wolverhampton_find_none() -> None:
    found = join_areas(records(), wards_of(2024), on="ward")

    assert found.unmatched_rows == 4_736
    assert Counter(found.unmatched["local_authority"]) == {"Dudley": 2_226, "Wolverhampton": 2_510}


def test_wards_of_two_vintages_together_have_keys_twice() -> None:
    with pytest.raises(MixedRowsError, match="and 79 keys come several times in 'ward': E0500"):
        join_areas(records(), wards_of(2017, 2024), on="ward")


# -- what always holds

CODES = st.lists(st.sampled_from(["A", "B", "C", "D", None]), max_size=20)
KEYS = st.lists(st.sampled_from(["A", "B", "C", "E"]), unique=True)


@given(CODES, KEYS)
def test_every_row_comes_out_once_and_in_order(codes: list[str | None], keys: list[str]) -> None:
    crimes = pa.table(
        {"row": pa.array(range(len(codes)), pa.int64()), "ward": pa.array(codes, pa.string())}
    )
    wards = pa.table(
        {"ward": pa.array(keys, pa.string()), "at": pa.array(range(len(keys)), pa.int64())}
    )

    found = join_areas(crimes, wards, on="ward")

    assert found.matched.to_pylist() == [
        {"row": row, "ward": code, "at": keys.index(code)}
        for row, code in enumerate(codes)
        if code in keys
    ]
    assert found.unmatched.to_pylist() == [
        {"row": row, "ward": code} for row, code in enumerate(codes) if code not in keys
    ]
    assert dict(found.unmatched_codes) == Counter(code for code in codes if code not in keys)
    assert found.matched_rows + found.unmatched_rows == found.rows == len(codes)


def test_one_column_may_be_said_without_a_list() -> None:
    joined = join_areas(pd.DataFrame(CRIMES), WARDS, on="ward", key="code", columns="npu")

    assert list(joined.matched.columns) == ["crime", "ward", "npu"]
