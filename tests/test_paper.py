"""The board paper of 2019, rebuilt: every count, sum, gap and balance, and every finding."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._records import Records
from npolicing.delimited import write_csv
from npolicing.entities import BudgetPosition, Finding, Observation, PublishedFigure, Target
from npolicing.errors import InputFileError, UnknownCodeError
from npolicing.paper import Paper, read_paper, report, wmp_2019, write_pack
from npolicing.paper.sections import due_dates, year_end
from npolicing.paper.tables import FILES, Row
from npolicing.reconciling import reconcile
from npolicing.vocabulary import OBSERVATION_KINDS

PAPER = wmp_2019()
NPUS = ("BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV")
# Appendices 1 to 3 as printed, typed here a second time, by hand.
STREET_WATCH = {
    "BE": (22, 30, 8),
    "BW": (45, 50, 5),
    "CV": (12, 20, 8),
    "DY": (4, 20, 16),
    "SH": (22, 30, 8),
    "SW": (8, 20, 12),
    "WS": (8, 20, 12),
    "WV": (5, 20, 15),
    None: (126, 210, 84),
}
YOUNG_PEOPLE = {
    "BE": (78, 45, 123),
    "BW": (55, 19, 74),
    "CV": (80, 22, 102),
    "DY": (40, 18, 58),
    "SH": (30, 19, 49),
    "SW": (176, 36, 212),
    "WS": (81, 19, 100),
    "WV": (53, 28, 81),
    None: (593, 206, 799),
}
FUND = {
    "BE": (100_996, 76_962, 24_034),
    "BW": (94_442, 65_132, 29_310),
    "CV": (80_324, 32_846, 47_478),
    "DY": (114_475, 39_250, 75_225),
    "SH": (42_137, 35_637, 6_500),
    "SW": (62_562, 23_343, 39_219),
    "WS": (60_038, 25_002, 35_036),
    "WV": (72_830, 29_784, 43_046),
    None: (627_804, 327_956, 299_848),
}
FINDINGS = list(reconcile(PAPER.published, PAPER.computed).findings)


def computed(topic: str, measure: str) -> dict[str | None, Decimal | None]:
    rows = PAPER.computed.where(topic=topic, measure=measure)
    return {row.npu: row.value for row in rows}


def one(code: str) -> Finding:
    found = [finding for finding in FINDINGS if finding.code == code]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("topic", "measures", "table"),
    [
        ("street_watch", ("current", "target", "gap"), STREET_WATCH),
        ("fund_of_acf", ("budget", "spent", "unspent"), FUND),
    ],
)
def test_every_count_sum_gap_and_balance_comes_out(
    topic: str, measures: tuple[str, ...], table: dict[str | None, tuple[int, ...]]
) -> None:
    for at, measure in enumerate(measures):
        assert computed(topic, measure) == {npu: row[at] for npu, row in table.items()}


@pytest.mark.parametrize(("at", "topic"), [(0, "junior_pcsos"), (1, "cadets"), (2, "young_people")])
def test_every_head_comes_out(at: int, topic: str) -> None:
    assert computed(topic, "current") == {npu: row[at] for npu, row in YOUNG_PEOPLE.items()}


def test_the_other_counts_come_out() -> None:
    counted = {
        "street_watch_members": 1150,
        "neighbourhood_watch": 1294,
        "neighbourhood_watch_members": 3279,
        "messaging_sign_ups": 87_511,
        "fund_projects": 86,
    }
    for topic, value in counted.items():
        assert computed(topic, "current") == {None: value}


def test_the_spend_rates_come_out_to_four_places_of_a_per_cent() -> None:
    rates = computed("fund_of_acf", "spend_rate")
    assert {npu: round((rate or 0) * 100, 4) for npu, rate in rates.items()} == {
        "BE": Decimal("76.2030"),
        "BW": Decimal("68.9651"),
        "CV": Decimal("40.8919"),
        "DY": Decimal("34.2870"),
        "SH": Decimal("84.5741"),
        "SW": Decimal("37.3118"),
        "WS": Decimal("41.6436"),
        "WV": Decimal("40.8952"),
        None: Decimal("52.2386"),
    }


def test_the_findings_are_these_and_no_others() -> None:
    assert Counter(finding.code for finding in FINDINGS) == {
        "DIFFERS": 1,
        "NO_ROUNDING_RULE": 1,
        "STRAY_CELL": 1,
        "TWO_MEASURES": 2,
        "NO_TOTAL": 1,
        "DIALECTS": 1,
        "LEVELS": 1,
        "STALE": 1,
        "BOUND": 3,
        "UNEQUAL_PERIODS": 1,
        "NO_NUMBER": 6,
    }


def test_wolverhampton_is_printed_40_and_computed_40_9() -> None:
    finding = one("DIFFERS")
    assert (finding.npu, finding.place, finding.printed) == ("WV", "Appendix 3", "40%")
    assert finding.given == "40.9 %"


def test_no_one_rounding_rule_gives_the_column() -> None:
    finding = one("NO_ROUNDING_RULE")
    assert finding.given.startswith(
        "half up 7 of 8; half even 7 of 8; half down 7 of 8; floor 4 of 8"
    )
    assert "COV is 40.892 % and printed 41%" in finding.words
    assert "WOV is 40.895 % and printed 40%, though it is the larger" in finding.words


def test_64_per_cent_is_not_52_2() -> None:
    allocated = next(f for f in FINDINGS if f.measure == "allocation_rate")
    assert (allocated.place, allocated.given) == ("Paragraph 51", "52.2 % (spend rate)")
    assert (allocated.low, allocated.high) == (Decimal("70699.54"), Decimal("76977.58"))
    assert "about £70,700 to £77,000 lies between" in allocated.words
    assert "£73,838.56 if it were exact" in allocated.words
    assert "Appendix 3, to which it refers, has budget, spent, unspent and spend rate alone" in (
        allocated.words
    )


def test_the_stray_45_would_make_251_cadets_of_206() -> None:
    finding = one("STRAY_CELL")
    assert finding.given == "206 without it, 251 with it"
    assert finding.place == "Appendix 2"


def test_the_fund_s_missing_total_is_told() -> None:
    finding = one("NO_TOTAL")
    assert finding.place == "Appendix 3"
    assert finding.words == (
        "There is no total row. It would say: budget £627,804, spent £327,956, unspent "
        "£299,848 and spend rate 52.2 %."
    )


def test_three_dialects_of_codes() -> None:
    words = one("DIALECTS").words
    assert words.startswith("3 dialects of codes for 8 units: codes BW, BE, CV, DY, SH, SW, WS, WV")
    assert "short forms COV, DUD, SOL, WOV (Appendix 3)" in words
    assert "names SANDWELL, WALSALL (Appendix 3)" in words


def test_a_target_a_unit_stands_beside_an_ambition_a_ward() -> None:
    finding = one("LEVELS")
    assert (finding.place, finding.topic, finding.measure) == (
        "Paragraph 45",
        "street_watch",
        "target",
    )


def test_wmnow_is_of_1_september_in_a_paper_of_october() -> None:
    finding = one("STALE")
    assert finding.given == "2019-09-01, in a document of 2019-10-15"
    assert "44 days before" in finding.words


def test_bounds_stay_bounds_and_february_is_shorter_than_july() -> None:
    bounds = {f.place: f.given for f in FINDINGS if f.code == "BOUND" and f.topic == "logs"}
    assert bounds == {"Paragraph 20": "more than 22,500 logs"}
    assert [f.given for f in FINDINGS if f.code == "BOUND"] == [
        "more than 22,500 logs",
        "less than 5,000 crimes",
        "about 3,000 sign-ups",
    ]
    assert one("UNEQUAL_PERIODS").given == "28 days against 31"


def test_claims_without_a_number_are_named() -> None:
    places = [finding.place for finding in FINDINGS if finding.code == "NO_NUMBER"]
    assert places == [
        "Paragraph 19",
        "Paragraph 25",
        "Paragraph 27",
        "Figure 1",
        "Figure 2",
        "Figure 3",
    ]


def _cells(rows: Records[PublishedFigure]) -> list[int]:
    return [at for at, row in enumerate(rows) if row.place.startswith("Appendix") and row.value]


@given(st.sampled_from(_cells(PAPER.published)), st.data())
def test_a_changed_digit_in_the_appendices_is_found(at: int, data: st.DataObject) -> None:
    row = PAPER.published[at]
    digits = str(row.value if row.unit != "ratio" else int(row.value * 100))  # type: ignore[operator] # _cells has values
    digits = digits.split(".", maxsplit=1)[0]
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    changed = Decimal(digits[:place] + other + digits[place + 1 :])
    value = changed / 100 if row.unit == "ratio" else changed
    rows = list(PAPER.published)
    rows[at] = attrs.evolve(row, value=value, text=str(changed))
    found = reconcile(rows, PAPER.computed).findings
    assert _told(found) != _told(FINDINGS)
    if row.level is not None:
        right = row.npu == "WV" and row.measure == "spend_rate" and changed == 41
        differs = {(f.npu, f.topic, f.measure) for f in found if f.code == "DIFFERS"}
        assert ((row.npu, row.topic, row.measure) in differs) is not right


def _told(findings: object) -> list[str]:
    return [finding.words for finding in findings]  # type: ignore[attr-defined] # findings


@pytest.mark.parametrize("table", ["observations", "targets", "budgets"])
def test_a_changed_record_is_found(table: str) -> None:
    """Each row of each table, one more: some printed figure no longer agrees."""
    rows = list(getattr(PAPER, table))
    for at, row in enumerate(rows):
        name = "spent" if table == "budgets" else "value"
        other = [*rows[:at], attrs.evolve(row, **{name: getattr(row, name) + 1}), *rows[at + 1 :]]
        paper = attrs.evolve(PAPER, **{table: Records(type(row), other)})  # type: ignore[arg-type] # one of its tables
        found = reconcile(paper.published, paper.computed).findings
        assert sum(f.code == "DIFFERS" for f in found) > 1, row


def test_what_is_not_known_is_no_figure() -> None:
    """A unit without cadets on record has no sum of young people, and the force none either."""
    observations = Records(
        Observation,
        [row for row in PAPER.observations if (row.kind, row.npu) != ("cadets", "CV")],
    )
    figures = attrs.evolve(PAPER, observations=observations).computed
    for topic in ("cadets", "young_people"):
        assert {row.npu for row in figures.where(topic=topic)} == set(NPUS) - {"CV"}
    assert {row.npu for row in figures.where(topic="junior_pcsos")} == {None, *NPUS}
    rows = table(attrs.evolve(PAPER, observations=observations), "young_people")
    assert rows[2] == ["CV", "Coventry", "80", "–", "–"]
    assert rows[-1] == ["Total", "", "593", "–", "–"]


def test_the_paper_as_records() -> None:
    assert (PAPER.force, PAPER.report_date) == ("WMP", date(2019, 10, 15))
    assert PAPER.npus == NPUS
    assert [len(PAPER.schemes), len(PAPER.cadets), len(PAPER.junior_pcsos)] == [8, 8, 8]
    assert [row.value for row in PAPER.neighbourhood_watch] == [1294]
    assert [row.value for row in PAPER.sign_ups] == [87_511]
    assert len(PAPER.published) == 109
    assert PAPER.reference is not None
    assert PAPER.name_of("WV") == "Wolverhampton"
    assert "budgets=Records" in repr(PAPER)


def test_what_nobody_dated_has_the_report_s_date_and_says_so() -> None:
    basis = {row.kind: (row.as_of, row.as_of_basis) for row in PAPER.observations}
    assert basis.pop("messaging_sign_ups") == (date(2019, 9, 1), "stated")
    assert set(basis.values()) == {(date(2019, 10, 15), "report_date")}
    assert {target.due for target in PAPER.targets} == {None}


def test_a_bare_month_may_mean_three_days() -> None:
    assert due_dates("February 2020") == [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 29)]


@pytest.mark.parametrize(
    "text", ["soon", "Smarch 2020", "2020", "by April 2020", "April 0000", "January 0001", ""]
)
def test_words_that_name_no_month_give_no_day(text: str) -> None:
    assert due_dates(text) == []


def with_targets(**changes: object) -> Paper:
    """The paper with the same changes in each target but Dudley's."""
    targets = [
        target if target.npu == "DY" else attrs.evolve(target, **changes)  # type: ignore[arg-type] # a test's own
        for target in PAPER.targets
    ]
    return attrs.evolve(PAPER, targets=Records(Target, targets))


