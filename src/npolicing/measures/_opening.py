"""Which logs were open at an instant, log by log, and which of them nobody can tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from npolicing._storage import stored
from npolicing._tally import Batch
from npolicing._zones import numbers
from npolicing.arrow import Array, nulls
from npolicing.entities import Log
from npolicing.errors import ColumnTypeError, ValidationError
from npolicing.measures._logs import Flags

if TYPE_CHECKING:
    from typing import Any

__all__ = ["AGE", "AT", "NEEDS", "UNDATED", "Opened", "instants_of"]

AT, AGE = "backlog.at", "backlog.age"  # no log has a column of such a name
NEEDS = ("received_at", "closed_at")
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ASKED = 40
"""Instants that an engine is asked for one by one: with very many it is slow, or gives up."""
UNDATED = -1
"""Stands for the instant of logs that came at no known time."""
_FIELDS = {field.name: field for field in Log.columns()}
_STATUS = _FIELDS["status"]
_OVER = [each for each in _STATUS.choices if each != "open"]


def instants_of(at: datetime | Sequence[datetime]) -> list[datetime]:
    """The instants in UTC, in their order, each once."""
    several = isinstance(at, Iterable) and not isinstance(at, str)
    given: list[object] = [*at] if several else [at]  # type: ignore[misc] # by the line above
    if not given:
        raise ValueError("at= has no instant; name one at least")
    return sorted({_instant(each) for each in given})


def _instant(at: object) -> datetime:
    if isinstance(at, datetime) and at.tzinfo is not None and at.utcoffset() is not None:
        return at.astimezone(UTC)
    raise TypeError(
        "at= is an instant, a time with its zone, such as datetime(2019, 10, 15, 8, "
        f'tzinfo=ZoneInfo("Europe/London")), not {at!r}'
    )


@attrs.frozen
class Opened:
    """What each log of a batch was at some instants.

    Attributes:
        instants: Microseconds since 1970 in UTC, ascending.
    """

    instants: tuple[int, ...]

    @classmethod
    def at(cls, instants: Sequence[datetime]) -> Opened:
        """What logs were at instants in UTC, ascending."""
        return cls(tuple((each - _EPOCH) // timedelta(microseconds=1) for each in instants))

    def batches(self, batch: Batch) -> Iterator[Batch]:
        """The logs received by the last instant; then, for each, those that were open or may be.

        The former tell which groups there are, and have no instant. A log of which it is not known
        whether it was open has no age, which is in seconds, rounded down. Logs that came at no
        known time are given, too: whether they are asked for at all is seen later.
        """
        received, came_at_all = numbers(_column(batch, "received_at"))
        closed, known = numbers(_column(batch, "closed_at"))
        over, said_open = _said(batch)
        yield _among(batch, came_at_all & (received <= self.instants[-1]), None)
        yield _among(batch, ~came_at_all, UNDATED)
        for at, instant in enumerate(self.instants):
            came = came_at_all & (received <= instant)
            was_open = came & np.where(known, closed > instant, ~over)
            may_be = came & np.where(known, said_open & (closed <= instant), over)
            kept = was_open | may_be
            seconds = (instant - received[kept]) // _SECOND
            yield _among(batch, kept, at, pa.array(seconds, pa.int64(), mask=may_be[kept]))

    def fewer(
        self, keys: tuple[str, ...], logs: nw.LazyFrame[Any]
    ) -> tuple[nw.LazyFrame[Any], ...]:
        """Logs in another engine of which `batches` makes the same backlog as of all.

        First those that may have been open at an instant, and those of which it is wrong when they
        were received or how they stand. All others tell only which groups there are, which one of
        a group can do. It gets the earliest times of its group: each log was closed by every
        instant since it was received, and so the one that came first, and so what is made up.
        """
        kinds = logs.collect_schema()
        received, closed = (kinds[name] for name in NEEDS)
        if not (isinstance(received, nw.Datetime) and isinstance(closed, nw.Datetime)):
            return (logs,)  # nobody knows any time, or it is of a type that narwhals does not know
        kept = nw.col("received_at").is_null()
        for first, last in self._spans():
            came = _is_by("received_at", received, last)
            kept |= came & ~_is_by("closed_at", closed, first)
        if "status" in kinds.names():
            status = nw.col("status")
            kept |= ~status.is_null() & ~status.is_in(_OVER)
            keys = tuple(dict.fromkeys((*keys, "status")))
        earliest = [nw.col(name).min() for name in NEEDS if name not in keys]
        return logs.filter(kept), logs.filter(~kept).group_by(list(keys)).agg(*earliest)

    def _spans(self) -> list[tuple[int, int]]:
        """The instants, or the first and last of each few: an engine is not asked a long question.

        A log that was closed between the two is then looked at for nothing.
        """
        few = -(-len(self.instants) // _ASKED)
        parts = [self.instants[at : at + few] for at in range(0, len(self.instants), few)]
        return [(part[0], part[-1]) for part in parts]


def _is_by(name: str, kind: nw.Datetime, instant: int) -> nw.Expr:
    """Whether a time is known, and not after an instant."""
    # polars compares times of one zone alone, DuckDB knows none but that of its connection.
    own = nw.Datetime("us", kind.time_zone)
    at = nw.lit(_EPOCH + timedelta(microseconds=instant)).cast(own)
    return ~nw.col(name).is_null() & (nw.col(name).cast(own) <= at)


def _said(batch: Batch) -> tuple[Flags, Flags]:
    """Which logs are said to be over, and which to be open."""
    if "status" not in batch.columns and "status" not in batch.constants:
        unsaid = np.zeros(batch.rows, dtype=np.bool_)
        return unsaid, unsaid
    status = _column(batch, "status")
    wrong = [each for value in status.unique().to_pylist() for each in _STATUS.failures(value)]
    if wrong:
        raise ValidationError("Log", wrong)
    said_open = _flags(pc.equal(status, pa.scalar("open")))
    return _flags(status.is_valid()) & ~said_open, said_open


def _column(batch: Batch, name: str) -> Array:
    """A column as it is declared, also where the batch knows that it has one value."""
    if name in batch.constants:
        value = batch.constants[name][0]
        return pa.repeat(value, batch.rows)
    cells = stored(_FIELDS[name], batch.columns[name], pandas=batch.pandas)
    if cells.refused is not None:
        raise ColumnTypeError("Log", [cells.refused])
    if cells.failures:
        raise ValidationError("Log", [attrs.evolve(each, row=None) for each in cells.failures])
    return cells.array


def _flags(found: Array) -> Flags:
    flags: Flags = np.asarray(found.fill_null(pa.scalar(value=False)), dtype=np.bool_)
    return flags


def _among(batch: Batch, kept: Flags, at: int | None, age: Array | None = None) -> Batch:
    """Some rows of a batch, with the place of their instant and their ages."""
    mask = pa.array(kept)
    columns = {name: column.filter(mask) for name, column in batch.columns.items()}
    rows = int(kept.sum())
    columns[AT] = pa.repeat(pa.scalar(at, pa.int64()), rows)
    columns[AGE] = nulls(rows, pa.int64()) if age is None else age
    return attrs.evolve(batch, rows=rows, columns=columns)
