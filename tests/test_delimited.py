from __future__ import annotations

import csv
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._columns import Column
from npolicing._csv_cells import guarded, unguarded
from npolicing._examining import ArrowStream
from npolicing._records import Record, Records
from npolicing.delimited import read_csv, write_csv, write_csv_table
from npolicing.entities import (
    ENTITIES,
    NPU,
    BudgetPosition,
    GradeOwner,
    ImpactArea,
    Log,
    Observation,
    Staff,
    Team,
)
from npolicing.errors import InputFileError, ValidationError
from npolicing.frames import to_arrow
from npolicing.testing import tables

POSITION = BudgetPosition(
    force="WMP",
    financial_year="2019/20",
    as_of=date(2019, 9, 30),
    budget=Decimal("1E+4"),
    spent=Decimal("40.90"),
    npu="CV",
)
HEADER = "force,team_id,npu,kind,name,valid_from,valid_to"
# What begins a formula in a spreadsheet; see OWASP, "CSV Injection".
STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@attrs.frozen(kw_only=True)
class Sample(Record):
    """One row with a column of each kind."""

    sample_id: Annotated[int, Column("Identifier.", key=True)]
    text: Annotated[str | None, Column("A text.")] = None
    number: Annotated[float | None, Column("A figure.")] = None
    decimal: Annotated[Decimal | None, Column("A fine amount.", scale=6)] = None
    boolean: Annotated[bool | None, Column("A flag.")] = None
    date: Annotated[date | None, Column("A day.")] = None
    timestamp: Annotated[datetime | None, Column("A time.")] = None
    texts: Annotated[tuple[str, ...], Column("A list.")] = ()
    texts_or_null: Annotated[tuple[str, ...] | None, Column("A list, or null.")] = None
    defaulted: Annotated[str, Column("A text that may be left out.")] = "usual"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def refused(path: Path, text: str | bytes, entity: type[Record] = Team) -> InputFileError:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputFileError) as error:
        read_csv(path, entity)
    assert error.value.path == str(path)
    return error.value


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in rows)


# -- the form


def test_the_form_is_that_of_the_tabular_data_standard(path: Path) -> None:
    row = Sample(
        sample_id=-1,
        text='Say "no", twice',
        number=-0.5,
        decimal=Decimal("-1E+2"),
        boolean=False,
        date=date(2018, 7, 1),
        timestamp=datetime(2018, 7, 1, 0, 30, tzinfo=UTC),
        texts=("a;b", "c\\", "=d"),
        texts_or_null=(),
    )

    write_csv([row, Sample(sample_id=0)], path)

    assert path.read_bytes().decode() == lines(
        "sample_id,text,number,decimal,boolean,date,timestamp,texts,texts_or_null,defaulted",
        '-1,"Say ""no"", twice",-0.5,-100.000000,false,2018-07-01,2018-07-01T00:30:00+00:00,'
        "a\\;b;c\\\\;'=d,;,usual",
        "0,,,,,,,,,usual",
    )
    assert list(read_csv(path, Sample)) == [row, Sample(sample_id=0)]


def test_a_byte_order_mark_is_written_on_demand_and_read(path: Path) -> None:
    write_csv([POSITION], path, bom=True)

    assert path.read_bytes().startswith(b"\xef\xbb\xbfforce,")
    assert list(read_csv(path, BudgetPosition)) == [POSITION]
    write_csv_table(pd.DataFrame({"spent": [1]}), path, bom=True)
    assert path.read_bytes() == b"\xef\xbb\xbfspent\r\n1\r\n"


def test_plain_line_feeds_and_columns_in_any_order_are_read(path: Path) -> None:
    path.write_text("kind,npu,team_id,force\nhub,CV,T1,WMP", newline="")

    assert list(read_csv(path, Team)) == [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]


def test_frames_are_written_where_the_entity_is_named_and_checked(path: Path) -> None:
    write_csv(pl.DataFrame(to_arrow([POSITION])), path, BudgetPosition)
    assert list(read_csv(str(path), BudgetPosition)) == [POSITION]

    before = path.read_bytes()
    with pytest.raises(ValidationError, match=r"DUPLICATE_KEY"):
        write_csv([POSITION, POSITION], str(path))
    with pytest.raises(TypeError, match=r"^Say what a row is"):
        write_csv(to_arrow([POSITION]), path)
    assert path.read_bytes() == before


