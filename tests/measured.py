"""What the tests of several measures share."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from npolicing.errors import MixedRowsError


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
