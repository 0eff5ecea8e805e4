"""Workbooks of every kind: read alike, and what a cell hides or a sheet costs is seen before."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

import npolicing as npol
from npolicing.errors import InputFileError
from npolicing.intake.sheets import looked

DATA = Path(__file__).parent / "data"
AS_OF = datetime(2020, 1, 1, tzinfo=UTC)
HEADER = ("Log No", "NPU", "Grade", "Received", "Attended", "Crimes")
AT = datetime(2018, 7, 31, 23, 30)  # noqa: DTZ001 # a local clock
MIDNIGHT = datetime(2018, 8, 1)  # noqa: DTZ001 # the same
ROW = (1, "COV", "P3", AT, True, 2)
TIMES = "dd/mm/yyyy hh:mm"
PROFILE = """
[profile]
name = "any"
entity = "Log"
force = "WMP"
others = "ignore"
[file]
format = "excel"
skip_rows = SKIP
header_rows = ROWS
[columns]
log_id.header = "Log No"
npu.header = "NPU"
priority.header = "Grade"
RECEIVED
attended.header = "Attended"
crimes.header = "Crimes"
MORE
"""


def filled(words: Mapping[str, str]) -> str:
    text = PROFILE
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text


def read(
    path: Path,
    *,
    more: str = "",
    rows: int = 1,
    skip: int = 0,
    received: str = 'received_at.header = "Received"',
    on_error: Literal["collect", "coerce"] = "collect",
) -> npol.Intake[npol.Log]:
    made = path.parent / "any.toml"
    words = {"ROWS": str(rows), "SKIP": str(skip), "RECEIVED": received, "MORE": more}
    made.write_text(filled(words), encoding="utf-8")
    return npol.read(path, npol.Log, profile=made, as_of=AS_OF, on_error=on_error)


def refused(found: npol.Intake[npol.Log]) -> list[tuple[int, str | None, str, object]]:
    return [
        (each.line, failure.column, failure.code, failure.value)
        for each in found.refused
        for failure in each.failures
    ]


# -- workbooks of each kind


def xlsx(folder: Path, *rows: Sequence[object], header: Sequence[object] = HEADER) -> Path:
    path = folder / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Logs")
        for at, row in enumerate([header, *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, place, cell, book.add_format({"num_format": TIMES}))
                elif isinstance(cell, date):
                    form = book.add_format({"num_format": "dd/mm/yyyy"})
                    sheet.write_datetime(at, place, cell, form)
                else:
                    sheet.write(at, place, cell)
    return path


def changed(path: Path, change: Callable[[str], str], part: str = "worksheets/sheet1.xml") -> Path:
    """A workbook with its sheet written another way."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    found = f"xl/{part}"
    text = parts[found].decode()
    parts[found] = change(text).encode()
    assert parts[found] != text.encode()
    return packed(path, parts)


def packed(path: Path, parts: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def ods(folder: Path, rows: str) -> Path:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0" xmlns:calcext="urn:org:documentfoundation:names">'
        f'<office:body><office:spreadsheet><table:table table:name="Logs">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"/>'
    parts = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content}
    return packed(folder / "logs.ods", parts)


def ods_row(cells: Iterable[object], repeated: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">'
        + "".join(map(ods_cell, cells))
        + "</table:table-row>"
    )


def ods_cell(cell: object) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case bool():
            value = f'boolean" office:boolean-value="{str(cell).lower()}'
        case int():
            value = f'float" office:value="{cell}'
        case datetime():
            # LibreOffice writes a midnight as the day.
            text = cell.isoformat().removesuffix("T00:00:00")
            value = f'date" office:date-value="{text}'
        case _:
            text = escape(str(cell))
            return (
                '<table:table-cell office:value-type="string">'
                f"<text:p>{text}</text:p></table:table-cell>"
            )
    return f'<table:table-cell office:value-type="{value}"/>'


def record(kind: int, body: bytes = b"") -> bytes:
    assert len(body) < 0x80
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def u32(*numbers: int) -> bytes:
    return b"".join(each.to_bytes(4, "little") for each in numbers)


def wide(text: str) -> bytes:
    return u32(len(text)) + text.encode("utf-16-le")