@given(st.data(), st.sampled_from([*ENTITIES, Sample]))
def test_records_come_back_from_csv_as_they_went(data: st.DataObject, entity: type[Record]) -> None:
    rows = data.draw(tables(entity, max_size=4))
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        write_csv(rows, path)

        assert read_csv(path, entity) == rows


def texts_by_csv(path: Path) -> list[list[str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [[cell or None for cell in row] for row in csv.reader(file, strict=True)][1:]


def texts_by_pandas(path: Path) -> list[list[str | None]]:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [[cell or None for cell in row] for row in frame.to_numpy().tolist()]


def texts_by_polars(path: Path) -> list[list[str | None]]:
    frame = pl.read_csv(path, infer_schema=False)
    return [list(row) for row in frame.rows()]


def texts_by_duckdb(path: Path) -> list[list[str | None]]:
    connection = duckdb.connect()
    relation = connection.read_csv(
        str(path), all_varchar=True, header=True, sep=",", quotechar='"', escapechar='"'
    )
    return [list(row) for row in relation.fetchall()]


@pytest.mark.parametrize("reader", [texts_by_pandas, texts_by_polars, texts_by_duckdb])
@given(data=st.data(), entity=st.sampled_from(ENTITIES))
def test_others_read_the_same_cells(
    reader: object, data: st.DataObject, entity: type[Record]
) -> None:
    assert callable(reader)
    rows = data.draw(tables(entity, min_size=1, max_size=3))
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        write_csv(rows, path)

        found = texts_by_csv(path)
        assert len(found) == len(rows)
        assert reader(path) == found


# -- formulas


# A few of what a spreadsheet may drop before it looks: LibreOffice does NUL, Google Sheets blanks.
DROPPED = "\0 \u00a0\u200b\ufeff\u2060\u3000\x0b\x7f"
HOSTILE = st.text(st.sampled_from(f"{STARTS}{DROPPED}\u2212'\";|\\a"), max_size=8)


def parts_that_run(cell: str) -> list[str]:
    """What stands at the beginning of a cell that runs, wherever a spreadsheet splits the file."""
    parts = re.split("[;|\t\r\n]", cell)
    return [part for part in parts if part.lstrip(DROPPED + '"').startswith(tuple(STARTS))]


@given(st.lists(HOSTILE, min_size=1))
def test_no_text_is_run_by_a_spreadsheet(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.csv")
        write_csv_table(pa.table({"text": texts, "n": [-1] * len(texts)}), path)
        with path.open(encoding="utf-8", newline="") as file:
            found = [row[0] for row in csv.reader(file)][1:]

    assert len(found) == len(texts)
    for cell, text in zip(found, texts, strict=True):
        assert parts_that_run(cell) == []
        assert cell[:1] not in tuple("\t\r\n\0")
        assert unguarded(cell) == text
        # Nothing but apostrophes is put in.
        assert cell.replace("'", "") == text.replace("'", "")


@given(st.text())
def test_any_text_comes_back_from_its_cell(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_every_form_of_the_four_signs_is_known() -> None:
    folded = [
        each
        for each in map(chr, range(sys.maxunicode + 1))
        if unicodedata.normalize("NFKC", each) in "=+-@\u2212"
    ]

    assert len(folded) == 20
    assert [each for each in folded if guarded(f"{each}1") != f"'{each}1"] == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("\0=1+1", "'\0=1+1"),
        ("\0a", "'\0a"),
        ("\ta", "'\ta"),
        (" =1+1", "' =1+1"),
        ("\ufeff\u200b@A1", "'\ufeff\u200b@A1"),
        ("\t\t=1", "'\t\t'=1"),
        ("a;=1+1", "a;'=1+1"),
        ('a;"=1+1"', 'a;\'"=1+1"'),
        ("a;'=1+1", "a;''=1+1"),
        ("a\t-1", "a\t'-1"),
        ("a\r\n=1+1", "a\r\n'=1+1"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("-2+3+cmd|'/c calc'!A0", "'-2+3+cmd|'/c calc'!A0"),
        ("\u2212 5", "'\u2212 5"),
        # These run nowhere, and stay as they are.
        ("a=1", "a=1"),
        ("a, -1", "a, -1"),
        ("first;second\n\nthird", "first;second\n\nthird"),
        ("n/a", "n/a"),
        ("it's", "it's"),
    ],
)
def test_a_text_as_it_stands_in_a_cell(path: Path, text: str, cell: str) -> None:
    write_csv_table(pa.table({"text": [text]}), path)

    with path.open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["text", cell]
    assert unguarded(cell) == text


def test_what_is_neither_text_nor_number_is_disarmed_too(path: Path) -> None:
    table = pa.table(
        {
            "span": [timedelta(seconds=-1)],
            "counts": [[-1, 2]],
            "of": pa.array([{"a": 1}]),
            "at": [time(9, 30)],
        }
    )

    write_csv_table(table, path)

    assert texts_by_csv(path) == [["'-1 day, 23:59:59", "'-1;2", "{'a': 1}", "09:30:00"]]


@pytest.mark.parametrize("start", STARTS.replace("\t", "").replace("\r", "").replace("\n", ""))
def test_a_formula_is_disarmed_and_comes_back(path: Path, start: str) -> None:
    texts = [f"{start}1+1", f"'{start}1", f"''{start}", "'quoted'", f"x{start}1", "'", f"' {start}"]
    rows = [
        Team(force="WMP", team_id=f"T{at}", npu="CV", kind="hub", name=text)
        for at, text in enumerate(texts)
    ]

    write_csv(rows, path)

    assert [row[4] for row in texts_by_csv(path)] == [
        f"'{start}1+1",
        f"''{start}1",
        f"'''{start}",
        *texts[3:-1],
        f"'' {start}",
    ]
    assert list(read_csv(path, Team)) == rows


def test_the_first_item_of_a_list_and_a_heading_are_disarmed_too(path: Path) -> None:
    unit = NPU(force="WMP", code="CV", name="Coventry", aliases=("=A1", "'+"))

    write_csv([unit], path)

    assert texts_by_csv(path)[0][4] == "'=A1;''+"
    assert list(read_csv(path, NPU)) == [unit]
    write_csv_table(pa.table({"=1+1": [1]}), path)
    assert path.read_text() == "'=1+1\n1\n"


def test_negative_numbers_stay_numbers(path: Path) -> None:
    table = pa.table(
        {
            "count": [-1, None],
            "ratio": [-0.5, 1e-7],
            "amount": [Decimal("-1.50"), None],
            "text": ["-1", None],
        }
    )

    write_csv_table(table, path)

    assert path.read_bytes().decode() == lines(
        "count,ratio,amount,text", "-1,-0.5,-1.50,'-1", ",1e-07,,"
    )


# -- tables of no entity


def test_results_are_written_from_any_frame(path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "npu": ["CV", "WV"],
        "gap": [3, None],
        "is_total": [False, True],
    }
    frames: list[ArrowStream] = [
        pd.DataFrame(columns, index=[7, 7]).astype({"gap": "Int64", "npu": "category"}),
        pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow"),
        pl.DataFrame(columns),
        pa.table(columns),
    ]

    for frame in frames:
        write_csv_table(frame, path)
        assert path.read_bytes().decode() == lines("npu,gap,is_total", "CV,3,false", "WV,,true")


def test_a_missing_figure_of_pandas_is_an_empty_cell(path: Path) -> None:
    write_csv_table(pd.DataFrame({"ratio": [0.409, float("nan")], "on": ["a", "b"]}), path)

    assert path.read_bytes().decode() == lines("ratio,on", "0.409,a", ",b")


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_figure_is_not_written(path: Path, figure: float) -> None:
    path.write_text("before")

    with pytest.raises(ValueError, match=rf"^{figure} is no figure; write null where it is un"):
        write_csv_table(pa.table({"ratio": [1.0, figure]}), path)

    assert path.read_text() == "before"
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 # names alone


# -- what is refused


def test_every_failure_is_named_with_its_line(path: Path) -> None:
    text = lines(
        "force,financial_year,as_of,budget,spent,npu,allocated",
        "WMP,2019/20,2019-09-30,10000,40.90,CV,",
        "WMP,2019/20,2019-09-30,10000,12.005,WV,",
        'WMP,2019/20,30/09/2019,"10,000",-1,wv,',
        "WMP,2019/20,2019-09-30,10000,5,BE,1",
        "WMP,2019/20,2019-09-30,,5,CV,5",
    )

    error = refused(path, text, BudgetPosition)

    assert str(error) == (
        f"{path}: 9 failures; "
        "line 2, force, financial_year, as_of, npu, fund: "
        "('WMP', '2019/20', datetime.date(2019, 9, 30), 'CV', 'ACF')"
        " breaks unique [DUPLICATE_KEY]; "
        "line 3, spent: '12.005' breaks fits decimal(18, 2) [OUT_OF_RANGE]; "
        "line 4, as_of: '30/09/2019' breaks is a date, such as 2019-10-15 [WRONG_TYPE]; "
        "line 4, budget: '10,000' breaks is an amount, such as 1150.00 [WRONG_TYPE]; "
        "line 4, spent: '-1' breaks >= 0 [OUT_OF_RANGE]; "
        "line 4, npu: 'wv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]; "
        "line 5, spent, allocated: (Decimal('5.00'), Decimal('1.00'))"
        " breaks spent <= allocated [INCONSISTENT]; "
        "line 6, budget: None breaks not null [NULL]; "
        "line 6, force, financial_year, as_of, npu, fund: "
        "('WMP', '2019/20', datetime.date(2019, 9, 30), 'CV', 'ACF')"
        " breaks unique [DUPLICATE_KEY]"
    )
    assert [failure.row for failure in error.failures] == [0, 1, 2, 2, 2, 2, 3, 4, 4]


def test_a_header_that_is_wrong_is_refused_before_any_row(path: Path) -> None:
    error = refused(path, lines("force,team_id,npu,Kind,npu", "WMP,T1,cv,hub,CV"))

    assert str(error) == (
        f"{path}: 3 failures; "
        "kind: is missing [MISSING]; "
        "'Kind' breaks is a column of Team [UNKNOWN_FIELD]; "
        "'npu' breaks comes once [DUPLICATE_ITEM]"
    )


def test_lines_that_are_no_csv_are_named_beside_the_cells_that_are_wrong(path: Path) -> None:
    text = lines(
        HEADER,
        "WMP,T1,CV,hub,,,",
        "WMP,T2,CV,hub,,",
        "WMP,T3,CV,hub,,,,",
        "",
        'WMP,"T4"x,CV,hub,,,',
        'WMP,T5,CV,hub,"two\r\nlines",,',
        "WMP,T6,cv,hub,,,",
        'WMP,T7,CV,hub,"open',
    )
    words = "',' expected after '\"'"

    error = refused(path, text)

    assert str(error) == (
        f"{path}: 6 failures; "
        "line 3, '6 cells' breaks 7 cells [CSV_FORMAT]; "
        "line 4, '8 cells' breaks 7 cells [CSV_FORMAT]; "
        f"line 6, {words!r} breaks RFC 4180 [CSV_FORMAT]; "
        "line 7, name: 'two\\r\\nlines' breaks printable, no blank at either end [TEXT]; "
        "line 9, npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]; "
        "line 10, 'unexpected end of data' breaks RFC 4180 [CSV_FORMAT]"
    )
    assert [failure.row for failure in error.failures] == [1, 2, 3, 4, 5, 6]


def test_semicolons_are_told(path: Path) -> None:
    error = refused(path, lines("force;team_id;npu;kind", "WMP;T1;CV;hub"))
    assert str(error) == f"{path}: is separated by semicolons; save it with commas"


@pytest.mark.parametrize(
    ("entity", "column", "cell", "rule"),
    [
        (Observation, "value", "many", "is a whole number, such as 1150"),
        (ImpactArea, "crime_share", "half", "is a number, such as 0.5"),
        (GradeOwner, "planned", "yes", "is true or false"),
        (Log, "closed_at", "9:00", "is a time, such as 2019-10-15T09:00:00+00:00"),
    ],
)
def test_a_cell_of_the_wrong_type_is_told_what_one_looks_like(
    path: Path, entity: type[Record], column: str, cell: str, rule: str
) -> None:
    error = refused(
        path, lines(",".join(_header(entity)), ",".join(_row(entity, column, cell))), entity
    )
    assert rule in {failure.rule for failure in error.failures if failure.column == column}


def _header(entity: type[Record]) -> list[str]:
    return [field.name for field in entity.columns()]


def _row(entity: type[Record], column: str, cell: str) -> list[str]:
    return [cell if name == column else "" for name in _header(entity)]


def test_a_file_that_cannot_be_read_is_named(path: Path) -> None:
    with pytest.raises(InputFileError) as error:
        read_csv(path, Team)
    assert str(error.value) == f"{path}: no such file"
    with pytest.raises(InputFileError, match=r": cannot be read: "):
        read_csv(path.parent, Team)

    assert str(refused(path, "")) == f"{path}: is empty; it needs a header at least"
    assert str(refused(path, '"force,')) == f"{path}: line 1: unexpected end of data"
    assert str(refused(path, f"{HEADER}\r\nWMP,T1,CV,hub,Caf".encode() + b"\xe9,,\r\n")) == (
        f"{path}: line 2 is not UTF-8 (byte 0xe9); save it as CSV UTF-8"
    )


def test_semicolons_for_commas_are_named(path: Path) -> None:
    error = refused(path, lines(HEADER.replace(",", ";"), "WMP;T1;CV;hub;;;"))

    assert str(error) == f"{path}: is separated by semicolons; save it with commas"


def test_a_header_alone_is_an_empty_table(path: Path) -> None:
    path.write_text(lines(HEADER), newline="")

    assert read_csv(path, Team) == Records(Team)


def test_personal_values_are_withheld(path: Path) -> None:
    error = refused(path, lines("force,staff_ref", "WMP,A Name"), Staff)

    assert "A Name" not in str(error)
    assert [failure.value for failure in error.failures] == ["(withheld)"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("sample_id", "1.0"),
        ("sample_id", " 1"),
        ("sample_id", "1,000"),
        ("sample_id", "'1"),
        ("sample_id", str(2**63)),
        ("number", "half"),
        ("number", "nan"),
        ("number", "inf"),
        ("number", "1_0"),
        ("decimal", "NaN"),
        ("decimal", "1_0"),
        ("decimal", "\u0661"),
        ("decimal", "£1"),
        ("decimal", "1.0000001"),
        ("boolean", "TRUE"),
        ("boolean", "1"),
        ("date", "20180701"),
        ("date", "01/07/2018"),
        ("date", "2018-02-30"),
        ("date", "2018-07-01T00:00:00"),
        ("timestamp", "2018-07-01T00:30:00"),
        ("timestamp", "2018-07-01"),
        ("timestamp", "2018-07-01T00:30:00.1234567+00:00"),
        ("text", " x"),
        ("text", "x\x00"),
        ("texts", "a;"),
        ("texts", "a;a"),
        ("texts", "a;;b"),
        ("defaulted", ""),
    ],
)
def test_a_cell_in_another_form_is_refused(path: Path, column: str, cell: str) -> None:
    header = ["sample_id", column] if column != "sample_id" else [column]
    text = StringIO(newline="")
    csv.writer(text).writerows([header, ["7", cell] if len(header) == 2 else [cell]])

    error = refused(path, text.getvalue(), Sample)

    assert {(failure.row, failure.column) for failure in error.failures} == {(0, column)}
    assert [failure.value for failure in error.failures] == [cell or None]


def taken(path: Path, columns: Sequence[str], cells: Sequence[str]) -> Sample:
    path.write_text(lines(",".join(["sample_id", *columns]), ",".join(["7", *cells])), newline="")
    (row,) = read_csv(path, Sample)
    return row


def test_other_zones_and_spaces_in_times_are_read(path: Path) -> None:
    instant = datetime(2018, 6, 30, 23, 30, tzinfo=UTC)

    for text in ("2018-07-01T00:30:00+01:00", "2018-06-30 23:30:00+00:00", "2018-06-30T23:30Z"):
        assert taken(path, ["timestamp"], [text]).timestamp == instant


def test_a_column_that_is_left_out_has_its_default_and_an_empty_cell_is_null(path: Path) -> None:
    row = taken(path, ["text", "texts", "texts_or_null"], ["", "", ""])

    assert row == Sample(sample_id=7)
    assert (row.texts, row.texts_or_null, row.defaulted) == ((), None, "usual")


# -- whole or not at all


def test_a_write_that_fails_leaves_what_was_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("before")

    def refuse(*_: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(os, "replace", refuse)
    for write in (write_csv, lambda rows, where: write_csv_table(to_arrow(rows), where)):
        with pytest.raises(PermissionError, match=r"^in use$"):
            write([POSITION], path)

    assert path.read_text() == "before"
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 # names alone
