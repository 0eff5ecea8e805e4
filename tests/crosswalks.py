"""What the tests of crosswalks share. The force, its areas and the days are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import strategies as st

from npolicing._records import Records
from npolicing.crosswalks import Crosswalk
from npolicing.entities import AreaLink

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

OLDER, DAY, LATER = date(2016, 4, 1), date(2020, 4, 1), date(2023, 4, 1)
"""Days on which areas change; no source gives them, nor are they any force's."""
DATA = Path(__file__).parent / "data" / "wmp_2018_06"


def link(
    from_area: str, to_area: str, valid_from: date | None = None, weight: float | None = None
) -> AreaLink:
    return AreaLink(
        force="AVS",
        kind="npu",
        from_area=from_area,
        to_area=to_area,
        valid_from=valid_from,
        weight=weight,
    )


def changes(*links: AreaLink) -> Crosswalk:
    return Crosswalk(Records(AreaLink, links))


def lookup(
    *pairs: tuple[str, str, float | None], kinds: tuple[str, str] = ("lsoa11", "lsoa21")
) -> Crosswalk:
    return changes(
        *(
            AreaLink(
                force="AVS",
                kind=kinds[0],
                to_kind=kinds[1],
                from_area=old,
                to_area=new,
                weight=weight,
            )
            for old, new, weight in pairs
        )
    )


def published(name: str) -> pd.DataFrame:
    """A table of the real data that the tests ship."""
    return pd.read_csv(DATA / name)


# Three generations: each area goes to areas of the next one, on its day.
GENERATIONS: tuple[Sequence[str], ...] = (("A1", "A2", "A3"), ("B1", "B2", "B3"), ("C1", "C2"))
DAYS = (OLDER, DAY)


@st.composite
def links_of(draw: DrawFn, *, weighted: bool) -> list[AreaLink]:
    """Changes over two days: some areas are left alone, others renamed, merged or split."""
    found: list[AreaLink] = []
    for day, old, new in zip(DAYS, GENERATIONS[:-1], GENERATIONS[1:], strict=True):
        for area in old:
            ends = draw(st.lists(st.sampled_from(new), unique=True, max_size=len(new)))
            found += [
                link(area, end, day, weight)
                for end, weight in zip(ends, draw(shares(len(ends))), strict=True)
                if weighted or len(ends) == 1
            ]
    return found


@st.composite
def shares(draw: DrawFn, number: int) -> list[float]:
    """Weights that add up to 1, none of them 0."""
    parts = draw(st.lists(st.integers(1, 1000), min_size=number, max_size=number))
    return [part / sum(parts) for part in parts]


@st.composite
def pairs_of(
    draw: DrawFn, old: Sequence[str], new: Sequence[str]
) -> list[tuple[str, str, float | None]]:
    """A lookup that knows each old area, with weights."""
    found: list[tuple[str, str, float | None]] = []
    for area in old:
        ends = draw(st.lists(st.sampled_from(new), unique=True, min_size=1))
        found += [(area, *each) for each in zip(ends, draw(shares(len(ends))), strict=True)]
    return found
