"""The small tables of a folder, each by its name, as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from npolicing._inputs import file_of
from npolicing._metadata import kept
from npolicing._records import Record
from npolicing.delimited import read_csv
from npolicing.entities import NPU, Ward
from npolicing.errors import InputFileError
from npolicing.frames import to_arrow
from npolicing.parquet import read_arrow, read_metadata
from npolicing.star_schema.small_tables import SMALL

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["GIVEN", "read_given"]

GIVEN: Mapping[str, type[Record]] = {
    **{made.argument: made.source for made in SMALL.values()},
    "npus": NPU,
    "wards": Ward,
}
"""Name of each file, without its ending, and what a row of it is."""


def read_given(directory: Path) -> dict[str, pa.Table]:
    """The tables that a folder has, by their name among the arguments of `star`.

    Other files in it are left alone. What a file says of its marking, and of made-up rows, its
    table says too.

    Raises:
        InputFileError: If the folder is not there or has none of the tables, a table is there
            twice, or its rows are wrong; then with every failure of that file.
    """
    found = {name: file_of(directory, name) for name in GIVEN}
    if not any(found.values()):
        names = ", ".join(f"{name}.csv" for name in GIVEN)
        there = "no such folder" if not directory.is_dir() else f"has none of {names} (or .parquet)"
        raise InputFileError(str(directory), there)
    return {name: _read(path, GIVEN[name]) for name, path in found.items() if path is not None}


def _read(path: Path, entity: type[Record]) -> pa.Table:
    if path.suffix == ".parquet":
        return read_arrow(path, entity)
    return kept(to_arrow(read_csv(path, entity), entity), read_metadata(path), entity)
