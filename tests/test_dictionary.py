"""The data dictionary, the JSON Schema and the golden Arrow schemas.

Run this file to write `tests/golden/schemas.json` anew: `python tests/test_dictionary.py`.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, cast

import attrs
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._columns import Column
from npolicing._records import Record, Records
from npolicing._rules import InOrder, Rule
from npolicing.arrow import arrow_schema
from npolicing.delimited import read_csv, write_csv
from npolicing.dictionary import DictionaryRow, dictionary_markdown, dictionary_rows, json_schema
from npolicing.entities import ENTITIES, Log
from npolicing.errors import ValidationError
from npolicing.evaluating import EVALUATED
from npolicing.measures import RESULTS
from npolicing.packs import PackFigure
from npolicing.star_schema import STAR
from npolicing.testing import hostile_cells, records
from npolicing.vocabulary import TeamKind

GOLDEN = Path(__file__).parent / "golden" / "schemas.json"
DECLARED: tuple[type[Record], ...] = (
    *ENTITIES,
    *RESULTS.values(),
    *EVALUATED,
    PackFigure,
    *STAR.values(),
)


@attrs.frozen(kw_only=True)
class Patrol(Record):
    """One foot patrol,
    on one day.

    This paragraph is for those who read the code.
    """

    patrol_id: Annotated[str, Column("Identifier.", key=True, pattern="P-[0-9]+|none")]
    minutes: Annotated[int, Column("How long.", unit="minutes", ge=1, le=600)]
    share: Annotated[float | None, Column("Share of the beat.", ge=0, le=1)] = None
    cost: Annotated[Decimal, Column("Cost.", unit="GBP", ge=0)] = Decimal(0)
    change: Annotated[Decimal | None, Column("Change.", scale=0, le=Decimal(9))] = None
    kind: Annotated[TeamKind | None, Column("Kind of team.")] = None
    officers: Annotated[
        tuple[str, ...], Column("Who; opaque.", ge=0, le=2, refers="Staff.ref")
    ] = ()
    note: Annotated[str, Column("A note.")] = "none"
    began_at: Annotated[datetime | None, Column("When it began.")] = None
    began_on: Annotated[date | None, Column("Its day.", ge=date(2000, 1, 1))] = None
    ended_on: Annotated[date | None, Column("Its last day.")] = None
    seen: Annotated[bool | None, Column("Whether seen.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        InOrder(code="ENDS_BEFORE_START", columns=("began_on", "ended_on")),
    )


# -- the dictionary


def test_a_row_says_all_that_is_declared_of_a_column() -> None:
    rows = dictionary_rows([Patrol])

    assert isinstance(rows, Records)
    assert rows[0] == DictionaryRow(
        entity="Patrol",
        column="patrol_id",
        type="text",
        required=True,
        nullable=False,
        key=True,
        description="Identifier.",
        pattern="P-[0-9]+|none",
    )
    assert rows.where(column="minutes")[0] == DictionaryRow(
        entity="Patrol",
        column="minutes",
        type="whole number",
        required=True,
        nullable=False,
        key=False,
        description="How long.",
        unit="minutes",
        least="1",
        most="600",
    )
    assert rows.where(column="officers")[0].refers == "Staff.ref"
    assert [row.type for row in rows] == [
        "text",
        "whole number",
        "number",
        "decimal(18, 2)",
        "decimal(18, 0)",
        "text",
        "list of text",
        "text",
        "time in UTC",
        "date",
        "date",
        "true or false",
    ]
    assert "hub" in rows.where(column="kind")[0].allowed


def test_the_dictionary_has_every_column_of_every_entity_once() -> None:
    assert [(row.entity, row.column) for row in dictionary_rows()] == [
        (entity.__name__, field.name) for entity in ENTITIES for field in entity.columns()
    ]
    assert {row.entity for row in dictionary_rows(RESULTS.values())} == {
        result.__name__ for result in RESULTS.values()
    }


def test_the_dictionary_can_be_written_like_any_rows(tmp_path: Path) -> None:
    rows = dictionary_rows(DECLARED)

    write_csv(rows, tmp_path / "dictionary.csv")

    assert read_csv(tmp_path / "dictionary.csv", DictionaryRow) == rows


def test_the_dictionary_to_read() -> None:
    kinds = ", ".join(word for word in dictionary_rows([Patrol]).where(column="kind")[0].allowed)

    assert dictionary_markdown([Patrol]) == (
        "# Data dictionary\n"
        "\n"
        "## Patrol\n"
        "\n"
        "One foot patrol, on one day.\n"
        "\n"
        "| Column | Type | Null | Unit | Values | Meaning |\n"
        "|---|---|---|---|---|---|\n"
        "| `patrol_id` (key) | text | no |  | `P-[0-9]+\\|none` | Identifier. |\n"
        "| `minutes` | whole number | no | minutes | >= 1; <= 600 | How long. |\n"
        "| `share` | number | yes |  | >= 0; <= 1 | Share of the beat. |\n"
        "| `cost` | decimal(18, 2) | no | GBP | >= 0 | Cost. |\n"
        "| `change` | decimal(18, 0) | yes |  | <= 9 | Change. |\n"
        f"| `kind` | text | yes |  | {kinds} | Kind of team. |\n"
        "| `officers` | list of text | no |  | items >= 0; items <= 2 | Who; opaque."
        " Refers to Staff.ref. |\n"
        "| `note` | text | no |  |  | A note. |\n"
        "| `began_at` | time in UTC | yes |  |  | When it began. |\n"
        "| `began_on` | date | yes |  | >= 2000-01-01 | Its day. |\n"
        "| `ended_on` | date | yes |  |  | Its last day. |\n"
        "| `seen` | true or false | yes |  |  | Whether seen. |\n"
        "\n"
        "Rules of a row:\n"
        "\n"
        "- began_on <= ended_on (ENDS_BEFORE_START)\n"
    )


def test_every_entity_has_its_section_and_every_rule_its_line() -> None:
    text = dictionary_markdown(DECLARED)

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [
        entity.__name__ for entity in DECLARED
    ]
    for rule in (rule for entity in DECLARED for rule in entity.rules):
        assert f"- {rule.name} ({rule.code})" in text.splitlines()
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    # Each has six cells: what looks like another is escaped.
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}


# -- JSON Schema


def validator(entity: type[Record]) -> jsonschema.Draft202012Validator:
    schema = json_schema(entity)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@given(st.data(), st.sampled_from([*DECLARED, Patrol, DictionaryRow]))
def test_every_record_keeps_the_json_schema_of_its_entity(
    data: st.DataObject, entity: type[Record]
) -> None:
    row = data.draw(records(entity))
    written = json.loads(json.dumps(row.to_dict()))

    validator(entity).validate(written)
    assert entity.from_dict(written) == row
    # What has a default may be left out.
    required = {field.name for field in entity.columns() if field.required}
    validator(entity).validate({key: cell for key, cell in written.items() if key in required})


PATROL = Patrol(
    patrol_id="P-1",
    minutes=45,
    began_at=datetime(2019, 7, 1, tzinfo=UTC),
    began_on=date(2019, 7, 1),
)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("patrol_id", "P-"),
        ("patrol_id", "xP-1"),
        ("patrol_id", "nonex"),
        ("patrol_id", 1),
        ("patrol_id", None),
        ("minutes", 0),
        ("minutes", 601),
        ("minutes", 1.5),
        ("minutes", "45"),
        ("minutes", True),
        ("minutes", 2**63),
        ("share", 1.5),
        ("share", "0.5"),
        ("cost", 1.5),
        ("cost", "1.005"),
        ("cost", "-1.00"),
        ("cost", "1,000"),
        ("cost", "1" * 17),
        ("cost", None),
        ("change", "0.5"),
        ("kind", "night"),
        ("kind", ""),
        ("officers", None),
        ("officers", ["A", "A"]),
        ("officers", ["A", "B", "C"]),
        ("officers", [""]),
        ("officers", "A"),
        ("note", ""),
        ("note", " x"),
        ("note", "x "),
        ("began_at", "2019-07-01"),
        ("began_at", "2019-07-01T00:00:00"),
        ("began_on", "2019-02-30"),
        ("began_on", "20190701"),
        ("seen", "true"),
        ("seen", 1),
    ],
)
def test_a_cell_that_the_constructor_refuses_breaks_the_json_schema(
    column: str, cell: object
) -> None:
    written = PATROL.to_dict() | {column: cell}

    assert validator(Patrol).is_valid(PATROL.to_dict())
    assert {error.path[0] for error in validator(Patrol).iter_errors(written)} == {column}
    with pytest.raises(ValidationError, match=rf"^\d failures? for Patrol:\n  - {column}: "):
        Patrol.from_dict(written)


@pytest.mark.parametrize("entity", DECLARED)
def test_what_the_json_schema_refuses_the_constructor_refuses(entity: type[Record]) -> None:
    properties = cast("dict[str, dict[str, object]]", json_schema(entity)["properties"])
    for field in entity.columns():
        schema = jsonschema.Draft202012Validator(
            properties[field.name], format_checker=jsonschema.FormatChecker()
        )
        for cell in hostile_cells(field):
            if not field.faults(cell):
                assert schema.is_valid(plain(cell)), (field.name, cell)


def plain(cell: object) -> object:
    """As `to_dict` writes it."""
    match cell:
        case Decimal():
            return format(cell or abs(cell), "f")
        case date():
            return cell.isoformat()
        case tuple():
            return list(cell)
        case _:
            return cell


def test_unknown_and_missing_names_break_the_json_schema() -> None:
    written = PATROL.to_dict()

    assert not validator(Patrol).is_valid(written | {"beat": "B1"})
    assert not validator(Patrol).is_valid({"patrol_id": "P-1"})
    assert validator(Patrol).is_valid({"patrol_id": "P-1", "minutes": 45})


def test_the_json_schema_says_what_the_columns_mean() -> None:
    schema = json_schema(Patrol)
    properties = schema["properties"]

    assert isinstance(properties, dict)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["title"], schema["description"]) == ("Patrol", "One foot patrol, on one day.")
    assert properties["minutes"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 600,
        "description": "How long.",
        "unit": "minutes",
    }
    assert json.loads(json.dumps(schema)) == schema


# -- the golden schemas


def schemas() -> dict[str, object]:
    """The Arrow schema of all that is written as a file of its own, as JSON has it."""
    written: tuple[type[Record], ...] = (*ENTITIES, PackFigure, *STAR.values())
    return {
        entity.__name__: {
            "schema_version": entity.schema_version,
            "columns": [
                {
                    "name": field.name,
                    "type": str(field.type),
                    "nullable": field.nullable,
                    "metadata": {
                        key.decode(): value.decode()
                        for key, value in (field.metadata or {}).items()
                    },
                }
                for field in arrow_schema(entity)
            ],
        }
        for entity in written
    }


def test_the_schemas_are_those_that_files_were_written_with() -> None:
    written = json.loads(GOLDEN.read_text(encoding="utf-8"))

    assert schemas() == written, (
        "The Arrow schemas have changed, and with them the files that people have. To rename, "
        "retype or drop a column, raise the entity's schema_version and add the step to its "
        "upgrades; a new column needs null or a default. Then run: python tests/test_dictionary.py"
    )


def test_the_golden_schemas_have_what_matters() -> None:
    log = json.loads(GOLDEN.read_text(encoding="utf-8"))["Log"]["columns"]

    assert [column["name"] for column in log] == [field.name for field in Log.columns()]
    assert {column["type"] for column in log} == {
        "string",
        "int64",
        "bool",
        "date32[day]",
        "timestamp[us, tz=UTC]",
    }


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    text = json.dumps(schemas(), indent=1, ensure_ascii=False)
    GOLDEN.write_text(f"{text}\n", encoding="utf-8", newline="\n")
