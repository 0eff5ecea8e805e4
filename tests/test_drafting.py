"""Drafts of profiles: what a file says is proposed, and what it does not say is a doubt."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from npolicing._records import Record
from npolicing.entities import Crime, Log, Observation, Team
from npolicing.errors import InputFileError, ValidationError
from npolicing.intake import draft_profile, read, read_profile


def drafted(tmp_path: Path, text: str, entity: type[Record]) -> str:
    file = tmp_path / "export.csv"
    file.write_text(text, encoding="utf-8")
    draft = draft_profile(file, entity)
    # Whatever the doubts, it is TOML, to be mended in an editor.
    tomllib.loads(draft)
    return draft


def own(tmp_path: Path, draft: str) -> Path:
    """A draft as a profile."""
    path = tmp_path / "own.toml"
    path.write_text(draft, encoding="utf-8")
    return path


def doubts(draft: str, table: str = "") -> list[str]:
    """The doubts of a draft, or of one of its tables."""
    for part in re.split(r"\n(?=\[)", draft):
        if table and part.startswith(f"[{table}]"):
            draft = part
    return re.findall("DOUBT: (.*)", draft)


LOGS = "Log No,NPU,Grade,Received,Closed\n"
FORCE = "which force is it of? Or say it when reading."


def test_a_draft_without_doubts_reads_the_file_that_it_is_of(tmp_path: Path) -> None:
    text = LOGS + "1,COV,P1,15/10/2019 09:30,15/10/2019 10:00\n2,DY,P6,16/10/2019 09:30,\n"
    draft = drafted(tmp_path, text, Log)

    assert doubts(draft) == [FORCE]
    profile = tmp_path / "own.toml"
    profile.write_text(draft, encoding="utf-8")
    found = read(tmp_path / "export.csv", Log, profile=profile, force="WMP", on_error="raise")
    assert [each.npu for each in found.records] == ["CV", "DY"]
    assert [each.closed_at is None for each in found.records] == [False, True]


def test_a_draft_whose_doubts_are_resolved_reads_the_file(tmp_path: Path) -> None:
    text = (
        "Team Ref;Area;Kind;From;Remark\nT1;CV;neighbourhood;1/4/2018;x\n"
        "T2;DY;response;2018-04-01;y\n"
    )
    draft = drafted(tmp_path, text, Team)
    assert doubts(draft)

    resolved = draft.replace('# force = "WMP"', 'force = "WMP"')
    resolved = resolved.replace('ignore = ["Team Ref", "Area", "From", "Remark"]', "")
    resolved = resolved.replace('header = "?"', 'header = "Team Ref"', 1)
    resolved = resolved.replace('header = "?"', 'header = "Area"', 1)
    resolved += '\n[columns.valid_from]\nheader = "From"\nformats = ["%d/%m/%Y", "%Y-%m-%d"]\n'
    resolved = resolved.replace("[file]", 'ignore = ["Remark"]\n[file]')
    profile = tmp_path / "own.toml"
    profile.write_text(resolved, encoding="utf-8")
    found = read(tmp_path / "export.csv", Team, profile=profile, on_error="raise")
    assert [(each.team_id, each.npu, str(each.valid_from)) for each in found.records] == [
        ("T1", "CV", "2018-04-01"),
        ("T2", "DY", "2018-04-01"),
    ]


def test_a_draft_with_a_field_that_is_missing_reads_nothing_and_says_so(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "Log No,NPU,Received\n1,CV,15/10/2019 09:30\n", Log)
    profile = tmp_path / "own.toml"
    profile.write_text(draft, encoding="utf-8")

    assert 'no header is known for it; say which, or value = "..."' in doubts(
        draft, "columns.priority"
    )
    with pytest.raises(InputFileError, match="'\\?': is missing"):
        read(tmp_path / "export.csv", Log, profile=profile, force="WMP")


def test_a_column_that_no_field_is_known_for_is_a_doubt_and_is_never_matched_by_likeness(
    tmp_path: Path,
) -> None:
    draft = drafted(tmp_path, LOGS.strip() + ",Recieved at,Notes\n", Log)

    assert "no field is known for these; nothing of them is kept." in doubts(draft)
    assert 'ignore = ["Recieved at", "Notes"]' in draft


def test_several_forms_of_a_time_are_a_doubt(tmp_path: Path) -> None:
    text = LOGS + "1,CV,P1,15/10/2019 09:30,\n2,CV,P1,16-10-2019 09:30:00,\n"
    draft = drafted(tmp_path, text, Log)

    assert 'formats = ["%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S"]' in draft
    assert "it is written in several forms; take out those that are slips." in doubts(
        draft, "columns.received_at"
    )


def test_a_time_in_no_known_form_is_a_doubt_with_how_many(tmp_path: Path) -> None:
    text = LOGS + "1,CV,P1,15/10/2019 09:30,10/31/2019\n2,CV,P1,15/10/2019 09:30,soon\n"
    draft = drafted(tmp_path, text, Log)

    # The month is not put first, so that the column becomes readable.
    assert doubts(draft, "columns.closed_at") == ["2 of 2 different texts are in no known form."]
    assert doubts(draft, "columns.received_at") == []


def test_a_column_with_nothing_in_it_is_a_doubt(tmp_path: Path) -> None:
    draft = drafted(tmp_path, LOGS + "1,CV,P1,15/10/2019 09:30,\n", Log)

    assert doubts(draft, "columns.closed_at") == ["nothing stands in it in the first rows."]


def test_two_columns_that_may_be_one_field_are_a_doubt(tmp_path: Path) -> None:
    text = "Log No,Incident No,NPU,Grade,Received\n1,77,CV,P1,15/10/2019 09:30\n"
    draft = drafted(tmp_path, text, Log)

    assert doubts(draft, "columns.log_id") == ["'Incident No' may be it, too"]
    assert 'header = "Log No"' in draft
    assert 'ignore = ["Incident No"]' in draft


EMPTY = {
    "columns.log_id": 'some cells are empty; otherwise = "line" names such rows by file and line.',
    "columns.priority": "some cells are empty; such rows are refused.",
    # A log without a unit is a log.
    "columns.npu": None,
}


@pytest.mark.parametrize(("table", "doubt"), EMPTY.items())
def test_empty_cells_of_a_field_that_is_needed_are_a_doubt(
    tmp_path: Path, table: str, doubt: str | None
) -> None:
    rows = (
        LOGS + "1,CV,P1,15/10/2019 09:30,15/10/2019 10:30\n,,,15/10/2019 09:30,15/10/2019 10:30\n"
    )

    assert doubts(drafted(tmp_path, rows, Log), table) == ([] if doubt is None else [doubt])


def test_empty_cells_of_a_unit_are_a_doubt_where_they_would_be_the_force(tmp_path: Path) -> None:
    rows = "NPU,Kind,Value,As of\nCV,cadets,5,15/10/2019\n,cadets,5,15/10/2019\n"
    draft = drafted(tmp_path, rows, Observation)

    (doubt,) = doubts(draft, "columns.npu")
    assert 'otherwise = "force"' in doubt


@pytest.mark.parametrize(
    ("mark", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")]
)
def test_what_is_between_cells_is_what_the_header_has_most_of(
    tmp_path: Path, mark: str, name: str
) -> None:
    draft = drafted(tmp_path, LOGS.replace(",", mark), Log)

    assert f'delimiter = "{name}"' in draft


def test_headers_with_quotes_and_the_name_of_the_file_are_toml(tmp_path: Path) -> None:
    file = tmp_path / "October: logs (final).csv"
    file.write_text('Log No,"The ""real"" NPU\\LPA"\n1,CV\n', encoding="utf-8")
    draft = draft_profile(file, Log)

    document = tomllib.loads(draft)
    assert document["profile"]["name"] == "October-logs-final"
    assert document["profile"]["ignore"] == ['The "real" NPU\\LPA']
    named = tomllib.loads(draft_profile(file, Log, name="ours"))
    assert named["profile"]["name"] == "ours"


# -- headers


def test_a_long_name_of_a_file_is_cut_to_that_of_a_profile(tmp_path: Path) -> None:
    file = tmp_path / f"{'x' * 63} {'y' * 26}.csv"
    file.write_text(LOGS, encoding="utf-8")
    draft = own(tmp_path, draft_profile(file, Log))

    assert read_profile(draft).head.name == "x" * 63


def test_columns_with_neither_header_nor_values_are_passed_over(tmp_path: Path) -> None:
    row = "1,CV,P1,15/10/2019 09:30,15/10/2019 10:00"
    draft = drafted(tmp_path, f"{LOGS.strip()},,\n{row},,\n", Log)

    assert doubts(draft) == [FORCE]
    profile = own(tmp_path, draft)
    found = read(tmp_path / "export.csv", Log, profile=profile, force="WMP", on_error="raise")
    assert len(found.records) == 1


def test_a_column_without_a_header_that_has_cells_is_a_doubt(tmp_path: Path) -> None:
    draft = drafted(tmp_path, f"{LOGS.strip()},\n1,CV,P1,15/10/2019 09:30,,here\n", Log)

    (doubt,) = [each for each in doubts(draft) if "column 6" in each]
    assert doubt.startswith("column 6 has cells, and no header")
    assert "ignore = [" not in draft
    read_profile(own(tmp_path, draft))


def test_a_header_that_comes_twice_is_a_doubt_and_ignored_once(tmp_path: Path) -> None:
    header = "Log No,NPU,Grade,Received,Received,Notes,NOTES\n"
    draft = drafted(tmp_path, header + "1,CV,P1,15/10/2019 09:30,15/10/2019 09:30,,\n", Log)

    assert doubts(draft, "columns.received_at") == [
        "2 columns have this header; in the file, give each its own"
    ]
    assert re.findall("ignore = .*", draft) == ['ignore = ["NOTES"]']
    with pytest.raises(InputFileError, match="is the header of one column"):
        read(tmp_path / "export.csv", Log, profile=own(tmp_path, draft), force="WMP")


# -- what shipped profiles know

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
    ",2018-04,City of London Police,City of London Police,,,,E01000001,,Anti-social behaviour,,\n"
)


def test_what_a_shipped_profile_says_of_a_column_is_in_the_draft(tmp_path: Path) -> None:
    draft = drafted(tmp_path, STREET, Crime)

    assert 'otherwise = "line"' in draft
    assert FORCE not in doubts(draft)
    found = read(tmp_path / "export.csv", Crime, profile=own(tmp_path, draft), on_error="raise")
    assert found.records[0].force == "E23000034"
    shipped = read(tmp_path / "export.csv", Crime, profile="police-uk-street")
    assert found.table == shipped.table


def test_nulls_and_other_spellings_of_a_shipped_profile_are_in_the_draft(tmp_path: Path) -> None:
    rows = "1,out of force,P1,15/10/2019 09:30,NHT\n"
    draft = drafted(tmp_path, "Log No,NPU,Grade,Received,Attended By\n" + rows, Log)

    file = tmp_path / "export.csv"
    found = read(file, Log, profile=own(tmp_path, draft), force="WMP", on_error="raise")
    assert (found.records[0].npu, found.records[0].first_attended_by) == (None, "neighbourhood")


def test_what_is_null_is_in_no_form_of_a_time(tmp_path: Path) -> None:
    draft = drafted(tmp_path, LOGS + "1,CV,P1,15/10/2019 09:30,n/a\n", Log)

    assert doubts(draft, "columns.closed_at") == []


@pytest.mark.parametrize(
    ("text", "entity", "name"), [(STREET, Crime, "police-uk-street"), (LOGS, Log, "log-export")]
)
def test_a_shipped_profile_that_fits_is_said_first(
    tmp_path: Path, text: str, entity: type[Record], name: str
) -> None:
    first = f"# The shipped profile {name} fits this header: it may do without a draft.\n"

    assert drafted(tmp_path, text, entity).startswith(first)
    assert "fits this header" not in drafted(tmp_path, text.replace("\n", ",New\n", 1), entity)
    assert "fits this header" not in drafted(tmp_path, text.replace(",", ";"), entity)


# -- how the file is laid out


def laid_out(tmp_path: Path, content: bytes, **said: object) -> str:
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    draft = draft_profile(file, Log, **said)  # type: ignore[arg-type] # as they are passed
    read_profile(own(tmp_path, draft))
    return draft


ROW = "1,CV,P1,15/10/2019 09:30,15/10/2019 10:00\n"


@pytest.mark.parametrize("before", [0, 3000])
def test_a_file_that_is_no_utf8_is_read_and_that_is_a_doubt(tmp_path: Path, before: int) -> None:
    content = (LOGS + ROW * before).encode() + ROW.replace("1,", "caf\xe9,", 1).encode("cp1252")
    draft = laid_out(tmp_path, content)

    words = f"line {before + 2} is no UTF-8 (byte 0xe9); Windows-1252 is the most likely."
    assert doubts(draft, "file") == [words]
    assert 'encoding = "cp1252"' in draft
    assert doubts(draft, "columns.received_at") == []


def test_a_header_in_windows_1252_is_read(tmp_path: Path) -> None:
    draft = laid_out(tmp_path, (LOGS.strip() + ",Caf\xe9\n" + ROW).encode("cp1252"))

    assert 'ignore = ["Caf\xe9"]' in draft
    assert 'encoding = "cp1252"' in draft


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    draft = laid_out(tmp_path, (LOGS.replace(",", ";") + ROW.replace(",", ";")).encode(encoding))

    assert doubts(draft) == [FORCE]
    assert 'delimiter = "semicolon"' in draft


def test_what_is_said_is_not_guessed(tmp_path: Path) -> None:
    content = ("Title\nAnother: \xa3\n" + LOGS + ROW).encode("latin-1")
    said = {"encoding": "latin-1", "skip_rows": 2, "delimiter": "comma"}
    draft = laid_out(tmp_path, content, **said)

    assert doubts(draft) == [FORCE]
    assert tomllib.loads(draft)["file"] == {"format": "csv", **said}
    with pytest.raises(ValidationError, match="delimiter"):
        laid_out(tmp_path, content, delimiter=",")


@pytest.mark.parametrize("titles", ["Logs of October\nmade on 1/11/2019\n", "Logs,,,,\n,,,,\n"])
def test_lines_above_the_header_are_passed_over_and_that_is_a_doubt(
    tmp_path: Path, titles: str
) -> None:
    draft = laid_out(tmp_path, (titles + LOGS + ROW).encode())

    words = "line 3 seems to be the header; what is above it is passed over."
    assert doubts(draft) == [FORCE, words]
    found = read(tmp_path / "export.csv", Log, profile=tmp_path / "own.toml", force="WMP")
    assert (len(found.records), found.account.header) == (1, 3)


def test_where_no_header_is_known_it_is_the_first_line_as_full_as_most(tmp_path: Path) -> None:
    draft = laid_out(tmp_path, b"A title\n\nuno;due;tre\n1;2;3\n4;;6\n7;8;9\n")

    assert tomllib.loads(draft)["profile"]["ignore"] == ["uno", "due", "tre"]
    assert tomllib.loads(draft)["file"]["skip_rows"] == 2


def test_lines_that_are_no_rows_are_a_doubt_with_how_many(tmp_path: Path) -> None:
    draft = laid_out(tmp_path, (LOGS + ROW + "2,CV\n" + '3,"CV,P1,,\n').encode())

    assert doubts(draft, "file") == ["of the first 3 lines some are no rows: 2 x CSV_FORMAT."]


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("above", [[], [["Logs of October"]], [[], ["Logs"], []]])
def test_the_header_of_a_sheet_is_found_below_titles(
    tmp_path: Path, above: list[list[str]]
) -> None:
    rows = [*above, LOGS.strip().split(","), ROW.strip().split(",")]
    file = workbook(tmp_path / "logs.xlsx", {"One": rows})
    profile = own(tmp_path, draft_profile(file, Log))

    assert read_profile(profile).file.skip_rows == len(above)
    assert len(read(file, Log, profile=profile, force="WMP").records) == 1


def test_one_sheet_of_several_is_drafted(tmp_path: Path) -> None:
    rows = [LOGS.strip().split(","), ROW.strip().split(",")]
    file = workbook(tmp_path / "logs.xlsx", {"Notes": [["x"]], "July": rows})
    with pytest.raises(InputFileError, match="'Notes', 'July'"):
        draft_profile(file, Log)
    profile = own(tmp_path, draft_profile(file, Log, sheet="July"))

    assert read_profile(profile).file.sheet == "July"
    assert len(read(file, Log, profile=profile, force="WMP").records) == 1


def test_an_entity_is_a_class(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="entity is a class, such as npolicing.Log; this is 'Log'"):
        draft_profile(tmp_path / "none.csv", "Log")  # type: ignore[arg-type] # what is refused


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no such file"):
        draft_profile(tmp_path / "none.csv", Log)


def test_a_draft_is_a_profile_once_each_field_has_a_header(tmp_path: Path) -> None:
    draft = drafted(tmp_path, LOGS + "1,CV,P1,15/10/2019 09:30,\n", Log)
    path = tmp_path / "own.toml"
    path.write_text(draft, encoding="utf-8")

    assert read_profile(path).head.entity == "Log"
