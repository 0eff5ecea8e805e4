"""Small tables as CSV: one canonical form, safe to open in a spreadsheet, and read back strictly.

RFC 4180 in UTF-8, as the GOV.UK tabular data standard has it: commas, CRLF, one header row, one row
a record. Null is an empty cell, days and times are ISO 8601, decimals have a point and no other
mark, flags are ``true`` and ``false``. A list is joined with semicolons; a semicolon or a backslash
within an item has a backslash before it.

A text that a spreadsheet would run as a formula has an apostrophe before it; so has a part of one
that would run where a spreadsheet splits the file at semicolons or tabs. `read_csv` takes it off.

What a table is (its marking, its entity, whether it is made up) stands beside it and not in it, in
`<name>.csv-metadata.json`, where CSV on the Web looks. Where there is neither a marking nor a
made-up row, there is no such file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import attrs

from npolicing._columns import Field, parse_text
from npolicing._csv_cells import cell, guarded, items, unguarded
from npolicing._examining import ArrowStream, Rows, any_table, entity_of, examine_cells
from npolicing._files import FilePath, refusal, replacing
from npolicing._filling import filled
from npolicing._metadata import described
from npolicing._records import Record, Records
from npolicing._sidecar import check_beside, drop_beside, put_beside, said_beside
from npolicing._storage import of_objects
from npolicing.arrow import arrow_schema
from npolicing.errors import Failure, InputFileError, SchemaVersionError
from npolicing.frames import to_records

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from npolicing._metadata import FileMetadata

__all__ = ["read_csv", "write_csv", "write_csv_table"]

R = TypeVar("R", bound=Record)


def write_csv(
    rows: Rows,
    path: FilePath,
    entity: type[Record] | None = None,
    *,
    bom: bool = False,
    marking: str | None = None,
) -> None:
    """Write rows to a CSV file, checked, whole or not at all.

    Args:
        rows: Records, or a frame with a row for each record.
        path: The file; one that is there is replaced.
        entity: What a row is; may be left out for records.
        bom: Whether to begin with a byte-order mark, by which Excel knows UTF-8.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; without one that of the rows'
            schema. With it, or with made-up rows, `<name>-metadata.json` is written beside.

    Raises:
        ValidationError: If anything is wrong with the rows; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
        ValueError: If the marking is not one line of 1 to 100 printable characters.
        OSError: If the file cannot be written; then one that was there is as it was.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub", name="=1+1")]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "teams.csv")
    ...     write_csv(teams, path)
    ...     print(path.read_text(encoding="utf-8"))
    ...     read_csv(path, Team)[0].name
    force,team_id,npu,kind,name,valid_from,valid_to
    WMP,T1,CV,hub,'=1+1,,
    <BLANKLINE>
    '=1+1'
    """
    entity = entity_of(rows) if entity is None else entity
    said = described(rows, entity, marking)
    fields = entity.columns()
    lines = (
        [cell(getattr(row, field.name), nullable=field.nullable) for field in fields]
        for row in to_records(rows, entity)
    )
    header = [field.name for field in fields]
    _write(chain([header], lines), path, said, arrow_schema(entity), bom=bom)


def write_csv_table(
    table: pa.Table | pd.DataFrame | ArrowStream,
    path: FilePath,
    *,
    bom: bool = False,
    marking: str | None = None,
) -> None:
    """Write a table that is no entity's, such as a measure's result, in the same form.

    Args:
        table: What to write; missing figures are empty cells, and a pandas index is left out.
        path: The file; one that is there is replaced, whole or not at all.
        bom: Whether to begin with a byte-order mark, by which Excel knows UTF-8.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; without one that of the rows'
            schema. With it, or with made-up rows, `<name>-metadata.json` is written beside.

    Raises:
        ValueError: If a figure is infinite, or not a number where null would say so; or if the
            marking is not one line of 1 to 100 printable characters.
    """
    said = described(table, None, marking)
    arrow = any_table(table)
    columns = (column.to_pylist() for column in arrow.columns)
    lines = ([cell(value) for value in row] for row in zip(*columns, strict=True))
    header = [guarded(name) for name in arrow.column_names]
    _write(chain([header], lines), path, said, arrow.schema, bom=bom)


def _write(
    lines: Iterable[Sequence[str]],
    path: FilePath,
    said: FileMetadata,
    schema: pa.Schema,
    *,
    bom: bool,
) -> None:
    with replacing(path) as temporary:
        with temporary.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        # The marking is there before the rows are, and is gone only after them.
        if said.worth_saying:
            put_beside(path, said, schema)
        else:
            check_beside(path)
    if not said.worth_saying:
        drop_beside(path)


def read_csv(path: FilePath, entity: type[R]) -> Records[R]:
    """The records of a CSV file in the form that `write_csv` has.

    Strict: nothing is trimmed or guessed. A byte-order mark, plain line feeds and empty lines are
    accepted; columns may be in any order, and one that has a default may be left out. What stands
    beside the file need not be there; `npolicing.read_metadata` tells it, the marking too.

    Args:
        path: The file.
        entity: What a row is.

    Raises:
        InputFileError: If the file cannot be read, or anything in it is wrong. `failures` has
            everything, with rows that count from 0; the message has their lines. Where the header
            is wrong no row is read. Also where what stands beside it says that it is of another
            entity.
        SchemaVersionError: If it says that the file is of a later version of the entity.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(teams, Path(folder, "teams.csv"))
    ...     read_csv(Path(folder, "teams.csv"), Team)[0].npu
    'CV'
    """
    _refuse_others(said_beside(path), path, entity)
    header, lines = _lines(path)
    if len(header) == 1 and header[0].count(";") > 1:
        raise InputFileError(str(path), "is separated by semicolons; save it with commas")
    failures = _header_failures(header, entity)
    if failures:
        raise refusal(path, failures)
    failures = _line_failures(header, lines)
    wrong = {failure.row for failure in failures}
    rows = [row for row in range(len(lines)) if row not in wrong]
    cells = [dict(zip(header, lines[row].cells, strict=True)) for row in rows]
    examined = examine_cells(
        {field.name: of_objects(field, _values(field, cells)) for field in entity.columns()},
        entity,
        keep=len(rows) * len(entity.columns()) + 1,
    )
    failures += [_as_read(failure, rows, cells) for failure in examined.failures]
    if failures:
        failures.sort(key=lambda each: -1 if each.row is None else each.row)
        raise refusal(path, failures, [line.number for line in lines])
    return filled(examined.table, entity)


def _refuse_others(said: FileMetadata | None, path: FilePath, entity: type[Record]) -> None:
    if said is None or said.entity is None or said.schema_version is None:
        return
    if said.entity != entity.__name__:
        raise InputFileError(str(path), f"has rows of {said.entity}, not of {entity.__name__}")
    # An earlier version is read as it stands: its header says whether the columns are the same.
    if said.schema_version > entity.schema_version:
        raise SchemaVersionError(
            f"{path}: written by npolicing {said.library} to version {said.schema_version} of "
            f"{said.entity}; this is version {entity.schema_version}: upgrade npolicing."
        )


_FORMS = {
    "is an int": "is a whole number, such as 1150",
    "is a float": "is a number, such as 0.5",
    "is a Decimal": "is an amount, such as 1150.00",
    "is a bool": "is true or false",
    "is a date": "is a date, such as 2019-10-15",
    "is a datetime": "is a time, such as 2019-10-15T09:00:00+00:00",
}
"""How a cell of each type is written: whoever reads of it has a file before them, no Python."""


@attrs.frozen
class _Line:
    number: int
    cells: list[str]
    fault: str = ""


def _lines(path: FilePath) -> tuple[list[str], list[_Line]]:
    """The header, and every row with the line that it begins on."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    lines = []
    while True:
        number = reader.line_num + 1
        try:
            # A line with nothing on it is no row.
            if cells := next(reader):
                lines.append(_Line(number, cells))
        except csv.Error as error:
            lines.append(_Line(number, [], str(error)))
        except StopIteration:
            break
    if not lines:
        raise InputFileError(str(path), "is empty; it needs a header at least")
    if lines[0].fault:
        raise InputFileError(str(path), f"line 1: {lines[0].fault}")
    return lines[0].cells, lines[1:]


