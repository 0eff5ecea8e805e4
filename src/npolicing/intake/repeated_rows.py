"""Rows of a file that have one key: the same row again, or two that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from npolicing._records import Record
from npolicing._repeating import apart
from npolicing.errors import Failure
from npolicing.intake.raw import Refused, shown
from npolicing.intake.source_files import SourceFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["keys", "rows_at", "without_repeats"]


def keys(entity: type[Record]) -> list[str]:
    """The fields that tell rows of an entity apart."""
    return [field.name for field in entity.columns() if field.column.key]


def without_repeats(
    table: pa.Table, lines: NDArray[np.int64], entity: type[Record]
) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.int64], dict[int, Failure]]:
    """Records without those that have the key of another.

    Returns:
        The records that are left, their lines, the lines of rows that are another's again, and what
        is wrong with each line whose row contradicts another.
    """
    names = keys(entity)
    if not names or not table.num_rows:
        return table, lines, lines[:0], {}
    found = apart(table, names)
    failures = {}
    rows = table.select(names).take(found.different).to_pylist()
    for line, row in zip(lines[found.different].tolist(), rows, strict=True):
        failures[line] = contradiction(entity, row)
    kept = np.zeros(table.num_rows, np.bool_)
    kept[found.kept] = True
    # A row that holds several records stands and falls as one.
    kept &= ~np.isin(lines, list(failures))
    again = np.setdiff1d(np.setdiff1d(lines[found.same], lines[kept]), list(failures))
    return table.filter(pa.array(kept)), lines[kept], again, failures


def contradiction(entity: type[Record], row: Mapping[str, object]) -> Failure:
    """What is wrong with a row whose key another has, and that is not the same."""
    personal = {field.name for field in entity.columns() if field.column.personal}
    values = ["(withheld)" if name in personal else str(value) for name, value in row.items()]
    return Failure(
        code="DUPLICATE_KEY",
        rule="is the one row with that key; others have it, and differ",
        column=", ".join(row),
        value=", ".join(values),
    )


def rows_at(
    file: AbstractContextManager[SourceFile], failures: Mapping[int, Failure]
) -> Iterator[Refused]:
    """Rows of some lines as they stand in a file, which is read again for them."""
    left = dict(failures)
    with file as source:
        for taken in source.parts([0], frozenset()):
            for rows in taken.rows:
                at = np.flatnonzero(np.isin(rows.lines, list(left)))
                for row in at.tolist():
                    line = int(rows.lines[row])
                    yield Refused(
                        line=line,
                        failures=(left.pop(line),),
                        cells=tuple(rows.source.cells(row)),
                        text=shown(rows.source.text(row)),
                    )
            if not left:
                return
