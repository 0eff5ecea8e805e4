"""What the parts of a profile say of one another, and of the entity that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from npolicing._columns import Field, parse_text
from npolicing._records import Record
from npolicing._zones import zone_of
from npolicing.entities import ENTITIES
from npolicing.errors import Failure, UnknownCodeError
from npolicing.intake.cell_kinds import ALLOWED, cells_of, may_be
from npolicing.intake.cells import fold
from npolicing.intake.cells.moments import compiled
from npolicing.intake.derived import derived
from npolicing.intake.profile import Agreement, CellKind, ColumnSource, Profile, SetAside

__all__ = ["contradictions", "entity_named"]


def entity_named(name: str) -> type[Record]:
    """The entity of a name, whatever its case.

    Raises:
        UnknownCodeError: If there is none.
    """
    known = {entity.__name__.casefold(): entity for entity in ENTITIES}
    found = known.get(name.casefold())
    if found is None:
        raise UnknownCodeError("entity", name, [entity.__name__ for entity in ENTITIES])
    return found


def contradictions(profile: Profile, told: Iterable[str]) -> Iterator[Failure]:
    """Everything that contradicts itself in a profile.

    Args:
        profile: The profile, of the parts that are right by themselves.
        told: The places of what is not: it is not told again that something is missing there.
    """
    found = tuple(told)
    for failure in _contradictions(profile):
        place = failure.column or ""
        lists = place.partition("[")[0] if place.startswith(("set_aside[", "agree[")) else place
        # Of a list with a wrong part the numbers are not those of the file.
        if not any(each == place or each.startswith((f"{place}.", f"{lists}[")) for each in found):
            yield failure


def _contradictions(profile: Profile) -> Iterator[Failure]:
    try:
        entity = entity_named(profile.head.entity)
    except UnknownCodeError as error:
        yield _failure(error.known, "profile.entity", profile.head.entity)
        return
    fields = {field.name: field for field in entity.columns()}
    yield from _column_failures(profile, fields)
    yield from _missing(profile, entity)
    yield from _zone_failures("profile.time_zone", profile.head.time_zone)
    for name, spellings in profile.aliases.items():
        if name in fields and not _of_a_column(profile, name):
            rule = "is for a field that has a column"
            yield Failure(code="NOT_ALLOWED", rule=rule, column=f"aliases.{name}", value=name)
        yield from _alias_failures(f"aliases.{name}", spellings, fields.get(name), fields)
    for at, each in enumerate(profile.set_aside):
        yield from _adding_failures(f"set_aside[{at}].adds_up", each, profile, fields)
    for at, agreement in enumerate(profile.agree):
        yield from _agreement_failures(f"agree[{at}]", agreement)


def _failure(known: Iterable[str], where: str, value: str) -> Failure:
    rule = f"is one of {', '.join(known)}"
    return Failure(code="NOT_ALLOWED", rule=rule, column=where, value=value)


def _unknown(where: str, name: str, fields: Iterable[str]) -> Failure:
    rule = f"is one of {', '.join(fields)}"
    return Failure(code="UNKNOWN_FIELD", rule=rule, column=where, value=name)


def _column_failures(profile: Profile, fields: Mapping[str, Field]) -> Iterator[Failure]:
    tables = [("columns", profile.columns)]
    tables += [(f"series[{at}].columns", each.columns) for at, each in enumerate(profile.series)]
    for table, columns in tables:
        for name, source in columns.items():
            where = f"{table}.{name}"
            if name not in fields:
                yield _unknown(where, name, fields)
            else:
                yield from _source_failures(where, source, fields[name])


def _source_failures(where: str, source: ColumnSource, field: Field) -> Iterator[Failure]:
    said = [n for n in ("header", "join", "value") if getattr(source, n) not in ((), None)]
    if len(said) != 1 and not (source.otherwise and not said):
        rule = "has one of header, join and value"
        yield Failure(code="INCONSISTENT", rule=rule, column=where, value=", ".join(said) or None)
    if source.value is not None:
        value = parse_text(field, source.value)
        for code, rule in field.faults(value):
            yield Failure(code=code, rule=rule, column=f"{where}.value", value=source.value)
    cells, allowed = cells_of(field, source), ALLOWED[field.kind]
    if cells not in allowed:
        yield _failure(allowed or ["those that a file can hold"], f"{where}.cells", cells)
    if source.otherwise is not None and not may_be(field, source.otherwise):
        rule = 'is "line" of an identifier, or "force" of the unit in a key'
        place = f"{where}.otherwise"
        yield Failure(code="NOT_ALLOWED", rule=rule, column=place, value=source.otherwise)
    yield from _idle(where, source, field, cells)
    if source.epoch not in (1900, 1904):
        yield _failure(["1900", "1904"], f"{where}.epoch", str(source.epoch))
    yield from _form_failures(f"{where}.formats", source.formats, field)
    yield from _zone_failures(f"{where}.time_zone", source.time_zone)


_USED: Mapping[str, tuple[CellKind, ...]] = {
    "formats": ("day", "time"),
    "time_zone": ("time", "serial_time"),
    "yes": ("yes_no",),
    "no": ("yes_no",),
    "scale": ("percentage",),
    "epoch": ("serial_day", "serial_time"),
    "prose": ("count",),
    "suffixes": ("money",),
    "pence": ("money",),
}
"""Which cells a key is for."""


def _idle(where: str, source: ColumnSource, field: Field, cells: CellKind) -> Iterator[Failure]:
    """Keys that are said and change nothing: whoever wrote them meant something."""
    for key in ColumnSource.columns():
        value = getattr(source, key.name)
        if value == key.default or key.name in ("header", "join", "value", "otherwise"):
            continue
        if source.value is not None:
            rule = "is for a column of the file; there is one value for all rows"
        elif cells in _USED.get(key.name, (cells,)):
            continue
        else:
            rule = (
                f"is for cells that are {' or '.join(_USED[key.name])}; {field.name}'s are {cells}"
            )
        place = f"{where}.{key.name}"
        yield Failure(code="NOT_ALLOWED", rule=rule, column=place, value=key.name)


def _form_failures(where: str, forms: Sequence[str], field: Field) -> Iterator[Failure]:
    """Forms that are none, and those that would read one text in two ways, or of two clocks."""
    for form in forms:
        try:
            compiled(form)
        except ValueError as error:
            yield Failure(code="NOT_ALLOWED", rule=str(error), column=where, value=form)
    rules = []
    if field.kind == "date" and any("%z" in form for form in forms):
        rules.append(
            "has no zone (%z): an instant is on another day by another clock; export the day"
        )
    if len({"%z" in form for form in forms}) > 1:
        rules.append("has a zone (%z) in each form, or in none")
    orders = {
        (form.casefold().find("%y") < form.find("%d"), form.find("%d") < form.find("%m"))
        for form in forms
        if "%d" in form and "%m" in form
    }
    if len({year_first for year_first, _ in orders}) < len(orders):
        rules.append("has the day before the month in each form, or in none")
    for rule in rules:
        yield Failure(code="INCONSISTENT", rule=rule, column=where, value=", ".join(forms))


def _zone_failures(where: str, zone: str | None) -> Iterator[Failure]:
    if zone is None:
        return
    try:
        zone_of(zone)
    except UnknownCodeError as error:
        rule = f"is a time zone, such as {', '.join(error.known)}"
        yield Failure(code="NOT_ALLOWED", rule=rule, column=where, value=zone)


def _missing(profile: Profile, entity: type[Record]) -> Iterator[Failure]:
    made = {"force", *derived(entity)}
    for columns in profile.all_columns:
        for field in entity.columns():
            if field.required and field.name not in columns and field.name not in made:
                rule = f"is a field that {entity.__name__} needs"
                yield Failure(code="MISSING", rule=rule, column=f"columns.{field.name}", value=None)


def _of_a_column(profile: Profile, name: str) -> bool:
    """Whether a column of the file makes a field."""
    sources = (columns[name] for columns in profile.all_columns if name in columns)
    return any(source.header or source.join for source in sources)


def _alias_failures(
    where: str, spellings: Mapping[str, str], field: Field | None, fields: Iterable[str]
) -> Iterator[Failure]:
    if field is None:
        yield _unknown(where, where.partition(".")[2], fields)
        return
    if field.kind != "text":
        rule = f"is for a field of text; {field.name} is {field.kind}"
        yield Failure(code="NOT_ALLOWED", rule=rule, column=where, value=field.name)
        return
    # A code book may find its codes by their names; the plan holds the aliases against it.
    in_book = cells_of(field, ColumnSource()) in ("npu", "grade")
    first: dict[str, str] = {}
    for text, code in spellings.items():
        for fault, rule in () if in_book else field.faults(code):
            yield Failure(code=fault, rule=rule, column=f"{where}.{text}", value=code)
        if first.setdefault(fold(text), code) != code:
            rule = f"stands for one thing, case and blanks folded; it is {first[fold(text)]!r}, too"
            yield Failure(code="INCONSISTENT", rule=rule, column=f"{where}.{text}", value=code)


def _adding_failures(
    where: str, each: SetAside, profile: Profile, fields: Mapping[str, Field]
) -> Iterator[Failure]:
    read = {n for columns in profile.all_columns for n, source in columns.items() if source.header}
    for name in each.adds_up:
        if name not in fields:
            yield _unknown(where, name, fields)
        elif fields[name].kind not in ("integer", "number", "decimal") or name not in read:
            rule = "is a field of numbers that has a column"
            yield Failure(code="NOT_ALLOWED", rule=rule, column=where, value=name)


def _agreement_failures(where: str, agreement: Agreement) -> Iterator[Failure]:
    said = [name for name in ("sum", "minus", "ratio") if getattr(agreement, name)]
    if len(said) != 1:
        yield Failure(code="INCONSISTENT", rule="has one of sum, minus and ratio", column=where)
    for name in ("minus", "ratio"):
        value = getattr(agreement, name)
        if value and len(value) != 2:
            yield Failure(code="INCONSISTENT", rule="has two headers", column=f"{where}.{name}")
