from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import cast

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logged import NEW, OLD, log

from npolicing._tally import tally
from npolicing.entities import Log, Team
from npolicing.errors import StoreError, UnknownCodeError, UnknownColumnsError, ValidationError
from npolicing.frames import to_arrow
from npolicing.parquet import write_parquet
from npolicing.store import LogStore, _loading, _months, open_store, write_store
from npolicing.store._lock import locked
from npolicing.synthetic import log_batches, logs
from npolicing.testing import tables


def kept(store: Path) -> dict[tuple[str, str, str], str]:
    """Grade by force, day and number."""
    names = ["force", "received_on", "log_id", "priority"]
    rows = open_store(store).to_arrow(names).to_pylist()
    return {(r["force"], str(r["received_on"]), r["log_id"]): r["priority"] for r in rows}


def whole(store: Path) -> dict[str, bytes]:
    """Every file of a store, but for its lock."""
    paths = (path for path in store.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in paths}


def in_order(table: pa.Table) -> pa.Table:
    keys = ("force", "month", "received_at", "log_id")
    plain = table.cast(pa.schema([(n, Log_types[n]) for n in table.column_names]))
    return plain.sort_by([(name, "ascending") for name in keys])


Log_types = {field.name: field.type for field in to_arrow([log("1")]).schema}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "logs"
    write_store(OLD, path, how="replace")
    return path


def counts(load: object) -> list[tuple[object, ...]]:
    return [attrs.astuple(each) for each in cast("_loading.StoreLoad", load).months]


def test_replacing_counts_what_became_of_each_row(store: Path) -> None:
    load = write_store(NEW, store, how="replace")

    # force, month, before, added, replaced, unchanged, dropped, now
    assert counts(load) == [("WMP", "2018-07", 3, 1, 1, 1, 1, 3)]
    assert kept(store) == {
        ("WMP", "2018-07-02", "2"): "P2",
        ("WMP", "2018-07-02", "3"): "P1",
        ("WMP", "2018-07-02", "4"): "P1",
        ("WMP", "2018-08-01", "1"): "P1",
    }


def test_merging_keeps_what_the_new_rows_do_not_have(store: Path) -> None:
    load = write_store(NEW, store, how="merge")
    shown = load._repr_html_()
    assert shown.startswith(f"<table><caption>{escape(repr(load).splitlines()[0])}</caption>")
    assert shown.count('<tr><th scope="row" style="text-align: left">WMP ') == len(load.months)

    assert counts(load) == [("WMP", "2018-07", 3, 1, 1, 1, 0, 4)]
    assert kept(store) == {
        ("WMP", "2018-07-02", "1"): "P1",
        ("WMP", "2018-07-02", "2"): "P2",
        ("WMP", "2018-07-02", "3"): "P1",
        ("WMP", "2018-07-02", "4"): "P1",
        ("WMP", "2018-08-01", "1"): "P1",
    }


@pytest.mark.parametrize("how", ["replace", "merge"])
def test_loading_twice_counts_once(store: Path, how: _loading.How) -> None:
    before = whole(store)

    load = write_store(OLD, store, how=how)

    assert counts(load) == [
        ("WMP", "2018-07", 3, 0, 0, 3, 0, 3),
        ("WMP", "2018-08", 1, 0, 0, 1, 0, 1),
    ]
    assert whole(store) == before


def test_a_number_of_another_day_or_force_is_another_log(tmp_path: Path) -> None:
    rows = [log("1"), log("1", "2018-07-03"), log("1", force="AVN")]
    write_store(rows, tmp_path, how="merge")

    assert len(kept(tmp_path)) == 3
    assert open_store(tmp_path).forces == ("AVN", "WMP")


@given(table=tables(Log, max_size=12), size=st.integers(1, 5))
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, table: object, size: int
) -> None:
    path = tmp_path_factory.mktemp("store")
    arrow = to_arrow(cast("pa.Table", table), Log)
    write_store(iter(arrow.to_batches(max_chunksize=size)), path, how="replace")
    read = open_store(path)

    assert in_order(read.to_arrow()).to_pylist() == in_order(arrow).to_pylist()
    assert read.rows == arrow.num_rows


