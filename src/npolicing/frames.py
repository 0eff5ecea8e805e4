"""Rows in and out: records, pandas, polars, pyarrow and whatever else speaks Arrow.

Every frame is brought to its entity's Arrow schema here, and checked on the way by the same
declarations that the constructors use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import attrs
import narwhals.stable.v2 as nw
import pyarrow as pa

from npolicing._examining import Rows, accepted, arrow_table, entity_of, examine
from npolicing._failures import KEPT, Failure, Failures
from npolicing._filling import filled
from npolicing._metadata import carried, kept
from npolicing._pandas import pandas_frame
from npolicing._records import Record, Records

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Split",
    "check",
    "failures_frame",
    "split",
    "stream_records",
    "to_arrow",
    "to_pandas",
    "to_records",
    "validate",
]

R = TypeVar("R", bound=Record)


@attrs.frozen
class Split:
    """Rows parted by their checks; each frame is of the caller's own kind, in the old order."""

    good: object
    bad: object
    failures: Failures


def check(rows: Rows, entity: type[Record], *, keep: int = KEPT) -> Failures:
    """Everything that is wrong with rows, by the declarations of their entity.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is.
        keep: How many failures to keep; all are counted.

    Returns:
        A failure for each cell, relation or key that is wrong, by row; empty where all is well. Of
        more than `keep` the first, with `total` and `counts` of all.

    Raises:
        ValueError: If `keep` is not positive.
        MissingColumnsError: If the frame lacks columns that the entity needs; names every one.
        UnknownColumnsError: If it has columns that the entity does not; they would be lost.
        ColumnTypeError: If a whole column is of another type, such as text for a date.

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame(
    ...     {"force": ["WMP", "WMP"], "team_id": ["T1", "T1"], "npu": ["CV", "cv"], "kind": "hub"}
    ... )
    >>> for failure in check(teams, Team):
    ...     print(failure)
    row 0, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]
    row 1, npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]
    row 1, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]
    """
    if keep < 1:
        raise ValueError(f"keep is at least 1 failure, not {keep}")
    return examine(rows, entity, keep=keep).failures


def validate(rows: Rows, entity: type[Record]) -> None:
    """Refuse rows that break the declarations of their entity, with every failure.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is.

    Raises:
        ValidationError: If anything is wrong; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `check`.

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame({"force": ["WMP", "WMP"], "team_id": ["T1", "T2"]})
    >>> teams["npu"], teams["kind"] = ["CV", "cv"], "hub"
    >>> validate(teams, Team)
    Traceback (most recent call last):
    ...
    npolicing.errors.ValidationError: 1 failure for Team:
      - row 1, npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]
    """
    to_arrow(rows, entity)


def split(rows: Rows, entity: type[Record]) -> Split:
    """Part the rows that keep the rules from those that break them; nothing is lost.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is.

    Returns:
        `good` and `bad`, each the same kind of frame as `rows` (an Arrow table, where those can be
        read once, as a DuckDB relation), and the `failures` of the bad, whose rows count from 0 in
        `rows`. Of rows with one key all are bad.

    Raises:
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `check`.

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame({"force": ["WMP", "WMP"], "team_id": ["T1", "T2"]})
    >>> teams["npu"], teams["kind"] = ["CV", "cv"], "hub"
    >>> parted = split(teams, Team)
    >>> parted.good["team_id"].to_list(), parted.bad["team_id"].to_list(), len(parted.failures)
    (['T1'], ['T2'], 1)
    """
    if not isinstance(rows, Sequence) and not nw.dependencies.is_into_dataframe(rows):
        rows = arrow_table(rows)
    examined = examine(rows, entity)
    bad, failures = examined.bad, examined.failures
    if isinstance(rows, Sequence):
        good = (row for row, wrong in zip(rows, bad.tolist(), strict=True) if not wrong)
        refused = (row for row, wrong in zip(rows, bad.tolist(), strict=True) if wrong)
        return Split(Records(entity, good), Records(entity, refused), failures)
    frame = nw.from_native(rows, eager_only=True)
    flags = nw.new_series("bad", bad, nw.Boolean, backend=frame.implementation)
    return Split(frame.filter(~flags).to_native(), frame.filter(flags).to_native(), failures)


