"""The elements of a small part of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

__all__ = ["Relation", "elements", "local", "relations", "small"]

_LARGEST = 2**24


class Relation(NamedTuple):
    """Where another part of a workbook is, and what kind of part."""

    kind: str
    target: str


def local(name: str) -> str:
    """A name of XML without its prefix."""
    return name.rpartition(":")[2]


def small(archive: ZipFile, name: str) -> bytes:
    """A part that is never large."""
    if archive.getinfo(name).file_size > _LARGEST:
        raise ValueError(f"{name} is longer than {_LARGEST:,} bytes")
    return archive.read(name)


def elements(archive: ZipFile, name: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, without prefixes."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if local(element) == wanted:
            found.append({local(key): value for key, value in attributes.items()})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(small(archive, name), True)  # noqa: FBT003 # it has no name
    return found


def relations(archive: ZipFile, parts: Mapping[str, str], name: str) -> dict[str, Relation]:
    """The parts that another names, by their identifiers."""
    return {
        each["Id"]: Relation(each.get("Type", "").rpartition("/")[2], each.get("Target", ""))
        for each in elements(archive, parts[name.lower()], "Relationship")
    }
