"""What the tests of several measures share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from npolicing._examining import ArrowStream
from npolicing.errors import MixedRowsError

if TYPE_CHECKING:
    import pandas as pd

Build = Callable[[Mapping[str, Sequence[object]]], ArrowStream]
"""Makes a frame of columns."""


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a result, with None for what is null."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def one(frame: pd.DataFrame) -> dict[str, Any]:
    """The only row of a result."""
    (row,) = rows(frame)
    return row


def refused(words: str) -> pytest.RaisesExc[MixedRowsError]:
    """Rows that must not be added up are refused, in these words."""
    return pytest.raises(MixedRowsError, match=f"^{re.escape(words)}$")
