"""Files read by a profile: what is good, what is refused, and that no line is lost."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import npolicing as npol
from npolicing.errors import InputFileError, TooManyRejectsError, UnknownCodeError
from npolicing.intake import read_profile

DATA = Path(__file__).parent / "data"
HEADER = "Log No,NPU,Grade,Received,Arrived,Closed,Attended,NHT Attended"
AS_OF = datetime(2020, 1, 1, tzinfo=UTC)


def written(folder: Path, *rows: str, name: str = "logs.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def read_logs(path: Path, **options: object) -> npol.Intake[npol.Log]:
    return npol.read(path, npol.Log, profile="log-export", force="WMP", as_of=AS_OF, **options)  # type: ignore[arg-type] # as they are passed


GOOD = "1,COV,P3,31/07/2018 23:30,31/07/2018 23:50,01/08/2018 09:00,Yes,No"
LATE = "2,be,Priority 6,01/08/2018 00:30,,,No,"


def test_a_row_becomes_a_log_whose_local_time_is_settled(tmp_path: Path) -> None:
    found = read_logs(written(tmp_path, GOOD, LATE))
    first, second = found.records

    assert (first.npu, first.priority, first.month, first.response_seconds) == (
        "CV",
        "P3",
        "2018-07",
        1200,
    )
    # 00:30 in summer is 23:30 of the day before in UTC, and of the next month in London.
    assert str(second.received_at) == "2018-07-31 23:30:00+00:00"
    assert (second.month, second.hour_of_week, second.attended) == ("2018-08", 48, False)
    assert second.attended_by_neighbourhood is None


def test_the_good_and_the_refused_are_apart_and_all_are_counted(tmp_path: Path) -> None:
    rows = [GOOD, '2,COV,"P3,broken', "3,Nowhere,P3,31/02/2018 10:00,,,Yes,No", "", "4,COV"]
    found = read_logs(written(tmp_path, *rows))
    account = found.account

    assert (account.lines, account.header, account.good, account.rejected) == (6, 1, 1, 3)
    assert account.set_aside == {"a blank line": 1}
    assert account.balanced
    assert [each.line for each in found.refused] == [3, 4, 6]
    assert found.lines.tolist() == [2]


def test_a_refused_row_has_everything_that_is_wrong_with_it(tmp_path: Path) -> None:
    found = read_logs(written(tmp_path, "3,Nowhere,P3,31/02/2018 10:00,,,Perhaps,No"))
    (refused,) = found.refused

    assert [(each.column, each.code, each.value) for each in refused.failures] == [
        ("NPU", "UNKNOWN_NPU", "Nowhere"),
        ("Received", "TIME_FORMAT", "31/02/2018 10:00"),
        ("Attended", "FLAG_FORMAT", "Perhaps"),
    ]
    assert refused.text == "3,Nowhere,P3,31/02/2018 10:00,,,Perhaps,No"
    assert list(found.rejects.columns) == [
        "file",
        "line",
        "column",
        "code",
        "rule",
        "value",
        "text",
    ]
    assert len(found.rejects) == 3


def test_the_text_of_a_row_is_in_no_repr(tmp_path: Path) -> None:
    found = read_logs(written(tmp_path, "3,Nowhere,P3,31/02/2018 10:00,,,Yes,No"))

    for text in (repr(found), str(found.account), found._repr_html_()):
        assert "Nowhere" not in text
    assert "31/02/2018 10:00,,," not in repr(found.refused[0])


def test_raise_refuses_the_file_with_line_column_value_and_way_out(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, "2,Coventri,P3,01/08/2018 00:30,,,No,")
    with pytest.raises(InputFileError) as caught:
        read_logs(path, on_error="raise")

    assert str(caught.value) == (
        f"{path}: 1 row refused; line 3, NPU: 'Coventri' breaks is a unit of WMP; "
        "close to it: 'coventry'; say aliases in the profile [UNKNOWN_NPU]"
    )
    assert caught.value.failures[0].code == "UNKNOWN_NPU"


def test_coerce_gives_up_what_may_be_null_and_says_so(tmp_path: Path) -> None:
    rows = [
        "1,COV,P3,31/07/2018 10:00,31/07/2018 09:00,soon,Yes,No",
        "2,COV,P3,never,,,Yes,No",
    ]
    found = read_logs(written(tmp_path, *rows), on_error="coerce")
    (log,) = found.records

    assert (log.first_arrived_at, log.response_seconds, log.closed_at) == (None, None, None)
    assert {(each.line, each.code, each.made) for each in found.noted} == {
        (2, "TIME_FORMAT", "null"),
        (2, "ARRIVAL_BEFORE_RECEIVED", "kept without first_arrived_at"),
    }
    # What a row cannot be without is refused all the same.
    assert [each.line for each in found.refused] == [3]
    assert list(found.warnings["code"]) == ["TIME_FORMAT", "ARRIVAL_BEFORE_RECEIVED"]


def test_the_same_row_again_is_set_aside_and_one_that_differs_is_refused(tmp_path: Path) -> None:
    other = GOOD.replace("P3", "P6")
    found = read_logs(written(tmp_path, GOOD, GOOD, LATE))

    assert (found.account.good, found.account.set_aside) == (2, {"the same row again": 1})
    found = read_logs(written(tmp_path, GOOD, other, GOOD, LATE))
    # Which of the two is right nobody knows, so that none of the three is taken.
    assert [each.line for each in found.refused] == [2, 3, 4]
    assert found.refused[0].failures[0].code == "DUPLICATE_KEY"
    assert found.account.balanced


def test_columns_that_the_profile_does_not_know_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, header="Log No,Grade,Grade,Officer,Received")
    with pytest.raises(InputFileError) as caught:
        read_logs(path)
    found = {(each.code, each.column, each.value) for each in caught.value.failures}

    assert found == {
        ("HEADER", "Grade", "2"),
        ("MISSING", "'NPU' or 'LPA' or 'LPU' or 'BCU' or 'District' or 'Division'", None),
        ("HEADER", "column 4", "Officer"),
    }


def test_columns_that_may_be_left_out_are_told(tmp_path: Path) -> None:
    found = read_logs(
        written(tmp_path, "1,CV,P3,31/07/2018 10:00", header="Log No,NPU,Grade,Received")
    )

    assert "first_arrived_at" in found.account.absent
    assert found.records[0].attended is None


def test_a_profile_of_another_entity_or_no_profile_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with pytest.raises(ValueError, match="profile log-export makes Log, not Crime"):
        npol.read(path, npol.Crime, profile="log-export")
    with pytest.raises(UnknownCodeError, match="log-exports"):
        npol.read(path, npol.Log, profile="log-exports")
    with pytest.raises(UnknownCodeError, match="policy for errors"):
        npol.read(path, npol.Log, profile="log-export", on_error="ignore")  # type: ignore[arg-type] # on purpose
    with pytest.raises(ValueError, match="as_of is an instant"):
        npol.read(path, npol.Log, profile="log-export", as_of=datetime(2020, 1, 1))  # noqa: DTZ001 # on purpose
    with pytest.raises(InputFileError, match="no such file"):
        npol.read(tmp_path / "none.csv", npol.Log, profile="log-export", force="WMP")
    with pytest.raises(InputFileError, match="the code of the force"):
        npol.read(path, npol.Log, profile="log-export")


def test_a_time_after_the_export_is_refused(tmp_path: Path) -> None:
    found = read_logs(written(tmp_path, "1,CV,P3,31/07/2020 10:00,,,,"))

    assert found.refused[0].failures[0].code == "FUTURE"


# -- refused rows, mended and read again


def mend(path: Path, **cells: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def load_logs(paths: Path | list[Path], out: Path, **options: object) -> npol.Load:
    return npol.load(
        paths,
        npol.Log,
        out,
        profile="log-export",
        force="WMP",
        as_of=AS_OF,
        **options,  # type: ignore[arg-type] # as they are passed
    )


def test_refused_rows_can_be_mended_and_loaded(tmp_path: Path) -> None:
    bad = '2,Nowhere,P3,01/08/2018 00:30,,,"No",'
    done = load_logs(written(tmp_path, GOOD, bad, "3,=1+1"), tmp_path / "store")

    assert (done.rows, done.rejected) == (1, 2)
    assert done.rejects == tmp_path / "store-rejects.csv"
    with done.rejects.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["NPU"], first["npolicing_line"], first["npolicing_codes"]) == (
        "Nowhere",
        "3",
        "UNKNOWN_NPU",
    )
    assert first["npolicing_text"] == bad
    # Opened in a spreadsheet, nothing of it runs.
    assert second["NPU"] == "'=1+1"
    mended = tmp_path / "mended.csv"
    done.rejects.rename(mended)
    mend(mended, NPU="WOV", Received="01/08/2018 00:30", Grade="P3")
    again = load_logs(mended, tmp_path / "store")

    assert (again.rows, again.rejected, again.rejects) == (2, 0, None)
    assert npol.open_store(tmp_path / "store").rows == 3


def test_what_is_loaded_again_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, LATE)
    load_logs(path, tmp_path / "store")
    load_logs(path, tmp_path / "store")
    store = npol.open_store(tmp_path / "store")

    assert (store.rows, store.months()) == (2, ("2018-07", "2018-08"))


def test_exports_that_overlap_are_told_apart_across_files(tmp_path: Path) -> None:
    one = written(tmp_path, GOOD, LATE, name="july.csv")
    two = written(tmp_path, LATE, GOOD.replace("P3", "P6"), name="july-again.csv")
    done = load_logs([one, two], tmp_path / "store")

    assert [each.good for each in done.accounts] == [1, 0]
    assert [each.rejected for each in done.accounts] == [1, 1]
    assert [dict(each.set_aside) for each in done.accounts] == [{}, {"the same row again": 1}]
    assert all(each.balanced for each in done.accounts)
    assert npol.open_store(tmp_path / "store").rows == 1


def test_more_refused_than_allowed_loads_nothing_and_keeps_them(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, "2,Nowhere,P3,01/08/2018 00:30,,,No,")
    with pytest.raises(TooManyRejectsError) as caught:
        load_logs(path, tmp_path / "store", max_rejects=0.01)

    assert "1 of 2 rows (50.00%) were refused, more than 1.00%" in str(caught.value)
    assert (tmp_path / "store-rejects.csv").exists()
    assert not (tmp_path / "store").exists()
    assert load_logs(path, tmp_path / "store", max_rejects=0.5).rows == 1


def test_strict_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    good, bad = written(tmp_path, GOOD, name="a.csv"), written(tmp_path, "2", name="b.csv")
    with pytest.raises(InputFileError, match=r"b\.csv: 1 row refused"):
        load_logs([good, bad], tmp_path / "store", on_error="raise")

    assert set(tmp_path.iterdir()) == {good, bad}


def test_rows_with_one_key_stop_a_strict_load_too(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, GOOD.replace("P3", "P6"))
    with pytest.raises(InputFileError, match="DUPLICATE_KEY"):
        load_logs(path, tmp_path / "store", on_error="raise")

    assert not (tmp_path / "store").exists()


def test_a_folder_is_its_files_and_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    one, _ = written(folder, GOOD, name="a.csv"), written(folder, LATE, name="b.csv")

    assert load_logs(folder, tmp_path / "store").rows == 2
    with pytest.raises(ValueError, match="named twice"):
        load_logs([one, one], tmp_path / "store")
    with pytest.raises(InputFileError, match=r"is a folder without \.csv"):
        load_logs(tmp_path / "store" / "WMP", tmp_path / "other")


def test_a_marking_travels_into_the_store(tmp_path: Path) -> None:
    load_logs(written(tmp_path, GOOD), tmp_path / "store", marking="OFFICIAL")

    assert [each.marking for each in npol.open_store(tmp_path / "store").files] == ["OFFICIAL"]


def test_another_entity_is_loaded_into_parquet(tmp_path: Path) -> None:
    out = tmp_path / "crimes.parquet"
    files = sorted(DATA.glob("*-street.csv"))
    done = npol.load(files, npol.Crime, out, profile="police-uk-street", marking="OFFICIAL")

    assert [(each.good, each.rejected) for each in done.accounts] == [(30, 6), (11, 0)]
    assert all(each.balanced for each in done.accounts)
    assert len(npol.read_parquet(out, npol.Crime)) == done.rows == 41
    assert b"OFFICIAL" in (pq.read_metadata(out).metadata or {})[b"npolicing"]
    assert done.rejects == tmp_path / "crimes-rejects.csv"


# -- the shipped profiles, on small parts of the real files


def test_street_level_crime_is_read() -> None:
    june = npol.read(
        DATA / "2018-06-city-of-london-street.csv", npol.Crime, profile="police-uk-street"
    )
    january = npol.read(
        DATA / "2019-01-city-of-london-street.csv", npol.Crime, profile="police-uk-street"
    )

    assert (june.account.good, dict(june.account.codes)) == (30, {"DUPLICATE_KEY": 6})
    assert january.account.set_aside == {"the same row again": 1}
    # Anti-social behaviour has no identifier of its own.
    assert june.records[0].crime_id.startswith("2018-06-city-of-london-street:2:")
    assert {each.force for each in june.records} == {"E23000034"}


def test_a_search_of_31_march_in_utc_is_of_1_april_in_london() -> None:
    found = npol.read(
        DATA / "2018-04-metropolitan-stop-and-search.csv",
        npol.StopAndSearch,
        profile="police-uk-stop-search",
        force="MPS",
    )

    assert found.account.good == 40
    assert str(found.records[0].searched_at) == "2018-03-31 23:00:00+00:00"
    assert {str(each.searched_on) for each in found.records} == {"2018-04-01"}


def test_a_record_in_two_wards_is_refused_and_another_force_is_set_aside() -> None:
    found = npol.read(DATA / "wmp_2018-06_by_ward.csv", npol.Crime, profile="police-uk-ward")

    assert dict(found.account.codes) == {"DUPLICATE_KEY": 4}
    assert found.account.set_aside == {"of British Transport Police": 2}
    assert found.account.balanced


def test_the_paper_s_tables_are_read_as_they_are_pasted() -> None:
    paper = npol.paper.wmp_2019()
    first = DATA / "spcb-2019-appendix-1.txt"
    watch = npol.read(first, npol.Observation, profile="spcb-2019-street-watch")
    targets = npol.read(first, npol.Target, profile="spcb-2019-street-watch-targets")
    cadets = npol.read(
        DATA / "spcb-2019-appendix-2.txt", npol.Observation, profile="spcb-2019-cadets"
    )
    fund = npol.read(
        DATA / "spcb-2019-appendix-3.txt", npol.BudgetPosition, profile="spcb-2019-acf"
    )

    assert set(watch.records) <= set(paper.observations)
    assert sum(each.value for each in watch.records) == 126
    assert set(targets.records) == set(paper.targets)
    assert set(cadets.records) <= set(paper.observations)
    assert sum(each.value for each in cadets.records) == 799
    assert set(fund.records) == set(paper.budgets)
    assert sum((each.spent for each in fund.records), Decimal()) == 327_956
    # The cell 45 that belongs to no unit.
    assert [(each.line, each.text) for each in cadets.refused] == [(3, "\t\t45\t")]
    # WOV is printed as 40 %, and is 40.9 %.
    assert [(each.line, each.code, each.made) for each in fund.noted] == [
        (7, "PERCENT_MISMATCH", "40.9 %")
    ]


def test_a_total_that_the_rows_do_not_add_up_to_is_refused(tmp_path: Path) -> None:
    text = (DATA / "spcb-2019-appendix-1.txt").read_text(encoding="utf-8")
    path = tmp_path / "appendix-1.txt"
    path.write_text(text.replace("Currently 126", "Currently 127"), encoding="utf-8")
    found = npol.read(path, npol.Observation, profile="spcb-2019-street-watch")
    lenient = npol.read(path, npol.Observation, profile="spcb-2019-street-watch", on_error="coerce")

    assert [each.failures[0].code for each in found.refused] == ["TOTAL_MISMATCH"]
    assert found.refused[0].failures[0].rule == "is what the rows above add up to: 126"
    assert found.account.good == 8
    assert [each.code for each in lenient.noted] == ["TOTAL_MISMATCH"]
    assert lenient.account.balanced
    assert found.account.balanced


def test_a_profile_shows_what_it_makes() -> None:
    assert repr(read_profile("spcb-2019-acf")).startswith(
        "Profile('spcb-2019-acf': pasted to BudgetPosition, npu, budget"
    )


def test_a_total_counts_the_rows_above_however_they_were_read(tmp_path: Path) -> None:
    # The second row goes on over a line, and is read by itself; the last two have other reasons.
    text = 'NPU,Value,Note\nCV,2,x\nSW,3,"a\nnote"\nTotal,5,\nWS,4,\nGrand total,9,\n'
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    profile = tmp_path / "counts.toml"
    profile.write_text(
        """
