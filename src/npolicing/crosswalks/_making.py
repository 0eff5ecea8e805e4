"""Links out of what there is: a force's code book, a lookup table, two lookups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from npolicing._records import Records
from npolicing.arrow import arrow_schema
from npolicing.crosswalks._following import combined, follow
from npolicing.crosswalks._links import is_lookup, to_kind_of
from npolicing.entities import NPU, AreaLink
from npolicing.errors import Failure, MissingColumnsError, MixedRowsError, ValidationError
from npolicing.frames import check, to_records

if TYPE_CHECKING:
    from npolicing.arrow import Array

__all__ = ["Lookup", "composed", "links_of_lookup", "links_of_units"]


def links_of_units(units: Sequence[NPU]) -> Iterator[AreaLink]:
    """The changes of units that have successors, and which of those were there before."""
    staying: dict[tuple[str, date], AreaLink] = {}
    for unit in units:
        sole = len(unit.successors) == 1
        for code in unit.successors:
            day = _day(unit, begun := _begun(code, units))
            link = AreaLink(
                force=unit.force,
                kind="npu",
                from_area=unit.code,
                to_area=code,
                valid_from=day,
                weight=1.0 if sole else None,
                source=unit.source,
            )
            yield link
            if day is not None and code != unit.code and (begun is None or begun < day):
                stay = attrs.evolve(link, from_area=code, weight=1.0)
                staying.setdefault((code, day), stay)
    yield from staying.values()


def _begun(code: str, units: Iterable[NPU]) -> date | None:
    """The first day of a unit; none where a period of it has no bound."""
    days = [unit.valid_from for unit in units if unit.code == code]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _day(unit: NPU, begun: date | None) -> date | None:
    """The day after a unit's last; where the successor begins later, or alone is dated, its own."""
    after = None if unit.valid_to is None else unit.valid_to + timedelta(days=1)
    days = [day for day in (after, begun) if day is not None]
    return max(days) if days else None


@attrs.frozen(kw_only=True)
class Lookup:
    """What a lookup table's columns are, and what holds for all of its rows."""

    force: str
    kind: str
    to_kind: str
    from_area: str
    to_area: str
    weight: str | None
    basis: str | None
    source: str | None
    valid_from: date | None

    @property
    def needed(self) -> list[str]:
        """The columns that are needed."""
        return [name for name in (self.from_area, self.to_area, self.weight) if name is not None]


def links_of_lookup(table: pa.Table, lookup: Lookup) -> Records[AreaLink]:
    """A link for each pair of a lookup table, in its order; without weights a pair may repeat."""
    missing = [name for name in lookup.needed if name not in table.column_names]
    if missing:
        raise MissingColumnsError(missing, table.column_names)
    links = _as_links(table, lookup)
    weighted = lookup.weight is not None
    failures = [each for each in check(links, AreaLink) if weighted or each.code != "DUPLICATE_KEY"]
    if failures:
        raise ValidationError("AreaLink", failures)
    return to_records(links if weighted else _once(links), AreaLink)


def _as_links(table: pa.Table, lookup: Lookup) -> pa.Table:
    names = {"from_area": lookup.from_area, "to_area": lookup.to_area}
    if lookup.weight is not None:
        names["weight"] = lookup.weight
    columns: dict[str, Array] = {own: table[n].combine_chunks() for own, n in names.items()}
    for name in ("force", "kind", "to_kind", "basis", "source", "valid_from"):
        kind = arrow_schema(AreaLink).field(name).type
        columns[name] = pa.array([getattr(lookup, name)] * table.num_rows, kind)
    return pa.table(columns)


def _once(links: pa.Table) -> pa.Table:
    """Each pair once; what leads to one area alone leads there whole."""
    rows: dict[tuple[str, str], int] = {}
    pairs = zip(links["from_area"].to_pylist(), links["to_area"].to_pylist(), strict=True)
    for row, (old, new) in enumerate(pairs):
        rows.setdefault((str(old), str(new)), row)
    parts = Counter(old for old, _ in rows)
    weights = [1.0 if parts[old] == 1 else None for old, _ in rows]
    once = links.take(list(rows.values()))
    return once.append_column("weight", pa.array(weights, pa.float64()))


def composed(first: Sequence[AreaLink], second: Sequence[AreaLink]) -> Iterator[AreaLink]:
    """One lookup in place of two: weights multiply.

    Raises:
        MixedRowsError: If they do not lead on from one another.
        ValidationError: If the second does not know an area that the first leads to.
    """
    _refuse_unlinked(first, second)
    beyond = follow(second)
    unknown = [
        Failure(
            code="REFERENTIAL",
            rule="is an old area of the second lookup",
            column="to_area",
            row=row,
            value=link.to_area,
        )
        for row, link in enumerate(first)
        if link.to_area not in beyond
    ]
    if unknown:
        raise ValidationError("Crosswalk", unknown)
    days = {link.valid_from for link in second}
    both = [*first, *second]
    for area, ends in follow(first).items():
        for new, share in combined(ends.shares, beyond).items():
            yield AreaLink(
                force=first[0].force,
                kind=first[0].kind,
                to_kind=to_kind_of(second[0]),
                from_area=area,
                to_area=new,
                valid_from=days.copy().pop() if len(days) == 1 else None,
                # Rounding may lead a sum of shares beyond the whole.
                weight=None if share is None else min(share, 1.0),
                basis=_joined(link.basis for link in both),
                source=_joined(link.source for link in both),
            )


def _joined(words: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(each for each in words if each is not None)) or None


def _refuse_unlinked(first: Sequence[AreaLink], second: Sequence[AreaLink]) -> None:
    for which, links in (("first", first), ("second", second)):
        if not is_lookup(links):
            raise MixedRowsError(
                f"then() puts a lookup after a lookup, and the {which} crosswalk has changes of "
                "one kind of area, or none. Put all changes into one crosswalk, which follows "
                "them by date: Crosswalk.from_rows([*first.links, *second.links])."
            )
    one, other = first[0], second[0]
    if (one.force, to_kind_of(one)) != (other.force, other.kind):
        raise MixedRowsError(
            f"The first lookup leads to {to_kind_of(one)} of {one.force}, and the second from "
            f"{other.kind} of {other.force}; they do not follow one another."
        )
