"""A crosswalk: links that contradict one another nowhere."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Self

import attrs

from npolicing._examining import Rows
from npolicing._markup import element
from npolicing._records import Records
from npolicing.crosswalks._contradictions import contradictions
from npolicing.crosswalks._links import by_old_area, is_lookup, stays, to_kind_of
from npolicing.crosswalks._making import Lookup, composed, links_of_lookup, links_of_units
from npolicing.crosswalks._tables import plain_table
from npolicing.entities import AreaLink
from npolicing.errors import ValidationError
from npolicing.frames import to_records

if TYPE_CHECKING:
    from npolicing.forces import ForceReference

__all__ = ["Crosswalk"]

_SHOWN = 5


@attrs.frozen(repr=False)
class Crosswalk:
    """What became of areas: old ones, new ones, and which share of the counts goes where.

    There are two sorts. *Changes* are of one kind of area, such as units: renamed, merged or split
    on a day, and followed from day to day. A *lookup* leads from one kind to another, such as from
    the lsoa11 to the lsoa21 or to the ward24, in one step and without a day.

    Attributes:
        links: The links, all of one force and of the same kinds.

    Raises:
        ValidationError: If links are of several forces or kinds; a key is there twice; the weights
            of an area do not add up to 1, or known ones to more; an area is replaced on several
            days, or stays and is replaced on one; changes lead in a circle; or one leads to an
            area that is replaced by then. It has every failure, by row.

    >>> from datetime import date
    >>> from npolicing.entities import AreaLink
    >>> day = date(2020, 4, 1)
    >>> merged = [
    ...     AreaLink(force="AVS", kind="npu", from_area=unit, to_area="E", valid_from=day)
    ...     for unit in ("NE", "SE")
    ... ]
    >>> Crosswalk.from_rows(merged)
    Crosswalk(AVS npu, changes: 2 links, 2 old areas to 1 new)
      2020-04-01: NE to E
      2020-04-01: SE to E
    """

    links: Records[AreaLink]

    def __attrs_post_init__(self) -> None:
        failures = contradictions(self.links)
        if failures:
            raise ValidationError("Crosswalk", failures)

    @classmethod
    def from_rows(cls, rows: Rows) -> Self:
        """A crosswalk of `AreaLink` rows.

        Args:
            rows: Records, or a frame with a row for each link.

        Raises:
            ValidationError, MissingColumnsError, UnknownColumnsError, ColumnTypeError: As
                `to_records`; and as the class.
        """
        return cls(to_records(rows, AreaLink))

    @classmethod
    def from_force(cls, reference: ForceReference) -> Self:
        """The changes of a force's units, out of their successors and their dates.

        A new unit counts from the day after the old one's last; where it begins later, or where no
        last day is given, from its own first. Where neither is given the change has no day. A
        successor that stood before that day stays. Where a unit has several successors, their
        weights are not known.

        Args:
            reference: The force, of `npolicing.forces`.

        Raises:
            ValidationError: As the class.

        >>> from npolicing import forces
        >>> Crosswalk.from_force(forces.west_midlands())
        Crosswalk(no links)
        """
        return cls(Records(AreaLink, links_of_units(reference.npus)))

    @classmethod
    def from_lookup(
        cls,
        rows: Rows,
        *,
        force: str,
        kind: str,
        to_kind: str,
        from_area: str,
        to_area: str,
        weight: str | None = None,
        basis: str | None = None,
        source: str | None = None,
        valid_from: date | None = None,
    ) -> Self:
        """The links of a lookup table, as the Office for National Statistics publishes them.

        Args:
            rows: A frame with a row for each pair of areas; other columns are left alone.
            force: Code of the force.
            kind: Kind of the old areas, such as lsoa11.
            to_kind: Kind of the new ones, such as ward24; of changes the same as `kind`.
            from_area: Column of the old areas' codes, such as LSOA11CD.
            to_area: Column of the new areas' codes.
            weight: Column of the weights. Without it a pair may come several times, what goes to
                one area alone has weight 1, and of a split no weight is known.
            basis: What the weights go by, such as best fit.
            source: Where the table comes from.
            valid_from: First day on which the new codes count, where a source says.

        Raises:
            MissingColumnsError: If the frame lacks a column; names every one.
            ColumnTypeError, ValidationError: If a code or a weight is wrong; and as the class.

        >>> import pandas as pd
        >>> table = pd.DataFrame({"LSOA21CD": ["E01009053", "E01009058"], "WD24CD": "E05011121"})
        >>> wards = Crosswalk.from_lookup(
        ...     table, force="WMP", kind="lsoa21", to_kind="ward24", from_area="LSOA21CD",
        ...     to_area="WD24CD", basis="best fit"
        ... )
        >>> wards
        Crosswalk(WMP lsoa21 to ward24, lookup: 2 links, 2 old areas to 1 new)
          E01009053 to E05011121
          E01009058 to E05011121
        """
        lookup = Lookup(
            force=force,
            kind=kind,
            to_kind=to_kind,
            from_area=from_area,
            to_area=to_area,
            weight=weight,
            basis=basis,
            source=source,
            valid_from=valid_from,
        )
        return cls(links_of_lookup(plain_table(rows), lookup))

    @property
    def is_lookup(self) -> bool:
        """Whether it leads from one kind of area to another; else it has changes of one kind."""
        return is_lookup(self.links)

    @property
    def splits(self) -> tuple[str, ...]:
        """The old areas that lead to several new ones, sorted."""
        parts = Counter(link.from_area for link in self.links if link.weight != 0)
        return tuple(sorted(area for area, number in parts.items() if number > 1))

    @property
    def unweighted(self) -> tuple[str, ...]:
        """Those of `splits` with a weight that is not known, sorted."""
        unknown = {link.from_area for link in self.links if link.weight is None}
        return tuple(area for area in self.splits if area in unknown)

    def then(self, other: Crosswalk) -> Crosswalk:
        """This lookup and another after it, as one.

        Along a way weights multiply, and ways to one area add up: ``weight(a, c) = sum over b of
        weight(a, b) * weight(b, c)``. So parts that come together again in one area are whole, even
        if their weights are not known. Changes need no such thing: put the links of all into one
        crosswalk, which follows them by date.

        Args:
            other: A lookup from the kind of area that this one leads to.

        Raises:
            MixedRowsError: If either has changes, or the other begins with another kind or force.
            ValidationError: If this leads to areas that the other does not know; names every one.

        >>> import pandas as pd
        >>> old = pd.DataFrame({"old": ["A", "A"], "mid": ["M1", "M2"]})
        >>> new = pd.DataFrame({"mid": ["M1", "M2"], "new": ["W", "W"]})
        >>> first = Crosswalk.from_lookup(
        ...     old, force="AVS", kind="lsoa11", to_kind="lsoa21", from_area="old", to_area="mid"
        ... )
        >>> second = Crosswalk.from_lookup(
        ...     new, force="AVS", kind="lsoa21", to_kind="ward24", from_area="mid", to_area="new"
        ... )
        >>> first.unweighted, first.then(second).unweighted
        (('A',), ())
        """
        return Crosswalk(Records(AreaLink, composed(self.links, other.links)))

    def _title(self) -> str:
        if not self.links:
            return "Crosswalk(no links)"
        link = self.links[0]
        kinds = f"{link.kind} to {to_kind_of(link)}, lookup" if self.is_lookup else link.kind
        sort = "" if self.is_lookup else ", changes"
        old, new = len(by_old_area(self.links)), len({each.to_area for each in self.links})
        number = "1 link" if len(self.links) == 1 else f"{len(self.links):,} links"
        areas = "1 old area" if old == 1 else f"{old:,} old areas"
        return f"Crosswalk({link.force} {kinds}{sort}: {number}, {areas} to {new:,} new)"

    def __repr__(self) -> str:
        lines = [f"  {_said(link)}" for link in self.links[:_SHOWN]]
        rest = len(self.links) - _SHOWN
        more = [f"  ... and {rest:,} more"] if rest > 0 else []
        return "\n".join([self._title(), *lines, *more])

    def _repr_html_(self) -> str:
        return f"{element('p', self._title())}{self.links._repr_html_()}"


def _said(link: AreaLink) -> str:
    day = "" if link.valid_from is None else f"{link.valid_from}: "
    share = "" if link.weight in (None, 1) else f" ({link.weight:g})"
    if stays(link) and to_kind_of(link) == link.kind:
        return f"{day}{link.from_area} stays"
    return f"{day}{link.from_area} to {link.to_area}{share}"
