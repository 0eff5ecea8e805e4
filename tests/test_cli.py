"""The command line, as a person meets it."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from npolicing import paper
from npolicing.cli import main
from npolicing.delimited import write_csv
from npolicing.entities import ENTITIES
from npolicing.store import open_store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that bad input gets."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("npolicing: ")
    return err.removeprefix("npolicing: ").rstrip()


def test_the_paper_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "paper")
    assert (code, err) == (0, "")
    made = paper.report(paper.wmp_2019())
    assert out == made.text() + "\n"
    assert max(map(len, out.splitlines())) <= 100
    for said in ("Total", "126", "210", "84", "15.22", "108,511", "52.2 %", "£299,848", "251"):
        assert said in out


def test_the_paper_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "paper", "--json", "--npu", "cov")
    assert code == 0
    made = json.loads(out)
    assert [row["gap"] for row in made["tables"]["street_watch"]] == [8]
    assert made["force"] == "WMP"


def test_the_pack(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "paper", "--out", str(tmp_path / "pack"))
    assert code == 0
    number = sum(path.is_file() for path in (tmp_path / "pack").rglob("*"))
    assert err == f"\nWrote {number} files to {tmp_path / 'pack'}.\n"


def test_days_of_one_s_own(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--due", "2020-03-31", "--due", "2020-06-30", "--until", "2019-10-01")
    _, out, _ = run(capsys, "paper", *arguments)
    assert "2020-03-31" in out
    assert "2020-06-30" in out
    assert "2020-04-30" not in out
    assert "90,511" in out


def test_tables_of_one_s_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_csv(paper.wmp_2019().budgets, tmp_path / "budget_positions.csv")
    code, out, _ = run(capsys, "paper", "--tables", str(tmp_path))
    assert code == 0
    assert "£627,804" in out
    assert "Street Watch" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("paper", "--npu", "Atlantis"), "Atlantis"),
        (("paper", "--due", "April 2020"), "'April 2020' is no day; write 2020-03-31"),
        (("paper", "--until", "1/4/2020"), "'1/4/2020' is no day; write 2020-03-31"),
        (("paper", "--tables", "nowhere"), "nowhere: no such folder"),
        (("paper", "--colour"), "unrecognized arguments: --colour"),
        (("papre",), "papre"),
        ((), "required"),
        (("dictionary", "Logg"), "'Logg' is none of Force, NPU"),
    ],
)
def test_bad_arguments_get_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(capsys, *arguments)


BAD_FILES = {
    "a wrong cell": ("WMP,street_watch,many,BW,,,April 2020,at_least,A1", "value: 'many'"),
    "a negative count": (
        "WMP,street_watch,-5,BW,,,April 2020,at_least,A1",
        "line 2, value: '-5' breaks >= 0",
    ),
    "an unknown unit": ("WMP,street_watch,5,XX,,,April 2020,at_least,A1", "XX"),
    "a missing cell": ("WMP,street_watch", "line 2"),
    "an open quote": ('"WMP,street_watch,5,BW,,,April 2020,at_least,A1', "line 2"),
    "an unknown kind": ("WMP,street_wotch,5,BW,,,April 2020,at_least,A1", "street_wotch"),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_bad_files_get_one_line_that_names_the_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fault: str
) -> None:
    line, said = BAD_FILES[fault]
    head = "force,kind,value,npu,ward,due,due_text,direction,source"
    (tmp_path / "targets.csv").write_text(f"{head}\r\n{line}\r\n", encoding="utf-8")
    told = refused(capsys, "paper", "--tables", str(tmp_path))
    assert said in told
    assert str(tmp_path) in told


def test_bytes_that_are_no_text_or_no_parquet(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "targets.csv").write_bytes(b"force,kind\r\n\xff\xfe,x\r\n")
    assert "targets.csv" in refused(capsys, "paper", "--tables", str(tmp_path))
    (tmp_path / "targets.csv").rename(tmp_path / "targets.parquet")
    assert "targets.parquet" in refused(capsys, "paper", "--tables", str(tmp_path))


def test_a_folder_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    code, _, err = run(capsys, "paper", "--out", str(tmp_path / "file"))
    assert code == 2
    assert err.count("\n") == 1
    assert "file" in err


def test_the_dictionary(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "dictionary")
    assert code == 0
    assert all(entity.__name__ in out for entity in ENTITIES)
    _, one, _ = run(capsys, "dictionary", "Log")
    assert "response_seconds" in one
    assert "budget" not in one


def test_the_dictionary_takes_a_name_in_any_case_as_its_help_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = {name: run(capsys, "dictionary", name) for name in ("Observation", "observation")}

    assert said["observation"] == said["Observation"]
    assert said["observation"][0] == 0


@pytest.mark.parametrize("command", [(), ("paper",), ("dictionary",)])
def test_help_is_there(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    code, out, _ = run(capsys, *command, "--help")
    assert code == 0
    assert out.startswith(" ".join(["usage: npolicing", *command]))


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"npolicing {version('npolicing')}\n")


def piped(into: str) -> tuple[int, str]:
    """The exit code and the errors of a long output, sent into another command."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = f'"{sys.executable}" -m npolicing paper {into}; exit "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(  # noqa: S603 # fixed words
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False, env=environment
    )
    return ran.returncode, ran.stderr


def test_it_runs_as_a_module_and_into_a_closed_pipe() -> None:
    assert piped("| cat") == (0, "")
    assert piped("| (exec <&-; sleep 5)") == (0, "")


def test_a_full_disk_is_told_in_one_line() -> None:
    code, told = piped("> /dev/full")
    assert code == 2
    assert told == "npolicing: [Errno 28] No space left on device\n"


def test_a_pack_does_not_fall_on_the_tables_it_is_made_of(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "paper", "--out", str(tmp_path))
    before = (tmp_path / "csv" / "targets.csv").read_bytes()
    arguments = ("--tables", str(tmp_path / "csv"), "--npu", "CV", "--out", str(tmp_path))
    told = refused(capsys, "paper", *arguments)
    assert told == f"{tmp_path / 'csv'}: would be overwritten by --out {tmp_path}"
    assert (tmp_path / "csv" / "targets.csv").read_bytes() == before


def test_a_year_that_is_none_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_csv(paper.wmp_2019().budgets, tmp_path / "budget_positions.csv")
    path = tmp_path / "budget_positions.csv"
    path.write_text(path.read_text().replace("2019/20", "2019/21", 1))
    told = refused(capsys, "paper", "--tables", str(tmp_path))
    assert "line 2, financial_year: '2019/21' breaks financial_year is of two years" in told


def test_made_up_logs_are_put_into_a_store_and_the_load_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ("--rows", "1_000", "--last", "2018-02", "--out", str(tmp_path / "store"))

    _, told, _ = run(capsys, "synthetic", *arguments)

    assert told.startswith(f"StoreLoad('{tmp_path / 'store'}', how='replace', 1,000 rows)\n")
    opened = open_store(tmp_path / "store")
    assert (opened.rows, opened.synthetic, opened.months()) == (1000, True, ("2018-01", "2018-02"))


@pytest.mark.parametrize("rows", ["-1", "many"])
def test_a_number_of_rows_that_is_none_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: str
) -> None:
    with pytest.raises(SystemExit):
        main(["synthetic", "--rows", rows, "--out", str(tmp_path)])

    assert f"'{rows}' is no number of rows; write 2_000_000" in capsys.readouterr().err
