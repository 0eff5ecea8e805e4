"""Texts of another engine as they were written: two are equal if all of their letters are.

A column may have a collation, by which `cv` and `CV` are equal, or be filled up with blanks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from npolicing._tally.question import Question

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation
    from pyspark.sql import DataFrame

__all__ = ["with_plain_texts"]

_DECLARED = "__CHAR_VARCHAR_TYPE_STRING"
"""Where Spark keeps what a text was declared to be."""


def with_plain_texts(frame: nw.LazyFrame[Any], question: Question) -> nw.LazyFrame[Any]:
    """A lazy frame whose texts that are asked for have no collation, and no blanks of Spark's."""
    engine = frame.implementation
    native = frame.to_native()
    padded = _padded(native) if engine.is_pyspark() or engine.is_pyspark_connect() else []
    kinds = frame.collect_schema()
    texts = [name for name in question.columns if kinds[name] == nw.String or name in padded]
    if engine.is_duckdb() and texts:
        return nw.from_native(_by_letters(native, texts))
    if engine.is_spark_like() and texts:
        frame = frame.with_columns(nw.col(texts).cast(nw.String))
    filled = [name for name in texts if name in padded]
    return frame.with_columns(nw.col(filled).str.replace_all(" +$", "")) if filled else frame


def _by_letters(relation: DuckDBPyRelation, texts: list[str]) -> DuckDBPyRelation:
    """The relation with the collation C: DuckDB keeps another through a cast to text."""
    quoted = ['"{}"'.format(name.replace('"', '""')) for name in texts]
    return relation.project(
        f"* REPLACE ({', '.join(f'{each} COLLATE C AS {each}' for each in quoted)})"
    )


def _padded(frame: DataFrame) -> list[str]:
    """The columns of CHAR(n): Spark fills their texts up with blanks, which are none of theirs."""
    kinds = (
        (each.name, each.metadata.get(_DECLARED) or each.dataType.simpleString())
        for each in frame.schema
    )
    return [name for name, kind in kinds if kind.startswith("char(")]
