"""Cells that are bad input and really occur; the numbers are those of our register of such cases.

Each is shown strictly and leniently; those that are valid are shown to be accepted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from exports import Folder, noted, refused

from npolicing.entities import Log
from npolicing.errors import InputFileError
from npolicing.intake import read


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


AMOUNTS = {
    "£100 996": "100996.00",
    "£100\u00a0996": "100996.00",
    "£100\u202f996": "100996.00",
    "£100\u2009996": "100996.00",
    "100,996": "100996.00",
    "£1,150.50": "1150.50",
}


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_07_money_is_read_in_every_way_that_people_group_it(
    folder: Folder, text: str, amount: str
) -> None:
    found = folder.positions(f"CV;£200,000;{text};").accepted()

    assert found.records[0].spent == Decimal(amount)


@pytest.mark.parametrize("text", ["(6,500)", "-£6,500", "£-6,500", "\u2212£6,500"])
def test_07_money_in_parentheses_is_negative_and_so_no_amount_spent(
    folder: Folder, text: str
) -> None:
    export = folder.positions(f"CV;£200,000;{text};")

    # Nothing is wrong with the cell: what it says cannot be.
    export.refuses(2, "Spent", "OUT_OF_RANGE", text)
    assert refused(export.read("coerce")) == {2: ["OUT_OF_RANGE"]}


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("100.996", "three decimals may be thousands"),
        ("£1.2k", "suffixes = true"),
        ("50p", "pence = true"),
        ("EUR 5", "£1,150.00"),
    ],
)
def test_07_money_that_could_be_two_amounts_is_refused(
    folder: Folder, text: str, way_out: str
) -> None:
    export = folder.positions(f"CV;£200,000;£10;{text}")

    assert way_out in export.refuses(2, "Promised", "MONEY_FORMAT", text).rule
    assert export.keeps(2, "MONEY_FORMAT", text, "null").records[0].allocated is None
    # What a row cannot do without is not given up.
    needed = folder.positions(f"CV;£200,000;{text};")
    assert refused(needed.read("coerce")) == {2: ["MONEY_FORMAT"]}


def test_07_money_in_thousands_and_pence_is_read_where_the_profile_says_so(folder: Folder) -> None:
    more = "budget.suffixes = true\nspent.pence = true"
    found = folder.positions("CV;£1.2k;50p;", columns=more).accepted()

    assert (found.records[0].budget, found.records[0].spent) == (Decimal(1200), Decimal("0.50"))


def shares(folder: Folder, text: str, scale: str = "") -> list[tuple[str, str, str]]:
    """What is noted of a printed share of 69 %, none of which is taken as data."""
    agree = f"""
