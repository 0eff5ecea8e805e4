"""The types of Spark, and what it writes in them, read back to the same records."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import npolicing as npol
from npolicing.testing import tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ZONES = ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")
TYPES = ("INT96", "TIMESTAMP_MICROS")


@attrs.frozen(kw_only=True)
class Kind(npol.Record):
    """A column of each kind."""

    text: Annotated[str, npol.Column("A text.", key=True)]
    integer: Annotated[int | None, npol.Column("A count.", unit="logs")] = None
    number: Annotated[float | None, npol.Column("A figure.")] = None
    boolean: Annotated[bool | None, npol.Column("A flag.")] = None
    day: Annotated[date | None, npol.Column("A day.")] = None
    instant: Annotated[datetime | None, npol.Column("An instant.")] = None
    money: Annotated[Decimal | None, npol.Column("An amount.", unit="GBP")] = None
    share: Annotated[Decimal | None, npol.Column("A share.", scale=6)] = None
    texts: Annotated[tuple[str, ...], npol.Column("Some texts.")] = ()


KINDS = [
    Kind(text="nothing"),
    Kind(
        text="all of it",
        integer=2**63 - 1,
        number=-0.1,
        boolean=False,
        day=date(1900, 2, 28),
        instant=datetime(2018, 10, 28, 1, 30, 0, 999_999, UTC),
        money=Decimal("-9999999999999999.99"),
        share=Decimal("0.333333"),
        texts=("é", "b c"),
    ),
    Kind(text="before 1970", instant=datetime(1969, 12, 31, 23, 59, 59, 1, UTC), money=Decimal(0)),
    # Of before 1900 Spark asks which calendar is meant, or writes the one of today.
    Kind(text="early", day=date(1847, 12, 1), instant=datetime(1847, 12, 1, 0, 1, 14, 0, UTC)),
]


def drawn(entity: type[npol.Record]) -> list[npol.Record]:
    """Some records of an entity, the same each time."""
    found: list[list[npol.Record]] = []

    @settings(max_examples=3, database=None, derandomize=True)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(list(data.draw(tables(entity, max_size=4))))

    draw()
    return max(found, key=len)


def test_the_types_of_a_budget_by_hand() -> None:
    assert npol.spark.schema(npol.BudgetPosition).simpleString() == (
        "struct<force:string,financial_year:string,as_of:date,budget:decimal(18,2),"
        "spent:decimal(18,2),npu:string,fund:string,as_of_basis:string,allocated:decimal(18,2),"
        "submitted:decimal(18,2),source:string>"
    )


def test_each_kind_by_hand() -> None:
    assert [
        (each.name, each.dataType.simpleString(), each.nullable) for each in npol.spark.schema(Kind)
    ] == [
        ("text", "string", False),
        ("integer", "bigint", True),
        ("number", "double", True),
        ("boolean", "boolean", True),
        ("day", "date", True),
        ("instant", "timestamp", True),
        ("money", "decimal(18,2)", True),
        ("share", "decimal(18,6)", True),
        ("texts", "array<string>", False),
    ]
    assert not npol.spark.schema(Kind)["texts"].jsonValue()["type"]["containsNull"]


def test_what_a_column_means_stands_beside_it(spark: SparkSession) -> None:
    told = npol.spark.schema(npol.Log)

    assert told["hour_of_week"].metadata == {
        "comment": "Local hour of the week: 0 is Monday 00:00 to 00:59.",
        "unit": "hours",
    }
    assert json.loads(told["status"].metadata["enum"]) == [
        "open",
        "closed",
        "cancelled",
        "transferred",
    ]
    spark.createDataFrame([], told).createOrReplaceTempView("told")
    described = {row["col_name"]: row["comment"] for row in spark.sql("DESCRIBE told").collect()}
    assert described["closed_at"] == "When it was closed, in UTC; null while open."


@pytest.mark.parametrize("entity", npol.ENTITIES, ids=lambda entity: str(entity.__name__))
def test_every_entity_has_the_columns_that_arrow_has(entity: type[npol.Record]) -> None:
    told, arrow = npol.spark.schema(entity), npol.arrow_schema(entity)

    assert told.names == arrow.names
    assert [each.nullable for each in told] == [each.nullable for each in arrow]
    assert [each.metadata["comment"] for each in told] == [
        (each.metadata or {})[b"comment"].decode() for each in arrow
    ]


def written(
    spark: SparkSession, rows: list[npol.Record], entity: type[npol.Record], path: Path
) -> Path:
    """The one file that Spark writes of rows."""
    table = npol.to_arrow(npol.Records(entity, rows))
    frame = spark.createDataFrame(table, npol.spark.schema(entity))
    back = frame.toArrow()
    assert npol.to_arrow(back, entity).equals(table)
    assert back.cast(pa.schema([each.remove_metadata() for each in table.schema])).equals(table)
    frame.coalesce(1).write.parquet(str(path))
    (file,) = path.glob("*.parquet")
    return file


@pytest.fixture
def told(spark: SparkSession) -> Iterator[Callable[[str, str], None]]:
    """Sets the zone of the session, and the type of times in Parquet, and sets them back."""
    zone = "spark.sql.session.timeZone", "spark.sql.parquet.outputTimestampType"
    before = [spark.conf.get(name) for name in zone]

    def tell(*values: str | None) -> None:
        for name, value in zip(zone, values, strict=True):
            spark.conf.set(name, str(value))

    yield tell
    tell(*before)


def test_every_entity_comes_back_as_it_was(
    spark: SparkSession, told: Callable[[str, str], None], tmp_path: Path
) -> None:
    """Through Arrow, and through Parquet as Spark writes it, in each zone and type of times."""
    ways = cycle([(zone, kind) for zone in ZONES for kind in TYPES])
    for entity, way in zip(npol.ENTITIES, ways, strict=False):
        told(*way)
        rows = drawn(entity)
        file = written(spark, rows, entity, tmp_path / entity.__name__)

        assert list(npol.read_parquet(file, entity)) == rows


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", TYPES)
def test_each_kind_comes_back_as_it_was(
    spark: SparkSession, told: Callable[[str, str], None], tmp_path: Path, zone: str, kind: str
) -> None:
    told(zone, kind)
    file = written(spark, [*KINDS], Kind, tmp_path / "kinds")

    assert list(npol.read_parquet(file, Kind)) == KINDS
    physical = pq.ParquetFile(file).schema.column(5).physical_type
    assert physical == ("INT96" if kind == "INT96" else "INT64")


def test_without_spark_it_says_where_spark_comes_from() -> None:
    code = """
import sys
sys.modules["pyspark"] = None
import npolicing as npol
for asked in (lambda: npol.spark.schema(npol.Log), lambda: npol.spark.settle([])):
    try:
        asked()
    except ModuleNotFoundError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    words = 'this needs Spark: run it where Spark is, or pip install "npolicing[spark]"'
    assert done.stdout.splitlines() == [words, words]