[profile]
name = "counts"
entity = "Observation"
force = "WMP"
ignore = ["Note"]
[columns]
npu.header = "NPU"
value.header = "Value"
kind.value = "street_watch"
as_of.value = "2019-10-15"
[[set_aside]]
header = "NPU"
labels = ["Total"]
adds_up = ["value"]
[[set_aside]]
header = "NPU"
labels = ["Grand total"]
why = "the total of all"
adds_up = ["value"]
""",
        encoding="utf-8",
    )
    found = npol.read(path, npol.Observation, profile=profile)

    assert found.refused == ()
    assert found.account.set_aside == {"a total": 1, "the total of all": 1}
    assert (found.account.good, found.account.continued) == (3, 1)
    assert found.account.balanced


# -- what is handed over by mistake

MISTAKES: dict[str, tuple[dict[str, object], type[Exception], str]] = {
    "a name for an entity": ({"entity": "Log"}, TypeError, "entity is a class.*'Log'"),
    "no entity": ({"entity": None}, TypeError, "entity is a class"),
    "a day": ({"as_of": AS_OF.date()}, TypeError, "as_of is an instant"),
    "no zone": ({"as_of": AS_OF.replace(tzinfo=None)}, ValueError, "this has no zone"),
    "a number for a force": ({"force": 3}, TypeError, "force is a code such as WMP"),
    "a number for a profile": ({"profile": 3}, TypeError, "profile is a name such as log-export"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_handed_over_by_mistake_is_refused_in_words(name: str, tmp_path: Path) -> None:
    given, error, words = MISTAKES[name]
    path = written(tmp_path, GOOD)
    options = {"entity": npol.Log, "profile": "log-export", "force": "WMP", **given}
    with pytest.raises(error, match=words):
        npol.read(path, **options)  # type: ignore[arg-type] # mistakes
    with pytest.raises(error, match=words):
        npol.load(path, out=tmp_path / "store", **options)  # type: ignore[arg-type] # mistakes
    assert not (tmp_path / "store").exists()


def test_a_force_may_be_what_its_file_gave(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    found = npol.read(path, npol.Log, profile="log-export", force=npol.forces.load("WMP"))

    assert found.records[0].force == "WMP"
    done = npol.load(
        path, npol.Log, tmp_path / "store", profile="log-export", force=npol.forces.load("WMP")
    )
    assert done.rows == 1


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (b"PK\x03\x04", 'is a workbook, or another zip, .* format = "excel"'),
        (b"\xd0\xcf\x11\xe0", 'is a workbook of Excel 97 to 2003, .* format = "excel"'),
        (b"PAR1", 'is a Parquet file, .* format = "parquet"'),
    ],
)
def test_what_is_no_text_is_told_once_and_not_line_by_line(
    tmp_path: Path, begins: bytes, words: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(begins + b"\x14\x00\xff\n" * 3)

    with pytest.raises(InputFileError, match=words):
        read_logs(path)
