"""`npolicing load`, `validate` and `profile`: what they print, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

import npolicing as npol
from npolicing.cli import main

HEADER = "Log No,NPU,Grade,Received"
GOOD = "1,COV,P3,31/07/2018 23:30"
BAD = "2,Nowhere,P3,31/07/2018 23:40"
LOG = ("--as", "log", "--profile", "log-export", "--force", "WMP")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "july.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    return path


def test_load_tells_what_became_of_each_line(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = export.with_name("store")

    assert main(["load", str(export), *LOG, "--out", str(store)]) == 0
    out, err = capsys.readouterr()
    assert out == (
        f"{export}: 3 lines\n"
        "             1 good, 1 records\n"
        "             1 rejected\n"
        "                 1 x UNKNOWN_NPU\n"
        "             0 set aside\n"
        "             0 that go on with the row above\n"
        "             1 of the header\n"
        f"  no column for {', '.join(ABSENT)}\n"
        f"StoreLoad({str(store)!r}, how='merge', 1 rows)\n"
        "  WMP 2018-07: 0 before, 1 added, 0 replaced, 0 unchanged, 0 dropped, 1 now\n"
        f"Refused rows are in {store}-rejects.csv: mend them there, and load it.\n"
    )
    assert err == ""
    assert npol.open_store(store).rows == 1


def test_what_came_of_a_load_is_shown_in_a_notebook_without_a_cell(export: Path) -> None:
    store = export.with_name("store")

    done = npol.load([export], npol.Log, store, profile="log-export", force="WMP")

    shown = done._repr_html_()
    assert shown.startswith(f"<table><caption>{export}</caption>")
    assert '>rejected: UNKNOWN_NPU</th><td style="text-align: right">1</td>' in shown
    assert ">WMP 2018-07</th>" in shown
    assert f"<p>Refused rows are in {store}-rejects.csv" in shown
    assert "Nowhere" not in shown


ABSENT = (
    "team",
    "ward",
    "first_priority",
    "first_dispatched_at",
    "first_arrived_at",
    "closed_at",
    "attended",
    "first_attended_by",
    "attended_by_neighbourhood",
    "resolved_by",
    "crimes",
    "qualifier",
    "opening_code",
    "closing_code",
    "master_log_id",
)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--max-rejects", "1%"), 3, "1 of 2 rows (50.00%) were refused, more than 1.00%"),
        (("--strict",), 1, "1 row refused; line 3, NPU: 'Nowhere' breaks is a unit of WMP"),
        (("--profile", "nothing"), 2, "'nothing' is no shipped profile"),
        (("--force", "XYZ", "--profile", "spcb-2019-acf"), 2, "makes BudgetPosition, not Log"),
    ],
)
def test_load_ends_with_a_code_and_one_line(
    export: Path,
    options: tuple[str, ...],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = export.with_name("store")

    assert main(["load", str(export), *LOG, *options, "--out", str(store)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert not store.exists()


def test_coerce_keeps_what_can_be_kept(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = export.with_name("store")

    assert main(["load", str(export), *LOG, "--coerce", "--out", str(store)]) == 0
    assert "1 x UNKNOWN_NPU" in capsys.readouterr().out
    assert npol.open_store(store).rows == 2


def test_validate_says_what_is_wrong_and_writes_nothing(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(export), *LOG]) == 1
    out = capsys.readouterr().out
    assert "  line 3, NPU: 'Nowhere' [UNKNOWN_NPU]; wanted: is a unit of WMP" in out
    # What stands in a row may be of somebody: it is in the file, and on no screen.
    assert list(export.parent.iterdir()) == [export]
    export.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert main(["validate", str(export), *LOG]) == 0


def test_validate_shows_the_first_of_many_and_stops_where_it_is_told(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write_text("\n".join([HEADER, *[BAD.replace("2", str(n)) for n in range(3, 15)]]))
    other = export.with_name("other.csv")
    other.write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")

    assert main(["validate", str(export), str(other), *LOG, "--strict"]) == 1
    out = capsys.readouterr().out
    assert "  and 2 more rows\n" in out
    assert str(other) not in out


def test_the_shipped_profiles_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "list"]) == 0
    assert "police-uk-street                 Crime" in capsys.readouterr().out
    assert main(["profile", "show", "log-export"]) == 0
    assert 'name = "log-export"' in capsys.readouterr().out


def test_a_shown_profile_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["profile", "show", "spcb-2019-acf"])
    path = tmp_path / "mine.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")

    assert main(["profile", "check", str(path)]) == 0
    assert "pasted to BudgetPosition" in capsys.readouterr().out
    path.write_text("[profile]\nname = 1\n", encoding="utf-8")
    assert main(["profile", "check", str(path)]) == 2
    assert "profile.entity: is missing" in capsys.readouterr().err


def test_a_draft_is_told_how_the_file_is_laid_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "logs.csv"
    file.write_text("Logs\nLog No|Ünit\n1|CV\n", encoding="latin-1")
    said = ["--encoding", "latin-1", "--delimiter", "pipe", "--skip-rows", "1", "--sheet", "A"]
    assert main(["profile", "draft", str(file), "--as", "log", *said]) == 0
    out = capsys.readouterr().out

    assert 'encoding = "latin-1"' in out
    assert 'delimiter = "pipe"' in out
    assert "skip_rows = 1" in out
    assert 'sheet = "A"' in out
    assert 'ignore = ["Ünit"]' in out
    with pytest.raises(SystemExit, match="2"):
        main(["profile", "draft", str(file), "--as", "log", "--skip-rows", "-1"])
    assert "'-1' is no number of lines from 0 to 1000" in capsys.readouterr().err


def test_a_profile_is_drafted(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "draft", str(export), "--as", "log"]) == 0
    out = capsys.readouterr().out
    assert '[columns.received_at]\nheader = "Received"\nformats = ["%d/%m/%Y %H:%M"]\n' in out
    export.with_name("draft.toml").write_text(out, encoding="utf-8")
    draft = str(export.with_name("draft.toml"))
    assert main(["validate", str(export), "--as", "log", "--profile", draft, "--force", "WMP"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "x.csv", "--as", "person", "--profile", "log-export"], "'person' is none of"),
        (["load", "x", *LOG, "--out", "s", "--max-rejects", "2"], "'2' is no share"),
        (["load", "x", *LOG, "--out", "s", "--max-rejects", "few"], "'few' is no share"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(tmp_path / "none.csv"), *LOG]) == 2
    assert "no such file" in capsys.readouterr().err


def test_the_interrupt_of_a_user_is_one_line(
    export: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("npolicing.commands.intake.read", stopped)

    assert main(["validate", str(export), *LOG]) == 130
    assert capsys.readouterr().err == "npolicing: stopped; what was not finished is as it was\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_progress_comes_to_the_size_of_the_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "july.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n{BAD}\n".encode(encoding))
    passed: list[int] = []

    npol.read(path, npol.Log, profile="log-export", force="WMP", progress=passed.append)

    assert sum(passed) == path.stat().st_size
