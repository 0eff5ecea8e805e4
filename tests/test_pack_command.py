"""`npolicing pack`: files, the same bytes each time, and one line for what is wrong."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from packed import inputs_of, tables

from npolicing import packs
from npolicing.arrow import arrow_schema
from npolicing.cli import main
from npolicing.delimited import read_csv, write_csv
from npolicing.packs import PackFigure, write_pack
from npolicing.parquet import read_metadata, read_parquet
from npolicing.store import write_store
from npolicing.synthetic import log_batches

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of made-up logs, and tables."""
    top = tmp_path_factory.mktemp("pack")
    batches = log_batches(rows=4_000, seed=3, first="2018-04", last="2019-09")
    write_store(batches, top / "store", how="replace")
    (top / "tables").mkdir()
    for name, rows in tables().rows.items():
        write_csv(rows, top / "tables" / f"{name}.csv")
    return top


def run(*arguments: str) -> int:
    return main(["pack", *arguments])


SIM = ("sim", "--npu", "CV", "--month", "2019-09")


def asked(folder: Path, out: Path, *more: str, what: tuple[str, ...] = SIM) -> list[str]:
    given = ["--store", str(folder / "store"), "--tables", str(folder / "tables")]
    return [*what, *given, "--out", str(out), *more]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_pack_is_one_page_and_its_figures(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    code = run(*asked(folder, tmp_path / "out"))

    out, err = capsys.readouterr()
    name = "sim-WMP-CV-2019-09"
    assert code == 0
    assert out == f"{tmp_path / 'out' / name}.html\n"
    assert err.endswith(f"Wrote 5 files to {tmp_path / 'out'}.\n")
    there = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert there == [
        "dictionary.md",
        f"{name}.csv",
        f"{name}.csv-metadata.json",
        f"{name}.html",
        f"{name}.parquet",
    ]
    page = (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")
    assert "Service improvement meeting: Coventry" in page
    assert "<svg" in page
    assert "Synthetic" in page
    assert "<script" not in page
    rows = read_parquet(tmp_path / "out" / f"{name}.parquet", PackFigure)
    assert read_csv(tmp_path / "out" / f"{name}.csv", PackFigure) == rows
    assert len(rows) > 100
    for end in ("csv", "parquet"):
        said = read_metadata(tmp_path / "out" / f"{name}.{end}")
        assert said is not None
        assert (said.entity, said.synthetic) == ("PackFigure", True)


def test_the_same_inputs_give_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1570000000")
    for place in ("one", "two"):
        assert run(*asked(folder, tmp_path / place)) == 0

    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    page = (tmp_path / "one" / "sim-WMP-CV-2019-09.html").read_text(encoding="utf-8")
    assert "2019-10-02T07:06:40" in page


def test_all_units_of_a_force_in_one_run(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    month = ("sim", "--month", "2019-09")

    assert run(*asked(folder, tmp_path, "--no-charts", what=month)) == 0

    out, _ = capsys.readouterr()
    codes = ["BE", "BW", "CV", "DY", "SH", "SW", "WS", "WV"]
    assert out.split() == [str(tmp_path / f"sim-WMP-{code}-2019-09.html") for code in codes]


def test_a_quarter_is_marked_in_every_file(folder: Path, tmp_path: Path) -> None:
    quarter = ("qpr", "--quarter", "2019/20-Q2")
    more = ("--marking", "OFFICIAL-SENSITIVE", "--as-of", "2019-10-15", "--no-charts")

    assert run(*asked(folder, tmp_path, *more, what=quarter)) == 0

    name = "qpr-WMP-2019-20-Q2"
    page = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
    assert page.count("OFFICIAL-SENSITIVE") > 2
    assert "as of 2019-10-15" in page
    for end in ("csv", "parquet"):
        said = read_metadata(tmp_path / f"{name}.{end}")
        assert said is not None
        assert said.marking == "OFFICIAL-SENSITIVE"


def test_hidden_numbers_have_their_symbol_on_the_page(folder: Path, tmp_path: Path) -> None:
    assert run(*asked(folder, tmp_path, "--suppress", "ofqual", "--no-charts")) == 0

    page = (tmp_path / "sim-WMP-CV-2019-09.html").read_text(encoding="utf-8")
    assert "&lt;5" in page
    assert "Small numbers are hidden by the rule ofqual" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sim", "--month", "2019-09", "--out", "o"), "give --store, --tables, or both"),
        (("sim", "--month", "Sept", "--tables", "{t}", "--out", "o"), "'Sept' is no month; write"),
        (("qpr", "--quarter", "Q2", "--tables", "{t}", "--out", "o"), "'Q2' is no quarter; write"),
        ((*SIM, "--tables", "nowhere", "--out", "o"), "nowhere: no such folder"),
        ((*SIM, "--store", "nowhere", "--out", "o"), "is no log store"),
        ((*SIM, "--tables", "{t}", "--out", "{t}"), "is the folder of --out, too; name another"),
        ((*SIM, "--tables", "{t}", "--force", "XYZ", "--out", "o"), "have nothing of XYZ"),
        ((*SIM, "--tables", "{t}", "--suppress", "none", "--out", "o"), "'none' is no"),
        ((*SIM, "--tables", "{t}", "--as-of", "today", "--out", "o"), "'today' is no day; write"),
        ((*SIM, "--tables", "{t}", "--marking", " ", "--out", "o"), "a marking is one line"),
        (("sim", "--tables", "{t}", "--out", "o"), "--month"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    *,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [each.replace("{t}", str(folder / "tables")) for each in arguments]

    try:
        code = run(*given)
    except SystemExit as stopped:
        code = int(str(stopped.code))

    _, err = capsys.readouterr()
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_nothing_is_written_and_the_way_out_is_told(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if each.split(".")[0] in ("matplotlib", "afcharts")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    code = run(*asked(folder, tmp_path / "out"))

    _, err = capsys.readouterr()
    assert code == 2
    assert 'pip install "npolicing[charts]"' in err
    assert "--no-charts" in err
    assert not (tmp_path / "out").exists()
    assert run(*asked(folder, tmp_path / "out", "--no-charts")) == 0


def test_help_has_examples_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["sim", "--help"], ["qpr", "--help"]):
        with pytest.raises(SystemExit) as stopped:
            run(*arguments)
        out, _ = capsys.readouterr()
        assert stopped.value.code == 0
        assert "examples:" in out
        assert "exit codes:" in out


def test_the_schema_of_the_figures_is_promised() -> None:
    golden = Path(__file__).parent / "golden" / "schemas.json"
    known = json.loads(golden.read_text(encoding="utf-8"))["PackFigure"]["columns"]

    assert [each["name"] for each in known] == [field.name for field in arrow_schema(PackFigure)]


def test_money_is_exact_in_the_files(tmp_path: Path) -> None:
    inputs = inputs_of(tmp_path / "store", [])
    (pack,) = packs.sim_packs(inputs, month="2019-09", npus=["CV"], charts=False)
    write_pack(pack, tmp_path / "out")

    table = pq.read_table(tmp_path / "out" / f"{pack.name}.parquet")
    rows = [row for row in table.to_pylist() if row["measure"] == "spend_rate"]
    assert rows[0]["numerator"] == Decimal("40.10")
