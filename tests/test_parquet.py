from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._columns import Column
from npolicing._records import Record, Records, Upgrade
from npolicing.arrow import arrow_schema
from npolicing.entities import ENTITIES, Attendance, BudgetPosition, Force, Team
from npolicing.errors import (
    ColumnTypeError,
    InputFileError,
    SchemaVersionError,
    ValidationError,
)
from npolicing.frames import to_arrow
from npolicing.parquet import (
    FileMetadata,
    read_arrow,
    read_metadata,
    read_parquet,
    write_parquet,
    write_parquet_table,
)
from npolicing.testing import tables

TEAMS = Records(
    Team,
    [
        Team(force="WMP", team_id="T1", npu="CV", kind="hub", valid_from=date(2018, 4, 1)),
        Team(force="WMP", team_id="T2", npu="WV", kind="neighbourhood"),
    ],
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.parquet"


# -- there and back


@given(st.data(), st.sampled_from(ENTITIES))
def test_records_come_back_from_parquet_as_they_went(
    data: st.DataObject, entity: type[Record]
) -> None:
    rows = data.draw(tables(entity, max_size=4))
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.parquet")
        write_parquet(rows, path)

        assert read_parquet(path, entity) == rows
        assert read_arrow(path, entity).equals(to_arrow(rows), check_metadata=True)


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_empty_table_keeps_its_columns_and_types(entity: type[Record], path: Path) -> None:
    write_parquet(Records(entity), path)

    assert read_parquet(path, entity) == Records(entity)
    assert pq.read_schema(path).remove_metadata().equals(arrow_schema(entity).remove_metadata())
    assert pl.read_parquet(path).columns == arrow_schema(entity).names


def test_frames_are_written_where_the_entity_is_named(path: Path) -> None:
    for frame in (to_arrow(TEAMS), pl.DataFrame(to_arrow(TEAMS)), to_arrow(TEAMS).to_pandas()):
        write_parquet(frame, path, Team)
        assert read_parquet(path, Team) == TEAMS
    with pytest.raises(TypeError, match=r"^Say what a row is: pass the entity"):
        write_parquet(to_arrow(TEAMS), path)


def test_paths_may_be_text(path: Path) -> None:
    write_parquet(TEAMS, str(path))

    assert read_parquet(str(path), Team) == TEAMS


# -- what others read


def by_pandas(path: Path) -> list[dict[str, object]]:
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()


def by_polars(path: Path) -> list[dict[str, object]]:
    return pl.read_parquet(path).to_dicts()


def by_duckdb(path: Path) -> list[dict[str, object]]:
    connection = duckdb.connect()
    connection.execute("set time zone 'UTC'")
    relation = connection.read_parquet(str(path))
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def plain(row: Mapping[str, object]) -> dict[str, object]:
    def value(cell: object) -> object:
        if isinstance(cell, datetime):
            assert cell.utcoffset() is not None
            return cell.astimezone(UTC)
        return tuple(cell) if isinstance(cell, list) else cell

    return {name: value(cell) for name, cell in row.items()}


@pytest.mark.parametrize("reader", [by_pandas, by_polars, by_duckdb])
@given(data=st.data(), entity=st.sampled_from(ENTITIES))
def test_others_read_the_same_values(
    reader: object, data: st.DataObject, entity: type[Record]
) -> None:
    assert callable(reader)
    rows = data.draw(tables(entity, max_size=3))
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.parquet")
        write_parquet(rows, path)

        found = [plain(row) for row in reader(path)]

    names = [field.name for field in entity.columns()]
    assert found == [{name: getattr(row, name) for name in names} for row in rows]


def test_decimals_are_stored_as_integers_and_columns_are_described(path: Path) -> None:
    write_parquet(Records(BudgetPosition), path)
    file = pq.ParquetFile(path)
    columns = {each.name: each for each in map(file.schema.column, range(len(file.schema)))}

    assert columns["spent"].physical_type == "INT64"
    spent = file.schema_arrow.field("spent")
    assert not spent.nullable
    assert spent.metadata is not None
    assert (spent.metadata[b"unit"], spent.metadata[b"comment"]) == (b"GBP", b"Paid out so far.")


def test_the_files_are_of_the_form_that_most_readers_know(path: Path) -> None:
    write_parquet(TEAMS, path)
    metadata = pq.read_metadata(path)

    assert metadata.format_version == "2.6"
    assert metadata.row_group(0).column(0).compression == "SNAPPY"


# -- what a file says of itself


def test_a_file_says_what_it_is(path: Path) -> None:
    write_parquet(TEAMS, path, marking="OFFICIAL-SENSITIVE")

    assert read_metadata(path) == FileMetadata(
        entity="Team", schema_version=1, library=version("npolicing"), marking="OFFICIAL-SENSITIVE"
    )
    assert set(pq.read_schema(path).metadata) == {b"npolicing"}
    connection = duckdb.connect()
    said = connection.sql(
        f"select value from parquet_kv_metadata('{path}') where key = 'npolicing'"  # noqa: S608 # our own file
    )
    ((text,),) = said.fetchall()
    assert json.loads(text)["entity"] == "Team"


def test_a_table_of_no_entity_is_marked_too(path: Path) -> None:
    table = pa.table({"npu": ["CV"], "spend_ratio": [0.409]})

    write_parquet_table(table, path, marking="OFFICIAL")

    assert pl.read_parquet(path).to_dicts() == [{"npu": "CV", "spend_ratio": 0.409}]
    assert read_metadata(path) == FileMetadata(
        entity=None, schema_version=None, library=version("npolicing"), marking="OFFICIAL"
    )
    write_parquet_table(to_arrow(TEAMS), path)
    assert read_parquet(path, Team) == TEAMS


def test_files_that_others_wrote_are_taken_and_checked_the_same(path: Path) -> None:
    to_arrow(TEAMS).to_pandas().to_parquet(path)
    assert read_parquet(path, Team) == TEAMS
    assert read_metadata(path) is None

    pl.DataFrame(to_arrow(TEAMS)).write_parquet(path)
    assert read_parquet(path, Team) == TEAMS

    duckdb.connect().sql(
        "copy (select 'WMP' as force, 'T1' as team_id, 'CV' as npu, 'hub' as kind)"
        f" to '{path}' (format parquet)"
    )
    assert list(read_parquet(path, Team)) == [Team(force="WMP", team_id="T1", npu="CV", kind="hub")]


def test_instants_as_spark_writes_them_are_utc(path: Path) -> None:
    arrived = datetime(2018, 7, 1, 0, 30, tzinfo=UTC)
    row = Attendance(
        force="WMP",
        log_id="1",
        received_on=date(2018, 7, 1),
        unit_ref="U1",
        kind="response",
        arrived_at=arrived,
    )
    pq.write_table(to_arrow([row]), path, use_deprecated_int96_timestamps=True, store_schema=False)
    assert pq.read_schema(path).field("arrived_at").type == pa.timestamp("ns")

    assert list(read_parquet(path, Attendance)) == [row]


# -- files that are refused


def test_rows_that_are_wrong_are_named_with_the_file(path: Path) -> None:
    teams = pa.table(
        {"force": ["WMP"] * 2, "team_id": ["T1", "T1"], "npu": ["CV", "cv"], "kind": ["hub"] * 2}
    )
    pq.write_table(teams, path)

    with pytest.raises(InputFileError) as error:
        read_parquet(path, Team)

    assert str(error.value) == (
        f"{path}: 3 failures; "
        "row 0, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]; "
        "row 1, npu: 'cv' breaks matches [A-Z0-9][A-Z0-9&._-]{0,23} [PATTERN]; "
        "row 1, force, team_id, valid_from: ('WMP', 'T1', None) breaks unique [DUPLICATE_KEY]"
    )
    assert [each.code for each in error.value.failures] == [
        "DUPLICATE_KEY",
        "PATTERN",
        "DUPLICATE_KEY",
    ]
    assert isinstance(error.value.__cause__, ValidationError)


def test_many_failures_are_counted_and_twenty_shown(path: Path) -> None:
    teams = {"force": ["WMP"], "team_id": ["T1"], "npu": ["cv"], "kind": ["hub"]}
    pq.write_table(pa.table({name: cells * 30 for name, cells in teams.items()}), path)

    with pytest.raises(InputFileError, match=r": 60 failures; row 0, .*; and 40 more, all in "):
        read_parquet(path, Team)


def test_columns_that_are_wrong_are_named_with_the_file_in_one_line(path: Path) -> None:
    pq.write_table(pa.table({"force": ["WMP"], "name": [1]}), path)
    with pytest.raises(InputFileError) as error:
        read_parquet(path, Force)
    assert str(error.value) == (
        f"{path}: Columns of the wrong type for Force: - name: is int64, not string "
        "Hint: read it as text (dtype=str), so that no leading 0 is lost."
    )
    assert isinstance(error.value.__cause__, ColumnTypeError)

    with pytest.raises(InputFileError, match=r"rows\.parquet: The frame has no column 'team_id', "):
        read_arrow(path, Team)
    pq.write_table(pa.table({"force": ["WMP"], "name": ["x"], "extra": [1]}), path)
    with pytest.raises(InputFileError, match=r"rows\.parquet: Force has no column 'extra'; it has"):
        read_arrow(path, Force)


def test_a_file_of_another_entity_is_refused(path: Path) -> None:
    write_parquet(Records(Force), path)

    with pytest.raises(InputFileError) as error:
        read_parquet(path, Team)

    assert str(error.value) == f"{path}: has rows of Force, not of Team"


def test_a_file_that_is_no_parquet_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as error:
        read_parquet(path, Team)
    assert str(error.value) == f"{path}: no such file"
    with pytest.raises(InputFileError, match=r"rows\.parquet: no such file$"):
        read_metadata(path)

    write_parquet(TEAMS, path)
    whole = path.read_bytes()
    for content in (b"", b"force,team_id\r\n", whole[:-20], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(InputFileError, match=r"rows\.parquet: cannot be read as Parquet: \S"):
            read_parquet(path, Team)
        with pytest.raises(InputFileError, match=r"rows\.parquet: cannot be read as Parquet: \S"):
            read_metadata(path)
    with pytest.raises(InputFileError, match=r": cannot be read as Parquet: \S"):
        read_parquet(tmp_path, Team)


def test_text_that_is_no_utf8_is_refused(path: Path) -> None:
    bad = pa.array([b"W\xffP"]).view(pa.string())
    pq.write_table(pa.table({"force": bad, "name": ["x"]}), path)

    with pytest.raises(InputFileError, match=r"rows\.parquet: cannot be read as Parquet: .*UTF-?8"):
        read_parquet(path, Force)


def test_metadata_that_make_no_sense_are_refused(path: Path) -> None:
    wrong = '{"entity": "Team", "schema_version": "1", "library": "0.1", "marking": null}'
    for text in ("not json", '{"entity": "Team"}', "[]", wrong):
        pq.write_table(to_arrow(TEAMS).replace_schema_metadata({"npolicing": text}), path)
        with pytest.raises(InputFileError, match=r"its npolicing metadata cannot be read$"):
            read_parquet(path, Team)


# -- schema versions


def renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns(["beat_id", "length"])


def in_metres(table: pa.Table) -> pa.Table:
    return table.set_column(1, "metres", pc.multiply(table["length"], 1000))


def beat(number: int, upgrades_: Mapping[int, Upgrade]) -> type[Record]:
    """The third version of an entity that was renamed once and retyped once."""

    @attrs.frozen(kw_only=True)
    class Beat(Record):
        """One beat."""

        beat_id: Annotated[str, Column("Identifier.", key=True)]
        metres: Annotated[int, Column("How long it is.", unit="metres", ge=1)]
        schema_version: ClassVar[int] = number
        upgrades: ClassVar[Mapping[int, Upgrade]] = upgrades_

    return Beat


def write_version(number: int, table: pa.Table, path: Path) -> None:
    said = {"entity": "Beat", "schema_version": number, "library": "9.8", "marking": None}
    pq.write_table(table.replace_schema_metadata({"npolicing": json.dumps(said)}), path)


def test_an_older_file_is_upgraded_step_by_step(path: Path) -> None:
    entity = beat(3, {1: renamed, 2: in_metres})
    write_version(1, pa.table({"id": ["B1"], "length": [2]}), path)
    assert read_arrow(path, entity).to_pylist() == [{"beat_id": "B1", "metres": 2000}]

    write_version(2, pa.table({"beat_id": ["B1"], "length": [2]}), path)
    assert read_arrow(path, entity).to_pylist() == [{"beat_id": "B1", "metres": 2000}]

    write_version(2, pa.table({"beat_id": ["B1"], "length": [0]}), path)
    with pytest.raises(InputFileError, match=r"1 failure; row 0, metres: 0 breaks >= 1 "):
        read_arrow(path, entity)


def test_a_step_that_is_missing_is_named(path: Path) -> None:
    write_version(1, pa.table({"id": ["B1"], "length": [2]}), path)

    with pytest.raises(SchemaVersionError) as error:
        read_arrow(path, beat(3, {1: renamed}))

    assert str(error.value) == (
        f"{path}: written by npolicing 9.8 to version 1 of Beat; this is version 3,"
        " and Beat.upgrades has no step from 2."
    )


def test_a_newer_file_is_refused_with_the_way_out(path: Path) -> None:
    write_version(4, pa.table({"beat_id": ["B1"], "metres": [2]}), path)

    with pytest.raises(SchemaVersionError) as error:
        read_arrow(path, beat(3, {1: renamed, 2: in_metres}))

    assert str(error.value) == (
        f"{path}: written by npolicing 9.8 to version 4 of Beat; this is version 3:"
        " upgrade npolicing."
    )


# -- whole or not at all


def test_a_write_that_fails_leaves_what_was_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(TEAMS, path)
    before = path.read_bytes()

    with pytest.raises(ValidationError):
        write_parquet([*TEAMS, TEAMS[0]], path)

    def full_disk(_: pa.Table, where: Path, **__: object) -> None:
        where.write_bytes(b"half a file")
        raise OSError("No space left on device")

    monkeypatch.setattr(pq, "write_table", full_disk)
    with pytest.raises(OSError, match=r"^No space left on device$"):
        write_parquet(TEAMS[:1], path)

    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 # names alone


def test_a_move_that_fails_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(PermissionError, match=r"^in use$"):
        write_parquet(TEAMS, path)

    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"No such folder: '.*missing'$"):
        write_parquet(TEAMS, tmp_path / "missing" / "rows.parquet")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_is_written_through(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.parquet").symlink_to(path)

    write_parquet(TEAMS, tmp_path / "link.parquet")

    assert (tmp_path / "link.parquet").is_symlink()
    assert read_parquet(path, Team) == TEAMS


def test_neither_pyarrow_dataset_nor_acero_is_loaded(path: Path) -> None:
    program = """
import sys
import npolicing as npol
team = npol.Team(force="WMP", team_id="T1", npu="CV", kind="hub")
npol.write_parquet([team], sys.argv[1])
assert list(npol.read_parquet(sys.argv[1], npol.Team)) == [team]
print(*sys.modules)
"""
    done = subprocess.run(  # noqa: S603 # our own words
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )

    assert "pyarrow.parquet" in done.stdout.split()
    assert not {"pyarrow.dataset", "pyarrow.acero"} & set(done.stdout.split())


def test_amounts_keep_their_pence(path: Path) -> None:
    most = Decimal("9999999999999999.99")
    position = BudgetPosition(
        force="WMP",
        financial_year="2019/20",
        as_of=date(2019, 9, 30),
        budget=most,
        spent=Decimal("0.01"),
    )

    write_parquet([position], path)

    (row,) = read_parquet(path, BudgetPosition)
    assert (row.budget, row.spent) == (most, Decimal("0.01"))
