"""Where refused rows go: nothing else is lost by it, and they are there until they are mended."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import npolicing as npol
from npolicing.errors import InputFileError, StoreError, TooManyRejectsError

HEADER = "Log No,NPU,Grade,Received"
GOOD = "1,COV,P3,01/07/2018 10:00"
BAD = "2,Nowhere,P3,01/07/2018 11:00"
AS_OF = datetime(2020, 1, 1, tzinfo=UTC)


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def loaded(paths: Path | list[Path], out: Path, **options: object) -> npol.Load:
    return npol.load(
        paths,
        npol.Log,
        out,
        profile="log-export",
        force="WMP",
        as_of=AS_OF,
        **options,  # type: ignore[arg-type] # as they are passed
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_refused_rows_replace_no_other_file(tmp_path: Path) -> None:
    july, notes = written(tmp_path / "july.csv", GOOD, BAD), tmp_path / "notes.txt"
    notes.write_text("mine")
    before = july.read_bytes()

    for place in (july, notes, tmp_path):
        with pytest.raises(InputFileError, match="name another file for refused rows"):
            loaded(july, tmp_path / "store", rejects=place)

    assert (july.read_bytes(), notes.read_text()) == (before, "mine")
    assert not (tmp_path / "store").exists()


def test_a_folder_that_is_not_there_is_found_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="in a folder that is not there"):
        loaded(tmp_path / "no.csv", tmp_path / "store", rejects=tmp_path / "no" / "r.csv")


def test_refused_rows_of_other_files_stay_until_they_are_mended(tmp_path: Path) -> None:
    july, august = written(tmp_path / "july.csv", BAD), written(tmp_path / "august.csv", BAD)
    first = loaded(july, tmp_path / "store").rejects
    second = loaded(august, tmp_path / "store").rejects
    clean = loaded(written(tmp_path / "may.csv", GOOD), tmp_path / "store")

    assert (first, second, clean.rejects) == (
        tmp_path / "store-rejects.csv",
        tmp_path / "store-rejects-2.csv",
        None,
    )
    assert first is not None
    with pytest.raises(InputFileError, match="refused rows of other files"):
        loaded(august, tmp_path / "store", rejects=first)
    assert len(rows_of(first)) == 1


def test_what_is_loaded_again_takes_the_place_of_its_own_refused_rows(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", BAD)
    rejects = loaded(july, tmp_path / "store").rejects

    assert loaded(july, tmp_path / "store").rejects == rejects
    written(july, GOOD)
    assert loaded(july, tmp_path / "store").rejects is None
    assert not (tmp_path / "store-rejects.csv").exists()


def test_rows_that_are_refused_again_keep_their_place_and_their_columns(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", GOOD, BAD, '3,"COV')
    rejects = loaded(july, tmp_path / "store").rejects
    assert rejects is not None
    first = rows_of(rejects)

    again = loaded(rejects, tmp_path / "store")

    assert again.rejects == rejects
    second = rows_of(rejects)
    assert list(second[0]) == list(first[0])
    places = ["npolicing_file", "npolicing_line", "npolicing_text", "NPU"]
    assert [[row[name] for name in places] for row in second] == [
        [row[name] for name in places] for row in first
    ]


def test_columns_of_ours_may_be_tidied_away(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", "=1+1,Nowhere,P3,01/07/2018 11:00")
    rejects = loaded(july, tmp_path / "store").rejects
    assert rejects is not None
    rows = rows_of(rejects)
    names = [*HEADER.split(","), "npolicing_line"]
    with rejects.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

    found = npol.read(rejects, npol.Log, profile="log-export", force="WMP", as_of=AS_OF)

    # The apostrophe that keeps the cell from running is none of it.
    assert found.refused[0].cells[0] == "=1+1"


def test_a_total_among_mended_rows_is_held_against_nothing(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    profile = tmp_path / "fund.toml"
    profile.write_text(
        """
        [profile]
        name = "fund"
        entity = "BudgetPosition"
        force = "WMP"
        [columns]
        npu.header = "NPU"
        fund.value = "ACF"
        financial_year.value = "2019/20"
        as_of.value = "2019-10-15"
        budget.header = "Budget"
        spent.header = "Spent"
        [[set_aside]]
        header = "NPU"
        labels = ["Total"]
        adds_up = ["budget"]
        """,
        encoding="utf-8",
    )
    path.write_text("NPU,Budget,Spent\nCOV,10,5\nNowhere,20,5\nTotal,31,10\n", encoding="utf-8")
    done = npol.load(path, npol.BudgetPosition, tmp_path / "fund.parquet", profile=profile)
    assert done.rejects is not None
    assert [row["npolicing_codes"] for row in rows_of(done.rejects)] == [
        "UNKNOWN_NPU",
        "TOTAL_MISMATCH",
    ]
    mended = done.rejects.with_name("mended.csv")
    mended.write_text(done.rejects.read_text("utf-8-sig").replace("Nowhere", "BW"), "utf-8")

    again = npol.read(mended, npol.BudgetPosition, profile=profile)

    assert (len(again.records), again.refused) == (1, ())
    assert sum(again.account.set_aside.values()) == 1


def test_a_folder_is_read_without_locks_and_refused_rows(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "july.csv", GOOD, BAD)
    for name in ("~$july.csv", "._july.csv"):
        (exports / name).write_bytes(b"\0\1")
    (exports / "sub.csv").mkdir()

    for _ in range(3):
        done = loaded(exports, exports / "store")

    assert [account.file for account in done.accounts] == [str(exports / "july.csv")]
    assert done.rejected == 1


def test_refused_rows_are_in_their_place_before_months_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    july = written(tmp_path / "july.csv", GOOD, BAD)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("npolicing.store._placing._move", full)
    with pytest.raises(StoreError):
        loaded(july, tmp_path / "store")

    assert len(rows_of(tmp_path / "store-rejects.csv")) == 1


def test_a_mended_line_whose_row_contradicts_another_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    rows = [f"{HEADER},Notes", "1,COV,P3,01/07/2018 10:00,caf\xe9", "1,COV,P4,01/07/2018 10:00,"]
    path.write_bytes("\n".join(rows).encode("cp1252"))
    known = npol.read_profile("log-export")
    profile = attrs.evolve(known, head=attrs.evolve(known.head, ignore=("Notes",)))
    options = {"profile": profile, "force": "WMP", "as_of": AS_OF, "on_error": "coerce"}

    found = npol.read(path, npol.Log, **options)  # type: ignore[arg-type] # as they are passed
    done = npol.load(path, npol.Log, tmp_path / "store", **options)  # type: ignore[arg-type] # the same

    assert [each.line for each in found.refused] == [2, 3]
    assert (done.rows, done.rejected) == (0, 2)


def test_too_many_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", GOOD, BAD)

    with pytest.raises(TooManyRejectsError, match="1 x UNKNOWN_NPU"):
        loaded(july, tmp_path / "store", max_rejects=0.1)


def test_another_entity_goes_into_a_file_of_parquet(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"call crimes\.csv \.parquet"):
        npol.load(tmp_path / "a.csv", npol.Crime, "crimes.csv", profile="police-uk-street")
    with pytest.raises(ValueError, match="no file to load"):
        loaded([], tmp_path / "store")


def test_codes_of_a_force_without_data_are_told_to_be_unchecked(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", "1,COV,P3,01/07/2018 10:00")

    found = npol.read(july, npol.Log, profile="log-export", force="AVN", as_of=AS_OF)

    assert found.account.unchecked == ("npu", "priority")
    assert "no data on the force: npu, priority as they stand" in str(found.account)
    with pytest.raises(npol.UnknownCodeError):
        npol.read(july, npol.Log, profile="log-export", force="West Midlands")


def test_rows_that_contradict_name_one_another(tmp_path: Path) -> None:
    july = written(tmp_path / "july.csv", GOOD)
    again = written(tmp_path / "again.csv", "9,DY,P4,02/07/2018 10:00", GOOD.replace("P3", "P4"))

    rejects = loaded([july, again], tmp_path / "store").rejects
    alone = npol.read(
        written(tmp_path / "one.csv", GOOD, GOOD.replace("COV", "DY")),
        npol.Log,
        profile="log-export",
        force="WMP",
    )

    assert rejects is not None
    assert [row["npolicing_mend"].rpartition("; ")[2] for row in rows_of(rejects)] == [
        "again.csv line 3 differs",
        "july.csv line 2 differs",
    ]
    assert alone.refused[0].failures[0].rule.endswith("; line 3 differs")
