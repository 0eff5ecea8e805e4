"""Files into a log store, however large: rows in, refused rows beside it, and an account of all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import attrs

from npolicing._files import FilePath
from npolicing._markup import element
from npolicing._records import Record
from npolicing.entities.log import Log
from npolicing.errors import InputFileError
from npolicing.intake.arguments import AnyForce, check_entity, profile_of
from npolicing.intake.loading_logs import LogLoading
from npolicing.intake.loading_tables import load_table
from npolicing.intake.outcome import FileAccount
from npolicing.intake.pieces import OnError
from npolicing.intake.profile import Profile
from npolicing.intake.reading import reader_of
from npolicing.intake.reject_files import RejectWriter, holds_rejects
from npolicing.intake.reject_places import reject_path
from npolicing.intake.source_files import ENDINGS
from npolicing.store import How, StoreLoad

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

    def _repr_html_(self) -> str:
        """What became of the lines of each file, and of the months of a store, for a notebook."""
        parts = [each.html(each.file) for each in self.accounts]
        where = element("p", f"{self.rows:,} records in {self.out}")
        parts.append(where if self.store is None else self.store._repr_html_())
        if self.rejects is not None:
            words = f"Refused rows are in {self.rejects}: mend them there, and load it."
            parts.append(element("p", words))
        return "".join(parts)


def load(
    paths: FilePath | Sequence[FilePath],
    entity: type[Record],
    out: FilePath,
    *,
    profile: Profile | FilePath,
    how: How = "merge",
    rejects: FilePath | None = None,
    force: AnyForce | None = None,
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
        rejects: The file for refused rows; without it, beside `out` with ``-rejects.csv``. Mended,
            it is read by the same profile. One that is there is replaced if its rows, or the files
            that they are from, are loaded now; else the next number is taken.
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
        TypeError, ModuleNotFoundError: As `read`.
        ValueError: If no file is named, or one twice, `max_rejects` is no share, or `out` is no
            Parquet file where it is to be one.

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
    check_entity(entity)
    found = profile_of(profile)
    files = files_of(paths, found)
    if max_rejects is not None and not 0 <= max_rejects <= 1:
        raise ValueError(f"max_rejects is a share from 0 to 1, not {max_rejects}")
    target = Path(out) if Path(out).name else Path(out).absolute()
    if entity is not Log and target.suffix != ".parquet":
        raise ValueError(f"{entity.__name__} rows go into a Parquet file: call {out} .parquet")
    refused = reject_path(None if rejects is None else Path(rejects), target, files)
    if entity is Log:
        reader = reader_of(found, Log, force=force, on_error=on_error, as_of=as_of)
        loading = LogLoading(reader, RejectWriter(refused), progress, max_rejects)
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


def files_of(paths: FilePath | Sequence[FilePath], profile: Profile) -> list[Path]:
    """The files that are named, and those in folders that are, by name; no refused rows among them.

    Raises:
        InputFileError: If a folder has no file that the profile may read.
        ValueError: If a file is named twice.
    """
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not named:
        raise ValueError("no file to load")
    files: list[Path] = []
    endings = ENDINGS[profile.file.format]
    for path in map(Path, named):
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(each for each in path.iterdir() if _is_export(each, endings))
        if not found:
            raise InputFileError(str(path), f"is a folder without {' or '.join(endings)}")
        files += found
    counts = Counter(each.resolve() for each in files)
    twice = [str(path) for path, number in counts.items() if number > 1]
    if twice:
        raise ValueError(f"named twice: {', '.join(twice)}")
    return files


def _is_export(path: Path, endings: tuple[str, ...]) -> bool:
    """Whether a file in a folder is one to read: no other program's lock, and no refused rows."""
    if path.suffix.casefold() not in endings or path.name.startswith((".", "~$")):
        return False
    return path.is_file() and not holds_rejects(path)
