"""Small numbers: what is hidden, and that nobody can work it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import npolicing as npol
from npolicing.disclosure import MEASURES, RULES, DisclosureRule, suppress, with_symbols
from npolicing.disclosure.attacking import Sums
from npolicing.errors import (
    DisclosureError,
    MissingColumnsError,
    MixedRowsError,
    UnknownCodeError,
)
from npolicing.intake.cells import Count, Suppressed
from npolicing.measures import RESULTS

FIVE = DisclosureRule(name="five", threshold=5, symbol="<5")


def two_way(
    counts: Sequence[Sequence[int]], *, rows: bool = True, columns: bool = True
) -> pd.DataFrame:
    """A table by row and column, with the totals that are asked for."""
    found: list[tuple[str | None, str | None, int, bool]] = [
        (f"r{i}", f"c{j}", count, False)
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
    ]
    if rows:
        found += [(f"r{i}", None, sum(row), True) for i, row in enumerate(counts)]
    if columns:
        found += [(None, f"c{j}", sum(c), True) for j, c in enumerate(zip(*counts, strict=True))]
    found.append((None, None, sum(map(sum, counts)), True))
    return pd.DataFrame(found, columns=["row", "column", "n", "is_total"])


def one_way(counts: Sequence[int | None], *, total: bool = True) -> pd.DataFrame:
    wards: list[str | None] = [f"W{at}" for at in range(len(counts))]
    known = [count for count in counts if count is not None]
    whole = [sum(known) if len(known) == len(counts) else None] if total else []
    return pd.DataFrame(
        {
            "ward": pd.Series(wards + [None] * len(whole)),
            "n": pd.array([*counts, *whole], "Int64"),
            "is_total": [False] * len(counts) + [True] * len(whole),
        }
    )


def grid(frame: pd.DataFrame, column: str = "n") -> list[list[object]]:
    named = frame.fillna({"row": "total", "column": "total"})
    wide = named.pivot_table(column, "row", "column", aggfunc="first")
    found: list[list[object]] = wide.to_numpy().tolist()
    return found


# What is hidden.


def test_a_small_count_is_hidden_and_the_smallest_beside_it() -> None:
    hidden = suppress(one_way([3, 26, 9, 0]), rule=FIVE, by="ward", counts="n")

    assert hidden["n"].tolist() == [pd.NA, 26, pd.NA, 0, 38]
    assert hidden["n_status"].tolist() == ["primary", "shown", "secondary", "shown", "shown"]
    assert list(hidden.columns) == ["ward", "n", "n_status", "is_total"]


def test_without_a_total_nothing_else_is_hidden() -> None:
    hidden = suppress(one_way([3, 26, 9], total=False), rule=FIVE, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "shown", "shown"]


def test_two_small_counts_hide_one_another() -> None:
    hidden = suppress(one_way([3, 2, 9]), rule=FIVE, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "primary", "shown", "shown"]


def test_two_hidden_counts_that_can_only_be_one_pair_are_not_enough() -> None:
    # 1 + 5 = 6: with one count of 1 or more, and one of 5 or more, there is no other way.
    hidden = suppress(one_way([1, 5, 30]), rule=FIVE, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "secondary", "secondary", "shown"]


def test_a_total_is_hidden_where_nothing_else_can_be() -> None:
    hidden = suppress(one_way([4, 4, 0]), rule=FIVE, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "primary", "shown", "secondary"]


def test_the_table_of_the_handbooks_is_hidden_as_they_say() -> None:
    # The table that the R package SmallCountRounding ships as exPSD; its totals are as printed.
    table = two_way([[6, 0, 1, 3, 4], [0, 1, 1, 0, 2], [1, 2, 3, 1, 2]])
    assert table.loc[table["is_total"], "n"].tolist() == [14, 4, 9, 7, 3, 5, 4, 8, 27]

    hidden = suppress(table, rule=FIVE, by=["row", "column"], counts="n")

    # 6 is hidden for the 1 under it, since 7 - 6 = 1; 9 for the total 4, since 27 - 14 - 9 = 4.
    assert grid(with_symbols(hidden, rule=FIVE)) == [
        ["*", "0", "<5", "<5", "<5", "14"],
        ["0", "<5", "<5", "0", "<5", "<5"],
        ["<5", "<5", "<5", "<5", "<5", "*"],
        ["7", "<5", "5", "<5", "8", "27"],
    ]


def test_a_zero_that_is_not_safe_is_hidden_and_its_symbol_does_not_tell_it() -> None:
    rule = DisclosureRule(name="all", threshold=3, zero_is_safe=False)
    hidden = suppress(one_way([0, 1, 3]), rule=rule, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "primary", "shown", "shown"]


def test_without_columns_to_tell_rows_apart_there_is_one_row_and_its_total() -> None:
    frame = pd.DataFrame({"n": [3, 3], "is_total": [False, True]})

    assert suppress(frame, rule=FIVE, counts="n")["n_status"].tolist() == ["primary", "primary"]


# Unknown is not hidden.


def test_what_is_unknown_stays_so_and_is_not_hidden() -> None:
    hidden = suppress(one_way([3, None, 9]), rule=FIVE, by="ward", counts="n")

    # The total is not known either, and tells nothing.
    assert hidden["n_status"].tolist() == ["primary", "unknown", "shown", "unknown"]
    assert hidden["n"].tolist() == [pd.NA, pd.NA, 9, pd.NA]


def test_what_is_unknown_is_no_cover_for_what_is_hidden() -> None:
    frame = one_way([3, 9, 12])
    frame.loc[2, "n"] = pd.NA
    hidden = suppress(frame, rule=FIVE, by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "secondary", "unknown", "shown"]


@pytest.mark.parametrize("kind", ["int64", "Int64", "float64", "int64[pyarrow]", "object"])
def test_counts_come_out_in_one_type(kind: str) -> None:
    frame = pd.DataFrame({"ward": ["A", "B"], "n": [3, 26]}).astype({"n": kind})

    hidden = suppress(frame, rule="ofqual", by="ward", counts="n")

    assert str(hidden["n"].dtype) == "Int64"
    assert hidden["n"].tolist() == [pd.NA, 25]


def test_an_empty_table_has_the_same_columns() -> None:
    whole = suppress(with_ratio([3, 9], [9, 20]), rule="ofqual", by="ward", counts=["n", "of"])
    none = with_ratio([], []).astype({"ward": "str"})
    empty = suppress(none, rule="ofqual", by="ward", counts=["n", "of"])

    assert empty.dtypes.to_dict() == whole.dtypes.to_dict()
    assert list(empty.columns) == list(whole.columns)


def test_the_index_and_the_table_itself_stay_as_they_are() -> None:
    frame = one_way([3, 26]).set_index(pd.Index([7, 7, 2]))
    before = frame.copy()

    hidden = suppress(frame, rule=FIVE, by="ward", counts="n")

    assert hidden.index.tolist() == [7, 7, 2]
    assert_frame_equal(frame, before)
    assert frame.attrs == {}


# Rounding.


def test_ofqual_rounds_to_five_and_says_fewer_than_five() -> None:
    table = one_way([0, 1, 4, 5, 7, 8, 26, 12])
    hidden = suppress(table, rule="ofqual", by="ward", counts="n")

    shown = with_symbols(hidden, rule="ofqual")["n"].tolist()
    # The total is 63 and not the 60 that the rounded counts add up to: it is rounded by itself.
    assert shown == ["0", "<5", "<5", "5", "5", "10", "25", "10", "65"]
    assert hidden["n_status"].tolist()[:4] == ["shown", "primary", "primary", "rounded"]


def test_rounded_counts_can_tell_a_hidden_one_too() -> None:
    # Two counts below 5 whose total reads 10, and so is 8 or more, are 4 and 4.
    hidden = suppress(one_way([4, 4]), rule="ofqual", by="ward", counts="n")

    assert hidden["n_status"].tolist() == ["primary", "primary", "secondary"]


def test_opensafely_hides_seven_and_rounds_eight() -> None:
    table = one_way([7, 8, 12, 13, 0], total=False)
    hidden = suppress(table, rule="opensafely", by="ward", counts="n")

    assert hidden["n"].tolist() == [pd.NA, 10, 10, 15, 0]
    assert with_symbols(hidden, rule="opensafely")["n"][0] == "[REDACTED]"


def test_the_rules_have_a_source_and_their_bounds() -> None:
    bounds = {name: (rule.threshold, rule.base, rule.places) for name, rule in RULES.items()}

    assert bounds == {
        "ofqual": (5, 5, 3),
        "hes": (8, 5, None),
        "opensafely": (8, 5, None),
        "ons-ls": (10, None, None),
    }
    assert all(rule.source and rule.name == name for name, rule in RULES.items())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"threshold": 2}, "threshold=2 hides one count alone, 1"),
        ({"threshold": 1, "zero_is_safe": False}, "hides one count alone, 0"),
        ({"threshold": 5, "base": 1}, "base=1 rounds nothing"),
        ({"threshold": 5, "places": -1}, "places=-1"),
        ({"threshold": 6, "base": 5}, "makes 5 of 6, which is below threshold=6"),
        ({"threshold": 4, "base": 10}, "makes 0 of 4"),
    ],
)
def test_a_rule_that_would_not_hold_is_refused(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DisclosureRule(name="wrong", **arguments)  # type: ignore[arg-type] # bounds and a flag


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([None, 2, 3, 5, 7, 10]))
def test_what_a_rounded_count_can_have_been(one: int, other: int, base: int | None) -> None:
    rule = DisclosureRule(name="any", threshold=5 if base != 7 else 4, base=base)
    assume(not rule.hides(one) and not rule.hides(other))
    low, high = rule.reads_as(one)

    assert (low <= other <= high) == (rule.published(other) == rule.published(one))


def test_what_reads_as_the_threshold_is_not_below_it() -> None:
    assert [RULES["ofqual"].reads_as(count) for count in (0, 5, 8)] == [(0, 0), (5, 7), (8, 12)]
    assert RULES["ons-ls"].reads_as(12) == (12, 12)


def test_a_tie_is_rounded_up() -> None:
    rule = DisclosureRule(name="ten", threshold=5, base=10)

    assert [rule.published(count) for count in (5, 14, 15, 25)] == [10, 10, 20, 30]


# Figures.


def with_ratio(part: list[int], whole: list[int]) -> pd.DataFrame:
    wards = [f"W{at}" for at in range(len(part))]
    frame = pd.DataFrame({"ward": wards, "n": part, "of": whole}).astype(
        {"n": "int64", "of": "int64"}
    )
    frame["ratio"] = frame["n"] / frame["of"]
    frame["difference"] = frame["of"] - frame["n"]
    frame["target"] = 0.5
    return frame


def test_a_percentage_of_a_hidden_count_is_hidden() -> None:
    hidden = suppress(
        with_ratio([3, 9], [9, 20]), rule=FIVE, by="ward", counts=["n", "of"], free="target"
    )

    assert hidden["ratio_status"].tolist() == ["linked", "shown"]
    assert hidden["ratio"].isna().tolist() == [True, False]
    assert hidden["difference"].tolist() == [pd.NA, 11]
    assert hidden["target"].tolist() == [0.5, 0.5]
    assert "target_status" not in hidden


def test_a_figure_stays_that_is_made_of_other_counts() -> None:
    frame = with_ratio([3, 9], [9, 20])[["ward", "n", "of"]].assign(a_day=[0.3, 0.7])
    linked = {"a_day": ["of"]}
    hidden = suppress(frame, rule=FIVE, by="ward", counts=["n", "of"], linked=linked)

    assert hidden["a_day"].tolist() == [0.3, 0.7]


def test_percentages_of_ofqual_are_of_counts_that_are_not_rounded() -> None:
    # 13 of 27 is 48.1 %, where 15 of 25 would be 60 %. Ties go up: 0.0625 is 0.063.
    hidden = suppress(
        with_ratio([13, 6], [27, 96]), rule="ofqual", by="ward", counts=["n", "of"], free="target"
    )

    assert hidden["ratio"].tolist() == [0.481, 0.063]
    assert hidden["ratio_status"].tolist() == ["rounded", "rounded"]
    assert hidden["difference_status"].tolist() == ["shown", "shown"]


@pytest.mark.parametrize("rule", ["hes", "opensafely"])
def test_figures_out_of_exact_counts_are_left_out_where_counts_are_rounded(rule: str) -> None:
    hidden = suppress(
        with_ratio([13, 9], [27, 40]), rule=rule, by="ward", counts=["n", "of"], free="target"
    )

    assert list(hidden.columns) == ["ward", "n", "n_status", "of", "of_status", "target"]


def test_an_undefined_figure_is_unknown_and_not_hidden() -> None:
    hidden = suppress(with_ratio([0], [0]), rule=FIVE, by="ward", counts=["n", "of"])

    assert hidden["ratio_status"].tolist() == ["unknown"]


# Attacks.


def test_a_total_less_what_is_shown_gives_no_hidden_count() -> None:
    hidden = suppress(one_way([2, 30, 40]), rule=FIVE, by="ward", counts="n")

    total, parts = hidden["n"].iloc[-1], hidden["n"].iloc[:-1]
    assert parts.isna().sum() == 2
    assert total - parts.sum() != 2


def test_a_ratio_times_what_it_is_of_gives_no_hidden_count() -> None:
    hidden = suppress(with_ratio([3, 9], [9, 20]), rule=FIVE, by="ward", counts=["n", "of"])

    assert (hidden["ratio"] * hidden["of"]).isna().tolist() == [True, False]


def test_the_centre_of_an_interval_gives_no_hidden_count() -> None:
    frame = with_ratio([3, 9], [9, 20]).assign(ratio_low=[0.1, 0.2], ratio_high=[0.6, 0.7])
    hidden = suppress(frame, rule=FIVE, by="ward", counts=["n", "of"])

    centre = (hidden["ratio_low"] + hidden["ratio_high"]) / 2
    assert centre.isna().tolist() == [True, False]


def test_a_ratio_tells_no_rounded_count_that_would_tell_a_hidden_one() -> None:
    # 12 of 17 is 0.706, and nothing else that reads 10 of 15 is: then 15 - 12 would be 3.
    frame = pd.DataFrame(
        {
            "ward": ["A", "B", None],
            "n": [3, 12, 15],
            "of": [23, 17, 40],
            "is_total": [False, False, True],
        }
    )
    exact = frame.assign(ratio=frame["n"] / frame["of"])

    assert suppress(frame, rule="ofqual", by="ward", counts=["n", "of"])["n_status"].tolist() == [
        "primary",
        "rounded",
        "rounded",
    ]
    hidden = suppress(exact, rule="ofqual", by="ward", counts=["n", "of"])
    assert hidden["n_status"].tolist() == ["primary", "secondary", "rounded"]
    assert hidden["ratio_status"].tolist() == ["linked", "linked", "rounded"]


def test_the_ranks_of_others_give_no_hidden_count() -> None:
    table = two_way([[3, 8, 8], [6, 7, 5]], rows=False)
    table["rank"] = pd.array([3, 1, 1, 2, 1, 3, *[None] * (len(table) - 6)], "Int64")
    asked = {"rule": FIVE, "by": ["row", "column"], "counts": "n"}

    told = suppress(table, **asked)  # type: ignore[arg-type] # as they are named
    # The 6 is hidden beside the 3. But in its row a 7 has rank 1 and a 5 rank 3: so it is a 6.
    assert told["n"].tolist()[:6] == [pd.NA, 8, 8, pd.NA, 7, 5]
    assert told["rank"].tolist()[3:6] == [pd.NA, 1, 3]

    hidden = suppress(table, across="rank", **asked)  # type: ignore[arg-type] # the same
    assert hidden["rank"].isna().all()
    assert set(hidden["rank_status"]) == {"linked"}
    safe = suppress(table.iloc[4:6], across="rank", **asked)  # type: ignore[arg-type] # the same
    assert safe["rank"].tolist() == [1, 3]
    assert set(safe["rank_status"]) == {"shown"}


def test_the_ranks_of_a_week_are_hidden_with_any_hour_of_it() -> None:
    hours = LOGS.assign(hour_of_week=[at % 7 * 24 for at in range(len(LOGS))])
    whole = suppress(npol.hourly_demand(hours), rule=FIVE, measure="hourly_demand")

    assert not whole["rank"].isna().any()
    few = suppress(npol.hourly_demand(hours.iloc[:20]), rule=FIVE, measure="hourly_demand")
    assert "primary" in set(few["logs_status"])
    assert few["rank"].isna().all()


def test_what_parts_leave_of_a_whole_is_a_count_too() -> None:
    frame = pd.DataFrame({"ward": ["A", "B", "C"], "n": [98, 60, 80], "of": [100, 100, 80]})
    plain = suppress(frame, rule=FIVE, by="ward", counts=["n", "of"])
    hidden = suppress(frame, rule=FIVE, by="ward", counts=["n", "of"], parts={"of": ["n"]})

    assert plain["n_status"].tolist() == ["shown", "shown", "shown"]
    assert hidden["n_status"].tolist() == ["secondary", "shown", "shown"]
    assert hidden["of_status"].tolist() == ["shown", "shown", "shown"]


def test_parts_that_are_more_than_their_whole_are_refused() -> None:
    frame = pd.DataFrame({"ward": ["A"], "n": [9], "of": [8]})

    with pytest.raises(ValueError, match="what n leave of of of ward A is -1"):
        suppress(frame, rule=FIVE, by="ward", counts=["n", "of"], parts={"of": ["n"]})


def test_what_is_left_is_not_known_where_a_part_is_not() -> None:
    frame = pd.DataFrame({"ward": ["A"], "n": pd.array([None], "Int64"), "of": [100]})
    hidden = suppress(frame, rule=FIVE, by="ward", counts=["n", "of"], parts={"of": ["n"]})

    assert hidden["of_status"].tolist() == ["shown"]


def test_what_one_part_leaves_is_not_known_where_another_is_not() -> None:
    frame = pd.DataFrame({"ward": ["A"], "n": [97], "m": pd.array([None], "Int64"), "of": [100]})
    parts = {"of": ["n", "m"]}
    hidden = suppress(frame, rule=FIVE, by="ward", counts=["n", "m", "of"], parts=parts)

    assert hidden["n_status"].tolist() == ["shown"]


# Totals that are published elsewhere.


def test_a_total_elsewhere_tells_as_much_as_one_in_the_table() -> None:
    table = two_way([[3, 20, 30], [40, 50, 60]], rows=False, columns=False).iloc[:-1]
    by = ["row", "column"]

    def found(totals: Sequence[str | Sequence[str]]) -> list[list[object]]:
        hidden = suppress(table, rule=FIVE, by=by, counts="n", totals=totals)
        return grid(with_symbols(hidden, rule=FIVE))

    assert found([]) == [["<5", "20", "30"], ["40", "50", "60"]]
    assert found([()]) == [["<5", "*", "30"], ["40", "50", "60"]]
    assert found(["row"]) == [["<5", "*", "30"], ["40", "50", "60"]]
    assert found(["column"]) == [["<5", "20", "30"], ["*", "50", "60"]]
    assert found(["row", "column"]) == [["<5", "*", "30"], ["*", "*", "60"]]
    assert suppress(table, rule=FIVE, by=by, counts="n", totals="row").equals(
        suppress(table, rule=FIVE, by=by, counts="n", totals=[["row"]])
    )


def test_the_only_group_of_a_total_elsewhere_cannot_be_hidden() -> None:
    table = one_way([3, 0, 0], total=False)

    with pytest.raises(DisclosureError, match="^n of ward W0: it is below 5"):
        suppress(table, rule=FIVE, by="ward", counts="n", totals=[()])


def test_a_total_elsewhere_of_what_is_not_known_tells_nothing() -> None:
    table = one_way([3, None], total=False)
    hidden = suppress(table, rule=FIVE, by="ward", counts="n", totals=[()])

    assert hidden["n_status"].tolist() == ["primary", "unknown"]


def test_totals_of_three_columns_stand_on_one_another() -> None:
    # A total for each month and unit, one for each month, and one of all.
    plain = [(m, u, g) for m in ("01", "02") for u in ("A", "B") for g in ("P1", "P2")]
    counts = [3, 20, 30, 40, 50, 60, 70, 80]
    rows: list[tuple[object, ...]] = [
        (*key, count, False) for key, count in zip(plain, counts, strict=True)
    ]
    rows += [("01", "A", None, 23, True), ("01", "B", None, 70, True)]
    rows += [("02", "A", None, 110, True), ("02", "B", None, 150, True)]
    rows += [("01", None, None, 93, True), ("02", None, None, 260, True)]
    rows += [(None, None, None, 353, True)]
    frame = pd.DataFrame(rows, columns=["month", "npu", "priority", "n", "is_total"])

    by = ["month", "npu", "priority"]
    hidden = suppress(frame, rule=FIVE, by=by, counts="n")
    assert hidden.index[hidden["n_status"] != "shown"].tolist() == [0, 1]
    small = frame.replace({"n": {20: 0, 23: 3, 93: 73, 353: 333}})
    hidden = suppress(small, rule=FIVE, by=by, counts="n")
    # The unit's own total is as small, and then the other unit's, since the month's is known.
    assert dict(zip(hidden.index, hidden["n_status"], strict=True)) | {
        0: "primary",
        8: "primary",
        9: "secondary",
    } == dict(zip(hidden.index, hidden["n_status"], strict=True))
    assert hidden["n_status"].tolist().count("secondary") == 2


def test_a_level_of_totals_that_is_not_whole_makes_no_total() -> None:
    # All less the total of r0 is the one count of r1, whose own total is not there.
    table = two_way([[20, 30], [3, 0]], columns=False)
    table = table[(table["row"] != "r1") | ~table["is_total"]].reset_index(drop=True)
    assert table["n"].tolist() == [20, 30, 3, 0, 50, 53]

    hidden = suppress(table, rule=FIVE, by=["row", "column"], counts="n")

    assert hidden["n_status"].tolist()[2] == "primary"
    assert "secondary" in hidden["n_status"].tolist()


# Brute force: every table that reads the same is counted out.


def possible(hidden: pd.DataFrame, rule: DisclosureRule, most: int) -> Iterator[tuple[int, ...]]:
    """All tables of counts, totals and all, that read as a published one does."""

    def values(row: int) -> range:
        status, count = hidden["n_status"][row], hidden["n"][row]
        if status == "primary":
            return range(1, rule.threshold)
        if status == "secondary":
            return range(rule.threshold, most + 1)
        if status == "shown":
            return range(count, count + 1)
        same = [n for n in range(rule.threshold, most + 9) if rule.published(n) == count]
        return range(same[0], same[-1] + 1)

    plain = hidden.index[~hidden["is_total"]].tolist()
    choices = [values(row) for row in plain]
    assume(prod(map(len, choices)) <= 60_000)
    totals = [
        (
            values(row),
            [
                at
                for at, each in enumerate(plain)
                if all(
                    pd.isna(hidden[by][row]) or hidden[by][row] == hidden[by][each]
                    for by in ("row", "column")
                )
            ],
        )
        for row in hidden.index[hidden["is_total"]].tolist()
    ]
    for table in product(*choices):
        sums = [sum(table[at] for at in parts) for _, parts in totals]
        if all(whole in known for whole, (known, _) in zip(sums, totals, strict=True)):
            yield (*table, *sums)


COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 12])
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=2)
)
ANY_RULE = st.sampled_from(
    [
        FIVE,
        RULES["ofqual"],
        DisclosureRule(name="three", threshold=3),
        DisclosureRule(name="four", threshold=4, base=7),
    ]
)


TOTALS = st.fixed_dictionaries({"rows": st.booleans(), "columns": st.booleans()})


@given(TABLES, ANY_RULE, TOTALS)
@settings(max_examples=120, deadline=None)
def test_no_hidden_count_is_the_only_one_that_fits(
    counts: list[list[int]], rule: DisclosureRule, totals: dict[str, bool]
) -> None:
    table = two_way(counts, **totals)
    try:
        hidden = suppress(table, rule=rule, by=["row", "column"], counts="n")
    except DisclosureError:
        # Then something can be told even where all is hidden but the zeros.
        assert 1 in values_left(table, all_hidden(table, rule), rule)
    else:
        assert 1 not in values_left(table, hidden, rule)


def all_hidden(table: pd.DataFrame, rule: DisclosureRule) -> pd.DataFrame:
    """A table with nothing but zeros in it."""
    words = ["primary" if rule.hides(n) else "secondary" if n else "shown" for n in table["n"]]
    return table.assign(n_status=words)


def values_left(table: pd.DataFrame, hidden: pd.DataFrame, rule: DisclosureRule) -> list[int]:
    """How many values each hidden count can still have."""
    tables = np.array(list(possible(hidden, rule, int(table["n"].max()) + 3)))
    assert table["n"].tolist() in tables.tolist()
    gone = hidden["n_status"].isin(["primary", "secondary"])
    return [len(set(tables[:, row])) for row in hidden.index[gone].tolist()]


def test_what_no_hiding_helps_is_refused() -> None:
    # All are hidden as 1 to 4: but four of 1 or more, with a total of 4 or fewer, are 1 each.
    with pytest.raises(DisclosureError, match="leave out the total that tells it"):
        suppress(one_way([1, 1, 1, 1]), rule=FIVE, by="ward", counts="n")
    hidden = suppress(one_way([1, 1, 1, 1], total=False), rule=FIVE, by="ward", counts="n")
    assert hidden["n_status"].tolist() == ["primary"] * 4


@given(TABLES, ANY_RULE, TOTALS)
@settings(deadline=None)
def test_no_small_count_is_published_and_once_is_enough(
    counts: list[list[int]], rule: DisclosureRule, totals: dict[str, bool]
) -> None:
    table = two_way(counts, **totals)
    try:
        hidden = suppress(table, rule=rule, by=["row", "column"], counts="n")
    except DisclosureError:
        return

    shown = hidden["n"].dropna()
    assert shown[(shown > 0) & (shown < rule.threshold)].tolist() == []
    assert hidden["n"][table["n"] == 0].tolist() == [0] * int((table["n"] == 0).sum())
    again = suppress(hidden, rule=rule, by=["row", "column"], counts="n")
    assert_frame_equal(again, hidden)
    assert again is not hidden


def margins(shape: tuple[int, ...], along: Sequence[int]) -> list[dict[int, int]]:
    """The sums of a table along each of some dimensions, each equal to a known total."""
    places = np.arange(prod(shape)).reshape(shape)
    lines = [np.moveaxis(places, axis, -1).reshape(-1, shape[axis]) for axis in along]
    return [dict.fromkeys(line.tolist(), 1) for each in lines for line in each]


def others(sums: list[dict[int, int]], room: list[tuple[int, int]]) -> set[int]:
    """The counts of which another value fits, all ways to move all counts tried."""
    ways = product(*(range(-below, above + 1) for below, above in room))
    fit = [way for way in ways if all(sum(way[at] for at in each) == 0 for each in sums)]
    return {at for way in fit for at, by in enumerate(way) if by}


ROOM = st.tuples(st.integers(0, 1), st.integers(0, 2))


@pytest.mark.parametrize(("shape", "along"), [((2, 3), (0, 1)), ((3, 2), (1,)), ((6,), (0,))])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_in_rows_and_columns_exactly_what_can_be_told_is_told(
    shape: tuple[int, ...], along: tuple[int, ...], data: st.DataObject
) -> None:
    room = data.draw(st.lists(ROOM, min_size=prod(shape), max_size=prod(shape)))
    each = margins(shape, along)
    sums = Sums.among(len(room), each)

    free = {at for at in range(len(room)) if not sums.tell(at, room)}
    assert free == others(each, room)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_in_three_dimensions_what_is_called_safe_is(data: st.DataObject) -> None:
    room = data.draw(st.lists(ROOM.filter(any), min_size=8, max_size=8))
    each = margins((2, 2, 2), (0, 1, 2))
    sums = Sums.among(8, each)

    free = {at for at in range(8) if not sums.tell(at, room)}
    assert free <= others(each, room)


def test_in_three_dimensions_the_way_through_all_eight_is_found() -> None:
    sums = Sums.among(8, margins((2, 2, 2), (0, 1, 2)))

    assert [sums.tell(at, [(1, 1)] * 8) for at in range(8)] == [False] * 8
    assert [sums.tell(at, [(1, 1)] * 7 + [(0, 0)]) for at in range(8)] == [True] * 8


def test_a_way_through_a_larger_table_is_found() -> None:
    size = 3 * 4 * 5
    sums = Sums.among(size, margins((3, 4, 5), (0, 1, 2)))

    assert [sums.tell(at, [(1, 1)] * size) for at in range(size)] == [False] * size


def test_a_long_way_through_a_network_is_found() -> None:
    # Each count is equal to the next, so that all move together or none does.
    chain = [{at: 1, at + 1: -1} for at in range(699)]
    sums = Sums.among(700, chain)

    assert not sums.tell(0, [(0, 1)] * 700)
    assert sums.tell(0, [(0, 1)] * 699 + [(0, 0)])


def test_a_table_of_ten_years_is_hidden_in_moments() -> None:
    rng = np.random.default_rng(5)
    table = two_way(rng.poisson(8, (8, 120)).tolist(), rows=False)
    hidden = suppress(table, rule=FIVE, by=["row", "column"], counts="n")

    assert set(hidden["n_status"]) == {"shown", "primary", "secondary"}


# Measures.


LOGS = pd.DataFrame(
    {
        "force": "WMP",
        "npu": ["CV"] * 40 + ["SH"] * 9 + ["WS"] * 30,
        "month": ["2018-02"] * 20 + ["2018-07"] * 59,
        "priority": "P1",
        "attended": True,
        "attended_by_neighbourhood": [True] * 12 + [False] * 28 + [True] * 3 + [False] * 36,
        "response_seconds": [600] * 70 + [None] * 9,
        "crimes": 0,
    }
)


@pytest.mark.parametrize("name", MEASURES)
def test_what_is_said_of_a_measure_is_of_its_columns(name: str) -> None:
    links = MEASURES[name]
    own = [field.name for field in RESULTS[name].columns()]
    named = {*links.counts, *links.free, *links.linked, *links.across, *links.keys}

    assert named <= {*own} - {"is_total"}
    assert {part for parts in links.parts.values() for part in parts} <= {*links.counts}


def test_a_ratio_by_unit_is_hidden_with_its_count() -> None:
    ratios = npol.attendance_ratio(LOGS, by="npu", total=True)
    assert ratios["attended"].tolist() == [12, 3, 0, 15]

    hidden = npol.suppress(ratios, rule=FIVE, measure="attendance_ratio")

    assert hidden["attended_status"].tolist() == ["secondary", "primary", "shown", "shown"]
    ratio = hidden.set_index("npu")["attendance_ratio_status"].tolist()
    assert ratio == ["linked", "linked", "shown", "shown"]


def test_a_column_that_a_measure_has_not_named_is_hidden_with_any_count() -> None:
    ratios = npol.attendance_ratio(LOGS, by="npu").assign(new=[0.1, 0.2, 0.3])
    hidden = suppress(ratios, rule=FIVE, measure="attendance_ratio")

    assert hidden["new_status"].tolist() == ["shown", "linked", "shown"]


def test_each_measure_on_logs_can_be_published() -> None:
    results = {
        "attendance_ratio": npol.attendance_ratio(LOGS, by=["npu", "month"], total=True),
        "attendance_share": npol.attendance_share(LOGS, by="npu", total=True),
        "seasonal_delta": npol.seasonal_delta(
            LOGS, base="2018-02", peak="2018-07", by="npu", total=True
        ),
        "response_time": npol.response_time(LOGS, by="npu", percentiles=[25], total=True),
        "demand": npol.demand(LOGS, by="npu", total=True, crimes=True),
        "year_on_year": npol.year_on_year(
            LOGS.assign(month=LOGS["month"].replace("2018-02", "2017-07")),
            month="2018-07",
            by="npu",
            total=True,
        ),
        "resolution_without_deployment": npol.resolution_without_deployment(
            LOGS.assign(resolved_by="hub"), by="npu", total=True
        ),
        "hourly_demand": npol.hourly_demand(
            LOGS.assign(hour_of_week=[at % 7 * 24 for at in range(len(LOGS))]), by="npu", total=True
        ),
    }
    assert results.keys() == MEASURES.keys()
    for name, result in results.items():
        hidden = suppress(result, rule=FIVE, measure=name)
        assert set(hidden.columns) >= set(result.columns)
        for column in MEASURES[name].counts:
            assert hidden[column].isna().sum() >= (result[column].between(1, 4)).sum()


def test_by_month_the_month_tells_rows_apart() -> None:
    series = npol.demand(LOGS.iloc[17:49], by="npu", total=True)
    hidden = suppress(series, rule=FIVE, measure="demand")

    named = hidden.assign(npu=hidden["npu"].fillna("all")).set_index(["npu", "month"])
    assert named["logs_status"]["CV", "2018-02"] == "primary"
    assert named["logs_status"]["CV", "2018-07"] == "shown"
    assert named["logs_per_day_status"]["CV", "2018-02"] == "linked"
    assert "days_status" not in named


# For readers.


def test_symbols_are_read_again_as_suppressed() -> None:
    hidden = suppress(one_way([3, 26, 9]), rule=FIVE, by="ward", counts="n")
    shown = with_symbols(hidden, rule=FIVE)

    assert list(shown.columns) == ["ward", "n", "is_total"]
    cells = [Count().parse(text) for text in shown["n"]]
    assert cells == [Suppressed(1, 4), 26, Suppressed(1, None), 38]


def test_what_was_unknown_has_no_symbol() -> None:
    hidden = suppress(one_way([3, None]), rule=FIVE, by="ward", counts="n")

    assert with_symbols(hidden, rule=FIVE)["n"].isna().tolist() == [False, True, True]


def test_a_workbook_and_a_file_have_the_symbols(tmp_path: Path) -> None:
    ratios = npol.attendance_ratio(LOGS, by="npu", total=True)
    hidden = suppress(ratios, rule="ofqual", measure="attendance_ratio")
    shown = with_symbols(hidden, rule="ofqual")
    npol.write_workbook({"Ratios": shown, "As data": hidden}, tmp_path / "ratios.xlsx")
    hidden.to_parquet(tmp_path / "ratios.parquet")

    again = pd.read_excel(tmp_path / "ratios.xlsx", "Ratios", engine="openpyxl", dtype="str")
    assert again["attended"].tolist() == shown["attended"].tolist()
    assert "<5" in again["attended"].tolist()
    kept = pd.read_parquet(tmp_path / "ratios.parquet")
    assert_frame_equal(
        suppress(kept, rule="ofqual", measure="attendance_ratio"), kept, check_dtype=False
    )


# What is refused.


@pytest.mark.parametrize("wrong", ["<5", -1, 3.5, True, "many", float("inf"), "7"])
def test_what_is_no_count_is_refused_with_its_place(wrong: object) -> None:
    frame = pd.DataFrame({"ward": ["A", "B"], "n": pd.Series([6, wrong], dtype="object")})

    with pytest.raises(ValueError, match=r"^n, row 1: .* is no count"):
        suppress(frame, rule=FIVE, by="ward", counts="n")


def test_another_way_over_a_suppressed_table_is_refused() -> None:
    hidden = suppress(one_way([3, 26, 9]), rule=FIVE, by="ward", counts="n")

    with pytest.raises(ValueError, match="has n_status already"):
        suppress(hidden, rule="ofqual", by="ward", counts="n")
    with pytest.raises(ValueError, match="suppress the counts themselves"):
        suppress(hidden, rule=FIVE, by="ward", counts="n", totals=[()])
    hidden.attrs.clear()
    with pytest.raises(ValueError, match="nothing shows"):
        suppress(hidden, rule=FIVE, by="ward", counts="n")


def test_two_rows_of_one_group_are_refused() -> None:
    frame = pd.DataFrame({"ward": ["A", "A"], "month": ["01", "02"], "n": [3, 9]})

    with pytest.raises(MixedRowsError, match=r"Rows 0 and 1 are both of \('A',\)"):
        suppress(frame, rule=FIVE, by="ward", counts="n")
    assert len(suppress(frame, rule=FIVE, by=["ward", "month"], counts="n")) == 2


def test_columns_that_are_not_there_are_all_named() -> None:
    with pytest.raises(MissingColumnsError) as raised:
        suppress(one_way([3]), rule=FIVE, by="wrad", counts=["n", "m"], free="day")

    assert raised.value.missing == ("wrad", "m", "day")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": "ward"}, "counts= names no column"),
        ({"by": "ward", "counts": "ward"}, "'ward' is a count, and something else as well"),
        ({"by": "ward", "counts": "n", "free": "n"}, "'n' is a count, and something else"),
        ({"by": "ward", "counts": "n", "across": "ward"}, "'ward' is in across=, and in by="),
        ({"by": "ward", "counts": "n", "totals": ["n"]}, "'n' is in totals=, and not in by="),
        ({"by": "ward", "counts": "n", "parts": {"n": ["m"]}}, "'m' is in parts= or linked="),
        ({"by": "ward", "counts": "n", "measure": "demand"}, "give it alone"),
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(
    arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        suppress(one_way([3]), rule=FIVE, **arguments)  # type: ignore[arg-type] # that is the test


def test_names_that_nobody_knows_are_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownCodeError, match="'police' is no disclosure rule; known: ofqual"):
        suppress(one_way([3]), rule="police", by="ward", counts="n")
    with pytest.raises(UnknownCodeError, match="known: attendance_ratio"):
        suppress(one_way([3]), rule=FIVE, measure="coverage")


def test_a_mark_of_totals_that_is_no_flag_is_refused() -> None:
    frame = pd.DataFrame({"ward": ["A"], "n": [3], "is_total": ["no"]})

    with pytest.raises(ValueError, match="is_total says true or false"):
        suppress(frame, rule=FIVE, by="ward", counts="n")


def test_two_columns_of_one_name_are_refused() -> None:
    frame = pd.DataFrame([["A", 3, 9]], columns=["ward", "n", "n"])

    with pytest.raises(ValueError, match="two columns"):
        suppress(frame, rule=FIVE, by="ward", counts="n")
