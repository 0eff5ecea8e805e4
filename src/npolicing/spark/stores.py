"""The log store on Spark: read by all of its workers, and written by them month by month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from npolicing._files import FilePath
from npolicing._metadata import checked_marking
from npolicing.entities.log import Log
from npolicing.errors import MissingColumnsError, StoreError
from npolicing.frames import to_arrow
from npolicing.spark._finishing import OUTCOMES, Task, agreed, finish, outcome
from npolicing.spark._library import needing_spark
from npolicing.spark._pieces import PIECES, pack
from npolicing.spark._saying import said_of
from npolicing.spark._shapes import no_rows
from npolicing.spark.schemas import schema
from npolicing.store import (
    How,
    LogStore,
    StoreFile,
    StoreLoad,
    checked_how,
    open_store,
    state_of,
)
from npolicing.store._opened import stamp_of_files
from npolicing.store._placing import place, taken
from npolicing.store._settling import Settled

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.connect.session import SparkSession as ConnectSession
    from pyspark.sql.types import StructType

__all__ = ["read_store", "write_store"]

_SETTLED = ("received_on", "month", "hour_of_week")


def read_store(session: SparkSession | ConnectSession, store: LogStore | FilePath) -> DataFrame:
    """The logs of a store as a frame of Spark, which reads its files itself; no row is read here.

    After a load, read the store again. Spark plans by the lengths that files had, and of a longer
    one it may leave out rows without a word. So `tally`, and all that takes a frame in
    `npol.spark`, refuse a frame whose store was written since; of a union, that of its first frame.
    Spark's own calls do not, nor does anybody see a load that comes while a job reads: load at
    another time.

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
        TypeError: If Spark does not come first.
        ModuleNotFoundError: If PySpark is not there.

    >>> from tempfile import TemporaryDirectory
    >>> import npolicing as npol
    >>> with TemporaryDirectory() as folder:
    ...     _ = npol.write_store(npol.synthetic.logs(rows=100), folder, how="replace")
    ...     npol.spark.read_store(spark, folder).count()
    100
    """
    if isinstance(session, str | Path | LogStore):
        raise TypeError("Spark comes first, and then the store: read_store(spark, folder)")
    opened = store if isinstance(store, LogStore) else open_store(_folder(store))
    columns = _columns(opened)  # before Spark looks at the files, so that no load is missed
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
    beside the months. When all of them are there, the driver moves each month into its place; what
    goes wrong before leaves the store as it was. If the driver dies while it moves, each month is
    either the old or the new, and the same load again sets it right. A task that runs twice, or is
    killed, counts once: only the file that is handed back is moved.

    A worker holds one month of one force at a time: some half a gigabyte for a million logs. Before
    it comes there a task packs its rows, 250,000 at a time: in some 20 bytes a log where a month of
    a force has a thousand of these or more, and in 50 where it has a hundred.

    Args:
        logs: The rows, as a classic frame or one of Spark Connect.
        path: The folder of the store; it is made if it is not there. The driver and all workers
            must see it alike under this name, on a POSIX file system that they share, such as NFS:
            it must have locks (of one load at a time, where it tells all machines of them), put a
            file in another's place at once, keep what was synced, and show every worker what is
            there now. Volumes of Databricks and mounts of Fabric are untried: where they do not
            keep this, write a Delta table, with Spark itself or `npol.write_delta`.
        how: `replace`: each month of a force that the logs have is replaced by them whole. `merge`:
            logs are added to their months; of two with one date and number the new one stays.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the files that are written;
            without one that which `read_store` gave, and that of the months merged into.
        synthetic: Whether the logs are made up. A frame of Spark has nothing that says so, but
            where it came from `read_store`: its columns say it, and so do the files that they are
            read from (of a union, where its first frame came from there); of all others only you
            know it.

    Returns:
        What became of each month's rows.

    Raises:
        ValidationError: If anything is wrong with the rows, or two have one key; `failures` has it,
            at most a thousand of each task and each month, with the number of all; a task that has
            met 100,000 looks no further, so that there may be more. They have no row, for rows of
            Spark have no number: `npol.spark.split` parts them. The store is as it was.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If the frame has the wrong shape;
            no job runs.
        StoreError: If the store cannot be written, a worker does not see it or sees other months,
            it is being written by another load, or has a file that is no store's; or if a store was
            written since `logs` were read from it.
        WorkerError: If another npolicing is on the workers.
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
    with no_rows(logs, "write_store") as columns:
        _check_shape(columns)
    carried, made_up = said_of(logs, marking)
    with taken(store) as load:
        # Workers start in other folders than the driver does.
        task = Task(
            store=load.store.absolute(),
            folder=load.folder.absolute(),
            how=how,
            marking=marking,
            carried=carried,
            synthetic=synthetic or made_up,
        )
        return place(load, _settled(logs, task, load.there), how)


def _check_shape(columns: pa.Table) -> None:
    try:
        to_arrow(columns, Log)
    except MissingColumnsError as error:
        made = [name for name in error.missing if name in _SETTLED]
        if made and "received_at" in error.present:
            error.add_note(f"Settle the logs first: npol.spark.settle makes {', '.join(made)}.")
        raise


def _settled(
    logs: DataFrame, task: Task, there: Mapping[tuple[str, str], StoreFile]
) -> list[Settled]:
    """Each month as it will be, in staging, by Spark's own group-by."""

    def finished(pieces: pa.Table) -> pa.Table:
        return finish(pieces, task)

    pieces = logs.mapInArrow(pack, PIECES).groupBy("force", "month")
    rows = pieces.applyInArrow(finished, OUTCOMES).collect()
    # What is wrong with rows is of no force and no month.
    rows.sort(key=lambda row: (row.force or "", row.month or ""))
    return agreed([outcome(row.outcome) for row in rows], there)


def _columns(store: LogStore) -> StructType:
    """The columns of a log as a file may have them, with what the files say of their rows."""
    with needing_spark():
        from pyspark.sql.types import StructField, StructType  # noqa: PLC0415 # not everybody has it
    said = stamp_of_files(store.files, synthetic=store.synthetic)
    words = {name.decode(): text.decode() for name, text in said.items()} | state_of(store.path)
    return StructType(
        [StructField(each.name, each.dataType, True, each.metadata | words) for each in schema(Log)]  # noqa: FBT003 # as Spark has it
    )


def _folder(path: FilePath) -> Path:
    """The folder of a store, which is no address of a storage service."""
    if re.match(r"[A-Za-z][\w+.-]+:/", str(path)):
        words = (
            "is an address, and no folder; name one that the driver and all workers share, such as "
            "one on NFS, or write a Delta table"
        )
        raise StoreError(str(path), words)
    # Arrow takes a relative name with a colon for an address.
    return Path(path).absolute() if ":" in str(path) else Path(path)


def _address(path: Path) -> str:
    """How Spark knows a file: it takes a bare path for one of its own storage."""
    whole = path.absolute().as_posix()
    # Spark takes characters of patterns for patterns, unless told not to.
    escaped = re.sub(r"([][*?{}\\])", r"\\\1", whole if whole[0] == "/" else f"/{whole}")
    # Databricks has volumes as its own.
    return escaped if escaped.startswith("/Volumes/") else f"file://{escaped}"
