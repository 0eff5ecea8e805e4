"""Rows of a file that have one key: the same row again, or two that contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from npolicing._records import Record
from npolicing._repeating import apart
from npolicing.errors import Failure
from npolicing.intake.raw import Refused, shown
from npolicing.intake.source_files import SourceFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["contradictions", "keys", "rows_at", "without_repeats"]


def keys(entity: type[Record]) -> list[str]:
    """The fields that tell rows of an entity apart."""
    return [field.name for field in entity.columns() if field.column.key]


def without_repeats(
    table: pa.Table,
    lines: NDArray[np.int64],
    entity: type[Record],
    named: Callable[[int], str] = "line {}".format,
) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.int64], dict[int, Failure]]:
    """Records without those that have the key of another.

    Args:
        table: The records.
        lines: The line of each.
        entity: What they are.
        named: What a line is called.

    Returns:
        The records that are left, their lines, the lines of rows that are another's again, and what
        is wrong with each line whose row contradicts another.
    """
    names = keys(entity)
    if not names or not table.num_rows:
        return table, lines, lines[:0], {}
    found = apart(table, names)
    rows = table.select(names).take(found.different).to_pylist()
    failures = contradictions(
        entity, zip(lines[found.different].tolist(), rows, strict=True), named
    )
    kept = np.zeros(table.num_rows, np.bool_)
    kept[found.kept] = True
    # A row that holds several records stands and falls as one.
    kept &= ~np.isin(lines, list(failures))
    again = np.setdiff1d(np.setdiff1d(lines[found.same], lines[kept]), list(failures))
    return table.filter(pa.array(kept)), lines[kept], again, failures


L = TypeVar("L")
"""What tells lines apart: a number, or a file and a number."""


def contradictions(
    entity: type[Record],
    rows: Iterable[tuple[L, Mapping[str, object]]],
    named: Callable[[L], str],
) -> dict[L, Failure]:
    """What is wrong with rows of one key that are not the same: which others have it, too."""
    listed = [(line, tuple(row.items())) for line, row in rows]
    having: defaultdict[tuple[tuple[str, object], ...], list[L]] = defaultdict(list)
    for line, key in listed:
        having[key].append(line)
    personal = {field.name for field in entity.columns() if field.column.personal}
    failures = {}
    for line, key in listed:
        others = [named(each) for each in having[key] if each != line]
        more = [f"{len(others) - _SHOWN:,} more"] if len(others) > _SHOWN else []
        failures[line] = Failure(
            code="DUPLICATE_KEY",
            rule=f"is the one row with that key; {', '.join([*others[:_SHOWN], *more])} differs",
            column=", ".join(name for name, _ in key),
            value=", ".join("(withheld)" if n in personal else str(value) for n, value in key),
        )
    return failures


_SHOWN = 3


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
