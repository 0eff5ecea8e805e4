"""Columns held against a profile: which of them is meant, and how each of their cells is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from exports import Export, Folder, noted, refused

import npolicing as npol
from npolicing.entities import BudgetPosition, Log
from npolicing.errors import InputFileError
from npolicing.intake import read, read_profile
from npolicing.intake.cells import Day


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def told(export: Export[Log]) -> list[tuple[str | None, str, object]]:
    """What is wrong with the header of a file."""
    with pytest.raises(InputFileError) as caught:
        export.read("collect")
    return [(each.column, each.code, each.value) for each in caught.value.failures]


# -- which column

TWO = ["Log No,NPU,Grade,Priority,Received", "1,CV,P1,P2,15/10/2019 09:30"]
EITHER = 'priority.header = ["Priority", "Grade"]'


def either(folder: Folder, lines: list[str], head: str = "") -> Export[Log]:
    export = folder.export(Log, "{head}{columns}", lines)
    head = f'[profile]\nname = "a"\nentity = "Log"\nforce = "WMP"\n{head}\n[columns]\n'
    rest = 'log_id.header = "Log No"\nnpu.header = "NPU"\nreceived_at.header = "Received"\n'
    folder.written("profile.toml", head + EITHER + "\n" + rest)
    return export


@pytest.mark.parametrize("head", ["", 'others = "ignore"'])
def test_a_field_with_two_columns_is_refused_with_both_and_the_way_out(
    folder: Folder, head: str
) -> None:
    export = either(folder, TWO, head)

    assert told(export) == [("priority", "HEADER", "'Priority' and 'Grade'")]
    with pytest.raises(InputFileError, match="say one in header, and the others in ignore"):
        export.read("coerce")


@pytest.mark.parametrize(("ignore", "grade"), [("Grade", "P2"), ("Priority", "P1")])
def test_of_two_columns_the_one_is_taken_that_is_not_ignored(
    folder: Folder, ignore: str, grade: str
) -> None:
    found = either(folder, TWO, f'ignore = ["{ignore}"]').accepted()

    assert found.records[0].priority == grade


def test_a_shipped_profile_does_not_choose_between_received_and_created(tmp_path: Path) -> None:
    file = tmp_path / "logs.csv"
    file.write_text("Log No,NPU,Grade,Received,Created\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="'Received' and 'Created'"):
        read(file, Log, profile="log-export", force="WMP")


def test_a_column_with_neither_header_nor_values_needs_no_word(folder: Folder) -> None:
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,,,\n2,CV,P1,15/10/2019 09:30,,, ,", more=",,")

    assert len(export.accepted().records) == 2


def test_a_cell_in_a_column_without_a_header_is_refused_by_its_place(folder: Folder) -> None:
    rows = ["1,CV,P1,15/10/2019 09:30,,,,", "2,CV,P1,15/10/2019 09:30,,,,a name"]
    export = folder.logs(*rows, more=",,")

    failure = export.refuses(3, "column 8", "HEADER", "(withheld)")
    assert 'give it one, or say others = "ignore"' in failure.rule
    found = export.keeps(3, "HEADER", "(withheld)", "not kept")
    assert len(found.records) == 2
    loose = folder.logs(*rows, more=",,", head='others = "ignore"')
    assert len(loose.accepted().records) == 2


def test_a_blank_first_column_makes_no_row_blank(folder: Folder) -> None:
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,")
    lines = export.path.read_text("utf-8").splitlines()
    export.path.write_text("".join(f",{line}\n" for line in [*lines, ",,,,,"]), "utf-8")

    account = export.accepted().account
    assert (account.good, account.set_aside) == (1, {"a blank line": 1})


# -- how cells are read


def test_a_day_has_no_zone_for_the_day_would_be_another_clocks(folder: Folder) -> None:
    form = "%Y-%m-%dT%H:%M:%S%z"
    export = folder.schemes(
        "S1,cadets,CV,active,,5,2018-07-01T00:30:00+01:00",
        columns=f'started_on.formats = ["{form}"]',
    )
    with pytest.raises(InputFileError) as caught:
        read_profile(export.profile)

    (failure,) = caught.value.failures
    assert (failure.column, failure.code) == ("columns.started_on.formats", "INCONSISTENT")
    assert failure.rule.startswith("has no zone (%z)")
    with pytest.raises(ValueError, match="a day has no zone"):
        Day(forms=(form,))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%d/%m/%Y %H:%M %d", "has twice the day"),
        ("%d %b %B %Y", "has twice the month"),
        ("%d/%m/%Y %y", "has twice the year"),
        ("%d/%m/%Y %", "% is no part of a day or time here"),
    ],
)
def test_a_form_that_says_one_thing_twice_or_ends_within_a_part_is_a_mistake_of_the_profile(
    folder: Folder, form: str, words: str
) -> None:
    export = folder.logs(columns=f'closed_at.formats = ["{form}"]')
    with pytest.raises(InputFileError) as caught:
        read_profile(export.profile)

    (failure,) = caught.value.failures
    assert (failure.column, failure.code) == ("columns.closed_at.formats", "NOT_ALLOWED")
    assert words in failure.rule


@pytest.mark.parametrize("text", ["not known", "Not Known", "not  known", "NOT   known"])
def test_what_is_written_for_nothing_is_found_however_many_blanks_are_in_it(
    folder: Folder, text: str
) -> None:
    columns = 'qualifier.header = "Qualifier"\nqualifier.null = ["not known"]\n'
    columns += 'team.header = "Team"\nteam.null = ["not known"]'
    rows = [f"{at},CV,P1,15/10/2019 09:30,,,{text},{text}" for at in range(3)]
    found = folder.logs(*rows, more=",Qualifier,Team", columns=columns).accepted()

    assert {(each.qualifier, each.team) for each in found.records} == {(None, None)}


def test_an_alias_of_a_text_does_not_make_identifiers_of_the_others(folder: Folder) -> None:
    columns = 'qualifier.header = "Qualifier"\n[aliases.qualifier]\n"a" = "b"'
    cells = ["1.0", "'quoted", "A"]
    rows = [f"{at},CV,P1,15/10/2019 09:30,,,{cell}" for at, cell in enumerate(cells)]
    found = folder.logs(*rows, more=",Qualifier", columns=columns).accepted()

    assert [each.qualifier for each in found.records] == ["1.0", "'quoted", "b"]
    # Of an identifier it is as it was.
    columns = 'team.header = "Team"\n[aliases.team]\n"a" = "b"'
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,,1.0", more=",Team", columns=columns)
    export.refuses(2, "Team", "ID_MANGLED", "1.0")


# -- columns that must agree

AGREE = """
ignore = ["Left", "Plan"]
[[agree]]
header = "Left"
cells = "money"
minus = ["{of}", "Spent"]
"""


def balance(
    folder: Folder, row: str, columns: str = "", of: str = "Budget"
) -> Export[BudgetPosition]:
    export = folder.positions(head=AGREE.format(of=of), columns=columns)
    export.path.write_text(f"NPU;Budget;Spent;Promised;Left;Plan\n{row}\n", encoding="utf-8")
    return export


def test_a_balance_is_held_against_columns_as_their_fields_are_read(folder: Folder) -> None:
    columns = "budget.suffixes = true\nspent.suffixes = true"
    export = balance(folder, "CV;80k;32k;;£1;", columns)

    export.refuses(2, "Left", "BALANCE_MISMATCH", "£1")
    assert balance(folder, "CV;80k;32k;;£48,000;", columns).accepted().noted == ()


@pytest.mark.parametrize("text", ["n/a", "N/A", "-", "", "[x]"])
def test_a_balance_that_is_not_known_is_not_told(folder: Folder, text: str) -> None:
    assert balance(folder, f"CV;£80;£32;;{text};").accepted().noted == ()


def test_what_a_balance_follows_from_is_told_where_it_cannot_be_read(folder: Folder) -> None:
    found = balance(folder, "CV;£80;£32;;£48;soon", of="Plan").accepted()

    assert [(each.column, each.code, each.text, each.made) for each in found.noted] == [
        ("Plan", "MONEY_FORMAT", "soon", "not held against the others")
    ]
    assert balance(folder, "CV;£80;£32;;£48;n/a", of="Plan").accepted().noted == ()


def test_a_cell_of_a_field_that_cannot_be_read_is_told_once(folder: Folder) -> None:
    export = balance(folder, "CV;£80;soon;;£48;")

    assert refused(export.read("collect")) == {2: ["MONEY_FORMAT"]}
    assert noted(export.read("collect"), "MONEY_FORMAT") == []


# -- files and accounts


@pytest.mark.parametrize("lines", [1, 2])
def test_a_pasted_table_that_ends_within_its_header_is_refused(tmp_path: Path, lines: int) -> None:
    file = tmp_path / "table.txt"
    file.write_text("NPU\tCurrent\n" * lines, encoding="utf-8")
    with pytest.raises(InputFileError, match="ends within its header"):
        npol.read(file, npol.Observation, profile="spcb-2019-street-watch")


PROGRAM = """
import sys
import npolicing as npol
found = npol.read(sys.argv[1], npol.Log, profile="log-export", force="WMP")
print(list(found.account.codes))
"""


def test_the_codes_of_an_account_are_in_the_order_of_the_columns(tmp_path: Path) -> None:
    file = tmp_path / "logs.csv"
    file.write_text("Log No,NPU,Grade,Received,Attended\n1,Nowhere,P99,soon,perhaps\n", "utf-8")
    for seed in ("1", "2"):
        run = subprocess.run(  # noqa: S603 # our own program
            [sys.executable, "-c", PROGRAM, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert (
            run.stdout.strip() == "['UNKNOWN_NPU', 'UNKNOWN_GRADE', 'TIME_FORMAT', 'FLAG_FORMAT']"
        )
