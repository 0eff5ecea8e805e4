"""A store read and written from Spark is the one that is read and written without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import functions as sf

import npolicing as npol

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

How = Literal["replace", "merge"]
BY = ["force", "npu", "month", "priority", "attended_by_neighbourhood"]


def whole(store: Path) -> dict[str, bytes]:
    """Every file of a store, but for its lock."""
    paths = (path for path in store.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in paths}


TYPES = pa.schema([(each.name, each.type) for each in npol.synthetic.logs(rows=1).schema])


def made_up(seed: int, force: str = "WMP", last: str = "2018-03", rows: int = 900) -> pa.Table:
    """Logs that do not say that they are made up."""
    found = npol.synthetic.logs(rows=rows, seed=seed, first="2018-01", last=last, force=force)
    return found.cast(TYPES).replace_schema_metadata(None)


def altered(table: pa.Table, name: str, values: dict[object, str]) -> pa.Table:
    """The same rows with other values in a column."""
    cells = [values.get(cell, cell) for cell in table[name].to_pylist()]
    return table.set_column(table.column_names.index(name), name, pa.array(cells, pa.string()))


def renumbered(table: pa.Table) -> pa.Table:
    """Logs that no other has the numbers of."""
    numbers = {number: f"N{number}" for number in table["log_id"].to_pylist()}
    return altered(table, "log_id", numbers)


OLD = pa.concat_tables([made_up(1), made_up(1, "WMX")])
# Of January some are new, some as they were, some otherwise, and some are gone.
KEPT = OLD.filter((pc.field("month") == "2018-01") & (pc.field("hour_of_week") < 100))
NEW = pa.concat_tables(
    [altered(KEPT, "priority", {"P6": "P7"}), renumbered(made_up(2, last="2018-01", rows=100))]
)


def frame(spark: SparkSession, table: pa.Table, parts: int = 3) -> DataFrame:
    """Rows in no order, in so many partitions."""
    rows = spark.createDataFrame(table)
    return rows.repartition(parts, sf.xxhash64("log_id"))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that is not written to."""
    path = tmp_path_factory.mktemp("old") / "store"
    npol.write_store(OLD, path, how="replace", marking="OFFICIAL")
    return path


