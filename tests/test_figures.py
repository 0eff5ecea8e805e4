"""Figures 1 and 2, which the paper prints as pictures, out of made-up logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from npolicing import paper
from npolicing.cli import main
from npolicing.entities import Log
from npolicing.errors import InputFileError
from npolicing.exhibits import text
from npolicing.measures import attendance_ratio
from npolicing.paper.figures import figures, log_source
from npolicing.parquet import read_metadata, write_parquet
from npolicing.store import open_store, write_store
from npolicing.synthetic import log_batches, logs

PAPER = paper.wmp_2019()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / "store"
    write_store(log_batches(rows=20_000, first="2017-07", last="2019-12"), path, how="replace")
    return path


def test_the_figures_are_of_the_24_months_before_the_paper(store: Path) -> None:
    first, second = figures(PAPER, log_source(store))

    for table in (first, second):
        assert table.data["month"].to_list()[::23] == ["2017-10", "2019-09"]
        assert len(table.data) == 24
    assert list(first.data.columns) == ["month", *PAPER.npus, "All"]


def test_figure_1_counts_the_grade_that_neighbourhoods_own(store: Path) -> None:
    rows = open_store(store).to_arrow(["npu", "month", "priority"], months=["2019-09"]).to_pylist()
    p6 = [row["npu"] for row in rows if row["priority"] == "P6"]

    september = figures(PAPER, log_source(store))[0].data.iloc[-1]

    assert september["All"] == len(p6)
    assert september["CV"] == p6.count("CV")
    assert sum(september[npu] for npu in PAPER.npus) == len(p6) - p6.count(None)


def test_figure_2_is_the_attendance_ratio_at_p1_to_p3(store: Path) -> None:
    found = figures(PAPER, log_source(store))[1].data
    month = {"month": "2019-09"}

    expected = attendance_ratio(open_store(store), where=month)["attendance_ratio"].item()

    assert found["attendance_ratio"].iloc[-1] == expected


def test_figure_2_says_how_far_chance_carries_it(store: Path) -> None:
    table = figures(PAPER, log_source(store))[1]

    *_, ratio, low, high = (float(cell.rstrip(" %")) for cell in table.cells[-1][1:])

    assert low < ratio < high
    assert "From, to: how far chance alone would carry it" in text(table)


def test_of_one_unit_there_is_its_own_column_alone(store: Path) -> None:
    first, _ = figures(PAPER.narrowed("Coventry"), log_source(store))

    assert list(first.data.columns) == ["month", "CV"]


def test_made_up_logs_are_called_so_wherever_they_are_shown(store: Path) -> None:
    for table in figures(PAPER, log_source(store)):
        shown = text(table)
        assert "(synthetic)" in shown.splitlines()[0]
        assert "SYNTHETIC: these logs are made up, and show nothing of any force." in shown


def test_a_file_of_logs_does_as_well_and_is_not_called_made_up(tmp_path: Path) -> None:
    path = tmp_path / "logs.parquet"
    made = logs(rows=2_000, first="2019-07", last="2019-09").replace_schema_metadata()
    write_parquet(made, path, Log)

    first, _ = figures(PAPER, log_source(path))

    assert "synthetic" not in text(first)
    assert len(first.data) == 3


def test_logs_of_other_months_are_refused(tmp_path: Path) -> None:
    write_store(logs(rows=100, first="2010-01", last="2010-01"), tmp_path / "old", how="merge")

    with pytest.raises(InputFileError, match="has no logs of WMP from 2017-10 to 2019-09"):
        figures(PAPER, log_source(tmp_path / "old"))


def test_the_command_adds_them_to_the_report_and_to_the_pack(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paper", "--logs", str(store), "--json", "--out", str(tmp_path)]) == 0

    made = json.loads(capsys.readouterr().out)
    assert len(made["tables"]["figure_1"]) == len(made["tables"]["figure_2"]) == 24
    assert {"figure_1.csv", "figure_2.csv"} <= {each.name for each in (tmp_path / "csv").iterdir()}
    provenance = json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["asked_for"]["logs"] == f"logs in {store}, synthetic"
    assert made["synthetic"] == ["figure_1", "figure_2"]
    # Each file says it of itself: it is sent on without the rest.
    said = {
        path.name: read_metadata(path)
        for end in ("csv", "parquet")
        for path in (tmp_path / end).glob(f"*.{end}")
    }
    made_up = {f"figure_{number}.{end}" for number in (1, 2) for end in ("csv", "parquet")}
    assert {name for name, each in said.items() if each is not None and each.synthetic} == made_up
    assert "csv/figure_1.csv-metadata.json" in provenance["files"]


def test_without_logs_the_two_are_named_as_without_data() -> None:
    words = paper.report(PAPER).text()

    assert 'Figure 1. It says "P6 Logs by NPU", and gives no number.' in words
    assert "figure_1" not in {table.name for table in paper.report(PAPER).tables}
