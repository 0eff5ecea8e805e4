"""Profiles out of TOML files: the shipped ones and the user's own; every mistake is named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TypeVar

import attrs

from npolicing._files import refusal
from npolicing._records import Record
from npolicing.errors import Failure, InputFileError, UnknownCodeError, ValidationError
from npolicing.intake.profile import (
    Agreement,
    ColumnSource,
    FileForm,
    Profile,
    ProfileHead,
    Series,
    SetAside,
)
from npolicing.intake.profile_checks import contradictions

__all__ = ["known_profiles", "profile_text", "read_profile"]

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


def _read(name: str, content: bytes) -> Profile:
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise InputFileError(name, f"is no TOML in UTF-8: {error}") from error
    reader = _Reader()
    profile = reader.profile(document)
    told = [failure.column or "" for failure in reader.failures]
    reader.failures += contradictions(profile, told)
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
            head=self.head(document.get("profile", {})),
            file=self.record(FileForm, document.get("file", {}), "file") or FileForm(),
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

    def head(self, value: object) -> ProfileHead:
        """What holds for all of it; where that is wrong, the entity, as far as it is said."""
        found = self.record(ProfileHead, value, "profile")
        if found is not None:
            return found
        said = value if isinstance(value, dict) else {}
        words = {k: said[k] for k in ("entity", "time_zone") if isinstance(said.get(k), str)}
        return ProfileHead.from_dict({"name": "unread", "entity": "?", **words})

    def record(self, kind: type[R], value: object, where: str) -> R | None:
        """One table as its record; null where it is wrong."""
        before = len(self.failures)
        values = self.known(kind, value, where)
        try:
            found = kind.from_dict(values)
        except ValidationError as error:
            self.failures += [_placed(failure, where) for failure in error.failures]
            return None
        return found if len(self.failures) == before else None

    def known(self, kind: type[Record], value: object, where: str) -> dict[str, object]:
        """What a table says under keys that there are; the others are mistakes."""
        keys = [field.name for field in kind.columns()]
        said = self.table(value, where)
        self.failures += [_unknown(f"{where}.{n}", n, keys) for n in said if n not in keys]
        return {name: _listed(kind, name, each) for name, each in said.items() if name in keys}

    def records(self, kind: type[R], value: object, where: str) -> Iterator[R]:
        """Those of a list of tables that are right, as records."""
        for at, each in enumerate(self.tables(value, where)):
            found = self.record(kind, each, f"{where}[{at}]")
            if found is not None:
                yield found

    def columns(self, value: object, where: str) -> dict[str, ColumnSource]:
        """The table of columns."""
        return {
            name: self.record(ColumnSource, each, f"{where}.{name}") or self.rest(each)
            for name, each in self.table(value, where).items()
        }

    def rest(self, value: object) -> ColumnSource:
        """What is right of a column of which something is wrong: the rest is looked at, too."""
        said = value if isinstance(value, dict) else {}
        found = ColumnSource()
        for field in ColumnSource.columns():
            with suppress(ValidationError):
                if field.name in said:
                    one = {field.name: _listed(ColumnSource, field.name, said[field.name])}
                    found = ColumnSource.from_dict({**found.to_dict(), **one})
        return found

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
    column = failure.column
    return attrs.evolve(failure, column=where if column is None else f"{where}.{column}")


def _unknown(where: str, name: str, known: Sequence[str]) -> Failure:
    rule = f"is one of {', '.join(known)}"
    return Failure(code="UNKNOWN_FIELD", rule=rule, column=where, value=name)


def _wrong(where: str, rule: str, value: object) -> Failure:
    return Failure(code="WRONG_TYPE", rule=rule, column=where, value=value)