def test_each_target_is_paced_by_its_own_day() -> None:
    """Dudley's 16 schemes by what April may mean, the other 68 by the day that is stated."""
    paper = with_targets(due=date(2020, 5, 5))
    assert table(paper, "street_watch_pace") == [
        ["2020-05-05", "7", "68", "6.67", "10.20"],
        ["2020-03-31", "1", "16", "5.52", "2.90"],
        ["2020-04-01", "1", "16", "5.55", "2.88"],
        ["2020-04-30", "1", "16", "6.51", "2.46"],
    ]
    assert note(paper) == 'The source says "April 2020"; no day is guessed.'


def test_words_without_a_day_are_told_and_not_dropped() -> None:
    paper = with_targets(due_text="by spring 2020")
    assert table(paper, "street_watch_pace")[0] == ["–", "7", "68", "–", "–"]
    assert note(paper) == 'The source says "by spring 2020" and "April 2020"; no day is guessed.'
    assert note(with_targets(due_text=None)) == ('The source says "April 2020"; no day is guessed.')


def test_targets_of_another_kind_have_tables_of_their_own() -> None:
    cadets = Target(force="WMP", kind="cadets", npu="CV", value=30, due=date(2021, 1, 1))
    paper = attrs.evolve(PAPER, targets=Records(Target, [*PAPER.targets, cadets]))
    made = report(paper)
    assert [each.name for each in made.tables][:4] == [
        "street_watch",
        "street_watch_pace",
        "cadets",
        "cadets_pace",
    ]
    assert table(paper, "street_watch_pace") == table(PAPER, "street_watch_pace")
    assert table(paper, "cadets_pace") == [["2021-01-01", "1", "8", "14.59", "0.55"]]