def test_months_in_any_order_that_are_spilled_are_as_a_load_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = logs(rows=600, seed=3, last="2018-06")
    shuffled = made_up.take([(7 * at) % 600 for at in range(600)])
    write_store(made_up, tmp_path / "once", how="replace")
    monkeypatch.setattr(_months, "_HELD", 50)
    seen: list[int] = []
    batches = iter(shuffled.to_batches(max_chunksize=64))
    load = write_store(batches, tmp_path / "spilled", how="replace", progress=seen.append)

    once, spilled = open_store(tmp_path / "once"), open_store(tmp_path / "spilled")
    assert sum(seen) == load.rows == 600
    assert spilled.to_arrow().to_pylist() == once.to_arrow().to_pylist()
    assert spilled.synthetic


def test_no_more_rows_are_held_than_stated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_months, "_HELD", 100)
    held: list[int] = []
    add = _months.Parting.add

    def watched(self: _months.Parting, batch: object) -> None:
        add(self, batch)  # type: ignore[arg-type] # passed on
        held.append(sum(table.num_rows for each in self.months.values() for table in each.held))

    monkeypatch.setattr(_months.Parting, "add", watched)
    write_store(log_batches(rows=2000, batch_rows=60), tmp_path, how="replace")

    assert len(held) == 34
    assert 0 < max(held) <= 100


def broken(rows: list[Log]) -> pa.Table:
    table = to_arrow(rows, Log)
    units = pa.array([*(["CV"] * (len(rows) - 1)), "cv"])
    return table.set_column(table.column_names.index("npu"), "npu", units)


def test_bad_rows_of_every_batch_are_named_and_the_store_is_as_it_was(store: Path) -> None:
    before = whole(store)
    batches = [broken([log("7"), log("8")]), to_arrow([log("9")]), broken([log("10"), log("11")])]

    with pytest.raises(ValidationError) as caught:
        write_store(iter(batches), store, how="replace")

    assert [(each.row, each.column) for each in caught.value.failures] == [
        (1, "npu"),
        (4, "npu"),
    ]
    assert whole(store) == before


@pytest.mark.parametrize("held", [1, 100])
def test_a_key_that_comes_in_two_batches_is_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(_months, "_HELD", held)
    before = whole(store)
    batches = [to_arrow([log("5", "2018-05-01"), log("6")]), to_arrow([log("6", priority="P3")])]

    with pytest.raises(ValidationError) as caught:
        write_store(iter(batches), store, how="merge")

    assert [(each.code, each.value) for each in caught.value.failures] == [
        ("DUPLICATE_KEY", ("WMP", "2018-07-02", "6"))
    ]
    assert whole(store) == before


def test_an_error_of_the_rows_own_source_is_passed_on_and_nothing_is_left(store: Path) -> None:
    before = whole(store)

    def source() -> Iterator[pa.Table]:
        yield to_arrow(NEW)
        raise OSError(errno.EIO, "the line is dead")

    with pytest.raises(OSError, match="the line is dead") as caught:
        write_store(source(), store, how="replace")

    assert not isinstance(caught.value, StoreError)
    assert whole(store) == before


def test_how_has_to_be_said(store: Path) -> None:
    with pytest.raises(ValueError, match="'replace' or 'merge', not 'append'"):
        write_store(NEW, store, how=cast("_loading.How", "append"))


def test_other_tools_read_the_files_themselves(store: Path) -> None:
    expected = {"1", "2", "3"}
    paths = sorted(store.glob("*/*.parquet"))
    every = f"{store.as_posix()}/*/*.parquet"

    frames = pd.concat([pd.read_parquet(path) for path in paths])
    assert set(frames["log_id"]) == expected
    assert set(pl.scan_parquet(every).collect()["log_id"]) == expected
    found = duckdb.read_parquet(every).select("log_id", "received_at").fetchall()
    assert {row[0] for row in found} == expected
    assert pq.ParquetFile(paths[0]).schema_arrow.field("npu").type == pa.string()


