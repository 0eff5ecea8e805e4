"""Drafts of profiles: what a file says is proposed, and what it does not say is a doubt."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from npolicing._records import Record
from npolicing.entities import Log, Observation, Team
from npolicing.errors import InputFileError
from npolicing.intake import draft_profile, read, read_profile


def drafted(tmp_path: Path, text: str, entity: type[Record]) -> str:
    file = tmp_path / "export.csv"
    file.write_text(text, encoding="utf-8")
    draft = draft_profile(file, entity)
    # Whatever the doubts, it is TOML, to be mended in an editor.
    tomllib.loads(draft)
    return draft


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


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no such file"):
        draft_profile(tmp_path / "none.csv", Log)


def test_a_draft_is_a_profile_once_each_field_has_a_header(tmp_path: Path) -> None:
    draft = drafted(tmp_path, LOGS + "1,CV,P1,15/10/2019 09:30,\n", Log)
    path = tmp_path / "own.toml"
    path.write_text(draft, encoding="utf-8")

    assert read_profile(path).head.entity == "Log"
