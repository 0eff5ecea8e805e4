"""PySpark, asked for where it is used: most who use npolicing have no Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needing_spark"]


@contextmanager
def needing_spark() -> Iterator[None]:
    """Around an import of PySpark: where it is not there, what to do about it."""
    try:
        yield
    except ModuleNotFoundError as error:
        words = 'this needs Spark: run it where Spark is, or pip install "npolicing[spark]"'
        raise ModuleNotFoundError(words, name=error.name) from error
