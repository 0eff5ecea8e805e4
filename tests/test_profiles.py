"""Profiles: every mistake is named at once, with its table and key; the shipped ones load."""

from __future__ import annotations

from pathlib import Path

import pytest

from npolicing.entities import Log, Observation
from npolicing.errors import CODES, InputFileError, UnknownCodeError
from npolicing.intake import (
    Profile,
    entity_named,
    known_profiles,
    profile_text,
    read,
    read_profile,
)

HEAD = '[profile]\nname = "own"\nentity = "Team"\n'
COLUMNS = """
[columns]
team_id.header = "Team"
npu.header = "NPU"
kind.header = "Kind"
"""
COUNTS = """
[profile]
name = "own"
entity = "Observation"
force = "WMP"

[columns]
npu.header = "NPU"
kind.value = "cadets"
as_of.value = "2019-10-15"
value.header = "Cadets"
"""


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(tmp_path: Path, text: str) -> dict[str, str]:
    """The code of each mistake, by the table and key that it is in; all are in the message."""
    path = own(tmp_path, text)
    with pytest.raises(InputFileError) as caught:
        read_profile(path)
    assert str(path) in str(caught.value)
    for failure in caught.value.failures:
        assert failure.code in CODES
        assert str(failure.column) in str(caught.value)
    return {str(each.column): each.code for each in caught.value.failures}


@pytest.mark.parametrize("name", known_profiles())
def test_each_shipped_profile_loads_and_says_what_it_reads_and_where_that_is_known_from(
    name: str,
) -> None:
    profile = read_profile(name)

    assert profile.head.name == name
    assert profile.head.title
    assert profile.head.source
    assert entity_named(profile.head.entity).__name__ == profile.head.entity
    assert repr(profile).startswith(f"Profile({name!r}")


@pytest.mark.parametrize("name", known_profiles())
def test_a_shipped_profile_that_is_copied_is_the_same(tmp_path: Path, name: str) -> None:
    assert read_profile(own(tmp_path, profile_text(name))) == read_profile(name)


def test_a_profile_that_is_right_is_read(tmp_path: Path) -> None:
    profile = read_profile(own(tmp_path, HEAD + COLUMNS))

    assert isinstance(profile, Profile)
    assert list(profile.columns) == ["team_id", "npu", "kind"]
    # One header may be said without a list.
    assert profile.columns["npu"].header == ("NPU",)


def test_an_unknown_name_is_told_with_those_that_are_shipped() -> None:
    with pytest.raises(UnknownCodeError, match="log-export"):
        read_profile("log-exprot")
    with pytest.raises(UnknownCodeError, match="log-export"):
        profile_text("log-exprot")


def test_a_file_that_is_not_there_or_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no such file"):
        read_profile(tmp_path / "none.toml")
    with pytest.raises(InputFileError, match="is no TOML in UTF-8"):
        read_profile(own(tmp_path, "profile = ["))


def test_unknown_tables_and_keys_are_named(tmp_path: Path) -> None:
    text = (
        HEAD
        + 'forcee = "WMP"\n'
        + COLUMNS
        + 'npu.heder = "NPU"\n[files]\n[file]\nencodng = "utf-8"\n[[set_aside]]\n'
        + 'header = "Team"\nlabels = ["Total"]\nlabel = "x"\n[[agree]]\nheader = "a"\n'
        + 'cells = "count"\nsum = ["b"]\nof = 1\n[[series]]\ncolumn = 1\n'
    )

    assert mistakes(tmp_path, text) == {
        "profile.forcee": "UNKNOWN_FIELD",
        "columns.npu.heder": "UNKNOWN_FIELD",
        "files": "UNKNOWN_FIELD",
        "file.encodng": "UNKNOWN_FIELD",
        "set_aside[0].label": "UNKNOWN_FIELD",
        "agree[0].of": "UNKNOWN_FIELD",
        "series[0].column": "UNKNOWN_FIELD",
    }