def note(paper: Paper, **options: object) -> str:
    made = report(paper, **options)  # type: ignore[arg-type] # a test's own options
    return next(each.notes[0] for each in made.tables if each.name == "street_watch_pace")


def test_the_day_after_the_financial_year() -> None:
    assert year_end(date(2019, 4, 1)) == date(2020, 4, 1)
    assert year_end(date(2020, 3, 31)) == date(2020, 4, 1)


def table(paper: Paper, name: str, **options: object) -> list[list[str]]:
    made = report(paper, **options)  # type: ignore[arg-type] # a test's own options
    return next(each.cells for each in made.tables if each.name == name)


def test_the_pace_by_each_day_that_april_may_mean() -> None:
    assert table(PAPER, "street_watch_pace") == [
        ["2020-03-31", "8", "84", "5.52", "15.22"],
        ["2020-04-01", "8", "84", "5.55", "15.13"],
        ["2020-04-30", "8", "84", "6.51", "12.91"],
    ]


def test_the_pace_by_a_day_of_one_s_own() -> None:
    pace = table(PAPER, "street_watch_pace", due=[date(2020, 3, 31)])
    assert pace == [["2020-03-31", "8", "84", "5.52", "15.22"]]
    assert note(PAPER, due=[date(2020, 3, 31)]) == "The days are as asked for."
    stated = attrs.evolve(PAPER, targets=PAPER.narrowed("CV").targets)
    day = attrs.evolve(stated.targets[0], due=date(2020, 3, 31))
    assert note(attrs.evolve(stated, targets=Records(Target, [day]))) == "Due as stated."


