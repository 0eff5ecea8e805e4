from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import attrs
import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing._records import Records
from npolicing.entities import BudgetPosition
from npolicing.errors import MissingColumnsError, UnknownCodeError, ValidationError
from npolicing.frames import to_arrow
from npolicing.measures import spend_rate
from npolicing.testing import tables

PAPER = date(2019, 10, 15)
ELAPSED = 198 / 366
# Board paper of 15 October 2019, Appendix 3: unit, budget, spent, outstanding, and what follows.
APPENDIX_3 = [
    ("BE", 100_996, 76_962, 24_034, 0.762030, 1.409),
    ("BW", 94_442, 65_132, 29_310, 0.689651, 1.275),
    ("CV", 80_324, 32_846, 47_478, 0.408919, 0.756),
    ("DY", 114_475, 39_250, 75_225, 0.342870, 0.634),
    ("SH", 42_137, 35_637, 6_500, 0.845741, 1.563),
    ("SW", 62_562, 23_343, 39_219, 0.373118, 0.690),
    ("WS", 60_038, 25_002, 35_036, 0.416436, 0.770),
    ("WV", 72_830, 29_784, 43_046, 0.408952, 0.756),
]


def position(npu: str | None, budget: str, spent: str, **given: Any) -> BudgetPosition:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "financial_year": "2019/20", "as_of": PAPER, **given}
    return BudgetPosition(npu=npu, budget=Decimal(budget), spent=Decimal(spent), **fields)


POSITIONS = [position(npu, str(budget), str(spent)) for npu, budget, spent, *_ in APPENDIX_3]


def test_each_units_rate_is_that_of_appendix_3() -> None:
    found = rows(spend_rate(POSITIONS, by="npu"))
    assert [
        (
            row["npu"],
            row["budget"],
            row["spent"],
            row["unspent"],
            round(row["spend_rate"], 6),
            round(row["pace_index"], 3),
        )
        for row in found
    ] == APPENDIX_3
    assert all(type(row["unspent"]) is Decimal for row in found)
    assert all(row["elapsed_share"] == ELAPSED and row["as_of"] == PAPER for row in found)


def test_the_total_is_the_ratio_of_the_sums_and_no_mean_of_rates() -> None:
    *units, total = rows(spend_rate(POSITIONS, by="npu", total=True))
    assert round(sum(unit["spend_rate"] for unit in units) / 8, 4) == 0.5310
    rate = float(Decimal(327_956) / Decimal(627_804))
    assert total == {
        "npu": None,
        "budget": Decimal(627_804),
        "spent": Decimal(327_956),
        "unspent": Decimal(299_848),
        "spend_rate": rate,
        "allocated": None,
        "submitted": None,
        "allocation_rate": None,
        "pipeline_rate": None,
        "as_of": PAPER,
        "elapsed_share": ELAPSED,
        "pace_index": rate / ELAPSED,
        "is_total": True,
    }
    assert round(rate, 6) == 0.522386
    assert round(total["pace_index"], 3) == 0.966
    assert not any(unit["is_total"] for unit in units)


def test_allocated_and_submitted_are_kept_apart_from_spent() -> None:
    held = one(
        spend_rate([position("CV", "200", "50", allocated=Decimal(80), submitted=Decimal(20))])
    )
    assert (held["spent"], held["allocated"], held["submitted"]) == (50, 80, 20)
    assert (held["spend_rate"], held["allocation_rate"], held["pipeline_rate"]) == (0.25, 0.4, 0.5)


def test_a_part_that_is_unknown_makes_the_sum_unknown_and_no_other() -> None:
    positions = [
        position("CV", "200", "50", allocated=Decimal(80), submitted=Decimal(20)),
        position("DY", "200", "50", allocated=Decimal(60)),
    ]
    cv, dy, total = rows(spend_rate(positions, by="npu", total=True))
    assert (cv["allocation_rate"], cv["pipeline_rate"]) == (0.4, 0.5)
    assert (dy["allocation_rate"], dy["submitted"], dy["pipeline_rate"]) == (0.3, None, None)
    assert (total["allocated"], total["allocation_rate"]) == (140, 0.35)
    assert (total["submitted"], total["pipeline_rate"], total["spend_rate"]) == (None, None, 0.25)


def test_pence_are_exact() -> None:
    positions = [position("CV", "0.30", "0.10"), position("DY", "0.30", "0.20")]
    whole = one(spend_rate(positions))
    assert (whole["budget"], whole["spent"], whole["unspent"]) == (
        Decimal("0.60"),
        Decimal("0.30"),
        Decimal("0.30"),
    )
    assert whole["spend_rate"] == 0.5