def test_wrong_types_and_words_are_named(tmp_path: Path) -> None:
    text = (
        '[profile]\nname = 5.5\nentity = "Team"\nambiguous = "infer"\n'
        + COLUMNS
        + 'npu.prose = "yes"\nkind.cells = "word"\nname = "Name"\n'
        + '[file]\nskip_rows = "2"\nheader_rows = 0\ndelimiter = ","\n'
        + "[aliases]\nkind = 5\n[aliases.name]\nx = 5\n"
    )

    assert mistakes(tmp_path, text) == {
        "profile.name": "WRONG_TYPE",
        "profile.ambiguous": "NOT_ALLOWED",
        "columns.npu.prose": "WRONG_TYPE",
        "columns.kind.cells": "NOT_ALLOWED",
        "columns.name": "WRONG_TYPE",
        "file.skip_rows": "WRONG_TYPE",
        "file.header_rows": "OUT_OF_RANGE",
        "file.delimiter": "NOT_ALLOWED",
        "aliases.kind": "WRONG_TYPE",
        "aliases.name.x": "WRONG_TYPE",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("profile = 5", "profile"),
        (HEAD + "columns = 5", "profile.columns"),
        ("columns = []\n" + HEAD, "columns"),
        ("aliases = []\n" + HEAD + COLUMNS, "aliases"),
        ("agree = {}\n" + HEAD + COLUMNS, "agree"),
        ("set_aside = [5]\n" + HEAD + COLUMNS, "set_aside[0]"),
        ("series = 5\n" + HEAD + COLUMNS, "series"),
    ],
)
def test_what_is_to_be_a_table_and_is_none_is_named(tmp_path: Path, text: str, place: str) -> None:
    assert place in mistakes(tmp_path, text)


def test_what_contradicts_itself_is_named_beside_what_is_of_the_wrong_type(tmp_path: Path) -> None:
    # One reading of the profile, and one mending: not a round for each kind of mistake.
    text = HEAD + (
        '[columns]\nteam_id.header = "Team"\nnpu.header = "NPU"\nnpu.join = ["A", "B"]\n'
        'valid_from.formats = ["%d/%m"]\nvalid_from.header = "From"\nkind.prose = 5\n'
        '[aliases.team]\nx = "y"\n[[agree]]\nheader = "a"\ncells = "money"\nminus = ["b"]\n'
        "[file]\nskip_rows = -1\n"
    )

    assert mistakes(tmp_path, text) == {
        "columns.npu": "INCONSISTENT",
        "columns.valid_from.formats": "NOT_ALLOWED",
        "columns.kind.prose": "WRONG_TYPE",
        "aliases.team": "UNKNOWN_FIELD",
        "agree[0].minus": "INCONSISTENT",
        "file.skip_rows": "OUT_OF_RANGE",
    }


def test_a_profile_makes_an_entity_and_says_which(tmp_path: Path) -> None:
    assert mistakes(tmp_path, HEAD.replace("Team", "Teem") + COLUMNS) == {
        "profile.entity": "NOT_ALLOWED"
    }
    assert mistakes(tmp_path, COLUMNS) == {"profile.name": "MISSING", "profile.entity": "MISSING"}


def test_the_name_of_an_entity_is_found_whatever_its_case(tmp_path: Path) -> None:
    assert entity_named("log") is Log
    assert read_profile(own(tmp_path, HEAD.replace("Team", "team") + COLUMNS)).columns


def test_fields_that_the_entity_does_not_have_are_named_wherever_they_are(tmp_path: Path) -> None:
    text = COUNTS + (
        'valeu.header = "Cadets"\n[aliases.unit]\nx = "CV"\n[[set_aside]]\nheader = "NPU"\n'
        'labels = ["Total"]\nadds_up = ["valeu"]\n[[series]]\ncolumns.knid.value = "cadets"\n'
    )

    assert mistakes(tmp_path, text) == dict.fromkeys(
        ("columns.valeu", "aliases.unit", "set_aside[0].adds_up", "series[0].columns.knid"),
        "UNKNOWN_FIELD",
    )


def test_a_field_that_the_entity_needs_and_no_column_makes_is_named(tmp_path: Path) -> None:
    text = HEAD + '[columns]\nteam_id.header = "Team"\n'

    assert mistakes(tmp_path, text) == {"columns.npu": "MISSING", "columns.kind": "MISSING"}


def test_a_field_that_each_record_of_a_row_makes_is_not_missing(tmp_path: Path) -> None:
    text = COUNTS.replace('kind.value = "cadets"\n', "")
    series = '[[series]]\ncolumns.kind.value = "cadets"\n'

    assert mistakes(tmp_path, text) == {"columns.kind": "MISSING"}
    assert len(read_profile(own(tmp_path, text + series)).series) == 1