def test_the_projection_of_wmnow() -> None:
    assert table(PAPER, "messaging") == [
        ["2019-09-01", "87,511", "3,000", "2020-04-01", "7", "108,511"]
    ]
    later = table(PAPER, "messaging", until=date(2019, 12, 31))
    assert later == [["2019-09-01", "87,511", "3,000", "2019-12-31", "3", "96,511"]]


def test_the_fund_s_table_has_the_total_that_the_paper_leaves_out() -> None:
    rows = table(PAPER, "fund_of_acf")
    assert rows[-1] == ["Total", "", "£627,804", "£327,956", "£299,848", "52.2 %", "0.97"]
    assert rows[0] == [
        "BE",
        "Birmingham East",
        "£100,996",
        "£76,962",
        "£24,034",
        "76.2 %",
        "1.41",
    ]


def test_members_a_scheme() -> None:
    assert table(PAPER, "watch_schemes") == [
        ["Street Watch", "126", "1,150", "9.1"],
        ["Neighbourhood Watch", "1,294", "3,279", "2.5"],
    ]


@pytest.mark.parametrize("name", ["CV", "cov", "Coventry"])
def test_one_unit_by_code_name_or_alias(name: str) -> None:
    paper = PAPER.narrowed(name)
    assert paper.npus == ("CV",)
    made = report(paper)
    assert [each.name for each in made.tables] == [
        "street_watch",
        "street_watch_pace",
        "watch_schemes",
        "young_people",
        "fund_of_acf",
    ]
    assert {row.npu for row in made.reconciliation.comparisons} == {"CV"}
    assert {row.level for row in paper.computed} == {"npu"}
    assert [finding.code for finding in made.reconciliation.findings] == ["DIALECTS"]
    assert table(paper, "street_watch") == [["CV", "Coventry", "12", "20", "8", "60.0 %"]]
    assert table(paper, "young_people") == [["CV", "Coventry", "80", "22", "102"]]


