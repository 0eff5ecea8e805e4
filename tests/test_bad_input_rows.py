"""Rows, headers and tables that are bad input and really occur; numbered as in our register.

Each is shown strictly and leniently; those that are valid are shown to be accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from exports import COUNTS, NOW, UNITS, Export, Folder, noted, refused

from npolicing import (
    Failure,
    ImpactArea,
    Records,
    Team,
    ValidationError,
    check_references,
    forces,
    response_time,
)
from npolicing.entities import BudgetPosition, Log, Observation
from npolicing.errors import InputFileError
from npolicing.intake import load, read
from npolicing.intake.plan import Plan


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_01_an_arrival_before_the_receipt_is_refused_or_the_log_kept_without_it(
    folder: Folder,
) -> None:
    export = folder.logs(
        "1,CV,P1,15/10/2019 09:30,15/10/2019 09:10,", "2,CV,P1,15/10/2019 09:30,15/10/2019 09:40,"
    )

    times = "15/10/2019 09:30, 15/10/2019 09:10"
    export.refuses(2, "Received, Arrived", "ARRIVAL_BEFORE_RECEIVED", times)
    found = export.keeps(2, "ARRIVAL_BEFORE_RECEIVED", times, "kept without first_arrived_at")
    assert [each.response_seconds for each in found.records] == [None, 600]
    assert found.records[0].first_arrived_at is None
    # It is counted as a log, and not among the responses.
    times_of = response_time(found.records)
    assert times_of[["logs", "arrived"]].to_numpy().tolist() == [[2, 1]]


def test_01_an_arrival_an_hour_off_on_a_night_of_changing_clocks_is_told_to_be_so(
    folder: Folder,
) -> None:
    # Received in the first 01:50, arrived in the second 01:10, twenty minutes later.
    row = "1,CV,P1,27/10/2019 01:50,27/10/2019 01:10,"
    export = folder.logs(row, head='ambiguous = "earliest"')

    times = "27/10/2019 01:50, 27/10/2019 01:10"
    failure = export.refuses(2, "Received, Arrived", "ARRIVAL_BEFORE_RECEIVED", times)
    assert "clocks changed that night" in failure.rule
    export.keeps(2, "ARRIVAL_BEFORE_RECEIVED", times, "kept without first_arrived_at")


def test_02_an_arrival_at_the_receipt_is_a_response_of_nought(folder: Folder) -> None:
    # An officer who comes upon something is there when the log begins.
    found = folder.logs("1,CV,P1,15/10/2019 09:30,15/10/2019 09:30,").accepted()

    assert (found.records[0].response_seconds, found.noted) == (0, ())


def test_03_a_missing_arrival_is_null_and_somebody_may_have_attended(folder: Folder) -> None:
    more = 'attended.header = "Attended"'
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,,Y", columns=more, more=",Attended")

    for found in (export.accepted(), export.read("coerce")):
        log = found.records[0]
        assert (log.first_arrived_at, log.response_seconds, log.attended) == (None, None, True)


CLOSINGS = {
    "CLOSED_BEFORE_RECEIVED": ("15/10/2019 09:30", "", "15/10/2019 09:00"),
    "CLOSED_BEFORE_ARRIVAL": ("15/10/2019 09:30", "15/10/2019 09:50", "15/10/2019 09:40"),
}


@pytest.mark.parametrize(("code", "times"), CLOSINGS.items())
def test_04_a_closing_before_what_it_follows_is_refused_or_given_up(
    folder: Folder, code: str, times: Sequence[str]
) -> None:
    export = folder.logs(f"1,CV,P1,{','.join(times)}")

    first = 1 if times[1] else 0
    column, value = f"{['Received', 'Arrived'][first]}, Closed", f"{times[first]}, {times[2]}"
    export.refuses(2, column, code, value)
    found = export.keeps(2, code, value, "kept without closed_at")
    assert found.records[0].closed_at is None
    assert (found.records[0].first_arrived_at is not None) == bool(times[1])


def test_05_a_time_after_the_export_is_refused_or_given_up(folder: Folder) -> None:
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,01/02/2031 10:00")

    failure = export.refuses(2, "Closed", "FUTURE", "01/02/2031 10:00")
    assert f"is not after {NOW:%Y-%m-%d}" in failure.rule
    assert export.keeps(2, "FUTURE", "01/02/2031 10:00", "null").records[0].closed_at is None


def test_05_a_receipt_after_the_export_is_refused_on_every_path(folder: Folder) -> None:
    # Without its receipt a log has no day, and is in no month.
    export = folder.logs("1,CV,P1,01/02/2031 10:00,,")

    export.refuses(2, "Received", "FUTURE", "01/02/2031 10:00")
    assert refused(export.read("coerce")) == {2: ["FUTURE"]}


def test_06_a_response_of_days_is_kept_and_told(folder: Folder) -> None:
    export = folder.logs("1,CV,P1,15/10/2019 09:30,24/10/2019 09:30,")

    for found in (export.accepted(), export.read("coerce")):
        (note,) = noted(found, "EXTREME")
        assert (note.line, note.column, note.text) == (2, "response_seconds", "777600")
        assert note.made.startswith("kept")
        assert found.records[0].response_seconds == 777_600


PAPER = """
[profile]
name = "paper"
entity = "BudgetPosition"
force = "WMP"
ignore = ["Outstanding", "Share"]