ignore = ["Share"]
[[agree]]
header = "Share"
cells = "percentage"
ratio = ["Spent", "Budget"]
within = 0.005
{scale}
"""
    export = folder.positions(f"CV;£100;£69;;{text}", head=agree)
    export.path.write_text(f"NPU;Budget;Spent;Promised;Share\nCV;£100;£69;;{text}\n", "utf-8")
    found = export.accepted()
    assert export.read("coerce").noted == found.noted
    return [(each.code, each.text, each.made) for each in found.noted]


@pytest.mark.parametrize("text", ["69%", "69 %", "69.0 %"])
def test_08_a_percentage_with_its_sign_needs_no_scale(folder: Folder, text: str) -> None:
    assert shares(folder, text) == []


@pytest.mark.parametrize("text", ["0.69", "69", "1"])
def test_08_a_bare_percentage_is_not_guessed_and_that_is_told(folder: Folder, text: str) -> None:
    assert shares(folder, text) == [("PERCENT_SCALE", text, "not held against the others")]


@pytest.mark.parametrize(("text", "scale"), [("0.69", "ratio"), ("69", "percent")])
def test_08_a_bare_percentage_is_of_the_scale_that_the_profile_says(
    folder: Folder, text: str, scale: str
) -> None:
    other = {"ratio": "percent", "percent": "ratio"}[scale]

    assert shares(folder, text, f'scale = "{scale}"') == []
    assert shares(folder, text, f'scale = "{other}"') == [("PERCENT_MISMATCH", text, "69.0 %")]


def test_12_a_negative_count_is_refused_on_every_path(folder: Folder) -> None:
    export = folder.schemes("S1,cadets,CV,active,,-5,")

    assert export.refuses(2, "Members", "OUT_OF_RANGE", "-5").rule == ">= 0"
    # It can be read: to make null of it would hide that somebody wrote it.
    assert refused(export.read("coerce")) == {2: ["OUT_OF_RANGE"]}


SPELLINGS = {"COV": "CV", "CV": "CV", "Sandwell": "SW", " sw ": "SW", "SANDWELL": "SW", "WOV": "WV"}


@pytest.mark.parametrize(("text", "code"), SPELLINGS.items())
def test_13_a_unit_is_found_by_its_code_name_or_alias(folder: Folder, text: str, code: str) -> None:
    found = folder.logs(f"1,{text},P1,15/10/2019 09:30,,").accepted()

    assert found.records[0].npu == code


@pytest.mark.parametrize("text", ["B'ham E", "Coventri", "Nowhere"])
def test_13_an_unknown_unit_is_never_matched_by_likeness(folder: Folder, text: str) -> None:
    export = folder.logs(f"1,{text},P1,15/10/2019 09:30,,")

    failure = export.refuses(2, "NPU", "UNKNOWN_NPU", text)
    assert "say aliases in the profile" in failure.rule
    assert ("close to it: 'coventry'" in failure.rule) == (text == "Coventri")
    assert export.keeps(2, "UNKNOWN_NPU", text, "null").records[0].npu is None


def test_13_an_unknown_unit_is_found_by_an_alias_of_the_profile(folder: Folder) -> None:
    aliases = '[aliases.npu]\n"B\'ham E" = "BE"\n'
    found = folder.logs("1,b'ham  e,P1,15/10/2019 09:30,,", columns=aliases).accepted()

    assert found.records[0].npu == "BE"


def test_13_an_unknown_unit_does_not_make_a_count_that_of_the_force(folder: Folder) -> None:
    # A count without a unit is the force's: to give the unit up would make another figure of it.
    export = folder.counts("B'ham E,22")

    export.refuses(2, "NPU", "UNKNOWN_NPU", "B'ham E")
    assert refused(export.read("coerce")) == {2: ["UNKNOWN_NPU"]}


@pytest.mark.parametrize("text", ["", " ", "n/a", "..", "[x]"])
def test_17_what_is_not_known_is_null_and_not_nought(folder: Folder, text: str) -> None:
    found = folder.schemes(f"S1,cadets,CV,active,,{text},", "S2,cadets,CV,active,,0,").accepted()

    assert [each.members for each in found.records] == [None, 0]


@pytest.mark.parametrize(
    ("text", "between"),
    [("*", "1 to more"), ("c", "1 to more"), ("<5", "1 to 4"), ("< 5", "1 to 4")],
)
def test_17_a_withheld_count_is_neither_null_nor_nought(
    folder: Folder, text: str, between: str
) -> None:
    export = folder.schemes(f"S1,cadets,CV,active,,{text},")

    assert between in export.refuses(2, "Members", "SUPPRESSED", text).rule
    # The row may do without it: then the warning keeps that it was withheld.
    assert export.keeps(2, "SUPPRESSED", text, "null").records[0].members is None


def test_17_a_dash_is_refused_until_the_profile_says_that_it_is_nothing(folder: Folder) -> None:
    export = folder.schemes("S1,cadets,CV,active,,-,")
    export.refuses(2, "Members", "NUMBER_FORMAT", "-")
    export.keeps(2, "NUMBER_FORMAT", "-", "null")

    said = folder.schemes("S1,cadets,CV,active,,-,", columns='members.null = ["-"]')
    assert said.accepted().records[0].members is None


def test_18_a_number_among_words_is_read_where_the_profile_says_so(folder: Folder) -> None:
    export = folder.counts("CV,Currently 126")

    assert "prose = true" in export.refuses(2, "Schemes", "TEXT_NUMBER", "Currently 126").rule
    assert refused(export.read("coerce")) == {2: ["TEXT_NUMBER"]}
    said = folder.counts("CV,Currently 126", "DY,5 more schemes", columns="value.prose = true")
    assert [each.value for each in said.accepted().records] == [126, 5]


@pytest.mark.parametrize(
    "text", ["5 or 6 schemes", "schemes of P6", "5k more", "2.5 schemes", "5-10 schemes", "5% more"]
)
def test_18_a_number_among_words_is_one_whole_number_by_itself(folder: Folder, text: str) -> None:
    export = folder.counts(f"CV,{text}", columns="value.prose = true")

    export.refuses(2, "Schemes", "TEXT_NUMBER", text)


def test_18_a_number_among_words_keeps_its_sign(folder: Folder) -> None:
    export = folder.counts("CV,-5 more schemes", columns="value.prose = true")

    export.refuses(2, "Schemes", "OUT_OF_RANGE", "-5 more schemes")


DAYS = ["15/10/2019", "15th October 2019", "15 Oct 2019", "15-Oct-2019", "15.10.2019"]


@pytest.mark.parametrize("text", DAYS)
def test_19_a_day_is_read_as_the_british_write_it(folder: Folder, text: str) -> None:
    found = folder.schemes(f"S1,cadets,CV,active,,,{text}").accepted()

    assert found.records[0].started_on == date(2019, 10, 15)


def test_19_a_month_may_be_sept(folder: Folder) -> None:
    found = folder.schemes("S1,cadets,CV,active,,,1 Sept 2019").accepted()

    assert found.records[0].started_on == date(2019, 9, 1)


@pytest.mark.parametrize("text", ["10/15/2019", "2019-10-15", "15/10/19", "31/09/2019", "Sept"])
def test_19_a_day_of_another_form_is_refused_and_not_turned_round(
    folder: Folder, text: str
) -> None:
    export = folder.schemes(f"S1,cadets,CV,active,,,{text}")

    failure = export.refuses(2, "Started", "DATE_FORMAT", text)
    assert "the day comes first, or say formats" in failure.rule
    assert export.keeps(2, "DATE_FORMAT", text, "null").records[0].started_on is None


def test_19_a_year_of_two_digits_is_read_where_the_profile_says_so(folder: Folder) -> None:
    more = 'started_on.formats = ["%d/%m/%y"]'
    found = folder.schemes("S1,cadets,CV,active,,,15/10/19", columns=more).accepted()

    assert found.records[0].started_on == date(2019, 10, 15)


def test_19_day_first_and_month_first_are_not_mixed_in_one_column(folder: Folder) -> None:
    more = 'started_on.formats = ["%d/%m/%Y", "%m/%d/%Y"]'
    export = folder.schemes("S1,cadets,CV,active,,,15/10/2019", columns=more)

    with pytest.raises(InputFileError, match="columns.started_on.formats"):
        export.read("coerce")


@pytest.mark.parametrize(("epoch", "text"), [(1900, "43753"), (1904, "42291"), (1900, "43753.0")])
def test_20_a_serial_day_is_read_where_the_profile_says_so(
    folder: Folder, epoch: int, text: str
) -> None:
    unsaid = folder.schemes(f"S1,cadets,CV,active,,,{text}")
    unsaid.refuses(2, "Started", "DATE_FORMAT", text)

    more = f'started_on.cells = "serial_day"\nstarted_on.epoch = {epoch}'
    found = folder.schemes(f"S1,cadets,CV,active,,,{text}", columns=more).accepted()
    assert found.records[0].started_on == date(2019, 10, 15)


# 9999999 is a day after the last that a calendar of 1904 has.
@pytest.mark.parametrize("text", ["15/10/2019", "43753.5", "59", "2958465", "9999999", "-1"])
def test_20_what_is_no_serial_day_is_refused(folder: Folder, text: str) -> None:
    more = 'started_on.cells = "serial_day"\nstarted_on.epoch = 1904'
    export = folder.schemes(f"S1,cadets,CV,active,,,{text}", columns=more)

    assert "spreadsheet of 1904" in export.refuses(2, "Started", "SERIAL_DATE", text).rule
    assert export.keeps(2, "SERIAL_DATE", text, "null").records[0].started_on is None


@pytest.mark.parametrize(
    ("epoch", "text"),
    [(1900, "43753.3958333333"), (1900, "43753.39583"), (1904, "42291.395833333")],
)
def test_20_a_serial_time_is_of_whole_seconds(folder: Folder, epoch: int, text: str) -> None:
    # 09:30 is no finite fraction of a day: cut off it is 09:29:59.99.
    more = f'received_at.cells = "serial_time"\nreceived_at.epoch = {epoch}'
    found = folder.logs(f"1,CV,P1,{text},,", columns=more).accepted()

    assert found.records[0].received_at == datetime(2019, 10, 15, 8, 30, tzinfo=UTC)


def test_20_a_serial_time_is_of_a_clock_like_any_other(folder: Folder) -> None:
    more = 'received_at.cells = "serial_time"'
    export = folder.logs("1,CV,P1,43765.0625,,", "2,CV,P1,today,,", columns=more)

    found = export.read("collect")
    # 27 October 2019, 01:30: an hour that came twice.
    assert refused(found) == {2: ["AMBIGUOUS_TIME"], 3: ["SERIAL_DATE"]}


TWICE = "27/10/2019 01:30"


def test_21_a_time_that_came_twice_is_refused_with_the_ways_to_settle_it(folder: Folder) -> None:
    export = folder.logs(f"1,CV,P1,{TWICE},,")

    failure = export.refuses(2, "Received", "AMBIGUOUS_TIME", TWICE)
    assert 'ambiguous = "earliest" or "latest"' in failure.rule
    assert refused(export.read("coerce")) == {2: ["AMBIGUOUS_TIME"]}
    closed = folder.logs(f"1,CV,P1,27/10/2019 00:10,,{TWICE}")
    assert closed.keeps(2, "AMBIGUOUS_TIME", TWICE, "null").records[0].closed_at is None


@pytest.mark.parametrize(("policy", "hour"), [("earliest", 0), ("latest", 1)])
def test_21_a_time_that_came_twice_is_settled_by_the_policy_and_flagged(
    folder: Folder, policy: str, hour: int
) -> None:
    export = folder.logs(f"1,CV,P1,{TWICE},,", head=f'ambiguous = "{policy}"')

    found = export.accepted()
    assert found.records[0].received_at == datetime(2019, 10, 27, hour, 30, tzinfo=UTC)
    for each in (found, export.keeps(2, "AMBIGUOUS_TIME", TWICE, f"the {policy} of the two")):
        assert [note.column for note in noted(each, "AMBIGUOUS_TIME")] == ["Received"]


NEVER = "31/03/2019 01:30"


def test_22_a_time_that_never_was_is_refused_and_utc_is_suggested(folder: Folder) -> None:
    export = folder.logs(f"1,CV,P1,{NEVER},,")

    failure = export.refuses(2, "Received", "NONEXISTENT_TIME", NEVER)
    assert 'many such rows: say time_zone = "UTC"' in failure.rule
    assert refused(export.read("coerce")) == {2: ["NONEXISTENT_TIME"]}
    closed = folder.logs(f"1,CV,P1,31/03/2019 00:10,,{NEVER}")
    assert closed.keeps(2, "NONEXISTENT_TIME", NEVER, "null").records[0].closed_at is None


def test_22_a_time_that_never_was_is_shifted_by_the_policy_and_flagged(folder: Folder) -> None:
    export = folder.logs(f"1,CV,P1,{NEVER},,", head='nonexistent = "shift_forward"')

    made = "the time at which clocks went forward"
    found = export.keeps(2, "NONEXISTENT_TIME", NEVER, made)
    assert found.records[0].received_at == datetime(2019, 3, 31, 1, tzinfo=UTC)
    assert export.accepted().noted == found.noted


def test_22_a_system_that_is_on_gmt_all_year_has_no_such_time(folder: Folder) -> None:
    found = folder.logs(f"1,CV,P1,{NEVER},,", columns='received_at.time_zone = "UTC"').accepted()

    assert found.records[0].received_at == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)
    assert found.noted == ()


def test_23_a_time_without_a_zone_is_of_the_zone_that_the_profile_says(folder: Folder) -> None:
    row = "1,CV,P1,31/07/2019 23:30,,"
    london, utc = (
        folder.logs(row, head=f'time_zone = "{zone}"').accepted().records[0].received_at
        for zone in ("Europe/London", "UTC")
    )

    assert london == datetime(2019, 7, 31, 22, 30, tzinfo=UTC)
    assert utc == datetime(2019, 7, 31, 23, 30, tzinfo=UTC)
    # London is what a profile stands for that does not say, as its dictionary has it.
    assert folder.logs(row).accepted().records[0].received_at == london


def test_23_a_time_with_its_zone_is_of_that_and_none_else(folder: Folder) -> None:
    more = 'received_at.formats = ["%Y-%m-%d %H:%M%z"]'
    rows = ["1,CV,P1,2019-07-31 23:30+01:00,,", "2,CV,P1,2019-07-31 23:30,,"]
    export = folder.logs(*rows, columns=more)

    export.refuses(3, "Received", "TIME_FORMAT", "2019-07-31 23:30")
    assert refused(export.read("coerce")) == {3: ["TIME_FORMAT"]}
    assert export.read("coerce").records[0].received_at == datetime(2019, 7, 31, 22, 30, tzinfo=UTC)


def test_23_times_with_and_without_a_zone_are_not_mixed_in_one_column(folder: Folder) -> None:
    # Those without would be taken for UTC because others are.
    more = 'received_at.formats = ["%Y-%m-%d %H:%M%z", "%d/%m/%Y %H:%M"]'
    export = folder.logs("1,CV,P1,31/07/2019 23:30,,", columns=more)

    with pytest.raises(InputFileError, match="columns.received_at.formats"):
        export.read("coerce")


@pytest.mark.parametrize("text", ["P6", "p6", "6", "Priority 6", "P06", " priority  6 "])
def test_27_a_grade_is_found_by_its_name_or_alias(folder: Folder, text: str) -> None:
    found = folder.logs(f"1,CV,{text},15/10/2019 09:30,,").accepted()

    assert found.records[0].priority == "P6"


@pytest.mark.parametrize("text", ["P10", "I", "Grade 1", "C", "P 6"])
def test_27_an_unknown_grade_is_refused(folder: Folder, text: str) -> None:
    export = folder.logs(f"1,CV,{text},15/10/2019 09:30,,")

    assert "is a grade of WMP" in export.refuses(2, "Grade", "UNKNOWN_GRADE", text).rule
    # A log has a grade: it is not kept without.
    assert refused(export.read("coerce")) == {2: ["UNKNOWN_GRADE"]}


def test_27_an_unknown_grade_at_the_start_of_a_log_can_be_done_without(folder: Folder) -> None:
    more = 'first_priority.header = "First"'
    export = folder.logs("1,CV,P6,15/10/2019 09:30,,,P10", columns=more, more=",First")

    export.refuses(2, "First", "UNKNOWN_GRADE", "P10")
    assert export.keeps(2, "UNKNOWN_GRADE", "P10", "null").records[0].first_priority is None


def test_34_pounds_that_were_read_in_the_wrong_encoding_are_told(folder: Folder) -> None:
    export = folder.positions("CV;£200,000;£10;Â£5")

    assert "encoding = 'utf-8'" in export.refuses(2, "Promised", "ENCODING", "Â£5").rule
    assert export.keeps(2, "ENCODING", "Â£5", "null").records[0].allocated is None


def test_34_a_line_of_another_encoding_is_refused_or_read_as_windows_writes_it(
    folder: Folder,
) -> None:
    export = folder.positions("CV;£200,000;£10;", "DY;200000;10;")
    export.path.write_bytes(b"NPU;Budget;Spent;Promised\nCV;\xa3200,000;10;\nDY;200000;10;\n")

    (row,) = export.read("collect").refused
    assert (row.line, [each.code for each in row.failures]) == (2, ["ENCODING"])
    assert 'encoding = "cp1252"' in row.failures[0].rule
    assert row.text == "CV;\\xa3200,000;10;"
    with pytest.raises(InputFileError, match=r"line 2, 'byte 0xa3' breaks .*cp1252.*\[ENCODING\]"):
        export.read("raise")
    found = export.keeps(2, "ENCODING", "byte 0xa3", "read as Windows-1252")
    assert [each.budget for each in found.records] == [Decimal(200_000)] * 2


def test_34_marks_that_nobody_sees_are_no_part_of_a_cell(folder: Folder) -> None:
    row = "\u200b1 ,CV\u00a0,P1\ufeff,15/10/2019 09:30 ,,"
    export = folder.logs(row)
    export.path.write_text("\ufeff" + export.path.read_text("utf-8"), "utf-8")

    found = export.accepted()
    log = found.records[0]
    assert (log.log_id, log.npu, log.priority) == ("1", "CV", "P1")


def test_34_quotes_that_a_word_processor_turned_are_text(folder: Folder) -> None:
    found = folder.schemes("S1,cadets,CV,active,“Watch’s” ends ,,").accepted()

    assert found.records[0].name == "“Watch’s” ends"


def test_35_a_whole_number_with_a_point_is_a_count(folder: Folder) -> None:
    found = folder.counts("CV,45.0", "DY,'12").accepted()

    assert [each.value for each in found.records] == [45, 12]


def test_35_a_fraction_is_no_count(folder: Folder) -> None:
    export = folder.counts("CV,45.5")

    export.refuses(2, "Schemes", "NUMBER_FORMAT", "45.5")
    assert refused(export.read("coerce")) == {2: ["NUMBER_FORMAT"]}


def test_35_an_apostrophe_before_an_identifier_is_the_spreadsheets(folder: Folder) -> None:
    found = folder.logs("'00451,CV,P1,15/10/2019 09:30,,").accepted()

    assert found.records[0].log_id == "00451"


@pytest.mark.parametrize("text", ["1.23E+12", "1e5", "45.0"])
def test_35_an_identifier_that_became_a_number_is_refused(folder: Folder, text: str) -> None:
    export = folder.logs(f"{text},CV,P1,15/10/2019 09:30,,")

    assert "export it as text" in export.refuses(2, "Log No", "ID_MANGLED", text).rule
    assert refused(export.read("coerce")) == {2: ["ID_MANGLED"]}
    more = 'master_log_id.header = "Master"'
    linked = folder.logs(f"1,CV,P1,15/10/2019 09:30,,,{text}", columns=more, more=",Master")
    assert linked.keeps(2, "ID_MANGLED", text, "null").records[0].master_log_id is None


def test_a_file_of_all_these_has_an_account_that_adds_up(folder: Folder) -> None:
    rows = ["1,COV,P1,15/10/2019 09:30,,", "", "1.23E+12,Nowhere,P10,31/03/2019 01:30,never,*"]
    export = folder.logs(*rows)

    found = read(export.path, Log, profile=export.profile)
    # Every failure of a row at once, so that it is mended once.
    assert refused(found)[4] == [
        "ID_MANGLED",
        "UNKNOWN_NPU",
        "UNKNOWN_GRADE",
        "NONEXISTENT_TIME",
        "TIME_FORMAT",
        "TIME_FORMAT",
    ]
    assert (found.account.good, found.account.rejected, found.account.balanced) == (1, 1, True)
