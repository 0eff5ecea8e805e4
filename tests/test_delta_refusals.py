"""What is refused leaves a Delta table as it was, and says the way out."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from delta_tables import SCHEMA, kept, marked, said
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from logged import NEW, OLD, log

from npolicing.delta_table import _committing, _loading, _telling, write_delta
from npolicing.entities import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.frames import to_arrow
from npolicing.synthetic import logs

NUMBER = f"SECRET-{len(OLD)}"
"""Not spelt out, for a traceback shows lines of tests, too."""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table"
    write_delta(OLD, path, how="replace")
    return path


def as_it_was(table: Path, version: int = 1) -> bool:
    before = {(each.force, str(each.received_on), each.log_id): each.priority for each in OLD}
    return DeltaTable(table).version() == version and kept(table) == before


def test_every_wrong_row_is_told_and_nothing_is_written(table: Path) -> None:
    bad = to_arrow([log("7"), log("8", "2018-09-01")]).to_pylist()
    bad[0]["hour_of_week"] = 168
    bad[1]["priority"] = ""
    batches = iter(
        pa.RecordBatch.from_pylist([row], schema=SCHEMA)
        for row in (*bad, to_arrow(NEW).to_pylist()[0])
    )
    with pytest.raises(ValidationError) as caught:
        write_delta(batches, table, how="merge")

    assert {each.row for each in caught.value.failures} == {0, 1}
    assert as_it_was(table)


def test_two_rows_with_one_key_are_refused(table: Path) -> None:
    parts = iter([to_arrow([log("8")]), to_arrow([log("8", priority="P2")])])
    with pytest.raises(ValidationError) as caught:
        write_delta(parts, table, how="merge")

    assert [each.code for each in caught.value.failures] == ["DUPLICATE_KEY"]
    assert as_it_was(table)


def test_a_table_that_failed_rows_would_have_made_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        write_delta([log("8"), log("8")], tmp_path / "table", how="merge")

    assert not DeltaTable.is_deltatable(str(tmp_path / "table"))


def test_no_rows_make_an_empty_table_that_any_rows_may_go_into(tmp_path: Path) -> None:
    load = write_delta([], tmp_path / "table", how="merge")
    assert (load.version, load.months, load.rows) == (0, (), 0)

    write_delta(logs(rows=9), tmp_path / "table", how="merge")
    assert said(tmp_path / "table")["synthetic"] is True


@pytest.mark.parametrize("how", ["append", "overwrite", ""])
def test_there_are_two_ways_to_load(table: Path, how: str) -> None:
    with pytest.raises(ValueError, match="how is 'replace' or 'merge', not"):
        write_delta(NEW, table, how=how)  # type: ignore[arg-type] # which is the mistake
    assert as_it_was(table)


def test_an_error_half_way_leaves_the_table_and_no_staging(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    whole = _committing._batches  # noqa: SLF001 # what a commit reads

    def half(files: dict[tuple[str, str], Path]) -> Iterator[pa.RecordBatch]:
        yield next(whole(files))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_committing, "_batches", half)
    with pytest.raises(StoreError, match=r"table: cannot be written: .*No space left"):
        write_delta([log("9"), log("9", "2018-09-01")], table, how="merge")

    assert as_it_was(table)
    assert not list((tmp_path / "temporary").iterdir())


def interposed(monkeypatch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
    """Have something done between reading the table's months and the commit."""

    def late(*args: Any) -> int:  # noqa: ANN401 # as the commit takes them
        other()
        return commit(*args)

    commit = _committing.commit
    monkeypatch.setattr(_loading, "commit", late)


CHANGED = "another has written to it since this load began; load again"


@pytest.mark.parametrize("rows", [NEW, [log("1", "2019-01-01")]])
def test_the_second_of_two_writers_is_refused(
    table: Path, monkeypatch: pytest.MonkeyPatch, rows: list[Log]
) -> None:
    with monkeypatch.context() as patch:
        inner = _committing.commit

        def other() -> None:
            patch.setattr(_loading, "commit", inner)
            write_delta([log("5")], table, how="merge")

        interposed(patch, other)
        with pytest.raises(StoreError, match=CHANGED):
            write_delta(rows, table, how="merge")
    assert DeltaTable(table).version() == 2
    assert len(kept(table)) == 5

    write_delta(rows, table, how="merge")
    assert ("WMP", "2018-07-02", "5") in kept(table)
    assert len(kept(table)) == 6


