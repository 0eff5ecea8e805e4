"""Where refused rows go: a file of theirs, and never one that something else is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

from npolicing.errors import InputFileError
from npolicing.intake.line_names import OURS
from npolicing.intake.profile import FileForm
from npolicing.intake.reject_files import holds_rejects
from npolicing.intake.source_files import opened

__all__ = ["reject_path"]


def reject_path(rejects: Path | None, out: Path, files: Sequence[Path]) -> Path:
    """The file for the refused rows of a load, which is replaced if it is there.

    Without one that is named it is beside `out`. A file of refused rows is only replaced where its
    rows are loaded again, or the files that they are from: until then somebody may mend it.

    Args:
        rejects: The file, where one is named.
        out: What is loaded into.
        files: What is loaded.

    Raises:
        InputFileError: If the file that is named holds something else, or refused rows of other
            files; or if its folder is not there.
    """
    stem = out.stem if out.suffix == ".parquet" else out.name
    if rejects is None:
        places = (out.with_name(f"{stem}-rejects{number}.csv") for number in _numbers())
        return next(place for place in places if not _reason(place, files))
    if why := _reason(rejects, files):
        raise InputFileError(str(rejects), f"{why}; name another file for refused rows")
    if not rejects.absolute().parent.is_dir():
        raise InputFileError(str(rejects), "is in a folder that is not there; make it first")
    return rejects


def _numbers() -> Iterable[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _reason(path: Path, files: Sequence[Path]) -> str:
    """Why a file must not be replaced; nothing where it may."""
    if path.is_dir():
        return "is a folder"
    if not path.exists():
        return ""
    if not holds_rejects(path):
        return "is there, and is no file of refused rows"
    loaded = {each.resolve() for each in files}
    if path.resolve() in loaded or _files_of(path) <= loaded:
        return ""
    return "has refused rows of other files; mend and load it, or move it away"


def _files_of(path: Path) -> set[Path]:
    """The files that refused rows are from; the file itself for lines that do not say it."""
    found: set[Path] = set()
    with opened(path, FileForm()) as source:
        name = f"{OURS}file"
        if name not in source.header:
            return {path.resolve()}
        place = source.header.index(name)
        for taken in source.parts([place], frozenset()):
            for rows in taken.rows:
                found.update(Path(str(each)).resolve() for each in rows.columns[place].unique())
            found.update(path.resolve() for _ in taken.refused)
    return found
