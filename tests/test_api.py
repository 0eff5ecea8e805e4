"""The public names, and what is promised of each."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import npolicing
from npolicing import entities, errors

PUBLIC = """
ACFBid Action AreaJoin AreaLink ArmCount Attendance BudgetPosition Column ColumnTypeError
ComputedFigure Crime CrimeCount Crosswalk DeclarationError DeltaLoad DemandTier
DisclosureError DisclosureRule
ENTITIES Evaluation Failure Failures FileMetadata Finding FitError Force Grade GradeOwner
GradingScheme HarmWeight ImpactArea InOrder InputFileError Intake Load Log LogStore MeasureRole
Milestone MissingColumnsError MissingTargetError MixedRowsError NPU NeededWhen NpolicingError
NpolicingWarning Observation Place Problem ProblemStage Profile PublishedFigure Reconciliation
Record Records Retally Rule SchemaVersionError Scheme Staff StarRefresh StopAndSearch StoreError
StoreLoad Target Team Threshold TooManyRejectsError UnknownCodeError UnknownColumnsError
ValidationError Ward WorkbookError WorkerError __version__ accountability advance_problem
anticipated_demand arm_counts arrow_schema attendance_ratio attendance_share backlog check
check_areas check_problems check_references close_problem control_chart coverage demand
disproportion draft_profile emerging_trends evaluate failures_frame fund_evaluation growth harm
hourly_demand join_areas json_schema load needed_tier open_store place_concentration
problem_progress propose_impact_areas read read_arrow read_csv read_metadata read_parquet
read_profile reconcile
resolution_without_deployment response_time retally seasonal_delta seasonal_profile settle
spend_rate split star status stream_records suppress tally target_gap to_arrow to_pandas to_records
trajectory validate write_accessible_workbook write_csv write_delta
write_parquet write_store write_workbook
year_on_year
""".split()  # noqa: SIM905 # sixty lines of one word each are harder to read
ROOMS = [
    "calendar",
    "charts",
    "disclosure",
    "errors",
    "exhibits",
    "forces",
    "intake",
    "packs",
    "pages",
    "paper",
    "spark",
    "star_schema",
    "stats",
    "synthetic",
    "testing",
    "vocabulary",
]

OBJECTS = [name for name in PUBLIC if name not in ("ENTITIES", "__version__")]
FUNCTIONS = [name for name in OBJECTS if name.islower()]


def test_a_public_name_comes_or_goes_only_on_purpose() -> None:
    assert sorted(npolicing.__all__) == PUBLIC
    assert set(npolicing.__all__) >= {*entities.__all__, *errors.__all__} - {"CODES"}


def test_the_list_of_names_is_what_completion_offers() -> None:
    assert dir(npolicing) == sorted([*PUBLIC, *ROOMS])


@pytest.mark.parametrize("name", PUBLIC)
def test_each_name_is_found_and_then_kept(name: str) -> None:
    found = getattr(npolicing, name)

    assert vars(npolicing)[name] is found


def test_a_star_brings_every_name_and_nothing_else() -> None:
    namespace: dict[str, object] = {}
    exec("from npolicing import *", namespace)  # noqa: S102 # a star is allowed only in a module

    assert sorted(namespace.keys() - {"__builtins__"}) == PUBLIC


@pytest.mark.parametrize("name", ROOMS)
def test_each_room_is_reached_from_the_root(name: str) -> None:
    assert getattr(npolicing, name).__name__ == f"npolicing.{name}"


def test_a_type_checker_is_told_the_same_as_python() -> None:
    stub = Path(npolicing.__file__).with_suffix(".pyi")
    told = {
        alias.name: each.module
        for each in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
    }
    homes: dict[str, str] = npolicing._HOME  # noqa: SLF001 # it is what is tested

    assert told == {
        **dict.fromkeys(ROOMS, "npolicing"),
        **{name: f"npolicing.{home}" for name, home in homes.items()},
    }


@pytest.mark.parametrize("name", OBJECTS)
def test_each_name_says_what_it_is(name: str) -> None:
    assert getattr(npolicing, name).__doc__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_fully_typed(name: str) -> None:
    signature = inspect.signature(getattr(npolicing, name))
    annotations = [each.annotation for each in signature.parameters.values()]
    annotations.append(signature.return_annotation)

    assert inspect.Signature.empty not in annotations
    assert [each for each in annotations if re.search(r"\bAny\b", str(each))] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_has_an_example_that_runs(name: str) -> None:
    assert ">>> " in (inspect.getdoc(getattr(npolicing, name)) or "")
