"""The board paper as a document, and as the page that a pack begins with."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import attrs
import pytest
from parsed_html import Node, parsed

from npolicing import paper
from npolicing._records import Records
from npolicing.cli import main
from npolicing.entities import Log, Observation, Target
from npolicing.exhibits import Chart, Document, Table
from npolicing.paper import LogSource, Paper, log_source, report
from npolicing.parquet import write_parquet
from npolicing.store import write_store
from npolicing.synthetic import log_batches
from npolicing.synthetic import logs as made_up

PAPER = paper.wmp_2019()
MADE = report(PAPER)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / "store"
    write_store(log_batches(rows=20_000, first="2017-07", last="2019-12"), path, how="replace")
    return path


@pytest.fixture(scope="module")
def logs(store: Path) -> LogSource:
    return log_source(store)


def headings(made: Document) -> list[str]:
    return [section.heading for section in made.sections]


def charts(made: Document) -> dict[str, Chart]:
    return {each.name: each for each in made.exhibits if isinstance(each, Chart)}


def told(made: Document) -> dict[str, str]:
    return dict(made.provenance)


def test_findings_are_those_of_the_reconciliation_in_its_order() -> None:
    made = paper.document(MADE)
    found = MADE.reconciliation.findings
    assert made.summary == (
        "Street Watch schemes: 84 short of 210, Dudley furthest from its target. "
        "799 young people engaged: 593 Junior PCSOs and 206 cadets; Sandwell has most. "
        "Active Citizens Fund 2019/20: 52.2 % spent, from 34.3 % (Dudley) to 84.6 % (Solihull). "
        "Messaging sign-ups: 87,511 on 1 September 2019; 108,511 by 1 April 2020 if 3,000 net a "
        "month go on. "
        "109 printed figures and claims, 95 held against the rows: 94 agree, 1 not."
    )
    assert paper.document(MADE, charts=False).summary.startswith("109 printed figures")
    assert made.findings == tuple(f"{each.place}. {each.words}" for each in found)
    assert len(made.findings) == 19


def test_sections_are_the_parts_of_the_paper_by_their_places_in_it() -> None:
    assert headings(paper.document(MADE)) == [
        "Appendix 1: Street Watch schemes",
        "Street Watch and Neighbourhood Watch",
        "Appendix 2: Cadets and Junior PCSOs",
        "Appendix 3: Active Citizens Fund 2019/20",
        "Paragraph 47: Community messaging, such as WMNow",
        "Figure 1: P6 Logs by NPU",
        "Figure 2: Attendance by NHT Officers",
    ]


def test_each_table_of_the_report_is_in_it_once_with_all_its_figures() -> None:
    made = paper.document(MADE)
    assert [each.name for each in made.tables] == [each.name for each in MADE.tables]
    assert [each.cells for each in made.tables] == [each.cells for each in MADE.tables]
    plain = paper.document(MADE, charts=False)
    assert [each.name for each in plain.exhibits] == [each.name for each in MADE.tables]
    assert all(isinstance(each, Table) for each in plain.exhibits)


def test_the_appendices_and_figure_3_have_a_chart_with_its_message() -> None:
    titles = {name: each.title for name, each in charts(paper.document(MADE)).items()}
    assert titles == {
        "street_watch": "Street Watch schemes: 84 short of 210, Dudley furthest from its target",
        "young_people": (
            "799 young people engaged: 593 Junior PCSOs and 206 cadets; Sandwell has most"
        ),
        "fund_of_acf": (
            "Active Citizens Fund 2019/20: 52.2 % spent, from 34.3 % (Dudley) to 84.6 % (Solihull)"
        ),
        "messaging": (
            "Messaging sign-ups: 87,511 on 1 September 2019; 108,511 by 1 April 2020 if 3,000 net "
            "a month go on"
        ),
    }


def _without_data(number: int) -> str:
    return (
        f"The paper prints Figure {number} as a picture, without its data. With logs of your own, "
        "npolicing paper --logs makes it."
    )


def test_figures_1_and_2_are_named_as_without_data_where_there_are_no_logs() -> None:
    made = paper.document(MADE)
    missing = {section.heading: section.missing for section in made.sections if section.missing}
    assert missing == {
        f"Figure {number}: {words}": (_without_data(number),)
        for number, words in ((1, "P6 Logs by NPU"), (2, "Attendance by NHT Officers"))
    }
    assert not made.synthetic
    (words,) = made.sections[4].words
    assert words.startswith('Figure 3 of the paper, "WMNow user growth for West Midlands", is a')


def test_with_logs_the_two_are_charts_and_say_that_they_are_made_up(logs: LogSource) -> None:
    made = paper.document(report(PAPER, logs=logs))
    assert headings(made)[-2:] == [
        "Figure 1: P6 logs by unit",
        "Figure 2: Attendance by neighbourhood teams at P1, P2, P3",
    ]
    assert not [section for section in made.sections if section.missing]
    assert made.synthetic
    synthetic = {each.name for each in made.exhibits if each.synthetic}
    assert synthetic == {"figure_1", "figure_2"}
    first = charts(made)["figure_1"]
    assert first.title.startswith("P6 logs a day: ")
    assert "Dudley" in first.alt
    # Each exhibit says it by itself; the note of the text is not said again.
    assert not [note for note in first.notes if note.startswith("SYNTHETIC")]
    # Logs of no unit are in the whole, and the table beneath has no column of theirs.
    assert not [note for note in first.notes if "no known group" in note]
    assert "Limitation 5" in told(made)


def test_the_logs_are_an_input_by_each_of_their_files(logs: LogSource, tmp_path: Path) -> None:
    made = report(PAPER, logs=logs)
    files = paper.write_pack(made, tmp_path, charts=False)
    inputs = json.loads(files[-1].read_text(encoding="utf-8"))["inputs"][4:]
    assert len(inputs) == 24
    for each in inputs:
        content = Path(logs.path, each["file"]).read_bytes()
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
    assert made.series is not None
    p6 = int(made.series.loc[made.series["is_total"], "logs"].sum())
    rows = sum(each["rows"] for each in inputs)
    assert p6 < rows < 20_000
    lines = "".join(f"{each['sha256']}\n" for each in inputs).encode()
    assert told(paper.document(made))["Input logs"] == (
        f"{rows:,} rows in 24 files, SHA-256 of their SHA-256 {hashlib.sha256(lines).hexdigest()}"
    )


def test_a_file_of_logs_is_one_input(tmp_path: Path) -> None:
    path = tmp_path / "logs.parquet"
    write_parquet(made_up(rows=2_000, first="2019-07", last="2019-09"), path, Log)
    given = told(paper.document(report(PAPER, logs=log_source(path))))["Input logs"]
    assert given == f"2,000 rows, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_the_series_of_figure_1_is_what_its_table_shows(logs: LogSource) -> None:
    made = report(PAPER, logs=logs)
    table = next(each for each in made.tables if each.name == "figure_1")
    assert made.series is not None
    coventry = made.series[made.series["npu"] == "CV"]
    assert coventry["logs"].to_list() == table.data["CV"].to_list()
    whole = made.series[made.series["is_total"]]
    assert whole["logs"].to_list() == table.data["All"].to_list()


def test_logs_that_are_not_made_up_are_not_called_so(logs: LogSource) -> None:
    real = attrs.evolve(logs, synthetic=False)
    made = paper.document(report(PAPER, logs=real))
    assert not made.synthetic
    assert "made up" not in json.dumps(made.provenance)


def test_one_unit_has_its_own_document(logs: LogSource) -> None:
    made = paper.document(report(PAPER.narrowed("Coventry"), logs=logs))
    assert made.subtitle.startswith("Coventry. Board paper of 15 October 2019,")
    assert headings(made) == [
        "Appendix 1: Street Watch schemes",
        "Appendix 1: Street Watch and Neighbourhood Watch",
        "Appendix 2: Cadets and Junior PCSOs",
        "Appendix 3: Active Citizens Fund 2019/20",
        "Figure 1: P6 logs by unit",
        "Figure 2: Attendance by neighbourhood teams at P1, P2, P3",
    ]
    assert told(made)["Unit"] == "CV"


def test_the_marking_is_on_the_document_and_on_each_exhibit() -> None:
    made = paper.document(report(PAPER, marking="OFFICIAL"))
    assert {made.marking, *(each.marking for each in (*made.exhibits, *made.tables))} == {
        "OFFICIAL"
    }


def test_provenance_says_inputs_versions_time_command_checks_and_limits() -> None:
    at = datetime(2019, 10, 15, 9, 30, tzinfo=UTC)
    made = told(paper.document(MADE, at=at, command="npolicing paper --npu CV"))
    assert made["Made at"] == "2019-10-15 09:30:00 UTC"
    assert made["Command"] == "npolicing paper --npu CV"
    assert re.match(
        r"npolicing [\d.]+, python [\d.]+, attrs .*, matplotlib .*, afcharts", made["Made with"]
    )
    for file in PAPER.files:
        assert made[f"Input {file.name}"] == f"{file.rows:,} rows, SHA-256 {file.sha256}"
    assert made["Rows checked"].startswith("154, ")
    assert made["Figures checked"] == (
        "109 printed figures and claims, 95 held against the rows, 94 agree; 19 findings"
    )
    assert [words for label, words in made.items() if label.startswith("Limitation")] == [
        "The rows are what was reported. They are not counted anew from any force's systems.",
        "Counts for which no day was printed stand at the day of the paper, and say so.",
        "14 printed figures and claims have no row to be held against.",
        "Targets without a day are paced by each day that their words allow.",
    ]


def test_what_was_not_asked_for_and_not_used_is_not_told() -> None:
    made = told(paper.document(MADE, charts=False))
    assert "matplotlib" not in made["Made with"]
    assert not {"Command", "Unit", "Due by", "Projected to", "Logs", "Marking"} & made.keys()
    days = report(PAPER, due=[date(2020, 3, 31), date(2020, 6, 30)], until=date(2020, 1, 1))
    asked = told(paper.document(days))
    assert (asked["Due by"], asked["Projected to"]) == ("2020-03-31 and 2020-06-30", "2020-01-01")


def test_the_time_is_that_of_a_reproducible_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert told(paper.document(MADE))["Made at"] == "1970-01-01 00:00:00 UTC"


def test_terms_are_those_of_the_tables_that_are_there() -> None:
    terms = dict(paper.document(MADE).definitions)
    assert {"Gap", "Attainment", "Share spent", "Projected", "Finding", "–"} <= terms.keys()
    assert "Attendance ratio" not in terms
    # Each is said once.
    assert len(terms) == len(paper.document(MADE).definitions)
    budgets = attrs.evolve(
        PAPER,
        observations=Records(Observation),
        targets=Records(Target),
        published=PAPER.published[:0],
    )
    assert set(dict(paper.document(report(budgets)).definitions)) == {
        *("NPU", "–", "Total", "Share spent", "Outstanding", "Pace")
    }


def another_force() -> Paper:
    def moved(rows: object) -> object:
        return Records(type(rows[0]), [attrs.evolve(row, force="ANY") for row in rows])  # type: ignore[index, attr-defined] # a test's own

    tables = {
        name: moved(getattr(PAPER, name))
        for name in ("observations", "targets", "budgets", "published")
    }
    return attrs.evolve(PAPER, force="ANY", reference=None, **tables)  # type: ignore[arg-type] # its tables


def test_another_force_has_its_codes_for_names() -> None:
    made = paper.document(report(another_force()))
    assert made.title == "ANY: neighbourhood policing"
    assert "DY furthest" in charts(made)["street_watch"].title


def test_rows_of_no_place_of_the_paper_have_their_topic_alone() -> None:
    rows = [attrs.evolve(row, source="a return") for row in PAPER.budgets]
    elsewhere = attrs.evolve(PAPER, budgets=Records(type(rows[0]), rows))
    assert "Active Citizens Fund 2019/20" in headings(paper.document(report(elsewhere)))


# -- the file


def page_of(folder: Path) -> Node:
    return parsed((folder / "paper.html").read_text(encoding="utf-8"))


def test_the_command_writes_the_page_beside_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paper", "--due", "2020-03-31", "--json", "--out", str(tmp_path / "pack")]) == 0
    capsys.readouterr()
    page = page_of(tmp_path / "pack")
    assert len(page.all("svg")) == 4
    assert page.one(id="findings").all("li")[0].text.startswith("Appendix 3.")
    told = {
        row.one("th").text: row.one("td").text
        for row in page.one(id="provenance").one("tbody").all("tr")
    }
    # Where to and how it prints make no difference to what is in it.
    assert told["Command"] == "npolicing paper --due 2020-03-31"


def test_without_charts_there_is_not_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    arguments = ["paper", "--npu", "Birmingham East", "--no-charts", "--out", str(tmp_path)]
    assert main(arguments) == 0
    capsys.readouterr()
    page = page_of(tmp_path)
    assert page.all("svg") == []
    assert "npolicing paper --npu 'Birmingham East' --no-charts" in page.one(id="provenance").text


def test_without_matplotlib_it_says_so_before_anything_is_written_or_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["paper", "--out", str(tmp_path / "pack")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        'npolicing: charts need matplotlib: pip install "npolicing[charts]"; or leave them out: '
        "--no-charts\n"
    )
    assert list(tmp_path.iterdir()) == []
    # The terminal needs none.
    assert main(["paper"]) == 0


def test_a_pack_without_charts_was_not_made_with_what_draws_them(tmp_path: Path) -> None:
    made = report(PAPER.narrowed("CV"))
    files = paper.write_pack(made, tmp_path, charts=False)
    provenance = json.loads(files[-1].read_text(encoding="utf-8"))
    assert "matplotlib" not in provenance["made_by"]