@pytest.fixture
def stores(old: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The same store twice: for Spark, and for its twin."""
    for name in ("spark", "plain"):
        shutil.copytree(old, tmp_path / name)
    return tmp_path / "spark", tmp_path / "plain"


def test_a_new_store_is_the_same_to_the_last_byte(
    spark: SparkSession, old: Path, tmp_path: Path
) -> None:
    load = npol.spark.write_store(
        frame(spark, OLD), tmp_path / "new" / "store", how="merge", marking="OFFICIAL"
    )

    assert whole(tmp_path / "new" / "store") == whole(old)
    assert (load.rows, load.how, len(load.months)) == (1800, "merge", 6)
    assert load.path == tmp_path / "new" / "store"


@pytest.mark.parametrize("how", ["replace", "merge"])
def test_months_that_change_are_as_the_twin_has_them_and_the_others_as_they_were(
    spark: SparkSession, stores: tuple[Path, Path], how: How
) -> None:
    before = whole(stores[0])

    for _ in range(2):
        load = npol.spark.write_store(frame(spark, NEW), stores[0], how=how)
        twin = npol.write_store(NEW, stores[1], how=how)

        assert load.months == twin.months
        assert all(each.unchanged for each in load.months)
        assert whole(stores[0]) == whole(stores[1])
    after = whole(stores[0])
    assert {name for name in before if before[name] != after[name]} == {
        "_manifest.json",
        str(Path("WMP", "2018-01.parquet")),
        str(Path("WMX", "2018-01.parquet")),
    }


def test_what_is_wrong_is_what_the_twin_says_and_both_leave_all_as_it_was(
    spark: SparkSession, stores: tuple[Path, Path]
) -> None:
    before = whole(stores[0])
    rows = frame(spark, NEW).toArrow().to_pylist()
    rows[3]["force"] = rows[5]["month"] = rows[8]["received_at"] = None
    rows[7]["npu"] = "lower case"
    rows[9]["month"] = "2019-01"
    table = pa.Table.from_pylist(rows, TYPES)

    with pytest.raises(npol.ValidationError) as caught:
        npol.spark.write_store(frame(spark, table), stores[0], how="replace")
    with pytest.raises(npol.ValidationError) as twin:
        npol.write_store(table, stores[1], how="replace")

    assert caught.value.failures.counts == twin.value.failures.counts
    assert sorted(map(known, caught.value.failures)) == sorted(map(known, twin.value.failures))
    assert {each.row for each in caught.value.failures} == {None}
    assert whole(stores[0]) == before


def known(failure: npol.Failure) -> tuple[str, ...]:
    return failure.code, str(failure.column), failure.rule, str(failure.value)


def test_a_key_of_two_partitions_is_refused(spark: SparkSession, stores: tuple[Path, Path]) -> None:
    before = whole(stores[0])
    twice = spark.createDataFrame(NEW).union(
        spark.createDataFrame(altered(NEW[:1], "npu", {"E": "W"}))
    )

    with pytest.raises(npol.ValidationError) as caught:
        npol.spark.write_store(twice, stores[0], how="merge")

    first = NEW[:1].to_pylist()[0]
    assert [(each.code, each.value) for each in caught.value.failures] == [
        ("DUPLICATE_KEY", (first["force"], str(first["received_on"]), first["log_id"]))
    ]
    assert whole(stores[0]) == before


def jobs(spark: SparkSession) -> int:
    """How many jobs were run since the session began."""
    return len(spark.sparkContext.statusTracker().getJobIdsForGroup())


def test_a_frame_of_another_shape_is_refused_before_any_job(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows, path = frame(spark, NEW), tmp_path / "store"
    before = jobs(spark)

    with pytest.raises(npol.MissingColumnsError, match="'month'"):
        npol.spark.write_store(rows.drop("month"), path, how="merge")
    with pytest.raises(npol.UnknownColumnsError, match="'caller'"):
        npol.spark.write_store(rows.withColumn("caller", sf.lit("x")), path, how="merge")
    text = rows.withColumn("received_on", sf.col("received_on").cast("string"))
    with pytest.raises(npol.ColumnTypeError, match="received_on: is string, not date32"):
        npol.spark.write_store(text, path, how="merge")
    with pytest.raises(ValueError, match="how is 'replace' or 'merge', not 'append'"):
        npol.spark.write_store(rows, path, how="append")  # type: ignore[arg-type] # the slip
    with pytest.raises(TypeError, match=r"is no frame of Spark; for what is in memory there is"):
        npol.spark.write_store(OLD, path, how="merge")  # type: ignore[arg-type] # the slip
    with pytest.raises(npol.StoreError, match="is an address, and no folder; name one that"):
        npol.spark.write_store(rows, "abfss://logs@lake.example/store", how="merge")

    assert jobs(spark) == before
    assert not path.exists()


def test_columns_that_are_left_out_have_their_defaults(spark: SparkSession, tmp_path: Path) -> None:
    needed = [each.name for each in npol.Log.columns() if each.required]

    npol.spark.write_store(frame(spark, NEW.select(needed)), tmp_path / "spark", how="merge")

    npol.write_store(NEW.select(needed), tmp_path / "plain", how="merge")
    assert whole(tmp_path / "spark") == whole(tmp_path / "plain")


def test_no_rows_make_a_store_without_any(spark: SparkSession, tmp_path: Path) -> None:
    load = npol.spark.write_store(spark.createDataFrame(OLD).limit(0), tmp_path, how="replace")

    assert load.months == ()
    read = npol.spark.read_store(spark, tmp_path)
    assert (read.count(), read.columns) == (0, OLD.column_names)


def test_an_error_of_the_rows_own_source_is_passed_on(
    spark: SparkSession, stores: tuple[Path, Path]
) -> None:
    before = whole(stores[0])

    def fail(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield next(batches)
        raise RuntimeError("the source is gone")

    rows = spark.createDataFrame(NEW)
    with pytest.raises(Exception, match="the source is gone"):
        npol.spark.write_store(rows.mapInArrow(fail, rows.schema), stores[0], how="merge")

    assert whole(stores[0]) == before


def test_a_store_is_read_with_its_types_and_without_a_job(spark: SparkSession, old: Path) -> None:
    before = jobs(spark)

    read = npol.spark.read_store(spark, old)

    assert jobs(spark) == before
    declared = npol.spark.schema(npol.Log)
    assert [(each.name, each.dataType) for each in read.schema] == [
        (each.name, each.dataType) for each in declared
    ]
    assert {each.nullable for each in read.schema} == {True}
    assert read.schema["received_at"].metadata["comment"] == "When the log was received, in UTC."
    empty = npol.spark.read_store(spark, without_files(old))
    assert [each.jsonValue() | {"metadata": {}} for each in empty.schema] == [
        each.jsonValue() | {"metadata": {}} for each in read.schema
    ]


def without_files(path: Path) -> npol.LogStore:
    """A store of the same folder that has no file yet, and so is not marked."""
    return npol.LogStore(path=path, files=npol.open_store(path).files[:0])


def test_a_store_gives_the_same_counts(spark: SparkSession, old: Path) -> None:
    store = npol.open_store(old)

    counted = npol.tally(npol.spark.read_store(spark, store), by=BY)

    pd.testing.assert_frame_equal(counted, npol.tally(store, by=BY))
    assert int(counted["logs"].sum()) == 1800


def test_what_is_read_is_written_as_it_was_marked_and_made_up(
    spark: SparkSession, tmp_path: Path
) -> None:
    logs = npol.synthetic.logs(rows=200, last="2018-02")
    npol.write_store(logs, tmp_path / "plain", how="merge", marking="OFFICIAL")

    read = npol.spark.read_store(spark, tmp_path / "plain")
    npol.spark.write_store(read.where("priority > ''"), tmp_path / "spark", how="merge")
    bare = spark.createDataFrame(logs.replace_schema_metadata(None))
    npol.spark.write_store(bare, tmp_path / "said", how="merge", synthetic=True, marking="OFFICIAL")
    npol.spark.write_store(bare, tmp_path / "unsaid", how="merge")

    assert whole(tmp_path / "spark") == whole(tmp_path / "plain") == whole(tmp_path / "said")
    unsaid = npol.open_store(tmp_path / "unsaid")
    assert {(each.synthetic, each.marking) for each in unsaid.files} == {(False, None)}


def test_a_folder_whose_name_is_like_a_pattern_is_read(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "logs [old], 100 % {a,b}*?"
    npol.write_store(NEW, path, how="merge")

    assert npol.spark.read_store(spark, path).count() == NEW.num_rows
    monkeypatch.chdir(tmp_path)
    assert npol.spark.read_store(spark, path.name).count() == NEW.num_rows


def test_hundreds_of_files_are_read(spark: SparkSession, tmp_path: Path) -> None:
    log = npol.Log(
        log_id="1",
        force="WMP",
        npu="CV",
        priority="P1",
        received_at=datetime(2018, 7, 2, 12, tzinfo=UTC),
        received_on=date(2018, 7, 2),
        month="2018-07",
        hour_of_week=12,
    )
    npol.write_store([log], tmp_path / "store", how="merge")
    store = npol.open_store(tmp_path / "store")
    links = [tmp_path / f"{number}.parquet" for number in range(300)]
    for link in links:
        link.hardlink_to(store.files[0].path)
    files = tuple(attrs.evolve(store.files[0], path=link) for link in links)

    many = npol.LogStore(path=store.path, files=files)

    before = jobs(spark)
    read = npol.spark.read_store(spark, many)
    # Spark lists so many files in a job of its own, which reads no row.
    assert jobs(spark) == before + 1
    assert read.count() == 300