[file]
format = "pasted"

[columns]
npu.header = "1. NPU"
budget.header = "Budget"
spent.header = "Spent"
financial_year.value = "2019/20"
as_of.value = "2019-10-15"

[[agree]]
header = "Outstanding"
cells = "money"
minus = ["Budget", "Spent"]

[[agree]]
header = "Share"
cells = "percentage"
ratio = ["Spent", "Budget"]
within = 0.005
"""


def paper(folder: Folder, *rows: str) -> Export[BudgetPosition]:
    lines = ["1. NPU\tBudget\tSpent\tOutstanding\tShare", *rows]
    return folder.export(BudgetPosition, PAPER, lines)


def test_09_a_printed_percentage_is_worked_out_anew_and_told_where_it_differs(
    folder: Folder,
) -> None:
    export = paper(folder, "WOV\t£72 830\t£29 784\t£43 046\t40%", "COV\t£80 324\t£32 846\t\t41%")

    for found in (export.accepted(), export.read("coerce")):
        assert [(each.line, each.text, each.made) for each in found.noted] == [
            (2, "40%", "40.9 %"),
        ]
        assert noted(found, "PERCENT_MISMATCH")[0].column == "Share"


@pytest.mark.parametrize("rows", [1, 50])
def test_09_columns_that_must_agree_are_looked_up_once(
    folder: Folder, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = paper(folder, *["CV\t£100\t£69\t£31\t69%"] * rows)
    asked: list[str] = []
    place = Plan.place

    def counted(plan: Plan, header: str) -> int:
        asked.append(header)
        return place(plan, header)

    monkeypatch.setattr(Plan, "place", counted)

    assert export.read("collect").account.good == 1
    # When columns are planned, and when rows are read.
    assert len(asked) == 12


def test_10_a_balance_that_is_none_is_refused_or_worked_out_anew(folder: Folder) -> None:
    export = paper(folder, "CV\t£100\t£69\t£41\t69%")

    failure = export.refuses(2, "Outstanding", "BALANCE_MISMATCH", "£41")
    assert failure.rule == "is what the row gives: £31.00"
    export.keeps(2, "BALANCE_MISMATCH", "£41", "£31.00")


def test_10_a_balance_that_cannot_be_read_is_told_to_be_unchecked(folder: Folder) -> None:
    export = paper(folder, "CV\t£100\t£69\t£31.000\t69%")

    found = export.accepted()
    assert [(each.code, each.text, each.made) for each in found.noted] == [
        ("MONEY_FORMAT", "£31.000", "not held against the others")
    ]


def test_11_more_spent_than_there_was_is_legal_and_told(folder: Folder) -> None:
    export = paper(folder, "CV\t£100\t£150\t-£50\t150%")

    for found in (export.accepted(), export.read("coerce")):
        assert [(each.code, each.column, each.text) for each in found.noted] == [
            ("OVERSPEND", "spent", "150.00")
        ]
        assert found.records[0].spent == Decimal(150)


def test_14_a_unit_that_did_not_stand_on_the_day_is_refused_or_left_unknown(
    folder: Folder,
) -> None:
    export = folder.logs(
        "1,N1,P3,31/03/2018 09:30,,", "2,N1,P3,01/04/2018 09:30,,", force=UNITS, head=""
    )

    failure = export.refuses(3, "NPU", "AREA_NOT_CURRENT", "N1")
    assert "stands on 2018-04-01" in failure.rule
    assert "it was to 2018-03-31" in failure.rule
    found = export.keeps(3, "AREA_NOT_CURRENT", "N1", "null")
    # Neither of the two units that took its place is guessed.
    assert [each.npu for each in found.records] == ["N1", None]


def test_14_a_spelling_that_two_units_had_is_of_the_unit_of_the_day(folder: Folder) -> None:
    rows = ["1,North,P3,31/03/2018 09:30,,", "2,north,P3,01/04/2018 09:30,,"]

    found = folder.logs(*rows, force=UNITS).accepted()
    assert [each.npu for each in found.records] == ["N1", "N2"]


def test_14_a_spelling_that_two_units_had_is_no_code_where_the_day_is_unknown(
    folder: Folder,
) -> None:
    export = folder.schemes("S1,cadets,North,active,,,", "S2,cadets,Harbour,active,,,", force=UNITS)

    failure = export.refuses(2, "NPU", "AREA_NOT_CURRENT", "North")
    assert failure.rule.startswith("stands on a day that is known")
    assert "say for which day" in failure.rule
    assert refused(export.read("coerce")) == {2: ["AREA_NOT_CURRENT"]}
    assert [each.npu for each in export.read("collect").records] == ["N3"]


TOTALS = """
[[set_aside]]
header = "NPU"
labels = ["Total", "Grand Total", "Force"]
adds_up = ["value"]
"""


def test_15_a_total_is_held_against_its_rows_and_is_none_of_them(folder: Folder) -> None:
    export = folder.counts("CV,12", "DY,4", " grand  total ,16", columns=TOTALS)

    found = export.accepted()
    assert [each.value for each in found.records] == [12, 4]
    assert found.account.set_aside == {"a total": 1}


def test_15_a_total_that_is_none_is_refused_or_set_aside_with_a_warning(folder: Folder) -> None:
    export = folder.counts("CV,12", "DY,4", "Total,17", columns=TOTALS)

    with pytest.raises(InputFileError, match=r"line 4, value: 17 .* add up to: 16"):
        export.read("raise")
    assert refused(export.read("collect")) == {4: ["TOTAL_MISMATCH"]}
    made = "set aside: is what the rows above add up to: 16"
    found = export.keeps(4, "TOTAL_MISMATCH", "17", made)
    assert [each.value for each in found.records] == [12, 4]


def test_15_a_subtotal_is_of_the_rows_since_the_last(folder: Folder) -> None:
    more = TOTALS.replace('["Total", "Grand Total", "Force"]', '["Subtotal"]') + 'since = "last"\n'
    rows = ["CV,12", "Subtotal,12", "DY,4", "SH,22", "Subtotal,26", "Total,38"]
    found = folder.counts(*rows, columns=TOTALS + more).accepted()

    assert [each.value for each in found.records] == [12, 4, 22]


def test_15_a_total_that_the_profile_does_not_know_is_no_unit(folder: Folder) -> None:
    export = folder.counts("CV,12", "Total,12")

    export.refuses(3, "NPU", "UNKNOWN_NPU", "Total")
    # Nor does it become the count of the force, which would be there beside its parts.
    assert refused(export.read("coerce")) == {3: ["UNKNOWN_NPU"]}


def headed(folder: Folder, *lines: str, header: str, rows: int = 1) -> Export[Observation]:
    file = f'\n[file]\nformat = "pasted"\nheader_rows = {rows}\n'
    text = COUNTS.replace('"Schemes"', f'"{header}"')
    return folder.export(Observation, text, lines, head=file)


def test_16_a_header_of_several_rows_is_joined_from_above(folder: Folder) -> None:
    lines = ["NPU\tCurrent number\tTarget", "\tof Schemes\t", "CV\t12\t20"]
    export = headed(folder, *lines, header="Current number of Schemes", rows=2)

    with pytest.raises(InputFileError, match="column 3: 'Target' .*say it in ignore"):
        export.read("coerce")
    lines = [line.rpartition("\t")[0] for line in lines]
    found = headed(folder, *lines, header="current NUMBER of schemes", rows=2).accepted()
    assert found.records[0].value == 12


def test_16_a_header_that_is_another_is_never_guessed(folder: Folder) -> None:
    # "1. NPU" is the number of a list: the profile says so, and nobody else.
    export = headed(folder, "1. NPU\tSchemes", "CV\t12", header="Schemes")

    for policy in ("raise", "collect", "coerce"):
        with pytest.raises(InputFileError) as caught:
            export.read(policy)
        found = [(each.code, each.column, each.value) for each in caught.value.failures]
        assert ("HEADER", "column 1", "1. NPU") in found


def test_16_a_stray_cell_of_the_header_is_no_row(folder: Folder) -> None:
    # A count without a unit is the force's: this one would be there beside those of its units.
    export = headed(folder, "NPU\tSchemes", "\t45", "CV\t12", header="Schemes")

    assert 'say otherwise = "force"' in export.refuses(2, "NPU", "NULL", "").rule
    for policy in ("collect", "coerce"):
        found = export.read(policy)
        assert refused(found) == {2: ["NULL"]}
        assert [each.npu for each in found.records] == ["CV"]


def test_16_a_row_of_the_whole_force_is_one_that_the_profile_knows(folder: Folder) -> None:
    rows = ["Force,45", "CV,12"]
    labelled = folder.counts(*rows, columns='npu.null = ["Force"]').accepted()
    empty = folder.counts(",45", "CV,12", columns='npu.otherwise = "force"').accepted()

    for found in (labelled, empty):
        assert [each.npu for each in found.records] == [None, "CV"]


def test_24_log_numbers_that_begin_anew_each_day_are_different_logs(folder: Folder) -> None:
    found = folder.logs("1,CV,P1,15/10/2019 09:30,,", "1,CV,P1,16/10/2019 09:30,,").accepted()

    assert len(found.records) == 2


def test_24_a_log_that_is_there_twice_counts_once(folder: Folder) -> None:
    row = "1,CV,P1,15/10/2019 09:30,,"
    found = folder.logs(row, row).accepted()

    assert len(found.records) == 1
    assert found.account.set_aside == {"the same row again": 1}


def test_24_two_logs_of_one_number_and_day_are_both_refused(folder: Folder) -> None:
    # Reopened, or numbered wrongly: which of them holds, the file does not say.
    export = folder.logs("1,CV,P1,15/10/2019 09:30,,", "1,DY,P6,15/10/2019 17:30,,")

    with pytest.raises(InputFileError, match=r"line 2, .*'1, WMP, 2019-10-15'.*line 3 differs"):
        export.read("raise")
    for policy in ("collect", "coerce"):
        found = export.read(policy)
        assert refused(found) == {2: ["DUPLICATE_KEY"], 3: ["DUPLICATE_KEY"]}
        assert found.refused[1].text == "1,DY,P6,15/10/2019 17:30,,"
        assert len(found.records) == 0


KEY_DATE = 'received_on.header = "Day"'


def test_26_the_day_of_a_key_is_the_local_day(folder: Folder) -> None:
    # Half past midnight in summer is the day before in UTC, in which the system made its key.
    row = "1,CV,P1,31/07/2019 23:30,,,31/07/2019"
    head = 'received_at.time_zone = "UTC"\n'
    export = folder.logs(row, columns=head + KEY_DATE, more=",Day")

    failure = export.refuses(2, "Day", "KEY_DATE_MISMATCH", "31/07/2019")
    assert failure.rule == "is that of the time, in Europe/London: 2019-08-01"
    log = export.keeps(2, "KEY_DATE_MISMATCH", "31/07/2019", "2019-08-01").records[0]
    assert (log.received_on, log.month) == (date(2019, 8, 1), "2019-08")


def test_26_the_day_of_a_key_that_is_the_local_day_is_accepted(folder: Folder) -> None:
    rows = ["1,CV,P1,31/07/2019 23:30,,,31/07/2019", "2,CV,P1,31/07/2019 23:30,,,"]
    found = folder.logs(*rows, columns=KEY_DATE, more=",Day").accepted()

    assert [each.received_on for each in found.records] == [date(2019, 7, 31)] * 2


def test_28_a_grade_of_an_earlier_scheme_is_refused_or_kept_as_it_is(folder: Folder) -> None:
    export = folder.logs("1,N1,I,31/03/2018 09:30,,", "2,N2,I,01/04/2018 00:10,,", force=UNITS)

    failure = export.refuses(3, "Grade", "GRADE_NOT_CURRENT", "I")
    assert "stands on 2018-04-01" in failure.rule
    # A log graded by the words of yesterday is still one of that grade, and is in no other.
    found = export.keeps(3, "GRADE_NOT_CURRENT", "I", "kept as Immediate")
    assert [each.priority for each in found.records] == ["Immediate", "Immediate"]


def test_28_a_spelling_of_two_schemes_is_of_the_scheme_of_the_day(folder: Folder) -> None:
    rows = ["1,N1,9,31/03/2018 09:30,,", "2,N2,9,01/04/2018 09:30,,"]

    found = folder.logs(*rows, force=UNITS).accepted()
    assert [each.priority for each in found.records] == ["P3", "P1"]


def test_28_a_spelling_of_two_grades_is_not_kept_where_no_scheme_stands(folder: Folder) -> None:
    later = UNITS.replace(
        "valid_from = 2018-04-01\n\n[[grades]]", "valid_from = 2018-05-01\n\n[[grades]]"
    )
    export = folder.logs("1,N2,9,15/04/2018 09:30,,", force=later)

    export.refuses(2, "Grade", "GRADE_NOT_CURRENT", "9")
    assert refused(export.read("coerce")) == {2: ["GRADE_NOT_CURRENT"]}


def test_28_schemes_without_dates_leave_a_grade_of_both_open(folder: Folder) -> None:
    dates = ("valid_to = 2018-03-31\n", "valid_from = 2018-04-01\n")
    undated = "".join(each for each in UNITS.splitlines(keepends=True) if each not in dates)
    undated = undated.replace('name = "New Town"\naliases = ["North"]', 'name = "New Town"')
    export = folder.logs(
        "1,N1,Scheduled,15/04/2018 09:30,,", "2,N1,9,15/04/2018 09:30,,", force=undated
    )

    # A spelling is no grade by itself: it must not pass as one.
    assert refused(export.read("collect")) == {2: ["GRADE_NOT_CURRENT"], 3: ["GRADE_NOT_CURRENT"]}
    found = export.read("coerce")
    assert refused(found) == {3: ["GRADE_NOT_CURRENT"]}
    assert [(each.text, each.made) for each in found.noted] == [("Scheduled", "kept as P3")]
    assert [each.priority for each in found.records] == ["P3"]


@pytest.mark.parametrize("text", ["", "n/a", "out of force"])
def test_29_a_log_without_a_unit_is_a_log(folder: Folder, text: str) -> None:
    more = 'npu.null = ["n/a", "out of force"]'
    rows = [f"1,{text},P1,15/10/2019 09:30,,", "2,CV,P1,15/10/2019 09:30,,"]
    export = folder.logs(*rows, columns=more)

    for found in (export.accepted(), export.read("coerce")):
        assert [each.npu for each in found.records] == [None, "CV"]
        shown = response_time(found.records, by="npu", total=True)
        assert shown["logs"].to_list() == [1, 1, 2]
        assert shown["npu"].isna().to_list() == [False, True, True]


def test_30_a_team_of_another_unit_is_found_among_the_linked_tables(folder: Folder) -> None:
    more = 'team.header = "Team"'
    rows = ["1,CV,P1,15/10/2019 09:30,,,T1", "2,CV,P1,15/10/2019 09:30,,,T2"]
    found = folder.logs(*rows, columns=more, more=",Team").accepted()
    team = Team(force="WMP", team_id="T1", npu="DY", kind="neighbourhood")

    failures = check_references(
        found.records, Records(Team, [team]), reference=forces.west_midlands()
    )
    assert [(each.row, each.column, each.code, each.rule) for each in failures] == [
        (0, "Log.team", "REFERENTIAL", "is a team_id of Team with the same npu"),
        (1, "Log.team", "REFERENTIAL", "is a team_id of Team in force 'WMP'"),
    ]


def test_30_an_impact_area_without_a_team_is_none() -> None:
    with pytest.raises(ValidationError) as caught:
        ImpactArea(force="WMP", area_id="A1", name="Hypothetical", teams=())

    (failure,) = caught.value.failures
    assert isinstance(failure, Failure)
    assert (failure.column, failure.code) == ("teams", "EMPTY")


BIDS = {
    "BID_AWARDED_OVER_REQUESTED": (
        "B1,CV,approved,£100,£150,,01/04/2019,01/05/2019,S1",
        ("Awarded, Asked", "£150, £100"),
    ),
    "BID_PAID_OVER_AWARDED": (
        "B1,CV,paid,£100,£90,£95,01/04/2019,01/05/2019,S1",
        ("Paid, Awarded", "£95, £90"),
    ),
    "BID_DATES": (
        "B1,CV,approved,£100,£90,,01/05/2019,01/04/2019,S1",
        ("Submitted, Decided", "01/05/2019, 01/04/2019"),
    ),
}


@pytest.mark.parametrize(("code", "row"), BIDS.items())
def test_31_a_bid_whose_steps_contradict_each_other_is_refused_on_every_path(
    folder: Folder, code: str, row: tuple[str, tuple[str, str]]
) -> None:
    export = folder.bids(row[0])

    export.refuses(2, *row[1][:1], code, row[1][1])
    # Which of the two is wrong, nobody can tell: neither is given up.
    assert refused(export.read("coerce")) == {2: [code]}


def test_31_a_bid_past_its_draft_has_an_aligned_member_of_staff(folder: Folder) -> None:
    rows = ["B1,CV,draft,£100,,,,,", "B2,CV,submitted,£100,,,01/04/2019,,"]
    export = folder.bids(*rows)

    found = export.read("collect")
    assert refused(found) == {3: ["BID_UNALIGNED"]}
    assert refused(export.read("coerce")) == {3: ["BID_UNALIGNED"]}
    with pytest.raises(InputFileError, match=r"line 3, .*Aligned.*\[BID_UNALIGNED\]"):
        export.read("raise")


def test_32_schemes_of_one_name_are_told_apart_by_their_identifiers(folder: Folder) -> None:
    found = folder.schemes(
        "S1,neighbourhood_watch,CV,active,High Street,,",
        "S2,neighbourhood_watch,CV,closed,High Street,,",
    ).accepted()

    # One that is closed is there, and is not among those that count.
    assert [each.scheme_id for each in found.records.where(status="active")] == ["S1"]
    assert len(found.records) == 2


def test_32_a_scheme_that_was_renamed_is_not_two(folder: Folder) -> None:
    export = folder.schemes(
        "S1,street_watch,CV,active,High Street,,", "S1,street_watch,CV,active,Market Square,,"
    )

    with pytest.raises(InputFileError, match=r"\[DUPLICATE_KEY\]"):
        export.read("raise")
    for policy in ("collect", "coerce"):
        assert refused(export.read(policy)) == {2: ["DUPLICATE_KEY"], 3: ["DUPLICATE_KEY"]}


def test_33_a_street_watch_of_more_than_ten_is_kept_and_told(folder: Folder) -> None:
    export = folder.schemes(
        "S1,street_watch,CV,active,,11,",
        "S2,street_watch,CV,active,,10,",
        "S3,cadets,CV,active,,40,",
    )

    for found in (export.accepted(), export.read("coerce")):
        assert [(each.line, each.code, each.text) for each in found.noted] == [
            (2, "SCHEME_SIZE", "11")
        ]
        assert [each.members for each in found.records] == [11, 10, 40]


def test_33_members_without_a_scheme_or_too_many_for_their_schemes_are_told(
    folder: Folder,
) -> None:
    series = """
