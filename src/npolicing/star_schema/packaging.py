"""What stands beside the tables: a Frictionless Data Package, and the dictionary to read."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import TypeAlias

import attrs

from npolicing._columns import Bound, Field, Kind
from npolicing._metadata import KEY
from npolicing._records import Record
from npolicing.dictionary import dictionary_markdown
from npolicing.paper.reporting import marked
from npolicing.star_schema.tables import STAR, STAR_VERSION

__all__ = ["TableFile", "data_package", "dictionary_page"]

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES: dict[Kind, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "texts": "list",
}


@attrs.frozen(kw_only=True)
class TableFile:
    """One file of a table, as it is on the disk.

    Attributes:
        path: Where it is, from the folder of the star.
        rows: How many rows it has.
        size: Its length in bytes.
        sha256: The SHA-256 of its bytes.
    """

    path: str
    rows: int
    size: int
    sha256: str


def data_package(
    files: Mapping[str, Iterable[TableFile]], *, marking: str | None, synthetic: bool
) -> dict[str, JSON]:
    """The descriptor of a star (Data Package 2.0, with a Table Schema for each table).

    Args:
        files: The files of each table.
        marking: The protective marking; null without one.
        synthetic: Whether rows are made up.

    Source: Data Package (v2), Frictionless Data, https://datapackage.org/standard/data-package/.
    """
    words = "Made-up logs, to try things on; no figure of it is of any force. " if synthetic else ""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "npolicing-star",
        "title": "Neighbourhood policing: dimensions and facts",
        "description": f"{words}Counts that add up, with their denominators and no ratios.",
        "version": f"{STAR_VERSION}.0.0",
        "resources": [_resource(name, list(each)) for name, each in files.items()],
        KEY: {
            "star_version": STAR_VERSION,
            "library": version("npolicing"),
            "marking": marking,
            "synthetic": synthetic,
        },
    }


def _resource(name: str, files: list[TableFile]) -> dict[str, JSON]:
    entity = STAR[name]
    paths: JSON = [each.path for each in files]
    one: dict[str, JSON] = (
        {"bytes": files[0].size, "hash": f"sha256:{files[0].sha256}"} if len(files) == 1 else {}
    )
    listed: JSON = [
        {"path": each.path, "rows": each.rows, "bytes": each.size, "hash": f"sha256:{each.sha256}"}
        for each in files
    ]
    return {
        "name": name,
        "path": files[0].path if len(files) == 1 else paths,
        "title": entity.__name__,
        "description": " ".join((inspect.getdoc(entity) or "").split()),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        **one,
        "schema": _table_schema(entity),
        KEY: {"schema_version": entity.schema_version, "files": listed},
    }


def _table_schema(entity: type[Record]) -> dict[str, JSON]:
    key: JSON = [field.name for field in entity.columns() if field.column.key]
    foreign: JSON = [
        {
            "fields": [field.name],
            "reference": {"resource": _table_of(target), "fields": [column]},
        }
        for field in entity.columns()
        if field.column.refers is not None
        for target, _, column in [field.column.refers.partition(".")]
    ]
    keys: dict[str, JSON] = {"foreignKeys": foreign} if foreign else {}
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(field) for field in entity.columns()],
        "primaryKey": key,
        **keys,
    }


def _table_of(entity: str) -> str:
    return next(name for name, each in STAR.items() if each.__name__ == entity)


def _field(field: Field) -> dict[str, JSON]:
    unit: dict[str, JSON] = {} if field.column.unit is None else {"unit": field.column.unit}
    return {
        "name": field.name,
        "type": _TYPES[field.kind],
        "description": field.column.description,
        "constraints": _constraints(field),
        **unit,
    }


def _constraints(field: Field) -> dict[str, JSON]:
    column = field.column
    found: dict[str, JSON] = {"required": not field.nullable}
    if field.choices:
        found["enum"] = list(field.choices)
    if column.pattern is not None:
        found["pattern"] = column.pattern
    for name, bound in (("minimum", column.ge), ("maximum", column.le)):
        if bound is not None:
            found[name] = _bound(bound)
    return found


def _bound(bound: Bound) -> JSON:
    if isinstance(bound, date):
        return bound.isoformat()
    return str(bound) if isinstance(bound, Decimal) else bound


def dictionary_page(names: Collection[str], *, marking: str | None, synthetic: bool) -> str:
    """The data dictionary of some tables to read, with its marking at its head and its foot."""
    title, _, rest = dictionary_markdown([STAR[name] for name in names]).partition("\n\n")
    listed = ", ".join(f"`{name}` ({STAR[name].__name__})" for name in names)
    parts = [title, f"Tables and what a row of them is: {listed}."]
    if synthetic:
        parts.append("Logs in it are made up: no figure of them is of any force.")
    return marked("\n\n".join([*parts, rest]), marking)