def test_an_append_of_another_library_meanwhile_is_a_conflict(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interposed(
        monkeypatch,
        lambda: write_deltalake(table, to_arrow([log("4")]).cast(SCHEMA), mode="append"),
    )
    with pytest.raises(StoreError, match=CHANGED):
        write_delta(NEW, table, how="merge")
    assert len(kept(table)) == 5


def test_the_second_of_two_who_make_a_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        inner = _committing.commit

        def other() -> None:
            patch.setattr(_loading, "commit", inner)
            write_delta(OLD, tmp_path / "table", how="replace")

        interposed(patch, other)
        with pytest.raises(StoreError, match=CHANGED):
            write_delta(NEW, tmp_path / "table", how="replace")
    assert as_it_was(tmp_path / "table")


def test_a_new_marking_that_another_load_overtook_is_refused(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interposed(
        monkeypatch,
        lambda: write_deltalake(table, to_arrow([log("4")]).cast(SCHEMA), mode="append"),
    )
    with pytest.raises(StoreError, match=CHANGED):
        write_delta(NEW, table, how="merge", marking="OFFICIAL")
    assert said(table)["marking"] is None


def test_a_marking_that_stays_where_the_rows_are_refused_is_told(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = _committing._replace  # what comes after the marking

    def late(*args: Any) -> None:  # noqa: ANN401 # as it takes them
        write_deltalake(table, to_arrow([log("4")]).cast(SCHEMA), mode="append")
        replace(*args)

    monkeypatch.setattr(_committing, "_replace", late)
    with pytest.raises(StoreError, match=f"{CHANGED}; its marking, .* are set already, and stay"):
        write_delta(NEW, table, how="merge", marking="OFFICIAL")
    assert (said(table)["marking"], len(kept(table))) == ("OFFICIAL", 5)


def test_a_marking_is_that_of_the_table(tmp_path: Path) -> None:
    table = tmp_path / "table"
    write_delta(marked(OLD, "OFFICIAL"), table, how="replace")
    assert said(table)["marking"] == "OFFICIAL"

    write_delta([log("8")], table, how="merge")
    assert said(table)["marking"] == "OFFICIAL"

    with pytest.raises(ValueError, match=r"marked OFFICIAL and SECRET: say which it is"):
        write_delta(marked([log("9", "2019-01-01")], "SECRET"), table, how="merge")
    assert DeltaTable(table).version() == 2

    load = write_delta(marked([log("9")], "SECRET"), table, how="merge", marking="SECRET")
    assert (said(table)["marking"], load.version) == ("SECRET", 4)
    # The words are there before the rows are.
    assert len(kept(table)) == 6
    before = DeltaTable(table, version=3)
    assert json.loads(before.metadata().configuration["npolicing"])["marking"] == "SECRET"
    assert before.to_pyarrow_dataset().count_rows() == 5


@pytest.mark.parametrize("marking", ["", " OFFICIAL", "a\nb"])
def test_a_marking_is_one_line(table: Path, marking: str) -> None:
    with pytest.raises(ValueError, match="a marking is one line"):
        write_delta(NEW, table, how="merge", marking=marking)
    assert as_it_was(table)


def test_a_log_that_others_put_in_twice_is_not_merged_with(table: Path) -> None:
    write_deltalake(table, to_arrow([log("1")]).cast(SCHEMA), mode="append")
    words = (
        r"has 1 logs more than once in 2018-07 of WMP: load that month whole, with how='replace'"
    )
    with pytest.raises(StoreError, match=words):
        write_delta(NEW, table, how="merge")
    assert DeltaTable(table).version() == 2

    load = write_delta(OLD[:3], table, how="replace")
    assert [(each.unchanged, each.dropped, each.now) for each in load.months] == [(3, 1, 3)]
    assert as_it_was(table, version=3)


def edited(table: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Have the first version say something else."""
    path = table / "_delta_log" / f"{0:020}.json"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        change(line)
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    (path.with_name(f".{path.name}.crc")).unlink(missing_ok=True)


def says(**other: object) -> Callable[[dict[str, Any]], object]:
    def change(line: dict[str, Any]) -> None:
        if "metaData" in line:
            properties = line["metaData"]["configuration"]
            properties["npolicing"] = json.dumps(json.loads(properties["npolicing"]) | other)

    return change


def schema_without_closing_code(line: dict[str, Any]) -> None:
    if "metaData" in line:
        schema = json.loads(line["metaData"]["schemaString"])
        schema["fields"] = [each for each in schema["fields"] if each["name"] != "closing_code"]
        line["metaData"]["schemaString"] = json.dumps(schema)


def nullable_force(line: dict[str, Any]) -> None:
    if "metaData" in line:
        schema = json.loads(line["metaData"]["schemaString"])
        schema["fields"][1]["nullable"] = True
        line["metaData"]["schemaString"] = json.dumps(schema)


def unstamped(line: dict[str, Any]) -> None:
    if "metaData" in line:
        line["metaData"]["configuration"] = {}


def garbled(line: dict[str, Any]) -> None:
    if "metaData" in line:
        line["metaData"]["configuration"] = {"npolicing": "no JSON"}


def deletion_vectors(line: dict[str, Any]) -> None:
    if "protocol" in line:
        line["protocol"] = {
            "minReaderVersion": 3,
            "minWriterVersion": 7,
            "readerFeatures": ["deletionVectors"],
            "writerFeatures": ["deletionVectors", "appendOnly", "invariants"],
        }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unstamped, "was not written by npolicing; name another place, and write its rows there"),
        (garbled, "its property 'npolicing' cannot be read; name another place"),
        (says(entity="Crime"), "has rows of Crime, not of Log; name another place"),
        (says(entity=None), "has rows of no entity, not of Log"),
        (says(schema_version=Log.schema_version + 1), r"this is version \d+: upgrade npolicing"),
        (says(schema_version=0), r"to version 0 of Log; this is version \d+: name another place"),
        (schema_without_closing_code, "its columns are not those of Log; name another place"),
        (nullable_force, "its columns are not those of Log; name another place"),
        (deletion_vectors, r"cannot be read: .*eletionVectors.*; Spark can: let it rewrite"),
    ],
)
def test_a_table_that_is_none_of_ours_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    write_delta([], tmp_path / "table", how="merge")
    edited(tmp_path / "table", change)

    with pytest.raises(StoreError, match=words):
        write_delta(NEW, tmp_path / "table", how="merge")
    assert not list((tmp_path / "table").glob("*.parquet"))


def test_a_partitioned_table_is_refused(tmp_path: Path) -> None:
    words = json.dumps(
        {
            "entity": "Log",
            "schema_version": Log.schema_version,
            "library": "1",
            "marking": None,
            "synthetic": False,
        }
    )
    DeltaTable.create(
        str(tmp_path),
        SCHEMA,
        partition_by=["force", "month"],
        configuration={"npolicing": words},
        raise_if_key_not_exists=False,
    )
    with pytest.raises(
        StoreError, match="is partitioned by force, month, which its files then lack"
    ):
        write_delta(NEW, tmp_path, how="merge")


def test_a_table_that_takes_no_changes_says_so(table: Path) -> None:
    DeltaTable(table).alter.set_table_properties({"delta.appendOnly": "true"})
    with pytest.raises(StoreError, match="cannot be written: .*append-only"):
        write_delta(NEW, table, how="merge")
    assert as_it_was(table, version=2)


def test_a_place_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("mine")
    with pytest.raises(StoreError, match="has files, and is no Delta table; name a new or empty"):
        write_delta(NEW, tmp_path, how="merge")
    with pytest.raises(StoreError, match=r"rows\.csv: is a file; name a folder"):
        write_delta(NEW, tmp_path / "rows.csv", how="merge")
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]


def test_values_of_rows_are_in_no_traceback(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_committing, "_among", lambda _: "month = '1999-01'")
    with pytest.raises(StoreError) as caught:
        write_delta([log(NUMBER)], table, how="merge")
    assert "Invalid data found" in str(caught.value)
    assert NUMBER not in "".join(traceback.format_exception(caught.value))
    assert as_it_was(table)


def test_a_rule_that_the_table_has_is_told_without_rows(table: Path) -> None:
    DeltaTable(table).alter.add_constraint({"short": f"log_id <> '{NUMBER}'"})
    with pytest.raises(StoreError, match="; see what the table asks of its rows") as caught:
        write_delta([log(NUMBER)], table, how="merge")
    assert NUMBER not in "".join(traceback.format_exception(caught.value))


def test_long_words_are_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_telling, "_LONGEST", 20)
    with pytest.raises(StoreError) as caught, _telling.telling_table("t", "read"):
        raise DeltaError("one two three four five six " + NUMBER)
    assert str(caught.value).startswith("t: cannot be read: one two three four ...; bring back")
    assert NUMBER not in "".join(traceback.format_exception(caught.value))


def test_who_has_no_deltalake_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    with pytest.raises(ModuleNotFoundError, match=r'deltalake: pip install "npolicing\[delta\]"'):
        write_delta(NEW, tmp_path / "table", how="merge")


def test_an_address_and_the_keys_of_its_storage_reach_the_library(tmp_path: Path) -> None:
    address = (tmp_path / "table").as_uri()
    load = write_delta(OLD, address, how="replace", storage_options={"timeout": "9s"})
    again = write_delta(NEW, address, how="merge", storage_options={"timeout": "9s"})

    assert (load.table, again.version) == (address, 2)
    assert len(kept(tmp_path / "table")) == 5


def test_keys_are_not_shown() -> None:
    options = {
        "aws_access_key_id": "id",
        "aws_secret_access_key": "HUSH",
        "aws_endpoint": "http://127.0.0.1:9",
        "aws_allow_http": "true",
        "aws_region": "eu-west-2",
        "max_retries": "0",
        "timeout": "1s",
    }
    with pytest.raises(StoreError, match=r"^s3://bucket/table: cannot be read: ") as caught:
        write_delta(OLD, "s3://bucket/table", how="replace", storage_options=options)
    assert "HUSH" not in repr(caught.value) + str(caught.value)


def test_an_option_that_is_no_text_is_not_shown(tmp_path: Path) -> None:
    options: Any = {"key": 1234567}
    with pytest.raises(TypeError, match=r"'key' is of the type int") as caught:
        write_delta(OLD, tmp_path / "table", how="replace", storage_options=options)
    assert "1234567" not in "".join(traceback.format_exception(caught.value))


def test_a_temporary_folder_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"temporary folder .* have TMPDIR name another"):
        write_delta(OLD, tmp_path / "table", how="replace")
