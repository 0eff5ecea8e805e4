"""What a row is called that has no identifier of its own."""

from __future__ import annotations

from pathlib import Path

import npolicing as npol

LOGS = "Log No,NPU,Grade,Received"
PROFILE = """
[profile]
name = "no-numbers"
entity = "Log"
force = "WMP"
[columns]
log_id = { header = "Log No", otherwise = "line" }
npu.header = "NPU"
priority.header = "Grade"
received_at.header = "Received"
"""


def _profile(folder: Path) -> Path:
    path = folder / "profile.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def _export(path: Path, *rows: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([LOGS, *rows]), encoding="utf-8")
    return path


def test_rows_of_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    one = _export(tmp_path / "a" / "export.csv", ",COV,P3,01/07/2018 10:00")
    other = _export(tmp_path / "b" / "export.csv", ",DY,P4,01/07/2018 11:00")
    store = tmp_path / "store"

    for path in (one, other, one):
        npol.load(path, npol.Log, store, profile=_profile(tmp_path))

    assert npol.open_store(store).rows == 2


def test_a_mended_row_is_named_by_the_file_that_it_came_from(tmp_path: Path) -> None:
    path = _export(tmp_path / "july.csv", ",COV,P3,01/07/2018 10:00", ",Covent,P3,02/07/2018 10:00")
    done = npol.load(path, npol.Log, tmp_path / "store", profile=_profile(tmp_path))
    assert done.rejects is not None
    mended = tmp_path / "mended.csv"
    mended.write_text(done.rejects.read_text("utf-8-sig").replace("Covent,", "COV,"), "utf-8")

    found = npol.read(mended, npol.Log, profile=_profile(tmp_path))

    assert found.records[0].log_id.startswith("july:3:")