def test_a_unit_that_is_none_says_which_there_are() -> None:
    with pytest.raises(UnknownCodeError, match="WMP"):
        PAPER.narrowed("Atlantis")
    no_reference = attrs.evolve(PAPER, reference=None)
    assert no_reference.name_of("CV") == "CV"
    with pytest.raises(
        UnknownCodeError, match=r"^'COV' is no unit in the tables of WMP; known: BE,"
    ):
        no_reference.narrowed("COV")


def test_a_pack_has_every_table_twice_and_can_be_read_again(tmp_path: Path) -> None:
    made = report(PAPER)
    written = write_pack(made, tmp_path / "pack")
    assert all(path.stat().st_size for path in written)
    names = {path.relative_to(tmp_path / "pack").as_posix() for path in written}
    assert names == {
        path.relative_to(tmp_path / "pack").as_posix()
        for path in (tmp_path / "pack").rglob("*")
        if path.is_file()
    }
    stems = [table.name for table in made.tables]
    stems += ["findings", "comparisons", "computed_figures", *FILES]
    both = {f"{end}/{stem}.{end}" for stem in stems for end in ("csv", "parquet")}
    others = {"paper.html", "paper.md", "paper.json", "dictionary.md", "provenance.json"}
    assert names == both | others


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_the_records_of_a_pack_make_the_same_paper(tmp_path: Path, end: str) -> None:
    write_pack(report(PAPER), tmp_path)
    again = read_paper(tmp_path / end)
    assert attrs.evolve(again, files=()) == attrs.evolve(PAPER, files=())
    assert [each.name for each in again.files] == [f"{name}.{end}" for name in FILES]


def test_provenance_names_inputs_versions_and_what_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1571097600")
    write_pack(report(PAPER), tmp_path)
    provenance = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["made_at"] == "2019-10-15T00:00:00+00:00"
    assert set(provenance["made_by"]) == {
        "npolicing",
        "python",
        "attrs",
        "narwhals",
        "pandas",
        "pyarrow",
        "matplotlib",
        "afcharts",
    }
    assert [each["rows"] for each in provenance["inputs"]] == [29, 8, 8, 109]
    assert all(len(each["sha256"]) == 64 for each in provenance["inputs"])
    assert provenance["checked"] == {
        "rows": 154,
        "printed_figures": 109,
        "held_against_rows": 95,
        "agree": 94,
        "findings": 19,
    }
    assert provenance["asked_for"] == {"unit": None, "due": [], "until": None, "logs": None}
    assert {"paper.html", "parquet/fund_of_acf.parquet"} <= provenance["files"].keys()


def test_a_pack_is_the_same_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    one = write_pack(report(PAPER), tmp_path / "one")
    two = write_pack(report(PAPER), tmp_path / "two")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_the_report_as_json_has_no_nan() -> None:
    made = json.loads(report(PAPER).json(), parse_constant=pytest.fail)
    assert made["tables"]["street_watch"][-1]["is_total"] is True
    assert made["tables"]["street_watch"][-1]["gap"] == 84
    assert made["tables"]["street_watch"][-1]["npu"] is None
    assert made["tables"]["fund_of_acf"][0]["budget"] == "100996.00"
    assert len(made["findings"]) == 19