def test_an_overspend_is_legal() -> None:
    over = one(spend_rate([position("CV", "100", "150")]))
    assert (over["unspent"], over["spend_rate"]) == (-50, 1.5)


def test_a_budget_of_zero_has_no_rate() -> None:
    none = one(spend_rate([position("CV", "0", "0", allocated=Decimal(1), submitted=Decimal(2))]))
    assert (none["unspent"], none["spend_rate"], none["pace_index"]) == (0, None, None)
    assert (none["allocation_rate"], none["pipeline_rate"]) == (None, None)
    assert none["elapsed_share"] == ELAPSED


def test_nothing_spent_is_a_rate_of_zero() -> None:
    none = one(spend_rate([position("CV", "100", "0")]))
    assert (none["spend_rate"], none["pace_index"]) == (0.0, 0.0)


def test_before_the_year_there_is_no_pace() -> None:
    early = one(spend_rate([position("CV", "100", "50", as_of=date(2019, 3, 31))]))
    assert (early["elapsed_share"], early["spend_rate"], early["pace_index"]) == (0.0, 0.5, None)


def test_positions_of_different_days_have_no_day_together_and_no_pace() -> None:
    positions = [position("CV", "100", "50"), position("DY", "100", "50", as_of=date(2019, 9, 1))]
    cv, dy, total = rows(spend_rate(positions, by="npu", total=True))
    assert (cv["as_of"], dy["as_of"], total["as_of"]) == (PAPER, date(2019, 9, 1), None)
    assert (total["spend_rate"], total["elapsed_share"], total["pace_index"]) == (0.5, None, None)


def test_the_latest_position_at_or_before_the_day_is_taken() -> None:
    positions = [
        position("CV", "100", "50", as_of=date(2019, 10, 1)),
        position("CV", "100", "70", as_of=date(2019, 10, 15)),
        position("CV", "100", "30", as_of=date(2019, 9, 1)),
    ]
    taken = [
        (row["spent"], row["as_of"])
        for day in (date(2019, 10, 14), date(2019, 10, 15))
        for row in rows(spend_rate(positions, as_of=day))
    ]
    assert taken == [(50, date(2019, 10, 1)), (70, date(2019, 10, 15))]


def test_a_budget_without_a_position_by_the_day_is_unknown() -> None:
    known = {"allocated": Decimal(60), "submitted": Decimal(1)}
    positions = [
        position("CV", "100", "50", **known),
        position("DY", "100", "50", **known, as_of=date(2019, 9, 1)),
    ]
    cv, dy, total = rows(spend_rate(positions, by="npu", total=True, as_of=date(2019, 10, 14)))
    unknown = dict.fromkeys(cv, None)
    assert cv == {**unknown, "npu": "CV", "is_total": False}
    assert dy["spend_rate"] == 0.5
    assert total == {**unknown, "is_total": True}


def test_budgets_with_positions_of_several_days_are_refused_without_a_day() -> None:
    words = (
        "spend_rate takes one day of each area, and there are several of 1, such as "
        "ACF 2019/20 of CV: 2019-09-01, 2019-10-15. Pass as_of= to take the "
        "latest at or before a day."
    )
    with refused(words):
        spend_rate([position("CV", "1", "1"), position("CV", "1", "1", as_of=date(2019, 9, 1))])


def test_forces_funds_and_years_are_not_added_up() -> None:
    positions = [
        position("CV", "1", "1"),
        position("CV", "1", "1", financial_year="2018/19"),
        position("CV", "1", "1", fund="POCA"),
        position("M", "1", "1", force="GMP"),
    ]
    words = (
        "spend_rate adds up rows of one force, and these are of 2: GMP, WMP. "
        "Put 'force' in by, or pass the rows of one.\n"
        "spend_rate adds up rows of one fund, and these are of 2: ACF, POCA. "
        "Put 'fund' in by, or pass the rows of one.\n"
        "spend_rate adds up rows of one financial_year, and these are of 2: 2018/19, 2019/20. "
        "Put 'financial_year' in by, or pass the rows of one."
    )
    with refused(words):
        spend_rate(positions, by="npu")


def test_forces_funds_and_years_may_be_told_apart() -> None:
    positions = [
        position("CV", "100", "10"),
        position("CV", "100", "20", financial_year="2018/19"),
        position("CV", "100", "30", fund="POCA"),
        position("M", "100", "40", force="GMP"),
    ]
    by = ["force", "fund", "financial_year", "npu"]
    found = rows(spend_rate(positions, by=by, total=True))
    assert [(*(row[name] for name in by), row["spend_rate"]) for row in found] == [
        ("GMP", "ACF", "2019/20", "M", 0.4),
        ("WMP", "ACF", "2018/19", "CV", 0.2),
        ("WMP", "ACF", "2019/20", "CV", 0.1),
        ("WMP", "POCA", "2019/20", "CV", 0.3),
        (None, None, None, None, 0.25),
    ]
    assert (found[-1]["as_of"], found[-1]["elapsed_share"]) == (PAPER, None)


