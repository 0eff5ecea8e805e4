"""The inputs of packs: read, checked, and refused with every failure and its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from packed import FORCE, tables

from npolicing import packs
from npolicing.delimited import write_csv
from npolicing.entities import Action, Observation, Scheme, Target, Ward
from npolicing.errors import InputFileError
from npolicing.packs import PackTables
from npolicing.packs.tables import FILES, read_tables
from npolicing.parquet import write_parquet

if TYPE_CHECKING:
    from pathlib import Path
from typing import Any

ACTION = "force,action_id,title,forum,raised_on,npu,due,done_on,responsible"


def written(folder: Path, *, ending: str = "csv") -> Path:
    """The tables as files."""
    for name, rows in tables().rows.items():
        path = folder / f"{name}.{ending}"
        if ending == "csv":
            write_csv(rows, path)
        else:
            write_parquet(rows, path)
    return folder


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_come_back_as_they_were_written(tmp_path: Path, ending: str) -> None:
    found = read_tables(written(tmp_path, ending=ending))

    assert found.rows == tables().rows
    assert {file.name for file in found.files.values()} == {f"{n}.{ending}" for n in found.rows}
    assert all(len(file.sha256) == 64 for file in found.files.values())


def test_each_file_is_of_an_entity_and_named_after_it() -> None:
    assert list(FILES) == [
        "observations",
        "targets",
        "milestones",
        "thresholds",
        "schemes",
        "wards",
        "budget_positions",
        "acf_bids",
        "crimes",
        "crime_counts",
        "problems",
        "problem_stages",
        "demand_tiers",
        "actions",
    ]


def test_every_failure_of_every_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "actions.csv").write_text(
        f"{ACTION}\nWMP,A1,Do,sim,2019-09-01,CV,2019-08-01,,\nWMP,A2,Do,board,soon,CV,,,\n",
        encoding="utf-8",
    )
    (tmp_path / "targets.csv").write_text(
        "force,kind,value,npu\nWMP,street_watch,-5,CV\n", encoding="utf-8"
    )

    with pytest.raises(InputFileError) as caught:
        packs.read_inputs(tables=tmp_path)

    words = str(caught.value)
    assert "\n" not in words
    for told in (
        "actions.csv: 3 failures",
        "line 2, raised_on, due",
        "line 3, forum: 'board'",
        "line 3, raised_on: 'soon'",
        "targets.csv: 1 failure",
        "line 2, value: '-5' breaks >= 0",
    ):
        assert told in words
    assert len(caught.value.failures) == 4


def test_a_unit_that_is_not_there_is_named_with_the_code_to_write(tmp_path: Path) -> None:
    (tmp_path / "actions.csv").write_text(
        f"{ACTION}\nWMP,A1,Do,sim,2019-09-01,COV,,,\nWMP,A2,Do,sim,2019-09-01,XX,,,\n",
        encoding="utf-8",
    )

    with pytest.raises(InputFileError) as caught:
        packs.read_inputs(tables=tmp_path)

    words = str(caught.value)
    assert (
        "actions.csv, line 2, Action.npu: 'COV' breaks is a code, and this an alias: write CV"
        in words
    )
    assert "actions.csv, line 3, Action.npu: 'XX' breaks is a code of WMP" in words


def test_a_scheme_in_a_ward_that_is_not_there_is_refused_where_wards_are_given() -> None:
    watch: dict[str, Any] = {
        "force": FORCE,
        "kind": "street_watch",
        "npu": "CV",
        "status": "active",
    }
    strange = [Scheme(**watch, scheme_id="S9", wards=("W9",))]
    wards = tables().rows["wards"]

    with pytest.raises(InputFileError, match="schemes, row 0, Scheme.wards: 'W9'"):
        packs.read_inputs(tables=PackTables.of(schemes=strange, wards=wards))
    assert packs.read_inputs(tables=PackTables.of(schemes=strange)).force == FORCE
    # Of a force that nobody ships, too.
    elsewhere = [Scheme(**watch | {"force": "SYN"}, scheme_id="S9", wards=("W9",))]
    known = [Ward(force="SYN", ward="W1", name="Ward 1", npu="CV")]
    with pytest.raises(InputFileError, match="schemes, row 0, Scheme.wards: 'W9'"):
        packs.read_inputs(tables=PackTables.of(schemes=elsewhere, wards=known))


def test_crimes_and_counts_of_them_are_one_too_many(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "crimes.csv").write_text(
        "force,crime_id,month,category\nWMP,C1,2019-09,burglary\n", encoding="utf-8"
    )

    with pytest.raises(InputFileError, match="crimes and crime_counts; keep one"):
        packs.read_inputs(tables=tmp_path)


def test_a_table_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    rows = tables().rows["actions"]
    write_csv(rows, tmp_path / "actions.csv")
    write_parquet(rows, tmp_path / "actions.parquet")

    with pytest.raises(InputFileError, match="has both actions.csv and actions.parquet; keep one"):
        packs.read_inputs(tables=tmp_path)


def test_a_misspelt_table_is_told_of(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "action.csv").write_text("x\n", encoding="utf-8")
    (tmp_path / "holidays.csv").write_text("x\n", encoding="utf-8")

    inputs = packs.read_inputs(tables=tmp_path)
    document = packs.sim_pack(inputs, npu="CV", month="2019-09", charts=False)

    assert inputs.tables.others == ("action.csv",)
    (told,) = document.sections[-1].missing
    assert told == "The file action.csv is no table of a pack; it may be misspelt."


def test_inputs_of_several_forces_need_one_to_be_named() -> None:
    day = date(2019, 9, 1)
    rows = [
        Action(force=force, action_id="A1", title="Do", forum="sim", raised_on=day)
        for force in ("WMP", "GMP")
    ]
    both = PackTables.of(actions=rows)

    with pytest.raises(
        InputFileError, match=r"several forces \(GMP, WMP\); say which, with --force"
    ):
        packs.read_inputs(tables=both)
    named = packs.read_inputs(tables=both, force="GMP")
    assert named.tables.forces == ("GMP",)
    with pytest.raises(InputFileError, match="have nothing of XYZ; they have GMP, WMP"):
        packs.read_inputs(tables=both, force="XYZ")


def test_a_force_that_nobody_ships_has_its_codes_for_names() -> None:
    count = Observation(force="SYN", npu="N1", kind="cadets", value=9, as_of=date(2019, 9, 1))
    aim = Target(force="SYN", npu="N1", kind="cadets", value=10, due=date(2020, 3, 31))
    inputs = packs.read_inputs(tables=PackTables.of(observations=[count], targets=[aim]))

    document = packs.sim_pack(inputs, npu="N1", month="2019-09", charts=False)

    assert document.title == "Service improvement meeting: N1"
    assert inputs.units == ("N1",)


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(InputFileError, match="nowhere: no such folder"):
        packs.read_inputs(tables="nowhere")
    with pytest.raises(InputFileError, match="give --store, --tables, or both"):
        packs.read_inputs()


def test_what_is_no_table_or_of_another_entity_is_refused() -> None:
    with pytest.raises(TypeError, match="no table holidays"):
        PackTables.of(holidays=[])
    with pytest.raises(TypeError, match="is a Action, not a Target"):
        PackTables.of(targets=tables().rows["actions"])


def test_markings_and_made_up_rows_are_carried_from_the_files(tmp_path: Path) -> None:
    rows = tables().rows
    write_csv(rows["actions"], tmp_path / "actions.csv", marking="OFFICIAL")
    inputs = packs.read_inputs(tables=tmp_path)
    assert inputs.marking(None) == "OFFICIAL"
    assert inputs.marking("SECRET") == "SECRET"

    write_csv(rows["problems"], tmp_path / "problems.csv", marking="OFFICIAL-SENSITIVE")
    mixed = packs.read_inputs(tables=tmp_path)
    with pytest.raises(ValueError, match="marked OFFICIAL and OFFICIAL-SENSITIVE: say which"):
        packs.sim_pack(mixed, npu="CV", month="2019-09", charts=False)
