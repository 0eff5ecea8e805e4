"""A path is one thing to whatever takes logs by a path: a store, a Delta table, or files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from delta_tables import SCHEMA, content, marked, said
from deltalake import DeltaTable
from logged import NEW, OLD, log

import npolicing as npol
from npolicing.errors import InputFileError, StoreError
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2018, 8, 1, 13, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store"
    npol.write_store(OLD, path, how="replace")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table"
    npol.write_delta(OLD, path, how="replace")
    return path


def doors(path: Path | str, new: str | Path = "new") -> list[Callable[[], object]]:
    """Whatever takes logs by a path."""
    return [
        lambda: npol.tally(path),
        lambda: npol.backlog(path, at=AT),
        lambda: npol.write_delta(path, Path(path).with_name("any") / new, how="merge"),
    ]


@pytest.mark.parametrize("name", ["kept.parquet", "WMP.PARQUET"])
def test_a_file_beside_the_months_of_a_store_does_not_hide_it(store: Path, name: str) -> None:
    npol.tally(store, by="month").to_parquet(store / name)

    assert npol.tally(store)["logs"].item() == 4
    assert npol.backlog(store, at=AT, by=None)["open"].item() == 4
    assert npol.write_delta(store, store.with_name("new"), how="merge").rows == 4
    (store / "_manifest.json").unlink()
    assert npol.tally(store)["logs"].item() == 4


def test_a_backlog_reads_no_month_of_a_store_after_its_instant(store: Path) -> None:
    npol.write_store([log("9", "2018-10-01")], store, how="merge")
    october = store / "WMP" / "2018-10.parquet"
    cells = bytearray(october.read_bytes())
    group = pq.read_metadata(october).row_group(0)
    size = sum(group.column(at).total_compressed_size for at in range(group.num_columns))
    cells[4 : 4 + size] = bytes(size)
    october.write_bytes(cells)

    assert npol.backlog(store, at=AT, by=None)["open"].item() == 4
    with pytest.raises(npol.NpolicingError):
        npol.backlog(store, at=datetime(2018, 10, 2, tzinfo=UTC), by=None)


def test_a_store_that_is_also_a_table_is_refused(store: Path, table: Path) -> None:
    (table / "_delta_log").rename(store / "_delta_log")

    for door in doors(store):
        with pytest.raises(StoreError, match=r"is a log store and a Delta table at once: pass npo"):
            door()


def test_neither_is_written_into_the_other(store: Path, table: Path) -> None:
    before = sorted(table.rglob("*"))
    with pytest.raises(StoreError, match=r"table: is a Delta table; write_delta loads into it"):
        npol.write_store(NEW, table, how="merge")
    for path in (store, store.as_uri()):
        with pytest.raises(StoreError, match="has files, and is no Delta table"):
            npol.write_delta(NEW, path, how="merge")

    assert sorted(table.rglob("*")) == before
    assert not (store / "_delta_log").exists()


def test_a_log_of_no_version_is_told(tmp_path: Path) -> None:
    (tmp_path / "_delta_log").mkdir()

    for door in doors(tmp_path):
        with pytest.raises(StoreError, match="_delta_log with no version of a table in it"):
            door()


@pytest.mark.parametrize("address", ["abfss://a@b.c/logs", "file:///logs", "s3://b/logs"])
def test_an_address_is_opened_by_deltalake(address: str, tmp_path: Path) -> None:
    for door in doors(address, tmp_path):
        with pytest.raises(StoreError, match=r"is an address: pass deltalake\.DeltaTable\(addr"):
            door()
    with pytest.raises(StoreError, match="is an address"):
        npol.tally(Path(address))
    for half in (Path(address), "file:logs"):
        with pytest.raises(StoreError, match="looks like an address: write it as text, with ://"):
            npol.write_delta(OLD, half, how="merge")


def test_a_path_that_deltalake_would_take_for_another_is_refused(tmp_path: Path) -> None:
    npol.write_delta(OLD, tmp_path / "a b", how="replace")
    with pytest.raises(StoreError, match="takes %20 and the like for an escape"):
        npol.write_delta(NEW, tmp_path / "a%20b", how="replace")

    assert npol.tally(tmp_path / "a b")["logs"].item() == 4
    assert npol.write_delta(OLD, tmp_path / "100%", how="replace").rows == 4


def test_rows_of_a_table_go_into_another_with_what_it_says(tmp_path: Path) -> None:
    made_up = marked(OLD, "OFFICIAL", synthetic=True)
    npol.write_delta(made_up, tmp_path / "one", how="replace")
    npol.write_store(made_up, tmp_path / "store", how="replace")

    native = DeltaTable(tmp_path / "one")
    places: tuple[Any, ...] = (
        native,
        str(tmp_path / "one"),
        tmp_path / "store",
        ds.dataset(tmp_path / "store"),
    )
    for at, place in enumerate(places):
        load = npol.write_delta(place, tmp_path / f"{at}", how="replace")
        assert load.rows == 4
        assert (said(tmp_path / f"{at}")["synthetic"], said(tmp_path / f"{at}")["marking"]) == (
            True,
            "OFFICIAL",
        )
        rows = DeltaTable(tmp_path / f"{at}").to_pyarrow_dataset().to_table()
        assert content(rows) == content(to_arrow(OLD))


def test_a_file_that_a_load_takes_otherwise_is_told(tmp_path: Path) -> None:
    pq.write_table(to_arrow(OLD), tmp_path / "logs.parquet")
    with pytest.raises(StoreError, match=r"is no log store and no Delta table; pass .*read_arrow"):
        npol.write_delta(tmp_path / "logs.parquet", tmp_path / "new", how="merge")


@pytest.mark.parametrize("cut", [None, 3000])
def test_a_file_of_a_table_that_is_gone_or_cut_short_is_told(table: Path, cut: int | None) -> None:
    (file,) = table.glob("*.parquet")
    whole = file.read_bytes()
    file.unlink()
    if cut is not None:
        file.write_bytes(whole[:cut])

    for door in doors(table):
        with pytest.raises(InputFileError, match=rf"{file.name}: cannot be read: .*; bring the fi"):
            door()
    with pytest.raises(StoreError, match=r"cannot be read: .*; bring back what it lacks"):
        npol.write_delta(NEW, table, how="merge")


def test_a_dataset_whose_rows_are_chosen_is_told_of_where(table: Path) -> None:
    some = DeltaTable(table).to_pyarrow_dataset().filter(ds.field("month") == "2018-07")
    with pytest.raises(ValueError, match="pass the whole dataset, and where="):
        npol.tally(some)


def test_instants_of_a_partitioned_folder_that_spark_wrote_are_in_utc(tmp_path: Path) -> None:
    rows = to_arrow([log("1"), log("2", "2018-01-31"), log("3", priority="P2")])
    for grade in ("P1", "P2"):
        folder = tmp_path / f"priority={grade}"
        folder.mkdir()
        pq.write_table(
            rows.filter(ds.field("priority") == grade).drop(["priority"]),
            folder / "part-0.parquet",
            use_deprecated_int96_timestamps=True,
            store_schema=False,
        )
    with pytest.raises(InputFileError, match="in the names of its folders: pass") as caught:
        npol.tally(tmp_path)
    assert "partitioning='hive', schema=npolicing.arrow_schema(npolicing.Log))" in str(caught.value)

    plain = ds.dataset(tmp_path, partitioning="hive")
    assert plain.schema.field("received_at").type.tz is None
    for dataset in (plain, ds.dataset(tmp_path, partitioning="hive", schema=SCHEMA)):
        by = ["priority", "received_at"]
        pd.testing.assert_frame_equal(npol.tally(dataset, by=by), npol.tally(rows, by=by))
        pd.testing.assert_frame_equal(npol.backlog(dataset, at=AT), npol.backlog(rows, at=AT))
    assert npol.write_delta(plain, tmp_path / "table", how="merge").rows == 3
