"""Which area a row is of, as a key; and the rows of the dimension that the keys need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import attrs

from npolicing.calendar import within
from npolicing.entities import NPU, Force, Ward
from npolicing.entities._forms import GSS
from npolicing.star_schema.dimensions import DimArea

__all__ = ["AreaBook", "turns_of"]

_NO_UNIT = "-"
_UNDATED = "?"


@attrs.frozen
class AreaBook:
    """Forces, units and wards that are known, to look keys up in.

    A key is made of codes, and of the first day where a code has one: ``WMP:force``,
    ``WMP:npu:CV``, ``WMP:npu:CV:2022-04-01``. A code has no colon, no hyphen alone and no
    question mark, which are for rows that name no unit, or one that did not stand on their day.
    """

    forces: tuple[Force, ...]
    units: tuple[NPU, ...]
    wards: tuple[Ward, ...]

    def force_key(self, force: str) -> str:
        """The key of a force as a whole."""
        return f"{force}:force"

    def unit_key(self, force: str, code: str | None, day: date | None) -> str:
        """The key of a unit as it stood on a day; of one that nobody knows, too."""
        if code is None:
            return f"{force}:npu:{_NO_UNIT}"
        rows = [each for each in self.units if (each.force, each.code) == (force, code)]
        return _dated(f"{force}:npu:{code}", rows, day)

    def ward_key(self, force: str, code: str, day: date | None) -> str:
        """The key of a ward as it stood on a day."""
        rows = [each for each in self.wards if (each.force, each.ward) == (force, code)]
        return _dated(f"{force}:ward:{code}", rows, day)

    def place_key(self, force: str, npu: str | None, ward: str | None, day: date | None) -> str:
        """The key of the ward that a row names, else of its unit, else of the force as a whole."""
        if ward is not None:
            return self.ward_key(force, ward, day)
        return self.force_key(force) if npu is None else self.unit_key(force, npu, day)

    def turns(self, force: str) -> Iterator[date]:
        """The days from which a unit of a force is another, or none."""
        for each in self.units:
            if each.force == force:
                yield from turns_of(each.valid_from, each.valid_to)

    def rows(self, keys: Iterable[str]) -> list[DimArea]:
        """The rows of the dimension, by key: all that are known of the forces, and all keys."""
        asked = sorted(set(keys))
        forces = {key.split(":")[0] for key in asked}
        listed = [
            *(_of_force(each) for each in self.forces if each.force in forces),
            *(_of_unit(each) for each in self.units if each.force in forces),
            *(_of_ward(each) for each in self.wards if each.force in forces),
        ]
        known = {row.area_key: row for row in listed}
        found = {key: known.get(key) or _unlisted(key) for key in {*known, *asked}}
        return [found[key] for key in sorted(found)]


def turns_of(first: date | None, last: date | None) -> Iterator[date]:
    """The days from which something stands, and no longer stands."""
    if first is not None:
        yield first
    if last is not None and last < date.max:
        yield last + timedelta(days=1)


def _dated(key: str, rows: Sequence[NPU | Ward], day: date | None) -> str:
    if not rows:
        return key
    standing = [each for each in rows if within(each.valid_from, each.valid_to, day)]
    # None stood that day; or no day is given, and there were several.
    if len(standing) != 1:
        return f"{key}:{_UNDATED}"
    return _from(key, standing[0].valid_from)


def _from(key: str, first: date | None) -> str:
    return key if first is None else f"{key}:{first}"


def _gss(code: str) -> str | None:
    return code if re.fullmatch(GSS, code) else None


def _of_force(force: Force) -> DimArea:
    return DimArea(
        area_key=f"{force.force}:force",
        force=force.force,
        level="force",
        is_listed=True,
        code=force.force,
        name=force.name,
        gss_code=force.gss_code,
    )


def _of_unit(unit: NPU) -> DimArea:
    return DimArea(
        area_key=_from(f"{unit.force}:npu:{unit.code}", unit.valid_from),
        force=unit.force,
        level="npu",
        is_listed=True,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        npu=unit.code,
        local_authority=unit.local_authority,
        local_authority_code=unit.local_authority_code,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


def _of_ward(ward: Ward) -> DimArea:
    return DimArea(
        area_key=_from(f"{ward.force}:ward:{ward.ward}", ward.valid_from),
        force=ward.force,
        level="ward",
        is_listed=True,
        code=ward.ward,
        name=ward.name,
        npu=ward.npu,
        gss_code=_gss(ward.ward),
        local_authority_code=ward.local_authority_code,
        valid_from=ward.valid_from,
        valid_to=ward.valid_to,
    )


def _unlisted(key: str) -> DimArea:
    """What a key says by itself."""
    force, level, *rest = key.split(":")
    code = force if level == "force" else rest[0]
    return DimArea(
        area_key=key,
        force=force,
        level=level,  # type: ignore[arg-type] # the keys above have no other
        is_listed=False,
        code=None if code == _NO_UNIT else code,
        npu=rest[0] if level == "npu" and rest[0] != _NO_UNIT else None,
        gss_code=_gss(code) if level == "ward" else None,
    )
