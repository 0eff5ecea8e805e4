"""Evaluations of a fund's projects, pounds a project, and the share of spending evaluated."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import one, refused, rows

from npolicing._records import Records
from npolicing.entities import ACFBid
from npolicing.errors import UnknownCodeError
from npolicing.frames import to_arrow, to_pandas
from npolicing.measures import fund_evaluation
from npolicing.testing import tables

AS_OF = date(2020, 4, 30)
DAY = timedelta(days=1)


def bid(number: int, paid: str | None, **given: Any) -> ACFBid:  # noqa: ANN401 # fields
    fields: dict[str, Any] = {
        "force": "AVS",
        "financial_year": "2019/20",
        "npu": "NE",
        "applicant_kind": "charity",
        "status": "paid",
        "aligned_staff": "S-1",
        "requested": Decimal(10_000),
        "awarded": Decimal(10_000),
        "project": True,
        **given,
    }
    return ACFBid(bid_id=f"B{number}", paid=None if paid is None else Decimal(paid), **fields)


# Made up.
BIDS = [
    bid(1, "3000.10", evaluation_due_on=date(2020, 3, 31), evaluated_on=date(2020, 2, 3)),
    bid(2, "1000.00", evaluation_due_on=date(2020, 3, 31)),
    bid(3, "500.00", evaluation_status="not_due"),
    bid(4, "0.00", evaluation_due_on=AS_OF, npu="SE", theme="youth violence"),
    bid(5, "250.00", npu="SE"),
    bid(6, "9999.00", project=False, evaluation_due_on=date(2020, 1, 1)),
    bid(7, "9999.00", project=None, evaluated_on=date(2020, 1, 1)),
    bid(8, "250.00", evaluation_status="done", npu="SE"),
]


def test_projects_are_counted_as_by_hand() -> None:
    assert one(fund_evaluation(BIDS, as_of=AS_OF)) == {
        "projects": 6,
        "project_unknown": 1,
        "not_asked": 1,
        "not_due": 1,
        "due": 1,
        "late": 1,
        "late_since": date(2020, 3, 31),
        "done": 2,
        "undated": 1,
        "paid_unknown": 0,
        "paid": Decimal("5000.10"),
        # 5,000.10 over 6 is 833.35.
        "pounds_per_project": Decimal("833.35"),
        "paid_evaluated": Decimal("3250.10"),
        "evaluated_share": 3250.10 / 5000.10,
        "is_total": False,
    }


def test_a_group_has_the_ratio_of_its_sums() -> None:
    north, south, total = rows(fund_evaluation(BIDS, as_of=AS_OF, by="npu", total=True))

    assert [row["npu"] for row in (north, south, total)] == ["NE", "SE", None]
    assert (north["pounds_per_project"], south["pounds_per_project"]) == (
        Decimal("1500.03"),
        Decimal("166.67"),
    )
    assert (north["evaluated_share"], south["evaluated_share"]) == (3000.10 / 4500.10, 0.5)
    assert total["pounds_per_project"] == Decimal("833.35")
    assert total["evaluated_share"] == 3250.10 / 5000.10
    by_theme = rows(fund_evaluation(BIDS, as_of=AS_OF, by="theme"))
    assert [(row["theme"], row["projects"]) for row in by_theme] == [
        ("youth violence", 1),
        (None, 5),
    ]


def test_the_day_decides_what_is_late_and_what_is_done() -> None:
    found = [one(fund_evaluation(BIDS, as_of=day)) for day in (date(2020, 2, 2), date(2020, 3, 31))]

    # B1 is evaluated on the day after the first; B2 is due on the second, and late after it.
    assert [(row["done"], row["late"], row["due"], row["not_due"]) for row in found] == [
        (1, 0, 0, 4),
        (2, 0, 1, 2),
    ]
    assert [row["paid_evaluated"] for row in found] == [Decimal("250.00"), Decimal("3250.10")]


def test_an_amount_that_is_not_known_leaves_no_sum() -> None:
    unpaid = bid(9, None)
    row = one(fund_evaluation([*BIDS, unpaid], as_of=AS_OF))
    assert (row["projects"], row["paid_unknown"]) == (7, 1)
    assert (row["paid"], row["pounds_per_project"], row["evaluated_share"]) == (None, None, None)
    assert row["paid_evaluated"] == Decimal("3250.10")

    evaluated = bid(9, None, evaluated_on=date(2020, 4, 1))
    assert one(fund_evaluation([evaluated], as_of=AS_OF))["paid_evaluated"] is None
    # Of no project nothing has to be known.
    assert one(fund_evaluation([bid(9, None, project=False)], as_of=AS_OF))["paid"] == 0


def test_where_nothing_was_paid_there_is_no_share_and_without_projects_no_price() -> None:
    free = one(fund_evaluation([bid(1, "0")], as_of=AS_OF))
    assert (free["pounds_per_project"], free["evaluated_share"]) == (Decimal("0.00"), None)
    none = one(fund_evaluation([bid(1, "5", project=None)], as_of=AS_OF))
    assert (none["projects"], none["project_unknown"], none["paid"]) == (0, 1, Decimal("0.00"))
    assert (none["pounds_per_project"], none["evaluated_share"]) == (None, None)


def test_funds_years_and_forces_are_not_added_up() -> None:
    for column, value in (("fund", "PPA"), ("financial_year", "2018/19"), ("force", "WMP")):
        both = [bid(1, "5"), bid(2, "5", **{column: value})]
        found = ", ".join(sorted([getattr(both[0], column), value]))
        with refused(
            f"fund_evaluation adds up rows of one {column}, and these are of 2: {found}. "
            f"Put {column!r} in by, or pass the rows of one."
        ):
            fund_evaluation(both, as_of=AS_OF)
        parted = fund_evaluation(both, as_of=AS_OF, by=column)
        assert parted["projects"].to_list() == [1, 1]
    with pytest.raises(UnknownCodeError, match="aligned_staff"):
        fund_evaluation(BIDS, as_of=AS_OF, by="aligned_staff")


def test_a_frame_gives_what_records_give() -> None:
    whole = fund_evaluation(BIDS, as_of=AS_OF, by="npu")
    kept = to_pandas(BIDS).drop(columns=["requested", "status", "applicant_kind", "submitted_on"])

    assert fund_evaluation(to_arrow(BIDS), as_of=AS_OF, by="npu").equals(whole)
    assert fund_evaluation(kept, as_of=AS_OF, by="npu").equals(whole)


@settings(max_examples=30)
@given(
    tables(
        ACFBid,
        max_size=6,
        force="AVS",
        fund="ACF",
        financial_year="2019/20",
        npu=st.sampled_from(["NE", "SE"]),
        status="draft",
        allocated=None,
        evaluation_due_on=st.sampled_from([AS_OF - DAY, AS_OF, AS_OF + DAY, None]),
        evaluated_on=st.sampled_from([AS_OF, AS_OF + DAY, None]),
    )
)
def test_the_states_are_those_of_all_projects_and_groups_add_up(bids: Records[ACFBid]) -> None:
    groups = rows(fund_evaluation(bids, as_of=AS_OF, by="npu", total=True))
    total = groups.pop() if groups else None
    projects = [each for each in bids if each.project]

    for row in groups:
        states = (row[name] for name in ("not_asked", "not_due", "due", "late", "done"))
        assert sum(states) == row["projects"]
        assert row["evaluated_share"] is None or 0 <= row["evaluated_share"] <= 1
    if total is not None:
        for name in ("projects", "late", "done", "project_unknown", "paid_unknown", "undated"):
            assert sum(row[name] for row in groups) == total[name]
        assert total["projects"] == len(projects)
        paid = [each.paid for each in projects]
        assert total["paid"] == (None if None in paid else sum(filter(None, paid), Decimal(0)))


def test_a_day_is_needed() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="as_of= is a day, such as .*, not None"):
        fund_evaluation(BIDS, as_of=nothing)