def test_a_force_and_its_units_are_not_added_up() -> None:
    words = (
        "spend_rate would count ACF 2019/20 of WMP twice: it has rows of force and npu level. "
        "Pass the rows of one level."
    )
    with refused(words):
        spend_rate([*POSITIONS, position(None, "627804", "327956")])


def test_the_force_as_a_whole_comes_as_null() -> None:
    assert one(spend_rate([position(None, "4", "1")], by="npu"))["npu"] is None


def test_a_column_that_it_cannot_be_grouped_by_is_refused_by_name() -> None:
    words = "'ward' is no column to group by; known: force, npu, fund, financial_year."
    with pytest.raises(UnknownCodeError, match=f"^{re.escape(words)}$"):
        spend_rate(POSITIONS, by="ward")


def test_every_column_that_a_frame_lacks_is_named() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        spend_rate(pd.DataFrame({"force": ["WMP"]}))
    assert caught.value.missing == ("financial_year", "as_of", "budget", "spent")


def test_two_positions_of_one_budget_and_day_are_refused() -> None:
    with pytest.raises(ValidationError, match="breaks unique") as caught:
        spend_rate([position("CV", "1", "1"), position("CV", "2", "1")])
    assert [failure.row for failure in caught.value.failures] == [0, 1]


def test_no_rows_give_no_rows() -> None:
    assert len(spend_rate([], by="npu", total=True)) == 0


def test_frames_of_any_library_give_what_records_give(frame: Build) -> None:
    names = [f.name for f in BudgetPosition.columns() if f.required or f.name in ("npu", "fund")]
    table = frame({name: [getattr(row, name) for row in POSITIONS] for name in names})
    asked: dict[str, Any] = {"by": ["npu", "fund"], "total": True, "as_of": PAPER}
    pd.testing.assert_frame_equal(spend_rate(table, **asked), spend_rate(POSITIONS, **asked))


def test_duckdb_gives_what_records_give() -> None:
    positions = to_arrow(POSITIONS)
    with duckdb.connect() as connection:
        connection.register("positions", positions)
        found = spend_rate(connection.table("positions"), by="npu")
    pd.testing.assert_frame_equal(found, spend_rate(POSITIONS, by="npu"))


ROWS = tables(
    BudgetPosition,
    force="WMP",
    fund="ACF",
    financial_year="2019/20",
    npu=st.sampled_from(["BE", "BW", "CV", "DY", "SH"]),
    as_of=PAPER,
    allocated=None,
)


@given(ROWS)
def test_spent_and_unspent_make_up_the_budget(budgets: Records[BudgetPosition]) -> None:
    for row in rows(spend_rate(budgets, by="npu", total=True)):
        assert row["spent"] + row["unspent"] == row["budget"]


@given(ROWS.filter(len))
def test_the_total_is_the_sum_of_the_units_and_its_rate_lies_between_theirs(
    budgets: Records[BudgetPosition],
) -> None:
    *units, total = rows(spend_rate(budgets, by="npu", total=True))
    for column in ("budget", "spent", "unspent"):
        assert total[column] == sum(unit[column] for unit in units)
    rates = [unit["spend_rate"] for unit in units]
    if None not in rates:
        assert min(rates) <= total["spend_rate"] <= max(rates)


@given(ROWS, st.integers(1, 1000))
def test_rates_do_not_depend_on_the_unit_of_money(
    budgets: Records[BudgetPosition], factor: int
) -> None:
    scaled = [
        attrs.evolve(
            row,
            budget=row.budget * factor,
            spent=row.spent * factor,
            submitted=None if row.submitted is None else row.submitted * factor,
        )
        for row in budgets
    ]
    rates = ["spend_rate", "pipeline_rate", "pace_index"]
    pd.testing.assert_frame_equal(
        spend_rate(budgets, by="npu")[rates], spend_rate(scaled, by="npu")[rates]
    )


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    budgets: Records[BudgetPosition], random: Random
) -> None:
    shuffled = random.sample(list(budgets), len(budgets))
    pd.testing.assert_frame_equal(
        spend_rate(budgets, by="npu", total=True), spend_rate(shuffled, by="npu", total=True)
    )


@given(ROWS)
def test_grouping_and_filtering_change_places(budgets: Records[BudgetPosition]) -> None:
    whole = spend_rate(budgets, by="npu")
    pd.testing.assert_frame_equal(
        whole[whole["npu"] == "CV"].reset_index(drop=True),
        spend_rate(budgets.where(npu="CV"), by="npu"),
    )