@pytest.mark.parametrize(
    "source",
    ['header = "A"\nnpu.value = "CV"', 'value = "CV"\nnpu.join = ["A", "B"]', "prose = false"],
)
def test_a_field_comes_of_a_header_of_several_or_of_a_value(tmp_path: Path, source: str) -> None:
    text = HEAD + COLUMNS.replace('npu.header = "NPU"', f"npu.{source}")

    assert mistakes(tmp_path, text) == {"columns.npu": "INCONSISTENT"}


def test_a_value_is_one_that_the_field_may_have(tmp_path: Path) -> None:
    text = COUNTS.replace('"cadets"', '"cadet"').replace("2019-10-15", "15/10/2019")

    assert mistakes(tmp_path, text) == {
        "columns.kind.value": "NOT_ALLOWED",
        "columns.as_of.value": "WRONG_TYPE",
    }


def test_cells_are_of_a_kind_that_the_field_can_hold(tmp_path: Path) -> None:
    text = COUNTS + 'value.cells = "money"\nnpu.cells = "day"\nsource.cells = "identifier"\n'
    text += 'source.header = "Source"\n'

    assert mistakes(tmp_path, text) == {
        "columns.value.cells": "NOT_ALLOWED",
        "columns.npu.cells": "NOT_ALLOWED",
    }


@pytest.mark.parametrize(
    ("forms", "code"),
    [
        (["%d/%m/%Y %A"], "NOT_ALLOWED"),
        (["%m/%Y"], "NOT_ALLOWED"),
        (["%d/%m/%Y", "%m/%d/%Y"], "INCONSISTENT"),
        (["%d-%m-%y", "%m/%d/%Y"], "INCONSISTENT"),
        (["%Y-%m-%d", "%Y-%d-%m"], "INCONSISTENT"),
        (["%d/%m/%Y", "%Y-%m-%dT%H:%M%z"], "INCONSISTENT"),
    ],
)
def test_forms_are_such_as_can_be_read_in_one_way(
    tmp_path: Path, forms: list[str], code: str
) -> None:
    text = HEAD + COLUMNS + f'valid_from.header = "From"\nvalid_from.formats = {forms}\n'

    assert mistakes(tmp_path, text) == {"columns.valid_from.formats": code}


@pytest.mark.parametrize(
    "forms", [["%d/%m/%Y", "%Y-%m-%d"], ["%d/%m/%Y", "%d %b %Y"], ["%m/%d/%Y"], ["%b %d %Y"]]
)
def test_forms_that_no_text_has_two_of_stand_beside_one_another(
    tmp_path: Path, forms: list[str]
) -> None:
    text = HEAD + COLUMNS + f'valid_from.header = "From"\nvalid_from.formats = {forms}\n'

    assert read_profile(own(tmp_path, text)).columns["valid_from"].formats == tuple(forms)


def test_an_empty_cell_becomes_a_line_or_the_force_where_that_can_be(tmp_path: Path) -> None:
    right = COUNTS + 'npu.otherwise = "force"\n'
    wrong = COUNTS + 'npu.otherwise = "line"\nvalue.otherwise = "line"\n'
    team = HEAD + COLUMNS + 'team_id.otherwise = "line"\nnpu.otherwise = "force"\n'

    assert read_profile(own(tmp_path, right)).columns["npu"].otherwise == "force"
    assert mistakes(tmp_path, wrong) == {
        "columns.npu.otherwise": "NOT_ALLOWED",
        "columns.value.otherwise": "NOT_ALLOWED",
    }
    assert mistakes(tmp_path, team) == {"columns.npu.otherwise": "NOT_ALLOWED"}


def test_zones_and_epochs_are_ones_that_there_are(tmp_path: Path) -> None:
    head = HEAD + 'time_zone = "Europe/Londn"\n'
    more = 'valid_to.header = "To"\nvalid_to.time_zone = "GTM"\nvalid_to.epoch = 1902\n'

    assert mistakes(tmp_path, head + COLUMNS + more) == {
        "profile.time_zone": "NOT_ALLOWED",
        "columns.valid_to.time_zone": "NOT_ALLOWED",
        "columns.valid_to.epoch": "NOT_ALLOWED",
    }


