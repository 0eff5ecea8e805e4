"""What is known of forces: out of reference data that are given, or shipped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from npolicing._records import Records
from npolicing.entities import NPU, Ward
from npolicing.forces import ForceReference, known, load
from npolicing.star_schema.area_keys import AreaBook
from npolicing.star_schema.grade_keys import GradeBook
from npolicing.star_schema.log_months import Books

__all__ = ["books_of"]


def books_of(
    forces: Collection[str],
    *,
    references: Iterable[ForceReference],
    npus: Records[NPU] | None,
    wards: Sequence[Ward],
) -> Books:
    """The books of some forces; of a force without reference data nothing is known.

    Args:
        forces: Their codes.
        references: Reference data that are given; shipped ones stand in for the rest.
        npus: Units in place of those of the reference data of their forces.
        wards: Wards.
    """
    given = {each.force.force: each for each in references}
    shipped = {code: load(code) for code in known()}
    found = [{**shipped, **given}[code] for code in sorted(forces) if code in {*shipped, *given}]
    own = {unit.force for unit in npus or ()}
    units = [unit for each in found if each.force.force not in own for unit in each.npus]
    areas = AreaBook(
        forces=tuple(each.force for each in found),
        units=(*units, *(npus or ())),
        wards=tuple(wards),
    )
    grades = GradeBook(
        schemes=tuple(row for each in found for row in each.grading_schemes),
        grades=tuple(row for each in found for row in each.grades),
        owners=tuple(row for each in found for row in each.grade_owners),
    )
    return Books(areas, grades)
