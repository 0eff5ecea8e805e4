"""The same counts on Spark as anywhere else, to the last log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import npolicing as npol

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BY = ["npu", "month", "priority", "attended_by_neighbourhood"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> npol.LogStore:
    """Made-up logs of two years."""
    path = tmp_path_factory.mktemp("logs") / "store"
    npol.write_store(npol.synthetic.log_batches(rows=50_000), path, how="replace")
    return npol.open_store(path)


def paths(store: npol.LogStore) -> list[str]:
    return [str(Path(each.path)) for each in store.files]


def test_a_store_gives_the_same_counts(spark: SparkSession, store: npol.LogStore) -> None:
    frame = spark.read.parquet(*paths(store))

    pd.testing.assert_frame_equal(npol.tally(frame, by=BY), npol.tally(store, by=BY))
