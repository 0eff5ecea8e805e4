"""The tables of a whole force, each key of which is found where it points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast, get_args, get_type_hints

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from npolicing._columns import Field
from npolicing._records import Record, Records
from npolicing.entities import (
    NPU,
    ACFBid,
    Action,
    AreaLink,
    ArmCount,
    Attendance,
    BudgetPosition,
    Crime,
    CrimeCount,
    DemandTier,
    Force,
    Grade,
    GradeOwner,
    GradingScheme,
    HarmWeight,
    ImpactArea,
    Log,
    MeasureRole,
    Milestone,
    Observation,
    Place,
    Problem,
    ProblemStage,
    Scheme,
    Staff,
    StopAndSearch,
    Target,
    Team,
    Threshold,
    Ward,
)
from npolicing.testing._rows import key_of, records

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["ForceTables", "force_tables"]

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class ForceTables:
    """Tables that belong together: every key in them is one that the table it points into has.

    Iterating gives the tables, in the order of the fields, which is that of their references.
    """

    forces: Records[Force]
    npus: Records[NPU]
    teams: Records[Team]
    wards: Records[Ward]
    area_links: Records[AreaLink]
    impact_areas: Records[ImpactArea]
    places: Records[Place]
    staff: Records[Staff]
    grading_schemes: Records[GradingScheme]
    grades: Records[Grade]
    grade_owners: Records[GradeOwner]
    logs: Records[Log]
    attendances: Records[Attendance]
    crimes: Records[Crime]
    crime_counts: Records[CrimeCount]
    harm_weights: Records[HarmWeight]
    searches: Records[StopAndSearch]
    schemes: Records[Scheme]
    observations: Records[Observation]
    targets: Records[Target]
    milestones: Records[Milestone]
    thresholds: Records[Threshold]
    demand_tiers: Records[DemandTier]
    bids: Records[ACFBid]
    budgets: Records[BudgetPosition]
    problems: Records[Problem]
    problem_stages: Records[ProblemStage]
    arm_counts: Records[ArmCount]
    actions: Records[Action]
    measure_roles: Records[MeasureRole]

    def __iter__(self) -> Iterator[Records[Record]]:
        for field in attrs.fields(ForceTables):
            yield getattr(self, field.name)

    def __getitem__(self, entity: type[R]) -> Records[R]:
        """The table of an entity."""
        for table in self:
            if table.entity is entity:
                return cast("Records[R]", table)
        raise KeyError(entity.__name__)


_ENTITIES: dict[str, type[Record]] = {
    name: get_args(hint)[0] for name, hint in get_type_hints(ForceTables).items()
}
# A log's local time is London's, and its force says so.
_FIXED: dict[type[Record], Mapping[str, object]] = {Force: {"time_zone": "Europe/London"}}
_Drawn = dict[str, list[Record]]


def force_tables(
    *, min_size: int = 1, max_size: int = 3, max_forces: int = 2
) -> SearchStrategy[ForceTables]:
    """Linked tables of one force or more, without a key that points nowhere.

    Args:
        min_size: Fewest rows of each table; of forces there is always one.
        max_size: Most rows of each table.
        max_forces: Most forces.

    >>> from hypothesis import given, settings
    >>> @settings(deadline=None, max_examples=10)
    ... @given(force_tables())
    ... def test_teams_are_of_units_that_are_there(tables):
    ...     units = {(npu.force, npu.code) for npu in tables.npus}
    ...     assert all((team.force, team.npu) in units for team in tables.teams)
    >>> test_teams_are_of_units_that_are_there()
    """
    return _force_tables((min_size, max_size), max_forces)


@st.composite
def _force_tables(draw: DrawFn, sizes: tuple[int, int], max_forces: int) -> ForceTables:
    drawn: _Drawn = {}
    tables: dict[str, Records[Record]] = {}
    for name, entity in _ENTITIES.items():
        least, most = (1, max_forces) if entity is Force else sizes
        if not _possible(entity, drawn):
            most = 0
        rows = draw(
            st.lists(_linked(entity, drawn), min_size=least, max_size=most, unique_by=key_of)
            if most
            else st.just([])
        )
        drawn[entity.__name__] = rows
        drawn[entity.__name__] = [draw(_linked_within(row, rows)) for row in rows]
        tables[name] = Records(entity, drawn[entity.__name__])
    return ForceTables(**tables)  # type: ignore[arg-type] # each of the entity of its field


def _possible(entity: type[Record], drawn: _Drawn) -> bool:
    """Whether the tables have what every row of the entity must point at."""
    return all(drawn[_target(f)] for f in entity.columns() if f.column.refers and _needs(f))


@st.composite
def _linked(draw: DrawFn, entity: type[Record], drawn: _Drawn) -> Record:
    """A row whose keys are those of rows that were drawn before it."""
    chosen: dict[str, object] = dict(_FIXED.get(entity, {}))
    for field in _in_turn(entity, list(drawn)):
        if _target(field) == entity.__name__:
            chosen[field.name] = field.default
        elif field.name not in chosen:
            chosen[field.name] = _key(draw, field, drawn[_target(field)], chosen)
    known = {field.name for field in entity.columns()}
    return draw(records(entity, **{k: v for k, v in chosen.items() if k in known}))


@st.composite
def _linked_within(draw: DrawFn, row: Record, rows: Sequence[Record]) -> Record:
    """The row, where its table points into itself, pointing at other rows of it."""
    chosen = {field.name: getattr(row, field.name) for field in row.columns()}
    others = [other for other in rows if other is not row]
    inward = [f for f in row.columns() if f.column.refers and _target(f) == type(row).__name__]
    changes = {field.name: _key(draw, field, others, chosen) for field in inward}
    return attrs.evolve(row, **changes)


def _in_turn(entity: type[Record], order: list[str]) -> list[Field]:
    """The fields that refer, so ordered that no choice leaves a later one without a row.

    What is needed comes first, the deepest table before those that it points into in its turn: a
    grade settles its scheme, and the scheme its force. Then what may be null, and last what must
    agree with the rest.
    """

    def place(field: Field) -> tuple[bool, bool, int]:
        target = _target(field)
        depth = order.index(target) if target in order else len(order)
        return not _needs(field), not _needs(field) and bool(field.column.agrees), -depth

    return sorted((f for f in entity.columns() if f.column.refers), key=place)


def _key(draw: DrawFn, field: Field, rows: Sequence[Record], chosen: dict[str, object]) -> object:
    """A key, or several, of rows that agree with what is chosen; they settle what is not."""
    several = field.kind == "texts"
    least = max(cast("int", field.column.ge or 0), 1) if several and _needs(field) else 0
    number = draw(st.integers(least, least + 2)) if several else 1
    keys: list[object] = []
    for _ in range(number):
        fitting = [row for row in rows if _agrees(field, row, chosen)]
        fitting = [row for row in fitting if getattr(row, _column(field)) not in keys]
        if not fitting and _needs(field) and len(keys) < max(least, 1):
            reject()
        options: SearchStrategy[Record | None] = st.sampled_from(fitting) if fitting else st.none()
        optional = fitting and not several and not _needs(field)
        row = draw(st.one_of(st.none(), options) if optional else options)
        if row is not None:
            keys.append(getattr(row, _column(field)))
            for name in _shared(field):
                if getattr(row, name, None) is not None:
                    chosen.setdefault(name, getattr(row, name))
    return tuple(keys) if several else keys[0] if keys else None


def _agrees(field: Field, row: Record, chosen: Mapping[str, object]) -> bool:
    pairs = [(chosen.get(name), getattr(row, name, None)) for name in _shared(field)]
    return all(None in (ours, theirs) or ours == theirs for ours, theirs in pairs)


def _shared(field: Field) -> tuple[str, ...]:
    return ("force", *field.column.agrees)


def _needs(field: Field) -> bool:
    """Whether the field must have a key in it."""
    return bool(field.column.ge) if field.kind == "texts" else not field.nullable


def _target(field: Field) -> str:
    return str(field.column.refers).partition(".")[0]


def _column(field: Field) -> str:
    return str(field.column.refers).partition(".")[2]