def to_arrow(rows: Rows, entity: type[Record] | None = None) -> pa.Table:
    """Rows as an Arrow table in the schema of their entity, checked.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is; may be left out for records.

    Returns:
        The declared columns, in order. A column that a frame leaves out has its default. A marking
        in the schema of an Arrow table, and that its rows are made up, stay there.

    Raises:
        ValidationError: If anything is wrong; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `check`.

    >>> from npolicing.entities import Team
    >>> to_arrow([Team(force="WMP", team_id="T1", npu="CV", kind="hub")]).num_rows
    1
    """
    entity = entity_of(rows) if entity is None else entity
    # Before the rows are read: some can be read but once.
    said = carried(rows)
    return kept(accepted(examine(rows, entity), entity), said, entity)


def to_records(rows: Rows, entity: type[R]) -> Records[R]:
    """Rows as checked records.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is.

    Raises:
        ValidationError, MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `to_arrow`.

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame({"force": ["WMP", "WMP"], "team_id": ["T1", "T2"]})
    >>> teams["npu"], teams["kind"] = ["CV", "cv"], "hub"
    >>> to_records(teams[:1], Team)
    Records(Team, 1 row):
      Team(force='WMP', team_id='T1', npu='CV', kind='hub')
    """
    return filled(to_arrow(rows, entity), entity)


def stream_records(rows: Rows, entity: type[R], *, size: int = 16_384) -> Iterator[Records[R]]:
    """Rows as checked records, a bounded number at a time.

    The rows are checked as a whole, by the column, before the first records come. So nothing is
    built of rows that are wrong, and no more than `size` records need be in memory.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is.
        size: Most records that come at a time.

    Returns:
        The records in the order of the rows; the last of them may be fewer.

    Raises:
        ValueError: If `size` is not positive.
        ValidationError, MissingColumnsError, UnknownColumnsError, ColumnTypeError: As `to_arrow`.

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame({"force": "WMP", "team_id": ["T1", "T2", "T3"], "npu": "CV"})
    >>> [len(batch) for batch in stream_records(teams.assign(kind="hub"), Team, size=2)]
    [2, 1]
    """
    if size < 1:
        raise ValueError(f"size is at least 1 record, not {size}")
    table = to_arrow(rows, entity)
    starts = range(0, table.num_rows, size)
    return (filled(table.slice(start, size), entity) for start in starts)


def to_pandas(rows: Rows, entity: type[Record] | None = None) -> pd.DataFrame:
    """Rows as a pandas frame, checked.

    Counts are int64 (Int64 where null may be), figures float64, flags bool or boolean, text
    pandas' own; dates and decimals keep their Arrow type, so that money is never a float.

    Args:
        rows: Records, or a frame with a row for each record.
        entity: What a row is; may be left out for records.

    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> to_pandas(teams)[["team_id", "npu", "kind"]].to_dict("records")
    [{'team_id': 'T1', 'npu': 'CV', 'kind': 'hub'}]
    """
    return pandas_frame(to_arrow(rows, entity))


def failures_frame(failures: Iterable[Failure]) -> pd.DataFrame:
    """Failures as a pandas frame, to sort, count or hand to somebody.

    Returns:
        A row a failure, in their order: `row` (null for a whole column or a single record),
        `column`, `code`, `rule` and `value` (as text).

    >>> import pandas as pd
    >>> from npolicing.entities import Team
    >>> teams = pd.DataFrame({"force": ["WMP", "WMP"], "team_id": ["T1", "T2"]})
    >>> teams["npu"], teams["kind"] = ["CV", "cv"], "hub"
    >>> found = failures_frame(check(teams, Team))
    >>> found[["column", "code", "value"]].to_dict("records")
    [{'column': 'npu', 'code': 'PATTERN', 'value': 'cv'}]
    """
    listed = list(failures)
    return pandas_frame(
        pa.table(
            {
                "row": pa.array([each.row for each in listed], pa.int64()),
                "column": pa.array([each.column for each in listed], pa.string()),
                "code": pa.array([each.code for each in listed], pa.string()),
                "rule": pa.array([each.rule for each in listed], pa.string()),
                "value": pa.array([str(each.value) for each in listed], pa.string()),
            }
        )
    )
