"""A protective marking, from the rows through every file that is made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import parsed

import npolicing as npol
from npolicing import paper
from npolicing._metadata import checked_marking
from npolicing.cli import main
from npolicing.delimited import read_csv, write_csv, write_csv_table
from npolicing.entities import Log, Target, Team
from npolicing.errors import InputFileError, SchemaVersionError
from npolicing.frames import to_arrow
from npolicing.parquet import (
    FileMetadata,
    read_arrow,
    read_metadata,
    write_parquet,
    write_parquet_table,
)
from npolicing.store import open_store, write_store
from npolicing.synthetic import logs

MARKING = "OFFICIAL-SENSITIVE"
TEAMS = [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]
MADE_UP = logs(rows=40, last="2018-02")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "teams.csv"


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-metadata.json")


# -- what a marking is


@pytest.mark.parametrize("marking", ["OFFICIAL", MARKING, "=1+1", "geheim – nur für …", "x" * 100])
def test_any_words_in_one_line_are_a_marking(marking: str) -> None:
    assert checked_marking(marking) == marking


@pytest.mark.parametrize(
    "marking", ["", " ", " OFFICIAL", "OFFICIAL ", "two\nlines", "\0", "a\u200bb", "x" * 101]
)
def test_what_cannot_stand_at_the_head_of_a_page_is_none(marking: str, tmp_path: Path) -> None:
    words = r"^a marking is one line of 1 to 100 printable characters"
    store = tmp_path / "store"
    with pytest.raises(ValueError, match=words):
        write_csv(TEAMS, tmp_path / "t.csv", marking=marking)
    with pytest.raises(ValueError, match=words):
        write_csv_table(to_arrow(TEAMS), tmp_path / "t.csv", marking=marking)
    with pytest.raises(ValueError, match=words):
        write_parquet(TEAMS, tmp_path / "t.parquet", marking=marking)
    with pytest.raises(ValueError, match=words):
        write_parquet_table(to_arrow(TEAMS), tmp_path / "t.parquet", marking=marking)
    with pytest.raises(ValueError, match=words):
        npol.write_workbook({"T": TEAMS}, tmp_path / "t.xlsx", marking=marking)
    with pytest.raises(ValueError, match=words):
        write_store(MADE_UP, store, how="replace", marking=marking)
    with pytest.raises(ValueError, match=words):
        paper.report(paper.wmp_2019(), marking=marking)
    assert list(tmp_path.iterdir()) == []


# -- CSV


def test_a_csv_file_says_beside_it_what_it_is(path: Path) -> None:
    write_csv(TEAMS, path, marking=MARKING)

    said = json.loads(beside(path).read_text(encoding="utf-8"))
    assert {name: said[name] for name in ("@context", "url", "dc:accessRights", "npolicing")} == {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "teams.csv",
        "dc:accessRights": MARKING,
        "npolicing": {
            "entity": "Team",
            "schema_version": 1,
            "library": npol.__version__,
            "marking": MARKING,
            "synthetic": False,
        },
    }
    columns = said["tableSchema"]["columns"]
    assert [each["titles"] for each in columns] == [field.name for field in Team.columns()]
    assert columns[5] == {
        "titles": "valid_from",
        "datatype": "date",
        "required": False,
        "dc:description": "First day that it is in force; null where no source says.",
    }
    # Outside the table: the file itself is as it would be without.
    marked = path.read_bytes()
    assert read_metadata(path) == FileMetadata(
        entity="Team", schema_version=1, library=npol.__version__, marking=MARKING
    )
    write_csv(TEAMS, path)
    assert path.read_bytes() == marked
    assert list(read_csv(path, Team)) == TEAMS


def test_a_table_of_no_entity_says_what_its_columns_are(path: Path) -> None:
    table = pa.table({"n": [1], "ratio": [0.5], "items": [["a"]], "on": [True], "text": ["x"]})

    write_csv_table(table, path, marking="OFFICIAL")

    columns = json.loads(beside(path).read_text(encoding="utf-8"))["tableSchema"]["columns"]
    assert [(each["datatype"], each.get("separator")) for each in columns] == [
        ("integer", None),
        ("double", None),
        ("string", ";"),
        ("boolean", None),
        ("string", None),
    ]
    assert read_metadata(path) == FileMetadata(
        entity=None, schema_version=None, library=npol.__version__, marking="OFFICIAL"
    )


def test_what_has_nothing_to_say_says_nothing_and_what_was_said_goes(path: Path) -> None:
    write_csv(TEAMS, path)
    assert list(path.parent.iterdir()) == [path]
    assert read_metadata(path) is None

    write_csv(TEAMS, path, marking=MARKING)
    write_csv(TEAMS, path)

    assert list(path.parent.iterdir()) == [path]


def test_made_up_rows_are_told_of_without_a_marking(path: Path) -> None:
    write_csv(MADE_UP, path, Log)

    said = read_metadata(path)
    assert said is not None
    assert (said.synthetic, said.marking) == (True, None)
    assert "dc:accessRights" not in json.loads(beside(path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", ['{"url": "teams.csv"}', "[]"])
def test_what_somebody_else_wrote_there_stays(path: Path, words: str) -> None:
    beside(path).write_text(words)
    write_csv(TEAMS, path)
    assert beside(path).read_text() == words

    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"metadata.json: was not written by npolicing; move"):
        write_csv([], path, Team, marking=MARKING)

    assert (path.read_bytes(), beside(path).read_text()) == (before, words)


def test_a_file_of_another_entity_or_of_a_later_version_is_refused(path: Path) -> None:
    write_csv(TEAMS, path, marking=MARKING)
    with pytest.raises(InputFileError, match=r"teams.csv: has rows of Team, not of Target$"):
        read_csv(path, Target)

    later = beside(path).read_text().replace('"schema_version": 1', '"schema_version": 2')
    beside(path).write_text(later)
    with pytest.raises(SchemaVersionError, match=r"to version 2 of Team; this is version 1: upg"):
        read_csv(path, Team)

    beside(path).write_text(later.replace('"library"', '"lib"'))
    with pytest.raises(InputFileError, match=r"json: cannot be read as metadata of a CSV file$"):
        read_csv(path, Team)
    with pytest.raises(InputFileError, match=r"json: cannot be read as metadata of a CSV file$"):
        read_metadata(path)


def test_metadata_of_no_file_are_none(path: Path) -> None:
    with pytest.raises(InputFileError, match=r"teams.csv: no such file$"):
        read_metadata(path)


def test_a_write_that_fails_leaves_both_files_as_they_were(path: Path) -> None:
    write_csv(TEAMS, path, marking=MARKING)
    before = (path.read_bytes(), beside(path).read_bytes())

    with pytest.raises(npol.ValidationError):
        write_csv([*TEAMS, *TEAMS], path, marking="OFFICIAL")

    assert (path.read_bytes(), beside(path).read_bytes()) == before


# -- frames, Parquet and stores


def test_a_marking_goes_from_file_to_frame_to_store_and_back(tmp_path: Path) -> None:
    file = tmp_path / "logs.parquet"
    write_parquet(MADE_UP, file, Log, marking=MARKING)

    frame = read_arrow(file, Log)
    write_store(frame, tmp_path / "store", how="replace")
    store = open_store(tmp_path / "store")
    write_store(store.batches(), tmp_path / "again", how="replace")
    table = open_store(tmp_path / "again").to_arrow()
    write_parquet_table(table.slice(0, 3), tmp_path / "part.parquet")
    write_csv_table(table, tmp_path / "all.csv")

    for said in (
        read_metadata(file),
        *(read_metadata(each.path) for each in store.files),
        read_metadata(tmp_path / "part.parquet"),
        read_metadata(tmp_path / "all.csv"),
    ):
        assert said is not None
        assert (said.marking, said.synthetic) == (MARKING, True)


def test_a_marking_that_is_given_goes_before_that_of_the_rows(tmp_path: Path) -> None:
    write_parquet(MADE_UP, tmp_path / "one.parquet", Log, marking="OFFICIAL")

    write_parquet(read_arrow(tmp_path / "one.parquet", Log), tmp_path / "two", Log, marking=MARKING)

    said = read_metadata(tmp_path / "two")
    assert said is not None
    assert (said.marking, said.synthetic, said.entity) == (MARKING, True, "Log")


def test_months_marked_in_two_ways_give_a_table_that_has_both(tmp_path: Path) -> None:
    for month, marking in (("2018-01", "OFFICIAL"), ("2018-02", MARKING)):
        rows = logs(rows=5, first=month, last=month)
        write_store(rows, tmp_path, how="merge", marking=marking)

    store = open_store(tmp_path)
    write_parquet_table(store.to_arrow(), tmp_path / "both.parquet")
    write_parquet_table(store.to_arrow(months=["2018-01"]), tmp_path / "one.parquet")

    both, one = (read_metadata(tmp_path / f"{name}.parquet") for name in ("both", "one"))
    assert both is not None
    assert one is not None
    assert both.marking == "OFFICIAL / OFFICIAL-SENSITIVE"
    assert one.marking == "OFFICIAL"


def test_rows_that_say_nothing_stay_as_they_were(tmp_path: Path) -> None:
    write_parquet(TEAMS, tmp_path / "teams.parquet")

    assert to_arrow(TEAMS).schema.metadata is None
    assert read_arrow(tmp_path / "teams.parquet", Team).schema.metadata is None


@given(st.booleans(), st.none() | st.just(MARKING))
def test_to_arrow_keeps_what_is_said(synthetic: bool, marking: str | None) -> None:  # noqa: FBT001 # drawn
    said = {"entity": None, "schema_version": None, "library": "0", "marking": marking}
    words = json.dumps({**said, "synthetic": synthetic})
    table = to_arrow(TEAMS).replace_schema_metadata({"npolicing": words})

    metadata = to_arrow(table, Team).schema.metadata

    if marking is None and not synthetic:
        assert metadata is None
    else:
        again = json.loads((metadata or {})[b"npolicing"])
        assert (again["marking"], again["synthetic"]) == (marking, synthetic)
        assert again["entity"] == "Team"


# -- the paper


def test_every_file_of_a_pack_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--out", str(tmp_path / "pack"), "--marking", "OFFICIAL_*"]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert (printed[0], printed[-1]) == ("OFFICIAL_*", "OFFICIAL_*")
    files = [each for each in (tmp_path / "pack").rglob("*") if each.is_file()]
    ends = {each.name.partition(".")[2] for each in files}
    assert ends == {"csv", "csv-metadata.json", "parquet", "html", "md", "json"}
    for each in files:
        if each.suffix == ".md":
            lines = each.read_text(encoding="utf-8").splitlines()
            assert lines[0] == lines[-1] == "**OFFICIAL\\_\\***"
        elif each.suffix == ".html":
            page = parsed(each.read_text(encoding="utf-8"))
            assert page.one("header").text.startswith("OFFICIAL_*")
            assert page.one("footer").text.endswith("OFFICIAL_*")
        elif each.suffix in (".csv", ".parquet"):
            said = read_metadata(each)
            assert said is not None
            assert said.marking == "OFFICIAL_*"
        elif each.name in ("paper.json", "provenance.json"):
            assert json.loads(each.read_text(encoding="utf-8"))["marking"] == "OFFICIAL_*"
        else:
            assert json.loads(each.read_text())["dc:accessRights"] == "OFFICIAL_*"
    provenance = json.loads((tmp_path / "pack" / "provenance.json").read_text(encoding="utf-8"))
    assert len(provenance["files"]) == len(files) - 1


def test_a_paper_is_marked_as_its_tables_and_logs_are(tmp_path: Path) -> None:
    paper.write_pack(paper.report(paper.wmp_2019(), marking="OFFICIAL"), tmp_path / "pack")
    for end in ("csv", "parquet"):
        again = paper.report(paper.read_paper(tmp_path / "pack" / end))
        assert again.marking == "OFFICIAL"
        assert again.markdown().startswith("**OFFICIAL**\n\n# West Midlands Police")

    write_store(logs(rows=500), tmp_path / "store", how="replace", marking=MARKING)
    write_parquet(logs(rows=500), tmp_path / "logs.parquet", Log, marking=MARKING)
    board = paper.read_paper(tmp_path / "pack" / "csv")
    for name in ("store", "logs.parquet"):
        source = paper.log_source(tmp_path / name)
        assert paper.report(paper.wmp_2019(), logs=source).marking == MARKING
        with pytest.raises(ValueError, match=r"^files of the paper are marked OFFICIAL and OFFIC"):
            paper.report(board, logs=source)
        assert paper.report(board, logs=source, marking=MARKING).marking == MARKING


def test_without_a_marking_a_pack_speaks_of_none(tmp_path: Path) -> None:
    made = paper.report(paper.wmp_2019())
    paper.write_pack(made, tmp_path)

    assert made.text().startswith("West Midlands Police")
    assert json.loads(made.json())["marking"] is None
    assert [each for each in (tmp_path / "csv").iterdir() if each.suffix != ".csv"] == []
    assert (pq.read_schema(tmp_path / "parquet" / "targets.parquet").metadata or {}) != {}


def test_a_marking_that_is_none_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paper", "--marking", ""]) == 2
    assert capsys.readouterr().err.startswith("npolicing: a marking is one line of 1 to 100")


def test_a_workbook_says_itself_how_it_is_marked(tmp_path: Path) -> None:
    npol.write_workbook({"Teams": TEAMS}, tmp_path / "teams.xlsx", marking=MARKING)
    with pytest.raises(InputFileError, match="its marking is on its cover"):
        read_metadata(tmp_path / "teams.xlsx")


def test_the_name_of_a_file_is_a_url_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a b#c.csv"
    write_csv(TEAMS, path, marking=MARKING)

    assert json.loads(beside(path).read_bytes())["url"] == "a%20b%23c.csv"
    assert read_csv(path, Team)


@pytest.mark.parametrize("words", ["{", "no JSON", '"npolicing"', "\xff"])
@pytest.mark.parametrize("marking", [None, MARKING])
def test_nothing_is_written_beside_what_would_keep_it_from_being_read(
    path: Path, words: str, marking: str | None
) -> None:
    beside(path).write_bytes(words.encode("latin-1"))
    with pytest.raises(FileExistsError, match="teams.csv-metadata.json: .*move it, or write else"):
        write_csv(TEAMS, path, marking=marking)

    assert not path.exists()
    assert beside(path).read_bytes() == words.encode("latin-1")
