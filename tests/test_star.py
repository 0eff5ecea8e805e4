"""The star: its sums are those of the logs, and of the measures; it is kept up month by month."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from counted import FEW
from hypothesis import given, settings
from hypothesis import strategies as st
from stars import bytes_of, counted, dangling, store_of, table_of

import npolicing as npol
from npolicing._records import Records
from npolicing.entities import (
    NPU,
    ACFBid,
    BudgetPosition,
    Grade,
    GradingScheme,
    Log,
    Observation,
    Scheme,
    Target,
    Ward,
)
from npolicing.errors import StoreError, UnknownCodeError, ValidationError
from npolicing.forces import ForceReference, west_midlands
from npolicing.measures import attendance_ratio, attendance_share, spend_rate
from npolicing.star_schema import STAR, StarRefresh, putting, star
from npolicing.star_schema.log_months import Books, month_facts
from npolicing.store import open_store, write_store
from npolicing.synthetic import logs
from npolicing.testing import tables

DRAWN = tables(Log, max_size=12, **{**FEW, "grading_scheme": st.sampled_from([None, "P1-P9"])})
WMP = west_midlands()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of(tmp_path / "store")


def log(number: int, day: date, **given: Any) -> Log:  # noqa: ANN401 # of any column
    """A log of WMP at noon of a day in winter, when London has the time of UTC."""
    columns: dict[str, Any] = {
        "log_id": f"L{number}",
        "force": "WMP",
        "npu": "CV",
        "priority": "P1",
        "received_at": datetime.combine(day, time(12), UTC),
        "received_on": day,
        "month": f"{day:%Y-%m}",
        "hour_of_week": 24 * day.weekday() + 12,
    }
    return Log(**{**columns, **given})


def made(folder: Path, rows: list[Log], **given: Any) -> StarRefresh:  # noqa: ANN401 # as `star`
    write_store(Records(Log, rows), folder / "store", how="replace")
    return star(folder / "store", folder / "star", **given)


def rows_of(made: StarRefresh, name: str) -> list[dict[str, Any]]:
    return table_of(made, name).to_pylist()


# -- sums


@settings(max_examples=25)
@given(DRAWN)
def test_every_column_is_what_counting_one_by_one_gives(rows: Records[Log]) -> None:
    with TemporaryDirectory() as folder:
        write_store(rows, Path(folder, "store"), how="replace")
        refreshed = star(Path(folder, "store"), Path(folder, "star"))
        facts = rows_of(refreshed, "fact_log_month")

    expected = {
        (month, f"WMP:npu:{npu or '-'}", f"WMP:P1-P9:{grade}"): counts
        for (month, npu, grade), counts in counted(rows).items()
    }
    found = {
        (f"{row.pop('month_start'):%Y-%m}", row.pop("area_key"), row.pop("grade_key")): row
        for row in facts
    }
    assert found.keys() == expected.keys()
    for key, row in found.items():
        if key[2].endswith(("P1", "P2")):
            assert row == {name: expected[key][name] for name in row}, key
        else:
            assert (row.pop("arrived_of_target"), row.pop("within_target")) == (None, None)
            assert row == {name: expected[key][name] for name in row}, key


@settings(max_examples=15)
@given(DRAWN)
def test_a_ratio_of_sums_is_the_measures(rows: Records[Log]) -> None:
    with TemporaryDirectory() as folder:
        write_store(rows, Path(folder, "store"), how="replace")
        refreshed = star(Path(folder, "store"), Path(folder, "star"))
        facts = table_of(refreshed, "fact_log_month").to_pandas()
        areas = {row["area_key"]: row["code"] for row in rows_of(refreshed, "dim_area")}
    facts["npu"] = facts["area_key"].map(areas)
    surges = facts[facts["grade_key"].str[-2:].isin(["P1", "P2", "P3"])]
    sums = surges.groupby("npu", dropna=False).sum(numeric_only=True)

    graded = [each for each in rows if each.priority in ("P1", "P2", "P3")]
    if not graded:
        return
    for figure, denominator, measure in (
        ("attendance_ratio", None, attendance_ratio),
        ("attendance_share", "attended_kind_known", attendance_share),
    ):
        for row in measure(graded, by="npu").to_dict("records"):
            unit = sums.loc[[row["npu"]]].iloc[0] if row["npu"] is not None else sums.iloc[-1]
            whole = (
                unit["logs"] - unit["attended_by_neighbourhood_unknown"]
                if denominator is None
                else unit[denominator]
            )
            if whole:
                assert unit["attended_by_neighbourhood"] / whole == pytest.approx(row[figure])
            else:
                assert pd.isna(row[figure])


def test_all_logs_are_in_it_and_none_twice(store: Path, tmp_path: Path) -> None:
    refreshed = star(store, tmp_path / "star")
    facts = rows_of(refreshed, "fact_log_month")

    assert sum(row["logs"] for row in facts) == open_store(store).rows == 300
    assert refreshed.rows["fact_log_month"] == len(facts)
    assert refreshed.synthetic
    assert dangling(refreshed) == []


def test_a_star_is_made_of_an_open_store_of_some_forces_too(store: Path, tmp_path: Path) -> None:
    write_store(logs(rows=50, last="2018-01", force="GMP"), store, how="merge")
    opened = open_store(store)
    seen: list[int] = []

    refreshed = star(opened, tmp_path / "star", forces=["GMP"], progress=seen.append)

    assert {row["force"] for row in rows_of(refreshed, "dim_area")} == {"GMP"}
    assert sum(row["logs"] for row in rows_of(refreshed, "fact_log_month")) == 50
    assert seen == [50]
    with pytest.raises(UnknownCodeError, match=r"^'XYZ' is no force of the store"):
        star(store, tmp_path / "star", forces=["XYZ"])
    with pytest.raises(TypeError, match="forces is one text"):
        star(store, tmp_path / "star", forces="GMP")


# -- dimensions


def test_a_unit_that_no_reference_knows_is_kept_and_said(tmp_path: Path) -> None:
    day = date(2018, 3, 5)
    rows = [
        log(1, day),
        log(2, day, npu="ZZ"),
        log(3, day, npu=None),
        log(4, day, priority="Immediate"),
        log(5, day, grading_scheme="G:1"),
    ]

    refreshed = made(tmp_path, rows)

    areas = {row["area_key"]: row for row in rows_of(refreshed, "dim_area")}
    grades = {row["grade_key"]: row for row in rows_of(refreshed, "dim_grade")}
    assert areas["WMP:npu:ZZ"] == {
        **dict.fromkeys(areas["WMP:npu:ZZ"]),
        "area_key": "WMP:npu:ZZ",
        "force": "WMP",
        "level": "npu",
        "is_listed": False,
        "code": "ZZ",
        "npu": "ZZ",
    }
    assert areas["WMP:npu:-"]["code"] is None
    assert areas["WMP:npu:CV"]["name"] == "Coventry"
    assert areas["WMP:force"]["gss_code"] == "E23000014"
    assert len(areas) == 1 + 8 + 2
    assert grades["WMP:G:1:P1"]["scheme"] == "G:1"
    assert grades["WMP:P1-P9:P1"]["target_seconds"] == 900
    assert grades["WMP:P1-P9:P6"]["owner"] == "neighbourhood"
    assert grades["WMP:P1-P9:P4"]["owner"] is None, "its owner is only planned"
    assert refreshed.unlisted.areas == ("WMP:npu:ZZ",)
    assert refreshed.unlisted.grades == ("WMP:G:1:P1", "WMP:P1-P9:Immediate")
    assert "areas that no reference data have, kept: WMP:npu:ZZ" in repr(refreshed)
    assert dangling(refreshed) == []


def changed_in_midmonth() -> ForceReference:
    """A force whose unit and scheme became others on 15 March 2018."""
    old, new = date(2018, 3, 14), date(2018, 3, 15)
    unit = NPU(force="WMP", code="CV", name="Coventry")
    scheme = GradingScheme(force="WMP", scheme="old", name="Old", valid_to=old)
    grade = Grade(force="WMP", scheme="old", grade="P1", rank=1, target_seconds=900)
    return ForceReference(
        force=WMP.force,
        npus=Records(
            NPU,
            [
                attrs.evolve(unit, valid_to=old, name="Coventry as it was"),
                attrs.evolve(unit, valid_from=new),
            ],
        ),
        grading_schemes=Records(
            GradingScheme,
            [scheme, attrs.evolve(scheme, scheme="new", valid_from=new, valid_to=None)],
        ),
        grades=Records(Grade, [grade, attrs.evolve(grade, scheme="new", target_seconds=600)]),
        grade_owners=Records(npol.GradeOwner, []),
    )


def test_a_log_is_of_the_unit_and_the_grade_of_its_own_day(tmp_path: Path) -> None:
    # A target is met by who comes at its last second.
    took = [(13, 900), (13, 900), (14, 901), (15, 600), (16, 601)]
    rows = [
        log(
            number,
            date(2018, 3, day),
            attended=True,
            first_arrived_at=datetime(2018, 3, day, 12, tzinfo=UTC) + timedelta(seconds=seconds),
            response_seconds=seconds,
        )
        for number, (day, seconds) in enumerate(took)
    ]

    refreshed = made(tmp_path, rows, references=changed_in_midmonth())

    facts = {
        (row["area_key"], row["grade_key"]): (
            row["logs"],
            row["within_target"],
            row["response_seconds"],
        )
        for row in rows_of(refreshed, "fact_log_month")
    }
    assert facts == {
        ("WMP:npu:CV", "WMP:old:P1"): (3, 2, 2701),
        ("WMP:npu:CV:2018-03-15", "WMP:new:P1"): (2, 1, 1201),
    }
    assert dangling(refreshed) == []
    names = {row["area_key"]: row["name"] for row in rows_of(refreshed, "dim_area")}
    assert names["WMP:npu:CV"] == "Coventry as it was"


def test_a_target_without_a_day_is_of_no_one_of_two_units(tmp_path: Path) -> None:
    reference = changed_in_midmonth()
    target = Target(force="WMP", kind="cadets", value=20, npu="CV")
    due = attrs.evolve(target, kind="junior_pcsos", due=date(2018, 3, 31))

    refreshed = made(
        tmp_path, [log(1, date(2018, 3, 5))], references=[reference], targets=[target, due]
    )

    keys = {row["kind"]: row["area_key"] for row in rows_of(refreshed, "fact_target")}
    assert keys == {"cadets": "WMP:npu:CV:?", "junior_pcsos": "WMP:npu:CV:2018-03-15"}
    assert refreshed.unlisted.areas == ("WMP:npu:CV:?",)


def test_a_unit_that_did_not_stand_on_the_day_is_a_row_of_its_own(tmp_path: Path) -> None:
    unit = NPU(force="WMP", code="CV", name="Coventry", valid_from=date(2018, 4, 1))

    refreshed = made(tmp_path, [log(1, date(2018, 3, 5))], npus=[unit])

    assert [row["area_key"] for row in rows_of(refreshed, "fact_log_month")] == ["WMP:npu:CV:?"]
    assert refreshed.unlisted.areas == ("WMP:npu:CV:?",)
    known = {row["area_key"] for row in rows_of(refreshed, "dim_area") if row["is_listed"]}
    assert known == {"WMP:force", "WMP:npu:CV:2018-04-01"}


def test_a_force_without_reference_data_has_the_units_of_its_logs(tmp_path: Path) -> None:
    write_store(logs(rows=100, last="2018-01", force="XYZ"), tmp_path / "store", how="replace")

    refreshed = star(tmp_path / "store", tmp_path / "star")

    areas = rows_of(refreshed, "dim_area")
    assert {row["is_listed"] for row in areas} == {False}
    assert {row["grade_key"].split(":")[1] for row in rows_of(refreshed, "dim_grade")} == {"-"}
    assert dangling(refreshed) == []


def test_the_days_cover_whole_financial_years_without_a_gap(tmp_path: Path) -> None:
    rows = [log(1, date(2018, 3, 5)), log(2, date(2019, 12, 5))]

    refreshed = made(tmp_path, rows, bank_holidays=[date(2019, 12, 25), date(2019, 12, 26)])

    days = rows_of(refreshed, "dim_date")
    first, last = date(2017, 4, 1), date(2020, 3, 31)
    assert [row["date"] for row in days] == [
        first + timedelta(days=n) for n in range((last - first).days + 1)
    ]
    by_day = {row["date"]: row for row in days}
    assert by_day[date(2018, 7, 31)] == {
        "date": date(2018, 7, 31),
        "month_start": date(2018, 7, 1),
        "month": "2018-07",
        "year": 2018,
        "month_number": 7,
        "days_in_month": 31,
        "financial_year": "2018/19",
        "financial_quarter": "2018/19-Q2",
        "financial_month": 4,
        "weekday": "Tuesday",
        "weekday_number": 2,
        "bank_holiday": None,
    }
    assert by_day[date(2019, 12, 25)]["bank_holiday"] is True
    assert by_day[date(2019, 12, 27)]["bank_holiday"] is False
    assert by_day[date(2020, 1, 1)]["bank_holiday"] is None, "nobody said anything of 2020"
    assert {row["financial_quarter"][-2:] for row in days if row["month_number"] <= 3} == {"Q4"}
    with pytest.raises(TypeError, match="a bank holiday is a day"):
        star(tmp_path / "store", tmp_path / "star", bank_holidays=["2019-12-25"])  # type: ignore[list-item] # that is the test


# -- the facts of small tables


BID = ACFBid(
    force="WMP",
    financial_year="2019/20",
    bid_id="B1",
    npu="CV",
    applicant_kind="school",
    status="paid",
    requested=Decimal("500.10"),
    awarded=Decimal("400.00"),
    allocated=Decimal("400.00"),
    paid=Decimal("399.99"),
    aligned_staff="S-77",
    submitted_on=date(2019, 5, 2),
)
SCHEME = Scheme(
    force="WMP", kind="street_watch", scheme_id="SW1", npu="CV", status="active", members=12
)


def test_small_tables_become_facts_with_exact_money_and_nobody_in_them(
    store: Path, tmp_path: Path
) -> None:
    paper = npol.paper.wmp_2019()

    refreshed = star(
        store,
        tmp_path / "star",
        observations=paper.observations,
        targets=paper.targets,
        budget_positions=paper.budgets,
        bids=[BID],
        schemes=[SCHEME],
    )

    fund = table_of(refreshed, "fact_fund")
    assert fund.schema.field("spent").type == pa.decimal128(18, 2)
    amounts = fund.to_pylist()
    spent, budget = (sum(row[name] for row in amounts) for name in ("spent", "budget"))
    assert (spent, budget) == (Decimal(327956), Decimal(627804))
    assert float(spent / budget) == pytest.approx(spend_rate(paper.budgets)["spend_rate"].item())
    (bid,) = rows_of(refreshed, "fact_bid")
    assert bid["paid"] == Decimal("399.99")
    assert "S-77" not in str(bytes_of(refreshed.path))
    (scheme,) = rows_of(refreshed, "fact_scheme")
    assert (scheme["area_key"], scheme["schemes"], scheme["members"]) == ("WMP:npu:CV", 1, 12)
    observed = rows_of(refreshed, "fact_observation")
    watches = [row["value"] for row in observed if row["kind"] == "street_watch"]
    assert sum(watches) == 126
    targets = [row["target"] for row in rows_of(refreshed, "fact_target")]
    assert sum(targets) == 210
    assert dangling(refreshed) == []


def test_rows_of_a_ward_and_of_the_force_as_a_whole_have_their_areas(
    store: Path, tmp_path: Path
) -> None:
    day = date(2018, 3, 31)
    rows = [
        Observation(force="WMP", kind="street_watch", value=3, as_of=day, npu="CV", ward="E05001"),
        Observation(force="WMP", kind="cadets", value=206, as_of=day),
        Observation(
            force="WMP", kind="messages_sent", value=9, as_of=day, npu="CV", period_start=day
        ),
    ]
    ward = Ward(force="WMP", ward="E05001", name="Ours", npu="CV")

    refreshed = star(store, tmp_path / "star", observations=rows, wards=[ward])

    found = {row["kind"]: row for row in rows_of(refreshed, "fact_observation")}
    assert found["street_watch"]["area_key"] == "WMP:ward:E05001"
    assert found["cadets"]["area_key"] == "WMP:force"
    assert found["messages_sent"]["nature"] == "flow"
    (row,) = (row for row in rows_of(refreshed, "dim_area") if row["level"] == "ward")
    assert (row["name"], row["npu"], row["gss_code"]) == ("Ours", "CV", None)
    assert dangling(refreshed) == []


def test_a_wrong_row_is_refused_and_the_star_is_as_it_was(store: Path, tmp_path: Path) -> None:
    refreshed = star(store, tmp_path / "star")
    before = bytes_of(refreshed.path)
    twice = [Target(force="WMP", kind="cadets", value=20, npu="CV")] * 2

    with pytest.raises(ValidationError, match="DUPLICATE_KEY"):
        star(store, tmp_path / "star", targets=twice)

    assert bytes_of(refreshed.path) == before


# -- refreshing


def test_a_second_run_writes_nothing_and_another_folder_has_the_same_bytes(
    store: Path, tmp_path: Path
) -> None:
    first = star(store, tmp_path / "star")
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*.*")}

    again = star(store, tmp_path / "star")
    elsewhere = star(store, tmp_path / "elsewhere" / "deep")

    assert (again.written, again.removed) == ((), ())
    assert again.kept == first.written
    after = {path: path.stat().st_mtime_ns for path in again.path.rglob("*.*")}
    assert {k: v for k, v in after.items() if k.name != ".lock"} == {
        k: v for k, v in before.items() if k.name != ".lock"
    }
    assert bytes_of(again.path) == bytes_of(elsewhere.path)


def test_only_a_month_that_has_changed_is_counted_anew(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(store, tmp_path / "star")
    write_store(logs(rows=40, first="2018-02", last="2018-02", seed=3), store, how="replace")
    write_store(logs(rows=40, first="2018-04", last="2018-04"), store, how="replace")
    counting: list[date] = []

    def spied(path: Path, force: str, month: date, books: Books) -> pa.Table:
        counting.append(month)
        return month_facts(path, force, month, books)

    monkeypatch.setattr(f"{putting.__name__}.month_facts", spied)
    refreshed = star(store, tmp_path / "star")

    assert counting == [date(2018, 2, 1), date(2018, 4, 1)]
    months = [name for name in refreshed.written if name.startswith("fact_log_month/")]
    assert months == ["fact_log_month/WMP-2018-02.parquet", "fact_log_month/WMP-2018-04.parquet"]
    assert "fact_log_month/WMP-2018-01.parquet" in refreshed.kept
    fresh = star(store, tmp_path / "fresh")
    assert bytes_of(refreshed.path) == bytes_of(fresh.path)


def test_a_month_and_a_table_that_are_withdrawn_go(store: Path, tmp_path: Path) -> None:
    paper = npol.paper.wmp_2019()
    first = star(store, tmp_path / "star", budget_positions=paper.budgets)
    stranger = first.path / "fact_log_month" / "mine.parquet"
    pq.write_table(pa.table({"a": [1]}), stranger)
    shutil.copy(stranger, first.path / "notes.parquet")
    (store / "WMP" / "2018-03.parquet").unlink()

    refreshed = star(store, tmp_path / "star")

    assert refreshed.removed == ("fact_fund.parquet", "fact_log_month/WMP-2018-03.parquet")
    assert stranger.exists(), "what others put there is theirs"
    stranger.unlink()
    (first.path / "notes.parquet").unlink()
    fresh = star(store, tmp_path / "fresh")
    assert bytes_of(refreshed.path) == bytes_of(fresh.path)


def test_another_target_of_a_grade_counts_all_months_anew(store: Path, tmp_path: Path) -> None:
    star(store, tmp_path / "star")
    grades = [
        attrs.evolve(each, target_seconds=60) if each.grade == "P1" else each for each in WMP.grades
    ]
    stricter = attrs.evolve(WMP, grades=Records(Grade, grades))

    refreshed = star(store, tmp_path / "star", references=[stricter])

    assert len([name for name in refreshed.written if name.startswith("fact_log_month")]) == 3
    fresh = star(store, tmp_path / "fresh", references=[stricter])
    assert bytes_of(refreshed.path) == bytes_of(fresh.path)


def test_a_star_without_logs_has_columns_and_then_months(tmp_path: Path) -> None:
    write_store([], tmp_path / "store", how="merge")

    empty = star(tmp_path / "store", tmp_path / "star")

    assert empty.rows == {"dim_area": 0, "dim_date": 0, "dim_grade": 0, "fact_log_month": 0}
    for name in empty.rows:
        assert table_of(empty, name).schema.names == [f.name for f in STAR[name].columns()]
    write_store([log(1, date(2018, 3, 5))], tmp_path / "store", how="merge")
    refreshed = star(tmp_path / "store", tmp_path / "star")
    assert refreshed.removed == ("fact_log_month/none.parquet",)


def test_a_month_that_is_replaced_while_it_is_counted_is_an_error_and_changes_nothing(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed = star(store, tmp_path / "star")
    before = bytes_of(refreshed.path)
    more = logs(rows=40, last="2018-03", seed=5)
    write_store(more, store, how="merge")

    def replaced(path: Path, force: str, month: date, books: Books) -> pa.Table:
        found = month_facts(path, force, month, books)
        write_store(logs(rows=40, last="2018-03", seed=6), store, how="replace")
        return found

    monkeypatch.setattr(f"{putting.__name__}.month_facts", replaced)
    with pytest.raises(StoreError, match="was replaced while it was counted; refresh the star"):
        star(store, tmp_path / "star")

    assert bytes_of(refreshed.path) == before
    assert not list(refreshed.path.glob(".staging-*"))


def test_two_refreshes_at_one_time_are_refused(store: Path, tmp_path: Path) -> None:
    def again(_: int) -> None:
        with pytest.raises(StoreError, match="another load is writing to it"):
            star(store, tmp_path / "star")

    assert star(store, tmp_path / "star", progress=again).written


# -- marks


def test_marking_and_made_up_rows_are_said_by_every_file(store: Path, tmp_path: Path) -> None:
    write_store([log(1, date(2018, 4, 5))], store, how="merge", marking="OFFICIAL")

    refreshed = star(store, tmp_path / "star")

    assert (refreshed.marking, refreshed.synthetic) == ("OFFICIAL", True)
    files = sorted(refreshed.path.rglob("*.parquet"))
    said = {path.stem: npol.read_metadata(path) for path in files}
    assert {each.marking for each in said.values() if each} == {"OFFICIAL"}
    real = said.pop("WMP-2018-04")
    assert real is not None
    assert not real.synthetic, "its own rows are of a force"
    assert all(each is not None and each.synthetic for each in said.values())
    dictionary = (refreshed.path / "dictionary.md").read_text(encoding="utf-8")
    assert dictionary.startswith("**OFFICIAL**\n")
    assert "Logs in it are made up" in dictionary

    stricter = star(store, tmp_path / "star", marking="OFFICIAL-SENSITIVE")
    assert stricter.kept == ()


def test_two_markings_want_a_decision(store: Path, tmp_path: Path) -> None:
    write_store([log(1, date(2018, 4, 5))], store, how="merge", marking="OFFICIAL")
    write_store([log(1, date(2018, 5, 5), hour_of_week=132)], store, how="merge", marking="SECRET")

    with pytest.raises(ValueError, match="the months and tables are marked OFFICIAL and SECRET"):
        star(store, tmp_path / "star")

    assert not (tmp_path / "star").exists()


def test_what_a_refresh_did_is_told(store: Path, tmp_path: Path) -> None:
    refreshed = star(store, tmp_path / "star", marking="OFFICIAL")

    shown = refreshed._repr_html_()
    assert '>dim_area</th><td style="text-align: right">10</td>' in shown
    assert "<p>0 files kept</p>" in shown
    lines = repr(refreshed).splitlines()
    assert lines[0] == f"StarRefresh({str(tmp_path / 'star' / 'v1')!r}, synthetic, OFFICIAL)"
    assert "  0 files kept" in lines
    assert Counter(refreshed.rows)["dim_area"] == 10
    assert any(line.endswith("and 2 more") for line in lines)
    budget = BudgetPosition(
        force="WMP",
        financial_year="2018/19",
        as_of=date(2018, 6, 30),
        budget=Decimal(1),
        spent=Decimal(0),
    )
    again = star(store, tmp_path / "star", marking="OFFICIAL", budget_positions=[budget])
    assert "  1 file removed" not in repr(again)
    assert "fact_fund.parquet" in again.written
