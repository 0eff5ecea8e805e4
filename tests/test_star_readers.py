"""The star opens in DuckDB, polars and pandas with the dictionary's types, and is as it says."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import star_writer
from stars import bytes_of, dangling, store_of, table_of

import npolicing as npol
from npolicing._columns import Field
from npolicing._records import Record
from npolicing.cli import main
from npolicing.entities import ACFBid, Scheme
from npolicing.star_schema import STAR, StarRefresh, star
from npolicing.store import open_store, write_store
from npolicing.synthetic import logs

KILLS = int(os.environ.get("NPOLICING_KILLS", "5"))
FULL = [
    ACFBid(
        force="WMP",
        financial_year="2019/20",
        bid_id="B1",
        npu="CV",
        applicant_kind="school",
        status="draft",
        requested=Decimal("0.10"),
    )
]
WATCH = [Scheme(force="WMP", kind="street_watch", scheme_id="S", npu="CV", status="active")]
PAPER = npol.paper.wmp_2019()
SMALL: dict[str, Any] = {
    "observations": PAPER.observations,
    "targets": PAPER.targets,
    "budget_positions": PAPER.budgets,
    "bids": FULL,
    "schemes": WATCH,
}
PROFILE = json.loads(
    Path(__file__).with_name("data").joinpath("datapackage-2.0.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module", params=["with rows", "without any"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StarRefresh:
    """A star with all tables, of two months with an empty one between them; and one of nothing."""
    folder = tmp_path_factory.mktemp("readers")
    if request.param == "without any":
        write_store([], folder / "store", how="merge")
        return star(
            folder / "store", folder / "star", **{name: each[:0] for name, each in SMALL.items()}
        )
    write_store(logs(rows=90, last="2018-01"), folder / "store", how="replace")
    more = logs(rows=90, first="2018-03", last="2018-03")
    write_store(more, folder / "store", how="merge")
    return star(folder / "store", folder / "star", **SMALL)


def place(made: StarRefresh, table: str) -> str:
    single = made.path / f"{table}.parquet"
    return str(single if single.exists() else made.path / table / "*.parquet")


TABLES = pytest.mark.parametrize("table", STAR)


def fields(table: str) -> dict[str, Field]:
    return {field.name: field for field in STAR[table].columns()}


@TABLES
def test_duckdb_has_the_dictionarys_types(made: StarRefresh, table: str) -> None:
    kinds = {
        "text": "VARCHAR",
        "integer": "BIGINT",
        "decimal": "DECIMAL(18,2)",
        "boolean": "BOOLEAN",
        "date": "DATE",
    }
    with duckdb.connect() as connection:
        relation = connection.read_parquet(place(made, table))
        found = dict(zip(relation.columns, map(str, relation.types), strict=True))
        rows = len(relation.fetchall())

    assert found == {name: kinds[field.kind] for name, field in fields(table).items()}
    assert rows == made.rows[table]


@TABLES
def test_polars_has_the_dictionarys_types(made: StarRefresh, table: str) -> None:
    kinds = {
        "text": pl.String(),
        "integer": pl.Int64(),
        "decimal": pl.Decimal(18, 2),
        "boolean": pl.Boolean(),
        "date": pl.Date(),
    }

    found = pl.read_parquet(place(made, table))

    assert dict(found.schema) == {n: kinds[field.kind] for n, field in fields(table).items()}
    assert found.height == made.rows[table]


@TABLES
def test_pandas_has_the_dictionarys_types(made: StarRefresh, table: str) -> None:
    kinds = {
        "text": ("string",),
        "integer": ("int64",),
        "decimal": ("decimal128(18, 2)",),
        "boolean": ("bool",),
        "date": ("date32[day]",),
    }
    path = Path(place(made, table))
    source = path.parent if path.name == "*.parquet" else path

    found = pd.read_parquet(source, dtype_backend="pyarrow")
    plain = pd.read_parquet(source)

    names = {name: str(kind).removesuffix("[pyarrow]") for name, kind in found.dtypes.items()}
    assert {name: (kind,) for name, kind in names.items()} == {
        name: kinds[field.kind] for name, field in fields(table).items()
    }
    for name, field in fields(table).items():
        values = plain[name].dropna()
        if field.kind in ("date", "decimal"):
            assert {type(each) for each in values} <= {date, Decimal}, name
        if not field.nullable and len(values):
            assert len(values) == len(plain)
            if field.kind == "integer":
                assert plain[name].dtype == "int64"


@TABLES
def test_each_file_keeps_what_its_columns_mean(made: StarRefresh, table: str) -> None:
    schema = table_of(made, table).schema

    for name, field in fields(table).items():
        metadata = schema.field(name).metadata or {}
        assert metadata[b"description"].decode() == field.column.description
        assert schema.field(name).nullable == field.nullable


def test_nulls_of_each_kind_are_among_the_rows(made: StarRefresh) -> None:
    if not made.rows["fact_bid"]:
        return
    for table, name in (
        ("fact_bid", "awarded"),
        ("fact_bid", "submitted_on"),
        ("fact_log_month", "within_target"),
        ("dim_area", "name"),
        ("dim_date", "bank_holiday"),
    ):
        assert table_of(made, table)[name].null_count, name


def test_a_month_without_logs_has_days_and_no_facts(made: StarRefresh) -> None:
    months = {f"{day:%Y-%m}" for day in table_of(made, "fact_log_month")["month_start"].to_pylist()}
    days = {f"{day:%Y-%m}" for day in table_of(made, "dim_date")["date"].to_pylist()}

    if made.rows["fact_log_month"]:
        assert months == {"2018-01", "2018-03"}
        assert "2018-02" in days
    else:
        assert months == days == set()
    assert dangling(made) == []


def test_no_fact_has_a_ratio_and_no_column_a_type_that_a_reader_lacks() -> None:
    for table, entity in STAR.items():
        kinds = {field.kind for field in entity.columns()}
        assert kinds <= {"text", "integer", "decimal", "boolean", "date"}, table
        assert all(name == name.lower() for name in fields(table))
        assert not [field.name for field in entity.columns() if field.column.unit == "ratio"]
        assert not [field.name for field in entity.columns() if field.column.personal]


# -- the package


def package(made: StarRefresh) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made.path / "datapackage.json").read_text("utf-8"))
    return found


def test_the_package_is_a_data_package_of_version_two(made: StarRefresh) -> None:
    jsonschema.validate(package(made), PROFILE)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**package(made), "resources": []}, PROFILE)


def test_the_package_says_what_the_files_are(made: StarRefresh) -> None:
    resources = {each["name"]: each for each in package(made)["resources"]}

    assert list(resources) == list(made.rows)
    for name, each in resources.items():
        listed = each["npolicing"]["files"]
        paths = [each["path"]] if isinstance(each["path"], str) else each["path"]
        assert [file["path"] for file in listed] == paths
        assert sum(file["rows"] for file in listed) == made.rows[name]
        for file in listed:
            content = (made.path / file["path"]).read_bytes()
            assert file["bytes"] == len(content)
            assert file["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        schema = each["schema"]
        assert [column["name"] for column in schema["fields"]] == list(fields(name))
        for column in schema["fields"]:
            nullable = fields(name)[column["name"]].nullable
            assert column["constraints"]["required"] is not nullable
        assert all(not fields(name)[key].nullable for key in schema["primaryKey"])
        for foreign in schema.get("foreignKeys", []):
            target = resources[foreign["reference"]["resource"]]
            assert foreign["reference"]["fields"] == target["schema"]["primaryKey"]
    if made.rows["fact_log_month"]:
        assert resources["dim_area"]["schema"]["fields"][2]["constraints"]["enum"] == [
            "force",
            "npu",
            "ward",
        ]


def test_every_value_keeps_the_constraints_that_the_package_states(made: StarRefresh) -> None:
    for name, entity in STAR.items():
        assert npol.check(table_of(made, name), entity) == ()


# -- the command


def test_the_command_writes_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = store_of(tmp_path / "store")
    tables = tmp_path / "tables"
    tables.mkdir()
    npol.write_csv(PAPER.budgets, tables / "budget_positions.csv", marking="OFFICIAL")
    npol.write_parquet(PAPER.targets, tables / "targets.parquet")
    (tables / "notes.txt").write_text("not ours")
    days = tmp_path / "days.txt"
    days.write_text("2018-01-01\n\n2018-12-25\n", encoding="utf-8")
    command = ["star", str(store), "--out", str(tmp_path / "star"), "--tables", str(tables)]

    assert main([*command, "--force", "WMP", "--bank-holidays", str(days)]) == 0

    out, err = capsys.readouterr()
    assert out.startswith(f"StarRefresh({str(tmp_path / 'star' / 'v1')!r}, synthetic, OFFICIAL)\n")
    assert "  fact_fund: 8 rows\n" in out
    assert err == ""
    days_written = pl.read_parquet(tmp_path / "star" / "v1" / "dim_date.parquet")
    holidays = days_written.filter(pl.col("bank_holiday"))["date"].to_list()
    assert holidays == [date(2018, 1, 1), date(2018, 12, 25)]
    said = npol.read_metadata(tmp_path / "star" / "v1" / "fact_fund.parquet")
    assert said is not None
    assert said.marking == "OFFICIAL"


def test_a_force_of_ones_own_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_store(logs(rows=60, last="2018-01", force="XYZ"), tmp_path / "store", how="replace")
    force = tmp_path / "xyz.toml"
    force.write_text(
        '[force]\nforce = "XYZ"\nname = "Our Force"\n'
        '[[npus]]\ncode = "U1"\nname = "First"\nkind = "lpa"\n',
        encoding="utf-8",
    )

    command = ["star", str(tmp_path / "store"), "--out", str(tmp_path / "star")]
    assert main([*command, "--force", str(force)]) == 0

    assert "areas that no reference data have, kept: XYZ:npu:U2, " in capsys.readouterr().out
    areas = pl.read_parquet(tmp_path / "star" / "v1" / "dim_area.parquet")
    assert areas.filter(pl.col("is_listed"))["name"].to_list() == ["Our Force", "First"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--force", "XYZ"], "'XYZ' is no force of the store"),
        (["--tables", "nowhere"], "nowhere: no such folder"),
        (["--bank-holidays", "days.txt"], "days.txt: line 2: '1 January' is no day"),
        (["--bank-holidays", "none.txt"], "none.txt: cannot be read as text"),
    ],
)
def test_what_is_wrong_is_one_line(
    more: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = store_of(tmp_path / "store")
    monkeypatch.chdir(tmp_path)
    Path("days.txt").write_text("2018-01-01\n1 January\n", encoding="utf-8")

    assert main(["star", str(store), "--out", "star", *more]) == 2

    _, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert words in err
    assert not Path("star").exists()


def test_a_folder_of_tables_has_each_once(tmp_path: Path) -> None:
    store = store_of(tmp_path / "store")
    npol.write_csv(PAPER.targets, tmp_path / "targets.csv")
    npol.write_parquet(PAPER.targets, tmp_path / "targets.parquet")

    command = ["star", str(store), "--out", str(tmp_path / "star"), "--tables", str(tmp_path)]
    assert main(command) == 2
    (tmp_path / "targets.csv").unlink()
    (tmp_path / "targets.parquet").unlink()
    assert main(command) == 2


# -- a refresh that is killed


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_refresh_that_is_killed_tears_nothing_and_the_next_mends_the_rest(
    tmp_path: Path,
) -> None:
    store = store_of(tmp_path / "store", rows=6000, last="2018-06")
    old = star(store, tmp_path / "old").path
    write_store(logs(rows=7000, last="2018-06", seed=4), store, how="replace")
    (store / "WMP" / "2018-02.parquet").unlink()
    new = star(store, tmp_path / "new").path
    before, after = bytes_of(old), bytes_of(new)
    took = _refresh(store, tmp_path / "timed", old)

    killed = 0
    for number in range(KILLS):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(old, folder / "v1")
        child = _started(store, folder)
        # One in each part of the refresh, so that few kills reach all of it.
        time.sleep(took * (number + random.random()) / KILLS)  # noqa: S311 # no secret
        child.send_signal(signal.SIGKILL)
        child.communicate()
        killed += child.returncode == -signal.SIGKILL
        found = {n: b for n, b in bytes_of(folder / "v1").items() if ".staging" not in n}
        assert all(content in (before.get(n), after.get(n)) for n, content in found.items())
        for path in (folder / "v1").glob("**/*.parquet"):
            assert pq.read_table(path).num_rows

        star(store, folder)

        assert bytes_of(folder / "v1") == after
    assert killed >= KILLS // 2
    assert open_store(store).rows


def _started(store: Path, folder: Path) -> subprocess.Popen[str]:
    """A refresh in a process of its own that is about to begin."""
    child = subprocess.Popen(  # noqa: S603 # our own script
        [sys.executable, str(Path(star_writer.__file__)), str(store), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "start\n"
    return child


def _refresh(store: Path, folder: Path, old: Path) -> float:
    """How many seconds a whole refresh takes."""
    shutil.copytree(old, folder / "v1")
    child = _started(store, folder)
    begun = time.monotonic()
    child.communicate()
    assert child.returncode == 0
    return time.monotonic() - begun


def test_every_table_is_declared_once() -> None:
    assert len({entity.__name__ for entity in STAR.values()}) == len(STAR)
    assert all(issubclass(entity, Record) for entity in STAR.values())
