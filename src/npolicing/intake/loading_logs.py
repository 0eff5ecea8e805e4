"""Files of logs into a store, in bounded memory: rows of one identity are found when all are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing.arrow import Array
from npolicing.entities.log import Log
from npolicing.errors import Failure
from npolicing.intake.outcome import FileAccount, added_up, check_share, corrected
from npolicing.intake.pieces import Reader
from npolicing.intake.reading import refusal_of
from npolicing.intake.reject_files import RejectWriter
from npolicing.intake.repeated_rows import contradictions, keys
from npolicing.store import Batch, How, StoreLoad, keys_of, load_checked

__all__ = ["LogLoading"]


@attrs.define(eq=False)
class LogLoading:
    """One load on its way."""

    reader: Reader
    writer: RejectWriter
    progress: Callable[[int], object] | None
    max_rejects: float | None
    accounts: dict[Path, FileAccount] = attrs.field(factory=dict)
    same: list[pa.Table] = attrs.field(factory=list)
    different: list[pa.Table] = attrs.field(factory=list)

    def run(self, files: Sequence[Path], store: Path, how: How, marking: str | None) -> StoreLoad:
        """Load the files into a store."""
        with self.writer:
            return load_checked(
                self.batches(files),
                store,
                how=how,
                marking=marking,
                repeated=self.repeated,
                before=self.finish,
            )

    def batches(self, files: Sequence[Path]) -> Iterator[Batch]:
        """The good rows of all files."""
        for path in files:
            accounts = []
            header: tuple[str, ...] = ()
            for piece in self.reader.pieces(path):
                header = piece.header or header
                accounts.append(piece.account)
                self.accounts[path] = added_up(accounts)
                accounts = [self.accounts[path]]
                self.writer.write(str(path), header, piece.refused)
                if piece.refused and self.reader.on_error == "raise":
                    raise refusal_of(path, piece.refused)
                if piece.table.num_rows:
                    yield Batch(table=piece.table, synthetic=False, marking=None)
                if self.progress is not None and piece.size:
                    self.progress(piece.size)

    def repeated(self, same: pa.Table, different: pa.Table) -> None:
        """Rows of a month that have one identity."""
        names = keys(Log)
        self.same += [same.select(names)] if same.num_rows else []
        self.different += [different.select(names)] if different.num_rows else []

    def finish(self) -> None:
        """Find the rows that have the identity of others in their files, which are read again."""
        if self.same or self.different:
            seen = _Seen(_identities(self.same), _identities(self.different))
            repeats = {path: self._repeats(path, seen) for path in self.accounts}
            lines = [
                ((path, line), key) for path, each in repeats.items() for line, key in each.keys
            ]
            failures = contradictions(Log, lines, _place)
            for path, each in repeats.items():
                self._tell(path, each, {n: failures[path, n] for n, _ in each.keys})
        self.writer.place()
        check_share(self.accounts.values(), self.max_rejects, self.writer.path)

    def _repeats(self, path: Path, seen: _Seen) -> _Repeats:
        found = _Repeats()
        for piece in self.reader.pieces(path):
            found.header = piece.header or found.header
            if piece.table.num_rows:
                again, rows = seen.look(piece.table)
                found.again += again
                own = piece.table.select(keys(Log)).take(rows).to_pylist()
                found.keys += zip(piece.lines[rows].tolist(), own, strict=True)
        return found

    def _tell(self, path: Path, found: _Repeats, failures: dict[int, Failure]) -> None:
        if not failures and not found.again:
            return
        more = self.reader.rows_at(path, failures)
        self.writer.write(str(path), found.header, more)
        account = self.accounts[path]
        records = account.records - len(more) - found.again
        self.accounts[path] = corrected(account, more, found.again, records)
        if more and self.reader.on_error == "raise":
            raise refusal_of(path, more)


@attrs.define(eq=False)
class _Repeats:
    """Rows of a file that have the identity of others.

    Attributes:
        header: The headers of the file.
        again: How many are others' again.
        keys: The lines of those that contradict others, and their identity.
    """

    header: tuple[str, ...] = ()
    again: int = 0
    keys: list[tuple[int, dict[str, object]]] = attrs.field(factory=list)


def _place(line: tuple[Path, int]) -> str:
    return f"{line[0].name} line {line[1]}"


@attrs.define(eq=False)
class _Seen:
    """Identities that several rows have, and which of them a row was seen of already."""

    same: pa.Array[pa.StringScalar]
    different: pa.Array[pa.StringScalar]
    _seen: np.ndarray[tuple[int], np.dtype[np.bool_]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._seen = np.zeros(len(self.same), np.bool_)

    def look(self, table: pa.Table) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.intp]]]:
        """How many rows are others' again, and which contradict others."""
        keys = _keys(table)
        place = pc.index_in(keys, value_set=self.same).drop_null().to_numpy()
        first = np.unique(place[~self._seen[place]])
        self._seen[place] = True
        different = pc.is_in(keys, value_set=self.different)
        return len(place) - len(first), np.flatnonzero(different.to_numpy(zero_copy_only=False))


def _identities(tables: list[pa.Table]) -> pa.Array[pa.StringScalar]:
    found = [_keys(each).unique() for each in tables]
    return pa.concat_arrays(found).unique() if found else pa.array([], pa.string())


def _keys(table: pa.Table) -> pa.Array[pa.StringScalar]:
    forces: Array = table["force"].combine_chunks().cast(pa.string())
    found: pa.Array[pa.StringScalar] = pc.binary_join_element_wise(forces, keys_of(table), " ")  # type: ignore[call-overload] # the stubs know one array
    return found
