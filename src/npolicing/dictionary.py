"""The data dictionary and the JSON Schema of entities, out of their declared columns alone."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Annotated, TypeAlias

import attrs

from npolicing._columns import PRECISION, Column, Field
from npolicing._records import Record, Records
from npolicing.entities import ENTITIES

__all__ = ["DictionaryRow", "dictionary_markdown", "dictionary_rows", "json_schema"]

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"

_WORDS = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "date": "date",
    "timestamp": "time in UTC",
    "texts": "list of text",
}


@attrs.frozen(kw_only=True)
class DictionaryRow(Record):
    """One column of one entity, as the data dictionary has it."""

    entity: Annotated[str, Column("What a row is.", key=True)]
    column: Annotated[str, Column("Name of the column.", key=True)]
    type: Annotated[str, Column("Type of its values.")]
    required: Annotated[bool, Column("Whether it must be given; one with a default need not be.")]
    nullable: Annotated[bool, Column("Whether it may be null.")]
    key: Annotated[bool, Column("Whether it is part of what identifies a row.")]
    description: Annotated[str, Column("What the value is, and what null means.")]
    unit: Annotated[str | None, Column("What it is counted or measured in.")] = None
    allowed: Annotated[tuple[str, ...], Column("The values that it may have; none: any.")] = ()
    least: Annotated[str | None, Column("The smallest value; of a list, the fewest items.")] = None
    most: Annotated[str | None, Column("The largest value; of a list, the most items.")] = None
    pattern: Annotated[
        str | None, Column("Regular expression that the whole of the text matches.")
    ] = None
    refers: Annotated[str | None, Column("The key that its values are of, in the same force.")] = (
        None
    )


def dictionary_rows(entities: Iterable[type[Record]] = ENTITIES) -> Records[DictionaryRow]:
    """The data dictionary: a row for each column of each entity, in their order.

    Args:
        entities: Our entities, results of measures, or records of your own.

    >>> from npolicing.entities import BudgetPosition
    >>> row = dictionary_rows([BudgetPosition]).where(column="spent")[0]
    >>> row.type, row.unit, row.least, row.nullable
    ('decimal(18, 2)', 'GBP', '0', False)
    """
    return Records(
        DictionaryRow, (_row(each, field) for each in entities for field in each.columns())
    )


def _row(entity: type[Record], field: Field) -> DictionaryRow:
    column = field.column
    return DictionaryRow(
        entity=entity.__name__,
        column=field.name,
        type=_type(field),
        required=field.required,
        nullable=field.nullable,
        key=column.key,
        description=column.description,
        unit=column.unit,
        allowed=field.choices,
        least=None if column.ge is None else str(column.ge),
        most=None if column.le is None else str(column.le),
        pattern=column.pattern,
        refers=column.refers,
    )


def _type(field: Field) -> str:
    if field.kind == "decimal":
        return f"decimal({PRECISION}, {field.column.scale})"
    return _WORDS[field.kind]


def dictionary_markdown(entities: Iterable[type[Record]] = ENTITIES) -> str:
    r"""The data dictionary to read: for each entity what a row is, its columns and its rules.

    Args:
        entities: Our entities, results of measures, or records of your own.

    >>> from npolicing.entities import Force
    >>> print("\n".join(dictionary_markdown([Force]).splitlines()[:7]))
    # Data dictionary
    <BLANKLINE>
    ## Force
    <BLANKLINE>
    One territorial police force.
    <BLANKLINE>
    | Column | Type | Null | Unit | Values | Meaning |
    """
    return "\n\n".join(["# Data dictionary", *map(_section, entities)]) + "\n"


def _section(entity: type[Record]) -> str:
    parts = [f"## {entity.__name__}", *_summary(entity)]
    parts.append(
        "\n".join(
            [
                "| Column | Type | Null | Unit | Values | Meaning |",
                "|---|---|---|---|---|---|",
                *(_line(row) for row in dictionary_rows([entity])),
            ]
        )
    )
    if entity.rules:
        rules = "\n".join(f"- {rule.name} ({rule.code})" for rule in entity.rules)
        parts.append(f"Rules of a row:\n\n{rules}")
    return "\n\n".join(parts)


def _summary(entity: type[Record]) -> list[str]:
    first = (inspect.getdoc(entity) or "").partition("\n\n")[0]
    return [" ".join(first.split())] if first else []


def _line(row: DictionaryRow) -> str:
    name = f"`{row.column}`" + (" (key)" if row.key else "")
    meaning = row.description + (f" Refers to {row.refers}." if row.refers else "")
    cells = [name, row.type, "yes" if row.nullable else "no", row.unit or "", _values(row), meaning]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(row: DictionaryRow) -> str:
    """The values that a column may have, in a few words."""
    words = [", ".join(row.allowed)] if row.allowed else []
    what = "items " if row.type == _WORDS["texts"] else ""
    words += [
        f"{what}{sign} {bound}" for sign, bound in ((">=", row.least), ("<=", row.most)) if bound
    ]
    words += [f"`{row.pattern}`"] if row.pattern else []
    return "; ".join(words)


def json_schema(entity: type[Record]) -> dict[str, JSON]:
    """The JSON Schema (2020-12) of what an entity's `to_dict` gives and `from_dict` takes.

    Amounts are text, so that no reader makes them floats. What JSON Schema cannot say (rules
    between columns, characters that do not print, bounds of amounts and days but for a sign) the
    constructor still checks.

    Args:
        entity: One of ours, a measure's result, or a record of your own.

    >>> from npolicing.entities import Scheme
    >>> json_schema(Scheme)["properties"]["members"]["minimum"]
    0
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": entity.__name__,
        "description": " ".join(_summary(entity)),
        "type": "object",
        "properties": {field.name: _property(field) for field in entity.columns()},
        "required": [field.name for field in entity.columns() if field.required],
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, JSON]:
    schema = _schema(field)
    if field.nullable:
        schema["type"] = [schema["type"], "null"]
        if field.choices:
            schema["enum"] = [*field.choices, None]
    schema["description"] = field.column.description
    if field.column.unit is not None:
        schema["unit"] = field.column.unit
    return schema


