"""Made-up logs, as a table and in batches."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from npolicing.entities import Log
from npolicing.errors import ValidationError
from npolicing.synthetic._blocks import BLOCK, Blocks, log_schema
from npolicing.synthetic._days import days_of
from npolicing.synthetic._shape import places_of

__all__ = ["log_batches", "logs"]


def logs(
    *, rows: int, seed: int = 0, first: str = "2018-01", last: str = "2019-12", force: str = "WMP"
) -> pa.Table:
    """Made-up logs as an Arrow table, marked as synthetic in its metadata.

    They look like a force's logs and are nobody's: units, seasons, hours, grades, kinds of team
    and response times follow shapes that were chosen, not measured. Made-up logs show that code
    works; they are no evidence of anything. Days are London's, with their 23, 24 or 25 hours; the
    eight units of West Midlands Police are real, those of another force are U1 to U8; teams, such
    as ``CV-T03``, are made up. Each month's level follows the 850,599 logs of 2019 and the rise of
    2018 from February to July, and the share attended is near 0.41. Times are whole seconds.

    Args:
        rows: How many, over the whole span.
        seed: Another seed gives other rows; the same one gives the same, from 0.
        first: The first month, such as ``2018-01``.
        last: The last month.
        force: Code of the force.

    Returns:
        The columns of `Log`, sorted by `received_at`; every row keeps every rule. Nothing plausible
        is known of wards, areas, qualifiers, categories and linked logs: they are null.

    Raises:
        ValueError: If `rows` or `seed` is below 0, a month is none, or `last` is before `first`.
        ValidationError: If the force's code is none.

    Source: West Midlands Police, freedom of information request 1222A/22 (logs and attended logs of
    2019); West Midlands Strategic Policing and Crime Board, 15 October 2019, item 9a, paragraphs 18
    to 20. All else is made up.

    >>> made_up = logs(rows=1000, seed=1)
    >>> made_up.num_rows, made_up["received_on"][0].as_py().isoformat()
    (1000, '2018-01-01')
    >>> logs(rows=1000, seed=1).equals(made_up)
    True
    """
    batches = log_batches(rows=rows, seed=seed, first=first, last=last, force=force)
    return pa.Table.from_batches(batches, log_schema())


def log_batches(
    *,
    rows: int,
    seed: int = 0,
    first: str = "2018-01",
    last: str = "2019-12",
    force: str = "WMP",
    batch_rows: int = 131_072,
) -> Iterator[pa.RecordBatch]:
    """Made-up logs in batches: the same rows as `logs` has, whatever the size of a batch.

    Args:
        rows: How many, over the whole span; memory does not grow with them.
        seed: As in `logs`.
        first: As in `logs`.
        last: As in `logs`.
        force: As in `logs`.
        batch_rows: Rows of a batch; the last has what is left.

    Returns:
        The batches, in the order of time, each with the schema that `logs` has.

    Raises:
        ValueError, ValidationError: As `logs`, or if `batch_rows` is below 1.

    >>> [batch.num_rows for batch in log_batches(rows=1000, batch_rows=400)]
    [400, 400, 200]
    """
    if rows < 0 or batch_rows < 1:
        raise ValueError(f"rows must be 0 or more and batch_rows 1 or more: {rows}, {batch_rows}")
    if last < first:
        raise ValueError(f"the last month, {last}, is before the first, {first}")
    (column,) = (field for field in Log.columns() if field.name == "force")
    if failures := tuple(column.failures(force)):
        raise ValidationError("Log", failures)
    blocks = Blocks(
        days=days_of(first, last, rows, seed), seed=seed, force=force, places=places_of(force)
    )
    return _batches(blocks, rows, batch_rows)


def _batches(blocks: Blocks, rows: int, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Rows of blocks, cut anew: only the block that is being cut is held."""
    pieces: list[pa.RecordBatch] = []
    held = 0
    for number in range(-(-rows // BLOCK)):
        block = blocks.block(number, rows)
        at = 0
        while at < block.num_rows:
            piece = block.slice(at, batch_rows - held)
            pieces.append(piece)
            at, held = at + piece.num_rows, held + piece.num_rows
            if held == batch_rows:
                yield _one(pieces)
                pieces, held = [], 0
    if pieces:
        yield _one(pieces)


def _one(pieces: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(pieces) == 1:
        return pieces[0]
    return pa.Table.from_batches(pieces).combine_chunks().to_batches()[0]
