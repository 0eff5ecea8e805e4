"""Files into a log store, however large: rows in, refused rows beside it, and an account of all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._files import FilePath
from npolicing._records import Record
from npolicing.arrow import Array
from npolicing.entities.log import Log
from npolicing.errors import InputFileError
from npolicing.intake.loading_tables import load_table
from npolicing.intake.outcome import FileAccount, added_up, check_share, corrected
from npolicing.intake.profile import Profile
from npolicing.intake.profile_files import read_profile
from npolicing.intake.reading import OnError, Reader, reader_of, refusal_of
from npolicing.intake.reject_files import RejectWriter
from npolicing.intake.repeated_rows import contradiction, rows_at
from npolicing.store import Batch, How, StoreLoad, keys_of, load_checked

__all__ = ["Load", "files_of", "load"]


@attrs.frozen(kw_only=True, repr=False)
class Load:
    """What came of loading files.

    Attributes:
        accounts: For each file, what became of its lines.
        out: The store, or the Parquet file.
        rows: How many records were loaded.
        store: What became of the months of a store; null for a Parquet file.
        rejects: The file of refused rows; null where there are none.
    """

    accounts: tuple[FileAccount, ...]
    out: Path
    rows: int
    store: StoreLoad | None
    rejects: Path | None

    @property
    def rejected(self) -> int:
        """How many rows were refused."""
        return sum(each.rejected for each in self.accounts)

    def __repr__(self) -> str:
        lines = [*map(str, self.accounts)]
        lines.append(
            f"{self.rows:,} records in {self.out}" if self.store is None else f"{self.store}"
        )
        if self.rejects is not None:
            lines.append(f"Refused rows are in {self.rejects}: mend them there, and load it.")
        return "\n".join(lines)


def load(
    paths: FilePath | Sequence[FilePath],
    entity: type[Record],
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
    r"""Load exports: logs into a store, anything else into a Parquet file; or leave it as it was.

    Logs are read in bounded memory, and merged by identity: what is loaded again counts once. Of
    rows with one key that are the same the first stays; those that differ are all refused.

    Args:
        paths: The files, or folders of them; each is read by the profile.
        entity: What a row becomes, such as `Log`.
        out: The folder of the store, made if it is not there; or the Parquet file, replaced.
        profile: How files are read: see `read`.
        how: Of a store, as for `write_store`.
        rejects: The file for refused rows; without it, beside `out` with ``-rejects.csv``. One that
            is there is replaced. Mended, it is read by the same profile.
        force: As for `read`.
        on_error: As for `read`; ``"raise"`` stops at the first file that has a refused row.
        max_rejects: The largest share of rows that may be refused, from 0 to 1; where it is more,
            nothing is loaded, and the refused rows are in their file.
        marking: As for `write_store`.
        as_of: As for `read`.
        progress: As for `read`.

    Raises:
        InputFileError: As `read`; or if a folder has no such file.
        TooManyRejectsError: If more rows were refused than `max_rejects` allows.
        StoreError: As `write_store`.
        ValueError: If a file is named twice, or `max_rejects` is no share.

    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Log
    >>> from npolicing.intake import load
    >>> rows = ["Log No,NPU,Grade,Received", "1,COV,P3,31/10/2018 09:30"]
    >>> rows += ["2,Nowhere,P3,01/11/2018 09:30"]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "october.csv")
    ...     _ = path.write_text("\n".join(rows), encoding="utf-8")
    ...     done = load(path, Log, Path(folder, "store"), profile="log-export", force="WMP")
    >>> done.rows, done.rejected, dict(done.accounts[0].codes)
    (1, 1, {'UNKNOWN_NPU': 1})
    """
    found = profile if isinstance(profile, Profile) else read_profile(profile)
    files = files_of(paths, found)
    if max_rejects is not None and not 0 <= max_rejects <= 1:
        raise ValueError(f"max_rejects is a share from 0 to 1, not {max_rejects}")
    target = Path(out)
    beside = target.with_name(f"{target.stem if target.suffix else target.name}-rejects.csv")
    refused = beside if rejects is None else Path(rejects)
    if entity is Log:
        reader = reader_of(found, Log, force=force, on_error=on_error, as_of=as_of)
        loading = _Loading(reader, RejectWriter(refused), progress, max_rejects)
        store = loading.run(files, target, how, marking)
        accounts, rows = list(loading.accounts.values()), store.rows
    else:
        store = None
        accounts, rows = load_table(
            files,
            entity,
            target,
            rejects=refused,
            profile=found,
            force=force,
            on_error=on_error,
            max_rejects=max_rejects,
            marking=marking,
            as_of=as_of,
            progress=progress,
        )
    any_refused = any(each.rejected for each in accounts)
    return Load(
        accounts=tuple(accounts),
        out=target,
        rows=rows,
        store=store,
        rejects=refused if any_refused else None,
    )


_ENDINGS = {
    "csv": (".csv", ".txt", ".tsv"),
    "pasted": (".txt", ".tsv"),
    "excel": (".xlsx", ".xls", ".xlsb", ".ods"),
    "parquet": (".parquet",),
}


def files_of(paths: FilePath | Sequence[FilePath], profile: Profile) -> list[Path]:
    """The files that are named, and those in folders that are, by name.

    Raises:
        InputFileError: If a folder has no file that the profile may read.
        ValueError: If a file is named twice.
    """
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    files: list[Path] = []
    endings = _ENDINGS[profile.file.format]
    for path in map(Path, named):
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(each for each in path.iterdir() if each.suffix.casefold() in endings)
        if not found:
            raise InputFileError(str(path), f"is a folder without {' or '.join(endings)}")
        files += found
    counts = Counter(each.resolve() for each in files)
    twice = [str(path) for path, number in counts.items() if number > 1]
    if twice:
        raise ValueError(f"named twice: {', '.join(twice)}")
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
        names = ["force", "received_on", "log_id"]
        self.same += [same.select(names)] if same.num_rows else []
        self.different += [different.select(names)] if different.num_rows else []

    def finish(self) -> None:
        """Find the rows that have the identity of others in their files, which are read again."""
        if self.same or self.different:
            seen = _Seen(_identities(self.same), _identities(self.different))
            for path in self.accounts:
                self._tell(path, seen)
        self.writer.flush()
        check_share(self.accounts.values(), self.max_rejects, self.writer.path)

    def _tell(self, path: Path, seen: _Seen) -> None:
        header: tuple[str, ...] = ()
        again, failures = 0, {}
        for piece in self.reader.pieces(path):
            header = piece.header or header
            if piece.table.num_rows:
                found, rows = seen.look(piece.table)
                again += found
                names = piece.table.select(["force", "received_on", "log_id"])
                for row in rows.tolist():
                    key = names.slice(row, 1).to_pylist()[0]
                    failures[int(piece.lines[row])] = contradiction(Log, key)
        if failures or again:
            more = list(rows_at(self.reader.opened(path), failures))
            self.writer.write(str(path), header, more)
            account = self.accounts[path]
            records = account.records - len(more) - again
            self.accounts[path] = corrected(account, more, again, records)
            if more and self.reader.on_error == "raise":
                raise refusal_of(path, more)


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
    keys: pa.Array[pa.StringScalar] = pc.binary_join_element_wise(forces, keys_of(table), " ")  # type: ignore[call-overload] # the stubs know one array
    return keys
