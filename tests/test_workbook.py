"""Workbooks, read back by openpyxl, and from the XML itself where openpyxl decodes too little."""

from __future__ import annotations

import builtins
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import npolicing as npol
from npolicing._csv_cells import items
from npolicing._examining import ArrowStream
from npolicing._records import Record, Records
from npolicing.entities import ENTITIES, BudgetPosition, Log, Team
from npolicing.errors import ColumnTypeError, WorkbookError
from npolicing.synthetic import logs
from npolicing.testing import tables
from npolicing.workbook import write_workbook

TEAMS = [
    Team(force="WMP", team_id="T1", npu="CV", kind="hub", name="=1+1", valid_from=date(2018, 4, 1)),
    Team(force="WMP", team_id="T2", npu="CV", kind="hub"),
]
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Value = str | int | float | bool | datetime | None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tables.xlsx"


def parts(path: Path) -> dict[str, str]:
    """The files within a workbook."""
    with zipfile.ZipFile(path) as file:
        return {each: file.read(each).decode() for each in file.namelist()}


def decoded(text: str) -> str:
    """A text as OOXML has it in ST_Xstring: _x0041_ is A, from the left, none within another."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def texts_of(path: Path, sheet: int = 2) -> list[str]:
    """The text cells of a sheet, in order, from the XML."""
    found = parts(path)
    shared = ET.fromstring(found["xl/sharedStrings.xml"])  # noqa: S314 # our own bytes
    strings = ["".join(decoded(t.text or "") for t in si.iter(f"{NS}t")) for si in shared]
    cells = ET.fromstring(found[f"xl/worksheets/sheet{sheet}.xml"]).iter(f"{NS}c")  # noqa: S314 # our own bytes
    return [strings[int(c.findtext(f"{NS}v") or "")] for c in cells if c.get("t") == "s"]


def assert_nothing_runs(path: Path) -> None:
    """No formula, no link, nothing fetched from elsewhere."""
    for name, xml in parts(path).items():
        if name.startswith("xl/") and name.endswith(".xml"):
            tags = {each.tag.removeprefix(NS) for each in ET.fromstring(xml).iter()}  # noqa: S314 # our own bytes
            assert not tags & {"f", "hyperlink", "calculatedColumnFormula", "externalLink"}, name
        assert 'TargetMode="External"' not in xml


def rows_of(path: Path, sheet: str) -> list[list[Value]]:
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]  # type: ignore[misc] # no formula, so no more types


def written(table: pa.Table, path: Path) -> list[list[Value]]:
    write_workbook({"T": table}, path)
    assert_nothing_runs(path)
    return rows_of(path, "T")[1:]


# -- the form


def test_a_workbook_by_hand(path: Path) -> None:
    budgets = npol.paper.wmp_2019().budgets

    write_workbook(
        {"Teams": TEAMS, "Spend": npol.spend_rate(budgets, by="npu", total=True)},
        path,
        title="Active Citizens Fund",
        about={"Spend": "A unit, and the total."},
        source="Board paper of 15 October 2019, Appendix 3",
        notes=["Rounded nowhere."],
        marking="OFFICIAL",
    )

    assert_nothing_runs(path)
    assert [row[:3] for row in rows_of(path, "Cover")] == [
        ["Active Citizens Fund", None, None],
        ["OFFICIAL", None, None],
        ["Sheet", "What a row is", "Rows"],
        ["Teams", ABOUT_TEAMS, 2],
        ["Spend", "A unit, and the total.", 9],
        ["An empty cell is null: not known, or not defined. It is neither 0 nor infinity.", *NONE],
        ["Rounded nowhere.", *NONE],
        ["Source: Board paper of 15 October 2019, Appendix 3", *NONE],
        [f"Made with npolicing {npol.__version__}.", *NONE],
    ]
    assert rows_of(path, "Teams") == [
        ["force", "team_id", "npu", "kind", "name", "valid_from", "valid_to"],
        ["WMP", "T1", "CV", "hub", "=1+1", datetime(2018, 4, 1), None],  # noqa: DTZ001 # a day
        ["WMP", "T2", "CV", "hub", None, None, None],
    ]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Cover", "Teams", "Spend"]
    sheet = book["Spend"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    (table,) = sheet.tables.values()
    assert (table.name, table.ref) == ("Table_2_Spend", sheet.dimensions)
    assert table.autoFilter.ref == sheet.dimensions
    assert table.column_names == [cell.value for cell in sheet[1]]
    assert book["Teams"]["F2"].number_format == "yyyy-mm-dd"
    assert book["Teams"]["E2"].data_type == "s"
    # Text stays text when somebody edits it.
    assert book["Teams"]["E2"].number_format == "@"


NONE = (None, None)
ABOUT_TEAMS = "One team of a unit, such as a neighbourhood team (NHT) of officers and PCSOs."


@given(st.data(), st.sampled_from([each for each in ENTITIES if each is not Log]))
def test_records_of_any_entity_come_back(data: st.DataObject, entity: type[Record]) -> None:
    rows = data.draw(tables(entity, max_size=3))
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.xlsx")
        try:
            write_workbook({"Rows": rows}, path)
        except WorkbookError as error:
            # Amounts, and nothing else.
            assert re.search(r"has 1[678] digits, and a number of Excel 15", str(error))  # noqa: PT017 # one of two ways
            return
        assert_nothing_runs(path)
        found = rows_of(path, "Rows")

    assert found[0] == [field.name for field in entity.columns()]
    again = found[1:] if rows else []
    assert len(again) == len(rows)
    for cells, row in zip(again, rows, strict=True):
        for cell, field in zip(cells, entity.columns(), strict=True):
            assert same(cell, getattr(row, field.name)), (field.name, cell)


def same(cell: Value, value: object) -> bool:
    """Whether a cell says what a value is."""
    match value:
        case tuple():
            return items(str(cell or "")) == value
        case Decimal():
            return isinstance(cell, int | float) and Decimal(str(cell)) == value
        case datetime():
            return cell == value.isoformat()
        case date() if value < date(1900, 3, 1):
            return cell == value.isoformat()
        case date():
            whole = datetime.combine(value, time())
            return cell in (whole, value.isoformat())
        case int() if not isinstance(value, bool):
            return cell == value or cell == str(value)
        case _:
            return cell == value


def test_frames_of_each_library_are_written(path: Path) -> None:
    columns: dict[str, list[object]] = {
        "npu": ["CV", "WV"],
        "gap": [3, None],
        "is_total": [False, True],
    }
    frames: dict[str, ArrowStream | pd.DataFrame] = {
        "pandas": pd.DataFrame(columns, index=[7, 7]).astype({"gap": "Int64", "npu": "category"}),
        "polars": pl.DataFrame(columns),
        "arrow": pa.table(columns),
    }

    write_workbook(frames, path)

    for name in frames:
        rows = rows_of(path, name)
        assert rows == [["npu", "gap", "is_total"], ["CV", 3, False], ["WV", None, True]]


def test_an_empty_table_keeps_its_header(path: Path) -> None:
    write_workbook({"Teams": Records(Team, ())}, path)

    assert rows_of(path, "Teams")[0][:3] == ["force", "team_id", "npu"]
    (table,) = openpyxl.load_workbook(path)["Teams"].tables.values()
    assert table.ref == "A1:G2"


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook({"Teams": TEAMS}, tmp_path / name, marking="OFFICIAL")

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert "1980-01-01T00:00:00Z" in parts(tmp_path / "one.xlsx")["docProps/core.xml"]


# -- text


STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212"
PAYLOADS = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://127.0.0.1")',
    "{=1+1}",
    "@SUM(A1)",
    "-1",
    "+44",
    "'=1",
    "\uff1d1",
    "http://127.0.0.1/",
    "mailto:a@b",
    "internal:T!A1",
    "001234567890123456789",
    "1e5",
    "TRUE",
    "2019-10-15",
    " blanks ",
    "two\nlines",
    "a\r\nb\rc",
    "\0\x01\x1f\x7f",
    "\ufffe\uffff",
    "_x000D_",
    "_x005F_x000D_",
    "_x0041_x0042_",
    "_x0041_x0042_x0043_",
    "<r><t>a</t></r>",
    "<r></r>",
    "<r>_x0041_x0042_</r>",
    "<f>1</f>&amp;\"'",
    "]]>",
    "x005F_",
    "\U0001f694",
]


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_text_is_a_text_whatever_it_looks_like(path: Path, text: str) -> None:
    write_workbook({"T": pa.table({"text": [text], "n": [-1]})}, path)

    assert_nothing_runs(path)
    assert texts_of(path) == ["text", "n", text]
    (cell, number) = openpyxl.load_workbook(path)["T"][2]
    assert (cell.data_type, number.data_type, number.value) == ("s", "n", -1)


LOOKS = st.lists(
    st.sampled_from(["<r>", "</r>", "<f>", "_x0041_", "x0042_", "_", "=", "&", "a", "\r", "\0"])
).map("".join)


@given(st.lists(st.text() | LOOKS | st.sampled_from(PAYLOADS), min_size=1, max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "texts.xlsx")
        try:
            write_workbook({"T": pa.table({"text": texts})}, path)
        except WorkbookError as error:
            assert "control characters beside what looks like the XML of a cell" in str(error)  # noqa: PT017 # one of two ways
            return
        assert_nothing_runs(path)

        assert texts_of(path) == ["text", *filter(None, texts)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])), min_size=1))
def test_openpyxl_reads_the_same_text(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        found = written(pa.table({"text": texts, "n": [1] * len(texts)}), Path(folder, "t.xlsx"))

    assert [row[0] for row in found] == [text or None for text in texts]


@pytest.mark.parametrize("text", ["a" * 32_767, "\U0001f694" * 16_383])
def test_the_longest_text_is_written(path: Path, text: str) -> None:
    write_workbook({"T": pa.table({"text": [text]})}, path)

    assert texts_of(path) == ["text", text]


@pytest.mark.parametrize("text", ["a" * 32_768, "\U0001f694" * 16_384])
def test_a_text_that_is_too_long_is_refused(path: Path, text: str) -> None:
    with pytest.raises(WorkbookError) as error:
        write_workbook({"T": pa.table({"n": [1, 2], "text": ["short", text]})}, path)

    assert str(error.value) == (
        "sheet 'T', column 'text', row 1: 32,768 characters, and a cell has 32,767: "
        "write it as CSV or Parquet"
    )
    assert (error.value.sheet, error.value.column, error.value.row) == ("T", "text", 1)
    assert not path.exists()


# -- numbers


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_figure_comes_back_to_its_last_digit(figures: list[float]) -> None:
    with TemporaryDirectory() as folder:
        found = written(pa.table({"figure": figures}), Path(folder, "figures.xlsx"))

    assert [row[0] for row in found] == figures


@given(
    st.lists(
        st.decimals("-9999999999999.99", "9999999999999.99", places=2, allow_nan=False), min_size=1
    )
)
def test_any_amount_that_is_written_comes_back_exact(amounts: list[Decimal]) -> None:
    table = pa.table({"amount": pa.array(amounts, pa.decimal128(18, 2))})
    with TemporaryDirectory() as folder:
        path = Path(folder, "amounts.xlsx")
        found = written(table, path)
        formats = {row[0].number_format for row in openpyxl.load_workbook(path)["T"]["A2:A9"]}

    assert [Decimal(str(row[0])) for row in found] == amounts
    assert formats <= {"0.00", "General"}


def test_an_amount_of_sixteen_digits_is_refused(path: Path) -> None:
    amounts = pa.array([None, Decimal("-10000000000000.00")], pa.decimal128(18, 2))

    with pytest.raises(WorkbookError) as error:
        write_workbook({"T": pa.table({"amount": amounts})}, path)

    assert str(error.value) == (
        "sheet 'T', column 'amount', row 1: -10000000000000.00 has 16 digits, and a number of "
        "Excel 15: write it as CSV or Parquet"
    )


@pytest.mark.parametrize(
    ("counts", "cells"),
    [
        ([10**15 - 1, -(10**15) + 1], [10**15 - 1, -(10**15) + 1]),
        # The whole column: a sum over a number and a text would be half of one.
        ([10**15, None, 1], ["1000000000000000", None, "1"]),
        ([-(2**63), 2**63 - 1], ["-9223372036854775808", "9223372036854775807"]),
    ],
)
def test_whole_numbers_are_never_rounded(
    path: Path, counts: list[int | None], cells: list[Value]
) -> None:
    assert [row[0] for row in written(pa.table({"n": counts}), path)] == cells


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_figure_is_refused(path: Path, figure: float) -> None:
    with pytest.raises(WorkbookError, match=rf"'ratio', row 1: {figure} is no figure; write null"):
        write_workbook({"T": pa.table({"ratio": [1.0, figure]})}, path)


def test_each_type_has_its_kind_of_cell(path: Path) -> None:
    table = pa.table(
        {
            "flag": [True, None],
            "day": [date(2019, 10, 15), None],
            "early": [date(1900, 2, 28), date(2019, 10, 15)],
            "utc": pa.array([datetime(2019, 7, 1, 9, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")),
            "local": pa.array([0, None], pa.timestamp("ns", "Europe/London")),
            "naive": pa.array([datetime(2019, 7, 1, 9), None]),  # noqa: DTZ001 # naive on purpose
            "clock": [time(9, 30), None],
            "items": [["a;b", "=c"], []],
            "coded": pa.array(["a", None]).dictionary_encode(),
            "nothing": [None, None],
            "half": pa.array([0.5, None], pa.float32()),
            "small": pa.array([Decimal("1.5"), None], pa.decimal128(3, 1)),
        }
    )

    assert written(table, path)[0] == [
        True,
        datetime(2019, 10, 15),  # noqa: DTZ001 # a day
        "1900-02-28",
        "2019-07-01T09:00:00+00:00",
        "1970-01-01T00:00:00+00:00",
        "2019-07-01T09:00:00",
        "09:30:00",
        "a\\;b;=c",
        "a",
        None,
        0.5,
        1.5,
    ]
    words = [row[0] for row in rows_of(path, "Cover")]
    assert "Times are in UTC, as text: Excel's own have no zone." in words
    assert "Days before 1900-03-01 are text, with their column: Excel has no such days." in words
    assert "Items of a list have semicolons between them." in words


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([timedelta(1)]), "duration[us]"),
        (pa.array([b"x"]), "binary"),
        (pa.array([{"a": 1}]), "struct<a: int64>"),
    ],
)
def test_a_type_that_no_cell_holds_is_refused(
    path: Path, column: pa.Array[pa.Scalar[pa.DataType]], kind: str
) -> None:
    with pytest.raises(WorkbookError) as error:
        write_workbook({"T": pa.table({"odd": column})}, path)

    words = f"sheet 'T', column 'odd': a cell cannot hold {kind}; make text or numbers of it"
    assert str(error.value) == words


# -- what Excel has no room for


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a" * 32], "a sheet has a name of 1 to 31 characters"),
        (["\U0001f694" * 16], "a sheet has a name of 1 to 31 characters"),
        ([""], "a sheet has a name of 1 to 31 characters"),
        (["a/b"], "a sheet's name has none of"),
        (["[a]"], "a sheet's name has none of"),
        (["'a"], "a sheet's name has none of"),
        (["a\n"], "a sheet's name has none of"),
        ([" a"], "a sheet's name has none of"),
        (["History"], "Excel keeps that name for itself"),
        (["cover"], "another sheet has that name, but for capitals"),
        (["Teams", "TEAMS"], "another sheet has that name, but for capitals"),
    ],
)
def test_a_name_that_no_sheet_has_is_refused(path: Path, names: list[str], words: str) -> None:
    with pytest.raises(WorkbookError, match=rf": {words}"):
        write_workbook(dict.fromkeys(names, TEAMS), path)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([""], "a column has a name of 1 to 255 characters"),
        (["a" * 256], "a column has a name of 1 to 255 characters"),
        (["a\nb"], "a name is printable, with no < or blank at either end"),
        (["_x0041_"], "a name is printable, with no < or blank at either end"),
        (["<r>a</r>"], "a name is printable, with no < or blank at either end"),
        (["npu", "NPU"], "another column has that name, but for capitals"),
    ],
)
def test_a_name_that_no_column_has_is_refused(path: Path, names: list[str], words: str) -> None:
    with pytest.raises(WorkbookError, match=rf"column .*: {words}"):
        write_workbook({"T": pa.table([pa.array([1])] * len(names), names=names)}, path)


def test_a_header_is_never_a_formula(path: Path) -> None:
    write_workbook({"T": pa.table({"=1+1": [1], "a&\"b'": [2]})}, path)

    assert_nothing_runs(path)
    assert rows_of(path, "T")[0] == ["=1+1", "a&\"b'"]
    (table,) = openpyxl.load_workbook(path)["T"].tables.values()
    assert table.column_names == ["=1+1", "a&\"b'"]


def test_too_many_rows_or_columns_are_refused(path: Path) -> None:
    rows = pa.table({"n": pa.nulls(1_048_576, pa.int8())})
    with pytest.raises(WorkbookError) as error:
        write_workbook({"T": rows}, path)
    assert str(error.value) == (
        "sheet 'T': 1,048,576 rows; a sheet has 1,048,575 under its header: "
        "write it as CSV or Parquet"
    )
    columns = pa.table([pa.array([1])] * 16_385, names=[f"c{number}" for number in range(16_385)])
    with pytest.raises(WorkbookError, match=r"16,385 columns; a sheet has 1 to 16,384"):
        write_workbook({"T": columns}, path)
    with pytest.raises(WorkbookError, match=r"0 columns; a sheet has 1 to 16,384"):
        write_workbook({"T": pa.table({})}, path)


def test_what_the_cover_cannot_say_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match=r"^a workbook has one table at least$"):
        write_workbook({}, path)
    with pytest.raises(ValueError, match=r"^about names sheets that are not there: 'B'$"):
        write_workbook({"A": TEAMS}, path, about={"B": "words"})
    with pytest.raises(WorkbookError, match=r"^sheet 'Cover', row 0: words are print"):
        write_workbook({"A": TEAMS}, path, title="two\nlines")
    with pytest.raises(TypeError, match=r"^Say what a row is"):
        write_workbook({"A": []}, path)


def test_records_are_checked_and_nothing_is_left_of_a_failure(path: Path) -> None:
    write_workbook({"Teams": TEAMS}, path)
    before = path.read_bytes()

    with pytest.raises(npol.ValidationError, match=r"DUPLICATE_KEY"):
        write_workbook({"Teams": [TEAMS[0], TEAMS[0]]}, path)

    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_without_the_library_the_way_to_it_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def lacking(name: str, *rest: object) -> object:
        if name == "xlsxwriter":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(builtins, "__import__", lacking)

    with pytest.raises(ModuleNotFoundError) as error:
        write_workbook({"Teams": TEAMS}, path)

    assert str(error.value) == 'this needs XlsxWriter: pip install "npolicing[xlsx]"'
    assert error.value.name == "xlsxwriter"


# -- marking


@pytest.mark.parametrize("marking", ["OFFICIAL-SENSITIVE", "=OFFICIAL & 2 <more>", "&" * 100])
def test_a_marking_is_on_the_cover_each_page_and_the_file(path: Path, marking: str) -> None:
    write_workbook({"Teams": TEAMS, "More": pa.table({"n": [1]})}, path, marking=marking)

    assert_nothing_runs(path)
    book = openpyxl.load_workbook(path)
    assert book["Cover"]["A2"].value == marking
    for xml in (xml for name, xml in parts(path).items() if name.startswith("xl/worksheets/sheet")):
        (printed,) = ET.fromstring(xml).iter(f"{NS}headerFooter")  # noqa: S314 # our own bytes
        for side in ("oddHeader", "oddFooter"):
            words = printed.findtext(f"{NS}{side}") or ""
            assert f"&C{marking.replace('&', '&&')}" in words
            assert len(words) <= 255
    assert (book.properties.category, book.properties.keywords) == (marking, marking)
    assert {each.name: each.value for each in book.custom_doc_props.props} == {  # type: ignore[attr-defined] # the stubs lack it
        "npolicing": npol.__version__,
        "Synthetic": False,
        "Marking": marking,
    }


def test_without_a_marking_nothing_speaks_of_one(path: Path) -> None:
    write_workbook({"Teams": TEAMS}, path)

    assert "Marking" not in "".join(parts(path).values())
    assert rows_of(path, "Cover")[1][0] == "Sheet"


def test_what_tables_say_of_themselves_is_taken_over(path: Path, tmp_path: Path) -> None:
    made_up = logs(rows=10)
    npol.write_parquet(made_up, tmp_path / "logs.parquet", Log, marking="OFFICIAL")
    read = npol.read_arrow(tmp_path / "logs.parquet", Log)

    write_workbook({"Logs": read, "Teams": TEAMS}, path)

    words = [row[0] for row in rows_of(path, "Cover")]
    assert words[1:3] == ["OFFICIAL", "Synthetic: the rows of Logs are made up."]
    npol.write_parquet(made_up, tmp_path / "more.parquet", Log, marking="SECRET")
    more = npol.read_arrow(tmp_path / "more.parquet", Log)
    with pytest.raises(ValueError, match=r"^tables are marked OFFICIAL and SECRET: say which it"):
        write_workbook({"Logs": read, "More": more}, path)
    write_workbook({"Logs": read, "More": more}, path, marking="SECRET")
    assert rows_of(path, "Cover")[1][0] == "SECRET"


def test_a_budget_is_a_number_that_adds_up(path: Path) -> None:
    budgets = npol.paper.wmp_2019().budgets

    write_workbook({"Budgets": budgets}, path)

    with zipfile.ZipFile(path) as file:
        frame = pd.read_excel(BytesIO(path.read_bytes()), sheet_name="Budgets", engine="openpyxl")
        assert file.testzip() is None
    assert list(frame.columns) == [field.name for field in BudgetPosition.columns()]
    assert frame["spent"].sum() == 327956


# -- what is handed over by mistake


def test_one_note_may_be_said_without_a_list(tmp_path: Path) -> None:
    path = tmp_path / "teams.xlsx"
    write_workbook({"Teams": TEAMS}, path, notes="One note.")

    cover = openpyxl.load_workbook(path)["Cover"]
    assert [row[0].value for row in cover.iter_rows()].count("One note.") == 1


MISTAKES = {
    "a frame": (pd.DataFrame({"a": [1]}), {}, "tables is of sheets by name"),
    "a list": ([TEAMS], {}, "tables is of sheets by name"),
    "a number for a name": ({1: TEAMS}, {}, "a sheet has a name"),
    "a number for a marking": ({"Teams": TEAMS}, {"marking": 3}, "a marking is text"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_no_table_name_or_marking_is_refused_in_words(name: str, tmp_path: Path) -> None:
    tables, options, words = MISTAKES[name]
    with pytest.raises(TypeError, match=words):
        write_workbook(tables, tmp_path / "teams.xlsx", **options)  # type: ignore[arg-type] # mistakes

    assert list(tmp_path.iterdir()) == []


def test_a_column_of_several_types_is_named_and_its_cells_are_not(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [1, "a secret"]})
    with pytest.raises(ColumnTypeError, match="b: is of several types, not of one") as caught:
        write_workbook({"Mixed": frame}, tmp_path / "mixed.xlsx")

    assert "secret" not in str(caught.value)
