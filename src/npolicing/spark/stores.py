"""The log store on Spark: read by all of its workers, and written by them month by month."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from npolicing._failures import KEPT
from npolicing._files import FilePath
from npolicing._metadata import KEY, FileMetadata, checked_marking, one_marking, stamp_of
from npolicing.entities.log import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.frames import to_arrow
from npolicing.spark._finishing import OUTCOMES, Task, finish, outcome
from npolicing.spark._library import needing_spark
from npolicing.spark._pieces import PIECES, merged, pack
from npolicing.spark._shapes import no_rows
from npolicing.spark.schemas import schema
from npolicing.store import How, LogStore, StoreLoad, open_store
from npolicing.store._load import checked_how
from npolicing.store._opened import stamp_of_files
from npolicing.store._placing import place, taken
from npolicing.store._settling import Settled

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.connect.session import SparkSession as ConnectSession
    from pyspark.sql.types import StructType

__all__ = ["read_store", "write_store"]


def read_store(session: SparkSession | ConnectSession, store: LogStore | FilePath) -> DataFrame:
    """The logs of a store as a frame of Spark, which reads its files itself; no job runs here.

    Args:
        session: Spark, classic or Spark Connect.
        store: The store, as it was opened, or its folder. Workers must see the folder as the driver
            does.

    Returns:
        A row a log, with the types of `npol.spark.schema(npol.Log)`. Every column may be null, as
        Spark has it of all files: what Spark took for granted, and a file did not keep, would give
        wrong counts. That rows are made up, and their marking, are in the metadata of each column,
        from where `write_store` takes them.

    Raises:
        StoreError: If it is no store.
        ModuleNotFoundError: If PySpark is not there.

    >>> from tempfile import TemporaryDirectory
    >>> import npolicing as npol
    >>> with TemporaryDirectory() as folder:
    ...     _ = npol.write_store(npol.synthetic.logs(rows=100), folder, how="replace")
    ...     npol.spark.read_store(spark, folder).count()
    100
    """
    opened = store if isinstance(store, LogStore) else open_store(_folder(store))
    columns = _columns(opened)
    if not opened.files:
        return session.createDataFrame([], columns)
    # Each file by name: where a pattern stands for them, Spark warns of a path that is not there.
    return session.read.schema(columns).parquet(*(_address(each.path) for each in opened.files))


def write_store(
    logs: DataFrame,
    path: FilePath,
    *,
    how: How,
    marking: str | None = None,
    synthetic: bool = False,
) -> StoreLoad:
    """Write logs to a store from Spark: the same files as `npol.write_store`; a job runs at once.

    Workers check the rows, and each month of a force is brought together by one of them, as a file
    beside the months. When all of them are there, the driver moves each month into its place, or
    leaves the store as it was. A task that runs twice, or is killed, counts once: only the file
    that is handed back is moved. One load at a time writes to a store.

    A worker holds one month of one force at a time in memory, some 250 bytes a log and twice that
    while it is put in order.

    Args:
        logs: The rows, as a classic frame or one of Spark Connect.
        path: The folder of the store; it is made if it is not there. The driver and all workers
            must see it under this name: on Databricks in /Volumes, on Fabric where a lakehouse is
            mounted.
        how: `replace`: each month of a force that the logs have is replaced by them whole. `merge`:
            logs are added to their months; of two with one date and number the new one stays.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the files that are written;
            without one that which `read_store` gave, and that of the months merged into.
        synthetic: Whether the logs are made up. A frame of Spark has nothing that says so, but
            where it came from `read_store`, whose columns say it; of all others only you know it.

    Returns:
        What became of each month's rows.

    Raises:
        ValidationError: If anything is wrong with the rows, or two have one key; `failures` has it,
            at most a thousand of each task and each month, with the number of all. They have no row,
            for rows of Spark have no number: `npol.spark.split` parts them. The store is as it was.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If the frame has the wrong shape;
            no job runs.
        StoreError: If the store cannot be written, a worker does not see it, it is being written by
            another load, or has a file that is no store's.
        TypeError: If it is no frame of Spark.
        ValueError: If `how` is neither, rows of one month are marked in two ways, or the marking is
            not one line of 1 to 100 printable characters.

    >>> from tempfile import TemporaryDirectory
    >>> import npolicing as npol
    >>> with TemporaryDirectory() as folder:
    ...     _ = npol.write_store(npol.synthetic.logs(rows=100), f"{folder}/a", how="replace")
    ...     logs = npol.spark.read_store(spark, f"{folder}/a")
    ...     load = npol.spark.write_store(logs, f"{folder}/b", how="replace")
    ...     npol.open_store(f"{folder}/b").synthetic
    True
    >>> load.rows, len(load.months)
    (100, 24)
    """
    store, how, marking = _folder(path), checked_how(how), checked_marking(marking)
    to_arrow(no_rows(logs, "write_store"), Log)
    said = _said(logs.schema)
    carried = one_marking("the logs", marking, (each.marking for each in said))
    synthetic = synthetic or any(each.synthetic for each in said)
    with taken(store) as load:
        # Workers start in other folders than the driver does.
        task = Task(
            store=load.store.absolute(),
            folder=load.folder.absolute(),
            how=how,
            marking=marking,
            carried=carried,
            synthetic=synthetic,
        )
        return place(load, _settled(logs, task), how)


def _settled(logs: DataFrame, task: Task) -> list[Settled]:
    """Each month as it will be, in staging, by Spark's own group-by."""

    def finished(pieces: pa.Table) -> pa.Table:
        return finish(pieces, task)

    pieces = logs.mapInArrow(pack, PIECES).groupBy("force", "month")
    rows = pieces.applyInArrow(finished, OUTCOMES).collect()
    # What is wrong with rows is of no force and no month.
    rows.sort(key=lambda row: (row.force or "", row.month or ""))
    found = [outcome(row.outcome) for row in rows]
    settled = [each for each in found if isinstance(each, Settled)]
    wrong = [each.failures for each in found if isinstance(each, Settled | ValidationError)]
    failures = merged(wrong, KEPT)
    if failures:
        raise ValidationError(Log.__name__, failures)
    for each in found:
        if isinstance(each, Exception):
            raise each
    return settled


