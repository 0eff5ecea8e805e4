"""What a refresh of a star did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from npolicing._markup import element, plain_grid
from npolicing._records import Record, Records
from npolicing.star_schema.dimensions import DimArea, DimGrade

__all__ = ["StarRefresh", "Unlisted", "unlisted"]

_SHOWN = 6


@attrs.frozen(kw_only=True)
class Unlisted:
    """Codes that rows have and no reference data: each is in its dimension all the same.

    Attributes:
        areas: Keys of units and wards that are not known, or did not stand on the day.
        grades: Keys of grades that are not known.
    """

    areas: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class StarRefresh:
    """What `star` did.

    Attributes:
        path: The folder of the tables.
        written: The files that are new or other than before, by their path in it.
        kept: The files that were right as they stood.
        removed: The files of months and tables that are no more.
        rows: How many rows each table has.
        unlisted: Codes that no reference data have.
        synthetic: Whether rows are made up.
        marking: The protective marking; null without one.
    """

    path: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    rows: Mapping[str, int]
    unlisted: Unlisted
    synthetic: bool
    marking: str | None

    def __repr__(self) -> str:
        made_up = ", synthetic" if self.synthetic else ""
        marked = "" if self.marking is None else f", {self.marking}"
        lines = [f"StarRefresh({str(self.path)!r}{made_up}{marked})"]
        lines += [f"  {name}: {rows:,} rows" for name, rows in self.rows.items()]
        for word in ("written", "kept", "removed"):
            names: tuple[str, ...] = getattr(self, word)
            lines.append(f"  {len(names):,} {_files(names)} {word}{_listed(names)}")
        for what, keys in (("areas", self.unlisted.areas), ("grades", self.unlisted.grades)):
            if keys:
                lines.append(f"  {what} that no reference data have, kept{_listed(keys)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The tables and what became of their files, for a notebook."""
        title, *lines = repr(self).splitlines()
        rows = ((name, f"{rows:,}") for name, rows in self.rows.items())
        table = plain_grid(title, ("table", "rows"), rows, named=True, numbers=["rows"])
        return table + "".join(element("p", line.strip()) for line in lines[len(self.rows) :])


def _files(names: tuple[str, ...]) -> str:
    return "file" if len(names) == 1 else "files"


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f": {', '.join(names[:_SHOWN])}{more}"


def unlisted(dimensions: Mapping[str, Records[Record]]) -> Unlisted:
    """The codes of dimensions that no reference data have; rows without a unit name none."""
    areas = [each for each in dimensions["dim_area"] if isinstance(each, DimArea)]
    grades = [each for each in dimensions["dim_grade"] if isinstance(each, DimGrade)]
    return Unlisted(
        areas=tuple(each.area_key for each in areas if not each.is_listed and each.code),
        grades=tuple(each.grade_key for each in grades if not each.is_listed),
    )
