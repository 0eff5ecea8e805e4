"""A folder of Parquet files that is no store, such as Spark writes one: its rows, or why not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from counted import logs_frame
from deltalake import write_deltalake

import npolicing as npol
from npolicing.errors import InputFileError, StoreError

AT = [dt.datetime(2018, 7, 1, hour, tzinfo=dt.UTC) for hour in range(6)]
SIX = logs_frame(
    {
        "npu": ["CV", "CV", "BE", None, "CV", None],
        "priority": ["P1", "P6", "P6", "P6", "P6", "P1"],
        "received_at": AT,
        "closed_at": [None, AT[3], None, AT[5], None, AT[5]],
    }
)
NOON = dt.datetime(2018, 7, 1, 3, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of rows, and what Spark leaves beside them."""
    for at in range(2):
        pq.write_table(SIX.slice(3 * at, 3), tmp_path / f"part-0000{at}.snappy.parquet")
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / "._SUCCESS.crc").touch()
    pq.write_table(SIX, tmp_path / "_temporary.parquet")
    pq.write_table(SIX, tmp_path / ".part-00000.parquet")
    return tmp_path


def test_its_files_are_counted_and_what_is_hidden_is_not(folder: Path) -> None:
    for by in ("npu", ["npu", "priority"], None):
        pd.testing.assert_frame_equal(npol.tally(folder, by=by), npol.tally(SIX, by=by))


@pytest.mark.parametrize("old", [True, False])
def test_instants_are_in_utc_however_they_are_kept(tmp_path: Path, *, old: bool) -> None:
    pq.write_table(SIX, tmp_path / "part-0.parquet", use_deprecated_int96_timestamps=old)

    for path in (tmp_path, str(tmp_path / "part-0.parquet")):
        pd.testing.assert_frame_equal(npol.backlog(path, at=NOON), npol.backlog(SIX, at=NOON))
        pd.testing.assert_frame_equal(
            npol.tally(path, by="received_at"), npol.tally(SIX, by="received_at")
        )


def test_files_that_are_not_alike_are_refused(folder: Path) -> None:
    pq.write_table(SIX.drop(["npu"]), folder / "part-00002.parquet")

    with pytest.raises(InputFileError, match=r"part-00002.* has not the columns.* part-00000"):
        npol.tally(folder, by="priority")


def test_a_delta_table_is_no_folder_of_files(tmp_path: Path) -> None:
    """Rows that were deleted lie there still."""
    write_deltalake(tmp_path, pa.concat_tables([SIX, SIX]))
    write_deltalake(tmp_path, SIX, mode="overwrite")

    assert len([*tmp_path.glob("*.parquet")]) == 2
    pd.testing.assert_frame_equal(npol.tally(tmp_path, by="npu"), npol.tally(SIX, by="npu"))
    pd.testing.assert_frame_equal(npol.backlog(tmp_path, at=NOON), npol.backlog(SIX, at=NOON))


def test_a_column_in_the_names_of_folders_is_not_lost(tmp_path: Path) -> None:
    pq.write_to_dataset(SIX, tmp_path, partition_cols=["priority"])

    with pytest.raises(InputFileError, match=r"has columns in the names of its folders") as no:
        npol.tally(tmp_path, by="npu")
    assert "pyarrow.dataset.dataset(path, partitioning='hive', schema=" in str(no.value)
    rows = ds.dataset(tmp_path, partitioning="hive", schema=npol.arrow_schema(npol.Log))
    pd.testing.assert_frame_equal(npol.tally(rows, by="priority"), npol.tally(SIX, by="priority"))


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("month=2018-07/b.parquet", "has columns in the names of its folders: pass pyarrow"),
        ("force=WMP/month=2018-07/b.parquet", "has columns in the names of its folders: pass"),
        ("July/b.parquet", r"has Parquet in folders of its own \(July/b.parquet\): name one, or"),
        ("2018/July/B.PARQUET", r"has Parquet in folders of its own \(2018/July/B.PARQUET\)"),
        ("logs.parquet/part-0.parq", r"has Parquet in folders of its own \(logs.parquet/part-0"),
    ],
)
def test_rows_in_folders_of_a_folder_are_not_left_out(
    tmp_path: Path, inner: str, words: str, *, flat: bool
) -> None:
    if flat:
        pq.write_table(SIX, tmp_path / "a.parquet")
    (tmp_path / inner).parent.mkdir(parents=True)
    pq.write_table(SIX, tmp_path / inner)

    with pytest.raises(InputFileError, match=words):
        npol.tally(tmp_path)


def test_what_is_hidden_in_folders_of_a_folder_is_left_out(folder: Path) -> None:
    for name in ("_temporary/0", ".staging"):
        (folder / name).mkdir(parents=True)
        pq.write_table(SIX, folder / name / "part-00000.parquet")
    (folder / "notes").mkdir()
    (folder / "notes" / "read me.txt").write_text("PAR")

    assert npol.tally(folder)["logs"].item() == 6


def test_a_folder_of_delta_tables_is_not_counted_as_files(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "logs", SIX)

    with pytest.raises(InputFileError, match="is of a Delta table: name the folder of that table"):
        npol.tally(tmp_path)


@pytest.mark.parametrize("name", ["B.PARQUET", "b.parq", "b.pq"])
def test_other_endings_of_parquet_are_counted(folder: Path, name: str) -> None:
    pq.write_table(SIX, folder / name)

    assert npol.tally(folder)["logs"].item() == 12


@pytest.mark.parametrize("name", ["part-00002", "part-00000.parquet.bak"])
def test_parquet_that_is_not_called_so_is_refused(folder: Path, name: str) -> None:
    pq.write_table(SIX, folder / name)

    with pytest.raises(InputFileError, match=rf"{name}: is Parquet, and not called so"):
        npol.tally(folder)


def test_a_folder_without_rows_is_no_store(tmp_path: Path) -> None:
    for measure in (npol.tally, lambda path: npol.backlog(path, at=NOON)):
        with pytest.raises(StoreError, match="is no log store: the folder has no month of logs"):
            measure(tmp_path)
