"""Cells of workbooks that are published: any value comes back, and each missing one says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from accessible import broken, header_of, table_cells
from hypothesis import given
from hypothesis import strategies as st

import npolicing as npol
from npolicing.disclosure import with_symbols
from npolicing.errors import WorkbookError
from npolicing.exhibits import Heading, Table, table_from

Value = object
RULE = npol.DisclosureRule(name="ours", threshold=5)
NOT_AVAILABLE = "[x] is not available: not known, or not defined; notes call it null."
CONFIDENTIAL = "[c] is confidential: a small number, or one that would tell of one, is hidden."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tables.xlsx"


def one(data: pd.DataFrame, *headings: Heading, **changes: object) -> Table:
    heads = headings or tuple(Heading(column=str(name), label=str(name)) for name in data.columns)
    return table_from(data, "one", "One", heads, **changes)  # type: ignore[arg-type] # a test's own


def column_of(values: Sequence[object] | pd.Series, path: Path, **heading: object) -> list[Value]:
    """The cells of a column of some values, in a workbook that keeps the checklist."""
    asked = {"column": "v", "label": "V"} | heading
    data = pd.DataFrame({"v": values if isinstance(values, pd.Series) else list(values)})
    shown = one(data, Heading(**asked))  # type: ignore[arg-type] # a test's own
    npol.write_accessible_workbook([shown], path, title="One")
    assert broken(path) == []
    return [row[0].value for row in table_cells(openpyxl.load_workbook(path)["One"])]


def above(path: Path) -> list[Value]:
    sheet = openpyxl.load_workbook(path)["One"]
    return [cell.value for cell in sheet["A"][: header_of(sheet)[0].row - 1]]


def head(path: Path) -> list[Value]:
    return [cell.value for cell in header_of(openpyxl.load_workbook(path)["One"])]


# -- text


HOSTILE = [
    "=1+1",
    "{=1+1}",
    "@SUM(A1)",
    "+44",
    "-1",
    "TRUE",
    "1e5",
    "007",
    "12",
    "http://127.0.0.1/",
    "internal:One!A1",
    "[words](http://127.0.0.1)",
    "[a](b) and [c](d)",
    "$$note$$",
    "$$",
    "**",
    "\u03a9\u03bc",
    "\U0001f694",
    "Cell 1",
    "Cell 99",
    "V",
    "<r><t>a</t></r>",
    "_x0041_x0042_",
    "two\nlines",
    " blank ",
    "2019-10-15",
    "#N/A",
    "<5",
    "*",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_a_text_wherever_it_stands(path: Path, text: str) -> None:
    line = " ".join(text.split())
    data = pd.DataFrame({"v": [text, "a"]})
    table = table_from(
        data,
        "one",
        line,
        [Heading(column="v", label="V")],
        notes=[text],
        source=line,
    )

    npol.write_accessible_workbook([table], path, title=line)

    assert broken(path) == []
    book = openpyxl.load_workbook(path)
    cells = [
        (book["Cover"]["A1"], line),
        (book["One"]["A1"], f"{line} [note 1]"),
        (book["One"]["A3"], f"Source: {line}"),
        (book["One"]["A5"], text),
        (book["Notes"]["B4"], text),
        (book["Contents"]["B5"], line),
    ]
    for cell, words in cells:
        assert (cell.data_type, cell.value) == ("s", words)
        # Text stays text when somebody edits it.
        assert cell.number_format == "@"


# No controls, which openpyxl does not decode; blank ones and a dash are shorthand.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1) | st.sampled_from(
    HOSTILE
)


def published(text: str) -> str:
    return text if text.strip() and text != "–" else "[x]"


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=5))
def test_any_text_comes_back(texts: list[str | None]) -> None:
    with TemporaryDirectory() as folder:
        found = column_of(texts, Path(folder, "t.xlsx"))

    assert found == ["[x]" if text is None else published(text) for text in texts]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "words": st.none() | TEXTS,
                "count": st.none() | st.integers(-(10**15) + 1, 10**15 - 1),
                "amount": st.none()
                | st.decimals("-9999999999999.99", "9999999999999.99", places=2, allow_nan=False),
                "ratio": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "day": st.none() | st.dates(date(1900, 3, 1), date(9999, 12, 31)),
                "is_total": st.booleans(),
            }
        ),
        max_size=5,
    )
)
def test_any_table_comes_back_and_keeps_the_checklist(rows: list[dict[str, object]]) -> None:
    headings = [
        Heading(column="words", label="Words"),
        Heading(column="count", label="Count", unit="logs"),
        Heading(column="amount", label="Amount", unit="GBP"),
        Heading(column="ratio", label="Ratio", unit="ratio"),
        Heading(column="day", label="Day"),
    ]
    names = [*(heading.column for heading in headings), "is_total"]
    columns = {name: [row[name] for row in rows] for name in names}
    data = pd.DataFrame(columns, dtype=object)
    with TemporaryDirectory() as folder:
        path = Path(folder, "any.xlsx")
        npol.write_accessible_workbook([one(data, *headings)], path, title="Any")

        assert broken(path) == []
        cells = table_cells(openpyxl.load_workbook(path)["One"])

    found = [[cell.value for cell in row] for row in cells]
    assert found == ([[published_value(row, h) for h in headings] for row in rows] or [["[z]"] * 5])


def published_value(row: dict[str, object], heading: Heading) -> object:
    """What a value is published as; nothing of it is taken from the code that does so."""
    value = row[heading.column]
    blank = value is None or (isinstance(value, str) and published(value) == "[x]")
    if blank and row["is_total"] and not heading.numeric:
        return "Total" if heading.column == "words" else "[z]"
    match value:
        case None:
            return "[x]"
        case str():
            return published(value)
        case Decimal():
            return float(value)
        case date():
            return datetime.combine(value, time())
        case _:
            return value


# -- numbers and days


def test_figures_are_shown_in_the_places_of_their_headings_and_kept_unrounded(path: Path) -> None:
    values = {"rate": 0.408952, "pace": 1.23456, "logs": 1234567.8, "year": 2019}
    data = pd.DataFrame({name: [value] for name, value in values.items()})
    table = one(
        data,
        Heading(column="rate", label="Rate", unit="ratio"),
        Heading(column="pace", label="Pace", unit="index", places=2),
        Heading(column="logs", label="Logs", unit="logs"),
        Heading(column="year", label="Year"),
    )

    npol.write_accessible_workbook([table], path, title="Places")

    assert broken(path) == []
    (row,) = table_cells(openpyxl.load_workbook(path)["One"])
    assert [(cell.value, cell.number_format) for cell in row] == [
        (0.408952, "0.0%"),
        (1.23456, "#,##0.00"),
        (1234567.8, "#,##0"),
        (2019, "0"),
    ]
    assert [cell.alignment.horizontal for cell in row] == ["right"] * 4
    assert head(path) == ["Rate (%)", "Pace (index)", "Logs", "Year"]


@pytest.mark.parametrize(
    ("amounts", "form"),
    [
        ([Decimal("5.00"), Decimal("-1000.00")], "#,##0"),
        ([Decimal("5.00"), Decimal("0.10")], "#,##0.00"),
        ([100996.5, None], "#,##0.00"),
        ([None, None], "@"),
    ],
)
def test_pence_are_shown_where_there_are_any(
    path: Path, amounts: list[Decimal | float | None], form: str
) -> None:
    found = column_of(amounts, path, unit="GBP")

    assert found == ["[x]" if amount is None else float(amount) for amount in amounts]
    cells = table_cells(openpyxl.load_workbook(path)["One"])
    assert {row[0].number_format for row in cells} == {form}


@pytest.mark.parametrize("kind", [pd.ArrowDtype(pa.date32()), "object"], ids=["arrow", "python"])
def test_days_are_days_of_excel(path: Path, kind: object) -> None:
    days = pd.Series([date(2019, 10, 15), None], dtype=kind)  # type: ignore[call-overload] # pandas-stubs knows no dtypes of Arrow

    assert column_of(days, path) == [datetime(2019, 10, 15), "[x]"]  # noqa: DTZ001 # a day
    (first, _) = table_cells(openpyxl.load_workbook(path)["One"])
    assert (first[0].is_date, first[0].number_format) == (True, "yyyy-mm-dd")


@pytest.mark.parametrize(
    ("values", "cells", "note"),
    [
        ([datetime(2019, 7, 1, 9, tzinfo=UTC)], ["2019-07-01T09:00:00+00:00"], "Times are in UTC"),
        ([date(1900, 2, 28)], ["1900-02-28"], "Days before 1900-03-01 are text"),
        ([10**15], ["1000000000000000"], "Numbers of more than 15 digits are text"),
        ([["a", "b"]], ["a;b"], "Items of a list have semicolons"),
    ],
)
def test_what_excel_has_no_cell_for_is_text_and_a_note_says_so(
    path: Path, values: list[object], cells: list[str], note: str
) -> None:
    assert column_of(values, path) == cells
    assert head(path) == ["V [note 1]"]
    assert str(openpyxl.load_workbook(path)["Notes"]["B4"].value).startswith(note)


def test_flags_are_flags(path: Path) -> None:
    assert column_of([True, False, None], path) == [True, False, "[x]"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("inf"), "column 'V (logs)', row 0: inf is no figure; write null where it is undef"),
        (Decimal("12345678901234.56"), "column 'V (logs)', row 0: 12345678901234.56 has 16 digits"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_place(path: Path, value: object, words: str) -> None:
    with pytest.raises(WorkbookError) as error:
        column_of([value], path, unit="logs")

    assert words in str(error.value)
    assert not path.exists()


@pytest.mark.parametrize(
    "label", ["", " V", "a\nb", "_x0041_", "<V>", "V" * 256, "V" * 250], ids=len
)
def test_a_heading_that_excel_would_repair_is_refused(path: Path, label: str) -> None:
    data = pd.DataFrame({"v": [datetime(2019, 7, 1, tzinfo=UTC)]})

    table = one(data, Heading(column="v", label=label))

    # The last one is too long with the number of its note.
    with pytest.raises(WorkbookError, match="rename it$"):
        npol.write_accessible_workbook([table], path, title="T")


def test_a_heading_is_never_a_formula_nor_a_note_of_its_own(path: Path) -> None:
    npol.write_accessible_workbook(
        [one(pd.DataFrame({"v": [1]}), Heading(column="v", label="=1+1"))], path, title="T"
    )
    assert broken(path) == []
    assert head(path) == ["=1+1"]

    with pytest.raises(WorkbookError, match=r"column 'a \$\$b\$\$': gptables keeps \$\$ for"):
        npol.write_accessible_workbook(
            [one(pd.DataFrame({"v": [1]}), Heading(column="v", label="a $$b$$"))], path, title="T"
        )


# -- what is missing


SEARCHES = pd.DataFrame(
    {"ward": ["A", "B", "C", "D", None], "searches": [3, 26, 9, None, 38]}
).astype({"searches": "Int64"})
SEARCHES["is_total"] = SEARCHES["ward"].isna()


def test_what_is_suppressed_is_confidential_and_what_is_unknown_is_not(path: Path) -> None:
    hidden = npol.suppress(SEARCHES, rule=RULE, by="ward", counts="searches")
    headings = (
        Heading(column="ward", label="Ward"),
        Heading(column="searches", label="Searches", unit="searches"),
    )

    npol.write_accessible_workbook([one(hidden, *headings)], path, title="Searches")

    assert broken(path) == []
    cells = table_cells(openpyxl.load_workbook(path)["One"])
    assert [[cell.value for cell in row] for row in cells] == [
        ["A", "[c]"],
        ["B", 26],
        ["C", "[c]"],
        ["D", "[x]"],
        ["Total", 38],
    ]
    assert above(path)[2:] == [CONFIDENTIAL, NOT_AVAILABLE]


def test_symbols_and_digits_of_a_table_for_readers_are_shorthand_and_numbers(path: Path) -> None:
    hidden = npol.suppress(SEARCHES, rule="ofqual", by="ward", counts="searches")
    shown = with_symbols(hidden, rule="ofqual")
    assert shown["searches"].tolist()[:3] == ["<5", "25", "10"]

    found = column_of(shown["searches"], path, unit="searches")

    assert found == ["[c]", 25, 10, "[x]", 40]
    assert CONFIDENTIAL in above(path)


@pytest.mark.parametrize(
    ("cells", "found", "heading"),
    [
        ([3, "*", "–", None, "<10"], [3, "[c]", "[x]", "[x]", "[c]"], "V (logs)"),
        (["0.5", "-12", "[REDACTED]"], [0.5, -12, "[c]"], "V (logs)"),
        (["–", ""], ["[x]", "[x]"], "V (logs)"),
        # Each in a unit of its own: words, which say it.
        (["45.2 %", "12", "*"], ["45.2 %", "12", "[c]"], "V"),
        ([Decimal(1200), "12 to 14"], ["1,200", "12 to 14"], "V"),
        ([True, "not known"], ["True", "not known"], "V"),
    ],
)
def test_numbers_beside_words(
    path: Path, cells: list[object], found: list[object], heading: str
) -> None:
    assert column_of(pd.Series(cells, dtype=object), path, unit="logs") == found
    assert head(path) == [heading]


def test_a_star_among_words_is_a_star(path: Path) -> None:
    assert column_of(["*", "–"], path) == ["*", "[x]"]