def _tables() -> dict[str, Sequence[Row]]:
    tables: list[Sequence[Row]] = [
        PAPER.observations,
        PAPER.targets,
        PAPER.budgets,
        PAPER.published,
    ]
    return dict(zip(FILES, tables, strict=True))


def _folder(tmp_path: Path, *, leave_out: tuple[str, ...] = ()) -> Path:
    for name, rows in _tables().items():
        if name not in leave_out:
            write_csv(rows, tmp_path / f"{name}.csv")
    return tmp_path


def test_a_table_may_be_left_out(tmp_path: Path) -> None:
    paper = read_paper(_folder(tmp_path, leave_out=("targets", "published_figures")))
    assert [each.name for each in report(paper).tables] == [
        "watch_schemes",
        "young_people",
        "fund_of_acf",
        "messaging",
    ]
    assert paper.report_date == date(2019, 10, 15)
    assert not report(paper).reconciliation.findings


def test_tables_with_nothing_of_a_kind_leave_its_part_out(tmp_path: Path) -> None:
    paper = read_paper(_folder(tmp_path, leave_out=("observations", "targets", "budget_positions")))
    assert report(paper).tables == ()


def test_folders_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"no such folder$"):
        read_paper(tmp_path / "nowhere")
    with pytest.raises(InputFileError, match=r"has none of observations\.csv, targets\.csv"):
        read_paper(tmp_path)


def test_a_table_twice_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "targets.parquet").touch()
    with pytest.raises(
        InputFileError, match=r"has both targets\.csv and targets\.parquet; keep one$"
    ):
        read_paper(folder)


