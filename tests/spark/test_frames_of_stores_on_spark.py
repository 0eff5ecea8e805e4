"""What a frame of a store says of it: that it was written since, and how its rows are marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyspark
import pytest
from pyspark.sql import functions as sf

import npolicing as npol

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FEW = npol.synthetic.logs(rows=400, first="2018-01", last="2018-02")
MANY = npol.synthetic.logs(rows=20_000, seed=3, first="2018-01", last="2018-02")
SINCE = "has been written since this frame was read; read_store again"


def asked(elsewhere: Path) -> dict[str, Callable[[DataFrame], object]]:
    """All that takes logs of Spark."""
    return {
        "tally": lambda logs: npol.tally(logs, by="month"),
        "measure": lambda logs: npol.response_time(logs, by="npu"),
        "check": lambda logs: npol.spark.check(logs, npol.Log),
        "split": lambda logs: npol.spark.split(logs, npol.Log),
        "settle": npol.spark.settle,
        "write": lambda logs: npol.spark.write_store(logs, elsewhere, how="merge"),
    }


def test_a_frame_is_refused_once_its_store_was_written(spark: SparkSession, tmp_path: Path) -> None:
    store = tmp_path / "logs [old], 100 % {a,b}*?"
    npol.write_store(FEW, store, how="replace")
    logs = npol.spark.read_store(spark, store)
    npol.write_store(MANY, store, how="replace")

    derived = logs.where("priority > ''").withColumn("status", sf.lit(None).cast("string"))
    for frame in (logs, derived):
        for ask in asked(tmp_path / "elsewhere").values():
            with pytest.raises(npol.StoreError) as caught:
                ask(frame)
            assert (caught.value.path, caught.value.reason) == (str(store), SINCE)

    # Without that, rows are missing from every count, and nobody says so.
    assert logs.count() < 20_000
    again = npol.tally(npol.spark.read_store(spark, store), by="month")
    assert again.equals(npol.tally(store, by="month"))
    assert not (tmp_path / "elsewhere").exists()


def test_a_new_month_is_a_change_and_another_store_is_none(
    spark: SparkSession, tmp_path: Path
) -> None:
    npol.write_store(FEW, tmp_path / "store", how="replace")
    logs = npol.spark.read_store(spark, npol.open_store(tmp_path / "store"))
    npol.write_store(MANY, tmp_path / "other", how="replace")

    assert int(npol.tally(logs)["logs"].sum()) == 400
    npol.write_store(npol.synthetic.logs(rows=9, last="2018-03"), tmp_path / "store", how="merge")
    with pytest.raises(npol.StoreError, match=SINCE):
        npol.tally(logs)


def test_what_was_kept_elsewhere_no_longer_depends_on_the_store(
    spark: SparkSession, tmp_path: Path
) -> None:
    npol.write_store(FEW, tmp_path / "store", how="replace")
    logs = npol.spark.read_store(spark, tmp_path / "store")
    logs.write.parquet(str(tmp_path / "table"))
    kept = spark.read.parquet(str(tmp_path / "table"))
    npol.write_store(MANY, tmp_path / "store", how="replace")

    # Spark keeps what the columns say in the files that it writes.
    assert kept.schema["npu"].metadata == logs.schema["npu"].metadata
    assert int(npol.tally(kept)["logs"].sum()) == 400


def marked(folder: Path, marking: str | None, month: str, *, synthetic: bool) -> Path:
    logs = npol.synthetic.logs(rows=50, first=month, last=month)
    bare = logs if synthetic else logs.replace_schema_metadata(None)
    npol.write_store(bare, folder, how="merge", marking=marking)
    return folder


def said(store: Path) -> set[tuple[bool, str | None]]:
    return {(each.synthetic, each.marking) for each in npol.open_store(store).files}


def test_a_union_of_stores_keeps_the_markings_of_all(spark: SparkSession, tmp_path: Path) -> None:
    official = marked(tmp_path / "official", "OFFICIAL", "2018-01", synthetic=False)
    secret = marked(tmp_path / "secret", "SECRET", "2018-02", synthetic=True)
    bare = marked(tmp_path / "bare", None, "2018-03", synthetic=False)
    one, other, third = (npol.spark.read_store(spark, each) for each in (official, secret, bare))

    with pytest.raises(ValueError, match="marked OFFICIAL and SECRET: say which it is"):
        npol.spark.write_store(one.union(other), tmp_path / "both", how="merge")
    assert not (tmp_path / "both").exists()
    both = one.union(other)
    npol.spark.write_store(both, tmp_path / "both", how="merge", marking="SECRET")
    npol.spark.write_store(third.union(other), tmp_path / "carried", how="merge")

    assert said(tmp_path / "both") == said(tmp_path / "carried") == {(True, "SECRET")}


def test_a_store_that_is_marked_in_two_ways_is_written_as_its_twin_is(
    spark: SparkSession, tmp_path: Path
) -> None:
    store = marked(tmp_path / "store", "OFFICIAL", "2018-01", synthetic=False)
    marked(store, "SECRET", "2018-02", synthetic=False)

    logs = npol.spark.read_store(spark, store)
    npol.spark.write_store(logs, tmp_path / "spark", how="merge")

    npol.write_store(npol.open_store(store).to_arrow(), tmp_path / "plain", how="merge")
    assert said(tmp_path / "spark") == said(tmp_path / "plain") == {(False, "OFFICIAL / SECRET")}


@pytest.mark.skipif(
    pyspark.__version__.startswith("4.0."), reason="PySpark 4.0 takes no such texts from a group"
)
def test_texts_of_the_other_length_of_arrow_are_written(
    spark: SparkSession, tmp_path: Path
) -> None:
    npol.write_store(FEW, tmp_path / "store", how="replace")
    logs = npol.spark.read_store(spark, tmp_path / "store")
    name = "spark.sql.execution.arrow.useLargeVarTypes"
    before = spark.conf.get(name)
    spark.conf.set(name, "true")
    try:
        load = npol.spark.write_store(logs, tmp_path / "copy", how="replace")
        bad = logs.withColumn("npu", sf.lit("cv"))
        with pytest.raises(npol.ValidationError, match="400 failures for Log"):
            npol.spark.write_store(bad, tmp_path / "copy", how="replace")
    finally:
        spark.conf.set(name, str(before))

    assert load.rows == 400


def test_slips_are_told_in_our_words(spark: SparkSession, tmp_path: Path) -> None:
    npol.write_store(FEW, tmp_path / "store", how="replace")
    logs = npol.spark.read_store(spark, tmp_path / "store")

    with pytest.raises(TypeError, match=r"^Spark comes first, and then the store: read_store\(sp"):
        npol.spark.read_store(str(tmp_path), spark)  # type: ignore[arg-type] # the slip
    raw = logs.drop("received_on", "month", "hour_of_week")
    with pytest.raises(npol.MissingColumnsError) as caught:
        npol.spark.write_store(raw, tmp_path / "new", how="merge")
    assert caught.value.__notes__ == [
        "Settle the logs first: npol.spark.settle makes received_on, month, hour_of_week."
    ]
    bad = logs.withColumn("received_on", sf.expr("INTERVAL '1' DAY"))
    with pytest.raises(npol.ColumnTypeError, match=r"received_on: is interval day, not date32"):
        npol.spark.write_store(bad, tmp_path / "new", how="merge")
    with pytest.raises(npol.ColumnTypeError, match=r"npu: is map<string,int>, not string"):
        npol.spark.check(logs.withColumn("npu", sf.expr("map('a', 1)")), npol.Log)


def test_a_folder_with_a_colon_is_no_address(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    logs = spark.createDataFrame(FEW.replace_schema_metadata(None))

    npol.spark.write_store(logs, "run-2018:a", how="merge")
    assert npol.spark.read_store(spark, "run-2018:a").count() == 400
    for address in ("dbfs:/logs", "file:/logs", "s3://logs"):
        with pytest.raises(npol.StoreError, match="is an address, and no folder"):
            npol.spark.write_store(logs, address, how="merge")
