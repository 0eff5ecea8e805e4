"""What has a twin on Spark says so when it is given a frame of Spark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import npolicing as npol

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TWINS: dict[str, Callable[[Any, Path], object]] = {
    "check": lambda frame, _: npol.check(frame, npol.Log),
    "split": lambda frame, _: npol.split(frame, npol.Log),
    "settle": lambda frame, _: npol.settle(frame),
    "to_arrow": lambda frame, _: npol.to_arrow(frame, npol.Log),
    "write_store": lambda frame, path: npol.write_store(frame, path, how="merge"),
    "write_delta": lambda frame, path: npol.write_delta(frame, path, how="merge"),
}


@pytest.mark.parametrize("name", TWINS)
def test_a_frame_of_spark_is_not_brought_here_unseen(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    frame = spark.createDataFrame([], npol.spark.schema(npol.Log))

    with pytest.raises(TypeError, match=r"is a frame of Spark: npol\.spark has settle, check"):
        TWINS[name](frame, tmp_path / "written")
    assert not (tmp_path / "written").exists()