def xlsb(folder: Path, *rows: tuple[int, Mapping[int, str | int]]) -> Path:
    """A workbook of texts, and of errors by their number."""
    sheet = record(0x81) + record(0x94, u32(0, 0, 0, 0)) + record(0x91)
    for row, cells in rows:
        sheet += record(0, u32(row) + bytes(21))
        for column, cell in cells.items():
            place = u32(column, 0)
            if isinstance(cell, str):
                sheet += record(6, place + wide(cell))
            else:
                # The error of a formula, and the formula, of which nothing is looked at.
                sheet += record(11, place + bytes([cell]) + bytes(10))
    names = record(0x9C, u32(0, 1) + wide("rId1") + wide("Logs"))
    kind = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations = (
        f'<Relationships xmlns="{kind}"><Relationship Id="rId1" Target="worksheets/sheet1.bin" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        "</Relationships>"
    )
    return packed(
        folder / "logs.xlsb",
        {
            "_rels/.rels": f'<Relationships xmlns="{kind}"/>',
            "xl/_rels/workbook.bin.rels": relations,
            "xl/workbook.bin": record(0x83) + names + record(0x90) + record(0x84),
            "xl/worksheets/sheet1.bin": sheet + record(0x92) + record(0x82),
        },
    )


# -- read alike