def test_a_file_is_sorted_and_says_so(tmp_path: Path) -> None:
    write_store(list(reversed(OLD)), tmp_path, how="replace")
    path = tmp_path / "WMP" / "2018-07.parquet"
    file = pq.ParquetFile(path)
    group = file.metadata.row_group(0)

    assert file.read()["log_id"].to_pylist() == ["1", "2", "3"]
    assert [each.column_index for each in group.sorting_columns] == [
        file.schema_arrow.get_field_index(name) for name in ("received_at", "log_id", "received_on")
    ]


def test_a_store_hands_its_rows_to_each_library(store: Path) -> None:
    opened = open_store(store)

    assert sorted(opened.to_pandas()["log_id"]) == ["1", "1", "2", "3"]
    assert isinstance(opened.to_pandas(["npu"])["npu"].dtype, pd.CategoricalDtype)
    assert opened.polars().collect().height == 4
    assert len(opened.duckdb().fetchall()) == 4
    with duckdb.connect() as connection:
        assert len(opened.duckdb(connection).fetchall()) == 4
    assert to_arrow(opened.to_arrow(), Log).num_rows == 4


def test_a_store_without_rows_hands_over_none(tmp_path: Path) -> None:
    write_store([], tmp_path, how="merge")
    opened = open_store(tmp_path)

    assert (opened.rows, opened.forces, opened.months()) == (0, (), ())
    assert opened.to_arrow().num_rows == len(opened.to_pandas()) == 0
    assert opened.polars().collect().height == len(opened.duckdb().fetchall()) == 0


def test_only_what_is_asked_for_is_read(store: Path) -> None:
    opened = open_store(store)
    (store / "WMP" / "2018-08.parquet").unlink()

    read = opened.to_arrow(["log_id", "npu"], forces=["WMP"], months=["2018-07"])

    assert read.to_pydict() == {"log_id": ["1", "2", "3"], "npu": ["CV", "CV", "CV"]}
    with pytest.raises(StoreError, match="cannot be read"):
        opened.to_arrow()


def test_what_a_store_does_not_have_is_named(store: Path) -> None:
    opened = open_store(store)

    with pytest.raises(UnknownColumnsError, match="prioritty"):
        opened.batches(["prioritty"])
    with pytest.raises(UnknownCodeError, match="no force of the store"):
        opened.batches(forces=["WMPP"])
    with pytest.raises(UnknownCodeError, match="no month of the store"):
        opened.batches(months=["2018-09"])
    with pytest.raises(TypeError, match="pass a list"):
        opened.batches(months="2018-07")


def test_a_store_shows_what_it_has(store: Path) -> None:
    opened = open_store(store)

    assert repr(opened).splitlines() == [
        f"LogStore({str(store)!r}, 4 rows)",
        "  WMP: 2018-07 to 2018-08, 2 months, 4 rows",
    ]
    assert ">2018-07 to 2018-08</td>" in opened._repr_html_()
    assert opened.months("WMP") == ("2018-07", "2018-08")
    load = write_store(NEW, store, how="merge")
    assert repr(load).splitlines()[1] == (
        "  WMP 2018-07: 3 before, 1 added, 1 replaced, 1 unchanged, 0 dropped, 4 now"
    )