def _schema(field: Field) -> dict[str, JSON]:
    match field.kind:
        case "text":
            return _text(field)
        case "texts":
            lengths = _bounds(field, "minItems", "maxItems")
            return {"type": "array", "items": _text(field), "uniqueItems": True, **lengths}
        case "integer" | "number":
            return {"type": field.kind, **_bounds(field, "minimum", "maximum")}
        case "decimal":
            return {"type": "string", "pattern": _amount(field)}
        case "boolean":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case "timestamp":
            return {"type": "string", "format": "date-time", "pattern": "T.*[+]00:00$"}


def _text(field: Field) -> dict[str, JSON]:
    if field.choices:
        return {"type": "string", "enum": list(field.choices)}
    # Without a form of its own: not empty, and no blank at either end.
    pattern = field.column.pattern
    return {"type": "string", "pattern": f"^(?:{pattern})$" if pattern else "^\\S(.*\\S)?$"}


def _amount(field: Field) -> str:
    scale = field.column.scale
    least = field.column.ge
    sign = "-?" if least is None or least < 0 else ""  # type: ignore[operator] # a number, by bind()
    places = f"([.][0-9]{{1,{scale}}}0*)?" if scale else "([.]0+)?"
    return f"^{sign}[0-9]{{1,{PRECISION - scale}}}{places}$"


def _bounds(field: Field, least: str, most: str) -> dict[str, JSON]:
    bounds: Sequence[tuple[str, object]] = ((least, field.column.ge), (most, field.column.le))
    return {name: bound for name, bound in bounds if isinstance(bound, int | float)}
