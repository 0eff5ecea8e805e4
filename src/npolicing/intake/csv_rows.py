"""Rows of a CSV file in memory: their columns, and each as it stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import pyarrow as pa
import pyarrow.csv as pa_csv

from npolicing.arrow import Array
from npolicing.intake.csv_cells import Broken, Dialect
from npolicing.intake.csv_lines import Lines

__all__ = ["OddRows", "WholeColumns", "WholeRows", "bytes_of"]


@attrs.frozen(eq=False)
class WholeRows:
    """Rows of one line each."""

    content: bytes
    lines: Lines
    dialect: Dialect

    def text(self, row: int) -> str:
        """A row as it stands in the file."""
        at = self.lines.whole[row]
        return self.content[self.lines.starts[at] : self.lines.ends[at]].decode()

    def cells(self, row: int) -> Sequence[str]:
        """The cells of a row."""
        read = self.dialect.read(self.text(row))
        return () if isinstance(read, Broken) else read.cells


@attrs.frozen(eq=False)
class OddRows:
    """Rows that were read one by one."""

    rows: list[list[str]]
    texts: list[str]

    def text(self, row: int) -> str:
        """A row as it stands in the file."""
        return self.texts[row]

    def cells(self, row: int) -> Sequence[str]:
        """The cells of a row."""
        return self.rows[row]

    def columns(self, wanted: Sequence[int]) -> dict[int, Array]:
        """The columns at some places."""
        return {at: pa.array([row[at] for row in self.rows], pa.string()) for at in wanted}


def bytes_of(content: bytes, runs: list[tuple[int, int]]) -> bytes:
    """The bytes of some lines."""
    if runs == [(0, len(content))]:
        return content
    view = memoryview(content)
    return b"".join(view[start:end] for start, end in runs)


@attrs.define(eq=False)
class WholeColumns(Mapping[int, Array]):
    """The columns of lines that are whole rows, by Arrow's reader: read by whoever asks first.

    That is the thread that makes records of them, and not the one that reads the file.
    """

    kept: bytes
    width: int
    dialect: Dialect
    wanted: Sequence[int]
    repeated: frozenset[int]
    _found: dict[int, Array] | None = None

    def __getitem__(self, place: int) -> Array:
        if self._found is None:
            self._found = self._read()
        return self._found[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self.wanted)

    def __len__(self) -> int:
        return len(self.wanted)

    def _read(self) -> dict[int, Array]:
        coded = pa.dictionary(pa.int32(), pa.string())
        kinds = {str(n): coded if n in self.repeated else pa.string() for n in self.wanted}
        names = [str(at) for at in range(self.width)]
        whole = len(self.kept) + 1
        table = pa_csv.read_csv(
            pa.BufferReader(self.kept),  # type: ignore[arg-type] # it is read like a file
            pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=whole),
            pa_csv.ParseOptions(delimiter=self.dialect.delimiter),
            pa_csv.ConvertOptions(
                include_columns=[str(at) for at in self.wanted],
                column_types=kinds,
                strings_can_be_null=False,
            ),
        )
        return {at: table[str(at)].combine_chunks() for at in self.wanted}
