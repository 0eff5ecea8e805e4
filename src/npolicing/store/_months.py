"""Rows of a load on their way to months: held for a while, then put down as finished files."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs
import numpy as np
import pyarrow as pa

from npolicing.errors import Failure
from npolicing.store._identity import repeats
from npolicing.store._taking import Batch
from npolicing.store._writing import write_month

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["Month", "Parting", "parted"]

_HELD = 2**21
"""How many rows a load holds before it puts some down: about half a gigabyte."""
_LONG = 1_000
"""How many rows of one month follow on one another, at least on average, in order of time."""
_WRITERS = 2
"""How many months are written at a time, beside what else a load does."""


@attrs.define(kw_only=True)
class Month:
    """What a load has of one month of a force.

    Attributes:
        held: Rows that are in memory.
        parts: Files that rows were put down in, in staging.
        synthetic: Whether some are made up.
        markings: Those that the rows came with.
        failures: Keys that several rows of a part have.
    """

    held: list[pa.Table] = attrs.field(factory=list)
    parts: list[Path] = attrs.field(factory=list)
    synthetic: bool = False
    markings: set[str] = attrs.field(factory=set)
    failures: list[Failure] = attrs.field(factory=list)


@attrs.define
class Parting:
    """Months in staging: the one that was added to last comes last."""

    folder: Path
    marking: str | None
    months: dict[tuple[str, str], Month] = attrs.field(factory=dict)
    rows: int = 0
    _files: int = 0
    _pool: ThreadPoolExecutor = attrs.field(factory=lambda: ThreadPoolExecutor(_WRITERS))
    _writing: deque[Future[None]] = attrs.field(factory=deque)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is written any more, so that the folder may go."""
        self._pool.shutdown(cancel_futures=True)

    def add(self, batch: Batch) -> None:
        """Part rows by their force and month; what is then too much is put down."""
        for named, table in parted(batch.table).items():
            month = self.months.pop(named, None) or Month()
            self.months[named] = month
            month.held.append(table)
            month.synthetic |= batch.synthetic
            month.markings.update([batch.marking] if batch.marking else [])
            self.rows += table.num_rows
        for month in list(self.months.values()):
            if self.rows > _HELD and month.held:
                self._put_down(month)

    def put_down(self) -> None:
        """Have all that is held in files."""
        for month in self.months.values():
            if month.held:
                self._put_down(month)
        self._wait(0)

    def _put_down(self, month: Month) -> None:
        """Have what is held of a month written to a file of its own."""
        table = pa.concat_tables(month.held)
        month.held.clear()
        self.rows -= table.num_rows
        path = self.next_file()
        month.parts.append(path)
        # Where this is the only file of the month, all that is said of it is known by now.
        synthetic, marking = month.synthetic, self.marking_of(month)

        def write() -> None:
            month.failures += repeats(table)
            write_month(table, path, synthetic=synthetic, marking=marking)

        self._writing.append(self._pool.submit(write))
        self._wait(_WRITERS)

    def _wait(self, most: int) -> None:
        """Wait until no more than so many months are being written, or raise why one is not."""
        while len(self._writing) > most:
            self._writing.popleft().result()

    def marking_of(self, month: Month) -> str | None:
        """What a part is marked."""
        return self.marking or min(month.markings, default=None)

    def next_file(self) -> Path:
        """A new name in staging."""
        self._files += 1
        # Not `.parquet`: a reader that asks for all such files would count it beside its month.
        return self.folder / f"{self._files}.part"


def parted(table: pa.Table) -> dict[tuple[str, str], pa.Table]:
    """Rows by force and month."""
    forces = table["force"].combine_chunks().dictionary_encode()
    months = table["month"].combine_chunks().dictionary_encode()
    codes = forces.indices.to_numpy().astype(np.int64) * len(months.dictionary)
    codes += months.indices.to_numpy()
    rows: dict[tuple[str, str], pa.Table] = {}
    for code, found in _runs(table, codes):
        force, month = divmod(code, len(months.dictionary))
        rows[forces.dictionary[force].as_py(), months.dictionary[month].as_py()] = found
    return rows


def _runs(table: pa.Table, codes: NDArray[np.int64]) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each code."""
    edges = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    if len(edges) * _LONG < len(codes):
        # Rows in order of time: parts of the batch as it is, which few months keep in memory.
        runs: defaultdict[int, list[pa.Table]] = defaultdict(list)
        for start, end in pairwise(edges):
            runs[int(codes[start])].append(table.slice(start, end - start))
        yield from ((code, pa.concat_tables(found)) for code, found in runs.items())
        return
    order = np.argsort(codes, kind="stable")
    ends = [0, *(np.flatnonzero(np.diff(codes[order])) + 1).tolist(), len(codes)]
    whole = table.combine_chunks()
    for start, end in pairwise(ends):
        # Copies, so that a few rows do not keep their whole batch.
        if start < end:
            yield int(codes[order[start]]), whole.take(order[start:end])
