"""Folders of small tables: each as CSV or Parquet, by its name, and what each file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from npolicing._files import sha256
from npolicing._records import Record, Records
from npolicing.delimited import read_csv
from npolicing.errors import Failure, InputFileError, UnknownCodeError
from npolicing.forces import ForceReference
from npolicing.parquet import read_metadata, read_parquet

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["InputFile", "file_of", "input_file", "lines_of", "read_file", "unit_rule"]

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class InputFile:
    """A file that was read: its name, its bytes' SHA-256, its rows, its marking, and if made up."""

    name: str
    sha256: str
    rows: int
    marking: str | None = None
    synthetic: bool = False


def file_of(directory: Path, name: str) -> Path | None:
    """The file of a table in a folder; null where it has none.

    Raises:
        InputFileError: If it is there twice.
    """
    there = [path for end in ("csv", "parquet") if (path := directory / f"{name}.{end}").is_file()]
    if len(there) > 1:
        raise InputFileError(str(directory), f"has both {name}.csv and {name}.parquet; keep one")
    return there[0] if there else None


def read_file(path: Path | None, entity: type[R]) -> Records[R]:
    """The rows of a file, checked one by one; none where there is no file.

    Raises:
        InputFileError: If the file cannot be read, or its rows are wrong; with every failure.
    """
    if path is None:
        return Records(entity)
    return read_csv(path, entity) if path.suffix == ".csv" else read_parquet(path, entity)


def input_file(path: Path, rows: int) -> InputFile:
    """What is said of a file that was read."""
    said = read_metadata(path)
    return InputFile(
        name=path.name,
        sha256=sha256(path),
        rows=rows,
        marking=None if said is None else said.marking,
        synthetic=said is not None and said.synthetic,
    )


def lines_of(path: Path) -> list[int]:
    """The line of each row of a CSV file; a record's text has no line breaks in it."""
    if path.suffix != ".csv":
        return []
    lines = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)
    return [number for number, line in lines if line][1:]


def unit_rule(failure: Failure, reference: ForceReference) -> str:
    """The rule that a row breaks, and the code to write where it has an alias of one."""
    try:
        code = reference.npu(str(failure.value)).code
    except UnknownCodeError:
        return f"is a code of {reference.force.force}: {', '.join(u.code for u in reference.npus)}"
    return f"is a code, and this an alias: write {code}"
