"""What the tests of several measures share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from npolicing._examining import ArrowStream
from npolicing._tally import Batch
from npolicing.errors import MixedRowsError
from npolicing.measures._opening import Opened

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


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many logs a backlog looks at from now on, batch by batch."""
    found: list[int] = []
    plain = Opened.batches

    def noted(self: Opened, batch: Batch) -> Iterator[Batch]:
        found.append(batch.rows)
        return plain(self, batch)

    monkeypatch.setattr(Opened, "batches", noted)
    return found