def test_two_forces_are_no_paper(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    write_csv([attrs.evolve(row, force="GMP") for row in PAPER.targets], folder / "targets.csv")
    with pytest.raises(
        InputFileError, match=r"rows of several forces \(GMP, WMP\); a paper is of one$"
    ):
        read_paper(folder)


def test_no_rows_are_no_paper(tmp_path: Path) -> None:
    write_csv(Records(Target), tmp_path / "targets.csv")
    with pytest.raises(InputFileError, match=r"has no rows$"):
        read_paper(tmp_path)


def test_an_alias_in_a_code_s_place_is_told_with_the_code(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    text = (folder / "targets.csv").read_text(encoding="utf-8")
    text = text.replace(",CV,", ",COV,").replace(",DY,", ",XX,")
    (folder / "targets.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputFileError) as caught:
        read_paper(folder)
    assert str(caught.value) == (
        f"{folder / 'targets.csv'}: 2 failures; line 4, npu: 'COV' breaks is a code, and this an "
        "alias: write CV [UNKNOWN_NPU]; line 5, npu: 'XX' breaks is a code of WMP: BE, BW, CV, DY, "
        "SH, SW, WS, WV [UNKNOWN_NPU]"
    )


def test_the_latest_count_of_a_unit_stands_whatever_the_order() -> None:
    old = attrs.evolve(PAPER.cadets[0], value=999, as_of=date(2019, 6, 1))
    late = attrs.evolve(PAPER.cadets[0], value=999, as_of=date(2019, 12, 1))
    for rows in ([*PAPER.observations, old, late], [old, late, *PAPER.observations]):
        paper = attrs.evolve(PAPER, observations=Records(Observation, rows))
        assert table(paper, "young_people") == table(PAPER, "young_people")
        assert paper.computed == PAPER.computed


def test_two_readings_of_sign_ups_give_a_rate_of_their_own() -> None:
    earlier = attrs.evolve(PAPER.sign_ups[0], value=85_511, as_of=date(2019, 7, 1))
    paper = attrs.evolve(PAPER, observations=Records(Observation, [*PAPER.observations, earlier]))
    assert table(paper, "messaging")[0][2] == "1,000"


def grown(*rows: Observation) -> Paper:
    """The paper with more observations."""
    return attrs.evolve(PAPER, observations=Records(Observation, [*PAPER.observations, *rows]))


def test_what_comes_after_the_paper_is_not_in_it() -> None:
    late = attrs.evolve(PAPER.sign_ups[0], value=99_999, as_of=date(2019, 12, 1))
    assert table(grown(late), "messaging") == table(PAPER, "messaging")
    budget = attrs.evolve(PAPER.budgets[0], spent=Decimal(1), as_of=date(2019, 12, 1))
    paper = attrs.evolve(PAPER, budgets=Records(BudgetPosition, [*PAPER.budgets, budget]))
    assert table(paper, "fund_of_acf") == table(PAPER, "fund_of_acf")


def test_an_older_year_of_a_fund_stands_by_itself() -> None:
    old = [
        attrs.evolve(row, financial_year="2018/19", as_of=date(2019, 3, 31))
        for row in PAPER.budgets
    ]
    paper = attrs.evolve(PAPER, budgets=Records(BudgetPosition, [*old, *PAPER.budgets]))
    names = [each.name for each in report(paper).tables]
    assert names[-3:] == ["fund_of_acf_2018_19", "fund_of_acf", "messaging"]
    assert table(paper, "fund_of_acf") == table(PAPER, "fund_of_acf")
    assert _told(report(paper).reconciliation.findings) == _told(FINDINGS)


def test_no_two_funds_have_one_topic() -> None:
    codes = ("A-B", "A&B", "A_B", "AB", "PROJECTS")
    rows = [attrs.evolve(PAPER.budgets[0], fund=code) for code in codes]
    figures = attrs.evolve(PAPER, budgets=Records(BudgetPosition, rows)).computed
    topics = {row.topic for row in figures if row.measure == "spent"}
    assert len(topics) == len(codes)
    assert not topics & set(OBSERVATION_KINDS)


def test_a_flow_is_told_of_its_latest_period() -> None:
    def meetings(npu: str, value: int, month: int, last: int) -> Observation:
        return Observation(
            force="WMP",
            kind="ward_meetings_held",
            npu=npu,
            value=value,
            period_start=date(2019, month, 1),
            as_of=date(2019, month, last),
        )

    flows = [meetings(npu, 3, 8, 31) for npu in NPUS] + [meetings(npu, 5, 9, 30) for npu in NPUS]
    figures = grown(*flows).computed.where(topic="ward_meetings_held", measure="current")
    assert {row.npu: row.value for row in figures} == {None: 40} | dict.fromkeys(NPUS, 5)
    partly = grown(*flows[:-1]).computed.where(topic="ward_meetings_held")
    assert {row.npu for row in partly} == set(NPUS[:-1])


def test_counts_of_the_force_alone_keep_their_table() -> None:
    kinds = {"cadets": 206, "junior_pcsos": 593}
    others = [row for row in PAPER.observations if row.kind not in kinds]
    rows = [attrs.evolve(PAPER.cadets[0], npu=None, kind=k, value=v) for k, v in kinds.items()]  # type: ignore[arg-type] # kinds
    paper = attrs.evolve(PAPER, observations=Records(Observation, [*others, *rows]))
    assert table(paper, "young_people") == [["Total", "", "593", "206", "799"]]


def test_an_unknown_part_keeps_its_row() -> None:
    rows = [row for row in PAPER.observations if (row.kind, row.npu) != ("street_watch", "WV")]
    paper = attrs.evolve(PAPER, observations=Records(Observation, rows))
    assert table(paper, "watch_schemes")[0] == ["Street Watch", "–", "1,150", "–"]


def test_one_unit_s_schemes_are_marked_as_its_own() -> None:
    made = report(PAPER.narrowed("CV"))
    data = next(each.data for each in made.tables if each.name == "watch_schemes")
    assert list(data["npu"]) == ["CV"]


def with_rates(*values: str) -> Paper:
    """The paper with these net rates of sign-ups printed."""
    one = next(row for row in PAPER.published if row.measure == "net_per_month")
    rows = [row for row in PAPER.published if row is not one]
    rows += [
        attrs.evolve(one, figure_id=f"rate-{at}", value=Decimal(value))
        for at, value in enumerate(values)
    ]
    return attrs.evolve(PAPER, published=Records(PublishedFigure, rows))


def test_a_stated_rate_is_taken_as_it_is_and_once() -> None:
    assert table(with_rates("3000.9"), "messaging")[0][-1] == "108,517"
    assert table(with_rates("3000", "3000"), "messaging") == table(PAPER, "messaging")
    several = report(with_rates("3000", "4000"))
    messaging = next(each for each in several.tables if each.name == "messaging")
    assert messaging.cells[0][2] == "–"
    assert messaging.notes[1] == (
        "The document states several rates: 3,000.0 and 4,000.0; none is taken."
    )


def test_the_line_of_a_row_counts_empty_lines(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    text = (folder / "targets.csv").read_text(encoding="utf-8").replace(",CV,", ",XX,")
    (folder / "targets.csv").write_text("\n\n".join(text.splitlines()), encoding="utf-8")
    with pytest.raises(InputFileError, match="line 7, npu: 'XX'"):
        read_paper(folder)


def test_published_figures_alone_may_be_narrowed(tmp_path: Path) -> None:
    others = ("observations", "targets", "budget_positions")
    paper = read_paper(_folder(tmp_path, leave_out=others)).narrowed("COV")
    assert {row.npu for row in paper.published} == {"CV"}


def test_two_funds_have_a_table_each_and_figures_of_their_own() -> None:
    more = [attrs.evolve(row, fund="ACF2", spent=row.spent + 1) for row in PAPER.budgets]
    paper = attrs.evolve(PAPER, budgets=Records(BudgetPosition, [*PAPER.budgets, *more]))
    names = [each.name for each in report(paper).tables]
    assert names[-3:] == ["fund_of_acf", "fund_of_acf2", "messaging"]
    spent = {row.topic: row.value for row in paper.computed.where(measure="spent", npu=None)}
    assert spent == {"fund_of_acf": 327_956, "fund_of_acf2": 327_964}


def test_a_fund_told_of_the_force_alone() -> None:
    whole = attrs.evolve(PAPER.budgets[0], npu=None)
    paper = attrs.evolve(PAPER, budgets=Records(BudgetPosition, [whole]))
    figures = [
        row for row in paper.computed if row.topic == "fund_of_acf" and row.measure == "spent"
    ]
    assert [(row.npu, row.level) for row in figures] == [(None, "force")]
    assert figures[0].value == 76_962


def test_two_documents_may_number_their_figures_alike(tmp_path: Path) -> None:
    other = [attrs.evolve(row, document="other") for row in PAPER.published]
    paper = attrs.evolve(PAPER, published=Records(PublishedFigure, [*PAPER.published, *other]))
    assert write_pack(report(paper), tmp_path)


def test_every_column_of_a_pack_is_in_its_dictionary(tmp_path: Path) -> None:
    write_pack(report(PAPER), tmp_path)
    words = (tmp_path / "dictionary.md").read_text(encoding="utf-8")
    for path in (tmp_path / "parquet").glob("*.parquet"):
        schema = pq.read_schema(path)
        assert all(f"`{name}`" in words for name in schema.names), path.name
        assert all(b"description" in (schema.field(name).metadata or {}) for name in schema.names)
        assert {str(field.type) for field in schema} <= SPARK_READS, path.name


# Types that each of pandas, polars, DuckDB, Spark and Delta can read.
SPARK_READS = {
    "string",
    "int64",
    "double",
    "bool",
    "date32[day]",
    "decimal128(18, 2)",
    "decimal128(18, 6)",
    "list<element: string>",
}


def test_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    changed = [attrs.evolve(PAPER.targets[0], npu="XX"), *PAPER.targets[1:]]
    write_csv(changed, folder / "targets.csv")
    with pytest.raises(InputFileError, match="XX") as caught:
        read_paper(folder)
    assert [failure.code for failure in caught.value.failures] == ["UNKNOWN_NPU"]


def test_another_force_s_tables_make_a_paper(tmp_path: Path) -> None:
    """Nothing is hard-wired: a force that is not shipped has its codes for names."""
    for name, rows in _tables().items():
        write_csv([attrs.evolve(row, force="ANY") for row in rows], tmp_path / f"{name}.csv")
    paper = read_paper(tmp_path)
    assert paper.reference is None
    assert table(paper, "fund_of_acf")[-1] == table(PAPER, "fund_of_acf")[-1]
    assert "WMP" not in report(paper).text()
    assert "West Midlands" not in report(paper).text().split("Findings")[0]
    assert len(report(paper).reconciliation.findings) == len(FINDINGS)
