"""What pictures of places share: what places and criteria are called, and what bases are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from npolicing._wording import joined, percent
from npolicing.exhibits._reading import Row
from npolicing.vocabulary import CRITERIA, Criterion

__all__ = [
    "BASES",
    "MOST",
    "called",
    "forces_of",
    "meanings",
    "needed_on",
    "none_proposed",
    "part_of",
    "places_called",
    "share_words",
    "some",
]

BASES = {
    "population": "residents",
    "workday_population": "people there on a working day",
    "households": "households",
    "hectares": "land",
}
"""What a base is of, in words."""
MOST = 12
"""Places in a sentence; of more it says how many."""


def called(row: Row, names: Mapping[str, str]) -> str:
    """What a place is called: the name that is given for its code, its own, or the code."""
    code = row.text("place") or ""
    return names.get(code) or row.text("name") or code


def places_called(rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    """Rows with what their place is called; two wards of one name have their codes, too.

    Where there are several forces each has its own, for codes and names may be in both.
    """
    several = forces_of(rows) > 1
    found = [
        attrs.evolve(row, label=f"{row.text('force') or ''} {name}".strip() if several else name)
        for row in rows
        for name in [called(row, names)]
    ]
    times = Counter({(row.label, row.text("place")) for row in found})
    same = Counter(label for label, _ in times)
    return [
        attrs.evolve(row, label=f"{row.label} ({code})") if code and same[row.label] > 1 else row
        for row in found
        for code in [row.text("place")]
    ]


def forces_of(rows: Sequence[Row]) -> int:
    """Of how many forces they are."""
    return len({row.text("force") for row in rows} - {None})


def meanings(words: Mapping[Criterion, str | None]) -> list[str]:
    """What stands for each criterion, a sentence each: where figures are, their proxy is named."""
    return [f"{each.capitalize()}: {said}." for each, said in words.items() if said]


def share_words(share: float) -> str:
    """A share of draws: one below 1 is not rounded to all of them, nor one above 0 to none."""
    words = percent(share, 0)
    if share < 1 and words == percent(1, 0):
        return f"over {percent(0.99, 0)}"
    return f"under {percent(0.01, 0)}" if share > 0 and words == percent(0, 0) else words


def some(words: Sequence[str], of: str = "", where: str = "") -> str:
    """Words as a sentence lists them; after the first twelve, how many more there are, and where.

    Args:
        words: What is listed.
        of: What follows the last that is named.
        where: What says where the others are.
    """
    rest = len(words) - MOST
    if rest <= 0:
        return joined(list(words)) + of
    return f"{', '.join(words[:MOST])}{of}, and {rest} more{where}"


def part_of(row: Row) -> list[Criterion]:
    """The criteria that take part in a proposal."""
    return [each for each in CRITERIA if row.number(f"{each}_weight") is not None]


def needed_on(row: Row) -> str:
    """On which criteria a place must be above 1, in words."""
    part, needed = part_of(row), int(row.known("criteria_needed"))
    if len(part) == 1:
        return part[0]
    return f"{'each' if needed == len(part) else f'at least {needed}'} of {joined([*part])}"


def none_proposed(rows: Sequence[Row]) -> str:
    """That no place is proposed, and why: none qualifies, or nobody knows."""
    unknown = sum(row.text("why_not") == "unknown" for row in rows)
    if unknown == len(rows):
        why = "none is judged, as figures are unknown"
    elif unknown:
        is_not = f"{unknown} {'is' if unknown == 1 else 'are'} not judged"
        why = f"{is_not}, as a figure is unknown, and none of the others qualifies"
    else:
        why = f"none qualifies on {needed_on(rows[0])}"
    return f"No place of {len(rows)} is proposed: {why}"
