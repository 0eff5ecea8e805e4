"""An open store: what it has, and its rows for whoever reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa
import pyarrow.parquet as pq

from npolicing._failures import KEPT, Failures
from npolicing._files import FilePath
from npolicing._markup import plain_grid
from npolicing._metadata import stamp
from npolicing._pandas import pandas_frame
from npolicing.arrow import arrow_schema
from npolicing.entities.log import Log
from npolicing.errors import StoreError, UnknownCodeError, UnknownColumnsError
from npolicing.frames import check
from npolicing.store._footer import files_of
from npolicing.store._layout import LOCK, MANIFEST, StoreFile, telling
from npolicing.store._writing import REPEATED

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

__all__ = ["LogStore", "missing", "open_store", "stamp_of_files"]

_BATCH = 131_072


@attrs.frozen(kw_only=True, repr=False)
class LogStore:
    """A store as it was when it was opened; `open_store` gives one. No rows are held.

    Attributes:
        path: The folder.
        files: Its files, by force and month.
    """

    path: Path
    files: tuple[StoreFile, ...]

    @property
    def rows(self) -> int:
        """How many logs it has."""
        return sum(each.rows for each in self.files)

    @property
    def forces(self) -> tuple[str, ...]:
        """Codes of the forces that it has logs of."""
        return tuple(sorted({each.force for each in self.files}))

    @property
    def synthetic(self) -> bool:
        """Whether rows in it are made up."""
        return any(each.synthetic for each in self.files)

    def months(self, force: str | None = None) -> tuple[str, ...]:
        """The months that it has logs of, such as 2018-07; those of one force, if it is named.

        Raises:
            UnknownCodeError: If it has no logs of that force.
        """
        files = self._chosen(None if force is None else [force], None)
        return tuple(sorted({each.month for each in files}))

    def batches(
        self,
        columns: Sequence[str] | None = None,
        *,
        forces: Collection[str] | None = None,
        months: Collection[str] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows in batches, by force, month and time; text that repeats is in dictionaries.

        Args:
            columns: Those to read, in that order; all without.
            forces: Codes of the forces to read; all without.
            months: Months to read, such as 2018-07; all without. No other file is opened.

        Raises:
            UnknownColumnsError: If a log has no such column.
            UnknownCodeError: If the store has no such force or month.
            StoreError: If a file can no longer be read.
        """
        names = _schema(columns).names
        files = self._chosen(forces, months)
        repeated = [name for name in REPEATED if name in names]
        return (
            batch.select(names) for each in files for batch in _read(each.path, names, repeated)
        )

    def to_arrow(
        self,
        columns: Sequence[str] | None = None,
        *,
        forces: Collection[str] | None = None,
        months: Collection[str] | None = None,
    ) -> pa.Table:
        """The rows as one Arrow table, as `batches` has them; its metadata say what they are.

        Where months are marked in different ways, the table has all of their markings: which of
        them is the stricter only people know.
        """
        said = stamp_of_files(self._chosen(forces, months), synthetic=self.synthetic)
        schema = _schema(columns)
        batches = (
            batch.replace_schema_metadata(None)
            for batch in self.batches(columns, forces=forces, months=months)
        )
        return pa.Table.from_batches(batches, schema.remove_metadata()).replace_schema_metadata(
            said
        )

    def to_pandas(
        self,
        columns: Sequence[str] | None = None,
        *,
        forces: Collection[str] | None = None,
        months: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """The rows as a pandas frame; text that repeats is categorical."""
        return pandas_frame(self.to_arrow(columns, forces=forces, months=months))

    def check(self, *, keep: int = KEPT) -> dict[Path, Failures]:
        """Every value, rule and key, month by month: files of a store may come from anywhere.

        Args:
            keep: How many failures of a file to keep; all are counted.

        Returns:
            For each file that has any, its failures, whose rows count from 0 in the file; empty
            where all is well. A log's month is part of its identity, so no key is in two files.

        Raises:
            StoreError: If a file can no longer be read.
        """
        found = {}
        for each in self.files:
            batches = _read(each.path, arrow_schema(Log).names, list(REPEATED))
            failures = check(pa.Table.from_batches(batches, _schema(None)), Log, keep=keep)
            if failures:
                found[each.path] = failures
        return found

    def duckdb(
        self, connection: duckdb.DuckDBPyConnection | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The files as a relation of DuckDB, on its default connection or on another."""
        try:
            import duckdb  # noqa: PLC0415 # not everybody has it
        except ModuleNotFoundError as error:
            raise missing("duckdb", error) from error
        source = duckdb.default_connection() if connection is None else connection
        if not self.files:
            return source.from_arrow(arrow_schema(Log).empty_table())
        return source.read_parquet([str(each.path) for each in self.files])

    def polars(self) -> pl.LazyFrame:
        """The files as a LazyFrame of polars: it reads what a query asks for."""
        try:
            import polars as pl  # noqa: PLC0415 # not everybody has it
        except ModuleNotFoundError as error:
            raise missing("polars", error) from error
        if not self.files:
            return pl.DataFrame(arrow_schema(Log).empty_table()).lazy()
        return pl.scan_parquet([each.path for each in self.files])

    def _chosen(
        self, forces: Collection[str] | None, months: Collection[str] | None
    ) -> list[StoreFile]:
        for what, asked, known in (
            ("force", forces, self.forces),
            ("month", months, sorted({each.month for each in self.files})),
        ):
            if isinstance(asked, str):
                raise TypeError(f"{what}s is one text; pass a list of them: [{asked!r}]")
            for each in asked or ():
                if each not in known:
                    raise UnknownCodeError(f"{what} of the store", each, tuple(known))
        return [
            each
            for each in self.files
            if (forces is None or each.force in forces) and (months is None or each.month in months)
        ]

    def _lines(self) -> list[tuple[str, str, str, str]]:
        """For each force its months, files and rows."""
        lines = []
        for force in self.forces:
            files = self._chosen([force], None)
            months = f"{files[0].month} to {files[-1].month}"
            rows = f"{sum(each.rows for each in files):,}"
            lines.append((force, months, f"{len(files)}", rows))
        return lines

    def _title(self) -> str:
        made_up = ", synthetic" if self.synthetic else ""
        return f"LogStore({str(self.path)!r}, {self.rows:,} rows{made_up})"

    def __repr__(self) -> str:
        lines = [f"  {f}: {m}, {n} months, {rows} rows" for f, m, n, rows in self._lines()]
        return "\n".join([self._title(), *lines])

    def _repr_html_(self) -> str:
        heads = ("force", "span", "months", "rows")
        return plain_grid(
            self._title(), heads, self._lines(), named=True, numbers=["months", "rows"]
        )


def open_store(path: FilePath) -> LogStore:
    """Open a log store: the footers of its files are read, and no row.

    Args:
        path: The folder.

    Returns:
        The store as it is now. A file that a load replaces later is read as it then is.

    Raises:
        StoreError: If it is no store, or a file in it is no store's or of another version.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.store import open_store, write_store
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_store([], folder, how="merge")
    ...     open_store(folder).rows
    0
    """
    store = Path(path)
    with telling(store, "read"):
        if not store.is_dir():
            words = "it is a file" if store.exists() else "there is no such folder"
            raise StoreError(str(store), f"is no log store: {words}; write_store makes one")
        files = files_of(store)
        if not files and not any((store / name).exists() for name in (MANIFEST, LOCK)):
            words = "the folder has no month of logs; write_store makes one"
            raise StoreError(str(store), f"is no log store: {words}")
    return LogStore(path=store, files=files)


def stamp_of_files(files: Iterable[StoreFile], *, synthetic: bool) -> dict[bytes, bytes]:
    """What the rows of files together say of themselves."""
    markings = sorted({each.marking for each in files if each.marking})
    return stamp(Log, synthetic=synthetic, marking=" / ".join(markings) or None)


def _schema(columns: Sequence[str] | None) -> pa.Schema:
    """The columns that are asked for, as batches have them."""
    whole = arrow_schema(Log)
    names = whole.names if columns is None else list(columns)
    unknown = [name for name in names if name not in whole.names]
    if unknown:
        raise UnknownColumnsError("Log", unknown, whole.names)
    coded = pa.dictionary(pa.int32(), pa.string())
    fields = [whole.field(name) for name in names]
    return pa.schema([each.with_type(coded) if each.name in REPEATED else each for each in fields])


def _read(path: Path, names: list[str], repeated: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(path, read_dictionary=repeated) as file:
            yield from file.iter_batches(_BATCH, columns=names)
    except (pa.ArrowException, OSError) as error:
        words = " ".join(str(error).split())
        raise StoreError(str(path), f"cannot be read: {words}; load the month again") from error


def missing(
    library: str, error: ModuleNotFoundError, extra: str | None = None
) -> ModuleNotFoundError:
    """The error that says how to have a library; its extra has its name, where it is not given."""
    words = f'this needs {library}: pip install "npolicing[{extra or library}]"'
    return ModuleNotFoundError(words, name=error.name)