@pytest.mark.parametrize("library", ["duckdb", "polars"])
def test_a_library_that_is_missing_is_named_with_the_way_to_get_it(
    store: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(ModuleNotFoundError, match=rf'pip install "npolicing\[{library}\]"'):
        getattr(open_store(store), library)()


def test_rows_stay_marked_synthetic_and_with_their_marking(store: Path) -> None:
    made_up = logs(rows=50, first="2018-08", last="2018-09")
    write_store(made_up, store, how="merge", marking="OFFICIAL")
    said = {each.month: (each.synthetic, each.marking) for each in open_store(store).files}

    assert said == {
        "2018-07": (False, None),
        "2018-08": (True, "OFFICIAL"),
        "2018-09": (True, "OFFICIAL"),
    }
    write_store([log("x", "2018-09-03")], store, how="merge")
    assert open_store(store).files[2].marking == "OFFICIAL"
    assert open_store(store).files[2].synthetic
    write_store([log("x", "2018-09-03")], store, how="replace")
    assert not open_store(store).files[2].synthetic


def test_which_of_two_markings_holds_is_not_guessed(store: Path) -> None:
    write_store(OLD, store, how="replace", marking="SECRET")
    again = write_and_read_stamp(NEW, "OFFICIAL")

    with pytest.raises(ValueError, match="OFFICIAL and SECRET"):
        write_store(again, store, how="merge")

    write_store(again, store, how="merge", marking="SECRET")
    assert {each.marking for each in open_store(store).files} == {"SECRET"}


def write_and_read_stamp(rows: list[Log], marking: str) -> pa.Table:
    buffer = json.dumps(
        {"entity": "Log", "schema_version": 1, "library": "0", "marking": marking}
    ).encode()
    return to_arrow(rows).replace_schema_metadata({b"npolicing": buffer})


def test_a_second_load_at_once_is_refused(store: Path) -> None:
    with locked(store), pytest.raises(StoreError, match="another load is writing"):
        write_store(NEW, store, how="merge")

    write_store(NEW, store, how="merge")


def test_what_a_killed_load_left_is_mended_by_the_next(store: Path) -> None:
    (store / ".staging-dead").mkdir()
    (store / ".staging-dead" / "1.part").write_bytes(b"half")
    (store / "_manifest.json").unlink()
    assert open_store(store).rows == 4

    write_store([], store, how="merge")

    assert not list(store.glob(".staging-*"))
    said = json.loads((store / "_manifest.json").read_text())["files"]
    assert [(each["month"], each["rows"]) for each in said] == [("2018-07", 3), ("2018-08", 1)]
    assert said[0]["bytes"] == (store / "WMP" / "2018-07.parquet").stat().st_size


@pytest.mark.parametrize("words", ["", "{}", '{"files": [{"rows": 9}]}'])
def test_a_stale_manifest_is_not_believed(store: Path, words: str) -> None:
    (store / "_manifest.json").write_text(words)

    assert open_store(store).rows == 4


def test_what_is_no_store_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()

    for name, words in {"file": "is a file", "empty": "no month", "none": "no such"}.items():
        with pytest.raises(StoreError, match=words):
            open_store(tmp_path / name)
    with pytest.raises(StoreError, match="it is a file; name a folder"):
        write_store(OLD, tmp_path / "file", how="merge")
    with pytest.raises(StoreError, match="it is a file"):
        write_store(OLD, tmp_path / "file" / "below", how="merge")


def test_a_load_that_fails_leaves_no_new_folder(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        write_store(broken(OLD), tmp_path / "new" / "store", how="merge")

    assert list(tmp_path.iterdir()) == []


def restamped(path: Path, **changes: object) -> None:
    table = pq.ParquetFile(path).read()
    said = json.loads((table.schema.metadata or {})[b"npolicing"]) | changes
    pq.write_table(table.replace_schema_metadata({b"npolicing": json.dumps(said).encode()}), path)


@pytest.mark.parametrize("load", [False, True])
def test_a_file_that_is_no_stores_is_refused(store: Path, load: bool) -> None:  # noqa: FBT001 # of the parameters
    path = store / "WMP" / "2018-07.parquet"
    table = pq.ParquetFile(path).read()

    def refused(words: str) -> None:
        with pytest.raises(StoreError, match=words):
            write_store(NEW, store, how="merge") if load else open_store(store)

    restamped(path, schema_version=99)
    refused("upgrade npolicing")
    pq.write_table(table.replace_schema_metadata(None), path)
    refused("was not written by npolicing")
    write_parquet([Team(force="WMP", team_id="T1", npu="CV", kind="hub")], path)
    refused("rows of Team, not of Log")
    pq.write_table(table.drop_columns(["crimes"]), path)
    refused("columns are not those of Log")
    path.write_bytes(b"PAR1")
    refused("cannot be read as Parquet")
    pq.write_table(table, path.with_name("2018-06.parquet"))
    path.unlink()
    refused("give it the name that it had")


def test_a_full_disk_is_one_error_and_leaves_the_store_as_it_was(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = whole(store)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(StoreError, match="the disk is full; free some space") as caught:
        write_store(NEW, store, how="merge")

    assert caught.value.path == str(store)
    assert whole(store) == before


LIMITED = """
import resource, signal, sys
import npolicing as npol
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
made_up = npol.synthetic.logs(rows=20_000, last="2018-02")
try:
    npol.write_store(made_up, sys.argv[1], how="merge")
except npol.StoreError as error:
    print(error)
"""


def test_a_write_that_really_fails_is_one_error_and_leaves_the_store_as_it_was(store: Path) -> None:
    before = whole(store)

    command = [sys.executable, "-c", LIMITED, str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    assert done.stdout.startswith(f"{store}: cannot be written: a file may not grow so large here")
    assert whole(store) == before


def test_a_folder_that_may_not_be_written_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(StoreError, match="permission denied; ask for the right to it"):
        write_store(OLD, tmp_path / "store", how="merge")


def test_a_store_is_checked_file_by_file(store: Path) -> None:
    assert open_store(store).check() == {}
    path = store / "WMP" / "2018-07.parquet"
    table = pq.read_table(path)
    wrong = table.set_column(
        table.schema.get_field_index("hour_of_week"),
        table.schema.field("hour_of_week"),
        pa.array([999] * table.num_rows, pa.int64()),
    )
    pq.write_table(pa.concat_tables([wrong, wrong]), path)

    found = open_store(store).check(keep=1)

    assert list(found) == [path]
    assert len(found[path]) == 1
    assert {code: n for (code, _, _), n in found[path].counts.items()} == {
        "OUT_OF_RANGE": 2 * table.num_rows,
        "DUPLICATE_KEY": 2 * table.num_rows,
    }


def test_a_list_of_batches_is_loaded_as_they_are(tmp_path: Path) -> None:
    table = to_arrow(OLD, Log)
    batches = [*table.to_batches(max_chunksize=2), *table.slice(0, 0).to_batches()]

    write_store(batches, tmp_path / "batches", how="merge")
    write_store([table.slice(0, 1), table.slice(1)], tmp_path / "tables", how="merge")

    stores = [open_store(tmp_path / name).to_arrow() for name in ("batches", "tables")]
    assert stores[0].equals(stores[1])
    assert stores[0].num_rows == len(OLD)


def test_the_row_of_a_failure_counts_from_the_first_of_all_batches(tmp_path: Path) -> None:
    table = to_arrow(OLD, Log)
    wrong = table.set_column(0, "log_id", pa.array([" ", *table["log_id"].to_pylist()[1:]]))

    with pytest.raises(ValidationError) as caught:
        write_store(iter([table, wrong]), tmp_path, how="merge")

    assert [failure.row for failure in caught.value.failures] == [len(OLD)]


def test_what_a_killed_load_left_is_counted_by_no_reader(store: Path) -> None:
    staging = store / ".staging-dead"
    staging.mkdir()
    (staging / "1.part").write_bytes((store / "WMP" / "2018-07.parquet").read_bytes())
    every = f"{store.as_posix()}/*/*.parquet"

    assert len(duckdb.read_parquet(every).fetchall()) == 4
    assert pl.scan_parquet(every).collect().height == 4
    assert pq.read_table(store).num_rows == 4
    assert open_store(store).rows == 4


def test_a_store_is_counted_where_it_lies(store: Path) -> None:
    by = ["npu", "month", "priority"]
    expected = tally(open_store(store).to_arrow(), by=["force", *by])

    for place in (store, str(store), open_store(store)):
        pd.testing.assert_frame_equal(tally(place, by=["force", *by]), expected)


def test_a_log_store_is_a_value(store: Path) -> None:
    assert open_store(store) == open_store(store)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        open_store(store).path = store  # type: ignore[misc] # what is tested
    assert isinstance(open_store(str(store)), LogStore)
    assert pc.sum(pa.array([each.rows for each in open_store(store).files])).as_py() == 4
