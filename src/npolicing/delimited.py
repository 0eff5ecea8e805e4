"""Small tables as CSV: one canonical form, safe to open in a spreadsheet, and read back strictly.

RFC 4180 in UTF-8, as the GOV.UK tabular data standard has it: commas, CRLF, one header row, one row
a record. Null is an empty cell, days and times are ISO 8601, decimals have a point and no other
mark, flags are ``true`` and ``false``. A list is joined with semicolons; a semicolon or a backslash
within an item has a backslash before it.

A text that a spreadsheet would run as a formula has an apostrophe before it, and so has one that
begins with apostrophes and then such a character, so that `read_csv` can take one off again.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import attrs
import narwhals.stable.v2 as nw
import pyarrow as pa

from npolicing._columns import Field, parse_text
from npolicing._examining import ArrowStream, Rows, arrow_table, entity_of, examine_cells
from npolicing._files import FilePath, refusal, replacing
from npolicing._filling import filled
from npolicing._records import Record, Records
from npolicing._storage import of_objects
from npolicing.errors import Failure, InputFileError
from npolicing.frames import to_records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_csv", "write_csv", "write_csv_table"]

R = TypeVar("R", bound=Record)

# What Excel, LibreOffice or Google Sheets run; the wide ones count where Excel speaks Japanese.
_RUN = "[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"
_TO_GUARD = re.compile(f"'*{_RUN}")
_GUARDED = re.compile(f"'+{_RUN}")
_ITEM = re.compile(r"(?:[^;\\]|\\.)*", re.DOTALL)


def write_csv(
    rows: Rows, path: FilePath, entity: type[Record] | None = None, *, bom: bool = False
) -> None:
    """Write rows to a CSV file, checked, whole or not at all.

    Args:
        rows: Records, or a frame with a row for each record.
        path: The file; one that is there is replaced.
        entity: What a row is; may be left out for records.
        bom: Whether to begin with a byte-order mark, by which Excel knows UTF-8.

    Raises:
        ValidationError: If anything is wrong with the rows; `failures` has all of it.
        MissingColumnsError, UnknownColumnsError, ColumnTypeError: If a frame has the wrong shape.
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
    fields = entity.columns()
    lines = (
        [_cell(getattr(row, field.name), nullable=field.nullable) for field in fields]
        for row in to_records(rows, entity)
    )
    _write([field.name for field in fields], lines, path, bom=bom)


def write_csv_table(
    table: pa.Table | pd.DataFrame | ArrowStream, path: FilePath, *, bom: bool = False
) -> None:
    """Write a table that is no entity's, such as a measure's result, in the same form.

    Args:
        table: What to write; missing figures are empty cells, and a pandas index is left out.
        path: The file; one that is there is replaced, whole or not at all.
        bom: Whether to begin with a byte-order mark, by which Excel knows UTF-8.

    Raises:
        ValueError: If a figure is infinite, or not a number where null would say so.
    """
    if nw.dependencies.is_pandas_dataframe(table):
        arrow = pa.Table.from_pandas(table, preserve_index=False)
    else:
        arrow = arrow_table(table)
    columns = (column.to_pylist() for column in arrow.columns)
    lines = ([_cell(value) for value in row] for row in zip(*columns, strict=True))
    _write([_guarded(name) for name in arrow.column_names], lines, path, bom=bom)


def _write(
    header: Sequence[str], lines: Iterable[Sequence[str]], path: FilePath, *, bom: bool
) -> None:
    encoding = "utf-8-sig" if bom else "utf-8"
    with replacing(path) as temporary, temporary.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(lines)


def _cell(value: object, *, nullable: bool = False) -> str:
    match value:
        case None:
            return ""
        case str():
            return _guarded(value)
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            raise ValueError(f"{value} is no figure; write null where it is undefined.")
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case list() | tuple():
            # An empty cell is null, where null may be.
            empty = ";" if nullable else ""
            return _guarded(";".join(map(_escaped, value))) or empty
        case _:
            return str(value)


def _escaped(item: str) -> str:
    return item.replace("\\", "\\\\").replace(";", "\\;")


def _items(text: str) -> tuple[str, ...]:
    if text in ("", ";"):
        return ()
    # An item ends at a semicolon or at the end; each match begins where the last one ended.
    ends, items = -1, []
    while ends < len(text):
        match = _ITEM.match(text, ends + 1)
        assert match is not None  # noqa: S101 # it may be empty
        items.append(re.sub(r"\\(.)", r"\1", match[0], flags=re.DOTALL))
        ends = match.end()
    return tuple(items)


def _guarded(text: str) -> str:
    return f"'{text}" if _TO_GUARD.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def read_csv(path: FilePath, entity: type[R]) -> Records[R]:
    """The records of a CSV file in the form that `write_csv` has.

    Strict: nothing is trimmed or guessed. A byte-order mark, plain line feeds and empty lines are
    accepted; columns may be in any order, and one that has a default may be left out.

    Args:
        path: The file.
        entity: What a row is.

    Raises:
        InputFileError: If the file cannot be read, or anything in it is wrong. `failures` has
            everything, with rows that count from 0; the message has their lines. Where the header
            is wrong no row is read.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.entities import Team
    >>> teams = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(teams, Path(folder, "teams.csv"))
    ...     read_csv(Path(folder, "teams.csv"), Team)[0].npu
    'CV'
    """
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


def _value(field: Field, cell: str) -> object:
    """The value that a cell stands for; the cell itself where it stands for none."""
    if field.kind == "texts" and (cell or not field.nullable):
        return _items(_unguarded(cell))
    if not cell:
        return None
    return _unguarded(cell) if field.kind == "text" else parse_text(field, cell)


def _as_read(failure: Failure, rows: Sequence[int], cells: Sequence[Mapping[str, str]]) -> Failure:
    """A failure with its row in the file, and its cell as it stands there."""
    if failure.row is None:
        return failure
    found = cells[failure.row].get(failure.column or "")
    shown = found if found and failure.value != "(withheld)" else failure.value
    rule = _FORMS.get(failure.rule, failure.rule) if failure.code == "WRONG_TYPE" else failure.rule
    return attrs.evolve(failure, row=rows[failure.row], value=shown, rule=rule)
