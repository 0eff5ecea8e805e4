"""Columns that are made of others batch by batch, so that what they say can be counted too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from npolicing._tally.parts import Batch, Part
from npolicing._tally.question import Question, grain_of
from npolicing._tally.sources import Source, of_parts
from npolicing.errors import MixedRowsError

__all__ = ["Derived", "derived"]


@attrs.frozen(kw_only=True)
class Derived:
    """What is made of each log by itself, before the logs are counted.

    Attributes:
        measure: What asks for it, for the words.
        needs: The columns that it is made of.
        also: Columns that it uses where the rows have them.
        makes: The columns that it makes; their names are none that a log has.
        make: Makes them of a batch, which has every column that is counted or needed: batches of
            any number, in which a log may be more than once, or not at all.
        fewer: Of rows in another engine fewer, of which it makes the same; they are told apart by
            the columns that are named, too.
    """

    measure: str
    needs: tuple[str, ...]
    also: tuple[str, ...]
    makes: tuple[str, ...]
    make: Callable[[Batch], Iterable[Batch]]
    fewer: Callable[[tuple[str, ...], nw.LazyFrame[Any]], Iterable[nw.LazyFrame[Any]]] | None = None


def derived(source: Source, made: Derived) -> Source:
    """Rows with the columns that are made of them.

    Raises:
        MixedRowsError: If the rows are attendances, or a tally: they are no single logs.
    """
    count, weighted = grain_of(source.names)
    if count != "logs":
        raise MixedRowsError(
            f"{made.measure} is of logs, and these are {count}: several may be at one log. Pass "
            "the logs."
        )
    if weighted:
        raise MixedRowsError(
            f"{made.measure} looks at the times of each log, and these are counts of logs: a log "
            "that is open today is open tomorrow, too, so it is no sum. Pass the logs themselves."
        )
    used = (*made.needs, *(name for name in made.also if name in source.names))
    parts = (_part(each, made, used) for each in source.parts)
    return of_parts([*source.names, *made.makes], parts)


def _part(part: Part, made: Derived, used: tuple[str, ...]) -> Part:
    def batches(question: Question) -> Iterator[Batch]:
        plain = tuple(name for name in question.grouped if name not in made.makes)
        kept = tuple(dict.fromkeys((*plain, *question.where)))
        inner = attrs.evolve(
            question,
            grouped=tuple(dict.fromkeys((*plain, *used))),
            fewer=partial(made.fewer, kept) if made.fewer else None,
        )
        for batch in part(inner):
            yield from made.make(batch)

    return batches
