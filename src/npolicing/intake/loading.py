"""Files into a log store, however large: rows in, refused rows beside it, and an account of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._files import FilePath
from npolicing.entities.log import Log
from npolicing.errors import TooManyRejectsError
from npolicing.intake.outcome import FileAccount, added_up, corrected
from npolicing.intake.profile import Profile
from npolicing.intake.reading import OnError, Reader, reader_of, refusal_of
from npolicing.intake.reject_files import RejectWriter
from npolicing.intake.repeated_rows import contradiction, rows_at
from npolicing.intake.source_files import opened
from npolicing.store import Batch, How, StoreLoad, keys_of, load_checked

__all__ = ["Load", "load_logs"]


@attrs.frozen(kw_only=True, repr=False)
class Load:
    """What came of loading files into a store.

    Attributes:
        accounts: For each file, what became of its lines.
        store: What became of the months of the store.
        rejects: The file of refused rows; null where there are none.
    """

    accounts: tuple[FileAccount, ...]
    store: StoreLoad
    rejects: Path | None

    @property
    def rejected(self) -> int:
        """How many rows were refused."""
        return sum(each.rejected for each in self.accounts)

    def __repr__(self) -> str:
        lines = [*map(str, self.accounts), repr(self.store)]
        if self.rejects is not None:
            lines.append(f"Refused rows are in {self.rejects}: mend them there, and load it.")
        return "\n".join(lines)


def load_logs(
    paths: Sequence[FilePath],
    out: FilePath,
    *,
    profile: Profile | FilePath,
    how: How = "merge",
    rejects: FilePath | None = None,
    force: str | FilePath | None = None,
    on_error: OnError = "collect",
    max_rejects: float | None = None,
    marking: str | None = None,
    as_of: datetime | None = None,
    progress: Callable[[int], object] | None = None,
) -> Load:
    """Load exports of logs into a store, in bounded memory, or leave the store as it was.

    Rows are merged by identity: what is loaded again counts once. Of rows with one identity that
    are the same the first stays; those that differ are all refused.

    Args:
        paths: The files; each is read by the profile.
        out: The folder of the store; it is made if it is not there.
        profile: How files are read: see `read`.
        how: As for `write_store`.
        rejects: The file for refused rows; without it the name of the store with
            ``-rejects.csv``. One that is there is replaced.
        force: As for `read`.
        on_error: As for `read`; ``"raise"`` stops at the first file that has a refused row.
        max_rejects: The largest share of rows that may be refused, from 0 to 1; where it is more,
            the store stays as it was, and the refused rows are in their file.
        marking: As for `write_store`.
        as_of: As for `read`.
        progress: As for `read`.

    Raises:
        InputFileError: As `read`.
        TooManyRejectsError: If more rows were refused than `max_rejects` allows.
        StoreError: As `write_store`.
        ValueError: If a file is named twice, or `max_rejects` is no share.
    """
    files = _files(paths)
    if max_rejects is not None and not 0 <= max_rejects <= 1:
        raise ValueError(f"max_rejects is a share from 0 to 1, not {max_rejects}")
    reader = reader_of(profile, Log, force=force, on_error=on_error, as_of=as_of)
    store = Path(out)
    target = store.with_name(f"{store.name}-rejects.csv") if rejects is None else Path(rejects)
    too_many: TooManyRejectsError | None = None
    with RejectWriter(target) as writer:
        loading = _Loading(reader, writer, progress, max_rejects)
        try:
            done = load_checked(
                loading.batches(files),
                store,
                how=how,
                marking=marking,
                repeated=loading.repeated,
                before=loading.finish,
            )
        except TooManyRejectsError as error:
            # Not raised here: the file of refused rows is to stay.
            too_many = error
    if too_many is not None:
        raise too_many
    accounts = tuple(loading.accounts.values())
    return Load(accounts=accounts, store=done, rejects=target if writer.rows else None)


def _files(paths: Sequence[FilePath]) -> list[Path]:
    files = [Path(path) for path in paths]
    twice = [
        path for path, number in Counter(each.resolve() for each in files).items() if number > 1
    ]
    if twice:
        raise ValueError(f"named twice: {', '.join(map(str, twice))}")
    return files


@attrs.define(eq=False)
class _Loading:
    """One load on its way."""

    reader: Reader
    writer: RejectWriter
    progress: Callable[[int], object] | None
    max_rejects: float | None
    accounts: dict[Path, FileAccount] = attrs.field(factory=dict)
    same: list[pa.Table] = attrs.field(factory=list)
    different: list[pa.Table] = attrs.field(factory=list)

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
        names = ["force", "received_on", "log_id"]
        self.same += [same.select(names)] if same.num_rows else []
        self.different += [different.select(names)] if different.num_rows else []

    def finish(self) -> None:
        """Find the rows that have the identity of others in their files, which are read again."""
        if self.same or self.different:
            seen = _Seen(_identities(self.same), _identities(self.different))
            for path in self.accounts:
                self._tell(path, seen)
        self._check_share()

    def _tell(self, path: Path, seen: _Seen) -> None:
        again, failures = 0, {}
        for piece in self.reader.pieces(path):
            if piece.table.num_rows:
                found, rows = seen.look(piece.table)
                again += found
                names = piece.table.select(["force", "received_on", "log_id"])
                for row in rows.tolist():
                    key = names.slice(row, 1).to_pylist()[0]
                    failures[int(piece.lines[row])] = contradiction(Log, key)
        if failures or again:
            more = list(rows_at(path, self.reader.profile.file, failures))
            with opened(path, self.reader.profile.file) as source:
                self.writer.write(str(path), source.header, more)
            account = self.accounts[path]
            records = account.records - len(more) - again
            self.accounts[path] = corrected(account, more, again, records)
            if more and self.reader.on_error == "raise":
                raise refusal_of(path, more)

    def _check_share(self) -> None:
        refused = sum(each.rejected for each in self.accounts.values())
        rows = refused + sum(each.good for each in self.accounts.values())
        if self.max_rejects is not None and refused > self.max_rejects * rows:
            raise TooManyRejectsError(refused, rows, self.max_rejects, str(self.writer.path))


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
    return pc.binary_join_element_wise(
        table["force"].combine_chunks().cast(pa.string()), keys_of(table), " "
    )
