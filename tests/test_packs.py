"""Packs: every figure counted by hand, what is missing, and what is to be read first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

import attrs
import pytest
from packed import GRADES, LAST, TARGETS, UNITS, figure, inputs_of, logs, tables

from npolicing import packs
from npolicing.disclosure import RULES
from npolicing.entities import CrimeCount, Log, Observation, Threshold
from npolicing.errors import UnknownCodeError
from npolicing.exhibits import Chart, Document, Section
from npolicing.frames import to_pandas
from npolicing.measures import (
    attendance_ratio,
    attendance_share,
    demand,
    emerging_trends,
    resolution_without_deployment,
    year_on_year,
)
from npolicing.packs import Pack, PackFigure, PackInputs, PackTables, Period
from npolicing.packs.tables import FILES
from npolicing.stats.intervals import newcombe

if TYPE_CHECKING:
    from pathlib import Path
from typing import Any

ROWS = logs()
BASES = {
    "period": ["2019-09"],
    "year_before": ["2018-09"],
    "year_to_date": [f"2019-{month:02}" for month in range(4, 10)],
    "year_to_date_before": [f"2018-{month:02}" for month in range(4, 10)],
}
QUARTER = {
    **BASES,
    "period": ["2019-07", "2019-08", "2019-09"],
    "year_before": ["2018-07", "2018-08", "2018-09"],
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> PackInputs:
    return inputs_of(tmp_path_factory.mktemp("packs") / "store", ROWS)


@pytest.fixture(scope="module")
def made(inputs: PackInputs) -> dict[str, Pack]:
    months = packs.sim_packs(inputs, month="2019-09", npus=UNITS, charts=False)
    found = {pack.name.split("-")[2]: pack for pack in months}
    found["force"] = packs.quarter_pack(inputs, quarter="2019/20-Q2", charts=False)
    return found


def of(months: Iterable[str], npu: str | None) -> list[Log]:
    """The logs of some months: of a unit, or of the force with those of no unit."""
    return [row for row in ROWS if row.month in months and npu in (None, row.npu)]


def days_of(months: Iterable[str]) -> int:
    return sum(Period.month(month).until.day for month in months)


def parts(found: PackFigure) -> list[object]:
    return [found.numerator, found.denominator]


def places() -> Iterator[tuple[str, str | None, dict[str, list[str]]]]:
    for unit in UNITS:
        yield unit, unit, BASES
        yield "force", unit, QUARTER
    yield "force", None, QUARTER


PLACES = list(places())


@pytest.mark.parametrize(("pack", "npu", "bases"), PLACES)
@pytest.mark.parametrize("basis", BASES)
def test_logs_are_counted_as_by_hand(
    made: dict[str, Pack], pack: str, npu: str | None, bases: dict[str, list[str]], basis: str
) -> None:
    asked = {"measure": "logs_per_day", "basis": basis, "npu": npu, "item": None}

    found = figure(made[pack].figures, **asked)

    months = bases[basis]
    count, days = len(of(months, npu)), days_of(months)
    assert parts(found) == [count, days]
    assert found.figure == round(Decimal(count) / days, 6)
    assert found.is_total is (npu is None)


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("basis", BASES)
def test_logs_of_a_grade_are_counted_as_by_hand(
    made: dict[str, Pack], grade: str, basis: str
) -> None:
    for pack, npu, bases in [("CV", "CV", BASES), ("force", None, QUARTER)]:
        asked = {"measure": "logs_per_day", "basis": basis, "npu": npu, "item": grade}
        found = figure(made[pack].figures, **asked)

        assert found.numerator == sum(row.priority == grade for row in of(bases[basis], npu))


Counted = Callable[[list[Log]], tuple[int, int, int]]


def attended(rows: list[Log]) -> tuple[int, int, int]:
    urgent = [row for row in rows if row.priority in ("P1", "P2", "P3")]
    known = [row for row in urgent if row.attended_by_neighbourhood is not None]
    did = sum(row.attended_by_neighbourhood is True for row in known)
    return did, len(known), len(urgent) - len(known)


def among_attenders(rows: list[Log]) -> tuple[int, int, int]:
    urgent = [row for row in rows if row.priority in ("P1", "P2", "P3")]
    known = [row for row in urgent if row.attended_by_neighbourhood is not None]
    unknown = [
        row for row in urgent if row.attended_by_neighbourhood is None and row.attended is not False
    ]
    did = sum(row.attended_by_neighbourhood is True for row in known)
    return did, sum(row.attended is True for row in known), len(unknown)


def within(grade: str) -> Counted:
    def counted(rows: list[Log]) -> tuple[int, int, int]:
        own = [row for row in rows if row.priority == grade]
        arrived = [row.response_seconds for row in own if row.response_seconds is not None]
        return (
            sum(each <= TARGETS[grade] for each in arrived),
            len(arrived),
            len(own) - len(arrived),
        )

    return counted


def undeployed(rows: list[Log]) -> tuple[int, int, int]:
    told = [row for row in rows if row.status in ("closed", None) or row.resolved_by is not None]
    known = [row for row in told if row.resolved_by is not None and row.attended is not None]
    desk = [row for row in known if row.resolved_by != "attendance" and row.attended is False]
    # What somebody attended is resolved by that, whatever is not known beside it.
    seen = [row for row in told if row.attended is True and row.resolved_by is None]
    street = [row for row in told if row.resolved_by == "attendance" and row.attended is None]
    resolved = len(known) + len(seen) + len(street)
    return len(desk), resolved, len(told) - resolved


SHARES: dict[tuple[str, str | None], Counted] = {
    ("attendance_ratio", None): attended,
    ("attendance_share", None): among_attenders,
    ("share_within_target", "P1"): within("P1"),
    ("share_within_target", "P2"): within("P2"),
    ("share_without_deployment", None): undeployed,
}


@pytest.mark.parametrize(("measure", "item"), SHARES)
@pytest.mark.parametrize(("pack", "npu", "bases"), PLACES)
def test_shares_are_counted_as_by_hand(
    *,
    made: dict[str, Pack],
    measure: str,
    item: str | None,
    pack: str,
    npu: str | None,
    bases: dict[str, list[str]],
) -> None:
    for basis, months in bases.items():
        asked = {"measure": measure, "basis": basis, "npu": npu, "item": item}
        found = figure(made[pack].figures, **asked)

        part, whole, unknown = SHARES[measure, item](of(months, npu))
        assert [*parts(found), found.unknown] == [part, whole, unknown]
        assert found.figure == round(Decimal(part) / whole, 6)


@pytest.mark.parametrize("grade", TARGETS)
def test_the_median_response_is_that_of_the_single_times(made: dict[str, Pack], grade: str) -> None:
    asked = {"measure": "median_seconds", "npu": "CV", "item": grade}
    found = figure(made["CV"].figures, **asked)

    times = [row.response_seconds for row in of(["2019-09"], "CV") if row.priority == grade]
    known = [each for each in times if each is not None]
    assert found.figure == Decimal(str(median(known)))
    assert found.denominator == len(known)


def test_open_logs_are_counted_as_by_hand(made: dict[str, Pack]) -> None:
    # Midnight in London at the end of September is an hour before that in UTC.
    end = datetime(2019, 9, 30, 23, tzinfo=UTC)
    for pack, npu in [("CV", "CV"), ("SH", "SH"), ("force", None)]:
        own = [row for row in ROWS if npu in (None, row.npu)]
        for grade in (*GRADES, None):
            asked = {"measure": "open_logs", "item": grade}
            found = figure(made[pack].figures, **asked)

            kept = [row for row in own if grade in (None, row.priority)]
            over = ("closed", "cancelled", "transferred")
            shut = [row for row in kept if row.closed_at is not None and row.closed_at <= end]
            doubtful = [row for row in kept if row.closed_at is None and row.status in over]
            assert found.figure == len(kept) - len(shut) - len(doubtful)
            assert found.unknown == len(doubtful)


def test_each_month_of_the_history_is_there(made: dict[str, Pack]) -> None:
    months = sorted({row.month for row in ROWS})
    found = [
        row for row in made["CV"].figures if row.basis == "month" and row.measure == "logs_per_day"
    ]

    assert [row.period for row in found] == months
    assert [row.numerator for row in found] == [len(of([month], "CV")) for month in months]


def test_figures_are_those_of_the_measures_on_the_rows(made: dict[str, Pack]) -> None:
    """Intervals and changes, too; the measures are called on the logs themselves."""
    here = {"month": "2019-09", "npu": "CV"}
    urgent = {**here, "priority": ["P1", "P2", "P3"]}
    september = [row for row in ROWS if row.month == "2019-09"]
    results = {
        "attendance_ratio": attendance_ratio(ROWS, where=urgent, priorities=None),
        "attendance_share": attendance_share(ROWS, where=urgent, priorities=None),
        "share_without_deployment": resolution_without_deployment(ROWS, where=here),
        "logs_per_day": demand(september, where={"npu": "CV"}),
    }
    for measure, frame in results.items():
        asked = {"measure": measure, "basis": "period", "npu": "CV", "item": None}
        found = figure(made["CV"].figures, **asked)
        told = (found.figure, found.low, found.high)
        known = [frame[name].item() for name in (measure, "low", "high")]
        assert told == tuple(round(Decimal(str(each)), 6) for each in known)


@pytest.mark.parametrize(("basis", "to_date"), [("period", False), ("year_to_date", True)])
def test_a_change_of_calls_is_that_of_the_measure(
    made: dict[str, Pack],
    basis: str,
    to_date: bool,  # noqa: FBT001 # a parameter of the test
) -> None:
    for pack, months in [("CV", 1), ("force", 3)]:
        length = 1 if to_date else months
        year = year_on_year(ROWS, month="2019-09", months=length, to_date=to_date, by="npu")
        asked = {"measure": "logs_per_day", "basis": basis, "npu": "CV", "item": None}
        found = figure(made[pack].figures, **asked)

        own = year[year["npu"] == "CV"]
        known = [own[name].item() for name in ("rate_ratio", "low", "high")]
        told = (found.change, found.change_low, found.change_high)
        assert told == tuple(round(Decimal(str(each)), 6) for each in known)
        assert found.change_is == "ratio"


def test_a_change_of_a_share_is_a_difference_in_points(made: dict[str, Pack]) -> None:
    asked = {"measure": "attendance_ratio", "npu": "CV", "item": None}
    now, then = (
        figure(made["CV"].figures, **asked, basis=basis) for basis in ("period", "year_before")
    )
    (a, n, _), (b, m, _) = attended(of(["2019-09"], "CV")), attended(of(["2018-09"], "CV"))
    found = newcombe(a, n, b, m)

    assert then.change is None
    assert now.change == round(Decimal(a / n - b / m), 6)
    assert now.change_low == round(Decimal(float(found.low)), 6)


def one(made: dict[str, Pack], pack: str, **wanted: object) -> PackFigure:
    return figure(made[pack].figures, **wanted)


def test_what_small_tables_give_is_counted_as_by_hand(made: dict[str, Pack]) -> None:
    watch = one(made, "CV", section="schemes", measure="count", item="street_watch")
    assert parts(watch) == [12, 20]
    assert watch.until == date(2019, 9, 1)
    force = one(made, "force", section="schemes", measure="count", is_total=True)
    assert parts(force) == [34, 50]
    wards = one(made, "CV", measure="ward_coverage")
    assert parts(wards) == [1, 3]
    spent = one(made, "CV", measure="spend_rate")
    assert parts(spent) == [Decimal("40.10"), 100]
    assert spent.figure == Decimal("0.401")
    total = one(made, "force", measure="spend_rate", is_total=True)
    assert parts(total) == [Decimal("280.10"), 400]
    asked = one(made, "CV", measure="requested", item="submitted")
    assert asked.figure == Decimal("200.00")
    assert one(made, "force", measure="bids", item="rejected").figure == 1
    problems = one(made, "CV", measure="open_problems", item="scan")
    assert problems.figure == 1
    assert problems.until == LAST
    assert one(made, "CV", measure="open_problems", item="respond").figure == 0
    meetings = {"section": "engagement", "item": "ward_meetings_held", "npu": "CV"}
    assert one(made, "CV", **meetings, until=LAST).figure == 6
    assert one(made, "CV", **meetings, until=date(2018, 9, 30)).figure == 4
    signed = one(made, "force", item="messaging_sign_ups", until=date(2019, 9, 1))
    assert signed.figure == 87_511


def test_actions_are_open_and_overdue_by_their_days(made: dict[str, Pack]) -> None:
    # A1 is overdue, A2 is due that day, A4 was done later, A6 has no day; A5 was not yet raised.
    open_, overdue, done = (
        one(made, "CV", measure="actions", item=item).figure for item in ("open", "overdue", "done")
    )
    assert [open_, overdue, done] == [4, 2, 1]
    table = section(made["CV"].document, "Actions").exhibits[0]
    assert not isinstance(table, Chart)
    assert [(cells[0], cells[4]) for cells in table.cells] == [
        ("A4", "52"),
        ("A1", "20"),
        ("A2", "not due"),
        ("A6", "no day"),
    ]
    assert one(made, "force", measure="actions", item="open").figure == 0


def section(document: Document, start: str) -> Section:
    (found,) = (each for each in document.sections if each.heading.startswith(start))
    return found


def test_the_findings_stand_in_the_order_that_is_stated(made: dict[str, Pack]) -> None:
    told = made["CV"].document.findings
    starts = [
        "P1: somebody there within 15 minutes",
        "P2: somebody there within 60 minutes",
        "Action A4, Do A4 (NPU Commander): due 2019-08-09, 52 days overdue.",
        "Action A1, Do A1 (NPU Commander): due 2019-09-10, 20 days overdue.",
        "1 evaluation of a bid is late, the first since 2019-09-01.",
        "1 problem's review is overdue, the first since 2019-09-02.",
        "Street Watch schemes: 12 of 20 by 2020-03-31, 2.",
        "Active Citizens Fund: £40.10 of £100 spent (40.1 %) with 50.0 % of the year passed",
        "Robbery: 120 in 2019-09, ",
    ]
    places = [next(at for at, each in enumerate(told) if each.startswith(s)) for s in starts]

    assert sorted(places[:2]) == places[:2] or sorted(places[:2])[::-1] == places[:2]
    assert places[2:] == sorted(places[2:])
    assert max(places[:2]) < places[2]
    by_chance = next(each for each in told if each.startswith("Of 2 series 1 changed notably"))
    assert "chance alone gives" in by_chance
    assert told.index(by_chance) == places[-1] + 1


def test_trends_are_those_of_the_measure_and_of_three_kinds(made: dict[str, Pack]) -> None:
    counts = tables().of_entity("crime_counts", CrimeCount)
    known = emerging_trends(to_pandas(counts), month="2019-09", categories=["Burglary", "Robbery"])
    for row in known.to_dict("records"):
        asked = {"section": "trends", "item": row["category"], "npu": row["npu"], "basis": "period"}
        found = one(made, "force", **asked)
        assert found.numerator == row["crimes"]
        assert found.change == round(Decimal(str(row["rate_ratio"])), 6)
        assert found.change_high == round(Decimal(str(row["high"])), 6)
    items = {row.item for row in made["force"].figures if row.section == "trends"}
    assert items == {"Burglary", "Robbery"}


def test_no_figure_is_told_twice(made: dict[str, Pack]) -> None:
    keys = [each.name for each in PackFigure.columns() if each.column.key]
    for pack in made.values():
        found = [tuple(getattr(row, name) for name in keys) for row in pack.figures]
        assert len(set(found)) == len(found)
        assert {row.pack for row in pack.figures} == {pack.name}


def without(small: PackTables, *names: str) -> PackTables:
    kept = {name: rows for name, rows in small.rows.items() if name not in names}
    return PackTables.of(**kept)


_NEEDED = {
    "observations": {"schemes", "messaging", "engagement"},
    "targets": {"schemes"},
    "milestones": {"schemes"},
    "thresholds": {"calls", "schemes"},
    "schemes": {"schemes"},
    "wards": {"schemes"},
    "budget_positions": {"fund"},
    "acf_bids": {"fund"},
    "crime_counts": {"trends"},
    "problems": {"problems"},
    "demand_tiers": set(),
    "actions": {"actions"},
}


@pytest.mark.parametrize("name", _NEEDED)
def test_a_missing_table_is_named_and_changes_no_other_section(
    inputs: PackInputs, made: dict[str, Pack], name: str
) -> None:
    less = attrs.evolve(inputs, tables=without(inputs.tables, name))

    (found,) = packs.sim_packs(less, month="2019-09", npus=["CV"], charts=False)

    kept = _NEEDED[name]
    before, after = (
        [row for row in each.figures if row.section not in kept] for each in (made["CV"], found)
    )
    assert after == before
    told = [words for each in found.document.sections for words in each.missing]
    if name not in ("milestones", "thresholds"):
        assert any(name in words for words in told)
    own = [row for row in found.figures if row.section in kept and row.section != "calls"]
    assert not any(row.figure == 0 for row in own if name in ("actions", "problems"))


def test_every_table_may_be_missing(inputs: PackInputs) -> None:
    bare = attrs.evolve(inputs, tables=PackTables())
    document = packs.sim_pack(bare, npu="CV", month="2019-09", charts=False)
    words = " ".join(each for one in document.sections for each in one.missing)

    optional = {"milestones", "problem_stages", "thresholds"}
    assert [name for name in FILES if name not in optional and name not in words] == []
    logless = packs.read_inputs(tables=tables())
    document = packs.sim_pack(logless, npu="CV", month="2019-09", charts=False)
    assert section(document, "Calls for service").exhibits == ()
    assert "--store" in section(document, "Calls for service").missing[0]


def test_without_a_signal_it_is_said() -> None:
    count = Observation(force="WMP", npu="CV", kind="cadets", value=9, as_of=date(2019, 9, 1))
    alone = packs.read_inputs(tables=PackTables.of(observations=[count]))

    document = packs.sim_pack(alone, npu="CV", month="2019-09", charts=False)

    (words,) = document.findings
    assert words.startswith("No signal: ")


def test_a_month_that_is_not_over_is_held_against_the_same_days(tmp_path: Path) -> None:
    last = date(2019, 9, 12)
    rows = [row for row in ROWS if row.received_on <= last]
    (pack,) = packs.sim_packs(
        inputs_of(tmp_path / "store", rows), month="2019-09", npus=["CV"], charts=False
    )

    asked = {"measure": "logs_per_day", "item": None, "npu": "CV"}
    now, then = (figure(pack.figures, **asked, basis=basis) for basis in ("period", "year_before"))
    before = [row for row in of(["2018-09"], "CV") if row.received_on <= date(2018, 9, 12)]
    assert now.numerator == sum(row.npu == "CV" and row.month == "2019-09" for row in rows)
    assert [now.denominator, then.denominator] == [12, 12]
    assert then.numerator == len(before)
    assert now.reading is None
    assert pack.document.findings[0].startswith("The logs end on 12 September 2019, 18 days before")


def test_a_month_without_logs_is_not_known_and_no_0(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.month < "2019-09"]
    inputs = inputs_of(tmp_path / "store", rows)

    (pack,) = packs.sim_packs(inputs, month="2019-09", npus=["CV"], charts=False)

    told = section(pack.document, "Calls for service").missing
    assert told == ("The store has no logs of September 2019: no figure on calls can be made.",)
    assert [row for row in pack.figures if row.section == "calls"] == []
    assert "no logs of 2019-09; it has some from 2017-09 to 2019-08" in pack.document.findings[0]


def test_a_gap_in_a_quarter_makes_it_unknown(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.month != "2019-08"]
    inputs = inputs_of(tmp_path / "store", rows)

    pack = packs.quarter_pack(inputs, quarter="2019/20-Q2", charts=False)

    own = [row for row in pack.figures if row.section == "calls" and row.basis == "period"]
    assert {row.figure for row in own if row.measure != "open_logs"} == {None}
    assert pack.document.findings[0].startswith("The store has no logs of 2019-08; it has some")


def test_a_unit_without_a_log_has_none_and_no_share(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row.npu != "CV"]
    inputs = inputs_of(tmp_path / "store", rows)

    (pack,) = packs.sim_packs(inputs, month="2019-09", npus=["CV"], charts=False)

    asked = {"basis": "period", "npu": "CV", "item": None}
    assert figure(pack.figures, measure="logs_per_day", **asked).figure == 0
    ratio = figure(pack.figures, measure="attendance_ratio", **asked)
    assert (ratio.figure, ratio.hidden) == (None, "unknown")
    assert any(
        each.startswith("No log of the history is of Coventry") for each in pack.document.findings
    )


def test_logs_that_were_never_closed_have_no_backlog(tmp_path: Path) -> None:
    rows = [attrs.evolve(row, closed_at=None, status=None) for row in ROWS]
    inputs = inputs_of(tmp_path / "store", rows)

    document = packs.sim_pack(inputs, npu="CV", month="2019-09", charts=False)

    assert section(document, "Calls for service").missing == (
        "The backlog is not known: no log of the store has the time at which it was closed.",
    )


def test_a_colour_is_there_only_where_a_threshold_was_stated(made: dict[str, Pack]) -> None:
    own = [row for row in made["CV"].figures if row.basis == "period" and row.section == "calls"]
    coloured = {(row.measure, row.item) for row in own if row.status is not None}

    assert coloured == {("share_within_target", "P1"), ("share_within_target", "P2")}
    share = figure(own, measure="share_within_target", item="P1")
    missed = Decimal("0.99") - (share.figure or 0)
    assert share.status == (
        "green" if missed <= 0 else "amber" if missed <= Decimal("0.05") else "red"
    )
    assert share.target == Decimal("0.99")


def test_a_threshold_of_a_unit_and_a_grade_goes_before_that_of_all(inputs: PackInputs) -> None:
    common: dict[str, Any] = {
        "force": "WMP",
        "measure": "share_within_target",
        "green": 0.0,
        "amber": 0.0,
    }
    rows = [
        Threshold(**common, direction="at_least", target=0.5),
        Threshold(**common, direction="at_least", target=0.6, priority="P1"),
        Threshold(**common, direction="at_least", target=0.7, npu="SH"),
        Threshold(**common, direction="at_least", target=0.8, valid_to=date(2019, 9, 29)),
    ]
    stated = attrs.evolve(inputs, tables=PackTables.of(thresholds=rows))
    found = packs.sim_packs(stated, month="2019-09", npus=UNITS, charts=False)
    targets = {
        (row.npu, row.item): row.target
        for pack in found
        for row in pack.figures
        if row.measure == "share_within_target" and row.basis == "period"
    }

    half, more, most = (
        Decimal(each).quantize(Decimal("0.000001")) for each in ("0.5", "0.6", "0.7")
    )
    assert targets == {
        ("CV", "P1"): more,
        ("CV", "P2"): half,
        ("SH", "P1"): most,
        ("SH", "P2"): most,
    }


@pytest.mark.parametrize("rule", ["ofqual", "hes", "ons-ls"])
def test_small_numbers_are_hidden_and_what_is_left_out_is_told(
    inputs: PackInputs, made: dict[str, Pack], rule: str
) -> None:
    (found,) = packs.sim_packs(inputs, month="2019-09", npus=["CV"], suppress=rule)
    least = RULES[rule].threshold
    exact = {key_of(row): row for row in made["CV"].figures}
    people = [row for row in found.figures if row.section in ("calls", "trends")]

    assert people
    for row in people:
        for name in ("numerator", "unknown"):
            before, now = getattr(exact[key_of(row)], name), getattr(row, name)
            if before is not None and 0 < before < least:
                assert now is None
            elif now is not None and RULES[rule].base is None:
                assert now == before
    charts = [each.name for each in found.document.exhibits if isinstance(each, Chart)]
    assert charts == ["sim_wmp_cv_2019_09_chart_street_watch"]
    assert not any(row.basis == "month" for row in found.figures)
    words = " ".join(each for _, each in found.document.definitions)
    assert "charts of them: left out" in words
    assert "Each table is looked at by itself" in words
    symbols = {cell for table in found.document.tables for row in table.cells for cell in row}
    assert RULES[rule].symbol in symbols


def key_of(row: PackFigure) -> tuple[object, ...]:
    keys = [each.name for each in PackFigure.columns() if each.column.key]
    return tuple(getattr(row, name) for name in keys)


def test_packs_of_one_run_are_those_of_each_unit_alone(
    inputs: PackInputs, made: dict[str, Pack]
) -> None:
    for unit in UNITS:
        (alone,) = packs.sim_packs(inputs, month="2019-09", npus=[unit], charts=False)
        assert alone.figures == made[unit].figures
        assert alone.document.findings == made[unit].document.findings


def test_all_units_of_the_force_have_a_pack(inputs: PackInputs) -> None:
    found = [pack.name for pack in packs.sim_packs(inputs, month="2019-09", charts=False)]
    codes = ["BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV"]

    assert found == [f"sim-WMP-{code}-2019-09" for code in codes]


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"month": "2019-13"}, ValueError, "'2019-13' is no month; write 2019-09"),
        ({"npu": "Atlantis"}, UnknownCodeError, "'Atlantis' is no unit of WMP"),
        ({"suppress": "no-rule"}, UnknownCodeError, "'no-rule' is no"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    inputs: PackInputs, asked: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        packs.sim_pack(inputs, **({"npu": "CV", "month": "2019-09"} | asked))  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize("quarter", ["2019-Q2", "2019/21-Q1", "2019/20-Q5", "2019/20"])
def test_what_is_no_quarter_is_refused(inputs: PackInputs, quarter: str) -> None:
    with pytest.raises(ValueError, match="is no quarter; write 2019/20-Q2"):
        packs.qpr_pack(inputs, quarter=quarter)


def test_quarters_are_those_of_the_financial_year() -> None:
    found = [Period.quarter(f"2019/20-Q{number}") for number in (1, 2, 3, 4)]

    assert [each.months[0] for each in found] == ["2019-04", "2019-07", "2019-10", "2020-01"]
    assert [each.before.name for each in found][::3] == ["2018/19-Q1", "2018/19-Q4"]
    assert found[3].to_date.months == tuple(Period.month("2020-03").history(12))
    assert found[1].label == "quarter 2 of 2019/20 (July to September 2019)"