def in_strict_xlsx(folder: Path) -> Path:
    """As Excel writes it where that is asked for: its names are of another place."""
    path = in_xlsx(folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return packed(
        path,
        {
            name: text.replace(f"{OPEN}officeDocument/2006/", f"{STRICT}officeDocument/").replace(
                f"{OPEN}spreadsheetml/2006/", f"{STRICT}spreadsheetml/"
            )
            for name, text in parts.items()
        },
    )


OPEN, STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
ROWS = (
    ROW,
    ("0002", "sandwell", 6, MIDNIGHT, False, "#N/A"),
    (3, "COV", "P3", datetime(2018, 8, 1, 9, 30), True, 1),  # noqa: DTZ001 # a local clock
    (4, "COV", "P3", datetime(2018, 8, 1, 9, 31), True, 0),  # noqa: DTZ001 # the same
)


def as_error(text: str) -> str:
    return re.sub(r'<c r="F3" t="s"><v>[0-9]+</v></c>', '<c r="F3" t="e"><v>#N/A</v></c>', text)


def in_xlsx(folder: Path) -> Path:
    return changed(xlsx(folder, *ROWS), as_error)


def in_ods(folder: Path) -> Path:
    text = ods(folder, "".join(map(ods_row, [HEADER, *ROWS])))
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    with zipfile.ZipFile(text) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(ods_cell("#N/A"), error)
    return packed(text, parts)


def in_1904(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    for row in [HEADER, *ROWS]:
        sheet.append(list(row))
    for (cell,) in sheet["D2:D5"]:
        cell.number_format = TIMES
    path = folder / "logs.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    "made",
    [in_xlsx, in_strict_xlsx, in_ods, in_1904, lambda _: DATA / "synthetic-logs.xls"],
    ids=["xlsx", "strict xlsx", "ods", "xlsx of 1904", "xls"],
)
def test_each_kind_of_workbook_is_read_alike(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    path = made(tmp_path)
    (tmp_path / path.name).write_bytes(path.read_bytes())
    found = read(tmp_path / path.name)

    assert [
        (each.log_id, each.npu, each.priority, str(each.received_at), each.attended, each.crimes)
        for each in found.records
    ] == [
        ("1", "CV", "P3", "2018-07-31 22:30:00+00:00", True, 2),
        ("3", "CV", "P3", "2018-08-01 08:30:00+00:00", True, 1),
        ("4", "CV", "P3", "2018-08-01 08:31:00+00:00", True, 0),
    ]
    assert refused(found) == [(3, "Crimes", "CELL_ERROR", "#N/A")]
    # The row that has an error is received at midnight.
    lenient = read(tmp_path / path.name, on_error="coerce").records[1]
    assert (lenient.log_id, str(lenient.received_at)) == ("0002", "2018-07-31 23:00:00+00:00")
    assert (lenient.attended, lenient.crimes) == (False, None)


# -- cells that are far off


def with_row(row: str) -> Callable[[str], str]:
    return lambda text: text.replace("</sheetData>", f"{row}</sheetData>")


LAST = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SPARSE = {
    "as it is written": with_row(LAST),
    "in one quote": with_row(LAST.replace('"', "'")),
    "with a prefix": lambda text: re.sub(
        "<(/?)(?=[a-z])", r"<\1x:", with_row(LAST)(text).replace("xmlns=", "xmlns:x=")
    ),
    "without a place": with_row(
        "<row>" + "<c><v>1</v></c>" * 16_384 + '</row><row r="1048575"/><row><c><v>1</v></c></row>'
    ),
    "in two cells": with_row(
        '<row r="7"><c r="XFD7"><v>1</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    ),
    "of an error": with_row(LAST.replace('"><v>1', '" t="e"><v>#N/A')),
    "of a formula": with_row(LAST.replace("<v>1</v>", "<f>1+1</f>")),
    "past a small dimension": lambda text: re.sub(
        "<dimension[^>]*>", '<dimension ref="A1"/>', with_row(LAST)(text)
    ),
}


@pytest.mark.parametrize("change", SPARSE.values(), ids=SPARSE.keys())
def test_a_far_cell_is_told_before_room_is_made_for_all_between(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    path = changed(xlsx(tmp_path, ROW), change)
    with pytest.raises(InputFileError) as caught:
        read(path)

    assert path.stat().st_size < 100_000
    assert str(caught.value) == (
        f"{path}: sheet 'Logs' reaches to row 1,048,576 and column 16,384, more than can be held; "
        "delete the cells that are far off, or save the sheet as CSV"
    )


def test_a_far_cell_of_another_kind_of_workbook_is_told(tmp_path: Path) -> None:
    far = '<table:table-cell table:number-columns-repeated="16383"/>' + ods_cell(1)
    many = ods_cell(1).replace("/>", ' table:number-columns-repeated="16384"/>')
    blank = ods_row([None], repeated=1_048_575)
    for made in (
        ods(tmp_path, ods_row(HEADER) + blank + f"<table:table-row>{far}</table:table-row>"),
        ods(tmp_path, ods_row(HEADER) + f"<table:table-row>{many}</table:table-row>" * 4_000),
        xlsb(tmp_path, (0, dict(enumerate(HEADER))), (1_048_575, {16_383: "x"})),
    ):
        with pytest.raises(InputFileError, match=r"reaches to row [0-9,]+ and column 16,384, more"):
            read(made)
        assert made.stat().st_size < 100_000


def test_an_old_workbook_that_says_that_it_is_huge_is_refused(tmp_path: Path) -> None:
    content = (DATA / "synthetic-logs.xls").read_bytes()
    extent = b"\x00\x02\x0e\x00" + u32(0, 5) + b"\0\0\x06\0"
    assert content.count(extent) == 1
    path = tmp_path / "logs.xls"
    path.write_bytes(
        content.replace(extent, extent[:8] + b"\xff" * 4 + extent[12:14] + b"\xff\xff")
    )
    with pytest.raises(InputFileError, match="says that a sheet has more cells than one can have"):
        read(path)


@pytest.mark.parametrize("at", range(0, 5_632, 256))
def test_an_old_workbook_that_is_broken_is_read_or_refused(tmp_path: Path, at: int) -> None:
    content = bytearray((DATA / "synthetic-logs.xls").read_bytes())
    content[at : at + 256] = b"\xff" * 256
    path = tmp_path / "logs.xls"
    path.write_bytes(content)
    with suppress(InputFileError):
        assert read(path).account.balanced


def test_a_sheet_may_be_wide_and_long_and_formatted_to_its_end(tmp_path: Path) -> None:
    header = [*HEADER, *(f"Column {number}" for number in range(800))]
    blank = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    path = changed(xlsx(tmp_path, [*ROW, *range(800)], header=header), with_row(blank))

    assert read(path).account.good == 1


@pytest.mark.parametrize("columns", [6, 40, 70, 800])
def test_what_is_found_quickly_is_what_is_found_cell_by_cell(tmp_path: Path, columns: int) -> None:
    header = [*HEADER, *range(columns - 6)]
    quick = changed(xlsx(tmp_path, *ROWS, header=header), as_error)
    with quick.open("rb") as file:
        found = looked(file).sheet(0)
    slow = changed(quick, lambda text: text.replace("<c ", "<c\n"))
    with slow.open("rb") as file:
        exact = looked(file).sheet(0)

    assert (exact.rows, exact.columns, exact.odd) == (5, columns, {(2, 5): "#N/A"})
    assert found.odd == exact.odd
    assert found.rows >= exact.rows
    assert found.columns >= exact.columns


# -- workbooks that are something else as well


def test_an_old_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    # The code page is written as the password would be.
    content = (DATA / "synthetic-logs.xls").read_bytes().replace(b"\x42\0\x02\0", b"\x2f\0\x02\0")
    path = tmp_path / "logs.xls"
    path.write_bytes(content)
    with pytest.raises(InputFileError, match="has a password; save it without one"):
        read(path)


def test_a_workbook_of_libreoffice_with_a_password_says_so(tmp_path: Path) -> None:
    path = ods(tmp_path, ods_row(HEADER))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["META-INF/manifest.xml"] = b"<manifest:encryption-data/>"
    with pytest.raises(InputFileError, match="has a password; save it without one"):
        read(packed(path, {**parts, "content.xml": b"\x9c\x01"}))


def test_two_kinds_of_workbook_in_one_file_are_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ROW)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("content.xml", "<office:document-content/>")
    with pytest.raises(InputFileError, match="parts are of two kinds of workbook, or there twice"):
        read(path)


# -- cells that have no value


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"])
def test_an_error_is_never_null_whatever_its_column(tmp_path: Path, error: str) -> None:
    failed = f' t="e"><v>{error}</v></c>'

    def change(text: str) -> str:
        text = re.sub(r'<c r="A3" t="s"><v>[0-9]+</v></c>', f'<c r="A3"{failed}', text)
        text = re.sub(r'<c r="([D-F])4"[^>]*><v>[0-9.]+</v></c>', rf'<c r="\g<1>4"{failed}', text)
        return text.replace("</sheetData>", f'<row r="9"><c r="F9"{failed}</row></sheetData>')

    path = changed(xlsx(tmp_path, ROW, ("x", *ROW[1:]), ROW), change)

    assert refused(read(path)) == [
        (3, "Log No", "CELL_ERROR", error),
        (4, "Received", "CELL_ERROR", error),
        (4, "Attended", "CELL_ERROR", error),
        (4, "Crimes", "CELL_ERROR", error),
        (9, "Log No", "NULL", ""),
        (9, "Grade", "NULL", ""),
        (9, "Received", "NULL", ""),
        (9, "Crimes", "CELL_ERROR", error),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "<v xml:space='preserve'>#N/A</v>",
        "<f>NA()</f><v>#N/A</v>",
        '<f t="shared" si="0"/><v>#N/A</v>',
        "<f><![CDATA[IF(A1<2,NA())]]></f><v>#N/A</v>",
    ],
)
def test_an_error_is_seen_however_it_is_written(tmp_path: Path, cell: str) -> None:
    path = changed(in_xlsx(tmp_path), lambda text: text.replace("<v>#N/A</v>", cell))

    assert refused(read(path)) == [(3, "Crimes", "CELL_ERROR", "#N/A")]


def test_a_profile_may_say_that_an_error_is_null(tmp_path: Path) -> None:
    found = read(in_xlsx(tmp_path), more='crimes.null = ["#n/a"]')

    assert [each.crimes for each in found.records] == [2, None, 1, 0]


def test_errors_of_a_binary_workbook_are_seen(tmp_path: Path) -> None:
    texts = ("1", "COV", "P3", "31/07/2018 23:30", "yes")
    row: dict[int, str | int] = {**dict(enumerate(texts)), 5: 0x2A}
    found = read(xlsb(tmp_path, (0, dict(enumerate(HEADER))), (1, row)))

    assert refused(found) == [(2, "Crimes", "CELL_ERROR", "#N/A")]


def test_a_formula_that_was_not_worked_out_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append([1, "COV", "P3", "31/07/2018 23:30", "yes", '=1+1&"<"'])
    path = tmp_path / "logs.xlsx"
    book.save(path)

    assert refused(read(path)) == [(2, "Crimes", "CELL_ERROR", '#NO VALUE: =1+1&"<"')]
    unknown = read(path, on_error="coerce")
    assert [each.crimes for each in unknown.records] == [None]
    assert [each.made for each in unknown.noted] == ["null"]


def test_a_formula_that_was_worked_out_has_its_value(tmp_path: Path) -> None:
    path = tmp_path / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Logs")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [1, "COV", "P3", "31/07/2018 23:30", "yes"])
        sheet.write_formula(1, 5, "=1+1", value=2)
        sheet.write_row(2, 0, [2, "COV", "P3", "31/07/2018 23:30", "yes"])
        sheet.write_formula(2, 5, '=""', value="")
    # The value of the second is a text, and that is empty.
    changed(path, lambda text: text.replace('<c r="F3"', '<c r="F3" t="str"'))

    assert [each.crimes for each in read(path).records] == [2, None]


def test_the_error_of_a_spreadsheet_is_no_text_in_csv_either(tmp_path: Path) -> None:
    path = tmp_path / "logs.csv"
    path.write_text(f"{','.join(HEADER)}\n#REF!,COV,P3,31/07/2018 23:30,yes,1\n", encoding="utf-8")
    made = tmp_path / "csv.toml"
    received = 'received_at.header = "Received"'
    words = {'"excel"': '"csv"', "SKIP": "0", "ROWS": "1", "RECEIVED": received, "MORE": ""}
    made.write_text(filled(words), encoding="utf-8")

    assert refused(npol.read(path, npol.Log, profile=made)) == [
        (2, "Log No", "CELL_ERROR", "#REF!")
    ]


# -- days and times


def test_a_midnight_among_times_is_a_time(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, ROW, (2, "COV", "P3", MIDNIGHT, True, 1)))

    assert str(found.records[1].received_at) == "2018-07-31 23:00:00+00:00"


def test_days_are_no_times_though_one_of_them_has_a_time(tmp_path: Path) -> None:
    days = [(number, "COV", "P3", date(2018, 8, number), True, 1) for number in range(2, 5)]
    found = read(xlsx(tmp_path, ROW, *days))

    assert [(line, code) for line, _, code, _ in refused(found)] == [
        (line, "TIME_FORMAT") for line in (3, 4, 5)
    ]
    assert refused(read(xlsx(tmp_path, *days[:1])))[0][3] == "2018-08-02"


def test_a_day_and_a_time_in_two_columns_make_one(tmp_path: Path) -> None:
    header = ("Log No", "NPU", "Grade", "Date", "Time", "Attended")
    path = tmp_path / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Logs")
        sheet.write_row(0, 0, header)
        for line, clock in enumerate([time(0, 0), time(9, 30, 15)], 1):
            sheet.write_row(line, 0, [line, "COV", "P3"])
            sheet.write_datetime(line, 3, MIDNIGHT, book.add_format({"num_format": "dd/mm/yyyy"}))
            sheet.write_datetime(line, 4, clock, book.add_format({"num_format": "hh:mm:ss"}))
    joined = 'received_at.join = ["Date", "Time"]\nreceived_at.formats = ["%Y-%m-%d %H:%M:%S"]'

    assert [str(each.received_at) for each in read(path, received=joined).records] == [
        "2018-07-31 23:00:00+00:00",
        "2018-08-01 08:30:15+00:00",
    ]


def test_a_time_of_a_fraction_of_a_second_is_of_the_next_second_of_its_day(tmp_path: Path) -> None:
    def clock(line: int, text: str) -> str:
        value = f'<table:table-cell office:value-type="time" office:time-value="{text}"/>'
        cells = ods_row([line, "COV", "P3", MIDNIGHT, True])
        return cells.replace("</table:table-row>", f"{value}</table:table-row>")

    header = ods_row([*HEADER[:3], "Date", "Attended", "Time"])
    rows = clock(1, "PT09H29M59.9997S") + clock(2, "PT23H59M59.9997S")
    joined = 'received_at.join = ["Date", "Time"]\nreceived_at.formats = ["%Y-%m-%d %H:%M:%S"]'
    found = read(ods(tmp_path, header + rows), received=joined)

    assert [str(each.received_at)[11:19] for each in found.records] == ["08:30:00", "22:59:59"]


def test_a_day_that_was_written_beside_times_can_be_mended(tmp_path: Path) -> None:
    made = tmp_path / "any.toml"
    made.write_text(
        '[profile]\nname = "any"\nentity = "BudgetPosition"\nforce = "WMP"\nothers = "ignore"\n'
        '[file]\nformat = "excel"\n[columns]\nnpu.header = "NPU"\nas_of.header = "Received"\n'
        'budget.header = "Crimes"\nspent.header = "Log No"\nfinancial_year.value = "2018/19"\n',
        encoding="utf-8",
    )
    path = xlsx(tmp_path, (1, "Nowhere", "P3", MIDNIGHT, True, 2), ROW)
    done = npol.load(path, npol.BudgetPosition, tmp_path / "one.parquet", profile=made)
    assert (done.rows, done.rejected) == (0, 2)
    assert done.rejects is not None
    mended = tmp_path / "mended.csv"
    text = done.rejects.read_text(encoding="utf-8-sig").replace("Nowhere", "COV")
    mended.write_text(text, encoding="utf-8")
    again = npol.read(mended, npol.BudgetPosition, profile=made)

    assert [each.as_of for each in again.records] == [MIDNIGHT.date()]


# -- the header


def test_words_over_several_columns_are_over_each_of_them(tmp_path: Path) -> None:
    path = tmp_path / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Logs")
        sheet.merge_range(0, 0, 0, 5, "Logs of a summer")
        sheet.merge_range(1, 3, 1, 4, "Received")
        for at, words in enumerate(["Log No", "NPU", "Grade"]):
            sheet.merge_range(1, at, 2, at, words)
        sheet.write_row(2, 3, ["Date", "Time", "Attended"])
        sheet.write_row(3, 0, [1, "COV", "P3", "31/07/2018", "23:30", "yes"])
    received = 'received_at.join = ["Received Date", "Received Time"]'
    found = read(path, skip=1, rows=2, received=received)

    assert found.header == ("Log No", "NPU", "Grade", "Received Date", "Received Time", "Attended")
    assert [str(each.received_at) for each in found.records] == ["2018-07-31 22:30:00+00:00"]


def test_a_header_alone_is_no_rows(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path))

    assert (found.account.lines, found.account.good, found.account.balanced) == (1, 0, True)