def test_an_alias_stands_for_one_thing_that_the_field_may_have(tmp_path: Path) -> None:
    text = COUNTS.replace('kind.value = "cadets"', 'kind.header = "Kind"') + (
        '[aliases.kind]\n"Police Cadets" = "cadet"\n"Junior" = "junior_pcsos"\n'
        '" junior" = "cadets"\n[aliases.value]\n"none" = "0"\n'
    )

    assert mistakes(tmp_path, text) == {
        "aliases.kind.Police Cadets": "NOT_ALLOWED",
        "aliases.kind. junior": "INCONSISTENT",
        # A word for a number is no spelling of it.
        "aliases.value": "NOT_ALLOWED",
    }


def test_an_alias_for_a_code_that_the_force_does_not_have_is_named_before_a_row_is_read(
    tmp_path: Path,
) -> None:
    text = COUNTS + '[aliases.npu]\n"B\'ham C" = "BC"\n"B\'ham E" = "BE"\n"Cov" = "Coventry"\n'
    file = tmp_path / "counts.csv"
    file.write_text("NPU,Cadets\nB'ham E,45\nCov,22\n", encoding="utf-8")
    with pytest.raises(InputFileError) as caught:
        read(file, Observation, profile=own(tmp_path, text), on_error="coerce")

    (failure,) = caught.value.failures
    assert (failure.column, failure.code) == ("aliases.npu.B'ham C", "UNKNOWN_NPU")
    assert "is a unit of WMP" in failure.rule
    right = own(tmp_path, text.replace('"BC"', '"BW"'))
    found = read(file, Observation, profile=right, on_error="raise")
    assert [each.npu for each in found.records] == ["BE", "CV"]


def test_an_alias_for_a_grade_that_the_force_does_not_have_is_named(tmp_path: Path) -> None:
    text = profile_text("log-export") + '\n[aliases.priority]\n"Urgent" = "P10"\n'
    file = tmp_path / "logs.csv"
    file.write_text("Log No,NPU,Grade,Received\n1,CV,P1,15/10/2019 09:30\n", encoding="utf-8")
    with pytest.raises(InputFileError) as caught:
        read(file, Log, profile=own(tmp_path, text), force="WMP")

    (failure,) = caught.value.failures
    assert (failure.column, failure.code) == ("aliases.priority.Urgent", "UNKNOWN_GRADE")


def test_what_adds_up_is_numbers_out_of_a_column(tmp_path: Path) -> None:
    aside = '[[set_aside]]\nheader = "NPU"\nlabels = ["Total"]\nadds_up = ["npu"]\n'
    absent = COUNTS.replace('value.header = "Cadets"', "value.value = 5")

    assert mistakes(tmp_path, COUNTS + aside) == {"set_aside[0].adds_up": "NOT_ALLOWED"}
    value = aside.replace('["npu"]', '["value"]')
    assert mistakes(tmp_path, absent + value) == {"set_aside[0].adds_up": "NOT_ALLOWED"}
    assert read_profile(own(tmp_path, COUNTS + value)).set_aside[0].adds_up == ("value",)


def test_rows_that_are_set_aside_have_labels(tmp_path: Path) -> None:
    none = '[[set_aside]]\nheader = "NPU"\nlabels = []\n'
    lacking = '[[set_aside]]\nwhy = "a total"\nsince = "first"\n'

    assert mistakes(tmp_path, COUNTS + none + lacking) == {
        "set_aside[0].labels": "EMPTY",
        "set_aside[1].header": "MISSING",
        "set_aside[1].labels": "MISSING",
        "set_aside[1].since": "NOT_ALLOWED",
    }


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("", "agree[1]"),
        ('sum = ["a", "b"]\nminus = ["a", "b"]\n', "agree[1]"),
        ('minus = ["a"]\n', "agree[1].minus"),
        ('ratio = ["a", "b", "c"]\n', "agree[1].ratio"),
    ],
)
def test_columns_agree_in_one_way(tmp_path: Path, more: str, place: str) -> None:
    right = '[[agree]]\nheader = "x"\ncells = "count"\nsum = ["a", "b"]\n'
    text = COUNTS + right + '[[agree]]\nheader = "y"\ncells = "money"\n' + more

    assert mistakes(tmp_path, text) == {place: "INCONSISTENT"}


