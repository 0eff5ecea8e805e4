"""Workbooks that are published, held to the Analysis Function's checklist."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import openpyxl
import pandas as pd
import pytest
from accessible import broken, header_of, table_cells
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill

import npolicing as npol
from npolicing.cli import main
from npolicing.errors import ColumnTypeError, WorkbookError
from npolicing.exhibits import Chart, Document, Heading, Section, Table, table_from

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

HEADINGS = (
    Heading(column="npu", label="NPU"),
    Heading(column="schemes", label="Schemes", unit="schemes"),
    Heading(column="spent", label="Spent", unit="GBP"),
    Heading(column="rate", label="Rate", unit="ratio"),
    Heading(column="due", label="Due"),
)


MANY = (
    "This workbook has {} tables, each on a worksheet of its own. "
    "The worksheet Contents says what is where."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tables.xlsx"


def watch(name: str = "watch", **changes: object) -> Table:
    data = pd.DataFrame(
        {
            "npu": pd.Series(["CV", "DY", None], dtype="object"),
            "schemes": pd.array([1294, None, 1300], dtype="Int64"),
            "spent": [100996.0, 0.5, 100996.5],
            "rate": [0.408952, float("nan"), 1.0],
            "due": [date(2020, 3, 31), None, date(2020, 4, 1)],
            "is_total": [False, False, True],
        }
    )
    return table_from(data, name, "Watch: schemes", HEADINGS, **changes)  # type: ignore[arg-type] # a test's own


def board(**changes: object) -> Document:
    chart = Chart(
        name="gaps",
        title="Dudley is furthest from its target",
        alt="Bars.",
        table=watch("gaps_table", source="Appendix 9", notes=["Of the table."]),
        notes=("Of the chart.", "Of the table."),
        synthetic=True,
    )
    document = Document(
        name="board",
        title="Neighbourhood policing",
        subtitle="For the board of October 2019",
        findings=("Dudley has 4 of 20.", "=2+2 is no formula."),
        sections=(
            Section(heading="Schemes", words=("Left out.",), exhibits=(watch(), chart)),
            Section(heading="Demand", missing=("There are no logs.",)),
        ),
        definitions=(("Gap", "Target minus current."),),
        provenance=(("Commit", "abc"),),
    )
    return attrs.evolve(document, **changes)  # type: ignore[arg-type] # a test's own


def opened(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def column_a(path: Path, sheet: str) -> list[object]:
    return [cell.value for cell in opened(path)[sheet]["A"]]


def table_of(path: Path, sheet: str) -> list[list[object]]:
    there = opened(path)[sheet]
    return [[cell.value for cell in row] for row in (header_of(there), *table_cells(there))]


# -- what stands where


def test_the_tables_of_the_paper_by_hand(path: Path) -> None:
    tables = npol.paper.report(npol.paper.wmp_2019()).tables

    npol.write_accessible_workbook(tables, path, title="The paper of 2019", marking="OFFICIAL")

    assert broken(path) == []
    assert opened(path).sheetnames == [
        "Cover",
        "Contents",
        "Notes",
        "Street watch",
        "Street watch pace",
        "Watch schemes",
        "Young people",
        "Fund of acf",
        "Messaging",
    ]
    assert column_a(path, "Cover") == [
        "The paper of 2019",
        "Introductory information",
        MANY.format(6),
        "Protective marking: OFFICIAL",
        "About these data",
        "No cell of a table is empty. Shorthand says why there is no value:",
        "[z] is not applicable, such as the name of a unit in the row of the total.",
        "A percentage is stored as a ratio and shown per hundred: 0.5 as 50.0%.",
        (
            "Sources: Appendix 1; Appendix 1, Paragraph 45 and Paragraph 46; "
            "Appendix 2; Appendix 3; Paragraph 47"
        ),
        f"Made with npolicing {npol.__version__}.",
    ]
    assert column_a(path, "Fund of acf")[:5] == [
        "Active Citizens Fund 2019/20: budget and spending [note 19] [note 20]",
        "Protective marking: OFFICIAL",
        "This worksheet contains one table. Its notes are on the worksheet Notes.",
        "[z] is not applicable, such as the name of a unit in the row of the total.",
        "Source: Appendix 3",
    ]
    fund = table_of(path, "Fund of acf")
    assert fund[0] == [
        "NPU",
        "Name",
        "Budget (£) [note 21]",
        "Spent (£) [note 22]",
        "Outstanding (£) [note 23]",
        "Share spent (%) [note 24]",
        "Pace (index) [note 25]",
    ]
    assert fund[3][:6] == ["CV", "Coventry", 80324, 32846, 47478, 32846 / 80324]
    assert fund[-1][:6] == ["Total", "[z]", 627804, 327956, 299848, 327956 / 627804]
    forms = [cell.number_format for cell in table_cells(opened(path)["Fund of acf"])[0]]
    assert forms == ["@", "@", "#,##0", "#,##0", "#,##0", "0.0%", "#,##0.00"]
    notes = table_of(path, "Notes")
    assert notes[24] == [
        "note 24",
        "Share spent: Spent over budget, above 1 when overspent; null at budget 0.",
    ]
    assert table_of(path, "Street watch pace")[1][0] == datetime(2020, 3, 31)  # noqa: DTZ001 # a day


def test_every_figure_of_the_paper_is_a_number_with_its_unit(path: Path) -> None:
    tables = npol.paper.report(npol.paper.wmp_2019()).tables

    npol.write_accessible_workbook(tables, path, title="The paper of 2019")

    book = opened(path)
    sheets = book.sheetnames[3:]
    assert len(sheets) == len(tables)
    for sheet, table in zip(sheets, tables, strict=True):
        heads, rows = header_of(book[sheet]), table_cells(book[sheet])
        for at, heading in enumerate(table.headings):
            if heading.numeric:
                assert all(row[at].data_type == "n" for row in rows), (sheet, heading)
                unit = {"GBP": "£", "ratio": "%"}.get(str(heading.unit), str(heading.unit))
                assert unit in str(heads[at].value).casefold(), (sheet, heading)


def test_a_document_has_its_findings_definitions_and_what_is_missing(path: Path) -> None:
    npol.write_accessible_workbook(board(), path)

    assert broken(path) == []
    assert opened(path).sheetnames == [
        "Cover",
        "Contents",
        "Notes",
        "Definitions",
        "Findings",
        "Watch",
        "Gaps table",
    ]
    assert column_a(path, "Cover") == [
        "Neighbourhood policing",
        "Introductory information",
        "For the board of October 2019",
        MANY.format(2),
        "Synthetic: the rows of Gaps table are made up.",
        "About these data",
        "No cell of a table is empty. Shorthand says why there is no value:",
        "[x] is not available: not known, or not defined; notes call it null.",
        "A percentage is stored as a ratio and shown per hundred: 0.5 as 50.0%.",
        "Not here: There are no logs.",
        "Sources: Appendix 9",
        "Commit: abc",
        f"Made with npolicing {npol.__version__}.",
    ]
    assert table_of(path, "Contents") == [
        ["Worksheet", "What it has"],
        ["Notes", "Notes"],
        ["Definitions", "Definitions"],
        ["Findings", "Findings"],
        ["Watch", "Watch: schemes"],
        ["Gaps table", "Watch: schemes"],
    ]
    assert table_of(path, "Findings")[1:] == [
        [1, "Dudley has 4 of 20."],
        [2, "=2+2 is no formula."],
    ]
    assert table_of(path, "Definitions") == [
        ["Term", "What it means"],
        ["Gap", "Target minus current."],
    ]
    assert table_of(path, "Notes")[1:] == [["note 1", "Of the table."], ["note 2", "Of the chart."]]
    assert column_a(path, "Gaps table")[:7] == [
        "Watch: schemes [note 1] [note 2]",
        "Synthetic: its rows are made up.",
        "Part: Schemes",
        "Figures of the chart: Dudley is furthest from its target",
        "This worksheet contains one table. Its notes are on the worksheet Notes.",
        "[x] is not available: not known, or not defined; notes call it null.",
        "Source: Appendix 9",
    ]
    assert opened(path).properties.title == "Neighbourhood policing"


def test_a_document_can_be_called_something_else_in_another_language(path: Path) -> None:
    npol.write_accessible_workbook(board(), path, title="Plismona cymdogaeth", language="cy")

    properties = opened(path).properties
    assert (properties.title, properties.language) == ("Plismona cymdogaeth", "cy")
    assert column_a(path, "Cover")[0] == "Plismona cymdogaeth"


def test_what_shorthand_and_provenance_say_is_said_once(path: Path) -> None:
    made = (("Made with", "npolicing 1.2.3"),)
    npol.write_accessible_workbook(
        board(definitions=(("–", "Not known."), ("Gap", "A gap.")), provenance=made), path
    )

    assert broken(path) == []
    assert table_of(path, "Definitions")[1:] == [["Gap", "A gap."]]
    assert column_a(path, "Cover")[-1] == "Made with: npolicing 1.2.3"


def test_figures_of_rows_that_are_made_up_say_so_even_where_no_table_does(path: Path) -> None:
    tables = Section(heading="", exhibits=(watch(),))
    npol.write_accessible_workbook(board(synthetic=True, sections=(tables,)), path)

    assert "Synthetic: rows that it was made from are made up." in column_a(path, "Cover")
    assert custom(path)["Synthetic"] is True


def test_a_table_without_notes_needs_no_sheet_of_them(path: Path) -> None:
    npol.write_accessible_workbook([watch()], path, title="One")

    assert broken(path) == []
    assert opened(path).sheetnames == ["Cover", "Contents", "Watch"]
    assert column_a(path, "Cover")[2] == (
        "This workbook has 1 table. The worksheet Contents says what is where."
    )


def test_a_table_without_rows_says_so(path: Path) -> None:
    empty = attrs.evolve(watch(), data=watch().data.iloc[:0])

    npol.write_accessible_workbook([empty], path, title="None")

    assert broken(path) == []
    assert table_of(path, "Watch") == [
        ["NPU", "Schemes", "Spent (£)", "Rate (%)", "Due"],
        ["[z]"] * 5,
    ]
    assert "There are no rows: the one that it has is shorthand." in str(column_a(path, "Watch"))


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    for each in (first, second):
        npol.write_accessible_workbook(board(), each, marking="OFFICIAL")

    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as two:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: two.read(name) for name in two.namelist()
        }
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("words", [100, 1500])
def test_rows_are_as_high_as_their_words(path: Path, words: int) -> None:
    said = " ".join(["word"] * words)

    npol.write_accessible_workbook(board(subtitle=said, findings=("One.", said)), path)

    book = opened(path)
    for sheet, column, row in (("Cover", "A", 3), ("Findings", "B", 5)):
        there = book[sheet]
        assert there[f"{column}{row}"].value == said
        # A letter is no narrower than six tenths of a digit, in 12 points.
        lines = len(said) * 0.6 / there.column_dimensions[column].width
        height = there.row_dimensions[row].height
        # Excel has no higher row.
        assert min(lines * 12, 408) < height <= 409
    assert 12 < book["Findings"].row_dimensions[4].height < 20
    assert 12 < book["Watch"].row_dimensions[7].height < 20


# -- names of sheets


@pytest.mark.parametrize(
    ("names", "sheets"),
    [
        (["street_watch"], ["Street watch"]),
        (["a", "A", "a"], ["A", "A 2", "A 3"]),
        (["cover", "Notes", "contents"], ["Cover 2", "Notes 2", "Contents 2"]),
        (["history"], ["History table"]),
        (["a/b:c*d?[e]\\f'g"], ["A b c d e f g"]),
        ([" \n_ "], ["Table"]),
        (["x" * 40, "x" * 41], ["X" + "x" * 30, "X" + "x" * 28 + " 2"]),
        (["\U0001f694" * 16], ["\U0001f694" * 15]),
        (["board_gaps", "board_", "boarding"], ["Gaps", "Board", "Boarding"]),
    ],
)
def test_each_sheet_has_a_name_of_its_own(
    path: Path, names: Sequence[str], sheets: list[str]
) -> None:
    tables = Section(heading="", exhibits=tuple(watch(name) for name in names))
    npol.write_accessible_workbook(
        board(sections=(tables,), findings=(), definitions=()), path, title="Names"
    )

    assert broken(path) == []
    assert opened(path).sheetnames[2:] == sheets


# -- marking


def custom(path: Path) -> dict[str, object]:
    return {each.name: each.value for each in opened(path).custom_doc_props.props}  # type: ignore[attr-defined] # the stubs lack it


@pytest.mark.parametrize("marking", ["OFFICIAL-SENSITIVE", "=OFFICIAL & 2 <more>"])
def test_a_marking_is_on_each_sheet_in_print_and_in_the_file(path: Path, marking: str) -> None:
    npol.write_accessible_workbook(board(), path, marking=marking)

    assert broken(path) == []
    book = opened(path)
    for sheet in book:
        assert f"Protective marking: {marking}" in column_a(path, sheet.title)
        for printed in (sheet.oddHeader, sheet.oddFooter):
            assert printed is not None
            assert (printed.left.text, printed.right.text) == (None, None)
            assert str(printed.center.text).replace("&&", "&") == marking
    assert (book.properties.category, custom(path)["Marking"]) == (marking, marking)


def test_without_a_marking_headers_and_footers_are_empty(path: Path) -> None:
    npol.write_accessible_workbook(board(), path)

    with zipfile.ZipFile(path) as file:
        xml = [file.read(name).decode() for name in file.namelist()]
    assert not any("oddHeader" in each or "oddFooter" in each or "arking" in each for each in xml)


def test_the_marking_of_a_table_or_a_chart_is_that_of_the_workbook(path: Path) -> None:
    npol.write_accessible_workbook([watch(marking="OFFICIAL"), watch()], path, title="Two")
    assert custom(path)["Marking"] == "OFFICIAL"

    chart = attrs.evolve(board().exhibits[1], marking="SECRET")
    marked = board(sections=(Section(heading="", exhibits=(watch(marking="OFFICIAL"), chart)),))
    with pytest.raises(ValueError, match=r"^tables are marked OFFICIAL and SECRET: say which"):
        npol.write_accessible_workbook(marked, path)


# -- the checklist sees what is wrong


def put(sheet: str, cell: str, value: str | None) -> Callable[[Workbook], None]:
    def planted(book: Workbook) -> None:
        book[sheet][cell] = value

    return planted


def rename_table(book: Workbook) -> None:
    (table,) = book["Watch"].tables.values()
    table.name = table.displayName = "Table1"


def drop_table(book: Workbook) -> None:
    book["Watch"].tables.clear()


def shorten_table(book: Workbook) -> None:
    (table,) = book["Watch"].tables.values()
    table.ref = table.ref.replace("E7", "E6")


def colour(book: Workbook) -> None:
    book["Watch"]["B5"].fill = PatternFill("solid", fgColor="FFFF00")


def unwrap(book: Workbook) -> None:
    book["Watch"]["B5"].alignment = Alignment(wrap_text=False)


def comment(book: Workbook) -> None:
    book["Watch"]["B5"].comment = Comment("hm", "me")


def move_cursor(book: Workbook) -> None:
    book["Cover"].sheet_view.selection[0].activeCell = "B9"


def untag(book: Workbook) -> None:
    book["Watch"]["A1"].style = "Normal"


def hide_row(book: Workbook) -> None:
    book["Watch"].row_dimensions[5].hidden = True


def hide_column(book: Workbook) -> None:
    book["Watch"].column_dimensions["B"].hidden = True


def unlink(book: Workbook) -> None:
    book["Contents"]["A4"].hyperlink = None


def no_day(book: Workbook) -> None:
    book["Watch"]["E5"].number_format = "General"


FAULTS: list[tuple[str, Callable[[Workbook], object]]] = [
    ("cover and contents", lambda book: setattr(book["Cover"], "title", "Front")),
    ("names of sheets", lambda book: setattr(book["Watch"], "title", "Sheet3")),
    ("names of tables", rename_table),
    ("contents", unlink),
    ("title and language", lambda book: setattr(book.properties, "language", None)),
    ("title and language", lambda book: setattr(book.properties, "title", None)),
    ("first sheet active", lambda book: setattr(book, "active", 2)),
    ("notes", put("Watch", "B4", "Schemes [note 7]")),
    ("shorthand on the cover", put("Cover", "A6", "No cell is empty.")),
    ("title in A1", untag),
    ("merged", lambda book: book["Watch"].merge_cells("A1:B1")),
    ("hidden", hide_row),
    ("hidden", hide_column),
    ("hidden", lambda book: setattr(book["Watch"], "sheet_state", "hidden")),
    ("filters and frozen panes", lambda book: setattr(book["Watch"], "freeze_panes", "A5")),
    ("filters and frozen panes", lambda book: setattr(book["Watch"].auto_filter, "ref", "A4:E7")),
    ("fill", colour),
    ("cursor", move_cursor),
    ("floating", comment),
    ("blank rows", put("Watch", "A2", None)),
    ("one table on the left", drop_table),
    ("one table on the left", shorten_table),
    ("one table on the left", put("Watch", "F12", "below")),
    ("one table on the left", put("Watch", "C2", "beside")),
    ("one header row", put("Watch", "B4", "Others")),
    ("blank cells", put("Watch", "B6", None)),
    ("blank cells", put("Watch", "B6", "  ")),
    ("wrapped", unwrap),
    ("numbers as text", put("Watch", "B6", "12")),
    ("days", no_day),
    ("days", lambda book: setattr(book["Watch"]["E5"], "number_format", "dd/mm/yy")),
    ("notes in cells", put("Watch", "A5", "CV [note 1]")),
    ("shorthand", put("Watch", "A3", "Words of another kind.")),
    ("formulas and links", put("Watch", "B5", "=1+1")),
    ("formulas and links", put("Cover", "A3", '=HYPERLINK("https://example.org")')),
]


@pytest.mark.parametrize(("fault", "planted"), FAULTS)
def test_the_checklist_sees_a_planted_fault(
    path: Path, fault: str, planted: Callable[[Workbook], object]
) -> None:
    npol.write_accessible_workbook([watch(name="watch")], path, title="Faults")
    book = opened(path)
    book.save(path)
    assert broken(path) == []
    (table,) = book["Watch"].tables.values()
    assert table.ref == "A4:E7"

    planted(book)
    book.save(path)

    assert fault in broken(path)


# -- the command


def test_the_command_writes_the_paper(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--workbook", str(path), "--marking", "OFFICIAL"]) == 0

    assert capsys.readouterr().err == f"\nWrote {path}.\n"
    assert broken(path) == []
    title, _, subtitle, *_ = column_a(path, "Cover")
    assert title == "West Midlands Police: neighbourhood policing"
    assert str(subtitle).startswith("Board paper of 15 October 2019")
    assert custom(path)["Marking"] == "OFFICIAL"


def test_without_the_library_the_command_ends_in_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lack_gptables(monkeypatch)

    assert main(["paper", "--workbook", str(path)]) == 2

    printed, told = capsys.readouterr()
    assert printed == ""
    assert told == 'npolicing: this needs gptables: pip install "npolicing[xlsx]"\n'
    assert not path.exists()


# -- what is refused


@pytest.mark.parametrize(
    ("document", "asked", "error", "words"),
    [
        ([], {"title": "T"}, ValueError, "^a workbook has one table at least, and the document"),
        ([watch()], {}, ValueError, "^tables have no title together: say it, with title="),
        ([watch()], {"title": ""}, WorkbookError, "^sheet 'Cover': a workbook has a title$"),
        ([watch()], {"title": "a\nb"}, WorkbookError, "^sheet 'Cover': words are printable"),
        ([watch(), 1], {"title": "T"}, TypeError, "^a workbook is made of a Document, or of T"),
        (1, {"title": "T"}, TypeError, "^a workbook is made of a Document, or of T"),
        ("table", {"title": "T"}, TypeError, "^a workbook is made of a Document, or of T"),
        ([watch()], {"title": "T", "language": "English!"}, ValueError, "^'English!' is no lang"),
        ([watch()], {"title": "T", "marking": " a"}, ValueError, "^a marking is one line"),
        (
            [attrs.evolve(watch(), title="a\0b")],
            {"title": "T"},
            WorkbookError,
            "^sheet 'Watch': its title: words are printable, in one line each$",
        ),
        (
            [attrs.evolve(watch(), headings=(HEADINGS[0], HEADINGS[0]))],
            {"title": "T"},
            WorkbookError,
            "^sheet 'Watch', column 'NPU': another column has that name",
        ),
        (
            [attrs.evolve(watch(), headings=())],
            {"title": "T"},
            WorkbookError,
            "^sheet 'Watch': 0 columns; a sheet has 1 to",
        ),
        (
            [
                attrs.evolve(
                    watch(),
                    data=watch().data.assign(npu=pd.Series([{"a": 1}, 2, 3], dtype="object")),
                )
            ],
            {"title": "T"},
            ColumnTypeError,
            "NPU: is of several types",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    path: Path, document: object, asked: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        npol.write_accessible_workbook(document, path, **asked)  # type: ignore[arg-type] # that is the test

    assert not path.exists()


def test_a_file_that_was_there_stays_where_the_new_one_is_refused(path: Path) -> None:
    npol.write_accessible_workbook(board(), path)
    before = path.read_bytes()

    with pytest.raises(ValueError, match="one table at least"):
        npol.write_accessible_workbook(board(sections=()), path)

    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def lack_gptables(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def lacking(name: str, package: str | None = None) -> object:
        if name == "gptables":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, package)

    monkeypatch.setattr("npolicing.accessible_workbook.good_practice.import_module", lacking)


def test_without_the_library_the_way_to_it_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lack_gptables(monkeypatch)

    with pytest.raises(ModuleNotFoundError) as error:
        npol.write_accessible_workbook(board(), path)

    assert str(error.value) == 'this needs gptables: pip install "npolicing[xlsx]"'
    assert error.value.name == "gptables"
    assert not path.exists()
