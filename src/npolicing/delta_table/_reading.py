"""The rows of a Delta table or of a dataset of pyarrow, a file at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

import attrs
import pyarrow as pa
import pyarrow.types as pat

from npolicing._metadata import KEY
from npolicing.delta_table._telling import telling_table
from npolicing.errors import InputFileError
from npolicing.parquet import zoned

if TYPE_CHECKING:
    import pyarrow.compute as pc
    from deltalake import DeltaTable
    from pyarrow.dataset import Dataset, Fragment

__all__ = ["Lying", "lying_rows"]

# As text: who has no such rows need not load the libraries.
_Rows: TypeAlias = "Dataset"
_GONE = "bring the file back from a copy, or make the table or the folder anew"


@attrs.frozen(kw_only=True)
class Lying:
    """Rows that lie in files, wherever Arrow reads them.

    Attributes:
        dataset: The files.
        table: The address of the Delta table that they are of; null of a dataset.
        said: What the table says of them, in the metadata of a schema; files say it themselves.
    """

    dataset: _Rows
    table: str | None = None
    said: dict[bytes, bytes] | None = None

    def files(self) -> Iterator[Fragment]:
        """The files.

        Raises:
            ValueError: If some of their rows or columns are chosen already.
        """
        try:
            files: Iterator[Fragment] = self.dataset.get_fragments()
        except ValueError as error:
            words = "a dataset that was filtered or projected has no files of its own"
            raise ValueError(f"{words}: pass the whole dataset, and where=") from error
        return files

    def read(
        self,
        file: Fragment,
        columns: Sequence[str] | None = None,
        chosen: pc.Expression | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a file; instants that are kept in a type without a zone, INT96, are in UTC.

        Raises:
            InputFileError: If the file is not there, or is none of Parquet.
        """
        names = None if columns is None else list(columns)
        with self._telling(file):
            # A batch at hand, another on its way: memory stays flat however large a file is.
            for rows in file.to_batches(
                schema=self.dataset.schema,
                columns=names,
                filter=chosen,
                use_threads=False,
                batch_readahead=1,
            ):
                yield zoned(rows, file.metadata.schema) if self._doubted(file) else rows  # type: ignore[attr-defined] # of Parquet it has

    @contextmanager
    def _telling(self, file: Fragment) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError) as error:
            path = "/".join(filter(None, (self.table, getattr(file, "path", None))))
            words = str(error).strip().partition("\n")[0].rstrip(".")
            raise InputFileError(path or "rows", f"cannot be read: {words}; {_GONE}") from error

    def _doubted(self, file: Fragment) -> bool:
        """Whether a file of Parquet may have instants whose zone is not said."""
        kinds = self.dataset.schema.types
        return hasattr(file, "metadata") and any(
            pat.is_timestamp(kind) and kind.tz is None for kind in kinds
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows, with what is said of them in the metadata of their schema."""
        key = KEY.encode()
        for file in self.files():
            with self._telling(file):
                own = (file.physical_schema.metadata or {}).get(key)
            said = self.said if own is None else {key: own}
            for rows in self.read(file):
                yield rows.replace_schema_metadata(said)


def lying_rows(logs: object) -> Lying | None:
    """The rows of a Delta table of deltalake, or of a dataset of pyarrow; null of all else.

    Raises:
        StoreError: If it needs what deltalake cannot read, such as deletion vectors.
    """
    if _is_table(logs):
        with telling_table(logs.table_uri, "read"):
            text = logs.metadata().configuration.get(KEY)
            said = None if text is None else {KEY.encode(): text.encode()}
            uri = logs.table_uri.rstrip("/")
            return Lying(dataset=logs.to_pyarrow_dataset(), table=uri, said=said)
    return Lying(dataset=logs) if _is_dataset(logs) else None


def _is_table(rows: object) -> TypeGuard[DeltaTable]:
    # Who has such a table has loaded the library, and nobody else need.
    library = sys.modules.get("deltalake")
    return library is not None and isinstance(rows, library.DeltaTable)


def _is_dataset(rows: object) -> TypeGuard[Dataset]:
    library = sys.modules.get("pyarrow.dataset")
    return library is not None and isinstance(rows, library.Dataset)
