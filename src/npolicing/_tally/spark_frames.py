"""What a frame of Spark may have, and no other: an old plan, twin columns, and texts of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from npolicing._tally.cells import wrong_type
from npolicing._tally.question import Question
from npolicing.store import still_as_read

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["with_plain_texts"]

_DECLARED = "__CHAR_VARCHAR_TYPE_STRING"
"""Where Spark keeps what a text was declared to be."""


def with_plain_texts(frame: nw.LazyFrame[Any], question: Question) -> nw.LazyFrame[Any]:
    """A frame of Spark, or of what speaks as it does, whose texts are equal if they are the same.

    Raises:
        StoreError: If it reads a store that was written since.
        ColumnTypeError: If a column that is asked for is there twice.
    """
    padded: list[str] = []
    if frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect():
        native = frame.to_native()
        still_as_read(native)
        _check_once(native.columns, question)
        padded = [name for name in _padded(native) if name in question.columns]
    kinds = frame.collect_schema()
    texts = [name for name in question.columns if kinds[name] == nw.String or name in padded]
    if texts:
        # A collation may take texts for equal that are not; the plain type has none.
        frame = frame.with_columns(nw.col(texts).cast(nw.String))
    return frame.with_columns(nw.col(padded).str.replace_all(" +$", "")) if padded else frame


def _check_once(names: Sequence[str], question: Question) -> None:
    for name in question.needed:
        if names.count(name) > 1:
            raise wrong_type(name, "two columns", "one column", question)


def _padded(frame: DataFrame) -> list[str]:
    """The columns of CHAR(n): Spark fills their texts up with blanks, which are none of theirs."""
    kinds = (
        (each.name, each.metadata.get(_DECLARED) or each.dataType.simpleString())
        for each in frame.schema
    )
    return [name for name, kind in kinds if kind.startswith("char(")]
