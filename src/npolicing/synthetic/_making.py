"""Made-up logs as a table, and in batches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa

from npolicing._metadata import stamp
from npolicing.arrow import arrow_schema
from npolicing.entities import Log
from npolicing.entities._forms import CODE
from npolicing.forces import west_midlands
from npolicing.synthetic._drawing import Place, all_columns, drawn
from npolicing.synthetic._plan import blocks, days_of
from npolicing.synthetic._profile import UNITS

__all__ = ["log_batches", "logs"]


def logs(
    *, rows: int, seed: int = 0, first: str = "2018-01", last: str = "2019-12", force: str = "WMP"
) -> pa.Table:
    """Made-up logs, with all the columns of `Log` and marked as synthetic.

    Published of West Midlands Police, and followed: its eight units; grades P1 to P9; attended logs
    are about 0.41 of all (345,658 of 850,599 in 2019); at that many logs a year July is more than
    22,500 above February; neighbourhood teams own P6. Guessed: the shares of units, grades, hours
    and weekdays, P6 having more of a season, response times (log-normal by grade), teams, crimes,
    and a slow rise of P1 to P3 that a neighbourhood team attends. Some values are unknown, as they
    are in real logs. Wards, codes, qualifiers, areas and master logs are null.

    Each row keeps every rule of `Log`; the local times are those of Europe/London. Same arguments,
    same rows, for one version of numpy's generator.

    Args:
        rows: How many logs; the total is exact.
        seed: Which of many made-up sets; 0 or more.
        first: The first local month.
        last: The last local month.
        force: The force's code. Another than WMP has made-up units, such as ``U1``.

    Returns:
        The logs in the order in which they were received.

    Raises:
        ValueError: If `rows` or `seed` is below 0, a month is none from 1972 on, the last month is
            before the first, or the force's code is none.

    Source: West Midlands Strategic Policing and Crime Board, 15 October 2019, item 9a, paragraph
    20; West Midlands Police, freedom of information reply on incidents attended (foi1222).

    >>> from npolicing.synthetic import logs
    >>> logs(rows=1000, first="2018-07", last="2018-07")["month"].unique().to_pylist()
    ['2018-07']
    """
    batches = log_batches(rows=rows, seed=seed, first=first, last=last, force=force)
    return pa.Table.from_batches(batches, schema=_schema())


def log_batches(
    *,
    rows: int,
    seed: int = 0,
    first: str = "2018-01",
    last: str = "2019-12",
    force: str = "WMP",
    batch_rows: int = 131_072,
) -> Iterator[pa.RecordBatch]:
    """The rows of `logs`, batch by batch: more of them than memory holds.

    Args:
        rows: How many logs; the total is exact.
        seed: Which of many made-up sets; 0 or more.
        first: The first local month.
        last: The last local month.
        force: The force's code.
        batch_rows: Rows of a batch; the last may have fewer. The rows are the same for any.

    Raises:
        ValueError: As `logs`, and if `batch_rows` is below 1; at once, not with the first batch.

    >>> from npolicing.synthetic import log_batches
    >>> [batch.num_rows for batch in log_batches(rows=1000, batch_rows=400)]
    [400, 400, 200]
    """
    for name, value, least in (("rows", rows, 0), ("seed", seed, 0), ("batch_rows", batch_rows, 1)):
        if value < least:
            raise ValueError(f"{name} is {value}, below {least}")
    if not re.fullmatch(CODE, force):
        raise ValueError(f"{force!r} is no code of a force, such as 'WMP'")
    days_of(first, last)
    return _sized(_drawn(rows, seed, first, last, _place(force)), batch_rows)


def _schema() -> pa.Schema:
    return arrow_schema(Log).with_metadata(stamp(Log, synthetic=True))


def _place(force: str) -> Place:
    if force == "WMP":
        return Place(force, {unit.code: UNITS[unit.code] for unit in west_midlands().npus})
    return Place(force, {f"U{number}": 1 + 1 / number for number in range(1, 7)})


def _drawn(rows: int, seed: int, first: str, last: str, place: Place) -> Iterator[pa.RecordBatch]:
    schema = _schema()
    for rng, block in blocks(rows, first, last, seed):
        yield all_columns(drawn(block, rng, place), schema, len(block.seconds))


def _sized(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of so many."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            held.append(batch.slice(start, rows - count))
            start += held[-1].num_rows
            count += held[-1].num_rows
            if count == rows:
                yield _joined(held)
                held, count = [], 0
    if held:
        yield _joined(held)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