def _said(columns: StructType) -> list[FileMetadata]:
    """What columns that came from `read_store` say of their rows; others have nothing to say."""
    texts = {each.metadata[KEY] for each in columns if KEY in each.metadata}
    said = (stamp_of(pa.schema([], {KEY: text}), "the logs") for text in texts)
    return [each for each in said if each is not None]


def _columns(store: LogStore) -> StructType:
    """The columns of a log as a file may have them, with what the files say of their rows."""
    with needing_spark():
        from pyspark.sql.types import StructField, StructType  # noqa: PLC0415 # not everybody has it
    said = stamp_of_files(store.files, synthetic=store.synthetic)
    words = {name.decode(): text.decode() for name, text in said.items()}
    return StructType(
        [StructField(each.name, each.dataType, True, each.metadata | words) for each in schema(Log)]  # noqa: FBT003 # as Spark has it
    )


def _folder(path: FilePath) -> Path:
    """The folder of a store, which is no address of a storage service."""
    if re.match(r"[A-Za-z][\w+.-]+:", str(path)):
        words = (
            "is an address, and no folder; name the folder where it is mounted, such as "
            "/Volumes/... on Databricks"
        )
        raise StoreError(str(path), words)
    return Path(path)


def _address(path: Path) -> str:
    """How Spark knows a file: it takes a bare path for one of its own storage."""
    whole = path.absolute().as_posix()
    if whole.startswith("/Volumes/"):
        return whole  # Databricks has these as its own
    # Spark takes characters of patterns for patterns, unless told not to.
    return "file://" + re.sub(r"([][*?{}\\])", r"\\\1", whole if whole[0] == "/" else f"/{whole}")
