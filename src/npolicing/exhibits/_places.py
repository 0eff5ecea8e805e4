"""What pictures of places share: what places and criteria are called, and what bases are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import get_args

import attrs

from npolicing.exhibits._reading import Row
from npolicing.vocabulary import Criterion

__all__ = ["BASES", "CRITERIA", "called", "places_called"]

CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
BASES = {
    "population": "residents",
    "workday_population": "people there on a working day",
    "households": "households",
    "hectares": "land",
}
"""What a base is of, in words."""


def called(row: Row, names: Mapping[str, str]) -> str:
    """What a place is called: the name that is given for its code, its own, or the code."""
    code = row.text("place") or ""
    return names.get(code) or row.text("name") or code


def places_called(rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    """Rows with what their place is called; two wards of one name have their codes, too."""
    times = Counter({(called(row, names), row.text("place")) for row in rows})
    same = Counter(name for name, _ in times)
    return [
        attrs.evolve(row, label=f"{name} ({code})" if code and same[name] > 1 else name)
        for row in rows
        for name, code in [(called(row, names), row.text("place"))]
    ]