def test_a_header_that_parts_of_a_profile_need_is_one_of_the_file(tmp_path: Path) -> None:
    more = (
        '[[set_aside]]\nheader = "Area"\nlabels = ["Total"]\n[[agree]]\nheader = "All"\n'
        'cells = "count"\nsum = ["Cadets", "Juniors"]\n'
    )
    file = tmp_path / "counts.csv"
    file.write_text("NPU,Cadets,Cadets,Other\nCV,22,22,1\n", encoding="utf-8")
    with pytest.raises(InputFileError) as caught:
        read(file, Observation, profile=own(tmp_path, COUNTS + more))

    assert {(each.column, each.code) for each in caught.value.failures} == {
        ("Cadets", "HEADER"),
        ("Area", "MISSING"),
        ("All", "MISSING"),
        ("Juniors", "MISSING"),
        ("column 4", "HEADER"),
    }


def test_an_unknown_key_is_told_in_our_words_with_those_that_there_are(tmp_path: Path) -> None:
    path = own(tmp_path, HEAD + COLUMNS + 'npu.headr = "NPU"\n')
    with pytest.raises(InputFileError) as caught:
        read_profile(path)

    (failure,) = caught.value.failures
    assert (failure.column, failure.value) == ("columns.npu.headr", "headr")
    assert failure.rule.startswith("is one of header, join, value, otherwise")
    assert "ColumnSource" not in str(caught.value)
    assert "withheld" not in str(caught.value)


def test_one_mistake_in_a_table_does_not_hide_another(tmp_path: Path) -> None:
    head = HEAD + 'ignore = [1]\ntime_zone = "Mars"\n'
    more = 'valid_from.header = "From"\nvalid_from.headr = "F"\nvalid_from.formats = ["%m/%Y"]\n'

    assert mistakes(tmp_path, head + COLUMNS + more) == {
        "profile.ignore": "WRONG_TYPE",
        "profile.time_zone": "NOT_ALLOWED",
        "columns.valid_from.headr": "UNKNOWN_FIELD",
        "columns.valid_from.formats": "NOT_ALLOWED",
    }


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ('npu.yes = ["Y"]', "is for cells that are yes_no; npu's are npu"),
        ('npu.no = ["N"]', "is for cells that are yes_no"),
        ('npu.scale = "ratio"', "is for cells that are percentage"),
        ("npu.prose = true", "is for cells that are count"),
        ("npu.suffixes = true", "is for cells that are money"),
        ("npu.pence = true", "is for cells that are money"),
        ("valid_from.epoch = 1904", "is for cells that are serial_day or serial_time"),
        ('npu.formats = ["%d/%m/%Y"]', "is for cells that are day or time"),
        ('valid_from.time_zone = "UTC"', "is for cells that are time or serial_time"),
        ('name.null = ["-"]', "is for a column of the file; there is one value for all rows"),
    ],
)
def test_a_key_that_would_change_nothing_is_a_mistake(tmp_path: Path, key: str, words: str) -> None:
    more = 'valid_from.header = "From"\nname.value = "A team"\n'
    assert "name" in read_profile(own(tmp_path, HEAD + COLUMNS + more)).columns
    with pytest.raises(InputFileError) as caught:
        read_profile(own(tmp_path, HEAD + COLUMNS + more + key + "\n"))

    (failure,) = caught.value.failures
    assert failure.column == f"columns.{key.partition(' ')[0]}"
    assert words in failure.rule


def test_an_alias_is_for_a_field_that_has_a_column(tmp_path: Path) -> None:
    aliases = '[aliases.name]\n"A" = "B"\n'

    assert mistakes(tmp_path, HEAD + COLUMNS + aliases) == {"aliases.name": "NOT_ALLOWED"}
    value = 'name.value = "A"\n'
    assert mistakes(tmp_path, HEAD + COLUMNS + value + aliases) == {"aliases.name": "NOT_ALLOWED"}
    right = HEAD + COLUMNS + 'name.header = "Name"\n' + aliases
    assert read_profile(own(tmp_path, right)).aliases == {"name": {"A": "B"}}
