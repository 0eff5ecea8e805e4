"""A Delta table has what a store has of the same rows, and a load is one transaction."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from delta_tables import SCHEMA, content, kept, said
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st
from logged import NEW, OLD, log

import npolicing as npol
from npolicing.delta_table import DeltaLoad, _committing, write_delta
from npolicing.entities import Log
from npolicing.store import How, StoreLoad, open_store, write_store
from npolicing.synthetic import log_batches, logs


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table"
    write_delta(OLD, path, how="replace")
    return path


def months(load: StoreLoad | DeltaLoad) -> list[tuple[object, ...]]:
    return [attrs.astuple(each) for each in load.months]


def unchanged(table: Path, version: int = 1) -> bool:
    return DeltaTable(table).version() == version and len(kept(table)) == len(OLD)


def test_replacing_counts_what_became_of_each_row(table: Path) -> None:
    load = write_delta(NEW, table, how="replace")

    # force, month, before, added, replaced, unchanged, dropped, now
    assert months(load) == [("WMP", "2018-07", 3, 1, 1, 1, 1, 3)]
    assert (load.rows, load.version, load.how, load.table) == (3, 2, "replace", str(table))
    assert kept(table) == {
        ("WMP", "2018-07-02", "2"): "P2",
        ("WMP", "2018-07-02", "3"): "P1",
        ("WMP", "2018-07-02", "4"): "P1",
        ("WMP", "2018-08-01", "1"): "P1",
    }


def test_a_load_shows_what_became_of_each_month(table: Path) -> None:
    load = write_delta(NEW, table, how="merge")
    title = f"DeltaLoad({str(table)!r}, how='merge', 3 rows, version 2)"
    assert repr(load).splitlines() == [
        title,
        "  WMP 2018-07: 3 before, 1 added, 1 replaced, 1 unchanged, 0 dropped, 4 now",
    ]
    assert load._repr_html_().startswith(f"<table><caption>{escape(title)}</caption>")

    many = [log("1", f"20{year}-01-01") for year in range(10, 25)]
    shown = repr(write_delta(many, table, how="merge")).splitlines()
    assert (len(shown), shown[-1]) == (14, "  ... and 3 months more, all in .months")


def test_merging_keeps_what_the_new_rows_do_not_have(table: Path) -> None:
    load = write_delta(NEW, table, how="merge")

    assert months(load) == [("WMP", "2018-07", 3, 1, 1, 1, 0, 4)]
    assert kept(table) == {
        ("WMP", "2018-07-02", "1"): "P1",
        ("WMP", "2018-07-02", "2"): "P2",
        ("WMP", "2018-07-02", "3"): "P1",
        ("WMP", "2018-07-02", "4"): "P1",
        ("WMP", "2018-08-01", "1"): "P1",
    }


@pytest.mark.parametrize("how", ["replace", "merge"])
def test_loading_twice_counts_once_and_makes_no_version(table: Path, how: How) -> None:
    load = write_delta(OLD, table, how=how)

    assert [each.unchanged for each in load.months] == [3, 1]
    assert load.version == 1
    assert unchanged(table)


def test_a_month_of_another_force_stays(table: Path) -> None:
    both = [log("1", force="AVN"), log("7", "2018-08-01"), log("9", force="GMP")]
    load = write_delta(both, table, how="replace")

    assert [(each.force, each.month) for each in load.months] == [
        ("AVN", "2018-07"),
        ("GMP", "2018-07"),
        ("WMP", "2018-08"),
    ]
    assert sorted(kept(table)) == [
        ("AVN", "2018-07-02", "1"),
        ("GMP", "2018-07-02", "9"),
        ("WMP", "2018-07-02", "1"),
        ("WMP", "2018-07-02", "2"),
        ("WMP", "2018-07-02", "3"),
        ("WMP", "2018-08-01", "7"),
    ]


SMALL = st.lists(
    st.builds(
        log,
        st.sampled_from("123"),
        st.sampled_from(["2018-07-02", "2018-07-31", "2018-08-01"]),
        force=st.sampled_from(["WMP", "GMP"]),
        priority=st.sampled_from(["P1", "P2"]),
    ),
    max_size=6,
    unique_by=lambda each: (each.force, each.received_on, each.log_id),
)


@settings(max_examples=12)
@given(loads=st.lists(st.tuples(SMALL, st.sampled_from(["replace", "merge"])), max_size=3))
def test_loads_one_after_another_do_what_they_do_to_a_store(
    tmp_path_factory: pytest.TempPathFactory, loads: list[tuple[list[Log], How]]
) -> None:
    folder = tmp_path_factory.mktemp("both")
    for rows, how in loads:
        one = write_store(rows, folder / "store", how=how)
        other = write_delta(rows, folder / "table", how=how)
        assert one.months == other.months
        found = DeltaTable(folder / "table").to_pyarrow_dataset().to_table()
        assert content(found) == content(open_store(folder / "store").to_arrow())


def test_rows_in_any_order_that_are_put_down_on_the_way_are_as_a_store_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("npolicing.store._months._HELD", 1_000)
    seen: list[int] = []
    for seed, how in ((1, "replace"), (2, "merge")):
        both: list[Any] = []
        for write in (write_store, write_delta):
            some = log_batches(rows=5_000, seed=seed, first="2018-01", last="2018-04")
            places = [batch.take(list(range(0, batch.num_rows, seed))) for batch in some]
            path = tmp_path / write.__name__
            both.append(write(iter(places[::-1]), path, how=how, progress=seen.append))  # type: ignore[arg-type] # two functions alike
        assert both[0].months == both[1].months
    found = DeltaTable(tmp_path / "write_delta").to_pyarrow_dataset().to_table()
    assert content(found) == content(open_store(tmp_path / "write_store").to_arrow())
    assert sum(seen) == 2 * (5_000 + both[1].rows)


def test_a_store_goes_in_as_it_is(tmp_path: Path) -> None:
    write_store(logs(rows=500, last="2018-02"), tmp_path / "s", how="replace", marking="OFFICIAL")
    store = open_store(tmp_path / "s")

    load = write_delta(store, tmp_path / "t", how="replace")

    assert load.rows == 500
    assert (said(tmp_path / "t")["synthetic"], said(tmp_path / "t")["marking"]) == (
        True,
        "OFFICIAL",
    )
    assert content(DeltaTable(tmp_path / "t").to_pyarrow_dataset().to_table()) == content(
        store.to_arrow()
    )


def test_the_table_has_the_types_and_the_words_of_its_entity(table: Path) -> None:
    native = DeltaTable(table)
    found = pa.schema(native.schema())  # type: ignore[arg-type] # as in the package

    assert found.equals(SCHEMA)
    assert found.field("npu").metadata == SCHEMA.field("npu").metadata
    assert all(b"comment" in (field.metadata or {}) for field in found)
    metadata = native.metadata()
    assert metadata.name == "Log"
    assert metadata.description.startswith("One log: ")
    assert said(table) == {
        "entity": "Log",
        "schema_version": Log.schema_version,
        "library": npol.__version__,
        "marking": None,
        "synthetic": False,
    }
    assert metadata.partition_columns == []
    last = native.history(1)[0]
    assert json.loads(last["npolicing"])["how"] == "replace"


def test_a_reader_passes_over_files_by_force_month_and_day(table: Path) -> None:
    text = (table / "_delta_log" / f"{1:020}.json").read_text(encoding="utf-8")
    adds = [json.loads(line)["add"] for line in text.splitlines() if '"add"' in line]
    stats = [json.loads(each["stats"]) for each in adds]

    assert sum(each["numRecords"] for each in stats) == len(OLD)
    for name, low, high in (
        ("force", "WMP", "WMP"),
        ("month", "2018-07", "2018-08"),
        ("received_on", "2018-07-02", "2018-08-01"),
    ):
        assert min(each["minValues"][name] for each in stats) == low
        assert max(each["maxValues"][name] for each in stats) == high
    # Only the first 32 columns of a table have such statistics.
    assert len(SCHEMA) <= 32


def test_files_have_encodings_that_every_reader_has(table: Path) -> None:
    native = DeltaTable(table)
    group = pq.read_metadata(native.file_uris()[0]).row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]

    assert {each.compression for each in columns} == {"ZSTD"}
    assert {name for each in columns for name in each.encodings} <= {
        "PLAIN",
        "RLE",
        "RLE_DICTIONARY",
        "PLAIN_DICTIONARY",
    }


def test_the_size_of_files_that_the_table_asks_for_is_kept(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = DeltaTable(table)
    native.alter.set_table_properties({"delta.targetFileSize": "1048576"})
    asked: list[object] = []

    def write(*args: Any, target_file_size: int | None, **named: Any) -> None:  # noqa: ANN401 # the library's own
        asked.append(target_file_size)
        write_deltalake(*args, target_file_size=target_file_size, **named)

    monkeypatch.setattr("deltalake.write_deltalake", write)
    write_delta([log("9")], table, how="merge")
    write_delta([log("9")], table.with_name("other"), how="merge")

    assert asked == [None, _committing._FILE]  # noqa: SLF001 # the size itself may change