def test_a_sheet_without_a_cell_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="sheet 'Logs' has no header"):
        read(xlsx(tmp_path, header=()))


# -- what is shown otherwise than it is


def test_rows_and_columns_that_are_hidden_are_read(tmp_path: Path) -> None:
    path = changed(
        xlsx(tmp_path, ROW), lambda text: text.replace('<row r="2"', '<row hidden="1" r="2"')
    )

    assert read(path).account.good == 1


@pytest.mark.parametrize(("share", "weight"), [(0.41, 0.41), (1, 1.0), (0.00001, 0.00001)])
def test_a_number_that_is_shown_as_a_percentage_is_the_ratio(
    tmp_path: Path, share: float, weight: float
) -> None:
    path = tmp_path / "links.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Links")
        sheet.write_row(0, 0, ["From", "To", "Share"])
        sheet.write_row(1, 0, ["BE", "BW"])
        sheet.write_number(1, 2, share, book.add_format({"num_format": "0%"}))
    made = tmp_path / "links.toml"
    text = (
        '[profile]\nname = "links"\nentity = "AreaLink"\nforce = "WMP"\n[file]\nformat = "excel"\n'
        '[columns]\nkind.value = "npu"\nfrom_area.header = "From"\nto_area.header = "To"\n'
        'weight.header = "Share"\n'
    )
    made.write_text(text, encoding="utf-8")
    bare = npol.read(path, npol.AreaLink, profile=made)
    made.write_text(text + 'weight.scale = "ratio"\n', encoding="utf-8")

    assert [failure.code for each in bare.refused for failure in each.failures] == ["PERCENT_SCALE"]
    assert [each.weight for each in npol.read(path, npol.AreaLink, profile=made).records] == [
        weight
    ]


def test_a_text_is_read_as_it_stands_whatever_excel_thinks_of_it(tmp_path: Path) -> None:
    path = tmp_path / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Logs")
        sheet.write_row(0, 0, HEADER)
        for line, name in enumerate(["00451", "'00452", "4.5E+3"], 1):
            sheet.write_string(line, 0, name, book.add_format({"quote_prefix": True}))
            sheet.write_row(line, 1, ["COV", "P3", "31/07/2018 23:30", "yes"])
            sheet.write_string(line, 5, "1,150")
    found = read(path)

    assert [(each.log_id, each.crimes) for each in found.records] == [
        ("00451", 1150),
        ("00452", 1150),
    ]
    assert [code for _, _, code, _ in refused(found)] == ["ID_MANGLED"]
