"""Profiles out of TOML files: the shipped ones and the user's own; every mistake is named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TypeVar

import attrs

from npolicing._columns import Field, parse_text
from npolicing._files import refusal
from npolicing._records import Record
from npolicing._zones import zone_of
from npolicing.entities import ENTITIES
from npolicing.errors import Failure, InputFileError, UnknownCodeError, ValidationError
from npolicing.intake.cells.moments import compiled
from npolicing.intake.derived import derived
from npolicing.intake.profile import (
    Agreement,
    ColumnSource,
    FileForm,
    Profile,
    ProfileHead,
    Series,
    SetAside,
)

__all__ = ["entity_named", "known_profiles", "profile_text", "read_profile"]

R = TypeVar("R", bound=Record)
_DATA = files("npolicing.intake") / "profiles"
_TABLES = ("profile", "file", "columns", "aliases", "set_aside", "agree", "series")


def known_profiles() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted.

    >>> from npolicing.intake import known_profiles
    >>> "police-uk-street" in known_profiles()
    True
    """
    names = (each.name for each in _DATA.iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def read_profile(name_or_path: str | PathLike[str]) -> Profile:
    """A profile: a shipped one by name, your own by path.

    Args:
        name_or_path: A name that `known_profiles` has; or a path: any `PathLike`, or text that ends
            in ``.toml``.

    Raises:
        UnknownCodeError: If no shipped profile has that name.
        InputFileError: If the file cannot be read or is not right; it names every mistake, by the
            table and key that it is in.

    >>> from npolicing.intake import read_profile
    >>> read_profile("police-uk-street").head.entity
    'Crime'
    """
    if isinstance(name_or_path, str) and not name_or_path.casefold().endswith(".toml"):
        if name_or_path not in known_profiles():
            what = "shipped profile (a path ends in .toml)"
            raise UnknownCodeError(what, name_or_path, known_profiles())
        return _shipped(name_or_path)
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputFileError(str(path), "no such file") from None
    except OSError as error:
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error
    return _read(str(path), content)


def profile_text(name: str) -> str:
    """The text of a shipped profile, to copy and change.

    Raises:
        UnknownCodeError: If no shipped profile has that name.
    """
    read_profile(name)
    return (_DATA / f"{name}.toml").read_text(encoding="utf-8")


@cache
def _shipped(name: str) -> Profile:
    return _read(f"{name}.toml", (_DATA / f"{name}.toml").read_bytes())


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


def _read(name: str, content: bytes) -> Profile:
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise InputFileError(name, f"is no TOML in UTF-8: {error}") from error
    reader = _Reader()
    profile = reader.profile(document)
    if not reader.failures:
        reader.failures += _contradictions(profile)
    if reader.failures:
        raise refusal(name, reader.failures)
    return profile


@attrs.define
class _Reader:
    """What is wrong with a document, gathered on the way."""

    failures: list[Failure] = attrs.field(factory=list)

    def profile(self, document: Mapping[str, object]) -> Profile:
        """The profile; where anything is wrong with it, not to be used."""
        self.failures += [_unknown(each, each, _TABLES) for each in document if each not in _TABLES]
        return Profile(
            head=self.record(ProfileHead, document.get("profile", {}), "profile"),
            file=self.record(FileForm, document.get("file", {}), "file"),
            columns=self.columns(document.get("columns", {}), "columns"),
            aliases=self.aliases(document.get("aliases", {})),
            set_aside=tuple(self.records(SetAside, document.get("set_aside", []), "set_aside")),
            agree=tuple(self.records(Agreement, document.get("agree", []), "agree")),
            series=tuple(self.series(document.get("series", []))),
        )

    def table(self, value: object, where: str) -> dict[str, object]:
        """A table; nothing, where it is none."""
        if isinstance(value, dict):
            return value
        self.failures.append(_wrong(where, f"is a table [{where}]", value))
        return {}

    def tables(self, value: object, where: str) -> list[dict[str, object]]:
        """A list of tables."""
        if isinstance(value, list):
            return [self.table(each, f"{where}[{at}]") for at, each in enumerate(value)]
        self.failures.append(_wrong(where, f"is a list of tables [[{where}]]", value))
        return []

    def record(self, kind: type[R], value: object, where: str) -> R:
        """One table as its record; where it is wrong, one that is empty."""
        values = {
            name: _listed(kind, name, each) for name, each in self.table(value, where).items()
        }
        try:
            return kind.from_dict(values)
        except ValidationError as error:
            self.failures += [_placed(failure, where) for failure in error.failures]
            return kind.__new__(kind)

    def records(self, kind: type[R], value: object, where: str) -> Iterator[R]:
        """A list of tables as records."""
        for at, each in enumerate(self.tables(value, where)):
            yield self.record(kind, each, f"{where}[{at}]")

    def columns(self, value: object, where: str) -> dict[str, ColumnSource]:
        """The table of columns."""
        tables = self.table(value, where)
        return {n: self.record(ColumnSource, each, f"{where}.{n}") for n, each in tables.items()}

    def series(self, value: object) -> Iterator[Series]:
        """The records of a row."""
        for at, each in enumerate(self.tables(value, "series")):
            where = f"series[{at}]"
            unknown = [_unknown(f"{where}.{n}", n, ("columns",)) for n in each if n != "columns"]
            self.failures += unknown
            yield Series(columns=self.columns(each.get("columns", {}), f"{where}.columns"))

    def aliases(self, value: object) -> dict[str, dict[str, str]]:
        """The spellings of each field."""
        found: dict[str, dict[str, str]] = {}
        for name, each in self.table(value, "aliases").items():
            spellings = self.table(each, f"aliases.{name}")
            for text, code in spellings.items():
                if not isinstance(code, str):
                    self.failures.append(_wrong(f"aliases.{name}.{text}", "is text", code))
            found[name] = {text: str(code) for text, code in spellings.items()}
        return found


def _listed(kind: type[Record], name: str, value: object) -> object:
    """A text where a list of texts is meant, and TOML's own days, as canonical text."""
    kinds = {field.name: field.kind for field in kind.columns()}
    if kinds.get(name) == "texts" and isinstance(value, str):
        return [value]
    if kinds.get(name) == "text" and isinstance(value, bool | int | date):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _placed(failure: Failure, where: str) -> Failure:
    column = failure.column or (failure.value if failure.code == "UNKNOWN_FIELD" else None)
    return attrs.evolve(failure, column=where if column is None else f"{where}.{column}")


def _unknown(where: str, name: str, known: Sequence[str]) -> Failure:
    rule = f"is one of {', '.join(known)}"
    return Failure(code="UNKNOWN_FIELD", rule=rule, column=where, value=name)


def _wrong(where: str, rule: str, value: object) -> Failure:
    return Failure(code="WRONG_TYPE", rule=rule, column=where, value=value)


# -- what the parts of a profile say of one another


def _contradictions(profile: Profile) -> Iterator[Failure]:
    try:
        entity = entity_named(profile.head.entity)
    except UnknownCodeError as error:
        rule = f"is one of {', '.join(error.known)}"
        yield Failure(
            code="NOT_ALLOWED", rule=rule, column="profile.entity", value=profile.head.entity
        )
        return
    fields = {field.name: field for field in entity.columns()}
    yield from _column_failures(profile, fields)
    yield from _missing(profile, entity)
    yield from _zone_failures("profile.time_zone", profile.head.time_zone)
    for name in profile.aliases:
        if name not in fields:
            yield _unknown(f"aliases.{name}", name, tuple(fields))
    for at, each in enumerate(profile.set_aside):
        for name in each.adds_up:
            if name not in fields:
                yield _unknown(f"set_aside[{at}].adds_up", name, tuple(fields))
    for at, agreement in enumerate(profile.agree):
        yield from _agreement_failures(f"agree[{at}]", agreement)


def _column_failures(profile: Profile, fields: Mapping[str, Field]) -> Iterator[Failure]:
    tables = [("columns", profile.columns)]
    tables += [(f"series[{at}].columns", each.columns) for at, each in enumerate(profile.series)]
    for table, columns in tables:
        for name, source in columns.items():
            where = f"{table}.{name}"
            if name not in fields:
                yield _unknown(where, name, tuple(fields))
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
    for form in source.formats:
        try:
            compiled(form)
        except ValueError as error:
            yield Failure(
                code="NOT_ALLOWED", rule=str(error), column=f"{where}.formats", value=form
            )
    yield from _zone_failures(f"{where}.time_zone", source.time_zone)


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


def _agreement_failures(where: str, agreement: Agreement) -> Iterator[Failure]:
    said = [name for name in ("sum", "minus", "ratio") if getattr(agreement, name)]
    if len(said) != 1:
        yield Failure(code="INCONSISTENT", rule="has one of sum, minus and ratio", column=where)
    for name in ("minus", "ratio"):
        value = getattr(agreement, name)
        if value and len(value) != 2:
            yield Failure(code="INCONSISTENT", rule="has two headers", column=f"{where}.{name}")