[[series]]
columns.kind.value = "street_watch"
columns.value.header = "Schemes"
[[series]]
columns.kind.value = "street_watch_members"
columns.value.header = "Members"
"""
    text = COUNTS.replace('value.header = "Schemes"\nkind.value = "street_watch"\n', "")
    lines = ["NPU,Schemes,Members", "CV,0,7", "DY,2,21", "SH,2,20", "SW,0,0"]
    export = folder.export(Observation, text, lines, columns=series)

    for found in (export.accepted(), export.read("coerce")):
        assert [(each.line, each.code, each.text) for each in found.noted] == [
            (2, "SCHEME_SIZE", "7"),
            (3, "SCHEME_SIZE", "21"),
        ]


def test_36_two_counts_of_one_unit_and_day_are_refused_and_never_added(folder: Folder) -> None:
    export = folder.counts("CV,12", "DY,4", "COV,13")

    with pytest.raises(InputFileError, match=r"2 rows refused.*\[DUPLICATE_KEY\]"):
        export.read("raise")
    for policy in ("collect", "coerce"):
        found = export.read(policy)
        assert refused(found) == {2: ["DUPLICATE_KEY"], 4: ["DUPLICATE_KEY"]}
        assert [each.value for each in found.records] == [4]


def test_36_the_same_count_again_counts_once(folder: Folder) -> None:
    found = folder.counts("CV,12", "COV,12").accepted()

    assert [each.value for each in found.records] == [12]


def test_what_is_refused_is_beside_what_was_loaded_and_can_be_mended(folder: Folder) -> None:
    export = folder.logs(
        "1,CV,P1,15/10/2019 09:30,15/10/2019 09:10,", "2,CV,P1,15/10/2019 09:30,15/10/2019 09:40,"
    )
    store = folder.path / "store"

    done = load(export.path, Log, store, profile=export.profile, as_of=NOW)
    assert (done.rows, done.rejected, done.rejects is not None) == (1, 1, True)
    assert done.rejects is not None
    done.rejects.write_text(done.rejects.read_text("utf-8").replace("09:10", "09:31"), "utf-8")
    mended = read(done.rejects, Log, profile=export.profile, as_of=NOW)
    assert [each.first_arrived_at for each in mended.records] == [
        datetime(2019, 10, 15, 8, 31, tzinfo=UTC)
    ]