def _text(path: FilePath) -> str:
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputFileError(str(path), "no such file") from None
    except OSError as error:
        raise InputFileError(str(path), f"cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise InputFileError(
            str(path), f"line {line} is not UTF-8 (byte 0x{byte:02x}); save it as CSV UTF-8"
        ) from error


def _header_failures(header: Sequence[str], entity: type[Record]) -> list[Failure]:
    known = {field.name: field for field in entity.columns()}
    name = entity.__name__
    missing = [
        Failure(code="MISSING", rule="is a column of the file", column=field.name, value=None)
        for field in known.values()
        if field.required and field.name not in header
    ]
    unknown = [
        Failure(code="UNKNOWN_FIELD", rule=f"is a column of {name}", value=each)
        for each in dict.fromkeys(header)
        if each not in known
    ]
    twice = [
        Failure(code="DUPLICATE_ITEM", rule="comes once", value=each)
        for each in dict.fromkeys(header)
        if header.count(each) > 1
    ]
    return missing + unknown + twice


def _line_failures(header: Sequence[str], lines: Iterable[_Line]) -> list[Failure]:
    wanted = f"{len(header)} cells"
    return [
        Failure(
            code="CSV_FORMAT",
            rule="RFC 4180" if line.fault else wanted,
            row=row,
            value=line.fault or f"{len(line.cells)} cells",
        )
        for row, line in enumerate(lines)
        if line.fault or len(line.cells) != len(header)
    ]


def _values(field: Field, cells: Iterable[Mapping[str, str]]) -> Iterator[object]:
    for row in cells:
        if field.name not in row:
            yield field.default
        else:
            yield _value(field, row[field.name])


def _value(field: Field, text: str) -> object:
    """The value that a cell stands for; the cell itself where it stands for none."""
    if field.kind == "texts" and (text or not field.nullable):
        return items(unguarded(text))
    if not text:
        return None
    return unguarded(text) if field.kind == "text" else parse_text(field, text)


def _as_read(failure: Failure, rows: Sequence[int], cells: Sequence[Mapping[str, str]]) -> Failure:
    """A failure with its row in the file, and its cell as it stands there."""
    if failure.row is None:
        return failure
    found = cells[failure.row].get(failure.column or "")
    shown = found if found and failure.value != "(withheld)" else failure.value
    rule = _FORMS.get(failure.rule, failure.rule) if failure.code == "WRONG_TYPE" else failure.rule
    return attrs.evolve(failure, row=rows[failure.row], value=shown, rule=rule)
